"""What the typefaces of printed pages can show, and how wide it is."""

from __future__ import annotations

import pytest

from bcforecast.reporting.pdf import breakable, in_faces, spelled, width_em
from bcforecast.text import LOCALE_DIR


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_character_of_the_catalogues_can_be_set(lang) -> None:
    texts = (p.read_text(encoding="utf-8") for p in LOCALE_DIR.glob(f"{lang}.po"))
    characters = set("".join(texts)) - {"\n"}
    assert {c for c in characters if not in_faces(c)} == set()


def test_chinese_is_an_em_wide_and_figures_are_all_as_wide_as_each_other() -> None:
    assert width_em("科技企业") == pytest.approx(4)
    assert len({round(width_em(figure), 6) for figure in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("73‰ ≥ 5 − 3", "73‰ ≥ 5 − 3"),
        ("a\nb\tc\r\nd", "a b c  d"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\x00\x1b\u202e\ue000", "[U+0000][U+001B][U+202E][U+E000]"),
        ("\U0001f9ff", "[U+1F9FF]"),
        ("不间断\u00a0空格\u3000", "不间断\u00a0空格\u3000"),
    ],
)
def test_what_cannot_be_set_is_spelled(text, shown) -> None:
    assert spelled(text) == shown


def test_another_program_has_faces_of_its_own() -> None:
    assert spelled("\U0001f9ff\x07", any_face=True) == "\U0001f9ff[U+0007]"


def test_words_that_fit_are_left_alone_and_others_break_at_their_joints_first() -> None:
    mark = "\N{ZERO WIDTH SPACE}"
    assert breakable("科技企业" * 50, 3) == "科技企业" * 50
    assert breakable("bcforecast.plan.load", 8).split(mark) == ["bcforecast.", "plan.", "load"]
    assert breakable("aaaaaaaa b", 2) == mark.join("aaaaaaaa") + " b"
