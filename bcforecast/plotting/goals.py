"""Charts of a projected plan: a goal, all goals, all scenarios."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from bcforecast.attainment.evidence import ParentForecast
from bcforecast.attainment.probability import attainment_probability
from bcforecast.attainment.project import GoalOutlook, Outlook, scenario_names
from bcforecast.observations.records import Observation
from bcforecast.plan.reading import load_plan
from bcforecast.plotting.fan import Fan, FanData, Later, fan_chart, fan_of, points_of
from bcforecast.plotting.style import (
    BANDS,
    FORECAST,
    GRADE_COLOURS,
    INK,
    LATER,
    QUIET,
    RULE,
    TARGET,
    Picture,
    house_style,
)
from bcforecast.text import (
    LANGUAGES,
    Language,
    Message,
    day,
    join_sentences,
    percent,
    probability_words,
    target_words,
    text,
)

_WIDTH, _ROW, _HEAD, _FOOT = 7.8, 0.47, 0.95, 0.40
_GRADE_X, _BAR_X, _BAR_WIDTH, _WORD_X = 0.405, 0.445, 0.155, 0.61
_RANGE_X, _RANGE_WIDTH, _RANGE_TOP = 0.765, 0.20, 2.0
_NAME_SIZE, _SMALLEST = 9.0, 6.5


@dataclass(frozen=True)
class GoalRow:
    """What the dashboard shows of one goal.

    Parameters
    ----------
    names
        The indicator's name by language.
    comparator, target, unit, unit_names, aspiration
        The promise; the unit's names in words by language.
    probability, verdict, grade
        None, `verdict.unset` and U where nothing can be said.
    low, middle, high
        10, 50 and 90 % quantiles at the due date in the indicator's unit; None where there is no
        level (events) or nothing to say.
    """

    names: Mapping[Language, str]
    comparator: str
    target: float
    unit: str
    unit_names: Mapping[Language, str]
    aspiration: bool
    probability: float | None
    verdict: str
    grade: str
    low: float | None = None
    middle: float | None = None
    high: float | None = None

    def relative(self) -> tuple[float, float, float] | None:
        """Quantiles as multiples of the target; None where they cannot be so expressed."""
        if self.low is None or self.middle is None or self.high is None or self.target <= 0:
            return None
        if self.comparator == "event":
            return None
        return self.low / self.target, self.middle / self.target, self.high / self.target


def dashboard(rows: Sequence[GoalRow], *, as_of: date, scenario: str, lang: Language) -> Picture:
    """Draw one row a goal: name and target, evidence grade, probability, range at the due date.

    Parameters
    ----------
    rows
        In the order of the plan.
    scenario
        Its name in words, in `lang`.
    """
    height = _HEAD + _FOOT + _ROW * len(rows)
    with house_style():
        figure = Figure(figsize=(_WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, 1)
        axes.set_ylim(height, 0)
        axes.axis("off")
        subtitle = text("plot.dash_subtitle", lang, day=day(as_of, lang=lang), scenario=scenario)
        axes.text(0.02, 0.22, text("plot.dash_title", lang), fontsize=12.5, va="center")
        axes.text(0.02, 0.46, subtitle, fontsize=8.5, color=QUIET, va="center")
        _head(axes, lang)
        for place, row in enumerate(rows):
            _draw_row(axes, row, _HEAD + _ROW * (place + 0.5), lang)
        _foot(axes, height, lang)
    lines = join_sentences((_alternative(row, lang) for row in rows), lang=lang)
    alt = text("plot.dash_alt", lang, count=len(rows), rows=lines)
    return Picture(figure, alt, text("document.caption_dashboard", lang))


def _head(axes: Axes, lang: Language) -> None:
    y = _HEAD - 0.13
    for x, key, align in (
        (0.02, "goal", "left"),
        (_GRADE_X, "grade", "center"),
        (_BAR_X, "probability", "left"),
        (0.98, "interval", "right"),
    ):
        axes.text(
            x, y, text(f"plot.dash_{key}", lang), fontsize=7.5, c=QUIET, ha=align, va="center"
        )
    axes.plot([0.02, 0.98], [_HEAD, _HEAD], color=QUIET, lw=0.8)


def _draw_row(axes: Axes, row: GoalRow, y: float, lang: Language) -> None:
    mark = f"  [{text('plot.aspiration', lang)}]" if row.aspiration else ""
    target = target_words(
        row.comparator, row.target, unit=row.unit, name=row.unit_names[lang], lang=lang
    )
    name = axes.text(0.02, y - 0.085, row.names[lang], fontsize=_NAME_SIZE, va="center")
    _shrink(name, to=_GRADE_X - 0.05)
    axes.text(0.02, y + 0.105, target + mark, fontsize=7.5, color=TARGET, va="center")
    axes.plot([0.02, 0.98], [y + _ROW / 2] * 2, color=RULE, lw=0.6)
    _badge(axes, row.grade, y)
    if row.probability is None:
        axes.text(_BAR_X, y, text("plot.dash_unset", lang), fontsize=8.5, color=QUIET, va="center")
        return
    axes.barh(y, _BAR_WIDTH, 0.17, _BAR_X, color="#e9edf1")
    axes.barh(y, _BAR_WIDTH * row.probability, 0.17, _BAR_X, color=FORECAST)
    number = percent(row.probability, lang=lang)
    axes.text(_WORD_X, y - 0.075, number, fontsize=9.5, va="center")
    axes.text(_WORD_X, y + 0.105, text(row.verdict, lang), fontsize=7.5, color=QUIET, va="center")
    _draw_range(axes, row, y, lang)


def _shrink(words: Text, *, to: float) -> None:
    """Make a text smaller until it ends left of `to`, a share of the figure's width."""
    figure = words.get_figure(root=True)
    assert figure is not None
    size = _NAME_SIZE
    while size > _SMALLEST and words.get_window_extent().x1 > to * figure.bbox.width:
        size -= 0.5
        words.set_fontsize(size)


