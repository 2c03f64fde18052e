"""The beginning of a plan of one's own: goals in a line, the folder, the workbook."""

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from bcforecast import errors
from bcforecast.attainment.project import project
from bcforecast.cells import FiscalYears, meaning
from bcforecast.observations.importing import import_file
from bcforecast.observations.reading import load_observations
from bcforecast.plan import start
from bcforecast.plan.drafts import PlanDraft, identifier, parse_goal, plan_content, read_draft
from bcforecast.plan.fields import CHANGES
from bcforecast.plan.reading import load_plan
from bcforecast.plan.start import template_bytes
from bcforecast.plan.targets import promised
from bcforecast.sheets import read_sheets
from bcforecast.text import Text
from tests.words import WORDS


def test_a_decimal_comma_between_commas_is_never_one_of_thousands():
    with pytest.raises(errors.PlanError, match="put ; between"):
        parse_goal("Yield, t, at least, 1,234, 2030", decimal=",")
    assert parse_goal('Yield, t, at least, "1,234", 2030', decimal=",").asked["target"] == 1.234


def test_in_chinese_and_japanese_a_point_marks_decimals():
    assert parse_goal("营业收入；亿元；不低于；3.125；2030").asked["target"] == 3.125
    assert parse_goal("サービス; %; at least; 3.125; 2030").asked["target"] == 3.125
    with pytest.raises(errors.PlanError, match="--decimal"):
        parse_goal("Receita com 中国; R$; at least; 3.500; 2030")


@pytest.mark.parametrize(("said", "part"), WORDS["half_goals"])
def test_half_a_goal_is_refused_with_how_to_say_it(said, part):
    with pytest.raises(errors.PlanError, match="goal “") as wrong:
        parse_goal(said)
    assert part in str(wrong.value)


def test_a_fiscal_year_written_otherwise_is_refused_with_the_plans_own_way():
    with pytest.raises(errors.PlanError, match=r"a fiscal year as the plan writes it, .* 2024/25$"):
        parse_goal("A; %; at least; 20; 27/28", fiscal=FiscalYears("2024-04", "2024/25"))
    goal = parse_goal("A; %; at least; 20; FY 2027/28", fiscal=FiscalYears("2024-04", "2024/25"))
    assert goal.asked["due"] == "2027/28"


def test_how_fiscal_years_are_written_is_asked_for_once(tmp_path, run):
    rows = ["Indicator,Unit,Comparator,Target,Due", *(f"{n},%,at least,5,2029-30" for n in "ABC")]
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    status, _, told = run("init", tmp_path / "y", "--from", tmp_path / "x.csv", "--lang", "en")
    assert (status, told.count("--fiscal-year 2024-25=2024-04")) == (2, 1)
    assert told.count('"2029-30"; allowed: as said of ') == 2


def test_a_head_of_targets_says_the_year_in_which_they_are_due(tmp_path, run):
    file, heads = (
        tmp_path / "x.csv",
        "指标,单位,比较方式,2027年目标,2030年（目标）,期限,2024年,2025年",
    )
    rows = "城镇化率,%,达到,63,65,,60,61", "森林覆盖率,%,不低于,,24.1,,,", "医师数,人,,,,,7,8"
    file.write_text("\n".join([heads, *rows]), encoding="utf-8")
    goals = [one.asked for one in draft_of(file).goals]
    assert [[*one.values()][1:] for one in goals] == [[63, 2027], [65, 2030], [24.1, 2030], []]
    status, _, told = run(
        "init", tmp_path / "y", "--from", file, "--area", "X", "--years", "2026-2030"
    )
    figures = load_observations(tmp_path / "y").observations
    assert (status, [one.value for one in figures]) == (0, [60, 61, 7, 8]), told
    for head in (
        "2030年目标值",
        "2030 target",
        "Target 2030",
        "target for 2030",
        "目标值（2030年）",
    ):
        file.write_text(f"指标,单位,比较方式,{head}\n城镇化率,%,达到,65", encoding="utf-8")
        assert draft_of(file).goals[0].asked["due"] == 2030
    assert (
        run("init", tmp_path / "z", "--from", file, "--area", "X", "--years", "2026-2030")[0] == 0
    )


