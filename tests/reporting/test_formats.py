"""Every format says all that the document says, and takes no word of it for markup."""

import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import get_args
from zipfile import ZipFile

import pytest
from lxml import etree

from bcforecast.reporting import facts, formats
from bcforecast.reporting.document import Block, Code, Heading, Paragraph, Span
from bcforecast.reporting.formats import FILE_FORMATS, FORMATS
from tests.reporting import made_up_documents as docs
from tests.reporting.made_up_documents import document

EVERY_FORMAT = pytest.mark.parametrize("made", FORMATS)
BODY = ("-x", "0", "-y", "62", "-W", "596", "-H", "729", "-r", "72")
"""What lies between the running head and the foot of a page, in points."""


def poppler(program, *arguments, of):
    """Return what a program says of a PDF, whose file stands for `PDF` among its arguments."""
    if shutil.which(program) is None and os.environ.get("BCFORECAST_POPPLER") != "required":
        pytest.skip("reads the PDF with poppler's programs, which are not on this machine")
    with NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(of)
        named = [file.name if one == "PDF" else one for one in arguments]
        return subprocess.run([program, *named], capture_output=True, check=True).stdout.decode()


def read_pdf(content):
    first = poppler("pdftotext", "-raw", "-l", "1", "PDF", "-", of=content)
    alone = re.search(r"^Pages: +1$", poppler("pdfinfo", "PDF", of=content), re.MULTILINE)
    more = ("pdftotext", "-raw", "-f", "2", *BODY, "PDF", "-")
    return first if alone else first + poppler(*more, of=content)


def read_docx(content):
    """Return the body and the margins, without field codes."""
    with ZipFile(BytesIO(content)) as parts:
        pages = [n for n in parts.namelist() if re.match(r"word/(document|header|footer)", n)]
        roots = [etree.fromstring(parts.read(name)) for name in pages]
    return "".join(node.text or "" for root in roots for node in root.iter("{*}t"))


def read_html(content):
    found = []
    reader = HTMLParser()
    reader.handle_data = found.append
    reader.feed(content.decode())
    return "".join(found)


READERS = {"html": read_html, "pdf": read_pdf, "docx": read_docx}


def written(source, made, folder):
    for name, png in docs.pictures().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png)
    formats.write_format(source, made, folder=folder)
    return (folder / FILE_FORMATS[made].file).read_bytes()


def test_every_format_that_can_be_chosen_has_its_row():
    assert tuple(FILE_FORMATS) == FORMATS == get_args(formats.Format)
    assert len({row.file for row in FILE_FORMATS.values()}) == len(FORMATS)


@EVERY_FORMAT
def test_the_same_document_gives_the_same_bytes_in_any_folder(lang, made, tmp_path):
    first, second = (written(docs.document(lang), made, tmp_path / name) for name in "ab")
    assert first == second


@pytest.mark.parametrize("made", READERS)
def test_every_text_can_be_read_as_it_is(lang, made, tmp_path):
    said = docs.squeezed(READERS[made](written(document(lang), made, tmp_path)))
    for words in docs.words_of(document(lang)):
        assert docs.squeezed(words) in said
    assert ("never_shown" in said) == (made == "html")


@EVERY_FORMAT
@pytest.mark.parametrize(
    "blocks",
    [
        (Code(source="alone"),),
        (Heading(level=3, text="deep", anchor=""), Heading(level=1, text="", anchor="")),
        (Paragraph(spans=()), docs.table("a", "text", caption="")),
        (docs.picture(0, docs.WIDE, "", 0, 0),),
        (Heading(level=1, text="a", anchor="q"), Heading(level=1, text="b", anchor="q")),
    ],
    ids=["nothing", "levels skipped", "empty parts", "no size", "one anchor twice"],
)
def test_an_odd_document_can_be_written(blocks, made, tmp_path):
    assert written(docs.document("en", *blocks), made, tmp_path)


@pytest.mark.parametrize("made", ["pdf", "docx"])
def test_characters_that_pages_cannot_hold_are_spelled(made, tmp_path):
    source = docs.document(
        "en", Paragraph(spans=docs.say("a\x07 b\ud800 c\ufffe d\u202e \U0001f9ff"))
    )
    said = docs.squeezed(READERS[made](written(source, made, tmp_path)))
    assert "a[U+0007]b[U+D800]c[U+FFFE]d[U+202E]" in said
    assert ("[U+1F9FF]" in said) == (made == "pdf"), "Word has faces of its own"


@pytest.mark.parametrize("made", ["html", "pdf", "docx", "xlsx"])
def test_every_format_names_the_same_author_and_the_day_of_making(lang, made, tmp_path):
    source = docs.document(lang)
    content = written(source, made, tmp_path)
    author = source.provenance.author
    if made == "html":
        assert f'<meta name="author" content="{author}">' in content.decode()
    elif made == "pdf":
        said = poppler("pdfinfo", "PDF", of=content)
        assert re.search(rf"^Author:\s+{author}$", said, re.MULTILINE)
        assert re.search(r"^CreationDate:.*Nov 27 .*2026", said, re.MULTILINE)
    else:
        with ZipFile(BytesIO(content)) as parts:
            core = parts.read("docProps/core.xml").decode()
        assert f"<dc:creator>{author}</dc:creator>" in core
        assert "2026-11-27T00:00:00Z" in core
        assert source.result.plan.issuer.render(lang) not in core


def test_the_made_up_report_has_every_kind_of_block(lang):
    union, _ = get_args(Block)
    assert {type(block) for block in document(lang).blocks} == set(get_args(union))


@pytest.mark.parametrize(
    ("address", "web"),
    [
        *((address, True) for address in (
            "https://example.org/?a=1&b=2", "http://example.org", "HTTPS://EXAMPLE.ORG/a",
        )),
        *((address, False) for address in (
            "https://", "https:///path", "javascript:alert(1)", "data:text/html,x", "", "https://[::1",
            "file:///etc/passwd", "mailto:a@example.org", "//example.org", "https://example.org/ a",
            "https://example.org/\na", 'https://example.org/"',
        )),
    ],
)  # fmt: skip
def test_only_addresses_of_web_pages_are_web_addresses(address, web):
    assert facts.is_web_address(address) is web
    assert formats.BlockWriter((), "en").link(Span(text="x", link=address)) == (
        formats.LinkTarget(address) if web else None
    )


def test_every_anchor_of_the_document_has_a_name_of_our_own():
    names = formats.BlockWriter(document("zh").blocks, "zh").places
    assert {"part-1", "part-2-1-1", "obs-0", "fn-probability", "source-bulletin"} <= set(names)
    assert "" not in names
    assert len(set(names.values())) == len(names)
    assert all(name.removeprefix("place-").isdecimal() for name in names.values())
