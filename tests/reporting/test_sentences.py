"""No sentence says what its figures do not carry: 2,000 documents, every claim, both languages.

And sentences on a few goals, word for word.
"""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from claims import is_written, pattern, read
from hypothesis import given
from hypothesis import strategies as st
from made_up_facts import AS_OF, facts, figure, generated, meets, outcome, series, unset
from made_up_facts import goal as a_goal

from bcforecast.attainment.probability import load_bands
from bcforecast.attainment.seek import Sought
from bcforecast.models.growth import learned
from bcforecast.reporting import chapters, goal_opening, plan_methods, plan_opening, sentences
from bcforecast.reporting.document import plain_text
from bcforecast.reporting.facts import PartFact
from bcforecast.reporting.tables import brief_table, progress_table
from bcforecast.text import Text, amount, chance, day, estimate, rounded_chance, text, unit_of

BANDS, DOCUMENTS = load_bands(), 2000


@pytest.fixture(scope="module")
def documents():
    return [generated(seed) for seed in range(DOCUMENTS)]


@pytest.fixture(scope="module")
def goals(documents):
    return [(goal, document) for document in documents for goal in document.goals]


TENTHS = {
    "en": ["under one in ten", "about one in ten", "about two in ten", "about three in ten",
           "about four in ten", "about five in ten", "about six in ten", "about seven in ten",
           "about eight in ten", "about nine in ten", "over nine in ten"],
    "zh": ["不到一成", *(f"约{n}成" for n in "一两三四五六七八九"), "九成以上"],
}  # fmt: skip


def chance_is_written(words, p, grade, lang):
    """A probability no more exactly than its grade allows; at the ends a bound, never certain."""
    if grade == "D":
        return words == TENTHS[lang][round(10 * p)]
    step = 5 if grade == "C" else 1
    told = step * round(100 * p / step)
    if step <= told <= 100 - step:
        return words == f"{told}%"
    below, above = {"zh": ("不到{}%", "{}%以上"), "en": ("under {}%", "over {}%")}[lang]
    return words == (below.format(step) if told < step else above.format(100 - step))


def word_stands_for(word, p, lang, *, grade="A"):
    """The word's band in data/verdicts.csv holds the probability as it is told."""
    (band,) = (b for b in BANDS if text(f"verdict.{b.verdict}", lang) == word)
    return band.lower <= rounded_chance(p, grade=grade) <= band.upper


@pytest.mark.parametrize(
    ("latest", "q50", "said"),
    [(-3.0, 2.13, ("does not meet the target", "about 2.0 percentage points above that")),
     (3.0, -2.13, ("meets the target", "about 2.0 percentage points below that"))],
)  # fmt: skip
def test_what_lies_between_two_figures_is_told_by_which_is_higher(latest, q50, said):
    points = Text(en="percentage points", zh="个百分点")
    asked = {"unit": "%", "unit_name": points, "relative": points, "target": 0.0, "gap": -latest}
    asked |= {"beside": Text(en="that of the State", zh="全省"), "comparator": "at_least"}
    goal = a_goal(**asked, latest=latest, q10=-4.0, q50=q50, q90=4.0)
    assert said[0] in plain_text(sentences.progress(goal, lang="en"))
    expected = plain_text(sentences.due_range(goal, lang="en"))
    assert said[1] in expected
    ends = "between 4.0 percentage points below and 4.0 percentage points above."
    assert expected.endswith(ends)


def test_the_promise_is_the_plans_own(goals, lang):
    phrases = {
        "zh": {"at_least": "达到{}以上", "more_than": "突破{}", "at_most": "不超过{}",
               "event": "新建{}以上"},
        "en": {"at_least": "at least {}", "more_than": "more than {}", "at_most": "at most {}",
               "event": "at least {} newly created"},
    }[lang]  # fmt: skip
    for goal, _ in goals:
        key = "report.say_aspiration" if goal.aspiration else "report.say_promise"
        ends = {
            "zh": f"{goal.due.year}年",
            "en": "the end of " * (not goal.flow) + f"{goal.due.year}",
        }
        due = ends[lang] if f"{goal.due:%m%d}" == "1231" else day(goal.due, lang=lang)
        name = re.sub(r" ?[(（]\d+年?[)）]$", "", goal.name.render(lang))
        said = read(sentences.promise(goal, lang=lang, below=name), key, lang, due=due)
        before, after = phrases[goal.comparator].split("{}")
        assert said["target"].startswith(before)
        assert said["target"].endswith(after)
        assert is_written(said["target"], goal.target, goal.unit, lang, exact=True), said


