"""The schemas of the files that people write take what we take."""

import datetime
from pathlib import Path

import jsonschema
import pytest
import yaml

from bcforecast.config import DATA_DIR
from bcforecast.plan.goals import Plan
from bcforecast.plan.reading import file_schema
from bcforecast.reporting.service import ReportsFile
from bcforecast.scenarios.scenario import Scenario

ROOT = DATA_DIR.parent
MODELS = {"plan": Plan, "scenario": Scenario, "reports": ReportsFile}
FILES = [
    *((path, "plan") for path in sorted((DATA_DIR / "plans").glob("*.yaml"))),
    *((path, "scenario") for path in sorted((DATA_DIR / "scenarios").glob("*.yaml"))),
    (ROOT / "reports.yaml", "reports"),
]


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def problems(written: str, name: str) -> list[str]:
    check = jsonschema.Draft202012Validator(file_schema(MODELS[name], name))
    return [one.message for one in check.iter_errors(plain(yaml.safe_load(written)))]


@pytest.mark.parametrize(("path", "name"), FILES, ids=lambda one: Path(str(one)).name)
def test_every_shipped_file_is_valid(path, name):
    assert problems(path.read_text(encoding="utf-8"), name) == []


LITTLE = """
title: A plan
area: somewhere
indicators: [{id: ghg, names: Emissions, unit: 1990 = 100}]
goals:
  - {indicator: ghg, comparator: reduce_by, target: 65, base_year: 1990, due: 2030}
  - {indicator: ghg, comparator: between, target: [30, 40], due: 2026/2030}
  - {indicator: ghg, comparator: at_most, milestones: {2025: 50, 2030: 35}}
"""


def test_the_short_form_is_valid_and_a_slip_is_not():
    assert problems(LITTLE, "plan") == []
    assert Plan.model_validate(yaml.safe_load(LITTLE) | {"id": "p"}).goals[3].target == 35.0
    assert problems(LITTLE.replace("reduce_by", "lower_by"), "plan")
    assert problems(LITTLE.replace("area: somewhere", "aera: somewhere"), "plan")
