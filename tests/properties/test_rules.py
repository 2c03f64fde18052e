"""Properties P1 to P5 of the rules, derived from their formulas."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bcforecast.rules import panel, published
from bcforecast.rules.base import Case
from bcforecast.text import text

quick = settings(max_examples=80)
levels = st.floats(1.0, 1000.0)
factors = st.floats(1.05, 3.0)
directions = st.sampled_from(["up", "down"])
LOGIT = ("logit_mean_slope", "logit_ols", "logit_wls")


def yearly(values, target, direction, **fields):
    years = tuple(range(2015, 2015 + len(values)))
    return Case(years, tuple(values), direction=direction, target=target, due=2030, **fields)


@quick
@given(y0=levels, factor=factors, direction=directions, t=st.integers(2016, 2029))
def test_p1_p2_on_the_path_that_is_required_methods_say_so(y0, factor, direction, t):
    target = y0 * factor if direction == "up" else y0 / factor
    part, asked = (t - 2015) / 15, {"direction": direction, "target": target, "due": 2030}
    geometric = Case((2015, t), (y0, y0 * (target / y0) ** part), **asked)
    for method in (published.CagrRatio(), published.UnProgress()):
        assert method.assess(geometric).value == pytest.approx(1.0, abs=1e-9)
    straight = Case((2015, t), (y0, y0 + (target - y0) * part), **asked)
    found = published.Escap("current_status").assess(straight).value
    assert found == pytest.approx(10 * part, abs=1e-9)


shares = st.lists(st.floats(0.05, 0.95), min_size=6, max_size=9)


@quick
@given(values=shares, k=st.sampled_from([0.01, 100.0, 1e4]), direction=directions)
def test_p3_a_change_of_unit_changes_no_verdict(values, k, direction):
    target = 0.97 if direction == "up" else 0.03
    here = panel.all_rules(yearly(values, target, direction, scale=1.0))
    scaled = [v * k for v in values]
    there = panel.all_rules(yearly(scaled, target * k, direction, scale=k))
    for a, b in zip(here, there, strict=True):
        if a.rule == "linear":
            assert b.value == pytest.approx(a.value * k, rel=1e-9, abs=1e-9 * k)
        elif a.value is not None and b.value is not None:
            assert b.value == pytest.approx(a.value, rel=1e-8, abs=1e-8)
        assert (a.value is None) == (b.value is None)


@quick
@given(st.lists(levels, min_size=6, max_size=6), st.floats(10.0, 500.0), directions)
def test_p4_a_shift_leaves_status_and_weather_and_changes_the_ratio(values, shift, direction):
    target = 1100.0 if direction == "up" else 0.5
    assume(abs(values[-1] - values[0]) > 1.0)
    here = yearly(values, target, direction)
    there = yearly([v + shift for v in values], target + shift, direction)
    for rule in (published.Escap("current_status"), published.Weather()):
        before = pytest.approx(rule.assess(here).value, rel=1e-7, abs=1e-7)
        assert rule.assess(there).value == before
    before = pytest.approx(published.CagrRatio().assess(here).value, rel=1e-9)
    assert published.CagrRatio().assess(there).value != before


@quick
@given(first=st.floats(1.0, 99.0), last=st.floats(1.0, 99.0), gap=st.integers(1, 12))
def test_p5_with_two_figures_all_three_logit_functions_agree(first, last, gap):
    case = Case((2011, 2011 + gap), (first, last), direction="up", target=99.5, due=2030, scale=100)
    found = [published.value_in(case, 2030, function=name).value for name in LOGIT]
    assert found == pytest.approx([found[0]] * 3, rel=1e-9)


anything = st.floats(-1e6, 1e6) | st.sampled_from(
    [0.0, 1.0, -1.0, 1e300, 1.7e308, -1.7e308, 5e-324]
)


@quick
@given(st.lists(anything, min_size=1, max_size=8), anything, directions, *[st.booleans()] * 2)
def test_no_figures_make_a_rule_fail_or_contradict_itself(values, target, direction, strict, whole):
    comparator = "more_than" if strict and direction == "up" else None
    case = yearly(values, target, direction, comparator=comparator, whole=whole)
    for verdict in panel.all_rules(case):
        assert text(verdict.label, "zh")
        assert all(note.render("en") for note in verdict.notes)
        if verdict.rule == "cagr_ratio" and verdict.score is not None:
            cuts = {"substantial": 2.5, "moderate": 0.0, "limited": -2.5, "deterioration": -5.0}
            name = verdict.label.removeprefix("rules.label_")
            assert verdict.score >= cuts.get(name, 5.0)


@quick
@given(values=st.lists(st.floats(0.0, 100.0), min_size=2, max_size=8), target=st.floats(0.0, 100.0))
def test_shares_at_the_ends_of_their_scale_never_fail(values, target):
    case = yearly(values, target, "up", scale=100.0, current_year=2026)
    for function in published.PROJECTIONS:
        projected = published.value_in(case, 2030, function=function)
        assert projected.value is None or projected.value >= 0.0
    assert panel.all_rules(case)


@settings(max_examples=15)
@given(values=st.lists(st.floats(1.0, 99.0), min_size=2, max_size=7), target=st.floats(1.0, 99.0))
def test_a_flip_is_where_the_label_has_changed_and_within_half_of_the_figure(values, target):
    case = yearly(values, target, "up", scale=100.0)
    for rule in panel.rules():
        flip = panel.flip_revision(rule, case)
        if flip is None:
            continue
        assert abs(flip.revision) <= 0.5 * values[-1] * (1 + 1e-12)
        revised = yearly([*values[:-1], flip.value], target, "up", scale=100.0)
        assert rule.assess(revised).label == flip.label_after
        assert rule.assess(case).label != flip.label_after
