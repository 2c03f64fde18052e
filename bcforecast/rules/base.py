"""What an official rule is: its case, its verdict, and what rules share.

Four ways of carrying a series to another year, each by name: three on the logit, one geometric.

Sources: spalmas/SDG-MENARO, 03_progress_assessment/progress_assessment_functions.R@8eae780;
ESCAP working paper SD/WP/04 (March 2017), "A weighted extrapolation method for measuring the
SDGs", https://www.unescap.org/resources/.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import ClassVar, Final, Literal, Protocol, get_args, runtime_checkable

import numpy as np

from bcforecast.distributions import FloatArray, Transform
from bcforecast.errors import BcforecastError
from bcforecast.observations.selection import History
from bcforecast.plan.goals import COMPARISONS, Comparator, Direction, meets
from bcforecast.text import Language, Message, text

PERIOD: Final = re.compile(r"(\d{4})(?:\s*[-/–]\s*\d{4})?")


class RuleError(BcforecastError):
    """Figures or settings that no rule can judge."""


@dataclass(frozen=True)
class Case:
    """A series of yearly figures and the promise that a rule holds it against.

    Parameters
    ----------
    years
        Years with a figure, increasing.
    values
        The figures, in the indicator's unit; finite.
    direction
        Which way is progress: `up` or `down`. There is no default: a missing one is refused.
    target
        Target value, in the indicator's unit, or none.
    due
        Year in which the target is due; required with a target.
    comparator
        `at_least`, `more_than` (strict), `at_most` or `event`. Default: the inclusive one of the
        direction, as the published rules have it.
    base_year
        Year from which progress is measured. Default: the first year with a figure.
    current_year
        Year for which the present state is asked, not before the last figure. Default: its year.
    scale
        Natural maximum of a share (100 for per cent), for logit projections and the "within 1 %"
        rule of the UN; none if the indicator has no maximum.
    limit
        Natural limit that an indicator without a target approaches.
    whole
        Whether the indicator counts whole things.
    bounds_ignored
        Number of periods known only by a bound, which these rules cannot use.

    Raises
    ------
    RuleError
        If the direction is missing, the comparator contradicts it, or a figure cannot be used.

    Examples
    --------
    >>> case = Case((2015, 2023), (14.5, 10.2), direction="down", target=7.25, due=2030)
    >>> case.base, case.last, case.met(7.25)
    ((2015, 14.5), (2023, 10.2), True)
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

    def __post_init__(self) -> None:
        if self.direction not in get_args(Direction):
            raise RuleError("rules.error_direction", found=self.direction)
        default: Comparator = "at_least" if self.direction == "up" else "at_most"
        comparator = default if self.comparator is None else self.comparator
        if comparator not in COMPARISONS:
            raise RuleError(
                "rules.error_comparator", found=comparator, allowed=", ".join(COMPARISONS)
            )
        object.__setattr__(self, "comparator", comparator)
        if COMPARISONS[comparator].up is not (self.direction == "up"):
            raise RuleError(
                "rules.error_contradiction", comparator=comparator, direction=self.direction
            )
        object.__setattr__(self, "years", tuple(int(y) for y in self.years))
        object.__setattr__(self, "values", tuple(float(v) for v in self.values))
        self._check_series()
        self._check_promise()

    @classmethod
    def of_periods(
        cls, periods: Sequence[str | int], values: Sequence[float], **fields: object
    ) -> Case:
        """Build a case from periods as published; `2015-2017` counts as its first year.

        Raises
        ------
        RuleError
            If a period is neither a year nor a span of years.

        Examples
        --------
        >>> Case.of_periods(["2015-2017", 2020], [1.0, 2.0], direction="up").years
        (2015, 2020)
        """
        years = []
        for period in periods:
            found = PERIOD.fullmatch(str(period).strip())
            if found is None:
                raise RuleError("rules.error_period", found=period)
            years.append(int(found[1]))
        return cls(tuple(years), tuple(values), **fields)  # type: ignore[arg-type]

    @classmethod
    def of_history(cls, history: History, **fields: object) -> Case:
        """Build a case from the figures of a history up to the due year.

        Entries with a bound and no value are counted in `bounds_ignored` and not used.

        Raises
        ------
        RuleError
            If no figure is left.
        """
        due = fields.get("due")
        last = due if isinstance(due, int) else int(max(history.times, default=0))
        kept = history.known & (history.times <= last)
        ignored = int((history.bound_only & (history.times <= last)).sum())
        return cls(
            tuple(history.times[kept].tolist()),
            tuple(history.values[kept].tolist()),
            whole=history.whole,
            bounds_ignored=ignored,
            **fields,  # type: ignore[arg-type]
        )

    def with_last(self, value: float) -> Case:
        """Return the case with another last figure, one that the case could have had.

        The search for the revision that changes a label tries thousands: nothing is checked anew.
        """
        revised = object.__new__(Case)
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
        wanted = self.years[0] if self.base_year is None else self.base_year
        for year, value in zip(self.years, self.values, strict=True):
            if year >= wanted:
                return year, value
        return self.last

    def observed(self, year: int | None) -> float | None:
        """Value in `year`, or none."""
        return dict(zip(self.years, self.values, strict=True)).get(year) if year else None

    def met(self, value: float) -> bool:
        """Whether `value` keeps the promise, by the plan's own comparator.

        A whole-number indicator that must be more than 530 is met from 531 on. Without a target
        nothing is met.
        """
        if self.target is None or self.comparator is None:
            return False
        if self.whole:
            value = float(np.floor(value) if self.direction == "up" else np.ceil(value))
        return meets(value, self.comparator, self.target)

    def reaches(self, projected: float) -> bool:
        """Whether a computed value keeps the promise, to 12 significant digits."""
        return self.met(float(f"{projected:.12g}"))

    def _check_series(self) -> None:
        if not self.years or len(self.years) != len(self.values):
            raise RuleError("rules.error_lengths", years=len(self.years), values=len(self.values))
        for earlier, later in zip(self.years, self.years[1:], strict=False):
            if later <= earlier:
                raise RuleError("rules.error_order", earlier=earlier, later=later)
        for year, value in zip(self.years, self.values, strict=True):
            if not math.isfinite(value):
                raise RuleError("rules.error_value", year=year, found=value)
            if self.scale is not None and not 0.0 <= value <= self.scale:
                raise RuleError("rules.error_scale", year=year, found=value, scale=self.scale)

    def _check_promise(self) -> None:
        for name in ("target", "limit", "scale"):
            number = getattr(self, name)
            if number is not None and not math.isfinite(number):
                raise RuleError("rules.error_number", name=name, found=number)
        if self.scale is not None and self.scale <= 0.0:
            raise RuleError("rules.error_number", name="scale", found=self.scale)
        if self.target is not None and self.due is None:
            raise RuleError("rules.error_due_missing")
        if self.due is not None and self.years[-1] > self.due:
            raise RuleError("rules.error_after_due", year=self.years[-1], due=self.due)
        if self.current_year is not None and self.current_year < self.years[-1]:
            raise RuleError("rules.error_current", found=self.current_year, last=self.years[-1])


