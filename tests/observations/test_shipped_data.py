"""The shipped figures: the traps of the public record, each one kept out or used as what it is."""

import math
from typing import get_args

import pytest

from bcforecast.observations import load_observations, reading
from bcforecast.observations.selection import Kind, Series

UNITS = {"flow": "100M CNY", "ratio": "%", "event": "parks"}


def selected(indicator, kind, as_of, area="tianjin", unit="enterprises"):
    unit = UNITS.get(kind, unit)
    series = Series(area, indicator, kind, unit, (0.0, math.inf), kind not in ("flow", "ratio"))
    return load_observations(as_of=as_of).history(series)


def unused(selection):
    return {f"{f.period} {f.in_words().render('en')}": r.render("en") for f, r in selection.unused}


def test_contract_turnover_is_the_yearbooks_or_the_best_there_was_before():
    selection = selected("tech_contract_value", "flow", "2020-12-31")
    history = selection.history
    assert history.times.tolist() == list(range(2011, 2020))
    assert history.values.tolist() == [
        169.3819, 232.3275, 276.1575, 388.5631, 503.4369, 552.6361, 551.4411, 685.5875, 909.2549,
    ]  # fmt: skip
    assert {figure.source for figure in selection.used} == {"cyb_tech_market"}
    superseded = unused(selection)
    assert list(superseded) == [
        "2013 more than CNY 30 billion", "2014 CNY 41.811 billion", "2019 CNY 92.3 billion",
    ]  # fmt: skip
    assert "CNY 90.92549 billion" in superseded["2019 CNY 92.3 billion"]
    assert all(r.startswith("replaced by the official figure") for r in superseded.values())
    selection = selected("tech_contract_value", "flow", "2020-10-30")
    assert selection.history.values[-1] == 923
    assert selection.caveats[-1][1].render("en") == "preliminary figure"
    history = selected("tech_contract_value", "flow", "2014-06-30").history
    assert history.times.tolist() == [2011, 2012, 2013]
    assert (history.bound_only[-1], history.lower[-1]) == (True, 300)
    selection = selected("tech_contract_value", "flow", "2023-12-31")
    assert selection.history.values[-1] == 1650.8667
    sum_to_a_month = unused(selection)["2022 CNY 54.12 billion"]
    assert "year-to-date" in sum_to_a_month, "which never replaces the year"
    selection = selected("rd_intensity", "ratio", "2020-12-31")
    assert selection.history.times.tolist() == [2013, 2015, 2019]
    assert selection.history.lower[0] == 2.8, "what was expected to exceed a figure is a bound"
    assert "(expected)" in selection.caveats[0][1].render("en")


@pytest.mark.parametrize(
    ("indicator", "stock", "three_years"),
    [("eaglet_enterprises", 1632, "7,138"), ("gazelle_enterprises", 348, "828")],
)
def test_three_years_of_admissions_are_never_a_stock(indicator, stock, three_years):
    selection = selected(indicator, "stock", "2024-12-31")
    history, listed = selection.history, unused(selection)
    assert (history.times.tolist(), history.values.tolist()) == ([2019], [stock])
    assert listed[f"2019/2021 {three_years} enterprises"] == "an admissions figure, not a stock"
    assert len(listed) == 4


def test_neither_summed_years_nor_parts_of_a_year_are_a_year_or_its_end():
    selection = selected("eaglet_enterprises", "admissions", "2024-12-31")
    assert len(selection.history) == 0
    listed = unused(selection)
    assert "covers more than one year" in listed["2019/2021 7,138 enterprises"]
    within = {str(figure.period): remark.render("en") for figure, remark in selection.within}
    assert set(within) == {"2023-01/2023-05", "2023-01/2023-08"}
    assert set(within.values()) == {"shows how 2023 is going so far"}
    assert (selection.part.months, selection.part.value) == (8, 3368)
    assert "window" in listed["2022 2,322 enterprises"]
    assert "measured as stock" in listed["2019 1,632 enterprises"]
    city = selected("leading_enterprises", "stock", "2024-12-31")
    assert city.history.times.tolist() == [2021]
    assert {k.partition(" ")[0] for k in unused(city)} == {"2023-05"}
    assert [str(figure.period) for figure, _ in city.within] == ["2023-08"]
    assert (city.part.months, city.part.how) == (8, "last")
    district = selected("leading_enterprises", "stock", "2024-12-31", "beichen")
    assert (len(district.history), len(district.unused), len(district.within)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("indicator", "kind"), [("hightech_enterprises", "stock"), ("tech_smes", "admissions")]
)
def test_more_than_9000_is_neither_dropped_nor_taken_as_9000(indicator, kind):
    selection = selected(indicator, kind, "2022-12-31")
    history = selection.history
    assert (history.times[-1], history.lower[-1], history.upper[-1]) == (2021, 9000, math.inf)
    assert math.isnan(history.values[-1])
    assert history.bound_only.tolist() == [False] * (len(history) - 1) + [True]
    assert selection.caveats[-1][1].render("zh") == "公布为“超过9000家”（正式数），按界限取用"


def test_gdp_is_not_joined_across_the_economic_census():
    selection = selected("gdp", "flow", "2023-12-31")
    assert selection.history.times.tolist() == [2019, 2020, 2021, 2022]
    assert len(selection.unused) == 8
    assert all("fourth economic census" in reason for reason in unused(selection).values())
    before = selected("gdp", "flow", "2020-06-30").history
    assert before.times.tolist() == list(range(2011, 2019))


def test_rounded_and_derived_figures_carry_their_error_and_a_park_counts_as_none_until_listed():
    patents = selected("invention_patents_in_force", "stock", "2023-12-31", unit="patents")
    assert patents.history.times.tolist() == [2009, 2017, 2018, 2019, 2021, 2022]
    expected = [0, 0, 0.005 * 32041, 100 / math.sqrt(12), 900 / math.sqrt(12), 0]
    assert patents.history.error_sd == pytest.approx(expected)
    parks = selected("university_science_parks", "event", "2022-12-31", "beichen")
    assert parks.history.values.tolist() == [0]


def test_every_shipped_figure_is_used_or_has_a_reason_and_none_an_error():
    vintage = load_observations()
    for area, indicator in vintage.indicators:
        figures = vintage.of(area, indicator)
        for kind in get_args(Kind):
            selection = vintage.history(Series(area, indicator, kind, figures[0].unit))
            others = (*selection.unused, *selection.within)
            told = [*selection.used, *(figure for figure, _ in others)]
            assert sorted(f.row for f in told if f.row) == sorted(f.row for f in figures)
            for figure, remark in (*others, *selection.caveats):
                assert remark.render("en") != remark.render("zh"), figure
    assert reading.read_folder()[1] == []
