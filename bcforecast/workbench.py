"""A person's own series, and how the objects of the public API show themselves.

Whatever is a `bcforecast.text.Shown` has a card here: a caption, tables, and small fans. `words`
is what a prompt shows of it, ten lines at most, `html` what a notebook shows. Charts are those of
the report, as figures that show themselves as SVG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, singledispatch
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from bcforecast import config
from bcforecast import text as wording
from bcforecast.attainment.explain import Explanation
from bcforecast.attainment.explain import explain as explain
from bcforecast.attainment.news import GoalNews, News, news
from bcforecast.attainment.probability import holds
from bcforecast.attainment.project import GoalOutlook, Joint, Outlook
from bcforecast.attainment.seek import seek_each
from bcforecast.calls import Amount, Draws, Seed, Shown, checked
from bcforecast.distributions import Distribution, Inflated, uncounted
from bcforecast.errors import BcforecastError, NoSuchNameError, OptionError
from bcforecast.evaluation.backtest import Backtest, backtest
from bcforecast.evaluation.hindcast import Hindcast
from bcforecast.models import growth, registry
from bcforecast.models.panel import checked_horizon
from bcforecast.models.tables import as_history
from bcforecast.models.trend import Trend
from bcforecast.models.within_year import WithinYear
from bcforecast.observations.exchange import figures_table
from bcforecast.observations.records import Observation, as_date
from bcforecast.observations.selection import WHAT_IF, History, Vintage
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import Plan
from bcforecast.plan.reading import load_plan, plan_ids
from bcforecast.plan.targets import Comparator, OneSided, promised, target_words
from bcforecast.plotting import fan as charts
from bcforecast.plotting.fan import plot_goal as plot_goal
from bcforecast.plotting.goals import plot_dashboard as plot_dashboard
from bcforecast.reporting import display, sentences, tables
from bcforecast.reporting.display import Section
from bcforecast.reporting.facts import attributes
from bcforecast.reporting.report import ReportRequest, write_report
from bcforecast.reporting.results import ScenarioComparison, past_facts
from bcforecast.scenarios.scenario import Scenario, load_scenario, load_scenarios
from bcforecast.text import NOTHING, Language, Message, Text, number, spoken, text


@dataclass(frozen=True)
class SeriesForecast(Shown):
    """The forecast of one series of one's own, and how likely it is to reach a target.

    `forecast` is a distribution over `years`. `probability` is that the figure of the last year is
    as asked of the target; None where there is no target.
    """

    history: History
    model: str
    forecast: Distribution
    years: tuple[int, ...]
    target: float | None = None
    comparator: Comparator = "at_least"
    _asks = ("forecast",)

    @property
    def asked(self) -> tuple[Any, ...]:
        """Comparator and target; nothing where there is no target."""
        return () if self.target is None else (self.comparator, self.target)

    @property
    def probability(self) -> float | None:
        """P(the figure of the last year is as asked)."""
        return float(holds(self.forecast, *self.asked)[-1]) if self.asked else None

    @checked
    def sample(self, n: Draws = 1000, *, seed: Seed) -> pd.DataFrame:
        """Draw n paths, one a row; columns are years."""
        return self.forecast.sample(n, seed=seed).set_axis(self.years, axis=1)

    @checked
    def plot(self, *, lang: Language | None = None) -> Figure:
        """Draw figures, forecast and target; the figure shows itself in a notebook as SVG."""
        fans, ends = [charts.fan_of(self.forecast, self.years)], self.asked[1:]
        told = {"title": self.history.indicator, "alt": words(self), "lang": lang or spoken()}
        return charts.series_chart(self.history, fans, ends, **told)

    @checked
    def summary(self, *, lang: Language | None = None) -> Section:
        """Return what was fitted, as tables."""
        fitted = (self.history, self.forecast, self.years, lang or spoken())
        return _fit_tables(_model(self.model), *fitted)


def _model(model: str | registry.Model, *, seed: int = config.SEED) -> registry.Model:
    plain = isinstance(model, str) and model == "trend"
    return registry.model_of(Trend(growth.growth_of(None)) if plain else model, seed=seed)


@checked
def forecast(
    series: object,
    horizon: int = 3,
    *,
    target: Amount | None = None,
    comparator: OneSided = "at_least",
    model: str | registry.Model = "trend",
    support: tuple[float, float] | None = None,
    whole: bool = False,
    seed: Seed = config.SEED,
) -> SeriesForecast:
    """Forecast one yearly series of one's own, and say how likely it is to reach a target.

    Parameters
    ----------
    series
        A pandas Series by year, a mapping, or figures alone (`models.tables.as_history`).
    horizon
        Years after the last one of the series.
    target, comparator
        In the unit of the series; what is asked of the last year: `at_least`, `more_than`,
        `at_most` or `less_than` the target.
    model
        A name of `models.registry.MODELS`, one that was registered, or a model of one's own.

    Raises
    ------
    BcforecastError
        If series, horizon, target or comparator cannot be used, or the model refuses the series.

    Examples
    --------
    >>> found = forecast({2018: 900, 2019: 1000, 2020: 1150, 2021: 1240}, 2, target=1400)
    >>> found.years, 0.4 < found.probability < 0.8
    ((2022, 2023), True)
    """
    if target is not None and not np.isfinite(target):
        raise OptionError("target", found=target, allowed=Message("panel.allowed_target"))
    history = as_history(series, support=support, whole=whole)
    steps, fitted = checked_horizon(horizon), _model(model, seed=seed)
    years = tuple(range(history.start + 1, history.start + 1 + steps))
    found = fitted.fit(history, steps)
    return SeriesForecast(history, fitted.name, found, years, target, comparator)


def _frame(found: Distribution, years: Sequence[int], *asked: Any) -> pd.DataFrame:
    """One row a year: `q0.1, q0.5, q0.9, mean`, and `probability` that it is as asked."""
    columns = {f"q{level:g}": found.quantile(level) for level in config.QUANTILES}
    columns |= {"mean": found.mean()} | ({"probability": holds(found, *asked)} if asked else {})
    return pd.DataFrame(columns, index=pd.Index(years, name="year"))


def _goal_frame(goal: GoalOutlook) -> pd.DataFrame:
    """One row a year of a goal's forecast, with P(the figure of the year is as asked)."""
    if goal.forecast is None:
        raise BcforecastError("joint.unset", goal=goal.goal.id)
    return _frame(goal.forecast, goal.years, *goal.goal.asked)


