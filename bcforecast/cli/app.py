"""The application: its commands, and how errors leave it.

A wrong input gets one sentence on standard error and exit status 2, never a traceback; a run that
is interrupted says so and leaves with 130, as shells expect.
"""

import errno
import io
import os
import re
import sys
from ast import literal_eval
from contextlib import suppress
from copy import copy
from difflib import get_close_matches
from functools import partial
from itertools import chain
from typing import Any, Final, Literal, get_args, get_origin

import typer

from bcforecast import edge
from bcforecast.cli import analyse, forecast, reports
from bcforecast.cli.options import LangOption, completions, help_text, language, speak
from bcforecast.errors import BcforecastError, OptionError, one_line
from bcforecast.text import Message, has_text, listed, text

_INTERRUPTED: Final = 130  # 128 and the number of SIGINT; Typer leaves with it too

_LONGEST: Final = 1500  # longest message in characters

app = typer.Typer(
    name="bcforecast",
    help=help_text("app"),
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_HELP: Final = {"run": "run.run", "verify": "verify.verify"}
for command in (
    analyse.goals, analyse.news, analyse.rules, analyse.hindcast, analyse.scenarios, analyse.seek,
    reports.explore, reports.report, reports.run, reports.verify,
    forecast.forecast, forecast.project, forecast.overview, forecast.areas,
    analyse.check, analyse.init, analyse.template, analyse.schema, analyse.export, analyse.import_,
):  # fmt: skip
    name = command.__name__.rstrip("_")
    app.command(name, help=help_text(_HELP.get(name, name)))(command)


@app.callback(invoke_without_command=True)
def version(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help=help_text("version"), is_eager=True),
    lang: LangOption = None,
) -> None:
    """Show the version and leave; without a command, say what to do first."""
    speak(lang)
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("bcforecast"))
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        plans = listed(completions(ctx, "plans"), lang=language())
        typer.echo(text("cli.first", language(), plans=plans))


def main() -> None:
    """Run the command line."""
    speak(None)
    # What was closed before we began has no stream at all: nobody hears, nothing breaks, here or in
    # the processes that we start.
    sys.stdout, sys.stderr = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()
    while (lowest := os.open(os.devnull, os.O_RDWR)) < 3:
        os.set_inheritable(lowest, True)
    os.close(lowest)
    if not re.fullmatch("[1-9][0-9]{0,4}", os.environ.get("COLUMNS", "")):  # or nothing has room
        os.environ.pop("COLUMNS", None)
    for stream in (sys.stdout, sys.stderr):  # what is not in their encoding is shown in ASCII
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run()
        sys.stdout.flush()
    except OSError as error:  # a full disk; of a pipe that ended nobody needs to be told
        devnull = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        # A name that no file can have, a folder that is closed; the one we are in is gone.
        if error.filename is not None or isinstance(error, FileNotFoundError):
            _say(edge.file_error(error.filename or os.curdir, error).message.render(language()))
            sys.exit(BcforecastError.exit_status)
        if error.errno not in _OUTPUT:
            raise
        with suppress(OSError):
            os.dup2(devnull, 1)
            if error.errno != errno.EPIPE:
                _say(text("cli.not_printed", language(), error=error.strerror or "-"))
        status = BcforecastError.exit_status
    sys.exit(status)


_OUTPUT: Final = frozenset({errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EDQUOT})
_USAGE: Final[Any] = typer.BadParameter.__mro__[2]
"""What Typer raises of arguments; it has no public name."""
_CONTEXT: Final[Any] = typer.Context.__mro__[1]
"""In which Typer runs commands; it has no public name either."""


def _own_help() -> None:
    """Have help say Typer's words in the language, and fold Chinese, which has no blanks."""
    from rich.table import Table
    from typer import rich_utils

    class Folding(Table):
        def add_row(self, *cells: Any, **look: Any) -> None:
            super().add_row(*cells, **look)
            for column in self.columns:
                column.overflow = "fold"

    def told(*, param: Any, **more: Any) -> Any:
        key = f"cli.typer_{param.name}"
        param.help = text(key, language()) if has_text(key) else param.help
        said = of_typer(param=param, **more)
        for words in said.renderables:
            words.overflow = "fold"
        return said

    class Formatter(_CONTEXT.formatter_class):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or text("cli.typer_usage", language()))

    _CONTEXT.formatter_class = Formatter
    of_typer = vars(rich_utils)["_get_parameter_help"]
    words = {name: text(key, language(), value="{}") for name, key in _TYPERS.items()}
    vars(rich_utils).update(words, Table=Folding, _get_parameter_help=told)


_TYPERS: Final = {
    "OPTIONS_PANEL_TITLE": "cli.typer_options", "COMMANDS_PANEL_TITLE": "cli.typer_commands",
    "ARGUMENTS_PANEL_TITLE": "cli.typer_arguments", "DEFAULT_STRING": "cli.typer_default",
    "REQUIRED_LONG_STRING": "cli.typer_required",
}  # fmt: skip


