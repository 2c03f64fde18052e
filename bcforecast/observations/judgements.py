"""Quantiles elicited from officials and experts, where figures are lacking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Judgement:
    """What one expert expects of one indicator at one date.

    Parameters
    ----------
    area, indicator
        Identifiers.
    due
        Day to which the quantiles refer.
    expert, role
        Who said it, by name or by a code, and in what capacity.
    q10, q50, q90
        Quantiles, in the indicator's unit: one chance in ten of less than `q10`, even chances
        about `q50`, one chance in ten of more than `q90`.
    elicited
        Day on which it was said; a vintage sees it from then on.
    note
        Anything to know about it.
    row
        Row in its file, as an editor counts it.
    """

    area: str
    indicator: str
    due: date
    expert: str
    role: str
    q10: float
    q50: float
    q90: float
    elicited: date
    note: str = ""
    row: int = 0
