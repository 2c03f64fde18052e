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
from tests.words import SLIPS

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


@pytest.mark.parametrize(("right", "wrong", "words"), SLIPS["levers"])
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


@pytest.mark.parametrize(("right", "wrong", "words"), SLIPS["scenario"])
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
