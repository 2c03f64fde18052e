"""What each rule says at the edges of its formula: a label, a number or none, and a note."""

import math

import pytest
from rule_vectors import case, keys, label

from bcforecast.rules.published import (
    PROJECTIONS,
    RULES,
    CagrRatio,
    Escap,
    Linear,
    UnProgress,
    Weather,
)

CAGR, UN, STATUS, SUN = CagrRatio(), UnProgress(), Escap("current_status"), Weather()
GEOMETRIC, WEIGHTED = Escap(projection="geometric"), Escap(projection="logit_wls")
LOGIT = ("logit_mean_slope", "logit_ols", "logit_wls")
DOWN, BY_2022 = {"direction": "down"}, {"due": 2022}
STRICT = {"due": 2022, "comparator": "more_than"}
STILL = ...
"""A label or number that is not what the row is about."""
ONLY = case({2011: 42.6}, 5, **DOWN, scale=100, base_year=2015, current_year=2025)
MET = case({2018: 4.0}, 5, **DOWN, scale=100)
DONE = case({2015: 20.0, 2020: 15.0, 2030: 8.0}, 5, **DOWN, scale=100)
INFINITE = case({2014: 20.0, 2020: 15.0, 2030: 8.0}, 5, **DOWN, scale=100, base_year=2015)
COUNT = case({2019: 400.0, 2021: 450.0}, 530, due=2022)
EARLY = case({2015: 0.8, 2020: 1.1}, 1.2, due=2022, base_year=2022)
KEPT = {
    "achieved",
    "substantial",
    "met_or_on_track",
    "on_track",
    "will_meet",
    "linear_meets",
    "sun",
}
"""Labels that say of a promise that it is or will be kept."""
SIX = dict(enumerate((25.0, 24.0, 23.0, 22.0, 21.0, 20.0), start=2015))


