"""Sentences: of goals, of what explains them, of news and of hindsight, in one language.

A sentence is spans. One number in it, where it has one that matters, is linked to its source.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from math import inf, isfinite
from typing import Any, Final, NamedTuple

from bcforecast import config
from bcforecast import text as wording
from bcforecast.attainment import explain, news, probability, project, seek
from bcforecast.attainment.reference_class import Count, GoalRecord
from bcforecast.cells import CLASSES
from bcforecast.distributions import Event
from bcforecast.evaluation.hindcast import GoalHindcast, Hindcast, PastForecast
from bcforecast.models.growth import learned
from bcforecast.observations.subannual import MONTHS
from bcforecast.plan import targets
from bcforecast.plan.goals import LEAD
from bcforecast.reporting import document
from bcforecast.reporting.document import Span, Spans, cited, join_spans, sentence
from bcforecast.reporting.facts import AssumptionFact, Facts, GoalFact, OutcomeFact, PushFact
from bcforecast.rules.panel import REACH, revised_words
from bcforecast.scenarios.scenario import find_lever
from bcforecast.text import Language, Message, Text, day, listed, number, percent, plain, rate, text

_NEAR: Final = 0.25  # how far from a whole number of goals an expected one is told as it
_STILL: Final = 0.005  # relative change within which a figure has not moved
_STALE: Final = 2  # from this age in years on, the last figure does not say where things stand
_EVEN: Final = 0.5  # chance below which a lever at its end is no answer
_MARKED: Final = 0.1  # least gain of probability by which a step is worth being named first
_NAMED: Final = 3  # goals at risk that the first sentence names
_LATE: Final = 5  # years over which a pace is that of late
_ALIKE, _ALIKE_POINTS = 0.005, 0.05
"""Difference within which two paces are the same: as a share, and in points of what is in %."""
_SURE: Final = 0.8  # chance with which a target is safe
_STEP: Final = 0.05
"""Parts in which a share of a gap is told; from half of one below, it is the whole gap."""
_AS_GOOD: Final = 0.005
"""Difference of Brier scores within which forecasts were as good as even odds."""


def lead(facts: Facts, *, lang: Language) -> Spans:
    """Say of how many goals a probability can be said, and how many are expected to be met."""
    counted, count = facts.counted, len(facts.goals)
    about: dict[str, object] = {"count": count, "area": facts.plan.area_name}
    about["day"] = day(facts.as_of, lang=lang)
    if all(goal.met is not None for goal in facts.goals):
        told = wording.ratings((g for g, of in by_rating(facts).items() for _ in of), lang=lang)
        return sentence("report.overview_settled", lang, **about, ratings=told)
    stated = sum(g.probability is not None for g in facts.goals)
    number_met = sum(g.probability or 0.0 for g in counted)
    words = expected_words(number_met, of=len(counted), lang=lang)
    form = "" if facts.scenario == config.SCENARIO else "_under"
    said = {"expected": cited(words, "probability", "expected"), "scenario": facts.scenario_name}
    expected = sentence(f"report.overview_expected{form if counted else '_none'}", lang, **said)
    every = "_all" if count > 1 else "_one"
    which = every if stated == count else "" if stated else "_none"
    return sentence(f"report.overview_lead{which}", lang, **about, stated=stated, expected=expected)


def expected_words(number: float, *, of: int, lang: Language) -> str:
    """Say how many of so many goals are expected to be met: the whole numbers about it."""
    low, form = int(number), "between"
    if abs(number - round(number)) <= _NEAR:
        low = round(number)
        every = "both" if of == 2 else "every"
        form = "none" if low == 0 else "about" if low < of else every
    return text(f"report.expected_{form}", lang, low=low, high=low + 1, count=of)


def overview(facts: Facts, *, lang: Language) -> list[Spans]:
    """Return the paragraphs that follow the brief: what is to be known of all its chances."""
    stated = [goal for goal in facts.goals if goal.probability is not None]
    lines = [lead(facts, lang=lang), *_when(facts, lang)]
    if weak := [goal.grade for goal in stated if goal.grade in wording.WEAK]:
        key = f"report.overview_weak{'_all' * (len(weak) == len(stated))}"
        grades = Message("report.weak_grades", {"grade": max(weak), "count": len({*weak})})
        lines.append(sentence(key, lang, count=len(weak), stated=len(stated), grades=grades))
    return lines


def by_rating(facts: Facts) -> dict[str, list[GoalFact]]:
    """Return the goals in groups by how they stand, those at risk first, each by its danger."""
    grouped: dict[str, list[GoalFact]] = {one: [] for one in wording.RATINGS}
    for goal in sorted(facts.goals, key=wording.danger):
        over = goal.is_over(facts.as_of)
        grouped[probability.rating_of(goal.verdict, over=over, met=goal.met)].append(goal)
    return {one: goals for one, goals in grouped.items() if goals}


def brief(facts: Facts, *, lang: Language) -> list[Spans]:
    """Return what page 1 says first: which goals are at risk, and what to do first.

    That is figures, where most goals rest on none; else, of the goals that stand worst with one
    that helps, the step that moves its chance most.
    """
    grouped, weak = by_rating(facts), sum(goal.grade in "DU" for goal in facts.goals)
    said, others = list[Spans](), list[str]()
    open_ = [(g, one) for g, of in grouped.items() for one in of if not one.is_over(facts.as_of)]
    steps = {one.id: next_step(one, facts, lang=lang) for _, one in open_}
    helped = [g for g, one in open_ if steps[one.id].gain >= _MARKED]
    group, first = min(open_, key=lambda one: one[0] == "on_course", default=("", None))
    if helped:
        worst = [one for g, one in open_ if g == helped[0]]
        first = max(worst, key=lambda one: steps[one.id].gain)
    for stands, goals in grouped.items():
        stand = wording.ratings([stands] * len(goals), lang=lang)
        if stands in ("missed", "at_risk"):
            if first in goals[_NAMED:]:  # what the advice names is among those named here
                goals = [*goals[: _NAMED - 1], first, *goals[_NAMED - 1 :]]
            names = few([goal.name for goal in goals], lang=lang)
            said.append(sentence("report.brief_at_risk", lang, rating=stand, names=names))
        else:
            others.append(stand)
    if "at_risk" not in grouped and {"even", "on_course"} & grouped.keys():
        said.append(sentence("report.brief_at_risk_none", lang))
    if others:
        form = "others" if said or {*grouped} != {"met"} else "ended"
        said.append(sentence(f"report.brief_{form}", lang, ratings=listed(others, lang=lang)))
    lines = [join_spans(said, lang=lang)]
    if "awaited" in grouped and first is None:
        lines.append(sentence("report.brief_first_settle", lang))
    if first is not None:
        about = {"count": weak, "of": len(facts.goals), "area": facts.plan.area_name}
        named = [Message("report.name_body", {"name": first.name, "body": b}) for b in first.bodies]
        about |= {"name": [*named, first.name][0], "step": steps[first.id].said}
        form = "goal" if helped else "none" if group == "on_course" else "stuck"
        risky = [one for g, one in open_ if g == "at_risk"]
        if helped and risky and helped[0] != "at_risk":
            fast = any((push := steps[one.id].push) and push.unseen for one in risky)
            form = f"other{'_unseen' * fast}"
            many = [Message("report.brief_those")] if len(risky) >= _NAMED else []
            about["those"] = listed(many or (one.name for one in risky), lang=lang)
        elif form == "stuck" and (push := steps[first.id].push) and push.unseen:
            form = "unseen"
        if figures_first(facts):
            form = f"figures{'_all' * (weak == len(facts.goals))}"
        lines.append(sentence(f"report.brief_first_{form}", lang, **about))
    waiting = {one.id for one in grouped.get("at_risk", ())}
    if late := [one for one in facts.measures if one.overdue and waiting & {*one.goals}]:
        names = few([_of_class(one.name, str(one.status), lang) for one in late], lang=lang)
        section = Message("report.section_delivery")
        overdue = {"count": len(late), "names": names, "section": section}
        lines.append(sentence("report.brief_overdue", lang, **overdue))
    return lines


def few(names: Sequence[Message | str], *, lang: Language, most: int = _NAMED) -> str:
    """Name the first of some, and that there are others (all of four): the workbook has them."""
    first = names[: most + 1 if most > 1 and len(names) == most + 1 else most]
    said = listed(first, lang=lang)
    return text("report.and_others", lang, first=said) if len(names) > len(first) else said


def named_only(goals: Sequence[GoalFact], group: str, *, lang: Language) -> str:
    """Name goals that stand alike, with their chances, or `more` of them than a table shows."""
    about = {"names": listed((named_odds(goal, lang=lang) for goal in goals), lang=lang)}
    about |= {"rating": wording.ratings([group] * len(goals), lang=lang)}
    form = group if group in ("more", "unset") else "group"
    return text(f"report.brief_rest_{form}", lang, **about, step=Message("report.next_publish"))


def named_odds(goal: GoalFact, *, lang: Language) -> str:
    """Name a goal, with its chance if it has one."""
    name = goal.name.render(lang)
    if goal.probability is None or goal.met is not None:  # its group says how it ended
        return name
    return text("language.label", lang, name=name, value=odds(goal, lang=lang))


def odds(goal: GoalFact, *, lang: Language) -> str:
    """Write the chance of a goal as in narrow cells, or how it ended."""
    said = partial(wording.chance, goal.probability, grade=goal.grade, met=goal.met)
    return said(lang=lang, narrow=True)


def direction(goal: GoalFact) -> Message:
    """Say whether the area's own figures went the goal's way twice; a dash of new things.

    One better year is no trend: it takes three figures, of which neither step goes the other way.
    """
    years = [f.value for f in goal.own.used if f.value is not None and f.year][-3:]
    if len(years) < 3 or goal.asks.counts_new:
        return Message("report.none")
    steps = [(a, b) for a, b in pairwise(years) if abs(b - a) > _STILL * abs(a)]
    if len(moved := {b > a for a, b in steps}) != 1:
        return Message(f"report.trend_{'mixed' if moved else 'flat'}")
    (up,) = moved
    form = "better" if up is goal.asks.up else "worse"
    if goal.asks.two_sided:
        low, high = targets.region(*goal.asked)
        before, now = (max(low - one, one - high, 0.0) for one in steps[-1])
        form = "nearer" if now < before else "farther" if now else "inside"
        form = "past" if goal.passed_by(years[-1]) else form
    # The arrow is the figure's way, the word says whether that is the goal's.
    return Message(f"report.trend_{form}", {"arrow": "↗" if up else "↘"})


def changed(goal: GoalFact, *, lang: Language) -> str:
    """Say in a table's cell how the chance moved since the report before; empty without two."""
    if goal.before is None or (goal.before.probability is None and goal.probability is None):
        return ""
    if goal.before.probability is None:  # what has ended is not assessed any more
        return "" if goal.met is not None else text("report.change_new", lang)
    told = partial(wording.chance, lang=lang, narrow=True)
    was = told(goal.before.probability, grade=goal.before.grade)
    if was == told(goal.probability, grade=goal.grade):
        return text("report.change_none", lang)
    if goal.met is not None:
        return text("report.change_ended", lang, was=was)
    rose = (goal.probability or 0.0) > goal.before.probability
    return text(f"report.change_{'up' if rose else 'down'}", lang, was=was)


