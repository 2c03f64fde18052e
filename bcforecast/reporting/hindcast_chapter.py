"""What a notebook shows of a plan in hindsight: what was said, what happened, the scores."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bcforecast import defaults
from bcforecast.attainment.outlook import Outlook
from bcforecast.evaluation.hindcast import Hindcast, hindcast
from bcforecast.evaluation.hindcast_table import goals_table, scores_table
from bcforecast.messages import Language
from bcforecast.observations import load_observations
from bcforecast.plan import load_plan
from bcforecast.reporting.display import Tables
from bcforecast.reporting.explain_chapter import shown


def open_hindcast(
    plan: str,
    *,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
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
