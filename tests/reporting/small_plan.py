"""Data of a user's own, with a plan of two goals that are quickly projected."""

import shutil
from pathlib import Path

import yaml

from bcforecast.config import DATA_DIR

GOALS = {"unicorns", "national_science_parks"}


def small_data(folder: Path) -> Path:
    """Copy the shipped data with a plan of two goals that are quickly projected."""
    data = folder / "my data"
    (data / "plans").mkdir(parents=True)
    for name in ("observations.csv", "sources.csv"):
        shutil.copy(DATA_DIR / name, data / name)
    plan = yaml.safe_load((DATA_DIR / "plans" / "tianjin-2020-2022.yaml").read_text("utf-8"))
    plan["id"] = "small"
    plan["goals"] = [goal for goal in plan["goals"] if goal["id"] in GOALS]
    used = {goal["indicator"] for goal in plan["goals"]}
    plan["indicators"] = [i for i in plan["indicators"] if i["id"] in used]
    plan["measures"] = plan["safeguards"] = plan["milestones"] = []
    text = yaml.safe_dump(plan, allow_unicode=True)
    (data / "plans" / "small.yaml").write_text(text, encoding="utf-8")
    return data