class NextStep(NamedTuple):
    """What would help, in a line, with its levers, and how far that moves the chance.

    The line is of `parts`: which figures are wanted, what is to be done, and that nobody ever did.
    """

    said: str
    push: PushFact | None = None
    gain: float = 0.0
    parts: tuple[str, ...] = ()


def next_step(goal: GoalFact, facts: Facts, *, lang: Language) -> NextStep:
    """Say in a line what would help: levers, which come with it, a figure, or keeping on.

    What asks for what is missing counts as what moves the chance.
    """
    if goal.outcome is not None:  # nothing is left to share of what is decided
        parts = () if goal.met is None else ("",) * 3
        return NextStep(happened_short(goal, lang=lang), parts=parts)
    if goal.is_over(facts.as_of):
        return NextStep(text("report.next_settle", lang, year=goal.due_year))
    if goal.probability is None:
        lacks = goal.latest is not None and not isfinite(goal.target)
        key = f"report.next_publish{'_base' * lacks}"
        if goal.own.unusable:
            return NextStep(text("report.next_whole", lang, count=goal.own.unusable), gain=_MARKED)
        return NextStep(text(key, lang, year=goal.base_year), gain=_MARKED)
    weak, stands = goal.grade in wording.WEAK, probability.rating_of(goal.verdict)
    late = goal.lacking(facts.as_of)
    add = text("report.next_add", lang, count=len(late), year=max(late)) if late else ""
    if stands == "on_course":
        worse = direction(goal).key in ("report.trend_worse", "report.trend_farther")
        keep = text(f"report.next_keep{'_worse' if worse else '_weak' if weak else ''}", lang)
        known = worse or not weak  # else its own figures are asked for already
        said = add * known, keep * (worse or weak or not add)
        return NextStep(wording.join_sentences(said, lang=lang))
    if goal.due_year < wording.year_of(facts.as_of + LEAD):
        return NextStep(text("report.next_await", lang, year=goal.due_year))
    told = not goal.asks.counts_new  # by yearly figures of the area's own
    if goal.q50 is not None and goal.passed_by(goal.q50):  # no measure decides whether that counts
        level = wording.estimate(goal.q50, unit=goal.unit, within=wording.spread(goal))
        past = text("report.next_past", lang, level=in_unit(level, goal, lang), due=goal.due_year)
        joined = wording.join_sentences((add, past), lang=lang)
        return NextStep(joined, gain=_MARKED, parts=(add, past, ""))
    # Growth as such is no measure that one could take.
    tied = bool(goal.measures) or not all(one.general for one in goal.pushes)
    # A figure can be too great for a range: the best of what is possible is not the most of it.
    best, push, fast = goal.asks.two_sided, goal.helpful, ""
    if push is None and not (tied or best) and stands == "at_risk":  # not even growth would do
        push = max(goal.pushes, key=lambda one: one.reached, default=None)
    if push is None:
        over = bool(goal.pushes) and all(one.delivered for one in goal.pushes)
        even = "other" if goal.pushes else "watch"
        tried = "review" if tied else "unmeasured" if goal.pushes else "untried"
        other = even if stands == "even" else tried
        key, needed = "delivered" if over else other, weak and told
        step = text(f"report.next_{key}", lang)
        gain = _MARKED * (key in ("unmeasured", "untried"))
        step = "" if add and key == even and not needed else step
    else:
        reached = wording.chance(push.reached, grade=goal.grade, lang=lang)
        far = wording.rounded_chance(push.reached, grade=goal.grade) >= _EVEN or stands == "even"
        form = "_best" if best else "_short" if far or push.general else "_review"
        form = "" if enough(push.reached, grade=goal.grade, wanted=push.wanted) else form
        # The plan's own measures, where they could be enough.
        held = push.measures if form in ("", "_best") else ()
        own = [text("report.quoted", lang, name=name) for name in held]
        named = own or not tied
        key = f"unmeasured{form or '_push'}" if named else f"push{form}"
        key = "short" if form == "_short" else key
        act = Message(f"report.act_{'more' if tied else 'new'}")
        act = Message("report.act_own", {"names": few(own, lang=lang, most=1)}) if own else act
        if stands == "at_risk" and (push.unseen or not far):  # it may be beyond any measure
            act = Message("report.act_revise", {"act": act})
        words: Message = Message("report.next_all") if push.levers > 1 else push.words
        step = text(f"report.next_{key}", lang, act=act, push=words, reached=reached)
        needed, gain = goal.grade == "D" and told, push.reached - goal.probability
        fast = unseen(push, goal.due_year, facts.as_of, lang=lang)
        gain = 0.0 if fast else gain  # nobody can be asked for that
        push = None if key == "push_review" else push
    gain = max(gain, _MARKED) if needed else gain
    parts = text("report.next_own", lang) if needed else add, step, fast
    return NextStep(wording.join_sentences(parts, lang=lang), push, gain, parts)


