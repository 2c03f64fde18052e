"""What a statistician types first works: three lines each, nothing read before."""

import inspect
import pickle
from dataclasses import replace
from functools import partial
from itertools import product

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest

import bcforecast as bc
from bcforecast.models.trend import Trend
from bcforecast.reporting.chapters import open_changes

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


def chance(outlook):
    return outlook[GOAL].attainment.probability


def chosen(outlook, **how):
    """The goal, projected another way."""
    return bc.project(outlook.plan, outlook.data, **how)[GOAL]


def pushed(outlook, *sizes):
    """The goal's probability when a lever is pushed."""
    e = outlook.exploration
    return [e.probability(GOAL, e.pushed({"contract_growth": size})) for size in sizes]


def under(outlook):
    return outlook.under(outlook.exploration.pushed({"contract_growth": 5}))


def better(outlook):
    return bc.project(outlook.plan, outlook.data.with_figure(GOAL, 2020, 1300))


GUESSES = {
    "a series of one's own is forecast":
        lambda o: bc.forecast(SERIES, horizon=3).to_frame().index.tolist() == [2020, 2021, 2022],
    "a target has a probability in its calendar year":
        lambda o: (found := bc.forecast(SERIES, horizon=np.int64(3), target=np.float64(1400)))
        .probability == found.to_frame().loc[2022, "probability"],
    "the model of an indicator can be chosen":
        lambda o: (found := chosen(o, models={GOAL: "ets"})).basis.model == "ets"
        and found.attainment.probability != chance(o),
    "a model class of one's own is projected":
        lambda o: chosen(o, models={GOAL: MyModel()}).basis.model == "mine",
    "models are compared by backtest, on the same cases":
        lambda o: len(set(bc.backtest(["trend", "ets", MyModel()], SERIES).scores()["cases"])) == 1,
    "levers by name are a scenario": lambda o: o.under({"contract_growth": 5})[GOAL].probability
        == pushed(o, 5)[0] > o[GOAL].probability,
    "what takes 80 % is asked of the outlook": lambda o: "contracts" in repr(o.seek(GOAL, 0.8)),
    "a grid of levers is a loop": lambda o: pushed(o, *range(4)) == sorted(pushed(o, *range(4))),
    "pushed levers are a scenario of the outlook":
        lambda o: chance(m := under(o)) > chance(o) and m.baseline is m.under("baseline") is o
        and m.joint(GOAL).all_met == pytest.approx(chance(m), abs=1e-3)
        and m.news("2020-06-30")[GOAL].after.probability == chance(m)
        and m.scenario_title.render("en") == "As before, with levers moved (contract_growth +5)",
    "draws are a frame by period ahead, the same of a seed":
        lambda o: (draws := o[GOAL].forecast.sample(9, seed=1)).shape == (9, len(o[GOAL].years))
        and draws.equals(o[GOAL].forecast.sample(9, seed=1)),
    "two goals are met together":
        lambda o: (both := o.joint("rd_intensity", GOAL)).number_met.sum() == pytest.approx(1.0)
        and both.all_met <= min(both.probabilities),
    "one figure is overridden": lambda o: chance(better(o)) > chance(o),
    "what is known of other goals can be left out":
        lambda o: chosen(o, trend_only=True).attainment.probability != chance(o),
    "a fitted model has a summary":
        lambda o: "Weights of the components" in repr(o[GOAL].summary(lang="en")),
    # The public API of design.md, line by line.
    "a plan is read by path as by name":
        lambda o: bc.load_plan(file := o.data.data_dir / "plans" / "tianjin-2020-2022.yaml")
        == o.plan == bc.load_plan(str(file)),
    "a plan is projected by name":
        lambda o: bc.project("tianjin-2020-2022", o.data)[GOAL].attainment == o[GOAL].attainment,
    "a folder is a path or a text":
        lambda o: bc.load_plan("tianjin-2020-2022", data_dir=str(o.data.data_dir)) == o.plan
        and bc.load_observations(str(o.data.data_dir)).observations,
    "figures alone are numbered from one":
        lambda o: bc.forecast([4, 5, 7, np.int32(8)], 2).years == (5, 6),
    "goals and figures are between brackets":
        lambda o: o.plan[GOAL].id == o.data[GOAL].observations[-1].indicator == GOAL in o.plan
        and GOAL in o and not any(x in o for x in ("nope", pd.NA, np.array([1, 1]))),
    "ends are any pair of numbers": lambda o: (bc.forecast(SERIES, support=(0, 5000)).mean()
        == bc.forecast(SERIES, support=np.array([0, 5000])).mean()).all(),
    "what is asked of a forecast can be asked of what has one":
        lambda o: (o[GOAL].quantile(0.1) == o[GOAL].forecast.quantile(0.1)).all()
        and bc.forecast(SERIES).mean().size == 3 and o[GOAL].grade == o[GOAL]["grade"] == "A",
    "goals are a list": lambda o: o.joint(["rd_intensity", GOAL]).goals == ("rd_intensity", GOAL),
    "goals are told by their names": lambda o: repr(o.seek("技术合同成交额")) == repr(o.seek(GOAL))
        and o.joint("技术合同成交额", "rd_intensity", GOAL).goals == (GOAL, "rd_intensity"),
    "a backtest is drawn":
        lambda o: bc.backtest(["trend", "theta"], SERIES, horizon=1).plot().svg()[:4] == "<svg",
}  # fmt: skip
"""What is guessed, and whether it is so of an outlook."""


