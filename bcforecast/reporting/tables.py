"""Tables: of goals, figures and sources, rules, news, hindsight and scenarios, in one language.

Where a number of a goal is first tabled, its row links it to its source; other tables link one
number, to say where all of theirs come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from bcforecast.attainment.explain import Explanation, explain
from bcforecast.attainment.news import PARTS, GoalStatus, News, StatusChange
from bcforecast.attainment.probability import load_bands
from bcforecast.attainment.project import Exploration, Joint, Outlook, scenario_names
from bcforecast.attainment.seek import Sought
from bcforecast.evaluation.hindcast import Hindcast
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.models.flows import RateRecord
from bcforecast.plan.goals import COMPARISONS, meets
from bcforecast.reporting import sentences
from bcforecast.reporting.display import Section
from bcforecast.reporting.document import (
    Cell,
    Kind,
    Paragraph,
    TableBlock,
    cited,
    observation_anchor,
    outcome_anchor,
    sentence,
)
from bcforecast.reporting.facts import Facts, FigureFact, GoalFact, SeriesFact
from bcforecast.reporting.records import rule_records
from bcforecast.rules.base import Case
from bcforecast.rules.panel import Disagreement
from bcforecast.scenarios.scenario import Scenario, find_lever
from bcforecast.scenarios.simulation import Correlation
from bcforecast.text import (
    NOTHING,
    Language,
    day,
    join_sentences,
    number,
    percent,
    place_words,
    plain,
    points,
    rate,
    target_words,
    text,
)

Columns = list[tuple[str, Kind]]

LONGEST: Final = 10
"""Years of a forecast that a table shows."""


def _columns(prefix: str, lang: Language, **kinds: Kind) -> Columns:
    return [(text(f"{prefix}{name}", lang), kind) for name, kind in kinds.items()]


def _table(
    caption: str,
    columns: Columns,
    rows: Iterable[Sequence[Cell]],
    *,
    note: str = "",
    anchors: Sequence[str] = (),
) -> Section:
    return Section((TableBlock.of(caption, columns, rows, note=note, anchors=anchors),))


def goals_table(outlook: Outlook, *, lang: Language) -> Section:
    """One row a goal, for a terminal: probability as number and word, rounded quantiles."""
    rows = []
    for item in outlook:
        a, unit = item.attainment, item.attainment.unit
        name, word = item.indicator.name(lang), text(a.verdict, lang)
        met = a.latest is not None and meets(a.latest, a.comparator, a.target)
        unit_name = item.indicator.unit_name(lang)
        year = "" if a.latest_year is None else f" ({a.latest_year})"
        rows.append(
            (
                text("attainment.aspiration", lang, name=name) if a.aspiration else name,
                target_words(a.comparator, a.target, unit=unit, lang=lang, name=unit_name),
                number(a.latest, unit=unit) + year,
                rate(a.required.rate if a.required and not met else None, signed=True),
                *(number(quantile, unit=unit) for quantile in (a.q10, a.q50, a.q90)),
                word if a.probability is None else f"{percent(a.probability)} {word}",
                a.grade,
            )
        )
    numbers: dict[str, Kind] = dict.fromkeys(("latest", "pace", "q10", "q50", "q90"), "number")
    caption = text(
        "attainment.table_title",
        lang,
        plan=outlook.plan.name(lang),
        as_of=outlook.as_of.isoformat(),
        scenario=scenario_names(outlook)[lang],
    )
    columns = _columns(
        "attainment.column_", lang, goal="text", target="text", **numbers, probability="number",
        grade="text",
    )  # fmt: skip
    return _table(caption, columns, rows, note=text("attainment.table_note", lang))


def summary_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal: target, probability as number and word, grade, and what happened."""
    columns = _columns(
        "report.col_", lang, goal="text", target="text", probability="number", verdict="short",
        grade="grade",
    )  # fmt: skip
    known = any(goal.outcome is not None for goal in facts.goals)
    if known:
        columns += _columns("report.col_", lang, outcome="short")
    rows = [
        (
            _name(goal, lang),
            sentences.target_of(goal, lang=lang),
            _cited(
                percent(goal.probability, lang=lang), "probability", goal, "attainment.probability"
            ),
            text(goal.verdict, lang),
            goal.grade,
            *((sentences.happened_short(goal, lang=lang),) if known else ()),
        )
        for goal in facts.goals
    ]
    return _table(text("report.summary_caption", lang), columns, rows)