def _plan_rows(plan: Plan) -> list[dict[str, object]]:
    kept = ("indicator", "comparator", "target", "upper", "unit", "due")
    rows = [(goal, plan.goal_name(goal).render(spoken())) for goal in plan.goals]
    return [{"goal": goal.id, "name": name, **attributes(goal, *kept)} for goal, name in rows]


def _news_row(goal: GoalNews) -> dict[str, object]:
    ends = {"before": goal.before.probability, "after": goal.after.probability}
    told: dict[str, object] = {"goal": goal.goal.id, **ends, "change": goal.total}
    return told | {str(part.kind): part.change for part in goal.parts}


_FRAMES: Final[Mapping[type, Callable[[Any], Any]]] = {
    Plan: _plan_rows,
    Vintage: lambda data: figures_table(data.observations),
    Outlook: lambda outlook: outlook.attainment(),
    GoalOutlook: _goal_frame,
    Distribution: lambda found: _frame(found, range(1, found.horizon + 1)),
    History: lambda known: {
        "year": known.times,
        "value": known.values,
        "lower": known.lower,
        "upper": known.upper,
    },
    SeriesForecast: lambda found: _frame(found.forecast, found.years, *found.asked),
    Backtest: lambda found: found.table,
    Explanation: lambda known: _goal_frame(known.item),
    Joint: lambda found: {"goal": found.goals, "probability": found.probabilities},
    News: lambda found: map(_news_row, found.goals),
    Hindcast: lambda found: [
        {**dict(one), "known": found[one.goal].known} for one in past_facts(found)
    ],
    ScenarioComparison: lambda found: {
        scenario.id: dict(zip(joint.goals, joint.probabilities, strict=True))
        for scenario, joint in zip(found.scenarios, found.joints, strict=True)
    },
}


