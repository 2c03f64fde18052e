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

JUDGING = [g for g in goldens() if g.template in ("02_goal.ipynb", "03_plan.ipynb")]


def published(name):
    return json.loads(schema_file(name).read_text(encoding="utf-8"))


def validator(name):
    return Draft202012Validator(published(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_todays_and_says_what_it_is_of_without_a_host(name):
    found = published(name)
    assert found == schema(name), "run `make schemas`"
    Draft202012Validator.check_schema(found)
    kind, _, version = found["properties"]["document"]["const"].partition("/")
    assert kind == f"bcforecast-{name}"
    assert found["$id"] == f"urn:bcforecast:schema:{name}:{version}"
    assert name in found["title"]
    assert found["description"]
    rest = {key: value for key, value in found.items() if key != "$schema"}
    assert not re.search(r"https?://", json.dumps(rest))


def test_classes_are_described_without_docstring_markup():
    found = published("report")
    assert "bold where it is `strong`" in found["$defs"]["Span"]["description"]
    assert not re.search("---|>>>", json.dumps(found))


@pytest.mark.parametrize("golden", JUDGING, ids=lambda golden: golden.path.stem)
def test_the_result_of_a_shipped_plan_or_goal_is_valid(golden):
    result = result_of(nbformat.read(golden.path, as_version=4))
    whole = published("result")
    one = {"$defs": whole["$defs"], "$ref": "#/$defs/GoalFact"}
    schema = whole if golden.template == "03_plan.ipynb" else one
    Draft202012Validator(schema).validate(json.loads(json.dumps(result)))


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
    ("change", "place", "said"),
    [
        ({"document": "bcforecast-result/0"}, "document", ""), ({"goals": "none"}, "goals", ""),
        ({"surprise": 1}, "", "surprise"), ({"as_of": None}, "as_of", ""),
        ({"goals": [{}]}, "goals.0", "probability"),
    ],
)  # fmt: skip
def test_a_changed_result_is_not_valid(change, place, said):
    wrong = facts().model_dump(mode="json")
    if change == {"goals": [{}]}:
        del wrong["goals"][0]["probability"]
    else:
        wrong |= change
    (error,) = validator("result").iter_errors(wrong)
    assert ".".join(map(str, error.path)) == place
    assert said in error.message
