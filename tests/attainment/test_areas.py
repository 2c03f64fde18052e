"""Many areas at once: the answers of one area's plan, coherent, whole, wherever they are made."""

import io
import json
import os
import re
import shutil
import signal
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from bcforecast.attainment import areas
from bcforecast.attainment.areas import COLUMNS, project_part, project_set
from bcforecast.attainment.checks import check_folder
from bcforecast.attainment.project import project
from bcforecast.errors import BcforecastError
from bcforecast.models import growth
from bcforecast.models.panel import forecast_panel
from bcforecast.observations import reading
from bcforecast.observations.records import Dataset
from bcforecast.observations.selection import Vintage
from bcforecast.plan.reading import load_plan_set
from tools import country

PLAN = """{id: p, title: P, area: a, indicators: [{id: firms, names: F, unit: persons, kind: flow}],
goals: [{indicator: firms, comparator: at_least, target: 170, due: 2024}]}"""
DAY = date(2024, 12, 31)
KEY = ["area", "goal", "scenario"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A synthetic country of two provinces with a dozen areas each."""
    return country_of(12, tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A country with three areas in each of its two provinces, and its set."""
    made = country_of(3, tmp_path_factory.mktemp("few"))
    return made, load_plan_set(country.PLAN, data_dir=made)


def country_of(areas_of_a_province, made):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(country, "PROVINCE", areas_of_a_province)
        country.write_country(made, areas=2 * areas_of_a_province, seed=5)
    return made


@pytest.fixture(scope="module")
def plans(folder):
    return load_plan_set(country.PLAN, data_dir=folder)


@pytest.fixture(scope="module")
def alone(folder, plans):
    """The tasks of the set, in which no figures are said to add up."""
    return list(areas._parts(replace(plans, adds_up=()), folder, as_of=DAY, seed=1))


@pytest.fixture(scope="module")
def right(few, tmp_path_factory):
    """The answer of the whole small set, worked out in one go."""
    out = tmp_path_factory.mktemp("answer") / "out"
    project_set(few[1], out, as_of=DAY, data_dir=few[0], seed=1)
    return answer(out)


def answer(out):
    read = pd.read_parquet(out, partitioning=None)
    return read.sort_values(KEY).reset_index(drop=True)


def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "country")


def test_an_area_is_told_what_its_own_plan_is_told(folder, alone):
    # Exactly under the baseline. Scenarios are read from 20 factors here, there from 10,000 draws:
    # the standard error of a share of those is at most 0.005, of their quantiles 1.5 % of the
    # 80 % interval.
    part = alone[0]
    found = project_part(part).rows.set_index(KEY)
    figures, problems = reading.read_figures(part.figures.to_dict("records"))
    assert problems == []
    data = Vintage(Dataset(folder, figures), DAY)
    assert len(part.scenarios) == 6
    for area in ("p001", "p001c4", "p001c2x11"):
        outlook = project(part.plans.plan(area), data, seed=1)
        for scenario in part.scenarios:
            exact = scenario.id == "baseline"
            for item in outlook.under(scenario).goals:
                one, ours = item.attainment, found.loc[area, item.goal.id, scenario.id]
                p = pytest.approx(one.probability, abs=1e-9 if exact else 0.015)
                assert ours["probability"] == p, (area, scenario.id, item.goal.id)
                width = one.q90 - one.q10
                for name in ("q10", "q50", "q90"):
                    near = pytest.approx(getattr(one, name), abs=(1e-9 if exact else 0.05) * width)
                    assert ours[name] == near, (area, scenario.id, item.goal.id)
                assert (ours["grade"], ours["latest"]) == (one.grade, one.latest)
                if exact:
                    assert f"verdict.{ours['verdict']}" == one.verdict
                    assert ours["model"] == item.basis.model
    trend = project_part(replace(part, trend_only=True)).rows.set_index(KEY)["probability"]
    for item in project(part.plans.plan("p001c4"), data, seed=1, trend_only=True):
        told = trend["p001c4", item.goal.id, "baseline"]
        assert told == pytest.approx(item.attainment.probability, abs=1e-9)


