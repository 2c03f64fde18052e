"""The waterfall: synthetic goals against the baseline, and words for who cannot see it."""

from datetime import date

from synthetic_goals import compared, in_both_languages

import bcforecast as bc
from bcforecast.attainment.news import news
from bcforecast.plotting.waterfall import Waterfall, plot_news, waterfall
from bcforecast.text import Text

DAYS = {"since": date(2020, 12, 31), "until": date(2021, 12, 31)}
ROWS = [
    Waterfall(
        Text(zh="技术合同成交额（合成数据）", en="Contract turnover (synthetic)"),
        0.62,
        0.55,
        {"revisions": -0.22, "new_figures": 0.31, "model": -0.12, "time": -0.04},
    ),
    Waterfall(
        Text(zh="高新技术企业（合成数据）", en="High-tech enterprises (synthetic)"),
        0.35,
        0.9995,
        {"revisions": 0.0, "new_figures": 0.6495, "model": 0.0, "time": 0.0},
    ),
]


@in_both_languages
@compared
def test_waterfall_steps_from_one_probability_to_the_next(lang):
    return waterfall(ROWS, lang=lang, **DAYS).figure


@in_both_languages
@compared
def test_waterfall_without_a_move_says_so(lang):
    return waterfall([], lang=lang, **DAYS).figure


def test_the_words_of_the_waterfall_name_every_step():
    said = waterfall(ROWS, lang="en", **DAYS).alt
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
