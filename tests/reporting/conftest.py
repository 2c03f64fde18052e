"""What reports are tested with: every language, and a folder with a report."""

import shutil
from pathlib import Path

import pytest

from bcforecast import reporting
from bcforecast.text import LANGUAGES
from tests.reporting.light_reports import folder_with_a_report


@pytest.fixture(scope="session", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="session")
def outlook():
    return reporting.open_outlook("beichen-2020-2022", as_of="2021-12-31")


@pytest.fixture(scope="session")
def comparison(outlook):
    return reporting.compare_scenarios(outlook)


@pytest.fixture
def folder(tmp_path_factory, tmp_path):
    """A folder with data, notebooks and a report, of which a test may alter anything."""
    made = folder_with_a_report(tmp_path_factory.getbasetemp())
    return Path(shutil.copytree(made, tmp_path / "made"))
