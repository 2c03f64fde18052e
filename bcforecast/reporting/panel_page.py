"""The scenario panel as a page of its own: served by Voila on loopback, or without a kernel.

The server shows nothing to who has not its token: other users of the machine can reach the port
too. The token stands in a file that only its owner can read, since everybody can read the command
line of a process.
"""

import html
import json
import os
import secrets
import sys
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bcforecast import config, errors
from bcforecast.plan.goals import Plan
from bcforecast.reporting import assembly, execution
from bcforecast.reporting.html import whole_page
from bcforecast.text import Language, day, text

NOTEBOOK: Final = "04_scenarios.ipynb"
LOOPBACK: Final = "127.0.0.1"
JUPYTER_PATH: Final = Path(__file__).parent / "templates" / "jupyter"
_TOKEN_BYTES: Final = 24


def prepare_notebook(parameters: Mapping[str, object], *, folder: Path) -> Path:
    """Write a copy of the scenario notebook with parameters put in, and return its path."""
    made = execution.prepared(config.NOTEBOOKS_DIR / NOTEBOOK, parameters)
    made.metadata.pop("papermill", None)
    execution.write_notebook(made, folder / NOTEBOOK)
    return folder / NOTEBOOK


def write_settings(folder: Path) -> str:
    """Write the server's settings with a fresh token into a folder made here; return the token."""
    token = secrets.token_hex(_TOKEN_BYTES)
    folder.mkdir(mode=0o700)
    _write_private(folder / "voila.json", json.dumps({"Voila": {"token": token}}))
    return token


def panel_address(port: int, token: str) -> str:
    """Return the address at which the panel opens without asking for the token."""
    return f"http://{LOOPBACK}:{port}/?token={token}"


def opening_page(address: str, *, folder: Path) -> Path:
    """Write a page that leads to `address`, and return it.

    A browser is given this page, not the address: its command line can be read by everybody.
    """
    page, url = folder / "open.html", html.escape(address)
    _write_private(page, f'<!doctype html><meta http-equiv="refresh" content="0; url={url}">\n')
    return page


def server_command(notebook: Path, *, port: int, settings: Path) -> list[str]:
    """Return the command that serves a notebook as a page, to this machine only.

    `settings` is the folder of `write_settings`. No other settings of Voila are read, neither the
    user's own, which may switch the token off, nor any that lie in the current folder.
    """
    if find_spec("voila") is None:
        raise errors.ReportError("explorer.no_voila")
    return [
        sys.executable,
        "-m",
        "voila",
        str(notebook),
        f"--Voila.ip={LOOPBACK}",
        f"--port={port}",
        "--Voila.port_retries=0",
        f"--Voila.config_file_paths={settings}",
        "--MappingKernelManager.cull_idle_timeout=3600",
        "--template=panel",
        "--TagRemovePreprocessor.enabled=True",
        "--TagRemovePreprocessor.remove_cell_tags=notebook-only",
        "--Voila.log_level=WARN",
        "--no-browser",
    ]


def server_environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of the server: our page template, one thread, kernels of ours."""
    paths = [str(JUPYTER_PATH), *filter(None, [base.get("JUPYTER_PATH", "")])]
    return {
        **base,
        **{k: v for k, v in execution.ENVIRONMENT.items() if not k.startswith("LC_")},
        "JUPYTER_PATH": os.pathsep.join(paths),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def _write_private(path: Path, content: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)


def write_scenario_page(
    parameters: Mapping[str, object], path: Path, *, plan: Plan, lang: Language
) -> None:
    """Run the scenario notebook and write what it shows as one HTML file."""
    executed = execution.run_notebook(config.NOTEBOOKS_DIR / NOTEBOOK, parameters)
    blocks, pictures = assembly.assemble_notebook(executed)
    as_of = day(date.fromisoformat(str(parameters["as_of"])), lang=lang)
    front = {
        "kicker": text("explorer.heading_table", lang),
        "title": plan.name(lang),
        "subtitle": "",
        "facts": [(text("document.fact_as_of", lang), as_of)],
        "legend": None,
        "notes": (),
        "footer": text("document.footer_page", lang, version=version("bcforecast")),
    }
    name = text("report.document_title", lang, plan=plan.name(lang))
    page = whole_page(blocks, pictures, front, name=name, lang=lang)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError:
        raise errors.ReportError("explorer.not_written", file=path) from None
