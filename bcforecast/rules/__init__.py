"""Rules by which official statisticians judge progress, one file each, on one protocol."""
