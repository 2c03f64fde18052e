"""What a statistician types first works: three lines each, nothing read before."""

from pathlib import Path

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest

import bcforecast as bc

GOAL = "tech_contract_value"
SERIES = pd.Series(
    [169.4, 232.3, 276.2, 388.6, 503.4, 552.6, 551.4, 685.6, 909.3],
    index=range(2011, 2020),
    name="turnover",
)


class MyModel:
    """As last year, give or take a tenth: what a user would write."""

    name = "mine"
    minimum_observations = 2

    def fit(self, history, horizon):
        from bcforecast.distributions import StudentTMixture

        last = np.full((1, horizon), history.values[history.known][-1])
        return StudentTMixture(last, 0.1 * last)


@pytest.fixture(scope="module")
def plan():
    return bc.load_plan("tianjin-2020-2022")


@pytest.fixture(scope="module")
def data():
    return bc.load_observations(as_of="2020-12-31")


@pytest.fixture(scope="module")
def outlook(plan, data):
    return bc.project(plan, data)


# The fourteen wishes of an interactive user.


def test_a_series_of_ones_own_is_forecast():
    assert bc.forecast(SERIES, horizon=3).to_frame().index.tolist() == [2020, 2021, 2022]


def test_a_target_has_a_probability_in_its_calendar_year():
    found = bc.forecast(SERIES, horizon=np.int64(3), target=np.float64(1400))
    assert found.probability == found.to_frame().loc[2022, "probability"]


def test_the_model_of_an_indicator_can_be_chosen(plan, data, outlook):
    other = bc.project(plan, data, models={GOAL: "ets"})[GOAL]
    assert other.basis.model == "ets"
    assert other.attainment.probability != outlook[GOAL].attainment.probability


def test_a_model_class_of_ones_own_is_projected(plan, data):
    own = bc.project(plan, data, models={GOAL: MyModel()})
    assert own[GOAL].basis.model == "mine"


def test_models_are_compared_by_backtest():
    found = bc.backtest(["trend", "ets", MyModel()], SERIES)
    assert len(set(found.scores()["cases"])) == 1, "on the same cases"


def test_a_fan_chart_is_drawn_and_saved_as_svg(outlook, tmp_path):
    outlook[GOAL].plot().savefig(tmp_path / "fan.svg")
    assert "<svg" in (tmp_path / "fan.svg").read_text(encoding="utf-8")


def test_a_lever_moves_a_goal(outlook):
    e = outlook.exploration
    assert e.probability(GOAL, e.pushed({"contract_growth": 5})) > e.probability(GOAL, e.baseline)


def test_pushed_levers_are_a_scenario_of_the_outlook(outlook):
    pushed = outlook.under(outlook.exploration.pushed({"contract_growth": 5}))
    assert pushed[GOAL].attainment.probability > outlook[GOAL].attainment.probability
    assert pushed.baseline is outlook


def test_draws_are_a_frame_by_period_ahead(outlook):
    draws = outlook[GOAL].forecast.sample(1000, seed=1)
    assert draws.shape == (1000, len(outlook[GOAL].years))
    assert draws.equals(outlook[GOAL].forecast.sample(1000, seed=1))


def test_two_goals_are_met_together(outlook):
    both = outlook.joint("rd_intensity", GOAL)
    assert both.number_met.sum() == pytest.approx(1.0)
    assert both.all_met <= min(both.probabilities)


def test_attainment_goes_to_a_spreadsheet(outlook, tmp_path):
    outlook.to_frame().to_excel(tmp_path / "goals.xlsx")
    assert len(pd.read_excel(tmp_path / "goals.xlsx")) == len(outlook)


def test_one_figure_is_overridden(plan, data, outlook):
    better = bc.project(plan, data.with_figure(GOAL, 2020, 1300))
    assert better[GOAL].attainment.probability > outlook[GOAL].attainment.probability


def test_what_is_known_of_other_goals_can_be_left_out(plan, data, outlook):
    alone = bc.project(plan, data, trend_only=True)
    assert alone[GOAL].attainment.probability != outlook[GOAL].attainment.probability


def test_a_fitted_model_has_a_summary(outlook):
    said = repr(outlook[GOAL].summary(lang="en"))
    assert "Weights of the components" in said


