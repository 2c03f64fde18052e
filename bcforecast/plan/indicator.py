"""Indicators: what is counted, in which unit, of which kind, and where a figure may lie."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from bcforecast.messages import Language, Message
from bcforecast.plan.record import Id, Named, Number, PeriodStart, Record, Text, YesNo, refusal
from bcforecast.units import WHOLE_UNITS, Unit, unit_name

Kind = Literal["stock", "flow", "ratio", "admissions", "event"]
Direction = Literal["up", "down"]
Link = Literal["share", "factor", "none"]


class Break(Record):
    """A period from which the indicator is defined anew; figures are never joined across it.

    Attributes
    ----------
    period
        First year, quarter or month of the new definition, such as `2019`.
    reason
        What changed.
    """

    period: PeriodStart
    reason: Text


class Indicator(Named):
    """What a goal counts.

    Attributes
    ----------
    id
        Identifier, as in the column `indicator` of the observations.
    names, unit, unit_names
        Names; unit as in the observations; the unit's name in words where this indicator's own
        measure word differs from the unit's usual one.
    kind
        `stock` (at a date), `flow` (over a period), `ratio`, `admissions` (entries in a period),
        `event` (things that come to exist).
    valid_range
        Lowest and highest possible figure, in `unit`; None where there is no highest.
    whole
        Whether figures are whole numbers.
    direction
        Which way is better: `up` or `down`. It is never assumed.
    parent, link_to_parent
        Area from whose figures this one may be projected, and how: as a `share` of the parent's
        figure, as a `factor` on the parent's ratio, or not at all (`none`).
    breaks
        Changes of definition.
    model
        Name of the model that forecasts its own series; None: as the evidence suggests.
    """

    id: Id
    unit: Unit
    unit_names: Text | None = None
    kind: Kind
    valid_range: tuple[Number, Number | None]
    whole: YesNo
    direction: Direction
    parent: Id | None
    link_to_parent: Link
    breaks: tuple[Break, ...] = ()
    model: Id | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        low, high = self.valid_range
        if high is not None and high <= low:
            raise refusal(
                Message("plan.allowed_above", {"low": f"{low:g}"}), place=("valid_range", 1)
            )
        if self.whole and low < 0:
            raise refusal(Message("plan.allowed_count_range"), place=("valid_range", 0))
        if self.unit in WHOLE_UNITS and not self.whole:
            allowed = Message("plan.allowed_whole_unit", {"unit": self.unit.value})
            raise refusal(allowed, place=("whole",))
        if self.link_to_parent != "none" and self.parent is None:
            raise refusal(Message("plan.allowed_link_without_parent"), place=("link_to_parent",))
        if self.link_to_parent == "share" and self.kind == "ratio":
            raise refusal(Message("plan.allowed_link_of_ratio"), place=("link_to_parent",))
        return self

    def unit_name(self, lang: Language) -> str:
        """Return the unit in words, such as 亿元 or CNY 100 million."""
        return self.unit_names.in_(lang) if self.unit_names else unit_name(self.unit, lang)

    def admits(self, value: float) -> bool:
        """Whether a figure can be `value`, in `unit`."""
        low, high = self.valid_range
        whole = not self.whole or float(value).is_integer()
        return whole and low <= value and (high is None or value <= high)

    def allowed(self, *, lowest: float | None = None) -> Message:
        """Say which figures it can take, from `lowest` on if that is given."""
        low, high = self.valid_range
        key = "plan.allowed_count" if self.whole else "plan.allowed_range"
        values = {"low": f"{low if lowest is None else lowest:g}", "indicator": self.id}
        if high is None:
            return Message(f"{key}_from", values)
        return Message(key, {**values, "high": f"{high:g}"})
