"""The chart of a goal that something comes to exist: its probability by the end of each year."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from bcforecast.messages import Language, text
from bcforecast.plotting.fan_data import FanData
from bcforecast.plotting.style import FORECAST, INK, LATER, TARGET
from bcforecast.wording import number, percent, quantity


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
            f"{text('plot.fan_outcome', lang)}: {seen}" if lang == "en"
            else f"{text('plot.fan_outcome', lang)}：{seen}",
            (0.99, 0.97), xycoords="axes fraction", ha="right", va="top", color=LATER, fontsize=9,
        )  # fmt: skip
