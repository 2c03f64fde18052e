"""The page on the file of a plan is true: its plans load, and it names every key there is."""

import re

import pytest
import yaml

from bcforecast.config import DATA_DIR
from bcforecast.plan.goals import Indicator, Plan

PAGE = (DATA_DIR.parent / "docs" / "plan-format.md").read_text(encoding="utf-8")
PLANS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("written", PLANS, ids=["least", "all"])
def test_a_plan_on_the_page_loads(written):
    plan = Plan.model_validate(yaml.safe_load(written) | {"id": "page"})
    assert len(plan.goals) >= 2


@pytest.mark.parametrize("key", [*Plan.model_fields, *Indicator.model_fields])
def test_every_key_of_plan_and_indicator_is_on_the_page(key):
    assert f"`{key}" in PAGE or key == "unit_names"
