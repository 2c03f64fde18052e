"""The file of reports and what it asks for; a run, its lock, and what is left of one cut off."""

import json
import os
import select
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import ANY

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bcforecast import config, errors
from bcforecast.observations import load_observations
from bcforecast.plan import load_plan
from bcforecast.reporting import execution, service
from bcforecast.reporting.service import LOCK, command_words, notify, run_lock
from tests.reporting import cut_off, light_reports
from tests.reporting.cut_off import gone, reports, started
from tests.reporting.light_reports import write_reports
from tests.words import SLIPS

ENTRY = "reports:\n  - plan: a\n    as_of: latest\n"
DAY = date(2020, 12, 31)
TODAY = date(2022, 1, 1)


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "reports.yaml"
        path.write_text(text, encoding="utf-8")
        return service.read_reports_file(path)[0]

    return read_text


def test_what_is_not_said_is_the_default_and_one_or_several_are_taken(read):
    file = read(ENTRY)
    assert (file.out, file.data, file.notebooks, file.seed) == ("reports", None, None, config.SEED)
    assert file.limits == execution.Limits(cell_seconds=None, memory_mb=None)
    (entry,) = file.reports
    assert (entry.as_of, entry.since, entry.publish, entry.models) == (("latest",), None, (), "")
    assert (entry.scenarios, entry.languages) == (("baseline",), ("zh", "en"))
    assert entry.formats == ("html", "pdf", "docx", "xlsx", "md")
    one, two = read(
        "reports:\n  - {plan: a, as_of: 2020-12-31, publish: x}\n"
        "  - {plan: a, as_of: [2020-12-31, 2021-12-31], publish: [x, y]}\n"
    ).reports
    assert (one.as_of, one.publish) == ((DAY,), ("x",))
    assert (two.as_of[1], two.publish) == (date(2021, 12, 31), ("x", "y"))


@pytest.mark.parametrize(("text", "said"), SLIPS["reports"])
def test_one_sentence_names_place_found_and_allowed(read, text, said):
    with pytest.raises(service.WrongReportsError) as wrong:
        read(text)
    assert all(isinstance(problem, errors.ReportError) for problem in wrong.value.problems)
    assert said in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_everything_that_is_wrong_is_said_in_either_language(read):
    with pytest.raises(service.WrongReportsError) as wrong:
        read("seed: x\nout: ''\nreports:\n  - {plan: 1, as_of: no, formats: [odt]}\n")
    said = [str(error).partition("reports.yaml, ")[2] for error in wrong.value.problems]
    assert [line.partition(": ")[0] for line in said] == [
        "row 1, seed", "row 2, out", "row 4, reports[0] → plan", "row 4, reports[0] → as_of",
        "row 4, reports[0] → formats[0]",
    ]  # fmt: skip
    chinese = wrong.value.problems[-1].message.render("zh")
    assert "第 4 行，reports[0] → formats[0]：填的是 “odt”，应为：html, pdf" in chinese


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; it should list the reports"),
        (b"  \n# only a comment\n", "the file is empty; it should list the reports"),
        (b"reports: [\n", "cannot be read as YAML"),
        ("reports: 规划".encode("gbk"), "UTF-8"),
        (b"reports: 1\nreports: 2\n", "“reports”"),
        (None, "there is no such file; it should list the reports"),
        ("a folder", "found a folder; allowed: a file that you may read"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, content, said):
    path = tmp_path if content == "a folder" else tmp_path / "reports.yaml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(errors.ReportError, match=said) as wrong:
        service.read_reports_file(path)
    assert "\n" not in str(wrong.value)


def test_the_example_in_the_repository_can_be_read_and_the_docs_explain_every_key():
    file, _ = service.read_reports_file(config.DATA_DIR.parent / "reports.yaml")
    assert {entry.plan for entry in file.reports} == {"beichen-2020-2022", "tianjin-2020-2022"}
    for name in ("reports.md", "reports.zh.md"):
        text = (config.DATA_DIR.parent / "docs" / name).read_text("utf-8")
        for model in (service.ReportsFile, service.ReportsEntry, execution.Limits):
            assert {key for key in model.model_fields if f"`{key}`" not in text} == set(), name


PLAN = load_plan("tianjin-2020-2022")
DATA = load_observations()


def days(rule, today, since=None):
    given = {"today": date.fromisoformat(today), "plan": PLAN, "data": DATA}
    given["since"] = None if since is None else date.fromisoformat(since)
    found = service.as_of_days(rule, **given)
    return [str(day) for day in found]


@pytest.mark.parametrize(
    ("rule", "today", "day"),
    [("latest", "2021-12-30", "2021-12-29"), ("latest", "2021-12-29", "2021-12-29")],
)
def test_the_last_day_of_a_rule_up_to_today_is_taken(rule, today, day):
    assert days(rule, today) == [day]


