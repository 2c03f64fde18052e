"""The RO-Crate metadata of a report, read with the library that others would use."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rocrate.rocrate import ROCrate

from bcforecast.reporting.crate import CRATE, write_crate
from bcforecast.reporting.facts import Facts
from tests.reporting.service.light_reports import folder_with_a_report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = folder_with_a_report(tmp_path_factory.getbasetemp())
    return made / "reports" / "small" / "2020-12-31" / "baseline" / "en"


@pytest.fixture(scope="module")
def crate(folder: Path) -> ROCrate:
    return ROCrate(folder)


@pytest.fixture(scope="module")
def graph(folder: Path) -> dict[str, dict[str, Any]]:
    entities = json.loads((folder / CRATE).read_text("utf-8"))["@graph"]
    by_id = {entity["@id"]: entity for entity in entities}
    assert len(by_id) == len(entities)
    return by_id


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text("utf-8")))


def pointed_to(value: object) -> Iterator[str]:
    """Every identifier to which a value points."""
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for inner in value.values():
            yield from pointed_to(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from pointed_to(inner)


def test_the_library_reads_it_as_version_1_2(crate: ROCrate) -> None:
    assert crate.version == "1.2"
    assert crate.root_dataset["datePublished"] == "2020-12-31"
    assert crate.name == "A small plan: will the goals be met?"
    assert "小规划" in crate.root_dataset["alternateName"]


def test_its_files_are_there_and_are_all_that_the_manifest_lists(
    crate: ROCrate, folder: Path
) -> None:
    files = {entity.id for entity in crate.data_entities}
    assert all((folder / name).is_file() for name in files)
    listed = {entry["file"] for entry in manifest(folder)["outputs"]}
    assert files == (listed - {CRATE}) | {"manifest.json"}


def test_size_checksum_and_format_of_each_file_are_right(crate: ROCrate, folder: Path) -> None:
    for entity in crate.data_entities:
        if entity.id == "manifest.json":
            assert entity.get("sha256") is None
            continue
        content = (folder / entity.id).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert entity["contentSize"] == str(len(content))
        assert "/" in entity["encodingFormat"]
        assert entity["encodingFormat"] != "application/octet-stream"


def test_the_manifest_covers_the_crate(folder: Path) -> None:
    listed = {entry["file"]: entry["sha256"] for entry in manifest(folder)["outputs"]}
    assert listed[CRATE] == hashlib.sha256((folder / CRATE).read_bytes()).hexdigest()


def test_every_entity_is_reached_from_the_root_and_every_reference_leads_to_one(graph) -> None:
    outside = {"https://w3id.org/ro/crate/1.2"}
    reached, ahead = {CRATE}, ["./"]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += [one for one in pointed_to(graph[here]) if one not in outside]
    assert reached == graph.keys()


def test_the_run_leads_from_inputs_by_bcforecast_to_outputs(graph, folder: Path) -> None:
    run = graph["#run"]
    assert run["@type"] == "CreateAction"
    instrument = graph[run["instrument"]["@id"]]
    assert instrument["@type"] == "SoftwareApplication"
    recorded = manifest(folder)
    assert instrument["softwareVersion"] == recorded["code"]["version"]
    assert instrument["identifier"] == f"sha256:{recorded['code']['sha256']}"
    objects = [graph[one] for one in pointed_to(run["object"])]
    inputs = {one["name"]: one["sha256"] for one in objects if one["@type"] == "MediaObject"}
    assert inputs == {entry["file"]: entry["sha256"] for entry in recorded["inputs"]}
    values = {o["@id"]: o["value"] for o in objects if o["@type"] == "PropertyValue"}
    assert values == {f"#parameter-{k}": v for k, v in recorded["parameters"].items()}
    results = set(pointed_to(run["result"]))
    assert results == {e["file"] for e in recorded["outputs"]} - {CRATE}
    assert set(pointed_to(graph["./"]["hasPart"])) == results | {"manifest.json"}


def test_sources_are_cited_with_their_issuers_in_both_languages(folder: Path, tmp_path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    result = json.loads((copy / "result.json").read_text("utf-8"))
    issuer = {"zh": "某局", "en": "Office"}
    result["sources"] = [
        {"id": name, "title": {"zh": f"公报{name}", "en": f"Bulletin {name}"}, "issuer": issuer,
         "url": url, "verification": "read"}
        for name, url in (("a", "https://example.org/a"), ("b", ""))
    ]  # fmt: skip
    recorded = manifest(copy)
    made_from = {k: v for k, v in recorded.items() if k not in ("document", "outputs")}
    for name in (CRATE, "manifest.json"):
        (copy / name).unlink()
    write_crate(copy, made_from, Facts.model_validate(result), lang="zh")
    graph = {e["@id"]: e for e in json.loads((copy / CRATE).read_text("utf-8"))["@graph"]}
    cited = [graph[one] for one in pointed_to(graph["./"]["citation"])]
    assert [(c["name"], c["alternateName"], c.get("url")) for c in cited] == [
        ("公报a", "Bulletin a", "https://example.org/a"), ("公报b", "Bulletin b", None),
    ]  # fmt: skip
    assert {c["publisher"]["@id"] for c in cited} == {"#issuer-1"}
    assert graph["#issuer-1"]["name"] == "某局"
    assert graph["./"]["inLanguage"] == "zh"