@pytest.mark.parametrize(
    ("table", "told"), [(table, told) for table, *told in WORDS["split_tables"]]
)
def test_heads_in_two_rows_and_goals_of_several_areas_are_refused_with_what_to_write(
    tmp_path, table, told
):
    (tmp_path / "x.csv").write_text(table, encoding="utf-8")
    draft = draft_of(tmp_path / "x.csv", years="2026-2030")
    wrong = [*draft.problems, *draft.near]
    assert [one.message.values["said"].key for one in wrong] == [f"cells.{one}" for one in told]
    assert not draft.goals


def test_numbers_before_names_are_no_part_of_them_and_one_area_is_the_plans(tmp_path, run):
    names = [
        "1.森林覆盖率",
        "（2）耕地",
        "3) 公路",
        "①湿地",
        "（五）水库",
        "4、床位",
        "5G基站",
        "2.5微米",
    ]
    names += [
        "一、道路",
        "1.1 Parks",
        "1.2.3 绿道",
        "(a) Trams",
        "iv. Buses",
        "C. difficile",
        "2. E. coli",
    ]
    rows = "".join(f"\n{one},个,≥9,3,甲市" for one in names)
    (tmp_path / "x.csv").write_text(f"指标,单位,目标值,2024年,地区{rows}", encoding="utf-8")
    begun = "--from", tmp_path / "x.csv", "--years", "2026-2030"
    assert run("init", tmp_path / "y", *begun)[0] == 0
    plan = load_plan("y", data_dir=tmp_path / "y")
    read = ["森林覆盖率", "耕地", "公路", "湿地", "水库", "床位", "5G基站", "2.5微米"]
    read += ["道路", "Parks", "绿道", "Trams", "Buses", "C. difficile", "E. coli"]
    assert [one.name("zh") for one in plan.indicators] == read
    assert plan.area_names.render("zh") == "甲市"
    assert len(load_observations(tmp_path / "y").observations) == len(names)


@pytest.mark.parametrize(("heads", "dues"), WORDS["target_heads"])
def test_no_column_of_targets_is_lost_or_read_for_another_year(tmp_path, heads, dues):
    rows = ["Fiscal years;2023/24=2023-07", f"Indicator;Unit;{heads}", "Forest;%;≥25;≥30"]
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    draft = draft_of(tmp_path / "x.csv")
    if isinstance(dues, list):
        assert [one.asked.get("due") for one in draft.goals] == dues
        assert [one.asked["target"] for one in draft.goals] == [25, 30][: len(dues)]
    wrong = [*draft.problems, *draft.near]
    (told,) = [one.message.values["said"] for one in wrong] or [None]
    assert (told and told.values.get("heads")) == (dues if isinstance(dues, str) else None)


def test_the_year_of_a_row_is_that_of_the_head_of_its_target(tmp_path):
    file = tmp_path / "x.csv"
    for due, wrong in (("2030-06-30", []), ("", []), ("2028", ["cells.allowed_due_head"])):
        file.write_text(f"Indicator,Unit,Target 2030,Due\nForest,%,≥25,{due}", encoding="utf-8")
        said = (one.message.values["said"].values for one in draft_of(file).problems)
        assert [one["allowed"].key for one in said] == wrong


