"""How often goals of this kind, this far away, have been met elsewhere.

Reference class: how often goals like this one were met, and how that is pooled with the trend.

Both are one logistic regression with normal priors, learned twice on goals whose outcome is
known: without the trend, for the rate; and with the trend's log odds as one more column, for the
pool. They are not learned apart and added, because kind and trend partly say the same thing and
would be counted twice. A goal counts once however many as-of dates it was judged at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

if TYPE_CHECKING:
    import pandas as pd

ANY: Final = "any"
"""Label of a goal whose kind is not among those learned: all goals are its reference class."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "early_leavers": ("early leavers 18-24 (%)", "early leavers from education", "E20L"),
    "employment_rate": ("employment rate 20-64 (%)", "employment", "E20E"),
    "rd_intensity": (
        "R&D expenditure (% of GDP)",
        "R&D intensity",
        "gross domestic expenditure on R&D",
        "GERD",
        "全社会研发投入强度",
        "研发投入强度",
        "E20R",
        "LIS2010",
    ),
    "renewable_electricity": (
        "renewable share of electricity (%)",
        "renewable electricity",
        "RESE2010",
        "RESE2020",
    ),
    "renewable_energy": (
        "renewable share of gross final energy (%)",
        "renewable energy share",
        "RES2020",
    ),
    "renewable_transport": (
        "renewable share of transport (%)",
        "renewable transport",
        "TRA2020",
    ),
    "tertiary_attainment": ("tertiary attainment 30-34 (%)", "tertiary education", "E20T"),
}
"""Each kind and its other names: as in the sources, and the groups of the benchmark."""


def kind_of(name: object) -> str:
    """Kind that a name stands for, whatever its case and punctuation; `any` for all others.

    Parameters
    ----------
    name
        A key of `KINDS` or one of its other names; None, NaN or any other text is `any`.

    Examples
    --------
    >>> kind_of("R&D expenditure (% of GDP)"), kind_of("rd_intensity"), kind_of("unicorns")
    ('rd_intensity', 'rd_intensity', 'any')
    """
    if not isinstance(name, str):
        return ANY
    return _BY_NAME.get(_plain(name), ANY)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


_BY_NAME: Final = {_plain(name): kind for kind, names in KINDS.items() for name in (kind, *names)}


FloatArray = npt.NDArray[np.float64]

REQUIRED_LIMITS: Final = (-2.0, 3.0)
"""The required rate is taken no farther than this: beyond, goals are alike."""

_YEARS_AT_ZERO: Final = 4.0


def required_vs_past(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    target: float,
    comparator: str,
    years_ahead: float,
) -> float:
    """Yearly change that a goal asks for, over the mean absolute yearly change of the past.

    Parameters
    ----------
    times, values
        Shape (n,): years and figures known, in the unit of `target`; NaN is a gap.
    target, comparator
        The goal; `at_most` asks for a fall, every other comparator for a rise.
    years_ahead
        From the last year known to the due date, above 0.

    Returns
    -------
    float
        1: the series must move as fast as it has been moving, in the goal's direction, each
        year; 0 or less: it is already there; infinite if it never moved.

    Examples
    --------
    >>> past = [2018, 2019, 2020], [30.0, 32.0, 32.0]
    >>> required_vs_past(*past, target=36.0, comparator="at_least", years_ahead=2)
    2.0
    """
    years, figures = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    known = np.isfinite(figures)
    years, figures = years[known], figures[known]
    if not figures.size:
        return float("nan")
    direction = -1.0 if comparator == "at_most" else 1.0
    asked = direction * (target - float(figures[-1])) / years_ahead
    moved = float(np.mean(np.abs(np.diff(figures)) / np.diff(years))) if figures.size > 1 else 0.0
    if moved > 0.0:
        return asked / moved
    return float(np.copysign(np.inf, asked)) if asked else 0.0


def _years(column: pd.Series) -> pd.Series:
    """Years of dates, of periods or of their texts."""
    import pandas as pd

    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.year
    return pd.to_datetime(column, utc=True).dt.year


