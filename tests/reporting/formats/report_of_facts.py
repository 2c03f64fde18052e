"""A report in one language around a made-up result: a title page, and the blocks that are given."""

from __future__ import annotations

from bcforecast.reporting.document import Block, Document, Front, Span, Spans
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.tables import grades_table
from bcforecast.text import Language


def say(text: str, **look: object) -> Spans:
    return (Span(text=text, **look),)  # type: ignore[arg-type]


def report_of(facts: Facts, lang: Language, *blocks: Block) -> Document:
    (legend,) = grades_table(lang=lang).tables
    return Document(
        lang=lang,
        name="made-up",
        front=Front(
            kicker={"zh": "评估报告", "en": "Attainment report"}[lang],
            title=facts.plan.title.in_(lang),
            subtitle=facts.plan.issuer.in_(lang),
            facts=(("As of / 数据截至", "2021-12-31"), ("Scenario", facts.scenario_name.in_(lang))),
            legend=legend,
            footer="Made with bcforecast.",
        ),
        blocks=blocks,
        result=facts,
    )
