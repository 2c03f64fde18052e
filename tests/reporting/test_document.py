"""A document is made of blocks, and nothing from data becomes markup."""

from bcforecast.edge import json_text
from bcforecast.reporting import Result, Section, assembly
from bcforecast.reporting import document as doc
from bcforecast.reporting.display import RESULT_MIME, paragraphs
from bcforecast.reporting.facts import Facts
from tests.reporting.made_up_facts import facts, goal, outcome, unset

TABLE = doc.TableBlock.of("表 < t", [("名称", "text"), ("数 & n", "number")],
                      [("高新技术企业", "1"), ("<a>", "22")], note="n")  # fmt: skip


def test_a_unit_that_ends_in_a_stop_ends_the_sentence():
    (said,) = doc.sentence("report.brief_others", "en", ratings="38 per 100,000 inhab.")
    assert said.text == "38 per 100,000 inhab."


def test_a_linked_number_keeps_its_link_in_bold_type_and_within_other_sentences():
    chance = doc.Span(text="73%", link="#fn-probability", source="a.attainment.probability")
    inner = doc.sentence("document.scenario_item", "zh", name=chance, author="a", reason="b")
    outer = doc.join_spans([inner, (), doc.words("c")], lang="en")
    assert outer[0] == chance.model_copy(update={"strong": True})
    assert doc.plain_text(outer) == "73%（a）：b c"


def test_cells_of_a_person_are_read_as_headings_paragraphs_lists_and_quotations():
    blocks = assembly.parse_markdown(
        "## One\n\ntwo\nlines <b>\n\n- a\n- **b**\n\n> said\n>\n> where\n\n#### End"
    )
    assert [type(block) for block in blocks] == [
        doc.Heading,
        doc.Paragraph,
        doc.Bullets,
        doc.Quotation,
        doc.Heading,
    ]
    assert [block.level for block in blocks if isinstance(block, doc.Heading)] == [1, 3]
    assert blocks[1].spans == (doc.Span(text="two lines <b>"),)
    assert blocks[2].items[1] == (doc.Span(text="b", strong=True),)
    assert [doc.plain_text(p) for p in blocks[3].paragraphs] == ["said", "where"]


def test_a_notebook_shows_tables_as_html_and_sentences_as_markdown():
    shown = Section((TABLE, TABLE))._repr_mimebundle_()
    html = str(shown["text/html"])
    assert html.count("<table>") == 2
    assert "<caption>表 &lt; t</caption>" in html
    assert '<th scope="row" class="text">&lt;a&gt;</th>' in html
    assert '<th scope="col" class="number">数 &amp; n</th>' in html
    lines = str(shown["text/plain"]).splitlines()
    assert lines[2] == "高新技术企业       1"
    assert lines[3] == "<a>" + " " * 9 + "      22"
    said = paragraphs((doc.Span(text="73%", strong=True, link="#fn-plan"),), ())._repr_mimebundle_()
    assert said["text/markdown"] == said["text/plain"] == "**73%**"
    assert Section()._repr_mimebundle_()["text/markdown"] == ""


def test_the_result_reads_back_as_the_same_facts_to_twelve_digits():
    document = facts(goal(outcome=outcome(600.0), met_by_year={2022: 0.25}), unset())
    data = Result(document)._repr_mimebundle_()[RESULT_MIME]
    assert Facts.model_validate_json(json_text(data)) == document
    shown = Result(goal(probability=0.1234567890123456))._repr_mimebundle_()[RESULT_MIME]
    assert isinstance(shown, dict)
    assert shown["probability"] == 0.123456789012
