"""Facts in sentences."""

from __future__ import annotations

from bcforecast.plan.goals import COMPARISONS, meets
from bcforecast.reporting.display import observation_anchor, outcome_anchor
from bcforecast.reporting.facts import Facts, GoalFact, OutcomeFact
from bcforecast.text import (
    Language,
    day,
    escape_markdown,
    number,
    percent,
    plain,
    quantity,
    rate,
    target_words,
    text,
)


def overview(facts: Facts, *, lang: Language) -> list[str]:
    """Return the paragraphs that open a report on a plan, in Markdown."""
    stated = [g for g in facts.goals if g.probability is not None]
    values = {
        "count": len(facts.goals),
        "area": facts.plan.area_name.marked(lang),
        "day": day(facts.as_of, lang=lang),
        "stated": len(stated),
        "expected": f"{sum(g.probability or 0.0 for g in stated):.1f}",
    }
    lines = [
        text("report.overview_lead" if stated else "report.overview_lead_none", lang, **values)
    ]
    lines += _when(facts, lang)
    lines += _extremes(stated, lang)
    lines += _unset(facts, lang)
    weak = sum(g.grade in "CD" for g in stated)
    if weak:
        key = "report.overview_weak" if weak < len(stated) else "report.overview_weak_all"
        lines.append(text(key, lang, count=weak, stated=len(stated)))
    return [*lines, *_outcomes(facts, lang)]


def promise(goal: GoalFact, *, lang: Language) -> str:
    """Say what the plan promises, with its comparator, and whether it only strives for it."""
    key = "report.say_aspiration" if goal.aspiration else "report.say_promise"
    key = f"{key}_event" if goal.comparator == "event" else key
    target = target_words(
        goal.comparator, goal.target, unit=goal.unit, name=goal.unit_name.marked(lang), lang=lang
    )
    return text(key, lang, name=goal.name.marked(lang), target=target, due=day(goal.due, lang=lang))


def likelihood(goal: GoalFact, facts: Facts, *, lang: Language) -> str:
    """Say the probability as number and word, with the evidence grade; or that there is none."""
    as_of = day(facts.as_of, lang=lang)
    if goal.probability is None:
        return text("report.say_unset", lang, as_of=as_of)
    return text(
        "report.say_probability",
        lang,
        as_of=as_of,
        percent=percent(goal.probability, lang=lang),
        word=text(goal.verdict, lang),
        grade=goal.grade,
        meaning=text(f"report.grade_{goal.grade}", lang),
    )


def due_range(goal: GoalFact, *, lang: Language) -> str:
    """Say the median and the 80 % interval at the due date; for events, what is counted."""
    if goal.comparator == "event":
        return text("report.say_event", lang)
    if goal.q10 is None or goal.q50 is None or goal.q90 is None:
        return ""
    low, median, high = (_amount(v, goal, lang) for v in (goal.q10, goal.q50, goal.q90))
    return text("report.say_range", lang, low=low, median=median, high=high)


def standing(goal: GoalFact, facts: Facts, *, lang: Language, paced: bool = True) -> str:
    """Say the latest figure, how far it is from the target and the pace that closes the gap.

    Without `paced` the pace is left out, and nothing is said where there is no figure: for places
    where a paragraph on the pace follows.
    """
    if goal.latest is None or goal.gap is None:
        if not paced:
            return ""
        area = facts.plan.area_name.marked(lang)
        return text("report.say_no_figure", lang, area=area)
    latest = _amount(goal.latest, goal, lang)
    values = {"latest": _observed(latest, latest_anchor(goal)), "year": goal.latest_year}
    if already_met(goal):
        return text("report.say_reached", lang, **values)
    gap = _difference(abs(goal.gap), goal, lang)
    side = "" if COMPARISONS[goal.comparator].up else "_above"
    if goal.required_rate is None or goal.comparator == "event" or not paced:
        return text(f"report.say_gap_unpaced{side}", lang, gap=gap, **values)
    # A ratio moves in percentage points: a growth rate of a rate would be misread.
    pace = rate(abs(goal.required_rate))
    if goal.unit == "%" and goal.required_increment is not None:
        pace = _difference(abs(goal.required_increment), goal, lang)
    return text(f"report.say_gap{side}", lang, gap=gap, pace=pace, **values)


def happened(goal: GoalFact, *, lang: Language) -> str:
    """Say what happened, where the figure of the due year is published; empty where it is not."""
    if goal.outcome is None:
        return ""
    key = "say_outcome" if goal.outcome.after_as_of else "say_known"
    figure = outcome_figure(goal.outcome, unit=goal.unit, with_unit=goal, lang=lang)
    figure = _observed(escape_markdown(figure), outcome_anchor(goal, goal.outcome))
    return text(
        f"report.{key}_{_ending(goal.outcome)}",
        lang,
        figure=figure,
        year=goal.due.year,
        day=day(goal.outcome.published, lang=lang),
    )


def happened_short(goal: GoalFact, *, lang: Language) -> str:
    """Say what happened in a table's cell: `1,650.9 in 2022: met`."""
    if goal.outcome is None:
        return text("report.none", lang)
    figure = outcome_figure(goal.outcome, unit=goal.unit, with_unit=None, lang=lang)
    return text(f"report.outcome_{_ending(goal.outcome)}", lang, figure=figure, year=goal.due.year)


