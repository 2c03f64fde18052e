"""The list, the feed and the log say what the results on disk say, and nothing else."""

import csv
import io
import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from bcforecast.attainment.news import GoalStatus
from bcforecast.reporting import listing
from tests.reporting import light_reports, made_up_documents

ATOM = "{http://www.w3.org/2005/Atom}"
SAID = {
    "2020-12-31": (0.8, "verdict.likely", "C"),
    "2021-06-30": (0.7, "verdict.likely", "C"),
    "2021-12-31": (0.2, "verdict.unlikely", "C"),
    "2022-12-31": (None, "verdict.unset", "U"),
}
WORDS = ("probability", "verdict", "grade")


@pytest.fixture(autouse=True)
def quick_font(request, monkeypatch):
    """A font without characters, but in tests of all languages: cutting one takes a second."""
    if "lang" not in request.fixturenames:
        face = "@font-face {{ font-family: 'none'; src: url('data:{}') }}"
        monkeypatch.setattr(
            "bcforecast.reporting.display.font_face",
            lambda html, lang: face.format("".join(sorted({*html} & {*"目标规划"}))),
        )


def put(out, day, *, lang="en", scenario="baseline", said=None, name=None, **changes):
    """Leave a report as of a day; its first goal is spoken of as given."""
    result = {**light_reports.result_document(), "as_of": day, "scenario": scenario, **changes}
    result["goals"][0] |= dict(zip(WORDS, said or SAID[day], strict=True)) | {"due": "2024-12-31"}
    if name is not None:
        result["goals"][0]["name"] = name
    folder = out / "small" / day / scenario / lang
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    for file in ("index.html", "report.pdf", "manifest.json", "03_plan.ipynb"):
        (folder / file).write_text("content")
    return folder


@pytest.fixture
def out(tmp_path):
    for day in SAID:
        for lang in ("zh", "en"):
            put(tmp_path, day, lang=lang)
    return tmp_path


def read_feed(out):
    """The feed, its entries, and their identifiers."""
    root = ET.fromstring(listing.feed(listing.read_reports(out)))
    entries = root.findall(f"{ATOM}entry")
    return root, entries, [entry.findtext(f"{ATOM}id") for entry in entries]


def test_reports_of_a_plan_and_scenario_stand_together_by_date(out):
    put(out, "2021-12-31", scenario="adverse")
    reports = listing.read_reports(out)
    baseline, adverse = ([str(r.as_of) for r in series] for series in reports.series)
    assert (baseline, adverse) == ([*SAID], ["2021-12-31"])
    assert [series[0].scenario for series in reports.series] == ["baseline", "adverse"]
    assert list(reports.reports[0].folders) == ["zh", "en"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda f: (f / "result.json").write_text("{"),
        lambda f: (f / "result.json").write_text('{"goals": []}'),
        lambda f: shutil.move(f, f.parents[2] / "2021-07-02/baseline/en"),
        lambda f: f.rename(f.with_name("fr")),
        lambda f: (f / "result.json").write_text(
            (f / "result.json").read_text("utf-8").replace("verdict.likely", "verdict.maybe")
        ),
        lambda f: (f / "manifest.json").write_text(  # of another result
            json.dumps({"outputs": [{"file": "result.json", "sha256": "0" * 64}]})
        ),
        lambda f: (f / "result.json").write_text(
            (f / "result.json").read_text("utf-8").replace("bcforecast-result/2", "other/3")
        ),
        lambda f: shutil.rmtree(f) or put(f.parents[3], d := f.parts[-3], said=("1", *SAID[d][1:])),
        lambda f: (f / "result.json").unlink() or os.mkfifo(f / "result.json"),
    ],
)
def test_what_is_no_report_is_named_and_the_others_are_listed(out, harm):
    shutil.rmtree(out / "small/2021-06-30/baseline/zh")
    (out / "small/2021-07-02/baseline").mkdir(parents=True)
    harm(out / "small/2021-06-30/baseline/en")
    reports = listing.read_reports(out)
    assert [str(r.as_of) for r in reports.reports] == [d for d in SAID if d[5:] != "06-30"]
    (error,) = reports.unreadable
    assert re.search("left out of the list|a pipe, a device", str(error))


