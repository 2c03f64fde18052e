"""The scenario panel in a real browser: what the page shows is what the library says.

With BCFORECAST_PICTURES=docs it also leaves the pictures of the documentation there.
"""

import csv
import os
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

import bcforecast as bc
from bcforecast.attainment.seek import seek
from bcforecast.config import DATA_DIR
from bcforecast.explorer.session import SCRIPT, Session, panel_content
from bcforecast.reporting.panel_page import PanelPage, write_panel_page
from bcforecast.scenarios.scenario import load_scenario
from bcforecast.text import chance

from .panel_servers import ROOT, SHOWN_MS, run_all

SHARE = "renewable_electricity"
GOAL, LEVER, SIZE = "hightech_enterprises", "new_certifications", 20
PLAN, AS_OF = "beichen-2020-2022", "2021-12-31"
TITLE = {"zh": "多认定两成", "en": "A fifth more certified"}
WANTED = os.environ.get("BCFORECAST_PICTURES", "")
PICTURE = {"zh": "explorer.zh.png", "en": "explorer.png"}
CLOSE = 0.001
GERMANY = ROOT / "examples" / "plans" / "germany"


@pytest.fixture(scope="module")
def outlook():
    return bc.project(bc.load_plan(PLAN), bc.load_observations(as_of=AS_OF))


@pytest.fixture(scope="module")
def file(outlook, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "panel.html"
    write_panel_page(PanelPage(outlook, lang="en", goal=GOAL), path)
    return path


def number(page, side="a"):
    return float(page.locator(f"[data-side={side}] .number").get_attribute("data-value"))


def pressed(page, times=SIZE, lever=LEVER):
    """Move a lever by the keyboard."""
    slider = page.locator(f'.bcf input[id="{lever}"]')
    slider.focus()
    for _ in range(times):
        page.keyboard.press("ArrowRight")
    return slider


def test_the_number_and_the_chart_follow_the_mouse_while_it_is_down(file, opened, outlook):
    page = opened(file.as_uri())
    assert number(page) == outlook[GOAL].attainment.probability
    box = page.locator(f'input[id="{LEVER}"]').bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], y)
    page.mouse.down()
    seen = []
    for part in (0.5, 0.6, 0.7, 0.8):
        chart = page.locator(".chart").inner_html()
        page.mouse.move(box["x"] + part * box["width"], y)
        page.wait_for_function(
            "before => document.querySelector('.chart').innerHTML != before", arg=chart
        )
        size = float(page.locator(f'input[id="{LEVER}"]').input_value())
        seen.append(
            (
                number(page),
                outlook.exploration.probability(GOAL, outlook.exploration.pushed({LEVER: size})),
            )
        )
    page.mouse.up()
    assert [said for said, _ in seen] == pytest.approx([wanted for _, wanted in seen], abs=CLOSE)
    assert len({said for said, _ in seen}) == 4


def test_the_address_holds_what_was_set_and_undo_takes_it_back(file, opened, outlook):
    page = opened(file.as_uri())
    expect(page.get_by_text("Scenario to compare with")).to_be_visible()
    before = number(page)
    pressed(page)
    after = number(page)
    assert after > before
    why = page.locator("[data-side=a] .why")
    expect(why).to_contain_text("Levers moved")
    expect(page.locator("[data-side=a] .change")).to_contain_text(
        chance(before, grade=outlook[GOAL].attainment.grade, lang="en")
    )
    told = parse_qs(urlsplit(page.url).fragment)
    assert (told["goal"], told[f"a.{LEVER}"]) == ([GOAL], [str(SIZE)])
    colleague = opened(page.url)
    assert number(colleague) == after
    for _ in range(SIZE):
        page.keyboard.press("Control+z")
    assert number(page) == before
    expect(why).to_contain_text("Past trends only")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    spoiled = opened(f"{file.as_uri()}#goal=<b>&a=%3Cb%3E&a.{LEVER}=9e99&lang=xx&year=1&target=x")
    assert number(spoiled) > 0
    expect(spoiled.locator("b:text-is('<b>')")).to_have_count(0)


