"""A scenario saved from the panel is valid, reads back the same, and overwrites nothing unasked."""

import pytest

from bcforecast.errors import ScenarioError
from bcforecast.explorer.session import save_scenario
from bcforecast.scenarios.scenario import load_scenario

GOAL = "hightech_enterprises"


def moved(session, size=12.5, base="baseline"):
    return session.moved(session.scenario(base), {"new_certifications": size})


def save(session, name, **more):
    base = session.scenario(more.pop("base", "baseline"))
    return save_scenario(session, moved(session, base=base.id), name=name, base=base, **more)


@pytest.mark.parametrize("base", ["baseline", "delayed-one-year", "target-path"])
def test_a_saved_scenario_gives_the_same_probability_when_read_back(session, panel_data, base):
    saved = save(session, "saved-one", base=base, title="多认定")
    read = load_scenario("saved-one", plan=session.outlook.plan, data_dir=panel_data)
    assert read == saved
    expected = session.exploration.probability(GOAL, moved(session, base=base))
    assert session.exploration.probability(GOAL, read) == expected
    assert read.name("zh") == "多认定"
    assert session.scenario(base).name("en") in read.reason.in_("en")


def test_a_saved_scenario_is_among_the_scenarios_once_they_are_read_anew(session):
    save(session, "saved-two")
    assert "saved-two" in [one.id for one in session.read_scenarios()]


@pytest.mark.parametrize(
    "name",
    ["", "  ", "更多认定", "More", "a b", "../out", "a/b", "-a", "x" * 61, "baseline", "panel"],
)
def test_a_name_that_is_none_is_refused_and_nothing_is_written(session, panel_data, name):
    before = sorted((panel_data / "scenarios").iterdir())
    with pytest.raises(ScenarioError, match="Name of the scenario"):
        save(session, name)
    assert sorted((panel_data / "scenarios").iterdir()) == before


def test_a_scenario_of_that_name_is_overwritten_only_when_asked(session, panel_data):
    save(session, "saved-three", title="first")
    path = panel_data / "scenarios" / "saved-three.yaml"
    kept = path.read_bytes()
    with pytest.raises(ScenarioError, match="not replaced"):
        save(session, "saved-three", title="second")
    assert path.read_bytes() == kept
    assert save(session, "saved-three", title="second", replace=True).name("en") == "second"


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(session, panel_data, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(ScenarioError, match=r"saved-four\.yaml"):
        save(session, "saved-four")
    assert not (panel_data / "scenarios" / "saved-four.yaml").exists()