def test_what_is_kept_of_failures_and_what_is_unfinished_is_no_report(out):
    before = listing.read_reports(out)
    shutil.copytree(out / "small", out / "failed" / "small")
    shutil.copytree(out / "small/2020-12-31", out / "small/.bcforecast-0123456789ab")
    assert listing.read_reports(out) == before


def test_changes_are_those_of_word_or_grade_between_consecutive_dates(out):
    changes = listing.status_changes(listing.read_reports(out))
    assert [(str(c.before.as_of), str(c.after.as_of), c.goal.id) for c in changes] == [
        ("2021-06-30", "2021-12-31", "unicorns"),
        ("2021-12-31", "2022-12-31", "unicorns"),
    ]


def test_a_run_is_held_against_what_it_replaced_or_else_against_the_date_before(out):
    before = listing.read_reports(out)
    shutil.rmtree(out / "small/2020-12-31")
    put(out, "2020-12-31", said=(0.1, "verdict.unlikely", "C"))
    put(out, "2023-12-31", said=(0.9, "verdict.likely", "B"))
    after = listing.read_reports(out)
    made = {("small", day, "baseline") for day in ("2020-12-31", "2023-12-31")}
    changes = listing.changes_of_run(before, after, made)
    days = [(str(c.before.as_of), str(c.after.as_of)) for c in changes]
    assert days == [("2020-12-31", "2020-12-31"), ("2022-12-31", "2023-12-31")]
    assert listing.changes_of_run(before, after, []) == ()


def test_the_log_is_a_table_without_formulas(tmp_path):
    evil = {"zh": "=1+1", "en": '@SUM("a"),\nb'}
    put(tmp_path, "2020-12-31", name=evil)
    put(tmp_path, "2021-12-31", name=evil)
    text = listing.status_csv(listing.status_changes(listing.read_reports(tmp_path)))
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["goal_zh"], row["goal_en"]) == ("'=1+1", '\'@SUM("a"),\nb')
    assert (row["probability_before"], row["probability"]) == ("0.8", "0.2")
    assert (row["verdict_before"], row["verdict"]) == ("likely", "unlikely")
    assert (row["as_of_before"], row["as_of"]) == ("2020-12-31", "2021-12-31")


def test_the_feed_is_atom_with_ids_of_its_own_and_dates_for_clocks(out):
    root, entries, ids = read_feed(out)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *entries):
        for needed in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{needed}"), needed
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "bcforecast"
    assert len(set(ids)) == len(ids) == 8
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", name) for name in ids)
    assert root.findtext(f"{ATOM}updated") == "2022-12-31T00:00:00Z"
    assert [e.findtext(f"{ATOM}updated")[:10] for e in entries[::2]] == sorted(SAID, reverse=True)
    links = [link.get("href") for link in entries[0].findall(f"{ATOM}link")]
    files = ("index.html", "report.pdf", "result.json")
    assert links == [f"small/2022-12-31/baseline/zh/{file}" for file in files]
    assert all((out / link).is_file() for link in links)
    put(out, "2023-12-31", said=(0.9, "verdict.likely", "B"))
    assert {*ids} < {*read_feed(out)[2]}, "an id stays when other reports come"


def test_the_page_needs_no_script_and_no_network_and_every_link_is_there(out, lang):
    listing.write_listing(out, listing.read_reports(out))
    text = (out / listing.page_name(lang)).read_text("utf-8")
    read = made_up_documents.TagReader(text)
    assert (read.open, read.wrong) == ([], [])
    assert "script" not in {tag for tag, _ in read.tags}
    assert not re.search("https?:", text.replace("http://www.w3.org", ""))
    for link in (a[name] for _, a in read.tags for name in ("href", "src") if name in a):
        assert link.startswith("#plan-") or (out / link).is_file(), link


