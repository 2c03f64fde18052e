"""The READMEs say what is true: their example runs, and both show the same."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, language):
    return re.findall(rf"```{language}\n(.*?)```", text_of(name), re.DOTALL)


def without_comments(code):
    return re.sub(r"\s*#.*", "", code)


@pytest.mark.parametrize("name", READMES)
def test_the_example_runs_and_prints(name):
    (example,) = blocks(name, "python")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(example, name, "exec"), {})
    assert "tech_contract_value" in out.getvalue()
    assert "RequiredPath" in out.getvalue()


def test_both_languages_show_the_same_example():
    ours, theirs = (without_comments(blocks(name, "python")[0]) for name in READMES)
    assert ours == theirs


@pytest.mark.parametrize("name", READMES)
def test_every_command_named_exists(name):
    from bcforecast.cli import app

    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"bcforecast ([a-z]+) --", text_of(name)))
    table = set(re.findall(r"`([a-z]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", text_of(name)))))
    assert named <= known
    assert named
    assert {word for word in table if word in known} >= known - {"version"}


@pytest.mark.parametrize("name", READMES)
def test_every_file_linked_is_there(name):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text_of(name)):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_named_exists(name):
    targets = set(re.findall(r"(?m)^([a-z-]+):", text_of("Makefile")))
    assert (
        set(re.findall(r"`?make ([a-z-]+)[`\n ]", "".join(re.findall(r"`[^`]*`", text_of(name)))))
        <= targets
    )
