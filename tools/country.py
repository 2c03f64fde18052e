"""A synthetic country: a plan set, its figures and scenarios, all made up from a seed.

    python -m tools.country FOLDER --areas 2800

Provinces of up to 90 areas: one province, nine cities, the rest counties. Nine goals an area, five
scenarios beside the baseline. Money and counts of counties add up to their city's and province's.
One area in 90 tells a figure only roughly. Every text in it says that it is made up.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import yaml

from bcforecast.config import SEED

PLAN: Final = "synthetic-country"
FIRST, LAST, DUE = 2010, 2023, 2027
PROVINCE: Final = 90
CITIES: Final = 9

INDICATORS: Final = (
    # identifier, Chinese, English, unit, kind, level, growth a year, its spread, adds up
    ("output", "地区生产总值", "gross product", "100M CNY", "flow", 120.0, 0.062, 0.03, True),
    ("revenue", "财政收入", "public revenue", "100M CNY", "flow", 11.0, 0.055, 0.06, True),
    ("research", "研发经费", "R&D spending", "100M CNY", "flow", 2.2, 0.09, 0.07, False),
    ("firms", "高新技术企业", "high-tech firms", "enterprises", "stock", 60.0, 0.11, 0.08, True),
    ("patents", "有效发明专利", "patents in force", "patents", "stock", 240.0, 0.1, 0.06, False),
    ("urban", "城镇化率", "urban share", "%", "ratio", 58.0, 0.012, 0.006, False),
    ("clean_air", "空气优良天数比例", "days of clean air", "%", "ratio", 78.0, 0.008, 0.02, False),
    ("energy", "单位产值能耗", "energy per output", "tce per 10k CNY", "ratio",
     0.6, -0.03, 0.02, False),
    ("doctors", "执业医师", "doctors", "persons", "stock", 900.0, 0.04, 0.03, False),
)  # fmt: skip

SHOCKED: Final = {"output": -4.0, "revenue": -8.0, "research": -3.0, "firms": -5.0}
PUSHED: Final = {"output": 0.6, "revenue": 0.8, "research": 2.0, "firms": 2.5, "patents": 2.0}


def areas_of(count: int) -> list[tuple[str, str, str, str]]:
    """Return identifier, parent, Chinese and English name of so many areas."""
    found = []
    for n in range(count):
        p, at = divmod(n, PROVINCE)
        province, city = f"p{p + 1:03d}", f"p{p + 1:03d}c{(at - 1) % CITIES + 1}"
        if at == 0:
            found.append((province, "", f"虚构省{p + 1}", f"Made-up Province {p + 1}"))
        elif at <= CITIES:
            found.append((city, province, f"虚构市{p + 1}-{at}", f"Made-up City {p + 1}-{at}"))
        else:
            named = f"{p + 1}-{at}"
            found.append((f"{city}x{at}", city, f"虚构县{named}", f"Made-up County {named}"))
    return found


def figures_of(
    areas: list[tuple[str, str, str, str]], *, seed: int, last: int = LAST
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures of the areas of one province, up to the `last` year, and their targets."""
    rng = np.random.default_rng([seed, int(areas[0][0][1:])])
    years = np.arange(FIRST, DUE + 1)
    names = [area[0] for area in areas]
    parents = [area[1] for area in areas]
    bottom = np.array([name not in parents for name in names])
    rows, targets = [], []
    for name, _, _, unit, kind, level, drift, spread, adds in INDICATORS:
        common = rng.normal(0.0, 0.5 * spread, years.size)
        own = rng.normal(0.0, spread, (len(names), years.size))
        pace = drift + rng.normal(0.0, 0.3 * abs(drift) + 0.002, (len(names), 1))
        start = np.log(level) + rng.normal(0.0, 0.6, (len(names), 1))
        if unit == "%":
            odds = np.log(level / (100.0 - level)) + rng.normal(0.0, 0.4, (len(names), 1))
            values = 100.0 / (1.0 + np.exp(-odds - np.cumsum(3.0 * (pace + common + own), axis=1)))
        else:
            values = np.exp(start + np.cumsum(pace + common + own, axis=1))
        whole = unit in ("enterprises", "patents", "persons")
        values = np.round(values, 0 if whole else 4)
        if adds:
            _add_up(values, names, parents, bottom)
        target = values[:, -1] * (1.0 + rng.normal(0.0, 0.06, len(names)))
        if unit == "%":
            target = np.minimum(target, 99.0)
        decimals = 0 if whole else 1 if level > 10.0 else 3
        known = years <= last
        first = rng.integers(0, 4, len(names)) * (0 if adds else 1)
        for a, area in enumerate(names):
            said = round(float(target[a]), decimals)
            targets.append((area, name, int(said) if whole else said, DUE))
            told = slice(int(first[a]), int(known.sum()))
            rows.append(
                pd.DataFrame({
                    "area": area, "indicator": name, "period": years[told].astype(str),
                    "value": values[a, told], "lower": np.nan, "upper": np.nan, "unit": unit,
                    "measure": kind, "status": "official",
                    "published": [f"{year + 1}-06-30" for year in years[told]],
                    "published_basis": "assumed: made up", "source": "made_up",
                })
            )  # fmt: skip
    rows[-1].loc[rows[-1].index[-1], "status"] = "approximate"
    return pd.concat(rows, ignore_index=True), pd.DataFrame(
        targets, columns=["area", "goal", "target", "due"]
    )


