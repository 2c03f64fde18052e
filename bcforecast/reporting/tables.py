"""Tables: of goals, figures and sources, rules, news, hindsight and scenarios, in one language.

A table is declared as its columns. Where a number of a goal is first tabled, its row links it to
its source; other tables link one number, to say where all of theirs come from.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeVar

from bcforecast import config
from bcforecast import text as wording
from bcforecast.attainment import explain, news, probability, project, seek
from bcforecast.attainment.checks import Finding, findings
from bcforecast.cells import CLASSES
from bcforecast.evaluation.hindcast import GoalHindcast, Hindcast
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.models import growth
from bcforecast.models.flows import RateRecord
from bcforecast.reporting import document, sentences
from bcforecast.reporting.display import Section, paragraphs
from bcforecast.reporting.facts import (
    Facts,
    FigureFact,
    GoalFact,
    MeasureFact,
    SeriesFact,
    SourceFact,
    TrackedFact,
)
from bcforecast.reporting.records import rule_records, with_unit
from bcforecast.rules.base import Case
from bcforecast.scenarios.scenario import Scenario
from bcforecast.scenarios.simulation import Correlation
from bcforecast.text import NOTHING, Language, Message, Text, day, number, percent, rate, text

_FEWEST_YEARS: Final = 3
LONGEST: Final = 10
"""Years of a forecast that a table shows, at least and at most."""

Thing = TypeVar("Thing")
Column = tuple[str | Message, document.Kind, Callable[[Thing], document.Cell | Message]]
"""What heads a column (the end of a key, or a message), its kind, and the cell of a thing."""

Row = Sequence[document.Cell]


def _table(
    caption: str | Message,
    things: Iterable[Thing],
    columns: Sequence[Column[Thing]],
    lang: Language,
    *,
    of: str,
    note: str | Message = "",
    anchors: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Section:
    """One row a thing; keys of heads begin with `of`."""

    def said(one: document.Cell | Message) -> Any:
        return one.render(lang) if isinstance(one, Message) else one

    named = [Message(of + head) if isinstance(head, str) else head for head, _, _ in columns]
    heads = [(head.render(lang), kind) for head, (_, kind, _) in zip(named, columns, strict=True)]
    rows = [[said(cell(thing)) for _, _, cell in columns] for thing in things]
    more = {"anchors": anchors, "groups": groups}
    made = document.TableBlock.of(said(caption), heads, rows, note=said(note), **more)
    return Section((made,))


def _placed(first: int = 0, **kinds: document.Kind) -> list[Column[Row]]:
    """Columns of things that are rows already."""
    return [(head, kind, itemgetter(k)) for k, (head, kind) in enumerate(kinds.items(), first)]


def _numbers(heads: Iterable[Message], *, first: int = 1) -> list[Column[Row]]:
    """Columns of numbers of things that are rows already, from a place on."""
    return [(head, "number", itemgetter(k)) for k, head in enumerate(heads, first)]


def rows_table(
    caption: str | Message,
    rows: Iterable[Row],
    kinds: dict[str, document.Kind],
    lang: Language,
    *,
    of: str,
    note: str | Message = "",
) -> Section:
    """A table of things that are rows already, by the ends of the keys of its heads."""
    return _table(caption, rows, _placed(0, **kinds), lang, of=of, note=note)


def goals_table(outlook: project.Outlook, *, lang: Language) -> Section:
    """One row a goal, for a terminal: probability as number and word, rounded quantiles."""
    rows = []
    for item in outlook:
        a, unit, unit_name = item.attainment, item.goal.unit, item.indicator.unit_name(lang)
        name = item.names.render(lang)
        said = [wording.verdict_message(a.verdict, grade=a.grade).render(lang)]
        if a.probability is not None:
            said.insert(0, wording.chance(a.probability, grade=a.grade, lang=lang, narrow=True))
        year = "" if a.latest_year is None else f" ({a.latest_year})"
        needed = a.required.rate if a.required and not sentences.already_met(a) else None
        estimated = partial(wording.estimate, unit=unit, grade=a.grade)
        rows.append(
            (
                text("attainment.aspiration", lang, name=name) if a.aspiration else name,
                wording.promised(a, lang=lang, name=unit_name),
                str(a.due.year),
                number(a.latest, unit=unit, lang=lang) + year,
                rate(needed, signed=True),
                *(estimated(quantile, lang=lang) for quantile in (a.q10, a.q50, a.q90)),
                " ".join(said),
                a.grade,
            )
        )
    columns = _placed(
        goal="text", target="text", due="number", latest="number", pace="number",
        q10="number", q50="number", q90="number", probability="number", grade="text",
    )  # fmt: skip
    about = {
        "as_of": day(outlook.as_of, lang=lang),
        "scenario": project.scenario_names(outlook)[lang],
    }
    caption = Message("attainment.table_title", {"plan": outlook.plan.title, **about})
    note = Message("attainment.table_note")
    return _table(caption, rows, columns, lang, of="attainment.column_", note=note)


def _has_trend(goal: GoalFact) -> bool:
    return sentences.direction(goal).key != "report.none"


def brief_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal, in groups by how it stands, the one most in danger first; what is next."""
    rows: list[GoalFact] = []
    groups: list[str] = []
    for group, goals in sentences.by_standing(facts):
        heads = [text(f"report.standing_{group}", lang, count=len(goals))]
        groups += heads + [""] * (len(goals) - 1)
        rows += goals

    def chance(goal: GoalFact) -> document.Cell:
        said = wording.chance(goal.probability, grade=goal.grade, lang=lang)
        return _cited(said, "probability", goal, "attainment.probability")

    def bodies(goal: GoalFact) -> document.Cell:
        first = goal.bodies[0].render(lang) if goal.bodies else ""
        return text("report.and_others", lang, first=first) if len(goal.bodies) > 1 else first

    responsible: list[Column[GoalFact]] = [("bodies", "text", bodies)]
    changed: list[Column[GoalFact]] = [
        ("change", "short", lambda goal: sentences.changed(goal, lang=lang))
    ]
    trend: list[Column[GoalFact]] = [("trend", "short", sentences.direction)]
    columns: list[Column[GoalFact]] = [
        ("goal", "text", _name),
        ("target", "text", lambda goal: _due_target(goal, lang)),
        *(responsible if any(goal.bodies for goal in rows) else []),
        ("odds", "short", chance),
        *(changed if facts.since is not None else []),
        ("evidence", "short", lambda goal: Message(f"report.evidence_{goal.grade}")),
        *(trend if any(map(_has_trend, rows)) else []),
        ("next", "text", lambda goal: sentences.next_step(goal, facts, lang=lang)),
    ]
    caption, of = Message("report.brief_caption"), "report.col_"
    return _table(caption, rows, columns, lang, of=of, groups=groups)


