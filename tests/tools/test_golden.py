"""Committed goldens, what passes as the same output, what `make golden` shows and writes."""

import base64
import io
import subprocess
from copy import deepcopy

import nbformat
import numpy as np
import pytest
from matplotlib.image import imsave
from nbformat.v4 import new_output

import tools.golden as tool
from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.errors import ReportError
from bcforecast.reporting.display import BLOCK_MIME, RESULT_MIME
from tests.tools.altered_golden import (
    PICTURE,
    RESULT,
    SENTENCE,
    TABLE,
    data,
    golden,
    with_an_unrun_cell,
    with_another_picture,
    with_another_result,
    with_another_sentence,
    with_another_table,
)
from tools.golden import (
    GOLDEN_DIR,
    Changes,
    Golden,
    changes,
    data_difference,
    data_differences,
    describe,
    difference,
    goldens,
    main,
    out_of_date,
    text_difference,
)

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


def png(grey, *, width=8):
    buffer = io.BytesIO()
    imsave(buffer, np.full((4, width, 3), grey, dtype=np.uint8), format="png")
    return buffer.getvalue()


def result(**data):
    return [new_output("execute_result", data={k.replace("_", "/"): v for k, v in data.items()})]


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("a 1,234 b", "a 1,234 b", True),
        ("a 1,235 b", "a 1,234 b", True),
        ("a 12.35", "a 12.34", True),
        ("73%", "74%", False),
        ("a 1,234 b", "a 1,434 b", False),
        ("likely 73%", "unlikely 73%", False),
        ("0", "1", False),
        ("x   1", "x  1", True),
        ("a\nb", "a", False),
        ("可能 73%", "可能 73%", True),
    ],
)
def test_words_are_strict_and_numbers_nearly_so(found, expected, same):
    assert (text_difference(found, expected) is None) is same


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ({"a": [1.0, {"b": "x"}]}, {"a": [1.00001, {"b": "x"}]}, True),
        ({"a": 0.5}, {"a": 0.51}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [1], False),
        ({"a": None}, {"a": 0}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": "x"}, {"a": "y"}, False),
    ],
)
def test_a_result_is_compared_recursively(found, expected, same):
    assert (data_difference(found, expected) is None) is same


def test_a_difference_names_its_place():
    said = data_difference({"goals": [{"p": 0.1}]}, {"goals": [{"p": 0.2}]})
    assert said == "goals[0].p: 0.1 instead of 0.2"


def test_every_difference_is_named():
    found = {"a": [1.0, 2.0, "x"], "b": {"c": None}}
    expected = {"a": [1.5, 2.0, "y"], "b": {"c": 0}}
    assert list(data_differences(found, expected)) == [
        "a[0]: 1.0 instead of 1.5", "a[2]: 'x' instead of 'y'", "b.c: None instead of 0",
    ]  # fmt: skip


def test_a_changed_picture_is_a_difference_and_an_equal_one_is_not():
    one, other = (base64.b64encode(png(v)).decode() for v in (100, 120))
    assert difference(result(image_png=one), result(image_png=one)) is None
    assert "pictures differ" in str(difference(result(image_png=other), result(image_png=one)))


def test_pictures_of_other_sizes_differ():
    one, other = (base64.b64encode(png(100, width=w)).decode() for w in (8, 12))
    assert "pixels instead of" in str(difference(result(image_png=other), result(image_png=one)))


def test_the_error_stream_is_left_out_and_the_output_stream_is_not():
    noise = new_output("stream", name="stderr", text="a warning at /tmp/x")
    words = new_output("stream", name="stdout", text="a")
    assert difference([noise, words], [words]) is None
    assert difference([noise], [words]) == "0 outputs instead of 1"


def test_a_missing_or_additional_kind_of_output_is_a_difference():
    assert "kinds of output" in str(difference(result(text_plain="a"), result(text_html="a")))


def test_a_text_kept_as_lines_is_the_same_text():
    assert difference(result(text_plain=["a\n", "b"]), result(text_plain="a\nb")) is None


def test_equal_runs_have_no_changes():
    assert changes(golden(), golden()) is None


def test_a_difference_within_the_tolerance_of_the_tests_is_no_change():
    other = golden()
    data(other, RESULT)[RESULT_MIME]["probability"] += 1e-7
    assert changes(golden(), other) is None


@pytest.mark.parametrize(
    ("alter", "cell", "old", "new"),
    [
        (with_another_sentence, SENTENCE, "（不太可能）", "（极不可能）"),
        (with_another_table, TABLE, "17%", "18%"),
    ],
)
def test_another_text_is_shown_once_before_and_after(alter, cell, old, new):
    found = changes(golden(), alter(golden()))
    lines = found.texts.splitlines()
    assert lines[0] == f"## modified /cells/{cell}/outputs/0/data/text/plain:"
    assert sum(line.startswith("## ") for line in lines) == 1
    assert any(line.startswith("-") and old in line for line in lines)
    assert any(line.startswith("+") and new in line for line in lines)
    assert (found.figures, found.pictures) == ((), ())


def test_another_markup_of_the_same_text_is_shown_too():
    other = golden()
    data(other, TABLE)["text/html"] = data(other, TABLE)["text/html"].replace("<td", "<td id='x'")
    found = changes(golden(), other)
    assert "/data/text/html" in found.texts


def test_another_figure_of_the_result_is_named_by_its_place():
    found = changes(golden(), with_another_result(golden()))
    ((cell, said),) = found.figures
    assert cell == RESULT
    assert said.startswith("probability: 0.1")
    assert (found.texts, found.pictures) == ("", ())


