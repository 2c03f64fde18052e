"""Inputs made to break the program, over every way in: `make test-hostile`.

Each case changes one thing of a small folder that is sound, `tools/sound` (a byte, a cell, a value
of a YAML file, an option, an argument of the API), and runs one command in a forked process. It is
a fault if the process dies otherwise than by an exit status of ours, prints a traceback, a Python
exception's name, a control character or a sentence without end, says of a wrong input more than one
line, writes anything although it refused, takes what cannot be right, or does not end in time.

The cases are drawn from products of places and values with a seed, so that a run can be repeated;
the products know nothing of what the readers look at.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import copy
import gzip
import hashlib
import importlib
import inspect
import io
import itertools
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Literal

import typer
import yaml

Expected = Literal["refused", "taken", "either"]
Change = Callable[[Path], None]

SECONDS: Final = 120
"""How long a case may take; on a machine at rest most take a tenth of a second."""

COUNT: Final = 8000
"""How many are tried if not all: some 20 minutes on two cores at rest."""

MEBIBYTES: Final = 3000
_LONGEST: Final = 2000
"""Longest message in characters."""

AS_OF: Final = ("--as-of", "2022-12-31")
GOALS: Final = ("goals", "--data", "d", "--plan", "p", *AS_OF)


@dataclass(frozen=True)
class Case:
    """One thing made wrong, what is run on it, and whether it must be refused."""

    name: str
    arguments: tuple[str, ...] = ()
    change: Change | None = None
    expected: Expected = "either"
    call: Callable[[Path], object] | None = None
    """In place of a command: what is asked of the Python API in the folder."""

    shell: str = ""
    """In place of both: a shell's line, in which `bcforecast` is ours."""

    within: Callable[[], None] | None = None
    """What is done to the process before it runs the command."""


# ------------------------------------------------------------------ the sound folder

_PARTS: Final = {"north": 1.0, "east": 0.6, "west": 0.4}
"""Areas of the plan set, and their share of the figures of the plan."""


@cache
def sound_folder() -> Path:
    """Make the folder that every command takes as it is, once a process; a case gets a copy."""
    import pandas as pd

    from bcforecast.attainment.areas import project_set
    from bcforecast.plan.reading import load_plan_set

    scratch = Path(tempfile.mkdtemp(prefix="bcf-hostile-"))
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    folder = Path(shutil.copytree(Path(__file__).parent / "sound", scratch / "sound"))
    own = pd.read_csv(folder / "d/observations.csv", dtype={"period": str}).drop(columns="note")
    parts = [own.assign(area=area, value=own["value"] * part) for area, part in _PARTS.items()]
    for year, rows in pd.concat(parts).groupby("period"):
        file = folder / "c/observations/province=north" / f"year={year}" / "part-0.parquet"
        file.parent.mkdir(parents=True)
        rows.assign(value=rows["value"].round()).to_parquet(file, index=False)
    plans = load_plan_set("s", data_dir=folder / "c")
    project_set(plans, folder / "answers", as_of=date(2022, 12, 31), data_dir=folder / "c")
    return folder


# ------------------------------------------------------------------ what is asked

_SET: Final = ("--set", "s", "--data", "c")
_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "goals": GOALS[1:],
    "news": ("--plan", "p", "--data", "d", "--from", "2021-12-31", "--to", "2022-12-31"),
    "rules": ("--direction", "up", "--y0", "100", "--t0", "2020", "--y", "120", "--t", "2022", "--target", "150", "--due", "2026"),
    "hindcast": ("--plan", "p", "--data", "d", "--as-of", "2020-12-31"),
    "scenarios": ("--plan", "p", "--data", "d", *AS_OF),
    "seek": ("--plan", "p", "--data", "d", *AS_OF, "--goal", "exports_2026"),
    "explore": ("--plan", "p", "--data", "d", *AS_OF, "--page", "page.html"),
    "report": ("--plan", "p", "--data", "d", *AS_OF, "--out", "out"),
    "run": ("reports.yaml", "--dry-run", "--today", "2023-01-01"),
    "verify": ("r", "--no-rebuild", "--data", "d"),
    "forecast": ("series.csv", "--horizon", "2", "--out", "o.csv"),
    "export": ("--plan", "p", "--data", "d", *AS_OF, "--out", "exported"),
    "check": ("--data", "d"),
    "init": ("new", "--area", "X", "--years", "2022-2026", "--goal", "Firms; enterprises; more than; 300; 2026"),
    "template": ("--out", "t.xlsx", "--plan", "p", "--data", "d"),
    "schema": ("plan",),
    "import": ("wide.csv", "--data", "d"),
    "project": (*_SET, *AS_OF, "--n-jobs", "1", "--out", "set"),
    "overview": (*_SET, "--answers", "answers", "--format", "md", "--out", "over"),
    "areas": (*_SET, *AS_OF, "--area", "east", "--out", "areas"),
}  # fmt: skip
"""Every command with arguments that are right."""

_PARQUET: Final = (
    "c/observations/province=north/year=2021/part-0.parquet",
    "answers/province=north/year=2026/part-0.parquet",
)
_CHECK: Final = ("check", "--data", "d")
_PROJECT: Final = ("project", *_COMMANDS["project"])
_OVERVIEW: Final = ("overview", *_COMMANDS["overview"])
_READERS: Final[Mapping[str, tuple[str, ...]]] = {
    "d/plans/p.yaml": GOALS,
    "e/plans/w.yaml": ("goals", "--data", "e", *AS_OF),
    "d/scenarios/fast.yaml": (*GOALS, "--scenario", "fast"),
    "d/observations.csv": GOALS,
    "d/sources.csv": _CHECK,
    "d/breaks.csv": _CHECK,
    "d/judgements.csv": _CHECK,
    "d/delivery.csv": GOALS,
    "d/verdicts.csv": GOALS,
    "d/levers.yaml": ("scenarios", *_COMMANDS["scenarios"]),
    "reports.yaml": ("run", *_COMMANDS["run"]),
    "series.csv": ("forecast", *_COMMANDS["forecast"]),
    "targets.csv": ("forecast", *_COMMANDS["forecast"], "--targets", "targets.csv"),
    "rule.csv": ("rules", "--direction", "up", "--series", "rule.csv"),
    "r/manifest.json": ("verify", *_COMMANDS["verify"]),
    "wide.csv": ("import", *_COMMANDS["import"]),
    "c/plans/s.yaml": _PROJECT,
    "c/plans/s.csv": _PROJECT,
    "answers/province=north/_done.json": _OVERVIEW,
    _PARQUET[0]: _PROJECT,
    _PARQUET[1]: _OVERVIEW,
}  # fmt: skip
"""Every file that a command reads, and that command."""

_MAY_BE_EMPTY: Final = ("d/breaks.csv", "d/judgements.csv", "d/delivery.csv", "d/levers.yaml")


# ------------------------------------------------------------------ what is put in

NOT_TEXT: Final = (
    "\x1b]0;owned\x07", "\x1b[31mred", "a\0b", "\x9b31m", "\udcff", "\ud800", "\x07", "\x7f",
)  # fmt: skip
"""What no name, identifier, date or number can hold: controls and lone surrogates."""

ODD: Final = (
    "", " ", "a\nbcforecast: all is well", "[/b]", "[red]x[/]", ":smile:", "$x_$ {", "=1+1", "{0.__class__}",
    "<script>alert(1)</script>", "%s%n", "../../../etc/passwd", "/etc/passwd", "\u202egnp", "\u2066x", "é" * 300, "a" * 5000,
    "9" * 5000, "nan", "inf", "-inf", "1e400", "1e-400", "-1", "0", "１２", "1,5", "1_000", "0x10", "20:00", "1e3", "1.5",
    "99999999999999999999", "9999-12-31", "0001-01-01", "1899-12-31", "2021-02-30", "2021-13-01", "20211231", "2021-12-31T00:00", "2021-W52-5",
    "None", "null", "true", "-", "--", "--help=x", "*", "~", ".", "..", "d", "p", "exports_2026",
)  # fmt: skip
"""What is wrong in most places, and right in some."""

ODD_OPTIONS: Final = (
    "👩\u200d👩\u200d👧", "\u0645\u062b", "e\u0301" * 200, "a\tb", "a\r\nb", "\u2028", "\ufeffp", "p/", "./p", "p ", " p", "P", "p\\", "$HOME", "${x}", "`id`", "%00", "~root", "file:///etc/passwd",
    "http://[::1", "postgresql://x:y@127.0.0.1:1/z", "{a,b}", "p,p", ",", ";", "p;p", "=", "a=b", "exports=", "=exports", "exports=ets=ets", "a" * 100_000, "１e２", "1e-5", "0.0", "-0", "1e15", "0,1",
    "2022-12-31 ", "2022/12/31", "2022-12", "2022", "20:22", "٣", "Ⅷ", "½", "\u200b", "\u00ad", "on", "NULL", "[]", "{}", "'", '"', "\\", "|", "&", "&&", "\ufffe", "\U0010ffff",
)  # fmt: skip
"""What is wrong in most places of a command line, beside these."""

