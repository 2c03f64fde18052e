"""The kernelspec: an ordinary kernel for Jupyter, forked by the warm server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from bcforecast.reporting.kernel import own_folder
from bcforecast.reporting.warm import warm_server
from bcforecast.reporting.warm_lab import environment
from tests.reporting.small_notebooks import eventually, gone


class WarmManager(KernelManager):
    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(**warm_server().kernel_spec())


@pytest.fixture
def kernel(tmp_path):
    with own_folder() as folder:
        manager = WarmManager(transport="ipc", connection_file=str(folder / "k.json"))
        manager.start_kernel(cwd=str(tmp_path), env={**os.environ, "GIVEN": "by the client"})
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield manager, client
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy()


def run(client, code):
    """Run code and return what it showed."""
    shown = []
    reply = client.execute_interactive(code, output_hook=shown.append, timeout=60)
    assert reply["content"]["status"] == "ok", reply
    return [m["content"] for m in shown if m["msg_type"] not in ("status", "execute_input")]


def test_the_kernel_has_the_libraries_the_folder_and_the_environment(kernel, tmp_path):
    (shown,) = run(
        kernel[1],
        "import os, sys\nprint('bcforecast' in sys.modules, os.getcwd(), os.environ['GIVEN'])",
    )
    assert shown["text"].split(maxsplit=2) == ["True", str(tmp_path), "by the client\n"]


def test_figures_and_widgets_are_shown(kernel):
    _, client = kernel
    figure = run(client, "import matplotlib.pyplot as plt; _ = plt.plot([1, 2])")
    assert "image/png" in figure[-1]["data"]
    slider = run(client, "import ipywidgets\nipywidgets.IntSlider()")
    assert "application/vnd.jupyter.widget-view+json" in slider[-1]["data"]
    targets = run(client, "print(sorted(get_ipython().kernel.comm_manager.targets))")
    assert "jupyter.widget.control" in targets[0]["text"]


def test_an_interruption_reaches_the_cell(kernel):
    manager, client = kernel
    client.execute("import time\nprint('begun')\ntime.sleep(1000)")
    while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=60)["content"]
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")


def test_the_kernel_ends_with_the_process_that_jupyter_started(kernel):
    manager, client = kernel
    pid = int(run(client, "import os; print(os.getpid())")[0]["text"])
    started = psutil.Process(manager.provisioner.pid)
    assert pid != started.pid
    started.send_signal(signal.SIGKILL)
    assert eventually(lambda: gone(pid))


def test_a_kernel_that_dies_is_seen_by_jupyter(kernel):
    manager, client = kernel
    client.execute("import os; os._exit(3)")
    assert eventually(lambda: not manager.is_alive())
    assert manager.provisioner.process.poll() == 3


def test_jupyter_finds_the_kernelspec_only_in_the_environment_that_names_it():
    named = environment(warm_server())
    first = Path(named["JUPYTER_PATH"].split(os.pathsep)[0])
    spec = json.loads((first / "kernels" / "python3" / "kernel.json").read_text(encoding="utf-8"))
    assert spec["argv"][-1] == "{connection_file}"
    assert first.is_relative_to(warm_server().folder)


def test_a_command_has_a_server_as_long_as_it_runs(tmp_path):
    asks = (
        "import json, os, pathlib, sys; from jupyter_client.kernelspec import find_kernel_specs\n"
        "print(find_kernel_specs()['python3']); sys.exit(5)"
    )
    lab = [sys.executable, "-m", "bcforecast.reporting.warm_lab", sys.executable, "-c", asks]
    done = subprocess.run(lab, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr
    found = Path(done.stdout.strip())
    assert found.parts[-3:] == ("jupyter", "kernels", "python3")
    assert not found.exists()
