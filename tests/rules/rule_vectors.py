"""Published numbers of official rules, from tests/vectors/, and short ways to a case."""

import json
from pathlib import Path

from bcforecast.rules.base import Case

FOLDER = Path(__file__).parents[1] / "vectors"


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def case_of(row):
    """A series between two years, with or without a target."""
    direction = "up" if row["d"] == 1 else "down"
    promise = {"target": row.get("target"), "due": row.get("T"), "limit": row.get("limit")}
    return Case((row["t0"], row["t"]), (row["y0"], row["y"]), direction=direction, **promise)


def case(series, target=None, **fields):
    """A series by year that is to rise to a target by 2030, unless told otherwise."""
    promise = {"direction": "up", "target": target, "due": None if target is None else 2030}
    return Case(tuple(series), tuple(series.values()), **{**promise, **fields})


def keys(verdict):
    return {note.key.removeprefix("rules.note_") for note in verdict.notes}


def label(verdict):
    return str(verdict.label.removeprefix("rules.label_"))
