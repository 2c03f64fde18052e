"""The sheets of the workbook: what stands in them, and how they are written."""
