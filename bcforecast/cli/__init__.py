"""One command line over the public API: one command, one file."""

from bcforecast.cli.app import app, main

__all__ = ["app", "main"]
