"""What is known within the year reaches the goal: Macao's gaming revenue of 2024, month by month.

Gross gaming revenue in 100M MOP, Gaming Inspection and Coordination Bureau of Macao
(https://www.dicj.gov.mo), published on the first of the next month; the budget for 2024 counted on
2,160.
"""

from datetime import date
from functools import cache

import numpy as np
import pytest
from made_up_plan import GROWING, UNTIL, figure, goal, indicator, plan, series, vintage

import bcforecast as bc
from bcforecast.attainment.explain import expected_date
from bcforecast.attainment.news import news
from bcforecast.observations.records import Measure
from bcforecast.plan.fields import changed
from bcforecast.scenarios.scenario import Shock, baseline
from bcforecast.text import just_beyond

YEARS = (1883.43, 2678.67, 3041.39, 3607.49, 3515.21, 2308.4, 2232.1, 2657.43, 3028.46, 2924.55,
         604.41, 868.63, 421.98, 1830.59)  # fmt: skip
MONTHS = {
    2023: (115.8, 103.24, 127.38, 147.22, 155.65, 152.07, 166.62, 172.13, 149.37, 195.01, 160.43,
           185.7),
    2024: (193.37, 184.86, 195.03, 185.45, 201.88, 176.94, 185.95, 197.54, 172.53, 207.87, 184.38,
           182.02),
}  # fmt: skip
BUDGET = plan(
    [indicator("revenue")],
    [goal("revenue", target=2160, due=date(2024, 12, 31))],
    span={"first": 2024, "last": 2024},
)