UNDEFINED: Final = "rules.label_undefined"
NOT_AVAILABLE: Final = "rules.label_not_available"
ACHIEVED: Final = "rules.label_achieved"
WITHOUT_NUMBER: Final = (UNDEFINED, NOT_AVAILABLE)


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one case.

    A number is absent exactly when the label says so. The one exception is a promise that is
    already kept where no movement was possible; then a note says it.

    Parameters
    ----------
    rule, variant
        Names; in words under `rules.name_<rule>` and `rules.variant_<variant>`.
    label
        Catalogue key of the label, such as `rules.label_moderate`.
    says_met
        Whether the label says that the promise is or will be kept; none if it says nothing.
    value
        The number by which the rule judges (ratio, index, gap share, margin), or none.
    score
        Score from -5 to 5, for the rules that have one.
    projected
        Value in the due year that the rule implies, in the indicator's unit, or none.
    inputs
        The figures used: years, values, target, direction.
    details
        Intermediate numbers, by name.
    notes
        What a reader must know beside the label.

    Raises
    ------
    ValueError
        If a number is not finite, or label and number contradict each other.
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

    def __post_init__(self) -> None:
        numbers = (self.value, self.score, self.projected, *self.details.values())
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise ValueError(f"{self.rule}: a number that is not finite must be left out")
        without = self.label in WITHOUT_NUMBER
        if without and (self.value is not None or self.says_met is not None):
            raise ValueError(f"{self.rule}: a number beside the label {self.label}")
        if self.value is None and not without and not (self.label == ACHIEVED and self.notes):
            raise ValueError(f"{self.rule}: no number beside the label {self.label}")

    @property
    def name(self) -> Message:
        """Name of the rule and its variant, in words."""
        return Message(
            "rules.full_name",
            {
                "rule": Message(f"rules.name_{self.rule}"),
                "variant": Message(f"rules.variant_{self.variant}"),
            },
        )

    def label_text(self, lang: Language) -> str:
        """Return the label in words."""
        return text(self.label, lang)


