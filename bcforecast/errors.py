"""The one family of exceptions: each carries a message that can be read in either language.

`str(error)` is English; `error.message.render("zh")` is the same sentence in Chinese.
The command line prints the sentence and leaves with `exit_status`; a notebook shows it in the
language of `speak`, below the person's own lines that led to it.
"""

import re
import traceback
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar, cast

from bcforecast.text import Language, Message, listed, spoken, text

_LONGEST: Final = 500
"""Longest value that a message shows: a list of what is allowed, seldom more."""


_MOST_BITS: Final = 1000
"""Of a whole number that a message writes out; Python itself writes none of 4,300 digits."""


def one_line(words: str, longest: int = _LONGEST) -> str:
    """Return `words` for a message: on one line, printable, and not too long."""
    cut = words if len(words) <= longest else words[: longest - 1] + "…"
    return "".join(
        c if c.isprintable() or c == "\u3000" else "\N{REPLACEMENT CHARACTER}" for c in cut
    )


def _shown(value: object) -> object:
    """Return what a message shows of a value; of what is no text, number or day, its kind alone."""
    if isinstance(value, Message):  # a kind of its own says itself what it shows
        shown = {k: _shown(v) for k, v in value.values.items()}
        return Message(value.key, shown) if type(value) is Message else value
    if isinstance(value, Fraction):
        return f"{Decimal(value.numerator) / value.denominator:.6g}"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"{Decimal(value):.3E}"
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return Message("errors.kind_nothing") if value is None else value
    told = isinstance(value, str | Path | Real | date | Exception)
    said = str(value)[: 4 * _LONGEST] if told else type(value).__name__
    return one_line(_SECRET.sub(r"\1:***@", said))


_SECRET: Final = re.compile(r"((?<=\w\w):/*[^\s/:@]*):\S*@")
"""A user with a password, in what was meant for a URL, also one whose slashes a path has lost."""


class BcforecastError(Exception):
    """Something the user gave cannot be used; the message says what and where.

    `key` is that of the message in the catalogues, such as `errors.cell`; `values` are what it
    names: file, row, column, what was found, what is allowed.
    """

    exit_status: ClassVar[int] = 2

    def __init__(self, key: str, /, **values: object) -> None:
        self.message = Message(key, {k: _shown(v) for k, v in values.items()})

    def __str__(self) -> str:
        return self.message.render("en")

    def _render_traceback_(self) -> list[str]:
        frames = traceback.extract_tb(self.__traceback__)
        theirs = [one for one in frames if not re.search("bcforecast.|IPython.", one.filename)]
        said = f"{type(self).__name__}: {self.message.render(spoken())}"
        return [*traceback.format_list(theirs), said]

    def __reduce__(self) -> tuple[Any, ...]:
        """Come out of the process of a worker as it was raised there."""
        return type(self).__new__, (type(self),), {"args": self.args, **vars(self)}


_Problem = TypeVar("_Problem")


_ONE_CAUSE: Final = (
    "cells.allowed_mark", "cells.allowed_comma", "observations.allowed_once",
    "observations.allowed_published", "cells.allowed_ratio", "cells.allowed_asked",
)  # fmt: skip
"""What is allowed where one slip makes many rows or cells wrong, whatever each of them says."""


class _Alike(Message):
    """What is wrong in a row or cell, and alike in the others of the `places` among its values."""

    def render(self, lang: Language) -> str:
        """Return the text in `lang`, with the other places behind the first."""
        first, *more = cast(dict[str, None], self.values["places"])
        told = {"place": first, "first": listed(more[:3], lang=lang), "total": 1 + len(more)}
        place = Message("errors.alike", told) if more else first
        return text(self.key, lang, **{**self.values, _place(self): place})


def _place(said: Message) -> str:
    return next((name for name in ("cell", "row") if name in said.values), "")


class Problems(list[_Problem]):
    """What is wrong, as it is found: the first `most`, and how many `more` there are.

    What is wrong alike in several rows or cells is told once, with its places.
    """

    most: ClassVar = 100

    def __init__(self, found: Iterable[_Problem] = (), *, more: int = 0) -> None:
        super().__init__()
        self.more, self._places = more, dict[str, dict[str, None]]()
        self.note(found)

    def note(self, found: Iterable[_Problem]) -> None:
        """Keep what is found while there is room, and count the rest."""
        for one in found:
            # An error has seen to it that its message can be shown.
            said: Any = _shown(one) if isinstance(one, Message) else getattr(one, "message", one)
            full = len(self) >= self.most
            if type(said) is Message and (at := _place(said)):
                about = {name: value for name, value in said.values.items() if name != at}
                inner = about.get("said")  # of a goal in its cell
                allowed = getattr(inner, "values", about).get("allowed")
                if (of := getattr(allowed, "key", "")) in _ONE_CAUSE:
                    about |= {"found": "", "allowed": of, "said": ""}
                cause, first = f"{said.key} {about}", {str(said.values[at]): None}
                if cause in self._places:
                    self._places[cause] |= first
                    continue
                if not full:
                    self._places[cause] = first
                    said = _Alike(said.key, {**said.values, "places": first})
            self.more += full
            if not full:
                if isinstance(one, BcforecastError):
                    one.message = said
                self.append(one if isinstance(one, BcforecastError) else said)
        self.more += getattr(found, "more", 0)

    @property
    def told(self) -> Iterator[Message]:
        """A sentence each, and one that says how many more there are."""
        for one in self:
            yield one.message if isinstance(one, BcforecastError) else cast(Message, one)
        if self.more:
            yield Message("workbench.more", {"count": self.more})


class OptionError(BcforecastError):
    """An argument, named as its parameter, is not what it may be."""

    def __init__(self, option: str, *, found: object, allowed: object) -> None:
        self.option = option
        self.found = found
        self.allowed = allowed
        super().__init__("errors.argument", option=option, found=found, allowed=allowed)


class CallError(BcforecastError, TypeError):
    """A function has no such argument, or lacks one that it needs."""


class NoSuchNameError(BcforecastError, AttributeError):
    """An object has nothing of the name."""


class PlanError(BcforecastError):
    """A plan file cannot be read or contradicts itself."""


class ObservationError(BcforecastError):
    """An observation, source or data file cannot be used."""


class ModelError(BcforecastError):
    """A model refuses a history, with the reason."""


class ScenarioError(BcforecastError):
    """A scenario file cannot be read or names what does not exist."""


class ReportError(BcforecastError):
    """A report cannot be written or its parameters are wrong."""
