"""Goal seek: the least that suffices, or that none does."""

import numpy as np
import pytest

from bcforecast.attainment.seek import TOLERANCE, Sought, seek, seek_each
from bcforecast.errors import ScenarioError
from bcforecast.reporting.sentences import push_words
from bcforecast.scenarios.scenario import find_lever
from tests.attainment.explored_plans import beichen, scenarios
from tests.attainment.test_forms import figures, outlook, plan

GOAL = "hightech_enterprises"
LEVERS = ("renewal_rate", "new_certifications", "moves_from_elsewhere")


def between(part, goal=GOAL, levers=LEVERS):
    """A probability that part of the way from the baseline to the greatest push reaches."""
    made = beichen()
    before = made.probability(goal, made.baseline)
    most = made.pushed({lever: find_lever(lever).high for lever in levers})
    return before + part * (made.probability(goal, most) - before)


def test_the_answer_suffices_and_may_be_no_push_or_infeasible():
    made = beichen()
    wanted = between(0.5, levers=("new_certifications",))
    found = seek(made, goal=GOAL, probability=wanted, levers=("new_certifications",))
    assert found.feasible
    assert wanted <= found.reached <= wanted + TOLERANCE
    size = found.levers["new_certifications"]
    assert made.probability(GOAL, made.pushed({"new_certifications": size})) == found.reached
    assert made.probability(GOAL, made.pushed({"new_certifications": size - 0.1})) < wanted
    enough = made.probability(GOAL, made.baseline) / 2
    found = seek(made, goal=GOAL, probability=enough, levers=("renewal_rate",))
    assert (found.feasible, found.levers) == (True, {"renewal_rate": 0.0})
    assert found.reached == found.before
    found = seek(made, goal=GOAL, probability=0.9999, levers=("renewal_rate",))
    most = {"renewal_rate": find_lever("renewal_rate").high}
    assert (found.feasible, found.levers) == (False, most)
    assert found.before < found.reached < 0.9999


def test_a_mix_moves_all_levers_by_the_same_part_of_their_ranges():
    found = seek(beichen(), goal=GOAL, probability=between(0.5))
    parts = {name: size / find_lever(name).high for name, size in found.levers.items()}
    assert set(parts) == set(LEVERS)
    assert max(parts.values()) == pytest.approx(min(parts.values()))
    assert found.feasible


def test_a_goal_is_sought_by_each_lever_by_all_and_on_top_of_a_scenario():
    answers = seek_each(beichen(), goal=GOAL, probability=between(0.9))
    assert [tuple(answer.levers) for answer in answers] == [*((one,) for one in LEVERS), LEVERS]
    assert answers[-1].feasible
    assert seek_each(beichen(), goal=GOAL, probability=between(0.9)) is answers
    asked = {"goal": GOAL, "probability": between(0.8)}
    plain = seek(beichen(), **asked)
    on_top = seek(beichen(), **asked, base=scenarios()["measures-in-full"])
    assert on_top.before > plain.before
    assert on_top.levers["renewal_rate"] < plain.levers["renewal_rate"]


def test_an_event_can_be_sought_and_a_side_effect_that_hinders_is_sought_downward():
    goal = "university_science_parks"
    wanted = between(0.5, goal, ("park_applications",))
    found = seek(beichen(), goal=goal, probability=wanted)
    assert found.feasible
    assert found.reached == pytest.approx(wanted, abs=TOLERANCE)
    asked = {"probability": 0.999, "levers": ("eaglet_to_gazelle_rate",)}
    found = seek(beichen(), goal="eaglet_enterprises", **asked)
    assert not found.feasible
    assert found.levers["eaglet_to_gazelle_rate"] < 0.0


