"""What is wrong in a data folder, and what a statistician would see in its figures by eye.

What cannot be read or does not fit is refused by `check_folder`. The rest are findings, each with
its row and why one should look at it: an error, which cannot be true, stops a report until it is
mended or somebody says in `breaks.csv` (kind `checked`) that it is right; a warning stands in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from filecmp import cmp
from functools import partial
from itertools import chain, pairwise, takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from bcforecast import config, sheets
from bcforecast.attainment import evidence
from bcforecast.attainment import probability as chance
from bcforecast.attainment.evidence import series_for, series_of
from bcforecast.attainment.reference_class import shocks
from bcforecast.errors import BcforecastError, ObservationError, Problems
from bcforecast.observations import reading, records
from bcforecast.observations import selection as select
from bcforecast.observations.importing import Import
from bcforecast.observations.records import Break, Dataset, Measure, Observation, Status, quoted
from bcforecast.observations.selection import BoolArray, FloatArray, IntArray, Selection, Vintage
from bcforecast.observations.subannual import MONTHS, place_in_year
from bcforecast.observations.wide import BY_RULE
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.plan.reading import check_plans, load_plan, load_plan_set, near, plan_ids
from bcforecast.plan.targets import region
from bcforecast.scenarios import scenario
from bcforecast.text import (
    Made,
    Message,
    Text,
    bound_said,
    day_message,
    difference,
    index_base,
    is_percent,
    is_rank,
    plain,
    stated,
    unit_of,
    year_words,
)


@dataclass(frozen=True)
class Finding:
    """Something to look at in a figure; in what stands elsewhere, the message tells where."""

    severity: Literal["error", "warning", "note"]
    figure: Observation | records.Elicitation | None
    message: Message

    @property
    def place(self) -> dict[str, Any]:
        """File and row of the figure, as an editor counts it; its period tells cells of a row."""
        if (one := self.figure) is None:
            return place_said(self.message)
        return {"file": one.file, "row": one.row, "period": str(one.period)}

    @property
    def sentence(self) -> Message:
        """Return it with its place."""
        if self.figure is None:
            return Message(f"checks.{self.severity}", {"said": self.message})
        about = {"period": self.figure.period.in_words(), "said": self.message}
        return Message(f"checks.{self.severity}_row", self.place | about)

    @property
    def stops(self) -> ObservationError:
        """Return it as what stops a report."""
        return ObservationError("checks.stops", **self.place, said=self.message)


def place_said(message: Message) -> dict[str, Any]:
    """Return the file and the row that a message names."""
    return {name: message.values[name] for name in ("file", "row") if name in message.values}


OUTLYING: Final = 10.0
"""Robust standard deviations of the yearly growth by which an outlying year comes and goes."""

JUMP: Final = 12.0
"""The same of a year after which the series stays where it has gone."""

ALONE: Final = 3.0, 10.0
"""How many times as far as any other year, and as the median year, one has moved that is a jump
even where it is below `SMALL`."""

SMALL: Final = 0.2, 0.25, 0.03, 0.05
"""Growth, as a share, up to which no year is outlying, none a jump, none shocked, none `ALONE`."""

SHOCKED: Final = 2.0, 4.0
"""How many times as far as any other year has moved a year of a known shock is off their way; the
second where these are fewer than `FEWEST_OTHERS`."""

REVISION: Final = 1.5
"""Factor of a revision from which it is larger than statistical offices revise."""

FAR: Final = 20.0
"""Factor between target and latest figure from which a slip in either is likelier."""

IMPOSSIBLE: Final = 3000.0
"""Factor off from all that is known from which it is a slip for sure: one of 10^4 (万), or more."""

PACE: Final = 3.0
"""Factor off the last year from which a year in hand, at the pace of its months, is looked at."""

EARLY: Final = 45
"""Days before the end of its year on which no office knows what the year has come to."""

FEW: Final = 10.0
"""Whole things up to which a goal may ask for any number of times as many, or go down to them."""

INDEX_ROUNDING: Final = 0.5
"""How far from 100 an index may be in its base year."""

SOME_YEARS: Final = 5
"""Years from the last figure of a year in which a part of one may still be held against it."""

MONTHS_TO_TELL: Final = 3
"""Fewest parts of a flow, each as large as a year, by which it is known to be none; and the months
up to which a part is told from a year by its size: ten may well bring nine tenths of it."""

SMALLEST_SPREAD: Final = 0.002
"""Standard deviation of growth below which no series is taken to move, as a share."""

SMALLEST_GROWTH: Final = 0.02
"""The same where growth is that of a few years, which may have been alike by chance."""

EXCHANGED: Final = 5.0, 2.5
"""Standard deviations of growth by which two years stand out, and do not where they exchange."""

APART: Final = 4
"""Years up to which two figures of a series are taken to be exchanged."""

FEWEST_OTHERS: Final = 4
"""Growth in other years by which that beside two figures is judged."""

COLUMNS: Final = 3, 0.6, 4.0, 8.0, 1.0
"""Series that must have two years, and share of them that must gain, where the years are exchanged
in all; most that one may gain, and least of all together, as logarithms of a likelihood (of
Student's t); most that may be against it then, for a year of one series."""

CUMULATED: Final = 0.7, 1.5, 2.0
"""A month as large as all up to it were a year before, between, and its own then, at least."""

RUNNING: Final = 5, 0.4, 3.0, 4.0
"""Fewest figures of totals since the first of a series, and standard deviation of what each adds to
the one before, in logarithms, below which they seem such; of totals since a later one, standard
deviations within which what each adds goes on as the figures before did, and beyond which the
second is off their way itself."""

ROUNDING: Final = 1.005
"""Factor by which months may add up to more than their year, a part to more than its whole."""


def findings(plan: Plan, data: Vintage) -> tuple[Finding, ...]:
    """Return everything worth a look in the figures that a plan uses, in the order of the plan.

    Figures of periods that `breaks.csv` marks as checked are passed over.
    """
    written, plan, found = plan, evidence.with_kinds(plan, data), list[Finding]()
    odd: list[_Looked] = []
    last_month = plan.last_day(plan.span.last).month
    marked = partial(select.marked_years, last_month=last_month)

    def checked(area: str, indicator: str) -> Collection[int]:
        return marked(data.at(None).breaks(area, indicator), "checked")  # which no figure knows

    file: dict[str, Any] = {"file": f"{plan.id}.yaml"}
    known = evidence.with_targets(plan, data).goals
    baseless = {goal.id for goal in known if not np.isfinite(goal.target)}
    for indicator in plan.indicators:
        selections = {
            area: data.history(series_of(indicator, area=area))
            for area in dict.fromkeys((plan.area, indicator.parent or plan.area))
        }
        for area, selection in selections.items():
            passed = {*marked(data.breaks(area, indicator.id), "exceptional")}
            passed |= {*checked(area, indicator.id)}
            history = selection.history
            kept = history.known & ~np.isin(history.times, list(passed))
            used = [figure for figure, keep in zip(selection.used, kept, strict=True) if keep]
            values, times, shocked = history.values[kept], history.times[kept], _shocks(selection)
            kinds = odd_figures(values, times, shocked)
            odd.append(_Looked(area, indicator.names, used, values, times, shocked, kinds))
            found += [*_told_odd(odd[-1]), *_running(odd[-1])]
            bounds = zip(selection.used, history.times, strict=True)
            looked = (one for one, year in bounds if not one.has_value and year not in passed)
            found += _told_bounds(looked, history.values[kept])
            if len(selection.used) > 2 and not history.n_values:
                found.append(_finding(selection.used[0], "bounds", name=indicator.names))
            found += [*_index_base(indicator, selection), *_assumed_later(area, indicator, data)]
            found += _other_years(plan, indicator, selection)
            figures = data.of(area, indicator.id)
            found += [*_revisions(figures), *_months(figures), *_summed(figures)]
            parts = _parts_of_years(figures, last_month)
            found += [*_in_hand(selection), *_no_figures(figures), *_fallen(figures, parts)]
            found += [*_odd_parts(parts), *_cumulated(parts)]
            found += [one for one in _moved(selection, parts) if one not in found]
            part = Message("observations.reason_part_year")
            lost = selection.unused or [(one, part) for one, _ in selection.within]
            if lost and not selection.used:
                first, reason = lost[0]
                # Two calendar years in one are mostly a financial year, with months of its own.
                key = "unused_pair" if first.period.months == 2 * MONTHS else "unused"
                said = Message(f"checks.{key}", {"count": len(figures), "reason": reason})
                found.append(Finding("note", first, said))
        against = indicator.up is (indicator.direction == "down")
        if against and indicator.compared is None:
            about = file | {"name": indicator.names, "up": Message(f"checks.{indicator.direction}")}
            found.append(Finding("warning", None, Message("checks.direction", about)))
        if indicator.kind != written.indicator(indicator.id).kind:
            about = file | {"name": indicator.names, "kind": Message(f"plan.kind_{indicator.kind}")}
            found.append(Finding("warning", None, Message("checks.kind", about)))
        if is_rank(indicator.unit, indicator.name("zh")):
            said = Message("checks.rank", file | {"name": indicator.names})
            found.append(Finding("warning", None, said))
        own = selections[plan.area]
        if indicator.link_to_parent == "share" and indicator.parent is not None:
            found += _parts(own, selections[indicator.parent])
        if indicator.kind == "event" and not indicator.yearly:
            found += _fewer(own)
        if indicator.fed_by is not None:
            found += _fed(own, data.of(plan.area, indicator.fed_by))
        passed = {*checked(plan.area, indicator.id)}
        goals = [goal for goal in plan.goals if goal.indicator == indicator.id]
        goals = [goal for goal in goals if goal.due_year not in passed]
        found += [one for goal in goals for one in _far_target(goal, indicator, own)]
        for goal in (one for one in goals if one.assumed and len(own.used) > 2):
            if all(goal.meets(figure.value) for figure in own.used):
                ends = zip(("low", "high"), region(*goal.asked), strict=True)
                about = {name: stated(end, goal.unit, indicator.unit_names) for name, end in ends}
                about |= file | {"goal": goal.id, "name": indicator.names}
                found.append(Finding("warning", None, Message("checks.tolerance", about)))
        for opinion in data.judgements(plan.area, indicator.id):
            found += _far_judgement(opinion, indicator, own, goals)
        for goal in (one for one in goals if own.used and one.id in baseless):
            about = {"goal": goal.id, "year": plan.year_name(goal.base_year or 0)}
            found.append(Finding("warning", own.used[0], Message("checks.no_base", about)))
    found += [*_swapped(odd), *_exchanged_columns(odd)]

    def is_checked(one: Any) -> bool:
        if one is None:
            return False
        year, _ = place_in_year(one.period.last, last_month)
        return year in checked(one.area, one.indicator)

    return tuple(one for one in found if one.severity == "note" or not is_checked(one.figure))


def stopping(plan: Plan, data: Vintage) -> tuple[ObservationError, ...]:
    """Return the findings in a plan's figures that stop a report, as errors."""
    return tuple(one.stops for one in findings(plan, data) if one.severity == "error")


def _finding(
    one: Observation,
    key: str,
    *,
    sure: bool = False,
    beside: Observation | None = None,
    **values: object,
) -> Finding:
    if beside is not None:
        values["there"] = Message("observations.there", {"file": beside.file, "row": beside.row})
    said = Message(f"checks.{key}", {"found": one.in_words(), **values})
    return Finding("error" if sure else "warning", one, said)


Odd = Literal["slip", "exchanged", "outlying", "jump", "repeated", "shocked"]


class _Looked(NamedTuple):
    """The figures of a series that are not marked, years of shocks, and which figures stand out."""

    area: str
    names: Text
    used: list[Observation]
    values: FloatArray
    times: IntArray
    shocked: list[int]
    kinds: dict[int, Odd]


def odd_figures(
    values: FloatArray, times: IntArray, shocked: Collection[int] = ()
) -> dict[int, Odd]:
    """Return which figures, (n,), of a yearly series, whose years increase, stand out, and how.

    By position: `slip`, far from all others, as by a decimal point or a unit; `exchanged`, two that
    stand out where they are, and neither in the other's place; `outlying`, off the years around it
    or around two, which agree; `jump`, after which the series stays where it has gone, or a step
    that is small, but none is like it; `repeated`, of five digits or more, the same as the one
    before, as none else is; `shocked`, years of such, from the first on, off the way of all others,
    which are looked at without them. Slips need three
    figures, exchanged ones seven, the others six. Growth is that of logarithms where all figures
    are positive, else in units of their median size; its spread is 1.4826 times the median
    deviation from the median. `python -m tools.bench.checks` counts how many true series are
    suspected.

    Examples
    --------
    >>> odd_figures(np.array([100.0, 104, 109, 113, 60, 121, 127]), np.arange(2015, 2022))
    {4: 'outlying'}
    """
    found: dict[int, Odd] = dict.fromkeys(select.slips(values), "slip")
    levels = _levels(values)
    if values.size < 6 or levels is None:
        return found
    if hit := _off_the_way(levels, times, shocked) - found.keys():
        kept = [n for n in range(values.size) if n not in hit]
        others = odd_figures(values[kept], times[kept])
        return {kept[n]: kind for n, kind in others.items()} | dict.fromkeys(hit, "shocked")
    usual = (growth := np.diff(levels) / np.diff(times)) - np.median(growth)
    spread = 1.4826 * float(np.median(np.abs(usual)))
    if not found and np.abs(usual).max() > EXCHANGED[1] * spread:
        found |= dict.fromkeys(_exchanged(levels, times, int(np.abs(usual).argmax())), "exchanged")
    away = np.abs(usual) > max(OUTLYING * spread, SMALL[0])
    far = np.abs(usual) > max(JUMP * spread, SMALL[1])
    steps = np.abs(growth)
    far |= steps > max(ALONE[0] * np.sort(steps)[-2], ALONE[1] * float(np.median(steps)), SMALL[3])
    for n, last in ((n, n + more) for more in (0, 1) for n in range(1, values.size - 1 - more)):
        came, went = abs(usual[n - 1]), abs(usual[last])
        back = abs(usual[n - 1 : last + 1].sum()) < 0.5 * min(came, went)
        if away[n - 1] and away[last] and back and not found.keys() & {n, last}:
            found |= dict.fromkeys(range(n, last + 1), "outlying")
    for n in np.flatnonzero(far).tolist():
        if n not in found and n + 1 not in found:
            # In a year it went off, and from there came back, maybe further: 6.7, 9.6, 5.3.
            sides = ((m, usual[m - 1 : m + 1]) for m in (n, n + 1) if 0 < m < usual.size)
            off = [m for m, both in sides if abs(both.sum()) < 0.5 * np.abs(both).max()]
            found[off[0] if off else n + 1] = "outlying" if off else "jump"
    same = (np.flatnonzero(np.diff(values) == 0.0) + 1).tolist()
    if len(same) == 1 and float(f"{values[same[0]]:.4g}") != values[same[0]]:
        found.setdefault(same[0], "repeated")
    return found


def _off_the_way(levels: FloatArray, times: IntArray, years: Collection[int]) -> set[int]:
    """Return which of some years, by position, are off the way of all others, from the first on."""
    inside = np.isin(times, list(years))
    if not inside.any() or inside[0] or (growth := _of_others(levels, times, inside)).size < 3:
        return set()
    usual, factor = float(np.median(growth)), SHOCKED[growth.size < FEWEST_OTHERS]
    far = max(factor * float(np.abs(growth - usual).max()), SMALL[2])
    apart = times - times[int(inside.argmax()) - 1]
    off = np.abs(levels - _way(levels, times, inside)) > far * np.sqrt(np.abs(apart))
    return set(takewhile(lambda n: bool(off[n]), np.flatnonzero(inside).tolist()))


def _way(levels: FloatArray, times: IntArray, inside: BoolArray) -> FloatArray:
    """Return where the median growth of all other years leads to from the last before some."""
    last = int(inside.argmax()) - 1
    usual = float(np.median(_of_others(levels, times, inside)))
    way: FloatArray = levels[last] + usual * (times - times[last])
    return way


def _of_others(levels: FloatArray, times: IntArray, inside: BoolArray) -> FloatArray:
    """Return the growth between years that are both no such ones."""
    growth: FloatArray = (np.diff(levels) / np.diff(times))[~inside[1:] & ~inside[:-1]]
    return growth


def _shocks(selection: Selection) -> list[int]:
    """Return which years of a series end in one of a known shock, or in the first half after it."""
    ends = (one.period.last for one in selection.used)
    years = zip(ends, selection.history.times.tolist(), strict=True)
    return [time for (year, month), time in years if year - (month < 7) in shocks()]


def _levels(values: FloatArray) -> FloatArray | None:
    if np.all(values > 0.0):
        return np.log(values)
    size = float(np.median(np.abs(values)))
    return values / size if size > 0.0 else None


def _exchanges(
    levels: FloatArray, times: IntArray
) -> tuple[IntArray, FloatArray, FloatArray, IntArray]:
    """Return every two figures near each other, and growth beside them as it is and exchanged.

    The two by position, (pairs, 2); growth, (pairs, n - 1), in standard deviations of all other
    growth from its mean, 0 elsewhere; and how much other growth there is, (pairs,).
    """
    ends = np.stack(np.triu_indices(levels.size, 1), axis=1)
    ends = ends[np.ptp(ends, axis=1) <= APART]
    behind = ends[:, :, None] - np.arange(levels.size - 1)  # 0 of growth from it, 1 of that to it
    near = ((behind == 0) | (behind == 1)).any(axis=1)
    others, steps = np.count_nonzero(~near, axis=1), np.diff(times)
    # Beside years that are left out, as a shock's are, what went before tells nothing.
    gaps = steps > (np.median(steps) if steps.size else 0.0)
    told = (others >= FEWEST_OTHERS) & ~(near & gaps).any(axis=1)
    ends, near, others = (one[told] for one in (ends, near, others))
    changed = np.tile(levels, (len(ends), 1))
    np.put_along_axis(changed, ends, levels[ends[:, ::-1]], axis=1)
    growth, moved = (np.diff(one) / np.diff(times) for one in (levels, changed))
    rest = np.where(near, np.nan, growth)
    mean = np.nanmean(rest, axis=1, keepdims=True)
    spread = np.maximum(np.nanstd(rest, axis=1, ddof=1, keepdims=True), SMALLEST_SPREAD)
    was, would = (np.where(near, (one - mean) / spread, 0.0) for one in (growth, moved))
    return ends, was, would, others


def _exchanged(levels: FloatArray, times: IntArray, largest: int) -> tuple[int, ...]:
    """Return which two figures seem exchanged, one of them beside the largest growth; or none."""
    ends, was, would, _ = _exchanges(levels, times)
    seem = np.isin(ends, (largest, largest + 1)).any(axis=1)
    seem &= np.abs(would).max(axis=1, initial=0.0) < EXCHANGED[1]
    gain = seem * (np.square(was) - np.square(would)).sum(axis=1)
    if gain.max(initial=0.0) <= EXCHANGED[0] ** 2:
        return ()
    return tuple(ends[gain.argmax()].tolist())


def exchanged_years(
    series: Sequence[tuple[FloatArray, IntArray]],
) -> tuple[int, int, int, list[int]] | None:
    """Return which two years series tell together to be exchanged, as none of them may alone.

    Each is its figures and their years, which increase, both (n,). Also returned is how many of
    them have both years, and which, by position, would run more evenly. `COLUMNS` says from when.
    """
    fewest, share, most, least, against = COLUMNS
    found: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
    for n, (values, years) in enumerate(series):
        if (levels := _levels(values)) is None:
            continue
        ends, *growth, others = _exchanges(levels, years)
        free = others[:, None] - 1
        logs = (0.5 * (free + 1) * np.log1p(np.square(one) / free) for one in growth)
        was, would = (log.sum(axis=1) for log in logs)
        gain, left = np.clip(was - would, -most, most), would / (years.size - 1 - others)
        for two, *about in zip(years[ends].tolist(), gain.tolist(), left.tolist(), strict=True):
            found[two[0], two[1]].append((*about, n))
    gains = {pair: sum(gain for gain, _, _ in told) for pair, told in found.items()}
    best = max(gains, key=lambda pair: gains[pair], default=(0, 0))
    told = found[best]
    fitting = [n for gain, _, n in told if gain > 0.0]
    enough = len(told) >= fewest and len(fitting) >= share * len(told) and gains[best] > least
    if not enough or sum(left for _, left, _ in told) >= against * len(told):
        return None
    return *best, len(told), fitting


def _level(figure: Observation) -> float:
    ends = figure.value, bound_said(figure.lower)[0], bound_said(figure.upper)[0]
    return next((end for end in ends if np.isfinite(end)), np.nan)


def running_totals(values: FloatArray, times: IntArray) -> int | None:
    """Return from which figure on those of a yearly series seem to be totals since then, if any.

    Of both (n,) years increase, by one where there are totals, and before these are as many figures
    as tell how they grow. What one adds to the one before is then as the years' own figures are.

    Examples
    --------
    >>> running_totals(np.cumsum([100.0, 104, 109, 113, 118]), np.arange(2021, 2026))
    0
    """
    fewest, alike, least, most = RUNNING
    levels = np.log(np.where(values > 0.0, values, np.nan))
    for first in (0, *range(FEWEST_OTHERS, values.size - 1)):
        added = np.diff(values[first:], prepend=0.0)
        if not np.all(added > 0.0) or np.any(np.diff(times[first:]) > 1):
            continue
        logs = np.log(added)
        if first == 0:
            if added.size >= fewest and np.std(logs, ddof=1) < alike:
                return 0
            continue
        growth = np.diff(levels[:first]) / np.diff(times[:first])
        steps = times[first:] - times[first - 1]
        way = levels[first - 1] + growth.mean() * steps
        spread = max(growth.std(ddof=1), SMALLEST_GROWTH) * np.sqrt(steps)
        off = np.abs(levels[first:] - way) / spread
        if off[1] > most and np.all(np.abs(logs - way) < least * spread):
            return first
    return None


def _running(series: _Looked) -> Iterator[Finding]:
    """Figures of a flow that go on adding up over the years."""
    first = running_totals(series.values, series.times)
    if first is not None and series.used[first].measure is Measure.FLOW:
        one, since = series.used[first + 1], series.used[first]
        yield _finding(one, "running", since=year_words(since.period.last.year), beside=since)


def _slip(one: Observation, ordinary: Iterable[float]) -> Finding:
    low, high, level = min(ordinary), max(ordinary), _level(one)
    beyond = level > IMPOSSIBLE * high or IMPOSSIBLE * level < low
    low_said, high_said = (stated(end, one.unit) for end in (low, high))
    return _finding(one, "slip", sure=beyond, low=low_said, high=high_said)


def _told_bounds(bounds: Iterable[Observation], values: FloatArray) -> Iterator[Finding]:
    """Bounds that would be slips if they were figures, and tell as little of the series."""
    for one in bounds:
        beside = np.append(values, _level(one))
        if odd_figures(beside, np.arange(beside.size)).get(values.size) == "slip":
            yield _slip(one, values.tolist())


def _told_odd(series: _Looked) -> Iterator[Finding]:
    used, odd = series.used, series.kinds
    ordinary = [one.value for n, one in enumerate(used) if n not in odd]
    for n, kind in odd.items():
        one = used[n]
        if kind == "slip":
            yield _slip(one, ordinary)
        elif kind == "exchanged":
            first, last = (used[k] for k in odd if odd[k] == kind)
            if one is first:
                yield _finding(one, kind, other=last.in_words(), beside=last)
        elif kind == "outlying":
            usual = [k for k in range(len(used)) if odd.get(k) != kind]
            ends = used[max(k for k in usual if k < n)], used[min(k for k in usual if k > n)]
            before, after = (_of_period(end) for end in ends)
            yield _finding(one, kind, before=before, after=after)
        else:
            last = used[max(k for k in range(n) if odd.get(k) != "shocked")]
            about = {} if kind == "repeated" else _measured(series, n, last)
            yield _finding(one, kind, **{"before": _of_period(last), **about})


def _of_period(one: Observation) -> Message:
    about = {"found": one.in_words(), "period": one.period.in_words()}
    return Message("checks.of_period", about)


def _measured(series: _Looked, n: int, last: Observation) -> dict[str, Any]:
    """Return what a figure that stands out is held against: where others lead, or how far they go.

    Steps are told as a share, but for what is itself one or may be 0 or less.
    """
    one, values, times = series.used[n], series.values, series.times
    levels = _levels(values)
    if levels is None:  # of which nothing stands out so
        return {}
    if series.kinds[n] == "shocked":
        way = float(_way(levels, times, np.isin(times, series.shocked))[n])
        way = float(np.exp(way)) if values.min() > 0.0 else way * float(np.median(np.abs(values)))
        return {"way": stated(float(f"{way:.3g}"), one.unit)}
    shares = values.min() > 0.0 and not (is_percent(one.unit) or is_rank(one.unit))
    steps = np.abs(np.diff(values) / (values[:-1] if shares else 1.0) / np.diff(times))
    step = abs(one.value - last.value) / (last.value if shares else 1.0)
    both = (float(f"{100.0 * x if shares else x:.2g}") for x in (step, float(np.median(steps))))
    apart = (Made(difference, digits=plain(x), unit=one.unit, name=None) for x in both)
    said = (stated(x, "%") for x in both) if shares else apart
    return dict(zip(("step", "usual"), said, strict=True))


def _swapped(odd: Iterable[_Looked]) -> Iterator[Finding]:
    """Figures of one year that stand out in two series, and in neither once they are exchanged.

    Or in one of two in the same unit, whose figures may both be likely in the other, and in no
    third.
    """
    by_year: dict[tuple[str, int], list[tuple[bool, int, _Looked]]] = defaultdict(list)
    for series in odd:
        for place, one in enumerate(series.used):
            of_year = by_year[series.area, one.period.last.year]
            # Where a series stays, it has not gone by one figure that belongs elsewhere.
            stays = series.kinds.get(place) in ("jump", "shocked", "repeated")
            usual = place not in series.kinds or (stays and one is not series.used[-1])
            of_year.append((usual, place, series))

    def fit(*both: tuple[bool, int, _Looked]) -> bool:
        for (_, place, one), (_, there, other) in (both, both[::-1]):
            values = one.values.copy()
            values[place] = other.values[there]
            left = odd_figures(values, one.times, one.shocked)
            if left.keys() - (one.kinds.keys() - {place}):
                return False
        return True

    for each in by_year.values():
        ranked = sorted(each, key=itemgetter(0))  # what stands out first
        for n, odd_one in enumerate(takewhile(lambda told: not told[0], ranked)):
            figure = odd_one[2].used[odd_one[1]]
            alike = (o for o in ranked[n + 1 :] if not o[0] or o[2].used[o[1]].unit == figure.unit)
            fits = [other for other in alike if fit(odd_one, other)]
            if fits and (not fits[0][0] or len(fits) == 1):
                also, place, other = fits[0]
                beside = other.used[place]
                about: dict[str, Any] = {"beside": beside, "other": beside.in_words()}
                kind = "swapped_one" if also else "swapped"
                yield _finding(figure, kind, indicator=other.names, **about)


def _exchanged_columns(series: Iterable[_Looked]) -> Iterator[Finding]:
    """Two years whose figures an area's series tell together to be exchanged."""
    of_area: dict[str, list[list[Observation]]] = defaultdict(list)
    for one in series:
        of_area[one.area].append(one.used)
    for each in of_area.values():
        years = [np.array([one.period.last.year for one in used], dtype=np.int64) for used in each]
        values = (np.array([one.value for one in used]) for used in each)
        if two := exchanged_years([*zip(values, years, strict=True)]):
            year, other, of, fitting = two
            figure = next(one for one in each[fitting[0]] if one.period.last.year == year)
            counts: dict[str, Any] = {"count": of, "fitting": len(fitting)}
            yield _finding(figure, "columns", year=year_words(other), **counts)


def _index_base(indicator: Indicator, selection: Selection) -> Iterator[Finding]:
    """The figure of an index's base year that is not 100: of fiscal years of 2019/20 = 100."""
    base = index_base(indicator.unit)
    if base is None or (str(base - 1) in indicator.unit) != (indicator.year_ends != 12):
        return
    for figure in selection.used:
        year = figure.period.of_year
        if figure.has_value and year == base and abs(figure.value - 100.0) > INDEX_ROUNDING:
            yield _finding(figure, "index", year=base)
        elif figure.has_value and year != base and figure.value == 100.0:
            yield _finding(figure, "index_elsewhere", year=base)


def _assumed_later(area: str, indicator: Indicator, data: Vintage) -> Iterator[Finding]:
    """The first of the figures left out because the day on which they appear is assumed."""
    later = [f for f, _ in data.not_yet_published(area, indicator.id)]
    day = data.as_of or date.min
    later = [f for f in later if f.published_basis.startswith(BY_RULE) and f.period.last_day <= day]
    if later:
        about: dict[str, Any] = {"name": indicator.names, "period": later[0].period.in_words()}
        about |= {"as_of": day_message(day), "day": day_message(later[0].published)}
        about["count"] = len(later)
        yield Finding("warning", later[0], Message("checks.assumed_later", about))


def ahead(figures: Iterable[Observation], *, today: date) -> Iterator[Finding]:
    """Return the first of the official figures of periods that have not begun."""
    official = (f for f in figures if f.status is Status.OFFICIAL)
    if told := [f for f in official if f.period.first > (today.year, today.month)]:
        yield _finding(told[0], "ahead", count=len(told))


def _other_years(plan: Plan, indicator: Indicator, selection: Selection) -> Iterator[Finding]:
    """Figures of years that end with another month than those that count, or than the plan's."""
    used = [one for one in selection.used if one.period.months == MONTHS]
    reasons = ((one, reason.key) for one, reason in selection.unused)
    apart = [one for one, key in reasons if key == "observations.reason_fiscal"]
    key, counted = ("other_years", apart) if apart and used else ("calendar_years", used)
    ends = {one.period.last.month for one in counted}
    if not apart and MONTHS not in ends:
        key = "fiscal_figures"
    if ends and (apart or (len(ends) == 1 and ends != {indicator.year_ends})):
        first, last = counted[0], used[-1].period
        about: dict[str, Any] = {"name": indicator.names, "count": len(counted)}
        about |= {"period": first.period.in_words(), "other": last.in_words()}
        about["year"] = plan.year_name(last.last.year)
        yield Finding("warning", first, Message(f"checks.{key}", about))


def _revisions(figures: tuple[Observation, ...]) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], Observation] = {}
    for figure in sorted(figures, key=lambda one: (one.published, one.row)):
        key = (str(figure.period), figure.measure.value, figure.unit)
        before = first.setdefault(key, figure)
        (_, high), (low, _) = sorted(map(_between, (before, figure)))
        if low > REVISION * high > 0:
            yield _finding(figure, "revision", earlier=before.in_words(), beside=before)
        if figure.has_value:
            first[key] = figure