@pytest.mark.parametrize(
    ("rule", "judged", "says", "value", "note"),
    [
        (CAGR, case({2015: 100.0, 2020: 98.0}, 100), "undefined", None, "base_is_target"),
        (CAGR, case({2015: 0.0, 2020: 5.0}, 10.0), "undefined", None, "base_zero"),
        (CAGR, case({2015: -2.0, 2020: 5.0}, 10.0), "undefined", None, "sign_change"),
        (CAGR, case({2015: -4.0, 2020: -2.0}, 10.0), "undefined", None, "sign_change"),
        (CAGR, case({2015: 5e-324, 2020: 1e300}, 1e301), "undefined", None, "overflow"),
        (CAGR, case({2015: 3.6, 2020: 3.0}, 0.0, **DOWN), "undefined", None, "target_zero"),
        (CAGR, case({2015: -2.0, 2020: 1.0}, 10.0), "undefined", None, "sign_change"),
        (CAGR, case({2015: -5.0, 2020: 0.0}), "substantial", 1.0, None),
        (CAGR, case({2020: -10.0, 2021: -9.0}, -8.1, **BY_2022), "substantial", 1.0, None),
        (CAGR, case({2020: 100.0, 2021: 101.0}, due=2030), "moderate", 0.01, None),
        (CAGR, case({2018: 0.0, 2022: 30.0}, 30), "achieved", None, None),
        (CAGR, case({2023: 14.5}, 7.25, **DOWN), "not_available", None, "one_figure"),
        (CAGR, case({2023: 7.0}, 7.25, **DOWN), "achieved", None, "one_figure"),
        (CAGR, case({2019: 400, 2021: 530}, 530, **BY_2022), "achieved", STILL, None),
        (CAGR, case({2019: 400, 2021: 530}, 530, **STRICT), "substantial", STILL, "strict"),
        (CAGR, case({2015: 80.0, 2020: 90.0}, 95, limit=100), STILL, STILL, "limit_ignored"),
        (CAGR, case({2015: 110.0, 2020: 105.0}, limit=100), STILL, STILL, "base_beyond_limit"),
        (CAGR, case({2018: 100.0, 2022: 149.0}, 150, **BY_2022),
         "substantial", STILL, "outcome_missed"),
        *((UN, case({2015: 100.0, 2020: last}, 200, due=2020), says, share, "outcome_missed")
          for last, share, says in ((195.0, 0.95, "met_or_on_track"), (194.0, 0.94, "fair"),
                                    (110.0, 0.10, "fair"), (106.0, 0.06, "stagnation"))),
        (UN, case({2015: 9.0, 2016: 9.0}, **DOWN), "stagnation", 0.0, None),
        (UN, case({2015: 5.0, 2026: 0.9}, 0, **DOWN, scale=100),
         "met_or_on_track", STILL, "near_end"),
        (UN, case({2015: 98.0, 2026: 99.0}, 100, scale=100), "met_or_on_track", STILL, "near_end"),
        (UN, case({2015: 8.5, 2016: 7.0}, 8.0), "undefined", None, "ratio_turned"),
        (UN, case({2020: 5.0}, 100, base_year=2015), "not_available", None, "one_figure"),
        (UN, case({2010: 10.0, 2013: 11.0}, 12, base_year=2015), STILL, STILL, "base_moved"),
        (UN, case({2015: 110.0, 2016: 105.0}, 100), "achieved", None, "ratio_turned"),
        (UN, case({2015: 98.0, 2026: 99.1}, 100, scale=100), "met_or_on_track", STILL, "near_end"),
        (UN, case({2015: 98.0, 2026: 98.9}, 100, scale=100), "fair", STILL, None),
        (UN, case({2015: 98.0, 2026: 99.1}, 100), "fair", STILL, None),
        (UN, case({2015: 10.0, 2016: 7.0}, 8.0), "undefined", None, "ratio_turned"),
        (UN, case({2015: 100.0, 2016: 98.0}, 100), "undefined", None, "base_is_target"),
        (UN, case({2015: 0.0, 2016: 5.0}, 100), "undefined", None, "base_zero"),
        (UN, case({2015: -5.0, 2016: 5.0}, 100), "undefined", None, "sign_change"),
        (UN, case({2015: 5.0}, 100), "not_available", None, "one_figure"),
        (UN, case({2015: 1e-300, 2016: 99.0}, 100), "undefined", None, "overflow"),
        *((rule, ONLY, "not_available", None, "one_figure")
          for rule in (STATUS, *(Escap(projection=p) for p in PROJECTIONS))),
        *((rule, MET, STILL, 10.0, None)
          for rule in (STATUS, *(Escap(projection=p) for p in PROJECTIONS))),
        *((Escap(projection=p), DONE, STILL, 8.0, "outcome_missed") for p in PROJECTIONS),
        *((Escap(projection=p), COUNT, "not_available", None, "no_scale") for p in LOGIT),
        (WEIGHTED, INFINITE, "not_available", None, "weight_infinite"),
        (GEOMETRIC, case({2019: 0.0, 2020: 5.0}, 1e301), "not_available", None, "base_zero"),
        (GEOMETRIC, case({2019: -2.0, 2020: 5.0}, 1e301), "not_available", None, "sign_change"),
        (GEOMETRIC, case({2019: 1e-300, 2020: 1e300}, 1e301), "not_available", None, "overflow"),
        (STATUS, case({2019: 400.0, 2021: 450.0}, 500), STILL, 5.0, None),
        (STATUS, case({2015: 100.0, 2020: 98.0}, 100), "undefined", None, "base_is_target"),
        (STATUS, case({2015: 4.0, 2020: 6.0}, 5, **DOWN), STILL, STILL, "base_past_target"),
        (STATUS, case({2015: 5.1, 2020: 15.0}, 5, **DOWN), "regression", -10.0, "clipped"),
        (STATUS, case({2019: 400.0, 2021: 600.0}, 530), "on_track", 10.0, None),
        (STATUS, case({2015: 10.0, 2020: 19.0}, 20), "slow", 9.0, "elapsed"),
        (STATUS, case({2015: 10.0, 2020: 10.5}, 20), "slow", 0.5, "elapsed"),
        (STATUS, case({2015: 10.0, 2020: 10.0}, 20), "regression", 0.0, None),
        (STATUS, case({2015: 10.0, 2020: 11.0}, 20, base_year=2020),
         "not_available", None, "one_figure"),
        (STATUS, case({2019: 400, 2021: 530}, 530, **STRICT), STILL, 10.0, "strict"),
        (STATUS, case({2019: 400.0, 2021: 500.0}, 550, **BY_2022), "slow", 20 / 3, "elapsed"),
        *((rule, case({2015: 0.8, 2020: 1.1}), STILL, None, "no_target")
          for rule in (STATUS, Escap())),
        *((rule, EARLY, STILL, None, "due_before_base") for rule in (STATUS, Escap())),
        (Linear(), case({2019: 401.0, 2021: 487.0}, 530.0, **BY_2022), "linear_meets", 0.0, None),
        (Linear(), case({2019: 401.0, 2021: 487.0}, 530.0, **STRICT), "linear_misses", 0.0, None),
        (Linear(), case({2020: 9.0, 2021: 8.0}, 7.0, **DOWN, **BY_2022),
         "linear_meets", 0.0, None),
        (Linear(), case({2015: 5.0, 2016: 4.0}, 10.0), "linear_away", STILL, None),
        (Linear(), case({2015: 5.0, 2016: 4.0}, 5.0), "linear_away", -15.0, None),
        (Linear(), case({2015: 5.0, 2016: 5.0}, 10.0), "linear_misses", -5.0, None),
        (Linear(), case({2015: 5.0, 2016: 5.5}, 99.0), "linear_misses", -86.5, None),
        *((rule, case(SIX, due=2030), "not_available", None, "no_target")
          for rule in (STATUS, Escap(), Linear(), Linear(5), SUN)),
        (Linear(), case({2015: 5.0, 2016: 4.0}), "not_available", None, "no_target"),
        (Linear(5), case({2015: 5.0, 2016: 4.0}), "not_available", None, "no_target"),
        (Linear(), case({2015: 5.0}, 6), "not_available", None, "one_figure"),
        (Linear(5), case({2010: 5.0, 2020: 6.0}, 9), "not_available", None, "span_empty"),
        (Linear(), case({2019: 5.0, 2020: 6.0}, 9, bounds_ignored=1), STILL, STILL, "bounds"),
        (SUN, case({2015: 5.0, 2016: 4.0}), "not_available", None, "no_target"),
        (SUN, case(dict.fromkeys(SIX, 5.0), 10.0), "cloud", STILL, None),
        (SUN, case({2016: 2.0, 2018: 4.0, 2020: 6.0}, 20), "not_available", None, None),
        (SUN, case({**SIX, 2019: 21.5, 2020: 21.0}, 20.0),
         "thunderstorm", STILL, "met_now_lost_by_due"),
        (SUN, case(SIX, 20.0), "undefined", None, "no_gap_today"),
        (SUN, case({**SIX, 2020: 0.0}, 5e-324), "undefined", None, "overflow"),
    ],
)  # fmt: skip
def test_a_rule_says_its_label_its_number_or_none_and_why(rule, judged, says, value, note):
    verdict = rule.assess(judged)
    assert says in (STILL, label(verdict))
    assert note is None or note in keys(verdict)
    if judged is DONE:
        assert verdict.projected == value
        assert verdict.value == pytest.approx(10 * 12 / 15)
    elif value is not STILL:
        assert verdict.value == (None if value is None else pytest.approx(value))
    if judged is MET:
        assert verdict.says_met is True
    if label(verdict) in ("undefined", "not_available", "slow") or judged.target is None:
        assert verdict.says_met is None
    else:
        assert verdict.says_met is (label(verdict) in KEPT)
    assert verdict.value != 0.0 or math.copysign(1.0, verdict.value) == 1.0, "no minus nothing"
    if label(verdict) == "not_available" and judged is not INFINITE:
        assert verdict.projected is None
    if value is None:
        full = rule is CAGR and says == "achieved"
        assert verdict.score == (5.0 if full else None)


