"""The published schemas are today's, and what the shipped notebooks show is valid by them."""

import json
import re

import nbformat
import pytest
from jsonschema import Draft202012Validator

from bcforecast.reporting.document import Code, Heading, Paragraph, PictureBlock, TableBlock
from bcforecast.reporting.execution import result_of
from bcforecast.text import LANGUAGES
from tests.reporting.made_up_documents import report_of, say
from tests.reporting.made_up_facts import facts, goal, outcome, unset
from tools.golden import goldens
from tools.schemas import NAMES, schema, schema_file

PLANS = [golden for golden in goldens() if golden.template == "03_plan.ipynb"]
GOALS = [golden for golden in goldens() if golden.template == "02_goal.ipynb"]


def published(name):
    return json.loads(schema_file(name).read_text(encoding="utf-8"))


def result(golden):
    return json.loads(json.dumps(result_of(nbformat.read(golden.path, as_version=4))))


def validator(name):
    return Draft202012Validator(published(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_published_schema_is_todays(name):
    assert published(name) == schema(name), "run `make schemas`"


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_schema_and_says_what_it_is_of_without_a_host(name):
    found = published(name)
    Draft202012Validator.check_schema(found)
    kind, _, version = found["properties"]["document"]["const"].partition("/")
    assert kind == f"bcforecast-{name}"
    assert found["$id"] == f"urn:bcforecast:schema:{name}:{version}"
    assert name in found["title"]
    assert found["description"]
    rest = {key: value for key, value in found.items() if key != "$schema"}
    assert not re.search(r"https?://", json.dumps(rest))


def test_properties_carry_the_descriptions_of_their_class_and_no_docstring_markup():
    found = published("report")
    assert "bold" in found["$defs"]["Span"]["properties"]["strong"]["description"]
    assert "note" in found["$defs"]["TableBlock"]["properties"]["caption"]["description"]
    assert "---" not in json.dumps(found)
    assert ">>>" not in json.dumps(found)


@pytest.mark.parametrize("golden", PLANS, ids=lambda golden: golden.path.stem)
def test_the_result_of_a_shipped_plan_is_valid(golden):
    validator("result").validate(result(golden))


@pytest.mark.parametrize("golden", GOALS, ids=lambda golden: golden.path.stem)
def test_the_result_of_a_shipped_goal_is_valid(golden):
    whole = published("result")
    one = {"$defs": whole["$defs"], "$ref": "#/$defs/GoalFact"}
    Draft202012Validator(one).validate(result(golden))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_of_every_kind_of_block_is_valid(lang):
    table = TableBlock(caption="c", columns=("a",), kinds=("text",), rows=((say("x"),),))
    picture = PictureBlock(file="charts/a.png", caption="c", alt="a", width=1, height=1)
    document = report_of(
        facts(goal(outcome=outcome()), unset()), lang,
        Heading(level=1, text="T", anchor="t"), Paragraph(spans=say("x", strong=True)), table,
        picture, Code(source="1"),
    )  # fmt: skip
    validator("report").validate(document.model_dump(mode="json"))
    validator("result").validate(document.result.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"document": "bcforecast-result/0"}, "document"), ({"goals": "none"}, "goals"),
        ({"surprise": 1}, ""), ({"as_of": None}, "as_of"),
    ],
)  # fmt: skip
def test_a_changed_result_is_not_valid(change, place):
    wrong = {**facts().model_dump(mode="json"), **change}
    errors = list(validator("result").iter_errors(wrong))
    assert [".".join(map(str, error.path)) for error in errors] == [place]


def test_a_result_without_a_key_is_not_valid():
    wrong = facts().model_dump(mode="json")
    del wrong["goals"][0]["probability"]
    (error,) = validator("result").iter_errors(wrong)
    assert "probability" in error.message