def frame(shown: Shown) -> pd.DataFrame:
    """Return what an object says as a table, numbers as numbers."""
    return pd.DataFrame(next(of(shown) for kind, of in _FRAMES.items() if isinstance(shown, kind)))


def no_such_name(shown: Shown, name: object) -> NoSuchNameError:
    """Say what an object has, where it was asked for something else."""
    ours = [vars(kind) for kind in type(shown).__mro__ if kind.__module__.startswith("bcforecast")]
    names = {one for kind in ours for one in (*kind, *kind.get("__annotations__", ()))}
    allowed = ", ".join(sorted(one for one in names if not one.startswith("_")))
    kind = type(shown).__name__
    return NoSuchNameError("errors.no_such_name", kind=kind, found=name, allowed=allowed)


_LINES: Final = 7  # rows that a prompt shows


class _Card(NamedTuple):
    """What is shown of an object: tables, and fans by name; the prompt leaves out `hidden`."""

    section: Section
    fans: tuple[tuple[str, str], ...] = ()
    hidden: tuple[int, ...] = ()


def words(shown: Shown) -> str:
    """Return an object in ten lines or fewer, as a prompt shows it."""
    card = _card(shown, spoken())
    if not card.section.tables:
        return text("errors.kind_nothing", spoken())
    table = card.section.tables[0]
    keep = [k for k in range(len(table.columns)) if k not in card.hidden]
    whole = (table.columns, table.kinds, *table.rows[:_LINES])
    heads, kinds, *rows = (tuple(row[k] for k in keep) for row in whole)
    short = {"columns": heads, "kinds": kinds, "rows": tuple(rows), "note": ""}
    lines = display.plain_table(changed(table, **short))
    more = len(table.rows) - _LINES
    return f"{lines}\n{text('workbench.more', spoken(), count=more)}" if more > 0 else lines


def html(shown: Shown) -> str:
    """Return an object as a notebook shows it: its tables, and small fans below them."""
    card = _card(shown, spoken())
    fans = "".join(
        '<figure style="display:inline-block;margin:6px 12px 0 0;font-size:11px">'
        f"{svg}<figcaption>{escape(name)}</figcaption></figure>"
        for name, svg in card.fans
    )
    return f"<div>{_ALIGNED}{card.section._repr_html_()}{fans}</div>"


_ALIGNED: Final = (
    "<style>:is(.jp-RenderedHTMLCommon, .rendered_html) :is(th.text, td.text, caption)"
    "{text-align:left}:is(.jp-RenderedHTMLCommon, .rendered_html) :is(th, td){word-break:keep-all}"
    ":is(.jp-RenderedHTMLCommon, .rendered_html) td.text{overflow-wrap:anywhere}</style>"
)
"""Words begin at the left: Jupyter sets every cell of a table to the right, as if a number.

Chinese folds at its punctuation, not between a figure and its unit.
"""


def _said(key: str, lang: Language, **values: object) -> str:
    return text(f"workbench.{key}", lang, **values)


def _table(
    caption: str, heads: str, rows: Iterable[Sequence[object]], lang: Language, *, note: str = ""
) -> Section:
    above, below = map(Text.untranslated, (caption, note))
    return tables.rows_table(above, heads, rows, lang, of="workbench.column_", note=below)


@singledispatch
def _card(shown: Shown, lang: Language) -> _Card:
    raise NotImplementedError(type(shown).__name__)