def test_themes_and_years_of_rows_are_read_and_what_is_not_is_named(tmp_path, run):
    file, begun = tmp_path / "x.csv", ("--years", "2026-2030", "--lang", "en")
    rows = [
        "Area,Indicator,Unit,Baseline year,Baseline,Target,属性",
        "Land,Forest,%,2022,24,≥25,约束性",
    ]
    rows += ["Air,CO2,kt,2019,80,-30%,预期性", "Air,Halved,kt,2020,9,halve"]
    aside = ["Goals of the plan", *rows, "Air,Dust,kt,,,n/a", "Note: by the office"]
    file.write_text("\n".join(aside), encoding="utf-8")
    _, _, told = run("init", tmp_path / "v", "--from", file, *begun, "--area", "X")
    assert "name no goal: 2 (“Goals of the plan”, “Note: by the office”)." in told
    assert 'Cells without a target: 1, the first F6 ("n/a").' in told
    file.write_text("\n".join(rows), encoding="utf-8")
    status, _, told = run("init", tmp_path / "y", "--from", file, *begun, "--area", "X")
    assert (status, "not read: A1 “(Area)”, G1 “属性”." in told) == (0, True)
    found = load_observations(tmp_path / "y").observations
    assert [(str(f.period), f.value) for f in found] == [("2022", 24), ("2019", 80), ("2020", 9)]
    asked = [(g.base_year, g.change) for g in load_plan("y", data_dir=tmp_path / "y").goals]
    assert asked == [(None, None), (2019, -30), (2020, -50)]
    assert "themes" in run("init", tmp_path / "z", "--from", file, *begun)[2]
    file.write_text("\n".join([*rows, "Land,CO2,kt,2019,80,-9%"]), encoding="utf-8")
    assert "several areas" in run("init", tmp_path / "z", "--from", file, *begun, "--area", "X")[2]


def test_a_full_disk_is_told_also_where_lxml_writes_the_workbook(monkeypatch):
    def full(_):
        raise type("SerialisationError", (Exception,), {})("IO_ENOSPC")

    monkeypatch.setattr("openpyxl.writer.excel.ExcelWriter.save", full)
    with pytest.raises(OSError, match="No space left"):
        start.template_bytes(None, lang="en")


@pytest.mark.parametrize(("heads", "way"), [("Fiscal years", "2024-25"), ("财政年度", "2024年度")])
def test_a_cell_above_the_goals_says_how_fiscal_years_are_written(tmp_path, heads, way):
    file, due = tmp_path / "x.csv", way.replace("2024", "2029").replace("25", "30")
    rows = [f"{heads},{way}=2024-04", "indicator,unit,comparator,target,due"]
    file.write_text("\n".join([*rows, f"A,%,at least,5,{due}"]), encoding="utf-8")
    draft = draft_of(file)
    assert ([*draft.problems], draft.goals[0].asked["due"]) == ([], due)
    assert draft.more["fiscal_year"] == {"begins": "2024-04", "written": way}
    file.write_text(file.read_text("utf-8").replace("=2024-04", ""), encoding="utf-8")
    with pytest.raises(errors.PlanError, match="“Fiscal years” in a workbook: found “2024"):
        draft_of(file)


def begun(folder, *said, **more):
    asked = {"area": "Springfield", "years": "2024-2030", "lang": "en", **more}
    lang = asked.pop("lang")
    start.start_folder(folder, PlanDraft([*map(parse_goal, said)], **asked), lang=lang)
    return folder


@pytest.mark.parametrize(("said", "meant"), WORDS["goals"])
def test_a_goal_is_read_from_a_line_and_makes_a_plan_that_loads(tmp_path, said, meant):
    goal = parse_goal(said)
    assert [goal.unit, *goal.asked.values()] == meant
    folder = begun(tmp_path / "mine", said)
    plan, asked = load_plan("mine", data_dir=folder), goal.asked["comparator"]
    assert plan.goals[0].comparator == CHANGES.get(asked, (asked,))[0]
    assert {path.name for path in folder.iterdir()} == {
        "plans", "figures.csv", "sources.csv", "scenarios", "README.md",
    }  # fmt: skip
    assert len((folder / "README.md").read_text().splitlines()) == 4


@pytest.mark.parametrize(("said", "name", "unit"), WORDS["named"])
def test_what_a_name_says_of_number_target_or_rate_is_taken_from_it(said, name, unit):
    assert parse_goal(said)[:2] == (name, unit)


TOLD = "changes", "no_changes", "named_forms"


