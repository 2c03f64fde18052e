"""Goals as one says them, in a line or a row: *name, unit, comparator, target, due*."""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from bcforecast import cells, config
from bcforecast import text as wording
from bcforecast.calls import as_found
from bcforecast.cells import EXAMPLE, Decimals, FiscalYears, as_text, plain_words
from bcforecast.errors import BcforecastError, ObservationError, PlanError, Problems, one_line
from bcforecast.plan import fields
from bcforecast.plan.targets import COMPARISONS, ONE_SIDED
from bcforecast.sheets import Sheet, in_cell
from bcforecast.text import Language, Message, is_percent, text, twelve_digits, unit_of


class GoalDraft(NamedTuple):
    """A goal as one says it: what it counts, the unit, and what is `asked`, as in a plan's file.

    Without `due` that is the plan's last year; `indicator` has what else the plan says of it. What
    asks nothing is an indicator that goals are held against. `code` is an identifier; `cells` are
    those of its row, by column; `spans` says that its due date is several years.
    """

    name: str
    unit: str
    asked: Mapping[str, Any]
    code: str = ""
    cells: Mapping[str, str] = {}
    spans: bool = False

    @property
    def asks(self) -> bool:
        """Whether it is a goal, and not an indicator alone."""
        return bool(self.asked.keys() - {"indicator"})

    @property
    def unsaid(self) -> str:
        """What its name alone says of it: `changes`, as New parks and 能耗降低 do, or `forms`.

        Of these are a total or a mean over years, and what is kept in every year. Growth in percent
        that is that of years on average, GDP年均增长, is a `mean`.
        """
        forms = {"base_year", "growth_from", "total", "every_year", "rank_among"}
        told = self.asked.get("comparator") in ("event", *fields.CHANGES) or forms & {*self.asked}
        if told or not self.asks or self.spans:
            return ""
        said, names = cells.said_as, self.name.split("|")
        if self.unit.split(" | ")[0] == "%" and cells.says("growth_on_average", self.name):
            return "mean"
        if "relative_to" in self.asked:
            return ""
        changes = any(said("changing", one) and not said("named_new", one) for one in names)
        return "forms" if cells.says("forms", f"{self.name} {self.unit}") else "changes" * changes

    @property
    def words(self) -> list[str]:
        """What another language may call otherwise: its name, a word for the unit, areas."""
        units = [self.unit][: wording.is_worded(self.unit)]
        area = self.asked.get("relative_to", {}).get("area")
        return [self.name, *units, *self.asked.get("rank_among", [area] if area else [])]

    def called(self, words: Mapping[str, str]) -> GoalDraft:
        """Return the goal with these words for its own."""
        asked, among = dict(self.asked), self.asked.get("rank_among")
        asked |= {"rank_among": [words[one] for one in among]} if among else {}
        if "area" in (beside := asked.get("relative_to", {})):
            asked["relative_to"] = {**beside, "area": words[beside["area"]]}
        unit = words.get(self.unit, self.unit)
        return self._replace(name=words[self.name], unit=unit, asked=asked)


@dataclass
class PlanDraft:
    """A plan as one says it: goals, area, first and last year, what `more` its file has to say.

    `source` is what is said of the figures' own source, `OWN`, by column; `head` the cell in which
    it is said what `more` there is, `problems` rows that are no goals, `near` what rows lack that
    look like heads, where there are no goals. With `others`, languages beside the first, a name may
    be said in each: `Haus | 房屋`. `state` is what a table's title ends in: （征求意见稿）.
    """

    goals: list[GoalDraft] = field(default_factory=list)
    area: str = ""
    years: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    head: str = ""
    others: Sequence[Language] = ()
    problems: Problems[PlanError] = field(default_factory=Problems)
    near: Sequence[PlanError] = ()
    state: str = ""
    notes: list[Message] = field(default_factory=list)

    def names(self, said: str, lang: Language) -> dict[str, str]:
        """Return a name by language, that in `lang` first; only those in which it is said."""
        first, *rest = map(str.strip, said.split("|", len(self.others)))
        told = zip(self.others, rest, strict=False)
        return {lang: first or said, **{one: name for one, name in told if name}}


_HEAD: Final = "template.column_more"

OWN: Final = "own"
"""The source of the figures of a new plan."""


def fiscal_said(said: str) -> dict[str, Any]:
    """Read `2024-25=2024-04`: how the fiscal year is written that begins in a month."""
    written, _, begins = (one.strip() for one in said.partition("="))
    more = {"fiscal_year": {"begins": begins, "written": written}}
    if FiscalYears.of(more) is None:
        raise PlanError("cells.wrong_fiscal", found=said)
    return more


def parse_goal(
    said: str, *, decimal: Decimals | None = None, fiscal: FiscalYears | None = None
) -> GoalDraft:
    """Read a goal such as `High-tech enterprises, enterprises, more than, 530, 2022`.

    Semicolons or full-width commas may stand between the parts, which a comma within a part needs;
    or the part stands in quotation marks. The due date may be left out, and the unit empty; a part
    may say comparator and target, as in `at least 80, 2027`. The `decimal` mark is that which the
    target leaves no doubt of, unless given; `fiscal` is how fiscal years are written. A PlanError
    says which part is wrong, and what is allowed.
    """
    said = " ".join(said.split())
    marks = (mark for fewest in (3, 2) for mark in ";；؛，،、," if said.count(mark) >= fewest)
    mark = next(marks, ",")
    parts = next(csv.reader([said.replace(mark, "\x1f")], delimiter="\x1f"), [])
    if mark == ",":  # a year has four digits, so that three behind a comma are thousands
        thousands = r"(?<=[0-9]),(?=(?:[0-9]{2},)*[0-9]{3}(?![0-9]))"
        apart = said if decimal == "," else re.sub(thousands, "\x1f", said)
        parts = next(csv.reader([apart], skipinitialspace=True), [])
    parts = [part.strip().replace("\x1f", "," if n < 2 else "") for n, part in enumerate(parts)]
    if len(parts) == 3:  # at least 80 by 2027
        both = max(_with_due(parts[2], fiscal), key=lambda told: len(told[1]), default=parts[2:])
        parts[2:] = both
    if len(parts) not in (4, 5) or not all([parts[0], *parts[2:]]):
        raise PlanError("cells.bad_goal", found=said)
    parts[:2] = _called(*parts[:2])
    dated = len(parts) == 4 and re.search("[12][0-9]{3}", parts[3])
    if dated and not cells.meaning("comparators", parts[2]):  # at least 80, 2027
        with suppress(PlanError):
            parts[2:3] = _asked(said, parts[2], unit=unit_meant(parts[1]), mark=decimal, way="")
    mark_said = decimal or cells.mark_said(parts[3:4])
    return _first_read(parts, fiscal, lambda one: _read(said, one, mark_said, fiscal))


def _first_read(
    parts: Sequence[str], fiscal: FiscalYears | None, read: Callable[[list[str]], GoalDraft]
) -> GoalDraft:
    """Read the parts of a goal, or else those in which its target says when it is due.

    Such are `60 or less by 2030` and `70,000 in total 2024–2030`; of what cannot be read at all is
    told what is wrong with it as it stands.
    """
    try:
        return read([*parts])
    except PlanError as error:
        wrong = [error]
    for both in _with_due(parts[3], fiscal):
        try:
            return read([*parts[:3], *both])
        except PlanError as error:
            wrong.append(error)
    raise wrong[min(1, len(wrong) - 1)]


def _with_due(target: str, fiscal: FiscalYears | None) -> Iterator[tuple[str, str]]:
    """Yield what a target may be, and when it is due, where it says both."""
    for first, last in cells.parted(" ".join(target.split())):
        for rest, when in ((first, last), (last, first)):
            if _says_when(when, fiscal):
                yield rest.rstrip(" ,;，；"), when


_A_YEAR: Final = "(?:fy ?)?[12][0-9]{3}(?:/[0-9]{2,4})?"