def standing_table(facts: Facts, *, lang: Language) -> Section:
    """One row a goal: latest figure, gap, pace needed, and the forecast at the due date."""
    rows = []
    for goal in facts.goals:
        figure = number(goal.latest, unit=goal.unit)
        if goal.latest is not None:
            figure = text("report.latest", lang, figure=figure, year=goal.latest_year)
        rows.append(
            (
                _name(goal, lang),
                goal.unit_name.render(lang),
                f"{COMPARISONS[goal.comparator].sign} {plain(goal.target)}",
                figure,
                number(goal.gap, unit=goal.unit),
                rate(None if sentences.already_met(goal) else goal.required_rate),
                number(goal.q10, unit=goal.unit),
                _cited(number(goal.q50, unit=goal.unit), "forecast", goal, "attainment.q50"),
                number(goal.q90, unit=goal.unit),
            )
        )
    names = ("target_value", "latest", "gap", "pace", "q10", "q50", "q90")
    numbers: dict[str, Kind] = dict.fromkeys(names, "number")
    columns = _columns("report.col_", lang, goal="text", unit="short", **numbers)
    return _table(text("report.standing_caption", lang), columns, rows)


def _name(goal: GoalFact, lang: Language) -> str:
    name = goal.name.render(lang)
    return text("report.aspired", lang, name=name) if goal.aspiration else name


def _cited(words: str, function: str, goal: GoalFact, place: str) -> Cell:
    """Link a number of a goal to its source; a dash is no number."""
    return words if words == NOTHING else cited(words, function, f"{goal.id}.{place}")


def forecast_table(goal: GoalFact, *, lang: Language) -> Section:
    """Median and 80 % interval, a year a column; for an event the probability.

    Of a forecast over more than `LONGEST` years the last ones are shown. Nothing where it is over
    one year, which is the due year: the sentence on the goal says all of it.
    """
    fan, chances = goal.forecast, goal.met_by_year
    years = tuple(chances or (fan and fan.years) or ())[-LONGEST:]
    if len(years) < 2:
        return Section()
    rows: dict[str, list[Cell]] = {}
    if chances is not None:
        rows["chance"] = [percent(chances[year], lang=lang) for year in years]
        due = str(rows["chance"][-1])
        rows["chance"][-1] = _cited(due, "probability", goal, "attainment.probability")
    elif fan is not None:
        place = fan.levels.index(0.8)
        ends = {"low80": fan.lower[place], "q50": fan.median, "high80": fan.upper[place]}
        for name, values in ends.items():
            rows[name] = [number(value, unit=goal.unit) for value in values[-LONGEST:]]
        rows["q50"][-1] = _cited(str(rows["q50"][-1]), "forecast", goal, "attainment.q50")
    columns: Columns = _columns("report.col_", lang, year="text")
    columns += [(text("report.year", lang, year=year), "number") for year in years]
    made = [(text(f"report.col_{name}", lang), *cells) for name, cells in rows.items()]
    return _table(text("report.forecast_caption", lang), columns, made)


def figures_tables(goal: GoalFact, *, lang: Language) -> Section:
    """Return the figures that the model used, with their sources: the area's own, the parent's."""
    columns = _columns(
        "report.col_", lang, period="short", figure="number", published="short", source="source",
        remark="text",
    )  # fmt: skip
    found = Section()
    for series in filter(None, (goal.own, goal.parent)):
        if not series.used:
            continue
        rows = [
            (
                figure.period_words.render(lang),
                figure.words.render(lang),
                _published(figure, lang),
                figure.source,
                _remark(figure, lang),
            )
            for figure in series.used
        ]
        assumed = any(figure.published_assumed for figure in series.used)
        note = text("report.assumed_note", lang) if assumed else ""
        caption = text("report.used_caption", lang, area=series.area_name.render(lang))
        found += _table(caption, columns, rows, note=note)
    return found