def _between(one: Observation) -> tuple[float, float]:
    """Return the least and the largest size that a figure says."""
    ends = (abs(one.value),) * 2 if one.has_value else (one.lower, one.upper)
    return float(np.nan_to_num(ends[0], nan=0.0)), float(np.nan_to_num(ends[1], nan=np.inf))


def _months(figures: tuple[Observation, ...]) -> Iterator[Finding]:
    """Years whose months, quarters or months so far come to more than the year."""
    kinds = Measure.FLOW, Measure.YEAR_TO_DATE
    flows = [f for f in figures if f.has_value and f.measure in kinds]
    for year in (f for f in flows if f.period.of_year is not None):
        first, last = year.period.first, year.period.last
        of: dict[object, dict[str, Observation]] = defaultdict(dict)
        for one in flows:
            if one.period.months < MONTHS and first <= one.period.first and one.period.last <= last:
                alone = one.measure is Measure.YEAR_TO_DATE and str(one.period)
                of[one.period.months, alone][str(one.period)] = one
        sums = [(sum(f.value for f in inside.values()), len(inside)) for inside in of.values()]
        total, count = max(sums, default=(0.0, 0))
        if total > ROUNDING * year.value > 0:
            yield _finding(year, "months", count=count, total=stated(total, year.unit))


