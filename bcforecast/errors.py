"""The one family of exceptions: each carries a message that can be read in either language.

`str(error)` is English; `error.message.render("zh")` is the same sentence in Chinese.
The command line prints the sentence and leaves with `exit_status`.
"""

from pathlib import PurePath
from typing import ClassVar

from bcforecast.text import Message


class BcforecastError(Exception):
    """Something the user gave cannot be used; the message says what and where.

    `key` is that of the message in the catalogues, such as `errors.cell`; `values` are what it
    names: file, row, column, what was found, what is allowed.
    """

    exit_status: ClassVar[int] = 2

    def __init__(self, key: str, /, **values: object) -> None:
        plain = {k: str(v) if isinstance(v, PurePath) else v for k, v in values.items()}
        self.message = Message(key, plain)
        super().__init__(self.message.render("en"))


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
