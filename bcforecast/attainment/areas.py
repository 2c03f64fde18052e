"""A plan set projected: every goal of every area under every scenario, province by province.

A province is one task: its figures, its plans, and nothing else. So memory is bounded by the
largest province, however many there are, and a task can be done on any machine. Within it a series
of exact yearly figures is forecast together with those of the other areas, by the functions that
forecast one (`bcforecast.attainment.project` says the same of one area's plan); every other goal is
projected by itself. Areas lend each other growth within a province, whose children and parent are
made to agree where the set says that figures add up.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

import numpy as np

from bcforecast import config, edge, saving
from bcforecast.attainment import checks, evidence
from bcforecast.attainment import probability as chance
from bcforecast.attainment.project import outlook_of
from bcforecast.distributions import Counting, Distribution, Empirical, FloatArray, uncounted
from bcforecast.edge import LARGEST_FIGURE, exists, read_bytes
from bcforecast.errors import BcforecastError, ObservationError
from bcforecast.models import base, growth, structures, trend
from bcforecast.models.trend_members import LONGEST_SPAN, shipped
from bcforecast.observations import reading
from bcforecast.observations.records import Break, Dataset, Elicitation, Observation, Status
from bcforecast.observations.selection import History, Vintage, with_comparisons
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import Goal, Indicator, Plan
from bcforecast.plan.reading import PlanSet, read_document, yaml_bytes
from bcforecast.plan.targets import COMPARISONS
from bcforecast.saving import whole_folder, write_files
from bcforecast.scenarios import simulation as sim
from bcforecast.scenarios.scenario import Scenario, find_lever, load_scenarios
from bcforecast.text import Message
from bcforecast.workers import EngineName, worked

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "area", "parent", "goal", "indicator", "scenario", "comparator", "target", "unit", "due",
    "probability", "grade", "verdict", "q10", "q50", "q90", "latest", "latest_year", "model",
    "coherent",
)  # fmt: skip
"""Columns of the answer: a row an area, goal and scenario; `coherent` says that the forecasts of
the area, those below it and the one above add up."""

DONE: Final = "_done.json"
"""File in the folder of a finished province: what it was made from, and the areas left out."""

_OURS: Final = re.compile(rf"{re.escape(DONE)}|year=[0-9]{{4}}/part-0\.parquet")

SKIPPED: Final = "_skipped.csv"
"""File beside the provinces: the areas left out, with the reason."""

_is_list = saving.bearing(b"area,reason")

EXACT: Final = (Status.OFFICIAL, Status.PRELIMINARY, Status.PRESS)
"""Statuses of figures that are taken as exact, the firmest first."""


@dataclass(frozen=True)
class Part:
    """What one province is projected from; `made_from` tells inputs that differ apart."""

    province: str
    plans: PlanSet
    figures: pd.DataFrame
    as_of: date
    seed: int
    scenarios: tuple[Scenario, ...]  # the baseline first
    breaks: tuple[Break, ...]
    judgements: tuple[Elicitation, ...]
    sources: frozenset[str]
    data_dir: Path
    trend_only: bool
    made_from: str


class Answers(NamedTuple):
    """Rows with `COLUMNS`, areas left out with the reason in English, the day it was for."""

    rows: pd.DataFrame
    skipped: dict[str, str]
    as_of: date


class SetRun(NamedTuple):
    """What a run has done: provinces projected, those found finished, areas left out in all.

    Areas that are `strange` have figures and no place in the set.
    """

    done: int
    kept: int
    areas: int
    skipped: tuple[tuple[str, str], ...]
    strange: tuple[str, ...]


def project_set(
    plans: PlanSet,
    out: Path,
    *,
    as_of: date,
    data_dir: Path | None = None,
    seed: int = config.SEED,
    trend_only: bool = False,
    n_jobs: int = 1,
    engine: EngineName = "local",
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SetRun:
    """Project every area of a plan set under every scenario, into Parquet files.

    `out` gets `province=P/year=Y/part-0.parquet`, Y being the year in which goals are due. A
    province that stands there, made from the same inputs, is not made again; it appears whole or
    not at all. The data folder, by default the shipped one, has `observations/` by province and
    year (`observations.reading.province_figures`). Workers (`workers.worked`) need no access to the
    folders; `progress` is called with the number of areas done and of all. A BcforecastError if
    scenarios or tables cannot be read, or `out` holds something else under such a name.
    """
    told: dict[str, str] = {}
    areas = done = kept = 0
    strange: set[str] = set()
    known = set(plans.areas)
    for one in plans.any_plan().indicators:
        known |= {one.parent or "", *(dict(one.compared.beside) if one.compared else ())}

    def advance(province: str, skipped: Mapping[str, str]) -> None:
        nonlocal areas
        told.update(skipped)
        areas += len(plans.provinces[province])
        if progress is not None:
            progress(areas, len(plans.areas))

    def due() -> Iterator[Part]:
        nonlocal kept
        asked: dict[str, Any] = {"as_of": as_of, "seed": seed, "trend_only": trend_only}
        for part in _parts(plans, data_dir or config.DATA_DIR, **asked):
            strange.update(set(part.figures["area"]) - known)
            if (found := _finished(out, part)) is None:
                yield part
            else:
                kept += 1
                advance(part.province, found)

    saving.require_ours({out / SKIPPED: b""}, _is_list)
    where: dict[str, Any] = {"n_jobs": n_jobs, "engine": engine, "scheduler": scheduler}
    for part, found in worked(due(), project_part, processes=True, **where):
        _write(out, part, found)
        done += 1
        advance(part.province, found.skipped)
    left_out = sorted(told.items())
    listed = edge.rows_text([("area", "reason"), *left_out]).encode()
    write_files({out / SKIPPED: listed}, ours=_is_list, folders=True)
    return SetRun(done, kept, areas, tuple(left_out), tuple(sorted(strange)))


def read_answers(plans: PlanSet, out: Path) -> Answers:
    """Read what `project_set` has written of a set, for one day; an error if that is not there."""
    import pandas as pd
    import pyarrow as pa

    try:
        files = sorted(out.glob(f"province=*/{DONE}"))
        said = [edge.parse_json(read_bytes(file)) for file in files]
        days = {date.fromisoformat(one["as_of"]) for one in said}
        found: Message | str = ", ".join(map(str, sorted(days))) or "-"
        if len(days) == 1:
            skipped = {area: why for one in said for area, why in dict(one["skipped"]).items()}
            rows = pd.read_parquet(out.absolute())  # `http:x` would be a URL
            other = {*rows["area"], *rows["goal"]} - {*plans.areas, *plans.goal_ids}
            other |= {*rows["province"]} - {*plans.provinces}
            if not other and _is_answer(rows) and all(isinstance(w, str) for w in skipped.values()):
                return Answers(rows, skipped, days.pop())
            found = ", ".join(sorted(map(str, other))[:3]) or Message("areas.found_other")
    except (OSError, ValueError, LookupError, TypeError, RecursionError, pa.ArrowException):
        found = Message("areas.found_other")
    raise edge.file_error(out, found, allowed="areas.allowed_answers")


def _is_answer(rows: pd.DataFrame) -> bool:
    """Whether rows have the columns and the kinds of values that `project_part` gives them."""
    told = ("area", "goal", "indicator", "scenario", "comparator", "unit", "due")
    numbers = ("target", "probability", "q10", "q50", "q90", "latest", "latest_year")
    return (
        all({*map(type, rows[name].unique())} <= {str} for name in told)
        and all(rows[one].dtype.kind in "iuf" or rows[one].isna().all() for one in numbers)
        and bool(np.isfinite(rows[[*numbers]].astype(float).fillna(0.0)).all(axis=None))
        and bool(rows["latest_year"].dropna().between(edge.FIRST_YEAR, edge.LAST_YEAR).all())
        and {*rows["comparator"]} <= {*COMPARISONS}
        and {*rows["grade"]} <= {*get_args(chance.Grade)}
        and {*rows["verdict"]} <= {*chance.WORDS, chance.UNSET.partition(".")[2]}
        and bool(rows["probability"].dropna().between(0.0, 1.0).all())
        and all(map(date.fromisoformat, rows["due"].unique()))
        and config.SCENARIO in {*rows["scenario"]}
        and rows["coherent"].dtype == bool
        and not rows.duplicated(["area", "goal", "scenario"]).any()
    )


WRITTEN: Final = b"# Written by bcforecast areas.\n"
"""First line of the plan in a data folder that `write_area` made, and may make anew."""


def beside(plans: PlanSet, data: Path) -> dict[Path, bytes | Mapping[str, Any]]:
    """Return what stands in a set's folder beside plans and figures, scenarios of the set as read.

    The text of the set, sources, breaks, judgements, levers; no scenarios of other plans.
    """
    text = Path("plans", str(plans.template.value(("source", "file"))))
    found: dict[Path, bytes | Mapping[str, Any]] = {}
    for file in sorted(path for path in data.rglob("*") if path.is_file()):
        within = file.relative_to(data)
        if within != text and within.parts[0] in ("plans", reading.PARTS):
            continue
        found[within] = read_bytes(file)
        if within.parts[0] == "scenarios":
            content: Any = read_document(file).content
            if content.get("plan") == plans.id:
                found[within] = content
            elif "plan" in content:
                del found[within]
    return found


def write_area(
    plans: PlanSet,
    area: str,
    into: Path,
    *,
    figures: bytes,
    others: Mapping[Path, bytes | Mapping[str, Any]],
) -> None:
    """Write a data folder of one area, like any other: its plan, and the figures of its province.

    `figures` are all of the province's, as Parquet, for areas lend each other growth; `others` is
    what stands `beside` them, of which the scenarios become the area's. ReportError if `into` has
    files that are not ours.
    """
    plan = into / "plans" / f"{area}.yaml"
    ours = exists(plan) and read_bytes(plan).startswith(WRITTEN)
    contents = {plan: WRITTEN + yaml_bytes(plans.own_plan(area))}
    contents[into / f"{reading.PARTS}.parquet"] = figures
    for within, one in others.items():
        content = one if isinstance(one, bytes) else yaml_bytes({**one, "plan": area})
        contents[into / within] = content
    write_files(contents, ours=lambda *_: ours, folders=True)


def _parts(
    plans: PlanSet, folder: Path, *, as_of: date, seed: int, trend_only: bool = False
) -> Iterator[Part]:
    """Make the tasks, one at a time: only the figures of those at work are in memory."""
    import pandas as pd

    scenarios = load_scenarios(plan=plans.any_plan(), data_dir=folder)
    known, problems = reading.read_folder(folder)
    for problem in problems:
        if Path(str(problem.message.values["file"])).stem in ("sources", "breaks", "judgements"):
            raise problem
    told, sources = [one.model_dump_json() for one in scenarios], frozenset(known.sources)
    for province, areas in plans.provinces.items():
        figures = reading.province_figures(folder, province, as_of=as_of)
        part = lending(plans.part(province), figures)
        breaks = tuple(b for b in known.breaks if b.area in areas and b.published <= as_of)
        judged = tuple(j for j in known.judgements if j.area in areas and j.elicited <= as_of)
        about = told, as_of, seed, breaks, judged, part.template.content, part.areas, part.adds_up
        unknown = sorted({*figures["source"]} - sources)
        also = (unknown, "trend") if trend_only else (unknown,)
        made_from = hashlib.sha256(repr((*about, *also)).encode())
        cells = pd.util.hash_pandas_object(figures.drop(columns=["file", "row"]), index=False)
        made_from.update(cells.to_numpy().tobytes())
        rest = breaks, judged, sources, folder, trend_only, made_from.hexdigest()
        yield Part(province, part, figures, as_of, seed, scenarios, *rest)


def lending(plans: PlanSet, figures: pd.DataFrame) -> PlanSet:
    """Return a set that knows from whom areas can borrow: who has figures enough for a trend."""
    count = figures.groupby(["area", "indicator"])["period"].nunique()
    return replace(plans, known=frozenset(count.index[count >= evidence.OWN_TREND_FIGURES]))


def _finished(out: Path, part: Part) -> dict[str, str] | None:
    """Return the areas left out of a province that stands there from the same inputs, or None."""
    folder = out / f"province={part.province}"
    if not folder.exists():
        return None
    try:
        said = edge.parse_json(read_bytes(folder / DONE))
        found = dict(said["skipped"]) if said["made_from"] == part.made_from else None
    except (BcforecastError, ValueError, LookupError, TypeError, RecursionError):
        allowed, other = "areas.allowed_out", Message("areas.found_other")
        raise edge.file_error(folder, other, allowed=allowed) from None
    saving.refuse_others(folder, _OURS.fullmatch)
    return found


def _write(out: Path, part: Part, found: Answers) -> None:
    place = out / f"province={part.province}"
    about = {"made_from": part.made_from, "as_of": part.as_of.isoformat()}
    said = json.dumps({**about, "skipped": found.skipped}, ensure_ascii=False)
    with whole_folder(place, ours=_OURS.fullmatch) as made:
        for year, rows in found.rows.groupby(found.rows["due"].str[:4]):
            (made / f"year={year}").mkdir()
            raw = rows.to_parquet(None, index=False)  # by its name `http:x` would be a URL
            (made / f"year={year}" / "part-0.parquet").write_bytes(raw)
        (made / DONE).write_text(said, encoding="utf-8")


def project_part(part: Part) -> Answers:
    """Project one province; its rows are in the order of the table, the goals and the scenarios."""
    import pandas as pd

    work, goals = _Province(part), part.plans.goal_ids
    work.leave_out()
    rows = [row for goal in goals for row in work.together(goal)]
    rows += [row for area in work.alone if area not in work.skipped for row in work.by_itself(area)]
    areas, scenarios = list(part.plans.areas), [one.id for one in part.scenarios]
    orders = [{name: n for n, name in enumerate(names)} for names in (areas, goals, scenarios)]
    places = [COLUMNS.index(name) for name in ("area", "goal", "scenario")]
    kept = [row for row in rows if row[0] not in work.skipped]
    kept.sort(key=lambda row: [order[row[at]] for order, at in zip(orders, places, strict=True)])
    skipped = {area: reason.render("en") for area, reason in work.skipped.items()}
    return Answers(pd.DataFrame(kept, columns=list(COLUMNS)), skipped, part.as_of)


_Row = tuple[Any, ...]
"""Values of `COLUMNS`."""

_PATHS: Final = 2_000
"""Paths from which probabilities of forecasts that add up are counted."""

_NODES: Final = 20
"""Factors that stand for how much of an uncertain scenario comes about, each as likely."""

_DRAWN: Final = 10_000
"""Draws behind those factors: as many as the simulation of one plan has."""

_ENOUGH: Final = 12
"""Areas from which the correlation of their yearly growth is estimated."""

_APART: Final = 0.02
"""Share of an area's figure by which those below it may miss it and still be said to add up."""


