"""The commands that ask what if: scenarios, seek, explore."""

import json
from datetime import date

import pytest

from bcforecast.cli.analyse import last_year_end

Said = tuple[int, str, str]
BEICHEN = ("--plan", "beichen-2020-2022", "--as-of", "2021-12-31")
HIGHTECH = (*BEICHEN, "--goal", "hightech_enterprises")
SIX = {
    "baseline",
    "measures-in-full",
    "stretch",
    "delayed-one-year",
    "adverse-shock-and-recovery",
    "target-path",
}


def test_six_scenarios_by_nine_goals_and_stretch_is_never_below_the_baseline(run):
    status, out, _ = run("scenarios", *BEICHEN, "--format", "json")
    records = {record["scenario"]: record for record in json.loads(out)}
    assert status == 0
    assert records.keys() == SIX
    assert all(len(record["goals"]) == 9 for record in records.values())
    before, shock = records["baseline"]["goals"], records["adverse-shock-and-recovery"]["goals"]
    full, stretch = records["measures-in-full"]["goals"], records["stretch"]["goals"]
    for goal, p in before.items():
        if p is not None:
            assert shock[goal] <= p <= full[goal] <= stretch[goal], goal


def test_the_table_of_scenarios_speaks_both_languages(run):
    _, english, _ = run("scenarios", *BEICHEN)
    _, chinese, _ = run("scenarios", *BEICHEN, "--lang", "zh")
    assert "Stretch" in english
    assert "冲刺" in chinese
    assert english.count("\n") == chinese.count("\n")


def test_seek_tries_each_lever_alone_and_then_all_together(run):
    status, out, _ = run("seek", *HIGHTECH, "--probability", 0.5, "--format", "json")
    answers = json.loads(out)
    assert status == 0
    assert [len(answer["levers"]) for answer in answers] == [1, 1, 1, 3]
    for answer in answers:
        assert answer["feasible"] == (answer["reached"] >= 0.5)


def test_seek_with_levers_named_gives_one_answer_for_their_mix(run):
    levers = ("--lever", "renewal_rate", "--lever", "new_certifications")
    _, out, _ = run("seek", *HIGHTECH, "--probability", 0.45, *levers, "--format", "json")
    (answer,) = json.loads(out)
    assert set(answer["levers"]) == {"renewal_rate", "new_certifications"}
    assert answer["feasible"]


def test_less_is_needed_on_top_of_a_scenario(run):
    asked = ("seek", *HIGHTECH, "--probability", 0.53, "--lever", "new_certifications")
    sizes = []
    for scenario in ("baseline", "measures-in-full"):
        _, out, _ = run(*asked, "--scenario", scenario, "--format", "json")
        sizes.append(json.loads(out)[0]["levers"]["new_certifications"]["size"])
    assert sizes[1] < sizes[0]


def test_out_of_reach_is_an_answer_and_no_error(run):
    status, out, _ = run("seek", *HIGHTECH, "--probability", 0.99)
    assert status == 0
    assert "infeasible" in out


def test_by_takes_the_last_year_end_that_is_not_after_the_day(run):
    assert last_year_end(date(2022, 12, 30)) == 2021
    asked = ("seek", *HIGHTECH, "--probability", 0.3, "--lever", "renewal_rate", "--format", "json")
    _, due, _ = run(*asked)
    _, same, _ = run(*asked, "--by", "2022-12-31")
    _, earlier, _ = run(*asked, "--by", "2022-12-30")
    assert same == due
    assert json.loads(earlier)[0]["before"] < json.loads(due)[0]["before"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("seek", *HIGHTECH, "--probability", 80), "80"),
        (("seek", *HIGHTECH, "--lever", "luck"), "luck"),
        (("seek", *HIGHTECH, "--lever", "rd_growth"), "rd_growth"),
        (("seek", *HIGHTECH, "--by", "soon"), "--by"),
        (("seek", *HIGHTECH, "--by", "2030-12-31"), "2030"),
        (("seek", *HIGHTECH, "--scenario", "hope"), "hope"),
        (("seek", *BEICHEN, "--goal", "unicorns"), "unicorns"),
        (("seek", *BEICHEN, "--goal", "innovation_platforms"), "innovation_platforms"),
        (("scenarios", "--plan", "nowhere", "--as-of", "2021-12-31"), "nowhere"),
        (("scenarios", "--plan", "beichen-2020-2022", "--as-of", "yesterday"), "yesterday"),
        (("explore", *BEICHEN, "--lang", "en", "--port", 0), "port"),
        (("explore", *BEICHEN, "--goal", "unicorns"), "unicorns"),
    ],
)
def test_a_wrong_input_gets_one_sentence_and_status_2(run, arguments, word):
    status, out, err = run(*arguments)
    assert status == 2
    assert not out
    assert err.startswith("bcforecast: ")
    assert err.count("\n") == 1
    assert word in err


@pytest.mark.parametrize(
    ("lang", "assumed", "correlation"),
    [("en", "assumed", "Correlation of yearly growth"), ("zh", "假定", "相关系数")],
)
def test_details_print_correlations_and_what_each_rate_rests_on(run, lang, assumed, correlation):
    status, out, _ = run("scenarios", *BEICHEN, "--details", "--lang", lang)
    assert status == 0
    assert assumed in out
    assert correlation in out
    assert correlation not in run("scenarios", *BEICHEN, "--lang", lang)[1]
