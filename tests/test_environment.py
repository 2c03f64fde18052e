"""One set of packages: pyproject.toml, environment.yml and requirements.lock agree."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()


def declared():
    groups = PROJECT["dependency-groups"]
    lines = [*PROJECT["project"]["dependencies"], *(line for g in groups.values() for line in g)]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def in_conda():
    plain = [d for d in CONDA["dependencies"] if isinstance(d, str)]
    by_pip = next(d["pip"] for d in CONDA["dependencies"] if isinstance(d, dict))
    requirements = [d for d in (*plain, *by_pip) if not d.startswith(("--", "python ", "pip"))]
    return {canonicalize_name(r.name): r for r in map(Requirement, requirements)}


def locked():
    versions = {}
    for requirement in map(Requirement, LOCK):
        versions.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return versions


def test_environment_yml_has_the_packages_and_bounds_of_pyproject():
    ours, conda = declared(), in_conda()
    assert conda.keys() == ours.keys()
    for name, requirement in ours.items():
        assert conda[name].specifier == requirement.specifier, name


def test_pips_part_of_environment_yml_is_a_requirements_file_as_pip_reads_it():
    by_pip = next(d["pip"] for d in CONDA["dependencies"] if isinstance(d, dict))
    options = [line for line in by_pip if line.startswith("-")]
    assert options == ["--editable ."], "pip takes no other option of install in such a file"


def test_environment_yml_has_the_python_bounds_of_pyproject():
    python = next(d for d in CONDA["dependencies"] if str(d).startswith("python "))
    assert python == f"python {PROJECT['project']['requires-python']}"


def test_every_declared_package_is_locked_within_its_bounds():
    versions = locked()
    for name, requirement in declared().items():
        pins = versions[name]
        assert all(requirement.specifier.contains(str(p.specifier)[2:]) for p in pins), name


def test_the_lock_holds_exact_versions_and_no_address():
    for line in LOCK:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ; .+)?", line), line
        assert "://" not in line


def test_one_pin_a_package_holds_on_this_python():
    environment = dict(default_environment())
    for name, pins in locked().items():
        here = [p for p in pins if p.marker is None or p.marker.evaluate(environment)]
        assert len(here) <= 1, name


def test_the_installed_versions_are_the_locked_ones():
    from importlib import metadata

    environment = dict(default_environment())
    pinned = {
        name: str(p.specifier)[2:]
        for name, pins in locked().items()
        for p in pins
        if p.marker is None or p.marker.evaluate(environment)
    }
    wrong = {
        name: (found, pinned[name])
        for d in metadata.distributions()
        if (name := canonicalize_name(d.metadata["Name"])) in pinned
        and (found := d.version) != pinned[name]
    }
    assert not wrong
