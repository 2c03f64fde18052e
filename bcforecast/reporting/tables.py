"""Tables: of goals, figures and sources, rules, news, hindsight and scenarios, in one language.

A table is its rows below the ends of the keys of its heads. Where a number of a goal is first
tabled, its row links it to its source; other tables link one number, to say where all of theirs
come from.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, compress, groupby, pairwise
from math import ceil
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from bcforecast import config
from bcforecast import text as wording
from bcforecast.attainment import explain, news, probability, project, seek
from bcforecast.attainment.checks import findings
from bcforecast.cells import CLASSES
from bcforecast.evaluation.hindcast import Hindcast
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.models import growth
from bcforecast.models.flows import RateRecord
from bcforecast.plan.fields import ENTERED, changed
from bcforecast.plan.targets import SUMMED, Asking, promised, sign_and_target
from bcforecast.reporting import document, sentences
from bcforecast.reporting.display import Section, paragraphs
from bcforecast.reporting.document import cited
from bcforecast.reporting.facts import AssumptionFact, Facts, FigureFact, GoalFact, SeriesFact
from bcforecast.reporting.records import rule_records
from bcforecast.rules.base import WITHOUT_NUMBER, Case, Verdict
from bcforecast.rules.panel import all_rules, name_of, rules
from bcforecast.scenarios.scenario import Scenario
from bcforecast.scenarios.simulation import Correlation
from bcforecast.text import NOTHING, Language, Message, Text, day, number, percent, rate, text

_FEWEST_YEARS: Final = 3
LONGEST: Final = 8
"""Years of a forecast that a table shows, at least and at most."""

_FEWEST_ALIKE: Final = 4  # years from which on figures that are otherwise alike share a row

_NUMBERS_ABREAST: Final = 9
_ADDRESS: Final = re.compile(r"(https?://[^\s，。；）)]+[^\s，。；）).,;])")
_OPEN: Final = Message("explain.says_open")

Row = Sequence[object]
"""Cells: messages, spans, or what stands there as `str` writes it."""


def rows_table(
    caption: str | Message,
    heads: str | Iterable[object],
    rows: Iterable[Row],
    lang: Language,
    *,
    of: str = "report.col_",
    kind: document.Kind = "number",
    note: str | Message | list[str] = "",
    anchors: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Section:
    """Return a table of rows, without columns in which nothing stands; nothing without rows.

    Caption and note are keys or messages, the note also a list of sentences. Heads are names for
    `text.column_head`, with `#` behind them of numbers, with `:short` of short texts and so on, or
    messages, over columns of one `kind`. `groups` names the group of each row.
    """

    def said(one: object) -> Any:
        if isinstance(one, Message):
            return one.render(lang)
        if isinstance(one, list):
            return wording.join_sentences(one, lang=lang)
        return one if isinstance(one, document.Span | tuple) else str(one)

    columns: list[tuple[str, Any]] = []
    for head in heads.split() if isinstance(heads, str) else heads:
        if isinstance(head, Message):
            columns.append((said(head), kind))
        else:
            name, _, set_as = str(head).replace("#", ":number").partition(":")
            columns.append((wording.column_head(name, lang, of=of), set_as or "text"))
    above, below = (
        text(one, lang) if one and isinstance(one, str) else said(one) for one in (caption, note)
    )

    def begins(one: object) -> Any:
        """Begin with a capital what is a word in small letters: no file, no `pH`, no `km`."""
        words = said(one)
        if isinstance(words, tuple) and words:
            return (changed(words[0], text=begins(words[0].text)), *words[1:])
        start = words.split(" ")[0] if isinstance(words, str) else ""
        a_word = re.fullmatch("[a-z]{3}[a-z-]*", start) or start in ("a", "an", "of", "in", "no")
        return words[0].upper() + words[1:] if a_word else words

    begun = [
        name if name != before else "" for before, name in pairwise(("", *map(begins, groups)))
    ]
    printed = of.partition(".")[0] in ("report", "document", "overview", "delivery")
    first = begins if printed and columns[0][1] == "text" else said  # else identifiers, perhaps
    cells = [[(said if k else first)(cell) for k, cell in enumerate(row)] for row in rows]
    if not cells:
        return Section()
    filled = [any(column) for column in zip(*cells, strict=True)]
    columns, *cells = (list(compress(row, filled)) for row in (columns, *cells))
    more: dict[str, Any] = {"note": below, "anchors": anchors, "groups": begun}
    return Section((document.TableBlock.of(above, columns, cells, **more),))


def _quantiles(goal: project.Attainment | GoalFact, *, lang: Language | None) -> list[str]:
    """Write the quantiles of a goal, of a total in all its years; `lang` as in `estimate`."""
    ends = [one and goal.added_years * one for one in (goal.q10, goal.q50, goal.q90)]
    return wording.estimates(ends, unit=goal.unit, lang=lang)


def _asked(goal: Asking, *, lang: Language, in_all: bool = False) -> str:
    """Write a target as in narrow places, but in words what is held against other figures."""
    if goal.relative is not None:
        return promised(goal, lang=lang)
    target = sign_and_target(goal, lang=lang, in_all=in_all)
    summed = in_all and goal.over in SUMMED
    return text(f"report.asked_{goal.over}", lang, target=target) if summed else target


def _gap(goal: GoalFact, *, lang: Language) -> str:
    """Write how far a goal is from its target, of a total that of all its years."""
    reached = goal.met_by(goal.latest)
    if goal.bound is not None or (goal.over in SUMMED and not goal.known_years):
        return NOTHING
    if goal.met is False and reached:  # of every year, of which one fell short
        return text("report.missed", lang)
    if goal.met or reached:
        return text("report.within" if goal.asks.two_sided else "report.reached", lang)
    if goal.passed_by(goal.latest):
        return text("report.past", lang)
    if goal.over not in SUMMED:
        return number(sentences.gap_of(goal), unit=goal.unit, lang=lang)
    gap = goal.gap_in_all
    if gap is not None and gap <= 0.0 and (goal.upper or goal.asks.up):
        return text("report.within" if goal.upper else "report.reached", lang)
    return _of_years(gap, goal, lang)


def _of_years(value: float | None, goal: Asking, lang: Language) -> str:
    """Write what was worked out of several years: of things not a whole number."""
    if value is None:
        return NOTHING
    return wording.bare(sentences.of_years(value), unit=goal.unit, lang=lang)


def _told(digits: str, goal: Asking, *, lang: Language) -> str:
    """Write a number of a table, of what is held against other figures which is higher."""
    of_two = goal.relative is not None and digits != NOTHING
    return wording.compared(digits).render(lang) if of_two else digits


def goals_table(outlook: project.Outlook, *, lang: Language) -> Section:
    """One row a goal, for a terminal: probability as number and word, rounded quantiles."""
    rows: list[Row] = []
    for item in outlook:
        a, unit = item.attainment, item.goal.unit
        said = [wording.verdict_message(a.verdict, grade=a.grade, met=item.met).render(lang)]
        if a.probability is not None and item.met is None:
            said.insert(0, wording.chance(a.probability, grade=a.grade, lang=lang, narrow=True))
        needed, counted = NOTHING, a.asks.counts_new
        settled = a.met_by(a.latest) or item.is_over(outlook.as_of)
        if a.required and not settled and a.over not in SUMMED:
            pace = a.required.increment, a.required.rate
            needed = sentences.needed(*pace, unit, lang=lang, counted=counted, signed=True)
        latest = sentences.latest_words(item, lang=lang)
        ends = [NOTHING] * 3 if counted else _quantiles(a, lang=None if a.relative else lang)
        if a.relative is not None and a.q50 is not None:
            own = unit, item.indicator.unit_names
            ends = [wording.compared(one, *own).render(lang) for one in ends]
        aspired = Message("report.aspired", {"name": item.names})
        named = aspired if item.goal.aspiration else item.names
        asked = promised(a, lang=lang, name=item.indicator.unit_name(lang))
        told = (latest, needed, *ends, " ".join(said), a.grade)
        rows.append((named, asked, wording.year_words(a.due_year), *told))
    as_of = day(outlook.as_of, lang=lang)
    about = {"plan": outlook.plan.title, "scenario": outlook.scenario_title, "as_of": as_of}
    heads = "goal target due# latest# pace# q10# q50# q90# probability# grade"
    caption, note = Message("attainment.table_title", about), "attainment.table_note"
    return rows_table(caption, heads, rows, lang, of="attainment.column_", note=note)


def brief_table(facts: Facts, *, lang: Language, data_dir: Path | None = None) -> Section:
    """One row a goal, in groups by how it stands, those most in danger first.

    Of more goals than two pages hold the others are named in a line a group. The note says who
    answers for all where it is the same, and what the groups mean.
    """
    grouped, groups, left = sentences.by_rating(facts), list[str](), list[str]()
    stands = [(group, one) for group, of in grouped.items() for one in of]
    steps = {one.id: sentences.next_step(one, facts, lang=lang) for _, one in stands}
    known = text("report.next_own", lang) * sentences.figures_first(facts)
    first = partial(sentences.few, lang=lang, most=1)
    for group, alike in grouped.items():
        own = [steps[one.id] for one in alike]
        shared, each = sentences.shared_steps(own, lang=lang, known=known)
        head = wording.ratings([group] * len(alike), lang=lang)
        head = text("language.label", lang, name=head, value=shared) if shared else head
        groups, left = groups + [head] * len(alike), left + each
    rows = list[Row]()
    for (_, goal), step in zip(stands, left, strict=True):
        ended, change = goal.met is not None, sentences.changed(goal, lang=lang)
        said = NOTHING if ended and not change else sentences.odds(goal, lang=lang)
        chance: document.Cell = cited(said, "probability", f"{goal.id}.attainment.probability")
        evidence = Message(f"report.{'none' if ended else f'evidence_{goal.grade}'}")
        if change:
            chance = document.sentence("report.odds_since", lang, chance=chance, change=change)
        asked = _name(goal), _due_target(goal, lang), first(goal.bodies)
        last = latest_and_way(goal, lang=lang), step
        last = (steps[goal.id].said, NOTHING) if ended else last
        rows.append((*asked, chance, evidence, *last))
    notes, shortest = list[Message](), {row[2] for row in rows}
    if len(facts.goals) > 1 and len(shortest) == 1 and any(shortest):
        bodies = {wording.listed(goal.bodies, lang=lang) for goal in facts.goals}
        named = {"bodies": (bodies if len(bodies) == 1 else shortest).pop()}
        notes.append(Message("report.brief_bodies", named))
        rows = [(*row[:2], "", *row[3:]) for row in rows]
    chanced = any(goal.outcome is None for goal in facts.goals)
    bare = [k for k in (5, 6) if all(row[k] in ("", NOTHING) for row in rows)]
    bare += [3, 4] * (not chanced and facts.since is None)
    rows = [tuple("" if k in bare else cell for k, cell in enumerate(row)) for row in rows]
    odds = "odds:short" if facts.since is None else "odds_since"
    heads = f"goal target bodies {odds} evidence:short trend next"
    made = partial(rows_table, "report.brief_caption", heads, lang=lang)
    shown = _held(made(rows, groups=groups), facts.plan.title.render(lang))
    rows, groups = rows[:shown], groups[:shown]
    for group, of in groupby(stands[shown:], key=itemgetter(0)):
        more = bool(shown) and group == stands[shown - 1][0]
        rest = [one for _, one in of]
        groups.append(sentences.named_only(rest, "more" if more else group, lang=lang))
        rows.append([""] * len(heads.split()))
    notes.append(Message("report.brief_note", {"day": day(facts.as_of, lang=lang)}))
    if chanced:
        bounds = map(percent, probability.even_bounds(data_dir))
        notes.append(
            Message("report.brief_bounds", dict(zip(("low", "high"), bounds, strict=True)))
        )
    used = {figure.source for goal in facts.goals for of in goal.series for figure in of.used}
    entered = used & {one.id for one in facts.sources if one.verification == ENTERED}
    if entered:
        notes.append(Message(f"report.brief_entered{'_all' * (entered == used)}"))
    pushes = (steps[one.id].push for _, one in stands[:shown])
    wanted = dict.fromkeys(percent(push.wanted) for push in pushes if push is not None)
    notes += [Message("report.brief_wanted", {"wanted": one}) for one in wanted]
    return made(rows, groups=groups, note=wording.joined(notes, by="sentences"))


_LINE, _ROW, _TITLE, _FIRST, _SECOND, _NOTE = 10.0, 2.6, 22.0, 502.0, 640.0, 42.0
"""Points in print: a line of a table, a row beside its lines, a line of the title; room for the
title and the table on the first page and on the second, and what the names of others take of it."""


def _held(made: Section, title: str) -> int:
    """Return how many rows the first page holds, or both where it cannot hold all."""
    from bcforecast.reporting.pages import PDF_PAPER, fit_columns, width_em  # loads the faces

    (table,) = made.tables
    heads_of = [ceil(8.8 * width_em(head) / PDF_PAPER.width) for head in table.groups]
    ends, room = list[float](), _FIRST - _TITLE * ceil(18 * width_em(title) / PDF_PAPER.width)
    for n in range(1, min(len(table.rows), int(_SECOND / _LINE)) + 1):
        columns = fit_columns(changed(table, rows=table.rows[:n]), PDF_PAPER)
        lines = columns.lines(tuple(map(document.words, table.columns)))
        lines += sum(map(columns.lines, table.rows[:n]))
        heads = sum(map(bool, table.groups[:n]))
        ends.append(_LINE * (lines + sum(heads_of[:n])) + _ROW * (n + heads))
    whole = len(table.rows) == len(ends) and ends[-1] <= room
    return len(ends) if whole else bisect_right(ends, room - _NOTE + _SECOND)


def latest_and_way(goal: GoalFact, *, lang: Language) -> str:
    """Write where the goal stood last, and whether that was nearer to it than the year before."""
    way = sentences.direction(goal).render(lang)
    if goal.latest is None and goal.gap is None:
        return way
    said = _latest(goal, lang, named=True)
    if way != NOTHING and goal.met is None and not goal.slip:
        said = text("report.latest_way", lang, latest=said, way=way)
    if (part := goal.so_far) is not None:
        named = goal.unit, goal.unit_name.render(lang)
        unit, name = wording.within_year(*named) if part.how == "sum" else named
        of = number(part.value, unit=goal.unit)
        figure = wording.quantity(of, unit=unit, name=name, lang=lang)
        about = {"figure": figure, "count": part.months, "year": part.year}
        said = text(f"report.latest_so_far_{part.how}", lang, latest=said, **about)
    if goal.slip:
        said = text("report.latest_slip", lang, latest=said, table=Message("checks.table_title"))
    return said


def _due_target(goal: GoalFact, lang: Language) -> str:
    target = sentences.target_of(goal, lang=lang)
    if goal.over is not None:  # its years are said already
        return target
    return text("report.brief_target", lang, target=target, year=goal.due_year)


def progress_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal: latest figure, gap, pace needed, and the forecast at the due date."""
    rows: list[Row] = []
    for goal in facts.goals:
        if goal.probability is None and goal.latest is None:
            continue
        unit = wording.unit_name(goal.unit, lang, goal.unit_name)
        if goal.relative is not None:
            unit = text("report.unit_difference", lang, unit=unit)
        latest, gap, pace = _latest(goal, lang), _gap(goal, lang=lang), NOTHING
        if not (goal.over in SUMMED or goal.bound is not None or sentences.needs_nothing(goal)):
            about = goal.required_increment, goal.required_rate, goal.unit
            pace = sentences.needed(*about, lang=lang, counted=goal.asks.counts_new)
        ends = [NOTHING] * 3 if goal.met is not None else _quantiles(goal, lang=lang)
        q10, q50, q90 = (_told(one, goal, lang=lang) for one in ends)
        asked = _asked(goal, lang=lang, in_all=True)
        middle = cited(q50, "forecast", f"{goal.id}.attainment.q50")
        rows.append((_name(goal), unit, asked, latest, gap, pace, q10, middle, q90))
    heads = "goal unit target# latest# gap# pace# q10# q50# q90#"
    summed = any(goal.over in SUMMED for goal in facts.goals)
    mean = text("report.progress_note_mean", lang) if summed else ""
    still = len(rows) < 2 or any(row[5] != NOTHING for row in rows)
    rows = rows if still else [(*row[:5], "", *row[6:]) for row in rows]
    note = Message(f"report.progress_note{'' if still else '_over'}", {"mean": mean})
    return rows_table("report.progress_caption", heads, rows, lang, note=note)


