"""The chart of a whole plan: one row a goal, its evidence, its probability, its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from bcforecast.messages import Language, text
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.style import (
    BANDS,
    FORECAST,
    GRADE_COLOURS,
    QUIET,
    RULE,
    TARGET,
    house_style,
)
from bcforecast.wording import day, percent, probability_words, target_words

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
    lines = (" " if lang == "en" else "").join(_alternative(row, lang) for row in rows)
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
