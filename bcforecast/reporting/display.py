"""What a notebook cell of a report shows: prose, tables and pictures, with their sources.

What each number of a report points to: the observation it is, or the function that made it.

In the Markdown of a sentence a citation is a link to a place of the report,
`[73%](#fn-probability)`; a notebook, which has no such places, shows it without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Final, Literal
from unicodedata import east_asian_width

from bcforecast.reporting.facts import (
    Fact,
    Facts,
    FigureFact,
    GoalFact,
    OutcomeFact,
    is_web_address,
    rounded,
)

FUNCTIONS: Final[Mapping[str, str]] = {
    "plan": "bcforecast.plan.load_plan",
    "observations": "bcforecast.observations.load_observations",
    "forecast": "bcforecast.attainment.project.project",
    "probability": "bcforecast.attainment.probability.attainment_probability",
    "grade": "bcforecast.attainment.probability.evidence_grade",
    "verdict": "bcforecast.attainment.probability.load_bands",
    "required": "bcforecast.attainment.probability.required_path",
    "explain": "bcforecast.attainment.explain.explain",
    "rules": "bcforecast.reporting.analyses.rules_table",
    "date": "bcforecast.attainment.explain.expected_date",
    "scenarios": "bcforecast.attainment.project.Exploration",
    "joint": "bcforecast.attainment.project.joint",
    "seek": "bcforecast.attainment.seek.seek_each",
    "hindcast": "bcforecast.evaluation.hindcast.hindcast",
    "manifest": "bcforecast.reporting.manifest.recipe",
}
"""By the name that a report uses, the function that computes or reads a number."""

NUMBER: Final = re.compile(
    r"""
    \d{4}-\d{2}(?:-\d{2})?                      # a day or a month
    | \d{4}(?:[/–-]\d{4})?年(?:\d{1,2}月(?:\d{1,2}日)?)?
    | \d{1,2}\s(?:January|February|March|April|May|June|July|August|September|October
        |November|December)(?:\s\d{4})?
    | (?<![\d,.])(?:19|20)\d{2}(?![\d,.]*\d|%)  # a year: larger numbers carry a comma
    | (?P<number>
        (?<![A-Za-z\d_.-])[+\N{MINUS SIGN}<>]?\d[\d,]*(?:\.\d+)?(?![A-Za-z_\d]|\.\d)[%万亿]?
      )
    """,
    re.VERBOSE,
)
"""Days and years, which are no figures; and numbers, in the group of that name."""

_BOLD_CITATION: Final = re.compile(r"\*\*\[([^\]]*)\](\(#[^)]*\))\*\*")
_CITATION: Final = re.compile(r"\[([^\]]*)\]\(#(?:fn|obs)-[^)]*\)")


def function_anchor(name: str) -> str:
    """Return where citations of a function point.

    Raises
    ------
    KeyError
        If it is not one of `FUNCTIONS`.

    Examples
    --------
    >>> function_anchor("probability")
    'fn-probability'
    """
    if name not in FUNCTIONS:
        raise KeyError(f"no function {name!r} among those that a report names")
    return f"fn-{name}"


def observation_anchor(figure: FigureFact) -> str:
    """Return where citations of an observation point: one place for each published figure."""
    parts = (figure.area, figure.indicator, figure.period, figure.source, str(figure.published))
    return _anchor(parts)


def outcome_anchor(goal: GoalFact, outcome: OutcomeFact) -> str:
    """Return where citations of what happened point: the observation that says it."""
    published = str(outcome.published)
    return _anchor((goal.own.area, goal.indicator, outcome.period, outcome.source, published))


def cite(markdown: str, anchor: str) -> str:
    """Give every number of a sentence that has no citation yet one; days and years get none.

    Examples
    --------
    >>> cite("In 2019 it was **6,106**.", "fn-plan")
    'In 2019 it was [**6,106**](#fn-plan).'
    """
    done, end = [], 0
    for found in _CITATION.finditer(markdown):
        done += [_cited(markdown[end : found.start()], anchor), found[0]]
        end = found.end()
    return "".join([*done, _cited(markdown[end:], anchor)])


def without_citations(markdown: str) -> str:
    """Return Markdown with the words of its citations alone.

    Examples
    --------
    >>> without_citations("**[73%](#fn-probability)** ([a](https://example.org))")
    '**73%** ([a](https://example.org))'
    """
    return _CITATION.sub(r"\1", markdown)


def _cited(markdown: str, anchor: str) -> str:
    def link(found: re.Match[str]) -> str:
        return found[0] if found["number"] is None else f"[{found[0]}](#{anchor})"

    # Between Chinese characters, Markdown takes `**[` for no start of bold type.
    return _BOLD_CITATION.sub(r"[**\1**]\2", NUMBER.sub(link, markdown))


def _anchor(parts: tuple[str, ...]) -> str:
    return "obs-" + ".".join(re.sub(r"[^\w-]", "_", part) for part in parts)


RESULT_MIME = "application/vnd.bcforecast.result+json"
"""The MIME type of the cell that carries a notebook's result for other programs."""

