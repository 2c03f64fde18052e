"""What a report cites exists, and only figures are cited."""

from importlib import import_module

import pytest
from made_up_facts import facts, figure, goal, series

from bcforecast.reporting import observations_table
from bcforecast.reporting.display import FUNCTIONS, cite, function_anchor, observation_anchor


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_that_a_report_names_exists_under_that_name(name):
    module, _, attribute = FUNCTIONS[name].rpartition(".")
    function = getattr(import_module(module), attribute)
    assert callable(function)
    assert function.__doc__


def test_an_unknown_function_is_a_programming_error():
    with pytest.raises(KeyError, match="no function 'guess'"):
        function_anchor("guess")


@pytest.mark.parametrize(
    "words",
    ["31 December 2021", "2021年12月31日", "2021-12-31", "2019年至2021年", "in 2019", "2022-05",
     "abc123def", "v3.11.7", "GB2312"],
)  # fmt: skip
def test_days_years_and_names_are_no_figures(words):
    assert cite(words, "fn-plan") == words


@pytest.mark.parametrize(
    ("words", "number"),
    [("6,106家", "6,106"), ("3.47万件", "3.47万"), ("CNY 165.09 billion", "165.09"),
     ("over 99%", "99%"), ("−2.0%", "−2.0%"), ("2,019 patents", "2,019"), ("+25.9%", "+25.9%"),
     ("from 80 to x", "80")],
)  # fmt: skip
def test_figures_are_cited_whole(words, number):
    assert cite(words, "fn-plan") == words.replace(number, f"[{number}](#fn-plan)", 1)


def test_what_has_a_citation_keeps_it():
    once = cite("It is [5](#obs-a) of 7.", "fn-plan")
    assert once == "It is [5](#obs-a) of [7](#fn-plan)."
    assert cite(once, "fn-joint") == once


def test_two_figures_of_one_period_have_places_of_their_own():
    twins = figure("2019", 410.0), figure("2019", 412.0, source="yearbook")
    assert len({observation_anchor(one) for one in twins}) == 2
    listed = observations_table(facts(goal(own=series(*twins))), lang="zh")
    assert listed.anchors == tuple(map(observation_anchor, twins))