def _says_when(words: str, fiscal: FiscalYears | None) -> bool:
    """Whether words are a due date that is told as one, or a span of years; no year alone."""
    shapes = ("due_by", "due_total", "due_every", "due_mean")
    told = next(filter(None, (cells.said_as(one, words) for one in shapes)), {"year": words})
    years = next(iter(told.values()))
    ends = [one.removesuffix("年") for one in cells.ends_of(years)]
    known = _named(fiscal, years) or cells.period_named(years)
    named = known or all(re.fullmatch(_A_YEAR, one) for one in ends)
    return bool(named) and (len(ends) == 2 or years != words)


def _read(
    said: str,
    parts: Sequence[str],
    mark: Decimals | None,
    fiscal: FiscalYears | None,
    names: Mapping[str, str] | None = None,
) -> GoalDraft:
    name, called, comparator, wanted, due = (*parts, "")[:5]
    unit, *others = map(str.strip, called.split("|"))  # 单位 | unit
    if cells.means("holds", comparator):  # maintain, 0.97-1.03
        with suppress(PlanError):
            comparator, wanted = _asked(said, wanted, unit=unit_meant(unit), mark=mark, way="")
    row = _GoalRow(said, name, unit, comparator, wanted, due, mark, fiscal, names)
    draft = row.as_compared().draft()
    draft = draft._replace(spans=_is_span(draft.asked.get("due"), fiscal))
    if draft.unsaid == "mean" and due:  # of that year, or the average until then?
        raise row.wrong(due, Message("cells.allowed_mean_named"))
    unit = " | ".join([cells.unit_per(name, draft.unit), *others])
    asked = {**draft.asked, **({"aspiration": True} if cells.says("strives", said) else {})}
    return draft._replace(name=_promising_nothing(draft, mark), unit=unit, asked=asked)


def _promising_nothing(draft: GoalDraft, mark: Decimals | None) -> str:
    """Return the name of a goal without its comparator and target, where it ends in these."""
    known, target = (draft.asked.get(one) for one in ("comparator", "target"))
    if not fields.is_number(target) or not re.search("[0-9]", draft.name):
        return draft.name
    for first, rest in cells.parted(" ".join(draft.name.split())):
        with suppress(PlanError, ObservationError):
            comparator, number = _asked("", rest, unit=draft.unit, mark=mark, way="")
            unit = "%" if _in_percent(number) else draft.unit
            figure = cells.read_figure(number, unit=unit, mark=mark or ".")
            meant = cells.meaning("comparators", comparator)
            if (meant, figure) == (known, cells.Written(target)):
                return first
    return draft.name


_BRACKETS: Final = r"〔.+〕|[\[【][^,、]+[\]】]"
"""What plans write in Chinese of a figure that is one of all their years together."""

_LEAST: Final = ("at_least", "more_than")
"""What a change asks anyway: 增长, 6%以上."""

_WAYS: Final = {"reduce_by": "target_fall", "increase_by": "target_rise"}
"""Forms of a change that say which way it goes."""

_FROM_A_YEAR: Final = {"yearly": "growth_from", "change": "base_year", "share": "base_year"}
"""Forms of a target that begin with a year, and the field of that year."""

_SHARE: Final = "([0-9]{1,4}) ?(?:/|in|of|out of|von|sur|de cada|em cada) ?([0-9]{1,4})"


