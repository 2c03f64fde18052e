"""Each wrong plan gets one sentence with file, row, field, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bcforecast.errors import PlanError
from bcforecast.plan import load_plan

Spoil = Callable[..., PlanError]

NEW_IN_MONTH_13 = "breaks: [{period: '2019-13', reason: {zh: 换, en: new}}]\n"


def sentences(error: PlanError, file: Path) -> tuple[str, str]:
    """The message in English and Chinese, without the folder."""
    folder = f"{file.parent}/"
    both = str(error), error.message.render("zh")
    assert all(words.startswith(str(file)) and "\n" not in words for words in both)
    assert error.exit_status == 2
    return both[0].replace(folder, ""), both[1].replace(folder, "")


def test_an_unknown_key_is_answered_with_the_nearest_allowed_one(
    spoilt: Spoil, little: Path
) -> None:
    assert sentences(spoilt("target: 530", "targt: 530"), little) == (
        "little.yaml, row 45, goals[0] (firms) → targt: found the unknown key “targt”; "
        "allowed, and nearest to it: target",
        "little.yaml 第 45 行，goals[0] (firms) → targt：“targt”不是可用的字段名，"
        "最接近的可用字段名是 target",
    )


def test_an_unknown_key_like_no_other_is_answered_with_the_allowed_ones(
    spoilt: Spoil, little: Path
) -> None:
    error = spoilt("names: {zh: 某局, en: Bureau}", "names: {zh: 某局, en: Bureau, qqq: x}")
    assert sentences(error, little) == (
        "little.yaml, row 12, bodies[0] (bureau) → names → qqq: found the unknown key “qqq”; "
        "allowed: zh, en",
        "little.yaml 第 12 行，bodies[0] (bureau) → names → qqq：“qqq”不是可用的字段名，"
        "可用的有：zh, en",
    )


def test_an_unknown_key_in_an_optional_part_is_told_too(spoilt: Spoil) -> None:
    error = spoilt("target: 530", "target: 530\n    quote: {zh: 突破, en: over, fr: sur}")
    assert str(error).endswith("→ quote → fr: found the unknown key “fr”; allowed: zh, en")


def test_a_key_that_is_no_text_is_unknown_too(spoilt: Spoil) -> None:
    error = spoilt("target: 530", "target: 530\n    7: x")
    assert "goals[0] (firms) → 7: found the unknown key “7”" in str(error)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("'530'", "“530”"),
        ("3,500", "“3,500”"),
        ("many", "“many”"),
        ("true", "true"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("-.inf", "-.inf"),
        ("2022-12-31", "2022-12-31"),
        ("{a: 1}", "a table of keys and values"),
        ("[530]", "a list of 1"),
        ("!!int many", "“many”"),
        ("~", "nothing"),
    ],
)
def test_a_target_that_is_not_a_number_is_refused(spoilt: Spoil, given: str, named: str) -> None:
    assert str(spoilt("target: 530", f"target: {given}")).endswith(
        f"little.yaml, row 45, goals[0] (firms) → target: found {named}; allowed: a number without "
        "quotes, unit or thousands separator, such as 530 or 3.2"
    )


def test_a_target_that_is_not_a_number_is_refused_in_chinese(spoilt: Spoil, little: Path) -> None:
    assert sentences(spoilt("target: 530", "target: 五百三十"), little)[1] == (
        "little.yaml 第 45 行，goals[0] (firms) → target：填的是 “五百三十”，"
        "应为：数字，不带引号、单位和千位分隔符，如 530 或 3.2"
    )


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_number_too_long_for_any_machine_is_refused_and_cut_short(
    spoilt: Spoil, digits: int
) -> None:
    sentence = str(spoilt("target: 530", "target: " + "9" * digits))
    assert "a number without quotes" in sentence
    assert "9" * 61 not in sentence


def test_a_due_date_before_the_plan_is_refused(spoilt: Spoil, little: Path) -> None:
    assert sentences(spoilt("due: 2022-12-30", "due: 2021-04-06"), little) == (
        "little.yaml, row 55, goals[1] (intensity) → due: found 2021-04-06; allowed: a day from "
        "2021-04-07 (the plan's issue or the start of its span, whichever is later) to 2022-12-31 "
        "(the end of its span)",
        "little.yaml 第 55 行，goals[1] (intensity) → due：填的是 2021-04-06，应为：2021-04-07"
        "（规划印发日与规划期初中较晚者）至 2022-12-31（规划期末）之间的日期",
    )


def test_a_plan_issued_before_its_span_has_its_goals_due_inside_the_span(little: Path) -> None:
    words = little.read_text(encoding="utf-8").replace("issued: 2021-04-07", "issued: 2019-11-01")
    little.write_text(words.replace("due: 2022-12-30", "due: 2019-12-31"), encoding="utf-8")
    with pytest.raises(PlanError, match="allowed: a day from 2020-01-01"):
        load_plan(little)


def test_a_due_date_after_the_span_is_refused(spoilt: Spoil) -> None:
    assert "found 2023-01-01" in str(spoilt("due: 2022-12-30", "due: 2023-01-01"))


@pytest.mark.parametrize("day", ["2022-13-31", "2022-02-30", "2022", "'2022-12-30'", "end of 2022"])
def test_a_due_date_in_no_calendar_is_refused(spoilt: Spoil, day: str) -> None:
    sentence = str(spoilt("due: 2022-12-30", f"due: {day}"))
    assert "→ due: found" in sentence
    assert day.strip("'") in sentence
    assert "a day of the calendar, written as 2022-12-31 without quotes" in sentence


def test_a_negative_count_is_refused(spoilt: Spoil, little: Path) -> None:
    assert sentences(spoilt("target: 530", "target: -530"), little) == (
        "little.yaml, row 45, goals[0] (firms) → target: found -530; allowed: a whole number of "
        "0 or more, the range of firms",
        "little.yaml 第 45 行，goals[0] (firms) → target：填的是 -530，"
        "应为：不小于 0 的整数（指标 firms 的取值范围）",
    )


def test_an_unknown_unit_is_refused_with_the_list_of_units(spoilt: Spoil, little: Path) -> None:
    english, chinese = sentences(spoilt("unit: enterprises\n    due", "unit: 家\n    due"), little)
    assert english == (
        "little.yaml, row 46, goals[0] (firms) → unit: found “家”; allowed: one of %, patents, "
        "platforms, enterprises, parks, persons, projects, 100M CNY, 10k CNY, CNY"
    )
    assert chinese == (
        "little.yaml 第 46 行，goals[0] (firms) → unit：填的是 “家”，应为：%, patents, platforms, "
        "enterprises, parks, persons, projects, 100M CNY, 10k CNY, CNY 之一"
    )


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("target: 530", "target: 530.5", "found 530.5; allowed: a whole number of 0 or more"),
        ("target: 3.2", "target: 320", "found 320; allowed: a number from 0 to 100"),
        ("target: 1\n", "target: 0\n", "found 0; allowed: a whole number of 1 or more"),
        ("unit: enterprises\n    due", "unit: parks\n    due", "allowed: enterprises, the unit of"),
        (
            "comparator: more_than",
            "comparator: above",
            "one of at_least, more_than, at_most,",
        ),
        ("comparator: more_than", "comparator: event", "is not of kind event"),
        ("comparator: event", "comparator: at_least", "event, because indicator parks is of kind"),
        ("indicator: firms\n    comp", "indicator: firm\n    comp", "under indicators: firms, int"),
        (
            "bodies: [bureau]",
            "bodies: [bureau, office]",
            "bodies[1]: found “office”; allowed",
        ),
        ("indicators: [firms]", "indicators: [farms]", "measures[0] (1.1) → indicators[0]: found"),
        ("en: Entries}, indicator: firms", "en: Entries}, indicator: parks", "levers[0] (entries)"),
        (
            "- id: intensity\n    indic",
            "- id: firms\n    indic",
            "no other entry of goals has",
        ),
        ("aspiration: true", "aspiration: maybe", "found “maybe”; allowed: true or false"),
        ("aspiration: true", "aspiration: 1", "found 1; allowed: true or false"),
        ("valid_range: [0, 100]", "valid_range: [100, 0]", "a number above the lowest figure, 100"),
        (
            "valid_range: [0, 100]",
            "valid_range: [0]",
            "[1]: found nothing; allowed: two num",
        ),
        ("valid_range: [0, 100]", "valid_range: [0, 1, 2]", "found a list of 3; allowed: two num"),
        ("valid_range: [0, 100]", "valid_range: 100", "found 100; allowed: a list"),
        (
            "parent: city",
            f"{NEW_IN_MONTH_13}    parent: city",
            "the first year, quarter or month",
        ),
        ("parent: city", "parent: null", "none, because the indicator has no parent area"),
        ("link_to_parent: factor", "link_to_parent: share", "factor or none, because a ratio"),
        ("last: 2022", "last: 2019", "span → last: found 2019; allowed: 2020 or later"),
        ("last: 2022", "last: 22", "found 22; allowed: a year, such as 2022"),
        ("last: 2022", "last: '2022'", "found “2022”; allowed: a year, such as 2022"),
        ("issued: 2021-04-07", "issued: 2023-04-07", "a day not after 2022-12-31, the end of"),
        ('id: "1.1"', "id: 1.1", "found 1.1; allowed: a text (in quotes if it looks like a number"),
        ('id: "1.1"', "id: 一1", "allowed: the number of a task"),
        (
            "area: somewhere",
            "area: Some Where",
            "an identifier of small letters, digits, under",
        ),
        ("id: little", "id: Little Plan", "an identifier of small letters, digits, hyphens and"),
        ("zh: 小计划", "zh: ' '", "title → zh: found “ ”; allowed: a text that is not blank"),
        ("names: {zh: 某局, en: Bureau}", "names: 某局", "allowed: a table with the keys zh, en"),
        ("citation:", "file: a.txt, citation:", "file and sha256, both or neither"),
        (
            "citation:",
            "file: a.txt, sha256: abc, citation:",
            "sha256 of 64 small hexadecimal",
        ),
        (
            "{citation: {zh: 为测试编写, en: written for tests}}",
            "{}",
            "a file with its sha256, or",
        ),
    ],
)
def test_what_another_part_of_the_plan_rules_out_is_refused(
    spoilt: Spoil, little: Path, right: str, wrong: str, told: str
) -> None:
    english, chinese = sentences(spoilt(right, wrong), little)
    assert told in english
    assert "应为" in chinese


def test_a_count_whose_range_goes_below_zero_is_refused(little: Path) -> None:
    words = little.read_text(encoding="utf-8").replace("[0, null]", "[-1, null]", 1)
    little.write_text(words, encoding="utf-8")
    with pytest.raises(PlanError, match="found -1; allowed: 0 or more, because a count is never"):
        load_plan(little)


def test_things_that_are_counted_are_whole(little: Path) -> None:
    words = little.read_text(encoding="utf-8").replace("whole: true", "whole: false", 1)
    little.write_text(words, encoding="utf-8")
    with pytest.raises(PlanError, match="true, because “enterprises” are counted in whole numbers"):
        load_plan(little)


def test_the_direction_is_never_assumed(little: Path) -> None:
    words = little.read_text(encoding="utf-8").replace("    direction: up\n", "", 1)
    little.write_text(words, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(little)
    assert sentences(caught.value, little) == (
        "little.yaml, row 14, indicators[0] (firms) → direction: this key is missing; every entry "
        "of this kind needs it",
        "little.yaml 第 14 行，缺少 indicators[0] (firms) → direction 一项，此项必填",
    )


def test_a_plan_without_goals_is_refused(little: Path) -> None:
    words = little.read_text(encoding="utf-8")
    start, end = words.index("goals:"), words.index("measures:")
    little.write_text(words[:start] + "goals: []\n" + words[end:], encoding="utf-8")
    with pytest.raises(PlanError, match="goals: found a list of 0; allowed: a list with at least"):
        load_plan(little)


def test_the_fault_of_the_only_goal_is_told_and_not_that_no_goal_is_left(little: Path) -> None:
    words = little.read_text(encoding="utf-8")
    start, end = words.index("  - id: intensity\n    indicator"), words.index("measures:")
    only = words[:start].replace("target: 530", "target: x") + words[end:]
    little.write_text(only, encoding="utf-8")
    with pytest.raises(PlanError, match="target: found “x”"):
        load_plan(little)


def test_of_several_faults_the_first_in_the_file_is_told(little: Path) -> None:
    words = little.read_text(encoding="utf-8").replace("target: 530", "target: x")
    little.write_text(words.replace("issued: 2021-04-07", "issued: x"), encoding="utf-8")
    with pytest.raises(PlanError, match="row 4, issued"):
        load_plan(little)


def test_a_text_over_two_lines_is_told_on_one(spoilt: Spoil, little: Path) -> None:
    english, _ = sentences(spoilt("target: 530", 'target: "530\\n{家}"'), little)
    assert "found “530\N{REPLACEMENT CHARACTER}{家}”" in english
