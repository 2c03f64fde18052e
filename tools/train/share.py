"""How much a share of the whole moves in a year, learned from 31 provinces' contract turnover.

The panel stays where it is; only the statistic made from it is shipped, in `learned/share.json`.
"""

import csv
import hashlib
import json
from pathlib import Path
from typing import Final

import numpy as np
from scipy.special import ndtri

from bcforecast.distributions import FloatArray
from bcforecast.models.share import LEARNED

PANEL: Final = "province_tech_contract_value.csv"
LAG_YEARS: Final = 3
RECIPE: Final = (
    "logit of each province's share of the sum over provinces; changes over 3 years, all provinces "
    "and years pooled; (90 % quantile - 10 % quantile) / 2.563 / sqrt(3)"
)


def rebuild(bench_dir: Path, out: Path = LEARNED) -> float:
    """Estimate the yearly standard deviation of the logit of a share and write it to `out`.

    Parameters
    ----------
    bench_dir
        Directory with `province_tech_contract_value.csv` (area, year, value in 100M CNY).
    out
        File to write; the same panel gives the same bytes.

    Returns
    -------
    float
        Standard deviation on the logit scale, per square root of a year.

    Raises
    ------
    ValueError
        If the panel is not there.
    """
    path = bench_dir / PANEL
    if not path.is_file():
        raise ValueError(f"{path}: found no such file; allowed: a table of area, year, value")
    raw = path.read_bytes()
    values = _panel(raw.decode("utf-8"))
    sd = round(yearly_sd(values), 4)
    record = {
        "innovation_sd": sd,
        "unit": "logit of share, per square root of a year",
        "recipe": RECIPE,
        "source": "China Statistical Yearbook: technology contract turnover of 31 provinces, "
        "2011-2023",
        "provinces": values.shape[1],
        "years": values.shape[0],
        "input": PANEL,
        "input_sha256": hashlib.sha256(raw).hexdigest(),
    }
    out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return sd


def yearly_sd(values: FloatArray) -> float:
    """Robust yearly standard deviation of the logit of columns' shares of the row sums.

    Parameters
    ----------
    values
        Shape (years, areas), above 0; NaN where missing (left out of sum and changes alike).

    Notes
    -----
    Changes over three years, since goals lie that far away and a share's yearly changes are
    correlated; the central 80 %, since a few small areas multiply their share in a year.

    Examples
    --------
    >>> yearly_sd(np.tile([[1.0, 2.0, 3.0]], (6, 1)))
    0.0
    """
    share = values / np.nansum(values, axis=1, keepdims=True)
    logit = np.log(share) - np.log1p(-share)
    changes = logit[LAG_YEARS:] - logit[:-LAG_YEARS]
    low, high = np.nanquantile(changes, [0.1, 0.9])
    return float((high - low) / (ndtri(0.9) - ndtri(0.1)) / np.sqrt(LAG_YEARS))


def _panel(text: str) -> FloatArray:
    rows = list(csv.DictReader(text.splitlines()))
    areas = sorted({row["area"] for row in rows})
    years = sorted({int(row["year"]) for row in rows})
    out = np.full((len(years), len(areas)), np.nan)
    for row in rows:
        value = float(row["value"]) if row["value"] else np.nan
        if value > 0.0:
            out[years.index(int(row["year"])), areas.index(row["area"])] = value
    return out
