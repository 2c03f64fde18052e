"""Evidence grades: how much the probability rests on the indicator's own figures."""

from __future__ import annotations

from typing import Literal

from bcforecast.defaults import GRADE_A_OBSERVATIONS, GRADE_B_OBSERVATIONS

Grade = Literal["A", "B", "C", "D", "U"]
Basis = Literal["own", "borrowed", "prior", "none"]


def evidence_grade(n_usable: int, *, basis: Basis) -> Grade:
    """Grade the evidence behind a forecast.

    Parameters
    ----------
    n_usable
        Usable figures (values or bounds) of the indicator's own series.
    basis
        What the forecast rests on: its `own` series; a level or growth `borrowed` from the parent
        area or peers and tied to at least one figure of its own; a `prior` or elicited judgement
        alone; or `none`.

    Returns
    -------
    A (own series of 8 or more), B (3 to 7), C (borrowed), D (prior or judgement only), U (cannot
    be said).

    Examples
    --------
    >>> evidence_grade(9, basis="own"), evidence_grade(1, basis="borrowed")
    ('A', 'C')
    >>> evidence_grade(0, basis="none")
    'U'
    """
    if basis == "none":
        return "U"
    if basis == "prior":
        return "D"
    if basis == "own" and n_usable >= GRADE_A_OBSERVATIONS:
        return "A"
    if basis == "own" and n_usable >= GRADE_B_OBSERVATIONS:
        return "B"
    return "C"
