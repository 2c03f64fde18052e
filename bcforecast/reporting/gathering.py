"""From an outlook to the facts of a report."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bcforecast import config
from bcforecast.attainment.project import Exploration, GoalOutlook, Joint, Outlook, scenario_names
from bcforecast.explorer.session import Session
from bcforecast.models.base import model_name
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Selection
from bcforecast.plotting.fan import area_name, fan_data
from bcforecast.plotting.goals import scenario_chart
from bcforecast.plotting.style import Picture
from bcforecast.reporting.analyses import parts_message, scenario_records
from bcforecast.reporting.facts import (
    Facts,
    FigureFact,
    ForecastFact,
    GoalFact,
    JointFact,
    OutcomeFact,
    PlanFact,
    ScenarioFact,
    SeriesFact,
    SourceFact,
    TrackedFact,
)
from bcforecast.reporting.manifest import is_path
from bcforecast.scenarios.scenario import Scenario, load_scenario
from bcforecast.text import LANGUAGES, Language, Message, Text, quantity


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
    chosen: str = config.SCENARIO

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
                    "name": Text.of(scenario.title),
                    "reason": Text.of(scenario.reason),
                    "author": Text.of(scenario.author),
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


def open_study(outlook: Outlook, *, scenario: str = config.SCENARIO) -> ScenarioStudy | None:
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


Remarked = tuple[Observation, Message | None]


def gather(outlook: Outlook, study: ScenarioStudy | None = None) -> Facts:
    """Return the result document of an outlook; `study` adds scenarios and joint attainment."""
    plan = outlook.plan
    goals = tuple(_goal(outlook, item) for item in outlook)
    return Facts(
        plan=PlanFact(
            id=plan.id,
            title=Text.of(plan.title),
            issuer=Text.of(plan.issuer),
            issued=plan.issued,
            area_name=Text.of(plan.area_names),
            first_year=plan.span.first,
            last_year=plan.span.last,
        ),
        as_of=outlook.as_of,
        scenario=outlook.scenario,
        scenario_name=Text(**scenario_names(outlook)),
        seed=outlook.seed,
        goals=goals,
        qualitative=tuple(
            TrackedFact(quote=Text.of(g.quote), place=g.place, bodies=_bodies(outlook, g.bodies))
            for g in plan.qualitative_goals
        ),
        milestones=tuple(
            TrackedFact(quote=Text.of(m.names), place=m.place, bodies=_bodies(outlook, m.bodies))
            for m in plan.milestones
        ),
        sources=tuple(_sources(outlook, goals)),
        scenarios=() if study is None else study.facts(),
        joint=None if study is None else study.joint_fact(),
    )


def _goal(outlook: Outlook, item: GoalOutlook) -> GoalFact:
    goal, indicator, a, basis = item.goal, item.indicator, item.attainment, item.basis
    chart = fan_data(item, outlook)
    fan = chart.fan
    said = parts_message(item, scenario=outlook.scenario)
    parts = () if said is None else (said,)
    return GoalFact(
        id=goal.id,
        indicator=indicator.id,
        name=Text.of(indicator.names),
        comparator=goal.comparator,
        target=goal.target,
        unit=goal.unit,
        unit_name=Text(**{lang: indicator.unit_name(lang) for lang in LANGUAGES}),
        due=goal.due,
        aspiration=goal.aspiration,
        quote=Text.of(goal.quote) if goal.quote else None,
        place=goal.place,
        bodies=_bodies(outlook, goal.bodies),
        probability=a.probability,
        verdict=a.verdict,
        grade=a.grade,
        q10=a.q10,
        q50=a.q50,
        q90=a.q90,
        latest=a.latest,
        latest_year=a.latest_year,
        gap=a.required.gap if a.required else None,
        required_increment=a.required.increment if a.required else None,
        required_rate=a.required.rate if a.required else None,
        model=Text.of(model_name(basis.model)) if basis.model else None,
        explanation=tuple(Text.of(sentence) for sentence in (*basis.explanation, *parts)),
        met_by_year=dict(chart.met_by_year) if chart.met_by_year is not None else None,
        forecast=fan
        and ForecastFact(
            years=tuple(fan.years.tolist()),
            levels=tuple(fan.levels.tolist()),
            median=tuple(fan.median.tolist()),
            lower=tuple(map(tuple, fan.lower.tolist())),
            upper=tuple(map(tuple, fan.upper.tolist())),
        ),
        own=_series(basis.selection, item, name=Text.of(outlook.plan.area_names)),
        parent=basis.parent
        and _series(
            basis.parent.selection,
            item,
            name=Text.of(area_name(outlook, basis.parent.area)),
        ),
        outcome=_outcome(outlook, item),
    )


def _series(selection: Selection, item: GoalOutlook, *, name: Text) -> SeriesFact:
    caveats = {id(figure): remark for figure, remark in selection.caveats}
    used = ((figure, caveats.get(id(figure))) for figure in selection.used)
    return SeriesFact(
        area=selection.history.area,
        area_name=name,
        used=tuple(_figure(*pair, item) for pair in used),
        unused=tuple(_figure(*pair, item) for pair in selection.unused),
    )


def _figure(figure: Observation, remark: Message | None, item: GoalOutlook) -> FigureFact:
    return FigureFact(
        area=figure.area,
        indicator=figure.indicator,
        period=str(figure.period),
        period_words=Text.of(figure.period.in_words()),
        value=_known(figure.value),
        lower=_known(figure.lower),
        upper=_known(figure.upper),
        unit=figure.unit,
        words=Text(**{lang: _words(figure, item, lang) for lang in LANGUAGES}),
        status=figure.status.value,
        published=figure.published,
        published_assumed=figure.published_basis.startswith("assumed"),
        source=figure.source,
        note=Text.of(figure.note) if figure.note else None,
        remark=Text.of(remark) if remark else None,
    )


def _words(figure: Observation, item: GoalOutlook, lang: Language) -> str:
    """Write a figure with the indicator's own word for its unit."""
    known = figure.number_words()
    number = known.render(lang) if isinstance(known, Message) else known
    name = item.indicator.unit_name(lang) if figure.unit == item.goal.unit else None
    return quantity(number, unit=figure.unit, name=name, lang=lang)


def _outcome(outlook: Outlook, item: GoalOutlook) -> OutcomeFact | None:
    if item.outcome is None:
        return None
    figure = item.outcome.observation
    return OutcomeFact(
        value=_known(figure.value),
        lower=_known(figure.lower),
        upper=_known(figure.upper),
        met=item.outcome.met,
        period=str(figure.period),
        published=figure.published,
        after_as_of=figure.published > outlook.as_of,
        source=figure.source,
    )


def _sources(outlook: Outlook, goals: Iterable[GoalFact]) -> Iterable[SourceFact]:
    """Every source that the goals name, in the order in which they are first named."""
    named: dict[str, None] = {}
    for goal in goals:
        for series in filter(None, (goal.own, goal.parent)):
            named |= dict.fromkeys(f.source for f in (*series.used, *series.unused))
        if goal.outcome is not None:
            named |= {goal.outcome.source: None}
    for name in named:
        source = outlook.data.sources[name]
        yield SourceFact(
            id=name,
            title=Text.of(source.title),
            issuer=Text.of(source.issuer),
            url=source.url,
            verification=source.verification,
        )


def _bodies(outlook: Outlook, ids: Iterable[str]) -> tuple[Text, ...]:
    return tuple(Text.of(outlook.plan.body(body).names) for body in ids)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
