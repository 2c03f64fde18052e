"""What was measured: figures with their sources, as known at a date."""
