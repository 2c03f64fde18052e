"""The beginning of a plan of one's own: a folder that can be asked, a workbook to fill in.

Goals that are said in a line or a row each make the folder; everything that a plan file needs
beside them is written there, to be looked at and changed. The workbook has sheets of goals,
figures, sources, judgements, delivery of measures. Heads are locked, what is filled in is not;
lists and limits of cells are checked by the spreadsheet as they are by us. There are no formulas
and no macros, and the same plan gives the same bytes.
"""

from __future__ import annotations

import errno
import gc
import math
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from shlex import quote
from textwrap import wrap
from typing import Any, Final, TypeAlias
from zipfile import ZipFile

from bcforecast import cells, config, edge, saving
from bcforecast import text as wording
from bcforecast.cells import EXAMPLE, plain_words
from bcforecast.edge import LARGEST_FIGURE
from bcforecast.errors import BcforecastError, ObservationError, PlanError, one_line
from bcforecast.plan import drafts, fields
from bcforecast.plan.drafts import OWN, GoalDraft, PlanDraft, identifier, unit_meant
from bcforecast.plan.goals import Compared, Goal, Indicator, Plan
from bcforecast.plan.reading import load_plan, yaml_bytes
from bcforecast.plan.targets import COMPARISONS
from bcforecast.text import LANGUAGES, Language, Message, text, unit_of

YEARS_BEFORE: Final = 10
"""Years before the plan for which there is a column in a table of figures to fill in."""

_Texts: TypeAlias = Sequence[str]

_ROWS: Final = 200
"""Rows below the heads that can be filled in."""

_MADE: Final = datetime(2026, 1, 1)
"""Stated as the date of making, whenever it is: the same bytes each time."""

_BLANK_SPAN: Final = (2015, 2030)
"""Years of the sheets of a workbook without a plan; heads may be changed."""

_LOOK: Final = config.shipped(Path(__file__).with_name("template.yaml"))
"""How cells look, and the sheets: columns, examples, what is offered."""

_HEAD_ROW: Final = 4
"""Row of the heads; above it stand title and note."""

EXAMPLES: Final = config.DATA_DIR.parent / "examples" / "plans"
"""Where plans that are shipped as examples stand, a folder each."""


