"""The PDF says what the document says, in our faces, for every reader, and the same every time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting.document import Code, Document, Heading, Paragraph, Span, TableBlock
from bcforecast.reporting.pdf import pdf_bytes
from bcforecast.text import LANGUAGES, Language, text
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

BODY = ("-x", "0", "-y", "62", "-W", "596", "-H", "729", "-r", "72")
"""What lies between the running head and the foot of a page, in points."""

FACES = {"NotoSansSC-Regular-Identity-H", "NotoSerifSC-Regular-Identity-H", "DejaVuSansMono"}

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None and os.environ.get("BCFORECAST_POPPLER") != "required",
    reason="reads the PDF with poppler's programs, which are not on this machine",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    files = {}
    for lang in LANGUAGES:
        files[lang] = tmp_path_factory.mktemp("pdf") / f"{lang}.pdf"
        files[lang].write_bytes(pdf_bytes(document(lang), folder=folder))
    return files


def poppler(program: str, *arguments: str | Path) -> str:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=True)
    return done.stdout.decode()


def read(source: Document, folder: Path, tmp_path: Path) -> str:
    """Return the text of the PDF of a document, without white space."""
    path = tmp_path / "read.pdf"
    path.write_bytes(pdf_bytes(source, folder=folder))
    return squeezed(poppler("pdftotext", "-raw", path, "-"))


def with_blocks(*blocks, lang: Language = "en") -> Document:
    return document(lang).model_copy(update={"blocks": blocks})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_document_gives_the_same_bytes_in_any_folder(lang, folder, tmp_path) -> None:
    first = pdf_bytes(document(lang), folder=folder)
    assert first == pdf_bytes(document(lang), folder=drawn(tmp_path))


def test_another_day_gives_other_bytes(folder) -> None:
    one = document("en")
    later = one.result.model_copy(update={"as_of": one.result.as_of.replace(day=30)})
    other = one.model_copy(update={"result": later})
    assert pdf_bytes(one, folder=folder) != pdf_bytes(other, folder=folder)


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_paragraph_and_cell_can_be_read(lang, made) -> None:
    first = poppler("pdftotext", "-raw", "-l", "1", made[lang], "-")
    rest = poppler("pdftotext", "-raw", "-f", "2", *BODY, made[lang], "-")
    said = squeezed(first + rest)
    for words in words_of(document(lang)):
        assert squeezed(words) in said


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_code_is_left_out(lang, made) -> None:
    (code,) = (block for block in document(lang).blocks if isinstance(block, Code))
    assert code.source not in poppler("pdftotext", made[lang], "-")


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_the_locked_faces_are_embedded(lang, made) -> None:
    lines = poppler("pdffonts", made[lang]).splitlines()[2:]
    assert {line.split()[0].partition("+")[2] for line in lines} == FACES
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_has_a_foot_and_all_but_the_first_a_running_head(lang, made) -> None:
    first, *others, end = poppler("pdftotext", "-layout", made[lang], "-").split("\f")
    assert not end
    assert squeezed(document(lang).front.footer) in squeezed(first)
    for number, page in enumerate(others, start=2):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        assert squeezed(lines[-1]) == f"{number}/{len(others) + 1}"
        assert document(lang).result.plan.title.in_(lang) in lines[0]
        assert "31" in lines[0]


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_bookmarks_are_the_headings_in_their_levels(lang, made) -> None:
    # What poppler writes before the outline is not always well-formed.
    xml = poppler("pdftohtml", "-xml", "-i", "-stdout", made[lang])
    outline = ElementTree.fromstring(re.search(r"<outline>.*</outline>", xml, re.DOTALL)[0])

    def walked(node, level):
        for child in node:
            if child.tag == "item":
                yield level, child.text
            else:
                yield from walked(child, level + 1)

    expected = [(b.level, b.text) for b in document(lang).blocks if isinstance(b, Heading)]
    assert list(walked(outline, 1)) == expected


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_contents_name_the_pages_of_chapters_and_goals(lang, made) -> None:
    listed = poppler("pdftotext", "-layout", "-f", "2", "-l", "2", made[lang], "-")
    for block in document(lang).blocks:
        if not isinstance(block, Heading):
            continue
        found = re.search(rf"^\s*{re.escape(block.text)}[ .\u2060]+(\d+)$", listed, re.MULTILINE)
        assert (found is not None) == (block.level <= 2)
        if found:
            page = poppler("pdftotext", "-f", found[1], "-l", found[1], made[lang], "-")
            assert block.text in page


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_what_it_is_and_in_which_language(lang, made) -> None:
    info = dict(re.findall(r"^([\w ]+):\s+(.*)$", poppler("pdfinfo", made[lang]), re.MULTILINE))
    assert document(lang).front.title in info["Title"]
    assert info["Author"] == document(lang).result.plan.issuer.in_(lang)
    assert info["Tagged"] == "yes"
    assert "2021" in info["CreationDate"]
    assert "595" in info["Page size"]
    meta = poppler("pdfinfo", "-meta", made[lang])
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert ("zh-CN" if lang == "zh" else "en-GB") in meta


def written(words: str) -> bytes:
    """Return words as typst writes them as a string of the PDF."""
    if words.isascii():
        return f"({words})".encode()
    return f"<FEFF{words.encode('utf-16-be').hex().upper()}>".encode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_say_what_they_show(lang, made) -> None:
    content = made[lang].read_bytes()
    for block in document(lang).pictures:
        assert b"/Alt" + written(block.alt) in content


def test_a_picture_without_words_takes_its_caption(folder) -> None:
    bare = picture(1, WIDE, "A chart", 640, 300).model_copy(update={"alt": ""})
    assert b"/Alt(A chart)" in pdf_bytes(with_blocks(bare), folder=folder)


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_web_pages_are_linked_to(lang, made) -> None:
    urls = [line.split()[-1] for line in poppler("pdfinfo", "-url", made[lang]).splitlines()[1:]]
    assert urls == ["https://example.org/?a=1&b=2"]


def test_links_lead_to_headings_and_rows_and_those_to_nowhere_are_text(folder) -> None:
    rows = table("t", ("a",), ("text",), (("x",), ("y",)), anchors=("row", "fn-x"))

    def links(*anchors: str) -> int:
        spans = tuple(Span(text=f"to {a} ", link=f"#{a}") for a in anchors)
        blocks = (Heading(level=1, text="One", anchor="one"), Paragraph(spans=spans), rows)
        return pdf_bytes(with_blocks(*blocks), folder=folder).count(b"/Subtype/Link")

    assert links("one", "row", "fn-x") - links("obs-none", "nowhere") == 3


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_words_are_words(lang, folder, tmp_path) -> None:
    said = read(hostile(lang), folder, tmp_path)
    for words in words_of(hostile(lang)):
        assert squeezed(words) in said
    assert said.count(squeezed(HOSTILE)) >= 20


@needs_poppler
def test_a_character_that_no_face_has_is_spelled(folder, tmp_path) -> None:
    blocks = (Paragraph(spans=say("a\U0001f9ff b\x07 c\u0e01 d\u202ee")),)
    said = read(with_blocks(*blocks), folder, tmp_path)
    assert "a[U+1F9FF]b[U+0007]c[U+0E01]d[U+202E]e" in said


@needs_poppler
def test_nothing_of_a_word_or_a_row_that_is_too_large_is_lost(folder, tmp_path) -> None:
    long = "".join(f"w{i}" for i in range(200))
    blocks = (
        Heading(level=3, text=long, anchor=""),
        Paragraph(spans=say(long)),
        table(long, (long, "b"), ("number", "text"), ((long, "word " * 3000 + "end"),), note=long),
    )
    said = read(with_blocks(*blocks), folder, tmp_path)
    assert said.count(long) >= 5
    assert "wordwordend" in said


@pytest.mark.parametrize(
    "blocks",
    [
        (),
        (Heading(level=3, text="deep", anchor=""), Heading(level=1, text="", anchor="")),
        (Paragraph(spans=()), table("", ("a",), ("text",), ())),
        (picture(0, WIDE, "", 0, 0),),
        (Heading(level=1, text="a", anchor="q"), Heading(level=1, text="b", anchor="q")),
    ],
    ids=["nothing", "levels skipped", "empty parts", "no size", "one anchor twice"],
)
def test_an_odd_document_can_be_printed(blocks, folder) -> None:
    assert pdf_bytes(with_blocks(*blocks), folder=folder).startswith(b"%PDF-1.7")


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_head_of_a_table_is_repeated_and_its_rows_are_whole(lang, made) -> None:
    long = max(document(lang).tables, key=lambda block: len(block.rows))
    assert isinstance(long, TableBlock)
    pages = poppler("pdftotext", "-raw", *BODY, made[lang], "-").split("\f")
    starts = [squeezed(page) for page in pages if "\n".join(long.columns[:1]) in page]
    head = squeezed("".join(long.columns))
    assert sum(head in page for page in starts) == 2


@pytest.mark.parametrize(
    ("file", "content", "key"),
    [
        ("charts/none.png", None, "pages.no_picture"),
        ("../outside.png", b"", "pages.picture_outside"),
        ("charts/not.png", b"GIF89a", "pages.picture_not_png"),
        ("charts/cut.png", b"\x89PNG\r\n\x1a\n\0\0", "pages.picture_not_png"),
    ],
)
def test_a_picture_that_cannot_be_used_is_named(file, content, key, tmp_path) -> None:
    inside = drawn(tmp_path)
    if content is not None:
        (inside / file).write_bytes(content)
    source = with_blocks(picture(1, file, "c", 10, 10))
    with pytest.raises(ReportError) as error:
        pdf_bytes(source, folder=inside)
    assert error.value.message.key == key
    assert Path(file).name in text(key, "zh", **error.value.message.values)


def test_what_typst_refuses_is_said_in_one_sentence(folder, monkeypatch) -> None:
    monkeypatch.setattr("bcforecast.reporting.pdf.in_faces", lambda character: True)
    with pytest.raises(ReportError, match="the PDF cannot be set: "):
        pdf_bytes(with_blocks(Paragraph(spans=say("\U0001f9ff"))), folder=folder)
