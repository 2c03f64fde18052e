"""Synthetic goals for the charts: every number here is made up, and labelled so in the pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from bcforecast.distributions import StudentTMixture, Transform
from bcforecast.observations.selection import History
from bcforecast.plotting.fan import FanData, Later, fan_of, points_of
from bcforecast.plotting.goals import GoalRow
from bcforecast.text import unit_name

AS_OF = date(2021, 12, 31)
NAN = float("nan")
INF = float("inf")


def own_series() -> FanData:
    """Return a goal with gaps, a rounded figure, a bound, a fan of three years and an outcome."""
    history = History.of(
        [2011, 2012, 2013, 2015, 2016, 2018, 2019],
        [410, 480, NAN, 655, 702, 860, 905],
        lower=[-INF, -INF, 560, -INF, -INF, -INF, -INF],
        error_sd=[0, 0, 0, 18, 0, 0, 0],
        unit="enterprises",
        whole=True,
    )
    steps = np.arange(1, 4)
    forecast = StudentTMixture(
        np.log([[905 * 1.07**k for k in steps]]), 0.05 * np.sqrt(steps)[None], df=6.0,
        transform=Transform("log"),
    )  # fmt: skip
    return FanData(
        names={"zh": "高新技术企业（合成数据）", "en": "High-tech enterprises (synthetic)"},
        unit="enterprises",
        unit_names={"zh": "家", "en": "enterprises"},
        comparator="more_than",
        target=1100,
        due=date(2022, 12, 31),
        as_of=date(2020, 12, 31),
        probability=0.5531,
        verdict="verdict.about_even",
        grade="B",
        own=points_of(history),
        fan=fan_of(forecast, (2020, 2021, 2022)),
        later=Later(1162.0, None, None),
    )


def borrowed() -> FanData:
    """Return a goal without figures of its own, wide and one year ahead, with its parent's."""
    parent = History.of(
        [2012, 2013, 2016, 2017, 2019, 2021],
        [1100, 1430, 3250, 4090, 6100, NAN],
        lower=[-INF, -INF, -INF, -INF, -INF, 9000],
        unit="enterprises",
    )
    forecast = StudentTMixture(
        np.log([[470.0, 540.0]]), np.array([[0.5, 0.55]]), df=4.0, transform=Transform("log")
    )
    empty = History.of([], [], origin=2020)
    return replace(
        own_series(),
        probability=0.52,
        grade="D",
        target=530,
        as_of=AS_OF,
        aspiration=True,
        own=points_of(empty),
        fan=fan_of(forecast, (2021, 2022)),
        parent=points_of(parent),
        areas={"zh": "天津市（合成数据）", "en": "Tianjin (synthetic)"},
        later=None,
    )


def unset() -> FanData:
    """Return a goal of which nothing can be said."""
    return replace(
        own_series(), probability=None, verdict="verdict.unset", grade="U", fan=None, later=None,
        own=points_of(History.of([], [], origin=2020)),
    )  # fmt: skip


def event() -> FanData:
    """Return a goal that something comes to exist."""
    return replace(
        own_series(),
        names={
            "zh": "市级以上大学科技园（合成数据）",
            "en": "University science parks (synthetic)",
        },
        unit="parks",
        unit_names={"zh": "家", "en": "parks"},
        comparator="event",
        target=1,
        probability=0.19,
        verdict="verdict.unlikely",
        grade="D",
        fan=None,
        met_by_year={2021: 0.09, 2022: 0.19},
        own=points_of(History.of([2021], [0], unit="parks")),
        later=Later(0.0, None, None),
    )


def rows() -> list[GoalRow]:
    """Return ten goals of every kind for the dashboard."""
    names = {
        "rd": ("全社会研发投入强度", "R&D expenditure of the whole society over GDP"),
        "patents": ("有效发明专利", "Invention patents in force"),
        "platforms": ("科技创新平台", "Science and technology innovation platforms"),
        "hightech": ("高新技术企业总量", "High-tech enterprises"),
        "eaglet": ("雏鹰企业", "Eaglet enterprises"),
        "leading": ("科技领军（培育）企业", "Leading technology enterprises (incl. cultivated)"),
        "contracts": ("技术合同成交额", "Technology contract turnover"),
        "parks": ("市级以上大学科技园", "University science parks of city level or above"),
    }

    def row(name: str, comparator: str, target: float, unit: str, **rest: object) -> GoalRow:
        zh, en = names[name]
        plain = {"aspiration": False, "probability": None, "verdict": "verdict.unset", "grade": "U"}
        return GoalRow(
            {"zh": zh, "en": en},
            comparator,
            target,
            unit,
            {"zh": unit_name(unit, "zh"), "en": unit_name(unit, "en")}, **{**plain, **rest},  # type: ignore[arg-type]
        )  # fmt: skip

    return [
        row("rd", "at_least", 3.2, "%", aspiration=True, probability=0.714,
            verdict="verdict.likely", grade="C", low=2.9, middle=3.4, high=3.9),
        row("patents", "at_least", 3500, "patents", probability=0.52,
            verdict="verdict.about_even", grade="D", low=1700, middle=3600, high=7600),
        row("platforms", "at_least", 30, "platforms"),
        row("hightech", "more_than", 530, "enterprises", probability=0.88,
            verdict="verdict.likely", grade="B", low=520, middle=610, high=700),
        row("eaglet", "at_least", 280, "enterprises", probability=0.0021,
            verdict="verdict.exceptionally_unlikely", grade="A", low=120, middle=150, high=190),
        row("leading", "at_least", 25, "enterprises", probability=0.24, verdict="verdict.unlikely",
            grade="B", low=19, middle=22, high=26),
        row("contracts", "at_least", 60, "100M CNY", probability=0.997,
            verdict="verdict.virtually_certain", grade="A", low=71, middle=85, high=99),
        row("parks", "event", 1, "parks", aspiration=True, probability=0.19,
            verdict="verdict.unlikely", grade="D", low=0, middle=0, high=1),
    ]  # fmt: skip
