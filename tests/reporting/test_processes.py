"""A process ends with all that it has started."""

import subprocess
import sys

import pytest

LEAVES = """
import os, signal, subprocess, sys
from bcforecast.reporting.execution import children_end_with_us
code = "import signal; print('here', flush=True); signal.pause()"
for number in (signal.SIGTERM, signal.SIGINT):
    child = subprocess.Popen([sys.executable, "-c", code], stdout=-1, start_new_session=True)
    child.stdout.readline()
    try:
        with children_end_with_us(published=bool(sys.argv[1:])):
            os.kill(os.getpid(), number)
            signal.pause()
    except BaseException as error:
        print(child.wait(), type(error).__name__, error, flush=True)
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), ("RunTerminatedError interrupted; nothing was written", "KeyboardInterrupt")),
        (("published",), ("RunTerminatedError ended from outside; finished reports are published",
                          "RunInterruptedError interrupted; finished reports are published")),
    ],
)  # fmt: skip
def test_what_is_ended_takes_its_kernels_with_it(options, said):
    command = [sys.executable, "-c", LEAVES, *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    first, second = ended.stdout.splitlines()
    assert first.startswith(f"-9 {said[0]}")
    assert second.startswith(f"-9 {said[1]}")
