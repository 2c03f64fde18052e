"""What an official rule is: the case it judges, its verdict, and what rules have in common."""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Self, get_args

import numpy as np

from bcforecast import edge
from bcforecast import text as wording
from bcforecast.cells import period_named
from bcforecast.errors import BcforecastError
from bcforecast.observations.selection import History
from bcforecast.plan.goals import Direction
from bcforecast.plan.targets import COMPARISONS, Comparator, meets
from bcforecast.text import Message, Text, plain, twelve_digits


class RuleError(BcforecastError):
    """Figures or settings that no rule can judge."""


@dataclass(frozen=True)
class Case:
    """A series of yearly figures and the promise that a rule holds it against.

    Figures, target and limit are in the indicator's unit. A `RuleError` refuses a missing
    direction, a comparator that contradicts it, and figures that are none or not in order.

    Years with a figure increase; `direction` says which way is progress and has no default. The
    `comparator` is by default the inclusive one of the direction, as published rules have it.
    Progress is measured from the base year, the present state asked for the current one: by default
    those of the first and the last figure. A share has a natural maximum, its `scale` (100 for per
    cent), for logit projections and the "within 1 %" rule of the UN; an indicator without a target
    may approach a natural `limit`. `bounds_ignored` counts the periods known only by a bound. In
    sentences figures have their `unit`, by the indicator's own `unit_name` where it has one.
    """

    years: tuple[int, ...]
    values: tuple[float, ...]
    _: KW_ONLY
    direction: Direction | None = None
    target: float | None = None
    due: int | None = None
    comparator: Comparator | None = None
    base_year: int | None = None
    current_year: int | None = None
    scale: float | None = None
    limit: float | None = None
    whole: bool = False
    bounds_ignored: int = 0
    unit: str | None = None
    unit_name: Text | None = None

    def __post_init__(self) -> None:
        if self.direction not in get_args(Direction):
            raise RuleError("rules.error_direction", found=self.direction)
        default: Comparator = "at_least" if self.direction == "up" else "at_most"
        comparator = default if self.comparator is None else self.comparator
        # Published rules hold a single threshold against the figures.
        judged = [name for name, asked in COMPARISONS.items() if not asked.two_sided]
        if comparator not in judged:
            allowed = ", ".join(judged)
            raise RuleError("rules.error_comparator", found=comparator, allowed=allowed)
        object.__setattr__(self, "comparator", comparator)
        if COMPARISONS[comparator].up is not (self.direction == "up"):
            told = {"comparator": comparator, "direction": self.direction}
            raise RuleError("rules.error_contradiction", **told)
        object.__setattr__(self, "years", tuple(int(y) for y in self.years))
        object.__setattr__(self, "values", tuple(float(v) for v in self.values))
        if not self.years or len(self.years) != len(self.values):
            raise RuleError("rules.error_lengths", years=len(self.years), values=len(self.values))
        for year in (*self.years, self.due, self.base_year, self.current_year):
            if year is not None and year not in _YEARS:
                raise RuleError("rules.error_year_outside", found=year, **_ENDS)
        for earlier, later in zip(self.years, self.years[1:], strict=False):
            if later <= earlier:
                raise RuleError("rules.error_order", earlier=earlier, later=later)
        for year, value in zip(self.years, self.values, strict=True):
            if not math.isfinite(value):
                raise RuleError("rules.error_value", year=year, found=value)
            if self.scale is not None and not 0.0 <= value <= self.scale:
                raise RuleError("rules.error_scale", year=year, found=value, scale=self.scale)
        for name in ("target", "limit", "scale"):
            number = getattr(self, name)
            least = 0.0 if name == "scale" else -math.inf
            if number is not None and not least < number < math.inf:
                raise RuleError("rules.error_number", name=name, found=number)
        if self.target is not None and self.due is None:
            raise RuleError("rules.error_due_missing")
        if self.due is not None and self.years[-1] > self.due:
            raise RuleError("rules.error_after_due", year=self.years[-1], due=self.due)
        if self.current_year is not None and self.current_year < self.years[-1]:
            raise RuleError("rules.error_current", found=self.current_year, last=self.years[-1])

    @classmethod
    def of_history(cls, history: History, **fields: object) -> Self:
        """Take the figures of a history up to the due year; its bounds are counted, not used."""
        due = fields.get("due")
        in_time = history.times <= (due if isinstance(due, int) else max(history.times, default=0))
        used, bounds = history.known & in_time, int((history.bound_only & in_time).sum())
        series = tuple(history.times[used].tolist()), tuple(history.values[used].tolist())
        return cls(*series, whole=history.whole, bounds_ignored=bounds, **fields)  # type: ignore[arg-type]

    def with_last(self, value: float) -> Self:
        """Return the case with another last figure, one that it could have had."""
        revised = object.__new__(type(self))
        revised.__dict__.update(self.__dict__, values=(*self.values[:-1], float(value)))
        return revised

    @property
    def sign(self) -> int:
        """Plus 1 if an increase is wanted, minus 1 if a decrease."""
        return 1 if self.direction == "up" else -1

    @property
    def last(self) -> tuple[int, float]:
        """Year and value of the last figure."""
        return self.years[-1], self.values[-1]

    @property
    def base(self) -> tuple[int, float]:
        """Year and value of the first figure in or after the base year; else the last figure."""
        return self.since(self.years[0] if self.base_year is None else self.base_year)

    def since(self, year: int) -> tuple[int, float]:
        """Year and value of the first figure in or after `year`; else the last figure."""
        known = zip(self.years, self.values, strict=True)
        return next((found for found in known if found[0] >= year), self.last)

    def observed(self, year: int | None) -> float | None:
        """Value in `year`, or none."""
        return dict(zip(self.years, self.values, strict=True)).get(year) if year else None

    def met(self, value: float) -> bool:
        """Whether `value` keeps the promise, by the plan's own comparator; False without a target.

        A whole-number indicator that must be more than 530 is met from 531 on.
        """
        if self.target is None or self.comparator is None:
            return False
        if self.whole:
            value = float(np.floor(value) if self.direction == "up" else np.ceil(value))
        return meets(value, self.comparator, self.target)

    def told(self, value: float) -> str | Message:
        """Write a figure for a sentence, with its unit where that is known."""
        if self.unit is None:
            return shown(value)
        return wording.figure(wording.number(value, unit=self.unit), self.unit, self.unit_name)

    def reaches(self, projected: float) -> bool:
        """Whether a computed value keeps the promise, to 12 significant digits."""
        return self.met(twelve_digits(projected))


