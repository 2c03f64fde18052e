"""The shipped plans as data: Beichen held against its text, Tianjin against its table."""

import re

import pytest

from bcforecast.config import DATA_DIR
from bcforecast.plan import load_plan
from bcforecast.plan.targets import promised

PLAN = load_plan("beichen-2020-2022")
CITY = load_plan("tianjin-2020-2022")
TEXT = (DATA_DIR / "plans" / "beichen-2020-2022.zh.txt").read_text(encoding="utf-8")
NUMERALS = "一二三四五六七八九"
FIGURES_OF_THE_GOALS = {3.2, 3500, 30, 530, 280, 25, 60, 1}


def section(text, start, end):
    return text[text.index(start) : text.index(end)]


GOALS_TEXT = section(TEXT, "（二）工作目标", "二、重点任务")


def tasks_in_text(text):
    """Place of each task of section 二: its number, its title, its responsible bodies."""
    tasks = {}
    group = ""
    for line in section(text, "二、重点任务", "三、保障措施").splitlines():
        if heading := re.match(r"\s*（([一二三四五六])）", line):
            group = heading[1]
        elif task := re.match(r"\s*(\d)\.([^。]+)。.*（责任单位：([^）]+)）\s*$", line):
            number = f"2.{NUMERALS.index(group) + 1}.{task[1]}"
            tasks[f"二（{group}）{task[1]}"] = (number, task[2], tuple(task[3].split("、")))
    return tasks


def names_of(plan, bodies):
    return tuple(plan.body(body).name("zh") for body in bodies)


def test_title_day_and_every_quote_stand_word_for_word_where_the_plan_says():
    assert PLAN.title.render("zh") in TEXT
    assert PLAN.issuer.render("zh") in TEXT
    assert f"{PLAN.issued.year}年{PLAN.issued.month}月{PLAN.issued.day}日" in TEXT
    assert f"（{PLAN.span.first}-{PLAN.span.last}年）" in PLAN.title.render("zh")
    for part in (*PLAN.goals, *PLAN.qualitative_goals):
        assert part.place == "一（二）"
        assert part.quote.render("zh") in GOALS_TEXT
    for milestone in PLAN.milestones:
        assert milestone.place in tasks_in_text(TEXT)
        assert milestone.quote.render("zh") in TEXT
    park = PLAN.goal("university_science_parks")
    assert PLAN.milestones_of(park) == PLAN.milestones
    assert len(PLAN.milestones) == 2
    for milestone in PLAN.milestones:
        assert names_of(PLAN, milestone.bodies) == tasks_in_text(TEXT)[milestone.place][2]
        assert milestone.name("zh") in milestone.quote.render("zh")


