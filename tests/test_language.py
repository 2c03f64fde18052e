"""A language is one catalogue: with `locale/xx.po` alone, terminal and report speak it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from bcforecast.text import LOCALE_DIR, text

ROOT = LOCALE_DIR.parents[1]
_MARK = "¡"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the house and give it a catalogue more: English with a mark before each text."""
    house = tmp_path_factory.mktemp("house")
    unwritten = shutil.ignore_patterns("__pycache__", "*.mo")
    for name in ("bcforecast", "tools"):
        shutil.copytree(ROOT / name, house / name, ignore=unwritten)
    for name in ("data", "notebooks", "requirements.lock"):
        (house / name).symlink_to(ROOT / name)
    locale = house / "bcforecast" / "locale"
    with (locale / "en.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if message.id and "language." not in message.id:
            forms = message.string if message.pluralizable else (message.string,)
            marked = tuple(_MARK + form for form in forms)
            message.string = marked if message.pluralizable else marked[0]
    with (locale / "xx.po").open("wb") as file:
        write_po(file, catalogue)
    said(house, "tools/compile_messages.py")
    return house


def said(house: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, text=True, check=True,
        capture_output=True,
    ).stdout  # fmt: skip


ABOUT = ("--plan", "beichen-2020-2022", "--as-of", "2021-12-31", "--lang", "xx")


def test_the_terminal_speaks_it(house: Path) -> None:
    table = said(house, "-m", "bcforecast", "goals", *ABOUT)
    assert f"{_MARK}{text('attainment.table_note', 'en')[:30]}" in table
    assert "High-tech enterprises" in table, "what a file does not give in a language is English"


def test_a_report_is_written_in_it(house: Path) -> None:
    said(house, "-m", "bcforecast", "report", *ABOUT, "--format", "html", "--out", "reports")
    page = house / "reports" / "beichen-2020-2022" / "2021-12-31" / "baseline" / "xx" / "index.html"
    words = page.read_text(encoding="utf-8")
    assert f"{_MARK}{text('pages.contents', 'en')}" in words
    assert f"{_MARK}{text('report.method_1', 'en')[:30]}" in words
