"""Rolling-origin backtest: forecast again from every past year, and compare with what came.

The figures are those known today: a backtest with the figures as first published needs vintages
(`observations` with an as-of date).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from bcforecast import config
from bcforecast.calls import Shown, checked
from bcforecast.errors import BcforecastError, ModelError, OptionError
from bcforecast.evaluation.scores import covered, crps_quantiles, naive_scale, pit
from bcforecast.models import panel, registry
from bcforecast.models.tables import as_history
from bcforecast.observations.selection import History
from bcforecast.text import Language, Message, spoken, workbench

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Backtest(Shown):
    """What several models forecast from the same past years, and what came.

    `table` has one row a model, origin and year ahead: `model, unique_id, origin, h, y, scale, pit,
    q<level>`. Where the model refused, its columns are NaN.
    """

    history: History
    table: pd.DataFrame

    def scores(self) -> pd.DataFrame:
        """One row a model, on the same cases: `cases, crps, coverage, bias`; the best CRPS first.

        CRPS in units of the mean yearly change, share of outcomes within the 80 % interval, and
        mean of median minus outcome in the same units. Only cases that every model forecast count,
        but for models that forecast none.
        """
        names = [str(name) for name in self.table if str(name).startswith("q")]
        levels = [float(name[1:]) for name in names]
        case = ["origin", "h"]
        told = self.table["pit"].notna()
        none = ~told.groupby(self.table["model"]).transform("any")
        told = (told | none).groupby([self.table[c] for c in case]).transform("all") & ~none
        rows = dict.fromkeys(self.table["model"], (0, np.nan, np.nan, np.nan))
        for model, rest in self.table[told].groupby("model", sort=False):
            y, scale, q = rest["y"], rest["scale"], rest[names].to_numpy()
            crps = crps_quantiles(y, q, levels=levels) / scale
            inside = covered(y, rest["q0.1"], rest["q0.9"])
            bias = (rest["q0.5"] - y) / scale
            rows[model] = (len(rest), crps.mean(), inside.mean(), bias.mean())
        columns = ["cases", "crps", "coverage", "bias"]
        found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return found.rename_axis("model").sort_values("crps", kind="stable")

    @checked
    def plot(self, *, lang: Language | None = None) -> Figure:
        """Draw what came, and each model's median and 80 % interval of the next year."""
        return workbench().backtest_figure(self, lang=lang or spoken())


@checked
def backtest(
    models: str | registry.Model | Sequence[str | registry.Model],
    series: object,
    *,
    horizon: int = 3,
    first: Annotated[int, range(1, 10**6)] | None = None,
    levels: Sequence[float] = panel.QUANTILES,
) -> Backtest:
    """Forecast a series from each year at which enough of it was known for every model.

    Models are names of `models.registry.MODELS` or models of one's own, one or several; the series
    is one that `models.tables.as_history` takes; `first` is the fewest values to forecast from, by
    default the largest minimum of the models. Beside `levels` there are always 0.1, 0.5 and 0.9, of
    which coverage and bias are. A year ahead without a figure is not judged; a
    BcforecastError if none can be.

    Examples
    --------
    >>> history = History.of(range(2012, 2021), [90, 97, 108, 118, 127, 139, 150, 166, 180])
    >>> table = backtest(["trend", "theta"], history, horizon=1).table
    >>> table["model"].tolist() == ["trend"] * 4 + ["theta"] * 4, table["origin"].tolist()[:4]
    (True, [2016, 2017, 2018, 2019])
    """
    history = as_history(series)
    horizon = panel.checked_horizon(horizon)
    asked = panel.checked_levels("levels", levels)
    asked = panel.checked_levels("levels", [*{*asked, *config.QUANTILES}])
    given: Any = models if np.iterable(models) and not isinstance(models, str) else [models]
    chosen = [registry.model_of(model) for model in given]
    if not chosen:
        allowed = ", ".join(registry.known_models())
        raise OptionError("models", found=Message("errors.kind_nothing"), allowed=allowed)
    needed = max(m.minimum_observations for m in chosen) if first is None else first
    known = np.flatnonzero(history.known)
    origins = history.times[known[needed - 1 : -1]]
    tables = [
        _judged(model, history, int(year), horizon, asked) for model in chosen for year in origins
    ]
    judged = [table for table in tables if len(table)]
    if not judged:
        few = {"found": known.size, "first": needed, "needed": needed + 1}
        raise BcforecastError("evaluation.no_cases", **few)
    return Backtest(history, pd.concat(judged, ignore_index=True))


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
    case = {"model": model.name, "unique_id": history.indicator, "origin": origin, "h": steps}
    told = {"y": obs, "scale": naive_scale(past.values), "pit": places}
    named = {f"q{level:g}": row for level, row in zip(levels, quantiles, strict=True)}
    return pd.DataFrame({**case, **told, **named})
