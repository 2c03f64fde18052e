"""The live panel in a notebook: a widget for JupyterLab, Voila and VS Code (anywidget).

Everything is answered in the browser, from what Python drew beforehand; the kernel saves, and fits
anew what another figure would change.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

import anywidget
import traitlets

from bcforecast.attainment.project import Outlook
from bcforecast.explorer.session import SCRIPT, Session, answered, panel_content
from bcforecast.scenarios.scenario import Scenario
from bcforecast.text import Language, text


class ScenarioPanel(anywidget.AnyWidget):
    """The panel on which levers are moved and scenarios compared and saved.

    The outlook is that under the baseline; `goal` is shown first, by default the one most at risk
    of those with evidence.
    `current` is the scenario that stands on the panel, for cells below.
    """

    _esm = SCRIPT
    meta = traitlets.Dict().tag(sync=True)
    paths = traitlets.Bytes().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, outlook: Outlook, *, lang: Language, goal: str | None = None) -> None:
        self.session = Session(outlook)
        self.lang = lang
        meta, paths = panel_content(self.session, lang=lang, goal=goal)
        super().__init__(meta=meta, paths=paths)
        self.on_msg(self._asked)

    def current(self) -> Scenario:
        """Return the scenario that stands on the panel: the chosen one, with the levers moved."""
        said: Mapping[str, Any] = self.state.get("a", {})
        base = self.session.scenario(said.get("base", self.session.scenarios[0].id))
        return self.session.moved(base, said.get("sizes", {}), unsure=said.get("unsure", 0.0))

    def _asked(self, _widget: object, content: Mapping[str, Any], _buffers: object) -> None:
        self.send(answered(self.session, content.get("asked") or {}))

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Without a running kernel, a sentence stands where the panel was."""
        note = text("explorer.needs_kernel", self.lang)
        said = {"text/plain": note, "text/html": f"<p><em>{escape(note)}</em></p>"}
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return {**data, **said}, metadata
