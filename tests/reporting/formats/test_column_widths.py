"""Columns fit the page: what is short stays on one line, and the table is as short as can be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.reporting.pdf import Columns, fit_columns, width_em
from tests.reporting.formats.made_up_document import table

KINDS = st.sampled_from(["text", "short", "number", "grade", "source", "source_id", "url"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60)


def fitted(columns, kinds, rows, *, page=58.8) -> Columns:
    return fit_columns(table("t", columns, kinds, rows), available_em=page, padding_em=1.3)


def test_numbers_and_short_texts_stay_on_one_line_whatever_stands_beside_them() -> None:
    remark = "按年报口径修订，与快报数略有出入" * 12
    rows = (("2012年10月31日*", "1,089.5598", remark), ("2013年", "1", "–"))
    made = fitted(("时期", "数据", "说明"), ("short", "number", "text"), rows)
    assert made.scale == 1
    for column, words in enumerate(rows[0][:2]):
        assert width_em(words) <= made.room_em(column) + 0.01
        assert made.unbroken(column, [])


def test_the_longer_text_gets_the_wider_column() -> None:
    rows = (("word " * 10, "word " * 40),)
    made = fitted(("a", "b"), ("text", "text"), rows)
    assert made.room_em(1) > 1.5 * made.room_em(0)
    assert made.lines(made_row(rows[0])) <= 3


def test_one_long_remark_does_not_take_the_width_that_all_names_need() -> None:
    name = "技术合同成交额（天津市北辰区）"
    rows = (*((name, "2019年", "已用") for _ in range(30)), (name, "2019年", "说明" * 60))
    made = fitted(("指标", "时期", "使用情况"), ("text", "short", "text"), rows)
    assert made.room_em(0) >= width_em(name)


def test_a_table_with_room_keeps_its_heads_on_one_line_and_fills_the_page() -> None:
    made = fitted(("与目标差距比较", "数据"), ("number", "number"), (("1", "2"),))
    assert made.room_em(0) >= width_em("与目标差距比较")
    assert sum(made.shares) == pytest.approx(1)


def test_heads_of_numbers_break_before_names_do() -> None:
    name = "全社会研发投入强度"
    heads = (name, *("可比区间中达到的占比" for _ in range(5)))
    made = fitted(heads, ("text", *("number" for _ in range(5))), ((name, *("1" * 5)),))
    assert made.room_em(0) >= width_em(name)
    assert made.room_em(1) >= width_em("可比区间中")


def test_english_heads_break_between_words_only() -> None:
    heads = tuple("Probability of attainment" for _ in range(7))
    made = fitted(heads, ("number",) * 7, (("1",) * 7,))
    assert made.room_em(0) >= width_em("Probability")


def test_a_table_that_is_too_wide_is_set_smaller_but_never_too_small_to_read() -> None:
    wide = fitted(("a",) * 11, ("number",) * 11, (("1,234,567",) * 11,))
    assert 0.75 < wide.scale < 1
    assert fitted(("a",) * 30, ("number",) * 30, (("1,234,567",) * 30,)).scale == 0.75


def made_row(cells):
    return table("t", ("a",) * len(cells), ("text",) * len(cells), (cells,)).rows[0]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 12), st.integers(0, 5))
def test_shares_are_positive_and_fill_the_page_whatever_the_texts(data, columns, rows) -> None:
    row = st.tuples(*[TEXTS] * columns)
    kinds = data.draw(st.tuples(*[KINDS] * columns))
    made = fitted(data.draw(row), kinds, tuple(data.draw(row) for _ in range(rows)))
    assert sum(made.shares) == pytest.approx(1)
    assert min(made.shares) > 0
    assert 0.75 <= made.scale <= 1
