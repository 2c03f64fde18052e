"""Committed goldens, what passes as the same output, what `make golden` says and nbval catches."""

import base64
import io
import json
import re
import subprocess
import sys
from copy import deepcopy
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread, imsave
from nbformat.v4 import new_output

from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.errors import ReportError
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from tests.reporting.made_up_documents import png
from tools import golden as tool

GOLDEN = next(
    golden for golden in tool.VARIANTS if golden.variant == "event"
)  # the quickest to run
COMMITTED = GOLDEN.path


def golden():
    return nbformat.read(COMMITTED, as_version=4)


def data(notebook, cell):
    return notebook.cells[cell].outputs[0].data


def _first(kind, words="", source=""):
    """Return the first cell that shows such a thing."""
    return next(
        place
        for place, cell in enumerate(golden().cells)
        for output in cell.get("outputs", [])
        if kind in output.data and words in str(output.data[kind]) and source in cell.source
    )


SENTENCE = _first("text/markdown", "（不太可能")
PICTURE = _first("image/png")
TABLE = _first("text/html", ">944.9亿元</td>", source="observations_table")
UNRUN = _first("text/html", source="item.summary()")
RESULT = _first(RESULT_MIME)


def _replaced(notebook, cell, old, new):
    changed = deepcopy(notebook)
    shown = data(changed, cell)
    for kind in list(shown):
        said = json.dumps(shown[kind], ensure_ascii=False)
        assert old in said
        shown[kind] = json.loads(said.replace(old, new))
    return changed


def with_another_sentence(notebook):
    return _replaced(notebook, SENTENCE, "（不太可能", "（极不可能，")


def with_another_table(notebook):
    return _replaced(notebook, TABLE, "944.9亿元", "954.9亿元")


def with_another_result(notebook):
    """Raise the probability of the result by a hundredth."""
    changed = deepcopy(notebook)
    data(changed, RESULT)[RESULT_MIME]["probability"] += 0.01
    return changed


def with_another_picture(notebook):
    """Turn a small square of the picture into its negative."""
    changed = deepcopy(notebook)
    shown = data(changed, PICTURE)
    pixels = np.array(imread(io.BytesIO(base64.b64decode(shown["image/png"])), format="png"))
    pixels[100:150, 100:150, :3] = 1.0 - pixels[100:150, 100:150, :3]
    buffer = io.BytesIO()
    imsave(buffer, pixels, format="png")
    shown["image/png"] = base64.b64encode(buffer.getvalue()).decode()
    return changed


def with_an_unrun_cell(notebook):
    """Clear a cell, as an editor does that strips outputs."""
    changed = deepcopy(notebook)
    changed.cells[UNRUN].outputs = []
    changed.cells[UNRUN].execution_count = None
    return changed


@pytest.mark.parametrize("golden", tool.goldens(), ids=lambda g: g.path.stem)
def test_a_golden_is_a_run_of_todays_template_of_which_no_cell_has_failed(golden):
    assert tool.out_of_date(golden) is None, "run `make golden` and look at what it wrote"
    code = [c for c in nbformat.read(golden.path, as_version=4).cells if c.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    outputs = [output for cell in code for output in cell.outputs]
    assert not any(output.output_type == "error" for output in outputs)
    assert any("text/plain" in output.get("data", {}) for output in outputs)


def test_every_golden_file_is_one_that_is_made():
    assert set(tool.GOLDEN_DIR.rglob("*.ipynb")) == {golden.path for golden in tool.goldens()}


@pytest.mark.parametrize("template", sorted(NOTEBOOKS_DIR.glob("*.ipynb")), ids=lambda p: p.name)
def test_templates_hold_no_outputs_and_say_in_both_languages_what_they_answer(template):
    cells = nbformat.read(template, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    title = cells[0].source.splitlines()[0]
    assert title.startswith("# ")
    assert "？" in title
    assert title.endswith("?")


def result(**data):
    return [new_output("execute_result", data={k.replace("_", "/"): v for k, v in data.items()})]


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("a 1,234 b", "a 1,234 b", True), ("a 1,235 b", "a 1,234 b", True),
        ("a 12.35", "a 12.34", True), ("x   1", "x  1", True), ("可能 73%", "可能 73%", True),
        ("73%", "74%", False), ("a 1,234 b", "a 1,434 b", False), ("0", "1", False),
        ("likely 73%", "unlikely 73%", False), ("a\nb", "a", False),
    ],
)  # fmt: skip
def test_words_are_strict_and_numbers_nearly_so(found, expected, same):
    assert (not list(tool.text_differences(found, expected))) is same


