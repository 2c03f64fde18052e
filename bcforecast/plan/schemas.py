"""JSON Schemas of the files that people write, for editors that complete and check them.

They are made of the records that read the files, so they stay true. What a plan may leave unsaid is
not required, and what it may write in more than one form is described in each.
"""

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from bcforecast.plan.goals import COMPARISONS, Plan

_WORDS: Final = {
    "description": "Words, or the same words by language (zh, en).",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
    ],
}
_YEAR_OR_DAY: Final = {
    "description": "A year, a day, or a span of years of which the mean counts, as 2026/2030.",
    "anyOf": [
        {"type": "integer", "minimum": 1900, "maximum": 2200},
        {"type": "string", "pattern": r"^\d{4}(-\d{2}-\d{2}|/\d{4})$"},
    ],
}
_GOAL: Final[dict[str, Any]] = {
    "comparator": {"enum": [*COMPARISONS, "reduce_by", "increase_by"]},
    "target": {
        "description": "A number in the unit; [low, high] of between; percent of a change.",
        "anyOf": [
            {"type": "number"},
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        ],
    },
    "due": _YEAR_OR_DAY,
    "tolerance": {"type": "number", "exclusiveMinimum": 0, "description": "Of about."},
    "relative_to": {
        "description": "The same as base_year; or another area or indicator to be compared with.",
        "anyOf": [
            {"type": "integer"},
            {
                "type": "object",
                "properties": {
                    "area": {"type": "string"},
                    "indicator": {"type": "string"},
                    "names": _WORDS,
                    "factor": {"type": "number"},
                    "plus": {"type": "number"},
                },
                "minProperties": 1,
                "additionalProperties": False,
            },
        ],
    },
    "rank_among": {
        "description": "Areas among which the target is the place, the best first.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "growth_from": {"type": "integer", "description": "The target is average growth a year since."},
    "every_year": {"type": "boolean", "description": "Whether each year of the span must meet it."},
    "milestones": {
        "type": "object",
        "description": "Targets by year, in place of target and due.",
        "additionalProperties": {"type": "number"},
    },
}
_UNIT: Final = {
    "type": "object",
    "properties": {
        "names": _WORDS,
        "whole": {"type": "boolean"},
        "low": {"type": "number"},
        "high": {"type": ["number", "null"]},
    },
    "additionalProperties": False,
}
_NEEDED: Final = {
    "Plan": ["title", "area", "indicators", "goals"],
    "Indicator": ["id", "unit"],
    "Goal": ["indicator", "comparator"],
    "Task": ["id", "names"],
}
"""What a plan must say; everything else follows, or may be left out."""


def file_schema(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of the YAML file that holds a `model`.

    Examples
    --------
    >>> file_schema(Plan, "plan")["required"]
    ['title', 'area', 'indicators', 'goals']
    """
    made = model.model_json_schema()
    parts = made.get("$defs", {})
    parts |= {"Text": _WORDS} if "Text" in parts else {}
    for part in (made, *parts.values()):
        if part.get("title") in _NEEDED:
            part["required"] = _NEEDED[part["title"]]
    if model is Plan:
        parts["Goal"]["properties"] |= _GOAL
        parts["Indicator"]["properties"]["name"] = _WORDS
        kinds = parts["Indicator"]["properties"]["kind"]["enum"]
        parts["Indicator"]["properties"]["kind"] = {"enum": [*kinds, "index"]}
        made["properties"]["units"] = {"type": "object", "additionalProperties": _UNIT}
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$id": f"urn:bcforecast:file:{name}"}
    return {**head, **made, "title": f"bcforecast {name} file"}
