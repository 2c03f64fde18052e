"""Defaults of the package, where its shipped files are, and how YAML is read and written."""

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from yaml import CSafeLoader, Node, SafeDumper

SEED: Final = 20210407
"""Seed of every simulation by default: the day on which the Beichen plan was issued."""

LANGUAGE: Final = "zh"
"""Language of a report unless the caller asks for another."""

SCENARIO: Final = "baseline"
"""Name of the scenario without assumptions of its own."""

QUANTILES: Final = (0.1, 0.5, 0.9)
"""Quantiles at the due date that tables show."""

TABLE_QUANTILES: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles of a forecast as a table, and on the panel."""

FAN_LEVELS: Final = (0.5, 0.8, 0.95)
"""Central intervals that a fan chart shades, innermost first."""

COMPLETIONS: Final = 25
"""Completed histories over which a model without its own treatment of bounds is averaged."""

GRADE_A_OBSERVATIONS: Final = 8
"""Usable points of its own from which a goal's evidence is grade A."""

GRADE_B_OBSERVATIONS: Final = 3
"""Usable points of its own from which a goal's evidence is grade B."""

APPROXIMATE_RELATIVE_SD: Final = 0.02
"""Relative standard error assumed for a figure given as approximate or expected, without bounds."""

DERIVED_RELATIVE_SD: Final = 0.005
"""Relative standard error assumed for a figure derived from rounded others, without bounds."""

MILESTONE_RATIO: Final = 3.0
"""How many times likelier a reached milestone is if the event comes than if not (assumed)."""


_PACKAGE: Final = Path(__file__).parent
_SHIPPED: Final = _PACKAGE / "_shipped"
_ROOT: Final = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent

DATA_DIR: Final = _ROOT / "data"
NOTEBOOKS_DIR: Final = _ROOT / "notebooks"


@cache
def shipped(name: str | Path) -> Any:
    """Return what a YAML or JSON file says: of the shipped data, or beside a module, by its path.

    Nobody may change it.
    """
    path = DATA_DIR / name
    read = json.loads if path.suffix == ".json" else load_yaml
    return read(path.read_text(encoding="utf-8"))


def load_yaml(words: str) -> Any:
    """Return what a text of YAML says; ValueError if it is none."""
    import yaml  # the command line's help needs none

    try:
        return yaml.load(words, yaml_types()[0])
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from None


@cache
def yaml_types() -> tuple[type["CSafeLoader"], type["SafeDumper"]]:
    """Return the one loader of YAML, and a dumper that quotes each text it takes for a number.

    The numbers are those of YAML 1.2: in 1.1 20:00 is 1200, 010 is 8 and 1_0 is 10; nobody who
    writes a plan means that. A day of no calendar is left as a text.
    """
    import yaml
    from yaml.composer import Composer

    # Parsed in C, a sixth of the time; composed in Python, for there C falls over deep nesting.
    class Loader(Composer, yaml.CSafeLoader):
        def __init__(self, words: str) -> None:
            yaml.CSafeLoader.__init__(self, words)
            self.anchors = {}

        def construct_object(self, node: "Node", deep: bool = False) -> object:
            try:
                return super().construct_object(node, deep=deep)
            except (ValueError, LookupError, AttributeError):
                if isinstance(node, yaml.ScalarNode):
                    return str(node.value)
                raise

    class Dumper(yaml.SafeDumper):
        pass

    Loader.yaml_implicit_resolvers = {
        start: [one for one in resolvers if not one[0].endswith((":int", ":float"))]
        for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.yaml_constructors = {
        tag: make
        for tag, make in yaml.SafeLoader.yaml_constructors.items()
        if str(tag).rpartition(":")[2] not in ("set", "omap", "pairs", "binary")  # sets: no order
    }
    for kind, form in _NUMBERS.items():
        for one in (Loader, Dumper):
            tag = f"tag:yaml.org,2002:{kind}"
            one.add_implicit_resolver(tag, re.compile(form), [*"-+.0123456789"])
    return Loader, Dumper


_NUMBERS: Final = {
    "int": r"[-+]?(?:0|[1-9][0-9]*)$",
    "float": r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"
    r"|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$",
}


def files_of(data_dir: Path | str | None) -> Path | None:
    """Return where plans and scenarios are: of a store's URL, the folder that `files` names."""
    if isinstance(data_dir, str) and "://" in data_dir:
        data_dir = parse_qs(data_dir.partition("?")[2]).get("files", [None])[-1]
    return None if data_dir is None else Path(data_dir)
