"""The waterfall: synthetic goals against the baseline, and words for who cannot see it."""

from dataclasses import replace
from datetime import date

from synthetic_goals import compared, in_both_languages, item

import bcforecast as bc
from bcforecast.attainment.news import PARTS, GoalNews, GoalStatus, News, NewsPart, news
from bcforecast.plotting.waterfall import plot_news
from bcforecast.text import Text

DAYS = {"since": date(2020, 12, 31), "until": date(2021, 12, 31)}


def goal(name: Text, before: float, after: float, *changes: float) -> GoalNews:
    """Return made-up news of one goal; the changes are those of `PARTS`."""
    ends = [
        GoalStatus(day, p, "", "B") for day, p in zip(DAYS.values(), (before, after), strict=True)
    ]
    parts = tuple(NewsPart(*pair, ()) for pair in zip(PARTS, changes, strict=True))
    return GoalNews(item(name).goal, item(name).indicator, *ends, parts, None)


MOVED = News(
    None, *DAYS.values(), "baseline", 1, (
        goal(Text(zh="技术合同成交额（合成数据）", en="Contract turnover (synthetic)"),
             0.62, 0.55, -0.22, 0.31, -0.12, -0.04),
        goal(Text(zh="高新技术企业（合成数据）", en="High-tech enterprises (synthetic)"),
             0.35, 0.9995, 0.0, 0.6495, 0.0, 0.0),
    ),
)  # fmt: skip


@in_both_languages
@compared
def test_waterfall_steps_from_one_probability_to_the_next(lang):
    return plot_news(MOVED, lang=lang).figure


@in_both_languages
@compared
def test_waterfall_without_a_move_says_so(lang):
    return plot_news(replace(MOVED, goals=()), lang=lang).figure


def test_the_words_of_the_waterfall_name_every_step():
    said = plot_news(MOVED, lang="en").alt
    assert "from 62% to 55% (revisions of old figures: −22.0 points; new figures: +31.0" in said
    assert "over 99%" in said


def test_goals_that_did_not_move_are_left_out():
    plan = bc.load_plan("tianjin-2020-2022")
    found = news(plan, bc.load_observations(), **DAYS)
    said = plot_news(found, lang="en").alt
    assert "Turnover of technology contracts" in said
    assert "Unicorn" not in said
    assert "Invention patents" not in said
    same = news(plan, bc.load_observations(), since=DAYS["since"], until=DAYS["since"])
    assert "No probability moved" in plot_news(same, lang="en").alt
