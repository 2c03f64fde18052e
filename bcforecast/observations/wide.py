"""Tables with an indicator a row and a period a column, turned into rows of the long table.

`figures.csv` of a data folder and the sheets of a workbook are such tables. What a row does not
say follows from the plans beside the table and from rules: status official, published on 31 March
of the next year (assumed), the first source that is listed.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from bcforecast import cells, config
from bcforecast.cells import Decimals, FiscalYears, as_text, plain_words
from bcforecast.edge import parse_day, read_bytes, unguarded, yaml_files
from bcforecast.errors import BcforecastError, ObservationError, Problems
from bcforecast.observations.records import Month, Observation, Period, quoted
from bcforecast.plan.fields import counted_as, with_defaults
from bcforecast.text import Message, bound_said, unit_of

RULE: Final = "+1-03-31"
"""When a year's figure is published unless its table says so: three months after its end."""

BY_RULE: Final = "assumed: by the rule"
"""How the basis of a day begins that nobody has stated."""


COUNTED: Final = ("stock", "flow", "ratio")
"""How a figure can be counted that is the indicator's own; others say themselves what they are."""


def counted_otherwise(figure: Observation, *, unit: str, counted: str) -> Message | None:
    """Return what is allowed, if a figure is counted in another way than its indicator."""
    found = figure.measure.value
    if found not in COUNTED or found == counted:
        return None
    way = "of" if unit_of(unit).measure == "by_name" else "kind"
    told = {"measure": counted, "found": found}
    return Message(f"observations.allowed_measure_{way}", told)


class KnownIndicator(NamedTuple):
    """What a plan says of an indicator: whose it is, its unit, measure, names and range."""

    area: str
    indicator: str
    unit: str
    measure: str
    names: frozenset[str]
    low: float = -math.inf
    high: float = math.inf
    fiscal: FiscalYears | None = None
    called: frozenset[str] = frozenset()
    """What its area is called."""
    beside: bool = False
    """Whether its area is one against which a goal is held, which a row has to name."""
    units: frozenset[str] = frozenset()
    """What the plan calls its unit."""
    title: str = ""
    """Its name, as the plan writes it."""

    @property
    def bare(self) -> set[str]:
        """Its names without its unit in brackets behind them, as a yearbook may have them."""
        parts = map(cells.unit_behind, self.names)
        return {one for one, unit in parts if unit and cells.times(unit, self.unit) is not None}

    def refuses(self, figure: Observation) -> tuple[str, Message] | None:
        """Return the column and what is allowed, if the plan counts otherwise, or not so far."""
        value, lower, upper = figure.value, figure.lower, figure.upper
        allowed = counted_otherwise(figure, unit=self.unit, counted=self.measure)
        if allowed and unit_of(self.unit).measure != "by_name":
            return "measure", allowed
        most, least = (upper, lower) if math.isnan(value) else (value, value)
        if not (most < self.low or least > self.high):
            return None
        said = {"indicator": self.indicator, "low": f"{self.low:g}", "high": f"{self.high:g}"}
        return "", Message(f"plan.allowed_range{'' if math.isfinite(self.high) else '_from'}", said)


def planned_indicators(folder: Path) -> tuple[KnownIndicator, ...]:
    """Return the indicators of the plans of a data folder, as far as these can be read.

    The plans are checked elsewhere, above this floor; here a plan that is none says nothing.
    """
    found: list[KnownIndicator] = []
    for path in yaml_files(folder / "plans"):
        with suppress(BcforecastError):
            found += _indicators_of(read_bytes(path))
    return tuple(found)


