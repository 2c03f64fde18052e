"""Words that people write and what they mean: tables that tests go through, by subject."""

from pathlib import Path

import yaml

_TABLES = Path(__file__).parent / "vectors"
WORDS, SLIPS = (
    yaml.load((_TABLES / f"{name}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    for name in ("words", "slips")
)
