"""A report appears in its place whole or not at all, and its place leads out of no folder."""

import os
import signal
import subprocess
import sys

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.publication import (
    remove_abandoned,
    report_folder,
    whole_folder,
    write_whole_file,
)

OURS = "0123456789ab"
KILLED = """
import os, signal, sys
from pathlib import Path
from bcforecast.reporting.publication import whole_folder
with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
FULL = """
import resource, sys
from pathlib import Path
from bcforecast.errors import ReportError
from bcforecast.reporting.publication import whole_folder, write_whole_file
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
target = Path(sys.argv[1])
def fill_folder():
    with whole_folder(target / "zh") as folder:
        (folder / "a").write_bytes(bytes(5000))
for fill in (fill_folder, lambda: write_whole_file(target / "file", bytes(5000))):
    try:
        fill()
    except ReportError as error:
        print(error)
"""


def publish(target, **files):
    with whole_folder(target) as folder:
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")


def publish_half(target, interruption):
    with whole_folder(target) as folder:
        (folder / "a").write_text("half")
        raise interruption


def content(folder):
    """What stands in a folder; of folders in it, what stands in them."""
    return {
        path.name: content(path) if path.is_dir() else path.read_text(encoding="utf-8")
        for path in folder.iterdir()
    }


def test_a_folder_appears_with_all_its_files_and_is_replaced_as_a_whole(tmp_path):
    target = tmp_path / "plan" / "zh"
    publish(target, a="1", b="2")
    assert content(tmp_path) == {"plan": {"zh": {"a": "1", "b": "2"}}}
    publish(target, a="3")
    assert content(tmp_path) == {"plan": {"zh": {"a": "3"}}}


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_the_last_good_folder_stays_when_a_run_fails_or_nothing_at_all(tmp_path, interruption):
    with pytest.raises(interruption):
        publish_half(tmp_path / "reports" / "plan" / "zh", interruption)
    assert content(tmp_path) == {}
    publish(tmp_path / "zh", a="good")
    with pytest.raises(interruption):
        publish_half(tmp_path / "zh", interruption)
    assert content(tmp_path) == {"zh": {"a": "good"}}


def test_what_a_killed_run_left_is_removed_by_the_next_one(tmp_path):
    publish(tmp_path / "zh", a="good")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "zh")], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2
    assert content(tmp_path / "zh") == {"a": "good"}
    publish(tmp_path / "zh", a="new")
    assert content(tmp_path) == {"zh": {"a": "new"}}


def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path):
    with whole_folder(tmp_path / "zh") as slow, whole_folder(tmp_path / "en") as other:
        (slow / "a").write_text("slow")
        (other / "a").write_text("other")
        publish(tmp_path / "zh", a="quick")
        assert (slow / "a").read_text() == "slow"
        assert content(tmp_path / "zh") == {"a": "quick"}
    assert content(tmp_path) == {"zh": {"a": "slow"}, "en": {"a": "other"}}


def test_a_file_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "zh").write_text("a file")
    with pytest.raises(ReportError, match="found a file where"):
        publish(tmp_path / "zh")
    with pytest.raises(ReportError, match="cannot be written there"):
        publish(tmp_path / "zh" / "en")


def test_the_folder_can_be_read_by_others(tmp_path):
    previous = os.umask(0o022)
    try:
        publish(tmp_path / "zh", a="1")
    finally:
        os.umask(previous)
    assert (tmp_path / "zh").stat().st_mode & 0o777 == 0o755


def test_a_disk_without_room_is_one_sentence_and_the_last_good_one_stays(tmp_path):
    publish(tmp_path / "zh", a="good")
    (tmp_path / "file").write_text("good")
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    full = subprocess.run(command, check=True, capture_output=True, text=True)
    assert full.stdout.splitlines() == [
        f"{tmp_path / name}: cannot be written there (File too large)" for name in ("zh", "file")
    ]
    assert content(tmp_path) == {"zh": {"a": "good"}, "file": "good"}


def test_a_file_is_written_only_where_it_differs(tmp_path):
    path = tmp_path / "a"
    assert write_whole_file(path, b"1")
    inode = path.stat().st_ino
    assert not write_whole_file(path, b"1")
    assert path.stat().st_ino == inode
    assert write_whole_file(path, b"2")
    assert content(tmp_path) == {"a": "2"}


def test_what_was_abandoned_is_removed_and_what_is_held_or_not_ours_is_not(tmp_path):
    publish(tmp_path / "zh", a="good")
    publish(tmp_path / f".en.{OURS}.partial", half="half")
    (tmp_path / f".index.html.{OURS}.partial").write_text("half")
    foreign = {".movie.mp4.partial", ".mirror.partial", f".link.{OURS}.partial"}
    (tmp_path / ".movie.mp4.partial").write_text("somebody's")
    (tmp_path / ".mirror.partial").mkdir()
    (tmp_path / f".link.{OURS}.partial").symlink_to(tmp_path / "zh")
    with whole_folder(tmp_path / "zh") as held:
        remove_abandoned(tmp_path)
        assert held.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"zh", *foreign}


def test_a_good_folder_that_was_put_aside_when_all_was_killed_comes_back(tmp_path):
    publish(tmp_path / f".zh.{OURS}.previous", a="good")
    remove_abandoned(tmp_path)
    assert content(tmp_path) == {"zh": {"a": "good"}}
    (tmp_path / f".zh.{OURS}.previous").mkdir()
    publish(tmp_path / "zh", a="new")
    assert content(tmp_path) == {"zh": {"a": "new"}}


PARTS = ("plan", "2021-12-31", "baseline", "zh")


@pytest.mark.parametrize(
    "bad", ["..", ".", "", "a/b", "../../x", "/etc", "a\\b", ".hidden", "a\0b", "-a", "a\n", "计划"]
)
@pytest.mark.parametrize("place", range(4))
def test_a_part_of_a_path_that_is_no_plain_name_is_refused(tmp_path, bad, place):
    with pytest.raises(ReportError, match="as part of a report's path"):
        report_folder(tmp_path, *PARTS[:place], bad, *PARTS[place + 1 :])


def test_the_folder_of_failures_is_no_plan(tmp_path):
    with pytest.raises(ReportError, match="failed"):
        report_folder(tmp_path, "failed", *PARTS[1:])


@pytest.mark.parametrize("depth", range(1, 5))
def test_a_link_that_leads_out_is_refused_wherever_it_stands(tmp_path, depth):
    link = tmp_path.joinpath("reports", *PARTS[:depth])
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path)
    with pytest.raises(ReportError, match="leads out"):
        report_folder(tmp_path / "reports", *PARTS)


def test_a_link_that_stays_within_is_followed_but_for_the_report_itself(tmp_path):
    (tmp_path / "disk" / "real").mkdir(parents=True)
    out = tmp_path / "reports"
    out.symlink_to(tmp_path / "disk")  # the folder of all reports may be a link
    (out / "plan").symlink_to(out / "real")
    assert report_folder(out, *PARTS) == out.joinpath(*PARTS)
    out.joinpath(*PARTS[:3]).mkdir(parents=True)
    out.joinpath(*PARTS).symlink_to(out / "real")
    with pytest.raises(ReportError, match="leads out"):
        report_folder(out, *PARTS)
