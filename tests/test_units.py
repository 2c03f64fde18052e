"""Units: one list, with a name and a way of standing beside a number in both languages."""

from __future__ import annotations

import pytest

from bcforecast.text import LANGUAGES, figure, unit_name, units


@pytest.mark.parametrize("unit", units())
def test_every_unit_has_a_name_and_stands_beside_a_number_in_both_languages(unit: str) -> None:
    for lang in LANGUAGES:
        assert unit_name(unit, lang)
        said = figure("1,650.9", unit).render(lang)
        if lang == "en" and unit.endswith("CNY"):
            assert said.startswith("CNY ")
        else:
            assert (
                said
                == f"1,650.9{'' if lang == 'zh' or unit == '%' else ' '}{unit_name(unit, lang)}"
            )


def test_money_and_ratios_do_not_count_whole_things() -> None:
    assert {u for u in units() if not units()[u].whole} == {"%", "CNY", "10k CNY", "100M CNY"}


def test_a_unit_reads_as_a_statistician_writes_it() -> None:
    assert figure("1,650.9", "100M CNY").render("zh") == "1,650.9亿元"
    assert figure("1,650.9", "100M CNY").render("en") == "CNY 165.09 billion"
    assert figure("more than 0.5", "100M CNY").render("en") == "more than CNY 50 million"
    assert figure("\N{MINUS SIGN}60", "100M CNY").render("en") == "CNY \N{MINUS SIGN}6 billion"
    assert figure("8 to 12", "CNY").render("en") == "CNY 8 to 12"
    assert figure("0", "10k CNY").render("en") == "CNY 0"
    assert figure("530", "enterprises").render("zh") == "530家"


def test_an_unknown_unit_is_a_programming_error() -> None:
    with pytest.raises(KeyError, match="pounds"):
        unit_name("pounds", "en")
