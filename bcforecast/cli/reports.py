"""Commands that make and check reports: report, run, verify, explore."""

from __future__ import annotations

import json
import os
import signal
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final, Literal, NoReturn, cast

import typer

import bcforecast as bc
from bcforecast import config, reporting
from bcforecast.cli import options
from bcforecast.cli.options import help_text, option, parse_day, progress_bar, speak
from bcforecast.models.registry import parse_models
from bcforecast.text import Language, Message, text

if TYPE_CHECKING:
    from bcforecast.reporting.formats import Format

RunFormat = Literal["text", "json"]


@dataclass
class RunReport:
    """Says what a run does: a line a report for people, or one document for machines."""

    planned: reporting.service.Planned
    lang: Language
    output: RunFormat
    quiet: bool
    due: bool
    today: date
    line: Callable[[str], None] = typer.echo

    def dry_run(self) -> None:
        """Say what would be done."""
        found = {j.name: "due" if j.is_due else "unchanged" for j in self.planned.jobs}
        if self.output == "json":
            records = [{"report": name, "status": status} for name, status in found.items()]
            records += [{"report": name, "status": "later"} for name in self.planned.later]
            self._document({"dry_run": True, "reports": records})
            return
        for name, status in found.items():
            if status == "due" or not self.due:
                self.line(text(f"run.line_{status}", self.lang, report=name))
        self._later()

    def run(
        self,
        *,
        jobs: int | None,
        wait: float = 0.0,
        command: tuple[str, ...] | None = None,
        fail_on_change: bool = False,
        scheduler: str | None = None,
    ) -> int:
        """Run, say what came of it, and return the exit status."""
        with reporting.execution.children_end_with_us(published=True) as ended:
            hidden = self.quiet
            with (
                options.lines_below(hidden=hidden) as line,
                progress_bar(hidden=hidden) as progress,
            ):
                self.line = line
                found = reporting.service.run_reports(
                    self.planned,
                    at_a_time=jobs or min(2, os.cpu_count() or 1),
                    wait_for_lock=wait,
                    ended=ended,
                    tell=self._tell,
                    progress=progress,
                    begun=self._stale,
                    scheduler=scheduler,
                )
            self.line = typer.echo
            for error in found.unreadable:
                self._warn(error.message.render(self.lang))
            changes = [
                reporting.listing.change_record(change, lang=self.lang) for change in found.changes
            ]
            document: dict[str, object] = {
                "reports": [
                    *(_record(job, outcome, self.lang) for job, outcome in found.outcomes.values()),
                    *({"report": name, "status": "later"} for name in self.planned.later),
                ],
                "changes": changes,
            }
            wrong = None
            if command is not None:
                told, wrong = reporting.service.notify(
                    command, changes, out=self.planned.out, head=self._head
                )
                if told:
                    document["notified"] = wrong is None
        if self.output == "json":
            self._document(document)
        else:
            self._later()
            statuses = {outcome.status for _, outcome in found.outcomes.values()}
            if self.due and not self.quiet and statuses <= {"unchanged"}:
                self.line(text("run.nothing_due", self.lang))
            for change in found.changes:
                self.line(reporting.listing.change_words(change, lang=self.lang))
        unlisted = None if found.unlisted is None else found.unlisted.message
        for problem in (wrong, unlisted):
            if problem is not None:
                self._warn(problem.render(self.lang))
        return int(found.failed or wrong is not None or (fail_on_change and bool(changes)))

    def _tell(self, job: reporting.report.Job, outcome: reporting.service.RunOutcome) -> None:
        silent = self.quiet and outcome.status != "failed"
        if self.output == "json" or silent or (self.due and outcome.status == "unchanged"):
            return
        why = outcome.why.render(self.lang) if outcome.why is not None else ""
        line = text(f"run.line_{outcome.status}", self.lang, report=job.name, why=why)
        copied = (text("run.line_copied", self.lang, folder=path) for path in outcome.copied)
        self.line("".join([line, *copied]))

    def _stale(self, holder: reporting.service.Holder | None) -> None:
        if holder is not None:
            self._warn(text("run.stale_lock", self.lang, **holder))

    def _later(self) -> None:
        if not self.due and not self.quiet:
            for name in self.planned.later:
                self.line(text("run.line_later", self.lang, report=name, today=self.today))

    def _warn(self, line: str) -> None:
        typer.echo(f"bcforecast: {line}", err=True)

    @property
    def _head(self) -> dict[str, str]:
        return {"document": "bcforecast-run-summary/1", "today": str(self.today)}

    def _document(self, document: dict[str, object]) -> None:
        typer.echo(json.dumps({**self._head, **document}, ensure_ascii=False, indent=2))


