"""Published numbers of official rules, from tests/vectors/."""

import json
from pathlib import Path
from typing import Any

from bcforecast.rules.base import Case

FOLDER = Path(__file__).parents[2] / "vectors"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def case_of(row: dict[str, Any]) -> Case:
    """A series between two years, with or without a target."""
    return Case(
        (row["t0"], row["t"]),
        (row["y0"], row["y"]),
        direction="up" if row["d"] == 1 else "down",
        target=row.get("target"),
        due=row.get("T"),
        limit=row.get("limit"),
    )


def keys(verdict: Any) -> set[str]:
    return {note.key.removeprefix("rules.note_") for note in verdict.notes}
