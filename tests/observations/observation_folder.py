"""A small data folder that is right, to be spoilt in one place by each test."""

from dataclasses import dataclass
from pathlib import Path

from bcforecast.observations.reading import read_folder

HEADER = (
    "area,indicator,period,value,lower,upper,unit,measure,status,"
    "published,published_basis,source,note"
)
PLAN = """
id: p
area: here
indicators:
  - {id: firms, names: {en: High-tech firms, zh: 高企}, unit: enterprises, kind: flow}
  - {id: share, names: {en: Share}, unit: "%"}
  - {id: stocked, names: {en: Stocked}, unit: enterprises, kind: stock}
"""

SOURCES = "source,title,issuer,published,url,verification\nyearbook,Yearbook,Bureau,,,compiled\n"


@dataclass(frozen=True)
class Folder:
    """A data folder, its rows and what is said of them."""

    path: Path

    def write(self, *rows, header=HEADER, name="observations"):
        text = "\n".join([header, *rows]) + "\n"
        (self.path / f"{name}.csv").write_text(text, encoding="utf-8")
        return self

    def said(self, lang="en"):
        place = f"{self.path}/"
        return [e.message.render(lang).replace(place, "") for e in read_folder(self.path)[1]]


def row(**changes):
    """Return a row that is right but for `changes`."""
    cells = {
        "area": "north",
        "indicator": "firms",
        "period": "2021",
        "value": "90",
        "lower": "",
        "upper": "",
        "unit": "enterprises",
        "measure": "stock",
        "status": "official",
        "published": "2022-03-01",
        "published_basis": "stated",
        "source": "yearbook",
        "note": "",
    }
    return ",".join({**cells, **changes}.values())
