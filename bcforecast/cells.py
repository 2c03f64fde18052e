"""What people write in a cell: a figure, a comparator, a year at the head of a column.

Tables that come by mail hold numbers typed as text, full-width digits, 万 and 亿, units, "more than
9,000", 约, 预计. They are read here, by the words of `data/wording.yaml`; what can be read in two
ways, or in none, is refused. Words are compared as `plain_words` leaves them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache, reduce
from operator import getitem
from typing import Any, Final, Literal

from bcforecast import calls, config, edge
from bcforecast import text as wording
from bcforecast.errors import ObservationError
from bcforecast.text import LANGUAGES, Message, amount, is_percent, money_words, spoken, unit_of

EXAMPLE: Final = "example"
"""Code of a row that shows how to fill in a table; it is never read."""

Decimals = Literal[".", ","]
"""The mark that stands before decimals."""

Kind = Literal["stock", "flow", "ratio", "admissions", "event"]
"""What an indicator is; an index is a ratio: it is neither summed over months nor counted."""


@dataclass(frozen=True)
class Written:
    """A figure as a cell gives it: `value`, `lower`, `upper` (NaN where not given), how firm it is.

    With no value, bounds are strict, as in an observation. What is revised is official.
    """

    value: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    status: str = "official"


class AsFormatted(str):
    """A number as its format shows it: the point before its decimals is ours."""


def plain_words(cell: object) -> str:
    """Return a cell's text in half width, small letters, with single spaces, minus as a hyphen."""
    words = unicodedata.normalize("NFKC", str(cell))
    if not words.isascii():  # −5, ٪٣٫٥
        words = words.translate(_SIGNS)
        words = re.sub(r"\d", lambda digit: str(int(digit[0])), words)
    return " ".join(words.split()).casefold()


def as_text(cell: object) -> str:
    """Return what a cell of any library says, as files write it; nothing where it is empty."""
    if type(cell) is str:  # as most are
        return cell.strip()
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Message):
        return cell.render(spoken())
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


def allowed_day(found: str, otherwise: Message) -> Message:
    """Say how a day is written: that which a text can alone mean, such as 31/03/2026."""
    told = re.fullmatch("([0-9]+)[./年-]([0-9]+)[./月-]([0-9]+)日?", plain_words(found))
    days = set()
    for order in ("{0}-{1:0>2}-{2:0>2}", "{2}-{1:0>2}-{0:0>2}", "{2}-{0:0>2}-{1:0>2}"):
        with suppress(ValueError):
            days.add(edge.parse_day(order.format(*told.groups() if told else "---")))
    return Message("observations.allowed_day", {"day": days.pop()}) if len(days) == 1 else otherwise


_WORDING: Final = "wording.yaml"
"""File of what words mean in cells, by subject."""


def _listed(*subject: str) -> Any:
    return reduce(getitem, subject, config.shipped(_WORDING))


@cache
def _words(*subject: str) -> tuple[str, ...]:
    return tuple(map(plain_words, _listed(*subject)))


@cache
def _meanings(*subject: str) -> Mapping[str, Any]:
    lists = _listed(*subject).items()
    meant = {plain_words(word): meaning for meaning, words in lists for word in words}
    return dict(sorted(meant.items(), key=lambda known: -len(known[0])))


def ends_of(said: str) -> tuple[str, ...]:
    """Part `10 and 15` or `from 2020 to 2026` into its ends; one text that has none as it is."""
    around, parted = _ends(said.strip()[:1] in ("[", "［"))
    ends = parted.fullmatch(around.sub("", plain_words(said)))
    return ends.groups() if ends else (said,)


