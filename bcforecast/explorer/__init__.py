"""The live scenario panel: its session, and its widgets."""
