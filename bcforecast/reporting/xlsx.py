"""The report as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from bcforecast.plotting.style import FORECAST, GRADE_COLOURS, INK, QUIET, RULE
from bcforecast.reporting.display import display_width
from bcforecast.reporting.document import Document, TableBlock, parse_inline, plain_text
from bcforecast.reporting.facts import (
    Facts,
    FigureFact,
    GoalFact,
    OutcomeFact,
    ScenarioFact,
    SeriesFact,
    is_web_address,
)
from bcforecast.reporting.sentences import already_met, happened_short, methods
from bcforecast.text import Language, decimals, target_words, text, unit_name

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


Kind = Literal[
    "text", "wrapped", "prose", "code", "year", "figure", "probability", "rate", "day", "grade",
    "url",
]  # fmt: skip
"""How a column is set; `code` is a text that may look like a number, such as a period."""

_STATED_DECIMALS: Final = 4


class Figure(NamedTuple):
    """A number and the decimals that it is shown with; it is kept in full."""

    value: float
    decimals: int


Cell = str | int | float | date | Figure | None
"""None is an empty cell: not known, never zero."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    head: str
    kind: Kind


@dataclass(frozen=True)
class Sheet:
    """A sheet that is one table: heads in its first row, a record a row.

    Parameters
    ----------
    name
        On its tab.
    columns
        Heads and kinds.
    rows
        A cell a column, of the type that its kind takes: `figure` a `Figure`, `probability` and
        `rate` a share, `year` a whole number, `day` a date, the others a text.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def columns(lang: Language, **kinds: Kind) -> tuple[Column, ...]:
    """Return columns by the names of their heads in the catalogue.

    Examples
    --------
    >>> columns("en", unit="text")
    (Column(head='Unit', kind='text'),)
    """
    return tuple(Column(text(f"sheets.col_{name}", lang), kind) for name, kind in kinds.items())


def computed(value: float | None, unit: str) -> Figure | None:
    """Return a number that a model computed, with the decimals its unit and size deserve.

    Examples
    --------
    >>> computed(484.0, "enterprises"), computed(3.41142604739, "%")
    (Figure(value=484.0, decimals=0), Figure(value=3.41142604739, decimals=2))
    """
    if value is None:
        return None
    return Figure(value, decimals(value, unit=unit))


def stated(value: float | None) -> Figure | None:
    """Return a number that was published or promised, with the decimals it was stated with.

    Examples
    --------
    >>> stated(3.2), stated(40000.0)
    (Figure(value=3.2, decimals=1), Figure(value=40000.0, decimals=0))
    """
    if value is None:
        return None
    fraction = f"{value:.{_STATED_DECIMALS}f}".rstrip("0").partition(".")[2]
    return Figure(value, len(fraction))


def yes_no(value: bool, lang: Language) -> str:
    """Return yes or no in words."""
    return text("sheets.yes" if value else "sheets.no", lang)


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
            font = {
                "font_name": text("language.workbook_font", self._lang),
                "font_size": 10,
                "font_color": INK,
            }
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


A3: Final = 8
A4: Final = 9

_HEAD_PADDING: Final = 4.0
_LONGEST_TEXT: Final = 32_767
_LONGEST_URL: Final = 2_000
_LONGEST_HEADER: Final = 120
_WIDE: Final = 170
"""From this many digits on, a sheet that is fitted to the width of A4 could not be read."""


def write_sheet(book: Workbook, sheet: Sheet, style: Style, *, lang: Language, title: str) -> None:
    """Add a sheet that is one table: heads frozen and with filters, ready to print.

    Parameters
    ----------
    title
        At the top of each printed page, on the left.
    """
    page = book.add_worksheet(sheet.name)
    widths = set_widths(page, sheet, lang=lang)
    write_table(page, sheet, style, widths, top=0)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    last = len(sheet.rows)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)
    codes = [i for i, column in enumerate(sheet.columns) if column.kind == "code"]
    if codes and last:
        page.ignore_errors({"number_stored_as_text": _ranges(codes, last)})
    page.set_landscape()
    print_setup(page, title, lang=lang, paper=A3 if sum(widths) > _WIDE else A4)


def set_widths(page: Worksheet, sheet: Sheet, *, lang: Language) -> list[int]:
    """Make the columns of a page as wide as those of `sheet` need, and return the widths."""
    widths = [
        width(column, (row[i] for row in sheet.rows), lang=lang)
        for i, column in enumerate(sheet.columns)
    ]
    for i, digits in enumerate(widths):
        page.set_column(i, i, digits)
    return widths


def write_table(page: Worksheet, sheet: Sheet, style: Style, widths: list[int], *, top: int) -> int:
    """Write heads and rows from row `top` on; return the row after the last."""
    page.set_row(top, POINTS_A_LINE * head_lines(sheet.columns, widths) + _HEAD_PADDING)
    for i, column in enumerate(sheet.columns):
        write_cell(page, top, i, column.head, style.head(column.kind))
    for row, cells in enumerate(sheet.rows, start=top + 1):
        page.set_row(row, POINTS_A_LINE * row_lines(cells, sheet.columns, widths))
        for i, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            write_cell(page, row, i, cell, style.cell(column.kind, cell), kind=column.kind)
    return top + 1 + len(sheet.rows)


def write_cell(
    page: Worksheet, row: int, column: int, cell: Cell, look: Format, *, kind: Kind = "text"
) -> None:
    """Write a cell as what it is: number, day, text or empty; never a formula.

    A text that is longer than a cell can hold ends in an ellipsis. Only web addresses in a column
    of addresses become links.
    """
    match cell:
        case None:
            page.write_blank(row, column, None, look)
        case Figure():
            page.write_number(row, column, cell.value, look)
        case int() | float():
            page.write_number(row, column, cell, look)
        case date():
            page.write_datetime(row, column, datetime.combine(cell, time()), look)
        case str():
            held = cell if len(cell) <= _LONGEST_TEXT else cell[: _LONGEST_TEXT - 1] + "…"
            if kind == "url" and _is_link(cell):
                page.write_url(row, column, cell, look, string=held)
            else:
                page.write_string(row, column, held, look)


def print_setup(page: Worksheet, title: str, *, lang: Language, paper: int) -> None:
    """Set a sheet for printing: as wide as the paper, its name and pages named."""
    page.set_paper(paper)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    # An ampersand in a header starts a code; two of them are one.
    named = title[:_LONGEST_HEADER].replace("&", "&&")
    page.set_header(f"&L{named}&R&A")
    page.set_footer(f"&C{text('sheets.page_of', lang, page='&P', pages='&N')}")


def _is_link(cell: str) -> bool:
    """Whether a text is a web address that a workbook can hold as a link."""
    plain = cell.isprintable() and not any(sign in cell for sign in ' <>"')
    return plain and len(cell) <= _LONGEST_URL and is_web_address(cell)


def _ranges(columns: list[int], last: int) -> str:
    from xlsxwriter.utility import xl_range

    return " ".join(xl_range(1, column, last, column) for column in columns)


class _Named(NamedTuple):
    """A figure as a goal has it: a figure of two goals can be used for one and not the other."""

    figure: FigureFact
    used: bool
    area: str
    indicator: str
    unit: str


def observations_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a figure: what was published, whether it was used, and for which goals."""
    heads = columns(
        lang,
        area="text",
        indicator="text",
        code="code",
        period="code",
        value="figure",
        lower="figure",
        upper="figure",
        unit="text",
        status="text",
        published="day",
        published_assumed="text",
        source="code",
        used="text",
        remark="wrapped",
        note="wrapped",
        goals="wrapped",
    )
    goals: dict[_Named, list[str]] = {}
    for goal in facts.goals:
        for named in _figures(goal, lang):
            names = goals.setdefault(named, [])
            if goal.name.in_(lang) not in names:
                names.append(goal.name.in_(lang))
    rows = tuple(_row(named, names, lang) for named, names in goals.items())
    return Sheet(text("sheets.name_observations", lang), heads, rows)