def milestones_table(
    outlook: project.Outlook,
    facts: Facts,
    known: Mapping[str, explain.Explanation | None],
    *,
    lang: Language,
) -> Section:
    """One row a date of one goal: gap, pace needed, how that compares with the past, safe target.

    `known` explains each goal whose time is not over; of others the target is held against the
    latest figure.
    """
    rows: list[Row] = []
    open_ = [name for name, explained in known.items() if explained is not None]
    safe = dict(zip(open_, sentences.safe_level(outlook, *open_), strict=True))
    for name, explained in known.items():
        goal, path = facts.goal(name), explained and explained.pace.compared
        about = goal.required_increment, goal.required_rate, goal.unit
        pace, best = NOTHING, NOTHING
        if name in safe and not goal.met_by(goal.latest):
            pace = sentences.needed(*about, lang=lang)
        if explained is not None and explained.pace.state == "mean":
            pace = text("report.milestone_level", lang, **sentences.level_left(explained))
        if explained is not None and (beyond := explain.beyond_record(explained.item)):
            record = rate(beyond.a_year)
            if not beyond.relative:
                record = number(beyond.a_year, unit=goal.unit)
                record = wording.difference(record, goal.unit, goal.unit_name, lang=lang)
            span = text("explain.span", lang, count=beyond.years)
            best = text("report.milestone_record", lang, record=record, span=span)
        share = path and sentences.share_words(path.share_of_windows, lang=lang)
        rows.append((
            Message("report.year", {"year": goal.due_year}),
            _asked(goal, lang=lang, in_all=True), _gap(goal, lang=lang), pace,
            best, share or "",
            safe.get(name) or NOTHING,
        ))  # fmt: skip
    heads = "due:short target# gap# pace# record:short elsewhere:short safe#"
    return rows_table("report.milestones_caption", heads, rows, lang)


