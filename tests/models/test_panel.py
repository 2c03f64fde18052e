"""Many series at once: as one by one, whatever order, blocks and place; and months as years."""

import socket

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from bcforecast import forecast
from bcforecast.cells import period_named
from bcforecast.errors import BcforecastError, ModelError
from bcforecast.models.growth import SHORT, growth_of
from bcforecast.models.panel import forecast_panel, forecast_years
from bcforecast.models.tables import PanelTableError, period_numbers
from bcforecast.models.trend import Trend
from bcforecast.models.within_year import WithinYear
from bcforecast.observations.selection import History
from bcforecast.observations.subannual import YearPart

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
Q = [f"q{p:g}" for p in LEVELS]


def panel(count=40, seed=0):
    """Series of 2 to 45 figures: growing, falling, some with gaps, zeros or negative figures."""
    rng = np.random.default_rng(seed)
    parts = []
    for i in range(count):
        n = int(rng.integers(2, 46))
        ds = 1970 + np.sort(rng.choice(n + (i % 3), size=n, replace=False))
        y = 100.0 * np.exp(np.cumsum(rng.normal(0.03, 0.08, n)))
        if i % 5 == 4:
            y -= 120.0
        parts.append(pd.DataFrame({"unique_id": f"s{i:02d}", "ds": ds, "y": y}))
    return pd.concat(parts, ignore_index=True)


def goals(frame):
    last = frame.groupby("unique_id")["y"].last()
    kinds = [(1, "at_least", 1.1), (3, "at_most", 0.9), (2, "more_than", 1)]
    rows = [(i, h, kind, y * g, f"{i}-{h}") for i, y in last.items() for h, kind, g in kinds]
    table = pd.DataFrame(rows, columns=["unique_id", "h", "comparator", "target", "note"])
    return table.sample(frac=1.0, random_state=1, ignore_index=True)


BASE = pd.DataFrame({"unique_id": ["a", "a", "a"], "ds": [1, 2, 3], "y": [1.0, 2.0, 3.0]})
GOAL = pd.DataFrame({"unique_id": ["a"], "h": [1], "comparator": ["at_least"], "target": [3.0]})


@pytest.fixture(scope="module")
def frame():
    return panel()


@pytest.fixture(scope="module")
def usual(frame):
    return forecast_panel(frame, 4, LEVELS, targets=goals(frame))


def same(one, other, columns):
    """Equal where the keys are, whatever the order of rows."""
    keys = ["unique_id", "h", *(["note"] if "note" in one else [])]
    a, b = (frame.sort_values(keys)[columns].to_numpy() for frame in (one, other))
    assert_allclose(a, b, rtol=1e-10, atol=1e-10)


def test_a_panel_says_what_the_model_says_of_each_series(frame, usual):
    forecasts, targets = usual
    for name, one in frame.groupby("unique_id"):
        support = (0.0, np.inf) if (one["y"].tail(32) > 0).all() else (-np.inf, np.inf)
        alone = Trend(SHORT).fit(History.of(one["ds"], one["y"], support=support), 4)
        mine = forecasts[forecasts["unique_id"] == name]
        assert_allclose(mine[Q].to_numpy().T, alone.quantile(LEVELS), rtol=1e-10)
        middle = alone.quantile(0.25 + (np.arange(2000) + 0.5) / 4000)
        assert_allclose(mine["mean"], middle.mean(axis=0), rtol=1e-7)
        for row in targets[targets["unique_id"] == name].itertuples():
            chances = {"at_least": alone.at_least, "more_than": alone.sf, "at_most": alone.cdf}
            p = chances[row.comparator](row.target)[row.h - 1]
            assert row.probability == pytest.approx(p, abs=1e-10)


