"""Begin the catalogue of a language from that of another: its texts are then put into words.

    python examples/extending/language.py en fr > bcforecast/locale/fr.po

The new file has every key, the header of the language (plural forms by CLDR) and as many plural
forms as it has, each still with the words of the first language. The entries `language.*` come
first: they are the conventions (how sentences join, how dates and large numbers are written), and
each has a comment that says what it is. Placeholders such as `{count}` stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).parents[2] / "bcforecast" / "locale"


def begun(known: str, new: str) -> Catalog:
    """Return the catalogue of `new` with the words of `known`."""
    with (LOCALE / f"{known}.po").open("rb") as file:
        source = read_po(file, locale=known)
    catalogue = Catalog(locale=new, header_comment="", fuzzy=False)
    for message in source:
        words = message.string
        if message.pluralizable:
            # A language may have one form or four: the last, said of many, stands in for each.
            words = (*words, *[words[-1]] * catalogue.num_plurals)[: catalogue.num_plurals]
        if message.id:
            catalogue.add(message.id, words, auto_comments=message.auto_comments)
    return catalogue


if __name__ == "__main__":
    write_po(sys.stdout.buffer, begun(*sys.argv[1:3]), width=0)
