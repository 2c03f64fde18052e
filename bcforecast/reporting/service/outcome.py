"""What a worker says of a report: how far it is, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bcforecast.messages import Message

Fate = Literal["written", "unchanged", "failed"]


@dataclass(frozen=True)
class Step:
    """How far a report is: the name of the step at work, and the steps done."""

    name: str
    done: int


@dataclass(frozen=True)
class Outcome:
    """What became of a report.

    Parameters
    ----------
    fate
        Whether it was written, stood there already, or failed.
    why
        The failure, in words.
    copied
        Folders to which it was copied anew.
    """

    fate: Fate
    why: Message | None = None
    copied: tuple[Path, ...] = ()
