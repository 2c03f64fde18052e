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


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("target: 70", "target: 170", "row 12, goals[1] (b) → target: found 170; allowed:"),
        ("due: 2035", "due: soon", "row 12, goals[1] (b) → due: found “soon”; allowed:"),
        ("at_least, t", "up, t", "row 12, goals[1] (b) → comparator: found"),
        ("2030: 60", "2030: 160", "row 11, goals[0] → milestones → 2030: found 160; allowed:"),
        ("2030: 60", "2030: [1, 2]", "row 11, goals[0] → milestones → 2030: found [1, 2]"),
        ("2030: 60", "soon: 60", "row 11, goals[0] → milestones → soon: found “soon”; allowed:"),
        ("comparator: at_least\n", "comparator: up\n", "row 8, goals[0] → comparator: found “up”"),
    ],
)
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


@pytest.mark.parametrize(
    ("right", "wrong", "found", "meant"),
    [
        ("due: 2035", "due: [2035, 2026]", "due: found [2035, 2026]", "a span of years, 2026/2035"),
        ("due: 2035", "due: 2035/2026", "due: found “2035/2026”", "a span of years, 2026/2035"),
        ("due: 2035", "due: 2026-2035", "due: found “2026-2035”", "a span of years, 2026/2035"),
        ("due: 2035", "due: {first: 2026, last: 2035}", "due: found a table", " 2026/2035 (their"),
        ("due: 2035", "due: 2035, total: 2026/2035", "total: found", "total: true, due: 2026/2030"),
        ("target: 70", "target: [70, 60.5]", "target: found [70, 60.5]", "target: [60.5, 70]"),
        ("target: 70", "target: 60–70", "target: found “60–70”", "without quotes"),
        ("at_least, target: 70", "between, target: 60–70", "found “60–70”", "target: [60, 70]"),
        ("area: x", "area: x\nspan: 2025/2035", "row 4, span: found", "{first: 2024, last: 2030}"),
        ("area: x", "area: x\nbodies: {a: b}", "4, bodies: found", "tables with the keys names"),
    ],
)
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
SIZES = "sizes:\n  - id: people\n    names: {zh: 人口, en: People}\n    indicators:"
NEW_IN_MONTH_13 = "breaks: [{period: '2019-13', reason: {zh: 换, en: new}}]\n"


