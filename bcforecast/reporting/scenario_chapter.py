"""What the notebook on scenarios shows: the panel, and all scenarios computed beforehand."""

from __future__ import annotations

from bcforecast.errors import ScenarioError
from bcforecast.messages import Language, text
from bcforecast.plotting.explorer import explore_scenarios
from bcforecast.plotting.explorer_panel import ScenarioPanel
from bcforecast.plotting.goal_chart import plot_dashboard
from bcforecast.reporting.chapters import open_outlook
from bcforecast.reporting.citations import function_anchor
from bcforecast.reporting.display import Kind, Prose, Result, Table
from bcforecast.reporting.facts import Fact, ScenarioFact
from bcforecast.reporting.markup import escape_markdown
from bcforecast.reporting.panel_font import panel_font
from bcforecast.reporting.study import ScenarioStudy, open_study
from bcforecast.wording import day, percent


class ScenariosFact(Fact):
    """All scenarios of a plan as of a date."""

    document: str = "bcforecast-scenarios/1"
    plan: str
    as_of: str
    seed: int
    scenarios: tuple[ScenarioFact, ...]


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
    study = open_study(outlook)
    if study is None:
        raise ScenarioError("joint.no_goal", plan=outlook.plan.id)
    return study


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
        row_cites=(
            *(function_anchor("scenarios") for _ in rows),
            *(function_anchor("joint") for _ in range(2)),
        ),
    )


def show_each(study: ScenarioStudy, *, lang: Language) -> None:
    """Show every scenario: why it was made, its weakest goal, and the picture of all goals."""
    from IPython.display import display

    plan = study.outlook.plan
    for scenario, together in zip(study.scenarios, study.joints, strict=True):
        goal = plan.indicator_of(plan.goal(together.weakest)).name(lang)
        name, reason, weakest = map(
            escape_markdown,
            (
                scenario.name(lang),
                scenario.reason.in_(lang),
                text("explorer.weakest", lang, goal=goal),
            ),
        )
        words = f"### {name}\n\n{reason}\n\n{weakest}"
        display(Prose(words))  # type: ignore[no-untyped-call]
        outlook = study.outlook.under(scenario)
        display(plot_dashboard(outlook, lang=lang))  # type: ignore[no-untyped-call]


def scenarios_result(study: ScenarioStudy) -> Result:
    """Return the result for other programs."""
    return Result(
        ScenariosFact(
            plan=study.outlook.plan.id,
            as_of=study.outlook.as_of.isoformat(),
            seed=study.outlook.seed,
            scenarios=study.facts(),
        )
    )
