"""The waterfall of a change: from one probability to the next, step by step."""

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from bcforecast.attainment.news import PARTS, GoalNews, GoalStatus, News, NewsPart
from bcforecast.plotting import style
from bcforecast.plotting.fan import Chart
from bcforecast.text import Language, chance, day, join_clauses, points, text

_WIDTH, _HEAD, _PANEL, _FOOT = 7.8, 0.62, 1.75, 0.42
_LEFT, _PLOT = 0.235, 0.66
_SMALLEST_MOVE = 5e-4
"""Changes below this are not drawn: a twentieth of a percentage point."""


def plot_news(found: News, *, lang: Language) -> style.Picture:
    """Draw one panel a goal that moved: the probability before, what each part did, that after.

    Goals stand in the order of the plan; with none the picture says so.
    """
    rows = [goal for goal in found.goals if goal.total is not None and _moves(goal)]
    height = _HEAD + _PANEL * max(len(rows), 1) + _FOOT
    nothing = text("news.chart_nothing", lang)
    days = {"since": day(found.since, lang=lang), "until": day(found.until, lang=lang)}
    heading = text("news.chart_title", lang, **days)
    parts = [text(f"news.column_{kind}", lang) for kind in PARTS]
    ends = [text("news.column_at", lang, day=one) for one in (found.since, found.until)]
    with style.house_style():
        figure = Chart(figsize=(_WIDTH, height))
        figure.text(0.02, 1.0 - 0.26 / height, heading, fontsize=12.5, color=style.INK, va="center")
        if not rows:
            figure.text(0.5, 0.4, nothing, fontsize=11, color=style.QUIET, ha="center")
        for place, row in enumerate(rows):
            bottom = height - _HEAD - _PANEL * (place + 1) + 0.12
            axes = figure.add_axes((_LEFT, bottom / height, _PLOT, (_PANEL - 0.45) / height))
            axes.set_title(row.goal.called(row.indicator).render(lang), fontsize=9.5)
            _draw_steps(axes, row, lang)
            axes.set_yticks(range(len(PARTS) + 2), [ends[0], *parts, ends[1]], fontsize=8)
            axes.tick_params(axis="x", labelbottom=place == len(rows) - 1)
    said = [_in_words(row, lang) for row in rows] or [nothing]
    return style.Picture(figure, "\n".join([heading, *said]))


def _moves(goal: GoalNews) -> list[NewsPart]:
    """Return the parts that moved the probability far enough to be drawn."""
    return [part for part in goal.parts if abs(part.change or 0.0) >= _SMALLEST_MOVE]


def _draw_steps(axes: Axes, goal: GoalNews, lang: Language) -> None:
    def bar(place: int, start: float, width: float, colour: str, words: str) -> None:
        axes.barh(place, width, 0.62, start, color=colour, zorder=3)
        look = {"color": style.INK, "zorder": 5, "annotation_clip": False}
        end = max(start, start + width), place
        style.annotate(axes, words, end, (4, 0), va="center", fontsize=8, **look)

    axes.grid(axis="x")
    before, after = goal.before.probability, goal.after.probability
    level, bottom = before or 0.0, len(PARTS) + 1
    bar(0, 0.0, level, style.FORECAST, _said(goal.before, lang))
    for place, part in enumerate(goal.parts, start=1):
        axes.plot([level, level], [place - 1, place], color=style.QUIET, lw=0.7, zorder=4)
        step = part.change or 0.0
        said = points(step) if part in _moves(goal) else "0"
        bar(place, level, step, style.LATER if step > 0 else style.TARGET, said.replace("-", "−"))
        level += step
    axes.plot([level, level], [bottom - 1, bottom], color=style.QUIET, lw=0.7, zorder=4)
    bar(bottom, 0.0, after or 0.0, style.FORECAST, _said(goal.after, lang))
    axes.set_ylim(bottom + 0.6, -0.6)
    axes.set_xlim(0.0, 1.0)
    axes.spines["left"].set_color(style.RULE)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))


def _said(status: GoalStatus, lang: Language) -> str:
    return chance(status.probability, grade=status.grade, lang=lang)


def _in_words(goal: GoalNews, lang: Language) -> str:
    named = [(text(f"news.part_{part.kind}", lang), points(part.change)) for part in _moves(goal)]
    moved = [text("news.chart_step", lang, part=name, points=moved) for name, moved in named]
    before, after = (_said(one, lang) for one in (goal.before, goal.after))
    chances = {"before": before, "after": after, "steps": join_clauses(moved, lang=lang)}
    return text("news.chart_alt", lang, name=goal.goal.called(goal.indicator), **chances)
