"""The recipes of docs/extending.md are true: each is followed in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bcforecast.distributions import Empirical
from bcforecast.rules import panel, published
from bcforecast.text import LANGUAGES, LOCALE_DIR
from tools.check import CHECKS, NOTE, check

ROOT = Path(__file__).parents[1]
RECIPES = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
COPIED = ("bcforecast", "data", "examples/extending", "notebooks", "reports/example", "tools")
BOX = re.compile(r"^```(sh|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def git(tree, *command):
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *named, *command], cwd=tree, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def tree(tmp_path):
    """What a clone would have of the folders that recipes touch, set up."""
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", *COPIED)
    kept = (*listed.splitlines(), ".gitignore", "requirements.lock")
    for file in (ROOT / name for name in kept):
        place = tmp_path / file.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    for compiled in (ROOT / "bcforecast" / "locale").glob("*.mo"):
        shutil.copy(compiled, tmp_path / "bcforecast" / "locale")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "A copy")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def followed(tree, recipe):
    """Do what the boxes of a recipe say, and return what was printed."""
    _, section = RECIPES.split(f"\n## {recipe}\n")
    printed = ""
    for kind, box in BOX.findall(section.partition("\n## ")[0]):
        if kind == "diff":
            change(tree, box)
            continue
        ran = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", box],
            cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, capture_output=True, text=True,
        )  # fmt: skip
        printed += ran.stdout
        assert ran.returncode == 0, printed + ran.stderr
    return printed


def change(tree, box):
    """Change a file, named in the first line, as a difference says whose context is unique."""
    name, *lines = box.splitlines()
    old, new = ("\n".join(x[1:] for x in lines if x[:1] != unwanted) for unwanted in "+-")
    file = tree / name
    text = file.read_text(encoding="utf-8")
    assert text.count(f"\n{old}\n") == 1, box
    file.write_text(text.replace(old, new), encoding="utf-8")


def touched(tree):
    """Return the files that git would commit, without what the commands wrote."""
    changed = git(tree, "status", "--porcelain", "--untracked-files=all").splitlines()
    files = {line[3:] for line in changed}
    return {file for file in files if not file.startswith((".venv", "reports/"))}


@pytest.mark.parametrize(
    ("recipe", "files", "promises", "shown"),
    [
        ("A model", 2, 2, "tech_contract_value,tech_contract_value,at_least,1400.0"),
        ("An official rule", 3, 2, "Progress in proportion to time: pace since"),
        ("A format", 3, 3, "\nTianjin Three-Year Action Plan"),
        ("A language", 1, 4, "High-tech enterprises"),
        ("A plan", 3, 2, "example_enterprises,example_enterprises,more_than,400.0"),
    ],
)
def test_a_recipe_gives_what_it_promises_in_few_files(tree, recipe, files, promises, shown):
    printed = followed(tree, recipe)
    assert len(re.findall("^ok    ", printed, re.MULTILINE)) == promises
    assert shown in printed
    assert 0 < len(touched(tree)) <= files


def test_each_recipe_is_followed():
    marked = test_a_recipe_gives_what_it_promises_in_few_files.pytestmark[0]
    assert re.findall("^## (.*)$", RECIPES, re.MULTILINE) == [one[0] for one in marked.args[1]]


def broken(kind, name):
    said = [sentence for _, several in check(kind, name) for sentence in several]
    return [sentence for sentence in said if not sentence.startswith(NOTE)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("rule", name) for name in sorted({rule.name for rule in panel.rules()})),
        *(("language", lang) for lang in LANGUAGES),
        *(("model", name) for name in ("trend", "growth_curve")),
        *(("plan", str(file)) for file in sorted((ROOT / "data" / "plans").glob("*.yaml"))),
    ],
)
def test_what_there_is_keeps_its_promises(kind, name):
    assert broken(kind, name) == []


class Restless:
    """A model as it should not be: without refusals, seed or support."""

    name = "restless"
    minimum_observations = 4
    rng = np.random.default_rng(1)

    def fit(self, history, horizon):
        return Empirical(history.values[0] + self.rng.normal(0.0, 300.0, (99, horizon)))


class Blind(published.Linear):
    """A rule that always says yes, and cannot do without a target."""

    def assess(self, case):
        return self.verdict(case, published.MEETS, says_met=True, value=1.0 / case.target)


@pytest.mark.parametrize(
    ("kind", "thing", "kept"), [("model", Restless(), set()), ("rule", [Blind()], set())]
)
def test_what_is_wrong_is_said(kind, thing, kept, monkeypatch):
    _, promises = CHECKS[kind]
    monkeypatch.setitem(CHECKS, kind, (lambda name: thing, promises))
    said = dict(zip((promise.__name__ for promise in promises), check(kind, "it"), strict=True))
    assert {promise for promise, (_, wrong) in said.items() if not wrong} == kept


def test_what_a_catalogue_lacks_is_said(tmp_path, monkeypatch):
    english = (LOCALE_DIR / "en.po").read_text(encoding="utf-8")
    (tmp_path / "en.po").write_text(english, encoding="utf-8")
    poor = re.sub(r'msgid "verdict.likely"\nmsgstr ".*"', "", english)
    poor = re.sub(r'(msgid "explain.span"\n)(.*\n){3}', r'\1msgstr "{count}"\n', poor)
    poor = poor.replace("{before} {after}", "{before}")
    (tmp_path / "zh.po").write_text(poor, encoding="utf-8")
    monkeypatch.setattr("tools.check.LOCALE_DIR", tmp_path)
    said = " ".join(broken("language", "zh"))
    wrong = ("verdict.likely: missing", "names ['before']", "explain.span: forms 1, expected 2")
    assert all(one in said for one in (*wrong, "compile"))


def test_a_plan_of_a_place_without_figures_is_refused(tmp_path):
    plan = (ROOT / "examples" / "extending" / "plan.yaml").read_text(encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    assert broken("plan", str(tmp_path / "plan.yaml")) == [
        "there is no figure of area 'example' for any of its indicators"
    ]
    (tmp_path / "plan.yaml").write_text(plan.replace("kind: ratio", "kind: rate"), encoding="utf-8")
    assert "kind" in broken("plan", str(tmp_path / "plan.yaml"))[0]
    assert broken("plan", str(tmp_path / "none.yaml")) != []
