"""The charts of several goals against their baselines, in both languages."""

from dataclasses import replace
from datetime import date

import pytest
from matplotlib import text as drawn_text
from synthetic_goals import AS_OF, colliding, compared, in_both_languages, item, rows

import bcforecast as bc
from bcforecast.attainment.news import PARTS, GoalNews, GoalStatus, News, NewsPart, news
from bcforecast.attainment.probability import verdict_of
from bcforecast.plotting import style
from bcforecast.plotting.goals import dashboard, plot_news, reliability_diagram, scenario_chart
from bcforecast.text import Text
from tools.bench.series import reliability_table


@in_both_languages
@compared
def test_dashboard_has_a_row_a_goal(lang):
    scenario = {"zh": "基准", "en": "baseline"}[lang]
    return dashboard(rows(), as_of=AS_OF, scenario=scenario, lang=lang).figure


@in_both_languages
@compared
def test_scenarios_have_a_mark_each_in_the_row_of_a_goal(lang):
    goals = {"zh": ["目标甲", "目标乙"], "en": ["Goal A", "Goal B"]}[lang]
    names = {"zh": ["基准", "冲刺"], "en": ["baseline", "stretch"]}[lang]
    chances = dict(zip(names, [[0.2, 0.55], [0.0, 1.0]], strict=True))
    return scenario_chart(goals, chances, grades="AB", lang=lang).figure


@in_both_languages
def test_bars_stand_in_order_of_danger_and_what_is_not_assessed_is_named(lang):
    picture = dashboard(rows(), as_of=AS_OF, scenario="x", lang=lang)
    ranked = sorted(row.attainment.probability for row in rows() if row.attainment.probability)
    assert len(ranked) < len(rows())
    for figure in (picture.figure, picture.narrow()):
        assert colliding(figure) == []
        bars = [bar for bar in figure.axes[0].patches if bar.get_zorder() == 2]
        width = max(bar.get_width() for bar in figure.axes[0].patches)
        assert [bar.get_width() / width for bar in bars] == pytest.approx(ranked)
        said = " ".join(one.get_text() for one in figure.findobj(drawn_text.Text))
        assert {"en": "Not assessed", "zh": "暂不能判断"}[lang] in said
        assert all(bound in said for bound in ("0%", "33", "50", "66", "100%"))
        assert min(one.get_fontsize() for one in figure.findobj(drawn_text.Text)) >= style.SIZE
    unset = [row for row in rows() if row.attainment.probability is None]
    empty = dashboard(unset, as_of=AS_OF, scenario="x", lang=lang).figure.axes[0]
    assert not empty.lines, "no frame around nothing"


@pytest.mark.parametrize(
    ("chances", "title"),
    [((0.7, 0.8), "2 on course"), ((0.5, 0.8), "1 could go either way, 1 on course"),
     ((0.2, 0.4), "1 at risk, 1 could go either way")],
)  # fmt: skip
def test_the_title_of_the_bars_counts_goals_as_the_first_page_does(chances, title):
    ranked = [row for row in rows() if row.attainment.probability][:2]
    sure = ({"probability": p, "grade": "A", "verdict": verdict_of(p)} for p in chances)
    pairs = zip(ranked, sure, strict=True)
    told = [replace(row, attainment=replace(row.attainment, **said)) for row, said in pairs]
    figure = dashboard(told, as_of=AS_OF, scenario="x", lang="en").figure
    drawn = " ".join(one.get_text() for one in figure.findobj(drawn_text.Text))
    assert title in " ".join(drawn.split())
    over = [rows()[2], *rows()[:1]]
    figure = dashboard(over, as_of=date(2050, 1, 1), scenario="x", lang="en").figure
    drawn = [one.get_text() for one in figure.findobj(drawn_text.Text)]
    assert "2 due and awaiting their figures" in drawn, "assessed or not"


def test_a_chart_of_many_goals_has_pieces_that_a_page_holds_as_large_as_they_are_stated():
    many = [row for row in rows() if row.attainment.probability for _ in range(4)]
    charts = [dashboard(many, as_of=AS_OF, scenario="x", lang="en")]
    charts += [scenario_chart("ab" * 12, {"x": [0.5] * 24}, grades="A" * 24, lang="en")]
    for chart in charts:
        first, *others = chart.pages
        assert others
        assert "goals 1 to " in first.caption
        *full, last = [one.figure.get_figheight() for one in chart.pages]
        assert all(6.0 < high <= 7.2 for high in full), "no page is left half empty"
        assert last <= 7.2


