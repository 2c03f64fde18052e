"""A wrong plan gets one sentence: file, row, field, what was found and what is allowed."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.config import DATA_DIR, load_yaml
from bcforecast.errors import PlanError
from bcforecast.plan import Plan, check_plans, load_plan, plan_ids
from bcforecast.plan.fields import as_asked
from bcforecast.plan.reading import read_document, yaml_bytes
from tests.words import SLIPS


def sentences(error, file):
    """The message in English and Chinese, without the folder."""
    both = str(error), error.message.render("zh")
    assert all("\n" not in words for words in both)
    assert error.exit_status == 2
    return both[0].replace(f"{file.parent}/", ""), both[1].replace(f"{file.parent}/", "")


def refused(path, content):
    """What reading `content` says in English and Chinese, without the folder."""
    path.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    return sentences(caught.value, path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("010", "010"), ("20:00", "20:00"), ("2_020", "2_020"), ("0x10", "0x10"), ("-12", -12),
        ("1e5", 1e5), (".5", 0.5), ("1_0.5", "1_0.5"), ("2021-02-30", "2021-02-30"), ("yes", True),
    ],
)  # fmt: skip
def test_a_number_is_read_as_yaml_1_2_reads_it_and_its_text_is_quoted(tmp_path, written, meant):
    assert load_yaml(f"a: {written}") == {"a": meant}
    path = tmp_path / "a.yaml"
    path.write_bytes(yaml_bytes({"a": written}))
    assert read_document(path).content == {"a": written}


def test_a_file_in_gbk_is_named_as_one(tmp_path):
    plan = (DATA_DIR / "plans" / "tianjin-2020-2022.yaml").read_text(encoding="utf-8")
    row = plan[: plan.index("天")].count("\n") + 1
    assert refused(tmp_path / "a.yaml", plan.encode("gb18030")) == (
        f"a.yaml, row {row}: found text that looks like GBK/GB18030; allowed: text saved as UTF-8",
        f"a.yaml 第 {row} 行：文件疑为 GBK/GB18030 编码，应另存为 UTF-8 编码",
    )


STEPS = """id: a
title: T
area: x
indicators:
  - {id: a, name: A, unit: "%"}
goals:
  - indicator: a
    comparator: at_least
    milestones:
      2025: 30
      2030: 60
  - {indicator: a, id: b, comparator: at_least, target: 70, due: 2035}
