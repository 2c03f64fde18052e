"""The scenario panel for people without Jupyter: the notebook served by Voila, on loopback."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bcforecast.errors import ReportError
from bcforecast.reporting.execution import read_notebook, write_notebook
from bcforecast.reporting.kernel import ENVIRONMENT
from bcforecast.reporting.parameters import check_parameters, declared_parameters
from bcforecast.resources import NOTEBOOKS_DIR

NOTEBOOK: Final = "04_scenarios.ipynb"
LOOPBACK: Final = "127.0.0.1"
JUPYTER_PATH: Final = Path(__file__).parent / "templates" / "jupyter"


def prepare_notebook(parameters: Mapping[str, object], *, folder: Path) -> Path:
    """Write a copy of the scenario notebook with parameters put in, and return its path.

    Parameters
    ----------
    parameters
        Values for names that its `parameters` cell declares.
    folder
        Where to write.

    Raises
    ------
    ReportError
        If a parameter is not declared or of the wrong type.
    """
    # papermill takes long to import.
    import papermill

    template = read_notebook(NOTEBOOKS_DIR / NOTEBOOK)
    checked = check_parameters(
        declared_parameters(template, name=NOTEBOOK), parameters, name=NOTEBOOK
    )
    prepared = papermill.execute_notebook(
        template,
        None,
        parameters=dict(checked),
        prepare_only=True,
        progress_bar=False,
        kernel_name="python3",
        language="python",
    )
    prepared.metadata.pop("papermill", None)
    path = folder / NOTEBOOK
    write_notebook(prepared, path)
    return path


def server_command(notebook: Path, *, port: int, open_browser: bool = False) -> list[str]:
    """Return the command that serves a notebook as a page, to this machine only.

    Raises
    ------
    ReportError
        If Voila is not installed.
    """
    if find_spec("voila") is None:
        raise ReportError("explorer.no_voila")
    return [
        sys.executable,
        "-m",
        "voila",
        str(notebook),
        f"--Voila.ip={LOOPBACK}",
        f"--port={port}",
        "--Voila.port_retries=0",
        "--MappingKernelManager.cull_idle_timeout=3600",
        "--template=panel",
        "--TagRemovePreprocessor.enabled=True",
        "--TagRemovePreprocessor.remove_cell_tags=notebook-only",
        "--Voila.log_level=WARN",
        *([] if open_browser else ["--no-browser"]),
    ]


def server_environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of the server: our page template, one thread, kernels of ours."""
    paths = [str(JUPYTER_PATH), *filter(None, [base.get("JUPYTER_PATH", "")])]
    return {
        **base,
        **{k: v for k, v in ENVIRONMENT.items() if not k.startswith("LC_")},
        "JUPYTER_PATH": os.pathsep.join(paths),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
