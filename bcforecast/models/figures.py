"""A district's own yearly figures on entries, renewals and losses, for structural models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.rates import Rate
from bcforecast.observations.history import History, IntArray


@dataclass(frozen=True)
class YearlyFigures:
    """Counts by year, one series a name.

    Parameters
    ----------
    years
        Shape (k,), strictly increasing.
    counts
        By name, each of shape (k,), NaN where a year has none.
    """

    years: IntArray
    counts: Mapping[str, FloatArray]

    @classmethod
    def of(cls, histories: Mapping[str, History]) -> YearlyFigures:
        """Put yearly histories side by side; only values count, not bounds.

        Examples
        --------
        >>> first = History.of([2019, 2020], [40, 50])
        >>> YearlyFigures.of({"first": first}).n_usable
        2
        """
        years = sorted({int(t) for history in histories.values() for t in history.times})
        counts = {}
        for name, history in histories.items():
            column = np.full(len(years), np.nan)
            for time, value in zip(history.times, history.values, strict=True):
                column[years.index(int(time))] = value
            counts[name] = column
        return cls(np.asarray(years, np.int64), counts)

    def until(self, year: int) -> YearlyFigures:
        """The figures of years up to and with `year`."""
        kept = self.years <= year
        return YearlyFigures(self.years[kept], {k: v[kept] for k, v in self.counts.items()})

    @property
    def n_usable(self) -> int:
        """Number of figures."""
        return int(sum(np.isfinite(column).sum() for column in self.counts.values()))

    def get(self, name: str) -> FloatArray:
        """Counts of `name`, shape (k,), NaN where there are none."""
        return self.counts.get(name, np.full(self.years.size, np.nan))

    def in_year(self, name: str, year: int) -> float:
        """Count of `name` in `year`, NaN if unknown."""
        found = self.get(name)[self.years == year]
        return float(found[0]) if found.size else float("nan")

    def totals(self, event: str, exposure: FloatArray) -> tuple[float, float]:
        """Sums of the events and of the exposure (k,) over the years where both are known."""
        counts = self.get(event)
        both = np.isfinite(counts) & np.isfinite(exposure)
        return float(counts[both].sum()), float(exposure[both].sum())


def learned_trials(rate: Rate, figures: YearlyFigures, event: str, exposure: FloatArray) -> Rate:
    """Posterior of a `beta` rate given events of those exposed, year by year."""
    events, exposed = figures.totals(event, exposure)
    return rate.after_trials(min(events, exposed), exposed)


def learned_events(rate: Rate, figures: YearlyFigures, event: str, exposure: FloatArray) -> Rate:
    """Posterior of a `gamma` rate given events and the exposure, year by year."""
    return rate.after_events(*figures.totals(event, exposure))