def _record(
    job: reporting.report.Job, outcome: reporting.service.RunOutcome, lang: Language
) -> dict[str, object]:
    names = ("plan", "as_of", "scenario", "language")
    kept = job.failed if outcome.status == "failed" and job.failed.is_dir() else None
    return {
        "report": job.name,
        **dict(zip(names, job.checked.path, strict=True)),
        "status": outcome.status,
        "folder": str(job.folder),
        "why": outcome.why.render(lang) if outcome.why is not None else None,
        "copied": [str(path) for path in outcome.copied],
        "failed_notebooks": [str(p) for p in sorted(kept.glob("*.ipynb"))] if kept else [],
    }


_LARGEST: Final = 1e9

CellSecondsOption = Annotated[float | None, option("cell-seconds", key="run.cell_seconds")]
MemoryOption = Annotated[int | None, option("memory-mb", key="run.memory_mb")]
ForceOption = Annotated[bool, option("force", key="run.force", shown=True)]


def limits(cell_seconds: float | None, memory_mb: int | None) -> reporting.execution.Limits:
    """Return the limits that the options name."""
    for name, found, least, key in (
        ("--cell-seconds", cell_seconds, 0, "run.allowed_positive"),
        (
            "--memory-mb",
            memory_mb,
            reporting.execution.LEAST_MEMORY_MB - 1,
            "run.allowed_megabytes",
        ),
    ):
        if found is not None and not least < found < _LARGEST:
            allowed = Message(key)
            raise bc.BcforecastError("cli.option", option=name, found=found, allowed=allowed)
    return reporting.execution.Limits(cell_seconds=cell_seconds, memory_mb=memory_mb)


def run(
    reports: Annotated[
        Path, typer.Argument(metavar="[REPORTS.yaml]", help=help_text("run.reports"))
    ] = Path("reports.yaml"),
    due: Annotated[bool, option("due", key="run.due", shown=True)] = False,
    jobs: Annotated[int | None, option("jobs", "-j", key="run.jobs", least=1)] = None,
    today: Annotated[str | None, option("today", metavar="YYYY-MM-DD", key="run.today")] = None,
    out: Annotated[Path | None, option("out", metavar="DIR", key="run.out")] = None,
    wait: Annotated[
        float,
        option("wait", metavar="SECONDS", key="run.wait", least=0, most=10**9, shown=True),
    ] = 0,
    force: ForceOption = False,
    dry_run: Annotated[bool, option("dry-run", key="run.dry_run", shown=True)] = False,
    fail_on_change: Annotated[
        bool, option("fail-on-change", key="run.fail_on_change", shown=True)
    ] = False,
    notify: Annotated[str | None, option("notify", metavar="CMD", key="run.notify")] = None,
    cell_seconds: CellSecondsOption = None,
    memory_mb: MemoryOption = None,
    quiet: Annotated[bool, option("quiet", "-q", key="run.quiet", shown=True)] = False,
    output: Annotated[RunFormat, option("format", key="run.format", shown=True)] = "text",
    lang: options.LangOption = None,
) -> None:
    """Make every report that a file lists, where it is not there yet."""
    spoken = speak(lang)
    command = None if notify is None else reporting.service.command_words(notify)
    now = date.today() if today is None else parse_day(today, option="--today")
    allowed = limits(cell_seconds, memory_mb)
    try:
        planned = reporting.service.plan_run(
            reports, today=now, out=out, limits=allowed, force=force
        )
    except reporting.service.WrongReportsError as error:
        for problem in error.problems:
            typer.echo(f"bcforecast: {problem.message.render(spoken)}", err=True)
        raise typer.Exit(error.exit_status) from None
    report = RunReport(planned, spoken, output=output, quiet=quiet, due=due, today=now)
    if dry_run:
        report.dry_run()
        return
    status = report.run(
        jobs=jobs,
        wait=wait,
        command=command,
        fail_on_change=fail_on_change,
    )
    if status:
        raise typer.Exit(status)


