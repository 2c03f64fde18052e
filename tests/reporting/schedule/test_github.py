"""The workflow of GitHub Actions, and the one that is shipped."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule import Job, github_workflow, reports_to_run
from bcforecast.reporting.schedule.timetable import Timetable

from .scheduled_reports import AWKWARD, scheduled, write_reports_file

SHIPPED = Path(__file__).parents[3] / "examples" / "github-actions.yml"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Looks like a clone of a repository."""
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    return tmp_path / "clone"


def steps(workflow: str) -> list[dict[str, object]]:
    return yaml.safe_load(workflow)["jobs"]["reports"]["steps"]


def test_the_run_names_the_file_from_the_top_of_the_clone(clone: Path) -> None:
    job = scheduled(write_reports_file(clone / AWKWARD))
    ((name, workflow),) = github_workflow(job, lang="zh").items()
    assert name == "quick.yml"
    command = [
        ".venv/bin/bcforecast",
        "run",
        f"{AWKWARD}/reports.yaml",
        "--due",
        "--fail-on-change",
    ]
    assert [shlex.split(str(s["run"])) for s in steps(workflow) if "run" in s] == [
        ["make", "setup"],
        command,
    ]


def test_it_runs_on_time_and_on_demand_and_keeps_what_was_made_even_after_a_failure(
    clone: Path,
) -> None:
    job = scheduled(write_reports_file(clone))
    (workflow,) = github_workflow(job, lang="en").values()
    read = yaml.safe_load(workflow)
    on = read[True]  # YAML 1.1 reads the key `on` as a truth value
    assert on == {"schedule": [{"cron": "0 6 1 * *"}], "workflow_dispatch": None}
    assert read["permissions"] == {"contents": "read"}
    kept = [s for s in steps(workflow) if s.get("if") == "always()"]
    assert [str(s["uses"]).partition("@")[0] for s in kept] == [
        "actions/cache/save",
        "actions/upload-artifact",
    ]
    assert all(s["with"]["path"] == "reports" for s in kept)


def test_a_file_in_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="git repository"):
        github_workflow(scheduled(write_reports_file(tmp_path)), lang="en")


@pytest.mark.parametrize("out", ["../elsewhere", "."])
def test_reports_outside_the_repository_or_all_over_it_are_refused(clone: Path, out: str) -> None:
    with pytest.raises(ReportError, match="repository"):
        github_workflow(scheduled(write_reports_file(clone, out=out)), lang="en")


def test_a_path_that_github_would_evaluate_is_refused(clone: Path) -> None:
    with pytest.raises(ReportError, match="GitHub"):
        github_workflow(scheduled(write_reports_file(clone / "${{ secrets.X }}")), lang="en")


def test_the_shipped_example_is_what_the_command_writes(clone: Path) -> None:
    job = Job(reports_to_run(write_reports_file(clone)), Timetable())
    (workflow,) = github_workflow(job, lang="en").values()
    assert SHIPPED.read_text(encoding="utf-8") == workflow
