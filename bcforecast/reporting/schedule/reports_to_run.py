"""What a schedule needs to know of a file of reports; a file that cannot be read has none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bcforecast.reporting.manifest import is_path
from bcforecast.reporting.service.reports_file import ReportsFile, read_reports_file


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
    read = read_reports_file(path)
    if not isinstance(read[0], ReportsFile):
        raise read[0]
    listed, file = read[0], path.absolute()

    def below(name: str) -> Path:
        return (file.parent / name).absolute()

    def named(name: str) -> str:
        return str(below(name)) if is_path(name) else name

    return ReportsToRun(
        file=file,
        out=below(listed.out),
        publish=tuple(below(name) for entry in listed.reports for name in entry.publish),
        notebooks=None if listed.notebooks is None else below(listed.notebooks),
        data=None if listed.data is None else below(listed.data),
        seed=listed.seed,
        reports=tuple(
            PlanReport(named(entry.plan), str(day), named(scenario), lang)
            for entry in listed.reports
            for day in entry.as_of
            for scenario in entry.scenarios
            for lang in entry.languages
        ),
    )
