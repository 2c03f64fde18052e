"""Made-up results, written out or drawn by chance: every number here is synthetic."""

from datetime import date
from math import prod
from random import Random

from bcforecast.attainment.probability import required_path, verdict_of
from bcforecast.plan.fields import changed
from bcforecast.reporting import facts as fact
from bcforecast.text import Text, unit_name, units


def both(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def figure(period: str, value: float | None, **changes: object) -> fact.FigureFact:
    words = "超过9,000家" if value is None else f"{value:,.0f}家"
    plain = {
        "area": "somewhere", "indicator": "enterprises", "period": period,
        "period_words": both(f"{period}年", period), "value": value,
        "lower": 9000.0 if value is None else None, "upper": None, "unit": "enterprises",
        "words": both(words, f"{words} <en>"), "status": "official", "published": date(2021, 4, 9),
        "published_assumed": False, "source": "bulletin", "note": None, "remark": None,
    }  # fmt: skip
    return fact.FigureFact(**{**plain, **changes})  # type: ignore[arg-type]


def series(*used: fact.FigureFact, unused: tuple[fact.FigureFact, ...] = ()) -> fact.SeriesFact:
    return fact.SeriesFact(
        area="somewhere", area_name=both("某区", "Somewhere"), used=used, unused=unused
    )


def goal(**changes: object) -> fact.GoalFact:
    """Return a goal with a probability; `changes` replace its fields."""
    plain = {
        "id": "enterprises", "indicator": "enterprises",
        "name": both("科技企业", "Technology enterprises"), "comparator": "more_than",
        "target": 530.0, "unit": "enterprises", "unit_name": both("家", "enterprises"),
        "due": date(2022, 12, 31), "aspiration": False, "quote": both("突破530家", "over 530"),
        "place": "一（二）", "bodies": (both("科技局", "Science Bureau"),), "probability": 0.734,
        "verdict": "verdict.likely", "grade": "B", "q10": 480.0, "q50": 560.0, "q90": 640.0,
        "latest": 455.0, "latest_year": 2020, "gap": 75.0, "required_increment": 37.5,
        "required_rate": 0.0793, "model": both("组合", "combination"),
        "explanation": (both("依据4个数据。", "It rests on 4 figures."),), "met_by_year": None,
        "forecast": fact.ForecastFact(
            years=(2021, 2022), levels=(0.5, 0.8), median=(505.0, 560.0),
            lower=((480.0, 520.0), (460.0, 480.0)), upper=((530.0, 600.0), (550.0, 640.0)),
        ),
        "own": series(
            figure("2019", 410.0), figure("2020", 455.0, published_assumed=True),
            unused=(figure("2020-05", 300.0, remark=both("不足一年", "a part of a year")),),
        ),
        "parent": None, "outcome": None,
    }  # fmt: skip
    return fact.GoalFact(**{**plain, **changes})  # type: ignore[arg-type]


def unset(**changes: object) -> fact.GoalFact:
    """Return a goal of which nothing can be said."""
    nothing = {
        "probability": None, "verdict": "verdict.unset", "grade": "U", "q10": None, "q50": None,
        "q90": None, "latest": None, "latest_year": None, "gap": None, "required_increment": None,
        "required_rate": None, "model": None, "forecast": None, "own": series(),
        "id": "platforms", "name": both("创新平台", "Platforms"), "comparator": "at_least",
    }  # fmt: skip
    return goal(**{**nothing, **changes})


def outcome(value: float | None = 1650.8667, **changes: object) -> fact.OutcomeFact:
    plain = {
        "value": value, "lower": None, "upper": None, "met": True, "period": "2022",
        "published": date(2023, 10, 31), "source": "bulletin", "year": 2022,
    }  # fmt: skip
    return fact.OutcomeFact(**{**plain, **changes})  # type: ignore[arg-type]


def facts(*goals: fact.GoalFact) -> fact.Facts:
    plan = fact.PlanFact(
        id="made-up", title=both("某区行动计划（合成）", "Plan of Somewhere (synthetic) & more"),
        issuer=both("某区人民政府", "Government of Somewhere"), issued=date(2021, 4, 7),
        area_name=both("某区", "Somewhere"), first_year=2020, last_year=2022,
    )  # fmt: skip
    source = fact.SourceFact(
        id="bulletin", title=both("公报", "A bulletin"), issuer=both("统计局", "Bureau"),
        url="https://example.org/?a=1&b=2", verification="press",
    )  # fmt: skip
    promise = fact.TrackedFact(quote=both("获批", "recognised"), place="二（三）1", bodies=())
    return fact.Facts(
        plan=plan, as_of=AS_OF, scenario="baseline", scenario_name=both("基准", "baseline"), seed=7,
        goals=goals or (goal(), unset()), milestones=(promise,), sources=(source,),
    )  # fmt: skip


UNITS = ("enterprises", "patents", "persons", "%", "100M CNY", "10k CNY", "CNY")
COMPARATORS = ("at_least", "more_than", "at_most", "event")
AS_OF = date(2021, 12, 31)


def generated(seed: int) -> fact.Facts:
    """Return a document of one to six goals."""
    chance = Random(seed)
    goals = [_goal(chance, place) for place in range(chance.randint(1, 6))]
    stated = [g for g in goals if g.probability is not None]
    return changed(facts(*goals), joint=_joint(chance, stated) if stated else None)


def meets(value: float, comparator: str, target: float) -> bool:
    """Whether a value keeps a promise: said again here, not taken from the library."""
    if comparator == "at_most":
        return value <= target
    return value > target if comparator == "more_than" else value >= target


def _goal(chance: Random, place: int) -> fact.GoalFact:
    comparator = chance.choice(COMPARATORS)
    unit = "parks" if comparator == "event" else chance.choice(UNITS)
    size = 10 ** chance.uniform(0.3, 6.5) if unit != "%" else chance.uniform(0.5, 40.0)
    target = _rounded(size, unit)
    name = both(f"指标{'甲乙丙丁戊己'[place]}", f"Indicator {'ABCDEF'[place]}")
    probability = chance.choice([None, chance.random(), chance.choice([0.0, 0.004, 0.5, 0.996, 1])])
    known = probability is not None
    q10, q50, q90 = sorted(target * chance.uniform(0.3, 2.0) for _ in range(3))
    latest = None if chance.random() < 0.25 else _rounded(size * chance.uniform(0.3, 1.6), unit)
    year = chance.randint(2015, 2021)
    threshold = target + (1.0 if comparator == "more_than" and units()[unit].whole else 0.0)
    path = None if latest is None else required_path(latest, target=threshold, years=2022 - year)
    aspiration = chance.random() < 0.3
    grade = chance.choice("ABCD") if known else "U"
    return goal(
        id=f"goal_{place}", indicator=f"indicator_{place}", name=name, comparator=comparator,
        target=target, unit=unit,
        unit_name=both(unit_name(unit, "zh"), unit_name(unit, "en")),
        flow=unit in ("patents", "100M CNY"),
        aspiration=aspiration, probability=probability,
        verdict=verdict_of(probability, grade=grade), grade=grade,
        q10=q10 if known else None, q50=q50 if known else None, q90=q90 if known else None,
        latest=latest, latest_year=None if latest is None else year,
        gap=path and path.gap, required_increment=path and path.increment,
        required_rate=path and path.rate, own=series(figure(str(year), latest)),
        outcome=_outcome(chance, comparator, target, size, unit),
    )  # fmt: skip


def _outcome(
    chance: Random, comparator: str, target: float, size: float, unit: str
) -> fact.OutcomeFact | None:
    kind = chance.random()
    if kind < 0.5:
        return None
    value = _rounded(size * chance.uniform(0.5, 1.5), unit)
    if kind < 0.85:
        return outcome(value, met=meets(value, comparator, target))
    upper = value + _rounded(size * chance.uniform(0.1, 0.5), unit)
    both_ends = [meets(end, comparator, target) for end in (value, upper)]
    met = both_ends[0] if both_ends[0] == both_ends[1] else None
    return outcome(None, lower=value, upper=upper, met=met)


def _joint(chance: Random, stated: list[fact.GoalFact]) -> fact.JointFact:
    weights = [chance.random() for _ in range(len(stated) + 1)]
    number = tuple(w / sum(weights) for w in weights)
    p = [float(g.probability or 0.0) for g in stated]
    counted = [float(g.probability or 0.0) for g in stated if g.grade in "ABC"]
    return fact.JointFact(
        goals=tuple(g.id for g in stated), all_met=number[-1],
        lower=max(0.0, sum(p) - (len(p) - 1)), upper=min(p), independent=prod(p),
        expected=sum(counted) if counted else None, number_met=number,
        weakest=chance.choice(stated).id,
    )  # fmt: skip


def _rounded(value: float, unit: str) -> float:
    return float(max(1, round(value))) if units()[unit].whole else round(value, 4)