@lru_cache(maxsize=16)
def _indicators_of(plan: bytes) -> tuple[KnownIndicator, ...]:
    found: list[KnownIndicator] = []
    with suppress(BcforecastError, ValueError, LookupError, TypeError, AttributeError):
        said = config.load_yaml(plan.decode("utf-8-sig"))
        fiscal, said = FiscalYears.of(said), with_defaults(said)
        called = _names_in(said["area"]) | _names_in(said.get("area_names") or {})
        for one in said["indicators"]:
            if one.get("compared"):
                continue
            names = _names_in(one.get("names"))
            measure = counted_as(one["kind"], yearly=one.get("yearly") is True)
            low, high = one["valid_range"]
            ends = (-math.inf if low is None else low, math.inf if high is None else high)
            about = (str(said["area"]), str(one["id"]), str(one["unit"]), str(measure), names)
            units = _names_in(one.get("unit_names") or one["unit"])
            limits = float(ends[0]), float(ends[1])
            title = one.get("names") or one["id"]
            title = " | ".join(title.values()) if isinstance(title, dict) else str(title)
            more: dict[str, Any] = {"units": units, "title": title}
            found.append(KnownIndicator(*about, *limits, fiscal, called, **more))
        own = {one.indicator: one for one in found}
        for compared in filter(None, (one.get("compared") for one in said["indicators"])):
            names_of = {area: _names_in(words) for area, words in compared["names"]}
            for area, what in compared["beside"]:
                if area != said["area"] and what in own:
                    told = {"area": area, "called": names_of.get(area, frozenset())}
                    found.append(own[what]._replace(**told, beside=True))
    return tuple(found)


def _names_in(told: object) -> frozenset[str]:
    return frozenset(map(plain_words, told.values() if isinstance(told, dict) else [told]))


def _each(said: str) -> set[str]:
    """Return what a cell may name, whole and in each language: `Firms | 企业`."""
    return {plain_words(said), *map(plain_words, said.split("|"))}


def area_named(said: str, planned: Iterable[KnownIndicator]) -> str:
    """Return the identifier of the area that a cell names, or what it says if none is known."""
    areas = {one.area: {plain_words(one.area), *one.called} for one in planned}
    named = (area for area, names in areas.items() if _each(said) & names)
    return said if said in areas else next(named, said)


def indicator_named(said: Mapping[str, str], planned: Iterable[KnownIndicator]) -> str:
    """Return the identifier of the one indicator of an area that a row names, or what it says."""
    words = _each(said["indicator"])
    named = {k.indicator for k in planned if k.area == said["area"] and words & k.names}
    return named.pop() if len(named) == 1 else said["indicator"]


Entry = tuple[int, int, dict[str, str]]
"""A figure of a wide table: its row, its place in it from 0, and its row of the long table."""
BadCell = tuple[int, int, Message, Message]
"""What is wrong with a cell, by row and place: what was found, and what is allowed."""


@dataclass(frozen=True)
class Defaults:
    """What a table does not say: indicators of the plans, the source, the rule of publication.

    `units` are those of rows by a line above them.
    """

    planned: tuple[KnownIndicator, ...] = ()
    source: str = ""
    published: str = ""
    units: Mapping[int, str] = field(default_factory=dict)


def fiscal_of(planned: Iterable[KnownIndicator]) -> FiscalYears | None:
    """Return how plans write their fiscal years, where all write them alike."""
    ways = {one.fiscal for one in planned}
    return ways.pop() if len(ways) == 1 else None


def heads_of(header: Sequence[object], planned: Iterable[KnownIndicator] = ()) -> list[str]:
    """Return what each column is: a name of ours, a period, or empty where it is neither.

    A fiscal year that no plan explains is `2012/2013`: 2011-12 too, beside 2012-13; `2022.1` is
    such as may be 2022.10, a number that lost its nought: no February stands beside it.
    """
    header = [
        one if cells.meaning("columns", one) else cells.without_flag(one)[0] for one in header
    ]
    words, fiscal = [*map(cells.without_era, header)], fiscal_of(planned)
    named = [cells.meaning("columns", head) or cells.period_named(head) or "" for head in header]
    if NAMED.isdisjoint(named) and "group" in named:
        named[named.index("group")] = "indicator"
    named = ["" if name == "group" else name for name in named]
    for n, word in enumerate(words):
        if re.fullmatch("[0-9]{4}[.]1", word):
            sure = f"{word[:4]}.2" in words[max(n - 1, 0) : n + 2] or f"{word}0" in words
            named[n] = named[n] if sure else word
    if fiscal is not None:
        named = [name or fiscal.quarter(head) for name, head in zip(named, header, strict=True)]
        if any(ends := [fiscal.end(head) for head in header]):
            return [fiscal.months(y, y) if y else name for y, name in zip(ends, named, strict=True)]
    ends = [cells.fiscal_end(head) for head in header]
    years = [end for end, name in zip(ends, named, strict=True) if end or is_period(name)]
    if not (all(years) and len(years) > 1):
        ends = [None if name else end for end, name in zip(ends, named, strict=True)]
    return [f"{end - 1}/{end}" if end else name for end, name in zip(ends, named, strict=True)]


