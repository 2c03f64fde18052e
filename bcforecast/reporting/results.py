"""From an outlook to the facts of a report."""

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from bcforecast import config
from bcforecast.attainment.checks import findings
from bcforecast.attainment.evidence import SIZED, IndicatorForecast
from bcforecast.attainment.explain import expected_date, goal_record, rule_panel
from bcforecast.attainment.news import News
from bcforecast.attainment.project import GoalOutlook, Joint, Outlook
from bcforecast.attainment.seek import Tracked, behind, covered, is_delivered, seek_each, tracked
from bcforecast.calls import Shown
from bcforecast.errors import ScenarioError
from bcforecast.evaluation.hindcast import Hindcast, hindcast, year_ends
from bcforecast.models.registry import model_name
from bcforecast.observations.records import Observation
from bcforecast.observations.selection import Selection, caveat, marked_years
from bcforecast.plan.fields import ENTERED, counted_as
from bcforecast.plan.goals import Milestone, Plan, QualitativeGoal
from bcforecast.plotting.fan import area_name, fan_data
from bcforecast.reporting import facts, manifest, records, sentences
from bcforecast.reporting.facts import Facts, GoalFact, ScenarioFact, attributes
from bcforecast.rules.panel import all_rules
from bcforecast.scenarios import scenario as scenarios
from bcforecast.scenarios.scenario import Scenario
from bcforecast.text import LANGUAGES, NOT_FINAL, Message, Text, has_text, unit_of


@dataclass(frozen=True)
class ScenarioComparison(Shown):
    """The baseline's outlook and its scenarios, simulated once for all cells.

    `joints` are all goals together under each; `chosen` is the scenario of the report.
    """

    outlook: Outlook
    scenarios: tuple[Scenario, ...]
    joints: tuple[Joint, ...]
    chosen: str = config.SCENARIO

    @property
    def joint(self) -> Joint:
        """All goals together under the scenario that the report is about."""
        return self.joints[[one.id for one in self.scenarios].index(self.chosen)]

    def facts(self) -> tuple[ScenarioFact, ...]:
        """Return every scenario as data, in all languages."""
        drawn, of = self.outlook.exploration, LANGUAGES[0]
        said_of = records.scenario_records(drawn, self.scenarios, lang=of)
        return tuple(
            ScenarioFact(
                **record | {"name": one.title} | attributes(one, "reason", "author"),
                assumptions=assumptions(one, drawn.outlook.plan),
            )
            for one, record in zip(self.scenarios, said_of, strict=True)
        )


def assumptions(scenario: Scenario, plan: Plan) -> tuple[facts.AssumptionFact, ...]:
    """Return every size that a scenario assumes, of measures first and of shocks then."""
    found = []
    for move in scenario.moves:
        lever = scenarios.find_lever(move.lever, plan)
        told = attributes(move, "measure", "by_year", "sd", "note")
        named = {"name": lever.names, "unit": lever.unit_name}
        found.append(facts.AssumptionFact(**named, **told))
    for shock in scenario.shocks:
        for hit in shock.indicators:
            named = {"name": plan.indicator(hit).names, "unit": Message("scenario.unit_percent")}
            told = attributes(shock, "sd", "recovered", "note")
            sized = {"by_year": {shock.year: shock.size_percent}}
            found.append(facts.AssumptionFact(**named, **told, **sized))
    return tuple(found)


def compare_scenarios(
    outlook: Outlook, *, scenario: str = config.SCENARIO
) -> ScenarioComparison | None:
    """Simulate the scenarios of a plan; None where nothing can be said of any of its goals.

    `scenario` is that of the report as it was given: it is shown too if not of the data folder.
    """
    base = outlook.baseline
    if not base.exploration.goals:
        return None
    known = scenarios.load_scenarios(plan=base.plan, data_dir=base.data.data_dir)
    if manifest.is_path(scenario):
        folder: Path = outlook.data.dataset.folder
        own = scenarios.load_scenario(scenario, plan=outlook.plan, data_dir=folder)
        # It may have the identifier of one of the data folder, in whose place it then stands.
        known = (*(one for one in known if one.id != own.id), own)
    # In the order of how well things go: what comes from outside, as before, and what is done.
    known = tuple(sorted(known, key=lambda one: bool(one.moves) or not one.shocks))
    joints = tuple(base.exploration.joint(one) for one in known)
    return ScenarioComparison(base, known, joints, outlook.scenario)


