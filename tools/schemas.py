"""JSON schemas of the result document and of the report document, for those who read them.

`make schemas` writes them under `docs/schemas/`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.edge import json_text
from bcforecast.reporting.document import Document
from bcforecast.reporting.facts import Facts

SCHEMAS_DIR: Final = NOTEBOOKS_DIR.parent / "docs" / "schemas"

NAMES: Final = ("result", "report")
"""The documents of which there is a schema."""

_MODELS: Final[Mapping[str, type[BaseModel]]] = {"result": Facts, "report": Document}
_SECTION: Final = re.compile(r"\n\n(\w+)\n-{3,}\n")
_PARAMETER: Final = re.compile(r"^(\w[\w, ]*)\n((?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)


class _WrittenSchema(GenerateJsonSchema):
    """What we write: every key is there; titles made of names say nothing that they do not."""

    def field_is_required(self, *_: object, **__: object) -> bool:
        return True

    def field_title_should_be_set(self, *_: object) -> bool:
        return False


def schema(name: str) -> dict[str, Any]:
    """Return the schema of a document, `result` or `report`, as JSON data.

    Descriptions are those of the classes and of their parameters.

    Examples
    --------
    >>> schema("result")["title"]
    'bcforecast result document'
    """
    model = _MODELS[name]
    made = model.model_json_schema(mode="serialization", schema_generator=_WrittenSchema)
    for part in (made, *made["$defs"].values()):
        _describe(part)
    version = str(model.model_fields["document"].default)
    made["properties"]["document"] = {"const": version}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:bcforecast:schema:{name}:{version.rpartition('/')[2]}",
        **made,
        "title": f"bcforecast {name} document",
    }


def schema_file(name: str) -> Path:
    """Return where the schema of a document is kept."""
    return SCHEMAS_DIR / f"{name}.schema.json"


def write_schemas() -> None:
    """Write the schemas of both documents."""
    SCHEMAS_DIR.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        schema_file(name).write_text(json_text(schema(name)), encoding="utf-8")


def _describe(part: dict[str, Any]) -> None:
    """Turn a docstring into the description of an object and those of its properties."""
    summary, *sections = _SECTION.split(part.get("description", ""))
    if summary:
        part["description"] = _unwrapped(summary)
    for heading, body in zip(sections[::2], sections[1::2], strict=True):
        if heading != "Parameters":
            continue
        for names, said in _PARAMETER.findall(body):
            for name in names.split(", "):
                if name in part["properties"]:
                    part["properties"][name]["description"] = _unwrapped(said)


def _unwrapped(words: str) -> str:
    """Return paragraphs with a line each."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in words.strip().split("\n\n"))


if __name__ == "__main__":
    write_schemas()
