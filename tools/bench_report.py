"""The CPU time of a report, step by step: `make bench-report`.

One report of the Beichen plan, in a process that has imported nothing before; then what in its
notebook the forecast takes and the search for the revisions that change a word; then the same
notebook by papermill's own command line. Seconds of user and system time, child processes
included.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final, TypeVar

PLAN: Final = "beichen-2020-2022"
AS_OF: Final = date(2021, 12, 31)

_PARENT: Final = ("papermill", "bcforecast.cli", "bcforecast.reporting.report")
_KERNEL: Final = ("bcforecast.reporting.chapters", "bcforecast.reporting.gathering")

T = TypeVar("T")


def cpu_seconds() -> float:
    """Return what this process and its ended children have used so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def timed(step: str, run: Callable[[], T]) -> T:
    """Run a step, print what it took, and return its result."""
    before = cpu_seconds()
    result = run()
    line(step, cpu_seconds() - before)
    return result


def line(step: str, seconds: float) -> None:
    """Print a line of the table."""
    sys.stdout.write(f"{step:<36}{seconds:6.2f}\n")
    sys.stdout.flush()


def report(folder: Path) -> dict[str, str]:
    """Make a report as `bcforecast report` does, and return the parameters of its notebook."""
    timed("import", lambda: [import_module(name) for name in _PARENT])
    from bcforecast.reporting.document import Document
    from bcforecast.reporting.execution import run_notebook
    from bcforecast.reporting.formats import FORMATS, write_format
    from bcforecast.reporting.report import ReportRequest, check_request, fill_folder

    checked = timed("plan and data", lambda: check_request(ReportRequest(PLAN, AS_OF)))
    request, recipe = checked.request, timed("recipe", checked.read_recipe)
    given = {**checked.parameters, **request.places}
    notebook = timed(
        "notebook, with its kernel",
        lambda: run_notebook(request.template, given, folder=request.start),
    )
    timed(
        "document, charts, JSON",
        lambda: fill_folder(folder, notebook, made_from=recipe, lang=request.lang, formats=()),
    )
    document = Document.model_validate_json((folder / "report.json").read_text("utf-8"))
    for made in FORMATS:
        timed(made, partial(write_format, document, made, folder=folder))
    line("a report in one language", cpu_seconds())
    return {name: str(value) for name, value in given.items()}


def forecast() -> None:
    """Print what the forecast takes, and what the search for revisions."""
    timed("in the notebook: import", lambda: [import_module(name) for name in _KERNEL])
    from bcforecast.attainment.explain import word_flip
    from bcforecast.reporting import open_outlook

    outlook = timed("in the notebook: forecast", lambda: open_outlook(PLAN, as_of=str(AS_OF)))
    timed("in the notebook: revisions", lambda: [word_flip(outlook, item) for item in outlook])


def command_line(given: dict[str, str], out: Path) -> None:
    """Run the notebook by papermill's command line."""
    from bcforecast.config import NOTEBOOKS_DIR

    named = [word for name, value in given.items() for word in ("-p", name, value)]
    options = ["--kernel", "python3", "--cwd", str(NOTEBOOKS_DIR), "--no-progress-bar"]
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS_DIR / "03_plan.ipynb"), str(out)]
    subprocess.run([*command, *named, *options], check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    if sys.argv[1:] == ["forecast"]:
        forecast()
        return
    with tempfile.TemporaryDirectory(prefix="bcf-bench-") as name:
        folder = Path(name)
        given = report(folder)
        subprocess.run([sys.executable, "-m", "tools.bench_report", "forecast"], check=True)
        timed("papermill's command line", lambda: command_line(given, folder / "out.ipynb"))


if __name__ == "__main__":
    main()
