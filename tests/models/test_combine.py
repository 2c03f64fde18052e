import numpy as np
import pytest

from bcforecast.distributions import Counting
from bcforecast.errors import ModelError
from bcforecast.models.combine import Combination
from bcforecast.models.damped_drift import DampedDrift
from bcforecast.models.ets import Ets
from bcforecast.models.local_linear import LocalLinear
from bcforecast.observations.history import History

INF = float("inf")
THREE = (DampedDrift(), LocalLinear(), Ets())


def of(n, **fields):
    values = [100, 110, 121, 130, 149, 160, 171][:n]
    return History.of(range(2014, 2014 + n), values, support=(0, INF), **fields)


def test_the_probability_is_the_mean_of_the_members():
    members = [m.fit(of(7), 2) for m in THREE]
    expected = np.mean([m.sf(190.0) for m in members], axis=0)
    np.testing.assert_allclose(Combination(THREE).fit(of(7), 2).sf(190.0), expected)


def test_members_that_refuse_are_left_out_and_named_with_their_reason():
    members = Combination(THREE).members(of(4, indicator="gazelles"), 2)
    assert members.accepted == ("damped_drift", "local_linear")
    assert [r.model for r in members.refused] == ["ets"]
    assert "至少需要 5 个数值" in members.refused[0].reason.render("zh")
    assert Combination(THREE).fit(of(4), 2).horizon == 2


def test_a_single_member_is_itself():
    alone = Combination(THREE).fit(of(3), 1)
    assert alone.quantile(0.9) == DampedDrift().fit(of(3), 1).quantile(0.9)


def test_if_all_refuse_every_reason_is_given():
    with pytest.raises(ModelError) as refused:
        Combination(THREE).fit(of(2), 1)
    for lang, names in (
        ("en", ("damped drift", "local linear", "smoothing")),
        ("zh", ("阻尼漂移", "局部线性", "平滑")),
    ):
        assert all(name in refused.value.message.render(lang) for name in names)
    with pytest.raises(ModelError, match="no model was given"):
        Combination(()).fit(of(7), 1)


def test_whole_numbers_are_corrected_once():
    forecast = Combination(THREE).fit(of(7, whole=True), 1)
    assert isinstance(forecast, Counting)
    assert forecast.sf(180) == forecast.at_least(181)
    assert forecast.quantile(0.4)[0] % 1 == 0
