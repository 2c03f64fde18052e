"""Percentiles of pace: what ships is what the panels give, and says whose it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from bcforecast.attainment.explain_words import share_words
from bcforecast.attainment.growth_learning import Panel, as_json, panels, rebuild, window_paces
from bcforecast.attainment.growth_percentiles import SHIPPED, SpanPercentiles, growth_class, load
from bcforecast.attainment.pace import compare_pace
from bcforecast.errors import BcforecastError

BENCH = Path(__file__).parents[3] / "shared" / "bench"
needs_bench = pytest.mark.skipif(
    not (BENCH / "province_tech_contract_value.csv").is_file(),
    reason="the panels in ../shared/bench are not here",
)
LEVELS = {0.1: -0.1, 0.5: 0.1, 0.9: 0.3}
SPAN = SpanPercentiles(30, 300, LEVELS, LEVELS, LEVELS)


def panel(**rows: list[tuple[int, float]]) -> Panel:
    table = pd.DataFrame(
        [(area, year, value) for area, seen in rows.items() for year, value in seen],
        columns=["area", "year", "value"],
    )
    return Panel("made_up", "rate", "", "province", "made_up.csv", table)


@needs_bench
def test_the_shipped_file_is_what_the_panels_give_to_the_last_byte(tmp_path: Path) -> None:
    out = tmp_path / "again.json"
    rebuild(BENCH, out)
    assert out.read_bytes() == SHIPPED.read_bytes()


@needs_bench
def test_the_shipped_file_names_its_recipe_and_the_checksums_of_its_inputs() -> None:
    document = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert document["recipe"] == "bcforecast.attainment.growth_learning.rebuild(bench_dir)"
    assert document["inputs"]
    for name, checksum in document["inputs"].items():
        assert hashlib.sha256((BENCH / name).read_bytes()).hexdigest() == checksum


@needs_bench
def test_a_share_agrees_with_a_count_of_the_windows() -> None:
    contracts = panels(BENCH)[0]
    paces = window_paces(contracts, 3)
    known = growth_class("tech_contract_value")
    found = compare_pace(0.15473, known, years=3, direction="up")
    assert found.windows == len(paces)
    assert found.share_of_windows.value == pytest.approx(
        (paces["pace"] >= 0.15473).mean(), abs=0.02
    )
    best = paces.groupby("area")["pace"].max()
    fast = compare_pace(0.6, known, years=3, direction="up").share_of_areas
    assert fast.value == pytest.approx((best >= 0.6).mean(), abs=0.04)


def test_the_shipped_file_holds_statistics_only() -> None:
    document = SHIPPED.read_text(encoding="utf-8")
    assert "省" not in document
    assert "Albania" not in document
    for known in load().values():
        for span in known.spans.values():
            assert span.areas >= 8
            assert len(span.every) == 21
            assert list(span.every.values()) == sorted(span.every.values())
            assert bool(span.highest) is (span.areas >= 20)


def test_an_indicator_is_not_lent_the_percentiles_of_another_kind() -> None:
    assert growth_class("hightech_enterprises") is None
    assert growth_class("rd_intensity").measure == "increment"
    assert growth_class("研发投入强度").name == "rd_intensity"


def test_shares_of_rises_and_of_falls_count_from_their_own_end() -> None:
    assert SPAN.share_of_windows(0.1, direction="up").value == pytest.approx(0.5)
    assert SPAN.share_of_windows(0.2, direction="up").value == pytest.approx(0.3)
    assert SPAN.share_of_windows(0.0, direction="down").value == pytest.approx(0.3)
    assert SPAN.share_of_areas(0.0, direction="down").value == pytest.approx(0.3)


def test_beyond_the_percentiles_only_a_bound_is_claimed() -> None:
    fast, slow = (SPAN.share_of_windows(pace, direction="up") for pace in (0.31, -0.11))
    assert (fast.limit, slow.limit) == ("at_most", "at_least")
    assert share_words(fast).render("en") == "fewer than 10%"
    assert share_words(slow).render("zh") == "超过90%"
    falls = SPAN.share_of_windows(-0.2, direction="down")
    assert (falls.limit, round(falls.value, 9)) == ("at_most", 0.1)


def test_a_faster_pace_was_never_kept_more_often() -> None:
    known = growth_class("tech_contract_value")
    for years in range(1, 6):
        shares = [
            compare_pace(0.02 * i - 0.5, known, years=years, direction="up").share_of_windows.value
            for i in range(120)
        ]
        assert shares == sorted(shares, reverse=True)


def test_beyond_the_longest_span_the_longest_is_taken() -> None:
    known = growth_class("tech_contract_value")
    assert compare_pace(0.1, known, years=9, direction="up").span == 5


def test_windows_need_both_ends_and_figures_above_zero() -> None:
    made = panel(a=[(2011, 100.0), (2012, 0.0), (2013, 121.0)], b=[(2011, 50.0), (2012, 60.0)])
    assert window_paces(made, 2)["pace"].tolist() == pytest.approx([0.1])
    assert window_paces(made, 1)["pace"].tolist() == pytest.approx([0.2])


def test_too_few_areas_give_no_percentiles() -> None:
    few = panel(**{f"a{i}": [(2011, 1.0), (2012, 1.1)] for i in range(7)})
    assert json.loads(as_json([few], BENCH))["classes"] == {}


def test_a_missing_panel_is_named(tmp_path: Path) -> None:
    with pytest.raises(BcforecastError, match=r"province_tech_contract_value\.csv"):
        rebuild(tmp_path, tmp_path / "out.json")
    (tmp_path / "province_tech_contract_value.csv").write_text("area,year\n", encoding="utf-8")
    with pytest.raises(BcforecastError, match="area, year, value"):
        rebuild(tmp_path, tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()