def report(
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    lang: Annotated[Language | None, option("lang", key="report_lang")] = None,
    out: Annotated[Path, option("out", metavar="DIR", shown=True)] = Path("reports"),
    scenario: options.ScenarioOption = config.SCENARIO,
    formats: Annotated[
        list[str] | None, option("format", metavar="FORMAT", key="run.formats")
    ] = None,
    brief: Annotated[bool, option("brief", shown=True)] = False,
    data: options.DataOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
    cell_seconds: CellSecondsOption = None,
    memory_mb: MemoryOption = None,
    force: ForceOption = False,
) -> None:
    """Write `<out>/<plan>/<as-of>/<scenario>/<lang>/`, whole or not at all."""
    plan = options.plan_asked(plan, data)
    if lang is None:
        title = bc.load_plan(plan, data_dir=data).title
        lang = title.language(of_several=config.LANGUAGE)
    from bcforecast.reporting.formats import MADE  # with the documents' records, slow to import

    spoken = speak(lang)
    allowed = limits(cell_seconds, memory_mb)
    request = reporting.report.ReportRequest(
        plan=plan,
        as_of=options.day_asked(as_of),
        lang=lang,
        scenario=scenario,
        seed=seed,
        formats=tuple(cast("list[Format]", formats or (["brief"] if brief else MADE))),
        data_dir=data,
        models=",".join(model or ()),
        provenance=reporting.facts.Provenance(made=reporting.report.stated_day() or date.today()),
    )
    checked = reporting.report.check_request(request)
    checked = checked.after(reporting.report.days_made(out, checked.path))
    job = reporting.report.Job(checked, out, limits=allowed, force=force)
    with reporting.execution.children_end_with_us(), progress_bar() as progress:
        new = reporting.report.make_report(job, progress=progress)
    key = "cli.report_written" if new else "run.report_unchanged"
    page = job.folder / "index.html"
    typer.echo(text(key, spoken, path=page if page.is_file() else job.folder))


def verify_one(
    folder: Path, own: reporting.verification.OwnFiles, lang: Language, *, rebuild: bool
) -> int:
    """Verify a report, say everything that differs, and return the exit status."""
    with progress_bar() as progress:
        found = reporting.verification.verify_report(
            folder, own, rebuild=rebuild, progress=progress
        )
    for line in _said(found, lang):
        typer.echo(line)
    return 1 if found.findings else 0


def verify_many(
    folder: Path, own: reporting.verification.OwnFiles, lang: Language, *, rebuild: bool
) -> int:
    """Verify every report below a folder, a line each, and return the exit status."""
    folders = reporting.verification.reports_below(folder)
    names = [one.relative_to(folder).as_posix() for one in folders]
    counts = {"equal": 0, "differ": 0, "wrong": 0}
    with options.lines_below() as say, progress_bar() as progress:
        progress(names[0], 0, len(names))
        each = reporting.verification.verify_each(folders, own, rebuild=rebuild)
        for done, (name, found) in enumerate(zip(names, each, strict=True), start=1):
            kind, line = _line(name, found, lang)
            counts[kind] += 1
            say(line)
            progress(names[min(done, len(names) - 1)], done, len(names))
    typer.echo(text("verify.total", lang, total=len(names), **counts))
    return 1 if counts["differ"] else 2 if counts["wrong"] else 0


def _said(found: reporting.verification.ReportVerification, lang: Language) -> Iterator[str]:
    if not found.findings:
        yield _line(str(found.folder), found, lang)[1]
    else:
        yield text("verify.head_differs", lang, report=found.folder, count=len(found.findings))
        for part in ("outputs", "inputs", "environment", "rebuilt"):
            findings = getattr(found, part) or ()
            if findings:
                yield text(f"verify.part_{part}", lang)
            for subject, how in findings:
                yield text("verify.finding", lang, subject=subject, how=how.render(lang))
        if found.versions_differ:
            yield text("verify.likely_reason", lang)
    for unchecked in found.unchecked:
        yield text("verify.unchecked", lang, what=unchecked)