def test_a_dollar_in_a_name_is_a_dollar():
    chart = scenario_chart(["US$ a day, US$ 2"], {"a $b$": [0.2]}, grades="A", lang="en")
    drawn = [one for one in chart.figure.findobj(drawn_text.Text) if "$" in one.get_text()]
    assert drawn
    assert not any(one.get_parse_math() for one in drawn)


DAYS = {"since": date(2020, 12, 31), "until": date(2021, 12, 31)}


def goal(name: Text, before: float, after: float, *changes: float) -> GoalNews:
    """Return made-up news of one goal; the changes are those of `PARTS`."""
    ends = [
        GoalStatus(day, p, "", "B") for day, p in zip(DAYS.values(), (before, after), strict=True)
    ]
    parts = tuple(NewsPart(*pair, ()) for pair in zip(PARTS, changes, strict=True))
    return GoalNews(item(name).goal, item(name).indicator, *ends, parts, None)


MOVED = News(
    None, *DAYS.values(), "baseline", 1, (
        goal(Text(zh="技术合同成交额（合成数据）", en="Contract turnover (synthetic)"),
             0.62, 0.55, -0.22, 0.31, -0.12, -0.04),
        goal(Text(zh="高新技术企业（合成数据）", en="High-tech enterprises (synthetic)"),
             0.35, 0.9995, 0.0, 0.6495, 0.0, 0.0),
    ),
)  # fmt: skip


@in_both_languages
@compared
def test_waterfall_steps_from_one_probability_to_the_next(lang):
    return plot_news(MOVED, lang=lang).figure


@in_both_languages
@compared
def test_waterfall_without_a_move_says_so(lang):
    return plot_news(replace(MOVED, goals=()), lang=lang).figure


def test_the_words_of_the_waterfall_name_every_step():
    said = plot_news(MOVED, lang="en").alt
    assert "from 62% to 55% (revisions of old figures: −22 points; new figures: +31" in said
    assert "over 99%" in said


@pytest.mark.parametrize(
    ("grades", "ends", "changes", "told"),
    [
        ("AA", (0.604, 0.7150), (0.0, 0.0, 0.111, 0.0), (0, 0, 12, 0)),
        ("CC", (0.63, 0.72), (0.04, 0.01, 0.04, 0.0), (0, 5, 0, 0)),
        ("DB", (0.63, 0.78), (0.1, 0.05, 0.0, 0.0), (10, 8, 0, 0)),
    ],
)
def test_news_tells_whole_points_between_the_chances_that_stand_beside_them(
    grades, ends, changes, told
):
    one = goal(Text(en="Firms", zh="企业"), *ends, *changes)
    first, last = (
        replace(at, grade=g) for at, g in zip((one.before, one.after), grades, strict=True)
    )
    one = replace(one, before=first, after=last).told
    points = [round(100 * part.change) for part in one.parts]
    assert (tuple(points), round(100 * one.total)) == (told, sum(told))


def test_goals_that_did_not_move_are_left_out():
    plan = bc.load_plan("tianjin-2020-2022")
    found = news(plan, bc.load_observations(), **DAYS)
    said = plot_news(found, lang="en").alt
    assert "Turnover of technology contracts" in said
    assert "Unicorn" not in said
    assert "Invention patents" not in said
    same = news(plan, bc.load_observations(), since=DAYS["since"], until=DAYS["since"])
    assert "No probability moved" in plot_news(same, lang="en").alt


TABLE = reliability_table([0, 0, 1, 1, 1], [0.1, 0.3, 0.35, 0.8, 1.0])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_reliability_diagram_says_its_points_in_words(lang):
    picture = reliability_diagram({"A": TABLE, "B": TABLE}, lang=lang)
    assert len(picture.figure.axes) == 2
    assert "32%" in picture.alt
    assert "50%" in picture.alt


def test_points_stand_where_the_table_says():
    axes = reliability_diagram({"A": TABLE}, lang="en").figure.axes[0]
    drawn = axes.containers[0].lines[0].get_xydata()
    assert drawn.tolist() == TABLE[["stated", "met"]].to_numpy().tolist()
    counts = [one.get_text() for one in axes.texts]
    assert counts == [str(count) for count in TABLE["count"]]
