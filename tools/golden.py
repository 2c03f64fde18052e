"""Golden notebooks: what the templates showed when they were last looked at, committed for tests.

`make golden` runs the templates anew and shows what changed; `make golden-diff` shows what differs
from the last commit. The tests compare by `difference`: words strictly, numbers and pixels nearly.
"""

import argparse
import base64
import io
import math
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.errors import BcforecastError
from bcforecast.plotting.style import VECTOR_MIME
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME, WIDGET_MIME
from bcforecast.reporting.execution import read_notebook, run_notebook, write_notebook
from bcforecast.reporting.verification import pixels

GOLDEN_DIR: Final = NOTEBOOKS_DIR.parent / "tests" / "golden"

NUMBER_TOLERANCE: Final = 1e-3
"""Largest relative difference of two numbers in a text: a flip of the last of four digits."""

RESULT_TOLERANCE: Final = 1e-4
"""Largest relative difference of two numbers in a result; absolute below 1."""

PIXEL_TOLERANCE: Final = 2.0
"""Largest root-mean-square difference of two pictures, on a scale of 255."""

_NUMBER: Final = re.compile(r"(?<![A-Za-z_])\d[\d,]*(?:\.\d+)?")

PICTURE_MIME: Final = "image/png"
DATA_MIMES: Final = (RESULT_MIME, BLOCK_MIME)
_SHOWN_AS_WELL: Final = ("text/html", "text/markdown", BLOCK_MIME)
"""Kinds that say what the plain text of the same output says."""

_LEFT_OUT: Final = frozenset({WIDGET_MIME, VECTOR_MIME})
"""Kinds that are not compared: views of widgets, and SVG, whose picture is compared as PNG."""

_SHOWN: Final = 20
"""Most figures of a notebook that are listed; the others are counted."""


@dataclass(frozen=True)
class Golden:
    """One committed run.

    Parameters
    ----------
    template
        File name in `notebooks/`.
    variant
        Name of the set of parameters; empty for the template's own defaults.
    parameters
        What differs from the defaults.
    """

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
    if not golden.path.is_file():
        return "it has not been made"
    kept = [cell.source for cell in read_notebook(golden.path).cells]
    expected = expected_sources(golden)
    if len(kept) != len(expected):
        return f"{len(kept)} cells instead of {len(expected)}"
    pairs = enumerate(zip(kept, expected, strict=True))
    return next((f"cell {i} has another source" for i, (a, b) in pairs if a != b), None)


def run_golden(golden: Golden) -> NotebookNode:
    """Run the template of a golden as it is today."""
    return run_notebook(NOTEBOOKS_DIR / golden.template, golden.parameters)


def reference(template: Path) -> NotebookNode | None:
    """Return the golden run of a template's defaults, cell by cell like the template; or None."""
    path = GOLDEN_DIR / template.name
    return nbformat.read(path, as_version=4) if path.is_file() else None  # type: ignore[no-untyped-call]


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
    if kind == "image/svg+xml":
        return None  # its words, which stand beside it as text, are compared
    return data_difference(*(_without_drawings(_joined(one)) for one in (found, expected)))


def _without_drawings(value: object) -> object:
    return re.sub(r"<svg.*?</svg>", "", value, flags=re.DOTALL) if isinstance(value, str) else value


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
    rms = float(((ours - theirs) ** 2).mean() ** 0.5)
    return None if rms <= PIXEL_TOLERANCE else f"pictures differ by {rms:.1f} (RMS of 255)"


def _shown(outputs: Sequence[Mapping]) -> list[dict[str, object]]:  # type: ignore[type-arg]
    shown: list[dict[str, object]] = []
    for output in outputs:
        if output["output_type"] == "stream":
            if output["name"] != "stderr":
                shown.append({"stdout": output["text"]})
        elif output["output_type"] == "error":
            shown.append({"error": output["ename"]})
        else:
            shown.append({k: v for k, v in output["data"].items() if k not in _LEFT_OUT})
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


@dataclass(frozen=True)
class Changes:
    """What differs.

    Parameters
    ----------
    texts
        Sources and outputs, as nbdime shows them.
    figures
        By cell, all that is another in the result, and in data that no text shows.
    pictures
        By cell, every picture that is another, and by how much.
    """

    texts: str
    figures: tuple[tuple[int, str], ...]
    pictures: tuple[tuple[int, str], ...]