class _GoalRow(NamedTuple):
    """The parts of a goal that is `said`, which may be held against another's figures.

    The `mark` before its decimals is None where nothing says which; `names` are those of the
    indicators beside it, each with its unit, None of a goal by itself.
    """

    said: str
    name: str
    unit: str
    comparator: str
    wanted: str
    due: str
    mark: Decimals | None
    fiscal: FiscalYears | None
    names: Mapping[str, str] | None

    def wrong(self, found: str, allowed: str | Message) -> PlanError:
        """Return the refusal of a part."""
        return _wrong(self.said, found, allowed)

    def as_compared(self) -> _GoalRow:
        """Return it without what its comparator says twice; a place among others as a number."""
        letters = re.findall(r"[^\W\d_]", self.name + self.unit)
        eastern = sum(one >= "\u3040" for one in letters)  # beside them a point marks no thousands
        if self.mark is None and cells.TWO_WAYS.search(self.wanted) and eastern <= len(letters) / 2:
            raise self.wrong(self.wanted, Message("cells.allowed_mark"))
        before = re.fullmatch(_WORDS_BEFORE, self.wanted)
        if before and cells.means("strives", before[1]):  # 力争30000
            self = self._replace(wanted=before[2])
        brackets = _BRACKETS if eastern else "〔.+〕"
        if re.fullmatch(brackets, plain_words(self.wanted)):
            raise self.wrong(self.wanted, Message("cells.allowed_in_all"))
        figure, comparator = "[0-9][0-9.]*", self.comparator
        if re.findall(figure, comparator) == re.findall(figure, self.wanted):  # at least 42.5, 42.5
            comparator = re.sub(f"{figure} ?%?", "", comparator)
        if wording.is_rank(self.unit, self.name):
            comparator = "less_than" if cells.means("better", comparator) else comparator
            both = (f"{comparator}{gap}{self.wanted}" for gap in ("", " "))
            best = next(filter(None, (cells.said_as("best", one) for one in both)), None)
            top = cells.said_as("target_top", self.wanted)
            best = top if top and len(cells.names_in(top["areas"])) == 1 else best
            if best and (place := cells.place_in(best["target"])).isdigit():
                return self._replace(comparator="at_most", wanted=place)
            most = cells.meaning("comparators", comparator) == "at_most"
            if most and cells.said_as("target_rank", self.wanted):
                comparator = "rank"  # at most the 3rd of those named
        return self._replace(comparator=comparator)

    def draft(self) -> GoalDraft:
        """Read the parts."""
        comparator, wanted = self.comparator, self.wanted
        _refuse_tied(self.said, wanted, comparator, f"{comparator} {wanted}")
        meant = cells.meaning("comparators", comparator)
        other = _as_written(wanted, cells.unbound(wanted, meant or ""))  # England's, of ≥ England's
        beside = self.beside(other, falls=meant in ("at_most", "less_than"))
        if plain_words(other) in (self.names or {}):  # EU average, which has its own row
            beside = {"indicator": other}
        known, target, form = (meant, wanted, {}) if beside else self.form(comparator, wanted)
        if known and known in fields.CHANGES and not form:
            known, target = self.changed(known, target)
        ends = cells.means("none", comparator)
        known = "at_most" if ends else known
        unit, target = self.counted(target, change=known in fields.CHANGES)
        if not (beside or form) and known in ONE_SIDED and self.names is None:
            beside = {"indicator": other} if cells.is_name(target) else {}
        if beside:
            if known not in ONE_SIDED:
                raise self.wrong(comparator, Message("cells.allowed_sided"))
            if ends:  # a figure of others is no end
                raise self.wrong(wanted, "0")
            by, over = self.when(total=False)
            asked = dict[str, Any](comparator=known, relative_to=beside)
            return GoalDraft(self.name, unit, asked | by | over)
        return self.of_figures(unit, known, target, form, ends=ends)

    def of_figures(
        self, unit: str, known: str | None, target: str, form: dict[str, Any], *, ends: bool
    ) -> GoalDraft:
        """Read a goal that asks for figures of its own, or for a change that a form tells of."""
        if known in fields.CHANGES and cells.unbound(target, "about") != plain_words(target):
            raise self.wrong(self.wanted, Message("cells.allowed_exact"))
        unclear = self.wrong(self.wanted, Message("cells.allowed_change"))
        since_plan = form.get("growth_from", 0) is None
        from_a_year = form.keys() & {"growth_from", "base_year"}
        amount = _amount(target, unit) if from_a_year else None
        number = re.fullmatch("[0-9]+(?:[.][0-9]+)?", target.replace(",", ""))
        if from_a_year and known == "reduce_by" and not is_percent(unit) and number:
            amount = target if float(number[0]) > 100.0 else amount  # which is no percentage
        # Of a share: growth of it, or is it growth?
        if since_plan and amount is None and (is_percent(unit) or not _in_percent(target)):
            raise unclear
        target = amount or target
        if known not in (*COMPARISONS, *fields.CHANGES, "rank"):
            raise self.wrong(self.comparator, Message("cells.allowed_comparator"))
        if form and (times := cells.meaning("multiples", target)):
            change, size = times.split()
            if known in (change, fields.CHANGES[change][0]):
                known, target = change, size
        if known in fields.CHANGES and not from_a_year:
            raise unclear
        worse = ("at_least", "more_than", *fields.CHANGES)  # 1 is the best place
        if known in worse and wording.is_rank(unit, self.name):
            raise self.wrong(self.comparator, Message("cells.allowed_place"))
        measured = "-" if known == "rank" else "%" if from_a_year and not amount else unit
        figures, tolerance = self.figures(target, known, unit=measured)
        if ends and figures != [0]:  # 200 of what is to be ended
            raise self.wrong(self.wanted, "0")
        by, over = self.when(total=bool(form.keys() & {"total", "mean"}))
        yearly = since_plan or (amount and "growth_from" in form)
        if yearly and (over or _is_span(by.get("due"), self.fiscal)):  # growth over which years?
            raise self.wrong(self.due, Message("cells.allowed_change"))
        if form.pop("mean", False) and not _is_span(by.get("due"), self.fiscal):
            raise self.wrong(self.due or self.wanted, Message("cells.allowed_mean"))
        two_ways = "base_year" in form  # 12, or 12%
        most = 100.0 if known == "reduce_by" else fields.FASTEST
        bare = not amount and not _in_percent(target)
        to = two_ways and figures[0] > 0.0 and cells.leads_to(self.comparator)  # reduce to, 60%
        if to or (bare and (two_ways or (known in fields.CHANGES and figures[0] > most))):
            raise unclear
        fall = self.wanted.lstrip("-\N{MINUS SIGN}\N{EN DASH} ")
        risen = two_ways and known in ("at_least", "more_than") and figures[0] < 0.0
        if risen and fall != self.wanted:
            raise self.wrong(self.wanted, Message("cells.allowed_fall", {"fall": fall}))
        asked: dict[str, Any] = {} if known == "rank" else {"comparator": known}
        asked |= {"amount" if amount else "target": figures if known == "between" else figures[0]}
        return GoalDraft(self.name, unit, asked | by | form | tolerance | over)

    def changed(self, known: str, target: str) -> tuple[str, str]:
        """Read `from 42% to 65%` as what it leads to, which lies where the change goes."""
        told = cells.said_as("target_to", target)
        if not told or re.fullmatch("[12][0-9]{3}", told["other"]):
            return known, target
        ends = (told[k] for k in ("other", "target"))
        before, after = (self.figures(one, "about", unit=self.unit)[0] for one in ends)
        if (after < before) is not (known == "reduce_by"):
            raise self.wrong(self.comparator, Message("cells.allowed_comparator"))
        return fields.CHANGES[known][0], told["target"]

    def form(self, comparator: str, target: str) -> tuple[str | None, str, dict[str, Any]]:
        """Part a target from its form: which comparison, of what, and the fields of the form."""
        if times := cells.meaning("multiples", comparator):  # double, from 2020
            comparator, change = times.split()
            forms = f"{change} {target}", f"{target} {change}", f"{change} from {target}"
            target = next((one for one in forms if cells.said_as("target_change", one)), change)
        meant = cells.meaning("comparators", comparator)
        if meant is None:  # 累计, 15万; 前三, 甲市、乙市、丙市
            both = f"{comparator} {target}", f"{comparator}({target})", f"{comparator} of {target}"
            shapes = [f"target_{one}" for one in ("total", "every", "mean")]
            held = ((one, cells.said_as(shape, one)) for one in both for shape in shapes)
            if sums := [(one, of["target"]) for one, of in held if of]:  # at least, or at most?
                target, meant = sums[0][0], self.bound(sums[0][1])
            elif whole := next((one for one in both if cells.said_as("target_top", one)), ""):
                target, meant = whole, "at_least"
        top = cells.said_as("target_top", target) if meant == "at_least" else None
        if wording.is_rank(comparator) or top:
            told = cells.said_as("target_top", target) or cells.said_as("target_rank", target)
            place = re.fullmatch("[0-9]+", cells.place_in(told["target"])) if told else None
            named = told and re.match(r"\d*[^\W\d_]", told["areas"])  # not 3 of 5
            if told is None or place is None or not named:
                raise self.wrong(target.strip(), Message("cells.allowed_rank"))
            among = cells.names_in(_as_written(target, told["areas"]))
            if int(place[0]) > len(among):
                raise self.wrong(target.strip(), Message("cells.allowed_rank"))
            return "rank", place[0], {"rank_among": among}
        form = dict[str, Any]()
        way, told = _way_of(target)
        if told:  # 55% below 1990, which is a fall
            target = f"{told['target']} from {told['year']}"
            if meant == "reduce_by" if way == "increase_by" else meant != way:
                raise self.wrong(comparator, Message(f"cells.allowed_{way}", {"target": target}))
        level = cells.said_as("target_level", target)
        if level and re.fullmatch(_A_YEAR, level["year"].removesuffix("年")):
            target = f"100% of {level['year']}"
        for shape, key in _FROM_A_YEAR.items():
            told = cells.said_as(f"target_{shape}", target)
            if told and shape == "share":  # half of 2019 is 50% less
                part = cells.meaning("shares", told["target"]) or told["target"]
                share = None if meant in fields.CHANGES else re.fullmatch("([0-9.]+) ?%", part)
                told = {**told, "target": f"{float(share[1]) - 100:.12g}%"} if share else None
            if told is None:
                continue
            year = re.fullmatch("([12][0-9]{3})(?:年度?)?", cells.without_era(told["year"]))
            fiscal, written = self.fiscal, re.sub("([0-9])年$", r"\1", told["year"])
            if fiscal and (years := fiscal.years(written)):
                target, form[key] = told["target"], fiscal.called(years[0])
            elif year:
                target, form[key] = told["target"], int(year[1])
            elif era := _era(told["year"]):
                raise self.wrong(told["year"].upper(), era)
        for key in ("total", "every_year", "mean"):
            shape = f"target_{key.removesuffix('_year')}"
            while told := cells.said_as(shape, target):  # 45% each year, each year
                target, form[key] = told["target"], True
        yearly, told = cells.says("yearly", comparator), cells.said_as("target_a_year", target)
        percent = told and any(one in told["target"] for one in cells.unit_names("%"))
        if told and meant in fields.CHANGES and (yearly or percent):
            yearly, target = True, told["target"]
        if yearly and form.keys() <= {"base_year"}:
            form = {"growth_from": form.get("base_year")}  # none: the year before the plan's first
            target = cells.unbound(target, *_LEAST)
        return meant, target, form

    def bound(self, target: str) -> str:
        """Return the comparator that a figure says beside `in total`, as in 累计4.5以上."""
        with suppress(ObservationError):
            unit = unit_meant(self.unit)
            if known := _bound(cells.read_figure(target, unit=unit) or cells.Written()):
                return known
        raise self.wrong(self.wanted, Message("cells.allowed_bound"))

    def beside(self, said: str, *, falls: bool) -> dict[str, Any]:
        """Read `2 points above the national average`: the area, a factor, what is added to it.

        Or the indicator of that name which counts alike. Nothing where neither is meant.
        """
        unit, found, own = unit_meant(self.unit), dict[str, Any](), self.names or {}
        if (counts := own.get(plain_words(said))) is not None and unit_meant(counts) == unit:
            return {"indicator": said}
        for way in ("plus", "minus", "times", "by", "alone"):
            told = cells.said_as(f"beside_{way}", said)
            if told is None or not re.search("[0-9]", told.get("target", "1")):
                continue
            other = _as_written(said, told["other"])
            if way in ("by", "alone"):
                known = cells.meaning("areas", " ".join(said.split()[-2:]))  # média nacional
                area = known or cells.meaning("areas", other) or other
                found = {"area": area} if cells.is_area(other) else {}
            else:
                found = self.beside(other, falls=falls)
            if found and (size := told.get("target")):
                in_percent = _in_percent(size)
                amount = None if in_percent or way == "times" else _amount(size, unit) or size
                bare = amount == size and is_percent(unit)  # 2, or 2 points
                counts = "%" if in_percent else "-" if way == "times" else unit
                told_size = "?" if bare else amount or size
                (number,), _ = self.figures(told_size, "at_least", unit=counts)
                sign = -1.0 if way == "minus" or (way == "by" and falls) else 1.0
                number = number / 100.0 if in_percent else number
                if amount is not None:
                    found["plus"] = sign * number
                else:
                    factor = number if way == "times" else 1.0 + sign * number
                    found["factor"] = factor * found.get("factor", 1.0)
            if found:
                return found
        return {}

    def counted(self, target: str, *, change: bool) -> tuple[str, str]:
        """Return the unit that is meant, with a target without the year's unit: 1 500 par an."""
        if ways := wording.money_two_ways(self.unit):
            told = dict(zip(("thousands", "millions"), ways, strict=True))
            raise self.wrong(self.unit, Message("cells.allowed_money", told))
        unit = unit_meant(self.unit)
        once = wording.without_year(target)
        if once == target or change or is_percent(unit):
            return unit, target
        flow = unit == "-" or unit_of(unit).measure_of(self.name) == "flow"
        return unit if flow else f"{unit} {target.replace(once, '').strip()}", once

    def figures(
        self, target: str, known: str, *, unit: str
    ) -> tuple[list[float], dict[str, float]]:
        """Read the one number of a target or the two of a range, and the tolerance that is told."""
        between, mark, tolerance = known == "between", self.mark or ".", dict[str, float]()
        target, given = "-".join(cells.ends_of(target)) if between else target, target
        pointed = cells.with_point(plain_words(target), mark)
        apart = re.fullmatch(r"(.+?) ?(?:±|\+/-) ?([0-9.]+)", pointed)
        if apart and known == "about":
            target, mark, tolerance = apart[1], ".", {"tolerance": float(apart[2])}
        try:
            target = cells.unbound(target, *(_LEAST if known in fields.CHANGES else (known,)))
            read = cells.read_figure(target, unit=unit, mark=mark)
        except ObservationError as error:  # told as part of the goal
            read = None
            allowed: Any = error.message.values["allowed"]
            if allowed.key in ("cells.allowed_scale", "cells.allowed_ratio"):
                raise self.wrong(given, allowed) from None
        figure = read or cells.Written()
        if figure.status not in ("official", "revised"):
            raise self.wrong(given, Message("cells.allowed_exact"))
        found = [figure.lower, figure.upper] if between else [figure.value]
        if math.isnan(sum(found)):
            told = re.sub("(?<![0-9])[12][0-9]{3}(?![0-9])", "", self.wanted)  # the average of 2019
            words = "_beside" * (re.search("[0-9]", told) is None)
            form = "_percent" if target.endswith(("%", "％")) else words
            key, about = "ends" if between else f"target{form}", {"unit": unit}
            share = re.fullmatch(_SHARE, plain_words(given))
            if share and 0 < int(share[1]) < int(share[2]):
                key, about = "share", {"percent": f"{100 * int(share[1]) / int(share[2]):.3g}"}
            raise self.wrong(self.wanted, Message(f"cells.allowed_{key}", about))
        if known == "reduce_by":  # a reduction of −55 %
            found = [abs(found[0])]
        return [int(n) if n.is_integer() else n for n in found], tolerance

    def when(self, *, total: bool) -> tuple[dict[str, Any], dict[str, bool]]:
        """Read when it is due, and over which years it goes: of a `total` all that are told."""
        fiscal, due, over = self.fiscal, self.due, dict[str, bool]()
        if total:
            due = re.sub("^([12][0-9]{3}) ?[-–—~～] ?([12][0-9]{3})$", r"\1/\2", due)
        told = cells.said_as("due_by", due)
        due = _as_written(due, told["year"]) if told else due
        written = ""
        for key, shape in (("every_year", "due_every"), ("total", "due_total"), ("", "due_mean")):
            if told := cells.said_as(shape, due):
                written = told["years"]
                due = _named(fiscal, told["years"]) or "/".join(cells.ends_of(told["years"]))
                over |= {key: True} if key else {}
            elif key and any(cells.said_as(shape, one) for one in (f"{due} -", f"- {due}")):
                due, over = "", {key: True}  # of the plan, as nothing says over which years
        if named := _named(fiscal, due):
            due = named
        else:
            typed, due = due, due if due.endswith("年度") else cells.day_named(due)
            if month := re.fullmatch("([0-9]{4})-([0-9]{2})", cells.period_named(typed) or ""):
                due = f"{month[0]}-{monthrange(int(month[1]), int(month[2]))[1]}"
            due = due.removesuffix("度").removesuffix("年")
            backward = "/" in due and due[:4] >= due[-4:]
            form = r"[12][0-9]{3}(-[0-9]{2}-[0-9]{2}|/[12][0-9]{3})?"
            if due and (backward or not re.fullmatch(form, due)):
                begin = fiscal is None and cells.fiscal_end(typed)
                allowed = fields.allowed_due(due, fiscal, of="cells")
                example = f"{'令和6年度' if '年度' in typed else '2024-25'}=2024-04"
                allowed = Message("cells.allowed_begin", {"example": example}) if begin else allowed
                raise self.wrong(written or typed, _era(typed) or allowed)
        if not due:
            return {}, over
        return {"due": int(due) if due.isdigit() else fields.unquoted_day(due)}, over


