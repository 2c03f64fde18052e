"""The dashboard and the chart of scenarios against their baselines, in both languages."""

import pytest
from matplotlib.text import Text
from synthetic_goals import AS_OF, compared, in_both_languages, rows

from bcforecast.plotting import style
from bcforecast.plotting.goals import dashboard, scenario_chart


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
        bars = [bar for bar in figure.axes[0].patches if bar.get_zorder() == 2]
        width = max(bar.get_width() for bar in figure.axes[0].patches)
        assert [bar.get_width() / width for bar in bars] == pytest.approx(ranked)
        said = " ".join(one.get_text() for one in figure.findobj(Text))
        assert {"en": "Not assessed", "zh": "暂不能判断"}[lang] in said
        assert min(one.get_fontsize() for one in figure.findobj(Text)) >= style.SIZE


def test_a_dollar_in_a_name_is_a_dollar():
    chart = scenario_chart(["US$ a day, US$ 2"], {"a $b$": [0.2]}, grades="A", lang="en")
    drawn = [one for one in chart.figure.findobj(Text) if "$" in one.get_text()]
    assert drawn
    assert not any(one.get_parse_math() for one in drawn)
