"""Files are written all or none, and never over another by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.schedule import write_files

FILES = {"a.service": "一\n", "a.timer": "2\n"}


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_folder_is_made_and_holds_the_files_alone(tmp_path: Path) -> None:
    assert write_files(FILES, tmp_path / "new" / "units") == [
        tmp_path / "new" / "units" / name for name in FILES
    ]
    assert content(tmp_path / "new" / "units") == FILES


def test_where_one_is_there_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.timer").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError, match="--force"):
        write_files(FILES, tmp_path)
    assert content(tmp_path) == {"a.timer": "mine"}


def test_force_writes_over_them(tmp_path: Path) -> None:
    (tmp_path / "a.timer").write_text("mine", encoding="utf-8")
    write_files(FILES, tmp_path, force=True)
    assert content(tmp_path) == FILES


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "units").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError, match="units"):
        write_files(FILES, tmp_path / "units")


def test_a_folder_in_place_of_a_file_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.timer").mkdir()
    with pytest.raises(ReportError):
        write_files(FILES, tmp_path, force=True)
    assert not (tmp_path / "a.service").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a.timer"]