@cache
def _ends(bracket: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    around = "|".join(map(re.escape, _words("around")))
    known, letters = _words("between") + _words("both") + (", ",) * bracket, ("", "ß-ɏЀ-ӿء-يḀ-ỿ")
    # `1e5` has no ends; a letter that is a word stands by itself, and no word within another.
    parts = "|".join(
        f" {w} " if re.fullmatch("[a-z]", w) else f" ?(?<![a-z{a}]){re.escape(w)}(?![a-z{a}]) ?"
        for w, a in ((w, letters[w[0].isalpha()]) for w in known)
    )
    bare = re.compile(rf"^(?:(?:{around})(?: |(?=\W|[0-9]))|\[)|(?:{around}|\])$")
    return bare, re.compile(rf"(.*[0-9%年][^0-9]*?)(?:{parts})([^0-9]*[0-9].*)")


def leads_to(comparator: str) -> bool:
    """Whether a comparator says where a change leads to: reduce to, 降到."""
    to, before = _words("to"), _words("to_before")
    both = parted(plain_words(comparator))
    rests = [a if b in to else b for a, b in both if b in to or a in before]
    return any(meaning("comparators", one) in _REACHED for one in rests)


_REACHED: Final = {"reduce_by": "at_most", "increase_by": "at_least"}
"""What is asked of where a change leads to."""


def place_in(said: str) -> str:
    """Return a number of places in digits: 50 of 五十, 12 of 十二."""
    tens, ten, ones = said.translate(NUMERALS).partition("十")
    return f"{tens or 1}{ones or 0}" if ten else tens


def names_in(said: str) -> list[str]:
    """Part `乙区、丙区和丁区` or `Kent, Essex, and Tyne and Wear` into its names."""
    *names, last = re.split(" ?[,、/;；] ?", said)
    if plain_words(last) in _words("with_and"):
        return [*names, last]
    # A 和 within a name parts no two that end alike, as 丙区和丁区 do.
    words = re.fullmatch(rf"(?:(.+?) )??(?:{'|'.join(_words('last'))}) (.+)", last, re.I)
    signs = re.fullmatch(r"(?=.*(.)[和与及].*\1$)(.+)[和与及](.+)", last)
    parted = words.groups() if words else signs.groups()[1:] if signs else (last,)
    return [*names, *filter(None, parted)]


def meaning(
    subject: Literal["areas", "columns", "comparators", "delivery", "multiples", "shares"],
    words: object,
) -> str | None:
    """Return what words or a sign mean in any language: `unit` of 单位; None if nothing."""
    plain, known = plain_words(words), _meanings(subject)
    whole = plain if subject != "columns" or plain in known else plain.replace(" ", "")  # 单 位
    if subject == "comparators" and whole not in known and 1 < len(whole) < 60:
        return _composed(whole)
    found = whole if whole in config.shipped(_WORDING)[subject] else known.get(whole)
    return "target" if not found and subject == "columns" and dated_target(words) else found


def dated_target(head: object) -> str:
    """Return the year of a head of targets that says one: 2030年目标值, Target (FY 2024/25)."""
    told = _target_heads()[0].fullmatch(plain_words(head))
    words = re.sub(r"[][():]", " ", f"{told[1]} {told[3]}").strip(" *,;–—-") if told else ""
    asks = words and meaning("columns", words) in ("target", "indicator")
    return told[2].upper() if told and asks else ""


def lost_target(head: object) -> bool:
    """Whether a head that is not read has a year and a word for a target: Target in 2030."""
    _, year, target = _target_heads()
    told = year.search(plain_words(head)) and target.search(plain_words(head))
    return bool(told) and meaning("columns", head) is None


@cache
def _target_heads() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of words with a year, of the year and of words for a target."""
    eras = "|".join(word for word in _meanings("eras") if not word.isascii())
    year = (  # 2030, FY 2024/25, FY25, 令和12年度
        "(?:(?<![a-z])fy ?['’]?(?:[12][0-9]{3}|[0-9]{2})|(?<![0-9])[12][0-9]{3})"
        f"(?:[/–-](?:[0-9]{{4}}|[0-9]{{2}}))?(?![0-9]|[/–-][0-9])|(?:{eras})(?:[0-9]+|元)年度?"
    )
    asks = (re.escape(word) for word, meant in _meanings("columns").items() if meant == "target")
    target = f"(?<![a-z])(?:{'|'.join(asks)})(?![a-z])"
    return tuple(map(re.compile, (f"([^0-9]*?)({year})年?度?([^0-9]*)", year, target)))


@lru_cache(maxsize=4096)
def _composed(words: str) -> str | None:
    """Return what a comparator of several means: net reduction of at least, keep below, 力争达到.

    To reach or hold, and to come down, may stand before what they are held to; a change is by so
    much at least anyway. Others of two together may mean either, or nothing.
    """
    known, fillers = _meanings("comparators"), _words("fillers")
    if words in known or words in config.shipped(_WORDING)["comparators"]:
        return known.get(words, words)
    for first, last in parted(words):
        if first in fillers or last in fillers:
            if whole := _composed(last if first in fillers else first):
                return _REACHED.get(whole, whole) if leads_to(words) else whole
        elif (one := known.get(first)) and (other := _composed(last)):
            holds = one == "at_least" or (one == "at_most" and other in ("at_most", "less_than"))
            if holds and other not in ("reduce_by", "increase_by", "event"):
                return other
            if one in ("reduce_by", "increase_by", "event") and other == "at_least":
                return one
    return None


def parted(words: str) -> list[tuple[str, str]]:
    """Part words in two wherever a word begins, the longest first part first."""
    ends = {n for n in range(1, len(words)) if " " in words[n - 1 : n + 1] or words[n] > "\u2e80"}
    both = ((words[:n].strip(), words[n:].strip()) for n in sorted(ends, reverse=True))
    return [(first, last) for first, last in both if last]


def said_as(key: str, words: str) -> Mapping[str, str] | None:
    """Return by name what stands in the gaps of the shape that leaves least to them, or None."""
    shapes = () if len(words) > wording.LONGEST_SAID else map(_shape, _listed("shapes", key))
    plain = plain_words(words)
    fits = (one.fullmatch(plain) for one in shapes)
    told = [{gap: said.strip() for gap, said in one.groupdict().items()} for one in fits if one]
    return min(told, key=lambda gaps: sum(map(len, gaps.values())), default=None)


@cache
def _shape(shape: str) -> re.Pattern[str]:
    gaps = dict.fromkeys(("areas", "other", "years"), ".+")
    gaps |= {"target": ".+?", "year": ".*?[0-9元]+(?:年度?)?"}
    sought = re.escape(plain_words(shape)).replace("\\ ", " ?")
    for alike in re.findall("<(.+?)>", sought):  # the longest first: what is left is a gap's
        ways = sorted(alike.split(r"\|"), key=len, reverse=True)
        sought = sought.replace(f"<{alike}>", f"(?:{'|'.join(ways)})")
    sought = re.sub(r"(?<=[a-z)]) \?(?=\\{)", " ", sought)  # `in 2030` is no `insgesamt 2030`
    for name, gap in gaps.items():
        sought = sought.replace(rf"\{{{name}\}}", f"(?P<{name}>{gap})")
    return re.compile(sought)


def is_area(words: str) -> bool:
    """Whether words before an average may name an area: no figure, no `annual`, no `the` alone."""
    names = names_in(words)
    if words in _words("fillers") or len({*names}) < len(names):  # DE is none
        return False
    times = "|".join(map(re.escape, _words("times")))
    figure = "[0-9]{4}|(?<![\\w-])-?[0-9]|[\u2e80-\u9fff][0-9.,]+$"  # EU27 and EU-27 are names
    return not re.search(f"{figure}|(?<![a-z])(?:{times})(?![a-z])", plain_words(words))


def is_name(words: str) -> bool:
    """Whether words hold no figure at all, as the name of an indicator does."""
    if re.search("[0-9]", plain_words(words)) or not re.search(r"[^\W\d_]", words):
        return False
    with suppress(ObservationError):
        return read_figure(words, unit="-") is None and not is_missing(words)
    return True


def means(what: Literal["none", "holds", "better", "fillers", "strives"], comparator: str) -> bool:
    """Whether a comparator asks that nothing be left (eradicate), holds, or says nothing (确保)."""
    return plain_words(comparator) in _words(what)


def says(
    what: Literal["yearly", "forms", "grows", "growth_on_average", "strives"], words: str
) -> bool:
    """Whether words ask for growth a year on average, name it or a form, or strive (力争).

    A name that grows ends there or says of what: growth of pay, and no Growth-stage firms.
    """
    plain = plain_words(words)
    if what not in ("grows", "strives"):
        return any(word in plain for word in _words(what))
    listed = "|".join(map(re.escape, _words(what)))
    alone = (
        rf"(?:{listed})(?:率|速度)?(?![^\W\d]|-)"
        if what == "grows"
        else rf"(?<![^\W\d年])(?:{listed})"
    )
    return re.search(alone, plain) is not None


def unbound(target: str, *comparators: str) -> str:
    """Return a target without the words that its comparator says already: 35 of 35以下, at most."""
    for one in comparators:
        same = one, {"more_than": "above", "about": "approximate"}.get(one)
        before, after = (
            "|".join(re.escape(word) for word, meant in _meanings(side).items() if meant in same)
            for side in ("before", "after")
        )
        target = re.sub(f"^(?:{before}) ?|(?:{after})$", "", plain_words(target))
    return target


def unit_behind(name: object) -> tuple[str, str]:
    """Part `GDP (bn EUR)` into a name and what stands in brackets behind it, if anything does."""
    parts = re.fullmatch("(.+?) ?[(（]([^()（）]+)[)）]", as_text(name))
    return (parts[1], parts[2]) if parts else (as_text(name), "")


def unnumbered(name: str) -> str:
    """Return a name without the number that a list has before it: 1.1 Forest, （2）耕地, ①."""
    return re.sub("|".join(rf"^\s*(?:{one})\s*(?=\S)" for one in _listed("numbered")), "", name)


def unit_per(name: str, unit: str) -> str:
    """Return the unit of a rate per so many, which its name says: doctors per 1,000 people.

    >>> unit_per("每千人口执业医师数", "人"), unit_per("Beds per 100 homes", "beds")
    ('人/千人口', 'beds per 100 homes')
    """
    words = " ".join(unicodedata.normalize("NFKC", name).split())
    told = said_as("per_many", words) if unit_of(unit).whole else None
    if told is None or ("target" in told and not re.match("[0-9]", told["target"])):
        return unit
    before, after = re.split(re.escape(told["other"]), words, maxsplit=1, flags=re.I)
    base = re.sub("^每|(?:当たり|あたり|対|당)$", "", before.strip() or after.strip())
    return f"{unit}/{base}" if base > "\u2e80" else f"{unit} {base}"


def unit_said(cell: object) -> str:
    """Return the unit or units of `单位：万元`, a line that says them of the figures below it."""
    if not (isinstance(cell, str) and re.search("[:：]", cell)):
        return ""
    found = re.search("^(?:.*[(])?([^:(]+) ?: ?([^()]+)[)]?$", _one_line(cell))
    ends = found[1].split() if found else []
    heads = (" ".join(ends[n:]) for n in range(len(ends)))
    return found[2].strip() if found and "unit" in {meaning("columns", h) for h in heads} else ""


def unit_told(cell: object) -> str:
    """Return what a title or note says of a unit or a scale: `unit_said`, or that of its own.

    >>> unit_told("GDP (bn EUR)"), unit_told("All figures in thousands"), unit_told("Table 1 (b)")
    ('bn EUR', 'thousands', '')
    """
    if not isinstance(cell, str) or (said := unit_said(cell)):
        return said if isinstance(cell, str) else ""
    line = _one_line(cell)
    within = re.findall("[(]([^()]*)[)]", line)
    parts = [line, *within, *(re.sub("[,;:] ?", " ", one) for one in within)]
    parts += [one for part in parts[: 1 + len(within)] for one in re.split("[,;:]", part)]
    parts += [re.split(r"(?i)\bin ", part)[-1] for part in parts]
    label, _, rest = line.partition(" ")
    parts += [rest] * (meaning("columns", label) == "unit")
    return next((one for one in map(str.strip, parts) if _is_sized(one, line)), "")


def _one_line(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", re.sub("[‘’′]", "'", cell)).split())


def _is_sized(words: str, line: str) -> bool:
    """Whether words of a line are money, a percentage, an index or a scale, with a thing or not."""
    plain, money = plain_words(words), unit_of(words)
    if money.currency:  # TOP and ALL are currencies too
        return money.scale > 1 or not re.fullmatch("[A-Z]{3}", line)
    percent = "(?:%|per ?cent(?:age)?)(?: (?:change|growth|of) .*)?|同比.*"
    if bare_scale(plain) or wording.index_base(words) or re.fullmatch(percent, plain):
        return True
    thing = _thing_in_scale().fullmatch(plain)
    what = thing[1] if thing else ""
    return unit_of(what).whole or (0 < len(what) < 3 and what > "\u3000")


@cache
def _thing_in_scale() -> re.Pattern[str]:
    of = "|".join(re.escape(one) for one in _scales("EUR") if len(one) > 1 or not one.isascii())
    return re.compile(rf"(?:{of})(?:(?<=[a-z])'?s?\b)? ?(?:of )?(.+)")


def bare_scale(scale: str) -> Decimal | None:
    """Return how many times a scale alone is: 1000 of `thousands`, `'000`, `1000s` or `x 1,000`."""
    bare = re.sub("^[x×*]|'?s$|[, ]", "", plain_words(scale).strip(" ."))
    if re.fullmatch("'?000|1(?:000)+|10000", bare):
        return Decimal(bare.replace("'000", "1000").replace("000", "1000", bare == "000"))
    return _scales("EUR").get(bare) if len(bare) > 1 or not bare.isascii() else None


def unit_above(words: str, unit: str) -> str:
    """Return the unit of figures below a text: one said there that counts the same, or the text."""
    said = [one.strip() for one in re.split("(?<![0-9]),|[;、]", words)]
    if not words or _says_unit(said, unit):
        return unit
    return next((one for one in said if times(one, unit) is not None), words)


def _says_unit(said: Sequence[str], unit: str) -> bool:
    """Whether one of the units of a text is a unit, or both are some that are merely counted.

    A scale alone says a unit of that scale.
    """
    large = "|".join([*map(re.escape, _meanings("scales")), "[千百%‰元]|000|per ?cent"])
    units = unit, *said
    sized = any(unit_of(u).currency or bare_scale(u) or wording.index_base(u) for u in units)
    sized = sized or any(re.search(large, plain_words(one)) for one in units)
    same = unit_of(unit).currency and unit_of(unit) in map(unit_of, said)
    scale = _in_scale(unit)[0]
    scaled = scale > 1 and scale in map(bare_scale, said)
    percent = is_percent(unit) and any(re.match("%|per ?cent|同比", one.casefold()) for one in said)
    names = {one.replace(" ", "") for one in unit_names(unit)}
    named = any(plain_words(one).replace(" ", "") in names for one in said)
    return not sized or bool(same or scaled or percent or named)


CLASSES: Final = ("no plan", "significant risk", "some risk", "credible", "delivered")
"""How far a measure can have come, the worst first."""


def period_named(head: object) -> str | None:
    """Return the period that a head of a column names, as files write it; None if it is none.

    `2021`, `2021年`, 2021.0, `2021年5月`, `May 2021`, `2021-05`, `2021Q3`, `Q3 2021`,
    `2021年三季度`, `2021年1—5月`, `2021M1-5` and `Jan-May 2021` are read, and those of SDMX
    (`2021-A1`, `2021-M05`) and of the Nordic countries (`2021K3`), also with the mark of a footnote
    behind; other shapes are left to the tables' own rules.
    """
    if isinstance(head, bool) or head is None or isinstance(head, date):
        return None
    if isinstance(head, float) and head.is_integer():
        head = int(head)
    words = without_era(head)
    words = _marked(words) if re.search("[0-9]", words) else ""  # as most that are asked
    for pattern, shape in _PERIODS:
        found = re.fullmatch(pattern, words)
        if found and not _is_fiscal_era(head):
            year, *rest = (_QUARTERS.get(part, part) for part in found.groups())
            return shape.format(year, *(f"{int(part):02d}" for part in rest)).replace("Q0", "Q")
    return None


@lru_cache(maxsize=4096)
def _marked(words: str) -> str:
    """Return the name of a period with numbers, 年, 月 and q for the words of other languages."""
    marks = (_longest_first(_words("marks", one)) for one in ("year", "month", "quarter"))
    year, month, quarter = ("|".join(map(re.escape, one)) for one in marks)
    words = re.sub(f"(?:{year}){_YEAR}|{_YEAR}(?:{year})", r"\1\2年", words)
    words = re.sub(f"(?<=[0-9])(?:{month})", "月", words)
    for parts, names in _listed("so_far").items():
        words = re.sub(f"(?<=^[0-9]{{4}}年)(?:{'|'.join(names)})$", parts, words)
    words = re.sub(f"^(?:(?:{month}){_MONTH}[-/]?|{_MONTH}/){_YEAR}年?$", r"\3年\1\2月", words)
    number = "(?:(?<![0-9])|(?<=^[0-9]{4}))([1-4]|iv|i{1,3})(?:/4|st|nd|rd|th|er|[eoa°.])?"
    told = f"{number}(?:{quarter})[.]?|(?:{quarter})[.]?{number}"
    words = re.sub(told, lambda q: f"q{_QUARTERS.get(said := q[1] or q[2], said)}", words)
    words = re.sub(f"^[qt]([1-4])(?:del?|di|of)?[-/]?{_YEAR}年?$", r"\2q\1", words)
    names, name = _months()
    span = f"{name}(?:(?:-|~|to){name})?(?:(?:[-/]|del?|di)?{_YEAR}年?|[-/'’]([0-9]{{2}}))"
    if (named := re.fullmatch(span, words)) is None:
        return words
    year = named[3] or f"{20 - (named[4] >= '70')}{named[4]}"  # Jan-24, as spreadsheets have it
    return f"{year}年{'-'.join(str(names[n]) for n in named.groups()[:2] if n)}月"


@cache
def _months() -> tuple[Mapping[str, int], str]:
    names = _meanings("months")
    return names, f"({'|'.join(map(re.escape, names))})[.]?"


def flag(words: object) -> str:
    """Return how firm a figure is by a flag beside it: preliminary of `p`; nothing if unknown.

    One that is `revised` is official.
    """
    bare, lists = plain_words(words).strip("()[] "), (_meanings("after"), _meanings("flags"))
    told = (known.get(word, "") for word in (bare, f"({bare})") for known in lists)
    firm = "official", "revised", "preliminary", "expected"
    return next((one for one in told if one in firm), "")


def without_flag(head: object) -> tuple[object, str]:
    """Return the period of a head that says how firm its figures are, and that.

    `2020 (p)` is preliminary, `Baseline 2020` and 2020年（基期） are official.
    """
    plain = plain_words(head)
    behind = re.fullmatch(r"(.*[0-9年月度년월])[ (\[/]*([^0-9*]+?)[)\]]*", plain)
    known = _words("dimensions", "known") + _words("dimensions", "reported")
    if behind and (flag(behind[2]) or behind[2] in known):
        return behind[1], flag(behind[2]) or "official"
    apart = parted(re.sub("[:()]|(?<=[\u2e80-\uffff])(?=[0-9])", " ", plain))
    before = (rest.strip() for first, rest in apart if first in known)
    return next(((rest, "official") for rest in before if re.search("[0-9]", rest)), (head, ""))


def dated_base(head: object) -> str:
    """Return the year of a head of base values: 2019 of Baseline 2019, 2020 of 2020年（基期）."""
    told = as_text(without_flag(head)[0])
    words = plain_words(head).replace(plain_words(told), "").strip(" ()[]:/-")
    year = re.fullmatch("([12][0-9]{3})年?", told)
    return year[1] if year and among("known", words) else ""


def among(
    what: Literal[
        "heads", "whole", "parts", "units", "flags", "known", "reported", "counted", "states"
    ],
    words: object,
) -> bool:
    """Whether words stand in a list of what a row may be told by that is no figure of it."""
    return plain_words(words) in _words("dimensions", what)


def agrees(words: str, unit: str) -> bool:
    """Whether a currency or a scale by itself is that of a unit; a currency says nothing else."""
    plain, currency = plain_words(words), unit_of(unit).currency
    if unit_of(words).currency and unit_of(words).scale == 1:
        return not currency or plain in _names_of(currency)
    alone = Decimal(1) if plain in ("1", "one", "ones", "unit", "units") else bare_scale(words)
    return alone == _in_scale(unit)[0] or plain in unit_names(unit)


def day_named(words: str) -> str:
    """Return a day with the name of its month, 31 March 2028, as files do; else `without_era`."""
    names, month = _months()
    day, plain = "([0-9]{1,2})(?:st|nd|rd|th|er|[.])?", without_era(words)
    plain = re.sub(f"^{month}{day},?{_YEAR}$", r"\2\1\3", plain)
    if eastern := re.fullmatch("([0-9]{4})年([0-9]+)月([0-9]+)日", plain):
        return "-".join(f"{int(part):02}" for part in eastern.groups())
    told = re.fullmatch(f"{day}(?:de)?{month}(?:de|,)?{_YEAR}", plain)
    return f"{told[3]}-{names[told[2]]:02}-{int(told[1]):02}" if told else plain


def without_era(words: object) -> str:
    """Return words without spaces, years of an era as those of the calendar: 2023年 of 令和5年.

    Marks of footnotes at their end are left out; a small digit is never one of theirs.
    """
    eras = _meanings("eras")
    plain = plain_words(re.sub(_SMALL, "*", str(words))).replace(" ", "")
    plain = re.sub("[–—―〜]+", "-", plain)
    numerals = "[〇○零一二三四五六七八九]{4}(?=年)"  # 二〇二〇年
    plain = re.sub(numerals, lambda year: year[0].translate(NUMERALS), plain)
    era = f"(?<![a-z])({'|'.join(eras)})([0-9]+|元)(?=年)"
    plain = re.sub(era, lambda said: str(eras[said[1]] + int(said[2].replace("元", "1"))), plain)
    return plain.rstrip("*†‡")


_SIGNS: Final = str.maketrans("\N{MINUS SIGN}٫٬٪", "-.,%")
NUMERALS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")

_SECOND: Final = re.compile("(?<=[0-9]{4})[-/](?!0[1-9]$|1[0-2]$)(?=[0-9]{2}$)")
"""What stands between the years of 2022/23, also where a plan has 2022-23, and is no 2022/12."""


def _is_fiscal_era(head: object) -> bool:
    """Whether a head is a year of an era that begins in spring: 令和5年度, but not 令和5年."""
    words = without_era(head)
    return words.endswith("年度") and words not in plain_words(head).replace(" ", "")


def _moved(written: str, years: int) -> str:
    """Return words with every number so much higher, with as many digits."""
    return re.sub(
        "[0-9]+", lambda n: f"{(int(n[0]) + years) % 10 ** len(n[0]):0{len(n[0])}}", written
    )


@dataclass(frozen=True)
class FiscalYears:
    """How a country writes its fiscal years: that which `begins` in a month is `written` so.

    Examples
    --------
    >>> indian, japanese = FiscalYears("2024-04", "2024-25"), FiscalYears("2024-04", "令和6年度")
    >>> indian.end("2029/30"), indian.called(2030), indian.months(2030, 2030), japanese.called(2019)
    (2030, '2029-30', '2029-04/2030-03', '平成30年度')
    """

    begins: str
    written: str

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> FiscalYears | None:
        """Return how a plan writes its years, where these are fiscal years and it says so."""
        said = plan.get("fiscal_year")
        try:
            return said if isinstance(said, cls | None) else cls(**said)
        except (TypeError, ValueError):
            return None

    def __post_init__(self) -> None:
        """Refuse what is no example of a fiscal year: ValueError."""
        months = re.fullmatch(f"{_YEAR}-(0[2-9]|1[0-2])", self.begins)
        if months is None or not (later := {*self._later()}) or later - {0, 1}:
            raise ValueError(self)

    def _later(self) -> Iterator[int]:
        """Yield how many years after each number in its name it ends."""
        for number in re.findall("[0-9]+", without_era(self.written)):
            yield (self._end - int(number)) % 100

    @property
    def spans_two(self) -> bool:
        """Whether a name has two years, as `2024-25` has, so that one alone may mean either."""
        return len({*self._later()}) > 1

    def end(self, head: object) -> int | None:
        """Return the year in which the fiscal year ends that words name; None if they name none."""
        words, example = without_era(head), without_era(self.written)
        words = words if example.startswith("fy") else words.removeprefix("fy")
        said, known = (re.search("[0-9]{2,9}", one) for one in (words, example))
        years = int(said[0]) - int(known[0]) if said and known else 0
        alike = {words, *(_SECOND.sub(mark, words) for mark in "-/")}
        if _moved(example, years) in alike:
            return self._end + years
        number = re.fullmatch("fy['’]?((?:19|20)?[0-9]{2})", without_era(head))
        year = int(number[1]) if number else 0  # FY2025 of 2024/25
        return self.numbered(year + 2000 * (year < 100)) if number else None

    def quarter(self, head: object) -> str:
        """Return the quarter of a fiscal year that `Q1 2026/27` names, as files do; or nothing."""
        words = re.sub("^(q[1-4])[-/]?(.+)", r"\2\1", without_era(head))
        parts = re.fullmatch("(.+?)[-/]?q([1-4])", words)
        if parts is None or (end := self.end(parts[1])) is None:
            return ""
        after = 12 * (end - 1) + int(self.begins[5:]) - 1 + 3 * int(parts[2])
        return "/".join(f"{n // 12}-{n % 12 + 1:02}" for n in (after - 3, after - 1))

    def span(self, words: str) -> tuple[int, int] | None:
        """Return first and last of the years that `2024-25/2028-29` names; twice one by itself."""
        words = unicodedata.normalize("NFKC", words)  # 令和7～11年度 too
        words = re.sub("^([^0-9]*)([0-9]+)[~〜–-]([0-9]+)(年度)$", r"\1\2\4/\1\3\4", words)
        cuts = [(words, words)]
        cuts += [
            (words[: m.start()], words[m.end() :])
            for m in re.finditer("|".join(map(re.escape, ("/", *_words("between")))), words)
        ]
        found = ((self.end(first), self.end(last)) for first, last in cuts)
        return next(((first, last) for first, last in found if first and last), None)

    def numbered(self, year: int) -> int:
        """Return in which year the one ends that a bare number means: it is called by it.

        Of two numbers in its name by the later: 2030 is 2029-30, FY2030 or 2030年度.
        """
        return year + min(self._later())

    def years(self, words: object) -> tuple[int, int] | None:
        """Return in which years those end, first and last, that bare numbers or names mean."""
        bare = re.fullmatch("([12][0-9]{3})年?(?:/([12][0-9]{3})年?)?", str(words))
        if bare is None or self.end(words):  # 2024/2025 is one where it is written so
            return self.span(words) if isinstance(words, str) else None
        ends = [self.numbered(int(one)) for one in bare.groups() if one]
        return ends[0], ends[-1]

    def called(self, end: int) -> str:
        """Return how the fiscal year is written that ends in a year."""
        example = without_era(self.written)
        if example == plain_words(self.written).replace(" ", ""):
            return _moved(self.written, end - self._end)
        year, rest = end - self._end + int(example[:4]), example[4:]
        eras = config.shipped(_WORDING)["eras"]
        first = max(first for first in eras if first < year)
        era = eras[first][plain_words(self.written)[0].isascii()]  # R6 of 令和6
        return f"{era}{year - first if year > first + 1 else '元'}{rest}"

    @property
    def _end(self) -> int:
        return int(self.begins[:4]) + 1

    def of_day(self, day: date) -> int:
        """Return the year in which the fiscal year of a day ends."""
        return day.year + (day.month >= int(self.begins[5:]))

    def last_day(self, end: int) -> date:
        """Return the last day of the fiscal year that ends in a year."""
        month = int(self.begins[5:]) - 1
        return date(end, month, monthrange(end, month)[1])

    def months(self, first: int, last: int) -> str:
        """Return the fiscal years from that which ends in a year to another's as files do."""
        month = int(self.begins[5:])
        return f"{first - 1}-{month:02}/{last}-{month - 1:02}"


def fiscal_end(head: object) -> int | None:
    """Return the year in which the fiscal year ends that `2021-22`, `2021/2022` or `FY22` names."""
    ways = (
        ("令和6年度",) if _is_fiscal_era(head) else ("2024-25", "2024-2025", "2024/25", "2024/2025")
    )
    end = next(filter(None, (FiscalYears("2024-04", one).end(head) for one in ways)), None)
    return end and end - 100 * (end >= 2070)  # FY98


_YEAR: Final = "((?:1[89]|2[01])[0-9]{2})"
_MONTH: Final = "(0?[1-9]|1[0-2])"
_QUARTERS: Final = dict(
    zip(["一", "二", "三", "四", "i", "ii", "iii", "iv"], "12341234", strict=True)
)
_PERIODS: Final = (
    (f"{_YEAR}(?:年?(?:度|全年)?|-a1?)", "{}"),
    (f"{_YEAR}(?:年|-|/|[.]|-?m){_MONTH}月?(?:份)?", "{}-{}"),
    (f"{_YEAR}年?(?=.*[qk第季])(?:-?[qk]|第)?([1-4一二三四])(?:季度?|四半期)?", "{}Q{}"),
    (f"{_YEAR}年{_MONTH}月?(?:-|~|至|到){_MONTH}月(?:份)?(?:累计|\\(累计\\))?", "{0}-{1}/{0}-{2}"),
    (f"{_YEAR}-?m{_MONTH}[-~]m?{_MONTH}", "{0}-{1}/{0}-{2}"),
    (f"{_YEAR}-{_MONTH}/{_YEAR}-{_MONTH}", "{}-{}/{}-{}"),
)


def mark_said(cells: Iterable[object]) -> Decimals | None:
    """Return the mark before the decimals of a table: a comma where its texts leave no doubt.

    One of them can be read in no other way then (15,5; 1.234,5), and none in another (1.5; 1,234).
    None where no text says which.

    >>> mark_said(["1.234,5", "980"]), mark_said(["15,5", "1,234¹"]), mark_said(["3.500"])
    (',', '.', None)
    """
    texts = [plain_words(FOOTNOTE.sub("", str(cell))) for cell in cells if is_typed(cell)]
    comma, point = (any(map(mark.search, texts)) for mark in (_COMMA, _POINT))
    return "." if point else "," if comma else None


def is_typed(cell: object) -> bool:
    """Whether a cell is a text, whose marks are those of the person who wrote it."""
    return isinstance(cell, str) and not isinstance(cell, AsFormatted)


def with_point(words: str, mark: Decimals) -> str:
    """Return a text with a point before the decimals, where a `mark` stands."""
    pointed = str.maketrans(",", ".", ".")
    return words if mark == "." else _CONTINENTAL.sub(lambda n: n[0].translate(pointed), words)


def read_figure(cell: object, *, unit: str, mark: Decimals = ".") -> Written | None:
    """Read one cell of figures, in a unit; None where it says that there is none.

    It is a number, or text such as `１,２３４`, `3.5亿`, `突破9000家`, `约1.2万`, `40-45`; 万 and
    亿 are turned into the unit, whose name may stand behind the number. A `mark` stands before
    decimals. A Message stands for what can be no figure, such as a formula without a value. For
    what is none the ObservationError has what was `found` and what is `allowed`.

    Examples
    --------
    >>> read_figure("突破1.2万亿元", unit="100M CNY").lower
    12000.0
    >>> read_figure("约 513 家", unit="enterprises")
    Written(value=513.0, lower=nan, upper=nan, status='approximate')
    """
    if cell is None:
        return None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell):
        return Written(float(cell))
    if not isinstance(cell, str) or len(cell) > wording.LONGEST_SAID:
        raise _unread(cell, unit)
    mark, marked = mark if is_typed(cell) else ".", FOOTNOTE.sub("*", cell)
    # Behind a bare figure b is the mark of a break in its series, or a billion.
    if _SMALL_DIGIT.search(marked) or re.fullmatch("[0-9.,]+ ?b", plain_words(marked)):
        raise _unread(cell, unit)
    words = re.sub("^[△▲] ?(?=[^ ])", "-", with_point(plain_words(marked), mark))
    if unit_of(unit).currency:  # accounts write −13,800 as (13,800)
        words = re.sub(r"^\(([0-9][0-9,.]*)\)$", r"-\1", words)
    if mark == "," and _NO_COMMA.search(plain_words(marked)):
        raise _unread(cell, unit, Message("cells.allowed_comma"))
    words = re.sub("(?<=[0-9])['’](?=[0-9]{3}(?![0-9]))", ",", words)  # 1’500
    if place := wording.is_rank(unit, words) and said_as("place", words):
        words = place["target"]
    kind = unit_of(unit)
    if kind.measure == "by_name" or kind.measure_of("") == "flow":
        words = wording.without_year(words)
    if is_missing(words):
        return None
    of, per = wording.rate_of(unit)
    if per and unit_of(of).currency:
        amount_said, by = wording.rate_of(words)
        with suppress(ObservationError):  # or the name of the unit stands behind it
            return read_figure(amount_said if by == per.casefold() else words, unit=of)
    said: list[str] = []
    for _ in range(3):  # 预计达到约 9000: how firm it is, a bound, and what says nothing
        if told := _before().match(words):
            said.append(_meanings("before")[told[0]])
            words = words[told.end() :].lstrip(" :")
    words = re.sub(f"^(?:{'|'.join(_words('zero'))})(?![a-z])", "0", words)
    ends = ends_of(words)
    if len(ends) == 2 and not (words.startswith(ends[0]) and words.endswith(ends[1])):
        words = "-".join(ends)  # between 400 and 450; 400 and 450 alone are two figures
    if ways := _both_readings(words := _in_one_scale(words), unit):
        raise _unread(cell, unit, ways)
    numbers = [*_spans(words, unit)]
    if len(numbers) == 2 and not {*said} - {"official"} and numbers[0][0] < numbers[1][0]:
        return Written(lower=numbers[0][0], upper=numbers[1][0])
    bounds = {*said, *(after for _, after in numbers if after)} & _BOUNDS.keys()
    if len(numbers) != 1 or len(bounds) > 1:
        raise _unread(cell, unit, _allowed(unit) if mark == "," else None)
    ((value, after),) = numbers
    firm = [word for word in (*said, after) if word and word not in {*_BOUNDS, "official"}]
    status = next((word for word in firm if word != "approximate"), firm[0] if firm else "official")
    side, beyond = _BOUNDS[bounds.pop()] if bounds else ("value", 0)
    return Written(**{side: wording.just_beyond(value, beyond) if beyond else value}, status=status)


