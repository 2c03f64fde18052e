"""Compile the message catalogues (.po to .mo), to the same bytes each time: `make messages`."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_DIR = Path(__file__).parents[1] / "bcforecast" / "locale"
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


class _Unsigned:
    """A catalogue without the line that says which Babel compiled it."""

    def __init__(self, messages: Catalog) -> None:
        self.messages, self.charset = messages, messages.charset

    def __iter__(self) -> Iterator[Message]:
        for message in self.messages:
            if not message.id and isinstance(message.string, str):
                lines = message.string.splitlines(keepends=True)
                message.string = "".join(x for x in lines if not x.startswith("Generated-By"))
            yield message


def compiled(catalogue: Path) -> bytes:
    """Bytes of the .mo file of a .po file, whatever the hour and the version of Babel."""
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=catalogue.stem)
    _refuse_twins(catalogue)
    messages.creation_date = messages.revision_date = NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, _Unsigned(messages))  # type: ignore[arg-type]
    return buffer.getvalue()


def _refuse_twins(catalogue: Path) -> None:
    """Fail if a message stands twice: Babel would take the last without a word."""
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    twins = [one for one, n in Counter(x for x in lines if x.startswith("msgid ")).items() if n > 1]
    if twins:
        raise SystemExit(f"{catalogue.name}: stands twice: {', '.join(twins)}")


def compile_all() -> None:
    """Write a .mo file beside each .po file."""
    for po in sorted(LOCALE_DIR.glob("*.po")):
        po.with_suffix(".mo").write_bytes(compiled(po))


if __name__ == "__main__":
    compile_all()
