"""The panel: every rule, where they disagree, what revision flips a label, and the records."""

import ast
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from rule_vectors import case, label, load

import bcforecast.rules as folder
from bcforecast.reporting.records import rule_records
from bcforecast.rules.base import Rule, Verdict
from bcforecast.rules.panel import (
    all_rules,
    disagreement,
    flip_revision,
    flip_sentence,
    name_of,
    nearest_flip,
    rules,
)
from bcforecast.rules.published import CagrRatio, Escap, Linear, UnProgress, Weather
from bcforecast.text import LOCALE_DIR, text

POVERTY = case({2015: 14.5, 2023: 10.2}, 7.25, direction="down")
RATE = {2000: 25.4, 2005: 23.1, 2010: 20.5, 2015: 15.2, 2020: 15.196474075317383, 2021: 16.6}
SINCE_2015 = {"scale": 100, "base_year": 2015, "current_year": 2025}
TUNISIA = case(RATE, 5, direction="down", **SINCE_2015)


def test_every_rule_of_the_folder_is_on_the_panel_once():
    found = [(v.rule, v.variant) for v in all_rules(POVERTY)]
    assert len(set(found)) == len(found) == len(rules())
    assert all(isinstance(rule, Rule) for rule in rules())


@pytest.mark.parametrize("judged", [POVERTY, TUNISIA, case({2020: 1.0})])
def test_every_name_label_and_note_is_in_both_languages(judged):
    for verdict in all_rules(judged):
        for lang in ("en", "zh"):
            assert verdict.name.render(lang)
            assert text(verdict.label, lang)
            assert all("{" not in note.render(lang) for note in verdict.notes)


def modules():
    return Path(folder.__file__).parent.glob("*.py")


