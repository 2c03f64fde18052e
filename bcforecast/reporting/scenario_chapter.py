"""What the notebook on scenarios shows: the panel, and all scenarios computed beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from bcforecast.attainment.exploration import Exploration
from bcforecast.attainment.joint import Joint
from bcforecast.attainment.outlook import Outlook
from bcforecast.attainment.scenario_table import scenario_records
from bcforecast.messages import Language, text
from bcforecast.plotting.explorer import explore_scenarios
from bcforecast.plotting.explorer_panel import ScenarioPanel
from bcforecast.plotting.explorer_session import Session
from bcforecast.plotting.goal_chart import plot_dashboard
from bcforecast.reporting.chapters import open_outlook
from bcforecast.reporting.display import Kind, Prose, Result, Table
from bcforecast.reporting.facts import Both, Fact
from bcforecast.reporting.panel_font import panel_font
from bcforecast.scenarios import Scenario
from bcforecast.wording import day, percent


class ScenarioFact(Fact):
    """One scenario: by goal the probability (None where none can be said), and all together."""

    scenario: str
    name: Both
    reason: Both
    author: Both
    goals: dict[str, float | None]
    all: float
    expected: float
    weakest: str
    unset: tuple[str, ...]


class ScenariosFact(Fact):
    """All scenarios of a plan as of a date."""

    document: str = "bcforecast-scenarios/1"
    plan: str
    as_of: str
    seed: int
    scenarios: tuple[ScenarioFact, ...]


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
    """

    outlook: Outlook
    scenarios: tuple[Scenario, ...]
    joints: tuple[Joint, ...]

    @property
    def exploration(self) -> Exploration:
        """The plan with its chance drawn."""
        return self.outlook.exploration


def open_scenarios(plan: str, *, as_of: str, seed: int, data_dir: str = "") -> ScenarioStudy:
    """Read a plan, the figures published by a date and the scenarios, and simulate them.

    Parameters
    ----------
    plan
        Identifier or path of a YAML file.
    as_of
        Day such as `2021-12-31`.
    data_dir
        Data folder; empty for the shipped one.

    Raises
    ------
    PlanError, ObservationError, ScenarioError
        If what is named does not exist or cannot be used.
    """
    outlook = open_outlook(plan, as_of=as_of, seed=seed, data_dir=data_dir)
    scenarios = Session(outlook).scenarios
    joints = tuple(outlook.exploration.joint(one) for one in scenarios)
    return ScenarioStudy(outlook, scenarios, joints)


def panel(study: ScenarioStudy, *, lang: Language, goal: str = "") -> ScenarioPanel:
    """Open the interactive panel; without a running kernel it says where it can be had."""
    font = panel_font(study.outlook, study.scenarios, lang=lang)
    return explore_scenarios(study.outlook, lang=lang, goal=goal or None, font=font)


def scenarios_opening(study: ScenarioStudy, *, lang: Language) -> Prose:
    """Return what the tables and charts below rest on."""
    heading = text("explorer.heading_table", lang)
    opening = text("explorer.opening", lang, day=day(study.outlook.as_of, lang=lang))
    return Prose(f"## {heading}\n\n{opening}")


def scenarios_table(study: ScenarioStudy, *, lang: Language) -> Table:
    """Goals down, scenarios across; all goals together and the expected number met below."""
    plan = study.outlook.plan
    found = [dict(zip(j.goals, j.probabilities.tolist(), strict=True)) for j in study.joints]
    rows = [
        (
            plan.indicator_of(goal).name(lang),
            *("–" if goal.id not in p else percent(p[goal.id], lang=lang) for p in found),
        )
        for goal in plan.goals
    ]
    count = len(study.exploration.goals)
    together = (percent(j.all_met, lang=lang) for j in study.joints)
    expected = (f"{j.expected:.1f}" for j in study.joints)
    numbers: list[Kind] = ["number"] * len(study.scenarios)
    return Table(
        caption=text("explorer.table_caption", lang),
        columns=(text("explorer.column_goal", lang), *(s.name(lang) for s in study.scenarios)),
        kinds=("text", *numbers),
        rows=(
            *rows,
            (text("explorer.row_together", lang, count=count), *together),
            (text("explorer.row_expected", lang), *expected),
        ),
        note=text("joint.table_note", lang),
    )


def show_each(study: ScenarioStudy, *, lang: Language) -> None:
    """Show every scenario: why it was made, its weakest goal, and the picture of all goals."""
    from IPython.display import display

    plan = study.outlook.plan
    for scenario, together in zip(study.scenarios, study.joints, strict=True):
        goal = plan.indicator_of(plan.goal(together.weakest)).name(lang)
        weakest = text("explorer.weakest", lang, goal=goal)
        words = f"### {scenario.name(lang)}\n\n{scenario.reason.in_(lang)}\n\n{weakest}"
        display(Prose(words))  # type: ignore[no-untyped-call]
        outlook = study.outlook.under(scenario)
        display(plot_dashboard(outlook, lang=lang))  # type: ignore[no-untyped-call]


def scenarios_result(study: ScenarioStudy) -> Result:
    """Return the result for other programs."""
    records = scenario_records(study.exploration, study.scenarios, lang="zh")
    return Result(
        ScenariosFact(
            plan=study.outlook.plan.id,
            as_of=study.outlook.as_of.isoformat(),
            seed=study.outlook.seed,
            scenarios=tuple(
                ScenarioFact.model_validate(
                    {
                        **record,
                        "name": Both(zh=scenario.title.zh, en=scenario.title.en),
                        "reason": Both(zh=scenario.reason.zh, en=scenario.reason.en),
                        "author": Both(zh=scenario.author.zh, en=scenario.author.en),
                    }
                )
                for scenario, record in zip(study.scenarios, records, strict=True)
            ),
        )
    )
