"""How often goals like this one have been met elsewhere, and how that is pooled with the trend.

Both are one logistic regression with normal priors, learned twice on goals whose outcome is
known: without the trend, for the rate; and with the trend's log odds as one more column, for the
pool. They are not learned apart and added, because kind and trend partly say the same thing and
would be counted twice. A goal counts once however many as-of dates it was judged at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from bcforecast import config
from bcforecast.plan.goals import COMPARISONS, Comparator, Id, NamedRecord, StrictRecord, Words
from bcforecast.plan.reading import read_record
from bcforecast.text import Message

if TYPE_CHECKING:
    import pandas as pd

ANY: Final = "any"
"""Label of a goal whose kind is not among those learned: all goals are its reference class."""


class ReferenceKind(NamedRecord):
    """A kind of goal whose outcome is known elsewhere, and its other names."""

    id: Id
    also: tuple[Words, ...]


class ReferenceKinds(StrictRecord):
    """The kinds, in the order in which they were learned."""

    kinds: tuple[ReferenceKind, ...]


@cache
def read_kinds() -> Mapping[str, ReferenceKind]:
    """Read the kinds that are declared, by identifier; PlanError about the first wrong value."""
    return {
        kind.id: kind
        for kind in read_record(config.DATA_DIR / "kinds.yaml", ReferenceKinds)[0].kinds
    }


def kind_of(name: object) -> str:
    """Kind that a name stands for, whatever its case and punctuation; `any` for all others."""
    return _by_name().get(_plain(name), ANY) if isinstance(name, str) else ANY


def kind_name(kind: str) -> Message:
    """Return the name of a kind in words."""
    return Message("reference.any") if kind == ANY else read_kinds()[kind].names


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


@cache
def _by_name() -> Mapping[str, str]:
    kinds = read_kinds().values()
    return {_plain(name): kind.id for kind in kinds for name in (kind.id, *kind.also)}


FloatArray = npt.NDArray[np.float64]

REQUIRED_LIMITS: Final = (-2.0, 3.0)
"""The required rate is taken no farther than this: beyond, goals are alike."""

_YEARS_AT_ZERO: Final = 4.0


def required_vs_past(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    target: float,
    comparator: Comparator,
    years_ahead: float,
) -> float:
    """Yearly change that a goal asks for, over the mean absolute yearly change of the past.

    Of figures (n,) in the unit of `target`, NaN being a gap, and the years from the last known to
    the due date, above 0. The result is 1 where the series must move as fast as it has been
    moving, in the goal's direction, each year; 0 or less where it is already there; infinite if
    it never moved.
    """
    years, figures = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    known = np.isfinite(figures)
    years, figures = years[known], figures[known]
    if not figures.size:
        return float("nan")
    direction = 1.0 if COMPARISONS[comparator].up else -1.0
    asked = direction * (target - float(figures[-1])) / years_ahead
    moved = float(np.mean(np.abs(np.diff(figures)) / np.diff(years))) if figures.size > 1 else 0.0
    if moved > 0.0:
        return asked / moved
    return float(np.copysign(np.inf, asked)) if asked else 0.0


def required_of_targets(targets: pd.DataFrame, series: pd.DataFrame) -> FloatArray:
    """Required rate of each of many targets; NaN for a series that is not there.

    `targets` has the columns `unique_id, h, comparator, target`, `h` in years after the series'
    last row; `series` has `unique_id, ds, y`, `ds` in years, or dates or their texts, whose year
    counts; NaN is a gap.
    """
    import pandas as pd

    ordered = series.sort_values(["unique_id", "ds"], kind="stable")
    ds = ordered["ds"]
    if isinstance(ds.dtype, pd.PeriodDtype):
        ordered = ordered.assign(ds=ds.dt.year)
    elif not pd.api.types.is_numeric_dtype(ds):
        ordered = ordered.assign(ds=pd.to_datetime(ds, utc=True).dt.year)
    known = {
        str(name): (one["ds"].to_numpy(dtype=float), one["y"].to_numpy(dtype=float))
        for name, one in ordered.groupby("unique_id")
    }
    columns = (targets[name].tolist() for name in ("unique_id", "h", "comparator", "target"))
    found = []
    for name, h, comparator, target in zip(*columns, strict=True):
        years, figures = known.get(str(name), (np.empty(0), np.empty(0)))
        seen = years[np.isfinite(figures)]
        years_ahead = float(h) + (years[-1] - seen[-1] if seen.size else 0.0)
        about = {"target": float(target), "comparator": comparator, "years_ahead": years_ahead}
        found.append(required_vs_past(years, figures, **about))
    return np.array(found, dtype=float)


SHIPPED: Final = Path(__file__).parent / "learned" / "reference_class.json"
"""What was learned from the goals of the benchmark; `make train WHAT=reference` writes it."""

KIND_VARIANCE: Final = 4.0
"""Prior variance of what a kind adds to the log odds: all of it for a kind never seen."""

_TREND_CLIP: Final = 0.01


@dataclass(frozen=True)
class LogisticFit:
    """Normal approximation of what is known of K coefficients: their mode and covariance."""

    coefficients: FloatArray
    covariance: FloatArray

    def log_odds(
        self, design: FloatArray, known: npt.NDArray[np.bool_]
    ) -> tuple[FloatArray, FloatArray]:
        """Predict the log odds of being met, and how far they shrink for want of evidence.

        Of a design (n, K), and for each row whether its kind is declared. The log odds at the mode
        shrink by 1 / sqrt(1 + pi v / 8), v their variance, by which the average over the
        coefficients lies nearer to even odds (MacKay 1992, doi:10.1162/neco.1992.4.5.720).
        """
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        variance += np.where(known, 0.0, KIND_VARIANCE)
        return design @ self.coefficients, 1.0 / np.sqrt(1.0 + np.pi * variance / 8.0)


@dataclass(frozen=True)
class ReferenceRate:
    """How often goals like this one were met.

    `rate` is the shrunken share for this kind (`label`, or `any`), distance and required rate;
    there is no trend in it. `met` of the `count` goals of this kind were met, or of all kinds if
    the kind is not known.
    """

    rate: float
    count: int
    met: int
    label: str
    years_ahead: float
    required_vs_past: float


@dataclass(frozen=True)
class PooledProbability:
    """A probability of which it is known what came from where.

    `trend_part` and `reference_part` sum to its log odds, log(p / (1 - p)).
    """

    probability: float
    trend_part: float
    reference_part: float


@dataclass(frozen=True)
class ReferenceClass:
    """Goals whose outcome is known, summed up: how many there were and were met, of each kind.

    Two regressions: `alone` without the trend, `beside` with its log odds as the second column.
    """

    goals: dict[str, int]
    met: dict[str, int]
    alone: LogisticFit
    beside: LogisticFit

    @classmethod
    def load(cls, path: Path = SHIPPED) -> ReferenceClass:
        """Read the shipped file, or one that `make train` wrote."""
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        alone, beside = (
            LogisticFit(np.array(known[name]["coefficients"]), np.array(known[name]["covariance"]))
            for name in ("alone", "beside")
        )
        counts = known["kinds"]
        goals, met = ({kind: counts[kind][what] for kind in counts} for what in ("goals", "met"))
        return cls(goals, met, alone, beside)

    def rate(
        self, reference_class: str | None, *, years_ahead: float, required_vs_past: float
    ) -> ReferenceRate:
        """How often goals of a kind, under any of its names, were met; of all kinds if not known.

        `years_ahead` is from the last figure known to the due date; for the other see
        `required_vs_past`, NaN if not known.
        """
        kind = kind_of(reference_class)
        kind = kind if self.goals.get(kind) else ANY
        rates = self.rates([kind], years_ahead=[years_ahead], required_vs_past=[required_vs_past])
        goals, met = (n.get(kind, sum(n.values())) for n in (self.goals, self.met))
        return ReferenceRate(float(rates[0]), goals, met, kind, years_ahead, required_vs_past)

    def rates(
        self, kinds: Sequence[str], *, years_ahead: npt.ArrayLike, required_vs_past: npt.ArrayLike
    ) -> FloatArray:
        """Shrunken share of goals met, for n goals at once, shape (n,)."""
        design = design_of(kinds, years_ahead, required_vs_past)
        eta, shrink = self.alone.log_odds(design, np.isin(kinds, list(read_kinds())))
        return np.asarray(expit(eta * shrink), dtype=float)

    def pool(self, trend_probability: float, rate: ReferenceRate) -> PooledProbability:
        """Pool the probability of the trend with the reference class, as `pool_many` does."""
        found = self.pool_many(
            [trend_probability],
            [rate.label],
            years_ahead=[rate.years_ahead],
            required_vs_past=[rate.required_vs_past],
        )
        return PooledProbability(*(float(part[0]) for part in found))

    def pool_many(
        self,
        trend_probability: npt.ArrayLike,
        kinds: Sequence[str],
        *,
        years_ahead: npt.ArrayLike,
        required_vs_past: npt.ArrayLike,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Pool n goals at once: probability, trend part and reference part, each (n,).

        The log odds are s (w log(p / (1 - p)) + r): p is the trend's probability, kept within
        0.01 and 0.99; w its learned weight; r what the learned offset, kind, required rate and
        distance add; and s < 1 a shrinkage toward even odds for what sixty goals cannot tell.
        """
        plain = design_of(kinds, years_ahead, required_vs_past)
        odds = trend_log_odds(trend_probability)
        design = np.column_stack([plain[:, :1], odds, plain[:, 1:]])
        eta, shrink = self.beside.log_odds(design, np.isin(kinds, list(read_kinds())))
        trend = shrink * odds * self.beside.coefficients[1]
        return np.asarray(expit(shrink * eta), dtype=float), trend, shrink * eta - trend


