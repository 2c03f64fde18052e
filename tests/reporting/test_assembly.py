"""Executed notebooks become one document: in order, numbered, with one anchor a heading."""

import base64

import pytest
from made_up_facts import facts
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bcforecast.reporting import document as doc
from bcforecast.reporting.assembly import assemble
from bcforecast.reporting.display import Result, Section
from bcforecast.reporting.manifest import fingerprint

PNG = base64.b64encode(b"\x89PNG not really").decode()
MADE_FROM = {
    "provenance": {},
    "inputs": [{"file": "a.csv", "sha256": "0" * 64}],
    "versions": {"python": "3.12"},
    "parameters": dict.fromkeys(
        ("plan", "as_of", "scenario", "lang", "seed", "models", "since"), "x"
    ),
    "code": {"version": "0.1", "sha256": "1" * 64},
    "lock": {"of": "requirements.lock", "sha256": "2" * 64},
}


def cell(*outputs, tags=(), source="show()"):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def shown(value, **metadata):
    return new_output("display_data", data=value._repr_mimebundle_(), metadata=metadata)


def png(**metadata):
    data = {"image/png": PNG, "text/plain": "what it says"}
    return new_output("display_data", data=data, metadata={"image/png": metadata})


def table():
    return doc.TableBlock.of("t", [("name", "text"), ("n", "number")], [("a", "1,650")])


def head(level, text, said="", **more):
    """A heading with a paragraph below it, if something is said."""
    below = (doc.Paragraph(spans=doc.words(said)),) if said else ()
    return Section((doc.Heading(level=level, text=text, **more), *below))


def made_of(*cells, lang="en", **stated):
    notebook, recipe = new_notebook(cells=list(cells)), {**MADE_FROM, **stated}
    return assemble(notebook, facts(), made_from=recipe, lang=lang)


def blocks_of(*cells, kind=None):
    """Every block before the annex but for code."""
    shown = made_of(*cells)[0].blocks[: -len(made_of()[0].blocks)]
    plain = [block for block in shown if not isinstance(block, doc.Code)]
    return plain if kind is None else [block for block in plain if isinstance(block, kind)]


def test_outputs_keep_their_order_and_tables_and_pictures_are_numbered_each_from_one():
    found = blocks_of(
        cell(shown(head(1, "A", "text"))),
        cell(shown(Section((table(),))), png(), shown(Section((table(), table()))), png()),
        cell(new_output("stream", name="stdout", text="<b>\n  x\n")),
        new_markdown_cell("words"),
    )
    assert [(b.kind, getattr(b, "number", None)) for b in found] == [
        ("heading", None), ("paragraph", None), ("table", 1), ("picture", 1), ("table", 2),
        ("table", 3), ("picture", 2), ("printed", None), ("paragraph", None),
    ]  # fmt: skip
    assert found[-2] == doc.Printed(text="<b>\n  x")


@pytest.mark.parametrize("tag", ["notebook-only", "parameters", "injected-parameters"])
def test_cells_of_the_notebook_alone_are_left_out(tag):
    assert blocks_of(cell(shown(head(1, "no", "no")), tags=[tag])) == []
    assert blocks_of(cell(shown(Result(facts())))) == [], "nor is the result a part of the report"


def test_pictures_in_a_part_with_an_anchor_are_named_by_it_until_the_next_chapter():
    part = head(2, "A", anchor="goal-a") + head(3, "B", "b")
    made, pictures = made_of(
        cell(png(), shown(part), png(), png(), shown(head(2, "C", "c", anchor="goal-a-b")), png()),
        cell(shown(head(1, "Last", "l")), png()),
    )
    names = ("plan-1", "goal-a-1", "goal-a-2", "goal-a-b-1", "plan-2")
    assert list(pictures) == [f"charts/{name}.png" for name in names]
    assert [block.file for block in made.pictures] == list(pictures)
    assert set(pictures.values()) == {b"\x89PNG not really"}