def shared_steps(
    steps: Sequence[NextStep], *, lang: Language, known: str = ""
) -> tuple[str, list[str]]:
    """Say what several steps share, and of each the rest; nothing of what is `known` already."""
    parts = ([p * (p != known) for p in one.parts or ("", one.said, "")] for one in steps)
    figures, asked, fast = (list(of) for of in zip(*parts, strict=True))
    colon, common, none = text("language.label", lang, name="", value=""), [], [""] * len(steps)
    if len(steps) > 1:
        if len({*figures}) == 1:
            common, figures = figures[:1], none
        first = asked[0].partition(colon)[0] + colon
        if len({*asked}) == 1:
            common, asked = [*common, asked[0]], none
        elif all(one.startswith(first) for one in asked):
            common = [*common, first.removesuffix(colon)]
            asked = [(o := one.removeprefix(first))[:1].upper() + o[1:] for one in asked]
        if all(fast):
            common, fast = [*common, text("report.unseen_all", lang)], none
    clauses = (one[:1].lower() + one[1:].rstrip(".。") for one in common if one)
    each = zip(figures, asked, fast, strict=True)
    left = [wording.join_sentences(one, lang=lang) for one in each]
    return wording.join_clauses(clauses, lang=lang), left


def figures_first(facts: Facts) -> bool:
    """Whether most goals rest on no figures of the area's own, which are asked for first."""
    return 2 * sum(goal.grade in "DU" for goal in facts.goals) >= len(facts.goals)


def unseen(push: PushFact | seek.Sought, due: int, as_of: date, *, lang: Language) -> str:
    """Say that no figures on record ever moved as fast as a push asks; nothing where some did."""
    span = Message("explain.span", {"count": abs(push.unseen)})
    about = {"span": span, "first": wording.year_of(as_of + LEAD) - 1, "due": due}
    key = f"report.unseen_{'up' if push.unseen > 0 else 'down'}"
    return text(key, lang, **about) if push.unseen else ""


def _when(facts: Facts, lang: Language) -> list[Spans]:
    """Say that the plan had not been issued by the as-of date, or that a due date had passed."""
    as_of = day(facts.as_of, lang=lang)
    if facts.plan.dated and facts.as_of < facts.plan.issued:
        issued = day(facts.plan.issued, lang=lang)
        return [sentence("report.overview_not_issued", lang, day=as_of, issued=issued)]
    assessed = (one for one in facts.goals if one.probability is not None and one.outcome is None)
    waiting = [goal.due for goal in assessed if goal.is_over(facts.as_of)]
    counts = [(day(due, lang=lang), waiting.count(due)) for due in sorted(set(waiting))]
    key = "report.overview_due_over"
    return [sentence(key, lang, day=as_of, due=due, count=count) for due, count in counts]


def promise(goal: GoalFact, *, lang: Language, below: str = "") -> Spans:
    """Say what the plan promises, with its comparator, and whether it only strives for it.

    A name that is the heading `below` which it stands is not said again.
    """
    # A span of years is said with the target, and no day is due beside it.
    key = f"report.say_{'aspiration' if goal.aspiration else 'promise'}{'_over' * bool(goal.over)}"
    asked, name = target_of(goal, lang=lang), goal.name.render(lang)
    target = cited(asked, "plan", f"{goal.id}.target")
    year = goal.due_year
    ended = "report.year" if goal.flow else "wording.year_end"
    ends = (goal.due.month, goal.due.day) == (12, 31)
    due = text(ended, lang, year=year) if ends else day(goal.due, lang=lang)
    # The year and the target that tell goals of one indicator apart are said by themselves.
    said = f"(?:{year}|{re.escape(text('report.year', lang, year=year))})"
    apart = re.fullmatch(rf"(.+?) ?[(（]{said}(?:[,，] ?(.+))?[)）]", name)
    name = apart[1] if apart and asked.startswith(apart[2] or "") else name
    named = document.words(text("language.label", lang, name=name, value="")) * (name != below)
    return named + sentence(key, lang, target=target, due=due)


def target_of(goal: GoalFact, *, lang: Language) -> str:
    """Write the target with its comparator and the indicator's own word for the unit."""
    return targets.promised(goal, name=goal.unit_name.render(lang), lang=lang)


def likelihood(goal: GoalFact, facts: Facts, *, lang: Language, said: str = "") -> Spans:
    """Say the probability as number and word, with the evidence grade; or that there is none.

    Nothing of a goal that is met or missed, nor of a grade that was `said` above it.
    """
    about: dict[str, object] = {"as_of": day(facts.as_of, lang=lang)}
    if goal.met is not None:
        return ()
    if goal.probability is None:
        return sentence("report.say_unset", lang, **about)
    told = wording.chance(goal.probability, grade=goal.grade, lang=lang)
    about["percent"] = cited(told, "probability", f"{goal.id}.attainment.probability")
    about["word"] = wording.verdict_message(goal.verdict, grade=goal.grade)
    weak = "_weak" * (goal.grade in wording.WEAK)  # what the verdict says is not said again
    names = {"meaning": "grade", "evidence": "evidence"}
    known = {k: Message(f"report.{name}_{goal.grade}") for k, name in names.items()}
    grade = sentence(f"report.say_grade{weak}", lang, grade=goal.grade, **known)
    over = "_over" * goal.is_over(facts.as_of)
    chance = sentence(worded(f"report.say_probability{over}", told), lang, **about)
    return join_spans((chance, () if goal.grade == said else grade), lang=lang)


def likelier_later(goals: Iterable[GoalFact], *, lang: Language) -> list[Spans]:
    """Say why a later date of a goal is likelier than the one before, where it is told so.

    It asks for less a year, or else the forecast's range, which widens, reaches further over it.
    """
    found = list[Spans]()
    told_so = [one for one in goals if one.met is None and one.probability is not None]
    dates = [one for one in told_so if not (one.over or one.asks.two_sided)]
    for early, late in pairwise(sorted(dates, key=lambda one: (one.asks.up, one.due))):
        pair, points = (early, late), wording.is_percent(late.unit)
        p, q = (wording.rounded_chance(g.probability or 0.0, grade=g.grade) for g in pair)
        paces = [abs((g.required_increment if points else g.required_rate) or inf) for g in pair]
        eased, ranges = paces[1] < paces[0] < inf, [wording.spread(one) or 0.0 for one in pair]
        if early.asks.up == late.asks.up and q > p and (eased or ranges[1] > ranges[0]):
            years = {"early": early.due_year, "late": late.due_year}
            key = f"report.likelier_{'pace' if eased else 'range'}"
            found.append(sentence(key, lang, **years))
    return found


def worded(key: str, said: str) -> str:
    """Return the key of a sentence with a chance in it, which may be words and no number."""
    return key if said[0].isdigit() else f"{key}_words"


def due_range(goal: GoalFact, *, lang: Language) -> Spans:
    """Say the median and the 80 % interval at the due date; for events, what is counted."""
    if goal.asks.counts_new:
        return sentence("report.say_event", lang)
    if goal.met is not None or goal.q10 is None or goal.q50 is None or goal.q90 is None:
        return ()
    quantiles = [goal.added_years * one for one in (goal.q10, goal.q50, goal.q90)]
    low, median, high = wording.estimates(quantiles, unit=goal.unit, lang=None)
    told = wording.estimates(quantiles, unit=goal.unit, lang=lang)
    amount = partial(in_unit, goal=goal, lang=lang, places=len(told[1].partition(".")[2]))
    middle, ends = amount(median), {"low": low, "high": high}
    if goal.relative is not None:
        beside = partial(wording.compared, unit=goal.unit, name=goal.unit_name)
        middle = beside(median, other=goal.beside).render(lang)
        between = text("report.range_ends", lang, **{k: beside(v) for k, v in ends.items()})
    elif wording.unit_of(goal.unit).currency or (
        text("language.large_numbers", lang) == "myriads" and not wording.index_base(goal.unit)
    ):
        between = text("report.range_ends", lang, **{k: amount(v) for k, v in ends.items()})
    else:
        between = amount(text("report.range_ends", lang, **ends))
    said: dict[str, object] = {"ends": between, "first": goal.first_year, "due": goal.due_year}
    said["median"] = cited(middle, "forecast", f"{goal.id}.attainment.q50")
    mean = wording.estimate(goal.q50, unit=goal.unit, within=goal.q90 - goal.q10)
    said["mean"] = in_unit(mean, goal, lang)
    form = f"_{goal.over}" if goal.over in targets.SUMMED else "_compared" if goal.relative else ""
    return sentence(f"report.say_range{form}", lang, **said)


