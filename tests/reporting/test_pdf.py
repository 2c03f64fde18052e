"""The PDF says what the document says, in our faces, for every reader, and the same every time."""

import re
import sys
from functools import cache
from io import BytesIO
from itertools import pairwise
from unicodedata import normalize
from xml.etree import ElementTree

import pikepdf
import psutil
import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont

from bcforecast.errors import ReportError
from bcforecast.reporting.document import Heading, Paragraph
from bcforecast.reporting.pages import pdf_bytes, running_head
from bcforecast.text import Text
from tests.reporting import made_up_documents as docs
from tests.reporting.test_formats import BODY, poppler, read_pdf

FACES = {"NotoSansSC-Regular-Identity-H", "NotoSerifSC-Regular-Identity-H", "DejaVuSansMono"}

HEADING = re.compile(r"/H\d")
COLUMN_OR_ROW = ("/Column", "/Row")


@cache
def made(lang):
    return pdf_bytes(docs.document(lang), docs.pictures())


def headings(lang):
    return [block for block in docs.document(lang).blocks if isinstance(block, Heading)]


def test_only_the_locked_faces_are_embedded(lang):
    lines = poppler("pdffonts", "PDF", of=made(lang)).splitlines()[2:]
    assert {line.split()[0].partition("+")[2] for line in lines} == FACES
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


def test_no_letter_is_put_together_with_its_accent_astray():
    with TTFont(pylopdf_fonts_zh_cn.sans_path(), lazy=True) as face:
        drawn = set(face.getBestCmap())
    parts = {chr(code): normalize("NFD", chr(code)) for code in set(range(0xC0, 0x2E80)) - drawn}
    built = [x for x, of in parts.items() if len(of) > 1 and drawn.issuperset(map(ord, of))]
    said = docs.document("en", Paragraph(spans=docs.say(" ".join(built))))
    with pikepdf.open(BytesIO(pdf_bytes(said, {}))) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        codes = [f.ToUnicode.read_bytes() for f in fonts if "DejaVuSans" in str(f.BaseFont)]
    assert [x for x in built if f"<{ord(x):04X}>".encode() not in b"".join(codes).upper()] == []


def test_every_page_has_a_foot_and_all_but_the_first_a_running_head(lang):
    pages = poppler("pdftotext", "-layout", "PDF", "-", of=made(lang))
    first, *others, end = pages.split("\f")
    assert not end
    assert docs.squeezed(docs.document(lang).front.footer) in docs.squeezed(first + others[0])
    for number, page in enumerate(others, start=2):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        assert docs.squeezed(lines[-1]) == f"{number}/{len(others) + 1}"
        assert docs.document(lang).result.plan.title.render(lang) in lines[0]
        assert "31" in lines[0]


@pytest.mark.parametrize(
    ("lang", "title", "after"),
    [
        ("en", "Action Plan of Somewhere for Research and Development-Led " * 3, " "),
        ("en", "W" * 200, "W"),
        ("zh", "某区 " + "先进制造" * 24, "先进制造"),
    ],
    ids=["words", "one long word", "Chinese"],
)
def test_a_title_too_long_for_the_running_head_ends_with_a_word(lang, title, after):
    known = docs.document(lang)
    plan = known.result.plan.model_copy(update={"title": Text.untranslated(title.strip())})
    long = known.model_copy(update={"result": known.result.model_copy(update={"plan": plan})})
    left, _ = running_head(long)
    kept = left.removesuffix("…")
    assert title.startswith(kept)
    assert len(kept) > 30
    assert title[len(kept)] in after


def test_bookmarks_are_the_headings_in_their_levels(lang):
    # What poppler writes before the outline is not always well-formed.
    xml = poppler("pdftohtml", "-xml", "-i", "-stdout", "PDF", of=made(lang))
    outline = ElementTree.fromstring(re.search(r"<outline>.*</outline>", xml, re.DOTALL)[0])

    def walked(node, level):
        for child in node:
            if child.tag == "item":
                yield level, child.text
            else:
                yield from walked(child, level + 1)

    assert list(walked(outline, 1)) == [(block.level, block.text) for block in headings(lang)]


def test_the_contents_name_the_pages_of_chapters_and_goals(lang):
    listed = poppler("pdftotext", "-layout", "-l", "2", "PDF", "-", of=made(lang))
    for block in headings(lang):
        found = re.search(rf"^\s*{re.escape(block.text)}[ .\u2060]+(\d+)$", listed, re.MULTILINE)
        assert (found is not None) == (block.level <= 2)
        if found:
            page = ("-f", found[1], "-l", found[1])
            assert block.text in poppler("pdftotext", *page, "PDF", "-", of=made(lang))


