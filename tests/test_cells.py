"""What people write in cells: figures, comparators, heads of columns."""

import itertools
import math
import re
from datetime import date
from decimal import Decimal
from math import nextafter

import pytest

from bcforecast import cells, errors
from bcforecast.plan.fields import CHANGES
from bcforecast.plan.targets import COMPARISONS
from bcforecast.text import Message
from tests.words import WORDS

BEYOND = {"least": ("lower", -math.inf), "most": ("upper", math.inf)}


@pytest.mark.parametrize(("alike", "unit", "meant"), WORDS["figures"])
def test_a_figure_is_read_as_it_is_meant(alike, unit, meant):
    told = {"status": "official", **(meant if isinstance(meant, dict) else {"value": meant})}
    for itself, (bound, away) in BEYOND.items():
        if itself in told:
            told[bound] = nextafter(told.pop(itself), away)
    figures = {name: float(told.get(name, math.nan)) for name in ("value", "lower", "upper")}
    for cell in alike if isinstance(alike, list) else [alike]:
        assert repr(cells.read_figure(cell, unit=unit)) == repr(cells.Written(**told | figures))


def test_a_currency_that_a_format_shows_counts_where_figures_are_money():
    assert cells.read_figure(cells.AsFormatted("€5"), unit="bn EUR").value == 5
    for said, unit in (("5% €", "%"), ("5 firms €", "firms"), ("€5", "firms"), ("€5", "100M CNY")):
        with pytest.raises(errors.BcforecastError, match=f'found "{said}"'):
            cells.read_figure(cells.AsFormatted(said), unit=unit)


@pytest.mark.parametrize("cell", [None, "", "  ", "—", "..", "n/a", "暂无"])
def test_what_says_that_there_is_no_figure_is_none(cell):
    assert cells.read_figure(cell, unit="%") is None


@pytest.mark.parametrize(
    "cell",
    [
        "12 34", "513件", "#DIV/0!", "45-40", True, math.inf, "1.234.567", "突破不足5", "x",
        "3億50000万", "1万2345", "①538", "12①5", "10⁸", "513m", "513%p", "513 people", "513%",
        "1538 * 2",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_or_none_is_refused_with_what_is_allowed(cell):
    with pytest.raises(errors.BcforecastError, match=r"allowed: a number in enterprises"):
        cells.read_figure(cell, unit="enterprises")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("15,5", "15.5"), ("-0,5 %", "-0.5"), ("0,850", "0.850"), ("1.234,5", "1234.5"),
        ("12,3456", "12.3456"), ("约 15,5%", "15.5"), ("1,2,3", "an empty cell"),
        ("$59.6m", "an empty cell"), ("-¥5m", "an empty cell"), ("£470p", "an empty cell"),
        ("£9,700q", "an empty cell"), ("59.6b", "an empty cell"),
    ],
)  # fmt: skip
def test_a_comma_that_marks_decimals_is_told_as_the_number_is_to_be_written(cell, written):
    unit = "£m" if "m" in cell or "£" in cell else "%"
    with pytest.raises(errors.BcforecastError, match=f" {written}($|; .*--decimal ,)"):
        cells.read_figure(cell, unit=unit)


@pytest.mark.parametrize(
    ("cell", "unit", "read"),
    [
        ("1.2 lakh", "households", 120_000), ("12,34,567", "households", 1_234_567),
        ("1,20,000", "households", 120_000), ("3.5 crore", "INR crore", 3.5),
        ("12 million", "visitors (million)", 12), ("12 million", "visitors", 12_000_000),
        ("2 crore", "crore rupees", 2), ("3 thousand", "births per thousand", 3000),
    ],
)  # fmt: skip
def test_a_scale_is_that_of_the_unit_where_it_has_one_lakh_and_crore_too(cell, unit, read):
    assert cells.read_figure(cell, unit=unit).value == read


@pytest.mark.parametrize(
    ("cell", "unit", "readings"),
    [
        ("1.2万", "100M CNY", "1.2万 CNY 100 million or 1.2万 CNY"),
        ("不低于1-1.2万", "亿元", "1.2万 CNY 100 million or 1.2万 CNY"),
        ("4 k", "M EUR", "4 k EUR million or 4 k EUR"), ("4千", "亿元", "or 4千 CNY"),
        ("4 lakh", "INR crore", "4 lakh INR crore or 4 lakh INR"),
        ("12 thousand", "visitors (million)", "or 12 thousand visitors"),
    ],
)  # fmt: skip
def test_a_scale_below_the_units_own_is_refused_with_both_readings(cell, unit, readings):
    with pytest.raises(errors.BcforecastError, match=re.escape(readings)):
        cells.read_figure(cell, unit=unit)


