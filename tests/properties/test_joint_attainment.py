"""Whatever the paths, the joint probabilities keep the Frechet bounds and add up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bcforecast.attainment.project import joint

met_paths = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))
EPS = 1e-12


@settings(deadline=None, derandomize=True, max_examples=200)
@given(met_paths)
def test_joint_probabilities_keep_the_frechet_bounds(met):
    found = joint(met, tuple(f"g{k}" for k in range(met.shape[1])))
    low, high = found.bounds()
    assert low - EPS <= found.all_met <= high + EPS
    p = found.probabilities
    lower = np.maximum(0.0, p[:, None] + p - 1.0)
    assert (found.pairwise >= lower - EPS).all()
    assert (found.pairwise <= np.minimum(p[:, None], p) + EPS).all()
    assert (found.all_met <= found.all_others + EPS).all()


@settings(deadline=None, derandomize=True, max_examples=200)
@given(met_paths)
def test_the_number_met_adds_up_to_the_goals_own_probabilities(met):
    found = joint(met, tuple(f"g{k}" for k in range(met.shape[1])))
    assert abs(found.number_met.sum() - 1.0) < EPS
    assert abs(found.expected - found.probabilities.sum()) < 1e-9


@settings(deadline=None, derandomize=True, max_examples=100)
@given(met_paths, st.randoms(use_true_random=False))
def test_the_order_of_paths_and_goals_does_not_matter(met, random):
    columns = list(range(met.shape[1]))
    random.shuffle(columns)
    names = tuple(f"g{k}" for k in range(met.shape[1]))
    one = joint(met, names)
    other = joint(met[::-1, columns], tuple(names[k] for k in columns))
    assert one.all_met == other.all_met
    assert np.array_equal(one.number_met, other.number_met)
