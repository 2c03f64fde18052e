"""On 2,000 made-up situations everything that is said of one goal agrees with itself.

Figures, bounds and comparators are drawn as official ones are: growing, falling, swinging, stuck at
a value, at zero, a share of a whole, whole numbers, a bound alone, few or many events a year; some
have the first months of the year in progress, as months, quarters or the year to date.
"""

import re
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_plan import NAN, figure, goal, indicator, plan, vintage

import bcforecast as bc
from bcforecast.attainment import explain as explaining
from bcforecast.attainment.evidence import MANY
from bcforecast.attainment.probability import CountedYears, first_reached, holds
from bcforecast.models.panel import forecast_panel
from bcforecast.observations.records import Measure, Period
from bcforecast.observations.selection import History
from bcforecast.plan.fields import changed
from bcforecast.plan.targets import COMPARISONS
from bcforecast.reporting.document import plain_text
from bcforecast.reporting.tables import by_year_table
from bcforecast.scenarios import simulation
from bcforecast.scenarios.scenario import Shock, baseline
from bcforecast.scenarios.simulation import estimate_correlation, walk_ranks
from bcforecast.text import chance

SITUATIONS, PARTS, LAST_YEAR = 2000, 20, 2020
ALONE = estimate_correlation({"turnover": History.of([2019, 2020], [1.0, 2.0])})
TOLERANCE = 1e-6


def drawn(rng: np.random.Generator) -> bc.Outlook:
    """A plan with one goal, and what had been published on it by the end of a year."""
    last, ahead, n = LAST_YEAR, int(rng.integers(1, 9)), int(rng.integers(2, 14))
    shape = rng.choice(["growth", "share", "count", "swing", "stuck", "zero", "event"])
    growth, noise = rng.normal(0.04, 0.1), rng.choice([0.0, 0.02, 0.1])
    values = 100.0 * np.exp(np.cumsum(rng.normal(growth, noise, n)))
    of = {"kind": "stock", "direction": "up", "valid_range": [0, None], "unit": "100M CNY"}
    if shape == "share":
        values = 100.0 / (1.0 + np.exp(np.cumsum(rng.normal(-growth, noise, n))))
        of |= {"kind": "ratio", "valid_range": [0, 100], "unit": "%"}
    elif shape in ("count", "event"):
        values, of = np.round(values), of | {"whole": True, "unit": "patents"}
    elif shape == "swing":
        values, of = rng.normal(3.0, 1.0, n), of | {"valid_range": [-100, None]}
    elif shape == "stuck":
        values[-int(rng.integers(1, n + 1)) :] = values[-1]
    elif shape == "zero":
        values[-int(rng.integers(1, n + 1)) :] = 0.0
    comparator = str(rng.choice(["at_least", "more_than", "at_most"]))
    target = float(values[-1] * rng.choice([1.0, np.exp(rng.normal(growth * ahead, 0.2))]))
    if shape == "event":
        of |= {"kind": "event", "unit": "parks"}
        comparator, target = "event", float(rng.integers(1, 4))
        values = np.sort(rng.integers(0, 3, n)).astype(float)
        if rng.random() < 0.5:  # many every year: their yearly numbers are a series
            values = np.cumsum(rng.integers(MANY, 5 * MANY, n)).astype(float)
            target = float(rng.integers(1, 5 * MANY * ahead))
    begun = shape in ("growth", "count", "share", "swing", "stuck", "zero") and rng.random() < 0.15
    if begun and shape != "share" and rng.random() < 0.7:
        of |= {"kind": "flow"}
    of["direction"] = "up" if COMPARISONS[comparator].up else "down"
    if of.get("whole"):
        target = max(float(round(target)), 1.0)
    if shape == "share":
        target = float(np.clip(target, 0.5, 99.5))
    measure = Measure(of["kind"]) if of["kind"] in ("ratio", "flow") else Measure.STOCK
    unit = {"unit": of["unit"]}
    seen = unit | {"measure": measure}
    known = [figure(last - n + 1 + i, float(v), **seen) for i, v in enumerate(values)]
    published = date(last + 1, 3, 1)
    if begun:
        published = date(last + 1, 12, 31)
        known += in_progress(rng, float(values[-1]), of, **seen)
    elif rng.random() < 0.1 and shape in ("growth", "count"):
        bound = {"lower": float(np.floor(0.97 * values[-1])), "upper": NAN}
        known.append(figure(last + ahead, published=published, **bound, **seen))
    made = plan(
        indicators=[indicator("turnover", **of)],
        goals=[goal("turnover", comparator=comparator, target=target, **unit)
               | {"due": date(last + ahead, 12, 31)}],
        span={"first": last - 1, "last": last + ahead},
    )  # fmt: skip
    return bc.project(made, vintage(known, as_of=published))


