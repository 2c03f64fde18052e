"""Growth known beforehand, areas that lend strength, and goals that depart from their trend."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from bcforecast.distributions import StudentTMixture, Transform
from bcforecast.errors import ModelError
from bcforecast.models import growth
from bcforecast.models.growth import Leaning, Panel
from bcforecast.models.panel import forecast_panel, forecast_years
from bcforecast.models.trend import Growth, Histories, Trend, fit_exact
from bcforecast.observations.selection import History

LOG = Transform("log", 0.0)


def histories(*series, years=None, lead=0):
    """Figures of series of one length, told in the same years."""
    periods = np.array(years or range(len(series[0])))
    return Histories.of([(periods, np.array(one)) for one in series], lead=[lead] * len(series))


def test_the_drift_is_the_conjugate_one_worked_by_hand():
    # ln: 0, 1, 1.5 with years 0, 1, 3, one more year passed: changes 1 in 1 year, .5 in 2.
    known = Growth(weight=1.0, mean=0.2, strength=1.0, scale=0.1, degrees=2.0, common=0.01)
    figures = histories(np.exp([0.0, 1.0, 1.5]), years=[0, 1, 3], lead=1)
    location, spread = known.forecast(figures, horizon=2, transform=LOG)
    drift, total = (0.2 + 1.5) / 4.0, 4.0
    squares = (1.0 - drift) ** 2 + (0.5 - 2 * drift) ** 2 / 2 + (drift - 0.2) ** 2
    s2 = (2.0 * 0.01 + squares) / 4.0
    h = np.array([2.0, 3.0])
    assert_allclose(location[:, 0], 1.5 + h * drift)
    assert_allclose(spread[:, 0] ** 2, s2 * (h + h**2 / total) + 0.01 * h**2)


def test_older_changes_weigh_less_where_memory_fades_whole_up_to_half_and_gone_at_the_end():
    figures = histories(np.exp([0.0, 1.0, 1.0]))
    known = Growth(weight=1.0, strength=0.0, memory=0.5)
    location, _ = known.forecast(figures, horizon=1, transform=LOG)
    assert_allclose(location[0, 0], 1.0 + 0.5 / 1.5)
    known = Growth(weight=0.3, zero_from=13)
    assert_allclose(known.weight_of(np.array([2, 6, 13, 40])), [0.3, 0.3, 0.0, 0.0])
    assert 0.0 < known.weight_of(np.array([9]))[0] < 0.3


def test_an_identity_scale_is_in_shares_of_the_mean_level():
    known = Growth(weight=1.0, strength=0.0, degrees=2.0, scale=0.1)
    one, many = (
        known.forecast(histories([-1.0 * k, 2.0 * k, 3.0 * k]), horizon=2, transform=Transform())
        for k in (0.1, 100.0)
    )
    assert_allclose(np.array(many), 1000.0 * np.array(one))
    assert_allclose(one[0][:, 0], [0.5, 0.7])
    none = known.forecast(histories([0.0] * 3), horizon=2, transform=Transform())
    h, s2 = np.array([1.0, 2.0]), 2.0 * 0.1**2 / (2.0 + 2.0)
    assert_allclose(np.array(none)[..., 0], [[0.0, 0.0], np.sqrt(s2 * (h + h**2 / 2.0))])


@pytest.mark.parametrize("transform", [LOG, Transform(), Transform("logit", 0.0, 1000.0)])
def test_the_weight_leads_from_the_trend_to_the_drift(transform):
    figures = histories([100.0, 120.0, 150.0, 160.0, 200.0])
    ends = (-np.inf, np.inf) if transform.name == "identity" else (0.0, transform.high)
    ends = (ends[0], np.inf) if transform.name == "log" else ends
    curve = fit_exact(figures, horizon=2, transform=transform, support=ends)
    assert Growth(weight=0.0).applied(curve, figures, horizon=2) is curve
    whole = Growth(weight=1.0)
    location, spread = whole.forecast(figures, horizon=2, transform=transform)
    drift = whole.applied(curve, figures, horizon=2)
    for z in (-1.0, 0.0, 2.0):
        assert_allclose(drift.value(z), transform.inverse(location + z * spread))
        half = replace(whole, weight=0.5).applied(curve, figures, horizon=2).value(z)
        low, high = np.sort([curve.value(z), drift.value(z)], axis=0)
        assert ((low - 1e-9 <= half) & (half <= high + 1e-9)).all()


def test_a_series_of_no_kind_is_the_trends_alone_from_thirteen_figures_on():
    for n, alone in ((12, False), (13, True)):
        y = 100.0 * 1.1 ** np.arange(n) * np.array([1.0, 1.04])[np.arange(n) % 2]
        frame = pd.DataFrame({"unique_id": "a", "ds": range(n), "y": y})
        found = forecast_panel(frame, 1, [0.5])["q0.5"].item()
        history = History.of(range(n), y, support=(0.0, np.inf))
        trend = Trend().fit(history, 1).median()[0]
        assert (abs(found / trend - 1.0) < 1e-12) == alone


def provinces(*, growing=0.2, areas=12, years=12, seed=5):
    rng = np.random.default_rng(seed)
    steps = rng.normal(growing, 0.1, (areas, years))
    return Panel(100.0 * np.exp(np.cumsum(steps, axis=1)), 2011, LOG)


def test_areas_together_find_their_growth_and_its_spread_whatever_one_outlier_does():
    panel = provinces()
    found = panel.growth(weight=1.0)
    assert found.mean == pytest.approx(0.2, abs=0.04)
    assert found.scale == pytest.approx(0.1, abs=0.02)
    panel.values[0, 5] *= 50.0
    assert panel.growth(weight=1.0).scale == pytest.approx(found.scale, rel=0.2)


def test_areas_that_grow_on_outweigh_the_damped_trend_and_others_do_not():
    # Twelve areas that all grow at 20 % a year, noisily; and twelve that stand still.
    assert provinces().growth().weight > 0.8
    assert 0.0 <= provinces(growing=0.0).growth().weight <= 1.0


def test_the_growth_of_made_up_panels_is_as_it_was():
    # Computed by this very code: any constant or comparison that is changed moves a digit.
    found = provinces(growing=0.08, areas=8, years=7, seed=11).growth()
    assert_allclose([found.weight, found.common], [0.42945250486209335, 0.00022875006725945235])
    assert_allclose([found.mean, found.scale], [0.07506193927158954, 0.07937882245707772])
    assert (found.strength, found.degrees, found.memory) == (30.0, 4.0, 0.8)
    assert provinces().growth(weight=0.7).weight == 0.7
    short = provinces(growing=0.05, areas=8, years=2, seed=11).growth()
    assert_allclose([short.weight, short.scale], [0.5, 0.04952471758155097])
    assert_allclose(short.common, short.scale**2 / 4.0)
    few = pd.DataFrame({"unique_id": "a", "ds": range(4), "y": [100.0, 112.0, 118.0, 131.0]})
    low, middle = forecast_panel(few, 2, [0.1, 0.5])[["q0.1", "q0.5"]].to_numpy().T
    assert_allclose(low, [131.35293826538157, 134.325907179314])
    assert_allclose(middle, [142.18550033395434, 153.38222095278908])


def test_too_few_areas_lend_nothing_and_the_future_enters_nothing():
    assert provinces(areas=growth.FEWEST_AREAS - 1).growth() is None
    panel = provinces()
    later = Panel(panel.values.copy(), 2011, LOG)
    later.values[:, 9:] = 1e6
    assert panel.until(2019).growth() == later.until(2019).growth()


def test_panel_histories_keep_gaps_and_leads():
    values = np.array([[1.0, np.nan, 3.0, 4.0], [np.nan, 2.0, 3.0, np.nan], [1.0, *[np.nan] * 3]])
    figures, areas = Panel(values, 2000, LOG).histories()
    assert areas.tolist() == [0, 1]
    assert figures.observations.tolist() == [3, 2]
    assert figures.lead.tolist() == [0, 1]
    assert figures.gaps[-2:, 0].tolist() == [2, 1]


def test_histories_of_one_scale_make_a_panel_and_others_are_left_out():
    panel = provinces()
    known = [History.of(range(2011, 2023), row, support=(0.0, np.inf)) for row in panel.values]
    below = History.of([2011, 2012], [-1.0, 2.0])
    assert growth.panel_of([*known, below]) == panel.growth()
    assert growth.panel_of(known[: growth.FEWEST_AREAS - 1]) is None
    assert growth.panel_of([]) is None


@pytest.mark.parametrize(
    ("smallest", "kind", "floor"),
    [
        (0.0, "count", 0.0), (0.0, "money", 0.0), (0.0, "ratio", 0.0), (0.0, "rate", -np.inf),
        (0.0, None, -np.inf), (0.1, None, 0.0), (0.1, "rate", 0.0), (-0.1, "count", -np.inf),
    ],
)  # fmt: skip
def test_no_figure_lies_below_0_unless_one_on_record_or_its_kind_may(smallest, kind, floor):
    assert growth.floor_of(smallest, kind=kind) == floor


STANDARD = StudentTMixture(np.array([[0.0]]), np.array([[1.0]]))


def test_leaning_moves_the_goals_side_only_and_lengthens_with_figures():
    leaning = Leaning(lean=0.3, down=0.4, slope=1.0, bend=-0.3, length=0.2)
    up = leaning.applied(STANDARD, up=True, observations=15)
    down = leaning.applied(STANDARD, up=False, observations=15)
    even = 1.0 / (1.0 + np.exp(-0.3))
    assert_allclose(up.at_least(0.0), even)
    assert_allclose(down.cdf(0.0), 1.0 / (1.0 + np.exp(-0.7)))
    odds = np.log(stats.norm.sf(2.0) / stats.norm.cdf(2.0))
    assert_allclose(up.sf(2.0), 1.0 / (1.0 + np.exp(-(0.3 + odds))))
    assert_allclose(up.sf(-2.0), 1.0 / (1.0 + np.exp(-(0.3 - 0.7 * odds))))
    more = leaning.applied(STANDARD, up=True, observations=30)
    slope = 1.0 + 0.2 * np.log(2.0)
    assert_allclose(more.sf(2.0), 1.0 / (1.0 + np.exp(-(0.3 + slope * odds))))
    # What was not learned from is taken as the nearest that was.
    ends = [leaning.applied(STANDARD, up=True, observations=n).sf(2.0) for n in (2, 4, 30, 90)]
    assert ends[0] == ends[1]
    assert ends[2] == ends[3]
    assert_allclose(np.exp(growth.log_length(np.array([4, 5, 29, 31]))) * 15, [4, 5, 29, 30])


def test_what_is_shipped_keeps_distributions_in_order():
    known = growth.learned()
    assert set(known.growth) == set(growth.KINDS)
    for n in (2, 100):
        slope = known.leaning.slope + known.leaning.length * growth.log_length(n)
        assert min(slope, slope + known.leaning.bend) > 0.2
    assert all(0.0 <= one.weight <= 1.0 for one in known.growth.values())


def test_a_panel_whose_figures_are_all_later_has_a_year_without_any():
    later = Panel.of([(np.array([2021]), np.array([5.0]))], Transform(), last=2019)
    assert later.values.shape == (1, 1)
    assert np.isnan(later.values).all()


def test_a_family_is_what_its_areas_had_seen_by_a_year():
    by_year = growth.learned().families["technology_contracts"]
    first, last = min(by_year), max(by_year)
    assert growth.growth_of("money", family="technology_contracts", year=last + 5) is by_year[last]
    assert growth.growth_of("money", family="technology_contracts", year=first) is by_year[first]
    before = growth.growth_of("money", family="technology_contracts", year=first - 1)
    assert before is growth.learned().growth["money"]
    assert growth.growth_of(None) is growth.SHORT


SERIES = pd.DataFrame(
    {"unique_id": "a", "ds": range(2010, 2018), "y": [70, 74, 77, 80, 83, 84, 88, 90.0]}
)


def chance(kind, target=95.0, comparator="at_least", **options):
    goals = pd.DataFrame(
        {"unique_id": ["a"], "h": [2], "comparator": [comparator], "target": [target]}
    )
    goals = goals if kind is None else goals.assign(kind=kind)
    found = forecast_panel(SERIES, 2, [0.99], targets=goals, **options)
    return found.targets["probability"].item(), found.forecasts["q0.99"].max()


def test_a_goal_of_a_kind_has_the_headline_and_a_share_stays_below_the_whole():
    plain, beyond = chance(None)
    share, below = chance("ratio")
    assert below < 100.0 < beyond
    alone, _ = chance("ratio", trend_only=True)
    assert len({round(p, 6) for p in (plain, share, alone)}) == 3
    assert chance("ratio", 101.0)[0] == 0.0
    # At even odds either direction of a goal leans toward being met.
    more, _ = chance("ratio", 92.5)
    less, _ = chance("ratio", 92.5, comparator="less_than")
    assert less + more > 1.05


def test_a_share_that_reaches_the_whole_changes_no_other_series():
    full = SERIES.assign(unique_id="b", y=[90, 93, 95, 97, 98, 99, 99.5, 100.0])
    both = pd.concat([SERIES, full])
    goals = pd.DataFrame({"unique_id": ["a", "b"], "h": 2, "comparator": "at_least"})
    goals = goals.assign(target=[95.0, 99.0], kind="ratio")
    found = forecast_panel(both, 2, [0.99], targets=goals)
    probability, beyond = chance("ratio")
    assert found.targets["probability"][0] == pytest.approx(probability, rel=1e-12)
    assert found.forecasts["q0.99"][1] == pytest.approx(beyond, rel=1e-12)


def test_a_kind_that_is_none_or_changes_within_a_series_is_refused():
    with pytest.raises(ModelError, match=r"kind is \"?share.*count, money, rate, ratio"):
        chance("share")
    goals = pd.DataFrame({"unique_id": ["a", "a"], "h": 1, "comparator": "at_least", "target": 1.0})
    with pytest.raises(ModelError, match="one kind a series"):
        forecast_panel(SERIES, 1, targets=goals.assign(kind=["count", "money"]))
    blank = forecast_panel(SERIES, 1, targets=goals.assign(kind=["", None])).targets["probability"]
    bare = forecast_panel(SERIES, 1, targets=goals).targets["probability"]
    assert blank.equals(bare)


@pytest.mark.parametrize("dated", ["{}", "{}-12-31"])
def test_a_reference_class_brings_the_growth_of_its_areas_by_the_last_year(dated):
    y, years = [100.0, 112.0, 131.0, 150.0, 180.0], range(2015, 2020)
    frame = pd.DataFrame({"unique_id": "a", "ds": map(dated.format, years), "y": y})
    goal = pd.DataFrame({"unique_id": ["a"], "h": 2, "comparator": "at_least", "target": 250.0})
    goal = goal.assign(kind="money", reference_class="technology_contracts")
    found = forecast_panel(frame, 2, targets=goal, trend_only=True).targets["probability"][0]
    known = growth.learned().families["technology_contracts"][2019]
    right = Trend(known).fit(History.of(years, y, support=(0.0, np.inf)), 2).sf(250.0)[1]
    assert found == pytest.approx(right, rel=1e-9)
    by_year = forecast_years(frame.assign(ds=[*map(str, years)]), 2, targets=goal, trend_only=True)
    assert by_year.targets["probability"][0] == pytest.approx(right, rel=1e-9)
    plain = forecast_panel(frame, 2, targets=goal.assign(reference_class=""), trend_only=True)
    assert abs(plain.targets["probability"][0] - right) > 0.05
    with pytest.raises(
        ModelError, match=r"row 1.*reference_class is \"?nonsense.*technology_contr"
    ):
        forecast_panel(frame, 2, targets=goal.assign(reference_class="nonsense"))


def test_areas_lend_each_other_strength_also_where_a_year_has_begun():
    years, areas = range(2016, 2021), [f"a{n}" for n in range(8)]
    steps = np.random.default_rng(5).normal(np.log(1.3), 0.05, (8, 5))
    levels = dict(zip(areas, 100.0 * np.exp(np.cumsum(steps, axis=1)), strict=True))
    rows = [(one, str(y), v) for one in areas for y, v in zip(years, levels[one], strict=True)]
    begun = [("a0", f"2021-0{m}", levels["a0"][-1] * 1.3 / 12) for m in (1, 2, 3)]
    frame = pd.DataFrame([*rows, *begun], columns=["unique_id", "ds", "y"])
    alone, together = (forecast_years(frame, 3, [0.1, 0.5, 0.9], panel=p) for p in (False, True))
    alone, together = (one[one["unique_id"] == "a0"] for one in (alone, together))
    assert (together["q0.5"] > alone["q0.5"]).all(), "others' growth of 30% goes on"
    assert ((together["q0.9"] - together["q0.1"]) < 0.7 * (alone["q0.9"] - alone["q0.1"])).all()


@pytest.mark.parametrize("part", [False, True])
def test_the_goals_on_a_series_are_of_one_kind_that_one_of_them_says(part):
    ds = ["2015", "2016", "2017", "2018", "2019", *["2020Q1"] * part]
    frame = pd.DataFrame({"unique_id": "a", "ds": ds, "y": [90, 99, 104, 117, 125, *[33] * part]})
    goals = pd.DataFrame({"unique_id": "a", "h": 2, "comparator": "at_least", "target": [150, 150]})
    none, said = (
        forecast_years(frame, 2, targets=goals.assign(kind=kind)).targets["probability"]
        for kind in (["", ""], ["money", ""])
    )
    assert none[0] == none[1] < said[0] - 0.01
    assert said[0] == said[1]


def test_series_given_as_areas_lend_each_other_strength():
    panel = provinces(years=8)
    frame = pd.DataFrame(panel.values.T, index=range(2011, 2019)).rename_axis("ds")
    frame = frame.reset_index().melt("ds", var_name="unique_id", value_name="y")
    alone, together = (forecast_panel(frame, 3, [0.5], panel=p)["q0.5"] for p in (False, True))
    rise = np.log(together.to_numpy().reshape(-1, 3)[:, -1] / panel.values[:, -1]) / 3
    damped = np.log(alone.to_numpy().reshape(-1, 3)[:, -1] / panel.values[:, -1]) / 3
    assert abs(rise.mean() - 0.2) < abs(damped.mean() - 0.2)
    # An area's own last year cuts what the others tell it.
    cut = frame[(frame["unique_id"] != 0) | (frame["ds"] < 2017)]
    later = cut.assign(y=cut["y"].where(cut["ds"] < 2017, 1e6))
    first, second = (forecast_panel(f, 1, [0.5], panel=True) for f in (cut, later))
    own = [f[f["unique_id"] == 0]["q0.5"].item() for f in (first, second)]
    assert own[0] == own[1]


def test_shares_that_were_nothing_or_all_are_of_a_whole_only_where_ends_count():
    asked = [(0.0, 60.0), (40.0, 100.0), (-1.0, 60.0), (40.0, 101.0)]
    assert [bool(growth.within_whole(*of, ends=True)) for of in asked] == [True, True, False, False]
    assert not any(growth.within_whole(*of) for of in asked)


def test_a_steady_series_with_a_year_left_out_has_no_change_that_is_drawn_in():
    steady = histories(np.exp(0.1 * np.array([0, 1, 2, 4, 5, 6])), years=[0, 1, 2, 4, 5, 6])
    usual = Growth(weight=1.0, mean=0.1, strength=1.0, scale=0.05, degrees=2.0)
    plain, drawn = (
        replace(usual, reach=reach).forecast(steady, horizon=2, transform=LOG)
        for reach in (np.inf, 10.0)
    )
    assert_allclose(drawn, plain)


@pytest.mark.parametrize(
    "changes",
    [[1.0, 0.1, 0.1], [1.0, 0.1, 0.1, 0.1], [-1.0, *[0.1] * 8], [0.0, 0.1, 0.2, 0.3, 2.0]],
)
def test_wild_years_among_four_changes_or_more_are_drawn_in_to_some_usual_departures(changes):
    known = Growth(weight=1.0, strength=0.0, scale=0.05, reach=2.0)
    figures = histories(np.exp(np.cumsum([0.0, *changes])))
    location, _ = known.forecast(figures, horizon=1, transform=LOG)
    far = 2.0 * max(stats.median_abs_deviation(changes, scale=1 / 1.4826), 0.05)
    far = far if len(changes) >= 4 else np.inf
    told = np.clip(changes, np.median(changes) - far, np.median(changes) + far)
    assert_allclose(location[0, 0], np.sum(changes) + told.mean())