def observations_table(facts: Facts, *, lang: Language) -> Section:
    """One row an observation: figure, publication, status, source, and what became of it.

    A figure that several goals share stands once.
    """
    found: dict[str, Sequence[Cell]] = {}
    for goal in facts.goals:
        for series in filter(None, (goal.own, goal.parent)):
            for figure in (*series.used, *series.unused):
                use = "used" if figure in series.used else "unused"
                remark = _remark(figure, lang)
                key = f"document.use_{use}_because" if remark else f"document.use_{use}"
                row = (
                    _series(goal, series, lang),
                    figure.period_words.render(lang),
                    figure.words.render(lang),
                    _published(figure, lang),
                    text(f"observations.status_{figure.status}", lang),
                    figure.source,
                    text(key, lang, remark=remark),
                )
                found.setdefault(observation_anchor(figure), row)
        known = goal.outcome
        if known is not None:
            row = (
                _series(goal, goal.own, lang),
                known.period,
                sentences.outcome_figure(known, unit=goal.unit, with_unit=goal, lang=lang),
                day(known.published, lang=lang),
                text("report.none", lang),
                known.source,
                text(f"document.use_{'later' if known.after_as_of else 'settled'}", lang),
            )
            found.setdefault(outcome_anchor(goal, known), row)
    columns = _columns(
        "document.col_", lang, series="text", period="short", figure="number", published="short",
        status="short", source="source", use="text",
    )  # fmt: skip
    caption, note = text("document.observations_caption", lang), text("report.assumed_note", lang)
    return _table(caption, columns, found.values(), note=note, anchors=tuple(found))


def _published(figure: FigureFact, lang: Language) -> str:
    published = day(figure.published, lang=lang)
    if figure.published_assumed:
        return text("report.assumed_day", lang, day=published)
    return published


def _remark(figure: FigureFact, lang: Language) -> str:
    said = [words.render(lang) for words in (figure.remark, figure.note) if words is not None]
    return text("report.remark_join", lang).join(said)


def _series(goal: GoalFact, series: SeriesFact, lang: Language) -> str:
    name, area = goal.name.render(lang), series.area_name.render(lang)
    return text("document.series", lang, indicator=name, area=area)


def grades_table(*, lang: Language) -> Section:
    """What each evidence grade means."""
    columns = _columns("report.col_", lang, grade="grade", meaning="text")
    rows = [(grade, text(f"report.grade_{grade}", lang)) for grade in "ABCDU"]
    return _table(text("report.grades_caption", lang), columns, rows)


def words_table(data_dir: Path, *, lang: Language) -> Section:
    """Which probabilities each word stands for by the bounds in `data_dir`, highest first."""
    rows = []
    for band in reversed(load_bands(data_dir)):
        ends = {name: f"{100 * getattr(band, name):.0f}%" for name in ("lower", "upper")}
        rows.append((text(band.key, lang), text("report.words_range", lang, **ends)))
    columns = _columns("report.col_", lang, word="short", range="short")
    return _table(text("report.words_caption", lang), columns, rows)


def tracked_table(facts: Facts, *, lang: Language) -> Section:
    """Promises without a number, and milestones; nothing where the plan has none."""
    rows = [
        (
            tracked.quote.render(lang),
            place_words(tracked.place, lang=lang),
            text("report.list_join", lang).join(body.render(lang) for body in tracked.bodies),
        )
        for tracked in (*facts.qualitative, *facts.milestones)
    ]
    if not rows:
        return Section()
    columns = _columns("report.col_", lang, goal="text", place="text", bodies="text")
    note = text("report.tracked_note", lang)
    return _table(text("report.tracked_caption", lang), columns, rows, note=note)


def sources_table(facts: Facts, *, lang: Language) -> Section:
    """Every source of a figure that the report names."""
    rows = [
        (
            source.id,
            source.title.render(lang),
            source.issuer.render(lang),
            source.url or text("report.none", lang),
            text(f"report.seen_{source.verification}", lang),
        )
        for source in facts.sources
    ]
    columns = _columns(
        "report.col_", lang, source="source_id", title="text", issuer="text", url="url",
        seen="short",
    )  # fmt: skip
    anchors = [f"source-{source.id}" for source in facts.sources]
    return _table(text("report.sources_caption", lang), columns, rows, anchors=anchors)