def sources_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a source, with its address."""
    heads = columns(
        lang, source="code", title="wrapped", issuer="wrapped", url="url", verification="text"
    )
    rows = tuple(
        (
            source.id,
            source.title.in_(lang),
            source.issuer.in_(lang),
            source.url or None,
            text(f"report.seen_{source.verification}", lang),
        )
        for source in facts.sources
    )
    return Sheet(text("sheets.name_sources", lang), heads, rows)


def _figures(goal: GoalFact, lang: Language) -> Iterator[_Named]:
    for series in filter(None, (goal.own, goal.parent)):
        for used, figures in ((True, series.used), (False, series.unused)):
            for figure in figures:
                yield _named(figure, used, series, goal, lang)


def _named(
    figure: FigureFact, used: bool, series: SeriesFact, goal: GoalFact, lang: Language
) -> _Named:
    own = figure.indicator == goal.indicator
    unit = goal.unit_name.in_(lang) if figure.unit == goal.unit else unit_name(figure.unit, lang)
    name = goal.name.in_(lang) if own else figure.indicator
    return _Named(figure, used, series.area_name.in_(lang), name, unit)


def _row(named: _Named, goals: list[str], lang: Language) -> tuple[Cell, ...]:
    figure = named.figure
    return (
        named.area,
        named.indicator,
        figure.indicator,
        figure.period,
        stated(figure.value),
        stated(figure.lower),
        stated(figure.upper),
        named.unit,
        text(f"observations.status_{figure.status}", lang),
        figure.published,
        yes_no(figure.published_assumed, lang),
        figure.source,
        text("sheets.used" if named.used else "sheets.not_used", lang),
        figure.remark.in_(lang) if figure.remark else None,
        figure.note.in_(lang) if figure.note else None,
        text("report.list_join", lang).join(goals),
    )


def goals_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a goal: the promise, the probability, and what it takes."""
    heads = columns(
        lang,
        goal="wrapped",
        code="code",
        comparator="text",
        target="figure",
        unit="text",
        due="day",
        probability="probability",
        verdict="text",
        grade="grade",
        q10="figure",
        q50="figure",
        q90="figure",
        latest="figure",
        latest_year="year",
        gap="figure",
        required_increment="figure",
        required_rate="rate",
        aspiration="text",
        model="wrapped",
        bodies="wrapped",
        place="code",
        quote="wrapped",
    )
    rows = tuple(_goal(goal, lang) for goal in facts.goals)
    return Sheet(text("sheets.name_goals", lang), heads, rows)


