"""YAML files as plain data, with the row of every value, in UTF-8 and without doubled keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bcforecast.errors import PlanError
from bcforecast.messages import Message

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """The content of a YAML file, and the row at which each of its values stands.

    Attributes
    ----------
    file
        Name of the file, for messages.
    content
        Mappings, lists, texts, numbers, truth values, dates and None.
    rows
        Row, from 1, of each place (keys and positions from the top).
    """

    file: str
    content: object
    rows: dict[Place, int]

    def row(self, place: Place) -> int:
        """Return the row of `place`, or of the nearest enclosing place that has one."""
        while place not in self.rows and place:
            place = place[:-1]
        return self.rows.get(place, 1)

    def value(self, place: Place) -> object:
        """Return what stands at `place`, or None if nothing does."""
        value = self.content
        for step in place:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def field(self, place: Place) -> str:
        """Return `place` for a reader: `goals[3] (hightech_enterprises) → target`; "" for all."""
        parts: list[str] = []
        for n, step in enumerate(place):
            if isinstance(step, str) or isinstance(self.value(place[:n]), dict):
                parts.append(one_line(str(step)))
                continue
            label = f"[{step}]"
            entry = self.value(place[: n + 1])
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                label += f" ({one_line(entry['id'])})"
            parts[-1:] = [parts[-1] + label] if parts else [label]
        return " → ".join(parts)


class _Loader(yaml.SafeLoader):
    """Safe loader that leaves a day of no calendar, or no number, as the text it is."""


def _or_text(kind: str) -> None:
    construct = yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]

    def construct_or_text(loader: _Loader, node: yaml.ScalarNode) -> object:
        try:
            return construct(loader, node)
        except (ValueError, LookupError, AttributeError):
            return str(node.value)

    _Loader.add_constructor(f"tag:yaml.org,2002:{kind}", construct_or_text)


for _kind in ("timestamp", "int", "float", "bool"):
    _or_text(_kind)


def read_document(path: Path) -> Document:
    """Read a YAML file.

    Raises
    ------
    PlanError
        If the file cannot be opened, is not UTF-8, is empty, is not YAML, or has a key twice.
    """
    return _parsed(_decoded(path), str(path))


# A projection reads its parent plan each time, and an explanation projects some twenty times.
@lru_cache(maxsize=16)
def _parsed(words: str, file: str) -> Document:
    try:
        loader = _Loader(words)
        try:
            node = loader.get_single_node()
            if node is None:
                raise PlanError("plan.empty_file", file=file)
            rows = dict(_rows(node, (), file=file, seen=set()))
            content = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _syntax_error(error, words, file=file) from None
    except RecursionError:
        raise PlanError("plan.too_deep", file=file) from None
    return Document(file, content, rows)


def _decoded(path: Path) -> str:
    file = str(path)
    try:
        raw = path.read_bytes()
    except OSError:
        kind = "folder" if path.is_dir() else "closed"
        raise PlanError(f"plan.unreadable_{kind}", file=file) from None
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError(
            "plan.not_utf8",
            file=file,
            row=raw[: error.start].count(b"\n") + 1,
            found=Message(f"plan.encoding_{_likely_encoding(raw)}"),
        ) from None
    if not words.strip():
        raise PlanError("plan.empty_file", file=file)
    return words


def _likely_encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf16"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "unknown"
    return "gbk"


def _rows(
    node: yaml.Node, place: Place, *, file: str, seen: set[int]
) -> Iterator[tuple[Place, int]]:
    # A node met again is an alias: its rows are those of its anchor, already given.
    if id(node) in seen:
        return
    seen.add(id(node))
    if not place:
        yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for n, item in enumerate(node.value):
            yield (*place, n), item.start_mark.line + 1
            yield from _rows(item, (*place, n), file=file, seen=seen)
    elif isinstance(node, yaml.MappingNode):
        first_rows: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, row = str(key_node.value), key_node.start_mark.line + 1
            if key in first_rows:
                raise PlanError(
                    "plan.doubled_key",
                    file=file,
                    row=row,
                    found=one_line(key),
                    first_row=first_rows[key],
                )
            first_rows[key] = row
            yield (*place, key), row
            yield from _rows(value_node, (*place, key), file=file, seen=seen)


def _syntax_error(error: yaml.YAMLError, words: str, *, file: str) -> PlanError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        row, column = mark.line + 1, mark.column + 1
    else:
        before = words[: getattr(error, "position", 0)]
        row, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    lines = words.splitlines()
    line = lines[row - 1].strip() if row <= len(lines) else ""
    found = Message("plan.found_text", {"value": one_line(line)})
    return PlanError("plan.bad_syntax", file=file, row=row, column=column, found=found)


def one_line(words: str, *, longest: int = 60) -> str:
    r"""Return `words` for a message: on one line, printable, and not too long.

    Examples
    --------
    >>> one_line("530\n家", longest=4)
    '530…'
    """
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return printable if len(printable) <= longest else printable[: longest - 1] + "…"
