"""News as tables of texts and as records for machines."""

from __future__ import annotations

from collections.abc import Iterable

from bcforecast.attainment.explain_record import plain
from bcforecast.attainment.news import GoalNews, News, NewsPart
from bcforecast.attainment.news_stages import PARTS
from bcforecast.attainment.status import Status
from bcforecast.attainment.status_log import StatusChange
from bcforecast.attainment.table import TextTable
from bcforecast.defaults import SCENARIO
from bcforecast.messages import Language, text
from bcforecast.plan import Plan
from bcforecast.table_numbers import percent, points

_NONE = "–"


def news_table(found: News, *, lang: Language) -> TextTable:
    """One row a goal: probability at both dates, the change, its parts, and what came."""
    columns = [text("news.column_goal", lang)]
    columns += [text("news.column_at", lang, day=day) for day in (found.since, found.until)]
    columns += [text(f"news.column_{name}", lang) for name in ("change", *PARTS, "why")]
    return TextTable(
        title=text(
            "news.title",
            lang,
            plan=found.plan.name(lang),
            since=found.since,
            until=found.until,
        ),
        note=_note(found, lang),
        columns=tuple(columns),
        numeric=(False, *(True,) * 7, False),
        rows=tuple(_row(goal, lang) for goal in found.goals),
    )


def log_table(changes: Iterable[StatusChange], found: News, *, lang: Language) -> TextTable | None:
    """One row a change of word or grade; None where there is none."""
    rows = tuple(
        (
            change.day.isoformat(),
            _name(found.plan, change.goal.indicator, lang),
            status_words(change.before, lang=lang),
            status_words(change.after, lang=lang),
        )
        for change in changes
    )
    if not rows:
        return None
    columns = ("news.log_day", "news.column_goal", "news.log_before", "news.log_after")
    return TextTable(
        title=text("news.log_title", lang, since=found.since, until=found.until),
        note="",
        columns=tuple(text(key, lang) for key in columns),
        numeric=(False,) * 4,
        rows=rows,
    )


def news_record(
    found: News, changes: Iterable[StatusChange], *, lang: Language
) -> dict[str, object]:
    """Return news and log ready for JSON; changes are shares, null where there is none."""
    record = {
        "plan": found.plan.id,
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "scenario": found.scenario,
        "seed": found.seed,
        "order": list(PARTS),
        "goals": [_record(goal, lang) for goal in found.goals],
        "status_changes": [
            {
                "day": change.day.isoformat(),
                "goal": change.goal.id,
                "before": _status(change.before),
                "after": _status(change.after),
            }
            for change in changes
        ],
    }
    return {key: plain(value) for key, value in record.items()}


def why(goal: GoalNews, *, lang: Language) -> str:
    """Say what came, part by part."""
    said = []
    if goal.said == "never":
        said.append(text("news.never", lang))
    elif goal.turn is not None:
        turn = text(f"news.part_{goal.turn}", lang)
        said.append(text(f"news.{goal.said}", lang, part=turn))
    for part in goal.parts:
        said += [cause.render(lang) for cause in part.causes]
    if not said:
        said.append(text("news.unchanged", lang))
    return ("；" if lang == "zh" else "; ").join(said)


def status_words(status: Status, *, lang: Language) -> str:
    """Say a probability as number, word and grade."""
    word = text(status.verdict, lang)
    if status.probability is None:
        return text("news.status_unset", lang, word=word, grade=status.grade)
    shown = percent(status.probability)
    return text("news.status", lang, percent=shown, word=word, grade=status.grade)


def _note(found: News, lang: Language) -> str:
    if found.scenario == SCENARIO:
        return text("news.note", lang)
    scenario = text("news.scenario", lang, scenario=found.scenario)
    return ("" if lang == "zh" else " ").join([text("news.note", lang), scenario])


def _row(goal: GoalNews, lang: Language) -> tuple[str, ...]:
    def said(status: Status) -> str:
        if status.probability is None:
            return text(status.verdict, lang)
        return percent(status.probability)

    return (
        goal.indicator.name(lang),
        said(goal.before),
        said(goal.after),
        points(goal.total),
        *(points(part.change) for part in goal.parts),
        why(goal, lang=lang),
    )


def _record(goal: GoalNews, lang: Language) -> dict[str, object]:
    return {
        "goal": goal.goal.id,
        "name": goal.indicator.name(lang),
        "said": goal.said,
        "turn": goal.turn,
        "before": _status(goal.before),
        "after": _status(goal.after),
        "change": goal.total,
        "parts": {part.kind: _part(part, lang) for part in goal.parts},
        "text": why(goal, lang=lang),
    }


def _part(part: NewsPart, lang: Language) -> dict[str, object]:
    return {"change": part.change, "causes": [cause.render(lang) for cause in part.causes]}


def _status(status: Status) -> dict[str, object]:
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": status.verdict.partition(".")[2],
        "grade": status.grade,
    }


def _name(plan: Plan, indicator: str, lang: Language) -> str:
    return plan.indicator(indicator).name(lang)
