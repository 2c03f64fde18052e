"""An explanation as a record for machines, with its sentences in one language."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bcforecast.attainment.explain import Explanation
from bcforecast.attainment.explain_words import (
    date_sentence,
    flip_words,
    pace_sentences,
    panel_sentences,
    targets_sentence,
)
from bcforecast.attainment.growth_percentiles import Share
from bcforecast.attainment.parts import parts_message, parts_of
from bcforecast.attainment.rules.table import rules_table
from bcforecast.messages import Language, Message, text

_DIGITS = 12


def explanation_record(known: Explanation, *, lang: Language) -> dict[str, object]:
    """Return everything that explains a goal, ready for JSON: null where a number does not exist.

    Parameters
    ----------
    known
        As `explain` returns it.
    lang
        Of the sentences, names and labels.
    """
    item, a = known.item, known.item.attainment
    record = {
        "goal": a.goal,
        "name": item.indicator.name(lang),
        "as_of": known.as_of.isoformat(),
        "scenario": known.scenario,
        "comparator": a.comparator,
        "target": a.target,
        "unit": a.unit,
        "due": a.due.isoformat(),
        "probability": a.probability,
        "verdict": a.verdict.partition(".")[2],
        "verdict_text": text(a.verdict, lang),
        "grade": a.grade,
        "rests_on": _texts(item.basis.explanation, lang),
        "reference_class": _reference(known, lang),
        "panel": _panel(known, lang),
        "own_flip": _own_flip(known, lang),
        "required": _required(known, lang),
        "expected_date": _date(known, lang),
        "targets": {
            "by_probability": {f"{p:g}": t for p, t in known.targets.items()},
            "text": targets_sentence(known).render(lang),
        },
    }
    return {key: plain(value) for key, value in record.items()}


def _reference(known: Explanation, lang: Language) -> dict[str, object]:
    said = parts_message(known.item, scenario=known.scenario)
    record: dict[str, object] = {"text": "" if said is None else said.render(lang)}
    parts = parts_of(known.item, scenario=known.scenario)
    if parts is not None:
        record |= {
            "trend_probability": parts.trend,
            "rate": parts.rate.rate,
            "class": parts.rate.label,
            "goals": parts.rate.count,
            "met": parts.rate.met,
            "pooled_probability": parts.pooled.probability,
            "trend_part": parts.pooled.trend_part,
            "reference_part": parts.pooled.reference_part,
        }
    return {key: plain(value) for key, value in record.items()}


def _panel(known: Explanation, lang: Language) -> dict[str, object]:
    panel = known.panel
    rules = () if panel.case is None else rules_table(panel.case, lang=lang, step=panel.step)
    return {
        "available": panel.case is not None,
        "base_year": None if panel.case is None else panel.case.base[0],
        "ours_says_met": known.says_met,
        "disagreement": panel.disagreement is not None and panel.disagreement.flag,
        "text": _texts(panel_sentences(known), lang),
        "rules": [rule.as_dict() for rule in rules],
    }


def _own_flip(known: Explanation, lang: Language) -> dict[str, object]:
    said, flip = flip_words(known), known.flip
    return {
        "value": flip.value if flip else None,
        "revision": flip.revision if flip else None,
        "verdict": flip.verdict.partition(".")[2] if flip else None,
        "text": said.render(lang) if said else None,
    }


def _required(known: Explanation, lang: Language) -> dict[str, object]:
    pace, compared = known.pace, known.pace.compared
    return {
        "state": pace.state,
        "years": pace.years,
        "increment": pace.increment,
        "rate": pace.rate,
        "compared": compared
        and {
            "with": compared.known.name,
            "measure": compared.known.measure,
            "pace": compared.pace,
            "span_years": compared.span,
            "areas": compared.areas,
            "windows": compared.windows,
            "first_year": compared.known.first_year,
            "last_year": compared.known.last_year,
            "from_level": compared.known.from_level,
            "percentile": compared.percentile,
            "share_of_windows": _share(compared.share_of_windows),
            "share_of_areas": _share(compared.share_of_areas),
        },
        "text": _texts(pace_sentences(known), lang),
    }


def _share(share: Share | None) -> dict[str, object] | None:
    return None if share is None else {"value": share.value, "limit": share.limit}


def _date(known: Explanation, lang: Language) -> dict[str, object]:
    when = known.date
    return {
        "median": when and when.median,
        "interval_80": [when.earliest, when.latest] if when else None,
        "probability_80": when and when.likely,
        "horizon": when and when.horizon,
        "by_year": dict(zip(map(str, when.years), when.probabilities, strict=True))
        if when
        else None,
        "text": date_sentence(when).render(lang),
    }


def _texts(messages: tuple[Message, ...], lang: Language) -> list[str]:
    return [message.render(lang) for message in messages]


def plain(value: object) -> object:
    """Return JSON data: numbers to 12 significant digits, null for what is not finite.

    Examples
    --------
    >>> plain({"a": (1 / 3, float("nan")), "b": True})
    {'a': [0.333333333333, None], 'b': True}
    """
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
