"""The page on the file of a plan is true: its plans load, and it names every key there is."""

import re

import pytest
import yaml

from bcforecast.config import DATA_DIR
from bcforecast.errors import BcforecastError
from bcforecast.plan import fields
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.scenarios.scenario import load_scenario

DOCS = DATA_DIR.parent / "docs"
PAGE, ZH = ((DOCS / f"plan-format{end}.md").read_text("utf-8") for end in ("", ".zh"))
PLANS = [plan for page in (PAGE, ZH) for plan in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]


@pytest.mark.parametrize("written", PLANS, ids=["least", "all", "least-zh", "all-zh"])
def test_a_plan_on_the_page_loads(written):
    plan = Plan.model_validate(yaml.safe_load(written) | {"id": "page"})
    assert len(plan.goals) >= 2


@pytest.mark.parametrize("page", [PAGE, ZH], ids=["en", "zh"])
def test_the_scenario_on_the_page_is_one_of_a_plan_with_its_measure(tmp_path, page):
    measures, written = re.findall(r"```\n(measures:.*?|id:.*?)```", page, re.DOTALL)
    visitors = {"id": "visitors", "names": "Visitors", "unit": "persons"}
    asked = {"indicator": "visitors", "comparator": "at_least", "target": 9, "due": 2028}
    plan = yaml.safe_load(measures) | {"id": "springfield", "title": "T", "area": "here"}
    plan |= {"indicators": [visitors], "goals": [asked]}
    (tmp_path / "runway.yaml").write_text(written, encoding="utf-8")
    found = load_scenario(tmp_path / "runway.yaml", plan=Plan.model_validate(plan))
    assert (found.total("flights", 2029), found.shocks[0].left(2027)) == (5.0, 0.5)


def test_the_chinese_page_names_the_same_keys_row_by_row_and_its_plans_ask_the_same():
    keys = ([re.findall(r"`(\w+)`", row) for row in re.findall(r"^\| (`.*?) \|", page, re.M)]
            for page in (PAGE, ZH))  # fmt: skip
    assert next(keys) == next(keys)
    assert len(re.findall("^[#|]", PAGE, re.M)) == len(re.findall("^[#|]", ZH, re.M))
    plans = [yaml.safe_load(plan)["goals"] for plan in PLANS]
    for beside in (goal.get("relative_to") for plan in plans for goal in plan):
        if isinstance(beside, dict):
            del beside["names"]
    assert plans[:2] == plans[2:]


@pytest.mark.parametrize("key", [*Plan.model_fields, *Indicator.model_fields])
def test_every_key_of_plan_and_indicator_is_on_the_page(key):
    assert f"`{key}" in PAGE or key == "unit_names"


SHARE = {"id": "share", "name": "S", "unit": "%"}
FIRMS = {"id": "firms", "name": "F", "unit": "firms"}
LEAST = {"indicator": "share", "comparator": "at_least", "target": 45, "due": 2031}
SPAN = LEAST | {"due": "2028/2031"}
WITHOUT = {key: LEAST[key] for key in ("indicator", "comparator", "due")}
FORMS = [
    LEAST, LEAST | {"comparator": "between", "target": [40, 45]}, LEAST | {"comparator": "about"},
    LEAST | {"comparator": "reduce_by", "base_year": 2018}, LEAST | {"growth_from": 2018},
    SPAN, SPAN | {"every_year": True}, LEAST | {"indicator": "firms", "comparator": "event"},
    {"indicator": "share", "comparator": "at_least", "milestones": {2026: 10, 2031: 20}},
    WITHOUT | {"relative_to": {"area": "state"}}, WITHOUT | {"base_year": 2018, "amount": 5},
    SPAN | {"indicator": "firms", "total": True},
    {"indicator": "share", "rank_among": ["k", "l", "m"], "target": 2, "due": 2031},
]  # fmt: skip
OTHERS = {
    "target": (50, 3), "due": (2030, 2029), "milestones": ({2030: 40}, {2030: 41}), "id": "ij",
    "comparator": ("at_most", "about", "event"), "indicator": ("firms",), "upper": (61.0, 62.0),
    "change": (5.0, 6.0), "yearly": (5.0, 6.0), "over": ("mean", "every"), "names": "nm",
    "first_year": (2026, 2027), "family": "ab", "relative": "rs", "base_year": (2019, 2020),
    "relative_to": (2019, 2020, {"area": "city"}, {"area": "city", "plus": 1}), "place": "pq",
    "rank_among": (["x", "y", "z"], ["u", "v"]), "growth_from": (2019, 2020), "quote": "pq",
    "tolerance": (1, 2), "every_year": (True,), "aspiration": (True,), "unit": ("%", "firms"),
    "bodies": (["one"], ["two"]), "amount": (5, 6), "total": (True,), "assumed": (True,),
}  # fmt: skip


def read(**changes):
    plan = {"id": "p", "title": "T", "area": "here", "indicators": [SHARE, FIRMS]}
    plan |= {"goals": [LEAST], "bodies": [{"id": one, "names": one} for one in ("one", "two")]}
    try:
        return Plan.model_validate(plan | changes).model_dump_json(exclude={"span", "issued"})
    except BcforecastError:
        return None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", OTHERS)
def test_no_key_of_a_goal_is_taken_and_passed_over_beside_any_other(form, key):
    assert OTHERS.keys() == {*Goal.model_fields, *fields.KEYS_OF_A_GOAL}
    told = [read(goals=[form | {key: value}]) for value in OTHERS[key]]
    counts = [one for one in told if one is not None]
    assert len({*counts}) == len(counts)
    assert key in form or key == "unit" or read(goals=[form]) not in counts


@pytest.mark.parametrize(
    "changes",
    [
        {"units": {"%": {"nmaes": "points"}}}, {"units": {"furlongs": {"names": "furlongs"}}},
        {"goals": [LEAST | {"fiscal": "2024-25"}]}, {"units": ["%"]},
        {"indicators": [SHARE, FIRMS | {"yearly": True}]},
        {"indicators": [SHARE, FIRMS | {"id": []}], "goals": [FORMS[9]]},
        {"measures": [{"id": "1", "names": "M", "indicators": ["share"], "levers": [
            {"id": "l", "names": "L", "indicator": "share", "source": "s"}]}]},
    ],
)  # fmt: skip
def test_what_nothing_would_read_of_units_indicators_and_levers_is_refused(changes):
    assert read() is not None
    assert read(**changes) is None
