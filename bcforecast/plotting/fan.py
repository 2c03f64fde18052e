"""The chart of one goal: figures, bounds, forecast fan and target; of an event, bars."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from html import escape
from math import ceil, floor, isfinite, nan
from operator import itemgetter
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.markers import CARETDOWN
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from bcforecast import text as wording
from bcforecast.attainment.evidence import PUBLISHED
from bcforecast.attainment.probability import holds
from bcforecast.attainment.project import GoalOutlook, Outlook
from bcforecast.config import FAN_LEVELS
from bcforecast.distributions import Distribution
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import FloatArray, History, IntArray, error_sd
from bcforecast.plan import reading
from bcforecast.plan.fields import changed
from bcforecast.plan.targets import SUMMED, Asking, promised, region, sign_and_target
from bcforecast.plotting import style
from bcforecast.plotting.style import Look, Picture, annotate
from bcforecast.text import Language, Message, Text, day, spoken, text


class Chart(Figure):
    """A figure that shows itself in a notebook as SVG; `alt` is what it says, in words."""

    alt = ""

    def svg(self) -> str:
        """Return the figure as SVG of fixed bytes, with its words for those who cannot see it."""
        drawn = style.svg_text(self)
        return drawn[drawn.index("<svg") :].replace(
            "<svg", f'<svg role="img" aria-label="{escape(self.alt)}"', 1
        )

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        shown = {"image/svg+xml": self.svg(), "text/plain": self.alt or repr(self)}
        return shown, {"image/svg+xml": {"alt": self.alt}}


@dataclass(frozen=True)
class Fan:
    """Central intervals and median of a forecast over H years, in the indicator's unit."""

    years: IntArray  # (H,)
    levels: FloatArray  # (L,): shares of probability, innermost first
    lower: FloatArray  # (L, H)
    upper: FloatArray  # (L, H)
    median: FloatArray  # (H,)

    @property
    def ends(self) -> dict[str, float]:
        """What is said of the last year: the ends of the second interval, and the median."""
        k = min(1, self.levels.size - 1)
        ends = {"low": self.lower[k][-1], "median": self.median[-1], "high": self.upper[k][-1]}
        return {name: float(end) for name, end in ends.items()}


def fan_of(forecast: Distribution, years: Sequence[int]) -> Fan:
    """Compute the intervals, innermost first, and the median of a forecast for `years`."""
    lower, upper = np.swapaxes([forecast.interval(level) for level in FAN_LEVELS], 0, 1)
    return Fan(np.asarray(years), np.asarray(FAN_LEVELS), lower, upper, forecast.median())


def target_words(goal: GoalOutlook, lang: Language) -> str:
    """Say the target as the plan does."""
    return promised(goal.goal, name=goal.indicator.unit_name(lang), lang=lang)


def _name(goal: GoalOutlook) -> Text:
    """Name what is drawn: of a milestone, whose year is said beside it, the indicator."""
    return goal.names if goal.goal.family is None else goal.indicator.names


def chance_words(goal: GoalOutlook, lang: Language) -> str:
    """Say the probability as number and word, that none can be said, or how the goal ended."""
    a = goal.attainment
    said = partial(wording.probability_words, a.probability, a.verdict)
    return said(grade=a.grade, lang=lang, met=goal.met)


def mark(goal: GoalOutlook, lang: Language) -> str:
    """Return the mark of an aspiration, to stand behind a name."""
    return f"  [{text('plot.aspiration', lang)}]" if goal.goal.aspiration else ""


Statuses = Mapping[int, str]
"""The status of the figure of each year."""
ParentSeries = tuple[Message, History, Fan | None, Statuses]
"""The parent area from which a forecast borrows: its name, its figures and their own forecast."""


@dataclass(frozen=True)
class FanData:
    """Everything that the chart of one goal shows beside what is said of it.

    Nothing published after `as_of` is drawn. `own` and `parent` are the figures of the area itself
    and of its parent where the forecast borrows from it: one with an error is drawn with its
    bounds, or the range of plus and minus 1.96 errors. `fan` is None where nothing can be said, of
    a goal that is met or missed, and for an event, of which `met_by_year` has P(goal met by the end
    of the year), by year, and `met_by_count`, where those are few years, P(as many new things by
    the due date), by count.
    `earlier` are milestones on the way to the goal, `first_year` is the first of the plan, whose
    years end with `last_month`.
    """

    goal: GoalOutlook
    as_of: date
    own: History
    fan: Fan | None = None
    met_by_year: Mapping[int, float] | None = None
    met_by_count: Mapping[int, float] | None = None
    parent: ParentSeries | None = None
    statuses: Statuses = field(default_factory=dict)
    earlier: tuple[Asking, ...] = ()
    first_year: int | None = None
    last_month: int = 12
    named: bool = True

    @property
    def judged(self) -> dict[str, float]:
        """The ends of the 80 % interval and the median of what is judged: a figure, or a mean."""
        a = self.goal.attainment
        if a.over in SUMMED and a.q10 is not None:
            return {"low": a.q10, "median": a.q50 or 0.0, "high": a.q90 or 0.0}
        return self.fan.ends if self.fan else {}

    def judged_words(self, lang: Language | None) -> dict[str, str]:
        """Write them, `lang` as in `text.estimate`."""
        ends, unit = self.judged, self.goal.attainment.unit
        told = wording.estimates(list(ends.values()), unit=unit, lang=lang)
        return dict(zip(ends, told, strict=True))

    def place(self, day: date) -> float:
        """Place a date on the axis of years: a figure stands at the end of its (fiscal) year."""
        return _year_position(day) + (12 - self.last_month) / 12

    @property
    def happened(self) -> dict[str, object] | None:
        """How it ended and by the figure of which year; None while nothing has settled it."""
        known, met = self.goal.outcome, self.goal.met
        if known is None or met is None:
            return None
        outcome = Message(f"hindcast.outcome_{'met' if met else 'missed'}")
        return {"outcome": outcome, "year": known.year}


