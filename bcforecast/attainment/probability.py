"""From a forecast to a probability, a grade and a verdict.

What happened: the figure of the due year, published after the as-of date or not at all.

A forecast never sees it; a report shows it beside the probability.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from bcforecast.config import DATA_DIR, GRADE_A_OBSERVATIONS, GRADE_B_OBSERVATIONS
from bcforecast.errors import BcforecastError
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Selection
from bcforecast.plan.goals import Comparator, Goal

if TYPE_CHECKING:
    from bcforecast.distributions import Distribution

Grade = Literal["A", "B", "C", "D", "U"]
Basis = Literal["own", "borrowed", "prior", "none"]


def evidence_grade(n_usable: int, *, basis: Basis) -> Grade:
    """Grade the evidence behind a forecast.

    Parameters
    ----------
    n_usable
        Usable figures (values or bounds) of the indicator's own series.
    basis
        What the forecast rests on: its `own` series; a level or growth `borrowed` from the parent
        area or peers and tied to at least one figure of its own; a `prior` or elicited judgement
        alone; or `none`.

    Returns
    -------
    A (own series of 8 or more), B (3 to 7), C (borrowed), D (prior or judgement only), U (cannot
    be said).

    Examples
    --------
    >>> evidence_grade(9, basis="own"), evidence_grade(1, basis="borrowed")
    ('A', 'C')
    >>> evidence_grade(0, basis="none")
    'U'
    """
    if basis == "none":
        return "U"
    if basis == "prior":
        return "D"
    if basis == "own" and n_usable >= GRADE_A_OBSERVATIONS:
        return "A"
    if basis == "own" and n_usable >= GRADE_B_OBSERVATIONS:
        return "B"
    return "C"


UNSET = "verdict.unset"
WORDS: Final = (
    "exceptionally_unlikely",
    "very_unlikely",
    "unlikely",
    "about_even",
    "likely",
    "very_likely",
    "virtually_certain",
)
"""Words that the catalogues hold; their bounds, and which of them are used, are data."""


@dataclass(frozen=True)
class Band:
    """One word and the probabilities it stands for, from `lower` up to below `upper`."""

    verdict: str
    lower: float
    upper: float

    @property
    def key(self) -> str:
        """Catalogue key of the word."""
        return f"verdict.{self.verdict}"


def verdict_of(probability: float | None, *, data_dir: Path | None = None) -> str:
    """Catalogue key of the word for a probability; `verdict.unset` for None.

    A bound belongs to the word above it: 0.66 is the first "likely".

    Examples
    --------
    >>> verdict_of(0.66), verdict_of(0.6599), verdict_of(None)
    ('verdict.likely', 'verdict.about_even', 'verdict.unset')
    """
    if probability is None:
        return UNSET
    bands = load_bands(data_dir)
    return next((b.key for b in reversed(bands) if probability >= b.lower), bands[0].key)


def load_bands(data_dir: Path | None = None) -> tuple[Band, ...]:
    """Read the words and their bounds, lowest first.

    Raises
    ------
    BcforecastError
        If a word is in no catalogue, or the bounds do not cover 0 to 1 without gap or overlap.
    """
    own = (data_dir or DATA_DIR) / "verdicts.csv"
    return _read(own if own.is_file() else DATA_DIR / "verdicts.csv")


def _read(path: Path) -> tuple[Band, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            bands = sorted(
                (
                    Band(row["verdict"], float(row["lower"]), float(row["upper"]))
                    for row in csv.DictReader(file)
                ),
                key=lambda band: band.lower,
            )
    except (KeyError, TypeError, ValueError) as error:
        raise BcforecastError("attainment.verdicts_unreadable", file=path, found=error) from error
    unknown = [band.verdict for band in bands if band.verdict not in WORDS]
    if unknown:
        allowed = ", ".join(WORDS)
        raise BcforecastError(
            "attainment.verdicts_unknown", file=path, found=unknown[0], allowed=allowed
        )
    edges = [(a.upper, b.lower) for a, b in pairwise(bands)]
    if not bands or bands[0].lower != 0 or bands[-1].upper != 1 or any(a != b for a, b in edges):
        raise BcforecastError("attainment.verdicts_gap", file=path)
    return tuple(bands)


def attainment_probability(
    forecast: Distribution, *, comparator: Comparator, target: float, step: int
) -> float:
    """P(goal met) at one horizon.

    Parameters
    ----------
    forecast
        Distribution of the indicator (of the number of new things, for an event).
    comparator
        `at_least` (达到, 以上): P(X >= target); `more_than` (突破): P(X > target), strict;
        `at_most`: P(X <= target); `event` (新建): P(N >= target).
    target
        In the indicator's unit.
    step
        Horizon, 1 to `forecast.horizon`.

    Raises
    ------
    ValueError
        If `step` is outside the forecast.

    Examples
    --------
    >>> import numpy as np
    >>> from bcforecast.distributions import Empirical
    >>> draws = Empirical(np.array([[529.0], [530.0], [531.0], [532.0]]))
    >>> attainment_probability(draws, comparator="more_than", target=530, step=1)
    0.5
    >>> attainment_probability(draws, comparator="at_least", target=530, step=1)
    0.75
    """
    if not 1 <= step <= forecast.horizon:
        raise ValueError(f"step {step} is outside the forecast's 1 to {forecast.horizon}")
    if comparator == "more_than":
        tail = forecast.sf(target)
    elif comparator == "at_most":
        tail = forecast.cdf(target)
    else:
        tail = forecast.at_least(target)
    return float(tail[step - 1])


def is_met(value: float, comparator: Comparator, target: float) -> bool:
    """Whether an observed figure meets the goal.

    Examples
    --------
    >>> is_met(530, "more_than", 530)
    False
    >>> is_met(530, "at_least", 530)
    True
    """
    if comparator == "more_than":
        return value > target
    if comparator == "at_most":
        return value <= target
    return value >= target


def is_met_by_bounds(
    lower: float, upper: float, comparator: Comparator, target: float
) -> bool | None:
    """Whether a figure strictly between two bounds ("more than 9,000") meets the goal.

    Returns
    -------
    True or False where the bounds settle it, else None.

    Examples
    --------
    >>> is_met_by_bounds(9000, float("inf"), "more_than", 9000)
    True
    >>> is_met_by_bounds(230, 254, "at_least", 250) is None
    True
    """
    if comparator == "at_most":
        return True if upper <= target else False if lower >= target else None
    return True if lower >= target else False if upper <= target else None


def smallest_that_meets(goal: Goal, *, whole: bool) -> float:
    """Value nearest to missing the goal that still meets it: 531 for "more than 530"."""
    if goal.comparator == "more_than" and whole:
        return float(np.floor(goal.target) + 1.0)
    return goal.target


@dataclass(frozen=True)
class RequiredPath:
    """The pace from the latest figure to the target.

    Parameters
    ----------
    gap
        Target minus latest figure, in the indicator's unit; positive when the figure must rise.
    years
        Years from the latest figure to the due date.
    increment
        Change needed each year, in the indicator's unit; None if no year is left.
    rate
        Growth needed each year, as a share (0.05 is 5 % a year); None if no year is left or the
        figures have no common positive growth rate.
    """

    gap: float
    years: int
    increment: float | None
    rate: float | None


def required_path(latest: float, *, target: float, years: int) -> RequiredPath:
    """Gap, yearly increment (T - y) / k and yearly rate (T / y)^(1 / k) - 1 over k years.

    Examples
    --------
    >>> path = required_path(909.25, target=1400, years=3)
    >>> round(path.gap, 2), round(path.rate, 4)
    (490.75, 0.1547)
    """
    gap = target - latest
    if years < 1:
        return RequiredPath(gap, years, None, None)
    rate = (target / latest) ** (1 / years) - 1 if latest > 0 and target > 0 else None
    return RequiredPath(gap, years, gap / years, rate)


def target_with(
    forecast: Distribution,
    probability: float,
    *,
    comparator: Comparator,
    step: int,
    whole: bool,
) -> float | None:
    """Return the most demanding target that is met with at least a given probability.

    For an increase it is the (1 - p) quantile, for a decrease the p quantile; of a whole-number
    indicator the nearest whole number on the safe side.

    Parameters
    ----------
    forecast
        Distribution of the indicator.
    probability
        Above 0 and below 1.
    comparator
        The plan's own.
    step
        Horizon, 1 to `forecast.horizon`.
    whole
        Whether the indicator counts whole things.

    Returns
    -------
    None where no target above 0 of an event has that probability.

    Examples
    --------
    >>> import numpy as np
    >>> from bcforecast.distributions import StudentTMixture
    >>> normal = StudentTMixture(np.array([[100.0]]), np.array([[10.0]]))
    >>> round(target_with(normal, 0.8, comparator="at_least", step=1, whole=False), 2)
    91.58
    >>> round(target_with(normal, 0.8, comparator="at_most", step=1, whole=False), 2)
    108.42
    """
    down = comparator == "at_most"
    level = probability if down else 1.0 - probability
    found = float(forecast.quantile(level)[step - 1])
    if not math.isfinite(found):
        return None
    if whole:
        found = _whole(forecast, found, probability, comparator=comparator, step=step)
    return None if comparator == "event" and found < 1.0 else found


def _whole(
    forecast: Distribution, near: float, probability: float, *, comparator: Comparator, step: int
) -> float:
    """Walk from the quantile to the whole number that just has the probability."""
    harder = -1.0 if comparator == "at_most" else 1.0

    def holds(target: float) -> bool:
        chance = attainment_probability(forecast, comparator=comparator, target=target, step=step)
        return chance >= probability

    start = math.floor(near) - 1.0 if harder > 0 else math.ceil(near) + 1.0
    while holds(start + harder) and abs(start - near) < 3.0:
        start += harder
    return float(start)


@dataclass(frozen=True)
class Outcome:
    """The figure of the due year and whether it meets the goal.

    Parameters
    ----------
    observation
        The figure, with its source and date of publication.
    met
        True, False, or None where only a bound is known that does not settle it.
    """

    observation: Observation
    met: bool | None


def outcome_of(goal: Goal, published: Selection) -> Outcome | None:
    """Compare the published figure of the due year with the target.

    Parameters
    ----------
    goal
        What was promised.
    published
        The indicator's figures as published by today, not by the as-of date.

    Returns
    -------
    None while no figure of the due year is published.
    """
    history, due_year = published.history, goal.due.year
    at = [i for i, year in enumerate(history.times) if year == due_year]
    if not at:
        return None
    (i,) = at
    observation = next(o for o in published.used if o.period.year_ended == due_year)
    if history.known[i]:
        return Outcome(observation, is_met(float(history.values[i]), goal.comparator, goal.target))
    bounds = float(history.lower[i]), float(history.upper[i])
    met = is_met_by_bounds(*bounds, goal.comparator, goal.target)
    return Outcome(observation, met)
