"""The report as a workbook: a first sheet to read, and sheets of one table each to work with.

Heads stand in the first row, so that a table can be filtered, sorted and read by other programs.
There are no formulas and no macros. An empty cell is a number that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from io import BytesIO
from itertools import chain
from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bcforecast import config
from bcforecast import text as wording
from bcforecast.plan.targets import SUMMED
from bcforecast.plotting import style
from bcforecast.reporting import facts, sentences
from bcforecast.reporting.display import display_width
from bcforecast.reporting.document import Document, Front, footer, plain_text
from bcforecast.reporting.facts import Facts, GoalFact
from bcforecast.reporting.tables import latest_and_way
from bcforecast.text import WEAK, Language, Message, Text, decimals, text, unit_name, unit_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Kind = str
"""How a column is set: one of those that `sheets.yaml` declares."""


class _Number(NamedTuple):
    """A number or a day in full, how it reads, and the format by which a cell shows it so."""

    value: float | date
    shown: str
    format: str


class _Chance(NamedTuple):
    """A probability in full, shown as its evidence grade allows; nothing where there is none.

    Of what is decided `said` is shown.
    """

    value: float | None
    grade: str
    said: Message | None = None


class _Amount(NamedTuple):
    """A number in a unit: with the decimals it was stated with, or computed, at `least` so many."""

    value: float | None
    unit: str = ""
    least: int | None = None


class _Unit(NamedTuple):
    unit: str
    own: Text


Value = (
    Message | tuple[Message, ...] | str | float | date | _Number | _Chance | _Amount | _Unit | None
)
"""What a record says: a word of the catalogue, several of them, a truth (yes or no), a number.

None is an empty cell: not known, never zero.
"""

Columns = Sequence[str | tuple[Message, Kind]]
"""Heads as `sheets.col_` or the catalogue has them, parted by blanks, or in words with a kind.

