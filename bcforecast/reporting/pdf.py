"""The report as PDF: tagged, archivable, and the same bytes from the same document.

Typst lays it out. The template is fixed and reads the document as JSON; the faces come from the
locked packages, and no package of typst's is fetched.
"""

import json
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.reporting.document import Document, Heading
from bcforecast.reporting.pages import PT_PER_MM, PageWriter, Paper, font_folders

PAPER: Final = Paper(166 * PT_PER_MM, picture_height=190 * PT_PER_MM, padding=10.5)

_TEMPLATE: Final = Path(__file__).parent / "templates" / "typst"
_STANDARDS: Final = ("a-2a", "ua-1")
"""For archives, and for readers who cannot see it: typst refuses what they do not allow."""


def brief_bytes(document: Document, pictures: Mapping[str, bytes]) -> bytes:
    """Return the two first pages alone: the brief and the overview, without contents."""
    lead, rest = document.parts
    chapters = [i for i, b in enumerate(rest) if isinstance(b, Heading) and b.level == 1]
    end = chapters[1] if len(chapters) > 1 else len(rest)
    brief = document.model_copy(update={"blocks": (*lead, *rest[:end])})
    shown = {file: pictures[file] for one in brief.pictures for file in one.files}
    return pdf_bytes(brief, shown, contents=False)


def pdf_bytes(document: Document, pictures: Mapping[str, bytes], *, contents: bool = True) -> bytes:
    """Return a report, with its pictures by file, as PDF/A-2a and PDF/UA-1."""
    import typst

    names = {f: f"pictures/{i}{Path(f).suffix}" for i, f in enumerate(pictures, start=1)}
    writer = PageWriter(document, PAPER, names)
    writer.level = int(contents)
    data = writer.data() | ({} if contents else {"contents": ""})
    with TemporaryDirectory(prefix="bcforecast-pdf-") as name:
        root = Path(name).resolve()
        copytree(_TEMPLATE, root, dirs_exist_ok=True)
        (root / "pictures").mkdir()
        for file, content in pictures.items():
            (root / names[file]).write_bytes(content)
        (root / "report.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(path) for path in font_folders()],
        )
        try:
            made, warned = typst.compile_with_warnings(
                root / "report.typ",
                root=root,
                font_paths=fonts,
                ignore_system_fonts=True,
                pdf_standards=list(_STANDARDS),
                timestamp=datetime.combine(document.dated, time(), UTC),
            )
        except typst.TypstError as error:
            raise ReportError("pages.not_set", error=error.message) from error
    for warning in warned:
        warnings.warn(warning, stacklevel=2)
    return made