def test_a_range_is_sought_at_its_best_inside_what_a_lever_can_do_and_not_at_the_end(tmp_path):
    said = plan({"id": "g", "due": 2027, "target": [115.0, 118.0], "comparator": "between"})
    values = {year: 100.0 + year % 2 for year in range(2012, 2025)}
    made = outlook(figures(tmp_path, values), said, "2025-06-30").exploration
    (alone,) = seek_each(made, goal="g", probability=0.999)
    lever, (size,) = find_lever("growth.firms", said), alone.levers.values()
    grid = np.linspace(lever.low, lever.high, 81)
    best = max(made.probability("g", made.pushed({lever.id: at})) for at in grid)
    assert not alone.feasible
    assert lever.low < size < lever.high
    assert alone.reached == pytest.approx(best, abs=0.01)
    (enough,) = seek_each(made, goal="g", probability=best / 2)
    assert enough.feasible
    assert 0.0 < enough.levers[lever.id] < size


@pytest.mark.parametrize(("as_of", "years"), [("2025-06-30", 4), ("2025-11-30", 3)])  # to 2028
@pytest.mark.parametrize(
    ("unit", "way", "told"),
    [("%", "fall", " percentage points"), ("years of age", "fall", " years of age"),
     ("place", "climb", " places")],
)  # fmt: skip
def test_growth_of_a_ratio_is_said_in_its_own_unit_a_year(tmp_path, as_of, years, unit, way, told):
    said = plan({"id": "g", "due": 2028, "target": 15.0, "comparator": "at_most"}, unit=unit)
    values = {year: 20.0 + year % 2 for year in range(2012, 2025)}
    folder = figures(tmp_path, values, unit=unit, measure="ratio")
    made = outlook(folder, said, as_of).exploration
    (found,) = seek_each(made, goal="g", probability=0.5)
    ((lever, size),) = found.levers.items()
    moved = made.forecast("g", made.pushed({lever: size})).median()[-1]
    points = (moved - made.forecast("g", made.baseline).median()[-1]) / years
    assert found.points == {lever: pytest.approx(points)}
    assert abs(points) < abs(size) / 2
    words = push_words(found, made.outlook, lang="en")
    amount = f"{-points:.2g}{told}".replace("1 places", "1 place")
    assert words == f"a {way} of {amount} each year on top of the forecast"
    assert found.unseen == -years, "in no span of the years left it ever fell so fast"


def test_a_push_on_what_may_be_negative_is_said_in_its_unit_and_pushes_up(tmp_path):
    said = plan({"id": "g", "due": 2028, "target": 0.0, "comparator": "at_least"}, unit="net moves")
    free = (one.model_copy(update={"valid_range": (None, None)}) for one in said.indicators)
    said = said.model_copy(update={"indicators": type(said.indicators)(free)})
    values = {y: -4000.0 + 20 * y % 90 for y in range(2012, 2025)}
    folder = figures(tmp_path, values, unit="net moves", measure="ratio")
    made = outlook(folder, said, "2025-06-30").exploration
    (found,) = seek_each(made, goal="g", probability=0.5)
    (moved,) = found.points.values()
    assert moved > 0.0
    words = push_words(found, made.outlook, lang="en")
    assert (
        words
        == f"a rise of {float(f'{moved:.2g}'):,.0f} net moves each year on top of the forecast"
    )


@pytest.mark.parametrize(("as_of", "first"), [("2025-09-30", 2025), ("2025-10-01", 2026)])
def test_no_advice_is_given_for_a_year_of_which_less_than_a_quarter_is_left(tmp_path, as_of, first):
    said = plan({"id": "g", "due": 2025, "target": 120, "comparator": "at_least"})
    folder = figures(tmp_path, {y: 100 + y % 2 for y in range(2012, 2025)})
    made = outlook(folder, said, as_of).exploration
    (move,) = made.pushed({"growth.firms": 1.0}).moves
    assert list(move.by_year) == [first]
    if first == 2025:
        assert seek_each(made, goal="g")
    else:
        for by in (None, 2025):
            with pytest.raises(ScenarioError, match="Less than a quarter of 2025 is left"):
                seek_each(made, goal="g", by=by)


