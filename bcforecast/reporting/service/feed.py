"""The feed of all reports (`feed.xml`, Atom): names no host and no clock."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from datetime import date
from typing import Final

from bcforecast.messages import Language, text
from bcforecast.reporting.service.standing import ListedGoal, Reports, Standing
from bcforecast.table_numbers import percent
from bcforecast.wording import day

_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_OURS: Final = uuid.UUID("5b0d6c1e-7f0a-5c57-9c1f-2f9c5b7f3a10")
_MEDIA: Final = {
    "index.html": "text/html",
    "report.pdf": "application/pdf",
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "report.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "report.md": "text/markdown",
    "result.json": "application/json",
}
"""Media type of each file that is linked, the first of them as the entry itself."""

_TAGS: Final[dict[Language, str]] = {"zh": "zh-Hans", "en": "en"}
_NO_REPORT: Final = date(1970, 1, 1)


def feed(reports: Reports) -> bytes:
    """Return the feed: an entry a report and language, the latest as-of date first."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    _add(root, "id", _urn("feed"))
    _add(root, "title", text("run.feed_title", "zh") + " · " + text("run.feed_title", "en"))
    days = [report.result.as_of for report in reports.standing]
    _add(root, "updated", _instant(max(days, default=_NO_REPORT)))
    _add(_add(root, "author"), "name", "bcforecast")
    _add(root, "link", rel="self", type="application/atom+xml", href="feed.xml")
    _add(root, "link", rel="alternate", type="text/html", href="index.html")
    for report in sorted(reports.standing, key=lambda r: r.result.as_of, reverse=True):
        for lang in report.folders:
            _entry(root, report, lang)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entry(root: ET.Element, report: Standing, lang: Language) -> None:
    result, folder = report.result, report.folders[lang]
    entry = _add(root, "entry")
    entry.set(_XML_LANG, _TAGS[lang])
    _add(entry, "id", _urn(folder))
    title = text(
        "run.entry_title",
        lang,
        plan=result.plan.title.in_(lang),
        day=day(result.as_of, lang=lang),
        scenario=result.scenario_name.in_(lang),
    )
    _add(entry, "title", _legal(title))
    _add(entry, "updated", _instant(result.as_of))
    shown = [name for name in _MEDIA if name in report.files[lang]]
    for place, name in enumerate(shown):
        rel = "related" if place else "alternate"
        _add(entry, "link", rel=rel, type=_MEDIA[name], href=f"{folder}/{name}")
    lines = [_line(goal, lang) for goal in result.goals]
    _add(entry, "summary", _legal("\n".join(lines)), type="text")


def _line(goal: ListedGoal, lang: Language) -> str:
    word = text(goal.verdict, lang)
    said = word if goal.probability is None else f"{percent(goal.probability)} {word}"
    return text("run.entry_goal", lang, goal=goal.name.in_(lang), said=said, grade=goal.grade)


def _add(above: ET.Element, tag: str, content: str | None = None, **named: str) -> ET.Element:
    element = ET.SubElement(above, f"{{{_ATOM}}}{tag}", named)
    element.text = content
    return element


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_OURS, name)}"


def _instant(of: date) -> str:
    return f"{of.isoformat()}T00:00:00Z"


def _legal(words: str) -> str:
    """Leave out the control characters that XML cannot hold."""
    return "".join(c for c in words if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))