UNDEFINED: Final = "rules.label_undefined"
NOT_AVAILABLE: Final = "rules.label_not_available"
ACHIEVED: Final = "rules.label_achieved"
WITHOUT_NUMBER: Final = (UNDEFINED, NOT_AVAILABLE)
OVERFLOW: Final = Message("rules.note_overflow")


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one case.

    A number is absent exactly when the label says so, else a `ValueError` is raised; the one
    exception is a promise that is already kept where no movement was possible, and a note says it.

    `value` is the number by which the rule judges (ratio, index, gap share, margin), `score` that
    from -5 to 5 which some rules have, `projected` the value in the due year that the rule implies,
    in the indicator's unit. `says_met` is whether the label says that the promise is or will be
    kept; none if it says nothing. `label` is a catalogue key, `notes` what a reader must know
    beside it; `inputs` and `details` are the figures used and intermediate numbers, by name.
    """

    rule: str
    variant: str
    label: str
    says_met: bool | None = None
    value: float | None = None
    score: float | None = None
    projected: float | None = None
    inputs: Mapping[str, float | str] = field(default_factory=dict)
    details: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    in_unit: bool = False

    def __post_init__(self) -> None:
        numbers = (self.value, self.score, self.projected, *self.details.values())
        if not all(number is None or math.isfinite(number) for number in numbers):
            raise ValueError(f"{self.rule}: a number that is not finite must be left out")
        without = self.label in WITHOUT_NUMBER
        if without and (self.value is not None or self.says_met is not None):
            raise ValueError(f"{self.rule}: a number beside the label {self.label}")
        if self.value is None and not without and not (self.label == ACHIEVED and self.notes):
            raise ValueError(f"{self.rule}: no number beside the label {self.label}")

    @property
    def name(self) -> Message:
        """Name of the rule and its variant, in words."""
        base = {"year": self.inputs.get("base_year")}
        variant = Message(f"rules.variant_{self.variant}", base)
        about = {"rule": Message(f"rules.name_{self.rule}"), "variant": variant}
        return Message("rules.full_name", about)


class Rule(ABC):
    """A published way of judging progress: a frozen object with settings.

    A module of this folder with a tuple `RULES` of such objects is on the panel; the catalogues
    have the words for `rules.name_<name>`, `rules.variant_<variant>` and each of its labels.
    """

    name: ClassVar[str]
    """Identifier."""

    in_unit: ClassVar[bool] = False
    """Whether its number is a difference in the indicator's unit: no ratio, no index."""

    @property
    def variant(self) -> str:
        """Form of the rule; empty for one that goes by whether there is a target."""
        return ""

    @abstractmethod
    def assess(self, case: Case) -> Verdict:
        """Judge a case; whatever cannot be judged gets a label that says so, never an error."""

    def inputs(self, case: Case) -> dict[str, float | str]:
        """Return the figures used, by name; here base, last figure and promise."""
        (base_year, base), (last_year, last) = case.base, case.last
        used: dict[str, float | str] = {"base_year": base_year, "base_value": base}
        used |= {"last_year": last_year, "last_value": last, "direction": str(case.direction)}
        if case.target is not None and case.due is not None:
            used |= {"target": case.target, "due": case.due, "comparator": str(case.comparator)}
        return used

    def verdict(
        self,
        case: Case,
        label: str,
        *notes: Message,
        inputs: Mapping[str, float | str] | None = None,
        **found: Any,
    ) -> Verdict:
        """Return the verdict with the figures used and the notes that hold for every rule.

        `inputs` are figures used beside those of `Rule.inputs`; `found` are further fields.
        """
        common = _common_notes(case, found.get("says_met"), found.get("projected"))
        form = self.variant or ("no_target" if case.target is None else "target")
        found |= {"inputs": {**self.inputs(case), **(inputs or {})}, "notes": (*notes, *common)}
        return Verdict(self.name, form, label, in_unit=self.in_unit, **found)


