"""The sheets of what is said of all goals together: by scenario, and jointly."""

from __future__ import annotations

from bcforecast.messages import Language, text
from bcforecast.reporting.facts import Facts, ScenarioFact
from bcforecast.reporting.formats.workbook.sheet import Cell, Column, Figure, Sheet, columns


def scenarios_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a scenario: the probability of each goal, and of all."""
    heads = columns(lang, scenario="text", code="code", all_met="probability", expected="figure")
    heads += columns(lang, weakest="wrapped")
    names = [goal.name.in_(lang) for goal in facts.goals]
    heads += tuple(
        # Two goals on one indicator have one name: their identifiers tell them apart.
        Column(name if names.count(name) == 1 else goal.id, "probability")
        for goal, name in zip(facts.goals, names, strict=True)
    )
    heads += columns(lang, author="wrapped", reason="wrapped")
    rows = tuple(_scenario(one, facts, lang) for one in facts.scenarios)
    return Sheet(text("sheets.name_scenarios", lang), heads, rows)


def joint_sheet(facts: Facts, *, lang: Language) -> Sheet:
    """One row a statement on all goals together: its probability, or a number of goals."""
    heads = columns(lang, statement="text", number="figure", probability="probability")
    found, rows = facts.joint, list[tuple[Cell, ...]]()
    if found is not None:
        count = Figure(len(found.goals), 0)
        for name, chance in {
            "all": found.all_met,
            "lower": found.lower,
            "upper": found.upper,
            "independent": found.independent,
        }.items():
            rows.append((text(f"sheets.joint_{name}", lang), count, chance))
        exactly = text("sheets.joint_exactly", lang)
        rows += [(exactly, Figure(k, 0), chance) for k, chance in enumerate(found.number_met)]
        rows.append((text("sheets.joint_expected", lang), Figure(found.expected, 1), None))
        weakest = facts.goal(found.weakest).name.in_(lang)
        rows.append((text("sheets.joint_weakest", lang, name=weakest), None, None))
    return Sheet(text("sheets.name_joint", lang), heads, tuple(rows))


def _scenario(one: ScenarioFact, facts: Facts, lang: Language) -> tuple[Cell, ...]:
    names = {goal.id: goal.name.in_(lang) for goal in facts.goals}
    return (
        one.name.in_(lang),
        one.scenario,
        one.all,
        Figure(one.expected, 1),
        names.get(one.weakest),
        *(one.goals.get(goal) for goal in names),
        one.author.in_(lang),
        one.reason.in_(lang),
    )
