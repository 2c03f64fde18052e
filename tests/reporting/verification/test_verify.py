"""A report is verified: its files, what it was made from, and itself made again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcforecast.errors import BcforecastError, ObservationError, PlanError, ReportError
from bcforecast.reporting.manifest import fingerprint
from bcforecast.reporting.verification import Verification, reports_below, verify_report
from tests.reporting.service.light_reports import contents, folder_with_a_report

REPORT = "reports/small/2020-12-31/baseline/en"
OTHER = "0" * 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_with_a_report(tmp_path_factory.getbasetemp())


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder with data, notebooks and a report, of which a test may alter anything."""
    return Path(shutil.copytree(made, tmp_path / "made"))


def verify(folder: Path, **changes: Any) -> Verification:
    named = {"data_dir": folder / "my data", "notebooks_dir": folder / "books", **changes}
    return verify_report(folder / REPORT, **named)


def keys(findings: Any) -> dict[str, str]:
    return {finding.subject: finding.how.key for finding in findings}


def alter_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a manifest as one who knows how fingerprints are made."""
    path = folder / REPORT / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    change(document)
    apart = ("document", "fingerprint", "outputs")
    document["fingerprint"] = fingerprint({k: v for k, v in document.items() if k not in apart})
    path.write_text(json.dumps(document), encoding="utf-8")


def test_an_unharmed_report_is_equal_to_itself_made_again_and_is_left_as_it_is(folder):
    before, steps = contents(folder), []
    found = verify(folder, progress=lambda *step: steps.append(step))
    assert found.equal
    assert found.rebuilt == ()
    assert [done for _, done, _ in steps] == [0, 1]
    assert contents(folder) == before


def test_data_that_lie_elsewhere_under_another_name_make_the_same_report(folder, tmp_path):
    moved = tmp_path / "elsewhere" / "archive of 2020"
    shutil.move(folder / "my data", moved)
    assert verify(folder, data_dir=moved).equal


def test_every_harm_to_a_file_is_named(folder):
    report = folder / REPORT
    (report / "report.md").write_text("another\n", encoding="utf-8")
    (report / "result.json").unlink()
    (report / "notes.txt").write_text("x", encoding="utf-8")
    (report / "run.json").unlink()
    assert keys(verify(folder, rebuild=False).outputs) == {
        "report.md": "verify.changed",
        "result.json": "verify.missing",
        "notes.txt": "verify.unlisted",
    }


def test_made_again_a_harmed_file_is_shown_with_its_first_difference(folder):
    path = folder / REPORT / "result.json"
    document = json.loads(path.read_text("utf-8"))
    document["goals"][0]["probability"] = 0.25
    path.write_text(json.dumps(document), encoding="utf-8")
    (finding,) = verify(folder).rebuilt
    assert finding.subject == "result.json"
    assert finding.how.render("en") == "goals[0].probability: then 0.25, now 0.8"


def test_a_manifest_altered_by_hand_is_seen(folder):
    path = folder / REPORT / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"20210407"', '"7"'), encoding="utf-8")
    assert keys(verify(folder, rebuild=False).outputs) == {
        "manifest.json": "verify.altered_manifest"
    }


def test_inputs_that_are_others_today_are_named_and_change_what_is_made(folder):
    with (folder / "my data" / "plans" / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("\n")
    found = verify(folder)
    assert keys(found.inputs) == {"plans/small.yaml": "verify.changed"}
    assert "manifest.json" in keys(found.rebuilt)


def test_an_input_that_has_come_or_gone_is_named(folder):
    alter_manifest(folder, lambda m: m["inputs"].pop(0))
    alter_manifest(folder, lambda m: m["inputs"].append({"file": "x.csv", "sha256": OTHER}))
    assert keys(verify(folder, rebuild=False).inputs) == {
        "03_plan.ipynb": "verify.input_new",
        "x.csv": "verify.input_gone",
    }


def test_other_code_lock_and_versions_are_named_python_first(folder):
    def change(manifest: dict[str, Any]) -> None:
        manifest["code"]["sha256"] = manifest["lock"]["sha256"] = OTHER
        manifest["versions"] |= {"python": "3.9.1", "numpy": "1.0"}

    alter_manifest(folder, change)
    found = verify(folder, rebuild=False)
    assert list(keys(found.environment).items()) == [
        ("bcforecast", "verify.code"),
        ("requirements.lock", "verify.changed"),
        ("python", "verify.version"),
        ("numpy", "verify.version"),
    ]
    assert found.versions_differ
    assert not verify(folder, rebuild=False).equal


def test_a_lock_of_another_kind_is_said_in_words(folder):
    def change(manifest: dict[str, Any]) -> None:
        manifest["lock"]["of"] = "installed versions"

    alter_manifest(folder, change)
    (finding,) = verify(folder, rebuild=False).environment
    assert "requirements.lock" in finding.how.render("zh")
    assert "已安装版本的清单" in finding.how.render("zh")


def test_notebooks_that_fail_are_a_finding(folder):
    path = folder / "books" / "03_plan.ipynb"
    path.write_text(path.read_text("utf-8").replace("import json", "1 / 0", 1), encoding="utf-8")
    found = verify(folder)
    assert keys(found.rebuilt) == {"03_plan.ipynb": "verify.not_rebuilt"}
    assert "ZeroDivisionError" in found.rebuilt[0].how.render("en")


def test_without_its_data_a_report_is_not_made_again_but_its_files_are_checked(folder):
    with pytest.raises(ReportError, match=r"my data.*name it with --data DIR"):
        verify(folder, data_dir=None)
    found = verify(folder, data_dir=None, rebuild=False)
    assert found.equal
    assert [message.key for message in found.unchecked] == ["verify.needs_data"]
    (folder / "books" / "03_plan.ipynb").unlink()
    gone = verify(folder, data_dir=None, rebuild=False)
    assert keys(gone.inputs) == {"03_plan.ipynb": "verify.input_gone"}


def test_what_it_was_not_made_with_is_refused(folder):
    with pytest.raises(ReportError, match="by identifier, so leave it out"):
        verify(folder, plan=folder / "my data" / "plans" / "small.yaml")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda m: [m[part].update(plan="gone") for part in ("parameters", "given")], PlanError),
        (lambda m: m["parameters"].update(plan="gone"), ReportError),
    ],
    ids=["unknown plan", "plan of another report"],
)  # fmt: skip
def test_a_plan_that_does_not_exist_or_fit_is_refused(folder, change, error):
    alter_manifest(folder, change)
    with pytest.raises(error, match="gone"):
        verify(folder)


def test_a_folder_that_is_no_data_folder_is_refused(folder):
    with pytest.raises(BcforecastError):
        verify(folder, data_dir=folder / "nothing")
    (folder / "my data" / "observations.csv").unlink()
    with pytest.raises(ObservationError):
        verify(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no manifest.json"),
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "found document None"),
        ('{"document": "bcforecast-manifest/1"}', "found document 'bcforecast-manifest/1'"),
        ('{"document": "bcforecast-manifest/2"}', "fingerprint is not what a manifest has there"),
    ],
    ids=["none", "empty", "deep", "list", "version", "cut"],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(folder, content, said):
    path = folder / REPORT / "manifest.json"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError, match=said):
        verify(folder)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "a/../../b", "./a", "a\0b"])
def test_a_manifest_cannot_point_out_of_the_folder(folder, name):
    alter_manifest(folder, lambda m: m["outputs"].append({"file": name, "sha256": OTHER}))
    with pytest.raises(ReportError, match=r"outputs\.\d+\.file"):
        verify(folder)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("given", "data_dir", "../up"), ("given", "plan", "/etc/plan.yaml"),
        ("parameters", "seed", "seven"), ("parameters", "lang", "fr"),
        ("parameters", "as_of", "2020-13-01"),
    ],
)  # fmt: skip
def test_a_wrong_part_of_a_manifest_is_named(folder, part, key, value):
    alter_manifest(folder, lambda m: m[part].update({key: value}))
    with pytest.raises(ReportError, match=rf"{part}\.{key}"):
        verify(folder)


def test_reports_below_a_folder_are_found_also_without_manifest_but_not_failed_ones(folder):
    reports = folder / "reports"
    harmed = reports / "small" / "2021-12-31" / "baseline" / "zh"
    shutil.copytree(folder / REPORT, harmed)
    (harmed / "manifest.json").unlink()
    shutil.copytree(folder / REPORT, reports / "failed" / "small" / "x")
    shutil.copytree(folder / REPORT, reports / "small" / ".en.abc.partial")
    assert reports_below(reports) == (folder / REPORT, harmed)


@pytest.mark.parametrize("name", ["books", "no-such-folder", "reports.yaml"])
def test_a_folder_without_reports_is_refused(folder, name):
    with pytest.raises(ReportError):
        reports_below(folder / name)