def fan_data(item: GoalOutlook, outlook: Outlook) -> FanData:
    """Return the numbers that the chart of a goal shows."""
    known: FanData | None = outlook.drawn.get(item.goal.id)
    if known is not None and known.goal is item:
        return known
    borrowed = item.basis.parent
    parent: ParentSeries | None = None
    if borrowed is not None and len(borrowed.selection.history):
        history, forecast, fan = borrowed.selection.history, borrowed.forecast, None
        due = item.goal.due_year
        if forecast is not None and forecast.horizon == due - history.start:
            fan = fan_of(forecast, range(history.start + 1, due + 1))
        parent = area_name(outlook, borrowed.area), history, fan, borrowed.selection.statuses
    fan, chances, counts = None, None, None
    ended = item.met is not None or item.basis.model == PUBLISHED  # no interval lies about it
    if item.forecast is not None and not item.goal.asks.counts_new and not ended:
        fan = fan_of(item.forecast, item.years)
    elif item.forecast is not None and not ended:
        met = holds(item.forecast, "event", item.goal.target).tolist()
        chances = dict(zip(item.years, met, strict=True))
        if len(chances) < _FEW_YEARS:
            asked, step = round(item.goal.target), max(1, round(item.goal.target / 5))
            some = range(max(asked % step or step, asked - 2 * step), asked + 2 * step + 1, step)
            counts = {n: float(holds(item.forecast, "event", n)[-1]) for n in some}
    selection, first = item.basis.selection, outlook.plan.span.first
    own = selection.history
    if item.indicator.kind != "event":  # an exceptional figure counts less, and is no less exact
        own = replace(own, error_sd=np.array([error_sd(one) for one in selection.used]))
    about = parent, selection.statuses, (), first, outlook.plan.last_day(first).month
    data = FanData(item, outlook.as_of, own, fan, chances, counts, *about)
    outlook.drawn[item.goal.id] = data
    return data


def area_name(outlook: Outlook, area: str) -> Text:
    """Return what an area is called: the plan's own, its parent plan's, or the bare identifier."""
    plan = outlook.plan
    if area != plan.area and plan.parent is not None:
        plan = reading.load_plan(plan.parent, data_dir=outlook.data.data_dir)
    return plan.area_names if area == plan.area else Text.untranslated(area)


_SIZE_INCHES, _SMALL_INCHES = (style.WIDE, 3.2), (1.8, 0.6)
_PLOT, _BESIDE = 2.0, 1.5  # inches: height of the axes, and of the parent's where they stand below

_Bounds = tuple[float, float, float, float]
_LEFT, _AXIS, _LEGEND = 0.62, 0.32, 0.2
_FEW_YEARS: Final = 3  # of an event due in fewer years its chance is drawn by count, not by year


def plot_goal(outlook: Outlook, *goals: str, lang: Language, named: bool = True) -> Picture:
    """Draw one goal: figures, forecast, target, and what happened where it is known.

    Of several, the last is drawn and the others are milestones on the way to it. Where its name
    stands above, it need not be `named`. A PlanError if the plan has no such goal.
    """
    *earlier, goal = goals or ("",)  # of which the outlook says that it is none
    data = replace(fan_data(outlook[goal], outlook), named=named)
    if earlier:
        data = replace(data, earlier=tuple(outlook[one].goal for one in earlier))
    return fan_chart(data, lang=lang)


