"""What the panel knows: levers, scenarios, and the paths from which a browser answers; saving.

A browser evaluates what `scenarios.simulation` does, path by path, so it is given what Python drew:
the paths, the rates behind the levers, and how every probability is told. `panel.mjs` reads it.
"""

import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bcforecast import calls, config, errors, saving
from bcforecast import text as wording
from bcforecast.attainment import probability as chances
from bcforecast.attainment import project, seek
from bcforecast.distributions import Counting, Distribution, Event, FloatArray, walk_levels
from bcforecast.models import flows, structures
from bcforecast.plan.fields import changed
from bcforecast.plan.goals import Plan
from bcforecast.plan.targets import promised, region
from bcforecast.plotting.style import font_face
from bcforecast.scenarios import scenario as scenarios
from bcforecast.scenarios.scenario import Lever, Move, Scenario
from bcforecast.scenarios.simulation import Baseline, named_normals, touches
from bcforecast.text import LANGUAGES, NOT_FINAL, Language, Made, Message, Text, text, with_status

PANEL: Final = "panel"
"""Identifier of the scenario that stands on the panel before it is saved under another."""

SCRIPT: Final = Path(__file__).parent / "panel.mjs"
"""What runs in the browser, with its looks; a page and a widget use the same."""


class Session:
    """An outlook under the baseline with its scenarios and `drafts`, opened for exploring."""

    def __init__(self, outlook: project.Outlook, *, drafts: bool = True) -> None:
        self.outlook, self.drafts = outlook, drafts
        self.exploration = outlook.exploration
        self.year = max((goal.due_year for goal in outlook.plan.goals), default=0)
        self.measures = self._measures()
        self.levers = tuple(scenarios.find_lever(one, outlook.plan) for one in self.measures)
        self.read_scenarios()

    def read_scenarios(self) -> tuple[Scenario, ...]:
        """Read the scenario files anew; the baseline comes first."""
        plan, folder = self.outlook.plan, self.outlook.data.data_dir
        self.scenarios = scenarios.load_scenarios(plan=plan, data_dir=folder, drafts=self.drafts)
        return self.scenarios

    def scenario(self, scenario_id: str) -> Scenario:
        """Return one of the scenarios by its identifier."""
        return next(one for one in self.scenarios if one.id == scenario_id)

    def moved(self, base: Scenario, sizes: Mapping[str, float], *, unsure: float = 0.0) -> Scenario:
        """Return `base` with levers brought to `sizes` in the plan's last year.

        The difference is pushed from the first open year on, and stopped in any other year at the
        end of the lever's range. `unsure` is its standard deviation, as a part of it.
        """
        gaps = {lever: size - base.total(lever, self.year) for lever, size in sizes.items()}
        pushes = {lever: gap for lever, gap in gaps.items() if gap}
        if not pushes:
            return base
        pushed = self.exploration.pushed(pushes, base=base)
        added = pushed.moves[len(base.moves) :]
        moves = tuple(self._in_range(move, base, unsure) for move in added)
        return changed(pushed, id=PANEL, moves=(*base.moves, *moves))

    def _in_range(self, move: Move, base: Scenario, unsure: float) -> Move:
        """Give a push its size in every year in which the rest of the lever changes."""
        lever = scenarios.find_lever(move.lever, self.outlook.plan)
        first = self.outlook.plan.first_year_to_act(self.outlook.as_of)
        size = move.value(first)
        changing = {y for one in base.moves if one.lever == move.lever for y in one.by_year}
        by_year = {}
        for year in sorted({first, *(y for y in changing if y > first)}):
            there = base.total(move.lever, year)
            by_year[year] = min(max(size, lever.low - there), lever.high - there)
        return changed(move, by_year=by_year, sd=unsure * abs(size))

    def _measures(self) -> dict[str, str | None]:
        """Return the levers that can change a goal with a probability, by measure of the plan.

        Each has the measure that is the first to name it, None where no measure moves it.
        """
        plan, found = self.outlook.plan, dict[str, str | None]()
        for goal in self.exploration.goals:
            for lever in seek.levers_of(self.exploration, goal=goal.id):
                found[lever.id] = self.exploration.measure_of(lever.id)
        places = [task.id for task in (*plan.measures, *plan.safeguards)]
        return dict(sorted(found.items(), key=lambda one: places.index(one[1]) if one[1] else -1))


