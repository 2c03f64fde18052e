"""A made-up result document: every number here is synthetic."""

from datetime import date

from bcforecast.reporting.facts import (
    Facts,
    FigureFact,
    ForecastFact,
    GoalFact,
    OutcomeFact,
    PlanFact,
    SeriesFact,
    SourceFact,
    TrackedFact,
)
from bcforecast.text import Text


def both(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def figure(period: str, value: float | None, **changes: object) -> FigureFact:
    words = "超过9,000家" if value is None else f"{value:,.0f}家"
    plain = {
        "area": "somewhere", "indicator": "enterprises", "period": period,
        "period_words": both(f"{period}年", period), "value": value,
        "lower": 9000.0 if value is None else None, "upper": None, "unit": "enterprises",
        "words": both(words, f"{words} <en>"), "status": "official", "published": date(2020, 4, 9),
        "published_assumed": False, "source": "bulletin", "note": None, "remark": None,
    }  # fmt: skip
    return FigureFact(**{**plain, **changes})  # type: ignore[arg-type]


def series(*used: FigureFact, unused: tuple[FigureFact, ...] = ()) -> SeriesFact:
    return SeriesFact(
        area="somewhere", area_name=both("某区", "Somewhere"), used=used, unused=unused
    )


def goal(**changes: object) -> GoalFact:
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
        "forecast": ForecastFact(
            years=(2021, 2022), levels=(0.5, 0.8), median=(505.0, 560.0),
            lower=((480.0, 520.0), (460.0, 480.0)), upper=((530.0, 600.0), (550.0, 640.0)),
        ),
        "own": series(
            figure("2019", 410.0), figure("2020", 455.0, published_assumed=True),
            unused=(figure("2020-05", 300.0, remark=both("不足一年", "a part of a year")),),
        ),
        "parent": None, "outcome": None,
    }  # fmt: skip
    return GoalFact(**{**plain, **changes})  # type: ignore[arg-type]


def unset(**changes: object) -> GoalFact:
    """Return a goal of which nothing can be said."""
    nothing = {
        "probability": None, "verdict": "verdict.unset", "grade": "U", "q10": None, "q50": None,
        "q90": None, "latest": None, "latest_year": None, "gap": None, "required_increment": None,
        "required_rate": None, "model": None, "forecast": None, "own": series(),
        "id": "platforms", "name": both("创新平台", "Platforms"), "comparator": "at_least",
    }  # fmt: skip
    return goal(**{**nothing, **changes})


def outcome(value: float | None = 1650.8667, **changes: object) -> OutcomeFact:
    plain = {
        "value": value, "lower": None, "upper": None, "met": True, "period": "2022",
        "published": date(2023, 10, 31), "after_as_of": True, "source": "yearbook",
    }  # fmt: skip
    return OutcomeFact(**{**plain, **changes})  # type: ignore[arg-type]


def facts(*goals: GoalFact) -> Facts:
    return Facts(
        plan=PlanFact(
            id="made-up",
            title=both("某区行动计划（合成）", "Plan of Somewhere (synthetic) & more"),
            issuer=both("某区人民政府", "Government of Somewhere"),
            issued=date(2021, 4, 7),
            area_name=both("某区", "Somewhere"),
            first_year=2020,
            last_year=2022,
        ),
        as_of=date(2021, 12, 31),
        scenario="baseline",
        scenario_name=both("基准", "baseline"),
        seed=7,
        goals=goals or (goal(), unset()),
        milestones=(TrackedFact(quote=both("获批", "recognised"), place="二（三）1", bodies=()),),
        sources=(
            SourceFact(
                id="bulletin",
                title=both("公报", "A bulletin"),
                issuer=both("统计局", "Bureau"),
                url="https://example.org/?a=1&b=2",
                verification="press",
            ),
        ),
    )
