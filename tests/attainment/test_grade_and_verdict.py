"""Grades say how much evidence there is; verdicts put a probability in words by given bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcforecast.attainment.probability import (
    WORDS,
    evidence_grade,
    load_bands,
    required_path,
    verdict_of,
)
from bcforecast.errors import BcforecastError
from bcforecast.text import LANGUAGES, text

HEADER = "verdict,lower,upper,note\n"


@pytest.mark.parametrize(
    ("n", "basis", "grade"),
    [
        (8, "own", "A"),
        (7, "own", "B"),
        (3, "own", "B"),
        (2, "own", "C"),
        (2, "borrowed", "C"),
        (20, "borrowed", "C"),
        (0, "prior", "D"),
        (5, "prior", "D"),
        (9, "none", "U"),
    ],
)
def test_the_grade_follows_the_figures_and_the_basis(n: int, basis: str, grade: str) -> None:
    assert evidence_grade(n, basis=basis) == grade


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "exceptionally_unlikely"),
        (0.0999, "very_unlikely"),
        (0.10, "unlikely"),
        (0.33, "about_even"),
        (0.66, "likely"),
        (0.90, "very_likely"),
        (0.99, "virtually_certain"),
        (1.0, "virtually_certain"),
        (None, "unset"),
    ],
)
def test_a_bound_belongs_to_the_word_above_it(probability: float | None, word: str) -> None:
    assert verdict_of(probability) == f"verdict.{word}"


def test_every_word_has_a_name_in_both_languages() -> None:
    for band in load_bands():
        names = {text(band.key, lang) for lang in LANGUAGES}
        assert len(names) == 2


def test_the_bounds_are_data(tmp_path: Path) -> None:
    (tmp_path / "verdicts.csv").write_text(
        HEADER + "unlikely,0,0.5,\nlikely,0.5,1,\n", encoding="utf-8"
    )
    assert verdict_of(0.4, data_dir=tmp_path) == "verdict.unlikely"
    assert verdict_of(0.4) == "verdict.about_even"


def test_a_data_folder_without_bounds_of_its_own_uses_the_shipped_ones(tmp_path: Path) -> None:
    assert load_bands(tmp_path) == load_bands()


@pytest.mark.parametrize(
    "rows",
    [
        "unlikely,0,0.4,\nlikely,0.5,1,\n",
        "unlikely,0,0.6,\nlikely,0.5,1,\n",
        "likely,0.1,1,\n",
        "likely,0,0.9,\n",
        "",
    ],
)
def test_bounds_with_a_gap_or_overlap_are_refused(tmp_path: Path, rows: str) -> None:
    (tmp_path / "verdicts.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(BcforecastError, match=r"verdicts\.csv: the bounds have a gap or overlap"):
        load_bands(tmp_path)


def test_a_bound_that_is_no_number_is_refused(tmp_path: Path) -> None:
    (tmp_path / "verdicts.csv").write_text(HEADER + "likely,zero,1,\n", encoding="utf-8")
    with pytest.raises(BcforecastError, match="zero"):
        load_bands(tmp_path)


def test_a_word_in_no_catalogue_is_refused(tmp_path: Path) -> None:
    rows = "unlikely,0,0.5,\nprobable,0.5,1,\n"
    (tmp_path / "verdicts.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(
        BcforecastError, match=r"verdicts\.csv: found “probable”.*virtually_certain"
    ):
        load_bands(tmp_path)


def test_every_word_that_may_be_used_reads_in_both_languages() -> None:
    for word in WORDS:
        assert text(f"verdict.{word}", "en") != text(f"verdict.{word}", "zh")


def test_the_required_pace_compounds_to_the_target() -> None:
    path = required_path(909.25, target=1400.0, years=3)
    assert path.rate is not None
    assert path.increment is not None
    assert 909.25 * (1 + path.rate) ** 3 == pytest.approx(1400)
    assert 909.25 + 3 * path.increment == pytest.approx(1400)


def test_a_reached_target_leaves_room_to_fall() -> None:
    path = required_path(3.28, target=3.2, years=3)
    assert path.gap == pytest.approx(-0.08)
    assert path.rate is not None
    assert path.rate < 0


def test_no_pace_without_time_or_a_positive_base() -> None:
    assert required_path(10.0, target=20.0, years=0).rate is None
    assert required_path(10.0, target=20.0, years=0).increment is None
    zero = required_path(0.0, target=20.0, years=2)
    assert zero.rate is None
    assert zero.increment == pytest.approx(10)