def is_wide(heads: Sequence[str]) -> bool:
    """Whether a row of heads is that of a table of figures."""
    return bool(NAMED & set(heads)) and any(map(is_period, heads))


NAMED: Final = frozenset({"indicator", "code"})
"""What says of which indicator a row is."""


def is_period(head: str) -> bool:
    """Whether what a column is, as `heads_of` says it, is a period."""
    return head[:1].isdigit()


def flagged(heads: Sequence[str], titles: Sequence[object]) -> dict[int, int]:
    """Return which columns of periods have one of flags beside them, and where that is.

    It stands under no head, or under one that says so.
    """
    told = [not as_text(title) or cells.among("flags", title) for title in titles]
    places = range(len(heads) - 1)
    return {n: n + 1 for n in places if is_period(heads[n]) and not heads[n + 1] and told[n + 1]}


def unread_columns(heads: Sequence[str], titles: Sequence[object]) -> list[int]:
    """Return which columns have a title, but are none of ours and no flags either."""
    flags = flagged(heads, titles).values()
    return [n for n, head in enumerate(heads) if not head and as_text(titles[n]) and n not in flags]


def unroll(
    header: tuple[int, Sequence[object]],
    body: Sequence[tuple[int, Sequence[object]]],
    defaults: Defaults,
    *,
    mark: Decimals | None = None,
    asking: bool = False,
    semicolons: bool = False,
) -> tuple[list[Entry], Problems[BadCell]]:
    """Turn a wide table into rows of the long one, and find what is wrong with it.

    `header` and `body` are numbered rows. A text that is more than a number ("about 40") is kept as
    the note. A `mark` stands before decimals: unless given, what the figures leave no doubt of.
    Where they do, a point, but of things that are counted, and of money where somebody can be
    asked: it is `asking`, and the row's indicator is not written in Chinese characters.
    """
    top, titles = header
    heads = heads_of(titles, defaults.planned)
    known = [(head, one) for _, given in body for head, one in zip(heads, given, strict=False)]
    typed = [one for head, one in known if is_period(head)]
    ways = cells.TWO_COMMAS if semicolons else cells.TWO_WAYS
    # Of figures which no other mark would make sense of.
    sure = mark or cells.mark_said(one for one in typed if not ways.search(plain_words(one)))
    mark = mark or cells.mark_said(typed)
    doubted = {"points": mark is None, "commas": semicolons and sure is None, "asking": asking}
    entries: list[Entry] = []
    problems: Problems[BadCell] = Problems()
    seen: set[tuple[int, int]] = set()

    def wrong(row: int, place: int, error: ObservationError) -> None:
        values: Mapping[str, Any] = error.message.values
        column = values.get("column")
        place = heads.index(column) if column and column in heads else place
        if (row, place) not in seen:
            seen.add((row, place))
            problems.note([(row, place, values["found"], values["allowed"])])

    for row, given in body[:1]:
        if more := _more_heads(heads, titles, given):
            problems.note([(row, next(iter(more)), *two_heads(more.values()))])
            return [], problems
    for row, place, error in _wrong_heads(header, heads, body):
        wrong(row, place, error)
    heads = ["" if (top, place) in seen else head for place, head in enumerate(heads)]
    flags, firm = flagged(heads, titles), [cells.without_flag(one)[1] for one in titles]
    unread = [n for n in unread_columns(heads, titles) if (top, n) not in seen]
    first_of: dict[tuple[str, str], tuple[int, Sequence[object]]] = {}
    for row, given in body:
        filled = [
            (place, head, cell)
            for place, (head, cell) in enumerate(zip(heads, given, strict=False))
            if head and as_text(cell)
        ]
        texts = [one for one in filled if not is_period(one[1])]
        said = {head: unguarded(as_text(cell)) for _, head, cell in texts}
        figures = [one for one in filled if is_period(one[1])]
        if plain_words(said.get("code", said.get("indicator", ""))) == cells.EXAMPLE:
            continue
        place = len(heads) - 1
        try:
            if any(map(as_text, given[len(heads) :])):
                # What a thousands mark without quotes makes of a number, and moves what follows.
                found = Message("observations.found_cells", {"n": len(given)})
                raise _unread(found, "observations.allowed_cells", n=len(heads))
            if not figures:
                continue
            for at, _, cell in texts:
                if isinstance(cell, Message):
                    place = at
                    raise _unread(cell, "errors.kind_str")
            place = next(n for n, head in enumerate(heads) if head in NAMED)
            about = _about(said, defaults, defaults.units.get(row, ""))
            begun = first_of.setdefault((about["area"], about["indicator"]), (row, given))
            for place in (n for n in unread if given[n:]):
                both = given, begun[1]
                told, other = ("".join(map(as_text, one[place : place + 1])) for one in both)
                _passed_over(told, titles[place], about["unit"])
                if told != other and not re.fullmatch("[0-9.,%+-]*", told + other):
                    head = as_text(titles[place])
                    raise _unread(told or other, "cells.allowed_apart", row=begun[0], head=head)
        except ObservationError as error:
            wrong(row, place, error)
            continue
        for place, head, cell in figures:
            at = flags.get(place, len(given))
            beside = "".join(map(as_text, given[at : at + 1]))
            try:
                _refuse_two_ways(cell, about["given"], said.get("indicator", ""), **doubted)
                made = _long(about, Period.parse(head), cell, mark or ".")
                if made is not None and beside and not cells.flag(beside):
                    wrong(row, at, _unread(beside, "cells.allowed_flag"))
                elif made is not None:
                    _flag(made, beside, firm[place], as_text(titles[place]), about["status"])
                    entries.append((row, place, made))
            except ObservationError as error:
                wrong(row, place, error)
    ruled = [made for *_, made in entries if made["published_basis"].startswith(BY_RULE)]
    days = {made["published"]: made for made in ruled if made["status"] != "expected"}
    for made in (made for made in ruled if made["status"] == "revised"):
        last = days[max(days)]  # no edition before that of the latest is known to have it
        made |= {name: last[name] for name in ("published", "published_basis")}
    for *_, made in entries:
        made["status"] = made["status"].replace("revised", "official")
    return entries, problems


