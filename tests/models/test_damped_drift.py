import numpy as np

from bcforecast.models.damped_drift import DampedDrift
from bcforecast.models.predictive import damped_sum
from bcforecast.observations.history import History

INF = float("inf")
HISTORY = History.of([2010, 2012, 2013, 2017, 2018], [100, 115, 118, 160, 171], support=(0, INF))


def test_the_closed_form_agrees_with_simulation_to_three_standard_errors():
    model, n, rng = DampedDrift(damping=0.8), 200_000, np.random.default_rng(5)
    z, k = np.log(HISTORY.values), np.diff(HISTORY.times).astype(float)
    d, prior_years, df = np.diff(z), 2.0, 2.0
    years = prior_years + k.sum()
    mean = d.sum() / years
    squares = df * 0.1**2 + (d**2 / k).sum() - years * mean**2
    variance = squares / rng.chisquare(df + d.size, n)
    drift = mean + np.sqrt(variance / years) * rng.standard_normal(n)
    steps = np.sqrt(variance)[:, None] * rng.standard_normal((n, 3))
    paths = z[-1] + np.cumsum(steps + drift[:, None] * 0.8 ** np.arange(1, 4), axis=1)
    forecast = model.fit(HISTORY, 3)
    for x in (165.0, 185.0, 220.0):
        share = (paths > np.log(x)).mean(axis=0)
        error = np.sqrt(share * (1 - share) / n)
        assert (np.abs(forecast.sf(x) - share) < 3 * error).all()


def test_a_gap_is_an_increment_over_more_years():
    even = History.of([2010, 2012, 2014, 2016], [100, 121, 146.41, 177.1561], support=(0, INF))
    growth = np.log(1.1) * 6 / (6 + 2)
    median = 177.1561 * np.exp(growth * damped_sum(0.9, 2))
    np.testing.assert_allclose(DampedDrift().fit(even, 2).median(), median)


def test_the_prior_growth_pulls_a_short_series():
    base = DampedDrift().fit(HISTORY, 3).median()
    assert (DampedDrift(prior_growth=1.0).fit(HISTORY, 3).median() > base).all()
    heavy = DampedDrift(prior_years=1e6).fit(HISTORY, 3).median()
    np.testing.assert_allclose(heavy, 171.0, rtol=1e-4)


def test_a_known_error_of_the_last_figure_widens_and_smooths():
    jumpy = [100, 110, 121, 133, 200.0]
    exact = DampedDrift().fit(History.of(range(2016, 2021), jumpy, support=(0, INF)), 1)
    sizes = [0.0, 0.0, 0.0, 0.0, 30.0]
    rough = DampedDrift().fit(
        History.of(range(2016, 2021), jumpy, error_sd=sizes, support=(0, INF)), 1
    )
    assert rough.median()[0] < exact.median()[0]
    steady = [100, 110, 121, 133, 146.0]
    narrow, wide = (
        DampedDrift()
        .fit(History.of(range(2016, 2021), steady, error_sd=e, support=(0, INF)), 1)
        .interval(0.8)
        for e in ([0.0] * 5, sizes)
    )
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_tiny_errors_are_as_none():
    tiny = History.of(HISTORY.times, HISTORY.values, error_sd=[1e-7] * 5, support=(0, INF))
    np.testing.assert_allclose(
        DampedDrift().fit(tiny, 3).quantile(0.9),
        DampedDrift().fit(HISTORY, 3).quantile(0.9),
        rtol=1e-6,
    )


def test_raising_a_lower_bound_never_lowers_the_probability_of_a_goal():
    nan = float("nan")
    chances = [
        DampedDrift()
        .fit(
            History.of(
                [2012, 2013, 2016, 2017, 2019, 2021],
                [1101, 1432, 3257, 4093, 6106, nan],
                lower=[-INF] * 5 + [bound],
                support=(0, INF),
                whole=True,
            ),
            1,
        )
        .sf(13000)[0]
        for bound in (6000, 8000, 9000, 10000, 11000, 12000)
    ]
    assert (np.diff(chances) >= 0).all()
