"""A plan can be looked at before it starts: by definition nothing new exists at its start."""

from __future__ import annotations

import bcforecast as bc


def test_an_event_is_counted_from_the_plans_start_even_long_before_it() -> None:
    plan = bc.load_plan("tianjin-2020-2022")
    early, late = (
        bc.project(plan, bc.load_observations(as_of=day))["national_science_parks"]
        for day in ("2009-01-01", "2020-12-31")
    )
    assert early.years == (2020, 2021, 2022)
    assert early.attainment.probability == late.attainment.probability
