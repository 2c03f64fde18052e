"""A wrong folder, file, row or cell gets one sentence: where, what was found, what is allowed."""

import tracemalloc
from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest
from observation_folder import HEADER, PLAN, SOURCES, row

from bcforecast.errors import ObservationError
from bcforecast.observations import load_observations, reading
from tests.words import WORDS

JUDGEMENTS = "area,indicator,due,expert,role,q10,q50,q90,elicited,note"
FIRST = "north,firms,2022-12-31,A,director,80,100,130,2021-05-01,"
SECOND = "north,firms,2022-12-31,B,statistician,70,90,110,2021-07-01,by telephone"
DELIVERY = "plan,measure,date,status,evidence,source"
BREAKS = "area,indicator,first_period,reason_zh,reason_en,published,published_basis,source"


@pytest.mark.parametrize(("column", "found", "allowed"), WORDS["wrong_cells"])
def test_a_wrong_cell_is_named(folder, column, found, allowed):
    folder.write(row(period="2020"), row(**{column: found}))
    (english,), (chinese,) = folder.said(), folder.said("zh")
    assert english.startswith(f"observations.csv, row 3, column {column}: found ")
    assert f'"{found}"' in english
    assert allowed in english.partition("allowed: ")[2]
    assert "\n" not in english
    assert chinese.startswith(f"observations.csv 第 3 行 {column} 列：填的是 ")
    assert f"“{found}”" in chinese
    assert chinese.count("应为：") == 1


def test_of_many_problems_the_first_hundred_are_told_and_the_rest_are_counted(folder):
    folder.write(*[row(value=f"many {n}") for n in range(250)])
    found = reading.read_folder(folder.path)[1]
    *told, last = [one.render("en") for one in found.told]
    assert (len(told), last) == (100, "… and 150 more")
    assert "row 101, column value" in told[-1]


@pytest.mark.parametrize("wrong", [{"source": "x"}, {"unit": ""}, {"published": "2000-01-01"}])
def test_what_is_wrong_alike_in_many_rows_is_told_once_with_its_rows(folder, wrong):
    folder.write(*(row(**{"period": str(2012 + n), **wrong}) for n in range(5)))
    (english,), (chinese,) = folder.said(), folder.said("zh")
    assert ", row 2 (and 3, 4, 5; 5 in all), column" in english
    assert " 第 2、3、4、5 等共 5 行" in chinese
    folder.write(*[row()] * 4)
    assert ", row 3 (and 4, 5; 3 in all): found" in folder.said()[0]


@pytest.mark.parametrize(("value", "english", "chinese"), WORDS["dressed_up"])
@pytest.mark.parametrize("column", ["value", "lower", "upper"])
def test_a_number_that_is_dressed_up_is_said_to_be_so(folder, column, value, english, chinese):
    folder.write(row(**{column: value}))
    assert english in folder.said()[0].partition("found ")[2].partition("allowed: ")[0]
    assert chinese in folder.said("zh")[0].partition("填的是")[2].partition("应为")[0]


@pytest.mark.parametrize("column", ["value", "lower", "upper"])
@pytest.mark.parametrize("text", ["1e307", "-1.1e15", "1000000000000001"])
def test_a_number_beyond_every_count_is_too_large(folder, column, text):
    folder.write(row(**{"value": "", column: text}))
    assert folder.said() == [
        f'observations.csv, row 2, column {column}: found "{text}", which is too large; '
        "allowed: a number of at most 1e+15 in size, in the unit of the row"
    ]
    assert "数值过大" in folder.said("zh")[0]
    folder.write(row(value="2e-31"))  # far below every unit
    assert load_observations(folder.path).observations[0].value == 0.0


@pytest.mark.parametrize("column", ["period", "unit", "measure", "status", "published", "source"])
def test_a_cell_that_must_be_filled_may_not_be_empty(folder, column):
    folder.write(row(**{column: ""}))
    said = f"observations.csv, row 2, column {column}: found an empty cell; allowed: "
    assert folder.said()[0].startswith(said)
    assert "空白单元格" in folder.said("zh")[0]


