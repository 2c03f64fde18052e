"""Golden notebooks: what the templates showed when they were last looked at, committed for tests.

`make golden` runs the templates anew and shows what changed. It compares as the tests do, by
`differences`: words strictly, numbers and pixels nearly. A golden in which only a last digit is
another is left alone, so that the reference does not drift by small steps.
"""

import argparse
import base64
import io
import math
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, ndiff
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.image import imread
from nbformat import NotebookNode

from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.errors import BcforecastError
from bcforecast.plotting.style import VECTOR_MIME
from bcforecast.reporting.display import BLOCK_MIME, WIDGET_MIME
from bcforecast.reporting.execution import read_notebook, run_notebook, write_notebook

GOLDEN_DIR: Final = NOTEBOOKS_DIR.parent / "tests" / "golden"

NUMBER_TOLERANCE: Final = 1e-3
"""Largest relative difference of two numbers in a text: a flip of the last of four digits."""

RESULT_TOLERANCE: Final = 1e-4
"""Largest relative difference of two numbers in a result; absolute below 1."""

PIXEL_TOLERANCE: Final = 2.0
"""Largest root-mean-square difference of two pictures, on a scale of 255."""

_NUMBER: Final = re.compile(r"(?<![A-Za-z_])\d[\d,]*(?:\.\d+)?")

_SHOWN_AS_WELL: Final = ("text/html", "text/markdown", BLOCK_MIME)
"""Kinds that say what the plain text of the same output says."""

_LEFT_OUT: Final = frozenset({WIDGET_MIME, VECTOR_MIME, "image/svg+xml"})
"""Kinds that are not compared: widgets, and SVG, whose picture or words stand beside it."""

_SHOWN: Final = 20
"""Most differences of an output that are listed; the others are counted."""


@dataclass(frozen=True)
class Golden:
    """One committed run of a notebook, with its defaults or a variant's own parameters."""

    template: str
    variant: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it is committed."""
        if not self.variant:
            return GOLDEN_DIR / self.template
        return GOLDEN_DIR / "variants" / f"{Path(self.template).stem}-{self.variant}.ipynb"


_TIANJIN: Final = {"plan": "tianjin-2020-2022", "as_of": "2020-12-31", "lang": "en"}

VARIANTS: Final = (
    Golden("02_goal.ipynb", "series", {**_TIANJIN, "goal": "tech_contract_value"}),
    Golden("02_goal.ipynb", "unset", {"goal": "innovation_platforms", "lang": "en"}),
    Golden("02_goal.ipynb", "event", {"goal": "university_science_parks"}),
    Golden("03_plan.ipynb", "parent", _TIANJIN),
    Golden("04_scenarios.ipynb", "parent", {**_TIANJIN, "goal": ""}),
)
"""Runs beside that of every template's defaults: a long series, grade U, an event, English."""


def goldens() -> tuple[Golden, ...]:
    """Every golden that there should be: each template's defaults, then the variants."""
    templates = sorted(path.name for path in NOTEBOOKS_DIR.glob("*.ipynb"))
    return (*(Golden(name) for name in templates), *VARIANTS)


def expected_sources(golden: Golden) -> list[str]:
    """Return the cells that a golden must have: today's template with its parameters put in."""
    import papermill

    prepared = papermill.execute_notebook(
        read_notebook(NOTEBOOKS_DIR / golden.template),
        None,
        parameters=dict(golden.parameters),
        prepare_only=True,
        progress_bar=False,
        kernel_name="python3",
        language="python",
    )
    return [cell.source for cell in prepared.cells]


def out_of_date(golden: Golden) -> str | None:
    """Say why a golden is not a run of today's template with its parameters; None where it is."""
    there = kept(golden)
    if there is None:
        return "it has not been made"
    found, expected = [cell.source for cell in there.cells], expected_sources(golden)
    if len(found) != len(expected):
        return f"{len(found)} cells instead of {len(expected)}"
    pairs = enumerate(zip(found, expected, strict=True))
    return next((f"cell {i} has another source" for i, (a, b) in pairs if a != b), None)


def kept(golden: Golden) -> NotebookNode | None:
    """Return a golden as it stands; None where it has not been made."""
    return read_notebook(golden.path) if golden.path.is_file() else None


Outputs = Sequence[Mapping[str, Any]]
"""Outputs of one cell as nbformat has them."""


def differences(found: Outputs, expected: Outputs) -> Iterator[str]:
    """Say how the outputs of a cell differ from those expected, the error stream left out."""
    ours, theirs = _shown(found), _shown(expected)
    if len(ours) != len(theirs):
        yield f"{len(ours)} outputs instead of {len(theirs)}"
        return
    for one, other in zip(ours, theirs, strict=True):
        if one.keys() != other.keys():
            yield f"kinds of output {sorted(one)} instead of {sorted(other)}"
            continue
        said = {kind: list(_of_kind(kind, one[kind], other[kind])) for kind in other}
        for kind, lines in said.items():
            if not (kind in _SHOWN_AS_WELL and said.get("text/plain")):
                yield from (f"{kind}: {line}" for line in lines[:_SHOWN])
                if len(lines) > _SHOWN:
                    yield f"{kind}: and {len(lines) - _SHOWN} more"


