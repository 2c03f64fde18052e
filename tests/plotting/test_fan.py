"""The chart of one goal: its baselines, the numbers behind it, and what it says in words."""

from dataclasses import replace

import numpy as np
import pytest
import synthetic_goals
from matplotlib.text import Text
from numpy.testing import assert_allclose
from synthetic_goals import borrowed, colliding, compared, in_both_languages, own_series, saying

import bcforecast as bc
from bcforecast.distributions import Empirical
from bcforecast.observations.selection import History
from bcforecast.plotting import style
from bcforecast.plotting.fan import fan_chart, fan_data, fan_of, message, plot_goal, target_words


@pytest.mark.parametrize("made", ["own_series", "borrowed", "unset", "event"])
@in_both_languages
@compared
def test_a_goal_is_drawn(lang, made):
    return fan_chart(getattr(synthetic_goals, made)(), lang=lang).figure


def axes_of(data):
    return fan_chart(data, lang="en").figure.axes[0]


def lines_of(data):
    return {line.get_label(): line for line in axes_of(data).get_lines()}


def with_figures(*args, **fields):
    return replace(synthetic_goals.unset(), own=History.of(*args, **fields))


def test_the_drawn_points_are_the_figures_and_the_line_is_broken_at_gaps_and_bounds():
    data = synthetic_goals.own_series()
    axes, drawn = axes_of(data), lines_of(data)
    years, values = axes.get_lines()[0].get_data()
    assert years.tolist() == list(range(2011, 2020))
    assert years[np.isnan(values)].tolist() == [2013, 2014, 2017]
    known = drawn["Published figure"]
    assert known.get_xdata().tolist() == [2011, 2012, 2016, 2018, 2019]
    assert known.get_ydata().tolist() == [410, 480, 702, 860, 905]
    assert drawn["Only a bound is published"].get_ydata() == [560]
    assert drawn["_due"].get_xydata().tolist() == [[2022, 1100]]


def test_what_is_not_final_is_hollow_and_named_in_the_legend_its_parents_too():
    drawn = lines_of(replace(own_series(), statuses={2018: "preliminary", 2019: "expected"}))
    for year, named, mark in ((2018, "preliminary", "s"), (2019, "expected", "D")):
        points = drawn[f"Published figure ({named})"]
        assert points.get_xdata().tolist() == [year]
        assert (points.get_marker(), points.get_markerfacecolor()) == (mark, "white")
    assert drawn["Rounded or approximate figure"].get_xdata().tolist() == [2015]
    (legend,) = fan_chart(synthetic_goals.borrowed(), lang="en").figure.legends
    named = {one.get_text() for one in legend.get_texts()}
    assert {"Published figure", "Only a bound is published (expected)"} < named


@pytest.mark.parametrize(
    ("bounds", "ends"),
    [({}, (34700 - 1.96 * 29, 34700 + 1.96 * 29)), ({"lower": [34650], "upper": [34740]}, None)],
)
def test_the_range_of_a_figure_is_its_stated_bounds_or_else_1_96_errors(bounds, ends):
    axes = axes_of(with_figures([2019], [34700], error_sd=[29], **bounds))
    (bar,) = axes.containers[0].lines[2]
    assert_allclose(bar.get_segments()[0][:, 1], ends or (34650, 34740), rtol=1e-6)


def test_fan_holds_the_central_intervals_of_the_forecast():
    draws = np.arange(1.0, 1001.0)[:, None] * np.array([[1.0, 2.0]])
    fan = fan_of(Empirical(draws), (2021, 2022))
    assert_allclose(fan.median, [500.5, 1001.0])
    assert_allclose(fan.lower[0], np.quantile(draws, 0.25, axis=0))
    assert_allclose(fan.upper[1], np.quantile(draws, 0.9, axis=0))


def test_the_median_starts_at_the_last_figure_where_the_forecast_follows_it():
    data = synthetic_goals.own_series()
    median = lines_of(data)["_median"]
    assert median.get_xdata().tolist() == [2019, 2020, 2021, 2022]
    assert_allclose(median.get_ydata(), [905, *data.fan.median])
    late = replace(data, own=data.own.kept(data.own.times < 2019, origin=2019))
    assert lines_of(late)["_median"].get_xdata().tolist() == [2020, 2021, 2022]


