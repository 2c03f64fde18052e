"""How a person calls what is ours: functions take what they say, objects show themselves.

A function is `checked`, an object is `Answering`, or `Shown` where a person meets it.
"""

import inspect
import os
import re
import sys
import typing
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sized
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, reduce, wraps
from itertools import islice
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, NamedTuple

from bcforecast.edge import FIRST_YEAR, LARGEST_FIGURE, LAST_YEAR, file_error, unmasked, unprintable
from bcforecast.errors import CallError, OptionError, ReportError
from bcforecast.text import Language, Message, Text, has_text, workbench

if TYPE_CHECKING:
    import pandas as pd

SEEDS: Final = range(2**32)
"""What numpy takes for a seed, whoever asks."""


class Sizes(NamedTuple):
    """Numbers from the first to the last."""

    first: float
    last: float

    def __contains__(self, number: object) -> bool:
        return isinstance(number, float) and self.first <= number <= self.last


Amount: typing.TypeAlias = Annotated[float, Sizes(-LARGEST_FIGURE, LARGEST_FIGURE)]
Seed: typing.TypeAlias = Annotated[int, SEEDS]
YearAsked: typing.TypeAlias = Annotated[int, range(FIRST_YEAR, LAST_YEAR + 1)]
Draws: typing.TypeAlias = Annotated[int, range(1, 10**6 + 1)]

_LONGEST_ROW: Final = 10**6  # things that a generator which is given for a list may have, less one

_P = typing.ParamSpec("_P")
_R = typing.TypeVar("_R")
_T = typing.TypeVar("_T")


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Have a function that a person calls take what its annotations say, and nothing else.

    A number of any library becomes Python's own. Of anything else an OptionError names the
    argument, what was found and what is allowed. What only a type checker knows is not checked.
    """
    bound = _binding(function)

    @wraps(function)
    def asked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        given = bound(*args, **kwargs)
        try:
            return function(*given.args, **given.kwargs)
        except OSError as error:
            if error.filename is None:
                raise
            raise file_error(error.filename, error) from error

    return asked


def checked_class(kind: type[_T]) -> type[_T]:
    """Have a dataclass that a person may make be made of what its fields say, and nothing else."""
    setattr(kind, "__init__", checked(kind.__init__))  # noqa: B010 - a type checker forbids more
    return kind


def _binding(function: Callable[_P, _R]) -> Callable[_P, inspect.BoundArguments]:
    """Return what binds arguments to those of a function, and refuses what it does not take."""
    signature = inspect.signature(function)

    @cache
    def kinds() -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for name, one in signature.parameters.items():
            written = one.annotation
            with suppress(NameError):
                kind = eval(written, function.__globals__) if isinstance(written, str) else written
                if kind is not inspect.Parameter.empty:
                    found[name] = kind
        return found

    def bound(*args: _P.args, **kwargs: _P.kwargs) -> inspect.BoundArguments:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError as wrong:
            hint = f"errors.hint_{str(wrong).rpartition(' ')[2].strip(chr(39))}"
            about = {"hint": Message(hint) if has_text(hint) else "", "found": wrong}
            takes = ", ".join(name for name in signature.parameters if name != "self")
            called = function.__qualname__.removesuffix(".__init__").rpartition(".")[2]
            asked_for = {"function": called, "allowed": takes}
            raise CallError("errors.call", **about, **asked_for) from None
        for name, kind in kinds().items():
            if name in given.arguments:
                value = given.arguments[name]
                several = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
                each = value if several else (value,)
                if several and isinstance(value[0], list | tuple):
                    each = value[0]
                try:
                    taken = [taken_as(x, kind) for x in each]
                except ValueError as wrong:
                    bad, of_bad = wrong.args if wrong.args[1:] else (value, kind)  # or an item
                    told = {"found": as_found(bad), "allowed": _allowed(of_bad)}
                    raise OptionError(name, **told) from None
                given.arguments[name] = tuple(taken) if several else taken[0]
        return given

    return bound


def taken_as(value: Any, kind: Any) -> Any:
    """Return a value as an annotation has it; ValueError if it is not of that kind."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return value
    if origin in (typing.Union, UnionType):
        refused = ValueError(value, kind)
        for one in inner:
            try:
                return taken_as(value, one)
            except ValueError as wrong:
                if wrong.args[1:] and wrong.args[0] is not value:  # an item of it was
                    refused = wrong
        raise refused
    elif origin is Annotated:
        with suppress(ValueError):
            taken = taken_as(value, inner[0])
            if not isinstance(inner[1], Container) or taken in inner[1]:
                return taken
    elif origin is Literal:
        if any(type(one) is type(value) and one == value for one in inner):
            return value
    elif origin is Callable:
        if callable(value) and _is_called_with(value, inner[0]):
            return value
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        if isinstance(value, Mapping):
            for pair in value.items():
                list(map(taken_as, pair, inner))
            return value
    elif hasattr(origin, "dtype"):  # an array, of which what takes it asks for `numbers`
        return value
    elif isinstance(origin, type):  # a tuple, or any other row of things
        no_rows = _NO_ROWS if origin is Collection else (*_NO_ROWS, set, frozenset)
        row = isinstance(value, Iterable) and not isinstance(value, no_rows)
        if row and not hasattr(value, "columns"):  # a table would give the names of its columns
            if not isinstance(value, Sized):  # looked at once, it may be used up
                value = [*islice(value, _LONGEST_ROW)]
                if len(value) == _LONGEST_ROW:
                    raise ValueError(value)
            with suppress(TypeError):  # an array without a dimension has no items
                fixed = origin is tuple and ... not in inner
                kinds = inner if fixed else inner[:1] * len(value)
                taken = [taken_as(one, that) for one, that in zip(value, kinds, strict=fixed)]
                return tuple(taken) if fixed else value
    elif kind in (int, float):
        number = isinstance(value, Integral if kind is int else Real)
        if number and not isinstance(value, bool) and value == value:
            with suppress(OverflowError, TypeError):  # a span of time of numpy is called a number
                return kind(value)
    elif kind is str:
        if isinstance(value, str) and not unprintable(value):
            return value
    elif kind is date and isinstance(value, datetime) and value == value:
        return value.date()
    # What is no day in pandas is yet a day by its class, and not equal to itself; who is given what
    # has a protocol says himself what it lacks.
    elif getattr(kind, "_is_protocol", not isinstance(kind, type)) or (
        isinstance(value, kind) and (kind is not date or value == value)
    ):
        return value
    raise ValueError(value, kind)


