"""What ships is what the benchmark's panels and goals give, to the last byte."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcforecast.attainment.explain import SHIPPED as SHIPPED_GROWTH
from bcforecast.attainment.explain import compare_pace, growth_class
from bcforecast.attainment.reference_class import ReferenceClass
from tests.attainment.judged_goals import goals_that_were_judged
from tools.train import growth, reference
from tools.train.__main__ import WRITES, main
from tools.train.growth import Panel, panels, window_paces
from tools.train.reference import (
    Prior,
    fit_logistic,
    in_real_time,
    learn,
    out_of_area,
    out_of_kind,
    read_cases,
)
from tools.train.share import PANEL, yearly_sd

BENCH = Path(__file__).parents[3] / "shared" / "bench"
needs_bench = pytest.mark.skipif(
    not BENCH.is_dir(), reason="the benchmark data (../shared/bench) is not here"
)
FILES = {
    "trend": ("m3_yearly.parquet",),
    "share": (PANEL,),
    "reference": ("goal_cases.csv", "goal_histories.csv"),
    "growth": ("province_tech_contract_value.csv", "country_rd_intensity.csv"),
}


@needs_bench
@pytest.mark.parametrize("what", ["share", "reference", "growth"])
def test_a_shipped_file_is_rebuilt(what, tmp_path):
    out = tmp_path / "new.json"
    assert main([what, "--bench", str(BENCH), "--out", str(out)]) == 0
    assert out.read_bytes() == WRITES[what].read_bytes()


def refused(what, bench, capsys):
    out = bench / "new.json"
    with pytest.raises(SystemExit) as leave:
        main([what, "--bench", str(bench), "--out", str(out)])
    assert leave.value.code == 2
    assert not out.exists()
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("what", WRITES)
def test_a_missing_file_is_named_and_nothing_is_written(what, tmp_path, capsys):
    assert FILES[what][0] in refused(what, tmp_path, capsys)


@pytest.mark.parametrize(("what", "column"), [("reference", "target_year"), ("growth", "value")])
def test_a_missing_column_is_named(what, column, tmp_path, capsys):
    (tmp_path / FILES[what][0]).write_text("area,year\n", encoding="utf-8")
    said = refused(what, tmp_path, capsys)
    assert "found columns area, year" in said
    assert column in said


def test_the_yearly_spread_of_a_simulated_panel_is_found():
    walk = np.cumsum(np.random.default_rng(3).normal(0, 0.2, (400, 30)), axis=0)
    small = np.exp(np.column_stack([walk, np.full(400, 20.0)]))
    assert abs(yearly_sd(small) - 0.2) < 0.02


def panel(**rows):
    table = pd.DataFrame(
        [(area, year, value) for area, seen in rows.items() for year, value in seen],
        columns=["area", "year", "value"],
    )
    return Panel("made_up", "rate", "", "province", "made_up.csv", table)


@needs_bench
def test_the_shipped_file_of_growth_names_the_checksums_of_its_inputs():
    document = json.loads(SHIPPED_GROWTH.read_text(encoding="utf-8"))
    assert document["inputs"]
    for name, checksum in document["inputs"].items():
        assert hashlib.sha256((BENCH / name).read_bytes()).hexdigest() == checksum


@needs_bench
def test_a_share_agrees_with_a_count_of_the_windows():
    contracts = panels(BENCH)[0]
    paces = window_paces(contracts, 3)
    known = growth_class("tech_contract_value")
    found = compare_pace(0.15473, known, years=3, direction="up")
    assert found.windows == len(paces)
    assert found.share_of_windows.value == pytest.approx(
        (paces["pace"] >= 0.15473).mean(), abs=0.02
    )
    best = paces.groupby("area")["pace"].max()
    fast = compare_pace(0.6, known, years=3, direction="up").share_of_areas
    assert fast.value == pytest.approx((best >= 0.6).mean(), abs=0.04)


def test_windows_need_both_ends_and_figures_above_zero():
    made = panel(a=[(2011, 100.0), (2012, 0.0), (2013, 121.0)], b=[(2011, 50.0), (2012, 60.0)])
    assert window_paces(made, 2)["pace"].tolist() == pytest.approx([0.1])
    assert window_paces(made, 1)["pace"].tolist() == pytest.approx([0.2])


def test_too_few_areas_give_no_percentiles():
    few = panel(**{f"a{i}": [(2011, 1.0), (2012, 1.1)] for i in range(7)})
    assert json.loads(growth.as_json([few], BENCH))["classes"] == {}


def test_what_is_learned_does_not_depend_on_the_order_of_cases():
    cases = goals_that_were_judged()
    mixed = cases.sample(frac=1.0, random_state=3)
    assert reference.as_json(learn(mixed), mixed) == reference.as_json(learn(cases), cases)


def test_the_outcome_of_an_area_does_not_move_what_is_said_of_it():
    cases = goals_that_were_judged()
    turned = cases.assign(met=cases["met"].where(cases["area"] != "area 0", 1 - cases["met"]))
    mine = cases["area"] == "area 0"
    before, after = out_of_area(cases), out_of_area(turned)
    assert np.array_equal(before[mine], after[mine])
    assert not np.array_equal(before[~mine], after[~mine])


def test_in_real_time_only_goals_past_their_due_date_are_known():
    cases = goals_that_were_judged()
    not_yet_due = cases["target_year"] == 2020
    turned = cases.assign(met=cases["met"].where(~not_yet_due, 1 - cases["met"]))
    assert in_real_time(cases).equals(in_real_time(turned))
    assert not in_real_time(cases).equals(in_real_time(cases.assign(met=1 - cases["met"])))


def test_a_kind_left_out_is_judged_by_the_others():
    cases = goals_that_were_judged()
    rates = out_of_kind(cases)["rate"]
    assert (rates[cases["kind"] == "rd_intensity"] > 0.5).all()
    assert (rates[cases["kind"] == "renewable_energy"] < 0.5).all()


@needs_bench
def test_other_areas_bring_the_pool_where_it_was_to_be():
    cases = read_cases(BENCH)
    pooled = out_of_area(cases)["probability"]
    p = pooled.clip(0.01, 0.99)
    assert ((p - cases["met"]) ** 2).mean() <= 0.160
    assert -np.log(p.where(cases["met"] == 1, 1 - p)).mean() <= 0.47


def synthetic_bench():
    names = [f"s{i}" for i in range(4)]
    cases = pd.DataFrame(
        {
            "case_id": names,
            "goal_id": names,
            "area": ["x", "x", "y", "y"],
            "indicator": ["R&D expenditure (% of GDP)", "employment rate 20-64 (%)"] * 2,
            "as_of": 2012,
            "last_year": 2012,
            "target_year": 2020,
            "comparator": "at_least",
            "target": [3.0, 75.0, 2.0, 70.0],
            "reached": [0, 1, 0, 1],
        }
    )
    histories = pd.DataFrame(
        {"case_id": np.repeat(names, 3), "year": [2010, 2011, 2012] * 4, "value": np.arange(12.0)}
    )
    return cases, histories


def test_rebuilding_twice_gives_the_same_bytes(tmp_path):
    cases, histories = synthetic_bench()
    cases.to_csv(tmp_path / "goal_cases.csv", index=False)
    histories.to_csv(tmp_path / "goal_histories.csv", index=False)

    def even(series, targets):
        return np.linspace(0.2, 0.8, len(targets))

    reference.rebuild(tmp_path, tmp_path / "one.json", trend=even)
    reference.rebuild(tmp_path, tmp_path / "two.json", trend=even)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    again = ReferenceClass.load(tmp_path / "one.json")
    assert sum(again.goals.values()) == 4


def test_a_fit_recovers_the_rate_when_the_prior_is_wide():
    met = np.array([1.0] * 30 + [0.0] * 10)
    prior = Prior(np.zeros(1), np.full(1, 1e6))
    fit = fit_logistic(met, np.ones((40, 1)), weights=np.ones(40), prior=prior)
    assert fit.coefficients[0] == pytest.approx(np.log(3.0), abs=1e-5)
    assert fit.covariance[0, 0] == pytest.approx(1 / (40 * 0.75 * 0.25), rel=1e-3)


def test_a_fit_of_separable_cases_is_finite():
    design = np.column_stack([np.ones(6), [-5.0, -4, -3, 3, 4, 5]])
    met = np.array([0.0, 0, 0, 1, 1, 1])
    fit = fit_logistic(met, design, weights=np.ones(6), prior=Prior(np.zeros(2), np.full(2, 2.0)))
    assert np.isfinite(fit.coefficients).all()
    assert 0.0 < fit.coefficients[1] < 5.0
