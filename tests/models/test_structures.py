"""Structures: by hand, against simulations of single things, with own figures, and their file."""

from dataclasses import replace

import numpy as np
import pytest

from bcforecast import config, errors
from bcforecast.models.flows import YEAR_SD, Prepared, RateChange
from bcforecast.models.structures import n_figures, structural_model, structure_of, structures
from bcforecast.observations.selection import History
from tests.words import SLIPS


def stocks(indicator, **settings):
    return replace(structure_of(indicator), **settings)


CERTIFIED = stocks("hightech_enterprises")
PLATFORMS = stocks("innovation_platforms")
PATENTS = stocks("invention_patents_in_force")
RUNG_NAMES = ("eaglet", "gazelle", "leading")
EAGLETS, GAZELLES, LEADERS = (stocks(f"{rung}_enterprises") for rung in RUNG_NAMES)


def rates_of(model, *values):
    """The rates of a structure, in the order in which they are declared."""
    return dict(zip(model.declared.rate_ids, values, strict=True))


def fixed(n, **values):
    """The same value of each rate in all `n` paths."""
    return {name: np.full(n, value) for name, value in values.items()}


def prepared(model, state, rates, *, horizon, seed):
    """A structure with known states and rates, so that only chance is left."""
    n = next(iter(rates.values())).size
    normals = np.random.default_rng(seed).standard_normal((n, horizon, model.declared.draws))
    return Prepared(model, np.tile(np.asarray(state, float), (n, 1)), rates, normals, ())


def expected(model, state, rates, *, years):
    """The indicator after `years`, moved by expectation."""
    states = np.asarray([state], float)
    for _ in range(years):
        states = model.step(states, rates, None)
    return float(model.measured(states)[0])


CERTIFICATES = rates_of(CERTIFIED, 0.6, 0.2, 0.1, 0.03, 0.05)
APPROVALS = rates_of(PLATFORMS, 0.2, 0.1, 0.05)
RUNGS = rates_of(EAGLETS, 0.3, 0.1, 0.05, 0.15, 0.1, 0.04, 0.2, 0.06, 0.08)
GRANTS = rates_of(PATENTS, 0.2, 0.05, 0.1)
CERTIFIED_NOW = [100.0, 80.0, 60.0, 240.0]
ON_RUNGS = [200.0, 40.0, 20.0, 200.0]
AGES = 17
YOUNG = [300.0, 200.0, 100.0, *[0.0] * (AGES - 3), 600.0]


@pytest.mark.parametrize(
    ("model", "state", "rates", "years", "after"),
    [
        # first: 240 * 1.1 * 0.2 = 52.8; renewed: 60 * 0.95 * 0.6 = 34.2; in: 240 * 0.03 = 7.2;
        # kept: 100 * 0.95 = 95 and 80 * 0.95 = 76; so 52.8 + 34.2 + 95 + 76 + 7.2 = 265.2
        (CERTIFIED, CERTIFIED_NOW, CERTIFICATES, 1, 265.2),
        # after one year: c0 = 89.4, c1 = 97.4, c2 = 78.4, base 264;
        # first: 264 * 1.1 * 0.2 = 58.08; renewed: 78.4 * 0.57 = 44.688; in: 265.2 * 0.03 = 7.956;
        # kept: 89.4 * 0.95 + 97.4 * 0.95 = 177.46; so 58.08 + 44.688 + 177.46 + 7.956 = 288.184
        (CERTIFIED, CERTIFIED_NOW, CERTIFICATES, 2, 288.184),
        # 30 * 0.95 + 30 * 1.1 * 0.2 = 35.1; 35.1 * 0.95 + 30 * 1.21 * 0.2 = 40.605
        (PLATFORMS, [30.0, 30.0], APPROVALS, 2, 40.605),
        # 200 * 0.8 + 200 * 1.1 * 0.3; 40 * 0.76 + 200 * 0.05 + 40 * 0.1; 20 * 0.92 + 1.6 + 1.2
        (EAGLETS, ON_RUNGS, RUNGS, 1, 226.0),
        (GAZELLES, ON_RUNGS, RUNGS, 1, 44.4),
        (LEADERS, ON_RUNGS, RUNGS, 1, 21.2),
        # a share of 0.1 of 600 lapses, 60, whatever the ages; granted: 600 * 1.05 * 0.2 = 126
        (PATENTS, YOUNG, GRANTS, 1, 666.0),
        # a patent expires at the end of its term
        (PATENTS, [*[0.0] * (AGES - 1), 50.0, 50.0], dict.fromkeys(GRANTS, 0.0), 1, 0.0),
    ],
)
def test_years_solved_by_hand(model, state, rates, years, after):
    assert expected(model, state, fixed(1, **rates), years=years) == pytest.approx(after)


