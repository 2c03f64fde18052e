"""Running a notebook: checked parameters, equal bytes, limits, nothing left behind."""

import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from papermill.exceptions import PapermillExecutionError

from bcforecast.errors import ReportError
from bcforecast.reporting import execution

DECLARED = {"goal": "a", "seed": 1, "level": 0.5, "quick": False}
LOOK_SECONDS = 0.02


def write_template(folder, *sources):
    """Write a notebook with a parameters cell and these cells."""
    parameters = new_code_cell('goal = "a"\nseed = 1', metadata={"tags": ["parameters"]})
    path = folder / "template.ipynb"
    notebook = new_notebook(cells=[parameters, *map(new_code_cell, sources)])
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, path)
    return path


def shown(notebook, place):
    """Return the texts that a cell shows."""
    return [o.get("text") or o["data"]["text/plain"] for o in notebook.cells[place].outputs]


def eventually(holds, *, seconds=180.0):
    """Wait for something that is bound to happen soon; whether it did."""
    return any(holds() or time.sleep(LOOK_SECONDS) for _ in range(int(seconds / LOOK_SECONDS)))


def gone(pid):
    """Whether a process has ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def notebook(*sources):
    cells = [new_code_cell(s, metadata={"tags": ["parameters"]}) for s in sources]
    return new_notebook(cells=[new_code_cell("1 + 1"), *cells])


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ((), "found 0 cells"),
        (("a = 1", "b = 2"), "found 2 cells"),
        *(((one,), "parameters cell")
          for one in ("import os", "a = [1]", "a = None", "a = b = 1", "a += 1")),
    ],
)  # fmt: skip
def test_names_and_defaults_come_from_the_one_cell_with_plain_values_only(sources, said):
    source = 'goal = "a"\nseed = 1\nlevel = 0.5\nquick = False'
    assert execution.declared_parameters(notebook(source), name="x") == DECLARED
    with pytest.raises(ReportError, match=said):
        execution.declared_parameters(notebook(*sources), name="x")


def test_texts_stay_texts_dates_and_paths_become_some_and_whole_numbers_become_numbers():
    for text in ("007", "True", "1e5", "", "突破"):
        assert execution.check_parameters(DECLARED, {"goal": text}, name="x") == {"goal": text}
    given = {"goal": date(2021, 12, 31), "level": 1}
    checked = execution.check_parameters(DECLARED, given, name="x")
    assert checked == {"goal": "2021-12-31", "level": 1.0}
    assert isinstance(checked["level"], float)
    assert execution.check_parameters(DECLARED, {"goal": Path("a/b")}, name="x") == {"goal": "a/b"}


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ReportError) as refused:
        execution.check_parameters(DECLARED, {"gaol": "a"}, name="02_goal.ipynb")
    said = "02_goal.ipynb: found parameter “gaol”; allowed: goal, seed, level, quick"
    assert str(refused.value) == said
    said = "02_goal.ipynb：没有名为“gaol”的参数，可用的参数为：goal, seed, level, quick"
    assert refused.value.message.render("zh") == said


def test_a_notebook_says_so_itself_where_papermills_own_command_line_runs_it(tmp_path):
    path = write_template(tmp_path, 'import bcforecast as bc\nbc.speak("en")')
    run = partial(papermill.execute_notebook, path, None, progress_bar=False, kernel_name="python3")
    with pytest.raises(
        PapermillExecutionError, match="found parameter “gaol”; allowed: goal, seed"
    ):
        run(parameters={"gaol": "b"})
    run(parameters={"goal": "b"})


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("seed", "7", "a whole number"),
        ("seed", 7.0, "a whole number"),
        ("seed", True, "a whole number"),
        ("goal", 7, "a text"),
        ("goal", None, "a text"),
        ("quick", 1, "True or False"),
        ("level", "0.5", "a number"),
    ],
)
def test_a_wrong_type_is_refused_in_both_languages(name, value, allowed):
    with pytest.raises(ReportError) as refused:
        execution.check_parameters(DECLARED, {name: value}, name="x")
    assert str(refused.value).endswith(f"parameter {name}: found {value!r}; allowed: {allowed}")
    assert "应为" in refused.value.message.render("zh")


RESULT = "application/vnd.bcforecast.result+json"
SOURCES = (
    "import os, sys, time",
    "print(repr(goal), repr(seed)); print('a warning', file=sys.stderr)",
    "object()",
    "sys.executable, os.environ['PYTHONHASHSEED'], os.environ['OPENBLAS_NUM_THREADS']",
    "os.getcwd()",
)


def test_two_runs_are_equal_to_the_byte_and_leave_nothing(tmp_path):
    path = write_template(tmp_path, *SOURCES)
    before = path.read_bytes()
    one, other = (execution.run_notebook(path, {"goal": "007"}, folder=tmp_path) for _ in range(2))
    assert path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["template.ipynb"]
    execution.write_notebook(one, path)
    first = path.read_bytes()
    execution.write_notebook(other, path)
    assert path.read_bytes() == first
    assert execution.normalized(one) == one
    assert set(one.metadata) == {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in one.cells)
    assert [cell.id for cell in one.cells][:2] == ["cell-00", "cell-01"]
    # A text stays a text, no error stream, no address; this Python, in the folder asked for.
    assert [shown(one, place) for place in range(3, 7)] == [
        ["'007' 1\n"], ["<object>"], [f"({sys.executable!r}, '0', '1')"], [repr(str(tmp_path))],
    ]  # fmt: skip


def test_half_a_character_is_printed_as_a_question_mark_and_nothing_is_said(tmp_path, capfd):
    prints = "import sys\nprint('a\\ud800b')\nsys.stderr.write('\\udc80')\n{'é': float('nan')}"
    executed = execution.run_notebook(write_template(tmp_path, prints), {})
    assert shown(executed, 1) == ["a?b\n", "{'é': nan}"]
    assert capfd.readouterr() == ("", "")


def test_a_kernel_has_sockets_in_a_folder_with_a_short_name_and_leaves_none(tmp_path, monkeypatch):
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    path = write_template(tmp_path, "import os", "os.environ['IPYTHONDIR']")
    folder = Path(shown(execution.run_notebook(path, {}), 2)[0].strip("'"))
    assert len(str(folder)) < 80
    assert not folder.exists()


def test_a_missing_or_broken_notebook_is_one_sentence(tmp_path):
    with pytest.raises(ReportError, match="there is no such notebook"):
        execution.read_notebook(tmp_path / "none.ipynb")
    for content in ("{}", "plain words", '{"cells": 1}'):
        broken = tmp_path / "broken.ipynb"
        broken.write_text(content, encoding="utf-8")
        with pytest.raises(ReportError, match="not a notebook"):
            execution.read_notebook(broken)


def test_exactly_one_result_cell_is_needed():
    result = new_output("execute_result", data={RESULT: {"a": 1}})
    one, other = (new_code_cell("x", outputs=[result], id=name) for name in ("one", "other"))
    assert execution.result_of(new_notebook(cells=[one])) == {"a": 1}
    for cells in ([], [one, other]):
        with pytest.raises(ReportError, match=f"found {len(cells)} result cells"):
            execution.result_of(new_notebook(cells=cells))


WRITE_PID = "import os, time\nopen('pid', 'w').write(str(os.getpid()))"
FOREVER = WRITE_PID + "\nprint('so far', flush=True)\ntime.sleep(1000)"


def failure(path, *, limits=execution.NO_LIMITS):
    with pytest.raises(execution.NotebookError) as caught:
        execution.run_notebook(path, {}, folder=path.parent, limits=limits)
    return caught.value


def pid_in(folder):
    return int((folder / "pid").read_text())


def test_a_cell_that_takes_too_long_is_ended(tmp_path):
    path = write_template(tmp_path, "print('well')", FOREVER, "print('never')")
    error = failure(path, limits=execution.Limits(cell_seconds=3))
    said = "template.ipynb, cell 2: stopped, as it took longer than the limit of 3 seconds"
    assert str(error) == said
    assert error.message.render("zh") == "template.ipynb 第 2 个单元格运行超过 3 秒的时限，已终止"
    assert eventually(lambda: gone(pid_in(tmp_path)))
    top, _, well, failed, never = error.executed.cells
    assert well.outputs[0].text == "well\n"
    assert failed.outputs[0].text == "so far\n"
    assert failed.metadata.tags == [execution.FAILED_TAG]
    assert never.outputs == []
    assert top.source == f"**运行失败。** {error.message.render('zh')}\n\n**Failed.** {error}"


def test_every_cell_has_its_own_time(tmp_path):
    path = write_template(tmp_path, *["import time; time.sleep(2.1)"] * 4)
    execution.run_notebook(path, {}, limits=execution.Limits(cell_seconds=8))


def test_a_process_that_grows_too_large_is_ended(tmp_path):
    grows = "import numpy as np\nkept = np.ones(200_000_000)"
    path = write_template(tmp_path, WRITE_PID, grows)
    error = failure(path, limits=execution.Limits(memory_mb=1200))
    said = "template.ipynb, cell 2: stopped, as it needed more memory than the limit of 1200 MiB"
    assert str(error) == said
    assert error.message.render("zh").endswith("所需内存超过 1200 MiB 的上限，已终止")
    assert eventually(lambda: gone(pid_in(tmp_path)))
    assert error.executed.cells[3].outputs[0].ename.endswith("MemoryError")


DIES = "its process ended unexpectedly"


@pytest.mark.parametrize(
    ("fails", "how"),
    [
        ("import signal; os.kill(os.getpid(), signal.SIGKILL)", f"{DIES} (killed by SIGKILL)"),
        ("import ctypes; ctypes.string_at(0)", f"{DIES} (killed by SIGSEGV)"),
        ("os._exit(3)", f"{DIES} (exit code 3)"),
        ("raise ValueError('no such figure')", "stopped with ValueError: no such figure"),
    ],
)
def test_a_cell_or_a_process_that_fails_is_one_sentence(tmp_path, fails, how):
    error = failure(write_template(tmp_path, "print('well')\nimport os", fails))
    assert str(error) == f"template.ipynb, cell 2: {how}"
    assert error.executed.cells[2].outputs[0].text == "well\n"


def test_a_kernel_that_cannot_be_reached_is_one_sentence(tmp_path, monkeypatch):
    def out_of_files(*_, **given):
        if not given.get("prepare_only"):
            raise OSError(24, "Too many open files")
        return prepare(*_, **given)

    prepare = papermill.execute_notebook
    monkeypatch.setattr(papermill, "execute_notebook", out_of_files)
    assert "Too many open files" in str(failure(write_template(tmp_path, "pass")))


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_no_kernel(tmp_path, ended_by):
    path = write_template(tmp_path, FOREVER)
    program = (  # what a shell starts in the background would not hear SIGINT
        "import pathlib, signal, sys\nfrom bcforecast.reporting.execution import run_notebook\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
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


LEAVES = """
import os, signal, subprocess, sys
from bcforecast.reporting.execution import children_end_with_us
code = "import signal; print('here', flush=True); signal.pause()"
for number in (signal.SIGTERM, signal.SIGINT):
    child = subprocess.Popen([sys.executable, "-c", code], stdout=-1, start_new_session=True)
    child.stdout.readline()
    try:
        with children_end_with_us(published=bool(sys.argv[1:])):
            os.kill(os.getpid(), number)
            signal.pause()
    except BaseException as error:
        print(child.wait(), type(error).__name__, error, flush=True)
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), ("RunTerminatedError interrupted; nothing was written", "KeyboardInterrupt")),
        (("published",), ("RunTerminatedError ended from outside; finished reports are published",
                          "RunInterruptedError interrupted; finished reports are published")),
    ],
)  # fmt: skip
def test_what_is_ended_takes_its_kernels_with_it(options, said):
    command = [sys.executable, "-c", LEAVES, *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    first, second = ended.stdout.splitlines()
    assert first.startswith(f"-9 {said[0]}")
    assert second.startswith(f"-9 {said[1]}")


def test_a_wrong_parameter_runs_nothing(tmp_path):
    path = write_template(tmp_path, "open('made', 'w').close()")
    with pytest.raises(ReportError, match="found parameter “goat”"):
        execution.run_notebook(path, {"goat": "a"}, folder=tmp_path)
    assert not (tmp_path / "made").exists()