def test_the_probability_stands_as_its_number_its_word_and_its_grade(goals, lang):
    for goal, document in goals:
        sentence = sentences.likelihood(goal, document, lang=lang)
        if goal.met is not None:
            assert sentence == ()
            continue
        if goal.probability is None:
            said = read(sentence, "report.say_unset", lang)
        else:
            told = chance(goal.probability, grade=goal.grade, lang=lang)
            alone = sentences.likelihood(goal, document, lang=lang, said=goal.grade)
            over = "_over" * goal.is_over(document.as_of)
            said = read(alone, sentences.worded(f"report.say_probability{over}", told), lang)
            reason = plain_text(sentence).removeprefix(plain_text(alone))
            assert chance_is_written(said["percent"], goal.probability, goal.grade, lang)
            weak = {"en": ", on weak evidence", "zh": "，但证据薄弱"}[lang] * (goal.grade == "C")
            if goal.grade == "D":
                weak = {"en": ", on very weak evidence", "zh": "，但证据很薄弱"}[lang]
            assert said["word"].endswith(weak)
            word = said["word"].removesuffix(weak)
            assert word_stands_for(word, goal.probability, lang, grade=goal.grade)
            meaning = text(f"report.grade_{goal.grade}", lang)
            assert meaning in reason
            assert reason.count(goal.grade) - meaning.count(goal.grade) == 1
            evidence = text(f"report.evidence_{goal.grade}", lang)
            assert (evidence in reason.replace(meaning, "")) is not bool(weak), "said once"
        assert said["as_of"] == day(AS_OF, lang=lang)


def test_the_range_at_the_due_date_is_that_of_the_forecast(goals, lang):
    for goal, _ in goals:
        sentence = sentences.due_range(goal, lang=lang)
        if goal.comparator == "event":
            read(sentence, "report.say_event", lang)
        elif goal.q50 is None or (goal.outcome is not None and goal.outcome.met is not None):
            assert sentence == ()
        else:
            said = read(sentence, "report.say_range", lang)
            said |= read(said["ends"], "report.range_ends", lang)
            low, high = (re.sub("^[−0-9.]+", "", said[end]) for end in ("low", "high"))
            assert low == high or lang == "en" or goal.relative, (
                "200万人与310万人, never 200与310万人"
            )
            for name, value in (("low", goal.q10), ("median", goal.q50), ("high", goal.q90)):
                told = estimate(value, unit=goal.unit, within=goal.q90 - goal.q10)
                exact = float(amount(told))
                assert abs(exact - value) <= max(0.5, 0.05 * (goal.q90 - goal.q10)), (said, value)
                assert is_written(said[name], exact, goal.unit, lang), (said, value)


def test_gap_and_pace_lead_from_the_latest_figure_to_the_target(goals, lang):
    for goal, _ in goals:
        sentence = sentences.progress(goal, lang=lang)
        if goal.latest is None or goal.met:
            assert sentence == ()
            continue
        paced = goal.required_rate is not None
        key = f"gap{'' if paced else '_unpaced'}{'_above' * (goal.latest > goal.target)}"
        key = "gap_new" if goal.comparator == "event" else key
        if meets(goal.latest, goal.comparator, goal.target):
            key = "reached"
        said = read(sentence, f"report.say_{key}", lang)
        assert is_written(said["latest"], goal.latest, goal.unit, lang)
        assert said["year"] == str(goal.latest_year)
        if "gap" in said:
            assert is_written(said["gap"], abs(sentences.gap_of(goal)), goal.unit, lang), said
        if "asked" in said and goal.unit == "%":
            move = said["asked"].replace(str(goal.due.year), "")
            assert is_written(move, abs(goal.required_increment), "%", lang)
        elif "asked" in said:
            assert f"{100 * abs(goal.required_rate):,.1f}%" in said["asked"]


