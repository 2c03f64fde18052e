"""Explanation, news, hindcast, scenarios and rules as records and as tables of words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from bcforecast.attainment.explain import (
    ComparedPace,
    ExpectedDate,
    Explanation,
    PaceShare,
    explain,
    parts_of,
)
from bcforecast.attainment.news import PARTS, GoalNews, GoalStatus, News, NewsPart, StatusChange
from bcforecast.attainment.project import (
    Attainment,
    Exploration,
    GoalOutlook,
    Outlook,
    scenario_names,
)
from bcforecast.attainment.reference_class import kind_name
from bcforecast.attainment.seek import Sought
from bcforecast.config import SCENARIO
from bcforecast.evaluation.hindcast import GoalHindcast, Hindcast, PastForecast, Scores
from bcforecast.evaluation.scores import LOG_LOSS_CLIP
from bcforecast.models.flows import RateRecord
from bcforecast.plan.goals import Plan, meets
from bcforecast.rules.base import WITHOUT_NUMBER, Case
from bcforecast.rules.panel import REACH, Disagreement, flip_revision, flip_sentence, rules
from bcforecast.scenarios.scenario import Scenario, find_lever
from bcforecast.scenarios.simulation import Correlation
from bcforecast.text import (
    Language,
    Message,
    join_clauses,
    join_sentences,
    points,
    short_percent,
    signed_percent,
    table_figure,
    target_words,
    text,
    units,
)
from bcforecast.text import figure as with_unit

_DIGITS = 12


@dataclass(frozen=True)
class TextTable:
    """A table ready to print.

    Parameters
    ----------
    title, note
        Above and below it.
    columns, numeric
        Names, and which of them stand to the right.
    rows
        One tuple of texts a row.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def as_records(outlook: Outlook, *, lang: Language) -> list[dict[str, object]]:
    """One record a goal, ready for JSON: numbers to 12 significant digits, null where unset.

    The keys of `Outlook.attainment`, and `name` and `verdict_text` in `lang`.
    """
    records = outlook.attainment().to_dict("records")
    for item, record in zip(outlook, records, strict=True):
        record["name"] = item.indicator.name(lang)
        record["verdict_text"] = text(item.attainment.verdict, lang)
    return [{str(k): _plain(v) for k, v in record.items()} for record in records]


def as_table(outlook: Outlook, *, lang: Language) -> TextTable:
    """Goals as a person reads them: probability as number and word, rounded quantiles."""
    columns = ("goal", "target", "latest", "pace", "q10", "q50", "q90", "probability", "grade")
    return TextTable(
        title=text(
            "attainment.table_title",
            lang,
            plan=outlook.plan.name(lang),
            as_of=outlook.as_of.isoformat(),
            scenario=scenario_names(outlook)[lang],
        ),
        note=text("attainment.table_note", lang),
        columns=tuple(text(f"attainment.column_{name}", lang) for name in columns),
        numeric=(False, False, True, True, True, True, True, True, False),
        rows=tuple(_goal_row(item, lang) for item in outlook),
    )


def _goal_row(item: GoalOutlook, lang: Language) -> tuple[str, ...]:
    a = item.attainment
    name = item.indicator.name(lang)
    if a.aspiration:
        name = text("attainment.aspiration", lang, name=name)
    word = text(a.verdict, lang)
    probability = word if a.probability is None else f"{short_percent(a.probability)} {word}"
    return (
        name,
        target_words(
            a.comparator, a.target, unit=a.unit, lang=lang, name=item.indicator.unit_name(lang)
        ),
        _latest(a),
        _pace(a),
        table_figure(a.q10),
        table_figure(a.q50),
        table_figure(a.q90),
        probability,
        a.grade,
    )


def _latest(a: Attainment) -> str:
    return f"{table_figure(a.latest)} ({a.latest_year})" if a.latest_year is not None else "–"


def _pace(a: Attainment) -> str:
    met = a.latest is not None and meets(a.latest, a.comparator, a.target)
    rate = a.required.rate if a.required and not met else None
    return "–" if rate is None else signed_percent(100.0 * rate)


