"""The scenario notebook as a page that opens on its own: all scenarios, without the panel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bcforecast.errors import ReportError
from bcforecast.messages import Language, text
from bcforecast.plan import Plan
from bcforecast.reporting.document.assembly import assemble_notebook
from bcforecast.reporting.execution import run_notebook
from bcforecast.reporting.explore_server import NOTEBOOK
from bcforecast.reporting.formats.html import Body, contents, whole_page
from bcforecast.resources import NOTEBOOKS_DIR
from bcforecast.wording import day


def write_scenario_page(
    parameters: Mapping[str, object], path: Path, *, plan: Plan, lang: Language
) -> None:
    """Run the scenario notebook and write what it shows as one HTML file.

    Parameters
    ----------
    parameters
        Values for names that its `parameters` cell declares.
    path
        Of the file.
    plan
        The plan that the parameters name.
    lang
        The language that they name.

    Raises
    ------
    ReportError
        If a parameter is wrong, a cell fails, or the file cannot be written.
    """
    blocks, pictures = assemble_notebook(run_notebook(NOTEBOOKS_DIR / NOTEBOOK, parameters))
    as_of = day(date.fromisoformat(str(parameters["as_of"])), lang=lang)
    page = whole_page(
        Body(blocks, lang, pictures).text(),
        name=text("report.document_title", lang, plan=plan.name(lang)),
        kicker=text("explorer.heading_table", lang),
        title=plan.name(lang),
        meta=[(text("document.fact_as_of", lang), as_of)],
        contents=contents(blocks),
        footer=text("document.footer_page", lang, version=version("bcforecast")),
        lang=lang,
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError:
        raise ReportError("explorer.not_written", file=path) from None