def test_it_says_what_it_is_and_in_which_language(lang):
    said = poppler("pdfinfo", "PDF", of=made(lang))
    info = dict(re.findall(r"^([\w ]+):\s+(.*)$", said, re.MULTILINE))
    assert docs.document(lang).front.title in info["Title"]
    assert info["Tagged"] == "yes"
    assert "595" in info["Page size"]
    meta = poppler("pdfinfo", "-meta", "PDF", of=made(lang))
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert {"zh": "zh-CN", "en": "en-GB"}[lang] in meta


def elements(pdf):
    """Every element of the structure of a PDF, the headings in their order."""
    found, waiting = [], [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Dictionary):
            found.append(node)
            inside = node.get("/K", [])
            waiting += reversed(list(inside) if isinstance(inside, pikepdf.Array) else [inside])
    return found


def test_its_structure_is_whole_and_says_all_that_it_shows(lang):
    with pikepdf.open(BytesIO(made(lang))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.Lang == {"zh": "zh-CN", "en": "en-GB"}[lang]
        assert (pdf.Root.MarkInfo.Marked, pdf.Root.ViewerPreferences.DisplayDocTitle) == (
            True,
            True,
        )
        assert len(pdf.Root.OutputIntents) == 1
        kinds = {}
        for one in elements(pdf):
            kinds.setdefault(str(one.get("/S")), []).append(one)
        assert all("/Alt" in one for one in kinds["/Figure"])
        heads = [one for one in kinds["/TH"] for a in one.A if a.get("/Scope") in COLUMN_OR_ROW]
        assert len(heads) == len(kinds["/TH"])
        assert len(kinds["/Table"]) == len(kinds["/THead"]) == len(kinds["/TBody"])
        levels = [
            int(str(one.S)[2]) for one in elements(pdf) if HEADING.fullmatch(str(one.get("/S")))
        ]
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(levels))
        for page in pdf.pages:
            assert page.Tabs == "/S"
            assert all("/ToUnicode" in font for font in page.Resources.Font.values())
            for note in page.get("/Annots", []):
                assert note.Contents
                assert "/StructParent" in note


def written(words):
    """Return words as typst writes them as a string of the PDF."""
    if words.isascii():
        return f"({words})".encode()
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>".encode()


def test_pictures_say_what_they_show_or_else_their_caption(lang):
    for block in docs.document(lang).pictures:
        assert b"/Alt" + written(block.alt) in made(lang)
    bare = docs.picture(1, docs.WIDE, "A chart", 640, 300).model_copy(update={"alt": ""})
    assert b"/Alt(A chart)" in pdf_bytes(docs.document("en", bare), docs.pictures())


def test_only_web_pages_are_linked_to(lang):
    lines = poppler("pdfinfo", "-url", "PDF", of=made(lang)).splitlines()[1:]
    assert [line.split()[-1] for line in lines] == ["https://example.org/?a=1&b=2"]


def test_links_lead_to_headings_and_rows_and_those_to_nowhere_are_text():
    rows = docs.table("a", "text", "x", "y", anchors=("row", "fn-x"))

    def links(*anchors):
        spans = tuple(span for a in anchors for span in docs.say(f"to {a} ", link=f"#{a}"))
        blocks = (Heading(level=1, text="One", anchor="one"), Paragraph(spans=spans), rows)
        return pdf_bytes(docs.document("en", *blocks), {}).count(b"/Subtype/Link")

    assert links("one", "row", "fn-x") - links("obs-none", "nowhere") == 3


def test_nothing_of_a_word_or_a_row_that_is_too_large_is_lost():
    long = "".join(f"w{i}" for i in range(200))
    row = f"{long}|{'word ' * 3000}end"
    blocks = (
        Heading(level=3, text=long, anchor=""),
        Paragraph(spans=docs.say(long)),
        docs.table(f"{long}|b", "number|text", row, caption=long, note=long),
    )
    said = docs.squeezed(read_pdf(pdf_bytes(docs.document("en", *blocks), docs.pictures())))
    assert said.count(long) >= 5
    assert "wordwordend" in said


def test_the_head_of_a_table_is_repeated_and_its_rows_are_whole(lang):
    head = docs.squeezed("".join(docs.tables_of(docs.document(lang))[1].columns))
    pages = poppler("pdftotext", "-raw", *BODY, "PDF", "-", of=made(lang)).split("\f")
    with_rows = [docs.squeezed(page) for page in pages if re.search(r"19[6-9]\d年", page)]
    assert len(with_rows) > 1
    assert all(head in page for page in with_rows)


