"""Reference class: how often goals like this one were met, and how that is pooled with the trend.

Both are one logistic regression with normal priors, learned twice on goals whose outcome is
known: without the trend, for the rate; and with the trend's log odds as one more column, for the
pool. They are not learned apart and added, because kind and trend partly say the same thing and
would be counted twice. A goal counts once however many as-of dates it was judged at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from bcforecast.attainment.reference_features import features
from bcforecast.attainment.reference_kinds import ANY, KINDS, kind_of

FloatArray = npt.NDArray[np.float64]

SHIPPED: Final = Path(__file__).parent / "learned" / "reference_class.json"
"""What was learned from the goals of the benchmark; `make train WHAT=reference` writes it."""

KIND_VARIANCE: Final = 4.0
"""Prior variance of what a kind adds to the log odds: all of it for a kind never seen."""

_TREND_CLIP: Final = 0.01


@dataclass(frozen=True)
class LogisticFit:
    """Normal approximation of what is known of the coefficients.

    Parameters
    ----------
    coefficients
        Shape (K,): the most probable ones.
    covariance
        Shape (K, K): the inverse of minus the second derivative there.
    """

    coefficients: FloatArray
    covariance: FloatArray

    def log_odds(self, design: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Predict the log odds of being met, and how far they shrink for want of evidence.

        Parameters
        ----------
        design
            Shape (n, K).

        Returns
        -------
        eta, shrink
            Shape (n,): the log odds at the most probable coefficients, and the factor
            1 / sqrt(1 + pi v / 8), v their variance, by which the average over the coefficients
            lies nearer to even odds.

        References
        ----------
        MacKay (1992), The evidence framework applied to classification networks.
        doi:10.1162/neco.1992.4.5.720
        """
        eta = design @ self.coefficients
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        return eta, 1.0 / np.sqrt(1.0 + np.pi * variance / 8.0)


@dataclass(frozen=True)
class Rate:
    """How often goals like this one were met.

    Parameters
    ----------
    rate
        Shrunken share of goals met, for this kind, distance and required rate; no trend in it.
    count
        Goals of this kind that it was learned from; of all kinds if the kind is not known.
    met
        How many of them were met.
    label
        The kind, or `any`.
    years_ahead, required_vs_past
        What was asked.
    """

    rate: float
    count: int
    met: int
    label: str
    years_ahead: float
    required_vs_past: float


@dataclass(frozen=True)
class Pooled:
    """A probability of which it is known what came from where.

    Parameters
    ----------
    probability
        Of the goal being met.
    trend_part, reference_part
        What the trend and the reference class add to its log odds; they sum to
        log(probability / (1 - probability)).
    """

    probability: float
    trend_part: float
    reference_part: float