Parts = Mapping[tuple[Measure, int], Mapping[int, Mapping[int, Observation]]]
"""Figures of parts of years: by measure and months of each, year, and last month in it."""


def _parts_of_years(figures: Iterable[Observation], last_month: int) -> Parts:
    """Return the latest published of each; what a year has brought so far counts as 0 months."""
    found: dict[Any, dict[int, dict[int, Observation]]] = defaultdict(lambda: defaultdict(dict))
    for one in sorted(figures, key=lambda figure: figure.published):
        if one.has_value and one.period.months < MONTHS:
            year, place = place_in_year(one.period.last, last_month)
            months = 0 if one.measure is Measure.YEAR_TO_DATE else one.period.months
            found[one.measure, months][year][place] = one
    return found


def _fallen(figures: tuple[Observation, ...], parts: Parts) -> Iterator[Finding]:
    """Years to date, of what is never negative, that are less than they were some months before."""
    for of in parts.get((Measure.YEAR_TO_DATE, 0), {}).values():
        for earlier, one in pairwise(of[place] for place in sorted(of)):
            falls = one.period.first == earlier.period.first
            falls = falls and ROUNDING * one.value < earlier.value
            if falls and min(f.value for f in figures if f.has_value) >= 0.0:
                yield _finding(one, "fallen", earlier=earlier.in_words(), beside=earlier)


