"""Levers and scenarios: what measures can move and how far, and named assumptions about it.

Levers are declared in `data/levers.yaml`, a scenario in a file of `data/scenarios/`. Every range of
a lever is assumed, none is measured.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, Strict, model_validator

from bcforecast import config, edge, errors
from bcforecast.models.flows import Basis
from bcforecast.models.structures import structures
from bcforecast.plan import fields, goals
from bcforecast.plan.reading import YamlDocument, near, read_record, wrong_value, yaml_bytes
from bcforecast.text import Language, Message, Text

LeverUnit = Literal["pp", "percent"]

GROWTH: Final = "growth."
"""What the identifier of a general lever begins with: `growth.<indicator>`."""


class Lever(fields.NamedRecord):
    """A quantity that a measure can move.

    Its plausible range, in percentage points added to a yearly rate (`pp`) or relative change of a
    number (`percent`), holds 0, the baseline. Raised, it raises its indicators, through a rate of a
    structure (which it may lower, as lapses avoided); or, for `growth`, adds to the yearly growth;
    else it multiplies the yearly chance of an event. `plans` are those that it belongs to, all if
    none is named: an indicator may have the same identifier elsewhere and mean something else.
    """

    id: str
    unit: LeverUnit
    low: fields.LeverSize
    high: fields.LeverSize
    indicators: fields.SomeIds
    plans: tuple[fields.PlanId, ...] = ()
    structure: fields.Id | None = None
    rate: fields.Id | None = None
    growth: fields.YesNo = False
    lowers: fields.YesNo = False
    basis: Basis
    source: Text

    @property
    def is_general(self) -> bool:
        """Whether it is the lever that every indicator has: its yearly growth."""
        return self.id.startswith(GROWTH)

    @property
    def is_hazard(self) -> bool:
        """Whether it multiplies the yearly chance of an event."""
        return self.structure is None and not self.growth

    @property
    def unit_name(self) -> Message:
        """The unit in words."""
        return Message(f"scenario.unit_{self.unit}")


class GeneralRange(fields.StrictRecord):
    """Plausible range of the general levers, percentage points of yearly growth."""

    low: fields.LeverSize
    high: fields.LeverSize
    basis: Basis
    source: Text


class LeverFile(fields.StrictRecord):
    """The levers that are declared; without a range for `growth`, it is the shipped one."""

    levers: tuple[Lever, ...] = ()
    growth: GeneralRange | None = None


SHIPPED: Final = config.DATA_DIR / "levers.yaml"


def read_levers(path: Path = SHIPPED) -> LeverFile:
    """Read the declared levers and hold them against the structures; a PlanError says where not."""
    return _read_levers(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read_levers(path: Path, _: int) -> LeverFile:
    read, document = read_record(path, LeverFile)
    declared = {one.id: one for one in structures().all}
    for n, lever in enumerate(read.levers):
        place: fields.Place = ("levers", n)
        if not re.fullmatch(fields.ID, lever.id):  # with a point it is a general one
            raise wrong_value(document, (*place, "id"), lever.id, "plan.allowed_id")
        if not (lever.low <= 0.0 <= lever.high and lever.low < lever.high):
            key = "high" if lever.low <= 0.0 else "low"
            place, found = (*place, key), getattr(lever, key)
            raise wrong_value(document, place, found, "scenario.allowed_range")
        if lever.growth:
            _require(document, (*place, "unit"), lever.unit, ("pp",))
        if lever.structure is not None:
            _require(document, (*place, "structure"), lever.structure, declared)
            structure = declared[lever.structure]
            _require(document, (*place, "rate"), lever.rate, structure.rate_ids)
            for k, indicator in enumerate(lever.indicators):
                served = [one.id for one in structure.indicators]
                _require(document, (*place, "indicators", k), indicator, served)
    return read


def _require(
    document: YamlDocument, place: fields.Place, found: object, known: Collection[str]
) -> None:
    if found not in known:
        allowed = "plan.allowed_one_of" if known else "errors.kind_nothing"
        raise wrong_value(document, place, found, allowed, values=", ".join(known))


def require_in_range(lever: Lever, total: float, *, year: int) -> None:
    """Refuse to move a lever in a year, all measures together, beyond its range."""
    if wrong := _beyond(lever, total, year):
        raise errors.OptionError(lever.id, found=wrong[0], allowed=wrong[1])


def _beyond(lever: Lever, total: float, year: int) -> tuple[Message, Message] | None:
    if lever.low <= total <= lever.high:
        return None
    span = {"low": lever.low, "high": lever.high, "lever": lever.id, "year": year}
    found = Message("scenario.found_total", {"total": f"{total:g}"})
    return found, Message("scenario.allowed_total", span)


def levers(plan: goals.Plan | None = None) -> Mapping[str, Lever]:
    """Return the shipped levers, or those of a plan, by their identifiers, in order.

    A plan has those of the `levers.yaml` of its data folder (where there is none, the shipped ones)
    that name it or no plan at all, and those to which its measures give a range.
    """
    if plan is None:
        return {lever.id: lever for lever in read_levers().levers}
    declared = read_levers(_levers_file(plan)).levers
    known = {one.id: one for one in declared if not one.plans or plan.id in one.plans}
    for task in (*plan.measures, *plan.safeguards):
        for named in task.levers:
            if named.low is not None and named.high is not None:
                known.setdefault(named.id, _own_lever(named, plan))
    return known


def _levers_file(plan: goals.Plan | None) -> Path:
    own = None if plan is None or plan.folder is None else plan.folder / "levers.yaml"
    return own if own is not None and edge.exists(own) else SHIPPED


def _own_lever(named: goals.TaskLever, plan: goals.Plan) -> Lever:
    event = plan.indicator(named.indicator).kind == "event"
    return Lever(
        **{name: getattr(named, name) for name in ("id", "names", "low", "high")},
        unit="percent" if event else "pp",
        indicators=(named.indicator,),
        growth=not event,
        basis="sourced" if named.source else "assumed",
        source=named.source or Text.of(Message("scenario.own_range")),
    )


def find_lever(lever_id: str, plan: goals.Plan | None = None) -> Lever:
    """Return a declared lever, or the general lever `growth.<indicator>`; refuse all others.

    With a plan, only its own levers are known, and a general one has the indicator's name.
    """
    known = levers(plan)
    if lever_id in known:
        return known[lever_id]
    indicator = lever_id.removeprefix(GROWTH)
    names = {indicator: indicator} if plan is None else {i.id: i.names for i in plan.indicators}
    if not lever_id.startswith(GROWTH) or indicator not in names or not indicator:
        general = () if plan is None else (GROWTH + one for one in names)
        allowed = near(lever_id, [*known, *general]).values["names"]
        raise errors.ScenarioError("scenario.no_lever", found=lever_id, allowed=allowed)
    new = plan is not None and plan.indicator(indicator).kind == "event"
    called = f"scenario.lever_growth{'_new' * new}"
    growth = read_levers(_levers_file(plan)).growth or read_levers().growth
    return Lever(
        id=lever_id,
        names=Text.of(Message(called, {"indicator": names[indicator]})),
        unit="pp",
        indicators=(indicator,),
        growth=True,
        **dict(growth or ()),
    )


def levers_on(indicator: str, plan: goals.Plan) -> tuple[Lever, ...]:
    """Return the levers of a plan that raise an indicator, the general one last."""
    own = [lever for lever in levers(plan).values() if indicator in lever.indicators]
    # What lies between two figures may be negative, and has no growth of its own.
    general = plan.indicator(indicator).compared is None
    return (*own, find_lever(GROWTH + indicator, plan)) if general else tuple(own)


_LEVER_ID: Final = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?"
LeverId = Annotated[str, Strict(), fields.matching(_LEVER_ID, "scenario.allowed_lever")]
"""Which ones there are depends on the plan."""


_MOST: Final = 1000.0
"""The largest size of a shock or spread of a size, in percent or points."""


class Move(fields.StrictRecord):
    """How far one measure moves one lever.

    The measure is None only where no measure of the plan acts on what the lever moves. Sizes by
    year, in the lever's unit, hold until the next year given; `sd` is the standard deviation of the
    largest, 0 if it is certain.
    """

    lever: LeverId
    measure: fields.TaskId | None
    by_year: dict[fields.Year, fields.Number] = Field(min_length=1)
    sd: fields.Number = 0.0
    unit: LeverUnit
    basis: Basis = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _has_a_spread(self) -> Self:
        if not 0.0 <= self.sd <= _MOST:
            raise fields.refusal("scenario.allowed_sd", "sd", found=self.sd)
        if self.sd and not any(self.by_year.values()):
            raise fields.refusal("scenario.allowed_no_sd", "sd", found=self.sd)
        return self

    def value(self, year: int) -> float:
        """Size in `year`: 0 before the first year given."""
        return max(((y, v) for y, v in self.by_year.items() if y <= year), default=(0, 0.0))[1]


class Shock(fields.StrictRecord):
    """Something from outside that moves indicators and passes.

    The level changes by `size_percent` (standard deviation `sd`) in the first year hit; in each
    later one, the share `recovered` (0 to 1) of what is left is made good.
    """

    indicators: fields.SomeIds
    year: fields.Year
    size_percent: fields.Number
    recovered: fields.Number
    sd: fields.Number = 0.0
    basis: Basis = "assumed"
    note: Text | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        for key, wrong, allowed in (
            ("size_percent", not -100.0 < self.size_percent <= _MOST, "scenario.allowed_size"),
            ("recovered", not 0.0 <= self.recovered <= 1.0, "scenario.allowed_share"),
            ("sd", not 0.0 <= self.sd <= _MOST, "scenario.allowed_sd"),
            ("sd", self.sd > 0.0 == self.size_percent, "scenario.allowed_no_sd"),
        ):
            if wrong:
                raise fields.refusal(allowed, key, found=getattr(self, key))
        return self

    def left(self, year: int) -> float:
        """Part of the shock still felt in `year`: 0 before it, 1 in its first year."""
        return (1.0 - self.recovered) ** (year - self.year) if year >= self.year else 0.0


class Scenario(fields.StrictRecord):
    """Assumptions with an author and a reason, about the measures of a plan or of none.

    A `draft` (what the panel saves) is shown on the panel only,
    until somebody adopts it by taking the word out.
    """

    id: fields.PlanId
    plan: fields.PlanId | None = None
    title: Text
    author: Text
    reason: Text
    moves: tuple[Move, ...] = ()
    shocks: tuple[Shock, ...] = ()
    draft: fields.YesNo | None = None

    @model_validator(mode="after")
    def _names_its_plan(self) -> Self:
        if self.moves and self.plan is None:
            raise fields.refusal("scenario.allowed_plan", "plan")
        for name in ("moves", "shocks"):
            if self.id == config.SCENARIO and getattr(self, name):
                found = Message("plan.found_list", {"n": len(getattr(self, name))})
                raise fields.refusal("scenario.allowed_none", name, found=found)
        return self

    def name(self, lang: Language) -> str:
        """Return the title in `lang`."""
        return self.title.render(lang)

    def total(self, lever: str, year: int) -> float:
        """Size of a lever in `year`, all measures together, in the lever's unit."""
        return sum(move.value(year) for move in self.moves if move.lever == lever)


