"""Figures, targets, probabilities and dates as a reader of either language writes them."""

from __future__ import annotations

import re
from datetime import date
from math import floor, isfinite, log10
from typing import Final

from bcforecast.messages import Language, text
from bcforecast.units import WHOLE_UNITS, chinese_number, english_money, unit_name

_MINUS = "\N{MINUS SIGN}"
_NUMERALS: Final = "一二三四五六七八九"
_PLACE: Final = re.compile(f"([{_NUMERALS}])（([{_NUMERALS}])）([0-9]*)")


def number(value: float, *, unit: str) -> str:
    """Write a figure with the digits its unit and size deserve.

    Whole things have no decimals; else four significant digits, but at least one and at most two
    decimals.

    Examples
    --------
    >>> number(1650.8667, unit="100M CNY"), number(3.2849, unit="%"), number(6106.4, unit="parks")
    ('1,650.9', '3.28', '6,106')
    """
    places = decimals(value, unit=unit)
    return _signed(f"{value:,.{places}f}" if places else f"{round(value):,}")


def decimals(value: float, *, unit: str) -> int:
    """Return how many decimals `number` writes.

    Examples
    --------
    >>> decimals(1650.8667, unit="100M CNY"), decimals(3.2849, unit="%"), decimals(7, unit="parks")
    (1, 2, 0)
    """
    if unit in WHOLE_UNITS:
        return 0
    size = floor(log10(abs(value))) if value else 0
    return min(2, max(1, 3 - size))


def plain(value: float) -> str:
    """Write a number as it was stated: no digit added, none taken away.

    Examples
    --------
    >>> plain(3.2), plain(60.0), plain(40000.0), plain(1650.8667)
    ('3.2', '60', '40,000', '1,650.8667')
    """
    if not isfinite(value):
        return _signed(str(value))
    digits = f"{value:.12g}"
    whole, _, decimals = (
        digits.partition(".") if "e" not in digits else f"{value:.4f}".partition(".")
    )
    head = f"{int(whole):,}" if int(whole) else whole
    return _signed(f"{head}.{decimals}" if decimals else head)


def quantity(figure: str, *, unit: str, lang: Language, name: str | None = None) -> str:
    """Put a written figure and its unit together.

    Parameters
    ----------
    figure
        As written by `number` or `plain`.
    unit
        As in the data files.
    name
        The indicator's own word for the unit. Default: the unit's usual name.

    Examples
    --------
    >>> quantity("530", unit="enterprises", lang="zh"), quantity("3.2", unit="%", lang="en")
    ('530家', '3.2%')
    >>> quantity("60", unit="100M CNY", lang="en"), quantity("34,700", unit="patents", lang="zh")
    ('CNY 6 billion', '3.47万件')
    >>> quantity("1", unit="parks", lang="en")
    '1 park'
    """
    if unit == "%":
        return f"{figure}%"
    if lang == "en" and unit.endswith("CNY"):
        return english_money(figure, unit)
    if lang == "en" and figure == "1" and unit in WHOLE_UNITS:
        return text(f"wording.one_{unit}", lang)
    if lang == "zh":
        figure, shown = chinese_number(figure, unit)
        name = name if shown == unit else None
        unit = shown
    return text("wording.quantity", lang, figure=figure, unit=name or unit_name(unit, lang))


def target_words(
    comparator: str, target: float, *, unit: str, lang: Language, name: str | None = None
) -> str:
    """Say the target with the comparator as the plan does; `name` as in `quantity`.

    Examples
    --------
    >>> target_words("more_than", 530, unit="enterprises", lang="zh")
    '突破530家'
    >>> target_words("at_least", 3.2, unit="%", lang="en")
    'at least 3.2%'
    """
    figure = quantity(plain(target), unit=unit, lang=lang, name=name)
    return text(f"wording.comparator_{comparator}", lang, quantity=figure)


def target_symbol(comparator: str, target: float) -> str:
    """Write the target with a sign, for narrow places.

    Examples
    --------
    >>> target_symbol("more_than", 530), target_symbol("event", 1)
    ('> 530', '≥ 1')
    """
    sign = {"more_than": ">", "at_most": "\N{LESS-THAN OR EQUAL TO}"}.get(
        comparator, "\N{GREATER-THAN OR EQUAL TO}"
    )
    return f"{sign} {plain(target)}"


def percent(probability: float, *, lang: Language) -> str:
    """Write a probability in whole percents; never as 0 % or 100 %.

    Examples
    --------
    >>> percent(0.734, lang="en"), percent(0.999, lang="en"), percent(0.001, lang="zh")
    ('73%', 'over 99%', '不到1%')
    """
    rounded = round(100 * probability)
    if rounded < 1:
        return text("wording.percent_below", lang)
    if rounded > 99:
        return text("wording.percent_above", lang)
    return f"{rounded}%"


def rate(share: float) -> str:
    """Write a yearly growth rate in percents with one decimal.

    Examples
    --------
    >>> rate(0.1547), rate(-0.02)
    ('15.5%', '−2.0%')
    """
    return _signed(f"{100 * share:.1f}%")


def day(value: date, *, lang: Language) -> str:
    """Write a date in words.

    Examples
    --------
    >>> day(date(2021, 12, 31), lang="zh"), day(date(2021, 12, 31), lang="en")
    ('2021年12月31日', '31 December 2021')
    """
    month = text(f"wording.month_{value.month}", lang)
    return text("wording.day", lang, year=value.year, month=month, day=value.day)


def place_words(place: str, *, lang: Language) -> str:
    """Write where in a Chinese plan something stands; in English with the original beside it.

    Examples
    --------
    >>> place_words("一（二）", lang="zh"), place_words("一（二）", lang="en")
    ('一（二）', 'Part 1 (2) [一（二）]')
    >>> place_words("二（三）1", lang="en"), place_words("p. 3", lang="en")
    ('Part 2 (3) 1 [二（三）1]', 'p. 3')
    """
    found = _PLACE.fullmatch(place)
    if lang == "zh" or found is None:
        return place
    part, section = (1 + _NUMERALS.index(numeral) for numeral in found.group(1, 2))
    key = "item" if found[3] else "part"
    words = text(f"wording.place_{key}", lang, part=part, section=section, item=found[3])
    return f"{words} [{place}]"


def probability_words(probability: float | None, verdict: str, *, lang: Language) -> str:
    """Say a probability as number and word together; the word alone only where there is none.

    Parameters
    ----------
    verdict
        Catalogue key of the word, such as `verdict.likely`.

    Examples
    --------
    >>> probability_words(0.734, "verdict.likely", lang="en")
    '73% (likely)'
    >>> probability_words(None, "verdict.unset", lang="zh")
    '无法判断'
    """
    word = text(verdict, lang)
    if probability is None:
        return word
    return text("wording.probability", lang, percent=percent(probability, lang=lang), word=word)


def _signed(digits: str) -> str:
    return digits.replace("-", _MINUS)
