"""The trend engine's forecasts of varied series are the pinned ones (`make vectors` pins anew)."""

import json

import pytest

from tools.vectors import FILE, answers

CASES = json.loads(FILE.read_text(encoding="utf-8"))
RELATIVE = 1e-6


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_forecast_is_the_pinned_one(case):
    found = answers(case)
    assert found.keys() == case["expected"].keys()
    for name, values in case["expected"].items():
        assert found[name] == pytest.approx(values, rel=RELATIVE, abs=1e-9), name