def gather(
    outlook: Outlook, comparison: ScenarioComparison | None = None, changes: News | None = None
) -> Facts:
    """Return the result document of an outlook.

    `comparison` adds scenarios and joint attainment, `changes` what was said of each goal before.
    """
    plan = outlook.plan
    plan.write_years()  # which is said in each thread
    measures = tracked(plan, outlook.data)
    slips = ("checks.slip", "checks.pace", "checks.part_slip")
    odd = [one.figure for one in findings(plan, outlook.data) if one.message.key in slips]
    goals = tuple(_goal(item, comparison, measures, changes, odd) for item in outlook)

    def promised(one: QualitativeGoal | Milestone, quote: Text) -> facts.TrackedFact:
        bodies = _bodies(outlook, one.bodies)
        return facts.TrackedFact.from_attributes(one, quote=quote, bodies=bodies)

    record, joint = track_record(outlook), None
    if comparison is not None:
        lower, upper = comparison.joint.bounds()
        met = comparison.joint.number_met.tolist()
        joint = facts.JointFact.from_attributes(
            comparison.joint, lower=lower, upper=upper, number_met=met
        )
    return Facts(
        plan=facts.PlanFact.of(plan),
        **attributes(outlook, "as_of", "scenario", "seed"),
        since=None if changes is None else changes.since,
        scenario_name=outlook.scenario_title,
        goals=goals,
        qualitative=tuple(promised(one, one.quote) for one in plan.qualitative_goals),
        milestones=tuple(promised(one, one.names) for one in plan.milestones),
        measures=tuple(_measure(one, outlook) for one in measures),
        sources=tuple(_sources(outlook, goals, measures)),
        scenarios=() if comparison is None else comparison.facts(),
        joint=joint,
        past=past_facts(record) if record else (),
    )


def past_facts(found: Hindcast) -> tuple[facts.PastFact, ...]:
    """Return what was said of each goal on each day, and how good it was."""
    return tuple(
        facts.PastFact.from_attributes(
            past.status,
            goal=goal.goal.id,
            **attributes(past, "known_already", "brier", "inside_80"),
            rules_right=len(past.rules_right),
            rules_wrong=len(past.rules_wrong),
        )
        for goal in found
        for past in goal.forecasts
    )


def track_record(outlook: Outlook) -> Hindcast | None:
    """Say again what the baseline said at each year's end of goals whose outcome is known by now.

    None where no outcome had been published by the as-of date. It is made once an outlook.
    """
    drawn, key = outlook.drawn, "track record"
    if key not in drawn:
        ended = [item.goal.id for item in outlook if item.is_settled(outlook.as_of)]
        days = [day for day in year_ends(outlook.plan) if day < outlook.as_of]
        found = None
        if ended and days:
            found = hindcast(outlook.plan, outlook.data, dates=days, seed=outlook.seed)
            known = tuple(goal for goal in found.goals if goal.goal.id in ended)
            found = replace(found, goals=known)
        drawn[key] = found
    return drawn[key]