def test_what_is_named_as_a_change_or_form_and_asked_as_none_is_told(tmp_path):
    ways = "reduce by; 5% from 2020", "new; 5", "at least; 5 in total", "at least; 5; 2026/2030"
    said = [f"New homes {n}; homes; {way}" for n, way in enumerate(ways)]
    said += [f"{name}; homes; at least; 5" for key in TOLD for name in WORDS[key]]
    draft = PlanDraft([*map(parse_goal, said)], area="X", years="2026-2030", others=["zh"])
    note = start.start_folder(tmp_path / "mine", draft, lang="en").render("en")
    for key, told in (("changes", "If all over"), ("named_forms", "If the name")):
        names = ", ".join(f"“{name.split(' | ')[0]}”" for name in WORDS[key])
        assert f"due year: {names}. {told}" in note
    assert "due date “total 2026/2030”" in note


def test_an_event_is_cumulative_from_the_plans_start_however_that_is_said(tmp_path):
    folder = begun(tmp_path / "mine", "学校; 所; 新建; 累计25所; 2024-2030")
    (goal,) = load_plan("mine", data_dir=folder).goals
    assert (goal.comparator, goal.target, goal.due.year) == ("event", 25, 2030)
    with pytest.raises(
        errors.PlanError, match=r"goal “学校”: found a total of several years; allowed: one due"
    ):
        begun(tmp_path / "other", "学校; 所; 新建; 累计25所; 2025-2030")


def test_at_most_a_place_among_areas_is_that_place(tmp_path):
    folder = begun(tmp_path / "mine", "百强排名；位；不超过；第2位（乙区、丙区）；2030")
    plan = load_plan("mine", data_dir=folder)
    assert [one.compared.place for one in plan.indicators if one.compared] == [2]
    folder = begun(tmp_path / "other", "百强排名；位；不超过；50", "专家；位；不超过；50")
    told = [promised(goal, lang="zh") for goal in load_plan("other", data_dir=folder).goals]
    assert told == ["进入前50位", "不超过50位"]  # of people it is how many


def test_no_unit_and_a_balance_of_whole_things_go_from_a_line_to_a_chance(tmp_path):
    said = ("A; -; at least; 1.8", "B; persons; at least; 0", "C; homes; at least; -500")
    folder = begun(tmp_path / "mine", *said)
    rows = "A,－,1.4,1.3\nB,人,△3120,-2780\nC,thousand homes,-0.4,-0.3\n"
    (folder / "f.csv").write_text(f"区分,unit,2021,2022\n{rows}", encoding="utf-8")
    assert not import_file(folder / "f.csv", folder).problems
    known = load_observations(folder, as_of="2024-04-01")
    read = known.observations
    assert [one.value for one in read] == [1.4, 1.3, -3120, -2780, -400, -300]
    assert (read[0].unit, read[-1].note.render("en")) == ("-", "-0.3 thousand homes")
    outlook = project(load_plan("mine", data_dir=folder), known)
    assert all(0.0 < one.attainment.probability < 1.0 for one in outlook)


def test_a_goal_with_a_code_that_another_would_be_given_stays(tmp_path):
    rows = ["code,indicator,unit,comparator,target,due"]
    rows += [f"{code},{code} {n},%,at least,{n},2030" for n, code in enumerate(("a_3", "a", "a"))]
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    content, _ = plan_content(draft_of(tmp_path / "x.csv"), plan_id="p", lang="en")
    assert [one["target"] for one in content["goals"]] == [0, 1, 2]
    assert len(content["indicators"]) == 3


def test_goals_of_one_name_and_unit_are_milestones_that_differ_by_their_year(tmp_path):
    steps = ("at least, 40, 2025", "at least, 80, 2030", "at most, 90, 2030")
    said = (f"Renewables, %, {one}" for one in steps)
    plan = load_plan("mine", data_dir=begun(tmp_path / "mine", *said))
    assert [one.id for one in plan.indicators] == ["renewables"]
    assert [one.id for one in plan.goals][:2] == ["renewables_2025", "renewables_2030"]
    assert [one.family for one in plan.goals] == ["renewables", "renewables", None]