def _in_hand(selection: Selection) -> Iterator[Finding]:
    """A year of which some months are known, at whose pace it would be another altogether."""
    part, history = selection.part, selection.history
    exact = history.known & (history.values > 0.0)
    if part is None or part.how != "sum" or part.value <= 0.0 or not exact.any():
        return
    years, values = history.times[exact].tolist(), history.values[exact].tolist()
    share, count = part.usual_share(dict(zip(years, values, strict=True)))
    if not share:  # nothing had come by then in any year
        return
    pace, latest, told = part.value / share, values[-1], part.used[-1]
    monthly = np.array([one.value / one.period.months for one in part.used])
    odd = int(np.argmax(monthly) if pace > latest else np.argmin(monthly))
    one, rest = monthly[odd], np.median(np.delete(monthly, odd) if monthly.size > 1 else monthly)
    if one > PACE * rest if pace > latest else PACE * one < rest:
        told = part.used[odd]  # the one that stands out among those of the year
    if pace > PACE * latest or (count and PACE * pace < latest):
        said = (stated(float(f"{x:.3g}"), told.unit) for x in (pace, latest))
        about: dict[str, Any] = dict(zip(("rate", "latest"), said, strict=True))
        yield _finding(told, "pace", sure=pace > IMPOSSIBLE * latest, **about)


