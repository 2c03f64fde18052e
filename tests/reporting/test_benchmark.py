"""The notebook on past accuracy: what it says is what the run of the benchmark found."""

import pytest

from bcforecast.reporting import benchmark as chapter
from bcforecast.reporting.benchmark import HEADLINE, TREND, BenchResults


@pytest.fixture(scope="module")
def results():
    return BenchResults.load()


def test_the_opening_names_date_command_and_scores_and_every_forecaster_has_a_row(results, lang):
    said = repr(chapter.benchmark_opening(results, lang=lang))
    world = results.goals[results.goals["dataset"] == results.goals["dataset"].iloc[0]]
    brier = world.set_index("forecaster")["Brier"]
    for word in (results.about["date"], results.about["command"], f"{brier[HEADLINE]:.3f}"):
        assert word in said
    tables = chapter.benchmark_tables(results, lang=lang).tables
    of = (results.series, results.goals, results.panels)
    assert len(tables) == sum(one["dataset"].nunique() for one in of) + 1
    assert sum(len(one.rows) for one in tables) == sum(map(len, (*of, results.wrong)))
    areas = [row[n] for row in tables[-1].cells for n in (1, 3)]
    assert lang == "en" or not any(map(str.isascii, areas))


def test_every_kind_stands_in_the_table_with_its_goals_and_china_apart(results, lang):
    (table,) = chapter.benchmark_kinds(results, lang=lang).tables
    assert len(table.rows) == len(results.kinds)
    assert {"en": "China", "zh": "中国"}[lang] in {row[0] for row in table.cells}
    assert not any(cell.isascii() for row in table.cells for cell in row[:2]) or lang == "en"


def test_the_diagram_shows_trend_and_headline_apart(results):
    assert set(results.reliability["forecaster"]) == {TREND, HEADLINE}
    assert len(chapter.benchmark_reliability(results, lang="en").figure.axes) == 2


def test_the_shipped_run_holds_each_forecaster_once_and_no_empty_score(results):
    assert not results.series.duplicated(["dataset", "forecaster"]).any()
    assert results.series.drop(columns="times_AutoETS").notna().all(axis=None)
    assert results.goals["Brier"].between(0.0, 1.0).all()
