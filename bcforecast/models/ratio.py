"""R&D intensity: spending over GDP, both forecast jointly, with restated denominators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

import numpy as np

from bcforecast.distributions.base import FloatArray
from bcforecast.models.components import correlation_of, increments, learned_growth
from bcforecast.models.paired import Learned, Paired, learned_from_whole
from bcforecast.models.rates import Rate
from bcforecast.models.structural import Prepared
from bcforecast.observations.history import History

_RATES: Final = (
    Rate("rd_growth", "growth", 0.08, 0.05),
    Rate("gdp_growth", "growth", 0.055, 0.03),
)
_VOLATILITY: Final = (0.07, 0.04)
"""Assumed: standard deviation of yearly log growth of R&D spending and of GDP, before figures."""
_CORRELATION: Final = 0.3
"""Assumed: correlation of the two within a year, before figures."""


@dataclass(frozen=True)
class Ratio(Paired):
    """A / B with log growth normal in both; so log(A / B) at horizon h is normal given the rates.

    Parameters
    ----------
    denominator, numerator
        Yearly histories of both, where known, on any one unit each. Where only the ratio and the
        denominator are known for a year, the numerator is their product.
    breaks
        First years of a new definition of the denominator: growth across them is not used.
    restatements
        By the first year on the new basis, the factor that puts earlier denominators on it (such
        as 0.75 where a census lowered them by a quarter); then growth across that year is used,
        and earlier ratios are divided by the factor.

    Examples
    --------
    >>> rd = History.of([2019, 2020, 2022], [3.28, 3.44, 3.49], support=(0.0, 100.0))
    >>> gdp = History.of([2019, 2020, 2021, 2022], [14104.28, 14083.73, 15695.0, 16311.3])
    >>> 3.4 < float(Ratio(denominator=gdp, n_paths=2000).fit(rd, 1).median()[0]) < 3.7
    True
    """

    denominator: History | None = None
    numerator: History | None = None
    breaks: tuple[int, ...] = ()
    restatements: Mapping[int, float] = field(default_factory=dict)

    name: ClassVar[str] = "ratio"
    minimum_observations: ClassVar[int] = 1
    shocks: ClassVar[int] = 2

    def component_rates(self) -> tuple[Rate, Rate]:
        """Growth of the numerator and of the denominator."""
        return _RATES

    def combine(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Log of the ratio."""
        return first - second

    def prepare(self, history: History, horizon: int, *, normals: FloatArray) -> Prepared:
        """Learn and start from the ratio on the newest basis of its denominator."""
        newest = {year: 1.0 / factor for year, factor in self.restatements.items()}
        return super().prepare(restated(history, newest), horizon, normals=normals)

    def learn(self, history: History) -> Learned:
        """Learn both components' growth, from figures on one basis only.

        With neither component known, the growth of the ratio itself is learned.
        """
        if self.denominator is None and self.numerator is None:
            return learned_from_whole(
                history, rates=_RATES, volatility=_VOLATILITY, correlation=_CORRELATION, sign=-1.0
            )
        cut = tuple(year for year in self.breaks if year not in self.restatements)
        empty = np.empty(0), np.empty(0)
        below = None if self.denominator is None else _upto(self.denominator, history.start)
        if below is not None:
            below = restated(below, self.restatements)
        above = self._numerator(history, below, history.start)
        grown_above = increments(above, breaks=cut) if above is not None else empty
        grown_below = increments(below, breaks=cut) if below is not None else empty
        r = _CORRELATION
        if above is not None and below is not None:
            r, _ = correlation_of(above, below, prior=_CORRELATION, breaks=cut)
        return Learned(
            learned_growth(_RATES[0], _VOLATILITY[0], *grown_above),
            learned_growth(_RATES[1], _VOLATILITY[1], *grown_below),
            r,
        )

    def _numerator(self, ratio: History, below: History | None, last: int) -> History | None:
        given = None if self.numerator is None else _upto(self.numerator, last)
        known: dict[int, float] = {}
        if below is not None:
            bases = _by_year(below)
            unit = _unit(ratio, bases, {} if given is None else _by_year(given))
            known = {t: v * bases[t] * unit for t, v in _by_year(ratio).items() if t in bases}
        known |= {} if given is None else _by_year(given)
        return History.of(sorted(known), [known[t] for t in sorted(known)]) if known else None


def restated(history: History, factors: Mapping[int, float]) -> History:
    """Multiply figures before each year by that year's factor: one basis, the newest.

    Examples
    --------
    >>> gdp = History.of([2018, 2019], [18809.64, 14104.28])
    >>> restated(gdp, {2019: 0.5}).values.tolist()
    [9404.82, 14104.28]
    """
    factor = np.ones(history.times.size)
    for year, f in factors.items():
        factor = np.where(history.times < year, factor * f, factor)
    return replace(
        history,
        values=history.values * factor,
        lower=history.lower * factor,
        upper=history.upper * factor,
        error_sd=history.error_sd * factor,
    )


def _upto(history: History, last: int) -> History | None:
    kept = history.times <= last
    if not kept.any():
        return None
    return history.kept(kept, origin=last)


def _by_year(history: History) -> dict[int, float]:
    pairs = zip(history.times, history.values, strict=True)
    return {int(t): float(v) for t, v in pairs if np.isfinite(v) and v > 0.0}


def _unit(ratio: History, bases: Mapping[int, float], given: Mapping[int, float]) -> float:
    """Numerator over (ratio x denominator), where all three are known: 0.01 for a percentage."""
    ratios = _by_year(ratio)
    units = [given[t] / (ratios[t] * bases[t]) for t in given if t in ratios and t in bases]
    return float(np.median(units)) if units else 1.0
