"""The live panel: move a lever and see fan and probability move.

The scenario panel: choosers, a slider a lever, the answer, and saving; nothing is computed here.

Every widget is made once and changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure

from bcforecast import config
from bcforecast.attainment.probability import attainment_probability
from bcforecast.attainment.project import GoalOutlook, Outlook
from bcforecast.errors import BcforecastError
from bcforecast.explorer.session import Answer, LeverGroup, Session, save_scenario
from bcforecast.plotting.fan import FanData, fan_chart, fan_data, fan_of
from bcforecast.plotting.style import DPI, QUIET, Picture, house_style
from bcforecast.scenarios.scenario import Lever, Scenario
from bcforecast.text import Language, day, percent, target_words, text


class SaveForm:
    """Fields and a button.

    Parameters
    ----------
    lang
        Language of every word.
    save
        Called with name, title and whether to replace; returns what to say, or raises a
        `BcforecastError`, whose sentence is shown.
    """

    def __init__(self, lang: Language, *, save: Callable[[str, str, bool], str]) -> None:
        self._lang: Language = lang
        self._call = save
        self.name = widgets.Text(
            description=text("explorer.name", lang),
            placeholder=text("explorer.name_hint", lang),
            continuous_update=True,
        )
        self.title = widgets.Text(
            description=text("explorer.title", lang),
            placeholder=text("explorer.title_hint", lang),
        )
        self.replace = widgets.Checkbox(
            description=text("explorer.replace", lang), indent=False, value=False
        )
        self.button = widgets.Button(
            description=text("explorer.save", lang), button_style="primary", icon="save"
        )
        self.said = widgets.HTML()
        for widget, css in ((self.name, "bcf-save-name"), (self.title, "bcf-save-title")):
            widget.add_class(css)
        self.button.add_class("bcf-save-button")
        heading = widgets.HTML(f'<p class="bcf-section">{text("explorer.save_heading", lang)}</p>')
        foot = widgets.HBox(
            [self.button, self.replace], layout=widgets.Layout(flex_flow="row wrap")
        )
        self.box = widgets.VBox([heading, self.name, self.title, foot, self.said])
        self.box.add_class("bcf-save")
        self.button.on_click(lambda _: self.submit())

    def submit(self) -> None:
        """Save, and show what came of it."""
        try:
            said = self._call(self.name.value, self.title.value, bool(self.replace.value))
        except BcforecastError as error:
            self._say(error.message.render(self._lang), "refused")
            return
        self.replace.value = False
        self._say(said, "done")

    def _say(self, words: str, kind: str) -> None:
        self.said.value = f'<p class="bcf-said bcf-said-{kind}" role="status">{escape(words)}</p>'


class ScenarioChart:
    """Draws one goal again and again; what no scenario changes is computed once.

    Parameters
    ----------
    before
        The goal under the baseline.
    outlook
        Under the baseline.
    """

    def __init__(self, before: GoalOutlook, outlook: Outlook, *, lang: Language) -> None:
        self._before: FanData = fan_data(before, outlook)
        self._forecast = before.forecast
        self._lang: Language = lang

    def draw(self, item: GoalOutlook) -> Picture:
        """Draw the goal under a scenario; where that moves it, with the baseline's median."""
        if item.forecast is self._forecast:
            return fan_chart(self._before, lang=self._lang)
        picture = fan_chart(self._data(item), lang=self._lang)
        if self._before.fan is not None:
            self._draw_before(picture.figure)
        return picture

    def _data(self, item: GoalOutlook) -> FanData:
        forecast, goal = item.forecast, item.goal
        assert forecast is not None
        said = replace(
            self._before,
            probability=item.attainment.probability,
            verdict=item.attainment.verdict,
        )
        if self._before.fan is not None:
            return replace(said, fan=fan_of(forecast, item.years))
        chances = {
            year: attainment_probability(
                forecast, comparator=goal.comparator, target=goal.target, step=step
            )
            for step, year in enumerate(item.years, start=1)
        }
        return replace(said, met_by_year=chances)

    def _draw_before(self, figure: Figure) -> None:
        fan = self._before.fan
        assert fan is not None
        with house_style():
            axes = figure.axes[0]
            axes.plot(fan.years, fan.median, color=QUIET, lw=1.3, ls=(0, (2, 1.5)), zorder=7)
            low, high = axes.get_ylim()
            axes.set_ylim(min(low, float(fan.median.min())), max(high, float(np.max(fan.median))))
            axes.annotate(
                text("explorer.baseline", self._lang),
                (float(fan.years[-1]), float(fan.median[-1])), (4, 0),
                textcoords="offset points", fontsize=7.5, color=QUIET, va="center",
            )  # fmt: skip


