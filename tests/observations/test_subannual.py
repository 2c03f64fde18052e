"""Months, quarters and years to date add up to years, or to what a year has brought so far."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from observation_folder import row

from bcforecast.observations import load_observations
from bcforecast.observations.records import Break, Month, Period, Status
from bcforecast.observations.selection import Series
from bcforecast.observations.subannual import SoFar, YearPart, difference, place_in_year
from bcforecast.text import Text

FLOW = Series("north", "sales", "flow", "100M CNY", (0.0, math.inf))
YEAR = row(period="2019", value="110", indicator="sales", unit="100M CNY", measure="flow")


def sales(period, value, published="2021-03-01", **changes):
    cells = {"indicator": "sales", "unit": "100M CNY", "measure": "flow", **changes}
    return row(period=period, value=str(value), published=published, **cells)


def months(year, values):
    return [
        sales(f"{year}-{i + 1:02d}", v, f"{year + 1}-01-{i + 1:02d}") for i, v in enumerate(values)
    ]


def select(folder, *rows, series=FLOW, **options):
    return load_observations(folder.write(*rows).path).history(series, **options)


def remarks(selection):
    return [remark.render("en") for _, remark in selection.caveats]


def test_twelve_months_make_the_year_and_the_sum_is_marked_as_derived(folder):
    selection = select(folder, YEAR, *months(2020, [10.0, *[9.5] * 11]))
    assert selection.history.values.tolist() == [110.0, 114.5]
    assert selection.history.error_sd.tolist() == [0.0, 0.0]
    total = selection.used[-1]
    assert (str(total.period), total.status, total.row) == ("2020", Status.DERIVED, 14)
    assert str(total.published) == "2021-01-12"
    assert remarks(selection) == ["sum of 12 published figures within the year"]
    assert {said.render("en") for _, said in selection.within} == {"counted in the sum for 2020"}
    assert (len(selection.within), selection.unused) == (12, ())
    assert selection.part is None


def test_quarters_and_a_year_to_date_of_twelve_months_make_the_year_too(folder):
    quarters = [sales(f"2020Q{q}", 20 + q) for q in (1, 2, 3, 4)]
    assert select(folder, *quarters).history.values.tolist() == [90.0]
    to_date = sales("2020", 91, measure="year-to-date")
    assert select(folder, to_date).history.values.tolist() == [91.0]
    mixed = [sales("2020-01/2020-06", 43, measure="year-to-date"), *quarters[2:]]
    assert select(folder, *mixed).history.values.tolist() == [90.0]


def test_a_published_year_takes_precedence_and_a_difference_beyond_rounding_is_noted(folder):
    parts = months(2020, [9.5] * 12)
    for published, noted in (("114", False), ("114.0", False), ("112", True), ("114.9", True)):
        selection = select(folder, sales("2020", published), *parts)
        assert selection.history.values.tolist() == [float(published)]
        assert len(selection.caveats) == noted
    assert remarks(selection) == [
        "differs by CNY 0.09 billion from CNY 11.4 billion, the sum of 12 figures within the year"
    ]
    bound = sales("2020", "", lower="100")
    assert select(folder, bound, *parts).history.values.tolist() == [114.0]


@pytest.mark.parametrize(
    ("how", "parts", "published", "told", "errors"),
    # Half a unit of the last digit of the year and of each part, and three times their errors.
    [("sum", [9.5] * 11 + [10.6], 114, False, ()), ("sum", [9.5] * 11 + [10.7], 114, True, ()),
     ("sum", [9.5] * 11 + [10.1], 114.02, 0, ()), ("sum", [9.5] * 11 + [10.2], 114.02, True, ()),
     ("mean", [4.1, 4.3], 4.4, False, ()), ("mean", [4.1, 4.3], 4.5, True, ()),
     ("last", [4.1, 4.3], 4.1, False, ()), ("last", [4.1, 4.3], 4.0, False, ()),
     ("sum", [52.5, 52.5], 100, False, (1.0, 0.5)), ("sum", [52.5, 52.7], 100, True, (1.0, 0.5))],
)  # fmt: skip
def test_a_year_that_differs_from_its_parts_by_their_rounding_alone_is_no_difference(
    how, parts, published, told, errors
):
    used, (own, theirs) = tuple(SimpleNamespace(value=one) for one in parts), errors or (0.0, 0.0)
    assert (difference(published, own, SoFar(sum(parts), theirs, used), how) is not None) == told


def test_rounded_parts_make_a_sum_and_a_mean_with_their_errors_together(folder):
    quarters = [sales(f"2020Q{q}", 30, status="rounded") for q in (1, 2, 3, 4)]
    made = select(folder, YEAR, *quarters)
    (alone,) = select(folder, sales("2020", 30, status="rounded")).history.error_sd
    assert made.history.error_sd[-1] == pytest.approx(2.0 * alone), "four that are independent"
    total = made.used[-1]
    # As wide as what is evenly distributed with that error.
    ends = 120.0 - math.sqrt(3.0) * 2.0 * alone, 120.0 + math.sqrt(3.0) * 2.0 * alone
    assert (total.lower, total.upper) == pytest.approx(ends)


def test_what_past_years_had_brought_by_then_leaves_out_years_of_nothing():
    half = YearPart(2021, 6, 70.0, past={2019: 50.0, 2020: 66.0})
    assert half.usual_share({2019: 0.0, 2020: 120.0}) == (0.55, 1)
    assert half.usual_share({2019: 0.5}) == (100.0, 1)
    assert half.usual_share({}) == (0.5, 0)
    with pytest.raises(ValueError, match="1 to 11 months, not 0"):
        YearPart(2021, 0, 5.0)


def test_part_of_a_year_has_no_figure_a_year():
    part = YearPart(2021, 10, 724.0)
    assert part.in_words("homes a year").render("en") == "724 homes"
    assert replace(part, how="mean").in_words("homes a year").render("en") == "724 homes a year"


def test_what_is_missing_one_month_is_no_year_but_a_part_of_one(folder):
    selection = select(folder, YEAR, *months(2020, [9.5] * 11))
    assert selection.history.times.tolist() == [2019]
    part = selection.part
    assert (part.year, part.months, part.value, part.how) == (2020, 11, 104.5, "sum")
    assert part.figures.shape == (1, 12)
    assert [str(f.period) for f in part.used] == [f"2020-{m:02d}" for m in range(1, 12)]
    assert str(part.published) == "2021-01-11"


@pytest.mark.parametrize(
    ("published", "status", "counts"),
    [("2020-01-20", "preliminary", True), ("2020-01-20", "expected", False),
     ("2020-02-10", "expected", True)],
)  # fmt: skip
def test_what_is_expected_of_a_month_before_its_end_counts_not(folder, published, status, counts):
    part = select(folder, YEAR, sales("2020-01", 9, published, status=status)).part
    assert (part is not None) == counts


def test_months_before_a_change_of_definition_make_no_year(folder):
    changed = replace(FLOW, breaks=(Break("north", "sales", Period.parse("2020"), Text(en="new")),))
    rows = *months(2019, [9.5] * 12), *months(2020, [10.0] * 12)
    history = select(folder, *rows, series=changed).history
    assert (history.times.tolist(), history.values.tolist()) == ([2020], [120.0])


def test_only_an_unbroken_run_from_the_start_of_the_year_counts(folder):
    part = select(folder, YEAR, sales("2020-01", 9), sales("2020-03", 9)).part
    assert (part.months, part.value) == (1, 9.0)
    assert select(folder, YEAR, sales("2020-02", 9), sales("2020Q3", 30)).part is None


def test_the_exact_way_to_a_month_is_preferred_to_the_rounded_one(folder):
    rounded = sales("2020-01/2020-03", 30, measure="year-to-date", status="rounded")
    assert select(folder, YEAR, rounded).part.value == 30.0
    assert select(folder, YEAR, rounded, *months(2020, [9.5] * 3)).part.value == 28.5


def test_years_to_date_give_the_single_months_as_differences(folder):
    def to_date(year, known):
        return [
            sales(
                f"{year}-01" if m == 1 else f"{year}-01/{year}-{m:02d}",
                10 * m,
                measure="year-to-date",
            )
            for m in range(1, known + 1)
        ]

    part = select(folder, *to_date(2019, 12), *to_date(2020, 5)).part
    np.testing.assert_allclose(part.figures[0], 10.0)
    np.testing.assert_allclose(part.figures[1, :5], 10.0)
    assert np.isnan(part.figures[1, 5:]).all()
    assert part.past == {2019: 50.0}
    assert part.usual_share({2019: 120.0}) == (pytest.approx(50 / 120), 1)


def test_every_figure_that_bears_on_the_year_in_hand_says_so(folder):
    rows = [
        *months(2019, [9.0] * 12),
        sales("2019", 108),
        *months(2020, [9.5] * 2),
        sales("2018", 99),
    ]
    selection = select(folder, *rows, sales("2020-05", 10))
    said = {str(figure.period): remark.render("en") for figure, remark in selection.within}
    assert said["2019-04"] == "tells what share of 2019 its months are"
    assert said["2020-02"] == "shows how 2020 is going so far"
    assert [str(figure.period) for figure, _ in selection.unused] == ["2020-05"]
    assert len(said) == 14


def test_quarters_stay_quarters_unless_as_many_years_of_months_are_known(folder):
    quarters = [sales(f"2019Q{q}", q) for q in (1, 2, 3, 4)]
    part = select(folder, *quarters, sales("2020Q1", 2)).part
    assert part.figures.shape == (2, 4)
    assert part.past == {2019: 1.0}
    now, before = months(2020, [9.5] * 3), months(2018, [9.0] * 12)
    for known, shape in ((before, (3, 12)), (before[:2] + months(2019, [9.0] * 12), (3, 12))):
        assert select(folder, *known, *now).part.figures.shape == shape
    assert select(folder, *before, *quarters, *now).part.figures.shape == (3, 4)


def test_a_restated_month_replaces_the_earlier_one(folder):
    first, again = sales("2020-01", 9), sales("2020-01", 11, "2021-06-01")
    for rows in ((first, again), (again, first)):
        assert select(folder, YEAR, *rows).part.value == 11.0


def test_a_fiscal_year_is_called_after_the_year_in_which_it_ends(folder):
    fiscal = [sales("2018-04/2019-03", 100), sales("2019-04/2020-03", 110)]
    selection = select(folder, *fiscal, sales("2020-04", 9), sales("2020-05", 10))
    assert selection.history.times.tolist() == [2019, 2020]
    assert (selection.part.year, selection.part.months, selection.part.value) == (2021, 2, 19.0)
    stock = Series("north", "firms", "stock", "enterprises", (0.0, math.inf))
    ends = [row(period=f"{y}-07/{y + 1}-06", value=str(y)) for y in (2019, 2020)]
    assert select(folder, *ends, series=stock).history.times.tolist() == [2020, 2021]
    mixed = select(folder, *fiscal, sales("2020", 120))
    assert mixed.history.times.tolist() == [2020]
    assert all("ends with another month" in reason.render("en") for _, reason in mixed.unused)
    assert all("起止月份不同" in reason.render("zh") for _, reason in mixed.unused)


@pytest.mark.parametrize("kind", ["stock", "event"])
def test_a_stock_of_a_fiscal_year_stands_at_its_own_end_and_not_in_december(folder, kind):
    firms = Series("north", "firms", kind, "enterprises", (0.0, math.inf), year_ends=3)
    years = [row(period=f"{y - 1}-04/{y}-03", value=str(y)) for y in (2019, 2020)]
    within = [row(period="2020Q4", value="7"), row(period="2021Q1", value="9")]
    for rows in (years + within, within + years, [*years, row(period="2020-12", value="7")]):
        history = select(folder, *rows, series=firms).history
        assert history.values.tolist()[:2] == [2019, 2020]
        assert history.values.tolist()[2:] == [9][: len(rows) - 3]
    assert select(folder, *within, series=firms).history.times.tolist() == [2021]
    half = row(period="2021-10/2022-03", value="95", published="2022-05-01")
    assert select(folder, *years, half, series=firms).history.times.tolist() == [2019, 2020, 2022]
    change = (Break("north", "firms", Period.parse("2020-04"), Text(en="new")),)
    changed = replace(firms, breaks=change)  # it begins with the year that ends in 2021
    for until, known in ((2020, [2019, 2020]), (2021, [2021])):
        rows = [*years, row(period="2021Q1", value="9")]
        found = select(folder, *rows, series=changed, until=until)
        assert found.history.times.tolist() == known
    calendar = select(folder, row(), row(period="2020Q4", value="80"), series=firms)
    assert calendar.history.times.tolist() == [2020, 2021]  # it is of calendar years
    sums = select(folder, *months(2020, range(1, 13)), *months(2021, range(1, 4)), series=replace(
        FLOW, year_ends=3
    ))  # fmt: skip
    assert (sums.history.times.tolist(), sums.history.values.tolist()) == ([2021], [78.0])
    assert str(sums.used[-1].period) == "2020-04/2021-03"


def test_a_stock_and_a_rate_within_the_year_are_never_summed(folder):
    stock = Series("north", "firms", "stock", "enterprises", (0.0, math.inf))
    part = select(
        folder, row(), row(period="2022-05", value="95", published="2022-06-01"), series=stock
    ).part
    assert (part.year, part.months, part.value, part.how) == (2022, 5, 95.0, "last")
    assert part.published.isoformat() == "2022-06-01"
    rate = Series("north", "sales", "ratio", "%", (0.0, 100.0))
    cells = {"measure": "ratio", "unit": "%"}
    quarters = [sales(f"2020Q{q}", 4 + q / 10, **cells) for q in (1, 2)]
    part = select(folder, sales("2019", 4, **cells), *quarters, series=rate).part
    assert (part.months, part.value, part.how) == (6, pytest.approx(4.15), "mean")


def test_nothing_after_the_last_year_asked_for_or_before_a_break_counts(folder):
    later = [YEAR, sales("2020-01", 9)]
    assert select(folder, *later, until=2019).part is None
    assert select(folder, *later, until=2020).part.year == 2020
    told = select(folder, *later, sales("2021-01", 8, "2021-02-01"), until=2020).within
    assert [str(figure.period) for figure, _ in told] == ["2020-01"]
    whole = select(folder, *months(2020, [9.5] * 12), until=2020)
    assert whole.history.times.tolist() == [2020]
    begun = select(folder, *months(2020, [9.5] * 5))
    assert (len(begun.history), begun.history.start, begun.part.year) == (0, 2019, 2020)


def test_a_figure_of_another_measure_or_of_an_unsure_kind_is_no_part(folder):
    for changes in ({"status": "ambiguous"}, {"measure": "stock"}):
        assert select(folder, YEAR, sales("2020-01", 9, **changes)).part is None


def test_a_month_has_its_place_in_the_year():
    assert place_in_year(Month(2023, 4)) == (2023, 4)
    assert [place_in_year(Month(y, m), 3) for y, m in ((2023, 3), (2023, 4), (2024, 3))] == [
        (2023, 12),
        (2024, 1),
        (2024, 12),
    ]


def test_a_part_of_a_year_has_fewer_months_than_a_year():
    with pytest.raises(ValueError, match="1 to 11"):
        YearPart(2021, 12, 5.0)


def test_all_twelve_months_of_a_rate_tell_the_year_but_for_half_a_month(folder):
    seen = {"indicator": "rate", "unit": "%", "measure": "ratio"}
    rows = [sales(f"2020-{n + 1:02d}", 4.0 + 0.1 * n, **seen) for n in range(12)]
    rate = replace(FLOW, indicator="rate", kind="ratio", unit="%", support=(0.0, 100.0))
    part = select(folder, sales("2019", 4.2, **seen), *rows, series=rate).part
    assert (part.months, part.how) == (12, "mean")
    assert (part.value, part.fraction) == pytest.approx((4.55, 11.5 / 12))
    assert len(part.used) == 12
