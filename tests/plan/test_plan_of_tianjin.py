"""The parent plan, against the table that it was compiled from."""

from __future__ import annotations

import csv

import pytest

from bcforecast.config import DATA_DIR
from bcforecast.plan import Plan, load_plan

CITY = load_plan("tianjin-2020-2022")
DISTRICT = load_plan("beichen-2020-2022")

TARGETS = {
    "rd_intensity": ("at_least", 3.2, "%"),
    "invention_patents_in_force": ("at_least", 40_000, "patents"),
    "hightech_enterprises": ("more_than", 9_000, "enterprises"),
    "eaglet_enterprises": ("at_least", 3_500, "enterprises"),
    "gazelle_enterprises": ("at_least", 350, "enterprises"),
    "leading_enterprises": ("at_least", 250, "enterprises"),
    "unicorns": ("at_least", 6, "enterprises"),
    "tech_contract_value": ("at_least", 1_400, "100M CNY"),
    "university_science_parks": ("event", 5, "parks"),
    "national_science_parks": ("event", 2, "parks"),
}


def test_the_ten_targets_are_those_of_the_table() -> None:
    assert {g.id: (g.comparator, g.target, g.unit) for g in CITY.goals} == TARGETS


def test_it_says_that_its_text_is_not_held() -> None:
    assert CITY.source.file is None
    assert CITY.source.citation is not None
    assert "津政发〔2020〕23号" in CITY.source.citation.in_("zh")
    assert "not held" in CITY.source.citation.in_("en")
    assert all(goal.quote is None and goal.place is None for goal in CITY.goals)


def test_the_text_of_the_district_names_it_as_the_plan_that_it_carries_out() -> None:
    text = (DATA_DIR / "plans" / "beichen-2020-2022.zh.txt").read_text(encoding="utf-8")
    assert f"《{CITY.title.in_('zh')}》（津政发〔2020〕23号）" in text
    assert DISTRICT.parent == CITY.id


def test_every_linked_indicator_of_the_district_has_a_target_of_the_city_in_the_same_unit() -> None:
    linked = [i for i in DISTRICT.indicators if i.link_to_parent != "none"]
    assert len(linked) == 7
    for indicator in linked:
        assert indicator.parent == CITY.area
        (goal,) = CITY.goals_on(indicator.id)
        assert goal.unit == indicator.unit
        assert CITY.indicator(indicator.id).kind == indicator.kind


def test_a_ratio_is_linked_by_a_factor_and_counts_and_sums_by_a_share() -> None:
    links = {i.id: i.link_to_parent for i in DISTRICT.indicators}
    assert links["rd_intensity"] == "factor"
    assert links["hightech_enterprises"] == links["tech_contract_value"] == "share"
    assert links["innovation_platforms"] == links["university_science_parks"] == "none"


@pytest.mark.parametrize("plan", [CITY, DISTRICT], ids=["city", "district"])
def test_units_are_those_of_the_observations(plan: Plan) -> None:
    with (DATA_DIR / "observations.csv").open(encoding="utf-8", newline="") as file:
        observed = {(row["indicator"], row["unit"]) for row in csv.DictReader(file)}
    for indicator in plan.indicators:
        units = {unit for name, unit in observed if name == indicator.id}
        assert units <= {indicator.unit}
