"""The panel: every rule, where they disagree, what revision flips a label, and the records."""

import json
import math

import pytest

from bcforecast.reporting.analyses import rules_table
from bcforecast.rules.base import Case, Rule, Verdict
from bcforecast.rules.cagr_ratio import CagrRatio
from bcforecast.rules.escap import Escap
from bcforecast.rules.linear import Linear
from bcforecast.rules.panel import all_rules, disagreement, flip_revision, flip_sentence, rules
from bcforecast.rules.weather import Weather

POVERTY = Case((2015, 2023), (14.5, 10.2), direction="down", target=7.25, due=2030)
TUNISIA = Case(
    (2000, 2005, 2010, 2015, 2020, 2021),
    (25.4, 23.1, 20.5, 15.2, 15.196474075317383, 16.6),
    direction="down",
    target=5,
    due=2030,
    scale=100,
    base_year=2015,
    current_year=2025,
)


def test_every_rule_of_the_folder_is_on_the_panel_once():
    found = [(v.rule, v.variant) for v in all_rules(POVERTY)]
    assert len(set(found)) == len(found) == 10
    assert all(isinstance(rule, Rule) for rule in rules())


def test_every_name_label_and_note_is_in_both_languages():
    for case in (POVERTY, TUNISIA, Case((2020,), (1.0,), direction="up")):
        for verdict in all_rules(case):
            for lang in ("en", "zh"):
                assert verdict.name.render(lang)
                assert verdict.label_text(lang)
                assert all("{" not in note.render(lang) for note in verdict.notes)


def test_rules_that_contradict_each_other_raise_the_flag_and_are_named():
    case = Case((2015, 2021), (98.0, 99.0), direction="up", target=100, due=2030, scale=100)
    found = disagreement(all_rules(case), 0.5)
    assert found.flag
    assert found.yes
    assert found.no
    assert "CAGR ratio" in found.sentence.render("en")
    assert "结论不一" in found.sentence.render("zh")


def verdict(says_met):
    label = "rules.label_will_meet" if says_met else "rules.label_accelerate"
    return Verdict("escap", "anticipated_geometric", label, says_met=says_met, value=5.0)


SILENT = Verdict("weather", "five_changes", "rules.label_not_available")


@pytest.mark.parametrize(
    ("says", "probability", "flag", "key"),
    [
        ([True], 0.9, False, "agree_yes"),
        ([False], 0.1, False, "agree_no"),
        ([True], 0.1, True, "disagree_ours_no"),
        ([False], 0.9, True, "disagree_ours_yes"),
        ([True], 0.5, False, "agree_open_yes"),
        ([False], 0.5, False, "agree_open_no"),
        ([True, False], 0.5, True, "disagree_each_other"),
        ([True, False], 0.9, True, "disagree_ours_yes"),
        ([True, False], 0.1, True, "disagree_ours_no"),
        ([True, False], None, True, "disagree_each_other"),
        ([True], None, False, "agree_rules_yes"),
        ([False], None, False, "agree_rules_no"),
        ([], 0.5, False, "disagree_silent"),
        ([True], 2.0 / 3.0, False, "agree_yes"),
        ([False], 1.0 / 3.0, False, "agree_no"),
    ],
)
def test_the_sentence_fits_who_says_what(says, probability, flag, key):
    found = disagreement([*(verdict(s) for s in says), SILENT], probability)
    assert (found.flag, found.sentence.key) == (flag, f"rules.{key}")
    assert found.sentence.render("en") != found.sentence.render("zh")


def test_the_smallest_revision_of_the_poverty_rate_that_flips_its_label_is_a_hundredth():
    exact = flip_revision(CagrRatio(), POVERTY)
    assert 0.0 < exact.revision < 0.01
    assert exact.label_after == "rules.label_moderate"
    just_before = Case(
        (2015, 2023), (14.5, exact.value - 2e-8), direction="down", target=7.25, due=2030
    )
    assert CagrRatio().assess(just_before).label == "rules.label_substantial"
    published = flip_revision(CagrRatio(), POVERTY, step=0.01)
    assert published.value == pytest.approx(10.21, abs=1e-12)