def test_a_certificate_lasts_three_years_and_older_patents_lapse_more_often():
    rates = fixed(1, **dict.fromkeys(CERTIFICATES, 0.0))
    left = [expected(CERTIFIED, [10.0, 20.0, 30.0, 60.0], rates, years=y) for y in range(5)]
    assert left == [60.0, 30.0, 10.0, 0.0, 0.0]
    state = PATENTS.step(np.array([YOUNG]), fixed(1, **GRANTS), None)[0]
    mean_weight = (3 * 0.5 + 2 * 0.59375 + 0.6875) / 6
    assert state[0] == pytest.approx(126.0)
    assert state[1] == pytest.approx(300 * (1 - 0.1 * 0.5 / mean_weight))
    assert state[3] == pytest.approx(100 * (1 - 0.1 * 0.6875 / mean_weight))


def _year(rng):
    return float(np.exp(rng.normal(-0.5 * YEAR_SD**2, YEAR_SD)))


def certificates_one_by_one(rng, years):
    """Each enterprise has the age of its certificate; nothing is shared with the package's code."""
    ages, base = [0] * 100 + [1] * 80 + [2] * 60, 240.0
    for _ in range(years):
        base *= 1.1
        year = _year(rng)
        renewal = 1.0 / (1.0 + np.exp(-(np.log(0.6 / 0.4) + 0.2 * rng.normal())))
        arrivals = rng.poisson(len(ages) * 0.03)
        staying = [age for age in ages if rng.random() >= 0.05]
        following = [age + 1 for age in staying if age < 2]
        following += [0 for age in staying if age == 2 and rng.random() < renewal]
        following += [0] * rng.poisson(base * 0.2 * year)
        ages = following + [int(a) for a in rng.integers(0, 3, arrivals)]
    return len(ages)


def test_paths_agree_with_a_simulation_of_single_things():
    rng = np.random.default_rng(11)
    slow = np.array([certificates_one_by_one(rng, 3) for _ in range(2500)])
    rates = fixed(20_000, **CERTIFICATES)
    fast = prepared(CERTIFIED, CERTIFIED_NOW, rates, horizon=3, seed=5).paths()[:, -1]
    assert fast.mean() == pytest.approx(slow.mean(), abs=4 * slow.std() / np.sqrt(slow.size))
    assert fast.std() == pytest.approx(slow.std(), rel=0.07)
    for level in (0.1, 0.5, 0.9):
        assert np.quantile(fast, level) == pytest.approx(np.quantile(slow, level), abs=3.0)


@pytest.mark.parametrize(
    ("model", "state", "rates", "changes"),
    [
        (CERTIFIED, CERTIFIED_NOW, CERTIFICATES, {"renewal": [0.02, 0.05, 0.1]}),
        (PATENTS, YOUNG, GRANTS, {"lapse": [-0.02]}),
        (LEADERS, ON_RUNGS, RUNGS, {"gazelle_promotion": [0.02]}),
    ],
)
def test_a_push_never_lowers_a_path(model, state, rates, changes):
    made = prepared(model, state, fixed(3000, **rates), horizon=3, seed=2)
    more = made.paths({rate: (RateChange(np.array(by)),) for rate, by in changes.items()})
    assert (more >= made.paths()).all()
    assert (more > made.paths()).any()


