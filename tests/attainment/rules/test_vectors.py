"""The vectors in tests/vectors are those of the shared document, where that can be read."""

import json
import re
from pathlib import Path

import pytest
from rule_vectors import load

DOCUMENT = Path(__file__).parents[4] / "shared" / "vectors" / "official-rules.md"


def test_committed_vectors_equal_the_machine_readable_subset_of_the_document():
    if not DOCUMENT.is_file():
        pytest.skip("../shared/vectors/official-rules.md is not here")
    text = DOCUMENT.read_text(encoding="utf-8")
    block = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])
    cagr, escap = load("cagr_ratio"), load("escap")
    assert cagr["with_target"] == block["statcan_target"]
    assert cagr["without_target"] == block["statcan_no_target"]
    ours = {row["id"]: row for row in escap["cases"]}
    for row in block["escap_menaro"]:
        assert row.items() <= ours[row["id"]].items()


@pytest.mark.parametrize("name", ["cagr_ratio", "escap", "five_methods", "nbs_index"])
def test_every_vector_file_says_where_its_numbers_come_from(name):
    assert load(name)["provenance"]["compiled_in"].startswith("vectors/official-rules.md")