def _odd_parts(parts: Parts) -> Iterator[Finding]:
    """Parts far from what the same months of other years and the other parts of theirs tell."""
    for years in parts.values():
        of_place: dict[int, list[float]] = defaultdict(list)
        logs = list[dict[int, float]]()
        for figures in years.values():
            logs.append({n: np.log(f.value) for n, f in figures.items() if f.value > 0.0})
            for place, log in logs[-1].items():
                of_place[place].append(log)
        usual = {place: np.median(of) for place, of in of_place.items() if len(of) > 2}
        told, off = list[Observation](), list[float]()
        for figures, of in zip(years.values(), logs, strict=True):
            apart = {place: log - usual[place] for place, log in of.items() if place in usual}
            told += [figures[place] for place in apart]
            off += [log - np.median([*apart.values()]) for log in apart.values()]
        for n in select.slips(np.exp(off)):
            said = stated(float(f"{told[n].value / np.exp(off[n]):.3g}"), told[n].unit)
            yield _finding(told[n], "part_slip", usual=said)


def _cumulated(parts: Parts) -> Iterator[Finding]:
    """The first month or quarter of a year that has all before it in it, as the year before tells.

    March, and a second quarter, may come to as much by themselves.
    """
    least, most, own = CUMULATED
    flows = [(months, of) for (measure, months), of in parts.items() if measure is Measure.FLOW]
    for months, year, of in ((months, year, years) for months, years in flows for year in years):
        so_far = summed = 0.0
        for place in range(months, MONTHS + 1, months):
            now, before = of[year].get(place), of.get(year - 1, {}).get(place)
            if now is None or before is None:
                break
            so_far += before.value
            whole = least * so_far < now.value < most * so_far and now.value > summed
            whole = whole and now.value > own * before.value
            if whole and place > max(3, 2 * months):
                yield _finding(now, "cumulated", before=before.in_words(), beside=before)
                break
            summed = now.value if whole else summed + now.value


