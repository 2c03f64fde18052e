"""`bcforecast project`: every area of a plan set, into Parquet files."""

import json
import re
import shutil

import pandas as pd
import pytest

from tools import country


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A synthetic country of one province, in which one area promises what cannot be."""
    folder = tmp_path_factory.mktemp("country")
    country.write_country(folder, areas=8, seed=3)
    table = folder / "plans" / f"{country.PLAN}.csv"
    rows = pd.read_csv(table, dtype=str)
    rows.loc[(rows["area"] == "p001c2") & (rows["goal"] == "urban"), "target"] = "140"
    rows.to_csv(table, index=False)
    return folder


@pytest.fixture
def asked(data, tmp_path):
    day = ("--as-of", "2024-12-31", "--n-jobs", "1")
    return ("project", "--set", country.PLAN, "--data", str(data), *day, "-o", str(tmp_path / "o"))


def test_a_set_is_projected_and_what_is_left_out_is_told(run, asked, tmp_path):
    status, out, err = run(*asked)
    assert status == 0
    assert "8 areas; provinces projected: 1, found finished: 0" in out
    assert err.splitlines()[0].startswith("p001c2: left out: ")
    assert err.splitlines()[1].startswith("1 area was left out (")
    left_out = (tmp_path / "o" / "_skipped.csv").read_text(encoding="utf-8").splitlines()[1]
    assert left_out.startswith("p001c2,")
    assert "column target: found 140; allowed: a number from 0 to 100" in left_out
    read = pd.read_parquet(tmp_path / "o")
    assert sorted(read["area"].unique()) == ["p001", *(f"p001c{n}" for n in (1, 3, 4, 5, 6, 7))]
    assert read["province"].astype(str).unique().tolist() == ["p001"]
    assert read["year"].astype(int).unique().tolist() == [2027]
    assert "已有 1 个省" in run(*asked, "--lang", "zh")[1]


def test_areas_with_figures_that_the_set_has_not_are_told(run, asked, data, tmp_path):
    own = shutil.copytree(data, tmp_path / "own")
    for file in (own / "observations" / "province=p001").glob("*/*.parquet"):
        figures = pd.read_parquet(file, partitioning=None)
        pd.concat([figures, figures.head(1).assign(area="p001\x1bc9")]).to_parquet(file)
    status, _, err = run(*asked, "--data", str(own))
    assert status == 0
    assert re.search(r"^1 area has figures .* not stand in .*\.csv .*: p001�c9$", err, re.M)


def test_what_cannot_be_asked_is_refused_and_nothing_is_written(refused, asked, tmp_path):
    assert "found no such plan set" in refused(*asked, "--set", "nowhere")
    assert "--scheduler: found nothing" in refused(*asked, "--engine", "dask")
    assert "--n-jobs: found 0" in refused(*asked, "--n-jobs", "0")
    assert "from 1 to 1024" in refused("run", "--jobs", "1025")
    assert "--as-of" in refused(*asked, "--as-of", "yesterday")
    assert not (tmp_path / "o").exists()
    (tmp_path / "o").write_text("mine", encoding="utf-8")
    assert "found a file" in refused(*asked)


@pytest.fixture
def reports(data, tmp_path):
    asked = ("areas", "--set", country.PLAN, "--data", str(data), "--as-of", "2024-12-31")
    return (*asked, "--lang", "en", "--format", "html", "-o", str(tmp_path / "o"))


def test_an_area_gets_a_data_folder_and_a_report_to_which_the_overview_leads(
    run, reports, data, tmp_path
):
    status, said, _ = run(*reports, "--area", "p001c1")
    assert (status, said) == (0, "p001c1/2024-12-31/baseline/en: written\n")
    assert "unchanged" in run(*reports, "--area", "p001c1")[1]
    own = tmp_path / "o" / "data" / "p001c1"
    status, told, _ = run("goals", "--data", own, "--as-of", "2024-12-31", "--format", "json")
    answers, day = tmp_path / "answers", ("--as-of", "2024-12-31")
    asked = ("--set", country.PLAN, "--data", str(data))
    run("project", *asked, *day, "-o", str(answers), "--n-jobs", "1")
    rows = pd.read_parquet(answers)  # but for the three that add up, which are drawn together
    of_set = rows[(rows["area"] == "p001c1") & (rows["scenario"] == "baseline") & ~rows["coherent"]]
    of_set = of_set.set_index("goal")["probability"]
    ours = {one["goal"]: one["probability"] for one in json.loads(told)}
    assert {goal: ours[goal] for goal in of_set.index} == pytest.approx(of_set.to_dict(), abs=1e-9)
    linked = ("--reports", str(tmp_path / "o" / "reports"), "--format", "html", "--lang", "en")
    run("overview", *asked, "--answers", str(answers), "-o", str(tmp_path / "over"), *linked)
    page = (tmp_path / "over" / "index.html").read_text(encoding="utf-8")
    (link,) = set(re.findall('href="([^"]*index.html)"', page))
    assert (tmp_path / "over" / link).resolve().is_relative_to(tmp_path / "o" / "reports")


def test_areas_that_are_none_or_not_ours_are_refused_and_a_bad_one_is_left_out(
    run, refused, reports, tmp_path
):
    assert "--area: found nowhere; allowed: an area of the set" in refused(
        *reports, "--area", "nowhere"
    )
    assert "column target: found 140" in refused(*reports, "--area", "p001c2")
    assert "found nope" in refused(*reports, "--format", "nope")
    assert "--scheduler: found nothing" in refused(*reports, "--engine", "dask")
    assert not (tmp_path / "o").exists()
    mine = tmp_path / "o" / "data" / "p001" / "sources.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert "sources.csv" in refused(*reports, "--area", "p001")
    assert mine.read_text(encoding="utf-8") == "mine"


def test_an_overview_is_refused_without_answers_or_of_such_as_are_harmed_or_of_another_set(
    run, refused, asked, data, tmp_path
):
    command = ("overview", "--set", country.PLAN, "--data", str(data), "--lang", "en")
    command = (*command, "-o", str(tmp_path / "over"), "--answers")
    none = tmp_path / "none"
    assert "a folder in which" in refused(*command, none)
    (none / "province=p001").mkdir(parents=True)
    for said in ("", "[]", "{}", '{"as_of": "yesterday", "skipped": {}}'):
        (none / "province=p001" / "_done.json").write_text(said, encoding="utf-8")
        assert "none: found something else; allowed: a folder" in refused(*command, none)
    assert run(*asked)[0] == 0
    command = (*command, str(tmp_path / "o"))
    mine = tmp_path / "mine" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine", encoding="utf-8")
    assert "a folder that a run of this command wrote" in refused(*command, "-o", mine.parent)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert "no such folder" in refused(*command, "--reports", str(tmp_path / "nowhere"))
    (file,) = (tmp_path / "o").glob("province=p001/year=*/*.parquet")
    rows = pd.read_parquet(file)
    rows.replace({"area": {"p001c1": "atlantis"}}).to_parquet(file, index=False)
    assert "found atlantis" in refused(*command)
    others = {"grade": "Z", "verdict": None, "q50": "x", "due": "", "scenario": "full"}
    others |= {"probability": 1.5, "latest": True, "comparator": "around", "coherent": 2}
    spoilt = [rows.assign(**{name: value}) for name, value in others.items()]
    for one in (rows.drop(columns="grade"), *spoilt):
        one.to_parquet(file, index=False)
        assert "found something else" in refused(*command)
    file.write_bytes(b"no parquet")
    assert "found something else" in refused(*command)
    assert not (tmp_path / "over").exists()
