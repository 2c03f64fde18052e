"""Take the pictures of the READMEs from a report written by `make report`: `make pictures`."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "reports" / "beichen-2020-2022" / "2021-12-31" / "baseline"
PICTURES = {"en": "report.png", "zh": "report.zh.png"}
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Photograph the top of the page in each language: heading, overview, dashboard."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for lang, name in PICTURES.items():
            page = browser.new_page(viewport={"width": 1100, "height": 1000})
            page.goto((REPORT / lang / "index.html").as_uri())
            page.locator("img").first.wait_for()
            box = page.locator("img").first.bounding_box()
            assert box is not None
            bottom = round(box["y"] + box["height"] + 30)
            page.set_viewport_size({"width": 1100, "height": bottom})
            page.screenshot(path=ROOT / "docs" / name)
        browser.close()


if __name__ == "__main__":
    main()
