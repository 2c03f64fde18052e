"""A report is verified: its files, what it was made from, and itself made again."""

import json
import os
import shutil
from dataclasses import replace
from datetime import date
from operator import itemgetter

import pytest
import yaml

from bcforecast import config, errors
from bcforecast.reporting import ReportRequest, verification, write_report
from bcforecast.reporting.manifest import file_entries, file_sha256, fingerprint
from tests.reporting.light_reports import contents, folder_with_a_report

REPORT = "reports/small/2020-12-31/baseline/en"
OTHER = "0" * 64


def verify(folder, *, rebuild=False, **changes):
    own = verification.OwnFiles(data=folder / "my data", notebooks=folder / "books")
    return verification.verify_report(folder / REPORT, replace(own, **changes), rebuild=rebuild)


def keys(findings):
    return {subject: how.key for subject, how in findings}


def alter_manifest(folder, change):
    """Change a manifest as one who knows how fingerprints are made."""
    path = folder / REPORT / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    change(document)
    apart = ("document", "fingerprint", "outputs")
    document["fingerprint"] = fingerprint({k: v for k, v in document.items() if k not in apart})
    path.write_text(json.dumps(document), encoding="utf-8")


def harm_files(folder):
    report = folder / REPORT
    (report / "report.md").write_text("another\n", encoding="utf-8")
    (report / "result.json").unlink()
    (report / "notes.txt").write_text("x", encoding="utf-8")
    (report / "run.json").unlink()


def alter_by_hand(folder):
    path = folder / REPORT / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"20210407"', '"7"'), encoding="utf-8")


def change_inputs(folder):
    alter_manifest(folder, lambda m: m["inputs"].pop(0))
    alter_manifest(folder, lambda m: m["inputs"].append({"file": "x.csv", "sha256": OTHER}))


def change_environment(folder):
    def change(manifest):
        manifest["code"]["sha256"] = manifest["lock"]["sha256"] = OTHER
        manifest["versions"] |= {"python": "3.9.1", "numpy": "1.0"}

    alter_manifest(folder, change)


@pytest.mark.parametrize(
    ("harm", "part", "expected"),
    [
        (harm_files, "outputs",
         "notes.txt unlisted, report.md changed, result.json missing"),
        (alter_by_hand, "outputs", "manifest.json altered_manifest"),
        (change_inputs, "inputs", "03_plan.ipynb input_new, x.csv input_gone"),
        (change_environment, "environment",
         "bcforecast code, requirements.lock changed, python version, numpy version"),
    ],
)  # fmt: skip
def test_every_harm_is_named_of_versions_python_first(folder, harm, part, expected):
    harm(folder)
    found = verify(folder)
    named = [f"{subject} {key}".replace("verify.", "") for subject, key in
             keys(getattr(found, part)).items()]  # fmt: skip
    if part != "environment":
        named.sort()
    assert ", ".join(named) == expected


def test_made_again_a_harmed_file_is_named(folder):
    path = folder / REPORT / "result.json"
    document = json.loads(path.read_text("utf-8"))
    document["goals"][0]["probability"] = 0.25
    path.write_text(json.dumps(document), encoding="utf-8")
    os.truncate(folder / REPORT / "report.md", (1 << 28) + 1)  # more than is ever read
    found = verify(folder, rebuild=True)
    assert keys(found.outputs)["report.md"] == "verify.unreadable_output"
    assert keys(found.rebuilt) == {"result.json": "verify.changed"}


def test_inputs_that_are_others_today_are_named_and_change_what_is_made(folder):
    with (folder / "my data" / "plans" / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("\n")
    found = verify(folder, rebuild=True)
    assert keys(found.inputs) == {"plans/small.yaml": "verify.changed"}
    assert "manifest.json" in keys(found.rebuilt)


def test_a_text_of_the_plan_that_is_gone_or_another_is_said(folder, tmp_path):
    data = folder / "my data"
    plan, text = data / "plans" / "small.yaml", data / "plans" / "small.txt"
    text.write_text("What was promised.\n", encoding="utf-8")
    said = yaml.safe_load(plan.read_text("utf-8"))
    said["source"] |= {"file": text.name, "sha256": file_sha256(text)}
    plan.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")

    def made_with_it(manifest):
        others = [one for one in manifest["inputs"] if one["file"] != "plans/small.yaml"]
        manifest["inputs"] = sorted([*others, *file_entries([plan, text])], key=itemgetter("file"))

    alter_manifest(folder, made_with_it)
    assert verify(folder).inputs == ()
    text.unlink()
    assert keys(verify(folder).inputs) == {"plans/small.txt": "verify.input_gone"}
    text.write_text("Something else.\n", encoding="utf-8")
    asked = ReportRequest("small", date(2020, 12, 31), "en", data_dir=data)
    for read in (lambda: verify(folder), lambda: write_report(asked, tmp_path)):
        with pytest.raises(errors.PlanError, match=r"source → sha256: found .* of small\.txt"):
            read()
    assert list(tmp_path.glob("small")) == []


def test_a_lock_of_another_kind_is_said_in_words(folder):
    alter_manifest(folder, lambda m: m["lock"].update(of="installed versions"))
    ((_, how),) = verify(folder).environment
    assert "requirements.lock" in how.render("zh")
    assert "已安装版本的清单" in how.render("zh")


def test_a_notebook_that_fails_is_a_finding(folder):
    path = folder / "books" / "03_plan.ipynb"
    path.write_text(path.read_text("utf-8").replace("import json", "1 / 0", 1), encoding="utf-8")
    ((subject, how),) = verify(folder, rebuild=True).rebuilt
    assert (subject, how.key) == ("03_plan.ipynb", "verify.not_rebuilt")
    assert "ZeroDivisionError" in how.render("en")


def test_a_link_to_the_same_bytes_is_no_file_of_the_report(folder):
    path = folder / REPORT / "report.md"
    path.symlink_to(path.rename(folder / "elsewhere.md"))
    assert keys(verify(folder).findings) == {"report.md": "verify.link"}


def test_without_its_data_its_files_are_checked_and_its_inputs_said_not_to_be(folder):
    (folder / REPORT / "report.md").unlink()
    gone = verify(folder, data=None)
    assert keys(gone.findings) == {"report.md": "verify.missing"}
    assert gone.unchecked.key == "verify.needs_data"


def test_what_it_was_not_made_with_or_is_no_data_folder_is_refused(folder):
    with pytest.raises(errors.ReportError, match="by identifier, so leave it out"):
        verify(folder, plan=folder / "my data" / "plans" / "small.yaml")
    with pytest.raises(errors.BcforecastError):
        verify(folder, data=folder / "nothing")
    (folder / "my data" / "observations.csv").unlink()
    with pytest.raises(errors.ObservationError):
        verify(folder)


def test_a_plan_that_does_not_fit_or_exist_is_refused(folder):
    for part, error in (("parameters", errors.ReportError), ("given", errors.PlanError)):
        alter_manifest(folder, lambda m, part=part: m[part].update(plan="gone"))
        with pytest.raises(error, match="gone"):
            verify(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no manifest.json"),
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "found document null"),
        ('{"document": "bcforecast-manifest/1"}', 'found document "bcforecast-manifest/1"'),
        ('{"document": "bcforecast-manifest/2"}', "fingerprint is not what a manifest has there"),
        ('{"outputs": [], "outputs": []}', "is not JSON"),
    ],
    ids=["none", "empty", "deep", "list", "version", "cut", "twice"],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(folder, content, said):
    path = folder / REPORT / "manifest.json"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(errors.ReportError, match=said):
        verify(folder)


