"""Scenarios: named assumptions, read from YAML.

The levers: quantities that measures can move, their plausible ranges, and the rates they are.

A range says how far a lever could plausibly be moved within a year or two. Every range here is
assumed, none is measured; the catalogue of messages says so beside each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

import yaml
from pydantic import AfterValidator, Field, Strict, ValidationError, model_validator

from bcforecast import config
from bcforecast.errors import PlanError, ScenarioError
from bcforecast.models.flows import Basis, Structural
from bcforecast.models.structures import Cohort, EntryExit, Ladder, Patents, Ratio, Turnover
from bcforecast.plan.goals import (
    Id,
    Number,
    Place,
    Plan,
    PlanId,
    StrictRecord,
    TaskId,
    Year,
    refusal,
)
from bcforecast.plan.reading import YamlDocument, explain, read_document, wrong_value
from bcforecast.text import Language, Message, Text

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


_LEVER_ID: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


def _lever_id(value: str) -> str:
    if value not in LEVERS and not (_LEVER_ID.fullmatch(value) and value.startswith("growth.")):
        raise refusal(Message("scenario.allowed_lever", {"levers": ", ".join(LEVERS)}))
    return value


LeverId = Annotated[str, Strict(), AfterValidator(_lever_id)]
Share = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class Move(StrictRecord):
    """How far one measure moves one lever.

    Attributes
    ----------
    lever, measure
        Identifiers of the lever and of the plan's measure that moves it; None only for a plan that
        has no measures.
    by_year
        By year, in the lever's unit; a value holds until the next year given.
    sd
        Standard deviation of the largest value, in the lever's unit; 0 if it is taken as certain.
    unit
        The lever's own.
    basis
        Whether the size is `assumed`, `sourced` or `learned`.
    note
        Why this size.
    """

    lever: LeverId
    measure: TaskId | None
    by_year: dict[Year, Number] = Field(min_length=1)
    sd: Number = 0.0
    unit: LeverUnit
    basis: Basis = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _has_a_spread(self) -> Self:
        if self.sd < 0.0:
            raise refusal(Message("scenario.allowed_sd"), found=self.sd, place=("sd",))
        return self

    def value(self, year: int) -> float:
        """Size in `year`: 0 before the first year given."""
        return max(((y, v) for y, v in self.by_year.items() if y <= year), default=(0, 0.0))[1]


class Shock(StrictRecord):
    """Something from outside that moves indicators and passes.

    Attributes
    ----------
    indicators
        Identifiers of those that it hits.
    year
        First year hit.
    size_percent
        Change of the level in that year.
    recovered
        Share of what is left of the shock that is made good in each later year, 0 to 1.
    sd
        Standard deviation of the size, in percent.
    basis, note
        What the size rests on.
    """

    indicators: tuple[Id, ...] = Field(min_length=1)
    year: Year
    size_percent: Number
    recovered: Number
    sd: Number = 0.0
    basis: Basis = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.size_percent <= -100.0:
            place = ("size_percent",)
            raise refusal(Message("scenario.allowed_size"), found=self.size_percent, place=place)
        if not 0.0 <= self.recovered <= 1.0:
            place = ("recovered",)
            raise refusal(Message("scenario.allowed_share"), found=self.recovered, place=place)
        if self.sd < 0.0:
            raise refusal(Message("scenario.allowed_sd"), found=self.sd, place=("sd",))
        return self

    def left(self, year: int) -> float:
        """Part of the shock still felt in `year`: 0 before it, 1 in its first year."""
        return (1.0 - self.recovered) ** (year - self.year) if year >= self.year else 0.0


class Scenario(StrictRecord):
    """Assumptions with an author and a reason.

    Attributes
    ----------
    id
        Identifier; the file is named after it.
    plan
        Identifier of the plan whose measures it names; None if it names none.
    title, author, reason
        What it is called, who made it, and why.
    moves, shocks
        What it assumes.
    aim
        `targets`: every indicator that the baseline leaves short is set on an even path to its
        target, whatever that takes.
    """

    id: PlanId
    plan: PlanId | None = None
    title: Text
    author: Text
    reason: Text
    moves: tuple[Move, ...] = ()
    shocks: tuple[Shock, ...] = ()
    aim: Literal["targets"] | None = None

    @model_validator(mode="after")
    def _names_its_plan(self) -> Self:
        if self.moves and self.plan is None:
            raise refusal(Message("scenario.allowed_plan"), place=("plan",))
        return self

    def name(self, lang: Language) -> str:
        """Return the title in `lang`."""
        return self.title.in_(lang)

    @property
    def levers(self) -> tuple[str, ...]:
        """Identifiers of the levers that it moves, in order and once each."""
        return tuple(dict.fromkeys(move.lever for move in self.moves))

    def total(self, lever: str, year: int) -> float:
        """Size of a lever in `year`, all measures together, in the lever's unit."""
        return sum(move.value(year) for move in self.moves if move.lever == lever)


_SUFFIXES = (".yaml", ".yml")


