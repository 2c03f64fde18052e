"""The beginning of a plan of one's own: goals in a line each become a folder that can be asked.

A goal is said as *name, unit, comparator, target, due*; everything else that a plan file needs is
written beside it, to be looked at and changed.
"""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bcforecast import config, csv_text, edge
from bcforecast.cells import (
    EXAMPLE,
    as_text,
    column_named,
    comparator_named,
    plain_words,
    read_figure,
    unit_names,
)
from bcforecast.errors import BcforecastError, ObservationError, PlanError
from bcforecast.plan.fields import CHANGES
from bcforecast.plan.goals import COMPARISONS
from bcforecast.plan.reading import load_plan
from bcforecast.text import LANGUAGES, Language, Message, text, unit_of, units

EXAMPLES: Final = config.DATA_DIR.parent / "examples" / "plans"
"""Where plans that are shipped as examples stand, a folder each."""

YEARS_BEFORE: Final = 10
"""Years before the plan for which there is a column in a table of figures to fill in."""


@dataclass(frozen=True)
class GoalDraft:
    """A goal as one says it; `due` is a day, a year or a span of them, None for the plan's last.

    `more` is what else its file has to say: a `base_year`, `growth_from`, a `tolerance`, that it
    holds in `every_year`.
    """

    name: str
    unit: str
    comparator: str
    target: float | tuple[float, float]
    due: str | None = None
    more: tuple[tuple[str, str], ...] = ()

    @property
    def ends(self) -> tuple[float, ...]:
        """Figures that it names; none where it names a change."""
        if {key for key, _ in self.more} & {"base_year", "growth_from"}:
            return ()
        return self.target if isinstance(self.target, tuple) else (self.target,)


def said_as(key: str, words: str) -> tuple[str, ...] | None:
    """Return what stands in the gaps of a text of the workbook, read in any language, or None."""
    gap = "\ue000"
    for lang in LANGUAGES:
        shape = plain_words(text(f"template.{key}", lang, target=gap, year=gap, years=gap))
        found = re.fullmatch(re.escape(shape).replace(gap, "(.+?)"), plain_words(words))
        if found:
            return found.groups()
    return None


def parse_goal(said: str) -> GoalDraft:
    """Read a goal such as `High-tech enterprises, enterprises, more than, 530, 2022`.

    Semicolons or full-width commas may stand between the parts, which a comma within a part needs;
    or the part stands in quotation marks. The due date may be left out. A PlanError says which part
    is wrong, and what is allowed.

    Examples
    --------
    >>> parse_goal("高新技术企业，家，突破，530，2022").target
    530.0
    """
    mark = next((mark for mark in ";；，" if mark in said), ",")
    parts = next(csv.reader([said.replace(mark, "\x1f")], delimiter="\x1f"), [])
    if mark == ",":
        parts = next(csv.reader([said], skipinitialspace=True), [])
    parts = [part.strip() for part in parts]
    if len(parts) not in (4, 5) or not all(parts):
        raise PlanError("cells.bad_goal", found=said)
    return _draft(said, *parts)


def _draft(
    said: str, name: str, unit: str, comparator: str, target: str, due: str = ""
) -> GoalDraft:
    asked = (one for one in CHANGES if said_as(f"comparator_{one}", comparator) is not None)
    known = comparator_named(comparator) or next(asked, None)
    more = dict[str, str]()
    for key, form in (("growth_from", "target_yearly"), ("base_year", "target_change")):
        parts = said_as(form, target)
        if not more and parts and re.fullmatch("[12][0-9]{3}", parts[1]):
            target, more[key] = parts
    if unit not in units():  # a declared unit may be named in any language
        unit = next((one for one in units() if plain_words(unit) in unit_names(one)), unit)
    if known not in (*COMPARISONS, *CHANGES):
        raise _wrong(said, comparator, Message("cells.allowed_comparator"))
    if known in CHANGES and "base_year" not in more:
        raise _wrong(said, target, Message("cells.allowed_change"))
    between = known == "between"
    apart = re.fullmatch(r"(.+?) ?(?:±|\+/-) ?([0-9.]+)", plain_words(target))
    if apart and known == "about":
        target, more["tolerance"] = apart.groups()
    measured = "%" if more.keys() & {"growth_from", "base_year"} else unit
    try:
        figure = read_figure(target, unit=measured)
    except ObservationError:  # told as part of the goal
        figure = None
    ends = (math.nan, math.nan) if figure is None else (figure.lower, figure.upper)
    if figure is None or math.isnan(sum(ends) if between else figure.value):
        key = "cells.allowed_ends" if between else "cells.allowed_target"
        raise _wrong(said, target, Message(key, {"unit": measured}))
    if every := said_as("due_every", due):
        due, more["every_year"] = every[0], "true"
    due = due.removesuffix("年")
    if due and not re.fullmatch(r"[12][0-9]{3}(-[0-9]{2}-[0-9]{2}|/[12][0-9]{3})?", due):
        raise _wrong(said, due, Message("cells.allowed_due"))
    figures = ends if between else figure.value
    return GoalDraft(name, unit, str(known), figures, due or None, tuple(more.items()))