@_card.register
def _(plan: Plan, lang: Language) -> _Card:
    rows = []
    for goal in plan.goals:
        name = plan.indicator_of(goal).unit_name(lang)
        asked = promised(goal, lang=lang, name=name), goal.due_year, goal.indicator
        rows.append((goal.id, plan.goal_name(goal).render(lang), *asked))
    about = {"name": plan.name(lang), "id": plan.id, "area": plan.area_names}
    span = {"first": plan.span.first, "last": plan.span.last, "count": len(rows)}
    caption = _said("plan", lang, **about, **span)
    return _Card(_table(caption, "goal name target due# indicator", rows, lang), hidden=(4,))


@_card.register
def _(data: Vintage, lang: Language) -> _Card:
    rows, fans, seen = [], [], data.observations
    for area, indicator in data.indicators:
        figures = data.of(area, indicator)
        last = figures[-1]
        span = " – ".join(dict.fromkeys(str(one.period) for one in (figures[0], last)))
        about = (last.in_words().render(lang), last.published.isoformat())
        rows.append((area, indicator, len(figures), span, *about))
        points = {y: f.value for f in figures if f.has_value and (y := f.period.whole_year)}
        if len(points) > 2:
            known = History.of(sorted(points), [points[year] for year in sorted(points)])
            fans.append(_fan(f"{area}: {indicator}", known))
    day = _said("all", lang) if data.as_of is None else wording.day(data.as_of, lang=lang)
    caption = _said("data", lang, day=day, count=len(seen), series=len(rows))
    heads = "area indicator figures# periods latest published"
    return _Card(_table(caption, heads, rows, lang), tuple(fans[:12]), hidden=(5,))


@_card.register
def _(outlook: Outlook, lang: Language) -> _Card:
    rows = []
    for goal in outlook:
        a = goal.attainment
        last = sentences.latest_words(goal, lang=lang)
        median = wording.estimate(a.q50, unit=a.unit, within=wording.spread(a), lang=lang)
        due = wording.year_words(a.due_year)
        asked = goal.names.render(lang), charts.target_words(goal, lang), due
        rows.append((goal.goal.id, *asked, last, median, charts.chance_words(goal, lang), a.grade))
    scenario, day = outlook.scenario_title.render(lang), wording.day(outlook.as_of, lang=lang)
    caption = _said("outlook", lang, plan=outlook.plan.name(lang), day=day, scenario=scenario)
    heads = "goal name target due# latest# median# probability# grade"
    fans = tuple(_goal_fan(goal) for goal in outlook if goal.forecast)
    return _Card(_table(caption, heads, rows, lang), fans, hidden=(1, 4, 5))


@_card.register
def _(goal: GoalOutlook, lang: Language) -> _Card:
    a = goal.attainment
    about = {"name": goal.names, "target": charts.target_words(goal, lang), "grade": a.grade}
    about |= {"chance": charts.chance_words(goal, lang), "due": a.due_year}
    caption = _said("goal", lang, **about)
    if goal.forecast is None:
        return _Card(_reasons(caption, goal, lang))
    return _Card(_quantiles(caption, goal.forecast, goal.years, a.unit, lang), (_goal_fan(goal),))


def _reasons(caption: str, goal: GoalOutlook, lang: Language) -> Section:
    return _table(caption, "why", [[one.render(lang)] for one in goal.basis.explanation], lang)


def _quantiles(
    caption: str, found: Distribution, years: Sequence[int], unit: str | None, lang: Language
) -> Section:
    rows = [
        (wording.year_words(year), *(number(float(q), unit=unit, lang=lang) for q in row))
        for year, row in zip(years, found.quantile(config.QUANTILES).T, strict=True)
    ]
    return _table(caption, "year# q10# q50# q90#", rows, lang)


@_card.register
def _(found: Distribution, lang: Language) -> _Card:
    ahead = range(1, found.horizon + 1)
    caption = _said("distribution", lang, count=found.horizon, name=type(found).__name__)
    return _Card(_quantiles(caption, found, ahead, None, lang), (_fan("", None, found, ahead),))