def _name(goal: GoalFact) -> Message:
    return Message("report.aspired", {"name": goal.name}) if goal.aspiration else goal.name


def _latest(goal: GoalFact, lang: Language, *, named: bool = False) -> str:
    if goal.latest is None:
        return text(f"report.{'none' if goal.gap is None else 'latest_none_yet'}", lang)
    figure = number(goal.latest, unit=goal.unit, lang=lang)
    if goal.over in SUMMED and len(known := goal.known_years) > 1:  # what they come to so far
        if named:
            return sentences.of_known_years(goal, lang=lang)
        figure = _of_years(goal.known_in_all, goal, lang)
        first, last = map(wording.year_words, (min(known), max(known)))
        span = Message("report.words_range", {"lower": first, "upper": last})
        return text("report.latest", lang, figure=figure, year=span)
    if named or goal.bound or goal.relative:
        figure = sentences.latest_figure(goal, lang=lang).text
    elif goal.last:
        figure = wording.with_status(figure, goal.last.status, lang=lang)
    form = "_in_all" if goal.asks.counts_new else ""
    return text(f"report.latest{form}", lang, figure=figure, year=goal.told_year)


def forecast_table(
    goal: GoalFact, known: Sequence[explain.Explanation] = (), *, lang: Language, since: int = 0
) -> Section:
    """Median and 80 % interval, a year a column from `since` on; for an event the probability.

    With what is `known` of the goal, or of each of its milestones, also the chance of meeting it at
    the end of each year. Nothing where it is over one year or two: the sentence on the goal and its
    chart say all of it. All figures have the decimals of the due year's.
    """
    fan, chances, rows = goal.forecast, goal.met_by_year, list[Row]()
    open_ = [year for year in (chances or (fan and fan.years) or ()) if year >= since]
    ends = {one.item.goal.due_year for one in known}
    years = _abreast(open_, max(open_, default=0), most=LONGEST + 1 - max(len(ends), 1))
    years = sorted({*years, *ends.intersection(open_)})
    if len(years) < _FEWEST_YEARS:
        return Section()
    if chances is not None:
        *before, due = (wording.chance(chances[y], grade=goal.grade, lang=lang) for y in years)
        last = cited(due, "probability", f"{goal.id}.attainment.probability")
        rows.append((Message("report.col_chance"), *before, last))
    elif fan is not None:
        place = fan.levels.index(0.8)
        at = [fan.years.index(year) for year in years]
        wide = [fan.upper[place][k] - fan.lower[place][k] for k in at]
        bounds = fan.lower[place], fan.median, fan.upper[place]

        def about(of: Sequence[float], k: int) -> dict[str, Any]:
            width = {"within": wide[k], "end": of is not fan.median}
            return {"value": of[at[k]], "unit": goal.unit, **width}

        due_at = [years.index(year) for year in ends.intersection(years)] or [-1]
        steps = [wording.estimated(**about(fan.median, k))[0] for k in range(len(years))]
        moves = [
            (b - a) * (fan.median[y] - fan.median[x])
            for (a, x), (b, y) in pairwise(zip(steps, at, strict=True))
        ]
        if any(move < 0 for move in moves):  # a rise told in two steps would read as a fall
            wide = [wide[due_at[-1]]] * len(wide)
        # As the sentence of each date has it.
        places = max(wording.estimated(**about(of, k))[1] for of in bounds for k in due_at)
        told = partial(wording.estimate, places=places, lang=lang)
        low, (*before, due), high = (
            [_told(told(**about(of, k)), goal, lang=lang) for k in range(len(years))]
            for of in bounds
        )
        last = cited(due, "forecast", f"{goal.id}.attainment.q50")
        rows.append((Message("report.col_q50"), *before, last))
        spans = (
            Message("report.words_range", {"lower": a, "upper": b})
            for a, b in zip(low, high, strict=True)
        )
        rows.append((Message("report.col_interval80"), *spans))
    for one in known:
        asked = {"target": _asked(one.item.attainment, lang=lang)}
        asked["year"] = wording.year_words(one.item.goal.due_year)
        named = Message(f"report.col_holds{'_of' * (goal.family is not None)}", asked)
        its = [year for year in years if year <= one.item.goal.due_year]
        later = [NOTHING] * (len(years) - len(its))
        rows += [(named, *said, *later) for _, *said in _by_year(one, its, lang)[:1]]
    heads = ["year", *(Message("report.year", {"year": year}) for year in years)]
    key = f"report.forecast_caption{'_chance' * (chances is not None)}"
    unit = wording.unit_name(goal.unit, lang, goal.unit_name)
    return rows_table(Message(key, {"unit": unit}), heads, rows, lang)


