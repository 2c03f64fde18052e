"""A vintage sees what had been published by its date, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from observation_folder import SOURCES, Folder, row

from bcforecast.errors import ObservationError
from bcforecast.observations import Kind, Series, load_observations
from bcforecast.observations.records import OBSERVATIONS
from bcforecast.text import Text

FIRMS = Series("north", "firms", Kind.STOCK, "enterprises")


@pytest.fixture
def three_years(folder: Folder) -> Folder:
    return folder.write(
        row(period="2021", published="2022-03-01"),
        row(period="2019", published="2020-03-01", value="50"),
        row(period="2020", published="2021-03-01", value="70"),
        row(area="south", period="2020", published="2021-03-01"),
    )


def test_a_figure_is_seen_from_the_day_on_which_it_is_published(three_years: Folder) -> None:
    def seen(day: str) -> list[str]:
        vintage = load_observations(three_years.path, as_of=day)
        return [str(figure.period) for figure in vintage.of("north", "firms")]

    assert seen("2020-02-29") == []
    assert seen("2020-03-01") == ["2019"]
    assert seen("2022-02-28") == ["2019", "2020"]
    assert seen("2022-03-01") == ["2019", "2020", "2021"]


@pytest.mark.parametrize("as_of", ["2021-03-01", date(2021, 3, 1), datetime(2021, 3, 1, 12)])
def test_the_as_of_date_is_a_date_or_its_text(
    three_years: Folder, as_of: str | date | datetime
) -> None:
    vintage = load_observations(three_years.path, as_of=as_of)
    assert vintage.as_of == date(2021, 3, 1)
    assert len(vintage.observations) == 3


@pytest.mark.parametrize("as_of", ["2021-02-30", "2021", "20210301", "2021-W09-1", "", "yesterday"])
def test_what_is_no_date_is_refused(three_years: Folder, as_of: str) -> None:
    with pytest.raises(ObservationError, match=r"as-of date: found .*; allowed: a date such as"):
        load_observations(three_years.path, as_of=as_of)
    with pytest.raises(ObservationError) as refused:
        load_observations(three_years.path).at(as_of)
    assert refused.value.message.render("zh").startswith("数据截止日：填的是")


def test_a_hindcast_sees_the_same_folder_at_another_date(three_years: Folder) -> None:
    vintage = load_observations(three_years.path, as_of="2022-12-31")
    earlier = vintage.at("2020-12-31")
    assert earlier.history(FIRMS).history.times.tolist() == [2019]
    assert vintage.history(FIRMS).history.times.tolist() == [2019, 2020, 2021]
    assert earlier.at(None).observations == load_observations(three_years.path).observations


def test_what_is_not_yet_published_is_listed_only_when_asked_for(three_years: Folder) -> None:
    vintage = load_observations(three_years.path, as_of="2021-12-31")
    ((figure, reason),) = vintage.not_yet_published("north", "firms")
    assert str(figure.period) == "2021"
    assert reason.render("en") == "published on 2022-03-01, after the as-of date 2021-12-31"
    assert reason.render("zh") == "2022-03-01才发布，晚于数据截止日2021-12-31"
    assert figure not in vintage.observations
    assert vintage.history(FIRMS).unused == ()
    assert vintage.at(None).not_yet_published("north", "firms") == ()


def test_an_unknown_indicator_has_no_figures(three_years: Folder) -> None:
    assert load_observations(three_years.path).of("north", "rain") == ()


def test_the_indicators_of_a_vintage_are_those_with_a_figure(three_years: Folder) -> None:
    vintage = load_observations(three_years.path)
    assert vintage.indicators == (("north", "firms"), ("south", "firms"))
    assert vintage.at("2020-12-31").indicators == (("north", "firms"),)
    assert vintage.data_dir == three_years.path


def test_sources_are_found_by_their_identifier(three_years: Folder) -> None:
    source = load_observations(three_years.path).sources["yearbook"]
    assert (source.title, source.issuer) == (Text(en="Yearbook"), Text(en="Bureau"))
    assert source.published is None
    assert SOURCES.splitlines()[1].endswith(source.verification.value)


def test_the_table_of_a_vintage_has_the_columns_of_the_file(three_years: Folder) -> None:
    frame = load_observations(three_years.path, as_of="2020-12-31").frame()
    assert list(frame) == [*OBSERVATIONS.names, "row"]
    assert frame[["period", "value", "status", "row"]].to_numpy().tolist() == [
        ["2019", 50.0, "official", 3]
    ]
    empty = load_observations(three_years.path, as_of="1990-01-01").frame()
    assert list(empty) == list(frame)
    assert empty.empty


def test_figures_are_equal_also_where_a_number_is_not_given() -> None:
    data = load_observations()
    same = load_observations()
    assert data.observations == same.observations
    assert {*data.observations} == {*same.observations}
    one = data.observations[0]
    assert one != replace(one, value=one.value + 1.0)
    assert replace(one, lower=float("nan")) == replace(one, lower=float("nan") * 2)
    assert replace(one, lower=float("nan")) != replace(one, lower=0.0)
    assert one != "a figure"
