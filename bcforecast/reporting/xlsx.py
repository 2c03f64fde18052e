"""The report as a workbook: a first sheet to read, and sheets of one table each to work with.

A sheet is declared as its columns: head in the catalogue, kind, and the value of a record. Heads
stand in the first row, so that a table can be filtered, sorted and read by other programs. There
are no formulas and no macros: a text that looks like a formula stays a text. An empty cell is a
number that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

from bcforecast.plotting import style
from bcforecast.reporting import display, facts, sentences
from bcforecast.reporting.document import Document, Front, plain_text
from bcforecast.reporting.facts import Facts, GoalFact
from bcforecast.reporting.sentences import already_met
from bcforecast.text import (
    WEAK,
    Language,
    Message,
    Text,
    chance,
    decimals,
    percent,
    text,
    unit_of,
    verdict_message,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Kind = Literal[
    "text", "wrapped", "prose", "code", "year", "figure", "probability", "rate", "day", "grade",
    "url",
]  # fmt: skip
"""How a column is set; `code` is a text that may look like a number, such as a period."""


class _Figure(NamedTuple):
    """A number in full, and with how many decimals it is shown."""

    value: float
    decimals: int


class _Chance(NamedTuple):
    """A probability in full, shown as its evidence grade allows."""

    value: float
    grade: str


Cell = str | int | float | date | _Figure | _Chance | None
"""None is an empty cell: not known, never zero."""

Words = Message | tuple[Message, ...] | bool
"""What is yet to be put into a language; several are listed, a truth is yes or no."""

Record = TypeVar("Record")
Columns = Sequence[tuple[str | Message, Kind, Callable[[Record], Cell | Words]]]
"""Of each column the head (as `sheets.col_` has it, or in words), the kind, and the value."""


class _Sheet(NamedTuple):
    name: str
    heads: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _sheet(
    name: str, columns: Columns[Record], records: Iterable[Record], lang: Language
) -> _Sheet:
    def said(value: Cell | Words) -> Cell:
        if isinstance(value, bool):
            return text("sheets.yes" if value else "sheets.no", lang)
        if isinstance(value, Message):
            return value.render(lang)
        if isinstance(value, tuple) and not isinstance(value, _Figure | _Chance):
            return text("report.list_join", lang).join(part.render(lang) for part in value)
        return value

    heads = (
        text(f"sheets.col_{h}", lang) if isinstance(h, str) else h.render(lang) for h, *_ in columns
    )
    rows = (tuple(said(value(record)) for *_, value in columns) for record in records)
    return _Sheet(name, tuple(heads), tuple(kind for _, kind, _ in columns), tuple(rows))


def _computed(value: float | None, unit: str, *, least: int = 0) -> _Figure | None:
    """Show a number that a model computed with the decimals that its unit and size deserve."""
    return None if value is None else _Figure(value, max(least, decimals(value, unit=unit)))


def _chance(value: float | None, grade: str) -> _Chance | None:
    return None if value is None else _Chance(value, grade)


def _stated(value: float | None) -> _Figure | None:
    """Show a number that was published or promised with the decimals it was stated with."""
    if value is None:
        return None
    return _Figure(value, len(f"{value:.4f}".rstrip("0").partition(".")[2]))


_PROMISE: Final[Columns[GoalFact]] = (
    ("code", "code", lambda goal: goal.id),
    ("comparator", "text", lambda goal: Message(f"sheets.comparator_{goal.comparator}")),
    ("target", "figure", lambda goal: _stated(goal.target)),
    ("unit", "text", lambda goal: goal.unit_name),
    ("due", "day", lambda goal: goal.due),
    ("probability", "probability", lambda goal: _chance(goal.probability, goal.grade)),
    ("verdict", "text", lambda goal: verdict_message(goal.verdict, grade=goal.grade)),
)


def _increment(goal: GoalFact) -> _Figure | None:
    """A yearly increment of whole things is itself seldom whole: it keeps a decimal."""
    return None if already_met(goal) else _computed(goal.required_increment, goal.unit, least=1)


_GOALS: Final[Columns[GoalFact]] = (
    ("goal", "wrapped", lambda goal: goal.name),
    *_PROMISE,
    ("grade", "grade", lambda goal: goal.grade),
    ("q10", "figure", lambda goal: _computed(goal.q10, goal.unit)),
    ("q50", "figure", lambda goal: _computed(goal.q50, goal.unit)),
    ("q90", "figure", lambda goal: _computed(goal.q90, goal.unit)),
    ("latest", "figure", lambda goal: _stated(goal.latest)),
    ("latest_year", "year", lambda goal: goal.latest_year),
    ("gap", "figure", lambda goal: _computed(goal.gap, goal.unit)),
    ("required_increment", "figure", _increment),
    ("required_rate", "rate", lambda goal: None if already_met(goal) else goal.required_rate),
    ("aspiration", "text", lambda goal: goal.aspiration),
    ("model", "wrapped", lambda goal: goal.model),
    ("bodies", "wrapped", lambda goal: goal.bodies),
    ("place", "code", lambda goal: goal.place),
    ("quote", "wrapped", lambda goal: goal.quote),
)


class _Step(NamedTuple):
    """The forecast of a goal for one year; of an event, the probability by then."""

    goal: GoalFact
    year: int
    figures: Mapping[str, float] = {}
    chance: float | None = None


def _steps(goal: GoalFact) -> Iterator[_Step]:
    if goal.met_by_year is not None:
        yield from (_Step(goal, year, chance=p) for year, p in goal.met_by_year.items())
    elif (fan := goal.forecast) is not None:
        for i, year in enumerate(fan.years):
            figures = {"median": fan.median[i]}
            for level, lower, upper in zip(fan.levels, fan.lower, fan.upper, strict=True):
                figures |= {f"lower_of {level}": lower[i], f"upper_of {level}": upper[i]}
            yield _Step(goal, year, figures)


def _forecasts(levels: Iterable[float]) -> Columns[_Step]:
    def shown(name: str) -> Callable[[_Step], Cell]:
        return lambda step: _computed(step.figures.get(name), step.goal.unit)

    def end(name: str, level: float) -> tuple[Message, Kind, Callable[[_Step], Cell]]:
        head = Message(f"sheets.col_{name}", {"level": f"{100 * level:.0f}%"})
        return head, "figure", shown(f"{name} {level}")

    return (
        ("goal", "text", lambda step: step.goal.name),
        ("code", "code", lambda step: step.goal.id),
        ("unit", "text", lambda step: step.goal.unit_name),
        ("year", "year", lambda step: step.year),
        ("q50", "figure", shown("median")),
        *(end(name, level) for level in levels for name in ("lower_of", "upper_of")),
        ("chance", "probability", lambda step: _chance(step.chance, step.goal.grade)),
    )


def _scenarios(result: Facts) -> Columns[facts.ScenarioFact]:
    names = {goal.id: goal.name for goal in result.goals}

    def chance(goal: GoalFact) -> tuple[Text, Kind, Callable[[facts.ScenarioFact], Cell]]:
        # Two goals on one indicator have one name: their identifiers tell them apart.
        alone = list(names.values()).count(goal.name) == 1
        head = goal.name if alone else Text.untranslated(goal.id)
        return head, "probability", lambda one: _chance(one.goals.get(goal.id), goal.grade)

    return (
        ("scenario", "text", lambda one: one.name),
        ("code", "code", lambda one: one.scenario),
        ("all_met", "probability", lambda one: _Chance(one.all, result.joint_grade)),
        ("expected", "figure", lambda one: _score(one.expected, 1)),
        ("weakest", "wrapped", lambda one: names.get(one.weakest)),
        *map(chance, result.goals),
        ("author", "wrapped", lambda one: one.author),
        ("reason", "wrapped", lambda one: one.reason),
    )


_Statement = tuple[Message, _Figure | None, _Chance | None]
_JOINT: Final[Columns[_Statement]] = (
    ("statement", "text", lambda said: said[0]),
    ("number", "figure", lambda said: said[1]),
    ("probability", "probability", lambda said: said[2]),
)


def _statements(joint: facts.JointFact, result: Facts) -> Iterator[_Statement]:
    """Say what is known of all goals together: a probability, or a number of goals."""
    grade, weakest = result.joint_grade, result.goal(joint.weakest).name
    known = {"all": joint.all_met, "lower": joint.lower, "upper": joint.upper}
    for name, share in {**known, "independent": joint.independent}.items():
        yield Message(f"sheets.joint_{name}"), _Figure(len(joint.goals), 0), _Chance(share, grade)
    for number, share in enumerate(joint.number_met):
        yield Message("sheets.joint_exactly"), _Figure(number, 0), _Chance(share, grade)
    yield Message("sheets.joint_expected"), _score(joint.expected, 1), None
    yield Message("sheets.joint_weakest", {"name": weakest}), None, None


class _Use(NamedTuple):
    """A figure as goals have it: of two goals, one can use it and the other not."""

    figure: facts.FigureFact
    used: bool
    area: Text
    indicator: Text
    unit: Text
    goals: tuple[Text, ...] = ()


_OBSERVATIONS: Final[Columns[_Use]] = (
    ("area", "text", lambda use: use.area),
    ("indicator", "text", lambda use: use.indicator),
    ("code", "code", lambda use: use.figure.indicator),
    ("period", "code", lambda use: use.figure.period),
    ("value", "figure", lambda use: _stated(use.figure.value)),
    ("lower", "figure", lambda use: _stated(use.figure.lower)),
    ("upper", "figure", lambda use: _stated(use.figure.upper)),
    ("unit", "text", lambda use: use.unit),
    ("status", "text", lambda use: Message(f"observations.status_{use.figure.status}")),
    ("published", "day", lambda use: use.figure.published),
    ("published_assumed", "text", lambda use: use.figure.published_assumed),
    ("source", "code", lambda use: use.figure.source),
    ("used", "text", lambda use: Message("sheets.used" if use.used else "sheets.not_used")),
    ("remark", "wrapped", lambda use: use.figure.remark),
    ("note", "wrapped", lambda use: use.figure.note),
    ("goals", "wrapped", lambda use: use.goals),
)


def _uses(result: Facts) -> Iterator[_Use]:
    """Return each figure once, with the names of the goals that have it."""
    goals: dict[_Use, dict[Text, None]] = {}
    for goal in result.goals:
        for series in goal.series:
            for figure in (*series.used, *series.unused):
                code, unit = Text.untranslated(figure.indicator), unit_of(figure.unit).names
                use = _Use(
                    figure,
                    figure in series.used,
                    series.area_name,
                    series.size or (goal.name if figure.indicator == goal.indicator else code),
                    goal.unit_name if figure.unit == goal.unit else Text.of(unit),
                )
                goals.setdefault(use, {})[goal.name] = None
    return (use._replace(goals=tuple(names)) for use, names in goals.items())


def _fate(value: Callable[[facts.OutcomeFact], Cell | Words]) -> Callable[[GoalFact], Cell | Words]:
    return lambda goal: value(goal.outcome) if goal.outcome else None


_OUTCOMES: Final[Columns[GoalFact]] = (
    ("goal", "text", lambda goal: goal.name),
    *_PROMISE,
    ("period", "code", _fate(lambda known: known.period)),
    ("value", "figure", _fate(lambda known: _stated(known.value))),
    ("lower", "figure", _fate(lambda known: _stated(known.lower))),
    ("upper", "figure", _fate(lambda known: _stated(known.upper))),
    ("met", "text", lambda goal: _met(goal)),
    ("published", "day", _fate(lambda known: known.published)),
    ("source", "code", _fate(lambda known: known.source)),
)

_YEARS: Final[Columns[tuple[GoalFact, facts.YearFact]]] = (
    ("goal", "text", lambda one: one[0].name),
    ("code", "code", lambda one: one[0].id),
    ("year", "year", lambda one: one[1].year),
    (
        Message("explain.by_year_holds"),
        "probability",
        lambda one: _chance(one[1].holds, one[0].grade),
    ),
    (
        Message("explain.by_year_reached"),
        "probability",
        lambda one: _chance(one[1].reached_by, one[0].grade),
    ),
)

_RULES: Final[Columns[tuple[GoalFact, facts.RuleFact]]] = (
    ("goal", "text", lambda one: one[0].name),
    ("code", "code", lambda one: one[0].id),
    (Message("explain.column_rule"), "wrapped", lambda one: one[1].name),
    (Message("explain.column_label"), "wrapped", lambda one: one[1].label),
    (Message("explain.column_says"), "text", lambda one: one[1].says_met),
    (Message("explain.column_value"), "figure", lambda one: _score(one[1].value, 2)),
    ("projected", "figure", lambda one: _computed(one[1].projected, one[0].unit)),
    ("unit", "text", lambda one: one[0].unit_name),
)


def _recorded(value: Callable[[facts.PastFact], Cell | Words]) -> Callable[[_Past], Cell | Words]:
    return lambda one: value(one[1])


_Past = tuple[GoalFact, facts.PastFact]
_RECORD: Final[Columns[_Past]] = (
    ("goal", "text", lambda one: one[0].name),
    ("code", "code", lambda one: one[0].id),
    (Message("hindcast.column_day"), "day", _recorded(lambda past: past.as_of)),
    ("probability", "probability", _recorded(lambda past: _chance(past.probability, past.grade))),
    ("verdict", "text", _recorded(lambda past: verdict_message(past.verdict, grade=past.grade))),
    ("grade", "grade", _recorded(lambda past: past.grade)),
    ("met", "text", lambda one: _met(one[0])),
    ("known_already", "text", _recorded(lambda past: past.known_already)),
    (Message("hindcast.column_brier"), "figure", _recorded(lambda past: _score(past.brier, 3))),
    (Message("hindcast.column_inside"), "text", _recorded(lambda past: past.inside_80)),
    ("rules_right", "year", _recorded(lambda past: past.rules_right)),
    ("rules_wrong", "year", _recorded(lambda past: past.rules_wrong)),
)


def _met(goal: GoalFact) -> Message | None:
    known = goal.outcome
    return Message(f"sheets.outcome_{sentences.ending(known)}") if known else None


def _score(value: float | None, places: int) -> _Figure | None:
    return None if value is None else _Figure(value, places)


_LEVERS: Final[Columns[tuple[GoalFact, facts.PushFact]]] = (
    ("goal", "text", lambda one: one[0].name),
    ("code", "code", lambda one: one[0].id),
    ("push", "wrapped", lambda one: one[1].words),
    ("probability", "probability", lambda one: _chance(one[0].probability, one[0].grade)),
    ("reached", "probability", lambda one: _chance(one[1].reached, one[0].grade)),
    ("enough", "text", lambda one: one[1].feasible),
)

_TRACKED: Final[Columns[facts.TrackedFact]] = (
    ("quote", "wrapped", lambda one: one.quote),
    ("place", "code", lambda one: one.place),
    ("bodies", "wrapped", lambda one: one.bodies),
)

_SOURCES: Final[Columns[facts.SourceFact]] = (
    ("source", "code", lambda source: source.id),
    ("title", "wrapped", lambda source: source.title),
    ("issuer", "wrapped", lambda source: source.issuer),
    ("url", "url", lambda source: source.url or None),
    ("verification", "text", lambda source: Message(f"report.seen_{source.verification}")),
)

_METHOD: Final[Columns[tuple[Message, Cell]]] = (
    ("item", "text", lambda row: row[0]),
    ("said", "prose", lambda row: row[1]),
)


def _made_from(document: Document) -> Iterator[tuple[Message, Cell]]:
    """Say what the report was made from, and the paragraphs on method and limits."""
    result = document.result
    made: dict[str, Cell] = {"plan": result.plan.id, "as_of": result.as_of}
    made |= {"scenario": result.scenario, "seed": result.seed, "lang": document.lang}
    made |= {"result": result.document, "document": document.document}
    for name, value in made.items():
        yield Message(f"sheets.made_{name}"), value
    for i, said in enumerate(sentences.methods(result, lang=document.lang), start=1):
        yield Message("sheets.made_method", {"number": i}), said


def _summary(result: Facts, lang: Language) -> Columns[GoalFact]:
    outcome: Columns[GoalFact] = ()
    if any(goal.outcome is not None for goal in result.goals):
        outcome = (("outcome", "text", lambda goal: sentences.happened_short(goal, lang=lang)),)
    return (
        ("grade", "grade", lambda goal: goal.grade),
        ("goal", "wrapped", lambda goal: goal.name),
        ("promised", "wrapped", lambda goal: sentences.target_of(goal, lang=lang)),
        ("probability", "probability", lambda goal: _chance(goal.probability, goal.grade)),
        ("verdict", "text", lambda goal: verdict_message(goal.verdict, grade=goal.grade)),
        *outcome,
    )


def xlsx_bytes(document: Document, _pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the report as an Office Open XML workbook; equal documents give equal bytes."""
    # XlsxWriter takes a while to import, and only this needs it.
    from xlsxwriter import Workbook

    result, lang, front = document.result, document.lang, document.front
    levels = sorted({v for goal in result.goals if goal.forecast for v in goal.forecast.levels})
    steps = (step for goal in result.goals for step in _steps(goal))
    ended = [goal for goal in result.goals if goal.outcome is not None]
    joint = result.joint
    said = _statements(joint, result) if joint else ()

    def table(name: str, columns: Columns[Record], records: Iterable[Record]) -> _Sheet:
        return _sheet(text(f"sheets.name_{name}", lang), columns, records, lang)

    caption = text("report.summary_caption", lang)
    summary = _sheet(caption, _summary(result, lang), result.goals, lang)
    sheets = (
        table("goals", _GOALS, result.goals),
        table("forecasts", _forecasts(levels), steps),
        table("scenarios", _scenarios(result), result.scenarios),
        table("joint", _JOINT, said),
        table("years", _YEARS, ((goal, one) for goal in result.goals for one in goal.years)),
        table("levers", _LEVERS, ((goal, one) for goal in result.goals for one in goal.pushes)),
        table("rules", _RULES, ((goal, one) for goal in result.goals for one in goal.rules)),
        table("tracked", _TRACKED, (*result.qualitative, *result.milestones)),
        table("observations", _OBSERVATIONS, _uses(result)),
        table("outcomes", _OUTCOMES, ended),
        table("record", _RECORD, ((result.goal(one.goal), one) for one in result.past)),
        table("sources", _SOURCES, result.sources),
        table("method", _METHOD, _made_from(document)),
    )
    font = {"font_name": text("language.workbook_font", lang), "font_size": _BODY}
    options = {"in_memory": True, "default_format_properties": font}
    options |= {f"strings_to_{name}": False for name in ("formulas", "numbers", "urls")}
    named = {"title": front.title, "subject": front.kicker, "author": document.provenance.author}
    buffer = BytesIO()
    with Workbook(buffer, options) as workbook:
        workbook.set_properties({**named, "created": datetime.combine(document.dated, time())})
        book = _Book(workbook, lang)
        book.write_summary(front, summary)
        for sheet in sheets:
            book.write_sheet(sheet, title=front.title)
    return buffer.getvalue()