def refuse_used(folder: Path) -> None:
    """Refuse a folder in which something stands already, or a path that is a file."""
    with saving.writing(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BcforecastError("cells.folder_used", file=folder)


def example_names() -> tuple[str, ...]:
    """Return the names of the plans that are shipped as examples."""
    return tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/plans")))


def copy_example(name: str, folder: Path) -> None:
    """Copy a shipped example to a folder that is new or empty, all of it or nothing."""
    refuse_used(folder)
    if name not in example_names():
        known = ", ".join(example_names()) or "-"
        raise BcforecastError("cells.no_example", found=name, allowed=known)
    with saving.whole_folder(saving.resolved(folder)) as made:
        shutil.copytree(EXAMPLES / name, made, dirs_exist_ok=True)


def refuse_wrong(folder: Path, draft: PlanDraft, *, lang: Language) -> None:
    """Refuse what would make no plan in a folder, as `start_folder` does, and write nothing."""
    with saving.passing_folder("bcforecast-init-") as place:
        made = place / "new" / saving.resolved(folder).name
        with _told(folder, made):
            start_folder(made, draft, lang=lang)


def start_folder(
    folder: Path, draft: PlanDraft, *, lang: Language, fill: Callable[[Path], None] | None = None
) -> Message:
    """Write the folder of a new plan, and what `fill` adds to it: all of it or nothing.

    Returns how figures will be counted, which is guessed from the units, and which names say a
    change. Names and comments are in `lang`. A BcforecastError if the folder is not empty, or what
    is given makes no plan or cannot be added.
    """
    refuse_used(folder)
    content, said_by = drafts.plan_content(draft, plan_id="", lang=lang)
    names = draft.names(draft.area, lang)
    years = "-".join([str(content["area"]), *re.findall("[0-9]{4}", draft.years)])
    named = identifier(saving.resolved(folder).name, years)
    content["id"] = named
    with saving.whole_folder(saving.resolved(folder)) as made, _told(folder, made, draft, said_by):
        (made / "plans").mkdir()
        file = made / "plans" / f"{named}.yaml"
        file.write_bytes(yaml_bytes(content))
        plan = load_plan(named, data_dir=made)
        known = {one.id: one for one in plan.indicators if not one.compared}
        kinds = []
        for each in known.values():
            kind = Message(f"plan.kind_{'index' if wording.index_base(each.unit) else each.kind}")
            unit = each.unit_names or unit_of(each.unit).names
            kinds.append(Message("start.kind", {"name": each.names, "unit": unit, "kind": kind}))
        counted = Message("start.kinds", {"kinds": wording.joined(kinds)})
        guessed = wording.joined([counted, *_unsaid(draft, plan, lang)], by="sentences")
        about = [text(f"start.about_{one}", lang) for one in ("plan", "indicators", "goals")]
        about.insert(2, guessed.render(lang))
        listed: list[tuple[str, str | Mapping[str, str]]] = [("area_names", names)]
        listed += [(one["id"], one["names"]) for one in content["indicators"]]
        listed += [(one["unit"], one.get("unit_names", "")) for one in content["indicators"]]
        for goal in content["goals"]:
            among, beside = goal.get("rank_among") or {}, goal.get("relative_to")
            listed += among.items() if isinstance(among, dict) else ((one, "") for one in among)
            if isinstance(beside, dict) and {"area", "names"} <= beside.keys():
                listed.append((beside["area"], beside["names"]))
        listed = [(said, words) for said, words in listed if words or wording.is_worded(said)]
        for one in draft.others:
            told = {"other": text("language.name", one), "code": one}
            # What is said in one language alone is no table of names.
            lacks = (said for said, words in listed if isinstance(words, str) or one not in words)
            told["names"] = ", ".join(dict.fromkeys(lacks))
            about += [text("start.about_missing", lang, **told)] if told["names"] else []
        lines = (line for part in about for row in part.splitlines() for line in wrap(row, 150))
        file.write_bytes("".join(f"# {line}\n" for line in lines).encode() + edge.read_bytes(file))
        span = [plan.year_name(year) for year in range(first_year(plan), plan.span.last + 1)]
        rows = [["area", "code", "indicator", "unit", "source", *span]]
        for (_, code), (called, counts) in plan.series.items():
            of = called.render(lang), code, counts.name(lang), counts.unit, OWN
            rows.append([*of, *[""] * len(span)])
        if len(plan.series) == len(known):  # of the plan's own area alone
            rows = [row[1:] for row in rows]
        (made / "figures.csv").write_text(edge.rows_text(rows), encoding="utf-8")
        title = text("start.source_title", lang, area=names[lang])
        own = {"source": OWN, "title": title, "issuer": names[lang], "published": "", "url": ""}
        own |= {name: said for name, said in draft.source.items() if name in own and said}
        own["verification"] = "copy" if draft.source.get("title") else fields.ENTERED
        sources = edge.rows_text([[*own], [*own.values()]])
        (made / "sources.csv").write_text(sources, encoding="utf-8")
        (made / "scenarios").mkdir()
        baseline = Path("scenarios") / f"{config.SCENARIO}.yaml"
        shutil.copy(config.DATA_DIR / baseline, made / baseline)
        readme = text("start.readme", lang, area=names[lang], folder=quote(folder.name), plan=named)
        (made / "README.md").write_text(readme + "\n", encoding="utf-8")
        if fill is not None:
            fill(made)
    return guessed


def _unsaid(draft: PlanDraft, plan: Plan, lang: Language) -> Iterator[Message]:
    """Yield of goals whose names say a change or a form, and nothing else does, how they count."""
    years = {"before": plan.span.first - 1, "first": plan.span.first, "last": plan.span.last}
    told = {key: plan.year_name(year) for key, year in years.items()}
    for what in ("changes", "forms"):
        said = (draft.names(one.name, lang)[lang] for one in draft.goals if one.unsaid == what)
        if names := [Message("plan.found_text", {"value": name}) for name in dict.fromkeys(said)]:
            yield Message(f"start.{what}", {"names": wording.joined(names, by="names"), **told})


@contextmanager
def _told(
    folder: Path, made: Path, draft: PlanDraft | None = None, said_by: Mapping[Any, GoalDraft] = {}
) -> Iterator[None]:
    """Have errors tell where a file would have been, or the row that said what is wrong."""
    try:
        yield
    except (PlanError, ObservationError) as error:
        told = dict(error.message.values)
        told["file"] = str(told.get("file")).replace(str(made), str(folder))
        said = type(error)(error.message.key, **told)
        raise (said if draft is None else drafts.in_its_cell(said, draft, said_by)) from None


def first_year(plan: Plan) -> int:
    """Return the first year of a table to fill in: ten years before, or a base year of a goal."""
    bases = (goal.base_year or plan.span.first for goal in plan.goals)
    return min(plan.span.first - YEARS_BEFORE, *bases)


def template_bytes(
    plan: Plan | None, *, lang: Language, flows: Sequence[tuple[str, str, str]] = ()
) -> bytes:
    """Return the workbook (.xlsx) in which a plan's figures, or a new plan's goals, are filled in.

    Without a plan the sheets are blank, to begin one. With `flows`, the yearly counts behind the
    plan's structures (identifier, unit, measure), there is a sheet for them.
    """
    from openpyxl import Workbook
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook()
    book.remove(book.active)
    title = text("template.title", lang) if plan is None else plan.name(lang)
    book.properties = DocumentProperties(title=title, created=_MADE, modified=_MADE)
    styles = {one.name: one for one in _styles(text("language.workbook_font", lang))}
    made = _Template(book, title, lang, styles)
    _goals(made, plan)
    first, last = _BLANK_SPAN if plan is None else (plan.span.first, plan.span.last)
    start = first if plan is None else first_year(plan)
    years = [str(y) if plan is None else plan.year_name(y) for y in range(start, last + 1)]
    way = None if plan is None else plan.fiscal_year
    before = 0 if way is None else (1 - int(way.begins[5:])) % 12
    span = range(12 * first - before, 12 * (last + 1) - before)
    months = [f"{month // 12}-{month % 12 + 1:02d}" for month in span]
    told = () if plan is None else plan.series.values()
    rows = [[one.id, one.name(lang), of.render(lang), _given(one.unit, lang)] for of, one in told]
    codes = [*dict.fromkeys(row[0] for row in rows)]  # each has a series of its own, which is first
    for name, others, heads in (("figures", "areas", years), ("months", "area_months", months)):
        _figures(made, name, [[*row[:2], row[3]] for row in rows[: len(codes)]], heads)
        if rows[len(codes) :]:
            _figures(made, others, rows[len(codes) :], heads)
    if flows and plan is not None:
        counts = [[one, plan.area, unit, measure] for one, unit, measure in flows]
        _figures(made, "flows", counts, years)
    made.add("sources")
    made.add("judgements", choices={} if plan is None else {0: codes})
    if plan is not None and plan.measures:
        _delivery(made, plan)
    buffer = BytesIO()
    try:
        ExcelWriter(book, ZipFile(buffer, "w")).save()
    except Exception as error:
        if type(error).__name__ != "SerialisationError":
            raise
        # Of a full disk, where lxml is installed, which says so again of what it left half written.
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        error.__traceback__ = None
        gc.collect()
        sys.unraisablehook = hook
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
    with ZipFile(buffer) as parts:
        return saving.zip_bytes({name: parts.read(name) for name in parts.namelist()})


def _styles(font: str) -> Iterator[Any]:
    from openpyxl import styles

    parts: dict[str, Callable[..., Any]] = {
        "font": partial(styles.Font, font, sz=10),
        "fill": partial(styles.PatternFill, "solid"),
        "border": lambda **look: styles.Border(*[styles.Side(**look)] * 4),
        "alignment": partial(styles.Alignment, vertical="center"),
        "protection": styles.Protection,
    }
    for name, look in _LOOK["formats"].items():
        made = {part: parts[part](**look.get(part, {})) for part in ("font", "alignment", *look)}
        yield styles.NamedStyle(name, **made)


def _given(unit: str, lang: Language) -> str:
    return unit_of(unit).names.render(lang)


@dataclass(frozen=True)
class _Template:
    book: Any
    title: str
    lang: Language
    styles: Mapping[str, Any]

    def word(self, name: str) -> str:
        """Return a text of the template."""
        return text(f"template.{name}", self.lang)

    def add(
        self,
        name: str,
        rows: Sequence[_Texts] = (),
        *,
        periods: _Texts = (),
        locked: int = 0,
        choices: Mapping[int, _Texts] | None = None,
        loose: int | None = None,
    ) -> Any:
        """Add a sheet: title, how it is filled in, heads, an example, rows, cells to fill in.

        The first `locked` cells of a row stay. In some a list of `choices` is offered, if a cell of
        the format can hold it; from that of the `loose` column one may depart.
        """
        from openpyxl.worksheet.protection import SheetProtection

        sheet_of = _LOOK["sheets"][name]
        widths, choices = sheet_of["widths"], {**sheet_of.get("choices", {}), **(choices or {})}
        if "example" in sheet_of:
            shows = re.compile("(example|comparator)_").match
            rows = [[self.word(s) if shows(s) else s for s in sheet_of["example"]], *rows]
        sheet = self.book.create_sheet(self.word(f"sheet_{name}"))
        self.write(sheet, 1, 1, f"{self.title} · {sheet.title}", "title")
        self.write(sheet, 2, 1, self.word(f"note_{name}").rstrip(), "note")
        sheet.merge_cells(None, 2, 1, 2, min(8, len(widths) + len(periods)))
        sheet.row_dimensions[2].height = 92 if name == "goals" else 48
        sheet.row_dimensions[_HEAD_ROW].height = 30
        sheet.freeze_panes = f"C{_HEAD_ROW + 1}"
        # Protected without a password: heads are kept from slips, not from their owner.
        free = dict.fromkeys(("formatColumns", "formatRows", "formatCells"), False)
        sheet.protection = SheetProtection(sheet=True, **free)
        heads = [(self.word(f"column_{one}"), width) for one, width in widths.items()]
        heads += [(period, 15.0) for period in periods]  # "more than 9,000"
        for place, (head, width) in enumerate(heads, 1):
            letter = self.write(sheet, _HEAD_ROW, place, head, "head").column_letter
            column, blank = sheet.column_dimensions[letter], self.styles["blank"]
            column.width = width + 0.71  # for the margins of a cell
            column.font, column.protection = blank.font, blank.protection
        self._printed(sheet, len(heads), len(periods))
        for n, texts in enumerate(rows):
            for place in range(len(heads)):
                cell: str | float = texts[place] if place < len(texts) else ""
                kind = "example" if n == 0 else "locked" if cell and place < locked else "open"
                # A spreadsheet can count with numbers; a code such as 2.10 is none.
                if place >= locked and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(cell)):
                    cell = float(cell)
                self.write(sheet, _HEAD_ROW + 1 + n, place + 1, cell, kind)
        for place, listed in choices.items():
            if len(offered := ",".join(listed)) <= 255:
                kind, offered = "information" if place == loose else "stop", f'"{offered}"'
                self.check(sheet, place + 1, kind, "look_list", type="list", formula1=offered)
        return sheet

    def write(self, sheet: Any, row: int, place: int, value: str | float, style: str) -> Any:
        """Write a cell, of which a text is no formula, whatever it begins with."""
        if len(str(value)) > _LONGEST:  # it would be cut off
            at = {"sheet": sheet.title, "cell": sheet.cell(row, place).coordinate, "most": _LONGEST}
            begins = one_line(str(value), longest=60)
            raise PlanError("template.too_long", **at, count=len(str(value)), found=begins)
        cell = sheet.cell(row, place, None if value == "" else value)
        if value and isinstance(value, str):
            cell.data_type = "s"
        cell.style = self.styles[style]
        return cell

    def comment(self, name: str) -> Any:
        """Return a note on a cell."""
        from openpyxl.comments import Comment

        return Comment(self.word(name), "bcforecast", height=110, width=260)

    def _printed(self, sheet: Any, heads: int, periods: int) -> None:
        """Say how a sheet is printed."""
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 8 if periods else 9  # A3 or A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = max(1, -(-periods // 16)), 0
        sheet.print_title_rows, sheet.print_title_cols = f"{_HEAD_ROW}:{_HEAD_ROW}", "A:B"
        sheet.print_area = f"A1:{sheet.cell(_HEAD_ROW, heads).column_letter}{_HEAD_ROW + _ROWS}"

    def check(
        self, sheet: Any, first: int, kind: str, said: str, *, last: int = 0, **rule: object
    ) -> None:
        """Have a spreadsheet check the cells of columns, and say something of one that is wrong."""
        from openpyxl.worksheet.datavalidation import DataValidation

        told = {"errorTitle": self.word("look"), "error": self.word(said), "errorStyle": kind}
        checked = DataValidation(allow_blank=True, showErrorMessage=True, **rule, **told)
        ends = sheet.cell(_HEAD_ROW, first), sheet.cell(_HEAD_ROW, last or first)
        left, right = (one.column_letter for one in ends)
        checked.add(f"{left}{_HEAD_ROW + 2}:{right}{_HEAD_ROW + _ROWS}")
        sheet.add_data_validation(checked)


