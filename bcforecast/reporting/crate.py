"""The RO-Crate metadata of a report: what it holds, what it was made from and by what; no clock.

`ro-crate-metadata.json` describes every file of the folder but itself, in the terms of RO-Crate
1.2, so that archives and search engines can read it. The manifest is the wider record: it has the
sha256 of this file too, while this file names the manifest without one. Inputs are not in the
folder; they are named with their sha256 by identifiers that begin with `#`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from bcforecast.messages import GivenText, Language, Message, text
from bcforecast.reporting.document.record import PARAMETERS, lock_name
from bcforecast.reporting.facts import Both, Facts, SourceFact, json_text
from bcforecast.reporting.formats.choice import FILES
from bcforecast.reporting.manifest import MANIFEST, fingerprint
from bcforecast.wording import day

CRATE: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/crate/1.2"
_CODE_LICENCE: Final = "https://spdx.org/licenses/BSD-3-Clause"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_FORMATS: Final[Mapping[str, str]] = {
    ".csv": "text/csv",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}

Entity = dict[str, Any]


def write_crate(
    folder: Path, made_from: Mapping[str, Any], facts: Facts, *, lang: Language
) -> None:
    """Write `ro-crate-metadata.json` on everything that stands in the folder of a report.

    Parameters
    ----------
    folder
        Complete but for this file and the manifest.
    made_from
        The recipe of the report (`bcforecast.reporting.manifest.recipe`).
    facts
        The result of the report.
    lang
        Language of the report; names have those in the other language beside them.
    """
    document = {
        "@context": f"{_PROFILE}/context",
        "@graph": list(_Crate(folder, made_from, facts, lang).entities()),
    }
    (folder / CRATE).write_text(json_text(document), encoding="utf-8")


class _Crate:
    def __init__(
        self, folder: Path, made_from: Mapping[str, Any], facts: Facts, lang: Language
    ) -> None:
        self.folder, self.made_from, self.facts, self.lang = folder, made_from, facts, lang
        self.other: Language = "en" if lang == "zh" else "zh"

    def entities(self) -> Iterator[Entity]:
        """Return every entity, each before those that it points to."""
        outputs = [self._output(path) for path in sorted(self.folder.rglob("*")) if path.is_file()]
        manifest = self._file(MANIFEST, Message("verify.crate_manifest"))
        inputs, parameters = list(self._inputs()), list(self._parameters())
        sources, issuers = self._sources()
        software = [self._package(*pair) for pair in self.made_from["versions"].items()]
        yield {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": _to(_PROFILE),
            "about": _to("./"),
        }
        yield self._root([*outputs, manifest], sources)
        yield from (*outputs, manifest)
        yield self._run(objects=[*inputs, *parameters], results=outputs)
        yield from (*inputs, *parameters)
        yield self._bcforecast(software)
        yield from software
        yield from (*sources, *issuers)
        yield self._named("#terms", "CreativeWork", Message("verify.crate_terms"))
        yield {"@id": _CODE_LICENCE, "@type": "CreativeWork", "name": "BSD-3-Clause"}

    def _root(self, parts: list[Entity], sources: list[Entity]) -> Entity:
        facts, lang = self.facts, self.lang
        title, other = (
            text("report.document_title", one, plan=facts.plan.title.in_(one))
            for one in (lang, self.other)
        )
        return {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "alternateName": other,
            "description": text(
                "verify.crate_description",
                lang,
                plan=facts.plan.title.in_(lang),
                as_of=day(facts.as_of, lang=lang),
                scenario=facts.scenario_name.in_(lang),
            ),
            "inLanguage": lang,
            "datePublished": facts.as_of.isoformat(),
            "identifier": f"sha256:{fingerprint(self.made_from)}",
            "license": _to("#terms"),
            "mentions": _to("#run"),
            "citation": _all(sources),
            "hasPart": _all(parts),
        }

    def _run(self, *, objects: list[Entity], results: list[Entity]) -> Entity:
        return {
            **self._named("#run", "CreateAction", Message("verify.crate_run")),
            "instrument": _to("#bcforecast"),
            "object": _all(objects),
            "result": _all(results),
        }

    def _output(self, path: Path) -> Entity:
        name = path.relative_to(self.folder).as_posix()
        content = path.read_bytes()
        return {
            **self._file(name, self._output_name(name)),
            "sha256": hashlib.sha256(content).hexdigest(),
            "contentSize": str(len(content)),
        }

    def _output_name(self, name: str) -> Message:
        kinds: dict[str, str] = {file: made for made, file in FILES.items()}
        kinds |= {"result.json": "result", "report.json": "report", "03_plan.ipynb": "plan"}
        if name in kinds:
            return Message(f"verify.crate_{kinds[name]}")
        stem = Path(name).stem
        goals = {goal.id: goal.name for goal in self.facts.goals}
        goal = goals.get(stem.removeprefix("02_goal-"))
        if goal is not None:
            shown = GivenText(zh=goal.zh, en=goal.en)
            return Message("verify.crate_goal", {"name": shown})
        return Message("verify.crate_chart", {"name": stem})

    def _file(self, name: str, said: Message) -> Entity:
        return {**self._named(quote(name), "File", said), "encodingFormat": _format(name)}

    def _inputs(self) -> Iterator[Entity]:
        taken: dict[str, int] = {}
        for entry in self.made_from["inputs"]:
            name = entry["file"]
            taken[name] = taken.get(name, 0) + 1
            again = f"-{taken[name]}" if taken[name] > 1 else ""
            yield {
                "@id": f"#input/{quote(name)}{again}",
                "@type": "MediaObject",
                "name": name,
                "encodingFormat": _format(name),
                "sha256": entry["sha256"],
            }

    def _parameters(self) -> Iterator[Entity]:
        for name in PARAMETERS:
            said = Message(f"document.parameter_{name}")
            value = self.made_from["parameters"][name]
            yield {**self._named(f"#parameter-{name}", "PropertyValue", said), "value": value}

    def _sources(self) -> tuple[list[Entity], list[Entity]]:
        issuers: dict[Both, Entity] = {}
        for source in self.facts.sources:
            number = len(issuers) + 1
            issuer = {"@id": f"#issuer-{number}", "@type": "Organization"}
            issuers.setdefault(source.issuer, {**issuer, **self._both(source.issuer)})
        sources = [self._source(one, issuers[one.issuer]) for one in self.facts.sources]
        return sources, list(issuers.values())

    def _source(self, source: SourceFact, issuer: Entity) -> Entity:
        address = {"url": source.url} if source.url else {}
        return {
            "@id": f"#source-{quote(source.id)}",
            "@type": "CreativeWork",
            **self._both(source.title),
            "publisher": _to(issuer["@id"]),
            **address,
        }

    def _bcforecast(self, software: list[Entity]) -> Entity:
        code, lock = self.made_from["code"], self.made_from["lock"]
        return {
            "@id": "#bcforecast",
            "@type": "SoftwareApplication",
            "name": "bcforecast",
            "description": text(
                "verify.crate_software",
                self.lang,
                of=lock_name(lock["of"], self.lang),
                sha256=lock["sha256"],
            ),
            "softwareVersion": code["version"],
            "identifier": f"sha256:{code['sha256']}",
            "license": _to(_CODE_LICENCE),
            "softwareRequirements": _all(software),
        }

    def _package(self, name: str, version: str) -> Entity:
        return {
            "@id": f"#software-{quote(name)}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": version,
        }

    def _named(self, identifier: str, kind: str, said: Message) -> Entity:
        names = {"name": said.render(self.lang), "alternateName": said.render(self.other)}
        return {"@id": identifier, "@type": kind, **names}

    def _both(self, names: Both) -> dict[str, str]:
        return {"name": names.in_(self.lang), "alternateName": names.in_(self.other)}


def _format(name: str) -> str:
    return _FORMATS.get(Path(name).suffix.lower(), "application/octet-stream")


def _to(identifier: str) -> dict[str, str]:
    return {"@id": identifier}


def _all(entities: Iterable[Entity]) -> list[dict[str, str]]:
    return [_to(entity["@id"]) for entity in entities]