def _common_notes(case: Case, says_met: bool | None, projected: float | None) -> list[Message]:
    notes = []
    if case.target is not None and case.due is not None:
        target = case.told(case.target)
        if case.comparator is not None and COMPARISONS[case.comparator].strict:
            notes.append(Message("rules.note_strict", {"target": target}))
        if says_met and projected is not None and not case.reaches(projected):
            miss = {"projected": case.told(projected), "target": target, "due": case.due}
            notes.append(Message("rules.note_tolerance", miss))
        final = case.observed(case.due)
        if final is not None:
            key = "rules.note_outcome_met" if case.met(final) else "rules.note_outcome_missed"
            notes.append(Message(key, {"due": case.due, "value": case.told(final)}))
    if case.bounds_ignored:
        notes.append(Message("rules.note_bounds", {"count": case.bounds_ignored}))
    return notes


def base_notes(case: Case) -> list[Message]:
    """Say where the base year was moved, and where its figure is past the target already."""
    (year, value), wanted = case.base, case.base_year
    moved = wanted is not None and year > wanted
    said = [Message("rules.note_base_moved", {"wanted": wanted, "used": year})] if moved else []
    return said + past_target(case, year, value)


def past_target(case: Case, year: int, value: float) -> list[Message]:
    """Return a note if the base value is already past the target."""
    if case.target is None or case.sign * (value - case.target) <= 0.0:
        return []
    values = {"year": year, "value": case.told(value), "target": case.told(case.target)}
    return [Message("rules.note_base_past_target", values)]


def shown(number: float) -> str:
    """Write a number for a sentence: six significant digits, no exponent, whole part in full.

    Examples
    --------
    >>> shown(3.3982993009), shown(1650934.25), shown(530.0), shown(-0.0)
    ('3.3983', '1,650,934', '530', '0')
    """
    whole_digits = len(str(int(abs(number))))
    return plain(float(f"{number + 0.0:.{max(6, whole_digits)}g}"))


_YEARS: Final = range(edge.FIRST_YEAR, edge.LAST_YEAR + 1)
_ENDS: Final = {"first": edge.FIRST_YEAR, "last": edge.LAST_YEAR}
_PERIOD: Final = re.compile(r"([0-9]{4})(?:\s*[-/–]\s*[0-9]{4})?")


def read_series(path: Path) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Read years and values from a CSV file: `period`, `year` or `ds` beside `value` or `y`.

    A span such as `2015-2017` counts as its first year; rows may stand in any order, and those
    with an empty value are left out. A `RuleError` names file, row (the header is row 1) and
    column, what was found and what is allowed.
    """

    def refused(found: Message | str) -> BcforecastError:
        return edge.file_error(path, found, error=RuleError, allowed="rules.allowed_series_file")

    if not edge.exists(path):
        raise refused(Message("errors.found_nothing"))
    read = edge.strict_rows(path)
    header = read.header
    period = next((name for name in ("period", "year", "ds") if name in header), None)
    figure = next((name for name in ("value", "y") if name in header), None)
    if period is None or figure is None:
        raise refused(", ".join(header) or Message("rules.none"))
    if "unique_id" in header:
        at = header.index("unique_id")
        names = dict.fromkeys(cells[at] for _, cells in read.rows)
        if len(names) > 1:
            raise refused(Message("rules.found_series", {"names": ", ".join([*names][:3])}))
    series: dict[int, float] = {}
    for line, cells in read.rows:
        record = dict(zip(header, cells, strict=True))
        written, when = record[figure].strip(), record[period].strip()
        if not written:
            continue
        place = {"file": path, "row": line}
        matched = _PERIOD.fullmatch(period_named(when) or when)
        if matched is None or int(matched[1]) not in {*_YEARS} - series.keys():
            said, allowed = when or Message("rules.none"), Message("rules.allowed_period", _ENDS)
            raise RuleError("errors.cell", **place, column=period, found=said, allowed=allowed)
        value = float(written) if edge.NUMBER.fullmatch(written) else math.nan
        if not math.isfinite(value):
            allowed = Message("rules.allowed_number")
            raise RuleError("errors.cell", **place, column=figure, found=written, allowed=allowed)
        series[int(matched[1])] = value
    if not series:
        raise refused(Message("rules.found_no_values"))
    years = sorted(series)
    return tuple(years), tuple(series[year] for year in years)
