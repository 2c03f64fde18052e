"""What a rule judges: a series, the direction that is wanted, and the promise if there is one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Final, Literal, get_args

from bcforecast.errors import BcforecastError
from bcforecast.observations.history import History

Direction = Literal["up", "down"]
Comparator = Literal["at_least", "more_than", "at_most", "event"]

_UPWARD: Final = ("at_least", "more_than", "event")
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
        if self.comparator is None:
            object.__setattr__(self, "comparator", default)
        elif self.comparator not in get_args(Comparator):
            raise RuleError(
                "rules.error_comparator",
                found=self.comparator,
                allowed=", ".join(get_args(Comparator)),
            )
        if (self.comparator in _UPWARD) is not (self.direction == "up"):
            raise RuleError(
                "rules.error_contradiction", comparator=self.comparator, direction=self.direction
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
        if self.target is None:
            return False
        if self.comparator == "at_most":
            return value <= (math.floor(self.target) if self.whole else self.target)
        if self.comparator == "more_than":
            if self.whole:
                return value >= math.floor(self.target) + 1
            return value > self.target
        return value >= (math.ceil(self.target) if self.whole else self.target)

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
