"""When the reports are due to be looked at, as cron and as systemd write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from bcforecast.errors import ReportError
from bcforecast.messages import Language, text

Every = Literal["daily", "weekly", "monthly", "quarterly"]
EVERY: Final[tuple[Every, ...]] = get_args(Every)

_LAST_DAY_OF_EVERY_MONTH: Final = 28
_QUARTERS: Final = (1, 4, 7, 10)
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class Timetable:
    """One time a day, on each day, Monday, or one day of each month or quarter.

    Parameters
    ----------
    every
        How often.
    at
        Time of the day, `HH:MM`.
    day
        Day of the month, for `monthly` and `quarterly`; up to 28, since every month has it.

    Raises
    ------
    ReportError
        If the time or the day is none of these.

    Examples
    --------
    >>> Timetable("quarterly", at="06:30", day=20).cron
    '30 6 20 1,4,7,10 *'
    >>> Timetable("weekly").calendar
    'Mon *-*-* 06:00:00'
    """

    every: Every = "monthly"
    at: str = "06:00"
    day: int = 1

    def __post_init__(self) -> None:
        if not _CLOCK.fullmatch(self.at):
            raise ReportError("schedule.not_a_time", found=self.at)
        if not 1 <= self.day <= _LAST_DAY_OF_EVERY_MONTH:
            raise ReportError("schedule.not_a_day", found=self.day)
        if self.day != 1 and self.every in ("daily", "weekly"):
            raise ReportError("schedule.day_unused", every=self.every)

    @property
    def cron(self) -> str:
        """The five fields of a crontab line."""
        hour, minute = (int(part) for part in self.at.split(":"))
        months = ",".join(map(str, _QUARTERS))
        days = {
            "daily": "* * *",
            "weekly": "* * 1",
            "monthly": f"{self.day} * *",
            "quarterly": f"{self.day} {months} *",
        }
        return f"{minute} {hour} {days[self.every]}"

    @property
    def calendar(self) -> str:
        """The value of systemd's `OnCalendar`."""
        months = ",".join(f"{month:02d}" for month in _QUARTERS)
        days = {
            "daily": "*-*-*",
            "weekly": "Mon *-*-*",
            "monthly": f"*-*-{self.day:02d}",
            "quarterly": f"*-{months}-{self.day:02d}",
        }
        return f"{days[self.every]} {self.at}:00"

    def words(self, lang: Language) -> str:
        """Say it in words."""
        return text(f"schedule.every_{self.every}", lang, at=self.at, day=self.day)
