"""The default model: pinned forecasts, what it takes and refuses, errors and bounds of figures."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from bcforecast.distributions import Transform
from bcforecast.errors import ModelError
from bcforecast.models import growth, trend, trend_members
from bcforecast.models.panel import forecast_panel
from bcforecast.observations.selection import History
from tools.vectors import FILE, answers

CASES = json.loads(FILE.read_text(encoding="utf-8"))

GROWING = [100.0, 108.0, 118.0, 126.0, 139.0, 150.0]
THREE = [0.1, 0.5, 0.9]
POSITIVE = (0.0, np.inf)
NONE = {"lower": -np.inf, "upper": np.inf}


def fitted(values, *, times=None, horizon=4, support=POSITIVE, **fields):
    years = range(2010, 2010 + len(values)) if times is None else times
    return trend.Trend().fit(History.of(years, values, support=support, **fields), horizon)


def bounded(*, horizon=2, **bounds):
    """Of a growing series whose last year has bounds in place of a figure."""
    ends = {end: [*[no] * 6, bounds[end]] for end, no in NONE.items() if end in bounds}
    return fitted([*GROWING, np.nan], horizon=horizon, **ends)


def width(forecast):
    return np.diff(forecast.interval(0.8), axis=0)[0, 0]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_forecast_is_the_pinned_one_until_make_vectors_pins_anew(case):
    found = answers(case)
    assert found.keys() == case["expected"].keys()
    for name, values in case["expected"].items():
        assert found[name] == pytest.approx(values, rel=1e-6, abs=1e-9), name


def test_a_series_grows_wider_with_time_gaps_and_errors_and_keeps_its_bounds():
    forecast = fitted(GROWING)
    low, high = forecast.interval(0.8)
    assert np.all(np.diff(forecast.median()) > 0)
    assert np.all(np.diff(high - low) > 0)
    assert 150 < forecast.median()[0] < 175
    whole = fitted([100.0, 110.0, 121.0, 133.0])
    gappy = fitted([100.0, 110.0, 133.0], times=[2010, 2011, 2013])
    assert width(gappy) > width(whole)
    assert gappy.median()[0] == pytest.approx(whole.median()[0], rel=0.05)
    assert width(fitted(GROWING, error_sd=[0, 0, 0, 0, 0, 8.0])) > 1.2 * width(fitted(GROWING))
    plain, more = fitted(GROWING, horizon=3).median()[1:], bounded(lower=170.0).median()
    assert np.all(more > plain)
    assert np.all(bounded(upper=150.0).median() < plain)
    assert more[0] > 170


@pytest.mark.parametrize(
    "values",
    [
        [5.0] * 6, [0.0] * 4, [1.0, 2.0], [3.0, 0.0, 0.0, 2.0], [1e-9, 1.1e-9, 1.3e-9],
        [1e12, 1.2e12, 1.1e12], [1.0, 1.0, 1.0, 1.0, 1000.0], [n * 1e-300 for n in range(1, 9)],
    ],
)  # fmt: skip
def test_degenerate_series_give_finite_sane_answers(values):
    forecast = fitted(values)
    low, high = forecast.interval(0.95)
    assert np.all(np.isfinite(np.stack([low, high, forecast.median(), forecast.mean()])))
    assert np.all(low >= 0)
    assert np.all(high > low)
    assert np.all(low <= values[-1])
    assert np.all(forecast.median() <= 3 * max(values[-1], 1e-300) + 1e-12)
    assert np.all(forecast.sf(1e15) < 0.01)


@pytest.mark.parametrize(
    ("told", "levels", "factor", "first", "rel"),
    [
        (lambda: fitted([1e-9 * v for v in GROWING]), THREE, 1e-9, 0, 1e-10),
        (lambda: fitted([1e12 * v for v in GROWING]), THREE, 1e12, 0, 1e-10),
        (lambda: fitted(GROWING, error_sd=[1e-7] * 6), THREE, 1.0, 0, 1e-9),
        (lambda: fitted(GROWING, horizon=2, origin=2017), THREE, 1.0, 2, 1e-10),
        (lambda: bounded(horizon=3, lower=-5.0), 0.5, 1.0, 1, 1e-9),
        (lambda: bounded(horizon=3, lower=1.0), 0.5, 1.0, 1, 1e-3),
    ],
    ids=["small", "large", "a tiny error", "years go by", "outside the support", "far below"],
)
def test_the_unit_and_what_says_nothing_change_nothing(told, levels, factor, first, rel):
    usual = factor * fitted(GROWING).quantile(levels)[..., first:]
    assert told().quantile(levels) == pytest.approx(usual, rel=rel)


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_years_without_a_figure_count_alike_in_closed_form_and_beside_errors(missing):
    years = [*range(2010, 2014), 2014 + missing, 2015 + missing]
    exact, soft = (fitted(GROWING, times=years, error_sd=[sd] * 6) for sd in (0.0, 1e-7))
    assert soft.quantile(THREE) == pytest.approx(exact.quantile(THREE), rel=1e-9)


@pytest.mark.parametrize(
    ("values", "zero"),
    [
        ([3, 0, 0, 0, 0], True), ([3, 0, 0, 0], False), ([-1, 0, 0, 0, 0], False), ([0, 0], True),
        ([3, 0], False), ([0], True), ([5, 5, 5, 5], False), ([1, 1, 1, 1], False),
    ],
)  # fmt: skip
def test_four_zeros_or_nothing_else_are_followed_by_nothing_negative(values, zero):
    assert trend.repeats_zero(np.array(values, dtype=float)) is zero


@pytest.mark.parametrize(
    ("values", "whole", "units"),
    [
        ([4.0, 10.0], True, 0.5), ([4.0, 10.0], False, 0.0), ([0.0, 0.0], False, 1.0),
        ([10.0] * 3, True, 0.5), ([10.0] * 4, True, 1.0), ([10.0] * 4, False, 0.0),
    ],
)  # fmt: skip
def test_whole_things_move_by_half_a_unit_at_least_and_a_kept_count_or_zeros_by_a_unit(
    values, whole, units
):
    known = trend.Histories.of([(np.arange(len(values)), np.array(values))], lead=[1])
    scale, none = Transform("log" if values[-1] else "identity"), np.zeros((2, 1))
    still = trend_members.Curve(none + 10.0, none, none, none, none + 0.5, scale)
    made = trend.of_unit_size(still, known, whole=whole)
    walked = units * np.sqrt([2.0, 3.0])  # the two years after one that has passed
    assert made.slope[:, 0] == pytest.approx(walked)
    slope = 1.0 / values[-1] if values[-1] else 1.0
    assert made.transformed_slope[:, 0] == pytest.approx(walked * slope)


def test_the_last_figures_that_are_one_value_are_counted_in_each_series():
    series = [[2.0, 1.0, 2.0], [5.0, 5.0, 5.0], [1.0, 2.0, 2.0], [7.0, 7.0], [8.0, 7.0]]
    known = trend.Histories.of([(np.arange(len(y)), np.array(y)) for y in series], lead=[0] * 5)
    assert known.run.tolist() == [1, 3, 2, 2, 1]


def test_what_is_too_little_or_too_far_ahead_is_refused():
    with pytest.raises(ModelError, match="trend"):
        fitted([1.0])
    times, values = [2000, 2001], [10.0, 12.0]
    assert fitted(values, times=times, origin=6998, horizon=1).horizon == 1
    with pytest.raises(ModelError, match="5001"):
        fitted(values, times=times, origin=6999, horizon=1)
    with pytest.raises(ModelError, match="at least 1 year ahead"):
        fitted(values, horizon=0)
    with pytest.raises(ModelError, match="12"):
        fitted(values, support=(0.0, 11.0))


def test_the_latest_32_figures_count_and_no_older_one():
    steps = np.random.default_rng(2).normal(0.04, 0.05, 40)
    values = 100 * np.exp(np.cumsum(steps))
    whole = fitted(values).quantile([0.1, 0.9])
    older, oldest_used = values.copy(), values.copy()
    older[-33] *= 1.1
    oldest_used[-32] *= 1.1
    assert np.array_equal(fitted(older).quantile([0.1, 0.9]), whole)
    assert not np.array_equal(fitted(oldest_used).quantile([0.1, 0.9]), whole)


@pytest.mark.parametrize(("swing", "on_a_log_scale"), [(1.1, True), (1.58, True), (1.65, False)])
def test_the_log_scale_fades_for_series_livelier_than_any_in_training(swing, on_a_log_scale):
    """The liveliest had a yearly swing of exp(0.81); at exp(0.81 e^0.7) the log scale is gone.

    Without it quantiles lie symmetrically about the median; with it the upper ones lie farther.
    """
    values = 100 * np.exp(swing * np.array([0, 1, 0, 1, 0, 1]))
    low, middle, high = fitted(values, horizon=1).quantile([0.45, 0.5, 0.55])[:, 0]
    assert ((high - middle) > (1 + 1e-9) * (middle - low)) == on_a_log_scale


@pytest.mark.parametrize(
    ("values", "support", "like"),
    [
        ([5.1, 4.8, 6.0, 5.5, 5.2, 6.1], (-1000.0, np.inf), (-np.inf, np.inf)),
        ([5.1, 4.8, 6.0, 5.5, 5.2, 6.1], (-20.0, 20.0), (-np.inf, np.inf)),
        ([218.0, 240.0, 262.0], (0.0, 1e9), (0.0, np.inf)),  # 0 is near
    ],
)
def test_an_end_of_the_support_farther_than_0_bends_no_scale(values, support, like):
    near, far = (
        trend.Trend().fit(History.of(range(2015, 2015 + len(values)), values, support=ends), 3)
        for ends in (like, support)
    )
    np.testing.assert_allclose(far.quantile([0.1, 0.5, 0.9]), near.quantile([0.1, 0.5, 0.9]), 1e-6)
    series = pd.DataFrame({"unique_id": "a", "ds": range(len(values)), "y": values})
    both = (forecast_panel(series, 3, support=ends) for ends in (like, support))
    np.testing.assert_allclose(*(one.iloc[:, 2:].to_numpy() for one in both), rtol=1e-6)


@pytest.mark.parametrize(("years_back", "used"), [(400, True), (401, False)])
def test_figures_of_the_last_400_years_are_used_and_the_last_two_however_old(years_back, used):
    values, times = [10.0, 55.0, 60.0], [2019 - years_back, 2018, 2019]
    whole = fitted(values, times=times)
    recent = fitted(values[1:], times=times[1:])
    assert np.array_equal(whole.median(), recent.median()) == (not used)
    now = fitted([10.0, 60.0], times=[1500, 2019])
    assert now.median()[0] == pytest.approx(60.0, rel=0.01)


def test_on_the_ends_of_the_support_probabilities_are_exact():
    forecast = fitted([0.0, 100.0, 0.0, 90.0, 100.0, 5.0], support=(0.0, 100.0))
    assert np.all((forecast.sf(0.0) < 1) & (forecast.at_least(0.0) == 1) & (forecast.cdf(0.0) > 0))
    assert np.all(forecast.sf(0.0) + forecast.cdf(0.0) == pytest.approx(1))
    assert np.all((forecast.sf(100.0) == 0) & (forecast.at_least(100.0) > 0))
    assert np.all((forecast.cdf(100.0) == 1) & (forecast.cdf(99.9) < 1))
    assert np.all((forecast.cdf(-0.1) == 0) & (forecast.sf(-0.1) == 1))
    assert np.all(forecast.at_least(-0.1) == 1)
    assert np.all((forecast.sf(100.1) == 0) & (forecast.at_least(100.1) == 0))


def test_the_mean_is_that_of_999_in_a_thousand_of_the_quantiles():
    forecast = fitted(GROWING)
    inside = 5e-4 + 0.999 * (np.arange(20_000) + 0.5) / 20_000
    assert forecast.mean() == pytest.approx(forecast.quantile(inside).mean(axis=0), rel=1e-6)


@pytest.mark.parametrize(
    ("lower", "upper"), [(0.5, np.inf), (-np.inf, 0.0), (-1.0, 2.0), (-4.0, 3.0)]
)
def test_truncated_moments_are_those_of_draws_that_keep_the_bound_and_finite(lower, upper):
    draws = np.random.default_rng(0).normal(0.3, 1.2, 400_000)
    kept = draws[(draws >= lower) & (draws <= upper)]
    log_p, mean, variance = trend.truncated_moments(np.array([0.3]), np.array([1.44]), lower, upper)
    assert np.exp(log_p[0]) == pytest.approx(kept.size / draws.size, abs=0.003)
    assert mean[0] == pytest.approx(kept.mean(), abs=0.01)
    assert variance[0] == pytest.approx(kept.var(), abs=0.01)
    log_p, mean, variance = trend.truncated_moments(np.zeros(2), np.ones(2), 40.0, np.inf)
    assert np.all(np.isfinite([*log_p, *mean, *variance]))
    assert np.all(mean >= 40.0)
    assert variance == pytest.approx(1.0 / 40.0**2, rel=0.01), "the tail is exponential there"
    variance = trend.truncated_moments(np.zeros(1), np.ones(1), 1e5, np.inf)[2]
    assert variance[0] == pytest.approx(1e-6), "less is left to rounding"


RANDOM_WALK = np.array([[1.0, 0.0, 0.0, 0.0]])
ANY_SIDE = trend_members.shipped().sides[1]
SIDE = replace(
    ANY_SIDE, prior=np.zeros((1, 6)), widening=np.zeros(3), widening_features=np.zeros((5, 2))
)


@pytest.mark.parametrize(
    ("lower", "draws", "within"), [((0.15,), 3_000_000, 3e-4), ((0.1, 0.2, 0.3), 3_000_000, 2e-3)]
)
def test_a_walk_above_its_bounds_goes_on_as_rejection_says(lower, draws, within):
    """Known 0 and 0.1, then bounds alone: one is exact, several agree up to the approximation."""
    n = len(lower)
    series = History.of(range(2 + n), [0.0, 0.1, *[np.nan] * n], lower=[-np.inf, -np.inf, *lower])
    found = trend.condition_average(series, 1, RANDOM_WALK, SIDE, np.zeros((5, 1)))
    df, scale = np.exp(SIDE.noise)
    s = np.sqrt((df * scale + 0.1**2) / (df + 1))
    rng = np.random.default_rng(1)
    walks = np.full(draws, 0.1)
    for bound in lower:
        walks = walks + s * rng.standard_normal(walks.size)
        walks = walks[walks >= bound]
    ahead = walks + s * rng.standard_normal(walks.size)
    assert found.location[0, 0] == pytest.approx(ahead.mean(), abs=within)
    assert found.spread[0, 0] == pytest.approx(ahead.std(), abs=within)


@pytest.mark.parametrize("wild", [30.0, 1500.0])
@pytest.mark.parametrize("at", [3, 6])
def test_a_figure_whose_error_swamps_it_tells_nothing(wild, at):
    """As of an exceptional year: what is forecast is as if its figure were not there."""
    values = [100.0, 104.0, 107.0, 112.0, 115.0, 120.0]
    told, model = [*values[:at], wild, *values[at:]], trend.Trend(growth.growth_of("money"))
    errors = [abs(wild - 110.0) if n == at else 0.0 for n in range(7)]
    times = [*range(2010, 2010 + at), *range(2011 + at, 2017)]
    fields = {"support": POSITIVE, "origin": 2016}
    without = model.fit(History.of(times, values, **fields), 3).quantile(THREE)
    marked = History.of(range(2010, 2017), told, error_sd=errors, **fields)
    assert model.fit(marked, 3).quantile(THREE) == pytest.approx(without)


@pytest.mark.parametrize(("bound", "stands"), [((1,), True), ((6,), False), ((5, 6), False)])
def test_growth_stands_beside_the_trend_unless_the_latest_that_is_known_is_a_bound(bound, stands):
    values, lower = np.array([*GROWING, 160.0]), np.full(7, -np.inf)
    values[[*bound]], lower[[*bound]] = np.nan, 141.37  # not round
    known = History.of(range(2010, 2017), values, lower=lower, support=POSITIVE)
    alone, beside = (
        trend.Trend(of).fit(known, 2).median() for of in (None, growth.growth_of("money"))
    )
    assert (beside == pytest.approx(alone, rel=1e-9)) is not stands


@pytest.mark.parametrize(("error", "tells"), [(7.9, True), (8.1, False)])
def test_of_two_figures_no_error_swamps_one_and_of_three_that_of_four_changes_does(error, tells):
    two, same = fitted([100.0, 150.0], error_sd=[0.0, 40.0]), fitted([100.0, 100.0])
    assert two.median()[0] > same.median()[0]
    three = fitted([100.0, 80.0, 104.0], error_sd=[0.0, error, 0.0]).quantile(THREE)
    without = fitted([100.0, 104.0], times=[2010, 2012]).quantile(THREE)
    assert (three == pytest.approx(without)) is not tells


@pytest.mark.parametrize(("error", "tells"), [(3.9, True), (4.1, False)])
def test_beside_figures_that_never_moved_an_error_of_four_percent_tells_nothing(error, tells):
    without = fitted([100.0] * 5, times=[2010, 2011, 2013, 2014, 2015]).quantile(THREE)
    told = fitted([100.0, 100.0, 130.0, *[100.0] * 3], error_sd=[0, 0, error, 0, 0, 0])
    assert (told.quantile(THREE) == pytest.approx(without)) is not tells


@pytest.mark.parametrize("last", [99.9, 100.0])
def test_a_share_that_touches_an_end_is_forecast_as_one_near_it(last):
    values = np.array([99.8, 99.9, 99.9, 99.9, 99.8, 99.9, 99.9, 99.8, 99.9, last])
    share, gap = (fitted(v, support=(0.0, 100.0)) for v in (values, (100.0 - values).round(1)))
    assert (share.sf(99.5)[:2] > 0.95).all()
    assert gap.cdf(0.5) == pytest.approx(share.sf(99.5), abs=0.02)
    assert share.quantile(0.999).max() <= 100.0


@pytest.mark.parametrize("first", [1.0, 10.0, 30.0])
def test_a_small_first_figure_of_long_ago_is_no_growth(first):
    steady = [60.0, 85.0, 120.0, 170.0, 240.0, 336.0, 470.0, 660.0, 924.0]
    model = trend.Trend(growth.growth_of("count"))
    of = [
        model.fit(History.of(range(2023 - len(v), 2023), v, support=POSITIVE), 2)
        for v in (steady, [first, *steady])
    ]
    without, told = (one.quantile(THREE)[:, -1] for one in of)
    assert 0.85 * without[1] < told[1] < 1.1 * without[1]
    assert told[2] < 1.5 * without[2], "and no range of nine years' growth in two"


@pytest.mark.parametrize("n", [20, 32])
def test_evidence_counts_up_to_30_however_much_the_figures_speak_for_the_log_scale(n):
    values = np.exp(0.4 * np.arange(n) + np.random.default_rng(1).normal(0.0, 0.1, n))
    known = trend.Histories.of([(np.arange(n), values)], lead=[0])
    log, pool = Transform("log"), trend_members.shipped().pool
    used = trend.Scales.of(known, log).used[:, 0]
    share = trend.fit_exact(known, horizon=1, transform=log, support=POSITIVE).share[0, 0]
    expected = expit(pool[0] + pool[1:6] @ used + expit(pool[6]) * 30.0)
    assert share == pytest.approx(expected, rel=1e-9)