NO_DAYS: Final = (
    "", "x", "2021-02-30", "2021-13-01", "9999-12-31", "0001-01-01", "1899-12-31", "2201-01-01", "１２", "2021-12-31T00:00", "a" * 5000,
    "2021-12-31Z", "2021-12-31T00:00+08:00", "2021-365", "31.12.2021", "12/31/2021", "2021\u201112\u201131", "٢٠٢١-١٢-٣١", "２０２１-12-31", "+2021-12-31",
    "-2021-12-31", "2021-12-32", "2100-02-29", "2021-1-1", "44561", "1640908800", "2021-12-31\u200b", "2021年12月31日", "today", "now", "1e3",
)  # fmt: skip
NO_NUMBERS: Final = ("", "x", "nan", "inf", "-inf", "1e400", "１２x", "1,5", "20:00", "a" * 5000)

NO_FIGURES: Final = (
    "1e400", "-1e400", "Infinity", "NaN%", "0x10", "0b1", "1_000", "1'234", "1 234", "1\u00a0234", "\u22125", "5-", "(5)", "--5",
    "1.2.3", "½", "²", "Ⅳ", "5 %", "$5", "5e", "e5", ".", "5\u0301", "5\u200b2", "\u200e5", "\u20685\u2069", "五", "#DIV/0!", "true",
)  # fmt: skip
"""Figures to some eye, and to no strict reader."""

YAML_NO_TEXT: Final = (r'"\e]0;x\a"', r'"\e[31m"', r'"a\0b"', r'"\ud800"', r'"\x9b31m"', r'"\x7f"')
YAML_NO_VALUE: Final = (
    "!!python/object/apply:os.system [id]", "!!python/name:os.system", "*nothing", "&a [*a]", "{a: 1, a: 2}", "[[[[[[1]]]]]]", "{k: {k: {k: 1}}}",
)  # fmt: skip
YAML_NO_NUMBER: Final = (
    ".nan", ".inf", "-.inf", "1e400", "1e300", "20:00", "1:30", "010", "0x10", "0b1", "0o7", "1_000", "6_0", '"6"', "99999999999999999999999", "true", "[]", "2021-12-31", "''",
)  # fmt: skip
YAML_NO_DAY: Final = (
    "9999-12-31", "0001-01-01", "1899-12-31", "2021-02-30", "2021-13-01", "-5", "3", "10000", '"x"', "[]",
)  # fmt: skip
YAML_ODD: Final = (
    '""', '" "', "null", "true", "-1", "0", "1.5", "[]", "{}", r'"a\nb"', '"[/b]"', '"$x_$"', '":smile:"', '"=1+1"', '"{x}"', '"\u202Ex"', "a" * 5000, '"../../etc/passwd"', "2021-12-31", ".nan", "20:00", "010", "0x10", "1e400", "9" * 30, "~", "no", "!!binary aGk=", "!!set {a, b}", "!!timestamp x",
)  # fmt: skip
JSON_WRONG: Final = (
    "2", "-1", "NaN", "Infinity", '"half"', '"verdict.sure"', '"cli.check_found"', "5", '"Z"', "[]", "{}", "true", r'"\ud800"', r'"\u001b[31m"', "1e999", "9" * 400, '""',
)  # fmt: skip


def _put(file: str, content: bytes | str) -> Change:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")

    def change(folder: Path) -> None:
        (folder / file).write_bytes(raw)

    return change


def _in_place(file: str, make: Callable[[Path], None]) -> Change:
    """Put something else than a file where one was."""

    def change(folder: Path) -> None:
        (folder / file).unlink()
        make(folder / file)

    return change


def _link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 << 30)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


_STRANGE: Final[Mapping[str, Callable[[Path], None]]] = {
    "fifo": os.mkfifo,
    "zero": _link("/dev/zero"),
    "loop": lambda path: path.symlink_to(path.name),
    "terminal": _link("/dev/tty"),
    "memory": _link("/proc/self/mem"),
    "dangling": _link("nowhere"),
    "folder": Path.mkdir,
    "sparse": _sparse,
    "socket": _socket,
    "environ": _link("/proc/self/environ"),
    "version": _link("/proc/version"),
    "full": _link("/dev/full"),
}
"""Files that are none, by what makes them."""


def _nobody() -> None:
    """Become another user, whom permissions hold for."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def _no_room() -> None:
    """Let no file grow beyond what a sentence needs, as on a disk that is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def _whole_files() -> Iterator[Case]:
    """Every file that a command reads, as what it is not."""
    for file, arguments in _READERS.items():
        yield Case(f"right {file}", arguments, None, "taken")
        right = (sound_folder() / file).read_bytes()
        half = len(right) // 2
        refused = {
            "utf16": right.decode("utf-8", "replace").encode("utf-16"),
            "gbk": "计划".encode("gbk") + right,
            "nul": right[:half] + b"\0" + right[half:],
            "binary": bytes(range(256)) * 8,
            "gzip": gzip.compress(right),
            "workbook": b"PK\x03\x04" + right,
            "escape": right[:half] + b"\x1b]0;x\x07" + right[half:],
            "surrogate": right[:half] + b"\xed\xa0\x80" + right[half:],
            "brackets": b"[" * 100_000,
            "braces": b"{a: " * 5_000,
            "html": b"<!DOCTYPE html><p>404",
            "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "lines": b"\n" * 1_000_000,
            "field": right + b"x" * 200_000,
            "wide": b",".join([b"x"] * 100_000),
        }
        either = {
            "quote": b'"' + right,
            "crlf": right.replace(b"\n", b"\r\n"),
            "cr": right.replace(b"\n", b"\r"),
        }
        cuts = (random.Random(n).randrange(len(right)) for n in range(6))
        either |= {f"cut at {place}": right[:place] for place in cuts}
        (either if file in _MAY_BE_EMPTY else refused)["empty"] = b""
        for kind, content in (refused | either).items():
            expected: Expected = "refused" if kind in refused else "either"
            if file in _PARQUET and kind in ("gbk", "nul", "escape", "surrogate"):
                expected = "either"  # Parquet does not read what lies between its parts
            yield Case(f"file {file} {kind}", arguments, _put(file, content), expected)
        if file not in _PARQUET:
            bom = _put(file, b"\xef\xbb\xbf" + right)
            yield Case(f"file {file} bom", arguments, bom, "taken")
        for name, make in _STRANGE.items():
            there: Expected = "either" if name in ("loop", "dangling") else "refused"
            yield Case(f"file {file} {name}", arguments, _in_place(file, make), there)

        def closed(folder: Path, file: str = file) -> None:
            (folder / file).touch()  # else what was read in a sound folder is still remembered
            (folder / file).chmod(0)

        yield Case(f"file {file} closed", arguments, closed, "refused", within=_nobody)


def _neighbours() -> Iterator[Case]:
    """Beside what is read: what makes a report impossible, and what other programs leave."""
    report = ("report", *_COMMANDS["report"])
    for file in (one for one in _READERS if one.startswith("d/")):
        yield Case(f"neighbour report {file}", report, _put(file, b"\0\xff"), "refused")

    def left(folder: Path) -> None:
        for inner, name in itertools.product(("plans", "scenarios"), ("._p.yaml", ".p.yaml.swp")):
            (folder / "d" / inner / name).write_bytes(b"\0\xff")
        (folder / "d" / os.fsdecode(b"\xff")).touch()

    for asked in (_CHECK, GOALS, ("scenarios", *_COMMANDS["scenarios"]), report):
        yield Case(f"neighbour left beside {asked[0]}", asked, left, "taken")


def _cells(file: str, arguments: tuple[str, ...]) -> Iterator[Case]:
    """Every cell of the first row of a table, as what stands in no table."""
    header, first, *rest = (sound_folder() / file).read_text("utf-8").splitlines()
    names, cells = header.split(","), first.split(",")

    def case(name: str, expected: Expected, *lines: str) -> Case:
        return Case(name, arguments, _put(file, "\n".join([*lines, *rest, ""])), expected)

    for place, name in enumerate(names):
        wrong: tuple[str, ...] = NOT_TEXT
        if name in ("value", "lower", "upper", "y", "target", "q10", "q50", "q90"):
            wrong += (*(one for one in NO_NUMBERS if one not in ("", "nan")), *NO_FIGURES)
        elif name in ("published", "elicited", "date"):
            wrong += NO_DAYS[1:]
        for value in dict.fromkeys((*wrong, *ODD)):
            quoted = '"' + value.replace('"', '""') + '"'
            row = ",".join([*cells[:place], quoted, *cells[place + 1 :]])
            expected: Expected = "refused" if value in wrong else "either"
            yield case(f"cell {file} {name} {value[:40]!a}", expected, header, row)
        gone = ",".join(one for one in names if one != name)
        yield case(f"column {file} {name} gone", "either", gone, first)
        twice = ",".join([*names, name])
        yield case(f"column {file} {name} twice", "refused", twice, first)
        renamed = header.replace(name, f"[/b]{name}\x1b[31m")
        yield case(f"column {file} {name} renamed", "refused", renamed, first)
    for one, other in itertools.combinations(names, 2):
        exchanged = [{one: other, other: one}.get(name, name) for name in names]
        yield case(f"column {file} {one} for {other}", "either", ",".join(exchanged), first)
    yield case(f"row {file} more", "refused", header, first + ",1")
    yield case(f"row {file} fewer", "either", header, ",".join(cells[:-3]))
    yield case(f"row {file} again", "either", header, first, first)


