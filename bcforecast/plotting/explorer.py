"""The scenario panel, for a notebook: `explore_scenarios(outlook, lang="zh")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcforecast.attainment.outlook import Outlook
from bcforecast.messages import Language

if TYPE_CHECKING:
    from bcforecast.plotting.explorer_panel import ScenarioPanel


def explore_scenarios(
    outlook: Outlook, *, lang: Language, goal: str | None = None, font: str = ""
) -> ScenarioPanel:
    """Open the panel on which levers are moved and scenarios compared and saved.

    Parameters
    ----------
    outlook
        Under the baseline.
    lang
        Language of every word.
    goal
        Identifier of the goal shown first. Default: the first of which a probability can be said.
    font
        An `@font-face` rule for machines without a Chinese font. Default: none.

    Raises
    ------
    ScenarioError
        If the outlook is under another scenario, or a scenario file cannot be read.
    PlanError
        If the plan has no such goal.
    """
    # ipywidgets is wanted only where a panel is opened.
    from bcforecast.plotting.explorer_panel import ScenarioPanel

    if goal is not None:
        outlook.plan.goal(goal)
    return ScenarioPanel(outlook, lang=lang, goal=goal, font=font)
