"""The warm server: private, ends with its owner, survives its own death, leaks nothing."""

import signal
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting import warm
from bcforecast.reporting.execution import run_notebook
from bcforecast.reporting.failure import NotebookError
from bcforecast.reporting.warm import stop_warm_server, warm_server
from tests.reporting.small_notebooks import eventually, gone, shown, write_template

REPORTS = 200


@pytest.fixture
def running(tmp_path):
    """A server that has run a notebook, as psutil sees it, and the notebook."""
    path = write_template(tmp_path, "goal, seed")
    run_notebook(path, {}, folder=tmp_path, warm=True)
    return psutil.Process(warm_server().pid), path


def test_its_socket_is_in_a_private_folder_and_it_listens_to_no_port(running):
    server, _ = running
    folder = warm_server().folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_ISSOCK((folder / "warm").stat().st_mode)
    assert server.net_connections(kind="inet") == []


def test_it_has_one_thread_of_python_so_that_it_can_fork(running):
    server, _ = running
    # The one beside it belongs to pyarrow's allocator, which holds it still during a fork.
    names = {Path(f"/proc/{server.pid}/task/{t.id}/comm").read_text() for t in server.threads()}
    assert len(names - {"jemalloc_bg_thd\n"}) == 1


def test_stopping_it_leaves_nothing_and_the_next_notebook_starts_another(running):
    server, path = running
    folder = warm_server().folder
    stop_warm_server()
    assert gone(server.pid)
    assert not folder.exists()
    assert shown(run_notebook(path, {}, warm=True), 1) == ["('a', 1)"]
    assert warm_server().pid != server.pid


def test_if_it_is_killed_its_notebooks_fail_clearly_and_the_next_one_runs(running, tmp_path):
    server, path = running
    ready = tmp_path / "pid"
    dies = write_template(
        tmp_path, "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(1000)"
    )
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(run_notebook, dies, {}, folder=tmp_path, warm=True)
        assert eventually(lambda: ready.is_file() and ready.read_text() != "")
        server.send_signal(signal.SIGKILL)
        with pytest.raises(NotebookError, match="its process ended unexpectedly"):
            run.result()
    assert eventually(lambda: gone(int(ready.read_text())))
    write_template(tmp_path, "goal, seed")
    assert shown(run_notebook(path, {}, warm=True), 1) == ["('a', 1)"]


def test_a_server_that_cannot_start_is_one_sentence(running, monkeypatch):
    _, path = running
    stop_warm_server()
    monkeypatch.setattr(warm, "_MODULE", "bcforecast.no_such_module")
    with pytest.raises(ReportError, match="could not start or has ended") as caught:
        run_notebook(path, {}, warm=True)
    assert "No module named bcforecast.no_such_module" in str(caught.value)
    assert "BCFORECAST_WARM=0" in caught.value.message.render("zh")
    stop_warm_server()


def test_it_does_not_answer_a_connection_that_asks_for_nothing(running):
    import socket

    server, path = running
    for _ in range(3):
        with socket.socket(socket.AF_UNIX) as idle:
            idle.connect(warm_server().address)
    assert shown(run_notebook(path, {}, warm=True), 1) == ["('a', 1)"]
    assert eventually(lambda: server.children() == [])


def test_a_process_forked_from_the_owner_has_a_server_of_its_own(running, tmp_path):
    program = (
        "import os, pathlib, sys\nfrom bcforecast.reporting.execution import run_notebook\n"
        "from bcforecast.reporting.warm import warm_server\n"
        "path = pathlib.Path(sys.argv[1])\nrun_notebook(path, {}, warm=True)\n"
        "ours = warm_server().pid\n"
        "if os.fork() == 0:\n"
        "    run_notebook(path, {}, warm=True)\n"
        "    sys.exit(0 if warm_server().pid != ours else 3)\n"
        "_, status = os.wait()\nrun_notebook(path, {}, warm=True)\n"
        "print(os.waitstatus_to_exitcode(status), warm_server().pid == ours)"
    )
    _, path = running
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", program, path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0", "True"]


def test_two_threads_may_run_notebooks_at_once(tmp_path):
    path = write_template(tmp_path, "print(goal)", "import os; os.getpid()")
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda n: run_notebook(path, {"goal": str(n)}, warm=True), range(40)))
    assert [shown(run, 2) for run in runs] == [[f"{n}\n"] for n in range(40)]
    assert len({shown(run, 3)[0] for run in runs}) == 40


def held(server: psutil.Process) -> dict[str, object]:
    """What this process and the server hold: memory in MiB, processes, files, sockets, folders."""
    ours = psutil.Process()
    return {
        "memory": tuple(p.memory_full_info().uss / 2**20 for p in (ours, server)),
        "processes": (len(ours.children(recursive=True)), len(server.children())),
        "descriptors": (ours.num_fds(), server.num_fds()),
        "threads": (ours.num_threads(), server.num_threads()),
        "folders": len(list(Path(tempfile.gettempdir()).glob("bcf-*"))),
    }


def test_nothing_grows_over_200_reports(running, tmp_path, monkeypatch):
    server, path = running
    folder = tmp_path / "t"
    folder.mkdir()
    stop_warm_server()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with ThreadPoolExecutor(2) as pool:
        run = lambda _: run_notebook(path, {}, folder=tmp_path, warm=True)  # noqa: E731
        list(pool.map(run, range(20)))
        server = psutil.Process(warm_server().pid)
        assert eventually(lambda: server.children() == [])
        before = held(server)
        list(pool.map(run, range(REPORTS)))
        assert eventually(lambda: server.children() == [])
        after = held(server)
    grown = [a - b for a, b in zip(after.pop("memory"), before.pop("memory"), strict=True)]
    assert after == before
    assert max(grown) < 8.0
    stop_warm_server()
    assert list(folder.iterdir()) == []
