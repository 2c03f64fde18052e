"""The Frictionless description of the data folder agrees with the records and the files."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bcforecast.cells import CLASSES
from bcforecast.config import DATA_DIR
from bcforecast.edge import LARGEST_FIGURE
from bcforecast.observations import records
from bcforecast.observations.reading import tables
from tests.made_folder import read_rows

GIVEN = DATA_DIR.parent.parent / "shared" / "data"
PACKAGE = json.loads((DATA_DIR / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {r["name"]: r for r in PACKAGE["resources"]}
TABULAR = {n: r for n, r in RESOURCES.items() if r["profile"] == "tabular-data-resource"}


def test_the_description_says_what_the_records_take():
    found = tables()
    known = {
        "observations": records.Observation,
        "sources": records.Source,
        "judgements": records.Elicitation,
        "delivery": records.Delivery,
    }
    for name, record in known.items():
        columns = [c.name for c in found[name] if not c.name.endswith("_zh")]
        apart = ("row", "file", "compared")  # of what is derived from figures of others
        assert columns == [f.name for f in fields(record) if f.name not in apart], name
    choices = {
        (name, c.name): c.choices for name, columns in found.items() for c in columns if c.choices
    }
    assert choices == {
        ("observations", "measure"): tuple(records.Measure),
        ("observations", "status"): tuple(records.Status),
        ("sources", "verification"): ("official", "press", "copy", "compiled", "entered"),
        ("breaks", "kind"): ("break", "exceptional", "checked"),
        ("delivery", "status"): tuple(reversed(CLASSES)),
    }
    for columns in found.values():
        for column in columns:
            assert (column.pattern == records.PERIOD_PATTERN) is (column.kind == "period")


def test_every_column_is_described_and_every_number_of_bounded_size():
    for name in tables():
        for field in TABULAR[name]["schema"]["fields"]:
            assert field["description"]
            rules = field.get("constraints", {})
            size = (rules.get("minimum"), rules.get("maximum"))
            assert size == (
                (-LARGEST_FIGURE, LARGEST_FIGURE) if field["type"] == "number" else (None, None)
            )
        schema = TABULAR[name]["schema"]
        assert schema["missingValues"] == [""]
        sources = {"resource": "sources", "fields": ["source"]}
        named = [{"fields": ["source"], "reference": sources}]
        expected = named if name in ("observations", "breaks", "delivery") else []
        assert schema.get("foreignKeys", []) == expected


def test_the_package_lists_every_file_of_the_folder_and_no_other_by_names_of_the_standard():
    assert PACKAGE["profile"] == "data-package"
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in (PACKAGE["name"], *RESOURCES))
    for resource in RESOURCES.values():
        assert (resource["encoding"], Path(resource["path"]).is_absolute()) == ("utf-8", False)
    listed = {resource["path"] for resource in RESOURCES.values()}
    assert all((DATA_DIR / path).is_file() for path in listed)
    tables = {path.name for path in DATA_DIR.glob("*.*") if path.name != "datapackage.json"}
    plans = {str(path.relative_to(DATA_DIR)) for path in (DATA_DIR / "plans").iterdir()}
    assert tables | plans == {p for p in listed if "/" not in p or p.startswith("plans/")}


@pytest.mark.skipif(not GIVEN.is_dir(), reason="the folder ../shared/data is not on this machine")
@pytest.mark.parametrize("name", ["observations", "sources"])
def test_the_figures_are_the_ones_that_were_handed_over(name):
    given = read_rows(GIVEN / f"{name}.csv")
    # Of an edition, and in a note, nothing is told that came after the figure.
    kept = given[0].keys() - {"title", "note"}
    ours, theirs = (
        [{k: row[k] for k in kept} for row in rows]
        for rows in (read_rows(DATA_DIR / TABULAR[name]["path"]), given)
    )
    assert ours[: len(given)] == theirs


def test_every_source_and_every_note_is_also_in_chinese():
    for source in read_rows(DATA_DIR / TABULAR["sources"]["path"]):
        assert all(re.search(r"[\u4e00-\u9fff]", source[c]) for c in ("title_zh", "issuer_zh"))
    for figure in read_rows(DATA_DIR / TABULAR["observations"]["path"]):
        assert bool(figure["note"]) == bool(re.search(r"[\u4e00-\u9fff]", figure["note_zh"]))
