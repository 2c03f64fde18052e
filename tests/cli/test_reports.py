"""`bcforecast run`, `report` and `verify`: what they make, what they say, how they leave."""

import json
import shutil
import sys
from datetime import date, datetime
from pathlib import Path

import nbformat
import pytest

from tests.reporting import light_reports
from tests.reporting.cut_off import started
from tests.reporting.light_reports import contents, show, write_notebook, write_reports

DAYS = (date(2020, 12, 31), date(2021, 12, 31))
FIRST, SECOND = (f"small/{day}/baseline/en" for day in DAYS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a file of two reports, the first of which stands and is copied."""
    folder = light_reports.folder_with_a_report(tmp_path_factory.getbasetemp())
    copy = Path(shutil.copytree(folder, tmp_path_factory.mktemp("two") / "made"))
    write_reports(copy, as_of=list(DAYS), publish="copies")
    return copy


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A copy of that folder; cutting the real font for its pages would take a second each."""
    face = "@font-face { font-family: 'none' }"
    monkeypatch.setattr("bcforecast.reporting.display.font_face", lambda html, lang: face)
    return Path(shutil.copytree(made, tmp_path / "made"))


def file(folder):
    return folder / "reports.yaml"


def test_a_report_is_made_listed_and_copied(made):
    reports = made / "reports"
    assert {path.name for path in reports.iterdir()} == {
        "small", "index.html", "index.en.html", "feed.xml", "status.csv",
    }  # fmt: skip
    assert {path.name for path in (reports / FIRST).iterdir()} == {
        "03_plan.ipynb", "result.json", "report.json", "report.md", "charts",
        "manifest.json", "run.json",
    }  # fmt: skip
    assert contents(made / "copies" / FIRST) == contents(reports / FIRST)
    assert f'href="{FIRST}/result.json"' in (reports / "index.html").read_text("utf-8")


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(run, folder):
    before = contents(folder)
    assert run("run", file(folder), "--dry-run", "--today", "2021-12-31") == (
        0, f"{FIRST}: unchanged\n{SECOND}: would be written\n", "",
    )  # fmt: skip
    assert run("run", file(folder), "--dry-run", "--due", "--lang", "zh")[1] == (
        f"{SECOND}：将生成\n"
    )
    assert contents(folder) == before
    (plan,) = folder.rglob("plans/small.yaml")
    plan.write_text(plan.read_text("utf-8").replace("天津", "서울"), "utf-8")
    assert "has the letters 서울 (2 in all)" in run("run", file(folder), "--dry-run")[2]


@pytest.mark.parametrize("day", ["2019-01-01", "1970-01-02"])
def test_a_clock_that_was_set_back_makes_nothing_and_harms_nothing(run, folder, monkeypatch, day):
    before = contents(folder)
    monkeypatch.setattr("time.time", datetime.fromisoformat(f"{day}T12:00Z").timestamp)
    status, out, err = run("run", file(folder))
    assert (status, out.count(f"not yet, for {day}"), err) == (0, 2, "")
    assert contents(folder) == before


def test_a_result_changed_by_hand_is_made_anew_also_where_nothing_is_set(folder, monkeypatch):
    report = folder / "reports" / FIRST
    before = contents(report)
    result = (report / "result.json").read_text("utf-8")
    (report / "result.json").write_text(result.replace("0.8", "0.9"), encoding="utf-8")
    assert contents(report) != before
    made = json.loads((report / "report.json").read_bytes())["provenance"]["made"]
    noon = datetime.fromisoformat(f"{made}T12:00Z")  # of the same day, also after midnight
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{noon.timestamp():.0f}")
    for name in ("HOME", "LANG", "TERM", "USER", "TZ"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}.items():
        monkeypatch.setenv(name, value)
    with started("run", write_reports(folder, as_of=DAYS[0])) as bare:
        said = bare.communicate(timeout=300)
    assert (bare.returncode, *said) == (0, f"{FIRST}: written\n", "")
    assert contents(report) == before


def test_what_has_not_changed_is_said_and_nothing_is_run(run, folder, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.*")}
    said = run("run", file(folder), "--today", "2021-06-30")
    later = f"{SECOND}: not yet, for 2021-06-30 comes before its as-of date\n"
    assert said == (0, f"{FIRST}: unchanged\n{later}", "")
    assert run("run", file(folder), "--due", "--today", "2021-06-30") == (0, "nothing is due\n", "")
    monkeypatch.chdir(folder)
    assert run("run", "--quiet", "--today", "2021-06-30") == (0, "", ""), "reports.yaml is found"
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.*")} == before


def test_a_lost_copy_is_made_again_without_a_run(run, folder):
    (folder / "copies" / FIRST / "result.json").write_text("harmed")
    status, out, _ = run("run", file(folder), "--today", "2021-06-30")
    said = f"{FIRST}: unchanged; copied to {folder / 'copies' / FIRST}"
    assert (status, out.splitlines()[0]) == (0, said)
    assert contents(folder / "copies" / "small") == contents(folder / "reports" / "small")


NOTED = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read()); sys.exit(3)"


def test_a_change_is_said_handed_on_without_a_shell_and_counts_where_asked(run, folder):
    noted = folder / "a b; touch c"
    command = f'{sys.executable} -c "{NOTED}" "{noted}"'
    status, out, err = run("run", file(folder), "--fail-on-change", "--notify", command)
    failed = f"--notify: {sys.executable} failed: exit status 3"
    assert (status, err.partition(";")[0]) == (1, f"bcforecast: {failed}")
    assert f"{FIRST}: unchanged\n{SECOND}: written" in out
    (change,) = json.loads(noted.read_text("utf-8"))["changes"]
    assert (change["goal"], change["before"]["verdict"], change["after"]["verdict"]) == (
        "unicorns", "likely", "unlikely",
    )  # fmt: skip
    noted.unlink()
    assert run("run", file(folder), "--fail-on-change")[0] == 0
    # It is told at the next run that tells, though nothing has changed since, and then no more.
    again = command.replace("; sys.exit(3)", "")
    for _ in range(2):
        assert run("run", file(folder), "--notify", again)[0] == 0
        assert json.loads(noted.read_text("utf-8"))["changes"] == [change]
        again = "false"


def test_what_is_no_part_of_a_report_is_told_in_a_sentence(run, folder):
    blocks = {"application/vnd.bcforecast.block+json": {"blocks": [{"kind": "x"}]}}
    write_notebook(folder, show(), f"from IPython.display import *\ndisplay({blocks}, raw=True)")
    assert "03_plan.ipynb: shows what is not of the form" in run("run", file(folder), "--force")[1]


def test_a_notebook_that_fails_stops_no_other_and_is_kept_until_it_succeeds(run, folder):
    good = contents(folder / "reports")
    fails = "if as_of == '2020-12-31': raise ValueError('no <b> figure')"
    write_notebook(folder, fails, show())
    status, out, err = run("run", file(folder), "--jobs", 1)
    assert (status, err) == (1, "")
    first, second, change = out.splitlines()
    assert first.startswith(f"{FIRST}: failed: 03_plan.ipynb, cell")
    assert first.endswith("ValueError: no <b> figure")
    assert second == f"{SECOND}: written; copied to {folder / 'copies' / SECOND}"
    assert change == (
        "changed: A small plan (Baseline), A goal <b>of</b> & more: "
        "2020-12-31: 80%, likely, on weak evidence, grade C → "
        "2021-12-31: 20%, unlikely, on weak evidence, grade C"
    )
    kept = folder / "reports" / "failed" / FIRST
    assert [path.name for path in kept.iterdir()] == ["03_plan.ipynb"]
    notebook = nbformat.read(kept / "03_plan.ipynb", as_version=4)
    assert "no <b> figure" in notebook.cells[0].source
    now = contents(folder / "reports")
    assert {name for name in good if name.startswith("small/") and now[name] != good[name]} == set()

    write_notebook(folder, show())
    write_reports(folder, as_of=DAYS[0], publish="copies")
    status, out, _ = run("run", file(folder), "--lang", "zh")
    assert (status, out.splitlines()[0].partition("；")[0]) == (0, f"{FIRST}：无变化")
    assert not (folder / "reports" / "failed").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--today", "soon"), "--today: found soon"),
        (("--cell-seconds", "nan"), "--cell-seconds: found nan; allowed: a number"),
        (("--cell-seconds", "1e300"), "found 1e+300; allowed: a number above 0 and below 1,000"),
        (("--notify", "no-such-program"), "--notify: found no-such-program"),
        (("--out", "/proc/reports"), "cannot be written there"),
    ],
)
def test_a_wrong_argument_is_one_sentence(refused, folder, monkeypatch, arguments, said):
    monkeypatch.chdir(folder)
    before = contents(folder)
    assert said in refused("run", *arguments)
    assert contents(folder) == before


