"""Rules by which official statisticians judge progress, on one protocol."""
