"""All goals together: whether all are met, how many will be, and which is the weakest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.distributions.base import FloatArray

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Joint:
    """Goals met together, from joint paths.

    Parameters
    ----------
    goals
        Identifiers of the goals of which a probability can be said.
    probabilities
        Shape (G,), of each goal.
    number_met
        Shape (G + 1,): P(exactly k goals are met), k = 0 .. G.
    pairwise
        Shape (G, G): P(both goals are met); each goal's own probability on the diagonal.
    all_others
        Shape (G,): P(all other goals are met).
    unset
        Identifiers of the goals of which none can be said (grade U): they are left out, not
        counted as missed.
    """

    goals: tuple[str, ...]
    probabilities: FloatArray
    number_met: FloatArray
    pairwise: FloatArray
    all_others: FloatArray
    unset: tuple[str, ...] = ()

    @property
    def all_met(self) -> float:
        """P(all goals are met)."""
        return float(self.number_met[-1])

    @property
    def expected(self) -> float:
        """Expected number of goals met."""
        return float(self.number_met @ np.arange(self.number_met.size))

    @property
    def weakest(self) -> str:
        """The goal that, were it certain, would raise P(all) most; of equals the less likely."""
        gain = self.all_others - self.all_met
        order = np.lexsort((self.probabilities, -gain))
        return self.goals[int(order[0])]

    def bounds(self) -> tuple[float, float]:
        """Return the least and greatest P(all) that the goals' own probabilities allow.

        max(0, sum p - (G - 1)) and min p (Frechet 1935).
        """
        low = max(0.0, float(self.probabilities.sum()) - (len(self.goals) - 1))
        return low, float(self.probabilities.min())

    @property
    def independent(self) -> float:
        """P(all) if the goals had nothing to do with each other: the product."""
        return float(np.prod(self.probabilities))

    def pairs(self) -> pd.DataFrame:
        """One row a pair: P(both met), P(neither met), and the correlation of the two outcomes."""
        rows = []
        for i, first in enumerate(self.goals):
            for j, second in enumerate(self.goals[:i]):
                a, b = float(self.probabilities[i]), float(self.probabilities[j])
                both = float(self.pairwise[i, j])
                spread = np.sqrt(a * (1.0 - a) * b * (1.0 - b))
                rows.append(
                    {
                        "first": first,
                        "second": second,
                        "both": both,
                        "neither": max(0.0, 1.0 - a - b + both),
                        "correlation": (both - a * b) / spread if spread > 0.0 else None,
                    }
                )
        return pd.DataFrame(rows, columns=["first", "second", "both", "neither", "correlation"])


def joint(met: BoolArray, goals: tuple[str, ...], *, unset: tuple[str, ...] = ()) -> Joint:
    """Count how often goals are met together.

    Parameters
    ----------
    met
        Shape (n, G), n at least 1: whether each goal is met on each path.
    goals
        Identifiers, G at least 1.
    unset
        Goals without a probability.

    Raises
    ------
    ValueError
        If there is no goal or no path.

    Examples
    --------
    >>> paths = np.array([[True, True], [True, False], [False, False], [True, True]])
    >>> both = joint(paths, ("a", "b"))
    >>> both.all_met, both.expected, both.weakest
    (0.5, 1.25, 'b')
    """
    n, k = met.shape
    if not n or not k or k != len(goals):
        raise ValueError("joint attainment needs at least one path and one goal a column")
    number = met.sum(axis=1)
    counts = np.bincount(number, minlength=k + 1) / n
    indicator = met.astype(float)
    missed_elsewhere = (k - number)[:, None] - (~met).astype(int)
    return Joint(
        goals=goals,
        probabilities=indicator.mean(axis=0),
        number_met=counts,
        pairwise=indicator.T @ indicator / n,
        all_others=(missed_elsewhere == 0).mean(axis=0),
        unset=unset,
    )