HAND = """id: hand
title: {en: Worked out by hand}
issued: 2021-01-01
span: {first: 2022, last: 2024}
indicators:
  - {id: output, names: {en: Output}, unit: M EUR, kind: flow, link_to_parent: share}
  - {id: firms, names: {en: Firms}, unit: persons, kind: stock}
  - {id: beds, names: {en: Beds}, unit: persons, kind: stock}
  - {id: desks, names: {en: Desks}, unit: persons, kind: stock}
  - {id: roads, names: {en: Roads}, unit: M EUR, kind: stock}
  - {id: rate, names: {en: Rate}, unit: "%"}
  - {id: shops, names: {en: New shops}, unit: enterprises, kind: event, yearly: true}
goals:
  - {indicator: output, comparator: at_least, due: 2023}
  - {indicator: roads, comparator: at_least, due: 2023}
  - {id: pace, indicator: firms, comparator: at_least, target: 10, growth_from: 2020, due: 2023}
  - {id: lead, indicator: rate, comparator: at_least, due: 2023,
     relative_to: {area: north, plus: 1}}
  - {indicator: shops, comparator: event, due: 2023}
"""
BY_HAND = """area,parent,goal,target,q50,probability
north,,,,,
b,north,output,30,30,0.5
b,north,pace,,1330,0
b,north,lead,,0.9,0
b,north,shops,71,70,0
a,b,output,26,24,0.37104
a,b,roads,55,55,0.5
a,b,pace,,1331,1
a,b,lead,,1,1
a,b,shops,70,70,1
"""
FIGURES = {
    ("north", "output"): {2019: 85, 2020: 90, 2021: 95, 2022: 100, 2023: 120},
    ("b", "output"): {2022: 25},
    ("a", "output"): {2022: 20},
    ("a", "roads"): {2022: 50},
    ("b", "firms"): {2020: 1000, 2021: 1100, 2022: 1210, 2023: 1330},
    **{("a", name): {2020: 1000, 2021: 1100, 2022: 1210, 2023: 1331} for name in ("firms", "beds")},
    ("a", "desks"): {2020: 2000, 2021: 2200, 2022: 2420, 2023: 2662},
    ("north", "rate"): {2022: 55, 2023: 60},
    ("a", "rate"): {2022: 55, 2023: 61},
    ("b", "rate"): {2022: 55, 2023: 60.9},
    **{(area, "shops"): {2021: 500, 2022: 30, 2023: 40} for area in ("a", "b")},
}


def written_set(folder, name, template, table, rows):
    """A set on disk; `rows` have area, indicator, year, value, unit and measure."""
    columns = ["area", "indicator", "period", "value", "unit", "measure"]
    figures = pd.DataFrame(rows, columns=columns).astype({"value": float})
    figures = figures.assign(lower=np.nan, upper=np.nan, status="official", source="us")
    figures["published"] = [f"{year + 1}-06-30" for year in figures["period"]]
    figures["period"] = figures["period"].astype(str)
    figures["published_basis"] = "assumed: made up"
    province = table.splitlines()[1].split(",")[0]
    plans, place = folder / "plans", folder / "observations" / f"province={province}" / "year=2023"
    for one in (plans, place):
        one.mkdir(parents=True)
    figures.to_parquet(place / "part-0.parquet", index=False)
    sources = "source,title,issuer,verification\nus,Yearbook,Us,official\n"
    (folder / "sources.csv").write_text(sources, encoding="utf-8")
    (plans / f"{name}.yaml").write_text(template, encoding="utf-8")
    (plans / f"{name}.csv").write_text(table, encoding="utf-8")
    return load_plan_set(name, data_dir=folder)


