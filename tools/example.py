"""Make the example report of `reports/example/` anew: `make example`.

The Beichen plan as of 31 December 2021, in both languages, as page and as PDF, with the documents
and pictures that they are made from.
"""

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from bcforecast.reporting import ReportRequest, write_report
from bcforecast.reporting.document import PANEL
from bcforecast.reporting.formats import FILE_FORMATS, Format
from bcforecast.text import LANGUAGES, Language

EXAMPLE: Final = Path(__file__).parents[1] / "reports" / "example"
PLAN: Final = "beichen-2020-2022"
AS_OF: Final = date(2021, 12, 31)
FORMATS: Final[tuple[Format, ...]] = ("html", "pdf")
KEPT: Final = (
    *(FILE_FORMATS[made].file for made in FORMATS),
    PANEL,
    "report.json",
    "result.json",
    "charts",
)


def make_example(lang: Language, folder: Path, *, formats: tuple[Format, ...] = FORMATS) -> None:
    """Write the example in one language into a folder that is not there yet."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="bcf-example-") as out:
        made = write_report(ReportRequest(PLAN, AS_OF, lang, formats=formats), Path(out))
        for name in KEPT:
            if (made / name).is_dir():
                shutil.copytree(made / name, folder / name)
            elif (made / name).is_file():
                shutil.copyfile(made / name, folder / name)


if __name__ == "__main__":
    for language in LANGUAGES:
        shutil.rmtree(EXAMPLE / language, ignore_errors=True)
        make_example(language, EXAMPLE / language)
