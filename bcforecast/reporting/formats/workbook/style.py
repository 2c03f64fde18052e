"""How cells look: fonts, fills, number formats, widths of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Final

from bcforecast.messages import Language, text
from bcforecast.plotting.style import FORECAST, GRADE_COLOURS, INK, QUIET, RULE
from bcforecast.reporting.display import display_width
from bcforecast.reporting.formats.workbook.sheet import Cell, Column, Figure, Kind

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONTS: Final[Mapping[Language, str]] = {"zh": "Microsoft YaHei", "en": "Calibri"}
"""What Excel and WPS have on every machine; LibreOffice takes another of its own."""

_HEAD_FILL: Final = "#e7eef5"
_DAY: Final = "yyyy-mm-dd"
POINTS_A_LINE: Final = 16.0
"""Height of a line of the body; Excel alone would find the height of a wrapped row by itself."""

_WIDEST: Final[Mapping[Kind, int]] = {"wrapped": 38, "prose": 100, "url": 76}
_WRAPPED: Final = frozenset(_WIDEST)
_NARROWEST: Final = 8
_FILTER_BUTTON: Final = 3
_MARGIN: Final = 3
_PARTS: Final = re.compile(r"\s+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+")
"""Between two of these a line may be broken: a blank, a Chinese sign, a word."""

_NUMBERS: Final[frozenset[Kind]] = frozenset({"figure", "probability", "rate", "year", "day"})


class Style:
    """The formats of one workbook, each made once.

    Parameters
    ----------
    workbook
        Where they are used.
    lang
        Language of the fonts and of the words in number formats.
    """

    def __init__(self, workbook: Workbook, lang: Language) -> None:
        self._workbook = workbook
        self._lang = lang
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def cell(self, kind: Kind, value: Cell) -> Format:
        """Return the format of a cell of the body."""
        more: dict[str, object] = {"bottom": 1, "bottom_color": RULE, "valign": "top"}
        more |= {"align": "right"} if kind in _NUMBERS else {"align": "left", "indent": 1}
        match kind:
            case "prose" if isinstance(value, date):
                more |= {"num_format": _DAY}
            case "wrapped" | "prose":
                more |= {"text_wrap": True}
            case "probability":
                more |= {"num_format": self._probability}
            case "rate":
                more |= {"num_format": "0.0%"}
            case "year":
                more |= {"num_format": "0"}
            case "day":
                more |= {"num_format": _DAY}
            case "figure" if isinstance(value, Figure):
                more |= {"num_format": _number_format(value.decimals)}
            case "grade":
                more |= {"align": "center", "indent": 0}
                if value in GRADE_COLOURS:
                    colour = GRADE_COLOURS[str(value)]
                    more |= {"bold": True, "font_color": "white", "bg_color": colour}
            case "url":
                more |= {"text_wrap": True, "font_color": FORECAST, "underline": 1}
        return self.of(**more)

    def head(self, kind: Kind) -> Format:
        """Return the format of the head of a column."""
        align = "right" if kind in _NUMBERS else "center" if kind == "grade" else "left"
        return self.of(
            bold=True, text_wrap=True, align=align, indent=int(align == "left"), valign="vcenter",
            bg_color=_HEAD_FILL, bottom=2, bottom_color=FORECAST,
        )  # fmt: skip

    def of(self, **properties: object) -> Format:
        """Return a format in the font of the workbook."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            font = {"font_name": FONTS[self._lang], "font_size": 10, "font_color": INK}
            self._made[key] = self._workbook.add_format({**font, **properties})
        return self._made[key]

    def title(self, size: int) -> Format:
        """Return the format of a title."""
        return self.of(
            bold=True, text_wrap=True, font_size=size, font_color=GRADE_COLOURS["A"], valign="top"
        )

    @property
    def quiet(self) -> Format:
        """Return the format of notes and of names beside values."""
        return self.of(font_color=QUIET, valign="top")

    @cached_property
    def _probability(self) -> str:
        """Show whole percents, and as a bound what would else read as 0 % or 100 %."""
        above, below = (text(f"wording.percent_{end}", self._lang) for end in ("above", "below"))
        return f'[>=0.995]"{above}";[<=0.005]"{below}";0%'


def width(column: Column, cells: Iterable[Cell], *, lang: Language) -> int:
    """Return the width of a column in digits, so that nothing in it is cut off.

    Heads may take two lines, wrapped texts as many as they need.
    """
    widest = max((_shown_width(cell, column.kind, lang) for cell in cells), default=0) + _MARGIN
    parts = map(display_width, _PARTS.findall(column.head))
    head = max(ceil(display_width(column.head) / 2), *parts)
    body = min(widest, _WIDEST.get(column.kind, widest))
    return max(_NARROWEST, body, head + _FILTER_BUTTON)


def head_lines(heads: Iterable[Column], widths: Iterable[int]) -> int:
    """Return how many lines the heads take."""
    pairs = zip(heads, widths, strict=True)
    return max(_lines(column.head, digits - _FILTER_BUTTON) for column, digits in pairs)


def row_lines(cells: Iterable[Cell], heads: Iterable[Column], widths: Iterable[int]) -> int:
    """Return how many lines a row takes: those of its longest wrapped text."""
    return max(
        _lines(cell, digits - _MARGIN) if isinstance(cell, str) and column.kind in _WRAPPED else 1
        for cell, column, digits in zip(cells, heads, widths, strict=True)
    )


def _lines(words: str, digits: int) -> int:
    """Return the lines of a text broken where it may be, or anywhere within a longer word."""
    count, used = 1, 0
    for part in _PARTS.findall(words):
        needed = display_width(part)
        if part.isspace() or used + needed <= digits:
            used += needed
        else:
            start = 1 if used else 0
            more = (needed - 1) // digits
            count, used = count + start + more, needed - more * digits
    return count


def _shown_width(cell: Cell, kind: Kind, lang: Language) -> int:
    match cell:
        case None:
            return 0
        case Figure(value, decimals):
            return len(f"{value:,.{decimals}f}")
        case date():
            return len(_DAY)
        case float() if kind == "probability":
            return display_width(text("wording.percent_above", lang))
        case float():
            return len(f"{100 * cell:.1f}%")
        case _:
            # The fonts set Chinese a little wider than two digits.
            return ceil(1.05 * display_width(str(cell)))


def _number_format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")
