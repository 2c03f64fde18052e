"""Reads sentences back: which template of the catalogue, which values, which amounts they state."""

import re
import string
from decimal import Decimal
from functools import cache

from bcforecast.reporting.document import Spans, plain_text
from bcforecast.text import Language, _catalogue, units

_SCALES = {"": 1, "万": 10**4, "亿": 10**8, "million": 10**6, "billion": 10**9}
_AMOUNT = re.compile(r"(?P<digits>−?[\d,]+(?:\.\d+)?)(?P<scale>万|亿)?")
_MONEY = {
    "zh": re.compile(r"(?P<digits>−?[\d,]+(?:\.\d+)?)(?P<scale>万|亿)??(?P<unit>万|亿)?元"),
    "en": re.compile(r"CNY (?P<digits>−?[\d,]+(?:\.\d+)?)(?: (?P<scale>million|billion))?"),
}
"""In `1.65万亿元` 万 is the scale and 亿元 the unit."""


@cache
def pattern(key: str, lang: Language, known: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """Return the template of a key as a pattern with a group a place.

    A place that comes again says the same again; one that is `known` says just that.
    """
    catalogue, count = _catalogue(lang), dict(known).get("count")
    template = catalogue.ngettext(key, key, int(count)) if count else key
    template = catalogue.gettext(key) if template == key else template
    parts, seen = [], set()
    for words, name, _, _ in string.Formatter().parse(template.replace("**", "")):
        parts.append(re.escape(words))
        if name:
            said = re.escape(dict(known)[name]) if name in dict(known) else ".+?"
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{said})")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def read(sentence: str | Spans, key: str, lang: Language, **known: str) -> dict[str, str]:
    """Return the values that a whole sentence puts into the template of a key.

    Parameters
    ----------
    known
        What it must say in some places.

    Raises
    ------
    AssertionError
        If the sentence is not one of that template.
    """
    plain = sentence if isinstance(sentence, str) else plain_text(sentence)
    found = pattern(key, lang, tuple(known.items())).fullmatch(plain)
    assert found is not None, f"{key}: {plain!r}"
    return found.groupdict()


def is_written(
    words: str, value: float, unit: str, lang: Language, *, exact: bool = False, digits: int = 0
) -> bool:
    """Whether words state a value in a unit: whole things whole, others to two decimals below 100.

    Money told one by one is whole from 1,000 on.

    `exact`: to the last digit, as targets and bounds are; `digits`: how many are significant.
    """
    pattern = _MONEY[lang] if units()[unit].currency else _AMOUNT
    found = list(pattern.finditer(words))
    if len(found) != 1:
        return False
    stated = Decimal(found[0]["digits"].replace(",", "").replace("−", "-"))
    stated *= _SCALES[found[0]["scale"] or ""]
    if units()[unit].currency:
        yuan = _SCALES[found[0]["unit"] or ""] if lang == "zh" else 1
        stated = stated * yuan / units()[unit].scale
    given = Decimal(repr(value))
    allowed = Decimal("0.5") if units()[unit].whole else Decimal("0.005")
    if unit == "CNY" and abs(given) >= 1000:
        allowed = Decimal("0.5")
    elif not units()[unit].whole and abs(given) >= 100:
        allowed = Decimal("0.05")
    if digits:
        allowed = max(allowed, abs(given) * Decimal(f"5e-{digits}"))
    return stated == given if exact else abs(stated - given) <= allowed * Decimal("1.000001")
