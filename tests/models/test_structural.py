"""What every structural model keeps: the protocol, common random numbers, a table of its rates."""

from __future__ import annotations

import numpy as np
import pytest

from bcforecast.distributions import Counting, Empirical
from bcforecast.errors import ModelError
from bcforecast.models.base import Model
from bcforecast.models.flows import LEAST_SURVIVING, Change, Rate, Structural, changed, whole_parts
from bcforecast.models.structures import Cohort, EntryExit, Ladder, Patents, Ratio, Turnover
from bcforecast.observations.selection import History
from bcforecast.text import LANGUAGES

NAN = float("nan")
MODELS: dict[str, tuple[Structural, str, float]] = {
    "cohort": (Cohort(n_paths=800), "renewal", 0.05),
    "entry_exit": (EntryExit(n_paths=800), "approval", 0.05),
    "patents": (Patents(n_paths=800), "grant", 0.05),
    "ladder": (Ladder(n_paths=800), "eaglet_entry", 0.05),
    "ratio": (Ratio(n_paths=800), "rd_growth", 0.05),
    "turnover": (Turnover(n_paths=800), "mean_value_growth", 0.05),
}
STOCK = History.of(
    [2015, 2018, 2019, 2020],
    [150, 210, NAN, 260],
    lower=[-np.inf, -np.inf, 220, -np.inf],
    error_sd=[0, 5, 0, 0],
    support=(0.0, np.inf),
    whole=True,
)
each_model = pytest.mark.parametrize("name", sorted(MODELS))


@each_model
def test_the_protocol_is_kept(name: str) -> None:
    model = MODELS[name][0]
    assert isinstance(model, Model)
    assert model.name == name
    forecast = model.fit(STOCK, 3)
    assert isinstance(forecast, Counting)
    assert forecast.horizon == 3
    assert np.isfinite(forecast.quantile([0.01, 0.5, 0.99])).all()
    assert (forecast.quantile(0.01) >= 0.0).all()


@each_model
def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(name: str) -> None:
    model = MODELS[name][0]
    first, again = (model.fit(STOCK, 2).continuous for _ in range(2))  # type: ignore[attr-defined]
    other = type(model)(seed=7, n_paths=800).fit(STOCK, 2).continuous  # type: ignore[attr-defined]
    assert isinstance(first, Empirical)
    assert first.paths.tobytes() == again.paths.tobytes()
    assert first.paths.tobytes() != other.paths.tobytes()


@each_model
def test_a_lever_alone_moves_a_path_and_moves_none_the_other_way(name: str) -> None:
    model, rate, by = MODELS[name]
    normals = np.random.default_rng(3).standard_normal((800, model.width(STOCK, 3)))
    made = model.prepare(STOCK, 3, normals=normals)
    more = made.paths({rate: (Change(np.array([by, by, by])),)})
    assert (more >= made.paths()).all()
    assert (more > made.paths()).any(axis=0).all()
    assert made.paths({}).tobytes() == made.paths().tobytes()


@each_model
def test_a_lever_does_not_move_the_years_before_it(name: str) -> None:
    model, rate, by = MODELS[name]
    normals = np.random.default_rng(3).standard_normal((300, model.width(STOCK, 3)))
    made = model.prepare(STOCK, 3, normals=normals)
    late = made.paths({rate: (Change(np.array([0.0, 0.0, by])),)})
    assert np.array_equal(late[:, :2], made.paths()[:, :2])


@each_model
def test_the_response_is_one_without_changes_and_above_one_with_a_push(name: str) -> None:
    model, rate, by = MODELS[name]
    rates = {r.id: r.draw(np.linspace(-2, 2, 50)) for r in model.priors()}
    assert np.array_equal(model.response(rates, 3, {}), np.ones((50, 3)))
    pushed = model.response(rates, 3, {rate: (Change(np.array([by])),)})
    assert (pushed > 1.0).all()
    assert (np.diff(pushed, axis=1) > 0.0).all()


@each_model
def test_every_rate_is_printed_with_what_it_rests_on(name: str) -> None:
    for record in MODELS[name][0].rates():
        assert record.low < record.value < record.high
        assert record.basis == "assumed"
        for lang in LANGUAGES:
            assert record.name.render(lang)
            assert record.source.render(lang)


@each_model
def test_a_history_without_a_value_is_refused_in_words(name: str) -> None:
    empty = History.of([2020], [NAN], lower=[100], indicator="things", area="somewhere")
    with pytest.raises(ModelError, match="things for somewhere"):
        MODELS[name][0].fit(empty, 1)


@each_model
def test_a_bound_lifts_the_forecast(name: str) -> None:
    model = MODELS[name][0]
    plain = History.of([2015, 2018], [150, 180], origin=2020)
    bound = History.of([2015, 2018, 2020], [150, 180, NAN], lower=[-np.inf, -np.inf, 260])
    if name in ("ratio", "turnover"):
        assert model.fit(plain, 1).horizon == 1
        return
    assert model.fit(bound, 1).median()[0] > model.fit(plain, 1).median()[0]


def test_a_history_that_no_draw_foretells_still_gives_a_forecast_near_its_last_figure() -> None:
    wild = History.of([2018, 2019, 2020], [10, 4000, 12], whole=True)
    forecast = Cohort(n_paths=2000).fit(wild, 1)
    assert 2 <= forecast.median()[0] <= 60
    assert 0.0 < LEAST_SURVIVING < 1.0


def test_parts_are_made_whole_without_changing_their_sum() -> None:
    parts = np.array([[1 / 3, 1 / 3, 1 / 3], [2.4, 2.4, 2.2]])
    assert whole_parts(parts).sum(axis=1).tolist() == [1.0, 7.0]
    assert (whole_parts(parts) == np.rint(whole_parts(parts))).all()


def test_a_changed_rate_stays_where_such_a_rate_can_lie() -> None:
    table = (Rate("p", "beta", 0.9, 10.0), Rate("g", "gamma", 0.1, 2.0))
    rates = {"p": np.array([0.9]), "g": np.array([0.1])}
    moves = {"p": (Change(np.array([0.3])),), "g": (Change(np.array([-2.0]), "times"),)}
    moved = changed(rates, moves, 0, table=table)
    assert moved["p"].tolist() == [1.0]
    assert moved["g"].tolist() == [0.0]
    with pytest.raises(KeyError):
        changed(rates, {"unknown": moves["p"]}, 0, table=table)


def test_conjugate_learning_adds_counts_to_the_prior() -> None:
    beta = Rate("p", "beta", 0.5, 10.0).after_trials(30, 40)
    assert (beta.mean, beta.spread, beta.basis) == (0.7, 50.0, "learned")
    gamma = Rate("g", "gamma", 0.2, 2.0).after_events(8, 30)
    assert gamma.mean == pytest.approx(10 / 40)
    assert gamma.spread == 10.0
    assert Rate("g", "gamma", 0.2, 2.0).after_events(0, 0).basis == "assumed"


@each_model
def test_no_horizon_and_impossible_figures_are_refused_in_words(name: str) -> None:
    model = MODELS[name][0]
    with pytest.raises(ModelError):
        model.fit(STOCK, 0)
    with pytest.raises(ModelError, match="things"):
        model.fit(History.of([2020], [float("inf")], indicator="things", area="here"), 1)