def test_no_words_of_rules_are_left_in_the_catalogue_that_nothing_uses():
    nodes = (node for path in modules() for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    literals = {node.value for node in nodes if isinstance(node, ast.Constant)}
    used = {x for x in literals if isinstance(x, str) and re.fullmatch(r"rules\.\w*[a-z]", x)}
    with (LOCALE_DIR / "en.po").open("rb") as file:
        known = {str(m.id) for m in read_po(file) if str(m.id).startswith("rules.")}
    assert used <= known
    built = ("rules.name_", "rules.variant_", "rules.agree_", "rules.who_", "rules.disagree_ours_")
    assert all(key.startswith(built) for key in known - used)


def test_one_data_set_through_five_methods_has_the_stated_numbers_and_all_said_no():
    eu = load("five_methods")
    series = dict(zip(eu["t"], eu["y"], strict=True))
    judged = case(series, eu["target"], due=eu["T"], base_year=eu["base"])
    cagr, un, weather, linear, status = (
        rule.assess(judged)
        for rule in (CagrRatio(), UnProgress(), Weather(), Linear(), Escap("current_status"))
    )
    for found, stated in (
        (cagr.details["cagr_observed"], "cagr_observed"),
        (cagr.details["cagr_required"], "cagr_required"),
        (cagr.value, "ratio"),
        (un.projected, "un_expected"),
        (un.value, "un_ratio"),
        (weather.details["mean_yearly_change"], "weather_change"),
        (weather.projected, "weather_projected"),
        (weather.value, "weather_gap_share"),
        (status.value, "escap_cs"),
        (linear.details["required_pace_from_now"], "required_linear_from_now"),
    ):
        assert found == pytest.approx(eu[stated], abs=1e-12), stated
    said = [label(v) for v in (cagr, un, weather, status)]
    assert said == ["limited", "fair", "cloud", "slow"]
    assert not any(v.says_met for v in (cagr, un, weather, linear))


def test_rules_that_contradict_each_other_raise_the_flag_and_are_named():
    found = disagreement(all_rules(case({2015: 98.0, 2021: 99.0}, 100, scale=100)), 0.5)
    assert found.flag
    assert found.yes
    assert found.no
    assert "CAGR ratio" in found.sentence.render("en")
    assert "结论不一" in found.sentence.render("zh")
    (one, *_), (first, second, _) = found.yes, found.no
    assert name_of([one]) == one.name
    assert name_of([first, second]).render("en") == "ESCAP (2 forms)"


def verdict(says_met):
    word = "rules.label_will_meet" if says_met else "rules.label_accelerate"
    return Verdict("escap", "anticipated_geometric", word, says_met=says_met, value=5.0)


@pytest.mark.parametrize(
    ("says", "probability", "flag", "key"),
    [
        ([True], 0.9, False, "agree_yes"), ([False], 0.1, False, "agree_no"),
        ([True], 0.1, True, "disagree_ours_no"), ([False], 0.9, True, "disagree_ours_yes"),
        ([True], 0.5, False, "agree_open_yes"), ([False], 0.5, False, "agree_open_no"),
        ([True, False], 0.5, True, "disagree_each_other"),
        ([True, False], 0.9, True, "disagree_ours_yes"),
        ([True, False], 0.1, True, "disagree_ours_no"),
        ([True, False], None, True, "disagree_each_other"),
        ([True], None, False, "agree_rules_yes"), ([False], None, False, "agree_rules_no"),
        ([], 0.5, False, "disagree_silent"), ([True], 2.0 / 3.0, False, "agree_yes"),
        ([False], 1.0 / 3.0, False, "agree_no"),
    ],
)  # fmt: skip
def test_the_sentence_fits_who_says_what(says, probability, flag, key):
    silent = Verdict("weather", "five_changes", "rules.label_not_available")
    found = disagreement([*(verdict(s) for s in says), silent], probability)
    assert (found.flag, found.sentence.key) == (flag, f"rules.{key}")
    assert found.sentence.render("en") != found.sentence.render("zh")
    if key.startswith("agree_"):
        undecided = replace(verdict(None), label="rules.label_slow")
        said = disagreement([*(verdict(s) for s in says * 2), undecided, silent], probability)
        assert said.sentence.render("en").startswith("Of the 3 rules that can judge, 2 say that")
        assert said.sentence.render("zh").startswith("可作判定的3种方法中，有2种认为")


def test_the_smallest_revision_of_the_poverty_rate_that_flips_its_label_is_a_hundredth():
    exact = flip_revision(CagrRatio(), POVERTY)
    assert 0.0 < exact.revision < 0.01
    assert exact.label_after == "rules.label_moderate"
    just_before = POVERTY.with_last(exact.value - 2e-8)
    assert label(CagrRatio().assess(just_before)) == "substantial"
    published = flip_revision(CagrRatio(), POVERTY, step=0.01)
    assert published.value == pytest.approx(10.21, abs=1e-12)
    sentence = flip_sentence(published, POVERTY)
    assert "10.21 (0.01 higher)" in sentence.render("en")
    assert "10.21（上调0.01）" in sentence.render("zh")
    assert "进展中等" in sentence.render("zh")
    shares = replace(POVERTY, unit="%")
    assert "10.21% (0.01 percentage points higher)" in flip_sentence(published, shares).render("en")
    tiny = flip_sentence(replace(published, revision=-0.004), shares).render("en")
    assert "0.004 percentage points lower" in tiny, "and not by nothing"


@pytest.mark.parametrize(
    ("rule", "judged", "value"),
    [
        (CagrRatio(), case({2010: 100.0, 2020: 101.0 * 2.0**0.5}, 200.0),
         100.0 * (1 + 0.95 * (2.0 ** (1 / 20) - 1)) ** 10),
        (Linear(), case({2010: 100.0, 2020: 150.0}, 200.0), 150.0),
        (Linear(), case({2019: 100.0, 2020: 110.0}, 1e6, due=2022), 100.0),
        (Escap("current_status"), case({2015: 10.0, 2020: 18.9}, 20), 19.0),
    ],
)  # fmt: skip
def test_the_nearest_flip_is_bracketed_to_a_billionth_of_the_figure(rule, judged, value):
    assert flip_revision(rule, judged).value == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("last", "others", "unit", "value"),
    [
        (100.0, [(0.0, 97.0), (130.0, 999.0)], 1.0, 96.0),
        (128.0, [(0.0, 97.0), (129.3, 999.0)], 1.0, 130.0),
        (100.0, [(0.0, 97.0), (104.0, 999.0)], 1.0, 104.0),  # and not 96, which is as far
        (100.0, [(0.0, 95.0), (104.0, 999.0)], 1.0, 104.0),  # and not 94, which is further
        (100.0, [], 1.0, None),
        (2.0, [(3.0, 9.0)], 1.0, 3.0),  # one step, which is all that is within reach
        (10.0, [(9.0, 9.75), (11.0, 99.0)], 0.25, 9.5),  # below only as far as above
        (10.0, [(0.0, 9.1), (10.75, 11.2)], 0.25, 10.75),  # above again as far as below
        (10.0, [(0.0, 9.1), (11.0, 11.2)], 0.25, 9.0),  # and not 11, which is as far
    ],
)
def test_the_nearest_change_of_a_word_is_found_on_either_side(last, others, unit, value):
    def word(figure):
        return "other" if any(low <= figure < high for low, high in others) else "same"

    asked = {"before": "same", "unit": unit, "size": last, "support": (-math.inf, math.inf)}
    found = nearest_flip(last, word, **asked)
    assert (found and (found.value, found.revision)) == (value and (value, value - last))