def _is_called_with(function: Callable[..., object], kinds: Any) -> bool:
    """Whether a function takes as many arguments as it is given; one that does not say so does."""
    with suppress(ValueError):
        try:
            inspect.signature(function).bind(*(() if kinds is ... else kinds))
        except TypeError:
            return kinds is ...
    return True


def numbers(name: str, given: Any, allowed: str | Message, *, whole: bool = False) -> Any:
    """Return an argument as an array of numbers; an OptionError if it is none.

    A text, a truth and a day are no numbers, though numpy would take them.
    """
    import numpy as np

    with suppress(ArithmeticError, TypeError, ValueError):
        values = np.asarray(unmasked(given))
        kinds = {type(one) for one in values.flat} if values.dtype.kind == "O" else {bool}
        known = bool not in kinds and all(issubclass(one, Real | Decimal) for one in kinds)
        if known or values.dtype.kind in "iuf":
            values = values.astype(float, copy=False)
            if not whole:
                return values
            if np.all((values == np.floor(values)) & (np.abs(values) < 1e15)):
                return values.astype(np.int64)
    told = Message(allowed) if isinstance(allowed, str) else allowed
    raise OptionError(name, found=as_found(given), allowed=told)


_NO_ROWS: Final = (str, bytes, bytearray, memoryview, Mapping)


def as_found(value: object) -> object:
    """Return what a person gave as a message names it: a text in quotes, all else as it is."""
    words = isinstance(value, str | Path)
    return Message("observations.quoted", {"text": value}) if words else value


def _allowed(kind: Any) -> Message:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, UnionType):
        said = (_allowed(one) for one in inner if one is not NoneType)
        return reduce(lambda a, b: Message("errors.either", {"one": a, "other": b}), said)
    if origin is Annotated:
        if not isinstance(inner[1], Container):
            return _allowed(inner[0])
        sizes: Any = inner[1]
        ends = {"first": f"{sizes[0]:.10g}", "last": f"{sizes[-1]:.10g}"}
        return Message(f"errors.{inner[0].__name__}_within", ends)
    if origin is Literal:
        return Text.untranslated(", ".join(map(str, inner)))
    if origin is tuple and ... not in inner:
        return Message("errors.kind_tuple", {"count": len(inner), "item": _allowed(inner[0])})
    if origin is Callable and inner[0] is not ...:
        return Message("errors.kind_function", {"count": len(inner[0])})
    name = "row" if origin not in (None, Mapping, Callable) else (origin or kind).__name__
    key = f"errors.kind_{name}"
    return Message(key) if has_text(key) else Text.untranslated(name)


