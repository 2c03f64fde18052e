"""One command line over the public API."""

import sys


def main() -> None:
    """Run the command line; Ctrl+C while it is loaded, or once more, ends it in a sentence too."""
    try:
        from bcforecast.cli.app import main as run

        run()
    except KeyboardInterrupt:
        import signal  # not above, where nothing yet hears Ctrl+C

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from bcforecast.cli.options import language
        from bcforecast.text import text

        sys.stderr.write(f"bcforecast: {text('errors.interrupted', language())}\n")
        sys.exit(130)