def first_of_next(year, month):
    return date(year + month // 12, month % 12 + 1, 1)


def monthly(year, values, **changes):
    return [
        figure(f"{year}-{m:02d}", v, published=first_of_next(year, m), **changes)
        for m, v in enumerate(values, start=1)
    ]


def macao(*more):
    yearly = [
        figure(2010 + i, v, indicator="revenue", published=date(2011 + i, 1, 1))
        for i, v in enumerate(YEARS)
    ]
    within = [f for y, values in MONTHS.items() for f in monthly(y, values, indicator="revenue")]
    return vintage([*yearly, *within, *more])


@cache
def at(day):
    return bc.project(BUDGET, macao().at(day))["revenue"]


def said(item, lang="en"):
    return [message.render(lang) for message in item.basis.explanation]


def test_nine_months_of_2024_are_a_floor_and_make_the_goal_likely():
    item = at("2024-10-31")
    brought = sum(MONTHS[2024][:9])
    assert item.forecast.quantile(np.linspace(0.001, 0.999, 101)).min() >= brought
    assert item.attainment.probability > 0.8
    assert item.attainment.q10 < 2267.82 < item.attainment.q90
    assert (
        "So far 2024 stands at CNY 169.355 billion (9 of 12 months); in the one earlier year on"
        " record, the same months made up 70% of the total." in said(item)
    )
    assert "2024年前9个月已实现1693.55亿元；可比往年仅1个，其前9个月占全年的70%。" in said(
        item, "zh"
    )


def test_each_month_moves_the_answer_and_the_twelfth_settles_it():
    days = ["2024-01-31", "2024-10-31", "2024-11-30", "2024-12-31"]
    chances = [at(day).attainment.probability for day in days]
    assert chances[0] < 0.5 < chances[1] < chances[2] < chances[3] < 1.0
    widths = [at(day).attainment.q90 - at(day).attainment.q10 for day in days]
    assert widths == sorted(widths, reverse=True)
    settled = at("2025-01-31")
    assert settled.attainment.probability == 1.0
    assert settled.attainment.q50 == pytest.approx(2267.82)
    assert [f.status.value for f in settled.basis.selection.used[-1:]] == ["derived"]
    assert settled.outcome.met is True


def test_the_news_name_the_month_and_what_it_did():
    (one,) = news(BUDGET, macao(), since=date(2024, 10, 31), until=date(2024, 11, 30)).goals
    parts = {part.kind: part for part in one.parts}
    assert parts["new_figures"].change == pytest.approx(one.total) != 0.0
    (cause,) = parts["new_figures"].causes
    assert cause.render("en") == (
        "Made-up District, 2024 so far: CNY 169.355 billion after 9 of 12 months, now "
        "CNY 190.142 billion after 10 (published 1 November 2024)"
    )
    assert "2024年前9个月1693.55亿元，现前10个月1901.42亿元" in cause.render("zh")


@pytest.mark.parametrize("measure", [Measure.FLOW, Measure.RATIO, Measure.STOCK])
def test_a_scenario_moves_of_the_year_in_hand_what_is_still_to_come(measure):
    level = 12.5 if measure is Measure.FLOW else 150.0
    known = series(2012, *GROWING, measure=measure), monthly(2020, [level] * 6, measure=measure)
    made = plan([indicator("turnover", kind=measure.value)])
    outlook = bc.project(made, vintage(known[0] + known[1], as_of=date(2020, 9, 30)))
    shock = Shock(indicators=("turnover",), year=2020, size_percent=-60.0, recovered=0.5)
    hit = changed(baseline(), plan=made.id, shocks=(shock,))
    pushed = outlook.exploration.pushed({"growth.turnover": 10.0})
    before = outlook["turnover"].forecast.median()
    # A lever has of a stock's year only the half that is left; a shock may strike it in full.
    first = 1.05 if measure is Measure.STOCK else 1.1
    for assumed, this_year, next_year in ((pushed, first, first * 1.1), (hit, 0.4, np.sqrt(0.4))):
        paths = outlook.exploration.forecast("turnover", assumed)
        so_far = {"flow": 75.0, "ratio": before[0] / 2.0, "stock": 0.0}[measure.value]
        moved = so_far + this_year * (before[0] - so_far)
        assert paths.median()[:2] == pytest.approx([moved, next_year * before[1]], rel=0.002)
        if measure is Measure.FLOW:
            assert paths.quantile(0.0001)[0] >= 75.0, "nothing below what has come"


def test_later_years_start_from_the_year_in_hand():
    yearly = [*series(2012, *GROWING), *monthly(2019, [GROWING[-1] / 12] * 6)]
    half = monthly(2020, [14.0] * 6)
    before, after = (
        bc.project(plan(), vintage(f).at("2020-12-31")) for f in (yearly, yearly + half)
    )
    date = expected_date(after, "turnover")
    before, after = (outlook["turnover"] for outlook in (before, after))
    assert before.years == after.years == (2020, 2021, 2022)
    assert (after.forecast.median() > before.forecast.median() + 3.0).all()
    np.testing.assert_allclose(date.holds[:3], after.forecast.at_least(150.0))


def test_without_an_earlier_year_the_share_is_the_calendars_and_said_so():
    yearly = series(2012, *GROWING)
    item = bc.project(plan(), vintage([*yearly, *monthly(2020, [12.5] * 6)]).at("2020-12-31"))
    (sentence,) = (s for s in said(item["turnover"]) if s.startswith("So far 2020"))
    assert "(6 of 12 months). No earlier year shows" in sentence
    assert "by the calendar it is 50%. A year need not" in sentence
    assert item["turnover"].forecast.quantile(1e-9)[0] >= 75.0


def test_a_stock_and_a_rate_within_the_year_are_said_as_such():
    kinds = (("stock", Measure.STOCK, "it stood at"), ("ratio", Measure.RATIO, "it was"))
    for kind, measure, words in kinds:
        yearly = series(2012, *GROWING, measure=measure)
        within = figure("2020-06", 170.0, measure=measure, published=date(2020, 8, 1))
        if kind == "ratio":
            within = figure("2020-01/2020-06", 170.0, measure=measure, published=date(2020, 8, 1))
        of = plan([indicator("turnover", kind=kind)])
        old, new = (
            bc.project(of, vintage(f).at("2020-12-31")) for f in (yearly, [*yearly, within])
        )
        assert new["turnover"].attainment.probability > old["turnover"].attainment.probability
        assert any(words in sentence for sentence in said(new["turnover"]))
        assert not any(words in sentence for sentence in said(old["turnover"]))


@pytest.mark.parametrize(
    ("kind", "low", "comparator", "target", "chance"),
    [
        # The figure is no mere bound where that leaves but one number.
        ("number", 0.0, "at_most", 0, 1.0), ("number", 0.0, "at_least", 1, 0.0),
        ("bound", 9000, "at_least", 9001, 1.0), ("bound", 9000, "at_most", 9000, 0.0),
    ],
)  # fmt: skip
def test_what_a_bound_alone_decides_is_said_as_it_is_met(kind, low, comparator, target, chance):
    about = {"measure": Measure.STOCK, "unit": "enterprises", "published": date(2021, 3, 1)}
    ends = {"upper": just_beyond(low, 1)} if kind == "number" else {"lower": low}
    counted = indicator("turnover", kind="stock", unit="enterprises", whole=True)
    about_goal = {"comparator": comparator, "target": target, "unit": "enterprises"}
    of = plan([counted], [goal("turnover", due=date(2020, 12, 31), **about_goal)])
    (one,) = bc.project(of, vintage([figure(2020, **ends, **about)], as_of=UNTIL)).goals
    assert (one.attainment.probability, one.outcome.met) == (chance, chance == 1.0)


def test_a_year_of_at_most_nothing_is_nothing():
    about = {"measure": Measure.STOCK, "unit": "enterprises"}
    counted = indicator("turnover", kind="stock", unit="enterprises", whole=True)
    of = plan([counted], [goal("turnover", target=5, unit="enterprises")])
    told = [*series(2016, 9.0, 5.0, 3.0, 2.0, **about)]
    chances = [
        bc.project(of, vintage([*told, figure(2020, **last, **about)], as_of=UNTIL))
        for last in ({"value": 0.0}, {"upper": just_beyond(0.0, 1)})
    ]
    exact, bound = (one["turnover"].attainment.probability for one in chances)
    assert bound == pytest.approx(exact)


@pytest.mark.parametrize(("lower", "upper"), [(155, np.nan), (np.nan, 160), (155, 160)])
def test_of_things_that_are_counted_a_bound_leaves_out_its_own_number(lower, upper):
    about = {"measure": Measure.STOCK, "unit": "enterprises"}
    bound = figure(2021, lower=lower, upper=upper, published=date(2021, 11, 1), **about)
    known = vintage([*series(2013, *GROWING, **about), bound], as_of=date(2021, 12, 1))
    counted = indicator("turnover", kind="stock", unit="enterprises", whole=True)

    def chance(target):
        asked = goal("turnover", target=target, unit="enterprises", due=date(2021, 12, 31))
        return bc.project(plan([counted], [asked]), known)["turnover"].attainment.probability

    assert 0.01 < chance(157) < 0.99
    assert np.isnan(lower) or chance(156) == pytest.approx(1.0)
    assert np.isnan(upper) or chance(160) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("measures", [{"stock"}, {"flow"}, {"stock", "flow"}])
def test_people_are_counted_as_all_their_figures_are_where_only_these_tell(measures):
    told = sorted(measures) * 8
    people = {"unit": "persons", "kind": "stock", "whole": True}
    known = [
        figure(2013 + n, v, unit="persons", measure=Measure(told[n]))
        for n, v in enumerate(GROWING)
    ]  # fmt: skip
    asked = plan([indicator("turnover", **people)], [goal("turnover", unit="persons")])
    if len(measures) > 1:
        with pytest.raises(bc.BcforecastError, match="found flow; allowed: stock"):
            bc.project(asked, vintage(known, as_of=UNTIL))
    else:
        outlook = bc.project(asked, vintage(known, as_of=UNTIL))
        assert outlook["turnover"].indicator.kind == told[0]
