"""What `bcforecast run` says: a line a report for people, or one document for machines."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Literal

import typer

from bcforecast.messages import Language, text

if TYPE_CHECKING:
    from bcforecast.reporting.service.job import Job
    from bcforecast.reporting.service.outcome import Outcome
    from bcforecast.reporting.service.planning import Planned
    from bcforecast.reporting.service.run_lock import Holder

Format = Literal["text", "json"]


class RunReport:
    """Says what a run does: a line a report for people, or one document for machines."""

    def __init__(
        self,
        planned: Planned,
        lang: Language,
        *,
        output: Format,
        quiet: bool,
        due: bool,
        today: date,
    ) -> None:
        self.planned, self.lang, self.today = planned, lang, today
        self.output, self.quiet, self.due = output, quiet, due
        self.held_back: list[str] | None = None

    def foretell(self) -> None:
        """Say what would be done."""
        from bcforecast.reporting.service.run import is_due

        fates = {j.name: "due" if is_due(j) else "unchanged" for j in self.planned.jobs}
        if self.output == "json":
            records = [{"report": name, "status": fate} for name, fate in fates.items()]
            records += [{"report": name, "status": "later"} for name in self.planned.later]
            self._document({"dry_run": True, "reports": records})
            return
        for name, fate in fates.items():
            if fate == "due" or not self.due:
                self._line(text(f"run.line_{fate}", self.lang, report=name))
        self._later()

    def run(
        self, *, jobs: int, wait: float, command: tuple[str, ...] | None, fail_on_change: bool
    ) -> int:
        """Run, say what came of it, and return the exit status."""
        from bcforecast.cli.console import progress_bar
        from bcforecast.reporting.service.changes import change_record, change_words
        from bcforecast.reporting.service.notice import notify
        from bcforecast.reporting.service.run import run_reports
        from bcforecast.reporting.service.stopping import stopping

        with stopping() as stop:
            try:
                with progress_bar(hidden=self.quiet) as progress:
                    self.held_back = [] if not self.quiet and sys.stderr.isatty() else None
                    found = run_reports(
                        self.planned,
                        jobs=jobs,
                        wait=wait,
                        stop=stop,
                        tell=self._tell,
                        progress=progress,
                        begun=self._stale,
                    )
            finally:
                for line in self.held_back or ():
                    typer.echo(line)
                self.held_back = None
            for error in found.unreadable:
                self._warn(error.message.render(self.lang))
            changes = [change_record(change, lang=self.lang) for change in found.changes]
            document: dict[str, object] = {
                "reports": [
                    *(_record(job, outcome, self.lang) for job, outcome in found.outcomes.values()),
                    *({"report": name, "status": "later"} for name in self.planned.later),
                ],
                "changes": changes,
            }
            wrong = None
            if command is not None and changes:
                wrong = notify(command, self._headed({"changes": changes}), stop=stop)
                document["notified"] = wrong is None
        if self.output == "json":
            self._document(document)
        else:
            self._later()
            fates = {outcome.fate for _, outcome in found.outcomes.values()}
            if self.due and not self.quiet and fates <= {"unchanged"}:
                self._line(text("run.nothing_due", self.lang))
            for change in found.changes:
                self._line(change_words(change, lang=self.lang))
        unlisted = None if found.unlisted is None else found.unlisted.message
        for problem in (wrong, unlisted):
            if problem is not None:
                self._warn(problem.render(self.lang))
        return int(found.failed or wrong is not None or (fail_on_change and bool(changes)))

    def _tell(self, job: Job, outcome: Outcome) -> None:
        silent = self.quiet and outcome.fate != "failed"
        if self.output == "json" or silent or (self.due and outcome.fate == "unchanged"):
            return
        why = outcome.why.render(self.lang) if outcome.why is not None else ""
        line = text(f"run.line_{outcome.fate}", self.lang, report=job.name, why=why)
        copied = [
            text("run.line_copied", self.lang, folder=path) for path in map(str, outcome.copied)
        ]
        self._line("".join([line, *copied]))

    def _stale(self, holder: Holder | None) -> None:
        if holder is not None:
            pid = holder.process_id or "?"
            self._warn(text("run.stale_lock", self.lang, pid=pid, since=holder.since))

    def _later(self) -> None:
        if not self.due and not self.quiet:
            for name in self.planned.later:
                self._line(text("run.line_later", self.lang, report=name, today=self.today))

    def _line(self, line: str) -> None:
        if self.held_back is None:
            typer.echo(line)
        else:
            self.held_back.append(line)

    def _warn(self, line: str) -> None:
        typer.echo(f"bcforecast: {line}", err=True)

    def _headed(self, document: dict[str, object]) -> dict[str, object]:
        return {"document": "bcforecast-run-summary/1", "today": str(self.today), **document}

    def _document(self, document: dict[str, object]) -> None:
        typer.echo(json.dumps(self._headed(document), ensure_ascii=False, indent=2))


def _record(job: Job, outcome: Outcome, lang: Language) -> dict[str, object]:
    plan, as_of, scenario, language = job.checked.parts
    kept = job.failed if outcome.fate == "failed" and job.failed.is_dir() else None
    return {
        "report": job.name,
        "plan": plan,
        "as_of": as_of,
        "scenario": scenario,
        "language": language,
        "status": outcome.fate,
        "folder": str(job.folder),
        "why": outcome.why.render(lang) if outcome.why is not None else None,
        "copied": [str(path) for path in outcome.copied],
        "failed_notebooks": [str(p) for p in sorted(kept.glob("*.ipynb"))] if kept else [],
    }
