"""Runs a command, such as JupyterLab, whose Python kernels start from a warm server.

`python -m bcforecast.reporting.warm_lab jupyter lab` writes a kernelspec named `python3` into the
server's temporary folder and puts it before all others by `JUPYTER_PATH`: nothing is installed
anywhere, and with the command the server and the folder go.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from bcforecast.reporting.warm import WarmServer, stop_warm_server, warm_server


def environment(server: WarmServer) -> dict[str, str]:
    """Write the kernelspec and return the environment in which Jupyter finds it first."""
    folder = server.folder / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True, exist_ok=True)
    spec = server.kernel_spec()
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    others = os.environ.get("JUPYTER_PATH")
    path = os.pathsep.join(filter(None, [str(server.folder / "jupyter"), others]))
    return {**os.environ, "JUPYTER_PATH": path}


def main(command: Sequence[str]) -> int:
    """Run a command until it ends and return its exit code."""
    try:
        process = subprocess.Popen(command, env=environment(warm_server()))
        # Ctrl-C reaches the command too, which asks whether it is meant.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()
    finally:
        stop_warm_server()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
