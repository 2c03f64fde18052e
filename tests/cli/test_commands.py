"""The command line: what it prints, and how a wrong input leaves it."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest

from bcforecast.cli import main
from bcforecast.config import DATA_DIR

BEICHEN = ("--plan", "beichen-2020-2022", "--as-of", "2021-12-31")
HIGHTECH = [310, 335, 362, 391, 420, 452, 470, 498, 513]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def own_data(tmp_path):
    """A copy of the data folder with nine synthetic yearly figures of a district's own."""
    folder = tmp_path / "mydata"
    shutil.copytree(DATA_DIR, folder)
    with (folder / "observations.csv").open("a", encoding="utf-8", newline="") as file:
        for year, value in zip(range(2012, 2021), HIGHTECH, strict=True):
            day = f"{year + 1}-03-01"
            row = f"beichen,hightech_enterprises,{year},{value},,,enterprises,stock,official"
            file.write(f"{row},{day},stated,own,synthetic\n")
    with (folder / "sources.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("own,Synthetic series for this test,bcforecast tests,,,compiled\n")
    return folder


def goals(run, *arguments):
    status, out, err = run("goals", *arguments, "--format", "json")
    assert status == 0, err
    return {record["goal"]: record for record in json.loads(out)}


def test_json_has_nine_goals_with_what_a_machine_needs(run):
    records = goals(run, *BEICHEN)
    assert len(records) == 9
    for record in records.values():
        assert record.keys() >= {
            *("goal", "indicator", "comparator", "target", "due", "probability"),
            *("grade", "q10", "q50", "q90", "verdict"),
        }
        unset = record["grade"] == "U"
        assert (record["probability"] is None) == unset
        assert (record["q50"] is None) == unset
    assert records["hightech_enterprises"]["comparator"] == "more_than"
    assert records["innovation_platforms"]["grade"] == "U"
    assert records["innovation_platforms"]["verdict"] == "unset"


def test_an_earlier_date_knows_less(run):
    later = goals(run, *BEICHEN)["tech_contract_value"]
    earlier = goals(run, *BEICHEN[:3], "2020-12-31")["tech_contract_value"]
    assert later["probability"] != earlier["probability"]


def test_own_figures_raise_the_grade_and_narrow_the_interval(run, own_data):
    shipped = goals(run, *BEICHEN)["hightech_enterprises"]
    own = goals(run, *BEICHEN, "--data", own_data)["hightech_enterprises"]
    assert (shipped["grade"], own["grade"]) == ("C", "A")
    assert own["q90"] - own["q10"] < 0.5 * (shipped["q90"] - shipped["q10"])


def test_csv_has_the_same_numbers_as_json(run):
    status, out, _ = run("goals", *BEICHEN, "--format", "csv")
    rows = {row["goal"]: row for row in csv.DictReader(io.StringIO(out))}
    records = goals(run, *BEICHEN)
    assert status == 0
    assert rows.keys() == records.keys()
    for goal, row in rows.items():
        given = records[goal]["probability"]
        assert (row["probability"] == "") == (given is None)
        if given is not None:
            assert float(row["probability"]) == pytest.approx(given, rel=1e-11)


def test_the_table_speaks_the_language_asked_for(run):
    status, out, _ = run("goals", *BEICHEN, "--lang", "zh")
    assert status == 0
    assert "高新技术企业" in out
    assert "突破530家" in out
    assert "无法判断" in out


def test_a_plan_can_be_a_path(run, tmp_path):
    mine = tmp_path / "mine.yaml"
    shutil.copy(DATA_DIR / "plans" / "tianjin-2020-2022.yaml", mine)
    assert len(goals(run, "--plan", mine, "--as-of", "2020-12-31")) == 10


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--plan", "nowhere", "--as-of", "2021-12-31"), "beichen-2020-2022"),
        (("--plan", "beichen-2020-2022", "--as-of", "2021-13-01"), "2021-13-01"),
        ((*BEICHEN, "--scenario", "boom"), "boom"),
        ((*BEICHEN, "--data", "/nonexistent"), "/nonexistent"),
    ],
)
def test_a_wrong_argument_gets_one_sentence_and_status_2(run, arguments, says):
    status, out, err = run("goals", *arguments)
    assert status == 2
    assert out == ""
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_check_passes_on_the_shipped_data(run):
    assert run("check")[0] == 0


