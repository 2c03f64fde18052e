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
from bcforecast.plan.refusals import explain, wrong_value

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
    read = read_plan(plan, data_dir=data_dir)
    if not isinstance(read, Plan):
        raise read[0]
    return read


def read_plan(plan: str | Path, *, data_dir: Path | None = None) -> Plan | tuple[PlanError, ...]:
    """Read a plan as `load_plan` does, and return it or everything that is wrong with its content.

    Raises
    ------
    PlanError
        If the data folder is not there, or no file that can be read as YAML.
    """
    if data_dir is not None and not _is_folder(data_dir):
        raise PlanError("plan.no_data_folder", folder=data_dir)
    folder = (data_dir or resources.DATA_DIR) / "plans"
    by_path = isinstance(plan, Path) or plan.lower().endswith(_SUFFIXES)
    path = Path(plan) if by_path else folder / f"{plan}.yaml"
    if not _exists(path) or (not by_path and path.parent != folder):
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
    return (other_text,) if other_text else read


def plan_ids(*, data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the identifiers of the plans in `data_dir/plans/`, sorted.

    Examples
    --------
    >>> plan_ids()
    ('beichen-2020-2022', 'tianjin-2020-2022')
    """
    folder = (data_dir or resources.DATA_DIR) / "plans"
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def _exists(path: Path) -> bool:
    # Python 3.11 raises for a name that is too long or holds a null character.
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _not_the_source(plan: Plan, document: Document, folder: Path) -> PlanError | None:
    """Return what is wrong if the text beside a plan is not the one that it was taken from."""
    if plan.source.file is None:
        return None
    text_file = folder / plan.source.file
    if not text_file.is_file():
        return None
    digest = hashlib.sha256(text_file.read_bytes()).hexdigest()
    if digest == plan.source.sha256:
        return None
    allowed = Message("plan.allowed_sha256_of", {"source": plan.source.file, "sha256": digest})
    return wrong_value(document, ("source", "sha256"), plan.source.sha256, allowed)
