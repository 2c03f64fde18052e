"""What the notebooks show, piece by piece: every cell is one call of one of these functions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from bcforecast import defaults
from bcforecast.attainment.explain import explain
from bcforecast.attainment.outlook import Attainment, Outlook, project
from bcforecast.attainment.scenario_table import seek_table
from bcforecast.attainment.seek import seek_each
from bcforecast.errors import ScenarioError
from bcforecast.messages import Language, text
from bcforecast.observations import load_observations
from bcforecast.plan import load_plan
from bcforecast.reporting import narrative
from bcforecast.reporting.citations import cite, function_anchor
from bcforecast.reporting.display import Prose, Table, Tables
from bcforecast.reporting.explain_chapter import (
    date_by_year,
    required_path,
    rule_panel,
    shown,
)
from bcforecast.reporting.facts import Facts, GoalFact
from bcforecast.reporting.tables import used_table
from bcforecast.wording import place_words

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
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    data_dir: str = "",
    goal: str | None = None,
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
    return project(read, data, scenario=scenario, seed=seed)


def heading(key: str, *, lang: Language) -> Prose:
    """Return the heading of a section of the report on a plan."""
    return Prose(f"## {text(f'report.section_{key}', lang)}", new_page=key in _ON_A_NEW_PAGE)


def plan_opening(facts: Facts, *, lang: Language) -> Prose:
    """Return the paragraphs that open the report on a plan."""
    return Prose(_cited(narrative.overview(facts, lang=lang), "probability"))


def plan_methods(facts: Facts, *, lang: Language) -> Prose:
    """Return the paragraphs on method and limits."""
    anchor = function_anchor("forecast")
    lines = (cite(line, anchor) for line in narrative.methods(facts, lang=lang))
    return Prose("\n".join(f"- {line}" for line in lines))


def goal_opening(facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return the heading of a goal, the promise, the probability, and what happened."""
    fact = facts.goal(goal)
    title = text("report.goal_title", lang, name=fact.name.marked(lang))
    promised = _paragraph([narrative.promise(fact, lang=lang), _bodies(fact, lang)], lang)
    parts = [
        f"### {title}",
        cite(_quote(fact, lang), function_anchor("plan")),
        cite(promised, function_anchor("plan")),
        _paragraph(
            [
                _cited([narrative.likelihood(fact, facts, lang=lang)], "probability"),
                _cited([narrative.due_range(fact, lang=lang)], "forecast"),
            ],
            lang,
        ),
        _cited([narrative.happened(fact, lang=lang)], "observations"),
    ]
    return Prose("\n\n".join(filter(None, parts)), new_page=True, anchor=f"goal-{goal}")


def goal_reasons(facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return why the probability is what it is: what it rests on, and the model."""
    fact = facts.goal(goal)
    said = [*(s.marked(lang) for s in fact.explanation), _model(fact, lang)]
    if not any(said):
        return Prose("")
    title = text("document.heading_why", lang)
    return Prose(f"#### {title}\n\n{_cited([_paragraph(said, lang)], 'forecast')}")


def goal_path(outlook: Outlook, facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return where the goal stands and what would have to change: gap, pace, date, targets."""
    fact = facts.goal(goal)
    pace = goal_pace(outlook, goal, lang=lang).markdown
    standing = narrative.standing(fact, facts, lang=lang, paced=not pace)
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
    note = _paragraph([table.note, left_out if len(judging) < len(rules) else ""], lang)
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


def _paragraph(sentences: list[str], lang: Language) -> str:
    return ("" if lang == "zh" else " ").join(filter(None, sentences))
