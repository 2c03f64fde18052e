"""A structural model is taken where the area's own figures are enough for it, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.models.structures import (
    COMPANIONS,
    Cohort,
    EntryExit,
    Ladder,
    Patents,
    n_figures,
    structural_model,
)
from bcforecast.observations.selection import History
from bcforecast.text import units


def flow(*values: float, last: int = 2021) -> History:
    return History.of(range(last - len(values) + 1, last + 1), list(values))


def test_first_certifications_and_renewals_make_cohorts() -> None:
    own = {
        "hightech_first_certifications": flow(60, 70, 80),
        "hightech_renewals": flow(30, 33, 40),
        "hightech_expiries": flow(45, 50, 58),
    }
    model = structural_model("hightech_enterprises", own)
    assert isinstance(model, Cohort)
    assert n_figures(model) == 9


@pytest.mark.parametrize(
    ("indicator", "own", "kind"),
    [
        ("invention_patents_in_force", {"invention_patent_grants": flow(5, 6)}, Patents),
        ("innovation_platforms", {"platform_approvals": flow(5, 6)}, EntryExit),
        ("gazelle_enterprises", {"gazelle_entries": flow(5, 6)}, Ladder),
    ],
)
def test_two_figures_of_what_is_needed_are_enough(
    indicator: str, own: dict[str, History], kind: type
) -> None:
    assert isinstance(structural_model(indicator, own), kind)
    fewer = {name: flow(5) for name in own}
    assert structural_model(indicator, fewer) is None


def test_an_indicator_without_a_structure_has_no_structural_model() -> None:
    assert structural_model("green_area", {"green_area": flow(1, 2, 3)}) is None


def test_moves_on_another_rung_alone_do_not_make_a_ladder() -> None:
    own = {"eaglet_entries": flow(50, 60), "gazelle_enterprises": flow(20, 24)}
    assert structural_model("gazelle_enterprises", own) is None


def test_moves_are_shares_of_the_stock_of_the_year_before() -> None:
    own = {
        "gazelle_enterprises": flow(100, 110, 120),
        "gazelle_exits": flow(10, 11),
        "eaglet_enterprises": flow(400),
    }
    model = structural_model("gazelle_enterprises", own)
    assert isinstance(model, Ladder)
    assert model.others == {"eaglet": 400.0}
    forecast = model.fit(History.of([2021], [120], whole=True), 1)
    by_name = {r.name.key: r for r in forecast.continuous.rates()}  # type: ignore[attr-defined]
    # Beta(0.15 * 20 + 21, 0.85 * 20 + 189): exits of 2020 and 2021 from 100 and 110
    record = by_name["structural.rate_gazelle_exit"]
    assert record.value == pytest.approx(24 / 230, abs=0.005)
    assert n_figures(model) == 2


def test_companion_series_have_units_and_names_of_their_own() -> None:
    for companions in COMPANIONS.values():
        assert all(one.unit in units() for one in companions)
        assert len({one.name for one in companions}) == len(companions)


def test_a_model_without_figures_of_its_own_counts_none() -> None:
    assert n_figures(Cohort()) == 0
    assert np.isfinite(Cohort(n_paths=10).fit(flow(10, 12), 1).median()).all()
