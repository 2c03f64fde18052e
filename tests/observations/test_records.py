"""Periods: what is read, refused, and which year one can stand for; figures are equal by fields."""

from dataclasses import replace
from datetime import date

import pytest

from bcforecast.errors import ObservationError
from bcforecast.observations import Period, load_observations
from bcforecast.observations.records import Month


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", (2021, 1), (2021, 12)),
        ("2021Q3", (2021, 7), (2021, 9)),
        ("2023-05", (2023, 5), (2023, 5)),
        ("2022-01/2022-05", (2022, 1), (2022, 5)),
        ("2021-11/2022-02", (2021, 11), (2022, 2)),
        ("2019/2021", (2019, 1), (2021, 12)),
    ],
)
def test_a_period_runs_from_its_first_to_its_last_month(text, first, last):
    period = Period.parse(text)
    assert (period.first, period.last) == (Month(*first), Month(*last))
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "2021-13", "2021-00", "2021-1", "2021Q5", "2021Q0", "2021q3", "202", "20211", "",
        "2022-05/2022-01", "2021/2019", "2021/2022-05", "2021Q1/2021Q3", "2019/2020/2021",
        "2021/", "/2021", "２０２１", "2021年", "2021-05-01", " 2021", "2021\n", "1021", "FY2021",
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_by_name(text):
    with pytest.raises(ObservationError) as refused:
        Period.parse(text)
    if text:
        assert f'"{text}"' in str(refused.value)
    assert "2021Q3" in str(refused.value)
    assert "应为" in refused.value.message.render("zh")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2021-01/2021-12", "2021"),
        ("2019-01/2021-12", "2019/2021"),
        ("2021-07/2021-09", "2021Q3"),
        ("2021-05/2021-05", "2021-05"),
        ("2021/2021", "2021"),
        ("2021-02/2021-04", "2021-02/2021-04"),
    ],
)
def test_two_ways_of_writing_a_period_are_one_period(text, canonical):
    assert Period.parse(text) == Period.parse(canonical)
    assert str(Period.parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "whole", "multi", "year_ended"),
    [
        ("2021", 2021, False, 2021),
        ("2021-01/2021-12", 2021, False, 2021),
        ("2021Q4", None, False, 2021),
        ("2021-12", None, False, 2021),
        ("2021-07/2021-12", None, False, 2021),
        ("2023-05", None, False, None),
        ("2023-01/2023-08", None, False, None),
        ("2019/2021", None, True, None),
        ("2020-07/2021-06", None, True, None),
        ("2020-12/2021-12", None, True, None),
    ],
)
def test_a_part_of_a_year_or_several_years_never_stand_for_one(text, whole, multi, year_ended):
    period = Period.parse(text)
    assert period.whole_year == whole
    assert period.is_multi_year is multi
    assert period.year_ended == year_ended


def test_periods_are_in_the_order_of_their_start_then_their_end():
    texts = ["2019/2021", "2020", "2021Q1", "2021-01/2021-05", "2021", "2021-02"]
    starts_first = ["2019/2021", "2020", "2021Q1", "2021-01/2021-05", "2021", "2021-02"]
    assert [str(p) for p in sorted(map(Period.parse, reversed(texts)))] == starts_first


def test_a_period_cannot_be_built_backwards():
    with pytest.raises(ValueError, match="ends before it starts"):
        Period(Month(2021, 5), Month(2021, 4))


@pytest.mark.parametrize(
    ("text", "day"),
    [("2020-02", date(2020, 2, 29)), ("2021Q1", date(2021, 3, 31)), ("2021", date(2021, 12, 31))],
)
def test_the_last_day_is_that_of_the_last_month(text, day):
    assert Period.parse(text).last_day == day


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("2021", "2021", "2021年"),
        ("2019/2021", "2019 to 2021", "2019—2021年"),
        ("2021Q3", "2021 Q3", "2021年第3季度"),
        ("2023-05", "2023-05", "2023年5月"),
        ("2023-01/2023-08", "2023-01 to 2023-08", "2023年1—8月"),
        ("2021-11/2022-02", "2021-11 to 2022-02", "2021年11月—2022年2月"),
    ],
)
def test_a_period_reads_as_each_language_writes_it(text, english, chinese):
    words = Period.parse(text).in_words()
    assert (words.render("en"), words.render("zh")) == (english, chinese)


def test_figures_are_equal_also_where_a_number_is_not_given():
    data = load_observations()
    same = load_observations()
    assert data.observations == same.observations
    assert {*data.observations} == {*same.observations}
    one = data.observations[0]
    assert one != replace(one, value=one.value + 1.0)
    assert replace(one, lower=float("nan")) == replace(one, lower=float("nan") * 2)
    assert replace(one, lower=float("nan")) != replace(one, lower=0.0)
    assert one != "a figure"
