"""How long a report takes by papermill's command line, by its API, by us, and at the least.

Every way runs the same notebooks with the same parameters; all ways take turns, round by round, so
that whatever else the machine does falls on all of them. Figures are medians of the rounds.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from bcforecast.attainment.table import TextTable
from bcforecast.errors import ReportError
from bcforecast.messages import Language, text
from bcforecast.plan import load_plan
from bcforecast.reporting.execution import normalized, read_notebook, run_notebook
from bcforecast.reporting.kernel import ENVIRONMENT, in_own_loop
from bcforecast.reporting.plain_cells import code_of, run_cells
from bcforecast.reporting.warm_server import make_ready
from bcforecast.resources import NOTEBOOKS_DIR

Advance = Callable[[str, int, int], None]
"""Called with the name of the way at work, the reports done and the number of all reports."""

TEMPLATE: Final = NOTEBOOKS_DIR / "02_goal.ipynb"
_PLANS: Final = (
    {"plan": "beichen-2020-2022", "as_of": "2021-12-31", "lang": "zh"},
    {"plan": "tianjin-2020-2022", "as_of": "2020-12-31", "lang": "en"},
)
_WAYS: Final = ("cli", "api", "one", "many", "floor_one", "floor_many")

Parameters = Mapping[str, str]


@dataclass(frozen=True)
class ReportBenchmark:
    """What was measured.

    Parameters
    ----------
    seconds
        A report, by way: `cli`, `api`, `one`, `many`, `floor_one`, `floor_many`.
    reports, rounds, jobs
        Reports in a round, rounds, and reports at a time of `many` and `floor_many`.
    """

    seconds: Mapping[str, float]
    reports: int
    rounds: int
    jobs: int

    def speedup(self, way: str) -> float:
        """Return how many times faster than papermill's command line a way is."""
        return self.seconds["cli"] / self.seconds[way]

    def above_floor(self, way: str) -> float:
        """Return how many times the cells alone take, with as many at a time."""
        floor = "floor_many" if way.endswith("many") else "floor_one"
        return self.seconds[way] / self.seconds[floor]

    def table(self, lang: Language) -> TextTable:
        """Return one row a way."""
        columns = tuple(text(f"warm.column_{c}", lang) for c in ("way", "seconds", "cli", "floor"))
        rows = tuple(
            (
                text(f"warm.way_{way}", lang, jobs=self.jobs),
                f"{self.seconds[way]:.2f}",
                f"{self.speedup(way):.1f}",
                f"{self.above_floor(way):.2f}",
            )
            for way in _WAYS
        )
        note = text("warm.bench_note", lang, reports=self.reports, rounds=self.rounds)
        return TextTable(
            title=text("warm.bench_title", lang),
            columns=columns,
            numeric=(False, True, True, True),
            rows=rows,
            note=note,
        )


def benchmark_reports(
    *,
    reports: int = 6,
    rounds: int = 3,
    jobs: int = 2,
    lang: Language = "en",
    progress: Advance | None = None,
) -> ReportBenchmark:
    """Measure how long reports take, and check that every way shows the same.

    Parameters
    ----------
    reports
        Notebooks in a round: goals of the two shipped plans in turn.
    rounds
        How often each way is measured.
    jobs
        Reports at a time where several are run at a time.
    lang
        Of the names of the steps.

    Raises
    ------
    ReportError
        If a notebook fails, or two ways do not show the same.
    """
    given = _reports(reports)
    with ExitStack() as stack:
        stack.enter_context(_same_environment())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bcf-")))
        spawn = multiprocessing.get_context("spawn")
        warm = {
            n: stack.enter_context(ProcessPoolExecutor(n, spawn, initializer=make_ready))
            for n in {1, jobs}
        }
        threads = stack.enter_context(ThreadPoolExecutor(jobs))
        sources = [code_of(TEMPLATE, one) for one in given]
        ways: dict[str, Callable[[], Sequence[object]]] = {
            "cli": lambda: [_by_command(one, folder / "out.ipynb") for one in given],
            "api": lambda: [in_own_loop(partial(_by_api, one)) for one in given],
            "one": lambda: [_by_us(one) for one in given],
            "many": lambda: list(threads.map(_by_us, given)),
            "floor_one": lambda: list(warm[1].map(run_cells, sources)),
            "floor_many": lambda: list(warm[jobs].map(run_cells, sources)),
        }
        # What is started once, whatever the number of reports, is no time of a report.
        for way in ("one", "api", "floor_one", "floor_many"):
            ways[way]()
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        shown: dict[str, Sequence[object]] = {}
        steps = list(itertools.product(range(rounds), ways.items()))
        for done, (_, (way, run)) in enumerate(steps):
            name = text(f"warm.way_{way}", lang, jobs=jobs)
            if progress is not None:
                progress(name, done * reports, len(steps) * reports)
            start = time.perf_counter()
            shown[way] = run()
            seconds[way].append((time.perf_counter() - start) / reports)
            if way in ("api", "one", "many") and list(shown[way]) != list(shown["cli"]):
                raise ReportError("warm.bench_differs", way=name)
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    return ReportBenchmark(medians, reports, rounds, jobs)


def _reports(count: int) -> list[Parameters]:
    """Return the parameters of so many reports: the goals of the plans, taken in turn."""
    goals = [
        [{**plan, "goal": goal.id} for goal in load_plan(plan["plan"]).goals] for plan in _PLANS
    ]
    mixed = [one for pair in zip(*goals, strict=False) for one in pair]
    return list(itertools.islice(itertools.cycle(mixed), count))


@contextmanager
def _same_environment() -> Iterator[None]:
    """Let every process started in the block have what our kernels have, such as one thread."""
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _by_command(given: Parameters, out: Path) -> NotebookNode:
    named = [word for name, value in given.items() for word in ("-r", name, value)]
    command = [sys.executable, "-m", "papermill", str(TEMPLATE), str(out), *named]
    options = ["--kernel", "python3", "--cwd", str(NOTEBOOKS_DIR), "--no-progress-bar"]
    done = subprocess.run([*command, *options], capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ReportError("report.cell_failed", notebook=TEMPLATE.name, cell="–", error=said)
    return normalized(read_notebook(out))


def _by_api(given: Parameters) -> NotebookNode:
    import papermill

    done: NotebookNode = papermill.execute_notebook(
        str(TEMPLATE),
        None,
        parameters=dict(given),
        kernel_name="python3",
        cwd=str(NOTEBOOKS_DIR),
        progress_bar=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    return normalized(done)


def _by_us(given: Parameters) -> NotebookNode:
    return run_notebook(TEMPLATE, given, folder=NOTEBOOKS_DIR, warm=True)