def outcome_figure(
    outcome: OutcomeFact, *, unit: str, with_unit: GoalFact | None, lang: Language
) -> str:
    """Write the figure of an outcome: a value, or the bound that is known."""
    if outcome.value is not None:
        figure = number(outcome.value, unit=unit)
    else:
        key, values = _bounds(outcome)
        figure = text(f"report.{key}", lang, **values)
    if with_unit is None:
        return figure
    return quantity(figure, unit=unit, name=with_unit.unit_name.in_(lang), lang=lang)


def methods(facts: Facts, *, lang: Language) -> list[str]:
    """Return the paragraphs on method and limits."""
    return [text(f"report.method_{i}", lang, seed=facts.seed) for i in range(1, 9)]


def _when(facts: Facts, lang: Language) -> list[str]:
    """Say that the plan had not been issued by the as-of date, or that a due date had passed."""
    as_of = day(facts.as_of, lang=lang)
    if facts.as_of < facts.plan.issued:
        issued = day(facts.plan.issued, lang=lang)
        return [text("report.overview_not_issued", lang, day=as_of, issued=issued)]
    waiting = [
        g.due
        for g in facts.goals
        if g.probability is not None
        and g.due < facts.as_of
        and (g.outcome is None or g.outcome.after_as_of)
    ]
    return [
        text(
            "report.overview_due_over",
            lang,
            day=as_of,
            due=day(due, lang=lang),
            count=waiting.count(due),
        )
        for due in sorted(set(waiting))
    ]


def _extremes(stated: list[GoalFact], lang: Language) -> list[str]:
    """Say which goal is the most likely and which the least, and how many are above one half."""
    if not stated:
        return []
    ranked = sorted(stated, key=lambda goal: -(goal.probability or 0.0))
    best, worst = (_named(goal, lang) for goal in (ranked[0], ranked[-1]))
    if len(ranked) == 1:
        return [text("report.overview_only", lang, best=best)]
    shown = {percent(goal.probability or 0.0, lang=lang) for goal in ranked}
    if len(shown) == 1:
        (chance,) = shown
        return [text("report.overview_alike", lang, count=len(ranked), percent=chance)]
    # As the reader sees them: a probability that is written as 50% counts as one half.
    above = sum(round(100 * (goal.probability or 0.0)) >= 50 for goal in ranked)
    values = {"best": best, "worst": worst, "above": above, "below": len(ranked) - above}
    return [text("report.overview_extremes", lang, **values)]


def _unset(facts: Facts, lang: Language) -> list[str]:
    names = [goal.name.marked(lang) for goal in facts.goals if goal.probability is None]
    if not names:
        return []
    listed = text("report.list_join", lang).join(names)
    return [text("report.overview_unset", lang, names=listed)]


def _named(goal: GoalFact, lang: Language) -> str:
    assert goal.probability is not None
    return text(
        "report.overview_goal",
        lang,
        name=goal.name.marked(lang),
        percent=percent(goal.probability, lang=lang),
        word=text(goal.verdict, lang),
        grade=goal.grade,
    )


def _outcomes(facts: Facts, lang: Language) -> list[str]:
    seen = [g.outcome for g in facts.goals if g.outcome is not None and g.outcome.after_as_of]
    if not seen:
        return []
    count = {value: sum(o.met is value for o in seen) for value in (True, False, None)}
    still = text("report.overview_outcome_open", lang, open=count[None]) if count[None] else ""
    return [
        text(
            "report.overview_outcome",
            lang,
            count=len(seen),
            met=count[True],
            missed=count[False],
            open=still,
        )
    ]


def _amount(value: float, goal: GoalFact, lang: Language) -> str:
    figure = number(value, unit=goal.unit)
    return quantity(figure, unit=goal.unit, name=goal.unit_name.marked(lang), lang=lang)


def _difference(value: float, goal: GoalFact, lang: Language) -> str:
    if goal.unit != "%":
        return _amount(value, goal, lang)
    return text("report.points", lang, figure=number(value, unit=goal.unit))


def latest_anchor(goal: GoalFact) -> str:
    """Return where the latest figure's observation is; empty where it is none of the usable ones.

    A figure between two bounds, or of an earlier year than the series ends, is one of them too.
    """
    found = [f for f in goal.own.used if f.period == str(goal.latest_year)]
    return observation_anchor(found[-1]) if found else ""


def _observed(figure: str, anchor: str) -> str:
    """Write a figure as a citation of its observation."""
    return f"[{figure}](#{anchor})" if anchor else figure


def already_met(goal: GoalFact) -> bool:
    """Whether the latest figure keeps the promise as it is; False without a figure."""
    return goal.latest is not None and meets(goal.latest, goal.comparator, goal.target)


def _ending(outcome: OutcomeFact) -> str:
    return "open" if outcome.met is None else "met" if outcome.met else "missed"


def _bounds(outcome: OutcomeFact) -> tuple[str, dict[str, object]]:
    if outcome.lower is not None and outcome.upper is not None:
        return "between", {"lower": plain(outcome.lower), "upper": plain(outcome.upper)}
    if outcome.lower is not None:
        return "more_than", {"lower": plain(outcome.lower)}
    return "less_than", {"upper": plain(outcome.upper or 0.0)}
