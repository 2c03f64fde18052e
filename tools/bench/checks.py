"""How often `check` suspects figures that are as published, and how many slips it finds.

`python -m tools.bench.checks ../shared/bench`; see docs/testing.md.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from bcforecast.attainment.checks import (
    APART,
    COLUMNS,
    exchanged_years,
    odd_figures,
    running_totals,
)
from bcforecast.attainment.reference_class import shocks
from bcforecast.config import SEED
from bcforecast.observations.selection import FloatArray, IntArray

Series = tuple[FloatArray, IntArray]
"""Figures, and their years."""

FACTORS: Final = (10.0, 100.0, 1e4, 1e8, 0.1, 0.01)
"""Slips that are tried, one a series, in a year drawn at random."""

RECENT: Final = "country_rd_intensity.csv", "province_tech_contract_value.csv"
"""Series that reach the years of a known shock."""

FALLS: Final = 0.1, 0.3
"""Falls of one year that are tried, as of a shock."""

FEWEST: Final = 6
"""Figures up to which none can be told to be exchanged."""

LONGEST: Final = 25
"""Figures of a series, the last ones: about what a plan has."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the share of true series suspected by kind, and of slips found by factor."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.checks", description=__doc__)
    parser.add_argument("folder", type=Path, help="with world/ and m3_yearly.parquet")
    folder = parser.parse_args(arguments).folder
    series = list(_series(folder))
    kinds = Counter(kind for one in series for kind in set(odd_figures(*one).values()))
    suspected = sum(bool(odd_figures(*one)) for one in series) / len(series)
    print(f"{len(series)} series as published; suspected: {suspected:.1%}")
    for kind, count in sorted(kinds.items()):
        print(f"  {kind}: {count / len(series):.1%}")
    long, rng = [one for one in series if one[0].size > FEWEST], np.random.default_rng(SEED)
    for words, some in (("", long), (" of seven", [_seven(one, rng) for one in long])):
        share = np.mean([_seems_shocked(one, rng) for one in some])
        print(f"two years{words} taken for those of a shock: {share:.1%} of {len(some)}")
    for fall in FALLS:
        share = np.mean([_seems_shocked(one, rng, fall=fall) for one in long])
        print(f"  once the first has fallen by {fall:.0%}: {share:.0%}")
    both = chain(*(_each(pd.read_csv(folder / one), "area", "year", "value") for one in RECENT))
    recent = [one for _, one in both if min(shocks()) in one[1]]
    share = np.mean(["shocked" in odd_figures(*one, shocks()).values() for one in recent])
    print(f"  the years of known shocks: {share:.0%} of {len(recent)}")
    rng = np.random.default_rng(SEED)
    for factor in FACTORS:
        found = [_finds(values, times, factor, rng) for values, times in series if values.all()]
        print(f"figure times {factor:g}: found in {np.mean(found):.0%} of {len(found)}")
    found = [_finds_exchanged(*one, rng) for one in long]
    print(f"two years exchanged: found in {np.mean(found):.0%} of {len(found)}")
    share = np.mean([running_totals(*one) is not None for one in series])
    print(f"taken for totals over the years: {share:.2%} of {len(series)}")
    positive = [one for one in long if one[0].min() > 0.0]
    for last in (2, 3, 5, FEWEST + 1, LONGEST):  # years, of figures of which the others stay
        found = [_finds_running(*one, last) for one in positive]
        print(f"  totals of the last {last} years: found in {np.mean(found):.0%}")
    tables = [*_tables(folder)]
    told = sum(exchanged_years(one) is not None for one in tables)
    found = [_finds_columns(one, rng) for one in tables]
    print(f"{len(tables)} tables of an area's goals: suspected {told}; two years exchanged")
    print(f"in all series of one: found in {np.mean(found):.0%}")
    return 0


def _seems_shocked(one: Series, rng: np.random.Generator, *, fall: float = 0.0) -> bool:
    """Whether two years of a series, drawn at random but for the first, seem those of a shock."""
    values, times = one[0].copy(), one[1]
    at = int(rng.integers(1, values.size - 1))
    values[at] *= 1.0 - fall
    return "shocked" in odd_figures(values, times, (times[at], times[at] + 1)).values()


def _seven(one: Series, rng: np.random.Generator) -> Series:
    first = int(rng.integers(one[0].size - FEWEST))
    return one[0][first : first + FEWEST + 1], one[1][first : first + FEWEST + 1]


def _tables(folder: Path) -> Iterator[list[Series]]:
    """Series of the goals of each country that has three or more, each once, as `_series` is."""
    cases = pd.read_parquet(folder / "world" / "goal_cases.parquet").astype(str)
    about = {case: one for case, *one in cases[["case_id", "area", "indicator"]].to_numpy()}
    of_area: dict[str, dict[str, Series]] = {}
    for case, one in _world(folder):
        area, indicator = about[case]
        of_area.setdefault(area, {})[indicator] = one
    for told in of_area.values():
        long = [one for one in told.values() if one[0].size > FEWEST]
        if _common(long):
            yield long


def _common(table: Sequence[Series]) -> list[int]:
    """Years that most series have, with the next: what has columns for them."""
    both = Counter(int(year) for _, times in table for year in times if year + 1 in times)
    fewest = max(COLUMNS[0], COLUMNS[1] * len(table))
    return sorted(year for year, count in both.items() if count >= fewest)


def _finds_columns(table: list[Series], rng: np.random.Generator) -> bool:
    first, changed = int(rng.choice(_common(table))), []
    for values, times in table:
        at = np.flatnonzero(np.isin(times, (first, first + 1)))
        moved = values.copy()
        moved[at] = values[at[::-1]]
        changed.append((moved, times))
    return (exchanged_years(changed) or ())[:2] == (first, first + 1)


def _series(folder: Path) -> Iterator[Series]:
    """Series of real goals, each once (its longest history), and of a competition."""
    m3 = pd.read_parquet(folder / "m3_yearly.parquet")
    for _, one in (*_world(folder), *_each(m3, "unique_id", "t", "y")):
        yield one


def _world(folder: Path) -> Iterator[tuple[str, Series]]:
    world = pd.read_parquet(folder / "world" / "goal_histories.parquet")
    longest = world.groupby("case_id").size().groupby(lambda name: name.partition("@")[0]).idxmax()
    return _each(world[world["case_id"].isin(longest)], "case_id", "year", "value")


def _each(table: pd.DataFrame, name: str, time: str, value: str) -> Iterator[tuple[str, Series]]:
    for called, one in table.sort_values(time).groupby(name):
        known = one.dropna().iloc[-LONGEST:]
        values, times = (known[column].to_numpy() for column in (value, time))
        yield str(called), (values.astype(float), times.astype(np.int64))


def _finds_exchanged(values: FloatArray, times: IntArray, rng: np.random.Generator) -> bool:
    first = int(rng.integers(values.size - 1))
    last, changed = min(values.size - 1, first + int(rng.integers(1, APART + 1))), values.copy()
    changed[[first, last]] = values[[last, first]]
    return odd_figures(changed, times).get(first) == "exchanged"


def _finds_running(values: FloatArray, times: IntArray, last: int) -> bool:
    return running_totals(np.append(values[:-last], values[-last:].cumsum()), times) is not None


def _finds(values: FloatArray, times: IntArray, factor: float, rng: np.random.Generator) -> bool:
    at, slipped = int(rng.integers(values.size)), values.copy()
    slipped[at] *= factor
    return at in odd_figures(slipped, times)


if __name__ == "__main__":
    raise SystemExit(main())
