"""Charts of all goals of a plan: the dashboard, and every scenario beside the others."""

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import cycle
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text as TextArtist

from bcforecast.attainment.probability import Grade
from bcforecast.attainment.project import Attainment, GoalOutlook, Outlook, scenario_names
from bcforecast.plotting import style
from bcforecast.plotting.fan import Chart, chance_words, mark, target_words
from bcforecast.text import Language, chance, day, join_sentences, text, verdict_message

_WIDTH = 7.8
_ROW, _HEAD, _FOOT = 0.47, 0.95, 0.40
_GRADE_X, _BAR_X, _BAR_WIDTH, _WORD_X = 0.405, 0.445, 0.155, 0.61
_RANGE_X, _RANGE_WIDTH = 0.765, 0.20
_RANGE_TOP = 2.0
"""End of the scale of ranges, as a multiple of the target."""
_NAME_SIZE, _SMALLEST = 9.0, 6.5
_WORD_LINE = 25
"""Characters of a verdict that fit beside the bar in one line."""


def plot_dashboard(outlook: Outlook, *, lang: Language) -> style.Picture:
    """Draw all goals of an outlook, one row each."""
    scenario = scenario_names(outlook)[lang]
    return dashboard(outlook.goals, as_of=outlook.as_of, scenario=scenario, lang=lang)