def test_what_happened_is_said_as_the_comparator_judges_it(goals, lang):
    for goal, _ in goals:
        known, sentence = goal.outcome, sentences.happened(goal, lang=lang)
        if known is None:
            assert sentence == ()
            continue
        ends = [known.value] if known.value is not None else [known.lower, known.upper]
        kept = {meets(end, goal.comparator, goal.target) for end in ends if end is not None}
        ending = "open" if len(kept) > 1 else "met" if kept == {True} else "missed"
        said = read(sentence, f"report.say_known_{ending}", lang)
        assert said["day"] == day(known.published, lang=lang)
        if known.value is not None:
            assert is_written(said["figure"], known.value, goal.unit, lang)
        short = read(sentences.happened_short(goal, lang=lang), f"report.outcome_{ending}", lang)
        assert said["year"] == short["year"] == str(goal.due.year)


def test_the_overview_counts_and_names_rightly(documents, lang):
    for document in documents:
        stated = [g for g in document.goals if g.probability is not None]
        lead, *others = sentences.overview(document, lang=lang)
        first = plain_text(sentences.brief(document, lang=lang)[0])
        for one, goals in sentences.by_rating(document).items():
            assert text(f"report.rating_{one}", lang, count=len(goals)) in first
        every = len(stated) == len(document.goals)
        alone = every and len(stated) == 1
        form = "_none" if not stated else "_one" if alone else "_all" * every
        if all(goal.met is not None for goal in document.goals):
            read(lead, "report.overview_settled", lang, count=str(len(document.goals)))
            continue
        said = read(lead, f"report.overview_lead{form}", lang)
        assert alone or said["count"] == str(len(document.goals))
        assert every or not stated or said["stated"] == str(len(stated))
        if stated and not alone:
            expected = sum(float(g.probability or 0.0) for g in stated if g.grade in "ABC")
            check_expected(said["expected"], expected, stated, lang)
        weak = sum(g.grade in "CD" for g in stated)
        if weak:
            key = "report.overview_weak_all" if weak == len(stated) else "report.overview_weak"
            said = read(others.pop(0), key, lang, count=str(weak))
            assert said.get("stated", str(len(stated))) == str(len(stated))
        assert others == []


def check_expected(sentence, expected, goals, lang):
    """How many are expected of those on figures: the whole number it is, or the two about it."""
    counted = sum(goal.grade in "ABC" for goal in goals)
    said = read(sentence, f"report.overview_expected{'_none' * (not counted)}", lang)
    every = (counted, counted)
    told = {
        text(f"report.expected_{form}", lang, low=low, high=low + 1, count=counted): ends
        for low in range(counted)
        for form, ends in (
            ("about", (low, low)), ("between", (low, low + 1)), ("none", (0, 0)),
            ("every", every), *[("both", every)] * (counted == 2),
        )
    }  # fmt: skip
    if counted:
        low, high = told[said["expected"]]
        near = abs(expected - round(expected)) <= 0.2500001
        assert low <= expected <= high or (low == high == round(expected) and near)


def test_all_goals_together_are_said_with_their_bounds(documents, lang):
    for document in documents:
        found, said = document.joint, chapters.joint_words(document, lang=lang).blocks
        if found is not None and document.taken_together is None:
            assert not said, "one goal is met together with nothing, and none that has ended"
            continue
        _, paragraph, *rests_on = said
        sentence = paragraph.spans
        if found is None:
            read(sentence, "document.no_joint", lang)
            continue
        missed = [document.goal(name) for name in found.goals]
        missed = [goal for goal in missed if goal.outcome and goal.outcome.met is False]
        if missed:
            assert all(goal.name.render(lang) in plain_text(sentence) for goal in missed)
            assert not rests_on, "no bounds and no weakest of what is decided"
            continue
        grade = max(goal.grade for goal in document.goals if goal.probability is not None)
        bounds = {"lower": found.lower, "upper": found.upper, "independent": found.independent}
        told = {chance(p, grade=grade, lang=lang) for p in bounds.values()}
        every = chance(found.all_met, grade=grade, lang=lang)
        weakest = document.goal(found.weakest)
        below, above = (
            chance(p, grade=grade, lang=lang) == chance(end, grade=grade, lang=lang)
            for p, end in ((found.lower, 0.0), (found.upper, 1.0))
        )
        links = f"joint_links{'_below' * below or '_above' * above}"
        is_open = not weakest.is_over(document.as_of)
        keys = [
            sentences.worded(f"joint{'_both' * (len(found.goals) == 2)}", every),
            *[links] * (len(told) > 1),
            *["joint_weakest"] * is_open,
        ]
        said, plain, known = {}, plain_text(sentence), learned().together
        for key in keys:
            said |= pattern(f"document.{key}", lang, ()).search(plain).groupdict()
        about = read(rests_on[0].spans, "document.joint_rests_on", lang)
        assert about["pairs"] == str(known.pairs)
        assert float(about["correlation"]) == known.correlation
        bounds = {name: p for name, p in bounds.items() if name in said}
        for name, p in {"all": found.all_met, **bounds}.items() if len(told) > 1 else ():
            assert chance_is_written(said[name], p, grade, lang), (name, said[name], p)
        assert said.get("count", "2") == str(len(found.goals))
        assert said.get("weakest") == (weakest.name.render(lang) if is_open else None)


