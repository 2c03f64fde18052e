"""A data folder of one source and a few rows, for tests that need no more; and tables read."""

import csv

HEADER = (
    "area,indicator,period,value,unit,measure,status,published,published_basis,source,lower,upper"
)


def write_tables(folder, rows):
    """Write `observations.csv` with the columns that rows must have, and `sources.csv`."""
    (folder / "observations.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    add_rows(folder, *rows)
    (folder / "sources.csv").write_text(
        "source,title,issuer,verification\nown,Yearbook,Here,official\n", encoding="utf-8"
    )


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def add_rows(folder, *rows):
    """Append rows, which may leave out the bounds at their end."""
    with (folder / "observations.csv").open("a", encoding="utf-8") as table:
        table.writelines(f"{row}{',' * (HEADER.count(',') - row.count(','))}\n" for row in rows)