def _goals(made: _Template, plan: Plan | None) -> None:
    known = (*COMPARISONS, *fields.CHANGES, "rank")
    words = {one: made.word(f"comparator_{one}") for one in known}
    choices = {3: list(words.values())}
    choices[2] = sorted({_given(unit, made.lang) for unit in wording.units()})
    rows = [] if plan is None else [*_goal_rows(plan, words, made.lang)]
    sheet = made.add("goals", rows, choices=choices, loose=2)
    about = ["", "", "", ""]
    if plan is not None:
        way = plan.fiscal_year
        head = plan.model_dump(mode="json", exclude=_NOT_OF_THE_HEAD, exclude_defaults=True)
        years = ("/" if way else "-").join(map(plan.year_name, (plan.span.first, plan.span.last)))
        fiscal = f"{way.written}={way.begins}" if way else ""
        about = [plan.area_names.render(made.lang), years, fiscal]
        more = _words(head)
        about += [more[n : n + _LONGEST] for n in range(0, len(more), _LONGEST)]
    places = [("area", 3, 1), ("years", 3, 3), ("fiscal", 3, 5), ("more", 1, 6)]
    for (name, row, place), one in zip(places, about, strict=False):
        made.write(sheet, row, place, made.word(f"column_{name}"), "head")
        made.write(sheet, row, place + 1, one, "open")
    for place, one in enumerate(about[4:], 8):  # what is more than a cell can hold
        made.write(sheet, 1, place, one, "open")
    sheet["F3"].comment = made.comment("about_fiscal")