def test_what_is_expected_under_a_scenario_is_not_told_of_past_trends():
    under = facts().model_copy(update={"scenario": "stretch"})
    assert "Under the scenario “baseline”, " in plain_text(sentences.lead(under, lang="en"))


def test_a_sentence_of_other_figures_is_caught():
    goal = next(
        g
        for g in (d.goals[0] for d in map(generated, range(50)))
        if g.q50 is not None and g.comparator != "event" and g.outcome is None
    )
    said = read(sentences.due_range(goal, lang="zh"), "report.say_range", "zh")
    assert not is_written(said["median"], goal.q50 * 1.2 + 1, goal.unit, "zh")
    assert not word_stands_for("可能", 0.2, "zh")
    with pytest.raises(AssertionError):
        read(sentences.due_range(goal, lang="zh"), "report.say_event", "zh")


@pytest.mark.parametrize(
    ("changes", "lang", "words"),
    [
        ({"comparator": "event", "target": 1.0, "unit": "parks"}, "en", "1 park newly created"),
        ({"comparator": "event", "target": 1.0, "unit": "parks"}, "zh", "新建1家以上"),
        ({"name": Text(en="Technology enterprises")}, "zh", "Technology enterprises"),
        (
            {"name": Text(en="X (2022, more than 5 enterprises)"), "target": 5.0},
            "en",
            "X: The plan promises more than 5",
        ),
        ({"name": Text(en="Firms (2022, women)")}, "en", "Firms (2022, women): The plan"),
        ({"comparator": "less_than", "target": 20.0}, "en", "promises fewer than 20"),
    ],
)
def test_a_promise_is_said_in_words_of_the_language(changes, lang, words):
    assert words in plain_text(sentences.promise(a_goal(**changes), lang=lang))


def test_what_happened_stands_beside_the_probability():
    turnover = a_goal(unit="100M CNY", target=1400.0, comparator="at_least", outcome=outcome())
    assert sentences.happened_short(turnover, lang="en") == "CNY 165.09 billion in 2022: met"
    assert sentences.happened_short(turnover, lang="zh") == "2022年1650.9家：已完成"
    assert "CNY 165.09 billion in 2022, so the goal is met" in plain_text(
        sentences.happened(turnover, lang="en")
    )
    assert "2022年为1650.9家，目标已完成" in plain_text(sentences.happened(turnover, lang="zh"))
    open_ = a_goal(outcome=outcome(None, words=Text(en="at least 230"), met=None))
    assert sentences.happened_short(open_, lang="en") == "at least 230 in 2022: open"
    known = a_goal(outcome=outcome(500.0, met=False, status="preliminary"))
    said = plain_text(sentences.happened(known, lang="en"))
    assert "is out: 500 enterprises (preliminary) in 2022, so" in said


SHARE = {"comparator": "at_least", "unit": "%", "latest": 3.0, "target": 3.2, "gap": 0.2,
         "required_increment": 0.1, "required_rate": 0.0328}  # fmt: skip
PLACE = {"comparator": "at_most", "unit": "名次", "latest": 55.0, "target": 50.0, "gap": -5.0}
EVERY = {"over": "every", "first_year": 2022, "due": date(2025, 12, 31)}
OVER = EVERY | {"latest_year": 2021, "as_of": date(2022, 12, 31)}


