"""The gallery of plans of other governments: they load, are judged, and speak no word of ours."""

import json
import re

import pytest

from bcforecast.plan import load_plan
from bcforecast.plan.start import EXAMPLES, example_names
from tests.made_folder import read_rows

GALLERY = {"germany": ("germany-2030", "2025-12-31"), "macao": ("macao-2024", "2024-09-30")}
OURS = re.compile(r"tianjin|beichen|high-tech|eaglet|gazelle|district|\bCNY\b", re.IGNORECASE)

FORMS = {
    "germany": (
        "a fall of 65% from 1990",
        "a fall of 39.3% from 2008",
        "at most 70 kg per hectare on average over 2026–2030",
        "less than 30 hectares a day",
        "a figure above −3% in every year 2025–2030",
        "Renewables in gross final energy consumption (2040)",
    ),
    "macao": ("at least 33 million visitors", "So far 2024 stands at"),
}


def asked(name):
    plan, as_of = GALLERY[name]
    return ("--data", str(EXAMPLES / name), "--plan", plan, "--as-of", as_of, "--lang", "en")


def judged(run, name):
    status, out, err = run("goals", *asked(name), "--format", "json")
    assert status == 0, err
    return {record["goal"]: record for record in json.loads(out)}


def test_every_example_is_in_the_gallery():
    assert set(example_names()) == set(GALLERY)


@pytest.mark.parametrize("name", GALLERY)
def test_nothing_is_wrong_with_an_example_and_every_goal_has_a_probability(run, name):
    status, out, err = run("check", "--data", str(EXAMPLES / name), "--lang", "en")
    assert status == 0, out + err
    goals = judged(run, name)
    assert len(goals) == len(load_plan(GALLERY[name][0], data_dir=EXAMPLES / name).goals)
    assert all(0 <= goal["probability"] <= 1 for goal in goals.values())


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_a_page_that_one_can_open(name):
    folder = EXAMPLES / name
    sources, figures = (read_rows(folder / f"{t}.csv") for t in ("sources", "observations"))
    pages = {row["source"]: row["url"] for row in sources}
    assert all(page.startswith(("http://", "https://")) for page in pages.values())
    assert {row["source"] for row in figures} == set(pages)


def test_what_is_nearly_met_is_likely_and_what_is_far_off_is_not(run):
    goals = judged(run, "germany")
    chance = {name: goal["probability"] for name, goal in goals.items()}
    # 3.1 % of GDP in 2023, and two years in which the share moved by less than 0.1: never 3.5 %.
    assert chance["rd_intensity"] < 0.05
    # The surplus has been below 70 kg since 2022; the mean of 2026 to 2030 must stay there.
    assert chance["nitrogen_surplus"] > 0.6
    # A share of 22.4 % rises by one point a year: 41 % in 2030 is far, 45 % in 2040 is not.
    assert chance["renewable_energy_2030"] < 0.1 < chance["renewable_energy_2040"]
    # The structural deficit of 2024 was nearly four times what every year allows.
    assert chance["structural_balance"] < 0.2


def test_eight_good_months_make_a_year_likely(run):
    # 23.4 of 33 million visitors and 1.5 of 2 million international ones by the end of August.
    goals = judged(run, "macao")
    assert goals["visitor_arrivals"]["probability"] > 0.8
    assert 0.7 < goals["international_visitors"]["probability"] < 0.99


@pytest.mark.parametrize("name", GALLERY)
def test_a_report_says_each_form_of_a_goal_and_no_word_of_our_own_plans(run, tmp_path, name):
    status, _, err = run("report", *asked(name), "--format", "md", "--out", str(tmp_path))
    assert status == 0, err
    [page] = tmp_path.rglob("report.md")
    report = page.read_text(encoding="utf-8")
    assert [form for form in FORMS[name] if form not in report] == []
    assert OURS.findall(report) == []
    assert "persons" not in report  # those of Macao are called visitors
    assert "2030 by 2030" not in report
    years = [line.split("|")[2:-1] for line in report.splitlines() if line.startswith("| Year |")]
    assert bool(years) == (name == "germany")  # Macao's goals are due within the year
    assert all(1 < len(row) <= 12 for row in years)  # of a goal due in 2050 no more fit a page


def test_a_panel_speaks_the_language_of_its_plan_unless_told_otherwise(run, tmp_path, monkeypatch):
    monkeypatch.setenv("BCFORECAST_LANG", "zh")
    plan, as_of = GALLERY["germany"]
    page, known = tmp_path / "panel.html", ("--data", str(EXAMPLES / "germany"), "--plan", plan)
    assert run("explore", *known, "--as-of", as_of, "--page", page)[0] == 0
    assert '<html lang="en' in page.read_text(encoding="utf-8")
