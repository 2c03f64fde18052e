"""Files that are not plans at all, and plans that are not where they are looked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bcforecast.config import DATA_DIR
from bcforecast.errors import PlanError
from bcforecast.plan import check_plans, load_plan, plan_ids


def refused(path: Path, content: bytes) -> tuple[str, str]:
    """What reading `content` says in English and Chinese, without the folder."""
    path.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    both = str(caught.value), caught.value.message.render("zh")
    assert all("\n" not in words for words in both)
    folder = f"{path.parent}/"
    return both[0].replace(folder, ""), both[1].replace(folder, "")


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"# only a comment\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.yaml", content) == (
        "a.yaml: found an empty file; allowed: a plan in YAML",
        "a.yaml：文件是空的，应为 YAML 格式的规划文件",
    )


def test_a_file_in_gbk_is_named_as_one(tmp_path: Path) -> None:
    plan = (DATA_DIR / "plans" / "tianjin-2020-2022.yaml").read_text(encoding="utf-8")
    row = plan[: plan.index("天")].count("\n") + 1
    assert refused(tmp_path / "a.yaml", plan.encode("gb18030")) == (
        f"a.yaml, row {row}: found text that looks like GBK/GB18030; allowed: text saved as UTF-8",
        f"a.yaml 第 {row} 行：文件疑为 GBK/GB18030 编码，应另存为 UTF-8 编码",
    )


def test_other_encodings_are_told_apart(tmp_path: Path) -> None:
    assert "looks like UTF-16" in refused(tmp_path / "a.yaml", "id: a".encode("utf-16"))[0]
    assert "that is not UTF-8" in refused(tmp_path / "a.yaml", b"id: \x80\xff\xff")[0]


def test_a_byte_order_mark_does_no_harm(little: Path) -> None:
    little.write_bytes(b"\xef\xbb\xbf" + little.read_bytes())
    assert load_plan(little).id == "little"


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
    ],
)
def test_what_is_not_yaml_is_refused_at_its_row_and_column(
    tmp_path: Path, content: str, row: int, column: int, line: str
) -> None:
    english, chinese = refused(tmp_path / "a.yaml", content.encode())
    assert english == (
        f"a.yaml, row {row}, column {column}: found “{line}”, which cannot be read as YAML; "
        "allowed: lines of the form “key: value”, indented with spaces, brackets and quotes closed"
    )
    assert chinese.startswith(f"a.yaml 第 {row} 行第 {column} 列：“{line}”不符合 YAML 格式")


def test_lists_within_lists_without_end_are_refused(tmp_path: Path) -> None:
    english, chinese = refused(tmp_path / "a.yaml", b"[" * 5000)
    assert english.startswith("a.yaml: found lists within lists without end")
    assert chinese.startswith("a.yaml：内容嵌套层数过多")


def test_a_list_that_contains_itself_is_refused(tmp_path: Path) -> None:
    assert "a table with the keys" in refused(tmp_path / "a.yaml", b"&a [*a]")[0]


def test_a_key_given_twice_is_refused_with_both_rows(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.yaml", b"id: a\ntitle:\n  zh: b\n  en: c\n  zh: d\n") == (
        "a.yaml, row 5: found the key “zh” again, first given in row 3; allowed: each key once",
        "a.yaml 第 5 行：字段“zh”在第 3 行已填过，同一处每个字段只能填一次",
    )


@pytest.mark.parametrize(("content", "named"), [(b"- a\n- b", "a list of 2"), (b"a", "“a”")])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, named: str) -> None:
    english, chinese = refused(tmp_path / "a.yaml", content)
    assert english.startswith(f"a.yaml, row 1, the whole file: found {named}; allowed: a table")
    assert "整个文件" in chinese


@pytest.mark.parametrize(
    "wanted", ["nope", "", ".", "../plans/beichen-2020-2022", "nope.yaml", "x" * 300, "a\0b"]
)
def test_a_plan_that_does_not_exist_is_answered_with_those_that_do(wanted: str) -> None:
    with pytest.raises(PlanError) as caught:
        load_plan(wanted)
    assert str(caught.value).startswith(f"{wanted}: found no such plan; allowed: one of the plans")
    assert "beichen-2020-2022, tianjin-2020-2022" in str(caught.value)
    assert f"找不到规划“{wanted}”" in caught.value.message.render("zh")


def test_a_folder_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="found a folder"):
        load_plan(tmp_path)


def test_a_file_that_may_not_be_read_is_refused(
    little: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(PlanError, match="found a file that cannot be opened"):
        load_plan(little)


def test_a_plan_found_by_id_has_that_id(little: Path) -> None:
    little.rename(little.with_name("other.yaml"))
    with pytest.raises(PlanError, match="row 1, id: found “little”; allowed: other, the name of"):
        load_plan("other", data_dir=little.parent.parent)


def test_a_plan_found_by_path_may_have_any_file_name(little: Path) -> None:
    other = little.rename(little.with_name("other.YML"))
    assert load_plan(other).id == "little"
    assert load_plan(str(other)).id == "little"


def test_a_plan_is_found_in_another_data_folder(little: Path) -> None:
    data = little.parent.parent
    assert plan_ids(data_dir=data) == ("little",)
    assert load_plan("little", data_dir=data) == load_plan(little)


def test_a_plan_whose_text_was_changed_is_refused(tmp_path: Path) -> None:
    shutil.copy(DATA_DIR / "plans" / "beichen-2020-2022.yaml", tmp_path)
    assert load_plan(tmp_path / "beichen-2020-2022.yaml").id == "beichen-2020-2022"
    (tmp_path / "beichen-2020-2022.zh.txt").write_text("另一份文件", encoding="utf-8")
    with pytest.raises(PlanError, match=r"source → sha256: found “e8eb.*the sha256 of beichen"):
        load_plan(tmp_path / "beichen-2020-2022.yaml")


def test_checking_tells_every_fault_of_every_plan(little: Path) -> None:
    data = little.parent.parent
    words = little.read_text(encoding="utf-8")
    assert check_plans(data) == ()
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
def test_a_data_folder_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan("beichen-2020-2022", data_dir=tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: no such folder")
    assert f"数据目录 {tmp_path / name} 不存在" in caught.value.message.render("zh")
