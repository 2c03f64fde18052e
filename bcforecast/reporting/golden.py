"""Golden notebooks: what the templates showed when they were last looked at, committed for tests.

`make golden` runs the templates anew and shows what changed (`bcforecast.reporting.remaking`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from bcforecast.reporting.execution import read_notebook, run_notebook
from bcforecast.resources import NOTEBOOKS_DIR

GOLDEN_DIR: Final = NOTEBOOKS_DIR.parent / "tests" / "golden"


@dataclass(frozen=True)
class Golden:
    """One committed run.

    Parameters
    ----------
    template
        File name in `notebooks/`.
    variant
        Name of the set of parameters; empty for the template's own defaults.
    parameters
        What differs from the defaults.
    """

    template: str
    variant: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it is committed."""
        if not self.variant:
            return GOLDEN_DIR / self.template
        return GOLDEN_DIR / "variants" / f"{Path(self.template).stem}-{self.variant}.ipynb"


_TIANJIN: Final = {"plan": "tianjin-2020-2022", "as_of": "2020-12-31", "lang": "en"}

VARIANTS: Final = (
    Golden("02_goal.ipynb", "series", {**_TIANJIN, "goal": "tech_contract_value"}),
    Golden("02_goal.ipynb", "unset", {"goal": "innovation_platforms", "lang": "en"}),
    Golden("02_goal.ipynb", "event", {"goal": "university_science_parks"}),
    Golden("03_plan.ipynb", "parent", _TIANJIN),
    Golden("04_scenarios.ipynb", "parent", {**_TIANJIN, "goal": ""}),
)
"""Runs beside that of every template's defaults: a long series, grade U, an event, English."""


def goldens() -> tuple[Golden, ...]:
    """Every golden that there should be: each template's defaults, then the variants."""
    templates = sorted(path.name for path in NOTEBOOKS_DIR.glob("*.ipynb"))
    return (*(Golden(name) for name in templates), *VARIANTS)


def expected_sources(golden: Golden) -> list[str]:
    """Return the cells that a golden must have: today's template with its parameters put in."""
    import papermill

    prepared = papermill.execute_notebook(
        read_notebook(NOTEBOOKS_DIR / golden.template),
        None,
        parameters=dict(golden.parameters),
        prepare_only=True,
        progress_bar=False,
        kernel_name="python3",
        language="python",
    )
    return [cell.source for cell in prepared.cells]


def out_of_date(golden: Golden) -> str | None:
    """Say why a golden is not a run of today's template with its parameters; None where it is."""
    if not golden.path.is_file():
        return "it has not been made"
    kept = [cell.source for cell in read_notebook(golden.path).cells]
    expected = expected_sources(golden)
    if len(kept) != len(expected):
        return f"{len(kept)} cells instead of {len(expected)}"
    pairs = enumerate(zip(kept, expected, strict=True))
    return next((f"cell {i} has another source" for i, (a, b) in pairs if a != b), None)


def run_golden(golden: Golden) -> NotebookNode:
    """Run the template of a golden as it is today."""
    return run_notebook(NOTEBOOKS_DIR / golden.template, golden.parameters)


def reference(template: Path) -> NotebookNode | None:
    """Return the golden run of a template's defaults, cell by cell like the template; or None."""
    path = GOLDEN_DIR / template.name
    return nbformat.read(path, as_version=4) if path.is_file() else None  # type: ignore[no-untyped-call]