def _goal(
    item: GoalOutlook,
    comparison: ScenarioComparison | None,
    measures: Sequence[Tracked],
    changes: News | None,
    odd: Sequence[object],
) -> GoalFact:
    goal, indicator, a, basis = item.goal, item.indicator, item.attainment, item.basis
    outlook = item.outlook
    chart = fan_data(item, outlook)
    fan, required, parent = chart.fan, a.required, basis.parent
    counted = dict.fromkeys(("q10", "q50", "q90")) if chart.met_by_year is not None else {}
    ahead = None if item.is_over(outlook.as_of) else required  # what is asked no longer is no pace
    record = goal_record(outlook, item)
    moved = None if changes is None else changes[goal.id]
    of_fan = facts.ForecastFact.model_fields
    when, open_ = expected_date(outlook, goal.id), outlook.plan.year_of(outlook.as_of)
    years = () if when is None else zip(when.years, when.holds, when.reached_by, strict=True)
    case = None if item.forecast is None else rule_panel(item, plan=outlook.plan).case
    part = basis.selection.part
    ahead_of = part is not None and part.year > (a.latest_year or 0)
    return GoalFact.from_attributes(
        a,
        **attributes(goal, "id", "place"),
        name=item.names,
        family=indicator.names if goal.family is not None else None,
        beside=indicator.compared and indicator.compared.called,
        unit_name=indicator.unit_names or unit_of(indicator.unit).names,
        flow=counted_as(indicator.kind, yearly=indicator.yearly) == "flow",
        quote=goal.quote or None,
        bodies=_bodies(outlook, goal.bodies),
        **counted,
        latest=a.latest if item.begun else None,
        so_far=facts.PartFact.from_attributes(part) if ahead_of else None,
        slip=any(one in odd for one in (*basis.selection.used[-1:], *(part.used if part else ()))),
        gap=required and required.gap,
        required_increment=ahead and ahead.increment,
        required_rate=ahead and ahead.rate,
        model=model_name(basis.model) if basis.model else None,
        explanation=tuple(one for one in basis.explanation if one.key != SIZED),
        record=sentences.record_sentence(record) if record else None,
        sized=next((one for one in basis.explanation if one.key == SIZED), None),
        pace_from=_pace_from(basis) if basis.model else None,
        met_by_year=dict(chart.met_by_year) if chart.met_by_year is not None else None,
        levels=sentences.levels_needed(item, outlook.as_of),
        years=tuple(
            facts.YearFact(year=year, holds=holds, reached_by=reached)
            for year, holds, reached in years
            if year >= open_
        ),
        rules=tuple(
            facts.RuleFact.from_attributes(one, label=Message(one.label))
            for one in (all_rules(case) if case else ())
        ),
        forecast=fan and facts.ForecastFact(**{k: getattr(fan, k).tolist() for k in of_fan}),
        own=_series(basis.selection, item, name=outlook.plan.area_names),
        parent=parent and _series(parent.selection, item, name=area_name(outlook, parent.area)),
        sizes=tuple(_sizes(item)),
        measures=tuple(one.id for one in measures if goal.id in one.goals),
        **_helped(item, comparison, measures),
        outcome=_outcome(item),
        before=moved
        and facts.ChangeFact.from_attributes(
            moved.before, why=Text(**{x: sentences.why(moved, lang=x) for x in LANGUAGES})
        ),
    )


def _pace_from(basis: IndicatorForecast) -> Message:
    so_far = any(one.key.startswith("attainment.so_far") for one in basis.explanation)
    key = f"report.pace_from_{'so_far' if so_far else basis.model}"
    named = Message("report.pace_from_other", {"model": model_name(basis.model)})
    return Message(key) if has_text(key) else named


def _measure(one: Tracked, outlook: Outlook) -> facts.MeasureFact:
    known = ("status", "date", "evidence", "source") if one.entry is not None else ()
    name = Message("delivery.promise", {"name": one.names}) if one.promise else one.names
    said = {"name": name, "overdue": one.overdue(outlook.as_of)}
    said |= {"bodies": _bodies(outlook, one.bodies)}
    return facts.MeasureFact.from_attributes(one, **said, **attributes(one.entry, *known))


def _helped(
    item: GoalOutlook, comparison: ScenarioComparison | None, measures: Sequence[Tracked]
) -> dict[str, Any]:
    """What each lever does for a goal, all together and the measures; nothing if not known."""
    goal = item.goal.id
    past = item.attainment.passed_by(item.attainment.q50)  # it need not be held back
    if past or comparison is None or goal not in comparison.outlook.exploration.projected:
        return {}
    found, outlook = dict[str, Any](), comparison.outlook
    exploration = outlook.exploration
    if any(one.credible for one in measures):
        found["covered"] = covered(exploration, goal=goal, measures=measures)
    with suppress(ScenarioError):
        found["pushes"] = tuple(
            facts.PushFact.from_attributes(
                one,
                words=Text(**{on: sentences.push_words(one, outlook, lang=on) for on in LANGUAGES}),
                levers=len(one.levers),
                general=all(lever.startswith(scenarios.GROWTH) for lever in one.levers),
                measures=tuple(m.names for m in behind(one, measures=measures) if not m.delivered),
                delivered=all(map(partial(is_delivered, measures=measures), one.levers)),
            )
            for one in seek_each(exploration, goal=goal, base=item.outlook.assumed)
            if any(one.levers.values())  # none is moved where the chance is as wanted
        )
    return found


