"""Running a notebook: this Python, checked parameters, equal bytes, nothing left behind."""

import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bcforecast.errors import ReportError
from bcforecast.reporting.execution import (
    normalized,
    read_notebook,
    result_of,
    run_notebook,
    write_notebook,
)

RESULT = "application/vnd.bcforecast.result+json"
SOURCES = (
    "import os, sys, time",
    "print(repr(goal), repr(seed)); print('a warning', file=sys.stderr)",
    "object()",
    "sys.executable, os.environ['PYTHONHASHSEED'], os.environ['OPENBLAS_NUM_THREADS']",
    "os.getcwd()",
)


def template(folder: Path, *sources: str) -> Path:
    parameters = new_code_cell('goal = "a"\nseed = 1', metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[parameters, *map(new_code_cell, sources)])
    path = folder / "template.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs of one notebook, their folder, and the template before and after."""
    folder = tmp_path_factory.mktemp("run")
    path = template(folder, *SOURCES)
    before = path.read_bytes()
    pair = [run_notebook(path, {"goal": "007"}, folder=folder) for _ in range(2)]
    return pair, folder, before, path.read_bytes()


def shown(notebook, place):
    return [o.get("text") or o["data"]["text/plain"] for o in notebook.cells[place].outputs]


def test_two_runs_are_equal_to_the_byte(runs, tmp_path):
    for place, run in enumerate(runs[0]):
        write_notebook(run, tmp_path / f"{place}.ipynb")
    assert (tmp_path / "0.ipynb").read_bytes() == (tmp_path / "1.ipynb").read_bytes()


def test_a_text_parameter_stays_a_text_and_the_error_stream_is_dropped(runs):
    assert shown(runs[0][0], 3) == ["'007' 1\n"]


def test_addresses_of_objects_are_dropped(runs):
    assert shown(runs[0][0], 4) == ["<object>"]


def test_the_kernel_is_this_python_with_fixed_hashes_and_one_thread(runs):
    assert shown(runs[0][0], 5) == [f"({sys.executable!r}, '0', '1')"]


def test_the_notebook_runs_in_the_folder_that_was_asked_for(runs):
    assert shown(runs[0][0], 6) == [repr(str(runs[1]))]


def test_the_template_is_not_changed_and_nothing_is_left_beside_it(runs):
    _, folder, before, after = runs
    assert before == after
    assert [path.name for path in folder.iterdir()] == ["template.ipynb"]


def test_a_kernel_has_sockets_in_a_folder_with_a_short_name_and_leaves_none(tmp_path, monkeypatch):
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    path = template(tmp_path, "os_environ = __import__('os').environ", "os_environ['IPYTHONDIR']")
    folder = Path(shown(run_notebook(path, {}), 2)[0].strip("'"))
    assert len(str(folder)) < 80
    assert not folder.exists()


def test_metadata_names_no_time_and_no_papermill(runs):
    notebook = runs[0][0]
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert [cell.id for cell in notebook.cells][:2] == ["cell-00", "cell-01"]


def test_a_failing_cell_is_one_sentence(tmp_path):
    path = template(tmp_path, "raise ValueError('no such figure')")
    with pytest.raises(ReportError) as failed:
        run_notebook(path, {})
    assert str(failed.value) == "template.ipynb, cell 1: stopped with ValueError: no such figure"


def test_a_wrong_parameter_runs_nothing(tmp_path):
    path = template(tmp_path, "open('made', 'w').close()")
    with pytest.raises(ReportError, match="found parameter “goat”"):
        run_notebook(path, {"goat": "a"}, folder=tmp_path)
    assert not (tmp_path / "made").exists()


def test_a_missing_or_broken_notebook_is_one_sentence(tmp_path):
    with pytest.raises(ReportError, match="there is no such notebook"):
        read_notebook(tmp_path / "none.ipynb")
    for content in ("{}", "plain words", '{"cells": 1}'):
        broken = tmp_path / "broken.ipynb"
        broken.write_text(content, encoding="utf-8")
        with pytest.raises(ReportError, match="not a notebook"):
            read_notebook(broken)


def test_exactly_one_result_cell_is_needed():
    result = new_output("execute_result", data={RESULT: {"a": 1}})
    one, other = (new_code_cell("x", outputs=[result], id=name) for name in ("one", "other"))
    assert result_of(new_notebook(cells=[one])) == {"a": 1}
    for cells in ([], [one, other]):
        with pytest.raises(ReportError, match=f"found {len(cells)} result cells"):
            result_of(new_notebook(cells=cells))


def test_normalizing_twice_changes_nothing(runs):
    assert normalized(runs[0][0]) == runs[0][0]
