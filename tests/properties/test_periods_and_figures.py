"""Laws of periods and of the figures read from a folder, for any input."""

import math
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.errors import ObservationError
from bcforecast.observations import Period, Series, load_observations, review_data
from bcforecast.observations.reading import tables
from bcforecast.observations.records import Month
from bcforecast.observations.selection import Kind, rounding_unit

HEADER = {name: [c.name for c in columns] for name, columns in tables().items()}

LAWS = settings(deadline=None, derandomize=True, max_examples=100)
SLOW_LAWS = settings(deadline=None, derandomize=True, max_examples=40)

months = st.builds(Month, st.integers(1800, 2199), st.integers(1, 12))
periods = st.tuples(months, months).map(lambda pair: Period(min(pair), max(pair)))


@LAWS
@given(periods)
def test_a_period_reads_back_from_what_it_writes(period):
    assert Period.parse(str(period)) == period


@LAWS
@given(periods)
def test_a_period_is_a_part_of_a_year_or_a_year_or_several(period):
    part = period.months < 12 and not period.is_multi_year
    assert [part, period.whole_year is not None, period.is_multi_year].count(True) == 1
    if period.whole_year is not None:
        assert period.year_ended == period.whole_year


@LAWS
@given(st.text(max_size=20))
def test_any_text_is_a_period_or_refused_in_both_languages(text):
    try:
        period = Period.parse(text)
    except ObservationError as error:
        refusal = error.message
    else:
        assert Period.parse(str(period)) == period
        return
    assert "allowed" in refusal.render("en")
    assert "应为" in refusal.render("zh")


@LAWS
@given(st.floats(1e-6, 1e12))
def test_a_rounding_unit_divides_the_figure(value):
    unit = rounding_unit(value)
    assert 0 < unit <= value * (1 + 1e-12)
    assert math.isclose(round(value / unit) * unit, value, rel_tol=1e-12)


cells = st.one_of(
    st.sampled_from(["", "2021", "90", "official", "enterprises"]), st.text(max_size=8)
)


@SLOW_LAWS
@given(st.lists(st.lists(cells, min_size=12, max_size=15), max_size=4))
def test_any_cells_give_sentences_and_never_a_traceback(table):
    lines = [",".join(HEADER["observations"]), *(",".join(row) for row in table)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources.csv").write_text(",".join(HEADER["sources"]) + "\n", encoding="utf-8")
        (folder / "observations.csv").write_text("\n".join(lines), encoding="utf-8")
        problems = review_data(folder)
        assert problems
        for problem in problems:
            assert "observations.csv" in problem.message.render("en") or problem.row == 0
            assert problem.message.render("zh") != problem.message.render("en")


@SLOW_LAWS
@given(st.binary(max_size=200))
def test_any_bytes_give_sentences_and_never_a_traceback(content):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources.csv").write_text(",".join(HEADER["sources"]) + "\n", encoding="utf-8")
        (folder / "observations.csv").write_bytes(content)
        assert review_data(folder)


@SLOW_LAWS
@given(st.dates(), st.sampled_from(list(Kind)))
def test_no_vintage_shows_or_uses_a_later_figure(day, kind):
    vintage = load_observations(as_of=str(day))
    for area, indicator in vintage.indicators:
        figures = vintage.of(area, indicator)
        selection = vintage.history(Series(area, indicator, kind, figures[0].unit))
        shown = [*selection.used, *(figure for figure, _ in selection.unused)]
        assert all(str(figure.published) <= str(day) for figure in shown)
        assert len(shown) == len(figures)
