"""A report whose every text is written to be taken for markup, a field or a formula."""

from __future__ import annotations

from bcforecast.reporting.document import (
    Block,
    Bullets,
    Document,
    Front,
    Heading,
    Paragraph,
    Printed,
    Quotation,
    Span,
)
from bcforecast.text import Language
from tests.reporting.formats.made_up_document import WIDE, picture, say, table
from tests.reporting.made_up_facts import both, facts

HOSTILE = '#evil *a* _b_ $x$ \\n `c` <b>&amp; =cmd|"/C" @ref // {{f}} [PAGE] %s'


def named(where: str) -> str:
    """Return the hostile text with the place where it stands, so that each can be looked for."""
    return f"{where} {HOSTILE}"


def hostile(lang: Language) -> Document:
    grades = table(
        named("legend"), (named("lc1"), named("lc2")), ("grade", "text"), (("A", named("lr")),)
    )
    rows = ((named("cell1"), named("cell2")),)
    blocks: tuple[Block, ...] = (
        Heading(level=1, text=named("heading"), anchor=named("anchor"), new_page=True),
        Paragraph(
            spans=(
                Span(text=named("plain ")),
                Span(text=named("strong "), strong=True, link=f"#{named('anchor')}"),
                Span(text=named("web "), link=f"https://example.org/{HOSTILE}"),
            )
        ),
        Paragraph(spans=say(named("small")), small=True),
        Bullets(items=(say(named("bullet")),)),
        Quotation(paragraphs=(say(named("quotation")),)),
        Printed(text=named("printed")),
        picture(1, WIDE, named("figure"), 640, 300),
        table(
            named("caption"),
            (named("head1"), named("head2")),
            ("text", "text"),
            rows,
            number=1,
            anchors=(named("row"),),
            note=named("note"),
        ),
    )
    front = Front(
        kicker=named("kicker"),
        title=named("title"),
        subtitle=named("subtitle"),
        facts=((named("name"), named("value")),),
        legend=grades,
        footer=named("footer"),
    )
    result = facts()
    words = both("#evil *a*", "#evil *a*")
    plan = result.plan.model_copy(update={"title": words, "issuer": words})
    return Document(
        lang=lang,
        name="plan",
        front=front,
        blocks=blocks,
        result=result.model_copy(update={"plan": plan}),
    )