def test_columns_rows_and_targets_are_as_promised_also_beyond_the_horizon(frame, usual):
    given = goals(frame)
    pd.testing.assert_frame_equal(usual.targets[given.columns], given)
    assert usual.targets["probability"].between(0, 1).all()
    assert usual.forecasts.columns.tolist() == ["unique_id", "h", "mean", *Q]
    assert len(usual.forecasts) == 4 * frame["unique_id"].nunique()
    assert (np.diff(usual.forecasts[Q].to_numpy(), axis=1) >= 0).all()
    made = forecast_panel(frame, 2, LEVELS, targets=GOAL.assign(unique_id="s00", h=9, target=100.0))
    assert made.forecasts["h"].max() == 2
    assert 0 < made.targets["probability"].iloc[0] < 1


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_the_quantiles_beside_a_probability_are_those_of_its_own_distribution(frame, level):
    months_of_one = pd.concat([yearly(), months(2021, 126.0, known=6)])
    own = pd.DataFrame({"unique_id": "a", "h": [1, 2, 2], "target": 120.0, "kind": "money"})
    own["comparator"] = ["at_most", "at_most", "less_than"]
    upward = goals(frame).query("comparator != 'at_most'")
    for asked, told in (
        (upward.assign(kind="rate"), lambda t: forecast_panel(frame, 2, LEVELS, targets=t)),
        (own, lambda t: forecast_years(months_of_one, 2, LEVELS, targets=t)),
    ):
        found = told(asked).targets
        assert list(found)[-len(LEVELS) :] == Q
        p = told(asked.assign(target=found[f"q{level:g}"])).targets["probability"]
        below = found["comparator"].isin(["at_most", "less_than"])
        assert_allclose(p, np.where(below, level, 1.0 - level), atol=1e-9)


def test_targets_that_point_both_ways_are_read_from_one_forecast_without_leaning(frame):
    both = pd.DataFrame({"unique_id": ["a", "a", "b"], "h": 1, "target": 125.0, "kind": "money"})
    both["comparator"] = ["at_least", "less_than", "at_least"]
    whole = pd.concat([yearly("a"), yearly("b")])
    part = months(2021, 126.0, known=6)
    year = pd.concat([whole, part, part.assign(unique_id="b")])
    for told in (
        lambda **how: forecast_panel(whole.astype({"ds": int}), 1, LEVELS, both, **how).targets,
        lambda **how: forecast_years(year, 1, LEVELS, both, **how).targets,
    ):
        found, trend = told(), told(trend_only=True)
        at_least, less_than, alone = found["probability"]
        assert at_least + less_than == pytest.approx(1.0, abs=1e-12)
        assert found.loc[0, Q].tolist() == found.loc[1, Q].tolist() == trend.loc[0, Q].tolist()
        assert alone > at_least == trend["probability"][2]


@pytest.mark.parametrize(("block_size", "n_jobs"), [(1, 1), (7, 1), (1000, 1), (3, 2)])
def test_blocks_cores_and_the_order_of_rows_do_not_matter(frame, usual, block_size, n_jobs):
    told = []
    work = {"block_size": block_size, "n_jobs": n_jobs}
    mixed = frame.sample(frac=1.0, random_state=2, ignore_index=True)
    other, again = (
        forecast_panel(mixed, 4, LEVELS, targets=goals(frame), progress=progress, **work)
        for progress in (lambda done, total: told.append((done, total)), None)
    )
    same(usual.forecasts, other.forecasts, ["mean", *Q])
    same(usual.targets, other.targets, ["probability", *Q])
    assert told == sorted(told)
    assert told[-1] == (40, 40)
    pd.testing.assert_frame_equal(other.forecasts, again.forecasts, check_exact=True)


def test_an_empty_figure_is_a_gap_and_in_the_last_row_moves_the_start(frame):
    def with_empty(some, ds):
        return pd.concat([some, pd.DataFrame({"unique_id": "s01", "ds": [ds], "y": [np.nan]})])

    gappy = forecast_panel(with_empty(frame, 1900), 2, LEVELS)
    same(forecast_panel(frame, 2, LEVELS), gappy, Q)
    one = frame[frame["unique_id"] == "s01"]
    now = forecast_panel(one, 3, LEVELS)[Q].to_numpy()[1:]
    then = forecast_panel(with_empty(one, one["ds"].max() + 1), 2, LEVELS)[Q].to_numpy()
    assert_allclose(now, then, rtol=1e-10)


