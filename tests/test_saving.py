"""Files and folders that are written whole, or not at all."""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from bcforecast import saving
from bcforecast.errors import ReportError
from bcforecast.saving import remove_abandoned, whole_folder, write_files
from tests.reporting.cut_off import ends_at

OURS = "0123456789ab"
FULL = """
import resource, sys
from pathlib import Path
from bcforecast.errors import ReportError
from bcforecast.saving import whole_folder, write_files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
target = Path(sys.argv[1])
def fill_folder():
    with whole_folder(target / "zh", ours=lambda _: True) as folder:
        (folder / "a").write_bytes(bytes(5000))
def fill_file():
    write_files({target / "file": bytes(5000)}, ours=lambda *_: True)
for fill in (fill_folder, fill_file):
    try:
        fill()
    except ReportError as error:
        print(error)
"""


def publish(target, **files):
    with whole_folder(target, ours=lambda name: name in ("a", "b", "half")) as folder:
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")


def publish_half(target, interruption):
    with whole_folder(target, ours=lambda name: name == "a") as folder:
        (folder / "a").write_text("half")
        raise interruption


def content(folder):
    """What stands in a folder; of folders in it, what stands in them."""
    return {
        path.name: content(path) if path.is_dir() else path.read_text(encoding="utf-8")
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_the_last_good_folder_stays_when_a_run_fails_or_nothing_at_all(tmp_path, interruption):
    with pytest.raises(interruption):
        publish_half(tmp_path / "reports" / "plan" / "zh", interruption)
    assert content(tmp_path) == {}
    publish(tmp_path / "zh", a="good")
    with pytest.raises(interruption):
        publish_half(tmp_path / "zh", interruption)
    assert content(tmp_path) == {"zh": {"a": "good"}}


@pytest.mark.parametrize("system", ["swaps", "renames"])
def test_killed_at_any_step_leaves_one_or_the_other_and_the_next_is_whole(
    tmp_path, monkeypatch, system
):
    if system == "renames":  # there is a moment in between, and the next brings the good one back
        monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: None)
    monkeypatch.setattr("os.fsync", lambda _: None)  # slow, and a process that dies needs none
    file = tmp_path / "file"
    old, new = ({"a": one, "charts": {"b": one}} for one in ("good", "new"))

    def publish(one):
        with whole_folder(tmp_path / "zh", ours=lambda _: True) as folder:
            (folder / "charts").mkdir()
            for name in ("a", "charts/b"):
                (folder / name).write_text(one)
        write_files({file: one.encode()}, ours=lambda *_: True)

    publish("good")
    for step in count(1):
        killed = ends_at(step, lambda: publish("new"), below=tmp_path)
        assert file.read_text() in ("good", "new")
        if system == "renames":
            remove_abandoned(tmp_path)
        assert content(tmp_path)["zh"] in (old, new)
        publish("good")
        assert content(tmp_path) == {"zh": old, "file": "good"}
        if not killed:
            break
    assert step > 30


def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path):
    with (
        whole_folder(tmp_path / "zh", ours=lambda _: True) as slow,
        whole_folder(tmp_path / "en") as other,
    ):
        (slow / "a").write_text("slow")
        (other / "a").write_text("other")
        publish(tmp_path / "zh", a="quick")
        assert (slow / "a").read_text() == "slow"
        assert content(tmp_path / "zh") == {"a": "quick"}
    assert content(tmp_path) == {"zh": {"a": "slow"}, "en": {"a": "other"}}


@pytest.mark.parametrize("late", [False, True])
def test_a_folder_with_a_file_of_another_is_not_replaced_also_if_it_came_meanwhile(tmp_path, late):
    publish(tmp_path / "zh", a="good")
    (tmp_path / "zh" / ".DS_Store").write_text("of a file manager")
    publish(tmp_path / "zh", a="good")
    note = tmp_path / "zh" / "charts" / "note.txt"

    def come():
        note.parent.mkdir()
        note.write_text("mine")

    def make():
        with whole_folder(tmp_path / "zh", ours=lambda name: name == "a") as folder:
            (folder / "a").write_text("new")
            if late:
                come()

    if not late:
        come()
    with pytest.raises(ReportError, match=r"zh: found charts/note\.txt, which it did not write"):
        make()
    assert content(tmp_path) == {"zh": {"a": "good", "charts": {"note.txt": "mine"}}}


