"""The manifest of a report: what it was made from and what it holds, with checksums; no clock.

`fingerprint` is the sha256 of everything on which the bytes of the report depend. How long a run
took stands in `run.json` beside it, which no checksum covers.
"""

import hashlib
import json
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import distributions, requires, version
from pathlib import Path
from typing import Any, Final

from bcforecast import edge
from bcforecast.config import DATA_DIR, NOTEBOOKS_DIR
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.plan.goals import Plan
from bcforecast.reporting.document import PANEL
from bcforecast.reporting.formats import FILE_FORMATS
from bcforecast.saving import within

DOCUMENT: Final = "bcforecast-manifest/2"
MANIFEST: Final = "manifest.json"
RUN_RECORD: Final = "run.json"
"""Start and duration of the run; no manifest lists it and no comparison of bytes covers it."""

FAILED: Final = "failed"
"""Folder of notebooks that failed, below that of all reports; no plan can be so called."""

NOTEBOOK: Final = "03_plan.ipynb"
"""The notebook of a report."""

_OURS: Final = {
    NOTEBOOK, MANIFEST, RUN_RECORD, "result.json", "report.json", PANEL,
    *(one.file for one in FILE_FORMATS.values()),
}  # fmt: skip
"""What a report writes into its folder, beside its pictures."""

_PICTURE: Final = re.compile(r"charts/[^/]+\.(png|svg)")

_SUBJECT: Final = ("kinds.yaml", "structures.yaml", "units.yaml", "wording.yaml")
"""Subject matter of the shipped data that no data folder has of its own."""

_TABLES: Final = ("observations", "figures", "sources", "breaks", "judgements", "delivery")
_PACKAGE: Final = Path(__file__).parents[1]
INSTALLED: Final = "installed versions"
"""What the lock's checksum is of where requirements.lock is not there."""

_LOCK: Final = NOTEBOOKS_DIR.parent / "requirements.lock"
_NO_SOURCE: Final = frozenset({"__pycache__", "_shipped"})
_NO_SOURCE_SUFFIXES: Final = frozenset({".pyc", ".pyo", ".po"})


_OF_PLAN: Final = re.compile(rb"^plan: *['\"]?([\w-]+)", re.MULTILINE)
"""The plan that the file of a scenario names, where it names one."""

_PART: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def report_folder(out: Path, *parts: str) -> Path:
    """Return the folder of a report below that of all reports: plan, date, scenario, language."""
    for part in parts:
        if not _PART.fullmatch(part):
            raise ReportError("run.path_part", found=repr(part))
    if parts[0] == FAILED:
        raise ReportError("run.path_reserved", found=FAILED)
    return within(out, *parts)


def file_sha256(path: Path) -> str:
    """Return the sha256 of what a file holds."""
    with edge.opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_version() -> dict[str, str]:
    """Return the version of bcforecast and the sha256 over its source, wherever it lies.

    Compiled files make no difference, but for catalogues (.mo), for these are what is read.
    """
    whole = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        inner = path.relative_to(_PACKAGE)
        hidden = any(part.startswith(".") for part in inner.parts)
        apart = hidden or not _NO_SOURCE.isdisjoint(inner.parts)
        if path.is_file() and not apart and inner.suffix not in _NO_SOURCE_SUFFIXES:
            whole.update(f"{inner.as_posix()}\0{file_sha256(path)}\n".encode())
    return {"version": version("bcforecast"), "sha256": whole.hexdigest()}