@pytest.mark.parametrize(
    ("found", "expected", "said"),
    [
        ({"a": [1.0, {"b": "x"}]}, {"a": [1.00001, {"b": "x"}]}, []),
        ({"a": 0.5}, {"a": 0.51}, ["a: 0.5 instead of 0.51"]),
        ({"a": 1}, {"b": 1}, None),
        ({"a": 1}, {"a": 1, "b": 2}, None),
        ([1, 2], [1], None),
        ({"a": None}, {"a": 0}, ["a: None instead of 0"]),
        ({"a": True}, {"a": 1}, ["a: True instead of 1"]),
        ({"a": "x"}, {"a": "y"}, ["a: 'x' instead of 'y'"]),
        ({"goals": [{"p": 0.1}]}, {"goals": [{"p": 0.2}]}, ["goals[0].p: 0.1 instead of 0.2"]),
        ([1.0, 2.0, "x"], [1.5, 2.0, "y"], ["[0]: 1.0 instead of 1.5", "[2]: 'x' instead of 'y'"]),
    ],
)
def test_a_result_is_compared_recursively_and_every_difference_named(found, expected, said):
    told = list(tool.data_differences(found, expected))
    assert told == said if said is not None else told


def test_outputs_differ_by_pictures_kinds_and_output_stream_alone():
    one, dark, wide = (
        base64.b64encode(png(grey, width=width)).decode()
        for grey, width in ((100, 8), (120, 8), (100, 12))
    )
    noise = new_output("stream", name="stderr", text="a warning at /tmp/x")
    words = new_output("stream", name="stdout", text="a")
    lines = result(text_plain=["a\n", "b"])
    for found, expected, said in (
        (result(image_png=one), result(image_png=one), "[]"),
        (result(image_png=dark), result(image_png=one), "pictures differ"),
        (result(image_png=wide), result(image_png=one), "pixels instead of"),
        ([noise, words], [words], "[]"),
        ([noise], [words], "0 outputs instead of 1"),
        (result(text_plain="a"), result(text_html="a"), "kinds of output"),
        (lines, result(text_plain="a\nb"), "[]"),
    ):
        assert said in str(list(tool.differences(found, expected)))


ALTERED = (
    (with_another_sentence, SENTENCE, "text/plain: '.*（极不可能，.*' instead of '.*（不太"),
    (with_another_table, TABLE, "text/plain: '954.9' instead of '944.9' in "),
    (with_another_result, RESULT, r"application/\S+: probability: 0.* instead of 0."),
    (with_another_picture, PICTURE, r"image/png: pictures differ by .* \(RMS of 255\)"),
    (with_an_unrun_cell, UNRUN, "0 outputs instead of 1"),
)


@pytest.mark.parametrize(("alter", "cell", "said"), ALTERED)
def test_another_output_is_said_once_with_its_place_and_what_it_was(alter, cell, said):
    (line,) = tool.changes(golden(), alter(golden()))
    assert re.match(f"cell {cell}, {said}", line), line


def test_another_markup_of_the_same_text_is_said_too():
    other = golden()
    data(other, TABLE)["text/html"] = data(other, TABLE)["text/html"].replace("<td", "<td id='x'")
    data(other, TABLE)[BLOCK_MIME]["blocks"][0]["caption"] = "x"
    said = list(tool.changes(golden(), other))
    assert all(line.startswith(f"cell {TABLE}, ") for line in said)
    assert any("text/html: " in line for line in said)
    assert any("blocks[0].caption: 'x' instead of " in line for line in said)


