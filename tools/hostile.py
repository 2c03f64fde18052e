"""Inputs made to break the program, over every way in: `make test-hostile`.

Each case changes one thing of a small data folder that is sound (a byte, a cell, a value of a YAML
file, an option, an argument of the API) and runs one command in a forked process. It is a fault if
the process dies otherwise than by an exit status of ours, prints a traceback, a Python exception's
name, a control character or a sentence without end, says of a wrong input more than one line,
writes anything although it refused, takes what cannot be right, or does not end in time.

The cases are drawn from products of places and values with a seed, so that a run can be repeated;
the products know nothing of what the readers look at.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import hashlib
import importlib
import inspect
import io
import itertools
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import typer
import yaml

Expected = Literal["refused", "taken", "either"]
Change = Callable[[Path], None]

SECONDS: Final = 60
"""How long a case may take; on a machine at rest most take a tenth of a second."""

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


# ------------------------------------------------------------------ the sound folder

_PLAN: Final = """\
id: p
title: {en: Plan, zh: 计划}
issued: 2022-01-01
span: {first: 2022, last: 2026}
area: testshire
area_names: {en: Testshire, zh: 某县}
issuer: {en: Council, zh: 政府}
source: {citation: {en: Written for a test, zh: 为测试编写}}
bodies:
- {id: office, names: {en: Office, zh: 局}}
indicators:
- id: exports
  names: {en: Exports, zh: 出口}
  unit: 100M CNY
  kind: flow
  valid_range: [0, null]
  direction: up
- id: firms
  names: {en: Firms, zh: 企业}
  unit: enterprises
  kind: stock
goals:
- id: exports_2026
  indicator: exports
  names: {en: Exports by 2026, zh: 出口目标}
  comparator: at_least
  target: 140
  unit: 100M CNY
  due: 2026-12-31
  place: chapter 1
  quote: {en: exports of at least 140, zh: 出口140以上}
  bodies: [office]
- {id: firms_2026, indicator: firms, comparator: more_than, target: 300, due: 2026}
measures:
- {id: fairs, names: {en: Fairs, zh: 展会}, indicators: [exports], bodies: [office]}
"""
_SCENARIO: Final = """\
id: fast
title: {en: Fast, zh: 快}
author: {en: A test, zh: 测试}
reason: {en: To be tried, zh: 试}
plan: p
moves:
- lever: growth.exports
  measure: fairs
  sd: 0.5
  unit: pp
  by_year: {2023: 1.0, 2024: 1.5}
  note: {en: Fairs are held, zh: 办展}
"""
_BASELINE: Final = """\
id: baseline
title: {en: As before, zh: 照旧}
author: {en: A test, zh: 测试}
reason: {en: Nothing changes, zh: 不变}
"""
_REPORTS: Final = """\
out: reports
data: d
seed: 1
limits: {cell_seconds: 600, memory_mb: 4000}
reports:
- {plan: p, as_of: 2022-12-31, scenarios: [baseline], languages: [en], formats: [html]}
"""
_VERDICTS: Final = "verdict,lower,upper,note\nunlikely,0,0.5,\nlikely,0.5,1,\n"
_JUDGEMENTS: Final = """\
area,indicator,due,expert,role,q10,q50,q90,elicited,note
testshire,exports,2026-12-31,A,officer,120,140,160,2022-06-01,
"""
_BREAKS: Final = """\
area,indicator,first_period,reason_en,published,published_basis,source
testshire,firms,2012,census,2013-03-01,stated,own
"""
_LEVERS: Final = """\
levers:
- id: fairs_held
  names: {en: fairs held, zh: 展会}
  unit: pp
  low: -10
  high: 20
  indicators: [exports]
  growth: true
  basis: assumed
  source: {en: "assumed", zh: 假定}
