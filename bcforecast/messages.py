"""Texts a person reads, from the gettext catalogues in `locale/`, in Chinese and English.

A key is `domain.name`; the domain names the catalogue (`locale/<lang>/LC_MESSAGES/<domain>.po`).
Catalogues hold `str.format` templates, so that word order and number format are the language's own.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
LOCALE_DIR: Final = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Message:
    """A text yet to be put into a language: a catalogue key and the values it takes.

    Values that are themselves messages are rendered in the same language.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return text(self.key, lang, **self.values)


@dataclass(frozen=True)
class GivenText(Message):
    """A text that a file gives in both languages, to stand where a message can."""

    key: str = ""
    zh: str = ""
    en: str = ""

    def render(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return self.zh if lang == "zh" else self.en


@cache
def _catalogue(domain: str, lang: Language) -> gettext.NullTranslations:
    return gettext.translation(domain, localedir=LOCALE_DIR, languages=[lang])


def has_text(key: str) -> bool:
    """Whether the catalogues have a text of this key."""
    return _catalogue(key.partition(".")[0], "en").gettext(key) != key


def text(key: str, lang: Language, /, **values: object) -> str:
    """Return the text of `key` in `lang`, with `values` put in.

    Raises
    ------
    KeyError
        If no catalogue has the key: a programming error, never a user's.

    Examples
    --------
    >>> text("verdict.likely", "en")
    'likely'
    >>> text("verdict.likely", "zh")
    '可能'
    """
    domain = key.partition(".")[0]
    template = _catalogue(domain, lang).gettext(key)
    if template == key:
        raise KeyError(f"no text {key!r} in catalogue {domain!r} for {lang!r}")
    rendered = {k: v.render(lang) if isinstance(v, Message) else v for k, v in values.items()}
    return template.format(**rendered) if values else template