@_card.register
def _(known: History, lang: Language) -> _Card:
    name, rows = known.indicator or "y", []
    for year, value, *ends in zip(*frame(known).to_numpy().T, strict=True):
        parts = ends if np.isnan(value) else [value]
        said = partial(number, unit=known.unit or None, lang=lang)
        told = (said(v) if np.isfinite(v) else "…" for v in parts)
        rows.append((wording.year_words(year), "–".join(told)))
    unit = f" ({wording.unit_name(known.unit, lang)})" if known.unit else ""
    return _Card(_table(name + unit, "year# figure#", rows, lang), (_fan(name, known),))


@_card.register
def _(found: SeriesForecast, lang: Language) -> _Card:
    about: dict[str, Any] = {"model": registry.model_name(found.model)}
    about |= {"first": found.history.times[0], "last": found.history.start}
    caption = _said("series", lang, name=found.history.indicator or "y", **about)
    if found.target is not None and found.probability is not None:
        sign = target_words(found.comparator, found.target, unit="", lang=lang, name="")
        chance = wording.chance(found.probability, grade="A", lang=lang)
        asked = {"target": sign.strip(), "year": found.years[-1], "chance": chance}
        caption = wording.join_clauses([caption, _said("series_target", lang, **asked)], lang=lang)
    fan = _fan("", found.history, found.forecast, found.years, found.asked[1:])
    return _Card(_quantiles(caption, found.forecast, found.years, None, lang), (fan,))


@_card.register
def _(found: Backtest, lang: Language) -> _Card:
    rows = []
    for model, cases, *scores in found.scores().itertuples():
        said = (
            f"{score:{form}}".replace("-", "\N{MINUS SIGN}") if np.isfinite(score) else NOTHING
            for score, form in zip(scores, (".3f", ".1%", "+.2f"), strict=True)
        )
        rows.append((registry.model_name(str(model)).render(lang), int(cases), *said))
    origins = found.table["origin"]
    span = {"first": int(origins.min()), "last": int(origins.max())}
    caption = _said("backtest", lang, count=int(found.table["h"].max()), **span)
    note = _said("backtest_note", lang)
    ahead = _next_years(found, lang)
    fans = tuple(charts.small_chart(name, found.history, fan) for name, fan in ahead)
    return _Card(_table(caption, "model cases# crps# coverage# bias#", rows, lang, note=note), fans)


def _next_years(found: Backtest, lang: Language) -> Iterable[tuple[str, charts.Fan]]:
    """By model what it forecast one year ahead: the median and the 80 % interval."""
    ahead = found.table[(found.table["h"] == 1) & found.table["pit"].notna()]
    for model, rest in ahead.groupby("model", sort=False):
        low, middle, high = rest[["q0.1", "q0.5", "q0.9"]].to_numpy(dtype=float).T
        years, level = rest["origin"].to_numpy() + 1, np.array([0.8])
        fan = charts.Fan(years, level, low[None], high[None], middle)
        yield registry.model_name(str(model)).render(lang), fan


@_card.register
def _(found: ScenarioComparison, lang: Language) -> _Card:
    told, joints = found.scenarios, found.joints
    section = tables.scenario_table(found.outlook.exploration, told, lang=lang, joints=joints)
    both = zip(told, joints, strict=True)
    bars = (charts.small_chart(one.name(lang), chances=of.probabilities) for one, of in both)
    return _Card(section, tuple(bars))


@_card.register
def _(found: News, lang: Language) -> _Card:
    ends = {found.since: [goal.before.probability or 0.0 for goal in found.goals],
            found.until: [goal.after.probability or 0.0 for goal in found.goals]}  # fmt: skip
    fans = tuple(
        charts.small_chart(wording.day(when, lang=lang), chances=status)
        for when, status in ends.items()
    )
    return _Card(tables.news_table(found, lang=lang), fans, hidden=(4, 5, 6, 7, 8))


