"""Laws that hold for any history."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.models.base import completions
from bcforecast.models.event import EventHazard
from bcforecast.observations.selection import History

INF, NAN = float("inf"), float("nan")

figures = st.lists(st.floats(0.1, 1e4), min_size=6, max_size=9)


def history_of(values, gaps, unit=1.0, **fields):
    times = 2000 + np.cumsum(gaps[: len(values)])
    return History.of(times, np.array(values) * unit, support=(0.0, INF), **fields)


@settings(max_examples=60)
@given(figures, st.floats(0.5, 3.0), st.floats(1.0, 2.0), st.integers(0, 5))
def test_a_higher_lower_bound_never_lowers_a_completion(values, share, factor, at):
    low = values[at] * share

    def drawn(bound):
        lower = np.full(len(values), -INF)
        lower[at] = bound
        known = np.array(values)
        known[at] = NAN
        history = history_of(known, [1] * 9, lower=lower)
        return np.array([one.values[at] for one in completions(history)])

    assert (drawn(low) >= low).all()
    assert (drawn(low * factor) >= drawn(low) * (1 - 1e-9)).all()


@settings(max_examples=60)
@given(st.floats(0.01, 5.0), st.floats(0.1, 50.0), st.integers(1, 40))
def test_more_years_without_an_event_never_raise_its_chance(shape, rate, exposure):
    model = EventHazard(prior_rounds=shape, prior_years=shape + rate)
    chances = [
        model.fit(History.of([2021 - years, 2021], [0, 0], whole=True), 3).at_least(1)
        for years in (1, 1 + exposure)
    ]
    assert (chances[1] <= chances[0] + 1e-12).all()
    assert (np.diff(chances[0]) >= 0).all()
