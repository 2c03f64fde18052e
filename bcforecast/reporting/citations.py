"""What each number of a report points to: the observation it is, or the function that made it.

In the Markdown of a sentence a citation is a link to a place of the report,
`[73%](#fn-probability)`; a notebook, which has no such places, shows it without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bcforecast.reporting.facts import FigureFact, GoalFact, OutcomeFact

FUNCTIONS: Final[Mapping[str, str]] = {
    "plan": "bcforecast.plan.load_plan",
    "observations": "bcforecast.observations.load_observations",
    "forecast": "bcforecast.attainment.outlook.project",
    "probability": "bcforecast.attainment.probability.attainment_probability",
    "grade": "bcforecast.attainment.grade.evidence_grade",
    "verdict": "bcforecast.attainment.verdict.load_bands",
    "required": "bcforecast.attainment.required.required_path",
    "explain": "bcforecast.attainment.explain.explain",
    "rules": "bcforecast.attainment.rules.table.rules_table",
    "date": "bcforecast.attainment.expected_date.expected_date",
    "scenarios": "bcforecast.attainment.exploration.Exploration",
    "joint": "bcforecast.attainment.joint.joint",
    "seek": "bcforecast.attainment.seek.seek_each",
    "hindcast": "bcforecast.evaluation.hindcast.hindcast",
    "manifest": "bcforecast.reporting.manifest.recipe",
}
"""By the name that a report uses, the function that computes or reads a number."""

NUMBER: Final = re.compile(
    r"""
    \d{4}-\d{2}(?:-\d{2})?                      # a day or a month
    | \d{4}(?:[/–-]\d{4})?年(?:\d{1,2}月(?:\d{1,2}日)?)?
    | \d{1,2}\s(?:January|February|March|April|May|June|July|August|September|October
        |November|December)(?:\s\d{4})?
    | (?<![\d,.])(?:19|20)\d{2}(?![\d,.]*\d|%)  # a year: larger numbers carry a comma
    | (?P<number>
        (?<![A-Za-z\d_.-])[+\N{MINUS SIGN}<>]?\d[\d,]*(?:\.\d+)?(?![A-Za-z_\d]|\.\d)[%万亿]?
      )
    """,
    re.VERBOSE,
)
"""Days and years, which are no figures; and numbers, in the group of that name."""

_BOLD_CITATION: Final = re.compile(r"\*\*\[([^\]]*)\](\(#[^)]*\))\*\*")
_CITATION: Final = re.compile(r"\[([^\]]*)\]\(#(?:fn|obs)-[^)]*\)")


def function_anchor(name: str) -> str:
    """Return where citations of a function point.

    Raises
    ------
    KeyError
        If it is not one of `FUNCTIONS`.

    Examples
    --------
    >>> function_anchor("probability")
    'fn-probability'
    """
    if name not in FUNCTIONS:
        raise KeyError(f"no function {name!r} among those that a report names")
    return f"fn-{name}"


def observation_anchor(figure: FigureFact) -> str:
    """Return where citations of an observation point: one place for each published figure."""
    parts = (figure.area, figure.indicator, figure.period, figure.source, str(figure.published))
    return _anchor(parts)


def outcome_anchor(goal: GoalFact, outcome: OutcomeFact) -> str:
    """Return where citations of what happened point: the observation that says it."""
    published = str(outcome.published)
    return _anchor((goal.own.area, goal.indicator, outcome.period, outcome.source, published))


def cite(markdown: str, anchor: str) -> str:
    """Give every number of a sentence that has no citation yet one; days and years get none.

    Examples
    --------
    >>> cite("In 2019 it was **6,106**.", "fn-plan")
    'In 2019 it was [**6,106**](#fn-plan).'
    """
    done, end = [], 0
    for found in _CITATION.finditer(markdown):
        done += [_cited(markdown[end : found.start()], anchor), found[0]]
        end = found.end()
    return "".join([*done, _cited(markdown[end:], anchor)])


def without_citations(markdown: str) -> str:
    """Return Markdown with the words of its citations alone.

    Examples
    --------
    >>> without_citations("**[73%](#fn-probability)** ([a](https://example.org))")
    '**73%** ([a](https://example.org))'
    """
    return _CITATION.sub(r"\1", markdown)


def _cited(markdown: str, anchor: str) -> str:
    def link(found: re.Match[str]) -> str:
        return found[0] if found["number"] is None else f"[{found[0]}](#{anchor})"

    # Between Chinese characters, Markdown takes `**[` for no start of bold type.
    return _BOLD_CITATION.sub(r"[**\1**]\2", NUMBER.sub(link, markdown))


def _anchor(parts: tuple[str, ...]) -> str:
    return "obs-" + ".".join(re.sub(r"[^\w-]", "_", part) for part in parts)
