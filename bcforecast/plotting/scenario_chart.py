"""The chart of scenarios: one row a goal, one mark a scenario, the probability across."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from matplotlib.figure import Figure

from bcforecast.messages import Language, text
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.style import FORECAST, INK, LATER, QUIET, RULE, TARGET, house_style
from bcforecast.wording import percent

_WIDTH, _ROW, _HEAD, _FOOT = 7.8, 0.36, 0.75, 0.45
_LEFT, _RIGHT, _LEGEND_ROW = 0.30, 0.97, 0.2
_NAME_WIDTH: Final[Mapping[Language, int]] = {"zh": 16, "en": 30}
"""Characters of a goal's name on a line."""
_LEGEND_WIDTH: Final = 124
"""Latin characters that fit in a line of the legend, a mark and its space counting as six."""
_MARKS: Final = (
    ("o", INK), ("D", FORECAST), ("^", LATER), ("s", TARGET), ("v", "#8a6a1f"), ("P", "#6f4a8e"),
    ("X", "#5d6b7a"), ("*", "#a03050"),
)  # fmt: skip


def scenario_chart(
    goals: Sequence[str], chances: Mapping[str, Sequence[float]], *, lang: Language
) -> Picture:
    """Draw the probability of every goal under every scenario.

    Parameters
    ----------
    goals
        Names, from above.
    chances
        By the name of a scenario, the probability of each goal; the baseline first. Beyond eight
        scenarios marks come again.
    """
    columns = _columns(tuple(chances))
    head = _HEAD + _LEGEND_ROW * (-(-len(chances) // columns) - 1)
    height = head + _FOOT + _ROW * len(goals)
    with house_style():
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes(
            (_LEFT, _FOOT / height, _RIGHT - _LEFT, (height - head - _FOOT) / height)
        )
        axes.set_xlim(-0.01, 1.01)
        axes.set_ylim(len(goals) - 0.5, -0.5)
        axes.set_yticks(range(len(goals)), [_wrapped(goal, lang) for goal in goals])
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        for place, across in enumerate(zip(*chances.values(), strict=True)):
            axes.plot([min(across), max(across)], [place, place], color=RULE, lw=4, zorder=1)
        for (name, row), (mark, colour) in zip(chances.items(), _marks(len(chances)), strict=True):
            axes.plot(
                row, range(len(goals)), mark, color=colour, ms=6.5, mec="white", mew=0.6,
                label=name, zorder=3, clip_on=False,
            )  # fmt: skip
        axes.set_xlabel(text("document.chart_scenarios_axis", lang), color=QUIET)
        figure.text(0.02, 1 - 0.2 / height, text("document.chart_scenarios", lang), fontsize=12.5,
                    va="center")  # fmt: skip
        figure.legend(
            loc="upper left", bbox_to_anchor=(0.012, 1 - 0.36 / height), ncols=columns,
            handletextpad=0.1, columnspacing=1.1, fontsize=8, borderaxespad=0.0,
        )  # fmt: skip
    said = [
        text("document.chart_scenarios_row", lang, scenario=name, goals=_said(goals, row, lang))
        for name, row in chances.items()
    ]
    title = text("document.chart_scenarios", lang)
    return Picture(figure, "\n".join([title, *said]), title)


def _marks(count: int) -> list[tuple[str, str]]:
    return [_MARKS[place % len(_MARKS)] for place in range(count)]


def _columns(names: Sequence[str]) -> int:
    """Return how many columns of the legend fit beside each other."""
    wide = [6 + sum(2 if ord(c) > 0x2E80 else 1 for c in name) for name in names]
    for columns in range(len(names), 1, -1):
        if sum(max(wide[place::columns]) for place in range(columns)) <= _LEGEND_WIDTH:
            return columns
    return 1


def _wrapped(name: str, lang: Language) -> str:
    return textwrap.fill(name, _NAME_WIDTH[lang])


def _said(goals: Sequence[str], row: Sequence[float], lang: Language) -> str:
    join = text("report.list_join", lang)
    return join.join(f"{g} {percent(p, lang=lang)}" for g, p in zip(goals, row, strict=True))