def test_a_heading_with_nothing_below_it_is_left_out():
    found = blocks_of(
        cell(shown(head(1, "Empty"))), cell(), cell(shown(head(1, "Full", "text"))),
        cell(shown(head(2, "Empty too"))),
    )  # fmt: skip
    assert [b.text for b in found if isinstance(b, doc.Heading)] == ["Full"]


def test_a_page_starts_once_where_headings_follow_each_other():
    found = blocks_of(
        cell(shown(head(1, "A", new_page=True)), shown(head(2, "B", "b", new_page=True))),
        cell(shown(head(2, "C", "c", new_page=True))),
        kind=doc.Heading,
    )
    assert [b.new_page for b in found] == [True, False, True]
    assert [b.anchor for b in found] == ["part-1", "part-1-1", "part-1-2"]


def test_the_front_has_title_date_and_scenario(lang):
    front = made_of(lang=lang)[0].front
    assert front.title == facts().plan.title.render(lang)
    words = {"zh": ("2021年12月31日", "基准"), "en": ("31 December 2021", "baseline")}[lang]
    assert all(word in repr(front) for word in words)


def test_a_report_says_who_made_it_when_and_how_to_cite_it_and_no_government_did(lang):
    stated = {"maker": "某区统计局", "made": "2026-11-27", "licence": "CC BY 4.0"}
    made, _ = made_of(lang=lang, provenance=stated)
    named = dict((*made.front.facts, *made.front.notes))
    words = {
        "zh": {"编制单位": "某区统计局", "编制日期": "2026年11月27日", "使用许可": "CC BY 4.0"},
        "en": {"Prepared by": "某区统计局", "Prepared on": "27 November 2026"},
    }[lang]
    assert named.items() >= words.items()
    assert made.provenance.author == "某区统计局"
    assert made.dated.isoformat() == "2026-11-27"
    alone, _ = made_of(lang=lang)
    assert alone.provenance.author == "bcforecast"
    tool = {"zh": "测算工具", "en": "Prepared with"}[lang]
    assert dict(alone.front.facts)[tool].startswith("bcforecast ")
    assert not any(("Prepared on" in name) or ("编制日期" in name) for name, _ in alone.front.facts)


def test_the_annex_names_the_functions_that_are_linked_to_and_one_checksum_of_all_inputs():
    said = doc.Paragraph(spans=(doc.cited("9%", "joint", "baseline.all_met"),))
    made, _ = made_of(cell(shown(Section((said,)))), lang="zh")
    (functions,) = [block for block in made.blocks if isinstance(block, doc.TableBlock)]
    assert functions.cells == (("共同完成的可能性", doc.FUNCTIONS["joint"]),)
    (record,) = [block for block in made.blocks if block.kind == "paragraph" and block.small]
    words = doc.plain_text(record.spans)
    stated = ("1个文件", "情景：基准", "2021年12月31日", "bcforecast 0.1（Python 3.12）")
    anywhere = fingerprint(MADE_FROM | {"given": {}, "formats": []})
    assert all(one in words for one in (*stated, anywhere))
    assert not any(one in words for one in ("1" * 64, "a.csv", "baseline"))


def test_goals_have_anchors_of_their_own_and_the_annex_is_last():
    goals = [head(2, goal.id, "z", anchor=f"goal-{goal.id}") for goal in facts().goals]
    made, _ = made_of(
        cell(shown(head(1, "First", "x"))), cell(shown(head(1, "Goals"))),
        cell(*map(shown, goals)), cell(shown(head(1, "Last", "y"))),
    )  # fmt: skip
    anchors = [b.anchor for b in made.blocks if isinstance(b, doc.Heading) and b.level <= 2]
    assert anchors[:5] == ["part-1", "part-2", "goal-enterprises", "goal-platforms", "part-3"]
    assert len(set(anchors)) == len(anchors)
    texts = [b.text for b in made.blocks if isinstance(b, doc.Heading) and b.level == 1]
    assert texts == ["First", "Goals", "Last", "Annex: the record of this report"]
    assert type(made).model_validate_json(made.model_dump_json()) == made
