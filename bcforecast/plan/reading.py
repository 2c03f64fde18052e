"""Reading YAML files: plans, and whatever else is records, every refusal with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache, partial
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bcforecast import calls, config, edge
from bcforecast.errors import BcforecastError, ObservationError, PlanError, Problems, one_line
from bcforecast.plan import drafts, fields
from bcforecast.plan.fields import ID, REFUSED, Place, StrictRecord, in_words, unquoted_day
from bcforecast.plan.goals import Goal, Plan
from bcforecast.plan.targets import COMPARISONS
from bcforecast.sheets import read_sheets
from bcforecast.text import LANGUAGES, Language, Message, Text, language_of

_R = TypeVar("_R", bound=StrictRecord)


@calls.checked
def load_plan(plan: str | Path, *, data_dir: Path | str | None = None) -> Plan:
    """Read a plan and check it.

    Parameters
    ----------
    plan
        Identifier of a plan in `data_dir/plans/`, or the path of a file ending in .yaml or .yml, or
        of a workbook (.xlsx) with a sheet of goals, as `bcforecast template` writes it: its figures
        come into a data folder by `bcforecast init DIR --from` or `bcforecast import`.
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
    read = read_plan(plan, data_dir=config.files_of(data_dir))
    if not isinstance(read, Plan):
        raise read[0]
    return read


def read_plan(plan: str | Path, *, data_dir: Path | None = None) -> Plan | Problems[PlanError]:
    """Read a plan as `load_plan` does, and return it or everything that is wrong with its content.

    PlanError if the data folder is not there, or no file that can be read as YAML.
    """
    if data_dir is not None and not (edge.exists(data_dir) and data_dir.is_dir()):
        raise PlanError("plan.no_data_folder", folder=data_dir)
    if str(plan).lower().endswith(".xlsx"):
        return _read_workbook(Path(plan))
    path, named = _path_of(plan, data_dir, kind="plan")
    document = read_document(path)
    read = record_of(document, Plan)
    if not isinstance(read, Plan):
        return read
    if named not in (None, read.id):
        told = (("id",), read.id, "plan.allowed_file_id")
        return Problems([wrong_value(document, *told, id=path.stem)])
    return read.read_from(path, unsourced=_unsourced(document))


def _read_workbook(path: Path) -> Plan | Problems[PlanError]:
    try:
        draft = drafts.read_draft(read_sheets(path).sheets, file=path)
    except ObservationError as error:
        raise PlanError(error.message.key, **error.message.values) from None
    for problem in [*draft.problems, *draft.near]:
        raise problem
    if not draft.area:
        raise PlanError("plan.is_workbook", file=str(path))
    lang = language_of(draft.area + "".join(one.name for one in draft.goals), otherwise="en")
    plan_id = drafts.identifier(path.stem, "plan")
    content, said_by = drafts.plan_content(draft, plan_id=plan_id, lang=lang)
    read = record_of(YamlDocument(str(path), content, {}), Plan)
    if isinstance(read, Plan):
        return read.read_from(path)
    told = (drafts.in_its_cell(one, draft, said_by) for one in read)
    return Problems(told, more=read.more)


def _path_of(
    asked: str | Path, data_dir: Path | None, *, kind: Literal["plan", "set"]
) -> tuple[Path, str | None]:
    """Return where a plan or set is, and the identifier that it has if it was asked for by that."""
    by_path = isinstance(asked, Path) or asked.lower().endswith((".yaml", ".yml"))
    folder = (data_dir or config.DATA_DIR) / "plans"
    path = Path(asked) if by_path else folder / f"{asked}.yaml"
    is_there = edge.exists(path) and (kind == "plan" or path.with_suffix(".csv").is_file())
    if not is_there or not (by_path or path.parent == folder):
        known = {f"{kind}s": ", ".join(plan_ids(data_dir=data_dir, sets=kind == "set")) or "-"}
        raise PlanError(f"plan.no_such_{kind}", file=str(asked), folder=str(folder), **known)
    return path, None if by_path else path.stem


