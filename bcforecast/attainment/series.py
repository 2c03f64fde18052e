"""From an indicator of a plan to the series in the data folder that it and its parent area have."""

from __future__ import annotations

from datetime import date
from math import inf

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
    selection = data.history(series)
    if selection.history.start < due_year:
        return selection
    selection = data.history(series, origin=due_year)
    history = selection.history
    if len(history) and history.times[-1] == due_year:
        return selection
    return data.history(series, origin=due_year - 1)


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
