"""Every lever moves what it says, the way it says; every measure with an indicator has a lever."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.errors import ScenarioError
from bcforecast.plan import load_plan
from bcforecast.scenarios import LEVERS, find_lever, levers_on, load_scenarios
from bcforecast.scenarios.scenario import REFERENCES
from bcforecast.text import LANGUAGES
from tests.scenarios.scenario_cases import PLAIN, TARGETS, pushing, simulation

PLAN = load_plan("beichen-2020-2022")
TASKS = (*PLAN.measures, *PLAN.safeguards)


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_a_lever_moves_each_of_its_indicators_its_own_way_on_every_path(lever: str) -> None:
    made = simulation(*LEVERS[lever].indicators)
    base = made.run(PLAIN)
    up = made.run(pushing((lever, LEVERS[lever].high)))
    down = made.run(pushing((lever, LEVERS[lever].low)))
    for indicator in LEVERS[lever].indicators:
        assert (up.paths[indicator] >= base.paths[indicator]).all(), indicator
        assert (down.paths[indicator] <= base.paths[indicator]).all(), indicator
        assert (up.paths[indicator][:, -1] > base.paths[indicator][:, -1]).any(), indicator
        assert (down.paths[indicator][:, -1] < base.paths[indicator][:, -1]).any(), indicator


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_a_lever_moves_a_probability(lever: str) -> None:
    indicator = LEVERS[lever].indicators[0]
    made = simulation(indicator)
    low, high = (
        made.run(pushing((lever, size))).forecast(indicator).at_least(TARGETS[indicator])[-1]
        for size in (LEVERS[lever].low, LEVERS[lever].high)
    )
    assert low < high


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_a_lever_names_a_rate_that_its_model_has(lever: str) -> None:
    one = LEVERS[lever]
    for indicator in one.indicators:
        if one.family != "hazard":
            model = REFERENCES[indicator]
            assert model.name == one.family
            assert one.rate in {rate.id for rate in model.priors()}
    assert one.low < 0.0 < one.high


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lever_has_a_name_a_unit_and_a_basis_in_both_languages(lang: str) -> None:
    for lever in (*LEVERS.values(), find_lever("growth.green_area")):
        assert lever.name.render(lang)  # type: ignore[arg-type]
        assert lever.unit_name.render(lang)  # type: ignore[arg-type]
        assert lever.basis == "assumed"
        assert {"en": "assumed", "zh": "假定"}[lang] in lever.source.render(lang)  # type: ignore[arg-type]


def test_every_measure_has_a_lever_for_each_of_its_indicators() -> None:
    for task in TASKS:
        for indicator in task.indicators:
            assert any(indicator in find_lever(lever.id).indicators for lever in task.levers), (
                f"{task.id} has no lever on {indicator}"
            )


def test_every_lever_of_the_plan_is_in_the_catalogue_and_every_lever_there_has_a_measure() -> None:
    named = {lever.id for task in TASKS for lever in task.levers}
    assert named == set(LEVERS)
    for task in TASKS:
        for lever in task.levers:
            assert lever.indicator in find_lever(lever.id).indicators
            assert lever.indicator in task.indicators


def test_the_measures_in_full_move_every_lever_by_every_measure_that_has_it() -> None:
    full = next(s for s in load_scenarios(plan=PLAN) if s.id == "measures-in-full")
    moved = {(move.lever, move.measure) for move in full.moves}
    assert moved == {(lever.id, task.id) for task in TASKS for lever in task.levers}


def test_an_unknown_lever_is_refused_by_name() -> None:
    with pytest.raises(ScenarioError, match="found no lever “renewals”; allowed: renewal_rate"):
        find_lever("renewals")


def test_an_indicator_without_a_model_has_the_general_lever() -> None:
    assert [lever.id for lever in levers_on("green_area")] == ["growth.green_area"]
    assert find_lever("growth.green_area").low < 0.0


def test_the_general_lever_adds_to_yearly_growth() -> None:
    made = simulation("tech_contract_value")
    base = made.run(PLAIN).paths["tech_contract_value"]
    up = made.run(pushing(("growth.tech_contract_value", 5.0))).paths["tech_contract_value"]
    assert up == pytest.approx(base * 1.05 ** np.arange(1, 4))
