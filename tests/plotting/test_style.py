"""The house style: the same bytes, no missing glyph, nothing left changed."""

import warnings

import matplotlib as mpl
import pylopdf_fonts_zh_cn
import pytest
import synthetic_goals
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from synthetic_goals import in_both_languages

from bcforecast.plotting import fan, goals, style


@in_both_languages
def test_no_glyph_is_missing(lang):
    scenario = {"scenario": "−1 ≥ ≤", "as_of": synthetic_goals.AS_OF}
    pictures = [goals.dashboard(synthetic_goals.rows(), lang=lang, **scenario)]
    for goal in ("own_series", "borrowed", "unset", "event"):
        pictures.append(fan.fan_chart(getattr(synthetic_goals, goal)(), lang=lang))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(picture.png().startswith(b"\x89PNG") for picture in pictures)


def test_no_letter_is_put_together_with_its_accent_astray():
    with style.house_style():
        figure = Figure()
        figure.text(0, 0, "śčά中")  # of which the Chinese face has the fourth alone
    faces = [style.svg_text(figure).count(f'id="{face}') for face in ("DejaVuSans-", "NotoSansSC")]
    assert faces == [3, 1]
    assert style.png_bytes(figure) == style.png_bytes(figure)


def test_a_missing_glyph_is_an_error():
    data = synthetic_goals.own_series()
    picture = fan.fan_chart(data, lang="zh")
    picture.figure.text(0.5, 0.5, "\U0001f000\U000e0101")
    with pytest.warns(UserWarning, match="missing from font"):
        picture.png()


def test_the_font_is_that_of_the_locked_environment_and_settings_are_left_as_before():
    before = dict(mpl.rcParams)
    with style.house_style():
        assert findfont(FontProperties()) == str(pylopdf_fonts_zh_cn.sans_path())
        assert mpl.rcParams["svg.hashsalt"] == "bcforecast"
        assert mpl.rcParams["axes.unicode_minus"] is True
    assert dict(mpl.rcParams) == before


def test_equal_figures_give_equal_bytes_without_software_whatever_a_users_settings():
    plain = fan.fan_chart(synthetic_goals.own_series(), lang="zh").png()
    with mpl.rc_context({"axes.facecolor": "yellow", "lines.linewidth": 9, "font.size": 20}):
        assert fan.fan_chart(synthetic_goals.own_series(), lang="zh").png() == plain
    one, other = (fan.fan_chart(synthetic_goals.borrowed(), lang="zh") for _ in range(2))
    assert one.png() == other.png()
    assert b"Software" not in one.png()


def test_a_picture_shows_itself_as_png_with_words():
    data, metadata = fan.fan_chart(synthetic_goals.event(), lang="en")._repr_mimebundle_()
    assert set(data) == {"image/png", style.VECTOR_MIME, "text/plain"}
    assert data[style.VECTOR_MIME].keys() == {"wide", "narrow"}
    assert data["text/plain"].startswith("University science parks")
    assert metadata["image/png"]["width"] > 400


def test_a_title_leaves_no_word_alone_and_a_legend_reads_line_by_line():
    assert style.titled("Organic farming: 1% chance of at least 30% by 2030", 3.9) == [
        "Organic farming: 1% chance", "of at least 30% by 2030",
    ]  # fmt: skip
    assert style.titled("Rindfleischetikettierung Überwachungsaufgabe", 2.0)[1:]
    figure = Figure(figsize=(6, 4))
    axes = figure.add_subplot()
    drawn = [axes.plot([0], [0], label=name)[0] for name in "abcde"]
    legend = figure.legend(style.across(drawn, 3), style.across("abcde", 3), ncols=3)
    figure.draw_without_rendering()
    places = {one.get_text(): one.get_window_extent().p0 for one in legend.get_texts()}
    assert "".join(sorted(places, key=lambda one: (-places[one][1], places[one][0]))) == "abcde"


def test_no_line_ends_with_an_opening_mark_or_begins_with_a_closing_one():
    lines = style.broken("各项目标（含“力争”目标）的完成情况（2025年）：可能性", 0.9)
    assert "".join(lines) == "各项目标（含“力争”目标）的完成情况（2025年）：可能性"
    assert len(lines) > 3
    assert not any(line[-1] in "（“" or line[0] in "）”：" for line in lines)
