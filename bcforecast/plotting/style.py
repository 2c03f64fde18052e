"""One look for all charts, and how a chart becomes a picture."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI: Final = 160
"""Pixels an inch of a saved picture; pages show it at half that."""

INK: Final = "#1d2733"
QUIET: Final = "#5d6b7a"
RULE: Final = "#d5dbe1"
FORECAST: Final = "#1f5a92"
TARGET: Final = "#c04e14"
LATER: Final = "#00785f"
BANDS: Final = ("#7da7cf", "#b1cbe4", "#dbe7f2")
"""Fills of the fan, innermost interval first."""

GRADE_COLOURS: Final[Mapping[str, str]] = {
    "A": "#17496f", "B": "#3f7cab", "C": "#8a6a1f", "D": "#9a5a2e", "U": "#6b7480",
}  # fmt: skip
"""Badge of each evidence grade; white text on it has a contrast of at least 4.5 to 1."""


@cache
def settings() -> dict[Any, Any]:
    """Return the matplotlib settings of the house; the fonts of the environment are then known."""
    import pylopdf_fonts_zh_cn
    from matplotlib import rc_params_from_file
    from matplotlib.font_manager import fontManager

    path = str(pylopdf_fonts_zh_cn.sans_path())
    if fontManager.ttflist[0].fname != path:
        fontManager.addfont(path)
        # First in the list, or a font of the same name on the machine could be taken instead.
        fontManager.ttflist.insert(0, fontManager.ttflist.pop())
    file = Path(__file__).with_name("house.mplstyle")
    return dict(rc_params_from_file(file, use_default_template=False))


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style inside the block, and leave matplotlib as it was after it."""
    # Here, for pages take their colours from this module without matplotlib.
    from matplotlib import rc_context, style

    with rc_context():
        style.use(["default", settings()])
        yield


Look = dict[str, Any]
"""Keywords of a drawing function."""


def annotate(
    axes: Axes, words: str, place: tuple[float, float], offset: tuple[float, float], **look: Any
) -> None:
    """Write words at an offset, in points, from a place of the axes."""
    axes.annotate(words, place, offset, textcoords="offset points", **look)


def png_bytes(figure: Figure, **how: int) -> bytes:
    """Return `figure` as a PNG that names neither a date nor the software that made it.

    `compress_level=1` has it larger than it need be, and sooner.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = BytesIO()
    with house_style():
        figure.set_dpi(DPI)
        # `savefig` would lay the figure out twice.
        canvas = FigureCanvasAgg(figure)
        named = {"Software": None}
        canvas.print_png(buffer, metadata=named, pil_kwargs=how)  # type: ignore[no-untyped-call]
    return buffer.getvalue()


_SCREEN_DPI = 96


@dataclass(frozen=True)
class Picture:
    """A figure with its alternative text; shows itself in a notebook as a PNG of fixed bytes.

    `alt` is what the chart says, in its language; `caption` what it shows, for formats that number
    their figures.
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
