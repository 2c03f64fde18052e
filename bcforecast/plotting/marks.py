"""The marks of a fan chart: published figures, the forecast's fan, what was published later."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from bcforecast.messages import Language, text
from bcforecast.plotting.fan_data import Fan, FanData, Later, Points, year_position
from bcforecast.plotting.style import BANDS, FORECAST, INK, LATER
from bcforecast.wording import number, percent, plain


def draw_points(axes: Axes, points: Points, lang: Language) -> None:
    """Draw figures: a line broken at gaps, exact and uncertain points, bounds with an arrow."""
    for run in points.runs():
        axes.plot(points.years[run], points.values[run], color=INK, lw=1.3, zorder=4)
    exact, uncertain = points.known & ~points.uncertain, points.uncertain
    if exact.any():
        label = text("plot.fan_known", lang)
        axes.plot(
            points.years[exact], points.values[exact], "o", c=INK, ms=4, zorder=5, label=label
        )
    if uncertain.any():
        years, values = points.years[uncertain], points.values[uncertain]
        around = np.abs(
            np.stack([values - points.lower[uncertain], points.upper[uncertain] - values])
        )
        axes.errorbar(
            years,
            values,
            yerr=around,
            fmt="o",
            color=INK,
            mfc="white",
            ms=4.5,
            elinewidth=1.0,
            capsize=2.5,
            zorder=5,
            label=text("plot.fan_uncertain", lang),
        )
    labels = [text("plot.fan_bound", lang)]
    for i in np.flatnonzero(~points.known):
        _draw_bound(axes, points, int(i), labels.pop() if labels else None)


def _draw_bound(axes: Axes, points: Points, i: int, label: str | None) -> None:
    """Draw bounds as bars: two are joined, one has an open arrow into what it leaves possible."""
    year = float(points.years[i])
    ends = [float(v) for v in (points.lower[i], points.upper[i]) if np.isfinite(v)]
    axes.plot(
        [year] * len(ends), ends, marker="_", ms=11, mew=1.8, c=INK, lw=1.2, zorder=5, label=label
    )
    if len(ends) == 2:
        words = f"{plain(ends[0])}–{plain(ends[1])}"
    else:
        from_below = bool(np.isfinite(points.lower[i]))
        words = f"{'>' if from_below else '<'} {plain(ends[0])}"
        axes.annotate(
            "",
            (year, ends[0]),
            (0, 24 if from_below else -24),
            textcoords="offset points",
            zorder=5,
            arrowprops={
                "arrowstyle": "<-",
                "color": INK,
                "lw": 1.2,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
    axes.annotate(
        words,
        (year, sum(ends) / len(ends)),
        (8, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        zorder=5,
        path_effects=[withStroke(linewidth=2, foreground="white")],
    )


def draw_fan(axes: Axes, fan: Fan, own: Points, lang: Language) -> None:
    """Draw the median and the intervals, from the last value where the forecast starts there."""
    start = _last_exact(own, before=int(fan.years[0]))
    years, median = fan.years.astype(float), fan.median
    if start is not None:
        years, median = np.r_[start[0], years], np.r_[start[1], median]
    marker = "_" if years.size == 1 else "None"
    axes.plot(
        years,
        median,
        color=FORECAST,
        marker=marker,
        ms=14,
        mew=2,
        zorder=3,
        label=text("plot.fan_median", lang),
    )
    for rank in range(fan.levels.size):
        label = text("plot.fan_band", lang, level=percent(float(fan.levels[rank]), lang=lang))
        lower, upper = fan.lower[rank], fan.upper[rank]
        if start is None and fan.years.size == 1:
            axes.bar(
                fan.years,
                upper - lower,
                0.28 + 0.14 * rank,
                lower,
                color=BANDS[rank],
                zorder=2.9 - 0.1 * rank,
                label=label,
            )
            continue
        if start is not None:
            lower, upper = np.r_[start[1], lower], np.r_[start[1], upper]
        axes.fill_between(
            years, lower, upper, color=BANDS[rank], lw=0, zorder=2.9 - 0.1 * rank, label=label
        )


def _last_exact(own: Points, *, before: int) -> tuple[float, float] | None:
    """Return the last value, if the forecast starts in the very next year."""
    where = np.flatnonzero(own.known)
    if not where.size or int(own.years[where[-1]]) != before - 1:
        return None
    return float(own.years[where[-1]]), float(own.values[where[-1]])


def draw_later(axes: Axes, later: Later, data: FanData, lang: Language) -> None:
    """Draw what was published after the as-of date, marked as not known then."""
    x = year_position(data.due)
    label = text("plot.fan_outcome", lang)
    if later.value is not None:
        axes.plot(
            [x], [later.value], "D", c=LATER, mfc="white", mew=1.6, ms=7, zorder=7, label=label
        )
        shown, y = number(later.value, unit=data.unit), later.value
    else:
        ends = [v for v in (later.lower, later.upper) if v is not None and np.isfinite(v)]
        axes.plot([x] * len(ends), ends, marker="_", c=LATER, ms=12, mew=2, zorder=7, label=label)
        shown, y = " – ".join(number(v, unit=data.unit) for v in ends), float(np.mean(ends))
    axes.annotate(
        shown,
        (x, y),
        (-8, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        color=LATER,
        fontsize=8.5,
        zorder=7,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )
