"""A vintage, the figures of it that make a model's history, and the reason for every other one."""

import math
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from observation_folder import row

from bcforecast import config
from bcforecast.errors import ObservationError, OptionError
from bcforecast.observations import load_observations
from bcforecast.observations import selection as selecting
from bcforecast.observations.records import Break, Elicitation, Period
from bcforecast.observations.selection import History, Series
from bcforecast.text import Text, just_beyond, write_years
from tests.words import WORDS

FIRMS = Series("north", "firms", "stock", "enterprises", (0.0, math.inf), whole=True)
FLOW = Series("north", "firms", "flow", "enterprises", (0.0, math.inf))


def select(folder, *rows, series=FIRMS, **options):
    return load_observations(folder.write(*rows).path).history(series, **options)


def reasons(selection):
    return {str(figure.period): reason.render("en") for figure, reason in selection.unused}


def test_a_history_is_yearly_and_in_order_whatever_the_order_of_rows(folder):
    rows = (row(), row(period="2018", value="50"), row(period="2020", value="70"))
    selection = select(folder, *rows)
    history = selection.history
    assert dict(zip(history.times, history.values, strict=True)) == {2018: 50, 2020: 70, 2021: 90}
    assert (history.area, history.indicator, history.unit) == ("north", "firms", "enterprises")
    assert (history.support, history.whole, history.start) == ((0.0, math.inf), True, 2021)
    assert [figure.value for figure in selection.used] == [50, 70, 90]
    assert selection.unused == selection.caveats == ()
    earlier = select(folder, row(period="2020"), row(), until=2020)
    assert (earlier.history.times.tolist(), earlier.history.start) == ([2020], 2020)
    assert reasons(earlier)["2021"].startswith("later than 2020")


@pytest.mark.parametrize("period", ["2021", "2021-12", "2021Q4", "2021-01/2021-12"])
def test_a_stock_at_the_end_of_a_year_is_the_years(folder, period):
    assert select(folder, row(period=period)).history.times.tolist() == [2021]


@pytest.mark.parametrize(
    ("cells", "series", "english", "chinese"),
    [
        ({"period": "2021-05", "status": "ambiguous"}, FIRMS, "window", "口径不明"),
        ({"period": "2021-12", "measure": "flow"}, FLOW, "a part of a year", "不能作为全年数"),
        ({"period": "2019/2021"}, FIRMS, "covers more than one year", "跨多个年度"),
        ({"measure": "admissions"}, FIRMS, "an admissions figure, not a stock", "不是期末存量"),
        ({"measure": "year-to-date"}, FIRMS, "a year-to-date figure", "年内累计数"),
        ({"status": "ambiguous"}, FIRMS, "window", "口径不明"),
        ({"measure": "flow"}, FIRMS, "measured as flow; the indicator needs stock", "全年流量"),
        ({"measure": "admissions"}, FLOW, "measured as admissions", "当期入库数"),
        ({"unit": "persons"}, FIRMS, "the unit is persons; the indicator is in enterp", "计量单位"),
        ({"status": "expected", "published": "2021-06-30"}, FIRMS,
         "published on 30 June 2021, before the end of 2021", "不是实绩"),
    ],
)  # fmt: skip
def test_an_unusable_figure_is_listed_with_its_reason(folder, cells, series, english, chinese):
    selection = select(folder, row(**cells), series=series)
    ((_, reason),) = selection.unused
    assert english in reason.render("en")
    assert chinese in reason.render("zh")
    assert selection.used == ()


def test_an_event_counts_what_exists_at_the_end_of_a_year_and_an_unknown_kind_is_refused(folder):
    parks = Series("north", "firms", "event", "enterprises")
    assert select(folder, row(value="0"), series=parks).history.values.tolist() == [0]
    with pytest.raises(ValueError, match="level"):
        select(folder, row(), series=Series("north", "firms", "level", "enterprises"))


@pytest.mark.parametrize(
    ("firmer", "softer"),
    [
        ("official", "derived"), ("official", "preliminary"), ("rounded", "preliminary"),
        ("approximate", "preliminary"), ("preliminary", "press"), ("press", "expected"),
        *[("official", one) for one in ("rounded", "approximate")], ("derived", "preliminary"),
    ],
)  # fmt: skip
def test_of_two_figures_for_a_year_the_firmer_is_kept_and_the_other_shown(folder, firmer, softer):
    kept = row(status=firmer, value="90", published="2022-02-01")
    shown = row(status=softer, value="95", published="2022-06-01")
    selection = select(folder, kept, shown)
    assert selection.history.values.tolist() == [90]
    ((figure, reason),) = selection.unused
    assert figure.value == 95
    said = f"replaced by the {firmer} figure for the same year: 90 enterprises"
    assert said in reason.render("en")
    assert "2022年2月1日发布）" in reason.render("zh")


def test_of_two_equally_firm_figures_the_later_is_kept_but_no_bound_before_a_value(folder):
    revised = row(value="95", published="2022-06-01")
    assert select(folder, revised, row()).history.values.tolist() == [95]
    between = load_observations(folder.path, as_of="2022-05-31").history(FIRMS)
    assert (between.history.values.tolist(), between.unused) == ([90], ())
    month = row(period="2021-12", value="91", published="2022-04-01")
    selection = select(folder, row(), month)
    assert (selection.history.values.tolist(), len(selection.unused)) == ([91], 1)
    later_bound = row(value="", lower="80", published="2022-06-01")
    assert select(folder, row(), later_bound).history.values.tolist() == [90]


def test_a_mere_bound_is_a_bound_even_at_the_start(folder):
    bounds = {"2019": {"lower": "80"}, "2020": {"upper": "120"}}
    bounds["2021"] = {"lower": "85", "upper": "130"}
    selection = select(folder, *(row(period=y, value="", **b) for y, b in bounds.items()))
    history = selection.history
    assert np.isnan(history.values).all()
    assert history.lower.tolist() == [80, -math.inf, 85]
    assert history.upper.tolist() == [math.inf, 120, 130]
    assert history.error_sd.tolist() == [0, 0, 0]
    assert history.bound_only.all()
    assert history.n_usable == 3
    assert [remark.render("en") for _, remark in selection.caveats] == [
        "published as a bound, “more than 80 enterprises” (official)",
        "published as a bound, “less than 120 enterprises” (official)",
        "published as a bound, “85 to 130 enterprises” (official)",
    ]
    assert "超过80家" in selection.caveats[0][1].render("zh")
    rows = (row(period="2020", lower="85"), row(period="2021", lower="85", upper="97"))
    history = select(folder, *rows).history
    assert history.lower.tolist() == [85, -math.inf], "one bound beside a value stays"
    assert history.upper.tolist() == [math.inf, math.inf]
    assert history.error_sd == pytest.approx([0, 12 / math.sqrt(12)]), "two are its precision"
    expected = select(folder, row(value="", lower="80", status="expected"))
    assert expected.history.lower.tolist() == [80]
    assert expected.caveats[0][1].render("en").startswith("published as")


def test_figures_before_a_break_are_listed_and_not_joined(folder):
    header = "area,indicator,first_period,reason_zh,reason_en,published,published_basis,source"
    newer = "north,firms,2020,改了口径,counted anew,2021-01-01,stated,yearbook"
    older = "north,firms,2017,更早,earlier,2018-01-01,stated,yearbook"
    folder.write(newer, older, header=header, name="breaks")
    rows = [row(period=str(y), published=f"{y + 1}-03-01") for y in range(2015, 2022)]
    selection = select(folder, *rows)
    assert selection.history.times.tolist() == [2020, 2021]
    assert reasons(selection)["2019"] == "before the definition changed in 2020 (counted anew)"
    assert "自2020年起变更（改了口径）" in selection.unused[0][1].render("zh")
    before_it_was_known = load_observations(folder.path, as_of="2020-12-31").history(FIRMS)
    up_to_the_year_before = load_observations(folder.path).history(FIRMS, until=2019)
    for earlier in (before_it_was_known, up_to_the_year_before):
        assert earlier.history.times.tolist() == [2017, 2018, 2019]
    up_to_its_year = load_observations(folder.path).history(FIRMS, until=2020)
    assert up_to_its_year.history.times.tolist() == [2020]
    (folder.path / "breaks.csv").unlink()
    reason = Text(zh="改了口径", en="counted anew")
    declared = Break("north", "firms", Period.parse("2021"), reason, date(2021, 1, 31))
    series = replace(FIRMS, breaks=(declared,))
    assert select(folder, *rows, series=series).history.times.tolist() == [2021]


def test_an_exceptional_year_counts_less_the_further_it_is_from_the_years_around(folder):
    header = "area,indicator,first_period,reason_en,published,published_basis,source,kind"
    marked = "north,firms,2020,lockdown,2021-03-01,stated,yearbook,exceptional"
    folder.write(marked, header=header, name="breaks")
    values = {2017: 100, 2018: 110, 2019: 120, 2020: 60, 2021: 140}
    rows = [row(period=str(y), value=str(v), published=f"{y + 1}-03-01") for y, v in values.items()]
    selection = select(folder, *rows)
    history = selection.history
    assert history.values.tolist() == [100, 110, 120, 60, 140], "nothing is cut off"
    assert history.error_sd.tolist() == [0, 0, 0, 70, 0]  # halfway from 120 to 140 is 130
    ((figure, remark),) = selection.caveats
    assert (figure.period.whole_year, "lockdown" in remark.render("en")) == (2020, True)
    assert "情况特殊（lockdown）" in remark.render("zh")
    # As the last year it is compared with the one before; before it was marked it counts in full.
    known = load_observations(folder.path, as_of="2021-12-31").history(FIRMS).history
    assert known.error_sd.tolist() == [0, 0, 0, 60]
    before = load_observations(folder.path, as_of="2021-03-01").at("2021-02-28").history(FIRMS)
    assert before.history.error_sd.tolist() == [0, 0, 0]
    # One that was as usual counts in full.
    folder.write(marked.replace("2020", "2020/2021"), header=header, name="breaks")
    usual = {2018: 110, 2019: 120, 2020: 130, 2021: 140, 2022: 150}
    rows = [row(period=str(y), value=str(v), published=f"{y + 1}-03-01") for y, v in usual.items()]
    assert select(folder, *rows).history.error_sd.tolist() == [0, 0, 0, 0, 0]
    assert select(folder, *rows[2:4]).history.error_sd.tolist() == [0, 0], "nothing is as usual"


@pytest.mark.parametrize(
    ("as_of", "until", "start"),
    [
        ("2022-12-30", None, 2021), ("2022-12-31", None, 2022), (None, None, 2022),
        ("2022-12-31", 2020, 2019), ("2022-12-31", 2022, 2021), ("2022-12-31", 2030, 2022),
    ],
)  # fmt: skip
def test_without_figures_the_forecast_starts_after_the_last_year_over_or_before_that_of_interest(
    folder, as_of, until, start
):
    folder.write(row(published="2023-02-01"))
    nothing = Series("south", "firms", "stock", "enterprises")
    asked = {} if until is None else {"until": until}
    selection = load_observations(folder.path, as_of=as_of).history(nothing, **asked)
    assert (len(selection.history), selection.history.start) == (0, start)
    assert selection.used == selection.unused == ()


def test_a_figure_published_before_its_period_was_over_is_flagged(folder):
    early = row(period="2022", published="2022-11-30", status="preliminary")
    selection = select(folder, row(published="2021-11-30"), early)
    assert [remark.render("en") for _, remark in selection.caveats] == [
        "published on 30 November 2021, before the end of 2021",
        "preliminary figure; published on 30 November 2022, before the end of 2022",
    ]


def test_two_areas_are_compared_by_the_latest_figures_of_one_period_measure_and_unit(folder):
    def both(*rows, as_of=None):
        found = load_observations(folder.write(*rows).path, as_of=as_of)
        pair = found.common("firms", ("north", "south"))
        return pair and tuple(f.value for f in pair)

    south = {"area": "south", "value": "900"}
    old = [row(period="2018", value="50"), row(**{**south, "period": "2018", "value": "500"})]
    assert both(row(), row(**south)) == (90, 900)
    assert both(*old, row(), row(**{**south, "period": "2020"})) == (50, 500)
    assert both(*old, row(), row(**south, published="2023-01-01"), as_of="2022-12-31") == (50, 500)
    assert both(*old, row(), row(**south, measure="admissions")) == (50, 500)
    assert both(*old, row(), row(**{**south, "value": "", "lower": "900"})) == (50, 500)
    assert both(*old, row(), row(**south, status="ambiguous")) == (50, 500)
    firmer = row(**{**south, "value": "950"}, status="preliminary", published="2022-06-30")
    assert both(row(), row(**south), firmer) == (90, 900)
    assert both(row()) is both(row(), row(**{**south, "period": "2020"})) is None


def figure(folder, **cells):
    return load_observations(folder.write(row(**cells)).path).observations[0]


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (52000, 1000), (198900, 100), (1234, 1), (1200, 100), (3.28, 0.01), (3.4, 0.1),
        (0, 1), (5e-7, 1e-7), (1e22, 1e22), (-4500, 100),
    ],
)  # fmt: skip
def test_a_rounded_figure_was_rounded_to_its_last_digit_other_than_zero(value, unit):
    assert selecting.rounding_unit(float(value)) == pytest.approx(unit)


@pytest.mark.parametrize(
    ("cells", "sd"),
    [
        ({"status": "official", "value": "52000"}, 0),
        ({"status": "preliminary", "value": "52000"}, 0),
        ({"status": "rounded", "value": "52000"}, 1000 / math.sqrt(12)),
        ({"status": "rounded", "value": "0"}, 1 / math.sqrt(12)),
        ({"status": "rounded", "value": "34700", "lower": "34650", "upper": "34750"}, 28.8675),
        ({"status": "official", "value": "500", "lower": "490", "upper": "520"}, 8.66025),
        ({"status": "derived", "value": "500", "lower": "500", "upper": "500"}, 0),
        ({"status": "approximate", "value": "500"}, 500 * config.APPROXIMATE_RELATIVE_SD),
        ({"status": "expected", "value": "500"}, 500 * config.APPROXIMATE_RELATIVE_SD),
        ({"status": "derived", "value": "500"}, 500 * config.DERIVED_RELATIVE_SD),
        ({"status": "derived", "value": "0"}, 0),
        ({"status": "approximate", "value": "", "lower": "500"}, 0),
        ({"status": "rounded", "value": "", "lower": "500", "upper": "700"}, 0),
        ({"status": "approximate", "value": "-500", "unit": "CNY", "measure": "flow"}, 10),
    ],
)
def test_the_standard_error_follows_from_bounds_rounding_or_status(folder, cells, sd):
    assert selecting.error_sd(figure(folder, **cells)) == pytest.approx(sd, rel=1e-5)


@pytest.mark.parametrize(("cells", "english"), WORDS["not_official"])
def test_a_figure_not_official_is_flagged_with_its_error_in_its_unit(folder, cells, english):
    remark = selecting.caveat(figure(folder, value="500", **cells))
    write_years(str, targets={"persons": [33e6]})
    try:
        assert (remark and remark.render("en")) == english
    finally:
        write_years(str)


def test_an_error_is_told_in_the_indicators_own_word_for_its_unit(folder):
    called = replace(FIRMS, unit_name=Text(en="firms", zh="户"))
    ((_, remark),) = select(folder, row(status="approximate"), series=called).caveats
    assert remark.render("zh") == "约数，标准误差1.8户（假定值）"


@pytest.fixture
def three_years(folder):
    return folder.write(
        row(period="2021", published="2022-03-01"),
        row(period="2019", published="2020-03-01", value="50"),
        row(period="2020", published="2021-03-01", value="70"),
        row(area="south", period="2020", published="2021-03-01"),
    )


@pytest.mark.parametrize(
    ("as_of", "seen"),
    [
        ("2020-02-29", ""), ("2020-03-01", "2019"), ("2022-02-28", "2019 2020"),
        ("2022-03-01", "2019 2020 2021"), ("2021-03-01", "2019 2020"),
        (date(2021, 3, 1), "2019 2020"), (datetime(2021, 3, 1, 12), "2019 2020"),
    ],
)  # fmt: skip
def test_a_figure_is_seen_from_the_day_on_which_it_is_published(three_years, as_of, seen):
    vintage = load_observations(three_years.path, as_of=as_of)
    assert str(vintage.as_of) == str(as_of)[:10]
    assert " ".join(str(f.period) for f in vintage.of("north", "firms")) == seen


@pytest.mark.parametrize("as_of", ["2021-02-30", "2021", "20210301", "2021-W09-1", "", "yesterday"])
def test_what_is_no_date_is_refused(three_years, as_of):
    with pytest.raises(ObservationError, match=r"as-of date: found .*; allowed: a date such as"):
        load_observations(three_years.path, as_of=as_of)
    with pytest.raises(ObservationError) as refused:
        load_observations(three_years.path).at(as_of)
    assert refused.value.message.render("zh").startswith("数据截止日：填的是")


def test_what_is_not_yet_published_is_listed_only_when_asked_for(three_years):
    vintage = load_observations(three_years.path, as_of="2021-12-31")
    ((figure, reason),) = vintage.not_yet_published("north", "firms")
    assert str(figure.period) == "2021"
    assert reason.render("en") == "published on 2022-03-01, after the as-of date 2021-12-31"
    assert reason.render("zh") == "2022-03-01才发布，晚于数据截止日2021-12-31"
    assert figure not in vintage.observations
    assert vintage.history(FIRMS).unused == ()
    assert vintage.at(None).not_yet_published("north", "firms") == ()


def test_a_vintage_has_indicators_with_a_figure_sources_and_a_table_and_another_at_each_date(
    three_years,
):
    vintage = load_observations(three_years.path)
    assert vintage.indicators == (("north", "firms"), ("south", "firms"))
    assert vintage.of("north", "rain") == ()
    assert vintage.data_dir == three_years.path
    source = vintage.sources["yearbook"]
    found = (source.title, source.issuer, source.published, source.verification)
    assert found == (Text(en="Yearbook"), Text(en="Bureau"), None, "compiled")
    later = vintage.at("2022-12-31")
    assert later.history(FIRMS).history.times.tolist() == [2019, 2020, 2021]
    earlier = later.at("2020-12-31")
    assert earlier.indicators == (("north", "firms"),)
    assert earlier.history(FIRMS).history.times.tolist() == [2019]
    assert earlier.at(None).observations == vintage.observations


def test_an_assumed_figure_takes_the_place_of_those_of_its_period_alone(three_years):
    vintage = load_observations(three_years.path)
    assumed = vintage.with_figure("firms", 2020, 75, area="north")
    assert [f.value for f in assumed.of("north", "firms")] == [50, 75, 90]
    with pytest.raises(ObservationError, match="such as north, south"):
        vintage.with_figure("firms", 2020, 75)
    with pytest.raises(ObservationError, match="figures are known of firms"):
        vintage.with_figure("rain", 2020, 75)
    unsaid = {"area": "north", "unit": "mm", "measure": "flow"}
    assert vintage.with_figure("rain", 2020, 75, **unsaid).of("north", "rain")[0].value == 75
    for wrong in ({"unit": None}, {"measure": None}, {"measure": "often"}):
        with pytest.raises(ObservationError, match=r"rain.*year-to-date"):
            vintage.with_figure("rain", 2020, 75, **unsaid | wrong)


def test_an_assumed_figure_is_of_the_one_area_and_counted_as_the_latest(folder):
    before = [row(period=str(year), measure="flow") for year in (2019, 2020)]
    known = load_observations(folder.write(*before, row()).path)
    for day, told in (("2022-06-30", date(2022, 6, 30)), (None, date(2022, 3, 1))):
        *_, said = known.at(day).with_figure("firms", 2022, 95).of("north", "firms")
        assert (said.unit, said.measure, said.published) == ("enterprises", "stock", told)
    with pytest.raises(ObservationError, match="figures are known of firms"):
        known.with_figure("rain", 2022, 95)


