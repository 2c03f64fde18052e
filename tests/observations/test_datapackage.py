"""The Frictionless description of the data folder agrees with our own checks and with the files."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bcforecast.config import DATA_DIR
from bcforecast.observations.reading import LARGEST, tables
from bcforecast.observations.records import (
    PERIOD_PATTERN,
    Judgement,
    Measure,
    Observation,
    Source,
    Status,
    Verification,
)
from bcforecast.text import units

PACKAGE = json.loads((DATA_DIR / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES: dict[str, dict[str, Any]] = {r["name"]: r for r in PACKAGE["resources"]}
TABULAR = {n: r for n, r in RESOURCES.items() if r["profile"] == "tabular-data-resource"}


def rows_of(resource: dict[str, Any]) -> list[dict[str, str]]:
    with (DATA_DIR / resource["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def violation(text: str, field: dict[str, Any]) -> str | None:
    """Return what is wrong with one cell by the rules of Table Schema, or None."""
    rules = field.get("constraints", {})
    if text == "":
        return "required" if rules.get("required") else None
    if "enum" in rules and text not in rules["enum"]:
        return "enum"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text):
        return "pattern"
    try:
        value = {"number": float, "date": date.fromisoformat}.get(field["type"], str)(text)
    except ValueError:
        return "type"
    if "minimum" in rules and value < rules["minimum"]:
        return "minimum"
    return "maximum" if "maximum" in rules and value > rules["maximum"] else None


def test_the_description_says_what_the_records_take() -> None:
    found = tables()
    known = {"observations": Observation, "sources": Source, "judgements": Judgement}
    for name, record in known.items():
        columns = [c.name for c in found[name] if not c.optional]
        assert columns == [f.name for f in fields(record) if f.name != "row"], name
    choices = {c.name: c.choices for columns in found.values() for c in columns if c.choices}
    assert choices == {
        "unit": tuple(units()),
        "measure": tuple(Measure),
        "status": tuple(Status),
        "verification": tuple(Verification),
    }
    for columns in found.values():
        for column in columns:
            assert (column.pattern == PERIOD_PATTERN) is (column.kind == "period")


def test_every_column_is_described_and_every_number_of_bounded_size() -> None:
    for name in tables():
        for field in TABULAR[name]["schema"]["fields"]:
            assert field["description"]
            rules = field.get("constraints", {})
            size = (rules.get("minimum"), rules.get("maximum"))
            assert size == ((-LARGEST, LARGEST) if field["type"] == "number" else (None, None))


@pytest.mark.parametrize("name", TABULAR)
def test_every_row_of_every_table_keeps_its_schema(name: str) -> None:
    schema = TABULAR[name]["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    assert schema["missingValues"] == [""]
    for number, row in enumerate(rows_of(TABULAR[name]), start=2):
        assert list(row) == list(fields), f"{name} row {number}"
        wrong = {c: violation(t, fields[c]) for c, t in row.items() if violation(t, fields[c])}
        assert wrong == {}, f"{name} row {number}"


@pytest.mark.parametrize("name", [n for n, r in TABULAR.items() if "primaryKey" in r["schema"]])
def test_no_key_stands_twice(name: str) -> None:
    key = TABULAR[name]["schema"]["primaryKey"]
    keys = [tuple(row[column] for column in key) for row in rows_of(TABULAR[name])]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["observations", "breaks"])
def test_every_source_that_is_named_is_listed(name: str) -> None:
    (reference,) = TABULAR[name]["schema"]["foreignKeys"]
    assert reference == {
        "fields": ["source"],
        "reference": {"resource": "sources", "fields": ["source"]},
    }
    known = {row["source"] for row in rows_of(TABULAR["sources"])}
    assert {row["source"] for row in rows_of(TABULAR[name])} <= known


def test_the_package_lists_every_file_of_the_folder_and_no_other() -> None:
    listed = {resource["path"] for resource in RESOURCES.values()}
    assert all((DATA_DIR / path).is_file() for path in listed)
    tables = {path.name for path in DATA_DIR.glob("*.csv")}
    plans = {str(path.relative_to(DATA_DIR)) for path in (DATA_DIR / "plans").iterdir()}
    assert tables | plans == {p for p in listed if "/" not in p or p.startswith("plans/")}


def test_names_are_those_that_the_standard_allows() -> None:
    assert PACKAGE["profile"] == "data-package"
    for name in (PACKAGE["name"], *RESOURCES):
        assert re.fullmatch(r"[a-z0-9._-]+", name)
    for resource in RESOURCES.values():
        assert resource["encoding"] == "utf-8"
        assert not Path(resource["path"]).is_absolute()


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("period", "2021-13", "pattern"),
        ("period", "2012-13", "pattern"),
        ("value", "many", "type"),
        ("value", "1e16", "maximum"),
        ("lower", "-1e16", "minimum"),
        ("unit", "pounds", "enum"),
        ("status", "", "required"),
        ("published", "2022-02-30", "type"),
        ("source", "No Such", "pattern"),
    ],
)
def test_the_schema_refuses_what_our_checks_refuse(column: str, text: str, rule: str) -> None:
    fields = {f["name"]: f for f in TABULAR["observations"]["schema"]["fields"]}
    assert violation(text, fields[column]) == rule


def test_the_figures_are_the_ones_that_were_handed_over() -> None:
    shared = DATA_DIR.parent.parent / "shared" / "data"
    if not shared.is_dir():
        pytest.skip("the folder ../shared/data is not on this machine")
    for name in ("observations.csv", "sources.csv"):
        with (shared / name).open(encoding="utf-8", newline="") as file:
            given = list(csv.DictReader(file))
        ours = [{column: row[column] for column in given[0]} for row in rows_of(TABULAR[name[:-4]])]
        assert ours[: len(given)] == given


def test_every_source_and_every_note_is_also_in_chinese() -> None:
    for source in rows_of(TABULAR["sources"]):
        assert all(re.search(r"[\u4e00-\u9fff]", source[c]) for c in ("title_zh", "issuer_zh"))
    for figure in rows_of(TABULAR["observations"]):
        assert bool(figure["note"]) == bool(re.search(r"[\u4e00-\u9fff]", figure["note_zh"]))
