"""The benchmark: data, peers in their own process, scores as the competitions define them."""

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from bcforecast.evaluation.scores import naive_scale
from bcforecast.reporting.benchmark import BenchResults
from tools.bench import __main__, china, goals, joint, series, tables, within_year
from tools.bench.forecasters import PeerEnvironment, Run, with_means
from tools.train import goals as learning

LEVELS = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
SCORER = Path(__file__).parents[2].parent / "shared" / "bench" / "score.py"

FAKE_STATSFORECAST = '''
"""Stands in for statsforecast: the last figure, give or take the level of the interval."""
import pandas as pd

__version__ = "0.0-test"


class StatsForecast:
    def __init__(self, models, freq, n_jobs, fallback_model):
        self.alias = models[0]

    def forecast(self, df, h, level):
        rows = []
        for name, one in df.groupby("unique_id"):
            for k in range(h):
                y = one["y"].iloc[-1]
                row = {"unique_id": name, "ds": one["ds"].iloc[-1] + k + 1, self.alias: y}
                row |= {f"{self.alias}-lo-{p}": y - p for p in level}
                row |= {f"{self.alias}-hi-{p}": y + p for p in level}
                rows.append(row)
        return pd.DataFrame(rows)
'''
FAKE_MODELS = """
def AutoETS(season_length=1, alias="x"):
    return alias


def RandomWalkWithDrift(alias="x"):
    return alias
"""


def series_of(lengths):
    rng, parts = np.random.default_rng(1), []
    for name, n in lengths.items():
        y = 100 + rng.normal(size=n).cumsum()
        split = ["train"] * (n - 3) + ["test"] * 3
        told = {"unique_id": name, "t": range(1, n + 1), "y": y, "split": split}
        parts.append(pd.DataFrame(told))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def benchmark_file(tmp_path):
    path = tmp_path / "tiny_yearly.parquet"
    series_of({f"s{k}": 9 + k for k in range(6)}).to_parquet(path)
    return path


@pytest.fixture
def benchmark(benchmark_file):
    return series.from_parquet(benchmark_file, name="tiny")