@calls.checked
def plan_ids(*, data_dir: Path | str | None = None, sets: bool = False) -> tuple[str, ...]:
    """Return the identifiers of the plans in `data_dir/plans/`, sorted, or of the plan `sets`."""
    # A plan with a table of areas beside it is the template of a set.
    found = edge.yaml_files((config.files_of(data_dir) or config.DATA_DIR) / "plans")
    return tuple(sorted(p.stem for p in found if p.with_suffix(".csv").is_file() == sets))


def _unsourced(document: YamlDocument) -> tuple[PlanError, ...]:
    """Return what says that the text a plan was taken from is not beside it, where it is not.

    A plan can go alone: `check` and the report tell of it. With another text it is a PlanError.
    """
    name, digest = (document.value(("source", key)) for key in ("file", "sha256"))
    folder = Path(document.file).parent
    if not isinstance(name, str):
        return ()
    missing = wrong_value(document, ("source", "file"), name, "plan.allowed_source_file")
    if Path(name).name != name:
        raise missing
    if not edge.exists(folder / name):
        return (missing,)
    found = hashlib.sha256(edge.read_bytes(folder / name, error=PlanError)).hexdigest()
    if found != digest:
        told = {"source": name, "sha256": found}
        raise wrong_value(document, ("source", "sha256"), digest, "plan.allowed_sha256_of", **told)
    return ()


def check_plans(data_dir: Path | None = None) -> Problems[PlanError]:
    """Return what is wrong with the plans in `data_dir/plans/`; empty if nothing is.

    Besides what `load_plan` refuses, a plan whose parent plan is not in the folder is wrong.
    """
    folder = (data_dir or config.DATA_DIR) / "plans"
    known = plan_ids(data_dir=data_dir)
    found: Problems[PlanError] = Problems()
    for plan_id in known:
        try:
            read = read_plan(plan_id, data_dir=data_dir)
        except PlanError as error:
            found.note([error])
            continue
        if not isinstance(read, Plan):
            found.note(read)
            continue
        found.note(read.unsourced)
        if read.parent not in (None, *known):
            file, plans = folder / f"{plan_id}.yaml", ", ".join(known)
            found.note([PlanError("plan.no_parent", file=file, found=read.parent, allowed=plans)])
    for set_id in plan_ids(data_dir=data_dir, sets=True):
        try:
            found.note(load_plan_set(set_id, data_dir=data_dir).problems())
        except PlanError as error:
            found.note([error])
    return found


SET_COLUMNS: Final = ("area", "goal", "target", "due", "parent", "name", "name_zh")
"""Columns of the table of a plan set; `area` and `goal` must be there."""


class Promise(NamedTuple):
    """A row of the table of a set: what an area promises by one goal of the template."""

    row: int
    goal: str
    target: str
    due: str


class SetArea(NamedTuple):
    """An area of a plan set: its first row, its place in the tree, and what it promises."""

    row: int
    parent: str | None
    names: str | Mapping[Language, str]
    promises: list[Promise]


