"""The overview of a plan set: who is at risk, who is above whom, where help moves most.

What differs between areas is only said as far as chance does not explain it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import cached_property
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from scipy.special import ndtr, ndtri

from bcforecast import config, edge, saving
from bcforecast import text as wording
from bcforecast.attainment.areas import Answers, beside, lending, read_answers, write_area
from bcforecast.attainment.probability import COUNTED, even_bounds, rating_of
from bcforecast.errors import BcforecastError, PlanError
from bcforecast.models.growth import learned
from bcforecast.observations import reading
from bcforecast.observations.records import Dataset
from bcforecast.observations.selection import Vintage
from bcforecast.plan.fields import changed
from bcforecast.plan.reading import PlanSet
from bcforecast.plotting import style
from bcforecast.reporting import assembly, report, sentences, tables
from bcforecast.reporting import document as doc
from bcforecast.reporting.facts import Facts, PlanFact, Provenance
from bcforecast.reporting.formats import FILE_FORMATS, MADE, Format, write_format
from bcforecast.reporting.service import Planned
from bcforecast.scenarios.scenario import baseline, load_scenarios
from bcforecast.text import NOTHING, Language, Message, Text, day, number, percent, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SURE: Final = 0.9
"""Probability of standing above another from which a new tier begins."""

NEAR: Final = 0.01
"""Yearly growth, or rise of a share, from which on it is said to be missing by little."""

LISTED: Final = 15
"""Rows of a table that names single areas."""

_OURS: Final = {one.file for one in FILE_FORMATS.values()} | {
    f"charts/{n}{e}" for n in ("spread", "heat") for e in (".png", "-narrow.svg")
}
"""What an overview writes: a folder in which anything else stands is not replaced."""

SHOWN: Final = 40
"""Provinces that are shown at most, the least likely first; the workbook has all."""


def write_overview(
    plans: PlanSet,
    answers: Path,
    out: Path,
    *,
    lang: Language = "zh",
    formats: Sequence[Format] = MADE,
    data_dir: Path | None = None,
    reports: Path | None = None,
) -> Path:
    """Write the overview of a set into a folder, whole or not at all, and return the folder.

    `answers` is what `project_set` has written; to `reports` (of `area_reports`) the names of areas
    lead. A BcforecastError if the answers cannot be read, or `out` holds what is no overview's.
    """
    # Where no overview stands nothing is one's own.
    always = [out / name for name in _OURS if "spread" in name]

    def ours(name: str) -> bool:
        return name in _OURS and all(one.is_file() for one in always)

    saving.refuse_others(out, ours)
    if reports is not None and not reports.is_dir():
        raise BcforecastError("verify.no_folder", folder=reports)
    report.check_formats(formats, MADE)
    written = _Overview(plans, read_answers(plans, answers), data_dir, lang)
    with saving.whole_folder(out, ours=ours) as folder:
        if reports is not None:
            made_of = f"*/{written.as_of.isoformat()}/{config.SCENARIO}/{lang}/index.html"
            for page in reports.glob(made_of):
                link = Path(os.path.relpath(page.resolve(), out.resolve())).as_posix()
                written.pages[page.relative_to(reports).parts[0]] = link
        document = written.document(folder)
        for made in formats:
            if made == "xlsx":
                written.workbook(folder / FILE_FORMATS[made].file)
            else:
                write_format(document, made, folder=folder)
    return out


def area_reports(
    plans: PlanSet,
    out: Path,
    *,
    areas: Sequence[str] | None = None,
    as_of: date,
    lang: Language = config.LANGUAGE,
    formats: tuple[Format, ...] = MADE,
    data_dir: Path | None = None,
) -> tuple[Planned, dict[str, Message]]:
    """Write a data folder for each area, `out/data/AREA`, and plan its report in `out/reports`.

    Without `areas` of every area that promises something; one whose plan is wrong is left out, with
    the reason. A BcforecastError if a named area is not of the set or its plan is wrong, or `out`
    holds what is not ours.
    """
    folder, jobs = data_dir or config.DATA_DIR, []
    promising = [name for name, area in plans.areas.items() if area.promises]
    skipped: dict[str, Message] = {}
    if unknown := [area for area in areas or () if area not in promising]:
        shown = ", ".join(promising[:LISTED]) + ("" if len(promising) <= LISTED else ", …")
        raise BcforecastError("areas.no_such_area", found=unknown[0], allowed=shown)
    report.check_formats(formats)
    asked = dict.fromkeys(promising if areas is None else areas)
    for area in asked:
        try:
            plans.plan(area)
        except PlanError as error:
            if areas is not None:
                raise
            skipped[area] = error.message
    made, others = Provenance(made=edge.stated_day() or date.today()), beside(plans, folder)
    for province, members in plans.provinces.items():
        wanted = [one for one in members if one in asked and one not in skipped]
        if not wanted:
            continue
        table = reading.province_figures(folder, province, as_of=date.max)
        table = table.drop(columns=["file", "row"]).assign(note="", note_zh="")
        figures = table.to_parquet(index=False)
        lent = lending(plans, table[table["published"] <= as_of.isoformat()])
        for area in wanted:
            own = out / "data" / area
            write_area(lent, area, own, figures=figures, others=others)
            about: dict[str, Any] = {"formats": formats, "data_dir": own, "provenance": made}
            request = report.ReportRequest(area, as_of, lang, **about)
            nothing = Vintage(Dataset(own, (), {}), as_of)  # the report reads its figures itself
            jobs.append(report.check_request(request, out / "reports", data=nothing).compared())
    return Planned(out / "reports", tuple(jobs), ()), skipped


def met_share(rows: pd.DataFrame, by: str | list[str]) -> pd.DataFrame:
    """Return the expected share of goals met in each group, and its standard deviation.

    Any two goals of a group are taken to be met together with the correlation r that the growth of
    two indicators of an area was learned to have (`models.growth.Together`):
    sd^2 = ((1 - r) sum s^2 + r (sum s)^2) / n^2, s^2 = p (1 - p).
    """
    p, r = rows["probability"], learned().together.correlation
    parts = rows.assign(s=np.sqrt(p * (1.0 - p)), s2=p * (1.0 - p)).groupby(by, observed=True)
    found = parts.agg(
        n=("s", "size"), share=("probability", "mean"), s=("s", "sum"), s2=("s2", "sum")
    )
    spread = np.sqrt((1.0 - r) * found["s2"] + r * found["s"] ** 2) / found["n"]
    return found[["n", "share"]].assign(sd=spread)


def above(one: Any, other: Any) -> float:
    """Return the probability that a larger share of goals is met in one group than in another."""
    spread = float(np.hypot(one.sd, other.sd))
    return float(ndtr((one.share - other.share) / spread)) if spread else 0.5


def tiers(ranked: pd.DataFrame) -> list[int]:
    """Cut groups, the highest share first, into tiers that chance alone does not explain.

    A new tier begins at the first group over which the first of the tier stands with `SURE`.
    """
    found, first, tier = [], None, 0
    for one in ranked.itertuples():
        if first is None or round(above(first, one), 2) >= SURE:
            first, tier = one, tier + 1
        found.append(tier)
    return found


class _Overview:
    def __init__(
        self, plans: PlanSet, answers: Answers, data_dir: Path | None, lang: Language
    ) -> None:
        self.plans, self.lang, (rows, self.skipped, self.as_of) = plans, lang, answers
        self.plan, self.bounds = plans.any_plan(), even_bounds(data_dir)
        self.ends = dict(zip(("low", "high"), map(percent, self.bounds), strict=True))
        self.pages: dict[str, str] = {}
        scenarios = load_scenarios(plan=self.plan, data_dir=data_dir)
        self.scenarios = {one.id: one.title.render(lang) for one in scenarios}
        self.scenarios[config.SCENARIO] = self.words("col_before")
        self.base = rows[rows["scenario"] == config.SCENARIO]
        units = {one.id: one.unit for one in self.plan.indicators}
        self.units = dict(zip(self.base["goal"], self.base["indicator"].map(units), strict=True))
        said = self.base[self.base["grade"].isin(COUNTED) & self.base["probability"].notna()]
        chances = zip(said["probability"], said["grade"], strict=True)
        self.said = said.assign(told=[wording.rounded_chance(p, grade=g) for p, g in chances])
        by_goal = met_share(self.said, "goal").reindex(plans.goal_ids).dropna()
        self.by_goal = by_goal.sort_values("share", kind="stable")  # the least likely first
        self.by_province = met_share(self.said, "province").sort_values("share", ascending=False)
        below = self.said["area"] != self.said["province"].astype(str)
        self.parted = len(self.by_province) > 1 and bool(below.any())
        """Whether provinces can be compared: there are some, and areas below them."""
        wide = rows.pivot_table("probability", ["area", "goal"], "scenario", observed=True)
        self.wide = wide.reset_index()
        self.named = [name for name in self.scenarios if name in wide and name != config.SCENARIO]
        self.told = self.wide.merge(self.said[["area", "goal", "grade"]], on=["area", "goal"])
        self.goal_names: dict[Any, str] = {}
        for area, known in plans.areas.items():
            if area not in self.skipped and {one.goal for one in known.promises} - {
                *self.goal_names
            }:
                plan = plans.plan(area)
                named = {goal.id: plan.goal_name(goal).render(lang) for goal in plan.goals}
                self.goal_names = named | self.goal_names

    def whole(self, n: float) -> str:
        """Write a number of whole things in full; no minus before 0."""
        return number(float(n) + 0.0, unit="projects", lang=self.lang)

    def words(self, key: str, **values: object) -> str:
        return text(f"overview.{key}", self.lang, **values)

    def name(self, area: str) -> str:
        names = self.plans.areas[area].names
        return names if isinstance(names, str) else Text(**names).render(self.lang)

    def linked(self, area: str) -> doc.Span:
        """Return the name of an area, which leads to its report where there is one."""
        return doc.Span(text=self.name(area), link=self.pages.get(area))

    def range(self, one: Any, *, counted: bool = False) -> str:
        """Central 80 % of the share of goals met, or of their number where they are few."""
        reach = float(ndtri(0.9)) * one.sd
        low, high = (float(np.clip(one.share + at, 0.0, 1.0)) for at in (-reach, reach))
        if counted:
            return self.words("range", low=self.whole(round(low * one.n)), high=round(high * one.n))
        return self.words("range", low=percent(low), high=percent(high))

    def document(self, folder: Path) -> doc.Document:
        """Return the overview, with its pictures in the folder."""
        (folder / "charts").mkdir()
        plan, lang = self.plan, self.lang
        (legend,) = tables.grades_table(lang=lang).tables
        levels = ("provinces", "areas") if self.parted else ("areas",)
        told = {name: self.base[name[:-1]].nunique() for name in levels}
        told |= {"goals": len(self.base), "left_out": len(self.skipped)}
        front = doc.Front(
            kicker=self.words("kicker"),
            title=plan.title.render(lang),
            subtitle=self.words("subtitle", day=day(self.as_of, lang=lang)),
            facts=tuple((self.words(f"fact_{key}"), self.whole(n)) for key, n in told.items()),
            legend=legend,
            footer=self.words("footer", version=version("bcforecast")),
            contents=False,
        )
        blocks = assembly.placed([*self.blocks(folder)])
        result = Facts(
            plan=PlanFact.of(plan), as_of=self.as_of, scenario=config.SCENARIO,
            scenario_name=baseline().title, seed=config.SEED, goals=(),
        )  # fmt: skip
        name = f"{plan.id}-overview"
        return doc.Document(lang=lang, name=name, front=front, blocks=blocks, result=result)

    def blocks(self, folder: Path) -> Iterator[doc.Block]:
        """Yield the overview, a chapter after the other."""
        yield doc.Heading(level=1, text=self.words("brief"), anchor=doc.BRIEF)
        yield from map(self.paragraph, self.brief())
        if len(self.said):
            yield self.goals_table()
            yield from self.stated(folder)
        yield doc.Heading(level=1, text=self.words("unknown"))
        yield from map(self.paragraph, self.unknown())
        if self.skipped:
            left_out = [(self.name(a), why) for a, why in sorted(self.skipped.items())][:LISTED]
            yield self.table("left_out", "area reason", left_out)

    def stated(self, folder: Path) -> Iterator[doc.Block]:
        """Yield the chapters on what has a probability."""
        yield doc.Heading(level=1, text=self.words("goals"))
        yield self.picture(folder, "spread", self._draw_spread)
        if self.parted:
            yield doc.Heading(level=1, text=self.words("provinces"))
            key = "provinces_words" if self.tiers[-1] > 1 else "provinces_of_chance"
            yield self.paragraph(self.words(key, sure=percent(SURE)))
            yield self.ranking()
            yield self.picture(folder, "heat", self._draw_heat)
        yield doc.Heading(level=1, text=self.words("areas"))
        yield from self.lowest()
        yield doc.Heading(level=1, text=self.words("help"))
        yield self.paragraph(self.words("help_words"))
        yield self.help_table()
        yield from self.gains()

    def paragraph(self, words: str) -> doc.Paragraph:
        return doc.Paragraph(spans=doc.words(words))

    def table(
        self, name: str, heads: str | Iterable[object], rows: Iterable[tables.Row],
        groups: Sequence[str] = (), **noted: object,
    ) -> doc.TableBlock:  # fmt: skip
        below = f"overview.{name}_note"
        note = Message(below, noted) if wording.has_text(below) else ""
        about: dict[str, Any] = {"of": "overview.col_", "note": note, "groups": groups}
        caption = f"overview.{name}_caption"
        (made,) = tables.rows_table(caption, heads, rows, self.lang, **about).tables
        return made

    def ratings(self, rows: pd.DataFrame) -> pd.Series[str]:
        return rows["verdict"].map(lambda word: rating_of(f"verdict.{word}"))

    def counts(self, rows: pd.DataFrame) -> dict[str, int]:
        ratings = self.ratings(rows)
        return {one: int((ratings == one).sum()) for one in ("at_risk", "even", "on_course")}

    def brief(self) -> Iterator[str]:
        counts, stated = self.counts(self.said), len(self.said)
        shares = {one: percent(n / max(stated, 1), lang=self.lang) for one, n in counts.items()}
        told = {"stated": self.whole(stated), "of": self.whole(len(self.base))}
        told |= {name: self.whole(self.base[name[:-1]].nunique()) for name in ("goals", "areas")}
        yield self.words("brief_counts" if stated else "brief_nothing", **told, **shares)
        if not stated:
            return
        yield self.order("brief_goal", self.by_goal[::-1], lambda goal: self.goal_names[goal])
        if self.parted:
            yield self.order("brief_province", self.by_province, self.name)
        near = self.whole((self.missing.abs() <= NEAR).sum())
        yield self.words("brief_near", near=near, short=self.whole(len(self.missing)))
        name = next(iter(self.added), None)  # that which adds most
        if name is not None and (best := self.added[name].round()).sum() > 0.0:
            about = {"goal": self.goal_names[best.idxmax()], "most": self.whole(best.max())}
            about |= {"scenario": self.scenarios[str(name)], "count": self.whole(best.sum())}
            yield self.words("brief_help", **about)

    def order(self, key: str, ranked: pd.DataFrame, name: Callable[[Any], str]) -> str:
        """Say which group is last of some, the highest share first, and how far that is chance."""
        first, last = ranked.iloc[0], ranked.iloc[-1]
        shares = {"first_share": first["share"], "share": last["share"]}
        shares |= {"above": above(first, last)}
        told = {name: percent(float(one), lang=self.lang) for name, one in shares.items()}
        told |= {"first": name(first.name), "name": name(last.name), "range": self.range(last)}
        count = tiers(ranked)[-1]
        return self.words(key if count > 1 else f"{key}_of_chance", count=count, **told)

    def goals_table(self) -> doc.TableBlock:
        rows = []
        for one in cast(Iterable[Any], self.by_goal.itertuples()):
            own = self.said[self.said["goal"] == one.Index]
            counts = [self.whole(n) for n in self.counts(own).values()]
            ends = int(own["due"].min()[:4]), int(own["due"].max()[:4])
            first, last = map(self.plan.year_name, ends)
            due = first if first == last else self.words("range", low=first, high=last)
            told = due, self.whole(one.n), percent(float(one.share)), self.range(one)
            rows.append((self.goal_names[one.Index], *told, *counts))
        heads = "goal due# areas# share# middle# at_risk# even# on_course#"
        return self.table("goals", heads, rows, **self.ends)

    @cached_property
    def tiers(self) -> list[int]:
        """The tier of each province."""
        return tiers(self.by_province)

    def ranking(self) -> doc.TableBlock:
        """Provinces in tiers, each with the chance that it stands below the first of the tier."""
        groups = self.said.groupby("province", observed=True)
        areas = groups["area"].nunique()
        risk = groups.apply(lambda own: self.counts(own)["at_risk"])
        found, ranked = self.tiers, cast(Iterable[Any], self.by_province.itertuples())
        rows: list[tables.Row] = []
        firsts: dict[int, Any] = {}
        for one, tier, before in zip(ranked, found, (0, *found), strict=False):
            name, share = self.name(str(one.Index)), percent(float(one.share))
            below = percent(above(firsts[before], one)) if before else NOTHING
            counts = self.whole(areas[one.Index]), self.whole(risk[one.Index])
            rows.append((name, *counts, share, self.range(one), below))
            firsts.setdefault(tier, one)
        heads = "province areas# risky# share# middle# below_first#"
        named = [self.words("tier", tier=tier) for tier in found if found[-1] > 1]
        alike, shown = learned().together.correlation, (rows[-SHOWN:], named[-SHOWN:])
        first = self.words("first_of_tier" if named else "first_of_all")
        return self.table("ranking", heads, *shown, correlation=f"{alike:.2f}", first=first)

    def lowest(self) -> Iterator[doc.Block]:
        """The areas that stand lowest, each with the chance that it is below the middle one."""
        ranked = met_share(self.said, ["area", "province"]).sort_values("share")
        each, middle = [*cast(Iterable[Any], ranked.itertuples())], ranked.iloc[len(ranked) // 2]
        n, of = sum(round(above(middle, one), 2) >= SURE for one in each), self.whole(len(each))
        key = f"lowest_{'words' if n else 'none'}"
        yield self.paragraph(self.words(key, n=self.whole(n), of=of, sure=percent(SURE)))
        rows: list[tables.Row] = []
        for one in each[:LISTED]:
            area, province = one.Index
            where, named = [self.name(province)], self.linked(area)
            if self.parted and area == province:  # all areas below it stand in the table above
                own = self.words("own_goals", name=named.text)
                where, named = [NOTHING], changed(named, text=own)
            told = one.n, percent(one.share), self.range(one, counted=True)
            rows.append((named, *where * self.parted, *told, percent(above(middle, one))))
        level = "province " * self.parted
        yield self.table("lowest", f"area {level}goals# share# middle# below_middle#", rows)

    @cached_property
    def gain(self) -> pd.DataFrame:
        """What each scenario adds to the probability of each goal."""
        return self.told[self.named].sub(self.told[config.SCENARIO], axis=0)

    @cached_property
    def added(self) -> pd.DataFrame:
        """Goals met more than as before, by goal and scenario, that which adds most first."""
        moved = self.gain.where(self.gain != 0.0)  # nan: the scenario says nothing of the goal
        added = moved.groupby(self.told["goal"]).sum(min_count=1)
        return added[added.sum().sort_values(ascending=False).index]

    @cached_property
    def missing(self) -> pd.Series[float]:
        """Yearly growth that is missing where a goal is less likely than not; nan for no rate.

        Of a share its yearly rise.
        """
        seen = self.said[self.said["probability"] < 0.5]
        due = seen["due"].map(date.fromisoformat).map(wording.year_of).astype(int)
        years = due - wording.year_of(self.as_of)
        possible = (seen["q50"] > 0) & (seen["target"] > 0) & (years > 0)
        target, forecast = seen["target"][possible], seen["q50"][possible]
        share = seen["goal"][possible].map(self.units).map(wording.is_percent).astype(bool)
        grown = (target / forecast) ** (1.0 / years[possible]) - 1.0
        return grown.mask(share, (target - forecast) / years[possible] / 100.0)

    def help_table(self) -> doc.TableBlock:
        """How much faster growth would make each goal as likely as not, and what scenarios add."""
        rows, goals = [], self.said.loc[self.missing.index, "goal"]
        for goal in self.by_goal.index:
            own, added = self.missing[goals == goal], self.added.loc[goal].round()
            pace = float(own.median()) if own.count() else None
            a_year = pace and 100.0 * pace, pace, self.units[goal]
            typical = sentences.needed(*a_year, lang=self.lang, signed=True)
            counts = self.whole(len(own)), typical, self.whole((own.abs() <= NEAR).sum())
            rows.append((self.goal_names[goal], *counts, *map(self.whole, added)))
        others = (Text.untranslated(self.scenarios[str(one)]) for one in self.added)
        return self.table("help", ["goal", "short#", "pace#", "near#", *others], rows)

    def gains(self) -> Iterator[doc.TableBlock]:
        """The goals of single areas to which a scenario adds most, a few of each goal."""
        if not self.named:
            return
        best, most = self.gain.idxmax(axis=1), self.gain.max(axis=1).sort_values(ascending=False)
        some = most.groupby(self.told["goal"]).head(LISTED // 5)
        rows, lang = [], self.lang
        for n in some.index[:LISTED]:
            one = self.told.loc[n]
            now, then = (
                wording.chance(float(one[name]), grade=one["grade"], lang=lang, narrow=True)
                for name in (config.SCENARIO, best[n])
            )
            names = self.linked(one["area"]), self.goal_names[one["goal"]]
            rows += [(*names, now, self.scenarios[best[n]], then)] if now != then else []
        if rows:
            yield self.table("gains", "area goal before# scenario after#", rows)

    def unknown(self) -> Iterator[str]:
        found = self.base["grade"].value_counts().sort_index()
        told = [self.words("grade_count", grade=g, n=self.whole(n)) for g, n in found.items()]
        yield self.words("unknown_grades", counts=wording.listed(told, lang=self.lang))
        alike, adds = f"{learned().together.correlation:.2f}", float(self.base["coherent"].mean())
        key = "unknown_words" if self.parted else "unknown_of_areas"
        yield self.words(key, correlation=alike, adds=percent(adds))
        if (year := self.base["latest_year"]).notna().any():
            some = {"n": year == year.max(), "older": year < year.max(), "none": year.isna()}
            told = [
                self.words(f"latest_{name}", year=int(year.max()), n=self.whole(found.sum()))
                for name, found in some.items()
                if found.any()
            ]
            yield self.words("unknown_latest", counts=wording.listed(told, lang=self.lang))

    def picture(
        self, folder: Path, name: str, draw: Callable[[Figure, float], None]
    ) -> doc.PictureBlock:
        """Draw a picture into the folder, as wide as a page and as wide as a phone."""
        from matplotlib.figure import Figure

        charts, end = folder / "charts", f"{name}-narrow.svg"
        with style.house_style():
            figure, narrow = Figure(), Figure()
            draw(figure, style.WIDE)
            draw(narrow, style.NARROW)
            (charts / f"{name}.png").write_bytes(style.png_bytes(figure))
            (charts / end).write_text(style.svg_text(narrow), encoding="utf-8")
        width, height = (round(96 * side) for side in figure.get_size_inches())
        reach = float(met_share(self.said, ["province", "goal"])["sd"].median() * ndtri(0.9))
        caption = self.words(f"{name}_picture", reach=f"{100.0 * reach:.0f}")
        files = {"file": f"charts/{name}.png", "narrow": f"charts/{end}"}
        about = {"caption": caption, "alt": self.words(f"{name}_alt")}
        return doc.PictureBlock(**files, **about, width=width, height=height)

    def _draw_spread(self, figure: Figure, width: float) -> None:
        goals = list(self.by_goal.index)
        across = min(len(goals), round(width / 2.0))
        rows = -(-len(goals) // across)
        figure.set_size_inches(width, 0.5 + 1.35 * rows)
        panels = figure.subplots(rows, across, sharex=True, sharey=True, squeeze=False).ravel()
        for panel in panels[len(goals) :]:
            panel.axis("off")
        ends = pairwise((0.0, *self.bounds, 1.0 + 1e-9))
        thirds = [np.linspace(low, high, 4) for low, high in ends]
        for panel, goal in zip(panels, goals, strict=False):
            p = self.said.loc[self.said["goal"] == goal, "told"]
            for bins, colour in zip(thirds, style.RISKS.values(), strict=True):
                panel.hist(p[(p >= bins[0]) & (p < bins[-1])], bins=bins, color=colour, rwidth=0.9)
            panel.axvline(p.median(), color=style.TARGET, lw=1.2)
            title = style.broken(self.goal_names[goal], 0.9 * width / across)
            panel.set_title("\n".join(title), fontsize=style.SIZE)
            panel.set_xticks([0.0, 0.5, 1.0], ["0", "50%", "100%"])
        figure.tight_layout()

    def _draw_heat(self, figure: Figure, width: float) -> None:
        provinces = list(self.by_province.index[-SHOWN:])
        shares = self.said.pivot_table("probability", "province", "goal", observed=True)
        shares = shares.loc[provinces, list(self.by_goal.index)]
        # Names of goals stand on end above, however few the provinces are.
        names_of_goals = 1.3 if width == style.WIDE else 2.0
        figure.set_size_inches(width, names_of_goals + 0.15 * max(len(provinces), 4))
        axes = figure.subplots()
        axes.imshow(shares, cmap="RdBu", vmin=0.0, vmax=1.0, aspect="auto")
        for (row, column), share in np.ndenumerate(shares.to_numpy()):
            if np.isfinite(share):
                dark = abs(share - 0.5) > 0.3
                look: style.Look = {"color": "white" if dark else style.INK}
                axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", **look)
        names = [self.goal_names[goal] for goal in shares.columns]
        slant: dict[str, Any] = {"rotation": 30 if width == style.WIDE else 60, "ha": "left"}
        axes.xaxis.tick_top()
        axes.set_xticks(range(len(names)), names, **slant)
        axes.set_yticks(range(len(provinces)), [self.name(str(one)) for one in provinces])
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        figure.tight_layout()

    def workbook(self, file: Path) -> None:
        """Write every goal of every area, and a sheet that says what the columns mean."""
        from xlsxwriter import Workbook

        wide = {"area": 24, "province": 24, "goal": 32, "unit": 18, "area_id": 12}
        looks = {"pace": "+0.0%;-0.0%", "due": "yyyy-mm-dd"}
        heads = ["area_id", "area", "province", "goal", "target", "unit", "due", "latest", "year"]
        heads += ["grade", "rating", "pace"]
        known = self.base.assign(pace=self.missing).merge(self.wide, "left", ["area", "goal"])
        units = {i.id: i.unit_names or wording.unit_of(i.unit).names for i in self.plan.indicators}
        known = known.assign(
            area_id=known["area"], area=known["area"].map(self.name), year=known["latest_year"],
            province=known["province"].astype(str).map(self.name),
            goal=known["goal"].map(self.goal_names),
            unit=[units[one].render(self.lang) for one in known["indicator"]],
            due=[date.fromisoformat(one) for one in known["due"]],
            rating=[self.words(f"col_{one}") for one in self.ratings(known)],
        ).reindex(columns=[*heads, *self.scenarios]).astype(object)  # fmt: skip
        names = [wording.column_head(name, self.lang, of="overview.col_") for name in heads]
        names += [self.words("col_chance", scenario=one) for one in self.scenarios.values()]
        with Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
            book.set_properties({"created": datetime.combine(self.as_of, time())})
            sheet = book.add_worksheet(self.words("sheet"))
            head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
            looks |= dict.fromkeys(self.scenarios, "0%")
            for n, name in enumerate([*heads, *self.scenarios]):
                look = book.add_format({"num_format": looks.get(name, "General")})
                sheet.set_column(n, n, wide.get(name, 13), look)
            sheet.write_row(0, 0, names, head)
            sheet.freeze_panes(1, 2)
            cells = known.where(known.notna(), None).itertuples(index=False)
            for n, row in enumerate(cells, start=1):
                sheet.write_row(n, 0, row)
            sheet.autofilter(0, 0, len(known), len(names) - 1)
            about = book.add_worksheet(self.words("sheet_about"))
            about.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
            said = self.words("subtitle", day=day(self.as_of, lang=self.lang)), *self.brief()
            legend = self.words("about_columns", **self.ends), *self.unknown()
            for n, line in enumerate((self.plan.title.render(self.lang), *said, *legend)):
                about.write(n, 0, line)
