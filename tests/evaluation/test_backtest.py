"""Rolling-origin backtests of models."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from bcforecast.distributions import StudentTMixture
from bcforecast.errors import BcforecastError
from bcforecast.evaluation.backtest import backtest
from bcforecast.models.base import accept
from bcforecast.observations.selection import History


@dataclass(frozen=True)
class LastFigure:
    """The last figure, give or take one."""

    name: ClassVar[str] = "last"
    minimum_observations: ClassVar[int] = 2

    def fit(self, history, horizon):
        accept(history, horizon, model="last", minimum=4)
        last = history.values[history.known][-1]
        ones = np.ones((1, horizon))
        return StudentTMixture(location=last * ones, scale=ones, df=np.array([np.inf]))


def test_each_origin_sees_only_its_past_and_is_judged_by_what_came():
    history = History.of(range(2010, 2018), [1.0, 2, 3, 4, 5, 6, 7, 8], indicator="x")
    table = backtest(LastFigure(), history, horizon=3, first=4).table
    assert table["origin"].unique().tolist() == [2013, 2014, 2015, 2016]
    # the last figure at an origin is origin - 2009, so h years later the truth is h more
    assert (table["y"] - table["q0.5"]).tolist() == pytest.approx(table["h"].tolist())
    assert table.groupby("origin").size().tolist() == [3, 3, 2, 1]
    # three above the middle of a normal with deviation one
    assert table["pit"].tolist()[2] == pytest.approx(0.99865, abs=1e-5)


def test_a_year_without_a_figure_is_neither_an_origin_nor_judged():
    history = History.of([2010, 2011, 2012, 2013, 2014, 2016], [1.0, 2, 3, 4, np.nan, 6])
    table = backtest(LastFigure(), history, horizon=3, first=4).table
    assert table[["origin", "h"]].values.tolist() == [[2013, 3]]
    short = History.of(range(2010, 2017), [1.0, 2, 3, 4, 5, 6, 7])
    quantile = backtest(LastFigure(), short, horizon=1).table["q0.5"]
    assert quantile.isna().tolist() == [True, True, False, False, False], "the model refuses"
    with pytest.raises(BcforecastError, match="at least 9"):
        backtest(LastFigure(), History.of([2010, 2011], [1.0, 2.0]), horizon=1, first=8)


@pytest.mark.parametrize("levels", [[0.1], [0.9, 0.1], [0.25]])
def test_what_is_shown_is_computed_whatever_levels_are_asked_for(levels):
    made = backtest("trend", [10, 11, 12, 14, 15, 17, 18, 20], levels=levels)
    names = [name for name in made.table if name.startswith("q")]
    assert names == sorted({"q0.1", "q0.5", "q0.9", *(f"q{level:g}" for level in levels)})
    shown = made.scores().loc["trend", ["coverage", "bias"]].tolist()
    usual = backtest("trend", [10, 11, 12, 14, 15, 17, 18, 20]).scores()
    assert shown == usual.loc["trend", ["coverage", "bias"]].tolist()
    assert repr(made)


def test_a_model_that_refuses_and_a_series_that_stays_leave_dashes_and_no_hole():
    refused = backtest(["ets", "growth_curve"], [-n for n in range(12)])
    assert refused.scores()["cases"].to_dict() == {"ets": 18, "growth_curve": 0}
    assert re.search("growth curve +0 +– +– +–\n?$", repr(refused))
    assert backtest("growth_curve", [-n for n in range(12)]).plot(lang="en").axes
    assert re.search("27 +– +100.0% +–$", repr(backtest("ets", [5.0] * 15)))


@pytest.mark.parametrize(
    "wrong", [{"levels": []}, {"levels": [0.5, 0.5]}, {"levels": [2]}, {"first": -1}, {"first": 0}]
)
def test_levels_that_are_none_and_a_first_forecast_from_nothing_are_refused(wrong):
    with pytest.raises(BcforecastError, match=f"{next(iter(wrong))}: found"):
        backtest("trend", [10, 11, 12, 14, 15, 17, 18, 20], **wrong)
