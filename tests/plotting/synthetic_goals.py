"""Synthetic goals for the charts: every number here is made up, and labelled so in the pictures."""

from dataclasses import fields, replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from matplotlib import text as drawn_text
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bcforecast.attainment.probability import verdict_of
from bcforecast.attainment.project import Attainment, GoalOutlook
from bcforecast.distributions import StudentTMixture, Transform
from bcforecast.observations.selection import History
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import Goal, Indicator
from bcforecast.plotting import style
from bcforecast.plotting.fan import FanData, fan_of
from bcforecast.plotting.style import DPI, settings
from bcforecast.text import Text

AS_OF = date(2021, 12, 31)
DUE = date(2022, 12, 31)
NAN = float("nan")
INF = float("inf")

compared = pytest.mark.mpl_image_compare(
    style=settings(), savefig_kwargs={"dpi": DPI, "metadata": {"Software": None}}
)
in_both_languages = pytest.mark.parametrize("lang", ["zh", "en"])


def item(name: Text, unit: str = "parks", unit_names: Text | None = None, **said) -> GoalOutlook:
    """Return a goal of which no more is known than what a chart says of it."""
    known = dict.fromkeys(field.name for field in fields(Attainment))
    known |= {"verdict": verdict_of(said.get("probability"))}
    indicator = Indicator.model_construct(names=name, unit=unit, unit_names=unit_names)
    goal = Goal.model_construct(names=None, unit=unit, due=DUE, aspiration=False)
    bare = GoalOutlook(goal, indicator, None, Attainment(**known), None, ())
    return of_goal(bare, **said)


def of_goal(item: GoalOutlook, **said: object) -> GoalOutlook:
    """Return a goal that asks, or of which is said, something else."""
    asked = {name: said.pop(name) for name in [*said] if name in Goal.model_fields}
    goal = changed(item.goal, **asked)
    return replace(item, goal=goal, attainment=replace(item.attainment, promise=goal, **said))


def saying(data: FanData, **said: object) -> FanData:
    """Return a chart of which something else is said."""
    return replace(data, goal=of_goal(data.goal, **said))


def colliding(figure: Figure) -> list[str]:
    """Return the words of a figure that are written over others or beyond its edge."""
    with style.house_style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        axes = [one for one in figure.axes if one.axison]
        axis = [tick for one in axes for side in (one.xaxis, one.yaxis) for tick in _drawn(side)]
        free = [*figure.texts, *(words for one in figure.axes for words in one.texts)]
        heads = [one.title for one in axes] + [one.yaxis.label for one in axes]
        legend = [words for one in figure.legends for words in one.get_texts()]
        words = [one for one in (*axis, *free, *heads, *legend) if one.get_text().strip()]
        boxes = [one.get_window_extent(canvas.get_renderer()).padded(-1.5) for one in words]
    width, height = canvas.get_width_height()
    named = [one.get_text() for one in words]
    outside = [
        name
        for name, box in zip(named, boxes, strict=True)
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
    ]
    pairs = combinations(zip(named, boxes, strict=True), 2)
    return outside + [f"{a} | {b}" for (a, one), (b, other) in pairs if one.overlaps(other)]


def _drawn(axis: Axis) -> list[drawn_text.Text]:
    low, high = sorted(axis.get_view_interval())
    return [t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high]


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
    name = Text(zh="高新技术企业（合成数据）", en="High-tech enterprises (synthetic)")
    return FanData(
        item(name, "enterprises", comparator="more_than", target=1100, grade="B",
             probability=0.5531, verdict="verdict.about_even"),
        as_of=date(2020, 12, 31),
        own=history,
        fan=fan_of(forecast, (2020, 2021, 2022)),
    )  # fmt: skip


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
    name = Text(zh="天津市（合成数据）", en="Tianjin (synthetic)")
    return replace(
        saying(own_series(), probability=0.52, grade="D", target=530, aspiration=True),
        as_of=AS_OF,
        own=History.of([], [], origin=2020),
        fan=fan_of(forecast, (2021, 2022)),
        parent=(name, parent, None, {2021: "expected"}),
    )


def unset() -> FanData:
    """Return a goal of which nothing can be said."""
    data = saying(own_series(), probability=None, verdict="verdict.unset", grade="U")
    return replace(data, fan=None, own=History.of([], [], origin=2020))


def event() -> FanData:
    """Return a goal that something comes to exist."""
    name = Text(zh="市级以上大学科技园（合成数据）", en="University science parks (synthetic)")
    said = {"probability": 0.19, "verdict": "verdict.unlikely", "grade": "D"}
    return FanData(
        item(name, "parks", Text(zh="家", en="parks"), comparator="event", target=1, **said),
        as_of=date(2020, 12, 31),
        met_by_year={2021: 0.09, 2022: 0.19},
        own=History.of([2021], [0], unit="parks"),
    )


def row(
    zh: str, en: str, comparator: str, target: float, of: str, grade: str = "U", **said: object
) -> GoalOutlook:
    """Return a goal for a row of the dashboard; nothing can be said of it unless told otherwise."""
    said |= dict(zip(("q10", "q50", "q90"), said.pop("quantiles", ()), strict=False))
    name = Text(zh=zh, en=en)
    return item(name, of, comparator=comparator, target=target, grade=grade, **said)


def rows() -> list[GoalOutlook]:
    """Return goals of every kind for the dashboard."""
    return [
        row("全社会研发投入强度", "R&D expenditure of the whole society over GDP", "at_least", 3.2,
            "%", "C", aspiration=True, probability=0.714, verdict="verdict.likely",
            quantiles=(2.9, 3.4, 3.9)),
        row("有效发明专利", "Invention patents in force", "at_least", 3500, "patents", "D",
            probability=0.52, verdict="verdict.about_even", quantiles=(1700, 3600, 7600)),
        row("科技创新平台", "Science and technology innovation platforms", "at_least", 30,
            "platforms"),
        row("高新技术企业总量", "High-tech enterprises", "more_than", 530, "enterprises", "B",
            probability=0.88, verdict="verdict.likely", quantiles=(520, 610, 700)),
        row("雏鹰企业", "Eaglet enterprises", "at_least", 280, "enterprises", "A",
            probability=0.0021, verdict="verdict.exceptionally_unlikely",
            quantiles=(120, 150, 190)),
        row("科技领军（培育）企业", "Leading technology enterprises (incl. cultivated)",
            "at_least", 25, "enterprises", "B", probability=0.24, verdict="verdict.unlikely",
            quantiles=(19, 22, 26)),
        row("技术合同成交额", "Technology contract turnover", "at_least", 60, "100M CNY", "A",
            probability=0.997, verdict="verdict.virtually_certain", quantiles=(71, 85, 99)),
        row("市级以上大学科技园", "University science parks of city level or above", "event", 1,
            "parks", "D", aspiration=True, probability=0.19, verdict="verdict.unlikely"),
    ]  # fmt: skip