@cache
def _before() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _meanings("before"))))


_THOUSANDS: Final = re.compile(r"(?<![0-9.,])([0-9]+(?:\.[0-9]+)?)[千천](?=[万萬亿億만억])")
_TWO_SCALES: Final = re.compile(
    "(?<![0-9.,])([0-9][0-9,]*)(万亿|[兆조亿億억万萬만])"
    " ?([0-9][0-9,]*)([亿億억万萬만千천])(?![0-9])"
)


def _in_one_scale(words: str) -> str:
    """Return 12000億 for 1兆2千億: a number told in two scales, in the smaller one."""
    words = _THOUSANDS.sub(lambda told: f"{1000 * Decimal(told[1]):f}", words)
    scales = _meanings("scales")
    while told := _TWO_SCALES.search(words):
        large, small = (int(told[n].replace(",", "")) for n in (1, 3))
        times = int(scales[told[2]]) // int(scales[told[4]])
        if small >= times:
            break
        words = words[: told.start()] + f"{large * times + small}{told[4]}" + words[told.end() :]
    return words


def is_missing(cell: object) -> bool:
    """Whether a cell is empty, or says that there is no figure."""
    return plain_words(cell) in ("", *_words("missing"))


_SMALL: Final = "[¹²³⁰⁴-⁹₀-₉①-⑳❶-❿]"
_SMALL_DIGIT: Final = re.compile(f"[0-9０-９]{_SMALL}|{_SMALL}[0-9０-９]")
FOOTNOTE: Final = re.compile(rf"[*†‡]+|(?<=[0-9０-９])(?<!(?<![0-9.,])10){_SMALL}+(?![0-9０-９])")
"""A mark behind a figure, such as a small digit, which is none of its own; 10⁸ may be a power."""