@_card.register
def _(found: Hindcast, lang: Language) -> _Card:
    return _Card(tables.hindcast_tables(found, lang=lang))


@_card.register
def _(found: Joint, lang: Language) -> _Card:
    def said(probability: float) -> str:
        return wording.chance(probability, grade="D" if found.weak else "C", lang=lang)

    rows = [(k, said(float(p))) for k, p in enumerate(found.number_met)]
    names = wording.listed(found.goals, lang=lang)
    caption = _said("joint", lang, goals=names, chance=said(found.all_met))
    section = _table(caption, "number# probability#", rows, lang)
    return _Card(section, (charts.small_chart("", chances=found.number_met),))


@_card.register
def _(known: Explanation, lang: Language) -> _Card:
    lang = known.lang or lang
    told = {"name": known.item.names, "chance": charts.chance_words(known.item, lang)}
    section = _reasons(_said("explanation", lang, **told), known.item, lang)
    section += tables.rules_table(known, lang=lang)
    return _Card(section + tables.by_year_table(known, lang=lang))


def _goal_fan(goal: GoalOutlook) -> tuple[str, str]:
    ends = charts.goal_ends(goal.attainment)
    return _fan(goal.names.render(spoken()), goal.history, goal.forecast, goal.years, ends)


def _fan(
    name: str,
    known: History | None = None,
    found: Distribution | None = None,
    years: Sequence[int] = (),
    ends: Sequence[float] = (),
) -> tuple[str, str]:
    fan = None if found is None else charts.fan_of(found, years)
    return charts.small_chart(name, known, fan, ends)


def summary(goal: GoalOutlook, *, lang: Language) -> Section:
    """Return what was fitted to the figures of a goal, and what was known before them."""
    basis, model = goal.basis, goal.basis.series_model
    caption = _said("rests_on", lang, name=goal.names, model=registry.model_name(basis.model))
    said = _reasons(caption, goal, lang)
    if goal.forecast is None:
        return said
    model = model.model if isinstance(model, WithinYear) else model
    said += _fit_tables(model, goal.history, goal.forecast, goal.years, lang)
    return said + _prior_table(goal, model, lang)


def _fit_tables(
    model: registry.Model | None,
    history: History,
    found: Distribution,
    years: Sequence[int],
    lang: Language,
) -> Section:
    """Return growth until now and to come, the worth of the figures, and how the model did."""
    known = history.known
    values, times = history.values[known], history.times[known]
    rows: list[Sequence[object]] = [(_said("figures", lang), history.n_usable)]
    if values.size > 1 and (values > 0.0).all():
        changes = np.diff(np.log(values)) / np.diff(times)
        noise = float(np.var(changes)) * values**2
        error = history.error_sd[known] ** 2
        worth = np.divide(noise, noise + error, out=np.ones_like(noise), where=noise + error > 0.0)
        rows.append((_said("effective", lang), f"{worth.sum():.1f}"))
        rows.append((_said("past_growth", lang), _rate(float(changes.mean()))))
        rows.append((_said("past_spread", lang), f"{100 * float(changes.std()):.1f}%"))
        span = max(years[-1] - int(times[-1]), 1)
        ahead = found.quantile(config.QUANTILES)[:, -1]
        if (ahead > 0.0).all():
            low, middle, high = (_rate(float(np.log(q / values[-1])) / span) for q in ahead)
            rows.append((_said("growth_ahead", lang), f"{middle} ({low} – {high})"))
    parts = _table(_said("fit", lang), "what value#", rows, lang)
    trend = model.trend if isinstance(model, growth.Leaned) else model
    if isinstance(trend, Trend):
        parts += _weights_table(trend, history, lang)
    return parts if trend is None else parts + _residual_table(trend, history, lang)


def _rate(log_change: float) -> str:
    return wording.rate(float(np.expm1(log_change)), signed=True)


