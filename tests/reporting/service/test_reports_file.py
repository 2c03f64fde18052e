"""The file of reports: what it takes, and what is said of what it does not."""

from datetime import date

import pytest

from bcforecast import config as defaults
from bcforecast.config import DATA_DIR
from bcforecast.errors import ReportError
from bcforecast.reporting.planning import Entry, ReportsFile, read_reports_file

ENTRY = "reports:\n  - plan: a\n    as_of: latest\n"


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "reports.yaml"
        path.write_text(text, encoding="utf-8")
        return read_reports_file(path)

    return read_text


def problems(found):
    assert all(isinstance(error, ReportError) for error in found)
    return [str(error).partition("reports.yaml")[2] for error in found]


def test_what_is_not_said_is_the_default(read):
    file, _ = read(ENTRY)
    assert (file.out, file.data, file.notebooks, file.seed) == (
        "reports", None, None, defaults.SEED,
    )  # fmt: skip
    assert (file.limits.cell_seconds, file.limits.memory_mb) == (None, None)
    entry = file.reports[0]
    assert (entry.as_of, entry.since, entry.publish) == (("latest",), None, ())
    assert (entry.scenarios, entry.languages) == (("baseline",), ("zh", "en"))
    assert entry.formats == ("html", "pdf", "docx", "xlsx", "md")


def test_a_date_several_dates_and_one_folder_or_several_are_taken(read):
    file, _ = read(
        "reports:\n  - {plan: a, as_of: 2020-12-31, publish: x}\n"
        "  - {plan: a, as_of: [2020-12-31, 2021-12-31], publish: [x, y]}\n"
    )
    one, two = file.reports
    assert (one.as_of, one.publish) == ((date(2020, 12, 31),), ("x",))
    assert (two.as_of[1], two.publish) == (date(2021, 12, 31), ("x", "y"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour: red\n" + ENTRY, "row 1, colour: found the unknown key “colour”; allowed: out,"),
        (ENTRY + "    langages: [zh]\n", "row 4, reports[0] → langages: found the unknown key"),
        ("limits: {cpu: 1}\n" + ENTRY, "row 1, limits → cpu: found the unknown key “cpu”"),
        ("limits: {memory_mb: 0.5}\n" + ENTRY, "found 0.5; allowed: a whole number above 0"),
        ("limits: {cell_seconds: -1}\n" + ENTRY, "found -1; allowed: a number above 0"),
        ("limits: {cell_seconds: true}\n" + ENTRY, "found true; allowed: a number above 0"),
        ("seed: -1\n" + ENTRY, "row 1, seed: found -1; allowed: a whole number from 0"),
        ("out: 3\n" + ENTRY, "row 1, out: found 3"),
        ("reports: []\n", "row 1, reports: found a list of 0; allowed: a list with at least one"),
        ("out: x\n", "row 1, reports: this key is missing"),
        ("reports:\n  - as_of: latest\n", "reports[0] → plan: this key is missing"),
        ("reports:\n  - plan: a\n", "reports[0] → as_of: this key is missing"),
        ("reports:\n  - {plan: a, as_of: 2021-02-30}\n", "as_of: found “2021-02-30”; allowed: a"),
        ("reports:\n  - {plan: a, as_of: weekly}\n", "latest, month-end, quarter-end, year-end"),
        ("reports:\n  - {plan: a, as_of: [latest]}\n", "as_of[0]: found “latest”; allowed: dates"),
        ("reports:\n  - {plan: a, as_of: []}\n", "as_of: found a list of 0"),
        (ENTRY + "    languages: [zh, fr]\n", "languages[1]: found “fr”; allowed: one of en, zh"),
        (ENTRY + "    languages: []\n", "languages: found a list of 0"),
        (ENTRY + "    languages: [zh, zh]\n", "languages[1]: found “zh”; allowed: each entry once"),
        (ENTRY + "    formats: [odt]\n", "formats[0]: found “odt”; allowed: one of html, pdf,"),
        (ENTRY + "    scenarios: [1]\n", "scenarios[0]: found 1; allowed: a text"),
        (ENTRY + "    publish: ''\n", "publish: found “”; allowed: the path of a folder"),
        (ENTRY + "    publish: [a, 1]\n", "publish[1]: found 1; allowed: the path of a folder"),
        (ENTRY + "    since: soon\n", "since: found “soon”; allowed: a day of the calendar"),
        ("just words\n", "row 1, the whole file: found “just words”; allowed: a table"),
    ],
)
def test_one_sentence_names_place_found_and_allowed(read, text, said):
    (first, *_) = problems(read(text))
    assert said in first
    assert "\n" not in first


def test_everything_that_is_wrong_is_said(read):
    said = problems(read("seed: x\nout: ''\nreports:\n  - {plan: 1, as_of: no}\n"))
    assert [line.partition(": ")[0] for line in said] == [
        ", row 1, seed", ", row 2, out",
        ", row 4, reports[0] → plan", ", row 4, reports[0] → as_of",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty; it should list the reports"),
        (b"  \n# only a comment\n", "the file is empty; it should list the reports"),
        (b"reports: [\n", "cannot be read as YAML"),
        ("reports: 规划".encode("gbk"), "UTF-8"),
        (b"reports: 1\nreports: 2\n", "“reports”"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, content, said):
    path = tmp_path / "reports.yaml"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=said) as wrong:
        read_reports_file(path)
    assert "\n" not in str(wrong.value)


def test_a_file_that_is_not_there_or_is_a_folder_is_said(tmp_path):
    with pytest.raises(ReportError, match="there is no such file; it should list the reports"):
        read_reports_file(tmp_path / "none.yaml")
    with pytest.raises(ReportError, match="found a folder; allowed: a YAML file that lists"):
        read_reports_file(tmp_path)


def test_the_sentence_is_chinese_for_who_reads_chinese(read):
    (error,) = read(ENTRY + "    formats: [odt]\n")
    said = error.message.render("zh")
    assert "第 4 行，reports[0] → formats[0]：填的是 “odt”，应为：html, pdf" in said


def test_the_example_in_the_repository_can_be_read_and_the_docs_explain_every_key():
    file, _ = read_reports_file(DATA_DIR.parent / "reports.yaml")
    assert {entry.plan for entry in file.reports} == {"beichen-2020-2022", "tianjin-2020-2022"}
    for name in ("reports.md", "reports.zh.md"):
        text = (DATA_DIR.parent / "docs" / name).read_text("utf-8")
        for key in (*ReportsFile.model_fields, *Entry.model_fields, "cell_seconds", "memory_mb"):
            assert f"`{key}`" in text, (name, key)
