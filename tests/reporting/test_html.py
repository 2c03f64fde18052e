"""The page opens on its own and is fit to be read."""

import re
from html.parser import HTMLParser

import pytest
from made_up_facts import facts
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bcforecast.plotting import Picture
from bcforecast.reporting import (
    Result,
    goal_opening,
    heading,
    plan_methods,
    plan_opening,
    sources_table,
    summary_table,
)
from bcforecast.reporting.assembly import assemble
from bcforecast.reporting.html import html_text
from tests.reporting.test_assembly import MADE_FROM

VOID = {"meta", "img", "input", "br", "hr", "link"}


def cell(value, *tags, source="reporting.shown()"):
    shown = value._repr_mimebundle_()
    bundle, metadata = shown if isinstance(shown, tuple) else (shown, {})
    output = new_output("execute_result", data=bundle, metadata=metadata, execution_count=1)
    return new_code_cell(source, outputs=[output], execution_count=1, metadata={"tags": list(tags)})


def picture():
    return Picture(Figure(figsize=(2, 1)), 'A picture of "nothing" <at all>')


def make_page(lang, folder):
    document = facts()
    goals = [
        cell(shown)
        for goal in document.goals
        for shown in (goal_opening(document, goal.id, lang=lang), picture())
    ]
    plan = new_notebook(
        cells=[
            new_markdown_cell("# Only in the notebook", metadata={"tags": ["notebook-only"]}),
            new_code_cell("as_of = 'hidden-parameter'", metadata={"tags": ["parameters"]}),
            cell(heading("overview", lang=lang)),
            cell(plan_opening(document, lang=lang)),
            cell(summary_table(document, lang=lang), source="if a < b:\n    shown()"),
            cell(heading("goals", lang=lang)),
            *goals,
            cell(heading("methods", lang=lang)),
            cell(plan_methods(document, lang=lang)),
            cell(sources_table(document, lang=lang)),
            cell(Result(document)),
        ]
    )
    assembly = assemble(plan, document, made_from=MADE_FROM, lang=lang)
    for name, content in assembly.pictures.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return html_text(assembly.document, folder=folder)


@pytest.fixture(scope="module", params=["zh", "en"])
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def html(lang, tmp_path_factory):
    return make_page(lang, tmp_path_factory.mktemp("page"))


class Reader(HTMLParser):
    """Checks that tags nest, and keeps what it reads."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.wrong = [], [], []

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
    reader = Reader()
    reader.feed(html)
    return reader


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
    pictures = [attributes for tag, attributes in read.tags if tag == "img"]
    assert [p["alt"] for p in pictures] == ['A picture of "nothing" <at all>'] * 2


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


def test_code_is_there_but_hidden_and_parameters_are_not(html):
    assert "pre.code { display: none;" in html
    assert '<pre class="code"><code>if a &lt; b:' in html
    assert "hidden-parameter" not in html
    assert "Only in the notebook" not in html


def test_the_closing_parts_come_after_the_goals(html, lang):
    method = {"zh": "方法与局限", "en": "Method and limits"}[lang]
    body = html[html.index("<main") :]
    assert body.index('id="goal-platforms"') < body.index(method)


def test_heading_has_title_date_scenario_and_language(html, lang):
    head = html[html.index("<header>") : html.index("</header>")]
    words = {
        "zh": ("某区行动计划（合成）", "2021年12月31日", "基准", "中文", "2项"),
        "en": (
            "Plan of Somewhere (synthetic) &amp; more",
            "31 December 2021",
            "baseline",
            "English",
        ),
    }[lang]
    assert all(word in head for word in words)


def test_probability_stands_as_number_and_word_and_cites_its_function(html, lang):
    cited = (
        '<a class="n" href="#fn-probability" '
        'title="bcforecast.attainment.probability.attainment_probability: '
        'enterprises.attainment.probability"><strong>73%</strong></a>'
    )
    assert cited + {"zh": "（可能）", "en": " (likely)"}[lang] in html


def test_the_result_for_programs_is_not_printed(html):
    assert "vnd.bcforecast.result" not in html


def test_the_page_is_the_same_each_time(html, lang, tmp_path):
    assert make_page(lang, tmp_path) == html


def test_the_chinese_font_is_inside(html):
    assert "@font-face { font-family: 'Noto Sans SC page'" in html
