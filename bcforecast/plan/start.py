"""The beginning of a plan of one's own: goals in a line each become a folder that can be asked.

Everything that a plan file needs beside them is written there, to be looked at and changed.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Final

from bcforecast import config, edge, saving
from bcforecast.errors import BcforecastError, ObservationError, PlanError
from bcforecast.plan.fields import ENTERED
from bcforecast.plan.reading import load_plan, yaml_bytes
from bcforecast.plan.workbook import OWN, PlanDraft, first_year, identifier, plan_content
from bcforecast.text import Language, Message, index_base, is_worded, joined, text, unit_of

EXAMPLES: Final = config.DATA_DIR.parent / "examples" / "plans"
"""Where plans that are shipped as examples stand, a folder each."""


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
    with saving.whole_folder(saving.resolved(folder)) as made:
        shutil.copytree(EXAMPLES / name, made, dirs_exist_ok=True)


def refuse_wrong(folder: Path, draft: PlanDraft, *, lang: Language) -> None:
    """Refuse what would make no plan in a folder, as `start_folder` does, and write nothing."""
    with saving.passing_folder("bcforecast-init-") as place:
        made = place / "new" / saving.resolved(folder).name
        with _told_as(folder, made):
            start_folder(made, draft, lang=lang)


def start_folder(
    folder: Path, draft: PlanDraft, *, lang: Language, fill: Callable[[Path], None] | None = None
) -> Message:
    """Write the folder of a new plan, and what `fill` adds to it: all of it or nothing.

    Returns how figures will be counted, which is guessed from the units. Names and comments are in
    `lang`. A BcforecastError if the folder is not empty, or what is given makes no plan or cannot
    be added.
    """
    refuse_used(folder)
    content = plan_content(draft, plan_id="", lang=lang)
    names = draft.names(draft.area, lang)
    years = "-".join([str(content["area"]), *re.findall("[0-9]{4}", draft.years)])
    named = identifier(saving.resolved(folder).name, years)
    content["id"] = named
    listed = [("area_names", names), *((one["id"], one["names"]) for one in content["indicators"])]
    listed += [(one["unit"], one.get("unit_names", {})) for one in content["indicators"]]
    for among in filter(None, (goal.get("rank_among") for goal in content["goals"])):
        listed += among.items() if isinstance(among, dict) else ((one, {}) for one in among)
    listed = [(said, words) for said, words in listed if words or is_worded(said)]
    with saving.whole_folder(saving.resolved(folder)) as made, _told_as(folder, made):
        (made / "plans").mkdir()
        file = made / "plans" / f"{named}.yaml"
        file.write_bytes(yaml_bytes(content))
        plan = load_plan(named, data_dir=made)
        known = {one.id: one for one in plan.indicators if not one.compared}
        kinds = []
        for each in known.values():
            kind = Message(f"plan.kind_{'index' if index_base(each.unit) else each.kind}")
            unit = each.unit_names or unit_of(each.unit).names
            kinds.append(Message("start.kind", {"name": each.names, "unit": unit, "kind": kind}))
        guessed = Message("start.kinds", {"kinds": joined(kinds)})
        about = [text(f"start.about_{one}", lang) for one in ("plan", "indicators", "goals")]
        about.insert(2, guessed.render(lang))
        for one in draft.others:
            said = {"other": text("language.name", one), "code": one}
            missing = dict.fromkeys(name for name, words in listed if one not in words)
            said |= {"names": ", ".join(missing)}
            about += [text("start.about_missing", lang, **said)] if missing else []
        lines = (line for part in about for row in part.splitlines() for line in wrap(row, 150))
        file.write_bytes("".join(f"# {line}\n" for line in lines).encode() + edge.read_bytes(file))
        span = [plan.year_name(year) for year in range(first_year(plan), plan.span.last + 1)]
        rows = [["area", "code", "indicator", "unit", "source", *span]]
        for (_, code), (called, counts) in plan.series.items():
            of = called.render(lang), code, counts.name(lang), counts.unit, OWN
            rows.append([*of, *[""] * len(span)])
        if len(plan.series) == len(known):  # of the plan's own area alone
            rows = [row[1:] for row in rows]
        (made / "figures.csv").write_text(edge.rows_text(rows), encoding="utf-8")
        title = text("start.source_title", lang, area=names[lang])
        own = {"source": OWN, "title": title, "issuer": names[lang], "published": "", "url": ""}
        own |= {name: said for name, said in draft.source.items() if name in own and said}
        own["verification"] = "copy" if draft.source.get("title") else ENTERED
        sources = edge.rows_text([[*own], [*own.values()]])
        (made / "sources.csv").write_text(sources, encoding="utf-8")
        (made / "scenarios").mkdir()
        baseline = Path("scenarios") / f"{config.SCENARIO}.yaml"
        shutil.copy(config.DATA_DIR / baseline, made / baseline)
        readme = text("start.readme", lang, area=names[lang], folder=folder.name, plan=named)
        (made / "README.md").write_text(readme + "\n", encoding="utf-8")
        if fill is not None:
            fill(made)
    return guessed


@contextmanager
def _told_as(folder: Path, made: Path) -> Iterator[None]:
    """Have errors tell a file by the place where it would have been."""
    try:
        yield
    except (PlanError, ObservationError) as error:
        there = str(error.message.values.get("file")).replace(str(made), str(folder))
        raise type(error)(error.message.key, **{**error.message.values, "file": there}) from None
