"""Levers move what they say, scenario files are in order, and a wrong one is refused in words."""

import numpy as np
import pytest

from bcforecast.config import DATA_DIR
from bcforecast.errors import PlanError, ScenarioError
from bcforecast.plan import load_plan
from bcforecast.scenarios import scenario as room
from bcforecast.scenarios.scenario import find_lever, load_scenario, load_scenarios, write_scenario
from bcforecast.text import LANGUAGES
from tests.scenarios.scenario_cases import PLAIN, TARGETS, pushing, simulation

PLAN = load_plan("beichen-2020-2022")
TASKS = (*PLAN.measures, *PLAN.safeguards)
LEVERS = room.levers()
GOOD = """\
id: mine
plan: beichen-2020-2022
title: {zh: 我的, en: Mine}
author: {zh: 某处, en: Somebody}
reason: {zh: 试一试, en: To try}
moves:
  - {lever: renewal_rate, measure: "2.4.1", by_year: {2021: 2, 2022: 5.0},
     sd: 1, unit: pp, basis: assumed}
shocks:
  - {indicators: [rd_intensity], year: 2022, size_percent: -3, recovered: 0.5}
"""


def written(tmp_path, words):
    path = tmp_path / "mine.yaml"
    path.write_text(words, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_a_lever_moves_each_of_its_indicators_its_own_way_and_a_probability(name):
    lever = LEVERS[name]
    made = simulation(*lever.indicators)
    base, up, down = (
        made.run(one) for one in (PLAIN, pushing((name, lever.high)), pushing((name, lever.low)))
    )
    for indicator in lever.indicators:
        plain, more, less = (run[indicator] for run in (base, up, down))
        assert (more >= plain).all(), indicator
        assert (less <= plain).all(), indicator
        assert (more[:, -1] > plain[:, -1]).any(), indicator
        assert (less[:, -1] < plain[:, -1]).any(), indicator
    first = lever.indicators[0]
    low, high = (made.by_indicator[first].read(paths[first]) for paths in (down, up))
    assert low.at_least(TARGETS[first])[-1] < high.at_least(TARGETS[first])[-1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lever_has_a_name_a_unit_and_a_basis_in_both_languages(lang):
    for lever in (*LEVERS.values(), find_lever("growth.green_area")):
        assert lever.name(lang)
        assert lever.unit_name.render(lang)
        assert lever.basis == "assumed"
        assert {"en": "assumed", "zh": "假定"}[lang] in lever.source.render(lang)


def test_every_measure_has_a_lever_and_every_indicator_the_general_one():
    assert {lever.id for task in TASKS for lever in task.levers} == set(LEVERS)
    for task in TASKS:
        for indicator in task.indicators:
            assert any(indicator in find_lever(lever.id).indicators for lever in task.levers), (
                f"{task.id} has no lever on {indicator}"
            )
        for lever in task.levers:
            assert lever.indicator in find_lever(lever.id).indicators
            assert lever.indicator in task.indicators
    assert [lever.id for lever in room.levers_on("rd_intensity", PLAN)][-1] == "growth.rd_intensity"
    assert find_lever("growth.green_area").low < 0.0
    made = simulation("tech_contract_value")
    base = made.run(PLAIN)["tech_contract_value"]
    up = made.run(pushing(("growth.tech_contract_value", 5.0)))["tech_contract_value"]
    assert up == pytest.approx(base * 1.05 ** np.arange(1, 4))


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("structure: cohort", "structure: cohorts", "structure: found “cohorts”; allowed: one of"),
        ("rate: renewal\n", "rate: renewals\n", "rate: found “renewals”; allowed: one of renewal"),
        ("[rd_intensity]", "[rd]", "indicators[0]: found “rd”; allowed: one of rd_intensity"),
        (
            "low: -15",
            "low: 15",
            "low: found 15; allowed: a low below 0, not below -100, and a high above 0",
        ),
        ("high: 20", "high: -20", "high: found -20; allowed: a low below 0"),
        (
            "[rd_intensity]",
            "[rd_intensity, rd_intensity]",
            "found a list of 2; allowed: each entry",
        ),
        ("unit: pp", "unit: points", "unit: found “points”; allowed: one of pp, percent"),
        ("id: new_certifications", "id: renewal_rate", "id: found “renewal_rate”; allowed: "),
        ("    basis: assumed\n", "", "basis: this key is missing"),
    ],
)
def test_a_wrong_lever_file_is_refused_with_file_row_and_field(tmp_path, right, wrong, words):
    shipped, path = (DATA_DIR / "levers.yaml").read_text(encoding="utf-8"), tmp_path / "levers.yaml"
    assert right in shipped
    path.write_text(shipped.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        room.read_levers(path)
    assert "levers.yaml, row " in str(caught.value)
    assert words in str(caught.value)


ELSEWHERE = PLAN.model_copy(update={"id": "elsewhere"})


def test_a_plan_sees_no_lever_of_another_plan_even_for_an_indicator_of_the_same_identifier():
    assert not room.levers(ELSEWHERE)
    assert [one.id for one in room.levers_on("hightech_enterprises", ELSEWHERE)] == [
        "growth.hightech_enterprises"
    ]
    with pytest.raises(ScenarioError, match=r"“renewal_rate”; allowed: growth\.eaglet_ent"):
        find_lever("renewal_rate", ELSEWHERE)


def test_a_general_lever_is_called_by_the_name_of_the_indicator_in_the_plan():
    lever, indicator = find_lever("growth.rd_intensity", PLAN), PLAN.indicator("rd_intensity")
    assert lever.name("zh") == f"{indicator.name('zh')}年增长率"
    assert lever.name("en") == f"yearly growth of {indicator.name('en')}"


def test_a_folder_without_scenarios_has_the_baseline(tmp_path):
    (only,) = load_scenarios(plan=PLAN, data_dir=tmp_path)
    assert (only.id, only.moves, only.shocks) == ("baseline", (), ())


EVERY_PLAN = ["baseline"]
OF_BEICHEN = ["adverse-shock-and-recovery", "delayed-one-year", "measures-in-full", "stretch"]


def test_the_baseline_comes_first_and_another_plan_has_only_what_names_no_plan():
    other = load_plan("tianjin-2020-2022")
    assert [one.id for one in load_scenarios(plan=other)] == EVERY_PLAN
    ours = [one.id for one in load_scenarios(plan=PLAN)]
    assert ours == [*EVERY_PLAN, *OF_BEICHEN]


@pytest.mark.parametrize("name", [*EVERY_PLAN, *OF_BEICHEN])
def test_a_shipped_scenario_says_who_and_why_and_calls_every_size_assumed(name):
    scenario = load_scenario(name, plan=PLAN)
    for lang in LANGUAGES:
        assert scenario.name(lang)
        assert scenario.author.render(lang)
        assert scenario.reason.render(lang)
    for part in (*scenario.moves, *scenario.shocks):
        assert part.basis == "assumed"
        assert part.sd > 0.0
        assert part.note is not None


def test_the_measures_in_full_move_every_lever_and_delayed_are_the_same_a_year_later():
    full, late = (load_scenario(name).moves for name in ("measures-in-full", "delayed-one-year"))
    in_plan = {(lever.id, task.id) for task in TASKS for lever in task.levers}
    assert {(move.lever, move.measure) for move in full} == in_plan
    for one, other in zip(full, late, strict=True):
        assert {year + 1: size for year, size in one.by_year.items()} == other.by_year
    values = [full[0].value(year) for year in (2020, 2021, 2022, 2030)]
    assert values == [0.0, 2.0, 5.0, 5.0], "a value holds until the next year given"


def test_a_scenario_written_reads_back_the_same_and_is_found_by_its_name(tmp_path):
    (tmp_path / "scenarios").mkdir()
    mine = load_scenario(written(tmp_path, GOOD), plan=PLAN)
    for scenario in (*load_scenarios(plan=PLAN), mine):
        path = tmp_path / "scenarios" / f"{scenario.id}.yaml"
        write_scenario(scenario, path)
        assert load_scenario(path, plan=PLAN) == scenario
        before = path.read_bytes()
        write_scenario(load_scenario(path), path)
        assert path.read_bytes() == before
    assert load_scenario("mine", data_dir=tmp_path) == mine
    assert mine in load_scenarios(plan=PLAN, data_dir=tmp_path)


WRONG = [
    ("lever: renewal_rate", "lever: renewals",
     "row 7, moves[0] → lever: found “renewals”; allowed: one of renewal_rate"),
    ('"2.4.1"', '"2.9.9"', "row 7, moves[0] → measure: found “2.9.9”; allowed: one of 2.1.1"),
    ('"2.4.1"', '"2.1.1"', "“renewal_rate”; allowed: a lever that raises one of the measure's"),
    ("unit: pp", "unit: percent", "unit: found “percent”; allowed: pp, the unit of this lever"),
    ("2022: 5.0", "2022: 25", "found 25 with all measures together; allowed: -15.0 to 20.0"),
    ("sd: 1,", "sd: -1,", "found -1; allowed: a standard deviation from 0 to 1000"),
    ("sd: 1,", "sd: 1e300,", "allowed: a standard deviation from 0 to 1000"),
    ("{2021: 2, 2022: 5.0}", "{2021: 0}", "found 1; allowed: none where the size is 0"),
    ("{2021: 2, 2022: 5.0}", "{2023: 2, 2024: 3}", "found 2023; allowed: a year up to 2022"),
    ("2022: 5.0", "2099: 5.0", "row 7, moves[0] → by_year → 2099: found 2099; allowed: a year up"),
    ("year: 2022", "year: 2031", "found 2031; allowed: a year up to 2022"),
    ("2021: 2,", "2015: 2,", "row 7, moves[0] → by_year → 2015: found 2015; allowed: a year from"),
    ("{2021: 2, 2022: 5.0}", "{2015: 2}", "found 2015; allowed: a year from 2020, in which"),
    ("sd: 1,", "sd: 1000,", "sd: found 1000; allowed: a standard deviation from 0 to 35, as wide"),
    ("2021: 2,", "2021a: 2,", "row 7, moves[0] → by_year → 2021a: found “2021a”; allowed: a year,"),
    ("2021: 2,", "2021: much,", "found “much”; allowed: a number"),
    ("basis: assumed", "basis: guessed", "found “guessed”; allowed: "),
    ("by_year: {2021: 2, 2022: 5.0}", "by_year: {}",
     "by_year: found a table without entries; allowed: at least one entry"),
    ("lever: renewal_rate", "lever: growth.rd", "lever: found “growth.rd”; allowed: one of"),
    ("plan: beichen-2020-2022\n", "", "allowed: the plan whose measures the moves name"),
    ("plan: beichen-2020-2022", "plan: other",
     "row 2, plan: found “other”; allowed: beichen-2020-2022"),
    ("size_percent: -3", "size_percent: -100", "allowed: a change of more than -100 percent"),
    ("size_percent: -3", "size_percent: 1001", "more than -100 percent, up to 1000"),
    ("recovered: 0.5", "recovered: 1.5", "allowed: a share between 0 and 1"),
    ("[rd_intensity]", "[]", "indicators: found a list of 0; allowed: at least one entry"),
    ("[rd_intensity]", "[rd_intensity, rd_intensity]",
     "shocks[0] → indicators: found a list of 2; allowed: each entry once"),
    ("[rd_intensity]", "[rd]", "row 10, shocks[0] → indicators[0]: found “rd”; allowed: one of"),
    ("reason: {zh: 试一试, en: To try}\n", "", "reason: this key is missing"),
    ("id: mine", "id: Mine!", "found “Mine!”"),
    ("id: mine", "id: baseline", "row 6, moves: found a list of 1; allowed: nothing: the baseline"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "words"), WRONG)
def test_a_wrong_value_is_refused_with_file_row_and_field(tmp_path, right, wrong, words):
    assert right in GOOD
    path = written(tmp_path, GOOD.replace(right, wrong, 1))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, plan=PLAN)
    english = str(caught.value).replace("’", "'")
    assert "mine.yaml" in english
    assert words in english
    assert "\n" not in english
    assert "mine.yaml" in caught.value.message.render("zh")


def test_what_is_not_there_or_not_called_as_its_file_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"“growth\.rdi”; allowed: growth\.rd_intensity$"):
        find_lever("growth.rdi", PLAN)
    with pytest.raises(ScenarioError, match="found no lever “renewals”; allowed: renewal_rate"):
        find_lever("renewals")
    with pytest.raises(ScenarioError, match=r"measure: found “2\.4\.1”; allowed: nothing$"):
        load_scenario(
            written(tmp_path, GOOD), plan=PLAN.model_copy(update={"measures": (), "safeguards": ()})
        )
    with pytest.raises(ScenarioError, match="found no such scenario; allowed: one of adverse"):
        load_scenario("no-such")
    with pytest.raises(ScenarioError, match="found no such scenario"):
        load_scenario("../plans/beichen-2020-2022")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "yours.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ScenarioError, match="found “mine”"):
        load_scenario("yours", data_dir=tmp_path)