def test_another_link_of_the_same_text_is_named_by_its_place():
    other = golden()
    data(other, TABLE)[BLOCK_MIME]["caption"] = "x"
    ((cell, said),) = changes(golden(), other).figures
    assert cell == TABLE
    assert said.startswith("caption: 'x' instead of ")


def test_another_picture_is_named_with_how_far_it_differs():
    found = changes(golden(), with_another_picture(golden()))
    ((cell, said),) = found.pictures
    assert cell == PICTURE
    assert said.startswith("pictures differ by ")
    assert said.endswith(" (RMS of 255)")
    assert (found.texts, found.figures) == ("", ())


def test_another_source_and_another_cell_are_shown():
    other = golden()
    other.cells[PICTURE].source += "  # larger"
    del other.cells[RESULT - 1]
    found = changes(golden(), other)
    assert f"## modified /cells/{PICTURE}/source" in found.texts
    assert f"## deleted /cells/{RESULT - 1}" in found.texts
    assert (found.figures, found.pictures) == ((), ())


def test_a_cell_that_has_not_run_is_a_change():
    assert changes(golden(), with_an_unrun_cell(golden())) is not None


def test_what_is_compared_stays_as_it_was():
    one, other = golden(), with_another_sentence(golden())
    before = deepcopy(one), deepcopy(other)
    changes(one, other)
    assert (one, other) == before


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one golden, of which a run gives what the committed event golden holds."""
    monkeypatch.setattr(tool, "GOLDEN_DIR", tmp_path)
    monkeypatch.setattr(tool, "goldens", lambda: (Golden("02_goal.ipynb"),))
    monkeypatch.setattr(tool, "run_golden", lambda _: golden())
    return tmp_path


def keep(folder, notebook):
    file = folder / "02_goal.ipynb"
    nbformat.write(notebook, file)
    return file.read_text(encoding="utf-8")


def kept(folder):
    return (folder / "02_goal.ipynb").read_text(encoding="utf-8")


def test_a_golden_that_is_not_there_is_made(folder, capsys):
    assert main([]) == 0
    assert nbformat.reads(kept(folder), as_version=4) == golden()
    assert capsys.readouterr().out.splitlines() == [
        "02_goal.ipynb: new",
        "1 of 1 goldens changed and were written; look at them before you commit",
    ]


def test_a_changed_golden_is_shown_and_written(folder, capsys):
    keep(folder, with_another_picture(with_another_result(with_another_sentence(golden()))))
    assert main([]) == 0
    assert nbformat.reads(kept(folder), as_version=4) == golden()
    out = capsys.readouterr().out
    for said in ("02_goal.ipynb: changed", "（极不可能）", f"cell {RESULT}, data: probability: 0.1",
                 f"cell {PICTURE}, picture: pictures differ by"):  # fmt: skip
        assert said in out


def test_a_golden_within_the_tolerance_is_left_alone_unless_all_are_asked_for(folder, capsys):
    other = golden()
    data(other, RESULT)[RESULT_MIME]["probability"] += 1e-9
    before = keep(folder, other)
    assert main(["02_goal.ipynb"]) == 0
    assert kept(folder) == before
    assert "02_goal.ipynb: unchanged" in capsys.readouterr().out
    assert main(["--all"]) == 0
    assert kept(folder) != before


def test_a_dry_run_writes_nothing_and_its_status_says_whether_something_changed(folder, capsys):
    before = keep(folder, with_another_sentence(golden()))
    assert main(["--dry-run"]) == 1
    assert kept(folder) == before
    assert "nothing was written" in capsys.readouterr().out
    keep(folder, golden())
    assert main(["--dry-run"]) == 0


def test_the_last_commit_is_compared_without_a_run(folder, capsys, monkeypatch):
    def refuse(_):
        raise AssertionError

    monkeypatch.setattr(tool, "run_golden", refuse)
    keep(folder, golden())
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "none"], check=True)
    assert main(["--committed"]) == 0
    assert "02_goal.ipynb: new" in capsys.readouterr().out
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "one"], check=True)
    assert main(["--committed"]) == 0
    assert "0 of 1 goldens differ from the last commit" in capsys.readouterr().out
    before = keep(folder, with_another_sentence(golden()))
    assert main(["--committed"]) == 0
    assert "1 of 1 goldens differ from the last commit" in capsys.readouterr().out
    assert kept(folder) == before


def test_without_a_repository_it_says_so(folder, capsys, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    keep(folder, golden())
    assert main(["--committed"]) == 2
    assert capsys.readouterr().err.startswith("the last commit cannot be read: ")


def test_a_notebook_that_does_not_run_is_named_and_the_golden_stays(folder, capsys, monkeypatch):
    def fail(_):
        raise ReportError("report.cell_failed", notebook="02_goal.ipynb", cell=3, error="KeyError")

    monkeypatch.setattr(tool, "run_golden", fail)
    before = keep(folder, golden())
    assert main([]) == 2
    assert capsys.readouterr().err == "02_goal.ipynb, cell 3: stopped with KeyError\n"
    assert kept(folder) == before


def test_an_unknown_template_is_refused_with_those_there_are(folder, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["09_none.ipynb"])
    assert stop.value.code == 2
    assert "found 09_none.ipynb; allowed: 02_goal.ipynb" in capsys.readouterr().err


def test_of_many_figures_the_first_are_listed_and_the_others_counted():
    found = Changes("", tuple((1, f"x[{i}]") for i in range(25)), ())
    lines = list(describe("a.ipynb", found))
    assert len(lines) == 22
    assert lines[-1].endswith(": 5")
