"""Chapters of the reports, piece by piece, as the cells of the notebooks show them."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bcforecast import calls, config, edge, errors
from bcforecast import text as wording
from bcforecast.attainment import explain, project, seek
from bcforecast.attainment.evidence import PUBLISHED
from bcforecast.attainment.news import News, StatusChange, news, news_days, status_log
from bcforecast.models import growth
from bcforecast.models.registry import parse_models
from bcforecast.plan.fields import changed
from bcforecast.plan.reading import load_plan
from bcforecast.plotting import goals, style
from bcforecast.reporting import document, results, sentences, tables
from bcforecast.reporting.display import Section, paragraphs
from bcforecast.reporting.document import cited, join_spans, sentence, words
from bcforecast.reporting.facts import Facts
from bcforecast.text import Language, chance, day, has_text, join_sentences, place_words, text

if TYPE_CHECKING:
    from bcforecast.explorer.panel import ScenarioPanel


def _headed(level: Literal[1, 2, 3], title: str, *said: document.Spans, **how: Any) -> Section:
    return Section((document.Heading(level=level, text=title, **how),)) + paragraphs(*said)


def _section(title: str, said: Section) -> Section:
    """Put a heading within a goal above what is said; nothing where that is nothing."""
    return _headed(3, title) + said if said.blocks else said


def open_outlook(
    plan: str,
    *,
    as_of: str | date,
    scenario: str = config.SCENARIO,
    seed: calls.Seed = config.SEED,
    data_dir: str = "",
    goal: str | None = None,
    models: str = "",
) -> project.Outlook:
    """Read a plan and the figures published by a date, and project the goals.

    `plan` is an identifier or the path of a YAML file, `data_dir` is empty for the shipped data;
    with `goal` only that goal is projected. `models` are those that are not left to the plan, such
    as `gdp=ets,rd_intensity=theta`. What does not exist or cannot be used is a PlanError, an
    ObservationError or a ScenarioError.
    """
    calls.no_unknown_parameters()
    folder = Path(data_dir) if data_dir else None
    read = load_plan(plan, data_dir=folder)
    read.write_years()
    if goal is not None:
        read = changed(read, goals=(read.goal(goal),))
    data = project.load_figures(read, data_dir=folder, as_of=as_of)
    chosen = parse_models(models.split(","))
    return project.project(read, data, scenario=scenario, seed=seed, models=chosen)


def open_news(outlook: project.Outlook, *, since: str) -> News | None:
    """Split what moved since the report before this one; None where there is none before."""
    return outlook.news(_day(since)) if since else None


def plan_changes(changes: News | None, *, lang: Language) -> Section:
    """Return what moved since the report before, and why, with its heading; else nothing."""
    if changes is None:
        return Section()
    title = text("report.section_changes", lang)
    table = tables.news_table(changes, lang=lang, parts=False)
    return _headed(1, title, _moves(changes, lang)) + table


def heading(key: str, *, lang: Language) -> Section:
    """Return the heading of a section of the report on a plan."""
    if not has_text(title := f"report.section_{key}"):
        allowed = "overview, summary, reading, tracked, goals, observations, methods, sources"
        raise errors.OptionError("key", found=key, allowed=allowed)
    return _headed(1, text(title, lang), new_page=key == "goals")


def plan_brief(facts: Facts, data_dir: Path | None = None, *, lang: Language) -> Section:
    """Return page 1: how the goals stand, in groups, who answers for them, and what is next."""
    ended = all(goal.outcome is not None for goal in facts.goals)
    title = text(f"report.section_brief{'_ended' * ended}", lang)
    said = _headed(1, title, *sentences.brief(facts, lang=lang), anchor=document.BRIEF)
    return said + tables.brief_table(facts, lang=lang, data_dir=data_dir)


def plan_opening(facts: Facts, *, lang: Language) -> Section:
    """Return the paragraphs that open the report on a plan."""
    return paragraphs(*sentences.overview(facts, lang=lang))


def plan_methods(facts: Facts, *, lang: Language) -> Section:
    """Return the paragraphs on method and limits."""
    items = map(words, sentences.methods(facts, lang=lang))
    return Section((document.Bullets(items=tuple(items)),))


def goal_opening(facts: Facts, *goals: str, lang: Language) -> Section:
    """Return the heading of a goal, the promise, the probability, and what happened."""
    fact = facts.goal(goals[0])
    name = fact.family if len(goals) > 1 and fact.family is not None else fact.name
    title = name.render(lang)
    # Of a goal that has ended there is too little to say for a page of its own.
    open_ = any(facts.goal(one).met is None for one in goals)
    top = _headed(2, title, anchor=f"goal-{goals[0]}", new_page=open_)
    if fact.quote is not None and fact.place is not None:
        place = text("report.goal_place", lang, place=place_words(fact.place, lang=lang))
        quoted = words(fact.quote.render(lang)), words(place)
        top += Section((document.Quotation(paragraphs=quoted),))
    bodies = wording.listed(fact.bodies, lang=lang)
    responsible = text("report.goal_bodies", lang, bodies=bodies) if bodies else ""
    said, grade = [], ""
    for one in map(facts.goal, goals):
        promised = sentences.promise(one, lang=lang, below=title)
        said.append(join_spans((promised, words(responsible)), lang=lang))
        chance = sentences.likelihood(one, facts, lang=lang, said=grade)
        chances = join_spans((chance, sentences.due_range(one, lang=lang)), lang=lang)
        said += [chances, sentences.happened(one, lang=lang)]
        responsible, grade = "", one.grade if chance else grade
    said += sentences.likelier_later(map(facts.goal, goals), lang=lang)
    return top + paragraphs(*said)


def goal_reasons(facts: Facts, goal: str, *, lang: Language) -> Section:
    """Return why the probability is what it is, until it has ended: what it rests on, the pace."""
    fact = facts.goal(goal)
    if fact.met is not None:  # that is said already
        return Section()
    rests = words(join_sentences((said.render(lang) for said in fact.explanation), lang=lang))
    sized: document.Spans = ()
    if fact.sized is not None:  # once, on the first page that rests on it
        pages = ([*map(facts.goal, page)] for page in facts.pages)
        first = next(p for p in pages if any(one.sized == fact.sized for one in p))
        name = first[0].family or first[0].name
        here = any(one.id == goal for one in first)
        sized = sentence("report.sizes_above", lang, name=name)
        sized = words(fact.sized.render(lang)) if here else sized
    pace = () if fact.is_over(facts.as_of) else sentences.pace_so_far(fact, lang=lang)
    why, record = paragraphs(join_spans((rests, pace), lang=lang)), fact.record
    beside = join_spans((words(record.render(lang)) if record else (), sized), lang=lang)
    if beside:  # no reason of the chance itself
        why += Section((document.Paragraph(spans=beside, small=True),))
    return _section(text("document.heading_why", lang), why)


def goal_path(outlook: project.Outlook, facts: Facts, *goals: str, lang: Language) -> Section:
    """Return how far the goal is and how fast it must go on, and what target would be safe.

    Of several dates in a row each, with the words that are the same for all above and below.
    """
    open_ = [goal for goal in goals if not _is_closed(outlook, goal)]
    fact = facts.goal(goals[0])
    known = {goal: _paced(outlook, goal) if goal in open_ else None for goal in goals}
    lacking = sentences.lacking(facts.goal(goals[-1]), facts.as_of, lang=lang)
    if len(goals) > 1:
        now = (sentences.progress_now(facts.goal(one), facts, lang=lang) for one in open_)
        said = next(filter(None, now), None) or sentences.latest(fact, lang=lang)
        said = join_spans((said, lacking), lang=lang)
        table = tables.milestones_table(outlook, facts, known, lang=lang)
        return _section(text("document.heading_change", lang), paragraphs(said) + table)
    progress = sentences.progress_now(fact, facts, lang=lang) if open_ else ()
    compared: list[document.Spans] = []
    if not progress and (fact.latest, fact.gap) != (None, None):
        progress = sentences.progress(fact, lang=lang, paced=bool(open_), as_of=facts.as_of)
        if (pace := known[goals[0]]) is not None and fact.bound is None:
            first, *compared = sentences.required_pace(pace, lang=lang)
            if pace.pace.state == "mean":
                compared = [first]
    progress = join_spans((progress, lacking), lang=lang)
    if open_:
        progress = join_spans((progress, sentences.rest_of_year(fact, lang=lang)), lang=lang)
        if fact.bound is None:
            compared.append(sentences.beyond_record(outlook[goals[0]], lang=lang))
        safe = sentences.safe_level(outlook, goals[0])
        compared += [sentence("report.say_safe", lang, target=one) for one in safe if one]
    shown = paragraphs(join_spans((progress, *compared), lang=lang))
    return _section(text("document.heading_change", lang), shown)


def _is_closed(outlook: project.Outlook, goal: str) -> bool:
    """Whether its time is over, or what it brought is known: nothing can move it any more."""
    return outlook[goal].basis.model == PUBLISHED or outlook[goal].is_over(outlook.as_of)


def _paced(outlook: project.Outlook, goal: str) -> explain.Explanation | None:
    """Explain a goal of which pace and rules mean anything: none of grade U, nor of new things.

    Nor one that is met or missed, whatever they said before.
    """
    known, met = outlook[goal].attainment, outlook[goal].met
    if known.probability is None or known.asks.counts_new or met is not None:
        return None
    return explain.explain(outlook, goal, with_flip=False)


def _each_date(outlook: project.Outlook, goal: str) -> list[explain.Explanation]:
    """Explain a goal, or the milestones that share its page, as `_paced` does."""
    asked = outlook.plan.goal(goal)
    alike = (one for one in outlook.plan.goals if one.indicator == asked.indicator)
    page = (one.id for one in alike if one.id == goal or (one.family and asked.family))
    return [known for known in (_paced(outlook, one) for one in page) if known is not None]


def goal_rules(outlook: project.Outlook, goal: str, *, lang: Language) -> Section:
    """Return what the official rules that can judge say, of all its dates; nothing if none can."""
    return tables.judging_table(_each_date(outlook, goal), lang=lang)


def goal_years(outlook: project.Outlook, facts: Facts, goal: str, *, lang: Language) -> Section:
    """Return the forecast year by year, with the chance by each where a pace is said."""
    known, since = _each_date(outlook, goal), outlook.plan.year_of(outlook.as_of)
    return tables.forecast_table(facts.goal(goal), known, since=since, lang=lang)


def goal_levers(outlook: project.Outlook, *goals: str, lang: Language) -> Section:
    """Return what would help: a sentence each lever that moves the goal, and all together."""
    base, found, moves = outlook.baseline, list[document.Spans](), False
    open_ = [g for g in goals if base[g].forecast is not None and not _is_closed(base, g)]
    for goal in open_:
        try:
            answers = seek.seek_each(base.exploration, goal=goal, base=outlook.assumed)
        except errors.ScenarioError as error:
            found.append(words(error.message.render(lang)))
            continue
        said_of = sentences.levers(answers, base, lang=lang)
        year = base.plan.goal(goal).due_year
        of_year = sentence("report.of_year", lang, year=year) if len(goals) > 1 else ()
        found += [join_spans((of_year, one), lang=lang) for one in said_of]
        moves |= any(span.link for one in said_of for span in one)  # to what a lever reaches
    if not open_:
        return Section()
    said = paragraphs(*found)
    if moves:
        note = sentence("report.levers_note", lang, year=base.plan.first_year_to_act(base.as_of))
        items = document.Bullets(items=tuple(found))
        said = Section((items, document.Paragraph(spans=note, small=True)))
    return _section(text("document.heading_levers", lang), said)


def goal_delivery(facts: Facts, goal: str, *, lang: Language) -> Section:
    """Return on which measures the goal rests and how far they have come, where that is known."""
    return paragraphs(sentences.delivery(facts.goal(goal), facts, lang=lang))


def _compared(comparison: results.ScenarioComparison | None) -> dict[int, str]:
    """Return the goals that several scenarios can move, by their place; none of those over."""
    if comparison is None or len(comparison.scenarios) == 1:
        return {}
    goals, outlook = comparison.joint.goals, comparison.outlook
    return {k: goal for k, goal in enumerate(goals) if not _is_closed(outlook, goal)}


def scenarios_words(comparison: results.ScenarioComparison | None, *, lang: Language) -> Section:
    """Return the heading, and what the scenarios are, one line each."""
    several = _compared(comparison)
    alone = comparison is not None and len(comparison.outlook.plan.goals) == 1
    kind = "scenarios" if several else "levels" if alone else "together"
    top = _headed(1, text(f"report.section_{kind}", lang), new_page=bool(several))
    if comparison is None or not several:
        return top
    opening = sentence("document.scenarios_opening", lang, count=len(comparison.scenarios))
    items = []
    for one in comparison.scenarios:
        about = {"name": one.title, "author": one.author, "reason": one.reason}
        shocks = sentences.shocks(results.assumptions(one, comparison.outlook.plan), lang=lang)
        items.append(sentence("document.scenario_item", lang, **about) + words(shocks))
    return top + paragraphs(opening) + Section((document.Bullets(items=tuple(items)),))


def scenarios_chart(
    comparison: results.ScenarioComparison | None, *, lang: Language
) -> style.Picture | Section:
    """Draw the chances of goals that are not over by scenario; nothing under a single one."""
    open_ = _compared(comparison)
    if comparison is None or not open_:
        return Section()
    outlook = comparison.outlook
    names = [outlook.plan.goal_name(outlook.plan.goal(g)).render(lang) for g in open_.values()]
    pairs = zip(comparison.scenarios, comparison.joints, strict=True)
    chances = {
        scenario.name(lang): found.probabilities[list(open_)].tolist()
        for scenario, found in sorted(pairs, key=lambda pair: pair[0].id != config.SCENARIO)
    }
    grades, folder = [outlook[g].attainment.grade for g in open_.values()], outlook.data.data_dir
    return goals.scenario_chart(names, chances, grades=grades, data_dir=folder, lang=lang)


def scenarios_table(comparison: results.ScenarioComparison | None, *, lang: Language) -> Section:
    """Return goals down, scenarios across, where there are several; then the levels required."""
    if comparison is None:
        return Section()
    outlook, shown = comparison.outlook, comparison.scenarios
    required = tables.required_table(outlook.baseline, lang=lang)
    if not _compared(comparison):
        return required
    known = tables.scenario_table(outlook.exploration, shown, lang=lang, joints=comparison.joints)
    assumed = {one.title: results.assumptions(one, outlook.plan) for one in shown}
    return known + tables.sizes_table(assumed, lang=lang) + required


def joint_words(facts: Facts, *, lang: Language) -> Section:
    """Return the chance that all goals are met, its bounds, and the weakest; if any is open."""
    found, title = facts.taken_together, text("document.heading_joint", lang)
    if facts.joint is None:
        return _headed(2, title, sentence("document.no_joint", lang))
    if found is None:
        return Section()
    bounds = ("lower", "upper", "independent")
    said_of = partial(chance, grade=facts.joint_grade, lang=lang)
    if missed := [goal for goal in map(facts.goal, found.goals) if goal.met is False]:
        names = wording.listed((goal.name for goal in missed), lang=lang)
        lost = sentence("document.joint_lost", lang, names=names, count=len(missed))
        return _headed(2, title, lost)
    every, weakest = said_of(found.all_met), facts.goal(found.weakest)
    about = {"count": len(found.goals), "scenario": facts.scenario_name}
    both = f"document.joint{'_both' * (len(found.goals) == 2)}"
    all_met = cited(every, "joint", f"{facts.scenario}.all_met")
    said = sentence(sentences.worded(both, every), lang, **about, all=all_met)
    told = {name: said_of(getattr(found, name)) for name in bounds}
    # Bounds that are the same words say nothing more.
    # At least under 5 %, or at most over 95 %, says nothing.
    form = "_below" * (told["lower"] == said_of(0.0)) or "_above" * (told["upper"] == said_of(1.0))
    several = len(set(told.values())) > 1
    links = sentence(f"document.joint_links{form}", lang, **told) if several else ()
    last = sentence("document.joint_weakest", lang, weakest=weakest.name)
    last = () if weakest.is_over(facts.as_of) else last
    said = join_spans((said, links, last), lang=lang)
    together = vars(growth.learned().together)
    return _headed(2, title, said, sentence("document.joint_rests_on", lang, **together))


def plan_hindcast(outlook: project.Outlook, facts: Facts, *, lang: Language) -> Section:
    """Return what the baseline said at each year's end of the goals whose outcome is known."""
    found = results.track_record(outlook)
    if found is None or not facts.past:
        return Section()
    said = sentences.track_record(found, lang=lang)
    return paragraphs(said) + tables.hindcast_tables(found, lang=lang)


