"""What every part of a plan is made of: strict records, bilingual texts and identifiers."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from bcforecast.messages import Language, Message

REFUSED: Final = "bcforecast_refused"
"""Type of our own validation errors; their context holds `allowed` and perhaps `found`, `place`."""


def refusal(
    allowed: Message, *, found: object = None, place: tuple[str | int, ...] = ()
) -> PydanticCustomError:
    """Return the validation error that says what is allowed, to be rendered in either language.

    Parameters
    ----------
    allowed
        What would be right.
    found
        What is there, if not the value at the place of the error itself.
    place
        Keys and positions from the record that is being checked down to the wrong value.
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


def _not_blank(value: str) -> str:
    if not value.strip():
        raise refusal(Message("plan.allowed_text"))
    return value


Words = Annotated[str, Strict(), AfterValidator(_not_blank)]
Id = Annotated[str, Strict(), _matching(r"[a-z][a-z0-9_-]*", "plan.allowed_id")]
PlanId = Annotated[str, Strict(), _matching(r"[a-z0-9][a-z0-9_-]*", "plan.allowed_plan_id")]
PeriodStart = Annotated[
    str,
    Strict(),
    _matching(r"(1[89]|2[01])[0-9]{2}(Q[1-4]|-(0[1-9]|1[0-2]))?", "plan.allowed_break"),
]
TaskId = Annotated[str, Strict(), _matching(r"[0-9]+(\.[0-9]+)*", "plan.allowed_task_id")]
Sha256 = Annotated[str, Strict(), _matching(r"[0-9a-f]{64}", "plan.allowed_sha256")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Year = Annotated[int, Strict(), Field(ge=1900, le=2200)]
YesNo = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]


class Identified(Protocol):
    """Anything with an identifier."""

    @property
    def id(self) -> str:
        """Identifier, once in its list."""
        ...


class Record(BaseModel):
    """A part of a plan: it cannot be changed, and it takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Record):
    """The same words in both languages.

    Examples
    --------
    >>> Text(zh="高新技术企业", en="High-tech enterprises").in_("en")
    'High-tech enterprises'
    """

    zh: Words
    en: Words

    def in_(self, lang: Language) -> str:
        """Return the words in `lang`."""
        return self.zh if lang == "zh" else self.en


class Named(Record):
    """A record that is called something in both languages."""

    names: Text

    def name(self, lang: Language) -> str:
        """Return what it is called in `lang`."""
        return self.names.in_(lang)


class Body(Named):
    """An office or group of offices that the plan makes responsible."""

    id: Id
