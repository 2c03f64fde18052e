"""The sentences of an explanation, as messages that can be read in either language."""

from __future__ import annotations

from bcforecast.attainment.expected_date import ExpectedDate
from bcforecast.attainment.explain import Explanation
from bcforecast.attainment.growth_percentiles import Share
from bcforecast.attainment.pace import ComparedPace
from bcforecast.attainment.rules.flip import REACH
from bcforecast.messages import Message
from bcforecast.table_numbers import change, figure
from bcforecast.units import WHOLE_UNITS
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
    size = abs(pace.increment)
    if unit == "%":
        values["increment"] = _points(figure(size))
    else:
        whole = unit in WHOLE_UNITS
        digits = f"{size:,.{int(size < 10)}f}".removesuffix(".0") if whole else figure(size)
        values["increment"] = with_unit(digits, unit)
    key = f"explain.pace_required_{'up' if pace.increment > 0.0 else 'down'}"
    if unit != "%" and pace.rate is not None:
        key, values["rate"] = f"{key}_rate", change(100.0 * pace.rate)
    first = Message(key, values)
    if pace.compared is None:
        return first, Message("explain.compared_none")
    return first, *_compared(pace.compared, longer=(pace.years or 0) > pace.compared.span)


def _points(number: str) -> Message:
    if number == "1":
        return Message("explain.points_one")
    return Message("explain.points", {"number": number})


def date_sentence(known: ExpectedDate | None) -> Message:
    """Say when the goal is met, with the interval; a date beyond the horizon is said to be so."""
    if known is None:
        return Message("explain.date_unset")
    horizon = {"horizon": known.horizon}
    if known.earliest is None:
        return Message("explain.date_none", horizon)
    interval = Message(
        "explain.date_interval" + _interval_key(known),
        {"earliest": known.earliest, "latest": known.latest},
    )
    if known.median is None:
        median = Message("explain.date_median_none", horizon)
        return Message("explain.date", {"median": median, "interval": interval})
    likely = Message("explain.date_year80_none", horizon)
    if known.likely is not None:
        likely = Message("explain.date_year80", {"year": known.likely})
    median = Message("explain.date_median", {"year": known.median})
    return Message(
        "explain.date_likely", {"median": median, "interval": interval, "likely": likely}
    )


def _interval_key(known: ExpectedDate) -> str:
    if known.latest is None:
        return "_open"
    return "_one" if known.latest == known.earliest else ""


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
    ('fewer than 5%', '71%')
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
