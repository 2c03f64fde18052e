"""What comes in from outside, and what goes out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from bcforecast import edge
from bcforecast.errors import BcforecastError, OptionError


@edge.checked
def asked(
    place: str | Path = "x",
    *days: date,
    seed: edge.Seed = 1,
    size: float | None = None,
    which: Literal["a", "b"] = "a",
    ends: tuple[float, float] = (0.0, 1.0),
    names: Mapping[str, str | int] | None = None,
    rows: Sequence[str] = (),
    table: "NotThere" = None,  # noqa: F821
    done: Callable[[], None] | None = None,
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
        ({"seed": -1}, 'seed: found "-1"; allowed: a whole number from 0 to 4294967295'),
        ({"seed": True}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"size": float("nan")}, 'size: found "nan"; allowed: a number'),
        ({"size": 10**400}, "size"),
        ({"which": "c"}, 'which: found "c"; allowed: a, b'),
        ({"ends": (0, 1, 2)}, "ends: found tuple; allowed: a list"),
        ({"ends": "01"}, "ends"),
        ({"names": {"a": 1.5}}, "names: found dict; allowed: a mapping"),
        ({"rows": "abc"}, "rows"),
        ({"rows": [1]}, "rows"),
        ({"done": 3}, "done"),
        ({"whole": 1}, 'whole: found "1"; allowed: True or False'),
    ],
)
def test_anything_else_is_refused_by_the_name_of_the_argument(given, said):
    with pytest.raises(OptionError) as refused:
        asked(**given)
    assert str(refused.value).startswith(said)


def test_each_of_several_arguments_is_checked():
    with pytest.raises(OptionError, match="days"):
        asked("x", date(2021, 1, 1), pd.NaT)


def test_a_file_that_cannot_be_used_is_told_as_one():
    @edge.checked
    def read(path: Path) -> str:
        return path.read_text("utf-8")

    with pytest.raises(BcforecastError, match="nowhere: found no such file"):
        read(Path("nowhere"))
