"""A wrong cell gets one sentence: file, row, column, what was found and what is allowed."""

from __future__ import annotations

import pytest
from observation_folder import Folder, row

from bcforecast.errors import ObservationError
from bcforecast.observations import load_observations, review_data

WRONG_CELLS = [
    ("period", "2021-13", "2021Q3"),
    ("period", "2021Q5", "2021Q3"),
    ("period", "2022/2020", "2019/2021"),
    ("value", "many", "1234.5"),
    ("value", "1.234.5", "1234.5"),
    ("value", "9000家", "1234.5"),
    ("value", "0x1F", "1234.5"),
    ("value", "1_000", "1234.5"),
    ("unit", "pounds", "100M CNY"),
    ("measure", "level", "year-to-date"),
    ("status", "final", "official"),
    ("published", "2022-02-30", "2021-12-31"),
    ("published", "2022/03/01", "2021-12-31"),
    ("published", "20220301", "2021-12-31"),
    ("published", "2022-W09-2", "2021-12-31"),
    ("published_basis", "guessed", "stated"),
    ("area", "North", "lower-case"),
    ("indicator", "new firms", "lower-case"),
    ("source", "nowhere", "sources"),
]


@pytest.mark.parametrize(("column", "found", "allowed"), WRONG_CELLS)
def test_a_wrong_cell_is_named_in_english(
    folder: Folder, column: str, found: str, allowed: str
) -> None:
    (said,) = folder.write(row(period="2020"), row(**{column: found})).said()
    assert said.startswith(f"observations.csv, row 3, column {column}: found ")
    assert f'"{found}"' in said
    assert allowed in said.partition("allowed: ")[2]
    assert "\n" not in said


@pytest.mark.parametrize(("column", "found", "allowed"), WRONG_CELLS)
def test_a_wrong_cell_is_named_in_chinese(
    folder: Folder, column: str, found: str, allowed: str
) -> None:
    (said,) = folder.write(row(**{column: found})).said("zh")
    assert said.startswith(f"observations.csv 第 2 行 {column} 列：填的是 ")
    assert f"“{found}”" in said
    assert said.count("应为：") == 1


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ('"1,234"', "thousands marks", "千分位"),
        ("1，234", "thousands marks", "千分位"),
        ("1 234", "thousands marks", "千分位"),
        ("１２３", "full-width", "全角"),
        ("12．5", "full-width", "全角"),
        ("56.8%", "percent sign", "百分号"),
        ("56.8％", "percent sign", "百分号"),
        ("inf", "finite", "有限"),
        ("-Infinity", "finite", "有限"),
        ("NaN", "finite", "有限"),
        ("1e999", "too large", "过大"),
        ("-", "not a number", "不是数值"),
        ("约3.47万", "not a number", "不是数值"),
    ],
)
@pytest.mark.parametrize("column", ["value", "lower", "upper"])
def test_a_number_that_is_dressed_up_is_said_to_be_so(
    folder: Folder, column: str, value: str, english: str, chinese: str
) -> None:
    folder.write(row(**{column: value}))
    assert english in folder.said()[0].partition("found ")[2].partition("allowed: ")[0]
    assert chinese in folder.said("zh")[0].partition("填的是")[2].partition("应为")[0]


@pytest.mark.parametrize("column", ["period", "unit", "measure", "status", "published", "source"])
def test_a_cell_that_must_be_filled_may_not_be_empty(folder: Folder, column: str) -> None:
    folder.write(row(**{column: ""}))
    assert folder.said()[0].startswith(
        f"observations.csv, row 2, column {column}: found an empty cell; allowed: "
    )
    assert "空白单元格" in folder.said("zh")[0]


@pytest.mark.parametrize(
    ("cells", "english", "chinese"),
    [
        ({"value": "-3"}, 'column value: found "-3"; allowed: a count of 0', "不得为负"),
        ({"value": "", "lower": "-3"}, 'column lower: found "-3"', "不得为负"),
        ({"upper": "80"}, 'column value: found "90"; allowed: at most 80', "不大于"),
        (
            {"value": "75", "lower": "80"},
            'column value: found "75"; allowed: at least 80',
            "不小于",
        ),
        (
            {"value": "", "lower": "90", "upper": "80"},
            'column lower: found "90"; allowed: at most 80',
            "不大于",
        ),
        ({"value": ""}, "column value: found neither a value nor a bound", "既无数值，也无上下限"),
    ],
)
def test_a_figure_that_contradicts_itself_is_refused(
    folder: Folder, cells: dict[str, str], english: str, chinese: str
) -> None:
    folder.write(row(**cells))
    assert english in folder.said()[0]
    assert chinese in folder.said("zh")[0]
    with pytest.raises(ObservationError, match="row 2"):
        load_observations(folder.path)


