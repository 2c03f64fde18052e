"""Sentences say what the facts say, the same in both languages."""

import re
from datetime import date

import pytest
from made_up_facts import facts, goal, outcome, unset

from bcforecast.reporting import goal_opening, plan_methods, plan_opening
from bcforecast.reporting import sentences as narrative
from bcforecast.reporting.display import without_citations
from bcforecast.text import Text


def happened(fact, *, lang):
    return without_citations(narrative.happened(fact, lang=lang))


def standing(fact, document, *, lang):
    return without_citations(narrative.standing(fact, document, lang=lang))


LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


def test_comparators_are_said_as_in_the_plan():
    assert "突破530家" in narrative.promise(goal(), lang="zh")
    assert "more than 530 enterprises" in narrative.promise(goal(), lang="en")
    at_least = goal(comparator="at_least", target=3.2, unit="%")
    assert "达到3.2%以上" in narrative.promise(at_least, lang="zh")
    assert "at least 3.2%" in narrative.promise(at_least, lang="en")
    at_most = goal(comparator="at_most")
    assert "不超过530家" in narrative.promise(at_most, lang="zh")
    assert "at most 530 enterprises" in narrative.promise(at_most, lang="en")


def test_one_new_thing_is_singular_in_english():
    park = goal(comparator="event", target=1.0, unit="parks")
    assert "at least 1 park newly created" in narrative.promise(park, lang="en")
    assert "新建1家以上" in narrative.promise(park, lang="zh")


def test_an_aspiration_is_said_to_be_one():
    assert "力争突破530家" in narrative.promise(goal(aspiration=True), lang="zh")
    assert "strives (力争) for" in narrative.promise(goal(aspiration=True), lang="en")
    assert "力争" not in narrative.promise(goal(), lang="zh")


@LANGUAGES
def test_a_probability_word_stands_with_its_number_and_grade(lang):
    said = narrative.likelihood(goal(), facts(), lang=lang)
    assert "73%" in said
    assert {"zh": "可能", "en": "likely"}[lang] in said
    assert "B" in said


@LANGUAGES
@pytest.mark.parametrize(
    ("probability", "verdict", "zh", "en"),
    [
        (0.9991, "verdict.virtually_certain", "99%以上", "over 99%"),
        (0.0002, "verdict.exceptionally_unlikely", "不到1%", "under 1%"),
    ],
)
def test_a_probability_is_never_said_to_be_nought_or_certain(probability, verdict, zh, en, lang):
    fact = goal(probability=probability, verdict=verdict)
    said = narrative.likelihood(fact, facts(fact), lang=lang)
    assert {"zh": zh, "en": en}[lang] in said
    assert not re.search(r"(?<!\d)(0|100)%", said)


@LANGUAGES
def test_nothing_to_say_is_not_a_probability_of_zero(lang):
    said = narrative.likelihood(unset(), facts(), lang=lang)
    assert {"zh": "这不等于概率为零", "en": "not a probability of zero"}[lang] in said
    assert not re.search(r"\d+%", said)


def test_what_happened_stands_beside_the_probability():
    turnover = goal(unit="100M CNY", target=1400.0, comparator="at_least", outcome=outcome())
    assert narrative.happened_short(turnover, lang="en") == "1,650.9 in 2022: met"
    assert narrative.happened_short(turnover, lang="zh") == "2022年1,650.9：已完成"
    assert "CNY 165.09 billion in 2022: met" in happened(turnover, lang="en")
    assert "did not see it" in happened(turnover, lang="en")
    assert "预测时未使用" in happened(turnover, lang="zh")


def test_a_bound_that_settles_nothing_is_left_open():
    fact = goal(outcome=outcome(None, lower=230.0, upper=254.0, met=None))
    assert narrative.happened_short(fact, lang="en") == "230 to 254 in 2022: open"
    assert "does not settle" in happened(fact, lang="en")


def test_a_figure_known_at_the_time_is_not_said_to_be_later():
    fact = goal(outcome=outcome(500.0, met=False, after_as_of=False))
    assert "already published" in happened(fact, lang="en")
    assert "did not see" not in happened(fact, lang="en")


def test_without_an_outcome_nothing_is_said_of_it():
    assert happened(goal(), lang="zh") == ""


@LANGUAGES
def test_gap_and_pace_are_said_from_the_latest_figure(lang):
    said = standing(goal(), facts(), lang=lang)
    assert all(words in said for words in ("455", "2020", "75", "7.9%"))