@pytest.mark.parametrize(
    ("right", "wrong", "english", "chinese"),
    [
        ("target: 530", "targt: 530",
         "row 45, goals[0] (firms) → targt: found the unknown key “targt”; allowed, and nearest to "
         "it: target",
         "第 45 行，goals[0] (firms) → targt：“targt”不是可用的字段名，"
         "最接近的可用字段名是 target"),
        ("names: {zh: 某局, en: Bureau}", "names: {zh: 某局, en: Bureau, qqq: x}",
         "row 12, bodies[0] (bureau) → names → qqq: found the unknown key “qqq”; allowed: zh, en",
         "第 12 行，bodies[0] (bureau) → names → qqq：“qqq”不是可用的字段名，可用的有：zh, en"),
        ("due: 2022-12-30", "due: 2021-04-06",
         "row 55, goals[1] (intensity) → due: found 2021-04-06; allowed: a day from 2021-04-07 (the"
         " plan's issue or the start of its span, whichever is later) to 2022-12-31 (the end of its"
         " span)",
         "第 55 行，goals[1] (intensity) → due：填的是 2021-04-06，应为：2021-04-07（计划印发日与"
         "计划期初中较晚者）至 2022-12-31（计划期末）之间的日期"),
        ("unit: enterprises\n    due", "unit: 家\n    due",
         "row 46, goals[0] (firms) → unit: found “家”; allowed: enterprises, the unit of indicator "
         "firms",
         "第 46 行，goals[0] (firms) → unit：填的是 “家”，应为：enterprises，"
         "与指标 firms 的单位一致"),
    ],
)  # fmt: skip
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


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("target: 530", "target: -530", "found -530; allowed: a whole number of 0 or more, the ra"),
        ("target: 530", "target: 1e300", "1e+300; allowed: a number of at most 1e+15 in size"),
        ("target: 530", "target: 五百三十", "found “五百三十”; allowed: a number without quotes"),
        ("target: 530", "target: 530\n    7: x", "goals[0] (firms) → 7: found the unknown key “7”"),
        ("target: 530", "target: 530\n    quote: {zh: 突破, fr: sur}", "key “fr”; allowed: zh, en"),
        ("target: 530", 'target: "530\\n{家}"', "“530\N{REPLACEMENT CHARACTER}{家}”"),
        ("due: 2022-12-30", "due: 2023-01-02", "found 2023-01-02; allowed: a day from 2021-04-07"),
        ("true\n    direction: up\n    parent: null\n    link_to_parent: none\n  - id: inten",
         "false\n    direction: up\n    parent: null\n    link_to_parent: none\n  - id: inten",
         "true, because “enterprises” are counted in whole numbers"),
        ("target: 530", "target: 530.5", "found 530.5; allowed: a whole number of 0 or more"),
        ("target: 3.2", "target: 320", "found 320; allowed: a number from 0 to 100"),
        ("at_least\n    target: 3.2", "more_than\n    target: 100", "a number other than 100"),
        ("target: 1\n", "target: 0\n", "found 0; allowed: a whole number of 1 or more"),
        ("unit: enterprises\n    due", "unit: parks\n    due", "allowed: enterprises, the unit of"),
        ("comparator: more_than", "comparator: beyond", "one of at_least, more_than, at_most,"),
        ("comparator: more_than", "comparator: event", "is not of kind event"),
        ("comparator: event", "comparator: at_least", "event, because indicator parks is of kind"),
        ("indicator: firms\n    comp", "indicator: firm\n    comp", "under indicators: firms, int"),
        ("bodies: [bureau]", "bodies: [bureau, office]", "bodies[1]: found “office”; allowed"),
        ("indicators: [firms]", "indicators: [farms]", "measures[0] (1.1) → indicators[0]: found"),
        ("en: Entries}, indicator: firms", "en: Entries}, indicator: parks", "levers[0] (entries)"),
        ("- id: intensity\n    indic", "- id: firms\n    indic", "no other entry of goals has"),
        ("aspiration: true", "aspiration: maybe", "found “maybe”; allowed: true or false"),
        ("aspiration: true", "aspiration: 1", "found 1; allowed: true or false"),
        ("valid_range: [0, 100]", "valid_range: [100, 0]", "a number above the lowest figure, 100"),
        ("valid_range: [0, 100]", "valid_range: [0]", "[1]: found nothing; allowed: two num"),
        ("valid_range: [0, 100]", "valid_range: [0, 1, 2]", "found [0, 1, 2]; allowed: two num"),
        ("valid_range: [0, 100]", "valid_range: 100", "found 100; allowed: a list"),
        ("parent: city", f"{NEW_IN_MONTH_13}    parent: city", "the first year, quarter or month"),
        ("parent: city", "parent: null", "none, because the indicator has no parent area"),
        ('"%"\n    kind', "2015 = 0\n    kind", "“2015 = 0”; allowed: as in unit: 2015 = 100"),
        ("more_than\n    target: 530", "between\n    target: [1.2, 1.7]", "1.2; allowed: a w"),
        ("target: 3.2\n", "relative_to: {area: b, factor: 0}\n", "with factor (above 0) and plus"),
        ("due: 2022-12-30", "due: 2019\n    total: true", "found 2019-12-31; allowed: a day from"),
        ("link_to_parent: factor", "link_to_parent: share", "factor or none, because a ratio"),
        ("goals:\n", f"{SIZES} [firms]\ngoals:\n", "that has a parent area"),
        ("goals:\n", f"{SIZES} [intensity]\ngoals:\n", "and is no ratio"),
        ("goals:\n", f"{SIZES} [farms]\ngoals:\n", "found “farms”; allowed"),
        ("last: 2022", "last: 2019", "span → last: found 2019; allowed: 2020 or later"),
        ("last: 2022", "last: 22", "found 22; allowed: a year, such as 2022"),
        ("last: 2022", "last: soon", "found “soon”; allowed: a year, such as 2022"),
        ("issued: 2021-04-07", "issued: 2023-04-07", "a day not after 2022-12-31, the end of"),
        ('id: "1.1"', "id: 1.1", "found 1.1; allowed: a text (in quotes if it looks like a number"),
        ('id: "1.1"', "id: 一1", "allowed: the number of a task"),
        ("area: somewhere", "area: Some Where", "an identifier of small letters, digits, under"),
        ("id: little", "id: Little Plan", "an identifier of small letters, digits, hyphens and"),
        ("parent: null\nsource", "parent: little\nsource", "the identifier of another plan"),
        ("zh: 小计划", "zh: ' '", "title → zh: found “ ”; allowed: a text that is not blank"),
        ("zh: 小计划", r'zh: "\u200b"', "title → zh: found “�”; allowed: a text that is not blank"),
        ("citation:", "file: a.txt, citation:", "file and sha256, both or neither"),
        ("citation:", "file: a.txt, sha256: abc, citation:", "sha256 of 64 small hexadecimal"),
        ("{citation: {zh: 为测试编写, en: written for tests}}", "{}", "a file with its sha256, or"),
    ],
)  # fmt: skip
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
