"""What comes in from outside, and what goes out."""

import csv
import io
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bcforecast as bc
from bcforecast import edge, reporting
from bcforecast.edge import csv_text, harmless, remove_abandoned, whole_folder, write_files
from bcforecast.errors import BcforecastError, OptionError, ReportError
from bcforecast.observations import Vintage


@edge.checked
def asked(
    place: str | Path = "x",
    *days: date,
    seed: edge.Seed = 1,
    size: float | None = None,
    amount: edge.Amount | None = None,
    which: Literal["a", "b"] = "a",
    ends: tuple[float, float] = (0.0, 1.0),
    names: Mapping[str, str | int] | None = None,
    rows: Sequence[str] = (),
    table: "NotThere" = None,  # noqa: F821
    done: Callable[[], None] | None = None,
    whole: bool = False,
):
    return locals()


def test_a_function_takes_what_its_annotations_say_and_numbers_become_pythons_own():
    day = date(2021, 12, 31)
    took = asked(Path("y"), day, seed=np.int64(3), size=np.float32(2), names={"a": 1}, table=9)
    assert (took["place"], took["days"], took["seed"], took["size"]) == (Path("y"), (day,), 3, 2.0)
    assert type(took["seed"]) is int
    assert type(took["size"]) is float
    assert asked(ends=[0, np.inf], rows=np.array(["a"]), done=print)["whole"] is False


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"place": None}, "place: found nothing; allowed: a text without control characters or a"),
        ({"place": "a\x1bb"}, 'place: found "a�b"; allowed'),
        ({"seed": -1}, "seed: found -1; allowed: a whole number from 0 to 4294967295"),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"size": float("nan")}, "size: found nan; allowed: a number"),
        ({"size": 10**5000}, "size: found 1.000E+5000; allowed: a number"),
        ({"amount": 1e16}, "amount: found 1e+16; allowed: a number from -1e+15 to 1e+15"),
        ({"which": "c"}, 'which: found "c"; allowed: a, b'),
        ({"ends": (0, 1, 2)}, "ends: found tuple; allowed: 2 values in brackets"),
        ({"ends": "01"}, "ends"),
        ({"ends": np.array(2)}, "ends: found ndarray"),
        ({"names": {"a": 1.5}}, "names: found dict; allowed: a mapping"),
        ({"rows": "abc"}, "rows"),
        ({"rows": ["a", 1]}, "rows: found 1; allowed: a text"),
        ({"ends": [0, float("nan")]}, "ends: found nan; allowed: a number"),
        ({"done": 3}, "done"),
        ({"whole": 1}, "whole: found 1; allowed: True or False"),
    ],
)
def test_anything_else_is_refused_by_the_name_of_the_argument(given, said):
    with pytest.raises(OptionError) as refused:
        asked(**given)
    assert str(refused.value).startswith(said)


def test_a_file_that_cannot_be_used_is_told_as_one():
    @edge.checked
    def read(path: Path) -> str:
        return path.read_text("utf-8")

    with pytest.raises(BcforecastError, match="nowhere: found no such file"):
        read(Path("nowhere"))


OURS = "0123456789ab"
KILLED = """
import os, signal, sys
from pathlib import Path
from bcforecast.edge import whole_folder, write_files
target = Path(sys.argv[1])
with whole_folder(target / "zh", ours=lambda _: True) as folder:
    (folder / "half").write_text("half")
    Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    write_files({target / "file": b"half"}, ours=lambda *_: True)
"""
FULL = """
import resource, sys
from pathlib import Path
from bcforecast.errors import ReportError
from bcforecast.edge import whole_folder, write_files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
target = Path(sys.argv[1])
def fill_folder():
    with whole_folder(target / "zh", ours=lambda _: True) as folder:
        (folder / "a").write_bytes(bytes(5000))
def fill_file():
    write_files({target / "file": bytes(5000)}, ours=lambda *_: True)
for fill in (fill_folder, fill_file):
    try:
        fill()
    except ReportError as error:
        print(error)
"""


def publish(target, **files):
    with whole_folder(target, ours=lambda name: name in ("a", "b", "half")) as folder:
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")


def publish_half(target, interruption):
    with whole_folder(target, ours=lambda name: name == "a") as folder:
        (folder / "a").write_text("half")
        raise interruption


