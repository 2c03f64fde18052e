"""Fields of the records that people write: texts, numbers, days, and how they are refused."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    PlainValidator,
    Strict,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypeIs

from bcforecast.edge import FIRST_YEAR, LAST_YEAR, checked_day
from bcforecast.text import Language, Message, Text

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value."""

REFUSED: Final = "bcforecast_refused"
"""Type of our own validation errors; their context holds `allowed` and perhaps `found`, `place`."""


def refusal(allowed: Message, *, found: object = None, place: Place = ()) -> PydanticCustomError:
    """Return the validation error that says what is allowed, to be rendered in any language.

    `found` is what is there, if not the value at the place of the error itself; `place` leads from
    the record that is being checked down to the wrong value, by keys and positions.
    """
    return PydanticCustomError(
        REFUSED,
        "{sentence}",
        {"sentence": allowed.render("en"), "allowed": allowed, "found": found, "place": place},
    )


def _matching(pattern: str, allowed_key: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise refusal(Message(allowed_key))
        return value

    return AfterValidator(check)


def _unit_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise refusal(Message("plan.allowed_unit"))
    return value


Words = Annotated[str, Strict(), Field(pattern=r"\S")]
ID: Final = r"[a-z][a-z0-9_-]*"
Id = Annotated[str, Strict(), _matching(ID, "plan.allowed_id")]
PlanId = Annotated[str, Strict(), _matching(r"[a-z0-9][a-z0-9_-]*", "plan.allowed_plan_id")]
PeriodStart = Annotated[
    str,
    Strict(),
    _matching(r"(1[89]|2[01])[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?", "plan.allowed_break"),
]
UnitName = Annotated[str, PlainValidator(_unit_text)]
TaskId = Annotated[str, Strict(), _matching(r"[A-Za-z0-9][\w.-]*", "plan.allowed_task_id")]
Sha256 = Annotated[str, Strict(), _matching(r"[0-9a-f]{64}", "plan.allowed_sha256")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Target = Annotated[float, Strict()]
"""NaN as long as the figure is not known from which a goal asks for a change."""
Year = Annotated[int, Strict(), Field(ge=FIRST_YEAR, le=LAST_YEAR)]
YesNo = Annotated[bool, Strict()]


def unquoted_day(given: object) -> object:
    """Take a day that a program wrote in quotes for what it is."""
    try:
        quoted = isinstance(given, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given)
        return date.fromisoformat(str(given)) if quoted else given
    except ValueError:
        return given


def _usual(day: date) -> date:
    try:
        return checked_day(day)
    except ValueError:
        raise refusal(Message("plan.allowed_date")) from None


Day = Annotated[date, Strict(), BeforeValidator(unquoted_day), AfterValidator(_usual)]


class StrictRecord(BaseModel, frozen=True, extra="forbid"):
    """A part of a plan: it cannot be changed, and it takes no key that it does not know."""


class NamedRecord(StrictRecord):
    """A record that is called something."""

    names: Text

    def name(self, lang: Language) -> str:
        """Return what it is called in `lang`."""
        return self.names.render(lang)


def is_number(value: object) -> TypeIs[float]:
    """Whether a value that a file gives is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
