"""Chapters of a report, as the notebook shows them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bcforecast import config, evaluation
from bcforecast.attainment.explain import Explanation, explain
from bcforecast.attainment.news import News, StatusChange, news, news_days, read_report, status_log
from bcforecast.attainment.project import Attainment, Outlook, project
from bcforecast.attainment.seek import seek_each
from bcforecast.errors import BcforecastError, ScenarioError
from bcforecast.evaluation.hindcast import Hindcast, hindcast
from bcforecast.models.registry import named_models
from bcforecast.observations.reading import load_observations
from bcforecast.plan.reading import load_plan
from bcforecast.plotting.goals import plot_dashboard
from bcforecast.plotting.reliability import coverage_chart, reliability_diagram
from bcforecast.plotting.style import Picture
from bcforecast.plotting.waterfall import plot_news
from bcforecast.reporting import sentences
from bcforecast.reporting.analyses import (
    TextTable,
    by_year_table,
    goals_table,
    log_table,
    news_record,
    news_table,
    panel_table,
    plan_panel_table,
    required_words,
    scores_table,
    seek_table,
)
from bcforecast.reporting.display import (
    RESULT_MIME,
    Kind,
    Prose,
    Result,
    Table,
    Tables,
    cite,
    function_anchor,
)
from bcforecast.reporting.facts import Fact, Facts, GoalFact, ScenarioFact
from bcforecast.reporting.gathering import ScenarioStudy, open_study, plot_scenarios
from bcforecast.reporting.tables import used_table
from bcforecast.text import (
    Language,
    day,
    escape_markdown,
    join_sentences,
    percent,
    place_words,
    text,
)

if TYPE_CHECKING:
    import pandas as pd

    from bcforecast.explorer.panel import ScenarioPanel


def rule_panel(known: Explanation, *, lang: Language) -> Table:
    """Return our probability beside every rule of official statisticians."""
    return shown(panel_table(known, lang=lang), cite="rules")


def required_path(known: Explanation, *, lang: Language) -> Prose:
    """Return the paragraph on the pace that is needed, its rank, the date and the targets."""
    title = text("explain.required_title", lang)
    return Prose(f"**{title}** · {required_words(known, lang=lang)}")


def date_by_year(known: Explanation, *, lang: Language) -> Tables:
    """Return the probability that the goal is met by the end of each year; nothing for grade U."""
    table = by_year_table(known, lang=lang)
    return Tables(() if table is None else (shown(table, cite="date"),))


def plan_panel(outlook: Outlook, *, lang: Language) -> Table:
    """Return one row a goal: probability, verdicts of the rules, pace and its rank, date."""
    return shown(plan_panel_table(outlook, lang=lang), cite="explain")


def shown(table: TextTable, *, cite: str = "") -> Table:
    """Return a table of texts as a notebook shows it, its numbers citing a function."""
    kinds: tuple[Kind, ...] = tuple("number" if n else "text" for n in table.numeric)
    cites = tuple(function_anchor(cite) for _ in kinds) if cite else ()
    return Table(table.title, table.columns, kinds, table.rows, table.note, cites)


_ON_A_NEW_PAGE: Final = frozenset(
    {"overview", "summary", "goals", "scenarios", "observations", "sources"}
)
_SAYS: Final = 2
_NOT_JUDGED: Final = "–"
"""What the third column of the panel of rules holds where a rule cannot judge."""


def open_outlook(
    plan: str,
    *,
    as_of: str,
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
    data_dir: str = "",
    goal: str | None = None,
    models: str = "",
) -> Outlook:
    """Read a plan and the figures published by a date, and project the goals.

    Parameters
    ----------
    plan
        Identifier or path of a YAML file.
    as_of
        Day such as `2021-12-31`.
    data_dir
        Data folder; empty for the shipped one.
    goal
        Only this goal. Default: all.
    models
        Models that are not left to the plan, such as `gdp=ets,rd_intensity=theta`.

    Raises
    ------
    PlanError, ObservationError, ScenarioError
        If what is named does not exist or cannot be used.
    """
    folder = Path(data_dir) if data_dir else None
    read = load_plan(plan, data_dir=folder)
    if goal is not None:
        read = read.model_copy(update={"goals": (read.goal(goal),)})
    data = load_observations(folder, as_of=as_of)
    chosen = named_models(models.split(","))
    return project(read, data, scenario=scenario, seed=seed, models=chosen)


def heading(key: str, *, lang: Language) -> Prose:
    """Return the heading of a section of the report on a plan."""
    return Prose(f"## {text(f'report.section_{key}', lang)}", new_page=key in _ON_A_NEW_PAGE)


def plan_opening(facts: Facts, *, lang: Language) -> Prose:
    """Return the paragraphs that open the report on a plan."""
    return Prose(_cited(sentences.overview(facts, lang=lang), "probability"))


def plan_methods(facts: Facts, *, lang: Language) -> Prose:
    """Return the paragraphs on method and limits."""
    anchor = function_anchor("forecast")
    lines = (cite(line, anchor) for line in sentences.methods(facts, lang=lang))
    return Prose("\n".join(f"- {line}" for line in lines))


def goal_opening(facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return the heading of a goal, the promise, the probability, and what happened."""
    fact = facts.goal(goal)
    title = text("report.goal_title", lang, name=fact.name.marked(lang))
    promised = join_sentences([sentences.promise(fact, lang=lang), _bodies(fact, lang)], lang=lang)
    parts = [
        f"### {title}",
        cite(_quote(fact, lang), function_anchor("plan")),
        cite(promised, function_anchor("plan")),
        join_sentences(
            [
                _cited([sentences.likelihood(fact, facts, lang=lang)], "probability"),
                _cited([sentences.due_range(fact, lang=lang)], "forecast"),
            ],
            lang=lang,
        ),
        _cited([sentences.happened(fact, lang=lang)], "observations"),
    ]
    return Prose("\n\n".join(filter(None, parts)), new_page=True, anchor=f"goal-{goal}")