def test_letters_without_a_plain_one_in_them_are_written_as_one():
    named = {"Çınarlık": "cinarlik", "Łódźno": "lodzno", "Ærø Straße": "aero_strasse"}
    assert {name: identifier(name, "") for name in named} == named


def test_names_without_a_latin_letter_get_numbered_identifiers(tmp_path):
    said = "企业,家,不低于,5", "专利,件,不低于,6"
    folder = begun(tmp_path / "方案", *said, area="某区", lang="zh")
    (file,) = (folder / "plans").iterdir()
    plan = load_plan(file.stem, data_dir=folder)
    assert (plan.id, plan.area_names.render("zh")) == ("area-2024-2030", "某区")
    assert [one.id for one in plan.indicators] == ["indicator_1", "indicator_2"]


def test_a_folder_in_use_is_refused_and_a_wrong_plan_leaves_nothing(tmp_path):
    used = tmp_path / "used"
    used.mkdir()
    (used / "note").write_text("mine")
    with pytest.raises(errors.BcforecastError, match="not empty"):
        begun(used, "Firms, enterprises, at least, 5")
    with pytest.raises(errors.PlanError, match=r"^goal “Firms”: found 2050-12-31"):
        begun(tmp_path / "new", "Firms, enterprises, at least, 5, 2050")
    with pytest.raises(errors.PlanError, match="2024-2030"):
        begun(tmp_path / "new", "Firms, enterprises, at least, 5", years="soon")
    assert [path.name for path in tmp_path.iterdir()] == ["used"]


def test_a_goal_is_held_against_another_by_its_name_and_against_none_that_is_not_there(tmp_path):
    said = "Pay growth, %, at least, gdp growth, 2030", "GDP growth, %, at least, 5, 2030"
    plan = load_plan("mine", data_dir=begun(tmp_path / "mine", *said))
    assert plan.goals[0].relative.render("en") == "a figure no lower than GDP growth"
    (tmp_path / "x.csv").write_text(
        "indicator,unit,comparator,target\nPay,€,at least,EU average\nEU average,€,at least,5\n"
    )
    draft = draft_of(tmp_path / "x.csv")
    assert draft.goals[0].asked["relative_to"] == {"indicator": "EU average"}  # no area's
    for said in ("达到；全省前二（甲市、乙市）", "前二；甲市、乙市"):
        asked = {"target": 2, "rank_among": ["甲市", "乙市"]}
        assert parse_goal(f"GDP；亿元；{said}").asked == asked
    with pytest.raises(errors.PlanError, match="England’s average"):
        begun(tmp_path / "other", "Pay growth, %, at least, England, 2030")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(("more", "place"), WORDS["wrong_more"])
def test_what_more_a_row_says_that_cannot_be_is_told_by_its_field(tmp_path, more, place):
    file, heads = tmp_path / "x.csv", "Indicator,Unit,Comparator,Target,More"
    file.write_text(f'{heads}\nWages,€,,,"{more}"\n', encoding="utf-8")
    draft = draft_of(file)
    draft.area, draft.years = "Springfield", "2024-2030"
    with pytest.raises(errors.PlanError, match=rf"goals\[0\].* → {place}: "):
        start.start_folder(tmp_path / "mine", draft, lang="en")


def test_areas_that_have_no_name_in_another_language_are_listed(tmp_path):
    said = (
        "Pay; %; at least; that of Kent Mill; 2030",
        "Jobs; %; rank; 2 of Big Kent and 乙市; 2030",
    )
    begun(tmp_path / "mine", *said, area="某地 | Place", lang="zh", others=("en",))
    told = (tmp_path / "mine/plans/mine.yaml").read_text("utf-8")
    assert "pay, jobs, kent_mill, big_kent, area_3。" in told


