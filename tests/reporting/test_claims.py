"""No sentence says what its figures do not carry: 2,000 documents, every claim, both languages."""

from __future__ import annotations

import pytest
from claims import is_written, read
from generated_facts import AS_OF, generated, meets

from bcforecast.attainment.probability import load_bands
from bcforecast.reporting import sentences as narrative
from bcforecast.reporting.chapters import joint_words
from bcforecast.reporting.display import without_citations
from bcforecast.reporting.facts import Facts, GoalFact
from bcforecast.text import Language, day, text

DOCUMENTS = 2000
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


@pytest.fixture(scope="module")
def documents() -> list[Facts]:
    return [generated(seed) for seed in range(DOCUMENTS)]


def chance_is_written(words: str, p: float, lang: Language) -> bool:
    """A probability in whole per cents; below 1 and above 99 as a bound, never certain."""
    whole = round(100 * p)
    if whole < 1:
        return words == {"zh": "不到1%", "en": "under 1%"}[lang]
    if whole > 99:
        return words == {"zh": "99%以上", "en": "over 99%"}[lang]
    return words == f"{whole}%"


def word_stands_for(word: str, p: float, lang: Language) -> bool:
    """The word's band in data/verdicts.csv holds the probability."""
    (band,) = (b for b in load_bands() if text(b.key, lang) == word)
    return band.lower <= p <= band.upper


@LANGUAGES
def test_the_promise_is_the_plans_own(documents: list[Facts], lang: Language) -> None:
    phrases = {
        "zh": {"at_least": "达到{}以上", "more_than": "突破{}", "at_most": "不超过{}",
               "event": "新建{}以上"},
        "en": {"at_least": "at least {}", "more_than": "more than {}", "at_most": "at most {}",
               "event": "at least {} newly created"},
    }[lang]  # fmt: skip
    for goal in (g for document in documents for g in document.goals):
        key = "report.say_aspiration" if goal.aspiration else "report.say_promise"
        key += "_event" if goal.comparator == "event" else ""
        known = {"due": day(goal.due, lang=lang), "name": goal.name.in_(lang)}
        said = read(narrative.promise(goal, lang=lang), key, lang, **known)
        before, after = phrases[goal.comparator].split("{}")
        assert said["target"].startswith(before)
        assert said["target"].endswith(after)
        assert is_written(said["target"], goal.target, goal.unit, lang, exact=True), said


@LANGUAGES
def test_the_probability_stands_as_its_number_its_word_and_its_grade(
    documents: list[Facts], lang: Language
) -> None:
    for document in documents:
        for goal in document.goals:
            sentence = narrative.likelihood(goal, document, lang=lang)
            if goal.probability is None:
                said = read(sentence, "report.say_unset", lang)
            else:
                said = read(sentence, "report.say_probability", lang)
                assert chance_is_written(said["percent"], goal.probability, lang)
                assert word_stands_for(said["word"], goal.probability, lang)
                assert said["grade"] == goal.grade
                assert said["meaning"] == text(f"report.grade_{goal.grade}", lang)
            assert said["as_of"] == day(AS_OF, lang=lang)


@LANGUAGES
def test_the_range_at_the_due_date_is_that_of_the_forecast(
    documents: list[Facts], lang: Language
) -> None:
    for goal in (g for document in documents for g in document.goals):
        sentence = narrative.due_range(goal, lang=lang)
        if goal.comparator == "event":
            read(sentence, "report.say_event", lang)
        elif goal.q50 is None:
            assert sentence == ""
        else:
            said = read(sentence, "report.say_range", lang)
            for name, value in (("low", goal.q10), ("median", goal.q50), ("high", goal.q90)):
                assert value is not None
                assert is_written(said[name], value, goal.unit, lang), (said, value)


def standing_key(goal: GoalFact) -> str:
    if goal.latest is None:
        return "say_no_figure"
    if meets(goal.latest, goal.comparator, goal.target):
        return "say_reached"
    paced = goal.required_rate is not None and goal.comparator != "event"
    side = "_above" if goal.latest > goal.target else ""
    return ("say_gap" if paced else "say_gap_unpaced") + side


@LANGUAGES
def test_gap_and_pace_lead_from_the_latest_figure_to_the_target(
    documents: list[Facts], lang: Language
) -> None:
    for document in documents:
        for goal in document.goals:
            key = f"report.{standing_key(goal)}"
            said = read(narrative.standing(goal, document, lang=lang), key, lang)
            if goal.latest is None:
                assert said == {"area": document.plan.area_name.in_(lang)}
                continue
            assert is_written(said["latest"], goal.latest, goal.unit, lang)
            assert said["year"] == str(goal.latest_year)
            if "gap" in said:
                assert goal.gap is not None
                assert is_written(said["gap"], abs(goal.gap), goal.unit, lang), (said, goal.gap)
            if "pace" in said:
                assert goal.required_rate is not None
                assert goal.required_increment is not None
                if goal.unit == "%":
                    assert is_written(said["pace"], abs(goal.required_increment), "%", lang)
                else:
                    assert said["pace"] == f"{100 * abs(goal.required_rate):,.1f}%"