def _badge(axes: Axes, grade: str, y: float) -> None:
    wide, high = 0.026, 0.22
    axes.add_patch(
        FancyBboxPatch(
            (_GRADE_X - wide / 2, y - high / 2), wide, high,
            boxstyle="round,pad=0,rounding_size=0.006", fc=GRADE_COLOURS[grade], ec="none",
            mutation_aspect=8,
        )
    )  # fmt: skip
    axes.text(_GRADE_X, y + 0.005, grade, fontsize=8.5, color="white", ha="center", va="center")


def _draw_range(axes: Axes, row: GoalRow, y: float, lang: Language) -> None:
    ends = row.relative()
    if ends is None:
        note = text("plot.dash_no_interval", lang)
        centre = _RANGE_X + _RANGE_WIDTH / 2
        axes.text(centre, y, note, fontsize=7.5, color=QUIET, ha="center", va="center")
        return
    scale = _RANGE_WIDTH / _RANGE_TOP
    low, middle, high = (_RANGE_X + scale * min(max(v, 0.0), _RANGE_TOP) for v in ends)
    goal = _RANGE_X + scale
    axes.plot([_RANGE_X, _RANGE_X + _RANGE_WIDTH], [y, y], color=RULE, lw=0.8, zorder=1)
    axes.plot([goal, goal], [y - 0.16, y + 0.16], color=TARGET, lw=1.4, zorder=3)
    axes.plot([low, high], [y, y], color=BANDS[0], lw=5, solid_capstyle="butt", zorder=2)
    axes.plot([middle], [y], "o", color=FORECAST, ms=4.5, zorder=4)
    if ends[2] > _RANGE_TOP:
        axes.plot([high], [y], ">", color=BANDS[0], ms=6, clip_on=False, zorder=2)
        beyond = text("plot.dash_beyond", lang, share=f"{round(100 * ends[2])}%")
        axes.text(high, y - 0.15, beyond, fontsize=6.5, color=QUIET, ha="right", va="center")


def _foot(axes: Axes, height: float, lang: Language) -> None:
    scale = _RANGE_WIDTH / _RANGE_TOP
    for share in (0.0, 1.0, 2.0):
        axes.text(
            _RANGE_X + scale * share, height - _FOOT + 0.10, f"{share:.0%}", fontsize=7,
            color=TARGET if share == 1 else QUIET, ha="center", va="center",
        )  # fmt: skip
    axes.text(0.02, height - 0.12, text("plot.dash_grades", lang), fontsize=7, c=QUIET, va="center")


def _alternative(row: GoalRow, lang: Language) -> str:
    words = probability_words(row.probability, row.verdict, lang=lang)
    return text("plot.dash_alt_row", lang, name=row.names[lang], probability=words, grade=row.grade)