@dataclass(frozen=True)
class PlanSet:
    """A template plan, and the areas that promise by it, each with targets of its own.

    The plan of an area is made when it is asked for. The areas are those of the `table`, in its
    order; `adds_up` are the indicators whose figures in the areas below one add up to its own;
    an area borrows from the nearest above it of which enough is `known` (area, indicator), or else
    from its parent.
    """

    id: str
    template: YamlDocument
    table: str
    areas: Mapping[str, SetArea]
    adds_up: tuple[str, ...]
    known: frozenset[tuple[object, object]] = frozenset()

    @cached_property
    def goals(self) -> list[dict[str, Any]]:
        """Goals of the template in its order, milestones a goal each."""
        return fields.goals_apart(_content(self.template))

    @cached_property
    def goal_ids(self) -> tuple[str, ...]:
        """What the goals are called."""
        return tuple(goal["id"] for goal in self.goals)

    @cached_property
    def provinces(self) -> Mapping[str, tuple[str, ...]]:
        """The areas by the highest area above them, which has no parent."""
        found: dict[str, list[str]] = {}
        for area in self.areas:
            found.setdefault([area, *self.above(area)][-1], []).append(area)
        return {province: tuple(areas) for province, areas in found.items()}

    def above(self, area: str) -> Iterator[str]:
        """Yield the areas above one, the nearest first."""
        while (parent := self.areas[area].parent) is not None:
            yield (area := parent)

    def part(self, province: str) -> PlanSet:
        """Return the set of the areas of one province."""
        return replace(self, areas={name: self.areas[name] for name in self.provinces[province]})

    def plan(self, area: str) -> Plan:
        """Return the plan of an area, which has the identifier of the set.

        PlanError, by file, row and column of the table or field of the template, if it is none.
        """
        content = self._filled(area)
        try:
            return fields.validated(Plan, content).read_from(Path(self.template.file))
        except ValidationError as error:
            filled = replace(self.template, content=content)
            detail = error.errors(include_url=False)[0]
            found, place = _explained(detail, filled, model=Plan), _place(detail)
            if place[:1] != ("goals",) or len(place) < 2:
                raise found from None
            told, given = found.message.values, self.areas[area].promises[int(place[1])]
            column = str(place[-1])
            if getattr(given, column, ""):
                values = {k: told[k] for k in ("found", "allowed")}
                place_of = {"file": self.table, "row": given.row, "column": column}
                raise PlanError("errors.cell", **place_of, **values) from None
            within = ("goals", self.goal_ids.index(given.goal), *place[2:])
            at = fields.as_written(within, self.template.content)
            where = {"row": self.template.row(at), "field": self.template.field(at)}
            raise PlanError(found.message.key, **{**told, **where}) from None

    def own_plan(self, area: str) -> dict[str, Any]:
        """Return what a plan of an area by itself says, with the identifier of the area."""
        content = self._filled(area)
        names: Any = self.areas[area].names
        title = in_words("plan.title_of_area", title=content.get("title"), area=names)
        return content | {"id": area} | ({} if title is None else {"title": title})

    def _filled(self, area: str) -> dict[str, Any]:
        asked, goal_ids, whole = self.areas[area], self.goal_ids, _content(self.template)
        indicators = [dict(one) for one in whole["indicators"]]
        for one in indicators:
            if one.get("link_to_parent", "none") != "none" and "parent" not in one:
                lend = (name for name in self.above(area) if (name, one.get("id")) in self.known)
                parent = next(lend, asked.parent)
                one |= {"parent": parent} if parent else {"link_to_parent": "none"}
        goals: list[dict[str, Any]] = []
        for promise in asked.promises:
            n, said = goal_ids.index(promise.goal), dict[str, Any](id=promise.goal)
            if (target := promise.target) != "":
                said["target"] = float(target) if edge.NUMBER.fullmatch(target) else target
            if (due := promise.due) != "":
                said["due"] = int(due) if re.fullmatch("[0-9]{4}", due) else unquoted_day(due)
            goals.append(self.goals[n] | said)
        place = {"area": area, "area_names": asked.names, "areas_above": [*self.above(area)]}
        return whole | place | {"indicators": indicators, "goals": goals}

    def _plans(self) -> Iterator[Plan | PlanError]:
        for name, area in self.areas.items():
            if area.promises:
                try:
                    yield self.plan(name)
                except PlanError as error:
                    yield error

    def problems(self) -> Iterator[PlanError]:
        """Yield what is wrong: the text that is not there, and one problem an area."""
        yield from _unsourced(self.template)
        yield from (one for one in self._plans() if isinstance(one, PlanError))

    def any_plan(self) -> Plan:
        """Return the plan of the first area that has one; the first problem if none has."""
        problem = None
        for one in self._plans():
            if isinstance(one, Plan):
                return one
            problem = problem or one
        raise problem or _cell(self.table, 1, "goal", "", Message("plan.allowed_entries"))