def fan_chart(data: FanData, *, lang: Language) -> Picture:
    """Draw one goal: figures, forecast fan, target and due date; the parent's figures beside it."""
    a, name, years = data.goal.attainment, data.goal.names.render(lang), data.own.times
    asked, due = target_words(data.goal, lang), day(a.due, lang=lang)
    if data.goal.goal.over is None:  # else its years are said already
        asked = text("plot.fan_alt_due", lang, target=asked, due=due)
    told = {"promised": asked, "probability": chance_words(data.goal, lang)}
    told |= {"grade": a.grade, "forecast": ""}
    history = text("plot.fan_alt_history_none", lang)
    if years.size:
        span = {"count": years.size, "first": years[0], "last": years[-1]}
        history = text("plot.fan_alt_history", lang, **span)
    if data.fan is not None:
        own = a.unit, data.goal.indicator.unit_name(lang)
        said = data.judged_words(None)
        words = {key: wording.figure(one, *own) for key, one in said.items()}
        if (beside := data.goal.indicator.compared) is not None:
            words = {k: wording.compared(v, *own) for k, v in said.items()}
            words["median"] = wording.compared(said["median"], *own, other=beside.called)
        over = {"first": a.first_year, "due": a.due_year}
        mean = "_mean" if a.over in SUMMED else ""
        told["forecast"] = text(f"plot.fan_alt_forecast{mean}", lang, **words, **over)
    ended = data.happened or {}
    form = f"plot.fan_alt{'_settled' if ended else ''}"
    alt = text(form, lang, **told, **ended, name=name, history=history)
    kind = "event" if data.met_by_year is not None else "goal" if data.fan else "figures"
    caption = text(f"document.caption_{kind}", lang, name=_name(data.goal))
    wide = _fan_figure(data, style.WIDE, lang)
    return Picture(wide, alt.rstrip(), caption, partial(_fan_figure, data, style.NARROW, lang))


def message(data: FanData, lang: Language) -> str:
    """Say in a line what the chart of a goal says; of a change without what that comes to."""
    a, name = data.goal.attainment, _name(data.goal).render(lang) + mark(data.goal, lang)
    goal, met = data.goal.goal, data.goal.met
    asked = goal if goal.base_year is None else changed(goal, target=nan)
    target = promised(asked, name=data.goal.indicator.unit_name(lang), lang=lang)
    if a.over is None:  # else its years are said already
        target = text("report.brief_target", lang, target=target, year=a.due_year)
    form, narrow = "_ended" * (met is not None), a.grade == "D"
    form = "_unset" if a.probability is None else form
    said = wording.chance(a.probability, grade=a.grade, lang=lang, narrow=narrow, met=met)
    said = text(f"plot.fan_message{form}", lang, target=target, chance=said)
    if not data.named:
        return said[:1].upper() + said[1:]
    return text("language.label", lang, name=name, value=said)


def _fan_figure(data: FanData, width: float, lang: Language) -> Chart:
    beside, below = data.parent, width < style.WIDE
    title = style.titled(message(data, lang), width)
    head = 0.1 + style.TITLE_LINE * len(title) + 0.3
    above: list[str] = []
    if beside is not None:
        unit = data.goal.indicator.unit_name(lang)
        words = text("plot.fan_parent", lang, area=beside[0], unit=unit)
        above = style.broken(words, width - 0.8 if below else _BESIDE)
    more = style.LINE * max(len(above) - 1, 0)
    head += 0.0 if below else more
    under = _BESIDE + 0.3 + _AXIS + more if beside is not None and below else 0.0
    with style.house_style():
        figure = Chart()
        axes = figure.add_axes((0, 0, 1, 1))
        axes.grid(axis="y")
        aside = 0.0 if beside is None or below else _BESIDE + 0.55
        left, right, plot = _LEFT, width - 0.12 - aside, _PLOT
        if data.met_by_year is not None:
            _draw_event(axes, data, data.met_by_count or data.met_by_year, lang)
        elif data.fan is not None and data.fan.years.size == 1 and not len(data.own):
            _draw_range(axes, data, data.fan, lang)
            left, right, plot = 0.15, width - 0.2 - aside, _BESIDE
        else:
            right -= _draw_level(axes, data, lang)
            low, high = axes.get_ylim()
            at = [tick for tick in axes.get_yticks() if low <= tick <= high]
            ticks = axes.yaxis.get_major_formatter().format_ticks(at)
            left = max(_LEFT, 0.16 + style.widest(ticks))
            first, last = axes.get_xlim()
            _set_years(axes, min(6, int((right - left) / _YEAR)), ceil(first), floor(last))
            head += _name_axes(axes, data, left, right - left, lang)
        drawn = [axes]
        if beside is not None:
            drawn.append(figure.add_axes((0, 0, 1, 1)))
            _draw_parent(drawn[1], beside, data.goal.attainment.unit, lang)
        marks = (one.get_legend_handles_labels() for one in reversed(drawn))
        known = {words: mark for of in marks for mark, words in zip(*of, strict=True)}
        handles, labels = list(known.values()), list(known)
        columns = max(1, int((width - 0.1) / (0.42 + style.widest(labels))))
        rows = ceil(len(handles) / columns) + (data.met_by_year is not None)
        foot = _AXIS + _LEGEND * rows + 0.06
        height = head + plot + under + foot
        figure.set_size_inches(width, height)
        bottom = foot + under

        def place(left: float, low: float, end: float, high: float) -> _Bounds:
            return left / width, low / height, (end - left) / width, (high - low) / height

        axes.set_position(place(left, bottom, right, bottom + plot))
        if beside is not None:
            left, low = (_LEFT, foot) if below else (width - _BESIDE - 0.16, bottom)
            high = low + (_BESIDE if below else plot)
            drawn[1].set_position(place(left, low, width - 0.16, high))
            title_of: Look = {"fontsize": style.SIZE, "color": style.QUIET, "pad": 5}
            drawn[1].set_title("\n".join(above), **title_of)
        style.head(figure, title)
        if handles:
            look: Look = {"ncols": columns, "handlelength": 1.4, "columnspacing": 1.2}
            look |= {"loc": "lower left", "bbox_to_anchor": (0.02, 0.0), "borderaxespad": 0.2}
            figure.legend(*(style.across(one, columns) for one in (handles, labels)), **look)
    return figure


