"""A district's figure as a share of its parent's, the share a random walk on the logit scale."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from bcforecast.defaults import COMPLETIONS, SEED
from bcforecast.distributions import Distribution
from bcforecast.distributions.base import FloatArray
from bcforecast.errors import ModelError
from bcforecast.models.acceptance import accept, model_name, require_possible
from bcforecast.models.base import as_counted
from bcforecast.models.bounds import completions
from bcforecast.models.share_forecast import NODE_WEIGHTS, ShareForecast, node_quantiles
from bcforecast.models.share_posterior import ShareFigures, posterior
from bcforecast.models.share_prior import LINKS, SharePrior
from bcforecast.models.within_support import within_support
from bcforecast.observations.history import History, IntArray

FACTOR_INNOVATION_SD: Final = 0.1
"""Yearly standard deviation of the log of a factor between two ratios (assumed)."""

ZERO_COUNT: Final = 0.5
"""A count of 0 is taken as half a thing, with a log standard error of 1 (assumed)."""

LEARNED: Final = Path(__file__).parent / "learned" / "share.json"
"""What was learned from 31 provinces' contract turnover; `make train WHAT=share` writes it."""


@cache
def learned_sd() -> float:
    """Yearly standard deviation of the logit of a share, as shipped.

    Learned from 31 provinces' technology contract turnover, 2011-2023.

    Examples
    --------
    >>> 0.1 < learned_sd() < 0.6
    True
    """
    return float(json.loads(LEARNED.read_text(encoding="utf-8"))["innovation_sd"])


