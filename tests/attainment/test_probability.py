"""The probability takes the comparator as the plan's words have it; grade and word follow data."""

from math import inf
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
from scipy import stats

from bcforecast import distributions, errors
from bcforecast.attainment import probability as room
from bcforecast.attainment.probability import holds, target_with, verdict_of
from bcforecast.plan.targets import COMPARISONS, Comparator, meets, nearest_that_meets
from bcforecast.text import has_text, just_beyond, text

FORECAST = distributions.StudentTMixture(np.array([[520.0, 540.0]]), np.array([[20.0, 30.0]]))
HEADER = "verdict,lower,upper,note\n"


def test_breaking_through_530_needs_531_enterprises():
    def chance(comparator, target, *, of=FORECAST, step=2):
        return holds(of, comparator, target)[step - 1]

    strict = chance("more_than", 530, of=distributions.Counting(FORECAST))
    assert strict == pytest.approx(stats.norm.sf((530.5 - 540) / 30))
    assert strict == chance("at_least", 531, of=distributions.Counting(FORECAST))
    assert strict < chance("at_least", 530, of=distributions.Counting(FORECAST))
    assert nearest_that_meets("more_than", 530.0, whole=True) == 531.0
    assert nearest_that_meets("more_than", 530.0, whole=False) == 530.0
    assert nearest_that_meets("at_least", 530.0, whole=True) == 530.0
    above, below = (chance(comparator, 530, step=1) for comparator in ("at_least", "at_most"))
    assert (above, below) == (pytest.approx(stats.norm.sf(0.5)), pytest.approx(1 - above))
    parks = distributions.Event(np.array([[0.7, 0.2, 0.1]]), np.arange(3.0))
    assert chance("event", 1, of=parks, step=1) == pytest.approx(0.3)


@pytest.mark.parametrize("comparator", COMPARISONS)
def test_every_comparator_means_one_thing_and_has_words(comparator):
    """Draws that meet a goal one by one are the share that is its probability."""
    draws = np.array([529.0, 530.0, 530.0, 531.0])
    met = meets(draws, comparator, 530.0)
    assert met.tolist() == [meets(float(draw), comparator, 530.0) for draw in draws]
    assert holds(distributions.Empirical(draws[:, None]), comparator, 530.0)[0] == met.mean()
    nearest = nearest_that_meets(comparator, 530.0, whole=True)
    worse = -1.0 if COMPARISONS[comparator].up else 1.0
    assert meets(nearest, comparator, 530.0)
    assert not meets(nearest + worse, comparator, 530.0)
    assert has_text(f"wording.comparator_{comparator}")
    assert has_text(f"sheets.comparator_{comparator}")


def test_the_comparators_of_a_plan_are_those_that_have_a_meaning():
    meant = {c: (asked.up, asked.strict, asked.two_sided) for c, asked in COMPARISONS.items()}
    assert set(meant) == set(get_args(Comparator))
    assert meant == {
        "at_least": (True, False, False),
        "more_than": (True, True, False),
        "at_most": (False, False, False),
        "less_than": (False, True, False),
        "between": (True, False, True),
        "about": (True, False, True),
        "event": (True, False, False),
    }


@pytest.mark.parametrize(
    ("comparator", "lower", "upper", "met", "of_whole"),
    [
        ("more_than", 9000, inf, True, True), ("at_least", 9000, inf, True, True),
        ("at_least", 8999, inf, None, True), ("at_least", -inf, 9000, False, False),
        ("at_most", -inf, 9000, True, True), ("at_most", 9000, inf, False, False),
        ("at_most", 8000, 9500, None, None), ("less_than", -inf, 9001, None, None),
        # "at least 9,000", "at most 9,000"
        ("at_least", just_beyond(9000, -1), inf, True, True),
        ("more_than", just_beyond(9000, -1), inf, None, None),
        ("at_most", -inf, just_beyond(9000, 1), True, True),
        ("less_than", -inf, just_beyond(9000, 1), None, None),
    ],
)  # fmt: skip
def test_a_bound_settles_a_goal_only_where_it_can(comparator, lower, upper, met, of_whole):
    told = {"asks": COMPARISONS[comparator], "meets": lambda v: meets(v, comparator, 9000)}
    asked = SimpleNamespace(**told)
    assert room.met_within(lower, upper, asked, whole=False) is met
    assert room.met_within(lower, upper, asked, whole=True) is of_whole


