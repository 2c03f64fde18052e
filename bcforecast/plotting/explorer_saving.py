"""Saving what stands on the panel as a scenario file: checked before it is written."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from bcforecast import defaults
from bcforecast.errors import ScenarioError
from bcforecast.messages import text
from bcforecast.plan.record import Text
from bcforecast.plotting.explorer_session import PANEL, Session
from bcforecast.scenarios import Scenario, load_scenario, write_scenario

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LONGEST: Final = 60


def save_scenario(
    session: Session,
    scenario: Scenario,
    *,
    name: str,
    title: str = "",
    base: Scenario,
    replace: bool = False,
) -> Scenario:
    """Write a scenario to the data folder and return it as it reads back.

    Parameters
    ----------
    session, scenario
        The panel's session, and what stands on it.
    name
        Identifier: small letters, digits, `-` and `_`, at most 60; the file is named after it.
    title
        What it is called. Default: its identifier.
    base
        The scenario on which it was built; named in the reason.
    replace
        Whether a file of that name may be overwritten.

    Raises
    ------
    ScenarioError
        If the name is none, stands for another scenario already, or the file cannot be written;
        nothing is written then.
    """
    name, title = name.strip(), title.strip()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or name in {defaults.SCENARIO, PANEL}:
        raise ScenarioError("explorer.bad_name", found=name)
    folder = session.outlook.data.dataset.folder / "scenarios"
    path = folder / f"{name}.yaml"
    if path.exists() and not replace:
        raise ScenarioError("explorer.exists", name=name)
    plan = session.outlook.plan
    wanted = scenario.model_copy(
        update={
            "id": name,
            "plan": plan.id,
            "title": Text(zh=title or name, en=title or name),
            "author": _both("explorer.author"),
            "reason": Text(
                zh=text("explorer.reason", "zh", base=base.title.zh),
                en=text("explorer.reason", "en", base=base.title.en),
            ),
        }
    )
    _write_whole(wanted, path, session)
    return load_scenario(name, plan=plan, data_dir=session.outlook.data.dataset.folder)


def _write_whole(scenario: Scenario, path: Path, session: Session) -> None:
    """Write to a file beside it first and read that back, so that only a valid one arrives."""
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
            draft = Path(folder) / path.name
            write_scenario(scenario, draft)
            load_scenario(draft, plan=session.outlook.plan)
            draft.replace(path)
    except OSError:
        raise ScenarioError("scenario.not_written", file=path) from None


def _both(key: str) -> Text:
    return Text(zh=text(key, "zh"), en=text(key, "en"))
