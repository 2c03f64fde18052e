"""The command that checks notebooks, really run: a change is caught, and all else passes."""

import subprocess
import sys
from xml.etree import ElementTree

import nbformat
import pytest

from tests.tools.altered_golden import (
    GOLDEN,
    PICTURE,
    RESULT,
    SENTENCE,
    TABLE,
    UNRUN,
    golden,
    with_an_unrun_cell,
    with_another_picture,
    with_another_result,
    with_another_sentence,
    with_another_table,
)
from tools.golden import GOLDEN_DIR, expected_sources, out_of_date

REPOSITORY = GOLDEN_DIR.parents[1]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """By file, what the check said of each code cell; the empty text where it passed."""
    folder = tmp_path_factory.mktemp("goldens")
    altered = golden()
    for change in (
        with_another_sentence, with_another_picture, with_another_table, with_an_unrun_cell,
        with_another_result
    ):  # fmt: skip
        altered = change(altered)
    nbformat.write(golden(), folder / "unaltered.ipynb")
    nbformat.write(altered, folder / "altered.ipynb")
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-o", "addopts=", "--rootdir", ".",
        "--nbval", "--nbval-current-env", f"--junitxml={folder / 'said.xml'}", str(folder),
    ]  # fmt: skip
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    return _read(folder / "said.xml")


def _read(file):
    found = {}
    for case in ElementTree.parse(file).iter("testcase"):
        name = "unaltered" if "unaltered" in str(case.get("classname")) else "altered"
        cell = int(str(case.get("name")).rpartition(" ")[2])
        said = "".join(str(child.text) for child in case if child.tag in ("failure", "error"))
        found.setdefault(name, {})[cell] = said
    return found


def code_place(cell):
    """Return the place of a cell among the code cells, by which the check numbers them."""
    return sum(before.cell_type == "code" for before in golden().cells[:cell])


def test_an_unaltered_golden_passes_cell_by_cell(outcomes):
    assert set(outcomes["unaltered"].values()) == {""}
    assert len(outcomes["unaltered"]) == code_place(len(golden().cells))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (SENTENCE, "极不可能"), (PICTURE, "pictures differ by"), (TABLE, "'17' instead of '18'"),
        (UNRUN, "no golden output"), (RESULT, "probability: 0.1"),
    ],
    ids=["sentence", "picture", "number in a table", "unrun cell", "number of the result"],
)  # fmt: skip
def test_a_change_is_caught_in_its_cell(outcomes, cell, said):
    assert said in outcomes["altered"][code_place(cell)]


def test_nothing_but_the_changed_cells_fails(outcomes):
    failed = {place for place, said in outcomes["altered"].items() if said}
    assert failed == {code_place(cell) for cell in (SENTENCE, PICTURE, TABLE, UNRUN, RESULT)}


def test_a_golden_is_out_of_date_once_its_template_or_a_parameter_is_another(tmp_path, monkeypatch):
    assert out_of_date(GOLDEN) is None
    template = nbformat.read(REPOSITORY / "notebooks" / GOLDEN.template, as_version=4)
    template.cells[-1].source += "\n# another"
    nbformat.write(template, tmp_path / GOLDEN.template)
    with monkeypatch.context() as patch:
        patch.setattr("tools.golden.NOTEBOOKS_DIR", tmp_path)
        last = len(expected_sources(GOLDEN)) - 1
        assert out_of_date(GOLDEN) == f"cell {last} has another source"
        del template.cells[-1]
        nbformat.write(template, tmp_path / GOLDEN.template)
        assert out_of_date(GOLDEN) == f"{last + 1} cells instead of {last}"
    monkeypatch.setitem(GOLDEN.parameters, "goal", "hightech_enterprises")
    assert out_of_date(GOLDEN) == "cell 2 has another source"
