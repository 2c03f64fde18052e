"""An explanation as tables of texts: the panel of one goal, and one row a goal for a plan."""

from __future__ import annotations

from bcforecast.attainment.explain import Explanation, explain
from bcforecast.attainment.explain_words import (
    date_sentence,
    flip_words,
    pace_sentences,
    panel_sentences,
    share_words,
    targets_sentence,
    year_words,
)
from bcforecast.attainment.outlook import Outlook
from bcforecast.attainment.rules import Case, Disagreement
from bcforecast.attainment.rules.table import RuleRecord, rules_table
from bcforecast.attainment.table import TextTable
from bcforecast.messages import Language, Message, text
from bcforecast.table_numbers import change, figure, percent

_NONE = "–"


def panel_table(known: Explanation, *, lang: Language) -> TextTable:
    """Our probability in the first row, then every rule: label, number, implied figure, flip."""
    item, panel = known.item, known.panel
    columns = ("rule", "label", "says", "value", "projected", "flip")
    due = item.goal.due.year
    rows = [_ours(known, lang)]
    if panel.case is not None:
        records = rules_table(panel.case, lang=lang, step=panel.step)
        rows += [_rule(record, lang) for record in records]
    return TextTable(
        title=text("explain.panel_title", lang, name=item.indicator.name(lang), as_of=known.as_of),
        note=paragraph(panel_sentences(known), lang),
        columns=tuple(
            text(f"explain.column_{name}", lang, **({"due": due} if name == "projected" else {}))
            for name in columns
        ),
        numeric=(False, False, False, True, True, False),
        rows=tuple(rows),
    )


def rules_only_table(case: Case, *, lang: Language, step: float | None = None) -> TextTable:
    """Every rule on any figures: label, number, implied figure, flip."""
    columns = ["rule", "label", "says", "value", "projected", "flip"]
    due = case.due if case.due is not None else _NONE
    return TextTable(
        title=text("explain.rules_title", lang),
        note="",
        columns=tuple(
            text(f"explain.column_{name}", lang, **({"due": due} if name == "projected" else {}))
            for name in columns
        ),
        numeric=(False, False, False, True, True, False),
        rows=tuple(_rule(record, lang) for record in rules_table(case, lang=lang, step=step)),
    )


def by_year_table(known: Explanation, *, lang: Language) -> TextTable | None:
    """Probability that the goal is met by the end of each year; None without a probability."""
    if known.date is None:
        return None
    years = known.date.years
    return TextTable(
        title=text("explain.by_year_title", lang),
        note="",
        columns=tuple(text("explain.date_year", lang, year=year) for year in years),
        numeric=(True,) * len(years),
        rows=(tuple(percent(chance) for chance in known.date.probabilities),),
    )


def plan_panel_table(outlook: Outlook, *, lang: Language) -> TextTable:
    """One row a goal: probability, how many rules say yes and no, pace and rank, date."""
    columns = ("goal", "ours", "yes", "no", "flag", "pace", "rank", "date")
    known = [explain(outlook, item.goal.id, with_flip=False) for item in outlook]
    return TextTable(
        title=text("explain.plan_panel_title", lang, as_of=outlook.as_of),
        note="",
        columns=tuple(text(f"explain.column_{name}", lang) for name in columns),
        numeric=(False, True, True, True, False, True, True, False),
        rows=tuple(_goal(one, lang) for one in known),
    )


def paragraph(messages: tuple[Message, ...], lang: Language) -> str:
    """Put sentences together as a language does: without a space between them in Chinese."""
    return ("" if lang == "zh" else " ").join(message.render(lang) for message in messages)


def required_words(known: Explanation, *, lang: Language) -> str:
    """Return the sentences on pace, date and targets as one paragraph."""
    messages = (*pace_sentences(known), date_sentence(known.date), targets_sentence(known))
    return paragraph(messages, lang)


def _ours(known: Explanation, lang: Language) -> tuple[str, ...]:
    a, flip = known.item.attainment, flip_words(known)
    says = "open" if a.probability is not None and known.says_met is None else None
    return (
        text("explain.ours", lang, grade=a.grade),
        text(a.verdict, lang),
        text(f"explain.says_{says}", lang) if says else _says(known.says_met, lang),
        percent(a.probability),
        figure(a.q50),
        flip.render(lang) if flip else _NONE,
    )


def _rule(record: RuleRecord, lang: Language) -> tuple[str, ...]:
    return (
        record.name,
        record.label_text,
        _says(record.says_met, lang),
        figure(record.value),
        figure(record.projected),
        record.flip_text or (record.notes[0] if record.notes else _NONE),
    )


def _says(met: bool | None, lang: Language) -> str:
    name = "silent" if met is None else "yes" if met else "no"
    return text(f"explain.says_{name}", lang)


def _flag(found: Disagreement | None, lang: Language) -> str:
    if found is None or not (found.yes or found.no):
        return _NONE
    return text(f"explain.flag_{'yes' if found.flag else 'no'}", lang)


def _goal(known: Explanation, lang: Language) -> tuple[str, ...]:
    a, panel, pace, when = known.item.attainment, known.panel, known.pace, known.date
    found = panel.disagreement
    rank = _NONE
    if pace.compared is not None:
        rank = share_words(pace.compared.share_of_windows).render(lang)
    return (
        known.item.indicator.name(lang),
        text(a.verdict, lang) if a.probability is None else percent(a.probability),
        str(len(found.yes)) if found else _NONE,
        str(len(found.no)) if found else _NONE,
        _flag(found, lang),
        _NONE if pace.rate is None else change(100.0 * pace.rate),
        rank,
        _NONE if when is None else year_words(when.median, when.horizon).render(lang),
    )