_BOUNDS: Final = {
    "above": ("lower", 0), "at_least": ("lower", -1),
    "below": ("upper", 0), "at_most": ("upper", 1),
}  # fmt: skip
"""Words of bounds, by which of the two they are, and on which side of the number, if not on it."""


def _unread(cell: object, unit: str, asked: Message | None = None) -> ObservationError:
    found = str(cell).upper() if isinstance(cell, bool) else calls.as_found(cell)
    ratio = re.fullmatch("1 ?: ?([0-9.]+)", plain_words(cell))
    otherwise = Message("cells.allowed_ratio", {"number": ratio[1]}) if ratio else _allowed(unit)
    told = asked or allowed_number(cell, otherwise, key="cells.allowed_decimal")
    return ObservationError("cells.unread", found=found, allowed=told)


def _allowed(unit: str) -> Message:
    return Message("cells.allowed_figure", {"unit": unit_of(unit).names if unit else "-"})


def allowed_number(
    found: object, otherwise: Message, *, key: str = "cells.allowed_point"
) -> Message:
    """Say how a number is written whose comma can mark its decimals alone, such as 15,5."""
    told = _COMMA.search(plain_words(found))
    if told is None:
        return otherwise
    return Message(key, {"number": f"{told[1].replace('.', '')}.{told[2]}"})


