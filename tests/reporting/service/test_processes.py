"""A process ends with all that it has started."""

import subprocess
import sys

import psutil

from bcforecast.reporting.processes import end_tree, is_alive

TREE = """
import subprocess, sys
code = "import signal; print('here', flush=True); signal.pause()"
below = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
below.wait()
"""

LEAVES = """
import os, signal, subprocess, sys
from bcforecast.reporting.processes import children_end_with_us
code = "import signal; print('here', flush=True); signal.pause()"
for number in (signal.SIGTERM, signal.SIGINT):
    child = subprocess.Popen([sys.executable, "-c", code], stdout=-1, start_new_session=True)
    child.stdout.readline()
    try:
        with children_end_with_us():
            os.kill(os.getpid(), number)
            signal.pause()
    except BaseException as error:
        print(child.wait(), type(error).__name__, flush=True)
"""


def test_a_tree_ends_to_the_last_in_whatever_session_it_is():
    command = [sys.executable, "-c", TREE]
    with subprocess.Popen(command, stdout=-1, text=True) as top:
        assert top.stdout.readline() == "here\n"
        (below,) = psutil.Process(top.pid).children()
        end_tree(top.pid, itself=False)
        psutil.wait_procs([below], timeout=30)
        assert not is_alive(below.pid)
    assert not is_alive(top.pid)
    end_tree(top.pid)


def test_a_report_that_is_ended_takes_its_kernels_with_it():
    command = [sys.executable, "-c", LEAVES]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == "-9 RunTerminatedError\n-9 KeyboardInterrupt\n"
