"""Take the pictures of docs/ from reports that stand under reports/: `make pictures`.

Needs Debian's chromium, poppler-utils and libreoffice-writer: the page, the PDF and the Word file
are photographed as their readers see them, every page of them.
"""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT: Final = Path(__file__).parents[1]
REPORTS: Final = ROOT / "reports"
REPORT: Final = REPORTS / "beichen-2020-2022" / "2021-12-31" / "baseline"
DOCS: Final = ROOT / "docs"
ENDINGS: Final = {"en": "", "zh": ".zh"}
CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
GOAL_HEADING: Final = {"en": "High-tech enterprises", "zh": "高新技术企业"}

_SHEET_DPI, _ACROSS, _GAP, _COLOURS = 50, 6, 8, 128
_METHOD: Final = Image.Quantize.MAXCOVERAGE  # keeps colours that are rare, such as the target
_SCREEN: Final[ViewportSize] = {"width": 1000, "height": 1400}


def main() -> None:
    """Take all pictures, in both languages."""
    (DOCS / "pages").mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for lang, ending in ENDINGS.items():
            _photograph_top(browser, REPORT / lang / "index.html", DOCS / f"report{ending}.png")
            name = "index.html" if lang == "zh" else "index.en.html"
            _photograph_top(
                browser, REPORTS / name, DOCS / f"reports{ending}.png", until="table.history"
            )
            _photograph_goal(REPORT / lang / "report.pdf", DOCS / f"report-pdf{ending}.png", lang)
            word = _as_pdf(REPORT / lang / "report.docx", Path(folder) / lang)
            for kind, pages in (
                ("html", _screens(browser, REPORT / lang / "index.html")),
                ("pdf", _pages(REPORT / lang / "report.pdf", dpi=_SHEET_DPI)),
                ("docx", _pages(word, dpi=_SHEET_DPI)),
            ):
                _contact_sheet(pages, DOCS / "pages" / f"{kind}{ending}.png")
        browser.close()


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
    (image,) = _pages(report, dpi=100, first=place, last=place)
    image.quantize(_COLOURS, method=_METHOD).save(picture, optimize=True)


def _pages(report: Path, *, dpi: int, first: int = 1, last: int = 999) -> Iterator[Image.Image]:
    with tempfile.TemporaryDirectory() as folder:
        stem = str(Path(folder) / "page")
        span = ["-f", str(first), "-l", str(last)]
        _run("pdftoppm", "-r", str(dpi), *span, "-png", str(report), stem)
        for path in sorted(Path(folder).glob("*.png")):
            with Image.open(path) as image:
                yield image.convert("RGB")


def _screens(browser: Browser, page: Path) -> Iterator[Image.Image]:
    """Photograph a page of the web screen by screen, as large as a page of the PDF."""
    view = browser.new_page(viewport=_SCREEN)
    view.goto(page.as_uri())
    height = int(view.evaluate("document.documentElement.scrollHeight"))
    with tempfile.TemporaryDirectory() as folder:
        for top in range(0, height, _SCREEN["height"]):
            view.evaluate(f"window.scrollTo({{top: {top}, behavior: 'instant'}})")
            path = Path(folder) / "screen.png"
            view.screenshot(path=path)
            with Image.open(path) as image:
                yield image.convert("RGB").resize((413, 579), Image.Resampling.LANCZOS)
    view.close()


def _as_pdf(document: Path, folder: Path) -> Path:
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    convert = ["--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)]
    _run("soffice", home, *convert)
    return folder / f"{document.stem}.pdf"


def _contact_sheet(pages: Iterable[Image.Image], picture: Path) -> None:
    images = list(pages)
    wide, high = (max(image.size[side] for image in images) + _GAP for side in (0, 1))
    rows = -(-len(images) // _ACROSS)
    sheet = Image.new("RGB", (_ACROSS * wide + _GAP, rows * high + _GAP), "#8a9099")
    for place, image in enumerate(images):
        row, column = divmod(place, _ACROSS)
        sheet.paste(image, (_GAP + column * wide, _GAP + row * high))
    sheet.quantize(_COLOURS, method=_METHOD).save(picture, optimize=True)


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
