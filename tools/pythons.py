"""Run the tests under every Python that we claim: `make test-pythons`.

Each version gets an environment of its own in `.pythons/`, from the lock. A version whose
interpreter is not on this machine is not tried, and that is said at the end, loudly.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
GROUPS: Final = ("test", "tools", "lab", "explore", "browser", "docs")


def claimed() -> list[str]:
    """Versions named in the classifiers of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)


def interpreter(version: str) -> Path | None:
    """Find an interpreter of a version: on the path, or one that pyenv installed."""
    named = shutil.which(f"python{version}")
    installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in ([Path(named)] if named else []) + installed:
        asked = "import sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([candidate, "-c", asked], capture_output=True, text=True)
        if answer.stdout.strip() == version:
            return candidate
    return None


def tried(version: str, python: Path, uv: str, pytest: list[str]) -> bool:
    """Set up an environment from the lock and run the tests in it; whether they pass."""
    home = ROOT / ".pythons" / version
    own = home / "bin" / "python"
    if not own.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", python, home], check=True)
    groups = [word for group in GROUPS for word in ("--group", group)]
    install: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", own]
    install += ["--constraint", "requirements.lock", *groups, "--editable", "."]
    subprocess.run(install, check=True, cwd=ROOT)
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    run: list[str | Path] = [own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *pytest]
    done = subprocess.run(run, cwd=ROOT, env={**os.environ, "PATH": path}, check=False)
    return done.returncode == 0


def main() -> int:
    """Try every version; the exit status is 1 if tests fail or nothing could be tried."""
    parser = argparse.ArgumentParser(
        description="Run the tests under every Python that we claim.",
        epilog="Everything else is passed on to pytest.",
    )
    parser.add_argument("--uv", default="uv", help="the uv to set environments up with")
    given, pytest = parser.parse_known_args()
    outcome: dict[str, str] = {}
    for version in claimed():
        python = interpreter(version)
        if python is None:
            outcome[version] = "NOT TRIED: no interpreter of this version is on this machine"
            continue
        print(f"== Python {version} ({python})", flush=True)
        outcome[version] = "passed" if tried(version, python, given.uv, pytest) else "FAILED"
    print("\n".join(f"Python {version}: {said}" for version, said in outcome.items()))
    return int("FAILED" in outcome.values() or "passed" not in outcome.values())


if __name__ == "__main__":
    sys.exit(main())
