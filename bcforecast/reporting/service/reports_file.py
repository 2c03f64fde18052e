"""The file that lists the reports to be made (`reports.yaml`): what it may say, and reading it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, PlainValidator, ValidationError

from bcforecast import defaults
from bcforecast.errors import PlanError, ReportError
from bcforecast.messages import Language, Message
from bcforecast.plan.document import Document, Place, read_document
from bcforecast.plan.record import Day, Record, Words, refusal
from bcforecast.plan.refusals import explain, wrong_value
from bcforecast.reporting.formats.choice import FORMATS, Format
from bcforecast.reporting.service.as_of_rule import RULES, Rule

_OWN_WORDS: Final = frozenset({"plan.empty_file", "plan.unreadable_folder", "plan.too_deep"})
"""What the reader of YAML says of a plan file, and we of ours."""


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise refusal(Message("run.allowed_entries"), found=Message("plan.found_list", {"n": 0}))
    return values


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    _some(values)
    for place, value in enumerate(values):
        if value in values[:place]:
            raise refusal(Message("run.allowed_once"), found=value, place=(place,))
    return values


def _as_of(given: object) -> tuple[date | Rule, ...]:
    """A day or the name of a rule, or a list of days."""
    values = given if isinstance(given, list) else [given]
    for place, value in enumerate(values):
        right = type(value) is date or (value in RULES and not isinstance(given, list))
        if not right:
            key = "run.allowed_days" if isinstance(given, list) else "run.allowed_as_of"
            where = (place,) if isinstance(given, list) else ()
            raise refusal(Message(key, {"rules": ", ".join(RULES)}), found=value, place=where)
    return _distinct(tuple(values))


def _folders(given: object) -> tuple[str, ...]:
    """The path of a folder, or a list of such."""
    values = given if isinstance(given, list) else [given]
    for place, value in enumerate(values):
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            where = (place,) if isinstance(given, list) else ()
            raise refusal(Message("run.allowed_folders"), found=value, place=where)
    return _distinct(tuple(values))


def _positive(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1e9:
        raise refusal(Message("run.allowed_positive"), found=given)
    return float(given)


def _megabytes(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 1e9:
        raise refusal(Message("run.allowed_megabytes"), found=given)
    return given


def _whole(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**32:
        raise refusal(Message("run.allowed_seed"), found=given)
    return given


def _path(given: str) -> str:
    if "\0" in given:
        raise refusal(Message("run.allowed_folders"), found=given)
    return given


Folder = Annotated[Words, AfterValidator(_path)]


class Limits(Record):
    """What each notebook may take: seconds a cell, megabytes of memory."""

    cell_seconds: Annotated[float | None, PlainValidator(_positive)] = None
    memory_mb: Annotated[int | None, PlainValidator(_megabytes)] = None


class Entry(Record):
    """Reports of one plan: every combination of its days, scenarios and languages.

    Attributes
    ----------
    plan, scenarios
        Identifiers, or paths of YAML files from the folder of this file.
    as_of
        Days, or one rule.
    since
        With a rule: all its dates from then on, not the last one alone.
    languages, formats
        Of the reports.
    publish
        Folders to which each finished report is copied.
    """

    plan: Folder
    as_of: Annotated[tuple[date | Rule, ...], PlainValidator(_as_of)]
    since: Day | None = None
    scenarios: Annotated[tuple[Folder, ...], AfterValidator(_distinct)] = (defaults.SCENARIO,)
    languages: Annotated[tuple[Language, ...], AfterValidator(_distinct)] = ("zh", "en")
    formats: Annotated[tuple[Format, ...], AfterValidator(_distinct)] = FORMATS
    publish: Annotated[tuple[str, ...], PlainValidator(_folders)] = ()


class ReportsFile(Record):
    """The whole file; paths start at its folder.

    Attributes
    ----------
    out
        Folder of all reports, below that of this file.
    data, notebooks
        Folders of a user's own; None for those that are shipped.
    seed
        Of every simulation.
    limits
        Of every notebook.
    reports
        What is to be made.
    """

    out: Folder = "reports"
    data: Folder | None = None
    notebooks: Folder | None = None
    seed: Annotated[int, PlainValidator(_whole)] = defaults.SEED
    limits: Limits = Limits()
    reports: Annotated[tuple[Entry, ...], AfterValidator(_some)]


def read_reports_file(path: Path) -> tuple[ReportsFile, Document] | tuple[ReportError, ...]:
    """Read a file of reports; return it with its rows, or everything that is wrong with it.

    Raises
    ------
    ReportError
        If it is not there or is no YAML.
    """
    if not path.exists():
        raise ReportError("run.no_file", file=path)
    try:
        document = read_document(path)
    except PlanError as error:
        raise _ours(error) from None
    try:
        read = ReportsFile.model_validate(document.content)
    except ValidationError as error:
        return tuple(_ours(e) for e in explain(error, document, model=ReportsFile))
    return read, document


def wrong_entry(document: Document, place: Place, found: object, allowed: Message) -> ReportError:
    """Return the error about the value at a place of the file."""
    return _ours(wrong_value(document, place, found, allowed))


def listed_rows(document: Document, entries: Sequence[int]) -> str:
    """Return the rows at which entries of the file stand, for a message."""
    return ", ".join(str(document.row(("reports", n))) for n in entries)


def _ours(error: PlanError) -> ReportError:
    key = error.message.key
    own = f"run.{key.partition('.')[2]}" if key in _OWN_WORDS else key
    return ReportError(own, **error.message.values)
