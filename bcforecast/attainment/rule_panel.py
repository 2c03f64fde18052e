"""The panel of a goal: our probability beside every rule of official statisticians."""

from __future__ import annotations

from dataclasses import dataclass

from bcforecast.attainment.case import named
from bcforecast.attainment.outlook import GoalOutlook
from bcforecast.attainment.own_flip import decimals_of, last_figure
from bcforecast.attainment.rules import Case, Disagreement, all_rules, disagreement
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message
from bcforecast.plan import Plan


@dataclass(frozen=True)
class RulePanel:
    """What the rules judge, and whether they agree with us.

    Parameters
    ----------
    case
        The goal's own figures and promise; None where a rule has nothing to judge.
    missing
        Why there is no case; None where there is one.
    step
        Unit in which the last figure is published, for the smallest revision that flips a label.
    disagreement
        Flag and sentence; None without a case.
    """

    case: Case | None
    missing: Message | None
    step: float | None
    disagreement: Disagreement | None


def rule_panel(item: GoalOutlook, *, plan: Plan) -> RulePanel:
    """Hold a goal's own figures against every rule.

    Rules judge the area's own figures only: nothing borrowed, no bound. The base year is the year
    before the plan's first, or the next with a figure; the direction is the indicator's.

    Parameters
    ----------
    item
        A goal of an outlook.
    plan
        The plan of the outlook.
    """
    goal, indicator = item.goal, item.indicator
    history = item.basis.selection.history
    if goal.comparator == "event":
        return _absent(Message("explain.panel_event"))
    if not history.n_values:
        return _absent(Message("explain.panel_no_figures", {"area": named(plan)}))
    try:
        case = Case.of_history(
            history,
            direction=indicator.direction,
            target=goal.target,
            due=goal.due.year,
            comparator=goal.comparator,
            base_year=plan.span.first - 1,
            scale=100.0 if indicator.kind == "ratio" and indicator.unit == "%" else None,
        )
    except BcforecastError as error:
        return _absent(error.message)
    last = last_figure(item)
    step = None if case.whole or last is None else decimals_of(last.value)
    verdicts = all_rules(case)
    return RulePanel(case, None, step, disagreement(verdicts, item.attainment.probability))


def _absent(why: Message) -> RulePanel:
    return RulePanel(None, why, None, None)
