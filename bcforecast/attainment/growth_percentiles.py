"""How fast comparable areas have ever moved: percentiles of yearly pace by kind and span of years.

The shipped file holds statistics only, computed by `make train WHAT=growth` from panels that stay
where they are; recipe and checksums are in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from bcforecast.attainment.reference_kinds import ANY, kind_of

SHIPPED: Final = Path(__file__).parent / "learned" / "growth_percentiles.json"

Measure = Literal["rate", "increment"]
Limit = Literal["exactly", "at_most", "at_least"]


@dataclass(frozen=True)
class Share:
    """A share of windows or of areas, or the bound that the percentiles leave open.

    Parameters
    ----------
    value
        From 0 to 1.
    limit
        Whether it is the share itself, or the share is at most or at least so much.
    """

    value: float
    limit: Limit = "exactly"


@dataclass(frozen=True)
class SpanPercentiles:
    """Percentiles of the mean yearly pace over windows of one length.

    Parameters
    ----------
    areas, windows
        How many of each there were.
    every
        Quantiles over all windows, by level.
    highest, lowest
        Quantiles over areas of each area's fastest rise and fastest fall, by level; empty where
        there are too few areas to speak of a share of them.
    """

    areas: int
    windows: int
    every: Mapping[float, float]
    highest: Mapping[float, float]
    lowest: Mapping[float, float]

    def share_of_windows(self, pace: float, *, direction: Literal["up", "down"]) -> Share:
        """Share of all windows at least as fast as `pace`; for `down`, that fell as fast."""
        return _share(self.every, pace, direction)

    def share_of_areas(self, pace: float, *, direction: Literal["up", "down"]) -> Share | None:
        """Share of areas that were ever as fast over such a window; None where not known."""
        best = self.highest if direction == "up" else self.lowest
        return _share(best, pace, direction) if best else None


@dataclass(frozen=True)
class GrowthClass:
    """The percentiles of one kind of indicator.

    Parameters
    ----------
    name
        Key of the class; in words under `explain.class_<name>`.
    measure
        `rate`: compound growth a year, as a share; `increment`: change a year, in `unit`.
    unit
        Of the figures.
    area_kind
        What the areas are: `province` or `country`.
    from_level
        Windows that start below it were left out; 0 leaves out none.
    first_year, last_year
        Years that the panel covers.
    spans
        By length of the window in years.
    """

    name: str
    measure: Measure
    unit: str
    area_kind: str
    from_level: float
    first_year: int
    last_year: int
    spans: Mapping[int, SpanPercentiles]

    def span(self, years: int) -> tuple[int, SpanPercentiles]:
        """Return the longest span held up to `years`, and its percentiles."""
        held = max((k for k in self.spans if k <= years), default=min(self.spans))
        return held, self.spans[held]


def growth_class(indicator: str, *, path: Path = SHIPPED) -> GrowthClass | None:
    """Return the comparable areas' percentiles for an indicator; None where none are held.

    An indicator is never lent the percentiles of another kind.

    Examples
    --------
    >>> known = growth_class("tech_contract_value")
    >>> known.measure, known.area_kind, known.spans[2].areas
    ('rate', 'province', 31)
    >>> known.spans[2].share_of_windows(0.15, direction="up").limit
    'exactly'
    >>> growth_class("unicorns") is None
    True
    """
    kind = kind_of(indicator)
    return load(path).get(indicator if kind == ANY else kind)


@cache
def load(path: Path = SHIPPED) -> Mapping[str, GrowthClass]:
    """Read the shipped file, or one that `rebuild` wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    levels = document["levels"]
    return {name: _class(name, known, levels) for name, known in document["classes"].items()}


def _class(name: str, known: dict[str, Any], levels: Mapping[str, Sequence[float]]) -> GrowthClass:
    spans = {
        int(years): SpanPercentiles(
            s["areas"],
            s["windows"],
            dict(zip(levels["every"], s["every"], strict=True)),
            *(
                dict(zip(levels["best"], s[side], strict=True)) if side in s else {}
                for side in ("highest", "lowest")
            ),
        )
        for years, s in known["spans"].items()
    }
    return GrowthClass(
        name,
        known["measure"],
        known["unit"],
        known["area_kind"],
        known["from_level"],
        known["first_year"],
        known["last_year"],
        spans,
    )


def _share(quantiles: Mapping[float, float], pace: float, direction: str) -> Share:
    levels, values = np.array(list(quantiles)), np.array(list(quantiles.values()))
    if direction == "down":
        levels, values = (1.0 - levels)[::-1], -values[::-1]
        pace = -pace
    if pace > values[-1]:
        return Share(float(1.0 - levels[-1]), "at_most")
    if pace < values[0]:
        return Share(float(1.0 - levels[0]), "at_least")
    return Share(float(1.0 - np.interp(pace, values, levels)))
