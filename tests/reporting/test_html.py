"""The page opens on its own, is fit to be read, and takes no word from data for markup."""

import base64
import re
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from made_up_facts import facts

from bcforecast import reporting
from bcforecast.plotting.style import font_face
from bcforecast.reporting import document as doc
from bcforecast.reporting.display import html_text
from tests.reporting.made_up_documents import TagReader, document, pictures, say, table


@pytest.fixture(scope="module")
def html(lang):
    return html_text(document(lang), pictures())


@pytest.fixture(scope="module")
def read(html):
    return TagReader(html)


def test_tags_are_nested_and_closed_and_the_language_is_said(read, lang):
    assert (read.open, read.wrong) == ([], [])
    assert read.tags[0] == ("html", {"lang": {"zh": "zh-Hans", "en": "en"}[lang]})


def test_nothing_is_loaded_from_anywhere(html, read):
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "link", "iframe", "object", "embed", "video", "audio"}
    sources = [a["src"] for _, a in read.tags if "src" in a]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"@import|url\(\s*(?![\"']?data:)", html)


def test_every_picture_has_words(read, lang):
    found = [attributes["alt"] for tag, attributes in read.tags if tag == "img"]
    assert found == [block.alt for block in document(lang).pictures]


def test_ids_are_unique_and_every_inner_link_leads_somewhere(read):
    ids = [a["id"] for _, a in read.tags if "id" in a]
    assert len(ids) == len(set(ids))
    links = {a["href"][1:] for tag, a in read.tags if tag == "a" and a["href"].startswith("#")}
    assert links <= set(ids)
    assert "report" in links


def test_contents_list_the_goals_below_their_heading(html, lang):
    contents = html[html.index("<nav") : html.index("</nav>")]
    names = {"zh": ("分项评估", "科技企业"), "en": ("Goal by goal", "Technology enterprises")}[lang]
    places = [contents.index(name) for name in names]
    assert places == sorted(places)


def test_code_is_there_but_hidden(html):
    assert "pre.code { display: none;" in html
    assert '<pre class="code"><code>never_shown &lt; 1' in html


def test_probability_stands_as_number_and_word_and_cites_its_function(lang):
    opening = reporting.goal_opening(facts(), "enterprises", lang=lang).blocks
    places = table("a", "text", "x", anchors=("fn-probability",))
    cited = (
        '<a class="n" tabindex="-1" href="#fn-probability" '
        'title="bcforecast.attainment.probability.holds: '
        'enterprises.attainment.probability"><strong>73%</strong></a>'
    )
    page = html_text(document(lang, *opening, places), {})
    assert cited + {"zh": "（可能）", "en": " (likely)"}[lang] in page


def test_the_tabulator_key_passes_sources_of_figures_by(lang):
    cell = {"spans": say("of_stats", link="#source-of_stats")}
    listed = table("a", "short", "of_stats", anchors=("source-of_stats",))
    page = html_text(document(lang, doc.Paragraph(**cell), listed), {})
    links = [a for tag, a in TagReader(page).tags if a.get("href") == "#source-of_stats"]
    assert links
    assert all(a["tabindex"] == "-1" and "class" not in a for a in links)


def characters(rule):
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", rule)
    return set(map(chr, TTFont(BytesIO(base64.b64decode(data[1]))).getBestCmap()))


def test_the_chinese_font_is_inside_with_the_characters_of_the_page_and_no_more(html):
    assert "@font-face { font-family: 'Noto Sans SC page'" in html
    face = font_face("<p>目标能否完成？ yes</p>", lang="zh")
    assert set("目标能否完成？") <= characters(face)
    assert "北" not in characters(face)
    assert font_face("目标", lang="zh") == font_face("标目", lang="zh")


def test_an_english_page_takes_its_dashes_and_quotation_marks_from_its_own_font():
    rule = font_face("— the plan, “一（二）”", lang="en")
    assert characters(rule) >= set("一（二）")
    assert not characters(rule) & set("—“”")
    assert "unicode-range: U+2E80-10FFFF" in rule