@pytest.mark.parametrize(
    ("changes", "lang", "words"),
    [
        ({"latest": 531.0, "gap": 0.0}, "en", "already meets"),
        (SHARE, "en", "0.2 percentage points short of the target; it has to rise by 0.1 percent"),
        (SHARE, "zh", "还差0.2个百分点，今后需年均提高0.1个百分点"),
        ({"latest_year": 2021}, "en", "it has to rise by 7.9% in 2022."),
        ({"latest_year": 2021}, "zh", "2022年需增长7.9%。"),
        (EVERY | {"latest_year": 2021}, "en", "rise by 7.9% in 2022 and stay there until 2025."),
        (EVERY | {"latest_year": 2021}, "zh", "2022年需增长7.9%，并逐年保持到2025年。"),
        (OVER, "en", "it had to rise by 7.9% in 2022, whose figure is not yet published, and has"),
        (OVER, "zh", "2022年（数据尚未公布）须已增长7.9%，此后逐年保持到2025年。"),
        (EVERY, "en", "it has to rise by 7.9% a year until 2022 and stay there until 2025."),
        (EVERY, "zh", "2022年以前需年均增长7.9%，并逐年保持到2025年。"),
        (EVERY | {"latest": 540.0}, "en", "target; it has to be met in every year to 2025"),
        (EVERY | {"latest": 540.0}, "zh", "达到目标要求，此后到2025年须逐年达到。"),
        (
            EVERY | {"latest": 540.0, "outcome": outcome(500.0, met=False)},
            "en",
            "is 540 enterprises.",
        ),
        ({"comparator": "event"}, "en", "there were 455 enterprises in all, "),
        (PLACE, "zh", "距目标还需上升5位。"),
        (PLACE, "en", "it has to move up by 5 places to reach the target."),
        (EVERY | {"latest": 540.0, "latest_year": 2024}, "en", "; only 2025 is still open."),
        (EVERY | {"latest": 540.0, "latest_year": 2024}, "zh", "，只余2025年。"),
    ],
)
def test_how_far_a_goal_is(changes, lang, words):
    of = {name: value for name, value in changes.items() if name != "as_of"}
    when = changes.get("as_of", date(2021, 12, 31))
    assert words in plain_text(sentences.progress(a_goal(**of), lang=lang, as_of=when))


@pytest.mark.parametrize(
    ("latest", "target", "gap"), [(0.462, 0.39963, "0.062"), (0.4, 0.3996, "0.0004")]
)
def test_a_gap_has_no_more_decimals_than_the_figures_it_lies_between(latest, target, gap):
    asked = {"comparator": "at_most", "target": target, "latest": latest, "gap": latest - target}
    one = a_goal(unit="t/ha", unit_name=Text(en="t/ha"), **asked)
    assert f"{gap} t/ha above" in plain_text(sentences.progress(one, lang="en"))


def test_a_day_of_issue_that_no_plan_states_is_not_told():
    stated, early = facts(), {"as_of": date(2020, 6, 30)}
    assumed = stated.plan.model_copy(update={"issued": date(stated.plan.first_year, 1, 1)})
    assert (stated.plan.dated, assumed.dated) == (True, False)
    late = assumed.model_copy(update={"issued": date(2021, 1, 1), "first_year": 2021})
    told = [
        repr(plan_opening(stated.model_copy(update={"plan": plan, **early}), lang="en"))
        for plan in (stated.plan, late)
    ]
    said = "had not been issued by 30 June 2020 (issued 7 April 2021)"
    assert [said in one for one in told] == [True, False]


def test_the_overview_is_written_out():
    second = a_goal(id="b", name=Text(zh="二", en="Second"), probability=0.2,
                  verdict="verdict.unlikely", grade="D")  # fmt: skip
    words = repr(plan_opening(facts(a_goal(), second, unset()), lang="en"))
    assert "Of these 2 probabilities, one rests mainly on" in words
    assert "or on assumption (grade D)" in words
    thirds = repr(plan_opening(facts(second, a_goal(grade="C")), lang="zh"))
    assert "上述2项判断均主要依据借用数据或推定（证据等级C、D）" in thirds
    both = sentences.expected_words(1.86, of=2, lang="en")
    assert both == "both goals backed by figures would be met"
    words = plain_text(sentences.lead(facts(a_goal(), second), lang="en"))
    assert words.startswith("We could assess each of the 2 numerical goals")
    assert "On past trends, the one goal backed by figures could go either way." in words
    assert "因此不给出预计完成项数" in plain_text(sentences.lead(facts(second, unset()), lang="zh"))
    assert "均暂无法测算" in plain_text(sentences.lead(facts(unset()), lang="zh"))


