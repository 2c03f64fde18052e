"""What adding up is worth, and who does it: ours in closed form against hierarchicalforecast.

    python -m tools.bench.adding --peers-python .peers/bin/python [--bench-dir ../shared/bench]

The figures of areas to come are forecast each by itself; then made to add up by us
(`bcforecast.attainment.areas`), and by hierarchicalforecast from the same medians and 80 %
intervals (residuals are those of a drift on logarithms, one year ahead). Five provinces of the
synthetic country, whose figures of 2027 are known; and, where the folder is at hand, technology
contracts of China's provinces and their sum, four years ahead from 2016 to 2019. With `--work` it
is the process of hierarchicalforecast, whose environment has not bcforecast.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

LEVELS: Final = (0.1, 0.5, 0.9)
OWN: Final = "each by itself"
OURS: Final = "bcforecast, closed form"
YEARS: Final = range(2016, 2020)
AHEAD: Final = 4
PROVINCES: Final = 5


def reconciled(folder: Path) -> None:
    """Reconcile every case of a folder by hierarchicalforecast, and leave what came of it."""
    from hierarchicalforecast.core import HierarchicalReconciliation  # type: ignore[import-not-found]
    from hierarchicalforecast.methods import BottomUp, MinTrace  # type: ignore[import-not-found]

    kinds = ("ols", "wls_struct", "wls_var", "mint_shrink")
    for case in sorted(folder.glob("*-base.parquet")):
        name = case.name.removesuffix("-base.parquet")
        base, past, summing = (
            pd.read_parquet(folder / f"{name}-{part}.parquet") for part in ("base", "past", "sum")
        )
        tags = {"all": summing["unique_id"].to_numpy()[: -(summing.shape[1] - 1)]}
        tags["bottom"] = summing["unique_id"].to_numpy()[-(summing.shape[1] - 1) :]
        methods = [BottomUp(), *(MinTrace(method=kind) for kind in kinds)]
        start = time.process_time()
        made = HierarchicalReconciliation(reconcilers=methods).reconcile(
            Y_hat_df=base, Y_df=past, S_df=summing, tags=tags, level=[80],
            intervals_method="normality",
        )  # fmt: skip
        made["seconds"] = (time.process_time() - start) / len(methods)
        made.to_parquet(folder / f"{name}-made.parquet")


def synthetic(folder: Path) -> Iterator[tuple[str, Any, str, Any]]:
    """Yield cases of the synthetic country: set, province at work, indicator, truth and target."""
    from bcforecast.attainment.areas import _parts
    from bcforecast.config import SEED
    from bcforecast.plan.reading import load_plan_set
    from tools import country

    country.write_country(folder, areas=PROVINCES * country.PROVINCE)
    plans = load_plan_set(country.PLAN, data_dir=folder)
    day = pd.Timestamp(country.LAST + 1, 12, 31).date()
    known = country.areas_of(PROVINCES * country.PROVINCE)
    each = _parts(plans, folder, as_of=day, seed=1)
    for n, part in enumerate(each):
        some = known[n * country.PROVINCE : (n + 1) * country.PROVINCE]
        figures = country.figures_of(some, seed=SEED, last=country.DUE)[0]
        figures = figures[figures["period"] == str(country.DUE)]
        truth = figures.pivot_table("value", "area", "indicator")
        for name in plans.adds_up:
            yield "synthetic", part, name, truth[name]


def contracts(folder: Path, bench: Path) -> Iterator[tuple[str, Any, str, Any]]:
    """Yield cases of technology contracts of provinces whose years are all known, and their sum."""
    import yaml

    from bcforecast.attainment.areas import _parts
    from bcforecast.plan.reading import load_plan_set

    table = pd.read_csv(bench / "province_tech_contract_value.csv")
    wide = table.pivot_table("value", "year", "area").dropna(axis=1)
    wide.columns = [f"a{n:02d}" for n in range(wide.shape[1])]
    wide.insert(0, "all", wide.sum(axis=1))
    for last in YEARS:
        data = folder / str(last)
        (data / "plans").mkdir(parents=True)
        plan = {
            "id": "contracts", "title": {"en": "contracts"}, "adds_up": ["value"],
            "issued": pd.Timestamp(last, 1, 1).date(),
            "span": {"first": last, "last": last + AHEAD},
            "source": {"citation": {"en": "China Statistical Yearbook"}},
            "indicators": [{"id": "value", "names": {"en": "value"}, "unit": "100M CNY",
                            "kind": "flow"}],
            "goals": [{"indicator": "value", "comparator": "at_least"}],
        }  # fmt: skip
        (data / "plans" / "contracts.yaml").write_text(yaml.safe_dump(plan), encoding="utf-8")
        rows = pd.DataFrame({"area": wide.columns, "goal": "value", "due": last + AHEAD})
        rows["target"] = wide.loc[last].to_numpy().round(2)
        rows["parent"] = ["", *["all"] * (wide.shape[1] - 1)]
        rows.to_csv(data / "plans" / "contracts.csv", index=False)
        long = wide.loc[:last].reset_index().melt("year", var_name="area")
        for year, some in ((int(str(year)), rows) for year, rows in long.groupby("year")):
            place = data / "observations" / "province=all" / f"year={year}"
            place.mkdir(parents=True)
            some.assign(
                indicator="value", period=str(year), lower=np.nan, upper=np.nan, unit="100M CNY",
                measure="flow", status="official", published=f"{year + 1}-06-30",
                published_basis="assumed", source="yearbook",
            ).drop(columns="year").to_parquet(place / "part-0.parquet", index=False)  # fmt: skip
        (data / "sources.csv").write_text(
            "source,title,issuer,published,url,verification\nyearbook,yearbook,bureau,,,compiled\n",
            encoding="utf-8",
        )
        plans = load_plan_set("contracts", data_dir=data)
        day = pd.Timestamp(last + 1, 12, 31).date()
        for part in _parts(plans, data, as_of=day, seed=1):
            yield "contracts", part, "value", wide.loc[last + AHEAD]


def ours(folder: Path, cases: Iterator[tuple[str, Any, str, Any]]) -> pd.DataFrame:
    """Forecast the cases, leave what hierarchicalforecast wants, and return rows to score."""
    from bcforecast.attainment.areas import _Case, _Province

    found = []
    for n, (data, part, name, truth) in enumerate(cases):
        work = _Province(part)
        known = work.histories[name]
        asked = [_Case(a, plan.goal(name), known[a]) for a, plan in work.plans.items()]
        indicator, areas = work.indicators[name], list(part.plans.areas)
        tree = work._tree(indicator, asked)
        assert tree is not None, f"{data}: figures do not add up"
        own = work.forecast(indicator, tree).quantile(np.array(LEVELS))
        start = time.process_time()
        adding = np.quantile(work.coherent_paths(indicator, tree), LEVELS, axis=0)
        seconds = time.process_time() - start
        summing, bottom = work.summing
        order = [*(k for k in range(len(areas)) if k not in bottom), *bottom]
        ids = [areas[k] for k in order]
        table = pd.DataFrame(summing[order], columns=[areas[k] for k in bottom])
        table.insert(0, "unique_id", ids)
        table.to_parquet(folder / f"{n:03d}-sum.parquet", index=False)
        base = pd.DataFrame({"unique_id": ids, "ds": 1, "own": own[1][order]})
        base["own-lo-80"], base["own-hi-80"] = own[0][order], own[2][order]
        base.to_parquet(folder / f"{n:03d}-base.parquet", index=False)
        past = []
        for area in ids:
            y = known[area].values
            fitted = y[:-1] * np.exp(np.diff(np.log(np.maximum(y, 0.5))).mean())
            past.append(pd.DataFrame({"unique_id": area, "ds": known[area].times[1:],
                                      "y": y[1:], "own": fitted}))  # fmt: skip
        pd.concat(past).to_parquet(folder / f"{n:03d}-past.parquet", index=False)
        floor = [int(summing[k].sum()) for k in range(len(areas))]
        for method, levels in ((OWN, own), (OURS, adding)):
            rows = pd.DataFrame(levels.T, columns=["low", "middle", "high"]).assign(
                case=n, data=data, area=areas, floor=floor, method=method, seconds=seconds,
                truth=[float(truth[area]) for area in areas],
            )  # fmt: skip
            found.append(rows)
    return pd.concat(found, ignore_index=True)


def theirs(folder: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """Read what hierarchicalforecast made of the cases, as rows to score."""
    found = []
    for n, case in rows[rows["method"] == OWN].groupby("case"):
        made = pd.read_parquet(folder / f"{n:03d}-made.parquet").set_index("unique_id")
        made = made.loc[case["area"]]
        for head in (one for one in made if str(one).startswith("own/") and "-80" not in str(one)):
            ends = (made[f"{head}-lo-80"], made[head], made[f"{head}-hi-80"])
            levels = dict(zip(("low", "middle", "high"), map(np.asarray, ends), strict=True))
            kind = str(head).removeprefix("own/").removeprefix("MinTrace_method-")
            name = f"hierarchicalforecast, {kind}"
            told = case.assign(method=name, seconds=made["seconds"].to_numpy(), **levels)
            found.append(told)
    return pd.concat(found, ignore_index=True)


def scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Score by data, floor (areas at the bottom below one) and method."""
    levels = rows[["low", "middle", "high"]].to_numpy()
    apart = rows["truth"].to_numpy()[:, None] - levels
    loss = np.maximum(np.array(LEVELS) * apart, (np.array(LEVELS) - 1.0) * apart).mean(axis=1)
    inside = rows["truth"].between(rows["low"], rows["high"])
    error = np.abs(np.log(rows["truth"] / rows["middle"].clip(lower=1e-9)))
    some = rows.assign(
        floor=np.where(rows["floor"] == 1, "bottom", np.where(rows["floor"] > 12, "top", "middle")),
        loss=100.0 * loss / rows["truth"], inside=inside, error=100.0 * error,
    )  # fmt: skip
    by = some.groupby(["data", "floor", "method"], sort=False)
    return by.agg(n=("loss", "size"), loss=("loss", "mean"), inside=("inside", "mean"),
                  error=("error", "median"), seconds=("seconds", "mean")).reset_index()  # fmt: skip


