"""`make golden`: what it runs, shows and writes, and with which status it ends."""

from __future__ import annotations

import subprocess

import nbformat
import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting import remaking
from bcforecast.reporting.display import RESULT_MIME
from bcforecast.reporting.golden import Golden
from bcforecast.reporting.golden_changes import Changes
from bcforecast.reporting.remaking import describe, main
from tests.reporting.altered_golden import (
    PICTURE,
    RESULT,
    data,
    golden,
    with_another_picture,
    with_another_result,
    with_another_sentence,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one golden, of which a run gives what the committed event golden holds."""
    monkeypatch.setattr("bcforecast.reporting.golden.GOLDEN_DIR", tmp_path)
    monkeypatch.setattr(remaking, "GOLDEN_DIR", tmp_path)
    monkeypatch.setattr(remaking, "goldens", lambda: (Golden("02_goal.ipynb"),))
    monkeypatch.setattr(remaking, "run_golden", lambda _: golden())
    return tmp_path


def keep(folder, notebook) -> str:
    file = folder / "02_goal.ipynb"
    remaking.write_notebook(notebook, file)
    return file.read_text(encoding="utf-8")


def kept(folder) -> str:
    return (folder / "02_goal.ipynb").read_text(encoding="utf-8")


def test_a_golden_that_is_not_there_is_made(folder, capsys):
    assert main([]) == 0
    assert nbformat.reads(kept(folder), as_version=4) == golden()
    assert capsys.readouterr().out.splitlines() == [
        "02_goal.ipynb: new",
        "1 of 1 goldens changed and were written; look at them before you commit",
    ]


def test_a_changed_golden_is_shown_and_written(folder, capsys):
    keep(folder, with_another_picture(with_another_result(with_another_sentence(golden()))))
    assert main([]) == 0
    assert nbformat.reads(kept(folder), as_version=4) == golden()
    out = capsys.readouterr().out
    for said in ("02_goal.ipynb: changed", "（极不可能）", f"cell {RESULT}, data: probability: 0.1",
                 f"cell {PICTURE}, picture: pictures differ by"):  # fmt: skip
        assert said in out


def test_a_golden_within_the_tolerance_is_left_alone_unless_all_are_asked_for(folder, capsys):
    other = golden()
    data(other, RESULT)[RESULT_MIME]["probability"] += 1e-9
    before = keep(folder, other)
    assert main(["02_goal.ipynb"]) == 0
    assert kept(folder) == before
    assert "02_goal.ipynb: unchanged" in capsys.readouterr().out
    assert main(["--all"]) == 0
    assert kept(folder) != before


def test_a_dry_run_writes_nothing_and_its_status_says_whether_something_changed(folder, capsys):
    before = keep(folder, with_another_sentence(golden()))
    assert main(["--dry-run"]) == 1
    assert kept(folder) == before
    assert "nothing was written" in capsys.readouterr().out
    keep(folder, golden())
    assert main(["--dry-run"]) == 0


def test_the_last_commit_is_compared_without_a_run(folder, capsys, monkeypatch):
    def refuse(_):
        raise AssertionError

    monkeypatch.setattr(remaking, "run_golden", refuse)
    keep(folder, golden())
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "none"], check=True)
    assert main(["--committed"]) == 0
    assert "02_goal.ipynb: new" in capsys.readouterr().out
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "one"], check=True)
    assert main(["--committed"]) == 0
    assert "0 of 1 goldens differ from the last commit" in capsys.readouterr().out
    before = keep(folder, with_another_sentence(golden()))
    assert main(["--committed"]) == 0
    assert "1 of 1 goldens differ from the last commit" in capsys.readouterr().out
    assert kept(folder) == before


def test_without_a_repository_it_says_so(folder, capsys, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    keep(folder, golden())
    assert main(["--committed"]) == 2
    assert capsys.readouterr().err.startswith("the last commit cannot be read: ")


def test_a_notebook_that_does_not_run_is_named_and_the_golden_stays(folder, capsys, monkeypatch):
    def fail(_):
        raise ReportError("report.cell_failed", notebook="02_goal.ipynb", cell=3, error="KeyError")

    monkeypatch.setattr(remaking, "run_golden", fail)
    before = keep(folder, golden())
    assert main([]) == 2
    assert capsys.readouterr().err == "02_goal.ipynb, cell 3: stopped with KeyError\n"
    assert kept(folder) == before


def test_an_unknown_template_is_refused_with_those_there_are(folder, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["09_none.ipynb"])
    assert stop.value.code == 2
    assert "found 09_none.ipynb; allowed: 02_goal.ipynb" in capsys.readouterr().err


def test_of_many_figures_the_first_are_listed_and_the_others_counted():
    found = Changes("", tuple((1, f"x[{i}]") for i in range(25)), ())
    lines = list(describe("a.ipynb", found))
    assert len(lines) == 22
    assert lines[-1].endswith(": 5")