def test_an_example_is_copied_whole_and_an_unknown_one_told(tmp_path, monkeypatch):
    shown = tmp_path / "examples" / "atlantis"
    begun(shown, "Firms, enterprises, at least, 5")
    monkeypatch.setattr(start, "EXAMPLES", tmp_path / "examples")
    start.copy_example("atlantis", tmp_path / "mine")
    assert {p.name for p in shown.rglob("*")} == {p.name for p in (tmp_path / "mine").rglob("*")}
    with pytest.raises(errors.BcforecastError, match="atlantis"):
        start.copy_example("lemuria", tmp_path / "other")


def test_the_workbook_is_the_same_each_time():
    asked = {"lang": "zh", "flows": [("renewals", "enterprises", "flow")]}
    raw, again = (template_bytes(load_plan("beichen-2020-2022"), **asked) for _ in range(2))
    assert (raw == again, len(openpyxl.load_workbook(io.BytesIO(raw)).sheetnames)) == (True, 7)


def test_what_a_cell_cannot_hold_is_refused_and_not_cut_off():
    plan = load_plan("beichen-2020-2022")
    quoted = plan.goals[0].model_copy(update={"quote": Text(en="a" * 33_000)})
    plan = plan.model_copy(update={"goals": (quoted, *plan.goals[1:])})
    told = "sheet Goals, cell G6: found a text of 33246 .* begins “{aspir.*: at most 32000"
    with pytest.raises(errors.PlanError, match=told):
        template_bytes(plan, lang="en")


FORMS = (Path(__file__).parent / "forms.yaml").read_text(encoding="utf-8")


def written(plan):
    """Return a plan with a task of more words than a cell can hold."""
    long = plan.measures[0].model_copy(update={"place": "as far as it goes " * 4000})
    return plan.model_copy(update={"measures": (long, *plan.measures[1:])})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["germany", "beichen", "forms", "fiscal"])
def test_what_a_plan_says_of_its_goals_comes_back_from_the_workbook(tmp_path, name, lang):
    (tmp_path / "forms.yaml").write_text(FORMS, encoding="utf-8")
    years = "fiscal_year: {begins: 2024-07, written: 2024/25}"
    fiscal = FORMS.replace("area: springfield", f"area: springfield\n{years}")
    fiscal = fiscal.replace("2027-06-30", "2027/28")
    (tmp_path / "fiscal.yaml").write_text(fiscal, encoding="utf-8")
    plan = {
        "forms": lambda: load_plan(tmp_path / "forms.yaml"),
        "fiscal": lambda: load_plan(tmp_path / "fiscal.yaml"),
        "beichen": lambda: written(load_plan("beichen-2020-2022")),
        "germany": lambda: load_plan("germany-2030", data_dir=start.EXAMPLES / "germany"),
    }[name]()
    file = tmp_path / "x.xlsx"
    file.write_bytes(template_bytes(plan, lang=lang))
    months = [c.value for c in openpyxl.load_workbook(file).worksheets[-3][4]]  # of other areas
    assert name != "fiscal" or (months[6], months[-1]) == ("2023-07", "2031-06")
    draft = draft_of(file)
    start.start_folder(tmp_path / "mine", draft, lang=lang)
    for again in (load_plan(file), load_plan("mine", data_dir=tmp_path / "mine")):
        goals = [[one.model_dump_json() for one in each.goals] for each in (again, plan)]
        assert goals[0] == goals[1]
        assert {*again.indicators} == {*plan.indicators}
        rest = {"goals", "indicators", "id"}
        assert again.model_dump(exclude=rest) == plan.model_dump(exclude=rest)


def draft_of(file, **more):
    years = more.get("years", "")
    return replace(read_draft(read_sheets(file).sheets, file=file, years=years), **more)


@pytest.mark.parametrize(
    ("title", "kept"),
    [("某县目标（模拟）", "（模拟）"), ("Goals (draft)", " (draft)"), ("目标（单位：%）", "")],
)
def test_what_a_table_says_of_how_far_the_plan_is_stands_in_its_title(tmp_path, title, kept):
    (tmp_path / "x.csv").write_text(
        f"{title}\n指标（%）;目标值\n参保率（%）;≥97\n", encoding="utf-8"
    )
    draft = draft_of(tmp_path / "x.csv", area="某县", years="2026-2030")
    content, _ = plan_content(draft, plan_id="p", lang="zh")
    assert content["title"] == {"zh": f"某县2026—2030年规划{kept}"}


