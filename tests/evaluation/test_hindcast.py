"""A hindcast says what would have been said, scores it where the outcome is known, and no more."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import bcforecast as bc
from bcforecast.config import DATA_DIR
from bcforecast.evaluation.hindcast import hindcast, year_ends
from bcforecast.evaluation.scores import brier, log_loss
from bcforecast.reporting import records, tables
from bcforecast.reporting.document import plain_text
from bcforecast.reporting.sentences import track_record, unknown_words

TIANJIN = bc.load_plan("tianjin-2020-2022")
FIRST = date(2020, 12, 31)


@pytest.fixture(scope="module")
def tianjin():
    return hindcast(TIANJIN, bc.load_observations())


def of(found, goal):
    return next(g for g in found.goals if g.goal.id == goal)


def test_what_the_projection_of_a_day_says_is_scored_where_the_outcome_is_known(tianjin):
    met = {g.goal.id for g in tianjin.of_outcome("met")}
    assert met == {"rd_intensity", "invention_patents_in_force", "tech_contract_value"}
    assert [g.goal.id for g in tianjin.of_outcome("missed")] == ["university_science_parks"]
    for goal in tianjin.goals:
        for forecast in goal.forecasts:
            known = goal.known in ("met", "missed") and forecast.status.probability is not None
            assert (forecast.brier is not None) == known
    goals = [*tianjin.of_outcome("met"), *tianjin.of_outcome("missed")]
    obs = [float(g.known == "met") for g in goals for s in g.forecasts]
    fct = [s.status.probability for g in goals for s in g.forecasts]
    # At the first date nothing could be said of the parks.
    obs, fct = zip(*((o, p) for o, p in zip(obs, fct, strict=True) if p is not None), strict=True)
    scores = tianjin.scores()
    assert scores.count == len(obs) == 11
    assert scores.brier == pytest.approx(brier(obs, fct).mean())
    assert scores.log_loss == pytest.approx(log_loss(obs, fct).mean())
    assert scores.brier_even == 0.25
    assert tianjin.scores(FIRST).count == 3


def test_nothing_is_said_of_days_beyond_the_newest_figure():
    folder = DATA_DIR.parent / "examples/plans/germany"
    plan, data = bc.load_plan("germany-2030", data_dir=folder), bc.load_observations(folder)
    newest = max(one.published for one in data.observations)
    first, second, *_ = year_ends(plan)
    assert newest < second
    assert hindcast(plan, data).dates == (first,)


def test_a_figure_published_by_then_is_no_forecast_and_not_scored():
    late = date(2023, 12, 31)
    found = hindcast(TIANJIN, bc.load_observations(), dates=[FIRST, late])
    forecast = of(found, "tech_contract_value").forecasts[1]
    assert forecast.known_already
    assert not forecast.scored
    assert forecast.rules_right == forecast.rules_wrong == ()
    assert found.scores(late).count == 0
    assert found.scores(late).brier is None
    goals, scores = tables.hindcast_tables(found, lang="en").tables
    assert "outcome published by then" in goals.cells[7]
    assert scores.cells[1][1:] == ("0", "–", "–", "–", "–", "–")


@pytest.mark.parametrize(("inside", "said"), [
    ([True], "The published figure lay within the 80% range of our one forecast."),
    ([False], "The published figure lay outside the 80% range of our one forecast."),
    ([True, False, True], "In 2 of 3 forecasts (one per goal and date) the published figure lay"),
    ([True, True], "In each of our 2 forecasts"), ([False, False], "In none of our 2 forecasts"),
])  # fmt: skip
def test_how_many_ranges_held_what_came_is_said_in_words_of_one_or_many(tianjin, inside, said):
    goal = of(tianjin, "tech_contract_value")
    past = tuple(replace(goal.forecasts[0], inside_80=one) for one in inside)
    found = replace(tianjin, goals=(replace(goal, forecasts=past),))
    assert f". {said}" in plain_text(track_record(found, lang="en"))


def test_outcomes_not_known_are_said_plainly_and_not_scored(tianjin):
    said = unknown_words(tianjin, lang="en")
    assert said.startswith("The outcome of 6 of the 10 goals is not known yet")
    assert "Unicorn enterprises" in said
    assert tables.hindcast_tables(tianjin, lang="en").tables[0].note == said
    assert "10项目标中有6项的到期年份数据尚未公布" in unknown_words(tianjin, lang="zh")
    english, chinese = (records.hindcast_record(tianjin, lang=lang) for lang in ("en", "zh"))
    json.dumps(english, allow_nan=False)
    assert english["scores"] == chinese["scores"]
    assert [g["said"] for g in english["goals"]] == [g["said"] for g in chinese["goals"]]
    assert english["text"] != chinese["text"]
    found = hindcast(bc.load_plan("beichen-2020-2022"), bc.load_observations(as_of="2021-06-30"))
    assert len(found.of_outcome("not_published")) == len(found.goals) == 9
    assert (found.scores().count, found.scores().log_loss) == (0, None)
    assert "The outcome of 9 of the 9 goals" in unknown_words(found, lang="en")
    ended = replace(found, goals=())
    assert "The outcome of 0 of the plan’s 9" in unknown_words(ended, lang="en")
    assert year_ends(TIANJIN) == (FIRST, date(2021, 12, 31), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("figure", "known"), [("8000,,", "missed"), (",8500,", "not_settled"), (",9000,", "met")]
)
def test_a_later_figure_or_bound_is_scored_where_it_settles_the_goal_and_changes_nothing_said(
    tianjin, tmp_path, figure, known
):
    folder = Path(shutil.copytree(DATA_DIR, tmp_path / "data"))
    with (folder / "observations.csv").open("a", encoding="utf-8") as out:
        out.write(
            f"tianjin,hightech_enterprises,2022,{figure},enterprises,stock,official,2023-05-01,"
            "stated,tj_ht_2021,synthetic\n"
        )
    found = hindcast(TIANJIN, bc.load_observations(folder))
    before, after = of(tianjin, "hightech_enterprises"), of(found, "hightech_enterprises")
    assert (before.known, after.known) == ("not_published", known)
    assert [s.status for s in before.forecasts] == [s.status for s in after.forecasts]
    first = after.forecasts[0]
    expected = {"missed": 0.0, "met": 1.0}.get(known)
    assert first.brier == (
        None if expected is None else pytest.approx((expected - first.status.probability) ** 2)
    )
    assert (first.inside_80 is None) is (known != "missed")
    assert ("does not settle" in unknown_words(found, lang="en")) is (known == "not_settled")