_HEAD_FILL: Final = "#e7eef5"
_DAY: Final = "yyyy-mm-dd"
_A3: Final = 8
_A4: Final = 9
_WIDE: Final = 170
"""From this many digits on, a sheet that is fitted to the width of A4 could not be read."""

_BODY: Final = 10
_POINTS_A_LINE: Final = 16.0
"""Height of a line of the body; Excel alone would find the height of a wrapped row by itself."""

_HEAD_PADDING: Final = 4.0
_LONGEST_TEXT: Final = 32_767
_LONGEST_URL: Final = 2_000
_LONGEST_HEADER: Final = 120
_NARROWEST: Final = 8
_FILTER_BUTTON: Final = 3
_MARGIN: Final = 3
_WIDEST: Final[Mapping[Kind, int]] = {"wrapped": 38, "prose": 100, "url": 76}
"""Widths, in digits, from which texts are wrapped; those of other kinds never are."""

_SIDES: Final[Mapping[Kind, str]] = {
    "figure": "right", "probability": "right", "rate": "right", "year": "right", "day": "right",
    "grade": "center",
}  # fmt: skip
"""Where cells stand; others stand to the left, and a little in."""

_BREAKS: Final = re.compile(r"\s+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+")
"""Between two of these a line may be broken: a blank, a Chinese sign, a word."""


