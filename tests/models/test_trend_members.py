"""The grid in closed form: against statsmodels, against simulation, and against itself."""

import warnings
from itertools import product

import numpy as np
import pytest

from bcforecast.distributions import Transform
from bcforecast.models import trend_members as members
from bcforecast.models.trend import Histories, fit_exact
from bcforecast.models.trend_members import Curve, Shape, level_covariance, shipped

ALPHA, BETA, PHI, TAU = 0.6, 0.15, 0.9, 1.0
SERIES = np.array([12.0, 13.1, 12.7, 14.9, 15.2, 16.8, 16.1, 18.3])


def test_likelihood_and_forecast_of_fixed_parameters_are_those_of_statsmodels():
    """The start is known: mean and covariance (over s2) of eight observed, three future levels."""
    ets = pytest.importorskip("statsmodels.tsa.exponential_smoothing.ets")
    start = {"initial_level": 11.0, "initial_trend": 0.8}
    known = {"initialization_method": "known", **start}
    model = ets.ETSModel(SERIES, error="add", trend="add", damped_trend=True, **known)
    set_to = {"smoothing_level": ALPHA, "smoothing_trend": BETA, "damping_trend": PHI, **start}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.smooth([set_to.get(name, 0.0) for name in model.param_names])
    periods = np.arange(1, 12)
    covariance = level_covariance(np.array([[ALPHA, BETA, PHI, 0.0]]), periods)[0]
    mean = 11.0 + 0.8 * np.cumsum(PHI**periods)
    factor = np.linalg.cholesky(covariance[:8, :8])
    s2 = (np.linalg.solve(factor, SERIES - mean[:8]) ** 2).mean()
    ours = -0.5 * 8 * (np.log(2 * np.pi * s2) + 1) - np.log(np.diag(factor)).sum()
    assert ours == pytest.approx(theirs.llf, abs=1e-8)
    weights = np.linalg.solve(covariance[:8, :8], covariance[:8, 8:])
    forecast = mean[8:] + weights.T @ (SERIES - mean[:8])
    assert forecast == pytest.approx(theirs.forecast(3), abs=1e-8)


def test_closed_form_agrees_with_simulation_to_three_standard_errors():
    """Draw the whole state-space model; keep futures by regression on the observed increments."""
    rng = np.random.default_rng(4)
    alpha, beta, phi, tau = 0.8, 0.24, 0.93, 1.0
    draws, n, horizon = 200_000, 5, 3
    level, slope = np.zeros(draws), tau * rng.standard_normal(draws)
    paths = np.empty((draws, n + horizon))
    for t in range(n + horizon):
        error = rng.standard_normal(draws)
        paths[:, t] = level + phi * slope + error
        level, slope = level + phi * slope + alpha * error, phi * slope + beta * error
    increments = np.diff(paths[:, :n], axis=1)
    future = paths[:, n:] - paths[:, n - 1 : n]
    operators = members.OperatorTable(np.array([[alpha, beta, phi, tau]]))(
        (1,) * (n - 1), horizon=horizon
    )
    residual = future - increments @ operators.location.reshape(horizon, -1).T
    assert np.all(np.abs(residual.mean(axis=0)) < 3 * residual.std(axis=0) / np.sqrt(draws))
    for h in range(horizon):
        spread = (residual[:, h] ** 2).std() / np.sqrt(draws)
        assert abs((residual[:, h] ** 2).mean() - operators.variance[0, h]) < 3 * spread
        for j in range(n - 1):
            product = residual[:, h] * increments[:, j]
            assert abs(product.mean()) < 3.5 * product.std() / np.sqrt(draws)


@pytest.mark.parametrize("lead", [0, 1, 2])
@pytest.mark.parametrize("gaps", list(product((1, 2, 3), repeat=2)))
def test_forecasts_after_any_gaps_are_those_of_the_levels_given_the_increments(gaps, lead):
    grid, known = np.array([[ALPHA, BETA, PHI, TAU]]), np.cumsum([1, *gaps])
    levels = level_covariance(grid, np.array([*known, *known[-1] + lead + np.array([1, 2])]))[0]
    rows = np.diff(np.eye(5), axis=0)[[0, 1, 2, 2]]
    rows[3, 3:] = 0, 1
    joint = rows @ levels @ rows.T
    loading = np.linalg.solve(joint[:2, :2], joint[:2, 2:]).T
    found = members.OperatorTable(grid)(gaps, horizon=2, lead=lead)
    assert found.location == pytest.approx(loading)
    assert found.variance[0] == pytest.approx(np.diag(joint[2:, 2:] - loading @ joint[:2, 2:]))


