"""How well the tests guard a room: `make mutate` changes the engine in 300 places, one at a time.

A mutant is a module with one number, comparison or operator changed. The tests that match the
module are run against it in a forked child that imports the changed tree in place of the file;
nothing is written into the working tree. A mutant is killed when a test turns red or the time limit
passes. The result goes to docs/testing.md, where the reason given for a survivor is kept from run
to run.
"""

import argparse
import ast
import importlib
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "testing.md"
BEGIN, END = "<!-- mutants of {room}: written by make mutate -->\n", "<!-- end of {room} -->\n"

_WALKS: Final = "test_walks_reach_a_goal_as_often_as_simulated_paths_do"
_GUARDS: Final[Mapping[str, Mapping[str, str]]] = {
    "engine": {
        "distributions": "test_distributions",
        "models/borrowed": "models/test_borrowed",
        "models/growth": "models/test_growth",
        "attainment/probability": f"attainment/test_probability attainment/test_forms attainment/test_agreement::{_WALKS}",
        "observations/selection": "observations/test_selection observations/test_subannual attainment/test_delivery attainment/test_forms",
        "models/trend": "models/test_trend models/test_trend_members models/test_growth",
        "models/trend_members": "models/test_trend models/test_trend_members models/test_growth",
    },
    "rules": {
        "rules/published": "rules/test_verdicts rules/test_published",
        "rules/base": "rules/test_rules_base rules/test_verdicts rules/test_published",
        "rules/panel": "rules/test_rules_panel",
    },
    "attainment": {
        "attainment/seek": "attainment/test_delivery attainment/test_seek",
        "attainment/evidence": "attainment/test_evidence attainment/test_project attainment/test_forms attainment/test_areas",
        "attainment/reference_class": "attainment/test_reference_class",
        "attainment/checks": "attainment/test_checks",
        "attainment/news": "attainment/test_news attainment/test_evidence",
    },
    "forecasts": {
        "scenarios/simulation": "scenarios/test_simulation scenarios/test_scenario",
        "models/within_year": "models/test_within_year",
        "models/flows": "models/test_flows models/test_structures",
        "models/event": "models/test_event",
        "evaluation/scores": "evaluation/test_scores",
    },
    "figures": {
        "observations/subannual": "observations/test_subannual",
        "cells": "test_cells observations/test_wide plan/test_reading",
    },
}
"""By room, which tests guard which files, those that are red soonest first."""


def _tests(named: str) -> tuple[str, ...]:
    """Return the paths of tests, as pytest takes them."""
    return tuple(
        f"tests/{file}.py{at}{one}" for file, at, one in (t.partition("::") for t in named.split())
    )


TARGETS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    room: {f"bcforecast/{file}.py": _tests(named) for file, named in files.items()}
    for room, files in _GUARDS.items()
}
FILES: Final = {path: tests for room in TARGETS.values() for path, tests in room.items()}
# Imported once, before the forks: libraries, which no mutant changes.
HEAVY: Final = (
    *("babel.messages.pofile", "hypothesis", "nbval.kernel", "numpy", "pandas", "pydantic"),
    *("pytest", "scipy.special", "scipy.stats", "scoringrules", "yaml"),
)
SHORTEST_LIMIT: Final = 20.0
TIMES_UNCHANGED: Final = 8.0
MEMORY: Final = 4 * 1024**3

PAIRS: Final = (
    *((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot)),
    *((ast.In, ast.NotIn), (ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.Div)),
    *((ast.BitAnd, ast.BitOr), (ast.FloorDiv, ast.Div), (ast.Pow, ast.Mult)),
)
SWAPS: Final = {b: a for a, b in reversed(PAIRS)} | dict(PAIRS)
# Left alone, as no answer depends on them: messages, sizes of caches, and numbers so small that
# they can only guard against rounding or division by zero.
SKIPPED: Final = (ast.Raise, ast.Assert, ast.JoinedStr)
CACHES: Final = ("lru_cache", "cache")
LEAST: Final = 1e-11