def _in_percent(said: str) -> bool:
    return plain_words(said).endswith(cells.unit_names("%"))


def _as_written(said: str, part: str) -> str:
    """Return a part of plain words with its capital letters."""
    at = plain_words(said).rindex(part)
    return " ".join(unicodedata.normalize("NFKC", said).split())[at : at + len(part)]


def _era(said: str) -> Message | None:
    """Say how a year is written that may be of the calendar or a fiscal one, such as R6."""
    year = cells.without_era(f"{said}年").removesuffix("年")
    is_era = year != plain_words(said) and re.fullmatch("[12][0-9]{3}", year)
    return Message("cells.allowed_era", {"year": year, "era": said.upper()}) if is_era else None


def _ends(due: object, fiscal: FiscalYears | None) -> tuple[str, str]:
    """Return the first and the last of the years of a due date, as the plan writes them."""
    if fiscal and (span := fiscal.span(str(due))):
        return fiscal.called(span[0]), fiscal.called(span[1])
    first, _, last = str(due).partition("/")
    return first, last or first


def _is_span(due: object, fiscal: FiscalYears | None) -> bool:
    return len({*_ends(due, fiscal)}) > 1


def _named(fiscal: FiscalYears | None, years: str) -> str:
    """Return a span of fiscal years as the plan writes them, if it is one."""
    named = fiscal is not None and fiscal.span(years) is not None
    return "/".join(dict.fromkeys(_ends(years, fiscal))) if named else ""


def _amount(said: str, unit: str) -> str | None:
    """Return the figure of a change that is told with its unit, `20000 people`, `3 points`."""
    plain = plain_words(said)
    if is_percent(unit):
        points = (cells.said_as("target_points", plain) or {}).get("target")
        if points or unit == "%":
            return points
    names = {*cells.unit_names(unit)} - {"%"}
    return next((plain.removesuffix(name).strip() for name in names if plain.endswith(name)), None)


def _refuse_tied(said: str, *parts: str) -> None:
    """Refuse a goal that is tied to another indicator, 与GDP增长同步, with how it is written."""
    for one in parts:
        if told := cells.said_as("tied", one):
            other = _as_written(one, told["other"])
            raise _wrong(said, one, Message("cells.allowed_tied", {"other": other}))


def unit_meant(said: str) -> str:
    """Return the unit that is named as in `units.yaml`, or else the plan's own words; `-` for none.

    A word for whole things that has no plural counts many kinds of them: 件 are not patents alone.
    """
    return "-" if cells.is_missing(said) else _units_by_name().get(plain_words(said), said)


@cache
def _units_by_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for unit, known in wording.units().items():
        plain = {w for lang, w in known.names.values.items() if w == known.one.values[lang]}
        own = wording.spelled(unit) | plain if known.whole else frozenset()
        found = dict.fromkeys({*cells.unit_names(unit)} - own, unit) | found  # the first has it
    return found


