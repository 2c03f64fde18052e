"""The workbook, read back: numbers are the result's, days are days, and no text is a formula."""

import io
from datetime import date, datetime
from math import nan

import openpyxl
import pytest

from bcforecast.plotting.style import GRADE_COLOURS
from bcforecast.reporting import facts as kinds
from bcforecast.reporting import tables
from bcforecast.reporting.xlsx import xlsx_bytes
from bcforecast.text import column_head, text
from tests.reporting.made_up_documents import report_of
from tests.reporting.made_up_facts import both, facts, figure, goal, outcome, series, unset

EVENT = goal(
    id="parks", comparator="event", unit="parks", target=1.0, forecast=None, q10=None, q50=None,
    q90=None, met_by_year={2021: 0.02, 2022: 0.17}, probability=0.17,
)  # fmt: skip
LOOKS = {
    "target": "#,##0", "q50": "#,##0.0", "required_rate": "0.0%", "latest_year": "0",
    "due": "yyyy-mm-dd",
}  # fmt: skip


def workbook(*goals, lang="en", **changes):
    document = report_of(facts(*goals).model_copy(update=changes), lang)
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document)))


def sheet(book, name, lang="en"):
    return book[text(f"sheets.name_{name}", lang)]


def records(page, lang="en"):
    heads, *rows = page.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def rows_of(name, *goals, lang="en", **changes):
    return records(sheet(workbook(*goals, lang=lang, **changes), name, lang), lang)


def told(rows, *names):
    """What rows say in some columns."""
    return [tuple(row[column(name)] for name in names) for row in rows]


def column(name, lang="en", **values):
    return (
        text(f"sheets.col_{name}", lang, **values)
        if values
        else column_head(name, lang, of="sheets.col_")
    )


def test_every_number_of_a_goal_is_the_results_own_in_full(lang):
    one, none = rows_of("goals", lang=lang)
    fact = facts().goals[0]
    for name in ("target", "probability", "q10", "q50", "q90", "latest", "latest_year", "gap",
                 "required_increment", "required_rate"):  # fmt: skip
        assert one[column(name, lang)] == getattr(fact, name), name
        assert none[column(name, lang)] is None or name == "target"
    assert rows_of("goals", goal(target=nan), lang=lang)[0][column("target", lang)] is None
    assert one[column("due", lang)] == datetime(2022, 12, 31)
    assert one[column("goal", lang)] == fact.name.render(lang)
    assert one[column("unit", lang)] == fact.unit_name.render(lang)
    assert one[column("verdict", lang)] == text(fact.verdict, lang)


@pytest.mark.parametrize(
    ("used", "known"),
    [((figure("2021", 90.0), figure("2022", 110.0)), (200.0, 2022, 300.0)),
     ((figure("2019", 70.0),), (70.0, 2019, None))],
)  # fmt: skip
def test_a_total_over_years_stands_there_as_the_plan_says_it(used, known):
    asked = {"comparator": "between", "target": 100.0, "upper": 120.0, "unit": "enterprises"}
    ends = {"q10": 90.0, "q50": 110.0, "q90": 130.0, "latest": used[-1].value}
    year = {"latest_year": int(used[-1].period), "gap": -10.0, "required_increment": 1.0}
    whole = goal(over="total", first_year=2021, due=date(2025, 12, 31), own=series(*used),
                 **asked, **ends, **year)  # fmt: skip
    rows = rows_of("goals", whole)
    assert told(rows, "target", "range_end", "q10", "q50", "q90") == [(500, 600, 450, 550, 650)]
    assert told(rows, "latest", "latest_year", "gap") == [known]
    assert told(rows, "required_increment", "required_rate") == [(None, None)]
    later = {**dict(whole), "own": series(*used, figure("2023", None))}  # no sum of a bound
    assert told(rows_of("goals", type(whole)(**later)), "latest_year", "gap") == [(2023, None)]
    result = facts(whole)
    (row,) = tables.progress_table(result, lang="en").tables[0].cells
    assert row[4] == ("–" if known[2] is None else f"{known[2]:,.0f}")


def test_what_a_goal_has_reached_needs_no_pace():
    rows = rows_of("goals", goal(latest=600.0, gap=-70.0, required_rate=-0.06))
    assert told(rows, "gap", "required_rate", "required_increment") == [(-70.0, None, None)]
    # Nor is one known of what has but a bound since.
    later = goal(gap=75.0, own=series(figure("2020", 455.0), figure("2021", None)))
    seen = told(rows_of("goals", later), "latest", "latest_year", "status", "gap", "required_rate")
    assert seen == [(figure("2021", None).words.render("en"), 2021, "official", None, None)]


