"""Tables as HTML and as plain text."""

import pytest
from made_up_facts import both, facts, figure, goal, outcome, series, unset

from bcforecast.config import DATA_DIR
from bcforecast.reporting import (
    Table,
    Tables,
    forecast_table,
    goal_figures,
    grades_table,
    observations_table,
    sources_table,
    standing_table,
    summary_table,
    tracked_table,
    words_table,
)
from bcforecast.reporting.display import Prose, Result
from bcforecast.reporting.facts import Facts, ForecastFact, json_text


def test_every_goal_has_a_row_with_number_word_and_grade():
    table = summary_table(facts(), lang="en")
    assert table.rows == (
        ("Technology enterprises", "more than 530 enterprises", "73%", "likely", "B"),
        ("Platforms", "at least 530 enterprises", "–", "cannot be said", "U"),
    )


def test_what_happened_has_a_column_only_where_something_is_known():
    assert len(summary_table(facts(), lang="zh").columns) == 5
    table = summary_table(facts(goal(outcome=outcome(600.0)), unset()), lang="zh")
    assert [row[-1] for row in table.rows] == ["2022年600：已完成", "–"]


def test_missing_figures_are_dashes_and_never_zero():
    row = standing_table(facts(unset()), lang="en").rows[0]
    assert row[3:] == ("–",) * 6


def test_a_negative_gap_has_a_true_minus():
    row = standing_table(facts(goal(gap=-12.0)), lang="en").rows[0]
    assert row[4] == "−12"


def test_a_kept_promise_needs_no_pace():
    kept = goal(latest=543.0, gap=-12.0, required_rate=-0.02)
    assert standing_table(facts(kept), lang="en").rows[0][5] == "–"
    assert standing_table(facts(goal()), lang="en").rows[0][5] == "7.9%"
    may_rise = goal(comparator="at_most", latest=518.0, gap=12.0, required_rate=0.02)
    assert standing_table(facts(may_rise), lang="en").rows[0][5] == "–"


def test_forecast_table_shows_median_between_the_ends():
    table = forecast_table(goal(), lang="en")
    assert table is not None
    assert table.columns[1:] == ("2021", "2022")
    assert [row[1:] for row in table.rows] == [("460", "480"), ("505", "560"), ("550", "640")]


def test_a_long_forecast_shows_its_last_ten_years():
    years = tuple(range(2021, 2041))
    flat = tuple((1.0,) * 20 for _ in range(2))
    forecast = ForecastFact(
        years=years, levels=(0.5, 0.8), median=(1.0,) * 20, lower=flat, upper=flat
    )
    table = forecast_table(goal(forecast=forecast), lang="en")
    assert table is not None
    assert table.columns[1:] == tuple(str(y) for y in years[-10:])
    assert {len(row) for row in table.rows} == {11}


def test_forecast_table_of_an_event_shows_its_probability():
    table = forecast_table(goal(met_by_year={2021: 0.001, 2022: 0.2}, forecast=None), lang="en")
    assert table is not None
    assert table.columns[1:] == ("2021", "2022")
    assert table.rows[0][1:] == ("under 1%", "20%")


def test_nothing_to_say_has_no_forecast_table():
    assert forecast_table(unset(), lang="zh") == Prose("")


def test_figures_used_stand_with_the_goal_and_all_of_them_in_the_list():
    (used,) = goal_figures(facts(), "enterprises", lang="en").tables
    assert used.caption == "Usable figures: Somewhere"
    assert used.rows[1][2] == "9 April 2020*"
    assert "assumed" in used.note
    listed = observations_table(facts(), lang="en")
    assert [row[-1] for row in listed.rows] == ["used", "used", "not used: a part of a year"]
    assert set(used.row_cites) <= set(listed.anchors)


def test_what_happened_later_is_in_the_list_and_marked():
    listed = observations_table(facts(goal(outcome=outcome(600.0))), lang="en")
    assert listed.rows[-1][2] == "600 enterprises"
    assert "after the as-of date; not used" in listed.rows[-1][-1]