def _wrong(said: str, found: object, allowed: Message | str) -> PlanError:
    return PlanError("cells.wrong_goal", goal=said, found=as_found(found), allowed=allowed)


def read_draft(
    sheets: Iterable[Sheet],
    *,
    file: Path,
    decimal: Decimals | None = None,
    more: Mapping[str, Any] | None = None,
    area: str = "",
    years: str = "",
) -> PlanDraft:
    """Return the plan of a workbook: rows below heads of indicator, comparator and target.

    A comparator may stand within the target (≥72), or follow from a column that says which way is
    better, and a unit in brackets behind the name, as plans print their tables.
    Above the heads the cells beside *Area*, *Years*, *Fiscal years* and *More* say what they say;
    `more` is said beside it, the `years`, and the `area`, beside which a column of areas may be one
    of themes.
    The `decimal` mark is that which the targets leave no doubt of, unless given.
    What is wrong with a row is told in the draft, by the `file`; it is then not to be used.
    """
    draft, near, left = PlanDraft(more=more or {}, file=file), list[PlanError](), list[str]()
    for sheet in (with_target_heads(one, years) for one in sheets):
        table, lacking = _goal_table(sheet, draft, years)
        near += [_refused(file, sheet.place(row, 0), said) for row, said in lacking]
        if table is None:
            continue
        draft.area, fiscal = area or draft.area, FiscalYears.of(draft.more)
        draft.years = years or draft.years
        if wrong := table.wrong(draft.area, fiscal):
            head = sheet.place(table.row, next(iter(table.targets)))
            draft.problems.note([_refused(file, head, wrong)])
            continue
        draft.area = draft.area or "".join(table.areas)
        mark, units = decimal or cells.mark_said(c[n] for _, c, n in table.asked()), table.units
        left += table.aside
        blank = [(row, n, one[n]) for row, one in table.below for n in table.targets]
        if blank := [one for one in blank if as_text(one[2]) and cells.is_missing(one[2])]:
            row, n, found = blank[0]
            told = {"count": len(blank), "cell": sheet.place(row, n), "found": as_found(found)}
            draft.notes.append(Message("cells.no_target", told))
        for row, given, n in table.asked():
            typed = mark if cells.is_typed(given[n]) else "."
            places = {**table.places, "target": n}
            at = {key: sheet.place(row, one) for key, one in places.items()}
            try:
                said = table.said(given, n, draft.years)
                goals = [*_of_row(said, at, typed, fiscal, units)]
                draft.goals += goals
                words = next(filter(None, map(as_text, given)), "")
                left += [words] if words and not goals and not said["target"] else []
            except PlanError as error:
                found = error.message.values["found"]
                by = (key for key, k in places.items() if as_found(as_text(given[k])) == found)
                draft.problems.note([_refused(file, at[next(by, "target")], error.message)])
    if left and draft.goals:
        words = ", ".join(f"“{one_line(one, longest=24)}”" for one in left[:3])
        draft.notes.append(Message("cells.rows_unread", {"count": len(left), "words": words}))
    draft.near = near * (not draft.goals and not draft.problems)
    draft.goals.sort(key=lambda one: not one.asks)  # as a plan's file has them
    return draft


def _refused(file: Path, at: str, said: Message) -> PlanError:
    message = in_cell("goal_row", str(file), at, said=said)
    return PlanError(message.key, **message.values)


_Wrong = TypeVar("_Wrong", bound=BcforecastError)


def in_its_cell(
    error: _Wrong, draft: PlanDraft, said_by: Mapping[fields.Place, GoalDraft]
) -> _Wrong:
    """Return what is wrong with a plan by the cell of its draft that says so, or by the goal."""
    key, told = error.message.key, dict(error.message.values)
    field, cell = str(told.get("field")), ""
    if at := re.match(r"(goals|indicators)\[([0-9]+)\](?:.* → (\w+)$)?", field):
        goal = said_by[at[1], int(at[2])]
        column = "indicator" if at[3] == "names" else str(at[3])
        cell = next(
            (goal.cells[one] for one in (column, "more", "target") if one in goal.cells), ""
        )
        key, told = (key, told) if cell else ("cells.wrong_goal", {**told, "goal": goal.name})
    elif re.split(r"\W", field)[0] in draft.more:
        cell = draft.head
    return type(error)(key, **told | (_in(draft.file, cell) if cell else {}))


def _in(file: Path | None, cell: str) -> dict[str, object]:
    """Return a cell as the place of an error of a plan: x.xlsx!Goals!E5, row 5."""
    return {"file": f"{file}!{cell}", "row": re.sub("[^0-9]", "", cell.rpartition("!")[2])}


def _goal_table(
    sheet: Sheet, draft: PlanDraft, years: str
) -> tuple[_GoalTable | None, list[tuple[int, Message]]]:
    """Find the heads of goals in a sheet; tell the draft what stands above them.

    Also what rows lack, by row, that look like heads of goals but are not read as such; figures of
    the last of the plan's `years` are probably targets.
    """
    about, over, lacking = dict[str, str](), tuple[object, ...](), list[tuple[int, Message]]()
    bare, aside = list[tuple[int, Message]](), list[str]()
    for n_row, (row, given) in enumerate(sheet.rows, start=1):
        told = [(cells.meaning("columns", cell), n) for n, cell in enumerate(given) if cell]
        named = dict(reversed(told))
        state = cells.unit_behind(next(filter(None, map(as_text, given)), ""))[1]
        if cells.among("states", state):
            draft.state = f"（{state}）" if state > "\u2e80" else f" ({state})"
        if {"indicator", "target"} <= named.keys():
            _note_above(about, draft)
            places = {name: n for name, n in named.items() if name}
            asks = ("target", "in_all")
            targets = {n: cells.dated_target(given[n]) for name, n in told if name in asks}
            blank = [""] * len(given)  # rows may be shorter than their heads
            below = [(r, (*one, *blank[len(one) :])) for r, one in sheet.rows[n_row:]]
            aside = [words for words in aside if words]
            return _GoalTable(row, given, places, targets, over, below, aside), lacking
        if {"code", "title"} <= named.keys():
            listed = (one for _, one in sheet.rows)
            rows = ({k or "": as_text(one[n]) for k, n in named.items()} for one in listed)
            draft.source = next((one for one in rows if one["code"] == OWN), {})
        lacking += [(row, said) for said in _lacking(given, named, over)]
        if "indicator" in named and years[-4:] in filter(None, map(cells.period_named, given)):
            bare = [(row, Message("cells.goal_bare", {"head": years[-4:]}))]
        over = tuple(given)
        about_it = {"area", "years", "fiscal", "more"} & named.keys()
        if not (about_it or any(map(cells.unit_said, given))):
            aside.append(next(filter(None, map(as_text, given)), ""))
        for key, n in named.items():  # More may be more than a cell can hold
            behind = given[n + 1 :] if key == "more" else given[n + 1 : n + 2]
            draft.head = sheet.place(row, n + 1) if behind and key == "more" else draft.head
            about[str(key)] = "".join(str(one) for one in behind if one is not None).strip()
    return None, lacking or bare


def _note_above(about: Mapping[str, str], draft: PlanDraft) -> None:
    """Tell a draft what is said above the heads of its goals."""
    draft.area, draft.years = (about.get(name, "") for name in ("area", "years"))
    years = fiscal_said(about["fiscal"]) if about.get("fiscal") else {}
    try:
        head = _more("", about.get("more", ""))
    except PlanError as error:
        told = {**error.message.values, **_in(draft.file, draft.head), "field": Message(_HEAD)}
        raise PlanError("plan.wrong", **told) from None
    draft.more = {**head, **years, **draft.more}