@pytest.mark.parametrize(("changes", "said"), [
    ({}, "The first 9 months of 2022 brought 300 enterprises; the remaining 3 still have to bring "
         "230 enterprises, about 77 enterprises a month."),
    ({"comparator": "at_most"}, "may bring at most 230 enterprises, about 77 enterprises a month."),
    ({"comparator": "more_than"}, "231 enterprises, about 77 enterprises a month."),
    ({"unit": "homes a year", "unit_name": unit_of("homes a year").names},
     "brought 300 homes; the remaining 3 still have to bring 230 homes, about 77 homes a month."),
    ({"so_far": PartFact(year=2022, months=1, value=300.0)}, "The first month of 2022 brought 300 "
     "enterprises; the remaining 11 still have to bring 230 enterprises, about 21 enterprises a "
     "month."),
    ({"target": 300.0}, "which already meets the target."),
    ({"comparator": "at_most", "target": 200.0}, "which is already above the target."),
    ({"due": date(2023, 12, 31)}, ""),
    ({"so_far": None}, ""),
])  # fmt: skip
def test_a_goal_of_this_year_says_what_is_left_to_bring(changes, said):
    part = {"so_far": PartFact(year=2022, months=9, value=300.0), "comparator": "at_least"}
    goal = a_goal(**{**part, **changes})
    told = plain_text(sentences.rest_of_year(goal, lang="en"))
    assert told.endswith(said)
    assert bool(said) == bool(told)
    (row,) = brief_table(facts(goal), lang="en").tables[0].cells
    said = f"; 300 {goal.unit_name.render('en').split()[0]} in the first "
    said += "month of 2022" if goal.so_far and goal.so_far.months == 1 else "9 months of 2022"
    assert (said in " ".join(row)) is (goal.so_far is not None)


@pytest.mark.parametrize(("latest", "median", "said"), [
    (520.0, 530.5, "about 530 enterprises for 2021, which is already enough"),
    (520.0, 529.0, ""), (540.0, 550.0, ""),
])  # fmt: skip
def test_where_the_forecast_has_the_target_met_by_now_that_is_said(latest, median, said):
    fan = a_goal().forecast.model_copy(update={"median": (median, 560.0)})
    goal = a_goal(latest=latest, forecast=fan)
    told = plain_text(sentences.progress_now(goal, facts(goal), lang="en"))
    assert said in told
    assert bool(said) == bool(told)


def test_no_place_is_left_unfilled_and_both_languages_have_the_same_numbers(lang):
    document = facts(a_goal(outcome=outcome(600.0, met=None)), unset())
    opening = repr(goal_opening(document, "enterprises", lang=lang))
    assert all(number in opening for number in ("530", "73", "560", "480", "640", "600"))
    for section in (
        plan_methods(document.model_copy(update={"as_of": date(2030, 1, 1)}), lang=lang),
        plan_opening(document, lang=lang),
        plan_methods(document, lang=lang),
        *(goal_opening(document, g.id, lang=lang) for g in document.goals),
    ):
        assert not any(mark in repr(section) for mark in ("{", "}", "None", "nan"))


def test_methods_say_until_when_goals_taught_what_is_known_of_their_ends():
    last = max(one.due for one in learned().record)
    for year, is_said in ((last, False), (last - 1, True)):
        document = facts().model_copy(update={"as_of": date(year, 12, 31)})
        assert (
            f"goals that fell due up to {last}" in repr(plan_methods(document, lang="en"))
        ) is is_said


def test_methods_tell_only_of_what_the_plans_figures_have():
    bare = a_goal(own=series(figure("2019", 410.0)))
    few, many = (repr(plan_methods(facts(one), lang="en")) for one in (bare, a_goal()))
    for words in ("part of a year", "that could not be used"):
        assert words in many
        assert words not in few
    assert "parent" not in many
    assert "(U)" in repr(plan_methods(facts(unset()), lang="en"))