def forecasts_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a goal and year: median and intervals; of an event, the probability by then."""
    levels = sorted({level for goal in facts.goals for level in _levels(goal)})
    heads = columns(lang, goal="text", code="code", unit="text", year="year", q50="figure")
    for level in levels:
        share = f"{100 * level:.0f}%"
        heads += (
            Column(text("sheets.col_lower_of", lang, level=share), "figure"),
            Column(text("sheets.col_upper_of", lang, level=share), "figure"),
        )
    heads += columns(lang, chance="probability")
    rows = tuple(row for goal in facts.goals for row in _forecast(goal, levels, lang))
    return Sheet(text("sheets.name_forecasts", lang), heads, rows)


def outcomes_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a goal whose due year's figure has been published: what was said, what happened."""
    heads = columns(
        lang,
        goal="text",
        code="code",
        comparator="text",
        target="figure",
        unit="text",
        due="day",
        probability="probability",
        verdict="text",
        period="code",
        value="figure",
        lower="figure",
        upper="figure",
        met="text",
        published="day",
        after_as_of="text",
        source="code",
    )
    known = ((goal, goal.outcome) for goal in facts.goals if goal.outcome is not None)
    rows = tuple(_outcome(goal, outcome, lang) for goal, outcome in known)
    return Sheet(text("sheets.name_outcomes", lang), heads, rows)