_COMMA: Final = re.compile(
    r"(?<![0-9.,])([+-]?(?:[0-9]+(?=,(?![0-9]{3}(?![0-9])))|0(?=,)|[0-9]{1,3}(?:\.[0-9]{3})+))"
    r",([0-9]+)(?![0-9.,])"
)
"""A number with a comma that marks decimals, and no thousands: 15,5; 0,850; 1.234,5."""

_NO_COMMA: Final = re.compile(
    r"[0-9],[0-9]+[.,][0-9]|(?<![0-9.,])(?:[0-9]*\.(?![0-9]{3}(?![0-9]))|0\.)[0-9]+"
)
"""A number whose decimals no comma can mark: 1,234.5; 1,234,567; 1.5."""

_POINT: Final = re.compile(
    rf"{_NO_COMMA.pattern}|(?<![0-9.,])[1-9][0-9]{{0,2}},[0-9]{{3}}(?![0-9.,])"
)
"""The same, or one whose comma may mark thousands: 1,234."""

TWO_WAYS: Final = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9.,])")
"""A number whose point marks decimals for some and thousands for others: 3.500."""

TWO_COMMAS: Final = re.compile(TWO_WAYS.pattern.replace(r"\.", ",", 1))
"""The same of a comma, where semicolons stand between cells."""