@runtime_checkable
class Rule(Protocol):
    """A published way of judging progress: a frozen object with settings.

    A module of this folder with a tuple `RULES` of such objects is on the panel.
    """

    name: ClassVar[str]
    """Identifier; the catalogue has its name in words under `rules.name_<name>`."""

    def assess(self, case: Case) -> Verdict:
        """Judge a case; whatever cannot be judged gets a label that says so, never an error."""
        ...


def inputs_of(case: Case) -> dict[str, float | str]:
    """Return the figures that rules between a base and a last year use, by name."""
    (base_year, base), (last_year, last) = case.base, case.last
    used: dict[str, float | str] = {
        "base_year": base_year,
        "base_value": base,
        "last_year": last_year,
        "last_value": last,
        "direction": str(case.direction),
    }
    if case.target is not None and case.due is not None:
        used |= {"target": case.target, "due": case.due, "comparator": str(case.comparator)}
    return used


def common_notes(
    case: Case, *, says_met: bool | None = None, projected: float | None = None
) -> tuple[Message, ...]:
    """Return notes that hold for every rule: strict goals, tolerated misses, due dates, bounds."""
    notes = []
    target, due = case.target, case.due
    if target is not None and due is not None:
        if case.comparator == "more_than":
            notes.append(Message("rules.note_strict", {"target": shown(target)}))
        if says_met and projected is not None and not case.reaches(projected):
            notes.append(
                Message(
                    "rules.note_tolerance",
                    {"projected": shown(projected), "target": shown(target), "due": due},
                )
            )
        final = case.observed(due)
        if final is not None:
            key = "rules.note_outcome_met" if case.met(final) else "rules.note_outcome_missed"
            notes.append(Message(key, {"due": due, "value": shown(final)}))
    if case.bounds_ignored:
        notes.append(Message("rules.note_bounds", {"count": case.bounds_ignored}))
    return tuple(notes)


def base_notes(case: Case) -> tuple[Message, ...]:
    """Return notes on the base year: moved, or already on the right side of the target."""
    notes = []
    year, value = case.base
    if case.base_year is not None and year > case.base_year:
        notes.append(Message("rules.note_base_moved", {"wanted": case.base_year, "used": year}))
    if case.target is not None and case.sign * (value - case.target) > 0.0:
        notes.append(
            Message(
                "rules.note_base_past_target",
                {"year": year, "value": shown(value), "target": shown(case.target)},
            )
        )
    return tuple(notes)


def shown(number: float) -> str:
    """Write a number for a sentence: six significant digits, no exponent, whole part in full.

    Examples
    --------
    >>> shown(3.3982993009), shown(1650934.25), shown(530.0), shown(-0.0)
    ('3.3983', '1650934', '530', '0')
    """
    whole_digits = len(str(int(abs(number))))
    return np.format_float_positional(
        number + 0.0, precision=max(6, whole_digits), unique=False, fractional=False, trim="-"
    )


_PERIOD_COLUMNS: Final = ("period", "year")