def flow(*values, last=2021):
    return History.of(range(last - len(values) + 1, last + 1), list(values))


OWN = {
    "hightech_first_certifications": flow(50, 55, 60, 70, 80),
    "hightech_renewals": flow(30, 33, 40),
    "hightech_expiries": flow(45, 50, 58),
    "hightech_moves_in": flow(3, 5, 4),
    "hightech_moves_out": flow(2, 4, 3),
}
STOCK = History.of([2019, 2020, 2021], [250, 280, 313], whole=True, support=(0.0, np.inf))


def made_from(indicator, own, stock, *, n_paths=4000):
    forecast = stocks(indicator, figures=own, n_paths=n_paths).fit(stock, 2)
    return getattr(forecast, "continuous", forecast)


CLOSURES = {"platform_closures": flow(8, 10)}
PROMOTED = {"gazelle_enterprises": flow(100, 120, last=2020), "gazelle_promotions": flow(10, 12)}
LAPSED = {"invention_patent_grants": flow(260, 300), "invention_patent_lapses": flow(55, 60)}


EXITS = {
    "gazelle_enterprises": flow(100, 110, 120),
    "gazelle_exits": flow(10, 11),
    "eaglet_enterprises": flow(400),
}


@pytest.mark.parametrize(
    ("indicator", "own", "stock", "rate", "value", "within"),
    [
        # Beta(0.65 * 12 + 103, 0.35 * 12 + 50), Beta(0.04 * 25 + 18, 24 + 64),
        # Beta(0.05 * 40 + 22, 0.95 * 40 + 198), Beta(0.07 * 40 + 115, 37.2 + 3090) and
        # Beta(0.15 * 20 + 21, 0.85 * 20 + 189): exits of 2020 and 2021 from 100 and 110
        ("hightech_enterprises", OWN, STOCK, "renewal", 110.8 / 165, 0.01),
        ("innovation_platforms", CLOSURES, flow(40, 42, 45), "closure", 19 / 107, 0.02),
        ("gazelle_enterprises", PROMOTED, flow(120), "gazelle_promotion", 24 / 260, 0.02),
        ("invention_patents_in_force", LAPSED, flow(1500, 1705, 1945), "lapse", 0.0363, 0.02),
        ("gazelle_enterprises", EXITS, flow(120), "gazelle_exit", 24 / 230, 0.005),
    ],
)
def test_counted_moves_teach_their_rate(indicator, own, stock, rate, value, within):
    record = next(one for one in made_from(indicator, own, stock).rates() if one.id == rate)
    assert record.basis == "learned"
    assert record.value == pytest.approx(value, abs=within)


def test_own_figures_make_rates_and_the_forecast_narrower_than_the_stock_alone():
    made = made_from("hightech_enterprises", OWN, STOCK)
    records = {one.id: one for one in made.rates()}
    assert records["renewal"].high - records["renewal"].low < 0.12
    assert {one.basis for one in records.values()} == {"learned"}
    with_own = made.interval(0.8)
    without = stocks("hightech_enterprises", n_paths=4000).fit(flow(313), 2).interval(0.8)
    assert with_own[1][1] - with_own[0][1] < 0.7 * (without[1][1] - without[0][1])


def test_the_stock_of_many_years_teaches_the_rate_of_grants():
    stock = History.of(
        [2009, 2017, 2018, 2019, 2021], [4919, 28601, 32041, 34700, 43257], whole=True
    )
    forecast = stocks("invention_patents_in_force", n_paths=4000).fit(stock, 1)
    records = {one.id: one for one in forecast.continuous.rates()}
    assert records["grant"].basis == "learned"
    low, high = forecast.interval(0.9)
    assert low[0] < 51162 < high[0]