_HALO: Final = [withStroke(linewidth=2, foreground="white")]
"""What keeps words legible over a dark band."""

_YEAR: Final = 0.5  # inches that the name of a year, or what is said of it, takes on the axis


def _draw_event(axes: Axes, data: FanData, met: Mapping[int, float], lang: Language) -> None:
    """Draw one bar a year, or a count: P(goal met by its end), P(so many); the goal's is darker."""
    a, by = data.goal.attainment, "bar" if data.met_by_count is None else "count"
    asked = a.due_year if data.met_by_count is None else round(a.target)
    bars, chances = list(met), list(met.values())
    colours = [style.FORECAST if one == asked else style.BANDS[0] for one in bars]
    axes.bar(range(len(bars)), chances, width=0.5, color=colours, zorder=3)
    for place, chance in enumerate(chances):
        said = wording.chance(chance, grade=a.grade, lang=lang, narrow=True)
        shown = "\n".join(style.broken(said, _YEAR))
        annotate(axes, shown, (place, chance), (0, 4), ha="center", fontsize=10, color=style.INK)
    axes.set_xticks(range(len(bars)), [text(f"plot.fan_event_{by}", lang, n=n) for n in bars])
    axes.set_xlim(-0.8, max(len(bars), 3) - 0.2)
    axes.set_ylim(0, max(1.0, *chances) * 1.08)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylabel(text("plot.fan_event_axis", lang))
    if asked in bars:
        words, below = text(f"plot.fan_event_{by}_asked", lang), (bars.index(asked), 0)
        annotate(axes, words, below, (0, -28), ha="center", color=style.TARGET)
    axes.axhline(0.5, color=style.QUIET, lw=0.8, ls=":", zorder=2)


def _draw_level(axes: Axes, data: FanData, lang: Language) -> float:
    """Draw years and figures; return how wide the words to the right of it are, in inches."""
    _set_limits(axes, data, lang)
    _draw_figures(axes, data.own, lang, data.goal.attainment.unit, data.statuses)
    _draw_promise(axes, data, lang)
    if data.fan is not None:
        _draw_fan(axes, data.fan, data.own, lang)
    ends = _label_ends(axes, data, lang)
    _write_ticks(axes.yaxis, data.goal.attainment.unit, lang)
    if data.fan is None and data.happened is None:
        reason = "plot.fan_unset_some" if len(data.own) else "plot.fan_unset_none"
        words = text("plot.fan_unset", lang), text(reason, lang)
        shown = "\n".join(line for one in words for line in style.broken(one, _BESIDE))
        look: Look = {"transform": axes.transAxes, "ha": "center", "va": "bottom", "zorder": 8}
        look |= {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 2}, "linespacing": 1.4}
        axes.text(0.5, 0.05, shown, color=style.QUIET, **look)
    return ends


_HOLLOW: Final = {"uncertain": "o", "preliminary": "s", "expected": "D"}
"""Marks of figures that are not exact or may still change: other than filled ones in grey too."""


