"""Compile the message catalogues (.po to .mo), to the same bytes each time: `make messages`."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).parents[1] / "bcforecast" / "locale"
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def compiled(catalogue: Path) -> bytes:
    """Bytes of the .mo file of a .po file; Babel would write the time of compilation into it."""
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=catalogue.stem)
    messages.creation_date = messages.revision_date = NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, messages)
    return buffer.getvalue()


def compile_all() -> None:
    """Write a .mo file beside each .po file."""
    for po in sorted(LOCALE_DIR.glob("*.po")):
        po.with_suffix(".mo").write_bytes(compiled(po))


if __name__ == "__main__":
    compile_all()
