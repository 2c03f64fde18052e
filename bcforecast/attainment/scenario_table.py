"""Scenarios, answers of the goal seek, rates and correlations as records and as tables of texts."""

from __future__ import annotations

from collections.abc import Sequence

from bcforecast.attainment.exploration import Exploration
from bcforecast.attainment.seek import Sought
from bcforecast.attainment.table import TextTable
from bcforecast.messages import Language, text
from bcforecast.models.rates import RateRecord
from bcforecast.scenarios import Correlation, Scenario, find_lever
from bcforecast.table_numbers import percent

_DIGITS = 12


def scenario_records(
    exploration: Exploration, scenarios: Sequence[Scenario], *, lang: Language
) -> list[dict[str, object]]:
    """One record a scenario, ready for JSON.

    Keys: scenario, name, goals (by goal: probability, or null where none can be said), all
    (probability that every goal of which one can be said is met), expected (number of those met),
    weakest (goal), unset (goals without a probability).
    """
    records: list[dict[str, object]] = []
    for scenario in scenarios:
        together = exploration.joint(scenario)
        known = dict(zip(together.goals, together.probabilities.tolist(), strict=True))
        records.append(
            {
                "scenario": scenario.id,
                "name": scenario.name(lang),
                "goals": {g.id: _plain(known.get(g.id)) for g in exploration.outlook.plan.goals},
                "all": _plain(together.all_met),
                "expected": _plain(together.expected),
                "weakest": together.weakest,
                "unset": list(together.unset),
            }
        )
    return records


def scenario_table(
    exploration: Exploration, scenarios: Sequence[Scenario], *, lang: Language
) -> TextTable:
    """Goals down, scenarios across; below them all goals together and the expected number met."""
    plan = exploration.outlook.plan
    joints = [exploration.joint(scenario) for scenario in scenarios]
    rows = []
    for goal in plan.goals:
        name = plan.indicator_of(goal).name(lang)
        label = text("attainment.aspiration", lang, name=name) if goal.aspiration else name
        found = [
            dict(zip(together.goals, together.probabilities.tolist(), strict=True)).get(goal.id)
            for together in joints
        ]
        rows.append((label, *(percent(p) for p in found)))
    together_row = (text("joint.all_goals", lang, n=len(exploration.goals)),)
    expected_row = (text("joint.expected", lang),)
    return TextTable(
        title=text(
            "joint.table_title",
            lang,
            plan=plan.name(lang),
            as_of=exploration.outlook.as_of.isoformat(),
        ),
        note=text("joint.table_note", lang),
        columns=(text("joint.column_goal", lang), *(s.name(lang) for s in scenarios)),
        numeric=(False, *(True for _ in scenarios)),
        rows=(
            *rows,
            together_row + tuple(percent(one.all_met) for one in joints),
            expected_row + tuple(f"{one.expected:.1f}" for one in joints),
        ),
    )


def seek_records(answers: Sequence[Sought]) -> list[dict[str, object]]:
    """One record an answer, ready for JSON."""
    return [
        {
            "goal": one.goal,
            "wanted": _plain(one.wanted),
            "feasible": one.feasible,
            "before": _plain(one.before),
            "reached": _plain(one.reached),
            "levers": {
                name: {"size": _plain(size), "unit": find_lever(name).unit}
                for name, size in one.levers.items()
            },
        }
        for one in answers
    ]


def seek_table(exploration: Exploration, answers: Sequence[Sought], *, lang: Language) -> TextTable:
    """One row an answer: the levers and how far, what is reached, and whether that suffices."""
    plan = exploration.outlook.plan
    rows = []
    for one in answers:
        pushes = text("joint.list_separator", lang).join(
            _push(name, size, lang) for name, size in one.levers.items()
        )
        verdict = "unneeded" if one.before >= one.wanted else "reached" if one.feasible else "not"
        rows.append(
            (
                pushes,
                percent(one.before),
                percent(one.reached),
                text(f"joint.verdict_{verdict}", lang),
            )
        )
    goal = exploration.goal(answers[0].goal)
    columns = ("levers", "before", "reached", "verdict")
    return TextTable(
        title=text(
            "joint.seek_title",
            lang,
            goal=plan.indicator_of(goal).name(lang),
            wanted=percent(answers[0].wanted),
            as_of=exploration.outlook.as_of.isoformat(),
        ),
        note=text("joint.seek_note", lang),
        columns=tuple(text(f"joint.column_{name}", lang) for name in columns),
        numeric=(False, True, True, False),
        rows=tuple(rows),
    )


def rates_table(records: Sequence[RateRecord], *, lang: Language) -> TextTable:
    """Rates with their middle, 80 % interval and what they rest on."""
    columns = ("rate", "value", "low", "high", "basis", "source")
    return TextTable(
        title=text("joint.rates_title", lang),
        note=text("joint.rates_note", lang),
        columns=tuple(text(f"joint.column_{name}", lang) for name in columns),
        numeric=(False, True, True, True, False, False),
        rows=tuple(
            (
                one.name.render(lang),
                *(f"{100 * value:.1f}%" for value in (one.value, one.low, one.high)),
                one.basis_name.render(lang),
                one.source.render(lang),
            )
            for one in records
        ),
    )


def correlation_table(
    exploration: Exploration, correlation: Correlation, *, lang: Language
) -> TextTable:
    """Correlations of yearly growth by pair, with the common years behind each."""
    plan = exploration.outlook.plan
    columns = ("first", "second", "correlation", "common_years")
    return TextTable(
        title=text("joint.correlation_title", lang),
        note=text("joint.correlation_note", lang, target=f"{correlation.target:.2f}"),
        columns=tuple(text(f"joint.column_{name}", lang) for name in columns),
        numeric=(False, False, True, True),
        rows=tuple(
            (
                plan.indicator(str(row["first"])).name(lang),
                plan.indicator(str(row["second"])).name(lang),
                f"{row['correlation']:.2f}",
                f"{row['common_years']:.1f}",
            )
            for row in correlation.table().to_dict("records")
        ),
    )


def _push(name: str, size: float, lang: Language) -> str:
    lever = find_lever(name)
    unit = lever.unit_name.render(lang)
    signed = f"{size:+.3g}".replace("-", "\N{MINUS SIGN}")
    return text("joint.push", lang, lever=lever.name.render(lang), size=signed, unit=unit)


def _plain(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
