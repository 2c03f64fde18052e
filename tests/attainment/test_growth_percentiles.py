"""Percentiles of pace: what ships is what the panels give, and says whose it is."""

import pytest

from bcforecast.attainment.explain import SHIPPED, SpanPercentiles, compare_pace, growth_class, load
from bcforecast.reporting.analyses import share_words

LEVELS = {0.1: -0.1, 0.5: 0.1, 0.9: 0.3}
SPAN = SpanPercentiles(30, 300, LEVELS, LEVELS, LEVELS)


def test_the_shipped_file_holds_statistics_only():
    document = SHIPPED.read_text(encoding="utf-8")
    assert "省" not in document
    assert "Albania" not in document
    for known in load().values():
        for span in known.spans.values():
            assert span.areas >= 8
            assert len(span.every) == 21
            assert list(span.every.values()) == sorted(span.every.values())
            assert bool(span.highest) is (span.areas >= 20)


def test_an_indicator_is_not_lent_the_percentiles_of_another_kind():
    assert growth_class("hightech_enterprises") is None
    assert growth_class("rd_intensity").measure == "increment"
    assert growth_class("研发投入强度").name == "rd_intensity"


def test_shares_of_rises_and_of_falls_count_from_their_own_end():
    assert SPAN.share_of_windows(0.1, direction="up").value == pytest.approx(0.5)
    assert SPAN.share_of_windows(0.2, direction="up").value == pytest.approx(0.3)
    assert SPAN.share_of_windows(0.0, direction="down").value == pytest.approx(0.3)
    assert SPAN.share_of_areas(0.0, direction="down").value == pytest.approx(0.3)


def test_beyond_the_percentiles_only_a_bound_is_claimed():
    fast, slow = (SPAN.share_of_windows(pace, direction="up") for pace in (0.31, -0.11))
    assert (fast.limit, slow.limit) == ("at_most", "at_least")
    assert share_words(fast).render("en") == "fewer than 10%"
    assert share_words(slow).render("zh") == "超过90%"
    falls = SPAN.share_of_windows(-0.2, direction="down")
    assert (falls.limit, round(falls.value, 9)) == ("at_most", 0.1)


def test_a_faster_pace_was_never_kept_more_often():
    known = growth_class("tech_contract_value")
    for years in range(1, 6):
        shares = [
            compare_pace(0.02 * i - 0.5, known, years=years, direction="up").share_of_windows.value
            for i in range(120)
        ]
        assert shares == sorted(shares, reverse=True)


def test_beyond_the_longest_span_the_longest_is_taken():
    known = growth_class("tech_contract_value")
    assert compare_pace(0.1, known, years=9, direction="up").span == 5