A kind that is not that of `_KINDS` stands behind a colon.
"""

Row = tuple[Value, ...]
Table = tuple[str, Columns, Iterable[Row]]
"""Name, columns and rows."""


Cell = str | _Number | None


class _Sheet(NamedTuple):
    name: str
    heads: list[str]
    kinds: list[Kind]
    rows: list[list[Cell]]


_DAY: Final = "yyyy-mm-dd"
_SET: Final[Mapping[Kind, dict[str, Any]]] = config.shipped(Path(__file__).with_name("sheets.yaml"))
_KINDS: Final = {head: kind for kind, how in _SET.items() for head in how.get("heads", ())}


def _sheet(table: Table, lang: Language) -> _Sheet:
    name, columns, records = table
    heads, kinds = list[str](), list[Kind]()
    for column in columns:
        if isinstance(column, tuple):
            heads.append(column[0].render(lang))
            kinds.append(column[1])
            continue
        for head, _, kind in (one.partition(":") for one in column.split()):
            own = "" if "." in head else "sheets.col_"
            heads.append(wording.column_head(head, lang, of=own))
            kinds.append(kind or _KINDS.get(head, "text"))
    rows = [
        [_cell(value, kind, lang) for value, kind in zip(record, kinds, strict=True)]
        for record in records
    ]
    return _Sheet(text(f"sheets.name_{name}", lang), heads, kinds, rows)


def _cell(value: Value, kind: Kind, lang: Language) -> Cell:
    match value:
        case (float(number), *_) | float(number) if not isfinite(number):
            return None
        case None | str() | _Number():
            return value
        case bool():
            return text("sheets.yes" if value else "sheets.no", lang)
        case Message():
            return value.render(lang)
        case _Unit(unit, own):
            return unit_name(unit, lang, own)
        case _Amount(number, unit, least):  # in the unit in which the report prints it
            if number is not None and unit and (factor := wording.printed_scale(unit, lang)) != 1.0:
                number, unit = wording.twelve_digits(number / factor), "-"
            stated = len(f"{number or 0:.4f}".rstrip("0").partition(".")[2])
            deserved = decimals(number or 0.0, unit=unit)
            if least is not None and abs(number or 0.0) < 1000:
                deserved = max(least, deserved)
            return _figure(number, stated if least is None else deserved)
        case _Chance(number, grade, said):
            if number is None:
                return None
            # Whole percents, and as a bound what would else read as 0 % or 100 %; on weak evidence
            # the format is the words themselves.
            shown = said.render(lang) if said else wording.chance(number, grade=grade, lang=lang)
            above, below = (wording.percent(end, lang=lang) for end in (1.0, 0.0))
            bounded = f'[>=0.995]"{above}";[<=0.005]"{below}";0%'
            return _Number(number, shown, f'"{shown}"' if said or grade in WEAK else bounded)
        case date():
            return _Number(value, _DAY, _DAY)
        case int() | float():
            shown = f"{100 * value:.1f}%" if kind == "rate" else str(value)
            return _Number(value, shown, _SET[kind].get("format", ""))
        case _:
            return wording.listed(value, lang=lang) or None


def _figure(value: float | None, places: int) -> _Number | None:
    if value is None:
        return None
    zeros = f"{0:,.{places}f}".replace("0", "#,##0", 1)
    return _Number(value, f"{value:,.{places}f}", zeros)


def _said(one: GoalFact | facts.PastFact) -> tuple[_Chance, Message]:
    met = one.met if isinstance(one, GoalFact) else None
    word = wording.verdict_message(one.verdict, grade=one.grade, met=met)
    return _Chance(one.probability, one.grade, None if met is None else word), word


_PROMISE: Final = "code comparator target unit due probability verdict"


def _promise(goal: GoalFact) -> Row:
    comparator = Message(f"sheets.comparator_{goal.comparator}")
    unit, target = _Unit(goal.unit, goal.unit_name), _in_all(goal, goal.target)
    return goal.id, comparator, target, unit, goal.due, *_said(goal)


def _in_all(goal: GoalFact, value: float | None, least: int | None = None) -> _Amount:
    """Return a figure of the goal, of a total over years in all of them, as the plan says it."""
    if value is not None:
        value = wording.twelve_digits(goal.added_years * value)
    return _Amount(value, goal.unit, least)


def _of_goals(result: Facts, lang: Language) -> Iterator[Table]:
    goals, rows = result.goals, list[Row]()
    for goal in chain.from_iterable(sentences.by_rating(result).values()):
        target, stood = sentences.target_of(goal, lang=lang), latest_and_way(goal, lang=lang)
        step, *_ = sentences.next_step(goal, result, lang=lang)
        rows.append((goal.grade, goal.name, target, *_said(goal), stood, step))
    columns = "grade goal:wrapped promised probability verdict report.col_trend:wrapped"
    yield "summary", (columns, "report.col_next:wrapped"), rows
    rows, ranged = [], any(goal.upper is not None for goal in goals)
    covered = any(goal.covered is not None for goal in goals)
    for goal in goals:
        beyond = None if goal.upper is None else goal.upper - goal.target
        within = (goal.upper, None) if goal.comparator == "between" else (None, beyond)
        limits = (_in_all(goal, one) for one in within * ranged)
        ends = (goal.q10, goal.q50, goal.q90) if goal.met is None else (None,) * 3
        quantiles = (_in_all(goal, one, 0) for one in ends)
        # A yearly increment of whole things is itself seldom whole: it keeps a decimal.
        # A ratio moves in percentage points alone.
        rate = None if wording.is_percent(goal.unit) else goal.required_rate
        pace = _Amount(goal.required_increment, goal.unit, 1), rate
        latest: Value = _Amount(goal.latest, goal.unit)
        year, gap, last = goal.latest_year, _Amount(goal.gap, goal.unit, 0), goal.last
        if goal.latest is not None and (bound := goal.bound) is not None:
            latest, year, gap = bound.words.render(lang), bound.year, _Amount(None)
            pace = _Amount(None), None
        elif goal.over in SUMMED:  # what there is of it, and what is missing
            by_year, pace = goal.known_years, (_Amount(None), None)
            gap = _Amount(goal.gap_in_all, goal.unit, 0)
            if by_year and goal.over == "total":
                latest, year = _Amount(goal.known_in_all, goal.unit), max(by_year)
        rows.append((
            goal.name, *_promise(goal), *limits, goal.grade, *quantiles,
            latest, year, Message(f"observations.status_{last.status}") if last else None, gap,
            *((None, None) if sentences.needs_nothing(goal) else pace),
            goal.aspiration, goal.model, goal.bodies, goal.place, goal.quote,
            *[goal.covered] * covered,
        ))  # fmt: skip
    said = "gap required_increment required_rate aspiration model bodies place quote"
    said += " delivery.column_covered:rate" * covered
    more = "range_end tolerance " * ranged
    columns = f"goal:wrapped {_PROMISE} {more}grade q10 q50 q90 latest latest_year status {said}"
    yield "goals", (columns,), rows
    chances: list[tuple[Message, Kind]] = [
        (Message("news.column_at", {"day": wording.day_message(one)}), "probability")
        for one in (result.since, result.as_of)
        if one is not None
    ]
    rows = []
    for goal in goals:
        if (was := goal.before) is not None:
            moved = _Chance(was.probability, was.grade), _said(goal)[0]
            rows.append((goal.name, goal.id, *moved, was.grade, goal.grade, was.why))
    told = "grade_before:grade grade news.column_why:wrapped"
    yield "changes", ("goal code", *chances, told), rows
    levels = sorted({level for goal in goals if goal.forecast for level in goal.forecast.levels})
    shown: list[tuple[Message, Kind]] = [
        (Message(f"sheets.col_{name}", {"level": f"{100 * level:.0f}%"}), "figure")
        for level in levels
        for name in ("lower_of", "upper_of")
    ]
    forecasts = (row for goal in goals for row in _forecast(goal, levels))
    yield "forecasts", ("goal code unit year q50", *shown), forecasts
    rows = []
    for goal in goals:
        named = goal.name, goal.id, _Unit(goal.unit, goal.unit_name)
        rows += [(*named, year, _Amount(one, goal.unit, 0)) for year, one in goal.levels.items()]
    yield "levels", ("goal code unit year level",), rows


def _forecast(goal: GoalFact, levels: Sequence[float]) -> Iterator[Row]:
    """Yield the forecast of a goal for each year; an event has none but its chances."""
    named = goal.name, goal.id, _Unit(goal.unit, goal.unit_name)
    if goal.met_by_year is None and (fan := goal.forecast) is not None:
        for i, year in enumerate(fan.years):
            ends = {v: (fan.lower[k][i], fan.upper[k][i]) for k, v in enumerate(fan.levels)}
            found = (fan.median[i], *(end for v in levels for end in ends.get(v, (None, None))))
            yield *named, year, *(_Amount(one, goal.unit, 0) for one in found)


def _together(result: Facts) -> Iterator[Table]:
    names, grade = {goal.id: goal.name for goal in result.goals}, result.joint_grade
    # Two goals on one indicator have one name: their identifiers tell them apart.
    heads: list[tuple[Message, Kind]] = [
        (name if [*names.values()].count(name) == 1 else Text.untranslated(goal), "probability")
        for goal, name in names.items()
    ]
    missed = [goal.name for goal in result.goals if goal.met is False]
    lost, never = tuple(missed), Message("explorer.impossible") if missed else None
    rows: list[Row] = []
    for one in result.scenarios:
        told = {goal.id: _said(goal)[0] for goal in result.goals}
        chances = (known._replace(value=one.goals.get(goal)) for goal, known in told.items())
        weakest = lost or names.get(one.weakest)
        joint = _Chance(one.all, grade, never), _figure(one.expected, 1), weakest
        rows.append((one.name, one.scenario, *joint, *chances, one.author, one.reason))
    yield "scenarios", ("scenario code all_met expected weakest", *heads, "author reason"), rows
    rows = []
    for one in result.scenarios:
        for size in one.assumptions:
            about = size.name, size.measure, size.unit
            ends = _Amount(size.sd), size.recovered, size.note
            for year, assumed in size.by_year.items():
                rows.append((one.name, *about, year, _Amount(assumed), *ends))
    yield "sizes", ("scenario lever measure:code unit year size sd recovered note",), rows
    rows = []
    if (found := result.joint) is not None:
        count, weakest = _figure(len(found.goals), 0), result.goal(found.weakest).name
        known = {"all": found.all_met, "lower": found.lower, "upper": found.upper}
        for name, share in {**known, "independent": found.independent}.items():
            rows.append((Message(f"sheets.joint_{name}"), count, _Chance(share, grade, never)))
        for number, share in enumerate(found.number_met):
            exactly = Message("sheets.joint_exactly")
            rows.append((exactly, _figure(number, 0), _Chance(share, grade)))
        rows.append((Message("sheets.joint_expected"), _figure(found.expected, 1), None))
        if not lost:
            rows.append((Message("sheets.joint_weakest", {"name": weakest}), None, None))
    yield "joint", ("statement number probability",), rows


def _judged(result: Facts) -> Iterator[Table]:
    """Yield what is said of each goal beside its forecast, and goals without a number."""
    years, levers, rules = list[Row](), list[Row](), list[Row]()
    for goal in result.goals:
        named, grade = (goal.name, goal.id), goal.grade
        due = goal.due_year
        told = [(y.year, y.holds, y.reached_by) for y in goal.years if y.year <= due]
        if goal.over and goal.probability is not None:  # decided at the end of its years
            told = [(due, goal.probability, goal.probability)]
        for year, *shares in told:
            years.append((*named, year, *(_Chance(share, grade) for share in shares)))
        for push in goal.pushes:
            chances = (_Chance(share, grade) for share in (goal.probability, push.reached))
            levers.append((*named, push.words, *chances, push.feasible))
        for one in goal.rules:
            unit, value = goal.unit, _Amount(one.value, goal.unit if one.in_unit else "-", 2)
            numbers = value, _Amount(one.projected, unit, 0), _Unit(unit, goal.unit_name)
            rules.append((*named, one.name, one.label, one.says_met, *numbers))
    yield "years", ("goal code year explain.by_year_holds explain.by_year_reached",), years
    yield "levers", ("goal code push probability reached enough",), levers
    said = "explain.column_rule explain.column_label explain.column_says explain.column_value"
    yield "rules", ("goal code", said, "projected unit"), rules
    every = (*result.qualitative, *result.milestones)
    tracked = ((o.quote, o.place, o.bodies, o.goal and result.goal(o.goal).name) for o in every)
    yield "tracked", ("quote place bodies goal",), tracked
    said_of = sentences.status_of
    measures = (
        (
            m.name, m.id, tuple(result.goal(goal).name for goal in m.goals), m.bodies,
            m.status and said_of(m.status), m.due, m.overdue, m.date, m.evidence, m.source,
        )
        for m in result.measures
    )  # fmt: skip
    said = "delivery.column_measure:wrapped code delivery.column_goals:wrapped bodies"
    said += " delivery.column_status due overdue delivery.column_date:day"
    yield "delivery", (said, "evidence:wrapped source"), measures


def _figures(result: Facts) -> Iterator[Row]:
    """Yield each figure once for the goals that use it, and once for others, with names."""
    goals: dict[tuple[facts.FigureFact, bool, Text, Text], tuple[dict[Text, None], ...]] = {}
    for goal in result.goals:
        for series in goal.series:
            for one in (*series.used, *series.unused):
                alone = goal.family or goal.name if one.indicator == goal.indicator else None
                unit = goal.unit_name if one.unit == goal.unit else Text.of(unit_of(one.unit).names)
                named = series.size or alone or Text.untranslated(one.indicator)
                used = one in series.used and goal.probability is not None
                names, called = goals.setdefault((one, used, series.area_name, unit), ({}, {}))
                names[goal.name] = called[named] = None
    for (one, used, area, unit), (names, called) in goals.items():
        # Goals that are no family, each of its own name, have no name for what they count.
        indicator = next(iter(called)) if len(called) == 1 else Text.untranslated(one.indicator)
        yield (
            area, indicator, one.indicator, one.period, *_value(one, one.unit),
            _Unit(one.unit, unit), Message(f"observations.status_{one.status}"), one.published,
            one.published_assumed, one.source, Message(f"sheets.{'not_' * (not used)}used"),
            one.remark, one.note, tuple(names),
        )  # fmt: skip


def _value(known: facts.FigureFact | facts.OutcomeFact, unit: str) -> Iterator[Value]:
    return (_Amount(one, unit) for one in (known.value, known.lower, known.upper))


def _data(document: Document) -> Iterator[Table]:
    """Yield what was published, before and after, and what the report was made from."""
    result = document.result
    columns = "area indicator code period value lower upper unit status published"
    more = "published_assumed source used remark note goals"
    yield "observations", (columns, more), _figures(result)
    rows: list[Row] = []
    for goal in result.goals:
        if (known := goal.outcome) is not None:
            firm = Message(f"observations.status_{known.status}")
            seen = known.period, *_value(known, goal.unit), firm, _met(known)
            rows.append((goal.name, *_promise(goal), *seen, known.published, known.source))
    columns = f"goal {_PROMISE} period value lower upper status met published source"
    yield "outcomes", (columns,), rows
    rows = []
    for past in result.past:
        goal = result.goal(past.goal)
        rows.append((
            goal.name, goal.id, past.as_of, *_said(past), past.grade, _met(goal.outcome),
            past.known_already, _figure(past.brier, 3), past.inside_80, past.rules_right,
            past.rules_wrong,
        ))  # fmt: skip
    columns = "goal code hindcast.column_day probability verdict grade met known_already"
    more = "hindcast.column_brier hindcast.column_inside rules_right rules_wrong"
    yield "record", (columns, more), rows
    rows = []
    for source in result.sources:
        seen = source.url or None, Message(f"report.seen_{source.verification}")
        rows.append((source.id, source.title, source.issuer, *seen))
    yield "sources", ("source title issuer url verification",), rows
    made: dict[str, Value] = {"plan": result.plan.id, "as_of": result.as_of}
    made |= {"words": result.plan.source} if result.plan.source else {}
    made |= {"scenario": result.scenario, "seed": result.seed, "lang": document.lang}
    made |= {"result": result.document, "document": document.document}
    methods = enumerate(sentences.methods(result, lang=document.lang), start=1)
    rows = [(Message(f"sheets.made_{name}"), value) for name, value in made.items()]
    rows += [(Message("sheets.made_method", {"number": i}), said) for i, said in methods]
    yield "method", ("item said",), rows


def _met(known: facts.OutcomeFact | None) -> Message | None:
    return Message(f"sheets.outcome_{sentences.ending(known)}") if known else None


def xlsx_bytes(document: Document, _pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the report as an Office Open XML workbook; equal documents give equal bytes."""
    # XlsxWriter takes a while to import, and only this needs it.
    from xlsxwriter import Workbook

    result, lang, front = document.result, document.lang, document.front
    tables = (*_of_goals(result, lang), *_together(result), *_judged(result), *_data(document))
    summary, *others = (_sheet(table, lang) for table in tables)
    sheets = [sheet for sheet in others if sheet.rows]
    font = {"font_name": text("language.workbook_font", lang), "font_size": _BODY}
    options = {"in_memory": True, "default_format_properties": font}
    options |= {f"strings_to_{name}": False for name in ("formulas", "numbers", "urls")}
    named = {"title": front.title, "subject": front.kicker, "author": document.provenance.author}
    buffer = BytesIO()
    with Workbook(buffer, options) as workbook:
        workbook.set_properties({**named, "created": datetime.combine(document.dated, time())})
        book = _Book(workbook, lang)
        book.write_summary(front, map(plain_text, sentences.brief(result, lang=lang)), summary)
        for sheet in sheets:
            book.write_sheet(sheet, title=front.title)
    return buffer.getvalue()


