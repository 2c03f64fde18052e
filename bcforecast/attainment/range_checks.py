"""Whether published figures lie in the valid range that the plan gives their indicator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bcforecast.attainment.series import series_of
from bcforecast.errors import ObservationError
from bcforecast.observations import Observation, Vintage
from bcforecast.plan import Indicator, Plan
from bcforecast.wording import plain


def require_in_range(data: Vintage, indicator: Indicator, figures: Iterable[Observation]) -> None:
    """Refuse figures that the indicator cannot take: a model would forecast nonsense from them.

    Raises
    ------
    ObservationError
        For the first: file, row, column, what was found, what is allowed.
    """
    for error in _out_of_range(data, indicator, figures):
        raise error


def figures_out_of_range(plan: Plan, data: Vintage) -> tuple[ObservationError, ...]:
    """Return every figure of the plan's area, or of one it borrows from, that cannot be.

    Only figures that a model would use are looked at, in the order of the plan's indicators.
    """
    found: list[ObservationError] = []
    for indicator in plan.indicators:
        for area in dict.fromkeys((plan.area, indicator.parent or plan.area)):
            used = data.history(series_of(indicator, area=area)).used
            found.extend(_out_of_range(data, indicator, used))
    return tuple(found)


def _out_of_range(
    data: Vintage, indicator: Indicator, figures: Iterable[Observation]
) -> Iterator[ObservationError]:
    low, high = indicator.valid_range
    for figure in figures:
        # A bound says nothing impossible as long as it leaves something of the range.
        column = "value" if figure.has_value else "upper"
        if getattr(figure, column) < low:
            yield _refusal(data, indicator, figure, column)
        column = "value" if figure.has_value else "lower"
        if high is not None and getattr(figure, column) > high:
            yield _refusal(data, indicator, figure, column)


def _refusal(
    data: Vintage, indicator: Indicator, figure: Observation, column: str
) -> ObservationError:
    return ObservationError(
        "errors.cell",
        file=data.dataset.file,
        row=figure.row,
        column=column,
        found=plain(getattr(figure, column)),
        allowed=indicator.allowed(),
    )
