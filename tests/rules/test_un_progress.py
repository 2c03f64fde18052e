"""The UN progress chart: its classes, and where its ratio does not exist."""

import pytest
from rule_vectors import case, keys, label

from bcforecast.rules.un_progress import UnProgress

judged = UnProgress().assess


@pytest.mark.parametrize(
    ("last", "says"),
    [(102.0, "met_or_on_track"), (101.0, "fair"), (100.4, "stagnation"), (95.0, "stagnation")],
)
def test_without_a_target_growth_is_cut_at_two_and_half_a_percent(last, says):
    verdict = judged(case({2015: 100.0, 2016: last}))
    assert (label(verdict), verdict.says_met) == (says, None)


def test_without_a_later_base_the_one_before_is_taken():
    verdict = judged(case({2010: 10.0, 2013: 11.0, 2014: 12.0}, 20, base_year=2015))
    assert verdict.inputs["base_year"] == 2013
    assert "base_moved" in keys(verdict)
