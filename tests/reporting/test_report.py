"""A whole report of a small plan, from data of a user's own."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date

import pytest
import yaml
from light_reports import GOALS, small_data

from bcforecast import errors
from bcforecast.plan.reading import yaml_bytes
from bcforecast.reporting import Facts, ReportRequest, report, write_report
from tests.reporting.light_reports import contents

AS_OF = date(2020, 12, 31)


def write(data, out, *, force=False, **given):
    """Write the English page of the small plan; what the steps were is in the list."""
    steps = []
    given = {"as_of": AS_OF, "lang": "en", "data_dir": data, "formats": ("html",), **given}
    job = report.check_request(ReportRequest("small", **given), out).keeping().compared()
    report.make_report(replace(job, force=force), progress=lambda *s: steps.append(s))
    return job.folder, steps


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return small_data(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def written(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return out, *write(data, out)


def test_the_folder_names_the_report_and_holds_page_notebook_result_and_manifest(written):
    out, folder, steps = written
    assert folder == out / "small" / "2020-12-31" / "baseline" / "en"
    assert {path.name for path in folder.iterdir()} == {
        "index.html", "result.json", "report.json", "charts", "manifest.json", "run.json",
        "03_plan.ipynb",
    }  # fmt: skip
    assert [step[1:] for step in steps] == [(0, 2), (1, 2)]
    assert steps[0][0] != steps[1][0]
    facts = Facts.model_validate_json((written[1] / "result.json").read_text("utf-8"))
    assert {goal.id for goal in facts.goals} == GOALS
    assert facts.goal("unicorns").probability is None


def test_a_goal_whose_base_figure_is_not_known_is_reported_without_a_target(data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    plan = tmp_path / "data" / "plans" / "small.yaml"
    content = yaml.safe_load(plan.read_text("utf-8"))
    wanted = {"comparator": "increase_by", "target": 40, "base_year": 1950}
    content["goals"] = [one | wanted for one in content["goals"] if one["id"] == "unicorns"]
    plan.write_bytes(yaml_bytes(content))
    folder, _ = write(tmp_path / "data", tmp_path, formats=("html", "md", "xlsx"))
    result = json.loads((folder / "result.json").read_text("utf-8"))
    assert [one["target"] for one in result["goals"]] == [None]
    Facts.model_validate(result)
    assert "a rise of 40% from 1950" in (folder / "report.md").read_text("utf-8")


def test_the_manifest_has_checksums_of_inputs_and_outputs_and_no_clock(written, data):
    manifest = json.loads((written[1] / "manifest.json").read_text("utf-8"))
    assert manifest["parameters"] == {
        "plan": "small", "as_of": "2020-12-31", "scenario": "baseline", "lang": "en",
        "seed": "20210407",
    }  # fmt: skip
    inputs = {entry["file"]: entry["sha256"] for entry in manifest["inputs"]}
    content = (data / "observations.csv").read_bytes()
    assert inputs["observations.csv"] == hashlib.sha256(content).hexdigest()
    assert "plans/small.yaml" in inputs
    outputs = {entry["file"]: entry["sha256"] for entry in manifest["outputs"]}
    page = (written[1] / "index.html").read_bytes()
    assert outputs["index.html"] == hashlib.sha256(page).hexdigest()
    assert set(manifest) == {
        "document", "fingerprint", "provenance", "parameters", "given", "formats", "inputs", "code",
        "lock", "versions", "outputs",
    }  # fmt: skip
    assert outputs.keys() == contents(written[1]).keys() - {"manifest.json"}


def test_start_and_duration_stand_in_a_file_of_their_own_none_names_the_machine(written, data):
    record = json.loads((written[1] / "run.json").read_text("utf-8"))
    assert set(record) == {"document", "started", "seconds"}
    assert record["seconds"] > 0
    for content in contents(written[1]).values():
        assert str(data).encode() not in content
        assert str(written[0]).encode() not in content


def test_a_second_run_of_the_same_inputs_does_nothing_one_anew_leaves_the_same_bytes(written, data):
    out, folder, _ = written
    before, inode = contents(folder), folder.stat().st_ino
    record = (folder / "run.json").stat().st_ino
    assert write(data, out) == (folder, [])
    assert (folder.stat().st_ino, (folder / "run.json").stat().st_ino) == (inode, record)
    write(data, out, force=True)
    assert folder.stat().st_ino != inode
    assert contents(folder) == before


def test_another_format_is_added_to_those_that_stand_and_none_is_lost(written, data, tmp_path):
    shutil.copytree(written[0], tmp_path, dirs_exist_ok=True)
    folder, _ = write(data, tmp_path, formats=("md",))
    before = contents(written[1])
    assert contents(folder).keys() - before.keys() == {"report.md"}
    assert all(contents(folder)[name] == before[name] for name in ("index.html", "result.json"))
    assert write(data, tmp_path, formats=("html",)) == (folder, [])
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    write(data, tmp_path, formats=("md",))
    assert contents(folder).keys() - before.keys() == {"report.md"}, "even if it is damaged"


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"plan": "no-such-plan"}, errors.PlanError, "no-such-plan"),
        ({"scenario": "no-such-scenario"}, errors.ScenarioError, "no-such-scenario"),
        ({"lang": "fr"}, errors.OptionError, "fr"),
        ({"formats": ("html", "odt")}, errors.OptionError, "odt"),
        ({"models": "unicorns=magic"}, errors.ModelError, "magic"),
        ({"models": "unicorns"}, errors.BcforecastError, "unicorns"),
        ({"scenario": "idea.yaml"}, errors.ScenarioError, "“idea” is a draft"),
    ],
)
def test_a_wrong_input_writes_nothing(data, tmp_path, monkeypatch, changes, error, said):
    (tmp_path / "idea.yaml").write_text("{id: idea, title: I, author: A, reason: R, draft: true}")
    monkeypatch.chdir(tmp_path)
    given = {"plan": "small", "as_of": AS_OF, "data_dir": data, **changes}
    with pytest.raises(error, match=said):
        write_report(ReportRequest(**given), tmp_path / "reports")
    assert [path.name for path in tmp_path.iterdir()] == ["idea.yaml"]


def test_a_chosen_model_comes_to_the_notebook_and_what_failed_is_kept(data, tmp_path):
    with pytest.raises(errors.ReportError, match="Theta method needs at least 5 values; unicorns"):
        write(data, tmp_path, models="unicorns=theta")
    assert [path.name for path in tmp_path.rglob("*.ipynb")] == ["03_plan.ipynb"]
    assert [path.name for path in tmp_path.iterdir()] == ["failed"]


def test_a_figure_that_cannot_be_stops_the_report_before_anything_is_written(tmp_path):
    data = small_data(tmp_path)
    with (data / "observations.csv").open("a", encoding="utf-8") as file:
        for year, value in ((2017, 4), (2018, 50_000), (2019, 5)):
            file.write(f"tianjin,unicorns,{year},{value},,,enterprises,stock,official,"
                       "2020-03-01,stated,cyb_tech_market,,\n")  # fmt: skip
    with pytest.raises(errors.BcforecastError, match=r"50,000 enterprises.* stops the report"):
        write(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()
