"""The command: `python -m tools.train WHAT --bench DIR [--out FILE]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bcforecast.attainment import explain as growth_percentiles
from bcforecast.cli.options import progress_bar
from bcforecast.models import trend_members as trend_learned
from bcforecast.models import within_year as year_in_hand
from bcforecast.models.borrowed import LEARNED
from tools.train import goals, growth, share, trend, within_year

WRITES = {
    "trend": Path(trend_learned.__file__).parent / "learned" / trend_learned.FILE,
    "share": LEARNED,
    "growth": growth_percentiles.SHIPPED,
    "goals": goals.SHIPPED,
    "within_year": year_in_hand.LEARNED,
}
"""What can be learned, and the shipped file that it is written to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn one of the shipped files anew, byte for byte from the same data."""
    parser = argparse.ArgumentParser(prog="python -m tools.train", description=__doc__)
    parser.add_argument("what", choices=WRITES)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--out", type=Path, help="file to write (default: the shipped one)")
    asked = parser.parse_args(arguments)
    out = asked.out or WRITES[asked.what]
    try:
        if asked.what == "trend":
            with progress_bar() as advance:
                trend.rebuild(asked.bench, out, progress=lambda n, of: advance("trend", n, of))
        elif asked.what == "within_year":
            within_year.rebuild(out)
        else:
            {"share": share, "goals": goals, "growth": growth}[asked.what].rebuild(asked.bench, out)
    except (OSError, ValueError) as wrong:
        parser.error(" ".join(str(wrong).split()))
    sys.stdout.write(f"written: {out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