@dataclass(frozen=True)
class Share:
    """The parent's trend, and a share that wanders from what is known of it.

    Parameters
    ----------
    parent
        Figures of the parent, as known at the same date, above 0.
    parent_forecast
        Forecast of the parent for years parent.start + 1, parent.start + 2, ...
    prior
        What is thought of the share before the district's own figures.
    innovation_sd
        Standard deviation of a year's change of the share, logit (share) or log (factor) scale.
        Default: for a share learned from 31 provinces' technology contract turnover 2011-2023
        (`learned_sd`); for a factor `FACTOR_INNOVATION_SD`, assumed.
    count, seed
        Completions of the parent's gaps and bounds and of the district's bounds, and their seed.

    Notes
    -----
    The share is a Gaussian process: normal in the year of the prior, a random walk from it forward
    and backward. Each figure of the district, over the parent's in that year, is an observation of
    it; if the parent's year is a gap, a bound or beyond the forecast's origin, the parent's own
    uncertainty is added to the error. The forecast is the product with the parent's forecast, or
    with the parent's own figure for a year that the parent already knows: by quadrature, not by
    draws.

    Examples
    --------
    >>> from bcforecast.models.share_prior import prior_from_targets
    >>> from bcforecast.models.trend import Trend
    >>> city = History.of(range(2016, 2022), [3257, 4093, 5000, 6106, 7420, 9050],
    ...                   support=(0.0, float("inf")), whole=True)
    >>> model = Share(city, Trend().fit(city, 1), prior_from_targets(530, 9000))
    >>> district = History.of([], [], support=(0.0, float("inf")), whole=True, origin=2021)
    >>> 500 < model.fit(district, 1).median()[0] < 700
    np.True_
    """

    parent: History
    parent_forecast: Distribution
    prior: SharePrior
    innovation_sd: float | None = None
    count: int = COMPLETIONS
    seed: int = SEED

    name: ClassVar[str] = "share"
    minimum_observations: ClassVar[int] = 0

    def fit(self, history: History, horizon: int) -> Distribution:
        """Forecast years `history.start + 1` to `history.start + horizon` of the district.

        Raises
        ------
        ModelError
            If the parent's forecast does not reach so far, the parent has no figure above 0, a
            part is not smaller than its whole, or a figure is impossible.
        """
        accept(history, horizon, model=self.name, minimum=self.minimum_observations)
        require_possible(self.parent, model=self.name)
        usable = history.known | history.bound_only
        own_years = history.times[usable]
        years = np.arange(history.start + 1, history.start + horizon + 1)
        wholes = self._wholes(np.concatenate([own_years, years]), history)
        figures = self._figures(
            history, own_years.astype(float), np.log(wholes[:, : own_years.size])
        )
        location, scale, weights = posterior(
            figures,
            years.astype(float),
            prior=self.prior,
            prior_year=history.start if self.prior.year is None else self.prior.year,
            innovation_sd=self._innovation_sd(),
            count=self.count,
            seed=self.seed,
        )
        forecast = ShareForecast(
            wholes[:, own_years.size :],
            NODE_WEIGHTS,
            location,
            scale,
            weights,
            LINKS[self.prior.kind],
        )
        return as_counted(history, within_support(history, forecast))

    def _innovation_sd(self) -> float:
        if self.innovation_sd is not None:
            return self.innovation_sd
        return learned_sd() if self.prior.kind == "share" else FACTOR_INNOVATION_SD

    def _wholes(self, years: IntArray, own: History) -> FloatArray:
        """Quantiles of the parent at the nodes for each year, shape (K, years), above 0."""
        start, reach = self.parent.start, self.parent_forecast.horizon
        if years.size and int(years.max()) > start + reach:
            raise ModelError(
                "models.parent_short",
                model=model_name(self.name),
                indicator=own.indicator or "-",
                area=own.area or "-",
                found=start + reach,
                needed=int(years.max()),
            )
        if self.parent.n_values == 0 or float(np.nanmin(self.parent.values)) <= 0.0:
            raise ModelError(
                "models.parent_not_positive",
                model=model_name(self.name),
                indicator=self.parent.indicator or "-",
                area=self.parent.area or "-",
            )
        out = np.empty((NODE_WEIGHTS.size, years.size))
        later = years > start
        if later.any():
            ahead = node_quantiles(self.parent_forecast)
            out[:, later] = ahead[:, years[later] - start - 1]
        if (~later).any():
            out[:, ~later] = _known_wholes(self.parent, years[~later], self.count, self.seed)
        least = 1e-12 * out[NODE_WEIGHTS.size // 2]
        return np.maximum(out, np.maximum(least, 1e-300))

    def _figures(self, history: History, years: FloatArray, log_whole: FloatArray) -> ShareFigures:
        """The district's figures and bounds as figures of the share, on its own scale."""
        usable = history.known | history.bound_only
        link = LINKS[self.prior.kind]
        mean = NODE_WEIGHTS @ log_whole
        whole_var = NODE_WEIGHTS @ (log_whole - mean) ** 2
        whole = np.exp(mean)
        values, error = history.values[usable], history.error_sd[usable]
        zero = values == 0.0
        if history.whole:
            values, error = np.where(zero, ZERO_COUNT, values), np.where(zero, ZERO_COUNT, error)
        part = values / whole
        bad = (values <= 0.0) | ((part >= 1.0) & (self.prior.kind == "share"))
        if bad.any():
            i = int(np.flatnonzero(bad)[0])
            raise ModelError(
                "models.share_impossible",
                model=model_name(self.name),
                indicator=history.indicator or "-",
                area=history.area or "-",
                year=int(years[i]),
                found=f"{values[i]:.10g}",
                parent=f"{whole[i]:.10g}",
            )
        slope = 1.0 / (1.0 - part) if self.prior.kind == "share" else np.ones_like(part)
        return ShareFigures(
            years=np.asarray(years, dtype=float),
            theta=np.where(np.isfinite(part), link.forward(np.nan_to_num(part, nan=0.5)), np.nan),
            variance=slope**2 * ((error / values) ** 2 + whole_var),
            low=link.forward(np.maximum(history.lower[usable], 0.0) / whole),
            high=link.forward(np.maximum(history.upper[usable], 0.0) / whole),
        )


def _known_wholes(parent: History, years: IntArray, count: int, seed: int) -> FloatArray:
    """Quantiles of the parent at the nodes for years up to its origin: figures and completions."""
    missing = np.setdiff1d(years, parent.times[parent.known | parent.bound_only])
    kept = ~np.isin(parent.times, missing)
    times = np.concatenate([parent.times[kept], missing])
    order = np.argsort(times)
    m = missing.size
    # A year that the parent lacks is an entry of which only "not negative" is known.
    full = replace(
        parent,
        support=(max(parent.support[0], 0.0), parent.support[1]),
        times=times[order],
        values=np.concatenate([parent.values[kept], np.full(m, np.nan)])[order],
        lower=np.concatenate([parent.lower[kept], np.zeros(m)])[order],
        upper=np.concatenate([parent.upper[kept], np.full(m, np.inf)])[order],
        error_sd=np.concatenate([parent.error_sd[kept], np.zeros(m)])[order],
    )
    done = completions(full, count=count, seed=seed)
    at = np.searchsorted(done[0].times, years)
    ordered = np.sort(np.stack([one.values[at] for one in done]), axis=0)
    levels = np.cumsum(NODE_WEIGHTS) - NODE_WEIGHTS / 2.0
    return np.asarray(np.quantile(ordered, levels, axis=0))
