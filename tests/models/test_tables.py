"""Periods as people and programs write them: right, or refused with what is unclear."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from bcforecast.errors import ModelError
from bcforecast.models.tables import (
    PanelTableError,
    as_history,
    period_numbers,
    read_figures,
    read_series,
)
from bcforecast.models.trend import Trend
from tests.words import WORDS


def read(*cells):
    column = pd.Series(list(cells), dtype=object)
    found = period_numbers(column, np.zeros(len(cells), dtype=np.int64))
    return (found - found[0]).tolist()


@pytest.mark.parametrize("cells", WORDS["years"])
def test_years_are_years_however_they_are_written(cells):
    assert read(*cells) == [0, 1, 2, 4]


@pytest.mark.parametrize("cells", WORDS["months"])
def test_months_are_months_however_they_are_written(cells):
    assert read(*cells) == [0, 1, 2, 4]
    assert read(*(f"{cell} " for cell in cells)) == [0, 1, 2, 4]


@pytest.mark.parametrize(
    "cells",
    [["2019Q3", "2019Q4", "2020Q2"], ["2019-Q3", "2019-Q4", "2020-Q2"],
     ["2019年第3季度", "2019年第4季度", "2020年第2季度"]],
)  # fmt: skip
def test_quarters_are_quarters(cells):
    assert read(*cells) == [0, 1, 3]


def test_whole_numbers_are_periods_as_they_are():
    assert read("1", "2", "10") == [0, 1, 9]
    assert read(1, 2, 10) == [0, 1, 9]


@pytest.mark.parametrize(("cells", "said"), WORDS["unclear_periods"])
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(cells, said):
    with pytest.raises(PanelTableError) as refused:
        read(*cells)
    assert said in str(refused.value)


def test_dates_of_a_spreadsheet_or_of_months_are_told_apart_in_numbers_too():
    with pytest.raises(PanelTableError, match="spreadsheet"):
        period_numbers(pd.Series([43831, 44197]), np.zeros(2, dtype=np.int64))
    months = period_numbers(pd.Series([201912, 202001]), np.zeros(2, dtype=np.int64))
    assert np.diff(months).tolist() == [1]


@pytest.mark.parametrize(
    "series",
    [[True, False, True], [1j, 2j], [1.0, 10**400], [[1, 2], [3]], ["1", "2"],
     pd.Series([1.0, 2.0], index=pd.MultiIndex.from_product([[1], [2019, 2020]]))],
)  # fmt: skip
def test_what_is_no_figure_or_no_year_is_no_series(series):
    with pytest.raises(PanelTableError):
        as_history(series)


@pytest.mark.parametrize("y", [True, 1j, pd.Timestamp("2020-01-01"), "1_0", 10**400])
def test_what_is_no_number_is_no_figure_of_a_table(y):
    frame = pd.DataFrame({"unique_id": "a", "ds": [2019, 2020, 2021], "y": [y] * 3})
    with pytest.raises(PanelTableError, match="plain number"):
        read_figures(frame, None)
    with pytest.raises(PanelTableError, match="more than once"):
        read_figures(frame[["unique_id", "ds", "y", "y"]], None)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (["95", "96", "97", "98", "99", "00", "01", "02"], 'ds is "95", perhaps a year of two'),
        ([95, 96, 97, 98, 99, 0, 1, 2], 'ds is "95", perhaps a year of two'),
        ([2010, 2011, 215, 2013], 'row 3: ds is "215", .* from 1900 to 2200'),
        ([2010, 2011, 20112, 2013], 'row 3: ds is "20112", .* from 1900 to 2200'),
    ],
)
def test_years_of_two_digits_and_years_beside_what_is_none_are_refused(years, said):
    with pytest.raises(PanelTableError, match=said):
        read(*years)


def test_a_count_stays_a_count_even_where_it_passes_a_year():
    assert read(*range(100)) == list(range(100))
    assert read(*range(1898, 1903)) == [0, 1, 2, 3, 4]
    assert read(1, 2, 3, 10) == [0, 1, 2, 9]


def test_exchanged_columns_of_figures_and_years_are_refused():
    frame = pd.DataFrame({"unique_id": "a", "y": [2010, 2011, 2012], "ds": [100, 106, 112]})
    with pytest.raises(PanelTableError, match="columns y and ds exchanged"):
        read_series(frame, None)
    assert read_series(frame.rename(columns={"y": "ds", "ds": "y"}), None).counts.tolist() == [3]


def test_decimals_and_fractions_are_figures_as_in_a_table():
    read = as_history({2019: Decimal("4.5"), 2020: Fraction(5, 2), 2021: Decimal("nan")})
    assert read.values.tolist() == [4.5, 2.5]


def test_what_is_masked_of_an_array_is_a_gap():
    read = as_history(np.ma.masked_array([4, -999, 7], [False, True, False]))
    assert (read.times.tolist(), read.values.tolist()) == ([1, 3], [4.0, 7.0])


def test_a_series_without_a_name_is_called_the_series():
    with pytest.raises(ModelError, match="needs at least 2 values; the series has 1"):
        Trend().fit(as_history([5.0]), 1)
