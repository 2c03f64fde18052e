"""Limits, sudden deaths and interruptions: one clear error, the process gone, never a hang."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bcforecast.reporting.execution import FAILED_TAG, Limits, NotebookError, run_notebook
from tests.reporting.small_notebooks import eventually, gone, write_template

WRITE_PID = "import os, time\nopen('pid', 'w').write(str(os.getpid()))"
FOREVER = WRITE_PID + "\nprint('so far', flush=True)\ntime.sleep(1000)"


def failure(path: Path, *, limits: Limits = Limits()) -> NotebookError:  # noqa: B008
    with pytest.raises(NotebookError) as caught:
        run_notebook(path, {}, folder=path.parent, limits=limits)
    return caught.value


def pid_in(folder: Path) -> int:
    return int((folder / "pid").read_text())


def test_a_cell_that_takes_too_long_is_ended(tmp_path):
    path = write_template(tmp_path, "print('well')", FOREVER, "print('never')")
    error = failure(path, limits=Limits(cell_seconds=3))
    assert str(error) == (
        "template.ipynb, cell 2: stopped, as it took longer than the limit of 3 seconds"
    )
    assert error.message.render("zh") == "template.ipynb 第 2 个单元格运行超过 3 秒的时限，已终止"
    assert eventually(lambda: gone(pid_in(tmp_path)))
    top, _, well, failed, never = error.executed.cells
    assert well.outputs[0].text == "well\n"
    assert failed.outputs[0].text == "so far\n"
    assert failed.metadata.tags == [FAILED_TAG]
    assert never.outputs == []
    assert top.source == f"**运行失败。** {error.message.render('zh')}\n\n**Failed.** {error}"


def test_every_cell_has_its_own_time(tmp_path):
    path = write_template(tmp_path, *["import time; time.sleep(0.9)"] * 4)
    run_notebook(path, {}, limits=Limits(cell_seconds=3))


def test_a_process_that_grows_too_large_is_ended(tmp_path):
    grows = "import numpy as np\nkept = np.ones(200_000_000)"
    path = write_template(tmp_path, WRITE_PID, grows)
    error = failure(path, limits=Limits(memory_mb=1200))
    assert str(error) == (
        "template.ipynb, cell 2: stopped, as it needed more memory than the limit of 1200 MiB"
    )
    assert error.message.render("zh").endswith("所需内存超过 1200 MiB 的上限，已终止")
    assert eventually(lambda: gone(pid_in(tmp_path)))
    assert error.executed.cells[3].outputs[0].ename.endswith("MemoryError")


def test_a_notebook_within_its_limits_is_untouched(tmp_path):
    path = write_template(tmp_path, "import numpy as np\nnp.ones(20_000_000).sum()")
    limits = Limits(cell_seconds=100, memory_mb=1200)
    assert run_notebook(path, {}, limits=limits) == run_notebook(path, {})


@pytest.mark.parametrize(
    ("kill", "how"),
    [
        ("import signal; os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "killed by SIGSEGV"),
        ("os._exit(3)", "exit code 3"),
    ],
)
def test_a_process_that_dies_is_one_sentence(tmp_path, kill, how):
    path = write_template(tmp_path, "print('well')\nimport os", kill)
    error = failure(path)
    assert str(error) == f"template.ipynb, cell 2: its process ended unexpectedly ({how})"
    assert error.executed.cells[2].outputs[0].text == "well\n"


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_no_kernel(tmp_path, ended_by):
    path = write_template(tmp_path, FOREVER)
    program = (
        "import pathlib, sys\nfrom bcforecast.reporting.execution import run_notebook\n"
        "run_notebook(pathlib.Path(sys.argv[1]), {})"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], cwd=tmp_path, stderr=-1, text=True
    )
    pid = tmp_path / "pid"
    assert eventually(lambda: pid.is_file() and pid.read_text() != "")
    run.send_signal(ended_by)
    _, said = run.communicate()
    assert "Task" not in said
    assert eventually(lambda: gone(pid_in(tmp_path)))


@pytest.mark.parametrize("wrong", [{"cell_seconds": 0}, {"memory_mb": -1}])
def test_a_limit_is_above_zero(wrong):
    with pytest.raises(ValueError, match="above 0"):
        Limits(**wrong)
