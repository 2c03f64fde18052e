"""All rules on one case: where they disagree, and the figure at which a label flips."""

import importlib
import math
import pkgutil
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import groupby
from pathlib import Path
from typing import Final

from bcforecast import text as wording
from bcforecast.rules.base import WITHOUT_NUMBER, Case, Rule, Verdict, shown
from bcforecast.text import Made, Message, Text, difference, figure, number


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of every module of this folder that has a tuple `RULES`, by name."""
    folder = str(Path(__file__).parent)
    names = sorted(module.name for module in pkgutil.iter_modules([folder]))
    modules = (importlib.import_module(f"{__package__}.{name}") for name in names)
    found = (rule for module in modules for rule in getattr(module, "RULES", ()))
    return tuple(sorted(found, key=lambda rule: rule.name))


def all_rules(case: Case) -> tuple[Verdict, ...]:
    """Judge a case by every rule."""
    return tuple(rule.assess(case) for rule in rules())


LIKELY: Final = 2.0 / 3.0
"""From this probability on we say "met"; up to one minus it, "not met"; between, neither."""


def says_met(probability: float | None, *, grade: str) -> bool | None:
    """What our probability says of a promise; None if neither, or if there is none."""
    told = 0.5 if probability is None else wording.rounded_chance(probability, grade=grade)
    return True if told >= LIKELY else False if told <= 1.0 - LIKELY else None


@dataclass(frozen=True)
class Disagreement:
    """Who says what of one promise."""

    flag: bool  # whether rules contradict each other or our probability
    sentence: Message  # names the rules
    yes: tuple[Verdict, ...]  # by which the promise is or will be kept
    no: tuple[Verdict, ...]


def disagreement(
    verdicts: Sequence[Verdict], probability: float | None, *, grade: str = "A"
) -> Disagreement:
    """Compare what the rules say with each other and with our probability.

    A rule says "met" if its label is that of a promise kept or on track. Our probability says
    "met" from 2/3 on, "not met" up to 1/3, and contradicts no rule between or where it is None; it
    is written as its evidence grade allows.
    """
    yes = tuple(v for v in verdicts if v.says_met is True)
    no = tuple(v for v in verdicts if v.says_met is False)
    ours = says_met(probability, grade=grade)
    against = no if ours is True else yes if ours is False else ()
    if not yes and not no:
        return Disagreement(False, Message("rules.disagree_silent"), yes, no)
    if against:
        key = f"rules.disagree_ours_{'yes' if ours else 'no'}"
    elif yes and no:
        key = "rules.disagree_each_other"
    else:
        how = "rules_" if probability is None else "open_" if ours is None else ""
        key = f"rules.agree_{how}{'yes' if yes else 'no'}"
    n, of = len(yes or no), sum(one.label not in WITHOUT_NUMBER for one in verdicts)
    who = Message(f"rules.who_{'all' if n == of else 'most'}", {"count": n, "of": of})
    values: dict[str, object] = {"who": who, "count": len(against), "against": _names(against)}
    values |= {"yes": _names(yes), "no": _names(no)}
    values["share"] = Made(wording.chance, probability=probability, grade=grade)
    return Disagreement(bool(against) or bool(yes and no), Message(key, values), yes, no)


def _names(verdicts: Sequence[Verdict]) -> Message:
    """Name rules in one text; forms of one rule, which stand together, are counted."""
    names = [name_of([*forms]) for _, forms in groupby(verdicts, key=lambda one: one.rule)]
    if not names:
        return Message("rules.none")
    return reduce(lambda head, tail: Message("rules.joined", {"head": head, "tail": tail}), names)


def name_of(forms: Sequence[Verdict]) -> Message:
    """Name a rule by its one form, or by how many of them there are."""
    rule = Message(f"rules.name_{forms[0].rule}")
    counted = {"rule": rule, "count": len(forms)}
    return Message("rules.name_of_forms", counted) if len(forms) > 1 else forms[0].name


REACH: Final = 0.5
"""Revisions beyond this share of the last figure are not looked at."""

_FINEST: Final = 2**29
"""Steps within reach where no unit is given: some 1e-9 of the figure each."""


@dataclass(frozen=True)
class Flip:
    """Where a label or our word changes, in the indicator's unit."""

    revision: float  # distance from the published figure
    value: float
    label_after: str  # a catalogue key


