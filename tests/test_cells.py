"""What people write in cells: figures, comparators, heads of columns."""

import math
import re
from decimal import Decimal
from math import nextafter

import pytest

from bcforecast import cells, errors
from bcforecast.plan.fields import CHANGES
from bcforecast.plan.targets import COMPARISONS
from bcforecast.text import Message

NAN = math.nan
READ = [
    (1234, "%", (1234, NAN, NAN, "official")),
    ("１,２３４", "enterprises", (1234, NAN, NAN, "official")),
    ("1 234.5", "%", (1234.5, NAN, NAN, "official")),
    ("-.40", "%", (-0.4, NAN, NAN, "official")),
    ("1.1万", "persons", (11000, NAN, NAN, "official")),
    ("3.5亿", "100M CNY", (3.5, NAN, NAN, "official")),
    ("12万元", "100M CNY", (0.0012, NAN, NAN, "official")),
    ("4 billion", "M EUR", (4000, NAN, NAN, "official")),
    ("1.2 million", "M EUR", (1.2, NAN, NAN, "official")),
    ("3万", "万人", (3, NAN, NAN, "official")),
    ("1兆2千億円", "億円", (12000, NAN, NAN, "official")),
    ("約1兆2,345億3千万円", "億円", (12345.3, NAN, NAN, "approximate")),
    ("1.5千万", "人", (15_000_000, NAN, NAN, "official")),
    ("9000多家", "enterprises", (NAN, 9000, NAN, "official")),
    ("more than 9,000", "enterprises", (NAN, 9000, NAN, "official")),
    ("9000家以上", "enterprises", (NAN, nextafter(9000, 0), NAN, "official")),
    ("不低于60", "%", (NAN, nextafter(60, 0), NAN, "official")),
    ("at least 0", "%", (NAN, -1e-15, NAN, "official")),
    ("不足5", "%", (NAN, NAN, 5, "official")),
    ("近9000", "enterprises", (9000, NAN, NAN, "approximate")),
    ("120左右", "%", (120, NAN, NAN, "approximate")),
    ("预计120", "%", (120, NAN, NAN, "expected")),
    ("预计突破120", "%", (NAN, 120, NAN, "expected")),
    ("预计约120", "%", (120, NAN, NAN, "expected")),
    ("120 (p)", "%", (120, NAN, NAN, "preliminary")),
    ("40-45", "%", (NAN, 40, 45, "official")),
    ("in the range of 400 to 450", "%", (NAN, 400, 450, "official")),
    ("介于400至450之间", "%", (NAN, 400, 450, "official")),
    ("1.2兆円", "億円", (12000, NAN, NAN, "official")),
    ("300人以下", "persons", (NAN, NAN, nextafter(300, 301), "official")),
    ("300人未満", "persons", (NAN, NAN, 300, "official")),
    ("rund 250", "km", (250, NAN, NAN, "approximate")),
    ("plus de 90", "km", (NAN, 90, NAN, "official")),
    ("1.69bn", "million KES", (1690, NAN, NAN, "official")),
    ("40%至45%", "%", (NAN, 40, 45, "official")),
    ("1-1.2万", "persons", (NAN, 10000, 12000, "official")),
    ("16.5k", "firms", (16500, NAN, NAN, "official")),
    *((cell, "£m", (59.6, NAN, NAN, "official")) for cell in [
        "59.6 £m", "59.6 million", "£59.6m", "£59.6", "59.6m", "£59.6 million", "GBP 59.6 million",
        "£59.6m*", "£0.0596bn", "£59,600k",
    ]),
    *((cell, "£m", (-5, NAN, NAN, "official")) for cell in ["-£5m", "£-5m", "− £5 million"]),
    ("¥5亿", "100M CNY", (5, NAN, NAN, "official")),
    ("－￥5亿", "100M CNY", (-5, NAN, NAN, "official")),
    ("-$1.5bn", "M AUD", (-1500, NAN, NAN, "official")),
    ("more than £40m", "£m", (NAN, 40, NAN, "official")),
    ("£40m-£45m", "£m", (NAN, 40, 45, "official")),
    ("£59.6m", "GBP", (59.6e6, NAN, NAN, "official")),
    ("5 Mio €", "M EUR", (5, NAN, NAN, "official")),
    *((cell, "Md€", (91.1, NAN, NAN, "official")) for cell in [
        "91.1", "91.1 Md€", "91 100 M€", "91.1 milliards d'euros",
        "91.1 miles de millones de euros", "91.1 mil M€", "€91.1bn",
    ]),
    *((cell, "£000", (9700, NAN, NAN, "official")) for cell in ["9,700", "£9,700k", "£9.7m"]),
    *((cell, "% of GDP", (2.7, NAN, NAN, "official")) for cell in [
        "2.7", "2.7%", "2.7 %", "2.7% of GDP",
    ]),
    ("人民币59.6亿元", "100M CNY", (59.6, NAN, NAN, "official")),
    *((cell, "억원", (12000, NAN, NAN, "official")) for cell in [
        "1조 2,000억원", "1조2천억", "12000", "1.2조 원",
    ]),
    ("약 3만 2천 명", "명", (32000, NAN, NAN, "approximate")),
    ("500만명 이상", "만명", (NAN, nextafter(500, 0), NAN, "official")),
    *((cell, "€ par habitant", (1200, NAN, NAN, "official")) for cell in [
        "1\u202f200 €", "€1,200", "1200 euros par habitant", "1200 € je Einwohner", "1.2 k€/hab",
    ]),
    *((cell, "logements par an", (1500, NAN, NAN, "official")) for cell in [
        "1\u202f500 par an", "1 500 logements par an", "1’500", "1 500 logements", "1500/an",
    ]),
    *((f"1,500{unit}", unit, (1500, NAN, NAN, "official")) for unit in ["€/kWh", "人均元"]),
    ("年間1,500戸", "戸", (1500, NAN, NAN, "official")),
    ("45 pour cent", "%", (45, NAN, NAN, "official")),
    *((f"538{mark}", "enterprises", (538, NAN, NAN, "official")) for mark in "*†¹①r"),
    ("538家**", "enterprises", (538, NAN, NAN, "official")),
    ("538 (provisional)", "enterprises", (538, NAN, NAN, "preliminary")),
    ("470p", "enterprises", (470, NAN, NAN, "preliminary")),
    ("470 [e]", "enterprises", (470, NAN, NAN, "expected")),
    *((f"88,400（{said}）", "億円", (88400, NAN, NAN, firm)) for said, firm in [
        ("速報", "preliminary"), ("概数", "preliminary"), ("確報", "official"),
        ("見込み", "expected"),
    ]),
    *((f"{mark}3,120", "人", (-3120, NAN, NAN, "official")) for mark in ["△", "▲ ", "-"]),
    ("△￥5億", "億円", (-5, NAN, NAN, "official")),
    ("KSh 2,100 million", "KSh millions", (2100, NAN, NAN, "official")),
    ("R2.5bn", "R million", (2500, NAN, NAN, "official")),
    ("5千", "人", (5000, NAN, NAN, "official")),
    ("5 m² (p)", "m²", (5, NAN, NAN, "preliminary")),
    ("达126家", "enterprises", (126, NAN, NAN, "official")),
    ("达126家以上", "enterprises", (NAN, nextafter(126, 0), NAN, "official")),
    ("预计达到约126家", "enterprises", (126, NAN, NAN, "expected")),
    ("oltre 65", "%", (NAN, 65, NAN, "official")), ("94 (stima)", "t", (94, NAN, NAN, "expected")),
    ("Rp 412.5 miliar", "miliar rupiah", (412.5, NAN, NAN, "official")),
    *((f"5 {said}", unit, (5, NAN, NAN, "official")) for said, unit in [
        ("Einwohner", "habitants"), ("т", "тонн"), ("mdp", "millones de pesos"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "unit", "meant"), READ)
def test_a_figure_is_read_as_it_is_meant(cell, unit, meant):
    read = cells.read_figure(cell, unit=unit)
    assert repr((read.value, read.lower, read.upper, read.status)) == repr(
        (*map(float, meant[:3]), meant[3])
    )


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
        ("£9,700q", "an empty cell"),
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


HEADS = [
    ("2021", "2021"), ("２０２１年", "2021"), (2021.0, "2021"), ("2021年5月", "2021-05"),
    ("2021-05", "2021-05"),
    ("2021Q3", "2021Q3"), ("2021年三季度", "2021Q3"), ("2021年1-5月", "2021-01/2021-05"),
    ("2022¹", "2022"), ("2022 ₁", "2022"), ("2022①", "2022"), ("2022年²", "2022"),
    ("2022*", "2022"), ("2022-1¹", "2022-01"), ("2022-1¹月", None), ("2022Q1²", "2022Q1"),
    ("20221", None), ("20223季度", "2022Q3"), ("2022年第3四半期", "2022Q3"), ("Q1 2026", "2026Q1"),
    ("T2 2026", "2026Q2"), ("Apr 2026", "2026-04"), ("août 2026", "2026-08"),
    ("Apr – Jun. 2026", "2026-04/2026-06"), ("2026T2", None), ("Q1 2026/27", None),
    ("2021-A1", "2021"), ("2021-M05", "2021-05"), ("2021M5", "2021-05"), ("2021K3", "2021Q3"),
    ("٢٠٢٠", "2020"), ("二〇二〇年", "2020"), ("二○二一年5月", "2021-05"), ("令和元年", "2019"),
    ("Ene-24", "2024-01"), ("Jan-May’98", "1998-01/1998-05"), ("Jan 24", None),
    ("2024년 1월", "2024-01"), ("2024년 1/4분기", "2024Q1"), ("2024년 1-5월", "2024-01/2024-05"),
    ("tháng 5/2024", "2024-05"), ("январь 2024 года", "2024-01"), ("Triwulan IV 2024", "2024Q4"),
    ("2024 quarter 1", "2024Q1"), ("quý I năm 2024", "2024Q1"), ("tháng 12 năm 2024", "2024-12"),
    ("1º trimestre de 2024", "2024Q1"), ("2024 г.", "2024"), ("1/2024", "2024-01"), ("R6", None),
    ("202105", None), (44197, None), ("name", None), (None, None), (True, None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "period"), HEADS)
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


def test_every_shape_of_a_target_or_due_date_is_read_as_itself_and_not_as_a_shorter_one():
    gaps = {"target": "40", "year": "2010", "years": "2025-2030", "areas": "kent, essex"}
    for key, shapes in cells._listed("shapes").items():
        for shape in (one for one in shapes if "}{" not in one):
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
