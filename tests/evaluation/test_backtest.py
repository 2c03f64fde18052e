"""Rolling-origin backtests of models."""

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
