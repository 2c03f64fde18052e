"""Whether a report is what its manifest says, and can be made again."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from bcforecast import edge, saving
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.plan.fields import Sha256, StrictRecord, validated
from bcforecast.reporting import execution, manifest, report
from bcforecast.reporting.facts import Provenance
from bcforecast.reporting.formats import Format
from bcforecast.reporting.report import Advance, Job, ReportRequest
from bcforecast.text import Language, Message

Finding = tuple[str, Message]
"""A file, a package or another part of the record, and how it is not as it was."""


class ReportVerification(NamedTuple):
    """What of a report is not as it was.

    `outputs` are files of its folder, against the manifest; `inputs` what it was made from, against
    today; `environment` code, lock, Python and packages; `rebuilt` files that are others byte for
    byte where it is made again, None where it was not; `unchecked` why inputs were not compared.
    """

    folder: Path
    outputs: tuple[Finding, ...]
    inputs: tuple[Finding, ...]
    environment: tuple[Finding, ...]
    rebuilt: tuple[Finding, ...] | None
    unchecked: Message | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that differs, in the order in which it was looked for."""
        return (*self.outputs, *self.inputs, *self.environment, *(self.rebuilt or ()))


@dataclass(frozen=True)
class OwnFiles:
    """Where the files and folders are today that reports were made with, as far as not shipped."""

    data: Path | None = None
    plan: Path | None = None
    scenario: Path | None = None
    notebooks: Path | None = None


def verify_report(
    folder: Path,
    own: OwnFiles = OwnFiles(),
    *,
    rebuild: bool = True,
    progress: Advance | None = None,
) -> ReportVerification:
    """Compare a report with its manifest, with today's inputs, and with itself made again.

    Nothing in its `folder`, that of `manifest.json`, is changed. `own` is what it was made with,
    wherever that is by now, under the names that it had. Without `rebuild` inputs are not checked
    where one is not named. A BcforecastError if the manifest cannot be read, what it was made from
    cannot be used or is not named, or something is named that it was not made with.
    """
    recorded = read_manifest(folder)
    named = {kind: path for kind in _OWN if (path := getattr(own, kind)) is not None}
    for kind, path in named.items():
        if kind not in recorded.own:
            raise ReportError(f"verify.unneeded_{kind}", found=path)
    outputs, environment = tuple(_outputs(folder, recorded)), tuple(_environment(recorded))
    lacking = next((kind for kind in recorded.own if kind not in named), None)
    if lacking is not None:
        missing = Message(f"verify.needs_{lacking}", {"was": recorded.own[lacking]})
        if rebuild:
            raise ReportError("verify.needed", folder=folder, what=missing)
        return ReportVerification(folder, outputs, (), environment, None, missing)
    job = _job_again(recorded, own)
    files: Any = job.recipe["inputs"]
    today = job.request.places
    places = (
        (key, Message("verify.place", {"then": then, "now": today[key]}))
        for key, then in recorded.given.model_dump().items()
        if then != today[key]
    )
    inputs, rebuilt = (*_inputs(recorded.inputs, files), *places), None
    if rebuild:
        with saving.passing_folder("bcforecast-verify-") as temporary:
            again = replace(job, out=temporary, force=True)
            rebuilt = tuple(_rebuilt(folder, again, progress=progress))
    return ReportVerification(folder, outputs, inputs, environment, rebuilt)


_OWN: Final = ("data", "plan", "scenario")
"""What of `OwnFiles` is named for a report that was made with it, and for no other."""

_NAME: Final = r"[^/\x00]*[^/\x00.][^/\x00]*"
_Inside = Annotated[str, Field(pattern=f"^{_NAME}(/{_NAME})*$")]
"""A path below the folder of the report."""

_Place = Annotated[str, Field(pattern=r"^([^/\x00][^\x00]*)?$")]
"""An identifier, or a path from where the notebook ran."""


class _File(StrictRecord):
    file: _Inside
    sha256: Sha256


class _Parameters(StrictRecord):
    plan: str
    as_of: date
    scenario: str
    lang: Language
    seed: Annotated[str, Field(pattern=r"^[0-9]{1,10}$")]
    models: str | None = None
    since: date | None = None


class _Given(StrictRecord):
    plan: _Place
    scenario: _Place
    data_dir: Annotated[str, Field(pattern=f"^({_NAME})?$")]


class _Code(StrictRecord):
    version: str
    sha256: Sha256


class _Lock(StrictRecord):
    of: str
    sha256: Sha256


class Recorded(StrictRecord):
    """All that a manifest says."""

    document: Literal["bcforecast-manifest/2"]
    fingerprint: Sha256
    parameters: _Parameters
    given: _Given
    provenance: Provenance
    formats: tuple[Format, ...]
    inputs: tuple[_File, ...]
    code: _Code
    lock: _Lock
    versions: dict[str, str]
    outputs: tuple[_File, ...]

    @property
    def made_from(self) -> dict[str, Any]:
        """What it says the report was made from, whose fingerprint it has."""
        apart = {"document", "fingerprint", "outputs"}
        return self.model_dump(mode="json", exclude=apart, exclude_defaults=True)

    @property
    def own(self) -> dict[str, str]:
        """What of a user's own the report was made with, by kind: as its notebook was given it."""
        given = self.given
        named = {"plan": given.plan, "scenario": given.scenario}
        paths = {kind: name for kind, name in named.items() if manifest.is_path(name)}
        return {"data": given.data_dir, **paths} if given.data_dir else paths


