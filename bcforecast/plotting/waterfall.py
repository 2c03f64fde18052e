"""The waterfall of a change: from one probability to the next, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from bcforecast.attainment.news import PARTS, News, PartKind
from bcforecast.plotting import style
from bcforecast.plotting.style import Picture, annotate
from bcforecast.text import Language, Message, day, join_clauses, percent, points, text

_WIDTH, _HEAD, _PANEL, _FOOT = 7.8, 0.62, 1.75, 0.42
_LEFT, _PLOT = 0.235, 0.66
_SMALLEST_MOVE = 5e-4
"""Changes below this are not drawn: a twentieth of a percentage point."""


@dataclass(frozen=True)
class Waterfall:
    """What the chart shows of one goal: its probability at two dates, and the steps between.

    The steps are changes by part, and add up to `after - before`.
    """

    name: Message
    before: float
    after: float
    steps: Mapping[PartKind, float]


def plot_news(found: News, *, lang: Language) -> Picture:
    """Draw every goal whose probability moved, one panel each, in the order of the plan."""
    rows = []
    for goal in found.goals:
        before, after = goal.before.probability, goal.after.probability
        steps = {part.kind: part.change or 0.0 for part in goal.parts}
        moved = any(abs(step) >= _SMALLEST_MOVE for step in steps.values())
        if before is not None and after is not None and moved:
            rows.append(Waterfall(goal.indicator.names, before, after, steps))
    return waterfall(rows, since=found.since, until=found.until, lang=lang)


def waterfall(rows: Sequence[Waterfall], *, since: date, until: date, lang: Language) -> Picture:
    """Draw one panel a goal that moved: the probability before, what each part did, that after.

    `since` and `until` are the two as-of dates. With no goal the picture says so.
    """
    height = _HEAD + _PANEL * max(len(rows), 1) + _FOOT
    nothing = text("news.chart_nothing", lang)
    days = {"since": day(since, lang=lang), "until": day(until, lang=lang)}
    heading = text("news.chart_title", lang, **days)
    parts = [text(f"news.column_{kind}", lang) for kind in PARTS]
    ends = [text("news.column_at", lang, day=one) for one in (since, until)]
    with style.house_style():
        figure = Figure(figsize=(_WIDTH, height))
        figure.text(0.02, 1.0 - 0.26 / height, heading, fontsize=12.5, color=style.INK, va="center")
        if not rows:
            figure.text(0.5, 0.4, nothing, fontsize=11, color=style.QUIET, ha="center")
        for place, row in enumerate(rows):
            bottom = height - _HEAD - _PANEL * (place + 1) + 0.12
            axes = figure.add_axes((_LEFT, bottom / height, _PLOT, (_PANEL - 0.45) / height))
            axes.set_title(row.name.render(lang), fontsize=9.5)
            _draw_steps(axes, row, lang)
            axes.set_yticks(range(len(PARTS) + 2), [ends[0], *parts, ends[1]], fontsize=8)
            axes.tick_params(axis="x", labelbottom=place == len(rows) - 1)
    said = [_in_words(row, lang) for row in rows] or [nothing]
    return Picture(figure, "\n".join([heading, *said]))


def _draw_steps(axes: Axes, row: Waterfall, lang: Language) -> None:
    def bar(place: int, start: float, width: float, colour: str, words: str) -> None:
        axes.barh(place, width, 0.62, start, color=colour, zorder=3)
        look = {"color": style.INK, "zorder": 5, "annotation_clip": False}
        end = max(start, start + width), place
        annotate(axes, words, end, (4, 0), va="center", fontsize=8, **look)

    axes.grid(axis="x")
    level, bottom = row.before, len(PARTS) + 1
    bar(0, 0.0, row.before, style.FORECAST, percent(row.before, lang=lang))
    for place, kind in enumerate(PARTS, start=1):
        axes.plot([level, level], [place - 1, place], color=style.QUIET, lw=0.7, zorder=4)
        step = row.steps[kind]
        said = points(step) if abs(step) >= _SMALLEST_MOVE else "0"
        bar(place, level, step, style.LATER if step > 0 else style.TARGET, said.replace("-", "−"))
        level += step
    axes.plot([level, level], [bottom - 1, bottom], color=style.QUIET, lw=0.7, zorder=4)
    bar(bottom, 0.0, row.after, style.FORECAST, percent(row.after, lang=lang))
    axes.set_ylim(bottom + 0.6, -0.6)
    axes.set_xlim(0.0, 1.0)
    axes.spines["left"].set_color(style.RULE)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))


def _in_words(row: Waterfall, lang: Language) -> str:
    moved = [
        text("news.chart_step", lang, part=text(f"news.part_{kind}", lang), points=points(step))
        for kind, step in row.steps.items()
        if abs(step) >= _SMALLEST_MOVE
    ]
    return text(
        "news.chart_alt",
        lang,
        name=row.name.render(lang),
        before=percent(row.before, lang=lang),
        after=percent(row.after, lang=lang),
        steps=join_clauses(moved, lang=lang),
    )
