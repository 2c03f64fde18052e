"""The published rules: compound growth, the indices of ESCAP, straight lines.

`CagrRatio` is of Statistics Canada and Open SDG, of Eurostat lineage. Sources:
https://sdgcif-data-canada-oddcic-donnee.github.io/methodology and
open-sdg/sdg-build, sdg/ProgressMeasure.py@139fede7. Of that code these are not copied: a missing
direction taken as "down", a zero replaced by 0.001, strict goals read as inclusive, and rounded
score constants by which the label of a series and its score contradict each other.

`UnProgress`: EUSTAT-DES/site, _pages/en/metodologia.md, after the UNSD technical note on the
Sustainable Development Goals Progress Chart 2023
(https://unstats.un.org/sdgs/files/report/2023/Progress_Chart_Technical_Note_2023.pdf).

`Escap`, executed by UNICEF MENARO. Sources:
https://data.unescap.org/resource-guides/progress-assessment-methodology,
https://w3.unece.org/sdg2022/technical-notes.html; ESCAP working paper SD/WP/04 (March 2017), "A
weighted extrapolation method for measuring the SDGs", https://www.unescap.org/resources/. The cut
at 9 ("within 10 % of the required change") and the unweighted projection are from
spalmas/SDG-MENARO, 03_progress_assessment/progress_assessment_functions.R@8eae780 alone. Of that
code these are not copied: the number of another country beside a label where there is one figure
only, and an index without a floor.

`Linear`, extrapolation of the last n years, is the rule of thumb of plan monitoring; source of the
worked example: China News Service, 2007-11-22, on the well-off-society index of the National Bureau
of Statistics (http://m.yogviha.cn/gn/news/2007/11-22/1084245.shtml). `Weather` are the symbols of
the German Sustainable Development Strategy (Destatis): https://dns-indikatoren.de/en/status.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Literal, NamedTuple, get_args

import numpy as np

from bcforecast.distributions import FloatArray, Transform
from bcforecast.rules import base
from bcforecast.text import Message

SUBSTANTIAL: Final = "rules.label_substantial"
ON_TRACK: Final = "rules.label_met_or_on_track"

_LIMIT_EXPONENT: Final = 4.44
_WORST_FIRST: Final = (
    *("rules.label_deterioration", "rules.label_limited", "rules.label_moderate"),
    SUBSTANTIAL,
)
_SCORES: Final = (-5.0, -2.5, 0.0, 2.5, 5.0)
"""Where the score of each label begins, and where the best one ends."""

_NEAR_SHARE: Final = 0.01


@dataclass(frozen=True)
class CagrRatio(base.Rule):
    """Ratio of observed to required growth, or growth itself where there is no target.

    With a target, CAGR_o = (yt / y0)^(1 / (t - t0)) - 1, CAGR_r = (yT / y0)^(1 / (T - t0)) - 1
    and R = s d CAGR_o / |CAGR_r|, where d is the direction and s = -1 for y0 < 0, else 1:
    achieved if yt keeps the promise; R >= 0.95 substantial (on track); 0.60 <= R < 0.95 moderate;
    0 <= R < 0.60 limited; R < 0 deterioration.

    Without one, v = s d CAGR_o is cut at 0.015 C, 0.005 C and 0, where C falls from 1 to 0 as the
    base nears a natural limit L: C = 1 - (|y0| / |L|)^4.44 up to L, mirrored beyond it.

    The score runs from -5 to 5, and 2.5, 0 and -2.5 are the same cuts: the published constants
    are rounded, these join at the cuts.
    """

    name: ClassVar[str] = "cagr_ratio"

    def assess(self, case: base.Case) -> base.Verdict:
        """Judge a case by its growth from the base year to the last figure."""
        start, notes = case.base[1], base.base_notes(case)
        if case.limit is not None:
            limit = {"limit": case.told(case.limit)}
            if case.target is not None:
                notes.append(Message("rules.note_limit_ignored", limit))
            elif case.sign * (start - case.limit) > 0:
                notes.append(Message("rules.note_base_beyond_limit", limit))
        value, projected = observed_growth(case)
        achieved, details = case.met(case.last[1]), dict[str, float]()
        label, score = "", None
        if not isinstance(value, Message):
            details["cagr_observed"] = value
            value = (-1.0 if start < 0.0 else 1.0) * case.sign * value + 0.0
            if case.target is None or case.due is None:
                details["limit_coefficient"] = limit_coefficient(start, case.limit)
            else:
                value = _growth_ratio(value, case, case.target, case.due, details)
        if not isinstance(value, Message):
            label, score = _judged(value, details.get("limit_coefficient"))
        if achieved:
            label, score = base.ACHIEVED, 5.0
        found: dict[str, Any] = {"score": score, "projected": projected, "details": details}
        return _told(self, case, value, label, *notes, best=SUBSTANTIAL, met=achieved, **found)


@dataclass(frozen=True)
class UnProgress(base.Rule):
    """Expected over needed change: (v_e - y0) / (yT - y0), v_e = yt (1 + CAGR_o)^(T - t).

    0.95 or more: class 3, met or on track; 0.10 or more: class 2, fair progress; below: class 1,
    stagnation or regression. A last figure that keeps the promise is class 3 whatever the trend,
    and so is one within 1 % of the scale of a target of 0 or of the scale itself.

    Without a target, d CAGR_o is cut at 2 % and 0.5 % a year. Where the base year has no figure,
    the next later one with another after it is taken, else the last one before.

    Where the base is already past the target the ratio turns its sign and would call a loss
    progress: then there is no number and no class, and a note says why.
    """

    name: ClassVar[str] = "un_progress"

    def assess(self, case: base.Case) -> base.Verdict:
        """Judge a case by the value expected in the due year."""
        notes, wanted, last = list[Message](), case.base_year, case.last[1]
        if wanted is not None and case.observed(wanted) is None and len(case.years) > 1:
            used = next((y for y in case.years[:-1] if y > wanted), case.years[-2])
            notes = [Message("rules.note_base_moved", {"wanted": wanted, "used": used})]
            case = replace(case, base_year=used)
        notes += base.base_notes(case)
        met = case.met(last)
        if not met and case.scale is not None and case.target in (0.0, case.scale):
            met = abs(last - case.target) <= _NEAR_SHARE * case.scale
            if met:
                notes.append(Message("rules.note_near_end", {"target": case.told(case.target)}))
        value, projected = observed_growth(case)
        details, high, middle, label = dict[str, float](), 0.02, 0.005, ""
        if not isinstance(value, Message):
            details["cagr_observed"] = value
            value = case.sign * value + 0.0
            if case.target is not None:
                value, high, middle = _change_ratio(case, case.target, projected), 0.95, 0.10
        if not isinstance(value, Message):
            label = "rules.label_fair" if value >= middle else "rules.label_stagnation"
            label = ON_TRACK if met or value >= high else label
        found: dict[str, Any] = {"projected": projected, "details": details}
        return _told(self, case, value, label, *notes, best=ON_TRACK, met=met, **found)


def _told(
    rule: base.Rule, case: base.Case, value: float | Message, label: str, *notes: Message,
    best: str, met: bool, **found: Any,
) -> base.Verdict:  # fmt: skip
    """Return the verdict by a number, or by the message that says why there is none."""
    if isinstance(value, Message):
        missing = base.NOT_AVAILABLE if value.key == "rules.note_one_figure" else base.UNDEFINED
        label, notes = base.ACHIEVED if met else missing, (*notes, value)
    judged = case.target is not None and label not in base.WITHOUT_NUMBER
    found["value"] = None if isinstance(value, Message) else value
    says_met = label in (base.ACHIEVED, best) if judged else None
    return rule.verdict(case, label, *notes, says_met=says_met, **found)


def compound_rate(start: float, end: float, years: int) -> float | Message:
    """Return the compound annual growth rate, (end / start)^(1 / years) - 1, per year.

    Where it does not exist, return a message that says why: growth from zero, a change of sign.
    A fall to zero is a rate of -1.
    """
    if start == 0.0:
        return Message("rules.note_base_zero")
    if end != 0.0 and (start < 0.0) is not (end < 0.0):
        ends = {"start": base.shown(start), "end": base.shown(end)}
        return Message("rules.note_sign_change", ends)
    ratio = end / start
    rate = ratio ** (1.0 / years) - 1.0 if math.isfinite(ratio) else math.inf
    return rate if math.isfinite(rate) else base.OVERFLOW


def observed_growth(case: base.Case) -> tuple[float | Message, float | None]:
    """Return the compound rate from base to last figure, and the figure of the due year by it.

    A message in place of the rate says why there is none. The figure is none then, without a due
    year, and beyond every float.
    """
    (base_year, start), (last_year, last) = case.base, case.last
    if last_year <= base_year:
        return Message("rules.note_one_figure"), None
    rate = compound_rate(start, last, last_year - base_year)
    if isinstance(rate, Message) or case.due is None:
        return rate, None
    try:
        projected = last * (1.0 + rate) ** (case.due - last_year)
    except OverflowError:
        return rate, None
    return rate, projected if math.isfinite(projected) else None


def _growth_ratio(
    growth: float, case: base.Case, target: float, due: int, details: dict[str, float]
) -> float | Message:
    """Return R, or why there is none; the required rate goes into the details."""
    base_year, start = case.base
    if target == 0.0:
        return Message("rules.note_target_zero")
    required = compound_rate(start, target, due - base_year)
    if isinstance(required, Message):
        return required
    details["cagr_required"] = required
    if required == 0.0:
        return Message("rules.note_base_is_target", {"target": case.told(target)})
    ratio = growth / abs(required)
    return ratio if math.isfinite(ratio) else base.OVERFLOW


def _change_ratio(case: base.Case, target: float, expected: float | None) -> float | Message:
    start = case.base[1]
    if target == start:
        return Message("rules.note_base_is_target", {"target": case.told(target)})
    if case.sign * (start - target) > 0.0:
        return Message("rules.note_ratio_turned")
    ratio = math.inf if expected is None else (expected - start) / (target - start)
    return ratio if math.isfinite(ratio) else base.OVERFLOW


def limit_coefficient(start: float, limit: float | None) -> float:
    """Return C, from 1 far from a natural limit to 0 at it, by which the cuts are reduced."""
    if limit is None or abs(start) >= 2.0 * abs(limit):
        return 1.0
    distance = abs(start) if abs(start) <= abs(limit) else 2.0 * abs(limit) - abs(start)
    return 1.0 - (distance / abs(limit)) ** _LIMIT_EXPONENT


def _judged(value: float, coefficient: float | None) -> tuple[str, float]:
    """Return label and score of a ratio, or of growth where there is a coefficient of the limit."""
    cuts = [-0.6, 0.0, 0.6, 0.95, 1.3]
    if coefficient is not None:
        cuts = [-0.02, 0.0, 0.005 * coefficient, 0.015 * coefficient, 0.02 * coefficient]
    place = bisect_right(cuts[1:4], value)
    score = float(np.interp(value, cuts, _SCORES))
    if value < cuts[3]:  # rounding must not lift it to the score of the next label
        score = min(score, math.nextafter(_SCORES[place + 1], -math.inf))
    return _WORST_FIRST[place], score


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
class Escap(base.Rule):
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

    def inputs(self, case: base.Case) -> dict[str, float | str]:
        """Return the figures used, with the name of the projection function."""
        return super().inputs(case) | {"projection": self.projection}

    def assess(self, case: base.Case) -> base.Verdict:
        """Judge a case by its change from the base year to the current or the due year."""
        target, due = case.target, case.due
        if target is None or due is None:
            return self.verdict(case, base.NOT_AVAILABLE, Message("rules.note_no_target"))
        base_year = case.years[0] if case.base_year is None else case.base_year
        if due <= base_year:
            late = Message("rules.note_due_before_base", {"due": due, "base": base_year})
            return self.verdict(case, base.NOT_AVAILABLE, late)
        high, middle, low = _LABELS[self.index]
        current = case.last[0] if case.current_year is None else case.current_year
        year = min(current, due) if self.index == "current_status" else due
        if len(case.years) < 2 or year <= base_year:
            alone = Message("rules.note_one_figure")
            if case.met(case.last[1]):
                return self.verdict(case, high, alone, says_met=True, value=10.0)
            return self.verdict(case, base.NOT_AVAILABLE, alone)
        at = (base_year, year, due)
        start, state, end = (value_in(case, one, function=self.projection) for one in at)
        notes = [start.note] if start.note else []
        if state.note and state.note != start.note:
            notes.append(state.note)
        projected = end.value
        if start.value is None or state.value is None:
            return self.verdict(case, base.NOT_AVAILABLE, *notes, projected=projected)
        notes += base.past_target(case, base_year, start.value)
        needed = abs(target - start.value)
        if case.reaches(state.value):
            index = 10.0
        elif needed == 0.0:
            still = Message("rules.note_base_is_target", {"target": case.told(target)})
            return self.verdict(case, base.UNDEFINED, *notes, still, projected=projected)
        else:
            index = 10.0 * case.sign * (state.value - start.value) / needed
        if not math.isfinite(index):
            return self.verdict(case, base.UNDEFINED, *notes, base.OVERFLOW, projected=projected)
        if index < FLOOR:
            clipped = {"value": base.shown(index), "floor": base.shown(FLOOR)}
            notes.append(Message("rules.note_clipped", clipped))
        label = high if index > 9.0 else middle if index > 0.0 else low
        says_met: bool | None = label == high
        if self.index == "current_status" and label == middle:
            says_met = None
            elapsed = base.shown(10.0 * ((year - base_year) / (due - base_year)))
            notes.append(Message("rules.note_elapsed", {"index": elapsed}))
        first = {"base_year": base_year, "base_value": start.value}
        found: dict[str, Any] = {"says_met": says_met, "value": max(index, FLOOR)}
        found |= {"projected": projected, "details": {**first, "year": year, "value": state.value}}
        return self.verdict(case, label, *notes, **found)


class Projected(NamedTuple):
    """A value in some year, or none, and what must be said about it."""

    value: float | None
    note: Message | None = None


def value_in(case: base.Case, year: int, *, function: ProjectionName) -> Projected:
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


def _geometric(case: base.Case, year: int) -> Projected:
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
    return Projected(value) if math.isfinite(value) else Projected(None, base.OVERFLOW)


def _nearest(case: base.Case, year: int) -> Projected:
    used, value = case.since(year)
    key = "rules.note_next_figure" if used >= year else "rules.note_carried_forward"
    return Projected(value, Message(key, {"year": year, "used": used, "value": case.told(value)}))


MEETS: Final = "rules.label_linear_meets"
MISSES: Final = "rules.label_linear_misses"
AWAY: Final = "rules.label_linear_away"
SUN: Final = "rules.label_sun"
_CHANGES: Final = 5
_FEWEST: Final = 4


@dataclass(frozen=True)
class Linear(base.Rule):
    """Straight line on: y_n + (T - t_n) (y_n - y_s) / (t_n - t_s), and what it leaves to target.

    The value is d (projected - target), in the indicator's unit: 0 or more is enough for an
    inclusive comparator. `details` has the yearly pace, the pace required from the start and from
    now, and the ratio of actual to required pace from the start. The pace is that over the last
    `years`, from the first figure in that span; where they are None, from the base year.
    """

    name: ClassVar[str] = "linear"
    in_unit: ClassVar[bool] = True
    years: int | None = None

    @property
    def variant(self) -> str:
        """Span over which the pace is taken."""
        return "since_base" if self.years is None else f"last_{self.years}_years"

    def _start(self, case: base.Case) -> tuple[int, float]:
        return case.base if self.years is None else case.since(case.last[0] - self.years)

    def inputs(self, case: base.Case) -> dict[str, float | str]:
        """Return the figures used, with that from which the pace is taken."""
        year, value = self._start(case)
        return super().inputs(case) | {"start_year": year, "start_value": value}

    def assess(self, case: base.Case) -> base.Verdict:
        """Judge a case by its mean yearly change."""
        (start_year, start), (last_year, last) = self._start(case), case.last
        if case.target is None or case.due is None:
            return self.verdict(case, base.NOT_AVAILABLE, Message("rules.note_no_target"))
        if start_year >= last_year:
            missing = Message("rules.note_one_figure")
            if self.years is not None:
                missing = Message("rules.note_span_empty", {"years": self.years})
            return self.verdict(case, base.NOT_AVAILABLE, missing)
        pace = (last - start) / (last_year - start_year)
        left = case.due - last_year
        projected = last + pace * left
        margin = case.sign * (projected - case.target) + 0.0
        required = (case.target - start) / (case.due - start_year)
        details = {"yearly_pace": pace, "required_pace_from_start": required}
        if required * case.sign > 0.0:
            details["pace_ratio"] = pace / required
        if left:
            details["required_pace_from_now"] = (case.target - last) / left
        if not all(map(math.isfinite, (projected, margin, *details.values()))):
            return self.verdict(case, base.UNDEFINED, base.OVERFLOW)
        says_met = case.reaches(projected)
        label = MEETS if says_met else AWAY if pace * case.sign < 0.0 else MISSES
        found: dict[str, Any] = {"value": margin, "projected": projected, "details": details}
        return self.verdict(case, label, says_met=says_met, **found)


@dataclass(frozen=True)
class Weather(base.Rule):
    """Gap left in the due year as a share of today's gap, at the mean change of five years.

    The mean of the last five yearly changes (six figures) is carried on in a straight line;
    gap share = |target - projected| / |target - current|, and 0 if the projected value keeps the
    promise. Below 5 % sun; 5 to 20 % sun with cloud; above 20 % cloud; a trend in the wrong
    direction thunderstorm. No change at all is not the wrong direction: cloud.

    Where years are missing, the mean yearly change is that between the first and the last figure
    of the last six years; fewer than four figures in them are refused.
    """

    name: ClassVar[str] = "weather"
    variant = "five_changes"

    def assess(self, case: base.Case) -> base.Verdict:
        """Judge a case by its mean change over the last five years."""
        if case.target is None or case.due is None:
            return self.verdict(case, base.NOT_AVAILABLE, Message("rules.note_no_target"))
        last_year, last = case.last
        count = sum(year >= last_year - _CHANGES for year in case.years)
        if count < _FEWEST:
            few = Message("rules.note_weather_few", {"found": count, "needed": _FEWEST})
            return self.verdict(case, base.NOT_AVAILABLE, few)
        first_year, first = case.since(last_year - _CHANGES)
        change = (last - first) / (last_year - first_year)
        projected = last + change * (case.due - last_year)
        today = abs(case.target - last)
        share = abs(case.target - projected) / today if today else 0.0
        if not math.isfinite(projected) or not math.isfinite(share):
            return self.verdict(case, base.UNDEFINED, base.OVERFLOW)
        notes = []
        if count <= _CHANGES:
            gaps = {"found": count, "first": first_year, "last": last_year}
            notes.append(Message("rules.note_weather_gaps", gaps))
        if case.reaches(projected):
            share, label = 0.0, SUN
        elif today == 0.0:
            gap = Message("rules.note_no_gap_today", {"target": case.told(case.target)})
            return self.verdict(case, base.UNDEFINED, *notes, gap, projected=projected)
        else:
            label = "rules.label_sun_cloud" if share <= 0.20 else "rules.label_cloud"
            label = SUN if share < 0.05 else label
            if change * case.sign < 0.0:
                label = "rules.label_thunderstorm"
            if case.met(last):
                slip = {"due": case.due, "projected": case.told(projected)}
                notes.append(Message("rules.note_met_now_lost_by_due", slip))
        found: dict[str, Any] = {"says_met": label == SUN, "value": share, "projected": projected}
        found |= {"details": {"mean_yearly_change": change}}
        window = {"window_first_year": first_year, "window_first_value": first}
        return self.verdict(case, label, *notes, inputs=window, **found)


RULES: Final[tuple[base.Rule, ...]] = (
    CagrRatio(),
    UnProgress(),
    Escap("current_status"),
    *(Escap("anticipated_progress", name) for name in PROJECTIONS),
    Linear(),
    Linear(5),
    Weather(),
)