def content(folder):
    """What stands in a folder; of folders in it, what stands in them."""
    return {
        path.name: content(path) if path.is_dir() else path.read_text(encoding="utf-8")
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_the_last_good_folder_stays_when_a_run_fails_or_nothing_at_all(tmp_path, interruption):
    with pytest.raises(interruption):
        publish_half(tmp_path / "reports" / "plan" / "zh", interruption)
    assert content(tmp_path) == {}
    publish(tmp_path / "zh", a="good")
    with pytest.raises(interruption):
        publish_half(tmp_path / "zh", interruption)
    assert content(tmp_path) == {"zh": {"a": "good"}}


def test_what_a_killed_run_left_is_removed_by_the_next_one_and_a_folder_replaced_whole(tmp_path):
    publish(tmp_path / "zh", a="good", b="good")
    (tmp_path / "file").write_text("good")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    good = {"zh": {"a": "good", "b": "good"}, "file": "good"}
    assert len(left := content(tmp_path)) == 4
    assert left.items() >= good.items()
    publish(tmp_path / "zh", a="new")
    assert content(tmp_path) == good | {"zh": {"a": "new"}}


def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path):
    with (
        whole_folder(tmp_path / "zh", ours=lambda _: True) as slow,
        whole_folder(tmp_path / "en") as other,
    ):
        (slow / "a").write_text("slow")
        (other / "a").write_text("other")
        publish(tmp_path / "zh", a="quick")
        assert (slow / "a").read_text() == "slow"
        assert content(tmp_path / "zh") == {"a": "quick"}
    assert content(tmp_path) == {"zh": {"a": "slow"}, "en": {"a": "other"}}


@pytest.mark.parametrize("late", [False, True])
def test_a_folder_with_a_file_of_another_is_not_replaced_also_if_it_came_meanwhile(tmp_path, late):
    publish(tmp_path / "zh", a="good")
    (tmp_path / "zh" / ".DS_Store").write_text("of a file manager")
    publish(tmp_path / "zh", a="good")
    note = tmp_path / "zh" / "charts" / "note.txt"

    def come():
        note.parent.mkdir()
        note.write_text("mine")

    def make():
        with whole_folder(tmp_path / "zh", ours=lambda name: name == "a") as folder:
            (folder / "a").write_text("new")
            if late:
                come()

    if not late:
        come()
    with pytest.raises(ReportError, match=r"zh: found charts/note\.txt, which it did not write"):
        make()
    assert content(tmp_path) == {"zh": {"a": "good", "charts": {"note.txt": "mine"}}}


def test_a_file_that_is_replaced_and_a_new_folder_may_be_read_by_the_same_people(tmp_path):
    file = tmp_path / "figures.csv"
    file.write_text("old")
    file.chmod(0o640)
    write_files({file: b"new"}, ours=lambda *_: True)
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o640)
    previous = os.umask(0o022)
    publish(tmp_path / "zh", a="1")
    os.umask(previous)
    assert (tmp_path / "zh").stat().st_mode & 0o777 == 0o755


def test_a_generator_is_a_list_and_each_of_several_arguments_is_checked():
    def together(*, names: Sequence[str]) -> str:
        return "".join(names)

    assert together(names=(one for one in "abc")) == "abc"
    with pytest.raises(BcforecastError, match="names"):
        together(names=itertools.repeat("a"))
    with pytest.raises(OptionError, match="days"):
        asked("x", date(2021, 1, 1), pd.NaT)


def test_who_stands_in_an_empty_folder_that_is_filled_still_stands_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    publish(edge.resolved(Path()), a="1")
    assert content(Path()) == {"a": "1"}


def test_a_file_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "zh").write_text("a file")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ReportError, match="cannot be written there"):
        publish(edge.resolved(tmp_path / "loop"))
    with pytest.raises(ReportError, match="found a file where"):
        publish(tmp_path / "zh")
    with pytest.raises(ReportError, match="cannot be written there"):
        publish(tmp_path / "zh" / "en")


def test_a_disk_without_room_is_one_sentence_and_the_last_good_one_stays(tmp_path):
    publish(tmp_path / "zh", a="good")
    (tmp_path / "file").write_text("good")
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    full = subprocess.run(command, check=True, capture_output=True, text=True)
    assert full.stdout.splitlines() == [
        f"{tmp_path / name}: cannot be written there (File too large)" for name in ("zh", "file")
    ]
    assert content(tmp_path) == {"zh": {"a": "good"}, "file": "good"}


def test_a_file_is_written_only_where_it_differs(tmp_path):
    path = tmp_path / "a"
    ours = edge.bearing(b"1")
    assert write_files({path: b"1"})
    inode = path.stat().st_ino
    assert not write_files({path: b"1"}, ours=ours)
    assert path.stat().st_ino == inode
    with pytest.raises(ReportError, match="was not made by this command"):
        write_files({path: b"2"})
    assert write_files({path: b"2"}, ours=ours)
    assert content(tmp_path) == {"a": "2"}


def test_what_was_abandoned_is_removed_and_what_is_held_or_not_ours_is_not(tmp_path):
    publish(tmp_path / "zh", a="good")
    publish(tmp_path / f".bcforecast-{OURS}", half="half")
    link, pipe, mine = (f".bcforecast-{name}" for name in (OURS[::-1], "a" * 12, "mine"))
    (tmp_path / mine).mkdir()
    (tmp_path / link).symlink_to(tmp_path / "zh")
    os.mkfifo(tmp_path / pipe)  # nobody waits for its other end
    with whole_folder(tmp_path / "zh", ours=lambda _: True) as held:
        remove_abandoned(tmp_path)
        assert held.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"zh", link, pipe, mine}