def _columns(file: str, arguments: tuple[str, ...]) -> Iterator[Case]:
    """Every column of a Parquet file, as another, and without it."""
    import pandas as pd

    frame = pd.read_parquet(io.BytesIO((sound_folder() / file).read_bytes()))
    values = (
        None, "", "x", "[/b]", "\x1b[31mred", "a\nb", "a" * 5000, 1e300, float("inf"), float("nan"), -1, 2, True, b"x", [1], {"a": 1},
        date(9999, 12, 31), pd.Timestamp("2021-12-31"),
    )  # fmt: skip
    changed = {f"{name} gone": frame.drop(columns=name) for name in frame} | {
        f"{name} {value!a:.40}": frame.assign(**{str(name): pd.Series([value] * len(frame))})
        for name, value in itertools.product(frame, values)
    }
    changed |= {"no row": frame.head(0), "rows twice": pd.concat([frame, frame])}
    for name, table in changed.items():
        raw = table.to_parquet(None, index=False)
        yield Case(f"parquet {file} {name}", arguments, _put(file, raw))


def _leaves(value: object, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], object]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*place, key))
        if place:
            yield place, value
    else:
        yield place, value


def _with(document: Any, place: tuple[Any, ...], value: object) -> Any:
    changed = copy.deepcopy(document)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    if value is _GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return changed


_GONE: Final = object()


_HERE: Final = "HERE-IT-GOES"


def _dumped(document: object) -> str:
    """YAML as `safe_dump` writes it, in a tenth of the time."""
    return str(yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True))


def _values(file: str, arguments: tuple[str, ...]) -> Iterator[Case]:
    """Every value of a YAML file, as another; every table with a key too many."""
    words = (sound_folder() / file).read_text("utf-8")
    document = yaml.safe_load(words)
    for place, right in _leaves(document):
        name = ".".join(map(str, place))
        number = isinstance(right, int | float) and not isinstance(right, bool)
        day = name.endswith(("issued", "due", "as_of", "since", "first", "last"))
        refused = [*YAML_NO_TEXT, *YAML_NO_VALUE]
        refused += [*YAML_NO_NUMBER] if number and not day else [*YAML_NO_DAY] if day else []
        dumped = _dumped(_with(document, place, _HERE))
        for value in dict.fromkeys((*refused, *YAML_ODD)):
            change = _put(file, dumped.replace(_HERE, value))
            expected: Expected = "refused" if value in refused else "either"
            yield Case(f"value {file} {name} {value[:40]!a}", arguments, change, expected)
        gone = _dumped(_with(document, place, _GONE))
        yield Case(f"value {file} {name} gone", arguments, _put(file, gone))
    many = words + "".join(f"k{n}: 1\n" for n in range(20_000))
    yield Case(f"value {file} 20,000 keys", arguments, _put(file, many), "refused")
    for key in ("surprise", "[/b]", r'"\e[31m"', "? [a, b]\n", "1", ".nan", "<<: {a: 1}\n#"):
        change = _put(file, f"{words}{key}: 1\n")
        yield Case(f"key {file} {key!a}", arguments, change, "refused")


def _json(file: str, arguments: tuple[str, ...]) -> Iterator[Case]:
    document = json.loads((sound_folder() / file).read_text("utf-8"))
    for place, _ in _leaves(document):
        for value in JSON_WRONG:
            raw = json.dumps(_with(document, place, _HERE)).replace(f'"{_HERE}"', value)
            name = f"json {file} {'.'.join(map(str, place))} {value[:40]!a}"
            yield Case(name, arguments, _put(file, raw))
        gone = json.dumps(_with(document, place, _GONE))
        yield Case(f"json {file} {'.'.join(map(str, place))} gone", arguments, _put(file, gone))


_DAYS: Final = frozenset({"as_of", "until", "since", "by", "today", "published"})
_COUNTS: Final = frozenset({"memory_mb", "cell_seconds", "jobs", "horizon", "n_jobs"})
_PATHS: Final = frozenset(
    {"series", "targets", "file", "reports", "workbook", "out", "page", "data", "plan",
     "folder", "scenario", "plan_set", "answers"}
)  # fmt: skip
_SPECIAL: Final = (
    "fifo", "/dev/zero", "/dev/full", "/dev/null", "/proc/self/mem", "loop", "d", "nowhere/x", "a" * 300,
)  # fmt: skip


def _specials(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "loop").symlink_to("loop")


def _harmless(command: str, name: str, value: str) -> bool:
    """Whether a path that is no plain file may stand there: where a folder is read or made."""
    if name != "out":
        return name in ("folder", "data") or (command, name, value) == ("overview", "reports", "d")
    if command == "overview" and value == "d":
        return False  # it would be replaced
    return command == "report" or value in ("d", "nowhere/x", "a" * 300)


def _options() -> Iterator[Case]:
    """Every option and argument of every command, with each value."""
    from bcforecast.cli.app import app

    group: Any = typer.main.get_command(app)
    for command, right in _COMMANDS.items():
        yield Case(f"right {command}", (command, *right), None, "taken")
        params = group.commands[command].params
        # One letter takes what stands behind it: -out is -o ut, and -horizon asks for help.
        letters = ("-h", *(o for one in params for o in one.opts if o[1] != "-"))
        for one in params:
            name, flag = str(one.name), max(one.opts, key=len)
            if name in ("help", "show") or getattr(one, "is_flag", False):
                continue
            values: dict[str, Expected] = dict.fromkeys((*ODD, *ODD_OPTIONS), "either")
            no_text = [one for one in NOT_TEXT if "\0" not in one and one != "\ud800"]
            values |= dict.fromkeys(no_text, "refused")
            if name in _DAYS:
                values |= dict.fromkeys(NO_DAYS, "refused")
            kind = one.type_descriptor.annotation
            if kind in (int, float):
                wrong = NO_NUMBERS if kind is float else (*NO_NUMBERS, "1.5", "1e3", "true")
                values |= dict.fromkeys(wrong, "refused")
            if name in _COUNTS or name == "seed":
                values |= dict.fromkeys(("-1", "99999999999999999999"), "refused")
            if name in _COUNTS:
                values["0"] = "refused"
            if name == "n_jobs":
                values["-1"] = "either"  # as many as there are cores
            if name in _PATHS:
                if (command, name) != ("run", "out"):  # which writes nothing here
                    values["-"] = "refused"
                for value in _SPECIAL:
                    values[value] = "either" if _harmless(command, name, value) else "refused"
            if kind is Path or name in _PATHS:
                values["other.txt"] = "either"  # to be read at most
            rest, named = list(right), flag.startswith("-")
            if not named:
                del rest[0]
            elif flag in rest:
                at = rest.index(flag)
                del rest[at : at + 2]
            for value, expected in values.items():
                given = (*rest, f"{flag}={value}") if named else (value, *rest)
                case = f"option {command} {name} {value[:40]!a}"
                yield Case(case, (command, *given), _specials, expected)
            if named:
                dashes = (flag.replace("--", "—"), flag.replace("--", "–"), flag[1:])
                for odd in (flag, *dashes, flag.upper(), f"{flag}:x"):
                    there: Expected = "either" if odd.startswith(letters) else "refused"
                    yield Case(f"option {command} {odd}", (command, *rest, odd), None, there)
        for more in ("--nothing", "--nothing=1", "a b c d", "--lang fr"):
            if command != "schema" or "--lang" not in more:
                given = (command, *right, *more.split())
                yield Case(f"option {command} {more}", given, None, "refused")


INPUTS: Final = (
    "d/observations.csv", "d/sources.csv", "d/plans/p.yaml", "d/scenarios/fast.yaml", "reports.yaml", "series.csv", "targets.csv",
    "rule.csv", "other.txt", "d/verdicts.csv", "r/manifest.json",
)  # fmt: skip


def _outputs() -> Iterator[Case]:
    """Every option that names what is written, with every file that is there, under three names."""
    options = dict.fromkeys(("export", "template", "forecast", "report", "run"), "--out")
    options |= dict.fromkeys(("project", "overview", "areas"), "--out")
    options |= {"explore": "--page", "init": ""}
    for (command, option), file, kind in itertools.product(
        options.items(), INPUTS, ("path", "link", "hard")
    ):
        right = [one for one in _COMMANDS[command] if command != "run" or one != "--dry-run"]
        name = file if kind == "path" else kind + Path(file).suffix
        if option and option in right:
            right[right.index(option) + 1] = name
        elif option:
            right += [option, name]
        else:
            right[0] = name

        def change(folder: Path, file: str = file, kind: str = kind, name: str = name) -> None:
            if kind == "link":
                (folder / name).symlink_to(file)
            elif kind == "hard":
                (folder / name).hardlink_to(folder / file)

        yield Case(f"output {command} {file} {kind}", (command, *right), change, "refused")


