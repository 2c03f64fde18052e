"""An outlook as records for machines and as a table of texts for people."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bcforecast.attainment.outlook import Attainment, GoalOutlook, Outlook
from bcforecast.attainment.probability import is_met
from bcforecast.attainment.scenario_name import scenario_names
from bcforecast.messages import Language, text
from bcforecast.table_numbers import change, figure, percent
from bcforecast.wording import target_words

_DIGITS = 12


@dataclass(frozen=True)
class TextTable:
    """A table ready to print.

    Parameters
    ----------
    title, note
        Above and below it.
    columns, numeric
        Names, and which of them stand to the right.
    rows
        One tuple of texts a row.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def as_records(outlook: Outlook, *, lang: Language) -> list[dict[str, object]]:
    """One record a goal, ready for JSON: numbers to 12 significant digits, null where unset.

    The keys of `Outlook.attainment`, and `name` and `verdict_text` in `lang`.
    """
    records = outlook.attainment().to_dict("records")
    for item, record in zip(outlook, records, strict=True):
        record["name"] = item.indicator.name(lang)
        record["verdict_text"] = text(item.attainment.verdict, lang)
    return [{str(k): _plain(v) for k, v in record.items()} for record in records]


def as_table(outlook: Outlook, *, lang: Language) -> TextTable:
    """Goals as a person reads them: probability as number and word, rounded quantiles."""
    columns = ("goal", "target", "latest", "pace", "q10", "q50", "q90", "probability", "grade")
    return TextTable(
        title=text(
            "attainment.table_title",
            lang,
            plan=outlook.plan.name(lang),
            as_of=outlook.as_of.isoformat(),
            scenario=scenario_names(outlook)[lang],
        ),
        note=text("attainment.table_note", lang),
        columns=tuple(text(f"attainment.column_{name}", lang) for name in columns),
        numeric=(False, False, True, True, True, True, True, True, False),
        rows=tuple(_row(item, lang) for item in outlook),
    )


def _row(item: GoalOutlook, lang: Language) -> tuple[str, ...]:
    a = item.attainment
    name = item.indicator.name(lang)
    if a.aspiration:
        name = text("attainment.aspiration", lang, name=name)
    word = text(a.verdict, lang)
    probability = word if a.probability is None else f"{percent(a.probability)} {word}"
    return (
        name,
        target_words(
            a.comparator, a.target, unit=a.unit, lang=lang, name=item.indicator.unit_name(lang)
        ),
        _latest(a),
        _pace(a),
        figure(a.q10),
        figure(a.q50),
        figure(a.q90),
        probability,
        a.grade,
    )


def _latest(a: Attainment) -> str:
    return f"{figure(a.latest)} ({a.latest_year})" if a.latest_year is not None else "–"


def _pace(a: Attainment) -> str:
    met = a.latest is not None and is_met(a.latest, a.comparator, a.target)
    rate = a.required.rate if a.required and not met else None
    return "–" if rate is None else change(100.0 * rate)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if hasattr(value, "item") and not isinstance(value, bool | str):
        return value.item()
    return value if isinstance(value, bool | str | int) else None