def _goal_rows(plan: Plan, words: Mapping[str, str], lang: Language) -> Iterator[_Texts]:
    """Yield a row of each goal as `init` reads it, and of each indicator that no goal is on.

    A goal that could not be read back from its columns stands whole under *More*.
    """
    told, areas = set[Indicator](), dict[str, str]()
    units = {one.name(lang): _given(one.unit, lang) for one in plan.indicators}
    for goal in plan.goals:
        indicator, noted, form = plan.indicator_of(goal), dict(areas), dict[str, Any]()
        said = _asked(goal, plan, lang)
        if (compared := indicator.compared) is not None:
            indicator = next(one for one in plan.indicators if one.id == compared.own)
            comparator, target, form = _of_others(goal, compared, plan, lang)
            said = said and (comparator, target, said[2])
        about = [indicator.name(lang), _given(indicator.unit, lang)]
        asked = [words[said[0]], *said[1:]] if said else ["", "", ""]
        read = said and drafts.reads([*about, *asked], plan.fiscal_year, units)
        if read and _is_asked(form, read, plan, lang, noted):
            areas, more = noted, _beside_the_row(goal, plan)
        else:
            asked, more = ["", "", ""], _beside_the_row(goal, plan, form)
        own = {"id": indicator.id}
        if indicator not in told:
            own = _of_indicator(indicator, plan, lang, code=goal.id)
        told.add(indicator)
        yield [goal.id, *about, *asked, _words(more | ({"indicator": own} if own else {}))]
    for one in plan.indicators:
        if one not in told and not one.compared:
            more = {"indicator": _of_indicator(one, plan, lang, code=one.id)}
            yield [one.id, one.name(lang), _given(one.unit, lang), "", "", "", _words(more)]


