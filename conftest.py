"""How nbval compares: templates with their goldens, numbers and pictures with a tolerance."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before anything imports numpy: on matrices as small as ours, threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

NOTEBOOKS = Path(__file__).parent / "notebooks"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every notebook cell the golden output to compare with, and our comparison."""
    cells = [item for item in items if type(item).__name__ == "IPyNbCell"]
    if not cells:
        return
    from tools.golden import Golden, differences, kept

    for item in cells:
        if item.path.parent == NOTEBOOKS:
            golden = kept(Golden(item.path.name))
            code = [] if golden is None else [c for c in golden.cells if c.cell_type == "code"]
            if item.cell_num < len(code) and code[item.cell_num].source == item.cell.source:
                item.cell = code[item.cell_num]

        def compare(found: list, expected: list, item: pytest.Item = item) -> bool:
            item.comparison_traceback = list(differences(found, expected))
            return not item.comparison_traceback

        item.compare_outputs = compare


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a cell that has nothing to compare with: nbval alone would pass it."""
    if type(item).__name__ == "IPyNbCell" and item.cell.execution_count is None:
        pytest.fail("this cell has no golden output: run `make golden` and look at it")
