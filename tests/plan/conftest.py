"""A small plan that is right, to be spoilt in one place by each test."""

from pathlib import Path

import pytest

from bcforecast.errors import PlanError
from bcforecast.plan import load_plan

GOOD = (Path(__file__).parent / "little.yaml").read_text(encoding="utf-8")


@pytest.fixture
def little(tmp_path):
    """The path of a plan without fault."""
    path = tmp_path / "plans" / "little.yaml"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def spoilt(little):
    """Replace some words of the plan and return the error on reading it."""

    def spoil(right, wrong):
        assert GOOD.count(right) == 1, right
        little.write_text(GOOD.replace(right, wrong), encoding="utf-8")
        with pytest.raises(PlanError) as caught:
            load_plan(little)
        return caught.value

    return spoil