@pytest.mark.parametrize(
    ("table", "read"),
    [
        (["1.234,5", "980", "约 15,5%", 2.5], [1234.5, 980.0, 15.5, 2.5]),
        (["1 234,5", "1.234", "-0,5"], [1234.5, 1234.0, -0.5]),
        (["1,234.5", "1,234"], [1234.5, 1234.0]),
        (["1,234", "1.234"], [1234.0, 1.234]),
        (["15,5", cells.AsFormatted("2.7%"), cells.AsFormatted("2.734%")], [15.5, 2.7, 2.734]),
    ],
)
def test_commas_mark_decimals_where_a_table_leaves_no_doubt(table, read):
    mark = cells.mark_said(table)
    assert [cells.read_figure(one, unit="%", mark=mark).value for one in table] == read


@pytest.mark.parametrize("table", [["15,5", "1.5"], ["15,5", "1,234"], ["15,5", "1,234.5"]])
def test_where_commas_may_mark_either_only_the_option_decides(table):
    assert cells.mark_said(table) == "."
    with pytest.raises(errors.BcforecastError, match=r"15\.5; .*--decimal ,"):
        cells.read_figure(table[0], unit="%")
    assert cells.read_figure("1,234", unit="%", mark=",").value == 1.234
    assert cells.edge.separator(b'"a, b, and c";2020;2021') == ";", "no mark counts in quotes"
    for cell in ("1.5", "1,234.5", "0.5"):
        with pytest.raises(errors.BcforecastError, match=r"comma before .*1\.234,5"):
            cells.read_figure(cell, unit="%", mark=",")
    assert cells.read_figure("6,9 Po", unit="%", mark=",").status == "preliminary"
    with pytest.raises(errors.BcforecastError, match=r"(?s)6,9 xyz(?!.*--decimal)"):
        cells.read_figure("6,9 xyz", unit="%", mark=",")


@pytest.mark.parametrize(
    ("given", "unit"),
    [
        ("parks", "platforms"), ("千人当たり", "万人当たり"), ("EUR", "USD"), ("人", "%"),
        ("", "人"), ("万元/人", "千元/户"), ("miles", "km"), ("EUR", "€ per head"),
    ],
)  # fmt: skip
def test_what_counts_something_else_or_so_many_of_it_is_no_multiple(given, unit):
    assert cells.times(given, unit) is None
    assert cells.times("万人", "persons") == cells.times("万元/人", "元 per head") == 10_000
    assert cells.times("KSh", "KSh millions") == Decimal("0.000001")


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("31/03/2026", "2026-03-31"), ("3/31/2026", "2026-03-31"), ("1.13.2026", "2026-01-13"),
        ("2026/3/1", "2026-03-01"), ("2026年3月1日", "2026-03-01"), ("03/03/2026", "2026-03-03"),
        ("03/04/2026", "?"), ("32/03/2026", "?"), ("31/03/26", "?"), ("spring", "?"),
    ],
)  # fmt: skip
def test_a_day_that_can_mean_one_day_alone_is_told_as_it_is_to_be_written(found, meant):
    said = cells.allowed_day(found, Message("observations.name", {"name": "?"})).render("en")
    assert said.endswith(meant)


@pytest.mark.parametrize(("head", "period"), WORDS["periods"])
def test_a_head_names_a_period_or_none(head, period):
    assert cells.period_named(head) == period


def test_every_comparator_has_a_word_in_the_languages_of_plans():
    for said in (
        "almeno; oltre; al massimo; meno di; compreso tra; circa; nuovi; calo del; crescita del",
        "minimal; lebih dari; paling banyak; kurang dari; antara; sekitar; baru; turun; meningkat",
        "en az; üzerinde; en fazla; altında; arasında; yaklaşık; yeni; azaltmak; artırmak",
        "mindst; mere end; højst; mindre end; mellem; omkring; nye; reducere med; øge med",
        "не менше; понад; не більше; менше; між; близько; нових; скоротити на; збільшити на",
        "이상; 초과; 이하; 미만; 사이; 내외; 신설; 감축; 증가",
    ):
        meant = [cells.meaning("comparators", word) for word in said.split("; ")]
        assert meant == [*COMPARISONS, *CHANGES], said


def test_ends_are_parted_by_words_of_many_languages_and_never_within_one():
    for said in ("між 40 і 45", "od 40 do 45", "від 40 до 45", "بين 40 و 45", "40 тыс-45", "40à45"):
        assert [end[:2] for end in cells.ends_of(said)] == ["40", "45"]
    assert cells.ends_of("5 миллионов 300 тысяч") == ("5 миллионов 300 тысяч",)
    assert cells.ends_of("[10, 15]") == ("10", "15")
    assert cells.ends_of("10, 15") == ("10, 15",), "which may be one number"


