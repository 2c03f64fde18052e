"""`bcforecast verify`: what it says, and how it leaves."""

import shutil
from pathlib import Path

import pytest

from tests.reporting.light_reports import contents, folder_with_a_report

REPORT = "small/2020-12-31/baseline/en"


@pytest.fixture
def folder(tmp_path_factory, tmp_path):
    """A folder with data, notebooks and a report."""
    made = folder_with_a_report(tmp_path_factory.getbasetemp())
    return Path(shutil.copytree(made, tmp_path / "made"))


def own(folder):
    return "--data", folder / "my data", "--notebooks", folder / "books"


def test_an_equal_report_gets_one_line_and_status_0(run, folder):
    before = contents(folder)
    status, out, err = run("verify", folder / "reports" / REPORT, *own(folder))
    assert (status, err) == (0, "")
    assert out.startswith("equal ")
    assert out.count("\n") == 1
    assert "to the byte" in out
    assert contents(folder) == before


def test_every_difference_is_listed_below_its_heading_and_another_version_as_its_reason(
    run, folder
):
    report = folder / "reports" / REPORT
    (report / "report.md").unlink()
    with (folder / "my data" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    asked = ("verify", report, *own(folder), "--no-rebuild")
    status, out, _ = run(*asked, "--lang", "zh")
    lines = out.splitlines()
    assert status == 1
    assert lines[0].endswith("共2处不同")
    assert lines[1:4:2] == ["报告文件与清单对照：", "输入文件，当时与现在："]
    assert lines[2] == "  report.md：缺失"
    assert lines[4].startswith("  sources.csv：SHA-256 原为 ")
    assert len(lines) == 5
    path = report / "manifest.json"
    altered = path.read_text("utf-8").replace('"python": "', '"python": "9')
    path.write_text(altered, encoding="utf-8")
    out = run(*asked)[1]
    assert "  python: version then 9" in out
    assert out.endswith("the likely reason why bytes differ.\n")


def test_a_folder_of_reports_gets_a_line_each_and_a_total(run, folder):
    reports = folder / "reports"
    harmed, lost = (reports / REPORT.replace("2020", year) for year in ("2018", "2019"))
    for copy in (harmed, lost):
        shutil.copytree(reports / REPORT, copy)
    (harmed / "report.md").unlink()
    (lost / "manifest.json").write_text("{", encoding="utf-8")
    status, out, _ = run("verify", reports, *own(folder), "--no-rebuild")
    assert status == 1
    assert [line.split("  ")[0] for line in out.splitlines()] == [
        "different", "not verified", "equal", "3 reports: 1 equal, 1 different, 1 not verified",
    ]  # fmt: skip
    shutil.rmtree(harmed)
    assert run("verify", reports, *own(folder), "--no-rebuild")[0] == 2
    shutil.rmtree(lost)
    assert run("verify", reports, *own(folder), "--no-rebuild")[0] == 0


def test_what_was_not_checked_is_said(shown, refused, folder):
    report = folder / "reports" / REPORT
    notebooks = own(folder)[2:]
    out = shown("verify", report, *notebooks, "--no-rebuild")
    assert "Not checked: it was made with a data folder of the user's own (my data)" in out
    assert "name it with --data DIR" in refused("verify", report, *notebooks)


@pytest.mark.parametrize(
    ("name", "said"),
    [("nothing", "there is no such folder"), ("books", "there is no report in it"),
     ("reports.yaml", "there is no such folder")],
)  # fmt: skip
def test_a_wrong_folder_is_said_in_one_sentence(refused, folder, name, said):
    assert said in refused("verify", folder / name)
