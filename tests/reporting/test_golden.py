"""The committed goldens are runs of today's templates, and hold something to compare."""

import nbformat
import pytest

from bcforecast.reporting.golden import GOLDEN_DIR, goldens, out_of_date
from bcforecast.resources import NOTEBOOKS_DIR

every_golden = pytest.mark.parametrize(
    "golden", goldens(), ids=lambda g: f"{g.template}-{g.variant or 'defaults'}"
)
TEMPLATES = sorted(NOTEBOOKS_DIR.glob("*.ipynb"))


@every_golden
def test_a_golden_is_a_run_of_todays_template_with_its_parameters(golden):
    assert out_of_date(golden) is None, "run `make golden` and look at what it wrote"


@every_golden
def test_every_cell_of_a_golden_has_run_and_none_has_failed(golden):
    code = [c for c in nbformat.read(golden.path, as_version=4).cells if c.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    outputs = [output for cell in code for output in cell.outputs]
    assert not any(output.output_type == "error" for output in outputs)
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert "text/plain" in kinds


def test_every_golden_file_is_one_that_is_made():
    made = {golden.path for golden in goldens()}
    assert set(GOLDEN_DIR.rglob("*.ipynb")) == made


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_outputs(template):
    notebook = nbformat.read(template, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_in_both_languages_what_they_answer(template):
    title = nbformat.read(template, as_version=4).cells[0].source.splitlines()[0]
    assert title.startswith("# ")
    assert "？" in title
    assert title.endswith("?")
