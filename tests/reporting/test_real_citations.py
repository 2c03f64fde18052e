"""Every number on the page of a real report leads to what it is or to what computed it."""

from __future__ import annotations

import pytest
from cited_numbers import (
    broken_links,
    numbers_not_in_their_row,
    observation_links,
    uncited_numbers,
)

from bcforecast.reporting.document import Record, assemble
from bcforecast.reporting.execution import read_notebook, result_of
from bcforecast.reporting.facts import Facts
from bcforecast.reporting.html import html_text
from tools.golden import GOLDEN_DIR

RECORD = Record(
    inputs={"observations.csv": "0" * 64},
    versions={"python": "3.12.1"},
    parameters={"plan": "-", "as_of": "2021-12-31", "scenario": "-", "lang": "-", "seed": "1"},
    code={"version": "0.1", "sha256": "1" * 64},
    lock={"of": "requirements.lock", "sha256": "2" * 64},
)
PLANS = {"beichen": "03_plan", "tianjin": "variants/03_plan-parent"}


@pytest.fixture(scope="module", params=PLANS)
def page(request: pytest.FixtureRequest) -> str:
    """The page of committed runs of `03_plan`: Beichen in Chinese, Tianjin in English."""
    plan = read_notebook(GOLDEN_DIR / f"{PLANS[request.param]}.ipynb")
    facts = Facts.model_validate(result_of(plan))
    lang = {"beichen": "zh", "tianjin": "en"}[request.param]
    assembly = assemble(plan, facts, record=RECORD, lang=lang)
    return html_text(assembly.document, assembly.pictures)


def test_every_number_is_cited(page: str) -> None:
    assert uncited_numbers(page) == []


def test_every_citation_leads_to_one_place(page: str) -> None:
    assert broken_links(page) == []


def test_every_cited_observation_shows_that_number(page: str) -> None:
    assert observation_links(page)
    assert numbers_not_in_their_row(page) == []


ROW = '<table><tr id="obs-a"><td>2019</td><td>CNY 90.92549 billion</td></tr></table>'


@pytest.mark.parametrize("said", ["CNY 90.92549 billion", "90.93", "91"])
def test_an_observation_may_be_cited_with_fewer_digits(said: str) -> None:
    assert numbers_not_in_their_row(f'{ROW}<a href="#obs-a">{said}</a>') == []


@pytest.mark.parametrize("said", ["90.92", "90.93%", "9,093", "many"])
def test_another_number_than_that_of_the_observation_is_found(said: str) -> None:
    assert numbers_not_in_their_row(f'{ROW}<a href="#obs-a">{said}</a>')


def test_a_link_that_leads_nowhere_or_to_two_places_is_found() -> None:
    twice = '<p id="b"></p><p id="b"></p>'
    assert broken_links(f'{twice}<a href="#a">1</a><a href="#b">2</a>') == ["a", "b"]
