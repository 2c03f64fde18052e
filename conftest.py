"""Heaviest files first, and how nbval compares: with goldens, numbers and pictures nearly."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

# Before anything imports numpy: on matrices as small as ours, threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What is collected stays until the end; to look for garbage in it took half of the time.
gc.disable()

NOTEBOOKS = Path(__file__).parent / "notebooks"
GOLDENS = Path(__file__).parent / "tests" / "golden"

HEAVY = (
    "tests/attainment/test_agreement.py",
    "tests/attainment/test_areas.py",
    "tests/browser/test_ten_tasks.py",
    "tests/browser/test_scenario_panel.py",
    "tests/test_site.py",
    "tests/tools/test_hostile.py",
    "tests/test_schedules.py",
    "tests/browser/test_report_page.py",
    "tests/test_extending.py",
    "tests/reporting/test_example.py",
    "notebooks/03_plan.ipynb",
    "tests/golden/variants/03_plan-parent.ipynb",
    "tests/reporting/test_execution.py",
    "tests/reporting/test_sentences.py",
    "tests/cli/test_project_command.py",
    "tests/cli/test_gallery.py",
    "tests/cli/test_start_command.py",
    "tests/explorer/test_explorer_script.py",
    "tests/reporting/test_overview.py",
    "tests/test_wheel.py",
    "tests/reporting/test_report.py",
    "tests/reporting/test_service.py",
    "tests/cli/test_reports.py",
    "tests/observations/test_store.py",
    "tests/attainment/test_news.py",
    "tests/plan/test_start.py",
    "tests/reporting/test_links.py",
    "tests/reporting/test_chapters.py",
    "tests/reporting/test_hostile_texts.py",
    "tests/reporting/test_verification.py",
    "tests/tools/test_train.py",
    "tests/cli/test_analyse.py",
    "tests/test_text.py",
    "tests/tools/test_golden.py",
    "tests/test_docs.py",
    "tests/tools/test_bench.py",
    "notebooks/06_changes.ipynb",
    "notebooks/07_your_model.ipynb",
    "notebooks/05_track_record.ipynb",
)
"""Files that take longest, which start first: the last to be begun keeps no core waiting."""


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the goldens of templates: those are run themselves and compared with them."""
    return (
        True if collection_path.suffix == ".ipynb" and collection_path.parent == GOLDENS else None
    )


class Shuffled(pytest.Dir):
    """A folder of which each worker begins elsewhere: what one has rewritten, others only read."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return what is in the folder, in the order of this worker."""
        found = list(super().collect())
        Random(os.environ["PYTEST_XDIST_WORKER"]).shuffle(found)
        return found


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir | None:
    """Let each worker collect in an order of its own."""
    return Shuffled.from_parent(parent, path=path) if "PYTEST_XDIST_WORKER" in os.environ else None


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Put heavy files first; give every notebook cell its golden output and our comparison."""
    items.sort(key=lambda item: str(item.path))
    yield
    order = {str(Path(__file__).parent / name): place for place, name in enumerate(HEAVY)}
    items.sort(key=lambda item: order.get(str(item.path), len(order)))
    cells = [item for item in items if type(item).__name__ == "IPyNbCell"]
    if not cells:
        return
    from tools.golden import Golden, differences, kept

    @cache
    def expected(name: str) -> list:
        golden = kept(Golden(name))
        return [] if golden is None else [c for c in golden.cells if c.cell_type == "code"]

    for item in cells:
        if item.path.parent == NOTEBOOKS:
            code = expected(item.path.name)
            if item.cell_num < len(code) and code[item.cell_num].source == item.cell.source:
                item.cell = code[item.cell_num]

        def compare(found: list, expected: list, item: pytest.Item = item) -> bool:
            item.comparison_traceback = list(differences(found, expected))
            return not item.comparison_traceback

        item.compare_outputs = compare


class KernelOnFiles(KernelManager):
    """A kernel that is reached by files: of ports, two that start at once may take the same."""

    def __init__(self, **fields: object) -> None:
        self.folder = TemporaryDirectory(prefix="bcforecast-nbval-")
        connection = str(Path(self.folder.name, "kernel.json"))
        super().__init__(transport="ipc", connection_file=connection, **fields)


nbval.kernel.KernelManager = KernelOnFiles


def pytest_collection_finish() -> None:
    """Look for garbage again, but not among what was collected."""
    gc.freeze()
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a cell that has nothing to compare with: nbval alone would pass it."""
    if type(item).__name__ == "IPyNbCell" and item.cell.execution_count is None:
        pytest.fail("this cell has no golden output: run `make golden` and look at it")
