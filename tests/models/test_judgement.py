import numpy as np
import pytest
from numpy.testing import assert_allclose

from bcforecast.errors import ModelError
from bcforecast.models.judgement import Judgement, Opinion
from bcforecast.observations.selection import History

INF = float("inf")
BUREAU = Opinion("science bureau", 2022, 480.0, 520.0, 600.0)
ZONE = Opinion("development zone", 2022, 500.0, 560.0, 580.0)


def nothing(**fields):
    return History.of([], [], **{"support": (0.0, INF), "origin": 2020, **fields})


@pytest.mark.parametrize("support", [(0.0, INF), (-INF, INF), (0.0, 1000.0), (480.0, INF)])
def test_the_three_quantiles_come_back_in_their_year(support):
    forecast = Judgement((BUREAU,)).fit(nothing(support=support), 3)
    assert_allclose(forecast.quantile([0.1, 0.5, 0.9])[:, 1], [480, 520, 600], rtol=1e-9)
    assert_allclose(forecast.cdf(600.0)[1], 0.9)
    assert_allclose(forecast.sf(480.0)[1], 0.9)


def test_opinions_are_pooled_and_reached_from_the_last_figure():
    one, two = (Judgement((o,)).fit(nothing(), 2) for o in (BUREAU, ZONE))
    both = Judgement((BUREAU, ZONE)).fit(nothing(), 2)
    assert_allclose(both.cdf(530.0), (one.cdf(530.0) + two.cdf(530.0)) / 2)
    history = History.of([2020], [400.0], support=(0.0, INF))
    median = Judgement((BUREAU,)).fit(history, 3).median()
    assert_allclose(median, [np.sqrt(400 * 520), 520, 520])
    low, high = Judgement((BUREAU,)).fit(nothing(), 4).interval(0.8)
    assert (np.diff(high - low) > 0).all(), "width grows with time"
    assert Judgement((BUREAU,)).fit(nothing(whole=True), 2).quantile(0.37)[0] % 1 == 0


@pytest.mark.parametrize(
    ("opinions", "sentence"),
    [
        ((), "at least one official"),
        ((Opinion("a", 2022, 5, 4, 6),), "increasing"),
        ((Opinion("a", 2022, 5, float("nan"), 6),), "increasing"),
        ((Opinion("a", 2022, -1, 4, 6),), "from 0 to inf"),
        ((Opinion("a", 2020, 1, 4, 6),), "a year after 2020"),
    ],
)
def test_impossible_opinions_or_none_are_refused(opinions, sentence):
    with pytest.raises(ModelError, match=sentence):
        Judgement(opinions).fit(nothing(), 1)