def design_of(
    kinds: Sequence[str], years_ahead: npt.ArrayLike, required_vs_past: npt.ArrayLike
) -> FloatArray:
    """Columns of the regression without the trend, shape (n, 3 + kinds).

    1, the required rate within its limits, log(years / 4), then one column a kind. A required rate
    that is not known (NaN) counts as 1, the past rate.
    """
    asked = np.nan_to_num(
        np.asarray(required_vs_past, dtype=float), nan=1.0, posinf=np.inf, neginf=-np.inf
    )
    distance = np.log(np.maximum(np.asarray(years_ahead, dtype=float), 0.5) / _YEARS_AT_ZERO)
    known = read_kinds()
    dummies = [[float(kind == one) for one in known] for kind in kinds]
    columns = [np.ones_like(asked), np.clip(asked, *REQUIRED_LIMITS), distance]
    return np.column_stack([*columns, np.reshape(dummies, (-1, len(known)))])


def trend_log_odds(probability: npt.ArrayLike) -> FloatArray:
    """Log odds of the trend's probability, kept within 0.01 and 0.99."""
    p = np.clip(np.asarray(probability, dtype=float), _TREND_CLIP, 1.0 - _TREND_CLIP)
    return np.asarray(logit(p), dtype=float)


def with_reference(targets: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Pool the trend's probability of each target with how often goals like it were met.

    `targets` has the columns `unique_id, h, comparator, target, probability` (the trend's) and
    optionally `reference_class`, `series` what the trend was made from. Its rows come back with
    `probability` pooled and the parts of its log odds; NaN where the trend's is.
    """
    known = ReferenceClass.load()
    required = required_of_targets(targets, series)
    named = targets["reference_class"] if "reference_class" in targets else [None] * len(targets)
    rates = [
        known.rate(name, years_ahead=float(h), required_vs_past=asked)
        for name, h, asked in zip(named, targets["h"], required, strict=True)
    ]
    trend = targets["probability"].to_numpy(dtype=float)
    probability, trend_part, reference_part = known.pool_many(
        trend,
        [rate.label for rate in rates],
        years_ahead=targets["h"].to_numpy(dtype=float),
        required_vs_past=required,
    )
    asked = ("rate", "count", "label")
    held = {f"reference_{name}": [getattr(rate, name) for rate in rates] for name in asked}
    parts = {"trend_part": trend_part, "reference_part": reference_part}
    return targets.assign(probability=probability, trend_probability=trend, **held, **parts)