def test_figures_after_the_origin_are_not_used():
    later = {
        name: History.of([*own.times, 2022], [*own.values, 9999.0]) for name, own in OWN.items()
    }
    paths = [
        made_from("hightech_enterprises", own, STOCK, n_paths=500).paths for own in (OWN, later)
    ]
    assert np.array_equal(*paths)


def test_rungs_start_from_their_own_figures_and_known_stocks_of_others():
    for model, stock in ((EAGLETS, 280), (GAZELLES, 24), (LEADERS, 21)):
        history = History.of([2021], [stock], whole=True)
        state = model.prepare(history, model.chance(history, 1)).state
        assert (model.measured(state) == stock).all()
    leaders = History.of([2021], [21], whole=True)
    many, few = (
        stocks("leading_enterprises", others={"gazelle": gazelles}, n_paths=2000).fit(leaders, 2)
        for gazelles in (200.0, 5.0)
    )
    assert many.median()[1] > few.median()[1] + 5


@pytest.mark.parametrize(
    ("indicator", "growth", "pushed", "after"),
    [
        ("rd_intensity", (0.10, 0.05), 0, 1.2 / 1.1),
        ("rd_intensity", (0.10, 0.05), 1, 1.05 / 1.15),
        ("tech_contract_value", (0.10, 0.04), 1, 1.14 / 1.04),
    ],
)
def test_growth_of_a_component_moves_quotient_or_product_as_by_hand(
    indicator, growth, pushed, after
):
    pair = structure_of(indicator)
    names = pair.declared.rate_ids
    rates = fixed(3, **dict(zip(names, growth, strict=True)))
    response = pair.response(rates, 2, {names[pushed]: (RateChange(np.array([0.1])),)})
    assert response == pytest.approx(np.tile([after, after**2], (3, 1)))
    assert np.array_equal(pair.response(rates, 2, {}), np.ones((3, 2)))


FIRST = {name: OWN[name] for name in list(OWN)[:3]}
GRANTED = {"invention_patent_grants": flow(5, 6)}
APPROVED = {"platform_approvals": flow(5, 6)}
ENTERED = {"gazelle_entries": flow(5, 6)}


@pytest.mark.parametrize(
    ("indicator", "own", "name", "figures"),
    [
        ("hightech_enterprises", FIRST, "cohort", 11),
        ("invention_patents_in_force", GRANTED, "patents", 2),
        ("innovation_platforms", APPROVED, "entry_exit", 2),
        ("gazelle_enterprises", ENTERED, "ladder", 2),
        ("gazelle_enterprises", EXITS, "ladder", 2),
    ],
)
def test_two_figures_of_what_is_needed_are_enough(indicator, own, name, figures):
    model = structural_model(indicator, own)
    assert (model.name, n_figures(model)) == (name, figures)
    assert n_figures(structure_of(indicator)) == 0
    if len(own) == 1:
        assert structural_model(indicator, {next(iter(own)): flow(5)}) is None
    if own is EXITS:
        assert model.others == {"eaglet": 400.0}


def test_an_indicator_without_a_structure_or_without_its_own_moves_has_no_structural_model():
    assert structural_model("green_area", {"green_area": flow(1, 2, 3)}) is None
    elsewhere = {"eaglet_entries": flow(50, 60), "gazelle_enterprises": flow(20, 24)}
    assert structural_model("gazelle_enterprises", elsewhere) is None


SHIPPED = (config.DATA_DIR / "structures.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("right", "wrong", "words"), SLIPS["structures"])
def test_a_wrong_value_of_the_file_is_refused_by_file_row_and_field(tmp_path, right, wrong, words):
    assert right in SHIPPED
    path = tmp_path / "structures.yaml"
    path.write_text(SHIPPED.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(errors.PlanError) as caught:
        structures(path)
    english = str(caught.value)
    assert "structures.yaml, row " in english
    assert words in english
    assert "structures.yaml" in caught.value.message.render("zh")
