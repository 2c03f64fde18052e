"""How often `check` suspects figures that are as published, and how many slips it finds.

`python -m tools.bench.checks ../shared/bench`; see docs/testing.md.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.attainment.checks import APART, odd_figures
from bcforecast.config import SEED
from bcforecast.observations.selection import FloatArray, IntArray

FACTORS: Final = (10.0, 100.0, 1e4, 1e8, 0.1, 0.01)
"""Slips that are tried, one a series, in a year drawn at random."""

FEWEST: Final = 6
"""Figures up to which none can be told to be exchanged."""

LONGEST: Final = 25
"""Figures of a series, the last ones: about what a plan has."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the share of true series suspected by kind, and of slips found by factor."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.checks", description=__doc__)
    parser.add_argument("folder", type=Path, help="with world/ and m3_yearly.parquet")
    series = list(_series(parser.parse_args(arguments).folder))
    kinds = Counter(kind for one in series for kind in set(odd_figures(*one).values()))
    suspected = sum(bool(odd_figures(*one)) for one in series) / len(series)
    print(f"{len(series)} series as published; suspected: {suspected:.1%}")
    for kind, count in sorted(kinds.items()):
        print(f"  {kind}: {count / len(series):.1%}")
    rng = np.random.default_rng(SEED)
    for factor in FACTORS:
        found = [_finds(values, times, factor, rng) for values, times in series if values.all()]
        print(f"figure times {factor:g}: found in {np.mean(found):.0%} of {len(found)}")
    long = [one for one in series if one[0].size > FEWEST]
    found = [_finds_exchanged(*one, rng) for one in long]
    print(f"two years exchanged: found in {np.mean(found):.0%} of {len(found)}")
    return 0


def _series(folder: Path) -> Iterator[tuple[FloatArray, IntArray]]:
    """Series of real goals, each once (its longest history), and of a competition."""
    world = pd.read_parquet(folder / "world" / "goal_histories.parquet")
    world["series"] = world["case_id"].str.partition("@")[0]
    longest = world.groupby("case_id").size().groupby(lambda name: name.partition("@")[0]).idxmax()
    m3 = pd.read_parquet(folder / "m3_yearly.parquet")
    tables = (
        (world[world["case_id"].isin(longest)], "series", "year", "value"),
        (m3, "unique_id", "t", "y"),
    )
    for table, name, time, value in tables:
        for _, one in table.sort_values(time).groupby(name):
            known = one.dropna().iloc[-LONGEST:]
            yield known[value].to_numpy(dtype=float), known[time].to_numpy(dtype=np.int64)


def _finds_exchanged(values: FloatArray, times: IntArray, rng: np.random.Generator) -> bool:
    first = int(rng.integers(values.size - 1))
    last, changed = min(values.size - 1, first + int(rng.integers(1, APART + 1))), values.copy()
    changed[[first, last]] = values[[last, first]]
    return odd_figures(changed, times).get(first) == "exchanged"


def _finds(values: FloatArray, times: IntArray, factor: float, rng: np.random.Generator) -> bool:
    at, slipped = int(rng.integers(values.size)), values.copy()
    slipped[at] *= factor
    return at in odd_figures(slipped, times)


if __name__ == "__main__":
    raise SystemExit(main())
