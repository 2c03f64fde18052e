"""Golden notebooks: what the templates showed when they were last looked at, committed for tests.

`make golden` runs this module and writes them anew; look at the difference before committing it.
Templates named on the command line (`02_goal.ipynb`) are run alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from bcforecast.reporting.execution import read_notebook, run_notebook, write_notebook
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


def make_golden(golden: Golden) -> None:
    """Run one golden and write it."""
    golden.path.parent.mkdir(parents=True, exist_ok=True)
    executed = run_notebook(NOTEBOOKS_DIR / golden.template, golden.parameters)
    write_notebook(executed, golden.path)


def reference(template: Path) -> NotebookNode | None:
    """Return the golden run of a template's defaults, cell by cell like the template; or None."""
    path = GOLDEN_DIR / template.name
    return nbformat.read(path, as_version=4) if path.is_file() else None  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for each in goldens():
        if not wanted or each.template in wanted:
            make_golden(each)
