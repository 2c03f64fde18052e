"""What design.md and style.md ask of the whole tree, where a machine can see it."""

import ast
import re
import subprocess
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from tools.size import CEILING, GOAL, over

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bcforecast"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
LINES = [
    (name, line)
    for name, path in MODULES.items()
    for line in path.read_text(encoding="utf-8").splitlines()
]


@cache
def tree(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported(name):
    """Modules of the package that a module imports anywhere, also for types alone."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bcforecast"):
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {n if n in MODULES else home(n) for n in named}
    return found - {name}


def home(name):
    """The module in which what a room offers is defined; the room where that is not said."""
    room, _, offered = name.rpartition(".")
    defined = getattr(getattr(import_module(room), offered), "__module__", room)
    return defined if defined in MODULES else room


def test_the_house_does_not_grow_again():
    assert over(CEILING) == []
    assert all(CEILING[what] >= GOAL[what] for what in GOAL)


def test_nothing_that_is_committed_is_a_link_to_a_machines_folder():
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a checkout of git")
    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []


ELSEWHERE = {
    "bcforecast.cli.app": "cli/test_options",
    "bcforecast.config": "test_wheel",
    "bcforecast.errors": "test_edge",
    "bcforecast.plan.fields": "plan/test_reading",
    "bcforecast.plan.drafts": "plan/test_start",
    "bcforecast.reporting.facts": "reporting/test_results",
    "bcforecast.reporting.records": "attainment/test_explain",
    "bcforecast.workbench": "api/test_first_guesses",
}
"""Modules that are tested with what uses them."""


def test_every_module_has_a_file_of_tests_of_its_name_or_one_that_is_named_here():
    tests, without = ROOT / "tests", set()
    for name in (name for name, path in MODULES.items() if not path.stem.startswith("__")):
        _, *rooms, module = name.split(".")
        files = (f"test_{one}.py" for one in (module, "_".join((*rooms, module))))
        without |= {name} - {name for file in files if tests.joinpath(*rooms, file).is_file()}
    assert without == ELSEWHERE.keys()
    assert all((tests / f"{file}.py").is_file() for file in ELSEWHERE.values())


def test_no_module_imports_itself_by_a_detour():
    rooms = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    graph = {name: imported(name) - rooms for name in MODULES if name not in rooms}
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_each_class_has_its_name_to_itself():
    homes = defaultdict(list)
    for name in MODULES:
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(name)
    assert {name: at for name, at in homes.items() if len(at) > 1} == {}


def test_no_identifier_of_a_plan_stands_in_code():
    known = set()
    for path in (ROOT / "data" / "plans").glob("*.yaml"):
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
        known |= {indicator["id"] for indicator in plan["indicators"]}
    assert known
    named = re.compile(rf"[\"'](?:{'|'.join(sorted(known))})[\"']")
    found = {(at, line) for at, line in LINES if named.search(line)}
    assert [line for _, line in found if ">>>" not in line] == [], "examples use the shipped plan"


@pytest.mark.parametrize(
    ("done", "room"),
    [
        (r"safe_(load|dump)|Safe(Loader|Dumper)|yaml\.(full_|unsafe_)?load", "config"),
        (r"float\(f.*\.12g", "text"),  # the digits that arithmetic adds are taken off
        (r"""[=!]=\s*["'](?:zh|en)["']|["'](?:zh|en)["']\s*[=!]=""", "text"),
        (r"[\w)]\.read_bytes\(\)", ""),  # but by the edge, which bounds it and refuses a pipe
    ],
)
def test_what_one_room_does_for_all_is_done_in_no_other(done, room):
    assert {at for at, line in LINES if re.search(done, line)} <= {f"bcforecast.{room}"}


def test_a_command_asks_of_the_lazy_room_only_what_it_offers():
    asked = {
        named
        for at, line in LINES
        if at.startswith("bcforecast.cli")
        for named in re.findall(r"(?<!bcforecast\.)\breporting\.(\w+)", line)
    }
    assert asked
    assert asked <= set(import_module("bcforecast.reporting").__all__)
