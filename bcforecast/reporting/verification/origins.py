"""Whether what a report was made from is the same today: inputs, code, lock, versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bcforecast.messages import Message
from bcforecast.reporting.code_version import INSTALLED, code_version, lock_digest, versions
from bcforecast.reporting.verification.findings import Finding
from bcforecast.reporting.verification.outputs import changed
from bcforecast.reporting.verification.recorded import Recorded

_PYTHON = "python"


def check_inputs(
    recorded: Recorded,
    *,
    files: Iterable[Mapping[str, str]],
    given: Mapping[str, str] | None = None,
    among: frozenset[str] | None = None,
) -> tuple[Finding, ...]:
    """Return the input files that are others today, and places that notebooks would see otherwise.

    Parameters
    ----------
    recorded
        The manifest.
    files
        Name and sha256 of each input file of today.
    given
        Plan, scenario and data folder as the notebooks would be given them today.
    among
        Names of the files that are compared. Default: all.
    """
    then = _by_name((entry.file, entry.sha256) for entry in recorded.inputs)
    now = _by_name((entry["file"], entry["sha256"]) for entry in files)
    found: list[Finding] = []
    for name in sorted(then.keys() | now.keys()):
        if among is not None and name not in among:
            continue
        one, other = then.get(name), now.get(name)
        if other is None:
            found.append(Finding(name, Message("verify.input_gone")))
        elif one is None:
            found.append(Finding(name, Message("verify.input_new")))
        elif one != other:
            found.append(Finding(name, changed(", ".join(one), ", ".join(other))))
    were = recorded.given.model_dump()
    for key, place in (given or {}).items():
        if place != were[key]:
            said = Message("verify.place", {"then": were[key], "now": place})
            found.append(Finding(key, said))
    return tuple(found)


def check_environment(recorded: Recorded) -> tuple[Finding, ...]:
    """Return what of code, lock, Python and packages is another today."""
    found: list[Finding] = []
    code, lock = code_version(), lock_digest()
    if recorded.code.model_dump() != code:
        said = {
            "then": f"{recorded.code.version} ({recorded.code.sha256[:12]})",
            "now": f"{code['version']} ({code['sha256'][:12]})",
        }
        found.append(Finding("bcforecast", Message("verify.code", said)))
    if recorded.lock.of != lock["of"]:
        lists = {"then": _list_name(recorded.lock.of), "now": _list_name(lock["of"])}
        found.append(Finding(recorded.lock.of, Message("verify.other_lock", lists)))
    elif recorded.lock.sha256 != lock["sha256"]:
        found.append(Finding(lock["of"], changed(recorded.lock.sha256, lock["sha256"])))
    now = versions()
    names = sorted(recorded.versions.keys() | now.keys(), key=lambda name: (name != _PYTHON, name))
    for name in names:
        then, today = recorded.versions.get(name, "–"), now.get(name, "–")
        if then != today:
            said = {"then": then, "now": today}
            found.append(Finding(name, Message("verify.version", said)))
    return tuple(found)


def _list_name(of: str) -> object:
    return Message("verify.installed_versions") if of == INSTALLED else of


def _by_name(entries: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, sha256 in sorted(entries):
        found.setdefault(name, []).append(sha256)
    return found