_WIDTH_SCENARIO_CHART, _ROW_SCENARIO_CHART, _HEAD_SCENARIO_CHART, _FOOT_SCENARIO_CHART = (
    7.8,
    0.36,
    0.75,
    0.45,
)
_LEFT, _RIGHT, _LEGEND_ROW = 0.30, 0.97, 0.2
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
    head = _HEAD_SCENARIO_CHART + _LEGEND_ROW * (-(-len(chances) // columns) - 1)
    height = head + _FOOT_SCENARIO_CHART + _ROW_SCENARIO_CHART * len(goals)
    with house_style():
        figure = Figure(figsize=(_WIDTH_SCENARIO_CHART, height))
        axes = figure.add_axes(
            (
                _LEFT,
                _FOOT_SCENARIO_CHART / height,
                _RIGHT - _LEFT,
                (height - head - _FOOT_SCENARIO_CHART) / height,
            )
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
    return textwrap.fill(name, int(text("language.name_width", lang)))


def _said(goals: Sequence[str], row: Sequence[float], lang: Language) -> str:
    join = text("report.list_join", lang)
    return join.join(f"{g} {percent(p, lang=lang)}" for g, p in zip(goals, row, strict=True))


def plot_goal(outlook: Outlook, goal: str, *, lang: Language) -> Picture:
    """Draw one goal: figures, forecast, target, and what happened where it is known.

    Raises
    ------
    PlanError
        If the plan has no such goal.
    """
    return fan_chart(fan_data(outlook[goal], outlook), lang=lang)


def plot_dashboard(outlook: Outlook, *, lang: Language) -> Picture:
    """Draw all goals of an outlook, one row each."""
    rows = [_row(item) for item in outlook]
    scenario = scenario_names(outlook)[lang]
    return dashboard(rows, as_of=outlook.as_of, scenario=scenario, lang=lang)


def fan_data(item: GoalOutlook, outlook: Outlook) -> FanData:
    """Return the numbers that the chart of a goal shows."""
    known: tuple[GoalOutlook, FanData] | None = outlook.drawn.get(item.goal.id)
    if known is None or known[0] is not item:
        known = outlook.drawn[item.goal.id] = item, _fan_data(item, outlook)
    return known[1]


def _fan_data(item: GoalOutlook, outlook: Outlook) -> FanData:
    goal, a, basis = item.goal, item.attainment, item.basis
    forecast, event = item.forecast, goal.comparator == "event"
    parent = basis.parent if basis.parent and len(basis.parent.selection.history) else None
    return FanData(
        names=_names(item.indicator.names),
        unit=goal.unit,
        unit_names=_unit_names(item),
        comparator=goal.comparator,
        target=goal.target,
        due=goal.due,
        as_of=outlook.as_of,
        probability=a.probability,
        verdict=a.verdict,
        grade=a.grade,
        own=points_of(basis.selection.history),
        aspiration=goal.aspiration,
        fan=None if forecast is None or event else fan_of(forecast, item.years),
        met_by_year=None
        if forecast is None or not event
        else {
            year: attainment_probability(
                forecast, comparator=goal.comparator, target=goal.target, step=step
            )
            for step, year in enumerate(item.years, start=1)
        },
        parent=points_of(parent.selection.history) if parent else None,
        parent_fan=_parent_fan(parent, due=goal.due.year) if parent else None,
        areas=area_names(outlook, parent.area) if parent else None,
        later=_later(item, outlook),
    )


def area_names(outlook: Outlook, area: str) -> Mapping[Language, str]:
    """Return what an area is called: the plan's own, its parent plan's, or the bare identifier."""
    plan = outlook.plan
    if area != plan.area and plan.parent is not None:
        plan = load_plan(plan.parent, data_dir=outlook.data.data_dir)
    return _names(plan.area_names) if area == plan.area else dict.fromkeys(LANGUAGES, area)


def _parent_fan(parent: ParentForecast, *, due: int) -> Fan | None:
    last = parent.selection.history.start
    if parent.forecast is None or parent.forecast.horizon != due - last:
        return None
    return fan_of(parent.forecast, tuple(range(last + 1, due + 1)))


def _later(item: GoalOutlook, outlook: Outlook) -> Later | None:
    if item.outcome is None or item.outcome.observation.published <= outlook.as_of:
        return None
    figure: Observation = item.outcome.observation
    return Later(*(v if isfinite(v) else None for v in (figure.value, figure.lower, figure.upper)))


def _row(item: GoalOutlook) -> GoalRow:
    a, event = item.attainment, item.goal.comparator == "event"
    return GoalRow(
        names=_names(item.indicator.names),
        comparator=item.goal.comparator,
        target=item.goal.target,
        unit=item.goal.unit,
        unit_names=_unit_names(item),
        aspiration=item.goal.aspiration,
        probability=a.probability,
        verdict=a.verdict,
        grade=a.grade,
        low=None if event else a.q10,
        middle=None if event else a.q50,
        high=None if event else a.q90,
    )


def _names(words: Message) -> Mapping[Language, str]:
    return {lang: words.render(lang) for lang in LANGUAGES}


def _unit_names(item: GoalOutlook) -> Mapping[Language, str]:
    return {lang: item.indicator.unit_name(lang) for lang in LANGUAGES}