def load_plan_set(plan_set: str | Path, *, data_dir: Path | None = None) -> PlanSet:
    """Read a plan set, by its identifier in `data_dir/plans/` or the path of its template (.yaml).

    The table of its areas stands beside the template, has the same name and ends in .csv: columns
    `area`, `goal` and, where they are wanted, `target`, `due` (what is left empty is as in the
    template), `parent`, `name`, `name_zh`. A row without a goal says only where an area stands. A
    PlanError if there is no such set, the template is none, or the table names what is not there;
    what else is wrong with one area is said when its plan is asked for.
    """
    path, set_id = _path_of(plan_set, data_dir, kind="set")
    table = path.with_suffix(".csv")
    template = read_document(path)
    for name in ("indicators", "goals"):
        listed = template.value((name,))
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise wrong_value(template, (name,), listed, "plan.allowed_entries")
    goals: Any = template.value(("goals",))
    for n, goal in enumerate(goals):
        if not goal.keys() & {"id", "indicator"}:
            where = {"file": template.file, "row": template.row(("goals", n))}
            raise PlanError(_MISSING, **where, field=f"goals[{n}] → indicator")
        called = "id" if "id" in goal else "indicator"
        if not isinstance(goal[called], str):
            raise wrong_value(template, ("goals", n, called), goal[called], "plan.allowed_id")
        try:
            fields.refuse_two_forms(goal, n)
        except PydanticCustomError as error:
            told: Any = error.context
            place, allowed = told["place"], told["allowed"]
            found = told["found"] or template.value(place)
            raise wrong_value(template, place, found, allowed) from None
    _unsourced(template)
    if template.value(("span",)) is None:
        raise PlanError(_MISSING, file=template.file, row=1, field="span")
    named: Any = template.value(("adds_up",))
    adding = named if isinstance(named, list) else [] if named is None else [named]
    listed = [one for one in _content(template)["indicators"] if isinstance(one.get("id"), str)]
    kinds = {one["id"]: one.get("kind") for one in listed}
    known = ", ".join(name for name, kind in kinds.items() if kind != "ratio")
    for n, one in enumerate(adding):
        if not isinstance(one, str) or kinds.get(one, "ratio") == "ratio":
            raise wrong_value(template, ("adds_up", n), one, "plan.allowed_one_of", values=known)
    read = PlanSet(str(template.value(("id",))), template, str(table), {}, tuple(adding))
    named_by: dict[str, list[str]] = {goal_id: [goal_id] for goal_id in read.goal_ids}
    for n, (goal, goal_id) in enumerate(zip(read.goals, read.goal_ids, strict=True)):
        if goal_id in read.goal_ids[:n]:
            place = fields.as_written(("goals", n, "id"), template.content)
            raise wrong_value(template, place, goal_id, "plan.allowed_once", list="goals")
        if (family := str(goal.get("family", goal_id))) not in read.goal_ids:
            named_by.setdefault(family, []).append(goal_id)
    read = replace(read, areas=_areas(table, named_by))
    read.any_plan()
    if set_id not in (None, read.id):
        raise wrong_value(template, ("id",), read.id, "plan.allowed_file_id", id=path.stem)
    return read


def _content(template: YamlDocument) -> dict[str, Any]:
    content: Any = template.content
    return {key: value for key, value in content.items() if key != "adds_up"}


def _cell(file: Path | str, row: int, column: str, found: str, allowed: Message) -> PlanError:
    shown = _shown(found or None)
    return PlanError("errors.cell", file=file, row=row, column=column, found=shown, allowed=allowed)