def test_what_is_borrowed_compared_and_counted_is_what_one_works_out_by_hand(tmp_path):
    # output: a county with one figure has 20 of the province's 100, for its city has one figure
    # too, so 24 of 120; the city 25, so 30. P(26 of 120 or more) is that of a normal: a year's
    # change of a share has sd 0.3072 on the logit scale (learned/share.json), and ln(26 / 94) -
    # ln(1 / 4) = 0.1011, so Phi(-0.32909) = 0.37104. roads: 50 that grow by 10 %, as all three
    # others do. pace: 10 % a year on the 1,000 of 2020 is 1,331. lead: 61 is a point above 60.
    # shops: 30 + 40 since 2022.
    units = {"rate": ("%", "ratio"), "shops": ("enterprises", "flow"), "output": ("M EUR", "flow")}
    units["roads"] = "M EUR", "stock"
    rows = [
        (area, name, year, value, *units.get(name, ("persons", "stock")))
        for (area, name), known in FIGURES.items()
        for year, value in known.items()
    ]
    by_hand = pd.read_csv(io.StringIO(BY_HAND))
    table = by_hand.drop(columns=["q50", "probability"]).to_csv(index=False)
    read = written_set(tmp_path, "hand", HAND, table, rows)
    asked = {"as_of": DAY, "data_dir": tmp_path, "seed": 1}
    assert project_set(read, tmp_path / "out", **asked).skipped == ()
    found = pd.read_parquet(tmp_path / "out").set_index(["area", "goal"]).sort_index()
    right = by_hand.dropna(subset="goal").set_index(["area", "goal"]).sort_index()
    assert found["q50"].to_dict() == pytest.approx(right["q50"].to_dict(), rel=1e-3)
    assert found["probability"].to_dict() == pytest.approx(right["probability"].to_dict(), abs=1e-5)


TREE = """id: tree
title: {en: Three floors}
issued: 2021-01-01
span: {first: 2022, last: 2024}
indicators: [{id: output, names: {en: Output}, unit: M EUR, kind: flow}]
goals: [{indicator: output, comparator: at_least, due: 2024}]
"""


@pytest.mark.parametrize("areas_of_the_city", [4, 3])
def test_growth_is_borrowed_from_the_whole_tree_if_it_has_areas_enough(areas_of_the_city, tmp_path):
    # Two changes in each of six areas on three floors: the province 10 % a year, one county 100 %,
    # the others none. An older change weighs less, in all alike: the mean is (ln 1.1 + ln 2) / 6.
    counties = [f"c{n}" for n in range(areas_of_the_city)]
    known = {"top": (100, 110, 121), "city": (50, 50, 50), **dict.fromkeys(counties, (7, 7, 7))}
    known["c0"] = 10, 20, 40
    rows = [
        (area, "output", 2021 + n, value, "M EUR", "flow")
        for area, values in known.items()
        for n, value in enumerate(values)
    ]
    table = "area,parent,goal,target\ntop,,,\ncity,top,,\n"
    table += "".join(f"{one},city,output,9\n" for one in counties)
    read = written_set(tmp_path, "tree", TREE, table, rows)
    (part,) = areas._parts(read, tmp_path, as_of=DAY, seed=1)
    learned = areas._Province(part).growth["output"]
    if areas_of_the_city == 4:
        assert learned.mean == pytest.approx(np.log(2.2) / 6.0)
    else:
        assert learned == growth.growth_of("money")


def test_every_milestone_of_a_goal_is_answered_in_the_area_that_promises_it(folder, tmp_path):
    template = copied(folder, tmp_path) / "plans" / f"{country.PLAN}.yaml"
    steps = "indicator: output\n  milestones: {2025: 900, 2027: 2000}\n"
    words = template.read_text("utf-8").replace("indicator: output\n", steps)
    template.write_text(words, encoding="utf-8")
    template.with_suffix(".csv").write_text("area,goal\np001,output\n", encoding="utf-8")
    plans = load_plan_set(template)
    (part,) = areas._parts(plans, tmp_path / "country", as_of=DAY, seed=1)
    rows = project_part(part).rows.query("scenario == 'baseline'").set_index("goal")
    assert rows["due"].to_dict() == {"output_2025": "2025-12-31", "output_2027": "2027-12-31"}
    assert rows["probability"].notna().all()


