"""Which structural model serves an indicator, and from which yearly figures of the area's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from bcforecast.defaults import SEED
from bcforecast.models.cohort import Cohort
from bcforecast.models.entry_exit import EntryExit
from bcforecast.models.figures import YearlyFigures
from bcforecast.models.ladder import RUNGS, Ladder, Rung
from bcforecast.models.patents import Patents
from bcforecast.models.structural import Structural
from bcforecast.observations.history import History
from bcforecast.units import Unit


@dataclass(frozen=True)
class Companion:
    """A yearly count that an area may publish beside an indicator.

    Parameters
    ----------
    series
        Identifier in the column `indicator` of the observations (a flow, or for `*_stock` names
        the stock itself).
    name
        What the structural model calls it.
    unit
        Of its figures.
    needed
        Whether the structural model is used only if there are at least two figures of it.
    """

    series: str
    name: str
    unit: Unit
    needed: bool = False

    @property
    def is_stock(self) -> bool:
        """Whether it is the indicator's own stock or another rung's, not a flow."""
        return self.name.endswith("_stock")


def _of_rung(rung: Rung, stock: str) -> tuple[Companion, ...]:
    count = Unit.ENTERPRISES
    moves = ("entries", "exits") if rung == "leader" else ("entries", "promotions", "exits")
    flows = tuple(Companion(f"{rung}_{move}", f"{rung}_{move}", count) for move in moves)
    return (Companion(stock, f"{rung}_stock", count), *flows)


_LADDER: Final = (
    *_of_rung("eaglet", "eaglet_enterprises"),
    *_of_rung("gazelle", "gazelle_enterprises"),
    *_of_rung("leader", "leading_enterprises"),
)

COMPANIONS: Final[Mapping[str, tuple[Companion, ...]]] = MappingProxyType(
    {
        "hightech_enterprises": (
            Companion(
                "hightech_first_certifications", "first_certifications", Unit.ENTERPRISES, True
            ),
            Companion("hightech_renewals", "renewals", Unit.ENTERPRISES, True),
            Companion("hightech_expiries", "expiries", Unit.ENTERPRISES),
            Companion("hightech_moves_in", "moves_in", Unit.ENTERPRISES),
            Companion("hightech_moves_out", "moves_out", Unit.ENTERPRISES),
        ),
        "invention_patents_in_force": (
            Companion("invention_patent_grants", "grants", Unit.PATENTS, True),
            Companion("invention_patent_lapses", "lapses", Unit.PATENTS),
        ),
        "innovation_platforms": (
            Companion("platform_approvals", "approvals", Unit.PLATFORMS, True),
            Companion("platform_closures", "closures", Unit.PLATFORMS),
        ),
        "eaglet_enterprises": _LADDER,
        "gazelle_enterprises": _LADDER,
        "leading_enterprises": _LADDER,
    }
)
"""By indicator, the yearly counts from which its structural model learns."""

STRUCTURAL_MODELS: Final = (Cohort.name, EntryExit.name, Ladder.name, Patents.name)
"""Names of the models that `structural_model` chooses among."""

_RUNG_OF: Final[Mapping[str, Rung]] = MappingProxyType(
    {
        "eaglet_enterprises": "eaglet",
        "gazelle_enterprises": "gazelle",
        "leading_enterprises": "leader",
    }
)


def structural_model(
    indicator: str, companions: Mapping[str, History], *, seed: int = SEED
) -> Structural | None:
    """Return the structural model of an indicator, if the area's own figures are enough for it.

    Parameters
    ----------
    indicator
        Identifier.
    companions
        Histories by series, as `COMPANIONS` names them; those without figures may be left out.
    seed
        Of the simulation.

    Returns
    -------
    None where the indicator has no such model, or a needed series has fewer than two figures; of
    the ladder, at least two figures of the moves off or onto the indicator's rung are needed.

    Examples
    --------
    >>> structural_model("hightech_enterprises", {}) is None
    True
    """
    wanted = COMPANIONS.get(indicator, ())
    if any(c.needed and _count(companions.get(c.series)) < 2 for c in wanted) or not wanted:
        return None
    figures = YearlyFigures.of(
        {c.name: companions[c.series] for c in wanted if _count(companions.get(c.series))}
    )
    if indicator in _RUNG_OF:
        return _ladder(_RUNG_OF[indicator], figures, seed)
    if indicator == "hightech_enterprises":
        return Cohort(seed=seed, figures=figures)
    if indicator == "invention_patents_in_force":
        return Patents(seed=seed, figures=figures)
    return EntryExit(seed=seed, figures=figures)


def n_figures(model: Structural) -> int:
    """Number of the area's own figures, beside the indicator's own stock, that a model uses."""
    figures: YearlyFigures | None = getattr(model, "figures", None)
    if figures is None:
        return 0
    flows = {k: v for k, v in figures.counts.items() if not k.endswith("_stock")}
    return YearlyFigures(figures.years, flows).n_usable


def _ladder(rung: Rung, figures: YearlyFigures, seed: int) -> Ladder | None:
    flows = [name for name in figures.counts if name.startswith(rung) and "stock" not in name]
    if sum(int(np.isfinite(figures.get(name)).sum()) for name in flows) < 2:
        return None
    others: dict[Rung, float] = {}
    before: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    for other in RUNGS:
        stock = figures.get(f"{other}_stock")
        # Moves in a year are shares of the stock at the end of the year before.
        before[f"{other}_stock"] = np.array(
            [figures.in_year(f"{other}_stock", int(year) - 1) for year in figures.years]
        )
        known = stock[np.isfinite(stock)]
        if other != rung and known.size:
            others[other] = float(known[-1])
    return Ladder(
        seed=seed,
        rung=rung,
        others=others,
        figures=YearlyFigures(figures.years, {**figures.counts, **before}),
    )


def _count(history: History | None) -> int:
    return 0 if history is None else history.n_values