def changes(before: NotebookNode, after: NotebookNode) -> Changes | None:
    """Return what changed; None where sources are equal and outputs are within tolerance.

    Outputs are compared as the tests do (`difference`): a last digit or a
    pixel of another machine is no change.

    Parameters
    ----------
    before, after
        Two executed notebooks, normalized.
    """
    if _same(before, after):
        return None
    old, new = deepcopy(before), deepcopy(after)
    figures: list[tuple[int, str]] = []
    pictures: list[tuple[int, str]] = []
    for i, j in _pairs(before, after):
        for one, other in zip(_outputs(old.cells[i]), _outputs(new.cells[j]), strict=False):
            _keep_differing(one, other)
            figures += ((j, said) for said in _data_changes(one, other))
            pictures += ((j, said) for said in _picture_changes(one, other))
    return Changes(_text_diff(_texts_only(old), _texts_only(new)), tuple(figures), tuple(pictures))


def _same(before: NotebookNode, after: NotebookNode) -> bool:
    if len(before.cells) != len(after.cells):
        return False
    return all(
        (a.cell_type, a.source, a.metadata) == (b.cell_type, b.source, b.metadata)
        and (a.get("execution_count") is None) == (b.get("execution_count") is None)
        and difference(b.get("outputs", []), a.get("outputs", [])) is None
        for a, b in zip(before.cells, after.cells, strict=True)
    )


def _pairs(before: NotebookNode, after: NotebookNode) -> Iterator[tuple[int, int]]:
    """Return the places of cells that are each other's: equal sources, or one in place of one."""
    old, new = ([cell.source for cell in notebook.cells] for notebook in (before, after))
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield from zip(range(a, b), range(c, d), strict=False)