def _wrong(said: str, found: str, allowed: Message | str) -> PlanError:
    place = {"goal": said, "found": Message("observations.quoted", {"text": found})}
    return PlanError("cells.wrong_goal", **place, allowed=allowed)


def goals_of_rows(rows: Iterable[Sequence[object]]) -> list[GoalDraft]:
    """Return the goals of a sheet: rows below heads that name indicator, comparator and target."""
    places: dict[str, int] = {}
    found = []
    for cells in rows:
        named = {column_named(cell): n for n, cell in reversed(list(enumerate(cells))) if cell}
        if not places:
            wanted = {"indicator", "unit", "comparator", "target"}
            places = {k: n for k, n in named.items() if k} if wanted <= named.keys() else {}
            continue
        given = {name: as_text(cells[n]) for name, n in places.items() if n < len(cells)}
        parts = [given.get(k, "") for k in ("indicator", "unit", "comparator", "target", "due")]
        if plain_words(given.get("code", "")) == EXAMPLE or not any(parts[2:4]):
            continue
        found.append(_draft(", ".join(parts), *parts))
    return found


def refuse_used(folder: Path) -> None:
    """Refuse a folder in which something stands already, or a path that is a file."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BcforecastError("cells.folder_used", file=folder)


def example_names() -> tuple[str, ...]:
    """Return the names of the plans that are shipped as examples."""
    return tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/plans")))


def copy_example(name: str, folder: Path) -> None:
    """Copy a shipped example to a folder that is new or empty, all of it or nothing."""
    refuse_used(folder)
    if name not in example_names():
        known = ", ".join(example_names()) or "-"
        raise BcforecastError("cells.no_example", found=name, allowed=known)
    with edge.whole_folder(folder.resolve()) as draft:
        shutil.copytree(EXAMPLES / name, draft, dirs_exist_ok=True)


def start_folder(
    folder: Path, *, area: str, years: str, goals: Sequence[GoalDraft], lang: Language
) -> None:
    """Write the folder of a new plan, all of it or nothing.

    The `area` is named in `lang`, the language of names and comments; `years` are the first and
    last of the plan, `2024-2030`. Goals of one name and unit share an indicator. A BcforecastError
    if the folder is not empty, or what is given makes no plan.
    """
    refuse_used(folder)
    told = re.fullmatch(r"([12][0-9]{3})(?:\s*[-–—~至]\s*([12][0-9]{3}))?年?", years.strip())
    if told is None:
        raise PlanError("cells.wrong_years", found=years)
    first, last = int(told[1]), int(told[2] or told[1])
    area_id = identifier(area, "area")
    plan_id = identifier(folder.resolve().name, f"{area_id}-{first}-{last}")
    indicators: dict[tuple[str, str], str] = {}
    for n, goal in enumerate(goals, 1):
        wanted = identifier(goal.name, f"indicator_{n}")
        taken = indicators.values()
        free = wanted if wanted not in taken else f"{wanted}_{n}"
        indicators.setdefault((goal.name, goal.unit), free)
    with edge.whole_folder(folder.resolve()) as draft:
        (draft / "plans").mkdir()
        names = {"area": area, "area_id": area_id, "plan_id": plan_id}
        plan = _plan_yaml(goals, indicators, first=first, last=last, lang=lang, **names)
        (draft / "plans" / f"{plan_id}.yaml").write_text(plan, encoding="utf-8")
        load_plan(plan_id, data_dir=draft)
        span = [str(year) for year in range(first - YEARS_BEFORE, last + 1)]
        rows = [["code", "indicator", "unit", "source", *span]]
        rows += [
            [one, name, unit, "own", *[""] * len(span)] for (name, unit), one in indicators.items()
        ]
        (draft / "figures.csv").write_text(csv_text.rows_text(rows), encoding="utf-8")
        title = text("start.source_title", lang, area=area)
        heads = ["source", "title", "issuer", "published", "url", "verification"]
        sources = csv_text.rows_text([heads, ["own", title, area, "", "", "copy"]])
        (draft / "sources.csv").write_text(sources, encoding="utf-8")
        (draft / "scenarios").mkdir()
        baseline = Path("scenarios") / f"{config.SCENARIO}.yaml"
        shutil.copy(config.DATA_DIR / baseline, draft / baseline)
        readme = text("start.readme", lang, area=area, folder=folder.name, plan=plan_id)
        (draft / "README.md").write_text(readme + "\n", encoding="utf-8")


def identifier(name: str, otherwise: str) -> str:
    """Return a name as an identifier, in small letters without accents; or `otherwise`.

    >>> identifier("R&D intensity (GERD)", "indicator_1")
    'r_d_intensity_gerd'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return words if re.fullmatch("[a-z][a-z0-9_]*", words) else otherwise


