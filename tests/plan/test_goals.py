"""What a plan answers once it is read."""

from datetime import datetime
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from bcforecast import load_observations, project
from bcforecast.errors import BcforecastError, OptionError, PlanError
from bcforecast.observations.records import Period
from bcforecast.plan import Indicator, Plan, fields, goals, load_plan
from bcforecast.text import Text, text

PLAN = load_plan("beichen-2020-2022")


def test_goals_indicators_bodies_and_areas_are_found_by_id_and_named_in_both_languages():
    goal = PLAN.goal("tech_contract_value")
    indicator = PLAN.indicator_of(goal)
    assert indicator is PLAN.indicator("tech_contract_value")
    assert (indicator.name("zh"), indicator.unit_name("zh")) == ("技术合同成交额", "亿元")
    assert indicator.unit_name("en") == "CNY billion"
    assert PLAN.name("zh").startswith("北辰区科技创新三年行动计划")
    assert PLAN.name("en").startswith("Beichen District")
    names = [PLAN.area_names.render(lang) for lang in ("zh", "en")]
    assert names == ["北辰区", "Beichen District"]
    assert PLAN.body("science_bureau").name("zh") == "区科技局"
    indicator = PLAN.indicator("hightech_enterprises")
    usual = (indicator.unit_names, indicator.unit_name("zh"), indicator.unit_name("en"))
    assert usual == (None, "家", "enterprises")
    for lang in ("en", "zh"):
        names = [text(f"plan.kind_{k}", lang) for k in get_args(goals.Kind)]
        assert len(set(names)) == len(names)


def test_what_is_found_by_a_name_is_in_it_too_and_an_exact_name_comes_before_an_identifier():
    outlook = project(PLAN, load_observations(as_of="2021-12-31"))
    for of in (PLAN, outlook, outlook.news(since="2021-06-30")):
        assert of["高新技术企业"] in of
        assert ["高新技术企业" in of, "unicorns" in of, 5 in of] == [True, False, False]
    first, other, *_ = PLAN.goals
    named = fields.changed(other, names=Text.untranslated(first.id.title()))
    assert fields.changed(PLAN, goals=(first, named)).goal(first.id.title()) is named


@pytest.mark.parametrize("lookup", [PLAN.goal, PLAN.indicator])
def test_what_a_plan_does_not_have_is_answered_with_what_it_has(lookup):
    with pytest.raises(PlanError) as caught:
        lookup("unicorns")
    assert "plan beichen-2020-2022 has no" in str(caught.value)
    assert "hightech_enterprises" in str(caught.value)
    assert "没有" in caught.value.message.render("zh")
    assert lookup("高新技术企业").id == lookup("Hightech_Enterprises").id == "hightech_enterprises"
    with pytest.raises(PlanError, match="allowed: hightech_enterprises, eaglet"):
        lookup("hightech enterprise")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Plan(id="p"), "title: found nothing; allowed: "),
        (lambda: Plan(PLAN.id), "Plan takes "),
        (lambda: type(PLAN.goals[0])(**{**dict(PLAN.goals[0]), "id": 5}), "id: found 5; "),
        (lambda: PLAN.indicators[0].model_validate_json("{"), 'Indicator: found "{"; allowed: '),
        (lambda: PLAN.model_dump(include=5), "model_dump takes mode, include, "),
        (lambda: PLAN.last_day(10**30), "year: found 1"),
        (lambda: PLAN.last_day(np.timedelta64(3, "D")), "year: found "),
        (lambda: PLAN.goals[0].met_by("5"), 'figure: found "5"; allowed: a number'),
        (lambda: PLAN.goals[0].meets(np.array([1j])), "values: found ndarray; allowed: a number"),
        (lambda: Period.parse(2021), "text: found 2021; allowed: a text"),
        (lambda: PLAN.goals[0].meets({1.0}), "values: found set; allowed: a number or a list"),
        (lambda: PLAN.goals[0].meets(None), "values: found nothing; allowed: a number or a list"),
    ],
)
def test_a_record_made_wrongly_in_python_is_one_sentence_of_ours(call, said):
    with pytest.raises(BcforecastError) as refused:
        call()
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_a_plan_cannot_be_changed_can_be_a_key_and_survives_being_written_and_read():
    for change in (lambda: PLAN.goals[0].__setattr__("id", 1), lambda: delattr(PLAN, "id")):
        with pytest.raises(OptionError, match=r"^id: found .*; allowed: no change; model_copy"):
            change()
    assert {PLAN: 1}[load_plan("beichen-2020-2022")] == 1
    for values in ([0.0, 1e15], iter([0.0, 1e15]), {0: 0.0, 1: 1e15}.values()):
        assert PLAN.goals[0].meets(values) == [False, True]
    assert PLAN.goals[0].meets(pd.Categorical([0.0, 1e15])).tolist() == [False, True]
    assert PLAN.goals[0].is_due(datetime(2023, 1, 1, 12))
    again = Plan.model_validate_json(PLAN.model_dump_json())
    assert again.read_from(PLAN.folder / "plans" / "p.yaml") == PLAN
    fields = PLAN.indicator("rd_intensity").model_dump()
    fields["breaks"] = [{"period": "2019", "reason": {"zh": "经济普查", "en": "economic census"}}]
    assert Indicator.model_validate(fields).breaks[0].reason.render("en") == "economic census"


