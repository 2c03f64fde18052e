"""What must hold within a row and between the rows of the data folder."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from bcforecast.messages import Message
from bcforecast.observations.judgements import Judgement
from bcforecast.observations.observation import Observation, Status, plain
from bcforecast.observations.problems import Problem, in_cell, in_row, quoted
from bcforecast.units import WHOLE_UNITS

_NUMBERS: Final = ("value", "lower", "upper")


def row_problems(file: str, figures: Iterable[Observation]) -> Iterator[Problem]:
    """Yield what is wrong within each row: no figure, crossed bounds, negative counts."""
    for figure in figures:
        yield from _bound_problems(file, figure)
        yield from _negative_problems(file, figure)
        if figure.published_early and figure.status is not Status.EXPECTED:
            yield _early(file, figure)


def between_rows(file: str, figures: Sequence[Observation]) -> Iterator[Problem]:
    """Yield rows that repeat or contradict an earlier row, and units that differ in a series."""
    first_of: dict[tuple[object, ...], Observation] = {}
    unit_of: dict[tuple[str, str], Observation] = {}
    for figure in figures:
        earlier = first_of.setdefault(_key(figure), figure)
        if earlier is not figure:
            yield from _repetition(file, figure, earlier)
        leader = unit_of.setdefault((figure.area, figure.indicator), figure)
        if leader.unit != figure.unit:
            values = {"unit": leader.unit, "row": leader.row}
            allowed = Message("observations.allowed_same_unit", values)
            yield in_cell(file, figure.row, "unit", quoted(figure.unit), allowed)


def unknown_sources(
    file: str, named: Iterable[tuple[int, str]], known: Collection[str]
) -> Iterator[Problem]:
    """Yield rows that name a source which is not among `known`."""
    for row, source in named:
        if source not in known:
            allowed = Message("observations.allowed_source")
            yield in_cell(file, row, "source", quoted(source), allowed)


def repeated_sources(file: str, named: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    """Yield sources whose identifier an earlier row has."""
    first_row: dict[str, int] = {}
    for row, source in named:
        earlier = first_row.setdefault(source, row)
        if earlier != row:
            allowed = Message("observations.allowed_once", {"row": earlier})
            yield in_cell(file, row, "source", quoted(source), allowed)


def quantile_problems(file: str, records: Iterable[Judgement]) -> Iterator[Problem]:
    """Yield judgements whose quantiles do not increase."""
    for record in records:
        for low, high in (("q10", "q50"), ("q50", "q90")):
            lower, upper = getattr(record, low), getattr(record, high)
            if not lower < upper:
                values = {"column": low, "value": plain(lower)}
                allowed = Message("observations.allowed_above", values)
                yield in_cell(file, record.row, high, quoted(plain(upper)), allowed)


def _bound_problems(file: str, figure: Observation) -> Iterator[Problem]:
    value, lower, upper = figure.value, figure.lower, figure.upper
    if math.isnan(value) and math.isnan(lower) and math.isnan(upper):
        found, allowed = (
            Message("observations.found_no_figure"),
            Message("observations.allowed_figure"),
        )
        yield in_cell(file, figure.row, "value", found, allowed)
    for column, number in (("lower", lower), ("value", value)):
        if number > upper:
            values = {"column": "upper", "value": plain(upper)}
            allowed = Message("observations.allowed_at_most", values)
            yield in_cell(file, figure.row, column, quoted(plain(number)), allowed)
    if value < lower:
        values = {"column": "lower", "value": plain(lower)}
        allowed = Message("observations.allowed_at_least", values)
        yield in_cell(file, figure.row, "value", quoted(plain(value)), allowed)


def _negative_problems(file: str, figure: Observation) -> Iterator[Problem]:
    if figure.unit not in WHOLE_UNITS:
        return
    for column in _NUMBERS:
        number = getattr(figure, column)
        if number < 0:
            allowed = Message("observations.allowed_count")
            yield in_cell(file, figure.row, column, quoted(plain(number)), allowed)


def _key(figure: Observation) -> tuple[object, ...]:
    return (
        figure.area,
        figure.indicator,
        figure.period,
        figure.measure,
        figure.status,
        figure.published,
    )


def _repetition(file: str, figure: Observation, earlier: Observation) -> Iterator[Problem]:
    """Two sources may give the same figure; one row may not stand twice, nor two contradict."""
    numbers = list(zip(_NUMBERS, _numbers(figure), _numbers(earlier), strict=True))
    differing = [column for column, ours, theirs in numbers if ours != theirs]
    if differing:
        values = {"ours": figure.in_words(), "theirs": earlier.in_words(), "row": earlier.row}
        found = Message("observations.found_contradiction", values)
        allowed = Message("observations.allowed_one_value")
        yield in_cell(file, figure.row, differing[0], found, allowed)
    elif figure.source == earlier.source:
        allowed = Message("observations.allowed_once", {"row": earlier.row})
        yield in_row(file, figure.row, Message("observations.found_duplicate"), allowed)


def _numbers(figure: Observation) -> tuple[str, ...]:
    return tuple(repr(getattr(figure, name)) for name in _NUMBERS)


def _early(file: str, figure: Observation) -> Problem:
    values = {"day": figure.published, "period": figure.period.in_words()}
    place = {"file": file, "row": figure.row, "column": "published"}
    message = Message("observations.note_early", {**place, **values})
    return Problem(file, figure.row, "published", message, level="note")
