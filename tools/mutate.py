"""How well the tests guard the engine: `make mutate` changes it in 300 places, one at a time.

A mutant is the source with one number, comparison or operator changed, as text, at its place. The
tests that match its file are run against it in a forked child that imports the changed source in
place of the file; nothing is written into the working tree. A mutant is killed when a test turns
red or the time limit passes. The result goes to docs/testing.md, where the reason given for a
survivor is kept from run to run.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import io
import os
import random
import resource
import signal
import sys
import tempfile
import time
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from itertools import pairwise
from pathlib import Path
from types import CodeType
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "testing.md"
BEGIN, END = "<!-- mutants: written by make mutate -->\n", "<!-- end of mutants -->\n"

# Which tests guard which files, those that are red soonest first; files may be given by globs.
TREND: Final = (
    "tests/models/test_trend_vectors.py",
    "tests/models/test_trend_conditioning.py",
    "tests/models/test_trend_grid.py",
    "tests/models/test_trend.py",
    "tests/models/test_trend_training.py::test_the_shipped_file_is_whole",
)
TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "bcforecast/distributions/[!_]*.py": ("tests/distributions",),
    "bcforecast/attainment/probability.py": ("tests/attainment/test_probability.py",),
    "bcforecast/observations/selection.py": ("tests/observations/test_selection.py",),
    "bcforecast/models/trend.py": TREND,
    "bcforecast/models/trend_[!t]*.py": TREND,
}
HEAVY: Final = ("hypothesis", "numpy", "pandas", "pytest", "scipy.special", "scipy.stats", "yaml")
SHORTEST_LIMIT: Final = 20.0
TIMES_UNCHANGED: Final = 8.0
MEMORY: Final = 4 * 1024**3

PAIRS: Final = (
    *(("<", "<="), (">", ">="), ("==", "!="), ("is", "is not"), ("in", "not in"), ("and", "or")),
    *(("+", "-"), ("*", "/"), ("&", "|")),
)
SWAPS: Final = {"//": "/", "**": "*"} | dict(PAIRS) | {after: before for before, after in PAIRS}
# Left alone, as no answer depends on them: messages, sizes of caches, and numbers so small that
# they can only guard against rounding or division by zero.
SKIPPED: Final = (ast.Raise, ast.Assert, ast.JoinedStr)
CACHES: Final = ("lru_cache", "cache")
LEAST: Final = 1e-11

Place = tuple[int, int]
Change = tuple[Place, str, str]


@dataclass(frozen=True)
class Mutant:
    """One change of a file: `before` at (line from 1, byte from 0) becomes `after`."""

    path: str
    place: Place
    before: str
    after: str
    line: str

    def source(self) -> bytes:
        """Text of the changed file."""
        lines = (ROOT / self.path).read_bytes().split(b"\n")
        row, at = self.place[0] - 1, self.place[1]
        assert lines[row][at:].startswith(self.before.encode()), self
        end = at + len(self.before.encode())
        lines[row] = lines[row][:at] + self.after.encode() + lines[row][end:]
        return b"\n".join(lines)

    @property
    def change(self) -> str:
        """The changed line of code, and how it is changed, as the table has it."""
        change = f"`{self.line}` | `{self.before}` at {self.place[1] + 1} → `{self.after}`"
        return change.replace("|", "\\|").replace("` \\| `", "` | `")


def mutants_of(path: str) -> list[Mutant]:
    """All mutants of a file, in the order of their places."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.split("\n")
    tokens = [
        ((row, len(lines[row - 1][:column].encode())), token.string)
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        for row, column in [token.start]
        if token.type in (tokenize.OP, tokenize.NAME) and token.string not in "()"
    ]

    def operator(left: ast.expr, right: ast.expr) -> tuple[Place, str]:
        end = left.end_lineno or 0, left.end_col_offset or 0
        found = [(at, word) for at, word in tokens if end <= at < _start(right)]
        return found[0][0], " ".join(word for _, word in found)

    changes = [
        (place, before, after)
        for node in _behaving(ast.parse(text))
        for place, before, after in (*_numbers(node, text), *_operators(node, operator))
    ]
    return [Mutant(path, *change, lines[change[0][0] - 1].strip()) for change in sorted(changes)]


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


