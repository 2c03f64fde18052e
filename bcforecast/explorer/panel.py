"""The live panel: move a lever and see fan and probability move; nothing is computed here.

Every widget is made once and changed in place.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final, TypeVar

import ipywidgets as widgets
from jinja2 import Environment, FileSystemLoader

from bcforecast import config, errors
from bcforecast.attainment.project import GoalOutlook, Outlook
from bcforecast.explorer.session import Answer, LeverGroup, Session, save_scenario
from bcforecast.plotting.fan import fan_chart, fan_data, fan_or_bars
from bcforecast.plotting.style import QUIET, Picture, annotate, house_style, png_bytes
from bcforecast.scenarios.scenario import Lever, Scenario
from bcforecast.text import Language, chance, day, points, promised, text, verdict_message

_FOLDER: Final = Path(__file__).parent
_STEPS: Final = (0.1, 0.5, 1.0, 5.0, 10.0)
_FEWEST_STEPS: Final = 40
_SAME: Final = 0.0005
"""Smallest change of a probability that is shown."""
_MINUS: Final = str.maketrans("-", "\N{MINUS SIGN}")

W = TypeVar("W", bound=widgets.Widget)


class ScenarioPanel:
    """The panel on which levers are moved and scenarios compared and saved.

    The outlook is that under the baseline; `goal` is shown first, by default the first of which a
    probability can be said; `font` is an `@font-face` rule for machines without a Chinese font.
    """

    def __init__(
        self, outlook: Outlook, *, lang: Language, goal: str | None = None, font: str = ""
    ) -> None:
        self.lang: Language = lang
        self.session = Session(outlook)
        self._html: Any = _template(lang)
        self._held = False
        plan, known = outlook.plan, self.session.exploration.goals
        first = plan.goals[0].id if goal is None and not known else goal or known[0].id
        plan.goal(first)
        goals = [(plan.goal_name(one).render(lang), one.id) for one in plan.goals]
        self.goal = self._chooser("goal", goals, first)
        self.scenario = self._chooser("scenario", self._scenarios(), config.SCENARIO)
        self.sliders = {lever.id: _slider(lever) for lever in self.session.levers}
        self._rows = [self._group_rows(group) for group in self.session.groups]
        self.root = self._laid_out(font)
        self._to_goal()
        self.goal.observe(lambda _: self._to_goal(), "value")
        self.scenario.observe(lambda _: self._to_scenario(), "value")
        self._reset.on_click(lambda _: self._to_scenario())
        self.save.on_click(lambda _: self._save())
        for slider in self.sliders.values():
            slider.observe(lambda _: self.update(), "value")

    def _said(self, name: str, **values: object) -> str:
        return text(f"explorer.{name}", self.lang, **values)

    @property
    def base(self) -> Scenario:
        """The chosen scenario."""
        return self.session.scenario(str(self.scenario.value))

    def current(self) -> Scenario:
        """Return the scenario that stands on the panel: the chosen one, with the levers moved."""
        sizes = {lever: float(slider.value) for lever, slider in self.sliders.items()}
        return self.session.moved(self.base, sizes)

    def update(self) -> None:
        """Ask the library for what stands on the panel, and show its answer."""
        if self._held:
            return
        goal = str(self.goal.value)
        answer = self.session.answer(self.current())
        picture = chart_under(answer.after[goal], answer.before, lang=self.lang)
        self._headline.value = self._headline_of(answer, goal)
        self._chart.value = png_bytes(picture.figure, compress_level=1)
        self._bars.value = self._html.goals(answer, goal)
        self._alt.value = self._html.hidden(picture.alt)

    def _headline_of(self, answer: Answer, goal: str) -> str:
        """Say the goal's probability as number and word, its change, and all goals together."""
        item, lang = answer.after[goal], self.lang
        grade = item.attainment.grade
        p, before = item.attainment.probability, answer.before[goal].attainment.probability
        target = promised(item.goal, name=item.indicator.unit_name(lang), lang=lang)
        change = 0.0 if p is None or before is None else p - before
        together = None
        if answer.together is not None and answer.together_before is not None:
            shown, before_shown = (
                chance(p, grade=self.session.exploration.grade, lang=lang)
                for p in (answer.together, answer.together_before)
            )
            together = {"exact": f"{answer.together:.6f}", "number": shown, "before": before_shown}
        return self._html.headline(
            promise=self._said("promise", due=day(item.goal.due, lang=lang), target=target),
            number=chance(p, grade=grade, lang=lang),
            exact="" if p is None else f"{p:.6f}",
            word=verdict_message(item.attainment.verdict, grade=grade).render(lang),
            count=len(self.session.exploration.goals),
            size=points(change) if abs(change) >= _SAME else "",
            fell=change < 0.0,
            before="" if p is None or before is None else chance(before, grade=grade, lang=lang),
            together=together,
            grade=grade,
        )

    def _to_goal(self) -> None:
        """Put the levers that act on the chosen goal first, the others below, folded."""
        goal = str(self.goal.value)
        own, other = list[widgets.Widget](), list[widgets.Widget]()
        for headings, rows in self._rows:
            for place, heading, chosen in ((own, headings[0], True), (other, headings[1], False)):
                shown = [row for lever, row in rows if self.session.acts_on(lever, goal) is chosen]
                place += [heading, *shown] if shown else []
        unset = goal in self.session.exploration.unset
        nothing = self._html.note(self._said("no_lever_unset" if unset else "no_lever"))
        self._own.children = own or [widgets.HTML(nothing)]
        self._other.children = other
        self._more.layout.display = None if other else "none"
        self.update()

    def _to_scenario(self) -> None:
        """Bring the levers to where the chosen scenario has them."""
        with self._holding():
            for lever, slider in self.sliders.items():
                slider.value = self.session.size(self.base, lever)
        self._note.value = self._note_of(self.base)
        self.update()

    def _save(self) -> None:
        try:
            saved = save_scenario(
                self.session,
                self.current(),
                name=self.name.value,
                title=self.title.value,
                base=self.base,
                replace=bool(self.replace.value),
            )
        except errors.BcforecastError as error:
            self.saved.value = self._html.answered(error.message.render(self.lang), "refused")
            return
        with self._holding():
            self.scenario.options = self._scenarios()
            self.scenario.value = saved.id
        self._to_scenario()
        self.replace.value = False
        file = f"scenarios/{saved.id}.yaml"
        self.saved.value = self._html.answered(self._said("saved", file=file), "done")

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Let several widgets change before one answer is asked for."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def _group_rows(
        self, group: LeverGroup
    ) -> tuple[list[widgets.HTML], list[tuple[Lever, widgets.VBox]]]:
        """Return the heading of a measure, for either place, and a row for each of its levers."""
        measure = group.measure
        words = measure.name(self.lang) if measure else self._said("no_measure")
        heading = self._html.measure(measure.place or "" if measure else "", words)
        rows = []
        for lever in group.levers:
            name = lever.name(self.lang)
            low, high, unit = f"{lever.low:+g}", f"{lever.high:+g}", lever.unit_name
            span = self._said("range", low=low, high=high, unit=unit).translate(_MINUS)
            others = self._said("list_join").join(group.others[lever.id])
            also = self._said("also", places=others) if others else ""
            label = widgets.HTML(self._html.lever(name, span, also))
            rows.append((lever, widgets.VBox([label, self.sliders[lever.id]])))
        return [widgets.HTML(heading), widgets.HTML(heading)], rows

    def _laid_out(self, font: str) -> widgets.VBox:
        said, wrapped = self._said, widgets.Layout(flex_flow="row wrap")
        style = (_FOLDER / "explorer.css").read_text(encoding="utf-8")
        levers_heading, save_heading = (
            widgets.HTML(self._html.section(said(key))) for key in ("levers", "save_heading")
        )
        self._headline, self._alt, self._bars = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._note = widgets.HTML(self._note_of(self.base))
        self._chart = _styled(widgets.Image(format="png"), "chart")

        self._own, self._other = widgets.VBox(), _styled(widgets.VBox(), "other")
        self._more = widgets.Accordion(children=[self._other], selected_index=None)
        self._more.set_title(0, said("other_levers"))
        aside = widgets.Layout(width="auto", align_self="flex-start")
        self._reset = widgets.Button(description=said("reset"), icon="undo", layout=aside)

        self.name, self.title = (
            widgets.Text(description=said(key), placeholder=said(f"{key}_hint"))
            for key in ("name", "title")
        )
        self.replace = widgets.Checkbox(description=said("replace"), indent=False)
        self.save = widgets.Button(description=said("save"), button_style="primary", icon="save")
        self.saved = widgets.HTML()
        form = [
            save_heading,
            _styled(self.name, "save-name"),
            _styled(self.title, "save-title"),
            widgets.HBox([_styled(self.save, "save-button"), self.replace], layout=wrapped),
            self.saved,
        ]
        levers = [
            levers_heading,
            widgets.HTML(self._html.note(said("levers_note"))),
            self._own,
            self._more,
            self._reset,
            _styled(widgets.VBox(form), "save"),
        ]
        columns = [
            _styled(widgets.VBox([self._headline, self._chart, self._alt]), "answer"),
            _styled(widgets.VBox(levers), "levers"),
            _styled(self._bars, "all"),
        ]
        page = [
            widgets.HTML(f"<style>{font}{style}</style>"),
            _styled(widgets.HBox([self.goal, self.scenario], layout=wrapped), "chooser"),
            self._note,
            _styled(widgets.Box(columns), "columns"),
        ]
        return _styled(widgets.VBox(page), "panel")

    def _chooser(
        self, name: str, options: Sequence[tuple[str, str]], value: str
    ) -> widgets.Dropdown:
        look = {"description_width": "initial"}
        aside = widgets.Layout(max_width="100%", width="auto")
        chooser = widgets.Dropdown(options=options, value=value, style=look, layout=aside)
        chooser.description = self._said(name)
        return _styled(chooser, name)

    def _scenarios(self) -> list[tuple[str, str]]:
        """Read the scenario files anew; return names and identifiers."""
        return [(one.name(self.lang), one.id) for one in self.session.read_scenarios()]

    def _note_of(self, scenario: Scenario) -> str:
        """Say why a scenario was made, and by whom."""
        words, author = scenario.reason.render(self.lang), scenario.author.render(self.lang)
        if scenario.id != author and (scenario.moves or scenario.shocks):
            words = f"{words} {self._said('by', author=author)}"
        return self._html.note(words)

    def _repr_mimebundle_(self, **options: object) -> dict[str, object]:
        note = self._said("needs_kernel")
        bundle = dict(self.root._repr_mimebundle_(**options) or {})
        return {**bundle, "text/plain": note, "text/html": f"<p><em>{escape(note)}</em></p>"}


