"""CPU time of short commands (`make bench-start`) and of a report by steps (`make bench-report`).

Seconds of user and system time, child processes included: of a command, the median of five fresh
processes after one that warms the caches; of a report of the Beichen plan, each step in a process
that has imported nothing before, then in another the steps that its notebook takes, and last the
same notebook by papermill's own command line.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Final

PLAN: Final = "beichen-2020-2022"
AS_OF: Final = date(2021, 12, 31)
COMMANDS: Final = ("--help", "--version", "goals --plan tianjin-2020-2022 --as-of 2020-12-31")


def cpu_seconds() -> float:
    """Return what this process and its ended children have used so far."""
    return sum(os.times()[:4])


def run(*words: str) -> float:
    """Run a module of Python in a process of its own; return the CPU time that it took."""
    before = cpu_seconds()
    subprocess.run([sys.executable, "-m", *words], check=True, capture_output=True)
    return cpu_seconds() - before


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print what a step took."""
    before = cpu_seconds()
    yield
    print(f"{step:<36}{cpu_seconds() - before:6.2f}", flush=True)


def start() -> None:
    """Print a line a command."""
    for command in COMMANDS:
        _, *seconds = (run("bcforecast", *command.split()) for _ in range(6))
        print(f"{statistics.median(seconds):5.2f} s  bcforecast {command}")


def report() -> None:
    """Make a report as `bcforecast report` does, and print what each step took."""
    with timed("import"):
        import_module("bcforecast.cli")
        from bcforecast.reporting.document import Document
        from bcforecast.reporting.execution import run_notebook
        from bcforecast.reporting.formats import FORMATS, write_format
        from bcforecast.reporting.report import ReportRequest, check_request, fill_folder
    with timed("plan and data"):
        checked = check_request(ReportRequest(PLAN, AS_OF), Path())
    with timed("recipe"):
        recipe = checked.read_recipe()
    request, given = checked.request, {**checked.parameters, **checked.request.places}
    with timed("notebook, with its kernel"):
        notebook = run_notebook(request.template, given, folder=request.start)
    with tempfile.TemporaryDirectory(prefix="bcf-bench-") as name:
        folder = Path(name)
        with timed("document, charts, JSON"):
            fill_folder(folder, notebook, made_from=recipe, lang=request.lang, formats=())
        document = Document.model_validate_json((folder / "report.json").read_text("utf-8"))
        for made in FORMATS:
            with timed(made):
                write_format(document, made, folder=folder)
        print(f"{'a report in one language':<36}{cpu_seconds():6.2f}", flush=True)
        subprocess.run([sys.executable, "-m", "tools.bench_time", "forecast"], check=True)
        named = [word for key, value in given.items() for word in ("-p", key, str(value))]
        options = ["--kernel", "python3", "--cwd", str(request.template.parent)]
        with timed("papermill's command line"):
            run("papermill", str(request.template), f"{name}/out.ipynb", *named, *options)


def forecast() -> None:
    """Print what the forecast takes in the notebook, and the search for revisions."""
    with timed("in the notebook: import"):
        import_module("bcforecast.reporting.chapters")
        from bcforecast.attainment.explain import word_flip
        from bcforecast.reporting import open_outlook
    with timed("in the notebook: forecast"):
        outlook = open_outlook(PLAN, as_of=str(AS_OF))
    with timed("in the notebook: revisions"):
        for item in outlook:
            word_flip(outlook, item)


if __name__ == "__main__":
    {"start": start, "report": report, "forecast": forecast}[sys.argv[1]]()
