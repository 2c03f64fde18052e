"""A data folder of one source and a few rows, for tests that need no more."""


def write_tables(folder, rows):
    """Write `observations.csv` with the columns that rows must have, and `sources.csv`."""
    header = "area,indicator,period,value,unit,measure,status,published,published_basis,source"
    (folder / "observations.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (folder / "sources.csv").write_text(
        "source,title,issuer,verification\nown,Yearbook,Here,official\n", encoding="utf-8"
    )
