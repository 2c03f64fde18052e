"""Tables and records of scenarios say the same in both languages, and nothing where unset."""

from __future__ import annotations

import json
from datetime import date

import pytest

import bcforecast as bc
from bcforecast.attainment.seek import seek, seek_each
from bcforecast.reporting.analyses import (
    as_table,
    correlation_table,
    rates_table,
    scenario_records,
    scenario_table,
    seek_records,
    seek_table,
)
from bcforecast.text import LANGUAGES, Language
from tests.attainment.explored_plans import BEICHEN, beichen, scenarios
from tests.attainment.made_up_plan import GROWING, goal, indicator, plan, series, vintage

SIX = list(scenarios().values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_has_every_goal_all_goals_and_the_expected_number(lang: Language) -> None:
    table = scenario_table(beichen(), SIX, lang=lang)
    assert len(table.columns) == len(table.numeric) == 7
    assert len(table.rows) == len(BEICHEN.goals) + 2
    assert all(len(row) == 7 for row in table.rows)
    unset = [row for row in table.rows if set(row[1:]) == {"–"}]
    assert len(unset) == len(beichen().unset)
    assert all("%" in cell for cell in table.rows[-2][1:])


def test_records_are_json_with_null_where_nothing_can_be_said() -> None:
    records = scenario_records(beichen(), SIX, lang="en")
    again = json.loads(json.dumps(records, allow_nan=False))
    assert [record["scenario"] for record in again] == list(scenarios())
    for record in again:
        assert {goal for goal, p in record["goals"].items() if p is None} == set(record["unset"])
        known = [p for p in record["goals"].values() if p is not None]
        assert record["expected"] == pytest.approx(sum(known))
        assert record["all"] <= min(known)
        assert record["weakest"] in record["goals"]


def test_both_languages_have_the_same_numbers() -> None:
    english, chinese = (scenario_table(beichen(), SIX, lang=lang) for lang in LANGUAGES)
    assert [row[1:] for row in english.rows] == [row[1:] for row in chinese.rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_say_how_far_and_whether_that_suffices(lang: Language) -> None:
    made = beichen()
    answers = seek_each(made, goal="hightech_enterprises", probability=0.9999)
    table = seek_table(made, answers, lang=lang)
    assert len(table.rows) == 4
    words = {"en": "infeasible within the range", "zh": "在合理区间内无法达到"}[lang]
    assert table.rows[0][-1] == words
    easy = seek(made, goal="hightech_enterprises", probability=0.01)
    said = seek_table(made, [easy], lang=lang).rows[0][-1]
    assert said == {"en": "reached without a push", "zh": "无需调整即可达到"}[lang]
    (record, *_) = seek_records(answers)
    assert record["feasible"] is False
    assert record["levers"] == {"renewal_rate": {"size": 20.0, "unit": "pp"}}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_assumed_rate_is_printed_as_assumed(lang: Language) -> None:
    records = beichen().simulation.rates("hightech_enterprises")
    table = rates_table(records, lang=lang)
    assert len(table.rows) == len(records) == 5
    word = {"en": "assumed", "zh": "假定"}[lang]
    assert all(row[4] == word and word in row[5] for row in table.rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_correlations_are_printed_with_the_years_behind_them(lang: Language) -> None:
    made = beichen()
    correlation = made.simulation.correlation
    assert correlation is not None
    k = len(made.goals)
    assert len(correlation_table(made, correlation, lang=lang).rows) == k * (k - 1) // 2


def test_the_table_of_goals_names_no_pace_for_a_promise_already_kept() -> None:
    falling = plan(
        [indicator("turnover", direction="down")],
        [
            goal("turnover", id="kept", comparator="at_most", target=150),
            goal("turnover", id="open", comparator="at_most", target=140),
        ],
    )
    data = vintage(series(2014, *GROWING), as_of=date(2022, 6, 30))
    kept, open_ = as_table(bc.project(falling, data), lang="en").rows
    assert (kept[3], open_[3]) == ("–", "−4.1%")