"""


@pytest.mark.parametrize(("right", "wrong", "said"), SLIPS["milestones"])
def test_a_slip_of_a_milestone_or_behind_one_is_told_by_its_place(tmp_path, right, wrong, said):
    assert STEPS.count(right) == 1
    wrongly = STEPS.replace(right, wrong).encode()
    english, chinese = refused(tmp_path / "a.yaml", wrongly)
    assert english.startswith(f"a.yaml, {said}")
    assert said.split(": found")[0].partition(", ")[2] in chinese


def test_milestones_of_an_era_stand_by_date_also_where_a_slip_of_one_is_told(tmp_path):
    fiscal = "area: x\nfiscal_year: {begins: 2024-04, written: 令和6年度}"
    of_era = STEPS.replace("area: x", fiscal).replace("2030: 60", "令和9年度: 20")
    of_era = of_era.replace("2025: 30", "令和10年度: 130").replace("due: 2035", "due: 令和17年度")
    english, _ = refused(tmp_path / "a.yaml", of_era.encode())
    assert english.startswith(
        "a.yaml, row 11, goals[0] → milestones → 令和10年度: found 130; allowed"
    )


@pytest.mark.parametrize(("right", "wrong", "found", "meant"), SLIPS["what was meant"])
def test_how_to_write_what_was_meant_is_told(tmp_path, right, wrong, found, meant):
    english, _ = refused(tmp_path / "a.yaml", STEPS.replace(right, wrong).encode())
    assert found in english
    assert meant in english


EMPTY = ("a.yaml: found an empty file; allowed: a plan in YAML",
         "a.yaml：文件是空的，应为 YAML 格式的计划文件")  # fmt: skip
NO_TABLE = "a.yaml, row 1, the whole file: found"


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"", *EMPTY),
        (b"  \n\n", *EMPTY),
        (b"# only a comment\n", *EMPTY),
        (b"\xef\xbb\xbf", *EMPTY),
        ("id: a".encode("utf-16"), "looks like UTF-16", ""),
        (b"id: \x80\xff\xff", "that is not UTF-8", ""),
        (b"[" * 1500, "a.yaml: found lists within lists without end", "a.yaml：内容嵌套层数过多"),
        (b"&a [*a]", "a table with the keys", ""),
        (b"id: a\ntitle:\n  zh: b\n  en: c\n  zh: d\n",
         "a.yaml, row 5: found the key “zh” again, first given in row 3; allowed: each key once",
         "a.yaml 第 5 行：字段“zh”在第 3 行已填过，同一处每个字段只能填一次"),
        (b"- a\n- b", f"{NO_TABLE} a list of 2; allowed: a table", "整个文件"),
        (b"a", f"{NO_TABLE} “a”; allowed: a table", "整个文件"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_refused(tmp_path, content, english, chinese):
    said = refused(tmp_path / "a.yaml", content)
    assert english in said[0]
    assert chinese in said[1]


def test_a_plan_is_found_by_path_under_any_file_name_and_in_another_data_folder(little):
    data = little.parent.parent
    assert plan_ids(data_dir=data) == ("little",)
    assert load_plan("little", data_dir=data) == load_plan(little)
    little.write_bytes(b"\xef\xbb\xbf" + little.read_bytes())
    other = little.rename(little.with_name("other.YML"))
    assert load_plan(other).id == load_plan(str(other)).id == "little"
    other.rename(little.with_name("other.yaml"))
    with pytest.raises(PlanError, match="row 1, id: found “little”; allowed: other, the name of"):
        load_plan("other", data_dir=data)


@pytest.mark.parametrize(
    ("content", "row", "column", "line"),
    [
        ("id: [a\nb: c\n", 2, 2, "b: c"),
        ("id: a\n\ttitle: b\n", 2, 1, "title: b"),
        ("id: 'a\n", 2, 1, ""),
        ("id: a\n? [b]\n: c\n", 2, 3, "? [b]"),
        ("id: a\n---\nid: b\n", 2, 1, "---"),
        ("id: !!python/name:os.system x\n", 1, 5, "id: !!python/name:os.system x"),
        ("id: a\nb: \x00\n", 2, 4, "b: \N{REPLACEMENT CHARACTER}"),
        ("b: é好\n\u00fcx: \x01\n", 2, 5, "üx: \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_what_is_not_yaml_is_refused_at_its_row_and_column(tmp_path, content, row, column, line):
    english, chinese = refused(tmp_path / "a.yaml", content.encode())
    assert english == (
        f"a.yaml, row {row}, column {column}: found “{line}”, which cannot be read as YAML; "
        "allowed: lines of the form “key: value”, indented with spaces, brackets and quotes closed"
    )
    assert chinese.startswith(f"a.yaml 第 {row} 行第 {column} 列：“{line}”不符合 YAML 格式")


@pytest.mark.parametrize(
    "wanted", ["nope", "", ".", "../plans/beichen-2020-2022", "nope.yaml", "x" * 300]
)
def test_a_plan_that_does_not_exist_is_answered_with_those_that_do(wanted):
    with pytest.raises(PlanError) as caught:
        load_plan(wanted)
    shown = wanted.replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert str(caught.value).startswith(f"{shown}: found no such plan; allowed: one of the plans")
    assert "beichen-2020-2022, tianjin-2020-2022" in str(caught.value)
    assert f"找不到计划“{shown}”" in caught.value.message.render("zh")


def test_what_cannot_be_opened_is_refused(little, monkeypatch):
    def closed(*_):
        raise PermissionError

    with pytest.raises(PlanError, match="found a folder"):
        load_plan(little.parent)
    monkeypatch.setattr(os, "open", closed)
    with pytest.raises(PlanError, match="found a file that may not be read"):
        load_plan(little)
    monkeypatch.undo()


def test_a_plan_whose_text_was_changed_is_refused(tmp_path):
    shutil.copy(DATA_DIR / "plans" / "beichen-2020-2022.yaml", tmp_path)
    assert load_plan(tmp_path / "beichen-2020-2022.yaml").id == "beichen-2020-2022"
    (tmp_path / "beichen-2020-2022.zh.txt").write_text("另一份文件", encoding="utf-8")
    with pytest.raises(PlanError, match=r"source → sha256: found “e8eb.*the sha256 of beichen"):
        load_plan(tmp_path / "beichen-2020-2022.yaml")


def test_checking_tells_every_fault_of_every_plan(little):
    data = little.parent.parent
    words = little.read_text(encoding="utf-8")
    assert check_plans(data) == []
    two = words.replace("target: 530", "target: x").replace("issued: 2021-04-07", "issued: x")
    (little.parent / "two.yaml").write_text(two, encoding="utf-8")
    (little.parent / "empty.yaml").write_text("", encoding="utf-8")
    orphan = words.replace("id: little", "id: orphan", 1).replace("parent: null", "parent: lost", 1)
    (little.parent / "orphan.yaml").write_text(orphan, encoding="utf-8")
    told = [str(problem) for problem in check_plans(data)]
    assert len(told) == 4
    assert "empty.yaml: found an empty file" in told[0]
    assert "orphan.yaml, parent: found “lost”" in told[1]
    assert "two.yaml, row 4, issued" in told[2]
    assert "two.yaml, row 45, goals[0] (firms) → target" in told[3]


@pytest.mark.parametrize("name", ["nope", "file.txt", "n" * 5000])
def test_a_data_folder_that_is_not_there_is_named(tmp_path, name):
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan("beichen-2020-2022", data_dir=tmp_path / name)
    shown = str(tmp_path / name)[:400]  # a name that no folder can have is cut
    assert str(caught.value).startswith(shown)
    assert "no such folder" in str(caught.value)
    assert f"数据目录 {shown}" in caught.value.message.render("zh")


GOOD = (Path(__file__).parent / "little.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("right", "wrong", "english", "chinese"), SLIPS["plan in both languages"])
def test_a_fault_is_told_in_one_sentence_of_both_languages(
    spoilt, little, right, wrong, english, chinese
):
    said = sentences(spoilt(right, wrong), little)
    assert said == (f"little.yaml, {english}", f"little.yaml {chinese}")


CUT = "9" * 59 + "…"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("'530'", "“530”"), ("3,500", "“3,500”"), ("many", "“many”"), ("true", "true"),
        (".nan", ".nan"), (".inf", ".inf"), ("-.inf", "-.inf"), ("2022-12-31", "2022-12-31"),
        ("{a: 1}", "a table of keys and values"),
        ("!!int many", "“many”"), ("~", "nothing"), ("9" * 400, CUT), ("9" * 5000, f"“{CUT}”"),
    ],
)  # fmt: skip
def test_a_target_that_is_not_a_number_is_refused(spoilt, given, named):
    assert str(spoilt("target: 530", f"target: {given}")).endswith(
        f"little.yaml, row 45, goals[0] (firms) → target: found {named}; allowed: a number without "
        "quotes, unit or thousands separator, such as 530 or 3.2"
    )


NO_GOALS = GOOD[GOOD.index("goals:") + 6 : GOOD.index("measures:")]
OTHER_GOALS = GOOD[GOOD.index("  - id: intensity\n    indicator") : GOOD.index("measures:")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"issued: 2021-04-07": "issued: 2019-11-01", "due: 2022-12-30": "due: 2019-12-31"},
         "allowed: a day from 2020-01-01"),
        ({NO_GOALS: " []\n"}, "goals: found a list of 0; allowed: a list with at least"),
        ({OTHER_GOALS: "", "target: 530": "target: x"}, "target: found “x”"),
        ({"target: 530": "target: x", "issued: 2021-04-07": "issued: x"}, "row 4, issued"),
    ],
    ids=["goals are due inside the span", "without goals", "the only goal", "the first fault"],
)  # fmt: skip
def test_of_several_faults_the_first_that_is_one_is_told(little, changes, told):
    words = GOOD
    for right, wrong in changes.items():
        assert right in words
        words = words.replace(right, wrong, 1)
    little.write_text(words, encoding="utf-8")
    with pytest.raises(PlanError, match=re.escape(told)):
        load_plan(little)


@pytest.mark.parametrize("day", ["2022-13-31", "2022-02-30", "22", "30.12.2022", "end of 2022"])
def test_a_due_date_in_no_calendar_is_refused(spoilt, day):
    sentence = str(spoilt("due: 2022-12-30", f"due: {day}"))
    assert "→ due: found" in sentence
    assert day.strip("'") in sentence
    assert re.search("a day of the calendar, written as 2022-12-31|a day .2030-12-31", sentence)


@pytest.mark.parametrize(("right", "wrong", "told"), SLIPS["plan"])
def test_what_another_part_of_the_plan_rules_out_is_refused(spoilt, little, right, wrong, told):
    english, chinese = sentences(spoilt(right, wrong), little)
    assert told in english
    assert "应为" in chinese or "可用的有" in chinese or "不是可用" in chinese


LINES = Path("tools/sound/e/plans/w.yaml").read_text("utf-8").splitlines()
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
    st.sampled_from(["2022-13-31", "!!int x", "&a [*a]", "*a", "{", "]", "? x", "- -", "%", "<<"]),
)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    return tmp_path_factory.mktemp("plans") / "plan.yaml"


def is_plan_or_sentence(path, content):
    path.write_bytes(content)
    try:
        return isinstance(load_plan(path), Plan)
    except PlanError as error:
        told = str(error), error.message.render("zh")
        return all(words.startswith(str(path)) and "\n" not in words for words in told)


@settings(max_examples=100)
@given(row=st.integers(0, len(LINES) - 1), value=SCALARS, as_yaml=st.booleans())
def test_a_plan_with_any_value_replaced_is_a_plan_or_gets_a_sentence(
    plan_file, row, value, as_yaml
):
    key, colon, _ = LINES[row].partition(": ")
    written = yaml.safe_dump(value).removesuffix("...\n").strip() if as_yaml else str(value)
    spoilt = [*LINES[:row], key + colon + written, *LINES[row + 1 :]]
    assert is_plan_or_sentence(plan_file, "\n".join(spoilt).encode("utf-8", "surrogatepass"))


def test_a_quoted_day_makes_a_total_the_mean_of_its_years():
    asked = {"comparator": "at_least", "target": 300, "first_year": 2021, "total": True}
    assert as_asked({**asked, "due": "2025-12-31"})["target"] == 60.0
