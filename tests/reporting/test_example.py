"""The example report that the README shows is what today's code makes of today's data."""

import base64
import json
import shutil

import pytest

from bcforecast.reporting.document import Document
from bcforecast.reporting.formats import FILE_FORMATS, write_format
from tools import example, golden

REMAKE = "run `make example` and look at what it wrote"


@pytest.fixture(scope="module")
def today(lang, tmp_path_factory):
    folder = tmp_path_factory.mktemp("example") / lang
    example.make_example(lang, folder, formats=("html",))
    return folder


def read(folder):
    return dict(json.loads((folder / "report.json").read_text(encoding="utf-8")))


def without_versions(document):
    """Leave out the record: Python and the code may be others on the machine of a reader."""
    records = [one for one in document["blocks"] if "SHA-256" in json.dumps(one)]
    assert [one["kind"] for one in records] == ["paragraph"]
    return {**document, "blocks": [one for one in document["blocks"] if one not in records]}


def test_it_holds_page_pdf_and_what_they_are_made_from(lang):
    assert {path.name for path in (example.EXAMPLE / lang).iterdir()} == set(example.KEPT)


def test_words_and_numbers_are_todays(lang, today):
    found, kept = (without_versions(read(folder)) for folder in (today, example.EXAMPLE / lang))
    assert not list(golden.data_differences(found, kept)), REMAKE


def test_pictures_are_todays(lang, today):
    names = {path.name for path in (today / "charts").iterdir()}
    assert names == {path.name for path in (example.EXAMPLE / lang / "charts").iterdir()}, REMAKE
    for name in sorted(name for name in names if name.endswith(".png")):
        pair = (folder / "charts" / name for folder in (today, example.EXAMPLE / lang))
        ours, theirs = (base64.b64encode(path.read_bytes()).decode() for path in pair)
        assert golden.picture_difference(ours, theirs) is None, f"{name}: {REMAKE}"


@pytest.mark.parametrize("made", example.FORMATS)
def test_page_and_pdf_are_made_of_the_document_beside_them(lang, made, tmp_path):
    document = Document.model_validate(read(example.EXAMPLE / lang))
    shutil.copytree(example.EXAMPLE / lang / "charts", tmp_path / "charts")
    write_format(document, made, folder=tmp_path)
    kept = (example.EXAMPLE / lang / FILE_FORMATS[made].file).read_bytes()
    same = (tmp_path / FILE_FORMATS[made].file).read_bytes() == kept
    assert same, REMAKE  # a difference of megabytes would be worked out for minutes
