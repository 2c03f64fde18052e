"""Distributions: what a forecast is must agree with itself, however it was made."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import expit, logit

from bcforecast import distributions as laws
from bcforecast.distributions import Counting, Event, Pooled, StudentTMixture, Transform, Truncated
from bcforecast.errors import OptionError
from bcforecast.models.trend import Trend
from bcforecast.observations.selection import History

NORMAL = StudentTMixture(np.array([[530.0, 540.0]]), np.array([[20.0, 30.0]]))
LOCATIONS, SCALES = np.log([[400.0, 480.0], [500.0, 530.0]]), np.array([[0.1, 0.2], [0.3, 0.2]])
LOG = StudentTMixture(LOCATIONS, SCALES, df=4.0, transform=Transform("log"))
SHARE = StudentTMixture(
    np.array([[0.5, 0.6]]), np.array([[0.2, 0.3]]), df=9.0, transform=Transform("logit", 0.0, 900.0)
)
SKEWED = Pooled((LOG, NORMAL, SHARE))
STANDARD = StudentTMixture(np.array([[0.0]]), np.array([[1.0]]))
ALL = {
    "normal": NORMAL,
    "mixture": LOG,
    "pool": SKEWED,
    "truncated": Truncated(SKEWED, 400.0, 600.0),
    "clamped": laws.Clamped(NORMAL, 500.0, 560.0),
    "inflated": laws.Inflated(SKEWED, 540.5, np.array([0.6, 0.4])),
    "counting": Counting(SKEWED),
    "truncated count": Truncated(Counting(SKEWED), 400.0, 600.0),
    "bent upward": laws.Recalibrated(SKEWED, True, 0.3, 1.1, -0.3),
    "bent downward": laws.Recalibrated(Counting(SKEWED), False, 0.3, 1.1, -0.3),
    "empirical": laws.Empirical(np.random.default_rng(1).normal(530, 20, (4000, 2))),
    "trend": Trend().fit(History.of(range(3), [400, 450, 530.0], support=(0, np.inf)), 2),
    "trend of a share": Trend().fit(History.of(range(3), [400, 450, 530.0], support=(0, 900)), 2),
    "event": Event(np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]]), np.arange(3.0)),
    "event in classes": Event(np.array([[0.7, 0.2, 0.1], [0.1, 0.4, 0.5]]), np.array([0, 5, 99.0])),
}


@pytest.fixture(params=ALL.values(), ids=ALL.keys())
def dist(request):
    return request.param


def test_probabilities_rise_from_zero_to_one_and_agree(dist):
    x = np.linspace(-100, 5000, 400)[:, None]
    cdf = dist.cdf(x)
    assert cdf.shape == (400, 2)
    assert np.all(np.diff(cdf, axis=0) >= -1e-12)
    assert np.all(dist.cdf(-1e15) < 1e-6)
    assert np.all(dist.cdf(1e15) > 1 - 1e-6)
    for target in (0.0, 1.0, 400.0, 500.0, 530.0, 530.5, 560.0, 600.0):
        assert_allclose(dist.sf(target), 1 - dist.cdf(target), atol=1e-12)
        assert np.all(dist.meets(target, up=True) == dist.at_least(target))
        assert np.all(dist.meets(target, up=True, strict=True) == dist.sf(target))
        assert np.all(dist.meets(target, up=False) == dist.cdf(target))
        below = dist.meets(target, up=False, strict=True)
        assert_allclose(below, 1 - dist.at_least(target), atol=1e-12)


def test_quantiles_are_the_smallest_values_that_reach_their_level(dist):
    levels = np.array([0.025, 0.1, 0.5, 0.9, 0.975])
    q = dist.quantile(levels)
    assert q.shape == (5, 2)
    assert np.all(np.diff(q, axis=0) >= 0)
    slack = 1e-3 if isinstance(dist, laws.Empirical) else 1e-9
    assert np.all(dist.cdf(q + 1e-9 * np.abs(q)) >= levels[:, None] - slack)
    at_end = isinstance(dist, laws.Clamped) & (q == 500.0)
    below = dist.cdf(q - 1e-6 - 1e-9 * np.abs(q))
    assert np.all((below <= levels[:, None] + slack) | at_end)
    assert_allclose(dist.median(), dist.quantile(0.5))
    low, high = dist.interval(0.8)
    assert_allclose([low, high], dist.quantile([0.1, 0.9]))


@pytest.mark.parametrize("level", [90, 0, 1.0, -0.1, np.nan, "0.5", [0.1, 90]])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(OptionError, match="between 0 and 1"):
        NORMAL.quantile(level)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda d: d.probability("at_most", 530), "tail: found 'at_most'; allowed: cdf, sf, at_l"),
        (lambda d: d.probability(["cdf"], 530), "tail"),
        (lambda d: d.meets(530, up="no"), "up: found no; allowed: True or False"),
        (lambda d: d.meets(530, up=True, strict=1), "strict: found 1; allowed: True or False"),
        *[(lambda d, x=x: d.at_least(x), "x: found") for x in ("530", date(2020, 1, 1), None)],
        *[(lambda d, x=x: d.cdf(x), "x: found") for x in ([], [[1, 2, 3, 4]], True, [[1], [2, 3]])],
        *[(lambda d, u=u: d.ppf(u), "u: .*numbers from 0 to 1") for u in (2, -0.1, np.nan, [0, 9])],
        *[(lambda d, u=u: d.ppf(u), "u: found") for u in ("0.5", [], [1j])],
        (lambda d: d.cdf(x for x in [1]), "x: found generator; allowed"),
    ],
)
def test_whatever_is_no_question_to_a_forecast_is_refused_by_every_kind_of_it(ask, said, dist):
    with pytest.raises(OptionError, match=said):
        ask(dist)


def test_numbers_of_any_kind_are_a_question():
    assert_allclose(NORMAL.cdf([Fraction(1061, 2), Decimal(530)]), NORMAL.cdf([530.5, 530.0]))


def test_the_ends_of_the_levels_are_those_of_the_support():
    heavy = StudentTMixture(np.array([[5.0]]), np.array([[1.0]]), df=3.0)
    cut = Truncated(NORMAL, 400.0, 600.0)
    for made in (SKEWED, heavy, Pooled((NORMAL, SKEWED)), Pooled((cut, NORMAL))):
        assert np.isneginf(made.ppf(0.0)).all()
        assert np.isposinf(made.ppf(1.0)).all()
    assert_allclose(cut.ppf([[0.0], [1.0]])[:, 0], [400.0, 600.0])
    assert_allclose(SHARE.ppf([[0.0], [1.0]])[:, 0], [0.0, 900.0])


def test_a_single_component_is_the_textbook_distribution_with_a_finite_mean():
    dist = StudentTMixture(np.array([[2.0]]), np.array([[0.5]]), df=5.0, transform=Transform("log"))
    x = np.array([[3.0], [7.389], [20.0]])
    assert_allclose(dist.cdf(x), stats.t.cdf((np.log(x) - 2) / 0.5, 5), rtol=1e-12)
    assert_allclose(
        dist.quantile([0.1, 0.9]), np.exp(2 + 0.5 * stats.t.ppf([[0.1], [0.9]], 5)), rtol=1e-10
    )
    assert dist.cdf(0.0)[0] == dist.cdf(-5.0)[0] == 0.0
    middle, spread = np.array([[6.0]]), np.array([[0.3]])
    heavy = StudentTMixture(middle, spread, df=3.0, transform=Transform("log"))
    levels = (np.arange(1000) + 0.5) / 1000
    inside = np.exp(6 + 0.3 * stats.t.ppf(levels, 3))
    assert_allclose(heavy.mean(), inside.mean(), rtol=1e-9)
    assert_allclose(NORMAL.mean(), [530.0, 540.0], rtol=1e-9)


def test_more_than_530_is_at_least_531_by_continuity_correction():
    count = Counting(NORMAL)
    assert_allclose(count.sf(530), count.at_least(531), rtol=0)
    assert_allclose(count.sf(530), NORMAL.sf(530.5), rtol=0)
    assert_allclose(count.at_least(530), NORMAL.sf(529.5), rtol=0)
    assert np.all(count.sf(530) < count.at_least(530))
    np.testing.assert_array_equal(count.at_least(530.2), count.at_least(531))
    np.testing.assert_array_equal(count.sf(530.9), count.sf(530))
    assert np.all(count.quantile([0.1, 0.5, 0.9]) % 1 == 0)
    np.testing.assert_array_equal(count.mean(), NORMAL.mean())
    assert not np.signbit(Counting(STANDARD).quantile(0.4)).any()


def test_truncation_is_conditioning():
    cut = Truncated(NORMAL, 535.0)
    assert_allclose(cut.sf(550.0), NORMAL.sf(550.0) / NORMAL.sf(535.0))
    assert_allclose(cut.sf(500.0), 1.0)
    assert np.all(cut.quantile([0.001, 0.5]) >= 535.0)
    assert_allclose(
        Truncated(NORMAL, upper=535.0).cdf(500.0) * NORMAL.cdf(535.0), NORMAL.cdf(500.0)
    )
    far = Truncated(STANDARD, lower=9.0)
    assert_allclose(far.sf(9.5), stats.norm.sf(9.5) / stats.norm.sf(9.0), rtol=1e-9)
    impossible = Truncated(STANDARD, lower=500.0)
    assert (impossible.sf(499.0)[0], impossible.sf(500.0)[0]) == (1.0, 0.0)
    assert impossible.at_least([[500.0], [500.1]])[:, 0].tolist() == [1.0, 0.0]
    assert impossible.median()[0] == 500.0, "the mass is at the bound"
    count = Truncated(Counting(NORMAL), 535.0, 600.0)
    assert_allclose(count.at_least([[536], [601]]), [[1.0, 1.0], [0.0, 0.0]])
    assert_allclose(count.at_least([[540], [600]]), count.sf([[539], [599]]))
    assert np.all(count.at_least(540) > count.sf(540))
    assert np.all(count.at_least(600) > 0.0)
    event = Truncated(Event(np.array([[0.7, 0.2, 0.1]]), np.arange(3.0)), lower=0.0)
    assert_allclose(event.at_least([[1.0], [2.0]])[:, 0], [1.0, 1.0 / 3.0])


def test_what_lies_beyond_the_ends_is_put_on_them():
    within = laws.Clamped(NORMAL, 500.0, 560.0)
    x = np.array([[499.0], [500.0], [530.0], [560.0], [561.0]])
    inside = NORMAL.cdf(530.0)
    assert_allclose(within.cdf(x)[[0, 2, 3, 4]], [[0, 0], inside, [1, 1], [1, 1]])
    assert_allclose(within.cdf(x)[1], NORMAL.cdf(500.0))
    assert_allclose(within.sf(x)[[0, 3, 4]], [[1, 1], [0, 0], [0, 0]])
    assert_allclose(within.at_least(x)[[0, 1, 4]], [[1, 1], [1, 1], [0, 0]])
    assert_allclose(within.at_least(x)[3], NORMAL.sf(560.0))
    assert within.quantile([0.001, 0.999])[:, 0].tolist() == [500.0, 560.0]


def test_draws_count_their_ties():
    drawn = laws.Empirical(np.array([[1.0], [2.0], [2.0], [3.0]]))
    assert (drawn.at_least(2.0)[0], drawn.sf(2.0)[0], drawn.mean()[0]) == (0.75, 0.25, 2.0)


def test_event_counts():
    event = Event(np.array([[0.7, 0.2, 0.1]]), np.arange(3.0))
    assert_allclose(event.at_least(1), 0.3)
    assert_allclose(event.sf([[-5.0], [-1.0], [1.0], [9.0]])[:, 0], [1, 1, 0.1, 0])
    assert_allclose(event.mean(), 0.4)
    np.testing.assert_array_equal(event.quantile([0.5, 0.8, 0.95])[:, 0], [0, 1, 2])
    more = event.plus(2)
    assert_allclose(more.at_least([[2.0], [2.5], [3.0], [4.0]])[:, 0], [1, 0.3, 0.3, 0.1])
    sure_by_three = Event(np.array([[0.2, 0.4, 0.3, 0.1, 0.0]]), np.arange(5.0))
    assert sure_by_three.cdf(3.0)[0] == event.cdf(2.0)[0] == 1.0
    # One to four at 0.05 each, five to fourteen at 0.03 each, and fifteen or more.
    wide = Event(np.array([[0.4, 0.2, 0.3, 0.1]]), np.array([0.0, 1.0, 5.0, 15.0]))
    levels = [0.4, 0.41, 0.46, 0.59, 0.61, 0.64, 0.76, 0.89, 0.95]
    assert wide.quantile(levels)[:, 0].tolist() == [0, 1, 2, 4, 5, 6, 10, 14, 15]
    assert_allclose(wide.cdf([[2.0], [7.0], [14.0]])[:, 0], [0.5, 0.69, 0.9])
    assert_allclose(wide.mean(), 0.2 * 2.5 + 0.3 * 9.5 + 0.1 * 15)
    level_of_a_step = Event(np.array([[0.1, 0.2, 0.7]]), np.arange(3.0)).quantile(0.1 + 0.2)
    assert level_of_a_step[0] == 1.0


def test_drawn_paths_have_the_quantiles_of_each_year_and_go_on_where_they_are():
    drawn = LOG.sample(8000, seed=3)
    assert drawn.columns.tolist() == [1, 2]
    assert_allclose(drawn.quantile([0.2, 0.5, 0.8]), LOG.quantile([0.2, 0.5, 0.8]), rtol=0.02)
    # The second year shares one of its two steps with the first.
    ranks = stats.norm.ppf((drawn.rank() - 0.5) / len(drawn))
    assert np.corrcoef(ranks.T)[0, 1] == pytest.approx(np.sqrt(0.5), abs=0.02)


def test_a_pool_is_the_mean_of_its_members_probabilities():
    alike = Pooled((NORMAL, SKEWED))
    for chance in ("cdf", "sf", "at_least"):
        parts = [getattr(member, chance)(535.0) for member in (NORMAL, SKEWED)]
        assert_allclose(getattr(alike, chance)(535.0), np.mean(parts, axis=0))
    assert_allclose(alike.cdf(alike.quantile(0.3)), 0.3, atol=1e-10)
    assert_allclose(Pooled((NORMAL,)).median(), NORMAL.median())
    for members in range(2, 60):
        zeros = np.zeros((members, 1))
        assert StudentTMixture(zeros, zeros + 1.0).cdf(100.0)[0] <= 1.0, "shares round to more"


@pytest.mark.parametrize(
    "transform", [Transform(), Transform("log", -1.0), Transform("logit", -20.0, 100.0)]
)
def test_transforms_invert_differentiate_and_have_their_usual_ends(transform):
    y = np.array([0.5, 3.0, 60.0, 99.0])
    assert_allclose(transform.inverse(transform.forward(y)), y)
    slope = (transform.forward(y + 1e-6) - transform.forward(y - 1e-6)) / 2e-6
    assert_allclose(transform.derivative(y), slope, rtol=1e-5)
    ends = {"identity": (-np.inf, np.inf), "log": (-1.0, np.inf), "logit": (-20.0, 100.0)}
    assert transform.support == ends[transform.name]
    assert Transform("logit").inverse(0.0) == 0.5
    assert Transform("log").inverse(700.0) == pytest.approx(np.exp(700.0))
    assert np.isfinite(Transform("log").inverse(1e6))
    assert np.isneginf(Transform("log", 2.0).forward([1.0, 2.0])).all()
    assert np.isposinf(Transform("logit", 0.0, 10.0).forward([10.0, 11.0])).all()


def test_a_value_that_figures_repeat_has_a_probability_and_the_rest_is_as_it_was():
    kept = laws.Inflated(STANDARD, 1.0, np.array([0.8]))
    at_least, more = kept.at_least(1.0)[0], kept.sf(1.0)[0]
    assert at_least - more == pytest.approx(0.8)
    assert more == pytest.approx(0.2 * STANDARD.sf(1.0)[0])
    assert kept.quantile(0.15)[0] == pytest.approx(STANDARD.quantile(0.75)[0])
    low, middle, high = (kept.quantile(p)[0] for p in (0.1, 0.5, 0.99))
    assert low == pytest.approx(STANDARD.quantile(0.5)[0])
    assert middle == 1.0
    assert high == pytest.approx(STANDARD.quantile(0.95)[0])
    assert kept.stepped
    assert not STANDARD.stepped
    assert Truncated(kept, 0.0).stepped


def test_pieces_of_distributions_answer_like_the_whole():
    whole = StudentTMixture(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 2.0, 3.0]]))
    again = laws.InTurn(((whole, 0, 1), (whole, 1, 2), (whole, 2, 3)))
    x = np.array([[0.5, 1.0, 4.0], [2.0, 2.0, 2.0]])
    for asked in ("cdf", "sf", "at_least"):
        np.testing.assert_array_equal(getattr(again, asked)(x), getattr(whole, asked)(x))
    np.testing.assert_array_equal(again.quantile([0.1, 0.5]), whole.quantile([0.1, 0.5]))


def test_cells_spread_their_probability_evenly_between_edges():
    cells = laws.Cells(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0]))
    np.testing.assert_allclose(
        cells.cdf([[0.0], [1.0], [1.5], [3.0], [5.0]])[:, 0], [0, 0, 0.125, 0.625, 1]
    )
    np.testing.assert_allclose(cells.sf([[0.0], [3.0], [4.0]])[:, 0], [1, 0.375, 0])
    np.testing.assert_allclose(cells.ppf([[0.0], [0.25], [0.625], [1.0]])[:, 0], [1, 2, 3, 4])
    far = laws.Cells(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1e-20]))
    assert far.sf(1.5)[0] == pytest.approx(5e-21)


def test_of_many_levels_a_mixture_is_read_between_its_quantiles_closer_than_draws_can_tell():
    levels = np.linspace(0.0005, 0.9995, 20_000)[:, None] * np.ones(SKEWED.horizon)
    every = np.concatenate([SKEWED.ppf(part) for part in np.array_split(levels, 10)])
    assert np.allclose(SKEWED.cdf(SKEWED.ppf(levels)), levels, atol=1e-4)
    assert np.allclose(SKEWED.ppf(levels), every, rtol=1e-3)
    ends = SKEWED.ppf(np.concatenate([[[0.0, 0.0]], levels, [[1.0, 1.0]]]))
    assert np.isneginf(ends[0]).all()
    assert np.isposinf(ends[-1]).all()


@pytest.mark.parametrize(("many", "solved"), [(4096, True), (4097, False)])
@pytest.mark.parametrize("horizon", [1, 2])
def test_up_to_4096_levels_a_year_are_each_solved_for(many, solved, horizon):
    mixture = StudentTMixture(np.array([[1.0], [2.0]]) * np.ones(horizon), np.full((2, horizon), 1))
    levels = (np.arange(many)[:, None] + 0.5) / many * np.ones(horizon)
    off = np.abs(mixture.cdf(mixture.ppf(levels)) - levels).max()
    assert (off < 1e-12) == solved


@pytest.mark.parametrize(
    ("odds", "level", "most"),
    [
        (lambda x: logit(stats.norm.cdf(x)), 0.3, 12), (lambda x: np.expm1(3.0 * x), 0.3, 16),
        (lambda x: np.expm1(3.0 * x), 0.6, 24), (lambda x: 3.0 * np.cbrt(np.cbrt(x)), 0.6, 78),
    ],
    ids=["normal", "exponential", "above its middle", "upright at its middle"],
)  # fmt: skip
def test_a_quantile_takes_few_steps_where_a_curve_is_smooth_and_no_more_than_halves_elsewhere(
    odds, level, most
):
    asked, low, high = [], np.array([-2.0]), np.array([3.0])
    found = laws.inverted(lambda x: asked.append(x) or expit(odds(x)), np.array([level]), low, high)
    assert odds(found[0]) == pytest.approx(logit(level), rel=1e-9)
    assert len(asked) <= most, "halving takes 49, and more near 0"


def test_quantiles_of_draws_are_those_of_numpy():
    drawn, levels = np.random.default_rng(3).normal(size=(7, 2)), np.linspace(0.0, 1.0, 50)
    found = laws.Empirical(drawn).ppf(levels[:, None] * np.ones(2))
    np.testing.assert_array_equal(found, np.quantile(drawn, levels, axis=0))