def _machine() -> Iterator[Case]:
    """Every command that writes, where nothing may be written and where there is no room."""

    def read_only(folder: Path) -> None:
        for inner in (folder, *folder.rglob("*")):
            inner.chmod(0o555)

    writing = ("explore", "report", "forecast", "export", "init", "template", "import", "project")
    for command in (*writing, "overview", "areas"):
        asked = (command, *_COMMANDS[command])
        yield Case(f"machine {command} read-only", asked, read_only, "refused", within=_nobody)
        small = ("report", "forecast", "init")
        room: Expected = "either" if command in small else "refused"
        yield Case(f"machine {command} full", asked, None, room, within=_no_room)


def _api() -> Iterator[Case]:
    """Every argument of whatever a person calls in Python, as a thing of every other kind."""
    import numpy as np
    import pandas as pd

    bc: Any = importlib.import_module("bcforecast")
    never = (b"x", object(), 1j, {1: 2}, len, *NOT_TEXT)
    wrong: tuple[Any, ...] = (
        None, True, -1, 1.5, float("nan"), float("inf"), 10**30, "", "x", [], {}, (), object, "9999-12-31", "2021-02-30",
        pd.NaT, np.int64(3), np.array([]), np.array(["a"]), [[1]], Path("nowhere"), Path("/dev/zero"), pd.DataFrame(), "a" * 5000,
        pd.Categorical([1.0]), pd.Categorical(["a"]), np.ma.masked_array([1.0, 2.0], [False, True]), np.ma.masked, Decimal("sNaN"), Fraction(5, 2), np.datetime64("2020"),
        np.timedelta64(3, "D"), np.array(3.0), np.array([1, None], dtype=object), pd.NA, pd.array([1, None], dtype="Int64"), datetime(2021, 12, 31), [2010, 2010], [2010.5],
    )  # fmt: skip
    frame = pd.DataFrame({"unique_id": "a", "ds": range(5), "y": 1.0})
    right: dict[str, Any] = {
        "plan": "p", "data_dir": Path("d"), "series": [1, 2, 3, 4, 5.0], "models": "theta", "model": "theta", "lang": "en", "seed": 1, "df": frame,
        "horizon": 2, "indicator": "exports", "area": "testshire", "period": 2022, "value": 1, "goals": "exports_2026", "goal": "exports_2026",
        "scenario": "fast", "scenarios": "fast", "since": "2021-12-31", "as_of": "2022-12-31", "level": 0.8, "out": Path("out"),
    }  # fmt: skip

    def outlook() -> Any:
        data = bc.load_observations("d", as_of="2022-12-31")
        return bc.project(bc.load_plan("p", data_dir="d"), data)

    right |= {"outlook": outlook, "data": lambda: outlook().data}
    objects: dict[str, Callable[[], Any]] = {
        "Outlook": outlook,
        "GoalOutlook": lambda: outlook()["exports_2026"],
        "Vintage": lambda: outlook().data,
        "SeriesForecast": lambda: bc.forecast(right["series"]),
        "Distribution": lambda: bc.forecast(right["series"]).forecast,
        "Plan": lambda: outlook().plan,
        "Goal": lambda: outlook().plan.goals[0],
        "Attainment": lambda: outlook()["exports_2026"].attainment,
        "History": lambda: outlook()["exports_2026"].history,
        "Backtest": lambda: bc.backtest("theta", right["series"]),
    }
    rooms = {
        "attainment.project": "Outlook GoalOutlook Attainment",
        "plan.goals": "Plan Goal",
        "observations.selection": "History",
        "observations": "Vintage",
        "distributions": "Distribution",
    }
    rooms |= {"evaluation.backtest": "Backtest", "workbench": "SeriesForecast"}
    checks = bc.speak.__code__  # of all that are `calls.checked`
    answers = importlib.import_module("bcforecast.plan").Plan.goal.__code__  # or look afterwards
    asked = {
        f"{name}.{method}": (function, objects[name])
        for room, names in rooms.items()
        for name in names.split()
        for method, function in vars(
            getattr(importlib.import_module(f"bcforecast.{room}"), name)
        ).items()
        if getattr(function, "__code__", None) in (checks, answers)
    }
    asked |= {
        name: (function, None)
        for room in (bc, bc.plotting, bc.reporting)
        for name in room.__all__
        if getattr(function := getattr(room, name), "__code__", None) is checks
    }
    for name, made in objects.items():
        yield Case(f"api {name} compared", call=partial(_compared, made))
    for name, (function, owner) in asked.items():
        signature = inspect.signature(function)
        places = [one for one in signature.parameters if one != "self"]
        misuses: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
            "no argument": ((), {}), "too many": ((1,) * 30, {}), "a strange name": ((), {"strange": 1}),
        }  # fmt: skip
        for kind, (some, named) in misuses.items():

            def misused(
                _: Path, of: Any = (function, owner), some: Any = some, named: Any = named
            ) -> object:
                return of[0](*([of[1]()] if of[1] else []), *some, **named)

            told: Expected = "refused" if named and function.__code__ is checks else "either"
            yield Case(f"api {name} called with {kind}", call=misused, expected=told)
        for place, value in itertools.product(places, (*wrong, *never)):

            def call(
                _: Path,
                of: Any = (function, owner, signature),
                place: str = place,
                value: Any = value,
            ) -> object:
                function, owner, signature = of
                given: dict[str, Any] = {"self": owner()} if owner else {}
                for one in signature.parameters.values():
                    if one.name == place:
                        asked = value
                    elif one.default is one.empty and one.name in right:
                        asked = right[one.name]
                        asked = asked() if callable(asked) else asked
                    else:
                        continue
                    given[one.name] = (asked,) if one.kind is one.VAR_POSITIONAL else asked
                bound = inspect.BoundArguments(signature, given)
                return function(*bound.args, **bound.kwargs)

            # What is no model `check_model` tells in its answer.
            known = name != "check_model" and any(value is one for one in never)
            known = known and function.__code__ is checks
            expected: Expected = "refused" if known else "either"
            yield Case(f"api {name} {place} {value!a:.40}", call=call, expected=expected)


def _compared(made: Callable[[], Any], _: Path) -> None:
    """Have what is made twice be told for the same, and for nothing else."""
    one, same = made(), made()
    assert one == same
    assert hash(one) == hash(same)
    assert one != 5
    assert one not in [None, "x", [1]]


_WORKBOOK: Final = ("import", "b.xlsx", "--data", "d")
_HEAD: Final[list[object]] = ["code", "indicator", "unit", "source", 2022]
_ROW: Final[list[object]] = ["exports", "Exports", "100M CNY", "own", 130]


