"""What a goal asks: the figures that meet it, and its words as the plan has them."""

from datetime import date

import numpy as np
import pytest

from bcforecast.plan.goals import Goal
from bcforecast.plan.targets import meets, promised, region, sign_and_target
from tests.words import WORDS


def test_a_range_holds_between_its_ends_and_about_is_a_range_around_its_middle():
    values = np.array([39.9, 40.0, 45.0, 45.1])
    assert meets(values, "between", 40.0, 45.0).tolist() == [False, True, True, False]
    assert region("about", 6.0, 6.5) == (5.5, 6.5)
    assert meets(5.5, "about", 6.0, 6.5)
    assert not meets(5.4, "about", 6.0, 6.5)


def promise(**said):
    due = {"due": date(2030, 12, 31), "unit": "%", "comparator": "at_most", "target": 70.0}
    return Goal.model_construct(**{**due, **said})


@pytest.mark.parametrize(("said", "english", "chinese", "narrow"), WORDS["asked"])
def test_what_a_goal_asks_is_said_as_the_plan_says_it(said, english, chinese, narrow):
    assert promised(promise(**said), lang="en") == english
    assert promised(promise(**said), lang="zh") == chinese
    assert sign_and_target(promise(**said), lang="en") == (narrow or english)


def test_a_target_that_follows_from_a_base_year_has_the_digits_of_a_figure():
    known = {"change": 46.93, "base_year": 2020, "target": 819.01435392}
    assert promised(promise(**known), lang="zh").endswith("不超过819%")
    assert sign_and_target(promise(**known), lang="en") == "≤ 819"
    assert sign_and_target(promise(target=819.01435392), lang="en") == "≤ 819.01435392"
