"""Parameters of a notebook are checked against its own parameters cell."""

from datetime import date
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bcforecast.errors import ReportError
from bcforecast.reporting.execution import check_parameters, declared_parameters

DECLARED = {"goal": "a", "seed": 1, "level": 0.5, "quick": False}


def notebook(*sources):
    cells = [new_code_cell(s, metadata={"tags": ["parameters"]}) for s in sources]
    return new_notebook(cells=[new_code_cell("1 + 1"), *cells])


def test_names_and_defaults_are_read_from_the_cell():
    read = declared_parameters(
        notebook('goal = "a"\nseed = 1\nlevel = 0.5\nquick = False'), name="x"
    )
    assert read == DECLARED


@pytest.mark.parametrize("sources", [(), ("a = 1", "b = 2")])
def test_there_must_be_one_parameters_cell(sources):
    with pytest.raises(ReportError, match=rf"found {len(sources)} cells"):
        declared_parameters(notebook(*sources), name="x")


@pytest.mark.parametrize("source", ["import os", "a = [1]", "a = None", "a = b = 1", "a += 1"])
def test_the_cell_holds_plain_values_only(source):
    with pytest.raises(ReportError, match="parameters cell"):
        declared_parameters(notebook(source), name="x")


@pytest.mark.parametrize("text", ["007", "True", "1e5", "", "突破"])
def test_a_text_stays_a_text(text):
    assert check_parameters(DECLARED, {"goal": text}, name="x") == {"goal": text}


def test_dates_and_paths_become_texts_and_whole_numbers_become_numbers():
    given = {"goal": date(2021, 12, 31), "level": 1}
    checked = check_parameters(DECLARED, given, name="x")
    assert checked == {"goal": "2021-12-31", "level": 1.0}
    assert isinstance(checked["level"], float)
    assert check_parameters(DECLARED, {"goal": Path("a/b")}, name="x") == {"goal": "a/b"}


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ReportError) as refused:
        check_parameters(DECLARED, {"gaol": "a"}, name="02_goal.ipynb")
    assert str(refused.value) == (
        "02_goal.ipynb: found parameter “gaol”; allowed: goal, seed, level, quick"
    )
    assert refused.value.message.render("zh") == (
        "02_goal.ipynb：没有名为“gaol”的参数，可用的参数为：goal, seed, level, quick"
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("seed", "7", "a whole number"),
        ("seed", 7.0, "a whole number"),
        ("seed", True, "a whole number"),
        ("goal", 7, "a text"),
        ("goal", None, "a text"),
        ("quick", 1, "True or False"),
        ("level", "0.5", "a number"),
    ],
)
def test_a_wrong_type_is_refused_in_both_languages(name, value, allowed):
    with pytest.raises(ReportError) as refused:
        check_parameters(DECLARED, {name: value}, name="x")
    assert str(refused.value).endswith(f"parameter {name}: found {value!r}; allowed: {allowed}")
    assert "应为" in refused.value.message.render("zh")
