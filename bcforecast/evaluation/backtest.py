"""Rolling-origin backtest: forecast again from every past year, and compare with what came.

The figures are those known today: a backtest with the figures as first published needs vintages
(`observations` with an as-of date).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import pandas as pd

from bcforecast.errors import BcforecastError, ModelError
from bcforecast.evaluation.scores import naive_scale
from bcforecast.models.base import Model
from bcforecast.models.registry import model_of
from bcforecast.observations.selection import History

LEVELS: Final = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
"""Quantiles that a backtest keeps."""


class PanelForecaster(Protocol):
    """Forecasts many series at once, as `bcforecast.forecast_panel` does."""

    def __call__(
        self, series: pd.DataFrame, horizon: int, *, quantiles: Sequence[float]
    ) -> pd.DataFrame:
        """Return `unique_id, h, mean, q<level>` for series of `unique_id, ds, y`."""
        ...


def backtest(
    models: str | Model | Sequence[str | Model],
    history: History,
    *,
    horizon: int,
    first: int | None = None,
    levels: Sequence[float] = LEVELS,
) -> pd.DataFrame:
    """Forecast `history` from each year at which enough of it was known for every model.

    Parameters
    ----------
    models
        Names of `models.registry.MODELS` or models of one's own, one or several.
    history
        One indicator.
    horizon
        Years ahead; a year without a figure is not judged.
    first
        Fewest values to forecast from. Default: the largest minimum of the models.
    levels
        Quantiles to keep.

    Returns
    -------
    DataFrame
        One row a model, origin and year ahead: `model, unique_id, origin, h, y, scale, pit,
        q<level>`. Where the model refused, its columns are NaN.

    Raises
    ------
    BcforecastError
        If no year can be judged.
    ModelError
        If there is no model of a name.

    Examples
    --------
    >>> history = History.of(range(2012, 2021), [90, 97, 108, 118, 127, 139, 150, 166, 180])
    >>> table = backtest(["trend", "theta"], history, horizon=1)
    >>> table.groupby("model", sort=False)["origin"].unique().map(list).to_dict()
    {'trend': [2016, 2017, 2018, 2019], 'theta': [2016, 2017, 2018, 2019]}
    """
    given = [models] if isinstance(models, str | Model) else models
    chosen = [model_of(model) for model in given]
    needed = max(m.minimum_observations for m in chosen) if first is None else first
    known = np.flatnonzero(history.known)
    origins = history.times[known[needed - 1 : -1]]
    rows = [
        row
        for model in chosen
        for year in origins
        for row in _judged(model, history, int(year), horizon, levels)
    ]
    if not rows:
        raise BcforecastError(
            "evaluation.no_cases", found=known.size, first=needed, needed=needed + 1
        )
    return pd.DataFrame(rows)


def backtest_panel(
    forecaster: PanelForecaster,
    series: pd.DataFrame,
    *,
    horizon: int,
    first: int,
    levels: Sequence[float] = LEVELS,
) -> pd.DataFrame:
    """Forecast every series of a panel from each year at which `first` figures were known.

    Parameters
    ----------
    forecaster
        Such as `bcforecast.forecast_panel`; called once, with every cut of every series.
    series
        Columns `unique_id, ds, y`, `ds` whole numbers.
    horizon, first, levels
        As for `backtest`.

    Returns
    -------
    DataFrame
        As of `backtest`, without `model` and `pit`.
    """
    cuts, outcomes = [], []
    for name, one in series.dropna(subset="y").groupby("unique_id", sort=True):
        ordered = one.sort_values("ds")
        for last in range(first - 1, len(ordered) - 1):
            year = int(ordered["ds"].iloc[last])
            cut, after = ordered.iloc[: last + 1], ordered.iloc[last + 1 :]
            label = f"{name}@{year}"
            cuts.append(cut.assign(unique_id=label))
            ahead = after["ds"] - year
            scale = naive_scale(cut["y"])
            came = {"h": ahead, "y": after["y"], "scale": scale, "series": name, "origin": year}
            outcomes.append(pd.DataFrame(came).assign(unique_id=label)[ahead <= horizon])
    if not cuts:
        longest = int(series.groupby("unique_id")["y"].count().max()) if len(series) else 0
        raise BcforecastError("evaluation.no_cases", found=longest, first=first, needed=first + 1)
    made = forecaster(pd.concat(cuts, ignore_index=True), horizon, quantiles=levels)
    table = pd.concat(outcomes, ignore_index=True).merge(made, on=["unique_id", "h"], how="left")
    return table.drop(columns="unique_id").rename(columns={"series": "unique_id"})


def known_by(history: History, year: int) -> History:
    """Cut a history after `year`, and let forecasts start there."""
    return history.kept(history.times <= year, origin=year)


def _judged(
    model: Model, history: History, origin: int, horizon: int, levels: Sequence[float]
) -> list[dict[str, object]]:
    past = known_by(history, origin)
    ahead = (history.times > origin) & (history.times <= origin + horizon) & history.known
    at = history.times[ahead] - origin - 1
    obs = history.values[ahead]
    quantiles = np.full((len(levels), at.size), np.nan)
    pit = np.full(at.size, np.nan)
    try:
        forecast = model.fit(past, horizon)
    except ModelError:
        pass
    else:
        quantiles = forecast.quantile(np.asarray(levels))[:, at]
        outcome = np.full(horizon, np.nan)
        outcome[at] = obs
        pit = forecast.cdf(np.nan_to_num(outcome))[at]
    scale = naive_scale(past.values)
    named = [f"q{level:g}" for level in levels]
    return [
        {
            "model": model.name,
            "unique_id": history.indicator,
            "origin": origin,
            "h": int(step) + 1,
            "y": float(obs[k]),
            "scale": scale,
            "pit": float(pit[k]),
            **dict(zip(named, quantiles[:, k].tolist(), strict=True)),
        }
        for k, step in enumerate(at)
    ]
