"""Whatever the sizes: more of a lever is never less likely, and chance is shared by all."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.scenarios.scenario import Shock, levers
from tests.scenarios.scenario_cases import PLAIN, TARGETS, pushing, shocked, simulation

MADE = simulation(n_paths=300)
LEVERS = levers()
parts = st.floats(0.0, 1.0)


@settings(max_examples=150)
@given(st.sampled_from(sorted(LEVERS)), parts, parts, st.floats(0.0, 2.0), st.integers(2021, 2023))
def test_a_larger_size_never_lowers_a_path(name, one, other, sd_part, year):
    lever = LEVERS[name]
    low, high = sorted((one, other))
    span = lever.high - lever.low
    less, more = (
        MADE.run(pushing((name, lever.low + part * span), year=year)) for part in (low, high)
    )
    for indicator in lever.indicators:
        assert (more.paths[indicator] >= less.paths[indicator] - 1e-9).all()
    unsure = MADE.run(pushing((name, lever.high), year=year, sd=sd_part * lever.high))
    for indicator in lever.indicators:
        plain = MADE.run(PLAIN, only=[indicator]).paths[indicator]
        assert (unsure.paths[indicator] >= plain - 1e-9).all()
        assert np.isfinite(unsure.paths[indicator]).all()


@settings(max_examples=100)
@given(st.sampled_from(sorted(TARGETS)), st.floats(-99.0, 300.0), parts, st.floats(0, 200))
def test_a_shock_moves_one_indicator_one_way_and_stays_finite(indicator, size, recovered, sd):
    size_of_it = {"size_percent": size, "recovered": recovered, "sd": sd}
    shock = Shock(indicators=(indicator,), year=2022, **size_of_it)
    paths = MADE.run(shocked(shock)).paths
    plain = MADE.run(PLAIN).paths
    for name in TARGETS:
        if name != indicator:
            assert np.array_equal(paths[name], plain[name])
    change = paths[indicator] - plain[indicator]
    assert (change >= -1e-9).all() if size >= 0 else (change <= 1e-9).all()
    assert np.isfinite(paths[indicator]).all()
