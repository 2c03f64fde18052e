"""The Word document has real headings, captions and tables, and says what the document says."""

import re
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from bcforecast.reporting.document import Heading, Paragraph, Printed
from bcforecast.reporting.pages import docx_bytes
from tests.reporting import made_up_documents
from tests.reporting.made_up_documents import document, say, table, tables_of

RUN_PROPERTIES = ["rStyle", "rFonts", "b", "bCs", "noProof", "color", "sz", "szCs", "shd", "lang"]
"""In the order of the schema."""


@cache
def made(lang, *blocks):
    return docx_bytes(document(lang, *blocks), made_up_documents.pictures())


def opened(lang, *blocks):
    return docx.Document(BytesIO(made(lang, *blocks)))


def parts(content):
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def styled(lang, style):
    return [p for p in opened(lang).paragraphs if p.style.name.startswith(style)]


def headings(lang):
    return [block for block in document(lang).blocks if isinstance(block, Heading)]


def texts(element):
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def codes(element):
    return [code.text.strip() for code in element.iter(qn("w:instrText"))]


def test_no_clock_is_in_the_file(lang):
    with ZipFile(BytesIO(made(lang))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


def test_headings_have_levels_pages_and_contents_that_are_there_when_it_is_opened(lang):
    found = styled(lang, "Heading")
    assert [(int(p.style.name[-1]), p.text) for p in found] == [
        (block.level, block.text) for block in headings(lang)
    ]
    begun = [p.text for p in found if p.paragraph_format.page_break_before]
    asked = [block.text for block in headings(lang) if block.new_page]
    assert begun == asked[:-1], "no page is left less than half full"
    for level in (1, 2, 3):
        style = opened(lang).styles[f"Heading {level}"].element
        assert style.find(f".//{qn('w:keepNext')}") is not None
        assert style.find(f".//{qn('w:outlineLvl')}").get(qn("w:val")) == str(level - 1)
    assert opened(lang).styles["Quote"].paragraph_format.keep_with_next, "no words without a goal"
    entries = styled(lang, "toc ")
    listed = [b.text for b in headings(lang) if b.level <= 2]
    shown = [re.fullmatch(r"(.*?)(\d+)", texts(p._p)) for p in entries]
    assert [found[1] for found in shown] == listed
    pages = [int(found[2]) for found in shown]
    # The first page is the title's, the second that of the contents.
    assert pages == sorted(pages)
    assert pages[0] >= 3
    assert pages[-1] >= pages[0] + len(begun) - 1
    bookmarks = {b.get(qn("w:name")) for b in opened(lang).element.iter(qn("w:bookmarkStart"))}
    for entry in entries:
        (link,) = entry._p.iter(qn("w:hyperlink"))
        assert link.get(qn("w:anchor")) in bookmarks
        assert f"PAGEREF {link.get(qn('w:anchor'))} \\h" in codes(link)
    assert b"updateFields" not in parts(made(lang))["word/settings.xml"]


@pytest.mark.parametrize(("rows", "page"), [(10, 4), (30, 3)], ids=["kept whole", "broken"])
def test_a_heading_counts_to_the_page_of_the_table_that_it_is_kept_with(rows, page):
    filled = tuple(Paragraph(spans=say("word " * 60)) for _ in range(16))
    held = table("a|b", "text|number", *["x|1"] * rows)
    one, two = (Heading(level=1, text=name, anchor=name) for name in ("one", "two"))
    found = opened("en", one, *filled, two, held)
    told = [texts(p._p) for p in found.paragraphs if p.style.name.startswith("toc ")]
    assert told == ["one2", f"two{page}"]


def test_a_heading_that_has_no_room_for_the_line_below_it_is_listed_on_the_next_page():
    # A page has 14,797 twips, 47 lines of a print-out with its spaces 11,050.
    filling = [Printed(text="\n".join("x" * 47)) for _ in range(2)]
    heads = [Heading(level=1, text=name, anchor=name) for name in ("alpha", "omega")]
    word = opened("en", heads[0], *filling, heads[1], Paragraph(spans=say("below")))
    assert [texts(p._p) for p in word.paragraphs if p.style.name == "toc 1"] == ["alpha2", "omega4"]


@pytest.mark.parametrize(("lines", "ordered"), [(16, False), (20, True), (22, True), (32, False)])
def test_a_table_that_only_just_has_room_begins_the_next_page_by_order(lines, ordered):
    filling = Printed(text="\n".join("x" * lines))
    head = Heading(level=1, text="one", anchor="one")
    word = opened(
        "en",
        head,
        filling,
        Paragraph(spans=say("above")),
        table("a|b", "text|number", *["x|1"] * 10),
    )
    (caption,) = [p for p in word.paragraphs if p.style.name == "Caption"][-1:]
    assert bool(caption.paragraph_format.page_break_before) == ordered


def test_a_goal_begins_no_page_below_one_that_ran_over():
    head, first = (Heading(level=k, text="a", anchor="", new_page=True) for k in (2, 1))
    for lines, begins in ((20, False), (36, True), (62, False)):  # half a page goes on
        word = opened("en", first, head, Printed(text="\n".join("x" * lines)), head)
        last = [p for p in word.paragraphs if p.text == "a"][-1]
        assert bool(last.paragraph_format.page_break_before) == begins


def test_captions_are_numbered_by_fields_that_show_their_numbers(lang):
    figure, name = {"zh": ("图", "表"), "en": ("Figure", "Table")}[lang]
    blocks = [*((figure, b) for b in document(lang).pictures)]
    blocks += [(name, b) for b in tables_of(document(lang))]
    said = {texts(p._p): codes(p._p) for p in styled(lang, "Caption")}
    for label, block in blocks:
        shown = f"{label} {block.number}\N{EM SPACE}{block.caption}"
        assert said[shown] == [f"SEQ {label} \\* ARABIC"]


def test_tables_repeat_heads_and_fill_the_page_with_numbers_right_and_grades_as_badges(lang):
    tables = opened(lang).tables
    assert len(tables) == 1 + len(tables_of(document(lang)))
    for found in tables:
        first, *others = found._tbl.tr_lst
        assert first.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:tblHeader')}") is None for row in others)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in (first, *others))
        widths = [int(col.get(qn("w:w"))) for col in found._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) == 9638
        for row in found._tbl.tr_lst:
            assert [int(w.get(qn("w:w"))) for w in row.iter(qn("w:tcW"))] == widths
    for found, block in zip(tables[1:], tables_of(document(lang)), strict=True):
        kept = found.rows[-1]._tr.find(f".//{qn('w:keepNext')}") is not None
        assert kept == bool(block.note), "the last row stays with the note"
    cells = opened(lang).tables[1].rows[1].cells
    assert cells[2].paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    assert cells[8]._tc.find(f".//{qn('w:shd')}").get(qn("w:fill")) == "3F7CAB"


def test_pictures_say_what_they_show_and_fit_the_page(lang):
    word = opened(lang)
    described = [node.get("descr") for node in word.element.iter(qn("wp:docPr"))]
    assert described == [block.alt for block in document(lang).pictures]
    for shape in word.inline_shapes:
        assert shape.width.mm <= 170.1
        assert shape.height.mm <= 110.1


def test_its_language_is_stated_and_chinese_has_a_face_that_word_and_wps_bring(lang):
    word, files = opened(lang), parts(made(lang))
    styles = files["word/styles.xml"].decode("latin1")
    assert word.core_properties.language == {"zh": "zh-CN", "en": "en-GB"}[lang]
    tag = {"zh": "en-US", "en": "en-GB"}[lang]  # of Latin letters and figures
    assert re.findall(r'<w:lang w:val="(.*?)" w:eastAsia="(.*?)"', styles) == [(tag, "zh-CN")]
    fonts = word.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
    assert "微软雅黑" in files["word/fontTable.xml"].decode()
    assert not re.search(r"w:\w+Theme=", styles)
    # Chinese quotation marks are as wide as a character.
    word = opened("zh", Paragraph(spans=say("“雏鹰”企业")))
    (run,) = (r for r in word.element.iter(qn("w:r")) if "雏鹰" in texts(r))
    assert run.rPr.rFonts.get(qn("w:hint")) == "eastAsia"


def test_pages_are_numbered_below_and_named_above(lang):
    (section,) = opened(lang).sections
    assert section.different_first_page_header_footer
    assert document(lang).result.plan.title.render(lang) in section.header.paragraphs[0].text
    assert codes(section.footer.paragraphs[0]._p) == ["PAGE", "NUMPAGES"]
    assert section.first_page_footer.paragraphs[0].text == document(lang).front.footer
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_nothing_outside_is_pointed_to_but_web_pages(lang):
    relations = [
        relation
        for name, part in parts(made(lang)).items()
        if name.endswith(".rels")
        for relation in etree.fromstring(part)
    ]
    outside = [r.get("Target") for r in relations if r.get("TargetMode") == "External"]
    assert outside == ["https://example.org/?a=1&b=2"]


def test_links_of_figures_and_those_to_nowhere_are_text():
    named = {"to the row": "row", "a": "source-a", "part": "part-1"}
    named |= {"12": "obs-a", "73%": "fn-x", "34,700": "source-a", "2.5万": "obs-a"}
    named |= {"lost": "nowhere", "empty": ""}
    spans = tuple(span for text, to in named.items() for span in say(text, link=f"#{to}"))
    rows = table("a", "text", *"wxyz", anchors=("row", "fn-x", "obs-a", "source-a"))
    part = Heading(level=3, text="h", anchor="part-1")
    word = opened("en", part, Paragraph(spans=(*spans, *say("none"))), rows)
    links = [texts(link) for link in word.element.iter(qn("w:hyperlink"))]
    assert links == ["h2", "to the row", "a", "part"]  # the first in the contents, with its page


def test_each_part_is_well_formed_bookmarks_are_unique_and_fields_end(lang):
    for name, part in parts(made(lang)).items():
        if name.endswith((".xml", ".rels")):
            fields = etree.fromstring(part).iter(qn("w:fldChar"))
            kinds = [node.get(qn("w:fldCharType")) for node in fields]
            assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")
    for key in ("w:id", "w:name"):
        found = [b.get(qn(key)) for b in opened(lang).element.iter(qn("w:bookmarkStart"))]
        assert len(found) == len(set(found))


def test_properties_of_runs_stand_in_the_order_of_the_schema():
    heads = "|".join(f"Head {i}" for i in range(20))
    wide = table(heads, "number|" * 19 + "grade", "1,234.5|" * 19 + "A")
    for properties in opened("zh", *document("zh").blocks, wide).element.iter(qn("w:rPr")):
        places = [RUN_PROPERTIES.index(child.tag.rpartition("}")[2]) for child in properties]
        assert places == sorted(set(places))