def _book(*rows: list[object], form: str = "General") -> Change:
    """Write a workbook of such rows; the last cell of the second has such a format."""

    def change(folder: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.active["E2"].number_format = form
        book.save(folder / "b.xlsx")

    return change


def _workbooks() -> Iterator[Case]:
    """A workbook with a cell of every kind, and files that are none."""
    values = (*ODD, -1, 1e300, True, 10**20, "=1/0", "#REF!")
    for place, value in itertools.product(range(5), values):
        changed = _book(_HEAD, [*_ROW[:place], value, *_ROW[place + 1 :]])
        yield Case(f"workbook {_HEAD[place]} {value!a:.40}", _WORKBOOK, changed)
    for value in values:
        beside = _book([*_HEAD, value], [*_ROW, 1])
        yield Case(f"workbook head {value!a:.40}", _WORKBOOK, beside)
    for form, number in (("0;;", 0), ("#", 0), ("[$€-407]0", 130), ('0"."0', 13), (";;;", 130)):
        shown = _book(_HEAD, [*_ROW[:4], number], form=form)
        yield Case(f"workbook format {form}", _WORKBOOK, shown, "refused")
    empty_zip = b"PK\x05\x06" + b"\0" * 18
    for name, raw in {"text": b"x", "zip": empty_zip, "zeros": b"\0" * 4096}.items():
        yield Case(f"workbook {name}", _WORKBOOK, _put("b.xlsx", raw), "refused")


_SERIES: Final[Mapping[str, Sequence[object]]] = {
    "of one": [80], "of two": [80, 90], "the same": [7] * 12, "zeros": [0] * 12, "zero at last": [*range(11), 0],
    "minus zero": [5, "-0.0"] * 6, "tiny": [f"{n}e-300" for n in range(1, 13)], "small": [f"{n}e-29" for n in range(1, 13)],
    "largest": ["1e15"] * 12, "up and down": [1, 10**6] * 6, "tenfold": [f"1e{n}" for n in range(12)], "step": [1] * 6 + [10**9] * 6,
}  # fmt: skip
"""Figures that no statistics has, but that can be read."""


def _extremes() -> Iterator[Case]:
    """Every command on a plan, of series and targets that are extreme, said to be checked."""
    plan = (sound_folder() / "d/plans/p.yaml").read_text("utf-8")
    rows = (sound_folder() / "d/observations.csv").read_text("utf-8").splitlines()
    kept = [row for row in rows if ",exports," not in row]
    seen = "".join(f"testshire,exports,{y},seen,2010-01-01,stated,own,checked\n" for y in range(2009, 2028))  # fmt: skip
    for (name, values), target in itertools.product(_SERIES.items(), ("140", "0", "1e-9", "1e15")):

        def change(folder: Path, values: Any = values, target: str = target) -> None:
            made = (f"testshire,exports,{y},{v},,,100M CNY,flow,official,{y + 1}-03-01,stated,own," for y, v in enumerate(values, 2010))  # fmt: skip
            table, told = "\n".join([*kept, *made, ""]), plan.replace("140", target, 1)
            (folder / "d/observations.csv").write_text(table, "utf-8")
            (folder / "d/plans/p.yaml").write_text(told.replace("140", target, 1), "utf-8")
            head = "area,indicator,first_period,reason_en,published,published_basis,source,kind\n"
            (folder / "d/breaks.csv").write_text(head + seen, "utf-8")
            (folder / "d/judgements.csv").unlink()

        for command in ("goals", "news", "hindcast", "scenarios", "seek", "explore", "export"):
            asked = (command, *_COMMANDS[command])
            yield Case(f"series {name} target {target} {command}", asked, change)
        yield Case(f"series {name} target {target} explain", (*GOALS, "--explain", "exports_2026"), change)  # fmt: skip


def _processes() -> Iterator[Case]:
    """What surrounds a process: streams that are full, closed or not UTF-8; Ctrl+C; no home."""
    goals = "bcforecast " + " ".join(GOALS)
    report = " ".join(("bcforecast report --format md", *_COMMANDS["report"]))
    lines = {
        "stdout full": f"{goals} > /dev/full",
        "stdout closed": f"{goals} >&-",
        "stderr closed": f"{goals} --seed -1 2>&-",
        "both closed": f"{goals} >&- 2>&-",
        "report stdout closed": f"{report} >&-",
        "odd places": f"TMPDIR=$PWD/other.txt HOME=/proc XDG_CACHE_HOME=/proc TZ=x COLUMNS=-1 {report}",
        "folder gone": f"mkdir q; cd q; rmdir ../q; {report}",
        "files of no size": f"ulimit -f 8; {report}",
        "stdin closed": f"{goals} <&-",
        "pipe that ends": f"{goals} --format json | head -c 1 > /dev/null",
        "ascii": f"PYTHONUTF8=0 PYTHONIOENCODING=ascii {goals} --lang zh",
        "latin-1": f"PYTHONUTF8=0 PYTHONIOENCODING=latin-1 {goals} --lang zh",
        "C locale": f"LC_ALL=C LANG=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {goals} --lang zh",
        "no home": f"env -u HOME {goals}",
        "no home folder": f"HOME=/nonexistent {goals}",
        "no terminal": f"TERM= COLUMNS=x {goals}",
        "odd language": f"BCFORECAST_LANG='[/b]' {goals}",
        "help full": "bcforecast --help > /dev/full",
        "error full": f"{goals} --seed -1 2> /dev/full",
        **{
            f"ctrl-c after {n} ms": f"timeout -s INT {n / 1000} bcforecast " + " ".join(GOALS)
            for n in (20, 60, 120, 250, 400, 700, 1100)
        },
    }
    for name, line in lines.items():
        yield Case(f"process {name}", shell=line)


# ------------------------------------------------------------------ what else a stranger would try

_TABLES: Final[Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "hostile.yaml").read_text("utf-8")
)

_LARGE: Final[Mapping[str, tuple[str, str]]] = {
    "bomb": ("id: p\n", "id: p\nx: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(f"x{n}: &a{n} [*a{n - 1 or ''},*a{n - 1 or ''}]\n" for n in range(1, 40))),
    "long key": ("id: p\n", f"id: p\n{'k' * 200_000}: 1\n"), "huge": ("target: 140", "target: 1" + "0" * 5000), "id long": ("- id: firms\n", f"- id: {'f' * 300}\n"),
    "deep map": ("place: chapter 1", "place: " + "{a: " * 500 + "1" + "}" * 500), "folded": ("place: chapter 1", f"place: >\n    {'x ' * 50_000}\n"), "combining": ("en: Exports,", f'en: "e{chr(0x301) * 20_000}",'),
    "languages many": ("{en: Firms, zh: 企业}", "{" + ", ".join(f"l{n}: x" for n in range(5000)) + "}"), "quote long": ("en: exports of at least 140,", f"en: {'x' * 500_000},"),
    "many goals": ("goals:\n", "goals:\n" + "".join(f"- {{id: g{n}, indicator: firms, comparator: more_than, target: {n}, due: 2026}}\n" for n in range(500))),
    "many names": ("measures:\n", "measures:\n" + "".join(f"- {{id: m{n}, names: {{en: x}}, indicators: [exports]}}\n" for n in range(10_000))),
}  # fmt: skip
"""What is done to a plan, too long for a table; the first five are refused."""


def _zipped(**files: Any) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            book.writestr(name, content)
    return made.getvalue()


def _books() -> Iterator[tuple[str, bytes]]:
    """Workbooks that are bombs, call outside, or are something else under the name."""
    with tempfile.TemporaryDirectory() as folder:
        _book(_HEAD, _ROW)(Path(folder))
        made = Path(folder, "b.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(made)) as right:
        parts = {name: right.read(name) for name in right.namelist()}
    sheet = next(name for name in parts if "sheet1" in name)
    xml = parts[sheet].decode()
    head, tail = xml.split("<sheetData>")
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(10)
    )

    def doctype(inner: str) -> str:
        return f'<?xml version="1.0"?><!DOCTYPE worksheet [{inner}]>'

    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x</t></is></c></row>'
        for n in range(3, 120_000)
    )
    sheets = {
        "bomb": f"{head}<sheetData>{' ' * 200_000_000}{tail}", "entity": doctype('<!ENTITY x SYSTEM "file:///etc/passwd">') + f"{head}<sheetData>{tail}".replace("Exports", "&x;"),
        "laughs": doctype(entities) + f"{head}<sheetData>{tail}".replace("130", "&e9;"), "beyond": xml.replace('r="2"', 'r="1048577"').replace("A2", "A1048577"),
        "hidden": xml.replace("<sheetData>", '<cols><col min="2" max="999999999999" hidden="1"/></cols><sheetData>'), "last row": xml.replace('r="2"', 'r="1048576"').replace("A2", "A1048576"),
        "last column": xml.replace("E2", "XFD2"), "dimension": re.sub('ref="[^"]*"', 'ref="A1:XFD1048576"', xml), "many rows": xml.replace("</sheetData>", f"{rows}</sheetData>"),
        "no row": f"{head}<sheetData></sheetData></worksheet>", "cut": xml[: len(xml) // 2], "row 0": xml.replace('r="2"', 'r="0"'), "shared": xml.replace("<v>0</v>", "<v>99999999</v>"),
        "merged": xml.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "number": xml.replace("130", "1e400"), "array": xml.replace("<v>130</v>", '<f t="array" ref="E2">SUM(1,2)</f>'), "hex": xml.replace("130", "0x82"), "not a number": xml.replace("130", "NaN"),
    }  # fmt: skip
    for name, content in sheets.items():
        yield f"sheet {name}", _zipped(**{**parts, sheet: content})
    for name, of in itertools.product(parts, parts):
        left = {n: raw for n, raw in parts.items() if n != name}
        yield f"{of} as {name}", _zipped(**(left if of == name else {**parts, name: parts[of]}))
    ours = rb"schemas.openxmlformats.org/(spreadsheetml|officeDocument)/2006"
    strict = {name: re.sub(ours, rb"purl.oclc.org/ooxml/\1", raw) for name, raw in parts.items()}
    yield "strict", _zipped(**strict)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096
    yield "password", ole
    yield "macros", _zipped(**parts, **{"xl/vbaProject.bin": ole})
    ods = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}
    yield "ods", _zipped(**ods)
    kinds = "[Content_Types].xml"
    yield "docx", _zipped(**{kinds: parts[kinds], "word/document.xml": "<x/>"})
    yield "names", _zipped(**parts, **{"../../x": "x", "/etc/x": "x"})
    entry = b"PK\x01\x02\x14\x03\x14\0"
    yield "locked", made.replace(entry + b"\0\0", entry + b"\x01\0")
    yield "cut", made[:-40]