@pytest.mark.parametrize("value", [400.0, 3000.0])
def test_everything_but_the_far_ends_of_the_fan_is_inside_the_axes(value):
    data = saying(synthetic_goals.own_series(), target=value)
    low, high = axes_of(data).get_ylim()
    assert low <= min(value, data.own.values[data.own.known].min())
    assert high >= max(value, data.fan.upper[1].max())


def test_a_lone_bound_is_inside_the_axes():
    data = with_figures([2013, 2019], [np.nan, 3.28], lower=[2.8, -np.inf], unit="%")
    low, high = axes_of(saying(data, target=3.2, unit="%")).get_ylim()
    assert low < 2.8 < high


def test_no_forecast_is_drawn_where_nothing_can_be_said_and_bars_of_an_event_by_year():
    axes = axes_of(synthetic_goals.unset())
    labels = axes.get_legend_handles_labels()[1]
    assert not any("interval" in label or "edian" in label for label in labels)
    assert any("could not be assessed" in w.get_text().replace("\n", " ") for w in axes.texts)
    data = synthetic_goals.event()
    heights = [bar.get_height() for bar in axes_of(data).patches]
    assert heights == list(data.met_by_year.values())
    counted = axes_of(replace(data, met_by_count={1: 0.19, 2: 0.03}))
    assert [words.get_text() for words in counted.get_xticklabels()] == ["≥ 1", "≥ 2"]


@pytest.mark.parametrize(
    ("bounds", "words", "arrows"),
    [
        ({"lower": [230], "upper": [254]}, "230–254", 0),
        ({"upper": [254]}, "< 254", 1),
        ({"lower": [230]}, "> 230", 1),
    ],
)
def test_two_bounds_are_joined_and_named_and_one_has_an_arrow(bounds, words, arrows):
    axes = axes_of(with_figures([2022], [np.nan], unit="enterprises", **bounds))
    assert words in [text.get_text() for text in axes.texts]
    drawn = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(drawn) == arrows


def of_millions():
    """Return a goal whose figures are long words."""
    data, scale = own_series(), 40_000.0
    ends = ("lower", "upper", "median")
    fan = replace(data.fan, **{end: getattr(data.fan, end) * scale for end in ends})
    own = History.of(data.own.times, data.own.values * scale, unit="enterprises")
    return replace(saying(data, target=4.4e7), fan=fan, own=own)


@pytest.mark.parametrize(
    "made", [own_series, borrowed, synthetic_goals.unset, synthetic_goals.event, of_millions]
)
@in_both_languages
def test_words_can_be_read_and_stand_apart_within_the_edge_of_a_page_and_a_phone(made, lang):
    picture = fan_chart(made(), lang=lang)
    for figure, width in ((picture.figure, style.WIDE), (picture.narrow(), style.NARROW)):
        assert (colliding(figure), figure.get_size_inches()[0]) == ([], width)
        texts = [one for one in figure.findobj(Text) if one.get_text()]
        assert min(one.get_fontsize() for one in texts) >= style.SIZE


@in_both_languages
def test_title_and_alternative_text_say_what_the_chart_says(lang):
    said, alt = message(own_series(), lang), fan_chart(own_series(), lang=lang).alt
    assert "55%" in said
    assert {"en": "more than 1,100", "zh": "突破1100"}[lang] in said
    assert said.endswith(message(replace(own_series(), named=False), lang))
    assert {"en": "55% (about", "zh": "55%（一半对一半）"}[lang] in alt


def test_a_forecast_of_one_year_without_figures_has_no_empty_years():
    data = synthetic_goals.borrowed()
    fan = fan_of(Empirical(np.arange(1.0, 1001.0)[:, None]), (2022,))
    axes = axes_of(replace(data, fan=fan, own=History.of([], [], origin=2021)))
    assert axes.get_yticks().size == 0
    assert not any(label.get_text() == "2021" for label in axes.get_xticklabels())


