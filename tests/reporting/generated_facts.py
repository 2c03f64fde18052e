"""Result documents made up by chance: every number synthetic, each consistent in itself."""

from datetime import date
from random import Random

from made_up_facts import both, facts, figure, goal, outcome, series

from bcforecast.attainment.probability import required_path, verdict_of
from bcforecast.reporting.facts import Facts, GoalFact, JointFact, OutcomeFact
from bcforecast.text import unit_name, units

UNITS = ("enterprises", "patents", "persons", "%", "100M CNY", "10k CNY", "CNY")
COMPARATORS = ("at_least", "more_than", "at_most", "event")
AS_OF = date(2021, 12, 31)


def generated(seed: int) -> Facts:
    """Return a document of one to six goals."""
    chance = Random(seed)
    goals = [_goal(chance, place) for place in range(chance.randint(1, 6))]
    stated = [g for g in goals if g.probability is not None]
    made = facts(*goals)
    return made.model_copy(update={"joint": _joint(chance, stated) if stated else None})


def meets(value: float, comparator: str, target: float) -> bool:
    """Whether a value keeps a promise: said again here, not taken from the library."""
    return {
        "at_least": value >= target,
        "event": value >= target,
        "more_than": value > target,
        "at_most": value <= target,
    }[comparator]


def _goal(chance: Random, place: int) -> GoalFact:
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
    return goal(
        id=f"goal_{place}", indicator=f"indicator_{place}", name=name, comparator=comparator,
        target=target, unit=unit,
        unit_name=both(unit_name(unit, "zh"), unit_name(unit, "en")),
        aspiration=chance.random() < 0.3, probability=probability,
        verdict=verdict_of(probability), grade=chance.choice("ABCD") if known else "U",
        q10=q10 if known else None, q50=q50 if known else None, q90=q90 if known else None,
        latest=latest, latest_year=None if latest is None else year,
        gap=path and path.gap, required_increment=path and path.increment,
        required_rate=path and path.rate, own=series(figure(str(year), latest)),
        outcome=_outcome(chance, comparator, target, size, unit),
    )  # fmt: skip


def _outcome(
    chance: Random, comparator: str, target: float, size: float, unit: str
) -> OutcomeFact | None:
    kind = chance.random()
    later = chance.random() < 0.7
    if kind < 0.5:
        return None
    value = _rounded(size * chance.uniform(0.5, 1.5), unit)
    if kind < 0.85:
        return outcome(value, met=meets(value, comparator, target), after_as_of=later)
    upper = value + _rounded(size * chance.uniform(0.1, 0.5), unit)
    both_ends = [meets(end, comparator, target) for end in (value, upper)]
    met = both_ends[0] if both_ends[0] == both_ends[1] else None
    return outcome(None, lower=value, upper=upper, met=met, after_as_of=later)


def _joint(chance: Random, stated: list[GoalFact]) -> JointFact:
    weights = [chance.random() for _ in range(len(stated) + 1)]
    number = tuple(w / sum(weights) for w in weights)
    p = [float(g.probability or 0.0) for g in stated]
    product = 1.0
    for one in p:
        product *= one
    return JointFact(
        goals=tuple(g.id for g in stated), all_met=number[-1],
        lower=max(0.0, sum(p) - (len(p) - 1)), upper=min(p), independent=product,
        expected=sum(k * share for k, share in enumerate(number)), number_met=number,
        weakest=chance.choice(stated).id,
    )  # fmt: skip


def _rounded(value: float, unit: str) -> float:
    return float(max(1, round(value))) if units()[unit].whole else round(value, 4)