@pytest.mark.parametrize("guess", GUESSES)
def test_a_first_guess_is_right(guess, outlook):
    assert GUESSES[guess](outlook)


def test_a_chart_and_a_table_are_saved(outlook, tmp_path):
    outlook[GOAL].plot().savefig(tmp_path / "fan.svg")
    assert "<svg" in (tmp_path / "fan.svg").read_text(encoding="utf-8")
    outlook.to_frame().to_excel(tmp_path / "goals.xlsx")
    assert len(pd.read_excel(tmp_path / "goals.xlsx")) == len(outlook)


def test_a_notebook_shows_a_table_and_small_fans(outlook):
    shown = outlook._repr_html_()
    assert shown.count("<table") == 1
    assert shown.count("<svg") == sum(goal.forecast is not None for goal in outlook)


def test_whatever_is_at_hand_shows_itself(outlook):
    goal = outlook[GOAL]
    series = bc.forecast(SERIES, target=1400)
    things = [goal, goal.forecast, goal.explain(), series, outlook.joint(), outlook.compare()]
    things += [bc.backtest("trend", SERIES), bc.hindcast(outlook.plan, outlook.data)]
    for thing in [*things, outlook.news(since="2020-06-30"), outlook, outlook.plan, outlook.data]:
        assert 1 < len(repr(thing).splitlines()) <= 10, repr(thing)
        again = pickle.loads(pickle.dumps(thing))
        assert (again, hash(again), repr(again)) == (thing, hash(thing), repr(thing))
        assert hash(getattr(thing, "dataset", "")) == hash(getattr(again, "dataset", ""))
        assert thing not in ([], "x", replace(outlook, seed=1))
        assert "<table" in thing._repr_html_()
        assert len(thing.to_frame()) > 0
        told = map(inspect.signature, filter(callable, vars(type(thing)).values()))
        assert not [one for one in told if "Annotated" in str(one)], "a tooltip shows no check"
    assert len(repr(outlook.exploration)) < 100
    assert len(pd.DataFrame([*outlook])) == len(outlook)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_shown_is_in_the_language_of_speak(outlook, lang, monkeypatch):
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    bc.speak(lang)
    assert ("概率" in repr(outlook)) == (lang == "zh")


def test_a_folder_needs_no_file_of_the_baseline_and_a_wrong_one_is_told(outlook, tmp_path):
    moved = replace(outlook.data.dataset, folder=tmp_path)
    there = replace(outlook, data=replace(outlook.data, dataset=moved))
    assert there.scenario_title.render("en") == "As before"
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "baseline.yaml").write_text("id: baseline\n", "utf-8")
    with pytest.raises(bc.BcforecastError, match=r"baseline\.yaml"):
        repr(there)


