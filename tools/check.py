"""Whether a model, rule, format, language or plan that was added keeps what every one must keep.

`python -m tools.check model NAME`, `rule NAME`, `format NAME`, `language CODE` or `plan FILE` says
each promise in a line, and beneath it what breaks it; exit status 0, or 2 if one is broken. In the
manner of scikit-learn's `check_estimator`; docs/extending.md has the recipes that end with it.
"""

import argparse
import hashlib
import os
import re
import string
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final
from zipfile import ZipFile

from babel.messages.pofile import read_po

from bcforecast import load_observations, load_plan, project
from bcforecast.models.base import broken_promises
from bcforecast.models.registry import MODELS, Model, model_name, model_of
from bcforecast.plan.reading import read_plan
from bcforecast.reporting.document import Document, Heading, Paragraph, Span
from bcforecast.reporting.formats import FILE_FORMATS, FORMATS, Format
from bcforecast.rules.base import Case, Rule
from bcforecast.rules.panel import rules
from bcforecast.text import LANGUAGES, LOCALE_DIR, Message
from tools.compile_messages import compiled

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = ROOT / "reports" / "example"
NOTE: Final = "Note: "
"""How a sentence begins that says what to know, not what is wrong."""
Said = Iterator[str]


# A model: a row of `MODELS`.


def model_is_named(model: Model) -> Said:
    """It has a name in words in every language."""
    for lang in LANGUAGES:
        if model_name(model.name).render(lang) == model.name:
            yield f"it has no name in words in {lang!r}"


def model_keeps_promises(model: Model) -> Said:
    """It keeps what every model must (`bcforecast.models.base.check_model`)."""
    yield from (one.render("en") for one in broken_promises(model))


# A rule: all its forms on the panel.

_RISING: Final = (100.0, 120.0, 140.0, 160.0, 180.0, 199.0)


def _case(values: Sequence[float], target: float | None = 200.0, **more: Any) -> Case:
    given = {"direction": "up", "due": None if target is None else 2022} | more
    return Case(tuple(range(2021 - len(values), 2021)), tuple(values), target=target, **given)


def _odd_cases() -> Iterator[Case]:
    yield from (_case(_RISING, None), _case(_RISING[-1:]), _case(_RISING[-2:]))
    zeros, below = (0.0,) * 6, tuple(-v for v in _RISING[::-1])
    beyond = (5e-324, 1.0, 1e300, 1e305, 1e308, 1e300)
    for values in (zeros, (0.0, *_RISING[1:]), below, (*below[:3], 0.0, 1.0, 2.0), beyond):
        yield from (_case(values, target) for target in (200.0, 0.0, None))
    yield from (_case(_RISING, target) for target in (100.0, 50.0))
    yield _case(_RISING, 199.0, due=2020, comparator="more_than", whole=True)
    yield _case([90.0, 95.0, 98.0, 99.0, 100.0, 100.0], 100.0, scale=100.0)
    yield _case(_RISING, base_year=2021, current_year=2021, bounds_ignored=2)


def rule_judges(forms: Sequence[Rule]) -> Said:
    """It says that a promise is kept on the way there, and not if too slow or on the way back."""
    down = {"direction": "down", "comparator": "at_most"}
    for said, case, met in (
        ("on the way", _case(_RISING), True),
        ("on the way down", _case(_RISING[::-1], 90.0, **down), True),
        ("too slow", _case([100.0, 101.0, 102.0, 103.0, 104.0, 105.0]), False),
        ("on the way back", _case(_RISING[::-1], 250.0), False),
    ):
        found = {rule.variant: rule.assess(case).says_met for rule in forms}
        for variant in (variant for variant, says in found.items() if says is (not met)):
            yield f"{said}: {variant or 'the rule'} says {'met' if found[variant] else 'not met'}"
        if not any(says is met for says in found.values()):
            yield f"{said}: no form of the rule says {'met' if met else 'not met'}"