def test_on_top_of_a_scenario_only_the_rest_of_a_range_is_asked_for(tmp_path):
    said = plan({"id": "g", "due": 2028, "target": 900, "comparator": "at_least"})
    folder = figures(tmp_path, {y: 100 + y % 2 for y in range(2012, 2025)})
    made = outlook(folder, said, "2025-06-30").exploration
    high = find_lever("growth.firms", made.outlook.plan).high
    base = made.pushed({"growth.firms": 0.6 * high})
    (found,) = seek_each(made, goal="g", base=base)
    assert found.levers == {"growth.firms": pytest.approx(0.4 * high)}
    assert found.before == made.probability("g", base)
    assert push_words(found, made.outlook, lang="en").endswith("beyond what the scenario assumes")


def test_a_push_on_new_things_is_told_as_what_it_does_to_their_yearly_chance(tmp_path):
    asked = {"comparator": "event", "target": 5, "due": 2027}
    one = {"id": "firms", "names": {"en": "Parks", "zh": "公园"}, "unit": "个", "kind": "event"}
    said = plan(asked, indicators=[one], span={"first": 2021, "last": 2027})
    parks = {2018: 0, 2019: 1, 2020: 1, 2021: 1, 2022: 2, 2023: 2}
    folder = figures(tmp_path, parks, unit="个", measure="stock")
    made = outlook(folder, said, "2024-06-30")
    (found,) = seek_each(made.exploration, goal="firms", probability=0.99)
    en, zh = (push_words(found, made, lang=lang) for lang in ("en", "zh"))
    assert en == "the yearly chance of new ones growing by 10% a year on top of trend"
    assert zh == "每年新增的可能性比以往走势逐年提高10%"
    assert find_lever("growth.firms", said).names.render("en") == "yearly growth of new Parks"


@pytest.mark.parametrize(("target", "way"), [(80, 0), (120, 0), (80, 5), (120, -5)])
def test_what_falls_on_trend_falls_faster_and_what_rises_grows_more_slowly(tmp_path, target, way):
    said = plan({"id": "g", "due": 2028, "target": target, "comparator": "at_most"})
    folder = figures(tmp_path, {y: 100 + y % 2 + way * (y - 2024) for y in range(2012, 2025)})
    made = outlook(folder, said, "2025-06-30")
    found = Sought("g", 0.8, {"growth.firms": -6.7512}, False, 0.1, 0.6)
    en, zh = (push_words(found, made, lang=lang) for lang in ("en", "zh"))
    if way < 0 or (not way and target < 100.0):
        assert en == "a yearly fall 6.8 percentage points steeper than on trend"
        assert zh == "年降幅比以往走势扩大6.8个百分点"
    else:
        assert en == "yearly growth 6.8 percentage points below trend"
        assert zh == "年增长率比以往走势降低6.8个百分点"
    never = plan({"id": "g", "due": 2028, "target": 0, "comparator": "at_most"})
    (found,) = seek_each(
        outlook(folder, never, "2025-06-30").exploration, goal="g", probability=0.8
    )
    assert (found.reached, *found.levers.values()) == (0.0, -10.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"probability": 1.0}, "found 1.0; allowed: a number between 0 and 1"),
        ({"levers": ("rd_growth",)}, "rd_growth does not move this goal"),
        ({"levers": ("nothing",)}, "no lever “nothing”"),
        ({"goal": "innovation_platforms"}, "goal innovation_platforms no probability"),
    ],
)
def test_a_wrong_question_is_refused_in_words(arguments, words):
    asked = {"goal": GOAL, **arguments}
    with pytest.raises(ScenarioError) as caught:
        seek(beichen(), **asked)
    assert words in str(caught.value)
    assert caught.value.message.render("zh")


@pytest.mark.parametrize("asked", [{"due": 2020}, {"due": 2028, "every_year": True}])
def test_nothing_is_sought_where_nothing_can_change_the_goal(tmp_path, asked):
    said = plan({"comparator": "at_most", "target": 5, **asked}, span={"first": 2018, "last": 2028})
    figures(tmp_path, {2016: 4, 2017: 4, 2018: 4, 2019: 6})  # of every year 2019 is too much
    made = outlook(tmp_path, said, "2021-06-30").exploration
    with pytest.raises(ScenarioError, match="nothing that is done from now on"):
        seek_each(made, goal="firms")
