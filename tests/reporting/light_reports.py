"""A folder as a user has it: data, a file of reports, and a notebook that runs in no time."""

import json
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from filelock import FileLock
from nbformat.v4 import new_code_cell, new_notebook

from bcforecast.cli import main
from bcforecast.config import DATA_DIR
from tests.reporting.made_up_facts import both, facts, unset

PARAMETERS = 'plan = ""\nas_of = ""\nscenario = ""\nlang = ""\nseed = 0\ndata_dir = ""'
ID = "small"

GOALS = {"unicorns", "national_science_parks"}

SHOW = """
import json
result = json.loads({result!r})
result["as_of"], result["scenario"] = as_of, scenario
said = json.loads({said!r}).get(as_of, [0.5, "verdict.about_even", "D"])
result["goals"][0]["probability"], result["goals"][0]["verdict"], result["goals"][0]["grade"] = said
from IPython.display import display
display({{"application/vnd.bcforecast.result+json": result, "text/plain": "result"}}, raw=True)
"""
"""The result of a report, whose first goal is spoken of otherwise on each date."""

SAID = {"2020-12-31": [0.8, "verdict.likely", "C"], "2021-12-31": [0.2, "verdict.unlikely", "C"]}


def result_document() -> dict[str, Any]:
    """A result of the small plan, as a report would have it."""
    fields = {"name": both("目标", "A goal <b>of</b> & more"), "indicator": ID, "target": 10.0}
    fields |= {"probability": 0.5, "verdict": "verdict.about_even", "grade": "D"}
    goals = (unset(id=name, **fields) for name in ("unicorns", "national_science_parks"))
    made = facts(*goals).model_dump(mode="json")
    plan = made["plan"] | {"id": ID, "title": {"zh": "小规划", "en": "A small plan"}}
    plan["issued"] = f"{plan['first_year']}-01-01"  # the first day of its years, as of no day
    said = {"as_of": "2020-12-31", "scenario_name": {"zh": "基准", "en": "Baseline"}}
    return made | said | {"seed": 1, "plan": plan, "sources": []}


def small_data(folder: Path) -> Path:
    """Copy the shipped data with a plan of two goals that are quickly projected."""
    data = folder / "my data"
    (data / "plans").mkdir(parents=True)
    for name in ("observations.csv", "sources.csv"):
        shutil.copy(DATA_DIR / name, data / name)
    plan = yaml.safe_load((DATA_DIR / "plans" / "tianjin-2020-2022.yaml").read_text("utf-8"))
    plan["id"] = "small"
    plan["goals"] = [goal for goal in plan["goals"] if goal["id"] in GOALS]
    used = {goal["indicator"] for goal in plan["goals"]}
    plan["indicators"] = [i for i in plan["indicators"] if i["id"] in used]
    plan["measures"] = plan["safeguards"] = plan["milestones"] = []
    text = yaml.safe_dump(plan, allow_unicode=True)
    (data / "plans" / "small.yaml").write_text(text, encoding="utf-8")
    return data


def light_folder(folder: Path, **changes: object) -> Path:
    """Make the folder and return its file of reports; `changes` are keys of its one entry."""
    small_data(folder)
    (folder / "books").mkdir()
    write_notebook(folder, show())
    return write_reports(folder, **changes)


def folder_with_a_report(base: Path) -> Path:
    """Make a folder whose one report stands, once for all workers of a run; tests copy it."""
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "with-a-report"
    with FileLock(f"{folder}.lock"):
        if not (folder / "copies").exists():
            folder.mkdir()
            call("run", light_folder(folder, as_of=date(2020, 12, 31), publish="copies"), "--quiet")
    return folder


def call(*arguments: object) -> None:
    """Run `bcforecast`, which must end well, where no test is at work: once for several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["bcforecast", *map(str, arguments)])
        with pytest.raises(SystemExit) as leave:
            main()
    assert not leave.value.code


def show() -> str:
    """Return the cell that shows the result."""
    return SHOW.format(result=json.dumps(result_document()), said=json.dumps(SAID))


def write_notebook(folder: Path, *sources: str) -> None:
    """Write the notebook of the reports: a parameters cell and others."""
    first = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[first, *map(new_code_cell, sources)])
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place}"
    nbformat.write(notebook, folder / "books" / "03_plan.ipynb")


def write_reports(folder: Path, **changes: object) -> Path:
    """Write the file of reports and return it."""
    entry = {"plan": ID, "as_of": "latest", "languages": ["en"], "formats": ["md"], **changes}
    file = {"data": "my data", "notebooks": "books", "reports": [entry]}
    path = folder / "reports.yaml"
    path.write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for what holds a clock."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(p.relative_to(folder)): p.read_bytes() for p in paths if p.name != "run.json"}
