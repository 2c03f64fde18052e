"""Words that people write and what they mean: tables that tests go through, by subject."""

from pathlib import Path

import yaml

WORDS = yaml.safe_load((Path(__file__).parent / "vectors" / "words.yaml").read_text("utf-8"))
