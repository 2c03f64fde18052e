"""Rolling-origin backtest: forecast again from every past year, and compare with what came.

The figures are those known today: a backtest with the figures as first published needs vintages
(`observations` with an as-of date).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bcforecast.errors import BcforecastError, ModelError
from bcforecast.evaluation.scores import naive_scale, pit
from bcforecast.models import panel, registry
from bcforecast.observations.selection import History


def backtest(
    models: str | registry.Model | Sequence[str | registry.Model],
    history: History,
    *,
    horizon: int,
    first: int | None = None,
    levels: Sequence[float] = panel.QUANTILES,
) -> pd.DataFrame:
    """Forecast `history` from each year at which enough of it was known for every model.

    Models are names of `models.registry.MODELS` or models of one's own, one or several; `first` is
    the fewest values to forecast from, by default the largest minimum of the models. A year ahead
    without a figure is not judged; a BcforecastError if none can be.

    One row a model, origin and year ahead: `model, unique_id, origin, h, y, scale, pit, q<level>`.
    Where the model refused, its columns are NaN.

    Examples
    --------
    >>> history = History.of(range(2012, 2021), [90, 97, 108, 118, 127, 139, 150, 166, 180])
    >>> table = backtest(["trend", "theta"], history, horizon=1)
    >>> table["model"].tolist() == ["trend"] * 4 + ["theta"] * 4, table["origin"].tolist()[:4]
    (True, [2016, 2017, 2018, 2019])
    """
    given = [models] if isinstance(models, str | registry.Model) else models
    chosen = [registry.model_of(model) for model in given]
    needed = max(m.minimum_observations for m in chosen) if first is None else first
    known = np.flatnonzero(history.known)
    origins = history.times[known[needed - 1 : -1]]
    tables = [
        _judged(model, history, int(year), horizon, levels) for model in chosen for year in origins
    ]
    judged = [table for table in tables if len(table)]
    if not judged:
        raise BcforecastError(
            "evaluation.no_cases", found=known.size, first=needed, needed=needed + 1
        )
    return pd.concat(judged, ignore_index=True)


def _judged(
    model: registry.Model, history: History, origin: int, horizon: int, levels: Sequence[float]
) -> pd.DataFrame:
    past = history.kept(history.times <= origin, origin=origin)
    ahead = history.known & (history.times > origin) & (history.times <= origin + horizon)
    steps, obs = history.times[ahead] - origin, history.values[ahead]
    quantiles = np.full((len(levels), steps.size), np.nan)
    places = np.full(steps.size, np.nan)
    try:
        forecast = model.fit(past, horizon)
    except ModelError:
        pass
    else:
        quantiles = forecast.quantile(np.asarray(levels))[:, steps - 1]
        outcomes = np.zeros(horizon)  # years without a figure are not looked at
        outcomes[steps - 1] = obs
        places = pit(outcomes, forecast)[steps - 1]
    return pd.DataFrame(
        {
            "model": model.name,
            "unique_id": history.indicator,
            "origin": origin,
            "h": steps,
            "y": obs,
            "scale": naive_scale(past.values),
            "pit": places,
            **{f"q{level:g}": row for level, row in zip(levels, quantiles, strict=True)},
        }
    )