def progress(
    goal: GoalFact, *, lang: Language, paced: bool = True, as_of: date = date.min
) -> Spans:
    """Say the latest figure, the gap to the target and, if `paced`, the pace that closes it."""
    unknown, unit, name = goal.gap is None and goal.bound is None, goal.unit, goal.unit_name
    if goal.latest is None and goal.gap is not None:  # new things, before the plan's first figure
        gap = wording.difference(number(gap_of(goal), unit=unit), unit, name, lang=lang)
        return sentence("report.say_gap_new_none", lang, gap=gap)
    if goal.met or goal.latest is None or goal.latest_year is None or unknown:
        return ()
    values: dict[str, object] = {"latest": latest_figure(goal, lang=lang), "year": goal.latest_year}
    if goal.relative is not None:
        met = "met" if targets.meets(goal.latest, *goal.asked) else "short"
        return sentence(f"report.say_compared_{met}", lang, **values)
    broken = goal.over and goal.met is False and goal.met_by(goal.latest)
    if goal.bound is not None or goal.over in targets.SUMMED or broken:  # no distance is known
        said = latest(goal, lang=lang)
        if (known := goal.known_years) and goal.over == "total":
            amounts = {"done": goal.known_in_all, "total": goal.in_all[0]}
            told = {name: in_unit(plain(one), goal, lang) for name, one in amounts.items()}
            done = sentence("report.say_so_far", lang, **told, first=min(known), last=max(known))
            said = join_spans((said, done), lang=lang)
        return said
    due = goal.due_year
    first = max(goal.latest_year + 1, goal.first_year or due) if goal.over else due
    if goal.met_by(goal.latest):
        form = "" if goal.over is None or first > due else "_last" if first == due else "_every"
        return sentence(f"report.say_reached{form}", lang, **values, due=due)

    def moved(value: float) -> str:
        return wording.difference(number(abs(value), unit=unit), unit, name, lang=lang)

    if not goal.gap:  # the target itself, where it has to be passed
        return sentence("report.say_at_target", lang, **values)
    low, high = targets.region(*goal.asked)
    side = "_above" if goal.latest > high else ""
    values |= {"gap": moved(gap_of(goal) or 0.0), "aim": Message("report.aim")}
    if goal.asks.two_sided:
        end = in_unit(number(high if side else low, unit=goal.unit), goal, lang)
        values["aim"] = Message(f"report.aim{side or '_below'}", {"end": end})
    points = wording.is_percent(goal.unit)
    pace = goal.required_increment if points else goal.required_rate
    if goal.passed_by(goal.latest):
        return sentence("report.say_past", lang, **values)
    if goal.asks.counts_new:
        return sentence("report.say_gap_new", lang, **values)
    if side and not goal.over and wording.is_rank(goal.unit):
        return sentence("report.say_gap_place", lang, **values, places=moved(goal.gap))
    if pace is None or not paced:
        return sentence(f"report.say_gap_unpaced{side}", lang, **values)
    size = moved(pace) if points else rate(abs(pace))
    way = f"report.move_{'points_' * points}{'up' if pace > 0.0 else 'down'}"
    asked = {"move": Message(way, {"size": size}), "year": first, "due": due}
    form = f"{'once' if first - goal.latest_year == 1 else 'yearly'}{'_kept' * (first < due)}"
    form += "_over" * (first < min(due, wording.year_of(as_of + timedelta(days=1))))
    values["asked"] = Message(f"report.asked_{form}", asked)
    return sentence(f"report.say_gap{side}", lang, **values)


def gap_of(goal: GoalFact) -> float | None:
    """Return the gap with no more decimals than the figures that it lies between."""
    low, high = targets.region(*goal.asked)
    ends = [one for one in (goal.latest or 0.0, low, high) if isfinite(one)]
    places = max(wording.decimals(wording.twelve_digits(one), unit=goal.unit) for one in ends)
    return goal.gap and (round(goal.gap, places) or goal.gap)


def latest(goal: GoalFact, *, lang: Language) -> Spans:
    """Say the latest figure; nothing where there is none."""
    said = {"latest": latest_figure(goal, lang=lang), "year": goal.told_year}
    return () if goal.latest is None else sentence("report.say_latest", lang, **said)


def lacking(goal: GoalFact, as_of: date, *, lang: Language) -> Spans:
    """Say that newer figures should be out than the latest; nothing where none should."""
    years = goal.lacking(as_of)
    about = {"count": len(years), "first": years[0], "year": years[-1]} if years else {}
    return sentence("report.say_lacking", lang, **about) if years else ()


def needed(
    increment: float | None,
    growth: float | None,
    unit: str,
    *,
    lang: Language,
    counted: bool = False,
    signed: bool = False,
) -> str:
    """Write in a cell what is needed a year: growth; of a ratio points, as its growth misleads.

    Of a rank places; of new things that are `counted` their number, as the sum of them grows ever
    more slowly.
    """
    ranked = wording.is_rank(unit)
    if not (wording.is_percent(unit) or counted or ranked):
        return rate(growth, signed=signed)
    if increment is None:
        return wording.NOTHING
    few = (counted or ranked) and abs(increment) < 10.0  # one in three years is not none a year
    told = wording.rough(increment, unit="") if few else number(increment, unit=unit, lang=lang)
    figure = ("+" if signed and increment > 0.0 else "") + told
    if ranked:
        return wording.difference(figure, unit, None, lang=lang)
    return figure if counted else text("report.points_short", lang, figure=figure)


def latest_figure(goal: GoalFact, *, lang: Language) -> Span:
    """Write the latest figure, linked to its observation, or to what counted it for an event."""
    words, one = in_unit(number(goal.latest, unit=goal.unit), goal, lang), goal.last
    if one is None:
        return cited(words, "forecast", f"{goal.id}.attainment.latest")
    words = _as_last(words, one, one.words, beside=goal.relative, lang=lang)
    return Span(text=words, link=f"#{document.observation_anchor(one)}")


def latest_words(item: project.GoalOutlook, *, lang: Language) -> str:
    """Write the same of an outlook, with its year."""
    a, indicator = item.attainment, item.indicator
    if not item.begun or a.latest is None:
        return wording.NOTHING if item.begun else text("report.latest_none_yet", lang)
    same = (one for one in item.basis.selection.used if one.period.of_year == a.latest_year)
    one = item.bound or next((one for one in same if one.value == a.latest), None)
    own, year = indicator.unit_names, one.period.of_year if one else a.latest_year
    words = wording.figure(number(a.latest, unit=a.unit), a.unit, own).render(lang)
    if one is not None:
        words = _as_last(words, one, one.in_words(own), beside=indicator.compared, lang=lang)
    return text("report.latest", lang, figure=words, year=year)


def _as_last(words: str, one: Any, said: Message, *, beside: object, lang: Language) -> str:
    """Write the latest figure as firm as it is; as `said` a bound, and what lies between two."""
    exact = beside is None and one.value is not None and isfinite(one.value)
    return wording.with_status(words if exact else said.render(lang), one.status, lang=lang)


def progress_now(goal: GoalFact, facts: Facts, *, lang: Language) -> Spans:
    """Say where a goal stands by the forecast, where its last figure is old, or it may be met."""
    fan, last, due = goal.forecast, goal.latest_year, goal.due_year
    found = nowcast(goal, dict(zip(fan.years, fan.median, strict=True)) if fan else {}, facts.as_of)
    if found is None or last is None or goal.bound is not None:
        return ()

    def told(value: float) -> str:
        return in_unit(wording.rough(value, unit=goal.unit), goal, lang)

    now, level = found
    # What a reader adds up: from the estimate as it stands there, not as it was before rounding.
    missing = abs(goal.target - wording.rounded(level, unit=goal.unit))
    size = wording.rough(missing, unit=goal.unit)
    gap = wording.difference(size, goal.unit, goal.unit_name, lang=lang)
    when = {"year": last, "age": now - last, "now": now, "due": due}
    values = {"latest": latest_figure(goal, lang=lang), "level": told(level), "gap": gap}
    form = "_met" if targets.meets(level, *goal.asked) else "" if goal.asks.up else "_above"
    return sentence(f"report.say_now{form}", lang, **when, **values)


