"""Scores of distributions, quantiles, intervals, draws, points and probabilities."""

import numpy as np
import pytest

from bcforecast.distributions import Counting, Event, StudentTMixture
from bcforecast.evaluation import scores


def normal(location, scale=1.0):
    one = np.array([location])
    return StudentTMixture(location=one, scale=np.full(one.shape, scale), df=np.array([np.inf]))


def test_crps_is_worked_by_hand():
    # twice, of y above the quantile: level * distance; below it: (1 - level) * distance
    told = scores.crps_quantiles([10.0] * 3, [[6.0], [14.0], [10.0]], levels=[0.25])
    assert told.tolist() == [2.0, 6.0, 0.0]
    # of the median alone: the absolute error
    assert scores.crps_quantiles([3.0], [[5.0]], levels=[0.5]).tolist() == [2.0]
    # of the nine deciles 1 to 9, all above 0: twice the mean of 1 x 0.9, 2 x 0.8, ... 9 x 0.1
    assert scores.crps_quantiles(0.0, range(1, 10)) == pytest.approx(2.0 * 16.5 / 9.0)


def test_ends_belong_to_an_interval_and_what_never_moves_has_no_scale():
    assert scores.covered([1.0, 2.0, 2.1], 1.0, 2.0).tolist() == [1.0, 1.0, 0.0]
    assert np.isnan([scores.naive_scale([5.0, 5.0, 5.0]), scores.naive_scale([5.0])]).all()
    assert scores.naive_scale([1.0, np.nan, 3.0, 7.0]) == 4.0
    assert scores.naive_scale(np.ma.masked_array([1, -999, 3, 7], [0, 1, 0, 0])) == 4.0


def test_pit_of_true_draws_is_uniform_and_of_a_count_lies_in_its_step():
    rng = np.random.default_rng(7)
    fct = normal([0.0] * 4000)
    values = scores.pit(rng.standard_normal(4000), fct)
    assert np.histogram(values, bins=4, range=(0, 1))[0] == pytest.approx([1000] * 4, abs=90)
    event = Event(np.array([[0.3, 0.7]]), np.arange(2.0))
    assert scores.pit([0.0], event).tolist() == pytest.approx([0.15])
    counted = Counting(normal([5.0]))
    below, upto = counted.cdf([4.0])[0], counted.cdf([5.0])[0]
    assert scores.pit([5.0], counted)[0] == pytest.approx((below + upto) / 2)


def test_brier_and_log_loss_by_hand_and_a_certain_miss_costs_the_logarithm_of_the_clip():
    assert scores.brier([1, 0], [0.9, 0.4]) == pytest.approx([0.01, 0.16])
    assert scores.log_loss([1, 0], [0.5, 0.75]) == pytest.approx(np.log([2.0, 4.0]))
    assert scores.log_loss([0], [1.0], clip=0.05) == pytest.approx([-np.log(0.05)])
    assert scores.log_loss([1], [1.0]) == pytest.approx([-np.log(0.99)])
    with pytest.raises(ValueError, match="1"):
        scores.brier([1], [1.2])
    with pytest.raises(ValueError, match="0"):
        scores.brier([0.5], [0.5])
