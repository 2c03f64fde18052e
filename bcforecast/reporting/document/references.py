"""What each number of a report points to: the observation it is, or the function that made it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from bcforecast.reporting.document.blocks import Span, Spans
from bcforecast.reporting.facts import FigureFact

FUNCTIONS: Final[Mapping[str, str]] = {
    "plan": "bcforecast.plan.load_plan",
    "observations": "bcforecast.observations.load_observations",
    "forecast": "bcforecast.attainment.outlook.project",
    "probability": "bcforecast.attainment.probability.attainment_probability",
    "grade": "bcforecast.attainment.grade.evidence_grade",
    "verdict": "bcforecast.attainment.verdict.load_bands",
    "required": "bcforecast.attainment.required.required_path",
    "explain": "bcforecast.attainment.explain.explain",
    "rules": "bcforecast.attainment.rules.rules_table",
    "date": "bcforecast.attainment.expected_date.expected_date",
    "scenarios": "bcforecast.attainment.exploration.Exploration",
    "joint": "bcforecast.attainment.joint.joint",
    "seek": "bcforecast.attainment.seek.seek",
    "hindcast": "bcforecast.evaluation.hindcast.hindcast",
    "manifest": "bcforecast.reporting.manifest.manifest",
}
"""By the name that a report uses, the function that computes or reads a number."""

_NUMBER: Final = re.compile(
    r"""
    \d{4}-\d{2}(?:-\d{2})?                      # a day or month
    | \d{4}(?:/\d{4})?年(?:\d{1,2}月(?:\d{1,2}日)?)?
    | \d{1,2}\s(?:January|February|March|April|May|June|July|August|September|October
        |November|December)(?:\s\d{4})?
    | (?<![\d,.])(?:19|20)\d{2}(?![\d,.]*\d|%)  # a year: larger numbers carry a comma
    | (?P<number>[+\N{MINUS SIGN}<>]?(?<![A-Za-z\d_-])\d[\d,]*(?:\.\d+)?(?:%|(?:\s?[万亿]))?)
    """,
    re.VERBOSE,
)


def function_anchor(name: str) -> str:
    """Return where links to a function point.

    Examples
    --------
    >>> function_anchor("probability")
    'fn-probability'
    """
    if name not in FUNCTIONS:
        raise KeyError(f"no function {name!r} among those that a report names")
    return f"fn-{name}"


def function_of(name: str) -> object:
    """Return the function itself."""
    module, _, attribute = FUNCTIONS[name].rpartition(".")
    return getattr(import_module(module), attribute)


def observation_anchor(figure: FigureFact) -> str:
    """Return where links to an observation point: one place for each published figure."""
    parts = (figure.area, figure.indicator, figure.period, figure.source, str(figure.published))
    return "obs-" + ".".join(_slug(part) for part in parts)


def linked(spans: Spans, ref: str | None) -> Spans:
    """Give every number that has no link yet one to `ref`; days and years are no figures.

    Parameters
    ----------
    ref
        An anchor; None leaves the spans as they are.

    Examples
    --------
    >>> [s.text for s in linked((Span(text="In 2019 it was 6,106."),), "fn-plan") if s.link]
    ['6,106']
    """
    if ref is None:
        return spans
    return tuple(part for span in spans for part in _linked(span, f"#{ref}"))


def _linked(span: Span, link: str) -> Iterator[Span]:
    if span.link is not None:
        yield span
        return
    end = 0
    for found in _NUMBER.finditer(span.text):
        if found["number"] is None:
            continue
        if found.start() > end:
            yield span.model_copy(update={"text": span.text[end : found.start()]})
        yield span.model_copy(update={"text": found[0], "link": link})
        end = found.end()
    if end < len(span.text):
        yield span.model_copy(update={"text": span.text[end:]})


def _slug(part: str) -> str:
    return re.sub(r"[^\w-]", "_", part)
