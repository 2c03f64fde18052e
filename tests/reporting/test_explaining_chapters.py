"""What the notebooks show of explanations, changes and hindsight, piece by piece."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

import bcforecast as bc
from bcforecast.attainment.explain import explain
from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.errors import BcforecastError
from bcforecast.reporting import chapters as changes_chapter
from bcforecast.reporting import chapters as explain_chapter
from bcforecast.reporting import chapters as hindcast_chapter
from bcforecast.reporting import gather, open_outlook
from bcforecast.reporting.display import RESULT_MIME, Prose, Table
from bcforecast.reporting.execution import result_of, run_notebook

PLAN = "tianjin-2020-2022"
PLAN_READ = bc.load_plan(PLAN)
DAYS = {"since": "2020-12-31", "as_of": "2021-12-31"}
LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


@LANGUAGES
def test_a_goal_is_explained_by_a_panel_a_paragraph_and_a_row_of_years(lang) -> None:
    outlook = open_outlook(PLAN, as_of="2020-12-31", goal="tech_contract_value")
    known = explain(outlook, "tech_contract_value")
    panel = explain_chapter.rule_panel(known, lang=lang)
    assert len(panel.rows) == 11
    assert panel.note
    assert "31" in explain_chapter.required_path(known, lang=lang).markdown
    (years,) = explain_chapter.date_by_year(known, lang=lang).tables
    assert len(years.columns) == 8
    assert len(explain_chapter.plan_panel(outlook, lang=lang).rows) == 1


def test_a_goal_of_which_nothing_can_be_said_has_no_row_of_years() -> None:
    outlook = open_outlook(PLAN, as_of="2020-12-31", goal="unicorns")
    known = explain(outlook, "unicorns")
    assert explain_chapter.date_by_year(known, lang="en").tables == ()


@LANGUAGES
def test_changes_are_counted_drawn_tabled_and_logged(lang) -> None:
    changes = changes_chapter.open_changes(PLAN, **DAYS)
    opening = changes_chapter.changes_opening(changes, lang=lang).markdown
    counted = {
        "en": "rose for 3 goals, fell for 1 and did not move for 4",
        "zh": "上升3项、下降1项",
    }
    assert counted[lang] in opening
    assert changes_chapter.changes_chart(changes, lang=lang).alt
    assert len(changes_chapter.changes_table(changes, lang=lang).rows) == 10
    log = changes_chapter.changes_log(changes, lang=lang)
    assert isinstance(log, Table)
    record = changes_chapter.changes_result(changes, lang=lang)._repr_mimebundle_()[RESULT_MIME]
    json.dumps(record, allow_nan=False)


def test_no_change_of_word_is_said_in_a_sentence() -> None:
    changes = changes_chapter.open_changes(PLAN, since="2021-01-01", as_of="2021-01-02")
    log = changes_chapter.changes_log(changes, lang="en")
    assert isinstance(log, Prose)
    assert log.markdown == "No goal changed its word or its grade."


def test_changes_can_start_from_the_result_of_an_earlier_report(tmp_path) -> None:
    outlook = open_outlook(PLAN, as_of=DAYS["since"])
    path = tmp_path / "result.json"
    path.write_text(gather(outlook).model_dump_json(), encoding="utf-8")
    found = changes_chapter.open_changes(PLAN, **DAYS, previous=str(path))
    assert found == changes_chapter.open_changes(PLAN, **DAYS)


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(BcforecastError, match="found soon"):
        changes_chapter.open_changes(PLAN, since="soon", as_of="2021-12-31")


@LANGUAGES
def test_hindsight_has_goals_and_scores(lang) -> None:
    found = hindcast_chapter.open_hindcast(PLAN)
    goals, scores = hindcast_chapter.hindcast_tables(found, lang=lang).tables
    assert len(goals.rows) == 10
    assert len(scores.rows) == 4


def test_the_notebook_on_changes_runs_and_carries_its_result() -> None:
    notebook = run_notebook(NOTEBOOKS_DIR / "06_changes.ipynb", {**DAYS, "lang": "en"})
    result = result_of(notebook)
    assert (result["from"], result["to"]) == (DAYS["since"], DAYS["as_of"])


def test_a_plan_whose_due_dates_are_ahead_of_all_data_has_no_hindsight() -> None:
    outlook = bc.project(PLAN_READ, bc.load_observations(as_of="2020-12-31"))
    assert len(hindcast_chapter.plan_hindcast(outlook, lang="en").tables) == 2
    ahead = PLAN_READ.model_copy(
        update={
            "goals": tuple(
                g.model_copy(update={"due": date(2100, 12, 31)}) for g in PLAN_READ.goals
            )
        }
    )
    assert hindcast_chapter.plan_hindcast(replace(outlook, plan=ahead), lang="en").tables == ()
