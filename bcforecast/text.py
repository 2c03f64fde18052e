"""What a person reads: texts of the catalogues, numbers, units and dates in words.

A language is one catalogue, `locale/<lang>.po`, compiled when the package is set up or built; its
entries `language.*` are the conventions of the language. A key is `subject.name`, a text a
`str.format` template, so that word order is the language's own.
"""

from __future__ import annotations

import gettext
import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, partial, reduce
from importlib import import_module
from math import ceil, copysign, floor, inf, isfinite, log10, nextafter
from numbers import Integral
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, Literal, SupportsInt, TypeAlias, TypeVar

from bcforecast import config

LOCALE_DIR: Final = Path(__file__).parent / "locale"
_FOUND = sorted(catalogue.stem for catalogue in LOCALE_DIR.glob("*.po"))

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

    Language: TypeAlias = str
else:  # which one it can be is known only when the catalogues have been found
    Language = Literal[tuple(_FOUND)]

LANGUAGES: Final[tuple[Language, ...]] = tuple(
    sorted(_FOUND, key=lambda lang: lang != config.LANGUAGE)
)
"""Every language of which there is a catalogue, that of reports by default first."""


@dataclass(frozen=True)
class Message:
    """A text yet to be put into a language: a catalogue key and the values it takes.

    Values that are themselves messages are rendered in the same language.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, lang: Language) -> str:
        """Return the text in `lang`."""
        return text(self.key, lang, **self.values)


_SEEN: Final = re.compile("[^\\s\u00ad\u200b-\u200f\u2060\ufeff]")
"""What of a text can be seen."""


class Text(Message):
    """Words that a file gives in one language or several, to stand where a message can.

    Where they are not given in a language, they are said in English, or in the first one given.
    """

    def __init__(self, **words: str) -> None:
        super().__init__("", {lang: said for lang, said in words.items() if said})

    @classmethod
    def of(cls, message: Message) -> Text:
        """Render a message in every language."""
        return cls(**{lang: message.render(lang) for lang in LANGUAGES})

    @classmethod
    def untranslated(cls, words: str) -> Text:
        """Say the same in every language."""
        return cls(**dict.fromkeys(LANGUAGES, words))

    def language(self, *, of_several: Language) -> Language:
        """Return the language in which the words are given; `of_several` if in more than one.

        Words that are to stand in every language are in that of their script.
        """
        given = {lang: said for lang, said in self.values.items() if lang in LANGUAGES}
        if len(given) == 1:
            return next(lang for lang in LANGUAGES if lang in given)
        words = {str(said) for said in given.values()}
        return language_of(words.pop(), otherwise="en") if len(words) == 1 else of_several

    def render(self, lang: Language) -> str:
        """Return the words in `lang`, or else in a language in which they are given."""
        given = self.values
        if lang not in LANGUAGES:
            _catalogue(lang)  # refuses it
        return str(next((given[one] for one in (lang, "en", *given) if one in given), ""))

    def __hash__(self) -> int:
        return hash(tuple(self.values.items()))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """Words, or a mapping from language to words: one language is enough, others are refused.

        pydantic is loaded by those who have records, not here.
        """
        from pydantic_core import PydanticKnownError, core_schema

        def made(given: object, check: Callable[[object], dict[str, str]]) -> Text:
            if isinstance(given, Text):
                return given
            if isinstance(given, str) and _SEEN.search(given):
                return cls.untranslated(given)
            if not (words := check(given)):
                raise PydanticKnownError("dict_type")
            return cls(**words)

        said = core_schema.str_schema(strict=True, pattern=_SEEN.pattern)
        one = core_schema.typed_dict_field(said, required=False)
        return core_schema.no_info_wrap_validator_function(
            made,
            core_schema.typed_dict_schema(dict.fromkeys(LANGUAGES, one), extra_behavior="forbid"),
            ref=f"{cls.__module__}.{cls.__qualname__}:{id(cls)}",
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda words: dict(words.values)
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """The words in each language; a document may have more languages than these."""
        return {
            "type": "object",
            "description": "The same words in every language.",
            "properties": {lang: {"type": "string"} for lang in LANGUAGES},
            "required": list(LANGUAGES),
            "additionalProperties": {"type": "string"},
        }


@cache
def _catalogue(lang: Language) -> gettext.NullTranslations:
    if lang not in LANGUAGES:
        refused = import_module("bcforecast.errors").OptionError  # which stands on this room
        raise refused("lang", found=lang, allowed=", ".join(LANGUAGES))
    with (LOCALE_DIR / f"{lang}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def has_text(key: str) -> bool:
    """Whether the catalogues have a text of this key."""
    return _catalogue("en").gettext(key) != key


def text(key: str, lang: Language, /, **values: object) -> str:
    """Return the text of `key` in `lang`, with `values` put in.

    A whole number given as `count`, or as `place`, chooses the plural form, where the text has
    several. A key that no catalogue has is a programming error (KeyError), never a user's.
    """
    catalogue, count = _catalogue(lang), values.get("count", values.get("place"))
    template = catalogue.ngettext(key, key, count) if isinstance(count, int) else key
    if template == key:  # no plural forms
        template = catalogue.gettext(key)
    if template == key:
        raise KeyError(f"no text {key!r} in the catalogue of {lang!r}")
    put, said, value = _rendered(values, lang), "", ""
    for words, name, how, _ in _parts(template) if values else ():
        before, value = value, "" if name is None else format(put[name], how or "")
        if words in ("–", "—") and name in _YEARS and value == before:  # a span of one year
            continue
        said = _beside(said, words)
        # No brackets stand in others: (index, 2015 = 100).
        inside = _BRACKETED.fullmatch(value) if value.endswith((")", "）")) else None
        inside = inside if _OPEN.search(said) else None
        comma = "" if inside is None else ", " if inside[2] == " (" else "，"
        said += value if inside is None else inside[1] + comma + inside[3]
    return said if values else template


_parts: Final = cache(lambda template: [*Formatter().parse(template)])
_OPEN: Final = re.compile("[(（][^()（）]*$")
_BRACKETED: Final = re.compile(r"([^()（）]+)( \(|（)([^()（）]+)[)）]")


def _beside(said: str, words: str) -> str:
    """Put words behind what is said: no stop, bracket or 年 follows another of its kind."""
    if said.endswith((".", "?", "。", "？")) and (words[:1] == "。" or words[:2] in (".", ". ")):
        return said + words[1:]
    for first, last, comma in ((" (", ")", ", "), ("（", "）", "，")):
        _, bracket, inside = said[:-1].rpartition(first)
        whole = bracket and said.endswith(last) and not set("()（）") & set(inside)
        if whole and words.startswith(first):
            return said[:-1] + comma + words.removeprefix(first)
    if re.match("年(?![底末初均])", words.lstrip(" ")) and re.search("(年度|FY[0-9/–-]+)$", said):
        return said + words.lstrip(" ")[1:]
    return said + words


def _rendered(values: Mapping[str, object], lang: Language) -> dict[str, object]:
    def said(name: str, value: object) -> object:
        if isinstance(value, Message):
            return value.render(lang)
        return year_words(value) if name in _YEARS and isinstance(value, Integral) else value

    return {name: said(name, value) for name, value in values.items()}


_YEARS: Final = (
    "year", "due", "first", "last", "base", "base_year", "horizon", "now", "until",
    "earliest", "latest",
)  # fmt: skip
"""Names of values of texts that are years, where they are numbers."""


class _Writing(threading.local):
    """How years and large counts are written, in each thread by itself: it makes one report."""

    called: Callable[[int], str] = str
    ends = 12
    targets: Mapping[str, list[float]] = {}


_WRITING: Final = _Writing()


def write_years(
    called: Callable[[int], str],
    *,
    ends: int = 12,
    targets: Mapping[str, list[float]] | None = None,
) -> None:
    """Have years written so in this thread, as a country writes fiscal years that end in a month.

    What is counted in a unit whose `targets` are all large and round is written in millions or 万.
    It is said once, by what reads the plan of a command or a report, as the language is.
    """
    vars(_WRITING).update(called=called, ends=ends, targets=targets or {})


def year_words(year: SupportsInt) -> str:
    """Return a year as it is written in this thread (`write_years`)."""
    return _WRITING.called(int(year)) if 1900 <= int(year) <= 2200 else str(int(year))


def year_of(day: date) -> int:
    """Return in which year of this thread a day lies, by the number of that in which it ends."""
    return day.year + (day.month > _WRITING.ends)


def ends_year(month: int) -> bool:
    """Whether a month is that with which fiscal years end that are written in this thread."""
    return month == _WRITING.ends != 12


def column_head(name: str, lang: Language, *, of: str) -> str:
    """Return the head of a column, `of` a family of keys, or that which it has in every table."""
    return text(of + name if has_text(of + name) else f"report.col_{name}", lang)


def spoken() -> Language:
    """Language of what is asked for in none: as `BCFORECAST_LANG` or `speak` says, or English."""
    asked = os.environ.get("BCFORECAST_LANG", "en").lower()
    return next((lang for lang in LANGUAGES if asked.startswith(lang)), "en")


def workbench() -> Any:
    """Return the room where objects are shown and drawn."""
    return import_module("bcforecast.workbench")


def join_sentences(said: Iterable[str], *, lang: Language) -> str:
    """Put sentences one after the other, leaving out those that are empty."""
    return text("language.sentences", lang, before="", after="").join(filter(None, said))


def join_clauses(said: Iterable[str], *, lang: Language) -> str:
    """Put parts of one sentence one after the other, with a semicolon between them."""
    return text("language.clauses", lang, before="", after="").join(said)


def listed(names: Iterable[str | Message], *, lang: Language) -> str:
    """Write names one after the other; what stands in quotation marks may need no mark between."""
    said = (one.render(lang) if isinstance(one, Message) else one for one in names)
    comma = text("report.list_join", lang)
    return comma.join(said).replace(f"”{comma}“", text("report.list_quoted", lang))


def joined(said: Iterable[Message], *, by: str = "clauses") -> Message:
    """Make one message of parts of a sentence or a paragraph, as `join_clauses` does of texts."""
    return reduce(lambda a, b: Message(f"language.{by}", {"before": a, "after": b}), said)


RATINGS: Final = ("at_risk", "awaited", "even", "missed", "on_course", "unset", "met")
"""How goals stand, in the order of the first page of a report: at risk before missed."""


def ratings(found: Iterable[str], *, lang: Language) -> str:
    """Count goals by how they stand: `1 at risk, 6 could go either way`."""
    counts = Counter(found)
    said = (text(f"report.rating_{s}", lang, count=counts[s]) for s in RATINGS if counts[s])
    return listed(said, lang=lang)


@dataclass(frozen=True)
class Unit:
    """A unit of `data/units.yaml`, which says what each of these means.

    `one` is the name beside the number 1, `names` beside any other.
    """

    names: Text
    one: Text
    whole: bool = False
    bare: bool = False
    currency: str = ""
    scale: int = 1
    measure: Literal["", "stock", "flow", "ratio", "by_name"] = ""

    def measure_of(self, name: str) -> Literal["stock", "flow", "ratio"]:
        """How figures in it of an indicator are counted unless somebody says otherwise."""
        kind = self.measure or ("flow" if self.currency or self.whole else "ratio")
        if kind == "by_name":
            kind = "flow" if _words_in_names("flow_words").search(name) else "stock"
        return "stock" if kind == "flow" and _words_in_names("running_words").search(name) else kind


_UNITS: Final = "units.yaml"


@cache
def units() -> Mapping[str, Unit]:
    """Return every allowed unit, as written in a data file, with what it is."""
    found = {}
    listed = config.shipped(_UNITS).items()
    for unit, known in ((k, v) for k, v in listed if "names" in v and k != "things"):
        names = {k: [v] if isinstance(v, str) else v for k, v in known["names"].items()}
        one, other = (Text(**{k: v[n] for k, v in names.items()}) for n in (0, -1))
        found[unit] = Unit(other, one, **{k: v for k, v in known.items() if k != "names"})
    return found


@cache
def _counts() -> Mapping[str, Literal["", "stock", "flow", "ratio", "by_name"]]:
    """Return the words for whole things, in small letters, with how they are usually counted."""
    known = {
        _normal(str(name)).casefold(): one.measure or "flow"
        for one in units().values()
        for name in (*one.names.values.values(), *one.one.values.values()) * one.whole
    }
    listed = config.shipped(_UNITS)["counts"].items()
    return {**known, **{_normal(word).casefold(): how for how, words in listed for word in words}}


@cache
def _words_in_names(listed: str) -> re.Pattern[str]:
    known = config.shipped(_UNITS)
    words = [*known[listed]]
    if listed == "flow_words":
        words += known["counts"]["flow"]
        words += [word for word, unit in _meanings().items() if _counts().get(unit) == "flow"]
    parts = (rf"\b{word}\b" if word < "\u2e80" else word for word in words if len(word) > 1)
    return re.compile("|".join(parts), re.I)


@cache
def money_words(what: Literal["scales", "currencies"]) -> Mapping[str, str]:
    """Return the codes of scales or of currencies, by themselves and by the words for them.

    Words are in small letters, codes as they are: "ALL million" is money, "all" is not.
    """
    money = config.shipped(_UNITS)["money"]
    codes = money["codes"].split() if what == "currencies" else money["sizes"]
    words = {_normal(w).casefold(): code for code, listed in money[what].items() for w in listed}
    exact = money["exact"] if what == "currencies" else {}
    return {**words, **exact, **{code: code for code in codes}}


def money_two_ways(unit: str) -> tuple[str, str] | None:
    """Return a unit of money in thousands and in millions, whose scale may mean either: `€ mil`."""
    words = "|".join(config.shipped(_UNITS)["money"]["two_ways"])
    k, m = (re.sub(rf"(?i)\b(?:{words})\b", scale, unit, count=1) for scale in ("k", "M"))
    return (k, m) if k != unit and unit_of(k).currency and not unit_of(unit).currency else None


def unbroken(words: str) -> str:
    """Keep a number, but no year, on one line with its unit, and a currency with its number."""
    apart = r"(?<=\d)(?<!\b[12]\d{3}) (?=[^\W\d_])|(?<=\b[A-Z]{3}) (?=\d)"
    return re.sub(apart, "\N{NO-BREAK SPACE}", words)


@cache
def without_of(money: str) -> str:
    """Return a currency without what may stand between a scale and it: euros of d'euros."""
    words = config.shipped(_UNITS)["money"]["of"]
    between = "|".join(word + " " * word.isalpha() for word in words)
    return re.sub(f"^(?:{between})", "", money, flags=re.I)