@dataclass(frozen=True)
class Mutant:
    """One change of a file, the `number`th of those there are, in a line of it."""

    path: str
    number: int
    row: int
    change: str  # the line of code, and what becomes of it, as the table has it

    def code(self) -> CodeType:
        """Compile the changed file."""
        tree = ast.parse((ROOT / self.path).read_bytes())
        next(islice(_changed(tree), self.number, None))
        return compile(ast.fix_missing_locations(tree), ROOT / self.path, "exec", dont_inherit=True)


def mutants_of(path: str) -> list[Mutant]:
    """All mutants of a file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.split("\n")
    found = []
    for number, (row, before, after) in enumerate(_changed(ast.parse(text))):
        change = f"`{lines[row - 1].strip()}` | `{before}` → `{after}`"
        change = change.replace("|", "\\|").replace("` \\| `", "` | `")
        found.append(Mutant(path, number, row, change))
    return found


def _changed(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Change a tree in place, at one place after the other: line, code before and after."""
    for node in _behaving(tree):
        if isinstance(node, ast.expr | ast.stmt):
            for field, others in _places(node):
                value, before = getattr(node, field), ast.unparse(node)
                for other in others:
                    setattr(node, field, other)
                    yield node.lineno, before, ast.unparse(ast.fix_missing_locations(node))
                setattr(node, field, value)