def test_a_revision_is_bracketed_to_a_billionth_of_the_figure():
    case = Case((2010, 2020), (100.0, 150.0), direction="up", target=200.0, due=2030)
    cut = 100.0 * 2.0**0.5
    flip = flip_revision(
        CagrRatio(), Case((2010, 2020), (100.0, cut * 1.01), direction="up", target=200.0, due=2030)
    )
    required = 2.0 ** (1 / 20) - 1
    where = 100.0 * (1 + 0.95 * required) ** 10
    assert flip.value == pytest.approx(where, rel=2e-9)
    assert flip_revision(Linear(), case).value == pytest.approx(150.0, rel=2e-9)


def test_no_revision_within_half_of_the_figure_is_a_legal_answer():
    hopeless = Case((2019, 2020), (100.0, 110.0), direction="up", target=1e6, due=2022)
    assert flip_revision(Linear(), hopeless) is not None
    far = Case((2019, 2020), (10.0, 110.0), direction="up", target=1e6, due=2022)
    assert flip_revision(Linear(), far) is None


def test_a_rule_without_enough_figures_has_no_flip():
    assert flip_revision(Weather(), POVERTY) is None


def test_a_revision_stays_within_the_scale_of_a_share():
    case = Case((2015, 2020), (50.0, 99.0), direction="up", target=100, due=2020, scale=100)
    flip = flip_revision(Linear(), case)
    assert flip.value == 100.0
    assert (
        flip_revision(Linear(), Case((2015, 2020), (0.0, 0.0), direction="up", target=9, due=2022))
        is None
    )


def test_a_count_is_revised_by_whole_numbers():
    case = Case(
        (2019, 2022),
        (400, 529),
        direction="up",
        target=530,
        due=2022,
        comparator="more_than",
        whole=True,
    )
    flip = flip_revision(Linear(), case)
    assert (flip.revision, flip.value, flip.label_after) == (2.0, 531.0, "rules.label_linear_meets")


def test_a_last_figure_of_zero_can_be_revised_by_the_size_of_the_series():
    case = Case((2019, 2020), (4.0, 0.0), direction="up", target=0.5, due=2020)
    flip = flip_revision(Linear(), case)
    assert flip.value == pytest.approx(0.5, rel=1e-8)


def test_a_flip_is_one_sentence_in_both_languages():
    sentence = flip_sentence(flip_revision(CagrRatio(), POVERTY, step=0.01))
    assert "10.21" in sentence.render("en")
    assert "+0.01" in sentence.render("zh")
    assert "进展中等" in sentence.render("zh")
    assert "50%" in flip_sentence(None).render("en")


def test_records_are_plain_and_carry_value_label_projection_and_notes():
    records = rules_table(TUNISIA, lang="zh")
    assert [r.rule for r in records] == [v.rule for v in all_rules(TUNISIA)]
    text = json.dumps([r.as_dict() for r in records], ensure_ascii=False, allow_nan=False)
    assert json.loads(text)[0]["label"] == "deterioration"
    weighted = next(r for r in records if r.variant == "anticipated_logit_wls")
    assert weighted.label_text == "需加快进度"
    assert weighted.projected == pytest.approx(12.25497401, abs=5e-9)
    assert weighted.flip_label == "no_progress"


def test_a_record_without_a_label_to_flip_has_no_sentence_on_it():
    records = {(r.rule, r.variant): r for r in rules_table(POVERTY)}
    assert records["weather", "five_changes"].flip_text is None
    assert "10.21" in records["cagr_ratio", "target"].flip_text


def test_records_never_have_a_number_beside_a_label_that_denies_it():
    cases = (
        POVERTY,
        TUNISIA,
        Case((2020,), (0.0,), direction="up", target=1, due=2022),
        Case((2019, 2020), (0.0, -3.0), direction="down", target=-9, due=2022),
        Case((2019, 2020), (1e-300, 1e300), direction="up", target=1e305, due=2090),
    )
    for case in cases:
        for record in rules_table(case):
            denied = record.label in ("undefined", "not_available")
            assert denied == (record.value is None and record.label != "achieved")
            assert record.value is None or math.isfinite(record.value)


def test_the_same_case_gives_the_same_records():
    assert rules_table(TUNISIA) == rules_table(TUNISIA)


def test_a_label_flips_in_the_nearer_direction():
    rule = Escap("current_status")
    flip = flip_revision(
        rule, Case((2015, 2020), (10.0, 18.9), direction="up", target=20, due=2030)
    )
    assert flip.value == pytest.approx(19.0, rel=1e-8)
    assert flip.label_after == "rules.label_on_track"
