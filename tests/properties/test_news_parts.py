"""The parts of a change add up to it, whatever arrives between two dates."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.attainment.explain import growth_class
from bcforecast.attainment.news import news, split
from tests.attainment.made_up_plan import (
    SINCE,
    UNTIL,
    break_from,
    figure,
    goal,
    indicator,
    judgement,
    plan,
    series,
    vintage,
)

chances = st.one_of(st.none(), st.floats(0.0, 1.0))


@settings(deadline=None, derandomize=True, max_examples=30)
@given(
    old=st.lists(st.floats(20, 300), max_size=6),
    arriving=st.lists(st.tuples(st.integers(2012, 2022), st.floats(20, 300)), max_size=5),
    broken=st.one_of(st.none(), st.integers(2014, 2022)),
    elicited=st.booleans(),
    target=st.floats(30, 400),
    down=st.booleans(),
)
def test_parts_add_up_whatever_arrives(old, arriving, broken, elicited, target, down):
    way = {"direction": "down" if down else "up"}
    comparator = "at_most" if down else "more_than"
    made = plan(
        [indicator("turnover", **way)], [goal("turnover", target=target, comparator=comparator)]
    )
    new = [figure(year, v, published=date(2021, 6, 1 + i)) for i, (year, v) in enumerate(arriving)]
    data = vintage(
        [*series(2020 - len(old), *old), *new],
        breaks=(break_from(broken, date(2021, 5, 1)),) if broken else (),
        judgements=(judgement(date(2021, 7, 1)),) if elicited else (),
    )
    (one,) = news(made, data, since=SINCE, until=UNTIL).goals
    changes = [part.change for part in one.parts]
    if one.said == "both":
        assert abs(sum(changes) - one.total) < 1e-9
        assert one.turn is None
    else:
        assert changes == [None] * 4
        assert (one.turn is None) == (one.said == "never")


@settings(deadline=None, derandomize=True)
@given(levels=st.lists(chances, min_size=2, max_size=8))
def test_steps_add_up_over_any_gaps(levels):
    steps = split(levels)
    assert len(steps) == len(levels) - 1
    if levels[0] is None or levels[-1] is None:
        assert set(steps) == {None}
    else:
        assert abs(sum(steps) - (levels[-1] - levels[0])) < 1e-9


@settings(deadline=None, derandomize=True)
@given(
    one=st.floats(-1, 5),
    other=st.floats(-1, 5),
    years=st.integers(1, 5),
    direction=st.sampled_from(["up", "down"]),
)
def test_the_faster_of_two_paces_was_kept_no_more_often(one, other, years, direction):
    span = growth_class("tech_contract_value").spans[years]
    slow, fast = sorted([one, other], reverse=direction == "down")
    for share in (span.share_of_windows, span.share_of_areas):
        a, b = share(slow, direction=direction), share(fast, direction=direction)
        assert 0.0 <= b.value <= a.value <= 1.0