_NOT_OF_THE_HEAD: Final = {"indicators", "goals", "span", "fiscal_year"}
_OF_A_GOAL: Final = ("names", "family", "aspiration", "bodies", "place", "quote")


def _words(more: Mapping[str, Any]) -> str:
    import yaml

    flow: Any = {"default_flow_style": True, "allow_unicode": True, "sort_keys": False}
    flow |= {"Dumper": config.yaml_types()[1], "width": math.inf}
    return str(yaml.dump(_short(more), **flow)).strip() if more else ""


_LONGEST: Final = 32_000
"""Characters of a cell, of which a spreadsheet takes no more than 32,767."""


def _short(given: Any) -> Any:
    if not isinstance(given, Mapping):
        return given
    if {*given} == {*LANGUAGES} and len({*given.values()}) == 1:
        return given[LANGUAGES[0]]
    return {key: _short(one) for key, one in given.items()}


def _beside_the_row(
    goal: Goal, plan: Plan, form: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what a plan says of a goal that stands in no column; all, with a `form`, if none."""
    given, own = goal.model_dump(mode="json"), plan.indicator_of(goal)
    more = {key: given[key] for key in _OF_A_GOAL if given[key]} if form is None else given
    if more.get("base_year"):
        more["base_year"] = plan.year_name(more["base_year"])
    if goal.names is None or more.get("names") in goal.usual_names(own, plan.year_name, own.names):
        more.pop("names", None)
    made = {"id", "indicator", *(("target", "unit", "comparator") if form else ())}
    made |= {"target"} if goal.amount is not None else set()
    return {key: one for key, one in more.items() if key not in made} | {**(form or {})}


def _of_indicator(one: Indicator, plan: Plan, lang: Language, *, code: str) -> dict[str, Any]:
    """Return what a plan says of an indicator that does not follow from a row with this `code`."""
    shown = {"id": code, "names": {lang: one.name(lang)}, "unit": one.unit}
    asked, ends = list[Any](), list[float]()
    for goal in plan.goals:
        compared = plan.indicator_of(goal).compared
        if one.id == goal.indicator or (compared and compared.own == one.id):
            ranked = goal.indicator.startswith(f"{one.id}_rank")
            told = None if ranked else goal.comparator
            asked.append({"indicator": code, "comparator": told, "total": goal.over == "total"})
        ends += [goal.target] * (one.id == goal.indicator and math.isfinite(goal.target))
    (usual,) = fields.with_defaults({"indicators": [shown], "goals": asked})["indicators"]
    usual["unit"] = unit_meant(_given(one.unit, lang))
    if min(ends, default=1.0) <= 0.0 or drafts.range_meant([one.name(lang)], one.unit, ends):
        usual["valid_range"] = None  # follows from these targets, or from the name
    known = one.model_dump(mode="json")
    return {k: said for k, said in known.items() if (said or None) != (usual.get(k) or None)}


def _of_others(
    goal: Goal, one: Compared, plan: Plan, lang: Language
) -> tuple[str, str, dict[str, Any]]:
    """Return comparator and target of a goal beside figures of others; what a plan's file says."""
    own = {each.id: each for each in plan.indicators}
    if goal.indicator.startswith(f"{one.own}_rank"):
        named = {area: one.area_name(area) for area, _ in one.beside}
        among = text("template.and", lang).join(name.render(lang) for name in named.values())
        target = text("template.target_rank", lang, place=one.place, areas=among)
        listed = {area: dict(name.values) for area, name in named.items()}
        among_them = listed if one.names else [*listed]
        return "rank", target, {"rank_among": among_them, "target": one.place}
    ((area, what),), unit = one.beside, own[one.own].unit
    target = own[what].name(lang)
    if elsewhere := area != plan.area:
        target = text("template.beside_area", lang, other=one.area_name(area))
    if one.factor != 1.0:
        target = text("template.beside_times", lang, other=target, factor=f"{one.factor:.15g}")
    if goal.target:
        size = f"{abs(goal.target):.15g}"
        plus = wording.difference(size, unit, _given(unit, lang), lang=lang)
        way = "plus" if goal.target > 0 else "minus"
        target = text(f"template.beside_{way}", lang, other=target, plus=plus)
    told: dict[str, Any] = {"area": area} if elsewhere else {}
    told |= {"names": dict(one.names[0][1].values)} if one.names else {}
    told |= {"indicator": what} if what != one.own else {}
    told |= {"factor": one.factor, "plus": goal.target}
    return goal.comparator, target, {"relative_to": told, "comparator": goal.comparator}


def _is_asked(
    form: Mapping[str, Any], read: GoalDraft, plan: Plan, lang: Language, areas: dict[str, str]
) -> bool:
    """Whether a row that is read asks for what a form says; the `areas` that it names are noted."""
    asked = drafts.with_areas(read.asked, PlanDraft(), {lang: plan.area_names.render(lang)}, areas)
    if "relative_to" in form:
        ids = {plain_words(one.name(lang)): one.id for one in plan.indicators}
        asked["relative_to"] = beside = {"factor": 1.0, "plus": 0.0} | asked.get("relative_to", {})
        if "indicator" in beside:
            beside["indicator"] = ids.get(plain_words(beside["indicator"]))
    return all(_short(said) == asked.get(key) for key, said in form.items())


def _asked(goal: Goal, plan: Plan, lang: Language) -> tuple[str, str, str] | None:
    """Return comparator, target and due date as `init` reads them; None of what no row can say."""
    (asked, most), comparator = goal.in_all, str(goal.comparator)
    target, due = f"{asked:.15g}", goal.due.isoformat()
    two_sided = goal.asks.two_sided
    years, upper = goal.years, most or 0.0
    change = goal.change if goal.amount is None else goal.amount
    if plan.fiscal_year is not None and goal.due == plan.last_day(years[-1]):
        due = plan.year_name(years[-1])
    if change is not None and two_sided:
        return None
    if goal.over is not None and len(years) > 1:
        if goal.due != plan.last_day(years[-1]):
            return None
        due = "/".join(map(plan.year_name, (years[0], years[-1])))
        due = due if goal.over == "mean" else text(f"template.due_{goal.over}", lang, years=due)
    if change is not None and goal.yearly is None:
        for one, (wanted, sign) in fields.CHANGES.items():
            if wanted == goal.comparator and change * sign > 0.0:
                comparator, change = one, change * sign
    if change is not None:
        form = "change" if goal.yearly is None else "yearly"
        size = f"{change if goal.yearly is None else goal.yearly:.15g}"
        amount = wording.difference(size, goal.unit, _given(goal.unit, lang), lang=lang)
        size = f"{size}%" if goal.amount is None else amount
        base = plan.year_name(goal.base_year or 0)
        target = text(f"template.target_{form}", lang, target=size, year=base)
    elif comparator == "between":
        target = f"{target}-{upper:.15g}"
    elif two_sided and not goal.assumed:
        target = f"{target} ± {upper - asked:.12g}"
    return comparator, target, due


def _figures(made: _Template, name: str, rows: Sequence[_Texts], periods: _Texts) -> None:
    count = len(_LOOK["sheets"][name]["widths"])  # the last are source and day
    sheet = made.add(name, rows, periods=periods, locked=count - 2)
    sheet.cell(_HEAD_ROW, count).comment = made.comment("about_published")
    between = {"type": "decimal", "formula1": -LARGEST_FIGURE, "formula2": LARGEST_FIGURE}
    last = count + len(periods)
    made.check(sheet, count + 1, "information", "look_figure", last=last, **between)


def _delivery(made: _Template, plan: Plan) -> None:
    keys = (one.replace(" ", "_") for one in reversed(cells.CLASSES))
    words = [text(f"delivery.status_{key}", made.lang) for key in keys]
    rows = [[plan.id, EXAMPLE, "", words[1], "2025-03-31", made.word("example_evidence"), "own"]]
    promises = (*plan.measures, *plan.safeguards)
    rows += [[plan.id, one.id, one.names.render(made.lang)] for one in promises]
    rows += [[plan.id, one.id, one.quote.render(made.lang)] for one in plan.qualitative_goals]
    made.add("delivery", rows, locked=3, choices={3: words})
