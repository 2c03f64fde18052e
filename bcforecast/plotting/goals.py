"""Charts of several goals: how they stand, under scenarios, what moved, whether odds were kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import cycle
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from bcforecast import text as wording
from bcforecast.attainment.news import PARTS, GoalNews, GoalStatus, News, NewsPart
from bcforecast.attainment.probability import Grade, even_bounds, load_bands, rating_of, verdict_of
from bcforecast.attainment.project import GoalOutlook, Outlook
from bcforecast.plotting import style
from bcforecast.plotting.fan import Chart, chance_words, mark, target_words
from bcforecast.text import Language, Message, chance, danger, day, join_sentences, points, text

if TYPE_CHECKING:
    import pandas as pd


_ROW, _LINE, _CHANCE = 0.38, 0.165, 10.5
"""Inches a row, a line of text; and the size of a chance in points."""

_EVEN: Final = 0.5
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)

_BROAD: Final = 7.8  # inches: the width of the charts of notebooks, which no report shows


def plot_dashboard(outlook: Outlook, *, lang: Language) -> style.Picture:
    """Draw all goals of an outlook, the one most in danger first."""
    scenario = outlook.scenario_title.render(lang)
    about = {"as_of": outlook.as_of, "scenario": scenario, "data_dir": outlook.data.data_dir}
    return dashboard(outlook.goals, **about, lang=lang)  # type: ignore[arg-type]


def dashboard(
    rows: Sequence[GoalOutlook],
    *,
    as_of: date,
    scenario: str,
    lang: Language,
    data_dir: Path | None = None,
) -> style.Picture:
    """Draw a bar a goal, the least likely first, with lines at one half and at its words' bounds.

    `data_dir` has the bounds of words, below which goals are at risk, and from which on course.
    """
    ranked = [row for row in rows if row.attainment.probability is not None]
    ranked.sort(key=lambda row: danger(row.attainment))
    unset = [row for row in rows if row.attainment.probability is None]
    under = text("plot.dash_subtitle", lang, day=day(as_of, lang=lang), scenario=scenario)
    names = wording.listed((row.names for row in unset), lang=lang)
    left_out = text("plot.dash_unset", lang, names=names) if unset else ""

    ratings = (row.rating(as_of) for row in rows)
    title = wording.ratings((one for one in ratings if one != "unset"), lang=lang)
    title = title or text("plot.dash_title_none", lang)

    def drawn(of: Sequence[GoalOutlook], piece: str) -> style.Picture:
        said, last = [], of[-1:] == ranked[-1:]
        for row in (*of, *unset * last):
            known = {"name": row.names, "probability": chance_words(row, lang)}
            said.append(text("plot.dash_alt_row", lang, **known, grade=row.attainment.grade))
        alt = text("plot.dash_alt", lang, count=len(said), rows=join_sentences(said, lang=lang))
        words = title, under + piece, left_out * last
        draw = partial(_bars, of, words, even_bounds(data_dir), lang=lang)
        caption = text("document.caption_dashboard", lang) + piece
        return style.Picture(draw(style.WIDE), alt, caption, partial(draw, style.NARROW))

    return _in_pieces(ranked, drawn, lang)


_HELD: Final = 7.2
"""Inches of a chart that a printed page holds, with the words above, as large as it is stated."""

Row = TypeVar("Row")


def _in_pieces(
    rows: Sequence[Row], drawn: Callable[[Sequence[Row], str], style.Picture], lang: Language
) -> style.Picture:
    """Draw all rows and, where a page cannot hold them, pieces that fill it, each named."""
    whole, pages, first, count = drawn(rows, ""), list[style.Picture](), 0, len(rows)
    high = whole.figure.get_figheight()
    while high > _HELD and first < count > 1:
        for last in range(min(count, first + ceil(count * _HELD / high)), first, -1):
            named = text("plot.piece", lang, first=first + 1, last=last, count=count)
            piece = drawn(rows[first:last], named)
            if piece.figure.get_figheight() <= _HELD and last != count - 1:
                break  # a goal alone is no chart
        pages, first = [*pages, piece], last
    return replace(whole, pages=tuple(pages))


def _p(row: GoalOutlook) -> float:
    return row.attainment.probability or 0.0


def _bars(
    rows: Sequence[GoalOutlook],
    words: tuple[str, str, str],
    bounds: tuple[float, float],
    width: float,
    *,
    lang: Language,
) -> Chart:
    narrow = width < style.WIDE
    told = [chance(_p(row), grade=row.attainment.grade, lang=lang, met=row.met) for row in rows]
    known = [row.attainment.grade if row.met is None else "" for row in rows]
    grounds = [text(f"report.evidence_{grade}", lang) if grade else "" for grade in known]
    behind = style.widest(told, size=_CHANCE)
    beside = 0.0 if narrow else style.widest([*grounds, text("report.col_evidence", lang)]) + 0.15
    left = 0.1 if narrow else 2.55
    # The words for a chance stand behind the bar of 100 %, those for the evidence beside them.
    right = width - 0.22 - behind - beside
    room = width - 0.2 if narrow else left - 0.25
    names: list[list[tuple[str, str]]] = []
    for row in rows:
        name, target = row.names.render(lang), target_words(row, lang) + mark(row, lang)
        parts = [(name, style.INK), (target, style.QUIET)]
        if narrow:
            parts = [(text("language.label", lang, name=name, value=target), style.INK)]
        names.append([(line, how) for part, how in parts for line in style.broken(part, room)])
    above = [_LINE * len(lines) if narrow else 0.0 for lines in names]
    heights = [up + 0.32 if narrow else max(_ROW, _LINE * len(lines) + 0.05)
               for up, lines in zip(above, names, strict=True)]  # fmt: skip
    title, scaled = style.titled(words[0], width), any(row.met is None for row in rows)
    under, left_out = (style.broken(said, width - 0.2) for said in words[1:])
    head = 0.1 + style.TITLE_LINE * len(title) + _LINE * len(under) + 0.36 * scaled
    height = head + sum(heights) + (_LINE * len(left_out) + 0.12) * bool(words[2]) + 0.08
    with style.house_style():
        figure = Chart(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)  # in inches, from above
        axes.axis("off")
        style.head(figure, title)
        y = 0.1 + style.TITLE_LINE * len(title)
        for line in under:
            axes.text(0.1, y, line, color=style.QUIET, va="top")
            y += _LINE
        # On a phone a line through all bars would go through the names.
        ends = [head + sum(heights[: k + 1]) for k in range(len(rows))]
        whole = [(head, max(ends, default=head))]
        bars = [(end - 0.3, end - 0.04) for end in ends] if narrow else whole
        for share in (0.0, bounds[0], _EVEN, bounds[1], 1.0) * scaled:  # no empty frame
            x = left + share * (right - left)
            side = "left" if share == 0 else "center"
            said = f"{share:.0%}" if share in (0.0, 1.0) else f"{100 * share:.0f}"
            axes.text(x, head - 0.1, said, color=style.QUIET, ha=side, va="center")
            look: style.Look = {"lw": 1.0, "ls": (0, (4, 2))} if share == _EVEN else {"lw": 0.6}
            colour = style.INK if share == _EVEN else style.RULE
            for low, high in bars:
                axes.plot([x, x], [low, high], color=colour, zorder=3, **look)
        y = head
        columns = (rows, told, grounds, names, above, heights)
        for row, said, rests, lines, up, high in zip(*columns, strict=True):
            middle = y + up + (0.15 if narrow else high / 2)
            top = y + 0.02 if narrow else middle - _LINE * len(lines) / 2
            for k, (line, colour) in enumerate(lines):
                axes.text(0.1, top + _LINE * (k + 0.5), line, color=colour, va="center", zorder=4)
            fill = style.RISKS[rating_of(row.attainment.verdict)]
            if row.met is None:  # else it has no chance
                axes.barh(middle, right - left, 0.2, left, color="#eef1f4", zorder=1)
                axes.barh(middle, (right - left) * _p(row), 0.2, left, color=fill, zorder=2)
            axes.text(right + 0.12, middle, said, fontsize=_CHANCE, color=style.INK, va="center")
            if not narrow:
                axes.text(width - 0.1, middle, rests, color=style.QUIET, ha="right", va="center")
            y += high
        for k, line in enumerate(left_out if words[2] else ()):
            axes.text(0.1, y + 0.14 + _LINE * k, line, color=style.QUIET, va="center")
        if scaled and not narrow:
            heading = text("report.col_evidence", lang)
            axes.text(width - 0.1, head - 0.1, heading, color=style.QUIET, ha="right", va="center")
    return figure


_SCENARIO_ROW, _SCENARIO_FOOT, _MARK = 0.38, 0.5, 0.1
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
    data_dir: Path | None = None,
) -> style.Picture:
    """Draw the probability of every goal under every scenario, the least likely goal first.

    `chances` has the probability of each goal by the name of a scenario, the baseline first;
    `grades` its evidence grade, which says how exactly it is told; `data_dir` the bounds of words,
    by which goals are on course. Beyond eight scenarios marks come again.
    """
    title, first = text("document.chart_scenarios", lang), next(iter(chances.values()))
    word = partial(verdict_of, bands=load_bands(data_dir))

    def on_course(row: Sequence[float]) -> int:
        told = (word(p, grade=g) for p, g in zip(row, grades, strict=True))
        return [*map(rating_of, told)].count("on_course")

    best = max([*chances][1:] or chances, key=lambda name: sum(chances[name]))
    values: dict[str, object] = {"base": next(iter(chances)), "best": best}
    values |= {"of_base": on_course(first), "of_best": on_course(chances[best])}
    most = max(range(len(goals)), key=lambda k: abs(chances[best][k] - first[k]))
    ends = {"was": first[most], "now": chances[best][most]}
    values |= {name: chance(p, grade=grades[most], lang=lang) for name, p in ends.items()}
    values |= {"goal": goals[most]}
    message = text("document.chart_scenarios_message", lang, count=len(goals), **values)

    def drawn(ranked: Sequence[int], piece: str) -> style.Picture:
        rows, said = {name: [row[k] for k in ranked] for name, row in chances.items()}, [title]
        for name, row in rows.items():
            told = (chance(p, grade=grades[k], lang=lang) for k, p in zip(ranked, row, strict=True))
            pairs = (f"{goals[k]} {p}" for k, p in zip(ranked, told, strict=True))
            each = wording.listed(pairs, lang=lang)
            said.append(text("document.chart_scenarios_row", lang, scenario=name, goals=each))
        named = [goals[k] for k in ranked]
        bounds = even_bounds(data_dir)
        draw = partial(_scenario_figure, named, rows, message + piece, bounds, lang=lang)
        alt, narrow = "\n".join(said), partial(draw, style.NARROW)
        return style.Picture(draw(style.WIDE), alt, title + piece, narrow)

    return _in_pieces(sorted(range(len(goals)), key=first.__getitem__), drawn, lang)


def _scenario_figure(
    goals: Sequence[str],
    chances: Mapping[str, Sequence[float]],
    title: str,
    bounds: tuple[float, float],
    width: float,
    *,
    lang: Language,
) -> Chart:
    narrow = width < style.WIDE
    beside = int((width - 0.2) / (style.widest(chances) + 0.35))
    left, columns = (1.35, 1) if narrow else (2.3, max(1, min(beside, len(chances))))
    lines = style.titled(title, width)
    legend = _LINE * -(-len(chances) // columns)
    head = 0.1 + style.TITLE_LINE * len(lines) + 0.1 + legend + 0.15
    names = [style.broken(goal, left - 0.2) for goal in goals]
    apart = _MARK * len(chances) + 0.14  # no mark stands on another
    inside = len(goals) * max(_SCENARIO_ROW, apart, 0.08 + 0.165 * max(map(len, names)))
    height = head + inside + _SCENARIO_FOOT
    with style.house_style():
        figure = Chart(figsize=(width, height))
        share = (width - left - 0.25) / width
        axes = figure.add_axes((left / width, _SCENARIO_FOOT / height, share, inside / height))
        axes.set_xlim(-0.01, 1.01)
        axes.set_ylim(len(goals) - 0.5, -0.5)
        axes.set_yticks(range(len(goals)), map("\n".join, names))
        axes.set_xticks([0.0, bounds[0], _EVEN, bounds[1], 1.0])
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.axvline(_EVEN, color=style.INK, lw=1.0, ls=(0, (4, 2)), zorder=0.8)
        axes.spines["left"].set_visible(False)
        step = _MARK * len(goals) / inside
        first = -step * (len(chances) - 1) / 2
        for place, across in enumerate(zip(*chances.values(), strict=True)):
            span = max(across) - min(across)
            axes.barh(place, span, -2 * first, min(across), color=style.RULE, alpha=0.6, zorder=1)
        look: style.Look = {"ms": 6.5, "mec": "white", "mew": 0.6, "zorder": 3, "clip_on": False}
        marks = enumerate(zip(chances.items(), cycle(_MARKS), strict=False))
        for k, ((name, row), (mark, colour)) in marks:
            down = np.arange(len(goals)) + first + k * step
            axes.plot(row, down, mark, color=colour, label=name, **look)
        axes.set_xlabel(text("document.chart_scenarios_axis", lang), color=style.QUIET)
        style.head(figure, lines)
        top = 0.1 + style.TITLE_LINE * len(lines) + 0.02
        look = {"loc": "upper left", "bbox_to_anchor": (0.012, 1 - top / height), "ncols": columns}
        look |= {"handletextpad": 0.1, "columnspacing": 1.1, "borderaxespad": 0.0}
        drawn = (style.across(one, columns) for one in axes.get_legend_handles_labels())
        figure.legend(*drawn, **look)
    return figure


_NEWS_HEAD, _PANEL, _NEWS_FOOT = 0.62, 1.75, 0.42
_NEWS_LEFT, _NEWS_PLOT = 0.235, 0.66
_SMALLEST_MOVE = 5e-3  # changes below this are not drawn: half a percentage point


def plot_news(found: News, *, lang: Language) -> style.Picture:
    """Draw one panel a goal that moved: the probability before, what each part did, that after."""
    rows = [goal.told for goal in found.goals if goal.total is not None and _moves(goal.told)]
    height = _NEWS_HEAD + _PANEL * max(len(rows), 1) + _NEWS_FOOT
    nothing = text("news.chart_nothing", lang)
    days = {"since": day(found.since, lang=lang), "until": day(found.until, lang=lang)}
    heading = text("news.chart_title", lang, **days)
    parts = [text(f"news.column_{kind}", lang) for kind in PARTS]
    ends = [text("news.column_at", lang, day=one) for one in (found.since, found.until)]
    with style.house_style():
        figure = Chart(figsize=(_BROAD, height))
        figure.text(0.02, 1.0 - 0.26 / height, heading, fontsize=12.5, color=style.INK, va="center")
        if not rows:
            figure.text(0.5, 0.4, nothing, fontsize=11, color=style.QUIET, ha="center")
        for place, row in enumerate(rows):
            bottom = height - _NEWS_HEAD - _PANEL * (place + 1) + 0.12
            high = (_PANEL - 0.45) / height
            axes = figure.add_axes((_NEWS_LEFT, bottom / height, _NEWS_PLOT, high))
            axes.set_title(row.goal.called(row.indicator).render(lang), fontsize=9.5)
            _draw_steps(axes, row, lang)
            axes.set_yticks(range(len(PARTS) + 2), [ends[0], *parts, ends[1]], fontsize=8)
            axes.tick_params(axis="x", labelbottom=place == len(rows) - 1)
    said = []
    for row in rows:
        steps = []
        for part in _moves(row):
            step = {"part": Message(f"news.part_{part.kind}"), "points": points(part.change)}
            steps.append(text("news.chart_step", lang, **step))
        told = {"before": _said(row.before, lang), "after": _said(row.after, lang)}
        told |= {"steps": wording.join_clauses(steps, lang=lang)}
        said.append(text("news.chart_alt", lang, name=row.goal.called(row.indicator), **told))
    return style.Picture(figure, "\n".join([heading, *(said or [nothing])]))


def _moves(goal: GoalNews) -> list[NewsPart]:
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
        bar(place, level, step, style.LATER if step > 0 else style.TARGET, said)
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


def reliability_diagram(tables: Mapping[str, "pd.DataFrame"], *, lang: Language) -> style.Picture:
    """Draw the share of goals met against the probability stated, a panel a forecaster.

    The number at each point is its count of cases; the bar is its 95 % interval; on the diagonal,
    probabilities are kept. `tables` has that of `reliability_table` by the name of a forecaster,
    in `lang`.
    """
    with style.house_style():
        figure = Chart(figsize=(_BROAD, 0.95 + (_BROAD - 0.5) / max(len(tables), 2)))
        panels = figure.subplots(1, len(tables), squeeze=False)[0]
        said = []
        for axes, (name, table) in zip(panels, tables.items(), strict=True):
            axes.plot([0, 1], [0, 1], c=style.QUIET, lw=0.8, ls=(0, (4, 3)), zorder=0)
            axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=_QUARTERS, yticks=_QUARTERS)
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_formatter(PercentFormatter(1.0))
            axes.grid(color=style.RULE)
            stated, met = table["stated"].to_numpy(), table["met"].to_numpy()
            bars = np.stack([met - table["met_lower"], table["met_upper"] - met])
            look: style.Look = {"fmt": "o", "ms": 5, "elinewidth": 1.0, "capsize": 2.0}
            axes.errorbar(stated, met, yerr=np.maximum(bars, 0.0), color=style.FORECAST, **look)
            bins = []
            for x, y, n in zip(stated, met, table["count"], strict=True):
                style.annotate(axes, str(int(n)), (x, y), (5, -9), fontsize=7.5, color=style.INK)
                point = {"stated": f"{x:.0%}", "met": f"{y:.0%}", "count": int(n)}
                bins.append(text("evaluation.reliability_bin", lang, **point))
            axes.set_xlabel(text("evaluation.stated", lang))
            axes.set_title(name)
            told = {"forecaster": name, "bins": "; ".join(bins)}
            said.append(text("evaluation.reliability_alt", lang, **told))
        panels[0].set_ylabel(text("evaluation.met", lang))
        figure.subplots_adjust(left=0.085, right=0.975, bottom=0.14, top=0.9, wspace=0.16)
    return style.Picture(figure, "\n".join(said))
