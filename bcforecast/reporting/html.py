"""One page that opens on its own: the executed notebooks of a run, without their code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from bcforecast.messages import Language, text
from bcforecast.reporting.display import RESULT_MIME
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.page_font import font_face
from bcforecast.wording import day

NOT_ON_THE_PAGE: Final = frozenset({"notebook-only", "parameters", "injected-parameters"})
AFTER_GOALS: Final = "after-goals"

_TEMPLATES: Final = Path(__file__).parent / "templates"
_HEADING: Final = re.compile(r"<h([23])(?: [^>]*)?>(.*?)</h\1>", re.DOTALL)
_FONT_PLACE: Final = "/* font */"
_TAG: Final = re.compile(r"<[^>]+>")
_HTML_LANG: Final[Mapping[Language, str]] = {"zh": "zh-Hans", "en": "en"}


@dataclass
class Entry:
    """A heading in the list of contents, with those below it."""

    anchor: str
    text: str
    below: list[Entry] = field(default_factory=list)


def page(
    plan: NotebookNode, goals: Mapping[str, NotebookNode], facts: Facts, *, lang: Language
) -> str:
    """Put the executed notebooks together.

    Parameters
    ----------
    plan
        The executed `03_plan`; its cells tagged `after-goals` come after the goals.
    goals
        The executed `02_goal` of each goal, in the order of the plan.
    facts
        The result, for the heading of the page.

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    before, after = _split(plan)
    parts = [fragment(before), f"<h2>{text('report.section_goals', lang)}</h2>"]
    for goal, notebook in goals.items():
        parts.append(f'<section class="goal" id="goal-{goal}">\n{fragment(notebook)}\n</section>')
    parts.append(fragment(after))
    return whole_page(
        "\n".join(parts), plan_title=facts.plan.title.in_(lang), meta=_meta(facts, lang), lang=lang
    )


def whole_page(body: str, *, plan_title: str, meta: list[tuple[str, str]], lang: Language) -> str:
    """Put a heading, contents, style and font around the body of a page.

    Parameters
    ----------
    body
        HTML whose headings `h2` and `h3` become the contents.
    plan_title
        Title of the plan, in `lang`.
    meta
        Names and values below the title.
    """
    anchored, contents = _with_anchors(body)
    whole = (
        _page_template()
        .render(
            html_lang=_HTML_LANG[lang],
            title=text("report.document_title", lang, plan=plan_title),
            plan_title=plan_title,
            meta=meta,
            contents=contents,
            body=anchored,
            style=(_TEMPLATES / "page.css").read_text(encoding="utf-8").rstrip(),
            footer=text("report.footer", lang, version=version("bcforecast")),
            say=lambda key: text(f"report.{key}", lang),
        )
        .rstrip()
        + "\n"
    )
    return whole.replace(_FONT_PLACE, font_face(whole, lang=lang), 1)


def _meta(facts: Facts, lang: Language) -> list[tuple[str, str]]:
    issuer = facts.plan.issuer.in_(lang)
    issued = text("report.meta_issued", lang, issuer=issuer, day=day(facts.plan.issued, lang=lang))
    values = {
        "as_of": day(facts.as_of, lang=lang),
        "scenario": facts.scenario_name.in_(lang),
        "goals": text("report.meta_goals_count", lang, count=len(facts.goals)),
        "issuer": issued,
        "language": text("report.language_name", lang),
    }
    return [(text(f"report.meta_{key}", lang), value) for key, value in values.items()]


def _split(notebook: NotebookNode) -> tuple[NotebookNode, NotebookNode]:
    late = [AFTER_GOALS in c.metadata.get("tags", []) for c in notebook.cells]
    pairs = list(zip(notebook.cells, late, strict=True))
    return (
        _with_cells(notebook, (c for c, after in pairs if not after)),
        _with_cells(notebook, (c for c, after in pairs if after)),
    )


def _with_cells(notebook: NotebookNode, cells: Iterable[NotebookNode]) -> NotebookNode:
    return NotebookNode({**notebook, "cells": list(cells)})  # type: ignore[no-untyped-call]


def fragment(notebook: NotebookNode) -> str:
    """Render the cells of a notebook that belong on the page."""
    shown = [
        cell
        for cell in notebook.cells
        if not NOT_ON_THE_PAGE & set(cell.metadata.get("tags", []))
        and not any(RESULT_MIME in o.get("data", {}) for o in cell.get("outputs", []))
    ]
    body, _ = _exporter().from_notebook_node(_with_cells(notebook, shown))
    return str(body).strip()


def _with_anchors(body: str) -> tuple[str, list[Entry]]:
    """Number the headings, give each an anchor and list them."""
    contents: list[Entry] = []

    def anchored(found: re.Match[str]) -> str:
        level, words = found.groups()
        entry = Entry("", unescape(_TAG.sub("", words)).strip())
        if level == "2" or not contents:
            contents.append(entry)
            entry.anchor = f"part-{len(contents)}"
        else:
            contents[-1].below.append(entry)
            entry.anchor = f"{contents[-1].anchor}-{len(contents[-1].below)}"
        return f'<h{level} id="{entry.anchor}">{words}</h{level}>'

    return _HEADING.sub(anchored, body), contents


@cache
def _exporter():  # type: ignore[no-untyped-def]
    # nbconvert takes a second to import, and only a report needs it.
    from nbconvert import HTMLExporter

    return HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="fragment",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_anchor_links=True,
    )


@cache
def _page_template():  # type: ignore[no-untyped-def]
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True
    )
    return environment.get_template("page.html.j2")
