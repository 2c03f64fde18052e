"""Pinned forecasts of the trend engine: `make vectors` works them out anew after a wanted change.

tests/vectors/trend_forecasts.json holds the cases, which are written by hand, and beside each what
the engine says of it, which is written here. tests/models/test_trend.py compares.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from bcforecast.models.trend import Trend
from bcforecast.observations.selection import History

FILE = Path(__file__).parents[1] / "tests" / "vectors" / "trend_forecasts.json"
LEVELS = (0.02, 0.1, 0.5, 0.9, 0.98)


def history_of(case: dict[str, Any]) -> History:
    """History of a case: null stands for a figure or a bound that is not known."""
    series = dict(case["series"])
    low, high = series.pop("support", (None, None))
    return History.of(
        series.pop("times"),
        _filled(series.pop("values"), np.nan),
        lower=_filled(series.pop("lower", []), -np.inf),
        upper=_filled(series.pop("upper", []), np.inf),
        support=(-np.inf if low is None else low, np.inf if high is None else high),
        **series,
    )


def answers(case: dict[str, Any]) -> dict[str, Any]:
    """Return what the engine says: predictive quantiles, mean and probability of the target."""
    forecast = Trend().fit(history_of(case), case["horizon"])
    found = {f"quantile {level}": forecast.quantile(level) for level in LEVELS}
    found |= {"mean": forecast.mean(), "at least the target": forecast.at_least(case["target"])}
    return {name: [float(f"{x:.10g}") for x in values] for name, values in found.items()}


def _filled(values: list[float | None], unknown: float) -> list[float]:
    return [unknown if v is None else v for v in values]


def main() -> None:
    """Write the engine's answers beside the cases."""
    cases = json.loads(FILE.read_text(encoding="utf-8"))
    for case in cases:
        case["expected"] = answers(case)
    FILE.write_text(_laid_out(cases), encoding="utf-8")


def _laid_out(cases: list[dict[str, Any]]) -> str:
    """One line a list: a change of one number is a change of one line."""
    blocks = []
    for case in cases:
        lines = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in case.items() if k != "expected"]
        inner = [f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in case["expected"].items()]
        lines.append('  "expected": {\n' + ",\n".join(inner) + "\n  }")
        blocks.append(" {\n" + ",\n".join(lines) + "\n }")
    return "[\n" + ",\n".join(blocks) + "\n]\n"


if __name__ == "__main__":
    main()