def _numbers(node: ast.AST, text: str) -> Iterator[Change]:
    """A whole number one up and one down, another twice and half of it, 0 to 1."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if not isinstance(value, int | float) or isinstance(value, bool) or 0 < abs(value) < LEAST:
        return
    others = [value + 1, value - 1] if isinstance(value, int) else [value * 2.0, value / 2.0]
    for other in others if value else [value + 1]:
        yield _start(node), ast.get_source_segment(text, node) or "", repr(other)


def _operators(node: ast.AST, operator: Callable[..., tuple[Place, str]]) -> Iterator[Change]:
    sides: list[ast.expr] = []
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield _start(node), "-" if isinstance(node.op, ast.USub) else "not", ""
        case ast.Compare():
            sides = [node.left, *node.comparators]
        case ast.BoolOp():
            sides = node.values
        case ast.BinOp():
            sides = [node.left, node.right]
        case ast.AugAssign():
            sides = [node.target, node.value]
    for left, right in pairwise(sides):
        place, before = operator(left, right)
        ending = "=" if isinstance(node, ast.AugAssign) else ""
        after = SWAPS.get(before.removesuffix(ending))
        if after is not None:
            yield place, before, after + ending


def _start(node: ast.expr) -> Place:
    return node.lineno, node.col_offset


class Changed(SourceFileLoader):
    """Finds and loads the changed text in place of a file; writes nothing, not even bytecode."""

    def __init__(self, mutant: Mutant) -> None:
        module = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        super().__init__(module, str(ROOT / mutant.path))
        self.source = mutant.source()

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return a spec for the module that is changed, nothing for any other."""
        return spec_from_file_location(name, loader=self) if name == self.name else None

    def get_code(self, _: str) -> CodeType:
        """Compile the changed text."""
        return compile(self.source, self.path, "exec", dont_inherit=True)


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
    child, found = run_tests(tests, None), ""
    while not found:
        time.sleep(0.01)
        found = outcome(child, started + 600.0)
    if found != "green":
        raise SystemExit(f"{found} with nothing changed: {' '.join(tests)}")
    return time.monotonic() - started


def outcomes(
    drawn: list[Mutant], guards: dict[str, tuple[str, ...]], workers: int
) -> dict[Mutant, str]:
    """Run the matching tests against every mutant."""
    limits = {
        tests: max(SHORTEST_LIMIT, TIMES_UNCHANGED * time_unchanged(tests))
        for tests in {guards[mutant.path] for mutant in drawn}
    }
    waiting, running = list(reversed(drawn)), dict[int, tuple[Mutant, float]]()
    found: dict[Mutant, str] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            tests = guards[mutant.path]
            running[run_tests(tests, mutant)] = mutant, time.monotonic() + limits[tests]
        for child, (mutant, deadline) in list(running.items()):
            if result := outcome(child, deadline):
                del running[child]
                found[mutant] = result
                print(f"{result} {mutant.path}:{mutant.place[0]} {mutant.change}", flush=True)
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
    for m in sorted(found, key=lambda m: (m.path, m.place, m.after)):
        if found[m] == "green":
            rows.append(f"| `{m.path}:{m.place[0]}` | {m.change} | {reasons.get(m.change, '')} |")
    return "\n".join(rows) + "\n"


def reasons_given(page: str) -> dict[str, str]:
    """Reasons in the table of survivors, by line and change, wherever the line has moved to."""
    rows = [row.split(" | ") for row in page.splitlines() if row.startswith("| `")]
    return {" | ".join(r[1:-1]): r[-1].removesuffix("|").strip() for r in rows if " → " in r[-2]}


def main() -> None:
    """Draw the sample, run it, print the table and write it to docs/testing.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="mutants drawn; 0: all")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="only files whose path contains this; no page")
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT)]
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.gettempdir()
    for name in HEAVY:
        importlib.import_module(name)
    guards = {
        path.relative_to(ROOT).as_posix(): tests
        for pattern, tests in TARGETS.items()
        for path in sorted(ROOT.glob(pattern))
    }
    every = [m for path in guards if asked.only in path for m in mutants_of(path)]
    drawn = every
    if asked.sample and asked.sample < len(every):
        drawn = random.Random(asked.seed).sample(every, asked.sample)
    found = outcomes(sorted(drawn, key=lambda m: guards[m.path]), guards, asked.workers)
    page = PAGE.read_text(encoding="utf-8")
    result = table(found, reasons_given(page))
    print(result)
    if not asked.only:
        before, rest = page.split(BEGIN)
        intro = f"{len(drawn)} of {len(every)} mutants, drawn with seed {asked.seed}.\n\n"
        PAGE.write_text(
            before + BEGIN + intro + result + END + rest.split(END)[1], encoding="utf-8"
        )


if __name__ == "__main__":
    main()