def rules_table(known: Explanation, *, lang: Language) -> Section:
    """Our probability in the first row, then every rule: label, number, implied figure, flip."""
    a, panel = known.item.attainment, known.panel
    open_ = a.probability is not None and known.says_met is None
    rows: list[tuple[Cell, ...]] = [
        (
            text("explain.ours", lang, grade=a.grade),
            text(a.verdict, lang),
            text("explain.says_open", lang) if open_ else _says(known.says_met, lang),
            percent(a.probability),
            number(a.q50, unit=a.unit),
            sentences.own_flip(known, lang=lang) or NOTHING,
        )
    ]
    if panel.case is not None:
        rows += _rules(panel.case, lang=lang, step=panel.step, unit=a.unit)
    name = known.item.indicator.name(lang)
    return _table(
        text("explain.panel_title", lang, name=name, as_of=known.as_of),
        _rule_columns(known.item.goal.due.year, lang),
        rows,
        note=join_sentences(sentences.rules_agreement(known, lang=lang), lang=lang),
    )


def case_table(case: Case, *, lang: Language, step: float | None = None) -> Section:
    """Every rule on any figures: label, number, implied figure, flip."""
    rows = _rules(case, lang=lang, step=step, unit=None)
    columns = _rule_columns(NOTHING if case.due is None else case.due, lang)
    return _table(text("explain.rules_title", lang), columns, rows)


def _rule_columns(due: int | str, lang: Language) -> Columns:
    columns = _columns("explain.column_", lang, rule="text", label="text", says="text")
    columns += _columns("explain.column_", lang, value="number")
    columns.append((text("explain.column_projected", lang, due=due), "number"))
    return columns + _columns("explain.column_", lang, flip="text")


def _rules(
    case: Case, *, lang: Language, step: float | None, unit: str | None
) -> list[tuple[Cell, ...]]:
    return [
        (
            record["name"],
            record["label_text"],
            _says(record["says_met"], lang),
            number(record["value"], unit=None),
            number(record["projected"], unit=unit),
            record["flip_text"] or next(iter(record["notes"]), NOTHING),
        )
        for record in rule_records(case, lang=lang, step=step)
    ]


def _says(met: bool | None, lang: Language) -> str:
    name = "silent" if met is None else "yes" if met else "no"
    return text(f"explain.says_{name}", lang)


def by_year_table(known: Explanation, *, lang: Language) -> Section:
    """Probability that the goal is met by the end of each year; nothing without a probability."""
    if known.date is None:
        return Section()
    columns: Columns = [
        (text("explain.date_year", lang, year=year), "number") for year in known.date.years
    ]
    row: list[Cell] = [percent(chance) for chance in known.date.probabilities]
    row[0] = cited(str(row[0]), "date", f"{known.item.goal.id}.probabilities[0]")
    return _table(text("explain.by_year_title", lang), columns, [row])


def plan_panel(outlook: Outlook, *, lang: Language) -> Section:
    """One row a goal: probability, how many rules say yes and no, pace and its rank, date."""
    rows = []
    for item in outlook:
        known = explain(outlook, item.goal.id, with_flip=False)
        p, found, pace, when = (
            item.attainment.probability,
            known.panel.disagreement,
            known.pace,
            known.date,
        )
        year = NOTHING
        if when is not None:
            key = "beyond" if when.median is None else "year"
            year = text(f"explain.date_{key}", lang, year=when.median, horizon=when.horizon)
        share = pace.compared and sentences.share_words(pace.compared.share_of_windows, lang=lang)
        rows.append(
            (
                item.indicator.name(lang),
                text(item.attainment.verdict, lang) if p is None else percent(p),
                str(len(found.yes)) if found else NOTHING,
                str(len(found.no)) if found else NOTHING,
                _flag(found, lang),
                rate(pace.rate, signed=True),
                share or NOTHING,
                year,
            )
        )
    columns = _columns(
        "explain.column_", lang, goal="text", ours="number", yes="number", no="number", flag="text",
        pace="number", rank="number", date="text",
    )  # fmt: skip
    return _table(text("explain.plan_panel_title", lang, as_of=outlook.as_of), columns, rows)


def _flag(found: Disagreement | None, lang: Language) -> str:
    if found is None or not (found.yes or found.no):
        return NOTHING
    return text(f"explain.flag_{'yes' if found.flag else 'no'}", lang)


