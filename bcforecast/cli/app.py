"""The application: its commands, and how errors leave it.

A wrong input gets one sentence on standard error and exit status 2, never a traceback; a run that
is interrupted says so and leaves with 130, as shells expect.
"""

import sys
from typing import Final

import typer

from bcforecast.cli.analyse import check, export, goals, hindcast, news, rules, scenarios, seek
from bcforecast.cli.forecast import forecast, overview, project
from bcforecast.cli.options import completions, help_text, language, speak
from bcforecast.cli.reports import explore, report, run, verify
from bcforecast.cli.start import import_, init, schema, template
from bcforecast.errors import BcforecastError
from bcforecast.text import text

_INTERRUPTED: Final = 130
"""128 and the number of SIGINT; Typer leaves with it too."""

app = typer.Typer(
    name="bcforecast",
    help=help_text("app"),
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (goals, news, rules, hindcast, scenarios, seek, explore, report):
    app.command(help=help_text(command.__name__))(command)
app.command(help=help_text("run.run"))(run)
app.command(help=help_text("verify.verify"))(verify)
app.command(help=help_text("forecast"))(forecast)
app.command(help=help_text("project"))(project)
app.command(help=help_text("overview"))(overview)
app.command(help=help_text("check"))(check)
app.command(help=help_text("init"))(init)
app.command(help=help_text("template"))(template)
app.command(help=help_text("schema"))(schema)
app.command(help=help_text("export"))(export)
app.command("import", help=help_text("import"))(import_)


@app.callback(invoke_without_command=True)
def version(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help=help_text("version"), is_eager=True),
) -> None:
    """Show the version and leave; without a command, say what to do first."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("bcforecast"))
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        plans = text("report.list_join", language()).join(completions(ctx, "plans"))
        typer.echo(text("cli.first", language(), plans=plans))


def main() -> None:
    """Run the command line."""
    speak(None)
    try:
        app()
    except BcforecastError as error:
        typer.echo(f"bcforecast: {error.message.render(language())}", err=True)
        sys.exit(error.exit_status)
    except (KeyboardInterrupt, SystemExit) as leave:
        if isinstance(leave, SystemExit) and leave.code != _INTERRUPTED:
            raise
        typer.echo(f"bcforecast: {text('errors.interrupted', language())}", err=True)
        sys.exit(_INTERRUPTED)
