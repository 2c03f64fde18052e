"""A session of the scenario panel over a data folder of its own."""

import shutil
from pathlib import Path

import pytest

import bcforecast as bc
from bcforecast.config import DATA_DIR
from bcforecast.explorer.session import Session


@pytest.fixture(scope="session")
def panel_data(tmp_path_factory):
    return Path(shutil.copytree(DATA_DIR, tmp_path_factory.mktemp("panel") / "data"))


@pytest.fixture(scope="session")
def panel_outlook(panel_data):
    plan = bc.load_plan("beichen-2020-2022", data_dir=panel_data)
    return bc.project(plan, bc.load_observations(panel_data, as_of="2021-12-31"))


@pytest.fixture
def session(panel_outlook, panel_data, monkeypatch):
    monkeypatch.setattr("bcforecast.explorer.session.font_face", lambda words, lang: "")
    shipped = {path.name for path in (DATA_DIR / "scenarios").iterdir()}
    for path in (panel_data / "scenarios").iterdir():
        if path.name not in shipped:
            path.unlink()
    return Session(panel_outlook)