def _plain(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if hasattr(value, "item") and not isinstance(value, bool | str):
        return value.item()
    return value if isinstance(value, bool | str | int) else None


@dataclass(frozen=True)
class RuleRecord:
    """What one rule says, in words of one language; numbers that do not exist are none."""

    rule: str
    variant: str
    name: str
    value: float | None
    score: float | None
    label: str
    label_text: str
    says_met: bool | None
    projected: float | None
    flip_value: float | None
    flip_label: str | None
    flip_text: str | None
    inputs: dict[str, float | str]
    details: dict[str, float]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the record as JSON-ready values, in a fixed order."""
        return asdict(self) | {"notes": list(self.notes)}


def rules_table(
    case: Case, *, lang: Language = "en", step: float | None = None
) -> list[RuleRecord]:
    """Judge a case by every rule; one record a rule and variant.

    Parameters
    ----------
    case
        Series, direction and promise.
    lang
        Language of names, labels and notes.
    step
        Unit in which the last figure is published, for the smallest revision that flips a label.

    Examples
    --------
    >>> case = Case((2015, 2023), (14.5, 10.2), direction="down", target=7.25, due=2030)
    >>> record = rules_table(case)[0]
    >>> record.label_text, round(record.value, 4)
    ('substantial progress (on track)', 0.9526)
    """
    records = []
    for rule in rules():
        verdict = rule.assess(case)
        flip = flip_revision(rule, case, step=step)
        silent = flip is None and verdict.label in WITHOUT_NUMBER
        records.append(
            RuleRecord(
                rule=verdict.rule,
                variant=verdict.variant,
                name=verdict.name.render(lang),
                value=verdict.value,
                score=verdict.score,
                label=verdict.label.removeprefix("rules.label_"),
                label_text=verdict.label_text(lang),
                says_met=verdict.says_met,
                projected=verdict.projected,
                flip_value=None if flip is None else flip.value,
                flip_label=None if flip is None else flip.label_after.removeprefix("rules.label_"),
                flip_text=None if silent else flip_sentence(flip).render(lang),
                inputs=dict(verdict.inputs),
                details=dict(verdict.details),
                notes=tuple(note.render(lang) for note in verdict.notes),
            )
        )
    return records


def sentences(known: Explanation) -> tuple[Message, ...]:
    """Return all sentences: agreement, our flip, pace and its rank, date, targets."""
    return (
        *panel_sentences(known),
        *pace_sentences(known),
        date_sentence(known.date),
        targets_sentence(known),
    )


def panel_sentences(known: Explanation) -> tuple[Message, ...]:
    """Say whether the rules agree with us, or why they cannot judge."""
    panel = known.panel
    if panel.missing is not None:
        return (panel.missing,)
    assert panel.disagreement is not None
    flag = (Message("explain.flag"),) if panel.disagreement.flag else ()
    return (*flag, panel.disagreement.sentence)


def flip_words(known: Explanation) -> Message | None:
    """Say which revision of the last figure changes our word; None without a probability."""
    if known.item.attainment.probability is None:
        return None
    if known.last is None:
        return Message("explain.own_flip_no_figure")
    if not known.flip_sought:
        return Message("explain.own_flip_not_sought")
    if known.flip is None:
        return Message("explain.own_flip_none", {"reach": f"{100.0 * REACH:.0f}"})
    sign = "+" if known.flip.revision > 0.0 else ""
    values = {
        "word": Message(known.flip.verdict),
        "value": table_figure(known.flip.value),
        "revision": sign + table_figure(known.flip.revision),
    }
    return Message("explain.own_flip", values)


def pace_sentences(known: Explanation) -> tuple[Message, ...]:
    """Say what the target asks for a year, and how often comparable areas have kept that."""
    a, pace, unit = known.item.attainment, known.pace, known.item.goal.unit
    if pace.state in ("over", "no_figure") or a.latest is None:
        return (Message(f"explain.pace_{pace.state}"),)
    values: dict[str, object] = {
        "latest": with_unit(table_figure(a.latest), unit),
        "year": a.latest_year,
        "due": a.due.year,
    }
    if pace.state == "met":
        return (Message("explain.pace_met", values),)
    assert pace.increment is not None
    size = abs(pace.increment)
    if unit == "%":
        values["increment"] = _points(table_figure(size))
    else:
        whole = units()[unit].whole
        digits = f"{size:,.{int(size < 10)}f}".removesuffix(".0") if whole else table_figure(size)
        values["increment"] = with_unit(digits, unit)
    key = f"explain.pace_required_{'up' if pace.increment > 0.0 else 'down'}"
    if unit != "%" and pace.rate is not None:
        key, values["rate"] = f"{key}_rate", signed_percent(100.0 * pace.rate)
    first = Message(key, values)
    if pace.compared is None:
        return first, Message("explain.compared_none")
    return first, *_compared(pace.compared, longer=(pace.years or 0) > pace.compared.span)


def _points(number: str) -> Message:
    return Message("explain.points", {"number": number, "count": 1 if number == "1" else 2})


def date_sentence(known: ExpectedDate | None) -> Message:
    """Say when the goal is met, with the interval; a date beyond the horizon is said to be so."""
    if known is None:
        return Message("explain.date_unset")
    horizon = {"horizon": known.horizon}
    if known.earliest is None:
        return Message("explain.date_none", horizon)
    interval = Message(
        "explain.date_interval" + _interval_key(known),
        {"earliest": known.earliest, "latest": known.latest},
    )
    if known.median is None:
        median = Message("explain.date_median_none", horizon)
        return Message("explain.date", {"median": median, "interval": interval})
    likely = Message("explain.date_year80_none", horizon)
    if known.likely is not None:
        likely = Message("explain.date_year80", {"year": known.likely})
    median = Message("explain.date_median", {"year": known.median})
    return Message(
        "explain.date_likely", {"median": median, "interval": interval, "likely": likely}
    )


def _interval_key(known: ExpectedDate) -> str:
    if known.latest is None:
        return "_open"
    return "_same" if known.latest == known.earliest else ""


def year_words(year: int | None, horizon: int) -> Message:
    """Return a year, or that it is not within the horizon."""
    if year is None:
        return Message("explain.date_beyond", {"horizon": horizon})
    return Message("explain.date_year", {"year": year})


def targets_sentence(known: Explanation) -> Message:
    """Say which targets have a probability of 50 and of 80 %."""
    if not known.targets:
        return Message("explain.targets_unset")
    unit = known.item.goal.unit

    def shown(chance: float) -> Message:
        target = known.targets[chance]
        if target is None:
            return Message("explain.target_none")
        return with_unit(table_figure(target), unit)

    return Message("explain.targets", {"even": shown(0.5), "likely": shown(0.8)})


def share_words(share: PaceShare) -> Message:
    """Return a share in per cent, or the bound that is known of it.

    Examples
    --------
    >>> share_words(PaceShare(0.05, "at_most")).render("en")
    'fewer than 5%'
    >>> share_words(PaceShare(0.713)).render("zh")
    '71%'
    """
    return Message(f"explain.share_{share.limit}", {"share": f"{100.0 * share.value:.0f}"})


def _compared(compared: ComparedPace, *, longer: bool) -> tuple[Message, ...]:
    known = compared.known
    areas = Message(f"explain.areas_{known.area_kind}")
    span = Message("explain.span", {"count": compared.span})
    values = {"area_kind": areas, "span": span}
    said = [
        Message(
            "explain.compared_windows",
            {
                **values,
                "areas": compared.areas,
                "windows": compared.windows,
                "first": known.first_year,
                "last": known.last_year,
                "share": share_words(compared.share_of_windows),
            },
        )
    ]
    if compared.share_of_areas is not None:
        share = share_words(compared.share_of_areas)
        said.append(Message("explain.compared_areas", {**values, "share": share}))
    if known.from_level > 0.0:
        level = with_unit(table_figure(known.from_level), known.unit)
        said.append(Message("explain.compared_from_level", {"level": level}))
    if longer:
        said.append(Message("explain.compared_longest"))
    return tuple(said)


def explanation_record(known: Explanation, *, lang: Language) -> dict[str, object]:
    """Return everything that explains a goal, ready for JSON: null where a number does not exist.

    Parameters
    ----------
    known
        As `explain` returns it.
    lang
        Of the sentences, names and labels.
    """
    item, a = known.item, known.item.attainment
    record = {
        "goal": a.goal,
        "name": item.indicator.name(lang),
        "as_of": known.as_of.isoformat(),
        "scenario": known.scenario,
        "comparator": a.comparator,
        "target": a.target,
        "unit": a.unit,
        "due": a.due.isoformat(),
        "probability": a.probability,
        "verdict": a.verdict.partition(".")[2],
        "verdict_text": text(a.verdict, lang),
        "grade": a.grade,
        "rests_on": _texts(item.basis.explanation, lang),
        "reference_class": _reference(known, lang),
        "panel": _panel(known, lang),
        "own_flip": _own_flip(known, lang),
        "required": _required(known, lang),
        "expected_date": _date(known, lang),
        "targets": {
            "by_probability": {f"{p:g}": t for p, t in known.targets.items()},
            "text": targets_sentence(known).render(lang),
        },
    }
    return {key: plain(value) for key, value in record.items()}


def parts_message(item: GoalOutlook, *, scenario: str) -> Message | None:
    """Say which part of a probability is trend and which reference class; None for grade U."""
    if item.attainment.probability is None:
        return None
    parts = parts_of(item, scenario=scenario)
    if parts is None:
        return Message("reference.no_part")
    rate, pooled = parts
    return Message(
        "reference.parts",
        {
            "trend": short_percent(item.attainment.probability),
            "count": rate.count,
            "kind": kind_name(rate.label),
            "met": rate.met,
            "rate": short_percent(rate.rate),
            "probability": short_percent(pooled.probability),
        },
    )


def _reference(known: Explanation, lang: Language) -> dict[str, object]:
    said = parts_message(known.item, scenario=known.scenario)
    record: dict[str, object] = {"text": "" if said is None else said.render(lang)}
    parts = parts_of(known.item, scenario=known.scenario)
    if parts is not None:
        rate, pooled = parts
        record |= {
            "trend_probability": known.item.attainment.probability,
            "rate": rate.rate,
            "class": rate.label,
            "goals": rate.count,
            "met": rate.met,
            "pooled_probability": pooled.probability,
            "trend_part": pooled.trend_part,
            "reference_part": pooled.reference_part,
        }
    return {key: plain(value) for key, value in record.items()}


def _panel(known: Explanation, lang: Language) -> dict[str, object]:
    panel = known.panel
    rules = () if panel.case is None else rules_table(panel.case, lang=lang, step=panel.step)
    return {
        "available": panel.case is not None,
        "base_year": None if panel.case is None else panel.case.base[0],
        "ours_says_met": known.says_met,
        "disagreement": panel.disagreement is not None and panel.disagreement.flag,
        "text": _texts(panel_sentences(known), lang),
        "rules": [rule.as_dict() for rule in rules],
    }


def _own_flip(known: Explanation, lang: Language) -> dict[str, object]:
    said, flip = flip_words(known), known.flip
    return {
        "value": flip.value if flip else None,
        "revision": flip.revision if flip else None,
        "verdict": flip.verdict.partition(".")[2] if flip else None,
        "text": said.render(lang) if said else None,
    }


def _required(known: Explanation, lang: Language) -> dict[str, object]:
    pace, compared = known.pace, known.pace.compared
    return {
        "state": pace.state,
        "years": pace.years,
        "increment": pace.increment,
        "rate": pace.rate,
        "compared": compared
        and {
            "with": compared.known.name,
            "measure": compared.known.measure,
            "pace": compared.pace,
            "span_years": compared.span,
            "areas": compared.areas,
            "windows": compared.windows,
            "first_year": compared.known.first_year,
            "last_year": compared.known.last_year,
            "from_level": compared.known.from_level,
            "percentile": compared.percentile,
            "share_of_windows": _share(compared.share_of_windows),
            "share_of_areas": _share(compared.share_of_areas),
        },
        "text": _texts(pace_sentences(known), lang),
    }


def _share(share: PaceShare | None) -> dict[str, object] | None:
    return None if share is None else {"value": share.value, "limit": share.limit}


def _date(known: Explanation, lang: Language) -> dict[str, object]:
    when = known.date
    return {
        "median": when and when.median,
        "interval_80": [when.earliest, when.latest] if when else None,
        "probability_80": when and when.likely,
        "horizon": when and when.horizon,
        "by_year": dict(zip(map(str, when.years), when.probabilities, strict=True))
        if when
        else None,
        "text": date_sentence(when).render(lang),
    }


def _texts(messages: tuple[Message, ...], lang: Language) -> list[str]:
    return [message.render(lang) for message in messages]


def plain(value: object) -> object:
    """Return JSON data: numbers to 12 significant digits, null for what is not finite.

    Examples
    --------
    >>> plain({"a": (1 / 3, float("nan")), "b": True})
    {'a': [0.333333333333, None], 'b': True}
    """
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


_NONE = "–"


def panel_table(known: Explanation, *, lang: Language) -> TextTable:
    """Our probability in the first row, then every rule: label, number, implied figure, flip."""
    item, panel = known.item, known.panel
    columns = ("rule", "label", "says", "value", "projected", "flip")
    due = item.goal.due.year
    rows = [_ours(known, lang)]
    if panel.case is not None:
        records = rules_table(panel.case, lang=lang, step=panel.step)
        rows += [_rule(record, lang) for record in records]
    return TextTable(
        title=text("explain.panel_title", lang, name=item.indicator.name(lang), as_of=known.as_of),
        note=paragraph(panel_sentences(known), lang),
        columns=tuple(
            text(f"explain.column_{name}", lang, **({"due": due} if name == "projected" else {}))
            for name in columns
        ),
        numeric=(False, False, False, True, True, False),
        rows=tuple(rows),
    )


def rules_only_table(case: Case, *, lang: Language, step: float | None = None) -> TextTable:
    """Every rule on any figures: label, number, implied figure, flip."""
    columns = ["rule", "label", "says", "value", "projected", "flip"]
    due = case.due if case.due is not None else _NONE
    return TextTable(
        title=text("explain.rules_title", lang),
        note="",
        columns=tuple(
            text(f"explain.column_{name}", lang, **({"due": due} if name == "projected" else {}))
            for name in columns
        ),
        numeric=(False, False, False, True, True, False),
        rows=tuple(_rule(record, lang) for record in rules_table(case, lang=lang, step=step)),
    )


def by_year_table(known: Explanation, *, lang: Language) -> TextTable | None:
    """Probability that the goal is met by the end of each year; None without a probability."""
    if known.date is None:
        return None
    years = known.date.years
    return TextTable(
        title=text("explain.by_year_title", lang),
        note="",
        columns=tuple(text("explain.date_year", lang, year=year) for year in years),
        numeric=(True,) * len(years),
        rows=(tuple(short_percent(chance) for chance in known.date.probabilities),),
    )


def plan_panel_table(outlook: Outlook, *, lang: Language) -> TextTable:
    """One row a goal: probability, how many rules say yes and no, pace and rank, date."""
    columns = ("goal", "ours", "yes", "no", "flag", "pace", "rank", "date")
    known = [explain(outlook, item.goal.id, with_flip=False) for item in outlook]
    return TextTable(
        title=text("explain.plan_panel_title", lang, as_of=outlook.as_of),
        note="",
        columns=tuple(text(f"explain.column_{name}", lang) for name in columns),
        numeric=(False, True, True, True, False, True, True, False),
        rows=tuple(_goal(one, lang) for one in known),
    )


def paragraph(messages: tuple[Message, ...], lang: Language) -> str:
    """Put sentences together as a language does: without a space between them in Chinese."""
    return join_sentences((message.render(lang) for message in messages), lang=lang)


def required_words(known: Explanation, *, lang: Language) -> str:
    """Return the sentences on pace, date and targets as one paragraph."""
    messages = (*pace_sentences(known), date_sentence(known.date), targets_sentence(known))
    return paragraph(messages, lang)


def _ours(known: Explanation, lang: Language) -> tuple[str, ...]:
    a, flip = known.item.attainment, flip_words(known)
    says = "open" if a.probability is not None and known.says_met is None else None
    return (
        text("explain.ours", lang, grade=a.grade),
        text(a.verdict, lang),
        text(f"explain.says_{says}", lang) if says else _says(known.says_met, lang),
        short_percent(a.probability),
        table_figure(a.q50),
        flip.render(lang) if flip else _NONE,
    )


def _rule(record: RuleRecord, lang: Language) -> tuple[str, ...]:
    return (
        record.name,
        record.label_text,
        _says(record.says_met, lang),
        table_figure(record.value),
        table_figure(record.projected),
        record.flip_text or (record.notes[0] if record.notes else _NONE),
    )


def _says(met: bool | None, lang: Language) -> str:
    name = "silent" if met is None else "yes" if met else "no"
    return text(f"explain.says_{name}", lang)


def _flag(found: Disagreement | None, lang: Language) -> str:
    if found is None or not (found.yes or found.no):
        return _NONE
    return text(f"explain.flag_{'yes' if found.flag else 'no'}", lang)


def _goal(known: Explanation, lang: Language) -> tuple[str, ...]:
    a, panel, pace, when = known.item.attainment, known.panel, known.pace, known.date
    found = panel.disagreement
    rank = _NONE
    if pace.compared is not None:
        rank = share_words(pace.compared.share_of_windows).render(lang)
    return (
        known.item.indicator.name(lang),
        text(a.verdict, lang) if a.probability is None else short_percent(a.probability),
        str(len(found.yes)) if found else _NONE,
        str(len(found.no)) if found else _NONE,
        _flag(found, lang),
        _NONE if pace.rate is None else signed_percent(100.0 * pace.rate),
        rank,
        _NONE if when is None else year_words(when.median, when.horizon).render(lang),
    )


def news_table(found: News, *, lang: Language) -> TextTable:
    """One row a goal: probability at both dates, the change, its parts, and what came."""
    columns = [text("news.column_goal", lang)]
    columns += [text("news.column_at", lang, day=day) for day in (found.since, found.until)]
    columns += [text(f"news.column_{name}", lang) for name in ("change", *PARTS, "why")]
    return TextTable(
        title=text(
            "news.title",
            lang,
            plan=found.plan.name(lang),
            since=found.since,
            until=found.until,
        ),
        note=_note(found, lang),
        columns=tuple(columns),
        numeric=(False, *(True,) * 7, False),
        rows=tuple(_news_row(goal, lang) for goal in found.goals),
    )


def log_table(changes: Iterable[StatusChange], found: News, *, lang: Language) -> TextTable | None:
    """One row a change of word or grade; None where there is none."""
    rows = tuple(
        (
            change.day.isoformat(),
            _name(found.plan, change.goal.indicator, lang),
            status_words(change.before, lang=lang),
            status_words(change.after, lang=lang),
        )
        for change in changes
    )
    if not rows:
        return None
    columns = ("news.log_day", "news.column_goal", "news.log_before", "news.log_after")
    return TextTable(
        title=text("news.log_title", lang, since=found.since, until=found.until),
        note="",
        columns=tuple(text(key, lang) for key in columns),
        numeric=(False,) * 4,
        rows=rows,
    )


def news_record(
    found: News, changes: Iterable[StatusChange], *, lang: Language
) -> dict[str, object]:
    """Return news and log ready for JSON; changes are shares, null where there is none."""
    record = {
        "plan": found.plan.id,
        "from": found.since.isoformat(),
        "to": found.until.isoformat(),
        "scenario": found.scenario,
        "seed": found.seed,
        "order": list(PARTS),
        "goals": [_record(goal, lang) for goal in found.goals],
        "status_changes": [
            {
                "day": change.day.isoformat(),
                "goal": change.goal.id,
                "before": _status(change.before),
                "after": _status(change.after),
            }
            for change in changes
        ],
    }
    return {key: plain(value) for key, value in record.items()}


def why(goal: GoalNews, *, lang: Language) -> str:
    """Say what came, part by part."""
    said = []
    if goal.said == "never":
        said.append(text("news.never", lang))
    elif goal.turn is not None:
        turn = text(f"news.part_{goal.turn}", lang)
        said.append(text(f"news.{goal.said}", lang, part=turn))
    for part in goal.parts:
        said += _causes(goal, part, lang)
    if not said:
        said.append(text("news.unchanged", lang))
    return join_clauses(said, lang=lang)


def status_words(status: GoalStatus, *, lang: Language) -> str:
    """Say a probability as number, word and grade."""
    word = text(status.verdict, lang)
    if status.probability is None:
        return text("news.status_unset", lang, word=word, grade=status.grade)
    shown = short_percent(status.probability)
    return text("news.status", lang, percent=shown, word=word, grade=status.grade)


def _note(found: News, lang: Language) -> str:
    if found.scenario == SCENARIO:
        return text("news.note", lang)
    scenario = text("news.scenario", lang, scenario=found.scenario)
    return join_sentences([text("news.note", lang), scenario], lang=lang)


def _news_row(goal: GoalNews, lang: Language) -> tuple[str, ...]:
    def said(status: GoalStatus) -> str:
        if status.probability is None:
            return text(status.verdict, lang)
        return short_percent(status.probability)

    return (
        goal.indicator.name(lang),
        said(goal.before),
        said(goal.after),
        points(goal.total),
        *(points(part.change) for part in goal.parts),
        why(goal, lang=lang),
    )


def _record(goal: GoalNews, lang: Language) -> dict[str, object]:
    return {
        "goal": goal.goal.id,
        "name": goal.indicator.name(lang),
        "said": goal.said,
        "turn": goal.turn,
        "before": _status(goal.before),
        "after": _status(goal.after),
        "change": goal.total,
        "parts": {
            part.kind: {"change": part.change, "causes": _causes(goal, part, lang)}
            for part in goal.parts
        },
        "text": why(goal, lang=lang),
    }


def _causes(goal: GoalNews, part: NewsPart, lang: Language) -> list[str]:
    causes = part.causes
    if part.kind == "model" and goal.restated is not None:
        said = {
            "reported": short_percent(goal.before.probability),
            "again": short_percent(goal.restated.probability),
        }
        causes = (Message("news.cause_reported", said), *causes)
    return [cause.render(lang) for cause in causes]


def _status(status: GoalStatus) -> dict[str, object]:
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": status.verdict.partition(".")[2],
        "grade": status.grade,
    }


def _name(plan: Plan, indicator: str, lang: Language) -> str:
    return plan.indicator(indicator).name(lang)


def scenario_records(
    exploration: Exploration, scenarios: Sequence[Scenario], *, lang: Language
) -> list[dict[str, object]]:
    """One record a scenario, ready for JSON.

    Keys: scenario, name, goals (by goal: probability, or null where none can be said), all
    (probability that every goal of which one can be said is met), expected (number of those met),
    weakest (goal), unset (goals without a probability).
    """
    records: list[dict[str, object]] = []
    for scenario in scenarios:
        together = exploration.joint(scenario)
        known = dict(zip(together.goals, together.probabilities.tolist(), strict=True))
        records.append(
            {
                "scenario": scenario.id,
                "name": scenario.name(lang),
                "goals": {
                    g.id: _plain_scenario_table(known.get(g.id))
                    for g in exploration.outlook.plan.goals
                },
                "all": _plain_scenario_table(together.all_met),
                "expected": _plain_scenario_table(together.expected),
                "weakest": together.weakest,
                "unset": list(together.unset),
            }
        )
    return records


def scenario_table(
    exploration: Exploration, scenarios: Sequence[Scenario], *, lang: Language
) -> TextTable:
    """Goals down, scenarios across; below them all goals together and the expected number met."""
    plan = exploration.outlook.plan
    joints = [exploration.joint(scenario) for scenario in scenarios]
    rows = []
    for goal in plan.goals:
        name = plan.indicator_of(goal).name(lang)
        label = text("attainment.aspiration", lang, name=name) if goal.aspiration else name
        found = [
            dict(zip(together.goals, together.probabilities.tolist(), strict=True)).get(goal.id)
            for together in joints
        ]
        rows.append((label, *(short_percent(p) for p in found)))
    together_row = (text("joint.all_goals", lang, n=len(exploration.goals)),)
    expected_row = (text("joint.expected", lang),)
    return TextTable(
        title=text(
            "joint.table_title",
            lang,
            plan=plan.name(lang),
            as_of=exploration.outlook.as_of.isoformat(),
        ),
        note=text("joint.table_note", lang),
        columns=(text("joint.column_goal", lang), *(s.name(lang) for s in scenarios)),
        numeric=(False, *(True for _ in scenarios)),
        rows=(
            *rows,
            together_row + tuple(short_percent(one.all_met) for one in joints),
            expected_row + tuple(f"{one.expected:.1f}" for one in joints),
        ),
    )


def seek_records(answers: Sequence[Sought]) -> list[dict[str, object]]:
    """One record an answer, ready for JSON."""
    return [
        {
            "goal": one.goal,
            "wanted": _plain_scenario_table(one.wanted),
            "feasible": one.feasible,
            "before": _plain_scenario_table(one.before),
            "reached": _plain_scenario_table(one.reached),
            "levers": {
                name: {"size": _plain_scenario_table(size), "unit": find_lever(name).unit}
                for name, size in one.levers.items()
            },
        }
        for one in answers
    ]


def seek_table(exploration: Exploration, answers: Sequence[Sought], *, lang: Language) -> TextTable:
    """One row an answer: the levers and how far, what is reached, and whether that suffices."""
    plan = exploration.outlook.plan
    rows = []
    for one in answers:
        pushes = text("joint.list_separator", lang).join(
            _push(name, size, lang) for name, size in one.levers.items()
        )
        verdict = "unneeded" if one.before >= one.wanted else "reached" if one.feasible else "not"
        rows.append(
            (
                pushes,
                short_percent(one.before),
                short_percent(one.reached),
                text(f"joint.verdict_{verdict}", lang),
            )
        )
    goal = exploration.goal(answers[0].goal)
    columns = ("levers", "before", "reached", "verdict")
    return TextTable(
        title=text(
            "joint.seek_title",
            lang,
            goal=plan.indicator_of(goal).name(lang),
            wanted=short_percent(answers[0].wanted),
            as_of=exploration.outlook.as_of.isoformat(),
        ),
        note=text("joint.seek_note", lang),
        columns=tuple(text(f"joint.column_{name}", lang) for name in columns),
        numeric=(False, True, True, False),
        rows=tuple(rows),
    )


def rates_table(records: Sequence[RateRecord], *, lang: Language) -> TextTable:
    """Rates with their middle, 80 % interval and what they rest on."""
    columns = ("rate", "value", "low", "high", "basis", "source")
    return TextTable(
        title=text("joint.rates_title", lang),
        note=text("joint.rates_note", lang),
        columns=tuple(text(f"joint.column_{name}", lang) for name in columns),
        numeric=(False, True, True, True, False, False),
        rows=tuple(
            (
                one.name.render(lang),
                *(f"{100 * value:.1f}%" for value in (one.value, one.low, one.high)),
                one.basis_name.render(lang),
                one.source.render(lang),
            )
            for one in records
        ),
    )


def correlation_table(
    exploration: Exploration, correlation: Correlation, *, lang: Language
) -> TextTable:
    """Correlations of yearly growth by pair, with the common years behind each."""
    plan = exploration.outlook.plan
    columns = ("first", "second", "correlation", "common_years")
    return TextTable(
        title=text("joint.correlation_title", lang),
        note=text("joint.correlation_note", lang, target=f"{correlation.target:.2f}"),
        columns=tuple(text(f"joint.column_{name}", lang) for name in columns),
        numeric=(False, False, True, True),
        rows=tuple(
            (
                plan.indicator(str(row["first"])).name(lang),
                plan.indicator(str(row["second"])).name(lang),
                f"{row['correlation']:.2f}",
                f"{row['common_years']:.1f}",
            )
            for row in correlation.table().to_dict("records")
        ),
    )


def _push(name: str, size: float, lang: Language) -> str:
    lever = find_lever(name)
    unit = lever.unit_name.render(lang)
    signed = f"{size:+.3g}".replace("-", "\N{MINUS SIGN}")
    return text("joint.push", lang, lever=lever.name(lang), size=signed, unit=unit)


def _plain_scenario_table(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def goals_table(found: Hindcast, *, lang: Language) -> TextTable:
    """One row a goal: what happened, and what was said on each date."""
    columns = [text("hindcast.column_goal", lang), text("hindcast.column_outcome", lang)]
    columns += [text("hindcast.column_said", lang, day=day) for day in found.dates]
    return TextTable(
        title=text("hindcast.title", lang, plan=found.plan.name(lang)),
        note=unknown_words(found, lang=lang),
        columns=tuple(columns),
        numeric=(False,) * len(columns),
        rows=tuple(_hindcast_row(goal, lang) for goal in found.goals),
    )


def scores_table(found: Hindcast, *, lang: Language) -> TextTable:
    """One row a date and one for all: goals scored, Brier, log loss, intervals, rules."""
    columns = ("day", "count", "brier", "even", "log_loss", "inside", "rules")
    days: list[date | None] = [*found.dates, None]
    return TextTable(
        title=text("hindcast.scores_title", lang),
        note=text("hindcast.scores_note", lang, clip=f"{LOG_LOSS_CLIP:g}"),
        columns=tuple(text(f"hindcast.column_{name}", lang) for name in columns),
        numeric=(False, *(True,) * 6),
        rows=tuple(_scores_row(found.scores(day), day, lang) for day in days),
    )


def unknown_words(found: Hindcast, *, lang: Language) -> str:
    """Say plainly of how many goals the outcome is not known, and which they are."""
    said = []
    for known in ("not_published", "not_settled"):
        goals = found.of_outcome(known)
        if goals:
            names = text("hindcast.join", lang).join(g.indicator.name(lang) for g in goals)
            values = {"count": len(goals), "all": len(found.goals), "names": names}
            said.append(text(f"hindcast.{known}", lang, **values))
    if not said:
        said.append(text("hindcast.all_known", lang))
    return join_sentences(said, lang=lang)


def hindcast_record(found: Hindcast, *, lang: Language) -> dict[str, object]:
    """Return the hindcast ready for JSON; scores are null where nothing can be scored."""
    record = {
        "plan": found.plan.id,
        "dates": [day.isoformat() for day in found.dates],
        "scenario": found.scenario,
        "seed": found.seed,
        "log_loss_clip": LOG_LOSS_CLIP,
        "goals": [_goal_record(goal, lang) for goal in found.goals],
        "scores": {
            **{day.isoformat(): _scores_record(found.scores(day)) for day in found.dates},
            "all": _scores_record(found.scores()),
        },
        "text": unknown_words(found, lang=lang),
    }
    return {key: plain(value) for key, value in record.items()}


def outcome_words(goal: GoalHindcast, *, lang: Language) -> str:
    """Say whether the goal was met, with the figure; or that it is not known."""
    said = text(f"hindcast.outcome_{goal.known}", lang)
    if goal.outcome is None:
        return said
    figure = goal.outcome.observation.in_words().render(lang)
    return text("hindcast.outcome", lang, said=said, figure=figure)


def _hindcast_row(goal: GoalHindcast, lang: Language) -> tuple[str, ...]:
    return (
        goal.indicator.name(lang),
        outcome_words(goal, lang=lang),
        *(_said(forecast, lang) for forecast in goal.forecasts),
    )


def _said(forecast: PastForecast, lang: Language) -> str:
    words = status_words(forecast.status, lang=lang)
    if forecast.known_already:
        return text("hindcast.known_already", lang)
    if forecast.brier is None:
        return words
    return text("hindcast.said", lang, words=words, brier=f"{forecast.brier:.3f}")


def _scores_row(scores: Scores, day: date | None, lang: Language) -> tuple[str, ...]:
    def shown(value: float | None) -> str:
        return _NONE if value is None else f"{value:.3f}"

    judged = scores.rules_right + scores.rules_wrong
    return (
        day.isoformat() if day else text("hindcast.all_dates", lang),
        str(scores.count),
        shown(scores.brier),
        shown(scores.brier_even),
        shown(scores.log_loss),
        f"{scores.inside_80}/{scores.intervals}" if scores.intervals else _NONE,
        f"{scores.rules_right}/{judged}" if judged else _NONE,
    )


def _goal_record(goal: GoalHindcast, lang: Language) -> dict[str, object]:
    outcome = goal.outcome
    return {
        "goal": goal.goal.id,
        "name": goal.indicator.name(lang),
        "comparator": goal.goal.comparator,
        "target": goal.goal.target,
        "due": goal.goal.due.isoformat(),
        "known": goal.known,
        "outcome": outcome
        and {
            "value": outcome.observation.value,
            "lower": outcome.observation.lower,
            "upper": outcome.observation.upper,
            "met": outcome.met,
            "published": outcome.observation.published.isoformat(),
            "source": outcome.observation.source,
        },
        "said": [_past_forecast_record(forecast) for forecast in goal.forecasts],
        "text": outcome_words(goal, lang=lang),
    }


def _past_forecast_record(forecast: PastForecast) -> dict[str, object]:
    status = forecast.status
    return {
        "as_of": status.as_of.isoformat(),
        "probability": status.probability,
        "verdict": status.verdict.partition(".")[2],
        "grade": status.grade,
        "known_already": forecast.known_already,
        "brier": forecast.brier,
        "log_loss": forecast.log_loss,
        "inside_80": forecast.inside_80,
        "rules_right": [f"{v.rule}/{v.variant}" for v in forecast.rules_right],
        "rules_wrong": [f"{v.rule}/{v.variant}" for v in forecast.rules_wrong],
    }


def _scores_record(scores: Scores) -> dict[str, object]:
    return {
        "goals": scores.count,
        "brier": scores.brier,
        "brier_even": scores.brier_even,
        "log_loss": scores.log_loss,
        "inside_80": scores.inside_80,
        "intervals": scores.intervals,
        "rules_right": scores.rules_right,
        "rules_wrong": scores.rules_wrong,
    }
