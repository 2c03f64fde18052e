"""How soon the scenario panel answers while a lever is dragged: `make bench-explorer`.

Measured in a real browser (Debian's Chromium): from the event of the mouse to the number changed,
and to the chart drawn, on a page that `bcforecast explore --page` wrote, for every goal and lever;
and, since other work on the machine makes all of it slower, to the next frame of a page that does
nothing else, dragged in the same way between the goals.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from playwright.sync_api import Page, sync_playwright

import bcforecast as bc
from bcforecast.reporting.panel_page import PanelPage, write_panel_page

PHONE: Final = 4
"""A cheap phone is about so many times slower than this machine."""

_STEPS: Final = 12
_WATCH: Final = """
() => {
  window.seen = {number: [], chart: []};
  let since = 0;
  addEventListener("input", (event) => { since = event.timeStamp; }, true);
  const watch = (what, selector, options) => new MutationObserver(() => {
    if (since) seen[what].push(performance.now() - since);
    if (what == "chart") since = 0;
  }).observe(document.querySelector(selector), options);
  watch("number", "[data-side=a] .number", {attributes: true, attributeFilter: ["data-value"]});
  watch("chart", ".chart", {childList: true, subtree: true, attributes: true});
}
"""


_EMPTY: Final = """
data:text/html,<p class=levers><label class=lever><input type=range></label><script>
window.seen = {frame: []};
addEventListener("input", (event) => requestAnimationFrame(() =>
  seen.frame.push(performance.now() - event.timeStamp)));
</script>""".strip()


def measure(page: Page, address: str, *, slower: int = 1) -> dict[str, list[float]]:
    """Drag every lever of every goal with the mouse; return the times in ms."""
    page.goto(address)
    browser = page.context.browser
    assert browser is not None
    empty = browser.new_page(viewport=page.viewport_size)
    empty.goto(_EMPTY)
    found: dict[str, list[float]] = {"number": [], "chart": [], "frame": []}
    for goal in page.locator("[data-set=goal] option").evaluate_all("all => all.map(o => o.value)"):
        page.locator("[data-set=goal]").select_option(goal)
        page.evaluate(_WATCH)
        for one in (page, empty):
            one.bring_to_front()
            drag(one, slower=slower)
            for what, times in one.evaluate("seen").items():
                found[what] += times
            one.evaluate("Object.keys(seen).forEach((what) => { seen[what] = []; })")
    empty.close()
    return found


def drag(page: Page, *, slower: int) -> None:
    """Drag every lever of a page to the right, the processor slowed down so many times."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    for slider in page.locator(".levers > .lever input").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 0.45 * box["width"], y)
        page.mouse.down()
        for step in range(_STEPS):
            page.mouse.move(box["x"] + (0.45 + 0.04 * (step + 1)) * box["width"], y)
            page.wait_for_timeout(60)
        page.mouse.up()
    session.detach()


def main() -> None:
    """Print medians and the 95th percentile, on this machine and slowed down like a phone."""
    outlook = bc.project(
        bc.load_plan("beichen-2020-2022"), bc.load_observations(as_of="2021-12-31")
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "panel.html"
        write_panel_page(PanelPage(outlook, lang="zh"), file)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, slower, width in (("desktop", 1, 1280), ("phone", PHONE, 390)):
            page = browser.new_page(viewport={"width": width, "height": 900})
            found = measure(page, file.as_uri(), slower=slower)
            late = {what: quantiles(times, n=20)[-1] for what, times in found.items()}
            for what, times in found.items():
                said = f"{name}, event to {what}: {len(times)} moves, median {median(times):.0f} ms"
                times_empty = f"{late[what] / late['frame']:.1f} times the empty frame's"
                sys.stdout.write(f"{said}, 95% within {late[what]:.0f} ms, {times_empty}\n")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
