"""Run one statsforecast model over a file of series, timed, in an environment that has it.

A script, run by path and apart from the package: statsforecast 2.1 wants pandas below 3, so its
environment has not bcforecast. Reads `unique_id, ds, y`; writes `unique_id, h, mean, q<level>`
and a JSON of seconds, memory and versions.
"""

import argparse
import inspect
import json
import platform
import resource
import time
import warnings
from pathlib import Path

CENTRAL = (20, 40, 60, 80, 95)
FALLBACK = "RandomWalkWithDrift"


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


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--series", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--meta", type=Path, required=True)
    parser.add_argument("--horizon", type=int)
    parser.add_argument("--repeats", type=int, default=1)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")

    import statsforecast  # type: ignore[import-not-found]
    from statsforecast import StatsForecast, models

    versions = {"statsforecast": statsforecast.__version__, "python": platform.python_version()}
    if asked.series is None:
        asked.meta.write_text(json.dumps(versions))
        return
    import pandas as pd

    series = pd.read_parquet(asked.series)
    make = getattr(models, asked.model)
    settings = {"season_length": 1} if "season_length" in inspect.signature(make).parameters else {}
    engine = StatsForecast(
        models=[make(**settings, alias="peer")],
        freq=1,
        n_jobs=1,
        fallback_model=getattr(models, FALLBACK)(alias="fallback"),
    )
    few = series[series["unique_id"].isin(series["unique_id"].unique()[:2])]
    engine.forecast(df=few, h=asked.horizon, level=list(CENTRAL))
    before = peak_kib()
    wall, cpu = [], []
    for _ in range(asked.repeats):
        started, worked = time.perf_counter(), time.process_time()
        made = engine.forecast(df=series, h=asked.horizon, level=list(CENTRAL))
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - worked)
    peak = peak_kib()
    made = made.reset_index() if "unique_id" not in made else made
    out = pd.DataFrame({"unique_id": made["unique_id"].to_numpy()})
    out["h"] = made.groupby("unique_id").cumcount().to_numpy() + 1
    out["mean"] = made["peer"].to_numpy()
    for level in reversed(CENTRAL):
        out[f"q{round(0.5 - level / 200, 3):g}"] = made[f"peer-lo-{level}"].to_numpy()
    out["q0.5"] = made["peer"].to_numpy()
    for level in CENTRAL:
        out[f"q{round(0.5 + level / 200, 3):g}"] = made[f"peer-hi-{level}"].to_numpy()
    out.to_parquet(asked.out)
    meta = {"wall_seconds": wall, "cpu_seconds": cpu, "peak_kib": peak, "start_kib": before}
    asked.meta.write_text(json.dumps(meta | versions))


if __name__ == "__main__":
    main()
