"""The font that a page carries has the characters of the page, and no more."""

import base64
import re
from io import BytesIO

from fontTools.ttLib import TTFont

from bcforecast.reporting.html import font_face


def characters(rule: str) -> set[str]:
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", rule)
    assert data is not None
    font = TTFont(BytesIO(base64.b64decode(data[1])))
    return {chr(code) for code in font.getBestCmap()}


def test_every_chinese_character_of_the_page_is_in_the_font():
    assert set("目标能否完成？") <= characters(font_face("<p>目标能否完成？ yes</p>"))


def test_characters_that_are_not_on_the_page_are_not_in_the_font():
    assert "北" not in characters(font_face("目标"))


def test_the_rule_is_the_same_each_time():
    assert font_face("目标") == font_face("标目")


def test_an_english_page_takes_its_dashes_and_quotation_marks_from_its_own_font():
    rule = font_face("— the plan, “一（二）”", lang="en")
    assert characters(rule) >= set("一（二）")
    assert not characters(rule) & set("—“”")
    assert "unicode-range: U+2E80-10FFFF" in rule
