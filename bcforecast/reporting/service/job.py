"""One report of a run, ready to be made: what `reports.yaml` asks for, checked and placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bcforecast.reporting.execution import Limits
from bcforecast.reporting.order import CheckedOrder
from bcforecast.reporting.report_place import failed_folder, report_folder


@dataclass(frozen=True)
class Job:
    """A report and where it goes.

    Parameters
    ----------
    checked
        The report.
    out
        Folder of all reports.
    publish
        Folders to which the finished report is copied.
    limits
        As for `run_notebook`.
    force
        Whether it is made anew where it stands already.
    """

    checked: CheckedOrder
    out: Path
    publish: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    force: bool = False

    @property
    def folder(self) -> Path:
        """Where the report goes."""
        return report_folder(self.out, *self.checked.parts)

    @property
    def failed(self) -> Path:
        """Where its notebooks are kept if they fail."""
        return failed_folder(self.out, *self.checked.parts)

    @property
    def copies(self) -> tuple[Path, ...]:
        """Where it is copied to."""
        return tuple(report_folder(folder, *self.checked.parts) for folder in self.publish)

    @property
    def name(self) -> str:
        """Plan, date, scenario and language, for a reader."""
        return "/".join(self.checked.parts)

    @property
    def as_of(self) -> date:
        """Last day whose publications are used."""
        return self.checked.order.as_of
