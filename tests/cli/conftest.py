"""Runs the command line as a shell would, and keeps what it said."""

import pytest

from bcforecast.cli import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Exit status, standard output and standard error of `bcforecast` with the given arguments."""
    monkeypatch.setenv("BCFORECAST_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["bcforecast", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as leave:
            status = int(leave.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture
def shown(run):
    """What a command that ends well prints."""

    def command(*arguments):
        status, out, err = run(*arguments)
        assert status == 0, err
        return out

    return command


@pytest.fixture
def refused(run):
    """What a command says that takes a wrong input: one sentence, with status 2."""

    def command(*arguments):
        status, out, err = run(*arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("bcforecast: ")
        return err

    return command