@LANGUAGES
def test_what_happened_is_said_as_the_comparator_judges_it(
    documents: list[Facts], lang: Language
) -> None:
    for goal in (g for document in documents for g in document.goals):
        known = goal.outcome
        sentence = narrative.happened(goal, lang=lang)
        if known is None:
            assert sentence == ""
            continue
        ends = [known.value] if known.value is not None else [known.lower, known.upper]
        kept = {meets(end, goal.comparator, goal.target) for end in ends if end is not None}
        ending = "open" if len(kept) > 1 else "met" if kept == {True} else "missed"
        key = "say_outcome" if known.after_as_of else "say_known"
        said = read(sentence, f"report.{key}_{ending}", lang)
        assert said["year"] == str(goal.due.year)
        assert said["day"] == day(known.published, lang=lang)
        if known.value is not None:
            assert is_written(said["figure"], known.value, goal.unit, lang)
        short = read(narrative.happened_short(goal, lang=lang), f"report.outcome_{ending}", lang)
        assert short["year"] == str(goal.due.year)


@LANGUAGES
def test_the_overview_counts_and_names_rightly(documents: list[Facts], lang: Language) -> None:
    for document in documents:
        stated = [g for g in document.goals if g.probability is not None]
        lead, *others = narrative.overview(document, lang=lang)
        if not stated:
            said = read(lead, "report.overview_lead_none", lang)
        else:
            said = read(lead, "report.overview_lead", lang)
            assert said["stated"] == str(len(stated))
            expected = sum(float(g.probability or 0.0) for g in stated)
            assert abs(float(said["expected"]) - expected) <= 0.0500001
            check_extremes(others.pop(0), stated, lang)
        assert said["count"] == str(len(document.goals))
        unset = [g.name.in_(lang) for g in document.goals if g.probability is None]
        if unset:
            names = read(others.pop(0), "report.overview_unset", lang)["names"]
            assert names == {"zh": "、", "en": ", "}[lang].join(unset)
        weak = sum(g.grade in "CD" for g in stated)
        if weak:
            key = "report.overview_weak_all" if weak == len(stated) else "report.overview_weak"
            said = read(others.pop(0), key, lang, count=str(weak))
            assert said.get("stated", str(len(stated))) == str(len(stated))
        check_outcomes(others, document, lang)


def check_extremes(sentence: str, stated: list[GoalFact], lang: Language) -> None:
    chances = {g.name.in_(lang): float(g.probability or 0.0) for g in stated}
    shown = {min(max(round(100 * p), 0.5), 99.5) for p in chances.values()}
    if len(stated) > 1 and len(shown) == 1:
        said = read(sentence, "report.overview_alike", lang)
        assert said["count"] == str(len(stated))
        assert all(chance_is_written(said["percent"], p, lang) for p in chances.values())
        return
    if len(stated) == 1:
        named = {"best": read(sentence, "report.overview_only", lang)["best"]}
    else:
        said = read(sentence, "report.overview_extremes", lang)
        named = {k: said[k] for k in ("best", "worst")}
        above = sum(round(100 * p) >= 50 for p in chances.values())
        assert (said["above"], said["below"]) == (str(above), str(len(stated) - above))
    for which, words in named.items():
        said = read(words, "report.overview_goal", lang)
        p = chances[said["name"]]
        assert p == (max if which == "best" else min)(chances.values())
        assert chance_is_written(said["percent"], p, lang)
        assert word_stands_for(said["word"], p, lang)


def check_outcomes(others: list[str], document: Facts, lang: Language) -> None:
    seen = [g.outcome.met for g in document.goals if g.outcome and g.outcome.after_as_of]
    if not seen:
        assert others == []
        return
    (sentence,) = others
    said = read(sentence, "report.overview_outcome", lang) if None in seen else None
    if said is None:
        plain = without_citations(sentence)
        assert text("report.overview_outcome", lang, count=len(seen), met=seen.count(True),
                    missed=seen.count(False), open="") == plain  # fmt: skip
        return
    counts = (said["count"], said["met"], said["missed"])
    assert counts == tuple(map(str, (len(seen), seen.count(True), seen.count(False))))
    left = read(said["open"], "report.overview_outcome_open", lang)["open"]
    assert left == str(seen.count(None))


@LANGUAGES
def test_all_goals_together_are_said_with_their_bounds(
    documents: list[Facts], lang: Language
) -> None:
    for document in documents:
        found = document.joint
        _, sentence = joint_words(document, lang=lang).markdown.split("\n\n")
        if found is None:
            read(sentence, "document.no_joint", lang)
            continue
        said = read(sentence, "document.joint", lang)
        for name, p in (("all", found.all_met), ("lower", found.lower), ("upper", found.upper),
                        ("independent", found.independent)):  # fmt: skip
            assert chance_is_written(said[name], p, lang), (name, said[name], p)
        assert said["count"] == str(len(found.goals))
        assert abs(float(said["expected"]) - found.expected) <= 0.0500001
        assert said["weakest"] == document.goal(found.weakest).name.in_(lang)


def test_a_sentence_of_other_figures_is_caught() -> None:
    document = next(d for d in map(generated, range(50)) if d.goals[0].q50 is not None
                    and d.goals[0].comparator != "event")  # fmt: skip
    goal = document.goals[0]
    said = read(narrative.due_range(goal, lang="zh"), "report.say_range", "zh")
    assert goal.q50 is not None
    assert not is_written(said["median"], goal.q50 * 1.2 + 1, goal.unit, "zh")
    assert not word_stands_for("可能", 0.2, "zh")
    with pytest.raises(AssertionError):
        read(narrative.due_range(goal, lang="zh"), "report.say_event", "zh")