def rule_answers(forms: Sequence[Rule]) -> Said:
    """It has a label for every odd case and no error, and words for all of it in every language."""
    for rule in forms:
        for case in (_case(_RISING), *_odd_cases()):
            try:
                verdict = rule.assess(case)
                for message in (verdict.name, Message(verdict.label), *verdict.notes):
                    for lang in LANGUAGES:
                        message.render(lang)
            except Exception as error:  # whatever it is, it is what must not be
                yield f"{type(error).__name__}: {error}; {rule!r} of {case!r}"


# A format: a row of `FILE_FORMATS`.


def _example(lang: str) -> Document:
    return Document.model_validate_json((EXAMPLES / lang / "report.json").read_bytes())


def _written(made: Format, document: Document) -> bytes:
    folder = EXAMPLES / document.lang
    pictures = {one.file: (folder / one.file).read_bytes() for one in document.pictures}
    content = resolve_name(FILE_FORMATS[made].writer)(document, pictures)
    return content.encode() if isinstance(content, str) else content


def digest(made: Format) -> str:
    """Return the sha256 of the Chinese example in a format."""
    return hashlib.sha256(_written(made, _example("zh"))).hexdigest()


def format_is_registered(made: Format) -> Said:
    """It can be chosen, and has a file of its own."""
    if tuple(FILE_FORMATS) != FORMATS:
        yield f"`Format` says {', '.join(FORMATS)}; `FILE_FORMATS` says {', '.join(FILE_FORMATS)}"
    if [row.file for row in FILE_FORMATS.values()].count(FILE_FORMATS[made].file) > 1:
        yield f"another format writes {FILE_FORMATS[made].file} too"


def format_repeats_itself(made: Format) -> Said:
    """The same document gives the same bytes, also in another process."""
    asked = f"from tools.check import digest; print(digest({made!r}))"
    # The order of a set is another there.
    other = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"PYTHONHASHSEED": "1"}, cwd=ROOT, text=True, check=True, stdout=-1,
    ).stdout  # fmt: skip
    if not digest(made) == digest(made) == other.strip():
        yield "the bytes differ: look for a clock, a random number, the order of a set"


def format_opens(made: Format) -> Said:
    """What it writes can be opened and says the title; an odd document can be written."""
    for document in map(_example, ("zh", "en")):
        words = _written(made, document)
        if words.startswith(b"PK"):
            with ZipFile(BytesIO(words)) as parts:
                words = b"".join(map(parts.read, parts.namelist()))
        if words.startswith(b"%PDF"):  # its words are compressed
            if not words.rstrip().endswith(b"%%EOF"):
                yield "the PDF has no end"
            continue
        title, said = (
            re.sub(r"\W", "", w) for w in (document.front.title, words.decode(errors="replace"))
        )
        if title not in said:
            yield f"the title is nowhere in it: {document.front.title}"
    hostile = Span(text="=1+1 <b>&amp; | *x* \x07 ]]> {count} 目标", link="#nowhere")
    blocks = (Heading(level=3, text="", anchor=""), Paragraph(spans=(hostile,)))
    _written(made, _example("en").model_copy(update={"blocks": blocks}))


# A language: a catalogue.


def catalogue(lang: str) -> dict[str, tuple[str, ...]]:
    """Return the texts of a language by key: one each, or its plural forms."""
    with (LOCALE_DIR / f"{lang}.po").open("rb") as file:
        found = [(m.id, m.string) for m in read_po(file, locale=lang) if m.id]
    several = [(k, v) if isinstance(k, str) else (k[0], v) for k, v in found]
    return {k: (v,) if isinstance(v, str) else tuple(v or ()) for k, v in several}


