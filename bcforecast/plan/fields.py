"""Fields of the records that people write: texts, numbers, days, and how they are refused.

What a plan leaves unsaid, and the forms in which it may say it, are brought into its fields here.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import date, timedelta
from functools import wraps
from inspect import isfunction, signature
from itertools import chain, count
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainValidator, Strict
from pydantic_core import PydanticCustomError, ValidationError
from typing_extensions import TypeIs

from bcforecast import config
from bcforecast import text as wording
from bcforecast.calls import Answering, as_found
from bcforecast.cells import FiscalYears, meaning, plain_words, without_era
from bcforecast.edge import FIRST_YEAR, LAST_YEAR
from bcforecast.errors import BcforecastError, CallError, OptionError
from bcforecast.plan.targets import ONE_SIDED
from bcforecast.text import LANGUAGES, Language, Message, Text, is_percent, text, unit_of

ENTERED: Final = "entered"
"""How figures were seen of which no source is named: only as somebody entered them."""

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value."""

REFUSED: Final = "bcforecast_refused"
"""Type of our own validation errors; their context holds `allowed` and perhaps `found`, `place`."""


def refusal(
    key: str | Message, /, *place: str | int, found: object = None, **values: object
) -> PydanticCustomError:
    """Return the validation error that says what is allowed, to be rendered in any language.

    `found` is what is there, if not the value at the place of the error itself; `place` leads from
    the record that is being checked down to the wrong value, by keys and positions.
    """
    allowed = Message(key, values) if isinstance(key, str) else key
    return PydanticCustomError(
        REFUSED,
        "{sentence}",
        {"sentence": allowed.render("en"), "allowed": allowed, "found": found, "place": place},
    )


