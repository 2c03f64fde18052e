"""What a report's folder holds: notebook, result, document, pictures, formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from bcforecast.messages import Language
from bcforecast.reporting.document.assembly import assemble
from bcforecast.reporting.document.record import Record
from bcforecast.reporting.execution import result_of, write_notebook
from bcforecast.reporting.facts import Fact, Facts, json_text
from bcforecast.reporting.formats.choice import FORMATS, Format, write_format
from bcforecast.reporting.inputs import NOTEBOOK


def fill_folder(
    folder: Path,
    notebook: NotebookNode,
    *,
    made_from: Mapping[str, Any],
    lang: Language,
    formats: Iterable[Format] = FORMATS,
) -> None:
    """Write everything that is made from the executed notebook of a report.

    Parameters
    ----------
    folder
        Empty.
    notebook
        The executed `03_plan`.
    made_from
        The recipe of the report (`bcforecast.reporting.manifest.recipe`).
    formats
        Beside the notebook, `result.json` (what was found) and `report.json` (what every format
        is made from).
    """
    facts = Facts.model_validate(result_of(notebook))
    write_notebook(notebook, folder / NOTEBOOK)
    assembly = assemble(notebook, facts, record=Record.of(made_from), lang=lang)
    _write_json(facts, folder / "result.json")
    _write_json(assembly.document, folder / "report.json")
    (folder / "charts").mkdir()
    for name, picture in assembly.pictures.items():
        (folder / name).write_bytes(picture)
    for made in formats:
        write_format(assembly.document, made, folder=folder)


def _write_json(document: Fact, path: Path) -> None:
    path.write_text(json_text(document.model_dump(mode="json")), encoding="utf-8")
