"""An explanation says what stands beside a probability, and where it would change."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from made_up_plan import figure, goal, indicator, plan, series, vintage

import bcforecast as bc
from bcforecast.attainment.explain import (
    date_of,
    expected_date,
    explain,
    pace_of,
    parts_of,
    written_unit,
)
from bcforecast.attainment.probability import verdict_of
from bcforecast.attainment.reference_class import ReferenceClass
from bcforecast.observations.records import Measure
from bcforecast.reporting.analyses import (
    by_year_table,
    date_sentence,
    explanation_record,
    panel_table,
    parts_message,
    plan_panel_table,
    required_words,
    sentences,
)
from bcforecast.rules.panel import nearest_flip, rules

TIANJIN = bc.load_plan("tianjin-2020-2022")
FALLING = (30.0, 29.0, 27.4, 26.5, 25.0, 24.1, 23.0)


@pytest.fixture(scope="module")
def tianjin():
    return bc.project(TIANJIN, bc.load_observations(as_of="2020-12-31"))


def of_made_up(of, *values, first=2013, **more):
    data = vintage(series(first, *values, **more), as_of=date(2020, 12, 31))
    return explain(bc.project(of, data), of.goals[0].id)


def falling(target=20.0):
    dust = indicator("dust", unit="%", kind="ratio", valid_range=[0, 100], direction="down")
    return plan([dust], [goal("dust", target=target, unit="%", comparator="at_most")])


def explain_falling(target=20.0):
    return of_made_up(falling(target), *FALLING, indicator="dust", unit="%", measure=Measure.RATIO)


def test_the_panel_of_tianjin_turnover_has_every_rule_and_says_that_they_disagree(tianjin):
    known = explain(tianjin, "tech_contract_value")
    assert known.panel.disagreement.flag
    record = explanation_record(known, lang="en")
    assert len(record["panel"]["rules"]) == len(rules())
    assert record["panel"]["text"][0] == "The judgements disagree."
    assert known.panel.case.base_year == 2019
    assert known.panel.case.direction == "up"
    table = panel_table(known, lang="en")
    assert len(table.rows) == len(rules()) + 1
    assert table.rows[0][0] == "Our probability (evidence grade A)"


def test_a_goal_without_figures_of_its_own_says_so_and_invents_no_label(tianjin):
    known = explain(tianjin, "unicorns")
    record = explanation_record(known, lang="en")
    assert record["panel"]["rules"] == []
    assert "has published no figure of its own" in record["panel"]["text"][0]
    assert record["required"]["state"] == "no_figure"
    assert record["expected_date"]["median"] is None
    assert record["targets"]["by_probability"] == {}
    assert len(panel_table(known, lang="zh").rows) == 1
    assert by_year_table(known, lang="zh") is None


def test_rules_do_not_judge_what_is_to_be_newly_built(tianjin):
    known = explain(tianjin, "university_science_parks")
    assert known.panel.case is None
    assert known.panel.missing.key == "explain.panel_event"


def test_rules_see_nothing_borrowed_and_no_later_figure():
    beichen = bc.load_plan("beichen-2020-2022")
    outlook = bc.project(beichen, bc.load_observations(as_of="2021-12-31"))
    known = explain(outlook, "hightech_enterprises")
    assert (known.panel.case.years, known.panel.case.values) == ((2014,), (84.0,))


def test_a_goal_to_reduce_is_explained_in_its_own_direction():
    known = explain_falling()
    assert known.panel.case.direction == "down"
    assert known.pace.increment == pytest.approx(-1.0)
    assert known.targets[0.8] > known.targets[0.5]
    a = known.item.attainment
    assert (a.target >= known.targets[0.5]) == (a.probability >= 0.5)
    words = required_words(known, lang="en")
    assert "a decrease of about 1 percentage point each year to 2022" in words
    assert "，每年约需减少1个百分点。" in required_words(known, lang="zh")


def test_a_comparator_against_the_direction_is_said_not_judged():
    odd = plan([indicator("turnover", direction="down")])
    known = of_made_up(odd, 70.0, 78.0, 84.0, 95.0)
    assert known.panel.case is None
    assert "at_least" in known.panel.missing.render("en")


def test_a_target_already_met_needs_no_pace():
    known = of_made_up(plan(goals=[goal("turnover", target=50)]), 70.0, 78.0, 84.0, 95.0)
    assert known.pace.state == "met"
    assert "already keeps the promise" in required_words(known, lang="en")


def test_a_known_due_year_needs_no_pace():
    data = vintage([figure(2022, 160.0, published=date(2022, 12, 31))], as_of=date(2023, 1, 1))
    outlook = bc.project(plan(), data)
    assert pace_of(outlook["turnover"]).state == "over"


@pytest.mark.parametrize("goal_id", [g.id for g in TIANJIN.goals])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_goal_is_explained_in_both_languages(tianjin, goal_id, lang):
    known = explain(tianjin, goal_id, with_flip=False)
    record = explanation_record(known, lang=lang)
    json.dumps(record, allow_nan=False)
    said = [message.render(lang) for message in sentences(known)]
    assert all(said)
    assert not any("{" in sentence or "None" in sentence for sentence in said)


def test_one_row_a_goal_for_the_whole_plan(tianjin):
    table = plan_panel_table(tianjin, lang="en")
    rows = {row[0]: row for row in table.rows}
    assert len(rows) == len(TIANJIN.goals)
    assert rows["Turnover of technology contracts"][4] == "yes"
    assert rows["Unicorn enterprises"][1:] == ("cannot be said", *["–"] * 6)


def test_the_revision_that_changes_our_word_is_the_first_that_does(tianjin):
    known = explain(tianjin, "hightech_enterprises")
    flip = known.flip
    assert flip.value == known.last.value + flip.revision
    dataset = tianjin.data.dataset

    def word(value):
        revised = tuple(
            replace(f, value=value) if f is known.last else f for f in dataset.observations
        )
        data = replace(tianjin.data, dataset=replace(dataset, observations=revised))
        return bc.project(TIANJIN, data)["hightech_enterprises"].attainment.verdict

    assert word(flip.value) == flip.verdict != known.item.attainment.verdict
    step = 10.0 * np.sign(flip.revision)
    assert word(flip.value - step) == known.item.attainment.verdict


def test_no_revision_within_reach_is_said_to_be_none():
    assert nearest_flip(100.0, lambda _: "same", before="same", unit=1.0, size=100.0) is None
    known = of_made_up(plan(goals=[goal("turnover", target=1e6)]), 70.0, 78.0, 84.0, 95.0)
    assert known.flip is None
    assert "No revision of the last figure within 50%" in panel_table(known, lang="en").rows[0][-1]


def test_of_two_flips_the_nearer_one_is_named():
    def word(value):
        return "low" if value < 97.0 else "high" if value >= 130.0 else "same"

    assert nearest_flip(100.0, word, before="same", unit=1.0, size=100.0) == 96.0
    assert nearest_flip(128.0, word, before="same", unit=1.0, size=100.0) == 130.0


def test_the_unit_of_a_figure_is_that_in_which_it_is_written():
    assert [written_unit(v) for v in (1.5, 100.0, 1e-3, 1200.0)] == [0.1, 1.0, 0.001, 1.0]


def test_the_date_is_read_off_the_probabilities_and_may_lie_beyond_the_horizon():
    known = date_of((2021, 2022, 2023), (0.05, 0.3, 0.2))
    assert (known.earliest, known.median, known.latest, known.likely) == (2022, None, None, None)
    assert known.probabilities == (0.05, 0.3, 0.3)


def test_up_to_the_due_year_the_date_rests_on_the_probability_itself(tianjin):
    item = tianjin["tech_contract_value"]
    known = expected_date(item, scenario="baseline")
    by_year = dict(zip(known.years, known.probabilities, strict=True))
    assert by_year[2022] == item.attainment.probability
    assert known.horizon == 2027
    assert list(known.probabilities) == sorted(known.probabilities)


def test_a_borrowed_forecast_is_not_carried_beyond_the_due_year(tianjin):
    assert expected_date(tianjin["eaglet_enterprises"], scenario="baseline").horizon == 2022


@pytest.mark.parametrize(("probability", "says"), [(0.7, True), (0.5, None), (0.2, False)])
def test_our_own_verdict_has_the_same_bounds_as_in_the_panel(tianjin, probability, says):
    known = explain(tianjin, "tech_contract_value", with_flip=False)
    a = replace(known.item.attainment, probability=probability, verdict=verdict_of(probability))
    assert replace(known, item=replace(known.item, attainment=a)).says_met is says


def test_under_a_scenario_nothing_is_carried_beyond_the_levers():
    """Nine made-up figures give the district a trend of its own."""
    beichen = bc.load_plan("beichen-2020-2022")
    own = [
        figure(2011 + i, 380.0 + 15.0 * i, area="beichen", indicator="hightech_enterprises",
               unit="enterprises", measure=Measure.STOCK)
        for i in range(9)
    ]  # fmt: skip
    baseline = bc.project(beichen, vintage(own, as_of=date(2020, 12, 31)))
    known = explain(baseline, "hightech_enterprises", with_flip=False)
    assert known.date.horizon == 2027
    known = explain(baseline.under("stretch"), "hightech_enterprises")
    assert known.scenario == "stretch"
    assert known.date.horizon == 2022
    assert known.date.probabilities[-1] == known.item.attainment.probability
    record = explanation_record(known, lang="en")
    assert "under the baseline only" in record["own_flip"]["text"]


def test_the_date_is_said_as_one_year_or_as_not_to_be_expected():
    def said(*chances, lang="en"):
        return date_sentence(date_of(range(2020, 2020 + len(chances)), chances)).render(lang)

    assert said(0.01, 0.05) == ("Not expected by 2021: until then the probability stays below 10%.")
    assert said(0.01, 0.05, lang="zh") == "2021年底前预计不能完成（概率始终低于10%）。"
    assert "80% interval: 2021 alone." in said(0.05, 0.95)
    assert "80%区间：均在2021年。" in said(0.05, 0.95, lang="zh")
    assert "80% interval: 2021 or later." in said(0.05, 0.3)
    assert "Not expected by 2021: even chances are not reached." in said(0.05, 0.3)
    assert "首次达到80%的年份：2022年" in said(0.2, 0.6, 0.85, lang="zh")
    assert "It does not reach 80% by 2021." in said(0.2, 0.6)


BEICHEN = bc.project(bc.load_plan("beichen-2020-2022"), bc.load_observations(as_of="2021-12-31"))


def test_the_reference_class_stands_beside_the_trend_which_is_reported_alone(tianjin):
    item, reference = tianjin["tech_contract_value"], ReferenceClass.load()
    rate, pooled = parts_of(item, scenario="baseline")
    assert rate.label == "any"
    assert pooled == reference.pool(item.attainment.probability, rate)
    own, _ = parts_of(tianjin["rd_intensity"], scenario="baseline")
    assert own.label == "rd_intensity"
    assert own.count < reference.rate(None, years_ahead=3, required_vs_past=1.0).count
    said = parts_message(tianjin["rd_intensity"], scenario="baseline")
    assert "of 13 past public goals" in said.render("en")
    assert "R&D intensity" in said.render("en")
    assert "13" in said.render("zh")


@pytest.mark.parametrize("goal_id", ["tech_contract_value", "university_science_parks"])
def test_what_borrows_or_counts_events_and_a_scenario_have_no_reference_part(goal_id, tianjin):
    assert parts_of(BEICHEN[goal_id], scenario="baseline") is None
    said = parts_message(BEICHEN[goal_id], scenario="baseline")
    assert said.render("en") == "No reference class enters this probability."
    assert parts_of(tianjin["tech_contract_value"], scenario="stretch") is None
    assert parts_message(BEICHEN["innovation_platforms"], scenario="baseline") is None
