"""Words as the shell, cron, systemd and Python read them; what cannot be written is refused."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from bcforecast.errors import ReportError
from bcforecast.messages import Message


def shell(words: Iterable[object]) -> str:
    """Return words as one line for a POSIX shell."""
    return shlex.join(map(str, words))


def cron(line: str) -> str:
    r"""Return a shell command for a crontab, where % stands for a new line.

    Raises
    ------
    ReportError
        If there is a backslash, which one cron keeps and another takes away.

    Examples
    --------
    >>> cron("date +%F")
    'date +\\%F'
    """
    refuse(line, ("\\",), target="cron")
    return line.replace("%", "\\%")


def systemd(word: object) -> str:
    """Return one word for a line of a unit file, where % begins a specifier.

    Raises
    ------
    ReportError
        If there is a backslash, or there are quotes of both kinds: not every key takes escapes.

    Examples
    --------
    >>> systemd("/srv/100% ours")
    '"/srv/100%% ours"'
    """
    plain = str(word)
    refuse(plain, ("\\",), target="systemd")
    if '"' in plain:
        refuse(plain, ("'",), target="systemd")
    quote = "'" if '"' in plain else '"'
    return quote + plain.replace("%", "%%") + quote


def refuse(given: str, parts: Sequence[str], *, target: str) -> None:
    """Refuse a text with a control character or one of `parts` in it.

    Raises
    ------
    ReportError
        Naming the text and the target.
    """
    found = [part for part in parts if part in given]
    found += [repr(letter) for letter in given if not letter.isprintable()]
    if found:
        where = Message(f"schedule.target_{target}")
        raise ReportError("schedule.not_quotable", path=repr(given), found=found[0], target=where)
