"""The annex: the functions that made the numbers, and the inputs and versions behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bcforecast.messages import Language, text
from bcforecast.reporting.citations import FUNCTIONS, function_anchor
from bcforecast.reporting.code_version import INSTALLED
from bcforecast.reporting.document.blocks import (
    Block,
    Heading,
    Paragraph,
    Span,
    TableBlock,
)

PARAMETERS: Final = ("plan", "as_of", "scenario", "lang", "seed")
"""Names of the parameters of a report."""


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
    code
        `version` of bcforecast and `sha256` over its source.
    lock
        `sha256` of the list of locked versions, and what it is `of`.
    """

    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    parameters: Mapping[str, str]
    code: Mapping[str, str]
    lock: Mapping[str, str]

    @classmethod
    def of(cls, made_from: Mapping[str, Any]) -> Record:
        """Return what of a recipe (`bcforecast.reporting.manifest.recipe`) the annex shows."""
        inputs = {entry["file"]: entry["sha256"] for entry in made_from["inputs"]}
        named = ("versions", "parameters", "code", "lock")
        return cls(inputs, *(made_from[name] for name in named))


def record_blocks(record: Record, *, lang: Language) -> tuple[Block, ...]:
    """Return the annex."""
    parameters = [
        (text(f"document.parameter_{name}", lang), record.parameters[name]) for name in PARAMETERS
    ]
    code, lock = record.code, record.lock
    made_with = [
        ("bcforecast", code["version"]),
        (text("verify.record_code", lang), code["sha256"]),
        (text("verify.record_lock", lang, of=lock_name(lock["of"], lang)), lock["sha256"]),
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
        _table(
            "versions",
            ("name", "version"),
            [*parameters, *made_with, *record.versions.items()],
            lang,
        ),
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


def lock_name(of: str, lang: Language) -> str:
    """Return what the checksum of the lock is of, in words where it is no file."""
    return text("verify.installed_versions", lang) if of == INSTALLED else of


def _cell(words: str) -> tuple[Span, ...]:
    return (Span(text=words),)
