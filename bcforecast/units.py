"""The units in which plans and observations are stated: one list, with names in words."""

from __future__ import annotations

from collections.abc import Mapping
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


def unit_name(unit: str, lang: Language) -> str:
    """Return the name of `unit` in words.

    Raises
    ------
    KeyError
        If `unit` is not one of `UNITS`.

    Examples
    --------
    >>> unit_name("100M CNY", "zh"), unit_name("100M CNY", "en")
    ('亿元', '100 million yuan')
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
    return Message(f"units.figure_{UNITS[unit].key.partition('.')[2]}", {"number": number})
