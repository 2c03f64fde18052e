"""Rebuild what the package has learned: `make train WHAT=trend BENCH=DIR`."""