@pytest.mark.parametrize(
    ("rates", "said"),
    [((0.08, 0.05), "less a year"), ((0.05, 0.08), "is wider"), ((None, 0.05), "is wider")],
)
def test_why_a_later_date_is_likelier_than_an_earlier_one_is_said(rates, said):
    late = {"due": date(2030, 12, 31), "q10": 400.0, "q90": 800.0, "probability": 0.8}
    early, later = a_goal(required_rate=rates[0]), a_goal(**late, required_rate=rates[1])
    assert said in repr(sentences.likelier_later((early, later), lang="en"))
    less = later.model_copy(update={"probability": 0.7})
    assert sentences.likelier_later((early, less), lang="en") == []
    assert sentences.likelier_later((unset(), later), lang="en") == []


def test_a_due_date_that_had_passed_without_its_figures_is_said():
    late = facts().model_copy(update={"as_of": date(2030, 1, 1)})
    en, zh = (repr(plan_opening(late, lang=lang)) for lang in ("en", "zh"))
    assert "One assessed goal has fallen due (31 December 2022) and its figure is still" in en
    assert "可作测算的目标中，有1项已到期（2022年12月31日），数据尚未公布" in zh
    known = late.model_copy(update={"goals": (a_goal(outcome=outcome()),)})
    for document in (known, facts()):
        assert "fallen due" not in repr(plan_opening(document, lang="en"))


@pytest.mark.parametrize(
    ("p", "grade", "met"), [(0.796, "A", True), (0.794, "A", False), (0.78, "C", True)]
)
def test_a_chance_that_is_printed_as_enough_has_no_safer_target_nor_levers(p, grade, met):
    a = SimpleNamespace(probability=p, grade=grade, q50=None, passed_by=bool)
    item = SimpleNamespace(attainment=a, goal="one")
    answer = Sought("one", 0.8, {}, False, p, p)
    (said,) = sentences.levers([answer], {"one": item}, lang="en")
    assert ("no further measures" in plain_text(said)) == met == sentences.enough(p, grade=grade)


UNITS = ("enterprises", "patents", "%", "100M CNY", "CNY")


@given(
    value=st.floats(-1e9, 1e9, allow_subnormal=False),
    unit=st.sampled_from(UNITS),
    probability=st.one_of(
        st.sampled_from([0.005, 0.995, 1e-12, 1 - 1e-12]),
        st.floats(0, 1, exclude_min=True, exclude_max=True),
    ),
)
def test_tables_and_sentences_write_the_same_digits(value, unit, probability):
    same = dict.fromkeys(("q10", "q50", "q90", "latest"), value)
    fact = a_goal(**same, unit=unit, probability=probability, unit_name=Text(zh="个", en="items"))
    document = facts(fact)
    (row,) = progress_table(document, lang="en").tables[0].cells
    range_ = sentences.due_range(fact, lang="en")
    assert f"about {'CNY ' if 'CNY' in unit else ''}{row[7]}" in plain_text(range_)
    (answer,) = brief_table(document, lang="en").tables[0].cells
    assert row[3].split()[0] in answer[5]
    assert answer[3] not in ("0%", "100%")
    told = answer[3].replace("<", "under ").replace(">", "over ")  # bounds are signs in cells
    assert f" {told} " in plain_text(sentences.likelihood(fact, document, lang="en"))


@pytest.mark.parametrize(("exceptional", "first"), [((), "2015"), ((2015,), "2016")])
def test_a_pace_of_late_does_not_begin_with_an_exceptional_year(exceptional, first):
    known = enumerate((99, 350, 380, 400, 430, 455), start=2015)
    own = series(*(figure(str(year), float(value)) for year, value in known))
    goal = a_goal(own=own.model_copy(update={"exceptional": exceptional}))
    assert f"rom {first} to 2020" in plain_text(sentences.pace_so_far(goal, lang="en"))


def test_what_the_steps_of_a_group_share_is_said_once_in_its_head():
    steps = [
        sentences.NextStep("", parts=("Add a figure.", f"Adopt measures: {one}.", ""))
        for one in "ab"
    ]
    head, left = sentences.shared_steps(steps, lang="en")
    assert (head, left) == ("add a figure; adopt measures", ["A.", "B."])


@pytest.mark.parametrize(
    ("increment", "told"), [(1 / 3, "+0.33"), (1.0, "+1"), (1.5, "+1.5"), (40.4, "+40")]
)
def test_one_new_thing_in_three_years_is_not_told_as_none_a_year(increment, told):
    asked = {"unit": "parks", "lang": "en", "counted": True, "signed": True}
    assert sentences.needed(increment, None, **asked) == told
