"""Schedules, tried with the programs that read them; a package, for what its tests share."""
