"""Commands that make and check reports: report, run, verify, explore."""

from __future__ import annotations

import os
import signal
import webbrowser
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

import bcforecast as bc
from bcforecast import config, edge, reporting, saving
from bcforecast.cli import options
from bcforecast.cli.options import help_text, option, parse_day, progress_bar, speak
from bcforecast.text import LANGUAGES, Language, Message, text

if TYPE_CHECKING:
    from bcforecast.reporting.formats import Format

RunFormat = Literal["text", "json"]


def run_planned(
    planned: reporting.service.Planned,
    lang: Language,
    *,
    today: date,
    output: RunFormat = "text",
    quiet: bool = False,
    due: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    wait: float = 0.0,
    command: tuple[str, ...] | None = None,
    fail_on_change: bool = False,
    scheduler: str | None = None,
) -> int:
    """Make reports, say what came of it, and return the exit status.

    People get a line a report, machines one document; with `dry_run` of what would be done.
    """
    head = {"document": "bcforecast-run-summary/1", "today": str(today)}
    later = [{"report": name, "status": "later"} for name in planned.later]

    def say_later() -> None:
        for name in () if due or quiet else planned.later:
            typer.echo(text("run.line_later", lang, report=name, today=today))

    if dry_run:
        stand = {j.name: "due" if j.is_due else "unchanged" for j in planned.jobs}
        if output == "json":
            would = [{"report": name, "status": status} for name, status in stand.items()]
            options.print_json({**head, "dry_run": True, "reports": would + later})
            return 0
        for name, status in stand.items():
            if status == "due" or not due:
                typer.echo(text(f"run.line_{status}", lang, report=name))
        say_later()
        return 0

    with reporting.execution.children_end_with_us(published=True) as ended:
        with options.lines_below(hidden=quiet) as line, progress_bar(hidden=quiet) as progress:

            def tell(outcome: reporting.service.RunOutcome) -> None:
                silent = output == "json" or (quiet and outcome.status != "failed")
                if silent or (due and outcome.status == "unchanged"):
                    return
                why = outcome.why.render(lang) if outcome.why is not None else ""
                said = text(f"run.line_{outcome.status}", lang, report=outcome.job.name, why=why)
                copied = (text("run.line_copied", lang, folder=path) for path in outcome.copied)
                line("".join([said, *copied]))

            def begun(holder: reporting.service.Holder | None) -> None:
                if holder is not None:
                    _warn(Message("run.stale_lock", holder))

            found = reporting.service.run_reports(
                planned, at_a_time=jobs or min(2, os.cpu_count() or 1), wait_for_lock=wait,
                ended=ended, tell=tell, progress=progress, begun=begun, scheduler=scheduler,
            )  # fmt: skip
        for error in found.unreadable:
            _warn(error.message)
        changes = [reporting.listing.change_record(change, lang=lang) for change in found.changes]
        made = [_record(outcome, lang) for outcome in found.outcomes]
        document: dict[str, object] = {"reports": [*made, *later], "changes": changes}
        wrong = None
        if command is not None:
            told, wrong = reporting.service.notify(command, changes, out=planned.out, head=head)
            if told:
                document["notified"] = wrong is None
    if output == "json":
        options.print_json({**head, **document})
    else:
        say_later()
        if due and not quiet and all(record["status"] == "unchanged" for record in made):
            typer.echo(text("run.nothing_due", lang))
        for change in found.changes:
            typer.echo(reporting.listing.change_words(change, lang=lang))
    for problem in (wrong, None if found.unlisted is None else found.unlisted.message):
        if problem is not None:
            _warn(problem)
    failed = any(record["status"] == "failed" for record in made) or found.unlisted is not None
    return int(failed or wrong is not None or (fail_on_change and bool(changes)))


def _warn(problem: Message) -> None:
    typer.echo(f"bcforecast: {problem.render(options.language())}", err=True)