def _areas(file: Path, goals: Mapping[str, Sequence[str]]) -> dict[str, SetArea]:
    """Read the table of a set, and hold what it names against the template and against itself.

    `goals` are those that each name in the table means: one, or all milestones of a family.
    """
    try:
        rows = edge.strict_rows(file)
    except BcforecastError as error:
        raise PlanError(error.message.key, **error.message.values) from None
    for column in (*rows.header, "area", "goal"):
        if column not in SET_COLUMNS or rows.header.count(column) != 1:
            found = column if column in rows.header else ""
            allowed = Message("plan.allowed_one_of", {"values": ", ".join(SET_COLUMNS)})
            raise _cell(file, 1, column, found, allowed)
    areas: dict[str, SetArea] = {}
    for row, cells in rows.rows:
        said = dict.fromkeys(SET_COLUMNS, "")
        said |= {name: cell.strip() for name, cell in zip(rows.header, cells, strict=True)}
        name, goal, parent = said["area"], said["goal"], said["parent"] or None
        words: dict[Language, str] = {"en": said["name"], "zh": said["name_zh"]}
        names = {lang: word for lang, word in words.items() if word} or name
        area = areas.setdefault(name, SetArea(row, parent, names, []))

        def refuse(column: str, key: str, at: int = row, said: Any = said, **values: Any) -> None:
            raise _cell(file, at, column, said[column], Message(f"plan.allowed_{key}", values))

        if not re.fullmatch(ID, name):
            refuse("area", "id")
        if parent not in (None, area.parent):
            refuse("parent", "as_in_row", found=area.parent or "-", row=area.row)
        if goal and goal not in goals:
            refuse("goal", "one_of", values=", ".join(goals))
        each = goals.get(goal, ())
        for column in ("target", "due"):
            if len(each) > 1 and said[column]:
                refuse(column, "of_one", goals=", ".join(each))
        if {*each} & {one.goal for one in area.promises}:
            refuse("goal", "once", list=name)
        area.promises.extend(Promise(row, one, said["target"], said["due"]) for one in each)
    for name, area in areas.items():
        above, seen = area.parent, {name}
        while above is not None:
            if above not in areas or above in seen:
                raise _cell(file, area.row, "parent", above, Message("plan.allowed_parent"))
            seen.add(above)
            above = areas[above].parent
    return areas


@dataclass(frozen=True)
class YamlDocument:
    """The content of a YAML file, and the row, from 1, at which each of its values stands."""

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
                parts.append(_brief(str(step)))
                continue
            label = f"[{step}]"
            entry = self.value(place[: n + 1])
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                label += f" ({_brief(entry['id'])})"
            parts[-1:] = [parts[-1] + label] if parts else [label]
        return " → ".join(parts)


LARGEST: Final = 1 << 22
"""Bytes of the largest YAML file: a plan of ten thousand goals."""


def read_document(path: Path) -> YamlDocument:
    """Read a YAML file.

    PlanError if it cannot be opened, is not UTF-8, is empty, is not YAML, or has a key twice.
    """
    file = str(path)
    raw = edge.read_bytes(path, error=PlanError, largest=LARGEST)
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        kind = edge.likely_encoding(raw).replace("workbook", "unknown")
        found = Message(f"plan.encoding_{kind}")
        raise PlanError("plan.not_utf8", file=file, row=row, found=found) from None
    return _parsed(words if words.strip() else "", file)


def yaml_bytes(content: Mapping[str, Any]) -> bytes:
    """Return what `read_document` reads as this content."""
    form: Any = {"allow_unicode": True, "sort_keys": False, "width": 100, "encoding": "utf-8"}
    return bytes(yaml.dump(dict(content), Dumper=config.yaml_types()[1], **form))


# A projection reads its parent plan each time, and an explanation projects some twenty times.
@lru_cache(maxsize=16)
def _parsed(words: str, file: str) -> YamlDocument:
    try:
        loader = config.yaml_types()[0](words)
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


def _rows(
    node: yaml.Node, place: Place, *, file: str, seen: set[int]
) -> Iterator[tuple[Place, int]]:
    # A node met again is an alias: its rows are those of its anchor, already given.
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode) and edge.unprintable(str(node.value)):
        row, found = node.start_mark.line + 1, _brief(str(node.value))
        raise PlanError("plan.unprintable", file=file, row=row, found=found)
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
            yield from _rows(key_node, (*place, key), file=file, seen=seen)
            if key in first_rows:
                place_of = {"row": row, "first_row": first_rows[key]}
                raise PlanError("plan.doubled_key", file=file, found=_brief(key), **place_of)
            first_rows[key] = row
            kind = key_node.tag.rpartition(":")[2]
            is_year = kind == "int" and len(key) == 4
            dated = is_year or (kind == "timestamp" and place[-1:] == ("milestones",))
            if not (dated or kind in ("merge", "seq", "map")):  # ~, true, no are what is written
                key_node.tag = "tag:yaml.org,2002:str"
            inner = (*place, int(key) if is_year else key)
            yield inner, row
            yield from _rows(value_node, inner, file=file, seen=seen)