def test_since_gives_every_day_of_a_rule_from_then_on():
    every = days("latest", "2021-12-31", since="2021-01-01")
    assert every[-1] == "2021-12-29"
    assert every == sorted(set(every))
    assert every[0] >= "2021-01-01"


@given(
    today=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    span=st.integers(0, 3000),
    rule=st.sampled_from([("month-end", 1), ("quarter-end", 3), ("year-end", 12)]),
)
def test_ends_are_the_days_before_a_first_day_of_a_period(today, span, rule):
    (name, months), asked = rule, {"today": today, "plan": PLAN, "data": DATA}
    since = today - timedelta(days=span)
    expected = [
        day
        for day in (since + timedelta(days=n) for n in range(span + 1))
        if (next_day := day + timedelta(days=1)).day == 1 and (next_day.month - 1) % months == 0
    ]
    assert list(service.as_of_days(name, since=since, **asked)) == expected
    assert service.as_of_days(name, since=None, **asked) == (max(expected, default=ANY),)


def test_latest_looks_at_the_series_of_the_plan_alone_and_may_find_none():
    others = [f.published for f in DATA.observations if (f.area, f.indicator) == ("tianjin", "gdp")]
    assert max(others) > date(2021, 12, 29)  # a series that no goal of the plan counts
    assert days("latest", "2021-12-28") < ["2021-12-29"]
    with pytest.raises(errors.ReportError, match="had been published by 1990-01-01"):
        days("latest", "1990-01-01")


@pytest.fixture
def folder(tmp_path):
    light_reports.light_folder(tmp_path, as_of=DAY)
    return tmp_path


def said(path):
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(service.WrongReportsError) as wrong:
        service.plan_run(path, today=TODAY)
    assert sorted(path.parent.rglob("*")) == before
    return [str(error) for error in wrong.value.problems]


def edit(path, **keys):
    content = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**content, **keys}, allow_unicode=True), encoding="utf-8")
    return path


def test_every_combination_is_a_job_with_its_place_or_for_later(folder):
    (folder / "my data" / "scenarios").mkdir()
    dates = [DAY, date(2021, 12, 31), date(2022, 1, 2)]
    path = write_reports(folder, as_of=dates, languages=["zh", "en"])
    planned = service.plan_run(path, today=TODAY)
    assert planned.later == ("small/2022-01-02/baseline/zh", "small/2022-01-02/baseline/en")
    days = ("2020-12-31", "2021-12-31")
    names = [f"small/{day}/baseline/{lang}" for day in days for lang in ("zh", "en")]
    assert [job.name for job in planned.jobs] == names
    assert planned.jobs[0].folder == folder / "reports" / names[0]
    assert planned.jobs[0].failed == folder / "reports" / "failed" / names[0]


def test_paths_start_at_the_file_and_the_command_line_goes_before_it(
    folder, tmp_path_factory, monkeypatch
):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    path = write_reports(folder, as_of=DAY, plan="my data/plans/small.yaml", publish="../copies")
    (job,) = service.plan_run(path, today=TODAY).jobs
    assert job.request.data_dir == folder / "my data"
    assert job.copies == (folder.parent / "copies/small/2020-12-31/baseline/en",)
    edit(path, limits={"cell_seconds": 5, "memory_mb": 900})
    given = {"out": folder / "elsewhere", "limits": execution.Limits(cell_seconds=7)}
    planned = service.plan_run(path, today=DAY, **given)
    assert planned.out == folder / "elsewhere"
    assert planned.jobs[0].limits == execution.Limits(cell_seconds=7, memory_mb=900)


def test_models_are_part_of_what_is_asked_for(folder):
    path = write_reports(folder, as_of=DAY, models={"unicorns": "theta"})
    (job,) = service.plan_run(path, today=TODAY).jobs
    assert job.recipe["parameters"]["models"] == "unicorns=theta"
    (only,) = said(write_reports(folder, as_of=DAY, models={"unicorns": "magic"}))
    assert "row 4: " in only
    assert "magic" in only


def test_every_wrong_entry_is_said_and_one_asked_for_twice_with_both_rows(folder):
    entry = {"plan": "small", "as_of": DAY, "languages": ["en"]}
    entries = [{**entry, "plan": "nowhere"}, {**entry, "scenarios": ["boom"]}]
    entries.append({"plan": "small", "as_of": "latest", "since": date(2030, 1, 1)})
    path = edit(folder / "reports.yaml", reports=entries)
    first, second, third = said(path)
    assert first.startswith(f"{path}, row 4: ")
    assert "nowhere" in first
    assert "small" in first
    assert "boom" in second
    assert "published by 2022-01-01" in third
    path = edit(folder / "reports.yaml", reports=[entry, {**entry, "formats": ["md"]}])
    (only,) = said(path)
    assert "rows 4, 8: found small/2020-12-31/baseline/en twice" in only