def test_money_may_be_negative_and_counts_may_be_zero(folder: Folder) -> None:
    loss = row(indicator="balance", value="-3.2", unit="100M CNY", measure="flow")
    assert folder.write(row(value="0"), loss).said() == []


def test_a_bound_equal_to_the_value_is_allowed(folder: Folder) -> None:
    assert folder.write(row(value="90", lower="90", upper="90")).said() == []


def test_the_same_row_twice_is_refused(folder: Folder) -> None:
    folder.write(row(), row())
    assert folder.said() == [
        "observations.csv, row 3: found the same row again; allowed: only once, and row 2 has it"
    ]
    assert "完全重复" in folder.said("zh")[0]


def test_two_figures_of_one_status_and_day_may_not_contradict_each_other(folder: Folder) -> None:
    folder.write(row(), row(value="91"))
    (said,) = folder.said()
    assert "row 3, column value: found 91 enterprises, against 90 enterprises in row 2" in said
    assert "矛盾" in folder.said("zh")[0]


def test_a_bound_may_not_contradict_a_value_of_one_status_and_day(folder: Folder) -> None:
    folder.write(row(), row(value="", lower="80"))
    assert "more than 80 enterprises, against 90 enterprises in row 2" in folder.said()[0]


def test_one_period_written_in_two_ways_is_still_one_period(folder: Folder) -> None:
    folder.write(row(), row(period="2021-01/2021-12", value="91"))
    assert "against 90 enterprises in row 2" in folder.said()[0]


@pytest.mark.parametrize(
    "other",
    [
        {"published": "2023-03-01", "value": "91"},
        {"status": "preliminary", "value": "91"},
        {"measure": "admissions", "value": "91"},
        {"period": "2020", "value": "91"},
        {"area": "south", "value": "91"},
    ],
)
def test_a_revision_is_another_row(folder: Folder, other: dict[str, str]) -> None:
    assert folder.write(row(), row(**other)).said() == []


def test_two_sources_may_give_the_same_figure(folder: Folder) -> None:
    bulletin = "bulletin,Bulletin,Bureau,,,press\n"
    sources = folder.path / "sources.csv"
    sources.write_text(sources.read_text(encoding="utf-8") + bulletin, encoding="utf-8")
    assert folder.write(row(), row(source="bulletin")).said() == []


def test_one_indicator_has_one_unit(folder: Folder) -> None:
    folder.write(row(), row(period="2020", unit="persons"))
    assert folder.said() == [
        'observations.csv, row 3, column unit: found "persons"; '
        "allowed: enterprises, as in row 2 of the same indicator"
    ]
    assert "与第 2 行同一指标一致" in folder.said("zh")[0]


def test_a_figure_published_before_its_period_is_over_is_noted_and_not_refused(
    folder: Folder,
) -> None:
    folder.write(row(published="2021-11-30"), row(period="2022", published="2022-12-31"))
    (note,) = review_data(folder.path)
    assert (note.level, note.row, note.column) == ("note", 2, "published")
    assert "published on 2021-11-30, before the end of 2021" in note.message.render("en")
    assert "2021年尚未结束" in note.message.render("zh")
    assert folder.said() == []
    assert len(load_observations(folder.path).observations) == 2


def test_an_expected_figure_may_be_published_before_its_period_is_over(folder: Folder) -> None:
    folder.write(row(published="2021-11-30", status="expected"))
    assert review_data(folder.path) == []


def test_all_problems_are_reported_in_the_order_of_rows(folder: Folder) -> None:
    folder.write(row(value="-1"), row(period="2021-13"), row(period="2020", unit="x", status="y"))
    said = folder.said()
    assert [line.partition(": found")[0].partition(", ")[2] for line in said] == [
        "row 2, column value",
        "row 3, column period",
        "row 4, column unit",
        "row 4, column status",
    ]
    with pytest.raises(ObservationError) as refused:
        load_observations(folder.path)
    assert "row 2, column value" in str(refused.value)


@pytest.mark.parametrize("column", ["value", "lower", "upper"])
@pytest.mark.parametrize("text", ["1e307", "-1.1e15", "1000000000000001"])
def test_a_number_beyond_every_count_is_too_large(folder: Folder, column: str, text: str) -> None:
    folder.write(row(**{"value": "", column: text}))
    (english,), (chinese,) = folder.said(), folder.said("zh")
    assert english == (
        f'observations.csv, row 2, column {column}: found "{text}", which is too large; '
        "allowed: a number of at most 1e+15 in size, in the unit of the row"
    )
    assert "数值过大" in chinese


def test_the_largest_number_is_taken(folder: Folder) -> None:
    assert folder.write(row(value="1e15", unit="CNY", measure="flow")).said() == []