def _refuse_two_ways(
    cell: object, unit: str, name: str, *, points: bool, commas: bool, asking: bool
) -> None:
    """Refuse what either mark makes sense of, if it is counted or somebody can be asked."""
    words, kind = plain_words(cell) if isinstance(cell, str) else "", unit_of(unit)
    money = kind.currency and asking and not re.search("[\u3040-\u9fff]", name)
    if points and (kind.whole or money) and cells.TWO_WAYS.search(words):  # 1.234 firms
        raise _unread(as_text(cell), "cells.allowed_mark")
    if commas and money and cells.TWO_COMMAS.search(words):
        raise _unread(as_text(cell), "cells.allowed_comma_mark")


def _flag(made: dict[str, str], beside: str, firm: str, title: str, status: str) -> None:
    """Give a figure the status that a flag beside it or its head says, with the words as note."""
    for flag, text in ((cells.flag(beside) if beside else "", beside), (firm, title)):
        if flag not in ("", "official"):
            both = made["status"] not in ("official", flag)  # about 72, under 2024 (p)
            made["note"] = f"{made['note']}; {text}" if both and made["note"] else made["note"]
            made["status"] = status or flag
        made["note"] = made["note"] or text * bool(flag)
    if cells.FOOTNOTE.search(re.sub("[ 年月季度]", "", title)):
        made["note"] = made["note"] or title


