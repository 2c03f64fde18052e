"""What a newcomer is asked to do in JupyterLab can be done there, typed as the docs have it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .panel_servers import SHOWN_MS, run_all

DOCS = Path(__file__).parents[2] / "docs"
FAILED = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type*='stderr']"


def tasks(page):
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


def test_both_languages_have_the_same_ten_tasks():
    assert tasks("tasks.md") == tasks("tasks.zh.md")
    assert len(tasks("tasks.md")) == 10


@pytest.mark.parametrize("lang", ["en"])
def test_every_task_is_answered_in_jupyterlab_below_00_start(lang, place, opened):
    notebook = place.notebook("00_start", lang=lang)
    page = opened(place.lab(notebook), strict=False, width=1400)
    run_all(page)
    settled(page)
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    page.locator(".jp-Notebook .jp-Cell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    for number, code in enumerate(tasks("tasks.md"), 1):
        page.keyboard.press("Enter")
        page.keyboard.insert_text(code.rstrip())
        page.keyboard.press("Control+Enter")
        settled(page)
        cell = page.locator(".jp-Notebook .jp-CodeCell.jp-mod-selected")
        expect(cell).to_contain_text(code.split("(")[0].splitlines()[0])
        assert cell.locator(FAILED).all_inner_texts() == [], (number, code)
        if "to_excel" not in code:
            expect(cell.locator(".jp-OutputArea-output").first).to_be_visible()
        page.keyboard.press("b")
    assert cells.count() > 10
    assert (notebook.parent / "goals.xlsx").is_file()


def settled(page):
    """Wait until nothing runs any more."""
    expect(page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=SHOWN_MS)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=SHOWN_MS)
