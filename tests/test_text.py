"""Texts, units and languages: the same in every catalogue; a catalogue more is a language more."""

import ast
import os
import shutil
import subprocess
import sys
from datetime import date

import pytest
from babel.messages.pofile import read_po, write_po

from bcforecast import text as wording
from bcforecast import text as words
from bcforecast.plan.targets import target_words
from bcforecast.text import Message, figure, quantity, stated, text, unit_name, unit_of, write_years
from tests.reporting.light_reports import small_data
from tests.words import WORDS
from tools.check import catalogue

PACKAGE = wording.LOCALE_DIR.parent


SUBJECTS = {key.partition(".")[0] for key in catalogue("en")}


def keys_in_code():
    """Every key that a text, a message or an error is made of, where it is written out."""
    shortened = {
        ("observations", "_said"): "observations.",
        ("observations", "_reason"): "observations.reason_",
        ("explorer", "_said"): "explorer.",
    }
    found = set()
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and call.args):
                continue
            name, key = ast.unparse(call.func).rpartition(".")[2], call.args[0]
            if not isinstance(key, ast.Constant):
                continue
            if name in ("text", "Message") or name.endswith("Error"):
                found.add(key.value)
            elif (room, name) in shortened:
                found.add(f"{shortened[room, name]}{key.value}")
    # The first argument of an OptionError names an argument.
    keys = (key.partition(".") for key in found if isinstance(key, str))
    return {"".join(key) for key in keys if key[0] in SUBJECTS and key[1]}


def test_every_key_in_the_code_is_in_the_catalogues():
    found = keys_in_code()
    assert len(found) > 400
    assert found <= catalogue("en").keys()


def test_a_message_takes_the_language_of_the_outer_one_and_its_plural_from_the_count():
    inner = {"file": "a.csv", "found": Message("verdict.likely"), "allowed": "b"}
    assert Message("errors.file", inner).render("zh") == "a.csv：现为 可能，应为：b"
    counted = [("en", 1, "one year"), ("en", 3, "3 years"), ("zh", 1, "1年")]
    assert all(text("explain.span", lang, count=n) == words for lang, n, words in counted)


def test_after_a_value_that_ends_in_a_stop_there_is_no_second_one():
    told = {"first": "a", "first_share": "5", "name": "b", "share": "4"}
    said = text("overview.brief_goal_of_chance", "en", **told, above="3 per 1,000 hab.")
    assert said.endswith("of 3 per 1,000 hab.")
    for lang, stop in (("en", "? This cannot"), ("zh", "？此数")):
        slip = Message("checks.slip", {"found": 1, "low": 2, "high": 3})
        assert stop in text("checks.stops", lang, said=slip, file="a", row=1)
    summed = Message("checks.summed", {"found": 1, "kind": "ratio"})
    assert "in the plan. This cannot" in text("checks.stops", "en", said=summed, file="a", row=1)


def test_two_brackets_never_follow_each_other():
    told = {"figure": quantity("137.6", unit="2015年 = 100", lang="en"), "year": 2024}
    assert text("report.latest", "en", **told) == "137.6 (2015年\xa0=\xa0100, 2024)"
    told |= {"figure": quantity("137.6", unit="2015 = 100", lang="zh")}
    assert text("report.latest", "zh", **told) == "137.6（2015\xa0=\xa0100，2024年）"
    assert text("report.latest", "en", figure="[a](b)", year=1999) == "[a](b) (1999)"


def test_an_unknown_key_is_a_programming_error():
    with pytest.raises(KeyError, match=r"verdict\.maybe"):
        text("verdict.maybe", "en")


@pytest.mark.parametrize(("unit", "figure", "english", "chinese"), WORDS["units"])
def test_any_unit_can_be_said(unit, figure, english, chinese):
    assert quantity(figure, unit=unit, lang="en") == english
    assert quantity(figure, unit=unit, lang="zh") == chinese
    assert not unit_of(unit).whole


@pytest.mark.parametrize(("unit", "said", "english", "chinese"), WORDS["scaled_units"])
def test_things_in_scales_are_printed_as_a_language_counts(unit, said, english, chinese):
    assert quantity(said, unit=unit, lang="en") == english
    assert quantity(said, unit=unit, lang="zh") == chinese
    for lang, told in (("en", english), ("zh", chinese)):  # below the name of the column as well
        assert told.startswith(words.bare(said, unit=unit, lang=lang))
        assert told.removesuffix("s").endswith(unit_name(unit, lang).removesuffix("s"))