def _goal(goal: GoalFact, lang: Language) -> tuple[Cell, ...]:
    reached = already_met(goal)
    return (
        goal.name.in_(lang),
        goal.id,
        _comparator(goal, lang),
        stated(goal.target),
        goal.unit_name.in_(lang),
        goal.due,
        goal.probability,
        text(goal.verdict, lang),
        goal.grade,
        computed(goal.q10, goal.unit),
        computed(goal.q50, goal.unit),
        computed(goal.q90, goal.unit),
        stated(goal.latest),
        goal.latest_year,
        computed(goal.gap, goal.unit),
        None if reached else _increment(goal),
        None if reached else goal.required_rate,
        yes_no(goal.aspiration, lang),
        goal.model.in_(lang) if goal.model else None,
        text("report.list_join", lang).join(body.in_(lang) for body in goal.bodies),
        goal.place,
        goal.quote.in_(lang) if goal.quote else None,
    )


def _increment(goal: GoalFact) -> Cell:
    """A yearly increment of whole things is itself seldom whole: it keeps a decimal."""
    figure = computed(goal.required_increment, goal.unit)
    return figure and figure._replace(decimals=max(1, figure.decimals))


def _forecast(goal: GoalFact, levels: list[float], lang: Language) -> Iterator[tuple[Cell, ...]]:
    name = (goal.name.in_(lang), goal.id, goal.unit_name.in_(lang))
    none = (None,) * (1 + 2 * len(levels))
    if goal.met_by_year is not None:
        for year, chance in goal.met_by_year.items():
            yield *name, year, *none, chance
        return
    fan = goal.forecast
    if fan is None:
        return
    for i, year in enumerate(fan.years):
        ends: list[Cell] = []
        for level in levels:
            at = fan.levels.index(level) if level in fan.levels else None
            ends += [
                None if at is None else computed(side[at][i], goal.unit)
                for side in (fan.lower, fan.upper)
            ]
        yield *name, year, computed(fan.median[i], goal.unit), *ends, None


def _outcome(goal: GoalFact, outcome: OutcomeFact, lang: Language) -> tuple[Cell, ...]:
    ending = "open" if outcome.met is None else "met" if outcome.met else "missed"
    return (
        goal.name.in_(lang),
        goal.id,
        _comparator(goal, lang),
        stated(goal.target),
        goal.unit_name.in_(lang),
        goal.due,
        goal.probability,
        text(goal.verdict, lang),
        outcome.period,
        stated(outcome.value),
        stated(outcome.lower),
        stated(outcome.upper),
        text(f"sheets.outcome_{ending}", lang),
        outcome.published,
        yes_no(outcome.after_as_of, lang),
        outcome.source,
    )


def _levels(goal: GoalFact) -> tuple[float, ...]:
    return goal.forecast.levels if goal.forecast is not None else ()


def _comparator(goal: GoalFact, lang: Language) -> str:
    return text(f"sheets.comparator_{goal.comparator}", lang)


@dataclass(frozen=True)
class Summary:
    """What stands on the first sheet, from the top down.

    Parameters
    ----------
    kicker, title, subtitle
        As on the title page.
    named
        Names and values below the title.
    goals
        One row a goal.
    grades
        What each evidence grade means.
    notes
        How to read the workbook.
    """

    kicker: str
    title: str
    subtitle: str
    named: tuple[tuple[str, str], ...]
    goals: Sheet
    grades: Sheet
    notes: tuple[str, ...]


def summary(document: Document) -> Summary:
    """Return the first sheet of a report."""
    front, facts, lang = document.front, document.result, document.lang
    return Summary(
        kicker=front.kicker,
        title=front.title,
        subtitle=front.subtitle,
        named=front.facts,
        goals=_goals(facts, lang),
        grades=_grades(front.legend),
        notes=(text("sheets.note_cells", lang), text("sheets.note_events", lang), front.footer),
    )


