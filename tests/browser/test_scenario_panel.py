"""The scenario panel in a real browser: what the page shows is what the library says.

With BCFORECAST_PICTURES=docs it also leaves the pictures of the documentation there.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

import bcforecast as bc
from bcforecast.config import DATA_DIR
from bcforecast.scenarios.scenario import load_scenario
from bcforecast.text import chance

GOAL, LEVER, SIZE = "hightech_enterprises", "new_certifications", 20
PLAN, AS_OF = "beichen-2020-2022", "2021-12-31"
SHOWN_MS = 90_000
ANSWERED_MS = 20_000
TITLE = {"zh": "多认定两成", "en": "A fifth more certified"}
WANTED = os.environ.get("BCFORECAST_PICTURES", "")
CASES = [("voila", "en"), ("lab", "zh"), *([("voila", "zh")] if WANTED else [])]
PICTURE = {"zh": "explorer.zh.png", "en": "explorer.png"}


@pytest.fixture
def exploration(data_dir):
    plan = bc.load_plan(PLAN, data_dir=data_dir)
    return bc.project(plan, bc.load_observations(data_dir, as_of=AS_OF)).exploration


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 1400, "height": 1300}, device_scale_factor=1.5)
    opened.set_default_timeout(ANSWERED_MS)
    yield opened
    opened.close()


def run_all(page):
    """Run a notebook in JupyterLab once its kernel is there."""
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=SHOWN_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def shows(page, probability, *, grade, lang, timeout=ANSWERED_MS):
    number = page.locator(".bcf-probability")
    expect(number).to_have_attribute("data-value", f"{probability:.6f}", timeout=timeout)
    expect(number).to_have_text(chance(probability, grade=grade, lang=lang))


@pytest.mark.parametrize(("front", "lang"), CASES)
def test_a_moved_slider_shows_what_the_library_says_and_the_saved_scenario_can_be_chosen(
    front, lang, place, page, data_dir, exploration
):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    notebook = place.notebook(lang=lang, goal=GOAL)
    address = place.voila(notebook) if front == "voila" else place.lab(notebook)
    page.goto(address, timeout=SHOWN_MS)
    if front == "lab":
        run_all(page)
    before = exploration.probability(GOAL, exploration.baseline)
    grade = exploration.outlook[GOAL].attainment.grade
    shows(page, before, grade=grade, lang=lang, timeout=SHOWN_MS)

    slider = page.locator(f".bcf-lever-{LEVER}")
    slider.get_by_role("slider").focus()
    for _ in range(SIZE):
        page.keyboard.press("ArrowRight")
    expect(slider.locator(".widget-readout")).to_have_text(f"+{SIZE:.1f}")
    pushed = exploration.pushed({LEVER: SIZE})
    after = exploration.probability(GOAL, pushed)
    assert after > before
    shows(page, after, grade=grade, lang=lang)
    together = page.locator(".bcf-together")
    expect(together).to_have_attribute("data-value", f"{exploration.joint(pushed).all_met:.6f}")

    page.locator(".bcf-save-name input").fill("a-fifth-more")
    page.locator(".bcf-save-title input").fill(TITLE[lang])
    page.locator(".bcf-save-button").click()
    expect(page.locator(".bcf-said-done")).to_be_visible()
    chooser = page.locator(".bcf-scenario select")
    expect(chooser.locator("option:checked")).to_have_text(TITLE[lang])
    shows(page, after, grade=grade, lang=lang)
    saved = load_scenario("a-fifth-more", plan=exploration.outlook.plan, data_dir=data_dir)
    assert exploration.probability(GOAL, saved) == after
    assert not (DATA_DIR / "scenarios" / "a-fifth-more.yaml").exists()
    picture(page, front, lang)

    page.locator(".bcf-save-button").click()
    expect(page.locator(".bcf-said-refused")).to_contain_text("a-fifth-more")

    stretch = load_scenario("stretch", plan=exploration.outlook.plan, data_dir=data_dir)
    chooser.select_option(stretch.name(lang))
    p = exploration.probability(GOAL, stretch)
    shows(page, p, grade=grade, lang=lang)

    expect(page.get_by_text("Jupyter news")).to_have_count(0)
    hosts = {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))}
    assert hosts == {"127.0.0.1"}


def picture(page, front, lang):
    """Leave a picture of the panel for the documentation, if one is wanted."""
    if WANTED and front == "voila":
        page.evaluate("document.activeElement.blur()")
        page.wait_for_function("[...document.fonts].every(font => font.status != 'loading')")
        page.locator(".bcf-panel").screenshot(path=Path(WANTED) / PICTURE[lang])