@pytest.mark.parametrize(
    ("figure", "unit", "targets", "english", "chinese"),
    [
        ("33,000,000", "persons", [33e6, 2e6], "33 million visitors", "3300万人次"),
        ("39,406,181", "persons", [33e6, 2e6], "39.41 million visitors", "3940.62万人次"),
        ("918", "persons", [33e6, 2e6], "918 visitors", "918人次"),
        ("33,000,000", "persons", [33e6, 500.0], "33,000,000 visitors", "33000000人次"),
        ("33,000,000", "persons", [33_123_456.0], "33,000,000 visitors", "33000000人次"),
        ("1,230,000,000", "EUR", [1.2e9], "EUR 1.23 billion", "12.3亿欧元"),
        ("250,000", "homes per year", [400_000.0], "250,000 homes a year", "25万套/年"),
    ],
)
def test_a_unit_of_large_round_targets_alone_has_one_scale(figure, unit, targets, english, chinese):
    names = {"en": "visitors", "zh": "人次"} if unit == "persons" else {"en": None, "zh": None}
    write_years(str, targets={unit: targets})
    try:
        said = {k: quantity(figure, unit=unit, lang=k, name=own) for k, own in names.items()}
        exact = {k: stated(12_345_678, unit, own).render(k) for k, own in names.items()}
    finally:
        write_years(str)
    assert said == {"en": english, "zh": chinese}
    assert exact == {k: stated(12_345_678, unit, own).render(k) for k, own in names.items()}
    assert exact["en"].removeprefix("EUR ").startswith("12,345,678")


@pytest.mark.parametrize("named", ["patents", "10,000 patents"])
def test_what_a_measure_word_counts_the_plan_says_with_its_scale_or_without(named):
    own = wording.Text(zh="万件", en=named)
    told = (("万件", "en", "12,000 patents"), ("千件", "en", "1.2 thousand patents"),
            ("万件", "zh", "1.2万件"))  # fmt: skip
    for unit, lang, said in told:
        assert quantity("1.2", unit=unit, lang=lang, name=own.render(lang)) == said
        assert said.endswith(unit_name(unit, lang, own))


@pytest.mark.parametrize(
    "unit", ["TEU", "m", "all", "USD/head", "EUR per kWh", "", "MMR", "ft", "tl", "－"]
)
def test_what_only_looks_like_money_is_none(unit):
    assert not unit_of(unit).currency
    assert unit_of(unit).measure_of("Springfield") == "ratio"


@pytest.mark.parametrize(("unit", "how"), WORDS["amounts"])
def test_an_amount_is_counted_as_amounts_are_and_one_of_something_else_is_a_ratio(unit, how):
    assert not unit_of(unit).currency
    assert unit_of(unit).measure_of("Springfield") == how


@pytest.mark.parametrize(
    "unit", ["people", "人", "万名", "명", "Personen", "套", "logements", "crore"]
)
def test_people_and_homes_are_a_stock_in_every_language_unless_the_name_says_otherwise(unit):
    for name in ("Population", "常住人口", "New energy vehicles", "部门人员", "Elèves"):
        assert unit_of(unit).measure_of(name) == "stock"
    for name in (
        "Road deaths",
        "城镇新增就业",
        "Logements construits",
        "Newly built",
        "新設着工",
        "Jobs created",
        "Net migration",
    ):
        assert unit_of(unit).measure_of(name) == "flow"
        assert unit_of(unit).measure_of(f"Cumulative {name}") == "stock"


@pytest.mark.parametrize("unit", wording.units())
def test_every_unit_has_a_name_and_stands_beside_a_number_in_both_languages(unit):
    parted = "%", "-", "ratio", "CNY", "10k CNY", "100M CNY", "MU", "hours", "minutes", "days"
    assert wording.units()[unit].whole == (unit not in parted and unit[:4] != "per ")
    for lang in wording.LANGUAGES:
        name, said = unit_name(unit, lang), figure("1,650.9", unit).render(lang)
        assert name
        if lang == "en" and unit.endswith("CNY"):
            assert said.startswith("CNY ")
        elif unit == "place":
            assert said == {"zh": "第1650.9位", "en": "place 1,650.9"}[lang]
        else:
            blank = "" if lang == "zh" or unit == "%" else " "
            unit_said = "" if unit in ("-", "ratio", "number") else f"{blank}{name}"
            assert said == f"{'1650.9' if lang == 'zh' else '1,650.9'}{unit_said}"


