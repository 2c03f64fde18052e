"""Analyses as JSON for other programs: goals, explanation, rules, news, hindsight, scenarios.

A number that does not exist is null, never zero.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bcforecast.attainment import explain, news, project, seek
from bcforecast.evaluation.hindcast import GoalHindcast, Hindcast, PastForecast
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.plan.goals import Plan
from bcforecast.reporting import document, sentences
from bcforecast.reporting.facts import Record, attributes, json_ready, status_record
from bcforecast.rules.base import WITHOUT_NUMBER, Case
from bcforecast.rules.panel import flip_revision, flip_sentence, rules
from bcforecast.scenarios.scenario import Scenario, find_lever
from bcforecast.text import Language, text, verdict_message


def goal_records(outlook: project.Outlook, *, lang: Language) -> list[Record]:
    """Return one record a goal: `Outlook.attainment`, with name and verdict in `lang`."""
    table = outlook.attainment()
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    for item, record in zip(outlook, records, strict=True):
        record["name"] = item.names.render(lang)
        a = item.attainment
        record["verdict_text"] = verdict_message(a.verdict, grade=a.grade).render(lang)
    return json_ready(records)


def rule_records(case: Case, *, lang: Language = "en", step: float | None = None) -> list[Record]:
    """Judge a case by every rule; one record a rule and variant.

    `step` is that in which the last figure is published, for the smallest revision that flips
    a label.
    """
    records = []
    for rule in rules():
        verdict, flip = rule.assess(case), flip_revision(rule, case, step=step)
        silent = flip is None and verdict.label in WITHOUT_NUMBER
        records.append(
            {
                **attributes(verdict, "rule", "variant"),
                "name": verdict.name.render(lang),
                **attributes(verdict, "value", "score"),
                "label": verdict.label.removeprefix("rules.label_"),
                "label_text": text(verdict.label, lang),
                **attributes(verdict, "says_met", "projected"),
                "flip_value": flip and flip.value,
                "flip_label": flip and flip.label_after.removeprefix("rules.label_"),
                "flip_text": None if silent else flip_sentence(flip, case).render(lang),
                "inputs": dict(verdict.inputs),
                "details": dict(verdict.details),
                "notes": [note.render(lang) for note in verdict.notes],
            }
        )
    return records


def explanation_record(known: explain.Explanation, *, lang: Language) -> Record:
    """Return everything that explains a goal, with sentences, names and labels in `lang`."""
    a, panel, flip, when = known.item.attainment, known.panel, known.flip, known.date
    pace, compared, record = known.pace, known.pace.compared, known.record
    found = {
        "goal": a.goal,
        "name": known.item.names.render(lang),
        **attributes(known.item.outlook, "as_of", "scenario"),
        **attributes(a, "comparator", "target", "unit", "due", "probability"),
        "verdict": a.verdict.partition(".")[2],
        "verdict_text": verdict_message(a.verdict, grade=a.grade).render(lang),
        "grade": a.grade,
        "rests_on": [message.render(lang) for message in known.item.basis.explanation],
        "reference_class": record
        and {
            "kind": record.kind.id,
            "setters": record.setters.id,
            "due_by": record.last,
            **attributes(record.all, "goals", "met"),
            "listed": attributes(record.listed, "goals", "met"),
            "text": sentences.record_sentence(record).render(lang),
        },
        "panel": {
            "available": panel.case is not None,
            "base_year": panel.case and panel.case.base[0],
            "ours_says_met": known.says_met,
            "disagreement": panel.disagreement is not None and panel.disagreement.flag,
            "text": sentences.rules_agreement(known, lang=lang),
            "rules": []
            if panel.case is None
            else rule_records(panel.case, lang=lang, step=panel.step),
        },
        "own_flip": {
            **attributes(flip, "value", "revision"),
            "verdict": flip and flip.label_after.partition(".")[2],
            "text": sentences.own_flip(known, lang=lang),
        },
        "required": {
            "state": pace.state,
            **attributes(pace.path, "years"),
            **attributes(None if pace.state == "met" else pace.path, "increment", "rate"),
            "compared": compared
            and {
                "with": compared.known.name,
                "measure": compared.known.measure,
                "pace": compared.pace,
                "span_years": compared.span,
                **attributes(compared, "areas", "windows"),
                **attributes(compared.known, "first_year", "last_year", "from_level"),
                "percentile": compared.percentile,
                "share_of_windows": attributes(compared.share_of_windows, "value", "limit"),
                "share_of_areas": compared.share_of_areas
                and attributes(compared.share_of_areas, "value", "limit"),
            },
            "text": [*map(document.plain_text, sentences.required_pace(known, lang=lang))],
        },
        "expected_date": {
            "median": when and when.median,
            "interval_80": when and [when.earliest, when.latest],
            "probability_80": when and when.likely,
            "horizon": when and when.years[-1],
            "reached": when and when.reached,
            "holds_at": when and dict(zip(when.years, when.holds, strict=True)),
            "reached_by": when and dict(zip(when.years, when.reached_by, strict=True)),
            "text": document.plain_text(sentences.date_sentence(when, lang=lang)),
        },
        "targets": {
            "by_probability": {f"{p:g}": target for p, target in known.targets.items()},
            "text": document.plain_text(sentences.targets_sentence(known, lang=lang)),
        },
    }
    return json_ready(found)


def news_record(
    found: news.News, changes: Iterable[news.StatusChange], *, lang: Language
) -> Record:
    """Return news and log of changed words; changes are shares, null where there is none."""

    def of_goal(goal: news.GoalNews) -> Record:
        def of_part(part: news.NewsPart) -> Record:
            steps = {"steps": [of_part(step) for step in part.steps]} if part.steps else {}
            said = [cause.render(lang) for cause in part.causes]
            return {"change": part.change, "causes": said, **steps}

        return {
            "goal": goal.goal.id,
            "name": goal.goal.called(goal.indicator).render(lang),
            **attributes(goal, "said", "turn"),
            **_statuses(goal),
            "change": goal.total,
            "parts": {part.kind: of_part(part) for part in goal.parts},
            "text": sentences.why(goal, lang=lang),
        }

    record = {
        "plan": found.plan.id,
        "from": found.since,
        "to": found.until,
        **attributes(found, "scenario", "seed"),
        "order": news.PARTS,
        "goals": [of_goal(goal) for goal in found.goals],
        "status_changes": [
            {"day": one.day, "goal": one.goal.id, **_statuses(one)} for one in changes
        ],
    }
    return json_ready(record)


_RULES: Final = ("rules_right", "rules_wrong")


def hindcast_record(found: Hindcast, *, lang: Language) -> Record:
    """Return the hindcast; scores are null where nothing can be scored."""

    def of_goal(goal: GoalHindcast) -> Record:
        figure = goal.outcome and goal.outcome.observation
        return {
            "goal": goal.goal.id,
            "name": goal.goal.called(goal.indicator).render(lang),
            **attributes(goal.goal, "comparator", "target", "due"),
            "known": goal.known,
            "outcome": figure
            and {
                **attributes(figure, "value", "lower", "upper"),
                **attributes(goal.outcome, "met"),
                **attributes(figure, "published", "source"),
            },
            "said": [of_forecast(past) for past in goal.forecasts],
            "text": sentences.hindcast_outcome(goal, lang=lang),
        }

    def of_forecast(past: PastForecast) -> Record:
        return {
            **status_record(past.status),
            **attributes(past, "known_already", "brier", "log_loss", "inside_80"),
            **{name: [f"{v.rule}/{v.variant}" for v in getattr(past, name)] for name in _RULES},
        }

    scored = {day.isoformat(): found.scores(day) for day in found.dates}
    names = ("brier", "brier_even", "log_loss", "inside_80", "intervals", *_RULES)
    record = {
        "plan": found.plan.id,
        **attributes(found, "dates", "scenario", "seed"),
        "log_loss_clip": LOG_LOSS_CLIP,
        "goals": [of_goal(goal) for goal in found.goals],
        "scores": {
            when: {"goals": scores.count, **attributes(scores, *names)}
            for when, scores in (scored | {"all": found.scores()}).items()
        },
        "text": sentences.unknown_words(found, lang=lang),
    }
    return json_ready(record)


def scenario_records(
    exploration: project.Exploration, scenarios: Sequence[Scenario], *, lang: Language
) -> list[Record]:
    """Return one record a scenario; null for a probability that cannot be said."""
    records = []
    for scenario in scenarios:
        together = exploration.joint(scenario)
        known = dict(zip(together.goals, together.probabilities.tolist(), strict=True))
        goals = {goal.id: known.get(goal.id) for goal in exploration.outlook.plan.goals}
        about: Record = {"scenario": scenario.id, "name": scenario.name(lang), "goals": goals}
        about |= {"all": together.all_met, **attributes(together, "expected", "weakest", "unset")}
        records.append(about)
    return json_ready(records)


def seek_records(answers: Iterable[seek.Sought], *, plan: Plan) -> list[Record]:
    """Return one record an answer."""
    names = ("goal", "wanted", "feasible", "before", "reached", "unseen")
    records = []
    for one in answers:
        sizes = one.levers.items()
        levers = {name: {"size": size, "unit": find_lever(name, plan).unit} for name, size in sizes}
        records.append({**attributes(one, *names), "levers": levers})
    return json_ready(records)


def _statuses(moved: news.GoalNews | news.StatusChange) -> Record:
    return {"before": status_record(moved.before), "after": status_record(moved.after)}
