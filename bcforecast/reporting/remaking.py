"""Makes the golden notebooks anew and shows what changed: `make golden`, `make golden-diff`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import nbformat
from nbformat import NotebookNode

from bcforecast.errors import BcforecastError, ReportError
from bcforecast.messages import text
from bcforecast.reporting.execution import read_notebook, write_notebook
from bcforecast.reporting.golden import GOLDEN_DIR, Golden, goldens, run_golden
from bcforecast.reporting.golden_changes import Changes, changes

_SHOWN: Final = 20
"""Most figures of a notebook that are listed; the others are counted."""


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
    except BcforecastError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    key = "committed" if options.committed else "dry_run" if options.dry_run else "written"
    _show(f"done_{key}", changed=changed, all=len(options.goldens))
    return int(options.dry_run and changed > 0)


def describe(name: str, found: Changes) -> Iterator[str]:
    """Say what changed in a notebook, line by line."""
    yield text("golden.changed", "en", name=name)
    if found.texts:
        yield from (f"  {line}".rstrip() for line in found.texts.splitlines())
    for cell, said in found.figures[:_SHOWN]:
        yield text("golden.figure", "en", cell=cell, said=said)
    if len(found.figures) > _SHOWN:
        yield text("golden.more_figures", "en", count=len(found.figures) - _SHOWN)
    for cell, said in found.pictures:
        yield text("golden.picture", "en", cell=cell, said=said)


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
        _show("new", name=name)
    elif found is None:
        _show("unchanged", name=name)
    else:
        sys.stdout.write("".join(f"{line}\n" for line in describe(name, found)))
    changed = before is None or found is not None
    if not options.committed and not options.dry_run and (changed or options.everything):
        golden.path.parent.mkdir(parents=True, exist_ok=True)
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
        raise ReportError("golden.no_git", error=error.strerror or "git") from error
    if shown.returncode == 0:
        return nbformat.reads(shown.stdout.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    said = shown.stderr.decode("utf-8", "replace").strip()
    if "does not exist" in said or "not in 'HEAD'" in said:
        return None
    raise ReportError("golden.no_git", error=said.splitlines()[0] if said else "git")


def _options(arguments: Sequence[str] | None) -> Options:
    every = goldens()
    names = sorted({golden.template for golden in every})
    parser = argparse.ArgumentParser(
        prog="python -m bcforecast.reporting.remaking",
        description=text("golden.help", "en"),
    )
    parser.add_argument(
        "templates",
        nargs="*",
        metavar="TEMPLATE",
        help=text("golden.help_templates", "en", names=", ".join(names)),
    )
    shown = parser.add_mutually_exclusive_group()
    for flag in ("dry-run", "committed", "all"):
        said = text(f"golden.help_{flag.replace('-', '_')}", "en")
        shown.add_argument(f"--{flag}", action="store_true", help=said)
    given = parser.parse_args(arguments)
    for name in given.templates:
        if name not in names:
            parser.error(text("golden.no_template", "en", found=name, allowed=", ".join(names)))
    wanted = given.templates or names
    return Options(
        goldens=tuple(golden for golden in every if golden.template in wanted),
        dry_run=given.dry_run,
        committed=given.committed,
        everything=given.all,
    )


def _show(key: str, **values: object) -> None:
    sys.stdout.write(text(f"golden.{key}", "en", **values) + "\n")


if __name__ == "__main__":
    sys.exit(main())