@pytest.mark.parametrize(("number", "unit", "lang", "words"), WORDS["units_read"])
def test_a_unit_reads_as_a_statistician_writes_it(number, unit, lang, words):
    assert figure(number, unit).render(lang) == words


@pytest.mark.parametrize(("unit", "name"), WORDS["money"])
def test_money_is_known_by_its_usual_mark_and_no_unit_by_a_dash(unit, name):
    assert unit_name(unit, "en") == name
    assert target_words("at_least", 1.8, unit="－", lang="en") == "at least 1.8"


def test_a_name_that_says_percent_in_words_keeps_its_letters():
    for unit, name in (("per cent", "per cent of pupils"), ("%", "Prozent der Schüler")):
        assert quantity("3", unit=unit, lang="en", name=name) == f"3 {name}"
    assert quantity("3–5", unit="Prozent", lang="en", name="% of pupils") == "3%–5% of pupils"


def test_japanese_is_not_taken_for_chinese():
    for said in ("北辰区", "香港總生產", "朱镕基"):
        assert words.language_of(said, otherwise="en") == "zh"
    for said in ("みどり市", "千葉県", "総生産", "Alba"):
        assert words.language_of(said, otherwise="en") == "en"


def test_one_point_is_singular_and_no_figure_is_none_of_what_has_another_script():
    assert words.difference("-1", "%", None, lang="en") == "-1 percentage point"
    assert words.difference("0.20", "%", None, lang="en") == "0.20 percentage points"
    points = [words.difference(x, "2015 = 100", None, lang="en") for x in ("1", "5.00", "12.63")]
    assert points == ["1 point", "5.0 points", "12.63 points"]
    asked = ("homes", "人", "社")
    none = [target_words("at_most", 0.0, unit=one, lang="en") for one in asked]
    assert none == ["no homes", "no people", "at most 0 社"]


@pytest.mark.parametrize("unit", ["%", "% of GDP", "％ of GDP", "% du PIB"])
def test_differences_of_percents_are_points_whatever_they_are_percents_of(unit):
    assert words.difference("1.5", unit, None, lang="en") == "1.5 percentage points"
    assert words.number(3.0, unit=unit) == "3.0"


@pytest.mark.parametrize(("unit", "measure", "said"), WORDS["things"])
def test_whole_things_are_known_by_words_for_them_and_have_no_decimals(unit, measure, said):
    assert unit_of(unit).measure_of("Springfield") == measure
    assert words.quantity(words.number(251.6, unit=unit), unit=unit, lang="en") == said


