"""Read a series from a file, for checking any figures against the rules."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Final

from bcforecast.attainment.rules.case import PERIOD, RuleError
from bcforecast.messages import Message

_PERIOD_COLUMNS: Final = ("period", "year")


def read_series(path: Path) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Read years and values from a CSV file with the columns `period` (or `year`) and `value`.

    A span such as `2015-2017` counts as its first year; rows may stand in any order; rows with an
    empty value are left out.

    Parameters
    ----------
    path
        UTF-8, with or without a byte order mark.

    Returns
    -------
    years, values
        In order of years, for `Case(years, values, direction=...)`.

    Raises
    ------
    RuleError
        Naming file, row (the header is row 1) and column, what was found and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = Message("rules.found_unreadable", {"reason": type(error).__name__})
        allowed = Message("rules.allowed_series_file")
        raise RuleError("errors.file", file=path, found=found, allowed=allowed) from error
    reader = csv.DictReader(io.StringIO(text))
    header = [name.strip() for name in reader.fieldnames or ()]
    period = next((name for name in _PERIOD_COLUMNS if name in header), None)
    if period is None or "value" not in header:
        found_columns = ", ".join(header) or Message("rules.none")
        allowed = Message("rules.allowed_series_file")
        raise RuleError("errors.file", file=path, found=found_columns, allowed=allowed)
    reader.fieldnames = header
    series: dict[int, float] = {}
    for record in reader:
        written = (record["value"] or "").strip()
        if not written:
            continue
        when = (record[period] or "").strip()
        where = {"file": path, "row": reader.line_num}
        matched = PERIOD.fullmatch(when)
        year = int(matched[1]) if matched else None
        if year is None or year in series:
            allowed = Message("rules.allowed_period")
            raise RuleError(
                "errors.cell",
                **where,
                column=period,
                found=when or Message("rules.none"),
                allowed=allowed,
            )
        value = _number(written)
        if value is None:
            allowed = Message("rules.allowed_number")
            raise RuleError("errors.cell", **where, column="value", found=written, allowed=allowed)
        series[year] = value
    if not series:
        found = Message("rules.found_no_values")
        allowed = Message("rules.allowed_series_file")
        raise RuleError("errors.file", file=path, found=found, allowed=allowed)
    years = sorted(series)
    return tuple(years), tuple(series[year] for year in years)


def _number(written: str) -> float | None:
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
