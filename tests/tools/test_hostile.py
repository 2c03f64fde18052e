"""Some of the inputs of `make test-hostile`, of every kind."""

import itertools
import os

import pytest
import typer

from bcforecast.cli.app import app
from tools import hostile


@pytest.fixture(autouse=True)
def untouched(monkeypatch):
    """The driver runs notebooks no more and changes `sys.argv`: only in these tests."""
    from bcforecast.reporting import execution, report

    monkeypatch.setattr(execution, "run_notebook", execution.run_notebook)
    monkeypatch.setattr(report, "make_report", report.make_report)
    monkeypatch.setattr("sys.argv", [])


def faults(cases):
    assert cases
    return [(one.name, one.faults, one.err[-300:]) for one in hostile.run(cases) if one.faults]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
def test_some_hostile_inputs_of_every_kind_break_nothing():
    kinds = {
        "^(?!process)": 25,  # by hand
        hostile.PRODUCTS.pattern: 15,
        "^neighbour": 10,
        # What was taken once.
        r"^value d/plans/p.yaml goals.*target '(1:30|010|6_0)'": 6,
        r"^cell d/observations.csv published '9999-12-31'": 1,
        r"^option rules --": 7,
    }
    cases = [hostile.drawn(count, seed=1, only=only) for only, count in kinds.items()]
    assert all(cases)
    assert faults([*itertools.chain(*cases)]) == []


def test_no_command_writes_over_a_file_that_it_did_not_make():
    """Each option that is a path; of those that write, each file of a folder, by name and link."""
    assert faults(hostile.drawn(99, only="^option .* 'other.txt'$")) == []
    assert faults(hostile.drawn(30, only="^output.*(path|link)$")) == []


def test_what_stands_where_a_command_writes_is_harmed_by_none():
    """Somebody else's file, or a link to one, in the place of each file that a command makes."""
    assert faults(hostile.drawn(100, only="^taken place")) == []


def test_right_inputs_of_every_command_are_taken():
    cases = hostile.drawn(100, only="^right")
    assert faults(cases) == []
    tried = {case.name.split()[1] for case in cases}
    assert tried >= set(typer.main.get_command(app).commands)