def _series_name(goal: GoalFact, series: SeriesFact, *, lang: Language) -> str:
    name = series.size or goal.family or goal.name
    return text("document.series", lang, indicator=name, area=series.area_name)


def observations_table(facts: Facts, *, lang: Language) -> Section:
    """One row an observation, by series: figure, publication, status, source, what became of it.

    A figure that several goals share stands once. Years before the last that differ in nothing but
    their figures and the days of publication stand in one row; months of a year may also differ in
    source, status and note.
    """
    told: dict[str, tuple[str, Row]] = {}
    for goal in facts.goals:
        for series in goal.series:
            name = _series_name(goal, series, lang=lang)
            last = max((f.period for f in series.used if f.period.isdigit()), default="")
            for figures in (series.used, series.unused):
                for run in _runs(figures, last):
                    used = figures is series.used and goal.probability is not None
                    named = goal.unit_name if run[0].unit == goal.unit else None
                    row = _observation(run, facts, lang, named, used)
                    told.setdefault(document.observation_anchor(run[0]), (name, row))
        if goal.outcome is not None:
            known, name = goal.outcome, _series_name(goal, goal.own, lang=lang)
            said = sentences.outcome_figure(known, goal, lang=lang)
            published = day(known.published, lang=lang)
            link = _cited([known.source], facts, lang=lang)
            row = (known.period, said, published, link, Message("document.use_settled"))
            told.setdefault(
                document.observation_anchor(known, goal.own.area, goal.indicator), (name, row)
            )
    order = list(dict.fromkeys(name for name, _ in told.values()))
    anchors = sorted(told, key=lambda anchor: order.index(told[anchor][0]))
    groups, rows = ([told[anchor][k] for anchor in anchors] for k in (0, 1))
    heads = "period figure# published:short source:short use"
    caption, note = "document.observations_caption", "report.observations_note"
    more: dict[str, Any] = {"of": "document.col_", "anchors": anchors, "groups": groups}
    return rows_table(caption, heads, rows, lang, note=note, **more)


def _runs(figures: Sequence[FigureFact], last: str) -> Iterator[list[FigureFact]]:
    """Part figures into runs of years or months that are alike; few and the last are single."""

    def alike(placed: tuple[int, FigureFact]) -> object:
        place, one = placed
        year, _, month = one.period.partition("-")
        if one.value is None or not f"{year}{month}".isdigit() or one.period == last:
            return place
        of = () if month else (one.source, one.status, one.note)
        return int(month or year) - place, year if month else "", one.remark, *of

    for _, found in groupby(enumerate(figures), key=alike):
        run = [one for _, one in found]
        yield from [run] if len(run) >= _FEWEST_ALIKE else ([one] for one in run)


def _observation(
    run: Sequence[FigureFact], facts: Facts, lang: Language, named: Text | None, used: bool
) -> Row:
    one, join = run[0], partial(wording.join_clauses, lang=lang)
    said = [] if one.remark is None else [one.remark.render(lang)]
    notes = Counter(figure.note for figure in run if figure.note is not None)
    if len(notes) > 1 and one.status == "derived":  # each by the same rule, which its row tells
        notes = Counter({Text.of(Message("document.note_derived")): len(run)})
    for note, count in notes.items():
        own = "" if note.language(of_several=lang) == lang else "_foreign"
        told = text(f"document.note{own}", lang, note=note)
        said.append(told if count == len(run) else text("document.note_some", lang, note=told))
    key = f"document.use_{'used' if used else 'unused'}{'_because' * bool(said)}"
    use = text(key, lang, remark=join(said))
    period, published = one.period_words.render(lang), _published(one, lang)
    figures = one.words.render(lang)
    if len(run) > 1:
        ends = {"lower": published, "upper": _published(run[-1], lang)}
        published = text("report.words_range", lang, **ends)
        period = text("document.years", lang, first=one.period, last=run[-1].period)
        figures = text("document.figures", lang, count=len(run))
        about: dict[str, Any] = {"lang": lang, "exact": True}
        each = (wording.bare(wording.plain(f.value or 0.0), unit=f.unit, **about) for f in run)
        unit = wording.unit_name(one.unit, own=named, **about)
        of_what = "figures"
        if "-" in one.period:  # of one year, which is said once
            of_what = "months"
            first, last = (Message(f"wording.month_{int(f.period[5:])}") for f in (one, run[-1]))
            ends_in = {"year": one.period[:4], "month": first, "last_month": last}
            period = Message("observations.period_months", ends_in).render(lang)
        use = text(f"document.use_{of_what}", lang, use=use, unit=unit, figures=join(each))
    statuses = dict.fromkeys(text(f"observations.status_{f.status}", lang) for f in run)
    status = text("report.list_join", lang).join(statuses)
    if one.status == "official" or status not in use:
        use = join([status, use])
    return period, figures, published, _cited((of.source for of in run), facts, lang=lang), use


