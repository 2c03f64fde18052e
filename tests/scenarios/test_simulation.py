"""Simulation: correlation, exact marginals, common chance, the order of scenarios, shocks, aims."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.distributions import Empirical, Event, StudentTMixture, Transform
from bcforecast.models.structures import structure_of
from bcforecast.models.trend import Trend
from bcforecast.observations.selection import History
from bcforecast.observations.subannual import YearPart
from bcforecast.plan import load_plan
from bcforecast.scenarios import simulation as room
from bcforecast.scenarios.scenario import Shock, levers, load_scenarios
from bcforecast.scenarios.simulation import Baseline, Simulation, counts_under
from tests.scenarios import scenario_cases as cases
from tests.scenarios.scenario_cases import PLAIN, TARGETS, YEARS, baseline, pushing, simulation

RNG = np.random.default_rng(6)
COMMON = RNG.normal(size=12)
UP = History.of(range(2008, 2021), np.concatenate([[0.0], np.cumsum(COMMON)]).tolist())
DOWN = History.of(range(2008, 2021), (-UP.values).tolist())
NONE = History.of([], [], origin=2020)


def test_a_correlation_is_shrunk_by_its_years_and_gives_way_to_what_can_be():
    found = room.estimate_correlation({"up": UP, "down": DOWN})
    target = (12 * -1.0 + 20 * 0.2) / 32
    assert found.target == pytest.approx(target)
    assert np.diag(found.matrix).tolist() == [1.0, 1.0]
    assert found.matrix[0, 1] == pytest.approx((12 * -1.0 + 10 * target) / 22)
    assert found.common_years[0, 1] == pytest.approx(12)
    gappy = History.of([2008, 2010, 2012, 2014, 2016, 2018, 2020], UP.values[::2].tolist())
    found = room.estimate_correlation({"up": UP, "gappy": gappy})
    assert found.common_years[0, 1] == pytest.approx(6.0)
    assert 0.2 < found.matrix[0, 1] < room.estimate_correlation({"up": UP, "same": UP}).matrix[0, 1]
    flat = History.of(range(2008, 2021), [5.0] * 13)
    assert room.estimate_correlation({"up": UP, "flat": flat}).common_years[0, 1] == 0.0
    found = room.estimate_correlation({"up": UP, "none": NONE})
    assert found.matrix[0, 1] == pytest.approx(0.2)
    assert found.pairs() == [("none", "up", pytest.approx(0.2), 0.0)]
    told = np.array([[1.0, 0.9, 0.95], [0.9, 1.0, -0.95], [0.95, -0.95, 1.0]])
    near = room.nearest_correlation(told)
    assert np.linalg.eigvalsh(near).min() > 0.0
    assert np.diag(near) == pytest.approx([1.0, 1.0, 1.0])
    assert near[0, 2] > 0.5 > -0.5 > near[1, 2]
    matrix = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert room.nearest_correlation(matrix) is matrix


@pytest.mark.parametrize(
    ("scale", "support", "last"),
    [(Transform("log"), (0.0, np.inf), 52.8), (Transform(), (-np.inf, np.inf), 52.8),
     (Transform("logit", 0.0, 100.0), (0.0, 100.0), 100.0 * 52.8 / 108.8)],
)  # fmt: skip
def test_a_scaled_forecast_says_the_same_by_quantiles_and_by_chances(scale, support, last):
    where = {"location": scale.forward(np.array([[40.0, 44.0]])), "transform": scale}
    free = StudentTMixture(scale=np.array([[0.1, 0.2]]), **where)
    made = room.Scaled(free, np.array([[1.1, 1.2]]), support, free.median())
    assert made.median()[1] == pytest.approx(last)
    for level in (0.1, 0.5, 0.9):
        np.testing.assert_allclose(made.cdf(made.quantile(level)), level, atol=1e-9)


PLAN = load_plan("beichen-2020-2022")
SHIPPED = {scenario.id: scenario for scenario in load_scenarios(plan=PLAN)}
SIMULATION = simulation(n_paths=4000)


def probabilities(scenario):
    paths = SIMULATION.run(SHIPPED[scenario])
    return {name: baseline(name).read(paths[name]).at_least(x)[-1] for name, x in TARGETS.items()}


def paths_of(made, *scenarios):
    """The paths of the only, or the first, indicator under each scenario."""
    name = made.baselines[0].indicator
    return [made.run(one)[name] for one in scenarios]


@pytest.mark.parametrize("indicator", sorted(TARGETS))
def test_paths_have_the_baselines_own_distribution(indicator):
    paths = SIMULATION.run(PLAIN)
    own = baseline(indicator)
    for target in (0.9 * TARGETS[indicator], TARGETS[indicator], 1.2 * TARGETS[indicator]):
        simulated = own.read(paths[indicator]).at_least(target)
        assert simulated == pytest.approx(own.forecast.at_least(target), abs=1e-3)


def test_the_same_seed_gives_the_same_bytes_in_any_order_and_another_seed_does_not():
    first, again, other = (simulation(seed=seed, n_paths=500) for seed in (5, 5, 6))
    stretch, plain = SHIPPED["stretch"], PLAIN
    one = [first.run(stretch), first.run(plain)]
    two = [again.run(plain), again.run(stretch)][::-1]
    for a, b in zip(one, two, strict=True):
        for name in TARGETS:
            assert a[name].tobytes() == b[name].tobytes()
    moved = other.run(stretch)["hightech_enterprises"]
    assert moved.tobytes() != one[0]["hightech_enterprises"].tobytes()


def test_a_goal_alone_or_untouched_has_the_paths_that_it_has_among_all():
    made = simulation(n_paths=500)
    alone = made.run(SHIPPED["stretch"], only=["gazelle_enterprises"])
    assert list(alone) == ["gazelle_enterprises"]
    among = made.run(SHIPPED["stretch"])["gazelle_enterprises"]
    assert np.array_equal(alone["gazelle_enterprises"], among)
    under = SIMULATION.run(pushing(("renewal_rate", 5.0), ("rd_growth", 1.0)))
    plain = SIMULATION.run(PLAIN)
    for name in TARGETS:
        moved = name in ("hightech_enterprises", "rd_intensity")
        assert np.array_equal(under[name], plain[name]) != moved, name


def test_shipped_scenarios_stand_in_a_sensible_order():
    at = {name: probabilities(name) for name in SHIPPED}
    for goal in TARGETS:
        base, full = at["baseline"][goal], at["measures-in-full"][goal]
        assert at["stretch"][goal] > full > base, goal
        assert base <= at["delayed-one-year"][goal] < full, goal
        assert at["adverse-shock-and-recovery"][goal] < base, goal


def test_no_lever_moves_a_year_that_is_over_and_what_is_settled_is_moved_by_nothing():
    for first_open in (2023, 2024):
        made = simulation(first_open=first_open, n_paths=500)
        plain, under = made.run(PLAIN), made.run(SHIPPED["stretch"])
        for name in TARGETS:
            assert np.array_equal(plain[name][:, :2], under[name][:, :2])
            moved = (plain[name][:, 2] != under[name][:, 2]).any()
            assert moved == (first_open == 2023)


@pytest.mark.parametrize(
    ("how", "share", "later"),
    [(None, 1.0, 1.0), ("last", 0.25, 0.25), ("mean", 0.25, 1.0), ("sum", 1 / 3, 1.0)],
)
def test_of_the_year_in_hand_a_lever_moves_only_what_is_left_of_it(how, share, later):
    """Of 120 at the end of a year, 80 by September; 8 % more growth a year, and a fall by half."""
    part = how and YearPart(2022, 9, 80.0, how)
    forecast = Empirical(np.tile([120.0, 150.0], (10, 1)))
    one = Baseline("turnover", forecast, (2022, 2023), 2022, (0.0, np.inf), part)
    made = Simulation((one,), n_paths=10)
    pushed = made.run(pushing(("growth.turnover", 8.0), year=2022))["turnover"]
    grown = 120.0 * (1.0 + 0.08 * share), 150.0 * (1.0 + 0.08 * later) * 1.08
    assert pushed[0] == pytest.approx(grown)
    # A stock may fall on any day of the rest of the year; it begins the next from there.
    shock = Shock(indicators=("turnover",), year=2022, size_percent=-50, recovered=0)
    struck = made.run(cases.shocked(shock))["turnover"][0]
    left = 1.0 if how == "last" else share
    assert struck == pytest.approx((120.0 * (1.0 - 0.5 * left), 75.0))


def test_a_push_is_upward_also_if_unsure_at_an_end_or_below_zero():
    made, push = simulation("hightech_enterprises", n_paths=3000), ("new_certifications", 10.0)
    plain, certain, unsure = paths_of(made, PLAIN, pushing(push), pushing(push, sd=8.0))
    assert (unsure >= plain).all()
    assert (unsure > certain).any()
    assert (unsure < certain).any()
    lift = (unsure / plain - 1.0)[:, 0].mean()
    assert lift == pytest.approx((certain / plain - 1.0)[:, 0].mean(), rel=0.1)
    near = Empirical(np.linspace(96.0, 99.9, 500)[:, None])
    made = Simulation((Baseline("coverage", near, (2022,), 2022, (0.0, 100.0)),), n_paths=500)
    plain, pushed = paths_of(made, PLAIN, pushing(("growth.coverage", 10.0)))
    assert (pushed > plain).all()
    assert pushed.max() < 100.0
    debts = Empirical(np.linspace(-8.0, -2.0, 500)[:, None])
    made = Simulation((Baseline("balance", debts, (2022,), 2022),), n_paths=500)
    plain, pushed = paths_of(made, PLAIN, pushing(("growth.balance", 10.0)))
    assert pushed == pytest.approx(plain + 0.5, abs=0.01)


def test_a_shock_hits_in_its_year_and_is_made_good_by_the_share_stated():
    def under_shock(name, **shock):
        shocked = cases.shocked(Shock(indicators=(name,), year=2022, **shock))
        return paths_of(simulation(name, n_paths=300), PLAIN, shocked)

    plain, under = under_shock("tech_contract_value", size_percent=-20.0, recovered=0.5)
    assert under[:, 0] == pytest.approx(plain[:, 0])
    assert under[:, 1] == pytest.approx(0.8 * plain[:, 1])
    assert under[:, 2] == pytest.approx(np.sqrt(0.8) * plain[:, 2])
    plain, under = under_shock("rd_intensity", size_percent=10.0, recovered=1.0, sd=3.0)
    assert (under[:, 1] > plain[:, 1]).all(), "a shock may be a windfall"
    assert np.array_equal(under[:, 2], plain[:, 2])


def test_of_a_shock_that_the_last_figure_felt_only_what_is_made_good_moves_the_years_after():
    def since_2020(name, recovered):
        about = {"year": 2020, "size_percent": -20.0, "recovered": recovered}
        past = cases.shocked(Shock(indicators=(name,), **about))
        return paths_of(simulation(name, n_paths=300), PLAIN, past)

    plain, under = since_2020("tech_contract_value", 0.0)
    assert np.array_equal(under, plain), "all of it is in the figure of 2020"
    plain, under = since_2020("tech_contract_value", 0.5)
    assert under == pytest.approx(plain * 0.8 ** -np.array([0.5, 0.75, 0.875]))
    plain, under = since_2020("university_science_parks", 0.5)
    assert under.mean() < plain.mean(), "a yearly chance rests on no one figure"


def test_steps_of_a_year_correlate_as_told_also_where_forecasts_start_in_different_years():
    names = ("tech_contract_value", "rd_intensity")
    long, same = map(baseline, names)
    short = Baseline("rd_intensity", cases.lognormal(3.0, horizon=1), (2023,), 2021, (0.0, np.inf))
    for other, told, found, within in (
        (same, 0.8, 0.8, 0.02),
        (same, 0.0, 0.0, 0.03),
        # one of three independent steps is common
        (short, 0.9, 0.9 / np.sqrt(3.0), 0.03),
    ):
        matrix = np.array([[1.0, told], [told, 1.0]])
        correlation = room.Correlation(names, matrix, np.zeros((2, 2)), told)
        paths = Simulation((long, other), correlation, n_paths=8000, seed=2).run(PLAIN)
        logs = [np.log(paths[name][:, -1]) for name in names]
        assert np.corrcoef(logs)[0, 1] == pytest.approx(found, abs=within)


STOCK = History.of([2018, 2019, 2020], [250, 280, 313], whole=True, support=(0.0, np.inf))


@pytest.mark.parametrize("n_paths", [2000, 500])
def test_a_structural_forecast_is_simulated_anew_by_its_own_chance_if_its_paths_are_as_many(
    n_paths,
):
    name = "hightech_enterprises"
    forecast = replace(structure_of(name), n_paths=n_paths).fit(STOCK, 3)
    own = Baseline(name, forecast, YEARS, 2022, (0.0, np.inf))
    made = Simulation((own, baseline("rd_intensity")), n_paths=2000, seed=3)
    plain, more = paths_of(made, PLAIN, pushing(("renewal_rate", 10.0)))
    assert plain.shape == (2000, 3)
    assert np.array_equal(plain[:, 0], more[:, 0])
    assert (more >= plain).all()
    found = own.read(plain).sf(350)
    if n_paths != 2000:
        assert found[2] == pytest.approx(forecast.sf(350)[2], abs=5e-3)
        return
    assert found.tolist() == forecast.sf(350).tolist()
    assert (more == np.rint(more)).all()
    assert {record.basis for record in made.rates(name)} >= {"assumed", "learned"}


def test_more_chance_never_makes_fewer_events_and_a_hazard_multiplies_the_log_of_none():
    event = Event(np.array([[0.9, 0.1], [0.8, 0.2]]), np.arange(2.0))
    levels = (np.arange(20_000) + 0.5) / 20_000
    later = counts_under(event, np.array([[1.0, 3.0]]), levels)
    assert (later[:, 0] == 0).mean() == pytest.approx(0.9, abs=1e-4)
    assert (later[:, 1] == 0).mean() == pytest.approx(0.9 * (0.8 / 0.9) ** 3, abs=1e-4)
    assert (np.diff(later, axis=1) >= 0).all()
    event = Event(np.array([[0.5, 0.3, 0.15, 0.05], [0.2, 0.4, 0.25, 0.15]]), np.arange(4.0))
    levels = (np.arange(999) + 0.5) / 999
    counts = [counts_under(event, np.array([[f, f]]), levels) for f in (0.0, 0.5, 1.0, 2.0)]
    for fewer, more in pairwise(counts):
        assert (more >= fewer).all()
    assert counts[0].max() == 0
    shares = [(counts[2][:, 1] == k).mean() for k in range(4)]
    assert shares == pytest.approx([0.2, 0.4, 0.25, 0.15], abs=2e-3)
    exists = Event(np.array([[0.9, 0.1]]), np.arange(2.0)).plus(1)
    assert counts_under(exists, np.array([[0.5]]), levels).min() == 1.0


MADE = simulation(n_paths=300)
LEVERS = levers()
parts = st.floats(0.0, 1.0)


@settings(max_examples=150)
@given(st.sampled_from(sorted(LEVERS)), parts, parts, st.floats(0.0, 2.0), st.integers(2021, 2023))
def test_a_larger_size_never_lowers_a_path(name, one, other, sd_part, year):
    lever = LEVERS[name]
    low, high = sorted((one, other))
    span = lever.high - lever.low
    less, more = (
        MADE.run(pushing((name, lever.low + part * span), year=year)) for part in (low, high)
    )
    for indicator in lever.indicators:
        assert (more[indicator] >= less[indicator] - 1e-9).all()
    unsure = MADE.run(pushing((name, lever.high), year=year, sd=sd_part * lever.high))
    for indicator in lever.indicators:
        plain = MADE.run(PLAIN, only=[indicator])[indicator]
        assert (unsure[indicator] >= plain - 1e-9).all()
        assert np.isfinite(unsure[indicator]).all()


@settings(max_examples=100)
@given(st.sampled_from(sorted(TARGETS)), st.floats(-99, 300).filter(bool), parts, st.floats(0, 200))
def test_a_shock_moves_one_indicator_one_way_and_stays_finite(indicator, size, recovered, sd):
    size_of_it = {"size_percent": size, "recovered": recovered, "sd": sd if size else 0.0}
    shock = Shock(indicators=(indicator,), year=2022, **size_of_it)
    paths = MADE.run(cases.shocked(shock))
    plain = MADE.run(PLAIN)
    for name in TARGETS:
        if name != indicator:
            assert np.array_equal(paths[name], plain[name])
    change = paths[indicator] - plain[indicator]
    assert (change >= -1e-9).all() if size >= 0 else (change <= 1e-9).all()
    assert np.isfinite(paths[indicator]).all()


def test_what_has_come_to_the_end_of_its_range_stands_there_on_every_path():
    shares = {"full": [100, 100, 99, 100], "none": [0, 1, 0, 0], "between": [60, 62, 61, 65]}
    for values in shares.values():
        history = History.of(range(2017, 2021), values, support=(0.0, 100.0))
        forecast = Trend().fit(history, 2)
        paths = room.even_quantiles(forecast, 10_000)
        for end in (0.0, 100.0):
            mass = forecast.cdf(0.0) if end == 0.0 else forecast.at_least(100.0)
            np.testing.assert_allclose((paths == end).mean(axis=0), mass, atol=2e-4)