def _wrong_heads(
    header: tuple[int, Sequence[object]],
    heads: Sequence[str],
    body: Sequence[tuple[int, Sequence[object]]],
) -> Iterator[tuple[int, int, ObservationError]]:
    """Find heads that stand twice, periods without one, and those that nobody can read."""
    top, titles = header
    for place, head in enumerate(heads):
        title, columns = as_text(titles[place]), [one[place] for _, one in body if one[place:]]
        if isinstance(unknown := titles[place], Message):
            yield top, place, _unread(unknown, "cells.allowed_head")
            continue
        if head and head in heads[:place] and not cells.dated_target(title):
            twice = Message("observations.found_column_twice")
            yield top, place, _unread(twice, "cells.allowed_column_once")
        if not any(map(as_text, columns)):
            continue
        if not title and any(map(is_period, heads[:place])):  # numbers of rows stand before them
            for row, one in body:
                if one[place:] and re.fullmatch(r"\W*[0-9][^a-z]*", plain_words(one[place])):
                    yield row, place, _unread(as_text(one[place]), "cells.allowed_head")
        if re.fullmatch("[0-9]{4}/[0-9]{4}", head):
            first, last = head.split("/")
            yield top, place, _unread(title, "cells.allowed_fiscal", first=first, last=last)
        elif re.fullmatch("[0-9]{4}[.]1", head):
            yield top, place, _unread(title, "cells.allowed_nought", year=head[:4])
        elif not head and re.search("[0-9]", cells.without_era(title)):  # a period, most likely
            yield top, place, _unread(title, "observations.allowed_wide")


def _more_heads(
    heads: Sequence[str], titles: Sequence[object], given: Sequence[object]
) -> Mapping[int, str]:
    """Return what a row says by column if it is but more heads below those of a table."""
    told = {n: as_text(cell) for n, cell in enumerate(given[: len(heads)]) if as_text(cell)}
    told = {n: one for n, one in told.items() if one != as_text(titles[n])}
    word = re.compile(r"(?=.*[^\W\d_])([^0-9]+|[^0-9]?[1-4][^0-9]*)").fullmatch
    places = (is_period(heads[n]) or not as_text(titles[n]) for n in told)
    return told if len(told) > 1 and all(places) and all(map(word, told.values())) else {}


def two_heads(words: Iterable[str]) -> tuple[Message, Message]:
    """Say that a table has two rows of heads, by the words of that which is no row of periods."""
    return quoted(", ".join(dict.fromkeys(words))), Message("cells.allowed_above")


def _unread(found: Message | str, key: str, column: str = "", **values: object) -> ObservationError:
    said = found if isinstance(found, Message) else quoted(found)
    return ObservationError("cells.unread", found=said, allowed=Message(key, values), column=column)


def _passed_over(told: str, head: object, unit: str) -> None:
    """Refuse a cell of a column that is not read, but says of what else its row is."""
    if cells.among("units", head):
        if told and not cells.agrees(told, unit):
            raise _unread(told, "cells.allowed_unit", unit=unit_of(unit).names)
        return
    part = cells.among("parts", told) or (told and cells.among("heads", head))
    if part and not cells.among("whole", told):
        raise _unread(told, "cells.allowed_whole")


def _about(said: Mapping[str, str], defaults: Defaults, above: str) -> dict[str, str]:
    """Return what holds for all figures of a row of a wide table, with the unit `above` it."""
    wanted, area = said.get("code") or said.get("indicator", ""), said.get("area", "")
    areas = {one.area: one.called for one in defaults.planned}
    area = area_named(area, defaults.planned)

    def named(words: str) -> list[KnownIndicator]:
        asked = [one for one in defaults.planned if (one.area == area if area else not one.beside)]
        fits = [one for one in asked if words == one.indicator or _each(words) & one.names]
        return fits or [one for one in asked if _each(words) & one.bare]

    if (bare := cells.unnumbered(wanted)) != wanted and not named(wanted):
        said = {**said, "indicator": cells.unnumbered(said.get("indicator", wanted))}
        wanted = bare
    bare, behind = cells.unit_behind(wanted)
    if behind and not named(wanted) and named(bare):
        wanted, said = bare, {"unit": behind, **said, "indicator": bare}
    fits, name = named(wanted), said.get("indicator", wanted)
    meant = {one.indicator for one in named(name)}
    if fits and meant and not meant & {one.indicator for one in fits}:
        found = Message("cells.code_and_name", {"code": wanted, "name": name})
        other = ", ".join(sorted(meant))
        raise _unread(found, "cells.allowed_one_indicator", code=wanted, other=other)
    coded = re.fullmatch("[a-z][a-z0-9_-]*", wanted)
    complete = {"area", "unit", "measure"} <= said.keys() and coded
    if area not in ("", *areas) and not complete:
        nearest = get_close_matches(plain_words(area), areas, n=1) or areas
        raise _unread(area, "cells.allowed_area", "area", areas=", ".join(nearest) or "-")
    if len({(one.area, one.indicator) for one in fits}) != 1 and not (complete and not fits):
        some = {one.area for one in fits}
        some = some or {f"{one.title} ({one.indicator})" for one in defaults.planned}
        key = "cells.allowed_one_area" if fits else "cells.allowed_indicator"
        raise _unread(wanted, key, known=", ".join(sorted(some)) or "-")
    if fits:
        one = fits[0]
        unit, there = said.get("unit"), cells.unit_above(above, one.unit)
        if unit is not None and there == above and cells.bare_scale(above):
            raise _unread(above, "cells.allowed_unit", unit=one.unit)
        unit = one.unit if _each(unit or "") & one.units else unit or there
        unit = cells.unit_per(name, unit)
        if cells.times(unit, one.unit) is None:
            raise _unread(unit, "cells.allowed_unit", "unit" * ("unit" in said), unit=one.unit)
    else:
        unit = said["unit"]
        one = KnownIndicator(area, wanted, unit, said["measure"], frozenset())
    return {
        "area": one.area,
        "indicator": one.indicator,
        "unit": one.unit,
        "given": unit,
        "measure": said.get("measure", one.measure),
        "measure_said": said.get("measure", ""),
        "published": said.get("published") or defaults.published or RULE,
        "source": said.get("source", defaults.source),
        "status": cells.flag(said.get("status", "")) or said.get("status", ""),
        **{name: said.get(name, "") for name in ("published_basis", "note")},
    }