def _draw_figures(
    axes: Axes, own: History, lang: Language, unit: str = "", statuses: Statuses | None = None
) -> None:
    """Draw figures: a line broken at gaps, points by how firm they are, bounds with an arrow."""
    known, (lower, upper), of = own.known, own.ranges, statuses or {}
    uncertain, years = known & (lower < upper), own.times.tolist()
    firm = [of[y] if of.get(y) in _HOLLOW else "uncertain" if unsure else "known"
            for y, unsure in zip(years, uncertain, strict=True)]  # fmt: skip
    if known.any():
        span = np.arange(years[0], years[-1] + 1)
        every = np.full(span.size, np.nan)
        every[own.times - years[0]] = own.values
        axes.plot(span, every, color=style.INK, lw=1.3, zorder=4)
    look: Look = {"ls": "none", "c": style.INK, "ms": 4.5, "zorder": 5}
    for kind in ("known", *_HOLLOW):
        if (at := known & np.array([one == kind for one in firm], dtype=bool)).any():
            form = "uncertain" if kind == "uncertain" else "known"
            said = wording.with_status(text(f"plot.fan_{form}", lang), kind, lang=lang)
            look |= {"marker": _HOLLOW.get(kind, "o"), "label": said}
            look |= {"mfc": "white" if kind in _HOLLOW else style.INK}
            axes.plot(own.times[at], own.values[at], **look)
    if uncertain.any():
        spread = np.abs([own.values - lower, upper - own.values])[:, uncertain]
        look = {"fmt": "none", "elinewidth": 1.0, "capsize": 2.5, "color": style.INK}
        axes.errorbar(own.times[uncertain], own.values[uncertain], spread, zorder=4.5, **look)
    labels = set[str]()
    for i in np.flatnonzero(own.bound_only):
        year, *bounds = (float(one[i]) for one in (own.times, lower, upper))
        label = wording.with_status(text("plot.fan_bound", lang), of.get(years[i], ""), lang=lang)
        _draw_bound(axes, year, bounds, "" if label in labels else label, lang, unit)
        labels.add(label)


