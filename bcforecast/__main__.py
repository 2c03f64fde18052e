"""`python -m bcforecast`: the command line of this very interpreter."""

from bcforecast.cli import main

if __name__ == "__main__":
    main()