def _line(
    name: str, found: reporting.verification.ReportVerification | bc.BcforecastError, lang: Language
) -> tuple[str, str]:
    """Return which of the three it is, and one line on it."""
    if isinstance(found, bc.BcforecastError):
        return "wrong", text("verify.line_wrong", lang, report=name, why=found.message)
    if not found.findings:
        done = "records" if found.rebuilt is None else "bytes"
        return "equal", text(f"verify.line_{done}", lang, report=name)
    subject, how = found.findings[0]
    values = {"report": name, "count": len(found.findings), "subject": subject, "how": how}
    return "differ", text("verify.line_differs", lang, **values)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=help_text("verify.folder"))],
    data: Annotated[
        Path | None,
        option("data", metavar="DIR|URL", key="verify.data", parser=options.data_folder),
    ] = None,
    plan: Annotated[Path | None, option("plan", metavar="FILE", key="verify.plan")] = None,
    scenario: Annotated[
        Path | None, option("scenario", metavar="FILE", key="verify.scenario")
    ] = None,
    notebooks: Annotated[
        Path | None, option("notebooks", metavar="DIR", key="verify.notebooks")
    ] = None,
    no_rebuild: Annotated[bool, option("no-rebuild", key="verify.no_rebuild", shown=True)] = False,
    lang: options.LangOption = None,
) -> None:
    """Compare reports with their manifests, with today's inputs, and with themselves made again."""
    spoken = speak(lang)
    own = reporting.verification.OwnFiles(data, plan, scenario, notebooks)
    verify_as = verify_one if reporting.verification.is_report(folder) else verify_many
    with reporting.execution.children_end_with_us():
        status = verify_as(folder, own, spoken, rebuild=not no_rebuild)
    if status:
        raise typer.Exit(status)


def explore(
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    goal: Annotated[str, option("goal", key="first_goal", known="goals")] = "",
    lang: options.RequiredLangOption = config.LANGUAGE,
    data: options.DataOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
    port: Annotated[int, option("port", shown=True)] = 8866,
    page: Annotated[Path | None, option("page", metavar="FILE")] = None,
    show: Annotated[bool, option("open", key="open", shown=True)] = False,
) -> None:
    """Serve the panel on this machine only until Ctrl+C; or write it as one page by itself."""
    from bcforecast.attainment.project import load_figures

    spoken = speak(lang)
    if not 0 < port < 65536:
        raise bc.BcforecastError("explorer.port", found=port)
    day = options.day_asked(as_of)
    read = bc.load_plan(options.plan_asked(plan, data), data_dir=data)
    figures = load_figures(read, data_dir=data, as_of=day)
    if goal:
        read.goal(goal)
    outlook = bc.project(read, figures, seed=seed, models=parse_models(model))
    panel = reporting.panel_page.PanelPage(outlook, lang=lang, goal=goal or None)
    if page is not None:
        if page.suffix.lower() not in (".html", ".htm"):
            allowed = Message("cli.allowed_page")
            raise bc.BcforecastError("cli.option", option="--page", found=page, allowed=allowed)
        reporting.panel_page.write_panel_page(panel, page)
        typer.echo(text("explorer.page_written", spoken, file=page))
        return
    signal.signal(signal.SIGTERM, _leave)
    with (
        suppress(KeyboardInterrupt),
        reporting.execution.passing_folder("bcf-page-") as folder,
        reporting.panel_page.served(panel, port=port) as (server, address),
    ):
        typer.echo(text("explorer.opened", spoken, address=address))
        if show:
            opening = reporting.panel_page.opening_page(address, folder=folder)
            webbrowser.open(opening.as_uri())
        server.serve_forever()


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """End like Ctrl+C, so that nothing is left behind."""
    raise KeyboardInterrupt
