"""Fan chart of one indicator: history, bounds, intervals, target; or a bar a year of an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import CARETDOWN
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, PercentFormatter

from bcforecast.config import FAN_LEVELS
from bcforecast.distributions import Distribution
from bcforecast.observations.selection import FloatArray, History, IntArray
from bcforecast.plotting.style import (
    BANDS,
    FORECAST,
    INK,
    LATER,
    QUIET,
    TARGET,
    Picture,
    house_style,
)
from bcforecast.text import (
    Language,
    day,
    join_sentences,
    number,
    percent,
    plain,
    probability_words,
    quantity,
    target_symbol,
    target_words,
    text,
)

_TWO_SIDED_95 = 1.959964


@dataclass(frozen=True)
class Points:
    """Yearly figures: exact, uncertain (with a range), or known by a bound only.

    Parameters
    ----------
    years
        Shape (n,), increasing.
    values
        Shape (n,), in the indicator's unit; NaN where only a bound is known.
    lower, upper
        Shape (n,): range of an uncertain figure, or the bounds; infinite where unknown, equal to
        the value where it is exact.
    """

    years: IntArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which entries have a value, shape (n,)."""
        return np.isfinite(self.values)

    @property
    def uncertain(self) -> npt.NDArray[np.bool_]:
        """Which entries have a value with a range around it, shape (n,)."""
        return self.known & (self.upper > self.lower)

    def runs(self) -> list[slice]:
        """Return the stretches of values in consecutive years: a line never crosses a gap."""
        where = np.flatnonzero(self.known)
        if not where.size:
            return []
        breaks = np.flatnonzero((np.diff(self.years[where]) > 1) | (np.diff(where) > 1)) + 1
        return [slice(int(run[0]), int(run[-1]) + 1) for run in np.split(where, breaks)]


@dataclass(frozen=True)
class Fan:
    """Central intervals and median of a forecast over H years.

    Parameters
    ----------
    years
        Shape (H,).
    levels
        Shape (L,), shares of probability, innermost first.
    lower, upper
        Shape (L, H), in the indicator's unit.
    median
        Shape (H,).
    """

    years: IntArray
    levels: FloatArray
    lower: FloatArray
    upper: FloatArray
    median: FloatArray


