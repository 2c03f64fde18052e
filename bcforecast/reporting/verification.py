"""Whether a report is what its manifest says, and can be made again.

Inputs put where the notebooks of a report saw them: their paths stand in its cells.

A report made with a data folder called `figures` shows that name. To make it again from a folder
that is called otherwise today, its files are copied below a temporary folder under the old names.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal, cast

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bcforecast.config import DATA_DIR, NOTEBOOKS_DIR
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.reporting.execution import NotebookError
from bcforecast.reporting.formats import FILE_FORMATS, Format
from bcforecast.reporting.manifest import (
    DOCUMENT,
    INSTALLED,
    MANIFEST,
    NOTEBOOK,
    RUN_RECORD,
    code_version,
    file_entries,
    file_sha256,
    fingerprint,
    is_path,
    lock_digest,
    versions,
)
from bcforecast.reporting.processes import RunTerminatedError
from bcforecast.reporting.publication import FAILED
from bcforecast.reporting.report import Advance, CheckedOrder, Order, check_order, fulfil
from bcforecast.text import Language, Message


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was.

    Parameters
    ----------
    subject
        A file, a package or another part of the record.
    how
        What the difference is.
    """

    subject: str
    how: Message


@dataclass(frozen=True)
class Verification:
    """How a report compares with its manifest, with today's inputs, and with itself made again.

    Parameters
    ----------
    folder
        Of the report.
    outputs
        Files of the folder that are not as the manifest lists them.
    inputs
        Files that the report was made from and that are others today.
    environment
        Code, lock, Python and packages that are others today.
    rebuilt
        Files of the report made again that are not byte for byte those of the folder; None where
        it was not made again.
    unchecked
        What could not be compared, and what would be needed.
    """

    folder: Path
    outputs: tuple[Finding, ...]
    inputs: tuple[Finding, ...]
    environment: tuple[Finding, ...]
    rebuilt: tuple[Finding, ...] | None
    unchecked: tuple[Message, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that differs, in the order in which it was looked for."""
        return (*self.outputs, *self.inputs, *self.environment, *(self.rebuilt or ()))

    @property
    def equal(self) -> bool:
        """Whether all that was compared is equal."""
        return not self.findings

    @property
    def versions_differ(self) -> bool:
        """Whether Python or a package is another: the likely reason of any other difference."""
        return any(finding.how.key == "verify.version" for finding in self.environment)


_NOT_MADE_FROM: Final = ("document", "fingerprint", "outputs")


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or str(path) != name:
        raise ValueError("a path below the folder of the report")
    return name


_SEED_DIGITS: Final = 10


def _place(name: str) -> str:
    if PurePosixPath(name).is_absolute() or "\0" in name:
        raise ValueError("an identifier, or a path from where the notebooks ran")
    return name


def _folder_name(name: str) -> str:
    if name and (PurePosixPath(name).name != name or name == ".."):
        raise ValueError("the name of a folder")
    return _place(name)


def _seed(value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) <= _SEED_DIGITS):
        raise ValueError("a whole number")
    return value


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class InputFile(_Part):
    """A file that the report was made from; its name says nothing of where it was."""

    file: Annotated[str, AfterValidator(_inside)]
    sha256: Sha256


class OutputFile(_Part):
    """A file of the report."""

    file: Annotated[str, AfterValidator(_inside)]
    sha256: Sha256


class Parameters(_Part):
    """Plan, date, scenario, language and seed."""

    plan: str
    as_of: Annotated[date, Field(strict=False)]
    scenario: str
    lang: Language
    seed: Annotated[str, AfterValidator(_seed)]


class Given(_Part):
    """Plan, scenario and data folder as the notebooks were given them."""

    plan: Annotated[str, AfterValidator(_place)]
    scenario: Annotated[str, AfterValidator(_place)]
    data_dir: Annotated[str, AfterValidator(_folder_name)]


class Code(_Part):
    """The version of bcforecast and the sha256 over its source."""

    version: str
    sha256: Sha256


class Lock(_Part):
    """The sha256 of the list of versions, and which list."""

    of: str
    sha256: Sha256


class Recorded(_Part):
    """All that a manifest says."""

    document: Literal["bcforecast-manifest/2"]
    fingerprint: Sha256
    parameters: Parameters
    given: Given
    formats: Annotated[tuple[Format, ...], Field(strict=False)]
    inputs: Annotated[tuple[InputFile, ...], Field(strict=False)]
    code: Code
    lock: Lock
    versions: dict[str, str]
    outputs: Annotated[tuple[OutputFile, ...], Field(strict=False)]

    @property
    def altered(self) -> bool:
        """Whether its fingerprint is not that of what it says the report was made from."""
        made_from = self.model_dump(mode="json", exclude=set(_NOT_MADE_FROM))
        return fingerprint(made_from) != self.fingerprint

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Plan, date, scenario and language."""
        p = self.parameters
        return p.plan, p.as_of.isoformat(), p.scenario, p.lang


def read_manifest(folder: Path) -> Recorded:
    """Read the manifest of a report.

    Raises
    ------
    ReportError
        If there is none, or it cannot be read, or it is none of ours.
    """
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise ReportError("verify.no_manifest", folder=folder, file=MANIFEST) from error
        raise ReportError("verify.unreadable", file=path, why=error.strerror or error) from error
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _wrong(path, Message("verify.not_json")) from error
    if not isinstance(document, dict) or document.get("document") != DOCUMENT:
        found = document.get("document") if isinstance(document, dict) else None
        raise _wrong(path, Message("verify.other_document", {"found": repr(found)}))
    try:
        return Recorded.model_validate(document)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "–"
        raise _wrong(path, Message("verify.wrong_part", {"place": place})) from error


def _wrong(path: Path, why: Message) -> ReportError:
    return ReportError("verify.wrong_manifest", file=path, why=why)


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


_JSON: Final = frozenset({".json", ".ipynb"})
_MEDIA: Final = {PurePosixPath(one.file).suffix: one.media_type for one in FILE_FORMATS.values()}
_PICTURE_KEY: Final = "image/png"
_SHOWN: Final = 60

Place = tuple[str | int, ...]


def file_difference(kept: Path, rebuilt: Path) -> Message | None:
    """Say how a file of a report differs from the one made again; None where it does not.

    JSON and notebooks: the first place and both values, pictures in them by their pixels. Pictures:
    the root-mean-square difference of their pixels. Word and Excel: the first part of the package.
    Pages and Markdown: the first line. All else: the first byte.
    """
    one, other = kept.read_bytes(), rebuilt.read_bytes()
    if one == other:
        return None
    suffix = PurePosixPath(kept.name).suffix
    media = _MEDIA.get(suffix, "")
    said = None
    if suffix in _JSON:
        said = _json_difference(one, other)
    elif suffix == ".png":
        said = _picture_difference(one, other)
    elif "openxmlformats" in media:
        said = _zip_difference(one, other)
    elif media.startswith("text/"):
        said = _line_difference(one, other)
    return said or _byte_difference(one, other)


def _json_difference(one: bytes, other: bytes) -> Message | None:
    try:
        documents = json.loads(one), json.loads(other)
    except (ValueError, RecursionError):
        return None
    return _first_difference(*documents, place=())


def _first_difference(one: object, other: object, *, place: Place) -> Message | None:
    if type(one) is not type(other):
        return _values(one, other, place)
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            if key not in other:
                return Message("verify.key_gone", {"place": _path((*place, key))})
            said = _first_difference(one[key], other[key], place=(*place, key))
            if said is not None:
                return said
        new = next((key for key in other if key not in one), None)
        return None if new is None else Message("verify.key_new", {"place": _path((*place, new))})
    if isinstance(one, list) and isinstance(other, list):
        for number, pair in enumerate(zip(one, other, strict=False)):
            said = _first_difference(*pair, place=(*place, number))
            if said is not None:
                return said
        if len(one) != len(other):
            counts = {"place": _path(place), "then": len(one), "now": len(other)}
            return Message("verify.entries", counts)
        return None
    return None if one == other else _values(one, other, place)


def _values(one: object, other: object, place: Place) -> Message:
    if place and place[-1] == _PICTURE_KEY and isinstance(one, str) and isinstance(other, str):
        said = _embedded_difference(one, other)
        if said is not None:
            return Message("verify.at", {"place": _path(place), "how": said})
    then, now = _excerpts(one, other)
    return Message("verify.values", {"place": _path(place), "then": then, "now": now})


def _embedded_difference(one: str, other: str) -> Message | None:
    try:
        return _picture_difference(base64.b64decode(one), base64.b64decode(other))
    except binascii.Error:
        return None


def _picture_difference(one: bytes, other: bytes) -> Message | None:
    try:
        ours, theirs = pixels(one), pixels(other)
    except (OSError, SyntaxError, ValueError):
        return None
    if ours.shape != theirs.shape:
        then, now = (_size(array) for array in (ours, theirs))
        return Message("verify.picture_size", {"then": then, "now": now})
    rms = root_mean_square(ours, theirs)
    return Message("verify.picture", {"rms": f"{rms:.2f}"})


def pixels(picture: bytes) -> np.ndarray:
    """Return the pixels of a PNG: rows, columns and channels, from 0 to 255."""
    from matplotlib.image import imread

    return 255.0 * np.asarray(imread(io.BytesIO(picture), format="png"), float)


def root_mean_square(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the root-mean-square difference of the pixels of two pictures of one size."""
    return float(np.sqrt(np.mean((ours - theirs) ** 2)))


def _size(picture: np.ndarray) -> str:
    height, width = picture.shape[:2]
    return f"{width}×{height}"


def _zip_difference(one: bytes, other: bytes) -> Message | None:
    try:
        with zipfile.ZipFile(io.BytesIO(one)) as ours, zipfile.ZipFile(io.BytesIO(other)) as theirs:
            names = (ours.namelist(), theirs.namelist())
            if names[0] != names[1]:
                return Message("verify.other_parts")
            for name in names[0]:
                if ours.read(name) != theirs.read(name):
                    return Message("verify.part", {"part": name})
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return None
    return None


def _line_difference(one: bytes, other: bytes) -> Message | None:
    try:
        ours, theirs = one.decode().split("\n"), other.decode().split("\n")
    except UnicodeDecodeError:
        return None
    for number, (line, again) in enumerate(zip(ours, theirs, strict=False), start=1):
        if line != again:
            then, now = _excerpts(line, again)
            return Message("verify.line", {"line": number, "then": then, "now": now})
    return Message("verify.lines", {"then": len(ours), "now": len(theirs)})


def _byte_difference(one: bytes, other: bytes) -> Message:
    pairs = enumerate(zip(one, other, strict=False))
    first = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    return Message("verify.byte", {"place": first, "then": len(one), "now": len(other)})


def _excerpts(one: object, other: object) -> tuple[str, str]:
    """Show two values; of long texts the part around the first sign that differs."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return _cut(json.dumps(one, ensure_ascii=False)), _cut(
            json.dumps(other, ensure_ascii=False)
        )
    pairs = enumerate(zip(one, other, strict=False))
    first = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, first - _SHOWN // 3)
    before = "…" if start else ""
    rest = (json.dumps(text[start:], ensure_ascii=False)[1:-1] for text in (one, other))
    then, now = (f"“{_cut(before + words)}”" for words in rest)
    return then, now


def _cut(words: str) -> str:
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


def _path(place: Place) -> str:
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return shown.lstrip(".") or "–"


_ABOVE = "above"
_KINDS = ("plans", "scenarios")


def rebuilding_order(recorded: Recorded, named: Named, *, stage: Path) -> CheckedOrder:
    """Return the checked order of a report, so that its notebooks see the places they once saw.

    Parameters
    ----------
    recorded, named
        The manifest, and what the user names.
    stage
        Empty folder for copies, used where something has another name today.

    Raises
    ------
    PlanError, ObservationError, ScenarioError, ReportError
        If what is named does not exist, cannot be used, or is of another report.
    """
    order = named.order(recorded)
    checked = check_order(order)
    if checked.parts != recorded.parts:
        found, expected = ("/".join(parts) for parts in (checked.parts, recorded.parts))
        raise ReportError("verify.other_report", found=found, expected=expected)
    given = recorded.given.model_dump()
    movable = named.data_dir is not None or named.plan is not None
    if order.places == given or not movable:
        return checked
    return check_order(_staged(order, checked, recorded, stage))


def _staged(order: Order, checked: CheckedOrder, recorded: Recorded, stage: Path) -> Order:
    given = recorded.given
    paths = [one for one in (given.plan, given.scenario) if is_path(one)]
    steps = [PurePosixPath(os.path.normpath(one)).parts for one in paths]
    depth = max((parts.count("..") for parts in steps), default=0)
    start = stage.resolve().joinpath(*[_ABOVE] * depth, _start_name(recorded, paths))
    try:
        start.mkdir(parents=True)
        if order.data_dir is not None:
            moved = start / given.data_dir
            shutil.copytree(order.data_dir, moved)
            order = replace(order, data_dir=moved)
        if is_path(given.plan):
            file = _copied(Path(order.plan), start, given.plan)
            source = checked.plan.source.file
            if source is not None:
                _copied(Path(order.plan).parent / source, file.parent, source)
            order = replace(order, plan=str(file))
        if is_path(given.scenario):
            order = replace(
                order, scenario=str(_copied(Path(order.scenario), start, given.scenario))
            )
    except OSError as error:
        raise ReportError("verify.not_copied", why=error.strerror or error) from error
    return order


def _start_name(recorded: Recorded, paths: list[str]) -> str:
    """Return the name of the folder of the notebooks' work, which is part of inputs' names."""
    names = {entry.file for entry in recorded.inputs}
    for kind in _KINDS:
        if any(one == Path(one).name and f"{kind}/{one}" in names for one in paths):
            return kind
    return "start"


def _copied(file: Path, start: Path, place: str) -> Path:
    target = Path(os.path.normpath(start / place))
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return target


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


_SIGNS: Final = frozenset({MANIFEST, RUN_RECORD, "result.json", "report.json"})
"""Files of which each shows that a folder is that of a report."""


def is_report(folder: Path) -> bool:
    """Whether a folder is that of a report."""
    return any((folder / name).is_file() for name in _SIGNS)


def reports_below(folder: Path) -> tuple[Path, ...]:
    """Return the folders of all reports below a folder, sorted.

    Notebooks that failed, and what a run has not finished, are no reports.

    Raises
    ------
    ReportError
        If it is no folder, or there is no report in it.
    """
    if not folder.is_dir():
        raise ReportError("verify.no_folder", folder=folder)
    found: list[Path] = []
    for above, names, files in os.walk(folder):
        names[:] = sorted(n for n in names if not n.startswith("."))
        if Path(above) == folder and FAILED in names:
            names.remove(FAILED)
        if not _SIGNS.isdisjoint(files):
            found.append(Path(above))
            names.clear()
    if not found:
        raise ReportError("verify.no_reports", folder=folder, file=MANIFEST)
    return tuple(sorted(found))


def verify_each(
    folders: Iterable[Path], named: Named, *, rebuild: bool = True
) -> Iterator[tuple[Path, Verification | BcforecastError]]:
    """Verify reports one after another; one that cannot be verified does not stop the others.

    Parameters
    ----------
    folders
        Of the reports.
    named
        What some of them were made with; each is given what it needs.
    rebuild
        As for `verify_report`.
    """
    for folder in folders:
        found: Verification | BcforecastError
        try:
            needed = named.needed_for(read_manifest(folder))
            found = verify_report(
                folder,
                data_dir=needed.data_dir,
                plan=needed.plan,
                scenario=needed.scenario,
                notebooks_dir=needed.notebooks_dir,
                rebuild=rebuild,
            )
        except RunTerminatedError:
            raise
        except BcforecastError as error:
            found = error
        yield folder, found