@pytest.mark.parametrize(
    ("first", "named"),
    [(2018, [2018, 2019, 2020, 2021, 2022]), (2012, [2012, 2014, 2016, 2018, 2020, 2022]),
     (1995, [1995, 2000, 2005, 2010, 2015, 2022]), (1975, [1980, 1990, 2000, 2010, 2022])],
)  # fmt: skip
def test_an_axis_names_its_last_year_and_years_that_one_counts_in(first, named):
    data, years = synthetic_goals.own_series(), range(first, 2021)
    own = History.of(years, [900.0] * len(years), origin=2021, unit="enterprises", whole=True)
    assert sorted(axes_of(replace(data, own=own)).get_xticks()) == named


def test_the_last_year_of_a_goal_over_several_is_named_and_the_parents_axis_has_a_unit():
    data = synthetic_goals.own_series()
    assert "2022: " not in " ".join(one.get_text() for one in axes_of(data).texts)
    for over, said in (("every", "2022: 1,110"), ("mean", "average 2021–2022: 1,050")):
        span = {"over": over, "first_year": 2021, "q10": 1000.0, "q50": 1052.0, "q90": 1110.0}
        drawn = synthetic_goals.saying(data, **span)
        assert said in " ".join(one.get_text() for one in axes_of(drawn).texts)
        assert ("is 1,050" in fan_chart(drawn, lang="en").alt) == (over == "mean")
    beside = fan_chart(synthetic_goals.borrowed(), lang="en").figure.axes[1]
    assert "enterprises)" in beside.get_title(loc="left")


def test_an_axis_of_whole_things_has_whole_numbers():
    data = synthetic_goals.own_series()
    few = History.of([2017, 2018, 2019], [1, 2, 2], origin=2021, unit="enterprises", whole=True)
    fan = fan_of(Empirical(np.arange(1.0, 3.0)[:, None]), (2020,))
    axes = axes_of(replace(synthetic_goals.saying(data, target=2.0), fan=fan, own=few))
    assert all(float(tick).is_integer() for tick in axes.get_yticks())


def test_what_has_happened_is_told_without_chance_or_interval():
    outlook = bc.project("tianjin-2020-2022", bc.load_observations(as_of="2023-12-31"))
    settled = [one for one in outlook if one.basis.model == "published"]
    assert settled
    for item in settled:
        picture = plot_goal(outlook, item.goal.id, lang="en")
        how = "met" if item.outcome.met else "missed"
        title = " ".join(one.get_text() for one in picture.figure.texts).replace("\n", " ")
        assert f"2022, {how}" in title
        assert "%" not in picture.alt.replace(target_words(item, "en"), "")
        assert not {"50% interval", "median"} & {*lines_of(fan_data(item, outlook))}


def test_the_words_for_a_target_stand_beside_the_figures_and_are_not_cut_off():
    folder = "examples/plans/macao"
    data = bc.load_observations(as_of="2025-06-30", data_dir=folder)
    outlook = bc.project(bc.load_plan("macao-2024", data_dir=folder), data)
    for item in outlook:
        (axes,) = plot_goal(outlook, item.goal.id, lang="en").figure.axes
        (words,) = (one for one in axes.texts if one.get_text().startswith("Target"))
        box = words.get_window_extent()
        assert axes.bbox.x1 <= box.x0 < box.x1 <= axes.figure.bbox.x1
    assert not outlook.plot().axes[0].lines, "no frame around goals that have ended"


@pytest.mark.parametrize(("latest", "reached"), [(40.0, 30.0), (10.0, 25.0)])
def test_a_range_is_marked_at_the_end_that_comes_first(latest, reached):
    data = saying(synthetic_goals.own_series(), comparator="between", target=25.0, upper=30.0)
    own = History.of([2019, 2020], [latest, latest], origin=2020)
    assert lines_of(replace(data, own=own))["_due"].get_ydata()[0] == reached
    assert "令和3年度" in style.broken("児童数（令和3年度）", 0.3)[-1]
