"""The notebook on past accuracy: what it says is what the run of the benchmark found."""

from __future__ import annotations

import pytest

from bcforecast.reporting import benchmark as chapter
from bcforecast.reporting.benchmark import POOLED, TREND, BenchResults
from bcforecast.text import LANGUAGES, Language


@pytest.fixture(scope="module")
def results() -> BenchResults:
    return BenchResults.load()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_opening_names_date_command_and_scores(results: BenchResults, lang: Language) -> None:
    said = repr(chapter.benchmark_opening(results, lang=lang))
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
    assert not any(cell.isascii() for row in wrong.cells for cell in row[1:4])


def test_the_diagram_shows_trend_and_pool_apart(results: BenchResults) -> None:
    assert set(results.reliability["forecaster"]) == {TREND, POOLED}
    assert len(chapter.benchmark_reliability(results, lang="en").figure.axes) == 2


def test_the_shipped_run_holds_each_forecaster_once_and_no_empty_score(
    results: BenchResults,
) -> None:
    assert not results.series.duplicated(["dataset", "forecaster"]).any()
    assert results.series.drop(columns="times_AutoETS").notna().all(axis=None)
    assert results.goals["Brier"].between(0.0, 1.0).all()