@pytest.mark.parametrize("freq", ["YE", "QS", "ME", "W", "D"])
def test_dates_count_in_their_own_periods(freq):
    dates = pd.date_range("2015-01-31", periods=8, freq=freq).delete(3)
    series = {"unique_id": "a", "y": [10.0, 11, 12, 14, 15, 17, 18]}
    dated, periods, numbered = (
        forecast_panel(pd.DataFrame({**series, "ds": ds}), 3, LEVELS)
        for ds in (dates, dates.to_period(freq[0]), [1, 2, 3, 5, 6, 7, 8])
    )
    pd.testing.assert_frame_equal(dated, numbered)
    pd.testing.assert_frame_equal(periods, numbered)


@pytest.mark.parametrize(
    ("frame", "options", "named"),
    [
        (BASE.to_dict(), {}, "df: found dict; allowed: a pandas DataFrame"),
        (BASE, {"targets": GOAL.to_dict()}, "targets: found dict"),
        (BASE.drop(columns="y"), {}, "column y"),
        (BASE.iloc[:1], {}, "series a has one figure"),
        (pd.concat([BASE, BASE]), {}, "row 4: series a already has ds 1, in row 1"),
        (BASE.iloc[[1, 0, 2, 0]], {}, "row 4: series a already has ds 1, in row 2"),
        (BASE.assign(y=["1", "x", "3"]), {}, 'row 2: y is "x"'),
        (BASE.assign(y=["1", None, "1,000"]), {}, 'row 3: y is "1,000"'),
        (BASE.assign(y=[1.0, -1.1e100, 3.0]), {}, "row 2: y of series a is -1.1e\\+100"),
        (BASE.iloc[:0], {}, "the table of series has no rows"),
        (BASE.assign(unique_id=["a", "a", "\x1b[31m"]), {}, "row 3: unique_id is"),
        (BASE.assign(unique_id=["a", "a", " "]), {}, "row 3: unique_id is an empty cell; a name"),
        (BASE.assign(y=[1.0, np.inf, 3.0]), {}, "row 2"),
        (BASE.assign(ds=["2019", "soon", "2021"]), {}, "row 2"),
        (BASE.assign(ds=[1.0, 1.5, 2.0]), {}, "row 2"),
        (BASE.assign(ds=[1.0, 2.0, 1e300]), {}, 'row 3: ds is "1e\\+300"'),
        (BASE.assign(ds=["2019", None, "2021"]), {}, "row 2: ds is an empty cell"),
        (BASE.assign(unique_id=["a", None, "a"]), {}, "row 2"),
        (BASE.assign(ds=[1, 10_000_000, 20_000_000]), {}, "periods"),
        (BASE, {"horizon": 0}, "horizon"),
        (BASE, {"quantiles": [0.0]}, "quantiles"),
        (BASE, {"quantiles": []}, "quantiles"),
        (BASE, {"quantiles": [0.1, 0.9, 0.1]}, "quantiles: found 0.1,0.9,0.1"),
        (BASE, {"scale": "sqrt"}, "scale"),
        (BASE.assign(y=[1.0, -2.0, 3.0]), {"scale": "log"}, "not positive"),
        (BASE, {"targets": GOAL.drop(columns="h")}, "column h"),
        (BASE, {"targets": GOAL.assign(unique_id="b")}, 'row 1: no series "b"'),
        (BASE, {"targets": GOAL.assign(h=0)}, 'h is "0"'),
        (BASE, {"targets": GOAL.assign(h=201)}, "1 to 200"),
        (BASE, {"targets": GOAL.assign(h=1e300)}, "1 to 200"),
        *(
            (BASE, {"targets": GOAL.assign(comparator=asked)}, f'comparator is "{asked}"; .*less')
            for asked in ("above", "between", "about", "event")
        ),
        (BASE, {"targets": GOAL.assign(target=np.nan)}, "target is an empty cell"),
        (BASE, {"targets": GOAL.assign(target=1e307)}, "1e\\+100"),
        (BASE, {"targets": GOAL.assign(target="x")}, 'target is "x"'),
        (BASE, {"support": (3.0, 0.0)}, "support"),
        (BASE, {"support": (0.0, np.nan)}, "support"),
        (BASE, {"support": (2.0, np.inf)}, "y of series a is 1, outside the support 2 to inf"),
        (BASE, {"support": (0.0, 1e308)}, "support"),
    ],
)
def test_a_wrong_input_is_refused_by_name(frame, options, named):
    with pytest.raises(BcforecastError, match=named):
        forecast_panel(frame, **{"horizon": 2, **options})


