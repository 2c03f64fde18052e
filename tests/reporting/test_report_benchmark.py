"""The benchmark of reports: every way is measured and shows the same, in both languages."""

import pytest

from bcforecast.errors import ReportError
from bcforecast.reporting import report_benchmark
from bcforecast.reporting.plain_cells import code_of, run_cells
from bcforecast.reporting.report_benchmark import ReportBenchmark, benchmark_reports
from tests.reporting.small_notebooks import write_template

MEASURED = ReportBenchmark(
    {"cli": 6.0, "api": 3.0, "one": 1.0, "many": 0.5, "floor_one": 0.8, "floor_many": 0.4},
    reports=4,
    rounds=3,
    jobs=2,
)


def test_ways_are_compared_with_the_command_line_and_with_the_floor_for_as_many():
    assert MEASURED.speedup("many") == 12.0
    assert MEASURED.above_floor("one") == pytest.approx(1.25)
    assert MEASURED.above_floor("many") == pytest.approx(1.25)
    table = MEASURED.table("en")
    assert table.rows[3] == ("bcforecast, 2 at a time", "0.50", "12.0", "1.25")
    assert MEASURED.table("zh").rows[0][0] == "papermill 命令行，逐份"


def test_reports_are_goals_of_both_plans_in_turn():
    given = report_benchmark._reports(20)
    assert [one["plan"][:7] for one in given[:4]] == ["beichen", "tianjin"] * 2
    assert len(given) == 20


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A small notebook in place of the real one, and no second plan."""
    path = write_template(tmp_path, "print(goal)", "goal.upper()")
    monkeypatch.setattr(report_benchmark, "TEMPLATE", path)
    monkeypatch.setattr(
        report_benchmark, "_reports", lambda n: [{"goal": f"g{i}"} for i in range(n)]
    )
    return path


def test_all_ways_run_in_every_round(small):
    steps = []
    measured = benchmark_reports(
        reports=1, rounds=2, jobs=2, progress=lambda *step: steps.append(step)
    )
    assert set(measured.seconds) == {"cli", "api", "one", "many", "floor_one", "floor_many"}
    assert all(seconds > 0.0 for seconds in measured.seconds.values())
    assert [name for name, _, _ in steps[:6]] == [row[0] for row in measured.table("en").rows]
    assert [done for _, done, _ in steps] == list(range(12))
    assert {total for _, _, total in steps} == {12}


def test_a_way_that_shows_something_else_is_an_error(small, monkeypatch):
    monkeypatch.setattr(report_benchmark, "_by_us", lambda given: {"cells": []})
    with pytest.raises(ReportError, match="“bcforecast, one at a time” does not show"):
        benchmark_reports(reports=1, rounds=1, jobs=1)


def test_a_notebook_that_fails_is_one_sentence(small, tmp_path):
    write_template(tmp_path, "1 / 0")
    with pytest.raises(ReportError, match="ZeroDivisionError"):
        benchmark_reports(reports=1, rounds=1, jobs=1)


def test_cells_run_alone_with_their_parameters(small):
    sources = code_of(small, {"goal": "b", "seed": 2})
    assert sources[1] == "goal = 'b'\nseed = 2"
    assert run_cells([*sources, "seed + 1"]) == 2