def news_table(found: News, *, lang: Language) -> Section:
    """One row a goal: probability at both dates, the change, its parts, and what came."""

    def said(status: GoalStatus) -> str:
        p = status.probability
        return text(status.verdict, lang) if p is None else percent(p)

    columns = _columns("news.column_", lang, goal="text")
    for when in (found.since, found.until):
        columns.append((text("news.column_at", lang, day=when), "number"))
    numbers: dict[str, Kind] = dict.fromkeys(("change", *PARTS), "number")
    columns += _columns("news.column_", lang, **numbers, why="text")
    rows = [
        (
            goal.indicator.name(lang),
            said(goal.before),
            said(goal.after),
            points(goal.total),
            *(points(part.change) for part in goal.parts),
            sentences.why(goal, lang=lang),
        )
        for goal in found.goals
    ]
    name = found.plan.name(lang)
    caption = text("news.title", lang, plan=name, since=found.since, until=found.until)
    return _table(caption, columns, rows, note=sentences.news_note(found, lang=lang))


def log_table(changes: Sequence[StatusChange], found: News, *, lang: Language) -> Section:
    """One row a change of word or grade; a sentence where there is none."""
    if not changes:
        return Section((Paragraph(spans=sentence("news.log_none", lang)),))
    rows = [
        (
            change.day.isoformat(),
            found.plan.indicator(change.goal.indicator).name(lang),
            sentences.status_words(change.before, lang=lang),
            sentences.status_words(change.after, lang=lang),
        )
        for change in changes
    ]
    names = ("news.log_day", "news.column_goal", "news.log_before", "news.log_after")
    columns: Columns = [(text(name, lang), "text") for name in names]
    caption = text("news.log_title", lang, since=found.since, until=found.until)
    return _table(caption, columns, rows)


def hindcast_tables(found: Hindcast, *, lang: Language) -> Section:
    """Return the goals with what was said and what happened, then the scores."""
    columns = _columns("hindcast.column_", lang, goal="text", outcome="text")
    columns += [(text("hindcast.column_said", lang, day=when), "text") for when in found.dates]
    rows = [
        (
            goal.indicator.name(lang),
            sentences.hindcast_outcome(goal, lang=lang),
            *(sentences.hindcast_words(past, lang=lang) for past in goal.forecasts),
        )
        for goal in found.goals
    ]
    caption = text("hindcast.title", lang, plan=found.plan.name(lang))
    note = sentences.unknown_words(found, lang=lang)
    return _table(caption, columns, rows, note=note) + _scores_table(found, lang)


def _scores_table(found: Hindcast, lang: Language) -> Section:
    """One row a date and one for all: goals scored, Brier, log loss, intervals, rules."""
    days: list[date | None] = [*found.dates, None]
    rows = []
    for when in days:
        scores = found.scores(when)
        judged = scores.rules_right + scores.rules_wrong
        brier, even, loss = (
            NOTHING if value is None else f"{value:.3f}"
            for value in (scores.brier, scores.brier_even, scores.log_loss)
        )
        rows.append(
            (
                when.isoformat() if when else text("hindcast.all_dates", lang),
                str(scores.count),
                brier,
                even,
                loss,
                f"{scores.inside_80}/{scores.intervals}" if scores.intervals else NOTHING,
                f"{scores.rules_right}/{judged}" if judged else NOTHING,
            )
        )
    names = ("count", "brier", "even", "log_loss", "inside", "rules")
    numbers: dict[str, Kind] = dict.fromkeys(names, "number")
    columns = _columns("hindcast.column_", lang, day="text", **numbers)
    note = text("hindcast.scores_note", lang, clip=f"{LOG_LOSS_CLIP:g}")
    return _table(text("hindcast.scores_title", lang), columns, rows, note=note)


def scenario_table(
    exploration: Exploration,
    scenarios: Sequence[Scenario],
    *,
    lang: Language,
    caption: str,
    joints: Sequence[Joint] = (),
) -> Section:
    """Goals down, scenarios across; below them all goals together and the expected number met.

    Parameters
    ----------
    joints
        All goals together under each scenario, where they have been simulated before.
    """
    plan = exploration.outlook.plan
    joints = joints or [exploration.joint(scenario) for scenario in scenarios]
    first = scenarios[0].id
    rows: list[tuple[Cell, ...]] = []
    for goal in plan.goals:
        name = plan.indicator_of(goal).name(lang)
        chances: list[Cell] = [NOTHING for _ in joints]
        if goal.id in joints[0].goals:
            place = joints[0].goals.index(goal.id)
            chances = [percent(float(one.probabilities[place]), lang=lang) for one in joints]
            source = f"{first}.probabilities[{place}]"
            chances[0] = cited(str(chances[0]), "scenarios", source)
        rows.append((name, *chances))
    together = [percent(one.all_met, lang=lang) for one in joints]
    expected = [f"{one.expected:.1f}" for one in joints]
    for key, attribute, found in (
        ("together", "all_met", together),
        ("expected", "expected", expected),
    ):
        label = text(f"explorer.row_{key}", lang, count=len(exploration.goals))
        rows.append((label, cited(found[0], "joint", f"{first}.{attribute}"), *found[1:]))
    columns: Columns = _columns("explorer.column_", lang, goal="text")
    columns += [(scenario.name(lang), "number") for scenario in scenarios]
    return _table(caption, columns, rows, note=text("joint.table_note", lang))


