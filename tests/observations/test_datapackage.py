"""The Frictionless description of the data folder agrees with our own checks and with the files."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bcforecast.config import DATA_DIR
from bcforecast.observations.records import LARGEST, TABLES, Column, Table

PACKAGE = json.loads((DATA_DIR / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES: dict[str, dict[str, Any]] = {r["name"]: r for r in PACKAGE["resources"]}
TABULAR = {n: r for n, r in RESOURCES.items() if r["profile"] == "tabular-data-resource"}
TYPES = {"number": "number", "date": "date"}


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


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_columns_are_the_same_and_in_the_same_order(table: Table) -> None:
    fields = TABULAR[table.name]["schema"]["fields"]
    assert tuple(field["name"] for field in fields) == table.names
    assert all(field["description"] for field in fields)


@pytest.mark.parametrize(
    ("table", "column"),
    [(t.name, c) for t in TABLES for c in t.columns],
    ids=lambda v: v.name if isinstance(v, Column) else v,
)
def test_types_and_constraints_are_the_same(table: str, column: Column) -> None:
    fields = {f["name"]: f for f in TABULAR[table]["schema"]["fields"]}
    field = fields[column.name]
    rules = field.get("constraints", {})
    assert field["type"] == TYPES.get(column.kind, "string")
    assert rules.get("required", False) is column.required
    assert tuple(rules.get("enum", ())) == tuple(map(str, column.choices))
    assert rules.get("pattern", "") == column.pattern
    size = (rules.get("minimum"), rules.get("maximum"))
    assert size == ((-LARGEST, LARGEST) if column.kind == "number" else (None, None))


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
    tables = {path.name for path in DATA_DIR.glob("*.*") if path.name != "datapackage.json"}
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