class _Book:
    """Writes sheets into a workbook, in the fonts and the words of a language."""

    def __init__(self, workbook: Workbook, lang: Language) -> None:
        self._workbook, self._lang = workbook, lang
        self._looks: dict[tuple[tuple[str, object], ...], Format] = {}
        self._formats: dict[Kind, str] = {
            "rate": "0.0%",
            "year": "0",
            "day": _DAY,
        }

    def write_sheet(self, sheet: _Sheet, *, title: str) -> None:
        """Add a table: heads frozen and with filters, `title` at the top of each printed page."""
        from xlsxwriter.utility import xl_range

        page = self._workbook.add_worksheet(sheet.name)
        widths = self._set_widths(page, sheet)
        last = self._write_table(page, sheet, widths, top=0) - 1
        page.freeze_panes(1, 1)
        page.repeat_rows(0)
        page.autofilter(0, 0, last, len(sheet.heads) - 1)
        codes = [xl_range(1, i, last, i) for i, kind in enumerate(sheet.kinds) if kind == "code"]
        if codes and last:
            page.ignore_errors({"number_stored_as_text": " ".join(codes)})
        page.set_landscape()
        self._print_setup(page, title, paper=_A3 if sum(widths) > _WIDE else _A4)

    def write_summary(self, front: Front, goals: _Sheet) -> None:
        """Add the first sheet: title page, a row a goal, the grades, how to read the workbook."""
        page = self._workbook.add_worksheet(text("sheets.name_summary", self._lang))
        page.hide_gridlines(2)
        widths = self._set_widths(page, goals)
        quiet = self._look(font_color=style.QUIET, valign="top")

        def line(row: int, words: str, look: Format, size: int = _BODY) -> int:
            """Write a text across all columns, in as many lines as it needs."""
            needed = display.display_width(words) * size / _BODY
            page.set_row(row, max(1, ceil(needed / (0.9 * sum(widths)))) * size * 1.6)
            page.merge_range(row, 0, row, len(widths) - 1, "", look)
            _write_cell(page, row, 0, words, look)
            return row + 1

        def title(row: int, words: str, size: int) -> int:
            look = {"font_size": size, "font_color": style.GRADE_COLOURS["A"], "valign": "top"}
            return line(row, words, self._look(bold=True, text_wrap=True, **look), size)

        row = line(0, front.kicker, quiet)
        row = title(row, front.title, 16)
        row = line(row, front.subtitle, quiet) + 1
        for name, value in front.facts:
            _write_cell(page, row, 0, name, quiet)
            _write_cell(page, row, 2, value, self._look())
            row += 1
        row = title(row + 1, goals.name, 12)
        row = self._write_table(page, goals, widths, top=row)
        row = title(row + 1, front.legend.caption, 12)
        for grade, meaning in (map(plain_text, cells) for cells in front.legend.rows):
            _write_cell(page, row, 0, grade, self._cell_look("grade", grade))
            _write_cell(page, row, 1, meaning, self._look(indent=1))
            page.set_row(row, _POINTS_A_LINE)
            row += 1
        row += 1
        notes = [text(f"sheets.note_{name}", self._lang) for name in ("cells", "events")]
        notes += [text("language.label", self._lang, name=n, value=v) for n, v in front.notes]
        for note in (*notes, front.footer):
            row = line(row, note, self._look(text_wrap=True, valign="top", font_size=9))
        self._print_setup(page, front.kicker, paper=_A4)

    def _set_widths(self, page: Worksheet, sheet: _Sheet) -> list[int]:
        """Make columns so wide, in digits, that nothing is cut off; heads take two lines."""
        widths = []
        for i, (head, kind) in enumerate(zip(sheet.heads, sheet.kinds, strict=True)):
            shown = (self._shown_width(row[i]) for row in sheet.rows)
            widest = max(shown, default=0) + _MARGIN
            words = map(display.display_width, _BREAKS.findall(head))
            head_width = max(ceil(display.display_width(head) / 2), *words) + _FILTER_BUTTON
            widths.append(max(_NARROWEST, min(widest, _WIDEST.get(kind, widest)), head_width))
            page.set_column(i, i, widths[-1])
        return widths

    def _shown_width(self, cell: Cell) -> int:
        match cell:
            case None:
                return 0
            case _Figure(value, places):
                return len(f"{value:,.{places}f}")
            case date():
                return len(_DAY)
            case _Chance(value, grade):
                return display.display_width(chance(value, grade=grade, lang=self._lang))
            case float():
                return len(f"{100 * cell:.1f}%")
            case _:
                # The fonts set Chinese a little wider than two digits.
                return ceil(1.05 * display.display_width(str(cell)))

    def _write_table(self, page: Worksheet, sheet: _Sheet, widths: list[int], *, top: int) -> int:
        """Write heads and rows from row `top` on; return the row after the last."""
        rooms = zip(sheet.heads, widths, strict=True)
        lines = max(_lines(head, width - _FILTER_BUTTON) for head, width in rooms)
        page.set_row(top, _POINTS_A_LINE * lines + _HEAD_PADDING)
        for i, (head, kind) in enumerate(zip(sheet.heads, sheet.kinds, strict=True)):
            look = self._look(
                bold=True, text_wrap=True, align=_SIDES.get(kind, "left"), valign="vcenter",
                indent=int(kind not in _SIDES), bg_color=_HEAD_FILL,
                bottom=2, bottom_color=style.FORECAST,
            )  # fmt: skip
            _write_cell(page, top, i, head, look)
        for row, cells in enumerate(sheet.rows, start=top + 1):
            lines = max(
                _lines(cell, w - _MARGIN) if isinstance(cell, str) and kind in _WIDEST else 1
                for cell, kind, w in zip(cells, sheet.kinds, widths, strict=True)
            )
            page.set_row(row, _POINTS_A_LINE * lines)
            for i, (kind, cell) in enumerate(zip(sheet.kinds, cells, strict=True)):
                _write_cell(page, row, i, cell, self._cell_look(kind, cell), kind=kind)
        return top + 1 + len(sheet.rows)

    def _cell_look(self, kind: Kind, value: Cell) -> Format:
        look: dict[str, object] = {"bottom": 1, "bottom_color": style.RULE, "valign": "top"}
        look |= {"align": _SIDES.get(kind, "left"), "indent": int(kind not in _SIDES)}
        look |= {"text_wrap": kind in _WIDEST and not isinstance(value, date)}
        if isinstance(value, _Chance):
            look["num_format"] = self._chance_format(value)
        elif kind in self._formats or isinstance(value, date):
            look["num_format"] = self._formats.get(kind, _DAY)
        elif isinstance(value, _Figure):
            look["num_format"] = f"{0:,.{value.decimals}f}".replace("0", "#,##0", 1)
        if kind == "url":
            look |= {"font_color": style.FORECAST, "underline": 1}
        elif kind == "grade" and value in style.GRADE_COLOURS:
            colour = style.GRADE_COLOURS[str(value)]
            look |= {"bold": True, "font_color": "white", "bg_color": colour}
        return self._look(**look)

    def _chance_format(self, probability: _Chance) -> str:
        """Show a cell that holds a probability in full as a person should read it.

        Whole percents, and as a bound what would else read as 0 % or 100 %; on weak evidence the
        format is the words themselves.
        """
        if probability.grade in WEAK:
            return f'"{chance(probability.value, grade=probability.grade, lang=self._lang)}"'
        above, below = (percent(end, lang=self._lang) for end in (1.0, 0.0))
        return f'[>=0.995]"{above}";[<=0.005]"{below}";0%'

    def _look(self, **properties: object) -> Format:
        """Return a format in the font of the workbook; each is made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            look = {"font_color": style.INK, **properties}
            self._looks[key] = self._workbook.add_format(look)
        return self._looks[key]

    def _print_setup(self, page: Worksheet, title: str, *, paper: int) -> None:
        """Set a sheet for printing: as wide as the paper, its name and pages named."""
        page.set_paper(paper)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        # An ampersand in a header starts a code; two of them are one.
        named = title[:_LONGEST_HEADER].replace("&", "&&")
        page.set_header(f"&L{named}&R&A")
        page.set_footer(f"&C{text('sheets.page_of', self._lang, page='&P', pages='&N')}")


def _write_cell(
    page: Worksheet, row: int, column: int, cell: Cell, look: Format, *, kind: Kind = "text"
) -> None:
    """Write a cell as what it is; a text too long for a cell ends in an ellipsis.

    Only web addresses in a column of addresses become links, and nothing a formula.
    """
    match cell:
        case None:
            page.write_blank(row, column, None, look)
        case _Figure() | _Chance() | int() | float():
            number = cell.value if isinstance(cell, _Figure | _Chance) else cell
            page.write_number(row, column, number, look)
        case date():
            page.write_datetime(row, column, datetime.combine(cell, time()), look)
        case str():
            held = cell if len(cell) <= _LONGEST_TEXT else cell[: _LONGEST_TEXT - 1] + "…"
            if kind == "url" and len(cell) <= _LONGEST_URL and facts.is_web_address(cell):
                page.write_url(row, column, cell, look, string=held)
            else:
                page.write_string(row, column, held, look)


def _lines(words: str, digits: int) -> int:
    """Return the lines of a text broken where it may be, or anywhere within a longer word."""
    count, used = 1, 0
    for part in _BREAKS.findall(words):
        needed = display.display_width(part)
        if part.isspace() or used + needed <= digits:
            used += needed
        else:
            more = (needed - 1) // digits
            count, used = count + (used > 0) + more, needed - more * digits
    return count
