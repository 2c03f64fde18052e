"""A worker's temporary folder goes with it, or with the next run."""

import os

import pytest

from bcforecast.reporting import processes as workspace


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "_place", lambda: tmp_path)
    return tmp_path


def test_a_folder_that_is_held_stays_and_one_that_is_not_goes(place):
    held, one = workspace.new_workspace()
    left, other = workspace.new_workspace()
    (left / "kernel.json").write_text("{}")
    os.close(other)
    (place / "bcf-run-link").symlink_to(held)
    (place / "bcf-run-file").write_text("a file of someone else")
    (place / "something").mkdir()
    workspace.remove_abandoned_workspaces()
    names = {path.name for path in place.iterdir()}
    assert names == {held.name, "bcf-run-link", "bcf-run-file", "something"}
    os.close(one)


def test_a_folder_is_held_as_long_as_one_process_has_it(place):
    folder, descriptor = workspace.new_workspace()
    heir = os.dup(descriptor)
    os.close(descriptor)
    workspace.remove_abandoned_workspaces()
    assert folder.is_dir()
    os.close(heir)
    workspace.remove_abandoned_workspaces()
    assert not folder.exists()
