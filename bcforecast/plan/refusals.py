"""Validation errors of a plan file as one sentence in either language, with row and field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum
from math import isfinite
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bcforecast.errors import PlanError
from bcforecast.messages import Message
from bcforecast.plan.document import Document, Place, one_line
from bcforecast.plan.record import REFUSED, Record

_ALLOWED: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "float_type": Message("plan.allowed_number"),
        "finite_number": Message("plan.allowed_number"),
        "int_type": Message("plan.allowed_year"),
        "int_from_float": Message("plan.allowed_year"),
        "greater_than_equal": Message("plan.allowed_year"),
        "less_than_equal": Message("plan.allowed_year"),
        "bool_type": Message("plan.allowed_yes_no"),
        "string_type": Message("plan.allowed_quoted_text"),
        "date_type": Message("plan.allowed_date"),
        "tuple_type": Message("plan.allowed_list"),
        "too_long": Message("plan.allowed_two_numbers"),
    }
)
"""What is allowed, by the type of pydantic's error, where the type alone says it."""


def explain(
    error: ValidationError, document: Document, *, model: type[Record]
) -> tuple[PlanError, ...]:
    """Return what is wrong with a document that is not a `model`, the first to be told first.

    Unknown keys come before the rest (a key that is then missing is usually the same slip of the
    pen); otherwise the order is that of the file.
    """
    details = sorted(
        error.errors(include_url=False),
        key=lambda d: (not _is_unknown_key(d), document.row(_place(d))),
    )
    return tuple(_explained(detail, document, model=model) for detail in details)


def wrong_value(document: Document, place: Place, found: object, allowed: Message) -> PlanError:
    """Return the error about the value at `place`: what was found, and what is allowed."""
    return PlanError(
        "plan.wrong",
        file=document.file,
        row=document.row(place),
        field=document.field(place) or Message("plan.whole_file"),
        found=shown(found),
        allowed=allowed,
    )


def _explained(detail: ErrorDetails, document: Document, *, model: type[Record]) -> PlanError:
    place = _place(detail)
    where = {
        "file": document.file,
        "row": document.row(place),
        "field": document.field(place),
    }
    if _is_unknown_key(detail):
        return _unknown_key(place, where, model=model)
    if detail["type"] == "missing" and isinstance(place[-1], str):
        return PlanError("plan.missing_key", **where)
    return wrong_value(
        document, place, _found(detail, document), _allowed(detail, place, model=model)
    )


def shown(value: object) -> object:
    """Return `value` as a message names it: a text in quotes, a day as in YAML, and so on."""
    if isinstance(value, Message):
        return value
    if value is None:
        return Message("plan.found_nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return Message("plan.found_table")
    if isinstance(value, (list, tuple)):
        return Message("plan.found_list", {"n": len(value)})
    if isinstance(value, float):
        return f"{value:.15g}" if isfinite(value) else f".{value}".replace(".-", "-.")
    if isinstance(value, int):
        return one_line(str(value))
    return Message("plan.found_text", {"value": one_line(str(value))})


def _is_unknown_key(detail: ErrorDetails) -> bool:
    return detail["type"] in ("extra_forbidden", "invalid_key")


def _place(detail: ErrorDetails) -> Place:
    inner = detail.get("ctx", {}).get("place", ()) if detail["type"] == REFUSED else ()
    return (*detail["loc"], *inner)


def _found(detail: ErrorDetails, document: Document) -> object:
    found = detail.get("ctx", {}).get("found") if detail["type"] == REFUSED else None
    return found if found is not None else document.value(_place(detail))


def _allowed(detail: ErrorDetails, place: Place, *, model: type[Record]) -> Message:
    kind = detail["type"]
    if kind == REFUSED:
        allowed: Message = detail["ctx"]["allowed"]
        return allowed
    if kind in ("literal_error", "enum"):
        choices = ", ".join(_choices(_annotation(place, model=model)))
        return Message("plan.allowed_one_of", {"values": choices})
    if kind in ("model_type", "model_attributes_type"):
        keys = ", ".join(_keys(_annotation(place, model=model)))
        return Message("plan.allowed_table", {"keys": keys})
    if kind == "missing":
        return Message("plan.allowed_two_numbers")
    return _ALLOWED.get(kind, Message("plan.allowed_otherwise"))


def _unknown_key(place: Place, where: Mapping[str, object], *, model: type[Record]) -> PlanError:
    key = str(place[-1])
    keys = _keys(_annotation(place[:-1], model=model))
    nearest = get_close_matches(key, keys, n=1)
    if nearest:
        return PlanError("plan.unknown_key_near", **where, found=one_line(key), nearest=nearest[0])
    return PlanError("plan.unknown_key", **where, found=one_line(key), allowed=", ".join(keys))


def _annotation(place: Place, *, model: type[Record]) -> Any:
    """Return the type of the value at `place` in a `model`."""
    current: Any = model
    for step in place:
        if isinstance(step, str):
            current = current.model_fields[step].annotation
        else:
            items = get_args(current)
            current = items[0] if items[-1] is Ellipsis else items[step]
        current = _bare(current)
    return current


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    return annotation


def _keys(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    assert issubclass(annotation, Enum)
    return [str(member.value) for member in annotation]