def method_sheet(document: Document) -> Sheet:
    """What the report was made from, and the paragraphs on method and limits."""
    facts, lang = document.result, document.lang
    made: dict[str, Cell] = {
        "plan": facts.plan.id,
        "as_of": facts.as_of,
        "scenario": facts.scenario,
        "seed": facts.seed,
        "lang": lang,
        "result": facts.document,
        "document": document.document,
    }
    rows: list[tuple[Cell, ...]] = [
        (text(f"sheets.made_{name}", lang), value) for name, value in made.items()
    ]
    rows += [
        (text("sheets.made_method", lang, number=i), plain_text(parse_inline(said)))
        for i, said in enumerate(methods(facts, lang=lang), start=1)
    ]
    return Sheet(
        text("sheets.name_method", lang), columns(lang, item="text", said="prose"), tuple(rows)
    )


def _goals(facts: Facts, lang: Language) -> Sheet:
    heads = columns(
        lang,
        grade="grade",
        goal="wrapped",
        promised="wrapped",
        probability="probability",
        verdict="text",
    )
    rows: list[tuple[Cell, ...]] = [
        (
            goal.grade,
            goal.name.in_(lang),
            target_words(
                goal.comparator,
                goal.target,
                unit=goal.unit,
                name=goal.unit_name.in_(lang),
                lang=lang,
            ),
            goal.probability,
            text(goal.verdict, lang),
        )
        for goal in facts.goals
    ]
    if any(goal.outcome is not None for goal in facts.goals):
        heads += columns(lang, outcome="text")
        said = [happened_short(goal, lang=lang) for goal in facts.goals]
        rows = [(*row, words) for row, words in zip(rows, said, strict=True)]
    return Sheet(text("report.summary_caption", lang), heads, tuple(rows))


def _grades(legend: TableBlock) -> Sheet:
    grade, meaning = legend.columns
    heads = (Column(grade, "grade"), Column(meaning, "text"))
    rows = tuple(tuple(plain_text(cell) for cell in row) for row in legend.rows)
    return Sheet(legend.caption, heads, rows)


_BODY: Final = 10
_POINTS_A_LINE: Final = 1.6
"""Height of a line to the size of its font."""


def write_summary(
    book: Workbook, name: str, found: Summary, style: Style, *, lang: Language
) -> None:
    """Add the first sheet."""
    page = book.add_worksheet(name)
    page.hide_gridlines(2)
    widths = set_widths(page, found.goals, lang=lang)
    lines = _Lines(page, last=len(widths) - 1, digits=sum(widths))
    row = lines.write(0, found.kicker, style.quiet)
    row = lines.write(row, found.title, style.title(16), size=16)
    row = lines.write(row, found.subtitle, style.quiet) + 1
    for label, value in found.named:
        write_cell(page, row, 0, label, style.quiet)
        write_cell(page, row, 2, value, style.of())
        row += 1
    row = lines.write(row + 1, found.goals.name, style.title(12), size=12)
    end = write_table(page, found.goals, style, widths, top=row)
    row = lines.write(end + 1, found.grades.name, style.title(12), size=12)
    for grade, meaning in found.grades.rows:
        write_cell(page, row, 0, grade, style.cell("grade", grade))
        write_cell(page, row, 1, meaning, style.of(indent=1))
        page.set_row(row, POINTS_A_LINE)
        row += 1
    row += 1
    for note in found.notes:
        row = lines.write(row, note, style.of(**_NOTE))
    print_setup(page, found.kicker, lang=lang, paper=A4)


_NOTE: Final = {"text_wrap": True, "valign": "top", "font_size": 9}


class _Lines:
    """Writes texts across all columns, in as many lines as they need.

    Parameters
    ----------
    page, last, digits
        Where; the last column; the width of all columns together.
    """

    def __init__(self, page: Worksheet, *, last: int, digits: int) -> None:
        self._page, self._last, self._digits = page, last, digits

    def write(self, row: int, words: str, look: Format, *, size: int = _BODY) -> int:
        """Write one text in row `row`; return the next row."""
        needed = display_width(words) * size / _BODY
        count = max(1, ceil(needed / (0.9 * self._digits)))
        self._page.set_row(row, count * size * _POINTS_A_LINE)
        self._page.merge_range(row, 0, row, self._last, "", look)
        write_cell(self._page, row, 0, words, look)
        return row + 1


