"""Text is text: whatever a plan calls its things stands whole, and dead, in every format."""

import csv
import json
import os
from random import Random

import docx
import pytest
import yaml
from openpyxl import load_workbook

from tests.made_folder import write_tables
from tests.reporting.light_reports import call
from tests.reporting.made_up_documents import TagReader, squeezed, texts_of
from tests.reporting.test_docx import codes
from tests.reporting.test_formats import READERS

WRITTEN = {
    "title": "[bold red]x[/] :smile:",
    "area": "{{7*7}} {% if a %} {# b #} ${c}",
    "issuer": "<x-hostile onload=1>&amp;</x-hostile>",
    "body": "# *a* _b_ `c` [l](http://u) ![i](u) ~~d~~ | e",
    "firms": "$\\frac{1}{2}$ costs $5 or $6",
    "share": '=HYPERLINK("http://x","y")',
    "goal": "#let x = 1; @ref <lab> *b* _i_ // \\",
    "quote": "@SUM(1+1) %s {0} {name}",
    "place": "1. +2-3 <b>4</b>",
    "measure": "- item\\n \\textbf{x} ''' \"\"\"",
    "lever": "<!-- c --> --> ]]> <x-hostile/>",
    "evidence": "[[w]](#obs-1) [^1] \\input{x} \\\\ &lt;",
    "promise": "+cmd|' /C calc'!A0 ``` ~~~",
    "vow": '#import "x": * [*a*](b) $ $$ `',
}
"""What a plan may call each of its things, in the markup of some program."""

MORE = r"""|a|b| -1+1 \t=1+1 &#x3c;x-hostile&#x3e; http://u {{ }} %(x)s <a> \u003c ***
> --- \(x\) _{a}^{b} # $ ` ~ < * _ [ ]"""


def drawn(seed):
    """Texts for every field: as written, or of what is drawn from all of them, in any order."""
    if seed is None:
        said = WRITTEN
    else:
        draw, all_of = Random(seed), [*WRITTEN.values(), *MORE.split()]
        said = {field: " ".join(draw.sample(all_of, 3)) for field in WRITTEN}
    return {field: f"{words.strip()} Zq{n:02}" for n, (field, words) in enumerate(said.items())}


SEEDS = [None, *range(1, 1 + int(os.environ.get("BCFORECAST_DRAWN", "1")))]


@pytest.fixture(scope="module", params=SEEDS)
def made(request, tmp_path_factory):
    """Hostile texts, a folder with a plan of them and the folder of its report in every format."""
    said, folder = drawn(request.param), tmp_path_factory.mktemp("hostile") / "data"
    (folder / "plans").mkdir(parents=True)
    firms = {"id": "firms", "names": said["firms"], "unit": "persons"}
    share = {"id": "share", "names": said["share"], "unit": "%"}
    goal = {"target": 300, "due": 2024, "quote": said["quote"], "place": said["place"]}
    plan = {
        "id": "p", "title": said["title"], "area": "here", "area_names": said["area"],
        "issuer": said["issuer"], "bodies": [{"id": "b", "names": said["body"]}],
        "indicators": [firms, share],
        "goals": [
            {"indicator": "firms", "comparator": "at_least", "bodies": ["b"], **goal},
            {"indicator": "share", "comparator": "at_least", **goal, "target": 60,
             "names": said["goal"]},
            {"id": "unknown", "indicator": "share", "comparator": "about", **goal, "target": 5},
        ],
        "qualitative_goals": [{"id": "q", "quote": said["promise"], "place": said["vow"]}],
        "measures": [{"id": "m", "names": said["measure"], "indicators": ["firms"],
                      "levers": [{"id": "push", "names": said["lever"], "indicator": "firms",
                                  "low": -1, "high": 9}]}],
    }  # fmt: skip
    (folder / "plans" / "p.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    rows = [
        f"here,{name},{year},{first + 5 * (year - 2012)},{kind},official,{year + 1}-03-01,"
        "stated,own"
        for name, first, kind in (("firms", 200, "persons,stock"), ("share", 20, "%,ratio"))
        for year in range(2012, 2022)
    ]
    write_tables(folder, rows)
    with (folder / "delivery.csv").open("w", encoding="utf-8", newline="") as table:
        told = ("p", "m", "2022-05-01", "credible", said["evidence"], "own")
        csv.writer(table).writerows(
            [("plan", "measure", "date", "status", "evidence", "source"), told]
        )
    out = folder.parent / "out"
    formats = [f"--format={one}" for one in ("html", "md", "docx", "xlsx", "pdf")]
    call("report", "--plan", "p", "--data", folder, "--as-of", "2022-06-30", "--lang", "en",
         "--out", out, *formats)  # fmt: skip
    return folder, out / "p" / "2022-06-30" / "baseline" / "en", said


def lost(made, words, *left_out):
    """Which hostile texts do not stand in words as they were written, however these are broken."""
    found = squeezed(words)
    return [k for k, said in made[2].items() if k not in left_out and squeezed(said) not in found]


@pytest.mark.parametrize(("format", "file"), [("html", "index.html"), ("docx", "report.docx")])
def test_on_the_page_and_in_word_it_stands_as_written(made, format, file):
    assert lost(made, READERS[format]((made[1] / file).read_bytes())) == []


def test_in_the_pdf_every_text_stands_and_on_the_page_nothing_is_markup(made):
    told = READERS["pdf"]((made[1] / "report.pdf").read_bytes())
    assert [k for k, said in made[2].items() if said[-4:] not in told] == []
    page = TagReader((made[1] / "index.html").read_text(encoding="utf-8"))
    assert not {"x-hostile", "b"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_in_word_nothing_is_a_field_or_an_address(made):
    document = docx.Document(made[1] / "report.docx")
    assert {code.split()[0] for code in codes(document.element)} == {"TOC", "PAGEREF", "SEQ"}
    assert not any("http://" in part.target_ref for part in document.part.rels.values())


def test_in_excel_it_is_no_formula(made):
    book = load_workbook(made[1] / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert lost(made, "\n".join(str(cell.value) for cell in cells)) == []


def test_for_programs_and_on_the_terminal_it_is_the_same(made, shown, monkeypatch):
    folder, report, _ = made
    result = json.loads((report / "result.json").read_text(encoding="utf-8"))
    assert lost(made, "\n".join(texts_of(result)), "measure") == []
    monkeypatch.setenv("COLUMNS", "1000")
    said = shown("goals", "--plan", "p", "--data", folder, "--as-of", "2022-06-30")
    assert lost(made, said, *WRITTEN.keys() - {"title", "firms", "goal"}) == []
    assert "\x1b" not in said
