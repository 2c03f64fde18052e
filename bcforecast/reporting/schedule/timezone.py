"""Names of time zones."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bcforecast.errors import ReportError


def checked_timezone(name: str) -> str:
    """Return the name of a time zone as it is; an empty one stays empty.

    Raises
    ------
    ReportError
        If there is no such time zone.
    """
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ReportError("schedule.no_timezone", found=name) from error
