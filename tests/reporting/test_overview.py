"""The overview of a plan set: shares by hand, tiers that chance does not explain, every format."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from math import nan, sqrt

import pandas as pd
import pytest
from openpyxl import load_workbook

from bcforecast.attainment.areas import project_set
from bcforecast.plan.reading import load_plan_set
from bcforecast.reporting.overview import above, met_share, tiers, write_overview
from tools import country


@pytest.fixture(scope="module")
def projected(tmp_path_factory):
    """A synthetic country of three provinces, projected: its set, its data, its answers."""
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out") / "answers"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(country, "PROVINCE", 8)
        country.write_country(data, areas=24, seed=5)
    plans = load_plan_set(country.PLAN, data_dir=data)
    project_set(plans, out, as_of=date(2024, 12, 31), data_dir=data, seed=1)
    return plans, data, out


def test_the_expected_share_and_its_spread_are_those_worked_out_by_hand():
    rows = pd.DataFrame({"area": ["a", "a", "b"], "probability": [0.5, 0.9, 0.2]})
    found = met_share(rows, "area")
    assert found["share"].tolist() == pytest.approx([0.7, 0.2])
    a = sqrt(0.8 * (0.25 + 0.09) + 0.2 * (0.5 + 0.3) ** 2) / 2
    assert found["sd"].tolist() == pytest.approx([a, 0.4])
    one, other = found.itertuples()
    assert above(one, other) == pytest.approx(0.8366, abs=1e-4)  # Phi(0.5 / 0.5099)
    assert above(other, one) == pytest.approx(1.0 - above(one, other))


def test_a_tier_begins_only_where_chance_does_not_explain_the_difference():
    ranked = pd.DataFrame({"share": [0.9, 0.85, 0.5, 0.48], "sd": [0.05, 0.05, 0.05, 0.05]})
    assert tiers(ranked) == [1, 1, 2, 2]
    assert tiers(ranked.assign(sd=0.5)) == [1, 1, 1, 1]


def test_the_overview_is_written_in_each_language_on_at_most_twelve_pages(projected, tmp_path):
    plans, data, answers = projected
    nothing_said = r"Doctors \(made up\) .*( \| –){5} \|\n"  # by any scenario of this goal
    for lang, said in (
        ("en", f"Chance may explain the whole(?s:.*){nothing_said}"),
        ("zh", "不分档次"),
    ):
        out = write_overview(plans, answers, tmp_path / lang, lang=lang, data_dir=data)
        names = sorted(p.name for p in out.iterdir())
        assert " ".join(names) == "charts index.html report.docx report.md report.pdf report.xlsx"
        assert re.search(said, (out / "report.md").read_text(encoding="utf-8"))
        assert 'id="show-code"' not in (out / "index.html").read_text(encoding="utf-8")
        told = subprocess.run(["pdfinfo", out / "report.pdf"], capture_output=True, text=True)
        assert int(re.search(r"Pages: +(\d+)", told.stdout)[1]) <= 12
    asked = {"lang": "en", "formats": ("html", "md", "xlsx"), "data_dir": data}
    again = write_overview(plans, answers, tmp_path / "again", **asked)
    for name in ("report.md", "index.html", "report.xlsx"):
        assert (again / name).read_bytes() == (tmp_path / "en" / name).read_bytes()


def test_the_workbook_has_every_goal_of_every_area_under_every_scenario(projected, tmp_path):
    plans, data, answers = projected
    asked = {"lang": "en", "formats": ("xlsx",), "data_dir": data}
    out = write_overview(plans, answers, tmp_path / "o", **asked)
    head, *rows = load_workbook(out / "report.xlsx").active.iter_rows(values_only=True)
    assert head[:4] == ("Identifier", "Area", "Province", "Goal")
    named = "As before", "Deep shock", "In full", "By half", "A year late", "Shock"
    assert head[-6:] == tuple(f"Chance: {one}" for one in named)
    assert len(rows) == 24 * 9
    told = pd.read_parquet(answers).set_index(["area", "goal", "scenario"])["probability"]
    assert rows[0][12:14] == pytest.approx(
        (told["p001", "output", "baseline"], told["p001", "output", "deep"])
    )


def test_the_goals_table_counts_who_is_at_risk_by_the_chances_that_are_told(projected, tmp_path):
    plans, data, answers = projected
    out = write_overview(plans, answers, tmp_path / "o", lang="en", formats=("md",), data_dir=data)
    said = (out / "report.md").read_text(encoding="utf-8")
    told = pd.read_parquet(answers)
    own = told[(told["scenario"] == "baseline") & (told["goal"] == "output")]
    risky = own["verdict"].isin(["unlikely", "very_unlikely"]).sum()
    cells = re.search(r"\| gross product[^|]*\|(.*)\|", said, re.IGNORECASE)[1].split(" | ")
    due, areas, share, _, *counts = (cell.strip() for cell in cells)
    assert due == own["due"].iloc[0][:4]
    assert areas == "24"
    assert share == f"{100.0 * own['probability'].mean():.0f}%"
    assert int(counts[0]) == risky
    assert sum(map(int, counts)) == 24
    row = r"(?i)missing a year(?s:.*)\| {} \(made up\) \| \d+ \| \+[\d.]+{} \|"
    assert all(
        re.search(row.format(*one), said) for one in (("urban share", " pp"), ("doctors", "%"))
    )
    assert "Made-up Province 1, own goals" in said
    assert re.search(r"\| Made-up Province \d \| 8 \| \d+ \| \d+% \| ", said)


@pytest.mark.parametrize("kept", ["flat", "one"])
def test_of_a_set_with_nothing_to_compare_no_provinces_are_told(projected, tmp_path, kept):
    """Areas that lie in nothing, and areas that all lie in one province."""
    plans, data, whole = projected
    answers = shutil.copytree(whole, tmp_path / "answers")
    if kept == "one":
        for province in ("p002", "p003"):
            shutil.rmtree(answers / f"province={province}")
    else:
        alone = {name: area._replace(parent=None) for name, area in plans.areas.items()}
        plans = replace(plans, areas=alone)
        for file in whole.rglob("*.parquet"):
            for area, rows in pd.read_parquet(file, partitioning=None).groupby("area"):
                own = answers / f"province={area}" / file.parent.name
                own.mkdir(parents=True, exist_ok=True)
                rows.to_parquet(own / file.name, index=False)
    out = write_overview(plans, answers, tmp_path / "o", lang="en", formats=("md",), data_dir=data)
    said = (out / "report.md").read_text(encoding="utf-8")
    assert "rovince" not in said.replace("Made-up Province", "")
    assert "| Province |" not in said
    assert "own goals |" not in said
    assert "Areas that stand lowest" in said


def test_an_overview_of_what_nothing_is_known_of_says_so(projected, tmp_path):
    plans, data, answers = projected
    shutil.copytree(answers, tmp_path / "answers")
    for file in (tmp_path / "answers").rglob("*.parquet"):
        nothing = {"probability": nan, "verdict": "unset", "grade": "U", "q50": nan}
        pd.read_parquet(file).assign(**nothing).to_parquet(file, index=False)
    out = write_overview(plans, tmp_path / "answers", tmp_path / "out", lang="en", data_dir=data)
    said = (out / "report.md").read_text(encoding="utf-8")
    assert "none rests on figures" in said
    assert "What is not known" in said
    assert "nan" not in said
