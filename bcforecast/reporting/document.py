"""The report as data: spans, sentences, blocks, and the document that every format is made from.

A document is in one language and holds no number of its own: its texts were written from the
result document (`bcforecast.reporting.facts`), which it carries. A sentence and a row of a table
have one link at most: from a number to the observation that it is, or to the function that yields
it, with the place of the number in what that function returns.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field

from bcforecast.observations.records import Observation
from bcforecast.plan.fields import changed
from bcforecast.reporting import facts
from bcforecast.text import NOTHING, Language, Message, text

SCHEMA: Final = "bcforecast-report/2"

BRIEF: Final = "brief"
"""Anchor of the chapter that stands on the first page, before the contents."""


class Span(facts.Fact):
    """A run of text, as it is read and never markup, in bold where it is `strong`.

    `link` is `#anchor` of a place in the document or a web address, `source` where the number
    stands in what a linked function returns, such as `rd_intensity.attainment.q50`.
    """

    text: str
    strong: bool = False
    link: str | None = None
    source: str = ""


Spans = tuple[Span, ...]

FUNCTIONS: Final[Mapping[str, str]] = {
    "plan": "bcforecast.plan.load_plan",
    "forecast": "bcforecast.attainment.project.project",
    "probability": "bcforecast.attainment.probability.holds",
    "required": "bcforecast.attainment.probability.required_path",
    "date": "bcforecast.attainment.explain.expected_date",
    "scenarios": "bcforecast.attainment.project.Exploration",
    "joint": "bcforecast.attainment.project.Joint",
    "seek": "bcforecast.attainment.seek.seek_each",
}
"""By the name that a report uses, the function that computes or reads a number."""


def function_anchor(name: str) -> str:
    """Return where links to one of `FUNCTIONS` lead."""
    if name not in FUNCTIONS:
        raise KeyError(f"no function {name!r} among those that a report names")
    return f"fn-{name}"


def observation_anchor(
    figure: facts.FigureFact | facts.OutcomeFact | Observation, *series: str
) -> str:
    """Return where links to a published figure lead; of an outcome, `series` is whose it is."""
    if not isinstance(figure, facts.OutcomeFact):
        series = figure.area, figure.indicator
    parts = (*series, figure.period, figure.source, figure.published)
    return "obs-" + ".".join(re.sub(r"[^\w-]", "_", str(part)) for part in parts)


def cited(words: str, function: str, source: str) -> Span:
    """Return words with a link to one of `FUNCTIONS`, and the place of the number in its result.

    `source` begins with the identifier of the goal or scenario. A dash is no number.
    """
    if words == NOTHING:
        return Span(text=words)
    return Span(text=words, link=f"#{function_anchor(function)}", source=source)


def plain_text(spans: Spans) -> str:
    """Return the words of spans without their style."""
    return "".join(span.text for span in spans)


def footer(lang: Language, *, annex: bool = True) -> str:
    """Say what made a report, and where it is listed from what: in its annex, or the full one."""
    key = f"document.footer{'' if annex else '_alone'}"
    return text(key, lang, version=version("bcforecast"))


def words(said: str) -> Spans:
    """Return plain words as spans; none for no word."""
    return (Span(text=said),) if said else ()


def sentence(key: str, lang: Language, /, **values: object) -> Spans:
    """Return the text of a key as spans, with `values` put in.

    Values are spans, messages or plain words, none of which is ever read as markup. What stands
    between `**` in the catalogue is bold.
    """
    held: list[Spans] = []

    def place(value: object) -> object:
        """Hold a value back, so that its words are not looked through for marks."""
        match value:
            case int() | float():
                return value
            case Span():
                held.append((value,))
            case tuple():
                held.append(value)
            case Message() if type(value) is Message:
                held.append(sentence(value.key, lang, **value.values))
            case Message():
                held.append((Span(text=value.render(lang)),))
            case _:
                held.append((Span(text=str(value)),))
        return f"\0{len(held) - 1}\0"

    template = text(key, lang, **{name: place(value) for name, value in values.items()})
    found: list[Span] = []
    for i, part in enumerate(template.split("**")):
        for j, words in enumerate(part.split("\0")):
            if found and found[-1].text.endswith("."):  # "per 1,000 hab.", as in `text`
                words = words.removeprefix(".")
            spans = held[int(words)] if j % 2 else (Span(text=words),)
            found += (changed(one, strong=True) if i % 2 else one for one in spans)
    return merged(found)


def merged(spans: Iterable[Span]) -> Spans:
    """Join neighbours that differ in their words alone; leave out what has none."""
    found: list[Span] = []
    for span in filter(lambda span: span.text, spans):
        if found and vars(found[-1]) | {"text": ""} == vars(span) | {"text": ""}:
            span = changed(span, text=found.pop().text + span.text)
        found.append(span)
    return tuple(found)


def join_spans(said: Iterable[Spans], *, lang: Language) -> Spans:
    """Put sentences one after the other, leaving out those that are empty."""
    between = Span(text=text("language.sentences", lang, before="", after=""))
    found: list[Span] = []
    for spans in filter(None, said):
        found += (between, *spans) if found else spans
    return merged(found)


class Heading(facts.Fact):
    """A heading; level 1 is a chapter, 2 a goal or a part of a chapter, 3 a part of that.

    `new_page` asks formats with pages to start one. Without an anchor it gets one from its place.
    """

    kind: Literal["heading"] = "heading"
    level: Literal[1, 2, 3]
    text: str
    anchor: str = ""
    new_page: bool = False


class Paragraph(facts.Fact):
    """A paragraph; `small` for notes below tables and the like."""

    kind: Literal["paragraph"] = "paragraph"
    spans: Spans
    small: bool = False


class Bullets(facts.Fact):
    """A list of items without numbers."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[Spans, ...]


