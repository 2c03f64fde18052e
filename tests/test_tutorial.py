"""The tutorial's example runs as it stands there, and says what it says."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from bcforecast.cli import main
from bcforecast.config import DATA_DIR

ROOT = Path(__file__).parents[1]
TUTORIALS = ("tutorial.md", "tutorial.zh.md")
GOAL = "hightech_enterprises"


def text_of(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(name, language):
    return re.findall(rf"```{language}\n(.*?)```", text_of(name), re.DOTALL)


def commands(name):
    """The commands of the tutorial's shell blocks, as words, in order."""
    lines = "".join(blocks(name, "sh")).splitlines()
    return [shlex.split(line) for line in lines if line.startswith(".venv/bin/bcforecast ")]


def run(words, monkeypatch):
    monkeypatch.setattr("sys.argv", words)
    try:
        main()
    except SystemExit as leave:
        return int(leave.code or 0)
    return 0


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder in which `cp -r data mydata` has been done and the rows have been added."""
    shutil.copytree(DATA_DIR, tmp_path / "mydata")
    source, figures = blocks("tutorial.md", "csv")
    for name, rows in (("sources.csv", source), ("observations.csv", figures)):
        with (tmp_path / "mydata" / name).open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    return tmp_path


def test_both_languages_show_the_same_commands_and_figures():
    for language in ("sh", "csv"):
        ours, theirs = (
            [re.sub(r"\s*#.*", "", block) for block in blocks(name, language)] for name in TUTORIALS
        )
        assert ours == theirs


def test_every_command_of_the_tutorial_runs(workplace, monkeypatch, capsys):
    said = []
    for words in commands("tutorial.md"):
        assert run(words, monkeypatch) == 0, words
        said.append((words[1], capsys.readouterr().out))
    assert [name for name, _ in said] == ["scenarios", "seek", "check", "goals", "seek"]
    assert "infeasible" in said[1][1]
    assert "the least that suffices" in said[-1][1]


def test_a_district_with_cohort_figures_gets_the_structural_forecast_that_the_tutorial_tells(
    workplace, monkeypatch, capsys
):
    goals = next(words for words in commands("tutorial.md") if words[1] == "goals")
    assert run([*goals, "--format", "json"], monkeypatch) == 0
    found = {record["goal"]: record for record in json.loads(capsys.readouterr().out)}[GOAL]
    assert (found["grade"], found["model"]) == ("A", "cohort")
    seek = [words for words in commands("tutorial.md") if words[1] == "seek"][-1]
    assert run([*seek, "--format", "json"], monkeypatch) == 0
    renewal, first, *_ = json.loads(capsys.readouterr().out)
    told = [
        (f"{found['q10']:.0f} to {found['q90']:.0f}", f"{found['q10']:.0f} 至 {found['q90']:.0f}"),
        (f"| {100 * found['probability']:.0f} % |",) * 2,
        (
            f"{renewal['levers']['renewal_rate']['size']:.1f} percentage points",
            f"{renewal['levers']['renewal_rate']['size']:.1f} 个百分点",
        ),
        (f"{first['levers']['new_certifications']['size']:.1f} %",) * 2,
    ]
    for english, chinese in told:
        assert english in text_of("tutorial.md")
        assert chinese in text_of("tutorial.zh.md")


def test_without_figures_of_its_own_the_grade_is_the_one_that_the_tutorial_tells(
    workplace, monkeypatch, capsys
):
    words = [
        "bcforecast",
        "goals",
        "--plan",
        "beichen-2020-2022",
        "--as-of",
        "2022-03-31",
        "--format",
        "json",
    ]
    assert run(words, monkeypatch) == 0
    found = {record["goal"]: record for record in json.loads(capsys.readouterr().out)}[GOAL]
    assert (found["grade"], found["model"]) == ("C", "share")
    for name in TUTORIALS:
        ends = re.findall(r"\| (\d+) (?:to|至) (\d+) \|", text_of(name))[0]
        assert [float(end) for end in ends] == pytest.approx([found["q10"], found["q90"]], rel=0.05)


@pytest.mark.parametrize("name", TUTORIALS)
def test_every_file_linked_is_there(name):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text_of(name)):
        assert (ROOT / "docs" / target).exists(), target