def quick_png(figure: Figure) -> bytes:
    """Return a figure as a PNG that is larger than it need be, and sooner there."""
    buffer = BytesIO()
    with house_style():
        figure.savefig(buffer, format="png", dpi=DPI, pil_kwargs={"compress_level": 1})
    return buffer.getvalue()


_SAME_PP = 0.05
"""Smallest change that is shown, in percentage points."""


def headline(answer: Answer, session: Session, *, lang: Language) -> str:
    """Say the chosen goal's probability as number and word, its change, and all goals together."""
    a, goal, indicator = answer.item.attainment, answer.item.goal, answer.item.indicator
    promise = text(
        "explorer.promise",
        lang,
        due=day(goal.due, lang=lang),
        target=target_words(
            goal.comparator,
            goal.target,
            unit=goal.unit,
            name=indicator.unit_name(lang),
            lang=lang,
        ),
    )
    p = a.probability
    number = "–" if p is None else percent(p, lang=lang)
    exact = "" if p is None else f"{p:.6f}"
    count = len(session.exploration.goals)
    facts = [
        (text("explorer.change", lang), change(p, answer.before.attainment.probability, lang=lang)),
        (
            text("explorer.together", lang, count=count),
            _against(answer.together, answer.together_before, lang),
        ),
        (text("explorer.grade", lang), f'<b class="bcf-grade bcf-grade-{a.grade}">{a.grade}</b>'),
    ]
    listed = "".join(f"<div><dt>{escape(k)}</dt><dd>{v}</dd></div>" for k, v in facts)
    return (
        f'<div class="bcf-headline" aria-live="polite">'
        f'<p class="bcf-promise">{escape(promise)}</p>'
        f'<p class="bcf-big"><span class="bcf-probability" data-value="{exact}">{escape(number)}'
        f'</span> <span class="bcf-word">{escape(text(a.verdict, lang))}</span></p>'
        f"<dl>{listed}</dl></div>"
    )


def change(now: float | None, before: float | None, *, lang: Language) -> str:
    """Say the change of a probability in percentage points, and from what, as HTML.

    Examples
    --------
    >>> change(0.47, 0.41, lang="en")
    '<b class="bcf-up">+6.0 pp</b> <small>(baseline 41%)</small>'
    >>> change(0.41, 0.41, lang="zh")
    '<b>与基准相同</b>'
    """
    if now is None or before is None:
        return "–"
    points = 100.0 * (now - before)
    if abs(points) < _SAME_PP:
        return f"<b>{escape(text('explorer.same', lang))}</b>"
    size = f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")
    kind = "bcf-up" if points > 0 else "bcf-down"
    from_ = text("explorer.from", lang, percent=percent(before, lang=lang))
    said = text("explorer.points", lang, size=size)
    return f'<b class="{kind}">{escape(said)}</b> <small>{escape(from_)}</small>'


