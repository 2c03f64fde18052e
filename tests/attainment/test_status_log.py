"""The log says which goals changed their word or grade, and on which day."""

import json
from datetime import date

import pytest
from made_up_plan import SINCE, UNTIL, figure, plan, series, vintage

import bcforecast as bc
from bcforecast.attainment.news import (
    GoalStatus,
    Reported,
    news,
    news_days,
    read_report,
    status_log,
    statuses,
)
from bcforecast.errors import BcforecastError
from bcforecast.reporting.analyses import log_table

TIANJIN = bc.load_plan("tianjin-2020-2022")
GROWING = (70.0, 78.0, 84.0, 95.0, 103.0, 110.0)


def test_a_change_is_logged_on_the_day_of_the_figure_that_made_it():
    data = bc.load_observations()
    days = news_days(TIANJIN, data, since=SINCE, until=UNTIL)
    log = status_log(TIANJIN, data, dates=days)
    (change,) = (c for c in log if c.goal.id == "university_science_parks")
    assert change.day == date(2021, 12, 29)
    assert (change.before.grade, change.after.grade) == ("D", "C")


def test_days_of_news_are_those_on_which_something_on_the_plan_became_known():
    figures = [
        *series(2014, *GROWING),
        figure(2020, 120.0, published=date(2021, 3, 5)),
        figure(2020, 1.0, published=date(2021, 4, 5), indicator="of_no_goal"),
        figure(2020, 1.0, published=date(2021, 4, 6), area="elsewhere"),
        figure(2021, 130.0, published=date(2022, 1, 5)),
    ]
    assert news_days(plan(), vintage(figures), since=SINCE, until=UNTIL) == (
        SINCE,
        date(2021, 3, 5),
        UNTIL,
    )


def test_nothing_is_logged_while_word_and_grade_stay():
    data = vintage(series(2014, *GROWING))
    assert status_log(plan(), data, dates=[SINCE, date(2021, 6, 1), UNTIL]) == ()
    found = news(plan(), data, since=SINCE, until=UNTIL)
    assert log_table((), found, lang="zh") is None


def test_an_earlier_report_stands_for_its_own_date():
    data = vintage(series(2014, *GROWING))
    said = GoalStatus(SINCE, 0.999, "verdict.virtually_certain", "A")
    earlier = Reported("made-up", SINCE, "baseline", {"turnover": said})
    (change,) = status_log(plan(), data, dates=[SINCE, UNTIL], previous=earlier)
    assert (change.day, change.before) == (UNTIL, said)


def test_a_goal_missing_in_the_earlier_report_is_computed_anew():
    data = vintage(series(2014, *GROWING))
    earlier = Reported("made-up", SINCE, "baseline", {})
    assert status_log(plan(), data, dates=[SINCE, UNTIL], previous=earlier) == ()


def test_the_result_of_a_report_reads_back_as_what_was_said(tmp_path):
    outlook = bc.project(TIANJIN, bc.load_observations(as_of=SINCE))
    from bcforecast.reporting import gather

    path = tmp_path / "result.json"
    path.write_text(gather(outlook).model_dump_json(), encoding="utf-8")
    report = read_report(path)
    assert (report.plan, report.as_of, report.scenario) == (TIANJIN.id, SINCE, "baseline")
    assert report.goals == statuses(outlook)


@pytest.mark.parametrize("content", [None, "{", "[]", json.dumps({"as_of": "2020-12-31"})])
def test_what_is_no_result_of_a_report_is_refused(tmp_path, content):
    path = tmp_path / "result.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(BcforecastError, match=r"result\.json of a report"):
        read_report(path)
