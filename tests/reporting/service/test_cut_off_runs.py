"""Cut off at any moment, a run leaves whole reports, no process, and a way for the next one."""

import os
import random
import select
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from cut_off import gone, processes_of, reports, started, unfinished

from tests.reporting.service.light_reports import folder_with_a_report, show, write_notebook
from tests.reporting.small_notebooks import eventually

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


def temporary_folders(mark):
    return {Path(p.environ()["TMPDIR"]) for p in processes_of(mark) if "TMPDIR" in p.environ()}


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGTERM, 143, "ended from outside; finished reports are published"),
        (signal.SIGINT, 130, "interrupted; finished reports are published"),
    ],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_signal_ends_every_process_and_leaves_nothing_half(folder, waiting, number, status, said):
    good, temporary = reports(folder / "reports"), temporary_folders(waiting.mark)
    assert len(processes_of(waiting.mark)) > 2
    waiting.send_signal(number)
    out, err = waiting.communicate(timeout=60)
    assert (waiting.returncode, out) == (status, "")
    assert err.startswith(f"bcforecast: {said}")
    assert gone(waiting.mark)
    assert reports(folder / "reports") == good
    assert unfinished(folder / "reports") == []
    assert not (folder / "reports" / ".run.lock").exists()
    assert temporary
    assert not [path for path in temporary if path.exists()]


def test_while_one_run_is_at_work_a_second_says_so_and_after_its_death_the_next_completes(
    folder, waiting
):
    good, temporary = reports(folder / "reports"), temporary_folders(waiting.mark)
    with started(folder / "reports.yaml") as second:
        out, err = second.communicate(timeout=120)
    assert (second.returncode, out) == (1, "")
    assert f"another run is at work there (process {waiting.pid}, since " in err
    assert waiting.poll() is None

    waiting.kill()
    waiting.communicate()
    assert gone(waiting.mark)
    assert not [path for path in temporary if path.exists()]
    assert reports(folder / "reports") == good
    write_notebook(folder, show())
    with started(folder / "reports.yaml", "--force") as third:
        assert eventually((folder / "reports" / ".run.lock").exists)
        cut_off(third, random.Random(20210407).uniform(0.0, 1.0))
        assert gone(third.mark)
    assert reports(folder / "reports") == good
    with started(folder / "reports.yaml", "--force") as last:
        out, err = last.communicate(timeout=300)
    assert (last.returncode, out) == (0, WRITTEN)
    assert "the run before this one (process " in err
    assert reports(folder / "reports") == good
    assert unfinished(folder / "reports") == []


def cut_off(run, seconds):
    """Kill a run after a while, unless it has ended by then."""
    try:
        run.wait(seconds)
    except subprocess.TimeoutExpired:
        run.kill()