"""
_RESULT: Final = {
    "document": "bcforecast-result/2",
    "plan": {"id": "p"},
    "as_of": "2021-12-31",
    "scenario": "baseline",
    "goals": [
        {"id": "exports_2026", "probability": 0.5, "verdict": "verdict.about_even", "grade": "B"},
        {"id": "firms_2026", "probability": None, "verdict": "verdict.unset", "grade": "U"},
    ],
}
_SHA256: Final = hashlib.sha256(b"").hexdigest()
_MANIFEST: Final = {
    "document": "bcforecast-manifest/2",
    "fingerprint": _SHA256,
    "parameters": {
        "plan": "p", "as_of": "2022-12-31", "scenario": "baseline", "lang": "en", "seed": "1",
    },
    "given": {"plan": "p", "scenario": "baseline", "data_dir": "d"},
    "provenance": {"made": "2023-01-01"},
    "formats": ["html"],
    "inputs": [{"file": "observations.csv", "sha256": _SHA256}],
    "code": {"version": "0.1.0", "sha256": _SHA256},
    "lock": {"of": "requirements.lock", "sha256": _SHA256},
    "versions": {"python": "3.13.0"},
    "outputs": [{"file": "empty.txt", "sha256": _SHA256}],
}  # fmt: skip
_YEARS: Final = tuple(range(2010, 2022))


def _observations() -> str:
    head = "area,indicator,period,value,lower,upper,unit,measure,status,published,published_basis,source,note"
    rows = [head]
    for n, year in enumerate(_YEARS):
        end = f"{year + 1}-03-01,stated,own,"
        rows.append(f"testshire,exports,{year},{80 + 4 * n + n % 3},,,100M CNY,flow,official,{end}")
        rows.append(
            f"testshire,firms,{year},{150 + 9 * n - n % 4},,,enterprises,stock,official,{end}"
        )
    return "\n".join(rows) + "\n"


_SOURCES: Final = (
    "source,title,issuer,published,url,verification\nown,Yearbook,Testshire,,,compiled\n"
)


def sound_folder(folder: Path) -> Path:
    """Write everything that the cases change; every command takes it as it is."""
    data = folder / "d"
    for inner in (data / "plans", data / "scenarios", folder / "r"):
        inner.mkdir(parents=True)
    texts = {
        "d/plans/p.yaml": _PLAN,
        "d/scenarios/baseline.yaml": _BASELINE,
        "d/scenarios/fast.yaml": _SCENARIO,
        "d/observations.csv": _observations(),
        "d/sources.csv": _SOURCES,
        "reports.yaml": _REPORTS,
        "series.csv": "unique_id,ds,y\n"
        + "".join(f"a,{y},{n * 3 + 50}\n" for n, y in enumerate(_YEARS)),
        "targets.csv": "unique_id,h,comparator,target\na,2,at_least,100\n",
        "rule.csv": "period,value\n" + "".join(f"{y},{n * 3 + 50}\n" for n, y in enumerate(_YEARS)),
        "d/levers.yaml": _LEVERS,
        "d/judgements.csv": _JUDGEMENTS,
        "d/breaks.csv": _BREAKS,
        "d/verdicts.csv": _VERDICTS,
        "result.json": json.dumps(_RESULT),
        "r/manifest.json": json.dumps(_MANIFEST),
        "r/empty.txt": "",
        "wide.csv": "code,indicator,unit,source,2022\nexports,Exports,100M CNY,own,130\n",
        "other.txt": "a file of somebody's own\n",
    }
    for name, words in texts.items():
        (folder / name).write_text(words, encoding="utf-8")
    return folder


# ------------------------------------------------------------------ what is put in

NOT_TEXT: Final = (
    "\x1b]0;owned\x07", "\x1b[31mred", "a\0b", "\x9b31m", "\udcff", "\ud800", "\x07", "\x7f",
)  # fmt: skip
"""What no name, identifier, date or number can hold: controls and lone surrogates."""

ODD: Final = (
    "", " ", "a\nbcforecast: all is well", "[/b]", "[red]x[/]", ":smile:", "$x_$ {", "=1+1", "{0.__class__}",
    "<script>alert(1)</script>", "%s%n", "../../../etc/passwd", "/etc/passwd", "\u202egnp", "\u2066x", "é" * 300, "a" * 5000,
    "nan", "inf", "-inf", "1e400", "1e-400", "-1", "0", "１２", "1,5", "1_000", "0x10", "20:00", "1e3", "1.5",
    "99999999999999999999", "9999-12-31", "0001-01-01", "1899-12-31", "2021-02-30", "2021-13-01", "20211231", "2021-12-31T00:00", "2021-W52-5",
    "None", "null", "true", "-", "--", "--help=x", "*", "~", ".", "..", "d", "p", "exports_2026",
)  # fmt: skip
"""What is wrong in most places, and right in some."""

NO_DAYS: Final = (
    "", "x", "2021-02-30", "2021-13-01", "9999-12-31", "0001-01-01", "1899-12-31", "2201-01-01", "１２", "2021-12-31T00:00", "a" * 5000,
)  # fmt: skip
NO_NUMBERS: Final = ("", "x", "nan", "inf", "-inf", "1e400", "１２x", "1,5", "20:00", "a" * 5000)

YAML_NO_TEXT: Final = (r'"\e]0;x\a"', r'"\e[31m"', r'"a\0b"', r'"\ud800"', r'"\x9b31m"', r'"\x7f"')
YAML_NO_VALUE: Final = (
    "!!python/object/apply:os.system [id]", "!!python/name:os.system", "*nothing", "&a [*a]", "{a: 1, a: 2}", "[[[[[[1]]]]]]", "{k: {k: {k: 1}}}",
)  # fmt: skip
YAML_NO_NUMBER: Final = (
    ".nan", ".inf", "-.inf", "1e400", "1e300", "20:00", "1:30", "010", "0x10", "0b1", "0o7", "1_000", "6_0", '"6"', "99999999999999999999999", "true", "[]", "2021-12-31", "''",
)  # fmt: skip
YAML_NO_DAY: Final = (
    "9999-12-31",
    "0001-01-01",
    "1899-12-31",
    "2021-02-30",
    "2021-13-01",
    "-5",
    "3",
    "10000",
    '"x"',
    "[]",
)
YAML_ODD: Final = (
    '""', '" "', "null", "true", "-1", "0", "1.5", "[]", "{}", r'"a\nb"', '"[/b]"', '"$x_$"', '":smile:"', '"=1+1"', '"{x}"', '"\u202Ex"', "a" * 5000, '"../../etc/passwd"', "2021-12-31", ".nan", "20:00", "010", "0x10", "1e400", "9" * 30, "~", "no", "!!binary aGk=", "!!set {a, b}", "!!timestamp x",
)  # fmt: skip
JSON_WRONG: Final = (
    "2", "-1", "NaN", "Infinity", '"half"', '"verdict.sure"', '"cli.check_found"', "5", '"Z"', "[]", "{}", "true", r'"\ud800"', r'"\u001b[31m"', "1e999", "9" * 400, '""',
)  # fmt: skip


def _put(file: str, content: bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / file).write_bytes(content)

    return change


def _fifo(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        os.mkfifo(folder / file)

    return change


def _link(file: str, target: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(target)

    return change


def _folder(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def _closed(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).chmod(0)
        if os.geteuid() == 0:  # the system's other users may not read it
            folder.chmod(0o755)
            os.setgid(65534)
            os.setuid(65534)

    return change


def _whole_files() -> Iterator[Case]:
    """Every file that a command reads, as what it is not."""
    import gzip

    readers = {
        "d/plans/p.yaml": GOALS,
        "d/scenarios/fast.yaml": (*GOALS, "--scenario", "fast"),
        "d/observations.csv": GOALS,
        "d/sources.csv": GOALS,
        "d/breaks.csv": GOALS,
        "d/judgements.csv": GOALS,
        "d/verdicts.csv": GOALS,
        "d/levers.yaml": ("scenarios", "--plan", "p", "--data", "d", *AS_OF),
        "reports.yaml": ("run", "reports.yaml", "--dry-run"),
        "series.csv": ("forecast", "series.csv", "--horizon", "2", "--out", "o.csv"),
        "targets.csv": ("forecast", "series.csv", "--horizon", "2", "--out", "o.csv", "--targets", "targets.csv"),
        "rule.csv": ("rules", "--direction", "up", "--series", "rule.csv"),
        "result.json": ("news", "--plan", "p", "--data", "d", "--previous", "result.json", "--to", "2022-12-31"),
        "r/manifest.json": ("verify", "r", "--no-rebuild", "--data", "d"),
        "wide.csv": ("import", "wide.csv", "--data", "d"),
    }  # fmt: skip
    scratch = Path(tempfile.mkdtemp(prefix="bcf-hostile-"))
    sound = sound_folder(scratch / "sound")
    for file, arguments in readers.items():
        right = (sound / file).read_bytes()
        half = len(right) // 2
        contents: dict[str, bytes] = {
            "utf16": right.decode().encode("utf-16"),
            "gbk": "计划".encode("gbk") + right,
            "nul": right[:half] + b"\0" + right[half:],
            "binary": bytes(range(256)) * 8,
            "gzip": gzip.compress(right),
            "workbook": b"PK\x03\x04" + right,
            "escape": right[:half] + b"\x1b]0;x\x07" + right[half:],
            "surrogate": right[:half] + b"\xed\xa0\x80" + right[half:],
            "brackets": b"[" * 100_000,
            "braces": b"{a: " * 5_000,
            "quote": b'"' + right,
            "html": b"<!DOCTYPE html><p>404",
            "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "lines": b"\n" * 1_000_000,
            "field": right + b"x" * 200_000,
            "wide": b",".join([b"x"] * 100_000),
        }
        refused = {
            "utf16", "gbk", "nul", "binary", "gzip", "workbook", "escape", "surrogate", "brackets",
            "braces", "html", "pointer", "field", "wide", "lines",
        }  # fmt: skip
        for kind, content in contents.items():
            expected: Expected = "refused" if kind in refused else "either"
            yield Case(f"file {file} {kind}", arguments, _put(file, content), expected)
        for ending in (b"\r\n", b"\r"):
            content = right.replace(b"\n", ending)
            yield Case(f"file {file} {ending!r}", arguments, _put(file, content))
        yield Case(f"file {file} bom", arguments, _put(file, b"\xef\xbb\xbf" + right), "taken")
        cut = [random.Random(n).randrange(len(right)) for n in range(6)]
        for place in cut:
            yield Case(f"file {file} cut at {place}", arguments, _put(file, right[:place]))
        optional = file in ("d/breaks.csv", "d/judgements.csv")
        empty: Expected = "either" if optional or file == "d/levers.yaml" else "refused"
        yield Case(f"file {file} empty", arguments, _put(file, b""), empty)
        for name, change in {
            "fifo": _fifo(file),
            "zero": _link(file, "/dev/zero"),
            "loop": _link(file, Path(file).name),
            "terminal": _link(file, "/dev/tty"),
            "memory": _link(file, "/proc/self/mem"),
            "dangling": _link(file, "nowhere"),
            "folder": _folder(file),
            "closed": _closed(file),
        }.items():
            there: Expected = "either" if name in ("loop", "dangling") else "refused"
            yield Case(f"file {file} {name}", arguments, change, there)
    shutil.rmtree(scratch)


def _cells(file: str, words: str, arguments: tuple[str, ...]) -> Iterator[Case]:
    """Every cell of the first row of a table, as what stands in no table."""
    header, first, *rest = words.splitlines()
    names, cells = header.split(","), first.split(",")
    for place, name in enumerate(names):
        for value in (*NOT_TEXT, *ODD):
            changed = [*cells]
            changed[place] = '"' + value.replace('"', '""') + '"'
            content = "\n".join([header, ",".join(changed), *rest, ""])
            expected: Expected = "refused" if value in NOT_TEXT else "either"
            if name in ("value", "lower", "upper", "y", "target", "q10", "q50", "q90"):
                wrong = [one for one in NO_NUMBERS if one not in ("", "nan")]
                expected = "refused" if value in (*NOT_TEXT, *wrong) else "either"
            elif name in ("published", "elicited") and value in NO_DAYS[1:]:
                expected = "refused"
            raw = content.encode("utf-8", "surrogatepass")
            yield Case(f"cell {file} {name} {value[:40]!a}", arguments, _put(file, raw), expected)
        for kind, header_now in {
            "gone": ",".join(one for one in names if one != name),
            "twice": ",".join([*names, name]),
            "renamed": header.replace(name, f"[/b]{name}\x1b[31m"),
        }.items():
            raw = "\n".join([header_now, first, *rest, ""]).encode()
            refused: Expected = "either" if kind == "gone" else "refused"
            yield Case(f"column {file} {name} {kind}", arguments, _put(file, raw), refused)
    for name, row in {
        "more": first + ",1",
        "fewer": ",".join(cells[:-3]),
        "again": first + "\n" + first,
    }.items():
        raw = "\n".join([header, row, *rest, ""]).encode()
        yield Case(
            f"row {file} {name}",
            arguments,
            _put(file, raw),
            "refused" if name == "more" else "either",
        )


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
    inner[place[-1]] = value
    return changed


_HERE: Final = "HERE-IT-GOES"


def _values(file: str, words: str, arguments: tuple[str, ...]) -> Iterator[Case]:
    """Every value of a YAML file, as another; every table with a key too many."""
    document = yaml.safe_load(words)
    for place, right in _leaves(document):
        name = ".".join(map(str, place))
        number = isinstance(right, int | float) and not isinstance(right, bool)
        day = name.endswith(("issued", "due", "as_of", "since", "first", "last"))
        refused = [*YAML_NO_TEXT, *YAML_NO_VALUE]
        refused += [*YAML_NO_NUMBER] if number and not day else [*YAML_NO_DAY] if day else []
        for value in dict.fromkeys((*refused, *YAML_ODD)):
            dumped = yaml.safe_dump(_with(document, place, _HERE), allow_unicode=True)
            raw = dumped.replace(_HERE, value)
            expected: Expected = "refused" if value in refused else "either"
            case = f"value {file} {name} {value[:40]!a}"
            yield Case(case, arguments, _put(file, raw.encode()), expected)
    raw = words + "".join(f"k{n}: 1\n" for n in range(20_000))
    yield Case(f"value {file} 20,000 keys", arguments, _put(file, raw.encode()), "refused")
    for key in (
        "surprise: 1",
        "[/b]: 1",
        r'"\e[31m": 1',
        "? [a, b]\n: 1",
        "1: 2",
        ".nan: 1",
        "<<: {a: 1}",
    ):
        yield Case(
            f"key {file} {key!a}", arguments, _put(file, f"{words}{key}\n".encode()), "refused"
        )


def _json(file: str, document: Any, arguments: tuple[str, ...]) -> Iterator[Case]:
    for place, _ in _leaves(document):
        for value in JSON_WRONG:
            raw = json.dumps(_with(document, place, _HERE)).replace(f'"{_HERE}"', value)
            name = ".".join(map(str, place))
            yield Case(f"json {file} {name} {value[:40]!a}", arguments, _put(file, raw.encode()))
    for place, value in itertools.product(
        [("goals", 0, "probability")], ("2", "-1", "NaN", "Infinity", '"half"', "true", "1e999")
    ):
        if file == "result.json":
            raw = json.dumps(_with(document, place, _HERE)).replace(f'"{_HERE}"', value)
            yield Case(
                f"json {file} no probability {value}",
                arguments,
                _put(file, raw.encode()),
                "refused",
            )


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
}  # fmt: skip
"""Every command with arguments that are right."""

_DAYS: Final = frozenset({"as_of", "until", "since", "by", "today", "published"})
_READ: Final = frozenset({"previous", "series", "targets", "file", "reports", "workbook"})
_WRITTEN: Final = frozenset({"out", "page"})
_SPECIAL: Final = (
    "fifo",
    "/dev/zero",
    "/dev/full",
    "/dev/null",
    "/proc/self/mem",
    "loop",
    "d",
    "nowhere/x",
    "a" * 300,
)


def _specials(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "loop").symlink_to("loop")


def _options() -> Iterator[Case]:
    """Every option and argument of every command, with each value."""
    from bcforecast.cli.app import app

    group: Any = typer.main.get_command(app)
    for command, right in _COMMANDS.items():
        yield Case(f"right {command}", (command, *right), None, "taken")
        for one in group.commands[command].params:
            name, flag = str(one.name), max(one.opts, key=len)
            if name in ("help", "show") or getattr(one, "is_flag", False):
                continue
            values: dict[str, Expected] = dict.fromkeys(ODD, "either")
            values |= dict.fromkeys(
                (v for v in NOT_TEXT if "\0" not in v and v != "\ud800"), "refused"
            )
            if name in _DAYS:
                values |= dict.fromkeys(NO_DAYS, "refused")
            kind = one.type_descriptor.annotation
            if kind in (int, float):
                wrong = NO_NUMBERS if kind is float else (*NO_NUMBERS, "1.5", "1e3", "true")
                values |= dict.fromkeys(wrong, "refused")
            if name in ("seed", "memory_mb", "cell_seconds", "jobs", "horizon"):
                values |= dict.fromkeys(("-1", "99999999999999999999"), "refused")
            if name in ("memory_mb", "cell_seconds", "jobs", "horizon"):
                values["0"] = "refused"
            if name in _READ or name in _WRITTEN or name in ("data", "plan", "folder", "scenario"):
                for value in _SPECIAL:
                    harmless = (
                        name in ("folder", "data")
                        or command == "report"
                        or (name == "out" and value in ("d", "nowhere/x", "a" * 300))
                    )
                    values[value] = "either" if harmless else "refused"
            for value, expected in values.items():
                given = (*right, f"{flag}={value}") if flag.startswith("-") else (value, *right[1:])
                if flag.startswith("-") and flag in right:
                    at = right.index(flag)
                    given = (*right[:at], *right[at + 2 :], f"{flag}={value}")
                case = f"option {command} {name} {value[:40]!a}"
                yield Case(case, (command, *given), _specials, expected)
        for more in (
            ("--nothing",),
            ("--nothing=1",),
            ("a", "b", "c", "d"),
            ("--lang", "fr"),
            ("--lang",),
        ):
            if command != "schema" or "--lang" not in more:
                yield Case(
                    f"option {command} {' '.join(more)}", (command, *right, *more), None, "refused"
                )


INPUTS: Final = (
    "d/observations.csv", "d/sources.csv", "d/plans/p.yaml", "d/scenarios/fast.yaml", "reports.yaml", "series.csv", "targets.csv",
    "rule.csv", "result.json", "other.txt", "d/verdicts.csv", "r/manifest.json",
)  # fmt: skip


def _outputs() -> Iterator[Case]:
    """Every option that names what is written, with every file that is there, under three names."""
    options = {
        "export": "--out",
        "explore": "--page",
        "template": "--out",
        "forecast": "--out",
        "report": "--out",
        "init": "",
        "run": "--out",
    }
    for (command, option), file, kind in itertools.product(
        options.items(), INPUTS, ("path", "link", "hard")
    ):
        right = [*_COMMANDS[command]]
        if command == "run":
            right = [one for one in right if one != "--dry-run"]
        name = {
            "path": file,
            "link": "link" + Path(file).suffix,
            "hard": "hard" + Path(file).suffix,
        }[kind]
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


def _api() -> Iterator[Case]:
    """Every argument of whatever a person calls in Python, as a thing of every other kind."""
    import numpy as np
    import pandas as pd

    bc: Any = importlib.import_module("bcforecast")
    never = (b"x", object(), 1j, {1: 2}, len, *NOT_TEXT)
    wrong: tuple[Any, ...] = (
        None, True, -1, 1.5, float("nan"), float("inf"), 10**30, "", "x", [], {}, (), object, "9999-12-31", "2021-02-30",
        pd.NaT, np.int64(3), np.array([]), np.array(["a"]), [[1]], Path("nowhere"), Path("/dev/zero"), pd.DataFrame(), "a" * 5000,
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
        "Backtest": lambda: bc.backtest("theta", right["series"]),
    }
    rooms = {
        "attainment.project": "Outlook GoalOutlook",
        "observations": "Vintage",
        "distributions": "Distribution",
    }
    rooms |= {"evaluation.backtest": "Backtest", "workbench": "SeriesForecast"}
    asked = {
        f"{name}.{method}": (function, objects[name])
        for room, names in rooms.items()
        for name in names.split()
        for method, function in vars(
            getattr(importlib.import_module(f"bcforecast.{room}"), name)
        ).items()
        if hasattr(function, "__wrapped__")
    }
    asked |= {
        name: (function, None)
        for room in (bc, bc.plotting, bc.reporting)
        for name in room.__all__
        if hasattr(function := getattr(room, name), "__wrapped__")
    }
    for name, (function, owner) in asked.items():
        signature = inspect.signature(function)
        places = [p for p in signature.parameters if p not in ("self", "progress")]
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

            expected: Expected = "refused" if any(value is one for one in never) else "either"
            yield Case(f"api {name} {place} {value!a:.40}", call=call, expected=expected)


def _workbooks() -> Iterator[Case]:
    """A workbook with a cell of every kind, and files that are none."""
    import openpyxl

    head = ["code", "indicator", "unit", "source", 2022]
    row = ["exports", "Exports", "100M CNY", "own", 130]
    for place, value in itertools.product(
        range(5), (*ODD, -1, 1e300, True, 10**20, "=1/0", "#REF!")
    ):
        if isinstance(value, str) and len(value) > 32_000:
            continue

        def change(folder: Path, place: int = place, value: object = value) -> None:
            book = openpyxl.Workbook()
            book.active.append(head)
            book.active.append([*row[:place], value, *row[place + 1 :]])
            book.save(folder / "b.xlsx")

        yield Case(
            f"workbook {head[place]} {value!a:.40}", ("import", "b.xlsx", "--data", "d"), change
        )
    for name, raw in {
        "text": b"x",
        "zip": b"PK\x05\x06" + b"\0" * 18,
        "zeros": b"\0" * 4096,
    }.items():
        yield Case(
            f"workbook {name}", ("import", "b.xlsx", "--data", "d"), _put("b.xlsx", raw), "refused"
        )


def _processes() -> Iterator[Case]:
    """What surrounds a process: streams that are full, closed or not UTF-8; Ctrl+C; no home."""
    goals = "bcforecast " + " ".join(GOALS)
    lines = {
        "stdout full": f"{goals} > /dev/full",
        "stdout closed": f"{goals} >&-",
        "stderr closed": f"{goals} --seed -1 2>&-",
        "both closed": f"{goals} >&- 2>&-",
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


def all_cases() -> list[Case]:
    """Return every case there is, in the order of what they change."""
    check = ("check", "--data", "d")
    news = ("news", "--plan", "p", "--data", "d", "--previous", "result.json", "--to", "2022-12-31")
    explore = ("scenarios", "--plan", "p", "--data", "d", *AS_OF)
    forecast = ("forecast", "series.csv", "--horizon", "2", "--out", "o.csv")
    tables = {
        "d/observations.csv": (_observations(), GOALS),
        "d/sources.csv": (_SOURCES, check),
        "d/breaks.csv": (_BREAKS, check),
        "d/judgements.csv": (_JUDGEMENTS, check),
        "d/verdicts.csv": (_VERDICTS, GOALS),
        "series.csv": ("unique_id,ds,y\n" + "".join(f"a,{y},{n}\n" for n, y in enumerate(_YEARS, 50)), forecast),
        "rule.csv": ("period,value\n2020,100\n2021,110\n2022,120\n", ("rules", "--direction", "up", "--series", "rule.csv")),
        "wide.csv": ("code,indicator,unit,source,2022\nexports,Exports,100M CNY,own,130\n", ("import", "wide.csv", "--data", "d")),
    }  # fmt: skip
    documents = {
        "d/plans/p.yaml": (_PLAN, GOALS),
        "d/scenarios/fast.yaml": (_SCENARIO, (*GOALS, "--scenario", "fast")),
        "d/levers.yaml": (_LEVERS, explore),
        "reports.yaml": (_REPORTS, ("run", "reports.yaml", "--dry-run", "--today", "2023-01-01")),
    }
    found = [*_whole_files()]
    for file, (words, arguments) in tables.items():
        found += _cells(file, words, arguments)
    for file, (words, arguments) in documents.items():
        found += _values(file, words, arguments)
    found += _json("result.json", _RESULT, news)
    found += _json("r/manifest.json", _MANIFEST, ("verify", "r", "--no-rebuild", "--data", "d"))
    return [*found, *_options(), *_outputs(), *_api(), *_workbooks(), *_processes()]


def drawn(count: int, *, seed: int = 0, only: str = "") -> list[Case]:
    """Draw cases, as many of each kind as its share, but every output and process; in order."""
    cases = [case for case in all_cases() if re.search(only, case.name)]
    always = ("output", "process", "right")
    keep = {case.name for case in cases if case.name.startswith(always)} if count > 500 else set()
    others = [case for case in cases if case.name not in keep]
    chosen = {
        c.name
        for c in random.Random(seed).sample(others, min(len(others), max(0, count - len(keep))))
    }
    return [case for case in cases if case.name in keep | chosen]


# ------------------------------------------------------------------ running them


def _tree(folder: Path) -> str:
    """Digest of every file below a folder: name, kind, and what it holds."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        whole.update(
            f"{path.relative_to(folder)}\0{path.lstat().st_mode}\0".encode("utf-8", "replace")
        )
        if path.is_file() and not path.is_symlink():
            with suppress(PermissionError):
                whole.update(path.read_bytes())
    return whole.hexdigest()