def nowcast(
    goal: GoalFact | project.Attainment, median: Mapping[int, float], as_of: date
) -> tuple[int, float] | None:
    """Return the last year that is over, and the forecast's median then, if no figure is as new.

    Of a figure of the year before only where the goal may be met since.
    """
    now, last = wording.year_of(as_of.replace(day=1) + timedelta(days=31)) - 1, goal.latest_year
    one_sided = not goal.asks.two_sided and goal.over is None
    if last is None or not one_sided or now not in median or now >= goal.due_year:
        return None
    met = targets.meets(median[now], *goal.asked)
    if now - last < _STALE and (goal.met_by(goal.latest) or not met):
        return None
    return now, median[now]


def rest_of_year(goal: GoalFact, *, lang: Language) -> Spans:
    """Say what a goal of this year asks of the months to come, beside what others have brought."""
    part, asked = goal.so_far, goal.asks
    other = asked.two_sided or goal.over
    if other or part is None or part.how != "sum" or part.year != goal.due_year:
        return ()
    whole, left = wording.unit_of(goal.unit).whole, MONTHS - part.months
    missing = targets.nearest_that_meets(goal.comparator, goal.target, whole=whole) - part.value
    form = ("" if asked.up else "_most") if missing > 0.0 else "_met" if asked.up else "_above"
    unit, name = wording.within_year(goal.unit, goal.unit_name.render(lang))
    told = partial(wording.quantity, unit=unit, name=name, lang=lang)
    months = Message("report.say_rest_months", {"count": part.months})
    values = {"figure": told(number(part.value, unit=goal.unit)), "months": months}
    values |= {"missing": told(number(abs(missing), unit=goal.unit)), "count": left}
    values["monthly"] = told(wording.rough(abs(missing) / left, unit=goal.unit))
    return sentence(f"report.say_rest{form}", lang, year=part.year, **values)


def pace_so_far(goal: GoalFact, *, lang: Language) -> Spans:
    """Say how fast the area's own figures moved of late, where the target asks for a pace.

    Beside it the pace of the forecast's median, and where that is another one, what it comes from.
    """
    known = {f.year: f.value for f in goal.own.used if f.year and f.value}
    known = {year: known[year] for year in known if year not in goal.own.exceptional}
    last, points = max(known, default=0), wording.is_percent(goal.unit)
    first = min((year for year in known if year >= last - _LATE), default=last)
    asked = goal.required_increment if points else goal.required_rate
    summed = goal.over or goal.asks.counts_new or wording.is_rank(goal.unit)
    if first == last or asked is None or summed or goal.met_by(goal.latest):
        return ()
    start, end, span = known[first], known[last], last - first
    if not points and not start * end > 0.0:
        return ()

    def pace(start: float, end: float, span: int) -> float:
        return (end - start) / span if points else (end / start) ** (1 / span) - 1.0

    def told(key: str, of: float, over: int, **about: object) -> Spans:
        size = wording.pace(of, points=points)
        moved = wording.difference(size, "%", None, lang=lang) if points else size
        about["yearly"] = Message("report.pace_yearly") if over > 1 else ""
        return sentence(f"report.pace_{key}_{_way(of, size)}", lang, past=moved, **about)

    past, due, said = pace(start, end, span), goal.due_year, list[Spans]()
    if goal.q50 is not None and due > last and (points or goal.q50 * end > 0.0):
        told_q50, _ = wording.estimated(goal.q50, unit=goal.unit, within=wording.spread(goal))
        ahead = pace(end, told_q50, due - last)
        alike = abs(pace(end, goal.q50, due - last) - past) < (_ALIKE_POINTS if points else _ALIKE)
        why = Message("report.pace_why", {"why": goal.pace_from}) if goal.pace_from else ""
        said = [told("ahead", ahead, due - last, last=last, due=due, why="" if alike else why)]
    return join_spans((told("so_far", past, span, first=first, last=last), *said), lang=lang)


def safe_level(outlook: project.Outlook, *goals: str) -> list[Message | None]:
    """Write the targets met with a chance of eight in ten; None without such or need.

    Those of several goals have as many decimals as the one with fewest.
    """
    known = [(_safe_target(outlook, goal), outlook[goal]) for goal in goals]
    spreads = ((t, item.goal.unit, wording.spread(item.attainment)) for t, item in known if t)
    told = (wording.estimated(t, unit=unit, within=within) for t, unit, within in spreads)
    places = min((decimals for _, decimals in told), default=None)
    return [None if t is None else _safe(t, item, places=places) for t, item in known]


def _safe_target(outlook: project.Outlook, goal: str) -> float | None:
    a, asked = outlook[goal].attainment, outlook[goal].goal
    compared = outlook[goal].indicator.compared
    place = compared is not None and len(compared.beside) > 1
    unsure = a.probability is not None and not enough(a.probability, grade=a.grade)
    if not unsure or place or a.asks.counts_new or a.asks.two_sided or asked.over is not None:
        return None
    safe = explain.explain(outlook, goal, with_flip=False).targets.get(_SURE)
    if safe is None or a.latest is None:
        return safe
    # A target short of what there is already is none that anybody would set.
    return safe if safe == a.latest or a.asks.up is (safe > a.latest) else None


def _safe(target: float, item: project.GoalOutlook, *, places: int | None = None) -> Message:
    """Write a target, rounded toward what is easier, so that it has its chance as it is told."""
    a = item.attainment
    side = -1 if a.asks.up else 1
    within = wording.spread(a)
    said = wording.estimate(target, unit=a.unit, within=within, side=side, places=places)
    about = said, a.unit, item.indicator.unit_names
    if (compared := item.indicator.compared) is None:
        return wording.figure(*about)
    return wording.compared(*about, other=compared.called)


def enough(probability: float, *, grade: str, wanted: float = _SURE) -> bool:
    """Whether a chance, as it is printed, is as high as is wanted."""
    told, asked = (wording.rounded_chance(one, grade=grade) for one in (probability, wanted))
    return told >= asked


def levers(
    answers: Sequence[seek.Sought], outlook: project.Outlook, *, lang: Language
) -> tuple[Spans, ...]:
    """Say a line each lever that moves the chance as it is read, and one of all together.

    With the plan's own measures behind it; where they have been delivered, that it takes more.
    """
    a, before = outlook[answers[0].goal].attainment, answers[0].before
    grade = a.grade
    said_of, met = partial(wording.chance, grade=grade, lang=lang), partial(enough, grade=grade)
    if met(before, wanted=answers[0].wanted):
        return (sentence("report.levers_unneeded", lang),)
    if a.passed_by(a.q50):
        return (sentence("report.levers_past", lang),)
    moving = [one for one in answers if said_of(one.reached) != said_of(before)]
    best = {said_of(one.reached) for one in moving if len(one.levers) == 1}
    moving = [one for one in moving if len(one.levers) == 1 or said_of(one.reached) not in best]
    found, measures = [], seek.tracked(outlook.plan, outlook.data) if moving else ()
    told = list[str]()
    for one in sorted(moving, key=lambda one: (len(one.levers), -one.reached)):
        far = "best" if a.asks.two_sided else "short"
        far = "enough" if met(one.reached, wanted=one.wanted) else far
        key = f"{'all_' * (len(one.levers) > 1)}{far}"
        place = f"{one.goal}[{answers.index(one)}].reached"
        push = push_words(one, outlook, lang=lang)
        reached = cited(said_of(one.reached), "seek", place)
        said = sentence(f"report.levers_{key}", lang, push=push, reached=reached)
        spent = all(map(partial(seek.is_delivered, measures=measures), one.levers))
        behind = seek.behind(one, measures=measures)
        names = [text("report.quoted", lang, name=of.names) for of in behind]
        new = [name for name in names if name not in told]
        told += new
        fast = unseen(one, a.due_year, outlook.as_of, lang=lang)
        tail = [document.words(fast)] if fast else []
        own = {"names": few(new, lang=lang)}
        tail += [sentence("report.lever_measures", lang, **own)] if new else []
        tail += [sentence("report.lever_delivered", lang)] if spent else []
        found.append(join_spans((said, *tail), lang=lang))
    return tuple(found) or (sentence("report.levers_none", lang, before=said_of(before)),)