def test_every_promise_is_answered_under_every_scenario_in_the_order_of_the_table(alone):
    rows = project_part(alone[1]).rows
    assert tuple(rows.columns) == COLUMNS
    assert len(rows) == 12 * 9 * 6
    assert not rows.duplicated(KEY).any()
    assert rows["area"].drop_duplicates().tolist() == list(alone[1].plans.areas)
    assert rows["probability"].between(0, 1).all()
    assert (np.diff(rows[["q10", "q50", "q90"]], axis=1) >= 0).all()


def test_areas_add_up_on_every_path_and_probabilities_are_counted_on_those_paths(folder, plans):
    part = next(areas._parts(plans, folder, as_of=DAY, seed=1))
    rows = project_part(part).rows
    assert set(rows["goal"][rows["coherent"]]) == set(plans.adds_up)
    work = areas._Province(part)
    name = plans.adds_up[0]
    cases = [areas._Case(a, p.goal(name), work.histories[name][a]) for a, p in work.plans.items()]
    tree = work._tree(work.indicators[name], cases)
    paths = work.coherent_paths(work.indicators[name], tree)
    assert paths.shape == (2_000, 12)
    assert (paths >= 0).all()
    parents = [one.parent for one in part.plans.areas.values()]
    for n, area in enumerate(part.plans.areas):
        below = [k for k, parent in enumerate(parents) if parent == area]
        if below:
            assert paths[:, below].sum(axis=1) == pytest.approx(paths[:, n], rel=1e-9)
    # The error of an area is that of those below it: they do not seem to correct each other.
    own = work.forecast(work.indicators[name], tree).quantile([0.1, 0.9])[:, 0]
    low, high = np.quantile(paths[:, 0], [0.1, 0.9])
    assert high - low > 0.75 * (own[1] - own[0])
    told = rows[(rows["goal"] == name) & (rows["scenario"] == "baseline")]
    counted = (paths >= told["target"].to_numpy()).mean(axis=0)
    assert told["probability"].to_numpy() == pytest.approx(counted, abs=1e-12)


def test_figures_that_do_not_add_up_are_left_as_they_are(folder, plans, tmp_path):
    data = copied(folder, tmp_path)
    file = data / "observations" / "province=p001" / "year=2023" / "part-0.parquet"
    figures = pd.read_parquet(file, partitioning=None)
    province = (figures["area"] == "p001") & (figures["indicator"] == plans.adds_up[0])
    figures.loc[province, "value"] *= 1.1
    figures.to_parquet(file, index=False)
    rows = project_part(next(areas._parts(plans, data, as_of=DAY, seed=1))).rows
    assert set(rows["goal"][rows["coherent"]]) == set(plans.adds_up[1:])


def test_a_wrong_area_is_told_by_its_place_and_the_others_are_answered(folder, tmp_path):
    data, out = copied(folder, tmp_path), tmp_path / "out"
    table = data / "plans" / f"{country.PLAN}.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    for wrong in ("p002,", "p002c3,"):  # the province itself, whose areas add up to it, and one
        at = next(n for n, line in enumerate(lines) if line.startswith(wrong))
        lines[at] = ",".join([*lines[at].split(",")[:-2], "many", "2027"])
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = data / "observations" / "province=p001" / "year=2023" / "part-0.parquet"
    figures = pd.read_parquet(file, partitioning=None)
    row = int(np.flatnonzero(figures["area"] == "p001c5")[0])
    figures.loc[row, "unit"] = "persons"
    figures.loc[figures["area"] == "p001c6", "value"] = 1e300
    slip = int(np.flatnonzero(figures["area"] == "p001c7")[0])
    figures.loc[slip, "value"] *= 1e4
    early, nowhere = (np.flatnonzero(figures["area"] == f"p001c{n}")[0] for n in (8, 9))
    figures.loc[early, "published"] = "2022-12-31"
    figures.loc[nowhere, ["indicator", "source"]] = "dogs", "hearsay"  # of which no goal asks
    figures.loc[figures["area"] == "p001c1x10", "period"] = "soon"
    figures.to_parquet(file, index=False)
    plans = load_plan_set(country.PLAN, data_dir=data)
    run = project_set(plans, out, as_of=DAY, data_dir=data, seed=1)
    said = dict(run.skipped)
    assert sorted(said) == ["p001c1x10", *(f"p001c{n}" for n in range(5, 10)), "p002", "p002c3"]
    assert said["p002c3"].startswith(f"{table}, row {at + 1}, column target: found “many”")
    assert said["p001c5"].startswith(f'{file}, row {row + 2}, column unit: found "persons"')
    assert said["p001c7"].startswith(f"{file}, row {slip + 2}: ")  # as a report of it would stop
    assert f'{file}, row {early + 2}, column published: found "2022-12-31"' in said["p001c8"]
    assert f'{file}, row {nowhere + 2}, column source: found "hearsay"' in said["p001c9"]
    assert set(answer(out)["area"]) == set(plans.areas) - set(said)
    assert (out / "_skipped.csv").read_text(encoding="utf-8").count("\n") == 9


