"""What if: levers, shocks, simulation."""
