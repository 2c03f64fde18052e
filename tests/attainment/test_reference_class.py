"""How goals like this one ended elsewhere: a count in words, of the goal's own setters."""

from dataclasses import replace
from datetime import date

import pytest

import bcforecast as bc
from bcforecast.attainment import explain as explaining
from bcforecast.attainment import reference_class as reference
from bcforecast.models import growth
from bcforecast.models.growth import Ended
from bcforecast.reporting.records import explanation_record
from bcforecast.reporting.results import gather
from bcforecast.reporting.sentences import record_sentence

BEICHEN, TIANJIN = (bc.load_plan(f"{area}-2020-2022") for area in ("beichen", "tianjin"))

MADE = (
    Ended("china", "hightech_enterprises", 2015, "prose", 4, 4),
    Ended("china", "hightech_enterprises", 2020, "list", 6, 1),
    Ended("china", "tech_smes", 2015, "prose", 9, 9),
    Ended("china", "any", 2015, "list", 5, 2),
    Ended("europe", "hightech_enterprises", 2015, "list", 90, 90),
    Ended("europe", "employment_rate", 2015, "list", 8, 1),
)


@pytest.fixture
def made(monkeypatch):
    """Let goals have ended as made up."""
    learned = replace(growth.learned(), record=MADE)
    monkeypatch.setattr(growth, "learned", lambda: learned)


@pytest.mark.parametrize(("goals", "told"), [(3, True), (2, False)])
def test_a_kind_of_which_fewer_than_three_goals_have_ended_has_no_record(monkeypatch, goals, told):
    ended = (Ended("china", "hightech_enterprises", 2015, "prose", goals, 1),)
    learned = replace(growth.learned(), record=ended)
    monkeypatch.setattr(growth, "learned", lambda: learned)
    found = reference.record_of(TIANJIN, "hightech_enterprises", year=2020)
    assert (found is not None) == told


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("R&D EXPENDITURE (% of GDP)", "rd_intensity"), ("e20r", "rd_intensity"),
        ("全社会研发投入强度", "rd_intensity"), ("renewable_energy", "renewable_energy"),
        ("tech_contract_value", "technology_contracts"),
        ("gazelle_enterprises", "tiered_enterprises"), ("unicorns", reference.ANY),
        ("", reference.ANY), (None, reference.ANY), (float("nan"), reference.ANY),
    ],
)  # fmt: skip
def test_kinds_go_by_any_of_their_names(name, kind):
    assert reference.kind_of(name) == kind


def test_goals_count_that_had_fallen_due_and_were_set_by_the_same(made):
    found = reference.record_of(TIANJIN, "hightech_enterprises", year=2020)
    assert (found.all, found.last) == (reference.Count(10, 5), 2020)
    assert (found.listed, found.listed_any) == (reference.Count(6, 1), reference.Count(11, 3))
    early = reference.record_of(BEICHEN, "hightech_enterprises", year=2019)
    assert (early.all, early.last) == (reference.Count(4, 4), 2015)
    assert (early.listed, early.listed_any) == (reference.Count(0, 0), reference.Count(5, 2))
    assert reference.record_of(TIANJIN, "hightech_enterprises", year=2014) is None
    germany = TIANJIN.model_copy(update={"area": "germany"})
    assert reference.record_of(germany, "hightech_enterprises", year=2020).all.goals == 90
    county = germany.model_copy(update={"area": "c", "areas_above": ("city", "tianjin", "germany")})
    found = reference.record_of(county, "hightech_enterprises", year=2020)
    assert (found.setters.id, found.all) == ("china", reference.Count(10, 5)), "the nearest above"
    nowhere = TIANJIN.model_copy(update={"area": "made_up"})
    assert reference.record_of(nowhere, "hightech_enterprises", year=2020) is None


@pytest.mark.parametrize("name", ["unicorns", "employment_rate", "science_literacy"])
def test_a_kind_that_was_not_learned_has_no_record(made, name):
    assert reference.record_of(TIANJIN, name, year=2025) is None


