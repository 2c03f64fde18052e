"""What is shown of two runs that differ: words as nbdime has them, figures, pictures."""

from __future__ import annotations

from copy import deepcopy

import pytest

from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from bcforecast.reporting.golden_changes import changes
from tests.reporting.altered_golden import (
    PICTURE,
    RESULT,
    SENTENCE,
    TABLE,
    data,
    golden,
    with_an_unrun_cell,
    with_another_picture,
    with_another_result,
    with_another_sentence,
    with_another_table,
)


def test_equal_runs_have_no_changes():
    assert changes(golden(), golden()) is None


def test_a_difference_within_the_tolerance_of_the_tests_is_no_change():
    other = golden()
    data(other, RESULT)[RESULT_MIME]["probability"] += 1e-7
    assert changes(golden(), other) is None


@pytest.mark.parametrize(
    ("alter", "cell", "old", "new"),
    [
        (with_another_sentence, SENTENCE, "（不太可能）", "（极不可能）"),
        (with_another_table, TABLE, "17%", "18%"),
    ],
)
def test_another_text_is_shown_once_before_and_after(alter, cell, old, new):
    found = changes(golden(), alter(golden()))
    lines = found.texts.splitlines()
    assert lines[0] == f"## modified /cells/{cell}/outputs/0/data/text/plain:"
    assert sum(line.startswith("## ") for line in lines) == 1
    assert any(line.startswith("-") and old in line for line in lines)
    assert any(line.startswith("+") and new in line for line in lines)
    assert (found.figures, found.pictures) == ((), ())


def test_another_markup_of_the_same_text_is_shown_too():
    other = golden()
    data(other, TABLE)["text/html"] = data(other, TABLE)["text/html"].replace("<td", "<td id='x'")
    found = changes(golden(), other)
    assert "/data/text/html" in found.texts


def test_another_figure_of_the_result_is_named_by_its_place():
    found = changes(golden(), with_another_result(golden()))
    ((cell, said),) = found.figures
    assert cell == RESULT
    assert said.startswith("probability: 0.1")
    assert (found.texts, found.pictures) == ("", ())


def test_another_link_of_the_same_text_is_named_by_its_place():
    other = golden()
    data(other, TABLE)[BLOCK_MIME]["caption"] = "x"
    ((cell, said),) = changes(golden(), other).figures
    assert cell == TABLE
    assert said.startswith("caption: 'x' instead of ")


def test_another_picture_is_named_with_how_far_it_differs():
    found = changes(golden(), with_another_picture(golden()))
    ((cell, said),) = found.pictures
    assert cell == PICTURE
    assert said.startswith("pictures differ by ")
    assert said.endswith(" (RMS of 255)")
    assert (found.texts, found.figures) == ("", ())


def test_another_source_and_another_cell_are_shown():
    other = golden()
    other.cells[PICTURE].source += "  # larger"
    del other.cells[RESULT - 1]
    found = changes(golden(), other)
    assert f"## modified /cells/{PICTURE}/source" in found.texts
    assert f"## deleted /cells/{RESULT - 1}" in found.texts
    assert (found.figures, found.pictures) == ((), ())


def test_a_cell_that_has_not_run_is_a_change():
    assert changes(golden(), with_an_unrun_cell(golden())) is not None


def test_what_is_compared_stays_as_it_was():
    one, other = golden(), with_another_sentence(golden())
    before = deepcopy(one), deepcopy(other)
    changes(one, other)
    assert (one, other) == before