def test_figures_of_the_parent_come_after_the_areas_own():
    parent = series(figure("2021", None)).model_copy(update={"area_name": both("某市", "City")})
    tables = goal_figures(facts(goal(parent=parent)), "enterprises", lang="zh").tables
    assert [t.caption for t in tables][-1] == "可用数据：某市"


def test_a_goal_without_figures_has_no_tables():
    shown = goal_figures(facts(), "platforms", lang="en")
    assert (shown._repr_html_(), repr(shown)) == ("", "")


def test_html_is_escaped_and_accessible():
    html = Table("a < b", ("x", "n"), ("text", "number"), (("<script>", "1 & 2"),))._repr_html_()
    assert "<script>" not in html
    assert "1 &amp; 2" in html
    assert "<caption>a &lt; b</caption>" in html
    assert '<th scope="row" class="text">&lt;script&gt;</th>' in html
    assert '<th scope="col" class="number">n</th>' in html


def test_a_source_is_linked_to_its_row():
    used = goal_figures(facts(), "enterprises", lang="en").tables[0]._repr_html_()
    assert '<a href="#source-bulletin">bulletin</a>' in used
    sources = sources_table(facts(), lang="en")._repr_html_()
    assert 'id="source-bulletin"' in sources
    assert 'href="https://example.org/?a=1&amp;b=2"' in sources


def test_an_address_that_is_none_is_not_a_link():
    html = Table("", ("u", "v"), ("text", "url"), (("a", "javascript:alert(1)"),))._repr_html_()
    assert "href" not in html


def test_plain_text_aligns_chinese():
    text = repr(
        Table("表", ("名称", "数"), ("text", "number"), (("高新技术企业", "1"), ("a", "22")))
    )
    lines = text.splitlines()
    assert lines[0] == "表"
    assert lines[2].endswith("高新技术企业   1")
    assert lines[3] == "a" + " " * 11 + "  22"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_grade_and_word_is_explained(lang):
    assert [row[0] for row in grades_table(lang=lang).rows] == list("ABCDU")
    assert len(words_table(DATA_DIR, lang=lang).rows) == 7


def test_words_are_explained_by_the_bounds_of_the_data_folder(tmp_path):
    rows = "verdict,lower,upper,note\nunlikely,0,0.4,\nlikely,0.4,1,\n"
    (tmp_path / "verdicts.csv").write_text(rows, encoding="utf-8")
    table = words_table(tmp_path, lang="en")
    assert table.rows == (("likely", "40% to 100%"), ("unlikely", "0% to 40%"))


def test_promises_without_a_number_are_listed_or_left_out():
    assert tracked_table(facts(), lang="zh") is not None
    bare = facts().model_copy(update={"milestones": (), "qualitative": ()})
    assert tracked_table(bare, lang="zh") is None


def test_tables_show_one_below_the_other():
    table = Table("t", ("a",), ("text",), (("1",),))
    assert Tables((table, table))._repr_html_().count("<table>") == 2


def test_prose_shows_as_markdown():
    shown = Prose("**[a](#fn-plan)**")._repr_mimebundle_()
    assert shown["text/markdown"] == shown["text/plain"] == repr(Prose("**a**")) == "**a**"


def test_the_result_reads_back_as_the_same_facts():
    document = facts(goal(outcome=outcome(600.0), met_by_year={2022: 0.25}), unset())
    data = Result(document)._repr_mimebundle_()["application/vnd.bcforecast.result+json"]
    assert Facts.model_validate_json(json_text(data)) == document


def test_the_result_has_twelve_significant_digits():
    data = Result(goal(probability=0.1234567890123456))._repr_mimebundle_()
    shown = data["application/vnd.bcforecast.result+json"]
    assert isinstance(shown, dict)
    assert shown["probability"] == 0.123456789012
