"""Whatever a plan file holds, it is a plan or one sentence says why it is none."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bcforecast.config import DATA_DIR
from bcforecast.errors import PlanError
from bcforecast.plan import Plan, load_plan


def first_two(entries):
    return "  - id:".join(entries.split("  - id:")[:3])


WORDS = "\ngoals:\n".join(
    first_two(part)
    for part in (DATA_DIR / "plans" / "tianjin-2020-2022.yaml")
    .read_text(encoding="utf-8")
    .split("\ngoals:\n")
)
LINES = WORDS.splitlines()
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(max_size=8),
    st.sampled_from(["2022-13-31", "!!int x", "&a [*a]", "*a", "{", "]", "? x", "- -", "%", "<<"]),
)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    return tmp_path_factory.mktemp("plans") / "plan.yaml"


def is_plan_or_sentence(path, content):
    path.write_bytes(content)
    try:
        return isinstance(load_plan(path), Plan)
    except PlanError as error:
        told = str(error), error.message.render("zh")
        return all(words.startswith(str(path)) and "\n" not in words for words in told)


def test_the_plan_that_is_spoilt_here_is_right_at_first(plan_file):
    plan_file.write_text(WORDS, encoding="utf-8")
    assert len(load_plan(plan_file).goals) == 2


@settings(deadline=None, derandomize=True, max_examples=100)
@given(content=st.binary(max_size=60))
def test_any_bytes_are_a_plan_or_get_a_sentence(plan_file, content):
    assert is_plan_or_sentence(plan_file, content)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(row=st.integers(0, len(LINES) - 1), value=SCALARS, as_yaml=st.booleans())
def test_a_plan_with_any_one_value_replaced_is_a_plan_or_gets_a_sentence(
    plan_file, row, value, as_yaml
):
    key, colon, _ = LINES[row].partition(": ")
    written = yaml.safe_dump(value).removesuffix("...\n").strip() if as_yaml else str(value)
    spoilt = [*LINES[:row], key + colon + written, *LINES[row + 1 :]]
    assert is_plan_or_sentence(plan_file, "\n".join(spoilt).encode("utf-8", "surrogatepass"))


@settings(deadline=None, derandomize=True, max_examples=100)
@given(start=st.integers(0, len(WORDS)), length=st.integers(1, 200))
def test_a_plan_with_any_piece_cut_out_is_a_plan_or_gets_a_sentence(plan_file, start, length):
    assert is_plan_or_sentence(plan_file, (WORDS[:start] + WORDS[start + length :]).encode())
