"""How long a cell and how large a process may become before a notebook is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a notebook may use; None sets no limit.

    Parameters
    ----------
    cell_seconds
        Longest time that one cell may take, in seconds.
    memory_mb
        Most memory that the notebook's process may hold as data, in MiB, with what the libraries
        take (some 300 MiB). The system enforces it (`RLIMIT_DATA`): Linux does, macOS does not.
    """

    cell_seconds: float | None = None
    memory_mb: int | None = None

    def __post_init__(self) -> None:
        for value in (self.cell_seconds, self.memory_mb):
            if value is not None and not value > 0:
                raise ValueError(f"a limit must be above 0, not {value}")