class Quotation(facts.Fact):
    """Words of the plan itself."""

    kind: Literal["quotation"] = "quotation"
    paragraphs: tuple[Spans, ...]


Kind = Literal["text", "short", "number", "grade", "url"]
"""How a column is set: a `number` to the right, `short` texts unbroken, a `grade` as a badge."""

Cell = str | Span | Spans


class TableBlock(facts.Fact):
    """A table of finished texts, `number` from 1 on; the first cell of a row names it.

    `anchors` are by row where links to it point. So are `groups` what heads the rows from there on,
    over the whole width: empty where the group of the row before goes on. Of a row without words
    that head is all there is.
    """

    kind: Literal["table"] = "table"
    number: int = 0
    caption: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Spans, ...], ...]
    anchors: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(
        cls,
        caption: str,
        columns: Iterable[tuple[str, Kind]],
        rows: Iterable[Sequence[Cell]],
        **more: Any,
    ) -> Self:
        """Return a table of words and spans; web addresses become links."""
        names, kinds = zip(*columns, strict=True)
        cells = [tuple(_cell(*pair) for pair in zip(row, kinds, strict=True)) for row in rows]
        return cls(caption=caption, columns=names, kinds=kinds, rows=cells, **more)

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The words of each cell, row by row."""
        return tuple(tuple(map(plain_text, row)) for row in self.rows)


def _cell(cell: Cell, kind: Kind) -> Spans:
    if not isinstance(cell, str):
        return (cell,) if isinstance(cell, Span) else cell
    link = kind == "url" and facts.is_web_address(cell)
    return (Span(text=cell, link=cell if link else None),)


class PictureBlock(facts.Fact):
    """A picture, `number` from 1 on, in CSS pixels of 1/96 inch.

    It is a PNG in the folder of the report, such as `charts/plan-1.png`, and perhaps an SVG
    (`vector`) and one for a phone (`narrow`); `alt` says it to a reader who cannot see it.
    """

    kind: Literal["picture"] = "picture"
    number: int = 0
    file: str
    vector: str = ""
    narrow: str = ""
    caption: str
    alt: str
    width: int
    height: int

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of it."""
        return tuple(filter(None, (self.file, self.vector, self.narrow)))


class Printed(facts.Fact):
    """What a cell printed that is none of the other kinds, as it stands."""

    kind: Literal["printed"] = "printed"
    text: str


class Code(facts.Fact):
    """The source of a cell; shown by the page on demand, left out by the other formats."""

    kind: Literal["code"] = "code"
    source: str


Block = Annotated[
    Heading | Paragraph | Bullets | Quotation | TableBlock | PictureBlock | Printed | Code,
    Field(discriminator="kind"),
]


PANEL: Final = "panel.html"
"""File of the live panel beside the page of a report."""


class Front(facts.Fact):
    """The title page: kind of document, title and issuer of the plan, names and values below.

    `legend` is what the evidence grades mean, `notes` how to cite it, its licence and whom to ask;
    `panel` is where the live panel stands beside the report, if there is one. In print there are
    `contents`, unless it says no.
    """

    kicker: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    legend: TableBlock
    notes: tuple[tuple[str, str], ...] = ()
    footer: str
    panel: str = ""
    contents: bool = True


class Document(facts.Fact):
    """A report in one language, with the result that it was written from."""

    document: str = SCHEMA
    lang: Language
    name: str
    front: Front
    blocks: tuple[Block, ...]
    result: facts.Facts
    provenance: facts.Provenance = facts.Provenance()

    @property
    def dated(self) -> date:
        """The day that files state: on which the report was made, or else the as-of date."""
        return self.provenance.made or self.result.as_of

    @property
    def parts(self) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """The brief, which stands on the first page, and all that follows the contents."""
        at = [i for i, b in enumerate(self.blocks) if isinstance(b, Heading) and b.level == 1]
        start = self.blocks[at[0]] if at else None
        if not isinstance(start, Heading) or start.anchor != BRIEF:
            return (), self.blocks
        end = at[1] if len(at) > 1 else len(self.blocks)
        return self.blocks[:end], self.blocks[end:]

    @property
    def pictures(self) -> tuple[PictureBlock, ...]:
        """The pictures of the body, in order."""
        return tuple(block for block in self.blocks if isinstance(block, PictureBlock))
