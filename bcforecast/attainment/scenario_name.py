"""What the scenario of an outlook is called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from bcforecast import defaults
from bcforecast.attainment.outlook import Outlook
from bcforecast.errors import ScenarioError
from bcforecast.messages import LANGUAGES, Language, text
from bcforecast.scenarios import load_scenario


def scenario_names(outlook: Outlook) -> Mapping[Language, str]:
    """Return what the scenario of an outlook is called; its identifier where no file says so."""
    name = outlook.scenario
    try:
        scenario = load_scenario(name, data_dir=outlook.data.dataset.folder)
    except ScenarioError:
        if name == defaults.SCENARIO:
            return {lang: text(f"attainment.scenario_{name}", lang) for lang in LANGUAGES}
        return dict.fromkeys(LANGUAGES, name)
    return {lang: scenario.name(lang) for lang in LANGUAGES}
