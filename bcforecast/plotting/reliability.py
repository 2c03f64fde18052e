"""Reliability diagrams of probabilities, and the coverage of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bcforecast.plotting.style import FORECAST, INK, QUIET, RULE, TARGET, Picture, house_style
from bcforecast.text import Language, text

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 7.8
_MARKS = ("o", "s", "^", "D", "v")
_COLOURS = (FORECAST, TARGET, "#00785f", "#6b4a8a", QUIET)


def reliability_diagram(tables: Mapping[str, pd.DataFrame], *, lang: Language) -> Picture:
    """Draw the share of goals met against the probability stated, a panel a forecaster.

    Parameters
    ----------
    tables
        Name of each forecaster, in `lang`, and its reliability table: columns `stated, met,
        met_lower, met_upper, count`. The number at each point is its count of cases; the bar is
        its 95 % interval; on the diagonal, probabilities are kept.
    lang
        Language of every word in the picture.
    """
    with house_style():
        figure = Figure(figsize=(_WIDTH, 0.95 + (_WIDTH - 0.5) / max(len(tables), 2)))
        panels = figure.subplots(1, len(tables), squeeze=False)[0]
        said = []
        for axes, (name, table) in zip(panels, tables.items(), strict=True):
            _draw_reliability(axes, table, lang)
            axes.set_title(name)
            said.append(_in_words(name, table, lang))
        panels[0].set_ylabel(text("evaluation.met", lang))
        figure.subplots_adjust(left=0.085, right=0.975, bottom=0.14, top=0.9, wspace=0.16)
    return Picture(figure, "\n".join(said))


def coverage_chart(table: pd.DataFrame, *, lang: Language) -> Picture:
    """Draw the share of outcomes inside the central intervals against the intervals' level.

    Parameters
    ----------
    table
        Columns `dataset, level, inside`.
    lang
        Language of every word in the picture.
    """
    with house_style():
        figure = Figure(figsize=(_WIDTH * 0.62, 4.0))
        axes = figure.add_axes((0.13, 0.14, 0.83, 0.77))
        _diagonal(axes)
        said = []
        for k, (name, rows) in enumerate(table.groupby("dataset", sort=False)):
            axes.plot(
                rows["level"],
                rows["inside"],
                marker=_MARKS[k % len(_MARKS)],
                color=_COLOURS[k % len(_COLOURS)],
                markersize=4.5,
                linewidth=1.0,
                label=str(name),
            )
            pairs = zip(rows["level"], rows["inside"], strict=True)
            points = ", ".join(f"{level:.1%}: {inside:.1%}" for level, inside in pairs)
            said.append(text("evaluation.coverage_alt", lang, dataset=name, points=points))
        axes.set_xlabel(text("evaluation.nominal", lang))
        axes.set_ylabel(text("evaluation.inside", lang))
        axes.set_title(text("evaluation.coverage_title", lang))
        axes.legend(loc="upper left")
    return Picture(figure, "\n".join(said))


def _draw_reliability(axes: Axes, table: pd.DataFrame, lang: Language) -> None:
    _diagonal(axes)
    stated, met = table["stated"].to_numpy(), table["met"].to_numpy()
    bars = np.stack([met - table["met_lower"], table["met_upper"] - met])
    axes.errorbar(
        stated,
        met,
        yerr=np.maximum(bars, 0.0),
        fmt="o",
        color=FORECAST,
        markersize=5,
        elinewidth=1.0,
        capsize=2.0,
    )
    for x, y, count in zip(stated, met, table["count"], strict=True):
        axes.annotate(
            str(int(count)),
            (x, y),
            xytext=(5, -9),
            textcoords="offset points",
            fontsize=7.5,
            color=INK,
        )
    axes.set_xlabel(text("evaluation.stated", lang))


def _diagonal(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    labels = [f"{tick:.0%}" for tick in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.grid(color=RULE)


def _in_words(name: str, table: pd.DataFrame, lang: Language) -> str:
    bins = "; ".join(
        text(
            "evaluation.reliability_bin",
            lang,
            stated=f"{one.stated:.0%}",
            met=f"{one.met:.0%}",
            count=int(float(str(one.count_))),
        )
        for one in table.rename(columns={"count": "count_"}).itertuples()
    )
    return text("evaluation.reliability_alt", lang, forecaster=name, bins=bins)
