"""What the notebooks show, piece by piece: every cell is one call of one of these functions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from bcforecast import defaults
from bcforecast.attainment.outlook import Attainment, Outlook, project
from bcforecast.messages import Language, text
from bcforecast.observations import load_observations
from bcforecast.plan import load_plan
from bcforecast.reporting import narrative
from bcforecast.reporting.display import Prose, Table, Tables
from bcforecast.reporting.explain_chapter import (
    date_by_year,
    open_explanation,
    required_path,
    rule_panel,
)
from bcforecast.reporting.facts import Facts, GoalFact
from bcforecast.reporting.tables import unused_table, used_table
from bcforecast.wording import place_words

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
    return Prose(f"## {text(f'report.section_{key}', lang)}")


def plan_opening(facts: Facts, *, lang: Language) -> Prose:
    """Return the paragraphs that open the report on a plan."""
    return Prose("\n\n".join(narrative.overview(facts, lang=lang)))


def plan_methods(facts: Facts, *, lang: Language) -> Prose:
    """Return the paragraphs on method and limits."""
    return Prose("\n".join(f"- {line}" for line in narrative.methods(facts, lang=lang)))


def goal_opening(facts: Facts, goal: str, *, lang: Language) -> Prose:
    """Return the heading of a goal and the sentences on it."""
    fact = facts.goal(goal)
    title = text("report.goal_title", lang, name=fact.name.in_(lang))
    parts = [
        f"### {title}",
        _quote(fact, lang),
        _paragraph([narrative.promise(fact, lang=lang), _bodies(fact, lang)], lang),
        _paragraph(
            [
                narrative.likelihood(fact, facts, lang=lang),
                narrative.due_range(fact, lang=lang),
            ],
            lang,
        ),
        narrative.happened(fact, lang=lang),
        narrative.standing(fact, facts, lang=lang),
        _paragraph([*(s.in_(lang) for s in fact.explanation), _model(fact, lang)], lang),
    ]
    return Prose("\n\n".join(filter(None, parts)))


def goal_figures(facts: Facts, goal: str, *, lang: Language) -> Tables:
    """Return the tables of figures used and not used: the area's own, then the parent's."""
    fact = facts.goal(goal)
    tables = []
    for series in filter(None, (fact.own, fact.parent)):
        tables += [used_table(series, lang=lang), unused_table(series, lang=lang)]
    return Tables(tuple(table for table in tables if table is not None))


def goal_pace(outlook: Outlook, goal: str, *, lang: Language) -> Prose:
    """Return the paragraph on the pace that is needed and the date; nothing where none is said."""
    if not _has_pace(outlook[goal].attainment):
        return Prose("")
    return required_path(open_explanation(outlook, goal), lang=lang)


def goal_rules(outlook: Outlook, goal: str, *, lang: Language) -> Table | Prose:
    """Return our probability beside the official rules that can judge, or that none can."""
    if not _has_pace(outlook[goal].attainment):
        return Prose("")
    table = rule_panel(open_explanation(outlook, goal), lang=lang)
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
    found = date_by_year(open_explanation(outlook, goal, with_flip=False), lang=lang)
    return Tables(tuple(table for table in found.tables if len(table.columns) > 1))


def _has_pace(attainment: Attainment) -> bool:
    """Whether a pace and the rules mean anything: not for grade U, nor for things newly built."""
    return attainment.probability is not None and attainment.comparator != "event"


def _quote(fact: GoalFact, lang: Language) -> str:
    if fact.quote is None or fact.place is None:
        return ""
    place = text("report.goal_place", lang, place=place_words(fact.place, lang=lang))
    return f"> {fact.quote.in_(lang)}\n>\n> {place}"


def _bodies(fact: GoalFact, lang: Language) -> str:
    if not fact.bodies:
        return ""
    names = text("report.list_join", lang).join(body.in_(lang) for body in fact.bodies)
    return text("report.goal_bodies", lang, bodies=names)


def _model(fact: GoalFact, lang: Language) -> str:
    return text("report.say_model", lang, model=fact.model.in_(lang)) if fact.model else ""


def _paragraph(sentences: list[str], lang: Language) -> str:
    return ("" if lang == "zh" else " ").join(filter(None, sentences))
