"""The page opens on its own, is fit to be read, and takes no word from data for markup."""

import base64
import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from made_up_facts import both, facts, figure, goal, series, unset
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bcforecast import reporting
from bcforecast.plotting.style import Picture
from bcforecast.reporting.assembly import assemble
from bcforecast.reporting.document import Paragraph, plain_text
from bcforecast.reporting.html import font_face, html_text
from tests.reporting.made_up_documents import HOSTILE, hostile, pictures, squeezed
from tests.reporting.test_assembly import MADE_FROM

VOID = {"meta", "img", "input", "br", "hr", "link"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "h4",
    "dl", "div", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "nav",
    "ol", "ul", "li", "main", "label", "input", "strong", "figure", "img", "figcaption", "pre",
    "blockquote", "footer", "section", "code",
}  # fmt: skip


def cell(value, *tags, source="reporting.shown()"):
    shown = value._repr_mimebundle_()
    bundle, metadata = shown if isinstance(shown, tuple) else (shown, {})
    output = new_output("execute_result", data=bundle, metadata=metadata, execution_count=1)
    return new_code_cell(source, outputs=[output], execution_count=1, metadata={"tags": list(tags)})


def make_page(lang):
    document, words = facts(), 'A picture of "nothing" <at all>'
    goals = [
        cell(shown)
        for goal in document.goals
        for shown in (
            reporting.goal_opening(document, goal.id, lang=lang),
            Picture(Figure(figsize=(2, 1)), words),
        )
    ]
    plan = new_notebook(
        cells=[
            new_markdown_cell("# Only in the notebook", metadata={"tags": ["notebook-only"]}),
            new_code_cell("as_of = 'hidden-parameter'", metadata={"tags": ["parameters"]}),
            cell(reporting.heading("overview", lang=lang)),
            cell(reporting.plan_opening(document, lang=lang)),
            cell(reporting.summary_table(document, lang=lang), source="if a < b:\n    shown()"),
            cell(reporting.heading("goals", lang=lang)),
            *goals,
            cell(reporting.heading("methods", lang=lang)),
            cell(reporting.plan_methods(document, lang=lang)),
            cell(reporting.sources_table(document, lang=lang)),
            cell(reporting.Result(document)),
        ]
    )
    assembly = assemble(plan, document, made_from=MADE_FROM, lang=lang)
    return html_text(assembly.document, assembly.pictures)


@pytest.fixture(scope="module", params=["zh", "en"])
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def html(lang):
    return make_page(lang)


class Reader(HTMLParser):
    """Checks that tags nest, and keeps what it reads."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.wrong = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def read(html):
    return Reader(html)


def test_tags_are_nested_and_closed(read):
    assert (read.open, read.wrong) == ([], [])


def test_nothing_is_loaded_from_anywhere(html, read):
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "link", "iframe", "object", "embed", "video", "audio"}
    sources = [a["src"] for _, a in read.tags if "src" in a]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"@import|url\(\s*(?![\"']?data:)", html)


def test_the_language_is_said(read, lang):
    assert read.tags[0] == ("html", {"lang": {"zh": "zh-Hans", "en": "en"}[lang]})


def test_every_picture_has_words(read):
    found = [attributes for tag, attributes in read.tags if tag == "img"]
    assert [p["alt"] for p in found] == ['A picture of "nothing" <at all>'] * 2


def test_ids_are_unique_and_every_inner_link_leads_somewhere(read):
    ids = [a["id"] for _, a in read.tags if "id" in a]
    assert len(ids) == len(set(ids))
    links = {a["href"][1:] for tag, a in read.tags if tag == "a" and a["href"].startswith("#")}
    assert links <= set(ids)
    assert "report" in links


def test_contents_list_the_goals_below_their_heading(html, lang):
    contents = html[html.index("<nav") : html.index("</nav>")]
    names = {"zh": ("分项评估", "科技企业", "创新平台"), "en": ("Goal by goal", "Platforms")}[lang]
    places = [contents.index(name) for name in names]
    assert places == sorted(places)


def test_code_is_there_but_hidden_and_what_is_for_programs_is_not(html):
    assert "pre.code { display: none;" in html
    assert '<pre class="code"><code>if a &lt; b:' in html
    for absent in ("hidden-parameter", "Only in the notebook", "vnd.bcforecast.result"):
        assert absent not in html


def test_the_closing_parts_come_after_the_goals(html, lang):
    method = {"zh": "方法与局限", "en": "Method and limits"}[lang]
    body = html[html.index("<main") :]
    assert body.index('id="goal-platforms"') < body.index(method)


def test_heading_has_title_date_scenario_and_language(html, lang):
    head = html[html.index("<header>") : html.index("</header>")]
    title = {"zh": "某区行动计划（合成）", "en": "Plan of Somewhere (synthetic) &amp; more"}[lang]
    words = {
        "zh": ("2021年12月31日", "基准", "中文", "2项"),
        "en": ("31 December 2021", "baseline", "English"),
    }[lang]
    assert all(word in head for word in (title, *words))


def test_probability_stands_as_number_and_word_and_cites_its_function(html, lang):
    cited = (
        '<a class="n" href="#fn-probability" '
        'title="bcforecast.attainment.probability.attainment_probability: '
        'enterprises.attainment.probability"><strong>73%</strong></a>'
    )
    assert cited + {"zh": "（可能）", "en": " (likely)"}[lang] in html


def test_the_page_is_the_same_each_time(html, lang):
    assert make_page(lang) == html


def characters(rule):
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", rule)
    assert data is not None
    return set(map(chr, TTFont(BytesIO(base64.b64decode(data[1]))).getBestCmap()))


def test_the_chinese_font_is_inside_with_the_characters_of_the_page_and_no_more(html):
    assert "@font-face { font-family: 'Noto Sans SC page'" in html
    face = font_face("<p>目标能否完成？ yes</p>")
    assert set("目标能否完成？") <= characters(face)
    assert "北" not in characters(face)
    assert font_face("目标") == font_face("标目")


def test_an_english_page_takes_its_dashes_and_quotation_marks_from_its_own_font():
    rule = font_face("— the plan, “一（二）”", lang="en")
    assert characters(rule) >= set("一（二）")
    assert not characters(rule) & set("—“”")
    assert "unicode-range: U+2E80-10FFFF" in rule


def test_no_tag_comes_of_a_hostile_text(lang):
    read = Reader(html_text(hostile(lang), pictures()))
    assert {tag for tag, _ in read.tags} <= ALLOWED
    for _, attributes in read.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src"):
            link = attributes.get(name) or "#"
            assert link.startswith(("#", "https://example.org/", "data:image/png;base64,"))


def test_hostile_names_and_notes_of_data_go_through_the_sentences_unchanged(lang):
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
    words = squeezed(evil.render(lang))
    opening = reporting.goal_opening(document, "enterprises", lang=lang).blocks
    assert [block.kind for block in opening] == ["heading", "quotation", "paragraph", "paragraph"]
    assert squeezed(opening[0].text) == words
    assert words in squeezed(plain_text(opening[1].paragraphs[0]))
    for made in (
        reporting.plan_opening(document, lang=lang),
        reporting.goal_reasons(document, "enterprises", lang=lang),
    ):
        blocks = [b for b in made.blocks if isinstance(b, Paragraph)]
        assert any(words in squeezed(plain_text(block.spans)) for block in blocks)
        links = {span.link for block in blocks for span in block.spans if span.link}
        assert all(link.startswith("#fn-") for link in links)
    (table,) = reporting.observations_table(document, lang=lang).tables
    assert words in squeezed(plain_text(table.rows[0][-1]))