def joint_table(facts: Facts, *, lang: Language) -> Section:
    """Return the probability of exactly so many goals being met; nothing without a joint."""
    if facts.joint is None:
        return Section()
    chances = facts.joint.number_met
    exactly = [percent(p, lang=lang) for p in chances]
    # At least none are met for certain.
    least = ["100%", *(percent(sum(chances[k:]), lang=lang) for k in range(1, len(chances)))]
    first = cited(exactly[0], "joint", f"{facts.scenario}.number_met[0]")
    columns: Columns = [(text("document.joint_number", lang), "text")]
    columns += [(str(k), "number") for k in range(len(chances))]
    rows: list[tuple[Cell, ...]] = [
        (text("document.joint_exactly", lang), first, *exactly[1:]),
        (text("document.joint_at_least", lang), *least),
    ]
    return _table(text("document.joint_caption", lang), columns, rows)


def seek_table(exploration: Exploration, answers: Sequence[Sought], *, lang: Language) -> Section:
    """One row an answer: the levers and how far, what is reached, and whether that suffices."""
    rows: list[tuple[Cell, ...]] = []
    for one in answers:
        pushes = [_push(name, size, lang) for name, size in one.levers.items()]
        verdict = "unneeded" if one.before >= one.wanted else "reached" if one.feasible else "not"
        reached = percent(one.reached)
        rows.append(
            (
                text("joint.list_separator", lang).join(pushes),
                percent(one.before),
                reached if rows else cited(reached, "seek", f"{one.goal}[0].reached"),
                text(f"joint.verdict_{verdict}", lang),
            )
        )
    plan, goal = exploration.outlook.plan, exploration.goal(answers[0].goal)
    caption = text(
        "joint.seek_title",
        lang,
        goal=plan.indicator_of(goal).name(lang),
        wanted=percent(answers[0].wanted),
        as_of=exploration.outlook.as_of.isoformat(),
    )
    columns = _columns(
        "joint.column_", lang, levers="text", before="number", reached="number", verdict="text"
    )
    return _table(caption, columns, rows, note=text("joint.seek_note", lang))


def _push(name: str, size: float, lang: Language) -> str:
    lever = find_lever(name)
    signed = f"{size:+.3g}".replace("-", "\N{MINUS SIGN}")
    unit = lever.unit_name.render(lang)
    return text("joint.push", lang, lever=lever.name(lang), size=signed, unit=unit)


def rates_table(records: Iterable[RateRecord], *, lang: Language) -> Section:
    """Rates with their middle, 80 % interval and what they rest on."""
    rows = [
        (
            one.name.render(lang),
            *(rate(value) for value in (one.value, one.low, one.high)),
            one.basis_name.render(lang),
            one.source.render(lang),
        )
        for one in records
    ]
    columns = _columns(
        "joint.column_", lang, rate="text", value="number", low="number", high="number",
        basis="text", source="text",
    )  # fmt: skip
    caption, note = text("joint.rates_title", lang), text("joint.rates_note", lang)
    return _table(caption, columns, rows, note=note)


def correlation_table(
    exploration: Exploration, correlation: Correlation, *, lang: Language
) -> Section:
    """Correlations of yearly growth by pair, with the common years behind each."""
    plan = exploration.outlook.plan
    rows = [
        (
            plan.indicator(str(row["first"])).name(lang),
            plan.indicator(str(row["second"])).name(lang),
            f"{row['correlation']:.2f}",
            f"{row['common_years']:.1f}",
        )
        for row in correlation.table().to_dict("records")
    ]
    columns = _columns(
        "joint.column_", lang, first="text", second="text", correlation="number",
        common_years="number",
    )  # fmt: skip
    note = text("joint.correlation_note", lang, target=f"{correlation.target:.2f}")
    return _table(text("joint.correlation_title", lang), columns, rows, note=note)