@pytest.mark.parametrize(
    ("rule", "judged"),
    [
        (Linear(), case({2019: 10.0, 2020: 110.0}, 1e6, due=2022)),
        (Linear(), case({2015: 0.0, 2020: 0.0}, 9, due=2022)),
        (Weather(), POVERTY),
    ],
)
def test_no_revision_within_half_of_the_figure_is_a_legal_answer(rule, judged):
    assert flip_revision(rule, judged) is None
    assert "50%" in flip_sentence(None, POVERTY).render("en")


def test_a_revision_stays_within_the_scale_whole_and_off_zero():
    share = case({2015: 50.0, 2020: 99.0}, 100, due=2020, scale=100)
    assert flip_revision(Linear(), share).value == 100.0
    full = case({2015: 50.0, 2020: 100.0}, 100.005, due=2020, scale=100)
    assert flip_revision(Linear(), full, step=0.01) is None, "though 100.01 would be enough"
    growing = case({2010: 100, 2020: 138}, 200, whole=True)
    assert flip_revision(CagrRatio(), growing).value == 140.0, "the cut lies at 139.03"
    small = case({2019: 2.0, 2020: 0.9}, 0.5, direction="down", due=2020, scale=100)
    assert flip_revision(Linear(), small).value == pytest.approx(0.5, rel=1e-8)
    count = case({2019: 400, 2022: 530}, 530, due=2022, comparator="more_than", whole=True)
    flip = flip_revision(Linear(), count)
    assert (flip.revision, flip.value, flip.label_after) == (1.0, 531.0, "rules.label_linear_meets")
    zero = case({2019: 4.0, 2020: 0.0}, 0.5, due=2020)
    assert flip_revision(Linear(), zero).value == pytest.approx(0.5, rel=1e-8)


def test_records_are_plain_and_have_a_sentence_only_on_a_label_that_flips():
    records = rule_records(TUNISIA, lang="zh")
    assert [r["rule"] for r in records] == [v.rule for v in all_rules(TUNISIA)]
    text = json.dumps(records, ensure_ascii=False, allow_nan=False)
    assert json.loads(text)[0]["label"] == "deterioration"
    weighted = next(r for r in records if r["variant"] == "anticipated_logit_wls")
    assert weighted["label_text"] == "需加快进度"
    assert weighted["projected"] == pytest.approx(12.25497401, abs=5e-9)
    assert weighted["flip_label"] == "no_progress"
    records = {(r["rule"], r["variant"]): r for r in rule_records(POVERTY)}
    assert records["weather", "five_changes"]["flip_text"] is None
    assert "10.21" in records["cagr_ratio", "target"]["flip_text"]


@pytest.mark.parametrize(
    "judged",
    [
        POVERTY, TUNISIA, case({2020: 0.0}, 1), case({2019: 0.0, 2020: -3.0}, -9, direction="down"),
        case({2019: 1e-300, 2020: 1e300}, 1e305, due=2090),
    ],
)  # fmt: skip
def test_records_never_have_a_number_beside_a_label_that_denies_it(judged):
    for record in rule_records(judged):
        denied = record["label"] in ("undefined", "not_available")
        assert denied == (record["value"] is None and record["label"] != "achieved")
        assert record["value"] is None or math.isfinite(record["value"])
