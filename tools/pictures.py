"""Take the pictures of docs/ from reports that stand under reports/: `make pictures`.

Needs Debian's chromium and poppler-utils: the page, the list of reports and the page of a goal in
the PDF are photographed as their readers see them.
"""

import subprocess
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bcforecast import plotting, reporting

ROOT: Final = Path(__file__).parents[1]
REPORTS: Final = ROOT / "reports"
REPORT: Final = REPORTS / "beichen-2020-2022" / "2021-12-31" / "baseline"
DOCS: Final = ROOT / "docs"
ENDINGS: Final = {"en": "", "zh": ".zh"}
CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
GALLERY: Final = {
    "germany": ("germany-2030", "2025-12-31", "nitrogen_surplus"),
    "macao": ("macao-2024", "2024-09-30", "visitor_arrivals"),
}
GOAL_HEADING: Final = {"en": "High-tech enterprises", "zh": "高新技术企业"}


def main() -> None:
    """Take all pictures, in both languages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for lang, ending in ENDINGS.items():
            _photograph_top(browser, REPORT / lang / "index.html", DOCS / f"report{ending}.png")
            listing = REPORTS / ("index.html" if lang == "zh" else "index.en.html")
            picture = DOCS / f"reports{ending}.png"
            _photograph_top(browser, listing, picture, until="table.history")
            _photograph_goal(REPORT / lang / "report.pdf", DOCS / f"report-pdf{ending}.png", lang)
        browser.close()
    for name, (plan, as_of, goal) in GALLERY.items():
        folder = str(ROOT / "examples/plans" / name)
        outlook = reporting.open_outlook(plan, as_of=as_of, data_dir=folder, goal=goal)
        drawn = plotting.plot_goal(outlook, goal, lang="en").png()
        (DOCS / f"gallery-{name}.png").write_bytes(drawn)


def _photograph_top(browser: Browser, page: Path, picture: Path, *, until: str = "img") -> None:
    """Photograph a page from its top to the end of the first element of a kind."""
    view = browser.new_page(viewport={"width": 1100, "height": 1000})
    view.goto(page.as_uri())
    first = view.locator(f"main {until}").first
    first.wait_for()
    box = first.bounding_box()
    assert box is not None
    view.set_viewport_size({"width": 1100, "height": round(box["y"] + box["height"] + 30)})
    view.screenshot(path=picture)
    view.close()


def _photograph_goal(report: Path, picture: Path, lang: str) -> None:
    """Photograph the page of a PDF that opens with a goal's heading."""
    text = _run("pdftotext", "-layout", str(report), "-").decode("utf-8").split("\f")
    place = next(
        number
        for number, page in enumerate(text, start=1)
        if [line.strip() for line in page.splitlines() if line.strip()][1:2] == [GOAL_HEADING[lang]]
    )
    span = ["-f", str(place), "-l", str(place), "-r", "100", "-singlefile"]
    _run("pdftoppm", *span, "-png", str(report), str(picture.with_suffix("")))
    with Image.open(picture) as image:
        # Keeps colours that are rare, such as the target.
        small = image.convert("RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE)
    small.save(picture, optimize=True)


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