def load_scenario(
    scenario: str | Path, *, plan: goals.Plan | None = None, data_dir: Path | None = None
) -> Scenario:
    """Read a scenario, by its identifier in `data_dir/scenarios/` or by the path of a YAML file.

    A folder need not have a file for the baseline. The measures that it names must be in the `plan`
    that it is for. A ScenarioError names file, row and field, what was found and what is allowed.
    """
    folder = (data_dir or config.DATA_DIR) / "scenarios"
    by_path = isinstance(scenario, Path) or scenario.lower().endswith((".yaml", ".yml"))
    path = Path(scenario) if by_path else folder / f"{scenario}.yaml"
    if not edge.exists(path) or (not by_path and path.parent != folder):
        if scenario == config.SCENARIO:
            return baseline()
        ours = plan and [one.id for one in load_scenarios(plan=plan, data_dir=data_dir)]
        known = ", ".join(ours or [path.stem for path in _files(data_dir)]) or "-"
        raise errors.ScenarioError("scenario.no_such", file=str(scenario), scenarios=known)
    return _read(path, lambda _: plan, named=not by_path)


def _read(
    path: Path, plan_of: Callable[[Scenario], goals.Plan | None], *, named: bool = True
) -> Scenario:
    """Read a file, `named` after its scenario, and hold it against the plan that it is for."""
    try:
        read, document = read_record(path, Scenario)
        if named and read.id != path.stem:
            raise wrong_value(document, ("id",), read.id, "plan.allowed_file_id", id=path.stem)
        _check(read, document, plan=plan_of(read))
    except errors.PlanError as error:
        raise errors.ScenarioError(error.message.key, **error.message.values) from None
    return read