def _moved(selection: Selection, parts: Parts) -> Iterator[Finding]:
    """Figures that are those of the year before or after in other rows, or in the sum of parts."""
    told = (one for one in selection.used if one.status is not Status.DERIVED)
    used = {one.period.last.year: one for one in told if one.has_value}
    others: dict[int, list[tuple[float, Observation]]] = defaultdict(list)
    for one, reason in selection.unused:
        if reason.key == "observations.reason_superseded" and one.has_value:
            others[one.period.last.year].append((one.value, one))
    for (measure, months), years in parts.items():
        for year, of in years.items() if measure is Measure.FLOW else ():
            if MONTHS in of and {*of} == {*range(months, MONTHS + 1, months)}:
                others[year].append((sum(one.value for one in of.values()), of[MONTHS]))

    def like(year: int, by: int) -> Observation | None:
        value, near = used[year].value, others.get(year + by, ())
        return next((one for x, one in near if abs(x - value) <= (ROUNDING - 1.0) * abs(x)), None)

    known = [year for year in used if year in others]
    apart = [year for year in known if not like(year, 0)]
    early, late = ([year for year in apart if like(year, by)] for by in (1, -1))
    for year in early:
        if year + 1 in late:
            beside = used[year + 1]
            yield _finding(used[year], "exchanged", other=beside.in_words(), beside=beside)
    for key, by, moved in (("moved_early", 1, early), ("moved_late", -1, late)):
        if len(moved) > max(1, len(known) - len(apart)):
            yield _finding(used[moved[0]], key, count=len(moved), beside=like(moved[0], by))


def _no_figures(figures: tuple[Observation, ...]) -> Iterator[Finding]:
    """Rows that are no figures of their years: the years themselves, or what a part brought."""
    years = [one for one in figures if one.has_value and one.period.of_year is not None]
    heads = [one for one in years if one.value == one.period.of_year]
    if len(heads) > 2 and 2 * len(heads) > len(years):
        yield _finding(heads[0], "heads", count=len(heads))
    for one in years:
        early = (one.period.last_day - one.published).days
        if early > EARLY and one.status in (Status.OFFICIAL, Status.PRELIMINARY):
            yield _finding(one, "early", day=day_message(one.published))


def _summed(figures: tuple[Observation, ...]) -> Iterator[Finding]:
    """The first part of a year whose years are counted otherwise than its parts tell.

    Parts of a ratio or stock that come to a year together are those of a flow; months or quarters
    of a flow that are each as large as a year are those of a stock.
    """
    for measure in (Measure.RATIO, Measure.STOCK, Measure.FLOW):
        known = [f for f in figures if f.has_value and f.measure is measure and f.value > 0.0]
        years = {f.period.last.year: f for f in known if f.period.months == MONTHS}
        within = []  # parts, each with what it is of its year, or of the last of some before it
        for part in (one for one in known if one.period.months < MONTHS and years):
            year, _ = place_in_year(part.period.last, years[max(years)].period.last.month)
            before = [one for one in years if year - SOME_YEARS <= one <= year]
            within += [(part, part.value / years[max(before)].value)] if before else []
        if not within:
            continue
        yearly = float(np.median([share * MONTHS / f.period.months for f, share in within]))
        first, kind = within[0][0], Message(f"observations.measure_{measure}")
        if measure is Measure.FLOW:
            short = [share for f, share in within if f.period.months <= MONTHS_TO_TELL]
            level = float(np.median(short)) if len(short) >= MONTHS_TO_TELL else np.nan
            if 0.5 < level < 2.0:
                yield _finding(first, "level", sure=True, kind=kind)
        elif 0.5 < yearly < 2.0 and max(share for _, share in within) < 0.5:
            yield _finding(first, "summed", sure=len(within) > 1, kind=kind)


def _parts(own: Selection, parent: Selection) -> Iterator[Finding]:
    whole = {str(f.period): f for f in parent.used if f.has_value}
    for figure in own.used:
        above = whole.get(str(figure.period))
        if above is not None and figure.has_value and figure.value > above.value > 0.0:
            sure = figure.value > ROUNDING * above.value
            yield _finding(figure, "part", sure=sure, whole=above.in_words(), beside=above)


def _fewer(own: Selection) -> Iterator[Finding]:
    """The first year in which there are fewer than before of what came to exist.

    That is what the number created in each year looks like.
    """
    known = [one for one in own.used if one.has_value]
    for before, one in pairwise(known):
        if one.value < before.value:
            yield _finding(one, "fewer", before=before.in_words())
            return


def _fed(own: Selection, entries: Iterable[Observation]) -> Iterator[Finding]:
    """Years in which a stock has grown by more than what came into it."""
    came = {
        one.period.of_year: one
        for one in sorted(entries, key=lambda one: one.published)
        if one.has_value and one.measure is Measure.FLOW
    }
    stocks = {one.period.last.year: one for one in own.used if one.has_value}
    for year, stock in stocks.items():
        before, entered = stocks.get(year - 1), came.get(year)
        if before is None or entered is None or entered.unit != stock.unit:
            continue
        grown = stock.value - before.value
        if grown > ROUNDING * entered.value:
            said = stated(grown, stock.unit)
            about: dict[str, Any] = {"before": before.in_words(), "entered": entered.in_words()}
            yield _finding(stock, "stock", grown=said, beside=entered, **about)


