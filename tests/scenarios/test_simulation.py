"""Simulation: correlation, exact marginals, common chance, the order of scenarios, shocks, aims."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from bcforecast.distributions import Empirical, Event
from bcforecast.observations.selection import History
from bcforecast.plan import load_plan
from bcforecast.scenarios.scenario import Shock, load_scenarios
from bcforecast.scenarios.simulation import (
    Baseline,
    Correlation,
    Simulation,
    counts_under,
    estimate_correlation,
    nearest_correlation,
)
from tests.models.structural_cases import stocks
from tests.scenarios.scenario_cases import (
    AIMED,
    PLAIN,
    TARGETS,
    YEARS,
    baseline,
    lognormal,
    pushing,
    shocked,
    simulation,
)

RNG = np.random.default_rng(6)
COMMON = RNG.normal(size=12)
UP = History.of(range(2008, 2021), np.concatenate([[0.0], np.cumsum(COMMON)]).tolist())
DOWN = History.of(range(2008, 2021), (-UP.values).tolist())
NONE = History.of([], [], origin=2020)


def test_a_pair_is_shrunk_toward_the_target_by_its_years() -> None:
    found = estimate_correlation({"up": UP, "down": DOWN})
    target = (12 * -1.0 + 20 * 0.2) / 32
    assert found.target == pytest.approx(target)
    assert found.matrix[0, 1] == pytest.approx((12 * -1.0 + 10 * target) / 22)
    assert found.common_years[0, 1] == pytest.approx(12)


def test_without_common_years_the_target_stands() -> None:
    found = estimate_correlation({"up": UP, "none": NONE})
    assert found.matrix[0, 1] == pytest.approx(0.2)
    assert found.table().to_dict("records") == [
        {"first": "none", "second": "up", "correlation": pytest.approx(0.2), "common_years": 0.0}
    ]


def test_a_year_inside_a_gap_counts_in_part() -> None:
    gappy = History.of([2008, 2010, 2012, 2014, 2016, 2018, 2020], UP.values[::2].tolist())
    found = estimate_correlation({"up": UP, "gappy": gappy})
    assert found.common_years[0, 1] == pytest.approx(6.0)
    assert 0.2 < found.matrix[0, 1] < estimate_correlation({"up": UP, "same": UP}).matrix[0, 1]


def test_a_history_that_does_not_vary_tells_nothing() -> None:
    flat = History.of(range(2008, 2021), [5.0] * 13)
    assert estimate_correlation({"up": UP, "flat": flat}).common_years[0, 1] == 0.0


def test_values_that_cannot_be_correlations_together_give_way() -> None:
    told = np.array([[1.0, 0.9, 0.95], [0.9, 1.0, -0.95], [0.95, -0.95, 1.0]])
    near = nearest_correlation(told)
    assert np.linalg.eigvalsh(near).min() > 0.0
    assert np.diag(near) == pytest.approx([1.0, 1.0, 1.0])
    assert near[0, 2] > 0.5 > -0.5 > near[1, 2]


def test_a_matrix_that_is_one_already_is_left_alone() -> None:
    matrix = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert nearest_correlation(matrix) is matrix


PLAN = load_plan("beichen-2020-2022")
SHIPPED = {scenario.id: scenario for scenario in load_scenarios(plan=PLAN)}
SIMULATION = simulation(n_paths=4000)


def probabilities(scenario: str, made: Simulation = SIMULATION) -> dict[str, float]:
    paths = made.run(SHIPPED[scenario])
    return {
        name: float(paths.forecast(name).at_least(target)[-1]) for name, target in TARGETS.items()
    }


@pytest.mark.parametrize("indicator", sorted(TARGETS))
def test_paths_have_the_baselines_own_distribution(indicator: str) -> None:
    paths = SIMULATION.run(PLAIN)
    own = baseline(indicator).forecast
    for target in (0.9 * TARGETS[indicator], TARGETS[indicator], 1.2 * TARGETS[indicator]):
        simulated = paths.forecast(indicator).at_least(target)
        assert simulated == pytest.approx(own.at_least(target), abs=1e-3)


def test_the_same_seed_gives_the_same_bytes_in_any_order_and_another_seed_does_not() -> None:
    first, again, other = (simulation(seed=seed, n_paths=500) for seed in (5, 5, 6))
    stretch, plain = SHIPPED["stretch"], PLAIN
    one = [first.run(stretch), first.run(plain)]
    two = [again.run(plain), again.run(stretch)][::-1]
    for a, b in zip(one, two, strict=True):
        for name in TARGETS:
            assert a.paths[name].tobytes() == b.paths[name].tobytes()
    moved = other.run(stretch).paths["hightech_enterprises"]
    assert moved.tobytes() != one[0].paths["hightech_enterprises"].tobytes()


def test_a_goal_alone_has_the_chance_that_it_has_among_all() -> None:
    made = simulation(n_paths=500)
    alone = made.run(SHIPPED["stretch"], only=["gazelle_enterprises"])
    assert list(alone.paths) == ["gazelle_enterprises"]
    among = made.run(SHIPPED["stretch"]).paths["gazelle_enterprises"]
    assert np.array_equal(alone.paths["gazelle_enterprises"], among)


def test_an_indicator_that_a_scenario_does_not_touch_keeps_its_paths() -> None:
    under = SIMULATION.run(pushing(("renewal_rate", 5.0), ("rd_growth", 1.0)))
    plain = SIMULATION.run(PLAIN)
    for name in TARGETS:
        moved = name in ("hightech_enterprises", "rd_intensity")
        assert np.array_equal(under.paths[name], plain.paths[name]) != moved, name


def test_shipped_scenarios_stand_in_a_sensible_order() -> None:
    at = {name: probabilities(name) for name in SHIPPED}
    for goal in TARGETS:
        base, full = at["baseline"][goal], at["measures-in-full"][goal]
        assert at["stretch"][goal] > full > base, goal
        assert base <= at["delayed-one-year"][goal] < full, goal
        assert at["adverse-shock-and-recovery"][goal] < base, goal
        assert at["target-path"][goal] >= min(0.5, base) - 1e-3, goal


def test_no_lever_moves_a_year_that_is_over_and_what_is_settled_is_moved_by_nothing() -> None:
    for first_open in (2023, 2024):
        made = simulation(first_open=first_open, n_paths=500)
        plain, under = made.run(PLAIN), made.run(SHIPPED["stretch"])
        for name in TARGETS:
            assert np.array_equal(plain.paths[name][:, :2], under.paths[name][:, :2])
            moved = (plain.paths[name][:, 2] != under.paths[name][:, 2]).any()
            assert moved == (first_open == 2023)


def test_uncertainty_about_a_push_never_makes_it_a_drag() -> None:
    made = simulation("hightech_enterprises", n_paths=3000)
    certain = made.run(pushing(("new_certifications", 10.0))).paths["hightech_enterprises"]
    unsure = made.run(pushing(("new_certifications", 10.0), sd=8.0)).paths["hightech_enterprises"]
    plain = made.run(PLAIN).paths["hightech_enterprises"]
    assert (unsure >= plain).all()
    assert (unsure > certain).any()
    assert (unsure < certain).any()
    lift = (unsure / plain - 1.0)[:, 0].mean()
    assert lift == pytest.approx((certain / plain - 1.0)[:, 0].mean(), rel=0.1)


def test_a_shock_hits_in_its_year_and_is_made_good_by_the_share_stated() -> None:
    shock = Shock(indicators=("tech_contract_value",), year=2022, size_percent=-20.0, recovered=0.5)
    made = simulation("tech_contract_value", n_paths=300)
    plain, under = (made.run(s).paths["tech_contract_value"] for s in (PLAIN, shocked(shock)))
    assert under[:, 0] == pytest.approx(plain[:, 0])
    assert under[:, 1] == pytest.approx(0.8 * plain[:, 1])
    assert under[:, 2] == pytest.approx(np.sqrt(0.8) * plain[:, 2])


def test_a_shock_may_be_a_windfall() -> None:
    shock = Shock(indicators=("rd_intensity",), year=2022, size_percent=10.0, recovered=1.0, sd=3.0)
    made = simulation("rd_intensity", n_paths=300)
    plain, under = (made.run(s).paths["rd_intensity"] for s in (PLAIN, shocked(shock)))
    assert (under[:, 1] > plain[:, 1]).all()
    assert np.array_equal(under[:, 2], plain[:, 2])


def test_aiming_brings_the_median_of_what_falls_short_to_its_target_and_leaves_the_rest() -> None:
    made = simulation(n_paths=4000)
    paths = made.run(AIMED)
    for name, target in TARGETS.items():
        if name == "university_science_parks":
            assert paths.forecast(name).at_least(1.0)[-1] == pytest.approx(0.5, abs=1e-3)
        else:
            assert np.median(paths.paths[name][:, -1]) == pytest.approx(target, rel=2e-3)
    easy = replace(made, targets={name: replace(t, value=0.5) for name, t in made.targets.items()})
    plain = easy.run(PLAIN)
    for name in TARGETS:
        if name != "university_science_parks":
            assert np.array_equal(easy.run(AIMED).paths[name], plain.paths[name])


def test_steps_of_a_year_correlate_as_told() -> None:
    names = ("tech_contract_value", "rd_intensity")
    told = Correlation(names, np.array([[1.0, 0.8], [0.8, 1.0]]), np.zeros((2, 2)), 0.8)
    made = replace(simulation(*names, n_paths=8000), correlation=told)
    paths = made.run(PLAIN).paths
    logs = [np.log(paths[name][:, -1]) for name in names]
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.8, abs=0.02)
    free = replace(made, correlation=replace(told, matrix=np.eye(2)))
    logs = [np.log(free.run(PLAIN).paths[name][:, -1]) for name in names]
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.0, abs=0.03)


def test_forecasts_that_start_in_different_years_share_the_years_they_have_in_common() -> None:
    long = baseline("tech_contract_value")
    short = Baseline("rd_intensity", lognormal(3.0, horizon=1), (2023,), 2021, (0.0, np.inf))
    names = ("tech_contract_value", "rd_intensity")
    told = Correlation(names, np.array([[1.0, 0.9], [0.9, 1.0]]), np.zeros((2, 2)), 0.9)
    made = Simulation((long, short), told, n_paths=8000, seed=2)
    paths = made.run(PLAIN).paths
    logs = [np.log(paths[name][:, -1]) for name in names]
    # one of three independent steps is common: 0.9 / sqrt(3)
    assert np.corrcoef(logs)[0, 1] == pytest.approx(0.9 / np.sqrt(3.0), abs=0.03)


STOCK = History.of([2018, 2019, 2020], [250, 280, 313], whole=True, support=(0.0, np.inf))


def test_a_structural_forecast_is_simulated_anew_with_its_own_chance() -> None:
    forecast = stocks("hightech_enterprises", n_paths=2000).fit(STOCK, 3)
    own = Baseline("hightech_enterprises", forecast, YEARS, 2021, (0.0, np.inf))
    made = Simulation((own, baseline("rd_intensity")), n_paths=2000, seed=3)
    plain = made.run(PLAIN)
    assert plain.forecast("hightech_enterprises").sf(400).tolist() == forecast.sf(400).tolist()
    more = made.run(pushing(("renewal_rate", 10.0))).paths["hightech_enterprises"]
    assert (more >= plain.paths["hightech_enterprises"]).all()
    assert (more == np.rint(more)).all()
    records = made.rates("hightech_enterprises")
    assert {record.basis for record in records} >= {"assumed", "learned"}


def test_a_structural_forecast_of_another_number_of_paths_is_taken_as_it_is() -> None:
    forecast = stocks("hightech_enterprises", n_paths=500).fit(STOCK, 3)
    own = Baseline("hightech_enterprises", forecast, YEARS, 2022, (0.0, np.inf))
    made = Simulation((own,), n_paths=2000, seed=3)
    plain, under = made.run(PLAIN), made.run(SHIPPED["stretch"])
    name = "hightech_enterprises"
    assert plain.paths[name].shape == (2000, 3)
    assert plain.forecast(name).sf(350)[2] == pytest.approx(forecast.sf(350)[2], abs=5e-3)
    assert np.array_equal(plain.paths[name][:, 0], under.paths[name][:, 0])
    assert (under.paths[name] >= plain.paths[name]).all()


def test_a_ratio_stays_within_its_range_under_any_push() -> None:
    near = Empirical(np.linspace(96.0, 99.9, 500)[:, None])
    own = Baseline("coverage", near, (2022,), 2022, (0.0, 100.0))
    made = Simulation((own,), n_paths=500)
    pushed = made.run(pushing(("growth.coverage", 10.0))).paths["coverage"]
    assert (pushed > made.run(PLAIN).paths["coverage"]).all()
    assert pushed.max() < 100.0


def test_a_push_is_upward_also_below_zero() -> None:
    balance = Empirical(np.linspace(-8.0, -2.0, 500)[:, None])
    own = Baseline("balance", balance, (2022,), 2022)
    made = Simulation((own,), n_paths=500)
    pushed = made.run(pushing(("growth.balance", 10.0))).paths["balance"]
    assert pushed == pytest.approx(made.run(PLAIN).paths["balance"] + 0.5, abs=0.01)


def test_a_hazard_multiplied_multiplies_the_log_of_none() -> None:
    event = Event(np.array([[0.9, 0.1], [0.8, 0.2]]))
    levels = (np.arange(20_000) + 0.5) / 20_000
    later = counts_under(event, np.array([[1.0, 3.0]]), levels)
    assert (later[:, 0] == 0).mean() == pytest.approx(0.9, abs=1e-4)
    assert (later[:, 1] == 0).mean() == pytest.approx(0.9 * (0.8 / 0.9) ** 3, abs=1e-4)
    assert (np.diff(later, axis=1) >= 0).all()


def test_more_chance_never_makes_fewer_events() -> None:
    event = Event(np.array([[0.5, 0.3, 0.15, 0.05], [0.2, 0.4, 0.25, 0.15]]))
    levels = (np.arange(999) + 0.5) / 999
    counts = [counts_under(event, np.array([[f, f]]), levels) for f in (0.0, 0.5, 1.0, 2.0)]
    for fewer, more in pairwise(counts):
        assert (more >= fewer).all()
    assert counts[0].max() == 0
    shares = [(counts[2][:, 1] == k).mean() for k in range(4)]
    assert shares == pytest.approx([0.2, 0.4, 0.25, 0.15], abs=2e-3)


def test_one_event_that_exists_already_stays() -> None:
    event = Event(np.array([[0.9, 0.1]])).plus(1)
    levels = (np.arange(100) + 0.5) / 100
    assert counts_under(event, np.array([[0.5]]), levels).min() == 1.0
