"""The Word document has real headings, captions and tables, and says what the document says."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from bcforecast.errors import ReportError
from bcforecast.reporting.document import Code, Document, Heading, Paragraph, Span
from bcforecast.reporting.docx import docx_bytes
from bcforecast.text import LANGUAGES, Language
from tests.reporting.formats.hostile_document import HOSTILE, hostile
from tests.reporting.formats.made_up_document import (
    WIDE,
    document,
    drawn,
    picture,
    say,
    table,
)
from tests.reporting.formats.printed_words import squeezed, words_of

RUN_PROPERTIES = ["rStyle", "rFonts", "b", "bCs", "noProof", "color", "sz", "szCs", "shd", "lang"]
"""In the order of the schema."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[Language, bytes]:
    return {lang: docx_bytes(document(lang), folder=folder) for lang in LANGUAGES}


def opened(content: bytes):
    return docx.Document(BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(content: bytes) -> str:
    """Return every text of the body and the margins, without white space and field codes."""
    found = []
    for name, part in parts(content).items():
        if re.match(r"word/(document|header|footer)", name):
            root = etree.fromstring(part)
            found += [node.text or "" for node in root.iter(qn("w:t"))]
    return squeezed("".join(found))


def with_blocks(*blocks) -> Document:
    return document("en").model_copy(update={"blocks": blocks})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_document_gives_the_same_bytes_in_any_folder(lang, made, tmp_path) -> None:
    assert made[lang] == docx_bytes(document(lang), folder=drawn(tmp_path))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_clock_is_in_the_file(lang, made) -> None:
    with ZipFile(BytesIO(made[lang])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
    core = opened(made[lang]).core_properties
    assert core.created.date() == core.modified.date() == document(lang).result.as_of


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_paragraph_and_cell_can_be_read(lang, made) -> None:
    said = read(made[lang])
    for words in words_of(document(lang)):
        assert squeezed(words) in said
    (code,) = (block for block in document(lang).blocks if isinstance(block, Code))
    assert code.source not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_are_headings_in_their_levels(lang, made) -> None:
    word = opened(made[lang])
    found = [
        (int(p.style.name[-1]), p.text)
        for p in word.paragraphs
        if p.style.name.startswith("Heading")
    ]
    assert found == [(b.level, b.text) for b in document(lang).blocks if isinstance(b, Heading)]
    for level in (1, 2, 3):
        style = word.styles[f"Heading {level}"].element
        assert style.find(f".//{qn('w:outlineLvl')}").get(qn("w:val")) == str(level - 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_that_ask_for_it_start_a_page(lang, made) -> None:
    starts = [
        p.text
        for p in opened(made[lang]).paragraphs
        if p.style.name.startswith("Heading") and p.paragraph_format.page_break_before
    ]
    assert starts == [b.text for b in document(lang).blocks if getattr(b, "new_page", False)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_contents_are_there_when_it_is_opened(lang, made) -> None:
    word = opened(made[lang])
    entries = [p for p in word.paragraphs if p.style.name.startswith("toc ")]
    chapters = [b for b in document(lang).blocks if isinstance(b, Heading) and b.level <= 2]
    text_of = ["".join(t.text for t in entry._p.iter(qn("w:t"))) for entry in entries]
    assert text_of == [b.text for b in chapters]
    bookmarks = {b.get(qn("w:name")) for b in word.element.iter(qn("w:bookmarkStart"))}
    for entry in entries:
        (link,) = entry._p.iter(qn("w:hyperlink"))
        assert link.get(qn("w:anchor")) in bookmarks
    assert b"updateFields" not in parts(made[lang])["word/settings.xml"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_captions_are_numbered_by_fields_that_show_their_numbers(lang, made) -> None:
    captions = [p for p in opened(made[lang]).paragraphs if p.style.name == "Caption"]
    labels = {"zh": ("图", "表"), "en": ("Figure", "Table")}[lang]
    blocks = [(labels[0], b) for b in document(lang).pictures]
    blocks += [(labels[1], b) for b in document(lang).tables]
    said = {
        "".join(t.text for t in p._p.iter(qn("w:t"))): [
            code.text.strip() for code in p._p.iter(qn("w:instrText"))
        ]
        for p in captions
    }
    for label, block in blocks:
        assert said[f"{label} {block.number}\N{EM SPACE}{block.caption}"] == [
            f"SEQ {label} \\* ARABIC"
        ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_that_begins_ends(lang, made) -> None:
    for name, part in parts(made[lang]).items():
        if not name.endswith(".xml"):
            continue
        kinds = [
            node.get(qn("w:fldCharType")) for node in etree.fromstring(part).iter(qn("w:fldChar"))
        ]
        assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_repeat_their_heads_keep_their_rows_and_fill_the_page(lang, made) -> None:
    tables = opened(made[lang]).tables
    assert len(tables) == 1 + len(document(lang).tables)
    for found in tables:
        first, *others = found._tbl.tr_lst
        assert first.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:tblHeader')}") is None for row in others)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in (first, *others))
        widths = [int(col.get(qn("w:w"))) for col in found._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) == 9412
        for row in found._tbl.tr_lst:
            assert [int(w.get(qn("w:w"))) for w in row.iter(qn("w:tcW"))] == widths


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_stand_to_the_right_and_grades_are_badges(lang, made) -> None:
    summary = opened(made[lang]).tables[1]
    cells = summary.rows[1].cells
    assert cells[2].paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    shade = cells[8]._tc.find(f".//{qn('w:shd')}")
    assert shade.get(qn("w:fill")) == "3F7CAB"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_say_what_they_show_and_fit_the_page(lang, made) -> None:
    word = opened(made[lang])
    described = [node.get("descr") for node in word.element.iter(qn("wp:docPr"))]
    assert described == [block.alt for block in document(lang).pictures]
    for shape in word.inline_shapes:
        assert shape.width.mm <= 166.1
        assert shape.height.mm <= 110.1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_chinese_has_a_face_that_word_and_wps_bring(lang, made) -> None:
    styles = opened(made[lang]).styles
    assert styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
    table_of_fonts = parts(made[lang])["word/fontTable.xml"].decode()
    assert "Microsoft YaHei" in table_of_fonts
    assert "微软雅黑" in table_of_fonts
    assert not re.search(r"w:\w+Theme=", parts(made[lang])["word/styles.xml"].decode())


def test_chinese_quotation_marks_are_as_wide_as_a_character(folder) -> None:
    zh = document("zh").model_copy(update={"blocks": (Paragraph(spans=say("“雏鹰”企业")),)})
    (run,) = (
        r
        for r in opened(docx_bytes(zh, folder=folder)).element.iter(qn("w:r"))
        if "雏鹰" in "".join(t.text for t in r.iter(qn("w:t")))
    )
    assert run.rPr.rFonts.get(qn("w:hint")) == "eastAsia"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_language_is_stated(lang, made) -> None:
    assert opened(made[lang]).core_properties.language == ("zh-CN" if lang == "zh" else "en-GB")
    assert b'w:eastAsia="zh-CN"' in parts(made[lang])["word/styles.xml"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_numbered_below_and_named_above(lang, made) -> None:
    (section,) = opened(made[lang]).sections
    assert section.different_first_page_header_footer
    assert document(lang).result.plan.title.in_(lang) in section.header.paragraphs[0].text
    codes = [c.text.strip() for c in section.footer.paragraphs[0]._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert section.first_page_footer.paragraphs[0].text == document(lang).front.footer
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_outside_is_pointed_to_but_web_pages(lang, made) -> None:
    outside = []
    for name, part in parts(made[lang]).items():
        if name.endswith(".rels"):
            outside += [
                r.get("Target") for r in etree.fromstring(part) if r.get("TargetMode") == "External"
            ]
    assert outside == ["https://example.org/?a=1&b=2"]


def test_links_of_numbers_and_those_to_nowhere_are_text(folder) -> None:
    spans = (
        Span(text="to the row", link="#row"),
        Span(text="12", link="#row"),
        Span(text="73%", link="#fn-x"),
        Span(text="lost", link="#nowhere"),
    )
    rows = table("t", ("a",), ("text",), (("x",), ("y",)), anchors=("row", "fn-x"))
    word = opened(docx_bytes(with_blocks(Paragraph(spans=spans), rows), folder=folder))
    links = [
        "".join(t.text for t in link.iter(qn("w:t")))
        for link in word.element.iter(qn("w:hyperlink"))
    ]
    assert links == ["to the row"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_part_is_well_formed_and_bookmarks_are_unique(lang, made) -> None:
    for name, part in parts(made[lang]).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
    body = opened(made[lang]).element
    for key in ("w:id", "w:name"):
        found = [b.get(qn(key)) for b in body.iter(qn("w:bookmarkStart"))]
        assert len(found) == len(set(found))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_properties_of_runs_stand_in_the_order_of_the_schema(lang, folder) -> None:
    wide = table(
        "w", tuple(f"Head {i}" for i in range(20)), ("number",) * 19 + ("grade",),
        ((*tuple("1,234.5" for _ in range(19)), "A"),),
    )  # fmt: skip
    source = document(lang)
    content = docx_bytes(
        source.model_copy(update={"blocks": (*source.blocks, wide)}), folder=folder
    )
    for properties in opened(content).element.iter(qn("w:rPr")):
        places = [RUN_PROPERTIES.index(child.tag.rpartition("}")[2]) for child in properties]
        assert places == sorted(places)
        assert len(places) == len(set(places))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_words_are_words(lang, folder) -> None:
    content = docx_bytes(hostile(lang), folder=folder)
    said = read(content)
    for words in words_of(hostile(lang)):
        assert squeezed(words) in said
    body = opened(content).element
    codes = {c.text.split()[0] for c in body.iter(qn("w:instrText"))}
    assert codes == {"TOC", "SEQ"}
    assert not any("evil" in c.text for c in body.iter(qn("w:instrText")))
    assert HOSTILE not in str(parts(content)["word/_rels/document.xml.rels"])


def test_characters_that_xml_cannot_hold_are_spelled(folder) -> None:
    said = read(
        docx_bytes(with_blocks(Paragraph(spans=say("a\x07b\ud800c\ufffed"))), folder=folder)
    )
    assert "a[U+0007]b[U+D800]c[U+FFFE]d" in said


@pytest.mark.parametrize(
    "blocks",
    [
        (),
        (Heading(level=3, text="", anchor=""),),
        (Paragraph(spans=()), table("", ("a",), ("text",), ())),
        (picture(0, WIDE, "", 0, 0),),
        (Heading(level=1, text="a", anchor="q"), Heading(level=1, text="b", anchor="q")),
    ],
    ids=["nothing", "no words", "empty parts", "no size", "one anchor twice"],
)
def test_an_odd_document_can_be_opened(blocks, folder) -> None:
    assert opened(docx_bytes(with_blocks(*blocks), folder=folder)).paragraphs


def test_a_missing_picture_is_named(tmp_path) -> None:
    with pytest.raises(ReportError, match=r"none\.png"):
        docx_bytes(with_blocks(picture(1, "none.png", "c", 10, 10)), folder=tmp_path)
