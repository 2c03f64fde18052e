"""A report's path never leaves the folder of all reports."""

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.publication import failed_folder, report_folder

PARTS = ("plan", "2021-12-31", "baseline", "zh")


@pytest.mark.parametrize(
    "bad", ["..", ".", "", "a/b", "../../x", "/etc", "a\\b", ".hidden", "a\0b", "-a", "a\n", "计划"]
)
@pytest.mark.parametrize("place", range(4))
def test_a_part_that_is_no_plain_name_is_refused(tmp_path, bad, place):
    parts = list(PARTS)
    parts[place] = bad
    with pytest.raises(ReportError, match="as part of a report's path"):
        report_folder(tmp_path, *parts)


def test_the_folder_of_failures_is_no_plan(tmp_path):
    with pytest.raises(ReportError, match="failed"):
        report_folder(tmp_path, "failed", *PARTS[1:])
    assert failed_folder(tmp_path, *PARTS) == tmp_path.joinpath("failed", *PARTS)


@pytest.mark.parametrize("depth", range(1, 5))
def test_a_link_that_leads_out_is_refused_wherever_it_stands(tmp_path, depth):
    out, elsewhere = tmp_path / "reports", tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = out.joinpath(*PARTS[:depth])
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(ReportError, match="leads out"):
        report_folder(out, *PARTS)


def test_a_link_that_stays_within_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "plan").symlink_to(tmp_path / "real")
    assert report_folder(tmp_path, *PARTS) == tmp_path.joinpath(*PARTS)


def test_the_report_itself_is_no_link(tmp_path):
    target = tmp_path.joinpath(*PARTS)
    target.parent.mkdir(parents=True)
    (tmp_path / "other").mkdir()
    target.symlink_to(tmp_path / "other")
    with pytest.raises(ReportError, match="leads out"):
        report_folder(tmp_path, *PARTS)


def test_the_folder_of_all_reports_may_be_a_link_itself(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "reports").symlink_to(tmp_path / "disk")
    assert report_folder(tmp_path / "reports", *PARTS).is_relative_to(tmp_path / "reports")
