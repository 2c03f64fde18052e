"""The annex: the functions that made the numbers, and the inputs and versions behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bcforecast.messages import Language, text
from bcforecast.reporting.citations import FUNCTIONS, function_anchor
from bcforecast.reporting.document.blocks import (
    Block,
    Heading,
    Paragraph,
    Span,
    TableBlock,
)

_PARAMETERS = ("plan", "as_of", "scenario", "lang", "seed")


@dataclass(frozen=True)
class Record:
    """What a report was made from and with.

    Parameters
    ----------
    inputs
        SHA-256 by name of the file.
    versions
        Of Python and of the packages, by name.
    parameters
        Plan, as-of date, scenario, language and seed, by name.
    """

    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    parameters: Mapping[str, str]


def record_blocks(record: Record, *, lang: Language) -> tuple[Block, ...]:
    """Return the annex."""
    parameters = [
        (text(f"document.parameter_{name}", lang), record.parameters[name]) for name in _PARAMETERS
    ]
    title = text("document.heading_record", lang)
    return (
        Heading(level=1, text=title, anchor="", new_page=True),
        Heading(level=2, text=text("document.heading_functions", lang), anchor=""),
        Paragraph(spans=(Span(text=text("document.functions_opening", lang)),)),
        _table(
            "functions",
            ("number", "function"),
            [(text(f"document.fn_{name}", lang), path) for name, path in FUNCTIONS.items()],
            lang,
            anchors=tuple(function_anchor(name) for name in FUNCTIONS),
        ),
        Heading(level=2, text=text("document.heading_inputs", lang), anchor=""),
        _table("inputs", ("file", "sha256"), list(record.inputs.items()), lang),
        _table("versions", ("name", "version"), [*parameters, *record.versions.items()], lang),
    )


def _table(
    name: str,
    columns: tuple[str, str],
    rows: list[tuple[str, str]],
    lang: Language,
    anchors: tuple[str, ...] = (),
) -> TableBlock:
    return TableBlock(
        caption=text(f"document.{name}_caption", lang),
        columns=tuple(text(f"document.col_{column}", lang) for column in columns),
        kinds=("text", "url"),
        rows=tuple((_cell(first), _cell(second)) for first, second in rows),
        anchors=anchors,
    )


def _cell(words: str) -> tuple[Span, ...]:
    return (Span(text=words),)
