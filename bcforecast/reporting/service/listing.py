"""What a folder of reports says of itself: pages, feed and log, made from what stands there."""

from __future__ import annotations

from pathlib import Path

from bcforecast.messages import LANGUAGES
from bcforecast.reporting.publication import write_whole_file
from bcforecast.reporting.service.changes import status_changes
from bcforecast.reporting.service.feed import feed
from bcforecast.reporting.service.index_page import index_page, page_name
from bcforecast.reporting.service.standing import Reports
from bcforecast.reporting.service.status_table import status_csv


def write_listing(out: Path, reports: Reports) -> bool:
    """Write `index.html`, `index.en.html`, `feed.xml` and `status.csv`, each whole or not at all.

    The same reports give the same bytes. Where no report stands, and no list, none is written.

    Returns
    -------
    bool
        Whether anything had changed.

    Raises
    ------
    ReportError
        If a file cannot be written.
    """
    pages = {lang: out / page_name(lang) for lang in LANGUAGES}
    if not reports.standing and not any(path.exists() for path in pages.values()):
        return False
    files: dict[Path, bytes] = {}
    for lang, path in pages.items():
        standing = path.read_text("utf-8", errors="replace") if path.is_file() else None
        files[path] = index_page(reports, lang=lang, standing=standing).encode("utf-8")
    files[out / "feed.xml"] = feed(reports)
    files[out / "status.csv"] = status_csv(status_changes(reports)).encode("utf-8")
    written = [write_whole_file(path, content) for path, content in files.items()]
    return any(written)
