import numpy as np
import pytest
from numpy.testing import assert_allclose

from bcforecast.errors import ModelError
from bcforecast.models.borrowed_growth import BorrowedGrowth, peer_growth
from bcforecast.observations.selection import History

INF = float("inf")


def peer(growth, noise=0.0, seed=0, n=8):
    steps = np.random.default_rng(seed).normal(0, noise, n)
    return History.of(
        range(2013, 2013 + n), np.exp(np.cumsum(np.log(growth) + steps)), support=(0, INF)
    )


PEERS = (peer(1.05), peer(1.10), peer(1.15))
ONE = History.of([2020], [50.0], support=(0, INF))


def test_growth_is_the_mean_of_the_peers_and_two_own_figures_pull_it():
    mean = np.log([1.05, 1.10, 1.15]).mean()
    assert_allclose(
        BorrowedGrowth(PEERS).fit(ONE, 2).median(), 50 * np.exp(mean * np.array([1, 2])), rtol=1e-6
    )
    two = History.of([2018, 2020], [50.0, 50.0], support=(0, INF))
    assert BorrowedGrowth(PEERS).fit(two, 1).median() < BorrowedGrowth(PEERS).fit(ONE, 1).median()


def test_the_spread_between_peers_is_found_and_widens_the_forecast():
    found = peer_growth(PEERS)
    assert_allclose(found.between_var, np.log([1.05, 1.10, 1.15]).var(ddof=1), rtol=0.02)
    many = tuple(peer(1.1, noise=0.2, seed=s, n=200) for s in range(40))
    assert abs(np.sqrt(peer_growth(many).within_var) - 0.2) < 0.01
    alike = (peer(1.09), peer(1.10), peer(1.11))
    widths = [np.diff(BorrowedGrowth(p).fit(ONE, 3).interval(0.8), axis=0) for p in (alike, PEERS)]
    assert (widths[1] > widths[0]).all()


def test_fewer_than_three_usable_peers_are_refused():
    with pytest.raises(ModelError, match=r"at least 3 peers with 3 values each.*found 2"):
        BorrowedGrowth((*PEERS[:2], peer(1.1, n=2))).fit(ONE, 1)
