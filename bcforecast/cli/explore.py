"""`bcforecast explore`: the scenario panel as a page, for people without Jupyter."""

from __future__ import annotations

import signal
import socket
import subprocess
import tempfile
import time
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Annotated, Final, NoReturn

import typer

from bcforecast import defaults
from bcforecast.cli.options import (
    AsOfOption,
    DataOption,
    PlanOption,
    SeedOption,
    help_text,
    parse_day,
    speak,
)
from bcforecast.messages import Language, text

_LOOK_AGAIN_SECONDS: Final = 0.1


def explore(
    plan: PlanOption,
    as_of: AsOfOption,
    goal: Annotated[
        str, typer.Option("--goal", help=help_text("first_goal"), show_default=False)
    ] = "",
    lang: Annotated[Language, typer.Option("--lang", help=help_text("lang"))] = defaults.LANGUAGE,
    data: DataOption = None,
    seed: SeedOption = defaults.SEED,
    port: Annotated[int, typer.Option("--port", help=help_text("port"))] = 8866,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE", help=help_text("page"), show_default=False),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help=help_text("open"))] = False,
) -> None:
    """Serve the panel on this machine only until Ctrl+C; or write all scenarios as one page."""
    import bcforecast as bc
    from bcforecast.reporting.explore_server import (
        opening_page,
        panel_address,
        prepare_notebook,
        server_command,
        server_environment,
        write_settings,
    )
    from bcforecast.reporting.manifest import is_path
    from bcforecast.reporting.scenario_page import write_scenario_page
    from bcforecast.scenarios import load_scenarios

    spoken = speak(lang)
    if not 0 < port < 65536:
        raise bc.BcforecastError("explorer.port", found=port)
    day = parse_day(as_of)
    read = bc.load_plan(plan, data_dir=data)
    bc.load_observations(data, as_of=day)
    load_scenarios(plan=read, data_dir=data)
    if goal:
        read.goal(goal)
    parameters = {
        "plan": str(Path(plan).resolve()) if is_path(plan) else plan,
        "as_of": day.isoformat(),
        "lang": lang,
        "seed": seed,
        "data_dir": "" if data is None else str(data.resolve()),
        "goal": goal,
    }
    if page is not None:
        write_scenario_page(parameters, page, plan=read, lang=lang)
        typer.echo(text("explorer.page_written", spoken, file=page))
        return
    with tempfile.TemporaryDirectory(prefix="bcf-") as folder:
        served, settings = Path(folder, "served"), Path(folder, "settings")
        served.mkdir()
        notebook = prepare_notebook(parameters, folder=served)
        address = panel_address(port, write_settings(settings))
        command = server_command(notebook, port=port, settings=settings)
        typer.echo(text("explorer.opened", spoken, address=address))
        signal.signal(signal.SIGTERM, _leave)
        with subprocess.Popen(command, env=server_environment()) as server:
            try:
                if show and _listens(server, port):
                    webbrowser.open(opening_page(address, folder=settings).as_uri())
                status = server.wait()
            except KeyboardInterrupt:
                server.terminate()
                status = 0
    if status:
        raise bc.BcforecastError("explorer.ended", found=status, port=port)


def _listens(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server takes connections; False if it ends before."""
    from bcforecast.reporting.explore_server import LOOPBACK

    while server.poll() is None:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return True
    return False


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """End like Ctrl+C, so that the server ends too."""
    raise KeyboardInterrupt
