"""How long a plan set takes, and how much memory: `make bench-scale`.

    python -m tools.bench.scale 28 280 2800

A synthetic country of each size (`tools.country`; nine goals an area, six scenarios) is projected
by the command line on two cores. Seconds of the clock and of both cores, the largest memory of all
its processes together (proportional set size), areas a second of the clock. What a further area
costs is the difference of the cores' seconds over that of the areas, between a size and the one
before: what a run of any size costs is not in it, and where it stays the cost is linear; the
exponent is that of the cores' seconds as they are. The last column is how many times the matrix
products of the trend engine alone are contained in the cores' seconds.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import psutil

from bcforecast.models.trend_members import shipped
from tools import country

SIZES: Final = (28, 280, 2_800)
CORES: Final = 2
_PAUSE: Final = 0.2


class Measured(NamedTuple):
    """What one run took."""

    seconds: float
    cores: float
    megabytes: float


def measured(command: list[str], environment: dict[str, str]) -> Measured:
    """Run a command; measure the clock, its processor time and the memory of its processes."""
    start, before, peak = time.perf_counter(), os.times(), 0.0
    process = psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        total = 0.0
        try:
            for one in (process, *process.children(recursive=True)):
                total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        peak = max(peak, total)
        time.sleep(_PAUSE)
    if process.returncode:
        raise SystemExit(process.returncode)
    seconds, after = time.perf_counter() - start, os.times()
    cores = after.children_user + after.children_system
    return Measured(seconds, cores - before.children_user - before.children_system, peak / 2**20)


def products(series: int) -> float:
    """Processor time of the engine's two matrix products for so many series, in blocks of 90."""
    years, ahead = country.LAST - country.FIRST + 1, country.DUE - country.LAST
    operators = shipped().table((1,) * (years - 1), horizon=ahead, lead=0)
    block = np.random.default_rng(1).normal(size=(years - 1, 2 * country.PROVINCE))
    start = time.process_time()
    for _ in range(max(series // country.PROVINCE, 1)):
        operators.whiten @ block
        operators.location @ block
    return time.process_time() - start


def main() -> None:
    """Print a row a size."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    heads = "areas | seconds | of both cores | MB | areas a second | ms a further area | exponent"
    print(f"| {heads} | x products |")
    print("|---|---|---|---|---|---|---|---|")
    earlier: tuple[int, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data, out = Path(folder, "data"), Path(folder, "out")
            country.write_country(data, areas=size)
            command = [sys.executable, "-m", "bcforecast", "project", "--set", country.PLAN]
            command += ["--as-of", f"{country.LAST + 1}-12-31", "--data", str(data)]
            command += ["-o", str(out), "--n-jobs", str(CORES)]
            found = measured(command, {**os.environ, **threads})
        further = exponent = ""
        if earlier is not None:
            further = f"{1000.0 * (found.cores - earlier[1]) / (size - earlier[0]):.1f}"
            exponent = f"{math.log(found.cores / earlier[1]) / math.log(size / earlier[0]):.2f}"
        earlier = size, found.cores
        alone = products(size * len(country.INDICATORS))
        cells = f"{found.seconds:.1f} | {found.cores:.1f} | {found.megabytes:.0f}"
        rate = f"{size / found.seconds:.0f} | {further} | {exponent}"
        print(f"| {size:,} | {cells} | {rate} | {found.cores / alone:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
