"""The pages say what is true: examples run, in both languages alike, and what is named is there."""

import json
import re
import shlex
import shutil
import tempfile
from pathlib import Path
from pkgutil import resolve_name

import pytest

from bcforecast.cli.app import app
from bcforecast.config import DATA_DIR

ROOT = Path(__file__).parents[1]
TUTORIALS = ("docs/tutorial.md", "docs/tutorial.zh.md")

READMES = ("README.md", "README.zh.md")
DOCS = [f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")]
PAGES = (*READMES, "CONTRIBUTING.md", *DOCS)
MADE = {"bcforecast/locale/CODE.po"}
"""What a reader is to make."""

OF_THE_SITE = re.compile(r"(tutorials/\w+|reference/commands)(\.zh)?\.md")
"""Pages that `make docs` makes (tools/site.py); tests/test_site.py follows the links to them."""
GOAL = "hightech_enterprises"


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, language):
    return re.findall(rf"```{language}\n(.*?)```", text_of(name), re.DOTALL)


def commands(name, program=".venv/bin/bcforecast "):
    """What the shell blocks of a page ask of the program, as words, in order."""
    lines = "".join(blocks(name, "sh")).replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith(program)]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder in which `cp -r data mydata` has been done and the rows have been added."""
    shutil.copytree(DATA_DIR, tmp_path / "mydata")
    source, figures = blocks(TUTORIALS[0], "csv")
    for name, rows in (("sources.csv", source), ("observations.csv", figures)):
        with (tmp_path / "mydata" / name).open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("pages", "language"), [(TUTORIALS, "sh"), (TUTORIALS, "csv"), (READMES, "python")]
)
def test_both_languages_show_the_same_commands_figures_and_example(pages, language):
    ours, theirs = (
        [re.sub(r"\s*#.*", "", block) for block in blocks(name, language)] for name in pages
    )
    assert ours == theirs != []


def test_every_command_of_the_tutorial_runs_and_gets_the_forecast_that_it_tells(workplace, shown):
    said = [(words[0], shown(*words)) for words in commands(TUTORIALS[0])]
    assert [name for name, _ in said] == ["scenarios", "seek", "check", "goals", "seek"]
    assert "still below" in said[1][1]
    assert "the least that does" in " ".join(said[-1][1].split())
    goals, seek = commands(TUTORIALS[0])[-2:]
    found = goal_in(shown(*goals, "--format", "json"))
    assert (found["grade"], found["model"]) == ("A", "cohort")
    renewal, first, *_ = json.loads(shown(*seek, "--format", "json"))
    size = renewal["levers"]["renewal_rate"]["size"]
    more = first["levers"]["new_certifications"]["size"]
    words = (("to", "percentage points"), ("至", "个百分点"))
    for page, (to, points) in zip(TUTORIALS, words, strict=True):
        told = (
            f"| {100 * found['probability']:.0f} % |", f"{more:.1f} %",
            f"{found['q10']:.0f} {to} {found['q90']:.0f}", f"{size:.1f} {points}",
        )  # fmt: skip
        assert all(one in text_of(page) for one in told)


def test_the_walk_through_from_an_open_sdg_folder_runs_and_says_what_it_shows(
    tmp_path, monkeypatch, run
):
    shutil.copytree(ROOT / "tests/observations/exchange/open-sdg", tmp_path / "open-sdg")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    left, out, err = zip(
        *(run(*words) for words in commands("docs/exchange.md", "bcforecast ")), strict=True
    )
    said = [f"{one}{other}" for one, other in zip(out, err, strict=True)]
    assert left == (0, 2, 2, 0, 0, 0, 0, 0)
    assert "one of: 13-1-a, 4-1-a" in said[1]
    (shown,) = blocks("docs/exchange.md", "text")
    assert [line for line in shown.splitlines() if line not in f"{said[2]}…"] == []
    assert "Figures: 7 new, 0 revised, 0 the same, 0 wrong. Other rows: 2." in said[3]
    assert "75.25 (1990\xa0=\xa0100, 2018)" in said[5]
    assert "10.25% (2018)" in said[5]
    assert said[7].replace("\n", "") == said[5].replace("\n", "")


def test_the_five_minutes_are_the_same_in_both_languages_and_run(tmp_path, monkeypatch, shown):
    en, zh = (commands(f"docs/start{end}.md") for end in ("", ".zh"))
    assert [" ".join(words).replace("lang en", "lang zh") for words in en] == [
        " ".join(words) for words in zh
    ]
    assert [words[0] for words in en] == ["goals", "goals", "seek", "explore", "report"]
    monkeypatch.chdir(tmp_path)
    said = [shown(*words) for words in en[:-1]]  # reports have tests of their own
    assert all(said)
    assert (tmp_path / "panel.html").is_file()


def goal_in(printed):
    return {record["goal"]: record for record in json.loads(printed)}[GOAL]


def test_without_figures_of_its_own_the_grade_is_the_one_that_the_tutorial_tells(shown):
    plan = "goals --plan beichen-2020-2022 --as-of 2022-03-31 --format json"
    found = goal_in(shown(*plan.split()))
    assert (found["grade"], found["model"]) == ("C", "share")
    for name in TUTORIALS:
        ends = re.findall(r"\| (\d+) (?:to|至) (\d+) \|", text_of(name))[0]
        assert [float(end) for end in ends] == pytest.approx([found["q10"], found["q90"]], rel=0.05)


@pytest.mark.parametrize("name", PAGES)
def test_every_file_make_target_and_function_named_is_there(name):
    page, folders = text_of(name), "bcforecast|data|docs|examples|notebooks|tests|tools"
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", page):
        there = (ROOT / name).parent.joinpath(target).exists()
        assert there or OF_THE_SITE.fullmatch(target), target
    for path in re.findall(rf"`((?:{folders})/[\w./*-]*)`", page):
        assert any(ROOT.glob(path)) or path in MADE, path
    targets = set(re.findall(r"(?m)^([a-z-]+):", text_of("Makefile")))
    code = "".join(re.findall(r"```.*?```|`[^`]*`", page, re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets
    for there in re.findall(r"`(bcforecast(?:\.\w+)+)`", page):
        resolve_name(there)


@pytest.mark.parametrize("name", READMES)
def test_the_example_runs_and_every_command_named_exists(name, capsys):
    (example,) = blocks(name, "python")
    exec(compile(example, name, "exec"), {})
    printed = capsys.readouterr().out
    assert "tech_contract_value" in printed
    assert "RequiredPath" in printed
    commands = [one for one in app.registered_commands if one.callback]
    known = {one.name or one.callback.__name__ for one in commands}
    named = set(re.findall(r"bcforecast ([a-z]+) --", text_of(name)))
    table = set(re.findall(r"`([a-z]+)`", "".join(re.findall(r"(?m)^\| (`.*?) \|", text_of(name)))))
    assert set() != named <= known
    assert {word for word in table if word in known} >= known - {"version"}