def _shown(outputs: Outputs) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    for output in outputs:
        if output["output_type"] == "error":
            shown.append({"error": output["ename"]})
        elif output["output_type"] != "stream":
            shown.append({k: v for k, v in output["data"].items() if k not in _LEFT_OUT})
        elif output["name"] != "stderr":
            shown.append({"stdout": output["text"]})
    return shown


def _of_kind(kind: str, found: Any, expected: Any) -> Iterator[str]:
    """Compare what two outputs have of one MIME type: pictures by pixels, all else as data."""
    if kind == "image/png":
        if said := picture_difference(found, expected):
            yield said
        return
    yield from data_differences(*map(_plain, (found, expected)))


def _plain(value: object) -> object:
    """Join a text that nbformat has as a list of lines, and leave out the drawings in it."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    return re.sub(r"<svg.*?</svg>", "", value, flags=re.DOTALL) if isinstance(value, str) else value


def text_differences(found: str, expected: str) -> Iterator[str]:
    """Compare texts: the words must be equal, the numbers within `NUMBER_TOLERANCE`.

    Examples
    --------
    >>> list(text_differences("median 4,925 patents", "median 4,924 patents"))
    []
    >>> list(text_differences("68% (likely)", "69% (likely)"))
    ["'68' instead of '69' in '69% (likely)'"]
    """
    # Blanks that align columns move with a digit.
    ours, theirs = (
        [re.sub(r" {2,}", "  ", line.strip()) for line in words.strip().splitlines()]
        for words in (found, expected)
    )
    if len(ours) != len(theirs):
        yield f"{len(ours)} lines instead of {len(theirs)}"
        yield from (line.rstrip() for line in ndiff(theirs, ours) if line[0] in "+-")
        return
    for one, other in zip(ours, theirs, strict=True):
        if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
            yield f"{one!r} instead of {other!r}"
            continue
        for a, b in zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True):
            x, y = (float(digits.replace(",", "")) for digits in (a, b))
            if not math.isclose(x, y, rel_tol=NUMBER_TOLERANCE):
                yield f"{a!r} instead of {b!r} in {other!r}"


def data_differences(found: Any, expected: Any, *, path: str = "") -> Iterator[str]:
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
        yield from (place + said for said in text_differences(found, expected))
    elif not {type(found), type(expected)} <= {int, float}:
        if found != expected or type(found) is not type(expected):
            yield f"{place}{found!r} instead of {expected!r}"
    elif not math.isclose(found, expected, rel_tol=RESULT_TOLERANCE, abs_tol=RESULT_TOLERANCE):
        yield f"{place}{found} instead of {expected}"


def pixels(picture: bytes) -> np.ndarray:
    """Return the pixels of a PNG: rows, columns and channels, from 0 to 255."""
    return 255.0 * np.asarray(imread(io.BytesIO(picture), format="png"), float)


def picture_difference(found: str, expected: str) -> str | None:
    """Compare two PNGs in base64 by the root-mean-square difference of their pixels."""
    ours, theirs = (pixels(base64.b64decode(picture)) for picture in (found, expected))
    if ours.shape != theirs.shape:
        return f"{ours.shape} pixels instead of {theirs.shape}"
    rms = float(((ours - theirs) ** 2).mean() ** 0.5)
    return None if rms <= PIXEL_TOLERANCE else f"pictures differ by {rms:.1f} (RMS of 255)"


def changes(before: NotebookNode, after: NotebookNode) -> Iterator[str]:
    """Say what changed in a notebook, cell by cell; nothing where all is within tolerance."""
    old, new = ([cell.source for cell in notebook.cells] for notebook in (before, after))
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = ("\n".join(cells).splitlines() for cells in (old[a:b], new[c:d]))
        for line in ndiff(gone, come) if gone != come else ():
            if line[0] in "+-":
                yield f"cell {c}, source: {line}".rstrip()
        for i, j in zip(range(a, b), range(c, d), strict=False):
            outputs = (cell.get("outputs", []) for cell in (after.cells[j], before.cells[i]))
            yield from (f"cell {j}, {said}" for said in differences(*outputs))


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the goldens anew where they changed, and show how; 2 where a notebook does not run."""
    parser = argparse.ArgumentParser(prog="python -m tools.golden", description=main.__doc__)
    parser.add_argument("--only", default="", help="only goldens whose path contains this")
    given, changed = parser.parse_args(arguments), 0
    for golden in goldens():
        name = golden.path.relative_to(GOLDEN_DIR).as_posix()
        if given.only not in name:
            continue
        try:
            after = run_golden(golden)
        except BcforecastError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        before = kept(golden)
        said = ["new"] if before is None else list(changes(before, after))
        print(f"{name}: {len(said) or 'no'} differences", *said, sep="\n  ", flush=True)
        changed += bool(said)
        if said:
            golden.path.parent.mkdir(parents=True, exist_ok=True)
            for output in (one for cell in after.cells for one in cell.get("outputs", [])):
                output.get("data", {}).pop(VECTOR_MIME, None)
            write_notebook(after, golden.path)
    print(f"{changed} goldens were written; look at them before you commit")
    return 0


def run_golden(golden: Golden) -> NotebookNode:
    """Run the template of a golden as it is today."""
    return run_notebook(NOTEBOOKS_DIR / golden.template, golden.parameters)


if __name__ == "__main__":
    sys.exit(main())
