"""How far measures have come: known by a date, overdue, and what of a gap the credible ones cover.

Every status here is synthetic.
"""

from dataclasses import replace
from datetime import date

import pytest

from bcforecast.attainment.project import explore, project
from bcforecast.attainment.seek import covered, tracked, unknown_measures
from bcforecast.errors import ObservationError
from bcforecast.observations.records import Delivery
from tests.attainment.made_up_plan import GROWING, SINCE, UNTIL, goal, plan, series, vintage

LEVER = {"id": "orders", "names": {"en": "orders"}, "indicator": "turnover"}


def task(name, *, low=None, high=None, **changes):
    levers = [] if high is None else [{**LEVER, "id": f"of_{name}", "low": low, "high": high}]
    acts = {"indicators": ["turnover"], "levers": levers}
    return {"id": name, "names": {"en": name}, **acts, **changes}


def entry(measure, status="credible", day=SINCE, **changes):
    row = {"plan": "made-up", "evidence": "synthetic", "source": "made_up", "row": 2, **changes}
    return Delivery(measure=measure, date=day, status=status, **row)


def known(*entries, as_of=UNTIL, **parts):
    made = vintage(series(2014, *GROWING[:7]), as_of=as_of)
    told = replace(made, dataset=replace(made.dataset, delivery=entries))
    return plan(measures=[task("a", due=date(2021, 6, 30)), task("b")], **parts), told


def test_the_last_status_by_the_as_of_date_counts_and_of_others_nothing_is_known():
    later = entry("a", "delivered", UNTIL), entry("a", "some risk", date(2022, 1, 1))
    asked, data = known(entry("a", "no plan"), *later)
    first, second = tracked(asked, data)
    assert (first.entry.status, first.credible, second.entry) == ("delivered", True, None)
    first, _ = tracked(asked, data.at(date(2021, 12, 30)))
    assert (first.entry.status, first.credible) == ("no plan", False)
    assert [one.entry for one in tracked(asked, data.at(date(2020, 12, 30)))] == [None, None]


def test_a_measure_is_overdue_after_its_own_day_or_that_of_its_last_goal_and_only_if_known():
    asked, data = known(entry("a"), entry("b"))
    a, b = tracked(asked, data)
    assert (a.due, b.due) == (date(2021, 6, 30), date(2022, 12, 31))
    assert [one.overdue(UNTIL) for one in (a, b)] == [True, False]
    delivered, unknown = tracked(asked, known(entry("a", "delivered"))[1])
    assert not delivered.overdue(date(2030, 1, 1))
    assert not unknown.overdue(date(2030, 1, 1))


def test_a_row_on_a_measure_that_the_plan_has_not_is_refused():
    asked, data = known(entry("z", file="delivery.csv"))
    with pytest.raises(ObservationError, match=r'delivery\.csv, row 2, column measure: found "z"'):
        tracked(asked, data)
    (wrong,) = unknown_measures([asked], known(entry("a", plan="other"))[1])
    assert 'column plan: found "other"' in str(wrong)
    assert [*unknown_measures([asked], known(entry("b", plan=""))[1])] == []


def test_credible_measures_cover_what_the_ends_of_their_ranges_move_the_median_by():
    def share(target, *entries, measures, comparator="at_least"):
        goals = [goal("turnover", target=target, comparator=comparator)]
        asked, data = plan(goals=goals, measures=measures), known(*entries, goals=goals)[1]
        made = explore(project(asked, data))
        return made, covered(made, goal="turnover", measures=tracked(asked, data))

    measures = [task("a", low=-1, high=2), task("b", low=-1, high=3), task("c")]
    made, _ = share(900, measures=measures)
    before, with_a, with_both = (
        made.forecast("turnover", made.pushed(sizes)).median()[-1]
        for sizes in ({}, {"of_a": 2.0}, {"of_a": 2.0, "of_b": 3.0})
    )
    target = before + 2 * (with_both - before)
    sure = entry("a", "delivered"), entry("b"), entry("c")
    assert share(target, *sure, measures=measures)[1] == pytest.approx(0.5)
    risky = entry("a"), entry("b", "some risk")
    expected = (with_a - before) / (target - before)
    assert share(target, *risky, measures=measures)[1] == pytest.approx(expected)
    assert share(before + 1e-6, *sure, measures=measures)[1] == 1.0
    assert share(before - 1, *sure, measures=measures)[1] is None
    fall = {"measures": measures, "comparator": "at_most"}
    made, _ = share(1, **fall)
    before, lowest = (
        made.forecast("turnover", made.pushed(sizes)).median()[-1]
        for sizes in ({}, {"of_a": -1.0, "of_b": -1.0})
    )
    assert share(2 * lowest - before, *sure, **fall)[1] == pytest.approx(0.5)
    between = {"measures": measures, "comparator": "between"}
    assert share([target, target + 9], *sure, **between)[1] is None
    assert share(target, entry("c"), measures=measures)[1] is None
