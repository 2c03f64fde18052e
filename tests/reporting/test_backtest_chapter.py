"""The notebook on past accuracy: what it says is what the run of the benchmark found."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcforecast.errors import BcforecastError
from bcforecast.evaluation.bench_goals import POOLED, TREND
from bcforecast.evaluation.bench_results import BenchResults
from bcforecast.messages import LANGUAGES, Language
from bcforecast.reporting import backtest_chapter as chapter


@pytest.fixture(scope="module")
def results() -> BenchResults:
    return chapter.open_benchmark()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_opening_names_date_command_and_scores(results: BenchResults, lang: Language) -> None:
    said = chapter.benchmark_opening(results, lang=lang).markdown
    brier = results.goals.set_index("forecaster")["Brier"]
    for word in (results.about["date"], results.about["command"], f"{brier[POOLED]:.3f}"):
        assert word in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_set_has_a_table_and_every_forecaster_a_row(
    results: BenchResults, lang: Language
) -> None:
    tables = chapter.benchmark_tables(results, lang=lang).tables
    assert len(tables) == results.series["dataset"].nunique()
    assert sum(len(table.rows) for table in tables) == len(results.series)


def test_no_english_area_stands_in_a_chinese_table(results: BenchResults) -> None:
    wrong = chapter.benchmark_goals(results, lang="zh").tables[1]
    assert not any(cell.isascii() for row in wrong.rows for cell in row[1:4])


def test_the_diagram_shows_trend_and_pool_apart(results: BenchResults) -> None:
    assert set(results.reliability["forecaster"]) == {TREND, POOLED}
    assert len(chapter.benchmark_reliability(results, lang="en").figure.axes) == 2


def test_the_shipped_run_holds_each_forecaster_once_and_no_empty_score(
    results: BenchResults,
) -> None:
    assert not results.series.duplicated(["dataset", "forecaster"]).any()
    assert results.series.drop(columns="times_AutoETS").notna().all(axis=None)
    assert results.goals["Brier"].between(0.0, 1.0).all()


def test_a_folder_without_the_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BcforecastError, match=r"m4_yearly\.parquet"):
        chapter.open_benchmark(str(tmp_path), out=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