def test_check_looks_at_every_area_and_tells_what_is_wrong_in_all_provinces(folder, tmp_path):
    data = copied(folder, tmp_path)
    assert check_folder(data, today=DAY).problems == []
    files = [data / f"observations/province=p00{n}/year=2023/part-0.parquet" for n in (1, 2)]
    figures = pd.read_parquet(files[0], partitioning=None)
    slip = int(np.flatnonzero(figures["area"] == "p001c7")[0])
    figures.loc[slip, "value"] *= 1e4
    figures.to_parquet(files[0], index=False)
    errors = [one.place for one in check_folder(data).findings if one.severity == "error"]
    assert {"file": str(files[0]), "row": slip + 2, "period": "2023"} in errors
    assert {one["row"] for one in errors} == {slip + 2}
    figures.assign(source="hearsay").to_parquet(files[0], index=False)
    files[1].write_text("no Parquet", encoding="utf-8")
    problems = check_folder(data).problems
    assert f" (and 3, 4, 5; {len(figures)} in all), column source: found" in str(problems[0])
    assert len(problems) == 2
    (data / "plans" / "p.yaml").write_text(PLAN, encoding="utf-8")  # its figures are nowhere
    assert "observations.csv: found no such file" in str(check_folder(data).problems[0])


def test_a_part_above_its_whole_and_a_judgement_far_off_leave_out_their_area(folder, tmp_path):
    data = copied(folder, tmp_path)
    template = data / "plans" / f"{country.PLAN}.yaml"
    words = template.read_text(encoding="utf-8").replace(
        "kind: flow\n- id: revenue", "kind: flow\n  link_to_parent: share\n- id: revenue"
    )
    template.write_text(words, encoding="utf-8")
    for file in sorted((data / "observations" / "province=p001").glob("*/*.parquet")):
        figures = pd.read_parquet(file, partitioning=None)
        part = (figures["area"] == "p001c2") & (figures["indicator"] == "output")
        figures.loc[part, "value"] *= 20.0
        figures.to_parquet(file, index=False)
    (data / "judgements.csv").write_text(
        "area,indicator,due,expert,role,q10,q50,q90,elicited,note\n"
        "p001c3,doctors,2027-12-31,E1,planner,1e8,1e9,1e10,2024-06-30,\n",
        encoding="utf-8",
    )
    asked = {"as_of": DAY, "data_dir": data, "seed": 1}
    said = dict(project_set(load_plan_set(template), tmp_path / "out", **asked).skipped)
    assert sorted(said) == ["p001c2", "p001c3"]