def dashboard(
    rows: Sequence[GoalOutlook], *, as_of: date, scenario: str, lang: Language
) -> style.Picture:
    """Draw one row a goal: name and target, evidence grade, probability, range at the due date.

    The scenario's name is in words, in `lang`.
    """
    height = _HEAD + _FOOT + _ROW * len(rows)
    with style.house_style():
        figure = Chart(figsize=(_WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, 1)
        axes.set_ylim(height, 0)  # in inches, from above
        axes.axis("off")
        subtitle = text("plot.dash_subtitle", lang, day=day(as_of, lang=lang), scenario=scenario)
        _write(axes, 0.02, 0.22, text("plot.dash_title", lang), size=12.5, color=style.INK)
        _write(axes, 0.02, 0.46, subtitle, size=8.5)
        for x, key, side in (
            (0.02, "goal", "left"),
            (_GRADE_X, "grade", "center"),
            (_BAR_X, "probability", "left"),
            (0.98, "interval", "right"),
        ):
            _write(axes, x, _HEAD - 0.13, text(f"plot.dash_{key}", lang), ha=side)
        axes.plot([0.02, 0.98], [_HEAD, _HEAD], color=style.QUIET, lw=0.8)
        for place, row in enumerate(rows):
            _draw_row(axes, row, _HEAD + _ROW * (place + 0.5), lang)
        for share in (0.0, 1.0, 2.0):
            x, colour = _range_position(share), style.TARGET if share == 1 else style.QUIET
            at = height - _FOOT + 0.10
            _write(axes, x, at, f"{share:.0%}", size=7, color=colour, ha="center")
        _write(axes, 0.02, height - 0.12, text("plot.dash_grades", lang), size=7)
    said = []
    for row in rows:
        known = {"name": row.names, "probability": chance_words(row, lang)}
        said.append(text("plot.dash_alt_row", lang, **known, grade=row.attainment.grade))
    lines = join_sentences(said, lang=lang)
    alt = text("plot.dash_alt", lang, count=len(rows), rows=lines)
    return style.Picture(figure, alt, text("document.caption_dashboard", lang))


def _write(
    axes: Axes,
    x: float,
    y: float,
    words: str,
    *,
    size: float = 7.5,
    color: str = style.QUIET,
    ha: str = "left",
) -> TextArtist:
    return axes.text(x, y, words, fontsize=size, color=color, ha=ha, va="center")


def _draw_row(axes: Axes, row: GoalOutlook, y: float, lang: Language) -> None:
    a, words = row.attainment, row.names.render(lang)
    name = _write(axes, 0.02, y - 0.085, words, size=_NAME_SIZE, color=style.INK)
    _shrink(name, to=_GRADE_X - 0.05)
    _write(axes, 0.02, y + 0.105, target_words(row, lang) + mark(row, lang), color=style.TARGET)
    axes.plot([0.02, 0.98], [y + _ROW / 2] * 2, color=style.RULE, lw=0.6)
    wide, high = 0.026, 0.22
    corner = _GRADE_X - wide / 2, y - high / 2
    badge: style.Look = {"boxstyle": "round,pad=0,rounding_size=0.006", "mutation_aspect": 8}
    badge |= {"fc": style.GRADE_COLOURS[a.grade], "ec": "none"}
    axes.add_patch(FancyBboxPatch(corner, wide, high, **badge))
    _write(axes, _GRADE_X, y + 0.005, a.grade, size=8.5, color="white", ha="center")
    if a.probability is None:
        _write(axes, _BAR_X, y, text("plot.dash_unset", lang), size=8.5)
        return
    axes.barh(y, _BAR_WIDTH, 0.17, _BAR_X, color="#e9edf1")
    axes.barh(y, _BAR_WIDTH * a.probability, 0.17, _BAR_X, color=style.FORECAST)
    words = textwrap.fill(verdict_message(a.verdict, grade=a.grade).render(lang), _WORD_LINE)
    said, broken = chance(a.probability, grade=a.grade, lang=lang), "\n" in words
    _write(axes, _WORD_X, y - (0.12 if broken else 0.075), said, size=9.5, color=style.INK)
    _write(axes, _WORD_X, y + (0.09 if broken else 0.105), words, size=6.5 if broken else 7.5)
    _draw_range(axes, a, y, lang)


def _shrink(words: TextArtist, *, to: float) -> None:
    """Make a text smaller until it ends left of `to`, a share of the figure's width."""
    figure = words.get_figure(root=True)
    assert figure is not None
    size = _NAME_SIZE
    while size > _SMALLEST and words.get_window_extent().x1 > to * figure.bbox.width:
        size -= 0.5
        words.set_fontsize(size)


def _range_position(share: float) -> float:
    return _RANGE_X + _RANGE_WIDTH / _RANGE_TOP * min(max(share, 0.0), _RANGE_TOP)


def _draw_range(axes: Axes, goal: Attainment, y: float, lang: Language) -> None:
    """Draw the quantiles as multiples of the target, where they can be so expressed."""
    quantiles = [q for q in (goal.q10, goal.q50, goal.q90) if q is not None]
    if not quantiles or goal.comparator == "event" or not goal.target > 0:
        centre = _RANGE_X + _RANGE_WIDTH / 2
        # Of a target that is not above zero there is no share.
        key = "share" if quantiles and goal.comparator != "event" else "interval"
        _write(axes, centre, y, text(f"plot.dash_no_{key}", lang), ha="center")
        return
    ends = [quantile / goal.target for quantile in quantiles]
    low, middle, high = map(_range_position, ends)
    target = _range_position(1.0)
    axes.plot([_RANGE_X, _RANGE_X + _RANGE_WIDTH], [y, y], color=style.RULE, lw=0.8, zorder=1)
    axes.plot([target, target], [y - 0.16, y + 0.16], color=style.TARGET, lw=1.4, zorder=3)
    axes.plot([low, high], [y, y], color=style.BANDS[0], lw=5, solid_capstyle="butt", zorder=2)
    axes.plot([middle], [y], "o", color=style.FORECAST, ms=4.5, zorder=4)
    if ends[2] > _RANGE_TOP:
        axes.plot([high], [y], ">", color=style.BANDS[0], ms=6, clip_on=False, zorder=2)
        beyond = text("plot.dash_beyond", lang, share=f"{round(100 * ends[2])}%")
        _write(axes, high, y - 0.15, beyond, size=6.5, ha="right")


_SCENARIO_ROW, _SCENARIO_HEAD, _SCENARIO_FOOT = 0.36, 0.75, 0.45
_LEFT, _RIGHT, _LEGEND_ROW = 0.30, 0.97, 0.2
_LEGEND_WIDTH: Final = 124
"""Latin characters that fit in a line of the legend, a mark and its space counting as six."""
_MARKS: Final = (
    ("o", style.INK), ("D", style.FORECAST), ("^", style.LATER), ("s", style.TARGET),
    ("v", "#8a6a1f"), ("P", "#6f4a8e"), ("X", "#5d6b7a"), ("*", "#a03050"),
)  # fmt: skip


def scenario_chart(
    goals: Sequence[str],
    chances: Mapping[str, Sequence[float]],
    *,
    grades: Sequence[Grade],
    lang: Language,
) -> style.Picture:
    """Draw the probability of every goal, from above, under every scenario, the baseline first.

    `chances` has the probability of each goal by the name of a scenario; `grades` its evidence
    grade, which says how exactly it is told. Beyond eight scenarios
    marks come again.
    """
    title = text("document.chart_scenarios", lang)
    columns = _columns(tuple(chances))
    head = _SCENARIO_HEAD + _LEGEND_ROW * (-(-len(chances) // columns) - 1)
    inside = _SCENARIO_ROW * len(goals)
    height = head + _SCENARIO_FOOT + inside
    with style.house_style():
        figure = Chart(figsize=(_WIDTH, height))
        axes = figure.add_axes((_LEFT, _SCENARIO_FOOT / height, _RIGHT - _LEFT, inside / height))
        axes.set_xlim(-0.01, 1.01)
        axes.set_ylim(len(goals) - 0.5, -0.5)
        width = int(text("language.name_width", lang))
        axes.set_yticks(range(len(goals)), [textwrap.fill(goal, width) for goal in goals])
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        for place, across in enumerate(zip(*chances.values(), strict=True)):
            axes.plot([min(across), max(across)], [place, place], color=style.RULE, lw=4, zorder=1)
        look: style.Look = {"ms": 6.5, "mec": "white", "mew": 0.6, "zorder": 3, "clip_on": False}
        for (name, row), (mark, colour) in zip(chances.items(), cycle(_MARKS), strict=False):
            axes.plot(row, range(len(goals)), mark, color=colour, label=name, **look)
        axes.set_xlabel(text("document.chart_scenarios_axis", lang), color=style.QUIET)
        figure.text(0.02, 1 - 0.2 / height, title, fontsize=12.5, va="center")
        look = {"loc": "upper left", "bbox_to_anchor": (0.012, 1 - 0.36 / height), "ncols": columns}
        look |= {"handletextpad": 0.1, "columnspacing": 1.1, "fontsize": 8, "borderaxespad": 0.0}
        figure.legend(**look)
    join, said = text("report.list_join", lang), [title]
    for name, row in chances.items():
        each = join.join(
            f"{goal} {chance(p, grade=grade, lang=lang)}"
            for goal, grade, p in zip(goals, grades, row, strict=True)
        )
        said.append(text("document.chart_scenarios_row", lang, scenario=name, goals=each))
    return style.Picture(figure, "\n".join(said), title)


def _columns(names: Sequence[str]) -> int:
    """Return how many columns of the legend fit beside each other."""
    wide = [6 + sum(2 if ord(c) > 0x2E80 else 1 for c in name) for name in names]
    for columns in range(len(names), 1, -1):
        if sum(max(wide[place::columns]) for place in range(columns)) <= _LEGEND_WIDTH:
            return columns
    return 1
