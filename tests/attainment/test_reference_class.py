"""How often goals like this one were met, and the pool with the trend."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from bcforecast.attainment import reference_class as reference
from tests.attainment.judged_goals import goals_that_were_judged
from tools.train.reference import learn

SHIPS = reference.ReferenceClass.load()
KINDS = tuple(reference.read_kinds())


def test_without_evidence_the_rate_is_even_and_the_trend_keeps_its_side():
    nothing = learn(goals_that_were_judged().iloc[:0])
    rate = nothing.rate("rd_intensity", years_ahead=4, required_vs_past=0.0)
    assert (rate.rate, rate.count, rate.label) == (0.5, 0, reference.ANY)
    pooled = nothing.pool(0.8, rate)
    assert 0.5 < pooled.probability < 0.8
    assert pooled.reference_part == 0.0


def test_a_kind_pulls_by_how_often_it_was_met_and_an_unknown_one_toward_even_odds():
    known = learn(goals_that_were_judged())
    kinds = ("R&D expenditure (% of GDP)", "unicorns", "RES2020")
    rates = [known.rate(kind, years_ahead=4, required_vs_past=1.0) for kind in kinds]
    assert [rate.count for rate in rates] == [15, 30, 15]
    seldom, unknown, often = (rate.rate for rate in rates)
    assert seldom < 0.3 < unknown < 0.7 < often
    pooled = [known.pool(0.5, rate).probability for rate in rates]
    assert pooled == sorted(pooled)
    never = learn(goals_that_were_judged().assign(met=0))
    rate = never.rate("rd_intensity", years_ahead=4, required_vs_past=1.0)
    assert rate.met == 0
    assert 0.005 < rate.rate < 0.2, "shrunken, never nought"
    kinds = [*KINDS, "unicorns"]
    n = len(kinds)
    asked = {"years_ahead": [4.0] * n, "required_vs_past": [0.0] * n}
    probability, _, _ = SHIPS.pool_many([0.9] * n, kinds, **asked)
    assert probability[:-1].min() < probability[-1] < probability[:-1].max()


def test_the_two_parts_add_to_the_log_odds_and_the_pool_rises_with_the_trend():
    for kind in (*KINDS, reference.ANY, None):
        rate = SHIPS.rate(kind, years_ahead=5, required_vs_past=1.0)
        pooled = [SHIPS.pool(p, rate) for p in (0.0, *np.linspace(0.02, 0.98, 9), 1.0)]
        for one in pooled:
            odds = float(logit(one.probability))
            assert one.trend_part + one.reference_part == pytest.approx(odds)
        assert np.all(np.diff([one.probability for one in pooled[1:-1]]) > 0.0)


@pytest.mark.parametrize(
    ("years", "values", "target", "comparator", "ahead", "required"),
    [
        # changes a year: 2, 1; mean 1.5
        ([2015, 2016, 2018], [10.0, 12.0, 10.0], 16.0, "at_least", 4, 1.0),
        ([2015, 2016, 2018], [10.0, 12.0, 10.0], 16.0, "at_most", 4, -1.0),
        ([2020, 2021], [5.0, 5.0], 6.0, "at_least", 2, np.inf),
        ([2020, 2021], [5.0, 5.0], 4.0, "at_least", 2, -np.inf),
        ([2020, 2021], [5.0, 5.0], 5.0, "at_least", 2, 0.0),
        ([2020], [np.nan], 5.0, "at_least", 2, np.nan),
        ([2019, 2020, 2021], [1.0, np.nan, 3.0], 5.0, "at_least", 2, 1.0),
    ],
)
def test_required_rate_is_in_units_of_past_yearly_changes_in_the_goals_direction(
    years, values, target, comparator, ahead, required
):
    asked = {"target": target, "comparator": comparator, "years_ahead": ahead}
    assert reference.required_vs_past(years, values, **asked) == pytest.approx(
        required, nan_ok=True
    )


@pytest.mark.parametrize("asked", [np.inf, -np.inf, np.nan, 1e9])
def test_extreme_and_unknown_required_rates_give_a_rate(asked):
    assert 0.0 < SHIPS.rate("rd_intensity", years_ahead=1, required_vs_past=asked).rate < 1.0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("R&D EXPENDITURE (% of GDP)", "rd_intensity"), ("e20r", "rd_intensity"),
        ("全社会研发投入强度", "rd_intensity"), ("renewable_energy", "renewable_energy"),
        ("hightech_enterprises", reference.ANY), ("", reference.ANY), (None, reference.ANY),
        (float("nan"), reference.ANY),
    ],
)  # fmt: skip
def test_kinds_go_by_any_of_their_names(name, kind):
    assert reference.kind_of(name) == kind


def test_targets_keep_their_rows_and_say_which_part_is_which_also_after_empty_years():
    series = pd.DataFrame(
        {"unique_id": ["a"] * 3 + ["b"] * 3, "ds": [2018, 2019, 2020] * 2, "y": [1, 2, 3, 3, 2, 1]}
    )
    targets = pd.DataFrame(
        {
            "unique_id": ["b", "a", "b"],
            "h": [2, 1, 1],
            "comparator": ["at_most", "at_least", "at_least"],
            "target": [-1.0, 4.0, 2.0],
            "reference_class": ["rd_intensity", "no such kind", None],
            "note": ["x", "y", "z"],
            "probability": [0.4, 0.6, np.nan],
        },
        index=[7, 3, 5],
    )
    assert reference.required_of_targets(targets, series).tolist() == [1.0, 1.0, 1.0]
    pooled = reference.with_reference(targets, series)
    assert pooled.index.tolist() == [7, 3, 5]
    assert pooled["note"].tolist() == ["x", "y", "z"]
    assert pooled["trend_probability"].equals(targets["probability"].rename("trend_probability"))
    assert pooled["reference_label"].tolist() == ["rd_intensity", reference.ANY, reference.ANY]
    assert pooled["probability"].notna().tolist() == [True, True, False]
    parts = pooled["trend_part"] + pooled["reference_part"]
    assert parts.iloc[:2].tolist() == pytest.approx(logit(pooled["probability"]).iloc[:2].tolist())
    series = pd.DataFrame({"unique_id": "a", "ds": [2018, 2019, 2020], "y": [1.0, 2.0, np.nan]})
    goal = {"unique_id": ["a"], "h": [2], "comparator": ["at_least"], "target": [5.0]}
    assert reference.required_of_targets(pd.DataFrame(goal), series).tolist() == [1.0]
    dated = pd.DataFrame({"unique_id": "a", "ds": pd.to_datetime(["2019", "2020"]), "y": [1.0, 2]})
    goal |= {"h": [1], "target": [3.0], "probability": [0.5]}
    pooled = reference.with_reference(pd.DataFrame(goal), dated)
    assert pooled[["reference_label", "reference_count"]].values.tolist() == [[reference.ANY, 60]]


def test_the_shipped_file_holds_no_row_of_the_benchmark_and_a_goal_counts_once():
    known = json.loads(reference.SHIPPED.read_text(encoding="utf-8"))
    assert set(known) == {"recipe", "goals", "cases", "areas", "kinds", "alone", "beside"}
    assert known["goals"] == sum(one["goals"] for one in known["kinds"].values()) == 60
    assert np.linalg.eigvalsh(np.array(known["beside"]["covariance"])).min() > 0.0
    once = goals_that_were_judged().query("as_of == 2012")
    twice = pd.concat([once, once.assign(as_of=2013)], ignore_index=True)
    assert learn(once).beside.coefficients == pytest.approx(learn(twice).beside.coefficients)
    assert learn(once).goals == learn(twice).goals
