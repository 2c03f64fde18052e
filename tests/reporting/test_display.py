"""The report as Markdown, parsed back: every text is what it was, and nothing else is markup."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bcforecast.reporting import document as doc
from bcforecast.reporting.display import block_text, inline, markdown_text, plain_table
from bcforecast.reporting.document import Span, Spans
from bcforecast.text import Text
from tests.reporting.made_up_documents import report_of, say
from tests.reporting.made_up_facts import facts

HOSTILE = (
    "<script>alert(1)</script>", "a | b", "*a* **b** _c_ __d__ ~~e~~", "`x` ``y``", "[a](http://x)",
    "![a](x.png)", "<https://evil.example>", "https://evil.example/a_b", "see www.evil.example now",
    "&lt;b&gt; &#35; &copy;", "# not a heading", "- not a list", "+ nor this", "1. nor this",
    "12) nor this", "> nor a quotation", "---", "===", "    four blanks", "\ttab", "```", "a\\",
    "\\*", "a  \nb", "a\n\n# b", "| a |\n|---|", "[ref]: http://x", "[^1]", "$x$", "a #", "<!-- x",
    "2.5", "-", "\x00\x1b[31m", "![]()", "!", "*", "**", "[x]", "\u2028# x",
)  # fmt: skip


def parsed(markdown):
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return parser.parse(markdown)


def seen(text):
    """Return what a reader sees of a text: control characters as blanks, none at the ends."""
    blanks = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
    return blanks.strip(" ")


def words(token):
    return "".join(
        part.content if part.type in ("text", "text_special", "code_inline") else
        words(part) if part.children else ""
        for part in token.children or ()
    )  # fmt: skip


def texts(markdown):
    return [words(token).strip(" ") for token in parsed(markdown) if token.type == "inline"]


def kinds(markdown):
    return {
        part.type for token in parsed(markdown) for part in (token, *(token.children or ()))
    } - {"text", "text_special", "inline"}


def table(*rows, **more):
    return doc.TableBlock(
        number=1, caption="A caption", columns=("Name", "Figure"), kinds=("text", "number"),
        rows=tuple(tuple(map(say, row)) for row in rows), **more,
    )  # fmt: skip


def body(*blocks, lang="en"):
    """Return what stands between the title page and the footer."""
    empty, full = (markdown_text(report_of(facts(), lang, *given)) for given in ((), blocks))
    start = empty.rindex("---\n")
    return full[start : len(full) - (len(empty) - start)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_from_data_is_only_a_text_wherever_it_stands(text):
    blocks = (
        doc.Heading(level=2, text=text, anchor="x"), doc.Paragraph(spans=say(text)),
        doc.Bullets(items=(say(text), say(text))), doc.Quotation(paragraphs=(say(text), say(text))),
        table((text, text)),
        doc.PictureBlock(file="charts/a.png", caption="c", alt=text, width=1, height=1),
    )  # fmt: skip
    found = body(*blocks)
    assert kinds(found) == {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open",
        "bullet_list_close", "list_item_open", "list_item_close", "blockquote_open",
        "blockquote_close", "table_open", "table_close", "thead_open", "thead_close", "tbody_open",
        "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "image",
        "strong_open", "strong_close",
    }  # fmt: skip
    said = texts(found)
    assert said[:6] == [seen(text)] * 6
    assert said[6:11] == ["Table 1. A caption", "Name", "Figure", seen(text), seen(text)]
    assert said[11:] == [seen(text), "c"]
    found = facts()
    plan = found.plan.model_copy(update={"title": Text(zh=found.plan.title.render("zh"), en=text)})
    title = texts(markdown_text(report_of(found.model_copy(update={"plan": plan}), "en")))[0]
    assert title == seen(text)


def test_no_bare_address_is_left_for_github_to_make_a_link_of():
    found = body(doc.Paragraph(spans=say("https://evil.example HTTP://x.example www.evil.example")))
    assert not re.search(r"(https?://|www\.)", found, re.IGNORECASE)


def test_what_was_printed_stands_as_it_is_and_code_is_left_out():
    printed = "a  b\n```\n<script>\n````\n| x |"
    (token,) = parsed(body(doc.Printed(text=printed)))
    assert (token.type, token.content) == ("fence", printed + "\n")
    assert body(doc.Code(source="print(1)")).strip() == ""


def test_links_to_the_web_are_kept_also_in_tables_and_those_into_the_document_are_not():
    spans = (
        Span(text="It is "), Span(text="455", link="#obs-1"), Span(text=" by "),
        Span(text="the bureau", link="https://example.org/?a=1&copy=(2)*_x_"),
        Span(text=", "), Span(text="a script", link="javascript:alert(1)"),
        Span(text=" and no address", link="https://example.org/ |<x>"),
    )  # fmt: skip
    found = body(doc.Paragraph(spans=spans), table(("x", "y")))
    links = [
        part.attrs["href"]
        for token in parsed(found)
        for part in token.children or ()
        if part.type == "link_open"
    ]
    assert links == ["https://example.org/?a=1&copy=(2)*_x_"]
    assert texts(found)[0] == "It is 455 by the bureau, a script and no address"
    link = Span(text="a|b", link="https://example.org/a|b")
    block = table(("x", "y")).model_copy(update={"rows": (((link,), say("1")),)})
    assert texts(body(block))[-2:] == ["a|b", "1"]


SPANS = st.lists(
    st.builds(
        Span,
        text=st.text(alphabet="ab1 .-+#*_`[]()<>|\\&~$!:/突破。“”（）％%\n", max_size=8),
        strong=st.booleans(),
        link=st.sampled_from((None, "#a", "https://example.org/x_y*z")),
    ),
    max_size=5,
).map(tuple)


BOLD = (
    ("概率为", "73%", "（可能），"), ("概率为", "不到1%", "的可能"), ("称", "“突破”", "的目标"),
    ("", "实际结果", "："), ("a", " b ", "c"), ("The probability is ", "73%", " (likely)."),
)  # fmt: skip


def with_bold(test):
    for before, strong, after in BOLD:
        test = example(spans=(*say(before), *say(strong, strong=True), *say(after)))(test)
    return test


def test_of_bold_words_only_the_signs_that_meet_a_letter_are_plain():
    spans = (*say("首要建议：光纤（2030）。", strong=True), *say("制定举措"))
    assert inline(spans) == "**首要建议：光纤（2030）**。制定举措"


@with_bold
@given(spans=SPANS)
@example(spans=(Span(text="Kept\\!"), Span(text="1", link="https://example.org")))
def test_any_spans_are_read_back_with_their_words_and_their_look(spans: Spans):
    markdown = block_text(inline(spans))
    tokens = parsed(markdown)
    assert {t.type for t in tokens} <= {"inline", "paragraph_open", "paragraph_close"}
    read = [pair for token in tokens for pair in _looks(token)]
    meant = [
        (sign, span.strong, span.link if span.link and span.link[0] != "#" else None)
        for span in spans
        for sign in re.sub("\n+", " ", span.text)
    ]
    assert _visible(read) == _visible(meant)


def _looks(token):
    """Return every sign of a parsed line with whether it is bold and where it links to."""
    strong, link = False, None
    for part in token.children or ():
        match part.type:
            case "strong_open" | "strong_close":
                strong = part.type == "strong_open"
            case "link_open" | "link_close":
                link = str(part.attrs["href"]) if part.type == "link_open" else None
            case _:
                for sign in part.content:
                    yield sign, strong, link


def _visible(signs):
    """Leave blanks out, and of other signs whether they are bold: they may stand beside it."""
    return [(sign, bold and sign.isalnum(), link) for sign, bold, link in signs if sign != " "]


def test_of_a_row_without_words_the_head_is_told_also_as_plain_text():
    told = table(("Goal", "1"), ("", ""), groups=("At risk", "Others: x, y"))
    for words in (markdown_text(report_of(facts(), "en", told)), plain_table(told)):
        assert words.count("Others: x, y") == 1


def test_numbers_stand_to_the_right_and_headings_below_the_title():
    assert "| :--- | ---: |" in body(table(("x", "1")))
    headings = [doc.Heading(level=i, text="T", anchor="t") for i in (1, 2, 3)]
    assert [line for line in body(*headings).split("\n") if line] == ["## T", "### T", "#### T"]


@pytest.mark.parametrize(
    ("lang", "caption"), [("zh", "表1　A caption"), ("en", "Table 1. A caption")]
)
def test_captions_are_numbered_in_the_words_of_the_language(lang, caption):
    picture = doc.PictureBlock(
        number=2, file="charts/plan-1.png", caption="C", alt="An alt", width=1, height=1
    )
    found = body(table(("x", "1"), note="* A note."), picture, lang=lang)
    assert texts(found) == [
        caption, "Name", "Figure", "x", "1", "* A note.", "An alt",
        {"zh": "图2　C", "en": "Figure 2. C"}[lang],
    ]  # fmt: skip
    assert "](<charts/plan-1.png>)" in found


def test_the_title_page_comes_first_and_the_footer_last(lang):
    document = report_of(facts(), lang, doc.Paragraph(spans=say("The body.")))
    said = texts(markdown_text(document))
    assert said[:3] == [document.front.title, document.front.kicker, document.front.subtitle]
    assert "The body." in said
    assert said[-1] == document.front.footer
    for row in document.front.legend.rows:
        assert doc.plain_text(row[1]) in said
