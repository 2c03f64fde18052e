"""One report: what is asked, what its folder holds, and how it is made."""

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from nbformat import NotebookNode
from pydantic import ValidationError

from bcforecast import calls, config, edge, errors, saving
from bcforecast.attainment.checks import stopping
from bcforecast.attainment.evidence import chosen_models
from bcforecast.attainment.probability import load_bands
from bcforecast.attainment.project import load_figures
from bcforecast.models.registry import parse_models
from bcforecast.observations.selection import Vintage
from bcforecast.plan import goals, reading
from bcforecast.plan.fields import validated
from bcforecast.reporting import assembly, execution, facts, manifest
from bcforecast.reporting.display import PANEL_MIME
from bcforecast.reporting.document import PANEL
from bcforecast.reporting.formats import FILE_FORMATS, FORMATS, MADE, Format, write_format
from bcforecast.reporting.manifest import NOTEBOOK, is_path
from bcforecast.scenarios.scenario import levers, load_scenario, load_scenarios
from bcforecast.text import Language, text

Advance = Callable[[str, int, int], None]
"""Called with the name of the step at work, the steps done and the number of all steps."""

STEPS: Final = 2
"""How many steps `progress` counts for a report: the notebook, and all that is made of it."""


@calls.checked_class
@dataclass(frozen=True)
class ReportRequest:
    """One report as it is asked for.

    Parameters
    ----------
    plan, scenario
        Identifier, or the path of a YAML file.
    as_of
        Last day whose publications are used.
    formats
        What is to be written beside the notebook and the JSON documents.
    data_dir, notebooks_dir
        Folders of data, and of `03_plan.ipynb`. Default: the shipped ones.
    models
        Models that are not left to the plan, such as `gdp=ets,rd_intensity=theta`.
    since
        As-of date of the report before it, with which it is compared.
    provenance
        Who made it and when. Default: the program, on the day that `SOURCE_DATE_EPOCH` states; no
        clock is read.
    """

    plan: str
    as_of: date
    lang: Language = config.LANGUAGE
    scenario: str = config.SCENARIO
    seed: int = config.SEED
    formats: tuple[Format, ...] = MADE
    data_dir: Path | None = None
    notebooks_dir: Path | None = None
    models: str = ""
    since: date | None = None
    provenance: facts.Provenance = field(
        default_factory=lambda: facts.Provenance(made=edge.stated_day())
    )

    @property
    def template(self) -> Path:
        """The notebook that is run."""
        return (self.notebooks_dir or config.NOTEBOOKS_DIR) / NOTEBOOK

    @property
    def start(self) -> Path:
        """Folder in which the notebook runs: it keeps absolute paths out of it."""
        if self.data_dir is not None:
            return self.data_dir.resolve().parent
        return Path(self.plan).resolve().parent if is_path(self.plan) else config.NOTEBOOKS_DIR

    @property
    def places(self) -> dict[str, str]:
        """The parameters that may be paths, as seen from where the notebook runs."""

        def seen(name: str) -> str:
            return os.path.relpath(Path(name).resolve(), self.start) if is_path(name) else name

        folder = "" if self.data_dir is None else self.data_dir.resolve().name
        return {"plan": seen(self.plan), "scenario": seen(self.scenario), "data_dir": folder}