def _houses() -> Iterator[tuple[str, str, str]]:
    """Files of other houses: what is asked for, the name of the file, what it holds."""
    stat: dict[str, Any] = {
        "version": "2.0", "class": "dataset", "id": ["time"], "size": [2], "value": [1, 2], "label": "x",
        "dimension": {"time": {"category": {"index": ["2020", "2021"]}}},
    }  # fmt: skip
    odd: dict[str, dict[str, Any]] = {
        "right": {}, "sizes": {"size": [10**18]}, "fewer": {"size": [2, 2]}, "sparse": {"value": {str(10**12): 1}}, "negative": {"value": {"-1": 1}}, "text": {"value": ["1e400", "x"]},
        "twice": {"id": ["time", "time"]}, "no dimension": {"dimension": {}}, "index": {"dimension": {"time": {"category": {"index": {"2020": 10**9}}}}}, "null": {"value": None},
        "cycle": {"dimension": {"time": {"category": {"index": ["a", "b"], "child": {"a": ["b"], "b": ["a"]}}}}}, "collection": {"class": "collection", "link": {"item": [{"href": "file:///etc/passwd"}]}},
        "deep": {"value": [[[[1]]]]}, "nan": {"value": [float("nan"), float("inf")]}, "label": {"label": "\x1b[31m"},
    }  # fmt: skip
    for name, more in odd.items():
        yield f"json-stat {name}", "json-stat", json.dumps(stat | more)
    yield "json-stat depth", "json-stat", "[" * 100_000
    digits = json.dumps(stat).replace("[1, 2]", f"[{'9' * 10_000}, 2]")
    yield "json-stat digits", "json-stat", digits
    head = "DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE\n"
    for name, words in {
        "xml": '<?xml version="1.0"?><mes:GenericData xmlns:mes="x"/>', "head": head, "no head": "x,A,2020,1\n", "flag": head + "x,A,2020,1e400\n", "day": head + "x,A,2020-12-31T00:00:00Z,1\n",
        "week": head + "x,W,2020-W53,1\n", "twice": head + "x,A,2020,1\nx,A,2020,2\n", "nul": head + "x,A,2020,\0\n", "quote": head + 'x,A,"2020,1\n',
    }.items():  # fmt: skip
        yield f"sdmx-csv {name}", "sdmx-csv", words


def _strangers() -> Iterator[Case]:
    """What was on none of the lists above when somebody looked for holes in them."""
    plan, large = (sound_folder() / "d/plans/p.yaml").read_text("utf-8"), [*_LARGE][5:]
    for name, words in _TABLES["tables_refused"].items():
        yield Case(f"table {name}", _READERS["wide.csv"], _put("wide.csv", words), "refused")
    for name, (old, new) in {**_LARGE, **_TABLES["plans_refused"], **_TABLES["plans"]}.items():
        assert old in plan, name
        expected: Expected = "either" if name in (*large, *_TABLES["plans"]) else "refused"
        written = _put("d/plans/p.yaml", plan.replace(old, new, 1))
        yield Case(f"stranger plan {name}", GOALS, written, expected)
        yield Case(f"stranger plan {name} checked", _CHECK, written, expected)
    long = "forecast series.csv --horizon 2 --quantiles " + ",".join(["0.5"] * 5000)
    for line in (*_TABLES["asked"], long):
        parts = [one.replace(";", "; ") for one in line.split(" ")]
        dated = parts[0] in ("goals", "export", "project", "areas", "seek")
        yield Case(f"stranger asks {line[:70]!a}", (*parts, *AS_OF) if dated else tuple(parts))
    for one in _TABLES["environment"]:
        name, _, value = one.partition("=")
        yield _shell(one, f"export {name}=$'{value}'; {{}}")
    yield from (_shell(name, line) for name, line in _TABLES["shells"].items())
    for name, raw in _books():
        yield Case(f"stranger workbook {name}", _WORKBOOK, _put("b.xlsx", raw))
    doubled = "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    sites = {
        "bomb": f"a0: &a0 [x]\n{doubled}indicator_name: *a59\n",
        "large": "x: " + "y" * 50_000_000,
        "deep": "[" * 50_000,
        "link": "",
        "tag": "indicator_name: !!python/name:os.system\n",
    }
    own = ("--data", "d", "--source", "own")
    site = (
        "import",
        "site",
        "--format",
        "open-sdg",
        "--series",
        "exports=x",
        "--unit",
        "=100M CNY",
    )
    for name, said in sites.items():
        yield Case(f"stranger open-sdg {name}", (*site, *own), partial(_site, name=name, said=said))
    house = ("import", "x", *own, "--series", "exports", "--published", "2023-03-01")
    told = ((name, kind, said, "either") for name, kind, said in _houses())
    refused = ((name, *one, "refused") for name, one in _TABLES["houses_refused"].items())
    for name, kind, said, expected in (*told, *refused):
        form = ("--format", kind, "--unit", "x=100M CNY")
        yield Case(f"stranger {name}", (*house, *form), _put("x", said), expected)


def _shell(name: str, line: str) -> Case:
    goals = "bcforecast " + " ".join(GOALS)
    return Case(f"process {name}", shell=line.replace("{}", goals))


def _site(folder: Path, *, name: str, said: str) -> None:
    """Make the folder of an Open SDG site, whose metadata hold what is said."""
    for inner in ("data", "meta"):
        (folder / "site" / inner).mkdir(parents=True)
    (folder / "site/data/indicator_x.csv").write_text("Year,Value\n2022,130\n", "utf-8")
    (folder / "site/meta/x.md").write_text(f"---\n{said}", "utf-8")
    if name == "link":
        (folder / "site/data/indicator_y.csv").symlink_to("indicator_y.csv")


def _reports() -> Iterator[Case]:
    """A reports file whose entry, or another line, is what somebody might write."""
    right = (sound_folder() / "reports.yaml").read_text("utf-8")
    *heads, entry = right.splitlines()
    until = date(2022, 5, 17).toordinal()
    days = ", ".join(date.fromordinal(n).isoformat() for n in range(until - 1999, until + 1))
    entries = {
        "10,000 the same": "\n".join([entry] * 10_000), "2,000 days": entry.replace("as_of: 2022-12-31", f"as_of: [{days}]"), "since": entry.replace("as_of: 2022-12-31", "as_of: month-end, since: 1900-01-01"),
        "publish": entry.replace("}", ", publish: [/, .., /proc]}"), "case": entry + "\n" + entry.replace("plan: p", "plan: P"), "alias": "- &a " + entry[2:] + "\n- *a", "out": entry + "\nout: reports/../..", "word": entry.replace("baseline", "Baseline"),
    }  # fmt: skip
    for line in _TABLES["report_entries"]:
        key, said = line.partition(":")[0], line.replace("\\", r"\\")
        put = re.sub(rf"{key}: (\[[^]]*\]|[^,}}]+)", said, entry)
        entries[ascii(line)] = entry.replace("}", f", {line}}}") if put == entry else put
    files = {name: right.replace(entry, new) for name, new in entries.items()}
    for line in _TABLES["report_files"]:
        key = line.partition(":")[0]
        kept = [one for one in heads if not one.startswith(f"{key}:")]
        kept += [] if key == "reports" else [entry]
        files[f"line {line!a}"] = "\n".join([line, *kept, ""])
    for name, words in files.items():
        written = _put("reports.yaml", words)
        yield Case(f"stranger reports {name}", _READERS["reports.yaml"], written)


def _places() -> Iterator[Case]:
    """A data folder, and what is written, under every odd name."""
    for place in (*_TABLES["places"], "x" * 200):

        def moved(folder: Path, place: str = place) -> None:
            if place != ".":
                (folder / "d").rename(folder / place)

        there = {"d": "d" if place == "." else f"./{place}"}
        for asked in (GOALS, _CHECK, *((one, *_COMMANDS[one]) for one in ("export", "report"))):
            given = tuple(there.get(word, word) for word in asked)
            yield Case(f"newcomer place {place[:20]!a} {asked[0]}", given, moved, "taken")
        into = {"o.csv": f"./{place}/y.csv", "out": f"./{place}/y", "exported": f"./{place}/y"}
        for command in ("export", "report", "forecast"):
            given = tuple(into.get(word, word) for word in _COMMANDS[command])
            yield Case(f"newcomer out {place[:20]!a} {command}", (command, *given))


def _showing(
    function: Callable[..., object], *given: object, **named: Any
) -> Callable[[Path], object]:
    return lambda _: repr(function(*given, **named))