def test_another_source_and_another_cell_are_said_line_by_line():
    other = golden()
    other.cells[PICTURE].source += "  # larger"
    gone = other.cells.pop(RESULT - 1)
    said = list(tool.changes(golden(), other))
    assert any(line.startswith(f"cell {PICTURE}, source: +") for line in said)
    assert all(f": - {line}" in " ".join(said) for line in gone.source.splitlines())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one golden, of which a run gives what the committed event golden holds."""
    monkeypatch.setattr(tool, "GOLDEN_DIR", tmp_path)
    monkeypatch.setattr(tool, "goldens", lambda: (tool.Golden("02_goal.ipynb"),))
    monkeypatch.setattr(tool, "run_golden", lambda _: golden())
    return tmp_path


def keep(folder, notebook):
    file = folder / "02_goal.ipynb"
    nbformat.write(notebook, file)
    return file.read_text(encoding="utf-8")


def kept(folder):
    return (folder / "02_goal.ipynb").read_text(encoding="utf-8")


def test_a_golden_is_made_written_where_it_changed_and_left_within_the_tolerance(folder, capsys):
    assert tool.main([]) == 0
    assert nbformat.reads(kept(folder), as_version=4) == golden()
    assert "02_goal.ipynb: 1 differences\n  new\n1 goldens were written" in capsys.readouterr().out
    keep(folder, with_another_picture(with_another_result(with_another_sentence(golden()))))
    assert tool.main(["--only", "02_goal"]) == 0
    assert nbformat.reads(kept(folder), as_version=4) == golden()
    assert "02_goal.ipynb: 3 differences" in capsys.readouterr().out
    other = golden()
    data(other, RESULT)[RESULT_MIME]["probability"] += 1e-7
    before = keep(folder, other)
    assert tool.main([]) == 0
    assert kept(folder) == before
    assert "02_goal.ipynb: no differences" in capsys.readouterr().out


def test_a_notebook_that_does_not_run_is_named_and_the_golden_stays(folder, capsys, monkeypatch):
    def fail(_):
        raise ReportError("report.cell_failed", notebook="02_goal.ipynb", cell=3, error="KeyError")

    monkeypatch.setattr(tool, "run_golden", fail)
    before = keep(folder, golden())
    assert tool.main([]) == 2
    assert capsys.readouterr().err == "02_goal.ipynb, cell 3: stopped with KeyError\n"
    assert kept(folder) == before


REPOSITORY = tool.GOLDEN_DIR.parents[1]


def test_an_altered_cell_is_caught_when_the_check_is_really_run_and_no_other(tmp_path):
    """`make test` runs the golden itself, in which nothing may fail."""
    alter, altered, _ = ALTERED[3]  # a picture, of which nbval by itself would say nothing
    nbformat.write(alter(golden()), tmp_path / "altered.ipynb")
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-o", "addopts=", "--rootdir", ".",
        "--nbval", "--nbval-current-env", f"--junitxml={tmp_path / 'said.xml'}", str(tmp_path),
    ]  # fmt: skip
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    kinds = [cell.cell_type == "code" for cell in golden().cells]
    cases = [*ElementTree.parse(tmp_path / "said.xml").iter("testcase")]
    assert len(cases) == sum(kinds)
    failed = {case.get("name"): one.text for case in cases for one in case if one.tag == "failure"}
    ((name, said),) = failed.items()
    assert name.endswith(f" {sum(kinds[:altered])}")
    assert "pictures differ by" in said


def test_a_golden_is_out_of_date_once_its_template_or_a_parameter_is_another(tmp_path, monkeypatch):
    assert tool.out_of_date(GOLDEN) is None
    template = nbformat.read(REPOSITORY / "notebooks" / GOLDEN.template, as_version=4)
    template.cells[-1].source += "\n# another"
    nbformat.write(template, tmp_path / GOLDEN.template)
    with monkeypatch.context() as patch:
        patch.setattr("tools.golden.NOTEBOOKS_DIR", tmp_path)
        last = len(tool.expected_sources(GOLDEN)) - 1
        assert tool.out_of_date(GOLDEN) == f"cell {last} has another source"
        del template.cells[-1]
        nbformat.write(template, tmp_path / GOLDEN.template)
        assert tool.out_of_date(GOLDEN) == f"{last + 1} cells instead of {last}"
    monkeypatch.setitem(GOLDEN.parameters, "goal", "hightech_enterprises")
    assert tool.out_of_date(GOLDEN) == "cell 2 has another source"
