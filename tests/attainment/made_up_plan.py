"""A made-up plan of a made-up district, with figures as each test needs them."""

from datetime import date

from bcforecast.config import DATA_DIR
from bcforecast.observations import Vintage, records
from bcforecast.plan import Plan
from bcforecast.text import Text

NAN = float("nan")
SINCE, UNTIL = date(2020, 12, 31), date(2021, 12, 31)
GROWING = (100.0, 106.0, 111.0, 119.0, 124.0, 131.0, 138.0, 146.0)


def indicator(name, **changes):
    return {
        "id": name,
        "names": {"zh": f"{name}（虚构）", "en": f"{name} (made up)"},
        "unit": "100M CNY",
        "kind": "flow",
        "valid_range": [0, None],
        "whole": False,
        "direction": "up",
        "parent": None,
        "link_to_parent": "none",
        **changes,
    }


def goal(name, **changes):
    return {
        "id": name,
        "indicator": name,
        "comparator": "at_least",
        "target": 150,
        "unit": "100M CNY",
        "due": date(2022, 12, 31),
        "aspiration": False,
        **changes,
    }


def plan(indicators=None, goals=None, **changes):
    return Plan.model_validate(
        {
            "id": "made-up",
            "title": {"zh": "虚构规划", "en": "Made-up plan"},
            "issuer": {"zh": "虚构政府", "en": "Made-up government"},
            "issued": date(2020, 6, 30),
            "span": {"first": 2020, "last": 2022},
            "area": "district",
            "area_names": {"zh": "虚构区", "en": "Made-up District"},
            "parent": None,
            "source": {"citation": {"zh": "为测试编写", "en": "written for tests"}},
            "indicators": indicators or [indicator("turnover")],
            "goals": goals or [goal("turnover")],
            **changes,
        }
    )


def figure(year, value=NAN, *, published=None, indicator="turnover", **changes):
    fields = {
        "area": "district",
        "indicator": indicator,
        "period": records.Period.parse(str(year)),
        "value": value,
        "lower": NAN,
        "upper": NAN,
        "unit": "100M CNY",
        "measure": records.Measure.FLOW,
        "status": records.Status.OFFICIAL,
        "published": published or date(year + 1, 3, 1),
        "published_basis": "stated",
        "source": "made_up",
        **changes,
    }
    return records.Observation(**fields)


def series(first, *values, **changes):
    return [figure(first + i, value, **changes) for i, value in enumerate(values)]


def judgement(elicited, **changes):
    fields = {
        "area": "district",
        "indicator": "turnover",
        "due": date(2022, 12, 31),
        "expert": "e1",
        "role": "made up",
        "q10": 100.0,
        "q50": 140.0,
        "q90": 190.0,
        "elicited": elicited,
        **changes,
    }
    return records.Elicitation(**fields)


def break_from(year, published):
    reason = Text(zh="口径调整（虚构）", en="redefined (made up)")
    return records.Break("district", "turnover", records.Period.parse(str(year)), reason, published)


def vintage(figures, *, breaks=(), judgements=(), as_of=None):
    return Vintage(records.Dataset(DATA_DIR, tuple(figures), {}, breaks, judgements), as_of)
