"""Which published figures make up the yearly history that a model sees."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bcforecast.messages import Message
from bcforecast.observations.history import History
from bcforecast.observations.observation import Break, Observation
from bcforecast.observations.precision import caveat, error_sd, has_both_bounds
from bcforecast.observations.usability import (
    Series,
    precedence,
    reason_before,
    reason_superseded,
    reason_unusable,
    year_of,
)

Remarked = tuple[Observation, Message]


@dataclass(frozen=True)
class Selection:
    """What a model sees of an indicator, and what became of every figure.

    Parameters
    ----------
    history
        The yearly series.
    used
        The figure behind each entry of `history`, in the same order.
    unused
        All other figures of the vintage, each with the reason.
    caveats
        Figures among `used` that are not simply official values, each with what to know.
    """

    history: History
    used: tuple[Observation, ...]
    unused: tuple[Remarked, ...]
    caveats: tuple[Remarked, ...]


def select(
    figures: Iterable[Observation],
    series: Series,
    *,
    breaks: Sequence[Break] = (),
    origin: int | None = None,
    until: int | None = None,
    last_year_over: int,
) -> Selection:
    """Sort the figures of an indicator into those that a yearly model uses and those it does not.

    Parameters
    ----------
    figures
        All that is known of the indicator.
    series
        Its kind, unit and support.
    breaks
        Changes of its definition; figures before the last one are not used.
    origin
        Year after which forecasts start; later figures and breaks are not used. Default: the last
        year with a usable figure, or `last_year_over` if there is none.
    until
        Without `origin`, the last year of interest; later figures and breaks are not used, and a
        history without figures starts before it. Default: none.
    last_year_over
        The last calendar year that is over.
    """
    last = until if origin is None else origin
    change = _last_break(breaks, last)
    by_year: dict[int, list[Observation]] = {}
    unused: list[Remarked] = []
    for figure in figures:
        reason = reason_unusable(figure, series) or reason_before(figure, change)
        year = year_of(figure, series.kind)
        if reason is None and last is not None and year is not None and year > last:
            reason = _reason_late(origin, last)
        if reason is not None:
            unused.append((figure, reason))
        elif year is not None:
            by_year.setdefault(year, []).append(figure)
    kept = {year: max(rivals, key=precedence) for year, rivals in sorted(by_year.items())}
    for year, rivals in by_year.items():
        reason = reason_superseded(kept[year])
        unused += [(rival, reason) for rival in rivals if rival is not kept[year]]
    remarks = ((figure, caveat(figure)) for figure in kept.values())
    if origin is None:
        over = last_year_over if until is None else min(last_year_over, until - 1)
        origin = max(kept, default=over)
    return Selection(
        history=_history(series, kept, origin),
        used=tuple(kept.values()),
        unused=tuple(sorted(unused, key=lambda u: (u[0].period, u[0].published, u[0].row))),
        caveats=tuple((figure, remark) for figure, remark in remarks if remark is not None),
    )


def _reason_late(origin: int | None, last: int) -> Message:
    if origin is None:
        return Message("observations.reason_after_until", {"until": last})
    return Message("observations.reason_after_origin", {"origin": last})


def _last_break(breaks: Sequence[Break], last: int | None) -> Break | None:
    reached = (b for b in breaks if last is None or b.first_period.first.year <= last)
    return max(reached, key=lambda b: b.first_period, default=None)


def _history(series: Series, kept: Mapping[int, Observation], start: int) -> History:
    figures = kept.values()
    return History(
        times=np.array(list(kept), dtype=np.int64),
        values=np.array([f.value for f in figures], dtype=float),
        lower=np.array([_bound(f, f.lower, -math.inf) for f in figures], dtype=float),
        upper=np.array([_bound(f, f.upper, math.inf) for f in figures], dtype=float),
        error_sd=np.array([error_sd(f) for f in figures], dtype=float),
        support=series.support,
        whole=series.whole,
        area=series.area,
        indicator=series.indicator,
        unit=series.unit,
        origin=start,
    )


def _bound(figure: Observation, bound: float, none: float) -> float:
    """Two bounds around a value are its precision, which `error_sd` carries; others are bounds."""
    precision = figure.has_value and has_both_bounds(figure)
    return none if precision or math.isnan(bound) else bound
