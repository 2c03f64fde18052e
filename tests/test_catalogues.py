"""Message catalogues: the same keys and placeholders in both languages, and compiled."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bcforecast.text import LANGUAGES, LOCALE_DIR, Message, text
from tools.compile_messages import compiled

PACKAGE = LOCALE_DIR.parent


def entries(lang: str) -> dict[str, tuple[str, ...]]:
    """Text of each key: one, or its plural forms."""
    with (LOCALE_DIR / f"{lang}.po").open("rb") as file:
        messages = [m for m in read_po(file, locale=lang) if m.id]
    return {m.id[0] if m.pluralizable else m.id: _forms(m.string) for m in messages}


def _forms(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


SUBJECTS = {key.partition(".")[0] for key in entries("en")}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_language_says_the_same_things() -> None:
    english = entries("en")
    for lang in LANGUAGES:
        others = entries(lang)
        assert others.keys() == english.keys()
        for key, forms in english.items():
            assert all(others[key]), key
            # What is said of one alone may leave out what is said of several.
            assert placeholders(others[key][-1]) == placeholders(forms[-1]), key
            assert all(placeholders(f) <= placeholders(others[key][-1]) for f in others[key]), key


def test_a_count_chooses_the_plural_form() -> None:
    assert text("explain.span", "en", count=1) == "one year"
    assert text("explain.span", "en", count=3) == "3 years"
    assert text("explain.span", "zh", count=1) == "1年"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_compiled_catalogues_are_up_to_date(lang: str) -> None:
    source = LOCALE_DIR / f"{lang}.po"
    assert source.with_suffix(".mo").read_bytes() == compiled(source), "run `make messages`"


def keys_in_code() -> set[str]:
    """Every string literal of the package that is written as a key of a catalogue."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and node.args[0].value.partition(".")[0] in SUBJECTS
                and " " not in node.args[0].value
                and not node.args[0].value.endswith("_")  # the stem of several keys
                and "." in node.args[0].value
                and Path(node.args[0].value).suffix not in {".csv", ".json", ".yaml", ".ipynb"}
            ):
                found.add(node.args[0].value)
    return found


def test_every_key_in_the_code_is_in_the_catalogues() -> None:
    assert keys_in_code() <= entries("en").keys()


def test_an_unknown_key_is_a_programming_error() -> None:
    with pytest.raises(KeyError, match=r"verdict\.maybe"):
        text("verdict.maybe", "en")


def test_messages_inside_messages_take_the_language_of_the_outer_one() -> None:
    message = Message(
        "errors.file", {"file": "a.csv", "found": Message("verdict.likely"), "allowed": "b"}
    )
    assert message.render("zh") == "a.csv：现为 可能，应为：b"