DAY = date(2021, 12, 31)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.number(1650.8667, unit="100M CNY"), "1,650.9"),
        (words.number(3.2849, unit="%"), "3.28"), (words.number(6106.4, unit="parks"), "6,106"),
        (words.number(0.95264, unit=None), "0.9526"), (words.number(None, unit="%"), words.NOTHING),
        (words.number(-12.0, unit="parks"), "\N{MINUS SIGN}12"),
        ([words.plain(x) for x in (3.2, 60.0, 1650.8667, 1.3e14, 2e-8)],
         ["3.2", "60", "1,650.8667", "130,000,000,000,000", "0.00000002"]),
        (words.quantity("8 to 12", unit="100M CNY", lang="en"), "CNY 0.8 to 1.2 billion"),
        (words.quantity("9,000至12,500", unit="persons", lang="zh"), "9000至12500人"),
        (words.number(1650.8667, unit="100M CNY", lang="en"), "165.09"),
        (words.quantity("1", unit="parks", lang="en"), "1 park"),
        (target_words("more_than", 530, unit="enterprises", lang="zh"), "突破530家"),
        (target_words("at_most", 0, unit="accidents", lang="en"), "no accidents"),
        (target_words("at_most", 50, unit="名次", lang="zh"), "进入前50位"),
        (target_words("at_most", 50, unit="rank", lang="en"), "place 50 or better"),
        (quantity("62", unit="Platz", lang="en"), "place 62"),
        (quantity("62", unit="rank", lang="zh"), "第62位"),
        (wording.difference("5", "rank", None, lang="en"), "5 places"),
        (wording.difference("−1", "排名", None, lang="en"), "−1 place"),
        (target_words("at_most", 0, unit="accidents", lang="zh", name="起"), "为0起"),
        (target_words("between", 9000, upper=12000, unit="enterprises", lang="zh"),
         "保持在9000至12000家之间"),
        (target_words("between", 1, upper=3, unit="%", lang="zh"), "保持在1%至3%之间"),
        (target_words("about", 40, upper=42, unit="%", lang="zh"),
         "达到40%左右（上下2个百分点以内）"),
        (words.quantity("1", unit="accidents", lang="en", name="accidents"), "1 accident"),
        (target_words("at_least", 3.2, unit="%", lang="en"), "at least 3.2%"),
        (words.text("attainment.rests_on_own", "zh", area="某区", first=2011, last=2019, count=9),
         "预测依据某区已公布的2011年至2019年共9个数据。"),
        (words.text("attainment.so_far_sum_own", "en", months=8, year=2024, share=0.62, count=1,
                    figure="60 homes"),
         "So far 2024 stands at 60 homes (8 of 12 months); in the one earlier year on record, the"
         " same months made up 62% of the total."),
        ([words.estimate(e, unit="CNY", within=1179.4) for e in (-318.4, 369.8, 861.0)],
         ["−300", "400", "900"]),
        ([words.estimate(e, unit="t", within=0.056) for e in (0.415, 0.4401, 0.4712)],
         ["0.415", "0.440", "0.470"]),
        ([words.estimate(e, unit="t", within=1480.0) for e in (12.3, 41.0, 1492.3)],
         ["10", "40", "1,500"]),
        ([words.estimate(e, unit="%", within=3.84, end=True) for e in (-3.9, -0.06, -0.04)],
         ["−3.9", "−0.1", "0.0"]),
        (words.number(0.468, unit="t"), "0.468"),
        (words.compared("−3.5", "CNY", other="全省").render("zh"), "比全省低3.5元"),
        (words.Made(words.chance, probability=0.999, grade="A").render("en"), "over 99%"),
        ([words.chance(p, grade="C", lang="zh") for p in (0.374, 0.02, 0.999)],
         ["35%", "不到5%", "95%以上"]),
        ([words.chance(p, grade="D", lang="zh") for p in (0.61, 0.01, 0.999)],
         ["约六成", "不到一成", "九成以上"]),
        ([words.chance(p, grade="D", lang="en", narrow=True) for p in (0.5, 0.04, None)],
         ["5 in 10", "<1 in 10", "–"]),
        ([words.percent(p) for p in (0.4166, 0.995, 0.005, None)], ["42%", ">99%", "<1%", "–"]),
        ([words.rate(0.1547), words.rate(0.0416, signed=True)], ["15.5%", "+4.2%"]),
        ([words.rate(-0.0004), words.rate(0.0001, signed=True)], ["0%", "0%"]),
        ([words.number(-0.004, unit="%"), words.points(-0.0004)], ["0", "0"]),
        ([words.points(c) for c in (0.0881, -1e-16, -0.4, None)],
         ["+9", "0", "\N{MINUS SIGN}40", "–"]),
        ([words.day(DAY, lang=lang) for lang in ("zh", "en")],
         ["2021年12月31日", "31 December 2021"]),
        (words.place_words("一（二）", lang="zh"), "一（二）"),
        (words.place_words("二（三）1", lang="en"), "Part 2 (3) 1 [二（三）1]"),
        (words.place_words("p. 3", lang="en"), "p. 3"),
        (words.probability_words(0.734, "verdict.likely", grade="B", lang="en"), "73% (likely)"),
        (words.probability_words(0.91, "verdict.very_likely", grade="D", lang="zh"),
         "约九成（极有可能，但证据很薄弱）"),
        (words.probability_words(None, "verdict.unset", grade="U", lang="zh"), "暂不能判断"),
        (words.Text(en="Statistics Bureau").render("zh"), "Statistics Bureau"),
        (words.join_sentences(["Met.", "", "Far."], lang="en"), "Met. Far."),
        (words.join_clauses(["甲", "乙"], lang="zh"), "甲；乙"),
    ],
)  # fmt: skip
def test_figures_dates_and_chances_read_as_they_should(written, expected):
    assert written == expected


