"""No place tells a probability more exactly than its evidence allows.

All goals of the plan looked at rest on weak evidence or on none: whatever a person reads of them
may have whole percents in steps of five, words of tenths, and bounds; nothing to one percent.
"""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

import bcforecast as bc
from bcforecast import reporting
from bcforecast.attainment.explain import explain
from bcforecast.attainment.news import news, news_days, status_log
from bcforecast.plotting.fan import plot_goal
from bcforecast.plotting.goals import plot_dashboard, plot_news
from bcforecast.reporting import listing, tables
from bcforecast.reporting.xlsx import xlsx_bytes
from bcforecast.text import text
from tests.reporting.made_up_documents import report_of
from tests.reporting.made_up_facts import facts as made_up
from tests.reporting.made_up_facts import goal

WHOLE = re.compile(r"(?<![\d.,−+-])(\d+)%")
BOUNDS = {1, 99}
SINCE, UNTIL = date(2020, 12, 31), date(2021, 12, 31)


@pytest.fixture(scope="module")
def facts(outlook, comparison):
    return reporting.gather(outlook, comparison)


def told_exactly(words: str) -> list[str]:
    """Whole percents that are no step of five and no bound."""
    found = (int(number) for number in WHOLE.findall(words))
    return [f"{n}%" for n in found if n % 5 and n not in BOUNDS]


def test_the_plan_has_goals_on_weak_evidence_only(outlook):
    grades = {item.attainment.grade for item in outlook}
    assert {"C", "D"} <= grades <= {"C", "D", "U"}
    exact = [f"{100 * i.attainment.probability:.0f}%" for i in outlook if i.forecast is not None]
    assert told_exactly(" ".join(exact)), "or the tests below would find nothing"


def test_pages_and_tables_tell_it_as_the_evidence_allows(outlook, comparison, facts, lang):
    brief = reporting.plan_brief(facts, lang=lang)
    words = {
        "opening": repr(reporting.plan_opening(facts, lang=lang)),
        "brief": repr(brief).replace(brief.tables[0].note, ""),  # which tells bounds of words
        "joint": repr(reporting.joint_words(facts, lang=lang)),
        "joint table": repr(tables.joint_table(facts, lang=lang)),
        "scenarios": repr(reporting.scenarios_table(comparison, lang=lang)),
        "scenarios chart": reporting.scenarios_chart(comparison, lang=lang).alt,
        "terminal": repr(tables.goals_table(outlook, lang=lang)),
        "dashboard": plot_dashboard(outlook, lang=lang).alt,
    }
    for item in outlook:
        name = item.goal.id
        known = explain(outlook, name, with_flip=False)
        words |= {
            f"{name} opening": repr(reporting.goal_opening(facts, name, lang=lang)),
            f"{name} levers": repr(reporting.goal_levers(outlook, name, lang=lang)),
            f"{name} rules": repr(tables.rules_table(known, lang=lang)),
            f"{name} years": repr(tables.by_year_table(known, lang=lang)),
            f"{name} forecast": repr(tables.forecast_table(facts.goal(name), lang=lang)),
            f"{name} chart": plot_goal(outlook, name, lang=lang).alt,
        }
    assert {place: told_exactly(said) for place, said in words.items() if told_exactly(said)} == {}
    for grade, key in (("C", "weak"), ("D", "very_weak")):
        weak = text(f"wording.on_{key}_evidence", lang, word="")
        graded = [i for i in outlook if i.forecast is not None and i.attainment.grade == grade]
        for place in ("terminal", "dashboard"):
            assert words[place].count(weak) == len(graded), (place, grade)


def test_news_tells_it_as_the_evidence_allows(outlook, lang):
    data = bc.load_observations()
    found = news(outlook.plan, data, since=SINCE, until=UNTIL)
    days = news_days(outlook.plan, data, since=SINCE, until=UNTIL)
    log = status_log(outlook.plan, data, dates=days)
    words = {
        "news": repr(tables.news_table(found, lang=lang)),
        "log": repr(tables.log_table(log, found, lang=lang)),
        "waterfall": plot_news(found, lang=lang).alt,
    }
    assert {place: told_exactly(said) for place, said in words.items() if told_exactly(said)} == {}


def test_lists_the_feed_and_the_workbook_tell_it_as_the_evidence_allows(tmp_path, facts, lang):
    folder = tmp_path / facts.plan.id / "2021-12-31" / "baseline" / lang
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(facts.model_dump_json(), encoding="utf-8")
    (folder / "manifest.json").write_text("{}")
    (folder / "index.html").write_text("")
    listing.write_listing(tmp_path, listing.read_reports(tmp_path))
    for name in (listing.page_name(lang), "feed.xml"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        body = re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)
        assert text("wording.on_weak_evidence", lang, word="") in body
        assert told_exactly(body) == []


def test_a_cell_of_the_workbook_holds_the_number_and_shows_what_the_evidence_allows(lang):
    weak, borrowed = (
        goal(id="weak", grade="D", probability=0.6123),
        goal(grade="C", probability=0.3741),
    )
    book = load_workbook(BytesIO(xlsx_bytes(report_of(made_up(weak, borrowed), lang))))
    sheet = book[text("sheets.name_goals", lang)]
    at = [cell.value for cell in sheet[1]].index(text("sheets.col_probability", lang))
    shown = [(row[at].value, row[at].number_format) for row in sheet.iter_rows(min_row=2)]
    six = {"zh": "约六成", "en": "about six in ten"}[lang]
    assert shown == [(0.6123, f'"{six}"'), (0.3741, '"35%"')]