def _syntax_error(error: yaml.YAMLError, words: str, *, file: str) -> PlanError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        row, column = mark.line + 1, mark.column + 1
    else:
        before = words.encode()[: getattr(error, "position", 0)].decode()  # it counts bytes
        row, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    lines = words.splitlines()
    line = lines[row - 1].strip() if row <= len(lines) else ""
    found = Message("plan.found_text", {"value": _brief(line)})
    return PlanError("plan.bad_syntax", file=file, row=row, column=column, found=found)


_brief = partial(one_line, longest=60)


def record_of(document: YamlDocument, model: type[_R]) -> _R | Problems[PlanError]:
    """Return the record that a document is, or what is wrong with it, the first to be told first.

    Unknown keys come before the rest (a key that is then missing is usually the same slip of the
    pen), what stands in the file before what follows from it; otherwise the order is the file's.
    """

    def turn(detail: ErrorDetails) -> tuple[bool, int, int]:
        written = fields.as_written(_place(detail), document.content)
        follows = 0 if written in document.rows else len(document.rows) - len(written)
        return detail["type"] not in _UNKNOWN_KEY, follows, document.row(written)

    try:
        return fields.validated(model, document.content)
    except ValidationError as error:
        details = sorted(error.errors(include_url=False), key=turn)
    told = (_explained(one, document, model=model) for one in details[: Problems.most])
    return Problems(told, more=len(details[Problems.most :]))


def read_record(path: Path, model: type[_R]) -> tuple[_R, YamlDocument]:
    """Read a YAML file that is a `model`, strictly, with the rows at which its values stand."""
    document = read_document(path)
    read = record_of(document, model)
    if isinstance(read, Problems):
        first = read[0]
        if first.message.key == _MISSING:  # all that are, at once
            lacks = (one.message for one in read if one.message.key == _MISSING)
            named = ", ".join(str(one.values["field"]) for one in lacks)
            raise PlanError(_MISSING, **{**first.message.values, "field": named})
        raise first
    for name, entries in read:
        ids = [getattr(one, "id", None) for one in entries] if isinstance(entries, tuple) else []
        for n, entry_id in enumerate(ids):
            if entry_id is not None and entry_id in ids[:n]:
                place = (name, n, "id")
                raise wrong_value(document, place, entry_id, "plan.allowed_once", list=name)
    return read, document


def near(found: str, known: Collection[str]) -> Message:
    """Say which names are known: the one nearest to what was found or, if none is, all."""
    names = get_close_matches(found, known, n=1) or sorted(known)
    return Message("plan.allowed_near", {"names": ", ".join(names) or "-"})