class Answering:
    """What has methods that a person calls, which say of a wrong call what was wrong with it.

    Of those that are not `checked` that is looked for where they have failed, and so costs nothing,
    but where they take a day.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name, one in [*vars(cls).items()]:
            call = one.__func__ if isinstance(one, classmethod) else one
            if inspect.isfunction(call) and name[0] != "_" and not hasattr(call, "__wrapped__"):
                told = _answering(call)
                setattr(cls, name, told if call is one else classmethod(told))


def _alike(one: Any, other: Any) -> bool:
    """Whether two things say the same: of objects every field, of arrays and tables every cell."""
    if one is other or type(one) is not type(other):
        return one is other
    if is_dataclass(one):
        told = [part.name for part in fields(one) if part.compare]
        return all(_alike(getattr(one, name), getattr(other, name)) for name in told)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if hasattr(one, "equals"):
        return bool(one.equals(other))
    if hasattr(one, "dtype"):
        import numpy as np

        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    own: Any = type(one).__eq__
    if own is _alike:  # what has no fields is itself alone
        return False
    return bool(one == other or (one != one and other != other))


def _hash(one: Any) -> int:
    """Return what is equal for all that say the same."""
    if not is_dataclass(one):
        return object.__hash__(one)
    said = (getattr(one, part.name) for part in fields(one) if part.compare)
    return hash((type(one), *(value for value in said if isinstance(value, str | int | date))))


class Shown(Answering):
    """An object that a person meets: it shows itself in the language of `speak`, or as a table.

    How is said in `bcforecast.workbench`, which sees every room and is loaded when it is asked.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        # A dataclass keeps a `__repr__` that stands in the class itself, and the like.
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]
        if cls.__eq__ in (object.__eq__, _alike):
            setattr(cls, "__eq__", _alike)  # noqa: B010 - a type checker forbids more
            setattr(cls, "__hash__", _hash)  # noqa: B010

    _asks: ClassVar[tuple[str, ...]] = ()
    """Parts that answer what it is asked for and has not itself."""

    if not TYPE_CHECKING:  # a type checker still finds slips in our own code

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                return getattr(super(), "__getattr__", super().__getattribute__)(name)
            for part in self._asks:
                with suppress(AttributeError):
                    return getattr(getattr(self, part), name)
            raise workbench().no_such_name(self, name)

        def __getitem__(self, name: object) -> Any:
            if isinstance(name, str):
                return getattr(self, name)
            raise workbench().no_such_name(self, name)

    def __repr__(self) -> str:
        return str(workbench().words(self))

    def _repr_html_(self) -> str:
        return str(workbench().html(self))

    @checked
    def to_frame(self) -> "pd.DataFrame":
        """Return what it says as a table of pandas, numbers as numbers."""
        return workbench().frame(self)


def checked_room(room: str, get: Callable[[str], Any], *names: Any) -> tuple[Any, ...]:
    """Have a room that is loaded when it is asked give its functions `checked`."""

    def given(name: str) -> Any:
        one = get(name)
        if inspect.isfunction(one):  # which `get` has put into the room as it is
            one = vars(sys.modules[room])[name] = checked(one)
        return one

    return given, *names


def _answering(function: Callable[_P, _R]) -> Callable[_P, _R]:
    looked_at = checked(function)
    if any("date" in str(kind) for kind in function.__annotations__.values()):
        return looked_at  # for which a time of a day stands

    @wraps(function)
    def asked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if any(hasattr(one, "__next__") for one in (*args, *kwargs.values())):
            return looked_at(*args, **kwargs)  # before it is used up
        try:
            return function(*args, **kwargs)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            _binding(function)(*args, **kwargs)
            raise

    return asked


@checked
def speak(lang: Language) -> None:
    """Have objects show themselves in a language, in this process and those that it starts."""
    no_unknown_parameters()
    os.environ["BCFORECAST_LANG"] = lang


def no_unknown_parameters() -> None:
    """Refuse what papermill's own command line gave a notebook that has no such parameter."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    known: dict[str, None] = {}
    for cell in getattr(shell, "user_ns", {}).get("In", ()):
        given = dict.fromkeys(re.findall(r"^(\w+) = ", cell, re.MULTILINE))
        unknown = [name for name in given if name not in known]
        if unknown and known and cell.startswith("# Parameters\n"):
            about = {"found": unknown[0], "allowed": ", ".join(known)}
            raise ReportError("report.unknown_parameter", notebook="papermill", **about)
        known |= given
