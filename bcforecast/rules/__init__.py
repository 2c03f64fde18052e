"""Rules by which official statisticians judge progress, one file each, on one protocol."""

from bcforecast.rules.base import Case, Rule, RuleError, Verdict, read_series
from bcforecast.rules.panel import (
    Disagreement,
    Flip,
    all_rules,
    disagreement,
    flip_revision,
    flip_sentence,
    rules,
)

__all__ = [
    "Case",
    "Disagreement",
    "Flip",
    "Rule",
    "RuleError",
    "Verdict",
    "all_rules",
    "disagreement",
    "flip_revision",
    "flip_sentence",
    "read_series",
    "rules",
]
