"""Every rule side by side, and whether they and our probability say the same."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bcforecast.attainment.rules.base import Rule, Verdict
from bcforecast.attainment.rules.case import Case
from bcforecast.messages import Message

LIKELY: Final = 2.0 / 3.0
"""From this probability on we say "met"; up to one minus it, "not met"; between, neither."""


@dataclass(frozen=True)
class Disagreement:
    """Who says what of one promise.

    Parameters
    ----------
    flag
        Whether rules contradict each other or our probability.
    sentence
        One sentence that says so, naming the rules.
    yes, no
        Verdicts by which the promise is or will be kept, or not.
    """

    flag: bool
    sentence: Message
    yes: tuple[Verdict, ...]
    no: tuple[Verdict, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of every module of this folder that has a tuple `RULES`, by module name.

    Examples
    --------
    >>> sorted({rule.name for rule in rules()})
    ['cagr_ratio', 'escap', 'linear', 'un_progress', 'weather']
    """
    folder = str(Path(__file__).parent)
    names = sorted(module.name for module in pkgutil.iter_modules([folder]))
    modules = (importlib.import_module(f"{__package__}.{name}") for name in names)
    return tuple(rule for module in modules for rule in getattr(module, "RULES", ()))


def all_rules(case: Case) -> tuple[Verdict, ...]:
    """Judge a case by every rule."""
    return tuple(rule.assess(case) for rule in rules())


def disagreement(verdicts: Sequence[Verdict], probability: float | None) -> Disagreement:
    """Compare what the rules say with each other and with our probability.

    A rule says "met" if its label is that of a promise kept or on track. Our probability says
    "met" from 2/3 on, "not met" up to 1/3, and contradicts no rule between.

    Parameters
    ----------
    verdicts
        Of one case; those without a number say nothing.
    probability
        That the promise is kept, 0 to 1, or none if it cannot be said.
    """
    yes = tuple(v for v in verdicts if v.says_met is True)
    no = tuple(v for v in verdicts if v.says_met is False)
    ours = None
    if probability is not None:
        ours = True if probability >= LIKELY else False if probability <= 1.0 - LIKELY else None
    against = no if ours is True else yes if ours is False else ()
    values: dict[str, object] = {
        "n_yes": len(yes),
        "n_no": len(no),
        "yes": _names(yes),
        "no": _names(no),
        "against": _names(against),
        "share": "" if probability is None else f"{100.0 * probability:.0f}",
    }
    if not yes and not no:
        return Disagreement(False, Message("rules.disagree_silent"), yes, no)
    if against:
        key = "rules.disagree_ours_yes" if ours else "rules.disagree_ours_no"
    elif yes and no:
        key = "rules.disagree_each_other"
    elif probability is None:
        key = "rules.agree_rules_yes" if yes else "rules.agree_rules_no"
    elif ours is None:
        key = "rules.agree_open_yes" if yes else "rules.agree_open_no"
    else:
        key = "rules.agree_yes" if yes else "rules.agree_no"
    return Disagreement(bool(against) or bool(yes and no), Message(key, values), yes, no)


def _names(verdicts: Sequence[Verdict]) -> Message:
    """Name rules in one text; forms of one rule that stand together are counted."""
    forms: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        forms.setdefault(verdict.rule, []).append(verdict)
    names = [_name_of_forms(found) for found in forms.values()]
    if not names:
        return Message("rules.none")
    joined = names[0]
    for name in names[1:]:
        joined = Message("rules.joined", {"head": joined, "tail": name})
    return joined


def _name_of_forms(verdicts: Sequence[Verdict]) -> Message:
    if len(verdicts) == 1:
        return verdicts[0].name
    rule = Message(f"rules.name_{verdicts[0].rule}")
    return Message("rules.name_of_forms", {"rule": rule, "count": len(verdicts)})
