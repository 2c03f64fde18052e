"""A ratio of two components: closed form, simulation, breaks and restatements."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.models.flows import Rate
from bcforecast.models.structures import Ratio, correlation_of, increments, learned_growth, restated
from bcforecast.observations.selection import History
from tests.models.structural_cases import expected, fixed, prepared

NAN = float("nan")
GDP = History.of(range(2016, 2022), [17885.4, 18549.2, 18809.6, 14104.3, 14083.7, 15695.0])
RD = History.of([2019, 2020], [3.28, 3.44], support=(0.0, 100.0))


def test_a_year_solved_by_hand() -> None:
    # 3.2 % * 1.1 / 1.05
    rates = fixed(1, rd_growth=0.10, gdp_growth=0.05)
    after = expected(Ratio(), [np.log(3.2), 0.0, 0.1, 0.1, 0.0], rates, years=1)
    assert after == pytest.approx(3.352380952)


def test_paths_have_the_lognormal_law_of_correlated_components() -> None:
    rates = fixed(40_000, rd_growth=np.expm1(0.08), gdp_growth=np.expm1(0.05))
    made = prepared(Ratio(), [np.log(3.0), 0.0, 0.10, 0.06, 0.5], rates, horizon=3, seed=1)
    logs = np.log(made.paths()[:, 2])
    variance = 3 * (0.10**2 + 0.06**2 - 2 * 0.5 * 0.10 * 0.06)
    assert logs.mean() == pytest.approx(np.log(3.0) + 3 * 0.03, abs=4 * np.sqrt(variance / 40_000))
    assert logs.var() == pytest.approx(variance, rel=0.03)


def test_paths_agree_with_two_series_simulated_apart() -> None:
    rng = np.random.default_rng(9)
    covariance = np.array([[0.01, 0.003], [0.003, 0.0036]])
    steps = rng.multivariate_normal([0.08, 0.05], covariance, size=(20_000, 2))
    slow = 96.0 * np.exp(steps[:, :, 0].sum(1)) / (3200.0 * np.exp(steps[:, :, 1].sum(1))) * 100
    rates = fixed(20_000, rd_growth=np.expm1(0.08), gdp_growth=np.expm1(0.05))
    state = [np.log(3.0), 0.0, 0.10, 0.06, 0.5]
    fast = prepared(Ratio(), state, rates, horizon=2, seed=2).paths()[:, 1]
    for level in (0.05, 0.5, 0.95):
        assert np.quantile(fast, level) == pytest.approx(np.quantile(slow, level), rel=0.01)


def test_growth_across_a_break_is_not_used() -> None:
    grown, years = increments(GDP, breaks=(2019,))
    assert grown.size == 4
    assert np.abs(grown).max() < 0.12
    assert years.tolist() == [1.0] * 4


def test_a_restatement_puts_earlier_figures_on_the_new_basis() -> None:
    factor = {2019: 0.72}
    on_new = restated(GDP, factor)
    assert on_new.values[:3] == pytest.approx(0.72 * GDP.values[:3])
    assert on_new.values[3:].tolist() == GDP.values[3:].tolist()
    # a denominator a quarter lower makes the same spending a third more of it
    early = History.of([2018], [2.25])
    model = Ratio(denominator=GDP, restatements={2019: 0.75})
    normals = np.zeros((1, model.width(early, 1)))
    start = model.prepare(early, 1, normals=normals).state
    assert model.measured(start)[0] == pytest.approx(3.0)


def test_a_census_that_only_lowers_gdp_does_not_raise_its_expected_growth() -> None:
    with_break = Ratio(denominator=GDP, breaks=(2019,)).learn(RD).second
    restating = Ratio(denominator=GDP, breaks=(2019,), restatements={2019: 0.72}).learn(RD).second
    ignoring = Ratio(denominator=GDP).learn(RD).second
    assert ignoring.mean < with_break.mean - 0.015
    assert restating.mean == pytest.approx(with_break.mean, abs=0.02)
    assert ignoring.scale > 3 * with_break.scale


def test_the_posterior_of_growth_is_conjugate() -> None:
    prior = Rate("growth", "growth", 0.05, 0.05)
    grown, years = np.array([0.10, 0.16]), np.array([1.0, 2.0])
    got = learned_growth(prior, 0.10, grown, years)
    # the prior is worth (0.10 / 0.05)^2 = 4 years; the data 3 years with 0.26 in all
    assert got.weight == pytest.approx(7.0)
    assert got.mean == pytest.approx((4 * 0.05 + 0.26) / 7)
    residual = (0.10 - got.mean) ** 2 + (0.16 - 2 * got.mean) ** 2 / 2 + 4 * (got.mean - 0.05) ** 2
    assert got.shape == pytest.approx(2.5)
    assert got.scale == pytest.approx(0.5 * (3 * 0.01 + residual))


def test_a_correlation_is_shrunk_by_the_years_it_rests_on() -> None:
    rng = np.random.default_rng(4)
    common = rng.normal(size=30)
    up = History.of(range(1990, 2020), np.exp(np.cumsum(0.05 + 0.1 * common)))
    few = History.of(range(1990, 1992), [1.0, 1.1])
    long, years = correlation_of(up, up, prior=0.3, breaks=())
    assert years == 29
    assert long == pytest.approx((29 * 1.0 + 8 * 0.3) / 37)
    assert correlation_of(up, few, prior=0.3, breaks=()) == (0.3, 1)


def test_spending_alone_is_recovered_from_ratio_and_denominator() -> None:
    alone = Ratio(denominator=GDP, breaks=(2019,)).learn(RD)
    given = History.of([2019, 2020], [3.28 * 14104.3, 3.44 * 14083.7])
    both = Ratio(denominator=GDP, numerator=given, breaks=(2019,)).learn(RD)
    assert alone.first.mean == pytest.approx(both.first.mean)


def test_the_ratio_alone_teaches_its_own_growth() -> None:
    rising = History.of(range(2011, 2021), [2.0 * 1.06**k for k in range(10)])
    flat = History.of(range(2011, 2021), [2.0] * 10)
    assert Ratio(n_paths=2000).fit(rising, 3).median()[2] > 3.6
    assert Ratio(n_paths=2000).fit(flat, 3).median()[2] == pytest.approx(2.03, abs=0.08)


def test_years_without_a_figure_widen_the_start() -> None:
    late = History.of([2019, 2020], [3.28, 3.44], origin=2023)
    prompt = History.of([2019, 2020], [3.28, 3.44])
    wide = Ratio(n_paths=4000).fit(late, 1).interval(0.8)
    narrow = Ratio(n_paths=4000).fit(prompt, 1).interval(0.8)
    assert wide[1][0] - wide[0][0] > 1.5 * (narrow[1][0] - narrow[0][0])