def goal_reasons(facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return why the probability is what it is: what it rests on, and the model."""
    fact = facts.goal(goal)
    said = [*(s.marked(lang) for s in fact.explanation), _model(fact, lang)]
    if not any(said):
        return Prose("")
    title = text("document.heading_why", lang)
    return Prose(f"#### {title}\n\n{_cited([join_sentences(said, lang=lang)], 'forecast')}")


def goal_path(outlook: Outlook, facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return where the goal stands and what would have to change: gap, pace, date, targets."""
    fact = facts.goal(goal)
    pace = goal_pace(outlook, goal, lang=lang).markdown
    standing = sentences.standing(fact, facts, lang=lang, paced=not pace)
    title = text("document.heading_change", lang)
    said = [f"#### {title}", _cited([standing], "required"), pace]
    return Prose("\n\n".join(filter(None, said)))


def goal_levers(outlook: Outlook, goal: str, *, lang: Language) -> Table | Prose:
    """Return the least push of each lever that makes the goal likely, or that none is known."""
    base = outlook.baseline
    if base[goal].forecast is None:
        return Prose("")
    try:
        answers = seek_each(base.exploration, goal=goal)
    except ScenarioError as error:
        return Prose(error.message.render(lang))
    return shown(seek_table(base.exploration, answers, lang=lang), cite="seek")


def goal_sources(facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return the heading above the figures of a goal; nothing where there are none."""
    fact = facts.goal(goal)
    if not any(series.used for series in filter(None, (fact.own, fact.parent))):
        return Prose("")
    return Prose(f"#### {text('document.heading_figures', lang)}")


def goal_figures(facts: Facts, goal: str, *, lang: Language) -> Tables:
    """Return the tables of figures used: the area's own, then the parent's."""
    fact = facts.goal(goal)
    tables = []
    for series in filter(None, (fact.own, fact.parent)):
        tables.append(used_table(series, lang=lang))
    return Tables(tuple(table for table in tables if table is not None))


def goal_pace(outlook: Outlook, goal: str, *, lang: Language) -> Prose:
    """Return the paragraph on the pace that is needed and the date; nothing where none is said."""
    if not _has_pace(outlook[goal].attainment):
        return Prose("")
    known = explain(outlook, goal, with_flip=False)
    said = required_path(known, lang=lang).markdown
    return Prose(cite(said, function_anchor("explain")))


def goal_rules(outlook: Outlook, goal: str, *, lang: Language) -> Table | Prose:
    """Return our probability beside the official rules that can judge, or that none can."""
    if not _has_pace(outlook[goal].attainment):
        return Prose("")
    table = rule_panel(explain(outlook, goal), lang=lang)
    ours, *rules = table.rows
    judging = [row for row in rules if row[_SAYS] != _NOT_JUDGED]
    if not judging:
        return Prose(table.note)
    left_out = text("report.rules_left_out", lang, count=len(rules) - len(judging))
    note = join_sentences([table.note, left_out if len(judging) < len(rules) else ""], lang=lang)
    return replace(table, rows=(ours, *judging), note=note)


def goal_dates(outlook: Outlook, goal: str, *, lang: Language) -> Tables:
    """Return the probability by the end of each year, where a pace is said and years differ."""
    if not _has_pace(outlook[goal].attainment):
        return Tables(())
    found = date_by_year(explain(outlook, goal, with_flip=False), lang=lang)
    return Tables(tuple(table for table in found.tables if len(table.columns) > 1))


def _has_pace(attainment: Attainment) -> bool:
    """Whether a pace and the rules mean anything: not for grade U, nor for things newly built."""
    return attainment.probability is not None and attainment.comparator != "event"


def _quote(fact: GoalFact, lang: Language) -> str:
    if fact.quote is None or fact.place is None:
        return ""
    place = text("report.goal_place", lang, place=place_words(fact.place, lang=lang))
    return f"> {fact.quote.marked(lang)}\n>\n> {place}"


def _bodies(fact: GoalFact, lang: Language) -> str:
    if not fact.bodies:
        return ""
    names = text("report.list_join", lang).join(body.marked(lang) for body in fact.bodies)
    return text("report.goal_bodies", lang, bodies=names)


def _model(fact: GoalFact, lang: Language) -> str:
    return text("report.say_model", lang, model=fact.model.marked(lang)) if fact.model else ""


def _cited(paragraphs: list[str], function: str) -> str:
    """Put paragraphs together, their numbers citing a function where they cite nothing yet."""
    return cite("\n\n".join(filter(None, paragraphs)), function_anchor(function))


_MOVED = 5e-4


@dataclass(frozen=True)
class Changes:
    """News between two dates, and the goals that changed their word or grade on the way."""

    news: News
    log: tuple[StatusChange, ...]


@dataclass(frozen=True)
class ChangesResult:
    """The result for other programs, as a cell that shows one line to a person."""

    record: dict[str, object]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {RESULT_MIME: self.record, "text/plain": RESULT_MIME}


def open_changes(
    plan: str,
    *,
    since: str,
    as_of: str,
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
    data_dir: str = "",
    previous: str = "",
) -> Changes:
    """Read a plan and its figures and split what moved between two dates.

    Parameters
    ----------
    plan
        Identifier or path of a YAML file.
    since, as_of
        The two days, such as `2020-12-31`.
    data_dir
        Data folder; empty for the shipped one.
    previous
        `result.json` of the report as of `since`; empty to compute anew what it said.

    Raises
    ------
    BcforecastError
        If what is named does not exist or cannot be used, or a date is none.
    """
    folder = Path(data_dir) if data_dir else None
    read, data = load_plan(plan, data_dir=folder), load_observations(folder)
    first, last = _day(since), _day(as_of)
    report = read_report(Path(previous)) if previous else None
    found = news(read, data, since=first, until=last, scenario=scenario, seed=seed, previous=report)
    days = news_days(read, data, since=first, until=last)
    log = status_log(read, data, dates=days, scenario=scenario, seed=seed, previous=report)
    return Changes(found, log)


def changes_opening(changes: Changes, *, lang: Language) -> Prose:
    """Return the heading, and how many probabilities rose, fell or stayed."""
    found = changes.news
    moves = [g.total for g in found.goals if g.total is not None]
    up, down = sum(m >= _MOVED for m in moves), sum(m <= -_MOVED for m in moves)
    opening = text(
        "news.opening",
        lang,
        since=day(found.since, lang=lang),
        until=day(found.until, lang=lang),
        up=up,
        down=down,
        same=len(moves) - up - down,
        turned=sum(g.turn is not None for g in found.goals),
        never=sum(g.said == "never" for g in found.goals),
    )
    name = found.plan.name(lang)
    return Prose(f"## {text('news.heading_news', lang)}\n\n{name}\n\n{opening}")


def changes_chart(changes: Changes, *, lang: Language) -> Picture:
    """Return the waterfall of every goal that moved."""
    return plot_news(changes.news, lang=lang)


def changes_table(changes: Changes, *, lang: Language) -> Table:
    """Return one row a goal: both probabilities, the parts of the change, and what came."""
    return shown(news_table(changes.news, lang=lang))


def changes_log(changes: Changes, *, lang: Language) -> Table | Prose:
    """Return the goals that changed their word or grade, with the day; or that there are none."""
    table = log_table(changes.log, changes.news, lang=lang)
    return Prose(text("news.log_none", lang)) if table is None else shown(table)


def changes_result(changes: Changes, *, lang: Language) -> ChangesResult:
    """Return news and log for other programs."""
    return ChangesResult(news_record(changes.news, changes.log, lang=lang))


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BcforecastError("news.not_a_date", found=given) from error


def open_hindcast(
    plan: str,
    *,
    scenario: str = config.SCENARIO,
    seed: int = config.SEED,
    data_dir: str = "",
) -> Hindcast:
    """Read a plan and its figures and say again what would have been said at each year's end.

    Parameters
    ----------
    plan
        Identifier or path of a YAML file.
    data_dir
        Data folder; empty for the shipped one.

    Raises
    ------
    PlanError, ObservationError, ScenarioError
        If what is named does not exist or cannot be used.
    """
    folder = Path(data_dir) if data_dir else None
    read, data = load_plan(plan, data_dir=folder), load_observations(folder)
    return hindcast(read, data, scenario=scenario, seed=seed)


def plan_hindcast(outlook: Outlook, *, lang: Language) -> Tables:
    """Return what the baseline would have said at each year's end against what is known today.

    Nothing for a plan of which no due date lies before the latest publication in the data.
    """
    everything = outlook.data.at(None)
    last = max((figure.published for figure in everything.observations), default=date.min)
    if all(goal.due > last for goal in outlook.plan.goals):
        return Tables(())
    return hindcast_tables(hindcast(outlook.plan, everything, seed=outlook.seed), lang=lang)


def hindcast_tables(found: Hindcast, *, lang: Language) -> Tables:
    """Return the goals with what was said and what happened, then the scores."""
    tables = (goals_table(found, lang=lang), scores_table(found, lang=lang))
    return Tables(tuple(shown(table, cite="hindcast") for table in tables))


class ScenariosFact(Fact):
    """All scenarios of a plan as of a date."""

    document: str = "bcforecast-scenarios/1"
    plan: str
    as_of: str
    seed: int
    scenarios: tuple[ScenarioFact, ...]


def open_scenarios(
    plan: str, *, as_of: str, seed: int, data_dir: str = "", models: str = ""
) -> ScenarioStudy:
    """Read a plan, the figures published by a date and the scenarios, and simulate them.

    Parameters
    ----------
    plan
        Identifier or path of a YAML file.
    as_of
        Day such as `2021-12-31`.
    data_dir
        Data folder; empty for the shipped one.
    models
        As for `open_outlook`.

    Raises
    ------
    PlanError, ObservationError, ScenarioError
        If what is named does not exist or cannot be used.
    """
    outlook = open_outlook(plan, as_of=as_of, seed=seed, data_dir=data_dir, models=models)
    study = open_study(outlook)
    if study is None:
        raise ScenarioError("joint.no_goal", plan=outlook.plan.id)
    return study


def panel(study: ScenarioStudy, *, lang: Language, goal: str = "") -> ScenarioPanel:
    """Open the interactive panel; without a running kernel it says where it can be had."""
    # ipywidgets takes long to import, and a report shows no panel.
    from bcforecast.explorer.panel import explore_scenarios
    from bcforecast.reporting.html import panel_font

    font = panel_font(study.outlook, study.scenarios, lang=lang)
    return explore_scenarios(study.outlook, lang=lang, goal=goal or None, font=font)


def scenarios_opening(study: ScenarioStudy, *, lang: Language) -> Prose:
    """Return what the tables and charts below rest on."""
    heading = text("explorer.heading_table", lang)
    opening = text("explorer.opening", lang, day=day(study.outlook.as_of, lang=lang))
    return Prose(f"## {heading}\n\n{opening}")


def scenarios_table(study: ScenarioStudy, *, lang: Language) -> Table:
    """Goals down, scenarios across; all goals together and the expected number met below."""
    plan = study.outlook.plan
    found = [dict(zip(j.goals, j.probabilities.tolist(), strict=True)) for j in study.joints]
    rows = [
        (
            plan.indicator_of(goal).name(lang),
            *("–" if goal.id not in p else percent(p[goal.id], lang=lang) for p in found),
        )
        for goal in plan.goals
    ]
    count = len(study.exploration.goals)
    together = (percent(j.all_met, lang=lang) for j in study.joints)
    expected = (f"{j.expected:.1f}" for j in study.joints)
    numbers: list[Kind] = ["number"] * len(study.scenarios)
    return Table(
        caption=text("explorer.table_caption", lang),
        columns=(text("explorer.column_goal", lang), *(s.name(lang) for s in study.scenarios)),
        kinds=("text", *numbers),
        rows=(
            *rows,
            (text("explorer.row_together", lang, count=count), *together),
            (text("explorer.row_expected", lang), *expected),
        ),
        note=text("joint.table_note", lang),
        row_cites=(
            *(function_anchor("scenarios") for _ in rows),
            *(function_anchor("joint") for _ in range(2)),
        ),
    )


def show_each(study: ScenarioStudy, *, lang: Language) -> None:
    """Show every scenario: why it was made, its weakest goal, and the picture of all goals."""
    from IPython.display import display

    plan = study.outlook.plan
    for scenario, together in zip(study.scenarios, study.joints, strict=True):
        goal = plan.indicator_of(plan.goal(together.weakest)).name(lang)
        name, reason, weakest = map(
            escape_markdown,
            (
                scenario.name(lang),
                scenario.reason.in_(lang),
                text("explorer.weakest", lang, goal=goal),
            ),
        )
        words = f"### {name}\n\n{reason}\n\n{weakest}"
        display(Prose(words))  # type: ignore[no-untyped-call]
        outlook = study.outlook.under(scenario)
        display(plot_dashboard(outlook, lang=lang))  # type: ignore[no-untyped-call]


def scenarios_result(study: ScenarioStudy) -> Result:
    """Return the result for other programs."""
    return Result(
        ScenariosFact(
            plan=study.outlook.plan.id,
            as_of=study.outlook.as_of.isoformat(),
            seed=study.outlook.seed,
            scenarios=study.facts(),
        )
    )


def scenarios_words(study: ScenarioStudy | None, *, lang: Language) -> Prose:
    """Return what the scenarios are, one line each; or that nothing can be said of any goal."""
    if study is None:
        return Prose(text("document.no_scenarios", lang))
    opening = text("document.scenarios_opening", lang, count=len(study.scenarios))
    items = (
        text(
            "document.scenario_item",
            lang,
            name=escape_markdown(one.name(lang)),
            reason=escape_markdown(one.reason.in_(lang)),
        )
        for one in study.scenarios
    )
    anchor = function_anchor("scenarios")
    return Prose(cite("\n".join([opening, "", *(f"- {item}" for item in items)]), anchor))


def scenarios_chart(study: ScenarioStudy | None, *, lang: Language) -> Picture | Prose:
    """Draw the probability of every goal under every scenario; nothing without a study."""
    return Prose("") if study is None else plot_scenarios(study, lang=lang)


def all_scenarios_table(study: ScenarioStudy | None, *, lang: Language) -> Table | Prose:
    """Return goals down, scenarios across; nothing without a study."""
    return Prose("") if study is None else scenarios_table(study, lang=lang)


def joint_words(facts: Facts, *, lang: Language) -> Prose:
    """Return the chance that all goals are met, its bounds, and the weakest goal."""
    title = f"### {text('document.heading_joint', lang)}"
    if facts.joint is None:
        return Prose(f"{title}\n\n{text('document.no_joint', lang)}")
    found = facts.joint
    said = text(
        "document.joint",
        lang,
        count=len(found.goals),
        scenario=facts.scenario_name.marked(lang),
        all=percent(found.all_met, lang=lang),
        lower=percent(found.lower, lang=lang),
        upper=percent(found.upper, lang=lang),
        independent=percent(found.independent, lang=lang),
        expected=f"{found.expected:.1f}",
        weakest=facts.goal(found.weakest).name.marked(lang),
    )
    return Prose(f"{title}\n\n{cite(said, function_anchor('joint'))}")


def joint_table(facts: Facts, *, lang: Language) -> Table | Prose:
    """Return the probability of exactly so many goals being met; nothing without a joint."""
    if facts.joint is None:
        return Prose("")
    chances = facts.joint.number_met
    anchor = function_anchor("joint")
    numbers: list[Kind] = ["number"] * len(chances)
    return Table(
        caption=text("document.joint_caption", lang),
        columns=(
            text("document.joint_number", lang),
            *(str(k) for k in range(len(chances))),
        ),
        kinds=("text", *numbers),
        rows=(
            (text("document.joint_exactly", lang), *(percent(p, lang=lang) for p in chances)),
            (
                text("document.joint_at_least", lang),
                *(_at_least(chances, k, lang) for k in range(len(chances))),
            ),
        ),
        cites=("", *(anchor for _ in chances)),
    )


def _at_least(chances: tuple[float, ...], k: int, lang: Language) -> str:
    return "100%" if k == 0 else percent(sum(chances[k:]), lang=lang)


SHIPPED: Final = Path(evaluation.__file__).parent / "results" / "benchmark.json"
"""The run that `docs/benchmark.md` reports; statistics only, no row of the benchmark's data."""

TREND: Final = "trend"
POOLED: Final = "trend with reference class"
TABLES: Final = ("series", "paired", "coverage", "goals", "reliability", "wrong")

_WORDS: Final = ("forecaster", "goal_id", "area", "kind", "met")
_SHOWN: Final = {
    "OWA": 3,
    "MSIS": 1,
    "coverage_80": 3,
    "coverage_95": 3,
    "sCRPS": 3,
    "Brier": 4,
    "log_loss": 3,
    "ECE": 3,
    "series_per_second": 0,
    "peak_mib": 0,
    "probability": 2,
    "trend": 2,
}
_NAMES: Final = {"forecaster": "by", "area": "area"}


@dataclass(frozen=True)
class BenchResults:
    """Tables of one run.

    Parameters
    ----------
    about
        `date`, `command`, versions, and the processor's name.
    series
        One row a set and forecaster: scores, speed, memory.
    paired
        Trend minus each peer, with bootstrap intervals over series.
    coverage
        Share of outcomes inside the central intervals of the trend, by set and level.
    goals
        One row a forecaster: scores on the real goals.
    reliability
        Reliability tables on the real goals, one row a forecaster and bin.
    wrong
        Goals that the pool puts on the wrong side of even odds.
    """

    about: dict[str, str]
    series: pd.DataFrame
    paired: pd.DataFrame
    coverage: pd.DataFrame
    goals: pd.DataFrame
    reliability: pd.DataFrame
    wrong: pd.DataFrame

    @classmethod
    def load(cls, path: Path = SHIPPED) -> BenchResults:
        """Read a run; by default the shipped one.

        Examples
        --------
        >>> "forecaster" in BenchResults.load().goals
        True
        """
        import pandas as pd

        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: pd.DataFrame(known[name]) for name in TABLES}
        return cls(known["about"], **tables)


def benchmark_opening(results: BenchResults, *, lang: Language) -> Prose:
    """Return when and how the numbers were computed, and what the real goals say."""
    about = results.about
    said = [
        text(
            "evaluation.story_opening",
            lang,
            date=about["date"],
            machine=about["machine"],
            versions=about["versions"],
        ),
        text("evaluation.story_command", lang, command=about["command"]),
    ]
    if len(results.goals):
        brier = results.goals.set_index("forecaster")["Brier"]
        said.append(
            text(
                "evaluation.story_goals",
                lang,
                count=int(results.goals["cases"].max()),
                trend=f"{brier[TREND]:.3f}",
                base=f"{brier['base rate']:.3f}",
                pooled=f"{brier[POOLED]:.3f}",
                goals_wrong=len(results.wrong),
            )
        )
    return Prose("\n\n".join(said))


def benchmark_tables(results: BenchResults, *, lang: Language) -> Tables:
    """Return a table of scores, speed and memory for each set of series."""
    made = []
    for dataset, rows in results.series.groupby("dataset", sort=False):
        caption = text(
            "evaluation.caption_series",
            lang,
            dataset=named(str(dataset), lang, what="set"),
            count=int(rows["count"].max()),
        )
        note = text("evaluation.note_series", lang)
        made.append(_table(rows.drop(columns=["dataset", "count"]), caption, note, lang))
    return Tables(tuple(made))


def benchmark_goals(results: BenchResults, *, lang: Language) -> Tables:
    """Return the scores on the real goals, and the goals that were judged wrongly."""
    if not len(results.goals):
        return Tables(())
    count = int(results.goals["cases"].max())
    goals = _table(
        results.goals.drop(columns="cases"),
        text("evaluation.caption_goals", lang, count=count),
        text("evaluation.note_goals", lang),
        lang,
    )
    wrong = _table(
        results.wrong,
        text("evaluation.caption_wrong", lang),
        text("evaluation.note_wrong", lang),
        lang,
    )
    return Tables((goals, wrong))


def benchmark_reliability(results: BenchResults, *, lang: Language) -> Picture:
    """Draw the reliability diagrams of trend and pool on the real goals."""
    by_name = dict(iter(results.reliability.groupby("forecaster", sort=False)))
    return reliability_diagram(
        {named(str(name), lang): table for name, table in by_name.items()}, lang=lang
    )


def benchmark_coverage(results: BenchResults, *, lang: Language) -> Picture:
    """Draw what the intervals of the trend held, on each set of series."""
    names = [named(str(one), lang, what="set") for one in results.coverage["dataset"]]
    return coverage_chart(results.coverage.assign(dataset=names), lang=lang)


def readable(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Name the columns and forecasters of a table in `lang`, numbers at their shown digits."""
    import pandas as pd

    out = pd.DataFrame(index=table.index)
    for column in table.columns:
        cells = [_cell(value, str(column), lang) for value in table[column]]
        out[text(f"evaluation.column_{column}", lang)] = pd.Series(cells, index=table.index)
    return out


def named(name: str, lang: Language, *, what: str = "by") -> str:
    """Name in `lang` of a forecaster (`by`), a set of series (`set`) or an area (`area`).

    One without an entry in the catalogue, such as a model of statsforecast, keeps its own.
    """
    try:
        return text(f"evaluation.{what}_" + name.replace(" ", "_").replace(",", ""), lang)
    except KeyError:
        return name


def _table(rows: pd.DataFrame, caption: str, note: str, lang: Language) -> Table:
    shown = readable(rows, lang)
    kinds: tuple[Kind, ...] = tuple(
        "text" if str(name) in _WORDS else "number" for name in rows.columns
    )
    cells = tuple(tuple(str(cell) for cell in row) for row in shown.to_numpy())
    return Table(caption, tuple(map(str, shown.columns)), kinds, cells, note)


def _cell(value: object, column: str, lang: Language) -> str:
    import pandas as pd

    if column in _NAMES:
        return named(str(value), lang, what=_NAMES[column])
    if column == "kind":
        return text(f"reference.{value}", lang)
    if column == "met":
        return text(f"evaluation.outcome_{int(float(str(value)))}", lang)
    if isinstance(value, (int, float)):
        digits = _SHOWN.get(column, 3)
        if column == "times_AutoETS":
            digits = 0 if value >= 10 else 1 if value >= 1 else 2
        return "" if pd.isna(value) else f"{value:,.{digits}f}"
    return str(value)