@dataclass(frozen=True)
class Outcome:
    """How a case ended: exit status (None: it did not end), what it said, what is wrong with it."""

    case: Case
    status: int | None
    out: str
    err: str
    seconds: float
    faults: tuple[str, ...]


_NAMES: Final = re.compile(
    r"Traceback|\b[A-Z]\w*(?:Error|Exception|Warning)\b|site-packages|\bNone\b"
)
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_MANY: Final = frozenset({"check", "import", "run"})
"""Commands that say everything that is wrong, a line each."""


def _faults(case: Case, status: int | None, out: str, err: str, changed: bool) -> Iterator[str]:
    if status is None:
        yield "did not end"
        return
    ends = {0, 2, 1} if case.arguments[:1] in (("verify",), ("run",)) else {0, 2}
    if case.shell:
        ends = {0, 1, 2, 120, 124, 130, 141}
    if status not in ends:
        yield f"exit status {status}"
    named = _NAMES.search(err)
    if named and named[0] not in case.name:
        yield f"says {named[0]}"
    for where, said in (("output", out), ("error", err)):
        if found := _CONTROL.search(said):
            yield f"{found[0]!a} in its {where}"
    if status == 2:
        lines = err.rstrip("\n").split("\n")
        if not case.shell and case.arguments[:1] not in {(c,) for c in _MANY} and len(lines) > 1:
            yield f"{len(lines)} lines of error"
        if max(map(len, lines)) > _LONGEST:
            yield f"a message of {max(map(len, lines))} characters"
        said = err + out if case.arguments[:1] == ("verify",) else err  # a line a report
        if not said.strip() and not case.shell:
            yield "refused without a word"
        if changed:
            yield "refused, and written"
    if status == 0 and case.expected == "refused":
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

    from bcforecast.reporting import execution, publication, report

    execution.run_notebook = lambda *_, **__: nbformat.v4.new_notebook()  # type: ignore

    def made(job: report.Job, **_: object) -> bool:
        with publication.whole_folder(job.folder):
            return True

    report.make_report = made


