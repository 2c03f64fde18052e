"""`python -m bcforecast.cli`: the command line where the script is not on the path."""

from bcforecast.cli.app import main

main()