def test_goals_on_one_indicator_are_told_apart_by_year_and_where_that_is_one_by_what_they_ask():
    asked = [
        {"comparator": "at_most", "target": 830, "due": "R10年度"},
        {"comparator": "less_than", "target": 820, "due": "R10年度"},
        {"comparator": "reduce_by", "target": 20, "base_year": "R元年度", "due": "R10年度"},
        {"comparator": "at_most", "target": 850, "due": "R8年度", "names": "Waste a day"},
    ]
    waste, other = ({"id": one, "names": "Waste a day", "unit": "g"} for one in ("waste", "other"))
    told = [{"indicator": "waste", **one} for one in asked]
    told.append({"indicator": "other", "comparator": "at_least", "target": 1, "due": "R9年度"})
    years = {"begins": "2024-04", "written": "R6年度"}
    content = {"id": "waste", "title": "Waste", "area": "here", "fiscal_year": years}
    made = Plan.model_validate(content | {"indicators": [waste, other], "goals": told})
    ids = ["waste", "waste_2028", "waste_2028_2", "waste_2026", "other"]
    assert [goal.id for goal in made.goals] == ids
    names = [goal.called(made.indicator_of(goal)).render("en") for goal in made.goals]
    assert names == [
        "Waste a day (R10年度, at most 830 g)",
        "Waste a day (R10年度, less than 820 g)",
        "Waste a day (R10年度, a fall of 20% from R元年度)",
        "Waste a day (R8年度, at most 850 g)",
        "Waste a day (R9年度, at least 1 g)",
    ]


@pytest.mark.parametrize(
    ("indicator", "value", "possible"),
    [
        ("hightech_enterprises", 0, True), ("hightech_enterprises", 529, True),
        ("hightech_enterprises", 529.5, False), ("hightech_enterprises", -1, False),
        ("rd_intensity", 0, True), ("rd_intensity", 100, True), ("rd_intensity", 100.1, False),
    ],
)  # fmt: skip
def test_a_count_admits_whole_numbers_and_a_percentage_its_range(indicator, value, possible):
    assert PLAN.indicator(indicator).admits(value) is possible


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"goals": ()}, "goals: found a list of 0"), ({"nope": 1}, 'found "nope"; allowed: a'),
        ({"issued": "2022-02-31"}, 'issued: found "2022'), ({"goals": "x"}, 'goals: found "x"'),
        ({"goals": (fields.changed(PLAN.goals[0], target=1e300), *PLAN.goals[1:])}, "target"),
        ({"indicators": PLAN.indicators[1:]}, "indicator"), ({"title": None}, "title"),
    ],
)  # fmt: skip
def test_a_copy_with_other_values_is_checked(values, said):
    with pytest.raises(OptionError, match=said):
        PLAN.model_copy(update=values)
    first, *others = PLAN.goals
    turned = PLAN.model_copy(
        update={"goals": (fields.changed(first, comparator="at_most"), *others)}
    )
    before, after = (one.indicator(first.indicator).up for one in (PLAN, turned))
    assert (before, after) == (True, False), "as if it stood in the file"
    again = PLAN.model_copy(update={"title": "Of another name", "goals": list(PLAN.goals)})
    assert (again.goals, again.name("en")) == (PLAN.goals, "Of another name")
