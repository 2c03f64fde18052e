"""What a model sees of an indicator: figures by period, with gaps, bounds and error sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class History:
    """A yearly series as known at one date.

    Parameters
    ----------
    times
        Shape (n,), years, strictly increasing; a missing year is simply not there.
    values
        Shape (n,), in `unit`; NaN where only a bound is known.
    lower, upper
        Shape (n,), bounds on the true figure; minus and plus infinity where none is known.
    error_sd
        Shape (n,), standard error of each figure (rounding, approximation), in `unit`; 0 if exact.
    support
        Smallest and largest value that the indicator can take, in `unit`.
    whole
        Whether the indicator counts whole things.
    area, indicator, unit
        Identifiers, for messages.
    origin
        Year after which forecasts start. Default: the last of `times`; required if there is none.
    """

    times: IntArray
    values: FloatArray
    lower: FloatArray = field(default_factory=lambda: np.empty(0))
    upper: FloatArray = field(default_factory=lambda: np.empty(0))
    error_sd: FloatArray = field(default_factory=lambda: np.empty(0))
    support: tuple[float, float] = (-np.inf, np.inf)
    whole: bool = False
    area: str = ""
    indicator: str = ""
    unit: str = ""
    origin: int | None = None

    def __post_init__(self) -> None:
        times = np.asarray(self.times, dtype=np.int64)
        n = times.size
        filled = {
            "values": np.asarray(self.values, dtype=float),
            "lower": _filled(self.lower, n, -np.inf),
            "upper": _filled(self.upper, n, np.inf),
            "error_sd": _filled(self.error_sd, n, 0.0),
        }
        if any(a.shape != (n,) for a in filled.values()):
            raise ValueError("times, values, bounds and errors must have one entry a figure")
        if n and np.any(np.diff(times) <= 0):
            raise ValueError("times must increase")
        if not n and self.origin is None:
            raise ValueError("a history without figures needs an origin")
        object.__setattr__(self, "times", times)
        for name, array in filled.items():
            object.__setattr__(self, name, array)
        if self.origin is None:
            object.__setattr__(self, "origin", int(times[-1]))

    @classmethod
    def of(cls, times: Sequence[int], values: Sequence[float], **fields: object) -> History:
        """Build a history from plain sequences.

        Examples
        --------
        >>> History.of([2019, 2021], [6106, float("nan")], lower=[float("-inf"), 9000]).n_values
        1
        """
        arrays = {
            k: np.asarray(v, dtype=float) if k in ("lower", "upper", "error_sd") else v
            for k, v in fields.items()
        }
        return cls(np.asarray(times, np.int64), np.asarray(values, float), **arrays)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return int(self.times.size)

    def kept(self, which: IntArray | npt.NDArray[np.bool_], *, origin: int) -> History:
        """Return the entries at positions `which` or where it is True; forecasts start at `origin`.

        Examples
        --------
        >>> three = History.of([2018, 2019, 2021], [1.0, 2.0, 4.0])
        >>> three.kept(three.times < 2020, origin=2020).values.tolist()
        [1.0, 2.0]
        """
        return replace(
            self,
            times=self.times[which],
            values=self.values[which],
            lower=self.lower[which],
            upper=self.upper[which],
            error_sd=self.error_sd[which],
            origin=origin,
        )

    @property
    def start(self) -> int:
        """Year after which forecasts start."""
        assert self.origin is not None
        return self.origin

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): which entries have a value."""
        return np.isfinite(self.values)

    @property
    def n_values(self) -> int:
        """Number of entries with a value."""
        return int(self.known.sum())

    @property
    def n_usable(self) -> int:
        """Number of entries with a value or a bound: what the evidence grade counts."""
        bounded = np.isfinite(self.lower) | np.isfinite(self.upper)
        return int((self.known | bounded).sum())

    @property
    def bound_only(self) -> npt.NDArray[np.bool_]:
        """Shape (n,): which entries have a bound and no value."""
        return ~self.known & (np.isfinite(self.lower) | np.isfinite(self.upper))


def _filled(array: FloatArray, n: int, default: float) -> FloatArray:
    given = np.asarray(array, dtype=float)
    return np.full(n, default) if given.size == 0 else given
