"""Linear extrapolation: its span, strict goals, and the published well-off index."""

import pytest
from rule_vectors import case, label, load

from bcforecast.rules.linear import Linear

NBS = load("nbs_index")


def test_the_published_well_off_index_falls_short_by_the_pace_of_its_years():
    series = dict(zip(NBS["t"], NBS["y"], strict=True))
    verdict = Linear().assess(case(series, NBS["target"], due=NBS["T"]))
    details = verdict.details
    assert details["yearly_pace"] == pytest.approx(NBS["pace"], abs=1e-12)
    assert details["required_pace_from_start"] == pytest.approx(NBS["required_pace"], abs=1e-12)
    assert details["pace_ratio"] == pytest.approx(NBS["pace_ratio"], abs=5e-5)
    assert verdict.projected == pytest.approx(NBS["projected"], abs=1e-12)
    assert verdict.value == pytest.approx(-NBS["shortfall"], abs=1e-12)
    assert label(verdict) == "linear_misses"
    series = case({2010: 0.0, 2016: 50.0, 2021: 60.0}, 70, due=2026)
    verdict = Linear(5).assess(series)
    assert verdict.details["yearly_pace"] == pytest.approx(2.0)
    assert label(verdict) == "linear_meets"
    assert Linear().assess(series).details["yearly_pace"] == pytest.approx(60 / 11)
