"""What the package is made of: a bill of materials, and the licences of what it needs.

`make sbom` writes CycloneDX 1.6 from `requirements.lock`, `make licences` the table of
`docs/licences.md` from what the packages that are installed say of themselves. Both are offline,
and the same lock gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[1]
LOCK: Final = ROOT / "requirements.lock"
TABLE: Final = ROOT / "docs" / "licences.md"
NAME: Final = "bcforecast"

_PINNED: Final = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_HEAD: Final = """\
# Licences

What `pip install bcforecast` brings along, as each package states it; made by `make licences`.

| package | version | licence |
|---|---|---|
"""

ONLY_3_12: Final = {
    "aiohappyeyeballs": "Python Software Foundation License",
    "aiohttp": "Apache-2.0 AND MIT",
    "aiosignal": "Apache Software License",
    **dict.fromkeys(("frozenlist", "multidict", "propcache", "yarl"), "Apache-2.0"),
}
"""What papermill needs under Python 3.12 alone, so that no other can be asked for its licence."""


def locked(words: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, version and SHA-256 digests of each package of a lock."""
    found = list(_PINNED.finditer(words))
    ends = [one.start() for one in found[1:]] + [len(words)]
    for one, end in zip(found, ends, strict=True):
        digests = re.findall(r"--hash=sha256:([0-9a-f]{64})", words[one.end() : end])
        yield one["name"], one["version"], digests


def licence_of(name: str) -> str:
    """Return the licence that an installed package states; nothing where it is not installed."""
    try:
        said = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    classified = said.get_all("Classifier") or ()
    written = (
        *(said.get_all("License-Expression") or ()),
        ", ".join(one.rpartition(" :: ")[2] for one in classified if "License" in one),
        *(said.get_all("License") or ()),
        "not stated",
    )
    return next(filter(None, written)).strip().splitlines()[0][:80]


def needed(of: Distribution) -> Iterator[str]:
    """Yield the packages that a package needs here, and those that these need, each once."""
    seen, waiting = {NAME}, [of]
    while waiting:
        for line in waiting.pop().requires or ():
            wanted = Requirement(line)
            name = re.sub(r"[-_.]+", "-", wanted.name).lower()
            if name not in seen and (
                wanted.marker is None or wanted.marker.evaluate({"extra": ""})
            ):
                seen.add(name)
                yield name
                waiting.append(distribution(name))


def bill(words: str, *, version: str) -> dict[str, Any]:
    """Return the bill of materials of a lock, as CycloneDX has it."""
    components = []
    for name, pinned, digests in locked(words):
        one: dict[str, Any] = {"type": "library", "name": name, "version": pinned}
        one["purl"] = one["bom-ref"] = f"pkg:pypi/{name}@{pinned}"
        if licence := licence_of(name):
            one["licenses"] = [{"license": {"name": licence}}]
        if digests:  # of the wheels and the source that the lock allows
            one["properties"] = [{"name": f"{NAME}:sha256", "value": one} for one in digests]
        components.append(one)
    about = {
        "type": "library",
        "name": NAME,
        "version": version,
        "purl": f"pkg:pypi/{NAME}@{version}",
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": components,
    }


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("sbom", "licences"))
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    own = distribution(NAME)
    if asked.what == "sbom":
        out = asked.out or ROOT / "dist" / f"{NAME}-{own.version}.cdx.json"
        words = json.dumps(bill(LOCK.read_text("utf-8"), version=own.version), indent=1) + "\n"
    else:
        pinned = {name: version for name, version, _ in locked(LOCK.read_text("utf-8"))}
        out = asked.out or TABLE
        told = {n: (pinned[n], said) for n, said in ONLY_3_12.items()}
        told = {n: (distribution(n).version, licence_of(n)) for n in needed(own)} | told
        rows = (f"| {n} | {told[n][0]} | {told[n][1]} |\n" for n in sorted(told))
        words = _HEAD + "".join(rows)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(words, encoding="utf-8")
    print(out)


if __name__ == "__main__":
    main()
