"""Build hook: a wheel, and an editable installation, come with compiled catalogues."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Compiles `bcforecast/locale/*.po` before files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile every catalogue beside its source."""
        compiler = Path(self.root) / "tools" / "compile_messages.py"
        runpy.run_path(str(compiler))["compile_all"]()