def read_series(path: Path) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Read years and values from a CSV file with the columns `period` (or `year`) and `value`.

    A span such as `2015-2017` counts as its first year; rows may stand in any order; rows with an
    empty value are left out.

    Parameters
    ----------
    path
        UTF-8, with or without a byte order mark.

    Returns
    -------
    years, values
        In order of years, for `Case(years, values, direction=...)`.

    Raises
    ------
    RuleError
        Naming file, row (the header is row 1) and column, what was found and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = Message("rules.found_unreadable", {"reason": type(error).__name__})
        allowed = Message("rules.allowed_series_file")
        raise RuleError("errors.file", file=path, found=found, allowed=allowed) from error
    reader = csv.DictReader(io.StringIO(text))
    header = [name.strip() for name in reader.fieldnames or ()]
    period = next((name for name in _PERIOD_COLUMNS if name in header), None)
    if period is None or "value" not in header:
        found_columns = ", ".join(header) or Message("rules.none")
        allowed = Message("rules.allowed_series_file")
        raise RuleError("errors.file", file=path, found=found_columns, allowed=allowed)
    reader.fieldnames = header
    series: dict[int, float] = {}
    for record in reader:
        written = (record["value"] or "").strip()
        if not written:
            continue
        when = (record[period] or "").strip()
        where = {"file": path, "row": reader.line_num}
        matched = PERIOD.fullmatch(when)
        year = int(matched[1]) if matched else None
        if year is None or year in series:
            allowed = Message("rules.allowed_period")
            raise RuleError(
                "errors.cell",
                **where,
                column=period,
                found=when or Message("rules.none"),
                allowed=allowed,
            )
        value = _number(written)
        if value is None:
            allowed = Message("rules.allowed_number")
            raise RuleError("errors.cell", **where, column="value", found=written, allowed=allowed)
        series[year] = value
    if not series:
        found = Message("rules.found_no_values")
        allowed = Message("rules.allowed_series_file")
        raise RuleError("errors.file", file=path, found=found, allowed=allowed)
    years = sorted(series)
    return tuple(years), tuple(series[year] for year in years)


def _number(written: str) -> float | None:
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def compound_rate(start: float, end: float, years: int) -> float | Message:
    """Return the compound annual growth rate, (end / start)^(1 / years) - 1, per year.

    Where it does not exist, return a message that says why: growth from zero, a change of sign.
    A fall to zero is a rate of -1.

    Examples
    --------
    >>> compound_rate(14.5, 7.25, 15)
    -0.045158...
    >>> compound_rate(0.0, 3.0, 5).render("en")
    'A rate of growth does not exist: the figure it starts from is 0.'
    """
    if start == 0.0:
        return Message("rules.note_base_zero")
    if end != 0.0 and (start < 0.0) is not (end < 0.0):
        return Message("rules.note_sign_change", {"start": shown(start), "end": shown(end)})
    ratio = end / start
    if not math.isfinite(ratio):
        return Message("rules.note_overflow")
    rate = ratio ** (1.0 / years) - 1.0
    return rate if math.isfinite(rate) else Message("rules.note_overflow")


def grown(value: float, rate: float, years: int) -> float | None:
    """Return value x (1 + rate)^years, or none where that exceeds every float."""
    try:
        result = value * (1.0 + rate) ** years
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


ProjectionName = Literal["logit_mean_slope", "logit_ols", "logit_wls", "geometric"]
PROJECTIONS: Final[tuple[ProjectionName, ...]] = get_args(ProjectionName)


@dataclass(frozen=True)
class Projected:
    """A value in some year, or none, and what must be said about it."""

    value: float | None
    notes: tuple[Message, ...] = ()


