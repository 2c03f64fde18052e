"""What the scenario panel says beside its chart, as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bcforecast.attainment.outlook import Outlook
from bcforecast.messages import Language, text
from bcforecast.plotting.explorer_session import Answer, LeverGroup, Session
from bcforecast.scenarios import Lever, Scenario
from bcforecast.wording import day, percent, target_words

_SAME_PP = 0.05
"""Smallest change that is shown, in percentage points."""


def headline(answer: Answer, session: Session, *, lang: Language) -> str:
    """Say the chosen goal's probability as number and word, its change, and all goals together."""
    a, goal, indicator = answer.item.attainment, answer.item.goal, answer.item.indicator
    promise = text(
        "explorer.promise",
        lang,
        due=day(goal.due, lang=lang),
        target=target_words(
            goal.comparator,
            goal.target,
            unit=goal.unit.value,
            name=indicator.unit_name(lang),
            lang=lang,
        ),
    )
    p = a.probability
    number = "–" if p is None else percent(p, lang=lang)
    exact = "" if p is None else f"{p:.6f}"
    count = len(session.exploration.goals)
    facts = [
        (text("explorer.change", lang), change(p, answer.before.attainment.probability, lang=lang)),
        (
            text("explorer.together", lang, count=count),
            _against(answer.together, answer.together_before, lang),
        ),
        (text("explorer.grade", lang), f'<b class="bcf-grade bcf-grade-{a.grade}">{a.grade}</b>'),
    ]
    listed = "".join(f"<div><dt>{escape(k)}</dt><dd>{v}</dd></div>" for k, v in facts)
    return (
        f'<div class="bcf-headline" aria-live="polite">'
        f'<p class="bcf-promise">{escape(promise)}</p>'
        f'<p class="bcf-big"><span class="bcf-probability" data-value="{exact}">{escape(number)}'
        f'</span> <span class="bcf-word">{escape(text(a.verdict, lang))}</span></p>'
        f"<dl>{listed}</dl></div>"
    )


def change(now: float | None, before: float | None, *, lang: Language) -> str:
    """Say the change of a probability in percentage points, and from what, as HTML.

    Examples
    --------
    >>> change(0.47, 0.41, lang="en")
    '<b class="bcf-up">+6.0 pp</b> <small>(baseline 41%)</small>'
    >>> change(0.41, 0.41, lang="zh")
    '<b>与基准相同</b>'
    """
    if now is None or before is None:
        return "–"
    points = 100.0 * (now - before)
    if abs(points) < _SAME_PP:
        return f"<b>{escape(text('explorer.same', lang))}</b>"
    size = f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")
    kind = "bcf-up" if points > 0 else "bcf-down"
    from_ = text("explorer.from", lang, percent=percent(before, lang=lang))
    said = text("explorer.points", lang, size=size)
    return f'<b class="{kind}">{escape(said)}</b> <small>{escape(from_)}</small>'


def goal_bars(answer: Answer, outlook: Outlook, *, lang: Language) -> str:
    """List all goals with a bar, a mark where the baseline stands, and the probability."""
    rows = []
    for goal in outlook.plan.goals:
        p, before = answer.goals[goal.id], answer.goals_before[goal.id]
        name = outlook.plan.indicator_of(goal).name(lang)
        chosen = ' class="bcf-chosen"' if goal.id == answer.item.goal.id else ""
        bar = "" if p is None or before is None else _bar(p, before)
        number = text("verdict.unset", lang) if p is None else percent(p, lang=lang)
        rows.append(
            f'<tr{chosen}><th scope="row">{escape(name)}</th><td class="bcf-track">{bar}</td>'
            f'<td class="bcf-number">{escape(number)}</td></tr>'
        )
    return (
        f'<table class="bcf-goals"><caption>{escape(text("explorer.all_goals", lang))}</caption>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def scenario_note(scenario: Scenario, *, lang: Language) -> str:
    """Say why a scenario was made, and by whom."""
    author = text("explorer.by", lang, author=scenario.author.in_(lang))
    by = "" if scenario.id == scenario.author.in_(lang) or _is_bare(scenario) else author
    words = f"{scenario.reason.in_(lang)} {by}".strip()
    return f'<p class="bcf-note">{escape(words)}</p>'


def group_heading(group: LeverGroup, *, lang: Language) -> str:
    """Name the measure that moves a group of levers, with its place in the plan."""
    if group.measure is None:
        return f'<p class="bcf-measure">{escape(text("explorer.no_measure", lang))}</p>'
    place = escape(group.measure.place)
    return f'<p class="bcf-measure"><span>{place}</span> {escape(group.measure.name(lang))}</p>'


def lever_label(lever: Lever, group: LeverGroup, session: Session, *, lang: Language) -> str:
    """Name a lever with its unit, its range, and the other measures that move it."""
    name = _lever_name(lever, session, lang)
    unit = lever.unit_name.render(lang)
    low, high = (f"{end:+g}".replace("-", "\N{MINUS SIGN}") for end in (lever.low, lever.high))
    span = text("explorer.range", lang, low=low, high=high, unit=unit)
    others = group.others[lever.id]
    also = text("explorer.also", lang, places=_joined(others, lang)) if others else ""
    return (
        f'<p class="bcf-lever"><b>{escape(name)}</b>'
        f"<span>{escape(span.replace('-', chr(0x2212)))}</span>"
        f"{f'<small>{escape(also)}</small>' if also else ''}</p>"
    )


def _lever_name(lever: Lever, session: Session, lang: Language) -> str:
    if lever.family != "growth":
        return lever.name.render(lang)
    indicator = session.outlook.plan.indicator(lever.indicators[0]).name(lang)
    return text("explorer.growth", lang, indicator=indicator)


def _against(now: float | None, before: float | None, lang: Language) -> str:
    if now is None or before is None:
        return "–"
    from_ = text("explorer.from", lang, percent=_fine(before, lang))
    return (
        f'<b class="bcf-together" data-value="{now:.6f}">{escape(_fine(now, lang))}</b>'
        f" <small>{escape(from_)}</small>"
    )


def _fine(p: float, lang: Language) -> str:
    """Write a small probability with one decimal."""
    return f"{100 * p:.1f}%" if 0.005 <= p < 0.1 else percent(p, lang=lang)


def _bar(p: float, before: float) -> str:
    return (
        f'<div><i style="width:{100 * p:.1f}%"></i><u style="left:{100 * before:.1f}%"></u></div>'
    )


def _is_bare(scenario: Scenario) -> bool:
    return not (scenario.moves or scenario.shocks or scenario.aim)


def _joined(places: Iterable[str], lang: Language) -> str:
    return text("explorer.list_join", lang).join(places)