def _warm(sound: Path) -> None:
    """Load every module that a command loads, once for all forks; a closed file may be no module's."""
    from bcforecast.cli import main

    with contextlib.chdir(sound), contextlib.redirect_stdout(io.StringIO()):
        for command, right in _COMMANDS.items():
            sys.argv = ["bcforecast", command, *right]
            with suppress(SystemExit):
                main()
    for name in ("o.csv", "t.xlsx", "page.html"):
        (sound / name).unlink(missing_ok=True)
    for name in ("new", "out", "exported"):
        shutil.rmtree(sound / name, ignore_errors=True)
    shutil.rmtree(sound / "d")
    shutil.rmtree(sound / "r")
    sound_folder(sound)


def outcome(case: Case, sound: Path) -> Outcome:
    """Run a case on a copy of the sound folder, in a process of its own."""
    above = Path(tempfile.mkdtemp(prefix="bcf-hostile-"))
    folder = above / "w"
    shutil.copytree(sound, folder)
    closed = case.name.endswith(" closed") and case.name.startswith("file")
    if case.change is not None and not closed:
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
                    if closed and case.change is not None:
                        above.chmod(0o755)
                        case.change(folder)
                        before = _tree(folder)
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
    changed = not closed and _tree(folder) != before
    faults = tuple(_faults(case, status, printed, told, changed))
    shutil.rmtree(above, ignore_errors=True)
    return Outcome(case, status, printed, told, seconds, faults)