def test_the_figures_of_one_indicator_alone_can_be_asked_for(folder):
    known = load_observations(folder.write(row(), row(indicator="stocked")).path)
    assert {f.indicator for f in known["firms"]} == {"firms"}
    with pytest.raises(ObservationError, match="known of firms, stocked"):
        known["rain"]


@pytest.mark.parametrize(
    ("values", "series", "found"),
    [
        # The others lie by a factor of 2 from one another: a slip more than 5 times as far.
        ([10, 20, 201], None, [2]), ([10, 20, 200], None, []), ([0.99, 20, 10], None, [0]),
        ([1, 20, 10], None, []), ([10, 201, 15, 20], None, [1]), ([10, 1, 12, 20], None, []),
        ([10, 201, 20], [1, 1, 1], [1]), ([10, 12_000], None, []), ([], None, []),
        ([0, 10, 20, 2e6], None, []), ([-1, 10, 20, 2e6], None, []),
        ([10, 3, 20, 5, 201, 0.001, 7, 7e6], [0, 1, 0, 1, 0, 1, 2, 2], [4, 5]),
    ],
)  # fmt: skip
def test_a_slip_is_far_from_all_others_of_its_series(values, series, found):
    of = None if series is None else np.array(series)
    assert selecting.slips(np.array(values, dtype=float), of) == found


def test_a_history_fills_in_what_is_not_known_and_refuses_what_does_not_fit():
    inf, nan = math.inf, math.nan
    assert Series("beichen", "patents", kind="stock", unit="patents").support == (-inf, inf)
    plain = History.of([2019, 2020], [1.0, 2.0])
    assert (plain.lower.tolist(), plain.upper.tolist()) == ([-inf, -inf], [inf, inf])
    assert (plain.error_sd.tolist(), plain.support, plain.start) == ([0, 0], (-inf, inf), 2020)
    bounded = History.of([2019, 2020, 2021], [1.0, nan, nan], lower=[0.5, 1.5, -inf])
    assert bounded.bound_only.tolist() == [False, True, False]
    assert (bounded.n_values, bounded.n_usable, bounded.start) == (1, 2, 2021)
    ends = {"lower": [-inf, 5.0, 18.0], "upper": [inf, inf, 21.0], "error_sd": [1.0, 0.0, 0.0]}
    ranges = History.of([2019, 2020, 2021], [10.0, nan, 20.0], **ends).ranges
    assert ranges == pytest.approx(np.array([[8.040036, 5, 18], [11.959964, inf, 21]]))
    tiny = np.finfo(float).tiny  # the least that has all its digits
    assert History.of([1, 2, 3], [tiny, tiny / 2, -tiny / 2]).values.tolist() == [tiny, 0, 0]
    for times, values, words in (
        ([], [], "origin: found nothing"),
        ([2019, 2019], [1.0, 2.0], "times: found list; allowed: whole years that increase"),
        ([2019.5], [1.0], "times: found list"),
        (np.array(["2019-01-01"], "M8[D]"), [1.0], "times: found ndarray"),
        ([2019], [1.0, 2.0], "values: found 2; allowed: numbers, one for each of the years .1."),
        ([2019], ["1"], "values: found list"),
        ([2019], [1j], "values: found list"),
    ):
        with pytest.raises(OptionError, match=words):
            History.of(times, values)


@pytest.mark.parametrize(("due", "year"), [(date(2030, 1, 1), 2029), (date(2030, 1, 2), 2030)])
def test_a_judgement_of_a_new_year_s_day_is_on_the_year_that_has_ended(due, year):
    one = Elicitation("a", "b", due, "A", "", 1, 2, 3, date(2021, 1, 1))
    assert str(one.period) == str(year)


@pytest.mark.parametrize(
    ("lower", "upper", "whole", "ends"),
    [
        (9000, 9004, True, (9001, 9003)), (8999.5, 9000.5, True, (9000, 9000)),
        (just_beyond(9000, -1), just_beyond(9000, 1), False, (9000, 9000)),
        (just_beyond(0, -1), just_beyond(-3, 1), False, (0, -3)),
    ],
)  # fmt: skip
def test_what_lies_strictly_between_two_bounds_is_known(lower, upper, whole, ends):
    assert selecting.ends_allowed(lower, upper, whole=whole) == ends