@pytest.fixture
def with_statsforecast(tmp_path, monkeypatch):
    package = tmp_path / "site" / "statsforecast"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(FAKE_STATSFORECAST, encoding="utf-8")
    (package / "models.py").write_text(FAKE_MODELS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    return PeerEnvironment(Path(sys.executable), tmp_path / "kept")


def some_forecast(benchmark, *, spread):
    levels = np.array(LEVELS)
    rows = [
        {"unique_id": name, "h": h, "mean": last}
        | dict(zip((f"q{p:g}" for p in LEVELS), last + spread * (levels - 0.5) * h, strict=True))
        for name, last in zip(benchmark.ids, benchmark.last(), strict=True)
        for h in range(1, benchmark.horizon + 1)
    ]
    return pd.DataFrame(rows)


def test_training_and_test_parts_are_told_apart_and_goals_ask_for_growth_from_the_last(benchmark):
    assert benchmark.outcomes.shape == (6, 3)
    assert benchmark.ids.tolist() == [f"s{k}" for k in range(6)]
    assert benchmark.train.groupby("unique_id").size().tolist() == [6, 7, 8, 9, 10, 11]
    targets = series.goal_targets(benchmark)
    assert len(targets) == 6 * 15
    one = targets[(targets.unique_id == "s0") & (targets.h == 2) & (targets.rate == 0.1)]
    assert one["target"].item() == pytest.approx(benchmark.last()[0] * 1.21)
    assert series.goal_outcomes(benchmark).shape == (6, 15)
    with pytest.raises(ValueError, match=r"none\.parquet: found no such file"):
        series.from_parquet(Path("none.parquet"), name="m4")
    assert series.competition("m1").outcomes.shape == (181, 6)


def test_a_sample_does_not_depend_on_the_order_and_a_hash_changes_with_any_figure(benchmark):
    ids = pd.Series([f"Y{k}" for k in range(100)])
    chosen = series.fixed_sample(ids, size=7)
    assert chosen == series.fixed_sample(ids[::-1], size=7)
    assert (len(chosen), series.fixed_sample(ids, size=3) < chosen) == (7, True)
    changed = benchmark.train.copy()
    assert series.content_hash(benchmark.train) == series.content_hash(changed)
    changed.loc[3, "y"] += 1e-9
    assert series.content_hash(benchmark.train) != series.content_hash(changed)


@pytest.mark.skipif(not SCORER.is_file(), reason="no scorer ../shared/bench/score.py here")
def test_scores_agree_with_the_scorer_of_the_benchmark(benchmark, benchmark_file, tmp_path):
    made = some_forecast(benchmark, spread=4.0)
    made.to_parquet(tmp_path / "made.parquet")
    spec = importlib.util.spec_from_file_location("benchmark_scorer", SCORER)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    methods = {"x": str(tmp_path / "made.parquet")}
    theirs, _ = scorer.run(str(benchmark_file), methods, n80=True, baselines=False)
    ours = series.score_series(benchmark, made).averages
    named = {name: name for name in ("sMAPE", "MASE", "OWA", "sCRPS", "Brier", "ECE")}
    named |= {"MSIS": "MSIS95", "coverage 80": "cov80", "coverage 95": "cov95"}
    for mine, their in {**named, "log loss": "LogLoss"}.items():
        assert ours[mine] == pytest.approx(float(theirs[their].iloc[0]), rel=1e-9), mine


def test_stated_probabilities_go_before_intervals_and_means_of_peers_need_all_members(benchmark):
    made = some_forecast(benchmark, spread=4.0)
    sure = made.assign(**{f"p{rate:g}": 1.0 for rate in (-0.05, 0, 0.05, 0.1, 0.2)})
    met = series.goal_outcomes(benchmark)
    assert series.score_series(benchmark, sure).averages["Brier"] == pytest.approx(1.0 - met.mean())
    narrow, wide = (some_forecast(benchmark, spread=s) for s in (2.0, 4.0))
    told = with_means({"AutoETS": narrow, "AutoTheta": wide})
    assert set(told) == {"AutoETS", "AutoTheta", "mean of ETS, Theta"}
    between = some_forecast(benchmark, spread=3.0).sort_values(["unique_id", "h"])
    mean = told["mean of ETS, Theta"]
    assert mean["q0.9"].tolist() == pytest.approx(between["q0.9"].tolist())


def test_a_peer_runs_in_its_own_process_and_is_kept(benchmark, with_statsforecast, tmp_path):
    assert with_statsforecast.version() == "0.0-test"
    first = with_statsforecast.run("drift", benchmark.train, horizon=3, repeats=2)
    again = with_statsforecast.run("drift", benchmark.train, horizon=3)
    assert (first.fresh, again.fresh, len(first.cpu_seconds)) == (True, False, 2)
    assert first.peak_mib > 1.0
    pd.testing.assert_frame_equal(first.forecasts, again.forecasts)
    one = first.forecasts.iloc[0]
    assert one["q0.5"] == one["mean"] == benchmark.last()[0]
    assert one["q0.975"] - one["mean"] == pytest.approx(95.0)
    assert one["q0.1"] - one["mean"] == pytest.approx(-80.0)
    with pytest.raises(ValueError, match="pip install statsforecast"):
        PeerEnvironment(tmp_path / "no-python").version()


def test_a_table_has_a_row_a_forecaster_with_speed_against_the_yardstick(benchmark):
    asked = {"trend": (3.0, 0.001), "AutoETS": (2.0, 1.0), "AutoTheta": (4.0, 2.0)}
    runs = {
        name: Run(some_forecast(benchmark, spread=spread), (seconds,), 100.0)
        for name, (spread, seconds) in asked.items()
    }
    table = tables.series_table(benchmark, runs).set_index("forecaster")
    assert table.loc["AutoETS", "series_per_second"] == pytest.approx(6.0)
    assert table.loc["trend", "times_AutoETS"] == pytest.approx(1000.0)
    assert table.loc["mean of ETS, Theta", "series_per_second"] == pytest.approx(2.0)
    paired = tables.paired_table(benchmark, runs, rng=np.random.default_rng(1))
    assert set(paired["second"]) == {"AutoETS", "AutoTheta", "mean of ETS, Theta"}
    assert (paired["lower"] <= paired["difference"]).all()


def made_up_cases():
    """Four cases of three goals, on exponential growth, which a drift foresees."""
    years = np.arange(2005, 2015)
    case = {"case_id": [*"abcd"], "goal_id": [*"aabc"], "area": [*"xxyy"], "group": "E20R"}
    case |= {"kind": "money", "source": "goal_cases.csv", "indicator": "turnover"}
    case |= {"as_of": [2014, 2014, 2014, 2014], "target_year": 2016, "comparator": "at_least"}
    case |= {"target": [100.0, 110.0, 200.0, 130.0], "reached": [1, 1, 0, 0]}
    noise = np.array([0.0, 0.01] * 5)
    growing = 50.0 * 1.1 ** (years - 2005) * np.exp(noise)
    falling, still = 100.0 - 2.0 * (years - 2005) + noise, 100.0 + 3.0 * (years - 2005) * noise
    figures = zip("abcd", (growing, growing, falling, still), strict=True)
    known = [pd.DataFrame({"case_id": name, "year": years, "value": y}) for name, y in figures]
    return learning.cases_of(pd.DataFrame(case), pd.concat(known, ignore_index=True))


def test_goals_are_scored_by_set_and_the_wrong_ones_named():
    table = made_up_cases().table
    trend, headline = np.array([0.2, 0.3, 0.1, 0.9]), np.array([0.3, 0.4, 0.2, 0.6])
    said = {"headline": headline, "trend": trend}
    others = {goals.DRIFT_LOG: trend, goals.MEAN: headline, goals.NO_KIND: trend}
    told = goals.GoalBenchmark(table, said | others)
    scores = told.scores().set_index(["dataset", "forecaster"])
    brier = scores.loc[(goals.EUROPE, "trend"), "Brier"]
    assert brier == pytest.approx((0.64 + 0.49 + 0.01 + 0.81) / 4)
    assert set(scores.index.get_level_values(0)) == {goals.EUROPE}
    assert told.wrong()["goal_id"].tolist() == ["a", "c"]
    assert told.wrong()["probability"].tolist() == pytest.approx([0.35, 0.6])
    (row,) = told.kinds().to_dict("records")
    assert (row["dataset"], row["cases"], row["goals"]) == (goals.EUROPE, 4, 3)
    assert (row["share_known"], row["bias"]) == (0.25, pytest.approx(headline.mean() - 0.5))
    assert row["skill"] == pytest.approx(1 - (0.49 + 0.36 + 0.04 + 0.36) / 4 / 0.25)


def test_a_gain_is_a_mean_over_cases_with_an_interval_over_areas():
    table = made_up_cases().table
    others = ("trend", goals.NO_KIND, goals.DRIFT_LOG, goals.MEAN)
    halves = dict.fromkeys((*others, goals.REAL_TIME), np.full(4, 0.5))
    right = dict.fromkeys(("headline", goals.OTHER_AREAS), np.array([0.9, 0.9, 0.1, 0.1]))
    gains = goals.GoalBenchmark(table, right | halves).gains().set_index(["second", "score"])
    for score, gain in (("Brier", -0.24), ("Brier_areas", -0.24), ("Brier_real_time", 0.0)):
        row = gains.loc[("trend", score)]
        assert row["difference"] == pytest.approx(gain)
        assert row["lower"] == row["upper"] == pytest.approx(gain), "both areas gain as much"


def test_a_value_that_repeats_keeps_its_mass_where_that_is_asked():
    table = pd.DataFrame({"case_id": ["a"], "kind": "count", "comparator": "at_least"})
    years = pd.DataFrame({"case_id": "a", "year": range(2000, 2010), "value": 5.0})
    cases = learning.cases_of(table.assign(target=5.0, target_year=2010, reached=1), years)
    plain, kept = cases.by_weight[0, 0], replace(cases, repeats=True).by_weight[0, 0]
    assert kept == pytest.approx(11 / 12 + plain / 12)


def test_a_drift_on_logs_is_the_textbook_one():
    cases = made_up_cases()
    found = goals.drift_probabilities(cases, logs=True)
    y = cases.series[cases.series["unique_id"] == "a"]["y"].to_numpy()
    steps = np.diff(np.log(y))
    sd = steps.std(ddof=1) * np.sqrt(2 + 4 / 9)
    z = (np.log(y[-1]) + 2 * steps.mean() - np.log(100.0)) / sd
    assert found[0] == pytest.approx(stats.t.cdf(z, 8))
    assert found[2] < 0.01


def test_what_is_learned_from_a_goal_never_enters_its_own_probability():
    cases = made_up_cases()
    before = learning.left_out(cases, "area")
    turned = replace(cases, table=cases.table.assign(met=[0.0, 0.0, 0.0, 0.0]))
    after = learning.left_out(turned, "area")
    # Area x's own outcomes were turned: what it is told rests on area y's, which were not.
    np.testing.assert_array_equal(before[:2], after[:2])
    assert (before[2:] != after[2:]).all()
    early = learning.in_real_time(cases, origins=(2010,))
    np.testing.assert_array_equal(early, learning.in_real_time(turned, origins=(2010,)))


def test_results_are_read_back_as_they_were_saved(tmp_path):
    empty = pd.DataFrame()
    score = {"dataset": "reported", "cases": 3.0, "forecaster": "trend", "Brier": 0.123456789}
    gain = {"dataset": "reported", "second": "trend", "score": "Brier"}
    gain |= {"difference": -0.1, "lower": -0.2, "upper": 0.1}
    scored, gained = pd.DataFrame([score]), pd.DataFrame([gain])
    about = {"date": "2026-11-23", "command": "bench", "versions": "v", "machine": "m"}
    results = BenchResults(about, *[empty] * 2, scored, gained, *[empty] * 4)
    tables.save(results, tmp_path)
    again = BenchResults.load(tmp_path / "benchmark.json")
    assert again.goals["Brier"].tolist() == [0.123457]
    assert "0.1235" in (tmp_path / "benchmark.md").read_text(encoding="utf-8")
    first = (tmp_path / "benchmark.json").read_bytes()
    tables.save(again, tmp_path)
    assert (tmp_path / "benchmark.json").read_bytes() == first


def test_forecasters_are_named_in_tables_and_the_document_shows_the_shipped_run():
    table = pd.DataFrame({"forecaster": ["drift", "AutoETS"], "Brier": [0.2, np.nan]})
    shown = tables.markdown_table(table)
    assert "| random walk with drift | 0.2000 |" in shown
    assert "| AutoETS |  |" in shown
    document = Path(__file__).parents[2] / "docs" / "benchmark.md"
    assert tables.markdown(BenchResults.load()) in document.read_text(encoding="utf-8")


def test_differences_are_marked_where_their_interval_leaves_out_nought():
    rows = [("MSIS", -2.0, -3.0, -1.0), ("log loss", 0.1, -0.1, 0.3)]
    table = pd.DataFrame(rows, columns=["score", "difference", "lower", "upper"])
    told = tables.paired_in_words(table.assign(dataset="m3", second="AutoETS")).iloc[0]
    assert told["MSIS"] == "-2.000 [-3.000, -1.000] *"
    assert told["log_loss"] == "+0.100 [-0.100, +0.300]"


def test_a_steady_advantage_is_decided_and_neither_noise_nor_equality_is():
    rng = np.random.default_rng(5)
    base = rng.normal(size=200)
    better = tables.paired_bootstrap(base - 0.2, base, rng=rng)
    assert better["difference"] == pytest.approx(-0.2)
    assert better["upper"] < 0.0
    noise = tables.paired_bootstrap(base + rng.normal(size=200), base, rng=rng)
    assert noise["lower"] < noise["difference"] < noise["upper"]
    same = tables.paired_bootstrap(base, base, rng=rng)
    assert set(same.values()) == {0.0}
    without = tables.paired_bootstrap([1.0, np.nan, 3.0], [2.0, 2.0, 4.0], rng=rng)
    assert without["difference"] == -1.0


def test_point_scores_and_the_tails_of_a_normal_by_hand():
    assert series.smape([100.0, 0.0, 0.0], [50.0, 0.0, 4.0]) == pytest.approx([200 / 3, 0.0, 200.0])
    assert series.mase([10.0], [7.0], naive_scale([1.0, 2.0, 4.0])).tolist() == [2.0]
    assert series.owa(8.0, 3.0, naive_smape=10.0, naive_mase=2.0) == pytest.approx(1.15)
    # the width, and forty times the miss
    ends = np.full((3, 1), 2.0), np.full((3, 1), 10.0)
    found = series.interval_score(np.array([[5.0], [1.0], [11.0]]), *ends)
    assert found == pytest.approx(np.array([[8.0], [48.0], [48.0]]))
    # three cases at 0.2 of which one met (1/3), one at 0.9 missed: weighed by their cases
    error = series.expected_calibration_error([1, 0, 0, 0], [0.2, 0.2, 0.2, 0.9])
    assert error == pytest.approx((3 * (1 / 3 - 0.2) + 0.9) / 4)
    low, high = np.array([-1.2815515655446004]), np.array([1.2815515655446004])
    tails = series.normal_from_interval(low, high, np.array([0.0, 1.96]))
    assert tails[0] == pytest.approx(0.5)
    assert tails[1] == pytest.approx(0.025, abs=1e-4)
    point = np.array([3.0])
    tails = series.normal_from_interval(point, point, np.array([2.0, 3.0, 4.0]))
    assert tails.tolist() == [1, 0.5, 0]


def test_the_command_runs_the_trend_and_saves_the_tables(tmp_path, capsys):
    series_of({f"Y{k}": 20 for k in range(30)}).to_parquet(tmp_path / "m4_yearly.parquet")
    out = tmp_path / "out"
    asked = ["--datasets", "m4", "--bench-dir", str(tmp_path), "--peers", "", "--out", str(out)]
    assert __main__.main([*asked, "--date", "2026-11-23", "--repeats", "1"]) == 0
    said = capsys.readouterr().out
    for words in ("M4: 30 yearly series", "2026-11-23", "python -m tools.bench --datasets m4"):
        assert words in said
    (row,) = json.loads((out / "benchmark.json").read_text(encoding="utf-8"))["series"]
    assert row["forecaster"] == "trend"
    assert 0.8 < row["coverage_95"] <= 1.0
    assert row["series_per_second"] > 0
    assert row["peak_mib"] > 10
    assert (out / "series.csv").is_file()


def test_what_is_not_at_hand_is_named_with_its_files_and_the_rest_is_run(tmp_path):
    without = __main__.missing(None)
    assert {"m4", "goals", "bounds", "joint"} <= set(without)
    assert "synthetic" not in without
    (tmp_path / "m4_yearly.parquet").touch()
    found = __main__.missing(tmp_path)
    assert set(without) - set(found) == {"m4", "m4s"}
    assert "world/goal_cases.parquet" in found["bounds"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--datasets", "m9"], "no data set m9; allowed: m1, "),
        (["--datasets", "goals", "--peers", ""], "--bench-dir"),
        (["--peers", "Prophet"], "no peer Prophet; allowed: AutoETS, "),
        (["--date", "yesterday"], "--date"),
    ],
)
def test_a_wrong_option_is_named(tmp_path, asked, said, capsys):
    with pytest.raises(SystemExit) as leave:
        __main__.main([*asked, "--out", str(tmp_path / "out")])
    assert leave.value.code == 2
    assert said in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_a_year_in_progress_is_scored_on_what_it_came_to():
    past = np.array([[20.0, 30, 30, 20], [22, 32, 33, 23], [24, 36, 34, 26]])
    case = within_year.Case("Q1", "quarterly", 6, past, np.array([26.0, 38.0]), 130.0)
    assert case.parts.tolist() == [50.0, 54.0, 60.0]
    right = np.full(within_year.LEVELS.size, 130.0)
    judged = {"right": [right], "wrong": [right + 40.0], "share": [within_year.last_share(case)]}
    table = within_year.scores([case], judged).set_index("forecaster")
    assert table.loc["right", ["CRPS", "Brier"]].tolist() == [0.0, 0.0]
    assert table.loc["wrong", "CRPS"] == pytest.approx(4.0)
    assert table["coverage 80"].tolist() == [True, False, True]
    assert np.median(judged["share"][0]) == pytest.approx(64.0 * 120 / 60)
    own = within_year.own_quantiles(case)
    for name in (within_year.OURS, within_year.TOTALS):
        assert own[name].min() >= 64.0
        assert (np.diff(own[name]) >= 0.0).all()