def _cited(sources: Iterable[str], facts: Facts, *, lang: Language) -> document.Spans:
    """Return the numbers of sources in their list, by which tables cite them, [2] to [5] as one."""
    known = {one.id: number for number, one in enumerate(facts.sources, start=1)}
    said: list[document.Spans] = []
    for _, found in groupby(
        enumerate(dict.fromkeys(sources)), lambda placed: known[placed[1]] - placed[0]
    ):
        run = [document.Span(text=f"[{known[one]}]", link=f"#source-{one}") for _, one in found]
        ends = {"lower": run[0], "upper": run[-1]}
        far = [document.sentence("report.words_range", lang, **ends)]
        said += far if len(run) > 2 else [(one,) for one in run]
    comma = document.Span(text=text("report.list_join", lang))
    return tuple(chain.from_iterable((comma, *one) for one in said))[1:]


def _published(figure: FigureFact, lang: Language) -> str:
    said = day(figure.published, lang=lang)
    return text("report.assumed_day", lang, day=said) if figure.published_assumed else said


def grades_table(*, lang: Language) -> Section:
    """What each evidence grade means, in a word and at length."""
    named = {"name": "evidence", "value": "grade"}
    rows = [
        (a, Message("language.label", {k: Message(f"report.{v}_{a}") for k, v in named.items()}))
        for a in "ABCDU"
    ]
    caption, note = "report.grades_caption", "report.grades_note"
    return rows_table(caption, "grade:grade meaning", rows, lang, note=note)


def words_table(data_dir: Path, *, lang: Language) -> Section:
    """Which probabilities each word stands for by the bounds in `data_dir`, highest first."""
    bands = probability.load_bands(data_dir)[::-1]
    ends = ({name: f"{100 * getattr(b, name):.0f}%" for name in ("lower", "upper")} for b in bands)
    row = Message("report.col_range"), *(Message("report.words_range", one) for one in ends)
    heads = ["word:short", *(Message(f"verdict.{band.verdict}") for band in bands)]
    return rows_table("report.words_caption", heads, [row], lang, kind="short")


def tracked_table(facts: Facts, *, lang: Language) -> Section:
    """Promises without a number, and milestones; nothing where the plan has none."""
    rows = list[Row]()
    for one in (*facts.qualitative, *facts.milestones):
        step: object = one.quote
        if one.goal is not None:
            goal = facts.goal(one.goal).name.render(lang)
            link = document.Span(text=goal, link=f"#{facts.place_of(one.goal)}")
            step = document.sentence("report.tracked_step", lang, name=one.quote, goal=link)
        place = wording.place_words(one.place, lang=lang) if one.place else NOTHING
        rows.append((step, place, wording.listed(one.bodies, lang=lang)))
    caption, note = "report.tracked_caption", "report.tracked_note"
    return rows_table(caption, "goal place bodies", rows, lang, note=note)


def delivery_table(facts: Facts, *, lang: Language) -> Section:
    """One row a measure of which something is known, the worst first; how many others there are."""
    rows: list[Row] = []
    groups: list[str] = []
    first = partial(sentences.few, lang=lang, most=1)
    for status in CLASSES:
        for one in facts.measures:
            if one.status == status:
                due = f"delivery.due{'_overdue' if one.overdue else ''}"
                said = text(due, lang, day=day(one.due, lang=lang))
                seen = day(one.date, lang=lang) if one.date else NOTHING
                goals = [facts.goal(goal).name for goal in one.goals]
                named = one.name, first(goals), first(one.bodies)
                about = {"evidence": one.evidence, "source": _cited([one.source], facts, lang=lang)}
                shown = document.sentence("delivery.shown", lang, **about)
                rows.append((*named, said, seen, shown))
                groups.append(sentences.status_of(status).render(lang))
    if not rows:
        silent = document.sentence("delivery.none", lang, count=len(facts.measures))
        return paragraphs(silent) if facts.measures else Section()
    others = len(facts.measures) - len(rows)
    note = [text("delivery.unknown_others", lang, count=others)] if others else []
    if len(rows) > 1 and len({row[3] for row in rows}) == 1:
        note.insert(0, text("delivery.all_due", lang, day=rows[0][3]))
        rows = [(*row[:3], "", *row[4:]) for row in rows]
    heads, of = "measure goals bodies due date evidence", "delivery.column_"
    return rows_table("delivery.caption", heads, rows, lang, of=of, note=note, groups=groups)


def unassessed_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal without a probability: what is promised, by whom, and what is missing."""
    goals = [goal for goal in facts.goals if goal.probability is None]
    if not goals:
        return Section()
    rows: list[Row] = []
    for goal in goals:
        latest = _latest(goal, lang, named=True)
        bodies = wording.listed(goal.bodies, lang=lang)
        step = sentences.next_step(goal, facts, lang=lang).said
        unusable = Message("report.no_usable", {"count": goal.own.unusable})
        none = unusable if goal.own.unusable else Message("report.no_own_figure")
        known = none if latest == NOTHING else latest
        rows.append((_name(goal), _due_target(goal, lang), bodies, known, step))
    head = Section((document.Heading(level=2, text=text("report.unassessed_heading", lang)),))
    about = document.sentence("report.unassessed", lang, count=len(goals))
    anchors = [facts.place_of(goal.id) for goal in goals]
    caption, heads = "report.unassessed_caption", "goal target bodies latest next"
    return head + paragraphs(about) + rows_table(caption, heads, rows, lang, anchors=anchors)


def sources_table(facts: Facts, *, lang: Language) -> Section:
    """Where the plan's words are, and every source of a figure that the report names."""
    said = re.split(_ADDRESS, facts.plan.source.render(lang)) if facts.plan.source else []
    known = tuple(document.Span(text=s, link=s if k % 2 else None) for k, s in enumerate(said))
    cited = document.sentence("report.plan_source", lang, source=known) if known else ()
    rows: list[Row] = []
    for source in facts.sources:
        seen = Message(f"report.seen_{source.verification}")
        url = source.url or Message("report.none")
        about = {"title": source.title, "issuer": source.issuer}
        named = _cited([source.id], facts, lang=lang), Message("report.title_issuer", about)
        rows.append((*named, url, seen))
    anchors = [f"source-{source.id}" for source in facts.sources]
    heads = "source_number:short title_issuer url:url seen:short"
    table = rows_table("report.sources_caption", heads, rows, lang, anchors=anchors)
    return paragraphs(cited) + table