def in_progress(rng: np.random.Generator, before: float, of: dict[str, object], **seen):
    """The first months of the year after the last: of a flow its parts, of a stock its figures."""
    size, year = int(rng.choice([1, 3])), LAST_YEAR + 1
    ends = range(size, int(rng.integers(size, 12)) + 1, size)
    level = before * np.exp(rng.normal(0.0, 0.1, len(ends)))
    if of["kind"] == "ratio":
        level = np.minimum(level, 99.9)
    if of["kind"] == "flow":
        level = level * size / 12.0
        if to_date := bool(rng.random() < 0.5):
            level, seen = np.cumsum(level), seen | {"measure": Measure.YEAR_TO_DATE}
    level = np.round(level) if of.get("whole") else level
    for end, value in zip(ends, level, strict=True):
        first = 1 if of["kind"] == "flow" and to_date else end - size + 1
        told = f"{year}-{first:02d}" + (f"/{year}-{end:02d}" if end > first else "")
        day = date(year, end + 1, 1)
        yield figure(year, float(value), published=day, period=Period.parse(told), **seen)


@cache
def walks(years: tuple[int, ...], n: int, seed: int) -> list[np.ndarray]:
    return walk_ranks(ALONE, [years], n=n, seed=seed)


@pytest.fixture
def walked(monkeypatch):
    """One walk for all that look as many years ahead: of an indicator alone it hangs on nothing."""
    monkeypatch.setattr(simulation, "walk_ranks", lambda _, years, n, seed: walks(*years, n, seed))