def test_plots_are_figures_with_their_words(outlook):
    for figure in (outlook.plot(), outlook[GOAL].plot(), bc.forecast(SERIES, target=9).plot()):
        assert isinstance(figure, matplotlib.figure.Figure)
        data, about = figure._repr_mimebundle_()
        assert data["image/svg+xml"].startswith("<svg")
        assert about["image/svg+xml"]["alt"]


def test_a_report_of_what_no_file_says_is_refused(outlook, tmp_path):
    for made, said in ((better, "assumed figure"), (under, "save the scenario there first")):
        with pytest.raises(bc.BcforecastError, match=said):
            made(outlook).report(tmp_path, lang="en")
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


def test_a_model_is_told_what_it_does_not_keep_and_a_right_one_nothing(monkeypatch):
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    problems = bc.check_model(MyModel())
    assert any("must refuse fewer with a ModelError" in one for one in problems)
    assert bc.check_model(Trend()) == ()


# What cannot be used is refused by a sentence.


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda p, d: bc.project(p, SERIES), "data: found Series"),
        (lambda p, d: bc.project(p, d, models={GOAL: MyModel}), "MyModel is a class"),
        (lambda p, d: bc.forecast_panel(SERIES, 2), "DataFrame"),
        (lambda p, d: bc.forecast(SERIES, 2, model=SERIES.to_frame()), "DataFrame is no model"),
        (lambda p, d: bc.forecast(SERIES.astype(str), 2), "a plain number"),
        (lambda p, d: bc.forecast(SERIES.set_axis([2020] * 9), 2), "stands twice"),
        (lambda p, d: bc.forecast(SERIES.set_axis([pd.NaT] * 9), 2), "is no year"),
        (lambda p, d: bc.plotting.plot_goal(bc.project(p, d), lang="en"), "has no goal “”"),
        (lambda p, d: bc.project(p, d.at("2001-01-01"))[GOAL].plot_figures(), "2001, so none can"),
        (
            lambda p, d: bc.forecast(SERIES, 2, target=9, comparator="at least"),
            "allowed: at_least, more_than, at_most, less_than$",
        ),
        (lambda p, d: bc.forecast(SERIES, 2, support=(0, 5)), "from 0 to 5"),
        (lambda p, d: bc.forecast(SERIES, 2, support=(50, 5)), "the lower one first"),
        (lambda p, d: bc.forecast([5.0], 2), "at least 2"),
        (lambda p, d: bc.backtest(["nope"], SERIES), "no model nope"),
        (lambda p, d: bc.register_model("trend"), "trend"),
        (lambda p, d: bc.load_observations(as_of=20211231), "20211231"),
        # what papermill hands a notebook: `-p seed nan`, `-y '{goal: null}'`
        (lambda p, d: open_changes(p.id, since=None, as_of="2020-12-31"), "since: found nothing"),
        (lambda p, d: bc.project(p, d).joint(GOAL, None), "goals: found nothing; allowed: a text"),
        (lambda p, d: bc.hindcast(p, d, dates=[5]), "dates: found 5; allowed: .* a date such as"),
        (lambda p, d: d.with_figure("nope", 2020, 1), "no figure of nope"),
        (lambda p, d: d.with_figure(GOAL, 2020, float("nan")), "nan"),
        (lambda p, d: bc.project(p, d.with_figure(GOAL, 2030, 1)), "of 2030 .* later than 2022"),
        (lambda p, d: bc.project(p, d.with_figure(GOAL, "2020/2021", 1)), "more than one year"),
        (lambda p, d: bc.project(p, d.with_figure(GOAL, "2020-06", 1)), "only a part of a year"),
        (lambda p, d: bc.load_plan("figures.xlsx"), r"figures\.xlsx: found no such file"),
        (lambda p, d: p["goal"], f"no goal “goal”; allowed: .*{GOAL}"),
        (lambda p, d: d["x"], "no figure of x is known; figures are known of .*gdp"),
        (lambda p, d: d.head(), "Vintage has no “head”; it has area, .* to_frame"),
        (lambda p, d: bc.project(p, d, as_of="2020-12-31"), r"takes plan, data.*load_observations"),
        (lambda p, d: bc.project(p), "missing.*'data'. They are what bc.load_observations"),
        (lambda p, d: bc.forecast(SERIES, h=3), "takes series, horizon"),
        (lambda p, d: bc.forecast(SERIES).sample(5), "missing.*'seed'. Any whole number"),
        (lambda p, d: bc.backtest(["trend"], p), "found Plan; a pandas Series"),
        (lambda p, d: bc.backtest(__import__("numpy").array(3.0), SERIES), "ndarray is no model"),
        (lambda p, d: bc.forecast(n for n in range(9)), "^found generator; a pandas Series"),
        (lambda p, d: bc.load_observations(areas=__import__("pandas").DataFrame()), "areas: found"),
    ],
)
def test_what_cannot_be_used_is_refused_by_a_sentence(ask, sentence, plan, data):
    with pytest.raises(bc.BcforecastError, match=sentence):
        ask(plan, data)


