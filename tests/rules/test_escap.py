"""ESCAP indices against UNICEF MENARO's published results, function by function."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from rule_vectors import case, keys, label, load

from bcforecast.rules.base import Case
from bcforecast.rules.published import Escap, escap_weights, value_in

ROWS = {row["id"]: row for row in load("escap")["cases"]}
LABELS = {
    "On-track": "on_track",
    "Slow progress": "slow",
    "Regression": "regression",
    "Will meet target": "will_meet",
    "Need to accelerate": "accelerate",
    "No progress expected": "no_progress",
}
LOGIT = ("logit_mean_slope", "logit_ols", "logit_wls")
STATUS = Escap("current_status")


def menaro(identifier):
    row = ROWS[identifier]
    asked = {"target": row["target"], "due": row["T"], "scale": row["scale"]}
    years = {"base_year": row["base"], "current_year": row["now"]}
    direction = "up" if row["d"] == 1 else "down"
    return Case(tuple(row["t"]), tuple(row["y"]), direction=direction, **asked, **years)


@pytest.mark.parametrize("identifier", ROWS)
def test_published_indices_values_and_weights_are_reproduced(identifier):
    row, published = ROWS[identifier], menaro(identifier)
    status, progress = STATUS.assess(published), Escap().assess(published)
    assert status.value == pytest.approx(row["CS"], abs=5e-10)
    assert progress.value == pytest.approx(row["AP"], abs=5e-10)
    assert (label(status), label(progress)) == (LABELS[row["cs"]], LABELS[row["ap"]])
    for name, year in (("base", row["base"]), ("now", row["now"]), ("due", row["T"])):
        found = value_in(published, year, function="logit_mean_slope").value
        assert found == pytest.approx(row["I"][name], abs=5e-10)
    for function in LOGIT:
        found = value_in(published, row["T"], function=function).value
        assert found == pytest.approx(row["I_due_by_function"][function], abs=5e-9)
    weights = escap_weights(np.array(row["t"], float), row["T"])
    assert_allclose(weights, row["I_due_by_function"]["weights"], atol=5e-7)


def test_each_implementation_has_its_name_and_its_projected_value():
    published = Escap(projection="logit_mean_slope").assess(menaro("E6"))
    weighted, flip = Escap(projection="logit_wls").assess(menaro("E6")), load("escap")["flip"]
    assert (label(published), label(weighted)) == ("no_progress", "accelerate")
    assert weighted.value == pytest.approx(flip["AP"], abs=flip["tolerance"])
    assert published.name.render("en") != weighted.name.render("en")
    assert "加权" in weighted.name.render("zh")
    verdict = Escap().assess(menaro("E2"))
    assert label(verdict) == "will_meet"
    assert verdict.projected == pytest.approx(99.5864919629, abs=5e-10)
    note = next(n for n in verdict.notes if n.key == "rules.note_tolerance")
    assert all("99.5865" in note.render(lang) for lang in ("en", "zh"))


@pytest.mark.parametrize("values", [(10.0, 4.0, 0.0), (10.0, 0.0, 4.0), (90.0, 100.0, 99.0)])
@pytest.mark.parametrize("function", LOGIT)
def test_a_figure_at_zero_or_at_the_maximum_is_carried_forward_by_name(values, function):
    at_the_edge = case(dict(zip((2010, 2015, 2020), values, strict=True)), 99.5, scale=100)
    projected = value_in(at_the_edge, 2030, function=function)
    assert projected.value == values[-1]
    assert projected.note.key == "rules.note_carried_forward"
    assert "carried_forward" in keys(Escap(projection=function).assess(at_the_edge))


def test_the_next_figure_stands_for_a_base_at_zero_and_the_due_year_for_a_later_one():
    series = case({2010: 10.0, 2017: 4.0, 2020: 0.0}, 0, direction="down", scale=100)
    found = value_in(series, 2015, function="logit_mean_slope")
    assert (found.value, found.note.key) == (4.0, "rules.note_next_figure")
    series = case({2015: 10.0, 2020: 20.0}, 50, due=2022, scale=100, current_year=2024)
    status, progress = STATUS.assess(series), Escap().assess(series)
    assert status.details["year"] == 2022
    assert status.value == progress.value


def test_geometric_growth_needs_no_maximum():
    grows = Escap(projection="geometric").assess(case({2019: 400.0, 2021: 484.0}, 530, due=2022))
    assert grows.projected == pytest.approx(484.0 * 1.1)