def scenarios_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a scenario: the probability of each goal, and of all."""
    heads = columns(lang, scenario="text", code="code", all_met="probability", expected="figure")
    heads += columns(lang, weakest="wrapped")
    names = [goal.name.in_(lang) for goal in facts.goals]
    heads += tuple(
        # Two goals on one indicator have one name: their identifiers tell them apart.
        Column(name if names.count(name) == 1 else goal.id, "probability")
        for goal, name in zip(facts.goals, names, strict=True)
    )
    heads += columns(lang, author="wrapped", reason="wrapped")
    rows = tuple(_scenario(one, facts, lang) for one in facts.scenarios)
    return Sheet(text("sheets.name_scenarios", lang), heads, rows)


def joint_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a statement on all goals together: its probability, or a number of goals."""
    heads = columns(lang, statement="text", number="figure", probability="probability")
    found, rows = facts.joint, list[tuple[Cell, ...]]()
    if found is not None:
        count = Figure(len(found.goals), 0)
        for name, chance in {
            "all": found.all_met,
            "lower": found.lower,
            "upper": found.upper,
            "independent": found.independent,
        }.items():
            rows.append((text(f"sheets.joint_{name}", lang), count, chance))
        exactly = text("sheets.joint_exactly", lang)
        rows += [(exactly, Figure(k, 0), chance) for k, chance in enumerate(found.number_met)]
        rows.append((text("sheets.joint_expected", lang), Figure(found.expected, 1), None))
        weakest = facts.goal(found.weakest).name.in_(lang)
        rows.append((text("sheets.joint_weakest", lang, name=weakest), None, None))
    return Sheet(text("sheets.name_joint", lang), heads, tuple(rows))


def _scenario(one: ScenarioFact, facts: Facts, lang: Language) -> tuple[Cell, ...]:
    names = {goal.id: goal.name.in_(lang) for goal in facts.goals}
    return (
        one.name.in_(lang),
        one.scenario,
        one.all,
        Figure(one.expected, 1),
        names.get(one.weakest),
        *(one.goals.get(goal) for goal in names),
        one.author.in_(lang),
        one.reason.in_(lang),
    )


_SHEETS = (
    goals_sheet,
    forecasts_sheet,
    scenarios_sheet,
    joint_sheet,
    observations_sheet,
    outcomes_sheet,
    sources_sheet,
)


def xlsx_bytes(document: Document) -> bytes:
    """Return the report as an Office Open XML workbook; equal documents give equal bytes.

    The first sheet says in short what the report says; each of the others is one table with its
    heads in the first row, so that it can be filtered, sorted and read by other programs. There
    are no formulas and no macros: a text that looks like a formula stays a text. An empty cell is
    a number that is not known.

    Parameters
    ----------
    document
        A report in one language, whose words the workbook uses.
    """
    # XlsxWriter takes a while to import, and only this needs it.
    from xlsxwriter import Workbook

    lang, facts, front = document.lang, document.result, document.front
    buffer = BytesIO()
    font = {"font_name": text("language.workbook_font", lang), "font_size": 10}
    with Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_format_properties": font,
        },
    ) as book:
        book.set_properties(
            {
                "title": front.title,
                "subject": front.kicker,
                "author": "bcforecast",
                "created": datetime.combine(facts.as_of, time()),
            }
        )
        style = Style(book, lang)
        name = text("sheets.name_summary", lang)
        write_summary(book, name, summary(document), style, lang=lang)
        for sheet in (*(make(facts, lang=lang) for make in _SHEETS), method_sheet(document)):
            write_sheet(book, sheet, style, lang=lang, title=front.title)
    return buffer.getvalue()