def test_every_wrong_entry_is_a_line_and_nothing_is_written(run, folder):
    shutil.rmtree(folder / "reports")
    write_reports(folder, as_of=DAYS[0], scenarios=["boom", "bang"])
    status, out, err = run("run", file(folder), "--lang", "zh")
    assert (status, out) == (2, "")
    assert [line.partition("：")[0] for line in err.splitlines()] == [
        f"bcforecast: {file(folder)} 第 4 行"
    ] * 2
    assert not (folder / "reports").exists()


def test_a_result_in_the_wrong_place_is_named_and_left_out_of_the_list(run, folder):
    shutil.copytree(folder / "reports" / FIRST, folder / "reports/small/2019-12-31/baseline/en")
    status, _, err = run("run", file(folder), "--today", "2021-06-30")
    assert status == 0
    assert "left out of the list" in err


@pytest.fixture
def quick_report(monkeypatch, tmp_path):
    """Arguments of `bcforecast report`, which then runs no notebook and leaves one file."""

    def fill(folder, *_, formats, **__):
        (folder / "formats").write_text(" ".join(formats))

    def ran(*_, **__):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()])

    monkeypatch.setattr("bcforecast.reporting.execution.run_notebook", ran)
    monkeypatch.setattr("bcforecast.reporting.report.fill_folder", fill)
    plan = ("--plan", "tianjin-2020-2022", "--as-of", "2020-12-31", "--out", tmp_path)
    return ("report", *plan, "--lang", "en")


