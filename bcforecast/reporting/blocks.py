"""The walk over the blocks of a document that its formats share, and where their links lead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from markupsafe import Markup

from bcforecast.reporting import document, facts
from bcforecast.text import Language, text

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = Path(__file__).parent / "templates"
_ORIGINS: Final = ("#fn-", "#obs-", "#source-")
_REPORT: Final = re.compile(r"(\.\./)*([A-Za-z0-9_-][A-Za-z0-9._-]*/)+index\.html")
"""The page of another report, from where a document lies."""

Made = TypeVar("Made")


class LinkTarget(NamedTuple):
    """Where a run of text leads: to an `#anchor` of the document, or to a web page.

    A `quiet` link looks like the text around it, as those of figures to their origin do.
    """

    target: str
    quiet: bool = False


class BlockWriter(Generic[Made]):
    """Writes blocks in one format: a method for each kind of block, `_heading` to `_code`.

    It is given all blocks of the document, for links to places that none of them has lead nowhere,
    and the language of the words that a format adds.
    """

    def __init__(self, blocks: Iterable[document.Block], lang: Language) -> None:
        self.blocks, self.lang = tuple(blocks), lang
        anchors = dict.fromkeys(anchor for b in self.blocks for anchor in _anchors(b) if anchor)
        self.places = {anchor: f"place-{i}" for i, anchor in enumerate(anchors, start=1)}
        """A name of our own for each anchor of a heading or a row, which may be any text."""

    def block(self, block: document.Block) -> Made:
        """Return what becomes of one block."""
        write: Callable[[document.Block], Made] = getattr(self, f"_{block.kind}")
        return write(block)

    def link(self, span: document.Span) -> LinkTarget | None:
        """Return where a span leads: into the document, to the web, to another report; or None."""
        target = span.link or ""
        if target.startswith("#"):
            quiet = target.startswith(_ORIGINS) and target != f"#source-{span.text}"
            return LinkTarget(target, quiet) if target[1:] in self.places else None
        leads = facts.is_web_address(target) or _REPORT.fullmatch(target)
        return LinkTarget(target) if leads else None

    def caption(self, block: document.TableBlock | document.PictureBlock) -> str:
        """Return the caption behind its number, where it has one."""
        if not block.number:
            return block.caption
        key = f"document.{block.kind}_number"
        return text(key, self.lang, number=block.number, caption=block.caption)


def _anchors(block: document.Block) -> tuple[str, ...]:
    if isinstance(block, document.Heading):
        return (block.anchor,)
    return block.anchors if isinstance(block, document.TableBlock) else ()


@cache
def template(name: str) -> Template:
    """Return a template of HTML or XML: each text that it is given is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def escaped(value: object) -> object:
        return value if hasattr(value, "__html__") else Markup(escape(str(value)))

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=name.endswith(".html.j2"),
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=escaped,
    ).get_template(name)
