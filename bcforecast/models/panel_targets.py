"""Read a table of targets: which series, how many periods ahead, which comparator, what value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.distributions.base import FloatArray
from bcforecast.models.panel_input import LARGEST
from bcforecast.models.panel_problems import PanelTableError, cell_of
from bcforecast.observations.history import IntArray

COMPARATORS: Final = ("at_least", "more_than", "at_most")
"""Comparators that a target may have."""

_COLUMNS: Final = ("unique_id", "h", "comparator", "target")


@dataclass(frozen=True)
class TargetTable:
    """T targets in their own order.

    Parameters
    ----------
    series
        Shape (T,): position of the series.
    h
        Shape (T,): periods after the series' last row, from 1.
    comparator
        Shape (T,): position in `COMPARATORS`.
    target
        Shape (T,), in the unit of the series.
    """

    series: IntArray
    h: IntArray
    comparator: IntArray
    target: FloatArray

    def take(self, at: IntArray, series: IntArray) -> TargetTable:
        """Targets at the positions `at`, with new series positions."""
        return TargetTable(series, self.h[at], self.comparator[at], self.target[at])


def read_targets(frame: pd.DataFrame, ids: pd.Index, *, farthest: int) -> TargetTable:
    """Read columns `unique_id, h, comparator, target`; others are let be.

    Raises
    ------
    PanelTableError
        If a column is missing, a series unknown, `h` not a whole number from 1 to `farthest`, a
        comparator not one of `COMPARATORS` or a target not a number of at most `LARGEST` in size.
    """
    for column in _COLUMNS:
        if column not in frame.columns:
            found = ", ".join(map(str, frame.columns))
            raise PanelTableError(
                "panel.missing_column", table="targets", column=column, found=found
            )
    codes, named = pd.factorize(frame["unique_id"], use_na_sentinel=True)
    positions = np.arange(len(ids)) if ids.equals(named) else ids.get_indexer(pd.Index(named))
    series = np.append(positions, -1)[codes]
    _refuse(series < 0, frame["unique_id"], "panel.unknown_series")
    h = pd.to_numeric(frame["h"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    in_reach = (h >= 1) & (h <= farthest) & (h == np.round(h))
    _refuse(~in_reach, frame["h"], "panel.wrong_h", str(farthest))
    codes, named = pd.factorize(frame["comparator"], use_na_sentinel=True)
    kind = np.append(pd.Index(COMPARATORS).get_indexer(pd.Index(named)), -1)[codes]
    _refuse(kind < 0, frame["comparator"], "panel.wrong_comparator", ", ".join(COMPARATORS))
    target = pd.to_numeric(frame["target"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    _refuse(~(np.abs(target) <= LARGEST), frame["target"], "panel.wrong_target", f"{LARGEST:g}")
    return TargetTable(
        np.asarray(series, dtype=np.int64), h.astype(np.int64), kind.astype(np.int64), target
    )


def _refuse(wrong: npt.NDArray[np.bool_], column: pd.Series, key: str, allowed: str = "") -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        found = cell_of(column, at)
        raise PanelTableError(key, table="targets", row=at + 1, found=found, allowed=allowed)
