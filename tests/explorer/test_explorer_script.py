"""What the browser computes is what the library computes, on any setting of any plan."""

import os
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import script
from test_exploration import district

import bcforecast as bc
from bcforecast.attainment.seek import seek
from bcforecast.config import DATA_DIR
from bcforecast.explorer.session import Session

POINTS = 0.005
"""Largest difference of a probability from the library's; what was seen is below a tenth of it."""
EXAMPLES, TIMES = DATA_DIR.parent / "examples/plans", int(os.environ.get("BCFORECAST_TIMES", "1"))
PLANS = [
    ("beichen-2020-2022", "2020-06-30", None),  # several open years, a structure
    ("beichen-2020-2022", "2021-12-31", None),  # one open year, an event
    ("tianjin-2020-2022", "2020-12-31", None),
    ("germany-2030", "2022-12-31", EXAMPLES / "germany"),  # means, every year, below zero
    ("macao-2024", "2022-12-31", EXAMPLES / "macao"),
    ("macao-2024", "2024-09-30", EXAMPLES / "macao"),  # months of the year in hand
    ("beichen-2020-2022", "2021-03-31", district),  # a structure made the forecast itself
]


def opened(plan, as_of, folder=None):
    read = bc.load_plan(plan, data_dir=folder)
    return Session(bc.project(read, bc.load_observations(folder, as_of=as_of)))


def random_settings(session, n, seed=20211231):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        base = session.scenarios[rng.integers(len(session.scenarios))].id
        sizes = {x.id: rng.uniform(x.low, x.high) for x in session.levers if rng.random() < 0.6}
        yield {"base": base, "sizes": sizes, "unsure": float(rng.choice([0.0, 0.25, 0.5]))}


def scenario_of(session, setting):
    base = session.scenario(setting["base"])
    return session.moved(base, setting["sizes"], unsure=setting["unsure"])


@pytest.fixture
def answers(request):
    """What the script says, in Node or else in the browser of all tests."""
    return partial(script.answers, browser=partial(request.getfixturevalue, "browser"))


def differences(session, settings, answers):
    """The script's probabilities less the library's, of each goal and of all together."""
    for setting, said in zip(settings, answers(session, settings), strict=True):
        moved = scenario_of(session, setting)
        for item in session.outlook.under(moved):
            wanted = item.attainment.probability
            assert (said["p"][item.goal.id] is None) == (wanted is None)
            if wanted is not None:
                yield (item.goal.id, setting), said["p"][item.goal.id] - wanted
                spread = item.attainment.q90 - item.attainment.q10
                assert said["median"][item.goal.id] == pytest.approx(
                    item.forecast.median()[-1], abs=max(0.01 * spread, 1e-6)
                )
        yield ("together", setting), said["together"] - session.exploration.joint(moved).all_met


@pytest.mark.parametrize(("plan", "as_of", "folder"), PLANS)
def test_random_settings_get_what_the_library_answers(plan, as_of, folder, answers, tmp_path):
    session = opened(plan, as_of, folder(tmp_path) if callable(folder) else folder)
    made = session.exploration.simulation.by_indicator.get("hightech_enterprises")
    assert not callable(folder) or made.structural
    off = differences(session, list(random_settings(session, 6 * TIMES)), answers)
    assert not [(what, by) for what, by in off if abs(by) > POINTS]


def test_of_a_shock_of_years_with_figures_the_script_takes_what_the_library_does(answers, tmp_path):
    folder = Path(shutil.copytree(DATA_DIR, tmp_path / "data"))
    shock = (folder / "scenarios" / "adverse-shock-and-recovery.yaml").read_text(encoding="utf-8")
    past = shock.replace("adverse-shock-and-recovery", "past").replace("2022,", "2019,")
    (folder / "scenarios" / "past.yaml").write_text(past, encoding="utf-8")
    session = opened("beichen-2020-2022", "2020-06-30", folder)
    rest = {"base": "past", "sizes": {}, "unsure": 0.0}
    assert max(abs(by) for _, by in differences(session, [rest], answers)) < POINTS
    moved = session.outlook.under(session.scenario("past"))["tech_contract_value"].attainment
    base = session.outlook["tech_contract_value"].attainment
    assert moved.probability > base.probability, "what the figure of 2019 lost is made good"


@pytest.fixture(scope="module")
def beichen():
    return opened("beichen-2020-2022", "2020-06-30")


def test_at_rest_the_script_says_the_librarys_own_numbers(beichen, answers):
    (said,) = answers(beichen, [{"base": "baseline", "sizes": {}, "unsure": 0}])
    assert said["p"] == {g.goal.id: g.attainment.probability for g in beichen.outlook}


def test_another_target_or_year_is_asked_of_the_same_forecast(beichen, answers):
    goal, sizes = "hightech_enterprises", {"new_certifications": 30.0}
    asked = [{"target": 400}, {"year": 2021}, {"target": 400, "year": 2020}]
    rest = {"base": "baseline", "sizes": sizes, "unsure": 0}
    said = answers(beichen, [{**rest, "asked": one} for one in asked])
    item = beichen.outlook.under(scenario_of(beichen, rest))[goal]
    for one, answer in zip(asked, said, strict=True):
        above = item.forecast.sf(one.get("target", 530))
        wanted = above[item.years.index(one.get("year", 2022))]
        assert answer["p"][goal] == pytest.approx(wanted, abs=POINTS)


@pytest.mark.parametrize(
    ("plan", "goal"), [(PLANS[0], "tech_contract_value"), (PLANS[3], "renewable_electricity")]
)
def test_what_takes_eighty_percent_is_what_seek_finds_told_as_in_a_report(plan, goal, answers):
    session = opened(*plan)
    found = seek(session.exploration, goal=goal)
    asked = {"base": "baseline", "sizes": dict(found.levers), "unsure": 0, "seek": goal}
    (said,) = answers(session, [asked])
    assert (said["sought"]["part"] is not None) == found.feasible
    assert said["sought"]["reached"] == pytest.approx(found.reached, abs=POINTS)
    assert said["sought"]["sizes"] == pytest.approx(dict(found.levers), abs=0.2)
    if found.points:  # growth of a share, in points a year
        assert said["points"] == pytest.approx([*found.points.values()], rel=0.01)


def test_a_copy_of_the_data_elsewhere_gives_the_same_bytes(tmp_path, beichen):
    from bcforecast.explorer.session import panel_content

    folder = Path(shutil.copytree(DATA_DIR, tmp_path / "data"))
    again = opened("beichen-2020-2022", "2020-06-30", folder)
    assert panel_content(again, lang="zh") == panel_content(beichen, lang="zh")