def _run() -> int:
    """Run the command and return its exit status; what it refuses is one sentence."""
    if {"-h", "--help"} & {*sys.argv}:
        _own_help()
    try:
        _require_memory()
        for given in sys.argv[1:]:
            if edge.unprintable(given) or "\r" in given:
                option, _, value = given.rpartition("=")
                raise OptionError(option or "argv", found=value, allowed=Message("errors.kind_str"))
        stated = os.environ.pop("SOURCE_DATE_EPOCH", "")
        edge.stated_day(stated)
        os.environ |= {"SOURCE_DATE_EPOCH": stated} if stated else {}  # numpy reads it too
        status = _asked()(standalone_mode=False)
    except BcforecastError as error:
        _say(error.message.render(language()))
        return error.exit_status
    except MemoryError:
        _say(text("cli.no_memory", language()))
        return BcforecastError.exit_status
    except (KeyboardInterrupt, typer.Abort):
        status = _INTERRUPTED
    except _USAGE as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
        else:
            _say(_usage(error).message.render(language()))
        return BcforecastError.exit_status
    if status == _INTERRUPTED:
        _say(text("errors.interrupted", language()))
    return int(status or 0)


def _asked() -> Any:
    """Return the application with the command asked for alone, for Typer builds all it is given."""
    asked = copy(app)
    named = [one for one in app.registered_commands if [one.name] == sys.argv[1:2]]
    asked.registered_commands = named or app.registered_commands
    built: Any = typer.main.get_command(asked)
    for one in chain.from_iterable(command.params for command in built.commands.values()):
        if (form := _NUMBERS.get(one.type_descriptor.annotation)) is not None:
            one.process_value = partial(_number, one, form, one.process_value)
    return built


_NUMBERS: Final = {int: re.compile("[-+]?(0|[1-9][0-9]*)"), float: edge.NUMBER}
"""How numbers are written, as in a file of ours; Typer's reader takes 1_0, blanks and 10.0 too."""


def _number(one: Any, form: re.Pattern[str], read: Any, ctx: Any, value: Any) -> Any:
    if isinstance(value, str) and not form.fullmatch(value):
        raise _wrong_value(one, value)
    return read(ctx, value)


def _require_memory() -> None:
    """Refuse a limit (`ulimit -v`, `-d`) under which libraries wait for ever or crash as they load.

    400 MiB are taken to load everything, 1,150 where a notebook's process starts beside it.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each takes 40 MiB, a report has one
    with suppress(ImportError):
        from resource import RLIMIT_AS, RLIMIT_DATA, getrlimit

        least = 1536 if {*sys.argv[1:2]} & {"report", "run", "verify", "explore"} else 512
        found = (getrlimit(kind)[0] >> 20 for kind in (RLIMIT_AS, RLIMIT_DATA))
        if too_little := [one for one in found if 0 <= one < least]:
            raise BcforecastError("cli.little_memory", found=min(too_little), least=least)


def _say(words: str) -> None:
    typer.echo(f"bcforecast: {one_line(words, _LONGEST)}", err=True)


def _usage(error: Any) -> BcforecastError:
    kind, said = type(error).__name__, str(error.message)
    if kind == "NoSuchOption":
        known = get_close_matches(error.option_name, error.possibilities or (), cutoff=0.7)
        near = f" ({', '.join(known)})" if known else ""
        return BcforecastError("cli.no_such_option", found=error.option_name, near=near)
    quoted = re.search(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", said)
    found = str(literal_eval(quoted[0])) if quoted else re.split(r"\s", said)[0]
    if hasattr(error.__cause__, "errors"):  # pydantic's, which has what was given
        found = str(error.__cause__.errors()[0]["input"])
    one = getattr(error, "param", None)
    if one is None:
        command = said.startswith("No such command")
        key = "cli.no_such_command" if command else "cli.wrong_use"
        return BcforecastError(key, found=found if command else said)
    if kind == "MissingParameter":
        return BcforecastError("cli.missing_option", option=_called(one))
    return _wrong_value(one, found)


def _wrong_value(one: Any, found: str) -> BcforecastError:
    name, given = _called(one), found or Message("plan.found_nothing")
    return BcforecastError("errors.argument", option=name, found=given, allowed=_allowed(one))


def _called(one: Any) -> str:
    return str(max(one.opts, key=len) if one.opts[0][0] == "-" else one.metavar or one.name)


def _allowed(one: Any) -> Message:
    kind = one.type_descriptor.annotation
    inner = next((a for a in get_args(kind) if get_origin(a) is Literal), kind)
    if get_origin(inner) is Literal:
        return Message("cli.allowed_one", {"choices": ", ".join(map(str, get_args(inner)))})
    what = Message("errors.kind_int" if kind is int else "report.type_float")
    if one.max is not None:
        return Message("cli.allowed_between", {"what": what, "least": one.min, "most": one.max})
    if one.min is not None:
        return Message("cli.allowed_from", {"what": what, "least": one.min})
    return what
