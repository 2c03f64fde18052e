"""One run at a time in a folder; a lock that a killed run left is no lock."""

import json
import os
import subprocess
import sys

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.processes import RunTerminatedError, Stop
from bcforecast.reporting.service import LOCK, RunLockedError, run_lock

HOLDER = """
import fcntl, json, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(descriptor, fcntl.LOCK_EX)
record = {"pid": os.getpid(), "since": "2026-01-01T00:00:00+00:00"}
os.write(descriptor, json.dumps(record).encode())
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def stop():
    stop = Stop()
    yield stop
    stop.close()


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its input is closed."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / LOCK)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_lock_names_who_holds_it_and_goes_with_the_run(tmp_path, stop):
    out = tmp_path / "reports"
    with run_lock(out, wait=0, stop=stop) as (_, stale):
        assert stale is None
        assert json.loads((out / LOCK).read_text())["pid"] == os.getpid()
    assert list(out.iterdir()) == []


def test_what_was_written_meanwhile_stays(tmp_path, stop):
    with run_lock(tmp_path / "reports", wait=0, stop=stop):
        (tmp_path / "reports" / "index.html").write_text("a")
    assert [p.name for p in (tmp_path / "reports").iterdir()] == ["index.html"]


def test_a_second_run_is_told_who_holds_it_and_since_when(tmp_path, stop, holder):
    said = f"another run is at work there \\(process {holder.pid}, since 2026-01-01"
    with pytest.raises(RunLockedError, match=said) as locked, run_lock(tmp_path, wait=0, stop=stop):
        pass
    assert locked.value.exit_status == 1
    assert (tmp_path / LOCK).exists()


def test_a_run_that_waits_gets_it_when_the_other_ends(tmp_path, stop, holder):
    holder.stdin.close()
    with run_lock(tmp_path, wait=60, stop=stop) as (_, stale):
        assert stale.process_id == holder.pid


def test_the_lock_of_a_killed_run_is_taken_over_and_its_run_is_named(tmp_path, stop, holder):
    holder.kill()
    holder.wait()
    with run_lock(tmp_path, wait=0, stop=stop) as (_, stale):
        assert (stale.process_id, stale.since[:4]) == (holder.pid, "2026")
    with run_lock(tmp_path, wait=0, stop=stop) as (_, stale):
        assert stale is None


def test_waiting_ends_with_a_signal(tmp_path, stop, holder):
    stop.ask(15)
    with pytest.raises(RunTerminatedError), run_lock(tmp_path, wait=60, stop=stop):
        pass


def test_a_lock_with_unreadable_words_is_stale_too(tmp_path, stop):
    (tmp_path / LOCK).write_text("nonsense")
    with run_lock(tmp_path, wait=0, stop=stop) as (_, stale):
        assert stale.process_id is None


def test_a_lock_that_is_a_link_is_not_followed(tmp_path, stop):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / LOCK).symlink_to(tmp_path / "precious")
    with (
        pytest.raises(ReportError, match="cannot be written"),
        run_lock(tmp_path, wait=0, stop=stop),
    ):
        pass
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_folder_in_which_nobody_can_write_is_one_sentence(stop):
    from pathlib import Path

    unwritable = Path("/proc/bcforecast-reports")
    with (
        pytest.raises(ReportError, match="cannot be written"),
        run_lock(unwritable, wait=0, stop=stop),
    ):
        pass
