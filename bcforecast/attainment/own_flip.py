"""The smallest revision of the last figure that changes our own word for the probability."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from bcforecast.attainment.outlook import GoalOutlook, Outlook, project
from bcforecast.attainment.rules.flip import nearest_flip
from bcforecast.attainment.verdict import verdict_of
from bcforecast.observations import Observation, Vintage

_FINENESS: Final = 1000
"""Steps of a figure: it is revised by its own unit, or by tens of it up to a thousandth of it."""


@dataclass(frozen=True)
class WordFlip:
    """Where our word changes.

    Parameters
    ----------
    revision
        New figure minus published figure, in the indicator's unit.
    value
        The new figure.
    verdict
        Catalogue key of the new word.
    """

    revision: float
    value: float
    verdict: str


def word_flip(outlook: Outlook, item: GoalOutlook) -> WordFlip | None:
    """Find the smallest revision of the area's last figure that changes the word.

    The goal is projected again with the figure revised, whatever its model.

    Returns
    -------
    None where there is no figure or no probability, or no revision within 50 % changes the word.
    """
    a, last = item.attainment, last_figure(item)
    if last is None or a.probability is None or last.value == 0.0:
        return None

    def word_at(value: float) -> str:
        chance = _probability_with(outlook, item, last, value)
        return verdict_of(chance, data_dir=outlook.data.data_dir)

    value = nearest_flip(
        last.value,
        word_at,
        before=a.verdict,
        unit=_step(last.value, 1.0 if item.indicator.whole else decimals_of(last.value)),
        size=abs(last.value),
        support=item.basis.series.support,
    )
    if value is None:
        return None
    return WordFlip(float(f"{value - last.value:.12g}"), value, word_at(value))


def last_figure(item: GoalOutlook) -> Observation | None:
    """Return the area's latest figure with a value among those that the model used."""
    return next((f for f in reversed(item.basis.selection.used) if f.has_value), None)


def decimals_of(value: float) -> float:
    """Return the smallest unit in which a figure is written: 0.01 for two decimals.

    Examples
    --------
    >>> decimals_of(909.2549), decimals_of(3.28), decimals_of(485.0)
    (0.0001, 0.01, 1.0)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return float(f"1e{min(exponent, 0)}")


def _step(figure: float, unit: float) -> float:
    """Return the largest of unit, ten units, a hundred … that is fine enough for a figure."""
    tens = math.floor(math.log10(abs(figure) / (_FINENESS * unit)) + 1e-9)
    return float(unit * 10.0 ** max(tens, 0))


def _probability_with(
    outlook: Outlook, item: GoalOutlook, last: Observation, value: float
) -> float | None:
    dataset = outlook.data.dataset
    revised = tuple(replace(f, value=value) if f is last else f for f in dataset.observations)
    data = Vintage(replace(dataset, observations=revised), outlook.data.as_of)
    plan = outlook.plan.model_copy(update={"goals": (item.goal,)})
    again = project(plan, data, scenario=outlook.scenario, seed=outlook.seed, models=outlook.models)
    return again[item.goal.id].attainment.probability
