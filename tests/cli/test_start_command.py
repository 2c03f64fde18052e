"""init, template and import, as one begins a plan of one's own."""

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import date

import openpyxl
import pytest
from typer.testing import CliRunner

from bcforecast.cells import FiscalYears
from bcforecast.cli.app import app
from bcforecast.observations.reading import load_observations
from bcforecast.observations.selection import marked_years
from bcforecast.plan.reading import load_plan

GOALS = ("--goal", "Firms, enterprises, more than, 530, 2030", "--goal", "R&D, %, at least, 3")
BEGUN = ("--area", "Springfield", "--years", "2024-2030", *GOALS)
FISCAL = (
    "--area", "Alba", "--years", "2022-23/2029-30", "--fiscal-year", "2024-25=2024-04",
    "--goal", "Firms; firms; at least; 700; 2029-30",
)  # fmt: skip


@pytest.fixture
def mine(tmp_path, shown):
    shown("init", tmp_path / "mine", *BEGUN)
    return tmp_path / "mine"


def test_goals_answers_at_once_and_says_what_to_fill_in(mine, run):
    status, out, err = run("goals", "--data", mine)
    assert status == 0, err
    assert out.count("│ U ") == 2
    assert "No figures yet for: Firms, R&D" in out
    assert "As of today" in err
    ahead = run("goals", "--data", mine, "--as-of", "2199-12-31")[2]
    assert "2199-12-31 is still to come" in ahead


def test_a_plan_that_is_wrong_is_not_blamed_on_its_figures(tmp_path, shown, run):
    place = ("--goal", "Income; EUR; rank; 2 of Beta, Gamma; 2030")
    shown("init", tmp_path / "x", "--area", "Alpha", "--years", "2024-2030", *place)
    table, plan = tmp_path / "x" / "figures.csv", tmp_path / "x" / "plans" / "x.yaml"
    table.write_text(table.read_text("utf-8").replace(",own,", ",own,480,"), "utf-8")
    plan.write_text(plan.read_text("utf-8").replace("target: 2", "target: 9"), "utf-8")
    status, out, err = run("check", "--data", tmp_path / "x")
    assert (status, (out + err).count("found 9; allowed: a place from 1 to 2")) == (2, 1)
    assert "figures.csv" not in out + err