@pytest.mark.parametrize(("scale", "horizon"), [(1e-9, 6), (1e12, 6), (1e100, 1), (1e100, 150)])
def test_degenerate_series_of_any_size_have_finite_forecasts(scale, horizon):
    shapes = {
        "constant": [1.0] * 8,
        "zeros": [0.0] * 5,
        "alternating": [1.0, -1.0] * 6,
        "jump": [0.0, 0.0, 0.0, 1.0],
        "smaller jump": [1e-3] * 4 + [1.0],
        "from one": [1e-100] * 5 + [1.0],
        "two": [-1.0, 1.0],
        "both signs": [-0.75, 0.5, -0.25, 1.0],
        "growing": np.geomspace(1e-100, 1.0, 12),
        "falling": -1.0 / np.arange(1, 9),
        "random": np.random.default_rng(0).uniform(-1, 1, 40),
    }
    frame = pd.concat(
        pd.DataFrame({"unique_id": k, "ds": range(len(v)), "y": np.array(v) * scale})
        for k, v in shapes.items()
    )
    names = ["unique_id", "h", "comparator", "target"]
    values = [shapes, [1, horizon], ["at_least", "at_most"], [-scale, 0.0, scale]]
    goals = pd.MultiIndex.from_product(values, names=names).to_frame(index=False)
    made = forecast_panel(frame, horizon, LEVELS, targets=goals)
    assert np.isfinite(made.forecasts[["mean", *Q]].to_numpy()).all()
    assert (np.diff(made.forecasts[Q].to_numpy(), axis=1) >= 0).all()
    assert made.targets["probability"].between(0, 1).all()


def test_a_forecast_that_is_no_number_and_a_wrong_row_are_refused_as_the_caller_counts():
    y = [1e-300, 1e100, 2.0]
    frame = pd.concat([BASE, BASE.assign(unique_id="b", y=y)])
    with pytest.raises(ModelError, match="forecast of series b is too large"):
        forecast_panel(frame, 20)
    with pytest.raises(PanelTableError) as caught:
        forecast_panel(pd.concat([BASE, BASE]), 2)
    placed = caught.value.problem(lambda row: row + 1)
    assert placed.render("zh") == "第 5 行：序列 a 的 ds 1 与第 2 行重复"
    assert caught.value.table == "series"