def _long(
    about: Mapping[str, str], period: Period, cell: object, mark: Decimals
) -> dict[str, str] | None:
    given, unit = about["given"], about["unit"]
    figure = cells.read_figure(cell, unit=given, mark=mark)
    if figure is None:
        return None
    times = cells.times(given, unit) or Decimal(1)
    day, basis = published_by(about["published"], period)
    told = figure.status == "official" or math.isnan(figure.value)  # a bound says it all
    told = told and not cells.FOOTNOTE.search(str(cell)) and times == 1
    return {
        **about,
        "period": str(period),
        "value": _digits(figure.value, times),
        "lower": _bound(figure.lower, times, "≥", beside=figure.value),
        "upper": _bound(figure.upper, times, "≤", beside=figure.value),
        "status": about["status"] or figure.status,
        "published": day.isoformat(),
        "published_basis": about["published_basis"] or basis,
        "note": about["note"] or ("" if told else f"{cell} {given if times != 1 else ''}".strip()),
        "note_zh": "",
    }


def _bound(bound: float, times: Decimal, mark: str, *, beside: float) -> str:
    """Write a mere bound that may itself be the figure as a person would: ≥15."""
    if math.isnan(bound) or not math.isnan(beside):
        return _digits(bound, times)
    number, itself = bound_said(bound)
    return f"{mark * itself}{_digits(number, times)}"


def _digits(number: float, times: Decimal) -> str:
    if math.isnan(number):
        return ""
    number = float(Decimal(repr(number)) * times)
    return str(int(number)) if number.is_integer() else repr(number)


def published_by(rule: str, period: Period) -> tuple[date, str]:
    """Return when a figure was published, and on what basis that is said.

    `rule` is a day, which is then stated, or such as `+1-03-31`: that day of the year after the
    period's, which is assumed. A figure of less than a year is assumed to appear at the end of the
    month after it, if that is earlier; that of a fiscal year three months after it by `RULE`.
    """
    told = re.fullmatch(r"\+([0-9])-([0-9]{2}-[0-9]{2})", rule)
    try:
        if told is None:
            return parse_day(rule), "stated"
        day = parse_day(f"{period.last.year + int(told[1])}-{told[2]}")
    except ValueError:
        allowed = cells.allowed_day(rule, Message("cells.allowed_published", {"rule": RULE}))
        raise _unread(rule, allowed.key, "published", **allowed.values) from None
    fiscal = period.months == 12 and period.is_multi_year and rule == RULE
    if fiscal or period.months < 12:
        after = 3 if fiscal else 1
        years, month = divmod(period.last.month + after - 1, 12)
        last = Month(period.last.year + years, month + 1)
        end = Period(last, last).last_day
        if fiscal or end < day:
            return end, f"{BY_RULE} of months after its end: {after}"
    return day, f"{BY_RULE} {rule} of the table"
