"""From an indicator of a plan to the series in the data folder that it and its parent area have."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf

import numpy as np

from bcforecast.messages import GivenText
from bcforecast.observations import Break as SeriesBreak
from bcforecast.observations import Kind, Period, Selection, Series, Vintage
from bcforecast.observations.history import History
from bcforecast.plan import Plan
from bcforecast.plan.indicator import Indicator


def series_of(indicator: Indicator, *, area: str) -> Series:
    """Return the series of `indicator` in `area`."""
    low, high = indicator.valid_range
    return Series(
        area=area,
        indicator=indicator.id,
        kind=Kind(indicator.kind),
        unit=indicator.unit.value,
        support=(low, inf if high is None else high),
        whole=indicator.whole,
        breaks=tuple(
            SeriesBreak(
                area,
                indicator.id,
                Period.parse(b.period),
                GivenText(zh=b.reason.zh, en=b.reason.en),
                date.min,
                "",
            )
            for b in indicator.breaks
        ),
    )


def up_to(data: Vintage, series: Series, due_year: int) -> Selection:
    """Select the figures up to the due year; the history starts before it unless it is known."""
    return data.history(series, until=due_year)


def newly_built(selection: Selection, *, before: int) -> tuple[Selection, int]:
    """Count only what came after the year `before`: what existed by its end is not new.

    Parameters
    ----------
    selection
        How many exist, by year.
    before
        The last year before the plan.

    Returns
    -------
    The selection with a history of new ones, and the number that already existed: by the last
    figure up to `before`, 0 if there is none.
    """
    history = selection.history
    earlier = history.values[history.known & (history.times <= before)]
    existed = float(earlier[-1]) if earlier.size else 0.0
    rebased = replace(
        history,
        values=np.maximum(history.values - existed, 0.0),
        lower=np.where(np.isfinite(history.lower), history.lower - existed, history.lower),
        upper=np.maximum(history.upper - existed, 0.0),
    )
    return replace(selection, history=rebased), int(existed)


def peers_of(plan: Plan, data: Vintage, *, area: str, without: str) -> tuple[History, ...]:
    """Return the histories of the plan's other counts and amounts in an area.

    Growth can be borrowed from them: only stocks and flows, which can grow at a rate.
    """
    peers = (
        data.history(series_of(indicator, area=area)).history
        for indicator in plan.indicators
        if indicator.id != without and indicator.kind in ("stock", "flow")
    )
    return tuple(peer for peer in peers if peer.n_values)