def test_a_report_made_from_the_same_inputs_is_not_made_again(run, refused, quick_report, tmp_path):
    said = refused(*quick_report, "--format", "odt")
    assert "format: found odt; allowed: html, pdf, brief, docx, xlsx, md" in said
    assert list(tmp_path.iterdir()) == []
    folder = tmp_path / "tianjin-2020-2022" / "2020-12-31" / "baseline" / "en"
    written = f"Report written: {folder}\n"
    unchanged = f"Unchanged, made from the same inputs: {folder}\n"
    assert run(*quick_report)[:2] == (0, written)
    assert (folder / "formats").read_text() == "html pdf docx xlsx md"
    assert run(*quick_report)[:2] == (0, unchanged)
    assert run(*quick_report, "--force")[:2] == (0, written)
    assert run(*quick_report, "--format", "pdf", "--format", "html")[:2] == (0, written)
    assert (folder / "formats").read_text() == "html pdf", "those before wrote no page to keep"


def test_a_report_that_is_interrupted_or_any_command_says_so_and_writes_nothing(
    run, monkeypatch, quick_report, tmp_path
):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bcforecast.reporting.report.fill_folder", interrupted)
    said = {"en": "interrupted; nothing was written", "zh": "已中断，未写入任何文件"}
    for lang, words in said.items():
        told = run(*quick_report[:-1], lang)
        assert told == (130, "", f"bcforecast: {words}\n")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    monkeypatch.setattr(sys.modules["bcforecast.cli.app"], "_asked", interrupted)
    assert run("check") == (130, "", f"bcforecast: {said['en']}\n")


def own(folder):
    return "--data", folder / "my data", "--notebooks", folder / "books"


def test_an_equal_report_gets_one_line_and_status_0(run, folder):
    before = contents(folder)
    status, out, err = run("verify", folder / "reports" / FIRST, *own(folder))
    assert (status, err) == (0, "")
    assert out.startswith("equal ")
    assert out.count("\n") == 1
    assert "to the byte" in out
    assert contents(folder) == before


def test_every_difference_is_listed_below_its_heading_and_other_versions_as_reason(run, folder):
    report = folder / "reports" / FIRST
    (report / "report.md").unlink()
    with (folder / "my data" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    (report / "a\n\u202eequal").touch()
    asked = ("verify", report, *own(folder), "--no-rebuild")
    status, out, _ = run(*asked, "--lang", "zh")
    lines = out.splitlines()
    assert status == 1
    assert lines[0].endswith("共3处不同")
    assert lines[1:5:3] == ["报告文件与清单对照：", "输入文件，当时与现在："]
    assert lines[2] == "  report.md：缺失"
    assert lines[3].startswith("  a��equal：")
    assert lines[5].startswith("  sources.csv：SHA-256 原为 ")
    assert len(lines) == 6
    path = report / "manifest.json"
    altered = path.read_text("utf-8").replace('"python": "', '"python": "9')
    path.write_text(altered, encoding="utf-8")
    out = run(*asked)[1]
    assert "  python: version then 9" in out
    assert out.endswith("the likely reason why bytes differ.\n")


def test_what_was_not_checked_is_said(shown, refused, folder):
    report = folder / "reports" / FIRST
    notebooks = own(folder)[2:]
    out = shown("verify", report, *notebooks, "--no-rebuild")
    assert "Not checked: it was made with a data folder of the user's own (my data)" in out
    assert "name it with --data DIR" in refused("verify", report, *notebooks)
