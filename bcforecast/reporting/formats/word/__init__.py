"""The parts of a Word document that a report is made of."""
