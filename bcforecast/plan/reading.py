"""Reading YAML files: plans, and whatever else is records, every refusal with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bcforecast import config, csv_text
from bcforecast.errors import PlanError
from bcforecast.plan.fields import REFUSED, Place, StrictRecord
from bcforecast.plan.goals import Plan
from bcforecast.text import LANGUAGES, Message, Text

_R = TypeVar("_R", bound=StrictRecord)


def load_plan(plan: str | Path, *, data_dir: Path | str | None = None) -> Plan:
    """Read a plan and check it.

    Parameters
    ----------
    plan
        Identifier of a plan in `data_dir/plans/`, or the path of a file ending in .yaml or .yml.
    data_dir
        Data folder, or the URL of a store whose `files` are one. Default: the shipped one.

    Raises
    ------
    PlanError
        If there is no such file, or it is not a plan that agrees with itself; the sentence names
        file, row and field, what was found and what is allowed.

    Examples
    --------
    >>> plan = load_plan("beichen-2020-2022")
    >>> goal = plan.goals[3]
    >>> goal.comparator, goal.target, plan.indicator_of(goal).name("zh")
    ('more_than', 530.0, '高新技术企业')
    """
    folder = config.files_of(data_dir)
    read = read_plan(plan, data_dir=folder)
    if not isinstance(read, Plan):
        raise read[0]
    return read


def read_plan(plan: str | Path, *, data_dir: Path | None = None) -> Plan | tuple[PlanError, ...]:
    """Read a plan as `load_plan` does, and return it or everything that is wrong with its content.

    PlanError if the data folder is not there, or no file that can be read as YAML.
    """
    if data_dir is not None and not _is_there(data_dir.is_dir):
        raise PlanError("plan.no_data_folder", folder=data_dir)
    folder = (data_dir or config.DATA_DIR) / "plans"
    by_path = isinstance(plan, Path) or plan.lower().endswith((".yaml", ".yml"))
    path = Path(plan) if by_path else folder / f"{plan}.yaml"
    if not _is_there(path.exists) or (not by_path and path.parent != folder):
        known = ", ".join(plan_ids(data_dir=data_dir)) or "-"
        raise PlanError("plan.no_such_plan", file=str(plan), folder=str(folder), plans=known)
    document = read_document(path)
    try:
        read = Plan.model_validate(document.content)
    except ValidationError as error:
        return explain(error, document, model=Plan)
    if not by_path and read.id != path.stem:
        allowed = Message("plan.allowed_file_id", {"id": path.stem})
        return (wrong_value(document, ("id",), read.id, allowed),)
    other_text = _not_the_source(read, document, path.parent)
    return (other_text,) if other_text else read.read_from(_data_folder(path))


def _data_folder(path: Path) -> Path | None:
    return path.parent.parent if path.parent.name == "plans" else None


def plan_ids(*, data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the identifiers of the plans in `data_dir/plans/`, sorted."""
    folder = (data_dir or config.DATA_DIR) / "plans"
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def _is_there(check: Callable[[], bool]) -> bool:
    # Python 3.11 raises for a name that is too long or holds a null character.
    try:
        return check()
    except (OSError, ValueError):
        return False


def _not_the_source(plan: Plan, document: YamlDocument, folder: Path) -> PlanError | None:
    """Return what is wrong if the text beside a plan is not the one that it was taken from."""
    name = plan.source.file
    if name is None or not (folder / name).is_file():
        return None
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    if digest == plan.source.sha256:
        return None
    allowed = Message("plan.allowed_sha256_of", {"source": name, "sha256": digest})
    return wrong_value(document, ("source", "sha256"), plan.source.sha256, allowed)


def check_plans(data_dir: Path | None = None) -> tuple[PlanError, ...]:
    """Return everything that is wrong with the plans in `data_dir/plans/`; empty if nothing is.

    Besides what `load_plan` refuses, a plan whose parent plan is not in the folder is wrong.
    """
    folder = (data_dir or config.DATA_DIR) / "plans"
    known = plan_ids(data_dir=data_dir)
    found: list[PlanError] = []
    for plan_id in known:
        try:
            read = read_plan(plan_id, data_dir=data_dir)
        except PlanError as error:
            found.append(error)
            continue
        if not isinstance(read, Plan):
            found.extend(read)
        elif read.parent not in (None, *known):
            file = folder / f"{plan_id}.yaml"
            plans = ", ".join(known)
            found.append(PlanError("plan.no_parent", file=file, found=read.parent, allowed=plans))
    return tuple(found)