_CONTINENTAL: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+,[0-9]+")

_DIGITS: Final = (
    r"[+-]?(?:(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}|"  # 1,20,000
    r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)(?:e[+-]?[0-9]+)?"
)


def _spans(words: str, unit: str) -> Iterator[tuple[float, str | None]]:
    """Yield the numbers of a text, in `unit`, with the meaning of the word after each.

    None if anything else stands in the text; two are the ends of a range.
    """
    currency = unit_of(unit).currency
    if currency and words[:1] in ("-", "+"):  # -£5m
        marks = "|".join(map(re.escape, _names_of(currency)))
        words = re.sub(rf"^([+-]) ?({marks}) ?(?=[0-9])", r"\2\1", words)
    parts = _span(currency).fullmatch(words)
    if parts is None:
        return
    least, after_first, most, after_second = parts.groups()
    if most is None:
        tail = _tail(after_first, unit)
        if tail is not None:
            yield float(amount(least) * tail[0]), tail[1]
        return
    last = _tail(after_second, unit)
    # "1-1.2万" leaves the scale of the first number to the second.
    head = _tail(after_first or after_second, unit)
    if head is not None and last is not None and not (head[1] or last[1]):
        yield float(amount(least) * head[0]), None
        yield float(amount(most) * last[0]), None


