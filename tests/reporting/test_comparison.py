"""What passes as the same output of a notebook, and what does not."""

import base64

import pytest
import synthetic_picture
from nbformat.v4 import new_output

from bcforecast.reporting.comparison import (
    data_difference,
    data_differences,
    difference,
    text_difference,
)


def result(**data):
    return [new_output("execute_result", data={k.replace("_", "/"): v for k, v in data.items()})]


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("a 1,234 b", "a 1,234 b", True),
        ("a 1,235 b", "a 1,234 b", True),
        ("a 12.35", "a 12.34", True),
        ("73%", "74%", False),
        ("a 1,234 b", "a 1,434 b", False),
        ("likely 73%", "unlikely 73%", False),
        ("0", "1", False),
        ("x   1", "x  1", True),
        ("a\nb", "a", False),
        ("可能 73%", "可能 73%", True),
    ],
)
def test_words_are_strict_and_numbers_nearly_so(found, expected, same):
    assert (text_difference(found, expected) is None) is same


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ({"a": [1.0, {"b": "x"}]}, {"a": [1.00001, {"b": "x"}]}, True),
        ({"a": 0.5}, {"a": 0.51}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [1], False),
        ({"a": None}, {"a": 0}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": "x"}, {"a": "y"}, False),
    ],
)
def test_a_result_is_compared_recursively(found, expected, same):
    assert (data_difference(found, expected) is None) is same


def test_a_difference_names_its_place():
    said = data_difference({"goals": [{"p": 0.1}]}, {"goals": [{"p": 0.2}]})
    assert said == "goals[0].p: 0.1 instead of 0.2"


def test_every_difference_is_named():
    found = {"a": [1.0, 2.0, "x"], "b": {"c": None}}
    expected = {"a": [1.5, 2.0, "y"], "b": {"c": 0}}
    assert list(data_differences(found, expected)) == [
        "a[0]: 1.0 instead of 1.5", "a[2]: 'x' instead of 'y'", "b.c: None instead of 0",
    ]  # fmt: skip


def test_a_changed_picture_is_a_difference_and_an_equal_one_is_not():
    one, other = (base64.b64encode(synthetic_picture.png(v)).decode() for v in (1.0, 2.0))
    assert difference(result(image_png=one), result(image_png=one)) is None
    assert "pictures differ" in str(difference(result(image_png=other), result(image_png=one)))


def test_pictures_of_other_sizes_differ():
    one, other = (
        base64.b64encode(synthetic_picture.png(1.0, width=w)).decode() for w in (2.0, 3.0)
    )
    assert "pixels instead of" in str(difference(result(image_png=other), result(image_png=one)))


def test_the_error_stream_is_left_out_and_the_output_stream_is_not():
    noise = new_output("stream", name="stderr", text="a warning at /tmp/x")
    words = new_output("stream", name="stdout", text="a")
    assert difference([noise, words], [words]) is None
    assert difference([noise], [words]) == "0 outputs instead of 1"


def test_a_missing_or_additional_kind_of_output_is_a_difference():
    assert "kinds of output" in str(difference(result(text_plain="a"), result(text_html="a")))


def test_a_text_kept_as_lines_is_the_same_text():
    assert difference(result(text_plain=["a\n", "b"]), result(text_plain="a\nb")) is None
