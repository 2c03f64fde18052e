"""The form by which what stands on the panel is saved: name, title, button, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from bcforecast.errors import BcforecastError
from bcforecast.messages import Language, text


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