@cache
def _span(currency: str) -> re.Pattern[str]:
    """Return the pattern of a number, or two, with the name of a currency before it if any."""
    between = "|".join(map(re.escape, _words("between")))
    money = rf"(?:(?:{'|'.join(map(re.escape, _names_of(currency)))}) ?)?" if currency else ""
    first, second = (rf"{money}({_DIGITS})(.*{lazy})" for lazy in ("?", ""))
    return re.compile(rf"{first}(?:(?:{between}) ?{second})?")


def _tail(words: str, unit: str) -> tuple[Decimal, str | None] | None:
    """Return by what the number before `words` is to be multiplied, and their meaning.

    None if they say anything that is not known of a figure in this unit.
    """
    rest, names, scales = words.strip(), unit_names(unit), _scales(unit_of(unit).currency)
    scale = meaning = None

    def begins(known: Iterable[str]) -> str | None:
        whole = (w for w in known if rest.startswith(w) and not _LETTERS.match(rest, len(w) - 1))
        return next(whole, None)

    while rest:
        name, scaled, after = map(begins, (names, scales, _meanings("after")))
        if after in {"p", "e", "r"} and (rest != words.strip() or unit_of(unit).currency):
            return None  # 2.5%p are points, 470p are pence
        if name is not None:
            rest, names = rest[len(name) :], ()
        elif scaled is not None and scale is None and names:
            rest, scale = wording.without_of(rest[len(scaled) :].lstrip()), scales[scaled]
            names = _base_names(unit)
        elif after is not None and meaning is None:
            rest, meaning = rest[len(after) :], _meanings("after")[after]
        else:
            return None
        rest = rest.strip()
    return Decimal(1) if scale is None else scale / _in_scale(unit)[0], meaning


