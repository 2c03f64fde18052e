"""What was promised: plans, goals and measures."""