@pytest.mark.parametrize(
    ("rule", "judged", "notes"),
    [
        (CAGR, case({2015: 100.0, 2020: 100.0}, limit=100), set()),
        (CAGR, case({2015: 80.0, 2020: 90.0}, limit=100), set()),
        (CAGR, case({2015: 100.5, 2020: 101.0}, limit=100), {"base_beyond_limit"}),
        (CAGR, case({2015: 80.0, 2020: 90.0}, 200, base_year=2015), set()),
        (STATUS, case({2015: 10.0, 2020: 0.0}, 20), set()),
        (STATUS, case({2015: 100.0, 2020: 98.0}, 100), {"base_is_target"}),
        (SUN, case(SIX, 30.0), set()),
        (
            SUN,
            case({year: SIX[year] for year in (2015, *range(2017, 2021))}, 30.0),
            {"weather_gaps"},
        ),
    ],
)
def test_a_note_stands_where_it_holds_and_nowhere_else(rule, judged, notes):
    assert keys(rule.assess(judged)) == notes


def test_the_rules_on_the_panel_are_named_by_what_they_look_at():
    escap = ["current_status", *(f"anticipated_{name}" for name in PROJECTIONS)]
    linear = ["since_base", "last_5_years"]
    assert [rule.variant for rule in RULES] == ["", "", *escap, *linear, "five_changes"]


def test_a_note_has_its_number():
    for judged, note, number in (
        (case({2015: 5.1, 2020: 15.0}, 5, **DOWN), "clipped", "−990"),
        (case({2019: 400.0, 2021: 500.0}, 550, **BY_2022), "elapsed", "6.66667"),
    ):
        (said,) = (n for n in STATUS.assess(judged).notes if n.key == f"rules.note_{note}")
        assert number in said.render("en")
