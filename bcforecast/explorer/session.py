"""What the panel knows: levers, scenarios, answers; and saving a draft."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bcforecast import config
from bcforecast.attainment.project import Exploration, GoalOutlook, Outlook, first_open_year
from bcforecast.attainment.seek import levers_of
from bcforecast.errors import ScenarioError
from bcforecast.plan.goals import Task
from bcforecast.scenarios.scenario import (
    Lever,
    Move,
    Scenario,
    find_lever,
    load_scenario,
    load_scenarios,
    write_scenario,
)
from bcforecast.scenarios.simulation import touches
from bcforecast.text import Message, Text

PANEL: Final = "panel"
"""Identifier of the scenario that stands on the panel before it is saved under another."""


@dataclass(frozen=True)
class LeverGroup:
    """The levers that a measure moves first; None for a plan that has no measures.

    Parameters
    ----------
    measure
        The first measure of the plan that names each of the levers.
    levers
        In the order of the catalogue of levers.
    others
        By lever, the places in the plan of the other measures that name it.
    """

    measure: Task | None
    levers: tuple[Lever, ...]
    others: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Answer:
    """What the library says of a scenario.

    Parameters
    ----------
    item, before
        The chosen goal under the scenario, and under the baseline.
    goals, goals_before
        Probability of every goal, by identifier, under each; None where none can be said.
    together, together_before
        P(all goals of which one can be said are met), under each; None if there is none.
    """

    item: GoalOutlook
    before: GoalOutlook
    goals: Mapping[str, float | None]
    goals_before: Mapping[str, float | None]
    together: float | None
    together_before: float | None


class Session:
    """An outlook with its scenarios, opened for exploring.

    Parameters
    ----------
    outlook
        Under the baseline.

    Raises
    ------
    ScenarioError
        If the outlook is under another scenario, or a scenario file cannot be read.
    """

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self.exploration: Exploration = outlook.exploration
        self.year = max((goal.due.year for goal in outlook.plan.goals), default=0)
        self.baseline = self._baseline()
        self.scenarios = self.read_scenarios()
        self.groups = self._groups()
        self._before = _probabilities(outlook)
        self._together_before = self._together(self.baseline)

    def read_scenarios(self) -> tuple[Scenario, ...]:
        """Read the scenario files anew; the baseline comes first."""
        known = load_scenarios(plan=self.outlook.plan, data_dir=self.outlook.data.dataset.folder)
        others = tuple(one for one in known if one.id != config.SCENARIO)
        self.scenarios = (self.baseline, *others)
        return self.scenarios

    def scenario(self, scenario_id: str) -> Scenario:
        """Return one of the scenarios by its identifier."""
        return next(one for one in self.scenarios if one.id == scenario_id)

    @property
    def levers(self) -> tuple[Lever, ...]:
        """All levers of the groups."""
        return tuple(lever for group in self.groups for lever in group.levers)

    def acts_on(self, lever: Lever, goal: str) -> bool:
        """Whether moving a lever can change a goal."""
        return touches(lever, self.outlook.plan.goal(goal).indicator)

    def size(self, scenario: Scenario, lever: str) -> float:
        """Return how far a scenario moves a lever in the last year of the plan, in its unit."""
        return scenario.total(lever, self.year)

    def moved(self, base: Scenario, sizes: Mapping[str, float]) -> Scenario:
        """Return `base` with levers brought to `sizes` in the plan's last year.

        The difference is pushed from the first open year on, taken as certain, and stopped in any
        other year at the end of the lever's range.
        """
        pushes = {
            lever: size - self.size(base, lever)
            for lever, size in sizes.items()
            if size != self.size(base, lever)
        }
        if not pushes:
            return base
        pushed = self.exploration.pushed(pushes, base=base)
        count = len(base.moves)
        moves = tuple(self._in_range(move, base) for move in pushed.moves[count:])
        return pushed.model_copy(update={"id": PANEL, "moves": (*base.moves, *moves)})

    def answer(self, goal: str, scenario: Scenario) -> Answer:
        """Ask for a goal, and for all goals, under a scenario."""
        under = self.outlook.under(scenario)
        return Answer(
            item=under[goal],
            before=self.outlook[goal],
            goals=_probabilities(under),
            goals_before=self._before,
            together=self._together(scenario),
            together_before=self._together_before,
        )

    def _together(self, scenario: Scenario) -> float | None:
        return self.exploration.joint(scenario).all_met if self.exploration.goals else None

    def _baseline(self) -> Scenario:
        names = {"title": "explorer.baseline", "reason": "explorer.baseline_reason"}
        said = {field: Text.of(Message(key)) for field, key in names.items()}
        return self.exploration.baseline.model_copy(update=said)

    def _groups(self) -> tuple[LeverGroup, ...]:
        plan = self.outlook.plan
        tasks = {task.id: task for task in (*plan.measures, *plan.safeguards)}
        found: dict[str | None, list[Lever]] = {}
        for lever in self._useful_levers():
            try:
                found.setdefault(self.exploration.measure_of(lever.id), []).append(lever)
            except ScenarioError:
                continue  # no measure of the plan moves it
        order = [*tasks, None]
        return tuple(
            LeverGroup(
                None if measure is None else tasks[measure],
                tuple(levers),
                {
                    lever.id: tuple(
                        task.place
                        for task in tasks.values()
                        if task.id != measure and lever.id in {one.id for one in task.levers}
                    )
                    for lever in levers
                },
            )
            for measure, levers in sorted(found.items(), key=lambda pair: order.index(pair[0]))
        )

    def _useful_levers(self) -> tuple[Lever, ...]:
        goals = [goal.id for goal in self.exploration.goals]
        levers = [lever for g in goals for lever in levers_of(self.exploration, goal=g)]
        return tuple({lever.id: lever for lever in levers}.values())

    def _in_range(self, move: Move, base: Scenario) -> Move:
        """Give a push its size in every year in which the rest of the lever changes."""
        lever = find_lever(move.lever)
        first = first_open_year(self.outlook.as_of)
        size = move.value(first)
        later = {y for one in base.moves if one.lever == move.lever for y in one.by_year}
        return move.model_copy(
            update={
                "by_year": {
                    year: min(
                        max(size, lever.low - base.total(move.lever, year)),
                        lever.high - base.total(move.lever, year),
                    )
                    for year in sorted({first, *(y for y in later if y > first)})
                }
            }
        )


def _probabilities(outlook: Outlook) -> dict[str, float | None]:
    return {item.goal.id: item.attainment.probability for item in outlook}


_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LONGEST: Final = 60


def save_scenario(
    session: Session,
    scenario: Scenario,
    *,
    name: str,
    title: str = "",
    base: Scenario,
    replace: bool = False,
) -> Scenario:
    """Write a scenario to the data folder and return it as it reads back.

    Parameters
    ----------
    session, scenario
        The panel's session, and what stands on it.
    name
        Identifier: small letters, digits, `-` and `_`, at most 60; the file is named after it.
    title
        What it is called. Default: its identifier.
    base
        The scenario on which it was built; named in the reason.
    replace
        Whether a file of that name may be overwritten.

    Raises
    ------
    ScenarioError
        If the name is none, stands for another scenario already, or the file cannot be written;
        nothing is written then.
    """
    name, title = name.strip(), title.strip()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or name in {config.SCENARIO, PANEL}:
        raise ScenarioError("explorer.bad_name", found=name)
    folder = session.outlook.data.dataset.folder / "scenarios"
    path = folder / f"{name}.yaml"
    if path.exists() and not replace:
        raise ScenarioError("explorer.exists", name=name)
    plan = session.outlook.plan
    wanted = scenario.model_copy(
        update={
            "id": name,
            "plan": plan.id,
            "title": Text.untranslated(title or name),
            "author": Text.of(Message("explorer.author")),
            "reason": Text.of(Message("explorer.reason", {"base": base.title})),
        }
    )
    _write_whole(wanted, path, session)
    return load_scenario(name, plan=plan, data_dir=session.outlook.data.dataset.folder)


def _write_whole(scenario: Scenario, path: Path, session: Session) -> None:
    """Write to a file beside it first and read that back, so that only a valid one arrives."""
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
            draft = Path(folder) / path.name
            write_scenario(scenario, draft)
            load_scenario(draft, plan=session.outlook.plan)
            draft.replace(path)
    except OSError:
        raise ScenarioError("scenario.not_written", file=path) from None
