"""Why a probability is what it is: everything that explains one goal, gathered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bcforecast.attainment.expected_date import ExpectedDate, expected_date
from bcforecast.attainment.outlook import GoalOutlook, Outlook
from bcforecast.attainment.own_flip import WordFlip, last_figure, word_flip
from bcforecast.attainment.pace import Pace, pace_of
from bcforecast.attainment.reachable import target_with
from bcforecast.attainment.rule_panel import RulePanel, rule_panel
from bcforecast.attainment.rules.panel import LIKELY
from bcforecast.defaults import SCENARIO
from bcforecast.observations import Observation

TARGET_CHANCES: Final = (0.5, 0.8)
"""Probabilities of which the target is named."""


@dataclass(frozen=True)
class Explanation:
    """A goal's probability and all that stands beside it.

    Parameters
    ----------
    item
        The goal of the outlook.
    as_of, scenario
        Of the outlook.
    panel
        The rules of official statisticians, or why they cannot judge.
    last
        The area's last figure with a value; None if it has published none.
    flip
        Smallest revision of it that changes our word; None if there is none, or none was looked
        for.
    flip_sought
        Whether one was looked for: only under the baseline, and only if asked.
    pace
        What the target asks for a year from here, among what comparable areas have kept.
    date
        When the goal is met; None without a probability.
    targets
        By probability, the target that has it; empty without a forecast.
    """

    item: GoalOutlook
    as_of: date
    scenario: str
    panel: RulePanel
    last: Observation | None
    flip: WordFlip | None
    flip_sought: bool
    pace: Pace
    date: ExpectedDate | None
    targets: Mapping[float, float | None]

    @property
    def says_met(self) -> bool | None:
        """What our probability says: met from 2/3 on, not met up to 1/3, None between or unset."""
        p = self.item.attainment.probability
        if p is None:
            return None
        return True if p >= LIKELY else False if p <= 1.0 - LIKELY else None


def explain(outlook: Outlook, goal: str, *, with_flip: bool = True) -> Explanation:
    """Explain one goal of an outlook.

    Parameters
    ----------
    outlook
        As projected.
    goal
        Identifier.
    with_flip
        Whether to look for the revision that changes our own word: this projects the goal again
        some twenty times. Under a scenario it is not looked for.

    Raises
    ------
    PlanError
        If the plan has no such goal.

    Examples
    --------
    >>> import bcforecast as bc
    >>> plan = bc.load_plan("tianjin-2020-2022")
    >>> outlook = bc.project(plan, bc.load_observations(as_of="2020-12-31"))
    >>> known = explain(outlook, "tech_contract_value", with_flip=False)
    >>> known.pace.years, known.pace.compared.areas, known.panel.case.last
    (3, 31, (2019, 909.2549))
    """
    item = outlook[goal]
    forecast = item.forecast
    sought = with_flip and outlook.scenario == SCENARIO
    targets: dict[float, float | None] = {}
    if forecast is not None:
        for chance in TARGET_CHANCES:
            targets[chance] = target_with(
                forecast,
                chance,
                comparator=item.goal.comparator,
                step=forecast.horizon,
                whole=item.indicator.whole,
            )
    return Explanation(
        item=item,
        as_of=outlook.as_of,
        scenario=outlook.scenario,
        panel=rule_panel(item, plan=outlook.plan),
        last=last_figure(item),
        flip=word_flip(outlook, item) if sought else None,
        flip_sought=sought,
        pace=pace_of(item),
        date=expected_date(item, scenario=outlook.scenario),
        targets=targets,
    )
