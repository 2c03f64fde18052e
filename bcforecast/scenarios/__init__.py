"""What if: levers, shocks, and the simulation of all indicators under each scenario."""
