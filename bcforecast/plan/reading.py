"""Reading plan files: by id from the data folder, or any YAML file by its path."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from bcforecast import resources
from bcforecast.errors import PlanError
from bcforecast.messages import Message
from bcforecast.plan.document import Document, read_document
from bcforecast.plan.plan import Plan
from bcforecast.plan.refusals import explain, shown

_SUFFIXES = (".yaml", ".yml")


def load_plan(plan: str | Path, *, data_dir: Path | None = None) -> Plan:
    """Read a plan and check it.

    Parameters
    ----------
    plan
        Identifier of a plan in `data_dir/plans/`, or the path of a file ending in .yaml or .yml.
    data_dir
        Data folder. Default: the shipped one.

    Raises
    ------
    PlanError
        If there is no such file, or it is not a plan that agrees with itself; the sentence names
        file, row and field, what was found and what is allowed.

    Examples
    --------
    >>> plan = load_plan("beichen-2020-2022")
    >>> goal = plan.goal("hightech_enterprises")
    >>> goal.comparator, goal.target, plan.indicator_of(goal).name("zh")
    ('more_than', 530.0, '高新技术企业')
    """
    folder = (data_dir or resources.DATA_DIR) / "plans"
    by_path = isinstance(plan, Path) or plan.lower().endswith(_SUFFIXES)
    path = Path(plan) if by_path else folder / f"{plan}.yaml"
    if not path.exists() or (not by_path and path.parent != folder):
        known = ", ".join(plan_ids(data_dir=data_dir)) or "-"
        raise PlanError("plan.no_such_plan", file=str(plan), folder=str(folder), plans=known)
    document = read_document(path)
    if not isinstance(document.content, dict):
        found = shown(document.content)
        keys = ", ".join(Plan.model_fields)
        allowed = Message("plan.allowed_table", {"keys": keys})
        raise PlanError(
            "plan.wrong", file=document.file, row=1, field="-", found=found, allowed=allowed
        )
    try:
        read = Plan.model_validate(document.content)
    except ValidationError as error:
        raise explain(error, document, model=Plan) from None
    if not by_path and read.id != path.stem:
        allowed = Message("plan.allowed_file_id", {"id": path.stem})
        raise _wrong(document, ("id",), read.id, allowed)
    _check_source(read, document, path.parent)
    return read


def plan_ids(*, data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the identifiers of the plans in `data_dir/plans/`, sorted.

    Examples
    --------
    >>> plan_ids()
    ('beichen-2020-2022', 'tianjin-2020-2022')
    """
    folder = (data_dir or resources.DATA_DIR) / "plans"
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def _check_source(plan: Plan, document: Document, folder: Path) -> None:
    """Refuse a plan whose text lies beside it and is not the one that it was taken from."""
    if plan.source.file is None:
        return
    text_file = folder / plan.source.file
    if not text_file.is_file():
        return
    digest = hashlib.sha256(text_file.read_bytes()).hexdigest()
    if digest != plan.source.sha256:
        allowed = Message("plan.allowed_sha256_of", {"source": plan.source.file, "sha256": digest})
        raise _wrong(document, ("source", "sha256"), plan.source.sha256, allowed)


def _wrong(
    document: Document, place: tuple[str | int, ...], found: object, allowed: Message
) -> PlanError:
    return PlanError(
        "plan.wrong",
        file=document.file,
        row=document.row(place),
        field=document.field(place),
        found=shown(found),
        allowed=allowed,
    )