def _plan_yaml(
    goals: Sequence[GoalDraft],
    indicators: dict[tuple[str, str], str],
    *,
    area: str,
    area_id: str,
    plan_id: str,
    first: int,
    last: int,
    lang: Language,
) -> str:
    def quoted(words: str) -> str:
        return json.dumps(words, ensure_ascii=False)

    def said(words: str) -> str:
        return f"{{{lang}: {quoted(words)}}}"

    def comment(key: str) -> list[str]:
        return [f"# {line}" for line in text(f"start.{key}", lang).splitlines()]

    lines = [
        *comment("about_plan"),
        f"id: {plan_id}",
        f"title: {said(text('start.plan_title', lang, area=area, first=first, last=last))}",
        f"span: {{first: {first}, last: {last}}}",
        f"area: {area_id}",
        f"area_names: {said(area)}",
        *comment("about_issued"),
        f"# issued: {first}-01-01",
        "",
        *comment("about_indicators"),
        "indicators:",
    ]
    for (name, unit), one in indicators.items():
        lines += [f"  - id: {one}", f"    names: {said(name)}", f"    unit: {quoted(unit)}"]
        named = [n for goal in goals if (goal.name, goal.unit) == (name, unit) for n in goal.ends]
        low, high = min(named, default=0.0), max(named, default=0.0)
        if not unit_of(unit).whole and (low < 0.0 or (unit == "%" and high > 100.0)):
            most = "100" if unit == "%" and high <= 100.0 else "null"
            lines.append(f"    valid_range: [{'null' if low < 0.0 else 0}, {most}]")
    lines += ["", *comment("about_goals"), "goals:"]
    years = [(goal.due or str(last)).rpartition("/")[2][:4] for goal in goals]
    ids = [f"{indicators[g.name, g.unit]}_{year}" for g, year in zip(goals, years, strict=True)]
    for n, (goal, goal_id) in enumerate(zip(goals, ids, strict=True)):
        ends = goal.target if isinstance(goal.target, tuple) else (goal.target,)
        target = ", ".join(f"{end:.15g}" for end in ends)
        lines += [
            f"  - id: {goal_id if goal_id not in ids[:n] else f'{goal_id}_{n + 1}'}",
            f"    indicator: {indicators[goal.name, goal.unit]}",
            f"    comparator: {goal.comparator}",
            f"    target: {target if len(ends) == 1 else f'[{target}]'}",
            f"    due: {goal.due or last}",
            *(f"    {key}: {value}" for key, value in goal.more),
        ]
    return "\n".join(lines) + "\n"