def test_goals_have_the_figures_quotes_and_bodies_of_their_paragraph():
    without_years = re.sub(r"\d{4}年", "", GOALS_TEXT)
    in_text = [float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", without_years)]
    assert sorted(in_text) == sorted(goal.target for goal in PLAN.goals)
    assert set(in_text) == FIGURES_OF_THE_GOALS
    assert {goal.due.isoformat() for goal in PLAN.goals} == {"2022-12-31"}
    assert "到2022年" in GOALS_TEXT
    paragraphs = [line for line in GOALS_TEXT.splitlines() if "责任单位" in line]
    for part in (*PLAN.goals, *PLAN.qualitative_goals):
        (paragraph,) = (p for p in paragraphs if part.quote.render("zh") in p)
        bodies = re.search(r"（责任单位：([^）]+)）", paragraph)
        assert names_of(PLAN, part.bodies) == tuple(bodies[1].split("、"))


@pytest.mark.parametrize("goal", PLAN.goals, ids=lambda goal: goal.id)
def test_the_words_of_a_goal_give_its_target_unit_comparator_and_aspiration(goal):
    words = goal.quote.render("zh")
    unit = PLAN.indicator_of(goal).unit_name("zh")
    assert re.search(rf"(?<![\d.]){goal.target:g}{unit}", words)
    if goal.comparator == "at_least":
        assert "达到" in words or "以上" in words
    assert ("新建" in words) == (goal.comparator == "event")
    assert ("突破" in words) == (goal.comparator == "more_than")
    assert ("力争" in words) == goal.aspiration
    assert goal.aspiration == (goal.id in ("rd_intensity", "university_science_parks"))


def test_measures_safeguards_and_their_bodies_are_those_of_the_text():
    tasks = tasks_in_text(TEXT)
    assert len(tasks) == 16
    ours = {m.place: (m.id, m.name("zh"), names_of(PLAN, m.bodies)) for m in PLAN.measures}
    assert ours == tasks
    assert [m.place for m in PLAN.measures] == list(tasks)
    named = re.findall(r"责任单位：([^）]+)）", TEXT)
    in_text = {body for names in named for body in names.split("、")}
    assert {body.name("zh") for body in PLAN.bodies} == in_text
    words = TEXT[TEXT.index("三、保障措施") :]
    titles = re.findall(r"（([一二三])）([^。]+)。", words)
    ours = [(s.id, s.place, s.name("zh"), s.bodies) for s in PLAN.safeguards]
    assert ours == [(f"3.{NUMERALS.index(n) + 1}", f"三（{n}）", title, ()) for n, title in titles]
    assert len(ours) == 3
    assert "责任单位" not in words


def test_a_measure_or_safeguard_acts_on_every_goal_by_levers_with_their_own_names():
    tasks = (*PLAN.measures, *PLAN.safeguards)
    acted_on = {i for task in tasks for i in task.indicators}
    assert {goal.indicator for goal in PLAN.goals} <= acted_on
    levers = [lever for task in tasks for lever in task.levers]
    # Several measures may move one lever; it is then called the same everywhere.
    named = {(lever.id, lever.name("zh"), lever.name("en")) for lever in levers}
    assert len({lever.id for lever in levers}) == len(named) > 0
    assert all(len({one.id for one in task.levers}) == len(task.levers) for task in tasks)
    for lever in levers:
        assert lever.name("zh") != lever.name("en")


TARGETS = {
    "rd_intensity": ("at_least", 3.2, "%"),
    "invention_patents_in_force": ("at_least", 40_000, "patents"),
    "hightech_enterprises": ("more_than", 9_000, "enterprises"),
    "eaglet_enterprises": ("at_least", 3_500, "enterprises"),
    "gazelle_enterprises": ("at_least", 350, "enterprises"),
    "leading_enterprises": ("at_least", 250, "enterprises"),
    "unicorns": ("at_least", 6, "enterprises"),
    "tech_contract_value": ("at_least", 1_400, "100M CNY"),
    "university_science_parks": ("event", 5, "parks"),
    "national_science_parks": ("event", 2, "parks"),
}


def test_targets_of_the_city_are_those_of_the_table_and_linked_ones_in_the_same_unit():
    assert {g.id: (g.comparator, g.target, g.unit) for g in CITY.goals} == TARGETS
    source = CITY.source
    assert source.file is None
    assert "津政发〔2020〕23号" in source.citation.render("zh")
    assert "not held" in source.citation.render("en")
    assert all(goal.quote is None and goal.place is None for goal in CITY.goals)
    assert f"《{CITY.title.render('zh')}》（津政发〔2020〕23号）" in TEXT
    assert PLAN.parent == CITY.id
    linked = [i for i in PLAN.indicators if i.link_to_parent != "none"]
    assert len(linked) == 7
    for indicator in linked:
        assert indicator.parent == CITY.area
        (goal,) = (g for g in CITY.goals if g.indicator == indicator.id)
        assert goal.unit == indicator.unit
        assert CITY.indicator(indicator.id).kind == indicator.kind
    links = {i.id: i.link_to_parent for i in PLAN.indicators}
    assert links["rd_intensity"] == "factor", "a ratio; counts and sums are linked by a share"
    assert links["hightech_enterprises"] == links["tech_contract_value"] == "share"
    assert links["innovation_platforms"] == links["university_science_parks"] == "none"


WANTED = DATA_DIR.parents[1] / "shared/plan/foreign/germany/wanted.yaml"


@pytest.mark.skipif(not WANTED.is_file(), reason=f"{WANTED} is not there")
def test_what_a_foreign_plan_wanted_to_say_is_said_as_it_says_it():
    assert [promised(goal, lang="en") for goal in load_plan(WANTED).goals] == [
        "a fall of 65% from 1990", "a fall of 50% from 2019", "between 40% and 45%",
        "at least 60%", "at least 80%", "at most 70 kg/ha on average over 2026–2030",
        "at least −0.5% in every year 2025–2030",
    ]  # fmt: skip
