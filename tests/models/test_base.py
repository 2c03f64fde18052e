import numpy as np
from numpy.testing import assert_allclose

from bcforecast.config import COMPLETIONS
from bcforecast.models import base
from bcforecast.models.base import completions, rounded
from bcforecast.observations.selection import History
from bcforecast.text import just_beyond

INF, NAN = float("inf"), float("nan")


def hightech(lower=9000.0, **fields):
    years, values = [2012, 2013, 2016, 2017, 2019, 2021], [1101, 1432, 3257, 4093, 6106, NAN]
    return History.of(years, values, lower=[-INF] * 5 + [lower], support=(0.0, INF), **fields)


def test_more_than_9000_means_above_9000_evenly_in_every_completion():
    done = completions(hightech())
    assert len(done) == COMPLETIONS
    assert all(one.values[-1] > 9000.0 for one in done)
    assert all((one.values[:5] == hightech().values[:5]).all() for one in done)
    draws = np.array([one.values[-1] for one in completions(hightech(1e9))])
    assert np.isfinite(draws).all()
    assert (draws >= 1e9).all()
    assert done[0].times.tolist() == hightech().times.tolist(), "gaps are filled on request only"
    filled = completions(hightech(), fill_gaps=True)
    assert filled[0].times.tolist() == list(range(2012, 2022))
    assert np.std([one.values[2] for one in filled]) > 0
    low = [one.values[-1] for one in completions(hightech(9000))]
    high = [one.values[-1] for one in completions(hightech(11000))]
    assert np.all(np.diff(low) > 0)
    assert np.all(np.array(high) > np.array(low))


def test_without_bounds_and_errors_the_history_has_one_completion():
    history = History.of([2019, 2021], [5.0, 7.0])
    assert completions(history) == (history,)
    assert completions(history)[0] is history
    pinned = History.of([2019, 2020], [5.0, NAN], lower=[-INF, 7.0], upper=[INF, 7.0])
    assert [one.values.tolist() for one in completions(pinned)] == [[5.0, 7.0]]


def test_more_than_a_round_number_is_just_past_it_unless_it_was_passed_before():
    def upper(named, before=(1.0,), **more):
        known = [*before, NAN]
        lower = [*[-INF] * len(before), named]
        return rounded(History.of(range(len(known)), known, lower=lower, **more)).upper[-1]

    assert [upper(x) for x in (9000.0, 12_000.0, 2.8, 300.0)] == [10_000.0, 13_000.0, 2.9, 400.0]
    assert upper(just_beyond(15.0, -1)) == 16.0, "at least 15"
    assert upper(9198.0) == INF, "four digits are no round number"
    assert upper(9000.0, before=(12_000.0,)) == INF, "9,000 is not what 12,000 has just passed"
    assert upper(100.0, support=(0.0, 100.0)) == INF, "beyond what can be"
    assert upper(0.0) == INF
    fewer = History.of([2020, 2021], [60.0, NAN], upper=[INF, 50.0])
    assert rounded(fewer).lower[-1] == 40.0
    drawn = completions(History.of([2019, 2020], [8000.0, NAN], lower=[-INF, 9000.0]))
    assert all(9000.0 <= one.values[-1] <= 10_000.0 for one in drawn)
    as_figure = base.with_narrow_bounds_as_figures(
        rounded(History.of([2019, 2020], [8000.0, NAN], lower=[-INF, 9000.0]))
    )
    assert 9000.0 < as_figure.values[-1] < 9600.0, "nearer to the number than to the next"
    assert 0.0 < as_figure.error_sd[-1] < 300.0


def test_errors_and_bounds_move_figures_by_their_size():
    known = {"error_sd": [2.0, 5.0], "support": (0.0, INF)}
    history = History.of([2019, 2020], [100.0, 200.0], lower=[-INF, 199.0], **known)
    values = np.array([one.values for one in completions(history, count=400)])
    assert abs(values[:, 0].std() - 2.0) < 0.1
    assert abs(values[:, 0].mean() - 100.0) < 0.1
    assert values[:, 1].min() >= 199.0
    noisy = History.of([2019, 2020], [100.0, 200.0], error_sd=[2.0, 5.0])
    one, same, other = (completions(noisy, seed=s)[0].values for s in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()
    bounds = {"lower": [-INF, -INF, 112.0, -INF], "upper": [60.0, INF, INF, INF]}
    years, values = [2015, 2017, 2018, 2019], [NAN, 100.0, NAN, 120.0]
    history = History.of(years, values, **bounds, support=(0.0, INF))
    values = np.array([one.values for one in completions(history)])
    assert (values[:, 0] <= 60.0).all()
    assert (values[:, 2] >= 112.0).all()
    assert values[:, 2].mean() < 130.0


def test_truncated_quantiles_and_the_mass_between_bounds_hold_far_in_the_tail():
    far = base.truncated_normal(0.0, 1.0, 30.0, INF, np.array([0.1, 0.5, 0.9]))
    assert (np.diff(far) > 0).all()
    assert far[0] > 30.0
    assert far[2] < 30.2
    mirrored = base.truncated_normal(0.0, 1.0, -INF, -30.0, np.array([0.9, 0.5, 0.1]))
    assert_allclose(mirrored, -far)
    assert_allclose(np.exp(base.log_mass(1.0, 2.0, -1.0, 3.0)), 0.6826894921, rtol=1e-9)
    assert_allclose(base.log_mass(0.0, 1.0, 40.0, INF), -804.608442, rtol=1e-7)
