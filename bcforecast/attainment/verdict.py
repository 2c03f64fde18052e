"""Probabilities in words: the bounds of each word are data (`data/verdicts.csv`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from bcforecast.errors import BcforecastError
from bcforecast.resources import DATA_DIR

UNSET = "verdict.unset"
WORDS: Final = (
    "exceptionally_unlikely",
    "very_unlikely",
    "unlikely",
    "about_even",
    "likely",
    "very_likely",
    "virtually_certain",
)
"""Words that the catalogues hold; their bounds, and which of them are used, are data."""


@dataclass(frozen=True)
class Band:
    """One word and the probabilities it stands for, from `lower` up to below `upper`."""

    verdict: str
    lower: float
    upper: float

    @property
    def key(self) -> str:
        """Catalogue key of the word."""
        return f"verdict.{self.verdict}"


def verdict_of(probability: float | None, *, data_dir: Path | None = None) -> str:
    """Catalogue key of the word for a probability; `verdict.unset` for None.

    A bound belongs to the word above it: 0.66 is the first "likely".

    Examples
    --------
    >>> verdict_of(0.66), verdict_of(0.6599), verdict_of(None)
    ('verdict.likely', 'verdict.about_even', 'verdict.unset')
    """
    if probability is None:
        return UNSET
    bands = load_bands(data_dir)
    return next((b.key for b in reversed(bands) if probability >= b.lower), bands[0].key)


def load_bands(data_dir: Path | None = None) -> tuple[Band, ...]:
    """Read the words and their bounds, lowest first.

    Raises
    ------
    BcforecastError
        If a word is in no catalogue, or the bounds do not cover 0 to 1 without gap or overlap.
    """
    own = (data_dir or DATA_DIR) / "verdicts.csv"
    return _read(own if own.is_file() else DATA_DIR / "verdicts.csv")


def _read(path: Path) -> tuple[Band, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            bands = sorted(
                (
                    Band(row["verdict"], float(row["lower"]), float(row["upper"]))
                    for row in csv.DictReader(file)
                ),
                key=lambda band: band.lower,
            )
    except (KeyError, TypeError, ValueError) as error:
        raise BcforecastError("attainment.verdicts_unreadable", file=path, found=error) from error
    unknown = [band.verdict for band in bands if band.verdict not in WORDS]
    if unknown:
        allowed = ", ".join(WORDS)
        raise BcforecastError(
            "attainment.verdicts_unknown", file=path, found=unknown[0], allowed=allowed
        )
    edges = [(a.upper, b.lower) for a, b in pairwise(bands)]
    if not bands or bands[0].lower != 0 or bands[-1].upper != 1 or any(a != b for a, b in edges):
        raise BcforecastError("attainment.verdicts_gap", file=path)
    return tuple(bands)
