"""Numbers in spans get the links of their table's column, or of the block that they stand in."""

from __future__ import annotations

from collections.abc import Iterator

from bcforecast.reporting.citations import NUMBER
from bcforecast.reporting.document.blocks import Span, Spans


def linked(spans: Spans, anchor: str) -> Spans:
    """Give every number that has no link yet one to `anchor`; days and years are no figures.

    Examples
    --------
    >>> [s.text for s in linked((Span(text="In 2019 it was 6,106."),), "fn-plan") if s.link]
    ['6,106']
    """
    return tuple(part for span in spans for part in _linked(span, f"#{anchor}"))


def _linked(span: Span, link: str) -> Iterator[Span]:
    if span.link is not None:
        yield span
        return
    end = 0
    for found in NUMBER.finditer(span.text):
        if found["number"] is None:
            continue
        if found.start() > end:
            yield span.model_copy(update={"text": span.text[end : found.start()]})
        yield span.model_copy(update={"text": found[0], "link": link})
        end = found.end()
    if end < len(span.text):
        yield span.model_copy(update={"text": span.text[end:]})