def _in_python() -> Iterator[Case]:
    """A series, a target, a frame of every odd kind, as arguments of what is called in Python."""
    import numpy as np

    pd: Any = importlib.import_module("pandas")

    bc: Any = importlib.import_module("bcforecast")
    years = list(range(2010, 2020))
    plain = [float(10 + n) for n in range(10)]
    refused: dict[str, Any] = {
        "inf": [*plain, float("inf")], "bool": [True, False] * 5, "text": ["1", "2", "3"], "complex": [1j] * 5, "two-dimensional": np.ones((5, 2)), "nothing": [], "datetime": pd.to_datetime(["2020-01-01"] * 4), "string": "12345", "nested": [[1, 2], [3, 4]], "ragged": [[1], [2, 3]], "nan all": [float("nan")] * 10,
        **{f"index {name}": pd.Series(plain, index=index) for name, index in {
            "twice": [2010] * 10, "nat": [pd.NaT] * 10, "nan": [float("nan")] * 10, "seconds": pd.date_range("2010", periods=10, freq="s"),
        }.items()},
    }  # fmt: skip
    series: dict[str, Any] = {
        "nan first": [float("nan"), *plain], "nan last": [*plain, float("nan")], "none": [*plain, None], "one": [1.0], "two": [1.0, 2.0], "same": [7.0] * 10, "zero": [0.0] * 10,
        "huge": [1e300] * 5, "1e16": [n * 1e16 for n in range(1, 8)], "tiny": [1e-300 * n for n in range(1, 8)], "decimal": [Decimal(n) for n in range(1, 9)], "fraction": [Fraction(n, 3) for n in range(1, 9)],
        "column": np.ones((5, 1)), "float16": np.arange(1, 9, dtype="float16"), "uint8": np.arange(250, 256, dtype="uint8"), "object": np.array([1, 2.0, None, 4], dtype=object), "masked": np.ma.masked_array(plain, [False] * 9 + [True]),
        "generator": (n for n in plain), "set": set(plain), "dict": dict(zip(years, plain, strict=True)), "range": range(5), "bytes": bytearray(b"abcdef"), "frame": pd.DataFrame({"y": plain}),
        **{f"index {name}": pd.Series(plain, index=index) for name, index in {
            "years": years, "years text": list(map(str, years)), "floats": [y + 0.5 for y in years], "falling": years[::-1], "gap": [*years[:9], 2100], "tz": pd.date_range("2010", periods=10, freq="YE", tz="Asia/Shanghai"), "dates": pd.date_range("2010", periods=10, freq="YE"),
            "periods": pd.period_range("2010", periods=10, freq="Y"), "months": pd.period_range("2010-01", periods=10, freq="M"), "multi": pd.MultiIndex.from_product([[1], years]), "bool": [True, False] * 5, "far": [y + 10**6 for y in years],
            "negative": [-y for y in years], "huge": [y * 10**15 for y in years], "mixed": [2010, "2011", *years[2:]], "intervals": pd.interval_range(0, 10), "categories": pd.CategoricalIndex(years), "timedelta": pd.to_timedelta(years, unit="D"),
        }.items()},
        "category": pd.Series(plain, dtype="category"), "Int64": pd.Series([1, 2, None, 4, 5], dtype="Int64"), "string type": pd.Series(["1", "2", "3", "4"], dtype="string"), "sparse": pd.Series(plain, dtype="Sparse[float64]"), "arrow": pd.Series(plain, dtype="float64[pyarrow]"), "period values": pd.Series(pd.period_range("2010", periods=5, freq="Y")),
        "long": np.arange(200.0), "scalar": np.float64(3), "rows": [[1.0], 2.0],
    }  # fmt: skip
    for name, value in (refused | series).items():
        expected: Expected = "refused" if name in refused else "either"
        for way, call in (
            ("", _showing(bc.forecast, value, horizon=2, target=15)),
            (" backtest", _showing(bc.backtest, "theta", value)),
        ):
            yield Case(f"newcomer series {name}{way}", call=call, expected=expected)
    numbers: dict[str, Any] = {
        "np.nan": np.nan, "np.inf": np.inf, "-inf": -np.inf, "np.bool": np.True_, "np.int8": np.int8(2), "np.uint64": np.uint64(2**63), "np.float32": np.float32(2.0), "0-d": np.array(2), "1-d": np.array([2]), "Decimal": Decimal(2), "Fraction": Fraction(2), "pd.NA": pd.NA, "NaT": pd.NaT, "np.str": np.str_("2"), "datetime64": np.datetime64("2020"),
        "Period": pd.Period("2020"), "Timestamp": pd.Timestamp("2020-01-01", tz="UTC"), "negative": -5, "zero": 0, "10**6": 10**6, "10**9": 10**9, "1e308": 1e308, "tuple": (1, 2), "slice": slice(2), "ellipsis": ...,
    }  # fmt: skip
    base = pd.DataFrame({"unique_id": "a", "ds": years, "y": plain})

    def figure(_: Path, value: Any) -> object:
        data = bc.load_observations("d", as_of="2022-12-31").with_figure("exports", 2023, value)
        return repr(bc.project(bc.load_plan("p", data_dir="d"), data))

    def distribution(_: Path, value: Any) -> object:
        goal = bc.project("p", as_of="2022-12-31", data_dir=Path("d"))["exports_2026"]
        return goal.forecast.cdf(value), goal.forecast.sample(value, seed=1)

    for name, value in numbers.items():
        for called, right in ((bc.forecast, {"series": plain}), (bc.forecast_panel, {"df": base})):
            for place in inspect.signature(called).parameters.keys() - right.keys():
                given = {**right, "horizon": 2, place: value}
                asked = f"newcomer number {called.__name__} {place} {name}"
                yield Case(asked, call=_showing(called, **given))
        for asking in (figure, distribution):
            call = partial(asking, value=value)
            yield Case(f"newcomer number {asking.__name__} {name}", call=call)
    frames: dict[str, Any] = {
        "empty": base.head(0), "no column": pd.DataFrame(), "twice": pd.concat([base, base]), "column twice": base[["unique_id", "ds", "y", "y"]], "id number": base.assign(unique_id=5), "id nan": base.assign(unique_id=np.nan), "id mixed": base.assign(unique_id=[1, "1"] * 5), "id tuple": base.assign(unique_id=[(1,)] * 10),
        "id long": base.assign(unique_id="a" * 100_000), "id escape": base.assign(unique_id="\x1b[31m"), "id category": base.assign(unique_id=pd.Categorical(["a"] * 10)), "y text": base.assign(y="5"), "y object": base.assign(y=pd.Series(plain, dtype=object)), "y bool": base.assign(y=True), "y inf": base.assign(y=np.inf), "y nan": base.assign(y=np.nan),
        "y complex": base.assign(y=1j), "y decimal": base.assign(y=[Decimal(n) for n in range(10)]), "y date": base.assign(y=pd.Timestamp("2020-01-01")), "y list": base.assign(y=[[1]] * 10), "ds text": base.assign(ds="x"), "ds nan": base.assign(ds=np.nan), "ds tz": base.assign(ds=pd.date_range("2010", periods=10, freq="YE", tz="UTC")),
        "ds half": base.assign(ds=base.ds + 0.5), "ds bool": base.assign(ds=True), "ds negative": base.assign(ds=-base.ds), "ds huge": base.assign(ds=base.ds * 10**14), "ds period": base.assign(ds=pd.period_range("2010", periods=10, freq="Y")), "ds mixed": base.assign(ds=[2010, "2011", *years[2:]]), "ds python": base.assign(ds=[date(y, 1, 1) for y in years]),
        "index": base.set_index("unique_id"), "columns number": base.set_axis([0, 1, 2], axis=1), "columns multi": pd.concat({"a": base}, axis=1), "series": base["y"], "dict": base.to_dict("list"), "records": base.to_records(), "reversed": base[::-1], "more": base.assign(extra=1),
    }  # fmt: skip
    for name, frame in frames.items():
        yield Case(f"newcomer frame {name}", call=_showing(bc.forecast_panel, frame, 2))
    goal = pd.DataFrame({"unique_id": ["a"], "h": [1], "comparator": ["at_least"], "target": [1]})
    targets: dict[str, Any] = {
        "empty": pd.DataFrame(), "text": goal.assign(h="x"), "h 0": goal.assign(h=0), "word": goal.assign(comparator="atleast"), "inf": goal.assign(target=np.inf), "other": goal.assign(unique_id="b"), "list": [1], "bool": goal.assign(h=True, target=True),
    }  # fmt: skip
    for name, wrong in targets.items():
        call = _showing(bc.forecast_panel, base, 2, targets=wrong)
        yield Case(f"newcomer targets {name}", call=call, expected="refused")


@cache
def all_cases() -> list[Case]:
    """Return every case there is, in the order of what they change."""
    found = [*_whole_files()]
    kinds = {".csv": _cells, ".yaml": _values, ".json": _json, ".parquet": _columns}
    for file, arguments in _READERS.items():
        found += kinds[Path(file).suffix](file, arguments)
    others = (
        *(_options, _outputs, _neighbours, _taken_places, _machine, _api, _workbooks, _extremes),
        *(_processes, _strangers, _reports, _places, _in_python),
    )
    return [*found, *itertools.chain.from_iterable(make() for make in others)]


PRODUCTS: Final = re.compile("^(value|cell|option|api|json|parquet|column|row|series) ")
"""Kinds whose cases are places times values; every case of the others was written by hand."""


def drawn(count: int, *, seed: int = 0, only: str = "") -> list[Case]:
    """Draw cases, in order: first what was written by hand, then a share of each product."""
    cases = [case for case in all_cases() if re.search(only, case.name)]
    chance = random.Random(seed)
    rank = [(bool(PRODUCTS.match(case.name)), chance.random(), n) for n, case in enumerate(cases)]
    return [cases[n] for n in sorted(n for _, _, n in sorted(rank)[:count])]


