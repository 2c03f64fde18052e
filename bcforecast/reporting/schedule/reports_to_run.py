"""What a schedule needs to know of a file of reports; a file that cannot be read has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bcforecast import defaults
from bcforecast.errors import ReportError
from bcforecast.reporting.manifest import is_path


@dataclass(frozen=True)
class PlanReport:
    """One report of a plan: what its notebook is told.

    Parameters
    ----------
    plan, scenario
        Identifier, or the absolute path of a YAML file.
    as_of
        A day, or the name of a rule.
    lang
        Language of every word.
    """

    plan: str
    as_of: str
    scenario: str
    lang: str


@dataclass(frozen=True)
class ReportsToRun:
    """A file of reports, with absolute paths.

    Parameters
    ----------
    file
        The file itself.
    out
        Folder of all reports.
    publish
        Folders to which finished reports are copied.
    notebooks
        Folder of the user's own notebooks; None for the shipped ones.
    data
        The user's own data folder; None for the shipped one.
    seed
        Of every simulation.
    reports
        What is made.
    """

    file: Path
    out: Path
    publish: tuple[Path, ...]
    notebooks: Path | None
    data: Path | None
    seed: int
    reports: tuple[PlanReport, ...]

    @property
    def folder(self) -> Path:
        """Where the run starts."""
        return self.file.parent


def reports_to_run(path: Path) -> ReportsToRun:
    """Read a file of reports for a schedule.

    Raises
    ------
    ReportError
        If it is not there, or cannot be used.
    """
    file = path.absolute()
    try:
        return _described(file, _content(file))
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError("schedule.no_reports", file=file) from error


def _described(file: Path, content: Mapping[str, Any]) -> ReportsToRun:
    folder = file.parent

    def below(name: object) -> Path:
        return (folder / str(name)).absolute()

    def named(name: object) -> str:
        return str(below(name)) if is_path(str(name)) else str(name)

    def optional(key: str) -> Path | None:
        return below(content[key]) if key in content else None

    entries = content["reports"]
    return ReportsToRun(
        file=file,
        out=below(content.get("out", "reports")),
        publish=tuple(below(p) for entry in entries for p in _listed(entry.get("publish", []))),
        notebooks=optional("notebooks"),
        data=optional("data"),
        seed=int(content.get("seed", defaults.SEED)),
        reports=tuple(
            PlanReport(named(entry["plan"]), str(day), named(scenario), str(lang))
            for entry in entries
            for day in _listed(entry["as_of"])
            for scenario in _listed(entry.get("scenarios", [defaults.SCENARIO]))
            for lang in _listed(entry.get("languages", ["zh", "en"]))
        ),
    )


def _listed(given: object) -> list[object]:
    return given if isinstance(given, list) else [given]


def _content(file: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReportError("schedule.no_file", file=file) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReportError("schedule.not_yaml", file=file) from error
    if not isinstance(content, dict):
        raise ReportError("schedule.not_yaml", file=file)
    return content