def baseline() -> Scenario:
    """Return the scenario without assumptions, which needs no file."""
    keys = {"author": "explorer.baseline_author", "reason": "explorer.baseline_reason"}
    keys["title"] = "attainment.scenario_baseline"
    said = {field: Text.of(Message(key)) for field, key in keys.items()}
    return Scenario(id=config.SCENARIO, **said)


def load_scenarios(
    *, plan: goals.Plan, data_dir: Path | None = None, drafts: bool = False
) -> tuple[Scenario, ...]:
    """Read the scenarios of a data folder for `plan` or for any, the baseline first, then by id.

    Drafts are left out unless asked for.
    """

    def plan_of(one: Scenario) -> goals.Plan | None:
        return plan if one.plan in (None, plan.id) and (drafts or not one.draft) else None

    ours = [one for path in _files(data_dir) if plan_of(one := _read(path, plan_of)) is not None]
    if config.SCENARIO not in {one.id for one in ours}:
        ours.append(baseline())
    return tuple(sorted(ours, key=lambda one: (one.id != config.SCENARIO, one.id)))


def _files(data_dir: Path | None) -> list[Path]:
    return edge.yaml_files((data_dir or config.DATA_DIR) / "scenarios")


def idle(folder: Path, **known: Collection[str]) -> Iterator[errors.PlanError]:
    """Yield what names no `plans` or `indicators` in the levers and scenarios of a folder."""
    for path in (*filter(edge.exists, [folder / SHIPPED.name]), *_files(folder)):
        read, document = read_record(path, LeverFile if path.name == SHIPPED.name else Scenario)
        own = getattr(read, "plan", None)
        named: list[tuple[fields.Place, str]] = [] if own is None else [(("plan",), own)]
        for part, key in product(("levers", "shocks"), known):
            for n, one in enumerate(getattr(read, part, ())):
                each = enumerate(getattr(one, key, ()))
                named += [((part, n, key, k), name) for k, name in each]
        for place, name in named:
            of = known["indicators" if "indicators" in place else "plans"]
            if name not in of:
                yield wrong_value(document, place, name, near(name, of))