def test_the_page_has_every_probability_with_word_and_grade_and_marks_where_they_changed(out):
    text = listing.index_page(listing.read_reports(out), lang="en")
    for number, word, grade in (("80%", "likely", "C"), ("20%", "unlikely", "C")):
        assert re.search(rf"<b>{number}</b> <span[^>]*>{grade}</span><br><[^>]*>{word}", text)
    assert re.search(r"<b>–</b> <span[^>]*>U</span><br><[^>]*>not assessed", text)
    assert len(re.findall(r"<polyline", text)) == 2
    assert re.findall(r'said changed"><b>(.*?)</b>', text) == ["20%", "–"]


def test_the_page_leads_with_what_the_latest_report_on_each_plan_has_at_risk(out):
    put(out, "2023-12-31", said=(0.2, "verdict.unlikely", "C"), name={"zh": "甲", "en": "Alpha"})
    put(out, "2023-12-31", said=(0.1, "verdict.unlikely", "C"), scenario="shock")
    reports = listing.read_reports(out)
    ((report, goal),) = listing.at_risk(reports)
    assert goal.due is not None
    assert goal.due > report.as_of
    assert (*report.path[1:], goal.probability) == ("2023-12-31", "baseline", 0.2)
    page = listing.index_page(reports, lang="en")
    first = page[page.index("<main>") :]
    assert first.index("At risk") < first.index("Alpha</a>") < first.index("Probabilities by")
    settled = light_reports.result_document()["goals"][0]
    settled["outcome"] = {"value": 1.0, "met": False}
    put(out, "2024-12-31", said=(0.0, "verdict.unlikely", "A"), goals=[settled])
    assert listing.at_risk(listing.read_reports(out)) == ()


def test_old_dates_fold_and_none_is_lost(out):
    for year in range(2010, 2018):
        put(out, f"{year}-12-31", said=(0.5, "verdict.about_even", "D"))
    text = listing.index_page(listing.read_reports(out), lang="en")
    assert "Earlier dates (7)" in text
    for year in range(2010, 2018):
        assert f'class="said">31 December {year}</th>' in text


def test_names_from_data_are_escaped_wherever_they_stand(tmp_path):
    evil = {"zh": "<script>alert(1)</script>", "en": '"><img src=x onerror=y>\x01'}
    plan = {**light_reports.result_document()["plan"], "title": evil}
    for day in ("2020-12-31", "2021-12-31"):
        put(tmp_path, day, name=evil, plan=plan, scenario_name=evil)
    reports = listing.read_reports(tmp_path)
    for lang in ("zh", "en"):
        text = listing.index_page(reports, lang=lang)
        assert not [mark for mark in ("<script", "<img", 'onerror=y>"') if mark in text]
    read_feed(tmp_path)


def test_the_same_reports_give_the_same_bytes_and_only_edited_ones_are_rewritten(
    out, tmp_path_factory
):
    def write(folder):
        return listing.write_listing(folder, listing.read_reports(folder))

    assert write(out)
    first, page = light_reports.contents(out), out / "index.html"
    inode = page.stat().st_ino
    assert not write(out)
    assert page.stat().st_ino == inode
    other = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(out / "small", other / "small")
    assert write(other)
    assert light_reports.contents(other) == first
    text = page.read_text("utf-8")
    page.write_text(text.replace("80%", "99%"), encoding="utf-8")
    assert write(out)
    assert page.read_text("utf-8") == text
    shutil.rmtree(out / "small")
    assert write(out)
    assert "No report stands here yet" in (out / "index.en.html").read_text("utf-8")
    empty = tmp_path_factory.mktemp("empty")
    assert not write(empty)
    assert list(empty.iterdir()) == []


def test_a_line_has_gaps_and_its_ends_at_the_edges():
    days = [date(2020, 12, 31), date(2021, 6, 30), date(2021, 12, 31), date(2022, 12, 31)]
    shares = zip(days, (0.0, 1.0, None, 0.5), strict=True)
    cells = [(GoalStatus(day, share, "", "C"), False) for day, share in shares]
    rise, last = listing.line_places(days, cells)
    assert rise == [(5.0, 29.0), (pytest.approx(35.2, abs=0.05), 5.0)]
    assert last == [(127.0, 17.0)]
    assert listing.line_places(days[:1], cells[2:3]) == []
    assert listing.line_places(days[:1], [(None, False)]) == []
