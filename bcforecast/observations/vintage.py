"""What had been published by a date, and what of it a model can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from bcforecast.messages import Message
from bcforecast.observations.contract import OBSERVATIONS
from bcforecast.observations.dataset import Dataset
from bcforecast.observations.day import as_date
from bcforecast.observations.judgements import Judgement
from bcforecast.observations.observation import Break, Observation, Source
from bcforecast.observations.selection import Remarked, Selection, select
from bcforecast.observations.usability import Series


@dataclass(frozen=True)
class Vintage:
    """The data folder as it was known at a date.

    Parameters
    ----------
    dataset
        Everything in the folder, whenever published.
    as_of
        Last day whose publications are seen; None if all are.

    Examples
    --------
    >>> from bcforecast.observations import Series, load_observations
    >>> turnover = Series("tianjin", "tech_contract_value", "flow", "100M CNY", (0.0, float("inf")))
    >>> selection = load_observations(as_of="2020-12-31").history(turnover)
    >>> selection.history.times.tolist()
    [2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019]
    >>> figure, reason = selection.unused[0]
    >>> figure.in_words().render("en")
    'more than CNY 30 billion'
    >>> reason.render("en").partition(":")[0]
    'replaced by the official figure for the same year'
    """

    dataset: Dataset
    as_of: date | None = None

    def at(self, as_of: str | date | None) -> Vintage:
        """Return the same folder as known at another date.

        Raises
        ------
        ObservationError
            If `as_of` is not a date.
        """
        return replace(self, as_of=None if as_of is None else as_date(as_of))

    @property
    def data_dir(self) -> Path:
        """The folder that was read."""
        return self.dataset.folder

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure published by `as_of`, in the order of the file."""
        return tuple(self._seen(self.dataset.observations))

    @property
    def sources(self) -> Mapping[str, Source]:
        """Sources by identifier."""
        return self.dataset.sources

    @property
    def indicators(self) -> tuple[tuple[str, str], ...]:
        """Pairs of area and indicator of which something had been published, sorted."""
        return tuple(sorted({(f.area, f.indicator) for f in self.observations}))

    def of(self, area: str, indicator: str) -> tuple[Observation, ...]:
        """Return the figures of one indicator, by period, then by day of publication."""
        return tuple(self._seen(self.dataset.series.get((area, indicator), ())))

    def not_yet_published(self, area: str, indicator: str) -> tuple[Remarked, ...]:
        """Return the figures of one indicator published after `as_of`, each with the reason."""
        figures = self.dataset.series.get((area, indicator), ())
        return tuple(
            (f, Message("observations.reason_later", {"day": f.published, "as_of": self.as_of}))
            for f in figures
            if not self._sees(f.published)
        )

    def judgements(self, area: str, indicator: str) -> tuple[Judgement, ...]:
        """Return what had been elicited on one indicator by `as_of`, in the order of the file."""
        return tuple(
            j
            for j in self.dataset.judgements
            if (j.area, j.indicator) == (area, indicator) and self._sees(j.elicited)
        )

    def breaks(self, area: str, indicator: str) -> tuple[Break, ...]:
        """Return the changes of definition known by `as_of`, the earliest first."""
        known = (
            b
            for b in self.dataset.breaks
            if (b.area, b.indicator) == (area, indicator) and self._sees(b.published)
        )
        return tuple(sorted(known, key=lambda b: b.first_period))

    def history(
        self, series: Series, *, origin: int | None = None, until: int | None = None
    ) -> Selection:
        """Select the figures of an indicator that a yearly model can use.

        Parameters
        ----------
        series
            The indicator of an area, with its kind, unit and support.
        origin
            Year after which forecasts start; later years are not used. Default: the last year
            with a usable figure or, if there is none, the last year over by `as_of`.
        until
            Last year of interest, without `origin`: what is later is not used, nor a break after
            it. Default: none.

        Returns
        -------
        Selection
            The history, and every figure of the vintage as used or unused.
        """
        return select(
            self.of(series.area, series.indicator),
            series,
            breaks=(*self.breaks(series.area, series.indicator), *series.breaks),
            origin=origin,
            until=until,
            last_year_over=self._last_year_over(),
        )

    def frame(self) -> pd.DataFrame:
        """Return the figures as a table with the columns of `observations.csv`, and the row."""
        columns = [*OBSERVATIONS.names, "row"]
        rows = [{name: getattr(f, name) for name in columns} for f in self.observations]
        texts = ("period", "measure", "status")
        return pd.DataFrame([{**r, **{t: str(r[t]) for t in texts}} for r in rows], columns=columns)

    def _sees(self, published: date) -> bool:
        return self.as_of is None or published <= self.as_of

    def _seen(self, figures: Iterable[Observation]) -> Iterator[Observation]:
        return (figure for figure in figures if self._sees(figure.published))

    def _last_year_over(self) -> int:
        days = [figure.published for figure in self.dataset.observations]
        day = self.as_of or max(days, default=date.min)
        return (day + timedelta(days=1)).year - 1