ROOT = wording.LOCALE_DIR.parents[1]
_MARK = "¡"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Copy the house and give it a catalogue more: English with a mark before each text."""
    house = tmp_path_factory.mktemp("house")
    unwritten = shutil.ignore_patterns("*.mo")
    for name in ("bcforecast", "tools"):
        shutil.copytree(ROOT / name, house / name, ignore=unwritten)
    for name in ("data", "notebooks", "requirements.lock"):
        (house / name).symlink_to(ROOT / name)
    locale = house / "bcforecast" / "locale"
    with (locale / "en.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if message.id and "language." not in message.id:
            forms = message.string if message.pluralizable else (message.string,)
            marked = tuple(_MARK + form for form in forms)
            message.string = marked if message.pluralizable else marked[0]
    with (locale / "xx.po").open("wb") as file:
        write_po(file, catalogue)
    said(house, "tools/compile_messages.py")
    return house


def said(house, *command):
    command, own = [sys.executable, *command], {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(command, cwd=house, env=own, text=True, check=True, stdout=-1).stdout


ABOUT = ("--plan", "beichen-2020-2022", "--as-of", "2021-12-31", "--lang", "xx")


def test_the_terminal_and_a_report_speak_a_language_of_which_there_is_only_a_catalogue(house):
    table = said(house, "-m", "bcforecast", "goals", *ABOUT)
    assert f"{_MARK}{text('attainment.table_note', 'en')[:30]}" in table
    assert "High-tech enterprises" in table, "what a file does not give in a language is English"
    small = ("--plan", "small", "--data", small_data(house), "--as-of", "2020-12-31", *ABOUT[-2:])
    said(house, "-m", "bcforecast", "report", *small, "--format", "html", "--out", "reports")
    page = house / "reports" / "small" / "2020-12-31" / "baseline" / "xx" / "index.html"
    words = page.read_text(encoding="utf-8")
    assert f"{_MARK}{text('report.contents', 'en')}" in words
    assert f"{_MARK}{text('report.method_of_chances', 'en')[:30]}" in words


@pytest.mark.parametrize(
    ("given", "lang"),
    [
        ({"en": "Plan of Here"}, "en"), ({"zh": "本地规划"}, "zh"),
        ({"en": "Plan of Here", "zh": "本地规划"}, "zh"),
        ({"en": "本地规划", "zh": "本地规划"}, "zh"), ({"en": "Here", "zh": "Here"}, "en"),
    ],
)  # fmt: skip
def test_words_are_in_the_language_that_they_are_given_in(given, lang):
    assert words.Text(**given).language(of_several="zh") == lang


@pytest.mark.parametrize(
    ("value", "written"), [(20800.0, "20,800"), (20800.5, "20,800.5"), (950.0, "950"), (0.5, "0.5")]
)
def test_a_figure_has_no_decimals_that_were_not_stated(value, written):
    assert words.number(value, unit="kt CO2e") == written
    persons = [words.number(one, unit="CNY") for one in (45660.28, 960.25)]
    assert persons == ["45,660", "960.2"], "nobody has a tenth of thousands"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("70 kg per hectare", "70_kg per hectare"),
        ("between CNY 2 and 3.1 million", "between CNY_2_and 3.1_million"),
        ("60亿元以上，an 80% chance", "60亿元以上，an 80% chance"),
        ("5 jobs in 2030 and 2,030 in 2031", "5_jobs in 2030 and 2,030_in 2031"),  # years have none
    ],
)
def test_a_number_stays_on_one_line_with_its_unit(words, kept):
    assert wording.unbroken(words).replace("\N{NO-BREAK SPACE}", "_") == kept


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "In 2024 it came to 9 in all (target: 70)."), ("zh", "2024年已累计9（目标70）。")],
)
def test_a_span_of_one_year_is_that_year(lang, told):
    assert wording.text("report.say_so_far", lang, first=2024, last=2024, done=9, total=70) == told


def test_no_brackets_stand_in_others():
    unit = "index (2019/20 = 100)"
    told = "Forecast by year (index, 2019/20 = 100)"
    assert wording.text("report.forecast_caption", "en", unit=unit) == told
