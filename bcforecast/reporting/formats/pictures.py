"""The pictures of a report, read from its folder and from nowhere else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from bcforecast.errors import ReportError
from bcforecast.reporting.document import Document


def checked_pictures(document: Document, *, folder: Path) -> dict[str, bytes]:
    """Return the PNG of every picture by the name that the document gives it.

    Raises
    ------
    ReportError
        If one is missing, is no PNG, or lies outside the folder.
    """
    return {block.file: _checked(block.file, folder) for block in document.pictures}


def _checked(file: str, folder: Path) -> bytes:
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ReportError("pages.picture_outside", file=file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReportError("pages.no_picture", file=path, error=error.strerror) from error
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            picture.verify()
    except (OSError, SyntaxError, ValueError) as error:
        raise ReportError("pages.picture_not_png", file=path) from error
    return content