_SHOW_PANEL: Final = (
    "from bcforecast.reporting.panel_page import show_panel\n"
    "show_panel([*globals().values()], plan={plan!r}, lang={lang!r})"
)
"""Last cell of a notebook that a report is made of; the report does not have it."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Job:
    """A report whose plan, data and scenario, here its identifier, were read and fit together.

    It goes below `out`, the folder of all reports, and `copies` of its folder elsewhere.
    """

    request: ReportRequest
    plan: goals.Plan
    scenario: str
    out: Path
    copies: tuple[Path, ...] = ()
    limits: execution.Limits = execution.NO_LIMITS
    force: bool = False

    @property
    def path(self) -> tuple[str, str, str, str]:
        """Plan, date, scenario and language: where the report is below the folder of all."""
        return self.plan.id, self.request.as_of.isoformat(), self.scenario, self.request.lang

    @property
    def name(self) -> str:
        """Plan, date, scenario and language, for a reader."""
        return "/".join(self.path)

    @property
    def folder(self) -> Path:
        """Where the report goes."""
        return manifest.report_folder(self.out, *self.path)

    @property
    def failed(self) -> Path:
        """Where its notebook is kept if it fails."""
        return saving.within(self.out, manifest.FAILED, *self.path)

    @property
    def is_due(self) -> bool:
        """Whether it is to be made: not there, harmed, of other inputs, or asked for anew."""
        return self.force or not manifest.stands(self.folder, self.recipe)

    def keeping(self) -> Self:
        """Return this job with the formats that stand in its folder beside those asked for."""
        stand = {name for name, of in FILE_FORMATS.items() if (self.folder / of.file).is_file()}
        formats = tuple(name for name in FORMATS if name in stand.union(self.request.formats))
        return replace(self, request=replace(self.request, formats=formats))

    def compared(self, days: Iterable[date] = ()) -> Self:
        """Return this job as it compares with the last report of a day before its own.

        That stands in its folder, or is of one of the `days`. A notebook of one's own that has no
        parameter `since` is not compared.
        """
        plan, _, scenario, lang = self.path
        made = self.out.glob(f"{plan}/*/{scenario}/{lang}/{manifest.MANIFEST}")
        names = filter(_DAY.fullmatch, (one.relative_to(self.out).parts[1] for one in made))
        known = (*days, *map(date.fromisoformat, names))
        since = max((day for day in known if day < self.request.as_of), default=None)
        if since is None:
            return self
        template = self.request.template
        notebook = execution.read_notebook(template)
        if "since" not in execution.declared_parameters(notebook, name=template.name):
            return self
        return replace(self, request=replace(self.request, since=since))

    @property
    def parameters(self) -> dict[str, object]:
        """What the notebook is given besides the places of files."""
        request = self.request
        named = {"as_of": request.as_of, "scenario": self.scenario, "lang": request.lang}
        given = {"models": request.models, "since": request.since}
        return {**named, "seed": request.seed, **{k: v for k, v in given.items() if v}}

    @cached_property
    def recipe(self) -> dict[str, object]:
        """Everything on which the bytes of the report depend, inputs by content."""
        return self.read_recipe()

    def read_recipe(self) -> dict[str, object]:
        """Return the recipe of the input files as they are now."""
        request = self.request
        files = manifest.input_files(
            self.plan,
            request.plan,
            request.scenario,
            data_dir=request.data_dir,
            template=request.template,
        )
        named = {"plan": self.plan.id, **self.parameters}
        parameters = {name: str(value) for name, value in named.items()}
        stated = request.provenance.model_dump(mode="json", exclude_defaults=True)
        return manifest.recipe(parameters, request.places, request.formats, files, stated)


def check_formats(formats: Iterable[str], known: tuple[Format, ...] = FORMATS) -> None:
    """Refuse a format that is none of those known."""
    for asked in formats:
        if asked not in known:
            raise errors.ReportError("run.format", found=asked, allowed=", ".join(known))


def check_request(request: ReportRequest, out: Path, *, data: Vintage | None = None) -> Job:
    """Read what a report is made from, so that a wrong input is said before anything is written."""
    plan = reading.load_plan(request.plan, data_dir=request.data_dir)
    known = load_figures(plan, data_dir=request.data_dir) if data is None else data
    if plan.parent is not None:
        reading.load_plan(plan.parent, data_dir=request.data_dir)
    load_bands(known.dataset.folder)
    levers(plan)
    load_scenarios(plan=plan, data_dir=known.dataset.folder)
    for impossible in stopping(plan, known.at(request.as_of)):
        raise impossible
    models = request.models
    if models:
        named = parse_models(models.split(","))
        chosen_models(plan, named, seed=request.seed)
        ids = {plan.indicator(one).id: model for one, model in named.items()}
        models = ",".join(f"{indicator}={model}" for indicator, model in sorted(ids.items()))
    scenario = request.scenario
    if scenario != config.SCENARIO:
        read = load_scenario(scenario, plan=plan, data_dir=known.dataset.folder)
        if read.draft:
            raise errors.ScenarioError("scenario.is_draft", scenario=read.id)
        scenario = read.id
    if not request.template.is_file():
        raise errors.ReportError("report.no_notebook", file=request.template)
    formats = tuple(name for name in FORMATS if name in request.formats)
    return Job(replace(request, formats=formats, models=models), plan, scenario, out)


_WRONG: Final = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


def fill_folder(
    folder: Path,
    notebook: NotebookNode,
    *,
    made_from: Mapping[str, Any],
    lang: Language,
    formats: Iterable[Format] = MADE,
    panel: str = "",
) -> None:
    """Write all that is made from an executed notebook, and the `panel`, into an empty folder."""
    try:
        result = validated(facts.Facts, execution.result_of(notebook))
        result.write_years()  # in the workbook too, whose words are not those of the notebook
        document, pictures = assembly.assemble(
            notebook, result, made_from=made_from, lang=lang, panel=bool(panel)
        )
    except _WRONG as error:  # a notebook of somebody's own may show anything
        told = error.errors()[0]["loc"] if isinstance(error, ValidationError) else ()
        place = ".".join(map(str, told)) or "-"
        raise errors.ReportError("report.wrong_output", notebook=NOTEBOOK, place=place) from error
    execution.write_notebook(notebook, folder / NOTEBOOK)
    for name, content in (("result.json", result), ("report.json", document)):
        text_of = edge.json_text(facts.json_ready(content.model_dump(mode="json")))
        (folder / name).write_text(text_of, encoding="utf-8")
    (folder / "charts").mkdir()
    for name, picture in pictures.items():
        saving.within(folder, name).write_bytes(picture)  # named by an anchor of the notebook
    for made in formats:
        write_format(document, made, folder=folder)
    if document.front.panel:
        (folder / PANEL).write_text(panel, encoding="utf-8")


def write_report(request: ReportRequest, out: Path) -> Path:
    """Run the notebook of a plan, leave `<out>/<plan>/<as_of>/<scenario>/<lang>/` and return it.

    Where a report of an earlier day stands in `out`, this one says what has changed since. Formats
    that stand in its folder are made anew with those asked for, so that none is lost.
    The folder holds the report in each format, the executed notebook, `result.json`,
    `report.json`, `manifest.json`, and `run.json` with the duration.
    Where a report made from the same inputs stands there unharmed, nothing is done. The same inputs
    leave the same bytes, but for `run.json`. On an error or an interruption nothing new is there,
    and an earlier report stays; a notebook that failed is kept under `<out>/failed/`.

    Parameters
    ----------
    out
        Folder of all reports.

    Raises
    ------
    BcforecastError
        If what is named does not exist or cannot be used, the notebook fails, or the folder cannot
        be written.
    """
    job = check_request(request, out).keeping().compared()
    make_report(job)
    return job.folder


def keep_failed(folder: Path, error: execution.NotebookError) -> None:
    """Write the failed notebook of a report as far as it came, with the error on top."""
    with saving.whole_folder(folder, ours=lambda name: name.endswith(".ipynb")) as unfinished:
        execution.write_notebook(error.executed, unfinished / error.notebook)


def forget_failed(folder: Path) -> None:
    """Remove what is kept of an earlier failure of a report, and folders left empty by that."""
    for notebook in folder.glob("*.ipynb"):
        notebook.unlink()
    for one in [folder, *list(folder.parents)[:4]]:
        with suppress(OSError):
            one.rmdir()


def make_report(
    job: Job,
    *,
    progress: Advance | None = None,
    keep: Callable[[Path, execution.NotebookError], None] = keep_failed,
) -> bool:
    """Make a report as `write_report` does; whether it did not stand there already."""
    request, failed, clock = job.request, job.failed, time.monotonic()
    if not job.is_due:
        forget_failed(failed)
        return False

    def tell(step: str, done: int) -> None:
        if progress is not None:
            progress(text(f"report.step_{step}", request.lang), done, STEPS)

    started = datetime.now(UTC).isoformat(timespec="seconds")
    with saving.whole_folder(job.folder, ours=manifest.written(job.folder)) as folder:
        tell("plan", 0)
        try:
            notebook = execution.run_notebook(
                request.template,
                {**job.parameters, **request.places},
                folder=request.start,
                limits=job.limits,
                then=_SHOW_PANEL.format(plan=job.plan.id, lang=request.lang),
            )
        except execution.NotebookError as error:
            keep(failed, error)
            raise
        tell("page", 1)
        recipe, formats = job.recipe, request.formats
        shown = [one.data[PANEL_MIME] for one in notebook.cells.pop().outputs]
        panel = shown[0] if shown and "html" in formats else ""
        fill_folder(
            folder, notebook, made_from=recipe, lang=request.lang, formats=formats, panel=panel
        )
        if job.read_recipe() != recipe:
            raise errors.ReportError("run.inputs_changed", report=job.name)
        manifest.write_manifest(folder, recipe)
        seconds = round(time.monotonic() - clock, 3)
        record = {"document": "bcforecast-run/1", "started": started, "seconds": seconds}
        (folder / manifest.RUN_RECORD).write_text(edge.json_text(record), encoding="utf-8")
    forget_failed(failed)
    return True
