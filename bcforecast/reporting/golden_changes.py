"""What differs between two runs of a notebook, for a person who decides whether it should."""

from __future__ import annotations

import io
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from nbformat import NotebookNode

from bcforecast.reporting.comparison import data_differences, difference, kind_difference
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME

PICTURE_MIME: Final = "image/png"
DATA_MIMES: Final = (RESULT_MIME, BLOCK_MIME)
_SHOWN_AS_WELL: Final = ("text/html", "text/markdown", BLOCK_MIME)
"""Kinds that say what the plain text of the same output says."""


@dataclass(frozen=True)
class Changes:
    """What differs.

    Parameters
    ----------
    texts
        Sources and outputs, as nbdime shows them.
    figures
        By cell, all that is another in the result, and in data that no text shows.
    pictures
        By cell, every picture that is another, and by how much.
    """

    texts: str
    figures: tuple[tuple[int, str], ...]
    pictures: tuple[tuple[int, str], ...]


def changes(before: NotebookNode, after: NotebookNode) -> Changes | None:
    """Return what changed; None where sources are equal and outputs are within tolerance.

    Outputs are compared as the tests do (`bcforecast.reporting.comparison`): a last digit or a
    pixel of another machine is no change.

    Parameters
    ----------
    before, after
        Two executed notebooks, normalized.
    """
    if _same(before, after):
        return None
    old, new = deepcopy(before), deepcopy(after)
    figures: list[tuple[int, str]] = []
    pictures: list[tuple[int, str]] = []
    for i, j in _pairs(before, after):
        for one, other in zip(_outputs(old.cells[i]), _outputs(new.cells[j]), strict=False):
            _keep_differing(one, other)
            figures += ((j, said) for said in _data_changes(one, other))
            pictures += ((j, said) for said in _picture_changes(one, other))
    return Changes(_text_diff(_texts_only(old), _texts_only(new)), tuple(figures), tuple(pictures))


def _same(before: NotebookNode, after: NotebookNode) -> bool:
    if len(before.cells) != len(after.cells):
        return False
    return all(
        (a.cell_type, a.source, a.metadata) == (b.cell_type, b.source, b.metadata)
        and (a.get("execution_count") is None) == (b.get("execution_count") is None)
        and difference(b.get("outputs", []), a.get("outputs", [])) is None
        for a, b in zip(before.cells, after.cells, strict=True)
    )


def _pairs(before: NotebookNode, after: NotebookNode) -> Iterator[tuple[int, int]]:
    """Return the places of cells that are each other's: equal sources, or one in place of one."""
    old, new = ([cell.source for cell in notebook.cells] for notebook in (before, after))
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield from zip(range(a, b), range(c, d), strict=False)


def _outputs(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", []) if "data" in output]


def _keep_differing(one: NotebookNode, other: NotebookNode) -> None:
    """Leave out of two outputs what is equal within tolerance, and what the plain text says."""
    for kind in one.data.keys() & other.data.keys():
        if kind_difference(kind, other.data[kind], one.data[kind]) is None:
            del one.data[kind], other.data[kind]
    if "text/plain" in one.data and "text/plain" in other.data:
        for kind in _SHOWN_AS_WELL:
            one.data.pop(kind, None)
            other.data.pop(kind, None)


def _data_changes(one: NotebookNode, other: NotebookNode) -> Iterator[str]:
    for kind in DATA_MIMES:
        if kind in one.data and kind in other.data:
            yield from data_differences(other.data[kind], one.data[kind])


def _picture_changes(one: NotebookNode, other: NotebookNode) -> Iterator[str]:
    if PICTURE_MIME in one.data and PICTURE_MIME in other.data:
        said = kind_difference(PICTURE_MIME, other.data[PICTURE_MIME], one.data[PICTURE_MIME])
        if said is not None:
            yield said


def _texts_only(notebook: NotebookNode) -> NotebookNode:
    """Leave out pictures and data, which are compared on their own, and what counts runs."""
    for cell in notebook.cells:
        # Identifiers count the cells: with them, one more cell would change all after it.
        cell.pop("id", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("execution_count", None)
                for kind in (PICTURE_MIME, *DATA_MIMES):
                    if kind in output.get("data", {}):
                        output.data[kind] = ""
    return notebook


def _text_diff(old: NotebookNode, new: NotebookNode) -> str:
    # nbdime is among the tools of tests, and takes a while to import.
    from nbdime import diff_notebooks
    from nbdime.prettyprint import PrettyPrintConfig, pretty_print_diff

    shown = io.StringIO()
    plain = PrettyPrintConfig(out=shown, use_git=False, use_diff=False, use_color=False)
    pretty_print_diff(old, diff_notebooks(old, new), "", plain)
    return shown.getvalue().strip("\n")
