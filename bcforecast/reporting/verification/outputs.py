"""Whether the files of a report are those that its manifest lists, and no others."""

from __future__ import annotations

from pathlib import Path

from bcforecast.messages import Message
from bcforecast.reporting.code_version import file_sha256
from bcforecast.reporting.manifest import MANIFEST, RUN_RECORD
from bcforecast.reporting.verification.findings import Finding
from bcforecast.reporting.verification.recorded import Recorded


def check_outputs(folder: Path, recorded: Recorded) -> tuple[Finding, ...]:
    """Return the files that are missing, altered or unlisted, and an altered manifest."""
    found: list[Finding] = []
    if recorded.altered:
        found.append(Finding(MANIFEST, Message("verify.altered_manifest")))
    for entry in recorded.outputs:
        how = _difference(folder / entry.file, entry.sha256)
        if how is not None:
            found.append(Finding(entry.file, how))
    listed = {entry.file for entry in recorded.outputs} | {MANIFEST, RUN_RECORD}
    there = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if not _is_folder(p))
    found += [Finding(name, Message("verify.unlisted")) for name in sorted(set(there) - listed)]
    return tuple(found)


def _difference(path: Path, sha256: str) -> Message | None:
    if not path.is_file():
        return Message("verify.missing")
    try:
        now = file_sha256(path)
    except OSError as error:
        return Message("verify.unreadable_output", {"why": error.strerror or error})
    return None if now == sha256 else changed(sha256, now)


def changed(then: str, now: str) -> Message:
    """Return the message on a file whose sha256 is another."""
    return Message("verify.changed", {"then": then[:12], "now": now[:12]})


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
