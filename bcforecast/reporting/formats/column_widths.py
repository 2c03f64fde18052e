"""How wide the columns of a printed table are, from what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from bcforecast.reporting.display import Kind
from bcforecast.reporting.document import Spans, TableBlock, plain_text
from bcforecast.reporting.formats.faces import width_em

_BADGE_EM: Final = 2.0
_WORD: Final = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef]")
_CHINESE: Final = re.compile(r"[\u2e80-\uffef]")

_SCRIPTS_MEET: Final = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z\d])|(?<=[A-Za-z\d%])(?=[\u4e00-\u9fff])"
)

_LONGEST_UNBROKEN_EM: Final = {"number": 8.0, "short": 14.0}
"""How wide a column of numbers or short texts may be without being broken."""

_LONGEST_WORD_EM: Final = {"text": 14.0, "url": 9.0, "source": 9.0, "source_id": 9.0}
_LONGEST_LINE_EM: Final = {"url": 27.0, "source": 12.0, "source_id": 12.0}
_LONGEST_HEAD_EM: Final = 4.0
_BOLD: Final = 1.1
"""How much wider than the text the heads are."""

_SMALLER: Final = 0.9
_SMALLEST: Final = 0.75
"""Sizes of type over the ordinary one: for a table that is too high, and for one too wide."""

_MANY_LINES: Final = 6
_STEPS: Final = 60
"""In how many steps spare width is given to columns."""


@dataclass(frozen=True)
class Columns:
    """The columns of a table on a page.

    Parameters
    ----------
    shares
        Shares of the width of the page, summing to 1.
    scale
        Size of the type over its ordinary size; below 1 where the table is too wide.
    available_em, padding_em
        Width of the page, and white space of a cell, in units of the size of the type.
    """

    shares: tuple[float, ...]
    scale: float
    available_em: float
    padding_em: float

    def room_em(self, column: int) -> float:
        """Return how wide a text of a column may be, in units of the size of its type."""
        return max(1.0, self.shares[column] * self.available_em / self.scale - self.padding_em)

    def unbroken(self, column: int, cells: Iterable[Spans]) -> bool:
        """Return whether every text of a column fits on one line."""
        room = self.room_em(column)
        return all(width_em(plain_text(cell)) <= room + 0.01 for cell in cells)

    def lines(self, row: tuple[Spans, ...]) -> int:
        """Estimate how many lines the longest cell of a row takes."""
        return max(ceil(width_em(plain_text(cell)) / self.room_em(i)) for i, cell in enumerate(row))


def fit_columns(
    table: TableBlock, *, available_em: float, padding_em: float, script_gap_em: float = 0.0
) -> Columns:
    """Divide the width of the page among the columns of a table.

    A column of numbers or of short texts is never broken; the others share what is left so that
    the table becomes as short as can be. Widths are in units of the size of the table's type.

    Parameters
    ----------
    table
        The table.
    available_em
        Width of the page between its margins.
    padding_em
        White space of a cell, left and right together.
    script_gap_em
        White space that is put between Chinese and Latin letters.
    """
    for scale in (1.0, _SMALLER):
        room = available_em / scale
        widths, least = _widths(table, room, padding_em, script_gap_em)
        fitted = Columns(tuple(w / sum(widths) for w in widths), scale, available_em, padding_em)
        if sum(least) <= room and max(map(fitted.lines, table.rows), default=0) <= _MANY_LINES:
            return fitted
    smallest = max(_SMALLEST, min(scale, available_em / sum(least)))
    return replace(fitted, scale=smallest)


def _widths(
    table: TableBlock, room: float, padding: float, gap: float
) -> tuple[list[float], list[float]]:
    """Return how wide the columns are, and how wide at least."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    least, wanted, lengths = [], [], []
    for head, kind, cells in zip(table.columns, table.kinds, columns, strict=True):
        texts = [plain_text(cell) for cell in cells]
        lengths.append([width_em(text) + gap * len(_SCRIPTS_MEET.findall(text)) for text in texts])
        least.append(_least(head, kind, texts, lengths[-1]) + padding)
        wanted.append(max(least[-1], padding + max(width_em(head), _widest(kind, lengths[-1]))))
    if sum(wanted) <= room:
        return wanted, least
    if sum(least) >= room:
        return least, least
    return _shortest(least, wanted, list(zip(*lengths, strict=True)), room, padding), least


def _shortest(
    least: Sequence[float],
    wanted: Sequence[float],
    rows: Sequence[Sequence[float]],
    room: float,
    padding: float,
) -> list[float]:
    """Widen the columns step by step, each time the one that most shortens the table.

    The height of a row is the length of its longest cell over the width of that; a wider column
    shortens the rows in which it is the tallest.
    """
    widths = list(least)
    step = (room - sum(least)) / _STEPS
    for _ in range(_STEPS):
        gains = [0.0] * len(widths)
        for row in rows:
            heights = [em / (w - padding) for em, w in zip(row, widths, strict=True)]
            tallest = max(range(len(row)), key=heights.__getitem__)
            if heights[tallest] > 1:
                gains[tallest] += heights[tallest] / (widths[tallest] - padding)
        if not any(gains):
            break
        widths[max(range(len(widths)), key=gains.__getitem__)] += step
    return _toward(widths, wanted, room)


def _toward(widths: list[float], wanted: Sequence[float], room: float) -> list[float]:
    """Give what is left of the width to the columns that want more, as for a head on one line."""
    lacking = [max(0.0, w - now) for w, now in zip(wanted, widths, strict=True)]
    share = (room - sum(widths)) / (sum(lacking) or 1)
    return [now + share * part for now, part in zip(widths, lacking, strict=True)]


def _least(head: str, kind: Kind, texts: Sequence[str], lengths: Sequence[float]) -> float:
    head_em = min(
        _LONGEST_WORD_EM["text"], _BOLD * max(map(width_em, _head_lines(head)), default=0.0)
    )
    if kind == "grade":
        return max(head_em, _BADGE_EM)
    if kind in _LONGEST_UNBROKEN_EM:
        longest = max(lengths, default=0.0)
        if longest <= _LONGEST_UNBROKEN_EM[kind]:
            return max(head_em, longest)
        head_em = max(head_em, min(_LONGEST_WORD_EM["text"], longest / 2 + 1))
    longest = max(map(_longest_word, texts), default=0.0)
    return max(head_em, min(longest, _LONGEST_WORD_EM.get(kind, _LONGEST_WORD_EM["text"])))


def _widest(kind: Kind, lengths: Sequence[float]) -> float:
    return min(max(lengths, default=0.0), _LONGEST_LINE_EM.get(kind, 90.0))


def _longest_word(text: str) -> float:
    return max(map(width_em, _WORD.findall(text)), default=0.0)


def _head_lines(head: str) -> list[str]:
    """Break a Chinese head in two of about the same length where it is long."""
    if not _CHINESE.search(head):
        return head.split()
    if width_em(head) <= _LONGEST_HEAD_EM:
        return [head]
    half = (len(head) + 1) // 2
    return [head[:half], head[half:]]
