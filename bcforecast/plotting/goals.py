"""Charts of all goals of a plan: the dashboard, and every scenario beside the others."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import cycle
from typing import Final

from bcforecast.attainment.probability import Grade
from bcforecast.attainment.project import GoalOutlook, Outlook, scenario_names
from bcforecast.plotting import style
from bcforecast.plotting.fan import Chart, chance_words, mark, target_words
from bcforecast.text import Language, chance, day, join_sentences, rounded_chance, text

_ROW, _TITLE_LINE, _LINE, _TITLE = 0.44, 0.23, 0.18, 11.5
"""Inches a row, a line of the title, a line of text; and the size of the title in points."""

_EVEN: Final = 0.5


def plot_dashboard(outlook: Outlook, *, lang: Language) -> style.Picture:
    """Draw all goals of an outlook, the one most in danger first."""
    scenario = scenario_names(outlook)[lang]
    return dashboard(outlook.goals, as_of=outlook.as_of, scenario=scenario, lang=lang)


def dashboard(
    rows: Sequence[GoalOutlook], *, as_of: date, scenario: str, lang: Language
) -> style.Picture:
    """Draw a bar a goal, the least likely first, beside a line at one half.

    The title counts those below it; goals without a probability are named below the bars. The
    scenario's name is in words, in `lang`.
    """
    ranked = sorted(
        (row for row in rows if row.attainment.probability is not None),
        key=lambda row: row.attainment.probability or 0.0,
    )
    unset = [row.names.render(lang) for row in rows if row.attainment.probability is None]
    shown = [rounded_chance(_p(row), grade=row.attainment.grade) for row in ranked]
    below = sum(p < _EVEN for p in shown)
    title = text(f"plot.dash_title{'' if ranked else '_none'}", lang, count=below, of=len(ranked))
    under = text("plot.dash_subtitle", lang, day=day(as_of, lang=lang), scenario=scenario)
    names = text("report.list_join", lang).join(unset)
    left_out = text("plot.dash_unset", lang, names=names) if unset else ""
    said = []
    for row in rows:
        known = {"name": row.names, "probability": chance_words(row, lang)}
        said.append(text("plot.dash_alt_row", lang, **known, grade=row.attainment.grade))
    alt = text("plot.dash_alt", lang, count=len(rows), rows=join_sentences(said, lang=lang))
    draw = partial(_bars, ranked, (title, under, left_out), lang=lang)
    caption = text("document.caption_dashboard", lang)
    return style.Picture(draw(style.WIDE), alt, caption, partial(draw, style.NARROW))


def _p(row: GoalOutlook) -> float:
    return row.attainment.probability or 0.0


def _bars(
    rows: Sequence[GoalOutlook], words: tuple[str, str, str], width: float, *, lang: Language
) -> Chart:
    """Draw the bars: names beside them on paper, above them on a phone."""
    narrow = width < style.WIDE
    left = 0.1 if narrow else 2.55
    # The words for a chance stand behind the bar of 100 %.
    right = width - (1.3 if narrow else 1.75)
    room = width - 0.2 if narrow else left - 0.25
    names = [_row_lines(row, room, narrow=narrow, lang=lang) for row in rows]
    above = [_LINE * len(lines) if narrow else 0.0 for lines in names]
    heights = [max(_ROW, _LINE * len(lines) + 0.1) for lines in names]
    if narrow:
        heights = [up + 0.32 for up in above]
    title, under, left_out = (
        style.broken(said, width - 0.2, size=size)
        for said, size in zip(words, (_TITLE, style.SIZE, style.SIZE), strict=True)
    )
    head = 0.1 + _TITLE_LINE * len(title) + _LINE * len(under) + 0.36
    height = head + sum(heights) + (_LINE * len(left_out) + 0.12) * bool(words[2]) + 0.08
    with style.house_style():
        figure = Chart(figsize=(width, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)  # in inches, from above
        axes.axis("off")
        y = 0.1
        for line in title:
            axes.text(0.1, y, line, fontsize=_TITLE, color=style.INK, va="top")
            y += _TITLE_LINE
        for line in under:
            axes.text(0.1, y, line, color=style.QUIET, va="top")
            y += _LINE
        # On a phone a line through all bars would go through the names.
        ends = [head + sum(heights[: k + 1]) for k in range(len(rows))]
        bars = (
            [(end - 0.3, end - 0.04) for end in ends]
            if narrow
            else [(head, max(ends, default=head))]
        )
        for share, label in ((0.0, "0%"), (0.5, "50%"), (1.0, "100%")):
            x = left + share * (right - left)
            side = "left" if share == 0 else "center"
            axes.text(x, head - 0.1, label, color=style.QUIET, ha=side, va="center")
            look: style.Look = {"lw": 1.0, "ls": (0, (4, 2))} if share == _EVEN else {"lw": 0.6}
            colour = style.INK if share == _EVEN else style.RULE
            for low, high in bars:
                axes.plot([x, x], [low, high], color=colour, zorder=3, **look)
        y = head
        for row, lines, up, high in zip(rows, names, above, heights, strict=True):
            middle = y + up + (0.15 if narrow else high / 2)
            top = y + 0.02 if narrow else middle - _LINE * len(lines) / 2
            for k, (line, colour) in enumerate(lines):
                at = top + _LINE * (k + 0.5)
                axes.text(0.1, at, line, color=colour, va="center", zorder=4)
            fill = next(c for bound, c in style.RISKS if _p(row) < bound)
            axes.barh(middle, right - left, 0.2, left, color="#eef1f4", zorder=1)
            axes.barh(middle, (right - left) * _p(row), 0.2, left, color=fill, zorder=2)
            a = row.attainment
            said = chance(a.probability, grade=a.grade, lang=lang)
            axes.text(right + 0.12, middle, said, fontsize=10.5, color=style.INK, va="center")
            if not narrow:
                grounds = text(f"report.evidence_{a.grade}", lang)
                axes.text(width - 0.1, middle, grounds, color=style.QUIET, ha="right", va="center")
            y += high
        for k, line in enumerate(left_out if words[2] else ()):
            axes.text(0.1, y + 0.14 + _LINE * k, line, color=style.QUIET, va="center")
        if not narrow:
            grounds = text("report.col_evidence", lang)
            axes.text(width - 0.1, head - 0.1, grounds, color=style.QUIET, ha="right", va="center")
    return figure


def _row_lines(
    row: GoalOutlook, room: float, *, narrow: bool, lang: Language
) -> list[tuple[str, str]]:
    """Return the lines of a goal's name and target, with their colours."""
    name, target = row.names.render(lang), target_words(row, lang) + mark(row, lang)
    if narrow:
        whole = text("language.label", lang, name=name, value=target)
        return [(line, style.INK) for line in style.broken(whole, room)]
    lines = [(line, style.INK) for line in style.broken(name, room)]
    return [*lines, *((line, style.QUIET) for line in style.broken(target, room))]