def test_a_note_stands_with_the_last_row_of_its_table_and_a_paragraph_with_its_picture():
    blocks = []
    for n in range(38, 62):
        rows = [f"row {k}" for k in range(n)]
        blocks.append(Heading(level=2, text=f"Goal {n}", anchor="", new_page=True))
        blocks.append(docs.table("a", "text", *rows, f"last {n}", note=f"Note {n}. " * 40))
        blocks.append(Heading(level=2, text=f"Next {n}", anchor=""))
        blocks.append(Paragraph(spans=docs.say(f"Promise {n}.")))
        blocks.append(Paragraph(spans=docs.say(f"Lead {n}. {'More words. ' * 20}")))
        blocks.append(docs.picture(n, docs.WIDE, f"Chart {n}.", 640, 300))
    made = pdf_bytes(docs.document("en", *blocks), docs.pictures())
    pages = poppler("pdftotext", "-raw", *BODY, "PDF", "-", of=made).split("\f")
    for n in range(38, 62):
        assert [f"last {n}" in page for page in pages if f"Note {n}." in page] == [True]
        assert [f"row {n - 1}\n" in page for page in pages if f"last {n}" in page] == [True]
        for said in (f"Next {n}\n", f"Promise {n}.", f"Lead {n}."):
            assert [f"Chart {n}." in page for page in pages if said in page] == [True]


@pytest.mark.parametrize("more", [16, 22, 24, 26, 28, 32])
def test_a_goal_longer_than_its_page_fills_at_least_half_of_each(lang, more):
    said = Paragraph(spans=docs.say("Some words that fill a line. " * (16 + more)))
    reason = (Heading(level=3, text="Why", anchor=""), said)
    chart = docs.picture(1, docs.WIDE, "A chart", 640, 300)
    heads = (Heading(level=2, text=name, anchor=name, new_page=True) for name in "abc")
    blocks = [block for head in heads for block in (head, chart, *reason * 3)]
    made = pdf_bytes(docs.document(lang, *blocks), docs.pictures())
    boxes = poppler("pdftotext", "-bbox", "PDF", "-", of=made).split("<page ")[1:]
    ends = [max(y for y in map(float, re.findall(r'yMax="(.*?)"', b)) if y < 791) for b in boxes]
    assert min(ends[2:-1]) > 62 + 729 / 2


@pytest.mark.parametrize(
    ("lines", "pages"),
    [([6, 6, 6, 6], [2, 2, 3, 3]), ([6, 16, 16], [2, 3, 4]), ([46, 14, 30], [2, 3, 4])],
)
def test_goals_share_a_page_where_it_holds_the_later_one_whole(lines, pages):
    blocks = []
    for n, more in enumerate(lines):
        blocks.append(Heading(level=2, text=f"Goal {n}", anchor=f"{n}", new_page=True))
        blocks.append(docs.picture(n, docs.WIDE, "A chart", 640, 300))
        blocks += [Paragraph(spans=docs.say("Some words."))] * more
    made = pdf_bytes(docs.document("en", *blocks), docs.pictures())
    read = poppler("pdftotext", "-raw", *BODY, "PDF", "-", of=made).split("\f")
    found = [
        k for n in range(len(lines)) for k, page in enumerate(read, 1) if f"Goal {n}\n" in page
    ]
    assert found == pages


def test_the_last_page_of_the_overview_has_the_whole_chapter_that_would_end_on_it(lang):
    heads = [Heading(level=1, text=t, anchor=t, new_page=t == "c") for t in "abc"]
    charts = [docs.picture(n, docs.WIDE, "A chart", 640, 700) for n in (1, 2)]
    rows = docs.table("a", "text", *(f"row {k}" for k in range(36)))
    blocks = (heads[0], *charts, heads[1], rows, heads[2])
    made = pdf_bytes(docs.document(lang, *blocks), docs.pictures())
    pages = poppler("pdftotext", "-raw", *BODY, "PDF", "-", of=made).split("\f")
    assert [page.count("row ") for page in pages if "row " in page] == [36]


def test_what_lays_a_report_out_ends_with_it_so_that_many_reports_take_no_more_memory(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)  # cannot be loaded by this process
    before = psutil.Process().children()
    assert pdf_bytes(docs.document("en"), docs.pictures()) == made("en")
    assert psutil.Process().children() == before


def test_what_typst_refuses_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr("bcforecast.reporting.pages.in_typefaces", lambda character: True)
    with pytest.raises(ReportError, match="the PDF cannot be set: "):
        pdf_bytes(docs.document("en", Paragraph(spans=docs.say("\U0001f9ff"))), {})


def test_what_lays_a_report_out_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr("bcforecast.saving.LONGEST_WAIT", 0.01)
    with pytest.raises(ReportError, match=r"did not end within 0\.01 s"):
        pdf_bytes(docs.document("en"), docs.pictures())