def _series(selection: Selection, item: GoalOutlook, *, name: Message) -> facts.SeriesFact:
    caveats = {id(figure): remark for figure, remark in selection.caveats}
    fact, history = partial(_figure, item=item), selection.history
    breaks = item.outlook.data.breaks(history.area, history.indicator)
    return facts.SeriesFact(
        area=history.area,
        area_name=name,
        exceptional=tuple(marked_years(breaks, "exceptional", last_month=item.indicator.year_ends)),
        used=(
            *(fact(one, caveats.get(id(one))) for one in selection.used),
            *(fact(*pair) for pair in selection.within),
        ),
        unused=tuple(fact(*pair) for pair in selection.unused),
    )


def _sizes(item: GoalOutlook) -> Iterable[facts.SeriesFact]:
    names = {size.id: size.names for size in item.outlook.plan.sizes}
    for figure in chain.from_iterable(item.basis.sizes):
        yield facts.SeriesFact(
            area=figure.area,
            area_name=area_name(item.outlook, figure.area),
            size=names[figure.indicator],
            used=(_figure(figure, caveat(figure), item=item),),
            unused=(),
        )


def _figure(figure: Observation, remark: Message | None, *, item: GoalOutlook) -> facts.FigureFact:
    status, sources = figure.status.value, item.outlook.data.sources
    if figure.compared is not None:
        status = status if status in NOT_FINAL else "derived"
    elif status == "official" and sources[figure.source].verification == ENTERED:
        status = ENTERED  # that nobody else published it
    own = item.indicator.unit_names if figure.unit == item.goal.unit else None
    return facts.FigureFact.from_attributes(
        figure,
        **_known(figure),
        period_words=figure.period.in_words(),
        words=figure.in_words(own),
        status=status,
        published_assumed=figure.published_basis.startswith("assumed"),
        note=figure.note or None,
        remark=remark,
    )


def _outcome(item: GoalOutlook) -> facts.OutcomeFact | None:
    """What had happened by the as-of date: what was published later is on no page."""
    if item.outcome is None or not item.is_settled(item.outlook.as_of):
        return None
    figure, about = item.outcome.observation, attributes(item.outcome, "met", "year")
    about["status"] = figure.status.value
    about["words"] = None if figure.has_value else figure.in_words(item.indicator.unit_names)
    return facts.OutcomeFact.from_attributes(figure, **_known(figure), **about)


def _known(figure: Observation) -> dict[str, Any]:
    found = attributes(figure, "value", "lower", "upper").items()
    ends = {name: value if math.isfinite(value) else None for name, value in found}
    return {"period": str(figure.period), **ends}


def _sources(
    outlook: Outlook, goals: Iterable[GoalFact], measures: Iterable[Tracked]
) -> Iterable[facts.SourceFact]:
    """Every source that goals and measures name, in the order in which they are first named."""
    named: dict[str, None] = {}
    for goal in goals:
        figures = (f for series in goal.series for f in (*series.used, *series.unused))
        named |= dict.fromkeys(f.source for f in figures)
        if goal.outcome is not None:
            named |= {goal.outcome.source: None}
    named |= {one.entry.source: None for one in measures if one.entry is not None}
    for name in named:
        yield facts.SourceFact.from_attributes(outlook.data.sources[name], id=name)


def _bodies(outlook: Outlook, ids: Iterable[str]) -> tuple[Text, ...]:
    return tuple(outlook.plan.body(body).names for body in ids)