def _normal(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip(" .")


@cache
def _rates() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of what comes in a year, and of an amount and that of which it is one."""
    known = config.shipped(_UNITS)
    lists = known["yearly"], known["per"]["before"], known["per"]["between"]
    year, before, between = ("|".join(map(re.escape, words)) for words in lists)
    return (
        re.compile(rf"(?:{year}) ?(.+)|(.+?) ?\b(?:{year})", re.I),
        re.compile(rf"(?:{before}) ?(.+)|(.+?)((?: ?/ ?| (?:{between}) )(.+))", re.I),
    )


def without_year(words: str) -> str:
    """Return words without those that say "a year": 1 500 logements of 1 500 logements par an."""
    found = _rates()[0].fullmatch(_normal(words))
    return found[1] or found[2] if found else words


_Name = TypeVar("_Name", Text, str)


def within_year(unit: str, name: _Name | None) -> tuple[str, _Name | None]:
    """Return a unit and its own name where no year is meant: a month has no 400 homes a year."""
    once = without_year(unit)
    return (unit, name) if once == unit else (once, None)


def rate_of(words: str) -> tuple[str, str]:
    """Part `€ 120 je Einwohner` into an amount and that of which it is a rate, `head` of people.

    >>> rate_of("€ par habitant"), rate_of("人均元"), rate_of("€/t"), rate_of("kg")
    (('€', 'head'), ('元', 'head'), ('€', '/t'), ('kg', ''))
    """
    if (found := _rates()[1].fullmatch(_normal(words))) is None:
        return words, ""
    heads = {"", *map(str.casefold, config.shipped(_UNITS)["per"]["heads"])}
    return found[1] or found[2], "head" if (found[4] or "").casefold() in heads else found[3]


@cache
def _per(unit: str, lang: Language) -> str:
    """Return what stands behind an amount of money, or a count, of which a unit is a rate."""
    once = without_year(unit)
    of, per = rate_of(once)
    if per == "head":
        said = once.removeprefix(of)  # per capita, as the plan has it
        own = config.shipped(_UNITS)["per"]["own"].get(text("language.large_numbers", lang), ())
        per = said if said.strip() in own else text("wording.per_head", lang)
    return per + (text("wording.per_year", lang) if once != unit else "")


def _money(unit: str) -> tuple[str, str] | None:
    """Return the scale and the currency of money: `("M", "EUR")` of "EUR million"."""
    scales, currencies = money_words("scales"), money_words("currencies")
    words = _normal(meant(without_year(unit)))
    thousand = config.shipped(_UNITS)["money"]["two_ways"]
    for n in range(len(words) + 1):
        parts = _normal(words[:n]), without_of(_normal(words[n:]))
        for scale, currency in (parts, parts[::-1]):
            found = scales.get(scale, scales.get(scale.casefold()))
            named = currencies.get(currency, currencies.get(currency.casefold()))
            found = "k" if named in thousand.get(scale.casefold(), ()) else found
            letter = scale == parts[0] != "" and re.fullmatch("[A-Za-z]", currency)
            if found is not None and named is not None and not letter:
                return found, named
    return None


@cache
def _things() -> Mapping[str, Text]:
    """Return what is counted in scales but money, by its name in any language, in small letters."""
    known = config.shipped(_UNITS)["things"]
    listed = [*map(Text.untranslated, known["words"]), *(Text(**names) for names in known["names"])]
    # The first has a word: 人 are people, no deaths.
    return {_normal(str(w)).casefold(): one for one in listed[::-1] for w in one.values.values()}


@cache
def _meanings() -> Mapping[str, str]:
    listed = config.shipped(_UNITS)["words"].items()
    return {_normal(word).casefold(): unit for unit, words in listed for word in words}


def meant(words: str) -> str:
    """Return the unit or thing of `units.yaml` that words of any language mean, or the words."""
    return _meanings().get(_normal(words).casefold(), words)


@cache
def spelled(unit: str) -> frozenset[str]:
    """Return the words, in small letters, that mean the same unit or thing of `units.yaml`."""
    what = meant(unit)
    return frozenset(word for word, one in _meanings().items() if one == what)


def _parted(unit: str) -> Iterator[tuple[str, str]]:
    """Yield each two parts of a unit, a scale and what it counts, but no letters of a word: km2."""
    words = _normal(unit)
    for n in range(len(words)):
        if not re.search("[A-Za-z]{2}", words[n - 1 : n + 1]):
            one, other = (part.strip(" (),.") for part in (words[:n], words[n:]))
            yield one.casefold(), meant(without_of(other))
            yield other.casefold(), meant(without_of(one))


@cache
def _scaled(unit: str) -> tuple[str, Text] | None:
    """Return the scale and the thing of a unit that is none of money: tonnes of 万吨, in 10k."""
    scales, things = money_words("scales"), _things()
    for scale, of in _parted(without_year(unit)):
        if scale in scales and of.casefold() in things:
            return scales[scale], things[of.casefold()]
    return None


@cache
def _sized(unit: str) -> tuple[str, str | Text] | None:
    """Return the scale of a unit, and the money, also of a rate, or the thing counted in it."""
    of, per = rate_of(without_year(unit))
    return _money(of) if per else _money(unit) or _scaled(unit)


def _counts_only(unit: str) -> bool:
    """Whether a unit is a measure word in a scale (万件): what it counts only a plan can say."""
    scale, thing = _scaled(unit) or ("", Text.untranslated(""))
    return bool(scale) and thing.render("zh") in config.shipped(_UNITS)["things"]["words"]


LONGEST_SAID: Final = 200
"""Characters of a text up to which a unit, a figure or a target is looked for in it."""


@cache
def unit_of(unit: str) -> Unit:
    """Return what a unit is, known or not.

    Units of `data/units.yaml`, and whole things by the words there; money in any currency, as
    `M EUR`, `EUR million`, `£m` or `亿日元`; else the text itself is its name, as of `kg/ha` or the
    index `1990 = 100`.

    Examples
    --------
    >>> unit_of("M EUR").scale, unit_of("EUR million").names.render("en"), unit_of("kg/ha").whole
    (1000000, 'EUR million', False)
    """
    if len(unit) > LONGEST_SAID:
        return Unit(Text.untranslated(unit), Text.untranslated(unit))
    known = meant(unit)
    if (listed := units().get(known) or units().get(_normal(unit))) is not None:  # also of －
        return listed
    counted = _counts().get(_normal(known).casefold())
    if counted is not None:
        names = _things().get(_normal(known).casefold(), Text.untranslated(unit))
        plural = re.sub("ies$", "y", names.render("en"))
        singular = re.sub(r"(?<=ss|sh|ch)es$|(?<=[^s])s$", "", plural)
        one = Text(**{**names.values, "en": singular})  # type: ignore[arg-type]
        return Unit(names, one, whole=True, measure=counted)
    for per, of in _parted(known):  # deaths per 100,000
        rate = units().get(meant(per)) if re.search("[0-9千万]", per) else None
        if rate is not None and unit_of(of).whole:
            both = (unit_of(of).names, rate.names)
            zh, en = ([one.render(lang) for one in both] for lang in ("zh", "en"))
            names = Text(zh="".join(zh), en=" ".join(en))
            return Unit(names, names)
    once = without_year(unit)
    yearly: Literal["", "flow"] = "flow" if once != unit and not rate_of(once)[1] else ""
    if yearly and (inner := unit_of(once)).whole:
        names, one = (
            Text(**{lang: name.render(lang) + _per(unit, lang) for lang in LANGUAGES})
            for name in (inner.names, inner.one)
        )
        return Unit(names, one, whole=True, measure=yearly)
    usual = yearly or _usual(once)
    if (found := _sized(unit)) is None:
        return Unit(Text.untranslated(known), Text.untranslated(known), measure=usual)
    names = Text(**{lang: _scaled_name(*found, lang) + _per(unit, lang) for lang in LANGUAGES})
    scale, currency = _money(unit) or ("", "")
    size = config.shipped(_UNITS)["money"]["sizes"][scale]
    return Unit(names, names, currency=currency, scale=size, measure=usual)


@cache
def _usual(unit: str) -> Literal["", "stock", "flow", "ratio", "by_name"]:
    """Return how what a unit counts, in a scale or none, is usually counted; nothing of a rate."""
    if rate_of(unit)[1]:
        return ""
    known, words = config.shipped(_UNITS), _SCALE.sub("", _normal(unit))
    if money_words("scales").get(_normal(unit).casefold()) and re.search("[a-z]{4}|[^a-z]", unit):
        return "by_name"  # so many millions of what the indicator's name says
    what, far = ("|".join(listed) for listed in known["moved"].values())
    if re.search(rf"(?i)(?<![^\W_\u2e80-\u9fff])(?:{what})s?[- ]?(?:{far})s?$", words):
        return "flow"
    amounts = {word: how for how, listed in known["amounts"].items() for word in listed}
    scales = {*money_words("scales"), *known["money"]["two_ways"]}
    for thing in (of for scale, of in _parted(words) if scale in scales):
        name = _things().get(thing.casefold(), Text.untranslated(thing)).render("en")
        for one in (thing, name):
            if how := _counts().get(one.casefold()) or amounts.get(one.split(" ")[0]):
                return how
    return ""


def _scaled_name(scale: str, of: str | Text, lang: Language) -> str:
    if isinstance(of, Text):
        return text(f"things.scale_{scale}", lang, things=of) if scale else of.render(lang)
    key = f"currency.{of}"
    name = text(key, lang) if has_text(key) else of
    behind = text("language.large_numbers", lang) != "myriads" and _is_word(of)
    said = text(f"currency.scale_{scale or 'one'}", lang, currency="" if behind else name)
    return f"{said} {name}".strip() if behind else said


def _is_word(currency: str) -> bool:
    """Whether a currency is told by a word that stands behind a number, such as pesos."""
    return currency[0].isalpha() and not currency[0].isupper()


def is_percent(unit: str) -> bool:
    """Whether figures in a unit are percents, and differences points: `%` or `% of GDP`."""
    return _normal(meant(unit)).partition(" ")[0] == "%"


def is_rank(unit: str, name: str = "") -> bool:
    """Whether a unit is a place among others, as 位 is of what has a `name` such as 百强排名."""
    named = unit in config.shipped(_UNITS)["places"]
    return meant(unit) == _RANK or (named and any(one in name.lower() for one in spelled(_RANK)))


_RANK: Final = "place"  # the unit of `units.yaml` that is a place among others


def is_worded(unit: str) -> bool:
    """Whether a unit, or a name, is a word of one language, for which another may have its own."""
    one = len({*unit_of(unit).names.values.values()}) == 1
    return one and re.search("[a-zà-ÿ]{4}|[\u3040-\ud7a3]", unit) is not None


def _index(unit: str) -> re.Match[str] | None:
    words = "|".join(map(re.escape, config.shipped(_UNITS)["index"]))
    base = "(((?:1[89]|2[01])[0-9]{2})([/–-][0-9]{2,4})?(?:年度?)? ?[=＝] ?100)"
    return re.fullmatch(rf"(?i)(?:(?:{words})[ ,:]*)?[(（]?{base}[)）]?", unit)


@cache
def index_base(unit: str) -> int | None:
    """Return the year of which a unit is 100 if it is an index, of 2019/20 = 100 the later one."""
    found = _index(unit)
    year, later = (int(found[2]), found[3]) if found else (0, None)
    fits = later is None or int(later[1:]) % 100 == (year + 1) % 100  # 2010-2012 is a mean
    return year + (later is not None) if found and fits else None


_SCALE: Final = re.compile(
    r"^((tens of )?(10,000|100 million|ten thousand|thousand|million|billion)s?(?![-\w]) *(of )?|"
    r"[百千]?[万亿]|千)|\s*\(10,000s?\)$",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def _printed(unit: str, lang: Language, *, exact: bool = False) -> tuple[Decimal, str]:
    """Return how many of a unit its printed unit is, and the code of that one's scale.

    It follows from the unit, and where that has no scale from all targets in it, never from another
    figure, so that a whole report counts what is told in one unit in one scale: not CNY 98.76
    million beside CNY 0.12 billion. What is told `exact` is not rounded for its targets.
    """
    counts, known = text("language.large_numbers", lang), config.shipped(_UNITS)
    targets = () if exact else _WRITING.targets.get(unit, ())
    large, sizes = known["things"]["large"][counts].items(), known["money"]["sizes"]
    for scale, least in large if targets and _unscaled(unit) else ():
        if all(abs(one) >= least and not 100.0 * one % sizes[scale] for one in targets):
            return Decimal(sizes[scale]), scale
    if (found := _sized(unit)) is None:
        return Decimal(1), ""
    plain = isinstance(found[1], Text) or rate_of(without_year(unit))[1]  # of a head no millions
    scale = known["things" if plain else "money"]["printed"][counts].get(found[0], found[0])
    return Decimal(sizes[scale]) / sizes[found[0]], scale


def _unscaled(unit: str) -> bool:
    """Whether a unit is one thing, or one of a currency: people, but no 万人 and no %."""
    found = _sized(unit)
    return unit_of(unit).whole if found is None else not found[0]


def printed_scale(unit: str, lang: Language) -> float:
    """Return how many of a unit the one is in which its figures are printed: 10 of 100M CNY."""
    return float(_printed(unit, lang)[0])


def unit_name(unit: str, lang: Language, own: Text | None = None, *, exact: bool = False) -> str:
    """Return the unit in which figures are printed, such as 亿元, CNY billion or tonnes.

    `own` is the indicator's word for the unit of its figures, where it has one, `exact` as in
    `stated`. What that unit is called as data files give it is `unit_of(unit).names`.
    """
    factor, scale = _printed(unit, lang, exact=exact)
    if own is not None and (_counts_only(unit) or (factor != 1 and _unscaled(unit))):
        thing = _SCALE.sub("", own.render(lang))  # 10,000 patents, or patents
        return _scaled_name(scale, Text.untranslated(thing), lang)
    if factor != 1:
        _, of = _sized(unit) or ("", unit_of(without_year(unit)).names)
        return _scaled_name(scale, of, lang) + _per(unit, lang)
    return (own or unit_of(unit).names).render(lang)


def bare(figure: str, *, unit: str, lang: Language, exact: bool = False, places: int = 0) -> str:
    """Write a figure, as written in `unit`, as it stands below its printed `unit_name`.

    Where that is another size it has no zeros at its end, but for at least so many `places`.

    Examples
    --------
    >>> bare("1,650.9", unit="100M CNY", lang="en"), bare("1,650.9", unit="100M CNY", lang="zh")
    ('165.09', '1650.9')
    """
    size, _ = _printed(unit, lang, exact=exact)

    def said(digits: re.Match[str]) -> str:
        told = amount(digits[0]) / size
        if told and _unscaled(unit):  # to two decimals, or of little two digits
            told = round(told, max(2, 1 - told.adjusted()))
        stated = f"{told.normalize():f}".partition(".")[2]
        return f"{told:,.{max(places, len(stated))}f}"

    if size != 1:
        figure = _NUMBER.sub(said, figure)
    if text("language.large_numbers", lang) == "myriads":
        return re.sub("(?<=[0-9]),(?=[0-9]{3})", "", figure)  # 34712件, as bulletins have it
    return figure


def figure(number: str | Message, unit: str, name: Text | str | None = None) -> Message:
    """Return a number with its unit, as it stands in a sentence; `name` as in `quantity`."""
    return Made(quantity, figure=number, unit=unit, name=name)


NOT_FINAL: Final = ("preliminary", "expected", "approximate")
"""Statuses of figures that may still change or were never exact, marked wherever they are told."""


def with_status(figure: str, status: str, *, lang: Language) -> str:
    """Mark a figure that is not yet final, wherever it is told as the latest."""
    if status not in NOT_FINAL:
        return figure
    firm = Message(f"observations.status_{status}")
    return text("wording.status", lang, figure=figure, status=firm)


def stated(value: float | Message, unit: str, name: Text | str | None = None) -> Message:
    """Return a figure with its unit to the last digit, also where others are told in millions."""
    said = value if isinstance(value, Message) else plain(value)
    return Made(quantity, figure=said, unit=unit, name=name, exact=True)


def difference(
    digits: str, unit: str, name: Text | str | None, *, lang: Language, exact: bool = False
) -> str:
    """Put a difference and its unit together: of shares percentage points, of an index points.

    `exact` is as in `stated`.
    """
    size = digits.lstrip("+-\N{MINUS SIGN}")
    if is_percent(unit) or index_base(unit) or is_rank(unit):
        key = "points" if is_percent(unit) else "places" if is_rank(unit) else "index_points"
        digits = re.sub(r"(?<=\.\d)0$" if key == "index_points" else "", "", digits)
        return text(f"report.{key}", lang, figure=digits, count=1 if size == "1" else 2)
    return Made(quantity, figure=digits, unit=unit, name=name, exact=exact).render(lang)


def compared(
    digits: str, unit: str | None = None, name: Text | str | None = None, *, other: Any = None
) -> Message:
    """Say of what lies between two figures which is higher, or by how much without the `other`.

    Without a unit it stands below it in a table.
    """
    size = digits.lstrip(f"+-{_MINUS}")
    side = "even" if not re.search("[1-9]", size) else "above" if size == digits else "below"
    key = f"wording.compared_{side}{'_short' * (other is None)}"
    told = size if unit is None else figure(size, unit, name)
    return Message(key, {"figure": told, "other": other})


class Made(Message):
    """What a function of this module makes of values, in the language of the sentence."""

    def __init__(self, by: Callable[..., str], **values: object) -> None:
        super().__init__("", values | {"by": by})

    def render(self, lang: Language) -> str:
        """Return what is made in `lang`."""
        values = _rendered(self.values, lang)
        make: Any = values.pop("by")
        return str(make(**values, lang=lang))


def amount(digits: str) -> Decimal:
    """Return the number that digits in groups write: 34,712 or 34 712."""
    return Decimal(digits.replace(",", "").replace(" ", "").replace(_MINUS, "-"))


_MINUS = "\N{MINUS SIGN}"
_NUMERALS: Final = "一二三四五六七八九"

NOTHING: Final = "–"
"""What stands in the place of a figure that there is not."""


def number(value: float | None, *, unit: str | None, lang: Language | None = None) -> str:
    """Write a figure with the digits its unit and size deserve, in a sentence as in a table.

    Whole things have no decimals; else four significant digits, with at most two decimals (but of
    0.468 three) and none that the figure does not have (29.7, but 29.70 for 29.7014), of percents
    at least one. A ratio without a unit (None) keeps four significant digits. A dash for no figure.
    With `lang` it is ready to stand below `unit_name`; without, `quantity` puts the unit to it.
    """
    if value is None or not isfinite(value):
        return NOTHING
    if unit is None:
        return plain(float(f"{value:.4g}"))
    stated = f"{value:.9f}".rstrip("0").partition(".")[2]
    places = min(decimals(value, unit=unit), max(len(stated), int(is_percent(unit))))
    written = _signed(f"{value:,.{places}f}" if places else f"{round(value):,}")
    return written if lang is None else bare(written, unit=unit, lang=lang)


def rounded(value: float, *, unit: str) -> float:
    """Return an estimate to two significant digits, of an index three."""
    digits = 3 if index_base(unit) and abs(value) >= 100 else 2
    return float(f"{value:.{digits}g}")


def rough(value: float, *, unit: str) -> str:
    """Write an estimate as a person says it, rounded as by `rounded`.

    Examples
    --------
    >>> rough(4271.0, unit="enterprises"), rough(2.513, unit="%")
    ('4,300', '2.5')
    """
    return plain(rounded(value, unit=unit))


def estimate(
    value: float | None,
    *,
    unit: str,
    within: float | None,
    lang: Language | None = None,
    end: bool = False,
    places: int | None = None,
    side: int = 0,
) -> str:
    """Write a figure of a forecast no more exactly than it is known; `lang` as in `number`.

    It is told, as by `estimated`, in steps of 1 or 5 times a power of ten, 10 to 50 of which make
    the 80 % interval, `within` wide, so that the median and both ends have the same digits; a
    figure much smaller, with one, but an `end` of it with no more decimals than the other. With
    `places` it has just so many decimals, as others beside it; with a `side` it is rounded to that.

    Examples
    --------
    >>> [estimate(end, unit="%", within=8.81) for end in (24.49, 29.36, 33.3)]
    ['24.5', '29.5', '33.5']
    >>> [estimate(end, unit="enterprises", within=8340.0) for end in (6260.0, 14_600.0)]
    ['6,500', '14,500']
    >>> estimate(3.089, unit="%", within=0.22, side=-1)  # what is easier than 3.089
    '3.08'
    >>> estimate(277.0, unit="enterprises", within=1000.0, side=-1)
    '270'
    """
    if value is None or not isfinite(value):
        return NOTHING
    if not within:
        return number(value, unit=unit, lang=lang)
    told, decimals = estimated(value, unit=unit, within=within, end=end, places=places, side=side)
    said = _signed(f"{told:,.{decimals}f}")
    return said if lang is None else bare(said, unit=unit, lang=lang)


def estimates(ends: Sequence[float | None], *, unit: str, lang: Language | None) -> list[str]:
    """Write the lower end, the median and the upper end of a forecast, alike wherever they stand.

    Examples
    --------
    >>> estimates((20.0, 23.1, 31.2), unit="100M CNY", lang="en")
    ['2.0', '2.3', '3.1']
    """
    low, high = ends[0], ends[-1]
    within = None if low is None or high is None else high - low
    write = partial(estimate, unit=unit, within=within, lang=lang)
    told = [write(one, end=k != 1) for k, one in enumerate(ends)]
    return told if lang is None else aligned(told)


def estimated(
    value: float,
    *,
    unit: str,
    within: float | None,
    end: bool = False,
    places: int | None = None,
    side: int = 0,
) -> tuple[float, int]:
    """Return what `estimate` tells of a figure, and its decimals: itself if known exactly."""
    if not within:
        return value, 0
    step = 10.0 ** floor(log10(within / 10.0))
    step *= 5.0 if within >= 50.0 * step else 1.0
    whole = float(unit_of(unit).whole)
    usual = max(step, whole)
    if value:  # with a side, which may not cost it all of its step, to two digits
        step = min(step, max(10.0 ** (floor(log10(abs(value))) - (side != 0)), step / 100.0))
    step = max(step, whole)
    if places is None:
        places = max(0, -floor(log10(usual if end else step)))
    step = max(step, 10.0**-places)
    near = (round, ceil, floor)[side](value / step)
    return round(near * step, places) + 0.0, places  # no zero with a minus


def aligned(figures: Sequence[str]) -> list[str]:
    """Write figures that stand beside each other with as many decimals as the one with most.

    >>> aligned(["12.5", "14", "-2"])
    ['12.5', '14.0', '-2.0']
    """
    places = max((len(one.partition(".")[2]) for one in figures), default=0)
    if not places:
        return list(figures)
    end = re.compile(r"(?<=\d)(?:\.(\d+))?$")
    return [end.sub(lambda d: f".{(d[1] or '').ljust(places, '0')}", one, 1) for one in figures]


def spread(goal: Any) -> float | None:
    """Return how wide the 80 % interval is, of a goal or its attainment, for `estimate`."""
    return None if goal.q10 is None or goal.q90 is None else float(goal.q90 - goal.q10)


def decimals(value: float, *, unit: str) -> int:
    """Return how many decimals `number` writes at most."""
    of, size = unit_of(unit), floor(log10(abs(value))) if value else 0
    money = of.currency and of.scale == 1  # of which nobody has a tenth of thousands
    if of.whole or (size >= 3 and (money or float(value).is_integer())):
        return 0
    return min(2 if size >= 0 or is_percent(unit) else 2 - size, max(1, 3 - size))


def twelve_digits(value: float) -> float:
    """Return a number without the digits that arithmetic adds: 0.1 + 0.2 is 0.3."""
    return float(f"{value:.12g}")


def just_beyond(number: float, side: float) -> float:
    """Return the strict bound of "at least" (`side` -1) or "at most" (1): 15 less a hair of 15."""
    return nextafter(number, side * inf) if number else copysign(1e-15, side)


def bound_said(bound: float) -> tuple[float, bool]:
    """Return the number that a strict bound states, and whether that is itself allowed."""
    number = 0.0 if abs(bound) < 1e-14 else float(f"{bound:.15g}")
    return number, number != bound == bound


def places_of(level: float, *, before: float, unit: str) -> int:
    """Return how many decimals a level has: as many as it states, and as the step to it is fine."""
    step, stated = abs(level - before), f"{level:.9f}".rstrip("0").partition(".")[2]
    return max(len(stated), int(is_percent(unit)), -floor(log10(step)) if step else 0)


def plain(value: float) -> str:
    """Write a number as it was stated: no digit added, none taken away."""
    return _signed(f"{Decimal(f'{value:.12g}'):,f}")


_RANGE_OF_UNIT: Final = re.compile(r"\s*[(（]\d[\d.]*\s*([-–—~～至]|to)+\s*\d[\d.]*[)）]$")
"""The end of points (0-100): said of a unit where it stands by itself, not with each figure."""


def quantity(
    figure: str,
    *,
    unit: str,
    lang: Language,
    name: str | None = None,
    exact: bool = False,
    places: int = 0,
) -> str:
    """Put a figure, as written by `number` or `plain`, and its unit together.

    `name` is the indicator's own word for the unit. Default: the unit's usual name. `exact` is as
    in `stated`, `places` as in `bare`.
    """
    factor, scale = _printed(unit, lang)
    largest = max((amount(one) for one in _NUMBER.findall(figure)), default=factor)
    exact = _unscaled(unit) and factor > 1 and (exact or 10 * largest < factor)
    if exact:  # 918 visitors, where others are millions
        factor, scale = Decimal(1), ""
        name = _SCALE.sub("", name or unit_of(unit).names.render(lang))
    figure = bare(figure, unit=unit, lang=lang, exact=exact, places=places)
    if is_percent(unit) and (name or meant(unit))[0] in "%％":  # on each number of a range
        return _NUMBER.sub(r"\g<0>%", figure) + (name or meant(unit))[1:]
    if index_base(unit):
        base = _index(name or unit)
        whole = (base[1] if base else name or unit).replace(" ", "\N{NO-BREAK SPACE}")
        return text("wording.index", lang, figure=figure, unit=whole)
    known = unit_of(unit)
    if known.bare:
        return figure
    if is_rank(unit):
        return text("wording.place", lang, figure=figure)
    myriads = text("language.large_numbers", lang) == "myriads"
    _, currency = _sized(unit) or ("", "")
    # A mark before the number, and the scale behind it; a word of it stands there in English too.
    if isinstance(currency, str) and currency and not (myriads and currency[0].isalpha()):
        scale = text(f"currency.scale_{scale or 'one'}", lang, currency="")
        start = place.start() if (place := re.search(f"[+{_MINUS}-]?[0-9]", figure)) else 0
        blank = " " if currency[-1].isalpha() else ""
        if _is_word(currency):
            return f"{figure}{scale}{blank}{currency}{_per(unit, lang)}"
        return f"{figure[:start]}{currency}{blank}{figure[start:]}{scale}{_per(unit, lang)}"
    if factor != 1 or _counts_only(unit):
        name = unit_name(unit, lang, Text.untranslated(name) if name else None)
    elif figure == "1" and known.whole and not myriads:
        name = (unit_of(name) if name and is_worded(unit) else known).one.render(lang)
    name = _RANGE_OF_UNIT.sub("", name or unit_name(unit, lang))
    # 70 kg/ha, but 3.2/10万; 100M CNY per km2 is not 35100M
    figure += " " * (myriads and name[:1] not in ("", "/") and name[0].isascii())
    return text("wording.quantity", lang, figure=figure, unit=name)


def language_of(words: str, *, otherwise: Language) -> Language:
    """Return the language that words are plainly written in, by their script; else `otherwise`.

    Kana are Japanese, and characters that only its encodings have (県, 円).

    Examples
    --------
    >>> language_of("北辰区", otherwise="en"), language_of("Springfield", otherwise="en")
    ('zh', 'en')
    """
    han = "".join(re.findall("[\u4e00-\u9fff]", words))
    ours, *chinese = ({*han.encode(to, "ignore").decode(to)} for to in ("cp932", "gb2312", "big5"))
    japanese = re.search("[\u3041-\u30fa]", words) or ours.difference(*chinese)
    return "zh" if han and not japanese else otherwise


def percent(probability: float | None, *, lang: Language | None = None, parts: int = 100) -> str:
    """Write a share or a level of probability, not that of a goal, in whole percents.

    It is one of so many `parts`. Below the first and above the last in words of `lang`, or as a
    sign where no language is given, as in narrow cells; never as 0 % or 100 %. A dash for none.
    """
    if probability is None:
        return NOTHING
    part = round(parts * probability)
    if 0 < part < parts:
        return f"{part * 100 // parts}%"
    side, sign, bound = ("above", ">", parts - 1) if part > 0 else ("below", "<", 1)
    said = f"{bound * 100 // parts}%"
    return f"{sign}{said}" if lang is None else text(f"wording.percent_{side}", lang, percent=said)


PARTS: Final[Mapping[str, int]] = {"A": 100, "B": 100, "C": 20, "D": 10}
"""In how many parts a probability is told, by the grade of the evidence that it rests on."""

WEAK: Final = "CD"
"""Grades of evidence of which the word for a probability says that it is weak."""


def rounded_chance(probability: float, *, grade: str) -> float:
    """Round a goal's probability as its evidence allows: A, B to 1 %, C to 5 %, D to tenths.

    What would be 0 or 1 is half a step from there, but at A and B as it is.

    Examples
    --------
    >>> [rounded_chance(0.634, grade=grade) for grade in "ABCD"]
    [0.63, 0.63, 0.65, 0.6]
    >>> [rounded_chance(0.998, grade=grade) for grade in "BCD"]
    [0.998, 0.975, 0.95]
    """
    parts = PARTS[grade]
    if parts == 100 and not 1 <= round(100 * probability) <= 99:
        return probability
    return min(max(round(parts * probability) / parts, 0.5 / parts), 1.0 - 0.5 / parts)


def danger(goal: Any) -> tuple[float, date, float]:
    """Rank a goal, the least likely first: what reads alike by date; without a chance last."""
    p = inf if goal.probability is None else goal.probability
    return p if p == inf else rounded_chance(p, grade=goal.grade), goal.due, p


def chance(
    probability: float | None,
    *,
    grade: str,
    lang: Language,
    narrow: bool = False,
    met: bool | None = None,
) -> str:
    """Write the probability of a goal, no more exactly than its evidence allows.

    Of one that is decided, `met` or not, it says that: it has no chance any more.

    Every place that a person reads it in has it from here. A and B in whole percents, C in steps of
    5 %, D in words and tenths; never as 0 % or 100 %, and beyond the ends of the steps as a bound.
    `narrow` writes bounds as signs and tenths in figures, for narrow cells. A dash for none.

    Examples
    --------
    >>> [chance(0.634, grade=grade, lang="en") for grade in "ABCD"]
    ['63%', '63%', '65%', 'about six in ten']
    >>> chance(0.634, grade="D", lang="zh"), chance(0.999, grade="C", lang="en", narrow=True)
    ('约六成', '>95%')
    """
    if probability is None:
        return NOTHING
    if met is not None:
        return verdict_message("", grade=grade, met=met).render(lang)
    parts = PARTS[grade]
    if grade != "D":
        return percent(probability, lang=None if narrow else lang, parts=parts)
    steps = round(parts * probability)
    tenths = "below" if steps < 1 else "above" if steps >= parts else str(steps)
    return text(f"wording.tenths_{'narrow_' * narrow}{tenths}", lang)


def verdict_message(verdict: str, *, grade: str, met: bool | None = None) -> Message:
    """Return the word for a probability; on weak (C) or very weak evidence (D) it says so itself.

    `verdict` is the catalogue key of the word, such as `verdict.likely`; `met` as in `chance`.

    Examples
    --------
    >>> verdict_message("verdict.very_likely", grade="D").render("en")
    'very likely, on very weak evidence'
    >>> verdict_message("verdict.very_likely", grade="D").render("zh")
    '极有可能，但证据很薄弱'
    """
    if met is not None:
        return Message(f"hindcast.outcome_{'met' if met else 'missed'}")
    word = Message(verdict)
    if grade not in WEAK:
        return word
    return Message(f"wording.on_{'very_' * (grade == 'D')}weak_evidence", {"word": word})


def rate(share: float | None, *, signed: bool = False) -> str:
    """Write a yearly growth rate in percents with one decimal; a dash for none."""
    return NOTHING if share is None else _signed(f"{100 * share:{'+' if signed else ''}.1f}%")


def pace(change: float, *, points: bool) -> str:
    """Write the size of a yearly change as exactly as an estimate; in `points`, without a sign.

    Examples
    --------
    >>> pace(0.0411, points=False), pace(0.17, points=False), pace(0.0163, points=True)
    ('4.1%', '17%', '0.016')
    """
    size = abs(change if points else 100.0 * change)
    size = float(f"{size:.2g}")  # of 9.99 ten
    places = min(max(0, 1 - floor(log10(size))), 3 if points else 1) if size else 0
    return f"{size:,.{places}f}{'' if points else '%'}"


def points(change: float | None) -> str:
    """Write a change of probability in whole percentage points; a dash for none."""
    return NOTHING if change is None else _signed(f"{100 * change:+.0f}")


def day(value: date, *, lang: Language) -> str:
    """Write a date in words."""
    return day_message(value).render(lang)


def day_message(value: date) -> Message:
    """Return a date to be put into words."""
    month = Message(f"wording.month_{value.month}")
    return Message("wording.day", {"year": str(value.year), "month": month, "day": value.day})


def place_words(place: str, *, lang: Language) -> str:
    """Write where in a Chinese plan something stands; in English with the original beside it."""
    found = re.fullmatch(f"([{_NUMERALS}])（([{_NUMERALS}])）([0-9]*)", place)
    if found is None or text("language.script", lang) == "Hans":
        return place
    part, section = (1 + _NUMERALS.index(numeral) for numeral in found.group(1, 2))
    key = "item" if found[3] else "part"
    words = text(f"wording.place_{key}", lang, part=part, section=section, item=found[3])
    return f"{words} [{place}]"


def probability_words(
    probability: float | None, verdict: str, *, grade: str, lang: Language, met: bool | None = None
) -> str:
    """Say a goal's probability as number and word together; the word alone if there is none."""
    word = verdict_message(verdict, grade=grade, met=met).render(lang)
    if probability is None or met is not None:
        return word
    said = chance(probability, grade=grade, lang=lang)
    return text("wording.probability", lang, percent=said, word=word)


def _signed(digits: str) -> str:
    """Write a minus sign for a hyphen; what is rounded to zero has neither sign nor decimals."""
    return re.sub(r"^[+-]0(?:\.0*)?(?![.\d])", "0", digits).replace("-", _MINUS)