def _behaving(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes on which behaviour depends: no annotation, no message, no size of a cache."""
    if isinstance(node, SKIPPED):
        return
    if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CACHES:
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _behaving(child)


def _places(node: ast.AST) -> Iterator[tuple[str, list[object]]]:
    """What may be changed of a node: a field of it, and the values that it may take.

    A whole number goes one up and one down, another is doubled and halved, 0 becomes 1; a
    comparison gains or loses its equality, an operator becomes its counterpart, a minus or a "not"
    goes.
    """
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not value:
                yield "value", [value + 1]
            elif abs(value) >= LEAST:
                whole = isinstance(value, int)
                yield "value", [value + 1, value - 1] if whole else [value * 2.0, value / 2.0]
        case ast.Compare():
            for i, op in enumerate(node.ops):
                if type(op) in SWAPS:
                    swapped = [*node.ops[:i], SWAPS[type(op)](), *node.ops[i + 1 :]]
                    yield "ops", [swapped]
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign():
            if type(node.op) in SWAPS:
                yield "op", [SWAPS[type(node.op)]()]
        case ast.UnaryOp(op=ast.USub()):
            yield "op", [ast.UAdd()]
        case ast.UnaryOp(op=ast.Not()):
            yield "operand", [ast.UnaryOp(ast.Not(), node.operand)]


class Changed(SourceFileLoader):
    """Finds and loads a mutant in place of its file; writes nothing, not even bytecode."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.path.removesuffix(".py").replace("/", "."), str(ROOT / mutant.path))
        self.code = mutant.code()

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return a spec for the module that is changed, nothing for any other."""
        return spec_from_file_location(name, loader=self) if name == self.name else None

    def get_code(self, _: str) -> CodeType:
        """Return the changed code."""
        return self.code


def warm(path: str) -> None:
    """Import what a file imports, for all forks to have, unless that imports the file itself."""
    forget()
    name = path.removesuffix(".py").replace("/", ".")
    tree = ast.parse((ROOT / path).read_bytes())
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(tree, path, "exec"), {"__name__": name})
    if name in sys.modules:
        forget()


def forget() -> None:
    """Forget every module of the package."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "bcforecast"]:
        del sys.modules[name]


def run_tests(tests: Iterable[str], mutant: Mutant | None) -> int:
    """Run tests in a forked child; return its process id at once."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        if mutant is not None:
            sys.meta_path.insert(0, Changed(mutant))
        options = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--tb=no"]
        code = int(importlib.import_module("pytest").main([*options, *tests]))
    finally:
        os._exit(code)


def outcome(child: int, deadline: float) -> str:
    """Return what became of the tests: red, green, late (the child is ended), nothing yet."""
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        return "green" if os.waitstatus_to_exitcode(status) == 0 else "red"
    if time.monotonic() < deadline:
        return ""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "late"


def time_unchanged(tests: tuple[str, ...]) -> float:
    """Seconds that the tests take with nothing changed, where all must be green."""
    started = time.monotonic()
    _, status = os.waitpid(run_tests(tests, None), 0)
    if status:
        raise SystemExit(f"red with nothing changed: {' '.join(tests)}")
    return time.monotonic() - started


def outcomes(drawn: list[Mutant], workers: int) -> dict[Mutant, str]:
    """Run the matching tests against every mutant."""
    limits = {
        tests: max(SHORTEST_LIMIT, TIMES_UNCHANGED * time_unchanged(tests))
        for tests in {FILES[mutant.path] for mutant in drawn}
    }
    waiting, running = list(reversed(drawn)), dict[int, tuple[Mutant, float]]()
    found: dict[Mutant, str] = {}
    path = ""
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            if mutant.path != path:
                path = mutant.path
                warm(path)
            tests = FILES[mutant.path]
            running[run_tests(tests, mutant)] = mutant, time.monotonic() + limits[tests]
        for child, (mutant, deadline) in list(running.items()):
            if result := outcome(child, deadline):
                del running[child]
                found[mutant] = result
                print(f"{result} {mutant.path}:{mutant.row} {mutant.change}", flush=True)
        time.sleep(0.01)
    return found


def table(found: dict[Mutant, str], reasons: dict[str, str]) -> str:
    """Counts by file, then every survivor with the reason given for it."""
    rows = ["| file | mutants | killed | of these late | killed, % |", "|---|--:|--:|--:|--:|"]
    for path in [*sorted({m.path for m in found}), ""]:
        results = [result for m, result in found.items() if path in ("", m.path)]
        killed, name = len(results) - results.count("green"), f"`{path}`" if path else "all"
        share = 100.0 * killed / len(results)
        rows.append(
            f"| {name} | {len(results)} | {killed} | {results.count('late')} | {share:.1f} |"
        )
    rows += ["", "| survivor | line | change | why |", "|---|---|---|---|"]
    for m in sorted(found, key=lambda m: (m.path, m.number)):
        if found[m] == "green":
            rows.append(f"| `{m.path}:{m.row}` | {m.change} | {reasons.get(m.change, '')} |")
    return "\n".join(rows) + "\n"


def reasons_given(page: str) -> dict[str, str]:
    """Reasons in the table of survivors, by line and change, wherever the line has moved to."""
    rows = [row.split(" | ") for row in page.splitlines() if row.startswith("| `")]
    return {" | ".join(r[1:-1]): r[-1].removesuffix("|").strip() for r in rows if " → " in r[-2]}


def written(page: str, room: str, block: str) -> str:
    """Return the page with the block of a room made anew, or put at the end."""
    begin, end = BEGIN.format(room=room), END.format(room=room)
    before, _, rest = page.partition(begin) if begin in page else (f"{page}\n", "", "")
    return f"{before}{begin}{block}{end}{rest.partition(end)[2]}"


def main() -> None:
    """Draw the sample of each room, run it, print the table and write it to docs/testing.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", nargs="+", choices=TARGETS, default=["engine"])
    parser.add_argument("--sample", type=int, default=300, help="mutants drawn of a room; 0: all")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="only files whose path contains this; no page")
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT)]
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.gettempdir()
    # What is unchanged is compiled once, beside the tree.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(tempfile.gettempdir()) / "mutate")
    for name in HEAVY:
        importlib.import_module(name)
    for room in asked.room:
        every = [m for path in TARGETS[room] if asked.only in path for m in mutants_of(path)]
        drawn = every
        if asked.sample and asked.sample < len(every):
            drawn = random.Random(asked.seed).sample(every, asked.sample)
        found = outcomes(sorted(drawn, key=lambda m: (FILES[m.path], m.path)), asked.workers)
        page = PAGE.read_text(encoding="utf-8")
        result = table(found, reasons_given(page))
        print(result)
        if not asked.only:
            some = f"{len(drawn)} of" if len(drawn) < len(every) else "All"
            seed = f", drawn with seed {asked.seed}" if len(drawn) < len(every) else ""
            block = f"{some} {len(every)} mutants{seed}.\n\n{result}"
            PAGE.write_text(written(page, room, block), encoding="utf-8")


if __name__ == "__main__":
    main()
