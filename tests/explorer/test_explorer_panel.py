"""The widgets of the scenario panel, driven without a browser."""

import re

import pytest

from bcforecast.errors import PlanError
from bcforecast.explorer.panel import ScenarioPanel, chart_under
from bcforecast.plotting.fan import plot_goal
from bcforecast.text import chance, text

GOAL = "hightech_enterprises"


@pytest.fixture(params=["zh", "en"])
def panel(request, session):
    return ScenarioPanel(session.outlook, lang=request.param, goal=GOAL)


def shown(panel):
    """The probability and P(all) that the page carries, as numbers."""
    found = re.findall(r'data-value="([0-9.]+)"', panel._headline.value)
    return tuple(map(float, found))


def test_the_panel_opens_at_rest_and_a_moved_slider_changes_number_word_chart_and_bars(panel):
    baseline = panel.session.outlook[GOAL].attainment.probability
    assert shown(panel)[0] == pytest.approx(baseline, abs=1e-6)
    assert {slider.value for slider in panel.sliders.values()} == {0.0}
    assert not any(slider.continuous_update for slider in panel.sliders.values())
    before = panel._headline.value, panel._chart.value, panel._bars.value
    panel.sliders["new_certifications"].value = 40.0
    pushed = panel.session.exploration.pushed({"new_certifications": 40.0})
    p = panel.session.exploration.probability(GOAL, pushed)
    together = panel.session.exploration.joint(pushed).all_met
    assert shown(panel) == pytest.approx((p, together), abs=1e-6)
    after = panel._headline.value, panel._chart.value, panel._bars.value
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert bytes(after[1]).startswith(b"\x89PNG")


def test_a_chosen_scenario_sets_the_sliders_and_answers_once(panel, monkeypatch):
    asked = []
    answer = panel.session.answer
    monkeypatch.setattr(panel.session, "answer", lambda *given: asked.append(1) or answer(*given))
    panel.scenario.value = "stretch"
    assert len(asked) == 1
    assert panel.sliders["new_certifications"].value == 35.0
    stretch = panel.session.scenario("stretch")
    p = panel.session.exploration.probability(GOAL, stretch)
    assert shown(panel)[0] == pytest.approx(p, abs=1e-6)
    assert stretch.reason.render(panel.lang)[:20] in panel._note.value


def test_the_button_back_to_the_scenario_undoes_the_sliders(panel):
    panel.scenario.value = "stretch"
    kept = panel._headline.value
    panel.sliders["renewal_rate"].value = -10.0
    assert panel._headline.value != kept
    panel._reset.click()
    assert panel._headline.value == kept


def test_levers_of_the_chosen_goal_stand_open_and_all_others_folded(panel):
    for goal in panel.session.outlook.plan.goals:
        panel.goal.value = goal.id
        placed = {True: panel._own.children, False: panel._other.children}
        for lever, slider in panel.sliders.items():
            (known,) = (one for one in panel.session.levers if one.id == lever)
            acts = panel.session.acts_on(known, goal.id)
            rows = [row for row in placed[acts] if slider in getattr(row, "children", ())]
            assert len(rows) == 1, (goal.id, lever)


def test_an_unset_goal_gets_words_and_no_number_and_an_event_is_drawn_under_a_scenario_too(panel):
    panel.goal.value = "innovation_platforms"
    assert 'data-value=""' in panel._headline.value
    said = text("explorer.no_lever_unset", panel.lang)
    assert [said in note.value for note in panel._own.children] == [True]
    panel.sliders["new_certifications"].value = 10.0
    assert 'data-value=""' in panel._headline.value
    panel.goal.value = "university_science_parks"
    before = panel._chart.value
    panel.sliders["park_applications"].value = 200.0
    assert panel._chart.value != before


def test_a_saved_scenario_is_chosen_at_once_and_a_second_one_of_its_name_refused(panel):
    panel.sliders["new_certifications"].value = 15.0
    expected = shown(panel)
    panel.name.value, panel.title.value = "saved-panel", "A <new> one"
    panel.save.click()
    assert panel.scenario.value == "saved-panel"
    assert ("A <new> one", "saved-panel") in panel.scenario.options
    assert "bcf-said-done" in panel.saved.value
    assert shown(panel) == expected
    panel.save.click()
    assert "bcf-said-refused" in panel.saved.value
    panel.replace.value = True
    panel.save.click()
    assert "bcf-said-done" in panel.saved.value
    assert panel.replace.value is False


def test_without_a_kernel_a_sentence_stands_where_the_panel_was(panel):
    bundle = panel._repr_mimebundle_()
    assert "make explore" in bundle["text/plain"]
    assert bundle["text/plain"] in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_goal_that_the_plan_has_not_is_refused(panel_outlook):
    with pytest.raises(PlanError, match="unicorns"):
        ScenarioPanel(panel_outlook, lang="en", goal="unicorns")


def test_under_a_scenario_the_chart_keeps_the_baselines_median(session):
    answer = session.answer(session.scenario("stretch"))
    item, baseline = answer.after[GOAL], answer.before
    chart = chart_under(item, baseline, lang="en")
    median = baseline[GOAL].forecast.median()
    lines = [line.get_ydata() for line in chart.figure.axes[0].lines]
    assert any(len(y) == len(median) and list(y) == list(median) for y in lines)
    assert "baseline" in [label.get_text() for label in chart.figure.axes[0].texts]
    unmoved = chart_under(baseline[GOAL], baseline, lang="zh")
    assert unmoved.png() == plot_goal(baseline, GOAL, lang="zh").png()


def test_a_change_is_written_with_its_sign_and_the_baseline(panel):
    grade = panel.session.outlook[GOAL].attainment.grade
    before = chance(shown(panel)[0], grade=grade, lang=panel.lang)
    same = {"zh": "与基准相同", "en": "same as baseline"}[panel.lang]
    assert f"<b>{same}</b>" in panel._headline.value
    panel.sliders["new_certifications"].value = -40.0
    fall = re.search(r'<b class="bcf-down">(.*?)</b> <small>(.*?)</small>', panel._headline.value)
    assert fall[1].startswith("\N{MINUS SIGN}")
    assert before in fall[2]