def placeholders(template: str) -> set[str]:
    """Return the names of what is put into a text."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def language_says_all(lang: str) -> Said:
    """It has the texts that English has, no more, and none of them empty."""
    english, own = catalogue("en"), catalogue(lang)
    yield from (f"{key}: missing" for key in english.keys() - own.keys())
    yield from (f"{key}: not in en.po" for key in own.keys() - english.keys())
    yield from (f"{key}: empty" for key, forms in own.items() if not all(forms))


def language_keeps_placeholders(lang: str) -> Said:
    """Its texts name the same values; what is said of one may leave out what is said of many."""
    english = catalogue("en")
    for key, forms in catalogue(lang).items():
        wanted = placeholders(english.get(key, forms)[-1])
        if placeholders(forms[-1]) != wanted or any(placeholders(f) - wanted for f in forms):
            found = set[str]().union(*map(placeholders, forms))
            yield f"{key}: names {sorted(found)}, in English {sorted(wanted)}"


def language_has_plurals(lang: str) -> Said:
    """Where English tells one from many, it has as many forms as the head of its file says."""
    with (LOCALE_DIR / f"{lang}.po").open("rb") as file:
        wanted = read_po(file, locale=lang).num_plurals
    own = catalogue(lang)
    for key, forms in catalogue("en").items():
        asked = wanted if len(forms) > 1 else 1
        if len(own.get(key, ())) not in {0, asked}:
            yield f"{key}: forms {len(own[key])}, expected {asked}"


def language_is_compiled(lang: str) -> Said:
    """The compiled catalogue is that of the file."""
    source = LOCALE_DIR / f"{lang}.po"
    there = source.with_suffix(".mo")
    if not there.is_file() or there.read_bytes() != compiled(source):
        yield "compile it: `make messages`"


# A plan: a file, and figures of its area.


def plan_is_read(file: str) -> Said:
    """It can be read and agrees with itself."""
    found = read_plan(file)
    if isinstance(found, tuple):
        yield from map(str, found)


def plan_is_answered(file: str) -> Said:
    """There are figures of it, and every goal gets a probability or is said to have none."""
    plan, data = load_plan(file), load_observations()
    figures = {goal.id: data.of(plan.area, goal.indicator) for goal in plan.goals}
    due = min(goal.due for goal in plan.goals)
    days = [one.published for own in figures.values() for one in own if one.published < due]
    if not days:
        yield f"there is no figure of area {plan.area!r} for any of its indicators"
        return
    # As of its last figure, for there is no other day that would not be invented.
    for item in project(plan, load_observations(as_of=max(days))).goals:
        if item.attainment.probability is None:
            why = " ".join(reason.render("en") for reason in item.basis.explanation)
            yield f"{NOTE}{item.goal.id}: {why}"


CHECKS: Final[Mapping[str, tuple[Callable[[str], object], tuple[Callable[[Any], Said], ...]]]] = {
    "model": (lambda name: model_of(name) if name in MODELS else None, (
        model_is_named, model_keeps_promises,
    )),
    "rule": (lambda name: [rule for rule in rules() if rule.name == name], (
        rule_judges, rule_answers,
    )),
    "format": (lambda name: name if name in FILE_FORMATS else None, (
        format_is_registered, format_repeats_itself, format_opens,
    )),
    "language": (lambda lang: lang if lang in LANGUAGES else None, (
        language_says_all, language_keeps_placeholders, language_has_plurals, language_is_compiled,
    )),
    "plan": (lambda file: file if Path(file).is_file() else None, (plan_is_read, plan_is_answered)),
}  # fmt: skip
"""By kind: what a name stands for, and what is asked of it; each docstring is a promise."""


def check(kind: str, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each promise of a kind with what there is to say of it, nothing if it is kept."""
    find, promises = CHECKS[kind]
    found = find(name)
    if not found:
        yield f"There is a {kind} {name}.", ("docs/extending.md says where to put it",)
        return
    for promise in promises:
        try:
            said = tuple(promise(found))
        except Exception as error:  # a promise that ends in an error is broken
            said = (f"{type(error).__name__}: {error}",)
        yield str(promise.__doc__), said


def main() -> int:
    """Print every promise and what there is to say of it; return 2 if one is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=CHECKS)
    parser.add_argument("name")
    given, status = parser.parse_args(), 0
    for promise, said in check(given.kind, given.name):
        broken = any(not one.startswith(NOTE) for one in said)
        status = 2 if broken else status
        print("\n      - ".join((f"{'wrong' if broken else 'ok':6}{promise}", *said[:9])))
        if said[9:]:
            print(f"      - and {len(said) - 9} more")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
