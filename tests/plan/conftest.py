"""A small plan that is right, to be spoilt in one place by each test."""

from collections.abc import Callable

import pytest

from bcforecast.errors import PlanError
from bcforecast.plan import load_plan

GOOD = """\
id: little
title: {zh: 小计划, en: Little plan}
issuer: {zh: 某区政府, en: District government}
issued: 2021-04-07
span: {first: 2020, last: 2022}
area: somewhere
area_names: {zh: 某区, en: Somewhere}
parent: null
source: {citation: {zh: 为测试编写, en: written for tests}}
bodies:
  - id: bureau
    names: {zh: 某局, en: Bureau}
indicators:
  - id: firms
    names: {zh: 企业, en: Firms}
    unit: enterprises
    kind: stock
    valid_range: [0, null]
    whole: true
    direction: up
    parent: null
    link_to_parent: none
  - id: intensity
    names: {zh: 强度, en: Intensity}
    unit: "%"
    kind: ratio
    valid_range: [0, 100]
    whole: false
    direction: up
    parent: city
    link_to_parent: factor
  - id: parks
    names: {zh: 园区, en: Parks}
    unit: parks
    kind: event
    valid_range: [0, null]
    whole: true
    direction: up
    parent: null
    link_to_parent: none
goals:
  - id: firms
    indicator: firms
    comparator: more_than
    target: 530
    unit: enterprises
    due: 2022-12-31
    aspiration: false
    bodies: [bureau]
  - id: intensity
    indicator: intensity
    comparator: at_least
    target: 3.2
    unit: "%"
    due: 2022-12-30
    aspiration: true
  - id: parks
    indicator: parks
    comparator: event
    target: 1
    unit: parks
    due: 2022-12-31
    aspiration: false
measures:
  - id: "1.1"
    names: {zh: 任务, en: Task}
    place: 一（一）
    indicators: [firms]
    levers:
      - {id: entries, names: {zh: 新增, en: Entries}, indicator: firms}
"""

Spoil = Callable[..., PlanError]


@pytest.fixture
def little(tmp_path):
    """The path of a plan without fault."""
    path = tmp_path / "plans" / "little.yaml"
    path.parent.mkdir()
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def spoilt(little):
    """Replace some words of the plan and return the error on reading it."""

    def spoil(right, wrong):
        assert GOOD.count(right) == 1, right
        little.write_text(GOOD.replace(right, wrong), encoding="utf-8")
        with pytest.raises(PlanError) as caught:
            load_plan(little)
        return caught.value

    return spoil