def test_evidence_is_the_density_of_the_increments_over_the_prior_on_the_noise():
    """Integrate the normal density over the inverse-gamma prior numerically."""
    side = shipped().sides[1]
    df, scale = np.exp(side.noise)
    grid = shipped().grid[[4, 11]]
    levels = level_covariance(grid, np.array([1, 2, 3, 5]))
    operators = members.Operators.of(members.increment_factor(levels), 3)
    increments = np.array([[0.05], [0.02], [0.11]])
    errors = (operators.whiten @ increments).reshape(2, 3)
    squares = (errors**2).sum(axis=1)
    ours, _ = members.log_evidence(squares[:, None], operators.log_determinant[:, None], 3, side)
    log_s2 = np.linspace(np.log(scale) - 25, np.log(scale) + 25, 20_001)
    s2 = np.exp(log_s2)
    logs = [
        -0.5 * (df + 3) * log_s2 - 0.5 * (df * scale + q) / s2 - d
        for q, d in zip(squares, operators.log_determinant, strict=True)
    ]
    numeric = np.log([np.trapezoid(np.exp(x - x.max()), log_s2) for x in logs])
    numeric += [x.max() for x in logs]
    assert numeric[0] - numeric[1] == pytest.approx(float(ours[0, 0] - ours[1, 0]), abs=1e-6)


def test_the_shape_is_a_distribution_whose_density_is_its_slope_and_whose_quantiles_invert_it():
    shape = Shape(np.array([0.1, 0.4]), np.array([1.0, 3.0]))
    z = np.linspace(-4.0, 4.0, 33)[:, None]
    slope = (shape.cdf(z + 1e-5) - shape.cdf(z - 1e-5)) / 2e-5
    assert shape.density(z) == pytest.approx(slope, rel=1e-6)
    assert shape.sf(z) == pytest.approx(1 - shape.cdf(z))
    assert shape.ppf(shape.cdf(z)) == pytest.approx(np.broadcast_to(z, (33, 2)), abs=1e-9)
    assert np.isneginf(shape.ppf(0.0)).all()
    assert np.isposinf(shape.ppf(1.0)).all()
    assert shape.take(np.array([1])).wide.tolist() == [3.0]
    one, many = Shape(0.4, 3.0), np.linspace(-20.0, 20.0, 5000)
    assert one.ppf([*one.cdf(many[:2500]), 0.0])[:-1] == pytest.approx(many[:2500], abs=1e-9)
    assert np.isneginf(one.ppf(np.zeros(5000))).all(), "also of so many that a start is sought"


@pytest.mark.parametrize("transform", [Transform("log", 2.0), Transform("logit", 0.0, 40.0)])
def test_a_curve_is_the_mean_of_its_two_scales_and_its_scores_invert_it(transform):
    c = transform.forward(20.0)
    curve = Curve(*map(np.array, (21.0, 4.0, c, 0.3, 0.4)), transform)
    z = np.array([-3.0, -0.5, 0.0, 1.0, 3.0])
    expected = 0.6 * (21.0 + 4.0 * z) + 0.4 * transform.inverse(c + 0.3 * z)
    assert curve.value(z) == pytest.approx(expected)
    assert curve.score(expected) == pytest.approx(z, abs=1e-9)


def test_thousands_of_draws_and_scores_take_a_few_steps(monkeypatch):
    asked = []
    for kind, of in ((Shape, Shape.cdf), (Transform, Transform.inverse)):
        noted = lambda self, x, of=of: asked.append(np.size(x)) or of(self, x)  # noqa: E731
        monkeypatch.setattr(kind, of.__name__, noted)
    for parts in ((0.4, 3.0), (0.05, 2.0), (0.1, 5.0)):
        Shape(*parts).ppf((np.arange(5000) + 0.5) / 5000)
    assert asked.count(5000) <= 3 * 4
    scales = (Transform("log", 2.0), 7), (Transform("logit", 5.0, 40.0), 5)
    for (scale, most), far in product(scales, (3.0, 0.5)):
        curve = Curve(*map(np.array, (20.0, 1.0, scale.forward(20.0), 0.3, 0.7)), scale)
        values = curve.value(np.linspace(-far, far, 50))
        asked.clear()
        curve.score(values)
        assert len(asked) <= most


def test_forecast_of_many_series_is_that_of_each_alone():
    values = np.exp(np.cumsum(np.random.default_rng(0).normal(0.05, 0.1, (4, 7)), axis=0))
    gaps = np.array([[1, 1, 2, 1, 1, 2, 1], [1, 1, 1, 2, 1, 1, 3], [1, 2, 1, 1, 1, 1, 1]])
    lead = np.array([0, 0, 0, 0, 2, 0, 0])
    log = Transform("log")

    def upper_quantiles(some):
        histories = Histories(values[:, some], gaps[:, some], np.full(len(some), 4), lead[some])
        curve = fit_exact(histories, horizon=4, transform=log, support=(0.0, np.inf))
        return curve.value(1.5)

    together = upper_quantiles([0, 1, 2, 3, 4, 5, 6])
    assert upper_quantiles([2, 0])[:, [0]] == pytest.approx(together[:, [2]], rel=1e-12)
    for i in range(7):
        assert together[:, [i]] == pytest.approx(upper_quantiles([i]), rel=1e-12)