def _add_up(values: np.ndarray, names: list[str], parents: list[str], bottom: np.ndarray) -> None:
    """Make the figures of cities and provinces the sums of those below them."""
    values[~bottom] = 0.0
    for n in np.flatnonzero(bottom):
        above = parents[n]
        while above:
            at = names.index(above)
            values[at] += values[n]
            above = parents[at]


def template() -> dict[str, object]:
    """Return the template of the set."""
    indicators, goals = [], []
    for name, zh, en, unit, kind, *_ in INDICATORS:
        one = {"id": name, "names": {"zh": f"{zh}（虚构）", "en": f"{en} (made up)"}}
        indicators.append({**one, "unit": unit, "kind": kind})
        goals.append(
            {"indicator": name, "comparator": "at_most" if name == "energy" else "at_least"}
        )
    return {
        "id": PLAN,
        "title": {"zh": "虚构国规划（合成数据）", "en": "Plan of a made-up country (synthetic)"},
        "issued": pd.Timestamp(f"{LAST}-01-01").date(),
        "span": {"first": LAST, "last": DUE},
        "source": {"citation": {"zh": "合成数据", "en": "synthetic data"}},
        "adds_up": [one[0] for one in INDICATORS if one[-1]],
        "units": {
            "tce per 10k CNY": {"names": {"zh": "吨标准煤/万元", "en": "tce per CNY 10,000"}}
        },
        "indicators": indicators,
        "goals": goals,
    }


def scenarios() -> list[dict[str, object]]:
    """Return the scenarios beside the baseline; every size is made up."""
    words = {
        "author": {"zh": "合成", "en": "synthetic"},
        "reason": {"zh": "合成", "en": "synthetic"},
    }

    def moves(first: int, part: float = 1.0) -> list[dict[str, object]]:
        return [
            {"lever": f"growth.{name}", "measure": None, "by_year": {first: part * size},
             "sd": 0.5 * size, "unit": "pp"}
            for name, size in PUSHED.items()
        ]  # fmt: skip

    def shocks(factor: float) -> list[dict[str, object]]:
        return [
            {"indicators": [name], "year": LAST + 2, "size_percent": factor * size,
             "recovered": 0.5, "sd": 0.4 * abs(size)}
            for name, size in SHOCKED.items()
        ]  # fmt: skip

    return [
        {"id": "full", "plan": PLAN, "title": {"zh": "全面落实", "en": "In full"}, **words,
         "moves": moves(LAST + 2)},
        {"id": "late", "plan": PLAN, "title": {"zh": "晚一年", "en": "A year late"}, **words,
         "moves": moves(LAST + 3)},
        {"id": "shock", "title": {"zh": "冲击", "en": "Shock"}, **words, "shocks": shocks(1.0)},
        {"id": "deep", "title": {"zh": "重冲击", "en": "Deep shock"}, **words,
         "shocks": shocks(2.0)},
        {"id": "half", "plan": PLAN, "title": {"zh": "落实一半", "en": "By half"}, **words,
         "moves": moves(LAST + 2, 0.5)},
    ]  # fmt: skip


def write_country(folder: Path, *, areas: int, seed: int = SEED) -> None:
    """Write a data folder with a plan set of so many areas."""
    for name in ("plans", "scenarios"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    known, tables = areas_of(areas), []
    for start in range(0, areas, PROVINCE):
        part = known[start : start + PROVINCE]
        figures, targets = figures_of(part, seed=seed)
        for year, rows in figures.groupby("period"):
            file = folder / "observations" / f"province={part[0][0]}" / f"year={year}"
            file.mkdir(parents=True, exist_ok=True)
            rows.to_parquet(file / "part-0.parquet", index=False)
        tables.append(targets)
    tree = pd.DataFrame(known, columns=["area", "parent", "name_zh", "name"])
    table = tree.merge(pd.concat(tables), on="area", sort=False)
    table.to_csv(folder / "plans" / f"{PLAN}.csv", index=False, lineterminator="\n")
    for name, content in [("plans/" + PLAN, template())] + [
        (f"scenarios/{one['id']}", one) for one in scenarios()
    ]:
        words = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
        (folder / f"{name}.yaml").write_text(words, encoding="utf-8")
    sources = "source,title,issuer,published,url,verification\n"
    sources += "made_up,synthetic data (tools.country),nobody,,,compiled\n"
    (folder / "sources.csv").write_text(sources, encoding="utf-8")


def main() -> None:
    """Write the country."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--areas", type=int, default=2800)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    write_country(given.folder, areas=given.areas, seed=given.seed)


if __name__ == "__main__":
    main()
