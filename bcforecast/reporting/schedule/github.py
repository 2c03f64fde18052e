"""A workflow of GitHub Actions."""

from __future__ import annotations

import json
from pathlib import Path

from bcforecast.errors import ReportError
from bcforecast.messages import Language
from bcforecast.reporting.schedule.job import Job
from bcforecast.reporting.schedule.quoting import refuse, shell
from bcforecast.reporting.schedule.template import filled

_EXPRESSION = "${{"


def github_workflow(job: Job, *, lang: Language) -> dict[str, str]:
    """Return a workflow, under its path in the repository.

    Parameters
    ----------
    job
        What to run; the file of reports is in a clone of the repository. The interpreter is that
        of the workflow.
    lang
        Language of comments and names.

    Raises
    ------
    ReportError
        If the file or the folder of reports is not in a clone of a repository, or a path would
        be read by GitHub as an expression.
    """
    listed, folder = job.reports.file.resolve(), job.reports.out.resolve()
    root = _repository(listed)
    if not folder.is_relative_to(root) or folder == root:
        raise ReportError("schedule.outside_repository", folder=folder, root=root)
    file, out = listed.relative_to(root), folder.relative_to(root)
    for path in (file, out):
        refuse(str(path), (_EXPRESSION,), target="github")
    given = () if job.jobs is None else ("--jobs", str(job.jobs))
    command = shell([".venv/bin/bcforecast", "run", file, "--due", "--fail-on-change", *given])
    workflow = filled(
        "workflow.yml",
        lang=lang,
        when=job.timetable.words(lang),
        file=file.name,
        name=json.dumps(job.name),
        key=job.name,
        cron=json.dumps(job.timetable.cron),
        command=json.dumps(command, ensure_ascii=False),
        out=json.dumps(str(out), ensure_ascii=False),
    )
    return {f"{job.name}.yml": workflow}


def _repository(file: Path) -> Path:
    for folder in file.parents:
        if (folder / ".git").exists():
            return folder
    raise ReportError("schedule.no_repository", file=file)
