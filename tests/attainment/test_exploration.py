"""A projected plan under scenarios and all its goals together; unset where nothing is known."""

import re
import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import bcforecast as bc
from bcforecast import config, errors
from bcforecast.attainment.project import Joint, explore
from bcforecast.plan.fields import changed
from bcforecast.scenarios import scenario, simulation
from tests.attainment.explored_plans import BEICHEN, beichen, scenarios


def test_the_baseline_and_joint_paths_have_the_probabilities_of_each_goal_alone():
    made = beichen()
    assert made.goals
    for goal in made.goals:
        closed = made.outlook[goal.id].attainment.probability
        assert made.probability(goal.id, made.baseline) == pytest.approx(closed, abs=2e-3)
    stretch = scenarios()["stretch"]
    together = made.joint(stretch)
    for goal, p in zip(together.goals, together.probabilities, strict=True):
        assert p == pytest.approx(made.probability(goal, stretch), abs=1e-12)
    low, high = together.bounds()
    assert low <= together.all_met <= high
    assert together.unset == made.unset


def test_other_correlations_change_the_joint_and_not_the_single_probabilities():
    names = tuple(goal.indicator for goal in beichen().goals)
    told = (correlation_of(names, t) for t in (0.0, 0.95))
    free, bound = (explore(beichen().outlook, n_paths=4000, correlation=one) for one in told)
    one, other = free.joint(free.baseline), bound.joint(free.baseline)
    assert one.probabilities == pytest.approx(other.probabilities, abs=1e-3)
    assert other.all_met > one.all_met
    assert one.all_met == pytest.approx(one.independent, abs=0.01)


def correlation_of(names, t):
    """The same correlation between all."""
    k = len(names)
    return simulation.Correlation(names, t + (1.0 - t) * np.eye(k), np.zeros((k, k)), t)


def test_a_goal_or_outlook_of_which_nothing_can_be_said_is_refused_by_name():
    made = beichen()
    for goal in made.unset:
        with pytest.raises(errors.ScenarioError, match=f"goal {goal} no probability"):
            made.probability(goal, made.baseline)
    with pytest.raises(errors.PlanError, match="has no goal"):
        made.probability("no_such_goal", made.baseline)
    bare = with_goals(BEICHEN, "innovation_platforms", 2022)
    nothing = explore(bc.project(bare, bc.load_observations(as_of="2021-12-31")), n_paths=100)
    assert (nothing.goals, nothing.unset) == ((), ("by_2022",))
    with pytest.raises(errors.ScenarioError, match="no goal of which a probability"):
        nothing.joint(nothing.baseline)
    with pytest.raises(errors.ScenarioError, match="found an outlook under stretch"):
        explore(replace(beichen().outlook, scenario="stretch"))


def test_a_pushed_lever_names_a_measure_that_moves_it_if_the_plan_has_any():
    made = beichen()
    pushed = made.pushed({"renewal_rate": 4.0, "contract_growth": 2.0})
    assert [(m.lever, m.measure, m.by_year) for m in pushed.moves] == [
        ("renewal_rate", "2.4.1", {2022: 4.0}),
        ("contract_growth", "2.2.1", {2022: 2.0}),
    ]
    for goal, forecast in made.forecasts(made.pushed({"renewal_rate": 5.0})).items():
        unmoved = forecast is made.outlook[goal].forecast
        assert unmoved == (goal != "hightech_enterprises")
    both = made.pushed({"renewal_rate": 4.0}, base=scenarios()["stretch"])
    assert len(both.moves) == len(scenarios()["stretch"].moves) + 1
    with pytest.raises(errors.ScenarioError, match=r"no lever “growth\.unrelated”"):
        made.pushed({"growth.unrelated": 1.0})
    for task in (*BEICHEN.measures, *BEICHEN.safeguards):
        for lever in task.levers:
            assert made.pushed({lever.id: scenario.find_lever(lever.id).high}).moves
    days = date(2021, 12, 31), date(2022, 1, 1)
    assert [BEICHEN.first_open_year(one) for one in days] == [2022, 2022]
    plan = with_goals(bc.load_plan("tianjin-2020-2022"), "tech_contract_value", 2022)
    bare = changed(plan, measures=(), safeguards=())
    made = explore(bc.project(bare, bc.load_observations(as_of="2020-12-31")), n_paths=500)
    pushed = made.pushed({"contract_growth": 5.0})
    assert pushed.moves[0].measure is None
    at_due = made.probability("by_2022", pushed)
    assert made.probability("by_2022", made.baseline) < at_due
    assert made.probability("by_2022", pushed, by=2021) < at_due
    with pytest.raises(errors.ScenarioError, match="found 2030; allowed: 2020 to 2022"):
        made.probability("by_2022", pushed, by=2030)


def test_a_lever_goes_as_far_as_in_a_scenario_file():
    made, outlook = beichen(), beichen().outlook
    lever = "contract_growth"
    for size in (np.inf, 1e300, 20.5, -10.5):
        said = f"{size:g} with all measures together; allowed: -10.0 to 20.0 for contract_growth"
        with pytest.raises(errors.OptionError, match=re.escape(f"{lever}: found {said}")):
            outlook.under({lever: size})
    far = made.pushed({lever: 20.0}, base=made.pushed({lever: 1.0}))
    with pytest.raises(errors.OptionError, match="found 21 with all measures"):
        outlook.under(far)


