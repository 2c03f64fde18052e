"""A model can be chosen for an indicator: in Python, in the plan, or on the command line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import bcforecast as bc
from bcforecast.attainment.explain import expected_date
from bcforecast.attainment.news import news
from bcforecast.attainment.project import check_folder
from bcforecast.cli.options import parse_models
from bcforecast.config import DATA_DIR
from bcforecast.errors import BcforecastError, ModelError, PlanError
from bcforecast.evaluation.hindcast import hindcast
from bcforecast.models.classical import Theta
from bcforecast.models.judgement import Judgement, Opinion
from bcforecast.plan import Plan

CONTRACTS = "tech_contract_value"
WHOLE = bc.load_plan("tianjin-2020-2022")
PLAN = WHOLE.model_copy(update={"goals": (WHOLE.goal(CONTRACTS),)})
DATA = bc.load_observations(as_of="2020-12-31")


def with_model(name: str, plan: Plan = PLAN) -> Plan:
    indicators = (
        i.model_copy(update={"model": name}) if i.id == CONTRACTS else i for i in plan.indicators
    )
    return plan.model_copy(update={"indicators": tuple(indicators)})


def test_a_chosen_model_forecasts_the_indicator_and_is_named() -> None:
    trend, item = (
        bc.project(PLAN, DATA, models=models)[CONTRACTS] for models in (None, {CONTRACTS: "ets"})
    )
    assert (trend.basis.model, item.basis.model) == ("trend", "ets")
    assert (trend.attainment.grade, item.attainment.grade) == ("A", "A")
    assert trend.attainment.probability != item.attainment.probability
    again = bc.project(PLAN, DATA, models={CONTRACTS: "ets"})[CONTRACTS]
    assert again.attainment == item.attainment


def test_the_plan_names_a_model_and_the_argument_goes_before_it() -> None:
    plan = with_model("theta")
    by_argument = bc.project(PLAN, DATA, models={CONTRACTS: "theta"})[CONTRACTS]
    assert bc.project(plan, DATA)[CONTRACTS].attainment == by_argument.attainment
    assert bc.project(plan, DATA, models={CONTRACTS: "arima"})[CONTRACTS].basis.model == "arima"
    default = bc.project(plan, DATA, models={CONTRACTS: "trend"})[CONTRACTS]
    assert default.attainment == bc.project(PLAN, DATA)[CONTRACTS].attainment


def test_a_model_of_ones_own_is_taken_as_it_is() -> None:
    outlook = bc.project(PLAN, DATA, models={CONTRACTS: Theta(count=3)})
    assert outlook[CONTRACTS].basis.series_model == Theta(count=3)
    view = Judgement((Opinion("bureau", 2022, 1.0, 2.0, 3.0),))
    unicorns = WHOLE.model_copy(update={"goals": (WHOLE.goal("unicorns"),)})
    item = bc.project(unicorns, DATA, models={"unicorns": view})["unicorns"]
    assert item.attainment.grade == "D"
    assert item.attainment.q50 == pytest.approx(2.0, abs=0.6)
    assert "model that was chosen" in item.basis.explanation[0].render("en")


def test_what_comes_after_the_projection_keeps_the_chosen_model() -> None:
    outlook = bc.project(PLAN, DATA, models={CONTRACTS: "theta"})
    dated = expected_date(outlook[CONTRACTS], scenario="baseline")
    assert dated is not None
    assert dated.horizon == 2027
    found = news(
        PLAN,
        bc.load_observations(),
        since=date(2020, 12, 31),
        until=date(2021, 12, 31),
        models={CONTRACTS: "theta"},
    )
    assert found[CONTRACTS].before.probability == outlook[CONTRACTS].attainment.probability
    said = hindcast(PLAN, DATA, dates=[date(2020, 12, 31)], models={CONTRACTS: "theta"})
    assert said.goals[0].forecasts[0].status.probability == found[CONTRACTS].before.probability


@pytest.mark.parametrize(
    ("models", "sentence"),
    [
        ({"gdp": "ets"}, "has no indicator “gdp”; allowed: rd_intensity"),
        ({CONTRACTS: "prophet"}, f"chosen for {CONTRACTS}: there is no model prophet; trend, ets"),
        ({CONTRACTS: 3}, "there is no model 3"),
        ({"university_science_parks": "ets"}, "is an event"),
    ],
)
def test_an_unknown_indicator_or_model_is_refused_with_what_is_allowed(models, sentence) -> None:
    with pytest.raises(BcforecastError, match=sentence):
        bc.project(PLAN, DATA, models=models)


def test_a_model_that_refuses_the_figures_is_not_replaced_by_another() -> None:
    plan = WHOLE.model_copy(update={"goals": (WHOLE.goal("rd_intensity"),)})
    with pytest.raises(ModelError, match="ARIMA with drift needs at least 6 values; rd_intensity"):
        bc.project(plan, DATA, models={"rd_intensity": "arima"})


@pytest.mark.parametrize(
    ("held", "models", "sentence"),
    [
        ({CONTRACTS: "prophet"}, {}, f"goal {CONTRACTS} is prophet; .*trend are allowed"),
        ({CONTRACTS: "trend"}, {CONTRACTS: "ets"}, "is trend; ets are allowed"),
        ({"gdp": "trend"}, {}, "has no goal “gdp”"),
    ],
)
def test_a_model_that_cannot_be_held_is_refused(held, models, sentence) -> None:
    with pytest.raises(BcforecastError, match=sentence):
        bc.project(PLAN, DATA, held=held, models=models)


def test_a_plan_file_names_a_model_and_a_wrong_one_is_found_by_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA_DIR, folder)
    file = folder / "plans" / "tianjin-2020-2022.yaml"
    text = file.read_text(encoding="utf-8")
    at = f"  - id: {CONTRACTS}\n    names"
    assert text.count(at) >= 1
    file.write_text(
        text.replace(at, f"  - id: {CONTRACTS}\n    model: theta\n    names", 1), encoding="utf-8"
    )
    plan = bc.load_plan("tianjin-2020-2022", data_dir=folder)
    assert plan.indicator(CONTRACTS).model == "theta"
    assert check_folder(folder) == ()
    file.write_text(file.read_text(encoding="utf-8").replace("model: theta", "model: thet"))
    (wrong,) = check_folder(folder)
    assert "model of the indicator tech_contract_value: there is no model thet" in str(wrong)
    with pytest.raises(PlanError, match="there is no model thet"):
        bc.project(bc.load_plan("tianjin-2020-2022", data_dir=folder), DATA)


def test_choices_on_the_command_line_are_read_and_wrong_ones_refused() -> None:
    assert parse_models(None) == {}
    assert parse_models(["a=ets", "b = theta", "a=ets"]) == {"a": "ets", "b": "theta"}
    for wrong in ("a", "=ets", "a="):
        with pytest.raises(BcforecastError, match="an indicator and a model"):
            parse_models([wrong])
    with pytest.raises(BcforecastError, match="a has a model already; found a=theta"):
        parse_models(["a=ets", "a=theta"])
