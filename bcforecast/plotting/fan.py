"""The chart of one goal: what was published, what may come, what was promised."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import CARETDOWN
from matplotlib.ticker import FuncFormatter

from bcforecast.messages import Language, text
from bcforecast.plotting.alternative import fan_alternative
from bcforecast.plotting.event_chart import draw_event
from bcforecast.plotting.fan_data import FanData, year_position
from bcforecast.plotting.marks import draw_fan, draw_later, draw_points
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.style import (
    FORECAST,
    INK,
    QUIET,
    TARGET,
    house_style,
)
from bcforecast.wording import (
    day,
    number,
    plain,
    probability_words,
    quantity,
    target_symbol,
    target_words,
)

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
