"""The manifest of a report as it was written, read with care: it may come from anywhere."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bcforecast.errors import ReportError
from bcforecast.messages import Language, Message
from bcforecast.reporting.formats.choice import Format
from bcforecast.reporting.manifest import DOCUMENT, MANIFEST, fingerprint

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