def load_scenario(
    scenario: str | Path, *, plan: Plan | None = None, data_dir: Path | None = None
) -> Scenario:
    """Read a scenario and check it.

    Parameters
    ----------
    scenario
        Identifier of a scenario in `data_dir/scenarios/`, or the path of a file ending in .yaml or
        .yml.
    plan
        The plan that it is for: the measures it names must be there.
    data_dir
        Data folder. Default: the shipped one.

    Raises
    ------
    ScenarioError
        If there is no such file, it is not a scenario, or it names what the plan does not have;
        the sentence names file, row and field, what was found and what is allowed.

    Examples
    --------
    >>> load_scenario("stretch").name("en")
    'Stretch'
    """
    folder = (data_dir or config.DATA_DIR) / "scenarios"
    by_path = isinstance(scenario, Path) or scenario.lower().endswith(_SUFFIXES)
    path = Path(scenario) if by_path else folder / f"{scenario}.yaml"
    if not path.exists() or (not by_path and path.parent != folder):
        known = ", ".join(scenario_ids(data_dir=data_dir)) or "-"
        raise ScenarioError("scenario.no_such", file=str(scenario), scenarios=known)
    try:
        document = read_document(path)
        try:
            read = Scenario.model_validate(document.content)
        except ValidationError as error:
            raise explain(error, document, model=Scenario)[0] from None
        if not by_path and read.id != path.stem:
            allowed = Message("plan.allowed_file_id", {"id": path.stem})
            raise wrong_value(document, ("id",), read.id, allowed)
        check_scenario(read, document, plan=plan)
    except PlanError as error:
        raise ScenarioError(error.message.key, **error.message.values) from None
    return read


def load_scenarios(*, plan: Plan, data_dir: Path | None = None) -> tuple[Scenario, ...]:
    """Read every scenario of a data folder that is for `plan` or for any plan.

    The baseline comes first, the others in the order of their identifiers.

    Raises
    ------
    ScenarioError
        As `load_scenario`.
    """
    read = [load_scenario(name, data_dir=data_dir) for name in scenario_ids(data_dir=data_dir)]
    ours = [
        load_scenario(one.id, plan=plan, data_dir=data_dir)
        for one in read
        if one.plan in (None, plan.id)
    ]
    return tuple(sorted(ours, key=lambda one: (one.id != config.SCENARIO, one.id)))


def scenario_ids(*, data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the identifiers of the scenarios in `data_dir/scenarios/`, sorted."""
    folder = (data_dir or config.DATA_DIR) / "scenarios"
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def check_scenario(scenario: Scenario, document: YamlDocument, *, plan: Plan | None) -> None:
    """Hold a scenario against the levers' units and ranges, and against the plan.

    Raises
    ------
    PlanError
        About the first value that does not fit.
    """
    for n, move in enumerate(scenario.moves):
        lever = find_lever(move.lever)
        place: Place = ("moves", n)
        if move.unit != lever.unit:
            allowed = Message("scenario.allowed_unit", {"unit": lever.unit})
            raise wrong_value(document, (*place, "unit"), move.unit, allowed)
        for year in sorted(move.by_year):
            total = scenario.total(move.lever, year)
            if not lever.low <= total <= lever.high:
                span = {"low": lever.low, "high": lever.high, "lever": lever.id, "year": year}
                raise wrong_value(
                    document,
                    (*place, "by_year", year),
                    Message("scenario.found_total", {"total": f"{total:g}"}),
                    Message("scenario.allowed_total", span),
                )
    if plan is not None:
        _check_against(plan, scenario, document)


def _check_against(plan: Plan, scenario: Scenario, document: YamlDocument) -> None:
    if scenario.plan not in (None, plan.id):
        raise wrong_value(
            document, ("plan",), scenario.plan, Message("scenario.allowed_id", {"id": plan.id})
        )
    tasks = {task.id: task for task in (*plan.measures, *plan.safeguards)}
    indicators = {indicator.id for indicator in plan.indicators}
    for n, move in enumerate(scenario.moves):
        if move.measure is None and not tasks:
            continue
        if move.measure is None or move.measure not in tasks:
            allowed = Message("scenario.allowed_one_of", {"values": ", ".join(tasks)})
            raise wrong_value(document, ("moves", n, "measure"), move.measure, allowed)
        acts_on = tasks[move.measure].indicators
        if not set(find_lever(move.lever).indicators) & set(acts_on):
            allowed = Message(
                "scenario.allowed_lever_of", {"indicators": ", ".join(acts_on) or "-"}
            )
            raise wrong_value(document, ("moves", n, "lever"), move.lever, allowed)
    for n, shock in enumerate(scenario.shocks):
        for k, hit in enumerate(shock.indicators):
            if hit not in indicators and scenario.plan is not None:
                allowed = Message("scenario.allowed_one_of", {"values": ", ".join(indicators)})
                raise wrong_value(document, ("shocks", n, "indicators", k), hit, allowed)


def write_scenario(scenario: Scenario, path: Path) -> None:
    """Write a scenario as a YAML file that `load_scenario` reads back.

    Raises
    ------
    ScenarioError
        If the file cannot be written.
    """
    content = scenario.model_dump(mode="json", exclude_none=True)
    for move, written in zip(scenario.moves, content.get("moves", []), strict=True):
        written["by_year"] = {int(year): value for year, value in sorted(move.by_year.items())}
    words = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    try:
        path.write_text(words, encoding="utf-8")
    except OSError:
        raise ScenarioError("scenario.not_written", file=path) from None