def file_schema(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of the YAML file that holds a `model`, for editors to check it by.

    It is made of the records that read the file, so it stays true. What a plan may leave unsaid is
    not required; what it may write in more than one form, `forms.yaml` describes.
    """
    from pydantic.json_schema import GenerateJsonSchema

    forms = fields.FORMS
    made = model.model_json_schema()
    parts = made.get("$defs", {})
    parts |= {"Text": forms["Text"]} if "Text" in parts else {}
    for part in (made, *parts.values()):
        if part.get("title") in forms["needed"]:
            part["required"] = forms["needed"][part["title"]]
    if model is Plan:
        changes, goal = forms["Goal"]["comparator"]["enum"], parts["Goal"]["properties"]
        goal |= forms["Goal"] | {"comparator": {"enum": [*COMPARISONS, *changes]}}
        parts["Goal"]["properties"] = {k: goal[k] for k in goal if k not in fields.MADE}
        indicator = parts["Indicator"]["properties"]
        indicator["name"] = forms["Text"]
        parts["YearSpan"]["properties"] = dict.fromkeys(("first", "last"), forms["Year"])
        indicator["kind"] = {"enum": [*indicator["kind"]["enum"], "index"]}
        made["properties"]["units"] = forms["units"]
    head = {"$schema": GenerateJsonSchema.schema_dialect, "$id": f"urn:bcforecast:file:{name}"}
    return {**head, **made, "title": f"bcforecast {name} file"}


_MISSING: Final = "plan.missing_key"

_UNKNOWN_KEY: Final = ("extra_forbidden", "invalid_key")


def _place(detail: ErrorDetails) -> Place:
    inner = detail.get("ctx", {}).get("place", ()) if detail["type"] == REFUSED else ()
    is_key = detail["loc"][-1:] == ("[key]",) and detail["type"] not in _UNKNOWN_KEY
    return (*detail["loc"][: -1 if is_key else None], *inner)


def _explained(
    detail: ErrorDetails, document: YamlDocument, *, model: type[StrictRecord]
) -> PlanError:
    inner, kind = _place(detail), detail["type"]
    place = fields.as_written(inner, document.content)
    where = {"file": document.file, "row": document.row(place), "field": document.field(place)}
    if kind in _UNKNOWN_KEY:
        key, keys = str(place[-1]), _keys(_annotation(inner[:-1], model=model))
        nearest = get_close_matches(key, keys, n=1)
        told = {"nearest": nearest[0]} if nearest else {"allowed": ", ".join(keys)}
        name = "plan.unknown_key_near" if nearest else "plan.unknown_key"
        return PlanError(name, **where, found=_brief(key), **told)
    if kind == "missing" and isinstance(place[-1], str):
        return PlanError(_MISSING, **where)
    found, named = None, fields.FORMS["refused"].get(kind, "otherwise")
    allowed = Message(f"plan.allowed_{named}")
    if kind == REFUSED:
        found, allowed = detail["ctx"]["found"], detail["ctx"]["allowed"]
    elif kind == "literal_error":
        choices = get_args(_annotation(inner, model=model))
        choices += (*fields.CHANGES,) * (inner[-1] == "comparator")
        allowed = Message("plan.allowed_one_of", {"values": ", ".join(map(str, choices))})
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        keys = _keys(_annotation(inner, model=model))
        allowed = Message("plan.allowed_table", {"keys": ", ".join(keys)})
    elif kind == "tuple_type" and hasattr(
        entry := _annotation((*inner, 0), model=model), "model_fields"
    ):
        allowed = Message("plan.allowed_tables", {"keys": ", ".join(_keys(entry))})
    if found is None:  # a milestone's year is the key of its target
        is_key = place[-2:-1] == ("milestones",) and inner[-1] == "due"
        is_key |= len(inner) < len(detail["loc"])
        found = place[-1] if is_key else document.value(place)
    return wrong_value(document, place, found, allowed)


def _annotation(place: Place, *, model: type[StrictRecord]) -> Any:
    current: Any = model
    for step in place:
        if current is Text:
            current = str
        elif isinstance(step, str):
            current = current.model_fields[step].annotation
        else:
            items = get_args(current)
            current = items[0] if items[-1] is Ellipsis else items[step]
        while get_origin(current) in (Annotated, Union, UnionType):
            current = next(one for one in get_args(current) if one is not NoneType)
    return current


def _keys(model: type[BaseModel | Text]) -> list[str]:
    if issubclass(model, Text):
        return list(LANGUAGES)
    keys = [key for key in getattr(model, "model_fields", ()) if key not in fields.MADE]
    return keys + list(fields.KEYS_OF_A_GOAL) * (model is Goal)


def wrong_value(
    document: YamlDocument, place: Place, found: object, key: str | Message, /, **values: object
) -> PlanError:
    """Return the error about the value at `place`: what was found, and what is allowed."""
    field = document.field(place) or Message("plan.whole_file")
    allowed = Message(key, values) if isinstance(key, str) else key
    where = {"file": document.file, "row": document.row(place), "field": field}
    return PlanError("plan.wrong", **where, found=_shown(found), allowed=allowed)


def _shown(value: object) -> object:
    """Return `value` as a message names it: a text in quotes, truth and numbers as in YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}" if isfinite(value) else f".{value}".replace(".-", "-.")
    if isinstance(value, dict):
        return Message("plan.found_table" if value else "plan.found_empty_table")
    numbers = isinstance(value, list) and value and all(isinstance(n, int | float) for n in value)
    if isinstance(value, list | tuple) and not numbers:
        return Message("plan.found_list", {"n": len(value)})
    if value is None or isinstance(value, Message | date):
        return Message("plan.found_nothing") if value is None else value
    said = _brief(str(value))
    plain = numbers or isinstance(value, int)
    return said if plain else Message("plan.found_text", {"value": said})