def value_in(case: Case, year: int, *, function: ProjectionName) -> Projected:
    """Return the observed value of `year` if there is one, else the projected one.

    logit_mean_slope
        L_n + m (year - t_n) with m the unweighted mean of the slopes between neighbours: the
        function by which UNICEF MENARO's results were published (there called `cagr`).
    logit_ols
        Least squares of L = logit(y / scale) on time.
    logit_wls
        The same with ESCAP's weights w_i = (T - t_1) / (T - t_i), T the due year: one line, read
        at the base, the current and the due year.
    geometric
        y_n (y_n / y_1)^((year - t_n) / (t_n - t_1)).

    A logit needs a `scale`, and a figure at 0 or at the scale has none. Then the last value is
    carried forward, as MENARO does, and for a year before the last figure the nearest later
    figure is taken; the note names this fallback.
    """
    seen = case.observed(year)
    if seen is not None:
        return Projected(seen)
    if len(case.years) < 2:
        return Projected(None, (Message("rules.note_one_figure"),))
    if function == "geometric":
        return _geometric(case, year)
    if case.scale is None:
        return Projected(None, (Message("rules.note_no_scale"),))
    values = np.asarray(case.values)
    if bool(((values <= 0.0) | (values >= case.scale)).any()):
        return _edge_fallback(case, year)
    return _on_logit(case, year, function)


def escap_weights(years: FloatArray, due: int) -> FloatArray:
    """Return ESCAP's weights, w_i = (T - t_1) / (T - t_i): more to recent years.

    Parameters
    ----------
    years
        Shape (n,), all before `due`: in the year T itself the weight is infinite.

    Raises
    ------
    ValueError
        If a year is not before `due`.

    Examples
    --------
    >>> [round(float(w), 6) for w in escap_weights(np.array([2011.0, 2018.0]), 2030)]
    [1.0, 1.583333]
    """
    if bool((years >= due).any()):
        raise ValueError("a weight is infinite: the series contains the due year")
    weights: FloatArray = (due - years[0]) / (due - years)
    return weights


def line(years: FloatArray, levels: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """Fit a weighted least-squares line; return its level at the weighted mean year 0, and slope.

    Returns
    -------
    intercept, slope
        Of a + b t, t in years as given.
    """
    centre = float(np.average(years, weights=weights))
    level = float(np.average(levels, weights=weights))
    deviation = years - centre
    slope = float((weights * deviation * (levels - level)).sum() / (weights * deviation**2).sum())
    return level - slope * centre, slope


def _on_logit(case: Case, year: int, function: ProjectionName) -> Projected:
    assert case.scale is not None
    scale = Transform("logit", 0.0, case.scale)
    years = np.asarray(case.years, dtype=float)
    levels = scale.forward(case.values)
    if function == "logit_mean_slope":
        slope = float(np.mean(np.diff(levels) / np.diff(years)))
        return Projected(float(scale.inverse(levels[-1] + slope * (year - years[-1]))))
    weights = np.ones_like(years)
    if function == "logit_wls":
        due = year if case.due is None else case.due
        if years[-1] >= due:
            return Projected(None, (Message("rules.note_weight_infinite", {"due": due}),))
        weights = escap_weights(years, due)
    origin = years[-1]
    intercept, slope = line(years - origin, levels, weights)
    return Projected(float(scale.inverse(intercept + slope * (year - origin))))


def _geometric(case: Case, year: int) -> Projected:
    (first_year, first), (last_year, last) = (case.years[0], case.values[0]), case.last
    if first == 0.0:
        return Projected(None, (Message("rules.note_base_zero"),))
    if last == 0.0:
        return Projected(0.0) if year > last_year else _edge_fallback(case, year)
    if (first < 0.0) is not (last < 0.0):
        ends = {"start": shown(first), "end": shown(last)}
        return Projected(None, (Message("rules.note_sign_change", ends),))
    exponent = (year - last_year) / (last_year - first_year)
    try:
        value = last * (last / first) ** exponent
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        return Projected(None, (Message("rules.note_overflow"),))
    return Projected(value)


def _edge_fallback(case: Case, year: int) -> Projected:
    later = [y for y in case.years if y >= year]
    used = later[0] if later else case.years[-1]
    value = case.observed(used)
    assert value is not None
    key = "rules.note_carried_forward" if not later else "rules.note_next_figure"
    return Projected(value, (Message(key, {"year": year, "used": used, "value": shown(value)}),))
