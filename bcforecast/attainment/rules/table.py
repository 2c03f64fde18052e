"""The rules as plain records, for the command line and for reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bcforecast.attainment.rules.base import WITHOUT_NUMBER
from bcforecast.attainment.rules.case import Case
from bcforecast.attainment.rules.flip import flip_revision, flip_sentence
from bcforecast.attainment.rules.panel import rules
from bcforecast.messages import Language


@dataclass(frozen=True)
class RuleRecord:
    """What one rule says, in words of one language; numbers that do not exist are none."""

    rule: str
    variant: str
    name: str
    value: float | None
    score: float | None
    label: str
    label_text: str
    says_met: bool | None
    projected: float | None
    flip_value: float | None
    flip_label: str | None
    flip_text: str | None
    inputs: dict[str, float | str]
    details: dict[str, float]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the record as JSON-ready values, in a fixed order."""
        return asdict(self) | {"notes": list(self.notes)}


def rules_table(
    case: Case, *, lang: Language = "en", step: float | None = None
) -> list[RuleRecord]:
    """Judge a case by every rule; one record a rule and variant.

    Parameters
    ----------
    case
        Series, direction and promise.
    lang
        Language of names, labels and notes.
    step
        Unit in which the last figure is published, for the smallest revision that flips a label.

    Examples
    --------
    >>> case = Case((2015, 2023), (14.5, 10.2), direction="down", target=7.25, due=2030)
    >>> record = rules_table(case)[0]
    >>> record.label_text, round(record.value, 4)
    ('substantial progress (on track)', 0.9526)
    """
    records = []
    for rule in rules():
        verdict = rule.assess(case)
        flip = flip_revision(rule, case, step=step)
        silent = flip is None and verdict.label in WITHOUT_NUMBER
        records.append(
            RuleRecord(
                rule=verdict.rule,
                variant=verdict.variant,
                name=verdict.name.render(lang),
                value=verdict.value,
                score=verdict.score,
                label=verdict.label.removeprefix("rules.label_"),
                label_text=verdict.label_text(lang),
                says_met=verdict.says_met,
                projected=verdict.projected,
                flip_value=None if flip is None else flip.value,
                flip_label=None if flip is None else flip.label_after.removeprefix("rules.label_"),
                flip_text=None if silent else flip_sentence(flip).render(lang),
                inputs=dict(verdict.inputs),
                details=dict(verdict.details),
                notes=tuple(note.render(lang) for note in verdict.notes),
            )
        )
    return records
