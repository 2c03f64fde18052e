"""What is thought of a share before its own figures: a normal on the logit or log scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from bcforecast.distributions import Transform
from bcforecast.errors import ModelError

ShareKind = Literal["share", "factor"]
"""`share`: part of a sum, logit scale. `factor`: a ratio over the parent's ratio, log scale."""

TARGET_PRIOR_SD: Final = 0.35
"""Standard deviation of a share about what the targets hint, on the logit or log scale (assumed).

One figure for all indicators, set by hand. A district that sets its targets by one share of the
city would have equal shares in all of them: Dongli's 500 / 9,000 and 2,000 / 40,000 differ by 0.11
on the logit scale, Beichen's 530 / 9,000 and 3,500 / 40,000 by 0.43, and that between the plans
alone; a district's true share lies about the planned one with at least that spread. 0.35 puts the
share between 0.64 and 1.57 times the hint with 80 % probability.
"""

LINKS: Final[dict[ShareKind, Transform]] = {
    "share": Transform("logit", 0.0, 1.0),
    "factor": Transform("log", 0.0),
}
"""Scale on which each kind of share is a random walk."""


@dataclass(frozen=True)
class SharePrior:
    """Normal prior of a share or factor.

    Parameters
    ----------
    location, sd
        On the logit scale of a share or the log scale of a factor; `sd` above 0.
    kind
        Share of a sum, or factor on a ratio.
    year
        Year that the prior speaks of. Default: the year after which forecasts start.
    basis
        What it rests on, for the report: `assumed` or `elicited`.
    """

    location: float
    sd: float
    kind: ShareKind = "share"
    year: int | None = None
    basis: Literal["assumed", "elicited"] = "assumed"

    def __post_init__(self) -> None:
        if not (np.isfinite(self.location) and np.isfinite(self.sd) and self.sd > 0.0):
            raise ModelError("models.share_prior", location=self.location, sd=self.sd)

    @property
    def median(self) -> float:
        """Median share or factor."""
        return float(LINKS[self.kind].inverse(self.location))


def prior_from_targets(
    own_target: float,
    parent_target: float,
    *,
    kind: ShareKind = "share",
    year: int | None = None,
    sd: float = TARGET_PRIOR_SD,
) -> SharePrior:
    """Take the district's target over its parent's as a hint of its share (assumed, grade D).

    Parameters
    ----------
    own_target, parent_target
        In the same unit, above 0; for a share the own target is below the parent's.
    kind
        Share of a sum, or factor on a ratio.
    year
        Year in which both targets are due.
    sd
        Standard deviation on the logit or log scale.

    Raises
    ------
    ModelError
        If a target is not above 0, or a part is not smaller than its whole.

    Examples
    --------
    >>> round(prior_from_targets(530, 9000).median, 4)
    0.0589
    >>> prior_from_targets(3.2, 3.2, kind="factor").median
    1.0
    """
    ratio = own_target / parent_target if parent_target > 0.0 else float("nan")
    if not (0.0 < ratio < (1.0 if kind == "share" else np.inf)):
        raise ModelError("models.share_targets", own=own_target, parent=parent_target)
    return SharePrior(float(LINKS[kind].forward(ratio)), sd, kind=kind, year=year)