def _only(fits: Callable[[Any], object], allowed: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if not fits(value):
            raise refusal(allowed)
        return value

    return check


def matching(pattern: str, allowed: str) -> AfterValidator:
    """Return a validator that takes a text of one shape; of all else `allowed` says what may be."""
    return AfterValidator(_only(re.compile(pattern).fullmatch, allowed))


def fitting(key: str, fits: Callable[[Any], object]) -> PlainValidator:
    """Return a validator that takes what `fits`, as it is; of all else `key` says what may be."""
    return PlainValidator(_only(fits, key))


Words = Annotated[str, Strict(), Field(pattern=r"\S")]
ID: Final = r"[a-z][a-z0-9_-]*"
Id = Annotated[str, Strict(), matching(ID, "plan.allowed_id")]
_ONCE = AfterValidator(_only(lambda given: len({*given}) == len(given), "run.allowed_once"))
SomeIds = Annotated[tuple[Id, ...], Field(min_length=1), _ONCE]
PlanId = Annotated[str, Strict(), matching(r"[a-z0-9][a-z0-9_-]*", "plan.allowed_plan_id")]
_START: Final = r"(1[89]|2[01])[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?"
PeriodStart = Annotated[str, Strict(), matching(_START, "plan.allowed_break")]
_UNIT = fitting("plan.allowed_unit", lambda u: isinstance(u, str) and u.isprintable() and u.strip())
UnitName = Annotated[str, _UNIT]
TaskId = Annotated[str, Strict(), matching(r"[A-Za-z0-9][\w.-]*", "plan.allowed_task_id")]
Sha256 = Annotated[str, Strict(), matching(r"[0-9a-f]{64}", "plan.allowed_sha256")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Target = Annotated[float, Strict()]
"""NaN as long as the figure is not known from which a goal asks for a change."""
Year = Annotated[int, Strict(), Field(ge=FIRST_YEAR, le=LAST_YEAR)]
YesNo = Annotated[bool, Strict()]


def unquoted_day(given: object) -> object:
    """Take a day that a program wrote in quotes for what it is."""
    with suppress(ValueError):
        if isinstance(given, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            return date.fromisoformat(given)
    return given


_is_size = _only(lambda size: -100.0 <= size <= 1000.0, "scenario.allowed_range")
LeverSize = Annotated[float, Strict(), AfterValidator(_is_size)]
"""Percentage points, or percent: no rate and no chance falls by more than all of it."""
_is_usual = _only(lambda day: FIRST_YEAR <= day.year <= LAST_YEAR, "plan.allowed_date")
Day = Annotated[date, Strict(), BeforeValidator(unquoted_day), AfterValidator(_is_usual)]

_Record = TypeVar("_Record", bound=BaseModel)
_R = TypeVar("_R")


def validated(model: type[_Record], content: object) -> _Record:
    """Return the record that a file says; all that is wrong with it is pydantic's error."""
    return cast(_Record, model.__pydantic_validator__.validate_python(content))


def _in_our_words(method: Callable[..., _R]) -> Callable[..., _R]:
    """Have what pydantic brings with a record say what was wrong with a call."""

    @wraps(method)
    def asked(this: Any, *args: Any, **kwargs: Any) -> _R:
        kind: Any = this if isinstance(this, type) else type(this)
        try:
            return method(this, *args, **kwargs)
        except ValidationError as error:
            raise _wrong(kind, error) from None
        except BcforecastError:
            raise
        except Exception as error:  # whatever pydantic, or a library below it, makes of it
            name, takes = method.__name__, [*signature(method).parameters][1:]
            if name == "__init__":
                name, takes = kind.__name__, list(kind.model_fields)
            told = {"function": name, "found": str(error).split("\n")[0], "hint": ""}
            raise CallError("errors.call", **told, allowed=", ".join(takes)) from None

    return asked


def _wrong(kind: Any, error: ValidationError) -> OptionError:
    """Return the first thing that is wrong with what was given for a record."""
    wrong = error.errors(include_url=False)[0]
    ours = wrong.get("ctx", {}) if wrong["type"] == REFUSED else {}
    place, found = (*wrong["loc"], *ours.get("place", ())), wrong["input"]
    if isinstance(found, Mapping) and place:
        found = found.get(place[-1])
    found = found if ours.get("found") is None else ours["found"]
    is_missing = found is None and wrong["type"] == "missing"
    named = FORMS["refused"].get("" if is_missing else wrong["type"], "otherwise")
    allowed = ours.get("allowed") or Message(f"plan.allowed_{named}")
    told = ".".join(map(str, place)) or kind.__name__
    if wrong["type"] == "extra_forbidden" and len(place) == 1:
        keys = {"keys": ", ".join(kind.model_fields)}
        told, found, allowed = kind.__name__, place[0], Message("plan.allowed_table", keys)
    return OptionError(told, found=as_found(found), allowed=allowed)


class StrictRecord(Answering, BaseModel, frozen=True, extra="forbid"):
    """A part of a plan: it cannot be changed, and it takes no key that it does not know.

    Copies that differ are checked like what a file says.
    """

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with other values where they are given."""
        if update:  # a check notes in the parts of a record how they stand to each other
            whole = deepcopy({**dict(self), **update})
            found = dict(self.model_validate(whole, context={"whole": True}))
            update = {k: found[k] for k in found if k in update or found[k] != getattr(self, k)}
        return super().model_copy(update=update, deep=deep)


_ASKED: Final = ("__init__", "__setattr__", "__delattr__")  # pydantic itself asks no `__init__`
for _name, _method in vars(BaseModel).items():
    _call = getattr(_method, "__func__", _method)
    _is_asked = _name in _ASKED or (_name[0] != "_" and _name != "model_post_init")
    if isfunction(_call) and _is_asked and _name not in vars(StrictRecord):
        _told = _in_our_words(_call)
        setattr(StrictRecord, _name, _told if _call is _method else classmethod(_told))


def changed(record: _Record, /, **update: Any) -> _Record:
    """Return a copy of a record with values of which it is known that they fit."""
    return BaseModel.model_copy(record, update=update)


class NamedRecord(StrictRecord):
    """A record that is called something."""

    names: Text

    def name(self, lang: Language) -> str:
        """Return what it is called in `lang`."""
        return self.names.render(lang)


def wrong_form(form: str, *place: str | int) -> PydanticCustomError:
    """Return the refusal of a key that nothing reads where it stands, by the form it is meant."""
    return refusal("plan.allowed_form", *place, form=form)


def is_number(value: object) -> TypeIs[float]:
    """Whether a value that a file gives is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def counted_as(kind: str, *, yearly: bool) -> str:
    """Return the measure of figures of a kind: what came to exist counts at a date, not in time."""
    return "flow" if yearly else {"event": "stock", "admissions": "flow"}.get(kind, kind)


def with_defaults(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Write out what a plan leaves unsaid, so that every part of it says everything.

    Of an indicator kind, range, whether it is whole, direction, parent; of a goal identifier, unit,
    and that it is no mere aspiration; of the plan issuer, day of issue, span, names of the area and
    source. Milestones become goals of one family, as goals are that differ in target and due alone.
    What is not as it should be is left as it is, for
    the checks that follow to say so.
    """
    full, fiscal = dict(plan), FiscalYears.of(plan)
    if fiscal is None and full.get("fiscal_year") is not None:
        raise refusal("plan.allowed_fiscal", "fiscal_year", found=full["fiscal_year"])
    indicators = [dict(one) for one in _tables(full, "indicators")]
    goals = list[dict[str, Any]]()
    for goal in _tables(full, "goals"):
        refuse_two_forms(goal, len(goals))
        ends = {} if fiscal is None else {"fiscal": fiscal}
        goals += _milestones({**ends, **_by_calendar(goal, fiscal)})
    _as_families(goals)
    units = full.pop("units", {})
    _refuse_units(units, {str(one.get("unit")) for one in indicators})
    for one in indicators:
        if fiscal is not None and isinstance(one.get("breaks"), list):
            one["breaks"] = [_in_months(said, fiscal) for said in one["breaks"]]
        if "name" in one and "names" not in one:
            one["names"] = one.pop("name")
        own = [goal for goal in goals if goal.get("indicator") == one.get("id")]
        if not is_percent(str(one.get("unit"))) and any(goal.get("total") is True for goal in own):
            one.setdefault("kind", "flow")  # what a year brings, or it could not be added up
        _complete_indicator(one, [goal.get("comparator") for goal in own], units)
    unit_by_id = {str(one.get("id")): one.get("unit") for one in indicators}
    for n, goal in enumerate(goals):
        between = _compared(goal, n, indicators, area=full.get("area"))
        if between is not None and between not in indicators:
            indicators.append(between)
            unit_by_id[between["id"]] = between.get("unit")
    used: set[str] = set()
    for goal in goals:
        _complete_goal(goal, unit_by_id, used)
    if indicators:
        full["indicators"] = indicators
    if goals:
        full["goals"] = goals
    if isinstance(full.get("span"), dict):
        full["span"] = _by_calendar(full["span"], fiscal)
    elif full.get("span") is not None:
        raise wrong_form("span: {first: 2024, last: 2030}", "span")
    _complete_plan(full, goals, fiscal)
    return full


_YEARS: Final = ("base_year", "growth_from", "relative_to", "first", "last")
"""Fields of a goal or of the span that say years."""


def last_day_of(year: int, fiscal: FiscalYears | None) -> date:
    """Return the last day of a year of a plan, of the fiscal one that ends in it."""
    return fiscal.last_day(year) if fiscal else date(year, 12, 31)


def _by_calendar(part: dict[Any, Any], fiscal: FiscalYears | None) -> dict[Any, Any]:
    """Return a part of a plan with years as numbers, of fiscal years those in which they end.

    What is due by the first day of a year is judged by the year that has ended.
    """

    def year(said: Any) -> Any:
        if fiscal is None:
            return int(str(said)[:4]) if re.fullmatch("[12][0-9]{3}年?", str(said)) else said
        first, last = fiscal.years(said) or (said, said)
        return last if first == last else f"{first}/{last}"

    def due(said: Any) -> Any:
        if isinstance(said, date) and said.year >= FIRST_YEAR:
            before = said - timedelta(days=1)
            return before if before == last_day_of(before.year, fiscal) else said
        return year(said)

    changed = {key: year(one) if key in _YEARS else one for key, one in part.items()}
    if "due" in part:
        changed["due"] = due(part["due"])
    if isinstance(steps := part.get("milestones"), dict):
        changed["milestones"] = {due(key): one for key, one in steps.items()}
    return changed


def _in_months(change: Any, fiscal: FiscalYears) -> Any:
    """Return a redefinition that begins with a fiscal year as beginning with its first month."""
    years = fiscal.years(change.get("period")) if isinstance(change, dict) else None
    return {**change, "period": fiscal.months(*years)[:7]} if years else change


def _tables(plan: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = plan.get(name)
    whole = isinstance(listed, list) and all(isinstance(one, dict) for one in listed)
    return listed if whole and listed is not None else []


def _complete_indicator(
    one: dict[str, Any], asked: Sequence[object], units: Mapping[str, Any]
) -> None:
    unit = one.get("unit")
    if not isinstance(unit, str) or not unit.strip():
        return
    if wording.is_rank(unit, str(one.get("names"))) and not wording.is_rank(unit):  # 百强排名, 位
        unit = one["unit"] = "place"
    declared, known = units.get(unit), unit_of(unit)
    if isinstance(declared, dict):
        if "names" in declared:
            one.setdefault("unit_names", declared["names"])
        low, high = declared.get("low", 0.0), declared.get("high")
        one.setdefault("valid_range", [low, high])
        one.setdefault("whole", declared.get("whole", known.whole))
    one.setdefault("kind", "event" if "event" in asked else known.measure_of(str(one.get("names"))))
    if one["kind"] == "flow" and "event" in asked:
        one |= {"kind": "event", "yearly": True}
    if one["kind"] == "index":
        one["kind"] = "ratio"
    one.setdefault("whole", known.whole)
    one.setdefault("valid_range", [0.0, 100.0 if unit == "%" else None])
    down = any(each in ("at_most", "less_than", "reduce_by") for each in asked)
    one.setdefault("direction", "down" if down else "up")
    one.setdefault("parent", None)
    one.setdefault("link_to_parent", "none")


_OF_A_UNIT: Final = ("names", "whole", "low", "high")


def _refuse_units(units: object, used: set[str]) -> None:
    """Refuse what a plan says of its units and nothing reads: another key, a unit of no figure."""
    keys = {"keys": ", ".join(_OF_A_UNIT)}
    if not isinstance(units, dict):
        raise refusal("plan.allowed_table", "units", found=units, **keys)
    for name, said in units.items():
        if not isinstance(said, dict) or said.keys() - {*_OF_A_UNIT}:
            raise refusal("plan.allowed_table", "units", name, found=said, **keys)
        if name not in used:
            known = ", ".join(sorted(used))
            raise refusal("plan.allowed_one_of", "units", name, found=name, values=known)


FORMS: Final = config.shipped(Path(__file__).with_name("forms.yaml"))
"""What a plan may write in more than one form, and how what is none of them is refused."""

_SHAPES: Final[Mapping[str, tuple[str, str]]] = FORMS["forms"]
MADE: Final[Mapping[str, str]] = FORMS["made"]
KEYS_OF_A_GOAL: Final = tuple(key for key in _SHAPES if key not in ("base_year", "amount"))


def refuse_two_forms(goal: Mapping[str, Any], n: int) -> None:
    """Refuse a goal that says one thing in two ways, of which one would be passed over."""
    given = {key for key, value in goal.items() if value is not None}
    for key in MADE if not MADE.keys() <= goal.keys() else ():  # a record that was read has them
        if key in given:
            raise wrong_form(_SHAPES[MADE[key]][0], "goals", n, key)
    for key, (form, others) in _SHAPES.items():
        both = [other for other in others.split() if other in given]
        year = key == "relative_to" and isinstance(goal.get(key), int)  # the same as base_year
        if key in given and both and not year:
            told = {"form": form, "others": ", ".join(others.split())}
            found = f"{both[0]}: {goal[both[0]]}"
            raise refusal("plan.allowed_alone", "goals", n, key, found=found, **told)


def _milestones(goal: dict[str, Any]) -> list[dict[str, Any]]:
    """Make a goal of each milestone, by date: `{2025: 60, 2030: 80}`; without any it is itself."""
    steps = goal.get("milestones")
    if not isinstance(steps, dict) or not steps:
        return [goal]
    del goal["milestones"]
    name = str(goal.pop("id", goal.get("indicator")))
    ids = {year: f"{name}_{year_id(year, goal.get('fiscal'))}" for year in steps}
    by_date = sorted(steps, key=lambda year: [*map(int, re.findall("[0-9]+", str(year)))])
    each = ({"id": ids[year], "due": year, "target": steps[year]} for year in by_date)
    return [{**goal, **one, "family": name} for one in each]


def goals_apart(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the goals of a plan file as it has them, milestones a goal each, with identifiers."""
    fiscal = FiscalYears.of(plan)
    told = ({**_by_calendar(one, fiscal), "fiscal": fiscal} for one in _tables(plan, "goals"))
    goals = [goal for one in told for goal in _milestones(one)]
    _as_families(goals)
    used: set[str] = set()
    for goal in goals:
        _complete_goal(goal, {}, used)
        del goal["fiscal"]
    return goals


def _as_families(goals: Iterable[dict[str, Any]]) -> None:
    alike = defaultdict[str, list[dict[str, Any]]](list)
    for goal in (one for one in goals if not one.get("family")):
        kept = (f"{key}: {said}" for key, said in goal.items() if key not in {"id", *_OF_A_STEP})
        alike[str(sorted(kept))].append(goal)
    for steps in alike.values():
        if len({str(goal.get("due")) for goal in steps}) == len(steps) > 1:
            for goal in steps:
                goal["family"] = goal.get("indicator")


_OF_A_STEP: Final = frozenset({"target", "upper", "change", "due"})
"""Fields of a goal that a milestone gives."""


def as_written(place: Place, content: object) -> Place:
    """Return where a plan file has what stands at `place` once milestones are a goal each."""
    if not isinstance(content, dict) or place[:1] != ("goals",) or len(place) < 2:
        return place
    first = 0
    for n, goal in enumerate(_tables(content, "goals")):
        apart, step = _milestones(dict(goal)), int(place[1]) - first
        if 0 <= step < len(apart):
            if "milestones" not in apart[0] and "milestones" in goal and _OF_A_STEP & {*place[2:3]}:
                return ("goals", n, "milestones", apart[step]["due"])
            return ("goals", n, *place[2:])
        first += len(apart)
    return place


def _years_of(due: object, fiscal: object = None) -> tuple[int, int] | None:
    """Return the first and last year of a due date, however it is written; None of what is none."""
    told = re.match(r"([0-9]{4})(?:/([0-9]{4})|-(0[1-9]|1[0-2])-)?", str(due))
    if told is None:
        return None
    first = int(told[1])
    if told[3] and isinstance(fiscal, FiscalYears):
        first = fiscal.of_day(date(first, int(told[3]), 1))
    return first, int(told[2] or first)


def in_words(key: str, **values: object) -> dict[str, str] | None:
    """Say a sentence in each language in which every name among its values is given.

    A name is a text, or texts by language; one in no language stands as it is in all of them.
    """
    known: set[str] = set(LANGUAGES)
    for name, value in values.items():
        if isinstance(value, Text):
            values[name] = value = dict(value.values)
        if isinstance(value, dict):
            known &= {lang for lang, said in value.items() if isinstance(said, str)}
    if not known or None in values.values():
        return None

    def named(lang: str) -> dict[str, Any]:
        return {n: one[lang] if isinstance(one, dict) else one for n, one in values.items()}

    return {lang: text(key, lang, **named(lang)) for lang in LANGUAGES if lang in known}


def _compared(
    goal: dict[str, Any], n: int, indicators: Sequence[Mapping[str, Any]], *, area: object
) -> dict[str, Any] | None:
    """Make of a goal that is held against other figures one on what lies between, and return that.

    `relative_to` names an area, an indicator or both, with a `factor` and what is to be added
    (`plus`); `rank_among` areas, the target being the place among them.
    """
    if not isinstance(goal.get("relative_to"), dict) and goal.get("rank_among") is None:
        return None
    asked = goal.get("indicator")
    if not all(isinstance(one, str) for one in (asked, *(one.get("id") for one in indicators))):
        return None  # the checks that follow say so
    own = next((one for one in indicators if one.get("id") == asked), None)
    if own is None:
        values = {"list": "indicators", "ids": ", ".join(one["id"] for one in indicators)}
        raise refusal("plan.allowed_reference", "goals", n, "indicator", found=asked, **values)
    if own.get("kind") == "event":
        found = goal.get("comparator")
        raise refusal("plan.allowed_event", "goals", n, "comparator", found=found, indicator=asked)
    if isinstance(against := goal.get("relative_to"), dict):
        named = {one.get("id"): one.get("names") for one in indicators}
        same, other = unit_of(str(own.get("unit"))), str(against.get("indicator", asked))
        rest = (one for one in indicators if one is not own)
        alike = [one["id"] for one in rest if unit_of(str(one.get("unit"))) == same]
        if other in named and other not in (asked, *alike) and against.get("factor", 1) == 1:
            told = {"found": other, "unit": own.get("unit"), "ids": ", ".join(alike) or "-"}
            raise refusal("plan.allowed_same_unit", "goals", n, "relative_to", "indicator", **told)
        made, names, compared = _beside(goal, n, own, area, named)
    else:
        made, names, compared = _ranked(goal, n, own, area)
    others = [one for one in indicators if str(one.get("id")).startswith(made)]
    if others and all(one.get("compared") != {"own": asked, **compared} for one in others):
        made = f"{made}_{len(others) + 1}"
    goal["indicator"] = made
    points = {"unit_names": in_words("plan.points")} if is_percent(str(own.get("unit"))) else {}
    return {
        **{key: own[key] for key in ("unit", "unit_names", "kind", "direction") if key in own},
        **points,
        "id": made,
        "names": names,
        "valid_range": [None, None],
        "whole": False,
        "parent": None,
        "link_to_parent": "none",
        "compared": {"own": asked, **compared},
    }


_Made = tuple[str, dict[str, str] | None, dict[str, Any]]
"""Identifier and names of what lies between two figures, and how it arises."""


def _beside(
    goal: dict[str, Any], n: int, own: Mapping[str, Any], area: object, named: Mapping[Any, object]
) -> _Made:
    """Read a goal such as "no lower than that of the state"."""
    against: Mapping[str, Any] = goal.pop("relative_to")
    strange = set(against) - {"area", "indicator", "names", "factor", "plus"}
    factor, plus = against.get("factor", 1.0), against.get("plus", 0.0)
    known = {"area", "indicator"} & set(against) and is_number(plus)
    there, what = str(against.get("area", area)), str(against.get("indicator", own["id"]))
    known = known and is_number(factor) and factor > 0.0
    if strange or not known or (there, what) == (area, own["id"]):
        found = ", ".join(f"{key}: {value}" for key, value in against.items())
        raise refusal("plan.allowed_relative", "goals", n, "relative_to", found=found)
    if goal.get("comparator") not in ONE_SIDED:
        place = ("goals", n, "comparator")
        raise refusal("plan.allowed_relative_comparator", *place, found=goal.get("comparator"))
    other: object = against.get("names") or there
    words: object = in_words("plan.that_of", other=other)
    if not (elsewhere := there != area):
        words = other = against.get("names") or named.get(what, what)
    names = in_words("plan.beside_name", name=own.get("names"), other=other)
    if factor != 1.0:
        words = in_words("plan.times", other=words, factor=f"{factor:g}")
    called = words or what
    if plus:
        way = "plus" if plus > 0 else "minus"
        unit, digits = str(own.get("unit")), wording.plain(abs(plus))
        size = wording.Made(wording.difference, digits=digits, unit=unit, name=None)
        words = in_words(f"plan.{way}", other=words, plus=size)
    goal["relative"] = in_words(f"plan.relative_{goal['comparator']}", other=words)
    goal["target"] = float(plus)
    made = f"{own['id']}_beside_{there if elsewhere else what}"
    told = [(there if elsewhere else what, other)] if "names" in against else []
    compared = {"beside": [(there, what)], "called": called, "factor": factor}
    return made, names, {**compared, "place": 1, "names": told}


def _ranked(goal: dict[str, Any], n: int, own: Mapping[str, Any], area: object) -> _Made:
    """Read a goal such as "among the first three of the province"."""
    among = goal.pop("rank_among")
    place, name = goal.get("target"), str(own["id"])
    called = among if isinstance(among, dict) else {}
    named = all(isinstance(one, str | dict) and one for one in called.values())
    if not (isinstance(among, list | dict) and named and len({*map(str, among)}) == len(among)):
        raise wrong_form(_SHAPES["rank_among"][0], "goals", n, "rank_among")
    beside = [(one, name) for one in dict.fromkeys(map(str, among)) if one != area]
    most = len(beside)
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= most:
        raise refusal("plan.allowed_rank", "goals", n, "target", found=place, most=most)
    said = "first" if place == 1 else "among"
    goal["comparator"] = "at_most" if own.get("direction") == "down" else "at_least"
    goal["relative"] = in_words(f"plan.rank_{said}", place=place, count=most + 1)
    goal["target"] = 0.0
    names = in_words("plan.rank_name", name=own.get("names"))
    told = [(str(one), words) for one, words in called.items() if str(one) != area]
    beat = {"called": in_words("plan.rank_other", place=place), "factor": 1.0, "place": place}
    return f"{name}_rank", names, {"beside": beside, **beat, "names": told}


def year_id(year: Any, fiscal: object = None) -> str:
    """Return a year or day, however it is written, as a part of an identifier: 2028 of R10年度."""
    if isinstance(fiscal, FiscalYears) and isinstance(year, int):
        year = fiscal.called(year)
    return re.sub("[^a-z0-9]+", "_", plain_words(without_era(year))).strip("_")


def _complete_goal(goal: dict[str, Any], units: Mapping[str, Any], used: set[str]) -> None:
    indicator = goal.get("indicator")
    unit = units.get(str(indicator))
    changes = {"base_year", "growth_from"} & set(goal) or isinstance(goal.get("relative_to"), int)
    if unit is not None and ("unit" not in goal or (changes and goal["unit"] == "%")):
        goal["unit"] = unit
    if units and isinstance(indicator, str) and indicator not in units:
        goal.setdefault("unit", "-")  # that it is no indicator is what is to be told
    goal.setdefault("aspiration", False)
    if "id" not in goal and isinstance(indicator, str):
        years = _years_of(goal.get("due"), goal.get("fiscal"))
        by_year = f"{indicator}_{year_id(years[0], goal.get('fiscal'))}" if years else indicator
        more = (f"{by_year}_{n}" for n in count(2))
        goal["id"] = next(one for one in chain((indicator, by_year), more) if one not in used)
    used.add(str(goal.get("id")))


def _complete_plan(
    plan: dict[str, Any], goals: Sequence[Mapping[str, Any]], fiscal: FiscalYears | None
) -> None:
    ends = [years[1] for goal in goals if (years := _years_of(goal.get("due"), fiscal))]
    if ends:
        issued = _years_of(plan.get("issued"), fiscal)
        first = issued[0] if isinstance(plan.get("issued"), date) and issued else min(ends)
        plan.setdefault("span", {"first": min(first, *ends), "last": max(ends)})
    span = plan.get("span")
    if isinstance(span, dict) and isinstance(span.get("first"), int):
        if FIRST_YEAR <= span["first"] <= LAST_YEAR:
            plan.setdefault("issued", last_day_of(span["first"] - 1, fiscal) + timedelta(days=1))
        for goal in goals:
            spans = goal.get("every_year") is True or goal.get("total") is True
            if spans and "/" not in str(goal.get("due")):
                goal.setdefault("first_year", span["first"])  # type: ignore[attr-defined]
    area = plan.get("area")
    if isinstance(area, str):
        plan.setdefault("area_names", area)
        plan.setdefault("issuer", plan["area_names"])
    plan.setdefault("parent", None)
    plan.setdefault("source", {"citation": plan.get("title")})


CHANGES: Final[Mapping[str, tuple[str, float]]] = {
    "reduce_by": ("at_most", -1.0),
    "increase_by": ("at_least", 1.0),
}
"""Comparators that ask for a change, what they ask of the figure, and the sign of the change."""

_COUNTED, _MEASURED, _POINT = 0.05, 0.02, 1.0
"""Shares of the target within which a figure is `about` it; points at most, and things at least."""

_FIXED: Final = ("between", "about", "event")
"""Comparators that no change from a base year can have."""

FASTEST: Final = 1000.0
"""Average growth a year, in percent, beyond which no plan goes."""


def allowed_due(due: object, fiscal: FiscalYears | None, *, of: str = "plan") -> Message:
    """Say how a due date is written, the two years that it names as a span of years.

    It is `of` a plan's file, or of a row of goals (`cells`).
    """
    named = sorted({*re.findall("(?<![0-9])(?:19|2[01])[0-9]{2}(?![0-9])", str(due))})
    years = "/".join(named) if len(named) == 2 and fiscal is None else "2026/2030"
    own = "cells.due_fiscal" if fiscal else f"{of}.due_fiscal_unsaid"
    said = Message(own, {"written": fiscal and fiscal.written})
    return Message(f"{of}.allowed_due_form", {"fiscal": said, "years": years})


def allowed_pair(key: str, target: object) -> Message:
    """Say how a range is written, from the lower to the higher of two numbers that are there."""
    given = target if isinstance(target, list) else re.findall("[0-9]+(?:[.][0-9]+)?", str(target))
    ends = sorted({float(one) for one in given if is_number(one) or isinstance(one, str)})
    pair = ", ".join(f"{one:.15g}" for one in ends) if len(ends) == 2 else "40, 45"
    return Message(key, {"pair": f"[{pair}]"})


def as_asked(goal: dict[str, Any]) -> dict[str, Any]:
    """Bring what a plan may write of a goal into the fields that hold it; refuse half a form."""
    comparator, target = goal.get("comparator"), goal.get("target")
    if (named := meaning("comparators", comparator)) not in (None, comparator):
        raise refusal("plan.allowed_one_of", "comparator", values=named)
    fiscal = None
    if isinstance(goal.get("fiscal"), FiscalYears):  # of the plan; nothing that a goal may say
        fiscal = goal.pop("fiscal")
    sign = _as_change(goal)
    _as_range(goal, comparator, target)
    _as_due(goal, fiscal)
    due = goal.get("due")
    year = None if not isinstance(due, date) else fiscal.of_day(due) if fiscal else due.year
    _as_growth(goal, target, sign, year)
    _as_years(goal, year)
    for key in KEYS_OF_A_GOAL:
        if key in goal:
            raise wrong_form(_SHAPES[key][0], key)
    return goal


def _as_change(goal: dict[str, Any]) -> float:
    """Say what a change from a base year asks of the figure; return the sign of the change."""
    comparator, target, amount = (goal.get(key) for key in ("comparator", "target", "amount"))
    if isinstance(goal.get("relative_to"), int):
        goal["base_year"] = goal.pop("relative_to")
    counted = goal.get("base_year") is not None or goal.get("growth_from") is not None
    if comparator in _FIXED and counted:
        raise refusal("plan.allowed_relative_comparator", "comparator")
    sign = 1.0
    if isinstance(comparator, str) and comparator in CHANGES:
        goal["comparator"], sign = CHANGES[comparator]
        for key, size in (("target", target), ("amount", amount)):
            if is_number(size) and size < 0.0:
                raise refusal("plan.allowed_change", key)
    if not counted and (is_number(amount) or goal.get("comparator") != comparator):
        raise refusal("plan.allowed_base_year", "base_year", found=Message("plan.found_nothing"))
    if is_number(amount):
        goal |= {"amount": sign * float(amount) + 0.0, "target": math.nan}
    elif goal.get("base_year") is not None and "change" not in goal and is_number(target):
        goal["change"], goal["target"] = sign * float(target) + 0.0, math.nan
    return sign


def _as_range(goal: dict[str, Any], comparator: object, target: Any) -> None:
    """Give a range and what is about a target their two ends; no other target is a list."""
    if comparator == "between":
        pair = target if isinstance(target, list) else []
        if len(pair) == 2 and all(map(is_number, pair)) and pair[0] < pair[1]:
            goal["target"], goal["upper"] = map(float, pair)
        elif isinstance(target, list) or "upper" not in goal:
            raise refusal(allowed_pair("plan.allowed_range_pair", target), "target")
    elif comparator == "about" and is_number(target) and "upper" not in goal:
        goal["assumed"] = "tolerance" not in goal
        tolerance = goal.pop("tolerance", _assumed(abs(target), str(goal.get("unit"))))
        if not is_number(tolerance) or tolerance <= 0:
            raise refusal("plan.allowed_tolerance", "tolerance", found=tolerance)
        goal["upper"] = float(target) + float(tolerance)
    elif isinstance(target, list):
        raise refusal(allowed_pair("plan.allowed_number_or_range", target), "target")


def _assumed(target: float, unit: str) -> float:
    """Return how far a figure may be from what it is to be about, where the plan does not say."""
    money = any(unit_of(one).currency for one in (unit, wording.rate_of(unit)[0]))  # 元/人
    counts = is_percent(unit) or unit_of(unit).whole or money
    within = target * (_COUNTED if counts else _MEASURED)
    if is_percent(unit):
        return min(within, _POINT)
    return max(within, _POINT) if unit_of(unit).whole else within


def _as_due(goal: dict[str, Any], fiscal: FiscalYears | None) -> None:
    """Make a day of the year, or of the last of the years, at whose end a goal is due."""
    due = unquoted_day(goal.get("due"))
    goal |= {"due": due} if isinstance(due, date) else {}
    span = re.fullmatch(r"([0-9]{4})/([0-9]{4})", str(due))
    if span and span[1] < span[2]:
        goal |= {"first_year": int(span[1]), "due": last_day_of(int(span[2]), fiscal)}
        goal.setdefault("over", "mean")
    elif isinstance(due, int) and not isinstance(due, bool) and FIRST_YEAR <= due <= LAST_YEAR:
        goal["due"] = last_day_of(due, fiscal)
    elif not (due is None or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(due))):
        raise refusal(allowed_due(due, fiscal), "due")


def _as_growth(goal: dict[str, Any], target: Any, sign: float, due: int | None) -> None:
    """Say average growth a year as the change from its base year that it comes to."""
    base = goal.pop("growth_from", None)
    if base is None or not is_number(target) or due is None:
        return
    goal["base_year"] = base
    if not isinstance(base, int) or isinstance(base, bool) or base >= due:
        raise refusal("plan.allowed_growth_from", "growth_from", found=base, due=due)
    yearly = sign * float(target) + 0.0
    if not -100.0 < yearly <= FASTEST:
        raise refusal("plan.allowed_growth", "target", found=target, most=FASTEST)
    grown = (1.0 + yearly / 100.0) ** (due - base)
    goal |= {"yearly": yearly, "change": 100.0 * (grown - 1.0), "target": math.nan}


def _as_years(goal: dict[str, Any], due: int | None) -> None:
    """Say over which years a goal goes; the target of a total is the mean of its years."""
    for key, over in (("every_year", "every"), ("total", "total")):
        said = goal.pop(key, False)
        if said is True:
            goal["over"] = over
        elif said is not False:
            raise wrong_form(_SHAPES[key][0], key)
        first = goal.get("first_year")
        if said is True and over == "total" and due and isinstance(first, int):
            parts = max(due - first + 1, 1)  # what is due before the plan is refused later
            goal |= {k: goal[k] / parts for k in ("target", "upper") if is_number(goal.get(k))}