def _due_target(goal: GoalFact, lang: Language) -> str:
    target = sentences.target_of(goal, lang=lang)
    if goal.over is not None:  # its years are said already
        return target
    return text("report.brief_target", lang, target=target, year=goal.due.year)


def standing_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal: latest figure, gap, pace needed, and the forecast at the due date.

    A goal of which nothing is known has no row: the table of what is not assessed has it.
    """
    rows: list[Row] = []
    for goal in facts.goals:
        if goal.probability is None and goal.latest is None:
            continue
        latest, gap = (number(x, unit=goal.unit, lang=lang) for x in (goal.latest, goal.gap))
        q10, q50, q90 = (sentences.estimate(q, goal, lang) for q in (goal.q10, goal.q50, goal.q90))
        if goal.latest is not None:
            latest = text("report.latest", lang, figure=latest, year=goal.latest_year)
        rows.append(
            (
                _name(goal).render(lang),
                wording.unit_name(goal.unit, lang, goal.unit_name),
                wording.sign_and_target(goal, lang=lang),
                latest,
                gap,
                rate(None if sentences.already_met(goal) else goal.required_rate),
                q10,
                _cited(q50, "forecast", goal, "attainment.q50"),
                q90,
            )
        )
    if not rows:
        return Section()
    columns = _placed(
        goal="text", unit="short", target_value="number", latest="number", gap="number",
        pace="number", q10="number", q50="number", q90="number",
    )  # fmt: skip
    caption, note = Message("report.standing_caption"), Message("report.standing_note")
    return _table(caption, rows, columns, lang, of="report.col_", note=note)


def _name(goal: GoalFact) -> Message:
    return Message("report.aspired", {"name": goal.name}) if goal.aspiration else goal.name


def _cited(words: str, function: str, goal: GoalFact, place: str) -> document.Cell:
    """Link a number of a goal to its source."""
    return _cited_place(words, function, f"{goal.id}.{place}")


def _cited_place(words: str, function: str, place: str) -> document.Cell:
    """Link a number to where it comes from; a dash is no number."""
    return words if words == NOTHING else document.cited(words, function, place)


def forecast_table(
    goal: GoalFact,
    known: explain.Explanation | None = None,
    *,
    lang: Language,
    since: int = 0,
) -> Section:
    """Median and 80 % interval, a year a column from `since` on; for an event the probability.

    With what is `known` of the goal, also the chance of meeting it at the end of each year. Of a
    forecast over more than `LONGEST` years the last ones are shown. Nothing where it is over one
    year or two: the sentence on the goal and its chart say all of it.
    """
    fan, chances = goal.forecast, goal.met_by_year
    open_ = [year for year in (chances or (fan and fan.years) or ()) if year >= since]
    years = tuple(open_)[-LONGEST:]
    if len(years) < _FEWEST_YEARS:
        return Section()
    shown: dict[str, list[document.Cell]] = {}
    if chances is not None:
        *before, due = (wording.chance(chances[y], grade=goal.grade, lang=lang) for y in years)
        last = _cited(due, "probability", goal, "attainment.probability")
        shown["chance"] = [*before, last]
    elif fan is not None:
        place = fan.levels.index(0.8)
        ends = {"low80": fan.lower[place], "q50": fan.median, "high80": fan.upper[place]}
        for name, values in ends.items():
            shown[name] = [sentences.estimate(value, goal, lang) for value in values[-len(years) :]]
        shown["q50"][-1] = _cited(str(shown["q50"][-1]), "forecast", goal, "attainment.q50")
    rows: list[Row] = [(text(f"report.col_{name}", lang), *cells) for name, cells in shown.items()]
    if known is not None:
        holds = _by_year(known, years, lang)[:1]
        rows += [(text("report.col_holds", lang), *chances) for _, *chances in holds]
    columns = _placed(year="text") + _numbers(Message("report.year", {"year": y}) for y in years)
    return _table(Message("report.forecast_caption"), rows, columns, lang, of="report.col_")


def _series_name(goal: GoalFact, series: SeriesFact, *, lang: Language) -> str:
    """Name what a series counts, and where."""
    name = series.size or goal.family or goal.name
    return text("document.series", lang, indicator=name, area=series.area_name)


def observations_table(facts: Facts, *, lang: Language) -> Section:
    """One row an observation, by series: figure, publication, status, source, what became of it.

    A figure that several goals share stands once.
    """
    found: dict[str, dict[str, Row]] = {}
    told: set[str] = set()

    def tell(series: str, anchor: str, *row: str) -> None:
        if anchor not in told:
            told.add(anchor)
            found.setdefault(series, {})[anchor] = row

    for goal in facts.goals:
        for series in goal.series:
            name = _series_name(goal, series, lang=lang)
            for figure in (*series.used, *series.unused):
                use = "used" if figure in series.used else "unused"
                remark = _remark(figure, lang)
                tell(
                    name,
                    document.observation_anchor(figure),
                    figure.period_words.render(lang),
                    figure.words.render(lang),
                    _published(figure, lang),
                    text(f"observations.status_{figure.status}", lang),
                    figure.source,
                    text(f"document.use_{use}{'_because' * bool(remark)}", lang, remark=remark),
                )
        if goal.outcome is not None:
            known = goal.outcome
            tell(
                _series_name(goal, goal.own, lang=lang),
                document.observation_anchor(known, goal.own.area, goal.indicator),
                known.period,
                sentences.outcome_figure(known, goal, lang=lang),
                day(known.published, lang=lang),
                text("report.none", lang),
                known.source,
                text("document.use_settled", lang),
            )
    columns = _placed(
        period="short", figure="number", published="short", status="short",
        source="source", use="text",
    )  # fmt: skip
    caption, note = Message("document.observations_caption"), Message("report.assumed_note")
    of, rows = "document.col_", [row for rows in found.values() for row in rows.values()]
    groups = [name if not k else "" for name, rows in found.items() for k, _ in enumerate(rows)]
    anchors = [anchor for rows in found.values() for anchor in rows]
    return _table(caption, rows, columns, lang, of=of, note=note, anchors=anchors, groups=groups)


def _published(figure: FigureFact, lang: Language) -> str:
    published = day(figure.published, lang=lang)
    assumed = figure.published_assumed
    return text("report.assumed_day", lang, day=published) if assumed else published


def _remark(figure: FigureFact, lang: Language) -> str:
    said = [words.render(lang) for words in (figure.remark, figure.note) if words is not None]
    return text("report.remark_join", lang).join(said)


def grades_table(*, lang: Language) -> Section:
    """What each evidence grade means."""
    columns: list[Column[str]] = [
        ("grade", "grade", str),
        ("meaning", "text", lambda grade: Message(f"report.grade_{grade}")),
    ]
    caption, note = Message("report.grades_caption"), Message("report.grades_note")
    return _table(caption, "ABCDU", columns, lang, of="report.col_", note=note)


def words_table(data_dir: Path, *, lang: Language) -> Section:
    """Which probabilities each word stands for by the bounds in `data_dir`, highest first."""
    rows = []
    for band in reversed(probability.load_bands(data_dir)):
        ends = {name: f"{100 * getattr(band, name):.0f}%" for name in ("lower", "upper")}
        rows.append((text(band.key, lang), text("report.words_range", lang, **ends)))
    columns = _placed(word="short", range="short")
    return _table(Message("report.words_caption"), rows, columns, lang, of="report.col_")


def tracked_table(facts: Facts, *, lang: Language) -> Section:
    """Promises without a number, and milestones; nothing where the plan has none."""
    tracked = (*facts.qualitative, *facts.milestones)
    if not tracked:
        return Section()
    join = text("report.list_join", lang).join
    columns: list[Column[TrackedFact]] = [
        ("goal", "text", lambda one: one.quote),
        ("place", "text", lambda one: wording.place_words(one.place, lang=lang)),
        ("bodies", "text", lambda one: join(body.render(lang) for body in one.bodies)),
    ]
    caption, note = Message("report.tracked_caption"), Message("report.tracked_note")
    return _table(caption, tracked, columns, lang, of="report.col_", note=note)


def delivery_table(facts: Facts, *, lang: Language) -> Section:
    """One row a measure of which something is known, the worst first; how many there are besides.

    Nothing for a plan without measures.
    """
    known = [one for status in CLASSES for one in facts.measures if one.status == status]
    if not known:
        silent = document.sentence("delivery.none", lang, count=len(facts.measures))
        return paragraphs(silent) if facts.measures else Section()

    def due(one: MeasureFact) -> str:
        late = "_overdue" if one.overdue else ""
        return text(f"delivery.due{late}", lang, day=day(one.due, lang=lang))

    groups = [
        sentences.status_of(str(one.status)).render(lang)
        if before is None or one.status != before.status else ""
        for before, one in zip((None, *known), known, strict=False)
    ]  # fmt: skip
    columns: list[Column[MeasureFact]] = [
        ("measure", "text", lambda one: one.name),
        ("due", "text", due),
        ("date", "short", lambda one: day(one.date, lang=lang) if one.date else NOTHING),
        ("evidence", "text", lambda one: one.evidence),
        ("source", "source", lambda one: one.source),
    ]
    others = len(facts.measures) - len(known)
    note = Message("delivery.unknown_others", {"count": others}) if others else ""
    caption, of = Message("delivery.caption"), "delivery.column_"
    return _table(caption, known, columns, lang, of=of, note=note, groups=groups)


def unassessed_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal without a probability: what is promised, by whom, and what is missing."""
    goals = [goal for goal in facts.goals if goal.probability is None]
    if not goals:
        return Section()
    join = text("report.list_join", lang).join

    def known(goal: GoalFact) -> str:
        if goal.latest is None:
            return text("report.no_own_figure", lang)
        figure = number(goal.latest, unit=goal.unit, lang=lang)
        return text("report.latest", lang, figure=figure, year=goal.latest_year)

    columns: list[Column[GoalFact]] = [
        ("goal", "text", _name),
        ("target", "text", lambda goal: _due_target(goal, lang)),
        ("bodies", "text", lambda goal: join(body.render(lang) for body in goal.bodies)),
        ("known", "text", known),
        ("next", "text", lambda goal: sentences.next_step(goal, facts, lang=lang)),
    ]
    title = text("report.unassessed_heading", lang)
    head = Section((document.Heading(level=2, text=title),))
    about = document.sentence("report.unassessed", lang, count=len(goals))
    anchors = [f"goal-{goal.id}" for goal in goals]
    caption, of = Message("report.unassessed_caption"), "report.col_"
    return head + paragraphs(about) + _table(caption, goals, columns, lang, of=of, anchors=anchors)


