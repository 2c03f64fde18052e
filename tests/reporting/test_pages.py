"""What pages are set with: faces that show every text, and columns that make tables short."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.reporting import pages
from bcforecast.reporting.pages import breakable, width_em
from bcforecast.text import LOCALE_DIR
from tests.reporting.made_up_documents import table

PAPER = pages.Paper(58.8 * 8, picture_height=500, padding=1.3 * 8)
KINDS = st.sampled_from(["text", "short", "number", "grade", "url"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)


def fitted(columns, kinds, *rows):
    return pages.fit_columns(table(columns, kinds, *rows), PAPER)


def test_numbers_and_short_texts_stay_on_one_line_and_longer_texts_get_wider_columns():
    remark = "按年报口径修订，与快报数略有出入" * 12
    made = fitted(
        "时期|数据|说明", "short|number|text", f"2012年10月31日*|1,089.5598|{remark}", "2013年|1|–"
    )
    assert made.scale == 1
    for column, words in enumerate(("2012年10月31日*", "1,089.5598")):
        assert width_em(words) <= made.rooms[column] + 0.01
    made = table("a|b", "text|text", f"{'word ' * 10}|{'word ' * 40}")
    columns = pages.fit_columns(made, PAPER)
    assert columns.rooms[1] > 1.5 * columns.rooms[0]
    assert columns.lines(made.rows[0]) <= 3
    high = fitted("a|b", "text|text", f"{'word ' * 200}|{'word ' * 200}")
    assert high.scale == 1, "letters of a table that is high are no smaller"


NAME = "技术合同成交额（天津市北辰区）"
SHARE = "全社会研发投入强度"


@pytest.mark.parametrize(
    ("columns", "kinds", "rows", "rooms"),
    [
        ("指标|时期|说明", "text|short|text",
         (*[f"{NAME}|2019年|已用"] * 30, f"{NAME}|2019年|{'说明' * 60}"), {0: NAME}),
        ("与目标差距比较|数据", "number|number", ("1|2",), {0: "与目标差距比较"}),
        ("目标|说明", "text|text", (f"入境旅客|{'说明' * 90}",), {0: "入境旅客"}),
        (SHARE + "|可比区间中达到的占比" * 5, "text" + "|number" * 5, (SHARE + "|1" * 5,),
         {0: SHARE, 1: "可比区间中"}),
        ("Head" + "|Probability of attainment" * 6, "number" + "|number" * 6, ("1" + "|1" * 6,),
         {1: "Probability"}),
    ],
    ids=["one long remark among names", "heads with room", "a short Chinese name",
         "heads break before names", "English heads break between words"],
)  # fmt: skip
def test_what_a_column_has_room_for(columns, kinds, rows, rooms):
    made = fitted(columns, kinds, *rows)
    assert sum(made.shares) == pytest.approx(1)
    for column, words in rooms.items():
        assert made.rooms[column] >= width_em(words)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("wonderful " * 6, 6),  # two of them would be wider than the column, a word and a half not
        ("ab " * 8, 2),
        ("科技企业数量" * 2, 2),
        ("w" * 30, 4),  # one word, broken
        ("", 1),
    ],
)
def test_a_cell_has_the_lines_that_its_words_take(words, lines):
    columns = pages.Columns([1.0], [6.5], 1.0, 1.0)
    (row,) = table("a", "text", words.strip()).rows
    assert columns.lines(row) == lines


@pytest.mark.parametrize(("count", "least", "most"), [(11, 0.7501, 0.9999), (30, 0.75, 0.75)])
def test_a_table_that_is_too_wide_is_set_smaller_but_never_too_small(count, least, most):
    made = fitted(*("|".join([one] * count) for one in ("a", "number", "1,234,567")))
    assert least <= made.scale <= most


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 12), st.integers(0, 5))
def test_shares_are_positive_and_fill_the_page_whatever_the_texts(data, columns, rows):
    row = st.tuples(*[TEXTS.map(lambda words: words.replace("|", " "))] * columns)
    heads, *cells = (data.draw(row) for _ in range(rows + 1))
    made = fitted(*map("|".join, (heads, data.draw(st.tuples(*[KINDS] * columns)), *cells)))
    assert sum(made.shares) == pytest.approx(1)
    assert min(made.shares) > 0
    assert 0.75 <= made.scale <= 1


def test_every_character_of_the_catalogues_can_be_set(lang):
    characters = set((LOCALE_DIR / f"{lang}.po").read_text(encoding="utf-8")) - {"\n"}
    assert {c for c in characters if not pages.in_typefaces(c)} == set()


def test_chinese_is_an_em_wide_and_figures_are_all_as_wide_as_each_other():
    assert width_em("科技企业") == pytest.approx(4)
    assert len({round(width_em(figure), 6) for figure in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("73‰ ≥ 5 − 3", "73‰ ≥ 5 − 3"),
        ("a\nb\tc\r\nd", "a b c  d"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\x00\x1b\u202e\ue000", "[U+0000][U+001B][U+202E][U+E000]"),
        ("\U0001f9ff", "[U+1F9FF]"),
        ("不间断\u00a0空格\u3000", "不间断\u00a0空格\u3000"),
    ],
)
def test_what_cannot_be_set_is_spelled_unless_another_program_has_faces_for_it(text, shown):
    assert pages.spelled(text) == shown
    assert pages.spelled("\U0001f9ff\x07", any_typeface=True) == "\U0001f9ff[U+0007]"


def test_words_that_fit_are_left_alone_and_others_break_at_their_joints_first():
    mark = "\N{ZERO WIDTH SPACE}"
    assert breakable("科技企业" * 50, 3) == "科技企业" * 50
    assert breakable("bcforecast.plan.load", 8).split(mark) == ["bcforecast.", "plan.", "load"]
    assert breakable("aaaaaaaa b", 2) == mark.join("aaaaaaaa") + " b"


def test_reports_laid_out_in_threads_measure_characters_as_one_alone_does():
    # A face shared by threads without a lock ended the process (double free).
    characters = [chr(code) for code in (*range(0x4E00, 0x5200), *range(33, 500))]
    alone = [pages._advance(one) for one in characters]
    pages._advance.cache_clear()

    def measured(start):
        return {one: pages._advance(one) for one in characters[start:] + characters[:start]}

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(measured, range(0, 1200, 300)):
            assert [found[one] for one in characters] == alone


@given(st.text("abcdefghijklm", min_size=4, max_size=16), st.integers(8, 60), st.integers(8, 60))
def test_a_word_as_wide_as_its_column_stays_whole(word, before, after):
    made = fitted("a|b|c", "text|text|text", f"{'w ' * before}|{word} {word}|{'w ' * after}")
    assert breakable(word, made.rooms[1]) == word