def run(cases: Sequence[Case], *, say: Callable[[Outcome], None] = lambda _: None) -> list[Outcome]:
    """Run cases one after the other in forks of this process, which has imported what they need."""
    scratch = Path(tempfile.mkdtemp(prefix="bcf-hostile-"))
    sound = sound_folder(scratch / "sound")
    _quiet_notebooks()
    _warm(sound)
    found = []
    try:
        for case in cases:
            found.append(outcome(case, sound))
            say(found[-1])
    finally:
        shutil.rmtree(scratch)
    return found


def main() -> None:
    """Run the cases asked for, print every fault, and leave with 1 if there is one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="regular expression of names")
    parser.add_argument("--say", action="store_true", help="print what each case said")
    asked = parser.parse_args()
    cases = drawn(asked.count, seed=asked.seed, only=asked.only)

    def say(one: Outcome) -> None:
        if one.faults or asked.say:
            print(
                f"{one.case.name}: {'; '.join(one.faults)} [{one.status}, {one.seconds:.1f} s]",
                flush=True,
            )
            for words in (one.err.strip(), one.out.strip() if asked.say else ""):
                if words:
                    print(f"    {words[-300:]!a}", flush=True)

    found = run(cases, say=say)
    bad = sum(bool(one.faults) for one in found)
    print(f"{len(found)} inputs, {bad} with a fault")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