def sources_table(facts: Facts, *, lang: Language) -> Section:
    """Every source of a figure that the report names."""
    columns: list[Column[SourceFact]] = [
        ("source", "source_id", lambda source: source.id),
        ("title", "text", lambda source: source.title),
        ("issuer", "text", lambda source: source.issuer),
        ("url", "url", lambda source: source.url or Message("report.none")),
        ("seen", "short", lambda source: Message(f"report.seen_{source.verification}")),
    ]
    caption, of = Message("report.sources_caption"), "report.col_"
    anchors = [f"source-{source.id}" for source in facts.sources]
    return _table(caption, facts.sources, columns, lang, of=of, anchors=anchors)


def rules_table(known: explain.Explanation, *, lang: Language, judging: bool = False) -> Section:
    """Our probability in the first row, then every rule: label, number, implied figure, flip.

    `judging` has the rules alone that can judge, and what they say; nothing where there is none.
    """
    a, panel = known.item.attainment, known.panel
    rules = [] if panel.case is None else _rules(panel.case, panel.step, known.item, lang=lang)
    about = {"name": known.item.names, "as_of": day(known.item.outlook.as_of, lang=lang)}
    said = sentences.rules_agreement(known, lang=lang)
    open_ = a.probability is not None and known.says_met is None
    due, caption = known.item.goal.due.year, Message("explain.panel_title", about)
    if judging:
        return _judging(known, rules, lang)
    ours = (
        text("explain.ours", lang, grade=a.grade),
        wording.verdict_message(a.verdict, grade=a.grade).render(lang),
        text("explain.says_open", lang) if open_ else _says(known.says_met, lang),
        wording.chance(a.probability, grade=a.grade, lang=lang, narrow=True),
        number(a.q50, unit=a.unit, lang=lang),
        sentences.own_flip(known, lang=lang) or NOTHING,
    )
    note = wording.join_sentences(said, lang=lang)
    return _rule_table(caption, [ours, *rules], due, lang, note=note)