_TITLE_LENGTH: Final = 80


def scenario_id_of(title: str) -> str:
    """Return the identifier, and name of the file, that a title of any script gives."""
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower())) if title.isascii() else ""
    return words[:60].strip("-") or f"draft-{zlib.crc32(title.encode()):08x}"


def save_scenario(session: Session, scenario: Scenario, *, title: str, base: Scenario) -> Scenario:
    """Write a scenario to the data folder as a draft and return it as it reads back.

    Identifier and file are named after the title. The scenario on which it was built, `base`, is
    named in the reason. Nothing is overwritten; on an error nothing is written.
    """
    title, plan = " ".join(title.split()), session.outlook.plan
    if not 0 < len(title) <= _TITLE_LENGTH or not title.isprintable():
        raise errors.ScenarioError("explorer.bad_title", found=title, most=_TITLE_LENGTH)
    data_dir, name = session.outlook.data.dataset.folder, scenario_id_of(title)
    path = data_dir / "scenarios" / f"{name}.yaml"
    if name in {config.SCENARIO, PANEL} or path.exists():
        raise errors.ScenarioError("explorer.exists", name=title)
    said = {
        "title": Text.untranslated(title),
        "author": Text.of(Message("explorer.author")),
        "reason": Text.of(Message("explorer.reason", {"base": base.title})),
    }
    wanted = changed(scenario, id=name, plan=plan.id, draft=True, **said)
    try:
        path.parent.mkdir(exist_ok=True)
        # Written beside it and read back first, so that only a valid file arrives; linked, not
        # renamed, so that one that came meanwhile stays.
        with saving.passing_folder(place=path.parent) as folder:
            draft = folder / path.name
            scenarios.write_scenario(wanted, draft)
            scenarios.load_scenario(draft, plan=plan)
            path.hardlink_to(draft)
    except FileExistsError:
        raise errors.ScenarioError("explorer.exists", name=title) from None
    except OSError:
        raise errors.ScenarioError("scenario.not_written", file=path) from None
    return scenarios.load_scenario(name, plan=plan, data_dir=data_dir)