def read_manifest(folder: Path) -> Recorded:
    """Read the manifest of a report; that there is none, or none of ours, is a `ReportError`."""
    path = folder / manifest.MANIFEST

    def wrong(why: str, **values: object) -> ReportError:
        return ReportError("verify.wrong_manifest", file=path, why=Message(why, values))

    if not edge.exists(path):
        raise ReportError("verify.no_manifest", folder=folder, file=manifest.MANIFEST)
    try:
        document = edge.parse_json(edge.read_bytes(path, error=ReportError))
    except (ValueError, RecursionError) as error:
        raise wrong("verify.not_json") from error
    found = document.get("document") if isinstance(document, dict) else None
    if found != manifest.DOCUMENT:
        raise wrong("verify.other_document", found=json.dumps(found))
    try:
        return validated(Recorded, document)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "–"
        raise wrong("verify.wrong_part", place=place) from error


def _outputs(folder: Path, recorded: Recorded) -> Iterator[Finding]:
    if manifest.fingerprint(recorded.made_from) != recorded.fingerprint:
        yield manifest.MANIFEST, Message("verify.altered_manifest")
    for entry in recorded.outputs:
        path = folder / entry.file
        if path.is_symlink():
            yield entry.file, Message("verify.link")
            continue
        try:
            now = manifest.file_sha256(path) if path.is_file() else ""
        except BcforecastError as error:
            why = error.message.values["found"]
            yield entry.file, Message("verify.unreadable_output", {"why": why})
            continue
        if not now:
            yield entry.file, Message("verify.missing")
        elif now != entry.sha256:
            yield entry.file, _changed(entry.sha256, now)
    listed = {entry.file for entry in recorded.outputs} | {manifest.MANIFEST, manifest.RUN_RECORD}
    there = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    for name in sorted({path.relative_to(folder).as_posix() for path in there} - listed):
        yield name, Message("verify.unlisted")


def _changed(then: str, now: str) -> Message:
    return Message("verify.changed", {"then": then[:12], "now": now[:12]})


def _inputs(were: Iterable[_File], files: Iterable[Mapping[str, str]]) -> Iterator[Finding]:
    def by_name(entries: Iterable[tuple[str, str]]) -> dict[str, str]:
        pairs = groupby(sorted(entries), key=itemgetter(0))
        return {name: ", ".join(sha256 for _, sha256 in same) for name, same in pairs}

    recorded = by_name((entry.file, entry.sha256) for entry in were)
    found = by_name((entry["file"], entry["sha256"]) for entry in files)
    for name, then, now in _differing(recorded, found):
        lost = Message("verify.input_gone" if then else "verify.input_new")
        yield name, _changed(then, now) if then and now else lost


def _differing(were: Mapping[str, str], are: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Return the names under which two tables differ, sorted, with what stands there, or ""."""
    for name in sorted(were.keys() | are.keys()):
        then, now = were.get(name, ""), are.get(name, "")
        if then != now:
            yield name, then, now


def _environment(recorded: Recorded) -> Iterator[Finding]:
    codes, lock = (recorded.code.model_dump(), manifest.code_version()), manifest.lock_digest()
    if codes[0] != codes[1]:
        then, now = (f"{code['version']} ({code['sha256'][:12]})" for code in codes)
        yield "bcforecast", Message("verify.code", {"then": then, "now": now})
    if recorded.lock.of != lock["of"]:
        lists = {
            when: Message("verify.installed_versions") if of == manifest.INSTALLED else of
            for when, of in (("then", recorded.lock.of), ("now", lock["of"]))
        }
        yield recorded.lock.of, Message("verify.other_lock", lists)
    elif recorded.lock.sha256 != lock["sha256"]:
        yield lock["of"], _changed(recorded.lock.sha256, lock["sha256"])
    found = _differing(recorded.versions, manifest.versions())
    for name, was, is_now in sorted(found, key=lambda one: one[0] != "python"):
        yield name, Message("verify.version", {"then": was or "–", "now": is_now or "–"})


def _job_again(recorded: Recorded, own: OwnFiles) -> Job:
    parameters, given = recorded.parameters, recorded.given
    request = ReportRequest(
        plan=str(own.plan or given.plan), scenario=str(own.scenario or given.scenario),
        as_of=parameters.as_of, lang=parameters.lang, seed=int(parameters.seed),
        formats=recorded.formats, data_dir=own.data, notebooks_dir=own.notebooks,
        models=parameters.models or "", since=parameters.since, provenance=recorded.provenance,
    )  # fmt: skip
    job = report.check_request(request, Path())
    made = (parameters.plan, parameters.as_of.isoformat(), parameters.scenario, parameters.lang)
    if job.path != made:
        raise ReportError("verify.other_report", found=job.name, expected="/".join(made))
    return job


def _rebuilt(folder: Path, job: Job, *, progress: Advance | None) -> Iterator[Finding]:
    try:
        report.make_report(job, progress=progress)
    except execution.NotebookError as error:  # also a finding: it cannot be made again
        yield error.notebook, Message("verify.not_rebuilt", {"why": error.message})
        return
    there, made = (
        {path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file()}
        for one in (folder, job.folder)
    )
    for name in sorted((there | made) - {manifest.RUN_RECORD}):
        if name not in made:
            yield name, Message("verify.not_made_again")
        elif name not in there:
            yield name, Message("verify.made_again_only")
        else:
            with suppress(BcforecastError):  # one that cannot be read is told among the outputs
                then, now = (manifest.file_sha256(one / name) for one in (folder, job.folder))
                if then != now:
                    yield name, _changed(then, now)
