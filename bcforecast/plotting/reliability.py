"""Reliability diagrams of probabilities, and the coverage of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from bcforecast.plotting import style
from bcforecast.plotting.fan import Chart
from bcforecast.text import Language, text

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 7.8
_MARKS = ("o", "s", "^", "D", "v")
_COLOURS = (style.FORECAST, style.TARGET, "#00785f", "#6b4a8a", style.QUIET)


def reliability_diagram(tables: Mapping[str, pd.DataFrame], *, lang: Language) -> style.Picture:
    """Draw the share of goals met against the probability stated, a panel a forecaster.

    The number at each point is its count of cases; the bar is its 95 % interval; on the diagonal,
    probabilities are kept. `tables` has that of `reliability_table` by the name of a forecaster,
    in `lang`.
    """
    with style.house_style():
        figure = Chart(figsize=(_WIDTH, 0.95 + (_WIDTH - 0.5) / max(len(tables), 2)))
        panels = figure.subplots(1, len(tables), squeeze=False)[0]
        said = []
        for axes, (name, table) in zip(panels, tables.items(), strict=True):
            _draw_reliability(axes, table, lang)
            axes.set_title(name)
            said.append(_in_words(name, table, lang))
        panels[0].set_ylabel(text("evaluation.met", lang))
        figure.subplots_adjust(left=0.085, right=0.975, bottom=0.14, top=0.9, wspace=0.16)
    return style.Picture(figure, "\n".join(said))


def coverage_chart(table: pd.DataFrame, *, lang: Language) -> style.Picture:
    """Draw the share of outcomes inside the central intervals against the intervals' level.

    The table has the columns `dataset, level, inside`.
    """
    with style.house_style():
        figure = Chart(figsize=(_WIDTH * 0.62, 4.0))
        axes = figure.add_axes((0.13, 0.14, 0.83, 0.77))
        _diagonal(axes)
        said = []
        marks = cycle(zip(_MARKS, _COLOURS, strict=True))
        for (name, rows), (mark, colour) in zip(
            table.groupby("dataset", sort=False), marks, strict=False
        ):
            look: style.Look = {"marker": mark, "color": colour, "ms": 4.5, "lw": 1.0}
            axes.plot(rows["level"], rows["inside"], label=str(name), **look)
            pairs = zip(rows["level"], rows["inside"], strict=True)
            points = ", ".join(f"{level:.1%}: {inside:.1%}" for level, inside in pairs)
            said.append(text("evaluation.coverage_alt", lang, dataset=name, points=points))
        axes.set_xlabel(text("evaluation.nominal", lang))
        axes.set_ylabel(text("evaluation.inside", lang))
        axes.set_title(text("evaluation.coverage_title", lang))
        axes.legend(loc="upper left")
    return style.Picture(figure, "\n".join(said))


def _draw_reliability(axes: Axes, table: pd.DataFrame, lang: Language) -> None:
    _diagonal(axes)
    stated, met = table["stated"].to_numpy(), table["met"].to_numpy()
    bars = np.stack([met - table["met_lower"], table["met_upper"] - met])
    look: style.Look = {"fmt": "o", "ms": 5, "elinewidth": 1.0, "capsize": 2.0}
    axes.errorbar(stated, met, yerr=np.maximum(bars, 0.0), color=style.FORECAST, **look)
    for x, y, count in zip(stated, met, table["count"], strict=True):
        style.annotate(axes, str(int(count)), (x, y), (5, -9), fontsize=7.5, color=style.INK)
    axes.set_xlabel(text("evaluation.stated", lang))


def _diagonal(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=style.QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    labels = [f"{tick:.0%}" for tick in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.grid(color=style.RULE)


def _in_words(name: str, table: pd.DataFrame, lang: Language) -> str:
    points = zip(table["stated"], table["met"], table["count"], strict=True)
    said = [
        {"stated": f"{stated:.0%}", "met": f"{met:.0%}", "count": int(n)}
        for stated, met, n in points
    ]
    bins = "; ".join(text("evaluation.reliability_bin", lang, **values) for values in said)
    return text("evaluation.reliability_alt", lang, forecaster=name, bins=bins)
