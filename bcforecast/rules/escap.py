"""Current status and anticipated progress (ESCAP; executed by UNICEF MENARO).

Sources: https://data.unescap.org/resource-guides/progress-assessment-methodology,
https://w3.unece.org/sdg2022/technical-notes.html; ESCAP working paper SD/WP/04 (March 2017), "A
weighted extrapolation method for measuring the SDGs", https://www.unescap.org/resources/. The cut
at 9 ("within 10 % of the required change") and the unweighted projection are from
spalmas/SDG-MENARO, 03_progress_assessment/progress_assessment_functions.R@8eae780 alone. Of that
code these are not copied: the number of another country beside a label where there is one figure
only, and an index without a floor.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

import numpy as np

from bcforecast.distributions import FloatArray, Transform
from bcforecast.rules.base import (
    NOT_AVAILABLE,
    OVERFLOW,
    UNDEFINED,
    Case,
    Rule,
    Verdict,
    past_target,
    shown,
)
from bcforecast.rules.compound_growth import compound_rate
from bcforecast.text import Message

Index = Literal["current_status", "anticipated_progress"]
ProjectionName = Literal["logit_mean_slope", "logit_ols", "logit_wls", "geometric"]
PROJECTIONS: Final[tuple[ProjectionName, ...]] = get_args(ProjectionName)

FLOOR: Final = -10.0
"""The index is clipped here, and a note gives the number before."""

_LABELS: Final[dict[Index, tuple[str, str, str]]] = {
    "current_status": ("rules.label_on_track", "rules.label_slow", "rules.label_regression"),
    "anticipated_progress": (
        "rules.label_will_meet",
        "rules.label_accelerate",
        "rules.label_no_progress",
    ),
}


@dataclass(frozen=True)
class Escap(Rule):
    """Change since the base year as tenths of the change that the target asks for.

    CS = 10 d (I_now - I_0) / |TV - I_0|, and 10 if I_now keeps the promise; AP is the same with
    the value projected to the due year. More than 9: on track, will meet the target; 0 to 9: slow
    progress, need to accelerate; 0 or less: regression, no progress expected.

    Current status counts the change so far against the whole change: a series exactly on the
    straight line has 10 (t - t_0) / (T - t_0). So "slow progress" is no forecast of a miss, and a
    note gives that number.

    Two projection functions have given opposite labels on the same figures, so the name stands
    beside the label.
    """

    name: ClassVar[str] = "escap"
    index: Index = "anticipated_progress"
    projection: ProjectionName = "logit_mean_slope"

    @property
    def variant(self) -> str:
        """Index and projection function; current status as published has one name."""
        return self.index if self.index == "current_status" else f"anticipated_{self.projection}"

    def inputs(self, case: Case) -> dict[str, float | str]:
        """Return the figures used, with the name of the projection function."""
        return super().inputs(case) | {"projection": self.projection}

    def assess(self, case: Case) -> Verdict:
        """Judge a case by its change from the base year to the current or the due year."""
        target, due = case.target, case.due
        if target is None or due is None:
            return self.verdict(case, NOT_AVAILABLE, Message("rules.note_no_target"))
        base_year = case.years[0] if case.base_year is None else case.base_year
        if due <= base_year:
            late = Message("rules.note_due_before_base", {"due": due, "base": base_year})
            return self.verdict(case, NOT_AVAILABLE, late)
        high, middle, low = _LABELS[self.index]
        current = case.last[0] if case.current_year is None else case.current_year
        year = min(current, due) if self.index == "current_status" else due
        if len(case.years) < 2 or year <= base_year:
            alone = Message("rules.note_one_figure")
            if case.met(case.last[1]):
                return self.verdict(case, high, alone, says_met=True, value=10.0)
            return self.verdict(case, NOT_AVAILABLE, alone)
        start, state, end = (
            value_in(case, y, function=self.projection) for y in (base_year, year, due)
        )
        notes = [start.note] if start.note else []
        if state.note and state.note != start.note:
            notes.append(state.note)
        projected = end.value
        if start.value is None or state.value is None:
            return self.verdict(case, NOT_AVAILABLE, *notes, projected=projected)
        notes += past_target(case, base_year, start.value)
        needed = abs(target - start.value)
        if case.reaches(state.value):
            index = 10.0
        elif needed == 0.0:
            still = Message("rules.note_base_is_target", {"target": shown(target)})
            return self.verdict(case, UNDEFINED, *notes, still, projected=projected)
        else:
            index = 10.0 * case.sign * (state.value - start.value) / needed
        if not math.isfinite(index):
            return self.verdict(case, UNDEFINED, *notes, OVERFLOW, projected=projected)
        if index < FLOOR:
            clipped = {"value": shown(index), "floor": shown(FLOOR)}
            notes.append(Message("rules.note_clipped", clipped))
        label = high if index > 9.0 else middle if index > 0.0 else low
        says_met: bool | None = label == high
        if self.index == "current_status" and label == middle:
            says_met = None
            elapsed = shown(10.0 * ((year - base_year) / (due - base_year)))
            notes.append(Message("rules.note_elapsed", {"index": elapsed}))
        base = {"base_year": base_year, "base_value": start.value}
        found: dict[str, Any] = {"says_met": says_met, "value": max(index, FLOOR)}
        found |= {"projected": projected, "details": {**base, "year": year, "value": state.value}}
        return self.verdict(case, label, *notes, **found)


RULES: Final[tuple[Rule, ...]] = (
    Escap("current_status"),
    *(Escap("anticipated_progress", name) for name in PROJECTIONS),
)


class Projected(NamedTuple):
    """A value in some year, or none, and what must be said about it."""

    value: float | None
    note: Message | None = None


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
        return Projected(None, Message("rules.note_one_figure"))
    if function == "geometric":
        return _geometric(case, year)
    if case.scale is None:
        return Projected(None, Message("rules.note_no_scale"))
    if any(not 0.0 < value < case.scale for value in case.values):
        return _nearest(case, year)
    scale = Transform("logit", 0.0, case.scale)
    years, levels = np.asarray(case.years, dtype=float), scale.forward(case.values)
    last = years[-1]
    if function == "logit_mean_slope":
        level, slope = levels[-1], float(np.mean(np.diff(levels) / np.diff(years)))
    else:
        weights = np.ones_like(years)
        if function == "logit_wls":
            due = year if case.due is None else case.due
            if last >= due:
                return Projected(None, Message("rules.note_weight_infinite", {"due": due}))
            weights = escap_weights(years, due)
        slope, level = np.polyfit(years - last, levels, 1, w=np.sqrt(weights))
    return Projected(float(scale.inverse(level + slope * (year - last))))


def escap_weights(years: FloatArray, due: int) -> FloatArray:
    """Return ESCAP's weights, w_i = (T - t_1) / (T - t_i), for years before T."""
    return (due - years[0]) / (due - years)


def _geometric(case: Case, year: int) -> Projected:
    (first_year, first), (last_year, last) = (case.years[0], case.values[0]), case.last
    rate = compound_rate(first, last, last_year - first_year)
    if isinstance(rate, Message):
        return Projected(None, rate)
    if last == 0.0:
        return Projected(0.0) if year > last_year else _nearest(case, year)
    try:
        value = last * (1.0 + rate) ** (year - last_year)
    except OverflowError:
        value = math.inf
    return Projected(value) if math.isfinite(value) else Projected(None, OVERFLOW)


def _nearest(case: Case, year: int) -> Projected:
    """Take the next figure, or carry the last one forward."""
    used, value = case.since(year)
    key = "rules.note_next_figure" if used >= year else "rules.note_carried_forward"
    return Projected(value, Message(key, {"year": year, "used": used, "value": shown(value)}))