def test_a_grid_of_levers_is_a_loop(outlook):
    e = outlook.exploration
    grid = [e.probability(GOAL, e.pushed({"contract_growth": size})) for size in range(4)]
    assert grid == sorted(grid)


# The public API of design.md, line by line.


def test_a_plan_is_read_by_path_as_by_name(plan):
    file = Path(bc.load_observations().data_dir) / "plans" / "tianjin-2020-2022.yaml"
    assert bc.load_plan(file) == plan == bc.load_plan(str(file))


def test_a_plan_is_projected_by_name(data, outlook):
    assert bc.project("tianjin-2020-2022", data)[GOAL].attainment == outlook[GOAL].attainment


def test_a_folder_is_a_path_or_a_text(data):
    folder = str(data.data_dir)
    assert len(bc.load_plan("tianjin-2020-2022", data_dir=folder).goals) > 3
    assert bc.load_observations(folder).observations


@pytest.mark.parametrize("shown", ["outlook", "plan", "data"])
def test_a_prompt_shows_ten_lines(shown, request):
    assert 1 < len(repr(request.getfixturevalue(shown)).splitlines()) <= 10


def test_a_notebook_shows_a_table_and_small_fans(outlook):
    shown = outlook._repr_html_()
    assert shown.count("<table") == 1
    assert shown.count("<svg") == sum(goal.forecast is not None for goal in outlook)


def test_whatever_is_at_hand_shows_itself(outlook):
    goal = outlook[GOAL]
    series = bc.forecast(SERIES, target=1400)
    back = bc.backtest("trend", SERIES)
    things = [goal, goal.forecast, goal.explain(), series, back, outlook.joint()]
    things += [outlook.compare(), outlook.news(since="2020-06-30")]
    for thing in things:
        assert 1 < len(repr(thing).splitlines()) <= 10, repr(thing)
        assert "<table" in thing._repr_html_()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_shown_is_in_the_language_of_speak(outlook, lang, monkeypatch):
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    bc.speak(lang)
    assert ("概率" in repr(outlook)) == (lang == "zh")


def test_plots_are_figures_with_their_words(outlook):
    for figure in (outlook.plot(), outlook[GOAL].plot(), bc.forecast(SERIES, target=9).plot()):
        assert isinstance(figure, matplotlib.figure.Figure)
        data, about = figure._repr_mimebundle_()
        assert data["image/svg+xml"].startswith("<svg")
        assert about["image/svg+xml"]["alt"]


def test_a_backtest_is_drawn(outlook):
    assert bc.backtest(["trend", "theta"], SERIES, horizon=1).plot().svg().startswith("<svg")


def test_a_plan_is_seen_under_a_scenario():
    outlook = bc.project("beichen-2020-2022", bc.load_observations(as_of="2021-12-31"))
    assert outlook.under("measures-in-full").scenario == "measures-in-full"
    assert outlook.joint(scenario="measures-in-full").all_met >= 0.0


def test_news_tells_why_a_probability_moved(outlook):
    told = outlook.news(since="2020-06-30")[GOAL]
    assert told.total == pytest.approx(sum(part.change for part in told.parts))


def test_a_report_of_what_no_file_says_is_refused(plan, data, tmp_path):
    outlook = bc.project(plan, data.with_figure(GOAL, 2020, 1300))
    with pytest.raises(bc.BcforecastError, match="assumed figure"):
        outlook.report(tmp_path, lang="en")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "series",
    [
        SERIES,
        SERIES.set_axis(SERIES.index.astype(str)),
        SERIES.set_axis(pd.PeriodIndex(SERIES.index.astype(str), freq="Y")),
        SERIES.set_axis(pd.to_datetime(SERIES.index.astype(str) + "-12-31")),
        dict(SERIES),
    ],
)
def test_years_are_taken_as_they_come(series):
    assert bc.forecast(series, 1).years == (2020,)
    assert bc.forecast(series, 1).to_frame().equals(bc.forecast(SERIES, 1).to_frame())


def test_figures_alone_are_numbered_from_one():
    assert bc.forecast([4, 5, 7, np.int32(8)], 2).years == (5, 6)