def _weights_table(trend: Trend, history: History, lang: Language) -> Section:
    free: Any = uncounted(Trend().fit(history, 1))
    while isinstance(free, Inflated):
        free = uncounted(free.free)
    other, known = float(free.curve.share[0]), 0.0
    if trend.growth is not None:
        known = float(trend.growth.weight_of(np.array([history.n_values]))[0])
    scale = free.curve.transform.name
    weights = {"own": (1.0 - known) * (1.0 - other), scale: (1.0 - known) * other, "growth": known}
    rows = [(_said(f"part_{name}", lang), f"{100 * w:.0f}%") for name, w in weights.items() if w]
    return _table(_said("components", lang), "what weight#", rows, lang)


def _residual_table(model: registry.Model, history: History, lang: Language) -> Section:
    """What the model would have said one year before, and what came; nothing of a short series."""
    try:
        past = backtest(model, history, horizon=1).table.dropna(subset="pit")
    except BcforecastError:
        return Section()
    judged = past[["origin", "y", "q0.5", "pit"]].to_numpy(dtype=float)
    rows = [
        (int(origin) + 1, number(y, unit=None), number(middle, unit=None), f"{pit:.2f}",
         text("sheets.yes" if 0.1 <= pit <= 0.9 else "sheets.no", lang))
        for origin, y, middle, pit in judged
    ]  # fmt: skip
    caption, note = _said("residuals", lang), _said("residuals_note", lang)
    return _table(caption, "year# figure# median# pit# within", rows, lang, note=note)


def _prior_table(goal: GoalOutlook, model: registry.Model | None, lang: Language) -> Section:
    trend = model.trend if isinstance(model, growth.Leaned) else model
    if model is None or not isinstance(trend, Trend) or goal.goal.over is not None:
        return Section()
    part, asked, rows = goal.basis.selection.part, goal.goal, []
    for name, one in {"as_is": model, "no_record": trend, "figures": Trend()}.items():
        fitted = one if part is None else WithinYear(one, part)
        found = fitted.fit(goal.history, asked.due_year - goal.history.start)
        ends = found.quantile(config.QUANTILES)[:, -1]
        chance = float(holds(found, *asked.asked)[-1])
        said = wording.chance(chance, grade=goal.attainment.grade, lang=lang)
        told = (number(q, unit=asked.unit, lang=lang) for q in ends)
        rows.append((_said(f"prior_{name}", lang), *told, said))
    return _table(_said("priors", lang), "what q10# q50# q90# probability#", rows, lang)


def _figures(goal: GoalOutlook) -> list[tuple[Observation, str, Message | None]]:
    """Every figure known of a goal's indicator, what became of it, and what there is to say."""
    chosen = goal.basis.selection
    remarks = {id(figure): said for figure, said in chosen.caveats}
    found: list[tuple[Observation, str, Message | None]] = [
        (figure, "used", remarks.get(id(figure))) for figure in chosen.used
    ]
    found += [(figure, "within_year", said) for figure, said in chosen.within]
    found += [(figure, "left_out", said) for figure, said in chosen.unused]
    return sorted(found, key=lambda one: (one[0].period, one[0].published, one[0].row))


def figures_frame(goal: GoalOutlook, *, lang: Language) -> pd.DataFrame:
    """One row a figure known: period, figure, publication, source, use, remark."""
    rows = [
        (str(f.period), f.in_words().render(lang),
         f.published.isoformat(), f.source, _said(use, lang), said.render(lang) if said else "")
        for f, use, said in _figures(goal)
    ]  # fmt: skip
    heads = ("periods", "figure", "published", "source", "use", "remark")
    return pd.DataFrame(rows, columns=[_said(f"column_{head}", lang) for head in heads])


def next_grade(goal: GoalOutlook, *, lang: Language) -> str:
    """Say what is missing for the next evidence grade of a goal."""
    grade, count = goal.attainment.grade, goal.basis.n_usable
    ends = {"B": ("A", config.GRADE_A_OBSERVATIONS)}
    to, needed = ends.get(grade, ("B", config.GRADE_B_OBSERVATIONS))
    own = goal.basis.selection.history.n_usable
    missing = max(needed - (count if grade == "B" else own), 1)
    key = "grade_highest" if grade == "A" else "grade_next"
    return _said(key, lang, name=goal.names, grade=grade, own=own, count=missing, next=to)


