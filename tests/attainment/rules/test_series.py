"""Reading a series file: what it takes, and what it says of what it does not take."""

import pytest

from bcforecast.rules.base import RuleError, read_series


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "series.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_are_put_in_order_and_empty_values_left_out(tmp_path):
    path = written(tmp_path, "\ufeffperiod, value,source\n2020,3.5,a\n2015-2017,1,b\n2018,,c\n")
    assert read_series(path) == ((2015, 2020), (1.0, 3.5))


def test_a_column_named_year_is_taken_too(tmp_path):
    assert read_series(written(tmp_path, "year,value\n2015,-2e3\n")) == ((2015,), (-2000.0,))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("period,value\n2015,1\n2016,about 3\n", "row 3, column value: found about 3"),
        ("period,value\n2015,nan\n", "row 2, column value: found nan"),
        ("period,value\n\n,5\n", "row 3, column period: found none"),
        ("period,value\n2015Q1,1\n", "row 2, column period: found 2015Q1"),
        ("year,value\n2015,1\n2015,2\n", "row 3, column year: found 2015"),
        ("date,value\n2015,1\n", "found date, value"),
        ("", "found none"),
        ("period,value\n", "found no values"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(tmp_path, text, says):
    with pytest.raises(RuleError, match=says) as caught:
        read_series(written(tmp_path, text))
    assert "series.csv" in caught.value.message.render("zh")


def test_a_missing_file_and_another_encoding_are_one_sentence_each(tmp_path):
    with pytest.raises(RuleError, match="FileNotFoundError"):
        read_series(tmp_path / "none.csv")
    with pytest.raises(RuleError, match="UnicodeDecodeError"):
        read_series(written(tmp_path, "period,value,来源\n2015,1,年鉴\n", encoding="gbk"))
