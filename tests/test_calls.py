"""What a person gives a function of ours."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

import bcforecast as bc
from bcforecast import calls, reporting
from bcforecast.errors import BcforecastError, OptionError
from bcforecast.observations import Vintage
from bcforecast.observations.records import as_date


@calls.checked
def asked(
    place: str | Path = "x",
    *days: date,
    seed: calls.Seed = 1,
    size: float | None = None,
    amount: calls.Amount | None = None,
    which: Literal["a", "b"] = "a",
    ends: tuple[float, float] = (0.0, 1.0),
    names: Mapping[str, str | int] | None = None,
    rows: Sequence[str] = (),
    table: "NotThere" = None,  # noqa: F821
    done: Callable[[], None] | None = None,
    told: Callable[[int, int], None] | None = None,
    whole: bool = False,
):
    return locals()


def test_a_function_takes_what_its_annotations_say_and_numbers_become_pythons_own():
    day = date(2021, 12, 31)
    took = asked(Path("y"), day, seed=np.int64(3), size=np.float32(2), names={"a": 1}, table=9)
    assert (took["place"], took["days"], took["seed"], took["size"]) == (Path("y"), (day,), 3, 2.0)
    assert type(took["seed"]) is int
    assert type(took["size"]) is float
    assert asked(ends=[0, np.inf], rows=np.array(["a"]), done=print)["whole"] is False


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"place": None}, "place: found nothing; allowed: a text without control characters or a"),
        ({"place": "a\x1bb"}, 'place: found "a�b"; allowed'),
        ({"seed": -1}, "seed: found -1; allowed: a whole number from 0 to 4294967295"),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"size": float("nan")}, "size: found nan; allowed: a number"),
        ({"size": 10**5000}, "size: found 1.000E+5000; allowed: a number"),
        ({"amount": 1e16}, "amount: found 1e+16; allowed: a number from -1e+15 to 1e+15"),
        ({"which": "c"}, 'which: found "c"; allowed: a, b'),
        ({"ends": (0, 1, 2)}, "ends: found tuple; allowed: 2 values in brackets"),
        ({"ends": "01"}, "ends"),
        ({"ends": np.array(2)}, "ends: found ndarray"),
        ({"names": {"a": 1.5}}, "names: found 1.5; allowed: a text without"),
        ({"rows": "abc"}, "rows"),
        ({"rows": ["a", 1]}, "rows: found 1; allowed: a text"),
        ({"ends": [0, float("nan")]}, "ends: found nan; allowed: a number"),
        ({"done": 3}, "done: found 3; allowed: a function"),
        ({"told": lambda: None}, "told: found function; allowed: a function that takes 2 values"),
        ({"whole": 1}, "whole: found 1; allowed: True or False"),
    ],
)
def test_anything_else_is_refused_by_the_name_of_the_argument(given, said):
    with pytest.raises(OptionError) as refused:
        asked(**given)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("odd", [object(), print, [None], np.array([1])])
def test_a_message_tells_the_kind_of_an_odd_thing_and_not_its_insides(odd):
    for ask in (as_date, bc.load_plan("beichen-2020-2022").goal):
        with pytest.raises(BcforecastError, match=f"(found |“){type(odd).__name__}[;”]"):
            ask(odd)


def test_a_file_that_cannot_be_used_is_told_as_one():
    @calls.checked
    def read(path: Path) -> str:
        return path.read_text("utf-8")

    with pytest.raises(BcforecastError, match="nowhere: found no such file"):
        read(Path("nowhere"))


def test_a_generator_is_a_list_of_what_it_gives():
    @calls.checked
    def together(*, names: Sequence[str]) -> str:
        return "".join(names)

    assert together(names=(one for one in "abc")) == "abc"
    with pytest.raises(BcforecastError, match="names"):
        together(names=itertools.repeat("a"))


def test_what_fails_is_told_by_its_argument_and_is_done_once():
    class Counted(calls.Answering):
        done = 0

        def share(self, of: int) -> float:
            self.done += 1
            return 1 / of

    one = Counted()
    with pytest.raises(ZeroDivisionError):
        one.share(0)
    assert one.done == 1
    with pytest.raises(OptionError, match=r"^of: found \"a\"; allowed: a whole number$"):
        one.share("a")


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (Vintage, (1,), "dataset: found 1; allowed: Dataset"),
        (bc.Outlook, (), "Outlook takes plan, data, "),
        (reporting.ReportRequest, ("p", date(2021, 1, 1), "fr"), 'lang: found "fr"; allowed: '),
        (reporting.Section, (5,), "blocks: found 5; allowed: a list"),
    ],
)
def test_what_a_person_can_make_says_of_what_it_cannot_be_made(kind, given, said):
    with pytest.raises(BcforecastError) as refused:
        kind(*given)
    assert str(refused.value).startswith(said)


def test_what_is_shown_and_has_no_fields_is_equal_to_itself_alone():
    class Own(calls.Shown):
        pass

    one, other = Own(), Own()
    assert one == one != other
    assert {one, other} - {one} == {other}
