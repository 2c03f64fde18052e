"""The first sheet and the last: what the report says in short, and what it was made with."""

from __future__ import annotations

from dataclasses import dataclass

from bcforecast.messages import Language, text
from bcforecast.reporting.document import Document, TableBlock, plain_text
from bcforecast.reporting.document.markdown import parse_inline
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.formats.workbook.sheet import Cell, Column, Sheet, columns
from bcforecast.reporting.narrative import happened_short, methods
from bcforecast.wording import target_words


@dataclass(frozen=True)
class Summary:
    """What stands on the first sheet, from the top down.

    Parameters
    ----------
    kicker, title, subtitle
        As on the title page.
    named
        Names and values below the title.
    goals
        One row a goal.
    grades
        What each evidence grade means.
    notes
        How to read the workbook.
    """

    kicker: str
    title: str
    subtitle: str
    named: tuple[tuple[str, str], ...]
    goals: Sheet
    grades: Sheet
    notes: tuple[str, ...]


def summary(document: Document) -> Summary:
    """Return the first sheet of a report."""
    front, facts, lang = document.front, document.result, document.lang
    return Summary(
        kicker=front.kicker,
        title=front.title,
        subtitle=front.subtitle,
        named=front.facts,
        goals=_goals(facts, lang),
        grades=_grades(front.legend),
        notes=(text("sheets.note_cells", lang), text("sheets.note_events", lang), front.footer),
    )


def method_sheet(document: Document) -> Sheet:
    """What the report was made from, and the paragraphs on method and limits."""
    facts, lang = document.result, document.lang
    made: dict[str, Cell] = {
        "plan": facts.plan.id,
        "as_of": facts.as_of,
        "scenario": facts.scenario,
        "seed": facts.seed,
        "lang": lang,
        "result": facts.document,
        "document": document.document,
    }
    rows: list[tuple[Cell, ...]] = [
        (text(f"sheets.made_{name}", lang), value) for name, value in made.items()
    ]
    rows += [
        (text("sheets.made_method", lang, number=i), plain_text(parse_inline(said)))
        for i, said in enumerate(methods(facts, lang=lang), start=1)
    ]
    return Sheet(
        text("sheets.name_method", lang), columns(lang, item="text", said="prose"), tuple(rows)
    )


def _goals(facts: Facts, lang: Language) -> Sheet:
    heads = columns(
        lang,
        grade="grade",
        goal="wrapped",
        promised="wrapped",
        probability="probability",
        verdict="text",
    )
    rows: list[tuple[Cell, ...]] = [
        (
            goal.grade,
            goal.name.in_(lang),
            target_words(
                goal.comparator,
                goal.target,
                unit=goal.unit,
                name=goal.unit_name.in_(lang),
                lang=lang,
            ),
            goal.probability,
            text(goal.verdict, lang),
        )
        for goal in facts.goals
    ]
    if any(goal.outcome is not None for goal in facts.goals):
        heads += columns(lang, outcome="text")
        said = [happened_short(goal, lang=lang) for goal in facts.goals]
        rows = [(*row, words) for row, words in zip(rows, said, strict=True)]
    return Sheet(text("report.summary_caption", lang), heads, tuple(rows))


def _grades(legend: TableBlock) -> Sheet:
    grade, meaning = legend.columns
    heads = (Column(grade, "grade"), Column(meaning, "text"))
    rows = tuple(tuple(plain_text(cell) for cell in row) for row in legend.rows)
    return Sheet(legend.caption, heads, rows)
