"""What the notebook on changes shows: news in parts, the waterfall, changes of word or grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bcforecast import defaults
from bcforecast.attainment.news import News, news
from bcforecast.attainment.news_table import log_table, news_record, news_table
from bcforecast.attainment.status import read_report
from bcforecast.attainment.status_log import StatusChange, news_days, status_log
from bcforecast.errors import BcforecastError
from bcforecast.messages import Language, text
from bcforecast.observations import load_observations
from bcforecast.plan import load_plan
from bcforecast.plotting.picture import Picture
from bcforecast.plotting.waterfall import plot_news
from bcforecast.reporting.display import RESULT_MIME, Prose, Table
from bcforecast.reporting.explain_chapter import shown
from bcforecast.wording import day

_MOVED = 5e-4


@dataclass(frozen=True)
class Changes:
    """News between two dates, and the goals that changed their word or grade on the way."""

    news: News
    log: tuple[StatusChange, ...]


@dataclass(frozen=True)
class ChangesResult:
    """The result for other programs, as a cell that shows one line to a person."""

    record: dict[str, object]

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {RESULT_MIME: self.record, "text/plain": RESULT_MIME}


def open_changes(
    plan: str,
    *,
    since: str,
    as_of: str,
    scenario: str = defaults.SCENARIO,
    seed: int = defaults.SEED,
    data_dir: str = "",
    previous: str = "",
) -> Changes:
    """Read a plan and its figures and split what moved between two dates.

    Parameters
    ----------
    plan
        Identifier or path of a YAML file.
    since, as_of
        The two days, such as `2020-12-31`.
    data_dir
        Data folder; empty for the shipped one.
    previous
        `result.json` of the report as of `since`; empty to compute anew what it said.

    Raises
    ------
    BcforecastError
        If what is named does not exist or cannot be used, or a date is none.
    """
    folder = Path(data_dir) if data_dir else None
    read, data = load_plan(plan, data_dir=folder), load_observations(folder)
    first, last = _day(since), _day(as_of)
    report = read_report(Path(previous)) if previous else None
    found = news(read, data, since=first, until=last, scenario=scenario, seed=seed, previous=report)
    days = news_days(read, data, since=first, until=last)
    log = status_log(read, data, dates=days, scenario=scenario, seed=seed, previous=report)
    return Changes(found, log)


def changes_opening(changes: Changes, *, lang: Language) -> Prose:
    """Return the heading, and how many probabilities rose, fell or stayed."""
    found = changes.news
    moves = [g.total for g in found.goals if g.total is not None]
    up, down = sum(m >= _MOVED for m in moves), sum(m <= -_MOVED for m in moves)
    opening = text(
        "news.opening",
        lang,
        since=day(found.since, lang=lang),
        until=day(found.until, lang=lang),
        up=up,
        down=down,
        same=len(moves) - up - down,
        turned=sum(g.turn is not None for g in found.goals),
        never=sum(g.said == "never" for g in found.goals),
    )
    name = found.plan.name(lang)
    return Prose(f"## {text('news.heading_news', lang)}\n\n{name}\n\n{opening}")


def changes_chart(changes: Changes, *, lang: Language) -> Picture:
    """Return the waterfall of every goal that moved."""
    return plot_news(changes.news, lang=lang)


def changes_table(changes: Changes, *, lang: Language) -> Table:
    """Return one row a goal: both probabilities, the parts of the change, and what came."""
    return shown(news_table(changes.news, lang=lang))


def changes_log(changes: Changes, *, lang: Language) -> Table | Prose:
    """Return the goals that changed their word or grade, with the day; or that there are none."""
    table = log_table(changes.log, changes.news, lang=lang)
    return Prose(text("news.log_none", lang)) if table is None else shown(table)


def changes_result(changes: Changes, *, lang: Language) -> ChangesResult:
    """Return news and log for other programs."""
    return ChangesResult(news_record(changes.news, changes.log, lang=lang))


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BcforecastError("news.not_a_date", found=given) from error