@cache
def situations(part: int) -> list[bc.Outlook]:
    rng = np.random.default_rng([20260101, part])
    return [drawn(rng) for _ in range(SITUATIONS // PARTS)]


@pytest.mark.parametrize("part", range(PARTS))
def test_one_goal_has_one_number_and_its_years_quantiles_and_targets_agree_with_it(part):
    for outlook in situations(part):
        (item,), goal_id = outlook.goals, outlook.goals[0].goal.id
        a, forecast = item.attainment, item.forecast
        when = explaining.expected_date(outlook, goal_id)
        assert forecast is not None
        assert when is not None
        assert a.probability is not None
        due = when.years.index(a.due.year)
        assert when.holds[due] == a.probability, "the due year's entry is the headline"
        reached = np.array(when.reached_by)
        assert (np.diff(reached) >= 0.0).all(), "what has been reached has been reached"
        assert (reached >= np.array(when.holds)).all()
        assert (reached <= 1.0).all()
        if when.reached is not None or max(when.holds) == 1.0:
            assert reached[-1] == 1.0
        if when.reached is not None:
            assert (reached == 1.0).all()
            assert when.median == when.reached
        *quantiles, q10, q50, q90 = forecast.quantile([*np.linspace(0.02, 0.98, 13), 0.1, 0.5, 0.9])
        quantiles = np.array(quantiles)
        assert (np.diff(quantiles, axis=0) >= -TOLERANCE * np.abs(quantiles[1:])).all()
        low, high = item.basis.series.support
        assert (quantiles >= low).all()
        assert (quantiles <= high).all()
        assert (a.q10, a.q50, a.q90) == pytest.approx((q10[-1], q50[-1], q90[-1]), rel=1e-12)
        asked = COMPARISONS[a.comparator]
        with_it, beyond = (
            float(forecast.meets(a.q50, up=asked.up, strict=strict)[-1]) for strict in (False, True)
        )
        assert beyond - TOLERANCE <= 0.5 <= with_it + TOLERANCE, "q50 has even chances"
        part = item.basis.selection.part
        if part is not None and part.how == "sum" and low >= 0.0:
            assert (quantiles[:, 0] >= part.value - TOLERANCE).all(), "nothing below what has come"
        moves_freely = low < a.q50 < high and not forecast.stepped
        if moves_freely and item.indicator.kind != "event" and not item.indicator.whole:
            assert with_it == pytest.approx(0.5, abs=TOLERANCE)
        history = item.basis.selection.history
        if history.start == a.due.year and history.bound_only[-1]:
            assert (quantiles[:, -1] >= history.lower[-1]).all(), "nothing below a known floor"


@pytest.mark.parametrize("part", range(PARTS))
def test_scenarios_begin_at_the_headline_and_keep_what_has_come(part, walked):
    for outlook in situations(part):
        (item,), drawn_of = outlook.goals, outlook.exploration
        met = drawn_of.met(drawn_of.baseline)[:, 0].mean()
        assert met == pytest.approx(item.attainment.probability, abs=0.5 / 10_000 + 1e-9)
        begun = item.basis.selection.part
        if begun is not None and begun.how == "sum" and item.indicator.support[0] >= 0.0:
            shock = Shock(indicators=("turnover",), year=begun.year, size_percent=-60, recovered=0)
            hit = changed(baseline(), plan=outlook.plan.id, shocks=(shock,))
            least = drawn_of.forecast(item.goal.id, hit).quantile(0.001)[0]
            assert least >= begun.value - TOLERANCE * begun.value


def test_walks_reach_a_goal_as_often_as_simulated_paths_do():
    holds, n, years = (0.3, 0.2, 0.5, 0.4, 0.45), 40_000, tuple(range(2021, 2026))
    (ranks,) = walk_ranks(ALONE, [years], n=n, seed=1)
    met = (ranks + 0.5) / n >= 1.0 - np.array(holds)
    counted = np.logical_or.accumulate(met, axis=1).mean(axis=0)
    np.testing.assert_allclose(first_reached(holds), counted, atol=0.01)
    assert first_reached([0.0, 0.0]) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert first_reached([0.3, 1.0, 0.1])[1:] == (1.0, 1.0)


def test_the_page_writes_the_headline_under_the_due_year_and_the_date_that_its_rows_show():
    for outlook in situations(0)[:40]:
        known = explaining.explain(outlook, outlook.goals[0].goal.id, with_flip=False)
        (table,) = by_year_table(known, lang="en").tables
        a, when = known.item.attainment, known.date
        place = table.columns.index(str(a.due.year))
        written = chance(a.probability, grade=a.grade, lang="en", narrow=True)
        assert plain_text(table.rows[0][place]) == written
        if when.reached is None:
            cells = [plain_text(cell) for cell in table.rows[1][1:]]
            even = [int(re.sub(r"\D", "", cell)) >= 50 and "<" not in cell for cell in cells]
            assert when.median == next(
                (y for y, e in zip(when.years, even, strict=True) if e), None
            )


LAST, DUE = 2020, 2023
PERCENT = {"unit": "%", "kind": "ratio", "valid_range": [-1000, None]}
levels = st.floats(0.7, 1.5)


@st.composite
def forms(draw) -> tuple[dict[str, object], float | None]:
    """What a goal asks of a last figure of 100, in any form of a plan; the target, if it is one."""
    level, width = float(round(100.0 * draw(levels))), draw(st.integers(1, 30))
    one_sided = draw(st.sampled_from(["at_least", "more_than", "at_most", "less_than"]))
    asked = {"comparator": one_sided, "target": level, "due": DUE}
    form = draw(
        st.sampled_from(["plain", "range", "change", "growth", "other", "rank", "years", "way"])
    )
    if form == "range":
        between = {"comparator": "between", "target": [level - width, level + width]}
        about = {"comparator": "about", "tolerance": width}
        return asked | draw(st.sampled_from([between, about])), None
    if form == "change":
        name, sign = draw(st.sampled_from([("reduce_by", -1.0), ("increase_by", 1.0)]))
        asked |= {"comparator": name, "target": width, "base_year": LAST}
        return asked, 100.0 * (1.0 + sign * width / 100.0)
    if form == "growth":
        asked |= {"target": width - 15, "growth_from": LAST}
        return asked, 100.0 * (1.0 + (width - 15) / 100.0) ** (DUE - LAST)
    if form == "other":
        others = [{"area": "north"}, {"indicator": "other"}, {"area": "south", "factor": 0.5}]
        del asked["target"]
        return asked | {"relative_to": draw(st.sampled_from(others))}, 0.0
    if form == "rank":
        place = draw(st.integers(1, 2))
        return {"rank_among": ["north", "south"], "target": place, "due": DUE}, 0.0
    if form == "years":
        spans = st.sampled_from([f"{year}/{DUE}" for year in range(LAST - 1, DUE)])
        return asked | {"due": draw(spans), "every_year": draw(st.booleans())}, level
    if form == "way":
        del asked["target"], asked["due"]
        return asked | {"milestones": {DUE - 1: level, DUE: level + width}}, None
    return asked, level


@settings(max_examples=25, deadline=None)
@given(forms(), st.integers(0, 9), st.booleans())
def test_every_form_of_a_goal_has_one_probability_wherever_it_is_told(form, seed, whole):
    (said, target), rng, n = form, np.random.default_rng(seed), 4000
    unit = {"unit": "patents", "kind": "stock"} if whole else PERCENT
    indicators = [indicator(name, **unit, whole=whole) for name in ("turnover", "other")]
    walks = 100.0 * np.exp(np.cumsum(rng.normal(-0.03, 0.08, (4, 9)), axis=1))
    walks = np.round(100.0 * walks[:, ::-1] / walks[:, :1], 0 if whole else 3)
    told = {"unit": unit["unit"], "measure": Measure.STOCK if whole else Measure.RATIO}
    places = [(area, "turnover") for area in ("district", "north", "south")]
    places.insert(1, ("district", "other"))
    known = [
        figure(LAST - 8 + i, float(v), area=area, indicator=name, **told)
        for (area, name), walk in zip(places, walks, strict=True)
        for i, v in enumerate(walk)
    ]
    asked = {"id": "turnover", "indicator": "turnover", "unit": unit["unit"], **said}
    made = plan(indicators=indicators, goals=[asked], span={"first": LAST, "last": DUE})
    outlook = bc.project(made, vintage(known, as_of=date(LAST + 1, 6, 30)))
    run = outlook.exploration.met(outlook.exploration.baseline)
    for k, item in enumerate(outlook.goals):
        g, forecast, p = item.goal, item.forecast, item.attainment.probability
        assert target is None or g.target == pytest.approx(target)
        paths = forecast.sample(n, seed=seed).to_numpy()
        if g.over is None:
            met = np.asarray(g.meets(paths[:, -1]))
            found = holds(forecast, g.comparator, g.target, g.upper)[-1]
            assert found == pytest.approx(p, abs=TOLERANCE)
        else:
            years = CountedYears.of(g, item.basis.selection.history, item.years)
            ahead, kept = paths[:, list(years.steps)], np.all(g.meets(years.known))
            met = np.all(g.meets(ahead), axis=1) & kept if g.over == "every" else np.array([])
            told = item.basis.selection.history
            missed = told.known & np.isin(told.times, g.years) & ~np.asarray(g.meets(told.values))
            if g.over == "every" and missed.any():
                assert p == 0.0, "a year has decided"
                assert item.is_settled(outlook.as_of)
        slack = 4.5 * np.sqrt(p * (1.0 - p) / n) + 0.002
        if met.size:
            assert met.mean() == pytest.approx(p, abs=slack), "the share of what is drawn"
        exact = 1 / n if g.over else slack
        assert run[:, k].mean() == pytest.approx(p, abs=exact), "and of what scenarios move"
        known_of = explaining.explain(outlook, g.id, with_flip=False)
        for chance_of, level in known_of.targets.items():
            if level is not None:
                found = holds(forecast, g.comparator, level)[-1]
                assert found >= chance_of - TOLERANCE
                assert whole or found == pytest.approx(chance_of, abs=TOLERANCE)
        when, case = known_of.date, known_of.panel.case
        assert (when is None) == (g.over is not None)
        if when is not None:
            assert when.holds[when.years.index(g.due.year)] == pytest.approx(p, abs=TOLERANCE)
        assert (case is None) >= bool(g.over or g.relative or COMPARISONS[g.comparator].two_sided)
        if case is not None:
            assert [case.met(v) for v in paths[:, -1].tolist()] == met.tolist(), (
                "rules ask the same"
            )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.integers(4, 12), st.booleans())
def test_goals_that_point_both_ways_on_an_indicator_have_one_forecast(seed, n, two_sided):
    rng = np.random.default_rng(seed)
    values = 100.0 * np.exp(np.cumsum(rng.normal(0.04, 0.06, n)))
    known = [figure(LAST - n + 1 + i, float(v), unit="100M CNY") for i, v in enumerate(values)]
    level = float(values[-1] * np.exp(rng.normal(0.05, 0.1)))
    asked = {"between": [level, 1.2 * level]} if two_sided else {"less_than": level}
    asked |= {"at_least": level}
    goals = [
        goal("turnover", id=way, comparator=way, target=target) for way, target in asked.items()
    ]
    outlook = bc.project(plan(goals=goals), vintage(known, as_of=date(LAST + 1, 6, 30)))
    below, above = (one.attainment.probability for one in outlook.goals)
    if two_sided:
        assert below < above, "a range is a part of what lies above its lower end"
    else:
        assert below + above == pytest.approx(1.0, abs=TOLERANCE)
    first, second = (one.forecast.quantile([0.1, 0.5, 0.9]) for one in outlook.goals)
    assert np.array_equal(first, second)
    alone = changed(outlook.plan, goals=outlook.plan.goals[:1])
    assert bc.project(alone, outlook.data).goals[0].attainment.probability == below
    run = outlook.exploration.met(outlook.exploration.baseline).mean(axis=0)
    assert run == pytest.approx([below, above], abs=1e-3), "and scenarios begin at it"
    least, most = outlook.joint().bounds()
    assert least - 1e-3 <= outlook.joint().all_met <= most + 1e-3


KINDS = {
    "money": {"unit": "100M CNY", "kind": "flow", "valid_range": [0, None]},
    "count": {"unit": "patents", "kind": "stock", "valid_range": [0, None], "whole": True},
    "ratio": {"unit": "%", "kind": "ratio", "valid_range": [0, 100]},
}


@settings(max_examples=40)
@given(st.integers(0, 9999), st.sampled_from(list(KINDS)), st.integers(2, 12), st.integers(1, 6))
def test_a_table_of_targets_is_answered_as_a_plan_is(seed, kind, n, ahead):
    rng, of = np.random.default_rng(seed), KINDS[kind]
    values = 60.0 * np.exp(np.cumsum(rng.normal(0.03, 0.08, n)))
    values = np.round(values * rng.choice([0.08, 1.0])) if kind == "count" else values
    values = np.minimum(values, 100.0).round(1) if kind == "ratio" else values
    level = float(values[-1] * np.exp(rng.normal(0.03 * ahead, 0.1)))
    level = {"count": float(round(level)), "ratio": min(level, 99.0)}.get(kind, level)
    comparator = str(rng.choice(["at_least", "more_than", "at_most", "less_than"]))
    way = {"direction": "up" if COMPARISONS[comparator].up else "down"}
    seen = {"unit": of["unit"], "measure": Measure(of["kind"])}
    known = [figure(LAST - n + 1 + i, float(v), **seen) for i, v in enumerate(values)]
    asked = {"comparator": comparator, "target": level}
    made = plan(
        indicators=[indicator("turnover", **of, **way)],
        goals=[goal("turnover", unit=of["unit"], due=date(LAST + ahead, 12, 31), **asked)],
        span={"first": LAST, "last": LAST + ahead},
    )
    (item,) = bc.project(made, vintage(known, as_of=date(LAST + 1, 6, 30))).goals
    series = pd.DataFrame(
        {"unique_id": "a", "ds": [o.period.last.year for o in known], "y": values}
    )
    targets = pd.DataFrame([{"unique_id": "a", "h": ahead, "kind": kind} | asked])
    told = forecast_panel(series, ahead, [0.1, 0.5, 0.9], targets=targets).targets.iloc[0]
    assert told["probability"] == pytest.approx(item.attainment.probability, abs=TOLERANCE)
    ends = item.attainment.q10, item.attainment.q50, item.attainment.q90
    assert tuple(told[["q0.1", "q0.5", "q0.9"]]) == pytest.approx(ends, rel=TOLERANCE)