@pytest.mark.parametrize(
    ("plan", "name", "year", "english", "chinese"),
    [
        (TIANJIN, "hightech_enterprises", 2020,
         "of 10 goals on high-tech enterprises in Chinese plans that had fallen due by 2020 and"
         " whose result was found, 5 were met. Successes are reported more often than failures, so"
         " this count is too favourable: of the 6 whose results stand in a list that covers all"
         " areas alike, 1 was met.",
         "中国各级规划2020年及以前到期、能查到结果的“高新技术企业”目标有10项，其中5项完成。完成的目"
         "标更容易对外公布，这一比例偏乐观：结果出自各地统一公布的统计的只有6项，其中1项完成。"),
        (TIANJIN, "hightech_enterprises", 2016,
         "none of these stands in a list that covers all areas alike; of the 5 goals of other"
         " kinds whose results do, 2 were met.",
         "以上结果均非出自各地统一公布的统计；其他类别中结果出自此类统计的目标有5项，其中2项完成。"),
        (TIANJIN.model_copy(update={"area": "germany"}), "employment_rate", 2020,
         "of 8 goals on the employment rate in European countries that had fallen due by 2015, 1"
         " was met.",
         "欧洲各国2015年及以前到期的“就业率”目标有8项，其中1项完成。"),
    ],
)  # fmt: skip
def test_a_record_is_said_with_what_makes_it_flatter(made, plan, name, year, english, chinese):
    said = record_sentence(reference.record_of(plan, name, year=year))
    assert english in said.render("en")
    assert chinese in said.render("zh")
    assert "%" not in said.render("en")


def test_a_record_without_a_miss_is_said_so():
    found = reference.record_of(TIANJIN, "hightech_enterprises", year=2020)
    said = record_sentence(replace(found, all=reference.Count(8, 8)))
    assert said.render("en").startswith("For comparison only")
    assert "目标有8项，全部完成。" in said.render("zh")
    listed = record_sentence(
        replace(found, all=reference.Count(9, 9), listed=reference.Count(9, 9))
    )
    assert "all 9 goals on high-tech enterprises in Chinese plans" in listed.render("en")


def outlook(plan, as_of):
    return bc.project(plan, bc.load_observations(as_of=as_of))


def test_one_probability_stands_on_a_goals_page_and_the_record_beside_it_in_words(made):
    known = explaining.explain(outlook(TIANJIN, "2020-12-31"), "hightech_enterprises")
    record = explanation_record(known, lang="en")
    said = record["reference_class"]
    assert (said["kind"], said["due_by"]) == ("hightech_enterprises", 2015)
    assert said["setters"] == "china"
    assert (said["goals"], said["met"], said["listed"]) == (4, 4, {"goals": 0, "met": 0})
    assert said["text"] not in record["rests_on"]
    goal = gather(outlook(TIANJIN, "2020-12-31")).goal("hightech_enterprises")
    assert goal.record.render("en") == said["text"]
    unicorns = explaining.explain(outlook(TIANJIN, "2020-12-31"), "unicorns")
    assert explanation_record(unicorns, lang="en")["reference_class"] is None


def test_a_goal_whose_own_outcome_is_known_is_told_of_no_others():
    settled = outlook(TIANJIN, "2023-12-31")
    assert settled["rd_intensity"].attainment.probability in (0.0, 1.0)
    assert explaining.goal_record(settled, settled["rd_intensity"]) is None


def test_what_happened_after_the_as_of_date_changes_nothing_on_the_page(monkeypatch):
    as_of = date(2020, 12, 31)
    goals = ("rd_intensity", "tech_contract_value", "hightech_enterprises")

    def pages():
        made = outlook(TIANJIN, as_of)
        known = [explaining.explain(made, goal, with_flip=False) for goal in goals]
        return [explanation_record(one, lang="en") for one in known]

    before = pages()
    assert before[1]["required"]["compared"]["with"] == "technology_contracts"
    assert before[1]["required"]["compared"]["last_year"] == 2019
    held = {
        name: {year: one if year < as_of.year else poisoned(one) for year, one in by_year.items()}
        for name, by_year in explaining.load().items()
    }
    known = growth.learned()
    record = tuple(o if o.due < as_of.year else replace(o, goals=99, met=99) for o in known.record)
    families = {
        name: {year: one for year, one in by_year.items() if year < as_of.year}
        for name, by_year in known.families.items()
    }
    assert known.record != record
    learned = replace(known, record=record, families=families)
    monkeypatch.setattr(growth, "learned", lambda: learned)
    monkeypatch.setattr(explaining, "load", lambda: held)
    assert pages() == before


def poisoned(known):
    spans = {
        years: replace(span, areas=999, every=dict.fromkeys(span.every, 9.0))
        for years, span in known.spans.items()
    }
    return replace(known, spans=spans)
