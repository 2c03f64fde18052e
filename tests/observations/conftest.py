"""A folder of data that a test can spoil."""

import pytest
from observation_folder import SOURCES, Folder, row


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources.csv").write_text(SOURCES, encoding="utf-8")
    return Folder(tmp_path).write(row())
