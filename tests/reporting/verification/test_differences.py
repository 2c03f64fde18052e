"""How two files differ is said as closely as their kind allows."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imsave

from bcforecast.reporting.verification import file_difference


def png(grey: int, *, width: int = 8) -> bytes:
    buffer = io.BytesIO()
    imsave(buffer, np.full((4, width, 3), grey, dtype=np.uint8), format="png")
    return buffer.getvalue()


def archive(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def notebook(picture: bytes) -> bytes:
    data = {"image/png": base64.b64encode(picture).decode()}
    return json.dumps({"cells": [{"outputs": [{"data": data}]}]}).encode()


def said(folder: Path, name: str, kept: bytes, again: bytes) -> str | None:
    for place, content in (("kept", kept), ("again", again)):
        (folder / place).mkdir(exist_ok=True)
        (folder / place / name).write_bytes(content)
    found = file_difference(folder / "kept" / name, folder / "again" / name)
    return None if found is None else found.render("en")


@pytest.mark.parametrize("name", ["a.json", "a.png", "a.pdf", "a.xlsx", "a.html"])
def test_equal_bytes_do_not_differ(tmp_path, name):
    assert said(tmp_path, name, b"x", b"x") is None


@pytest.mark.parametrize(
    ("name", "kept", "again", "expected"),
    [
        ("a.json", b'{"a": [1, {"b": 0.1}]}', b'{"a": [1, {"b": 0.10000000001}]}',
         "a[1].b: then 0.1, now 0.10000000001"),
        ("a.json", b'{"a": 1}', b'{"a": true}', "a: then 1, now true"),
        ("a.json", b'{"a": 1, "b": 2}', b'{"a": 1}', "b: not there any more"),
        ("a.json", b'{"a": 1}', b'{"a": 1, "b": 2}', "b: was not there then"),
        ("a.json", b"[1, 2]", b"[1]", "–: then 2 entries, now 1"),
        ("a.json", b'{"a": "caf\xc3\xa9"}', b'{"a": "cafe"}', "a: then “café”, now “cafe”"),
        ("a.json", b'{"a": 1}', b'{"a":1}', "differs from byte 5 on; then 8 bytes, now 7"),
        ("a.json", b"{", b"{}", "differs from byte 1 on; then 1 bytes, now 2"),
        ("a.ipynb", notebook(png(0)), notebook(png(10)),
         "cells[0].outputs[0].data.image/png: the pictures differ by 8.66"
         " (root mean square of 255)"),
        ("a.png", png(0), png(3), "the pictures differ by 2.60 (root mean square of 255)"),
        ("a.png", png(0), png(0, width=9), "then 8×4 pixels, now 9×4"),
        ("a.png", png(0), b"no picture", "differs from byte 0 on"),
        ("a.docx", archive(a="1", b="2"), archive(a="1", b="3"), "its part b differs"),
        ("a.xlsx", archive(a="1"), archive(b="1"), "it is made of other parts"),
        ("a.xlsx", archive(a="1"), b"PK", "differs from byte 2 on"),
        ("a.html", b"one\ntwo\n", b"one\nzwo\n", "line 2: then “two”, now “zwo”"),
        ("a.md", b"one\n", b"one\ntwo\n", "line 2: then “”, now “two”"),
        ("a.md", b"one", b"one\ntwo", "then 1 lines, now 2"),
        ("a.html", b"\xff\n", b"a\n", "differs from byte 0 on"),
        ("a.pdf", b"%PDF-1", b"%PDF-2", "differs from byte 5 on; then 6 bytes, now 6"),
    ],
)  # fmt: skip
def test_the_first_difference_is_shown(tmp_path, name, kept, again, expected):
    found = said(tmp_path, name, kept, again)
    assert found is not None
    assert found.startswith(expected)


def test_of_long_texts_the_part_that_differs_is_shown(tmp_path):
    kept, again = ("x" * 5000 + end + "y" * 5000 for end in ("old", "new"))
    found = said(tmp_path, "a.html", kept.encode(), again.encode())
    assert found is not None
    assert "xold" in found
    assert "xnew" in found
    assert len(found) < 200