def answered(session: Session, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what a page asks: to save a scenario, or what one more `figure` would change.

    `wanted` comes from a browser, so nothing in it is taken on trust.
    """
    lang = next((one for one in LANGUAGES if one == wanted.get("lang")), config.LANGUAGE)
    session.outlook.plan.write_years()  # a server answers each in a thread of its own
    asked = _figure_wanted if wanted.get("ask") == "figure" else _save_wanted
    try:
        return asked(session, wanted, lang)
    except errors.BcforecastError as error:  # a refusal is what is said
        return {"said": error.message.render(lang)}


def _figure_wanted(session: Session, wanted: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Project a goal anew with a figure of a year before it is due, under the baseline.

    Returned are what to say, the probability and the fan.
    """
    outlook = session.outlook
    try:
        item = outlook[calls.taken_as(wanted["goal"], str)]
        value = calls.taken_as(wanted["value"], calls.Amount)
        if (year := calls.taken_as(wanted["year"], int)) not in _open_figures(item):
            raise ValueError(year)
    except (errors.BcforecastError, KeyError, ValueError):
        return {"said": text("explorer.figure_not_understood", lang)}
    indicator = item.indicator
    data = outlook.data.with_figure(
        indicator.id, year, value,
        area=outlook.plan.area, unit=indicator.unit, measure=indicator.kind,
    )  # fmt: skip
    alone = changed(outlook.plan, goals=(item.goal,))
    found = project.project(alone, data, seed=outlook.seed, models=outlook.models)
    told, a = found[item.goal.id], found[item.goal.id].attainment
    if told.forecast is None or a.probability is None:
        return {"said": text("explorer.figure_unset", lang)}
    words = {"unit": indicator.unit_name(lang)}
    words["value"] = wording.number(value, unit=a.unit, lang=lang)
    words["chance"] = wording.chance(a.probability, grade=a.grade, lang=lang)
    said = text("explorer.figure_said", lang, year=year, grade=a.grade, **words)
    return {"said": said, "p": a.probability, "quantiles": _quantiles(told.forecast, told.years)}


def _open_figures(item: project.GoalOutlook) -> list[int]:
    return [year for year in item.years if year < item.goal.due_year and not item.goal.over]


def _quantiles(forecast: Distribution, years: Sequence[int]) -> dict[str, list[float]]:
    found = forecast.quantile(np.array(config.TABLE_QUANTILES))
    return {str(year): found[:, k].tolist() for k, year in enumerate(years)}


def _save_wanted(session: Session, wanted: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Save what a page asks to be saved; return what to say to it, and the scenarios there are."""
    known = {lever.id: lever for lever in session.levers}
    try:
        asked = calls.taken_as(wanted.get("sizes", {}), Mapping[str, calls.Amount])
        sizes = {k: min(max(float(x), known[k].low), known[k].high) for k, x in asked.items()}
        unsure = min(max(calls.taken_as(wanted.get("unsure", 0.0), calls.Amount), 0.0), 1.0)
        base = session.scenario(calls.taken_as(wanted["base"], str))
        title = calls.taken_as(wanted.get("title", ""), str)
    except (KeyError, ValueError, StopIteration):
        return {"said": text("explorer.not_understood", lang)}
    moved = session.moved(base, sizes, unsure=unsure)
    saved = save_scenario(session, moved, title=title, base=base)
    session.read_scenarios()
    said = text("explorer.saved", lang, file=f"scenarios/{saved.id}.yaml")
    return {"said": said, "id": saved.id, "scenarios": scenario_records(session)}


WANTED: Final = 0.8
_THINNED: Final = 10
_STEPS: Final = (0.1, 0.5, 1.0, 5.0, 10.0)
_FEWEST_STEPS: Final = 40


class Paths(bytearray):
    """Arrays for the browser in one block of bytes, each by where it lies and how it is read."""

    def put(
        self, array: npt.ArrayLike, kind: str = "u2", *, scale: float = 0.0,
        exact: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Add an array in 65,536 (`u2`) or 256 (`u1`) steps between its ends.

        With a `scale` the steps are even in asinh(value / scale), so that a wide tail does not take
        them all. Whole numbers stay as they are where the steps are enough; so does a value equal
        to `exact`, on whose sides different things are said.
        """
        values, count = np.asarray(array, dtype=float).ravel(), np.iinfo(kind).max
        low, high = float(values.min()), float(values.max())
        place: dict[str, Any] = {"at": len(self), "length": int(values.size), "type": kind}
        step = 1.0
        if high - low > count or (values != np.rint(values)).any():
            if scale:
                values, place["scale"] = np.arcsinh(values / scale), scale
                low, high = float(values.min()), float(values.max())
            step = (high - low) / (count - 1) or 1.0
            if exact is not None:
                aim = np.arcsinh(exact / scale) if scale else exact
                low = float(aim - step * np.ceil((aim - low) / step)) if low < aim < high else low
        written = np.rint((values - low) / step).astype(f"<{kind}").tobytes()
        self.extend(written + bytes(-len(written) % 4))
        return {**place, "low": low, "step": step}

    def column(self, values: FloatArray, *, exact: float | None, whole: bool) -> dict[str, Any]:
        """Add an indicator's paths in a year; if not the `whole`, every tenth of the ranked ones.

        So they lie as all do; each has the number of its row, for what moves it.
        """
        scale = float(np.median(np.abs(values))) or 1.0
        if whole:
            return self.put(values, scale=scale, exact=exact)
        rows = np.argsort(values, kind="stable")[_THINNED // 2 :: _THINNED]
        return {**self.put(values[rows], scale=scale), "rows": self.put(rows)}


def panel_content(
    session: Session, *, lang: str, goal: str | None = None
) -> tuple[dict[str, Any], bytes]:
    """Return what `panel.mjs` answers from: a JSON object and the paths that it points into.

    `goal` is shown first, by default the one most at risk of those with evidence (grades A to C).
    """
    outlook, paths = session.outlook, Paths()
    plan, simulation = outlook.plan, session.exploration.simulation
    goal = None if goal is None else plan.goal(goal).id
    grades = sorted({one.attainment.grade for one in outlook} - {"U"})
    # The least likely goal of those with evidence; else of all with a probability; else any.
    ranked: list[tuple[Any, ...]] = sorted(
        (a.grade not in chances.COUNTED, a.probability, name)
        for a, name in ((one.attainment, one.goal.id) for one in outlook)
        if a.probability is not None
    ) or [(plan.goals[0].id,)]
    moved = {move.lever for one in session.scenarios for move in one.moves}
    hidden = sorted(moved - {lever.id for lever in session.levers})
    levers = [*session.levers, *(scenarios.find_lever(name, plan) for name in hidden)]
    indicators = {one.indicator: one for one in simulation.baselines}
    laws = {lever.structure for lever in levers if lever.structure} & {
        law.name for name in indicators if (law := structures.structure_of(name)) is not None
    }
    measures = session.measures.values()
    known = sorted({y for one in outlook for y in (*one.history.times.tolist(), *one.years)})
    shown = config.shipped(SCRIPT.with_name("words.yaml"))
    meta = {
        "lang": lang,
        "id": plan.id,
        "n": simulation.n_paths,
        "first": plan.first_year_to_act(outlook.as_of),
        "end": session.year,
        "wanted": WANTED,
        "levels": config.TABLE_QUANTILES,
        "called": {y: plan.year_name(y) for y in known} if plan.fiscal_year else {},
        "goal": goal or ranked[0][-1],
        "grade": session.exploration.grade,
        "plan": _said(plan.title),
        "area": _said(plan.area_names),
        "as_of": _said(wording.day_message(outlook.as_of)),
        "words": _each(lambda one: {w: text(f"explorer.{w}", one) for w in shown}),
        "told": _each(lambda one: {g: _told(g, one, outlook) for g in grades}),
        "measures": [_measure_record(one, plan) for one in dict.fromkeys(measures)],
        "levers": [_lever_record(one, session, indicators) for one in levers],
        "structures": {name: _structure_record(name, session, paths) for name in sorted(laws)},
        "indicators": {
            name: _indicator_record(one, session, paths) for name, one in indicators.items()
        },
        "goals": [_goal_record(one, session, paths) for one in outlook],
        "scenarios": scenario_records(session),
        "quadrature": [one.tolist() for one in chances.quadrature()],
        "normals": _normals(session, paths),
    }
    # Quotation marks and dashes are left to the page's own font, where one language wants them so.
    last = max(LANGUAGES, key=lambda one: int(text("language.first_font_character", one), 16))
    meta["font"] = font_face(json.dumps(meta, ensure_ascii=False), lang=last)
    return meta, bytes(paths)


def _each(say: Callable[[Language], Any]) -> dict[str, Any]:
    return {lang: say(lang) for lang in LANGUAGES}


def _said(words: Message) -> dict[str, str]:
    return _each(words.render)


def _told(
    grade: chances.Grade, lang: str, outlook: project.Outlook
) -> list[tuple[float, str, str]]:
    """Where a probability begins to be told in other words: from there on, its number and word.

    Numbers change at half percents, or less often; words at their bounds.
    """
    bands = chances.load_bands(outlook.data.data_dir)
    places = {k / 200 for k in range(201)} | {one.lower for one in bands}
    found: list[tuple[float, str, str]] = []
    for place in sorted(places):
        p = min(place + 1e-9, 1.0)  # where what is rounded to even has been rounded up
        verdict = chances.verdict_of(p, grade=grade, bands=bands)
        figure = wording.chance(p, grade=grade, lang=lang)
        word = wording.verdict_message(verdict, grade=grade).render(lang)
        if not found or (figure, word) != found[-1][1:]:
            found.append((place, figure, word))
    return found


def scenario_records(session: Session) -> list[dict[str, Any]]:
    """Return the scenarios as the browser moves them, the baseline first."""
    records = []
    for one in session.scenarios:
        by = Message("explorer.by", {"author": one.author})
        why = (one.reason, by) if one.moves or one.shocks else (one.reason,)
        moves = [move.model_dump(include={"lever", "measure", "sd"}) for move in one.moves]
        for written, move in zip(moves, one.moves, strict=True):
            written["by"] = sorted(move.by_year.items())
        said = {lang: " ".join(w.render(lang) for w in why) for lang in LANGUAGES}
        record = {"id": one.id, "names": _said(one.title), "why": said, "draft": bool(one.draft)}
        shocks = [shock.model_dump(exclude={"basis", "note"}) for shock in one.shocks]
        records.append(record | {"moves": moves, "shocks": shocks})
    return records


def _normals(session: Session, paths: Paths) -> dict[str, Any]:
    """Return the normals by which moves and shocks of uncertain size come about, by their names."""
    simulation = session.exploration.simulation
    names = {f"{lever} {measure}" for lever, measure in session.measures.items()}
    for one in session.scenarios:
        names |= {f"{move.lever} {move.measure}" for move in one.moves if move.sd}
        names |= {f"shock {k} {shock.year}" for k, shock in enumerate(one.shocks) if shock.sd}
    seed, shape = simulation.seed, (simulation.n_paths,)
    return {name: paths.put(named_normals(seed, name, shape), "u1") for name in sorted(names)}


def _measure_record(measure: str | None, plan: Plan) -> dict[str, Any]:
    if measure is None:
        return {"id": None, "names": _said(Message("explorer.no_measure"))}
    task = next(one for one in (*plan.measures, *plan.safeguards) if one.id == measure)
    place = task.place or ""
    names = _each(lambda lang: f"{wording.place_words(place, lang=lang)} {task.name(lang)}".strip())
    return {"id": measure, "names": names}


def _lever_record(
    lever: Lever, session: Session, indicators: Mapping[str, Baseline]
) -> dict[str, Any]:
    steps = [s for s in _STEPS if s <= (lever.high - lever.low) / _FEWEST_STEPS]
    said = {"names": lever.names, "unit": lever.unit_name}
    if lever.is_general:  # of a goal in %, where what it does to the figure is told
        said["figure"] = session.outlook.plan.indicator(lever.indicators[0]).names
    return {
        **lever.model_dump(include={"id", "low", "high", "structure", "rate", "growth", "lowers"}),
        **{name: _said(words) for name, words in said.items()},
        "step": max(steps, default=_STEPS[0]),
        "shown": lever.id in session.measures,
        "measure": session.measures.get(lever.id),
        "touches": [name for name in indicators if touches(lever, name)],
        "how": lever.unit,
        "hazard": lever.is_hazard,
    }


def _structure_record(name: str, session: Session, paths: Paths) -> dict[str, Any]:
    declared = next(one for one in structures.structures().all if one.id == name)
    simulation, rates = session.exploration.simulation, declared.rate_ids
    drawn = simulation.rates_of(declared)
    bounds = [[b if np.isfinite(b) else None for b in rate.bounds] for rate in declared.rates]
    put = [paths.put(drawn[rate], "u1") for rate in rates]
    record: dict[str, Any] = {"names": rates, "bounds": bounds, "rates": put}
    if isinstance(declared, structures.PairDeclared):
        return {**record, "law": "pair", "sign": 1 if declared.combined == "product" else -1}
    entries = declared.entries
    record |= {"entry": rates.index(entries.rate), "growth": rates.index(entries.growth)}
    record |= {"draws": declared.draws, "yearly": flows.YEAR_SD}
    if isinstance(declared, structures.AgedDeclared):
        risk = np.linspace(declared.risk.youngest, declared.risk.oldest, declared.ages)
        leaving, draw = rates.index(declared.risk.rate), declared.risk.draw
        record |= {"law": "aged", "risk": risk.tolist(), "leaving": leaving, "draw": draw}
        return record
    stages = declared.stage_ids

    def numbered(part: Any, *keys: str) -> dict[str, int | None]:
        named = {key: getattr(part, key) for key in keys}
        known = {"rate": rates, "unless": rates}
        found = {k: None if v is None else known.get(k, stages).index(v) for k, v in named.items()}
        return {**found, "draw": getattr(part, "draw", None)}

    return {
        **record,
        "law": "chain",
        "balanced": declared.issues is not None,
        "stages": [stage.stock for stage in declared.stages],
        "varies": [
            {"rate": k, "sd": rate.varies.sd, "draw": rate.varies.draw}
            for k, rate in enumerate(declared.rates)
            if rate.varies is not None
        ],
        "moves": [numbered(move, "stage", "to", "rate", "unless") for move in declared.moves],
        "further": [numbered(more, "rate", "of", "to") for more in declared.further],
        **numbered(entries, "of", "to"),
    }


def _indicator_record(baseline: Baseline, session: Session, paths: Paths) -> dict[str, Any]:
    """Return the paths of an indicator in the years that a lever moves or a goal counts."""
    simulation, name = session.exploration.simulation, baseline.indicator
    plain, years = simulation.plain[name], baseline.years
    closed = len(years) - len(baseline.open_years)
    record: dict[str, Any] = {
        "years": years,
        "open": baseline.open_years,
        "closed": closed,
        "support": [end if np.isfinite(end) else None for end in baseline.support],
        "counting": isinstance(baseline.forecast, Counting),
        "held": baseline.held and baseline.held._asdict(),
    }
    counted = {
        year: goal.target
        for goal in session.exploration.goals
        if goal.indicator == name
        for year in (goal.due_year, *(goal.years if goal.over else ()))
    }
    # All of them where a goal is counted; elsewhere enough for the chart.
    record["paths"] = {
        str(year): paths.column(plain[:, k], exact=counted.get(year), whole=year in counted)
        for k, year in enumerate(years)
        if k >= closed or year in counted
    }
    if isinstance(baseline.forecast, Event):
        event = baseline.forecast
        record |= {"below": event.fewer[:, 1:].T.tolist(), "numbers": event.numbers.tolist()}
        record["levels"] = paths.put(simulation.levels(name))
    structure = structures.structure_of(name)
    if structure is not None:
        declared = structure.declared
        stages = declared.stage_ids if isinstance(declared, structures.ChainDeclared) else []
        stage = None if structure.stage is None else stages.index(structure.stage)
        record["structure"] = {"name": structure.name, "stage": stage}
        if baseline.structural is not None:
            prepared, rows = baseline.structural.prepared, simulation.rows[name]
            record["structure"] |= {
                "rows": paths.put(rows),
                "state": paths.put(prepared.state),
                "rates": [paths.put(prepared.rates[r], "u1") for r in declared.rate_ids],
                "normals": paths.put(prepared.normals, "u1"),
            }
    return record


def _goal_record(item: project.GoalOutlook, session: Session, paths: Paths) -> dict[str, Any]:
    """Return a goal: what it asks, the library's own answers at the baseline, known figures."""
    goal, a, history = item.goal, item.attainment, item.history
    stated = bool(np.isfinite(goal.target))
    names = _each(item.indicator.unit_name)

    def promise(lang: Language) -> str:
        said = {"target": promised(a, name=names[lang], lang=lang)}
        return text("explorer.promise", lang, due=wording.day_message(goal.due), **said)

    record: dict[str, Any] = {
        **goal.model_dump(include={"id", "indicator", "comparator", "over"}),
        "names": _said(item.names),
        "promise": _each(promise),
        "unit": names,
        "percent": wording.is_percent(a.unit),
        "per": _each(lambda lang: wording.printed_scale(a.unit, lang)),
        "decimals": wording.decimals(goal.target if stated else 1.0, unit=a.unit),
        "grade": a.grade,
        "p": a.probability,
        "due": goal.due_year,
        "target": goal.target if stated else None,
        "region": region(*goal.asked) if goal.asks.two_sided else None,
        # The value of each year, and between which ends it lies; None where there is none.
        "known": [
            (int(year), *(float(x) if np.isfinite(x) else None for x in figure))
            for year, *figure in zip(history.times, history.values, *history.ranges, strict=True)
        ],
        "firm": {
            year: {"status": status, **_said(Made(with_status, figure="{value}", status=status))}
            for year, status in item.basis.selection.statuses.items()
            if status in NOT_FINAL
        },
        "years": item.years,
        "levers": [],
    }
    forecast = item.forecast
    if forecast is None:
        return record
    exploration, outlook = session.exploration, session.outlook
    baseline = exploration.simulation.by_indicator[goal.indicator]
    if late := seek.too_late(outlook, goal.id):
        record["late"] = _said(late)
    else:
        record["levers"] = [lever.id for lever in seek.levers_of(exploration, goal=goal.id)]
    met = chances.holds(forecast, *goal.asked).tolist()
    record["by"] = dict(zip(map(str, item.years), met, strict=True))
    record["quantiles"] = _quantiles(forecast, item.years)
    record["figures"] = _open_figures(item)
    if goal.over is not None:
        span = chances.CountedYears.of(goal, history, item.years)
        steps = [str(item.years[k]) for k in span.steps]
        walks = []
        if goal.over != "every":
            levels = walk_levels(chances.MEAN_PATHS, forecast.horizon, seed=outlook.seed)
            walks = [paths.put(levels[:, k]) for k in span.steps]
        record["span"] = {"known": span.known.tolist(), "steps": steps, "walks": walks}
    if not set(item.years) <= set(baseline.years):  # an earlier goal whose year is published
        fixed = exploration.met(exploration.baseline)[:, exploration.goals.index(goal)]
        record["fixed"] = paths.put(fixed, "u1")
    return record