@calls.checked
def open_scenarios(
    plan: str, *, as_of: str, seed: int, data_dir: str = "", models: str = ""
) -> results.ScenarioComparison:
    """Read and simulate the scenarios of a plan; parameters and errors as of `open_outlook`."""
    outlook = open_outlook(plan, as_of=as_of, seed=seed, data_dir=data_dir, models=models)
    comparison = results.compare_scenarios(outlook)
    if comparison is None:
        raise errors.ScenarioError("joint.no_goal", plan=outlook.plan.id)
    return comparison


def panel(
    comparison: results.ScenarioComparison, *, lang: Language, goal: str = ""
) -> ScenarioPanel:
    """Open the interactive panel; without a running kernel it says where it can be had."""
    # anywidget takes long to import, and a report shows no panel.
    from bcforecast.explorer.panel import ScenarioPanel

    return ScenarioPanel(comparison.outlook, lang=lang, goal=goal or None)


class Changes(NamedTuple):
    """News between two dates, and the goals that changed their word or grade on the way."""

    news: News
    log: tuple[StatusChange, ...]


@calls.checked
def open_changes(
    plan: str,
    *,
    since: str,
    as_of: str,
    scenario: str = config.SCENARIO,
    seed: calls.Seed = config.SEED,
    data_dir: str = "",
) -> Changes:
    """Split what moved between two days, as `2020-12-31`; other parameters as `open_outlook`."""
    folder = Path(data_dir) if data_dir else None
    read = load_plan(plan, data_dir=folder)
    data = project.load_figures(read, data_dir=folder)
    first, last = _day(since), _day(as_of)
    found = news(read, data, since=first, until=last, scenario=scenario, seed=seed)
    days = news_days(read, data, since=first, until=last)
    return Changes(found, status_log(read, data, dates=days, scenario=scenario, seed=seed))


