"""Hands the changes of a run to a command of the user's own."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile

from bcforecast.errors import ReportError
from bcforecast.messages import Message
from bcforecast.reporting.facts import json_text
from bcforecast.reporting.service.processes import end_tree
from bcforecast.reporting.service.stopping import Stop


def command_words(command: str) -> tuple[str, ...]:
    """Split a command as a shell would; it is never given to one.

    Raises
    ------
    ReportError
        If it cannot be split, or there is no such program.
    """
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ReportError("run.notify_unreadable", found=command) from error
    if not words or shutil.which(words[0]) is None:
        raise ReportError("run.notify_no_program", found=words[0] if words else command)
    return words


def notify(words: tuple[str, ...], document: object, *, stop: Stop) -> Message | None:
    """Run a command with a JSON document as its input; return what went wrong, or None.

    What it prints goes to our error stream. It ends at once when `stop` says so.
    """
    with tempfile.TemporaryFile() as given:
        given.write(json_text(document).encode("utf-8"))
        given.seek(0)
        try:
            process = subprocess.Popen(
                words, stdin=given, stdout=sys.__stderr__, start_new_session=True
            )
        except OSError as error:
            return Message("run.notify_failed", {"command": words[0], "error": error.strerror})
    try:
        while process.poll() is None:
            stop.wait(0.05)
    finally:
        if process.poll() is None:
            end_tree(process.pid)
            process.wait()
    if process.returncode:
        error_words = Message("run.exit_status", {"status": process.returncode})
        return Message("run.notify_failed", {"command": words[0], "error": error_words})
    return None
