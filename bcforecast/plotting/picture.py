"""A finished chart: pixels, and the words for a reader who cannot see them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from bcforecast.plotting.style import png_bytes

_SCREEN_DPI = 96


@dataclass(frozen=True)
class Picture:
    """A figure with its alternative text; shows itself in a notebook as a PNG of fixed bytes.

    Parameters
    ----------
    figure
        Drawn in the house style.
    alt
        What the chart says, in the language of the chart.
    caption
        What it shows, for formats that number their figures.
    """

    figure: Figure
    alt: str
    caption: str = ""

    def png(self) -> bytes:
        """Return the picture as PNG bytes, equal for equal figures."""
        return png_bytes(self.figure)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        width, height = self.figure.get_size_inches() * _SCREEN_DPI
        data = {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.alt}
        shown = {"width": round(width), "height": round(height), "caption": self.caption}
        return data, {"image/png": shown}
