"""The scenarios of a plan beside one another, and all goals together: opened once for a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bcforecast import defaults
from bcforecast.attainment.exploration import Exploration
from bcforecast.attainment.joint import Joint
from bcforecast.attainment.outlook import Outlook
from bcforecast.attainment.scenario_table import scenario_records
from bcforecast.messages import Language
from bcforecast.plotting.explorer_session import Session
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.scenario_chart import scenario_chart
from bcforecast.reporting.facts import Both, JointFact, ScenarioFact
from bcforecast.reporting.manifest import is_path
from bcforecast.scenarios import Scenario, load_scenario


@dataclass(frozen=True)
class ScenarioStudy:
    """An outlook and its scenarios, opened once for all cells.

    Parameters
    ----------
    outlook
        Under the baseline.
    scenarios
        The baseline first.
    joints
        All goals together under each.
    chosen
        Identifier of the scenario that the report is about.
    """

    outlook: Outlook
    scenarios: tuple[Scenario, ...]
    joints: tuple[Joint, ...]
    chosen: str = defaults.SCENARIO

    @property
    def exploration(self) -> Exploration:
        """The plan with its chance drawn."""
        return self.outlook.exploration

    @property
    def joint(self) -> Joint:
        """All goals together under the scenario that the report is about."""
        places = [one.id for one in self.scenarios]
        return self.joints[places.index(self.chosen)]

    def facts(self) -> tuple[ScenarioFact, ...]:
        """Return every scenario as data, in both languages."""
        records = scenario_records(self.exploration, self.scenarios, lang="zh")
        return tuple(
            ScenarioFact.model_validate(
                {
                    **record,
                    "name": Both(zh=scenario.title.zh, en=scenario.title.en),
                    "reason": Both(zh=scenario.reason.zh, en=scenario.reason.en),
                    "author": Both(zh=scenario.author.zh, en=scenario.author.en),
                }
            )
            for scenario, record in zip(self.scenarios, records, strict=True)
        )

    def joint_fact(self) -> JointFact:
        """Return the joint attainment as data."""
        found = self.joint
        low, high = found.bounds()
        return JointFact(
            goals=found.goals,
            all_met=found.all_met,
            lower=low,
            upper=high,
            independent=found.independent,
            expected=found.expected,
            number_met=tuple(found.number_met.tolist()),
            weakest=found.weakest,
        )


def open_study(outlook: Outlook, *, scenario: str = defaults.SCENARIO) -> ScenarioStudy | None:
    """Simulate the scenarios of a plan; None where nothing can be said of any of its goals.

    Parameters
    ----------
    outlook
        Of the report, under whichever scenario.
    scenario
        The scenario of the report as it was given, by identifier or path: it is shown too where it
        is none of the data folder.

    Raises
    ------
    ScenarioError
        If a scenario file cannot be read.
    """
    base = outlook.baseline
    if not base.exploration.goals:
        return None
    scenarios = Session(base).scenarios
    if is_path(scenario):
        folder: Path = outlook.data.dataset.folder
        own = load_scenario(scenario, plan=outlook.plan, data_dir=folder)
        # It may have the identifier of one of the data folder, in whose place it then stands.
        scenarios = (*(one for one in scenarios if one.id != own.id), own)
    joints = tuple(base.exploration.joint(one) for one in scenarios)
    return ScenarioStudy(base, scenarios, joints, outlook.scenario)


def plot_scenarios(study: ScenarioStudy, *, lang: Language) -> Picture:
    """Draw the probability of every goal under every scenario."""
    plan = study.outlook.plan
    goals = [g for g in plan.goals if g.id in study.joint.goals]
    chances = {
        scenario.name(lang): [float(p) for p in found.probabilities]
        for scenario, found in zip(study.scenarios, study.joints, strict=True)
    }
    return scenario_chart([plan.indicator_of(g).name(lang) for g in goals], chances, lang=lang)
