"""Run one forecaster over a file of series, timed, in a process of its own on one core.

A script, run by path: statsforecast 2.1 wants pandas below 3, so the environment of the peers has
not bcforecast, and ours has not statsforecast. Reads `unique_id, ds, y`; writes `unique_id, h,
mean, q<level>` and a JSON of seconds, memory and versions. The time is from table to table; that
of `--model trend` holds the probabilities of fifteen goals a series besides (`p<rate>`).
"""

from __future__ import annotations

import argparse
import inspect
import json
import platform
import resource
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

CENTRAL = (20, 40, 60, 80, 95)
FALLBACK = "RandomWalkWithDrift"
SUM_PATHS, SUM_LEVELS, SUM_SEED = 1000, 199, 7


def peak_kib() -> int:
    """Largest resident memory of this process so far, in KiB.

    The kernel's own mark of this program; `getrusage` would carry over that of the program which
    started it.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        marks = [line for line in lines if line.startswith("VmHWM:")]
        if marks:
            return int(marks[0].split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Trend:
    """The trend engine of bcforecast."""

    def __init__(self, horizon: int) -> None:
        import numpy as np

        from bcforecast.models.panel import QUANTILES, forecast_panel

        self.horizon, self.levels, self.forecast = horizon, QUANTILES, forecast_panel
        self.versions = {"numpy": np.__version__}

    def run(self, series: pd.DataFrame, targets: pd.DataFrame) -> Any:
        """Forecast all series and the probabilities of their targets."""
        return self.forecast(series, self.horizon, quantiles=self.levels, targets=targets, n_jobs=1)

    @staticmethod
    def table(made: Any) -> pd.DataFrame:
        """Return one row a series and horizon, a column a quantile and a goal."""
        wide = made.targets.pivot_table("probability", index=["unique_id", "h"], columns="rate")
        wide.columns = [f"p{rate:g}" for rate in wide.columns]
        return made.forecasts.merge(wide.reset_index(), on=["unique_id", "h"], how="left")


class Peer:
    """A model of statsforecast with its default settings."""

    def __init__(self, model: str, horizon: int) -> None:
        import statsforecast  # type: ignore[import-not-found]
        from statsforecast import StatsForecast, models

        make = getattr(models, model)
        seasonal = "season_length" in inspect.signature(make).parameters
        settings = {"season_length": 1} if seasonal else {}
        self.horizon = horizon
        self.versions = {"statsforecast": statsforecast.__version__}
        self.engine = StatsForecast(
            models=[make(**settings, alias="peer")],
            freq=1,
            n_jobs=1,
            fallback_model=getattr(models, FALLBACK)(alias="fallback"),
        )

    def run(self, series: pd.DataFrame, _: pd.DataFrame) -> Any:
        """Forecast all series."""
        return self.engine.forecast(df=series, h=self.horizon, level=list(CENTRAL))

    def table(self, made: Any) -> pd.DataFrame:
        """Return one row a series and horizon, a column a quantile."""
        import pandas as pd

        made = made.reset_index() if "unique_id" not in made else made
        out = pd.DataFrame({"unique_id": made["unique_id"].to_numpy()})
        out["h"] = made.groupby("unique_id").cumcount().to_numpy() + 1
        out["mean"] = made["peer"].to_numpy()
        for level in reversed(CENTRAL):
            out[f"q{round(0.5 - level / 200, 3):g}"] = made[f"peer-lo-{level}"].to_numpy()
        out["q0.5"] = made["peer"].to_numpy()
        for level in CENTRAL:
            out[f"q{round(0.5 + level / 200, 3):g}"] = made[f"peer-hi-{level}"].to_numpy()
        return out


class PeerSums:
    """Sums of the next months or quarters by simulated paths of a seasonal model of statsforecast.

    The marginal quantiles of single months say nothing of their sum; a thousand paths do.
    """

    def __init__(self, model: str, horizon: int, season: int) -> None:
        import statsforecast
        from statsforecast import models

        self.versions = {"statsforecast": statsforecast.__version__}
        self.horizon = horizon
        self.make: Any = lambda: getattr(models, model)(season_length=season)

    def run(self, series: pd.DataFrame, _: pd.DataFrame) -> Any:
        """Return the quantiles of the sum over the next 1 to `horizon` periods of each series."""
        import numpy as np

        levels = (np.arange(SUM_LEVELS) + 1) / (SUM_LEVELS + 1)
        made = {}
        for name, one in series.groupby("unique_id", sort=True):
            figures = one["y"].to_numpy(dtype=float)
            paths = self.make().simulate(self.horizon, SUM_PATHS, y=figures, seed=SUM_SEED)
            made[name] = np.quantile(np.cumsum(paths, axis=1), levels, axis=0)
        return made

    def table(self, made: Any) -> pd.DataFrame:
        """Return one row a series and number of periods summed, a column a quantile."""
        import numpy as np
        import pandas as pd

        values = np.concatenate([one.T for one in made.values()])
        levels = (np.arange(SUM_LEVELS) + 1) / (SUM_LEVELS + 1)
        out = pd.DataFrame(values, columns=[f"q{level:g}" for level in levels])
        out.insert(0, "unique_id", np.repeat(list(made), self.horizon))
        out.insert(1, "h", np.tile(np.arange(1, self.horizon + 1), len(made)))
        return out


def main() -> None:
    """Parse the command line, run, and write forecasts and costs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, help="trend, or a model of statsforecast")
    parser.add_argument("--series", type=Path, help="without it, only versions are written")
    parser.add_argument("--targets", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--meta", type=Path, required=True)
    parser.add_argument("--horizon", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--season", type=int, help="periods a year; forecast sums, by paths")
    asked = parser.parse_args()
    if asked.model != "trend":
        warnings.simplefilter("ignore")
    engine: Any = Trend(asked.horizon) if asked.model == "trend" else None
    if asked.season is not None:
        engine = PeerSums(asked.model, asked.horizon, asked.season)
    elif engine is None:
        engine = Peer(asked.model, asked.horizon)
    meta: dict[str, Any] = {**engine.versions, "python": platform.python_version()}
    if asked.series is not None:
        import pandas as pd

        series = pd.read_parquet(asked.series)
        targets = pd.read_parquet(asked.targets) if asked.targets else series.iloc[:0]
        few = series["unique_id"].unique()[:2]
        engine.run(*(table[table["unique_id"].isin(few)] for table in (series, targets)))
        cpu = []
        for _ in range(asked.repeats):
            started = time.process_time()
            made = engine.run(series, targets)
            cpu.append(time.process_time() - started)
        meta |= {"cpu_seconds": cpu, "peak_kib": peak_kib()}
        engine.table(made).to_parquet(asked.out)
    asked.meta.write_text(json.dumps(meta))


if __name__ == "__main__":
    main()
