"""The outlook that the scenario panel is opened on in tests, over any data folder."""

from __future__ import annotations

from pathlib import Path

import bcforecast as bc
from bcforecast.attainment.project import Outlook


def beichen(data_dir: Path) -> Outlook:
    plan = bc.load_plan("beichen-2020-2022", data_dir=data_dir)
    return bc.project(plan, bc.load_observations(data_dir, as_of="2021-12-31"))
