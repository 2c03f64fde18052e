"""What a chart says, in words, for a reader who cannot see it."""

from __future__ import annotations

from bcforecast.messages import Language, text
from bcforecast.plotting.fan_data import FanData, Later
from bcforecast.wording import day, number, probability_words, quantity, target_words


def fan_alternative(data: FanData, *, lang: Language) -> str:
    """Return the alternative text of a fan chart."""
    words = [
        text(
            "plot.fan_alt",
            lang,
            name=data.names[lang],
            history=_history(data, lang),
            target=target_words(
                data.comparator, data.target, unit=data.unit, name=data.unit_names[lang], lang=lang
            ),
            due=day(data.due, lang=lang),
            probability=probability_words(data.probability, data.verdict, lang=lang),
            grade=data.grade,
            forecast=_forecast(data, lang),
        ).rstrip()
    ]
    if data.later is not None:
        figure = quantity(
            later_figure(data.later, unit=data.unit),
            unit=data.unit,
            name=data.unit_names[lang],
            lang=lang,
        )
        words.append(text("plot.fan_alt_outcome", lang, figure=figure))
    return ("" if lang == "zh" else " ").join(words)


def later_figure(later: Later, *, unit: str) -> str:
    """Write a figure that was published later: a value, or the bounds known of it.

    Examples
    --------
    >>> later_figure(Later(1650.8667, None, None), unit="100M CNY")
    '1,650.9'
    >>> later_figure(Later(None, 9000.0, None), unit="enterprises")
    '> 9,000'
    """
    if later.value is not None:
        return number(later.value, unit=unit)
    if later.lower is not None and later.upper is not None:
        return f"{number(later.lower, unit=unit)}–{number(later.upper, unit=unit)}"
    if later.lower is not None:
        return f"> {number(later.lower, unit=unit)}"
    return f"< {number(later.upper, unit=unit)}" if later.upper is not None else "–"


def _history(data: FanData, lang: Language) -> str:
    years = data.own.years
    if not years.size:
        return text("plot.fan_alt_history_none", lang)
    first, last = int(years.min()), int(years.max())
    if first == last:
        return text("plot.fan_alt_history_one", lang, year=last)
    return text("plot.fan_alt_history", lang, count=years.size, first=first, last=last)


def _forecast(data: FanData, lang: Language) -> str:
    if data.fan is None or data.fan.levels.size < 2:
        return ""
    ends = data.fan.median[-1], data.fan.lower[1][-1], data.fan.upper[1][-1]
    median, low, high = (
        quantity(
            number(float(v), unit=data.unit), unit=data.unit, name=data.unit_names[lang], lang=lang
        )
        for v in ends
    )
    return text("plot.fan_alt_forecast", lang, median=median, low=low, high=high)
