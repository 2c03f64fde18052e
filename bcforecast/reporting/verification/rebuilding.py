"""Makes a report again in a temporary folder, and compares every byte with the one that stands."""

from __future__ import annotations

from pathlib import Path

from bcforecast.messages import Message
from bcforecast.reporting.execution import NotebookError
from bcforecast.reporting.manifest import RUN_RECORD
from bcforecast.reporting.order import CheckedOrder
from bcforecast.reporting.report import Advance, fulfil
from bcforecast.reporting.verification.differences import file_difference
from bcforecast.reporting.verification.findings import Finding


def rebuild_and_compare(
    folder: Path,
    checked: CheckedOrder,
    *,
    out: Path,
    progress: Advance | None = None,
) -> tuple[Finding, ...]:
    """Make the report of an order below `out`, and return what of `folder` is not equal to it.

    A notebook that fails is a finding: the report cannot be made again.
    """
    try:
        made = fulfil(checked, out=out, force=True, progress=progress).folder
    except NotebookError as error:
        return (Finding(error.notebook, Message("verify.not_rebuilt", {"why": error.message})),)
    kept, again = (_files(one) for one in (folder, made))
    found: list[Finding] = []
    for name in sorted(kept | again):
        if name not in again:
            found.append(Finding(name, Message("verify.not_made_again")))
        elif name not in kept:
            found.append(Finding(name, Message("verify.made_again_only")))
        else:
            how = file_difference(folder / name, made / name)
            if how is not None:
                found.append(Finding(name, how))
    return tuple(found)


def _files(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in paths} - {RUN_RECORD}
