"""How far shares stray and wander, learned from provinces.

The panel of contract turnover stays where it is, the table of sizes stands beside this file; only
the statistics made from them are shipped, in `learned/share.json`.
"""

import hashlib
import json
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import logit, ndtri

from bcforecast.distributions import FloatArray
from bcforecast.models.borrowed import LEARNED
from tools.train.goals import read_table

PANEL: Final = "province_tech_contract_value.csv"
SIZES: Final = Path(__file__).parent / "province_sizes.csv"
"""Gross product by sector (100M CNY), residents (10,000), R&D intensity (%) of 30 provinces."""

SIZES_SOURCE: Final = (
    "30 provinces (Tibet not in the table), 2015 and 2018: gross product by sector, residents, R&D "
    "intensity; https://raw.githubusercontent.com/yaoyaoustc/carbondata/main/carbonemission-china"
    ".csv, commit 9ef43aa8a2b38936623b064378295e6aba77f784, a compilation of yearbooks; of its "
    "rows for 2019 the R&D column is that of 2020, so they are not used"
)
LAG_YEARS: Final = 3
RECIPES: Final = {
    "innovation_sd": "logit of each province's share of the sum over provinces; changes over 3 "
    "years, all provinces and years pooled; (90 % quantile - 10 % quantile) / 2.563 / sqrt(3)",
    "size_sd": "logit of each province's share of contract turnover, and of R&D spending (R&D "
    "intensity times gross product), less the mean of the logits of its shares of residents and of "
    "gross product; root mean square over provinces, both indicators, both years",
    "factor_sd": "log of each province's R&D intensity over that of all together; root mean square "
    "over provinces and both years",
    "factor_innovation_sd": "change of that log over 3 years; (90 % quantile - 10 % quantile) / "
    "2.563 / sqrt(3)",
}


def rebuild(bench_dir: Path, out: Path = LEARNED) -> None:
    """Estimate how far shares and factors stray and wander; the same tables give the same bytes."""
    turnover = read_table(bench_dir / PANEL, ("area", "year", "value"))
    wide = turnover.pivot_table(index="year", columns="area", values="value")
    values = wide.where(wide > 0.0).to_numpy(dtype=float)
    found = {"innovation_sd": yearly_sd(values), **_strays(turnover, pd.read_csv(SIZES))}
    record = {
        **{name: round(found[name], 4) for name in RECIPES},
        "units": "logit of a share or log of a factor; innovations per square root of a year",
        "recipes": RECIPES,
        "sources": {
            PANEL: "China Statistical Yearbook: technology contract turnover of 31 provinces, "
            "2011-2023",
            SIZES.name: SIZES_SOURCE,
        },
        "provinces": values.shape[1],
        "years": values.shape[0],
        "sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (bench_dir / PANEL, SIZES)
        },
    }
    out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _strays(turnover: pd.DataFrame, sizes: pd.DataFrame) -> dict[str, float]:
    """Distances of shares from size shares and of ratios from the common one, over all years."""
    distances, factors = [], []
    for _, known in sizes.merge(turnover, on=["area", "year"]).groupby("year"):
        table = known.set_index("area").sort_index()
        sectors = ["primary_gdp", "secondary_gdp", "tertiary_gdp"]
        gdp, intensity = table[sectors].sum(axis=1).to_numpy(), table["rd_intensity"].to_numpy()
        both = [gdp, table["population"].to_numpy()]
        distances += [
            share_distance(of, both) for of in (table["value"].to_numpy(), intensity * gdp)
        ]
        factors.append(np.log(intensity / (intensity @ gdp) * gdp.sum()))
    return {
        "size_sd": float(np.sqrt(np.mean(np.square(distances)))),
        "factor_sd": float(np.sqrt(np.mean(np.square(factors)))),
        "factor_innovation_sd": _robust_sd(factors[-1] - factors[0]) / float(np.sqrt(LAG_YEARS)),
    }


def share_distance(values: FloatArray, sizes: list[FloatArray]) -> FloatArray:
    """Logit of each area's share of `values`, less the mean logit of its shares of the sizes.

    All arrays have shape (areas,) and are above 0, each in its own unit.

    Examples
    --------
    >>> share_distance(np.array([1.0, 3.0]), [np.array([10.0, 30.0])]).tolist()
    [0.0, 0.0]
    """
    logits = [logit(one / one.sum()) for one in sizes]
    return np.asarray(logit(values / values.sum()) - np.mean(logits, axis=0))


def _robust_sd(changes: FloatArray) -> float:
    """Standard deviation of a normal with the same central 80 %; NaN are left out."""
    low, high = np.nanquantile(changes, [0.1, 0.9])
    return float((high - low) / (ndtri(0.9) - ndtri(0.1)))


def yearly_sd(values: FloatArray) -> float:
    """Robust yearly standard deviation of the logit of columns' shares of the row sums.

    Values (years, areas) are above 0, NaN where missing. Changes over three years, since goals lie
    that far away and a share's yearly changes are correlated; the central 80 %, since a few small
    areas multiply their share in a year.

    Examples
    --------
    >>> yearly_sd(np.tile([[1.0, 2.0, 3.0]], (6, 1)))
    0.0
    """
    share = values / np.nansum(values, axis=1, keepdims=True)
    logit = np.log(share) - np.log1p(-share)
    changes = logit[LAG_YEARS:] - logit[:-LAG_YEARS]
    return _robust_sd(changes) / float(np.sqrt(LAG_YEARS))
