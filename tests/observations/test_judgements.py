"""Elicited quantiles: read by date, and refused where they do not increase."""

from __future__ import annotations

from datetime import date

import pytest
from observation_folder import Folder

from bcforecast.observations import load_observations

HEADER = "area,indicator,due,expert,role,q10,q50,q90,elicited,note"
FIRST = "north,firms,2022-12-31,A,director,80,100,130,2021-05-01,"
SECOND = "north,firms,2022-12-31,B,statistician,70,90,110,2021-07-01,by telephone"


def test_the_shipped_folder_has_no_judgement_yet() -> None:
    assert load_observations().dataset.judgements == ()


def test_a_judgement_is_seen_from_the_day_on_which_it_was_given(folder: Folder) -> None:
    folder.write(FIRST, SECOND, header=HEADER, name="judgements")
    vintage = load_observations(folder.path, as_of="2021-06-30")
    (judgement,) = vintage.judgements("north", "firms")
    assert (judgement.q10, judgement.q50, judgement.q90) == (80, 100, 130)
    assert (judgement.due, judgement.expert, judgement.row) == (date(2022, 12, 31), "A", 2)
    assert [j.expert for j in vintage.at(None).judgements("north", "firms")] == ["A", "B"]
    assert vintage.judgements("south", "firms") == ()


@pytest.mark.parametrize(
    ("quantiles", "english", "chinese"),
    [
        ("100,100,130", 'column q50: found "100"; allowed: more than 100, the q10', "大于同一行"),
        ("80,140,130", 'column q90: found "130"; allowed: more than 140, the q50', "大于同一行"),
        (",100,130", "column q10: found an empty cell", "空白单元格"),
    ],
)  # fmt: skip
def test_quantiles_that_do_not_increase_are_refused(
    folder: Folder, quantiles: str, english: str, chinese: str
) -> None:
    folder.write(FIRST.replace("80,100,130", quantiles), header=HEADER, name="judgements")
    (said,) = folder.said()
    assert said.startswith(f"judgements.csv, row 2, {english}")
    assert chinese in folder.said("zh")[0]


def test_a_folder_without_judgements_or_breaks_is_complete(folder: Folder) -> None:
    assert folder.said() == []
    vintage = load_observations(folder.path)
    assert vintage.judgements("north", "firms") == ()
    assert vintage.breaks("north", "firms") == ()
