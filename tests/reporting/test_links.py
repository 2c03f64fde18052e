"""Every link of a real report leads to what yields the number that is printed."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

import pytest

from bcforecast.attainment import explain, seek
from bcforecast.attainment.probability import COUNTED
from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.reporting import assembly, compare_scenarios, execution, open_outlook
from bcforecast.reporting.document import FUNCTIONS, Heading, Span, cited, observation_anchor
from bcforecast.reporting.facts import Fact, Facts
from bcforecast.reporting.sentences import expected_words
from bcforecast.text import chance, spread
from tests.reporting.made_up_documents import tables_of, texts_of
from tests.reporting.made_up_facts import figure
from tests.reporting.test_assembly import MADE_FROM
from tools.golden import GOLDEN_DIR

REPORTS = {
    "beichen": ("beichen-2020-2022", "2021-12-31", "baseline", "zh"),
    "scenario": ("beichen-2020-2022", "2021-12-31", "stretch", "en"),
    "tianjin": ("tianjin-2020-2022", "2020-12-31", "baseline", "en"),
}
GOLDENS = {"beichen": "03_plan.ipynb", "tianjin": "variants/03_plan-parent.ipynb"}
SCALES = {"万": 1e4, "亿": 1e8, "million": 1e6, "billion": 1e9}
SHARES = ("probability", "scenarios", "seek", "date")
NUMBER = re.compile(r"(?P<digits>−?\d[\d,]*(?:\.\d+)?) ?(?P<scale>(?:万|亿|million|billion)*)")


@pytest.fixture(scope="module", params=REPORTS)
def report(request):
    plan, as_of, scenario, lang = REPORTS[request.param]
    if request.param in GOLDENS:  # `make test` runs that one anyway, and compares
        notebook = execution.read_notebook(GOLDEN_DIR / GOLDENS[request.param])
    else:
        given = {"plan": plan, "as_of": as_of, "scenario": scenario, "lang": lang}
        notebook = execution.run_notebook(NOTEBOOKS_DIR / "03_plan.ipynb", given)
    facts = Facts.model_validate(execution.result_of(notebook))
    document, _ = assembly.assemble(notebook, facts, made_from=MADE_FROM, lang=lang)
    return document, open_outlook(plan, as_of=as_of, scenario=scenario)


def printed(words, value, factors, *, within=None):
    """Whether words state a value to their last digit, a factor of its unit taken out or not.

    A number of a forecast is told in steps of a tenth of its range, `within` wide, or finer.
    """
    found = NUMBER.search(words)
    assert found is not None, words
    digits = found["digits"].replace(",", "").replace("−", "-")
    scale = 1.0
    for word in re.findall("万|亿|million|billion", found["scale"]):
        scale *= SCALES[word]
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    stated, wide = abs(float(digits)), 0.05 * (within or 0.0)
    return any(
        abs(stated - abs(value) * f / scale) <= max(half, wide * f / scale) * (1 + 1e-9)
        for f in factors
    )


def linked(part: object) -> Iterator[Span]:
    """Yield every span with a link to an observation or a function, in order."""
    if isinstance(part, Span):
        if (part.link or "").startswith(("#fn-", "#obs-")):
            yield part
    elif isinstance(part, Fact | tuple):
        for _, inner in part if isinstance(part, Fact) else enumerate(part):
            yield from linked(inner)


def linked_numbers(span, outlook, comparison):
    """Value or bounds of the observation that a number leads to, or what the function yields."""
    _, _, anchor = span.link.partition("#")
    if anchor.startswith("obs-"):
        everything = outlook.data.at(None).observations
        figure = next(one for one in everything if observation_anchor(one) == anchor)
        known = (figure.value,) if figure.has_value else (figure.lower, figure.upper)
        return tuple(filter(math.isfinite, known))
    if span.source == "expected":
        counted = (one.attainment for one in outlook if one.attainment.grade in COUNTED)
        return (sum(a.probability or 0.0 for a in counted),)
    functions = {
        **dict.fromkeys(("forecast", "probability", "required"), outlook.__getitem__),
        "plan": outlook.plan.goal,
        "date": lambda goal: explain.expected_date(outlook, goal),
        "seek": lambda goal: seek.seek_each(
            outlook.baseline.exploration, goal=goal, base=outlook.assumed
        ),
        **dict.fromkeys(
            ("scenarios", "joint"), lambda name: replace(comparison, chosen=name).joint
        ),
    }
    start, *path = re.findall(r"[^.\[\]]+", span.source)
    found = functions[anchor.removeprefix("fn-")](start)
    for step in path:
        found = found[int(step)] if step.isdigit() else getattr(found, step)
    return (float(found),)


def test_money_stands_in_one_scale_over_the_whole_report(report):
    document, _ = report
    words = "\n".join(texts_of([block.model_dump() for block in document.blocks]))
    if document.lang == "zh":
        assert "亿元" in words
        assert not re.findall(r"万亿?元|[0-9.]万亿", words)
    else:
        scales = re.findall(r"CNY −?[0-9][0-9,.]*(?: to [0-9,.]+)?( \w+)?", words)
        assert set(scales) == {" billion"}
        assert "CNY 100 million" not in words


def is_share(span):
    function = str(span.link).removeprefix("#fn-")
    return span.source != "expected" and (
        function in SHARES or (function == "joint" and not span.source.endswith("expected"))
    )


def test_each_link_yields_the_printed_number(report):
    document, outlook = report
    comparison = compare_scenarios(outlook, scenario=outlook.scenario)
    units = {goal.id: goal.unit for goal in document.result.goals}
    grades = {goal.id: goal.grade for goal in document.result.goals}
    weakest = document.result.joint_grade
    yuan = {"100M CNY": 1e8, "10k CNY": 1e4, "CNY": 1.0}
    printed_in = {"en": {"100M CNY": 0.1, "10k CNY": 0.01}}.get(document.lang, {})  # in a cell
    links = list(linked(document.blocks))
    assert len(links) <= 10 * len(units)
    for span in links:
        numbers = linked_numbers(span, outlook, comparison)
        if is_share(span):
            (share,) = numbers
            grade = grades.get(span.source.partition(".")[0].partition("[")[0], weakest)
            if span.source.partition(".")[2].startswith("probabilities"):
                grade = outlook[
                    comparison.joint.goals[int(re.findall(r"\d+", span.source)[0])]
                ].attainment.grade
            both = (chance(share, grade=grade, lang=document.lang, narrow=n) for n in (False, True))
            assert span.text in both, (span, share)
            continue
        if span.source == "expected":
            (expected,) = numbers
            about = {"of": len(document.result.counted), "lang": document.lang}
            assert span.text == expected_words(expected, **about), (span, numbers)
            continue
        factors = (1.0, *(yuan.get(unit, 1.0) for unit in units.values()))
        if span.source:
            unit = units.get(span.source.partition(".")[0], "")
            factors = (1.0, yuan.get(unit, 1.0), printed_in.get(unit, 1.0))
        parts = re.split("至| to ", span.text)
        for words, number in zip(parts, numbers, strict=True):
            goal = span.source.partition(".")[0]
            forecast = str(span.link).startswith("#fn-forecast")
            within = spread(outlook[goal].attainment) if forecast else None
            assert printed(words, number, factors, within=within), (span, numbers)


def test_each_link_leads_to_one_place_and_no_sentence_or_row_has_two(report):
    document, _ = report
    places = Counter(b.anchor for b in document.blocks if isinstance(b, Heading))
    tables = tables_of(document)
    places.update(anchor for table in tables for anchor in table.anchors if anchor)
    assert max(places.values()) == 1
    assert {span.link for span in linked(document.blocks)} <= {f"#{place}" for place in places}
    for table in tables:
        for row in table.rows:
            assert sum((s.link or "").startswith("#fn-") for cell in row for s in cell) <= 1


def test_another_number_than_that_of_the_source_is_found():
    assert printed("CNY 90.93 billion", 909.2549, (1.0, 1e8))
    assert not printed("CNY 90.92 billion", 909.2549, (1.0, 1e8))
    assert printed("3.47万件", 34712.0, (1.0,))
    assert not printed("9,093", 909.2549, (1.0,))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_that_a_report_names_exists_under_that_name(name):
    module, _, attribute = FUNCTIONS[name].rpartition(".")
    function = getattr(import_module(module), attribute)
    assert callable(function)
    assert function.__doc__


def test_an_unknown_function_is_an_error_and_two_figures_of_one_period_have_places_of_their_own():
    with pytest.raises(KeyError, match="no function 'guess'"):
        cited("1", "guess", "a")
    twins = figure("2019", 410.0), figure("2019", 412.0, source="yearbook")
    assert len(set(map(observation_anchor, twins))) == 2