def test_the_first_sheet_is_the_brief_those_in_danger_first_with_what_to_do():
    page = workbook(
        goal(), goal(id="x", probability=0.1, verdict="verdict.very_unlikely")
    ).worksheets[0]
    cells = [[str(cell.value) for cell in row if cell.value is not None] for row in page.rows]
    told = [row for row in cells if len(row) > 5]
    assert told[0][-2:] == ["Latest figures", "Next step"]
    assert [row[3] for row in told[1:3]] == ["0.1", str(goal().probability)]
    assert any(row and row[0].startswith("1 at risk: ") for row in cells)


def test_numbers_are_shown_as_shares_thousands_and_years_and_never_a_certain_probability():
    page = sheet(workbook(goal(target=40000.0, q50=1650.8667, unit="100M CNY")), "goals")
    looks = {head.value: cell.number_format for head, cell in zip(page[1], page[2], strict=True)}
    assert {name: looks[column(name)] for name in (*LOOKS, "probability")} == {
        **LOOKS, "probability": '[>=0.995]"over 99%";[<=0.005]"under 1%";0%',
    }  # fmt: skip
    shown = {head.value: cell.value for head, cell in zip(page[1], page[2], strict=True)}
    # As the report prints it: 40 000 of 100 million CNY are CNY 4,000 billion.
    assert (shown[column("target")], shown[column("unit")]) == (4000.0, "CNY billion")
    page = sheet(workbook(goal(unit="persons", required_increment=4786997.0)), "goals")
    looks = {head.value: cell.number_format for head, cell in zip(page[1], page[2], strict=True)}
    assert looks[column("required_increment")] == "#,##0"
    page = workbook().worksheets[0]  # letters in the middle of their rows, none cut off
    letters = [cell for (cell,) in page.iter_rows(max_col=1) if cell.value in tuple("ABCDU")]
    assert {cell.alignment.vertical for cell in letters[-5:]} == {"center"}
    page = sheet(workbook(lang="zh"), "goals", "zh")
    (cell,) = (c for c in page[2] if page.cell(1, c.column).value == column("probability", "zh"))
    assert cell.number_format == '[>=0.995]"99%以上";[<=0.005]"不到1%";0%'


def test_levels_needed_are_in_the_reports_unit_and_a_goal_that_ended_has_no_quantiles():
    ended = goal(id="ended", outcome=outcome())
    book = workbook(goal(unit="100M CNY", levels={2022: 40000.0}), ended)
    (row,) = told(records(sheet(book, "levels")), "unit", "year", "level")
    assert row == ("CNY billion", 2022, 4000.0)
    empty = [None in row for row in told(records(sheet(book, "goals")), "q10", "q50", "q90")]
    assert empty == [False, True]


def test_forecasts_have_a_row_a_year_with_every_interval_and_events_none():
    rows = rows_of("forecasts", goal(), unset(), EVENT)
    fan = goal().forecast
    assert told(rows, "year", "q50") == [(2021, fan.median[0]), (2022, fan.median[1])]
    for i, row in enumerate(rows[:2]):
        for place, level in enumerate(("50%", "80%")):
            assert row[column("lower_of", level=level)] == fan.lower[place][i]
            assert row[column("upper_of", level=level)] == fan.upper[place][i]


def test_each_figure_stands_once_with_its_source_and_why_it_was_not_used():
    rows = rows_of("observations", goal(), goal(id="later", due=date(2025, 12, 31)))
    assert told(rows, "period", "value", "used") == [
        ("2019", 410, "used"), ("2020", 455, "used"), ("2020-05", 300, "not used"),
    ]  # fmt: skip
    assert rows[2][column("remark")] == "a part of a year"
    assert rows[1][column("published_assumed")] == "yes"
    assert rows[0][column("published")] == datetime(2021, 4, 9)
    assert {row[column("goals")] for row in rows} == {"Technology enterprises"}
    # Goals of several years on one indicator have each figure once, under the name of that.
    for family, named in ((both("企业", "Firms"), "Firms"), (None, "enterprises")):
        later = goal(id="later", name=both("企业（2030年）", "Firms (2030)"), family=family)
        rows = rows_of("observations", goal(family=family), later)
        assert told(rows, "indicator") == [(named,)] * 3
    # Used for one goal and not for another it stands twice; a bound leaves the value empty.
    both_ways = goal(own=series(BARE)), goal(id="other", own=series(unused=(BARE,)))
    assert told(rows_of("observations", *both_ways), "used") == [("used",), ("not used",)]
    assert told(rows_of("observations", unset(own=series(BARE))), "used") == [("not used",)]
    bound = rows_of("observations", goal(own=series(figure("2018", None))))
    assert told(bound, "value", "lower") == [(None, 9000)]


