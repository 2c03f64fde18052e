"""What the panel knows: levers, scenarios, answers; and saving a draft."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bcforecast import config, errors
from bcforecast.attainment import project, seek
from bcforecast.plan.goals import Task
from bcforecast.scenarios import scenario as scenarios
from bcforecast.scenarios.scenario import Lever, Move, Scenario
from bcforecast.scenarios.simulation import touches
from bcforecast.text import Message, Text

PANEL: Final = "panel"
"""Identifier of the scenario that stands on the panel before it is saved under another."""


def scenarios_of(outlook: project.Outlook, *, drafts: bool = False) -> tuple[Scenario, ...]:
    """Return the baseline and the scenarios of the data folder, for the plan of an outlook."""
    folder = outlook.data.dataset.folder
    known = scenarios.load_scenarios(plan=outlook.plan, data_dir=folder, drafts=drafts)
    return (scenarios.baseline(), *(one for one in known if one.id != config.SCENARIO))


@dataclass(frozen=True)
class LeverGroup:
    """The levers that a measure is the first to name, and by lever the places of the `others`."""

    measure: Task | None
    levers: tuple[Lever, ...]
    others: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Answer:
    """The outlook under a scenario and the baseline; P(all goals with a probability are met)."""

    after: project.Outlook
    before: project.Outlook
    together: float | None
    together_before: float | None


class Session:
    """An outlook under the baseline with its scenarios, opened for exploring."""

    def __init__(self, outlook: project.Outlook) -> None:
        self.outlook = outlook
        self.exploration = outlook.exploration
        self.year = max((goal.due.year for goal in outlook.plan.goals), default=0)
        self.groups = self._groups()
        self.levers = tuple(lever for group in self.groups for lever in group.levers)
        self.scenarios = scenarios_of(outlook, drafts=True)
        self._together_before = self._together(self.scenarios[0])

    def read_scenarios(self) -> tuple[Scenario, ...]:
        """Read the scenario files anew; the baseline comes first."""
        self.scenarios = scenarios_of(self.outlook, drafts=True)
        return self.scenarios

    def scenario(self, scenario_id: str) -> Scenario:
        """Return one of the scenarios by its identifier."""
        return next(one for one in self.scenarios if one.id == scenario_id)

    def acts_on(self, lever: Lever, goal: str) -> bool:
        """Whether moving a lever can change a goal."""
        return touches(lever, self.outlook.plan.goal(goal).indicator)

    def size(self, scenario: Scenario, lever: str) -> float:
        """How far a scenario moves a lever in the last year of the plan, in the lever's unit."""
        return scenario.total(lever, self.year)

    def moved(self, base: Scenario, sizes: Mapping[str, float]) -> Scenario:
        """Return `base` with levers brought to `sizes` in the plan's last year.

        The difference is pushed from the first open year on, taken as certain, and stopped in any
        other year at the end of the lever's range.
        """
        gaps = {lever: size - self.size(base, lever) for lever, size in sizes.items()}
        pushes = {lever: gap for lever, gap in gaps.items() if gap}
        if not pushes:
            return base
        pushed = self.exploration.pushed(pushes, base=base)
        count = len(base.moves)
        moves = tuple(self._in_range(move, base) for move in pushed.moves[count:])
        return pushed.model_copy(update={"id": PANEL, "moves": (*base.moves, *moves)})

    def _in_range(self, move: Move, base: Scenario) -> Move:
        """Give a push its size in every year in which the rest of the lever changes."""
        lever = scenarios.find_lever(move.lever, self.outlook.plan)
        first = project.first_open_year(self.outlook.as_of)
        size = move.value(first)
        changing = {y for one in base.moves if one.lever == move.lever for y in one.by_year}
        by_year = {}
        for year in sorted({first, *(y for y in changing if y > first)}):
            there = base.total(move.lever, year)
            by_year[year] = min(max(size, lever.low - there), lever.high - there)
        return move.model_copy(update={"by_year": by_year})

    def answer(self, scenario: Scenario) -> Answer:
        """Ask for all goals under a scenario."""
        after = self.outlook.under(scenario)
        return Answer(after, self.outlook, self._together(scenario), self._together_before)

    def _together(self, scenario: Scenario) -> float | None:
        return self.exploration.joint(scenario).all_met if self.exploration.goals else None

    def _groups(self) -> tuple[LeverGroup, ...]:
        """Group the levers that can change a goal with a probability by the plan's measures."""
        plan, found = self.outlook.plan, dict[str | None, dict[str, Lever]]()
        for goal in self.exploration.goals:
            for lever in seek.levers_of(self.exploration, goal=goal.id):
                try:
                    measure = self.exploration.measure_of(lever.id)
                except errors.ScenarioError:
                    continue  # no measure of the plan moves it
                found.setdefault(measure, {})[lever.id] = lever
        tasks = (*plan.measures, *plan.safeguards)
        named = {task.id: {lever.id for lever in task.levers} for task in tasks}
        groups = []
        for task in (*tasks, None):
            levers = found.get(task.id if task else None, {})
            others = {
                lever: tuple(
                    t.place or t.id for t in tasks if t is not task and lever in named[t.id]
                )
                for lever in levers
            }
            if levers:
                groups.append(LeverGroup(task, tuple(levers.values()), others))
        return tuple(groups)


_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def save_scenario(
    session: Session,
    scenario: Scenario,
    *,
    name: str,
    title: str = "",
    base: Scenario,
    replace: bool = False,
) -> Scenario:
    """Write a scenario to the data folder as a draft and return it as it reads back.

    `name` is its identifier and that of the file, and the default of the `title`. The scenario on
    which it was built, `base`, is named in the reason. On an error nothing is written.
    """
    name, plan = name.strip(), session.outlook.plan
    if not _NAME.fullmatch(name) or name in {config.SCENARIO, PANEL}:
        raise errors.ScenarioError("explorer.bad_name", found=name)
    data_dir = session.outlook.data.dataset.folder
    path = data_dir / "scenarios" / f"{name}.yaml"
    if path.exists() and not replace:
        raise errors.ScenarioError("explorer.exists", name=name)
    said = {
        "title": Text.untranslated(title.strip() or name),
        "author": Text.of(Message("explorer.author")),
        "reason": Text.of(Message("explorer.reason", {"base": base.title})),
    }
    wanted = scenario.model_copy(update={"id": name, "plan": plan.id, "draft": True, **said})
    try:
        path.parent.mkdir(exist_ok=True)
        # Written beside it and read back first, so that only a valid file arrives.
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
            draft = Path(folder) / path.name
            scenarios.write_scenario(wanted, draft)
            scenarios.load_scenario(draft, plan=plan)
            draft.replace(path)
    except OSError:
        raise errors.ScenarioError("scenario.not_written", file=path) from None
    return scenarios.load_scenario(name, plan=plan, data_dir=data_dir)
