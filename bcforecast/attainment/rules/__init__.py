"""Rules by which official statisticians judge progress, one file each, on one protocol."""

from bcforecast.attainment.rules.base import Rule, Verdict
from bcforecast.attainment.rules.case import Case, RuleError
from bcforecast.attainment.rules.flip import Flip, flip_revision, flip_sentence
from bcforecast.attainment.rules.panel import Disagreement, all_rules, disagreement, rules
from bcforecast.attainment.rules.series import read_series

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