@pytest.mark.parametrize(("rows", "english", "chinese"), WORDS["contradictions"])
def test_figures_that_contradict_themselves_or_others_are_refused(folder, rows, english, chinese):
    folder.write(*(row(**cells) for cells in rows))
    assert english in folder.said()[0]
    assert chinese in folder.said("zh")[0]
    with pytest.raises(ObservationError, match=f"row {len(rows) + 1}"):
        load_observations(folder.path)


@pytest.mark.parametrize("other", WORDS["right_rows"])
def test_what_is_right_is_taken_and_a_revision_or_other_source_is_another_row(folder, other):
    bulletin = "bulletin,Bulletin,Bureau,,,press\n"
    (folder.path / "sources.csv").write_text(SOURCES + bulletin, encoding="utf-8")
    assert folder.write(row(), row(**other)).said() == []


def text_of(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


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
        (text_of(row(), row(note="a\x07b")).encode(), "row 3: found a control char", "控制字符"),
        (text_of(row(), row(note="城市统计局")).encode("gb18030"),
         "row 3, column note: found text that is not UTF-8 (it looks like GBK/G", "GBK/GB18030"),
        ("地区,指标\n北辰,企业\n".encode("gbk"), "row 1, column 1: found text that is not", "GBK"),
        ("指標\n転入超過数\n".encode("cp932"), "looks like Shift_JIS", "看来是 Shift_JIS"),
        ("県,円\n".encode("cp932"), "looks like Shift_JIS", "看来是 Shift_JIS"),
        ("región\n".encode("latin1"), "looks like Windows-1252", "看来是 Windows-1252"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused(folder, content, english, chinese):
    (folder.path / "observations.csv").write_bytes(content)
    assert folder.said()[0].startswith("observations.csv")
    assert english in folder.said()[0]
    assert chinese in folder.said("zh")[0]
    with pytest.raises(ObservationError):
        load_observations(folder.path)


@pytest.mark.parametrize(
    ("line", "header", "english", "chinese"),
    [
        (row().replace(",stock", "", 1), HEADER.replace(",measure", ""),
         "column measure: found no such column; allowed: area, indicator, period, v", "缺少该列"),
        (row() + ",x", HEADER + ",colour", "column colour: found an unknown column", "不认识该列"),
        (row() + ",", HEADER + ",", "column 14: found an unknown column", "不认识该列"),
        (row() + ",x", HEADER + ",note", "column note: found the column a second time", "note"),
    ],
)  # fmt: skip
def test_a_wrong_header_is_told_column_by_column(folder, line, header, english, chinese):
    folder.write(line, header=header)
    assert folder.said()[0].startswith(f"observations.csv, row 1, {english}")
    assert chinese in folder.said("zh")[0]


def test_columns_in_any_order_marks_spaces_and_cells_left_out_are_tolerated(folder):
    names, cells = HEADER.split(","), row().split(",")
    folder.write(",".join(reversed(cells)), header=",".join(reversed(names)))
    assert folder.said() == []
    assert load_observations(folder.path).observations[0].value == 90
    text = text_of(row(area=" north ", value=" 90\u3000")).replace("\n", "\r\n")
    (folder.path / "observations.csv").write_bytes(text.encode("utf-8-sig"))
    assert folder.said() == []
    (figure,) = load_observations(folder.path).of("north", "firms")
    assert (figure.value, figure.row) == (90.0, 2)
    folder.write(row(note="say"), row(period="2020", note="say,说"), header=f"{HEADER},note_zh")
    assert folder.said() == []
    notes = [f.note for f in load_observations(folder.path).observations if f.note]
    assert [(n.render("en"), n.render("zh")) for n in notes] == [("say", "say"), ("say", "说")]
    folder.write(row(), row(period="2020", value="1,234"))
    (said,) = folder.said()
    assert said.startswith("observations.csv, row 3: found 14 cells; allowed: 13 cells, as in the")
    assert "no thousands marks" in said
    assert "第 3 行：现为 14 个单元格，应为：与表头一致的 13 个单元格" in folder.said("zh")[0]
    folder.write(",".join(row().split(",")[:-1]), header=f"{HEADER},note_zh")
    assert "found 12 cells" in folder.said()[0]


def test_rows_are_numbered_as_an_editor_shows_them_and_every_problem_is_told(folder):
    rows = ("", row(note='"two\nlines"'), ",,,,,,,,,,,,")
    folder.write(*rows, row(period="2021-13"))
    assert folder.said()[0].startswith("observations.csv, row 6, column period")
    folder.write(row(value="x"), row(period="2021-13"), row(period="2020", unit="x", status="y"))
    places = [line.partition(": found")[0].partition(", ")[2] for line in folder.said()]
    assert places == [
        "row 2, column value", "row 3, column period", "row 4, column status",
    ]  # fmt: skip
    with pytest.raises(ObservationError, match="row 2, column value"):
        load_observations(folder.path)
    folder.write(*rows, row(period="2020"))
    assert [f.row for f in load_observations(folder.path).observations] == [3, 6]


def test_a_folder_or_file_that_is_not_there_is_named(tmp_path, folder):
    missing = tmp_path / "no" / "where"
    with pytest.raises(ObservationError, match="found no such folder"):
        load_observations(missing)
    assert "文件夹不存在" in reading.read_folder(missing)[1][0].message.render("zh")
    (folder.path / "observations.csv").unlink()
    assert folder.said()[0].startswith("observations.csv: found no such file; allowed: ")
    folder.write(row())
    (folder.path / "sources.csv").unlink()
    assert [line.partition(";")[0] for line in folder.said()] == ["sources.csv: found no such file"]


@pytest.mark.parametrize(
    ("table", "lines", "english"),
    [
        ("sources", SOURCES + SOURCES.splitlines()[1],
         ['row 3, column source: found "yearbook"; allowed: only once, and sources.csv, row 2']),
        ("breaks", f"{BREAKS}\nnorth,firms,2019-14,,,2020-01-01,stated,x",
         ["row 2, column first_period: found", "row 2, column reason_en: found an empty"]),
        ("breaks", f"{BREAKS},kind\nnorth,firms,2019,,new,2020-01-01,stated,yearbook,odd",
         ['row 2, column kind: found "odd"; allowed: break, exceptional']),
        ("breaks", f"{BREAKS}\nnorth,firms,2019,改,new,2020-01-01,stated,x",
         ['row 2, column source: found "x"']),
        ("judgements", f"{JUDGEMENTS}\n{FIRST.replace('80,100', '100,100')}",
         ['row 2, column q50: found "100"; allowed: more than 100, the q10']),
        ("judgements", f"{JUDGEMENTS}\n{FIRST.replace('80,100', '80,140')}",
         ['row 2, column q90: found "130"; allowed: more than 140, the q50']),
        ("judgements", f"{JUDGEMENTS}\n{FIRST.replace('80,100', ',100')}",
         ["row 2, column q10: found an empty cell"]),
        ("judgements", f"{JUDGEMENTS}\n{FIRST}\n{FIRST.replace('80,100', '90,100')}",
         ["row 3, column expert: found "]),
        ("delivery", f"{DELIVERY}\np,1.1,2021-05-01,good,synthetic,yearbook",
         ['row 2, column status: found "good"; allowed: delivered, credible, some risk']),
        ("delivery", f"{DELIVERY}\np,1.1,2021-05-01,credible,,x",
         ["row 2, column evidence: found an empty"]),
        ("delivery", f"{DELIVERY}\np,1.1,2021-05-01,credible,synthetic,x",
         ['row 2, column source: found "x"']),
        ("delivery", f"{DELIVERY}{2 * chr(10)}" + "p,1.1,2021-05-01,no plan,made up,yearbook\n" * 2,
         ['row 4, column measure: found "1.1"; allowed: only once, and delivery.csv, row 3']),
    ],
)  # fmt: skip
def test_the_other_tables_are_checked_likewise(folder, table, lines, english):
    (folder.path / f"{table}.csv").write_text(lines + "\n", encoding="utf-8")
    said = folder.said()
    assert len(said) == len(english)
    for sentence, start in zip(said, english, strict=True):
        assert sentence.startswith(f"{table}.csv, {start}")
    assert all("应为" in sentence for sentence in folder.said("zh"))


def test_a_judgement_is_seen_from_the_day_on_which_it_was_given_to_that_of_the_next(folder):
    assert load_observations(folder.path).judgements("north", "firms") == ()
    again = FIRST.replace("80,100", "90,100").replace("2021-05", "2021-09")
    folder.write(again, FIRST, SECOND, header=JUDGEMENTS, name="judgements")
    vintage = load_observations(folder.path, as_of="2021-06-30")
    (judgement,) = vintage.judgements("north", "firms")
    assert (judgement.q10, judgement.q50, judgement.q90) == (80, 100, 130)
    assert (judgement.due, judgement.expert, judgement.row) == (date(2022, 12, 31), "A", 3)
    both = vintage.at(None).judgements("north", "firms")
    assert [(j.expert, j.q10) for j in both] == [("A", 90), ("B", 70)]
    assert vintage.judgements("south", "firms") == vintage.judgements("north", "rain") == ()


@pytest.mark.parametrize("words", ["some risk", "有一定风险", "Some risk"])
def test_how_far_a_measure_has_come_is_said_in_the_words_of_either_language(folder, words):
    said = f",2.10,2021-05-31,{words},Minutes,yearbook"
    folder.write(said, header="plan,measure,date,status,evidence,source", name="delivery")
    assert load_observations(folder.path).dataset.delivery[0].status == "some risk"


def test_a_break_and_a_judgement_name_their_series_as_figures_do(folder):
    plan = PLAN.replace("here", "north\narea_names: {en: North County, zh: 北县}")
    (folder.path / "plans").mkdir()
    (folder.path / "plans" / "p.yaml").write_text(plan, encoding="utf-8")
    said = "北县,高企,2019,改,,2020-01-01,stated,yearbook"
    folder.write(said, said.replace("北县,高企", "Nowhere,firms"), header=BREAKS, name="breaks")
    (wrong,) = folder.said()
    assert wrong.startswith("breaks.csv, row 3, column area")
    folder.write(said, header=BREAKS, name="breaks")
    folder.write(
        FIRST.replace("north,firms", "north county,ＨＩＧＨ-tech firms"),
        header=JUDGEMENTS,
        name="judgements",
    )
    vintage = load_observations(folder.path)
    assert len(vintage.breaks("north", "firms") + vintage.judgements("north", "firms")) == 2


def parquet_of(folder, **changes):
    cells = dict(zip(HEADER.split(","), row().split(","), strict=True))
    typed = {"period": 2021, "value": 90.0, "lower": float("nan"), "upper": None}
    day = {"published": pd.Timestamp("2022-03-01")}
    path = folder.path / "observations.parquet"
    pd.DataFrame([{**cells, **typed, **day, **changes}]).to_parquet(path)
    return path


def test_parquet_is_read_where_there_is_no_csv(folder):
    from_csv = load_observations(folder.path).observations
    path = parquet_of(folder, value=1.0)
    assert load_observations(folder.path).observations[0].value == 90
    (folder.path / "observations.csv").unlink()
    assert load_observations(folder.path).observations[0].value == 1
    parquet_of(folder)
    assert load_observations(folder.path).observations == from_csv
    parquet_of(folder, value=float("inf"))
    assert 'observations.parquet, row 2, column value: found "inf"' in folder.said()[0]
    path.write_bytes(b"no parquet at all")
    assert folder.said()[0].startswith("observations.parquet: found something other than Parquet")
    assert "不是 Parquet" in folder.said("zh")[0]


def test_only_the_figures_wanted_are_kept_and_every_row_is_checked(folder):
    folder.write(row(), row(indicator="share", unit="%", value="3", measure="ratio"))
    kept = load_observations(folder.path, indicators=np.array(["share"])).observations
    assert [(one.indicator, one.row) for one in kept] == [("share", 3)]
    assert len(load_observations(folder.path, indicators=np.array([]))) == 0
    folder.write(row(value="many"), row(indicator="share", unit="%", value="3", measure="ratio"))
    with pytest.raises(ObservationError, match="row 2, column value"):
        load_observations(folder.path, indicators={"share"})


def test_of_many_areas_some_lend_growth_whatever_the_order_of_the_rows(folder, monkeypatch):
    monkeypatch.setattr(reading, "LENDERS", 3)
    rows = [row(area=f"a{n}", period=year) for n in range(9) for year in ("2020", "2021")]
    rows += [row(area="here"), row(area="here", indicator="share", unit="%", value="3")]
    rows += [row(area="a8", indicator="share", unit="%", value="3")]

    def kept(rows, **only):
        known = load_observations(folder.write(*rows).path, **only).observations
        return sorted((one.area, one.indicator, one.period.last.year) for one in known)

    some = kept(rows, areas={"here"})
    firms = Counter(area for area, indicator, _ in some if indicator == "firms")
    assert firms.pop("here") == 1
    assert set(firms.values()) == {2}
    assert len(firms) == 3
    assert kept(rows[::-1], areas={"here"}) == some
    assert ("a8", "share", 2021) in some  # fewer than that many have figures of it
    assert len(kept(rows)) == len(rows)
    assert len(kept(rows, areas={f"a{n}" for n in range(9)})) == len(rows)


def test_who_lends_has_two_periods_and_was_known_first(folder, monkeypatch):
    """So that a day's answer is that of what had been published by it."""
    monkeypatch.setattr(reading, "LENDERS", 3)

    def lent(*rows):
        known = load_observations(folder.write(row(area="here"), *rows).path, areas={"here"})
        return {one.area for one in known.observations} - {"here"}

    def of(area, first, second, *years):
        days = dict(zip(years or ("2020", "2021"), (first, second), strict=True))
        return [row(area=area, period=year, published=day) for year, day in days.items()]

    early = [one for n in range(3) for one in of(f"b{n}", "2021-03-01", "2022-03-01")]
    single = [row(area=f"a{n}") for n in range(30)]
    later = [one for n in range(30) for one in of(f"c{n}", "2021-03-01", "2022-03-02")]
    revised = [row(area=f"d{n}", published=f"2021-0{m}-01") for n in range(9) for m in range(1, 9)]
    for rows in (early + single + later + revised, revised + later + single + early):
        assert lent(*rows) == {"b0", "b1", "b2"}
    assert lent(*single, *of("z", "2021-03-01", "2022-03-01")) == {"z"}
    assert lent(*single[:3]) == {"a0", "a1", "a2"}  # no more than that many
    late = of("z", "2022-03-05", "2022-03-06")
    assert "z" not in lent(*early, *late)
    for more in (of("z", "2021-02-01", "2022-03-07", "2018", "2019"), []):
        rows = [*late, *more, *of("z", "2021-03-09", "2021-06-01", "2016", "2017")]
        assert "z" in lent(*early, *rows)
        assert "z" in lent(*rows[::-1], *early)


@pytest.mark.parametrize(
    ("period", "first"), [("2023", "2023-01-01"), ("2022-07/2023-06", "2022-07")]
)
def test_a_figure_is_not_published_before_its_period_unless_it_is_expected(folder, period, first):
    folder.write(row(period=period))
    (said,) = folder.said()
    assert f'column published: found "2022-03-01"; allowed: a day from {first}' in said
    folder.write(row(period=period, status="expected"))
    assert folder.said() == []


def test_what_is_only_looked_over_is_held_against_other_rows_all_the_same(folder, monkeypatch):
    """As `check` does with the series that no plan looks at."""
    twice = [row(area="a1"), row(area="a1", value="91"), row(area="a1"), row(area="a2")]
    units = [row(area="a3"), row(area="a3", period="2022", unit="km"), row(source="nobody")]
    folder.write(row(), *twice, *units)
    everything, looked = reading.read_folder(folder.path), []
    for series in ((), {("north", "firms")}, {("a1", "firms"), ("a3", "firms")}):
        seen = reading.Skimmed(series=series)
        dataset, problems = reading.read_folder(folder.path, seen)
        assert [*map(str, problems)] == [*map(str, everything[1])]
        assert {(one.area, one.indicator) for one in dataset.observations} == {*series}
        looked.append({area: len(of) for (area, _), of in seen.told.items()})
    assert looked[0] == {"north": 2, "a1": 3, "a2": 1, "a3": 2}
    assert looked[1] == {"a1": 3, "a2": 1, "a3": 2}
    assert looked[2] == {"north": 2, "a2": 1}
    monkeypatch.setattr(reading, "DOUBTED", 2)  # a1, and north of which two say the same
    problems = reading.read_folder(folder.path, reading.Skimmed())[1]
    assert [one.message.values["row"] for one in problems] == [4, 5, 9]


def test_more_figures_than_can_be_held_are_refused_and_others_passed_over(folder, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FIGURES", 3)
    of_area = {"indicators": {"firms"}, "areas": {"north"}}
    days = (f"202{n}-03-31" for n in range(1, 5))
    vintages = [row(period="2019", published=day) for day in days]
    others = [row(indicator="share", unit="%", period=f"{2000 + n}") for n in range(9)]
    folder.write(*vintages[:3], *others)
    assert len(load_observations(folder.path, **of_area).observations) == 3
    folder.write(*vintages)
    told = "found more than 3 figures that would have to be"
    with pytest.raises(ObservationError, match=told):
        load_observations(folder.path, **of_area)
    table = folder.path / "observations.csv"
    read = pd.read_csv(table).astype({"published": "datetime64[ns]"})
    read.to_parquet(table.with_suffix(".parquet"))
    table.unlink()
    with pytest.raises(ObservationError, match=rf"observations\.parquet.* {told}"):
        load_observations(folder.path, **of_area)


def test_series_and_cells_beyond_what_can_be_held_are_refused_by_check(folder, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FIGURES", 8)
    areas = [f"a{n}" for n in range(10)]
    folder.write(*(row(area=one) for one in areas[:8]))
    assert folder.said() == []
    (folder.path / "figures.csv").write_text("code,2020,2021\nfirms,4,5\nx,1,2\n", "utf-8")
    assert folder.said()[0].startswith("figures.csv: found more than 8 figures")
    (folder.path / "figures.csv").unlink()
    folder.write(*(row(area=one) for one in areas))
    seen = reading.Skimmed(series=frozenset())
    (told,) = reading.read_folder(folder.path, seen)[1]
    assert "observations.csv: found more than 8 figures" in str(told)


@pytest.mark.parametrize("indicator", ["share", "firms"])
def test_a_large_table_needs_hardly_more_memory_than_its_bytes(folder, indicator, monkeypatch):
    """All else would be some nine bytes of memory a byte of the file."""
    monkeypatch.setattr(reading, "LENDERS", 100)
    of = {"indicator": indicator, "unit": "enterprises" if indicator == "firms" else "%"}
    cells = ({**of, "area": f"a{n // 2}", "period": f"{2020 + n % 2}"} for n in range(10_000))
    folder.write(row(), *(row(**one) for one in cells))
    size = (folder.path / "observations.csv").stat().st_size
    asked = {"indicators": {"firms"}, "areas": {"north"}}
    load_observations(folder.path, **asked)  # what is kept from one call to the next
    tracemalloc.start()
    try:
        known = load_observations(folder.path, **asked).observations
        assert len(known) == (201 if indicator == "firms" else 1)
        assert tracemalloc.get_traced_memory()[1] < 3 * size
    finally:
        tracemalloc.stop()
