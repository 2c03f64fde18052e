"""`bcforecast train`: rebuild what the package has learned, byte for byte, from the benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bcforecast.cli.options import LangOption, help_text, speak
from bcforecast.errors import BcforecastError
from bcforecast.messages import Message, text

What = Literal["trend", "share", "reference", "growth"]


def train(
    what: Annotated[What, typer.Argument(metavar="WHAT", help=help_text("train_what"))],
    bench: Annotated[Path, typer.Option("--bench", metavar="DIR", help=help_text("train_bench"))],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=help_text("train_out"))],
    lang: LangOption = None,
) -> None:
    """Learn one of the shipped files anew."""
    from bcforecast.attainment import growth_learning, reference_learning
    from bcforecast.cli.console import progress_bar
    from bcforecast.models import share_training, trend_training

    spoken = speak(lang)
    step = text("cli.step_train", spoken, what=what)
    try:
        with progress_bar() as advance:
            advance(step, 0, 1)
            if what == "trend":
                trend_training.rebuild(
                    bench, out, progress=lambda done, total: advance(step, done, total)
                )
            elif what == "share":
                share_training.rebuild(bench, out)
            elif what == "reference":
                reference_learning.rebuild(bench, out)
            else:
                growth_learning.rebuild(bench, out)
    except OSError as error:
        raise BcforecastError(
            "errors.file",
            file=error.filename or bench,
            found=error.strerror or "-",
            allowed=Message("cli.allowed_bench"),
        ) from error
    typer.echo(text("cli.table_written", spoken, path=out))
