"""How soon the scenario panel answers a moved slider: `make bench-explorer`.

Measured in one process, from the new value of the slider to the last widget changed; the way to
the browser and back comes on top.
"""

import sys
import time
from statistics import median, quantiles

import bcforecast as bc
from bcforecast.explorer.panel import ScenarioPanel

MOVES = 60
_LATE = 8  # of 9 deciles: the last


def measure(plan: str, *, as_of: str, moves: int = MOVES) -> list[float]:
    """Move every slider in turn, under every goal in turn, and return the times in ms."""
    outlook = bc.project(bc.load_plan(plan), bc.load_observations(as_of=as_of))
    panel = ScenarioPanel(outlook, lang="zh")
    goals = [goal.id for goal in panel.session.exploration.goals]
    sliders = list(panel.sliders.values())
    for goal in goals:
        panel.goal.value = goal
    times = []
    for k in range(moves):
        panel.goal.value = goals[k % len(goals)]
        slider = sliders[k % len(sliders)]
        part = 0.2 + 0.6 * (k // len(sliders) + 1) / (moves // len(sliders) + 2)
        start = time.perf_counter()
        slider.value = slider.min + part * (slider.max - slider.min)
        times.append(1000.0 * (time.perf_counter() - start))
    return times


if __name__ == "__main__":
    found = measure("beichen-2020-2022", as_of="2021-12-31")
    said = (
        f"{len(found)} moves of sliders, from the new value in the kernel to the last changed"
        f" widget: median {median(found):.0f} ms, 90% within {quantiles(found, n=10)[_LATE]:.0f} ms"
    )
    sys.stdout.write(said + "\n")