def _judging(known: explain.Explanation, rules: list[Row], lang: Language) -> Section:
    """Rules that can judge, each in a line; nothing where there is none."""
    judged = [rule for rule in rules if rule[2] != _says(None, lang)]
    found = known.panel.disagreement
    if not judged or found is None:
        return Section()
    said = []
    if found.yes and found.no:
        split = {"yes": len(found.yes), "no": len(found.no)}
        said.append(text("explain.rules_split", lang, **split))
    elif found.flag:
        said.append(text("explain.rules_against", lang))
    if len(judged) < len(rules):
        said.append(text("report.rules_left_out", lang, count=len(rules) - len(judged)))
    columns, of = _placed(rule="text", label="text", says="short"), "explain.column_"
    note = wording.join_sentences(said, lang=lang)
    return _table(Message("explain.rules_short"), judged, columns, lang, of=of, note=note)


def case_table(case: Case, *, lang: Language, step: float | None = None) -> Section:
    """Every rule on any figures: label, number, implied figure, flip."""
    rows = _rules(case, step, None, lang=lang)
    return _rule_table(Message("explain.rules_title"), rows, case.due or NOTHING, lang)


def _rule_table(
    caption: str | Message, rows: list[Row], due: int | str, lang: Language, note: str = ""
) -> Section:
    columns = _placed(rule="text", label="text", says="text", value="number")
    columns += _numbers([Message("explain.column_projected", {"due": due})], first=4)
    columns += _placed(5, flip="text")
    return _table(caption, rows, columns, lang, of="explain.column_", note=note)


