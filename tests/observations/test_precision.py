"""How exact a figure is: from its bounds, its rounding or an assumption that says so."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from observation_folder import Folder, row

from bcforecast import config as defaults
from bcforecast.observations import Observation, load_observations
from bcforecast.observations.selection import caveat, error_sd, rounding_unit


def figure(folder: Folder, **cells: str) -> Observation:
    return load_observations(Path(folder.write(row(**cells)).path)).observations[0]


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (52000, 1000), (198900, 100), (1234, 1), (1200, 100), (3.28, 0.01), (3.4, 0.1),
        (0, 1), (5e-7, 1e-7), (1e22, 1e22), (-4500, 100),
    ],
)  # fmt: skip
def test_a_rounded_figure_was_rounded_to_its_last_digit_other_than_zero(
    value: float, unit: float
) -> None:
    assert rounding_unit(float(value)) == pytest.approx(unit)


@pytest.mark.parametrize(
    ("cells", "sd"),
    [
        ({"status": "official", "value": "52000"}, 0),
        ({"status": "preliminary", "value": "52000"}, 0),
        ({"status": "press", "value": "52000"}, 0),
        ({"status": "rounded", "value": "52000"}, 1000 / math.sqrt(12)),
        ({"status": "rounded", "value": "0"}, 1 / math.sqrt(12)),
        ({"status": "rounded", "value": "34700", "lower": "34650", "upper": "34750"}, 28.8675),
        ({"status": "official", "value": "500", "lower": "490", "upper": "520"}, 8.66025),
        ({"status": "derived", "value": "500", "lower": "500", "upper": "500"}, 0),
        ({"status": "approximate", "value": "500"}, 500 * defaults.APPROXIMATE_RELATIVE_SD),
        ({"status": "expected", "value": "500"}, 500 * defaults.APPROXIMATE_RELATIVE_SD),
        ({"status": "derived", "value": "500"}, 500 * defaults.DERIVED_RELATIVE_SD),
        ({"status": "derived", "value": "0"}, 0),
        ({"status": "approximate", "value": "", "lower": "500"}, 0),
        ({"status": "rounded", "value": "", "lower": "500", "upper": "700"}, 0),
    ],
)  # fmt: skip
def test_the_standard_error_follows_from_bounds_rounding_or_status(
    folder: Folder, cells: dict[str, str], sd: float
) -> None:
    assert error_sd(figure(folder, **cells)) == pytest.approx(sd, rel=1e-5)


def test_the_error_of_a_negative_figure_is_positive(folder: Folder) -> None:
    loss = figure(folder, value="-500", unit="100M CNY", measure="flow", status="approximate")
    assert error_sd(loss) == pytest.approx(10)


def test_an_assumed_error_is_called_assumed_and_a_stated_one_is_not(folder: Folder) -> None:
    assumed = caveat(figure(folder, value="500", status="approximate"))
    stated = caveat(figure(folder, value="500", status="approximate", lower="490", upper="510"))
    assert assumed is not None
    assert stated is not None
    assert assumed.render("en") == "approximate figure, standard error 10 (assumed)"
    assert assumed.render("zh") == "约数，标准误差10（假定值）"
    assert stated.render("en") == "approximate figure, standard error 5.8"


@pytest.mark.parametrize(
    ("status", "english"), [("preliminary", "preliminary figure"), ("press", "press figure")]
)
def test_a_figure_that_is_not_official_is_flagged(
    folder: Folder, status: str, english: str
) -> None:
    remark = caveat(figure(folder, status=status))
    assert remark is not None
    assert remark.render("en") == english


def test_an_official_figure_needs_no_remark(folder: Folder) -> None:
    assert caveat(figure(folder)) is None
