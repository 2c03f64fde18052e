"""Words from data are words on the page too, whatever they look like."""

from __future__ import annotations

import base64
from html.parser import HTMLParser

import pytest

from bcforecast.reporting import goal_opening, goal_reasons, observations_table, plan_opening
from bcforecast.reporting.document import Paragraph, plain_text
from bcforecast.reporting.html import html_text
from bcforecast.text import LANGUAGES
from tests.reporting.formats.hostile_document import HOSTILE, hostile
from tests.reporting.formats.printed_words import squeezed, words_of
from tests.reporting.made_up_facts import both, facts, figure, goal, series, unset

EVERY_LANGUAGE = pytest.mark.parametrize("lang", LANGUAGES)
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "h4",
    "dl", "div", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "nav",
    "ol", "ul", "li", "main", "label", "input", "strong", "figure", "img", "figcaption", "pre",
    "blockquote", "footer", "section", "code",
}  # fmt: skip


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@EVERY_LANGUAGE
def test_every_hostile_text_is_read_as_it_is_and_no_tag_comes_of_it(lang, tmp_path) -> None:
    document = hostile(lang)
    for picture in document.pictures:
        (tmp_path / picture.file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / picture.file).write_bytes(base64.b64decode("iVBORw0KGgo="))
    reader = Reader()
    reader.feed(html_text(document, folder=tmp_path))
    said = squeezed("".join(reader.text))
    for words in words_of(document):
        assert squeezed(words) in said
    assert {tag for tag, _ in reader.tags} <= ALLOWED
    for _, attributes in reader.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src"):
            link = attributes.get(name) or "#"
            assert link.startswith(("#", "https://example.org/", "data:image/png;base64,"))


@EVERY_LANGUAGE
def test_hostile_names_and_notes_of_data_go_through_the_sentences_unchanged(lang) -> None:
    evil = both(f"名{HOSTILE}", f"name {HOSTILE}")
    seen = figure("2019", 410.0, note=evil, remark=evil)
    document = facts(
        goal(name=evil, quote=evil, bodies=(evil,), model=evil, explanation=(evil,),
             own=series(seen)),
        unset(name=evil),
    )  # fmt: skip
    document = document.model_copy(
        update={"plan": document.plan.model_copy(update={"area_name": evil, "title": evil})}
    )
    words = squeezed(evil.in_(lang))
    opening = goal_opening(document, "enterprises", lang=lang).blocks
    assert [block.kind for block in opening] == ["heading", "quotation", "paragraph", "paragraph"]
    assert squeezed(opening[0].text) == words
    assert words in squeezed(plain_text(opening[1].paragraphs[0]))
    for made in (
        plan_opening(document, lang=lang),
        goal_reasons(document, "enterprises", lang=lang),
    ):
        blocks = [b for b in made.blocks if isinstance(b, Paragraph)]
        assert any(words in squeezed(plain_text(block.spans)) for block in blocks)
        links = {span.link for block in blocks for span in block.spans if span.link}
        assert all(link.startswith("#fn-") for link in links)
    (table,) = observations_table(document, lang=lang).tables
    assert words in squeezed(plain_text(table.rows[0][-1]))
