"""A run: its lock, the command that hears of changes, and what is left where it is cut off."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.service import LOCK, RunLockedError, command_words, notify, run_lock
from tests.reporting.cut_off import gone, kernel_folders, processes_of, reports, started, unfinished
from tests.reporting.light_reports import folder_with_a_report, show, write_notebook

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
def holder(tmp_path):
    """Another process that holds the lock until its input is closed."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / LOCK)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_lock_names_who_holds_it_and_goes_with_the_run_and_nothing_else(tmp_path):
    out = tmp_path / "reports"
    with run_lock(out, wait=0) as stale:
        assert stale is None
        assert json.loads((out / LOCK).read_text())["pid"] == os.getpid()
        (out / "index.html").write_text("a")
    assert [path.name for path in out.iterdir()] == ["index.html"]


def test_a_second_run_is_told_who_holds_it_and_since_when(tmp_path, holder):
    said = f"another run is at work there \\(process {holder.pid}, since 2026-01-01"
    with pytest.raises(RunLockedError, match=said) as locked, run_lock(tmp_path, wait=0):
        pass
    assert locked.value.exit_status == 1
    assert (tmp_path / LOCK).exists()


def test_a_run_that_waits_gets_it_when_the_other_ends(tmp_path, holder):
    holder.stdin.close()
    with run_lock(tmp_path, wait=60) as stale:
        assert stale["pid"] == holder.pid


def test_the_lock_of_a_killed_run_is_taken_over_and_its_run_is_named(tmp_path, holder):
    holder.kill()
    holder.wait()
    with run_lock(tmp_path, wait=0) as stale:
        assert (stale["pid"], stale["since"][:4]) == (holder.pid, "2026")
    with run_lock(tmp_path, wait=0) as stale:
        assert stale is None
    (tmp_path / LOCK).write_text("nonsense")
    with run_lock(tmp_path, wait=0) as stale:
        assert stale["pid"] == "?"


def test_a_lock_that_is_a_link_or_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / LOCK).symlink_to(tmp_path / "precious")
    with pytest.raises(ReportError, match="cannot be written"), run_lock(tmp_path, wait=0):
        pass
    assert (tmp_path / "precious").read_text() == "precious"
    unwritable = Path("/proc/bcforecast-reports")
    with pytest.raises(ReportError, match="cannot be written"), run_lock(unwritable, wait=0):
        pass


def test_a_change_comes_on_the_input_of_a_command_and_no_shell_is_between(tmp_path):
    target = tmp_path / "a b; touch c"
    copy = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    words = command_words(f'{sys.executable} -c "{copy}" "{target}"')
    assert notify(words, {"变化": [1]}) is None
    assert target.read_text("utf-8") == '{\n  "变化": [\n    1\n  ]\n}\n'
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_command_that_fails_is_said_with_its_status(tmp_path):
    said = notify(command_words(f'{sys.executable} -c "import sys; sys.exit(7)"'), {})
    assert said.render("en") == f"--notify: {sys.executable} failed: exit status 7"
    assert "运行失败：退出状态 7" in said.render("zh")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\0\1\2")
    broken.chmod(0o755)
    assert "failed" in notify(command_words(str(broken)), {}).render("en")


@pytest.mark.parametrize("command", ["", "no-such-program a", '"open', "'"])
def test_a_command_that_is_none_is_refused_before_the_run(command):
    with pytest.raises(ReportError, match="--notify"):
        command_words(command)


WAIT = "open({!r}, 'w').write('here')\nimport time\ntime.sleep(600)"
"""A cell that says that it has begun, and does not end."""

WRITTEN = "small/2020-12-31/baseline/en: written\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder whose one report stands."""
    made = folder_with_a_report(tmp_path_factory.getbasetemp())
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("cut") / "made"))


@pytest.fixture
def waiting(folder):
    """The same folder with a notebook that waits for ever, and a run that has come to it."""
    book = folder / "books" / "03_plan.ipynb"
    before = book.read_bytes()
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    write_notebook(folder, WAIT.format(str(pipe)))
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with started(folder / "reports.yaml") as run:
        ready, _, _ = select.select([reader], [], [], 120)
        assert ready, run.communicate()
        yield run
    os.close(reader)
    pipe.unlink()
    book.write_bytes(before)


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGTERM, 143, "ended from outside; finished reports are published"),
        (signal.SIGINT, 130, "interrupted; finished reports are published"),
    ],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_signal_ends_every_process_and_leaves_nothing_half(folder, waiting, number, status, said):
    good, temporary = reports(folder / "reports"), kernel_folders(waiting.mark)
    assert len(processes_of(waiting.mark)) > 1
    waiting.send_signal(number)
    out, err = waiting.communicate(timeout=120)
    assert (waiting.returncode, out) == (status, "")
    assert err.startswith(f"bcforecast: {said}")
    assert gone(waiting.mark)
    assert reports(folder / "reports") == good
    assert unfinished(folder / "reports") == []
    assert not (folder / "reports" / "failed").exists()
    assert not (folder / "reports" / LOCK).exists()
    assert temporary
    assert not [path for path in temporary if path.exists()]


def test_while_one_run_is_at_work_a_second_says_so_and_after_its_death_the_next_completes(
    folder, waiting
):
    good, temporary = reports(folder / "reports"), kernel_folders(waiting.mark)
    with started(folder / "reports.yaml") as second:
        out, err = second.communicate(timeout=120)
    assert (second.returncode, out) == (1, "")
    assert f"another run is at work there (process {waiting.pid}, since " in err
    assert waiting.poll() is None

    waiting.kill()
    waiting.communicate()
    assert gone(waiting.mark)
    assert reports(folder / "reports") == good
    write_notebook(folder, show())
    with started(folder / "reports.yaml", "--force") as third:
        out, err = third.communicate(timeout=300)
    assert (third.returncode, out) == (0, WRITTEN)
    assert f"the run before this one (process {waiting.pid}, since " in err
    assert reports(folder / "reports") == good
    assert unfinished(folder / "reports") == []
    assert not [path for path in temporary if path.exists()]
