"""Parameters of a notebook, checked against the notebook's own `parameters` cell."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import date
from pathlib import PurePath

from nbformat import NotebookNode

from bcforecast.errors import ReportError
from bcforecast.messages import Message

Parameter = str | int | float | bool


def declared_parameters(notebook: NotebookNode, *, name: str) -> dict[str, Parameter]:
    """Read the names and defaults that a notebook declares.

    Parameters
    ----------
    notebook
        A notebook with one code cell tagged `parameters` that assigns plain values to names.
    name
        Of the notebook, for messages.

    Raises
    ------
    ReportError
        If there is no such cell, or it holds anything else.
    """
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ReportError("report.parameters_cell", notebook=name, found=len(cells))
    declared: dict[str, Parameter] = {}
    for statement in ast.parse(cells[0].source).body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=target)],
                value=ast.Constant(value=str() | int() | float() | bool() as value),
            ):
                declared[target] = value
            case _:
                raise ReportError(
                    "report.parameters_statement", notebook=name, found=ast.unparse(statement)
                )
    return declared


def check_parameters(
    declared: Mapping[str, Parameter], given: Mapping[str, object], *, name: str
) -> dict[str, Parameter]:
    """Check values against the declared names and types; a text stays a text ("007").

    Dates and paths are given to a text parameter as their usual text; a whole number to a
    parameter that is a number.

    Raises
    ------
    ReportError
        Naming the notebook, the parameter, what was found and what is allowed.

    Examples
    --------
    >>> check_parameters({"goal": "", "seed": 1}, {"goal": "007"}, name="02_goal")
    {'goal': '007'}
    """
    checked: dict[str, Parameter] = {}
    for key, value in given.items():
        if key not in declared:
            raise ReportError(
                "report.unknown_parameter", notebook=name, found=key, allowed=", ".join(declared)
            )
        kind = type(declared[key])
        plain = value.isoformat() if isinstance(value, date) else value
        plain = str(plain) if isinstance(plain, PurePath) else plain
        if kind is float and type(plain) is int:
            plain = float(plain)
        if type(plain) is not kind:
            raise ReportError(
                "report.parameter_type",
                notebook=name,
                parameter=key,
                found=repr(value),
                allowed=Message(f"report.type_{kind.__name__}"),
            )
        assert isinstance(plain, str | int | float | bool)
        checked[key] = plain
    return checked