@dataclass(frozen=True)
class Later:
    """A figure for the due date that was published after the as-of date."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class FanData:
    """Everything that the chart of one goal shows, in numbers and names.

    Parameters
    ----------
    names, areas
        By language: the indicator's name; the parent area's name, where a parent is drawn.
    unit, unit_names, comparator, target, due, aspiration
        The promise; the unit's names in words by language.
    as_of
        Nothing published after this date is drawn, except `later`, which is marked as such.
    probability, verdict, grade
        What is said of the goal; `probability` is None for grade U.
    own, parent
        Figures of the area itself, and of its parent where the forecast borrows from it.
    parent_fan
        The parent's own forecast, where there is one.
    fan
        None where nothing can be said, and for events.
    met_by_year
        For an event: P(goal met by the end of the year), by year.
    """

    names: Mapping[Language, str]
    unit: str
    unit_names: Mapping[Language, str]
    comparator: str
    target: float
    due: date
    as_of: date
    probability: float | None
    verdict: str
    grade: str
    own: Points
    aspiration: bool = False
    fan: Fan | None = None
    met_by_year: Mapping[int, float] | None = None
    parent: Points | None = None
    parent_fan: Fan | None = None
    areas: Mapping[Language, str] | None = None
    later: Later | None = None


def points_of(history: History) -> Points:
    """Read the figures of a history with their ranges.

    An error size is drawn as the range value - 1.96 sd to value + 1.96 sd (95 %).

    Examples
    --------
    >>> p = points_of(History.of([2017, 2019, 2021], [4093, 6106, float("nan")],
    ...                          lower=[-np.inf, -np.inf, 9000], error_sd=[0, 25, 0]))
    >>> p.uncertain.tolist(), p.lower.round().tolist(), len(p.runs())
    ([False, True, False], [4093.0, 6057.0, 9000.0], 2)
    """
    known = history.known
    spread = _TWO_SIDED_95 * history.error_sd
    stated = known & np.isfinite(history.lower) & np.isfinite(history.upper)
    lower = np.where(known, history.values - spread, history.lower)
    upper = np.where(known, history.values + spread, history.upper)
    return Points(
        history.times,
        history.values,
        np.where(stated, history.lower, lower),
        np.where(stated, history.upper, upper),
    )


def fan_of(
    forecast: Distribution, years: tuple[int, ...], *, levels: tuple[float, ...] = FAN_LEVELS
) -> Fan:
    """Compute the intervals and the median of a forecast.

    Parameters
    ----------
    years
        The year of each horizon, length H.
    levels
        Central intervals, innermost first.
    """
    ends = [forecast.interval(level) for level in levels]
    return Fan(
        np.asarray(years, np.int64),
        np.asarray(levels, float),
        np.stack([low for low, _ in ends]),
        np.stack([high for _, high in ends]),
        forecast.median(),
    )


def year_position(day: date) -> float:
    """Place a date on the axis of years: the figure of a year stands at that year's end.

    Examples
    --------
    >>> year_position(date(2021, 12, 31)), year_position(date(2020, 12, 31))
    (2021.0, 2020.0)
    >>> round(year_position(date(2021, 6, 30)), 2)
    2020.5
    """
    length = date(day.year, 12, 31).timetuple().tm_yday
    return day.year - 1 + day.timetuple().tm_yday / length


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


def fan_alternative(data: FanData, *, lang: Language) -> str:
    """Return the alternative text of a fan chart."""
    words = [
        text(
            "plot.fan_alt",
            lang,
            name=data.names[lang],
            history=_history(data, lang),
            target=target_words(
                data.comparator, data.target, unit=data.unit, name=data.unit_names[lang], lang=lang
            ),
            due=day(data.due, lang=lang),
            probability=probability_words(data.probability, data.verdict, lang=lang),
            grade=data.grade,
            forecast=_forecast(data, lang),
        ).rstrip()
    ]
    if data.later is not None:
        figure = quantity(
            later_figure(data.later, unit=data.unit),
            unit=data.unit,
            name=data.unit_names[lang],
            lang=lang,
        )
        words.append(text("plot.fan_alt_outcome", lang, figure=figure))
    return join_sentences(words, lang=lang)


def later_figure(later: Later, *, unit: str) -> str:
    """Write a figure that was published later: a value, or the bounds known of it.

    Examples
    --------
    >>> later_figure(Later(1650.8667, None, None), unit="100M CNY")
    '1,650.9'
    >>> later_figure(Later(None, 9000.0, None), unit="enterprises")
    '> 9,000'
    """
    if later.value is not None:
        return number(later.value, unit=unit)
    if later.lower is not None and later.upper is not None:
        return f"{number(later.lower, unit=unit)}–{number(later.upper, unit=unit)}"
    if later.lower is not None:
        return f"> {number(later.lower, unit=unit)}"
    return f"< {number(later.upper, unit=unit)}" if later.upper is not None else "–"


def _history(data: FanData, lang: Language) -> str:
    years = data.own.years
    if not years.size:
        return text("plot.fan_alt_history_none", lang)
    first, last = int(years.min()), int(years.max())
    return text("plot.fan_alt_history", lang, count=int(years.size), first=first, last=last)


def _forecast(data: FanData, lang: Language) -> str:
    if data.fan is None or data.fan.levels.size < 2:
        return ""
    ends = data.fan.median[-1], data.fan.lower[1][-1], data.fan.upper[1][-1]
    median, low, high = (
        quantity(
            number(float(v), unit=data.unit), unit=data.unit, name=data.unit_names[lang], lang=lang
        )
        for v in ends
    )
    return text("plot.fan_alt_forecast", lang, median=median, low=low, high=high)


def draw_event(axes: Axes, data: FanData, *, lang: Language) -> None:
    """Draw one bar a year: P(goal met by its end), with the number above; the due year stands out.

    Parameters
    ----------
    axes
        Where to draw, in the house style.
    data
        With `met_by_year`.
    """
    assert data.met_by_year is not None
    years = sorted(data.met_by_year)
    chances = [data.met_by_year[year] for year in years]
    colours = [FORECAST if year == data.due.year else "#8fb2d4" for year in years]
    axes.grid(axis="y")
    axes.bar(range(len(years)), chances, width=0.5, color=colours, zorder=3)
    for place, chance in enumerate(chances):
        axes.annotate(
            percent(chance, lang=lang), (place, chance), (0, 4), textcoords="offset points",
            ha="center", fontsize=10, color=INK,
        )  # fmt: skip
    axes.set_xticks(range(len(years)), [text("plot.fan_event_bar", lang, year=y) for y in years])
    axes.set_xlim(-0.8, max(len(years), 3) - 0.2)
    axes.set_ylim(0, max(1.0, *chances) * 1.08)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylabel(text("plot.fan_event_axis", lang))
    axes.set_title(text("plot.fan_event_title", lang), fontsize=9)
    if data.due.year in years:
        axes.annotate(
            text("plot.fan_event_due", lang), (years.index(data.due.year), 0), (0, -28),
            textcoords="offset points", ha="center", color=TARGET, fontsize=8.5,
        )  # fmt: skip
    if data.later is not None and data.later.value is not None:
        seen = quantity(
            number(data.later.value, unit=data.unit),
            unit=data.unit,
            name=data.unit_names[lang],
            lang=lang,
        )
        axes.annotate(
            text("language.label", lang, name=text("plot.fan_outcome", lang), value=seen),
            (0.99, 0.97), xycoords="axes fraction", ha="right", va="top", color=LATER, fontsize=9,
        )  # fmt: skip


SIZE_INCHES = (7.8, 3.7)
_TOP, _BOTTOM, _LEFT, _RIGHT = 0.78, 0.23, 0.085, 0.975


def fan_chart(data: FanData, *, lang: Language) -> Picture:
    """Draw one goal: figures, forecast fan, target and due date; the parent's figures beside it.

    Parameters
    ----------
    data
        From `fan_data`, or built by hand.
    lang
        Language of every word in the picture.
    """
    with house_style():
        figure = Figure(figsize=SIZE_INCHES)
        _headings(figure, data, lang)
        split = 0.70 if data.parent is not None else _RIGHT
        axes = figure.add_axes((_LEFT, _BOTTOM, split - _LEFT, _TOP - _BOTTOM))
        if data.met_by_year is not None:
            draw_event(axes, data, lang=lang)
        else:
            _draw_level(axes, data, lang)
        if data.parent is not None:
            beside = figure.add_axes(
                (split + 0.075, _BOTTOM, _RIGHT - split - 0.075, _TOP - _BOTTOM)
            )
            _draw_parent(beside, data, lang)
        _legend(figure, axes)
    caption = text("document.caption_goal", lang, name=data.names[lang])
    return Picture(figure, fan_alternative(data, lang=lang), caption)


def _headings(figure: Figure, data: FanData, lang: Language) -> None:
    due, target = (
        day(data.due, lang=lang),
        target_words(
            data.comparator, data.target, unit=data.unit, name=data.unit_names[lang], lang=lang
        ),
    )
    if data.probability is None:
        line = text("plot.fan_subtitle_unset", lang, target=target, due=due)
    else:
        words = probability_words(data.probability, data.verdict, lang=lang)
        line = text(
            "plot.fan_subtitle", lang, target=target, due=due, probability=words, grade=data.grade
        )
    mark = f"  [{text('plot.aspiration', lang)}]" if data.aspiration else ""
    figure.text(0.02, 0.935, data.names[lang] + mark, fontsize=12.5, color=INK, va="center")
    figure.text(0.02, 0.867, line, fontsize=8.5, color=QUIET, va="center")


def _draw_level(axes: Axes, data: FanData, lang: Language) -> None:
    axes.grid(axis="y")
    draw_points(axes, data.own, lang)
    _draw_promise(axes, data, lang)
    if data.fan is not None:
        draw_fan(axes, data.fan, data.own, lang)
    if data.later is not None:
        draw_later(axes, data.later, data, lang)
    _set_limits(axes, data, lang)
    _unit_above(axes, data.unit_names[lang], lang)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    if data.fan is None:
        reason = "plot.fan_unset_some" if data.own.years.size else "plot.fan_unset_none"
        axes.text(
            0.5,
            0.22,
            f"{text('plot.fan_unset', lang)}\n{text(reason, lang)}",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=QUIET,
            fontsize=11,
            linespacing=1.6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 4},
            zorder=8,
        )


def _unit_above(axes: Axes, name: str, lang: Language) -> None:
    axes.annotate(
        text("plot.fan_axis", lang, unit=name), (0, 1.0), (-26, 4),
        xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET, va="bottom",
    )  # fmt: skip


def _draw_promise(axes: Axes, data: FanData, lang: Language) -> None:
    due, known = year_position(data.due), year_position(data.as_of)
    axes.axhline(data.target, color=TARGET, lw=1.2, ls=(0, (5, 3)), zorder=3)
    axes.plot(
        [due], [data.target], marker=CARETDOWN, c=TARGET, ms=7, zorder=6, ls="none",
        label=text("plot.fan_due", lang),
    )  # fmt: skip
    axes.annotate(
        text("plot.fan_target", lang, target=target_symbol(data.comparator, data.target)),
        (0.01, data.target), (0, 3), xycoords=("axes fraction", "data"),
        textcoords="offset points", color=TARGET, fontsize=8.5, va="bottom",
    )  # fmt: skip
    axes.axvline(known, color=QUIET, lw=0.9, ls=":", zorder=1)
    axes.annotate(
        text("plot.fan_as_of", lang, day=day(data.as_of, lang=lang)), (known, 1.0), (0, 2),
        xycoords=("data", "axes fraction"), textcoords="offset points",
        color=QUIET, fontsize=7.5, va="bottom", ha="right" if known > due - 2 else "center",
    )  # fmt: skip


def _set_limits(axes: Axes, data: FanData, lang: Language) -> None:
    """Show everything but the far ends of a very wide interval, which are named in words."""
    seen = [data.target, *data.own.values[data.own.known]]
    bounds = data.own.lower[~data.own.known], data.own.upper[~data.own.known]
    seen += [float(v) * k for side in bounds for v in side if np.isfinite(v) for k in (1.0, 1.08)]
    if data.later is not None:
        seen += [v for v in (data.later.value, data.later.lower, data.later.upper) if v is not None]
    low, high = min(seen), max(seen)
    far = high
    if data.fan is not None:
        middle = min(1, data.fan.levels.size - 1)
        low, high = min(low, data.fan.lower[middle].min()), max(high, data.fan.upper[middle].max())
        far = float(data.fan.upper[-1].max())
        if far <= 1.6 * high:
            high = max(high, far)
        low = min(low, max(float(data.fan.lower[-1].min()), low - 0.5 * (high - low)))
    if len(seen) == 1 and data.fan is None:
        low, high = min(0.0, data.target), max(0.0, 1.2 * data.target)
    margin = 0.08 * ((high - low) or abs(high) or 1.0)
    bottom = 0.0 if 0 <= low < 0.45 * high else low - margin
    axes.set_ylim(bottom, high + 1.5 * margin)
    if far > high + 1.5 * margin:
        end = quantity(
            number(far, unit=data.unit), unit=data.unit, name=data.unit_names[lang], lang=lang
        )
        axes.annotate(
            text("plot.fan_band_beyond", lang, figure=end),
            (1.0, 0.985), xycoords="axes fraction", ha="right", va="top", fontsize=7.5,
            color=FORECAST,
        )  # fmt: skip
    first, last = _span(data)
    axes.set_xlim(first - 0.4, last + 0.5)
    step = max(1, -(-(last - first) // 9))
    axes.set_xticks(range(last, first - 1, -step))


def _span(data: FanData) -> tuple[int, int]:
    years = [data.due.year, data.due.year - 3, *data.own.years.tolist()]
    if data.fan is not None:
        years += data.fan.years.tolist()
    return min(years), max(years)


def _draw_parent(axes: Axes, data: FanData, lang: Language) -> None:
    assert data.parent is not None
    assert data.areas is not None
    axes.grid(axis="y")
    draw_points(axes, data.parent, lang)
    if data.parent_fan is not None:
        draw_fan(axes, data.parent_fan, data.parent, lang)
    title = text("plot.fan_parent", lang, area=data.areas[lang])
    axes.set_title(title, fontsize=8.5, color=QUIET, pad=5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.tick_params(labelsize=7.5)
    years = data.parent.years.tolist()
    seen = [*data.parent.values[data.parent.known], *data.parent.lower[~data.parent.known]]
    if data.parent_fan is not None:
        years += data.parent_fan.years.tolist()
        seen += [float(data.parent_fan.upper[min(1, len(data.parent_fan.upper) - 1)].max())]
    first, last = min(years), max(years)
    axes.set_xlim(
        first - 0.8, last + 0.8 + 0.28 * (last - first) * bool((~data.parent.known).any())
    )
    axes.set_xticks(range(last, first - 1, -max(1, -(-(last - first) // 3))))
    axes.set_ylim(0, 1.2 * max(v for v in seen if np.isfinite(v)))


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        figure.legend(
            handles, labels, loc="lower left", bbox_to_anchor=(0.012, 0.0), ncols=4,
            handlelength=1.6, columnspacing=1.6, borderaxespad=0.2,
        )  # fmt: skip
