"""Runs the cells of a notebook in this very process, with no kernel: the least that they take."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from IPython.core.formatters import DisplayFormatter


def code_of(template: Path, parameters: Mapping[str, object]) -> list[str]:
    """Return the code of a template's cells, with the parameters set after the first."""
    notebook = nbformat.read(template, as_version=4)  # type: ignore[no-untyped-call]
    first, *rest = (cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [first, "\n".join(f"{n} = {value!r}" for n, value in parameters.items()), *rest]


def run_cells(sources: Sequence[str]) -> int:
    """Run the code of cells one after another, make what each shows, and return how many showed.

    Examples
    --------
    >>> run_cells(["a = 1", "a + 1"])
    1
    """
    formatter = DisplayFormatter()
    names: dict[str, object] = {"__name__": "__main__"}
    shown = 0
    for source in sources:
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
            if value is not None:
                formatter.format(value)  # type: ignore[no-untyped-call]
                shown += 1
    return shown
