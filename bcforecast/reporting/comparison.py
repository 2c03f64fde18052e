"""Whether two outputs of a cell say the same: words strictly, numbers and pixels nearly."""

from __future__ import annotations

import base64
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from matplotlib.image import imread

from bcforecast.reporting.display import WIDGET_MIME

NUMBER_TOLERANCE: Final = 1e-3
"""Largest relative difference of two numbers in a text: a flip of the last of four digits."""

RESULT_TOLERANCE: Final = 1e-4
"""Largest relative difference of two numbers in a result; absolute below 1."""

PIXEL_TOLERANCE: Final = 2.0
"""Largest root-mean-square difference of two pictures, on a scale of 255."""

_NUMBER: Final = re.compile(r"(?<![A-Za-z_])\d[\d,]*(?:\.\d+)?")


def difference(found: Sequence[Mapping], expected: Sequence[Mapping]) -> str | None:  # type: ignore[type-arg]
    """Say how the outputs of a cell differ from those expected; None where they do not.

    Parameters
    ----------
    found, expected
        Outputs of one cell as nbformat has them; the error stream and views of widgets are left
        out of both.
    """
    ours, theirs = _shown(found), _shown(expected)
    if len(ours) != len(theirs):
        return f"{len(ours)} outputs instead of {len(theirs)}"
    for one, other in zip(ours, theirs, strict=True):
        if one.keys() != other.keys():
            return f"kinds of output {sorted(one)} instead of {sorted(other)}"
        for kind in other:
            said = kind_difference(kind, one[kind], other[kind])
            if said is not None:
                return f"{kind}: {said}"
    return None


def kind_difference(kind: str, found: object, expected: object) -> str | None:
    """Compare what two outputs have of one MIME type: pictures by pixels, all else as data."""
    if kind == "image/png":
        return picture_difference(str(found), str(expected))
    return data_difference(_joined(found), _joined(expected))


def text_difference(found: str, expected: str) -> str | None:
    """Compare texts: the words must be equal, the numbers within `NUMBER_TOLERANCE`.

    Examples
    --------
    >>> text_difference("median 4,925 patents", "median 4,924 patents") is None
    True
    >>> text_difference("68% (likely)", "69% (likely)")
    "'68' instead of '69' in '69% (likely)'"
    """
    if found == expected:
        return None
    ours, theirs = _lines(found), _lines(expected)
    if len(ours) != len(theirs):
        return f"{len(ours)} lines instead of {len(theirs)}"
    for one, other in zip(ours, theirs, strict=True):
        if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
            return f"{one!r} instead of {other!r}"
        for a, b in zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True):
            if not math.isclose(_value(a), _value(b), rel_tol=NUMBER_TOLERANCE):
                return f"{a!r} instead of {b!r} in {other!r}"
    return None


def data_difference(found: object, expected: object) -> str | None:
    """Return the first of `data_differences`, None where there is none.

    Examples
    --------
    >>> data_difference({"p": 0.61}, {"p": 0.62})
    'p: 0.61 instead of 0.62'
    """
    return next(data_differences(found, expected), None)


def data_differences(found: object, expected: object, *, path: str = "") -> Iterator[str]:
    """Compare JSON data recursively: numbers within `RESULT_TOLERANCE`, texts as texts.

    Examples
    --------
    >>> list(data_differences({"p": [0.61, 1, "a"]}, {"p": [0.62, 1, "b"]}))
    ['p[0]: 0.61 instead of 0.62', "p[2]: 'a' instead of 'b'"]
    """
    place = f"{path}: " if path else ""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        if found.keys() != expected.keys():
            yield f"{place}keys {sorted(found)} instead of {sorted(expected)}"
            return
        for key in expected:
            below = f"{path}.{key}".lstrip(".")
            yield from data_differences(found[key], expected[key], path=below)
    elif isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        if len(found) != len(expected):
            yield f"{place}{len(found)} entries instead of {len(expected)}"
            return
        for i, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from data_differences(one, other, path=f"{path}[{i}]")
    elif isinstance(expected, str) and isinstance(found, str):
        said = text_difference(found, expected)
        if said is not None:
            yield place + said
    elif _is_number(expected) and _is_number(found):
        assert isinstance(expected, int | float)
        assert isinstance(found, int | float)
        tolerance = RESULT_TOLERANCE
        if not math.isclose(found, expected, rel_tol=tolerance, abs_tol=tolerance):
            yield f"{place}{found} instead of {expected}"
    elif found != expected or type(found) is not type(expected):
        yield f"{place}{found!r} instead of {expected!r}"


def picture_difference(found: str, expected: str) -> str | None:
    """Compare two PNGs in base64 by the root-mean-square difference of their pixels."""
    ours, theirs = (pixels(base64.b64decode(picture)) for picture in (found, expected))
    if ours.shape != theirs.shape:
        return f"{ours.shape} pixels instead of {theirs.shape}"
    rms = root_mean_square(ours, theirs)
    return None if rms <= PIXEL_TOLERANCE else f"pictures differ by {rms:.1f} (RMS of 255)"


def pixels(picture: bytes) -> np.ndarray:
    """Return the pixels of a PNG: rows, columns and channels, from 0 to 255."""
    return 255.0 * np.asarray(imread(io.BytesIO(picture), format="png"), float)


def root_mean_square(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the root-mean-square difference of the pixels of two pictures of one size."""
    return float(np.sqrt(np.mean((ours - theirs) ** 2)))


def _shown(outputs: Sequence[Mapping]) -> list[dict[str, object]]:  # type: ignore[type-arg]
    shown: list[dict[str, object]] = []
    for output in outputs:
        if output["output_type"] == "stream":
            if output["name"] != "stderr":
                shown.append({"stdout": output["text"]})
        elif output["output_type"] == "error":
            shown.append({"error": output["ename"]})
        else:
            shown.append({k: v for k, v in output["data"].items() if k != WIDGET_MIME})
    return shown


def _joined(value: object) -> object:
    """Join a text that nbformat has as a list of lines."""
    lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if lines and isinstance(value, list) else value


def _lines(words: str) -> list[str]:
    """Split into lines without the blanks that align columns, which move with a digit."""
    return [re.sub(r" {2,}", "  ", line.strip()) for line in words.strip().splitlines()]


def _value(digits: str) -> float:
    return float(digits.replace(",", "") or 0)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