def _far_target(goal: Goal, indicator: Indicator, own: Selection) -> Iterator[Finding]:
    if not own.used or goal.base_year is not None or indicator.kind == "event":
        return
    level = _level(own.used[-1])
    if off := _off(goal.target, level):
        target = stated(goal.target, goal.unit)
        begun = unit_of(goal.unit).whole and min(abs(goal.target), abs(level)) < FEW
        sure = off > IMPOSSIBLE and not begun  # of 2 chargers, 10,000 is no slip
        yield _finding(own.used[-1], "target", sure=sure, goal=goal.id, target=target)


def _off(one: float, other: float) -> float:
    small, large = sorted((abs(one), abs(other)))
    return large / small if small > 0 and large > FAR * small else 0.0


def is_far(*values: float) -> bool:
    """Whether numbers are so far apart that `stopping` may find a slip among them."""
    sizes = [abs(one) for one in values if one]
    return bool(sizes) and max(sizes) > IMPOSSIBLE * min(sizes)


def _far_judgement(
    said: records.Elicitation, indicator: Indicator, own: Selection, goals: Iterable[Goal]
) -> Iterator[Finding]:
    """An upper quantile, or else the median, far from the latest figure, or else the target."""
    level = _level(own.used[-1]) if own.used else next((one.target for one in goals), np.nan)
    for quantile in (said.q90, said.q50):
        if off := _off(quantile, level):
            about = (stated(one, indicator.unit) for one in (quantile, level))
            words = Message("checks.judged", dict(zip(("found", "level"), about, strict=True)))
            yield Finding("error" if off > IMPOSSIBLE else "warning", said, words)
            return


def unknown_measures(
    plans: Iterable[Plan], data: Vintage, *, named: bool = False
) -> Iterator[ObservationError]:
    """Yield what is wrong with rows of `delivery.csv` on measures that none of the plans has.

    With `named` only of rows that name one of the plans.
    """
    known = {plan.id: {one.id for one in plan.promises} for plan in plans}
    for row in data.dataset.delivery:
        if named and row.plan not in known:
            continue
        if row.plan and row.plan not in known:
            allowed = Message("delivery.allowed_plan", {"plans": ", ".join(known)})
            yield _wrong(row, "plan", allowed)
        elif not any(row.measure in ids for p, ids in known.items() if row.plan in ("", p)):
            yield _wrong(row, "measure", Message("delivery.allowed_measure"))


def _wrong(row: Any, column: str, allowed: Message) -> ObservationError:
    wide = column == "value" and row.file.endswith(reading.WIDE)  # with a column a period
    place = {"file": row.file, "row": row.row, "column": row.period.in_words() if wide else column}
    cell = getattr(row, column)
    found = quoted(cell if isinstance(cell, float) else str(cell))
    return ObservationError("errors.cell", **place, found=found, allowed=allowed)


def named_in(folder: Path | None, *plans: Plan) -> tuple[list[Plan], set[tuple[str, str]]]:
    """Return all plans of a folder, given or not, one of each set, and the series of all areas."""
    read, series = {plan.id: plan for plan in plans}, set[tuple[str, str]]()
    for one in plan_ids(data_dir=folder):
        read[one] = read.get(one) or load_plan(one, data_dir=folder)
    for one in plan_ids(data_dir=folder, sets=True):
        made = load_plan_set(one, data_dir=folder)
        read[one] = made.any_plan()
        names = {name for _, name in evidence.series_for(read[one])}
        series |= {(area, name) for area in made.areas for name in names}
    return [*read.values()], series | evidence.series_for(*read.values())


def unread(folder: Path) -> Iterator[Finding]:
    """Yield what is called like a file of a data folder that is read, or ends like one, and is not.

    Subject matter is read from the shipped folder: the same in another is passed over.
    """
    known = {reading.WIDE, reading.PARTS, "plans", "scenarios", "reports.yaml", "verdicts.csv"}
    known |= {f"{name}.{end}" for name in reading.tables() for end in ("csv", "parquet")}
    known.add(scenario.SHIPPED.name)
    below = map(folder.glob, ("*", "plans/[!.]*", "scenarios/[!.]*"))
    for path in sorted(chain.from_iterable(below)):
        plan, shipped = path.with_suffix(".yaml"), config.DATA_DIR / path.name
        names = known if path.parent == folder else {plan.name}
        like = names is known and get_close_matches(path.name.lower(), names, cutoff=0.7)
        ends = path.suffix.lower() in (".csv", ".parquet", ".yaml", ".yml")
        of_set = names is not known and path.suffix == ".csv" and plan.is_file()
        if (like or ends) and path.name not in names and not of_set:
            same = path.is_file() and shipped.is_file() and cmp(path, shipped, shallow=False)
            told = {"file": path, "found": quoted(path.name), "allowed": near(path.name, names)}
            if not same:
                yield Finding("warning", None, ObservationError("errors.file", **told).message)


def without_figures(plan: Plan, data: Vintage) -> Message | None:
    """Name the series that goals need and of which no figure is known, others with their area."""
    known, found = {(one.area, one.indicator) for one in data.observations}, list[Message]()
    named, needed = {one.id: one.names for one in plan.indicators}, list[tuple[str, str]]()
    for one in (plan.indicator_of(goal) for goal in plan.goals):
        own = one.id if one.compared is None else one.compared.own
        needed += [(plan.area, own), *(one.compared.beside if one.compared else ())]
        if one.parent is not None and one.parent not in {area for area, _ in known}:
            needed.append((one.parent, one.id))  # an area that no figure is of: mistyped, it may be
    called = {
        a: words for one in plan.indicators if one.compared for a, words in one.compared.names
    }
    for area, name in dict.fromkeys(needed):
        about = {"name": named.get(name, name), "area": called.get(area, area)}
        if (area, name) not in known:
            key = "observations.name" if area == plan.area else "checks.of_area"
            found.append(Message(key, about))
    return reading.listed(found) if found else None


_DAYS: Final = ("published", "elicited", "date")
"""Columns of the day from which a row is known."""


def odd_cells(
    rows: Iterable[Any], *, today: date, places: Mapping[int, str] | None = None
) -> Iterator[Finding]:
    """Return days that cannot be, each once a table, and parts of whole things, once a series.

    `places` are the cells, such as `Figures!K6`, of figures that came in, by their `id`.
    """
    told = dict[tuple[object, ...], Message]()
    for row in rows:
        column = next(name for name in _DAYS if hasattr(row, name))
        day, last = getattr(row, column), min(today, getattr(row, "due", today))
        first = date.min
        if isinstance(row, Break) and row.kind != "checked":  # which may be said of a target
            first = date(*row.first_period.first, 1)
        ruled = getattr(row, "published_basis", "").startswith(BY_RULE)
        if day and not ruled and not first <= day <= last:
            key, bound = ("since", first) if day < first else ("until", last)
            allowed = Message(f"checks.allowed_{key}", {"day": bound.isoformat()})
            told.setdefault((row.file, day), _wrong(row, column, allowed).message)
        counted = isinstance(row, Observation) and row.has_value and unit_of(row.unit).whole
        if counted and row.measure is not Measure.RATIO and not row.value.is_integer():
            allowed, at = Message("checks.allowed_whole"), (places or {}).get(id(row))
            wrong = _wrong(row, "value", allowed).message
            wrong = sheets.wrong_cell(row.file, at, quoted(row.value), allowed) if at else wrong
            told.setdefault((row.area, row.indicator), wrong)
    return (Finding("warning", None, one) for one in told.values())