def _rules(
    case: Case, step: float | None, of: project.GoalOutlook | None, *, lang: Language
) -> list[Row]:
    unit, said = (None, str) if of is None else (of.goal.unit, with_unit(of))
    return [
        (
            record["name"],
            record["label_text"],
            _says(record["says_met"], lang),
            number(record["value"], unit=None),
            number(record["projected"], unit=unit, lang=lang),
            record["flip_text"] or next(iter(record["notes"]), NOTHING),
        )
        for record in rule_records(case, lang=lang, step=step, said=said)
    ]


def _says(met: bool | None, lang: Language) -> str:
    name = "silent" if met is None else "yes" if met else "no"
    return text(f"explain.says_{name}", lang)


_YEARS_ABREAST: Final = 12


def _by_year(known: explain.Explanation, years: Sequence[int], lang: Language) -> list[Row]:
    """Chances by year that the target is met then, and that it has been met by then; or nothing."""
    when, item = known.date, known.item
    if when is None:
        return []
    rows: list[Row] = []
    for name in ("holds", "reached_by"):
        chances = dict(zip(when.years, getattr(when, name), strict=True))
        first, *later = (
            wording.chance(chances.get(year), grade=item.attainment.grade, lang=lang, narrow=True)
            for year in years
        )
        cell: document.Cell = first
        if years[0] in when.years:
            place = when.years.index(years[0])
            cell = _cited_place(first, "date", f"{item.goal.id}.{name}[{place}]")
        rows.append((text(f"explain.by_year_{name.removesuffix('_by')}", lang), cell, *later))
    return rows