def test_two_scenarios_stand_side_by_side_in_either_language(file, opened, outlook):
    page = opened(file.as_uri())
    page.locator("[data-set=b]").select_option("stretch")
    stretch = load_scenario("stretch", plan=outlook.plan)
    assert number(page, "b") == pytest.approx(
        outlook.exploration.probability(GOAL, stretch), abs=CLOSE
    )
    assert number(page) == outlook[GOAL].attainment.probability
    pressed(page)
    kept = number(page)
    page.locator("[data-do=keep]").click()
    assert number(page, "b") == kept
    page.locator("[data-do=lang]").click()
    expect(page.locator("h1")).to_have_text(outlook.plan.title.render("zh"))
    assert (number(page), number(page, "b")) == (kept, kept)


def test_what_takes_eighty_percent_another_target_and_what_a_lever_could_do(file, opened, outlook):
    page = opened(file.as_uri())
    page.locator("[data-set=goal]").select_option("tech_contract_value")
    page.locator("[data-do=seek]").click()
    found = seek(outlook.exploration, goal="tech_contract_value")
    assert number(page) == pytest.approx(found.reached, abs=0.005)
    rows, heading = page.locator(".tornado tr"), page.get_by_text("each lever could do alone")
    expect(rows).to_have_count(2)
    expect(heading).to_have_count(1)
    page.locator("[data-set=goal]").select_option("leading_enterprises")  # no lever is tried on it
    expect(heading).to_have_count(0)
    page.locator("[data-set=goal]").select_option("tech_contract_value")
    page.locator("[data-do=reset]").click()
    page.locator("[data-set=target]").fill(
        "5"
    )  # CNY billion, of which one is ten in the plan's unit
    page.locator("[data-set=target]").blur()
    forecast = outlook["tech_contract_value"].forecast
    assert number(page) == pytest.approx(float(forecast.at_least(50)[-1]), abs=CLOSE)
    page.locator(".chart svg").hover()
    expect(page.locator(".hover")).to_contain_text("2022")


def test_chart_and_table_can_be_saved(file, opened, tmp_path):
    page = opened(file.as_uri())
    pressed(page)
    for name, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"\xef\xbb\xbf")):
        with page.expect_download() as saved:
            page.locator(f"[data-do={name}]").click()
        saved.value.save_as(tmp_path / f"a.{name}")
        assert saved.value.suggested_filename == f"{PLAN}-{GOAL}.{name}"
        assert (tmp_path / f"a.{name}").read_bytes().startswith(start)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = {row[0]: row for row in csv.reader(table)}
    assert float(rows[GOAL][2]) == pytest.approx(number(page), abs=1e-4)
    assert rows[LEVER][2:4] == [str(SIZE), "0"]


