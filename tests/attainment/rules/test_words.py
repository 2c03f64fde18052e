"""Every key that the rules use has words, and no words are left that nothing uses."""

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

import bcforecast.rules as room
from bcforecast.text import LOCALE_DIR

BUILT_FROM_NAMES = ("rules.name_", "rules.variant_")


def literals():
    for path in Path(room.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_keys_in_the_code_and_in_the_catalogue_are_the_same():
    used = {text for text in literals() if re.fullmatch(r"rules\.[a-z][a-z_]*[a-z]", text)}
    with (LOCALE_DIR / "en.po").open("rb") as file:
        known = {str(m.id) for m in read_po(file) if str(m.id).startswith("rules.")}
    assert used <= known
    assert known - used == {key for key in known - used if key.startswith(BUILT_FROM_NAMES)}