def test_an_unknown_name_stays_what_python_takes_it_for(outlook):
    assert not hasattr(outlook, "df")
    with pytest.raises(AttributeError, match=r"it has .*load_plan"):
        bc.list_plans()


def test_a_goal_is_tested_back_as_it_is_and_its_plan_names_its_scenarios(data):
    outlook = bc.project("beichen-2020-2022", bc.load_observations(as_of="2021-12-31"))
    assert {"baseline", "measures-in-full", "stretch"} <= set(outlook.scenarios)
    goal = bc.project("tianjin-2020-2022", data)[GOAL]
    by_goal, by_figures = (bc.backtest(["trend", "ets"], one) for one in (goal, goal.history))
    assert by_goal.scores().equals(by_figures.scores())


def test_what_a_newcomer_asked_for_in_jupyterlab_is_there(outlook, data, monkeypatch):
    goal = outlook[GOAL]
    assert "技术合同成交额" in repr(goal.explain(lang="zh"))
    assert goal.history.to_frame().set_index("year").value[2019] == goal.history.values[-1]
    assert len(data) == len([*data]) == len(data.to_frame())
    assert {"contract_growth", f"growth.{GOAL}"} <= set(outlook.exploration.levers)
    monkeypatch.setenv("BCFORECAST_LANG", "zh")
    with pytest.raises(bc.BcforecastError) as refused:
        outlook.compare("target-path")
    *_, place, said = refused.value._render_traceback_()
    assert "outlook.compare" in place
    assert said == "ScenarioError: target-path：没有这个情景，应为baseline之一，或 .yaml 文件的路径"


def test_a_wrong_language_or_argument_is_one_sentence_wherever_one_is_asked_for(outlook, data):
    goal, plan = outlook[GOAL], outlook.plan
    asks = [outlook.plot, goal.plot, goal.explain, goal.summary, goal.figures, goal.next_grade]
    asks += [plan.name, plan.indicators[0].name, plan.indicators[0].unit_name]
    asks += [lambda lang: bc.reporting.grades_table(lang=lang), partial(bc.reporting.heading, "x")]
    asks += [partial(bc.plotting.plot_dashboard, outlook)]
    for ask, lang in product(asks, ("fr", "", 5, ["en"])):
        with pytest.raises(bc.BcforecastError, match=r"lang: found .*; allowed: "):
            ask(lang=lang)
    shown = (plan, data, outlook, goal, goal.forecast, goal.history, goal.explain())
    calls = (goal.forecast.cdf, plan.goals[0].is_due, bc.check_model, goal.history.of)
    for ask in (*(one.to_frame for one in shown), *calls):
        with pytest.raises(bc.BcforecastError, match=r"takes .*; "):
            ask(nope=1)