NORMAL = distributions.StudentTMixture(np.array([[90.0, 100.0]]), np.array([[5.0, 10.0]]), df=5.0)
DRAWS = distributions.Empirical(np.arange(1.0, 101.0)[:, None] * np.ones(2))


@pytest.mark.parametrize("chance", [0.05, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("comparator", ["at_least", "more_than", "at_most"])
@pytest.mark.parametrize(
    ("forecast", "whole"),
    [(NORMAL, False), (distributions.Counting(NORMAL), True), (DRAWS, False), (DRAWS, True)],
)
def test_the_target_of_a_probability_has_it_and_no_harder_one(forecast, whole, comparator, chance):
    target = target_with(forecast, chance, comparator=comparator, whole=whole)
    harder = -1.0 if comparator == "at_most" else 1.0

    def probability(value):
        return holds(forecast, comparator, value)[1]

    assert probability(target) >= chance - (0.0 if whole else 0.011)
    assert probability(target + harder) < chance
    assert not whole or target == round(target)
    parks = distributions.Event(np.array([[0.5, 0.3, 0.2], [0.25, 0.45, 0.3]]), np.arange(3.0))
    asked = {"comparator": "event", "whole": True}
    assert target_with(parks, 0.5, **asked) == 1.0
    assert target_with(parks, 0.8, **asked) is None, "no number of new things is that likely"
    apart = distributions.Empirical(np.array([[0.0], [100.0]]))
    assert target_with(apart, 0.5, comparator="at_least", whole=True) == 53.0, "beside their middle"


@pytest.mark.parametrize(
    ("n", "basis", "grade"),
    [
        (8, "own", "A"), (7, "own", "B"), (3, "own", "B"), (2, "own", "C"), (20, "borrowed", "C"),
        (5, "prior", "D"), (9, "none", "U"),
    ],
)  # fmt: skip
def test_the_grade_follows_the_figures_and_the_basis(n, basis, grade):
    assert room.evidence_grade(n, basis=basis) == grade


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "exceptionally_unlikely"), (0.0949, "very_unlikely"), (0.10, "unlikely"),
        (0.33, "about_even"), (0.66, "likely"), (0.90, "very_likely"),
        (0.99, "virtually_certain"), (1.0, "virtually_certain"), (None, "unset"),
        (-1e-17, "exceptionally_unlikely"),
    ],
)  # fmt: skip
def test_a_bound_belongs_to_the_word_above_it(probability, word):
    assert verdict_of(probability) == f"verdict.{word}"
    assert text(f"verdict.{word}", "en") != text(f"verdict.{word}", "zh")


def test_the_bounds_are_data_and_else_the_shipped_ones(tmp_path):
    assert room.load_bands(tmp_path) == room.load_bands()
    assert {band.verdict for band in room.load_bands()} <= set(room.WORDS)
    (tmp_path / "verdicts.csv").write_text(HEADER + "unlikely,0,0.5,\nlikely,0.5,1,\n")
    assert verdict_of(0.4, data_dir=tmp_path) == "verdict.unlikely"
    assert verdict_of(0.4) == "verdict.about_even"
    for rows, bounds in (
        ("unlikely,0,0.4,\nabout_even,0.4,0.7,\nlikely,0.7,1,\n", (0.4, 0.7)),
        ("unlikely,0,0.4,\nabout_even,0.4,1,\n", (0.4, 1.0)),
        ("about_even,0,0.7,\nlikely,0.7,1,\n", (0.0, 0.7)),
    ):
        (tmp_path / "verdicts.csv").write_text(HEADER + rows)
        assert room.even_bounds(tmp_path) == bounds


