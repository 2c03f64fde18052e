"""The pages say what is true: examples run, and what they name is there."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
PAGES = (
    *READMES,
    "CONTRIBUTING.md",
    *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
)
MADE = {"bcforecast/locale/CODE.po"}
"""What a reader is to make."""


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text_of(name), re.DOTALL)


def without_comments(code: str) -> str:
    return re.sub(r"\s*#.*", "", code)


@pytest.mark.parametrize("name", READMES)
def test_the_example_runs_and_prints(name: str) -> None:
    (example,) = blocks(name, "python")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(example, name, "exec"), {})
    assert "tech_contract_value" in out.getvalue()
    assert "RequiredPath" in out.getvalue()


def test_both_languages_show_the_same_example() -> None:
    ours, theirs = (without_comments(blocks(name, "python")[0]) for name in READMES)
    assert ours == theirs


@pytest.mark.parametrize("name", READMES)
def test_every_command_named_exists(name: str) -> None:
    from bcforecast.cli import app

    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"bcforecast ([a-z]+) --", text_of(name)))
    table = set(re.findall(r"`([a-z]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", text_of(name)))))
    assert named <= known
    assert named
    assert {word for word in table if word in known} >= known - {"version"}


@pytest.mark.parametrize("name", PAGES)
def test_every_file_named_is_there(name: str) -> None:
    page, folders = text_of(name), "bcforecast|data|docs|examples|notebooks|tests|tools"
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        assert (ROOT / name).parent.joinpath(target).exists(), target
    for path in re.findall(rf"`((?:{folders})/[\w./*-]*)`", page):
        assert any(ROOT.glob(path)) or path in MADE, path


@pytest.mark.parametrize("name", PAGES)
def test_every_make_target_named_exists(name: str) -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", text_of("Makefile")))
    code = "".join(re.findall(r"```.*?```|`[^`]*`", text_of(name), re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets


@pytest.mark.parametrize("name", PAGES)
def test_every_module_and_function_named_is_there(name: str) -> None:
    for there in re.findall(r"`(bcforecast(?:\.\w+)+)`", text_of(name)):
        resolve_name(there)