def _check(scenario: Scenario, document: YamlDocument, *, plan: goals.Plan | None) -> None:
    """Hold a scenario against the levers' units and ranges, and against the plan."""
    if plan is not None and scenario.plan not in (None, plan.id):
        raise wrong_value(document, ("plan",), scenario.plan, "scenario.allowed_id", id=plan.id)
    known = {**levers(), **levers(plan)}
    of_plan = () if plan is None else (f"{GROWTH}{one.id}" for one in plan.indicators)
    moving = (*levers(plan), *of_plan)
    tasks = {} if plan is None else {one.id: one for one in (*plan.measures, *plan.safeguards)}
    for n, move in enumerate(scenario.moves):
        place: fields.Place = ("moves", n)
        if plan is not None:
            _require(document, (*place, "lever"), move.lever, moving)
        elif move.lever not in known and not move.lever.startswith(GROWTH):
            continue  # a lever of the plan's own, it may be
        lever = known.get(move.lever) or find_lever(move.lever, plan)
        if move.unit != lever.unit:
            at, key = (*place, "unit"), "scenario.allowed_unit"
            raise wrong_value(document, at, move.unit, key, unit=lever.unit)
        if move.sd > (width := lever.high - lever.low):
            at, said = (*place, "sd"), {"width": f"{width:g}", "lever": lever.id}
            raise wrong_value(document, at, move.sd, "scenario.allowed_sd_of", **said)
        for year in sorted(move.by_year):
            if wrong := _beyond(lever, scenario.total(move.lever, year), year):
                raise wrong_value(document, (*place, "by_year", year), *wrong)
        moved = set(lever.indicators)
        acting = any(not moved.isdisjoint(task.indicators) for task in tasks.values())
        if plan is None or (move.measure is None and not acting):
            continue
        _require(document, (*place, "measure"), move.measure, tasks)
        acts_on = tasks[str(move.measure)].indicators
        if moved.isdisjoint(acts_on):
            at, named = (*place, "lever"), ", ".join(acts_on) or "-"
            key = "scenario.allowed_lever_of"
            raise wrong_value(document, at, move.lever, key, indicators=named)
    if plan is not None and scenario.plan is not None:
        starts: list[tuple[fields.Place, int]] = [
            (("moves", n, "by_year", year), year)
            for n, move in enumerate(scenario.moves)
            for year in sorted(move.by_year)
            if year - 1 not in move.by_year  # what goes on from year to year may go on
        ]
        starts += [(("shocks", n, "year"), shock.year) for n, shock in enumerate(scenario.shocks)]
        issued, last = plan.year_of(plan.issued), plan.span.last
        # What the panel saves begins at its day, which may be before the plan; a plan that does not
        # say when it begins has the span of its goals.
        open_ = scenario.draft or plan.span.first == last
        first = 0 if open_ else min(plan.span.first, issued)
        for at, year in starts:
            if (early := year < first and at[0] == "moves") or year > last:
                key, bound = ("from", first) if early else ("until", last)
                raise wrong_value(document, at, year, f"scenario.allowed_{key}", year=bound)
        indicators = [indicator.id for indicator in plan.indicators]
        for n, shock in enumerate(scenario.shocks):
            for k, hit in enumerate(shock.indicators):
                _require(document, ("shocks", n, "indicators", k), hit, indicators)


def write_scenario(scenario: Scenario, path: Path) -> None:
    """Write a scenario as a YAML file that `load_scenario` reads back; an OSError as it comes."""
    content = scenario.model_dump(mode="json", exclude_none=True)
    for move, written in zip(scenario.moves, content.get("moves", []), strict=True):
        written["by_year"] = {int(year): value for year, value in sorted(move.by_year.items())}
    path.write_bytes(yaml_bytes(content))
