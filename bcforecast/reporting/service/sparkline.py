"""A small line of probabilities over as-of dates, as SVG that stands in a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

Point = tuple[date, float | None]

_WIDTH: Final = 132.0
_HEIGHT: Final = 34.0
_MARGIN: Final = 5.0


def sparkline(points: Sequence[Point], *, label: str) -> str:
    """Draw probabilities from 0 at the bottom to 1 at the top, with a line at one half.

    Parameters
    ----------
    points
        Dates, the earliest first, and probabilities; None leaves a gap.
    label
        What it says, for who cannot see it.
    """
    runs = _runs(points)
    if not runs:
        return ""
    middle = _HEIGHT / 2
    parts = [
        f'<svg class="spark" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}">',
        f'<path class="frame" d="M0 .5H{_WIDTH:.0f}M0 {_HEIGHT - 0.5}H{_WIDTH:.0f}"/>',
        f'<path class="half" d="M0 {middle}H{_WIDTH:.0f}"/>',
    ]
    for run in runs:
        if len(run) > 1:
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(f'<polyline points="{places}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6"/>' for x, y in run]
    x, y = runs[-1][-1]
    return "".join([*parts, f'<circle class="last" cx="{x:.1f}" cy="{y:.1f}" r="3"/></svg>'])


def _runs(points: Sequence[Point]) -> list[list[tuple[float, float]]]:
    """Return the places of the points, those without a gap between them together."""
    if not points:
        return []
    first, last = points[0][0], points[-1][0]
    whole = max((last - first).days, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for when, share in points:
        if share is None:
            runs.append([])
            continue
        across = (when - first).days / whole if last > first else 0.5
        x = _MARGIN + across * (_WIDTH - 2 * _MARGIN)
        y = _MARGIN + (1 - share) * (_HEIGHT - 2 * _MARGIN)
        runs[-1].append((x, y))
    return [run for run in runs if run]