def test_a_finished_province_is_kept_until_its_inputs_change(few, tmp_path):
    plans, data, out, told = few[1], copied(few[0], tmp_path), tmp_path / "out", []
    asked = {"as_of": DAY, "data_dir": data, "seed": 1}
    first = project_set(plans, out, progress=lambda *n: told.append(n), **asked)
    assert (first.done, first.kept, told) == (2, 0, [(3, 6), (6, 6)])
    whole, bytes_ = answer(out), (out / "province=p002/year=2027/part-0.parquet").read_bytes()
    assert project_set(plans, out, **asked)[:2] == (0, 2)
    for asked_anew in ({"trend_only": True}, {}):
        assert project_set(plans, out, **asked, **asked_anew)[:2] == (2, 0)
    (out / "province=p001" / "notes.txt").touch()
    with pytest.raises(BcforecastError, match=r"p001: found notes\.txt, which it did not write"):
        project_set(plans, out, **asked)
    shutil.rmtree(out / "province=p001")
    assert project_set(plans, out, **asked)[:2] == (1, 1)
    pd.testing.assert_frame_equal(answer(out), whole)
    file = data / "observations" / "province=p002" / "year=2023" / "part-0.parquet"
    figures = pd.read_parquet(file, partitioning=None)
    figures.loc[0, "value"] *= 1.01
    figures.to_parquet(file, index=False)
    assert project_set(plans, out, **asked)[:2] == (1, 1)
    assert (out / "province=p002/year=2027/part-0.parquet").read_bytes() != bytes_
    assert json.loads((out / "province=p002" / "_done.json").read_text())["skipped"] == {}
    assert len(areas.read_answers(plans, out).rows) == len(whole)
    part = out / "province=p002/year=2027/part-0.parquet"
    told = pd.read_parquet(part, partitioning=None)
    for column, wrong in (("latest_year", np.inf), ("latest_year", 20220.0), ("q50", -np.inf)):
        told.assign(**{column: wrong}).to_parquet(part, index=False)
        with pytest.raises(BcforecastError, match="allowed: a folder in which"):
            areas.read_answers(plans, out)


def test_two_runs_at_once_into_one_folder_leave_every_province_whole_and_once(
    few, right, tmp_path, monkeypatch
):
    # The second run goes from end to end while the first has a province worked out, not written.
    folder, plans = few
    asked = {"as_of": DAY, "data_dir": folder, "seed": 1}
    out, work, others = tmp_path / "out", areas.project_part, []

    def slow(part):
        if not others:
            others.append(None)
            others.append(project_set(plans, out, **asked))
        return work(part)

    monkeypatch.setattr(areas, "project_part", slow)
    assert project_set(plans, out, **asked)[:3] == (1, 1, 6)
    assert others[1][:3] == (2, 0, 6)
    pd.testing.assert_frame_equal(answer(out), right)
    names = {"province=p001", "province=p002", "_skipped.csv"}
    assert {path.name for path in out.iterdir()} == names


