"""The least that a report can take: its cells and what they show, with everything imported."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from IPython.core.formatters import DisplayFormatter


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