def _outputs(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", []) if "data" in output]


def _keep_differing(one: NotebookNode, other: NotebookNode) -> None:
    """Leave out of two outputs what is equal within tolerance, and what the plain text says."""
    for kind in one.data.keys() & other.data.keys():
        if kind_difference(kind, other.data[kind], one.data[kind]) is None:
            del one.data[kind], other.data[kind]
    if "text/plain" in one.data and "text/plain" in other.data:
        for kind in _SHOWN_AS_WELL:
            one.data.pop(kind, None)
            other.data.pop(kind, None)


def _data_changes(one: NotebookNode, other: NotebookNode) -> Iterator[str]:
    for kind in DATA_MIMES:
        if kind in one.data and kind in other.data:
            yield from data_differences(other.data[kind], one.data[kind])


def _picture_changes(one: NotebookNode, other: NotebookNode) -> Iterator[str]:
    if PICTURE_MIME in one.data and PICTURE_MIME in other.data:
        said = kind_difference(PICTURE_MIME, other.data[PICTURE_MIME], one.data[PICTURE_MIME])
        if said is not None:
            yield said


def _texts_only(notebook: NotebookNode) -> NotebookNode:
    """Leave out pictures and data, which are compared on their own, and what counts runs."""
    for cell in notebook.cells:
        # Identifiers count the cells: with them, one more cell would change all after it.
        cell.pop("id", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("execution_count", None)
                for kind in (PICTURE_MIME, *DATA_MIMES):
                    if kind in output.get("data", {}):
                        output.data[kind] = ""
    return notebook


def _text_diff(old: NotebookNode, new: NotebookNode) -> str:
    # nbdime takes a while to import, which the tests of notebooks need not wait for.
    from nbdime import diff_notebooks
    from nbdime.prettyprint import PrettyPrintConfig, pretty_print_diff

    shown = io.StringIO()
    plain = PrettyPrintConfig(out=shown, use_git=False, use_diff=False, use_color=False)
    pretty_print_diff(old, diff_notebooks(old, new), "", plain)
    return shown.getvalue().strip("\n")


@dataclass(frozen=True)
class Options:
    """What is asked for: of which goldens, whether to run them, whether to write them."""

    goldens: tuple[Golden, ...]
    dry_run: bool
    committed: bool
    everything: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the goldens anew, or only show what changed.

    Returns
    -------
    int
        0 when done; 1 where `--dry-run` found a change; 2 on a wrong argument or a notebook that
        does not run.
    """
    options = _options(arguments)
    try:
        changed = sum([_one(golden, options) for golden in options.goldens])
    except (BcforecastError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    done = "changed and were written; look at them before you commit"
    if options.committed:
        done = "differ from the last commit"
    elif options.dry_run:
        done = "would change; nothing was written"
    sys.stdout.write(f"{changed} of {len(options.goldens)} goldens {done}\n")
    return int(options.dry_run and changed > 0)


def describe(name: str, found: Changes) -> Iterator[str]:
    """Say what changed in a notebook, line by line."""
    yield f"{name}: changed"
    if found.texts:
        yield from (f"  {line}".rstrip() for line in found.texts.splitlines())
    for cell, said in found.figures[:_SHOWN]:
        yield f"  cell {cell}, data: {said}"
    if len(found.figures) > _SHOWN:
        yield f"  data that differ besides: {len(found.figures) - _SHOWN}"
    for cell, said in found.pictures:
        yield f"  cell {cell}, picture: {said}"


def _one(golden: Golden, options: Options) -> bool:
    """Run, compare and write one golden; return whether it changed."""
    name = golden.path.relative_to(GOLDEN_DIR).as_posix()
    if options.committed:
        before = _committed(golden)
        after = read_notebook(golden.path)
    else:
        before = read_notebook(golden.path) if golden.path.is_file() else None
        after = run_golden(golden)
    found = None if before is None else changes(before, after)
    if before is None:
        sys.stdout.write(f"{name}: new\n")
    elif found is None:
        sys.stdout.write(f"{name}: unchanged\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in describe(name, found)))
    changed = before is None or found is not None
    if not options.committed and not options.dry_run and (changed or options.everything):
        golden.path.parent.mkdir(parents=True, exist_ok=True)
        for cell in after.cells:
            for output in _outputs(cell):
                output.data.pop(VECTOR_MIME, None)
        write_notebook(after, golden.path)
    sys.stdout.flush()
    return changed


def _committed(golden: Golden) -> NotebookNode | None:
    """Return a golden as of the last commit; None where it was not there."""
    name = f"HEAD:./{golden.path.name}"
    git = ["git", "-C", str(golden.path.parent), "show", name]
    try:
        shown = subprocess.run(git, capture_output=True, check=False)
    except OSError as error:
        raise ValueError(f"the last commit cannot be read: {error.strerror or 'git'}") from error
    if shown.returncode == 0:
        return nbformat.reads(shown.stdout.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    said = shown.stderr.decode("utf-8", "replace").strip()
    if "does not exist" in said or "not in 'HEAD'" in said:
        return None
    raise ValueError(f"the last commit cannot be read: {said.splitlines()[0] if said else 'git'}")


def _options(arguments: Sequence[str] | None) -> Options:
    every = goldens()
    names = sorted({golden.template for golden in every})
    parser = argparse.ArgumentParser(
        prog="python -m tools.golden",
        description="Run the golden notebooks anew and show what changed. A file that is the same"
        " within the tolerance of the tests is left alone: a last digit or a pixel of another"
        " machine is no change, and the reference does not drift by small steps. Look at every"
        " change before you commit it.",
    )
    parser.add_argument(
        "templates",
        nargs="*",
        metavar="TEMPLATE",
        help=f"only the goldens of these templates: {', '.join(names)}; default: all",
    )
    shown = parser.add_mutually_exclusive_group()
    for flag, said in (
        ("dry-run", "run and show, but write nothing; exit status 1 if something changed"),
        ("committed", "run nothing: show how the files differ from the last commit"),
        ("all", "write the files that did not change too"),
    ):
        shown.add_argument(f"--{flag}", action="store_true", help=said)
    given = parser.parse_args(arguments)
    for name in given.templates:
        if name not in names:
            parser.error(f"template: found {name}; allowed: {', '.join(names)}")
    wanted = given.templates or names
    return Options(
        goldens=tuple(golden for golden in every if golden.template in wanted),
        dry_run=given.dry_run,
        committed=given.committed,
        everything=given.all,
    )


if __name__ == "__main__":
    sys.exit(main())