class _GoalTable(NamedTuple):
    """A row of heads, what its columns are, of those of targets when they are due, and the rows."""

    row: int
    heads: Sequence[object]
    places: Mapping[str, int]
    targets: Mapping[int, str]
    over: Sequence[object]
    below: Sequence[tuple[int, Sequence[object]]]
    aside: Sequence[str]
    """First words of rows above the heads that say nothing that is read."""

    @property
    def areas(self) -> list[str]:
        """Areas that a column of its own names."""
        said = (as_text(one[self.places["area"]]) for _, one in self.below if "area" in self.places)
        return list(dict.fromkeys(filter(None, said)))

    def wrong(self, area: str, fiscal: FiscalYears | None) -> Message | None:
        """Say why targets cannot be read: two rows of heads, years left open, several areas.

        Beside a known `area` others are themes, if no goal stands under two of them. The row `over`
        the heads or the first `below` them may go on with them.
        """
        below = [one for _, one in self.below]
        told = [*filter(None, map(as_text, below[0]))] if below else []
        again = all(cells.meaning("columns", one) or cells.period_named(one) for one in told)
        split = any(cells.period_named(one) for n, one in enumerate(self.over) if n in self.targets)
        if split or (again and len(told) > 1):
            return Message("cells.goal_heads")
        filled = [n for n, _ in enumerate(self.heads) if any(as_text(one[n]) for one in below)]
        alone = sum(n in self.targets for n in filled) < 2  # it is due in the plan's last year
        open_ = {n for n, year in self.targets.items() if not (year or alone or self.in_all(n))}
        if lost := [n for n in filled if n in open_ or cells.lost_target(self.heads[n])]:
            return _undated(self.heads[n] for n in lost)
        for n, years in self.targets.items():
            named = re.findall("[12][0-9]{3}", years)
            if n in filled and len(named) > 1 and not (fiscal and fiscal.end(years)):
                heads = {"heads": as_text(self.heads[n])}
                return Message("cells.goal_span", {**heads, "first": named[0], "last": named[1]})
        names = [self.called(one)[0] for one in below]
        themes = area and plain_words(area) not in map(plain_words, self.areas)
        told_of = {"areas": ", ".join(self.areas)}
        apart = len({*names}) < len([*filter(None, names)]) or not themes
        return Message("cells.goal_areas", told_of) if len(self.areas) > 1 and apart else None

    def asked(self) -> Iterator[tuple[int, Sequence[object], int]]:
        """Yield each row below the heads, its cells, and the place of each target in it."""
        for row, given in self.below:
            told = (n for n in self.targets if not cells.is_missing(as_text(given[n])))
            for n in [*told] or [*self.targets][:1]:
                yield row, given, n

    @property
    def units(self) -> dict[str, str]:
        """Units by the names of goals, in any language, as one goal may be asked beside another."""
        called = (self.called(one) for _, one in self.below)
        return {plain_words(word): unit for name, unit in called for word in name.split("|")}

    def called(self, given: Sequence[object]) -> tuple[str, str]:
        """Return name and unit of a goal."""
        units = given[self.places["unit"]] if "unit" in self.places else ""
        return _called(as_text(given[self.places["indicator"]]), as_text(units))

    def in_all(self, n: int) -> bool:
        """Whether a column is of growth a year and, in brackets, of what is asked in all."""
        return cells.meaning("columns", self.heads[n]) == "in_all"

    @property
    def base(self) -> str:
        """The year of the one column of base values whose head says it: Baseline 2021."""
        years = [*filter(None, map(cells.dated_base, self.heads))]
        return years[0] if len(years) == 1 else ""

    def said(self, given: Sequence[object], n: int, years: str) -> dict[str, str]:
        """Return what is said of a goal by column; a PlanError where that cannot be taken."""
        cells_of, (name, unit) = {**self.places, "target": n}, self.called(given)
        said = {key: as_text(given[at]) for key, at in cells_of.items()}
        said |= {"base_year": said.get("base_year") or self.base}
        if cells.is_missing(said["target"]):
            said |= {} if not said["target"] else dict.fromkeys(("target", "due", "comparator"), "")
        elif self.in_all(n):
            said["target"], over = _in_all(said["target"], name, unit_meant(unit))
            said["due"] = "/".join(cells.ends_of(years)).replace("年", "") if over else ""
        due, year = said.get("due", ""), self.targets[n] if said["target"] else ""
        unread = [given[at] for at in cells_of.values() if isinstance(given[at], Message)]
        if unread:
            raise _wrong(name, unread[0], Message("errors.kind_str"))
        if due and plain_words(year) not in plain_words(due):  # one would be lost
            raise _wrong(name, due, Message("cells.allowed_due_head", {"year": year}))
        return {**said, "indicator": name, "unit": unit, "due": due or year}


def _in_all(target: str, name: str, unit: str) -> tuple[str, bool]:
    """Say in words what stands under 年均/累计, and whether it is of all years of the plan.

    `[200]` is asked in all; a figure by itself is growth a year on average.
    """
    if re.fullmatch(_BRACKETS, plain_words(target)):
        if is_percent(unit):
            raise _wrong(name, target, Message("cells.allowed_in_all"))
        return f"累计{plain_words(target)[1:-1]}", True
    means = is_percent(unit) and cells.says("grows", name) and re.match("[0-9≥≤<>＞＜]", target)
    return (f"{target}(平均)", True) if means else (target, False)


def with_target_heads(sheet: Sheet, years: str) -> Sheet:
    """Return a sheet of a plan's goals in which bare years among the plan's `years` head targets.

    Such a sheet has columns that figures have not: what a goal is by nature, or what is asked in
    all. The last year before the plan's is that from which changes are counted.
    """
    for n, (row, given) in enumerate(sheet.rows):
        named = {cells.meaning("columns", one) for one in given}
        told = (re.fullmatch("([12][0-9]{3})年?", plain_words(one)) for one in given)
        at = {m: int(one[1]) for m, one in enumerate(told) if one}
        of_goals = {"nature", "in_all"} & named and "target" not in named
        if "indicator" in named and of_goals and at:
            begun = re.findall("[12][0-9]{3}", years)
            first = int(begun[0]) if begun else min(at.values()) + 1
            heads, base = [*given], max((y for y in at.values() if y < first), default=0)
            for m, year in at.items():
                heads[m] = f"{year}年目标" if year >= first else heads[m]
                heads[m] = f"{year}年（基期）" if year == base else heads[m]
            return replace(sheet, rows=(*sheet.rows[:n], (row, tuple(heads)), *sheet.rows[n + 1 :]))
    return sheet


def _undated(heads: Iterable[object]) -> Message:
    """Say that heads leave open when the targets below them are due."""
    return Message("cells.goal_years", {"heads": "”, “".join(map(as_text, heads))})


def _lacking(
    given: Sequence[object], named: Container[str | None], over: Sequence[object]
) -> Iterator[Message]:
    """Say what a row lacks that looks like heads of goals but is not read as such."""
    filled, asks = [*filter(None, map(as_text, given))], "target" in named
    if asks and "indicator" in {cells.meaning("columns", one) for one in over}:
        yield Message("cells.goal_heads")
    elif "indicator" in named and (lost := [*filter(cells.lost_target, given)]):
        yield _undated(lost)
    elif asks and len(filled) > 2:
        lacks = Message("cells.lacks_indicator")
        yield Message("cells.goals_but", {"heads": ", ".join(filled), "lacks": lacks})


def _of_row(
    given: Mapping[str, str],
    at: Mapping[str, str],
    mark: Decimals | None,
    fiscal: FiscalYears | None,
    names: Mapping[str, str],
) -> Iterator[GoalDraft]:
    parts = [given.get(k, "") for k in ("indicator", "unit", "comparator", "target", "due")]
    said, code = ", ".join(parts), given.get("code", "")
    more = _more(said, given.get("more", ""))
    if plain_words(code) == EXAMPLE:
        return
    if "target" in more and any(parts[2:]):  # two places, of which one would be passed over
        raise _wrong(said, "".join(parts[2:]), Message("cells.allowed_more_alone"))
    if any(parts[2:]):
        one = _first_read(parts, fiscal, partial(_compared, given, mark, fiscal, names))
        yield one._replace(asked={**one.asked, **more}, code=code, cells=at)
    elif all(parts[:2]) or more:  # a goal in words of a plan's file, or an indicator alone
        unit, *others = map(str.strip, parts[1].split("|"))
        yield GoalDraft(parts[0], " | ".join([unit_meant(unit), *others]), more, code, at)


