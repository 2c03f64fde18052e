"""The file of a Word document: an empty one in the house style, and the bytes of a full one."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordDocument

from bcforecast.messages import Language
from bcforecast.plotting.style import FORECAST, INK, QUIET, RULE

WASH: Final = "F3F6F9"

_TEMPLATES: Final = Path(__file__).parents[2] / "templates" / "word"
_PARTS: Final = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/document.xml": "document.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can state."""


def new_word_document(lang: Language) -> WordDocument:
    """Return an empty document with the styles of a report in `lang`.

    Line heights are fixed, so that it looks the same whichever Chinese face the machine has:
    Microsoft YaHei, which Word and WPS bring, or what they put in its place.
    """
    values = {**_colours(), **_measures(lang)}
    parts = {
        name: Template((_TEMPLATES / file).read_text(encoding="utf-8")).substitute(values).encode()
        for name, file in _PARTS.items()
    }
    return docx.Document(BytesIO(_zipped(parts)))


def describe(word: WordDocument, *, title: str, author: str, lang: Language, as_of: date) -> None:
    """State what the document is, with the as-of date as the only date."""
    day = datetime.combine(as_of, time())
    core = word.core_properties
    core.title, core.author, core.last_modified_by = title[:255], author[:255], author[:255]
    core.language = "zh-CN" if lang == "zh" else "en-GB"
    core.created = core.modified = day
    core.revision = 1


def word_bytes(word: WordDocument) -> bytes:
    """Return the file, with its parts in order and without the time of its making."""
    saved = BytesIO()
    word.save(saved)
    with ZipFile(saved) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist()})


def _zipped(parts: dict[str, bytes]) -> bytes:
    # Programs look for the content types first.
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name in names:
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 0
            archive.writestr(entry, parts[name], compresslevel=9)
    return out.getvalue()


def _colours() -> dict[str, str]:
    named = {"ink": INK, "quiet": QUIET, "rule": RULE, "accent": FORECAST, "wash": WASH}
    return {name: colour.lstrip("#").upper() for name, colour in named.items()}


def _measures(lang: Language) -> dict[str, str]:
    """Sizes in half points, distances in twentieths of a point."""
    if lang == "zh":
        return {
            "latin_lang": "en-US", "body_size": "20", "body_line": "330", "body_after": "60",
            "body_side": "both", "first_line": 'w:firstLineChars="200" w:firstLine="400"',
        }  # fmt: skip
    return {
        "latin_lang": "en-GB", "body_size": "20", "body_line": "280", "body_after": "140",
        "body_side": "left", "first_line": 'w:firstLine="0"',
    }  # fmt: skip
