"""Fills the templates of the files that schedulers read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bcforecast.messages import Language, text

_TEMPLATES: Final = Path(__file__).parents[1] / "templates" / "schedule"


def filled(template: str, *, lang: Language, **values: object) -> str:
    """Fill a template; `say(key, ...)` in it puts in a text of the catalogue `schedule`.

    Templates write `<< >>` and `<% %>`, since the files themselves use braces.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # not HTML: each value is quoted for its file
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
    )

    def say(key: str, **named: object) -> str:
        return text(f"schedule.{key}", lang, **named)

    return environment.get_template(f"{template}.j2").render(say=say, **values)