@dataclass(frozen=True)
class YamlDocument:
    """The content of a YAML file, and the row, from 1, at which each of its values stands.

    A place is the keys and positions that lead to it from the top.
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

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError):
            if isinstance(node, yaml.ScalarNode):
                return str(node.value)
            raise


def read_document(path: Path) -> YamlDocument:
    """Read a YAML file.

    PlanError if it cannot be opened, is not UTF-8, is empty, is not YAML, or has a key twice.
    """
    return _parsed(_decoded(path), str(path))


# A projection reads its parent plan each time, and an explanation projects some twenty times.
@lru_cache(maxsize=16)
def _parsed(words: str, file: str) -> YamlDocument:
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
    return YamlDocument(file, content, rows)


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
        row = raw[: error.start].count(b"\n") + 1
        kind = csv_text.likely_encoding(raw).replace("workbook", "unknown")
        found = Message(f"plan.encoding_{kind}")
        raise PlanError("plan.not_utf8", file=file, row=row, found=found) from None
    if not words.strip():
        raise PlanError("plan.empty_file", file=file)
    return words


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
                place_of = {"row": row, "first_row": first_rows[key]}
                raise PlanError("plan.doubled_key", file=file, found=one_line(key), **place_of)
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


_LONGEST: Final = 60


def one_line(words: str) -> str:
    """Return `words` for a message: on one line, printable, and not too long."""
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return printable if len(printable) <= _LONGEST else printable[: _LONGEST - 1] + "…"


def explain(
    error: ValidationError, document: YamlDocument, *, model: type[StrictRecord]
) -> tuple[PlanError, ...]:
    """Return what is wrong with a document that is not a `model`, the first to be told first.

    Unknown keys come before the rest (a key that is then missing is usually the same slip of the
    pen); otherwise the order is that of the file.
    """

    def turn(detail: ErrorDetails) -> tuple[bool, int]:
        return detail["type"] not in _UNKNOWN_KEY, document.row(_place(detail))

    details = sorted(error.errors(include_url=False), key=turn)
    return tuple(_explained(detail, document, model=model) for detail in details)


def read_record(path: Path, model: type[_R]) -> tuple[_R, YamlDocument]:
    """Read a YAML file that is a `model`, strictly, with the rows at which its values stand."""
    document = read_document(path)
    try:
        read = model.model_validate(document.content)
    except ValidationError as error:
        raise explain(error, document, model=model)[0] from None
    for name, entries in read:
        ids = [getattr(one, "id", None) for one in entries] if isinstance(entries, tuple) else []
        for n, entry_id in enumerate(ids):
            if entry_id is not None and entry_id in ids[:n]:
                allowed = Message("plan.allowed_once", {"list": name})
                raise wrong_value(document, (name, n, "id"), entry_id, allowed)
    return read, document


_ALLOWED: Final = {
    "float_type": "number",
    "finite_number": "number",
    "int_type": "year",
    "int_from_float": "year",
    "greater_than_equal": "year",
    "less_than_equal": "year",
    "bool_type": "yes_no",
    "string_type": "quoted_text",
    "string_pattern_mismatch": "text",
    "date_type": "date",
    "tuple_type": "list",
    "too_long": "two_numbers",
    "missing": "two_numbers",
}
"""What is allowed, by the type of pydantic's error, where the type alone says it."""


_UNKNOWN_KEY: Final = ("extra_forbidden", "invalid_key")


def _place(detail: ErrorDetails) -> Place:
    inner = detail.get("ctx", {}).get("place", ()) if detail["type"] == REFUSED else ()
    return (*detail["loc"], *inner)


def _explained(
    detail: ErrorDetails, document: YamlDocument, *, model: type[StrictRecord]
) -> PlanError:
    place, kind = _place(detail), detail["type"]
    where = {"file": document.file, "row": document.row(place), "field": document.field(place)}
    if kind in _UNKNOWN_KEY:
        key, keys = str(place[-1]), _keys(_annotation(place[:-1], model=model))
        nearest = get_close_matches(key, keys, n=1)
        told = {"nearest": nearest[0]} if nearest else {"allowed": ", ".join(keys)}
        name = "plan.unknown_key_near" if nearest else "plan.unknown_key"
        return PlanError(name, **where, found=one_line(key), **told)
    if kind == "missing" and isinstance(place[-1], str):
        return PlanError("plan.missing_key", **where)
    found, allowed = None, Message(f"plan.allowed_{_ALLOWED.get(kind, 'otherwise')}")
    if kind == REFUSED:
        found, allowed = detail["ctx"]["found"], detail["ctx"]["allowed"]
    elif kind == "literal_error":
        choices = get_args(_annotation(place, model=model))
        allowed = Message("plan.allowed_one_of", {"values": ", ".join(map(str, choices))})
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        keys = _keys(_annotation(place, model=model))
        allowed = Message("plan.allowed_table", {"keys": ", ".join(keys)})
    return wrong_value(document, place, document.value(place) if found is None else found, allowed)


def _annotation(place: Place, *, model: type[StrictRecord]) -> Any:
    """Return the type of the value at `place` in a `model`."""
    current: Any = model
    for step in place:
        if current is Text:
            current = str
        elif isinstance(step, str):
            current = current.model_fields[step].annotation
        else:
            items = get_args(current)
            current = items[0] if items[-1] is Ellipsis else items[step]
        current = _bare(current)
    return current


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    return annotation


def _keys(model: type[BaseModel | Text]) -> list[str]:
    return list(LANGUAGES if issubclass(model, Text) else model.model_fields)


def wrong_value(document: YamlDocument, place: Place, found: object, allowed: Message) -> PlanError:
    """Return the error about the value at `place`: what was found, and what is allowed."""
    field = document.field(place) or Message("plan.whole_file")
    where = {"file": document.file, "row": document.row(place), "field": field}
    return PlanError("plan.wrong", **where, found=_shown(found), allowed=allowed)


def _shown(value: object) -> object:
    """Return `value` as a message names it: a text in quotes, a day as in YAML, and so on."""
    if isinstance(value, Message):
        return value
    if value is None:
        return Message("plan.found_nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return Message("plan.found_table")
    if isinstance(value, (list, tuple)):
        return Message("plan.found_list", {"n": len(value)})
    if isinstance(value, float):
        return f"{value:.15g}" if isfinite(value) else f".{value}".replace(".-", "-.")
    if isinstance(value, int):
        return one_line(str(value))
    return Message("plan.found_text", {"value": one_line(str(value))})
