"""Small pictures that differ by what they show."""

from matplotlib.figure import Figure

from bcforecast.plotting.style import house_style, png_bytes


def png(value: float, *, width: float = 2.0) -> bytes:
    """Return a bar of height `value` as PNG."""
    with house_style():
        figure = Figure(figsize=(width, 1.0))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.bar([0], [value])
        axes.set_ylim(0, 3)
    return png_bytes(figure)
