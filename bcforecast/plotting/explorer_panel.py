"""The scenario panel: choosers, a slider a lever, the answer, and saving; nothing is computed here.

Every widget is made once and changed in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets

from bcforecast import defaults
from bcforecast.attainment.outlook import GoalOutlook, Outlook
from bcforecast.messages import Language, text
from bcforecast.plotting import explorer_words as words
from bcforecast.plotting.explorer_chart import ScenarioChart, quick_png
from bcforecast.plotting.explorer_form import SaveForm
from bcforecast.plotting.explorer_saving import save_scenario
from bcforecast.plotting.explorer_session import Session
from bcforecast.scenarios import Lever, Scenario

_STYLE: Final = Path(__file__).parent / "explorer.css"
_STEPS: Final = (0.1, 0.5, 1.0, 5.0, 10.0)
_FEWEST_STEPS: Final = 40


class ScenarioPanel:
    """Widgets over a session.

    Parameters
    ----------
    outlook
        Under the baseline.
    lang
        Language of every word.
    goal
        Identifier of the goal shown first. Default: the first of which a probability can be said.
    font
        An `@font-face` rule for machines without a Chinese font.

    Attributes
    ----------
    goal, scenario
        Choosers; their values are identifiers.
    sliders
        By lever.
    form
        Name, title and button for saving.
    root
        The whole, as a widget.
    """

    def __init__(
        self, outlook: Outlook, *, lang: Language, goal: str | None = None, font: str = ""
    ) -> None:
        self.lang: Language = lang
        self._style = f"<style>{font}{_STYLE.read_text(encoding='utf-8')}</style>"
        self.session = Session(outlook)
        self._held = False
        self._charts: dict[str, ScenarioChart] = {}
        known = [one.id for one in self.session.exploration.goals]
        first = goal or next(iter(known), outlook.plan.goals[0].id)
        self.goal = _chooser(text("explorer.goal", lang), self._goal_options(), first, "bcf-goal")
        self.scenario = _chooser(
            text("explorer.scenario", lang),
            self._scenario_options(),
            defaults.SCENARIO,
            "bcf-scenario",
        )
        self.sliders = {lever.id: _slider(lever) for lever in self.session.levers}
        self.form = SaveForm(lang, save=self._save)
        self._rows = self._lever_rows()
        self._reset = widgets.Button(
            description=text("explorer.reset", lang),
            icon="undo",
            layout=widgets.Layout(width="auto", align_self="flex-start"),
        )
        self._note, self._headline, self._bars, self._alt = (widgets.HTML() for _ in range(4))
        self._chart = widgets.Image(format="png")
        self._chart.add_class("bcf-chart")
        self._own, self._other = widgets.VBox(), widgets.VBox()
        self._other.add_class("bcf-other")
        self._more = widgets.Accordion(children=[self._other], selected_index=None)
        self._more.set_title(0, text("explorer.other_levers", lang))
        self.root = self._laid_out()
        self._arrange()
        self.update()
        self.goal.observe(self._on_goal, "value")
        self.scenario.observe(self._on_scenario, "value")
        self._reset.on_click(lambda _: self._on_scenario())
        for slider in self.sliders.values():
            slider.observe(lambda _: self.update(), "value")

    def current(self) -> Scenario:
        """Return the scenario that stands on the panel: the chosen one, with the levers moved."""
        sizes = {lever: float(slider.value) for lever, slider in self.sliders.items()}
        return self.session.moved(self.base, sizes)

    @property
    def base(self) -> Scenario:
        """The chosen scenario."""
        return self.session.scenario(str(self.scenario.value))

    def update(self) -> None:
        """Ask the library for what stands on the panel, and show its answer."""
        if self._held:
            return
        answer = self.session.answer(str(self.goal.value), self.current())
        picture = self._chart_of(answer.before).draw(answer.item)
        self._headline.value = words.headline(answer, self.session, lang=self.lang)
        self._chart.value = quick_png(picture.figure)
        self._bars.value = words.goal_bars(answer, self.session.outlook, lang=self.lang)
        self._alt.value = f'<div class="bcf-hidden">{escape(picture.alt)}</div>'

    def _chart_of(self, before: GoalOutlook) -> ScenarioChart:
        if before.goal.id not in self._charts:
            self._charts[before.goal.id] = ScenarioChart(
                before, self.session.outlook, lang=self.lang
            )
        return self._charts[before.goal.id]

    def _on_goal(self, _: object) -> None:
        self._arrange()
        self.update()

    def _on_scenario(self, _: object = None) -> None:
        base = self.base
        with self._holding():
            for lever, slider in self.sliders.items():
                slider.value = self.session.size(base, lever)
        self._note.value = words.scenario_note(base, lang=self.lang)
        self.update()

    def _save(self, name: str, title: str, replace: bool) -> str:
        saved = save_scenario(
            self.session, self.current(), name=name, title=title, base=self.base, replace=replace
        )
        self.session.read_scenarios()
        with self._holding():
            self.scenario.options = self._scenario_options()
            self.scenario.value = saved.id
        self._on_scenario()
        return text("explorer.saved", self.lang, file=f"scenarios/{saved.id}.yaml")

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Let several widgets change before one answer is asked for."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def _arrange(self) -> None:
        """Put the levers that act on the chosen goal first, the others below, folded."""
        goal = str(self.goal.value)
        own: list[widgets.Widget] = []
        other: list[widgets.Widget] = []
        for group, heading, rows in self._rows:
            acting = [lever.id for lever in group.levers if self.session.acts_on(lever, goal)]
            for place, chosen in ((own, True), (other, False)):
                shown = [row for lever, row in rows.items() if (lever in acting) is chosen]
                place += [heading[chosen], *shown] if shown else []
        unset = goal in self.session.exploration.unset
        nothing = text("explorer.no_lever_unset" if unset else "explorer.no_lever", self.lang)
        self._own.children = own or [widgets.HTML(f'<p class="bcf-note">{escape(nothing)}</p>')]
        self._other.children = other
        self._more.layout.display = None if other else "none"

    def _lever_rows(self) -> list[tuple[Any, dict[bool, widgets.HTML], dict[str, widgets.VBox]]]:
        return [
            (
                group,
                {
                    place: widgets.HTML(words.group_heading(group, lang=self.lang))
                    for place in (True, False)
                },
                {
                    lever.id: widgets.VBox(
                        [
                            widgets.HTML(
                                words.lever_label(lever, group, self.session, lang=self.lang)
                            ),
                            self.sliders[lever.id],
                        ]
                    )
                    for lever in group.levers
                },
            )
            for group in self.session.groups
        ]

    def _laid_out(self) -> widgets.VBox:
        lang = self.lang
        self._note.value = words.scenario_note(self.base, lang=lang)
        top = widgets.HBox([self.goal, self.scenario], layout=widgets.Layout(flex_flow="row wrap"))
        top.add_class("bcf-chooser")
        answer = widgets.VBox([self._headline, self._chart, self._alt])
        answer.add_class("bcf-answer")
        title = widgets.HTML(f'<p class="bcf-section">{text("explorer.levers", lang)}</p>')
        hint = widgets.HTML(f'<p class="bcf-note">{text("explorer.levers_note", lang)}</p>')
        levers = widgets.VBox([title, hint, self._own, self._more, self._reset, self.form.box])
        levers.add_class("bcf-levers")
        self._bars.add_class("bcf-all")
        columns = widgets.Box([answer, levers, self._bars])
        columns.add_class("bcf-columns")
        root = widgets.VBox([widgets.HTML(self._style), top, self._note, columns])
        root.add_class("bcf-panel")
        return root

    def _goal_options(self) -> list[tuple[str, str]]:
        plan = self.session.outlook.plan
        return [(plan.indicator_of(goal).name(self.lang), goal.id) for goal in plan.goals]

    def _scenario_options(self) -> list[tuple[str, str]]:
        return [(one.name(self.lang), one.id) for one in self.session.scenarios]

    def _repr_mimebundle_(self, **options: object) -> dict[str, object]:
        note = text("explorer.needs_kernel", self.lang)
        bundle = dict(self.root._repr_mimebundle_(**options) or {})
        return {**bundle, "text/plain": note, "text/html": f"<p><em>{escape(note)}</em></p>"}


def _chooser(label: str, options: list[tuple[str, str]], value: str, css: str) -> widgets.Dropdown:
    chooser = widgets.Dropdown(
        description=label,
        options=options,
        value=value,
        style={"description_width": "initial"},
        layout=widgets.Layout(max_width="100%", width="auto"),
    )
    chooser.add_class(css)
    return chooser


def _slider(lever: Lever) -> widgets.FloatSlider:
    step = max(s for s in _STEPS if s <= (lever.high - lever.low) / _FEWEST_STEPS or s == _STEPS[0])
    slider = widgets.FloatSlider(
        value=0.0,
        min=lever.low,
        max=lever.high,
        step=step,
        continuous_update=False,
        readout_format="+.1f",
    )
    slider.add_class("bcf-slider")
    slider.add_class(f"bcf-lever-{lever.id.replace('.', '-')}")
    return slider