def test_the_year_in_progress_is_judged_by_frequency_and_month(capsys):
    table = within_year.bench(None, every=500)
    assert "last year's share" in capsys.readouterr().out
    assert set(table["months"]) == {3, 6, 9}
    assert set(table["frequency"]) == {"monthly", "quarterly"}
    assert len(table) % 4 == 0
    assert (table["CRPS"] >= 0.0).all()


def test_the_number_met_hangs_together_as_its_goals_do():
    two, up, h = np.full(2, 0.5), np.array([1.0, 1.0]), np.ones(2)
    tied = joint.number_met(two, up, h, correlation=0.5, name="x")
    # Both of two even chances: 1/4 + arcsin(1/2) / (2 pi) = 1/3.
    np.testing.assert_allclose(tied, [1 / 3, 1 / 3, 1 / 3], atol=0.01)
    apart = joint.number_met(two, up * [1, -1], h, correlation=0.5, name="x")
    np.testing.assert_allclose(apart, [1 / 6, 2 / 3, 1 / 6], atol=0.01)
    free = joint.number_met(
        np.array([0.2, 0.5, 0.9]), np.ones(3), np.ones(3), correlation=0.0, name="y"
    )
    np.testing.assert_allclose(free, [0.04, 0.41, 0.46, 0.09], atol=0.01)


