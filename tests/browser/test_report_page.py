"""The page of a report, and the list of reports, in a real browser: nobody is shut out."""

import json
import shutil
from pathlib import Path

import axe_playwright_python
import pytest

from bcforecast.reporting.document import Document
from bcforecast.reporting.formats import write_format
from bcforecast.reporting.listing import read_reports, write_listing
from tools.example import EXAMPLE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
MOST_STOPS = 60
SIZES = (1280, 900), (1000, 800), (390, 844)  # desk, tablet, phone
STOPS = """() => [...document.querySelectorAll('a[href], button, input, summary, [tabindex]')]
    .filter((one) => one.tabIndex >= 0 && one.getClientRects().length).length"""
PLACE = "beichen-2020-2022/2021-12-31/baseline"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The example's documents as pages of today's, in a folder with its list."""
    out = tmp_path_factory.mktemp("reports")
    for lang in ("zh", "en"):
        folder = Path(shutil.copytree(EXAMPLE / lang, out / PLACE / lang))
        document = json.loads((folder / "report.json").read_text("utf-8"))
        write_format(Document.model_validate(document), "html", folder=folder)
    write_listing(out, read_reports(out))
    return out


@pytest.fixture(params=[f"{PLACE}/zh/index.html", f"{PLACE}/en/index.html", "index.en.html"])
def address(reports, request):
    return (reports / request.param).as_uri()


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser, address):
    page = browser.new_page()
    page.goto(address)
    page.evaluate(AXE)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(width, one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert 3 <= page.evaluate(STOPS) <= MOST_STOPS
    page.close()


def test_the_first_screen_holds_every_goal_of_the_brief(browser, reports):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((reports / PLACE / "zh" / "index.html").as_uri())
    last = page.locator(".brief tbody tr").last.bounding_box()
    assert last["y"] + last["height"] <= 900
    assert page.locator(".glance").is_hidden(), "names and chances stand in the table"
    page.close()


def test_on_paper_the_page_cuts_no_table_and_shows_no_control(browser, address):
    page = browser.new_page(viewport={"width": 680, "height": 1000})  # A4 within its margins
    page.emulate_media(media="print")
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.locator("input:visible").count() == 0
    page.close()