def test_a_filled_table_gives_probabilities_without_more(mine, shown):
    table = (mine / "figures.csv").read_text(encoding="utf-8").splitlines()
    heads = table[0].split(",")
    filled = [str(400 + 10 * int(head[-2:])) if head < "2024" else "" for head in heads[4:]]
    table[1] = ",".join([*table[1].split(",")[:4], *filled])
    (mine / "figures.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    assert shown("check", "--data", mine).startswith("No problem found")
    odd = "\n".join(table).replace(",620,", ",620000,")
    (mine / "figures.csv").write_text(odd + "\n", encoding="utf-8")
    assert shown("check", "--data", mine).startswith("No error found")
    (mine / "figures.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    out = shown("goals", "--data", mine)
    assert "630 enterprises" in out
    assert "No figures yet for: R&D." in out


def test_a_goal_is_asked_for_by_its_name_and_figures_of_no_named_source_are_told(
    tmp_path, shown, refused
):
    goals = ("Firms | 企业; firms; >=; 5", "R&D; %; >=; 3; 2028", "R&D; %; >=; 4; 2030")
    asked = [word for one in goals for word in ("--goal", one)]
    begun = ("--area", "Alba", "--years", "2024-2030", "--lang", "en,zh")
    shown("init", tmp_path / "x", *begun, *asked)
    heads = ",".join(["code", *map(str, range(2012, 2024))])
    rows = [",".join([one, *(str(n) for n in range(2, 14))]) for one in ("firms", "r_d")]
    (tmp_path / "x/figures.csv").write_text("\n".join([heads, *rows, ""]), encoding="utf-8")
    data = ("--data", tmp_path / "x", "--as-of", "2025-06-30")
    for name in ("firms", "FIRMS", "企业", "r_d_2028", "R&D (2030)"):
        assert "official" in shown("goals", *data, "--explain", name)
    assert "one of r_d_2028, r_d_2030" in refused("goals", *data, "--explain", "R&D")
    assert "has no goal “Homes”; allowed: firms_2030" in refused(
        "goals", *data, "--explain", "Homes"
    )
    one = shown("goals", *data, "--format", "json", "--model", "企业=ets")
    assert one == shown("goals", *data, "--format", "json", "--model", "firms=ets")
    shown("report", *data, "--lang", "en", "--format", "md", "--out", tmp_path / "y")
    (page,) = (tmp_path / "y").rglob("report.md")
    assert page.read_text(encoding="utf-8").count("as entered, source not checked") == 4


@pytest.mark.parametrize(
    ("goal", "options", "chinese"),
    [
        ("工業出荷額; 億円; at least; 500; 2030", (), False),
        ("事業所; 件; at least; 5; 2030", (), True),
        ("事業所; 件; at least; 5; 2030", ("--lang", "en"), False),
        ("Output; 亿元; at least; 5; 2030", (), False),
    ],
)  # fmt: skip
def test_texts_are_in_the_language_of_words_or_option(tmp_path, shown, goal, options, chinese):
    where = "Alba" if goal.startswith("Output") else "千代田"
    asked = ("--area", where, "--years", "2024-2030", "--goal", goal)
    out = shown("init", tmp_path / "my x", *asked, *options)
    assert f"bcforecast goals --data '{tmp_path}/my x'" in out
    readme = (tmp_path / "my x" / "README.md").read_text(encoding="utf-8")
    assert "`bcforecast check --data 'my x'`" in readme
    assert ("figures.csv 是数据" in readme) == chinese
    assert ("begin anew with --lang en" in out) == chinese


@pytest.mark.parametrize("way", ["2024-25", "2024/2025", "FY2025", "令和6年度", "R6年度"])
def test_fiscal_years_are_read_and_printed_as_the_plan_writes_them(tmp_path, way, shown, run):
    year = FiscalYears("2024-04", way).called
    first = f"Firms; homes; at least; 180; every year {year(2026)}/{year(2027)}"
    second = f"Firms; homes; increase by; 50% from {year(2020)}"
    asked = ("--goal", first, "--goal", second, "--years", f"{year(2025)}/{year(2029)}")
    shown("init", tmp_path / "x", "--area", "Kerala", "--fiscal-year", f"{way}=2024-04", *asked)
    head = (tmp_path / "x" / "figures.csv").read_text(encoding="utf-8").splitlines()[0]
    row = ",".join(["firms", "", "", "own", *(str(90 + 10 * n) for n in range(10))])
    (tmp_path / "x" / "figures.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    shown("template", "--plan", "x", "--data", tmp_path / "x", "-o", tmp_path / "x.xlsx")
    shown("init", tmp_path / "again", "--from", tmp_path / "x.xlsx")
    plan, again = (load_plan(one, data_dir=tmp_path / one) for one in ("x", "again"))
    assert [goal.due.isoformat() for goal in plan.goals] == ["2027-03-31", "2029-03-31"]
    assert [(goal.base_year, goal.first_year) for goal in plan.goals] == [
        (None, 2026),
        (2020, None),
    ]
    assert (plan.goals, plan.fiscal_year) == (again.goals, again.fiscal_year)
    # Of 2019-20 it was 140; the year that ends in March 2024 is out by the end of June.
    out = shown("goals", "--data", tmp_path / "x", "--as-of", "2024-06-30")
    for said in (
        f"a rise of 50% from {year(2020)}",
        "at least 210 homes",
        f"180 homes ({year(2024)})",
    ):
        assert said in out
    assert f"in every year {year(2026)}–{year(2027)}" in out
    status, _, err = run("init", tmp_path / "y", *BEGUN, "--fiscal-year", "2024-25")
    assert (status, "2024-25=2024-04" in err) == (2, True)
    mean = ("--goal", f"Average annual growth; %; about; 6; {year(2028)}")
    asked = ("--area", "Kerala", "--fiscal-year", f"{way}=2024-04", *asked, *mean)
    assert "first and last year" in run("init", tmp_path / "y", *asked)[2]


@pytest.mark.parametrize(
    ("way", "ends"),
    [("2024-25", 2030), ("FY2025", 2030), ("2024年度", 2031), ("令和6年度", 2031), ("FY25", 2030)],
)
@pytest.mark.parametrize("years", ["2024-2030", "{}-{}", "{}から{}"])
def test_a_bare_number_is_the_fiscal_year_that_is_called_by_it(
    tmp_path, way, ends, years, shown, run
):
    year = FiscalYears("2024-04", way).called
    asked = ("--years", years.format(year(ends - 6), year(ends)), "--goal", "Firms;homes;>=;9;2030")
    asked += ("--goal", f"Homes;homes;increase by;50 % from 2020;{year(ends)}")
    asked = ("init", tmp_path / "x", "--area", "Kerala", "--fiscal-year", f"{way}=2024-04", *asked)
    if (way, years) == ("2024-25", "2024-2030"):  # begins with 2023-24, or 2024-25
        status, _, told = run(*asked)
        assert (status, "such as 2024-25/2029-30" in told) == (2, True)
        return
    shown(*asked)
    plan = load_plan("x", data_dir=tmp_path / "x")
    assert (plan.span.first, plan.span.last) == (ends - 6, ends)
    assert {goal.due for goal in plan.goals} == {date(ends, 3, 31)}
    assert plan.goals[1].base_year == ends - 10
    shown("template", "--plan", "x", "--data", tmp_path / "x", "-o", tmp_path / "x.xlsx")
    assert load_plan(tmp_path / "x.xlsx").goals == plan.goals


def test_a_workbook_begins_a_plan_with_all_that_it_says_or_nothing(tmp_path, shown, run):
    file, folder = tmp_path / "x.xlsx", tmp_path / "x"
    assert f"bcforecast init DIR --from {file}" in shown("template", "--out", file)
    book = openpyxl.load_workbook(file)

    def fill(**rows):
        for sheet, cells in rows.items():
            for n, cell in enumerate(cells, 1):
                book[sheet].cell(6, n, cell)
        book.save(file)

    source = ["own", "Register of firms", "Alba", None, "https://example.org/firms"]
    goal = ["firms", "Firms", "firms", "at least", 700, "2029-30"]
    fill(Goals=goal, Sources=source, Figures=["firms", None, None, None, None, "40 km"])
    begin = ("init", folder, "--from", file, *FISCAL[:6])
    status, out, err = run(*begin)
    assert (status, out, folder.exists()) == (2, "", False)
    assert "40 km" in err
    fill(Figures=["firms", None, None, None, None, 40])
    shown(*begin)
    told = (folder / "sources.csv").read_text(encoding="utf-8")
    assert "own,Register of firms,Alba,,https://example.org/firms,copy" in told
    told = told.replace("https://example.org/firms", "")
    (folder / "sources.csv").write_text(told, encoding="utf-8")
    shown("import", file, "--data", folder)  # an address that the folder lacks
    fill(Sources=["own", "Another register"])
    status, _, err = run("import", file, "--data", folder)
    assert (status, "Another register" in err, "Register of firms" in err) == (2, True, True)


def test_figures_of_other_years_than_those_of_the_plan_are_told(tmp_path, shown):
    shown("init", tmp_path / "x", *FISCAL)

    def told(*heads):
        cells = ",".join(str(400 + 9 * n) for n in range(len(heads)))
        table = f"code,{','.join(heads)}\nfirms,{cells}\n"
        (tmp_path / "x" / "figures.csv").write_text(table, encoding="utf-8")
        both = [shown(one, "--data", tmp_path / "x") for one in ("check", "goals")]
        return [[one for one in out.splitlines() if one.startswith("Warning")] for out in both]

    fiscal = [f"{year}-{year - 1999}" for year in range(2019, 2026)]
    assert told(*fiscal, "2025Q4", "2026Q1") == [[], []]
    checked, asked = told("2017", "2018", *fiscal)
    assert checked == asked
    assert "2 (2017): Firms: the figures that end with another month" in checked[0]
    checked, asked = told("2019", "2020", "2021")
    assert checked == asked
    assert "shown as the year of the plan that ends in each: 2021 as 2020-21" in checked[0]
    with pytest.raises(AssertionError, match=r"令和4年度.*allowed: a year as the plan writes it"):
        told("令和4年度", "令和5年度")


@pytest.mark.parametrize(
    ("said", "meant", "years"),
    [
        ("2020-21", "2020-04/2021-03", [2021]), ("2021", "2020-04/2021-03", [2021]),
        ("2020-21/2021-22", "2020-04/2022-03", [2021, 2022]), ("2020Q2", "2020Q2", [2021]),
        ("2020/2021", "2019-04/2021-03", [2020, 2021]), ("2020-04", "2020-04", [2021]),
    ],
)  # fmt: skip
def test_breaks_are_said_in_the_years_of_the_plan(tmp_path, said, meant, years, shown):
    shown("init", tmp_path / "x", *FISCAL)
    head = "area,indicator,first_period,reason_en,published,published_basis,source,kind"
    rows = [f"{area},firms,{said},lockdown,2022-01-01,stated,own,exceptional" for area in "ab"]
    text = "\n".join((head, *rows, ""))
    (tmp_path / "x" / "breaks.csv").write_text(text, encoding="utf-8")
    for found in load_observations(tmp_path / "x").dataset.breaks:  # of any area
        assert str(found.first_period) == meant
        assert [*marked_years([found], "exceptional", last_month=3)] == years
    if "/" not in said and "-0" not in said and "Q" not in said:
        path = tmp_path / "x" / "plans" / "x.yaml"
        change = f"  breaks: [{{period: '{said}', reason: new}}]\ngoals:"
        written = path.read_text(encoding="utf-8").replace("goals:", change, 1)
        path.write_text(written, encoding="utf-8")
        (one,) = load_plan("x", data_dir=tmp_path / "x").indicators
        assert one.breaks[0].period == meant[:7]


def test_template_filled_in_and_imported_is_in_the_folder(mine, tmp_path, run, shown, refused):
    file = tmp_path / "x.xlsx"
    said = shown("template", "--data", mine, "--out", file)  # of the only plan there
    assert f"bcforecast import {file} --data {mine}" in said
    assert "x.xlsx" in refused("template", "--plan", "mine", "--data", mine, "--out", file)
    book = openpyxl.load_workbook(file)
    sheet = book["Figures"]
    sheet["F6"], sheet["G6"] = "突破498", "none at all"
    book.save(file)
    status, out, err = run("import", file, "--data", mine)
    assert (status, (mine / "observations.csv").exists()) == (2, False)
    assert "sheet Figures, cell G6: found" in err
    assert "Springfield Firms, 2014: more than 498 enterprises (Figures!F6)" in out
    assert "Written" in shown("import", file, "--data", mine, "--skip-bad")
    assert "0 new, 0 revised, 1 the same" in run("import", file, "--data", mine)[1]


def test_an_import_says_what_check_says_of_the_figures_that_come_in(mine, tmp_path, run, shown):
    table = tmp_path / "x.csv"
    figures = [*range(481, 489), 49, 490]
    for heads, row in ((range(2012, 2020), figures[:8]), (range(2020, 2022), figures[8:])):
        lines = (",".join(map(str, line)) for line in (["code", *heads], ["firms", *row]))
        table.write_text("\n".join(lines), "utf-8")
        for more in (["--dry-run"], []):
            told = run("import", table, "--data", mine, *more)[2].splitlines()
            assert bool(told) == (49 in row)
            if told:
                known, slip = told  # of figures that reports of 2022 did not have
                assert known.startswith("2 of the new figures count as known from a day that is")
                assert "first (B2) from 2021-03-31" in known
                assert slip.startswith(f"Warning: {table}, row 2 (2020): 49 enterprises")
                assert slip.endswith("A slip of the decimal point or the unit?")
    assert slip.partition(": 49")[2] in run("check", "--data", mine)[1]


def test_what_would_stop_every_report_is_refused_at_import(mine, tmp_path, run):
    table, written = tmp_path / "x.csv", mine / "observations.csv"
    for last, refused in ((4810000, True), (491, False)):
        table.write_text(f"code,2018,2019,2020\nfirms,480,486,{last}\n", encoding="utf-8")
        status, _, err = run("import", table, "--data", mine)
        assert (status == 2, "This cannot be right, and stops" in err) == (refused, refused)
        assert written.exists() != refused
    table.write_text("code,2021\nfirms,4810000\n", encoding="utf-8")
    status, out, _ = run("import", table, "--data", mine, "--skip-bad")
    assert (status, "0 new" in out) == (2, True)  # there is no rest


def test_goals_stand_below_heads_that_are_known_or_the_heads_are_told(tmp_path, run, refused):
    book, begun = openpyxl.Workbook(), ("init", tmp_path / "mine", "--from", tmp_path / "x.xlsx")
    heads = ["Indicateur", "Unité", "Comparateur", "Cible", "Échéance"]
    for row in ["Région", "Ici", "Années", "2024-2030"], heads, ["Vélos", "u", "au moins", 5, 2030]:
        book.active.append(row)
    for sheet, head in ("figures", 2021), ("later", "2021 à peu près"):
        book.create_sheet(sheet).append(["Indicateur", head])
    book.save(tmp_path / "x.xlsx")
    status, _, err = run(*begun)
    assert (status, "Sheet later was not read" in err) == (0, True), err
    begun = (*begun[2:], "--area", "Ici", "--years", "2024-2030")
    book.active["C2"] = "Sens"  # in which a comparator may stand as well
    book.save(tmp_path / "x.xlsx")
    assert run("init", tmp_path / "way", *begun)[0] == 0
    book.active["C2"] = "Autre"
    book.save(tmp_path / "x.xlsx")
    status, _, told = run("init", tmp_path / "unsaid", *begun)
    assert (status, 'found "5"; allowed: a comparator with it, such as ≥72' in told) == (2, True)
    for place, said in (("A2", "Échéance) looks like"), ("D2", "the heads Indicator and Target")):
        book.active[place] = "Autre"
        book.save(tmp_path / "x.xlsx")
        assert said in refused("init", tmp_path / "other", *begun)
    (tmp_path / "x.csv").write_text("Goal,Unit,Target,Direction\nTrees,%,26,up", encoding="utf-8")
    status, _, told = run("init", tmp_path / "bare", "--from", tmp_path / "x.csv", *begun[2:])
    assert (status, told) == (0, "")  # without any figure


def test_the_status_of_measures_is_filled_in_in_the_workbook(mine, tmp_path, shown, run):
    (path,) = (mine / "plans").glob("*.yaml")
    task = '\nmeasures:\n  - {id: "2.10", names: {en: Fund (synthetic)}, indicators: [firms]}\n'
    path.write_text(path.read_text(encoding="utf-8") + task, encoding="utf-8")
    shown("template", "--plan", path.stem, "--data", mine, "-o", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    row = [cell.value for cell in book["Delivery"][6]]
    assert row[:3] == [path.stem, "2.10", "Fund (synthetic)"]
    for n, cell in enumerate(["Some risk", "2024-05-01", "synthetic"], 4):
        book["Delivery"].cell(6, n).value = cell
    book.save(tmp_path / "x.xlsx")
    shown("import", tmp_path / "x.xlsx", "--data", mine)
    shown("import", tmp_path / "x.xlsx", "--data", mine)
    known = (mine / "delivery.csv").read_text(encoding="utf-8")
    assert known.splitlines()[1:] == [f"{path.stem},2.10,2024-05-01,some risk,synthetic,own"]
    assert shown("check", "--data", mine).startswith("No problem found")
    (mine / "delivery.csv").write_text(known.replace("2.10", "2.1"), encoding="utf-8")
    assert 'found "2.1"; allowed: the identifier of a measure' in run("check", "--data", mine)[2]


def test_a_store_is_imported_into_corrected_and_asked_like_a_folder(
    mine, tmp_path, shown, run, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'figures.db'}?files={mine}"
    table = tmp_path / "x.csv"
    table.write_text("code,2019,2020,2021\nfirms,489,503,510\n", encoding="utf-8")
    assert "Written to sqlite:///" in shown("import", mine, "--data", url)
    shown("import", table, "--data", url)
    table.write_text("code,2019\nfirms,498\n", encoding="utf-8")
    assert "--published" in run("import", table, "--data", url)[2]
    shown("import", table, "--data", url, "--author", "Li", "--reason", "digits swapped")
    assert "510 enterprises" in shown("goals", "--data", url)
    assert shown("check", "--data", url).startswith("No problem found")
    exported = tmp_path / "out.csv"
    shown("export", "--data", url, "--what", "observations", "-o", exported)
    assert [line.split(",")[3] for line in exported.read_text().splitlines()[1:]] == [
        "498.0", "503.0", "510.0",
    ]  # fmt: skip


def test_options_that_go_together_are_asked_for_together(mine, tmp_path, refused):
    (tmp_path / "x.csv").write_text("code,2019\nfirms,489\n", encoding="utf-8")
    table = ("import", tmp_path / "x.csv", "--data", mine)
    assert "found one of the two" in refused(*table, "--author", "Li")
    assert "are for a store" in refused(*table, "--author", "Li", "--reason", "slip")
    assert "allowed with --format" in refused(*table, "--series", "firms")
    foreign = (*table, "--format", "json-stat")
    assert "--where: found GEO; allowed: COLUMN=VALUE" in refused(*foreign, "--where", "GEO")
    assert "each indicator once" in refused(*foreign, "--series", "firms", "--series", "firms=2")
    assert "cannot be read; allowed: such as" in refused("goals", "--data", "://u:s3cret@x")


def test_on_a_terminal_a_wrong_answer_is_asked_for_again_and_nothing_is_lost(tmp_path):
    ours, theirs = os.openpty()
    goals = (f"Firms, enterprises, more than, 530, {due}" for due in ("soon", 2040, 2030))
    years = "soon", "2030-2024", "2024 to 2030"
    os.write(ours, "\n".join([" ", "Springfield", *years, *goals, "", ""]).encode())
    command = [sys.executable, "-m", "bcforecast", "init", tmp_path / "mine", "--lang", "en"]
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=180)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert all(one in done.stderr for one in ("--years: found “soon”", "a year (2030)", "2040"))
    assert [goal.due.year for goal in load_plan("mine", data_dir=tmp_path / "mine").goals] == [2030]


@pytest.mark.parametrize(
    ("area", "answers", "names"),
    [
        ("Springfield", [""], {"en": "Firms"}),
        ("Springfield", ["klingon", "ZH"], {"zh": "Firms"}),
        ("北辰区", [""], {"zh": "Firms"}),
        ("Springfield", ["EN, zh"], {"en": "Firms", "zh": "企业"}),
    ],
)
def test_languages_are_asked_for_and_a_guess_offered(tmp_path, monkeypatch, area, answers, names):
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    typed = [area, "2024-2030", *answers, "Income, M EUR, top, 3", "Firms, firms, >=, 5, 2030", ""]
    typed += ["", "企业", "家"][: 3 * (len(names) > 1)]  # of area, indicator and unit
    done = CliRunner().invoke(app, ["init", str(tmp_path / "x")], input="\n".join([*typed, ""]))
    assert done.exit_code == 0, done.output
    guess = "zh" if area == "北辰区" else "en"
    assert f"Language of names and comments (zh, en; more than one: zh,en) [{guess}]" in done.output
    assert ("klingon" in done.output) == ("klingon" in answers)
    assert done.output.count("“3 of Shelbyville, Ogdenville, Brockway”") == 2
    (one,) = load_plan("x", data_dir=tmp_path / "x").indicators
    assert dict(one.names.values) == names
    assert one.unit_name("zh") == ("家" if len(names) > 1 else "firms")
    text = (tmp_path / "x/plans/x.yaml").read_text(encoding="utf-8")
    assert ("zh: ...}): area_names. Until" in text) == (len(names) > 1)


@pytest.mark.parametrize(
    ("lang", "goals", "areas", "counted"),
    [
        ("en", ("Pay; EUR; rank; among the top 2 of Ayr, Alba, and Tyne and Wear",
                 "Visits; k visits; >=; 9"),
         {"ayr": "Ayr", "tyne_and_wear": "Tyne and Wear"},
         "Pay (EUR): flow over a period; Visits (k visits): flow over a period."),
        ("zh", ("收入；元；位次；前二（和平区、丙区和丁区）", "指数；2020 = 100；不低于；9"),
         {"area_1": "和平区", "area_2": "丙区", "area_3": "丁区"},
         "收入（元）：期间发生额；指数（2020 = 100）：指数。"),
    ],
)  # fmt: skip
def test_a_place_among_areas_and_how_units_are_counted(tmp_path, run, lang, goals, areas, counted):
    asked = [word for goal in goals for word in ("--goal", goal)]
    begin = ("--area", "Alba", "--years", "2024-2030", "--lang", lang, *asked)
    _, out, _ = run("init", tmp_path / "x", *begin)
    plan = load_plan("x", data_dir=tmp_path / "x")
    between = plan.indicator_of(plan.goals[0]).compared
    assert {area: between.area_name(area).render(lang) for area, _ in between.beside} == areas
    assert between.place == 2
    heads, *rows = (tmp_path / "x/figures.csv").read_text(encoding="utf-8").splitlines()
    assert [x.split(",")[0] for x in (heads, *rows)] == ["area", "Alba", "Alba", *areas.values()]
    filled = [heads, *(re.sub(",{7}$", ",9,8,7,,,,", row) for row in rows)]
    (tmp_path / "x/figures.csv").write_text("\n".join([*filled, ""]), encoding="utf-8")
    assert run("check", "--data", tmp_path / "x")[0] == 0  # each row knows unit and measure
    assert counted in out
    assert counted in (tmp_path / "x/plans/x.yaml").read_text(encoding="utf-8").replace("\n# ", " ")


@pytest.mark.parametrize("lang", [["--lang", "en,zh"], ["--lang", "en", "--lang", "zh"]])
def test_a_plan_of_two_languages_is_named_and_told_in_both(
    tmp_path, run, refused, lang, monkeypatch
):
    asked = ("--years", "2024-2030", "--goal", "Firms | 企业 | 厂, firms | 户, at least, 5", *lang)
    among = "Income | 收入; coins; rank; 1 of Shelbyville | 谢尔比, Alba"
    area = ("--area", "Springfield | 春田", "--goal", among)
    assert run("init", tmp_path / "x", *area, *asked)[0] == 0
    plan = load_plan("x", data_dir=tmp_path / "x")
    _, firms, rank = plan.indicators
    said = (plan.title.render("zh"), plan.area, firms.name("zh"), firms.unit_name("zh"), firms.unit)
    assert said == ("春田2024—2030年规划", "springfield", "企业 | 厂", "户", "firms")
    assert rank.compared.area_name("shelbyville").render("zh") == "谢尔比"
    assert "zh: ...}): coins, alba" in (tmp_path / "x/plans/x.yaml").read_text(encoding="utf-8")
    rows = "area,indicator,unit,2020\n春田 | Springfield,企业 | 厂,户,3\n谢尔比,收入,coins,5\n"
    (tmp_path / "more.csv").write_text(rows, encoding="utf-8")
    told = run("import", tmp_path / "more.csv", "--data", tmp_path / "x", "--lang", "zh")
    assert (told[0], "谢尔比 收入" in told[1]) == (0, True), told
    run("template", "--plan", "x", "--data", tmp_path / "x", "-o", tmp_path / "y.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "y.xlsx")["Other areas"]
    assert [row[2].value for row in sheet.iter_rows(min_row=6)] == ["Shelbyville", "Alba"]
    monkeypatch.setattr("bcforecast.reporting.report.make_report", lambda *_, **__: True)
    _, out, err = run("report", "--data", tmp_path / "x", "--out", tmp_path / "y")
    assert [line[-2:] for line in out.splitlines()] == ["zh", "en"], err
    assert err.count("As of today") + err.count("截至今天") == 1
    for wrong in ("klingon", ",,"):
        assert f"found {wrong}; allowed: zh, en" in refused("init", tmp_path / "y", "--lang", wrong)


def test_what_is_missing_or_wrong_is_one_sentence(tmp_path, run, refused):
    assert "--area, --years, --goal" in refused(
        "init", tmp_path / "mine", "--area", " ", "--years", " "
    )
    assert "2050" in refused("init", tmp_path / "mine", *BEGUN, "--goal", "X, %, at least, 5, 2050")
    wrong = ("--goal", "Y, %, at least, many 5", "--goal", "Z, %, perhaps, 5")
    status, _, err = run("init", tmp_path / "mine", *BEGUN, *wrong)
    assert (status, "many" in err, "perhaps" in err) == (2, True, True)
    assert "bcforecast init" in refused("import", tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_cannot_be_is_told_by_the_table_that_it_stands_in(mine, run):
    table = (mine / "figures.csv").read_text(encoding="utf-8")
    filled = table.replace("r_d,R&D,%,own,", "r_d,R&D,%,own,140")
    assert filled != table
    (mine / "figures.csv").write_text(filled, encoding="utf-8")
    err = run("check", "--data", mine)[2]
    assert "figures.csv, row 3, column value: found 140" in err
    (mine / "later.csv").write_text("code,2095,2096\nr_d,2,3\n", encoding="utf-8")
    err = run("import", mine / "later.csv", "--data", mine)[2]
    assert "2%: the period has not begun, and the figure is official (2 such)" in err


def test_schema_prints_what_editors_complete_by(shown):
    for name in ("plan", "scenario", "reports"):
        written = json.loads(shown("schema", name))
        assert written["$id"] == f"urn:bcforecast:file:{name}"
        assert written["properties"]
