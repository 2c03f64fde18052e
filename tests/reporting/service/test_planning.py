"""A whole file is checked before any work starts, and says where each report goes."""

from datetime import date

import pytest
import yaml

from bcforecast.errors import ReportError
from bcforecast.reporting.execution import Limits
from bcforecast.reporting.planning import Choices, WrongReportsError, plan_run
from tests.reporting.service.light_reports import light_folder, write_reports

DAY = date(2020, 12, 31)
TODAY = Choices(today=date(2022, 1, 1))


@pytest.fixture
def folder(tmp_path):
    light_folder(tmp_path, as_of=DAY)
    return tmp_path


def said(path, choices=TODAY):
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(ReportError) as wrong:
        plan_run(path, choices)
    assert sorted(path.parent.rglob("*")) == before
    assert isinstance(wrong.value, WrongReportsError)
    return [str(error) for error in wrong.value.problems]


def edit(path, **keys):
    content = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**content, **keys}, allow_unicode=True), encoding="utf-8")
    return path


def test_every_combination_is_a_job_with_its_place(folder):
    (folder / "my data" / "scenarios").mkdir()
    path = write_reports(folder, as_of=[DAY, date(2021, 12, 31)], languages=["zh", "en"])
    planned = plan_run(path, TODAY)
    assert [job.name for job in planned.jobs] == [
        f"small/{day}/baseline/{lang}"
        for day in ("2020-12-31", "2021-12-31")
        for lang in ("zh", "en")
    ]
    assert planned.jobs[0].folder == folder / "reports/small/2020-12-31/baseline/zh"
    assert planned.jobs[0].failed == folder / "reports/failed/small/2020-12-31/baseline/zh"


def test_paths_start_at_the_file_whatever_the_current_folder(folder, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    path = write_reports(folder, as_of=DAY, plan="my data/plans/small.yaml", publish="../copies")
    (job,) = plan_run(path, TODAY).jobs
    assert job.checked.order.data_dir == folder / "my data"
    assert job.copies == (folder.parent / "copies/small/2020-12-31/baseline/en",)


def test_a_date_still_to_come_is_for_later(folder):
    path = write_reports(folder, as_of=[DAY, date(2022, 1, 2)])
    planned = plan_run(path, TODAY)
    assert [job.name for job in planned.jobs] == ["small/2020-12-31/baseline/en"]
    assert planned.later == ("small/2022-01-02/baseline/en",)


def test_the_command_line_goes_before_the_file(folder):
    path = edit(folder / "reports.yaml", limits={"cell_seconds": 5, "memory_mb": 900})
    given = Choices(today=DAY, out=folder / "elsewhere", limits=Limits(cell_seconds=7))
    planned = plan_run(path, given)
    assert planned.out == folder / "elsewhere"
    assert planned.jobs[0].limits == Limits(cell_seconds=7, memory_mb=900)


def test_every_wrong_entry_is_said_and_none_hides_another(folder):
    path = edit(
        folder / "reports.yaml",
        reports=[
            {"plan": "nowhere", "as_of": DAY},
            {"plan": "small", "as_of": DAY, "scenarios": ["boom"]},
            {"plan": "small", "as_of": "latest", "since": date(2030, 1, 1)},
        ],
    )
    first, second, third = said(path)
    assert first.startswith(f"{path}, row 4: ")
    assert "nowhere" in first
    assert "small" in first
    assert "boom" in second
    assert "published by 2022-01-01" in third


def test_one_report_asked_for_twice_is_said_with_both_rows(folder):
    entry = {"plan": "small", "as_of": DAY, "languages": ["en"]}
    path = edit(folder / "reports.yaml", reports=[entry, {**entry, "formats": ["md"]}])
    (only,) = said(path)
    assert "rows 4, 8: found small/2020-12-31/baseline/en twice" in only


@pytest.mark.parametrize("plan", ["../../x", "/etc/passwd", "..", "a/b", "x\0y"])
def test_a_plan_that_reaches_for_another_folder_is_refused(folder, plan):
    (only,) = said(write_reports(folder, as_of=DAY, plan=plan))
    assert "\n" not in only


def test_a_plan_file_whose_id_reaches_for_another_folder_is_refused(folder):
    text = (folder / "my data/plans/small.yaml").read_text("utf-8")
    (folder / "evil.yaml").write_text(text.replace("id: small", "id: ../../x"), encoding="utf-8")
    (only,) = said(write_reports(folder, as_of=DAY, plan="evil.yaml"))
    assert "found “../../x”" in only


def test_a_plan_called_as_the_folder_of_failures_is_refused(folder):
    text = (folder / "my data/plans/small.yaml").read_text("utf-8")
    (folder / "evil.yaml").write_text(text.replace("id: small", "id: failed"), encoding="utf-8")
    (only,) = said(write_reports(folder, as_of=DAY, plan="evil.yaml"))
    assert "kept for notebooks that failed" in only


@pytest.mark.parametrize("out", ["..", "../x", "/tmp/x", ".", "a/../../x", "link"])
def test_the_reports_may_not_leave_the_folder_of_the_file(folder, tmp_path_factory, out):
    (folder / "link").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    (only,) = said(edit(folder / "reports.yaml", out=out))
    assert f"out: found “{out}”; allowed: a folder below that of this file" in only


def test_a_link_in_the_way_of_a_report_is_refused(folder, tmp_path_factory):
    (folder / "reports").mkdir()
    (folder / "reports" / "small").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    (only,) = said(folder / "reports.yaml")
    assert "leads out" in only


def test_a_file_in_the_place_of_a_report_is_refused(folder):
    (folder / "reports/small/2020-12-31/baseline").mkdir(parents=True)
    (folder / "reports/small/2020-12-31/baseline/en").write_text("a file")
    (only,) = said(folder / "reports.yaml")
    assert "found a file where" in only


@pytest.mark.parametrize("key", ["data", "notebooks"])
def test_a_folder_that_is_not_there_is_refused(folder, key):
    (only,) = said(edit(folder / "reports.yaml", **{key: "none"}))
    assert f"{key}: found “none”; allowed: a folder that is there" in only


def test_a_folder_without_the_notebook_is_refused(folder):
    (folder / "books" / "03_plan.ipynb").unlink()
    (only,) = said(folder / "reports.yaml")
    assert "03_plan.ipynb: there is no such notebook" in only


def test_since_beside_a_fixed_date_is_refused(folder):
    (only,) = said(write_reports(folder, as_of=DAY, since=DAY))
    assert "since: found 2020-12-31; allowed: no since beside fixed dates" in only


def test_bad_data_is_one_sentence(folder):
    (folder / "my data" / "observations.csv").write_text("area\n", encoding="utf-8")
    (only,) = said(folder / "reports.yaml")
    assert "observations.csv" in only