@pytest.mark.parametrize(("years", "title"), [("2021-2023", "计划"), ("2021-2025", "规划")])
def test_a_plan_of_five_years_has_the_name_that_such_plans_have(tmp_path, years, title):
    folder = begun(tmp_path / "mine", "企业,家,不低于,5", area="某区", years=years, lang="zh")
    plan = load_plan("mine", data_dir=folder)
    assert plan.title.render("zh") == f"某区{years.replace('-', '—')}年{title}"


@pytest.mark.parametrize(("row", "more", "told"), WORDS["wrong_by_row"])
def test_what_is_wrong_beside_more_is_told_by_its_row(tmp_path, row, more, told):
    file, book = tmp_path / "x.xlsx", openpyxl.Workbook()
    asked = ["at least", 5, None]
    rows = [["Area", "Kent", "Years", "2024-2030", "More", None]]
    rows += [["Indicator", "Unit", "Comparator", "Target", None, "More"]]
    rows += [["Growth", "%"], ["Pay", "%", *asked], ["Pay", "%"], ["Jobs", "%", *asked]]
    rows[row - 1][5:] = [*[None] * (5 - len(rows[row - 1])), more]
    for one in rows:
        book.active.append(one)
    book.save(file)
    with pytest.raises(errors.PlanError, match=f"x.xlsx!Sheet!F{row}, row {row}, {told}"):
        load_plan(file)
    with pytest.raises(errors.PlanError, match=f"x.xlsx!Sheet!F{row}, row {row}, {told}"):
        start.start_folder(tmp_path / "mine", draft_of(file), lang="en")


def test_a_row_that_asks_nothing_is_an_indicator_and_one_that_asks_half_is_refused(tmp_path):
    rows = ["indicator,unit,comparator,target,due", "GDP growth,%,,,"]
    rows += ["Pay growth,%,at least,1 point above GDP growth,2030"]
    (tmp_path / "x.csv").write_text("\n".join(rows), encoding="utf-8")
    draft = draft_of(tmp_path / "x.csv")
    draft.area, draft.years = "Springfield", "2024-2030"
    start.start_folder(tmp_path / "mine", draft, lang="en")
    plan = load_plan("mine", data_dir=tmp_path / "mine")
    told = "a figure no lower than GDP growth plus 1 percentage point"
    assert [goal.relative.render("en") for goal in plan.goals] == [told]
    (tmp_path / "x.csv").write_text("\n".join([*rows, "Jobs,%,,,2030"]), encoding="utf-8")
    draft = draft_of(tmp_path / "x.csv")
    assert "cell D4: goal “Jobs, %, , , 2030”: found" in str(draft.problems[0])


@pytest.mark.parametrize(
    ("targets", "read"),
    [(["3.500", "12.5"], [3.5, 12.5]), (["3.500", "1.234,5"], [3500, 1234.5]), ([3.125], [3.125])],
)
def test_a_target_typed_in_the_workbook_whose_mark_others_show(tmp_path, targets, read):
    file = tmp_path / "mine.xlsx"

    def draft(*cells):
        book = openpyxl.Workbook()
        heads = ["indicator", "unit", "comparator", "target", "due"]
        for row in ([], heads, *(["Growth", "%", "at least", one, 2030] for one in cells)):
            book.active.append(row)
        book.save(file)
        return draft_of(file)

    def wrong(*cells):
        return [str(one) for one in draft(*cells).problems]

    assert [goal.asked["target"] for goal in draft(*targets).goals] == read
    assert "with --decimal , where the point marks thousands" in wrong("3.500")[0]
    one, other = wrong("x", 3.125, "y")
    assert one.startswith(
        f"{file}, sheet Sheet, cell D3: goal “Growth, %, at least, x, 2030”: found"
    )
    assert other.startswith(f"{file}, sheet Sheet, cell D5: ")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_heads_of_the_workbook_are_locked_and_known_lists_drop_down_and_cells_are_open(lang):
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(None, lang=lang)))
    for sheet in book.worksheets:
        heads = [cell for cell in sheet[4] if cell.value]
        assert all(meaning("columns", h.value) or str(h.value)[:2] == "20" for h in heads)
        assert sheet.protection.sheet
        assert all(head.protection.locked for head in heads)
        open_to = [c for c in sheet.column_dimensions.values() if not c.protection.locked]
        assert all(any(c.min <= h.column <= c.max for c in open_to) for h in heads)
        assert len(sheet["A"]) < 50  # empty cells are not written: the file is small, soon read
    assert any(one.type == "list" for one in book.worksheets[0].data_validations.dataValidation)