OUTSIDE = ("../outside", "/etc/hostname", "a/../../b", "./a", "a\0b")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        *((lambda m, name=name: m["outputs"].append({"file": name, "sha256": OTHER}),
           r"outputs\.\d+\.file") for name in OUTSIDE),
        (lambda m: m["given"].update(data_dir="../up"), r"given\.data_dir"),
        (lambda m: m["given"].update(plan="/etc/plan.yaml"), r"given\.plan"),
        (lambda m: m["parameters"].update(seed="seven"), r"parameters\.seed"),
        (lambda m: m["parameters"].update(lang="fr"), r"parameters\.lang"),
        (lambda m: m["parameters"].update(as_of="2020-13-01"), r"parameters\.as_of"),
    ],
)  # fmt: skip
def test_a_wrong_part_of_a_manifest_is_named_and_none_points_out_of_it(folder, change, place):
    alter_manifest(folder, change)
    with pytest.raises(errors.ReportError, match=place):
        verify(folder)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A report of own data, own notebooks, and a plan and a scenario file in other folders."""
    base = tmp_path_factory.mktemp("own")
    home = shutil.copytree(folder_with_a_report(tmp_path_factory.getbasetemp()), base / "home")
    (base / "plans").mkdir()
    shutil.move(home / "my data" / "plans" / "small.yaml", base / "plans" / "mine.yaml")
    calm = (config.DATA_DIR / "scenarios" / "baseline.yaml").read_text("utf-8")
    (home / "calm.yaml").write_text(calm.replace("id: baseline", "id: calm"), encoding="utf-8")
    files = verification.OwnFiles(
        home / "my data", base / "plans" / "mine.yaml", home / "calm.yaml", home / "books"
    )
    request = ReportRequest(
        str(files.plan), date(2020, 12, 31), "en", str(files.scenario), formats=("md",),
        data_dir=files.data, notebooks_dir=files.notebooks,
    )  # fmt: skip
    return write_report(request, base / "out"), files


def test_a_report_of_own_files_is_equal_elsewhere_and_another_name_is_said(own, tmp_path):
    report, files = own
    assert report.parts[-4:] == ("small", "2020-12-31", "calm", "en")
    home = str(files.plan.parents[1]).encode()
    assert all(home not in content for content in contents(report).values())
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    assert {"plans/mine.yaml", "calm.yaml"} <= {entry["file"] for entry in manifest["inputs"]}
    assert not verification.verify_report(report, files).findings
    base = shutil.copytree(files.plan.parents[1], tmp_path / "elsewhere")
    home = base / "home"
    moved = verification.OwnFiles(
        home / "my data", base / "plans" / "mine.yaml", home / "calm.yaml", home / "books"
    )
    assert verification.verify_report(report, moved).findings == ()
    (home / "my data").rename(home / "figures")
    renamed = replace(moved, data=home / "figures")
    found = verification.verify_report(report, renamed, rebuild=False)
    assert keys(found.findings) == {"data_dir": "verify.place"}


def test_an_own_file_that_is_needed_is_said_and_another_scenario_refused(own, tmp_path):
    report, files = own
    for name in ("plan", "scenario"):
        with pytest.raises(errors.ReportError, match=f"--{name} FILE"):
            verification.verify_report(report, replace(files, **{name: None}))
    shutil.copy(config.DATA_DIR / "scenarios" / "baseline.yaml", tmp_path / "calm.yaml")
    with pytest.raises(errors.ReportError, match="found small/2020-12-31/baseline/en"):
        verification.verify_report(report, replace(files, scenario=tmp_path / "calm.yaml"))
