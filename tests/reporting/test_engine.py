"""A notebook shows the same bytes in a forked process and in an ordinary kernel."""

from pathlib import Path

import pytest
from nbformat import NotebookNode

from bcforecast.reporting.execution import run_notebook, write_notebook
from bcforecast.reporting.failure import NotebookError
from bcforecast.resources import NOTEBOOKS_DIR
from tests.reporting.small_notebooks import shown, write_template

CELLS = (
    # 2: the two streams, and a display between them
    "import sys\nfrom IPython.display import HTML, display\nprint('one')"
    "\nprint('!', file=sys.stderr); display(HTML('<b>two</b>')); print('three'); print('four')",
    "object()",
    # 4 and 5: a display that a later cell changes
    "handle = display('before', display_id='x'); display('beside')",
    "handle.update('after'); handle.display('again')",
    "class Both:\n    def _repr_mimebundle_(self, **_):\n"
    "        return {'text/plain': 'p', 'application/json': {'a': [1]}}, {'text/plain': {'w': 2}}\n"
    "Both()",
    # 7: pyplot is imported here for the first time
    "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('drawn')",
    "fig, axes = plt.subplots(figsize=(2, 1)); display(fig); plt.close(fig)",
    "import ipywidgets\nout = ipywidgets.Output()\ndisplay(out)",
    "ipywidgets.IntSlider(3, description='moved')",
    "display('gone')\nfrom IPython.display import clear_output\nclear_output(); print('left')",
    "import asyncio\nawait asyncio.sleep(0)\n'waited'",
    "later = asyncio.create_task(asyncio.sleep(0, 'done'))",
    "await later",
    "try:\n    input('nobody answers')\nexcept Exception as error:\n    print(error)",
    "_, Out.keys(), In[3], get_ipython().execution_count",
    "!echo from a command",
    "import os\nos.getcwd(), sys.path[0], hash('a'), os.environ['TZ'], os.environ['MPLBACKEND']",
    "from threading import Thread\nt = Thread(target=print, args=['thread']); t.start(); t.join()",
    "import warnings\nwarnings.warn('a warning')\n'after it'",
    "import random, numpy\nrandom.seed(1); numpy.random.seed(1)",
    "random.random(), numpy.random.rand()",
    "",
    "%precision 3\n1/3",
    "sorted(n for n in globals() if not n.startswith('_'))",
    "__name__, '__file__' in globals(), sys.stdin.isatty(), sys.stdout.encoding",
)
FAILING = (
    "def deeper(x):\n    return {'a': 1}[x]",
    "print('before'); deeper('b')",
    "print('never')",
)
SYNTAX = ("1 +* 2",)
SHOWN_BADLY = ("class Bad:\n    def __repr__(self):\n        1 / 0\nBad()",)


def bytes_of(notebook: NotebookNode, folder: Path) -> bytes:
    path = folder / "written.ipynb"
    write_notebook(notebook, path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("both")
    path = write_template(folder, *CELLS)
    return [run_notebook(path, {"goal": "b"}, folder=folder, warm=warm) for warm in (True, False)]


def test_every_kind_of_output_is_the_same(both, tmp_path):
    warm, cold = both
    for place, (one, other) in enumerate(zip(warm.cells, cold.cells, strict=True)):
        assert one == other, place
    assert bytes_of(warm, tmp_path) == bytes_of(cold, tmp_path)


def test_what_is_compared_is_really_shown(both):
    warm = both[0]
    assert shown(warm, 2)[0] == "one\n"
    assert shown(warm, 2)[2] == "three\nfour\n"
    assert shown(warm, 4)[0] == "'again'"
    assert "image/png" in warm.cells[7].outputs[-1].data
    assert shown(warm, 12) == ["'waited'"]
    assert shown(warm, 14) == ["'done'"]
    assert "does not support input" in shown(warm, 15)[0]
    assert shown(warm, 17)[0].strip() == "from a command"
    assert [c.execution_count for c in warm.cells if c.cell_type == "code" and c.source] == list(
        range(1, len(CELLS) + 2)
    )


def test_a_widget_takes_what_is_shown_in_it(tmp_path):
    # Not compared: an ordinary kernel of ipykernel 7 at times loses a request that comes with
    # such a widget's messages, and waits for ever (ipython/ipykernel issue 1554).
    takes = (
        "import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    print('kept')\nprint('left')"
    )
    path = write_template(tmp_path, takes, "len(out.outputs), out.outputs[0]['text']")
    run = run_notebook(path, {}, warm=True)
    assert shown(run, 1) == ["left\n"]
    assert shown(run, 2) == ["(1, 'kept\\n')"]


@pytest.mark.parametrize("cells", [FAILING, SYNTAX, SHOWN_BADLY, ("import sys; sys.exit(3)",)])
def test_a_failing_cell_is_the_same(cells, tmp_path):
    path = write_template(tmp_path, *cells)
    failed = []
    for warm in (True, False):
        with pytest.raises(NotebookError) as caught:
            run_notebook(path, {}, folder=tmp_path, warm=warm)
        failed.append(caught.value)
    assert failed[0].message == failed[1].message
    assert bytes_of(failed[0].executed, tmp_path) == bytes_of(failed[1].executed, tmp_path)


def test_a_notebook_may_leave_early(tmp_path):
    path = write_template(tmp_path, "print('all'); exit(0)", "print('never')")
    pair = [run_notebook(path, {}, folder=tmp_path, warm=warm) for warm in (True, False)]
    assert pair[0] == pair[1]


@pytest.mark.parametrize("template", sorted(p.name for p in NOTEBOOKS_DIR.glob("*.ipynb")))
def test_the_notebooks_of_the_package_are_the_same(template, tmp_path):
    pair = [run_notebook(NOTEBOOKS_DIR / template, {}, warm=warm) for warm in (True, False)]
    assert bytes_of(pair[0], tmp_path) == bytes_of(pair[1], tmp_path)


def test_a_notebook_finds_nothing_of_an_earlier_one(tmp_path):
    first = (
        "import bcforecast.defaults, numpy, os, random\n"
        "bcforecast.defaults.SEED = 7; os.environ['LEFT'] = 'x'; left = 1\n"
        "os.chdir('/'); random.seed(3); numpy.random.seed(3)\n"
        "import matplotlib; matplotlib.rcParams['font.size'] = 99"
    )
    second = (
        "import bcforecast.defaults, matplotlib, numpy, os, random\n"
        "print(bcforecast.defaults.SEED, 'LEFT' in os.environ, 'left' in globals(), os.getcwd(),"
        " matplotlib.rcParams['font.size'])\n"
        "drawn = random.random(), numpy.random.rand()\nprint(*drawn)"
    )
    before = run_notebook(write_template(tmp_path, second), {}, folder=tmp_path, warm=True)
    run_notebook(write_template(tmp_path, first), {}, folder=tmp_path, warm=True)
    after = run_notebook(write_template(tmp_path, second), {}, folder=tmp_path, warm=True)
    (same, random_before), (found, random_after) = (
        shown(run, 1)[0].splitlines() for run in (before, after)
    )
    assert same == found == f"20210407 False False {tmp_path} 10.0"
    assert set(random_before.split()).isdisjoint(random_after.split())


def test_the_switch_gives_an_ordinary_kernel(tmp_path, monkeypatch):
    path = write_template(tmp_path, "import sys; 'bcforecast' in sys.modules")
    assert shown(run_notebook(path, {}), 1) == ["True"]
    monkeypatch.setenv("BCFORECAST_WARM", "0")
    assert shown(run_notebook(path, {}), 1) == ["False"]