def push_words(answer: seek.Sought, outlook: project.Outlook, *, lang: Language) -> str:
    """Name the levers of an answer and how far each goes, if at all."""
    said, a = [], outlook[answer.goal].attainment
    unit_names = outlook[answer.goal].indicator.unit_names
    falls = False
    if a.latest is not None and a.latest_year and a.q50 is not None:
        pace = (a.q50 - a.latest) / max(a.due_year - a.latest_year, 1)
        flat, wanted = abs(pace) <= _STILL * abs(a.latest), targets.region(*a.asked)[1] < a.latest
        falls = wanted if flat else pace < 0.0  # on trend
    for name, size in answer.levers.items():
        lever = find_lever(name, outlook.plan)
        # Levers are told for one goal, whose name need not come again.
        # A measure's own lever of growth is called by the measure, others by what they move.
        own = lever.growth and not lever.is_general
        named = Message("report.lever_named", {"name": lever.names}) if own else lever.names
        push = Message("report.lever_growth") if lever.is_general else named
        points, moved = answer.points.get(name), None
        much = {"size": plain(float(f"{abs(size):.2g}")), "unit": lever.unit_name}
        if size and points is not None:
            way = "up" if points > 0 else "down"
            size_of = {"digits": plain(float(f"{abs(points):.2g}")), "unit": a.unit}
            by = wording.Made(wording.difference, **size_of, name=unit_names)
            what = "places" if wording.is_rank(a.unit) else "points"
            moved = Message(f"joint.{what}_{way}", {"size": by})
        elif size and lever.growth and isinstance(outlook[answer.goal].forecast, Event):
            moved = Message("joint.push_chance", much)
        if moved is not None:
            beside = Message("joint.push_points", {"lever": push, "points": moved})
            push = moved if lever.is_general else beside
        elif size:
            kind = "share_" if lever.unit == "percent" else "growth_" if own else ""
            way = f"{kind}{'up' if size > 0 else 'down'}"
            if lever.is_general and falls and size < 0:
                way = "fall"
            push = Message(f"joint.push_{way}", {"lever": push, **much})
        said.append(push.render(lang))
    told = wording.join_clauses(said, lang=lang)
    return text("joint.push_further", lang, push=told) if answer.further else told


def shocks(assumed: Iterable[AssumptionFact], *, lang: Language) -> str:
    """Say what a scenario assumes to come from outside: when, how large, why, how it passes."""
    found: dict[tuple[int, float], list[str]] = {}
    for one in assumed:
        if one.recovered is not None:
            ((year, size),) = one.by_year.items()
            note = "_why" if one.note else ""
            about = {"name": one.name, "size": ("+" if size > 0.0 else "") + plain(size)}
            said = text(f"document.shock_on{note}", lang, **about, note=one.note)
            found.setdefault((year, one.recovered), []).append(said)
    return "".join(
        text("document.shock", lang, year=year, hits=listed_words, recovered=percent(recovered))
        for (year, recovered), hits in found.items()
        for listed_words in [wording.join_clauses(hits, lang=lang)]
    )


def delivery(goal: GoalFact, facts: Facts, *, lang: Language) -> Spans:
    """Say on which measures a goal rests, how far one can rely on them, and which are overdue."""
    if goal.probability is None or all(one.status is None for one in facts.measures):
        return ()
    mine = [one for one in facts.measures if one.id in goal.measures]
    known = [one for one in mine if one.status is not None]
    middle, even = goal.q50, goal.probability >= _EVEN
    enough = even if middle is None else targets.meets(middle, *goal.asked)
    short = not (enough or goal.passed_by(middle))
    classes, said = [], []
    for status in reversed(CLASSES):
        names = listed((one.name for one in known if one.status == status), lang=lang)
        classes += [_of_class(names, status, lang)] if names else []
    if classes:
        key = f"delivery.rests_on{'_short' * short}"
        said.append(sentence(key, lang, classes=wording.join_clauses(classes, lang=lang)))
    if short and any(one.credible for one in known):
        part, whole = goal.covered, 1.0 - _STEP / 2
        how = "unknown" if part is None else "all" if part > whole else "part" if part else "none"
        # A share of a forecast's gap by assumed ranges: no more exact than to a twentieth.
        rough = None if part is None else max(_STEP, round(part / _STEP) * _STEP)
        said.append(sentence(f"delivery.covers_{how}", lang, part=percent(rough, lang=lang)))
        if all(one.status == "delivered" for one in known if one.credible):
            said.append(sentence("delivery.spent", lang))
    elif short and known:
        said.append(sentence("delivery.none_credible", lang, count=len(known)))
    if len(mine) > len(known):
        key = f"delivery.unknown{'_others' * bool(known)}"
        said.append(sentence(key, lang, count=len(mine) - len(known)))
    if late := [one.name for one in known if one.overdue]:
        said.append(sentence("delivery.overdue", lang, names=listed(late, lang=lang)))
    return join_spans(said, lang=lang)


def status_of(status: str) -> Message:
    """Name a class of delivery."""
    return Message(f"delivery.status_{status.replace(' ', '_')}")


def _of_class(names: Message | str, status: str, lang: Language) -> str:
    said = status_of(status).render(lang).lower()
    return text("delivery.of_class", lang, names=names, status=said)


def happened(goal: GoalFact, *, lang: Language) -> Spans:
    """Say what happened, where the figure of the due year is published; empty where it is not."""
    if goal.outcome is None:
        return ()
    words, form = _ended_with(goal.outcome, goal, lang)
    form = "broken" if goal.over == "every" and form == "missed" else form
    place = document.observation_anchor(goal.outcome, goal.own.area, goal.indicator)
    figure = Span(text=words, link=f"#{place}")
    when = {"year": goal.outcome.year, "day": day(goal.outcome.published, lang=lang)}
    return sentence(f"report.say_known_{form}", lang, figure=figure, **when)


def happened_short(goal: GoalFact, *, lang: Language) -> str:
    """Say what happened in a table's cell: `CNY 165.09 billion in 2022: met`."""
    if goal.outcome is None:
        return text("report.none", lang)
    figure, form = _ended_with(goal.outcome, goal, lang)
    return text(f"report.outcome_{form}", lang, figure=figure, year=goal.outcome.year)


def _ended_with(outcome: OutcomeFact, goal: GoalFact, lang: Language) -> tuple[str, str]:
    """Write the figure by which a goal ended, of a sum that of all its years; return how it did."""
    if goal.over not in targets.SUMMED:
        return outcome_figure(outcome, goal, lang=lang), ending(outcome)
    return of_known_years(goal, lang=lang, status=outcome.status), f"{ending(outcome)}_all"


def of_known_years(goal: GoalFact, *, lang: Language, status: str = "") -> str:
    """Write the total or the mean of the years known of a goal that adds them up, and of which."""
    known, figure = goal.known_years, in_unit(of_years(goal.known_in_all), goal, lang)
    figure = wording.with_status(figure, status, lang=lang)
    span = {"first": min(known), "last": max(known)}
    return text(f"report.ended_{goal.over}", lang, figure=figure, **span)


def of_years(value: float) -> str:
    """Write what was worked out of the figures of years with no more digits than it has."""
    return plain(round(value, wording.decimals(value, unit="-")))


def outcome_figure(outcome: OutcomeFact, goal: GoalFact, *, lang: Language) -> str:
    """Write the figure of an outcome: a value, or the bound that is known."""
    said = in_unit(number(outcome.value, unit=goal.unit), goal, lang)
    said = said if outcome.words is None else outcome.words.render(lang)
    return wording.with_status(said, outcome.status, lang=lang)


def ending(outcome: OutcomeFact) -> str:
    """Whether a goal was met, missed, or is open, as keys of the catalogue have it."""
    return "open" if outcome.met is None else "met" if outcome.met else "missed"


