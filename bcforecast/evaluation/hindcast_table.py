"""A hindcast as tables of texts and as a record for machines."""

from __future__ import annotations

from datetime import date

from bcforecast.attainment.explain_record import plain
from bcforecast.attainment.news_table import status_words
from bcforecast.attainment.table import TextTable
from bcforecast.evaluation.hindcast import GoalHindcast, Hindcast, Saying, Scores
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.messages import Language, text

_NONE = "–"


def goals_table(found: Hindcast, *, lang: Language) -> TextTable:
    """One row a goal: what happened, and what was said on each date."""
    columns = [text("hindcast.column_goal", lang), text("hindcast.column_outcome", lang)]
    columns += [text("hindcast.column_said", lang, day=day) for day in found.dates]
    return TextTable(
        title=text("hindcast.title", lang, plan=found.plan.name(lang)),
        note=unknown_words(found, lang=lang),
        columns=tuple(columns),
        numeric=(False,) * len(columns),
        rows=tuple(_row(goal, lang) for goal in found.goals),
    )


def scores_table(found: Hindcast, *, lang: Language) -> TextTable:
    """One row a date and one for all: goals scored, Brier, log loss, intervals, rules."""
    columns = ("day", "count", "brier", "even", "log_loss", "inside", "rules")
    days: list[date | None] = [*found.dates, None]
    return TextTable(
        title=text("hindcast.scores_title", lang),
        note=text("hindcast.scores_note", lang, clip=f"{LOG_LOSS_CLIP:g}"),
        columns=tuple(text(f"hindcast.column_{name}", lang) for name in columns),
        numeric=(False, *(True,) * 6),
        rows=tuple(_scores_row(found.scores(day), day, lang) for day in days),
    )


def unknown_words(found: Hindcast, *, lang: Language) -> str:
    """Say plainly of how many goals the outcome is not known, and which they are."""
    said = []
    for known in ("not_published", "not_settled"):
        goals = found.of_outcome(known)
        if goals:
            names = text("hindcast.join", lang).join(g.indicator.name(lang) for g in goals)
            values = {"count": len(goals), "all": len(found.goals), "names": names}
            said.append(text(f"hindcast.{known}", lang, **values))
    if not said:
        said.append(text("hindcast.all_known", lang))
    return ("" if lang == "zh" else " ").join(said)


def hindcast_record(found: Hindcast, *, lang: Language) -> dict[str, object]:
    """Return the hindcast ready for JSON; scores are null where nothing can be scored."""
    record = {
        "plan": found.plan.id,
        "dates": [day.isoformat() for day in found.dates],
        "scenario": found.scenario,
        "seed": found.seed,
        "log_loss_clip": LOG_LOSS_CLIP,
        "goals": [_goal_record(goal, lang) for goal in found.goals],
        "scores": {
            **{day.isoformat(): _scores_record(found.scores(day)) for day in found.dates},
            "all": _scores_record(found.scores()),
        },
        "text": unknown_words(found, lang=lang),
    }
    return {key: plain(value) for key, value in record.items()}


def outcome_words(goal: GoalHindcast, *, lang: Language) -> str:
    """Say whether the goal was met, with the figure; or that it is not known."""
    said = text(f"hindcast.outcome_{goal.known}", lang)
    if goal.outcome is None:
        return said
    figure = goal.outcome.observation.in_words().render(lang)
    return text("hindcast.outcome", lang, said=said, figure=figure)


def _row(goal: GoalHindcast, lang: Language) -> tuple[str, ...]:
    return (
        goal.indicator.name(lang),
        outcome_words(goal, lang=lang),
        *(_said(saying, lang) for saying in goal.sayings),
    )


def _said(saying: Saying, lang: Language) -> str:
    words = status_words(saying.status, lang=lang)
    if saying.known_already:
        return text("hindcast.known_already", lang)
    if saying.brier is None:
        return words
    return text("hindcast.said", lang, words=words, brier=f"{saying.brier:.3f}")


def _scores_row(scores: Scores, day: date | None, lang: Language) -> tuple[str, ...]:
    def shown(value: float | None) -> str:
        return _NONE if value is None else f"{value:.3f}"

    judged = scores.rules_right + scores.rules_wrong
    return (
        day.isoformat() if day else text("hindcast.all_dates", lang),
        str(scores.count),
        shown(scores.brier),
        shown(scores.brier_even),
        shown(scores.log_loss),
        f"{scores.inside_80}/{scores.intervals}" if scores.intervals else _NONE,
        f"{scores.rules_right}/{judged}" if judged else _NONE,
    )


def _goal_record(goal: GoalHindcast, lang: Language) -> dict[str, object]:
    outcome = goal.outcome
    return {
        "goal": goal.goal.id,
        "name": goal.indicator.name(lang),
        "comparator": goal.goal.comparator,
        "target": goal.goal.target,
        "due": goal.goal.due.isoformat(),
        "known": goal.known,
        "outcome": outcome
        and {
            "value": outcome.observation.value,
            "lower": outcome.observation.lower,
            "upper": outcome.observation.upper,
            "met": outcome.met,
            "published": outcome.observation.published.isoformat(),
            "source": outcome.observation.source,
        },
        "said": [_saying_record(saying) for saying in goal.sayings],
        "text": outcome_words(goal, lang=lang),
    }


def _saying_record(saying: Saying) -> dict[str, object]:
    status = saying.status
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": status.verdict.partition(".")[2],
        "grade": status.grade,
        "known_already": saying.known_already,
        "brier": saying.brier,
        "log_loss": saying.log_loss,
        "inside_80": saying.inside_80,
        "rules_right": [f"{v.rule}/{v.variant}" for v in saying.rules_right],
        "rules_wrong": [f"{v.rule}/{v.variant}" for v in saying.rules_wrong],
    }


def _scores_record(scores: Scores) -> dict[str, object]:
    return {
        "goals": scores.count,
        "brier": scores.brier,
        "brier_even": scores.brier_even,
        "log_loss": scores.log_loss,
        "inside_80": scores.inside_80,
        "intervals": scores.intervals,
        "rules_right": scores.rules_right,
        "rules_wrong": scores.rules_wrong,
    }
