"""An explanation says what stands beside a probability, and where it would change."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_plan import figure, goal, indicator, plan, series, vintage

import bcforecast as bc
from bcforecast.attainment import explain as explaining
from bcforecast.observations.records import Measure
from bcforecast.reporting import records, sentences, tables
from bcforecast.reporting.document import plain_text
from bcforecast.reporting.records import explanation_record
from bcforecast.rules.panel import rules
from tests.attainment.explored_plans import BEICHEN, beichen

TIANJIN = bc.load_plan("tianjin-2020-2022")


@pytest.fixture(scope="module")
def tianjin():
    return bc.project(TIANJIN, bc.load_observations(as_of="2020-12-31"))


def required_words(known, *, lang):
    return plain_text(sentences.required_words(known, lang=lang))


def of_made_up(of, *values, **more):
    data = vintage(series(2013, *values, **more), as_of=date(2020, 12, 31))
    return explaining.explain(bc.project(of, data), of.goals[0].id)


@pytest.fixture(scope="module")
def contracts(tianjin):
    return explaining.explain(tianjin, "tech_contract_value")


def test_the_panel_has_every_rule_and_the_plan_one_row_a_judged_goal(contracts, tianjin):
    case, disagreement = contracts.panel.case, contracts.panel.disagreement
    assert (disagreement.flag, case.base_year, case.direction) == (True, 2019, "up")
    panel = records.explanation_record(contracts, lang="en")["panel"]
    assert (len(panel["rules"]), panel["text"][0]) == (len(rules()), "The judgements disagree.")
    (table,) = tables.rules_table(contracts, lang="en").tables
    assert len(table.rows) == len(rules()) + 1
    assert table.cells[0][0] == "Our probability (evidence grade A)"
    told = "\n".join(" ".join(map(str, row)) for row in table.cells)
    for words in ("CNY 81.21 billion (CNY 9.72 billion lower)", "CNY −17.83 billion", "0.3634"):
        assert words in told, "levels, differences and rule values are told in one scale"
    asked = required_words(contracts, lang="en")
    assert "190 billion" not in asked, "that is the median, which is told already"
    (safe,) = sentences.safe_level(tianjin, "tech_contract_value")
    assert f"{safe.render('en')} would have a chance of 80%" in asked, "as on the goal's page"


def test_rules_judge_own_figures_alone_and_nothing_new_or_borrowed(tianjin):
    known = explaining.explain(tianjin, "unicorns")
    record = records.explanation_record(known, lang="en")
    assert record["panel"]["rules"] == []
    assert "has published no figure of its own" in record["panel"]["text"][0]
    assert (record["required"]["state"], record["expected_date"]["median"]) == ("no_figure", None)
    assert record["targets"]["by_probability"] == {}
    assert len(tables.rules_table(known, lang="zh").tables[0].rows) == 1
    assert tables.by_year_table(known, lang="zh").blocks == ()
    panel = explaining.explain(tianjin, "university_science_parks").panel
    assert (panel.case, panel.missing.key) == (None, "explain.panel_event")
    case = explaining.explain(beichen().outlook, "hightech_enterprises").panel.case
    assert (case.years, case.values) == ((2014,), (84.0,))
    odd = plan([indicator("turnover", direction="down")])
    panel = of_made_up(odd, 70.0, 78.0, 84.0, 95.0).panel
    assert panel.case is None
    assert "at_least" in panel.missing.render("en")


def test_a_goal_to_reduce_is_explained_in_its_own_direction():
    dust = indicator("dust", unit="%", kind="ratio", valid_range=[0, 100], direction="down")
    less = plan([dust], [goal("dust", target=20.0, unit="%", comparator="at_most")])
    ratio = {"indicator": "dust", "unit": "%", "measure": Measure.RATIO}
    known = of_made_up(less, 30.0, 29.0, 27.4, 26.5, 25.0, 24.1, 23.0, **ratio)
    assert known.panel.case.direction == "down"
    assert known.pace.path.increment == pytest.approx(-1.0)
    assert known.targets[0.8] > known.targets[0.5]
    a = known.item.attainment
    assert (a.target >= known.targets[0.5]) == (a.probability >= 0.5)
    words = required_words(known, lang="en")
    assert "a decrease of about 1.0 percentage points each year to 2022" in words
    assert "，每年约需减少1.0个百分点。" in required_words(known, lang="zh")


def test_a_pace_is_compared_by_the_measure_of_its_class_and_needs_time_and_a_gap(tianjin):
    higher = TIANJIN.goal("rd_intensity").model_copy(update={"target": 5.0})
    both = TIANJIN.model_copy(update={"goals": (TIANJIN.goal("tech_contract_value"), higher)})
    for item, measure in zip(bc.project(both, tianjin.data), ("rate", "increment"), strict=True):
        pace = explaining.pace_of(item, as_of=tianjin.as_of)
        assert pace.compared.pace == getattr(item.attainment.required, measure)
    known = of_made_up(plan(goals=[goal("turnover", target=50)]), 70.0, 78.0, 84.0, 95.0)
    assert known.pace.state == "met"
    assert "already keeps the promise" in required_words(known, lang="en")
    data = vintage([figure(2022, 160.0, published=date(2022, 12, 31))], as_of=date(2023, 1, 1))
    made = bc.project(plan(), data)
    assert explaining.pace_of(made["turnover"], as_of=made.as_of).state == "over"


def test_the_revision_that_changes_our_word_is_the_first_that_does(tianjin):
    known = explaining.explain(tianjin, "hightech_enterprises")
    flip, dataset = known.flip, tianjin.data.dataset
    one = TIANJIN.model_copy(update={"goals": (known.item.goal,)})

    def word(value):
        revised = (replace(f, value=value) if f is known.last else f for f in dataset.observations)
        data = replace(tianjin.data, dataset=replace(dataset, observations=tuple(revised)))
        return bc.project(one, data).goals[0].attainment.verdict

    assert flip.value == known.last.value + flip.revision
    assert word(flip.value) == flip.label_after != known.item.attainment.verdict
    step = 10.0 * np.sign(flip.revision)
    assert word(flip.value - step) == known.item.attainment.verdict


def test_where_no_revision_flips_our_word_that_is_said():
    known = of_made_up(plan(goals=[goal("turnover", target=1e5)]), 70.0, 78.0, 84.0, 95.0)
    assert known.flip is None
    assert "No revision of the last figure within 50%" in repr(tables.rules_table(known, lang="en"))
    written = [explaining.written_unit(v) for v in (1.5, 100.0, 1e-3, 1200.0)]
    assert written == [0.1, 1.0, 0.001, 1.0]


def test_the_date_rests_on_the_probabilities_and_may_lie_beyond_the_horizon(tianjin, contracts):
    known = explaining.date_of((2021, 2022, 2023), (0.05, 0.3, 0.2))
    assert (known.earliest, known.median, known.latest, known.likely) == (2022, None, None, None)
    assert known.holds == (0.05, 0.3, 0.2), "a value may fall back"
    assert known.reached_by[0] == pytest.approx(0.05)
    assert 0.3 < known.reached_by[1] < known.reached_by[2] < 0.5
    on_record = explaining.date_of((2021, 2022), (0.4, 0.3), reached=2019)
    assert (on_record.median, on_record.reached_by) == (2019, (1.0, 1.0))


def test_a_borrowed_forecast_is_not_carried_beyond_the_due_year(tianjin):
    goals = "tech_contract_value", "eaglet_enterprises"
    assert [explaining.expected_date(tianjin, one).years[-1] for one in goals] == [2027, 2022]


def test_under_a_scenario_nothing_is_carried_beyond_the_levers():
    ours = {"area": "beichen", "indicator": "hightech_enterprises", "unit": "enterprises"}
    own = series(2011, *(380.0 + 15.0 * i for i in range(9)), measure=Measure.STOCK, **ours)
    baseline = bc.project(BEICHEN, vintage(own, as_of=date(2020, 12, 31)))
    assert explaining.expected_date(baseline, "hightech_enterprises").years[-1] == 2027
    known = explaining.explain(baseline.under("stretch"), "hightech_enterprises")
    assert (known.item.outlook.scenario, known.date.years[-1]) == ("stretch", 2022)
    assert known.date.holds[-1] == known.item.attainment.probability
    record = explanation_record(known, lang="en")
    assert "under “As before” only" in record["own_flip"]["text"]


@pytest.mark.parametrize(
    ("lang", "chances", "words"),
    [
        ("en", (0.01, 0.05), "The probability stays below 10% until 2021."),
        ("zh", (0.01, 0.05), "2021年底前可能性始终低于10%。"),
        ("en", (0.05, 0.95), "80% interval: 2021 alone."),
        ("zh", (0.05, 0.95), "80%区间：均在2021年。"),
        ("en", (0.05, 0.3), "80% interval: 2021 or later."),
        ("en", (0.05, 0.3), "The probability does not reach 50% by 2021."),
        ("zh", (0.2, 0.6, 0.85), "首次达到80%的年份：2022年"),
        ("en", (0.2, 0.6), "It does not reach 80% by 2021."),
    ],
)
def test_the_date_is_said_as_one_year_or_as_not_to_be_expected(lang, chances, words):
    known = explaining.date_of(range(2020, 2020 + len(chances)), chances)
    said = plain_text(sentences.date_sentence(known, lang=lang))
    assert (said == words) if chances == (0.01, 0.05) else (words in said)


LEVELS = {0.1: -0.1, 0.5: 0.1, 0.9: 0.3}


def test_the_shipped_percentiles_are_statistics_only():
    document = explaining.SHIPPED.read_text(encoding="utf-8")
    assert not any(name in document for name in ("省", "Albania"))
    held = [one for by_year in explaining.load().values() for one in by_year.values()]
    assert len(held) > 90
    for span in (span for known in held for span in known.spans.values()):
        values = list(span.every.values())
        assert (len(values), values) == (21, sorted(values))
        assert span.areas >= 8
        assert bool(span.highest) is (span.areas >= 20)


def test_an_indicator_is_not_lent_the_percentiles_of_another_kind():
    assert explaining.growth_class("hightech_enterprises", year=2023) is None
    assert explaining.growth_class("rd_intensity", year=2023).measure == "increment"
    assert explaining.growth_class("研发投入强度", year=2023).name == "rd_intensity"


def test_percentiles_are_those_of_the_figures_up_to_the_year():
    known = explaining.growth_class("tech_contract_value", year=2019)
    assert (known.name, known.first_year, known.last_year) == ("technology_contracts", 2011, 2019)
    later = explaining.growth_class("tech_contract_value", year=2030)
    assert (later.last_year, later.spans[1].windows > known.spans[1].windows) == (2023, True)
    assert explaining.growth_class("tech_contract_value", year=2011) is None


def test_shares_count_from_their_own_end_and_beyond_the_percentiles_only_a_bound_is_claimed():
    def windows(pace, direction="up"):
        return explaining.share_as_fast(LEVELS, pace, direction)

    assert windows(0.1).value == pytest.approx(0.5)
    assert windows(0.2).value == pytest.approx(0.3)
    assert windows(0.0, "down").value == pytest.approx(0.3)
    fast, slow, falls = windows(0.31), windows(-0.11), windows(-0.2, "down")
    assert [one.limit for one in (fast, slow, falls)] == ["at_most", "at_least", "at_most"]
    assert falls.value == pytest.approx(0.1)
    assert sentences.share_words(fast, lang="en") == "fewer than 10%"
    assert sentences.share_words(slow, lang="zh") == "90%以上"


@given(st.floats(-1, 5), st.floats(-1, 5), st.integers(1, 5), st.sampled_from(["up", "down"]))
def test_the_faster_of_two_paces_was_kept_no_more_often(one, other, years, direction):
    known = explaining.growth_class("tech_contract_value", year=2023)
    slow, fast = (
        explaining.compare_pace(pace, known, years=years, direction=direction)
        for pace in sorted([one, other], reverse=direction == "down")
    )
    assert 0.0 <= fast.share_of_windows.value <= slow.share_of_windows.value <= 1.0
    assert 0.0 <= fast.share_of_areas.value <= slow.share_of_areas.value <= 1.0


def test_the_span_is_that_of_the_years_left_and_beyond_the_longest_the_longest():
    spans = {1: 1, 3: 3, 5: 5, 9: 5}
    known = explaining.growth_class("tech_contract_value", year=2023)
    for years, span in spans.items():
        found = explaining.compare_pace(0.1, known, years=years, direction="up")
        assert found.span == span


def falling(first, to=0.97):
    """A goal due three years after its last figure, whose figures fell, say by 3 % a year."""
    values = [100 * to ** (year - first) for year in range(first, 2020)]
    data = vintage(series(first, *values), as_of=date(2020, 12, 31))
    return bc.project(plan(), data)["turnover"]


def test_a_target_beyond_the_record_is_said_with_the_number_of_its_spans():
    # 2009 to 2019 are eight spans of three years, each of which fell by 1 - 0.97^3 = 8.7 %.
    item = falling(2009)
    found = explaining.beyond_record(item)
    assert (found.windows, found.years, found.relative) == (8, 3, True)
    assert found.record == pytest.approx(0.97**3 - 1)
    assert found.change == pytest.approx(150 / (100 * 0.97**10) - 1)
    said = plain_text(sentences.beyond_record(item, lang="en"))
    assert "over 8 spans of 3 years on record it always fell by at least 8.7%" in said
    assert plain_text(sentences.beyond_record(item, lang="zh")).startswith(
        "要达到目标，须在3年内较最新数据上升103.4%；以往8个3年期中，降幅最小的也有8.7%。"
    )
    rising = falling(2009, to=1.01)
    said = plain_text(sentences.beyond_record(rising, lang="en"))
    assert said.startswith("The target asks for a rise of 35.8% from the latest figure within 3 y")
    assert said.endswith("; over 8 spans of 3 years on record it never rose by more than 3.0%.")
    share = replace(item, goal=item.goal.model_copy(update={"unit": "% of GDP"}))
    assert explaining.beyond_record(share).change == pytest.approx(150 - 100 * 0.97**10)
    assert explaining.beyond_record(falling(2014)).windows == 3
    assert not explaining.beyond_record(falling(2015)), "two spans are no record"
    met = replace(item, goal=item.goal.model_copy(update={"target": 70.0}))
    assert not explaining.beyond_record(met), "what is met asks for no way to go"


@pytest.mark.parametrize(
    ("first", "yearly", "years"),
    [
        (2006, 0.969, -3),
        (2006, 0.9696, 0),
        (2006, 0.971, 0),
        (2006, 1.01, 3),
        (2016, 0.96, -1),
        (2018, 0.5, 0),
    ],
)
def test_a_pace_that_no_span_on_record_kept_is_told_with_how_long_they_are(first, yearly, years):
    item, last = falling(first), 100 * 0.97 ** (2019 - first)
    path = {2019 + n: last * yearly**n for n in (1, 2, 3)}
    assert explaining.unseen_pace(item, path, since=2019, up=yearly > 1.0) == years


def test_a_rise_slower_than_any_on_record_is_no_fall():
    path = {2020: 147.0, 2021: 148.0, 2022: 149.0}
    assert explaining.unseen_pace(falling(2006, 1.03), path, since=2019, up=False) == 0