def goal_bars(answer: Answer, outlook: Outlook, *, lang: Language) -> str:
    """List all goals with a bar, a mark where the baseline stands, and the probability."""
    rows = []
    for goal in outlook.plan.goals:
        p, before = answer.goals[goal.id], answer.goals_before[goal.id]
        name = outlook.plan.indicator_of(goal).name(lang)
        chosen = ' class="bcf-chosen"' if goal.id == answer.item.goal.id else ""
        bar = "" if p is None or before is None else _bar(p, before)
        number = text("verdict.unset", lang) if p is None else percent(p, lang=lang)
        rows.append(
            f'<tr{chosen}><th scope="row">{escape(name)}</th><td class="bcf-track">{bar}</td>'
            f'<td class="bcf-number">{escape(number)}</td></tr>'
        )
    return (
        f'<table class="bcf-goals"><caption>{escape(text("explorer.all_goals", lang))}</caption>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def scenario_note(scenario: Scenario, *, lang: Language) -> str:
    """Say why a scenario was made, and by whom."""
    author = text("explorer.by", lang, author=scenario.author.in_(lang))
    by = "" if scenario.id == scenario.author.in_(lang) or _is_bare(scenario) else author
    words = f"{scenario.reason.in_(lang)} {by}".strip()
    return f'<p class="bcf-note">{escape(words)}</p>'


def group_heading(group: LeverGroup, *, lang: Language) -> str:
    """Name the measure that moves a group of levers, with its place in the plan."""
    if group.measure is None:
        return f'<p class="bcf-measure">{escape(text("explorer.no_measure", lang))}</p>'
    place = escape(group.measure.place)
    return f'<p class="bcf-measure"><span>{place}</span> {escape(group.measure.name(lang))}</p>'


def lever_label(lever: Lever, group: LeverGroup, session: Session, *, lang: Language) -> str:
    """Name a lever with its unit, its range, and the other measures that move it."""
    name = _lever_name(lever, session, lang)
    unit = lever.unit_name.render(lang)
    low, high = (f"{end:+g}".replace("-", "\N{MINUS SIGN}") for end in (lever.low, lever.high))
    span = text("explorer.range", lang, low=low, high=high, unit=unit)
    others = group.others[lever.id]
    also = text("explorer.also", lang, places=_joined(others, lang)) if others else ""
    return (
        f'<p class="bcf-lever"><b>{escape(name)}</b>'
        f"<span>{escape(span.replace('-', chr(0x2212)))}</span>"
        f"{f'<small>{escape(also)}</small>' if also else ''}</p>"
    )


def _lever_name(lever: Lever, session: Session, lang: Language) -> str:
    if lever.family != "growth":
        return lever.name.render(lang)
    indicator = session.outlook.plan.indicator(lever.indicators[0]).name(lang)
    return text("explorer.growth", lang, indicator=indicator)


def _against(now: float | None, before: float | None, lang: Language) -> str:
    if now is None or before is None:
        return "–"
    from_ = text("explorer.from", lang, percent=_fine(before, lang))
    return (
        f'<b class="bcf-together" data-value="{now:.6f}">{escape(_fine(now, lang))}</b>'
        f" <small>{escape(from_)}</small>"
    )


def _fine(p: float, lang: Language) -> str:
    """Write a small probability with one decimal."""
    return f"{100 * p:.1f}%" if 0.005 <= p < 0.1 else percent(p, lang=lang)


def _bar(p: float, before: float) -> str:
    return (
        f'<div><i style="width:{100 * p:.1f}%"></i><u style="left:{100 * before:.1f}%"></u></div>'
    )


def _is_bare(scenario: Scenario) -> bool:
    return not (scenario.moves or scenario.shocks or scenario.aim)


def _joined(places: Iterable[str], lang: Language) -> str:
    return text("explorer.list_join", lang).join(places)


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
            config.SCENARIO,
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
        self._headline.value = headline(answer, self.session, lang=self.lang)
        self._chart.value = quick_png(picture.figure)
        self._bars.value = goal_bars(answer, self.session.outlook, lang=self.lang)
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
        self._note.value = scenario_note(base, lang=self.lang)
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
                    place: widgets.HTML(group_heading(group, lang=self.lang))
                    for place in (True, False)
                },
                {
                    lever.id: widgets.VBox(
                        [
                            widgets.HTML(lever_label(lever, group, self.session, lang=self.lang)),
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
        self._note.value = scenario_note(self.base, lang=lang)
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


def explore_scenarios(
    outlook: Outlook, *, lang: Language, goal: str | None = None, font: str = ""
) -> ScenarioPanel:
    """Open the panel on which levers are moved and scenarios compared and saved.

    Parameters
    ----------
    outlook
        Under the baseline.
    lang
        Language of every word.
    goal
        Identifier of the goal shown first. Default: the first of which a probability can be said.
    font
        An `@font-face` rule for machines without a Chinese font. Default: none.

    Raises
    ------
    ScenarioError
        If the outlook is under another scenario, or a scenario file cannot be read.
    PlanError
        If the plan has no such goal.
    """
    # ipywidgets is wanted only where a panel is opened.
    from bcforecast.explorer.panel import ScenarioPanel

    if goal is not None:
        outlook.plan.goal(goal)
    return ScenarioPanel(outlook, lang=lang, goal=goal, font=font)