def test_a_support_is_kept_from_zero_and_below_a_ceiling():
    frame = BASE.assign(y=[0.0, 0.0, 0.0])
    assert forecast_panel(frame.assign(y=[2.0, 1.0, 0.0]), 3)["q0.025"].min() < 0
    for y in ([0.0, 0.0, 0.0], [2.0, 1.0, 0.0]):
        assert forecast_panel(frame.assign(y=y), 3, support=(0.0, np.inf))["q0.025"].min() >= 0
    goal = pd.DataFrame({"unique_id": ["a"], "h": 2, "comparator": "at_least", "target": 99.0})
    near, of_kind = BASE.assign(y=[99.0, 100.0, 99.5]), {"targets": goal.assign(kind="ratio")}
    within = forecast_years(near.assign(ds=["2019", "2020", "2021Q1"]), 2, **of_kind)
    for made in (forecast_panel(near, 2, **of_kind), within):
        assert made.forecasts["q0.975"].max() <= 100, "a kind that is known bounds the table too"
    share = BASE.assign(y=[93.0, 96.0, 98.0])
    made = forecast_panel(df=share, horizon=5, quantiles=[0.975, 0.1], support=(0.0, 100.0))
    assert made.columns.tolist() == ["unique_id", "h", "mean", "q0.1", "q0.975"]
    assert (made["q0.1"] < made["q0.975"]).all()
    assert made["q0.975"].max() <= 100


@pytest.mark.parametrize("y", [[2.5, 0.0], [5.5, 0.0, 700.0, 3.0], [2.5, 1.5, 0.0]])
@pytest.mark.parametrize("kind", ["count", "money", "ratio", "rate"])
def test_what_a_count_would_have_below_zero_sits_at_zero(y, kind):
    frame = pd.DataFrame({"unique_id": "a", "ds": range(len(y)), "y": y})
    asked = pd.DataFrame(
        {"unique_id": "a", "h": 2, "comparator": ["at_least", "less_than", "at_most"]}
    )
    asked = asked.assign(target=[1.0, 0.0, 0.0], kind=kind)
    found = forecast_panel(frame, 2, LEVELS, targets=asked, trend_only=True)
    free = Trend(growth_of(kind)).fit(History.of(range(len(y)), y), 2)
    low = -np.inf if kind == "rate" else 0.0
    expected = np.maximum(free.quantile(LEVELS), low).T
    assert free.quantile(0.1)[1] < 0.0, "there is something to move"
    assert_allclose(found.forecasts[Q].to_numpy(), expected, rtol=1e-9, atol=1e-12)
    below = free.cdf(0.0)[1]
    chances = [free.sf(1.0)[1], below if kind == "rate" else 0.0, below]
    assert_allclose(found.targets["probability"], chances, rtol=1e-9, atol=1e-12)
    negative = frame.assign(y=[-1.0, *y[1:]])
    made = forecast_panel(negative, 2, LEVELS, targets=asked).forecasts
    assert made["q0.025"].min() < 0.0, "the record has figures below 0"