def _day(given: str) -> date:
    try:
        return edge.parse_day(given)
    except ValueError as error:
        raise errors.BcforecastError("news.not_a_date", found=given) from error


def changes_opening(changes: Changes, *, lang: Language) -> Section:
    """Return the heading, and how many probabilities rose, fell or stayed."""
    title, found = text("news.heading_news", lang), changes.news
    return _headed(1, title, words(found.plan.name(lang)), _moves(found, lang))


def _moves(found: News, lang: Language) -> document.Spans:
    moves = list[float]()  # as a reader sees them: none where the words are the same
    for goal in found.goals:
        if goal.total is not None:
            ends = goal.before, goal.after
            told = {chance(one.probability, grade=one.grade, lang=lang) for one in ends}
            moves.append(goal.total if len(told) > 1 else 0.0)
    up, down = sum(move > 0.0 for move in moves), sum(move < 0.0 for move in moves)
    days = {name: day(getattr(found, name), lang=lang) for name in ("since", "until")}
    moved = {"rose": up, "fell": down, "same": len(moves) - up - down}
    moved = {name: n for name, n in moved.items() if n} or {"same": 0}
    said = (text(f"news.opening_{name}", lang, count=n) for name, n in moved.items())
    turned = [goal.said for goal in found.goals]
    more = {one: turned.count(one) for one in ("appears", "disappears", "never")}
    rest = [text(f"news.opening_{name}", lang, count=n) for name, n in more.items() if n]
    others = "".join(text("language.clauses", lang, before="", after=one) for one in rest)
    changes = wording.listed(said, lang=lang)
    return sentence("news.opening", lang, **days, moved=changes, others=others)