def test_a_plan_that_reaches_for_another_folder_or_has_a_control_character_is_refused(folder):
    for plan in ("../../x", "/etc/passwd", "..", "a/b"):
        (only,) = said(write_reports(folder, as_of=DAY, plan=plan))
        assert "\n" not in only
    with pytest.raises(errors.ReportError, match=r"row 9: .*a text without control characters"):
        said(write_reports(folder, as_of=DAY, plan="x\0y"))


@pytest.mark.parametrize(
    ("identifier", "words"),
    [("../../x", "found “../../x”"), ("failed", "kept for notebooks that failed")],
)
def test_a_plan_file_whose_id_is_another_folder_is_refused(folder, identifier, words):
    text = (folder / "my data/plans/small.yaml").read_text("utf-8")
    own = text.replace("id: small", f"id: {identifier}")
    (folder / "own.yaml").write_text(own, encoding="utf-8")
    (only,) = said(write_reports(folder, as_of=DAY, plan="own.yaml"))
    assert words in only


@pytest.mark.parametrize("out", ["..", "../x", "/tmp/x", ".", "a/../../x", "link"])
def test_the_reports_may_not_leave_the_folder_of_the_file(folder, tmp_path_factory, out):
    (folder / "link").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    (only,) = said(edit(folder / "reports.yaml", out=out))
    assert f"out: found “{out}”; allowed: a folder below that of this file" in only


def link_in_the_way(folder):
    (folder / "reports").mkdir()
    (folder / "reports" / "small").symlink_to(folder.parent)


def file_in_the_way(folder):
    (folder / "reports/small/2020-12-31/baseline").mkdir(parents=True)
    (folder / "reports/small/2020-12-31/baseline/en").write_text("a file")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (link_in_the_way, "leads out"),
        (file_in_the_way, "found a file where"),
        (lambda f: (f / "reports").write_text("a file"), "found a file where"),
        (lambda f: edit(f / "reports.yaml", data="none"),
         "data: found “none”; allowed: a folder that is there"),
        (lambda f: edit(f / "reports.yaml", notebooks="none"),
         "notebooks: found “none”; allowed: a folder that is there"),
        (lambda f: (f / "books" / "03_plan.ipynb").unlink(),
         "03_plan.ipynb: there is no such notebook"),
        (lambda f: (f / "my data" / "observations.csv").write_text("area\n"), "observations.csv"),
    ],
    ids=["link", "file", "file for a folder above", "data", "notebooks", "notebook", "figures"],
)  # fmt: skip
def test_a_place_that_cannot_be_used_is_one_sentence(folder, harm, words):
    harm(folder)
    (only,) = said(folder / "reports.yaml")
    assert words in only


def test_a_run_waits_for_the_one_before_it_and_half_a_lock_is_a_run_of_nobody(tmp_path):
    def left(wait):
        with run_lock(tmp_path, wait=wait) as stale:
            (tmp_path / "index.html").write_text("a")
            return stale

    (tmp_path / LOCK).write_text('{"pid": 1')
    assert left(0) == {"pid": "?", "since": "?"}
    with ThreadPoolExecutor() as others:
        with run_lock(tmp_path, wait=0) as stale:
            assert stale is None
            with pytest.raises(service.RunLockedError, match=f"process {os.getpid()}") as locked:
                others.submit(left, 0).result()
            assert locked.value.exit_status == 1
            waiting = others.submit(left, 60)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result() is None
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_file_of_somebody_elses_where_the_lock_or_the_list_would_be_stops_a_run(tmp_path, run):
    file = light_reports.light_folder(tmp_path, as_of=DAY)
    for name in (LOCK, "feed.xml"):
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports" / name).write_text("mine")
        status, _, said = run("run", file, "--lang", "en")
        assert (status, f"{name}: is there already and was not made" in said) == (2, True)
        assert [(one.name, one.read_text()) for one in (tmp_path / "reports").iterdir()] == [
            (name, "mine")
        ]
        shutil.rmtree(tmp_path / "reports")


def test_a_lock_that_is_a_link_or_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / LOCK).symlink_to(tmp_path / "precious")
    with pytest.raises(errors.ReportError, match="cannot be written"), run_lock(tmp_path, wait=0):
        pass
    assert (tmp_path / "precious").read_text() == "precious"
    unwritable = Path("/proc/bcforecast-reports")
    with pytest.raises(errors.ReportError, match="cannot be written"), run_lock(unwritable, wait=0):
        pass