def coming_in(plans: Iterable[Plan], found: Import, *, today: date) -> Iterator[Finding]:
    """Return what is worth a look in what an import brings, or brings about beside it."""
    figures = tuple(one.figure for one in found.added)
    places = {id(one.figure): one.place for one in found.added}
    yield from odd_cells((*found.others, *figures), today=today, places=places)
    yield from ahead(figures, today=today)
    if found.beside is None:
        return
    wrong = {id(one.before) for one in found.added if "corrects" in one.cells}
    right = tuple(one for one in found.beside.observations if id(one) not in wrong)
    both = Vintage(found.beside), Vintage(replace(found.beside, observations=right + figures))
    come = {(one.area, one.indicator) for one in figures}

    def told(one: Finding) -> object:
        return (one.figure, one.message.key) if one.severity == "error" else str(one.sentence)

    for plan in (one for one in plans if come & series_for(one)):
        before, after = ({told(one): one for one in findings(plan, data)} for data in both)
        yield from (after[one] for one in after if one not in before)


def idle(
    data: Vintage, plans: Collection[Plan], series: Collection[tuple[str, str]]
) -> Iterator[Finding]:
    """Return what a folder says of what no plan or table of it has, so that it does nothing."""
    series = {*series, *data.dataset.series}
    names: dict[str, set[str]] = defaultdict(set)
    for area, name in series:
        names[area].add(name)
    wrong: list[BcforecastError] = [*unknown_measures(plans, data)]
    rows: list[Any] = [*data.dataset.breaks, *data.dataset.judgements]
    for about, row in {(one.area, one.indicator): one for one in reversed(rows)}.items():
        if about not in series:
            column, known = ("indicator", names[row.area]) if row.area in names else ("area", names)
            wrong.append(_wrong(row, column, near(getattr(row, column), known)))
    ids, indicators = {one.id for one in plans}, {name for _, name in series}
    wrong += scenario.idle(data.data_dir, plans=ids, indicators=indicators)
    return (Finding("warning", None, one.message) for one in wrong)


@dataclass(frozen=True)
class Checked:
    """What is wrong in a data folder, or, if nothing is, what is worth a look."""

    problems: Problems[BcforecastError]
    findings: tuple[Finding, ...] = ()
    notes: Problems[Message] = field(default_factory=Problems)
    """Series that a goal needs without figures, and those with figures that no plan uses."""


def _worth_a_look(plan: Plan, data: Vintage, today: date | None) -> Iterator[Finding]:
    yield from findings(plan, data)
    if today is not None:
        now = data.at(today)
        for one in plan.indicators:
            yield from _assumed_later(plan.area, one, now)
            later = (figure for figure, _ in now.not_yet_published(plan.area, one.id))
            yield from ahead(later, today=today)


def _look_at_sets(
    data_dir: Path | None, dataset: Dataset, found: Problems[BcforecastError], today: date | None
) -> Iterator[Finding]:
    """Look at the figures of plan sets, one province at a time; note in `found` what is wrong."""
    names = () if found else plan_ids(data_dir=data_dir, sets=True)
    sets = [load_plan_set(one, data_dir=data_dir) for one in names]
    sources = None if found else dataset.sources
    for figures, wrong in reading.read_provinces(dataset.folder, sources):
        found.note(wrong)
        data, told = Vintage(replace(dataset, observations=figures)), {one.area for one in figures}
        areas = ((one, area) for one in sets for area in one.areas if area in told)
        for plan in (one.plan(area) for one, area in areas if one.areas[area].promises):
            found.note(evidence.figures_out_of_range(plan, data))
            yield from () if found else _worth_a_look(plan, data, today)
        yield from odd_cells(figures, today=today or date.max)


def check_folder(data_dir: Path | None = None, *, today: date | None = None) -> Checked:
    """Return what is wrong with a data folder or worth a look; nothing if it can be used.

    Every row is checked, and only the figures that the plans look at are kept. Whether these lie in
    the ranges that the plans give them is only asked where tables and plans are each right. Figures
    of plan sets, in Parquet by province, are looked at with the plan of each area. Plans
    may use the same figures: what is found of one is told once. With a day, also which figures are
    left out of what is asked on it.
    """
    found: Problems[BcforecastError] = Problems()
    unusable = check_plans(data_dir)
    names = () if unusable else plan_ids(data_dir=data_dir)
    plans = [load_plan(one, data_dir=data_dir) for one in names]
    seen = reading.Skimmed(series=evidence.series_for(*plans), in_parts=not names)
    dataset, problems = reading.read_folder(data_dir, seen)
    if unusable:  # what no plan says of a figure may stand in one that cannot be read
        unsaid = {"cells.allowed_area", "cells.allowed_indicator", "observations.allowed_id"}
        said = ((one, one.message.values) for one in problems)
        problems[:] = [
            one
            for one, of in said
            if getattr(of.get("allowed"), "key", "") not in unsaid and of.get("column") != "measure"
        ]
    found.note(problems)
    found.note(unusable)
    look = [*_look_at_sets(data_dir, dataset, found, today)]
    try:
        chance.load_bands(data_dir)
    except BcforecastError as error:
        found.note([error])
    if found:
        return Checked(found)
    if len({plan.fiscal_year for plan in plans}) == 1:
        plans[0].write_years()
    data, told = Vintage(dataset), list[BcforecastError]()
    for plan in plans:
        try:
            evidence.chosen_models(plan, seed=config.SEED)
            scenario.load_scenarios(plan=plan, data_dir=data_dir, drafts=True)
        except BcforecastError as error:
            told.append(error)
    every, series = named_in(data_dir, *plans)
    told += unknown_measures(every, data)
    told += [error for plan in plans for error in evidence.figures_out_of_range(plan, data)]
    if told:
        return Checked(Problems({str(error): error for error in told}.values()))
    look[:0] = [one for plan in plans for one in _worth_a_look(plan, data, today)]
    each = {str(one.sentence): one for one in look}
    bare = ((plan.id, without_figures(plan, data)) for plan in plans)
    notes, unplanned = Problems[Message](), defaultdict[str, dict[str, int]](dict)
    for (area, name), of in sorted(seen.told.items()):
        if (area, name) not in series:
            unplanned[name][area] = len(of)
    for name, areas in unplanned.items():
        some = ", ".join([*areas][:3]) + " …" * (len(areas) > 3)
        told_of = {"area": some, "indicator": name, "count": sum(areas.values())}
        notes.note([Message("checks.unplanned", told_of)])
    look = [*each.values(), *idle(data, every, {*series, *seen.told})]
    look += [*odd_cells(dataset.rows, today=today or date.max), *unread(data.data_dir)]
    notes[:0] = [Message("checks.bare", {"plan": p, "series": named}) for p, named in bare if named]
    return Checked(found, tuple(look), notes)
