"""The fan chart of the scenario panel: a goal under a scenario, the baseline's middle beside it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
from matplotlib.figure import Figure

from bcforecast.attainment.outlook import GoalOutlook, Outlook
from bcforecast.attainment.probability import attainment_probability
from bcforecast.messages import Language, text
from bcforecast.plotting.fan import fan_chart
from bcforecast.plotting.fan_data import FanData, fan_of
from bcforecast.plotting.goal_chart import fan_data
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.style import DPI, QUIET, house_style


class ScenarioChart:
    """Draws one goal again and again; what no scenario changes is computed once.

    Parameters
    ----------
    before
        The goal under the baseline.
    outlook
        Under the baseline.
    """

    def __init__(self, before: GoalOutlook, outlook: Outlook, *, lang: Language) -> None:
        self._before: FanData = fan_data(before, outlook)
        self._forecast = before.forecast
        self._lang: Language = lang

    def draw(self, item: GoalOutlook) -> Picture:
        """Draw the goal under a scenario; where that moves it, with the baseline's median."""
        if item.forecast is self._forecast:
            return fan_chart(self._before, lang=self._lang)
        picture = fan_chart(self._data(item), lang=self._lang)
        if self._before.fan is not None:
            self._draw_before(picture.figure)
        return picture

    def _data(self, item: GoalOutlook) -> FanData:
        forecast, goal = item.forecast, item.goal
        assert forecast is not None
        said = replace(
            self._before,
            probability=item.attainment.probability,
            verdict=item.attainment.verdict,
        )
        if self._before.fan is not None:
            return replace(said, fan=fan_of(forecast, item.years))
        chances = {
            year: attainment_probability(
                forecast, comparator=goal.comparator, target=goal.target, step=step
            )
            for step, year in enumerate(item.years, start=1)
        }
        return replace(said, met_by_year=chances)

    def _draw_before(self, figure: Figure) -> None:
        fan = self._before.fan
        assert fan is not None
        with house_style():
            axes = figure.axes[0]
            axes.plot(fan.years, fan.median, color=QUIET, lw=1.3, ls=(0, (2, 1.5)), zorder=7)
            low, high = axes.get_ylim()
            axes.set_ylim(min(low, float(fan.median.min())), max(high, float(np.max(fan.median))))
            axes.annotate(
                text("explorer.baseline", self._lang),
                (float(fan.years[-1]), float(fan.median[-1])), (4, 0),
                textcoords="offset points", fontsize=7.5, color=QUIET, va="center",
            )  # fmt: skip


def quick_png(figure: Figure) -> bytes:
    """Return a figure as a PNG that is larger than it need be, and sooner there."""
    buffer = BytesIO()
    with house_style():
        figure.savefig(buffer, format="png", dpi=DPI, pil_kwargs={"compress_level": 1})
    return buffer.getvalue()
