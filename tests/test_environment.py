"""One set of packages: pyproject.toml, environment.yml and requirements.lock agree."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
PLAIN = [d for d in CONDA if isinstance(d, str)]
BY_PIP = next(d["pip"] for d in CONDA if isinstance(d, dict))
LOCKED = (ROOT / "requirements.lock").read_text(encoding="utf-8")
HASH = r" \\\n    --hash=sha256:[0-9a-f]{64}"
LOCK = re.sub(HASH, "", LOCKED).splitlines()


def declared():
    groups = PROJECT["dependency-groups"]
    lines = [*PROJECT["project"]["dependencies"], *(line for g in groups.values() for line in g)]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def test_every_locked_package_has_the_digests_of_its_files():
    assert len(re.findall(rf"^[^ \n].*?(?:{HASH})+$", LOCKED, re.MULTILINE)) == len(LOCK)


def in_conda():
    requirements = [d for d in (*PLAIN, *BY_PIP) if not d.startswith(("--", "python ", "pip"))]
    return {canonicalize_name(r.name): r for r in map(Requirement, requirements)}


def locked():
    versions = {}
    for requirement in map(Requirement, LOCK):
        versions.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return versions


def test_environment_yml_has_the_packages_and_bounds_of_pyproject():
    ours = {name: requirement.specifier for name, requirement in declared().items()}
    assert {name: requirement.specifier for name, requirement in in_conda().items()} == ours
    (python,) = (d for d in PLAIN if d.startswith("python "))
    assert python == f"python {PROJECT['project']['requires-python']}"
    options = [line for line in BY_PIP if line.startswith("-")]
    assert options == ["--editable ."], "pip takes no other option of install in such a file"


def test_every_declared_package_is_locked_within_its_bounds_and_the_one_installed():
    for line in LOCK:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ; .+)?", line), line
        assert "://" not in line, "no address"
    versions = locked()
    for name, requirement in declared().items():
        pins = versions[name]
        assert all(requirement.specifier.contains(str(p.specifier)[2:]) for p in pins), name
    pinned = {}
    for name, pins in locked().items():
        here = [p for p in pins if p.marker is None or p.marker.evaluate()]
        assert len(here) <= 1, name
        if here:
            pinned[name] = str(here[0].specifier)[2:]
    installed = {canonicalize_name(d.metadata["Name"]): d.version for d in distributions()}
    both = pinned.keys() & installed.keys()
    assert {n: installed[n] for n in both} == {n: pinned[n] for n in both}
