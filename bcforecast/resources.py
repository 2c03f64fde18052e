"""Where the shipped files are: the repository's own folders, or their copies inside a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent
_SHIPPED: Final = _PACKAGE / "_shipped"
_ROOT: Final = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent

DATA_DIR: Final = _ROOT / "data"
NOTEBOOKS_DIR: Final = _ROOT / "notebooks"
