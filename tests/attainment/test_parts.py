"""Which part of a probability is trend and which reference class is said, and never mixed."""

from __future__ import annotations

import pytest

import bcforecast as bc
from bcforecast.attainment.explain import parts_of
from bcforecast.attainment.reference_class import ReferenceClass
from bcforecast.reporting.sentences import parts_message

TIANJIN = bc.project(bc.load_plan("tianjin-2020-2022"), bc.load_observations(as_of="2020-12-31"))
BEICHEN = bc.project(bc.load_plan("beichen-2020-2022"), bc.load_observations(as_of="2021-12-31"))


def test_the_reported_probability_is_the_trend_alone() -> None:
    item = TIANJIN["tech_contract_value"]
    parts = parts_of(item, scenario="baseline")
    assert parts is not None
    rate, pooled = parts
    assert rate.label == "any"
    assert pooled == ReferenceClass.load().pool(item.attainment.probability, rate)


def test_a_kind_that_was_learned_is_its_own_class() -> None:
    parts = parts_of(TIANJIN["rd_intensity"], scenario="baseline")
    assert parts is not None
    rate, _ = parts
    assert rate.label == "rd_intensity"
    assert rate.count < ReferenceClass.load().rate(None, years_ahead=3, required_vs_past=1.0).count


@pytest.mark.parametrize(
    ("outlook", "goal"),
    [(BEICHEN, "tech_contract_value"), (BEICHEN, "university_science_parks")],
)
def test_what_borrows_or_counts_events_has_no_reference_part(
    outlook: bc.Outlook, goal: str
) -> None:
    item = outlook[goal]
    assert parts_of(item, scenario="baseline") is None
    said = parts_message(item, scenario="baseline")
    assert said is not None
    assert said.render("en") == "No reference class enters this probability."


def test_a_scenario_has_no_reference_part() -> None:
    assert parts_of(TIANJIN["tech_contract_value"], scenario="stretch") is None


def test_a_goal_of_which_nothing_can_be_said_has_no_parts_either() -> None:
    assert parts_message(BEICHEN["innovation_platforms"], scenario="baseline") is None


def test_the_sentence_names_count_and_rate_in_both_languages() -> None:
    said = parts_message(TIANJIN["rd_intensity"], scenario="baseline")
    assert said is not None
    english, chinese = said.render("en"), said.render("zh")
    assert "13" in english
    assert "R&D intensity" in english
    assert "13" in chinese
    assert english != chinese
