"""The Chinese font of the scenario panel: the characters that it may ever show, carried inside."""

from __future__ import annotations

from bcforecast.attainment.outlook import Outlook
from bcforecast.messages import LOCALE_DIR, Language
from bcforecast.reporting.page_font import font_face
from bcforecast.scenarios import Scenario

_DOMAINS = ("explorer", "plot", "verdict", "scenario", "joint", "units", "plan", "errors")


def panel_font(outlook: Outlook, scenarios: tuple[Scenario, ...], *, lang: Language) -> str:
    """Return an `@font-face` rule with the characters of the plan, scenarios and messages."""
    folder = LOCALE_DIR / lang / "LC_MESSAGES"
    messages = (folder / f"{domain}.po" for domain in _DOMAINS)
    shown = [
        outlook.plan.model_dump_json(),
        *(scenario.model_dump_json() for scenario in scenarios),
        *(path.read_text(encoding="utf-8") for path in messages),
    ]
    return font_face("".join(shown), lang=lang)