@pytest.mark.parametrize(("met", "said"), [(True, "met"), (False, "not met"), (None, "open")])
def test_outcomes_say_what_happened_after_the_forecast(met, said):
    rows = rows_of("outcomes", goal(outcome=outcome(met=met, status="expected")))
    seen = (1650.8667, "expected", said, datetime(2023, 10, 31))
    assert told(rows, "value", "status", "met", "published") == [seen]


BARE = figure("2019", 410.0)
SCENARIO = kinds.ScenarioFact(
    scenario="stretch", name=both("加力", "stretch"), reason=both("依据", "why"),
    author=both("某人", "somebody"), goals={"enterprises": 0.8, "platforms": None}, all=0.7,
    expected=0.8, weakest="enterprises", unset=("platforms",),
)  # fmt: skip
JOINT = kinds.JointFact(
    goals=("enterprises",), all_met=0.734, lower=0.7, upper=0.75, independent=0.73, expected=0.734,
    number_met=(0.266, 0.734), weakest="enterprises",
)  # fmt: skip


def test_scenarios_have_a_row_each_and_goals_of_one_name_columns_of_their_own():
    (row,) = rows_of("scenarios", scenarios=(SCENARIO,))
    assert (row["Technology enterprises"], row["Platforms"]) == (0.8, None)
    assert told([row], "all_met", "expected", "weakest") == [(0.7, 0.8, "Technology enterprises")]
    later = goal(id="later", due=date(2025, 12, 31))
    (row,) = rows_of("scenarios", goal(), later, scenarios=(SCENARIO,))
    assert row.keys() >= {"enterprises", "later"}
    assert "Technology enterprises" not in row


def test_all_goals_together_have_their_probability_and_that_of_each_number_met():
    assert told(rows_of("joint", joint=JOINT), "probability", "number") == [
        (0.734, 1), (0.7, 1), (0.75, 1), (0.73, 1), (0.266, 0), (0.734, 1), (None, 0.734),
        (None, None),
    ]  # fmt: skip


def test_what_others_judge_and_each_year_have_a_row_with_numbers_in_full(lang):
    rule = kinds.RuleFact(
        name=both("外推", "Extrapolation"), label=both("偏离", "off track"), says_met=False,
        value=0.8125, projected=507.25,
    )  # fmt: skip
    margin = rule.model_copy(update={"value": -32.5, "projected": None, "in_unit": True})
    years = (kinds.YearFact(year=2021, holds=0.31, reached_by=0.32),)
    goals = goal(rules=(rule,), years=years), goal(rules=(margin,), unit="100M CNY")
    book = workbook(*goals, lang=lang)
    row, money = sheet(book, "rules", lang).iter_rows(values_only=True, min_row=2)
    assert money[5] == {"en": -3.25, "zh": -32.5}[lang], "as the report prints it"
    name, no = rule.name.render(lang), text("sheets.no", lang)
    assert row[1:7] == ("enterprises", name, rule.label.render(lang), no, 0.8125, 507.25)
    assert list(sheet(book, "years", lang).values)[1][1:] == ("enterprises", 2021, 0.31, 0.32)


def test_the_track_record_says_what_was_said_when_and_how_it_ended():
    past = kinds.PastFact(
        goal="enterprises", as_of=date(2020, 12, 31), probability=0.25, verdict="verdict.unlikely",
        grade="B", known_already=False, brier=0.5625, inside_80=True, rules_right=3, rules_wrong=1,
    )  # fmt: skip
    ((_, *row),) = sheet(workbook(goal(outcome=outcome()), past=(past,)), "record").iter_rows(
        values_only=True, min_row=2
    )
    assert row == [
        "enterprises", datetime(2020, 12, 31), 0.25, "unlikely", "B", "met", "no", 0.5625, "yes",
        3, 1,
    ]  # fmt: skip


def test_what_changed_how_measures_stand_and_the_ends_of_ranges_are_there_where_they_are_known():
    was = kinds.ChangeFact(probability=0.5, grade="C", why=both("新增2021年数据", "A figure came"))
    moved = goal(before=was, comparator="about", upper=540.0)
    since = date(2020, 12, 31)
    (row,) = rows_of("changes", moved, unset(), since=since)
    assert list(row.values())[2:] == [0.5, 0.734, "C", "B", "A figure came"]
    assert text("news.column_at", "en", day="31 December 2020") in row
    (row,) = rows_of("goals", moved, since=since)
    assert told([row], "range_end", "tolerance") == [(None, 10.0)]
    (row,) = rows_of("goals", goal(comparator="between", upper=540.0, covered=0.4))
    assert told([row], "range_end", "tolerance") == [(540.0, None)]
    assert row[text("delivery.column_covered", "en")] == 0.4
    park = {"id": "park", "name": both("园区", "A park"), "due": date(2021, 6, 30)}
    late = kinds.MeasureFact(**park, status="some risk", overdue=True, evidence="minutes")
    more = {"id": "other", "goals": (goal().id,), "bodies": (both("科", "S"),)}
    other = kinds.MeasureFact(**park | more)
    rows = rows_of("delivery", measures=(late, other))
    names = "code", "status", "overdue", "bodies"
    assert told(rows, *names) == [("park", "Some risk", "yes", None), ("other", None, "no", "S")]
    assert rows[1]["For the goals"] == goal().name.render("en")


