"""The formats of a report, each made from the document and its pictures, and from nothing else."""
