"""A folder of data that a test can spoil."""

import pytest
from observation_folder import PLAN, SOURCES, Folder, row


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources.csv").write_text(SOURCES, encoding="utf-8")
    return Folder(tmp_path).write(row())


@pytest.fixture
def planned(tmp_path):
    """A data folder with a plan and a source, and no figures yet."""
    folder = tmp_path / "data"
    (folder / "plans").mkdir(parents=True)
    (folder / "plans" / "p.yaml").write_text(PLAN, encoding="utf-8")
    sources = "source,title,issuer,published,url,verification\nown,T,I,,,copy\n"
    (folder / "sources.csv").write_text(sources, encoding="utf-8")
    return folder
