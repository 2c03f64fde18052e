"""The sentences of an explanation, as messages that can be read in either language."""

from __future__ import annotations

from bcforecast.attainment.expected_date import ExpectedDate
from bcforecast.attainment.explain import Explanation
from bcforecast.attainment.growth_percentiles import Share
from bcforecast.attainment.own_flip import REACH
from bcforecast.attainment.pace import ComparedPace
from bcforecast.attainment.table import figure
from bcforecast.messages import Message
from bcforecast.units import figure as with_unit


def sentences(known: Explanation) -> tuple[Message, ...]:
    """Return all sentences: agreement, our flip, pace and its rank, date, targets."""
    return (
        *panel_sentences(known),
        *pace_sentences(known),
        date_sentence(known.date),
        targets_sentence(known),
    )


def panel_sentences(known: Explanation) -> tuple[Message, ...]:
    """Say whether the rules agree with us, or why they cannot judge."""
    panel = known.panel
    if panel.missing is not None:
        return (panel.missing,)
    assert panel.disagreement is not None
    flag = (Message("explain.flag"),) if panel.disagreement.flag else ()
    return (*flag, panel.disagreement.sentence)


def flip_words(known: Explanation) -> Message | None:
    """Say which revision of the last figure changes our word; None without a probability."""
    if known.item.attainment.probability is None:
        return None
    if known.last is None:
        return Message("explain.own_flip_no_figure")
    if not known.flip_sought:
        return Message("explain.own_flip_not_sought")
    if known.flip is None:
        return Message("explain.own_flip_none", {"reach": f"{100.0 * REACH:.0f}"})
    sign = "+" if known.flip.revision > 0.0 else ""
    values = {
        "word": Message(known.flip.verdict),
        "value": figure(known.flip.value),
        "revision": sign + figure(known.flip.revision),
    }
    return Message("explain.own_flip", values)


def pace_sentences(known: Explanation) -> tuple[Message, ...]:
    """Say what the target asks for a year, and how often comparable areas have kept that."""
    a, pace, unit = known.item.attainment, known.pace, known.item.goal.unit.value
    if pace.state in ("over", "no_figure") or a.latest is None:
        return (Message(f"explain.pace_{pace.state}"),)
    values: dict[str, object] = {
        "latest": with_unit(figure(a.latest), unit),
        "year": a.latest_year,
        "due": a.due.year,
    }
    if pace.state == "met":
        return (Message("explain.pace_met", values),)
    assert pace.increment is not None
    change = f"{'+' if pace.increment > 0.0 else ''}{figure(pace.increment)}"
    if unit == "%":
        values["increment"] = Message("explain.points", {"number": change})
        first = Message("explain.pace_required", values)
    else:
        values["increment"] = with_unit(change, unit)
        if pace.rate is None:
            first = Message("explain.pace_required", values)
        else:
            rate = f"{100.0 * pace.rate:+.1f}"
            first = Message("explain.pace_required_rate", {**values, "rate": rate})
    if pace.compared is None:
        return first, Message("explain.compared_none")
    return first, *_compared(pace.compared, longer=(pace.years or 0) > pace.compared.span)


def date_sentence(known: ExpectedDate | None) -> Message:
    """Say when the goal is met, with the interval; a date beyond the horizon is said to be so."""
    if known is None:
        return Message("explain.date_unset")
    found = {
        "median": known.median,
        "earliest": known.earliest,
        "latest": known.latest,
        "likely": known.likely,
    }
    return Message("explain.date", {k: year_words(y, known.horizon) for k, y in found.items()})


def year_words(year: int | None, horizon: int) -> Message:
    """Return a year, or that it is not within the horizon."""
    if year is None:
        return Message("explain.date_beyond", {"horizon": horizon})
    return Message("explain.date_year", {"year": year})


def targets_sentence(known: Explanation) -> Message:
    """Say which targets have a probability of 50 and of 80 %."""
    if not known.targets:
        return Message("explain.targets_unset")
    unit = known.item.goal.unit.value

    def shown(chance: float) -> Message:
        target = known.targets[chance]
        if target is None:
            return Message("explain.target_none")
        return with_unit(figure(target), unit)

    return Message("explain.targets", {"even": shown(0.5), "likely": shown(0.8)})


def share_words(share: Share) -> Message:
    """Return a share in per cent, or the bound that is known of it.

    Examples
    --------
    >>> share_words(Share(0.05, "at_most")).render("en"), share_words(Share(0.713)).render("zh")
    ('fewer than 5 %', '71%')
    """
    return Message(f"explain.share_{share.limit}", {"share": f"{100.0 * share.value:.0f}"})


def _compared(compared: ComparedPace, *, longer: bool) -> tuple[Message, ...]:
    known = compared.known
    areas = Message(f"explain.areas_{known.area_kind}")
    one = "one" if compared.span == 1 else "many"
    span = Message(f"explain.span_{one}", {"span": compared.span} if one == "many" else {})
    values = {"area_kind": areas, "span": span}
    said = [
        Message(
            "explain.compared_windows",
            {
                **values,
                "areas": compared.areas,
                "windows": compared.windows,
                "first": known.first_year,
                "last": known.last_year,
                "share": share_words(compared.share_of_windows),
            },
        )
    ]
    if compared.share_of_areas is not None:
        share = share_words(compared.share_of_areas)
        said.append(Message("explain.compared_areas", {**values, "share": share}))
    if known.from_level > 0.0:
        level = with_unit(figure(known.from_level), known.unit)
        said.append(Message("explain.compared_from_level", {"level": level}))
    if longer:
        said.append(Message("explain.compared_longest"))
    return tuple(said)