def levels_needed(item: project.GoalOutlook, as_of: date) -> dict[int, float]:
    """Return the level that a goal needs at the end of each open year; empty where it needs none.

    On an even path, of even growth or of shares of even steps, from the latest figure or from where
    the goal's page says that things stand.
    """
    a, path = item.attainment, item.attainment.required
    if path is None or a.latest is None or a.latest_year is None or item.is_over(as_of):
        return {}
    # Of years that are over nothing can be asked any more, though their figures may not be out.
    first, due = max(a.latest_year + 1, wording.year_of(as_of)), a.due_year
    if a.met_by(a.latest) and a.over == "every" and not a.asks.two_sided:
        return {year: a.target for year in item.goal.years if year >= first}
    kept = path.most is not None and path.level_after(a.latest, path.years) == a.latest
    kept = kept or path.is_decided(item.indicator.support[0], up=a.asks.up)
    if a.met_by(a.latest) or kept or not path.years > 0:
        return {}
    start, last, median = a.latest, a.latest_year, dict[int, float]()
    if item.forecast is not None and not a.asks.counts_new:
        median = dict(zip(item.years, item.forecast.median().tolist(), strict=True))
    if (found := nowcast(a, median, as_of)) is not None:
        if targets.meets(found[1], *a.asked):
            return {}
        end, years = start + path.years * (path.increment or 0.0), last + path.years - found[0]
        last, start = found[0], wording.rounded(found[1], unit=a.unit)
        path = probability.required_path(start, target=end, years=years)
    # Shares go by even steps, as in the words on the goal's page.
    even = replace(path, rate=None) if wording.is_percent(a.unit) else path
    levels = {y: even.level_after(start, y - last) for y in range(max(first, last + 1), due + 1)}
    return {year: level for year, level in levels.items() if level is not None}


def _way(of: float, size: str) -> str:
    """Return the way that a change goes, as it is told: none where its size is told as zero."""
    return "none" if not re.search("[1-9]", size) else "up" if of > 0.0 else "down"


def needs_nothing(goal: GoalFact) -> bool:
    """Whether no pace is asked of it: it is met as it stands, or decided."""
    return goal.outcome is not None or goal.met_by(goal.latest)


def methods(facts: Facts, *, lang: Language) -> list[str]:
    """Return the paragraphs on method and limits."""
    named: dict[str, list[Text]] = {}
    for goal in facts.goals:
        if goal.model is not None:
            named.setdefault(goal.model.render(lang), []).append(goal.name)
    last = max(one.due for one in learned().record)
    series = [one for goal in facts.goals for one in goal.series]
    figures = [one for of in series for one in (*of.used, *of.unused)]
    keys = ["of_chances", f"dates{'_learned' * (facts.as_of < date(last, 12, 31))}"]
    applies = {
        "parts": any(one.year is None for one in figures),
        "bounds": any(one.value is None for one in figures),
        "rounded": any(one.status in ("rounded", "approximate") for one in figures),
        "unused": any(of.unused for of in series),
        "borrowed": any(goal.parent for goal in facts.goals),
        "unset": any(goal.grade == "U" for goal in facts.goals),
        "together": facts.taken_together is not None,
        "beyond": any(goal.forecast for goal in facts.goals),
        "record": any(goal.grade in "ABC" for goal in facts.goals),
    }
    keys += ["missing", *(key for key, does in applies.items() if does), "scenario", "limits"]
    about = {"last": last, "baseline": Message("attainment.scenario_baseline")}
    said = [text(f"report.method_{key}", lang, **about) for key in keys]
    if models := [*named]:
        if len(named) > 1:
            each = [{"model": one, "goals": listed(named[one], lang=lang)} for one in named]
            models = [text("report.method_model", lang, **about) for about in each]
        joined = wording.join_clauses(models, lang=lang)
        said.append(text("report.method_models", lang, models=joined))
    return said


def in_unit(figure: str, goal: GoalFact, lang: Language, *, places: int = 0) -> str:
    """Write a number with the unit of a goal."""
    about: dict[str, Any] = {"unit": goal.unit, "name": goal.unit_name.render(lang)}
    return wording.quantity(figure, lang=lang, places=places, **about)


def record_sentence(found: GoalRecord) -> Message:
    """Say how goals like this one ended, and why more are told that were met."""

    def met(count: Count) -> Message:
        return Message("reference.met", {"count": count.met})

    about = {"setters": found.setters.names, "kind": found.kind.names, "last": found.last}
    values: dict[str, object] = {**about, "goals": found.all.goals, "met": met(found.all)}
    every = "_all" * (found.all.met == found.all.goals > 1)
    if found.listed.goals == found.all.goals:  # else good results are found more often
        return Message(f"reference.record{every}", values)
    known = Message("reference.listed_none")
    for key, count in (("_of_others", found.listed_any), ("", found.listed)):
        if count.goals:
            known = Message(f"reference.listed{key}", {"count": count.goals, "met": met(count)})
    return Message(f"reference.record_praised{every}", {**values, "listed": known})


def rules_agreement(known: explain.Explanation, *, lang: Language) -> list[str]:
    """Say whether the rules agree with us, or why they cannot judge."""
    found, missing = known.panel.disagreement, known.panel.missing
    said = found.sentence if found else missing
    flag = [text("explain.flag", lang)] if found and found.flag else []
    return [*flag, said.render(lang)] if said else flag


def own_flip(known: explain.Explanation, *, lang: Language) -> str | None:
    """Say which revision of the last figure changes our word; None without a probability."""
    a, flip = known.item.attainment, known.flip
    if a.probability is None:
        return None
    if known.last is None:
        return text("explain.own_flip_no_figure", lang)
    if not known.flip_sought:
        return text("explain.own_flip_not_sought", lang)
    if flip is None:
        return text("explain.own_flip_none", lang, reach=f"{100.0 * REACH:.0f}")
    word = wording.verdict_message(flip.label_after, grade=a.grade)
    revised = revised_words(flip, a.unit, known.item.indicator.unit_names)
    return text("explain.own_flip", lang, word=word, **revised)


def required_words(known: explain.Explanation, *, lang: Language) -> Spans:
    """Return the sentences on pace, date and targets, one after the other.

    A date and targets of one year say nothing of a goal over several years, nor of a range.
    """
    said = required_pace(known, lang=lang)
    if known.item.goal.over is None and not known.item.goal.asks.two_sided:
        said += [date_sentence(known.date, lang=lang), targets_sentence(known, lang=lang)]
    return join_spans(said, lang=lang)


def required_pace(known: explain.Explanation, *, lang: Language) -> list[Spans]:
    """Say what the target asks for a year, and how often comparable areas have kept that."""
    a, pace, unit = known.item.attainment, known.pace, known.item.goal.unit
    own = known.item.indicator.unit_names
    path = pace.path
    if path is None or a.latest_year is None or pace.state in ("over", "settled"):
        about = {"year": known.item.goal.base_year, "latest": latest_words(known.item, lang=lang)}
        return [sentence(f"explain.pace_{pace.state}", lang, **about)]
    values: dict[str, object] = {"year": a.latest_year, "due": a.due_year}
    values["latest"] = wording.figure(number(a.latest, unit=unit), unit, own)
    if pace.state in ("met", "past", "at_target"):
        at = pace.state == "at_target"
        key = "report.say_at_target" if at else f"explain.pace_{pace.state}"
        return [sentence(key, lang, **values)]
    if pace.state == "mean":
        return [sentence("explain.pace_mean", lang, **level_left(known))]
    values["due"] = a.latest_year + path.years
    assert path.increment is not None
    size = abs(path.increment)
    # Less than ten whole things a year are seldom a whole number of them.
    few = wording.unit_of(unit).whole and size < 10
    digits = f"{size:.1f}".removesuffix(".0") if few else number(size, unit=unit)
    increment = wording.difference(digits, unit, own, lang=lang)
    values["increment"] = cited(increment, "required", f"{a.goal}.attainment.required.increment")
    key = f"explain.pace_required_{'up' if path.increment > 0.0 else 'down'}"
    grows = not (wording.is_percent(unit) or a.asks.counts_new or wording.is_rank(unit))
    if grows and path.rate is not None:
        key, values["rate"] = f"{key}_rate", rate(abs(path.rate))
    said, compared = [sentence(key, lang, **values)], pace.compared
    if compared is None:
        return said
    record, span = compared.known, text("explain.span", lang, count=compared.span)
    about = {"area_kind": text(f"explain.areas_{record.area_kind}", lang), "span": span}
    counts = {"areas": compared.areas, "windows": compared.windows}
    years = {"first": record.first_year, "last": record.last_year}
    share = share_words(compared.share_of_windows, lang=lang)
    said.append(sentence("explain.compared_windows", lang, **about, **counts, **years, share=share))
    if compared.share_of_areas is not None:
        share = share_words(compared.share_of_areas, lang=lang)
        said.append(sentence("explain.compared_areas", lang, **about, share=share))
    if record.from_level > 0.0:
        level = wording.figure(number(record.from_level, unit=record.unit), record.unit)
        said.append(sentence("explain.compared_from_level", lang, level=level))
    if path.years > compared.span:
        said.append(sentence("explain.compared_longest", lang))
    return said