def _record(outcome: reporting.service.RunOutcome, lang: Language) -> dict[str, object]:
    job, names = outcome.job, ("plan", "as_of", "scenario", "language")
    kept = job.failed if outcome.status == "failed" and job.failed.is_dir() else None
    return {
        "report": job.name,
        **dict(zip(names, job.path, strict=True)),
        "status": outcome.status,
        "folder": str(job.folder),
        "why": outcome.why.render(lang) if outcome.why is not None else None,
        "copied": [str(path) for path in outcome.copied],
        "failed_notebooks": [str(p) for p in sorted(kept.glob("*.ipynb"))] if kept else [],
    }


CellSecondsOption = Annotated[float | None, option("run.cell-seconds")]
MemoryOption = Annotated[int | None, option("run.memory-mb")]
ForceOption = Annotated[bool, option("run.force", shown=True)]


def limits(cell_seconds: float | None, memory_mb: int | None) -> reporting.execution.Limits:
    """Return the limits that the options name."""
    with options.named_options():
        return reporting.execution.Limits(cell_seconds=cell_seconds, memory_mb=memory_mb)


def run(
    reports: Annotated[
        Path, typer.Argument(metavar="[REPORTS.yaml]", help=help_text("run.reports"))
    ] = Path("reports.yaml"),
    due: Annotated[bool, option("run.due", shown=True)] = False,
    jobs: options.JobsOption = None,
    today: Annotated[str | None, option("run.today", metavar="YYYY-MM-DD")] = None,
    out: Annotated[options.Place, option("run.out", metavar="DIR")] = None,
    wait: Annotated[float, option("run.wait", metavar="SECONDS", min=0, max=10**9, shown=True)] = 0,
    force: ForceOption = False,
    dry_run: Annotated[bool, option("run.dry-run", shown=True)] = False,
    fail_on_change: Annotated[bool, option("run.fail-on-change", shown=True)] = False,
    notify: Annotated[str | None, option("run.notify", metavar="CMD")] = None,
    cell_seconds: CellSecondsOption = None,
    memory_mb: MemoryOption = None,
    quiet: Annotated[bool, option("run.quiet", "-q", shown=True)] = False,
    output: Annotated[RunFormat, option("run.format", shown=True)] = "text",
    lang: options.LangOption = None,
) -> None:
    spoken = speak(lang)
    command = None if notify is None else reporting.service.command_words(notify)
    now = date.today() if today is None else parse_day(today, option="--today")
    try:
        planned = reporting.service.plan_run(
            reports, today=now, out=out, limits=limits(cell_seconds, memory_mb), force=force
        )
    except reporting.service.WrongReportsError as error:
        for problem in error.problems.told:
            _warn(problem)
        raise typer.Exit(error.exit_status) from None
    for read in () if quiet else {job.plan.id: job.plan for job in planned.jobs}.values():
        options.warn_of_letters(read)
    status = run_planned(
        planned, spoken, today=now, output=output, quiet=quiet, due=due, dry_run=dry_run,
        jobs=jobs, wait=wait, command=command, fail_on_change=fail_on_change,
    )  # fmt: skip
    if status:
        raise typer.Exit(status)


def report(
    plan: options.PlanOption = None,
    as_of: options.AsOfOption = None,
    lang: Annotated[options.Several, option("report lang", metavar="zh|en")] = None,
    out: Annotated[Path, option("out", metavar="DIR", shown=True)] = Path("reports"),
    scenario: options.ScenarioOption = config.SCENARIO,
    formats: options.FormatsOption = None,
    brief: Annotated[bool, option("brief", shown=True)] = False,
    data: options.DataOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
    cell_seconds: CellSecondsOption = None,
    memory_mb: MemoryOption = None,
    force: ForceOption = False,
) -> None:
    plan = options.plan_asked(plan, data)
    from bcforecast.attainment import project
    from bcforecast.attainment.checks import findings
    from bcforecast.reporting.formats import MADE  # with the documents' records, slow to import

    languages = options.languages(lang or ())
    speak(languages[0] if languages else None)
    day, allowed = options.day_asked(as_of), limits(cell_seconds, memory_mb)
    reporting.report.check_formats(formats or ())
    read = bc.load_plan(plan, data_dir=data)
    if not languages:  # each that the plan is in
        languages = [*dict.fromkeys(read.title.language(of_several=one) for one in LANGUAGES)]
    options.warn_of_letters(read)
    for one in languages:
        request = reporting.report.ReportRequest(
            plan, day, one, scenario, seed,
            formats=tuple(cast("list[Format]", formats or (["brief"] if brief else MADE))),
            data_dir=data, models=",".join(model or ()),
            provenance=reporting.facts.Provenance(made=edge.stated_day() or date.today()),
        )  # fmt: skip
        spoken = speak(one)
        checked = reporting.report.check_request(request, out).keeping().compared()
        job = replace(checked, limits=allowed, force=force)
        with reporting.execution.children_end_with_us(), progress_bar() as progress:
            new = reporting.report.make_report(job, progress=progress)
        key = "cli.report_written" if new else "run.report_unchanged"
        page = job.folder / "index.html"
        typer.echo(text(key, spoken, path=page if page.is_file() else job.folder))
    known = project.load_figures(read, data_dir=data, as_of=day)
    warned = (one for one in findings(read, known) if one.severity == "warning" and one.figure)
    if odd := {tuple(one.place.values()) for one in warned}:
        _warn(Message("cli.report_odd", {"count": len(odd)}))