def _template(lang: Language) -> object:
    """Return the macros of the panel's words in a language."""
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)
    environment.globals["said"] = lambda key, **values: text(key, lang, **values)
    environment.globals["chance"] = partial(chance, lang=lang)
    environment.globals["lang"] = lang
    return environment.get_template("widgets.html.j2").module


def _styled(widget: W, name: str) -> W:
    widget.add_class(f"bcf-{name}")
    return widget


def _slider(lever: Lever) -> widgets.FloatSlider:
    step = max(s for s in _STEPS if s <= (lever.high - lever.low) / _FEWEST_STEPS or s == _STEPS[0])
    span = {"value": 0.0, "min": lever.low, "max": lever.high, "step": step}
    slider = widgets.FloatSlider(**span, continuous_update=False, readout_format="+.1f")
    return _styled(_styled(slider, "slider"), f"lever-{lever.id.replace('.', '-')}")


def chart_under(item: GoalOutlook, baseline: Outlook, *, lang: Language) -> Picture:
    """Draw a goal under a scenario; where that moves it, with the baseline's median."""
    before = baseline[item.goal.id]
    data = fan_data(before, baseline)
    if item is before:
        return fan_chart(data, lang=lang)
    moved = replace(data, goal=item, **fan_or_bars(item))
    picture, fan = fan_chart(moved, lang=lang), data.fan
    if fan is None:
        return picture
    with house_style():
        axes = picture.figure.axes[0]
        axes.plot(fan.years, fan.median, color=QUIET, lw=1.3, ls=(0, (2, 1.5)), zorder=7)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, float(fan.median.min())), max(high, float(fan.median.max())))
        end, words = (fan.years[-1], fan.median[-1]), text("explorer.baseline", lang)
        annotate(axes, words, end, (4, 0), fontsize=7.5, color=QUIET, va="center")
    return picture