@cache
def lock_digest() -> dict[str, str]:
    """Return the sha256 of requirements.lock where it is there, else of the installed versions."""
    if _LOCK.is_file():
        return {"of": _LOCK.name, "sha256": file_sha256(_LOCK)}
    pins = sorted({f"{d.name.lower()}=={d.version}" for d in distributions()})
    return {"of": INSTALLED, "sha256": hashlib.sha256("\n".join(pins).encode()).hexdigest()}


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of each package that bcforecast asks for."""
    asked = (line for line in requires("bcforecast") or () if "extra ==" not in line)
    names = {found[0].lower() for line in asked if (found := re.match(r"[A-Za-z0-9._-]+", line))}
    return {"python": platform.python_version(), **{name: version(name) for name in sorted(names)}}


def recipe(
    parameters: dict[str, str],
    given: dict[str, str],
    formats: Iterable[str],
    files: Iterable[Path],
    provenance: Mapping[str, str],
) -> dict[str, object]:
    """Return everything on which the bytes of a report depend; `given` are places of files."""
    return {
        "provenance": dict(provenance),
        "parameters": parameters,
        "given": given,
        "formats": list(formats),
        "inputs": file_entries(files),
        "code": code_version(),
        "lock": lock_digest(),
        "versions": versions(),
    }


def fingerprint(made_from: Mapping[str, object]) -> str:
    """Return the sha256 of a recipe, the same on every machine and on every day.

    A report is not due again because a day has passed: the day on which it was made is left out.
    """
    plain = json.dumps(_undated(made_from), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _undated(made_from: Mapping[str, Any]) -> dict[str, Any]:
    stated = made_from["provenance"].items()
    return {**made_from, "provenance": {name: said for name, said in stated if name != "made"}}


def input_files(
    plan: Plan, plan_name: str, scenario: str, *, data_dir: Path | None, template: Path
) -> tuple[Path, ...]:
    """Return every file that a report depends on; one that need not be there is left out."""
    folder = data_dir or DATA_DIR

    def named(name: str, kind: str) -> Path:
        return Path(name) if is_path(name) else folder / kind / f"{name}.yaml"

    plan_file = named(plan_name, "plans")
    # The report compares all scenarios, but for those of other plans.
    every = edge.yaml_files(folder / "scenarios")
    of = ((path, _OF_PLAN.search(edge.read_bytes(path))) for path in every)
    scenarios = [path for path, named in of if named is None or named[1].decode() == plan.id]
    files = [plan_file, named(scenario, "scenarios"), *scenarios]
    if plan.source.file is not None:
        files.append(plan_file.parent / plan.source.file)
    if plan.parent is not None:
        files.append(folder / "plans" / f"{plan.parent}.yaml")
    files += [folder / f"{table}.{kind}" for table in _TABLES for kind in ("csv", "parquet")]
    own = folder / "levers.yaml"
    files += [own if own.is_file() else DATA_DIR / own.name, *(DATA_DIR / f for f in _SUBJECT)]
    files += [folder / "verdicts.csv", template]
    return tuple(path for path in dict.fromkeys(files) if path.is_file())


def is_path(name: str) -> bool:
    """Whether a plan or scenario is given by the path of its file, not by its identifier."""
    return name.lower().endswith((".yaml", ".yml"))


def file_entries(files: Iterable[Path]) -> list[dict[str, str]]:
    """Return name and sha256 of each file, sorted by name, without where on a machine it is."""
    known = []
    for path in files:
        kind = path.parent.name
        name = f"{kind}/{path.name}" if kind in ("plans", "scenarios") else path.name
        known.append((name, file_sha256(path)))
    return [{"file": name, "sha256": sha256} for name, sha256 in sorted(known)]


def write_manifest(folder: Path, made_from: Mapping[str, object]) -> None:
    """Write `manifest.json` on everything else that stands in a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    outputs = [{"file": f.relative_to(folder).as_posix(), "sha256": file_sha256(f)} for f in files]
    head = {"document": DOCUMENT, "fingerprint": fingerprint(made_from)}
    document = {**head, **made_from, "outputs": outputs}
    (folder / MANIFEST).write_text(edge.json_text(document), encoding="utf-8")


def listed(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the manifest of a report says, and by their sha256 the files that it lists.

    Nothing of what is no manifest of ours: other programs have files of the name too.
    """
    try:
        document = edge.parse_json(edge.read_bytes(folder / MANIFEST))
        return document, {one["file"]: one["sha256"] for one in document["outputs"]}
    except (BcforecastError, ValueError, LookupError, TypeError, RecursionError):
        return {}, {}


def stands(folder: Path, made_from: Mapping[str, object]) -> bool:
    """Whether the report of a recipe is in a folder: its fingerprint, and every file unharmed."""
    document, _ = listed(folder)
    same = document.get("fingerprint") == fingerprint(made_from)
    if not same or not isinstance(document.get("provenance"), dict):
        return False
    return _undated(document).items() >= _undated(made_from).items() and is_unharmed(folder)


def is_unharmed(folder: Path) -> bool:
    """Whether every file that the manifest of a folder lists is there with its sha256."""
    try:
        _, files = listed(folder)
        return bool(files) and all(file_sha256(folder / one) == files[one] for one in files)
    except (BcforecastError, TypeError):
        return False


def written(folder: Path) -> Callable[[str], object]:
    """Return what says of a file in the folder of a report whether a report has such a file.

    It looks when it is asked: of two at the same time the other may have written one meanwhile.
    """

    def is_ours(name: str) -> object:
        known = name in _OURS or _PICTURE.fullmatch(name) or name in listed(folder)[1]
        return known and any((folder / one).is_file() for one in (MANIFEST, "result.json"))

    return is_ours