def test_sources_are_real_links_and_only_web_addresses_are():
    found = facts()
    script = found.sources[0].model_copy(update={"id": "script", "url": "javascript:alert(1)"})
    strange = found.sources[0].model_copy(update={"id": "strange", "url": 'https://a.example/"x'})
    book = workbook(sources=(*found.sources, script, strange))
    cells = [row[3] for row in sheet(book, "sources").iter_rows(min_row=2)]
    assert [(cell.value, cell.hyperlink and cell.hyperlink.target) for cell in cells] == [
        ("https://example.org/?a=1&b=2",) * 2, ("javascript:alert(1)", None),
        ('https://a.example/"x', None),
    ]  # fmt: skip


def test_a_text_too_long_for_a_cell_ends_in_an_ellipsis():
    long = goal(own=series(figure("2019", 1.0, note=both("长" * 40_000, "x" * 40_000))))
    ((note,),) = told(rows_of("observations", long), "note")
    assert len(note) == 32_767
    assert note.endswith("x…")


def test_every_sheet_but_the_first_is_one_table_with_its_heads_frozen_and_filtered(lang):
    book = workbook(lang=lang)
    # What has no rows has no sheet.
    names = ["summary", "goals", "forecasts", "tracked", "observations", "sources", "method"]
    assert book.sheetnames == [text(f"sheets.name_{name}", lang) for name in names]
    for page in book.worksheets[1:]:
        heads = [cell.value for cell in page[1]]
        assert None not in heads
        assert len(set(heads)) == len(heads)
        assert page.auto_filter.ref.startswith("A1:")
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.freeze_panes, page.print_title_rows) == ("B2", "$1:$1")
        assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)


def test_columns_are_as_wide_and_rows_as_high_as_their_texts_need(lang):
    name = both("高新技术企业和科技型中小企业总数", "Technology enterprises, all of them")
    page = sheet(workbook(goal(name=name), lang=lang), "forecasts", lang)
    assert {"zh": 32, "en": 35}[lang] <= page.column_dimensions["A"].width <= 45
    short, long = goal(), goal(id="long", quote=both("长" * 150, "word " * 60))
    page = sheet(workbook(short, long), "goals")
    assert page.row_dimensions[3].height >= 5 * page.row_dimensions[2].height


def test_grades_have_the_colours_of_the_charts():
    book = workbook(goal(), unset())
    page = sheet(book, "goals")
    place = [cell.value for cell in page[1]].index(column("grade"))
    for row, grade in ((2, "B"), (3, "U")):
        cell = page[row][place]
        assert cell.value == grade
        assert cell.fill.fgColor.rgb == "FF" + GRADE_COLOURS[grade][1:].upper()


def test_the_first_sheet_says_in_short_what_the_report_says(lang):
    ended = goal(id="ended", outcome=outcome())
    document = report_of(facts(goal(), ended, unset()), lang)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document)))
    said = [value for row in book.worksheets[0].iter_rows(values_only=True) for value in row]
    keys = ("verdict.likely", "verdict.unset", "hindcast.outcome_met", "report.grades_note")
    front = (document.front.title, document.front.kicker, "2021-12-31", 0.734)
    assert {*front, *(text(key, lang) for key in keys)} <= set(said)
    assert {"en": "the full report lists", "zh": "所用数据见完整报告"}[lang] in repr(said)


def test_the_last_sheet_names_what_it_was_made_from_and_no_goals_are_a_workbook_too():
    rows = dict(sheet(workbook(), "method").iter_rows(values_only=True, min_row=2))
    made = {"as_of": datetime(2021, 12, 31), "seed": 7, "plan": "made-up"}
    assert {name: rows[text(f"sheets.made_{name}", "en")] for name in made} == made
    assert rows[text("sheets.made_method", "en", number=1)] == text(
        "report.method_of_chances", "en"
    )
    empty = facts().model_copy(
        update=dict.fromkeys(("goals", "sources", "qualitative", "milestones"), ())
    )
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(report_of(empty, "en"))))
    assert len(book.sheetnames) == 2
