"""What the notebooks show of why a probability is what it is: panel of rules, pace, date."""

from __future__ import annotations

from bcforecast.attainment.explain import Explanation
from bcforecast.attainment.explain_table import (
    by_year_table,
    panel_table,
    plan_panel_table,
    required_words,
)
from bcforecast.attainment.outlook import Outlook
from bcforecast.attainment.table import TextTable
from bcforecast.messages import Language, text
from bcforecast.reporting.citations import function_anchor
from bcforecast.reporting.display import Kind, Prose, Table, Tables


def rule_panel(known: Explanation, *, lang: Language) -> Table:
    """Return our probability beside every rule of official statisticians."""
    return shown(panel_table(known, lang=lang), cite="rules")


def required_path(known: Explanation, *, lang: Language) -> Prose:
    """Return the paragraph on the pace that is needed, its rank, the date and the targets."""
    title = text("explain.required_title", lang)
    return Prose(f"**{title}** · {required_words(known, lang=lang)}")


def date_by_year(known: Explanation, *, lang: Language) -> Tables:
    """Return the probability that the goal is met by the end of each year; nothing for grade U."""
    table = by_year_table(known, lang=lang)
    return Tables(() if table is None else (shown(table, cite="date"),))


def plan_panel(outlook: Outlook, *, lang: Language) -> Table:
    """Return one row a goal: probability, verdicts of the rules, pace and its rank, date."""
    return shown(plan_panel_table(outlook, lang=lang), cite="explain")


def shown(table: TextTable, *, cite: str = "") -> Table:
    """Return a table of texts as a notebook shows it, its numbers citing a function."""
    kinds: tuple[Kind, ...] = tuple("number" if n else "text" for n in table.numeric)
    cites = tuple(function_anchor(cite) for _ in kinds) if cite else ()
    return Table(table.title, table.columns, kinds, table.rows, table.note, cites)