def compared(outlook: Outlook, scenarios: Sequence[str | Scenario]) -> ScenarioComparison:
    """Return a plan under several scenarios, the baseline first; all of the folder by default."""
    base, folder = outlook.baseline, outlook.data.data_dir
    every = load_scenarios(plan=base.plan, data_dir=folder)
    found = [
        load_scenario(one, plan=base.plan, data_dir=folder) if isinstance(one, str) else one
        for one in scenarios
        if one != config.SCENARIO
    ]
    asked = (every[0], *found) if scenarios else every
    joints = tuple(base.exploration.joint(one) for one in asked)
    return ScenarioComparison(base, asked, joints, asked[0].id)


def sought(outlook: Outlook, goal: str, probability: float) -> Section:
    """Return what it takes to make a goal so likely, on top of the baseline."""
    answers = seek_each(outlook.exploration, goal=goal, probability=probability)
    return tables.seek_table(outlook.exploration, answers, lang=spoken())


def news_since(outlook: Outlook, since: Any) -> News:
    """Return why each probability moved from a day to the as-of date of an outlook."""
    asked: dict[str, Any] = attributes(outlook, "seed", "models")
    asked |= {"since": as_date(since), "until": outlook.as_of}
    asked |= {"scenario": outlook.assumed or config.SCENARIO}
    return news(outlook.plan, outlook.data.at(None), **asked)


def reported(outlook: Outlook, out: str | Path, *, lang: Language) -> Path:
    """Write the report of an outlook; a BcforecastError of one that no file can say."""
    plan, folder = outlook.plan, outlook.data.data_dir
    if plan.id not in plan_ids(data_dir=folder) or load_plan(plan.id, data_dir=folder) != plan:
        raise BcforecastError("workbench.plan_in_memory", plan=plan.id)
    if WHAT_IF in outlook.data.sources:
        raise BcforecastError("workbench.figure_in_memory")
    for name, model in outlook.models.items():
        if model.name not in registry.MODELS:
            raise BcforecastError("workbench.model_in_memory", indicator=name, found=model.name)
    if outlook.assumed not in (None, *load_scenarios(plan=plan, data_dir=folder, drafts=True)):
        raise BcforecastError("workbench.scenario_in_memory", scenario=outlook.scenario_title)
    asked = plan.id, outlook.as_of, lang, outlook.scenario, outlook.seed
    models = ",".join(f"{name}={model.name}" for name, model in outlook.models.items())
    own = None if folder == config.DATA_DIR else folder
    return write_report(ReportRequest(*asked, data_dir=own, models=models), Path(out))


def figures_figure(goal: GoalOutlook, *, lang: Language) -> Figure:
    """Draw every figure known of a goal's indicator on a line of time."""
    title, told = goal.names.render(lang), _figures(goal)
    if not told:
        today = wording.day(goal.outlook.as_of, lang=lang)
        raise BcforecastError("workbench.no_figures", name=title, day=today)
    counts = {name: sum(use == name for _, use, _ in told) for name in ("used", "left_out")}
    alt = _said("figures_alt", lang, name=title, count=len(told), **counts)
    shown = [(figure, use != "left_out") for figure, use, _ in told]
    return charts.figures_chart(shown, title=title, alt=alt, lang=lang)


def backtest_figure(found: Backtest, *, lang: Language) -> Figure:
    """Draw what came, and each model's median and 80 % interval of the next year."""
    fans = dict(_next_years(found, lang))  # none where no model forecast it
    told: dict[str, Any] = {"title": ", ".join(fans), "alt": words(found), "lang": lang}
    return charts.series_chart(found.history, [*fans.values()], (), **told)
