"""The reports that stand in a folder, read from their `result.json` and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bcforecast.attainment.grade import Grade
from bcforecast.attainment.status import Reported, Status
from bcforecast.attainment.verdict import UNSET, WORDS
from bcforecast.errors import BcforecastError, ReportError
from bcforecast.messages import LANGUAGES, Language
from bcforecast.reporting.facts import Both
from bcforecast.reporting.report_place import FAILED, report_folder

RESULT: Final = "result.json"
_VERDICTS: Final = frozenset({UNSET, *(f"verdict.{word}" for word in WORDS)})


def _known_word(key: str) -> str:
    if key not in _VERDICTS:
        raise ValueError(key)
    return key


class _Read(BaseModel):
    """A part of a result that is used here; what else it holds does not matter."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ListedGoal(_Read):
    """What a report says of one goal."""

    id: str
    name: Both
    probability: Annotated[float, Field(ge=0, le=1)] | None
    verdict: Annotated[str, AfterValidator(_known_word)]
    grade: Grade


class ListedPlan(_Read):
    """The plan of a report."""

    id: str
    title: Both


class ListedResult(_Read):
    """What of a result is listed."""

    plan: ListedPlan
    as_of: date
    scenario: str
    scenario_name: Both
    goals: tuple[ListedGoal, ...]


@dataclass(frozen=True)
class Standing:
    """One report: a plan as of a date under a scenario, in the languages that stand there.

    Parameters
    ----------
    result
        As the first of its languages has it; the figures do not depend on the language.
    folders
        By language, from the folder of all reports.
    files
        By language, the names of what can be opened, sorted.
    """

    result: ListedResult
    folders: Mapping[Language, str]
    files: Mapping[Language, tuple[str, ...]]

    @property
    def reported(self) -> Reported:
        """What it says of each goal, as other modules compare it."""
        day = self.result.as_of
        said = {g.id: Status(day, g.probability, g.verdict, g.grade) for g in self.result.goals}
        return Reported(self.result.plan.id, day, self.result.scenario, said)


@dataclass(frozen=True)
class Reports:
    """All that stands in a folder.

    Parameters
    ----------
    standing
        By plan, then scenario (the baseline first), then date.
    unreadable
        What is in the place of a report and is none.
    """

    standing: tuple[Standing, ...]
    unreadable: tuple[BcforecastError, ...]

    @property
    def series(self) -> tuple[tuple[Standing, ...], ...]:
        """Reports of the same plan and scenario together, the earliest first."""
        grouped = groupby(self.standing, key=lambda s: (s.result.plan.id, s.result.scenario))
        return tuple(tuple(reports) for _, reports in grouped)


def standing_reports(out: Path) -> Reports:
    """Read every report in a folder.

    One whose result cannot be read, or does not belong where it is, is named and left out.
    """
    found: dict[tuple[str, ...], dict[Language, tuple[ListedResult, Path]]] = {}
    unreadable: list[BcforecastError] = []
    for path in sorted(out.glob(f"*/*/*/*/{RESULT}")):
        parts = path.parent.relative_to(out).parts
        if parts[0] == FAILED or any(part.startswith(".") for part in parts):
            continue
        try:
            lang, result = _read(out, parts)
        except BcforecastError as error:
            unreadable.append(error)
        else:
            found.setdefault(parts[:3], {})[lang] = (result, path.parent)
    standing = [_standing(out, by_language) for by_language in found.values()]
    return Reports(tuple(sorted(standing, key=_order)), tuple(unreadable))


def _read(out: Path, parts: tuple[str, ...]) -> tuple[Language, ListedResult]:
    file = out.joinpath(*parts, RESULT)
    lang = next((known for known in LANGUAGES if known == parts[-1]), None)
    try:
        report_folder(out, *parts)
        result = ListedResult.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise ReportError("run.unreadable_result", file=file) from error
    named = (result.plan.id, result.as_of.isoformat(), result.scenario)
    if lang is None or named != parts[:3]:
        raise ReportError("run.unreadable_result", file=file)
    return lang, result


def _standing(out: Path, found: Mapping[Language, tuple[ListedResult, Path]]) -> Standing:
    languages: list[Language] = sorted(found, reverse=True)
    return Standing(
        result=found[languages[0]][0],
        folders={lang: found[lang][1].relative_to(out).as_posix() for lang in languages},
        files={lang: tuple(_files(found[lang][1].iterdir())) for lang in languages},
    )


def _files(paths: Iterable[Path]) -> list[str]:
    return sorted(p.name for p in paths if p.is_file() and not p.name.startswith("."))


def _order(report: Standing) -> tuple[str, bool, str, date]:
    result = report.result
    return result.plan.id, result.scenario != "baseline", result.scenario, result.as_of