def by_year_table(
    known: explain.Explanation, *, lang: Language, since: int | None = None
) -> Section:
    """Probability that the target is met at the end of each year, and by then at least once.

    `since` leaves out the years before it, which are over though no figure of them is known, but
    never the due year.
    Of more years than a page is wide for every second, third... is shown, the due year among them.
    Nothing without a probability.
    """
    when, item = known.date, known.item
    if when is None:
        return Section()
    due = item.goal.due.year
    open_ = [k for k, y in enumerate(when.years) if since is None or y >= min(since, due)]
    step = -(-len(open_) // _YEARS_ABREAST) or 1
    shown = [k for k in open_ if (when.years[k] - due) % step == 0]
    if not shown:
        return Section()
    rows = _by_year(known, [when.years[k] for k in shown], lang)
    columns: list[Column[Row]] = [("explain.by_year_what", "text", itemgetter(0))]
    columns += _numbers(Message("explain.date_year", {"year": when.years[k]}) for k in shown)
    note = Message("explain.by_year_note", {"due": due})
    return _table(Message("explain.by_year_title"), rows, columns, lang, of="", note=note)


def required_table(outlook: project.Outlook, *, lang: Language) -> Section:
    """Levels that each goal not yet met needs year by year on an even path; nothing for none."""
    short = [
        (item.attainment, path, item)
        for item in outlook
        if (path := item.attainment.required) is not None
        and item.goal.due.year >= project.first_open_year(outlook.as_of)
        and path.years > 0
        and not sentences.already_met(item.attainment)
    ]
    if not short:
        return Section()
    # Of years that are over nothing can be asked any more, though their figures may not be out.
    first = max(min(a.latest_year or 0 for a, _, _ in short) + 1, outlook.as_of.year)
    last = max(a.due.year for a, _, _ in short)
    step = -(-(last - first + 1) // _YEARS_ABREAST)
    years = [year for year in range(first, last + 1) if (year - last) % step == 0]
    if len(years) < 2:  # the target alone
        return Section()
    rows: list[Row] = []
    for a, path, item in short:
        assert a.latest is not None
        assert a.latest_year is not None
        # Shares go by even steps, as in the words on the goal's page.
        even = replace(path, rate=None) if a.unit == "%" else path
        levels = [even.level(a.latest, year - a.latest_year) for year in years]
        said = (NOTHING if one is None else number(one, unit=a.unit, lang=lang) for one in levels)
        rows.append((item.names.render(lang), item.indicator.unit_name(lang), *said))
    columns: list[Column[Row]] = _placed(goal="text", unit="text")
    columns += _numbers((Message("explain.date_year", {"year": year}) for year in years), first=2)
    caption, note = Message("explain.levels_title"), Message("explain.levels_note")
    return _table(caption, rows, columns, lang, of="explain.levels_", note=note)


def findings_table(outlook: project.Outlook, *, lang: Language) -> Section:
    """What `check` would have one look at in the figures known; nothing where there is nothing."""
    found = [one for one in findings(outlook.plan, outlook.data) if one.severity == "warning"]
    if not found:
        return Section()
    columns: list[Column[Finding]] = [
        ("file", "text", lambda one: Path(one.figure.file).name),
        ("row", "number", lambda one: str(one.figure.row)),
        ("said", "text", lambda one: one.message.render(lang)),
    ]
    caption, note = Message("checks.table_title"), Message("checks.table_note")
    return _table(caption, found, columns, lang, of="checks.column_", note=note)


def _chance(of: project.Attainment | news.GoalStatus, lang: Language) -> str:
    if of.probability is None:
        return text(of.verdict, lang)
    return wording.chance(of.probability, grade=of.grade, lang=lang, narrow=True)


def news_table(found: news.News, *, lang: Language) -> Section:
    """One row a goal: probability at both dates, the change, its parts, and what came."""
    rows = [
        (
            goal.goal.called(goal.indicator).render(lang),
            *(_chance(one, lang) for one in (goal.before, goal.after)),
            wording.points(goal.total),
            *(wording.points(part.change) for part in goal.parts),
            sentences.why(goal, lang=lang),
        )
        for goal in found.goals
    ]
    days = [day(when, lang=lang) for when in (found.since, found.until)]
    heads = [Message("news.column_at", {"day": when}) for when in days]
    heads += [Message(f"news.column_{name}") for name in ("change", *news.PARTS)]
    columns = _placed(goal="text") + _numbers(heads) + _placed(len(heads) + 1, why="text")
    about = {"plan": found.plan.title, "since": days[0], "until": days[1]}
    caption, note = Message("news.title", about), sentences.news_note(found, lang=lang)
    return _table(caption, rows, columns, lang, of="news.column_", note=note)


def log_table(changes: Sequence[news.StatusChange], found: news.News, *, lang: Language) -> Section:
    """One row a change of word or grade; a sentence where there is none."""
    if not changes:
        return paragraphs(document.sentence("news.log_none", lang))
    columns: list[Column[news.StatusChange]] = [
        ("log_day", "text", lambda one: day(one.day, lang=lang)),
        ("column_goal", "text", lambda one: found.plan.indicator(one.goal.indicator).names),
        ("log_before", "text", lambda one: sentences.status_words(one.before, lang=lang)),
        ("log_after", "text", lambda one: sentences.status_words(one.after, lang=lang)),
    ]
    days = {name: day(getattr(found, name), lang=lang) for name in ("since", "until")}
    caption = Message("news.log_title", days)
    return _table(caption, changes, columns, lang, of="news.")


def hindcast_tables(found: Hindcast, *, lang: Language) -> Section:
    """Return the goals with what was said and what happened, then the scores."""

    def at(k: int, when: date) -> Column[GoalHindcast]:
        head = Message("hindcast.column_said", {"day": day(when, lang=lang)})
        return head, "text", lambda goal: sentences.hindcast_words(goal.forecasts[k], lang=lang)

    columns: list[Column[GoalHindcast]] = [
        ("goal", "text", lambda goal: goal.goal.called(goal.indicator)),
        ("outcome", "text", lambda goal: sentences.hindcast_outcome(goal, lang=lang)),
        *(at(k, when) for k, when in enumerate(found.dates)),
    ]
    caption, of = Message("hindcast.title", {"plan": found.plan.title}), "hindcast.column_"
    note = sentences.unknown_words(found, lang=lang)
    goals = _table(caption, found.goals, columns, lang, of=of, note=note)
    return goals + _scores_table(found, lang)


def _scores_table(found: Hindcast, lang: Language) -> Section:
    """One row a date and one for all: goals scored, Brier, log loss, intervals, rules."""
    rows = []
    for when in (*found.dates, None):
        scores = found.scores(when)
        judged = scores.rules_right + scores.rules_wrong
        rows.append(
            (
                day(when, lang=lang) if when else text("hindcast.all_dates", lang),
                str(scores.count),
                *(
                    NOTHING if value is None else f"{value:.3f}"
                    for value in (scores.brier, scores.brier_even, scores.log_loss)
                ),
                f"{scores.inside_80}/{scores.intervals}" if scores.intervals else NOTHING,
                f"{scores.rules_right}/{judged}" if judged else NOTHING,
            )
        )
    names = ("count", "brier", "even", "log_loss", "inside", "rules")
    heads = (Message(f"hindcast.column_{name}") for name in names)
    columns = _placed(day="text") + _numbers(heads)
    note, of = Message("hindcast.scores_note", {"clip": f"{LOG_LOSS_CLIP:g}"}), "hindcast.column_"
    return _table(Message("hindcast.scores_title"), rows, columns, lang, of=of, note=note)


def scenario_table(
    exploration: project.Exploration,
    scenarios: Sequence[Scenario],
    *,
    lang: Language,
    caption: str,
    joints: Sequence[project.Joint] = (),
) -> Section:
    """Goals down, scenarios across; below them all goals together and the expected number met.

    `joints` are all goals together under each scenario, where they have been simulated before.
    """
    plan, first = exploration.outlook.plan, scenarios[0].id
    joints = joints or [exploration.joint(scenario) for scenario in scenarios]
    rows: list[Row] = []
    for goal in plan.goals:
        chances: Row = [NOTHING for _ in joints]
        if goal.id in joints[0].goals:
            at = joints[0].goals.index(goal.id)
            grade = exploration.outlook[goal.id].attainment.grade
            said, *others = (
                wording.chance(float(one.probabilities[at]), grade=grade, lang=lang)
                for one in joints
            )
            chances = [document.cited(said, "scenarios", f"{first}.probabilities[{at}]"), *others]
        rows.append((plan.goal_name(goal).render(lang), *chances))
    grade, counted = exploration.grade, joints[0].counted
    together = [wording.chance(one.all_met, grade=grade, lang=lang) for one in joints]
    expected = [NOTHING if one.expected is None else f"{one.expected:.1f}" for one in joints]
    for key, of, count, (said, *others) in (
        ("together", "all_met", len(exploration.goals), together),
        ("expected", "expected", counted, expected),
    ):
        label = text(f"explorer.row_{key}", lang, count=count)
        cell = said if said == NOTHING else document.cited(said, "joint", f"{first}.{of}")
        rows.append((label, cell, *others))
    columns = _placed(goal="text") + _numbers(scenario.title for scenario in scenarios)
    alone = [one.id for one in scenarios] == [config.SCENARIO]
    note, of = Message("joint.baseline_note" if alone else "joint.table_note"), "explorer.column_"
    return _table(caption, rows, columns, lang, of=of, note=note)


def joint_table(facts: Facts, *, lang: Language) -> Section:
    """Return the probability of exactly so many goals being met; nothing without a joint."""
    if facts.joint is None:
        return Section()
    chances = facts.joint.number_met
    said = partial(wording.chance, grade=facts.joint_grade, lang=lang)
    none, *exactly = map(said, chances)
    # At least none are met for certain.
    least = ["100%", *(said(sum(chances[k:])) for k in range(1, len(chances)))]
    first = document.cited(none, "joint", f"{facts.scenario}.number_met[0]")
    rows: list[Row] = [
        (text("document.joint_exactly", lang), first, *exactly),
        (text("document.joint_at_least", lang), *least),
    ]
    columns = _placed(number="text")
    columns += _numbers(Text.untranslated(str(k)) for k in range(len(chances)))
    return _table(Message("document.joint_caption"), rows, columns, lang, of="document.joint_")


def seek_table(
    exploration: project.Exploration, answers: Sequence[seek.Sought], *, lang: Language
) -> Section:
    """One row an answer: the levers and how far, what is reached, and whether that suffices."""
    grade = exploration.outlook[answers[0].goal].attainment.grade

    def chance(probability: float) -> str:
        return wording.chance(probability, grade=grade, lang=lang, narrow=True)

    def reached(one: seek.Sought) -> document.Cell:
        said = chance(one.reached)
        return document.cited(said, "seek", f"{one.goal}[0].reached") if one is answers[0] else said

    def verdict(one: seek.Sought) -> Message:
        said = "unneeded" if one.before >= one.wanted else "reached" if one.feasible else "not"
        return Message(f"joint.verdict_{said}")

    columns: list[Column[seek.Sought]] = [
        (
            "levers",
            "text",
            lambda one: sentences.push_words(one, plan=exploration.outlook.plan, lang=lang),
        ),
        ("before", "number", lambda one: chance(one.before)),
        ("reached", "number", reached),
        ("verdict", "text", verdict),
    ]
    goal = exploration.outlook.plan.goal_name(exploration.goal(answers[0].goal))
    about = {
        "wanted": percent(answers[0].wanted),
        "as_of": day(exploration.outlook.as_of, lang=lang),
    }
    caption, note = Message("joint.seek_title", {"goal": goal, **about}), Message("joint.seek_note")
    return _table(caption, answers, columns, lang, of="joint.column_", note=note)


def rates_table(records: Iterable[RateRecord], *, lang: Language) -> Section:
    """Rates with their middle, 80 % interval and what they rest on."""
    columns: list[Column[RateRecord]] = [
        ("rate", "text", lambda one: one.name),
        ("value", "number", lambda one: rate(one.value)),
        ("low", "number", lambda one: rate(one.low)),
        ("high", "number", lambda one: rate(one.high)),
        ("basis", "text", lambda one: Message(f"structural.basis_{one.basis}")),
        ("source", "text", lambda one: one.source),
    ]
    note, of = Message("joint.rates_note"), "joint.column_"
    return _table(Message("joint.rates_title"), records, columns, lang, of=of, note=note)


def correlation_table(
    exploration: project.Exploration, correlation: Correlation, *, lang: Language
) -> Section:
    """Correlations of yearly growth by pair, with the common years behind each."""
    named = exploration.outlook.plan.indicator
    columns: list[Column[Any]] = [
        ("first", "text", lambda pair: named(pair[0]).names),
        ("second", "text", lambda pair: named(pair[1]).names),
        ("correlation", "number", lambda pair: f"{pair[2]:.2f}"),
        ("common_years", "number", lambda pair: f"{pair[3]:.1f}"),
    ]
    values = {"target": f"{correlation.target:.2f}", **vars(growth.learned().together)}
    of = "joint.column_"
    caption, note = Message("joint.correlation_title"), Message("joint.correlation_note", values)
    return _table(caption, correlation.pairs(), columns, lang, of=of, note=note)