def main() -> None:
    """Print a row a set of data, floor and method."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers-python", type=Path, help="a Python with hierarchicalforecast")
    parser.add_argument("--bench-dir", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work is not None:
        reconciled(given.work)
        return
    with tempfile.TemporaryDirectory() as spare:
        folder = Path(spare, "cases")
        folder.mkdir()

        def cases() -> Iterator[tuple[str, Any, str, Any]]:
            if (given.bench_dir / "province_tech_contract_value.csv").is_file():
                yield from contracts(Path(spare, "contracts"), given.bench_dir)
            else:
                print(f"NOT RUN: contracts ({given.bench_dir} has no such table)", file=sys.stderr)
            yield from synthetic(Path(spare, "country"))

        rows = ours(folder, cases())
        if given.peers_python is not None:
            command = [given.peers_python, __file__, "--work", folder]
            subprocess.run(list(map(str, command)), check=True)
            rows = pd.concat([rows, theirs(folder, rows)], ignore_index=True)
    print("| data | floor | method | figures | pinball loss, % | in 80 % | median error, % | s |")
    print("|---|---|---|---|---|---|---|---|")
    for one in scored(rows).itertuples():
        cells = f"{one.n:,} | {one.loss:.2f} | {one.inside:.2f} | {one.error:.1f}"
        print(f"| {one.data} | {one.floor} | {one.method} | {cells} | {one.seconds:.2f} |")


if __name__ == "__main__":
    main()
