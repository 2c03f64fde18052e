"""What a goal asks: the figures that meet it, and its words as the plan has them."""

from datetime import date
from math import nan

import numpy as np
import pytest

from bcforecast.plan.goals import Goal
from bcforecast.plan.targets import meets, promised, region, sign_and_target


def test_a_range_holds_between_its_ends_and_about_is_a_range_around_its_middle():
    values = np.array([39.9, 40.0, 45.0, 45.1])
    assert meets(values, "between", 40.0, 45.0).tolist() == [False, True, True, False]
    assert region("about", 6.0, 6.5) == (5.5, 6.5)
    assert meets(5.5, "about", 6.0, 6.5)
    assert not meets(5.4, "about", 6.0, 6.5)


def promise(**said):
    due = {"due": date(2030, 12, 31), "unit": "%", "comparator": "at_most", "target": 70.0}
    return Goal.model_construct(**{**due, **said})


@pytest.mark.parametrize(
    ("said", "english", "chinese", "narrow"),
    [
        ({}, "at most 70%", "不超过70%", "≤ 70"),
        ({"comparator": "between", "target": 40.0, "upper": 45.0},
         "between 40% and 45%", "保持在40%至45%之间", "40–45"),
        ({"comparator": "about", "target": 6.0, "upper": 6.5},
         "about 6% (within 0.5 percentage points)", "达到6%左右（上下0.5个百分点以内）", "6 ± 0.5"),
        ({"change": -65.0, "base_year": 1990, "target": 35.0},
         "a fall of 65% from 1990, that is at most 35%", "较1990年下降65%，即不超过35%", "≤ 35"),
        ({"change": 50.0, "base_year": 2020, "target": nan},
         "a rise of at most 50% from 2020", "较2020年增长不超过50%", "–"),
        ({"change": 40.3, "yearly": 7.0, "base_year": 2020, "target": 140.3},
         "growth of at most 7% a year on average since 2020, that is at most 140.3%",
         "年均增长不超过7%（以2020年为基期），即不超过140.3%", "≤ 140.3"),
        ({"comparator": "at_least", "change": -10.0, "base_year": 2020, "target": nan},
         "a fall of at most 10% from 2020", "较2020年下降不超过10%", "–"),
        ({"comparator": "less_than", "change": 20.0, "base_year": 2020, "target": nan},
         "a rise of less than 20% from 2020", "较2020年增长不到20%", "–"),
        ({"comparator": "less_than", "change": -20.0, "base_year": 2020, "target": nan},
         "a fall of more than 20% from 2020", "较2020年下降超过20%", "–"),
        ({"comparator": "at_least", "change": 0.0, "base_year": 2020, "target": 70.0},
         "a figure no lower than in 2020, that is at least 70%",
         "不低于2020年水平，即达到70%以上", "≥ 70"),
        ({"comparator": "more_than", "target": -3.0}, "a figure above −3%", "高于−3%", "> −3"),
        ({"comparator": "at_least", "target": 0.0}, "at least 0%", "不低于0%", "≥ 0"),
        ({"comparator": "about", "target": -3.0, "upper": -2.5},
         "about −3% (within 0.5 percentage points)",
         "保持在−3%左右（上下0.5个百分点以内）", "−3 ± 0.5"),
        ({"over": "mean", "first_year": 2026},
         "at most 70% on average over 2026–2030", "2026—2030年平均不超过70%", "≤ 70"),
        ({"over": "every", "first_year": 2025},
         "at most 70% in every year 2025–2030", "2025—2030年每年不超过70%", "≤ 70"),
    ],
)  # fmt: skip
def test_what_a_goal_asks_is_said_as_the_plan_says_it(said, english, chinese, narrow):
    assert promised(promise(**said), lang="en") == english
    assert promised(promise(**said), lang="zh") == chinese
    assert sign_and_target(promise(**said), lang="en") == narrow


def test_a_target_that_follows_from_a_base_year_has_the_digits_of_a_figure():
    known = {"change": 46.93, "base_year": 2020, "target": 819.01435392}
    assert promised(promise(**known), lang="zh").endswith("不超过819%")
    assert sign_and_target(promise(**known), lang="en") == "≤ 819"
    assert sign_and_target(promise(target=819.01435392), lang="en") == "≤ 819.01435392"
