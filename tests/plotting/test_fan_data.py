"""The numbers behind a chart, and what it says in words."""

from dataclasses import replace

import numpy as np
import pytest
import synthetic_goals
from numpy.testing import assert_allclose

from bcforecast.distributions import Empirical
from bcforecast.observations.selection import History
from bcforecast.plotting import fan_chart, fan_of, points_of
from bcforecast.plotting.fan import Later


def test_line_is_broken_at_gaps_and_at_bounds():
    points = points_of(
        History.of(
            [2011, 2012, 2013, 2014, 2016],
            [1, 2, np.nan, 4, 6],
            lower=[-np.inf, -np.inf, 3, -np.inf, -np.inf],
        )
    )
    assert points.runs() == [slice(0, 2), slice(3, 4), slice(4, 5)]


def test_a_history_without_values_has_no_line():
    assert points_of(History.of([], [], origin=2020)).runs() == []
    assert points_of(History.of([2021], [np.nan], lower=[9000])).runs() == []


def test_only_figures_with_a_range_are_uncertain():
    points = synthetic_goals.own_series().own
    assert points.years[points.uncertain].tolist() == [2015]
    assert_allclose(
        points.upper[points.uncertain] - points.values[points.uncertain], 1.96 * 18, 1e-4
    )


def test_stated_bounds_around_a_value_are_its_range():
    points = points_of(History.of([2019], [34700], lower=[34650], upper=[34750], error_sd=[29]))
    assert (points.lower[0], points.upper[0]) == (34650, 34750)


def test_fan_holds_the_central_intervals_of_the_forecast():
    draws = np.arange(1.0, 1001.0)[:, None] * np.array([[1.0, 2.0]])
    fan = fan_of(Empirical(draws), (2021, 2022), levels=(0.5, 0.9))
    assert_allclose(fan.median, [500.5, 1001.0])
    assert_allclose(fan.lower[0], np.quantile(draws, 0.25, axis=0))
    assert_allclose(fan.upper[1], np.quantile(draws, 0.95, axis=0))
    assert (np.diff(fan.upper - fan.lower, axis=0) > 0).all()


def _axes(data):
    return fan_chart(data, lang="en").figure.axes[0]


def test_the_drawn_points_are_the_figures():
    data = synthetic_goals.own_series()
    drawn = {line.get_label(): line for line in _axes(data).get_lines()}
    known = drawn["Published figure"]
    assert known.get_xdata().tolist() == [2011, 2012, 2016, 2018, 2019]
    assert known.get_ydata().tolist() == [410, 480, 702, 860, 905]
    assert drawn["Only a bound is published"].get_ydata() == [560]
    assert drawn["Published later, not known then"].get_ydata() == [1162]
    assert drawn["Target at the due date"].get_xydata().tolist() == [[2022, 1100]]


def test_the_median_starts_at_the_last_figure_where_the_forecast_follows_it():
    data = synthetic_goals.own_series()
    drawn = {line.get_label(): line for line in _axes(data).get_lines()}
    median = drawn["Median forecast"]
    assert median.get_xdata().tolist() == [2019, 2020, 2021, 2022]
    assert_allclose(median.get_ydata(), [905, *data.fan.median])


def test_a_later_figure_is_drawn_only_where_there_is_one():
    data = replace(synthetic_goals.own_series(), later=None)
    assert "Published later, not known then" not in _axes(data).get_legend_handles_labels()[1]


def test_a_later_bound_is_drawn_and_said_as_a_bound():
    data = replace(synthetic_goals.own_series(), later=Later(None, 1000.0, None))
    picture = fan_chart(data, lang="en")
    assert picture.alt.endswith("Published later: > 1,000 enterprises.")


@pytest.mark.parametrize("value", [400.0, 3000.0])
def test_everything_but_the_far_ends_of_the_fan_is_inside_the_axes(value):
    data = replace(synthetic_goals.own_series(), target=value)
    low, high = _axes(data).get_ylim()
    assert low <= min(value, data.own.values[data.own.known].min())
    assert high >= max(value, data.fan.upper[1].max())


def test_a_lone_bound_is_inside_the_axes():
    history = History.of([2013, 2019], [np.nan, 3.28], lower=[2.8, -np.inf], unit="%")
    data = replace(synthetic_goals.unset(), own=points_of(history), target=3.2, unit="%")
    low, high = _axes(data).get_ylim()
    assert low < 2.8 < high


def test_nothing_is_drawn_as_a_forecast_where_nothing_can_be_said():
    axes = _axes(synthetic_goals.unset())
    labels = axes.get_legend_handles_labels()[1]
    assert not any("interval" in label or "Median" in label for label in labels)
    assert any("Nothing can be said" in words.get_text() for words in axes.texts)


def test_bars_of_an_event_are_its_probabilities_by_year():
    data = synthetic_goals.event()
    heights = [bar.get_height() for bar in _axes(data).patches]
    assert heights == list(data.met_by_year.values())


@pytest.mark.parametrize(("lang", "words"), [("en", "55% (about"), ("zh", "55%（可能性参半）")])
def test_alternative_text_has_the_probability_as_number_and_word(lang, words):
    assert words in fan_chart(synthetic_goals.own_series(), lang=lang).alt


def test_two_bounds_are_joined_and_named_and_one_has_an_arrow():
    both = History.of([2022], [np.nan], lower=[230], upper=[254], unit="enterprises")
    one = History.of([2022], [np.nan], upper=[254], unit="enterprises")
    for history, words, arrows in ((both, "230–254", 0), (one, "< 254", 1)):
        axes = _axes(replace(synthetic_goals.unset(), own=points_of(history)))
        assert words in [text.get_text() for text in axes.texts]
        drawn = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
        assert len(drawn) == arrows