def verify_one(
    folder: Path, own: reporting.verification.OwnFiles, lang: Language, *, rebuild: bool
) -> int:
    """Verify a report, say everything that differs, and return the exit status."""
    with progress_bar() as progress:
        found = reporting.verification.verify_report(
            folder, own, rebuild=rebuild, progress=progress
        )
    if not found.findings:
        typer.echo(_line(str(folder), found, lang)[1])
    else:
        typer.echo(text("verify.head_differs", lang, report=folder, count=len(found.findings)))
    for part in ("outputs", "inputs", "environment", "rebuilt"):
        findings = getattr(found, part) or ()
        if findings:
            typer.echo(text(f"verify.part_{part}", lang))
        for subject, how in findings:
            typer.echo(text("verify.finding", lang, subject=subject, how=how.render(lang)))
    if any(how.key == "verify.version" for _, how in found.environment):
        typer.echo(text("verify.likely_reason", lang))
    for unchecked in found.unchecked:
        typer.echo(text("verify.unchecked", lang, what=unchecked))
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


def _line(
    name: str, found: reporting.verification.ReportVerification | bc.BcforecastError, lang: Language
) -> tuple[str, str]:
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
        options.Place, option("verify.data", metavar="DIR|URL", parser=options.data_folder)
    ] = None,
    plan: Annotated[options.Place, option("verify.plan", metavar="FILE")] = None,
    scenario: Annotated[options.Place, option("verify.scenario", metavar="FILE")] = None,
    notebooks: Annotated[options.Place, option("verify.notebooks", metavar="DIR")] = None,
    no_rebuild: Annotated[bool, option("verify.no-rebuild", shown=True)] = False,
    lang: options.LangOption = None,
) -> None:
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
    lang: options.LangOption = None,
    data: options.DataOption = None,
    seed: options.SeedOption = config.SEED,
    model: options.ModelOption = None,
    port: Annotated[int, option("port", shown=True)] = 8866,
    page: Annotated[options.Place, option("page", metavar="FILE")] = None,
    show: Annotated[bool, option("open", shown=True)] = False,
) -> None:
    spoken = speak(lang)
    if not 0 < port < 65536:
        raise bc.BcforecastError("explorer.port", found=port)
    outlook = options.projected(plan, as_of, data, seed, model)
    shown = lang or outlook.plan.title.language(of_several=spoken)
    panel = reporting.panel_page.PanelPage(outlook, lang=shown, goal=goal or None)
    if page is not None:
        if page.suffix.lower() not in (".html", ".htm"):
            raise options.wrong_option("--page", page, Message("cli.allowed_page"))
        reporting.panel_page.write_panel_page(panel, page)
        typer.echo(text("explorer.page_written", spoken, file=page))
        return
    # SIGTERM ends it like Ctrl+C, so that nothing is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        suppress(KeyboardInterrupt),
        saving.passing_folder("bcf-page-") as folder,
        reporting.panel_page.served(panel, port=port) as (server, address),
    ):
        typer.echo(text("explorer.opened", spoken, address=address))
        if show:
            webbrowser.open(reporting.panel_page.opening_page(address, folder=folder).as_uri())
        server.serve_forever()
