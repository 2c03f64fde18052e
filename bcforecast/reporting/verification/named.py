"""What a user names of that which a report was made from, because the manifest has no paths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.messages import Message
from bcforecast.reporting.inputs import NOTEBOOK
from bcforecast.reporting.manifest import is_path
from bcforecast.reporting.order import Order
from bcforecast.reporting.verification.recorded import Recorded
from bcforecast.resources import DATA_DIR, NOTEBOOKS_DIR

_TABLES: Final = frozenset({".csv", ".parquet"})


@dataclass(frozen=True)
class Named:
    """Files and folders of a user's own.

    Parameters
    ----------
    data_dir, notebooks_dir
        Folders; None for the shipped ones.
    plan, scenario
        YAML files that the report was given by their paths.
    """

    data_dir: Path | None = None
    plan: Path | None = None
    scenario: Path | None = None
    notebooks_dir: Path | None = None

    def needed_for(self, recorded: Recorded) -> Named:
        """Return what of it a report was made with; of all reports of a folder, some need it."""
        given = recorded.given
        return replace(
            self,
            data_dir=self.data_dir if given.data_dir else None,
            plan=self.plan if is_path(given.plan) else None,
            scenario=self.scenario if is_path(given.scenario) else None,
        )

    def missing(self, recorded: Recorded) -> Message | None:
        """Return what a report was made with and is not named; None where all is."""
        given = recorded.given
        needs = {
            "data": (given.data_dir, bool(given.data_dir), self.data_dir),
            "plan": (given.plan, is_path(given.plan), self.plan),
            "scenario": (given.scenario, is_path(given.scenario), self.scenario),
        }
        for kind, (was, needed, named) in needs.items():
            if needed and named is None:
                return Message(f"verify.needs_{kind}", {"was": was})
        return None

    def refuse_unneeded(self, recorded: Recorded) -> None:
        """Refuse what a report was not made with, for it would change nothing.

        Raises
        ------
        ReportError
            If it names any such thing.
        """
        needed = self.needed_for(recorded)
        for kind, named, kept in (
            ("data", self.data_dir, needed.data_dir),
            ("plan", self.plan, needed.plan),
            ("scenario", self.scenario, needed.scenario),
        ):
            if named is not None and kept is None:
                raise ReportError(f"verify.unneeded_{kind}", found=named)

    def order(self, recorded: Recorded) -> Order:
        """Return the order of a report as it would be given today."""
        parameters, given = recorded.parameters, recorded.given
        return Order(
            plan=given.plan if self.plan is None else str(self.plan),
            as_of=parameters.as_of,
            lang=parameters.lang,
            scenario=given.scenario if self.scenario is None else str(self.scenario),
            seed=int(parameters.seed),
            formats=recorded.formats,
            data_dir=self.data_dir,
            notebooks_dir=self.notebooks_dir,
        )

    def known_places(self, recorded: Recorded) -> dict[str, Path]:
        """Return where input files are, by name: those that can be told without what is missing."""
        given = recorded.given
        data = self.data_dir or (None if given.data_dir else DATA_DIR)
        found: dict[str, Path] = {}
        for name in (entry.file for entry in recorded.inputs):
            kind, _, _ = name.rpartition("/")
            own = {"plans": is_path(given.plan), "scenarios": is_path(given.scenario)}
            if name == NOTEBOOK:
                found[name] = (self.notebooks_dir or NOTEBOOKS_DIR) / name
            elif data is not None and not own.get(kind, Path(name).suffix not in _TABLES):
                found[name] = data / name
        return found