def test_one_sign_may_be_a_scale_by_itself_and_one_letter_is_none():
    assert (cells.bare_scale("万"), cells.bare_scale("m")) == (10_000, None)
    assert cells.agrees("ones", "enterprises")
    assert not cells.agrees("thousands", "enterprises")


def test_a_fiscal_year_ends_on_the_last_day_before_the_month_in_which_the_next_begins():
    indian = cells.FiscalYears("2024-04", "2024-25")
    assert (indian.last_day(2025), indian.of_day(date(2025, 3, 31))) == (date(2025, 3, 31), 2025)
    assert indian.of_day(date(2025, 4, 1)) == 2026


def spread(shape):
    """Each of what a shape with <words|parted by a bar> stands for."""
    parts = (part.split("|") for part in re.split("[<>]", shape))
    return map("".join, itertools.product(*parts))


def test_every_shape_of_a_target_or_due_date_is_read_as_itself_and_not_as_a_shorter_one():
    gaps = {"target": "40", "year": "2010", "years": "2025-2030", "areas": "kent, essex"}
    gaps["other"] = "kent"
    for key, shapes in cells._listed("shapes").items():
        each = (one for shape in shapes if "}{" not in shape for one in spread(shape))
        for shape in each:
            told = {gap: said for gap, said in gaps.items() if f"{{{gap}}}" in shape}
            assert cells.said_as(key, shape.format(**told)) == told, shape


def test_comparators_and_columns_are_known_in_either_language_and_by_sign():
    said = ["at least", "AT_LEAST", "≥", "突破", "介于", "左右", "perhaps"]
    meant = ["at_least", "at_least", "at_least", "more_than", "between", "about", None]
    assert [cells.meaning("comparators", one) for one in said] == meant
    heads = ["指标", "Code", "发布日期", "10%", "10 %", "thing", "单 位", "UoM"]
    assert [cells.meaning("columns", one) for one in heads] == [
        "indicator", "code", "published", "q10", "q10", None, "unit", "unit",
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["2024-25", "FY2024", "2023-24", "令和5年度", "24", "2025-26"])
def test_an_example_that_cannot_begin_in_its_month_is_no_fiscal_year(way):
    assert cells.FiscalYears.of({"fiscal_year": {"begins": "2025-04", "written": way}}) == (
        cells.FiscalYears("2025-04", way) if way == "2025-26" else None
    )
    assert cells.FiscalYears("2025-04", "2025-26").end("9" * 5000) is None
    assert cells.FiscalYears("2025-04", "令和7年度").span("令和7～11年度") == (2026, 2030)


def test_what_is_true_is_told_as_a_spreadsheet_shows_it():
    with pytest.raises(errors.ObservationError) as refused:
        cells.read_figure(True, unit="%")
    assert str(refused.value.message.values["found"]) == "TRUE"


def test_a_text_too_long_to_say_a_figure_a_unit_or_a_goal_says_none_at_once():
    """Each was looked for at every place of it: a hundred thousand brackets took two minutes."""
    long = "9" * 100_000
    with pytest.raises(errors.ObservationError, match="9999"):
        cells.read_figure(long, unit="persons")
    assert (cells.unit_told("[" * 100_000), cells.said_as("target_change", long)) == ("", None)


@pytest.mark.parametrize(
    ("head", "read"),
    [("Baseline 2019", "2019"), ("2020年（基期）", "2020年"), ("Actual (2019/20)", "2019/20"),
     ("Baseline: 2022", "2022"), ("Actual Q1 2024", "q1 2024"), ("实际2022年", "2022年"),
     ("Actual FY24", "fy24"), ("Actual spending", ""),
     ("R 2023", ""), ("B 2024", ""), ("Base 2024", ""), ("High 2024", ""), ("Target 2030", "")],
)  # fmt: skip
def test_a_head_of_a_year_may_say_that_its_figures_are_known(head, read):
    assert cells.without_flag(head) == ((read, "official") if read else (head, ""))


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("Barbados, Dominica, Trinidad and Tobago", ["Trinidad and Tobago"]),
        ("Barbados, Dominica and Trinidad and Tobago", ["Dominica", "Trinidad and Tobago"]),
        ("Barbados, Kent and Essex", ["Kent", "Essex"]),
    ],
)
def test_a_place_with_and_in_its_name_is_one(said, last):
    assert cells.names_in(said)[-len(last) :] == last
