"""The typefaces of printed pages: what they can show, and how wide it is."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final
from unicodedata import category

import matplotlib as mpl
import pylopdf_fonts_zh_cn
from matplotlib.ft2font import FT2Font, LoadFlags

_UNSHOWN: Final = "[U+{:04X}]"
_NOT_TEXT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_WORD: Final = re.compile(r"[^\s\u2e80-\uffef]+")
_PIECE: Final = re.compile(r"[^./_?&=#:,;-]*[./_?&=#:,;-]+|[^./_?&=#:,;-]+")
_INVISIBLE: Final = frozenset("\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}\ufeff")


def font_folders() -> list[Path]:
    """Return the folders that hold the faces, of which printed pages use no others."""
    return list(dict.fromkeys(path.parent for path in _paths()))


def spelled(text: str, *, any_face: bool = False) -> str:
    r"""Return `text` on one line, each character that cannot be set replaced by its number.

    Parameters
    ----------
    any_face
        Whether the text is for a program that has faces of its own. Default: only what the faces
        of the printed pages have can be set.

    Examples
    --------
    >>> spelled("73\N{PER MILLE SIGN} of\nall \a")
    '73‰ of all [U+0007]'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(character, any_face) for character in text)


def breakable(text: str, room_em: float) -> str:
    """Return `text` with places to break a word that is wider than the room for it.

    Examples
    --------
    >>> breakable("a short word", 10), breakable("file_name", 3).split("\N{ZERO WIDTH SPACE}")
    ('a short word', ['file_', 'name'])
    """
    if width_em(text) <= room_em:
        return text
    return _WORD.sub(lambda found: _broken(found[0], room_em), text)


def in_faces(character: str) -> bool:
    """Return whether a face of the printed pages has this character."""
    return any(ord(character) in covered for covered in _coverage())


@cache
def width_em(text: str) -> float:
    """Return how wide `text` is on one line, in units of the size of its type."""
    return sum(map(_advance, text))


def _spelled(character: str, any_face: bool) -> str:
    if character in _INVISIBLE:
        return ""
    if character in "\t\n\v\f\r\x85\u2028\u2029":
        return " "
    shown = category(character) not in _NOT_TEXT and (any_face or in_faces(character))
    return character if shown else _UNSHOWN.format(ord(character))


def _broken(word: str, room_em: float) -> str:
    if width_em(word) <= room_em:
        return word
    pieces = (
        piece if width_em(piece) <= room_em else _BREAK.join(piece)
        for piece in _PIECE.findall(word)
    )
    return _BREAK.join(pieces)


@cache
def _advance(character: str) -> float:
    for face in _faces():
        if face.get_char_index(ord(character)):
            face.set_size(1000, 72)
            glyph = face.load_char(ord(character), flags=LoadFlags.NO_HINTING)
            return glyph.linearHoriAdvance / 65536 / 1000
    return 1.0


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    return tuple(frozenset(face.get_charmap()) for face in _faces())


@cache
def _faces() -> tuple[FT2Font, ...]:
    return tuple(FT2Font(str(path)) for path in _paths())


def _paths() -> tuple[Path, ...]:
    """The Chinese face, and what matplotlib brings: for what that lacks, and for print-outs."""
    brought = Path(mpl.get_data_path(), "fonts", "ttf")
    return (
        Path(pylopdf_fonts_zh_cn.sans_path()),
        brought / "DejaVuSans.ttf",
        brought / "DejaVuSansMono.ttf",
    )