def test_a_series_of_whole_things_is_never_below_zero():
    for y in ([1, 0], [5, 0, 700, 3]):
        found = forecast(y, 3, whole=True).forecast
        assert found.quantile(0.001).min() == 0.0
        assert found.sample(500, seed=1).to_numpy().min() == 0.0
        assert forecast(y, 3).forecast.quantile(0.001).min() < 0.0
    assert forecast([-1, 2, 5], whole=True).forecast.quantile(0.001).min() < 0.0


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there_or_never_answers_is_named(loopback, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("bcforecast.workers.PATIENCE", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (9, silent.getsockname()[1]):
            with pytest.raises(BcforecastError, match=rf"127\.0\.0\.1:{port}"):
                forecast_panel(BASE, 2, engine="dask", scheduler=f"tcp://127.0.0.1:{port}")


REPEATED = {
    "constant": [100.0] * 10,
    "arrived": [90.0, 95.0, 99.0, 100.0, 100.0, 100.0, 100.0],
    "three": [90.0, 95.0, 99.0, 100.0, 100.0, 100.0],
    "zeros": [0.0] * 8,
    "two zeros": [0.0] * 2,
    "ended": [3.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0],
}


def test_a_value_that_the_last_figures_repeat_is_kept_by_the_rule_of_succession():
    rows = [(name, 2000 + i, y) for name, ys in REPEATED.items() for i, y in enumerate(ys)]
    frame = pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
    asked = [(name, h, how, ys[-1]) for name, ys in REPEATED.items() for h in (1, 3)
             for how in ("at_least", "more_than")]  # fmt: skip
    columns = ["unique_id", "h", "comparator", "target"]
    forecasts, targets = forecast_panel(
        frame, 3, LEVELS, targets=pd.DataFrame(asked, columns=columns)
    )
    p = targets.set_index(["unique_id", "h", "comparator"])["probability"]
    mass = {(n, h): p[n, h, "at_least"] - p[n, h, "more_than"] for n in REPEATED for h in (1, 3)}
    assert mass["constant", 1] == pytest.approx(11 / 12)
    assert mass["constant", 3] == pytest.approx(11 / 14)
    assert mass["arrived", 1] == pytest.approx(5 / 6)
    assert mass["three", 1] == pytest.approx(0.0, abs=1e-12), "three figures repeat by chance"
    quantile = forecasts.set_index(["unique_id", "h"])
    assert quantile.loc[("constant", 1), "q0.5"] == quantile.loc[("constant", 1), "mean"] == 100.0
    for name in ("zeros", "two zeros", "ended"):
        assert (quantile.loc[name][Q] >= 0.0).all(axis=None)
        assert p[name, 3, "at_least"] == 1.0
    for name in ("zeros", "ended"):
        assert 0.0 < p[name, 1, "more_than"] < 0.1, "a small tail above"
        assert quantile.loc[(name, 3), "q0.975"] > 0.0


@pytest.mark.parametrize("value", [0.0, 1.0, 5.0])
def test_a_count_that_never_moved_may_yet_move_by_one_and_the_less_the_longer(value):
    asked = pd.DataFrame({"unique_id": ["a"], "h": 2, "comparator": "at_least"})
    asked, found = asked.assign(target=value + 1.0, kind="count"), []
    for n in (2, 3, 4, 5, 8, 12):
        frame = pd.DataFrame({"unique_id": "a", "ds": range(n), "y": value})
        p = forecast_panel(frame, 2, targets=asked, trend_only=True).targets["probability"][0]
        whole = History.of(range(n), [value] * n, support=(0.0, np.inf), whole=True)
        found.append((p, float(Trend().fit(whole, 2).at_least(value + 1.0)[-1])))
    # By hand: a normal's tail half a thing on, at two years' spread of half a thing (0.24), from
    # four figures on of a whole one (0.36), and that of what is not kept, 2 / (n + 3).
    by_hand = [(0.24, 0.24)] * 2 + [(0.36 * 2 / (n + 3),) * 2 for n in (4, 5, 8, 12)]
    assert_allclose(found, by_hand, rtol=0.35)
    assert (np.diff(found, axis=0) < 1e-9).all()


def test_the_model_keeps_a_repeated_value_as_the_panel_does():
    for ys in REPEATED.values():
        times = range(2000, 2000 + len(ys))
        free = (-np.inf, np.inf)
        one = Trend(SHORT).fit(History.of(times, ys, support=(0.0, np.inf) if min(ys) else free), 3)
        table = pd.DataFrame({"unique_id": "a", "ds": times, "y": ys})
        many = forecast_panel(table, 3, LEVELS)[Q].to_numpy()
        np.testing.assert_allclose(one.quantile(LEVELS).T, many, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("figures", [[1, 1.2, 1.3, 1.4, 1.6, 1.7], [0, 1, 2, 3, 4, 5], [1.0] * 6])
def test_figures_too_small_to_have_digits_count_as_zero(figures):
    tiny, none = (
        forecast_panel(pd.DataFrame({"unique_id": "a", "ds": range(6), "y": y}), 2, LEVELS)
        for y in (np.array(figures) * 1e-310, np.zeros(6))
    )
    pd.testing.assert_frame_equal(tiny, none)


YEARS = {2015: 100.0, 2016: 104.0, 2017: 107.0, 2018: 112.0, 2019: 115.0, 2020: 120.0}


def series(*rows, name="a"):
    return pd.DataFrame([{"unique_id": name, "ds": ds, "y": y} for ds, y in rows])


@pytest.mark.parametrize(
    ("year", "month"),
    [
        ("{y}", "{y}-{m:02}"), ("{y}年", "{y}年{m}月"), ("{y}-A1", "{y}-M{m:02}"),
        ("{y}年度", "{y}M{m}"), ("{y}", "{y}/{m:02}"), ("{y}", "{y}{m:02}"), ("{y}", "{b} {y}"),
    ],
)  # fmt: skip
def test_a_period_is_the_same_to_every_reader_in_whichever_form_it_is_written(year, month):
    names = ("Jan", "Feb", "March", "Apr.", "May", "Sept")
    told = [month.format(y=2020, m=m, b=names[m - 1]) for m in range(1, 6)]
    usual = [f"2020-{m:02}" for m in range(1, 6)]
    heads = [*map(period_named, told)]
    assert heads == ([None] * 5 if told[0].isdigit() else usual)
    years, codes = [year.format(y=y) for y in range(2015, 2020)], np.zeros(5, dtype=np.int64)
    for column in (told, years):
        assert np.diff(period_numbers(pd.Series(column), codes)).tolist() == [1] * 4
    columns = [*years, *told], [*range(2015, 2020), *usual]
    read = (forecast_years(series(*zip(ds, range(60, 70), strict=True)), 1) for ds in columns)
    assert_allclose(*(one[["q0.1", "q0.5"]] for one in read))


@pytest.mark.parametrize("unsure", ["2020-1", "2020.10", "2020.1", "2020/1"])
def test_what_may_be_a_quarter_or_october_is_no_month_of_a_table(unsure):
    for read in (forecast_panel, forecast_years):
        with pytest.raises(PanelTableError, match=unsure):
            read(series((2018, 1.0), (2019, 2.0), (unsure, 1.0)), 1)


def yearly(name="a"):
    return series(*((str(year), y) for year, y in YEARS.items()), name=name)


def months(year, total, known=12):
    return series(*((f"{year}-{m:02d}", total / 12) for m in range(1, known + 1)))


def test_complete_years_are_forecast_as_a_panel_of_years_is():
    of_years = pd.concat([yearly("a"), yearly("b")])
    found = forecast_years(of_years, 2)
    plain = forecast_panel(of_years.astype({"ds": int}), 2)
    pd.testing.assert_frame_equal(found.drop(columns="year"), plain)
    assert found["year"].tolist() == [2021, 2022, 2021, 2022]


def test_months_and_quarters_make_years_and_the_rest_a_year_in_hand():
    quarters = series(*((f"2020Q{q}", 30.0) for q in (1, 2, 3, 4)))
    parts = [yearly().iloc[:4], months(2019, 115.0), quarters, months(2021, 126.0, known=6)]
    found = forecast_years(pd.concat(parts), 2, quantiles=[0.1, 0.5, 0.9])
    assert found["year"].tolist() == [2021, 2022]
    figures = np.full((3, 4), np.nan)
    figures[0], figures[1], figures[2, :2] = 115.0 / 4, 30.0, 126.0 / 4
    half = YearPart(2021, 6, 63.0, past={2019: 57.5, 2020: 60.0}, figures=figures)
    history = History.of(list(YEARS), list(YEARS.values()), support=(0.0, np.inf))
    expected = WithinYear(Trend(SHORT), half).fit(history, 2).quantile([0.1, 0.5, 0.9])
    np.testing.assert_allclose(found[["q0.1", "q0.5", "q0.9"]].to_numpy(), expected.T, rtol=1e-9)
    assert found["mean"].iloc[0] == pytest.approx(found["q0.5"].iloc[0], rel=0.01)


def test_targets_count_years_after_the_last_complete_one():
    rows = pd.concat([yearly(), months(2021, 126.0, known=11)])
    asked = {"comparator": ["at_least", "more_than", "at_most", "at_least"], "h": [1, 1, 1, 3]}
    targets = pd.DataFrame(asked | {"unique_id": "a", "target": [115.0, 115.0, 115.0, 150.0]})
    _, wanted = forecast_years(rows, 1, targets=targets)
    assert wanted["year"].tolist() == [2021, 2021, 2021, 2023]
    chances = wanted["probability"].to_numpy()
    assert chances[:3].tolist() == [1.0, 1.0, 0.0]
    assert 0.0 < chances[3] < 0.5
    # Rows are told apart by their place, whatever a caller's index calls them.
    _, again = forecast_years(rows, 1, targets=targets.set_index(pd.Index([7, 3, 5, 0])))
    np.testing.assert_array_equal(again["probability"], chances)


def test_what_a_year_is_of_its_months_can_be_said():
    rows = pd.concat([yearly(), months(2020, 1.0).iloc[:0], series(("2021-03", 125.0))])
    stock = forecast_years(rows, 1, how="last")
    rate = forecast_years(pd.concat([yearly(), months(2021, 1500.0, known=3)]), 1, how="mean")
    none = forecast_years(rows, 1, how="sum")
    plain = forecast_years(yearly(), 1)
    np.testing.assert_array_equal(none["q0.5"], plain["q0.5"])
    assert (stock["q0.5"] > plain["q0.5"]).all()
    assert (rate["q0.5"] > plain["q0.5"]).all()


def test_months_of_a_ratio_are_averaged_and_no_year_of_it_passes_the_whole():
    so_far = zip(("2015", "2016", "2017", "2018", "2019"), (90, 92, 94, 95.5, 96.5), strict=True)
    rows = pd.concat([series(*so_far), months(2020, 12 * 97.2), months(2021, 12 * 98.4, known=6)])
    goal = {"unique_id": "a", "h": [2], "comparator": "at_least", "target": 98.5}
    ratio, none = (pd.DataFrame(goal | kind) for kind in ({"kind": "ratio"}, {}))
    levels = [0.02, 0.5, 0.98]
    found, wanted = forecast_years(rows, 2, quantiles=levels, targets=ratio)
    assert found["q0.98"].max() < 100.0
    assert 97.2 < found["q0.5"].iloc[0] < 99.0
    assert 0.3 < wanted["probability"].iloc[0] < 0.95
    half = YearPart(2021, 6, 98.4, "mean", past={2020: 97.2})
    told = [90, 92, 94, 95.5, 96.5, 97.2]
    history = History.of([*range(2015, 2021)], told, support=(0.0, 100.0))
    expected = WithinYear(Trend(growth_of("ratio")), half).fit(history, 2).quantile(levels)
    np.testing.assert_allclose(found[["q0.02", "q0.5", "q0.98"]].to_numpy(), expected.T, rtol=1e-9)
    # Where nothing says that it is a ratio, twelve months are a sum.
    assert forecast_years(rows, 2, targets=none).forecasts["q0.5"].iloc[0] > 500.0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("2021-13", 1.0)], 'row 1: ds is "2021-13"; a period of at most a year'),
        ([("2020", 1.0), ("2019/2021", 1.0)], 'row 2: ds is "2019/2021"'),
        ([("2020", 1.0), ("2020", 2.0)], "row 2"),
        ([("2020", 1.0), ("2021-05", 2.0)], "series a"),
        ([("2021-05", 2.0)], "series a has no complete year"),
        ([("2021", "many")], "many"),
    ],
)
def test_what_cannot_be_read_as_years_is_refused_by_row_or_series(rows, said):
    with pytest.raises(ModelError) as problem:
        forecast_years(series(*rows), 1)
    assert said in problem.value.message.render("en")
    assert problem.value.message.render("zh") != problem.value.message.render("en")
