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
    names = {"zh": f"{name}（虚构）", "en": f"{name} (made up)"}
    amount = {"unit": "100M CNY", "kind": "flow", "valid_range": [0, None], "whole": False}
    alone = {"direction": "up", "parent": None, "link_to_parent": "none"}
    return {"id": name, "names": names, **amount, **alone, **changes}


def goal(name, **changes):
    asked = {"comparator": "at_least", "target": 150, "unit": "100M CNY", "aspiration": False}
    return {"id": name, "indicator": name, "due": date(2022, 12, 31), **asked, **changes}


def plan(indicators=None, goals=None, **changes):
    said = {
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
    }
    return Plan.model_validate(said | changes)


def figure(year, value=NAN, *, published=None, indicator="turnover", **changes):
    number = {"value": value, "lower": NAN, "upper": NAN, "unit": "100M CNY"}
    kind = {"measure": records.Measure.FLOW, "status": records.Status.OFFICIAL, "source": "made_up"}
    seen = {"published": published or date(year + 1, 3, 1), "published_basis": "stated"}
    of = {"area": "district", "indicator": indicator, "period": records.Period.parse(str(year))}
    return records.Observation(**of | number | kind | seen | changes)


def series(first, *values, **changes):
    return [figure(first + i, value, **changes) for i, value in enumerate(values)]


def judgement(elicited, **changes):
    of = {"area": "district", "indicator": "turnover", "due": date(2022, 12, 31)}
    said = {"expert": "e1", "role": "made up", "q10": 100.0, "q50": 140.0, "q90": 190.0}
    return records.Elicitation(**of | said | {"elicited": elicited} | changes)


def break_from(year, published):
    reason = Text(zh="口径调整（虚构）", en="redefined (made up)")
    return records.Break("district", "turnover", records.Period.parse(str(year)), reason, published)


def vintage(figures, *, breaks=(), judgements=(), as_of=None):
    return Vintage(records.Dataset(DATA_DIR, tuple(figures), {}, breaks, judgements), as_of)