def _draw_bound(
    axes: Axes, year: float, bounds: Sequence[float], label: str, lang: Language, unit: str
) -> None:
    """Draw bounds as bars: two are joined, one has an open arrow into what it leaves possible."""
    ends = [end for end in bounds if np.isfinite(end)]
    bars: Look = {"marker": "_", "ms": 11, "mew": 1.8, "lw": 1.2}
    axes.plot([year] * len(ends), ends, c=style.INK, zorder=5, label=label, **bars)
    said = [wording.bound_said(float(end)) for end in ends]
    words = "–".join(wording.bare(wording.plain(end), unit=unit, lang=lang) for end, _ in said)
    if len(ends) == 1:
        from_below, itself = np.isfinite(bounds[0]), said[0][1]
        words = f"{('>≥' if from_below else '<≤')[itself]} {words}"
        arrow = {"arrowstyle": "<-", "color": style.INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
        away = (0, 24 if from_below else -24)
        annotate(axes, "", (year, ends[0]), away, zorder=5, arrowprops=arrow)
        # On the side where nothing lies: neither on a line at its height nor on the next figure.
        below: Look = {"ha": "center", "va": "top" if from_below else "bottom"}
        at = (0, -4 if from_below else 4)
        annotate(axes, words, (year, ends[0]), at, zorder=5, path_effects=_HALO, **below)
        return
    middle = (year, sum(ends) / len(ends))
    annotate(axes, words, middle, (8, 0), zorder=5, va="center", path_effects=_HALO)


def goal_ends(goal: Asking) -> list[float]:
    """Ends of what a goal asks for: one, two of a range, none as long as they are not known."""
    return [end for end in region(*goal.asked) if np.isfinite(end)]


def _draw_promise(axes: Axes, data: FanData, lang: Language) -> None:
    goal, known = data.goal.attainment, data.place(data.as_of)
    ends = goal_ends(goal)
    if not ends:
        return
    due, first = data.place(goal.due), goal.first_year
    # A promise holds from the plan's first year on: no line stands before it.
    began = min(due, first if goal.over is not None and first else data.first_year or due) - 0.5
    line: Look = {"color": style.TARGET, "lw": 1.4, "ls": (0, (5, 3)), "zorder": 3}
    # Nor one in the years of an earlier target, which has a line of its own.
    for milestone in data.earlier:
        until = data.place(milestone.due) + 0.5
        for end in goal_ends(milestone):
            axes.plot([min(began, until - 1.0), until], [end, end], **line)
        began = min(max(began, until), due - 0.5)
    for end in ends:
        axes.plot([began, due + 0.5], [end, end], **line)
    axes.axvspan(began, due + 0.5, color=style.TARGET, alpha=0.05, lw=0, zorder=0.4)
    if len(ends) == 2:
        axes.axhspan(*ends, color=style.TARGET, alpha=0.08, lw=0, zorder=0.5)
    look: Look = {"marker": CARETDOWN, "ms": 7, "ls": "none", "label": "_due"}
    last = data.own.values[data.own.known][-1:]

    def reached(ends: list[float]) -> float:  # the end of a range that comes first
        return min(ends, key=lambda end: np.abs(end - last).sum())

    axes.plot([due], [reached(ends)], c=style.TARGET, zorder=6, **look)
    for milestone in data.earlier:
        step = data.place(milestone.due), reached(goal_ends(milestone))
        axes.plot(*step, c=style.TARGET, zorder=6, marker=CARETDOWN, ms=7)
        asked = sign_and_target(milestone, lang=lang)
        # On the side of its line from which the figures do not come, and not on the next line.
        look = {"color": style.TARGET, "path_effects": _HALO, "zorder": 7, "ha": "right"}
        side: Look = {"va": "top"} if (last > step[1]).any() else {"va": "bottom"}
        annotate(axes, asked, step, (4, -6 if side["va"] == "top" else 4), **look, **side)
    axes.axvline(known, color=style.QUIET, lw=0.9, ls=":", zorder=3.2)


def _name_axes(axes: Axes, data: FanData, left: float, room: float, lang: Language) -> float:
    """Write the unit above the figures, and the date of what is known above its line.

    `left` inches are to the left of the axes, which are `room` wide; to their right stand the words
    for the ends. Return how much higher, in inches, both are than one line.
    """
    compared = "_compared" * (data.goal.indicator.compared is not None)
    unit = text(f"plot.fan_axis{compared}", lang, unit=data.goal.indicator.unit_name(lang))
    look: Look = {"va": "bottom", "color": style.QUIET}
    annotate(axes, unit, (0, 1.0), (72 * (0.12 - left), 7), xycoords="axes fraction", **look)
    if not goal_ends(data.goal.attainment):
        return 0.0
    as_of, known = day(data.as_of, lang=lang), data.place(data.as_of)
    words, (low, high) = text("plot.fan_as_of", lang, day=as_of), axes.get_xlim()
    at, half = (known - low) / (high - low) * room, style.width_of(words) / 2
    middle = min(at, room - half)
    above = style.LINE * (left + middle - half < 0.2 + style.width_of(unit))
    look |= {"xycoords": ("data", "axes fraction"), "ha": "center"}
    annotate(axes, words, (known, 1.0), (72 * (middle - at), 7 + 72 * above), **look)
    return above


def _target_label(data: FanData, lang: Language) -> str:
    asked = data.goal.goal
    if asked.comparator == "about":
        low, high = goal_ends(asked)
        asked = changed(asked, comparator="between", target=low, upper=high)
    return text("plot.fan_target", lang, target=sign_and_target(asked, lang=lang))


def _year_position(day: date) -> float:
    length = date(day.year, 12, 31).timetuple().tm_yday
    return day.year - 1 + day.timetuple().tm_yday / length


def _draw_fan(axes: Axes, fan: Fan, own: History, lang: Language) -> None:
    """Draw the median and the intervals, from the last value where the forecast starts there."""
    before = own.times[own.known][-1:] == fan.years[0] - 1
    start = own.values[own.known][-1:][before]
    years = np.r_[own.times[own.known][-1:][before], fan.years]
    median = np.r_[start, fan.median]
    marker = "_" if years.size == 1 else "None"
    look: Look = {"marker": marker, "ms": 14, "mew": 2, "zorder": 3, "label": "_median"}
    axes.plot(years, median, c=style.FORECAST, **look)
    for rank, level in enumerate(fan.levels):
        label = text("plot.fan_band", lang, level=wording.percent(float(level), lang=lang))
        lower, upper = np.r_[start, fan.lower[rank]], np.r_[start, fan.upper[rank]]
        look = {"color": style.BANDS[rank], "zorder": 2.9 - 0.1 * rank, "label": label}
        if years.size == 1:
            axes.bar(years, upper - lower, 0.28 + 0.14 * rank, lower, **look)
        else:
            axes.fill_between(years, lower, upper, lw=0, **look)


def _draw_range(axes: Axes, data: FanData, fan: Fan, lang: Language) -> None:
    """Draw what is known of one year alone, on the axis of figures: no years stand empty."""
    a, ends = data.goal.attainment, goal_ends(data.goal.attainment)
    for rank, level in enumerate(fan.levels):
        label = text("plot.fan_band", lang, level=wording.percent(float(level), lang=lang))
        low, high = float(fan.lower[rank][0]), float(fan.upper[rank][0])
        look: Look = {"color": style.BANDS[rank], "label": label}
        axes.barh(0, high - low, 0.5 - 0.1 * rank, low, zorder=2.5 - 0.1 * rank, **look)
    low, median, high = fan.ends.values()
    axes.plot([median] * 2, [-0.25, 0.25], color=style.FORECAST, lw=2.2, zorder=4)
    axes.set_xlim(min(0.0, low), 1.12 * max(high, *(1.1 * end for end in ends)))
    axes.set_ylim(-0.62, 0.85)
    said = text("plot.fan_middle", lang, figure=data.judged_words(lang)["median"])
    place: Look = {"ha": "center", "annotation_clip": False}
    annotate(axes, said, (median, -0.25), (0, -13), color=style.FORECAST, **place)
    for end in ends:
        axes.plot([end, end], [-0.28, 0.55], color=style.TARGET, lw=1.4, ls=(0, (5, 3)), zorder=5)
    if ends:
        asked = (sum(ends) / len(ends), 0.55)
        annotate(axes, _target_label(data, lang), asked, (0, 3), color=style.TARGET, **place)
    axes.grid(visible=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _write_ticks(axes.xaxis, a.unit, lang, 5)
    year = {"year": a.due_year, "unit": data.goal.indicator.unit_name(lang)}
    axes.set_title(text("plot.fan_range", lang, **year), fontsize=style.SIZE, color=style.QUIET)


def _label_ends(axes: Axes, data: FanData, lang: Language) -> float:
    """Write beside the due year what its marks are; return how wide the words are, in inches."""
    a, marks, by = data.goal.attainment, list[tuple[float, str, str]](), 3
    last = ceil(data.place(a.due)) if data.fan is None else int(data.fan.years[-1])
    x, judged = last + 0.5, data.judged if data.fan else {}
    for key, end in judged.items():
        said = text(f"plot.fan_end_{key}", lang, figure=data.judged_words(lang)[key])
        if key == "median" and a.over is not None:  # not that of all its years, or just that
            year = text("report.year", lang, year=last)
            if a.over in SUMMED:
                year = text("plot.fan_mean", lang, first=a.first_year, last=last)
            said = text("language.label", lang, name=year, value=said)
        marks.append((end, said, style.FORECAST if key == "median" else style.QUIET))
    if judged and a.over in SUMMED:  # the range of the mean stands at the end of its years
        (low, median, high), by = judged.values(), 7
        look: Look = {"color": style.FORECAST, "zorder": 6, "clip_on": False}
        axes.plot([x - 0.06] * 2, [low, high], lw=3, solid_capstyle="butt", **look)
        axes.plot([x - 0.06], [median], marker="o", ms=5, **look)
    if asked := goal_ends(a):
        marks.append((sum(asked) / len(asked), _target_label(data, lang), style.TARGET))
    marks.sort(key=itemgetter(0))
    low, high = axes.get_ylim()
    # At least so far from each other, and not above the axes.
    least, places, limit = 0.078 * (high - low), list[float](), high
    for value, *_ in marks:
        places.append(max(value, places[-1] + least if places else low))
    for k in reversed(range(len(places))):
        places[k] = limit = min(places[k], limit)
        limit -= least
    for place, (_, said, colour) in zip(places, marks, strict=True):
        annotate(axes, said, (x, place), (by, 0), color=colour, va="center", annotation_clip=False)
    return style.widest(said for _, said, _ in marks)


def _set_limits(axes: Axes, data: FanData, lang: Language) -> None:
    """Show everything but the far ends of a very wide interval, which are named in words."""
    own, fan, goal = data.own, data.fan, data.goal.attainment
    bounds = np.concatenate([own.lower[own.bound_only], own.upper[own.bound_only]])
    bounds = bounds[np.isfinite(bounds)]
    asked = [end for one in (goal, *data.earlier) for end in goal_ends(one)]
    seen = [*asked, *own.values[own.known], *(0.95 * bounds), *(1.08 * bounds)]  # and its words
    low, high = (min(seen), max(seen)) if seen else (0.0, 1.0)
    far = high
    if fan is not None:
        middle = min(1, fan.levels.size - 1)
        low, high = min(low, fan.lower[middle].min()), max(high, fan.upper[middle].max())
        far = float(fan.upper[-1].max())
        if far <= 1.6 * high:
            high = max(high, far)
        low = min(low, max(float(fan.lower[-1].min()), low - 0.5 * (high - low)))
    elif len(seen) == 1:
        low, high = min(0.0, seen[0]), max(0.0, 1.2 * seen[0])
    margin = 0.08 * ((high - low) or abs(high) or 1.0)
    bottom = 0.0 if 0 <= low < 0.45 * high else low - margin
    axes.set_ylim(bottom, high + 1.5 * margin)
    if far > high + 1.5 * margin:
        within = fan.ends["high"] - fan.ends["low"] if fan else None
        figure = wording.estimate(far, unit=goal.unit, within=within, lang=lang)
        words = text("plot.fan_band_beyond", lang, figure=figure)
        note = axes.text(0.01, 0.97, words, va="top", transform=axes.transAxes, color=style.QUIET)
        note.set(path_effects=_HALO)  # over a line of the grid
    due = goal.due_year
    years = [due, due - 3, *own.times.tolist()]
    if fan is not None:
        years += fan.years.tolist()
    first, last = min(years), max(years)
    axes.set_xlim(first - 0.4, last + 0.5)


def _set_years(axes: Axes, steps: int, first: int, last: int) -> None:
    """Name years at even distances, at most so many and the last: every one or second; or fives."""
    step = next((n for n in (1, 2, 5, 10, 20) if (last - first) / n <= steps), 50)
    years = [*range(last, first - 1, -step)]
    # The last is not crowded by a multiple before it.
    even = [n for n in range(first, last) if n % step == 0 and last - n > 0.6 * step]
    if step % 5 == 0 and even:
        years = [last, *even]
    axes.set_xticks(years, [wording.year_words(year) for year in years])


def _write_ticks(axis: Axis, unit: str, lang: Language, most: int = 0) -> None:
    """Write the numbers of an axis below the printed name of their unit, of whole things whole."""
    whole, said = wording.unit_of(unit).whole, partial(wording.bare, unit=unit, lang=lang)
    how: Look = {"nbins": most} if most else {"nbins": "auto", "steps": [1, 2, 2.5, 5, 10]}
    axis.set_major_locator(MaxNLocator(integer=whole, **how))
    axis.set_major_formatter(_Ticks(lambda value, _: said(wording.plain(value))))


class _Ticks(FuncFormatter):
    def format_ticks(self, values: list[float]) -> list[str]:
        """Write the numbers of an axis with as many decimals as each other."""
        return wording.aligned(super().format_ticks(values))


def _draw_parent(axes: Axes, parent: ParentSeries, unit: str, lang: Language) -> None:
    _, own, fan, statuses = parent
    axes.grid(axis="y")
    _draw_figures(axes, own, lang, unit, statuses)
    years, seen = own.times, [*own.values[own.known], *own.lower[own.bound_only]]
    if fan is not None:
        _draw_fan(axes, fan, own, lang)
        years = np.r_[years, fan.years]
        seen.append(fan.upper[min(1, len(fan.upper) - 1)].max())
    _write_ticks(axes.yaxis, unit, lang)
    first, last = int(years.min()), int(years.max())
    # Bounds have words below them or to their right.
    room = 0.28 * (last - first) * bool(own.bound_only.any())
    axes.set_xlim(first - 0.8 - room / 2, last + 0.8 + room)
    _set_years(axes, 2, first, last)
    axes.set_ylim(0, 1.2 * max(v for v in seen if np.isfinite(v)))


def series_chart(
    known: History, fans: Sequence[Fan], ends: Sequence[float], *, title: str, alt: str,
    lang: Language,
) -> Chart:  # fmt: skip
    """Draw a series of one's own with forecasts and ends of a target, in the house style."""
    with _one_chart(title, alt) as (figure, axes):
        _draw_series(axes, known, fans, ends, lang)
        axes.legend()
    return figure


@contextmanager
def _one_chart(title: str, alt: str) -> Iterator[tuple[Chart, Axes]]:
    with style.house_style():
        figure = Chart(figsize=_SIZE_INCHES)
        figure.alt = alt
        axes = figure.add_subplot(title=title)
        axes.grid(axis="y")
        yield figure, axes


def _draw_series(
    axes: Axes, known: History, fans: Sequence[Fan], ends: Sequence[float], lang: Language
) -> None:
    _draw_figures(axes, known, lang)
    for fan in fans:
        _draw_fan(axes, fan, known, lang)
    for end in ends:
        axes.axhline(end, color=style.TARGET, lw=1.2, ls=(0, (5, 3)))


def small_chart(
    name: str, known: History | None = None, fan: Fan | None = None, ends: Sequence[float] = (),
    *, chances: Sequence[float] | FloatArray = (),
) -> tuple[str, str]:  # fmt: skip
    """Draw a series as above, or chances as bars, without words: its name, and the SVG of it."""
    with style.house_style():
        figure = Chart(figsize=_SMALL_INCHES)
        figure.alt = name
        axes = figure.add_axes((0.02, 0.06, 0.96, 0.88))
        if len(chances):
            axes.bar(range(len(chances)), [*map(float, chances)], color=style.BANDS[0])
            axes.set_ylim(0.0, 1.0)
        own = History.of((), (), origin=0) if known is None else known
        _draw_series(axes, own, [] if fan is None else [fan], ends, spoken())
        for words in [one for one in axes.texts if one.get_text()]:
            words.remove()
        axes.set_axis_off()
    return name, figure.svg()


def figures_chart(
    figures: Sequence[tuple[Observation, bool]], *, title: str, alt: str, lang: Language
) -> Chart:
    """Draw figures, each as long as its period and dotted to the day on which it was published.

    Those that no model uses are grey; a bound has its bar.
    """
    with _one_chart(title, alt) as (figure, axes):
        for one, used in figures:
            first, last = one.period.first, one.period.last
            span = first.year + (first.month - 1) / 12, last.year + last.month / 12
            colour = style.INK if used else style.LATER
            key = "workbench.used" if used else "workbench.left_out"
            value = one.value
            if one.has_value:
                axes.plot(span, (value, value), c=colour, lw=3, label=text(key, lang))
            else:
                _draw_bound(axes, sum(span) / 2, (one.lower, one.upper), "", lang, one.unit)
                value = one.upper if isfinite(one.upper) else one.lower
            told = _year_position(one.published) + 1
            axes.plot((span[1], told), (value, value), c=colour, lw=0.8, ls=":")
            axes.plot([told], [value], "o", c=colour, mfc="white", ms=3.5)
        labels = dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True))
        if labels:
            axes.legend(labels.values(), labels)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _write_ticks(axes.yaxis, figures[0][0].unit, lang)
    return figure
