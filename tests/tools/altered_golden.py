"""Copies of a golden notebook in which one thing is another: what its tests have to catch."""

import base64
import io
import json
from copy import deepcopy

import nbformat
import numpy as np
from matplotlib.image import imread, imsave

from bcforecast.reporting.display import RESULT_MIME
from tools.golden import VARIANTS

GOLDEN = next(golden for golden in VARIANTS if golden.variant == "event")
"""The quickest to run."""

_COMMITTED = GOLDEN.path


def golden():
    return nbformat.read(_COMMITTED, as_version=4)


def data(notebook, cell):
    return notebook.cells[cell].outputs[0].data


def _first(kind, words="", source=""):
    """Return the first cell that shows such a thing."""
    return next(
        place
        for place, cell in enumerate(golden().cells)
        for output in cell.get("outputs", [])
        if kind in output.data and words in str(output.data[kind]) and source in cell.source
    )


SENTENCE = _first("text/markdown", "（不太可能）")
PICTURE = _first("image/png")
TABLE = _first("text/html", "17%")
UNRUN = _first("text/html", source="goal_figures")
RESULT = _first(RESULT_MIME)


def with_another_sentence(notebook):
    """Say `不太可能` otherwise, in every form in which the cell shows it."""
    return _replaced(notebook, SENTENCE, "（不太可能）", "（极不可能）")


def with_another_table(notebook):
    """Raise a probability of the table by one per cent."""
    return _replaced(notebook, TABLE, "17%", "18%")


def with_another_result(notebook):
    """Raise the probability of the result by a hundredth."""
    changed = deepcopy(notebook)
    data(changed, RESULT)[RESULT_MIME]["probability"] += 0.01
    return changed


def with_another_picture(notebook):
    """Turn a small square of the picture into its negative."""
    changed = deepcopy(notebook)
    shown = data(changed, PICTURE)
    pixels = np.array(imread(io.BytesIO(base64.b64decode(shown["image/png"])), format="png"))
    pixels[100:150, 100:150, :3] = 1.0 - pixels[100:150, 100:150, :3]
    buffer = io.BytesIO()
    imsave(buffer, pixels, format="png")
    shown["image/png"] = base64.b64encode(buffer.getvalue()).decode()
    return changed


def with_an_unrun_cell(notebook):
    """Clear a cell, as an editor does that strips outputs."""
    changed = deepcopy(notebook)
    changed.cells[UNRUN].outputs = []
    changed.cells[UNRUN].execution_count = None
    return changed


def _replaced(notebook, cell, old, new):
    changed = deepcopy(notebook)
    shown = data(changed, cell)
    for kind in list(shown):
        said = json.dumps(shown[kind], ensure_ascii=False)
        assert old in said
        shown[kind] = json.loads(said.replace(old, new))
    return changed