_HEAD_FILL: Final = "#e7eef5"
_A3: Final = 8
_A4: Final = 9
_WIDE: Final = 170
"""From this many digits on, a sheet that is fitted to the width of A4 could not be read."""
_WIDEST: Final = 360  # so many digits a page of A3 holds that can be read

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


class _Book:
    def __init__(self, workbook: Workbook, lang: Language) -> None:
        self._workbook, self._lang = workbook, lang

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
        page.repeat_columns(0)
        self._print_setup(page, title, width=sum(widths))

    def write_summary(self, front: Front, brief: Iterable[str], goals: _Sheet) -> None:
        """Add the first sheet: title page, what to do first, a row a goal, how to read it all."""
        page = self._workbook.add_worksheet(goals.name)
        page.hide_gridlines(2)
        widths = self._set_widths(page, goals)
        quiet = self._look(font_color=style.QUIET, valign="top")

        def line(row: int, words: str, look: Format, size: int = _BODY) -> int:
            """Write a text across all columns, in as many lines as it needs."""
            needed = display_width(words) * size / _BODY
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
        row += 1
        for said in brief:
            row = line(row, said, self._look(text_wrap=True, valign="top"))
        row = title(row + 1, text("report.summary_caption", self._lang), 12)
        row = self._write_table(page, goals, widths, top=row)
        row = title(row + 1, front.legend.caption, 12)
        for grade, meaning in (map(plain_text, cells) for cells in front.legend.rows):
            _write_cell(page, row, 0, grade, self._cell_look("grade", grade, valign="vcenter"))
            _write_cell(page, row, 1, meaning, self._look(indent=1, valign="vcenter"))
            page.set_row(row, _POINTS_A_LINE)
            row += 1
        row += 1
        notes = [text(f"sheets.note_{name}", self._lang) for name in ("cells", "events")]
        notes += [text("language.label", self._lang, name=n, value=v) for n, v in front.notes]
        for note in (front.legend.note, *notes, footer(self._lang, annex=False)):
            row = line(row, note, self._look(text_wrap=True, valign="top", font_size=9))
        page.set_landscape()
        self._print_setup(page, front.kicker)

    def _set_widths(self, page: Worksheet, sheet: _Sheet) -> list[int]:
        """Make columns so wide, in digits, that nothing is cut off; heads take two lines."""
        widths = []
        for i, (head, kind) in enumerate(zip(sheet.heads, sheet.kinds, strict=True)):
            widest = max((_shown_width(row[i]) for row in sheet.rows), default=0) + _MARGIN
            words = map(display_width, style.PARTS.findall(head))
            head_width = max(ceil(display_width(head) / 2), *words) + _FILTER_BUTTON
            held = min(widest, _SET[kind].get("widest", widest))
            widths.append(max(_NARROWEST, held, head_width))
            page.set_column(i, i, widths[-1])
        return widths

    def _write_table(self, page: Worksheet, sheet: _Sheet, widths: list[int], *, top: int) -> int:
        lines_of = partial(style.count_lines, measure=display_width)
        rooms = zip(sheet.heads, widths, strict=True)
        lines = max(lines_of(head, width - _FILTER_BUTTON) for head, width in rooms)
        page.set_row(top, _POINTS_A_LINE * lines + _HEAD_PADDING)
        for i, (head, kind) in enumerate(zip(sheet.heads, sheet.kinds, strict=True)):
            set_as = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": _HEAD_FILL}
            # To the right a button to filter by stands in the head.
            set_as |= {"bottom": 1, "bottom_color": style.FORECAST, **_side(kind), "indent": 1}
            _write_cell(page, top, i, head, self._look(**set_as))
        for row, cells in enumerate(sheet.rows, start=top + 1):
            told = zip(cells, sheet.kinds, widths, strict=True)
            broken = (
                (c, w) for c, kind, w in told if isinstance(c, str) and "widest" in _SET[kind]
            )
            lines = max((lines_of(cell, w - _MARGIN) for cell, w in broken), default=1)
            page.set_row(row, _POINTS_A_LINE * lines)
            for i, (kind, cell) in enumerate(zip(sheet.kinds, cells, strict=True)):
                look = self._cell_look(kind, cell, valign="vcenter" if lines == 1 else "top")
                _write_cell(page, row, i, cell, look, kind=kind)
        return top + 1 + len(sheet.rows)

    def _cell_look(self, kind: Kind, value: Cell, *, valign: str = "top") -> Format:
        look: dict[str, object] = {"bottom": 1, "bottom_color": style.RULE, "valign": valign}
        look |= _side(kind)
        shown = value.format if isinstance(value, _Number) else _SET[kind].get("format", "")
        look |= {"text_wrap": "widest" in _SET[kind] and shown != _DAY}
        look |= {"num_format": shown} if shown else {}
        if kind == "url":
            look |= {"font_color": style.FORECAST, "underline": 1}
        elif kind == "grade" and value in style.GRADE_COLOURS:
            colour = style.GRADE_COLOURS[str(value)]
            look |= {"bold": True, "font_color": "white", "bg_color": colour}
        return self._look(**look)

    def _look(self, **properties: object) -> Format:
        return self._workbook.add_format({"font_color": style.INK, **properties})

    def _print_setup(self, page: Worksheet, title: str, *, width: int = 0) -> None:
        page.set_paper(_A3 if width > _WIDE else _A4)
        page.fit_to_pages(max(1, ceil(width / _WIDEST)), 0)
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
        case _Number(date() as day):
            page.write_datetime(row, column, datetime.combine(day, time()), look)
        case _Number(number):
            page.write_number(row, column, number, look)
        case str():
            held = cell if len(cell) <= _LONGEST_TEXT else cell[: _LONGEST_TEXT - 1] + "…"
            if kind == "url" and len(cell) <= _LONGEST_URL and facts.is_web_address(cell):
                page.write_url(row, column, cell, look, string=held)
            else:
                page.write_string(row, column, held, look)


def _side(kind: Kind) -> dict[str, object]:
    side = _SET[kind].get("side", "left")
    return {"align": side, "indent": int(side == "left")}


def _shown_width(cell: Cell) -> int:
    if isinstance(cell, _Number):
        return display_width(cell.shown)
    # The fonts set Chinese a little wider than two digits.
    return ceil(1.05 * display_width(cell or ""))
