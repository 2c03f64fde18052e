"""The units in which plans and observations are stated: one list, with names in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bcforecast.messages import Language, Message, text


class Unit(StrEnum):
    """A unit as written in a data file."""

    PERCENT = "%"
    PATENTS = "patents"
    PLATFORMS = "platforms"
    ENTERPRISES = "enterprises"
    PARKS = "parks"
    PERSONS = "persons"
    PROJECTS = "projects"
    CNY_100M = "100M CNY"
    CNY_10K = "10k CNY"
    CNY = "CNY"


UNITS: Final[Mapping[str, Message]] = MappingProxyType(
    {unit.value: Message(f"units.{unit.name.lower()}") for unit in Unit}
)
"""Every allowed unit, as written in a data file, with its name in words."""

WHOLE_UNITS: Final = frozenset(
    {
        Unit.PATENTS,
        Unit.PLATFORMS,
        Unit.ENTERPRISES,
        Unit.PARKS,
        Unit.PERSONS,
        Unit.PROJECTS,
    }
)
"""Units that count whole things."""


_YUAN: Final[Mapping[str, int]] = {"100M CNY": 10**8, "10k CNY": 10**4, "CNY": 1}
_WAN: Final = Decimal(10_000)
_SCALES: Final = ((10**9, " billion"), (10**6, " million"))
_NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_SIGNED: Final = re.compile("[+\N{MINUS SIGN}-]?[0-9]")


def unit_name(unit: str, lang: Language) -> str:
    """Return the name of `unit` in words.

    Raises
    ------
    KeyError
        If `unit` is not one of `UNITS`.

    Examples
    --------
    >>> unit_name("100M CNY", "zh"), unit_name("100M CNY", "en")
    ('亿元', 'CNY 100 million')
    """
    return UNITS[unit].render(lang)


def figure(number: str | Message, unit: str) -> Message:
    """Return a number with its unit, as it stands in a sentence.

    Raises
    ------
    KeyError
        If `unit` is not one of `UNITS`.

    Examples
    --------
    >>> figure("909.25", "100M CNY").render("zh")
    '909.25亿元'
    """
    return _Figure(f"units.figure_{UNITS[unit].key.partition('.')[2]}", number=number, unit=unit)


def english_money(figure: str, unit: str) -> str:
    """Write every number of `figure`, in the money unit `unit`, in yuan as English counts it.

    Examples
    --------
    >>> english_money("1,650.9", "100M CNY"), english_money("more than 300", "100M CNY")
    ('CNY 165.09 billion', 'more than CNY 30 billion')
    >>> english_money("8 to 12", "100M CNY"), english_money("250", "10k CNY")
    ('CNY 0.8 to 1.2 billion', 'CNY 2.5 million')
    """
    yuan = _YUAN[unit]
    amounts = [yuan * Decimal(digits.replace(",", "")) for digits in _NUMBER.findall(figure)]
    largest = max(amounts, default=Decimal())
    scale, word = next((one for one in _SCALES if largest >= one[0]), (1, ""))
    shown = (f"{(amount / scale).normalize():,f}" for amount in amounts)
    written = _NUMBER.sub(lambda _: next(shown), figure)
    place = _SIGNED.search(written)
    start = place.start() if place else 0
    return f"{written[:start]}CNY {written[start:]}{word}"


def chinese_number(figure: str, unit: str) -> tuple[str, str]:
    """Write every number of `figure` in 万 or 亿 where two decimals say it all; name its unit.

    Others keep their digits, as bulletins do: 3.47万件, but 34,712件.

    Parameters
    ----------
    figure
        As `wording.number` and `wording.plain` write it, words around it allowed.
    unit
        As written in a data file.

    Returns
    -------
    tuple
        The figure, and the unit it is now in: 万元 from 10,000 on are 亿元.

    Examples
    --------
    >>> chinese_number("34,700", "patents"), chinese_number("9,000至12,500", "persons")
    (('3.47万', 'patents'), ('9,000至1.25万', 'persons'))
    >>> chinese_number("16,508.7", "100M CNY"), chinese_number("25,000", "10k CNY")
    (('16,508.7', '100M CNY'), ('2.5', '100M CNY'))
    """
    if unit == Unit.CNY_10K:
        amounts = [Decimal(digits.replace(",", "")) for digits in _NUMBER.findall(figure)]
        if max(amounts, default=Decimal()) < _WAN or not all(_is_round(a, _WAN) for a in amounts):
            return figure, unit
        return _NUMBER.sub(lambda found: _divided(found[0], _WAN), figure), Unit.CNY_100M.value
    return _NUMBER.sub(lambda found: _in_wan(found[0]), figure), unit


def _in_wan(digits: str) -> str:
    amount = Decimal(digits.replace(",", ""))
    for scale, word in ((_WAN * _WAN, "亿"), (_WAN, "万")):
        if amount >= scale and _is_round(amount, scale):
            return f"{_divided(digits, scale)}{word}"
    return digits


def _is_round(amount: Decimal, scale: Decimal) -> bool:
    """Whether two decimals write an amount in a scale."""
    return amount * 100 % scale == 0


def _divided(digits: str, scale: Decimal) -> str:
    return f"{(Decimal(digits.replace(',', '')) / scale).normalize():,f}"


@dataclass(frozen=True)
class _Figure(Message):
    """A number with its unit: in Chinese in 万 and 亿, money in English in yuan."""

    number: str | Message = ""
    unit: str = ""

    def render(self, lang: Language) -> str:
        """Return the text in `lang`."""
        number, unit = self.number, self.unit
        shown = number.render(lang) if isinstance(number, Message) else number
        if lang == "en":
            shown = english_money(shown, unit) if unit in _YUAN else shown
            return text(self.key, lang, number=shown)
        shown, unit = chinese_number(shown, unit)
        return text(f"units.figure_{UNITS[unit].key.partition('.')[2]}", lang, number=shown)
