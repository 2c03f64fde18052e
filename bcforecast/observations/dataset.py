"""Everything that the data folder holds, whenever it was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bcforecast.observations.judgements import Judgement
from bcforecast.observations.observation import Break, Observation, Source


@dataclass(frozen=True)
class Dataset:
    """The records of one data folder, in the order of their files.

    Parameters
    ----------
    folder
        Where they were read.
    observations, breaks, judgements
        The records.
    sources
        By identifier.
    """

    folder: Path
    observations: tuple[Observation, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def file(self) -> Path:
        """The file that the observations were read from."""
        csv, parquet = self.folder / "observations.csv", self.folder / "observations.parquet"
        return parquet if parquet.is_file() and not csv.is_file() else csv

    @cached_property
    def series(self) -> Mapping[tuple[str, str], tuple[Observation, ...]]:
        """Observations by area and indicator, ordered by period, publication and row."""
        grouped: dict[tuple[str, str], list[Observation]] = {}
        for one in self.observations:
            grouped.setdefault((one.area, one.indicator), []).append(one)
        return {
            key: tuple(sorted(figures, key=lambda f: (f.period, f.published, f.row)))
            for key, figures in grouped.items()
        }
