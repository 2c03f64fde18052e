"""Reading and writing scenario files; a wrong one is refused with file, row, field and why."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from bcforecast import defaults, resources
from bcforecast.errors import PlanError, ScenarioError
from bcforecast.messages import Message
from bcforecast.plan import Plan
from bcforecast.plan.document import Document, Place, read_document
from bcforecast.plan.refusals import explain, wrong_value
from bcforecast.scenarios.levers import find_lever
from bcforecast.scenarios.scenario import Scenario

_SUFFIXES = (".yaml", ".yml")


def load_scenario(
    scenario: str | Path, *, plan: Plan | None = None, data_dir: Path | None = None
) -> Scenario:
    """Read a scenario and check it.

    Parameters
    ----------
    scenario
        Identifier of a scenario in `data_dir/scenarios/`, or the path of a file ending in .yaml or
        .yml.
    plan
        The plan that it is for: the measures it names must be there.
    data_dir
        Data folder. Default: the shipped one.

    Raises
    ------
    ScenarioError
        If there is no such file, it is not a scenario, or it names what the plan does not have;
        the sentence names file, row and field, what was found and what is allowed.

    Examples
    --------
    >>> load_scenario("stretch").name("en")
    'Stretch'
    """
    folder = (data_dir or resources.DATA_DIR) / "scenarios"
    by_path = isinstance(scenario, Path) or scenario.lower().endswith(_SUFFIXES)
    path = Path(scenario) if by_path else folder / f"{scenario}.yaml"
    if not path.exists() or (not by_path and path.parent != folder):
        known = ", ".join(scenario_ids(data_dir=data_dir)) or "-"
        raise ScenarioError("scenario.no_such", file=str(scenario), scenarios=known)
    try:
        document = read_document(path)
        try:
            read = Scenario.model_validate(document.content)
        except ValidationError as error:
            raise explain(error, document, model=Scenario)[0] from None
        if not by_path and read.id != path.stem:
            allowed = Message("plan.allowed_file_id", {"id": path.stem})
            raise wrong_value(document, ("id",), read.id, allowed)
        check_scenario(read, document, plan=plan)
    except PlanError as error:
        raise ScenarioError(error.message.key, **error.message.values) from None
    return read


def load_scenarios(*, plan: Plan, data_dir: Path | None = None) -> tuple[Scenario, ...]:
    """Read every scenario of a data folder that is for `plan` or for any plan.

    The baseline comes first, the others in the order of their identifiers.

    Raises
    ------
    ScenarioError
        As `load_scenario`.
    """
    read = [load_scenario(name, data_dir=data_dir) for name in scenario_ids(data_dir=data_dir)]
    ours = [
        load_scenario(one.id, plan=plan, data_dir=data_dir)
        for one in read
        if one.plan in (None, plan.id)
    ]
    return tuple(sorted(ours, key=lambda one: (one.id != defaults.SCENARIO, one.id)))


def scenario_ids(*, data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the identifiers of the scenarios in `data_dir/scenarios/`, sorted."""
    folder = (data_dir or resources.DATA_DIR) / "scenarios"
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def check_scenario(scenario: Scenario, document: Document, *, plan: Plan | None) -> None:
    """Hold a scenario against the levers' units and ranges, and against the plan.

    Raises
    ------
    PlanError
        About the first value that does not fit.
    """
    for n, move in enumerate(scenario.moves):
        lever = find_lever(move.lever)
        place: Place = ("moves", n)
        if move.unit != lever.unit:
            allowed = Message("scenario.allowed_unit", {"unit": lever.unit})
            raise wrong_value(document, (*place, "unit"), move.unit, allowed)
        for year in sorted(move.by_year):
            total = scenario.total(move.lever, year)
            if not lever.low <= total <= lever.high:
                span = {"low": lever.low, "high": lever.high, "lever": lever.id, "year": year}
                raise wrong_value(
                    document,
                    (*place, "by_year", year),
                    Message("scenario.found_total", {"total": f"{total:g}"}),
                    Message("scenario.allowed_total", span),
                )
    if plan is not None:
        _check_against(plan, scenario, document)


def _check_against(plan: Plan, scenario: Scenario, document: Document) -> None:
    if scenario.plan not in (None, plan.id):
        raise wrong_value(
            document, ("plan",), scenario.plan, Message("scenario.allowed_id", {"id": plan.id})
        )
    tasks = {task.id: task for task in (*plan.measures, *plan.safeguards)}
    indicators = {indicator.id for indicator in plan.indicators}
    for n, move in enumerate(scenario.moves):
        if move.measure is None and not tasks:
            continue
        if move.measure is None or move.measure not in tasks:
            allowed = Message("scenario.allowed_one_of", {"values": ", ".join(tasks)})
            raise wrong_value(document, ("moves", n, "measure"), move.measure, allowed)
        acts_on = tasks[move.measure].indicators
        if not set(find_lever(move.lever).indicators) & set(acts_on):
            allowed = Message(
                "scenario.allowed_lever_of", {"indicators": ", ".join(acts_on) or "-"}
            )
            raise wrong_value(document, ("moves", n, "lever"), move.lever, allowed)
    for n, shock in enumerate(scenario.shocks):
        for k, hit in enumerate(shock.indicators):
            if hit not in indicators and scenario.plan is not None:
                allowed = Message("scenario.allowed_one_of", {"values": ", ".join(indicators)})
                raise wrong_value(document, ("shocks", n, "indicators", k), hit, allowed)


def write_scenario(scenario: Scenario, path: Path) -> None:
    """Write a scenario as a YAML file that `load_scenario` reads back.

    Raises
    ------
    ScenarioError
        If the file cannot be written.
    """
    content = scenario.model_dump(mode="json", exclude_none=True)
    for move, written in zip(scenario.moves, content.get("moves", []), strict=True):
        written["by_year"] = {int(year): value for year, value in sorted(move.by_year.items())}
    words = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
    try:
        path.write_text(words, encoding="utf-8")
    except OSError:
        raise ScenarioError("scenario.not_written", file=path) from None