def test_a_record_elsewhere_never_holds_the_area_and_a_figure_stands_before_the_due_year():
    listed = pd.DataFrame({"area": [*"xxyz"], "family": [*"aaab"], "reached": [0, 0, 1, 1]})
    kind, every = china.record_elsewhere(listed)
    # Of x's goals: 1 of 1 of the kind in y, 2 of 2 of all kinds, worth two goals and one half.
    assert (kind[0], every[0]) == (pytest.approx((1 + 2 * 0.75) / 3), 3 / 4)
    assert kind[3] == every[3] == 2 / 5, "of its kind there is none elsewhere"
    told = {"base_year": 2015.0, "base": 2.0, "other_years": "2018:3.1;2019:4.0(plan);2020:9"}
    assert china.own_figures(told | {"target_year": 2020}) == {2015: 2.0, 2018: 3.1}


def test_each_bin_holds_its_cases_their_mean_and_the_share_met():
    table = series.reliability_table([1, 0, 1, 1], [0.05, 0.02, 0.95, 1.0])
    assert table["low"].tolist() == [0.0, 0.9]
    assert table["count"].tolist() == [2, 2]
    assert table["stated"].tolist() == pytest.approx([0.035, 0.975])
    assert table["met"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("met", "cases", "ends"),
    [(81, 263, (0.2553, 0.3662)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_the_interval_about_the_share_is_the_published_one(met, cases, ends):
    # Newcombe (1998), table I, method 3
    table = series.reliability_table([1] * met + [0] * (cases - met), [0.5] * cases)
    assert table[["met_lower", "met_upper"]].iloc[0].tolist() == pytest.approx(ends, abs=5e-5)
