"""What `bcforecast verify` says: all that differs in one report, or a line for each of many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bcforecast.cli.console import progress_bar
from bcforecast.errors import BcforecastError
from bcforecast.messages import Language, text

if TYPE_CHECKING:
    from bcforecast.reporting.verification import Named, Verification


def verify_one(folder: Path, named: Named, lang: Language, *, rebuild: bool) -> int:
    """Verify a report, say everything that differs, and return the exit status."""
    from bcforecast.reporting.verification import verify_report

    with progress_bar() as progress:
        found = verify_report(
            folder,
            data_dir=named.data_dir,
            plan=named.plan,
            scenario=named.scenario,
            notebooks_dir=named.notebooks_dir,
            rebuild=rebuild,
            progress=progress,
        )
    for line in _said(found, lang):
        typer.echo(line)
    return 0 if found.equal else 1


def verify_many(folder: Path, named: Named, lang: Language, *, rebuild: bool) -> int:
    """Verify every report below a folder, a line each, and return the exit status."""
    from bcforecast.reporting.verification import reports_below, verify_each

    folders = reports_below(folder)
    names = [one.relative_to(folder).as_posix() for one in folders]
    held_back: list[str] | None = [] if sys.stderr.isatty() else None
    counts = {"equal": 0, "differ": 0, "wrong": 0}
    try:
        with progress_bar() as progress:
            progress(names[0], 0, len(names))
            each = verify_each(folders, named, rebuild=rebuild)
            for done, (name, (_, found)) in enumerate(zip(names, each, strict=True), start=1):
                kind, line = _line(name, found, lang)
                counts[kind] += 1
                if held_back is None:
                    typer.echo(line)
                else:
                    held_back.append(line)
                progress(names[min(done, len(names) - 1)], done, len(names))
    finally:
        for line in held_back or ():
            typer.echo(line)
    typer.echo(text("verify.total", lang, total=len(names), **counts))
    return 1 if counts["differ"] else 2 if counts["wrong"] else 0


def _said(found: Verification, lang: Language) -> Iterator[str]:
    if found.equal:
        yield _line(str(found.folder), found, lang)[1]
    else:
        yield text("verify.head_differs", lang, report=found.folder, count=len(found.findings))
        for part in ("outputs", "inputs", "environment", "rebuilt"):
            findings = getattr(found, part) or ()
            if findings:
                yield text(f"verify.part_{part}", lang)
            for finding in findings:
                how = finding.how.render(lang)
                yield text("verify.finding", lang, subject=finding.subject, how=how)
        if found.versions_differ:
            yield text("verify.likely_reason", lang)
    for unchecked in found.unchecked:
        yield text("verify.unchecked", lang, what=unchecked)


def _line(name: str, found: Verification | BcforecastError, lang: Language) -> tuple[str, str]:
    """Return which of the three it is, and one line on it."""
    if isinstance(found, BcforecastError):
        return "wrong", text("verify.line_wrong", lang, report=name, why=found.message)
    if found.equal:
        done = "records" if found.rebuilt is None else "bytes"
        return "equal", text(f"verify.line_{done}", lang, report=name)
    first, *others = found.findings
    line = text(
        "verify.line_differs",
        lang,
        report=name,
        count=len(others) + 1,
        subject=first.subject,
        how=first.how,
    )
    return "differ", line