BLOCK_MIME = "application/vnd.bcforecast.block+json"
"""The MIME type by which a cell gives what it shows as data, for the formats of a report."""

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
"""The MIME type by which a running notebook shows an interactive panel."""

Kind = Literal["text", "short", "number", "grade", "source", "source_id", "url"]


@dataclass(frozen=True)
class Prose:
    """Paragraphs in Markdown.

    Parameters
    ----------
    markdown
        Its numbers may carry citations (`bcforecast.reporting.display`).
    new_page
        Whether its first heading starts a page where there are pages.
    anchor
        Of its first heading, where a part of the report begins that others point to; empty for
        one that is made from its place.
    """

    markdown: str
    new_page: bool = False
    anchor: str = ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        block = {"kind": "prose", "markdown": self.markdown, "new_page": self.new_page}
        if self.anchor:
            block["anchor"] = self.anchor
        shown = without_citations(self.markdown)
        return {BLOCK_MIME: block, "text/markdown": shown, "text/plain": shown}

    def __repr__(self) -> str:
        return without_citations(self.markdown)


@dataclass(frozen=True, repr=False)
class Table:
    """A table of finished texts.

    Parameters
    ----------
    caption
        What it shows.
    columns
        Heads; the first column names the row.
    kinds
        `number` columns stand to the right, `short` ones are never broken, `grade` columns hold an
        evidence grade, `source` columns point to the row whose `source_id` they name.
    rows
        One tuple of texts a row.
    note
        Below the table; may be empty.
    cites
        By column, the anchor that its numbers cite; empty for none.
    row_cites
        By row, the anchor that its numbers cite before those of the columns; empty for none.
    anchors
        By row, its own anchor; empty for none.
    """

    caption: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    cites: tuple[str, ...] = ()
    row_cites: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()

    def block(self) -> dict[str, object]:
        """Return the table as data."""
        return {"kind": "table", **asdict(self)}

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {
            BLOCK_MIME: self.block(),
            "text/html": self._repr_html_(),
            "text/plain": repr(self),
        }

    def _repr_html_(self) -> str:
        heads = "".join(
            f'<th scope="col" class="{kind}">{escape(name)}</th>'
            for name, kind in zip(self.columns, self.kinds, strict=True)
        )
        body = "\n".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        note = f'\n<p class="note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<div class="scroll"><table>\n<caption>{escape(self.caption)}</caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>{note}"
        )

    def _row(self, row: Sequence[str]) -> str:
        first, *rest = map(_cell, row, self.kinds)
        anchor = f' id="source-{escape(row[0])}"' if self.kinds[0] == "source_id" else ""
        cells = (
            f'<td class="{kind}">{cell}</td>'
            for cell, kind in zip(rest, self.kinds[1:], strict=True)
        )
        return f'<th scope="row" class="{self.kinds[0]}"{anchor}>{first}</th>' + "".join(cells)

    def __repr__(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(display_width(line[i]) for line in lines) for i in range(len(self.columns))]
        text = "\n".join(
            "  ".join(
                _padded(cell, width, right=kind == "number")
                for cell, width, kind in zip(line, widths, self.kinds, strict=True)
            ).rstrip()
            for line in lines
        )
        return "\n".join(filter(None, (self.caption, text, self.note)))


@dataclass(frozen=True, repr=False)
class Tables:
    """Several tables, one below the other; shows nothing where there is none."""

    tables: tuple[Table, ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {
            BLOCK_MIME: {"kind": "tables", "tables": [table.block() for table in self.tables]},
            "text/html": self._repr_html_(),
            "text/plain": repr(self),
        }

    def _repr_html_(self) -> str:
        return "\n".join(table._repr_html_() for table in self.tables)

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.tables))


@dataclass(frozen=True)
class Result:
    """The result for other programs, as a cell that shows one line to a person."""

    facts: Facts | Fact

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {RESULT_MIME: rounded(self.facts.model_dump(mode="json")), "text/plain": RESULT_MIME}


def _cell(cell: str, kind: Kind) -> str:
    shown = escape(cell)
    if kind == "grade":
        return f'<span class="badge grade-{shown}">{shown}</span>'
    if kind == "source":
        return f'<a href="#source-{shown}">{shown}</a>'
    if kind == "url" and is_web_address(cell):
        return f'<a href="{shown}">{shown}</a>'
    return shown


def display_width(text: str) -> int:
    """Return how many columns of a terminal or of a sheet a text takes: two for a Chinese sign.

    Examples
    --------
    >>> display_width("530家")
    5
    """
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - display_width(text))
    return blanks + text if right else text + blanks