def _compared(
    given: Mapping[str, str],
    mark: Decimals | None,
    fiscal: FiscalYears | None,
    names: Mapping[str, str],
    parts: list[str],
) -> GoalDraft:
    """Read the parts of a row, whose target may hold the comparator."""
    said, way = ", ".join(parts), cells.meaning("comparators", given.get("direction", "")) or ""
    parts[2:4] = (not parts[2] and _change_alone(parts[3])) or parts[2:4]
    if base := given.get("base_year", ""):
        parts[2:4] = _counted_from(base, *parts[1:4])
    if parts[3] and not parts[2] and way and way not in fields.CHANGES:
        parts[2] = given["direction"]  # 方向: 不低于
    elif parts[3] and not parts[2]:
        parts[2:4] = _asked(said, parts[3], unit=unit_meant(parts[1]), mark=mark, way=way)
    return _read(said, parts, mark, fiscal, names)


def _counted_from(base: str, unit: str, comparator: str, target: str) -> tuple[str, str]:
    """Return comparator and target of a change with the year that a column of its own says."""
    if cells.meaning("multiples", both := f"{comparator} {target}".strip()):  # halve
        return both, base
    if cells.means("holds", both):  # maintain
        return both, f"{base} level"
    dated = any(cells.said_as(f"target_{form}", target) for form in _FROM_A_YEAR)
    before = re.fullmatch(_WORDS_BEFORE, target)
    if before and not comparator and cells.meaning("comparators", before[1]) in fields.CHANGES:
        comparator, target = before.groups()
    changes = cells.meaning("comparators", comparator) in fields.CHANGES
    counted = unit_meant(unit)  # 80% of what has no unit is a level, or a change
    changes |= _in_percent(target) and counted != "-" and not is_percent(counted)
    return comparator, f"{target} from {base}" if changes and not dated else target


def _change_alone(target: str) -> tuple[str, str] | None:
    """Part a change that says its way, and no year: 15% reduction, 20,000 fewer."""
    for way, shape in (("reduce_by", "target_less"), ("increase_by", "target_more")):
        told = cells.said_as(shape, target)
        if told and re.fullmatch("[0-9][0-9.,万亿]* ?%?", told["target"]):
            return way, told["target"]
    return None


def _called(name: str, unit: str) -> tuple[str, str]:
    """Return the name and the unit of a row; the unit in brackets where no cell says it."""
    name = cells.unnumbered(name)
    bare, behind = cells.unit_behind(name)
    if unit:
        return bare if plain_words(unit) == plain_words(behind) else name, unit
    meant = unit_of(unit_meant(behind))
    counted = cells.among("counted", behind) or unit_meant(behind) in wording.units()  # 岁
    known = counted or meant.currency or meant.measure or "/" in behind
    return (bare, behind) if known or wording.index_base(behind) else (name, "")  # Trips (Kent)


def _way_of(target: str) -> tuple[str, Mapping[str, str]]:
    """Return which change a target says by itself, and its parts: a fall of `55% below 1990`."""
    told = ((way, cells.said_as(shape, target)) for way, shape in _WAYS.items())
    return next(((way, parts) for way, parts in told if parts), ("", {}))


def _asked(
    said: str, target: str, *, unit: str, mark: Decimals | None, way: str
) -> tuple[str, str]:
    """Part a target from its comparator, as in ≥72, at most 72 or 控制在72以内.

    Where it has none, it follows from which `way` is better; else nothing says what is asked.
    """
    words = " ".join(unicodedata.normalize("NFKC", target).split())
    words = re.sub("^([<>≤≥]=?) ?", r"\1 ", words)
    if cells.said_as("best", words):  # 进入前50位
        return "", target
    before = re.fullmatch(_WORDS_BEFORE, words)
    whole = target
    if alone := _change_alone(words):  # 15% reduction
        return alone
    if before and cells.means("fillers", before[1]):  # 确保30000以上
        target, words, before = before[2], before[2], None
    if before and cells.meaning("comparators", before[1]):
        return before[1], before[2]
    if before and cells.said_as("target_total", words):  # total 305, which should fall
        return (fields.CHANGES[way][0], words) if way in fields.CHANGES else (before[1], before[2])
    for first, rest in cells.parted(words):  # below the state average, 翻一番, at most half of 2021
        known = cells.meaning("multiples" if before else "comparators", first)
        if known or (cells.meaning("comparators", first) and cells.said_as("target_share", rest)):
            return first, rest
    _refuse_tied(said, words)
    told, parts = _way_of(words)
    if parts:
        return told, words
    change = cells.said_as("target_change", words)
    moved = re.fullmatch(_WORDS_BEFORE, change["target"]) if change else None
    if change and moved and cells.meaning("comparators", moved[1]) in fields.CHANGES:
        return moved[1], plain_words(words).replace(change["target"], moved[2])  # 比2025年下降20%
    against = {"reduce_by": "+", "increase_by": "-−"}.get(way, "")
    if change:
        signed = {"+": "increase_by", "-": "reduce_by", "−": "reduce_by"}.get(words[0], way)
        if signed in fields.CHANGES and words[0] not in against:
            return signed, target
    else:
        held = (cells.said_as(f"target_{one}", words) for one in ("every", "total", "mean"))
        words = next((told["target"] for told in held if told), words)  # 72 or more in each year
        with suppress(ObservationError):
            figure = cells.read_figure(words, unit=unit, mark=mark or ".") or cells.Written()
            if known := _bound(figure):
                return known, target
        if way in fields.CHANGES and words[0] not in "+-−":
            return fields.CHANGES[way][0], target
    raise _wrong(said, whole, Message("cells.allowed_asked"))


_WORDS_BEFORE: Final = "([^0-9]+?) ?([0-9].*)"
"""Words before a number, and all from there on."""


def _bound(figure: cells.Written) -> str:
    """Return the comparator that a figure says which is a bound, a range or approximate."""
    above, below = (not math.isnan(end) for end in (figure.lower, figure.upper))
    if above is below:
        return "about" if figure.status == "approximate" else "between" * above
    itself = wording.bound_said(figure.lower if above else figure.upper)[1]
    return (("at_least", "more_than") if above else ("at_most", "less_than"))[not itself]


def reads(
    parts: Sequence[str], fiscal: FiscalYears | None, names: Mapping[str, str]
) -> GoalDraft | None:
    """Read a row of a goal beside rows of indicators with these `names`; None if it is none."""
    plain = {plain_words(one): unit for one, unit in names.items()}
    with suppress(PlanError):
        return _read(", ".join(parts), parts, ".", fiscal, plain)
    return None


def _more(said: str, words: str) -> Mapping[str, Any]:
    try:
        more = config.load_yaml(words) or {}
    except ValueError:
        more = None
    if not isinstance(more, dict) or not isinstance(more.get("indicator", {}), dict):
        raise _wrong(said, words, Message("cells.allowed_more"))
    return more


_LETTERS: Final = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
)
"""Letters of the Latin script that are no plain one with an accent."""


def identifier(name: str, otherwise: str) -> str:
    """Return a name as an identifier, in small letters without accents; or `otherwise`.

    It is that also where most letters are of another script: 单位GDP能耗 is no `gdp`.
    """
    told = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    plain = told.encode("ascii", "ignore").decode().lower()
    if 2 * sum(map(str.isalpha, plain)) < sum(map(str.isalpha, name)):
        return otherwise
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return words if re.fullmatch("[a-z][a-z0-9_]*", words) else otherwise


def with_areas(
    asked: Mapping[str, Any], draft: PlanDraft, own: Mapping[str, str], areas: dict[str, str]
) -> dict[str, Any]:
    """Return what a goal asks with identifiers of the areas that it names, noted among `areas`.

    `own` are the names of the plan's area, which is none of those that it is ranked among.
    """
    asked, lang = dict(asked), next(iter(own))

    def noted(said: str) -> tuple[str, str | Mapping[str, str]]:
        names = draft.names(said, lang)
        code = areas.setdefault(names[lang], _identified(names, f"area_{len(areas) + 1}"))
        return code, names if len(names) > 1 else names[lang]

    among = asked.get("rank_among")  # what is of no kind that fits is refused with the plan
    if isinstance(among, list) and all(isinstance(one, str) for one in among):
        apart = (one for one in among if not {*draft.names(one, lang).values()} & {*own.values()})
        told = [*map(noted, apart)]
        codes, listed = [code for code, _ in told], dict(told)
        bare = codes == [*listed.values()] or len(codes) > len(listed)  # one twice is refused
        asked["rank_among"] = codes if bare else listed
    beside: Any = asked.get("relative_to")
    area = beside.get("area") if isinstance(beside, dict) else None
    if isinstance(area, str) and not re.fullmatch(fields.ID, area):
        code, words = noted(area)
        asked["relative_to"] = {**beside, "area": code, "names": words}
    return asked


