"""The title page: which plan, as of when, under which scenario, and what the grades mean."""

from __future__ import annotations

from importlib.metadata import version

from bcforecast.messages import Language, text
from bcforecast.reporting.document.blocks import Front, TableBlock
from bcforecast.reporting.document.table import cell_spans
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.tables import grades_table
from bcforecast.wording import day


def front(facts: Facts, *, lang: Language) -> Front:
    """Return the title page of a result."""
    plan = facts.plan
    stated = sum(goal.probability is not None for goal in facts.goals)
    goals = text("document.fact_goals_value", lang, count=len(facts.goals), stated=stated)
    values = {
        "as_of": day(facts.as_of, lang=lang),
        "scenario": facts.scenario_name.in_(lang),
        "goals": goals,
        "language": text("report.language_name", lang),
    }
    issuer, issued = plan.issuer.in_(lang), day(plan.issued, lang=lang)
    return Front(
        kicker=text("document.kicker", lang),
        title=plan.title.in_(lang),
        subtitle=text("document.subtitle", lang, issuer=issuer, day=issued),
        facts=tuple((text(f"document.fact_{key}", lang), value) for key, value in values.items()),
        legend=_legend(lang),
        footer=text("document.footer", lang, version=version("bcforecast")),
    )


def _legend(lang: Language) -> TableBlock:
    table = grades_table(lang=lang)
    rows = tuple(
        tuple(
            cell_spans(cell, kind, cite)
            for cell, kind, cite in zip(row, table.kinds, table.cites, strict=True)
        )
        for row in table.rows
    )
    return TableBlock(
        caption=text("document.legend_caption", lang),
        columns=table.columns,
        kinds=table.kinds,
        rows=rows,
    )
