"""Pictures of synthetic goals against their baselines, pixel by pixel, in both languages."""

import pytest
import synthetic_goals
from matplotlib.figure import Figure

from bcforecast.plotting import dashboard, fan_chart
from bcforecast.plotting.goals import scenario_chart
from bcforecast.plotting.style import DPI, settings

compared = pytest.mark.mpl_image_compare(
    style=settings(), savefig_kwargs={"dpi": DPI, "metadata": {"Software": None}}
)
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


@LANGUAGES
@compared
def test_fan_with_gaps_bounds_and_what_was_published_later(lang) -> Figure:
    return fan_chart(synthetic_goals.own_series(), lang=lang).figure


@LANGUAGES
@compared
def test_borrowed_fan_has_the_parent_beside_it(lang) -> Figure:
    return fan_chart(synthetic_goals.borrowed(), lang=lang).figure


@LANGUAGES
@compared
def test_goal_of_which_nothing_can_be_said_says_so(lang) -> Figure:
    return fan_chart(synthetic_goals.unset(), lang=lang).figure


@LANGUAGES
@compared
def test_event_has_a_bar_a_year(lang) -> Figure:
    return fan_chart(synthetic_goals.event(), lang=lang).figure


@LANGUAGES
@compared
def test_dashboard_has_a_row_a_goal(lang) -> Figure:
    names = {"zh": "基准", "en": "baseline"}
    return dashboard(
        synthetic_goals.rows(), as_of=synthetic_goals.AS_OF, scenario=names[lang], lang=lang
    ).figure


@LANGUAGES
@compared
def test_scenarios_have_a_mark_each_in_the_row_of_a_goal(lang) -> Figure:
    goals = {"zh": ["目标甲", "目标乙"], "en": ["Goal A", "Goal B"]}[lang]
    names = {"zh": ["基准", "冲刺"], "en": ["baseline", "stretch"]}[lang]
    chances = dict(zip(names, [[0.2, 0.55], [0.0, 1.0]], strict=True))
    return scenario_chart(goals, chances, lang=lang).figure
