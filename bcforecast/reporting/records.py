"""Analyses as JSON for other programs: goals, explanation, rules, news, hindsight, scenarios.

A number that does not exist is null, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bcforecast.attainment.explain import Explanation, PaceShare, parts_of
from bcforecast.attainment.news import PARTS, GoalNews, GoalStatus, News, StatusChange
from bcforecast.attainment.project import Exploration, Outlook
from bcforecast.attainment.seek import Sought
from bcforecast.evaluation.hindcast import GoalHindcast, Hindcast, PastForecast, Scores
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.reporting import sentences
from bcforecast.reporting.document import Spans, plain_text
from bcforecast.reporting.facts import json_ready
from bcforecast.rules.base import WITHOUT_NUMBER, Case
from bcforecast.rules.panel import flip_revision, flip_sentence, rules
from bcforecast.scenarios.scenario import Scenario, find_lever
from bcforecast.text import Language, text

Record = dict[str, Any]

_RULES = ("rules_right", "rules_wrong")


def goal_records(outlook: Outlook, *, lang: Language) -> list[Record]:
    """Return one record a goal: `Outlook.attainment`, with name and verdict in `lang`."""
    table = outlook.attainment()
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    for item, record in zip(outlook, records, strict=True):
        record["name"] = item.indicator.name(lang)
        record["verdict_text"] = text(item.attainment.verdict, lang)
    return json_ready(records)


def rule_records(case: Case, *, lang: Language = "en", step: float | None = None) -> list[Record]:
    """Judge a case by every rule; one record a rule and variant.

    Parameters
    ----------
    case
        Series, direction and promise.
    lang
        Language of names, labels and notes.
    step
        Unit in which the last figure is published, for the smallest revision that flips a label.

    Examples
    --------
    >>> case = Case((2015, 2023), (14.5, 10.2), direction="down", target=7.25, due=2030)
    >>> record = rule_records(case)[0]
    >>> record["label_text"], round(record["value"], 4)
    ('substantial progress (on track)', 0.9526)
    """
    records = []
    for rule in rules():
        verdict = rule.assess(case)
        flip = flip_revision(rule, case, step=step)
        silent = flip is None and verdict.label in WITHOUT_NUMBER
        records.append(
            {
                "rule": verdict.rule,
                "variant": verdict.variant,
                "name": verdict.name.render(lang),
                "value": verdict.value,
                "score": verdict.score,
                "label": verdict.label.removeprefix("rules.label_"),
                "label_text": verdict.label_text(lang),
                "says_met": verdict.says_met,
                "projected": verdict.projected,
                "flip_value": flip and flip.value,
                "flip_label": flip and flip.label_after.removeprefix("rules.label_"),
                "flip_text": None if silent else flip_sentence(flip).render(lang),
                "inputs": dict(verdict.inputs),
                "details": dict(verdict.details),
                "notes": [note.render(lang) for note in verdict.notes],
            }
        )
    return records


def explanation_record(known: Explanation, *, lang: Language) -> Record:
    """Return everything that explains a goal, with sentences, names and labels in `lang`."""
    item, a, panel, flip, when = (
        known.item,
        known.item.attainment,
        known.panel,
        known.flip,
        known.date,
    )
    rules = [] if panel.case is None else rule_records(panel.case, lang=lang, step=panel.step)
    record = {
        "goal": a.goal,
        "name": item.indicator.name(lang),
        "as_of": known.as_of.isoformat(),
        "scenario": known.scenario,
        "comparator": a.comparator,
        "target": a.target,
        "unit": a.unit,
        "due": a.due.isoformat(),
        "probability": a.probability,
        "verdict": _word(a.verdict),
        "verdict_text": text(a.verdict, lang),
        "grade": a.grade,
        "rests_on": [message.render(lang) for message in item.basis.explanation],
        "reference_class": _reference(known, lang),
        "panel": {
            "available": panel.case is not None,
            "base_year": panel.case and panel.case.base[0],
            "ours_says_met": known.says_met,
            "disagreement": panel.disagreement is not None and panel.disagreement.flag,
            "text": _texts(sentences.rules_agreement(known, lang=lang)),
            "rules": rules,
        },
        "own_flip": {
            "value": flip and flip.value,
            "revision": flip and flip.revision,
            "verdict": flip and _word(flip.verdict),
            "text": sentences.own_flip(known, lang=lang),
        },
        "required": _required(known, lang),
        "expected_date": {
            "median": when and when.median,
            "interval_80": when and [when.earliest, when.latest],
            "probability_80": when and when.likely,
            "horizon": when and when.horizon,
            "by_year": when and dict(zip(when.years, when.probabilities, strict=True)),
            "text": plain_text(sentences.date_sentence(when, lang=lang)),
        },
        "targets": {
            "by_probability": {f"{p:g}": target for p, target in known.targets.items()},
            "text": plain_text(sentences.targets_sentence(known, lang=lang)),
        },
    }
    return json_ready(record)


def _reference(known: Explanation, lang: Language) -> Record:
    said = sentences.parts_message(known.item, scenario=known.scenario)
    record: Record = {"text": said.render(lang) if said else ""}
    parts = parts_of(known.item, scenario=known.scenario)
    if parts is not None:
        rate, pooled = parts
        record |= {
            "trend_probability": known.item.attainment.probability,
            "rate": rate.rate,
            "class": rate.label,
            "goals": rate.count,
            "met": rate.met,
            "pooled_probability": pooled.probability,
            "trend_part": pooled.trend_part,
            "reference_part": pooled.reference_part,
        }
    return record


def _required(known: Explanation, lang: Language) -> Record:
    pace, compared = known.pace, known.pace.compared
    return {
        "state": pace.state,
        "years": pace.years,
        "increment": pace.increment,
        "rate": pace.rate,
        "compared": compared
        and {
            "with": compared.known.name,
            "measure": compared.known.measure,
            "pace": compared.pace,
            "span_years": compared.span,
            "areas": compared.areas,
            "windows": compared.windows,
            "first_year": compared.known.first_year,
            "last_year": compared.known.last_year,
            "from_level": compared.known.from_level,
            "percentile": compared.percentile,
            "share_of_windows": _share(compared.share_of_windows),
            "share_of_areas": _share(compared.share_of_areas),
        },
        "text": _texts(sentences.required_pace(known, lang=lang)),
    }


def _share(share: PaceShare | None) -> Record | None:
    return None if share is None else {"value": share.value, "limit": share.limit}


def news_record(found: News, changes: Iterable[StatusChange], *, lang: Language) -> Record:
    """Return news and log of changed words; changes are shares, null where there is none."""

    def of_goal(goal: GoalNews) -> Record:
        return {
            "goal": goal.goal.id,
            "name": goal.indicator.name(lang),
            "said": goal.said,
            "turn": goal.turn,
            "before": _status(goal.before),
            "after": _status(goal.after),
            "change": goal.total,
            "parts": {
                part.kind: {
                    "change": part.change,
                    "causes": sentences.causes(goal, part, lang=lang),
                }
                for part in goal.parts
            },
            "text": sentences.why(goal, lang=lang),
        }

    record = {
        "plan": found.plan.id,
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "scenario": found.scenario,
        "seed": found.seed,
        "order": list(PARTS),
        "goals": [of_goal(goal) for goal in found.goals],
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
    return json_ready(record)


def hindcast_record(found: Hindcast, *, lang: Language) -> Record:
    """Return the hindcast; scores are null where nothing can be scored."""

    def of_goal(goal: GoalHindcast) -> Record:
        figure = goal.outcome and goal.outcome.observation
        return {
            "goal": goal.goal.id,
            "name": goal.indicator.name(lang),
            "comparator": goal.goal.comparator,
            "target": goal.goal.target,
            "due": goal.goal.due.isoformat(),
            "known": goal.known,
            "outcome": figure
            and {
                "value": figure.value,
                "lower": figure.lower,
                "upper": figure.upper,
                "met": goal.outcome and goal.outcome.met,
                "published": figure.published.isoformat(),
                "source": figure.source,
            },
            "said": [of_forecast(past) for past in goal.forecasts],
            "text": sentences.hindcast_outcome(goal, lang=lang),
        }

    def of_forecast(past: PastForecast) -> Record:
        return {
            **_status(past.status),
            "known_already": past.known_already,
            "brier": past.brier,
            "log_loss": past.log_loss,
            "inside_80": past.inside_80,
            **{name: [f"{v.rule}/{v.variant}" for v in getattr(past, name)] for name in _RULES},
        }

    def of_scores(scores: Scores) -> Record:
        order = ("brier", "brier_even", "log_loss", "inside_80", "intervals", *_RULES)
        return {"goals": scores.count, **{name: getattr(scores, name) for name in order}}

    record = {
        "plan": found.plan.id,
        "dates": [day.isoformat() for day in found.dates],
        "scenario": found.scenario,
        "seed": found.seed,
        "log_loss_clip": LOG_LOSS_CLIP,
        "goals": [of_goal(goal) for goal in found.goals],
        "scores": {
            **{day.isoformat(): of_scores(found.scores(day)) for day in found.dates},
            "all": of_scores(found.scores()),
        },
        "text": sentences.unknown_words(found, lang=lang),
    }
    return json_ready(record)


def scenario_records(
    exploration: Exploration, scenarios: Sequence[Scenario], *, lang: Language
) -> list[Record]:
    """Return one record a scenario.

    Keys: scenario, name, goals (by goal: probability, or null where none can be said), all
    (probability that every goal of which one can be said is met), expected (number of those met),
    weakest (goal), unset (goals without a probability).
    """
    records = []
    for scenario in scenarios:
        together = exploration.joint(scenario)
        known = dict(zip(together.goals, together.probabilities.tolist(), strict=True))
        records.append(
            {
                "scenario": scenario.id,
                "name": scenario.name(lang),
                "goals": {goal.id: known.get(goal.id) for goal in exploration.outlook.plan.goals},
                "all": together.all_met,
                "expected": together.expected,
                "weakest": together.weakest,
                "unset": list(together.unset),
            }
        )
    return json_ready(records)


def seek_records(answers: Iterable[Sought]) -> list[Record]:
    """Return one record an answer."""
    records = [
        {
            "goal": one.goal,
            "wanted": one.wanted,
            "feasible": one.feasible,
            "before": one.before,
            "reached": one.reached,
            "levers": {
                name: {"size": size, "unit": find_lever(name).unit}
                for name, size in one.levers.items()
            },
        }
        for one in answers
    ]
    return json_ready(records)


def _status(status: GoalStatus) -> Record:
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": _word(status.verdict),
        "grade": status.grade,
    }


def _word(verdict: str) -> str:
    return verdict.partition(".")[2]


def _texts(said: Iterable[Spans]) -> list[str]:
    return [plain_text(spans) for spans in said]
