"""Killed at 100 random moments, the reports that stand stay whole, and the next run completes.

`make test-kill` runs this; it takes about ten minutes and is in no other command.
"""

import json
import random
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.reporting.cut_off import gone, reports, started, unfinished
from tests.reporting.light_reports import light_folder

KILLS = 100
STARTING = 4.0
"""Seconds that a run takes besides making its reports."""

LONGEST = 1.1
"""Share of a whole run's time within which it is killed: some have ended by then."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kills")
    light_folder(folder, as_of=[date(2020, 12, 31), date(2021, 12, 31)], publish="copies")
    return folder


def test_a_hundred_kills_harm_nothing(folder: Path) -> None:
    path, out, copies = folder / "reports.yaml", folder / "reports", folder / "copies"
    with started(path) as run:
        said, _ = run.communicate(timeout=600)
    assert run.returncode == 0, said
    good, copied = reports(out), reports(copies)
    records = [json.loads(path.read_text("utf-8")) for path in out.glob("*/*/*/*/run.json")]
    whole = STARTING + max(record["seconds"] for record in records)
    moments = random.Random(7)
    cut_off = 0
    for _ in range(KILLS):
        with started(path, "--force") as run:
            try:
                run.wait(moments.uniform(0.0, LONGEST * whole))
            except subprocess.TimeoutExpired:
                run.kill()
                cut_off += 1
            assert gone(run.mark)
        assert reports(out) == good
        assert reports(copies) == copied
    assert cut_off > KILLS // 2
    with started(path, "--force") as run:
        said, _ = run.communicate(timeout=600)
    assert run.returncode == 0, said
    assert reports(out) == good
    assert reports(copies) == copied
    assert unfinished(out) == unfinished(copies) == []
