"""A report is known again by its fingerprint, and every harm to it is seen."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest
from small_plan import small_data

from bcforecast.reporting import manifest as code
from bcforecast.reporting.manifest import fingerprint, is_unharmed, stands, write_manifest
from bcforecast.reporting.report import ReportRequest, check_request


@pytest.fixture
def data(tmp_path):
    return small_data(tmp_path)


@pytest.fixture
def order(data):
    return ReportRequest("small", date(2020, 12, 31), "zh", data_dir=data)


def mark(order):
    return fingerprint(check_request(order).read_recipe())


def test_the_same_order_has_the_same_fingerprint_wherever_its_data_lie(order, data, tmp_path):
    shutil.copytree(data, tmp_path / "elsewhere" / "my data")
    moved = replace(order, data_dir=tmp_path / "elsewhere" / "my data")
    assert mark(moved) == mark(order)


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": date(2021, 12, 31)},
        {"lang": "en"},
        {"seed": 8},
        {"formats": ("html",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_parameter_changes_the_fingerprint(order, change):
    assert mark(replace(order, **change)) != mark(order)


def test_in_which_order_formats_are_asked_for_changes_nothing(order):
    one = replace(order, formats=("pdf", "html"))
    other = replace(order, formats=("html", "pdf"))
    assert mark(one) == mark(other)


@pytest.mark.parametrize("name", ["observations.csv", "sources.csv", "plans/small.yaml"])
def test_every_byte_of_an_input_changes_the_fingerprint(order, data, name):
    before = mark(order)
    with (data / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert mark(order) != before


def test_a_table_that_comes_to_be_there_changes_the_fingerprint(order, data):
    before = mark(order)
    shutil.copy(order.template.parents[1] / "data" / "verdicts.csv", data / "verdicts.csv")
    assert mark(order) != before


def test_own_notebooks_change_the_fingerprint(order, tmp_path):
    shutil.copytree(order.template.parent, tmp_path / "books")
    own = replace(order, notebooks_dir=tmp_path / "books")
    assert mark(own) == mark(order)
    text = (tmp_path / "books" / "03_plan.ipynb").read_text("utf-8")
    (tmp_path / "books" / "03_plan.ipynb").write_text(text + "\n", encoding="utf-8")
    assert mark(own) != mark(order)


def test_source_counts_and_compiled_files_do_not(tmp_path, monkeypatch):
    package = tmp_path / "package"
    (package / "__pycache__").mkdir(parents=True)
    (package / "a.py").write_text("a = 1\n")
    monkeypatch.setattr(code, "_PACKAGE", package)
    plain = code.code_version.__wrapped__
    before = plain()["sha256"]
    for name in ("__pycache__/a.cpython-311.pyc", ".hidden.py", "words.po"):
        (package / name).write_text("x")
    assert plain()["sha256"] == before
    (package / "style.css").write_text("x")
    assert plain()["sha256"] != before


def test_without_a_lock_the_installed_versions_stand_for_it(tmp_path, monkeypatch):
    assert code.lock_digest.__wrapped__()["of"] == "requirements.lock"
    monkeypatch.setattr(code, "_LOCK", tmp_path / "requirements.lock")
    assert code.lock_digest.__wrapped__()["of"] == "installed versions"


@pytest.fixture
def report(order, tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "index.html").write_text("page")
    (folder / "result.json").write_text("{}")
    made_from = check_request(order).recipe
    write_manifest(folder, made_from)
    return folder, made_from


def test_a_report_stands_until_it_is_harmed(report):
    folder, made_from = report
    assert stands(folder, made_from)
    (folder / "run.json").write_text("a later clock")
    assert stands(folder, made_from)
    (folder / "index.html").write_text("pagE")
    assert not stands(folder, made_from)


@pytest.mark.parametrize("name", ["index.html", "manifest.json"])
def test_a_report_without_one_of_its_files_does_not_stand(report, name):
    folder, made_from = report
    (folder / name).unlink()
    assert not stands(folder, made_from)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"outputs": 3}', '{"outputs": [{}]}'])
def test_a_manifest_that_is_none_is_no_report(report, content):
    folder, made_from = report
    (folder / "manifest.json").write_text(content)
    assert not stands(folder, made_from)
    assert not is_unharmed(folder)


def test_a_manifest_that_was_edited_does_not_stand(report):
    folder, made_from = report
    document = json.loads((folder / "manifest.json").read_text("utf-8"))
    document["parameters"]["seed"] = "1"
    (folder / "manifest.json").write_text(json.dumps(document))
    assert not stands(folder, made_from)


def test_files_in_folders_of_a_report_are_listed_by_their_path(report):
    folder, made_from = report
    (folder / "pictures").mkdir()
    (folder / "pictures" / "a.png").write_bytes(b"a")
    write_manifest(folder, made_from)
    outputs = json.loads((folder / "manifest.json").read_text("utf-8"))["outputs"]
    assert "pictures/a.png" in {entry["file"] for entry in outputs}
    (folder / "pictures" / "a.png").write_bytes(b"b")
    assert not stands(folder, made_from)