def test_a_target_already_reached_has_no_gap():
    assert "already meets" in standing(goal(latest=535.0, gap=-4.0), facts(), lang="en")
    at_target = goal(latest=530.0, gap=0.0, comparator="at_least")
    assert "already meets" in standing(at_target, facts(), lang="en")
    strict = goal(latest=530.0, gap=1.0, comparator="more_than")
    assert "already meets" not in standing(strict, facts(), lang="en")
    at_most = goal(latest=525.0, gap=5.0, comparator="at_most")
    assert "already meets" in standing(at_most, facts(), lang="en")
    # More than 530 takes 531: from there the gap is nought, and nothing is missing.
    enough = goal(latest=531.0, gap=0.0, comparator="more_than")
    assert "already meets" in standing(enough, facts(), lang="en")


def test_no_pace_is_said_where_no_year_is_left():
    said = standing(goal(required_rate=None), facts(), lang="en")
    assert "short of the target" in said
    assert "a year" not in said


def test_a_figure_above_what_it_may_be_at_most_has_to_fall():
    falling = goal(
        comparator="at_most", latest=554.0, gap=-24.0, required_rate=-0.231,
        required_increment=-8.0,
    )  # fmt: skip
    said = standing(falling, facts(), lang="en")
    assert "24 enterprises above the target" in said
    assert "has to fall by 23.1% a year" in said
    assert "比目标值高24家，此后需年均下降23.1%" in standing(falling, facts(), lang="zh")
    unpaced = falling.model_copy(update={"required_rate": None})
    assert "24 enterprises above the target." in standing(unpaced, facts(), lang="en")


def test_a_ratio_moves_in_percentage_points():
    share = goal(
        comparator="at_least", unit="%", latest=3.0, target=3.2, gap=0.2,
        required_increment=0.1, required_rate=0.0328,
    )  # fmt: skip
    said = standing(share, facts(), lang="en")
    assert "0.20 percentage points short of the target; from there it takes 0.10 percentage" in said
    said = standing(share, facts(), lang="zh")
    assert "还差0.20个百分点，此后需年均增长0.10个百分点" in said


def test_overview_names_the_most_and_the_least_likely_goal_and_those_that_cannot_be_judged():
    document = facts(
        goal(),
        goal(id="b", name=Text(zh="第二", en="Second"), probability=0.2,
             verdict="verdict.unlikely", grade="D"),
        unset(),
    )  # fmt: skip
    said = without_citations(plan_opening(document, lang="en").markdown)
    best = "Technology enterprises (73%, likely; evidence grade B)"
    assert f"The most likely to be met is {best}; the least likely is Second" in said
    assert "At one half or more: 1; below one half: 1." in said
    assert "of: Platforms." in said
    assert "the expected number of these that are met is 0.9" in said
    assert "Of these 2 probabilities, one rests on" in said


@LANGUAGES
def test_overview_of_a_plan_of_which_nothing_can_be_said(lang):
    said = plan_opening(facts(unset()), lang=lang).markdown
    assert {"zh": "均无法给出", "en": "none can be given"}[lang] in said


@LANGUAGES
def test_both_languages_say_the_same_numbers(lang):
    document = facts(goal(outcome=outcome(600.0)), unset())
    said = goal_opening(document, "enterprises", lang=lang).markdown
    numbers = set(re.findall(r"\d[\d,.]*\d|\d", said))
    assert {"530", "73", "560", "480", "640", "600"} <= numbers
    numbers = set(re.findall(r"\d[\d,.]*\d|\d", standing(goal(), document, lang=lang)))
    assert {"455", "75", "7.9"} <= numbers


@LANGUAGES
def test_no_place_is_left_unfilled(lang):
    document = facts(goal(outcome=outcome(600.0)), unset())
    said = [
        plan_opening(document, lang=lang).markdown,
        plan_methods(document, lang=lang).markdown,
        *(goal_opening(document, g.id, lang=lang).markdown for g in document.goals),
    ]
    assert not any(mark in text for text in said for mark in ("{", "}", "None", "nan"))


def test_a_due_date_that_had_passed_without_its_figures_is_said():
    late = facts().model_copy(update={"as_of": date(2030, 1, 1)})
    en, zh = ("\n".join(narrative.overview(late, lang=lang)) for lang in ("en", "zh"))
    assert "By 1 January 2030 the due date 31 December 2022 had passed, but for 1 of" in en
    assert "about what will be published" in en
    assert "到期日（2022年12月31日）已过" in zh
    known = late.model_copy(update={"goals": (goal(outcome=outcome(after_as_of=False)),)})
    for said in (known, facts()):
        assert "had passed" not in "\n".join(narrative.overview(said, lang="en"))


def test_a_plan_that_had_not_been_issued_is_said_to_be_so():
    early = facts().model_copy(update={"as_of": date(2000, 1, 1)})
    said = narrative.overview(early, lang="en")[1]
    assert "had not been issued by 1 January 2000 (issued 7 April 2021)" in said
    assert "尚未印发（2021年4月7日印发）" in narrative.overview(early, lang="zh")[1]
