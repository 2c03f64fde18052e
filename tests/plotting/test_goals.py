"""The dashboard and the chart of scenarios against their baselines, in both languages."""

from synthetic_goals import AS_OF, compared, in_both_languages, rows

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
