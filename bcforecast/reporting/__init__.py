"""What a run leaves behind: executed notebooks and pages."""
