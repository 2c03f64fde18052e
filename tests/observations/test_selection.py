"""Which figures make a model's history, and the reason given for every other one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from observation_folder import Folder, row

from bcforecast.observations import Break, Kind, Period, Selection, Series, load_observations
from bcforecast.text import Text

FIRMS = Series("north", "firms", Kind.STOCK, "enterprises", (0.0, math.inf), whole=True)
FLOW = Series("north", "firms", Kind.FLOW, "enterprises", (0.0, math.inf))


def select(folder: Folder, *rows: str, series: Series = FIRMS, **options: int) -> Selection:
    return load_observations(folder.write(*rows).path).history(series, **options)


def reasons(selection: Selection) -> dict[str, str]:
    return {str(figure.period): reason.render("en") for figure, reason in selection.unused}


def test_a_history_is_yearly_and_in_order_whatever_the_order_of_rows(folder: Folder) -> None:
    selection = select(
        folder, row(), row(period="2018", value="50"), row(period="2020", value="70")
    )
    history = selection.history
    assert history.times.tolist() == [2018, 2020, 2021]
    assert history.values.tolist() == [50, 70, 90]
    assert (history.area, history.indicator, history.unit) == ("north", "firms", "enterprises")
    assert (history.support, history.whole, history.start) == ((0.0, math.inf), True, 2021)
    assert [figure.value for figure in selection.used] == [50, 70, 90]
    assert selection.unused == selection.caveats == ()


def test_every_figure_is_either_used_or_listed_with_a_reason(folder: Folder) -> None:
    rows = [
        row(),
        row(period="2021-05"),
        row(period="2019/2021"),
        row(period="2020", measure="admissions"),
        row(period="2020", status="ambiguous"),
        row(period="2021", status="press"),
    ]
    selection = select(folder, *rows)
    assert len(selection.used) + len(selection.unused) == len(rows)
    for _, reason in selection.unused:
        assert reason.render("en") != reason.render("zh")


@pytest.mark.parametrize("period", ["2021", "2021-12", "2021Q4", "2021-01/2021-12"])
def test_a_stock_at_the_end_of_a_year_is_the_years(folder: Folder, period: str) -> None:
    selection = select(folder, row(period=period))
    assert selection.history.times.tolist() == [2021]


@pytest.mark.parametrize("period", ["2021-05", "2021Q3", "2021-01/2021-08"])
def test_a_stock_within_a_year_is_not_the_years(folder: Folder, period: str) -> None:
    selection = select(folder, row(period=period, published="2021-10-01"))
    assert len(selection.history) == 0
    assert "a point within the year, not its end" in reasons(selection)[period]
    assert "年中时点" in selection.unused[0][1].render("zh")


@pytest.mark.parametrize("period", ["2021-12", "2021Q4", "2021-01/2021-08"])
def test_a_part_of_a_year_never_feeds_a_flow(folder: Folder, period: str) -> None:
    selection = select(folder, row(period=period, measure="flow"), series=FLOW)
    assert len(selection.history) == 0
    assert "a part of a year" in reasons(selection)[period]
    assert "不能作为全年数" in selection.unused[0][1].render("zh")


@pytest.mark.parametrize(
    ("cells", "series", "english", "chinese"),
    [
        ({"period": "2019/2021"}, FIRMS, "several years summed", "多年合计"),
        ({"measure": "admissions"}, FIRMS, "an admissions figure, not a stock", "不是期末存量"),
        ({"measure": "year-to-date"}, FIRMS, "a year-to-date figure", "年内累计数"),
        ({"measure": "year-to-date"}, FLOW, "a year-to-date figure", "年内累计数"),
        ({"status": "ambiguous"}, FIRMS, "window", "口径不明"),
        ({"measure": "flow"}, FIRMS, "measured as flow; the indicator needs stock", "全年流量"),
        ({"measure": "admissions"}, FLOW, "measured as admissions", "当期入库数"),
        ({"unit": "persons"}, FIRMS, "the unit is persons; the indicator is in enterp", "计量单位"),
        (
            {"status": "expected", "published": "2021-06-30"},
            FIRMS,
            "published on 2021-06-30, before the end of 2021",
            "不是实绩",
        ),
    ],
)
def test_an_unusable_figure_is_listed_with_its_reason(
    folder: Folder, cells: dict[str, str], series: Series, english: str, chinese: str
) -> None:
    selection = select(folder, row(**cells), series=series)
    ((_, reason),) = selection.unused
    assert english in reason.render("en")
    assert chinese in reason.render("zh")
    assert selection.used == ()


def test_an_event_counts_what_exists_at_the_end_of_a_year(folder: Folder) -> None:
    parks = Series("north", "firms", "event", "enterprises")  # type: ignore[arg-type]
    assert parks.kind is Kind.EVENT
    assert select(folder, row(value="0"), series=parks).history.values.tolist() == [0]


@pytest.mark.parametrize(
    ("firmer", "softer"),
    [
        ("official", "derived"),
        ("official", "preliminary"),
        ("rounded", "preliminary"),
        ("approximate", "preliminary"),
        ("preliminary", "press"),
        ("press", "expected"),
    ],
)
def test_of_two_figures_for_a_year_the_firmer_is_kept_and_the_other_shown(
    folder: Folder, firmer: str, softer: str
) -> None:
    selection = select(
        folder,
        row(status=firmer, value="90", published="2022-02-01"),
        row(status=softer, value="95", published="2022-06-01"),
    )
    assert selection.history.values.tolist() == [90]
    ((figure, reason),) = selection.unused
    assert figure.value == 95
    assert f"replaced by the {firmer} figure for the same year: 90 enterprises" in reason.render(
        "en"
    )
    assert "2022-02-01发布，来源 yearbook" in reason.render("zh")


def test_of_two_equally_firm_figures_the_later_is_kept(folder: Folder) -> None:
    revised = row(value="95", published="2022-06-01")
    assert select(folder, revised, row()).history.values.tolist() == [95]
    between = load_observations(folder.path, as_of="2022-05-31").history(FIRMS)
    assert between.history.values.tolist() == [90]
    assert between.unused == ()


def test_a_year_end_month_and_a_year_are_rivals_for_one_year(folder: Folder) -> None:
    selection = select(folder, row(), row(period="2021-12", value="91", published="2022-04-01"))
    assert selection.history.values.tolist() == [91]
    assert len(selection.unused) == 1


def test_a_bound_published_later_does_not_replace_a_value_as_firm(folder: Folder) -> None:
    later_bound = row(value="", lower="80", published="2022-06-01")
    assert select(folder, row(), later_bound).history.values.tolist() == [90]


def test_a_mere_bound_is_a_bound_even_at_the_start(folder: Folder) -> None:
    selection = select(
        folder,
        row(period="2019", value="", lower="80"),
        row(period="2020", value="", upper="120"),
        row(period="2021", value="", lower="85", upper="130"),
    )
    history = selection.history
    assert np.isnan(history.values).all()
    assert history.lower.tolist() == [80, -math.inf, 85]
    assert history.upper.tolist() == [math.inf, 120, 130]
    assert history.error_sd.tolist() == [0, 0, 0]
    assert history.bound_only.all()
    assert history.n_usable == 3
    assert [remark.render("en") for _, remark in selection.caveats] == [
        "official figure that is only a bound (more than 80 enterprises), used as a bound",
        "official figure that is only a bound (less than 120 enterprises), used as a bound",
        "official figure that is only a bound (85 to 130 enterprises), used as a bound",
    ]
    assert "超过80家" in selection.caveats[0][1].render("zh")


def test_one_bound_beside_a_value_stays_and_two_become_its_precision(folder: Folder) -> None:
    history = select(
        folder, row(period="2020", lower="85"), row(period="2021", lower="85", upper="97")
    ).history
    assert history.lower.tolist() == [85, -math.inf]
    assert history.upper.tolist() == [math.inf, math.inf]
    assert history.error_sd == pytest.approx([0, 12 / math.sqrt(12)])


def test_an_expected_bound_after_the_year_is_used_as_a_bound_and_flagged(folder: Folder) -> None:
    selection = select(folder, row(value="", lower="80", status="expected"))
    assert selection.history.lower.tolist() == [80]
    assert selection.caveats[0][1].render("en").startswith("expected figure that is only a bound")


def break_in(year: int, published: str = "2021-01-01") -> Break:
    return Break(
        "north",
        "firms",
        Period.parse(str(year)),
        Text(zh="改了口径", en="counted anew"),
        Period.parse(published[:7]).last_day,
    )


def test_figures_before_a_break_are_listed_and_not_joined(folder: Folder) -> None:
    header = "area,indicator,first_period,reason_zh,reason_en,published,published_basis,source"
    folder.write(
        "north,firms,2020,改了口径,counted anew,2021-01-01,stated,yearbook",
        "north,firms,2017,更早,earlier,2018-01-01,stated,yearbook",
        header=header,
        name="breaks",
    )
    rows = [row(period=str(y), published=f"{y + 1}-03-01") for y in range(2015, 2022)]
    selection = select(folder, *rows)
    assert selection.history.times.tolist() == [2020, 2021]
    assert reasons(selection)["2019"] == "before the definition changed in 2020 (counted anew)"
    assert "自2020年起变更（改了口径）" in selection.unused[0][1].render("zh")
    before_it_was_known = load_observations(folder.path, as_of="2020-12-31").history(FIRMS)
    assert before_it_was_known.history.times.tolist() == [2017, 2018, 2019]
    at_an_earlier_origin = load_observations(folder.path).history(FIRMS, origin=2019)
    assert at_an_earlier_origin.history.times.tolist() == [2017, 2018, 2019]


def test_a_break_that_a_plan_declares_counts_too(folder: Folder) -> None:
    declared = Series(**{**vars(FIRMS), "breaks": (break_in(2021),)})
    selection = select(folder, row(period="2020"), row(), series=declared)
    assert selection.history.times.tolist() == [2021]


def test_figures_after_the_origin_are_listed_and_not_used(folder: Folder) -> None:
    selection = select(folder, row(period="2020"), row(), origin=2020)
    assert selection.history.times.tolist() == [2020]
    assert selection.history.start == 2020
    assert reasons(selection)["2021"].startswith("later than 2020")


def test_an_origin_after_the_last_figure_is_kept(folder: Folder) -> None:
    assert select(folder, row(), origin=2023).history.start == 2023


@pytest.mark.parametrize(
    ("as_of", "origin"), [("2022-12-30", 2021), ("2022-12-31", 2022), (None, 2022)]
)
def test_without_figures_the_forecast_starts_after_the_last_year_over(
    folder: Folder, as_of: str | None, origin: int
) -> None:
    folder.write(row(published="2023-02-01"))
    nothing = Series("south", "firms", Kind.STOCK, "enterprises")
    selection = load_observations(folder.path, as_of=as_of).history(nothing)
    assert (len(selection.history), selection.history.start) == (0, origin)
    assert selection.used == selection.unused == ()


@pytest.mark.parametrize(("until", "start"), [(2020, 2019), (2022, 2021), (2030, 2022)])
def test_without_figures_the_forecast_starts_before_the_last_year_of_interest(
    folder: Folder, until: int, start: int
) -> None:
    folder.write(row(published="2023-02-01"))
    nothing = Series("south", "firms", Kind.STOCK, "enterprises")
    published = load_observations(folder.path, as_of="2022-12-31")
    assert published.history(nothing, until=until).history.start == start


def test_a_figure_published_before_its_period_was_over_is_flagged(folder: Folder) -> None:
    selection = select(
        folder,
        row(published="2021-11-30"),
        row(period="2022", published="2022-11-30", status="preliminary"),
    )
    assert [remark.render("en") for _, remark in selection.caveats] == [
        "published on 2021-11-30, before the end of 2021",
        "preliminary figure; published on 2022-11-30, before the end of 2022",
    ]


def test_a_series_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        Series("north", "firms", "level", "enterprises")  # type: ignore[arg-type]
