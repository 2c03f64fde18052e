"""`bcforecast project`: every area of a plan set, into Parquet files."""

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


def test_what_cannot_be_asked_is_refused_and_nothing_is_written(refused, asked, tmp_path):
    assert "found no such plan set" in refused(*asked, "--set", "nowhere")
    assert "--scheduler: found nothing" in refused(*asked, "--engine", "dask")
    assert "--n-jobs: found 0" in refused(*asked, "--n-jobs", "0")
    assert "--as-of" in refused(*asked, "--as-of", "yesterday")
    assert not (tmp_path / "o").exists()
    (tmp_path / "o").write_text("mine", encoding="utf-8")
    assert "found a file" in refused(*asked)
