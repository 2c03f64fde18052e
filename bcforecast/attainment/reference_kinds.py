"""Kinds of goal whose past is known, and the names under which a goal's kind may be given."""

from __future__ import annotations

import re
from typing import Final

ANY: Final = "any"
"""Label of a goal whose kind is not among those learned: all goals are its reference class."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "early_leavers": ("early leavers 18-24 (%)", "early leavers from education", "E20L"),
    "employment_rate": ("employment rate 20-64 (%)", "employment", "E20E"),
    "rd_intensity": (
        "R&D expenditure (% of GDP)",
        "R&D intensity",
        "gross domestic expenditure on R&D",
        "GERD",
        "全社会研发投入强度",
        "研发投入强度",
        "E20R",
        "LIS2010",
    ),
    "renewable_electricity": (
        "renewable share of electricity (%)",
        "renewable electricity",
        "RESE2010",
        "RESE2020",
    ),
    "renewable_energy": (
        "renewable share of gross final energy (%)",
        "renewable energy share",
        "RES2020",
    ),
    "renewable_transport": (
        "renewable share of transport (%)",
        "renewable transport",
        "TRA2020",
    ),
    "tertiary_attainment": ("tertiary attainment 30-34 (%)", "tertiary education", "E20T"),
}
"""Each kind and its other names: as in the sources, and the groups of the benchmark."""


def kind_of(name: object) -> str:
    """Kind that a name stands for, whatever its case and punctuation; `any` for all others.

    Parameters
    ----------
    name
        A key of `KINDS` or one of its other names; None, NaN or any other text is `any`.

    Examples
    --------
    >>> kind_of("R&D expenditure (% of GDP)"), kind_of("rd_intensity"), kind_of("unicorns")
    ('rd_intensity', 'rd_intensity', 'any')
    """
    if not isinstance(name, str):
        return ANY
    return _BY_NAME.get(_plain(name), ANY)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


_BY_NAME: Final = {_plain(name): kind for kind, names in KINDS.items() for name in (kind, *names)}
