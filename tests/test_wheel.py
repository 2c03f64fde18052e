"""Wheel and source distribution are whole: README's ten lines run where the checkout is not."""

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEFT = shutil.ignore_patterns(".*", "__pycache__", "reports", "site", "tests", "*.mo", "*.png")


def command(*words, cwd):
    ran = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from the source distribution of a copy of the checkout."""
    place = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT, place / "checkout", ignore=LEFT)
    build = (sys.executable, "-m", "hatchling", "build", "--directory", place)
    command(*build, "--target", "sdist", cwd=place / "checkout")
    (source,) = place.glob("*.tar.gz")
    with tarfile.open(source) as packed:
        packed.extractall(place, filter="data")
    command(*build, "--target", "wheel", cwd=place / source.name.removesuffix(".tar.gz"))
    (made,) = place.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def programs(wheel, tmp_path_factory):
    """The programs of an environment in which the wheel is, and of ours the packages it needs."""
    place = tmp_path_factory.mktemp("elsewhere")
    command(sys.executable, "-m", "venv", place / "venv", cwd=place)
    bin_ = place / "venv" / "bin"
    install = (bin_ / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    command(*install, "--disable-pip-version-check", wheel, cwd=place)
    (packages,) = place.glob("venv/lib/python*/site-packages")
    # Files of this kind are not read in folders that such a file names: our own checkout stays out.
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return bin_


def test_the_ten_lines_of_the_readme_run_from_the_wheel_alone(programs):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"## In ten lines.*?```python\n(.*?)```", readme, re.DOTALL)
    code = "import bcforecast\nprint(bcforecast.__file__)\n" + lines
    first, *said = command(programs / "python", "-I", "-c", code, cwd=programs).splitlines()
    assert Path(first).is_relative_to(programs.parent)
    assert said


def test_the_command_line_speaks_both_languages_from_the_wheel(programs, tmp_path):
    asked = ("--plan", "beichen-2020-2022", "--as-of", "2021-12-31", "--lang")
    for lang, word in (("zh", "证据"), ("en", "Grade")):
        assert word in command(programs / "bcforecast", "goals", *asked, lang, cwd=tmp_path)