def rules_table(known: explain.Explanation, *, lang: Language) -> Section:
    """Our probability in the first row, then every rule: label, number, implied figure, flip."""
    a, panel = known.item.attainment, known.panel
    others = [] if panel.case is None else _rules(panel.case, panel.step, lang=lang)
    open_ = a.probability is not None and known.says_met is None
    own = known.item.indicator.unit_names
    median = wording.estimate(a.q50, unit=a.unit, within=wording.spread(a))
    ours = (
        Message("explain.ours", {"grade": a.grade}),
        wording.verdict_message(a.verdict, grade=a.grade),
        _OPEN if open_ else _says(known.says_met),
        wording.chance(a.probability, grade=a.grade, lang=lang, narrow=True),
        wording.figure(median, a.unit, own) if a.q50 is not None else NOTHING,
        sentences.own_flip(known, lang=lang) or NOTHING,
    )
    about = {"name": known.item.names, "as_of": day(known.item.outlook.as_of, lang=lang)}
    caption, due = Message("explain.panel_title", about), known.item.goal.due_year
    said = sentences.rules_agreement(known, lang=lang)
    return _rule_table(caption, [ours, *others], due, lang, said)


def judging_table(known: Sequence[explain.Explanation], *, lang: Language) -> Section:
    """What the rules say that can judge, by date; of a form that none can judge, that."""
    rows, dates = list[Row](), list[str]()
    said, able = [text("explain.rules_about", lang)], set[tuple[str, str]]()
    for one in known:
        found, case, missing = one.panel.disagreement, one.panel.case, one.panel.missing
        if missing is not None and missing.key == "explain.panel_form":
            return paragraphs(document.words(missing.render(lang)))
        if case is None or found is None or not (found.yes or found.no):
            continue
        of = text("report.of_year", lang, year=one.item.goal.due_year).replace("*", "")
        of = of if len(known) > 1 else ""
        if found.flag and not (found.yes and found.no):
            said += [of, text("explain.rules_against", lang)]
        alike: dict[tuple[bool | None, str, str], list[Verdict]] = {}
        for rule in all_rules(case):
            if rule.label not in WITHOUT_NUMBER:
                alike.setdefault((rule.says_met, rule.rule, rule.label), []).append(rule)
                able.add((rule.rule, rule.variant))
        for met, answer in ((True, _says(True)), (False, _says(False)), (None, _OPEN)):
            each = (
                text("explain.rule_says", lang, name=name_of(forms), label=Message(label))
                for (says, _, label), forms in alike.items()
                if says is met
            )
            if told := wording.join_clauses(each, lang=lang):
                rows.append((answer, told))
                dates.append(of.rstrip(" .："))
    if silent := len(rules()) - len(able):
        said.append(text("report.rules_left_out", lang, count=silent))
    about: dict[str, Any] = {"of": "explain.column_", "note": said}
    about["groups"] = dates if any(dates) else ()
    return rows_table("explain.rules_short", "met:short methods", rows, lang, **about)


def case_table(case: Case, *, lang: Language, step: float | None = None) -> Section:
    """Every rule on any figures: label, number, implied figure, flip."""
    rows = _rules(case, step, lang=lang)
    return _rule_table("explain.rules_title", rows, case.due or NOTHING, lang, [])


def _rule_table(
    caption: str | Message, rows: list[Row], due: int | str, lang: Language, note: list[str]
) -> Section:
    projected = Message("explain.column_projected", {"due": due})
    heads = ["rule", "label", "says", "value#", projected, "flip"]
    return rows_table(caption, heads, rows, lang, of="explain.column_", note=note)


def _rules(case: Case, step: float | None, *, lang: Language) -> list[Row]:
    rows, unit, in_unit = list[Row](), case.unit, {one.name for one in rules() if one.in_unit}
    for one in rule_records(case, lang=lang, step=step):
        flip = one["flip_text"] or next(iter(one["notes"]), NOTHING)
        value, projected = number(one["value"], unit=None), number(one["projected"], unit=unit)
        if unit is not None and one["projected"] is not None:
            projected = wording.figure(projected, unit, case.unit_name).render(lang)
            if one["rule"] in in_unit and one["value"] is not None:
                value = number(one["value"], unit=unit)
                value = wording.difference(value, unit, case.unit_name, lang=lang)
        rows.append(
            (one["name"], one["label_text"], _says(one["says_met"]), value, projected, flip)
        )
    return rows


def _says(met: bool | None) -> Message:
    return Message(f"explain.says_{'silent' if met is None else 'yes' if met else 'no'}")


