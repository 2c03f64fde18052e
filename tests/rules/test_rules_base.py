"""What a case refuses, when a value keeps the promise, and how a series file is read."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from rule_vectors import case

from bcforecast import errors
from bcforecast.errors import BcforecastError
from bcforecast.observations.selection import History
from bcforecast.rules.base import OVERFLOW, Case, RuleError, Verdict, read_series
from bcforecast.rules.published import CagrRatio
from tests.words import SLIPS


def test_a_missing_direction_and_a_number_beside_no_number_are_refused():
    with pytest.raises(RuleError) as caught:
        Case((2015, 2023), (14.5, 10.2), target=7.25, due=2030)
    assert "no rule may guess" in str(caught.value)
    assert "必须写明" in caught.value.message.render("zh")
    assert isinstance(caught.value, errors.BcforecastError)
    for fields, says in (
        ({"label": "rules.label_not_available", "value": 3.462432}, "a number beside"),
        ({"label": "rules.label_will_meet", "says_met": True}, "no number beside"),
        ({"label": "rules.label_achieved", "says_met": True}, "no number beside"),
        ({"label": "rules.label_will_meet", "notes": (OVERFLOW,)}, "no number beside"),
        ({"label": "rules.label_will_meet", "value": math.inf}, "not finite"),
    ):
        with pytest.raises(ValueError, match=says):
            Verdict("escap", "current_status", **fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"direction": "sideways"}, "sideways"),
        ({"direction": "up", "comparator": "about"}, "about"),
        ({"direction": "up", "comparator": "at_most"}, "contradict"),
        ({"direction": "down", "comparator": "more_than"}, "contradict"),
        ({"direction": "up", "target": 3.0}, "due: found nothing"),
        ({"direction": "up", "target": math.nan, "due": 2030}, "target: found nan"),
        ({"direction": "up", "target": 3.0, "due": 2020}, "found year 2021"),
        ({"direction": "up", "due": 2201}, "found the year 2201; allowed: 1900 to 2200"),
        ({"direction": "up", "base_year": 1899}, "found the year 1899; allowed: 1900 to 2200"),
        ({"direction": "up", "scale": 0.0}, "natural maximum"),
        ({"direction": "up", "scale": 1.5}, "0 to the natural maximum 1.5"),
        ({"direction": "up", "limit": math.inf}, "limit: found inf"),
        ({"direction": "up", "limit": -math.inf}, "limit: found -inf"),
        ({"direction": "up", "current_year": 2020}, "2021 (the last figure)"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_is_allowed(fields, says):
    with pytest.raises(RuleError, match=re.escape(says)) as caught:
        Case((2019, 2021), (1.0, 2.0), **fields)
    assert caught.value.message.render("zh")


@pytest.mark.parametrize(
    ("years", "values"),
    [
        ((), ()), ((2019,), (1.0, 2.0)), ((2021, 2019), (1.0, 2.0)), ((2019, 2019), (1.0, 2.0)),
        ((2019, 2020), (1.0, math.nan)), ((2019, 2020), (1.0, math.inf)),
    ],
)  # fmt: skip
def test_a_series_that_cannot_be_is_refused(years, values):
    with pytest.raises(RuleError, match="series"):
        Case(years, values, direction="up")


@pytest.mark.parametrize(
    ("comparator", "target", "whole", "met", "missed"),
    [
        ("at_least", 3.2, False, 3.2, 3.199),
        ("more_than", 3.2, False, math.nextafter(3.2, 4.0), 3.2),
        ("more_than", 530, True, 531, 530), ("at_least", 29.5, True, 30, 29.9),
        ("event", 29.5, True, 30, 29.9), ("at_most", 30.5, True, 30, 30.1),
    ],
)  # fmt: skip
def test_a_promise_is_kept_by_its_own_comparator_and_on_whole_numbers(
    comparator, target, whole, met, missed
):
    direction = "down" if comparator == "at_most" else "up"
    promise = case({2020: 25}, target, direction=direction, comparator=comparator, whole=whole)
    assert promise.met(met)
    assert not promise.met(missed)


def test_a_promise_of_more_than_530_needs_531_whole_things():
    assert not case({2020: 400}, 530, comparator="more_than", whole=True).reaches(530.6)
    assert not case({2020: 25.0}).met(1e9)


def test_a_history_and_a_base_year_give_the_figures_there_are():
    years, values = [2019, 2020, 2021, 2023], [6106, float("nan"), 7000, 8000]
    history = History.of(years, values, lower=[-np.inf, 6500, -np.inf, -np.inf], whole=True)
    found = Case.of_history(history, direction="up", target=9000, due=2022)
    assert (found.years, found.bounds_ignored, found.whole) == ((2019, 2021), 1, True)
    with pytest.raises(RuleError, match="at least one"):
        Case.of_history(History.of([], [], origin=2020), direction="up", target=1, due=2022)
    every = {"direction": "up", "target": 9000, "due": 2023}
    assert Case.of_history(history, **every).years == (2019, 2021, 2023)
    assert Case.of_history(history, direction="up").years == (2019, 2021, 2023)
    three = case({1900: 0.1, 2016: 0.2, 2020: 0.3}, due=2200, current_year=2020, scale=1.0)
    assert replace(three, base_year=2015).base == (2016, 0.2)
    assert three.with_last(0.9).values == (0.1, 0.2, 0.9)


def test_a_verdict_names_the_figures_and_the_promise_that_it_used():
    used = {"base_year": 2015, "base_value": 2.0, "last_year": 2020, "last_value": 3.0}
    asked = {"target": 9.0, "due": 2030, "comparator": "at_least"}
    series = {2015: 2.0, 2020: 3.0}
    for judged in (case(series), case(series, due=2030)):
        assert CagrRatio().inputs(judged) == used | {"direction": "up"}
    assert CagrRatio().inputs(case(series, 9.0)) == used | {"direction": "up"} | asked


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "series.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_of_a_file_are_put_in_order_and_what_is_no_file_is_one_sentence(tmp_path):
    path = written(tmp_path, "\ufeffperiod, value,source\n2020,3.5,a\n2015-2017,1,b\n2018,,c\n")
    assert read_series(path) == ((2015, 2020), (1.0, 3.5))
    assert read_series(written(tmp_path, "year,value\n2015,-2e3\n")) == ((2015,), (-2000.0,))
    assert read_series(written(tmp_path, "year,value\n2015年,1\n"))[0] == (2015,)
    nixtla = "unique_id,ds,y\na,2015,1\na,2016,2\n"
    assert read_series(written(tmp_path, nixtla)) == ((2015, 2016), (1.0, 2.0))
    with pytest.raises(RuleError, match="found no such file"):
        read_series(tmp_path / "none.csv")
    with pytest.raises(BcforecastError, match="looks like GBK"):
        read_series(written(tmp_path, "period,value,来源\n2015,1,年鉴\n", encoding="gbk"))


@pytest.mark.parametrize(("text", "says"), SLIPS["series"])
def test_what_cannot_be_read_is_named_with_its_place(tmp_path, text, says):
    with pytest.raises(BcforecastError, match=says) as caught:
        read_series(written(tmp_path, text))
    assert "series.csv" in caught.value.message.render("zh")
