"""The levers: quantities that measures can move, their plausible ranges, and the rates they are.

A range says how far a lever could plausibly be moved within a year or two. Every range here is
assumed, none is measured; the catalogue of messages says so beside each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from bcforecast.errors import ScenarioError
from bcforecast.messages import Message
from bcforecast.models.cohort import Cohort
from bcforecast.models.entry_exit import EntryExit
from bcforecast.models.ladder import Ladder
from bcforecast.models.patents import Patents
from bcforecast.models.rates import Basis
from bcforecast.models.ratio import Ratio
from bcforecast.models.structural import Structural
from bcforecast.models.turnover import Turnover

LeverUnit = Literal["pp", "percent"]
Family = Literal[
    "cohort", "patents", "entry_exit", "ladder", "ratio", "turnover", "hazard", "growth"
]

GROWTH: Final = "growth."
"""What the identifier of a general lever begins with: `growth.<indicator>`."""


@dataclass(frozen=True)
class Lever:
    """A quantity that a measure can move.

    Parameters
    ----------
    id
        Identifier; names are under `scenario.lever_<id>`, what the range rests on under
        `scenario.basis_<id>`.
    unit
        `pp`: percentage points added to a yearly rate; `percent`: relative change of a number.
    low, high
        Plausible range, in `unit`; 0 is the baseline.
    indicators
        Which it raises when it is raised.
    family, rate
        The structural model and its rate that it moves: a `hazard` multiplies the chance of an
        event, `growth` adds to the yearly growth of any indicator.
    sign
        -1 if raising the lever lowers the rate (lapses avoided).
    """

    id: str
    unit: LeverUnit
    low: float
    high: float
    indicators: tuple[str, ...]
    family: Family
    rate: str
    sign: float = 1.0
    basis: Basis = "assumed"

    @property
    def name(self) -> Message:
        """What it is called."""
        if self.family == "growth":
            return Message("scenario.lever_growth", {"indicator": self.indicators[0]})
        return Message(f"scenario.lever_{self.id}")

    @property
    def unit_name(self) -> Message:
        """The unit in words."""
        return Message(f"scenario.unit_{self.unit}")

    @property
    def source(self) -> Message:
        """What the range rests on."""
        return Message(f"scenario.basis_{'growth' if self.family == 'growth' else self.id}")


def _lever(
    id_: str,
    unit: LeverUnit,
    span: tuple[float, float],
    indicators: tuple[str, ...],
    rate: tuple[Family, str],
    sign: float = 1.0,
) -> Lever:
    return Lever(id_, unit, span[0], span[1], indicators, rate[0], rate[1], sign)


_HIGHTECH: Final = ("hightech_enterprises",)
_PATENTS: Final = ("invention_patents_in_force",)

LEVERS: Final[Mapping[str, Lever]] = MappingProxyType(
    {
        lever.id: lever
        for lever in (
            _lever("renewal_rate", "pp", (-15.0, 20.0), _HIGHTECH, ("cohort", "renewal")),
            _lever(
                "new_certifications",
                "percent",
                (-40.0, 60.0),
                _HIGHTECH,
                ("cohort", "first_certification"),
            ),
            _lever("moves_from_elsewhere", "pp", (-1.0, 3.0), _HIGHTECH, ("cohort", "move_in")),
            _lever("patent_grants", "percent", (-30.0, 50.0), _PATENTS, ("patents", "grant")),
            _lever(
                "patent_lapses_avoided", "pp", (-3.0, 4.0), _PATENTS, ("patents", "lapse"), -1.0
            ),
            _lever(
                "platforms_newly_recognised",
                "percent",
                (-60.0, 150.0),
                ("innovation_platforms",),
                ("entry_exit", "approval"),
            ),
            _lever(
                "eaglet_entries",
                "percent",
                (-40.0, 60.0),
                ("eaglet_enterprises", "gazelle_enterprises", "leading_enterprises"),
                ("ladder", "eaglet_entry"),
            ),
            _lever(
                "eaglet_to_gazelle_rate",
                "pp",
                (-3.0, 6.0),
                ("gazelle_enterprises", "leading_enterprises"),
                ("ladder", "eaglet_promotion"),
            ),
            _lever(
                "gazelle_entries",
                "percent",
                (-60.0, 150.0),
                ("gazelle_enterprises", "leading_enterprises"),
                ("ladder", "gazelle_entry"),
            ),
            _lever(
                "gazelle_to_leader_rate",
                "pp",
                (-3.0, 6.0),
                ("leading_enterprises",),
                ("ladder", "gazelle_promotion"),
            ),
            _lever("rd_growth", "pp", (-6.0, 10.0), ("rd_intensity",), ("ratio", "rd_growth")),
            _lever(
                "contract_growth",
                "pp",
                (-10.0, 20.0),
                ("tech_contract_value",),
                ("turnover", "contract_growth"),
            ),
            _lever(
                "contract_mean_value_growth",
                "pp",
                (-10.0, 15.0),
                ("tech_contract_value",),
                ("turnover", "mean_value_growth"),
            ),
            _lever(
                "park_applications",
                "percent",
                (-80.0, 400.0),
                ("university_science_parks",),
                ("hazard", "hazard"),
            ),
        )
    }
)
"""The levers of the first plan's indicators, which other districts share; `growth.<indicator>`
moves any other indicator."""

GROWTH_RANGE: Final = (-10.0, 10.0)
"""Plausible range of a general lever, percentage points of yearly growth (assumed)."""

REFERENCES: Final[Mapping[str, Structural]] = MappingProxyType(
    {
        "hightech_enterprises": Cohort(),
        "invention_patents_in_force": Patents(),
        "innovation_platforms": EntryExit(),
        "eaglet_enterprises": Ladder(rung="eaglet"),
        "gazelle_enterprises": Ladder(rung="gazelle"),
        "leading_enterprises": Ladder(rung="leader"),
        "rd_intensity": Ratio(),
        "tech_contract_value": Turnover(),
    }
)
"""The model by which levers act on an indicator whose own forecast is of another kind."""


def find_lever(lever_id: str) -> Lever:
    """Return a lever of the catalogue, or the general lever `growth.<indicator>`.

    Raises
    ------
    ScenarioError
        If there is no such lever, naming those there are.

    Examples
    --------
    >>> find_lever("renewal_rate").unit
    'pp'
    >>> find_lever("growth.green_area").indicators
    ('green_area',)
    """
    if lever_id in LEVERS:
        return LEVERS[lever_id]
    indicator = lever_id.removeprefix(GROWTH)
    if lever_id.startswith(GROWTH) and indicator:
        low, high = GROWTH_RANGE
        return Lever(lever_id, "pp", low, high, (indicator,), "growth", "growth")
    raise ScenarioError("scenario.no_lever", found=lever_id, allowed=", ".join(LEVERS))


def levers_on(indicator: str) -> tuple[Lever, ...]:
    """Return the levers that raise an indicator, the general one last.

    Examples
    --------
    >>> [lever.id for lever in levers_on("rd_intensity")]
    ['rd_growth', 'growth.rd_intensity']
    """
    own = [lever for lever in LEVERS.values() if indicator in lever.indicators]
    return (*own, find_lever(GROWTH + indicator))