def _identified(names: Mapping[str, str], otherwise: str) -> str:
    """Return an identifier of the first of names that has one."""
    return next(filter(None, (identifier(one, "") for one in names.values())), otherwise)


def span_of(draft: PlanDraft) -> list[Any]:
    """Return the first and the last year of a draft as its file has them; none if none is said."""
    fiscal = FiscalYears.of(draft.more)
    if fiscal is not None and (years := fiscal.span(draft.years)):
        return [*map(fiscal.called, years)]
    ends = [one.strip().removesuffix("年") for one in cells.ends_of(draft.years) if one.strip()]
    if ends != sorted(ends) or not all(re.fullmatch("(1[89]|2[01])[0-9]{2}", one) for one in ends):
        raise PlanError("cells.wrong_years", found=draft.years)
    span = [int(year) for year in (ends[:1] + ends[-1:])]
    if fiscal is None:
        return span
    if fiscal.spans_two:  # 2025-2030 may begin with 2024-25 or with 2025-26
        names = "/".join(map(fiscal.called, (span[0] + (len(span) > 1), span[-1])))
        raise PlanError("cells.fiscal_span", found=draft.years, allowed=names)
    return [fiscal.called(fiscal.numbered(year)) for year in span]


def _grown(
    asked: Mapping[str, Any], last: str, draft: PlanDraft, span: Sequence[Any]
) -> dict[str, Any]:
    """Say from which year growth is told, by default the one before the plan's first.

    An amount a year is a change by so many of them until the `last` year.
    """
    fiscal, base = FiscalYears.of(draft.more), asked["growth_from"]
    if base is None:
        if not span:
            raise PlanError("cells.wrong_years", found=draft.years)
        begins = fiscal.years(span[0]) if fiscal else None
        base = fiscal.called(begins[0] - 1) if fiscal and begins else span[0] - 1
    if "amount" not in asked:
        return {**asked, "growth_from": base}
    named = ((fiscal.years(one) if fiscal else None, str(one)) for one in (base, last))
    since, until = (years[-1] if years else int(one[:4]) for years, one in named)
    amount = {"base_year": base, "amount": twelve_digits(asked["amount"] * (until - since))}
    return {key: one for key, one in asked.items() if key != "growth_from"} | amount


def range_meant(
    names: Iterable[str], unit: str, targets: Sequence[float]
) -> list[int | None] | None:
    """Return the range of an indicator by its names and targets; None where it is the usual one."""
    percent = unit == "%"
    low, high = min(targets, default=0) < 0, percent and max(targets, default=0) <= 100
    if percent and any(cells.says("grows", name) for name in names):
        low, high = True, False
    return [None if low else 0, 100 if high else None] if low or high < percent else None


def plan_content(
    draft: PlanDraft, *, plan_id: str, lang: Language
) -> tuple[dict[str, Any], dict[fields.Place, GoalDraft]]:
    """Return what the file of a plan says that was said in `lang`, and by which row each part is.

    Goals of one name and unit share an indicator, which is said by the last of its rows that tells
    more of it, or else by the first.
    """
    span, fiscal = span_of(draft), FiscalYears.of(draft.more)
    ids, areas, meant = dict[tuple[str, str], str](), dict[str, str](), dict[str, str]()
    names = draft.names(draft.area, lang)
    indicators: dict[str, Any] = {}
    goals: dict[str, dict[str, Any]] = {}
    said_by, indicator_by = dict[fields.Place, GoalDraft](), dict[str, GoalDraft]()
    named = defaultdict[str, list[float]](list)
    for n, goal in enumerate(draft.goals, 1):
        mean = goal.unsaid == "mean" and span[:1] != span[1:]
        usual = "/".join(map(str, span)) if mean else span[-1] if span else None
        asked = {**goal.asked, "due": goal.asked.get("due", usual)}
        first, last = _ends(asked["due"], fiscal)
        since = asked.get("comparator") == "event" and first in (last, *map(str, span[:1]))
        if since and asked.pop("total", False):  # it is cumulative anyway, from the plan's start
            asked["due"] = int(last) if last.isdigit() else last
        if "growth_from" in asked:
            asked = _grown(asked, last, draft, span)
        asked = with_areas(asked, draft, names, areas)
        called, units = draft.names(goal.name, lang), draft.names(goal.unit, lang)
        about, known = asked.pop("indicator", {}), (called[lang], units[lang])
        code = goal.code if re.fullmatch(fields.ID, goal.code) else identifier(goal.code, "")
        one_id = str(about.get("id") or ids.get(known, ""))
        if not one_id:
            one_id = code or _identified(called, f"indicator_{n}")
            while one_id in indicators:
                one_id += f"_{n}"
        ids.setdefault(known, one_id)
        meant |= {plain_words(one): one_id for one in called.values()}
        new: dict[str, Any] = {"id": one_id, "names": called, "unit": units[lang]}
        new |= {"unit_names": units} if len(units) > 1 else {}
        if one_id not in indicators or "indicator" in goal.asked:
            indicator_by[one_id] = goal
        indicators.setdefault(one_id, new).update(about)
        if not goal.asks:
            continue
        said_by["goals", len(goals)] = goal
        if not asked.keys() & {"base_year", "growth_from", "rank_among", "relative_to"}:
            wanted = asked.get("target")
            wanted = wanted if isinstance(wanted, list) else [wanted]
            ends = [one for one in wanted if isinstance(one, int | float)]
            # What is promised not to fall below 0 can.
            from_0 = ends == [0] and asked.get("comparator") in ("at_least", "more_than")
            named[one_id] += [*ends, -1] if from_0 else ends
        year = re.sub("^([0-9]{4})-[0-9]+-[0-9]+$", r"\1", _ends(asked["due"], fiscal)[1])
        goal_id = code or f"{one_id}_{fields.year_id(year)}"
        goal_id = goal_id if re.fullmatch(fields.ID, goal_id) else one_id
        while goal_id in goals:
            goal_id += f"_{n}"
        goals[goal_id] = {"id": goal_id, "indicator": one_id, **asked}
    for asked in goals.values():
        beside = asked.get("relative_to")
        if not isinstance(beside, dict) or beside.get("indicator") in (None, *indicators):
            continue
        what = beside["indicator"]
        if plain_words(what) not in meant:
            one = indicators[asked["indicator"]]
            about = Message("cells.allowed_target_beside", {"unit": one["unit"]})
            raise _wrong(next(iter(one["names"].values())), what, about)
        asked["relative_to"] = {**beside, "indicator": meant[plain_words(what)]}
    for one_id, ends in named.items():
        one, called = indicators[one_id], indicators[one_id]["names"]
        words = called.values() if isinstance(called, dict) else [str(called)]
        if limits := range_meant(words, one["unit"], ends):
            one.setdefault("valid_range", limits)
    title = {}
    years = dict(zip(("first", "last"), span, strict=False))
    ends = [int(str(one)[:4]) for one in span if re.match("[0-9]{4}", str(one))]
    key = f"start.plan_title{'_long' * (max(ends, default=0) > min(ends, default=0) + 3)}"
    for to in (lang, *draft.others):
        area = names.get(to, names[lang])
        title[to] = (text(key, to, area=area, **years) if span else area) + draft.state
    head: dict[str, Any] = {"id": plan_id, "title": title, **({"span": years} if span else {})}
    head |= {"area": _identified(names, "area"), "area_names": names}
    lists = {"indicators": [*indicators.values()], "goals": [*goals.values()]}
    said_by |= {("indicators", n): indicator_by[one] for n, one in enumerate(indicators)}
    return {**head, **draft.more, **lists}, said_by
