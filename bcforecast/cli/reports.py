"""Commands that make and check reports: report, run, verify, explore."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

import bcforecast as bc
from bcforecast import config, edge, reporting
from bcforecast.cli import options
from bcforecast.cli.options import help_text, option, parse_day, progress_bar, speak
from bcforecast.errors import one_line
from bcforecast.text import LANGUAGES, Language, Message, text

if TYPE_CHECKING:
    from bcforecast.reporting.formats import Format


def run_planned(
    planned: reporting.service.Planned,
    lang: Language,
    *,
    today: date,
    quiet: bool = False,
    due: bool = False,
    dry_run: bool = False,
    jobs: int | None = None,
    wait: float = 0.0,
    command: tuple[str, ...] | None = None,
    fail_on_change: bool = False,
    scheduler: str | None = None,
) -> int:
    """Make reports, or say with `dry_run` what would be done, a line each; the exit status."""

    def say_later() -> None:
        for name in () if due or quiet else planned.later:
            typer.echo(text("run.line_later", lang, report=name, today=today))

    if dry_run:
        for job in planned.jobs:
            stands = "due" if job.is_due else "unchanged"
            if stands == "due" or not due:
                typer.echo(text(f"run.line_{stands}", lang, report=job.name))
        say_later()
        return 0

    with reporting.execution.children_end_with_us(published=True) as ended:
        with options.lines_below(hidden=quiet) as line, progress_bar(hidden=quiet) as progress:

            def tell(outcome: reporting.service.RunOutcome) -> None:
                unsaid = ("written", "unchanged") if quiet else ("unchanged",) if due else ()
                if outcome.status in unsaid:
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
        wrong = None
        if command is not None:
            head = {"document": "bcforecast-run-summary/1", "today": str(today)}
            wrong = reporting.service.notify(command, changes, out=planned.out, head=head)
    say_later()
    if due and not quiet and all(one.status == "unchanged" for one in found.outcomes):
        typer.echo(text("run.nothing_due", lang))
    for change in found.changes:
        typer.echo(reporting.listing.change_words(change, lang=lang))
    for problem in filter(None, (wrong, found.unlisted)):
        _warn(problem)
    failed = any(one.status == "failed" for one in found.outcomes) or found.unlisted is not None
    return int(failed or wrong is not None or (fail_on_change and bool(changes)))


def _warn(problem: Message) -> None:
    typer.echo(f"bcforecast: {problem.render(options.language())}", err=True)


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
        planned, spoken, today=now, quiet=quiet, due=due, dry_run=dry_run,
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
    with reporting.execution.children_end_with_us(), progress_bar() as progress:
        found = reporting.verification.verify_report(
            folder, own, rebuild=not no_rebuild, progress=progress
        )
    kind = "differs" if found.findings else "records" if no_rebuild else "bytes"
    typer.echo(text(f"verify.line_{kind}", spoken, report=folder, count=len(found.findings)))
    for part in ("outputs", "inputs", "environment", "rebuilt"):
        if findings := getattr(found, part):
            typer.echo(text(f"verify.part_{part}", spoken))
        for subject, how in findings or ():
            told = one_line(how.render(spoken))
            typer.echo(text("verify.finding", spoken, subject=one_line(subject), how=told))
    if any(how.key == "verify.version" for _, how in found.environment):
        typer.echo(text("verify.likely_reason", spoken))
    if found.unchecked is not None:
        typer.echo(text("verify.unchecked", spoken, what=found.unchecked))
    if found.findings:
        raise typer.Exit(1)


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
        reporting.panel_page.served(panel, port=port) as (server, address),
    ):
        typer.echo(text("explorer.opened", spoken, address=address))
        server.serve_forever()
