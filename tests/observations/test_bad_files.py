"""A file that is no table of the right columns gets one sentence; nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from observation_folder import HEADER, Folder, row

from bcforecast.errors import ObservationError
from bcforecast.observations import check_data, load_observations


def spoil(folder: Folder, content: bytes) -> Folder:
    (folder.path / "observations.csv").write_bytes(content)
    return folder


def text_of(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def test_a_file_in_gbk_is_recognised_and_the_cell_named(folder: Folder) -> None:
    spoil(folder, text_of(row(), row(period="2020", note="城市统计局")).encode("gb18030"))
    (said,) = folder.said()
    assert said.startswith("observations.csv, row 3, column note: found text that is not UTF-8")
    assert "GBK" in said
    assert "allowed: UTF-8" in said
    assert "看来是 GBK/GB18030" in folder.said("zh")[0]


def test_a_heading_in_gbk_is_recognised(folder: Folder) -> None:
    spoil(folder, "地区,指标\n北辰,企业\n".encode("gbk"))
    assert folder.said()[0].startswith("observations.csv, row 1, column 1: found text that is not")


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"", "an empty file", "空文件"),
        (b"\n \n,,\n", "an empty file", "空文件"),
        (b"\xef\xbb\xbf", "an empty file", "空文件"),
        (HEADER.encode() + b"\n", "a header and no rows", "只有表头，没有数据"),
        (text_of(row()).encode("utf-16"), "UTF-16 text", "UTF-16"),
        (b"PK\x03\x04\x14\x00\xff\xfe\x81", "an Excel workbook", "Excel 工作簿"),
        (b"area\xff\xff\xff,x\n", "bytes that are not UTF-8", "非 UTF-8"),
        (text_of(row()).replace(",", ";").encode(), 'separated by ";"', "“;”分隔"),
        (text_of(row()).replace(",", "\t").encode(), 'separated by "Tab"', "“Tab”分隔"),
        (text_of('a"b"c,"' + row()).encode(), "an unpaired quotation mark", "引号没有成对"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    folder: Folder, content: bytes, english: str, chinese: str
) -> None:
    spoil(folder, content)
    assert folder.said()[0].startswith("observations.csv")
    assert english in folder.said()[0]
    assert chinese in folder.said("zh")[0]
    with pytest.raises(ObservationError):
        load_observations(folder.path)


def test_a_missing_column_is_named_with_those_that_are_needed(folder: Folder) -> None:
    folder.write(row().replace(",stock", "", 1), header=HEADER.replace(",measure", ""))
    (said,) = folder.said()
    assert said.startswith("observations.csv, row 1, column measure: found no such column; allowed")
    assert "area, indicator, period, value" in said
    assert "area、indicator、period、value" in folder.said("zh")[0]
    assert "缺少该列" in folder.said("zh")[0]


def test_an_unknown_column_is_named(folder: Folder) -> None:
    folder.write(row() + ",x", header=HEADER + ",colour")
    assert "row 1, column colour: found an unknown column" in folder.said()[0]
    assert "不认识该列" in folder.said("zh")[0]


def test_a_column_without_a_name_is_named_by_its_place(folder: Folder) -> None:
    folder.write(row() + ",", header=HEADER + ",")
    assert "row 1, column 14: found an unknown column" in folder.said()[0]


def test_a_column_given_twice_is_named(folder: Folder) -> None:
    folder.write(row() + ",x", header=HEADER + ",note")
    assert "row 1, column note: found the column a second time" in folder.said()[0]


def test_the_order_of_columns_is_free(folder: Folder) -> None:
    names, cells = HEADER.split(","), row().split(",")
    folder.write(",".join(reversed(cells)), header=",".join(reversed(names)))
    assert folder.said() == []
    assert load_observations(folder.path).observations[0].value == 90


def test_a_row_with_a_cell_too_many_is_named(folder: Folder) -> None:
    folder.write(row(), row(period="2020", value="1,234"))
    (said,) = folder.said()
    assert said.startswith("observations.csv, row 3: found 14 cells; allowed: 13 cells, as in the")
    assert "no thousands marks" in said
    assert folder.said("zh")[0].startswith(
        "observations.csv 第 3 行：现为 14 个单元格，应为：与表头一致的 13 个单元格"
    )


def test_rows_are_numbered_as_an_editor_shows_them(folder: Folder) -> None:
    two_lines = row(note='"two\nlines"')
    folder.write("", two_lines, ",,,,,,,,,,,,", row(period="2021-13"))
    assert folder.said()[0].startswith("observations.csv, row 6, column period")
    assert load_rows(folder) == [3]


def load_rows(folder: Folder) -> list[int]:
    text = (folder.path / "observations.csv").read_text(encoding="utf-8")
    (folder.path / "observations.csv").write_text(text.replace("2021-13", "2020"), encoding="utf-8")
    return [f.row for f in load_observations(folder.path).observations][:1]


def test_a_byte_order_mark_spaces_and_windows_line_ends_are_tolerated(folder: Folder) -> None:
    text = text_of(row(area=" north ", value=" 90\u3000")).replace("\n", "\r\n")
    spoil(folder, text.encode("utf-8-sig"))
    assert folder.said() == []
    (figure,) = load_observations(folder.path).of("north", "firms")
    assert (figure.value, figure.row) == (90.0, 2)


def test_a_folder_or_file_that_is_not_there_is_named(tmp_path: Path, folder: Folder) -> None:
    missing = tmp_path / "no" / "where"
    with pytest.raises(ObservationError, match="found no such folder"):
        load_observations(missing)
    assert "文件夹不存在" in check_data(missing)[0].message.render("zh")
    (folder.path / "observations.csv").unlink()
    assert folder.said()[0].startswith("observations.csv: found no such file; allowed: ")
    folder.write(row())
    (folder.path / "sources.csv").unlink()
    assert [line.partition(";")[0] for line in folder.said()] == ["sources.csv: found no such file"]


def test_a_source_listed_twice_is_refused(folder: Folder) -> None:
    sources = folder.path / "sources.csv"
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    assert folder.said() == [
        'sources.csv, row 3, column source: found "yearbook"; allowed: only once, and row 2 has it'
    ]


def test_a_break_is_checked_like_a_figure(folder: Folder) -> None:
    header = "area,indicator,first_period,reason_zh,reason_en,published,published_basis,source"
    folder.write("north,firms,2019-14,改口径,,2020-01-01,stated,x", header=header, name="breaks")
    said = folder.said()
    assert [line.partition(": found")[0] for line in said] == [
        "breaks.csv, row 2, column first_period",
        "breaks.csv, row 2, column reason_en",
    ]
    folder.write("north,firms,2019,改,new,2020-01-01,stated,x", header=header, name="breaks")
    assert folder.said()[0].startswith('breaks.csv, row 2, column source: found "x"')


def parquet_of(folder: Folder, frame: pd.DataFrame) -> Folder:
    (folder.path / "observations.csv").unlink()
    frame.to_parquet(folder.path / "observations.parquet")
    return folder


def typed_frame(**changes: object) -> pd.DataFrame:
    cells = dict(zip(HEADER.split(","), row().split(","), strict=True))
    typed = {
        **cells,
        "period": 2021,
        "value": 90.0,
        "lower": float("nan"),
        "upper": None,
        "published": pd.Timestamp("2022-03-01"),
    }
    return pd.DataFrame([{**typed, **changes}])


def test_parquet_is_read_where_there_is_no_csv(folder: Folder) -> None:
    from_csv = load_observations(folder.path).frame()
    parquet_of(folder, typed_frame())
    pd.testing.assert_frame_equal(load_observations(folder.path).frame(), from_csv)


def test_csv_goes_before_parquet(folder: Folder) -> None:
    typed_frame(value=1.0).to_parquet(folder.path / "observations.parquet")
    assert load_observations(folder.path).observations[0].value == 90


def test_a_wrong_cell_in_parquet_is_named(folder: Folder) -> None:
    parquet_of(folder, typed_frame(value=float("inf")))
    assert 'observations.parquet, row 2, column value: found "inf"' in folder.said()[0]


def test_a_file_that_is_not_parquet_is_refused(folder: Folder) -> None:
    parquet_of(folder, typed_frame())
    (folder.path / "observations.parquet").write_bytes(b"no parquet at all")
    assert folder.said()[0].startswith("observations.parquet: found something other than Parquet")
    assert "不是 Parquet" in folder.said("zh")[0]


def test_a_row_may_leave_out_what_a_file_may_lack(folder: Folder) -> None:
    folder.write(row(note="say"), row(period="2020", note="say,说"), header=f"{HEADER},note_zh")
    assert folder.said() == []
    figures = load_observations(folder.path).observations
    assert [(f.note.in_("en"), f.note.in_("zh")) for f in figures if f.note] == [
        ("say", "say"),
        ("say", "说"),
    ]
    folder.write(",".join(row().split(",")[:-1]), header=f"{HEADER},note_zh")
    assert "found 12 cells" in folder.said()[0]
