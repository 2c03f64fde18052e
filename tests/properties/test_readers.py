"""Whatever is in a file, its reader takes it or refuses it by a sentence of ours: `make fuzz`."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bcforecast.config import DATA_DIR
from bcforecast.edge import strict_rows
from bcforecast.errors import BcforecastError
from bcforecast.observations.reading import read_folder
from bcforecast.plan.reading import load_plan
from bcforecast.plan.start import template_bytes
from bcforecast.reporting.service import read_reports_file
from bcforecast.reporting.verification import read_manifest
from bcforecast.scenarios.scenario import load_scenario
from bcforecast.sheets import read_sheets

ROOT = DATA_DIR.parent
EXAMPLES = int(os.environ.get("BCFORECAST_FUZZ", "25"))
TOKENS = (
    b"", b"0", b"-1", b"1e999", b"nan", b"null", b"[]", b"{}", b"[[[[", b"*a", b"&a", b"!!python/x",
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\r", b'"', b"'", b",", b":",
    b"|", b"\t", b"9" * 400, b"2021-13-45", b"0000", b"true", b"=1+1", b"<<", b"---", b"%",
    "９".encode(), b"a" * 9999,
)  # fmt: skip
PLAN = (DATA_DIR / "plans" / "tianjin-2020-2022.yaml").read_bytes()


@st.composite
def mangled(draw, whole):
    """Bytes of a file with a few pieces cut out, written over, doubled, or taken for others."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(whole)))
        end = min(len(whole), at + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([*TOKENS, whole[at:end] * 2]) | st.binary(max_size=9))
        whole = whole[:at] + piece + whole[end:]
    return whole


def workbook(path):
    read_sheets(path)


def manifest(path):
    read_manifest(path.parent)


def observations(path):
    (path.parent / "sources.csv").write_bytes((DATA_DIR / "sources.csv").read_bytes())
    for problem in read_folder(path.parent)[1]:
        assert str(path.parent) in problem.message.render("en") != problem.message.render("zh")


READERS = {
    "plan.yaml": (PLAN, load_plan),
    "scenario.yaml": ((DATA_DIR / "scenarios" / "stretch.yaml").read_bytes(), load_scenario),
    "reports.yaml": (
        b"reports:\n  - {plan: p, as_of: 2021-12-31, lang: [zh]}\n",
        read_reports_file,
    ),
    "observations.csv": ((DATA_DIR / "observations.csv").read_bytes()[:6000], observations),
    "series.csv": (b"unique_id,ds,y\na,2019,1\na,2020,2\n", strict_rows),
    "figures.xlsx": (template_bytes(None, lang="en"), workbook),
    "manifest.json": ((ROOT / "reports/example/en/result.json").read_bytes()[:3000], manifest),
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_reader_takes_a_file_or_refuses_it_by_a_sentence(tmp_path_factory, name, data):
    whole, reader = READERS[name]
    path = Path(tmp_path_factory.mktemp("fuzz")) / name
    path.write_bytes(data.draw(mangled(whole)))
    try:
        reader(path)
    except BcforecastError as refused:
        for lang in ("zh", "en"):
            said = refused.message.render(lang)
            assert said
            assert len(said) < 2000
            assert "\n" not in said