@pytest.mark.parametrize(
    ("verdict", "over", "met", "stands"),
    [
        ("likely", False, None, "on_course"), ("unset", False, None, "unset"),
        ("about_even", False, None, "even"), ("unlikely", True, None, "awaited"),
        ("unset", True, None, "awaited"), ("unlikely", True, True, "met"),
        ("likely", False, False, "missed"), ("unset", True, False, "missed"),
    ],
)  # fmt: skip
def test_a_goal_stands_by_its_word_until_it_is_over(verdict, over, met, stands):
    assert room.rating_of(f"verdict.{verdict}", over=over, met=met) == stands


@pytest.mark.parametrize(
    ("p", "grade", "word"),
    [
        (0.67, "B", "likely"),
        (0.656, "A", "likely"),  # told as 66 %
        (1.0 - 0.67, "A", "about_even"),  # 0.32999999999999996
        (0.67, "C", "about_even"),  # told as 65 %
        (0.88, "D", "very_likely"),  # told as about nine in ten
        (0.999, "D", "very_likely"),  # told as over nine in ten
        (0.02, "C", "very_unlikely"),  # told as under 5 %
        (0.001, "C", "very_unlikely"),  # told as under 5 % too
    ],
)
def test_the_word_is_that_of_the_number_told(p, grade, word):
    assert verdict_of(p, grade=grade) == f"verdict.{word}"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("unlikely,0,0.4,\nlikely,0.5,1,\n", "the bounds have a gap or overlap"),
        ("unlikely,0,0.6,\nlikely,0.5,1,\n", "the bounds have a gap or overlap"),
        ("likely,0.1,1,\n", "the bounds have a gap or overlap"),
        ("likely,0,0.9,\n", "the bounds have a gap or overlap"),
        ("", "the bounds have a gap or overlap"),
        ("likely,zero,1,\n", ".*zero"),
        ("unlikely,0,0_5,\nlikely,0.5,1,\n", ".*0_5"),
        ("unlikely,0,０.5,\nlikely,0.5,1,\n", ".*０.5"),
        ("unlikely,0,0.5,\nprobable,0.5,1,\n", "found “probable”.*virtually_certain"),
    ],
)
def test_bounds_that_cannot_be_used_are_refused(tmp_path, rows, words):
    (tmp_path / "verdicts.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(errors.BcforecastError, match=rf"verdicts\.csv: {words}"):
        room.load_bands(tmp_path)


def test_the_required_pace_compounds_to_the_target_and_leaves_room_to_fall():
    path = room.required_path(909.25, target=1400.0, years=3)
    assert 909.25 * (1 + path.rate) ** 3 == pytest.approx(1400)
    assert 909.25 + 3 * path.increment == pytest.approx(1400)
    assert path.level_after(909.25, 3) == pytest.approx(1400)
    assert [path.level_after(909.25, ahead) for ahead in (0, 4)] == [None, None]
    reached = room.required_path(3.28, target=3.2, years=3)
    assert reached.gap == pytest.approx(-0.08)
    assert room.required_path(0.5, target=1.0, years=1).rate == 1.0
    assert reached.rate < 0
    over, zero = (room.required_path(v, target=20.0, years=n) for v, n in ((10.0, 0), (0.0, 2)))
    assert (over.rate, over.increment) == (None, None), "no pace without time"
    assert (zero.rate, zero.increment) == (None, pytest.approx(10)), "nor from nothing"
    assert (over.level_after(10.0, 1), zero.level_after(0.0, 1)) == (None, pytest.approx(10))


def test_a_mean_of_figures_alone_is_missed_by_no_last_digit():
    span = room.CountedYears(np.array([0.1, 0.2, 0.3]), ())
    assert room.span_mean(np.zeros((2, 1)), span).tolist() == [0.2, 0.2]
