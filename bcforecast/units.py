"""The units in which plans and observations are stated: one list, with names in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bcforecast.messages import Language, Message


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
    values = {"number": _Money(number=number, unit=unit) if unit in _YUAN else number}
    return Message(f"units.figure_{UNITS[unit].key.partition('.')[2]}", values)


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


@dataclass(frozen=True)
class _Money(Message):
    """A number of a money unit: as it stands in Chinese, in yuan in English."""

    key: str = ""
    number: str | Message = ""
    unit: str = ""

    def render(self, lang: Language) -> str:
        """Return the text in `lang`."""
        number = self.number.render(lang) if isinstance(self.number, Message) else self.number
        return english_money(number, self.unit) if lang == "en" else number