@pytest.mark.parametrize(
    ("years", "way", "base"),
    [("2021-2025", "", 2020), ("2024-25/2028-29", "2024-25=2024-04", "2023-24")],
)
def test_average_growth_without_a_year_begins_with_the_last_before_the_plan(
    tmp_path, years, way, base
):
    more = {"fiscal_year": {"begins": "2024-04", "written": "2024-25"}} if way else {}
    goal = parse_goal("产值，亿元，年均增长，>6.5%", fiscal=FiscalYears.of(more))
    draft = PlanDraft([goal], area="某市", years=years, more=more)
    content, _ = plan_content(draft, plan_id="p", lang="zh")
    assert content["goals"][0]["growth_from"] == base
    with pytest.raises(errors.PlanError, match="--years: found “”; allowed: first and last year"):
        plan_content(PlanDraft([goal], area="某市"), plan_id="p", lang="zh")


def test_average_growth_of_a_share_is_told_in_points_or_asked_for():
    with pytest.raises(errors.PlanError, match='found "6"'):
        parse_goal("增速，%，年均增长，6，2025")
    goal = parse_goal("城镇化率，%，年均提高，0.8个百分点，2024")
    content, _ = plan_content(
        PlanDraft([goal], area="某市", years="2021-2025"), plan_id="p", lang="zh"
    )
    told = {"comparator": "increase_by", "amount": 3.2, "base_year": 2020, "due": 2024}
    assert told.items() <= content["goals"][0].items()


PRINTED = [(one["heads"], *row) for one in WORDS["printed"] for row in one["rows"]]


@pytest.mark.parametrize(("heads", "row", "meant"), PRINTED)
def test_a_row_of_a_plans_own_table_is_read_as_the_plan_means_it(tmp_path, heads, row, meant):
    (tmp_path / "x.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
    draft = draft_of(tmp_path / "x.csv", area="某县", years="2026-2030")
    if isinstance(meant, str):
        (refused,) = draft.problems
        assert refused.message.values["said"].values["found"].values["text"] == meant
        return
    assert [str(one) for one in draft.problems] == []
    content, _ = plan_content(draft, plan_id="p", lang="zh")
    goal, asked = draft.goals[0], content["goals"][0]
    told = {key: one for key, one in asked.items() if key not in ("id", "indicator")}
    assert [goal.name, goal.unit, *told.values()] == meant


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        *((name, [None, None]) for name in ("GDP growth", "居民收入增速", "Growth in pay (real)")),
        *(
            (name, [None, None])
            for name in ("地区生产总值增长率", "Wirtschaftswachstum", "Inflation rate")
        ),
        *((name, None) for name in ("Internet access", "Growth-stage firms", "增长型企业占比")),
    ],
)
def test_a_percentage_that_is_growth_may_lie_below_0(name, ends):
    draft = PlanDraft([parse_goal(f"{name}, %, at least, 2.5, 2030")], area="X", years="2026-2030")
    (one,) = plan_content(draft, plan_id="p", lang="en")[0]["indicators"]
    assert one.get("valid_range") == ends