def test_a_file_that_is_replaced_may_be_read_by_the_same_people(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_text("old")
    file.chmod(0o640)
    write_files({file: b"new"}, ours=lambda *_: True)
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o640)


def test_who_stands_in_an_empty_folder_that_is_filled_still_stands_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    publish(saving.resolved(Path()), a="1")
    assert content(Path()) == {"a": "1"}


def test_a_file_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "zh").write_text("a file")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ReportError, match="cannot be written there"):
        publish(saving.resolved(tmp_path / "loop"))
    with pytest.raises(ReportError, match="found a file where"):
        publish(tmp_path / "zh")
    with pytest.raises(ReportError, match="cannot be written there"):
        publish(tmp_path / "zh" / "en")


def test_a_way_out_of_a_folder_that_is_not_there_leads_to_no_file_of_another(tmp_path):
    (tmp_path / "mine.csv").write_text("mine")
    for way in (tmp_path / "new" / "..", tmp_path / "new" / "a" / ".." / ".."):
        with pytest.raises(ReportError, match=r"cannot be written there \(No such file"):
            write_files({way / "mine.csv": b"1"}, folders=True)
        with pytest.raises(ReportError, match="cannot be written there"):
            publish(way / "zh", a="1")
    assert content(tmp_path) == {"mine.csv": "mine"}


def test_the_folder_can_be_read_by_others(tmp_path):
    previous = os.umask(0o022)
    publish(tmp_path / "zh", a="1")
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
    ours = saving.bearing(b"1")
    assert write_files({path: b"1"})
    inode = path.stat().st_ino
    assert not write_files({path: b"1"}, ours=ours)
    assert path.stat().st_ino == inode
    with pytest.raises(ReportError, match="was not made by this command"):
        write_files({path: b"2"})
    assert write_files({path: b"2"}, ours=ours)
    assert content(tmp_path) == {"a": "2"}


def test_what_was_abandoned_is_removed_and_what_is_held_or_not_ours_is_not(tmp_path):
    publish(tmp_path / "zh", a="good")
    publish(tmp_path / f".bcforecast-{OURS}", half="half")
    link, pipe, mine = (f".bcforecast-{name}" for name in (OURS[::-1], "a" * 12, "mine"))
    (tmp_path / mine).mkdir()
    (tmp_path / link).symlink_to(tmp_path / "zh")
    os.mkfifo(tmp_path / pipe)  # nobody waits for its other end
    with whole_folder(tmp_path / "zh", ours=lambda _: True) as held:
        remove_abandoned(tmp_path)
        assert held.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"zh", link, pipe, mine}


def test_a_folder_that_another_holds_for_ever_is_one_sentence(tmp_path, monkeypatch):
    lock = saving.try_lock(tmp_path)
    monkeypatch.setattr(saving, "LONGEST_WAIT", 0.1)
    with pytest.raises(ReportError, match="another process is at work"), saving.alone_in(tmp_path):
        pass
    os.close(lock)


def test_a_folder_that_was_removed_just_before_its_lock_is_not_held(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    flock, once = fcntl.flock, iter([tmp_path.iterdir])

    def late(*asked):
        _ = [found.rmdir() for left in once for found in left()]
        return flock(*asked)

    monkeypatch.setattr(fcntl, "flock", late)
    with saving.passing_folder("x-", place=tmp_path) as folder:
        assert folder.is_dir()


def test_a_good_folder_that_was_put_aside_when_all_was_killed_comes_back(tmp_path):
    publish(tmp_path / f".zh.{OURS}.previous", a="good")
    remove_abandoned(tmp_path)
    assert content(tmp_path) == {"zh": {"a": "good"}}
    (tmp_path / f".zh.{OURS}.previous").mkdir()
    publish(tmp_path / "zh", a="new")
    assert content(tmp_path) == {"zh": {"a": "new"}}
