"""Periods and figures: what is read, refused and equal; laws for any text, cells and bytes."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.cells import FiscalYears
from bcforecast.errors import ObservationError
from bcforecast.observations import load_observations
from bcforecast.observations.records import Month, Period
from bcforecast.observations.selection import Kind, Series
from bcforecast.text import write_years
from tests.words import WORDS


@pytest.mark.parametrize(
    ("text", "first", "last", "last_day", "english", "chinese"),
    [
        ("2021", (2021, 1), (2021, 12), date(2021, 12, 31), "2021", "2021年"),
        ("2021Q3", (2021, 7), (2021, 9), date(2021, 9, 30), "2021 Q3", "2021年第3季度"),
        ("2020-02", (2020, 2), (2020, 2), date(2020, 2, 29), "February 2020", "2020年2月"),
        ("2023-01/2023-08", (2023, 1), (2023, 8), date(2023, 8, 31),
         "January to August 2023", "2023年1—8月"),
        ("2021-11/2022-02", (2021, 11), (2022, 2), date(2022, 2, 28),
         "November 2021 to February 2022", "2021年11月—2022年2月"),
        ("2019/2021", (2019, 1), (2021, 12), date(2021, 12, 31), "2019 to 2021", "2019—2021年"),
    ],
)  # fmt: skip
def test_a_period_runs_from_its_first_to_its_last_month_and_reads_as_each_language_writes_it(
    text, first, last, last_day, english, chinese
):
    period = Period.parse(text)
    assert (period.first, period.last) == (Month(*first), Month(*last))
    assert (str(period), period.last_day) == (text, last_day)
    assert [period.in_words().render(lang) for lang in ("en", "zh")] == [english, chinese]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fiscal_year_reads_as_the_plan_writes_it_and_other_periods_by_their_months(lang):
    said = {"2020-04/2021-03": "R2年度", "2020": {"zh": "2020年", "en": "2020"}[lang]}
    write_years(FiscalYears("2024-04", "R6年度").called, ends=3)
    try:
        found = {one: Period.parse(one).in_words().render(lang) for one in said}
    finally:
        write_years(str)
    assert found == said
    assert "R2年度" not in Period.parse("2020-04/2021-03").in_words().render(lang)


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
        shown = text.replace("\n", "\N{REPLACEMENT CHARACTER}")
        assert f'"{shown}"' in str(refused.value)
    assert "2021Q3" in str(refused.value)
    assert "应为" in refused.value.message.render("zh")


@pytest.mark.parametrize(("text", "written", "whole", "multi"), WORDS["one_period"])
def test_a_period_is_one_however_written_and_only_years_stand_for_one(text, written, whole, multi):
    period = Period.parse(text)
    found = (str(period), period.whole_year, period.is_multi_year)
    assert found == (written, whole, multi)
    assert period == Period.parse(written)


def test_periods_are_in_the_order_of_their_start_then_their_end_and_none_is_backwards():
    texts = ["2019/2021", "2020", "2021Q1", "2021-01/2021-05", "2021", "2021-02"]
    assert [str(p) for p in sorted(map(Period.parse, reversed(texts)))] == texts
    with pytest.raises(ObservationError, match="2021-05/2021-04"):
        Period(Month(2021, 5), Month(2021, 4))


def test_figures_are_equal_also_without_a_number_and_a_month_has_none_a_year():
    data, same = load_observations().observations, load_observations().observations
    assert (data, {*data}) == (same, {*same})
    one, nan = data[0], float("nan")
    assert one != replace(one, value=one.value + 1.0)
    assert replace(one, lower=nan) == replace(one, lower=nan * 2) != replace(one, lower=0.0)
    assert one != "a figure"
    built = replace(one, value=410.0, unit="dwellings a year")
    when = map(Period.parse, ("2026-01", "2026"))
    told = [replace(built, period=one).in_words().render("en") for one in when]
    assert told == ["410 dwellings", "410 dwellings a year"]


LAWS = settings(max_examples=100)

months = st.builds(Month, st.integers(1800, 2199), st.integers(1, 12))
periods = st.tuples(months, months).map(lambda pair: Period(min(pair), max(pair)))


@LAWS
@given(periods)
def test_a_period_reads_back_and_is_a_part_of_a_year_or_a_year_or_several(period):
    assert Period.parse(str(period)) == period
    part = period.months < 12 and not period.is_multi_year
    assert [part, period.whole_year is not None, period.is_multi_year].count(True) == 1
    assert period.whole_year in (None, period.of_year)


@settings(max_examples=40)
@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(get_args(Kind)))
def test_no_vintage_shows_or_uses_a_later_figure(day, kind):
    vintage = load_observations(as_of=str(day))
    for area, indicator in vintage.indicators:
        figures = vintage.of(area, indicator)
        selection = vintage.history(Series(area, indicator, kind, figures[0].unit))
        others = (*selection.unused, *selection.within)
        shown = [*selection.used, *(figure for figure, _ in others)]
        assert all(str(figure.published) <= str(day) for figure in shown)
        assert sum(figure.row > 0 for figure in shown) == len(figures)


@LAWS
@given(st.text(max_size=20))
def test_any_text_is_a_period_or_refused_in_both_languages(text):
    refusal = None
    try:
        period = Period.parse(text)
    except ObservationError as error:
        refusal = error.message
    if refusal is None:
        assert Period.parse(str(period)) == period
    else:
        assert "allowed" in refusal.render("en")
        assert "应为" in refusal.render("zh")
