"""Folders of data that a test can spoil."""

import shutil

import pytest
from observation_folder import SOURCES, Folder, row

from bcforecast.config import DATA_DIR


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources.csv").write_text(SOURCES, encoding="utf-8")
    return Folder(tmp_path).write(row())


@pytest.fixture
def shipped_copy(tmp_path):
    shutil.copytree(DATA_DIR, tmp_path / "data")
    return Folder(tmp_path / "data")