def _abreast(years: Sequence[int], due: int, *, most: int = 12) -> list[int]:
    """Return every year, or every second, third... with the due one, as a page is wide for."""
    step = -(-len(years) // most)
    return [year for year in years if (year - due) % step == 0]


def _by_year(known: explain.Explanation, years: Sequence[int], lang: Language) -> list[Row]:
    """Chances by year that the target is met then, and that it has been met by then; or nothing."""
    when, item, rows = known.date, known.item, list[Row]()
    if when is None or not years:
        return rows
    place = sum(year < years[0] for year in when.years)
    for name, chances in (("holds", when.holds), ("reached_by", when.reached_by)):
        by_year = dict(zip(when.years, chances, strict=True))
        first, *later = (
            wording.chance(by_year.get(year), grade=item.attainment.grade, lang=lang, narrow=True)
            for year in years
        )
        cell = cited(first, "date", f"{item.goal.id}.{name}[{place}]")
        rows.append((Message(f"explain.by_year_{name.removesuffix('_by')}"), cell, *later))
    return rows


def by_year_table(known: explain.Explanation, *, lang: Language) -> Section:
    """Probability that the target is met at the end of each year, and by then at least once."""
    due = known.item.goal.due_year
    years = _abreast(known.date.years if known.date else (), due)
    if not years:
        return Section()
    heads = ["by_year_what", *(Message("report.year", {"year": y}) for y in years)]
    rows, note = _by_year(known, years, lang), Message("explain.by_year_note", {"due": due})
    return rows_table("explain.by_year_title", heads, rows, lang, of="explain.", note=note)


def required_table(outlook: project.Outlook, *, lang: Language) -> Section:
    """Levels that each goal not yet met needs year by year on an even path; nothing for none."""
    found = ((item, sentences.levels_needed(item, outlook.as_of)) for item in outlook)
    asked = [(item, levels) for item, levels in found if levels]
    if not asked:
        return Section()
    # Year by year to that by which most are due, and further to the others' own alone.
    start, due = min(min(one) for _, one in asked), Counter(max(one) for _, one in asked)
    ((most, _),) = due.most_common(1)
    years = sorted({*_abreast(range(start, most + 1), most), *due})
    if len(years) < 2:  # the target alone
        return Section()
    rows: list[Row] = []
    for item, levels in asked:
        unit, path = item.goal.unit, (item.attainment.latest or 0.0, *levels.values())
        places = wording.places_of(path[-1], before=path[-2], unit=unit)
        rounded = {year: round(level, places) for year, level in levels.items()}
        said = [number(rounded.get(year), unit=unit, lang=lang) for year in years]
        if item.goal.over in SUMMED:
            said = [_of_years(levels.get(year), item.goal, lang) for year in years]
        said = [_told(one, item.attainment, lang=lang) for one in wording.aligned(said)]
        rows.append((item.names, item.indicator.unit_name(lang), *said))
    heads = ["goal", "unit", *(Message("report.year", {"year": y}) for y in years)]
    several = any(item.goal.over for item, _ in asked)
    caption, note = "explain.levels_title", f"explain.levels_note{'_over' * several}"
    return rows_table(caption, heads, rows, lang, of="explain.levels_", note=note)


def findings_table(outlook: project.Outlook, *, lang: Language) -> Section:
    """What `check` would have one look at in the plan and its figures, where there is anything."""
    found = [one for one in findings(outlook.plan, outlook.data) if one.severity == "warning"]
    unsourced = (one.message.values for one in outlook.plan.unsourced)
    told: list[tuple[Any, ...]] = [(at, "", Message("checks.unsourced")) for at in unsourced]
    told += [(one.place, one.figure.period.in_words(), one.message) for one in found if one.figure]
    rows = [(Path(str(at["file"])).name, at["row"], *said) for at, *said in told]
    heads, note = "file row# period:short said", "checks.table_note"
    return rows_table("checks.table_title", heads, rows, lang, of="checks.column_", note=note)


def news_table(found: news.News, *, lang: Language, parts: bool = True) -> Section:
    """One row a goal that moved, before and after, and why; with `parts` every goal and part."""

    def chance(of: news.GoalStatus) -> str:
        if of.probability is None:
            return text(of.verdict, lang)
        return wording.chance(of.probability, grade=of.grade, lang=lang, narrow=True, met=of.met)

    rows = list[Row]()
    for goal in found.goals:
        chances = chance(goal.before), chance(goal.after)
        told = goal.told
        moved = (told.total, *(part.change for part in told.parts)) if parts else ()
        if parts or chances[0] != chances[1]:
            why = sentences.why(goal, lang=lang)
            name = goal.goal.called(goal.indicator)
            rows.append((name, *chances, *map(wording.points, moved), why))
    days = [day(when, lang=lang) for when in (found.since, found.until)]
    at = (Message("news.column_at", {"day": when}) for when in days)
    heads = ["goal:short", *at, *(f"{name}#" for name in ("change", *news.PARTS) if parts), "why"]
    about = {"plan": found.plan.title, "since": days[0], "until": days[1]}
    said = [text("news.note", lang)] if parts else []
    if found.scenario != config.SCENARIO:
        said.append(text("news.scenario", lang, scenario=found.scenario))
    caption = Message(f"news.title{'' if parts else '_short'}", about)
    return rows_table(caption, heads, rows, lang, of="news.column_", note=said)


def steps_table(found: news.News, *, lang: Language) -> Section:
    """One row a day on which figures of a year in hand came: what it changed, and what came."""
    rows = list[Row]()
    for goal in found.goals:
        for step in (step for part in goal.told.parts for step in part.steps):
            said = wording.join_clauses((one.render(lang) for one in step.causes), lang=lang)
            rows.append((goal.goal.called(goal.indicator), wording.points(step.change), said))
    return rows_table("news.steps_title", "goal change# why", rows, lang, of="news.column_")


def log_table(changes: Sequence[news.StatusChange], found: news.News, *, lang: Language) -> Section:
    """One row a change of word or grade; a sentence where there is none."""
    if not changes:
        return paragraphs(document.sentence("news.log_none", lang))
    rows = list[Row]()
    for one in changes:
        said = (sentences.status_words(of, lang=lang) for of in (one.before, one.after))
        name = one.goal.called(found.plan.indicator_of(one.goal))
        rows.append((day(one.day, lang=lang), name, *said))
    days = {name: day(getattr(found, name), lang=lang) for name in ("since", "until")}
    caption, heads = Message("news.log_title", days), "log_day goal log_before log_after"
    return rows_table(caption, heads, rows, lang, of="news.")


def hindcast_tables(found: Hindcast, *, lang: Language) -> Section:
    """Return the goals with what was said and what happened, then the scores."""
    rows = list[Row]()
    for goal in found.goals:
        said = (sentences.hindcast_words(past, lang=lang) for past in goal.forecasts)
        outcome = sentences.hindcast_outcome(goal, lang=lang)
        rows.append((goal.goal.called(goal.indicator), outcome, *said))
    days = [day(when, lang=lang) for when in found.dates]
    heads = ["goal", "outcome", *(Message("hindcast.column_said", {"day": on}) for on in days)]
    caption = Message("hindcast.title", {"plan": found.plan.title})
    about: dict[str, Any] = {"of": "hindcast.column_", "kind": "text"}
    about["note"] = [sentences.unknown_words(found, lang=lang)]
    goals, rows = rows_table(caption, heads, rows, lang, **about), []
    for when in (*found.dates, None):
        scores = found.scores(when)
        name = day(when, lang=lang) if when else Message("hindcast.all_dates")
        losses = (scores.brier, scores.brier_even, scores.log_loss)
        told = (NOTHING if value is None else f"{value:.3f}" for value in losses)
        judged = scores.rules_right + scores.rules_wrong
        parts = (scores.inside_80, scores.intervals), (scores.rules_right, judged)
        counts = (f"{n}/{of}" if of else NOTHING for n, of in parts)
        rows.append((name, scores.count, *told, *counts))
    scored = "day count# brier# even# log_loss# inside# rules#"
    note = Message("hindcast.scores_note", {"clip": f"{LOG_LOSS_CLIP:g}"})
    about = {"of": "hindcast.column_", "note": note}
    return goals + rows_table("hindcast.scores_title", scored, rows, lang, **about)


def scenario_table(
    exploration: project.Exploration,
    scenarios: Sequence[Scenario],
    *,
    lang: Language,
    caption: str | Message = "explorer.table_caption",
    joints: Sequence[project.Joint] = (),
) -> Section:
    """Goals down, scenarios across; below them all goals together: `joints`, where simulated."""
    plan, rows, lost = exploration.outlook.plan, list[Row](), False
    joints = joints or [exploration.joint(scenario) for scenario in scenarios]
    told = partial(wording.chance, lang=lang, narrow=True)

    def tell(name: Message, said: list[str], function: str, place: str) -> None:
        rows.append((name, cited(said[0], function, f"{scenarios[0].id}.{place}"), *said[1:]))

    for goal in plan.goals:
        name = plan.goal_name(goal)
        if goal.id not in joints[0].goals:
            rows.append((name, *(NOTHING for _ in joints)))
            continue
        at, grade = joints[0].goals.index(goal.id), exploration.outlook[goal.id].attainment.grade
        met = exploration.outlook[goal.id].met
        lost |= met is False
        said = [told(float(one.probabilities[at]), grade=grade, met=met) for one in joints]
        tell(name, said, "scenarios", f"probabilities[{at}]")
    together = [told(one.all_met, grade=exploration.grade) for one in joints]
    together = [text("explorer.impossible", lang)] * len(joints) if lost else together
    row = Message("explorer.row_together", {"count": len(exploration.goals)})
    tell(row, together, "joint", "all_met")
    expected = [NOTHING if one.expected is None else f"{one.expected:.1f}" for one in joints]
    row = Message("explorer.row_expected", {"count": joints[0].counted})
    tell(row, expected, "joint", "expected")
    heads = ["goal", *(scenario.title for scenario in scenarios)]
    alone = [one.id for one in scenarios] == [config.SCENARIO]
    note = "joint.baseline_note" if alone else "joint.table_note"
    return rows_table(caption, heads, rows, lang, of="explorer.column_", note=note)


def sizes_table(assumed: Mapping[Text, Sequence[AssumptionFact]], *, lang: Language) -> Section:
    """Levers down, scenarios across: how far each is moved, from when, and why; shocks apart.

    Of several measures on a lever the sizes are summed.
    """
    moved = {title: [a for a in found if a.recovered is None] for title, found in assumed.items()}
    told = {title: found for title, found in moved.items() if found}
    rows, every = list[Row](), [one for found in told.values() for one in found]

    def sized(mine: Sequence[AssumptionFact]) -> Iterator[str]:
        before = 0.0
        for year in sorted({year for one in mine for year in one.by_year}):
            held = ([v for y, v in sorted(a.by_year.items()) if y <= year][-1:] for a in mine)
            if (total := sum(chain.from_iterable(held))) != before:
                size = ("+" if total > 0.0 else "") + wording.plain(total)
                yield text("document.size_from", lang, size=size, year=year)
            before = total

    for name, unit in dict.fromkeys((one.name, one.unit) for one in every):
        each = ([one for one in found if one.name == name] for found in told.values())
        cells = [wording.join_clauses(sized(mine), lang=lang) or NOTHING for mine in each]
        notes = (one.note.render(lang) for one in every if one.name == name and one.note)
        lever = Message("document.size_of", {"name": name, "unit": unit})
        rows.append((lever, *cells, wording.join_clauses(dict.fromkeys(notes), lang=lang)))
    heads = ["lever", *told, "reason"]
    about: dict[str, Any] = {"of": "document.size_", "kind": "text", "note": "document.sizes_note"}
    return rows_table("document.sizes_caption", heads, rows, lang, **about)


def joint_table(facts: Facts, *, lang: Language) -> Section:
    """How likely each number of goals met is, and at least that: a row a number, or a column.

    Only numbers that can be, as some goals are met or missed already.
    """
    if (found := facts.taken_together) is None:
        return Section()
    ended = Counter(facts.goal(goal).met for goal in found.goals)
    chances = found.number_met[ended[True] : len(found.number_met) - ended[False]]
    said = partial(wording.chance, grade=facts.joint_grade, lang=lang, narrow=True)
    # At least none are met for certain.
    least = ("100%", *(said(sum(chances[k:])) for k in range(1, len(chances))))
    first = cited(said(chances[0]), "joint", f"{facts.scenario}.number_met[{ended[True]}]")
    columns = {"exactly": (first, *map(said, chances[1:])), "at_least": least}
    numbers = [str(ended[True] + k) for k in range(len(chances))]
    heads: list[object] = ["number#", "exactly#", "at_least#"]
    rows: list[Row] = [*zip(numbers, *columns.values(), strict=True)]
    # What is as good as excluded takes one row, above and below; but not if all is.
    told = [k for k, chance in enumerate(chances) if said(chance) != said(0.0)] or [0, len(chances)]
    rows[told[-1] + 1 :] = [(f"≥ {k}", p, p) for k, _, p in rows[told[-1] + 1 :][:1]]
    if (few := told[0]) > 1:
        rows[:few] = [(f"≤ {numbers[few - 1]}", said(sum(chances[:few])), rows[few - 1][2])]
    if len(numbers) <= _NUMBERS_ABREAST:
        heads = ["number", *map(Text.untranslated, numbers)]
        rows = [(Message(f"document.joint_{name}"), *told) for name, told in columns.items()]
    weak, note = len(found.goals) - len(facts.counted), list[str]()
    if weak and facts.counted:
        note = [text("document.joint_weak", lang, count=weak)]
    return rows_table("document.joint_caption", heads, rows, lang, of="document.joint_", note=note)


def seek_table(
    exploration: project.Exploration, answers: Sequence[seek.Sought], *, lang: Language
) -> Section:
    """One row an answer: the levers and how far, what is reached, and whether that suffices."""
    outlook, goal = exploration.outlook, answers[0].goal
    a, rows = outlook[goal].attainment, list[Row]()
    grade = a.grade
    for one in answers:
        before, reached = (
            wording.chance(p, grade=grade, lang=lang, narrow=True)
            for p in (one.before, one.reached)
        )
        cell = cited(reached, "seek", f"{goal}[0].reached") if not rows else reached
        met = partial(sentences.enough, grade=grade, wanted=one.wanted)
        said = "unneeded" if met(one.before) else "reached" if met(one.reached) else "not"
        push = sentences.push_words(one, outlook, lang=lang)
        verdict = Message(f"joint.verdict_{said}")
        if fast := sentences.unseen(one, a.due_year, outlook.as_of, lang=lang):
            verdict = Message("joint.verdict_unseen", {"verdict": verdict, "unseen": fast})
        rows.append((push, before, cell, verdict))
    name, as_of = outlook.plan.goal_name(exploration.goal(goal)), day(outlook.as_of, lang=lang)
    about = {"goal": name, "wanted": percent(answers[0].wanted), "as_of": as_of}
    caption, heads = Message("joint.seek_title", about), "levers before# reached# verdict"
    return rows_table(caption, heads, rows, lang, of="joint.column_", note="joint.seek_note")


def rates_table(records: Iterable[RateRecord], *, lang: Language) -> Section:
    """Rates with their middle, 80 % interval and what they rest on."""
    rows = list[Row]()
    for one in records:
        basis = Message(f"structural.basis_{one.basis}")
        rows.append((one.name, *map(rate, (one.value, one.low, one.high)), basis, one.source))
    heads, of = "rate value# low# high# basis source", "joint.column_"
    return rows_table("joint.rates_title", heads, rows, lang, of=of, note="joint.rates_note")


def correlation_table(
    exploration: project.Exploration, correlation: Correlation, *, lang: Language
) -> Section:
    """Correlations of yearly growth by pair, with the common years behind each."""
    named = exploration.outlook.plan.indicator
    rows = [
        (named(one).names, named(other).names, f"{alike:.2f}", f"{years:.1f}")
        for one, other, alike, years in correlation.pairs()
    ]
    values = {"target": f"{correlation.target:.2f}", **vars(growth.learned().together)}
    heads, of = "first second correlation# common_years#", "joint.column_"
    note = Message("joint.correlation_note", values)
    return rows_table("joint.correlation_title", heads, rows, lang, of=of, note=note)