def flip_sentence(flip: Flip | None, case: Case) -> Message:
    """Say in one sentence where the label changes, or that it does not within reach."""
    if flip is None:
        return Message("rules.flip_none", {"reach": f"{100.0 * REACH:.0f}"})
    revised = revised_words(flip, case.unit, case.unit_name)
    return Message("rules.flip", {**revised, "label": Message(flip.label_after)})


def revised_words(flip: Flip, unit: str | None, name: Text | None) -> dict[str, object]:
    """Say to what the last figure is revised, and by how much, in one unit and scale."""
    value: str | Message = shown(flip.value)
    size: str | Message = shown(abs(flip.revision))
    if unit is not None:
        value = figure(number(flip.value, unit=unit), unit, name)
        digits = number(abs(flip.revision), unit=unit)  # a revision of nothing would be none
        digits = digits if re.search("[1-9]", digits) else str(size)
        size = Made(difference, digits=digits, unit=unit, name=name)
    way = "rules.revised_up" if flip.revision > 0.0 else "rules.revised_down"
    return {"value": value, "change": Message(way, {"size": size})}


def flip_revision(rule: Rule, case: Case, *, step: float | None = None) -> Flip | None:
    """Find the smallest revision of the last figure, up or down, that changes the label of `rule`.

    `step` is the unit in which the figure is published (0.01 for two decimals): the revision is
    then the first multiple of it. Default: 1 for whole-number indicators, else none, and the place
    is found to 1e-9 of the figure. None: no revision within 50 % of the figure, and within the
    scale of a share, flips the label. For a figure of 0 the largest figure of the series takes its
    place as the measure.
    """
    last = case.last[1]
    return nearest_flip(
        last,
        lambda value: rule.assess(case.with_last(value)).label,
        before=rule.assess(case).label,
        unit=1.0 if case.whole and step is None else step,
        size=abs(last) or max(abs(v) for v in case.values),
        support=(-math.inf, math.inf) if case.scale is None else (0.0, case.scale),
    )


def nearest_flip(
    last: float,
    word_at: Callable[[float], str],
    *,
    before: str,
    unit: float | None,
    size: float,
    support: tuple[float, float],
) -> Flip | None:
    """Find the nearest figure, above or below, that has another word than that `before`.

    Going away from the last figure the word is taken to change once for good: it is looked at
    where reach (`REACH` of `size`) or support end, and if it is another there, the number of steps
    of one `unit` is bisected. A second side is looked at as far as the change on the first, the
    upper one again if it had none. Without a unit a step is 1e-9 of the size.
    """
    found: float | None = None

    def nearest(sign: float) -> float | None:
        room = min(REACH * size, sign * (support[sign > 0.0] - last))
        room = room if found is None else min(room, abs(found - last))
        step = room / _FINEST if unit is None else unit
        steps = math.floor(room / step + 1e-6) if room > 0.0 else 0

        def figure(n: int) -> float:
            return float(f"{last + n * sign * step:.15g}")

        def is_other(n: int) -> bool:
            return word_at(figure(n)) != before

        if steps < 1 or not is_other(steps):
            return None
        return figure(bisect_left(range(steps + 1), True, 1, steps, key=is_other))

    for sign in (1.0, -1.0, 1.0):
        if found is None or sign * (found - last) < 0.0:
            there = nearest(sign)
            nearer = there is not None and (found is None or abs(there - last) < abs(found - last))
            found = there if nearer else found
    return None if found is None else Flip(found - last, found, word_at(found))