class _Case(NamedTuple):
    area: str
    goal: Goal
    history: History


@dataclass
class _Province:
    """A province at work: what is exact is forecast together, what is not stands `alone`."""

    part: Part
    skipped: dict[str, Message] = field(default_factory=dict)
    alone: dict[str, list[str]] = field(default_factory=dict)
    factors: dict[tuple[object, ...], FloatArray | None] = field(default_factory=dict)
    read: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """Plans of the areas that promise something, and whose plan can be read."""
        found = {}
        for name, area in self.part.plans.areas.items():
            try:
                if area.promises:
                    found[name] = self.part.plans.plan(name)
            except BcforecastError as error:
                self.skipped[name] = error.message
        return found

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators of the template; what is above them differs by area."""
        return {one.id: one for plan in self.plans.values() for one in plan.indicators}

    @cached_property
    def figures(self) -> dict[str, pd.DataFrame]:
        return {str(name): rows for name, rows in self.part.figures.groupby("indicator")}

    @cached_property
    def readable(self) -> pd.Series[bool]:
        return reading.readable(self.part.figures, self.part.sources)

    @cached_property
    def bands(self) -> tuple[chance.Band, ...]:
        return chance.load_bands(self.part.data_dir)

    @cached_property
    def histories(self) -> dict[str, dict[str, History]]:
        """Histories of exact yearly figures, by indicator and area."""
        return {name: self._exact(one) for name, one in self.indicators.items()}

    @cached_property
    def growth(self) -> dict[str, trend.Growth]:
        found = {}
        for name, indicator in self.indicators.items():
            known = dict(self.histories[name])
            told = set(self.figures[name]["area"]) if name in self.figures else set[str]()
            for area in told - set(known):
                series = evidence.series_of(indicator, area=area)
                known[area] = self.vintage(area).history(series).history
            ordered = [known[area] for area in sorted(known)]
            found[name] = evidence.known_growth(indicator, ordered, as_of=self.part.as_of)
        return found

    def vintage(self, *areas: str) -> Vintage:
        """Return the figures of some areas, but for those that cannot be read."""
        figures = tuple(figure for area in areas for figure in self.checked(area)[0])
        beside = self.part.breaks, self.part.judgements
        return Vintage(Dataset(self.part.data_dir, figures, {}, *beside), self.part.as_of)

    def checked(self, area: str) -> tuple[tuple[Observation, ...], list[ObservationError]]:
        """Return the figures of an area, checked as those of one plan are, and what is wrong."""
        if area not in self.read:
            rows: Any = self.part.figures[self.part.figures["area"] == area].to_dict("records")
            self.read[area] = reading.read_figures(rows, self.part.sources)
        return self.read[area]

    def leave_out(self) -> None:
        """Leave out areas of which any figure, also of what no goal asks, would stop one plan."""
        for area in self.part.figures["area"][~self.readable].unique():
            for problem in self.checked(area)[1][:1] if area in self.plans else ():
                self.skipped[area] = problem.message

    def _exact(self, indicator: Indicator) -> dict[str, History]:
        """Histories of the areas all of whose figures are exact, for a calendar year, and usable.

        One figure a year is chosen as `observations.selection` does: the firmer, then the later.
        """
        rows, facts = self.figures.get(indicator.id), evidence.series_of(indicator, area="")
        if rows is None or indicator.breaks or rows["value"].dtype.kind not in "fiu":
            return {}
        plain = (
            rows["period"].str.fullmatch("[0-9]{4}")
            & self.readable[rows.index]
            & (rows["unit"] == indicator.unit)
            & (rows["measure"] == indicator.kind)
            & rows["status"].isin(EXACT)
            & rows[["lower", "upper"]].isna().all(axis=1)
            & rows["value"].between(*facts.support)
            & (rows["value"].abs() <= LARGEST_FIGURE)
            & ~rows.duplicated(["area", "period", "status", "published"], keep=False)
        )
        broken = {one.area for one in self.part.breaks if one.indicator == indicator.id}
        kept = rows[~rows["area"].isin({*rows["area"][~plain], *broken})]
        if kept.empty:
            return {}
        kept = kept.assign(rank=-kept["status"].map(EXACT.index))
        kept = kept.sort_values(["area", "period", "rank", "published"])
        kept = kept.drop_duplicates(["area", "period"], keep="last")
        about: dict[str, Any] = {"support": facts.support, "whole": facts.whole}
        about |= {"unit": facts.unit, "indicator": indicator.id}
        areas, values = kept["area"].to_numpy(), kept["value"].to_numpy(dtype=float)
        years = kept["period"].to_numpy().astype(np.int64)
        cuts = np.flatnonzero(areas[1:] != areas[:-1]) + 1
        each = zip(areas[[0, *cuts]], np.split(years, cuts), np.split(values, cuts), strict=True)
        return {str(area): History(t, y, area=str(area), **about) for area, t, y in each}

    def together(self, goal: str) -> list[_Row]:
        """Answer one goal of all areas whose figures are exact; note the others as `alone`."""
        cases = []
        for area, plan in self.plans.items():
            asked = next((one for one in plan.goals if one.id == goal), None)
            if asked is None:
                continue
            history = self.histories[asked.indicator].get(area)
            if history is not None and self._is_simple(plan, asked, history):
                cases.append(_Case(area, asked, history))
            else:
                self.alone.setdefault(area, []).append(goal)
        if not cases:
            return []
        indicator = self.indicators[cases[0].goal.indicator]
        tree = self._tree(indicator, cases)
        if tree is not None:
            return self._coherent(indicator, cases, tree)
        rows: list[_Row] = []
        for group in self._groups(cases):
            forecast = self.forecast(indicator, group)
            for scenario in self.part.scenarios:
                made, drawn = forecast, self._factor(scenario, indicator, group[0], n=_DRAWN)
                if drawn is not None:
                    continuous, parts = uncounted(forecast), _NODES if np.ptp(drawn) else 1
                    several = np.array_split(np.sort(drawn), parts)
                    factors = np.array([[one.mean()] for one in several])
                    about = factors, group[0].history.support, continuous.median()
                    made = sim.Scaled(continuous, *about)
                    made = Counting(made) if indicator.whole else made
                rows += self._rows(scenario, group, made)
        return rows

    @cached_property
    def places(self) -> dict[str, int]:
        return {area: n for n, area in enumerate(self.part.plans.areas)}

    @cached_property
    def summing(self) -> tuple[FloatArray, list[int]]:
        """Which areas at the bottom make up each area, (N, B), and their places in the table."""
        areas = self.part.plans.areas
        parents = {one.parent for one in areas.values()}
        lowest = [area for area in areas if area not in parents]
        summing = np.zeros((len(areas), len(lowest)))
        for column, area in enumerate(lowest):
            at: str | None = area
            while at is not None:
                summing[self.places[at], column] = 1.0
                at = areas[at].parent
        return summing, [self.places[area] for area in lowest]

    def _is_simple(self, plan: Plan, goal: Goal, history: History) -> bool:
        """Whether the goal rests on the trend of its indicator's own figures, and on nothing else.

        Where it does not, `evidence` has more to ask, and is asked.
        """
        indicator = plan.indicator_of(goal)
        return (
            goal.over is None
            and goal.base_year is None
            and not goal.asks.two_sided
            and indicator.model is None
            and indicator.compared is None
            and structures.structure_of(indicator.id) is None
            and [one.indicator for one in plan.goals].count(indicator.id) == 1
            and _is_trend(history, goal.due_year)
            and not checks.is_far(*history.values, goal.target)
            and (plan.area, indicator.id) not in self.judged
            and not self._is_above(indicator, history)
        )

    @cached_property
    def judged(self) -> set[tuple[str, str]]:
        return {(one.area, one.indicator) for one in self.part.judgements}

    def _is_above(self, indicator: Indicator, history: History) -> bool:
        """Whether a part may be more than its whole, of which `checks` has to say if it can be."""
        whole = self.histories[indicator.id].get(indicator.parent or "")
        if indicator.link_to_parent != "share" or whole is None:
            return False
        _, own, above = np.intersect1d(history.times, whole.times, return_indices=True)
        return bool(np.any(history.values[own] > whole.values[above]))

    def forecast(self, indicator: Indicator, cases: Sequence[_Case]) -> Distribution:
        """Forecast the due year of each case, all on one scale: a horizon a case."""
        count, up = len(cases), cases[0].goal.asks.up
        series = [(one.history.times, one.history.values) for one in cases]
        figures = trend.Histories.of(series, lead=np.zeros(count, dtype=np.int64))
        ahead = np.array([one.goal.due_year - one.history.start for one in cases])
        horizon, history = int(ahead.max()), cases[0].history
        scale = base.working_scale(history)
        curve = trend.fit_exact(figures, horizon=horizon, transform=scale, support=history.support)
        curve = self.growth[indicator.id].applied(curve, figures, horizon=horizon)
        curve = trend.of_unit_size(curve, figures, whole=indicator.whole)
        curve = curve.take((ahead - 1, np.arange(count)))
        free = trend.TrendDistribution(curve, shipped().shape_of(figures.observations))
        known = np.array([len(one.history) for one in cases])
        leaned = growth.learned().leaning.applied(free, up=up, observations=known)
        made = free if self.part.trend_only else leaned
        return Counting(made) if indicator.whole else made

    def _opens(self, case: _Case) -> int:
        """Return the first year of a case that neither figures nor the as-of date have closed."""
        plan = self.plans.get(case.area) or next(iter(self.plans.values()))
        return max(plan.first_open_year(self.part.as_of), case.history.start + 1)

    def _groups(self, cases: Sequence[_Case]) -> Iterable[list[_Case]]:
        """Cut cases into those on one scale, with one comparator, due, last and first open year."""
        groups: dict[object, list[_Case]] = {}
        for one in cases:
            key = base.working_scale(one.history), one.goal.comparator, one.goal.due_year
            groups.setdefault((*key, one.history.start, self._opens(one)), []).append(one)
        return groups.values()

    def _factor(
        self, scenario: Scenario, indicator: Indicator, case: _Case, *, n: int
    ) -> FloatArray | None:
        """Draws of what a scenario multiplies the due year of a case by; None if it says nothing.

        They depend on the scenario, the indicator and the years, not on the area.
        """
        first, due = case.history.start + 1, case.goal.due_year
        opens = self._opens(case)
        key = scenario.id, indicator.id, first, opens, due, n
        if key not in self.factors:
            years, nothing = tuple(range(first, due + 1)), Empirical(np.zeros((1, 1)))
            one = sim.Baseline(indicator.id, nothing, years, opens)
            self.factors[key] = None
            lever = partial(find_lever, plan=self.plans[case.area])
            if sim.is_moved(scenario, one, lever) and one.open_years:
                level = sim.Effects(scenario, one, n, self.part.seed, lever).level(indicator.id)
                self.factors[key] = np.ones(n) if level is None else level[:, -1]
        return self.factors[key]

    def _rows(
        self, scenario: Scenario, cases: Sequence[_Case], made: Distribution, coherent: bool = False
    ) -> list[_Row]:
        asked: Any = cases[0].goal.comparator
        met = chance.holds(made, asked, np.array([one.goal.target for one in cases]))  # type: ignore[arg-type]
        spread, rows = made.quantile(config.QUANTILES), []
        for n, one in enumerate(cases):
            p, grade = float(met[n]), chance.evidence_grade(len(one.history), basis="own")
            word = chance.verdict_of(p, grade=grade, bands=self.bands)
            latest = float(one.history.values[-1]), int(one.history.times[-1])
            told = *spread[:, n].tolist(), *latest, trend.Trend.name, coherent
            rows.append(self._row(one.area, one.goal, scenario, p, grade, word, *told))
        return rows

    def _row(
        self, area: str, goal: Goal, scenario: Scenario, p: float | None, grade: str, word: str,
        *told: object,
    ) -> _Row:  # fmt: skip
        parent, due = self.part.plans.areas[area].parent, goal.due.isoformat()
        asked = goal.comparator, goal.target, goal.unit, due
        about = area, parent, goal.id, goal.indicator, scenario.id, *asked
        return *about, p, grade, word.partition(".")[2], *told

    def by_itself(self, area: str) -> list[_Row]:
        """Answer the goals of one area that are not forecast together, as `project` does."""
        whole = self.plans[area]
        goals = tuple(one for one in whole.goals if one.id in self.alone[area])
        others = [one.compared.beside for one in whole.indicators if one.compared]
        beside = [name for pairs in others for name, _ in pairs]
        above = [one.parent for one in whole.indicators if one.parent]
        near = tuple(dict.fromkeys([area, *above, *beside]))
        data, seed, as_of = self.vintage(*near), self.part.seed, self.part.as_of
        try:
            for problem in (one for name in near for one in self.checked(name)[1]):
                raise problem
            plan = changed(whole, goals=goals)
            data = with_comparisons(plan, data)
            plan = evidence.with_targets(plan, data)
            about = plan, None, data, as_of, seed, evidence.chosen_models(plan, seed=seed)
            outlook = outlook_of(evidence.Situation(*about, {}, self.part.trend_only, self.growth))
            seen = [(one, outlook.under(one).goals) for one in self.part.scenarios]
        except BcforecastError as error:
            self.skipped[area] = error.message
            return []
        rows = []
        for scenario, items in seen:
            for item in items:
                a, model = item.attainment, item.basis.model
                told = a.q10, a.q50, a.q90, a.latest, a.latest_year, model, False
                words = a.probability, a.grade, a.verdict
                rows.append(self._row(area, item.goal, scenario, *words, *told))
        return rows

    def _tree(self, indicator: Indicator, cases: Sequence[_Case]) -> list[_Case] | None:
        """Return a case for every area of the province if its figures add up, else None.

        All areas are then forecast for one year by the trend, and the latest figures of those below
        an area add up to its own.
        """
        if indicator.id not in self.part.plans.adds_up:
            return None
        years = {one.goal.due_year for one in cases}
        known, areas = self.histories[indicator.id], self.part.plans.areas
        promised = {one.area: one for one in cases}
        if len(years) > 1 or set(known) != set(areas) or len(areas) < 2:
            return None
        tree = []
        for area in areas:
            asked = self.plans[area].goals if area in self.plans else ()
            if area not in promised and any(one.indicator == indicator.id for one in asked):
                return None
            tree.append(promised.get(area, _Case(area, cases[0].goal, known[area])))
        due = years.pop()
        last = {(one.history.start, one.history.support) for one in tree}
        if len(last) > 1 or last.pop()[1] != (0.0, np.inf):
            return None
        if not all(_is_trend(one.history, due) for one in tree):
            return None
        summing, bottom = self.summing
        latest = np.array([one.history.values[-1] for one in tree])
        adds_up = np.all(np.abs(summing @ latest[bottom] - latest) <= _APART * latest)
        return tree if adds_up else None

    def _coherent(
        self, indicator: Indicator, cases: Sequence[_Case], tree: Sequence[_Case]
    ) -> list[_Row]:
        """Answer one goal from paths on which the areas below one add up to it.

        Each area's own forecast is drawn, areas moving together as their past growth did; every
        draw is projected onto the figures that add up, by generalized least squares with the
        variances of the forecasts (MinT with a diagonal, Wickramasuriya, Athanasopoulos and Hyndman
        2019, doi:10.1080/01621459.2018.1448825; of draws, Panagiotelis et al. 2023,
        doi:10.1016/j.ejor.2022.07.040). No count falls below 0.
        """
        summing, bottom = self.summing
        places = [self.places[one.area] for one in cases]
        drawn = self.coherent_paths(indicator, tree)[:, bottom]
        rows: list[_Row] = []
        for scenario in self.part.scenarios:
            factor, moved = self._factor(scenario, indicator, cases[0], n=_PATHS), drawn
            if factor is not None:
                moved = drawn * factor[:, None]
            made: Distribution = Empirical((moved @ summing.T)[:, places])
            made = Counting(made) if indicator.whole else made
            rows += self._rows(scenario, cases, made, coherent=True)
        return rows

    def coherent_paths(self, indicator: Indicator, tree: Sequence[_Case]) -> FloatArray:
        """Draw every area's own forecast, projected onto figures that add up, (n, N)."""
        areas, seed, (summing, bottom) = list(self.part.plans.areas), self.part.seed, self.summing
        drawn = np.empty((_PATHS, len(tree)))
        for group in self._groups(tree):
            evenly = sim.even_quantiles(uncounted(self.forecast(indicator, group)), _PATHS)
            drawn[:, [self.places[one.area] for one in group]] = evenly
        some = {areas[n]: tree[n].history for n in bottom[:_ENOUGH]}
        alike = np.clip(sim.estimate_correlation(some).target, 0.0, 1.0)
        name = f"{indicator.id} in {self.part.province}"
        shared = sim.named_normals(seed, name, (_PATHS,))[:, None]
        own = [sim.named_normals(seed, f"{indicator.id} of {areas[n]}", (_PATHS,)) for n in bottom]
        moves = np.sqrt(alike) * shared + np.sqrt(1.0 - alike) * np.column_stack(own)
        # An area's error is that of the areas below it, seen from above: it is drawn in the order
        # of their sum. Drawn apart, the two would be averaged as if either corrected the other.
        sums = _in_order(drawn[:, bottom], moves) @ summing.T
        paths = _in_order(drawn, sums)
        below = np.maximum(paths @ reconciling(summing, paths.var(axis=0)).T, 0.0)
        return np.asarray(below @ summing.T)


def _is_trend(history: History, due: int) -> bool:
    """Whether a year is forecast by the trend of exact figures, of which none is repeated."""
    enough = len(history) >= evidence.OWN_TREND_FIGURES and history.start < due
    short = enough and bool(history.start - history.times[0] <= LONGEST_SPAN)
    return short and base.repeats(history.values) < base.FEWEST_REPEATS


def _in_order(values: FloatArray, moves: FloatArray) -> FloatArray:
    ranks = np.argsort(np.argsort(moves, axis=0, kind="stable"), axis=0)
    return np.take_along_axis(values, ranks, axis=0)


def reconciling(summing: FloatArray, variance: FloatArray) -> FloatArray:
    """Return what makes of forecasts of all areas, (N,), those of the areas at the bottom, (B,).

    (S' W^-1 S)^-1 S' W^-1, with S the summing matrix (N, B) and W the diagonal of the variances.

    Examples
    --------
    >>> both = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    >>> (reconciling(both, np.ones(3)) @ [12.0, 4.0, 5.0]).round(9).tolist()
    [5.0, 6.0]
    """
    weighted = summing.T / np.maximum(variance, np.finfo(float).tiny)
    return np.asarray(np.linalg.solve(weighted @ summing, weighted))