def test_check_notes_figures_that_no_plan_uses(run, own_data):
    with (own_data / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("beichne,hightech_enterprises,2020,500,,,enterprises,stock,official,")
        file.write("2021-03-01,stated,own,synthetic\n")
    status, out, _ = run("check", "--data", own_data)
    assert status == 0
    assert "beichne" in out
    assert "beichne" not in run("check")[1]


def test_check_names_every_problem(run, own_data):
    with (own_data / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("beichen,gdp,2021-13,1,,,100M CNY,flow,official,2022-01-01,stated,own,\n")
        file.write("beichen,gdp,2020,x,,,100M CNY,flow,official,2022-01-01,stated,own,\n")
    status, _, err = run("check", "--data", own_data)
    assert status == 2
    assert "2021-13" in err
    assert "value" in err
    zh = run("check", "--data", own_data, "--lang", "zh")[2]
    assert "应为" in zh


def test_a_wrong_figure_stops_goals_and_names_its_place(run, own_data):
    rows = (own_data / "observations.csv").read_text(encoding="utf-8").splitlines()
    at = next(i for i, row in enumerate(rows) if ",34700,34650,34750," in row)
    rows[at] = rows[at].replace(",34700,34650,34750,", ",34800,34650,34750,")
    (own_data / "observations.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    status, out, err = run("goals", *BEICHEN, "--data", own_data)
    assert (status, out) == (2, "")
    assert "observations.csv" in err
    assert f"row {at + 1}" in err


def test_the_version_is_that_of_the_package(run):
    from importlib.metadata import version

    assert run("--version")[1].strip() == version("bcforecast")
    module = [sys.executable, "-P", "-m", "bcforecast", "--version"]
    shown = subprocess.run(module, check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == version("bcforecast")


@pytest.mark.parametrize(
    "command",
    [
        ("goals", *BEICHEN),
        ("news", "--plan", "beichen-2020-2022", "--from", "2020-12-31", "--to", "2021-12-31"),
        ("hindcast", "--plan", "beichen-2020-2022"),
        ("scenarios", *BEICHEN),
        ("report", *BEICHEN, "--lang", "en"),
        ("check",),
    ],
    ids=lambda c: c[0],
)
def test_a_data_folder_that_is_not_there_is_said(run, command):
    status, _, err = run(*command, "--data", "/nope")
    assert status == 2
    assert "/nope: " in err
    assert "no such folder" in err
    assert "plans in" not in err


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "interrupted; nothing was written"), ("zh", "已中断，未写入任何文件")]
)
def test_a_report_that_is_interrupted_says_so_and_writes_nothing(
    run, monkeypatch, tmp_path, lang, said
):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bcforecast.reporting.report.fill_folder", interrupted)
    monkeypatch.setattr("bcforecast.reporting.execution.run_notebook", lambda *_, **__: None)
    out = tmp_path / "reports"
    status, printed, err = run("report", *BEICHEN, "--lang", lang, "--out", out)
    assert (status, printed, err) == (130, "", f"bcforecast: {said}\n")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_interruption_before_any_command_is_said_too(run, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules[main.__module__], "app", interrupted)
    assert run("check") == (130, "", "bcforecast: interrupted; nothing was written\n")


def test_the_model_of_an_indicator_can_be_chosen(run):
    tianjin = ("--plan", "tianjin-2020-2022", "--as-of", "2020-12-31")
    choice = ("--model", "tech_contract_value=ets")
    status, out, err = run("goals", *tianjin, *choice, "--format", "csv")
    assert status == 0, err
    models = {row["goal"]: row["model"] for row in csv.DictReader(io.StringIO(out))}
    assert models["tech_contract_value"] == "ets"
    for command in (
        ("scenarios", *tianjin),
        ("seek", *tianjin, "--goal", "tech_contract_value"),
        ("hindcast", *tianjin),
        ("news", *tianjin[:2], "--from", "2020-12-31", "--to", "2021-12-31"),
    ):
        status, _, err = run(*command, "--model", "tech_contract_value=prophet")
        assert (status, "there is no model prophet" in err) == (2, True), command