@dataclass(frozen=True)
class ReferenceClass:
    """Goals whose outcome is known, summed up.

    Parameters
    ----------
    goals, met
        Number of goals, and of goals met, of each kind.
    alone
        Regression without the trend.
    beside
        Regression with the log odds of the trend as its second column.
    """

    goals: dict[str, int]
    met: dict[str, int]
    alone: LogisticFit
    beside: LogisticFit

    @classmethod
    def load(cls, path: Path = SHIPPED) -> ReferenceClass:
        """Read the shipped file, or one that `rebuild` wrote.

        Examples
        --------
        >>> reference = ReferenceClass.load()
        >>> rate = reference.rate("rd_intensity", years_ahead=8, required_vs_past=1.5)
        >>> rate.label, rate.count, rate.rate < 0.3
        ('rd_intensity', 13, True)
        >>> reference.pool(0.1, rate).probability < reference.pool(0.6, rate).probability
        True
        """
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        fits = {
            name: LogisticFit(
                np.array(known[name]["coefficients"]), np.array(known[name]["covariance"])
            )
            for name in ("alone", "beside")
        }
        counts = known["kinds"]
        return cls(
            {kind: one["goals"] for kind, one in counts.items()},
            {kind: one["met"] for kind, one in counts.items()},
            **fits,
        )

    def rate(
        self, reference_class: str | None, *, years_ahead: float, required_vs_past: float
    ) -> Rate:
        """How often goals like this one were met.

        Parameters
        ----------
        reference_class
            Kind of goal, under any of its names; None or an unknown name: goals of all kinds.
        years_ahead
            From the last figure known to the due date.
        required_vs_past
            See `reference_features.required_vs_past`; NaN if not known.
        """
        kind = self._learned(kind_of(reference_class))
        met = self.rates([kind], years_ahead=[years_ahead], required_vs_past=[required_vs_past])
        return Rate(
            float(met[0]),
            sum(self.goals.values()) if kind == ANY else self.goals[kind],
            sum(self.met.values()) if kind == ANY else self.met[kind],
            kind,
            years_ahead,
            required_vs_past,
        )

    def rates(
        self,
        kinds: Sequence[str],
        *,
        years_ahead: npt.ArrayLike,
        required_vs_past: npt.ArrayLike,
    ) -> FloatArray:
        """Shrunken share of goals met, for n goals at once, shape (n,)."""
        design, known = self._design(kinds, years_ahead, required_vs_past)
        eta, shrink = _predicted(self.alone, design, known)
        return np.asarray(expit(eta * shrink), dtype=float)

    def pool(self, trend_probability: float, rate: Rate) -> Pooled:
        """Pool the probability of the trend with the reference class.

        The log odds are s (w log(p / (1 - p)) + r): p is the trend's probability, kept within
        0.01 and 0.99; w its learned weight; r what the learned offset, kind, required rate and
        distance add; and s < 1 a shrinkage toward even odds for what sixty goals cannot tell.
        """
        probability, trend, reference = self.pool_many(
            [trend_probability],
            [rate.label],
            years_ahead=[rate.years_ahead],
            required_vs_past=[rate.required_vs_past],
        )
        return Pooled(float(probability[0]), float(trend[0]), float(reference[0]))

    def pool_many(
        self,
        trend_probability: npt.ArrayLike,
        kinds: Sequence[str],
        *,
        years_ahead: npt.ArrayLike,
        required_vs_past: npt.ArrayLike,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Pool n goals at once: probability, trend part and reference part, each (n,)."""
        plain, known = self._design(kinds, years_ahead, required_vs_past)
        odds = trend_log_odds(trend_probability)
        design = np.column_stack([plain[:, :1], odds, plain[:, 1:]])
        eta, shrink = _predicted(self.beside, design, known)
        trend = shrink * odds * self.beside.coefficients[1]
        reference = shrink * eta - trend
        return np.asarray(expit(shrink * eta), dtype=float), trend, reference

    def _learned(self, kind: str) -> str:
        return kind if self.goals.get(kind) else ANY

    def _design(
        self, kinds: Sequence[str], years_ahead: npt.ArrayLike, required_vs_past: npt.ArrayLike
    ) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        design = design_of(kinds, years_ahead, required_vs_past)
        return design, np.array([kind in KINDS for kind in kinds])


def design_of(
    kinds: Sequence[str], years_ahead: npt.ArrayLike, required_vs_past: npt.ArrayLike
) -> FloatArray:
    """Columns of the regression without the trend: features, then one column a kind, (n, 10)."""
    dummies = np.array([[kind == one for one in KINDS] for kind in kinds], dtype=float)
    return np.hstack([features(years_ahead, required_vs_past), dummies.reshape(-1, len(KINDS))])


def trend_log_odds(probability: npt.ArrayLike) -> FloatArray:
    """Log odds of the trend's probability, kept within 0.01 and 0.99."""
    p = np.clip(np.asarray(probability, dtype=float), _TREND_CLIP, 1.0 - _TREND_CLIP)
    return np.asarray(logit(p), dtype=float)


def _predicted(
    fit: LogisticFit, design: FloatArray, known: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    eta, shrink = fit.log_odds(design)
    variance = (1.0 / shrink**2 - 1.0) * 8.0 / np.pi + np.where(known, 0.0, KIND_VARIANCE)
    return eta, 1.0 / np.sqrt(1.0 + np.pi * variance / 8.0)
