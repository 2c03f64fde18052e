"""Reliability diagrams and coverage charts."""

import pandas as pd
import pytest

from bcforecast.evaluation.scores import reliability_table
from bcforecast.plotting.reliability import coverage_chart, reliability_diagram

TABLE = reliability_table([0, 0, 1, 1, 1], [0.1, 0.3, 0.35, 0.8, 1.0])
COVERAGE = pd.DataFrame(
    {"dataset": ["m1", "m1", "m3"], "level": [0.8, 0.95, 0.95], "inside": [0.7, 0.9, 1.0]}
)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_reliability_diagram_says_its_points_in_words(lang):
    picture = reliability_diagram({"A": TABLE, "B": TABLE}, lang=lang)
    assert len(picture.figure.axes) == 2
    assert "32%" in picture.alt
    assert "50%" in picture.alt


def test_points_stand_where_the_table_says():
    axes = reliability_diagram({"A": TABLE}, lang="en").figure.axes[0]
    drawn = axes.containers[0].lines[0].get_xydata()
    assert drawn.tolist() == TABLE[["stated", "met"]].to_numpy().tolist()
    counts = [one.get_text() for one in axes.texts]
    assert counts == [str(count) for count in TABLE["count"]]


def test_a_coverage_chart_has_a_line_a_set_and_the_diagonal_and_equal_bytes():
    picture = coverage_chart(COVERAGE, lang="zh")
    labels = [line.get_label() for line in picture.figure.axes[0].lines]
    assert [label for label in labels if not str(label).startswith("_")] == ["m1", "m3"]
    assert "90.0%" in picture.alt
    one, two = (coverage_chart(COVERAGE, lang="en").png() for _ in range(2))
    assert one == two