def test_on_a_phone_the_number_stays_in_sight_of_every_lever(file, opened):
    page = opened(file.as_uri(), width=390, height=800, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for slider in page.locator(".levers > .lever input").all():
        slider.scroll_into_view_if_needed()
        expect(page.locator("[data-side=a] .number")).to_be_in_viewport()
        before, box = number(page), slider.bounding_box()
        page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_function(
            "was => document.querySelector('.number').dataset.value != was", arg=str(before)
        )
        assert number(page) != before
    if WANTED:
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(WANTED) / "explorer-phone.png")
    sizes = page.locator(".chart text").evaluate_all(
        "all => all.map(t => t.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 11


HELD = """() => { const one = document.activeElement;
  return [one.id || one.dataset.set || one.dataset.do || one.localName,
          getComputedStyle(one).outlineStyle, one.getBoundingClientRect().height > 0]; }"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_works_from_the_keyboard_which_keeps_its_place(lang, file, opened):
    page = opened(f"{file.as_uri()}#lang={lang}")
    reached = []
    while True:
        page.keyboard.press("Tab")
        name, outline, seen = page.evaluate(HELD)
        if name == "body" or name in reached:
            break
        reached.append(name)
        assert (outline, seen) == ("solid", True), name
    buttons = ["reset", "lang", "keep", "svg", "png", "csv", "link", "seek"]
    assert {*buttons, "goal", "a", "b", "chart", "target", "year", LEVER} <= {*reached}

    def focused():
        return page.evaluate(HELD)[0]

    # What is chosen or done makes the page anew; the focus stays where it was.
    page.locator("[data-set=goal]").focus()
    first, said = page.locator("[data-set=goal]").input_value(), number(page)
    page.keyboard.press("ArrowDown")
    assert page.locator("[data-set=goal]").input_value() != first
    assert focused() == "goal"
    page.keyboard.press("ArrowUp")
    assert (number(page), focused()) == (said, "goal")
    page.locator("[data-do=seek]").focus()
    page.keyboard.press("Enter")
    assert number(page) > said
    assert focused() == "seek"
    page.locator("[data-do=undo]").focus()
    for done in (focused(), "undo", "undo"):  # the answer, and both choices of a goal
        assert focused() == done
        page.keyboard.press("Enter")
    assert (number(page), focused()) == (said, "reset")  # nothing is left to undo
    page.locator("[data-set=chart]").focus()
    told = []
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        told.append(page.locator(".hover").inner_text())
    assert told[0] == told[2] != told[1]
    page.locator("[data-do=lang]").focus()
    page.keyboard.press("Space")
    assert focused() == "lang"


OFF = """all => all
  .map((text) => [text, text.ownerSVGElement].map((one) => one.getBoundingClientRect()))
  .filter(([own, all]) => own.left < all.left || own.right > all.right || own.top < all.top)"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_word_of_a_chart_is_cut_on_a_phone(lang, file, opened):
    page = opened(f"{file.as_uri()}#lang={lang}", width=390)
    goals = page.locator("[data-set=goal] option").evaluate_all("all => all.map((o) => o.value)")
    for goal in goals:
        page.locator("[data-set=goal]").select_option(goal)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert page.locator(".chart text").evaluate_all(OFF) == [], goal


@pytest.fixture
def page_of(opened, tmp_path):
    def made(plan, as_of, goal, folder=None):
        read = bc.load_plan(plan, data_dir=folder)
        seen = bc.project(read, bc.load_observations(folder, as_of=as_of))
        write_panel_page(PanelPage(seen, lang="en", goal=goal), tmp_path / f"{plan}.html")
        return opened((tmp_path / f"{plan}.html").as_uri())

    return made


def test_every_goal_has_its_chart_also_one_that_is_due_and_no_lever_moves(page_of):
    page = page_of("germany-2030", "2025-12-31", "rd_intensity", GERMANY)
    goals = page.locator("[data-set=goal] option").evaluate_all("all => all.map((o) => o.value)")
    for goal in goals:
        page.locator("[data-set=goal]").select_option(goal)
        expect(page.locator(".chart svg")).to_be_visible()
        assert page.locator("[data-side=a] .number").inner_text()


def test_bounds_gaps_and_growth_of_a_share_are_told_as_the_report_does(page_of):
    """Tianjin has a bound, then one figure after a gap; Germany's renewables are a share."""
    page = page_of("tianjin-2020-2022", "2020-12-31", "rd_intensity")
    expect(page.locator(".chart .bound")).to_have_count(1)
    expect(page.locator(".chart text", has_text="> 2.8")).to_be_visible()
    assert page.locator(".chart .known").get_attribute("d").count("M") == 2
    page = page_of("germany-2030", "2022-12-31", SHARE, GERMANY)
    told = re.compile(r"^\+0\.\d+ percentage points a year$")
    expect(pressed(page, 4, f"growth.{SHARE}")).to_have_attribute("aria-valuetext", told)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_scenario_saved_from_the_served_page_is_a_draft_and_can_be_chosen(
    lang, place, opened, data_dir, outlook
):
    page = opened(place.explore(lang=lang, goal=GOAL), device_scale_factor=1.5)
    pressed(page)
    after = number(page)
    page.locator("[data-title]").fill(TITLE[lang])
    page.locator("[data-do=save]").click()
    expect(page.locator(".done")).to_contain_text(".yaml")
    chosen = page.locator("[data-set=a] option:checked")
    expect(chosen).to_contain_text(TITLE[lang])
    assert number(page) == pytest.approx(after, abs=CLOSE)
    saved = load_scenario(chosen.get_attribute("value"), plan=outlook.plan, data_dir=data_dir)
    assert saved.draft
    assert outlook.exploration.probability(GOAL, saved) == pytest.approx(after, abs=CLOSE)
    assert not (DATA_DIR / "scenarios" / f"{saved.id}.yaml").exists()
    page.locator("[data-title]").fill(TITLE[lang])
    page.locator("[data-do=save]").click()
    expect(page.locator(".done")).to_contain_text(TITLE[lang])
    picture(page, lang)
    page.reload()
    expect(page.locator("[data-set=a] option:checked")).to_contain_text(TITLE[lang])


def test_a_figure_that_could_come_is_fitted_by_the_served_pages_library(place, opened, outlook):
    page = opened(place.explore(lang="en", goal=GOAL))
    before = number(page)
    page.locator("[data-set=figured]").select_option("2021")
    page.locator("[data-set=figure]").fill("480")
    page.locator("[data-set=figure]").press("Enter")
    expect(page.locator(".guess")).to_contain_text("480 enterprises in 2021")
    expect(page.locator(".chart [stroke='#00785f']")).to_have_count(2)
    assert number(page) == before
    page.locator("[data-set=figure]").fill("")
    page.locator("[data-set=figure]").press("Enter")
    expect(page.locator(".guess")).to_have_text("")
    expect(page.locator(".chart [stroke='#00785f']")).to_have_count(0)


def picture(page, lang):
    """Leave a picture of the panel for the documentation, if one is wanted."""
    if WANTED:
        page.locator("[data-set=b]").select_option("adverse-shock-and-recovery")
        pressed(page, 5)
        page.wait_for_timeout(500)
        page.evaluate("document.activeElement.blur()")
        page.wait_for_function("[...document.fonts].every(font => font.status != 'loading')")
        page.locator(".bcf").screenshot(path=Path(WANTED) / PICTURE[lang])


HOST = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; font-src data:;
script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:">
<link rel=icon href=data:><body><script>
async function shown({source, meta, paths}) {
  const bytes = Uint8Array.from("12345678" + atob(paths), (c) => c.charCodeAt(0)), heard = {};
  const given = {meta, paths: new DataView(bytes.buffer, 8), state: {}};
  const own = {get: (name) => given[name], set: (name, value) => { given[name] = value; },
    save_changes: () => {}, on: (name, hear) => { heard[name] = hear; }, then: undefined,
    send: ({asked}) => heard["msg:custom"]({said: `saved ${asked.title}`}, [])};
  const known = {get: (all, name) => { if (name in all) return all[name]; throw Error(name); }};
  const file = new Blob([source], {type: "text/javascript"});
  const {default: widget} = await import(URL.createObjectURL(file));
  const el = document.createElement("div"), before = Object.keys(window).length;
  await widget.render({model: new Proxy(own, known), el});
  document.body.append(el);
  return () => [given.state, Object.keys(window).length - before];
}
</script>"""


def test_the_widget_needs_what_every_anywidget_host_gives_and_nothing_else(
    opened, outlook, tmp_path
):
    """As VS Code would: a frame of strict policy, no Jupyter, the model's documented methods."""
    (tmp_path / "host.html").write_text(HOST, encoding="utf-8")
    meta, paths = panel_content(Session(outlook), lang="en", goal=GOAL)
    page = opened((tmp_path / "host.html").as_uri())
    given = {"source": SCRIPT.read_text("utf-8"), "meta": meta, "paths": b64encode(paths).decode()}
    left = page.evaluate_handle("shown", given)
    assert number(page) == outlook[GOAL].attainment.probability
    expect(page.locator(".chart svg")).to_be_visible()
    pressed(page)
    page.locator("[data-title]").fill("A")
    page.locator("[data-do=save]").click()
    expect(page.locator(".done")).to_have_text("saved A")
    state, globals_added = left.evaluate("left => left()")
    assert (state["a"]["sizes"], globals_added) == ({LEVER: SIZE}, 0)


@pytest.mark.parametrize("front", ["lab", "voila"])
def test_the_same_panel_works_in_a_notebook_and_saves_through_its_kernel(
    front, place, opened, data_dir, outlook
):
    notebook = place.notebook(lang="zh", goal=GOAL)
    address = place.lab(notebook) if front == "lab" else place.voila(notebook)
    page = opened(address, strict=False, width=1400)
    if front == "lab":
        run_all(page)
    expect(page.locator(".bcf .number").first).to_be_visible(timeout=SHOWN_MS)
    if front == "lab":  # later cells move the page under the panel
        expect(page.get_by_text("| Idle")).to_be_visible(timeout=SHOWN_MS)
    assert number(page) == outlook[GOAL].attainment.probability
    pressed(page)
    pushed = outlook.exploration.pushed({LEVER: SIZE})
    assert number(page) == pytest.approx(outlook.exploration.probability(GOAL, pushed), abs=CLOSE)
    page.locator("[data-title]").fill(TITLE["zh"])
    page.locator("[data-do=save]").click()
    expect(page.locator(".done")).to_contain_text(".yaml")
    assert any(
        TITLE["zh"] in path.read_text("utf-8") for path in (data_dir / "scenarios").iterdir()
    )
