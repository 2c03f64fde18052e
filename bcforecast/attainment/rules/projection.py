"""Four ways of carrying a series to another year, each by name: three on the logit, one geometric.

Sources: spalmas/SDG-MENARO, 03_progress_assessment/progress_assessment_functions.R@8eae780;
ESCAP working paper SD/WP/04 (March 2017), "A weighted extrapolation method for measuring the
SDGs", https://www.unescap.org/resources/.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from bcforecast.attainment.rules.base import shown
from bcforecast.attainment.rules.case import Case
from bcforecast.distributions import Transform
from bcforecast.distributions.base import FloatArray
from bcforecast.messages import Message

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