OWN = {
    "hightech_enterprises": {2017: 214, 2018: 260, 2019: 318, 2020: 392, 2021: 448},
    "hightech_first_certifications": {2017: 70, 2018: 84, 2019: 98, 2020: 118, 2021: 127},
    "hightech_renewals": {2019: 33, 2020: 52, 2021: 61},
    "hightech_expiries": {2019: 50, 2020: 78, 2021: 92},
}


def district(folder):
    """A data folder in which Beichen has figures of its own: invented, for this test."""
    shutil.copytree(config.DATA_DIR, folder / "data")
    with (folder / "data" / "observations.csv").open("a", encoding="utf-8") as out:
        for indicator, by_year in OWN.items():
            measure = "stock" if indicator == "hightech_enterprises" else "flow"
            for year, value in by_year.items():
                row = f"beichen,{indicator},{year},{value},,,enterprises,{measure},official,"
                out.write(f"{row}{year + 1}-03-01,stated,bc_plan_2014,synthetic\n")
    return folder / "data"


def test_a_district_with_cohort_figures_gets_a_structural_forecast_from_enough_of_its_own(tmp_path):
    folder, plan = district(tmp_path), with_goals(BEICHEN, "hightech_enterprises", 2022)
    basis = bc.project(plan, bc.load_observations(folder, as_of="2022-03-31"))["by_2022"].basis
    assert (basis.basis, basis.model) == ("own", "cohort")
    assert basis.n_usable >= 8
    learned = {r.id for r in basis.forecast.continuous.rates() if r.basis == "learned"}
    assert {"renewal", "first_certification"} <= learned
    low, high = basis.forecast.interval(0.8)
    assert 448 < low[0] < high[0] < 640
    early = bc.project(plan, bc.load_observations(folder, as_of="2018-06-30"))["by_2022"]
    assert early.basis.model != "cohort"


def with_goals(plan, goal, *due_years):
    """The plan with one goal only, once for each due year."""
    days = {f"by_{year}": date(year, 12, 31) for year in due_years}
    copies = (changed(plan.goal(goal), id=i, due=d) for i, d in days.items())
    return changed(plan, goals=tuple(copies))


def test_goals_on_one_indicator_share_its_paths_and_a_settled_one_is_moved_by_nothing():
    plan = with_goals(bc.load_plan("tianjin-2020-2022"), "tech_contract_value", 2020, 2021, 2022)
    made = explore(bc.project(plan, bc.load_observations(as_of="2021-12-31")), n_paths=1000)
    assert made.simulation.by_indicator.keys() == {"tech_contract_value"}
    move = scenario.Move(lever="contract_growth", measure="1", by_year={2021: 10.0}, unit="pp")
    pushed = changed(made.baseline, moves=(move,))
    before, after = made.joint(made.baseline), made.joint(pushed)
    assert before.goals == ("by_2020", "by_2021", "by_2022")
    assert before.probabilities[0] in (0.0, 1.0)
    change = after.probabilities - before.probabilities
    assert change[0] == change[1] == 0.0 < change[2]
    for goal, forecast in made.forecasts(pushed).items():
        assert forecast.horizon == len(made.outlook[goal].years)
        at_due = forecast.at_least(plan.goal(goal).target)[-1]
        assert at_due == pytest.approx(after.probabilities[after.goals.index(goal)], abs=2e-3)


# goals a, b, c on eight paths
PATHS = ("111", "110", "100", "111", "010", "110", "000", "110")
MET = np.array([[goal == "1" for goal in path] for path in PATHS])
THREE = Joint.of(MET, ("a", "b", "c"), unset=("d",))


def test_goals_together_and_by_pairs_counted_by_hand():
    assert THREE.probabilities.tolist() == [6 / 8, 6 / 8, 2 / 8]
    assert THREE.number_met.tolist() == [1 / 8, 2 / 8, 3 / 8, 2 / 8]
    assert (THREE.all_met, THREE.unset, THREE.weakest) == (2 / 8, ("d",), "c")
    assert THREE.expected == pytest.approx(14 / 8)
    assert THREE.all_others.tolist() == [2 / 8, 2 / 8, 5 / 8]
    alone = Joint.of(MET[:, :1], ("a",))
    assert alone.all_met == alone.probabilities[0] == alone.independent
    assert (alone.bounds(), alone.weakest) == ((6 / 8, 6 / 8), "a")
    # no path meets all, none meets all but one: of equals the less likely holds up the most
    met = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    assert Joint.of(met, ("a", "b", "c")).weakest == "c"
    # One whose time is over is no advice, unless all are.
    assert Joint.of(met, ("a", "b", "c"), over=("c",)).weakest in "ab"
    assert Joint.of(met, ("a", "b", "c"), over=("a", "b", "c")).weakest == "c"


met_paths = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))
EPS = 1e-12


@settings(max_examples=200)
@given(met_paths, st.randoms(use_true_random=False))
def test_joint_probabilities_keep_the_frechet_bounds_add_up_and_know_no_order(met, random):
    names = [f"g{k}" for k in range(met.shape[1])]
    found = Joint.of(met, tuple(names))
    low, high = found.bounds()
    assert low - EPS <= found.all_met <= high + EPS
    assert (found.all_met <= found.all_others + EPS).all()
    assert abs(found.number_met.sum() - 1.0) < EPS
    assert abs(found.expected - found.probabilities.sum()) < 1e-9
    columns = list(range(len(names)))
    random.shuffle(columns)
    other = Joint.of(met[::-1, columns], tuple(names[k] for k in columns))
    assert other.all_met == found.all_met
    assert np.array_equal(other.number_met, found.number_met)
