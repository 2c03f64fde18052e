"""How two files that are not byte for byte the same differ, as closely as their kind allows."""

from __future__ import annotations

import base64
import binascii
import io
import json
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from matplotlib.image import imread

from bcforecast.messages import Message

_JSON: Final = frozenset({".json", ".ipynb"})
_ZIPPED: Final = frozenset({".docx", ".xlsx"})
_TEXT: Final = frozenset({".html", ".md"})
_PICTURE_KEY: Final = "image/png"
_SHOWN: Final = 60

Place = tuple[str | int, ...]


def file_difference(kept: Path, rebuilt: Path) -> Message | None:
    """Say how a file of a report differs from the one made again; None where it does not.

    JSON and notebooks: the first place and both values, pictures in them by their pixels. Pictures:
    the root-mean-square difference of their pixels. Word and Excel: the first part of the package.
    Pages and Markdown: the first line. All else: the first byte.
    """
    one, other = kept.read_bytes(), rebuilt.read_bytes()
    if one == other:
        return None
    suffix = PurePosixPath(kept.name).suffix
    said = None
    if suffix in _JSON:
        said = _json_difference(one, other)
    elif suffix == ".png":
        said = _picture_difference(one, other)
    elif suffix in _ZIPPED:
        said = _zip_difference(one, other)
    elif suffix in _TEXT:
        said = _line_difference(one, other)
    return said or _byte_difference(one, other)


def _json_difference(one: bytes, other: bytes) -> Message | None:
    try:
        documents = json.loads(one), json.loads(other)
    except (ValueError, RecursionError):
        return None
    return _first_difference(*documents, place=())


def _first_difference(one: object, other: object, *, place: Place) -> Message | None:
    if type(one) is not type(other):
        return _values(one, other, place)
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            if key not in other:
                return Message("verify.key_gone", {"place": _path((*place, key))})
            said = _first_difference(one[key], other[key], place=(*place, key))
            if said is not None:
                return said
        new = next((key for key in other if key not in one), None)
        return None if new is None else Message("verify.key_new", {"place": _path((*place, new))})
    if isinstance(one, list) and isinstance(other, list):
        for number, pair in enumerate(zip(one, other, strict=False)):
            said = _first_difference(*pair, place=(*place, number))
            if said is not None:
                return said
        if len(one) != len(other):
            counts = {"place": _path(place), "then": len(one), "now": len(other)}
            return Message("verify.entries", counts)
        return None
    return None if one == other else _values(one, other, place)


def _values(one: object, other: object, place: Place) -> Message:
    if place and place[-1] == _PICTURE_KEY and isinstance(one, str) and isinstance(other, str):
        said = _embedded_difference(one, other)
        if said is not None:
            return Message("verify.at", {"place": _path(place), "how": said})
    then, now = _excerpts(one, other)
    return Message("verify.values", {"place": _path(place), "then": then, "now": now})


def _embedded_difference(one: str, other: str) -> Message | None:
    try:
        return _picture_difference(base64.b64decode(one), base64.b64decode(other))
    except binascii.Error:
        return None


def _picture_difference(one: bytes, other: bytes) -> Message | None:
    try:
        ours, theirs = pixels(one), pixels(other)
    except (OSError, SyntaxError, ValueError):
        return None
    if ours.shape != theirs.shape:
        then, now = (_size(array) for array in (ours, theirs))
        return Message("verify.picture_size", {"then": then, "now": now})
    rms = root_mean_square(ours, theirs)
    return Message("verify.picture", {"rms": f"{rms:.2f}"})


def pixels(picture: bytes) -> np.ndarray:
    """Return the pixels of a PNG: rows, columns and channels, from 0 to 255."""
    return 255.0 * np.asarray(imread(io.BytesIO(picture), format="png"), float)


def root_mean_square(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the root-mean-square difference of the pixels of two pictures of one size."""
    return float(np.sqrt(np.mean((ours - theirs) ** 2)))


def _size(picture: np.ndarray) -> str:
    height, width = picture.shape[:2]
    return f"{width}×{height}"


def _zip_difference(one: bytes, other: bytes) -> Message | None:
    try:
        with zipfile.ZipFile(io.BytesIO(one)) as ours, zipfile.ZipFile(io.BytesIO(other)) as theirs:
            names = (ours.namelist(), theirs.namelist())
            if names[0] != names[1]:
                return Message("verify.other_parts")
            for name in names[0]:
                if ours.read(name) != theirs.read(name):
                    return Message("verify.part", {"part": name})
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return None
    return None


def _line_difference(one: bytes, other: bytes) -> Message | None:
    try:
        ours, theirs = one.decode().split("\n"), other.decode().split("\n")
    except UnicodeDecodeError:
        return None
    for number, (line, again) in enumerate(zip(ours, theirs, strict=False), start=1):
        if line != again:
            then, now = _excerpts(line, again)
            return Message("verify.line", {"line": number, "then": then, "now": now})
    return Message("verify.lines", {"then": len(ours), "now": len(theirs)})


def _byte_difference(one: bytes, other: bytes) -> Message:
    pairs = enumerate(zip(one, other, strict=False))
    first = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    return Message("verify.byte", {"place": first, "then": len(one), "now": len(other)})


def _excerpts(one: object, other: object) -> tuple[str, str]:
    """Show two values; of long texts the part around the first sign that differs."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return _cut(json.dumps(one, ensure_ascii=False)), _cut(
            json.dumps(other, ensure_ascii=False)
        )
    pairs = enumerate(zip(one, other, strict=False))
    first = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, first - _SHOWN // 3)
    before = "…" if start else ""
    rest = (json.dumps(text[start:], ensure_ascii=False)[1:-1] for text in (one, other))
    then, now = (f"“{_cut(before + words)}”" for words in rest)
    return then, now


def _cut(words: str) -> str:
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


def _path(place: Place) -> str:
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return shown.lstrip(".") or "–"
