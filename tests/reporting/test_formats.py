"""The one table of formats, and what reads it."""

from __future__ import annotations

from typing import get_args

from bcforecast.reporting.document import Paragraph
from bcforecast.reporting.formats import FILE_FORMATS, FORMATS, FileFormat, Format, write_format
from tests.reporting.made_up_documents import document, say


def test_every_format_that_can_be_chosen_has_its_row() -> None:
    assert tuple(FILE_FORMATS) == FORMATS == get_args(Format)
    assert len({row.file for row in FILE_FORMATS.values()}) == len(FORMATS)


def test_each_format_is_written_under_its_name(tmp_path) -> None:
    for made in FORMATS:
        write_format(document("en", Paragraph(spans=say("Words."))), made, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f.file for f in FILE_FORMATS.values()}


def shout(document, pictures) -> str:
    return f"{document.name.upper()} 目标"


def test_a_format_is_one_row_and_one_function(tmp_path, monkeypatch) -> None:
    row = FileFormat("report.txt", "text/plain", "Text", f"{__name__}:shout")
    monkeypatch.setitem(FILE_FORMATS, "txt", row)
    write_format(document("en", Paragraph(spans=())), "txt", folder=tmp_path)
    assert (tmp_path / "report.txt").read_bytes() == "PLAN 目标".encode()
