"""A report is known again by its fingerprint, and every harm to it is seen."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from light_reports import small_data

from bcforecast import config
from bcforecast.errors import ReportError
from bcforecast.plan.reading import load_plan
from bcforecast.reporting import manifest as code
from bcforecast.reporting import manifest as manifests
from bcforecast.reporting.facts import Provenance
from bcforecast.reporting.manifest import report_folder, stands, written
from bcforecast.reporting.report import ReportRequest, check_request


@pytest.fixture
def data(tmp_path):
    return small_data(tmp_path)


@pytest.fixture
def asked(data):
    return ReportRequest("small", date(2020, 12, 31), "zh", data_dir=data)


def mark(asked):
    return manifests.fingerprint(check_request(asked, Path()).read_recipe())


def test_the_same_order_has_the_same_fingerprint_wherever_its_data_lie(asked, data, tmp_path):
    shutil.copytree(data, tmp_path / "elsewhere" / "my data")
    moved = replace(asked, data_dir=tmp_path / "elsewhere" / "my data")
    assert mark(moved) == mark(asked)
    one = replace(asked, formats=("pdf", "html"))
    other = replace(asked, formats=("html", "pdf"))
    assert mark(one) == mark(other)


def test_every_parameter_and_every_byte_of_an_input_changes_the_fingerprint(asked, data):
    before = mark(asked)
    changes = [("as_of", date(2021, 12, 31)), ("lang", "en"), ("seed", 8), ("formats", ("html",))]
    seen = {before, *(mark(replace(asked, **{name: value})) for name, value in changes)}
    assert len(seen) == 5
    for name in ("observations.csv", "sources.csv", "plans/small.yaml"):
        with (data / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        assert mark(asked) not in seen, name
        seen.add(mark(asked))


def test_a_new_table_and_own_notebooks_change_the_fingerprint(asked, data, tmp_path):
    before = mark(asked)
    shutil.copy(asked.template.parents[1] / "data" / "verdicts.csv", data / "verdicts.csv")
    assert mark(asked) != before
    before, shipped = mark(asked), asked.template.parents[1] / "data" / "levers.yaml"
    shutil.copy(shipped, data / "levers.yaml")
    assert mark(asked) == before  # the same levers, from elsewhere
    (data / "levers.yaml").write_bytes(shipped.read_bytes() + b"# another\n")
    assert mark(asked) != before
    shutil.copytree(asked.template.parent, tmp_path / "books")
    own = replace(asked, notebooks_dir=tmp_path / "books")
    assert mark(own) == mark(asked)
    text = (tmp_path / "books" / "03_plan.ipynb").read_text("utf-8")
    (tmp_path / "books" / "03_plan.ipynb").write_text(text + "\n", encoding="utf-8")
    assert mark(own) != mark(asked)


def test_source_counts_and_versions_stand_for_a_missing_lock(tmp_path, monkeypatch):
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
    assert code.lock_digest.__wrapped__()["of"] == "requirements.lock"
    monkeypatch.setattr(code, "_LOCK", tmp_path / "requirements.lock")
    assert code.lock_digest.__wrapped__()["of"] == "installed versions"


@pytest.fixture
def report(asked, tmp_path):
    """A report with a picture in a folder of its own, and what it was made from."""
    folder = tmp_path / "report"
    (folder / "charts").mkdir(parents=True)
    (folder / "index.html").write_text("page")
    (folder / "charts" / "a.png").write_bytes(b"a")
    made_from = check_request(asked, Path()).recipe
    manifests.write_manifest(folder, made_from)
    (folder / "run.json").write_text("a clock")
    assert stands(folder, made_from)
    return folder, made_from


@pytest.mark.parametrize(
    "harm",
    [
        lambda f: (f / "index.html").write_text("pagE"),
        lambda f: (f / "charts" / "a.png").write_bytes(b"b"),
        lambda f: (f / "index.html").unlink(),
        lambda f: (f / "manifest.json").unlink(),
        lambda f: (f / "manifest.json").write_text(
            (f / "manifest.json").read_text("utf-8").replace('"20210407"', '"1"')
        ),
        lambda f: (f / "manifest.json").write_text(
            json.dumps(json.loads((f / "manifest.json").read_text("utf-8")) | {"outputs": []})
        ),
        *(lambda f, content=content: (f / "manifest.json").write_text(content)
          for content in ("", "[]", "{", '{"outputs": 3}', '{"outputs": [{}]}')),
    ],
)  # fmt: skip
def test_a_report_stands_until_it_or_its_manifest_is_harmed(report, harm):
    folder, made_from = report
    harm(folder)
    assert not stands(folder, made_from)


def test_a_report_harmed_or_not_knows_its_own_files_and_no_other(report):
    folder, _ = report
    ours = [one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()]
    whole = (folder / "manifest.json").read_text("utf-8")
    for manifest in (whole, "{", '{"outputs": 3}', '{"outputs": [3]}', '{"outputs": [{}]}'):
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
        assert all(map(written(folder), ours))
        assert not any(map(written(folder), ["notes.txt", "plans/p.yaml", "charts/a.csv"]))
    (folder / "manifest.json").unlink()
    (folder / "result.json").unlink(missing_ok=True)
    is_ours = written(folder)
    assert not is_ours("index.html"), "nothing says that a report is there"
    (folder / "manifest.json").write_text(whole, encoding="utf-8")
    assert is_ours("index.html"), "another run at the same time has written one"


def test_a_report_is_not_due_because_a_day_has_passed_but_because_another_makes_it(report, asked):
    folder, _ = report

    def stated(**words):
        return check_request(replace(asked, provenance=Provenance(**words)), Path())

    assert stands(folder, stated(made=date(2026, 11, 27)).recipe)
    assert not stands(folder, stated(maker="某区统计局").recipe)


PARTS = ("plan", "2021-12-31", "baseline", "zh")


@pytest.mark.parametrize(
    "bad", ["..", ".", "", "a/b", "../../x", "/etc", "a\\b", ".hidden", "a\0b", "-a", "a\n", "计划"]
)
@pytest.mark.parametrize("place", range(4))
def test_a_part_of_a_path_that_is_no_plain_name_is_refused(tmp_path, bad, place):
    with pytest.raises(ReportError, match="as part of a report's path"):
        report_folder(tmp_path, *PARTS[:place], bad, *PARTS[place + 1 :])


@pytest.mark.parametrize("depth", range(1, 5))
def test_a_link_that_leads_out_is_refused_wherever_it_stands(tmp_path, depth):
    link = tmp_path.joinpath("reports", *PARTS[:depth])
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path)
    with pytest.raises(ReportError, match="leads out"):
        report_folder(tmp_path / "reports", *PARTS)


def test_a_link_that_stays_within_is_followed_but_for_the_report_itself(tmp_path):
    (tmp_path / "disk" / "real").mkdir(parents=True)
    out = tmp_path / "reports"
    out.symlink_to(tmp_path / "disk")  # the folder of all reports may be a link
    (out / "plan").symlink_to(out / "real")
    assert report_folder(out, *PARTS) == out.joinpath(*PARTS)
    out.joinpath(*PARTS[:3]).mkdir(parents=True)
    out.joinpath(*PARTS).symlink_to(out / "real")
    with pytest.raises(ReportError, match="leads out"):
        report_folder(out, *PARTS)


@pytest.mark.parametrize(("plan", "named"), [("tianjin-2020-2022", 1), ("beichen-2020-2022", 5)])
def test_scenarios_of_other_plans_are_no_inputs(plan, named):
    files = code.input_files(
        load_plan(plan), plan, "baseline", data_dir=None, template=config.NOTEBOOKS_DIR / "x"
    )
    assert sum(file.parent.name == "scenarios" for file in files) == named