def test_a_series_agrees_with_a_panel_of_one():
    frame = pd.DataFrame({"unique_id": "a", "ds": SERIES.index, "y": SERIES.to_numpy()})
    asked = pd.DataFrame({"unique_id": "a", "h": [3], "comparator": "at_least", "target": 1400.0})
    both = bc.forecast_panel(frame, 3, targets=asked).targets["probability"][0]
    assert bc.forecast(SERIES, 3, target=1400).probability == pytest.approx(both, abs=1e-9)


# A model of one's own.


def test_a_registered_model_has_a_name(plan, data):
    bc.register_model(MyModel())
    assert bc.project(plan, data, models={GOAL: "mine"})[GOAL].basis.model == "mine"
    assert bc.forecast(SERIES, model="mine").model == "mine"


def test_a_model_is_told_what_it_does_not_keep(monkeypatch):
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    problems = bc.check_model(MyModel())
    assert any("must refuse fewer with a ModelError" in one for one in problems)


def test_a_right_model_has_nothing_told(monkeypatch):
    from bcforecast.models.trend import Trend

    assert bc.check_model(Trend()) == ()


# What cannot be used is refused by a sentence.


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda p, d: bc.project(p, SERIES), "data: found Series"),
        (lambda p, d: bc.project(p, d, seed="abc"), 'seed: found "abc"'),
        (lambda p, d: bc.project(p, d, models={GOAL: "nope"}), "no model nope"),
        (lambda p, d: bc.project(p, d, models={GOAL: MyModel}), "no model"),
        (lambda p, d: bc.project(p, d, models={"nope": "ets"}), "nope"),
        (lambda p, d: bc.project(p, d, held={GOAL: "nonsense"}), "nonsense"),
        (lambda p, d: bc.project("nope", d), "nope"),
        (lambda p, d: bc.project(p, bc.load_observations()), "no as-of date"),
        (lambda p, d: bc.forecast_panel(SERIES, 2), "DataFrame"),
        (lambda p, d: bc.forecast(SERIES.to_frame(), 2), "DataFrame"),
        (lambda p, d: bc.forecast(SERIES.astype(str), 2), "a plain number"),
        (lambda p, d: bc.forecast(SERIES.set_axis([2020] * 9), 2), "stands twice"),
        (lambda p, d: bc.forecast(SERIES, 0), "horizon"),
        (lambda p, d: bc.forecast(SERIES, 2, target=9, comparator=">="), "at_least"),
        (lambda p, d: bc.forecast(SERIES, 2, target="much"), "target"),
        (lambda p, d: bc.forecast([5.0], 2), "at least 2"),
        (lambda p, d: bc.backtest(["nope"], SERIES), "no model nope"),
        (lambda p, d: bc.register_model("trend"), "trend"),
        (lambda p, d: bc.load_observations(as_of=20211231), "20211231"),
        (lambda p, d: d.with_figure("nope", 2020, 1), "no figure of nope"),
        (lambda p, d: d.with_figure("gdp", 2020, 1), "area="),
        (lambda p, d: d.with_figure(GOAL, "20-20", 1), "20-20"),
        (lambda p, d: d.with_figure(GOAL, 2020, float("nan")), "nan"),
    ],
)
def test_what_cannot_be_used_is_refused_by_a_sentence(ask, sentence, plan, data):
    with pytest.raises(bc.BcforecastError, match=sentence):
        ask(plan, data)


def test_a_language_that_there_is_not_is_refused():
    with pytest.raises(bc.BcforecastError, match='lang: found "fr"; allowed: en, zh'):
        bc.speak("fr")


def test_a_workbook_in_the_place_of_a_plan_is_told_how_it_becomes_one():
    with pytest.raises(bc.BcforecastError, match=r"init DIR --from figures\.xlsx"):
        bc.load_plan("figures.xlsx")


def test_a_goal_is_tested_back_as_it_is_and_its_plan_names_its_scenarios(data):
    outlook = bc.project("beichen-2020-2022", bc.load_observations(as_of="2021-12-31"))
    assert {"baseline", "measures-in-full", "stretch"} <= set(outlook.scenarios)
    goal = bc.project("tianjin-2020-2022", data)[GOAL]
    by_goal, by_figures = (bc.backtest(["trend", "ets"], one) for one in (goal, goal.history))
    assert by_goal.scores().equals(by_figures.scores())
