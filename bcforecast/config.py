"""Defaults of the package, and where its shipped files are."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

SEED: Final = 20210407
"""Seed of every simulation by default: the day on which the Beichen plan was issued."""

LANGUAGE: Final = "zh"
"""Language of a report unless the caller asks for another."""

SCENARIO: Final = "baseline"
"""Name of the scenario without assumptions of its own."""

QUANTILES: Final = (0.1, 0.5, 0.9)
"""Quantiles at the due date that tables show."""

TABLE_QUANTILES: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles of a forecast as a table, and on the panel."""

FAN_LEVELS: Final = (0.5, 0.8, 0.95)
"""Central intervals that a fan chart shades, innermost first."""

COMPLETIONS: Final = 25
"""Completed histories over which a model without its own treatment of bounds is averaged."""

GRADE_A_OBSERVATIONS: Final = 8
"""Usable points of its own from which a goal's evidence is grade A."""

GRADE_B_OBSERVATIONS: Final = 3
"""Usable points of its own from which a goal's evidence is grade B."""

APPROXIMATE_RELATIVE_SD: Final = 0.02
"""Relative standard error assumed for a figure given as approximate or expected, without bounds."""

DERIVED_RELATIVE_SD: Final = 0.005
"""Relative standard error assumed for a figure derived from rounded others, without bounds."""

MILESTONE_RATIO: Final = 3.0
"""How many times likelier a reached milestone is if the event comes than if not (assumed)."""


_PACKAGE: Final = Path(__file__).parent
_SHIPPED: Final = _PACKAGE / "_shipped"
_ROOT: Final = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent

DATA_DIR: Final = _ROOT / "data"
NOTEBOOKS_DIR: Final = _ROOT / "notebooks"


@cache
def shipped(name: str | Path) -> Any:
    """Return what a YAML file says: one of the shipped data, or one beside a module, by its path.

    Nobody may change it.
    """
    import yaml  # the command line's help needs none

    return yaml.safe_load((DATA_DIR / name).read_text(encoding="utf-8"))


def files_of(data_dir: Path | str | None) -> Path | None:
    """Return where plans and scenarios are: of a store's URL, the folder that `files` names."""
    if isinstance(data_dir, str) and "://" in data_dir:
        data_dir = parse_qs(data_dir.partition("?")[2]).get("files", [None])[-1]
    return None if data_dir is None else Path(data_dir)