def level_left(known: explain.Explanation) -> dict[str, object]:
    """Return the level that the years left have to average, the first of these and the last."""
    a, path, own = known.item.attainment, known.pace.path, known.item.indicator.unit_names
    if path is None or path.level is None or a.latest_year is None:
        return {}
    low, high = (one and float(f"{one:.4g}") for one in (path.level, path.most))
    asked: dict[str, Any] = {"comparator": a.comparator, "target": low}
    if high is not None:  # of a range one end, where the other is beyond what there can be
        least, most = known.item.indicator.support
        asked = {"comparator": "at_most", "target": high}
        if low is not None and low > least:
            ends = {"comparator": "between", "upper": high} if high < most else {}
            asked = {"comparator": "at_least", "target": low, **ends}
    level: Message = wording.Made(targets.target_words, **asked, unit=a.unit, name=own)
    return {"level": level, "first": a.latest_year + path.kept[0], "due": a.due_year}


def beyond_record(item: project.GoalOutlook, *, lang: Language) -> Spans:
    """Say by how much the target lies beyond the area's own record."""
    if (found := explain.beyond_record(item)) is None:
        return ()

    def moved(kind: str, of: float) -> Message:
        size, unit = rate(abs(of)), item.goal.unit
        if not found.relative:
            figure, own = number(abs(of), unit=unit), item.indicator.unit_names
            size = wording.difference(figure, unit, own, lang=lang)
        return Message(f"explain.{kind}_{_way(of, size)}", {"size": size})

    span = text("explain.span", lang, count=found.years)
    record = moved("most" if found.change > 0.0 else "least", found.record)
    about = {"change": moved("change", found.change), "record": record, "windows": found.windows}
    return sentence("explain.beyond_target", lang, span=span, **about)


def share_words(share: explain.PaceShare, *, lang: Language) -> str:
    """Write a share in per cent, or the bound that is known of it."""
    return text(f"explain.share_{share.limit}", lang, share=f"{100.0 * share.value:.0f}")


def date_sentence(known: explain.ExpectedDate | None, *, lang: Language) -> Spans:
    """Say when the goal is met, with the interval; a date beyond the horizon is said to be so."""
    if known is None:
        return sentence("explain.date_unset", lang)
    if known.reached is not None:
        return sentence("explain.date_reached", lang, year=known.reached)
    if known.earliest is None:
        return sentence("explain.date_none", lang, horizon=known.years[-1])

    def by(key: str, year: int | None) -> Message:
        none, about = "_none" if year is None else "", {"year": year, "horizon": known.years[-1]}
        return Message(f"explain.date_{key}{none}", about)

    open_ = "_open" if known.latest is None else "_same" if known.latest == known.earliest else ""
    between = {"earliest": known.earliest, "latest": known.latest}
    interval = Message(f"explain.date_interval{open_}", between)
    said = {"median": by("median", known.median), "interval": interval}
    if known.median is None:
        return sentence("explain.date", lang, **said)
    return sentence("explain.date_likely", lang, **said, likely=by("year80", known.likely))


def targets_sentence(known: explain.Explanation, *, lang: Language) -> Spans:
    """Say which target has a probability of 80 %; that of 50 % is the median."""
    if not known.targets:
        return sentence("explain.targets_unset", lang)
    likely, none = known.targets[_SURE], Message("explain.target_none")
    told = none if likely is None else _safe(likely, known.item)
    return sentence("explain.targets", lang, likely=told)


def why(goal: news.GoalNews, *, lang: Language) -> str:
    """Say what came, part by part."""
    said = []
    if goal.said == "never" or goal.turn is not None:
        turn = {} if goal.said == "never" else {"part": Message(f"news.part_{goal.turn}")}
        said.append(text(f"news.{goal.said}", lang, **turn))
    for part in goal.told.parts:
        said += [cause.render(lang) for cause in part.causes]
    return wording.join_clauses(said or [text("news.unchanged", lang)], lang=lang)


def status_words(status: news.GoalStatus, *, lang: Language) -> str:
    """Say a probability as number, word and grade."""
    met, p = status.met, status.probability
    word = wording.verdict_message(status.verdict, grade=status.grade, met=met)
    if p is None or met is not None:
        return text("news.status_unset", lang, word=word, grade=status.grade)
    said = wording.chance(p, grade=status.grade, lang=lang, narrow=True)
    return text("news.status", lang, percent=said, word=word, grade=status.grade)


def track_record(found: Hindcast, *, lang: Language) -> Spans:
    """Say in plain words how good the forecasts of the goals that have ended were."""
    scores = found.scores()
    if scores.brier is None or scores.brier_even is None:
        return ()
    even = abs(scores.brier - scores.brier_even) < _AS_GOOD
    key = "even" if even else "better" if scores.brier < scores.brier_even else "worse"
    about = {"brier": f"{scores.brier:.3f}", "half": f"{scores.brier_even:.3f}"}
    counts = {"inside": scores.inside_80, "count": scores.intervals}
    form = {0: "_none", scores.intervals: "_all"}.get(scores.inside_80, "")
    inside = Message(f"hindcast.inside{form}", counts)
    return sentence(f"hindcast.plain_{key}", lang, goals=len(found.goals), inside=inside, **about)


def unknown_words(found: Hindcast, *, lang: Language) -> str:
    """Say plainly of how many goals the outcome is not known, and which they are."""
    said = []
    for known in ("not_published", "not_settled"):
        if goals := found.of_outcome(known):
            named = (g.goal.called(g.indicator).render(lang) for g in goals)
            names = text("hindcast.join", lang).join(named)
            about = {"count": len(goals), "all": len(found.goals), "names": names}
            said.append(text(f"hindcast.{known}", lang, **about))
    ended, every = len(found.goals), len(found.plan.goals)
    key = f"hindcast.{'all' if ended == every else 'some'}_known"
    return wording.join_sentences(said or [text(key, lang, count=ended, all=every)], lang=lang)


def hindcast_outcome(goal: GoalHindcast, *, lang: Language) -> str:
    """Say whether the goal was met, with the figure; or that it is not known."""
    said = text(f"hindcast.outcome_{goal.known}", lang)
    if goal.outcome is None:
        return said
    one, own = goal.outcome.observation, goal.indicator.unit_names
    figure, unit = one.in_words(own), goal.indicator.unit
    if (mean := goal.outcome.mean) is not None:
        figure = wording.figure(of_years(mean * goal.goal.added_years), unit, own)
    elif one.has_value and not goal.indicator.compared:  # as everywhere else
        figure = wording.figure(number(one.value, unit=unit), unit, own)
    known = wording.with_status(figure.render(lang), one.status, lang=lang)
    if mean is not None:
        span = {"first": goal.goal.years[0], "last": goal.goal.due_year}
        known = text(f"report.ended_{goal.goal.over}", lang, figure=known, **span)
    return text("hindcast.outcome", lang, said=said, figure=known)


def hindcast_words(past: PastForecast, *, lang: Language) -> str:
    """Say what was said on one date, with its score where there is one."""
    if past.known_already:
        return text("hindcast.known_already", lang)
    words = status_words(past.status, lang=lang)
    if past.brier is None:
        return words
    return text("hindcast.said", lang, words=words, brier=f"{past.brier:.3f}")