def test_a_command_that_fails_is_said_with_its_status_and_told_again_until_it_does_not(
    tmp_path, monkeypatch
):
    failing = command_words(f'{sys.executable} -c "import sys; sys.exit(7)"')
    tell = partial(notify, out=tmp_path, head={})
    said = tell(failing, [{"n": 1}])
    tell(failing, [{"n": 2}])
    assert said.render("en").startswith(f"--notify: {sys.executable} failed: exit status 7")
    assert "运行失败：退出状态 7" in said.render("zh")
    broken = tmp_path / "broken"
    broken.write_bytes(b"\0\1\2")
    broken.chmod(0o755)
    assert "failed" in tell(command_words(str(broken)), []).render("en")
    with monkeypatch.context() as patch:
        patch.setattr("bcforecast.saving.LONGEST_WAIT", 0.2)
        patch.setenv(cut_off.MARK, "told")
        waits = command_words("sh -c 'sleep 60 & wait'")
        assert "did not end within 0.2 s" in tell(waits, []).render("en")
        assert gone("told")
    noted = tmp_path / "noted"
    assert tell(command_words(f"sh -c 'cat > {noted}'"), []) is None
    assert json.loads(noted.read_text("utf-8")) == {"changes": [{"n": 1}, {"n": 2}]}
    assert tell(command_words("false"), []) is None, "nothing waits any more"


@pytest.mark.parametrize("command", ["", "no-such-program a", '"open', "'"])
def test_a_command_that_is_none_is_refused_before_the_run(command):
    with pytest.raises(errors.ReportError, match="--notify"):
        command_words(command)


WAIT = "open({!r}, 'w').write('here')\nimport time\ntime.sleep(600)"
"""A cell that says that it has begun, and does not end."""

WRITTEN = "small/2020-12-31/baseline/en: written\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder whose one report stands."""
    made = light_reports.folder_with_a_report(tmp_path_factory.getbasetemp())
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("cut") / "made"))


@pytest.fixture
def waiting(finished):
    """The same folder with a notebook that waits for ever, and a run that has come to it."""
    book = finished / "books" / "03_plan.ipynb"
    before = book.read_bytes()
    pipe = finished / "pipe"
    os.mkfifo(pipe)
    light_reports.write_notebook(finished, WAIT.format(str(pipe)))
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    file = finished / "reports.yaml"
    one = file.read_bytes()  # a second report waits for the first
    write_reports(finished, as_of=[DAY, TODAY])
    with started("run", file, "--jobs", "1") as run:
        assert select.select([reader], [], [], 120)[0], run.communicate()
        file.write_bytes(one)
        yield run
    os.close(reader)
    pipe.unlink()
    book.write_bytes(before)


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGTERM, 143, "ended from outside; finished reports are published"),
        (signal.SIGINT, 130, "interrupted; finished reports are published"),
    ],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_signal_ends_all_processes_and_nothing_is_half(finished, waiting, number, status, said):
    good, temporary = reports(finished / "reports"), cut_off.kernel_folders(waiting.mark)
    assert len(cut_off.processes_of(waiting.mark)) > 1
    waiting.send_signal(number)
    out, err = waiting.communicate(timeout=120)
    assert (waiting.returncode, out) == (status, "")
    assert err.startswith(f"bcforecast: {said}")
    assert gone(waiting.mark)
    assert reports(finished / "reports") == good
    assert cut_off.unfinished(finished / "reports") == []
    assert not (finished / "reports" / "failed").exists()
    assert not (finished / "reports" / LOCK).exists()
    assert temporary
    assert not [path for path in temporary if path.exists()]


def test_while_one_run_is_at_work_a_second_says_so_and_after_its_death_the_next_completes(
    finished, waiting
):
    good, temporary = reports(finished / "reports"), cut_off.kernel_folders(waiting.mark)
    with started("run", finished / "reports.yaml") as second:
        out, err = second.communicate(timeout=120)
    assert (second.returncode, out) == (1, "")
    assert f"another run is at work there (process {waiting.pid}, since " in err
    assert waiting.poll() is None

    waiting.kill()
    waiting.communicate()
    assert gone(waiting.mark)
    assert reports(finished / "reports") == good
    light_reports.write_notebook(finished, light_reports.show())
    with started("run", finished / "reports.yaml", "--force") as third:
        out, err = third.communicate(timeout=300)
    assert (third.returncode, out) == (0, WRITTEN)
    assert f"the run before this one (process {waiting.pid}, since " in err
    assert reports(finished / "reports") == good
    assert cut_off.unfinished(finished / "reports") == []
    assert not [path for path in temporary if path.exists()]