# ------------------------------------------------------------------ running them


def _tree(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder: by its name, of its kind and of what it holds."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        whole = hashlib.sha256(f"{about.st_mode}\0".encode())
        if path.is_symlink():
            whole.update(os.fsencode(path.readlink()))
        elif path.is_file():
            if about.st_size >= 1 << 30:  # a file of holes
                whole.update(f"{about.st_size} {about.st_mtime_ns}".encode())
            else:
                with suppress(PermissionError):
                    whole.update(path.read_bytes())
        found[str(path.relative_to(folder))] = whole.hexdigest()
    return found


@dataclass(frozen=True)
class Outcome:
    """How a case ended: exit status (None: it did not end), what it said, what is wrong with it."""

    name: str
    status: int | None
    out: str
    err: str
    seconds: float
    faults: tuple[str, ...]


_NAMES: Final = re.compile(
    r"Traceback|\b[A-Z]\w*(?:Error|Exception|Warning)\b|site-packages|\bNone\b|\bat 0x|<class "
)
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_MANY: Final = frozenset({"check", "import", "run"})
"""Commands that say everything that is wrong, a line each."""


def _faults(
    case: Case, status: int | None, out: str, err: str, trees: Sequence[Mapping[str, str]]
) -> Iterator[str]:
    before, after = trees
    over = [name for name, digest in before.items() if after.get(name) != digest]
    if over and case.arguments[:1] != ("import",):
        yield f"wrote over {over[0]!a}"
    if status is None:
        yield "did not end"
        return
    ends = {0, 1, 2} if case.arguments[:1] in (("verify",), ("run",), ("areas",)) else {0, 2}
    if case.shell:
        ends = {0, 1, 2, 120, 124, 130, 141}
    if status not in ends:
        yield f"exit status {status}"
    if "s3cret" in out + err:
        yield "tells a password"
    named = _NAMES.search(err)
    # Interrupted while Python starts, before a line of the command line is read, it says so itself.
    starting = "ctrl-c" in case.name and "bcforecast/cli/" not in err
    if named and named[0] not in case.name and not starting:
        yield f"says {named[0]}"
    for where, said in (("output", out), ("error", err)):
        if found := _CONTROL.search(said):
            yield f"{found[0]!a} in its {where}"
    if case.name.startswith("series ") and (odd := re.search(r"(?<![\w-])(nan|inf)%?\b", out)):
        yield f"prints {odd[0]}"
    if status == 2:
        lines = err.rstrip("\n").split("\n")
        if not case.shell and case.arguments[:1] not in {(c,) for c in _MANY} and len(lines) > 1:
            yield f"{len(lines)} lines of error"
        if max(map(len, lines)) > _LONGEST:
            yield f"a message of {max(map(len, lines))} characters"
        if not err.strip() and not case.shell:
            yield "refused without a word"
        if after != before:
            yield "refused, and written"
    if (
        status == 0
        and case.expected == "refused"
        and not re.search("left out: | not stand in ", err)
    ):
        yield "taken silently"
    if status == 2 and case.expected == "taken":
        yield "refused what is right"


def _child(case: Case, folder: Path, out: int, err: int) -> int:
    """Run a case in this process, which is a fork's; return its exit status."""
    os.chdir(folder)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    limit = MEBIBYTES << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    from bcforecast.errors import BcforecastError

    if case.within is not None:
        case.within()
    try:
        if case.call is not None:
            try:
                case.call(folder)
            except BcforecastError as error:
                print(error.message.render("en"), file=sys.stderr)
                return 2
            return 0
        from bcforecast.cli import main

        sys.argv = ["bcforecast", *case.arguments]
        main()
    except SystemExit as leave:
        if not isinstance(leave.code, int | None):
            print(leave.code, file=sys.stderr)
            return 1
        return leave.code or 0
    except BaseException:
        import traceback

        traceback.print_exc()
        return 99
    return 0


def _quiet_notebooks() -> None:
    """Leave notebooks out: a report is a second's work of checks, and no minute of computing."""
    import nbformat

    from bcforecast import saving
    from bcforecast.reporting import execution, report

    execution.run_notebook = lambda *_, **__: nbformat.v4.new_notebook()  # type: ignore

    def made(job: report.Job, **_: object) -> bool:
        with saving.whole_folder(job.folder):
            return True

    report.make_report = made


@cache
def _made() -> dict[str, list[str]]:
    """Return the files that each command makes, given what is right.

    This loads every module that a command loads, once for all forks; a closed file may be no
    module's.
    """
    from bcforecast.cli import main

    _quiet_notebooks()
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="bcf-hostile-") as scratch:
        folder = shutil.copytree(sound_folder(), Path(scratch) / "w")
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            there = {*folder.rglob("*")}
            for command, right in _COMMANDS.items():
                sys.argv = ["bcforecast", command, *right]
                with suppress(SystemExit):
                    main()
                new = {*folder.rglob("*")} - there
                there |= new
                files = (str(path.relative_to(folder)) for path in new if path.is_file())
                found[command] = sorted(files)
    return found


def _taken_places() -> Iterator[Case]:
    """Every file that a command makes, with somebody else's, or a link to it, in its place."""
    for command, files in _made().items():
        for file, linked in itertools.product(files, (False, True)):

            def change(folder: Path, file: str = file, linked: bool = linked) -> None:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                if linked:
                    (folder / file).symlink_to(folder / "other.txt")
                else:
                    (folder / file).write_text("mine", "utf-8")

            name = f"taken place {command} {file} {'link' if linked else 'file'}"
            yield Case(name, (command, *_COMMANDS[command]), change, "refused")


def outcome(case: Case) -> Outcome:
    """Run a case on a copy of the sound folder, in a process of its own."""
    above = Path(tempfile.mkdtemp(prefix="bcf-hostile-"))
    folder = shutil.copytree(sound_folder(), above / "w")
    above.chmod(0o755)
    if case.change is not None:
        case.change(folder)
    before, begun = _tree(folder), time.monotonic()
    with (above / "out").open("wb") as out, (above / "err").open("wb") as err:
        if case.shell:
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            process = subprocess.Popen(
                ["bash", "-o", "pipefail", "-c", case.shell], cwd=folder, stdout=out, stderr=err,
                env={**os.environ, "PATH": path}, start_new_session=True,
            )  # fmt: skip
            pid = process.pid
        else:
            pid = os.fork()
            if not pid:
                left = 98
                try:
                    os.setsid()
                    left = _child(case, folder, out.fileno(), err.fileno())
                    sys.stdout.flush()
                    sys.stderr.flush()
                finally:
                    os._exit(left)
        status: int | None = None
        while time.monotonic() - begun < SECONDS:
            ended, code = os.waitpid(pid, os.WNOHANG)
            if ended:
                status = os.waitstatus_to_exitcode(code)
                break
            time.sleep(0.01)
        else:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    seconds = time.monotonic() - begun
    printed, told = ((above / n).read_bytes().decode("utf-8", "replace") for n in ("out", "err"))
    faults = tuple(_faults(case, status, printed, told, (before, _tree(folder))))
    shutil.rmtree(above, ignore_errors=True)
    return Outcome(case.name, status, printed, told, seconds, faults)


_chosen: list[Case] = []
"""What is run, for the processes that fork from this one: a case has functions, which do not travel."""


def _numbered(number: int) -> Outcome:
    return outcome(_chosen[number])


def run(cases: Sequence[Case], *, jobs: int = 1) -> Iterator[Outcome]:
    """Run cases in forks of this process, which has imported what they need; `jobs` at a time."""
    _quiet_notebooks()
    _made()
    _chosen[:] = cases
    if jobs == 1:
        yield from map(_numbered, range(len(cases)))
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_numbered, range(len(cases)))


def main() -> None:
    """Run the cases asked for, print every fault, and leave with 1 if there is one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--all", action="store_true", help="every input, in place of --count")
    parser.add_argument("--part", default="1/1", help="2/5: the second fifth of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases at a time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="regular expression of names")
    parser.add_argument("--say", action="store_true", help="print what each case said")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    count = sys.maxsize if asked.all else asked.count
    cases = drawn(count, seed=asked.seed, only=asked.only)[part - 1 :: parts]
    begun, bad = time.monotonic(), 0
    for one in run(cases, jobs=asked.jobs):
        bad += bool(one.faults)
        if one.faults or asked.say:
            ended = f"[{one.status}, {one.seconds:.1f} s]"
            print(f"{one.name}: {'; '.join(one.faults)} {ended}", flush=True)
            for words in (one.err.strip(), one.out.strip() if asked.say else ""):
                if words:
                    print(f"    {words[-300:]!a}", flush=True)
    minutes = (time.monotonic() - begun) / 60
    print(f"{len(cases)} inputs in {minutes:.0f} minutes, {bad} with a fault")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