def required_of_targets(targets: pd.DataFrame, series: pd.DataFrame) -> FloatArray:
    """Required rate of each of many targets.

    Parameters
    ----------
    targets
        Columns `unique_id, h, comparator, target`; `h` in years after the series' last row.
    series
        Columns `unique_id, ds, y`; `ds` in years, or dates or their texts, whose year counts; NaN
        is a gap.

    Returns
    -------
    array
        One a target; NaN for a series that is not there.
    """
    import pandas as pd

    ordered = series.sort_values(["unique_id", "ds"], kind="stable")
    if not pd.api.types.is_numeric_dtype(ordered["ds"]):
        ordered = ordered.assign(ds=_years(ordered["ds"]))
    known = {
        str(name): (one["ds"].to_numpy(dtype=float), one["y"].to_numpy(dtype=float))
        for name, one in ordered.groupby("unique_id")
    }
    empty_rows = {name: _years_since_figure(*figures) for name, figures in known.items()}
    rows = zip(
        targets["unique_id"].astype(str),
        targets["target"].to_numpy(dtype=float),
        targets["comparator"].astype(str),
        targets["h"].to_numpy(dtype=float),
        strict=True,
    )
    nothing = (np.empty(0), np.empty(0))
    return np.array(
        [
            required_vs_past(
                *known.get(name, nothing),
                target=value,
                comparator=comparator,
                years_ahead=years + empty_rows.get(name, 0.0),
            )
            for name, value, comparator, years in rows
        ],
        dtype=float,
    )


def _years_since_figure(years: FloatArray, figures: FloatArray) -> float:
    known = years[np.isfinite(figures)]
    return float(years[-1] - known[-1]) if known.size else 0.0


def features(years_ahead: npt.ArrayLike, required: npt.ArrayLike) -> FloatArray:
    """Columns of the regression: 1, the required rate within its limits, log(years / 4).

    Parameters
    ----------
    years_ahead, required
        Shape (n,); a required rate that is not known (NaN) counts as 1, the past rate.

    Returns
    -------
    array
        Shape (n, 3).
    """
    asked = np.nan_to_num(np.asarray(required, dtype=float), nan=1.0, posinf=np.inf, neginf=-np.inf)
    distance = np.log(np.maximum(np.asarray(years_ahead, dtype=float), 0.5) / _YEARS_AT_ZERO)
    return np.column_stack([np.ones_like(asked), np.clip(asked, *REQUIRED_LIMITS), distance])


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


def with_reference(
    targets: pd.DataFrame, series: pd.DataFrame, *, reference: ReferenceClass | None = None
) -> pd.DataFrame:
    """Pool the trend's probability of each target with how often goals like it were met.

    Parameters
    ----------
    targets
        Columns `unique_id, h, comparator, target, probability` (the trend's), and optionally
        `reference_class`: the kind of goal under any of its names. All goals are the class of a
        target without one, or of a kind that was not learned.
    series
        Columns `unique_id, ds, y`: what the trend was made from; `ds` in years or dates.
    reference
        What was learned. Default: the shipped file.

    Returns
    -------
    DataFrame
        `targets`, row for row, with `probability` pooled, and after it
        `trend_probability` (as given), `reference_rate`, `reference_count`, `reference_label`,
        and `trend_part, reference_part`, which add to the log odds of `probability`. A target
        whose trend probability is not known (NaN) has none.

    Examples
    --------
    >>> series = pd.DataFrame({"unique_id": "a", "ds": [2018, 2019, 2020], "y": [2.0, 2.1, 2.2]})
    >>> goal = {"unique_id": ["a"], "h": [2], "comparator": ["at_least"], "target": [2.4]}
    >>> targets = pd.DataFrame({**goal, "reference_class": ["R&D intensity"], "probability": [0.5]})
    >>> pooled = with_reference(targets, series)
    >>> pooled["reference_label"].item(), pooled["reference_count"].item()
    ('rd_intensity', 13)
    """
    known = ReferenceClass.load() if reference is None else reference
    required = required_of_targets(targets, series)
    named = targets["reference_class"] if "reference_class" in targets else [None] * len(targets)
    rates = [
        known.rate(kind_of(name), years_ahead=float(h), required_vs_past=asked)
        for name, h, asked in zip(named, targets["h"], required, strict=True)
    ]
    trend = targets["probability"].to_numpy(dtype=float)
    probability, trend_part, reference_part = known.pool_many(
        trend,
        [rate.label for rate in rates],
        years_ahead=targets["h"].to_numpy(dtype=float),
        required_vs_past=required,
    )
    return targets.assign(
        probability=probability,
        trend_probability=trend,
        reference_rate=[rate.rate for rate in rates],
        reference_count=[rate.count for rate in rates],
        reference_label=[rate.label for rate in rates],
        trend_part=trend_part,
        reference_part=reference_part,
    )