def test_a_folder_held_for_ever_is_told_and_one_just_removed_is_not_held(tmp_path, monkeypatch):
    lock = edge.try_lock(tmp_path)
    monkeypatch.setattr(edge, "LONGEST_WAIT", 0.1)
    with pytest.raises(ReportError, match="another process is at work"), edge.alone_in(tmp_path):
        pass
    os.close(lock)
    fcntl = pytest.importorskip("fcntl")
    flock, once = fcntl.flock, iter([tmp_path.iterdir])

    def late(*asked):
        _ = [found.rmdir() for left in once for found in left()]
        return flock(*asked)

    monkeypatch.setattr(fcntl, "flock", late)
    with edge.passing_folder("x-", place=tmp_path) as folder:
        assert folder.is_dir()


def test_a_good_folder_that_was_put_aside_when_all_was_killed_comes_back(tmp_path):
    publish(tmp_path / f".zh.{OURS}.previous", a="good")
    remove_abandoned(tmp_path)
    assert content(tmp_path) == {"zh": {"a": "good"}}
    (tmp_path / f".zh.{OURS}.previous").mkdir()
    publish(tmp_path / "zh", a="new")
    assert content(tmp_path) == {"zh": {"a": "new"}}


# CSV that leaves the program holds no formula, and its numbers and texts read back.

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\n=1", "=", "-",
    "＝1+1", "＋1", "－1", "＠A",
    "=HYPERLINK(\"http://x\")", "-2+3+cmd|' /C calc'!A0", "+1e5x", "- 1",
)  # fmt: skip
NO_FORMULAS = ("a=1", "1-2", "north-west", "−5.0%", "'=1", "", " =1", "2021-12-31", "家", "–")
NUMBERS = ("-5", "+5", "-2.5", "-.5", "-1e-5", "+1E+05", "-3.")


@pytest.mark.parametrize("text", FORMULAS + NO_FORMULAS + NUMBERS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_no_other(text):
    assert harmless(text) == (f"'{text}" if text in FORMULAS else text)


def test_what_is_no_text_is_written_as_pandas_writes_it_and_no_carriage_return_starts_a_row():
    table = pd.DataFrame(
        {
            "gap": [-2.5, np.nan],
            "year": pd.array([-1, None], dtype="Int64"),
            "day": pd.to_datetime(["2021-12-31", "2022-12-31"]),
            "met": [True, False],
            "mixed": [-1.5, None],
        }
    ).astype({"mixed": object})
    assert csv_text(table) == table.to_csv(index=False, lineterminator="\n")
    assert csv_text(pd.DataFrame({"x": ["a\r=1+1", "\r\n=1"]})) == 'x\n"a\n=1+1"\n"\'\n=1"\n'


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_texts_of_every_kind_of_column_and_its_head_are_made_harmless(kind):
    table = pd.DataFrame({"=head": pd.Series(["=1+1", "a"], dtype=kind)})
    assert csv_text(table) == "'=head\n'=1+1\na\n"
    assert table.to_dict("list") == {"=head": ["=1+1", "a"]}, "the table itself is not changed"


@given(texts=st.lists(st.text(alphabet="=+-@\t\r\n1.e,\"'＝a家", max_size=6), max_size=5))
def test_no_cell_reads_as_a_formula_and_only_an_apostrophe_is_added(texts):
    read = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({"x": texts, "y": texts})))))
    assert len(read) == 1 + len(texts)
    lines = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    for text, (cell, other) in zip(lines, read[1:], strict=True):
        assert cell == other
        assert cell in (text, f"'{text}")
        starts = cell[:1] in tuple("=+-@\t\n＝")
        assert not starts or float(cell) is not None
        assert edge.unguarded(cell) == text or text[:1] == "'"


def test_a_row_of_more_cells_than_a_spreadsheet_has_is_refused_at_once(tmp_path):
    (tmp_path / "wide.csv").write_text("code,2021\n" + ",".join(["x"] * 100_000))
    with pytest.raises(BcforecastError, match="row 2: found 100000 cells; allowed: at most 16384"):
        edge.strict_rows(tmp_path / "wide.csv")


@pytest.mark.parametrize("given", ["99999999999999", "-1", "1e9", "today", "１", "7289654400"])
def test_a_day_of_making_that_cannot_be_stops_every_command_alike(given, run, monkeypatch):
    for command in (("goals", "--plan", "beichen-2020-2022"), ("report", "--list")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
        status, out, said = run(*command)
        assert (status, out) == (2, "")
        assert f"SOURCE_DATE_EPOCH is '{given}'; allowed: the day of making" in said
    assert edge.stated_day("1609459200") == date(2021, 1, 1)
    assert edge.stated_day("") is None


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (Vintage, (1,), "dataset: found 1; allowed: Dataset"),
        (bc.Outlook, (), "Outlook takes plan, data, "),
        (reporting.ReportRequest, ("p", date(2021, 1, 1), "fr"), 'lang: found "fr"; allowed: '),
        (reporting.Section, (5,), "blocks: found 5; allowed: a list"),
    ],
)
def test_what_a_person_can_make_says_of_what_it_cannot_be_made(kind, given, said):
    with pytest.raises(BcforecastError) as refused:
        kind(*given)
    assert str(refused.value).startswith(said)
