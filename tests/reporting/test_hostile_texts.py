"""Text is text: whatever a plan calls its things stands whole, and dead, in every format."""

import json

import pytest
import yaml
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from tests.made_folder import write_tables
from tests.reporting.light_reports import call
from tests.reporting.made_up_documents import TagReader, squeezed, texts_of
from tests.reporting.test_formats import READERS

HOSTILE = {
    "title": "[bold red]x[/] :smile: Zq0",
    "area": "{{7*7}} {% if a %} {# b #} ${c} Zq1",
    "issuer": "<x-hostile onload=1>&amp;</x-hostile> Zq2",
    "body": "# *a* _b_ `c` [l](http://u) ![i](u) ~~d~~ | e Zq3",
    "firms": "$\\frac{1}{2}$ costs $5 or $6 Zq4",
    "share": '=HYPERLINK("http://x","y") Zq5',
    "goal": "#let x = 1; @ref <lab> *b* _i_ // \\ Zq6",
    "quote": "@SUM(1+1) %s {0} {name} Zq7",
    "place": "1. +2-3 <b>4</b> Zq8",
    "measure": "- item\\n \\textbf{x} ''' \"\"\" Zq9",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a plan of hostile names and the folder of its report in every format."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    (folder / "plans").mkdir(parents=True)
    firms = {"id": "firms", "names": HOSTILE["firms"], "unit": "persons"}
    share = {"id": "share", "names": HOSTILE["share"], "unit": "%"}
    goal = {"target": 300, "due": 2024, "quote": HOSTILE["quote"], "place": HOSTILE["place"]}
    plan = {
        "id": "p", "title": HOSTILE["title"], "area": "here", "area_names": HOSTILE["area"],
        "issuer": HOSTILE["issuer"], "bodies": [{"id": "b", "names": HOSTILE["body"]}],
        "indicators": [firms, share],
        "goals": [
            {"indicator": "firms", "comparator": "at_least", "bodies": ["b"], **goal},
            {"indicator": "share", "comparator": "at_least", **goal, "target": 60,
             "names": HOSTILE["goal"]},
            {"id": "unknown", "indicator": "share", "comparator": "about", **goal, "target": 5},
        ],
        "measures": [{"id": "m", "names": HOSTILE["measure"], "indicators": ["firms"],
                      "levers": [{"id": "push", "names": HOSTILE["measure"], "indicator": "firms",
                                  "low": -1, "high": 9}]}],
    }  # fmt: skip
    (folder / "plans" / "p.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    rows = [
        f"here,{name},{year},{first + 5 * (year - 2012)},{kind},official,{year + 1}-03-01,"
        "stated,own"
        for name, first, kind in (("firms", 200, "persons,flow"), ("share", 20, "%,ratio"))
        for year in range(2012, 2022)
    ]
    write_tables(folder, rows)
    out = folder.parent / "out"
    formats = [f"--format={one}" for one in ("html", "md", "docx", "xlsx", "pdf")]
    call("report", "--plan", "p", "--data", folder, "--as-of", "2022-06-30", "--lang", "en",
         "--out", out, *formats)  # fmt: skip
    return folder, out / "p" / "2022-06-30" / "baseline" / "en"


def whole(words, *left_out):
    """Each hostile text stands in the words as it was written, however they are broken."""
    found = squeezed(words)
    return [k for k, said in HOSTILE.items() if k not in left_out and squeezed(said) not in found]


@pytest.mark.parametrize(("format", "file"), [("html", "index.html"), ("docx", "report.docx")])
def test_on_the_page_and_in_word_it_stands_as_written(made, format, file):
    assert whole(READERS[format]((made[1] / file).read_bytes())) == []


def test_in_the_pdf_every_text_stands_and_on_the_page_nothing_is_markup(made):
    told = READERS["pdf"]((made[1] / "report.pdf").read_bytes())
    assert [k for k in HOSTILE if HOSTILE[k][-3:] not in told] == []
    page = TagReader((made[1] / "index.html").read_text(encoding="utf-8"))
    assert "x-hostile" not in {tag for tag, _ in page.tags}


def test_in_markdown_nothing_is_emphasis_a_link_or_html(made):
    source = (made[1] / "report.md").read_text(encoding="utf-8")
    words = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(source):
        assert token.type != "html_block" or "x-hostile" not in token.content
        for part in token.children or ():
            words.append(part.content)
            assert not part.attrGet("href") or "http://u" not in str(part.attrGet("href"))
            assert "x-hostile" not in part.content or part.type == "text"
    assert whole("".join(words)) == []


def test_in_excel_it_is_no_formula(made):
    book = load_workbook(made[1] / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert whole("\n".join(str(cell.value) for cell in cells)) == []


def test_for_programs_and_on_the_terminal_it_is_the_same(made, shown, monkeypatch):
    folder, report = made
    result = json.loads((report / "result.json").read_text(encoding="utf-8"))
    assert whole("\n".join(texts_of(result)), "measure") == []
    monkeypatch.setenv("COLUMNS", "400")
    said = shown("goals", "--plan", "p", "--data", folder, "--as-of", "2022-06-30")
    assert whole(said, "area", "issuer", "body", "quote", "place", "measure", "share") == []
    assert "\x1b" not in said
