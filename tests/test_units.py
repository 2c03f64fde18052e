"""Units: one list, with a name and a way of standing beside a number in both languages."""

from __future__ import annotations

import pytest

from bcforecast.messages import LANGUAGES
from bcforecast.units import UNITS, WHOLE_UNITS, Unit, figure, unit_name


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_has_a_name_and_stands_beside_a_number_in_both_languages(unit: str) -> None:
    for lang in LANGUAGES:
        assert unit_name(unit, lang)
        said = figure("1,650.9", unit).render(lang)
        assert said.startswith("1,650.9")
        assert said.endswith(unit_name(unit, lang))


def test_money_and_ratios_do_not_count_whole_things() -> None:
    assert set(Unit) - WHOLE_UNITS == {Unit.PERCENT, Unit.CNY, Unit.CNY_10K, Unit.CNY_100M}


def test_a_unit_reads_as_a_statistician_writes_it() -> None:
    assert figure("1,650.9", Unit.CNY_100M).render("zh") == "1,650.9亿元"
    assert figure("1,650.9", Unit.CNY_100M).render("en") == "1,650.9 × 100 million yuan"
    assert figure("530", Unit.ENTERPRISES).render("zh") == "530家"


def test_an_unknown_unit_is_a_programming_error() -> None:
    with pytest.raises(KeyError, match="pounds"):
        unit_name("pounds", "en")
