"""Verifies a report: its files, what it was made from, and itself made again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast

from bcforecast.errors import ReportError
from bcforecast.messages import Message
from bcforecast.reporting.manifest import file_entries
from bcforecast.reporting.report import Advance
from bcforecast.reporting.verification.findings import Verification
from bcforecast.reporting.verification.named import Named
from bcforecast.reporting.verification.origins import check_environment, check_inputs
from bcforecast.reporting.verification.outputs import check_outputs
from bcforecast.reporting.verification.rebuilding import rebuild_and_compare
from bcforecast.reporting.verification.recorded import Recorded, read_manifest
from bcforecast.reporting.verification.staging import rebuilding_order


def verify_report(
    folder: Path,
    *,
    data_dir: Path | None = None,
    plan: Path | None = None,
    scenario: Path | None = None,
    notebooks_dir: Path | None = None,
    rebuild: bool = True,
    progress: Advance | None = None,
) -> Verification:
    """Compare a report with its manifest, with today's inputs, and with itself made again.

    Nothing in the folder is changed.

    Parameters
    ----------
    folder
        Of the report: that in which `manifest.json` is.
    data_dir, plan, scenario
        Data folder, plan file and scenario file of a report that was made with such; the manifest
        has their contents' sha256 and not where they are. They may have other names today.
    notebooks_dir
        Folder of the notebooks that the report was made with. Default: the shipped one.
    rebuild
        Whether to make the report again. Without it files and inputs alone are compared, and what
        is not named is not checked.
    progress
        Called before each step of making it again.

    Raises
    ------
    ReportError
        If there is no manifest or it cannot be read; if the report was made with something that is
        not named, or something is named that it was not made with.
    PlanError, ObservationError, ScenarioError
        If what it was made from does not exist any more or cannot be used.
    """
    named = Named(data_dir, plan, scenario, notebooks_dir)
    recorded = read_manifest(folder)
    named.refuse_unneeded(recorded)
    missing = named.missing(recorded)
    if missing is not None:
        if rebuild:
            raise ReportError("verify.needed", folder=folder, what=missing)
        return _without_what_is_missing(folder, recorded, named, missing)
    with tempfile.TemporaryDirectory(prefix="bcforecast-verify-") as temporary:
        checked = rebuilding_order(recorded, named, stage=Path(temporary, "inputs"))
        files = cast("list[dict[str, str]]", checked.recipe["inputs"])
        outputs = check_outputs(folder, recorded)
        inputs = check_inputs(recorded, files=files, given=checked.order.places)
        rebuilt = None
        if rebuild:
            made = Path(temporary, "made")
            rebuilt = rebuild_and_compare(folder, checked, out=made, progress=progress)
    return Verification(folder, outputs, inputs, check_environment(recorded), rebuilt)


def _without_what_is_missing(
    folder: Path, recorded: Recorded, named: Named, missing: Message
) -> Verification:
    places = named.known_places(recorded)
    there = [(name, path) for name, path in places.items() if path.is_file()]
    files = [{**entry, "file": name} for name, path in there for entry in file_entries([path])]
    return Verification(
        folder=folder,
        outputs=check_outputs(folder, recorded),
        inputs=check_inputs(recorded, files=files, among=frozenset(places)),
        environment=check_environment(recorded),
        rebuilt=None,
        unchecked=(missing,),
    )
