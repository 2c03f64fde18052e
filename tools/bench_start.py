"""The CPU time of short commands, from start to end: `make bench-start`.

User and system seconds of a fresh process; the median of five, after one that warms the caches.
"""

import os
import statistics
import subprocess
import sys
from typing import Final

COMMANDS: Final = (
    ("--help",),
    ("--version",),
    ("goals", "--plan", "tianjin-2020-2022", "--as-of", "2020-12-31"),
)
RUNS: Final = 5


def cpu_seconds(command: tuple[str, ...]) -> float:
    """Run `bcforecast` with the given arguments; return the CPU time that it took."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "bcforecast", *command], check=True, capture_output=True)
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


def main() -> None:
    """Print a line a command."""
    for command in COMMANDS:
        cpu_seconds(command)
        median = statistics.median(cpu_seconds(command) for _ in range(RUNS))
        print(f"{median:5.2f} s  bcforecast {' '.join(command)}")


if __name__ == "__main__":
    main()