@cache
def _in_scale(unit: str) -> tuple[Decimal, str]:
    """Return how many of its base unit one `unit` is, and that one: 10,000 and 人 of 万人."""
    known, said = unit_of(unit), plain_words(wording.without_year(unit))
    if known.currency:
        return Decimal(known.scale), known.currency
    rate = "".join(rf"(?<!\b{word})" for word in config.shipped("units.yaml")["per"]["between"])
    for word, size in _meanings("scales").items():  # 万t; INR crore; not per million, nor miles
        scale, ends = re.escape(word), "(?![a-z])" * word.isascii()
        told = re.fullmatch(rf"{scale}{ends}(.*)|(.*){rate}[ (]{scale}\)?", said)
        if told:
            return Decimal(size), wording.without_of((told[1] or told[2] or "").strip(" ()"))
    return Decimal(1), said


@cache
def times(given: str, unit: str) -> Decimal | None:
    """Return how many of a unit one of another is that counts the same; None if none does.

    >>> times("億円", "兆円"), times("千t-CO2", "万t-CO2"), times("thousand people", "people")
    (Decimal('0.0001'), Decimal('0.1'), Decimal('1000'))
    """
    if given == unit or _ungrouped(given) in map(_ungrouped, unit_names(unit)):
        return Decimal(1)
    (given_of, by), (of, per) = map(wording.rate_of, (given, unit))
    if by and by == per and unit_of(of).currency:
        return times(given_of, of)
    (mine, base), (theirs, wanted) = _in_scale(given), _in_scale(unit)
    same = base == wanted or plain_words(base) in _names_of(wanted) or wanted in unit_names(base)
    # Of a rate, such as one per person, a larger scale makes a smaller number.
    rate = wording.rate_of(base)[1] or re.search("[/每毎当あ당]|\\bper\\b", base)
    return mine / theirs if same and base and not rate else None


def _ungrouped(unit: str) -> str:
    return re.sub("(?<=[0-9])[ ,.'](?=[0-9]{3}(?![0-9]))", "", plain_words(unit))  # per 100,000


def _both_readings(words: str, unit: str) -> Message | None:
    """Say both readings of a bare number in a scale below its unit's own: 1.2万 in 亿元."""
    own, currency = _in_scale(unit)[0], unit_of(unit).currency
    if own <= 1:
        return None
    of = "|".join(map(re.escape, _scales(currency)))
    told = re.search(f"{_DIGITS} ?({of})(?![a-z])", words)
    if told is None or _scales(currency)[told[1]] >= own:
        return None
    bases = map(re.escape, _base_names(unit))
    named = "|".join(f"(?<![a-z]){one}(?![a-z])" if one[0].isalpha() else one for one in bases)
    if re.search(named, words):
        return None
    base = unit_of(currency).names if currency else re.sub(rf"[ (]*(?:{of})[ )]*", "", unit)
    readings = {"said": told[0].lstrip("+-"), "unit": unit_of(unit).names, "base": base}
    return Message("cells.allowed_scale", readings)


_LETTERS: Final = re.compile("[a-zß-ÿа-яё]{2}")


@cache
def unit_names(unit: str) -> tuple[str, ...]:
    """Return what a unit is called in any language, as `plain_words` leaves it, longest first."""
    known = unit_of(unit)
    names = {name.render(lang) for name in (known.names, known.one) for lang in LANGUAGES}
    if known.scale == 1:
        names |= {word for word, one in money_words("currencies").items() if one == known.currency}
    names |= {*unit_names(once)} if (once := wording.without_year(unit)) != unit else {unit}
    return _longest_first({unit, *names, *["%"] * is_percent(unit), *wording.spelled(unit)})


@cache
def _base_names(unit: str) -> tuple[str, ...]:
    """Return what may stand behind 万 and the like: a unit of things, or the currency itself."""
    if currency := unit_of(unit).currency:
        return _names_of(currency)
    said = plain_words(unit)
    bare = (said[len(word) :] for word in _meanings("scales") if said.startswith(word))
    return _longest_first({*unit_names(unit), *bare})


@cache
def _names_of(currency: str) -> tuple[str, ...]:
    """Return what a currency is called: `gbp` and `£` of GBP, and marks that others share."""
    marks = {mark for mark, some in config.shipped(_WORDING)["shared"].items() if currency in some}
    return _longest_first({*unit_names(currency), *marks})


@cache
def _scales(currency: str) -> Mapping[str, Decimal]:
    """Return what words of scale mean, longest first; of money also such as the m of £59.6m."""
    found = {word: Decimal(factor) for word, factor in _meanings("scales").items()}
    for word in money_words("scales") if currency else ():
        if not re.match("'?0", word):  # £000 is a unit; 5 000 is five thousand
            found.setdefault(plain_words(word), Decimal(unit_of(f"{word} {currency}").scale))
    found.pop("", None)
    return {word: found[word] for word in _longest_first(found)}


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({plain_words(text) for text in texts} - {""}, key=lambda t: (-len(t), t)))
