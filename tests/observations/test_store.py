"""A store holds what a data folder holds: rows are added, never changed, and read by one reader."""

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from bcforecast.errors import ObservationError, PlanError
from bcforecast.observations.importing import import_file
from bcforecast.observations.reading import load_observations, read_folder
from bcforecast.observations.store import TABLES, Store, StoreChangedError, checked_out
from bcforecast.plan import load_plan
from bcforecast.reporting import ReportRequest, write_report
from bcforecast.reporting.service import WrongReportsError, plan_run
from tests.observations.observation_folder import HEADER
from tests.reporting.light_reports import small_data

PASSWORD = "s3cret/pass"
LONG = (
    f"{HEADER}\n"
    "here,firms,2019,450,,,enterprises,flow,official,2020-03-31,stated,own,\n"
    'here,firms,2020,498,,,enterprises,flow,official,2021-03-31,stated,own,"of which, 3 moved"\n'
)


def programs():
    """The folder of PostgreSQL's programs, or None."""
    found = shutil.which("pg_ctl")
    known = [Path(found).resolve()] if found else []
    known += sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return known[-1].parent if known else None


@pytest.fixture(scope="session")
def postgres():
    """The URL of a PostgreSQL of our own, on a socket in a folder that is gone afterwards."""
    at = programs()
    if at is None:
        missing = "no PostgreSQL (Debian's package postgresql)"
        must = os.environ.get("BCFORECAST_POSTGRES") == "required"
        (pytest.fail if must else pytest.skip)(missing)
    # The name of a socket is short, and its user must come to it.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        place, run = Path(name), {"check": True, "capture_output": True}
        (place / "password").write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:  # as which it refuses to run
            user = next(
                u for u in ("postgres", "nobody") if u in {p.pw_name for p in pwd.getpwall()}
            )
            run |= {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
            for path in (place, place / "password"):
                shutil.chown(path, user)
        made = ("-A", "scram-sha-256", "-U", "stats", "--no-sync", "-E", "UTF8")
        data = ("-D", place / "db")
        subprocess.run(
            [at / "initdb", *data, *made, "--pwfile", place / "password"], cwd=place, **run
        )
        said = f"-c listen_addresses='' -c fsync=off -k '{place}'"
        control = (at / "pg_ctl", *data, "-l", place / "log", "-o", said)
        subprocess.run([*control, "-w", "start"], cwd=place, **run)
        try:
            yield f"postgresql://stats:s3cret%2Fpass@/postgres?host={place}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], cwd=place, **run)


@pytest.fixture(autouse=True)
def apart(monkeypatch, tmp_path):
    """What is checked out goes with the test: workers of pytest-xdist end without cleaning up."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty store of each kind; one PostgreSQL serves all tests."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'x.db'}"
    url = request.getfixturevalue("postgres")
    with Store.at(url).engine.begin() as connection:
        for name in TABLES:
            connection.execute(text(f"drop table if exists {name}"))
    return url


@pytest.fixture
def folder(planned):
    (planned / "observations.csv").write_text(LONG, encoding="utf-8")
    return planned


def with_files(url, folder):
    return f"{url}{'&' if '?' in url else '?'}files={folder}"


@pytest.fixture
def store(url, folder):
    """A store into which a data folder was taken over, and which has its plans."""
    stored = with_files(url, folder)
    found = import_file(folder, stored)
    assert {name: len(rows) for name, rows in found.rows.items() if rows} == {
        "observations": 2, "sources": 1,
    }  # fmt: skip
    return stored


def wide(tmp_path, cells, name="w.csv"):
    path = tmp_path / name
    path.write_text(cells, encoding="utf-8")
    return path


def test_a_folder_taken_over_reads_as_it_did_and_only_once(store, folder):
    theirs, ours = load_observations(folder), load_observations(store)
    assert ours.observations == theirs.observations
    assert ours.sources == theirs.sources
    assert [one.row for one in ours.observations] == [2, 3]
    again = import_file(folder, store)
    assert not any(again.rows.values())
    assert len(load_observations(store).observations) == 2


def test_figures_of_a_wide_table_are_taken_over_too(url, planned, tmp_path):
    wide(planned, "code,2020,2021\nfirms,498,about 510\n", "figures.csv")
    stored = with_files(url, planned)
    import_file(planned, stored)
    known = load_observations(stored).observations
    assert [(one.value, str(one.status)) for one in known] == [
        (498, "official"), (510, "approximate"),
    ]  # fmt: skip


def test_a_revision_is_a_new_row_and_the_vintage_before_it_stays(store, tmp_path):
    path = wide(tmp_path, "code,2020\nfirms,503\n")
    assert import_file(path, store).problems, "a revision needs its day"
    found = import_file(path, store, published=date(2021, 9, 30))
    assert [one.change for one in found.added] == ["revised"]
    known = load_observations(store)
    assert [one.value for one in known.observations] == [450, 498, 503]
    assert [one.value for one in known.at("2021-06-30").observations] == [450, 498]


def test_a_correction_takes_the_place_of_a_row_that_stays_with_author_and_reason(store, tmp_path):
    path = wide(tmp_path, "code,2020\nfirms,489\n")
    import_file(path, store, correction=("Li", "digits were swapped"))
    known = load_observations(store).observations
    assert [(one.row, one.value, one.published) for one in known] == [
        (2, 450, date(2020, 3, 31)), (3, 489, date(2021, 3, 31)),
    ]  # fmt: skip
    with Store.at(store).engine.connect() as connection:
        asked = "select row, corrects, author, reason, value from observations order by row"
        rows = connection.execute(text(asked.replace("row", '"row"'))).all()
    assert rows == [
        (2, None, "", "", "450"),
        (3, None, "", "", "498"),
        (4, 3, "Li", "digits were swapped", "489"),
    ]
    two = "code,published,2020\nfirms,2021-04-30,487\nfirms,2021-05-31,486\n"  # of which row?
    (problem,) = import_file(wide(tmp_path, two), store, correction=("Li", "slip")).problems
    assert problem.key == "cells.wrong_csv"
    import_file(wide(tmp_path, "code,2020\nfirms,490\n"), store, correction=("Wu", "again"))
    assert [(one.row, one.value) for one in load_observations(store).observations] == [
        (2, 450), (3, 490),
    ]  # fmt: skip


def test_a_dry_run_and_a_refused_file_leave_nothing(store, url, tmp_path):
    import_file(wide(tmp_path, "code,2021\nfirms,510\n"), store, dry_run=True)
    import_file(wide(tmp_path, "code,2021,2022\nfirms,510,no figure\n"), store)
    assert len(load_observations(store).observations) == 2


def test_a_store_that_is_not_there_is_no_empty_one_and_reading_makes_no_file(folder, tmp_path):
    url = with_files(f"sqlite:///{tmp_path / 'none.db'}", folder)
    with pytest.raises(ObservationError, match=r"none\.db: found no such file"):
        load_observations(url)
    import_file(folder, url, dry_run=True)
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "none.db").touch()
    with pytest.raises(
        ObservationError, match="found the option mode in the URL, which its driver"
    ):
        load_observations(url + "&mode=ro")


def test_imports_at_once_lose_nothing(store, tmp_path):
    paths = [wide(tmp_path, f"code,{2001 + n}\nfirms,{100 + n}\n", f"{n}.csv") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda path: import_file(path, store), paths))
    values = sorted(one.value for one in load_observations(store).observations)
    assert values == [*range(100, 106), 450, 498]
    assert read_folder(store)[1] == []


def test_of_two_who_add_after_the_same_row_the_second_is_refused_whole(store, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    last = Store.at(store).check_out(place)
    row = {"area": "here", "indicator": "firms", "period": "2021"}
    Store.at(store).append({"observations": [row]}, after=last)
    source = {"source": "new"}
    with pytest.raises(StoreChangedError):
        Store.at(store).append({"sources": [source], "observations": [row]}, after=last)
    with Store.at(store).engine.connect() as connection:
        assert connection.execute(text("select count(*) from sources")).scalar() == 1


def test_a_row_that_others_wrote_is_checked_by_the_same_reader(store, folder):
    with Store.at(store).engine.begin() as connection:
        columns = 'insert into observations ("row", area, indicator, period, value, published)'
        connection.execute(text(f"{columns} values (4, 'here', 'firms', '2021', '5,1', '2022')"))
    name = Store.at(store).name
    said = [str(error) for error in read_folder(store)[1]]
    assert said[0].startswith(f"{name} observations, row 4, column value: found")
    assert "s3cret" not in "".join(said)
    with pytest.raises(ObservationError, match="row 4, column"):
        import_file(folder / "sources.csv", store)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("4, 4, 'here', 'firms', '2020', ''", "row 4, column corrects: found 4; allowed: nothing"),
        ("4, 9, 'here', 'firms', '2020', ''", "row 4, column corrects: found 9"),
        ("4, 1, 'here', 'firms', '2020', ''", "row 4, column corrects: found 1"),
        ("4, 3, 'here', 'parks', '2020', ''", "row 4, column corrects: found 3"),
        ("4, 2, 'here', 'firms', '2020', ''", "row 4, column corrects: found 2"),
        ("4, 5, 'here', 'firms', '2020', ''), (5, 4, 'here', 'firms', '2020', ''",
         "row 4, column corr"),
        ("4, 3, 'here', 'firms', '2020', ''), (5, 4, 'here', 'firms', '2020', ''",
         "row 5, column corr"),
        ("1, null, 'here', 'firms', '2021', ''", "row 1, column row: found 1; allowed: a whole"),
        ("100003, null, 'here', 'firms', '2021', ''), (100009, null, 'here', 'firms', '2021', ''",
         "row 100003, column row: found 100003; allowed: a whole number from 4 to 100002"),
        ("4, null, 'here', 'firms', '2021', 'a\u202eb'", "row 4, column note: found a control"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_placed_is_told_by_table_row_and_column(store, cells, told):
    asked = 'insert into observations ("row", corrects, area, indicator, period, note) values'
    with Store.at(store).engine.begin() as connection:
        connection.execute(text(f"{asked} ({cells})"))
    for reads in (load_observations, checked_out, lambda url: import_file(Path("w.csv"), url)):
        with pytest.raises(ObservationError) as refused:
            reads(store)
        assert f"{Store.at(store).name} observations, {told}" in str(refused.value)
        assert "bcforecast-store" not in str(refused.value)


def test_a_line_break_in_a_cell_gives_no_row_the_number_of_another(store, tmp_path):
    with Store.at(store).engine.begin() as connection:
        connection.execute(
            text("update observations set note = 'of which\n3' where period = '2019'")
        )
    import_file(wide(tmp_path, "code,2020\nfirms,489\n"), store, correction=("Li", "slip"))
    known = load_observations(store).observations
    assert [(one.row, one.value) for one in known] == [(2, 450), (3, 489)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("sqlite:///x.db?file=s3cret", "--data: found the option file in the URL"),
        ("postgresql://u:s3cret@[", "the database says|found a URL that cannot be read"),
        ("://u:s3cret@host/x", "found a URL that cannot be read"),
        ("nosuch://u:s3cret@host/x", "no driver is installed for nosuch"),
        ("postgresql://u:s3cret@127.0.0.1:1/x", "postgresql://u@127.0.0.1:1/x: the database says"),
        ("sqlite:////dev/zero", "sqlite:////dev/zero: found no table of figures; allowed: a data"),
        ("postgresql:/u:p@s3cret@host/x", r"postgresql:/u:\*\*\*@host/x: found no such folder"),
        ("postgresql:u:s3cret@host/x", r"postgresql:u:\*\*\*@host/x: found no such folder"),
        ("a:b@c", "a:b@c: found no such folder"),
        ("sqlite:///x.db?files=/no/such/folder&password=s3cret", "found no folder /no/such/folder"),
    ],
)
def test_a_store_that_cannot_be_used_is_told_without_its_password(given, told):
    with pytest.raises(ObservationError, match=told) as refused:
        load_observations(given)
    assert "s3cret" not in str(refused.value) + refused.value.message.render("zh")


def test_without_its_driver_a_store_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ObservationError, match=r"pip install bcforecast\[postgresql\]"):
        load_observations("postgresql://u@127.0.0.1:1/x")


def test_a_folder_of_parquet_is_not_taken_over_without_its_figures(folder, tmp_path):
    table = pd.read_csv(folder / "observations.csv", dtype=str, keep_default_na=False)
    table.to_parquet(folder / "observations.parquet")
    (folder / "observations.csv").unlink()
    with pytest.raises(ObservationError, match=r"observations\.parquet"):
        import_file(folder, with_files(f"sqlite:///{tmp_path / 'x.db'}", folder))


def test_a_wrong_password_stands_in_no_message(postgres):
    with pytest.raises(ObservationError, match="the database says") as refused:
        load_observations(postgres.replace("s3cret", "wr0ng"))
    assert "wr0ng" not in str(refused.value)


def test_what_is_for_stores_alone_is_refused_for_folders(folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    path = wide(tmp_path, "code,2020\nfirms,489\n")
    for asked in ((folder, {}), (path, {"correction": ("Li", "slip")})):
        with pytest.raises(ObservationError, match="are for a store"):
            import_file(asked[0], folder, **asked[1])
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_the_report_has_the_same_bytes_from_folder_and_store(url, tmp_path):
    data = small_data(tmp_path).rename(tmp_path / "data")
    # The annex has a checksum of each file; ours mixes the ends of lines.
    lines = (data / "sources.csv").read_text(encoding="utf-8").splitlines()
    (data / "sources.csv").write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    stored = with_files(url, data)
    import_file(data, stored)
    asked = ReportRequest("small", date(2020, 12, 31), "en", formats=("html",), data_dir=data)
    ours = write_report(asked, tmp_path / "ours")
    theirs = write_report(replace(asked, data_dir=checked_out(stored)), tmp_path / "theirs")
    ours, theirs = (
        {p.relative_to(out): p.read_bytes() for p in out.rglob("*.*") if p.name != "run.json"}
        for out in (ours, theirs)
    )
    assert Path("result.json") in ours
    assert ours == theirs, "manifest and notebook too: no URL, no password, no other folder"


def test_a_plan_is_that_of_the_folder_of_files_and_no_message_has_the_url(tmp_path):
    data = small_data(tmp_path)
    assert load_plan("small", data_dir=f"sqlite:///{tmp_path}/x.db?files={data}").id == "small"
    for url in ("postgresql://u:s3cret@[?files=/no/such", "postgresql://u:s3cret@host/x"):
        with pytest.raises(PlanError) as refused:
            load_plan("small", data_dir=url)
        assert "s3cret" not in str(refused.value)


def test_a_file_of_reports_may_name_a_store_beside_it(tmp_path):
    data = small_data(tmp_path).rename(tmp_path / "data")
    import_file(data, f"sqlite:///{tmp_path}/x.db?files={data}")
    entry = "reports: [{plan: small, as_of: [2020-12-31], languages: [en]}]"
    file = tmp_path / "reports.yaml"
    file.write_text(f"data: sqlite:///x.db?files=data\n{entry}\n", encoding="utf-8")
    (job,) = plan_run(file, today=date(2021, 1, 1)).jobs
    assert job.request.places["data_dir"] == "data"
    file.write_text(f"data: sqlite:///x.db?files=none\n{entry}\n", encoding="utf-8")
    with pytest.raises(WrongReportsError) as refused:
        plan_run(file, today=date(2021, 1, 1))
    assert "found no folder" in str(refused.value)


def test_cells_are_text_so_that_a_store_gives_back_what_was_written(store):
    path = checked_out(store) / "observations.csv"
    assert '498,,,enterprises,flow,official,2021-03-31,stated,own,"of which, 3 moved"' in (
        path.read_text(encoding="utf-8")
    )
    if store.startswith("sqlite"):
        database = store.removeprefix("sqlite:///").partition("?")[0]
        with closing(sqlite3.connect(database)) as opened:
            kinds = opened.execute("select distinct typeof(value) from observations").fetchall()
        assert kinds == [("text",)]