_SCENARIO_ROW, _SCENARIO_FOOT = 0.42, 0.5
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
    """Draw the probability of every goal under every scenario, the least likely goal first.

    `chances` has the probability of each goal by the name of a scenario, the baseline first;
    `grades` its evidence grade, which says how exactly it is told. Beyond eight scenarios marks
    come again.
    """
    title, first = text("document.chart_scenarios", lang), next(iter(chances.values()))
    join, said = text("report.list_join", lang), [title]
    for name, row in chances.items():
        each = join.join(
            f"{goal} {chance(p, grade=grade, lang=lang)}"
            for goal, grade, p in zip(goals, grades, row, strict=True)
        )
        said.append(text("document.chart_scenarios_row", lang, scenario=name, goals=each))
    ranked = sorted(range(len(goals)), key=first.__getitem__)
    rows = {name: [row[k] for k in ranked] for name, row in chances.items()}
    over = {name: sum(p > _EVEN for p in row) for name, row in chances.items()}
    best = max(chances, key=lambda name: sum(chances[name]))
    base = next(iter(chances))
    values = {"base": base, "best": best, "of_base": over[base], "of_best": over[best]}
    message = text("document.chart_scenarios_message", lang, count=len(goals), **values)
    draw = partial(_scenario_figure, [goals[k] for k in ranked], rows, message, lang=lang)
    return style.Picture(draw(style.WIDE), "\n".join(said), title, partial(draw, style.NARROW))


def _scenario_figure(
    goals: Sequence[str],
    chances: Mapping[str, Sequence[float]],
    title: str,
    width: float,
    *,
    lang: Language,
) -> Chart:
    narrow = width < style.WIDE
    left, columns = (1.35, 1) if narrow else (2.3, _columns(tuple(chances)))
    lines = style.broken(title, width - 0.2, size=_TITLE)
    legend = _LINE * -(-len(chances) // columns)
    head = 0.1 + _TITLE_LINE * len(lines) + 0.1 + legend + 0.15
    names = [style.broken(goal, left - 0.2) for goal in goals]
    inside = len(goals) * max(_SCENARIO_ROW, 0.08 + 0.165 * max(map(len, names)))
    height = head + inside + _SCENARIO_FOOT
    with style.house_style():
        figure = Chart(figsize=(width, height))
        share = (width - left - 0.25) / width
        axes = figure.add_axes((left / width, _SCENARIO_FOOT / height, share, inside / height))
        axes.set_xlim(-0.01, 1.01)
        axes.set_ylim(len(goals) - 0.5, -0.5)
        axes.set_yticks(range(len(goals)), map("\n".join, names))
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.axvline(_EVEN, color=style.INK, lw=1.0, ls=(0, (4, 2)), zorder=0.8)
        axes.spines["left"].set_visible(False)
        for place, across in enumerate(zip(*chances.values(), strict=True)):
            axes.plot([min(across), max(across)], [place, place], color=style.RULE, lw=4, zorder=1)
        look: style.Look = {"ms": 6.5, "mec": "white", "mew": 0.6, "zorder": 3, "clip_on": False}
        for (name, row), (mark, colour) in zip(chances.items(), cycle(_MARKS), strict=False):
            axes.plot(row, range(len(goals)), mark, color=colour, label=name, **look)
        axes.set_xlabel(text("document.chart_scenarios_axis", lang), color=style.QUIET)
        for k, line in enumerate(lines):
            at = 1 - (0.1 + _TITLE_LINE * k) / height
            figure.text(0.1 / width, at, line, fontsize=_TITLE, va="top")
        top = 0.1 + _TITLE_LINE * len(lines) + 0.02
        look = {"loc": "upper left", "bbox_to_anchor": (0.012, 1 - top / height), "ncols": columns}
        look |= {"handletextpad": 0.1, "columnspacing": 1.1, "borderaxespad": 0.0}
        figure.legend(**look)
    return figure


_LEGEND_ROOM: Final = 88
"""Latin characters that fit in a line of the legend, a mark and its space counting as six."""


def _columns(names: Sequence[str]) -> int:
    """Return how many columns of the legend fit beside each other."""
    wide = [6 + sum(2 if ord(c) > 0x2E80 else 1 for c in name) for name in names]
    for columns in range(len(names), 1, -1):
        if sum(max(wide[place::columns]) for place in range(columns)) <= _LEGEND_ROOM:
            return columns
    return 1
