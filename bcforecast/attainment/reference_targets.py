"""Pool the probabilities of many targets with their reference classes: what `--reference` does."""

from __future__ import annotations

import pandas as pd

from bcforecast.attainment.reference_class import ReferenceClass
from bcforecast.attainment.reference_features import required_of_targets
from bcforecast.attainment.reference_kinds import kind_of


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
