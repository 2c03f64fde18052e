"""Killed at random moments: what stood stays whole, nothing stays half, the next one completes.

`make test-kill` runs this (WHAT=run, report, import or explore; COUNT=100); it takes about ten
minutes and is in no other command. A report names the digest of the package that made it: a file of
the package that is edited meanwhile makes the next report another, and this red.
"""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.browser.panel_servers import free_port
from tests.reporting.cut_off import Started, gone, reports, started, unfinished
from tests.reporting.light_reports import light_folder, small_data

SOUND = Path(__file__).parents[2] / "tools" / "sound" / "d"
WHAT = os.environ.get("BCFORECAST_KILLED") or "run"
KILLS = int(os.environ.get("BCFORECAST_KILLS") or 100)
LONGEST = 1.1
"""Share of a whole run's time within which it is killed: some have ended by then."""


@dataclass
class Killed:
    """A command, what it leaves in its place, and how to see that it has done its work."""

    arguments: tuple[Any, ...]
    state: Callable[[], object]
    good: Callable[[object, object], bool] = lambda now, good: now == good
    done: Callable[[Started], object] = lambda run: run.communicate(timeout=600)


def of_run(folder: Path) -> Killed:
    path = light_folder(folder, as_of=[date(2020, 12, 31), date(2021, 12, 31)], publish="copies")
    places = folder / "reports", folder / "copies"
    return Killed(("run", path, "--force"), lambda: [reports(place) for place in places])


def of_report(folder: Path) -> Killed:
    asked = ("--plan", "small", "--data", small_data(folder), "--as-of", "2020-12-31", "--force")
    asked += ("--lang", "en", "--format", "md", "--out", folder / "reports")
    return Killed(("report", *asked), lambda: reports(folder / "reports"))


def of_import(folder: Path) -> Killed:
    """Import figures into a table that is as it was, again and again."""
    shutil.copytree(SOUND, folder / "d")
    table, book = folder / "d" / "observations.csv", folder / "wide.csv"
    before, years = table.read_bytes(), range(1950, 2010)
    head = ["code,indicator,unit,source", *map(str, years)]
    exports = ["exports,Exports,100M CNY,own", *("80" for _ in years)]
    firms = ["firms,Firms,enterprises,own", *("150" for _ in years)]
    book.write_text("".join(",".join(row) + "\n" for row in (head, exports, firms)), "utf-8")

    def state() -> bytes:
        found = table.read_bytes()
        table.write_bytes(before)
        return found

    asked = ("import", book, "--data", table.parent)
    return Killed(asked, state, lambda now, good: now in (before, good))


def of_explore(folder: Path) -> Killed:
    def done(run: Started) -> str:
        assert run.stdout is not None
        assert run.stderr is not None
        address = run.stdout.readline().split()[-1]
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address) as page:
            assert page.status == 200
        run.send_signal(signal.SIGTERM)
        run.wait(60)
        return run.stderr.read()

    asked = ("--plan", "p", "--data", SOUND, "--as-of", "2022-12-31", "--port", free_port())
    return Killed(("explore", *asked, "--lang", "en"), lambda: None, done=done)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder for temporary files, with a name that leaves room for a socket's."""
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as name:
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setenv("PYTHONUNBUFFERED", "1")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1609459200")
        yield Path(name)


def test_kills_harm_nothing(tmp_path: Path, temporary: Path) -> None:
    case = {"run": of_run, "report": of_report, "import": of_import, "explore": of_explore}[WHAT](
        tmp_path
    )

    def completes() -> object:
        with started(*case.arguments) as run:
            said = case.done(run)
        assert run.returncode == 0, said
        assert list(temporary.iterdir()) == []
        assert unfinished(tmp_path) == []
        return case.state()

    begun = time.monotonic()
    good = completes()
    whole = time.monotonic() - begun
    moments, cut_off = random.Random(7), 0
    for _ in range(KILLS):
        begun = time.monotonic()
        with started(*case.arguments) as run:
            try:
                run.wait(moments.uniform(0.0, LONGEST * whole))
                whole = min(whole, time.monotonic() - begun)  # the first had a busy machine
                assert run.returncode == 0, run.communicate()
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()  # the last of its threads may still be at work
                cut_off += 1
            assert gone(run.mark)
        assert case.good(case.state(), good)
    assert cut_off > KILLS // 2
    assert completes() == good