def test_what_another_has_put_in_a_place_of_the_answer_is_not_overwritten(plans, folder, tmp_path):
    strange = tmp_path / "province=p001"
    strange.mkdir()
    (strange / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(
        BcforecastError, match=r"province=p001: found something else; allowed: a folder that"
    ):
        project_set(plans, tmp_path, as_of=DAY, data_dir=folder)
    assert (strange / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_what_is_published_later_is_not_seen(folder, plans):
    early = next(areas._parts(plans, folder, as_of=date(2024, 6, 29), seed=1))
    assert early.figures["period"].max() == "2022"
    assert project_part(early).rows["latest_year"].max() == 2022


def test_processes_of_this_machine_give_the_same_answer(few, right, tmp_path):
    project_set(few[1], tmp_path / "two", n_jobs=2, as_of=DAY, data_dir=few[0], seed=1)
    pd.testing.assert_frame_equal(answer(tmp_path / "two"), right)


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_says_of_a_panel_what_this_machine_says(cluster):
    rng, names = np.random.default_rng(0), [f"s{n:02}" for n in range(12)]
    y = 100.0 * np.exp(np.cumsum(rng.normal(0.03, 0.08, (12, 9)), axis=1))
    frame = pd.DataFrame({"unique_id": np.repeat(names, 9), "ds": [*range(2010, 2019)] * 12})
    asked = {"unique_id": names, "h": 2, "comparator": "at_least", "target": 120.0}
    where = {"engine": "dask", "scheduler": cluster[0], "block_size": 5}
    here, there = (
        forecast_panel(frame.assign(y=y.ravel()), 4, targets=pd.DataFrame(asked), **place)
        for place in ({}, where)
    )
    pd.testing.assert_frame_equal(there.forecasts, here.forecasts, rtol=1e-10)
    pd.testing.assert_frame_equal(there.targets, here.targets, rtol=1e-10)


@pytest.mark.filterwarnings("ignore")
def test_the_workers_of_a_cluster_make_the_reports_of_areas(cluster, run, tmp_path):
    country.write_country(tmp_path / "data", areas=4, seed=5)
    asked = ("--set", country.PLAN, "--data", tmp_path / "data", "-o", tmp_path / "out", "--lang")
    asked += ("en", "--as-of", "2024-12-31", "--format", "md", "--area", "p001", "--area", "p001c1")
    for became in ("written", "unchanged"):
        _, out, err = run("areas", *asked, "--engine", "dask", "--scheduler", cluster[0])
        assert sorted(out.splitlines()) == [
            f"{area}/2024-12-31/baseline/en: {became}" for area in ("p001", "p001c1")
        ], err


@pytest.mark.filterwarnings("ignore")
def test_a_worker_of_a_cluster_that_is_killed_loses_nothing_and_doubles_nothing(
    cluster, tmp_path, monkeypatch
):
    address, workers = cluster
    monkeypatch.setattr(country, "PROVINCE", 3)
    country.write_country(tmp_path / "data", areas=15, seed=5)
    plans = load_plan_set(country.PLAN, data_dir=tmp_path / "data")
    asked = {"as_of": DAY, "data_dir": tmp_path / "data", "seed": 1}
    project_set(plans, tmp_path / "local", **asked)
    told = []

    def kill_once(done, total):
        if not told:
            os.kill(workers[0], signal.SIGKILL)
        told.append(done)

    where = {"engine": "dask", "scheduler": address, "progress": kill_once}
    run = project_set(plans, tmp_path / "cluster", **where, **asked)
    assert (run.done, run.kept, told[-1]) == (5, 0, 15)
    ours, theirs = answer(tmp_path / "cluster"), answer(tmp_path / "local")
    assert not ours.duplicated(KEY).any()
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-10, atol=1e-10)


def test_figures_may_be_stored_as_days_and_numbers_and_what_is_no_day_is_refused(
    few, right, tmp_path
):
    plans, data = few[1], copied(few[0], tmp_path)
    for file in (data / "observations" / "province=p001").glob("*/*.parquet"):
        figures = pd.read_parquet(file, partitioning=None)
        days = pd.to_datetime(figures["published"]).dt.date
        figures.assign(period=figures["period"].astype(int), published=days).to_parquet(file)
    asked = {"as_of": DAY, "data_dir": data, "seed": 1}
    project_set(plans, tmp_path / "out", **asked)
    pd.testing.assert_frame_equal(answer(tmp_path / "out"), right)
    figures = pd.read_parquet(file, partitioning=None).astype({"published": str})
    for day in ("2024/6/30", "9999-12-31", "2024-02-30"):
        figures.loc[0, "published"] = day
        figures.to_parquet(file, index=False)
        (left_out,) = project_set(plans, tmp_path / "out", **asked).skipped
        assert left_out[0] == "p001"
        assert re.search(f"row 2, column published: found .{day}.", left_out[1])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.write_text("no Parquet"), "part-0.parquet: found"),
        (lambda file: pd.read_parquet(file).drop(columns="unit").to_parquet(file),
         "row 1, column unit: found no such column"),
        (lambda file: shutil.rmtree(file.parents[2]), "observations: found no such folder"),
    ],
)  # fmt: skip
def test_a_file_of_figures_that_cannot_be_used_is_named(folder, plans, tmp_path, spoil, said):
    data = copied(folder, tmp_path)
    spoil(data / "observations" / "province=p001" / "year=2020" / "part-0.parquet")
    with pytest.raises(BcforecastError, match=said):
        project_set(plans, tmp_path / "out", as_of=DAY, data_dir=data)
    assert not (tmp_path / "out").exists()
